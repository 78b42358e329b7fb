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
  const READABLE = 0.75; // smaller than this a label cannot be read
  const BORDER = 2; // room around an outline for its stroke
  const INK = ["ground", "ink", "quiet", "link", "more", "less", "chosen"];

  /** @returns {Record<string, string>} */
  function colours() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(INK.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }

  let ink = colours();

  /** @param {number} sign @param {ExploreLook} look */
  const inkOf = (sign, look) => (look.plain || !sign ? "quiet" : sign > 0 ? "more" : "less");

  /** @type {Record<string, string>} */
  const HEADS = { arrow: "triangle", bar: "tee", circle: "circle" };

  /** @returns {any[]} */
  function stylesheet() {
    return [
      {
        selector: "node",
        style: {
          width: "data(width)", height: "data(height)", label: "data(label)", color: "data(text)",
          "background-opacity": 0, "background-image": "data(picture)", "background-clip": "none",
          "background-image-containment": "over", "background-width": "data(pictureWidth)",
          "background-height": "data(pictureHeight)", "bounds-expansion": BORDER, shape: "data(shape)",
          "font-family": "Arial, Liberation Sans, Helvetica, sans-serif", "font-size": 12, "line-height": 1.25,
          "text-wrap": "wrap", "text-max-width": "400px", "text-valign": "center", "text-halign": "center",
          "overlay-opacity": 0,
        },
      },
      { selector: "node[points]", style: { "shape-polygon-points": "data(points)" } },
      { selector: "node[corner]", style: { "corner-radius": "data(corner)" } },
      {
        selector: "node.chosen, node:active",
        style: { "outline-width": 4, "outline-color": ink.link, "outline-offset": 3, "outline-opacity": 1 },
      },
      {
        selector: "edge",
        style: {
          width: "data(width)", "curve-style": "bezier", "control-point-step-size": 26, "arrow-scale": 1.15,
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
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    ink = colours();
    cy.style(stylesheet());
    paint();
  });
  cy.on("tap", "node, edge", (event) => choose(event.target.id()));
  for (const canvas of container.querySelectorAll("canvas")) canvas.setAttribute("aria-hidden", "true");

  /** @param {string} name */
  const nodeAt = (name) => /** @type {cytoscape.NodeSingular} */ (/** @type {unknown} */ (cy.getElementById(name)));

  /** The outline as a picture, so that boxes look here as in the legend and in `kg view`. @param {string} name @param {boolean} open */
  function picture(name, open) {
    const thing = data.things[name];
    const [width, height] = [thing.width + 2 * BORDER, thing.height + 2 * BORDER];
    const drawn = `<path d="${outlineOf(name)}" fill="${data.styles[thing.style].fill}" stroke="${ink.ink}" stroke-width="${open ? 3 : 1.3}"/>`;
    const view = `viewBox="${-width / 2} ${-height / 2} ${width} ${height}"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${view}>${drawn}</svg>`;
    return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
  }

  /** @param {string} name */
  function outlineOf(name) {
    const { style, width, height } = data.things[name];
    return data.outlines[`${style} ${width} ${height}`];
  }

  function paint() {
    cy.batch(() => cy.nodes().forEach((node) => {
      node.data("picture", picture(node.id(), node.hasClass("open")));
    }));
  }

  /** @param {string} name */
  function nodeOf(name) {
    const thing = data.things[name];
    const style = data.styles[thing.style];
    const first = outlineOf(name).split("Z")[0];
    const sharp = /^M[-\d. L]+$/.test(first);
    return {
      group: /** @type {const} */ ("nodes"),
      data: {
        id: name, label: thing.lines.join("\n"), width: thing.width, height: thing.height, text: style.text,
        picture: picture(name, false), pictureWidth: thing.width + 2 * BORDER, pictureHeight: thing.height + 2 * BORDER,
        shape: sharp ? "polygon" : style.corner ? "round-rectangle" : "rectangle",
        ...(sharp ? { points: polygon(first, thing.width, thing.height) } : {}),
        ...(style.corner ? { corner: Math.min(style.corner, thing.height / 2) } : {}),
      },
    };
  }

  /** The corners of an outline, from -1 to 1 as the canvas wants them. @param {string} path @param {number} width @param {number} height */
  function polygon(path, width, height) {
    const corners = path.slice(1).split("L").map((corner) => corner.split(" ").map(Number));
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
  /** @type {string[]} */
  let opened = [];

  /**
   * Show some things and lines; what stays keeps its place.
   * @param {ExploreShown} shown
   * @param {{ open: string[], walked: string[], at: string }} marks
   */
  function update(shown, marks) {
    cy.resize();
    const wanted = new Set([...shown.things, ...shown.lines]);
    const before = new Set(cy.nodes().map((node) => node.id()));
    const added = shown.things.filter((name) => !before.has(name));
    const large = shown.things.length > MOST_LAID_OUT;
    // Another beginning is another drawing: nothing keeps its place.
    const anew = large !== fixed || added.length === shown.things.length || !marks.open.some((name) => opened.includes(name));
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
    paint();
    const same = !added.length && shown.things.length === before.size && large === fixed;
    if (!same && (added.length || anew)) {
      if (large) place((name) => data.things[name].spot);
      else if (!marks.open.length && marks.walked.length) lineUp(marks.walked);
      else layOut(added, anew);
      fixed = large;
      frame(marks.at || marks.open[marks.open.length - 1]);
    }
    opened = marks.open.length ? marks.open : marks.walked.map((name) => data.claims[name].subject);
    return { large };
  }

  /** @param {(name: string) => [number, number]} where */
  function place(where) {
    cy.batch(() => cy.nodes().forEach((node) => {
      const [x, y] = where(node.id());
      node.position({ x, y });
    }));
  }

  /** A path alone reads from its beginning to its end: across if it fits, else down. @param {string[]} walked */
  function lineUp(walked) {
    const STEP = { across: 245, down: 120 };
    const row = [data.claims[walked[0]].subject, ...walked.map((name) => data.claims[name].object)];
    const across = row.length * STEP.across * READABLE < cy.width();
    const others = cy.nodes().map((node) => node.id()).filter((name) => !row.includes(name));
    place((name) => {
      const n = row.includes(name) ? row.indexOf(name) : others.indexOf(name);
      const aside = row.includes(name) ? 0 : 1;
      return across ? [n * STEP.across, aside * STEP.down] : [aside * STEP.across, n * STEP.down];
    });
  }

  /** @param {string[]} added @param {boolean} anew */
  function layOut(added, anew) {
    seed(anew ? cy.nodes().map((node) => node.id()) : added);
    // One thing and its neighbours already stand around it.
    if (anew && cy.nodes().map((node) => node.connectedEdges().length).includes(cy.edges().length)) return tidy(new Set());
    const stay = anew ? [] : cy.nodes().filter((node) => !added.includes(node.id())).map((node) => nodeAt(node.id()));
    /** @type {any} */
    const options = {
      name: "fcose", quality: "proof", randomize: false, animate: false, fit: false, padding: 20,
      nodeDimensionsIncludeLabels: false, uniformNodeDimensions: false, packComponents: false, numIter: 1500,
      idealEdgeLength: reach, nodeRepulsion: () => 9000, edgeElasticity: () => 0.3, gravity: 0.2,
      initialEnergyOnIncremental: 0.3,
      fixedNodeConstraint: stay.map((node) => ({ nodeId: node.id(), position: { ...node.position() } })),
    };
    cy.elements().layout(options).run();
    tidy(new Set(stay.map((node) => node.id())));
  }

  /** Lines keep the length that the seed gave them, as the layout measures it: from border to border. @param {cytoscape.EdgeSingular} edge */
  function reach(edge) {
    const ends = [edge.source(), edge.target()].map((node) => nodeAt(node.id()));
    const [dx, dy] = [ends[0].position().x - ends[1].position().x, ends[0].position().y - ends[1].position().y];
    const length = Math.hypot(dx, dy) || 1;
    const inside = ends.map((node) => Math.min((node.data("width") * length) / 2 / Math.abs(dx || 1), (node.data("height") * length) / 2 / Math.abs(dy || 1)));
    return Math.min(Math.max(length - inside[0] - inside[1], 60), 420);
  }

  /** Keep boxes off each other and off lines that are not theirs. @param {Set<string>} stay */
  function tidy(stay) {
    const boxes = cy.nodes().map((node) => {
      const { x, y } = nodeAt(node.id()).position();
      return { id: node.id(), x, y, w: Number(node.data("width")), h: Number(node.data("height")), firm: stay.has(node.id()) };
    });
    const at = new Map(boxes.map((box, n) => [box.id, n]));
    const lines = cy.edges().map((edge) => /** @type {[number, number]} */ ([at.get(edge.source().id()), at.get(edge.target().id())]));
    exploreTidy.tidy(boxes, lines);
    place((name) => {
      const { x, y } = boxes[at.get(name) ?? 0];
      return [x, y];
    });
  }

  /**
   * Put new boxes around what they hang on, so that the layout begins near its end: all around what stands alone, else
   * fanned out on the side that is free. One drawing has one beginning, so the same link gives the same places.
   * @param {string[]} added
   */
  function seed(added) {
    const todo = new Set(added);
    /** @type {Map<string, { x: number, y: number }>} */
    const placed = new Map(cy.nodes().filter((node) => !todo.has(node.id())).map((node) => [node.id(), nodeAt(node.id()).position()]));
    /** @param {string} name */
    const near = (name) => nodeAt(name).neighborhood("node").map((other) => other.id()).sort();
    /** @param {Iterable<string>} names @param {(name: string) => number} count */
    const most = (names, count) => [...names].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))[0];
    const waiting = (/** @type {string} */ name) => near(name).filter((other) => todo.has(other)).length;
    while (todo.size) {
      let hub = most(placed.keys(), waiting);
      if (hub === undefined || !waiting(hub)) {
        hub = most(todo, waiting);
        const right = Math.max(0, ...[...placed.values()].map(({ x }) => x + 500));
        placed.set(hub, { x: right, y: 0 });
        todo.delete(hub);
      }
      const others = near(hub).filter((other) => todo.has(other));
      const { x, y } = placed.get(hub) ?? { x: 0, y: 0 };
      const stand = near(hub).flatMap((other) => placed.get(other) ?? []);
      const [away, arc] = stand.length
        ? [Math.atan2(y - mean(stand.map((one) => one.y)), x - mean(stand.map((one) => one.x))), (others.length - 1) * Math.min(0.5, 4 / others.length)]
        : [0, (2 * Math.PI * (others.length - 1)) / Math.max(others.length, 1)];
      const radius = Math.min(110 + 8.5 * others.length, 400);
      const wide = Math.sqrt(Math.min(Math.max(cy.width() / Math.max(cy.height(), 1), 0.6), 1.8));
      others.forEach((other, n) => {
        const turn = away + (others.length > 1 ? arc * (n / (others.length - 1) - 0.5) : 0);
        placed.set(other, { x: x + radius * wide * Math.cos(turn), y: y + (radius / wide) * Math.sin(turn) });
        todo.delete(other);
      });
    }
    place((name) => {
      const { x, y } = placed.get(name) ?? { x: 0, y: 0 };
      return [x, y];
    });
  }

  /** @param {number[]} values */
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** Show all, but never so small that labels cannot be read: then what matters most stands in the middle. @param {string} [name] */
  function frame(name) {
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

  return { cy, update, frame, zoom, toward, reveal, colours, inkOf, most: MOST_LAID_OUT };
};
