"use strict";
// The drawing: Cytoscape shows what it is given, fcose finds the places, large drawings have theirs from the build.

/**
 * @param {ExploreData} data
 * @param {HTMLElement} container
 * @param {(name: string) => void} choose called with the thing or line that was clicked
 */
const exploreDrawing = (data, container, choose) => {
  // Beyond this many boxes the layout would keep the page waiting.
  const MOST_LAID_OUT = 150;
  const GAP = 14;
  const FONT = "12px Arial, 'Liberation Sans', Helvetica, sans-serif";
  const INK = ["ground", "ink", "quiet", "link", "more", "less", "chosen"];

  /** @returns {Record<string, string>} */
  function colours() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(INK.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }

  /** @param {number} sign @param {ExploreLook} look */
  const inkOf = (sign, look) => (look.plain || !sign ? "quiet" : sign > 0 ? "more" : "less");

  /** @type {Record<string, string>} */
  const HEADS = { arrow: "triangle", bar: "tee", circle: "circle" };

  /** @returns {any[]} */
  function stylesheet() {
    const ink = colours();
    return [
      {
        selector: "node",
        style: {
          width: "data(width)", height: "data(height)", label: "data(label)", shape: "data(shape)",
          "background-color": "data(fill)", color: "data(text)", "border-color": ink.ink, "border-width": 1.2,
          "font-family": "Arial, Liberation Sans, Helvetica, sans-serif", "font-size": 12, "line-height": 1.25,
          "text-wrap": "wrap", "text-max-width": "400px", "text-valign": "center", "text-halign": "center",
          "overlay-opacity": 0,
        },
      },
      { selector: "node[points]", style: { "shape-polygon-points": "data(points)" } },
      { selector: "node[corner]", style: { "corner-radius": "data(corner)" } },
      { selector: "node[?twin]", style: { "border-width": 4, "border-style": "double" } },
      { selector: "node.open", style: { "border-width": 3 } },
      { selector: "node.open[?twin]", style: { "border-width": 7 } },
      {
        selector: "node.chosen, node:active",
        style: { "outline-width": 4, "outline-color": ink.link, "outline-offset": 3, "outline-opacity": 1 },
      },
      {
        selector: "edge",
        style: {
          width: "data(width)", "curve-style": "bezier", "control-point-step-size": 46, "arrow-scale": 1.15,
          "font-family": "Arial, Liberation Sans, Helvetica, sans-serif", "font-size": 11, color: ink.ink,
          "text-background-color": ink.ground, "text-background-opacity": 1, "text-background-padding": "2px",
          "overlay-opacity": 0,
        },
      },
      ...["quiet", "more", "less"].map((name) => ({
        selector: `edge.${name}`,
        style: { "line-color": ink[name], "target-arrow-color": ink[name], "mid-target-arrow-color": ink[name] },
      })),
      ...Object.entries(HEADS).map(([end, head]) => ({ selector: `edge.${end}`, style: { "target-arrow-shape": head } })),
      ...Object.entries(data.looks).map(([name, look]) => ({
        selector: `edge.look-${name}`,
        style: {
          label: look.label,
          "line-style": look.dashes.length ? "dashed" : "solid",
          ...(look.dashes.length ? { "line-dash-pattern": look.dashes } : {}),
          ...(look.cut ? { "mid-target-arrow-shape": "tee", "text-margin-y": -12 } : {}),
        },
      })),
      { selector: "edge.walked", style: { width: 4.5 } },
      {
        selector: "edge.chosen",
        style: { "underlay-color": ink.link, "underlay-opacity": 0.35, "underlay-padding": 6 },
      },
    ];
  }

  const cy = cytoscape({
    container, style: stylesheet(), minZoom: 0.08, maxZoom: 3, boxSelectionEnabled: false, autounselectify: true,
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(stylesheet()));
  cy.on("tap", "node, edge", (event) => choose(event.target.id()));
  for (const canvas of container.querySelectorAll("canvas")) canvas.setAttribute("aria-hidden", "true");

  /** @param {string} name */
  const nodeAt = (name) => /** @type {cytoscape.NodeSingular} */ (/** @type {unknown} */ (cy.getElementById(name)));

  /** @param {string} name */
  function nodeOf(name) {
    const thing = data.things[name];
    const style = data.styles[thing.style];
    const path = data.outlines[`${thing.style} ${thing.width} ${thing.height}`];
    const round = style.shape !== "polygon";
    return {
      group: /** @type {const} */ ("nodes"),
      data: {
        id: name, label: thing.lines.join("\n"), width: thing.width, height: thing.height, fill: style.fill,
        text: style.text, shape: style.shape, twin: style.twin,
        ...(style.corner ? { corner: Math.min(style.corner, thing.height / 2) } : {}),
        ...(round ? {} : { points: polygon(path, thing.width, thing.height) }),
      },
    };
  }

  /** The corners of an outline, from -1 to 1 as the canvas wants them. @param {string} path @param {number} width @param {number} height */
  function polygon(path, width, height) {
    const corners = path.slice(1, path.indexOf("Z")).split("L").map((corner) => corner.split(" ").map(Number));
    return corners.map(([x, y]) => `${(2 * x) / width} ${(2 * y) / height}`).join(" ");
  }

  /** @param {string} name */
  function edgeOf(name) {
    const line = data.claims[name];
    const look = data.looks[line.look];
    return {
      group: /** @type {const} */ ("edges"),
      data: { id: name, source: line.subject, target: line.object, width: look.width },
      classes: [`look-${line.look}`, inkOf(line.sign, look), data.ends[String(line.sign)]],
    };
  }

  let fixed = false;

  /**
   * Show some things and lines; what stays keeps its place.
   * @param {ExploreShown} shown
   * @param {{ open: string[], walked: string[], at: string }} marks
   */
  function update(shown, marks) {
    const wanted = new Set([...shown.things, ...shown.lines]);
    const before = new Set(cy.nodes().map((node) => node.id()));
    const large = shown.things.length > MOST_LAID_OUT;
    const changed = large !== fixed;
    cy.batch(() => {
      cy.elements().filter((one) => !wanted.has(one.id())).remove();
      const fresh = (/** @type {string} */ name) => cy.getElementById(name).empty();
      cy.add(shown.things.filter(fresh).map(nodeOf));
      cy.add(shown.lines.filter(fresh).map(edgeOf));
      cy.elements().removeClass("open walked chosen");
      for (const name of marks.open) cy.getElementById(name).addClass("open");
      for (const name of marks.walked) cy.getElementById(name).addClass("walked");
      if (marks.at) cy.getElementById(marks.at).addClass("chosen");
    });
    const added = shown.things.filter((name) => !before.has(name));
    if (large && (changed || added.length)) place((name) => data.things[name].spot);
    else if (!large && (changed || added.length)) layOut(added, changed || added.length === shown.things.length);
    fixed = large;
    if (changed || added.length) frame(marks.at || added[0]);
    return { large };
  }

  /** @param {(name: string) => [number, number]} where */
  function place(where) {
    cy.batch(() => cy.nodes().forEach((node) => {
      const [x, y] = where(node.id());
      node.position({ x, y });
    }));
  }

  /** @param {string[]} added @param {boolean} anew */
  function layOut(added, anew) {
    seed(added, anew);
    const stay = anew ? [] : cy.nodes().filter((node) => !added.includes(node.id())).map((node) => nodeAt(node.id()));
    /** @type {any} */
    const options = {
      name: "fcose", quality: "proof", randomize: false, animate: false, fit: false, padding: 20,
      nodeDimensionsIncludeLabels: false, uniformNodeDimensions: false, packComponents: false, numIter: 1500,
      idealEdgeLength: () => 130, nodeRepulsion: () => 9000, edgeElasticity: () => 0.3, nodeSeparation: 110, gravity: 0.3,
      fixedNodeConstraint: stay.map((node) => ({ nodeId: node.id(), position: { ...node.position() } })),
    };
    cy.elements().layout(options).run();
    separate(new Set(stay.map((node) => node.id())));
  }

  /** Put new boxes around a neighbour that stands already, so that the layout begins near its end. @param {string[]} added @param {boolean} anew */
  function seed(added, anew) {
    const turn = Math.PI * (3 - Math.sqrt(5)); // the golden angle spreads any number of boxes evenly
    added.forEach((name, n) => {
      const node = nodeAt(name);
      const near = anew ? [] : node.neighborhood("node").filter((other) => !added.includes(other.id())).map((other) => nodeAt(other.id()));
      const middle = near.length ? near[0].position() : { x: 0, y: 0 };
      const radius = anew ? 60 * Math.sqrt(n) : 150 + 4 * n;
      node.position({ x: middle.x + radius * Math.cos(n * turn), y: middle.y + radius * Math.sin(n * turn) });
    });
  }

  /** Push boxes apart that overlap; those that stood before move only if there is no other way. @param {Set<string>} stay */
  function separate(stay) {
    const boxes = cy.nodes().map((node) => ({
      node, x: node.position().x, y: node.position().y, w: Number(node.data("width")) + GAP,
      h: Number(node.data("height")) + GAP, firm: stay.has(node.id()),
    }));
    for (let round = 0, moved = true; round < 200 && moved; round += 1) {
      moved = false;
      for (let i = 0; i < boxes.length; i += 1) {
        for (let j = i + 1; j < boxes.length; j += 1) {
          const [a, b] = [boxes[i], boxes[j]];
          const across = (a.w + b.w) / 2 - Math.abs(a.x - b.x);
          const down = (a.h + b.h) / 2 - Math.abs(a.y - b.y);
          if (across <= 0.5 || down <= 0.5) continue;
          moved = true;
          const share = a.firm === b.firm ? 0.5 : a.firm ? 0 : 1;
          const sideways = across < down;
          const step = sideways ? across * (a.x < b.x ? -1 : 1) : down * (a.y < b.y ? -1 : 1);
          if (sideways) [a.x, b.x] = [a.x + step * share, b.x - step * (1 - share)];
          else [a.y, b.y] = [a.y + step * share, b.y - step * (1 - share)];
        }
      }
    }
    cy.batch(() => boxes.forEach(({ node, x, y }) => node.position({ x, y })));
  }

  /** Show all, but never so small that labels cannot be read: then what matters most stands in the middle. @param {string} [name] */
  function frame(name) {
    const READABLE = 0.7;
    cy.resize();
    cy.fit(undefined, 24);
    if (cy.zoom() > 1.1) cy.zoom(1.1);
    else if (cy.zoom() < READABLE && !fixed) cy.zoom(READABLE);
    else if (fixed && cy.zoom() < 0.35) cy.zoom(0.35);
    const centre = name ? cy.getElementById(name) : cy.collection();
    const middle = cy.zoom() <= READABLE && centre.nonempty() ? centre : cy.elements();
    cy.center(middle);
  }

  /** @param {number} factor */
  function zoom(factor) {
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  /** The nearest box in a direction. @param {string} name @param {number} dx @param {number} dy */
  function toward(name, dx, dy) {
    const from = nodeAt(name).position();
    /** @type {[number, string][]} */
    const ahead = cy.nodes().filter((node) => node.id() !== name).map((node) => {
      const place = nodeAt(node.id()).position();
      const [x, y] = [place.x - from.x, place.y - from.y];
      const along = x * dx + y * dy;
      return [along > 1 ? along + 2 * Math.abs(x * dy - y * dx) : Infinity, node.id()];
    });
    const [best] = ahead.sort((a, b) => a[0] - b[0]);
    return best && best[0] < Infinity ? best[1] : "";
  }

  /** Move the view only if a thing or line is out of sight. @param {string} name */
  function reveal(name) {
    const one = cy.getElementById(name);
    if (one.empty()) return;
    const { x1, y1, x2, y2 } = one.renderedBoundingBox();
    if (x2 < 0 || y2 < 0 || x1 > cy.width() || y1 > cy.height()) cy.center(one);
  }

  return { cy, update, frame, zoom, toward, reveal, colours, inkOf, font: FONT, most: MOST_LAID_OUT };
};
