"use strict";
// The drawing as an SVG file: the same places, outlines and lines, with what a reader of the file needs to cite it.

/**
 * @param {ExploreData} data
 * @param {ReturnType<typeof exploreDrawing>} drawing
 */
const exploreSvg = (data, drawing) => {
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const MARGIN = 24;
  const LINE_HEIGHT = 15;

  /** @param {string} name @param {Record<string, string | number>} attributes @param {...(Node | string)} children */
  function shape(name, attributes, ...children) {
    const made = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    made.append(...children);
    return made;
  }

  /** @param {number} value */
  const rounded = (value) => Math.round(value * 10) / 10;

  /** @param {cytoscape.NodeSingular} node @param {Record<string, string>} ink */
  function box(node, ink) {
    const thing = data.things[node.id()];
    const style = data.styles[thing.style];
    const { x, y } = node.position();
    const [border, within] = drawing.outlineOf(node.id());
    const top = (-LINE_HEIGHT * (thing.lines.length - 1)) / 2 + 4;
    return shape(
      "g",
      { transform: `translate(${rounded(x)} ${rounded(y)})` },
      shape("title", {}, thing.label),
      shape("path", { d: border, fill: style.fill, stroke: ink.ink, "stroke-width": node.hasClass("open") ? 3 : 1.3 }),
      ...(within ? [shape("path", { d: within, fill: "none", stroke: style.text })] : []),
      ...thing.lines.map((line, n) =>
        shape("text", { y: top + n * LINE_HEIGHT, "text-anchor": "middle", fill: style.text }, line),
      ),
    );
  }

  /** @typedef {{ x: number, y: number }} Point */

  /** The corners of a line: its ends and what it bows towards. @param {cytoscape.EdgeSingular} edge @returns {Point[]} */
  function course(edge) {
    return [edge.sourceEndpoint(), ...(edge.controlPoints() ?? []), edge.targetEndpoint()];
  }

  /** @param {Point[]} points */
  function wayOf(points) {
    const [start, ...rest] = points.map(({ x, y }) => `${rounded(x)} ${rounded(y)}`);
    if (points.length === 2) return `M${start}L${rest[0]}`;
    // Between two control points the curve passes their middle, as on the canvas.
    const parts = points.slice(1, -1).map((point, n) => {
      const next = points[n + 2];
      const end = n + 3 === points.length ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
      return `Q${rounded(point.x)} ${rounded(point.y)} ${rounded(end.x)} ${rounded(end.y)}`;
    });
    return `M${start}${parts.join("")}`;
  }

  /** @param {Point} tip @param {Point} from @param {string} end @param {string} colour */
  function head(tip, from, end, colour) {
    const turn = rounded((Math.atan2(tip.y - from.y, tip.x - from.x) * 180) / Math.PI);
    const place = { transform: `translate(${rounded(tip.x)} ${rounded(tip.y)}) rotate(${turn})` };
    if (end === "arrow") return shape("path", { ...place, d: "M-11 -5L0 0L-11 5Z", fill: colour });
    if (end === "bar") return shape("path", { ...place, d: "M0 -7V7", stroke: colour, "stroke-width": 3.5 });
    if (end === "diamond") return shape("path", { ...place, d: "M-10 0L-5 -5L0 0L-5 5Z", fill: colour });
    return shape("circle", { ...place, cx: -4, r: 4, fill: colour });
  }

  /** @param {cytoscape.EdgeSingular} edge @param {Record<string, string>} ink */
  function line(edge, ink) {
    const claim = data.claims[edge.id()];
    const look = data.looks[claim.look];
    const colour = ink[drawing.inkOf(claim.sign, look)];
    const points = course(edge);
    const [tip, from] = [points[points.length - 1], points[points.length - 2]];
    const middle = edge.midpoint();
    const stroke = { fill: "none", stroke: colour, "stroke-width": edge.hasClass("walked") ? 4.5 : look.width };
    const parts = [
      shape("title", {}, claim.label),
      shape("path", { d: wayOf(points), ...stroke, ...(look.dashes.length ? { "stroke-dasharray": look.dashes.join(" ") } : {}) }),
      head(tip, from, claim.end, colour),
    ];
    if (look.cut) parts.push(head(middle, from, "bar", colour));
    if (look.label) {
      const text = { x: rounded(middle.x), y: rounded(middle.y) + (look.cut ? -9 : 4), "text-anchor": "middle", "font-size": 11 };
      const halo = { fill: ink.ink, stroke: ink.ground, "stroke-width": 4, "paint-order": "stroke" };
      parts.push(shape("text", { ...text, ...halo }, look.label));
    }
    return shape("g", {}, ...parts);
  }

  /** @param {string} title @param {string} caption */
  function write(title, caption) {
    const { cy } = drawing;
    const ink = drawing.colours();
    const { x1, y1, w, h } = cy.elements().boundingBox({ includeOverlays: false });
    const width = Math.max(w, 640) + 2 * MARGIN;
    const height = h + 2 * MARGIN + 2 * LINE_HEIGHT;
    const [left, top] = [x1 - MARGIN, y1 - MARGIN];
    const size = { width: rounded(width), height: rounded(height) };
    const svg = shape(
      "svg",
      { ...size, viewBox: [left, top, width, height].map(rounded).join(" "), role: "img",
        "font-family": "Arial, Liberation Sans, Helvetica, sans-serif", "font-size": 12 },
      shape("title", {}, title),
      shape("desc", {}, caption),
      shape("rect", { x: rounded(left), y: rounded(top), ...size, fill: ink.ground }),
      ...cy.edges().map((edge) => line(edge, ink)),
      ...cy.nodes().map((node) => box(node, ink)),
      shape("text", { x: rounded(left + MARGIN / 2), y: rounded(top + height - 24), fill: ink.ink, "font-size": 11 }, title),
      shape("text", { x: rounded(left + MARGIN / 2), y: rounded(top + height - 9), fill: ink.quiet, "font-size": 11 }, caption),
    );
    return new XMLSerializer().serializeToString(svg);
  }

  return { write };
};
