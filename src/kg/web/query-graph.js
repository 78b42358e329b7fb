"use strict";
// The triples of a CONSTRUCT drawn as a graph; the library is loaded when it is first asked for.

/**
 * @param {QueryNames} names
 * @param {(file: string) => Promise<void>} load
 * @param {string[]} libraries in the order in which they have to be loaded
 */
const queryGraph = (names, load, libraries) => {
  const MOST = 300;
  const READABLE = 0.75;
  /** @type {cytoscape.Core | null} */
  let drawn = null;

  /** @param {QueryTerm} term */
  const label = (term) => (term.kind === "iri" ? names.label(term.text) || term.text : term.text);
  /** @param {string} text */
  const short = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

  /** @param {QueryTable} table @returns {{ nodes: any[], edges: any[] }} */
  function elements(table) {
    const nodes = new Map();
    const node = (/** @type {QueryTerm} */ term) => {
      const key = `${term.kind} ${term.text}`;
      if (!nodes.has(key)) {
        nodes.set(key, { data: { id: `n${nodes.size}`, label: short(label(term)), page: names.address(term.text, term.iri) }, classes: term.kind });
      }
      return nodes.get(key).data.id;
    };
    const edges = table.rows.map(([subject, relation, other], n) => ({
      data: { id: `e${n}`, source: node(subject), target: node(other), label: short(label(relation)) },
    }));
    return { nodes: [...nodes.values()], edges };
  }

  /** @param {string} name */
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  /** @returns {any[]} */
  const stylesheet = () => [
    { selector: "node", style: {
      label: "data(label)", shape: "round-rectangle", width: 160, height: 44, color: colour("ink"), "font-size": 11,
      "background-color": colour("raised"), "border-width": 1, "border-color": colour("quiet"),
      "text-wrap": "wrap", "text-overflow-wrap": "anywhere", "text-max-width": "152px", "text-valign": "center",
    } },
    { selector: "node.literal", style: { shape: "rectangle", "border-style": "dashed" } },
    { selector: "edge", style: {
      label: "data(label)", width: 1.5, "curve-style": "bezier", "target-arrow-shape": "triangle", color: colour("ink"),
      "font-size": 10, "line-color": colour("quiet"), "target-arrow-color": colour("quiet"),
      "text-background-color": colour("ground"), "text-background-opacity": 1, "text-background-padding": "2px",
    } },
  ];

  /** Draw, or say why not. @param {QueryTable} table @param {HTMLElement} place @returns {Promise<string>} */
  async function show(table, place) {
    hide();
    const { nodes, edges } = elements(table);
    if (nodes.length > MOST) {
      return `${nodes.length} nodes are too many to draw: more than ${MOST} say nothing. Narrow the query, or take the Turtle.`;
    }
    for (const file of libraries) await load(file);
    drawn = cytoscape({ container: place, elements: [...nodes, ...edges], style: stylesheet(), minZoom: 0.1, maxZoom: 3 });
    /** @type {FcoseLayoutOptions} */
    const layout = { name: "fcose", animate: false, nodeDimensionsIncludeLabels: true, idealEdgeLength: 170, nodeSeparation: 90 };
    drawn.layout(layout).run();
    frame(drawn);
    return `${nodes.length} nodes and ${edges.length} lines; the table and the Turtle say the same.`;
  }

  /** Never so small that labels cannot be read: then what has most lines stands in the middle. @param {cytoscape.Core} cy */
  function frame(cy) {
    if (cy.zoom() > 1.1) cy.zoom(1.1);
    else if (cy.zoom() < READABLE) cy.zoom(READABLE);
    const centre = cy.nodes().max((node) => node.degree(false)).ele;
    cy.center(cy.zoom() > READABLE ? cy.elements() : centre);
  }

  function hide() {
    drawn?.destroy();
    drawn = null;
  }

  return { show, hide, size: () => drawn?.nodes().length ?? 0 };
};
