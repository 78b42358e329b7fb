"use strict";
// The drawing: Cytoscape shows what it is given, as the state has it.

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
  const INK = ["ground", "ink", "quiet", "link", "more", "less"];

  /** @returns {Record<string, string>} */
  function colours() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(INK.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }

  let ink = colours();

  /** @param {number} sign @param {ExploreLook} look */
  const inkOf = (sign, look) => (look.plain || !sign ? "quiet" : sign > 0 ? "more" : "less");

  /** @type {Record<string, string>} */
  const HEADS = { arrow: "triangle", bar: "tee", circle: "circle", diamond: "diamond" };

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

  const { nodeAt, place, lineUp, layOut } = explorePlaces(data, cy, READABLE);

  /** The outline as a picture, so that boxes look here as in the legend and in `kg view`. @param {string} name @param {boolean} open */
  function picture(name, open) {
    const thing = data.things[name];
    const [width, height] = [thing.width + 2 * BORDER, thing.height + 2 * BORDER];
    const { fill, text } = data.styles[thing.style];
    const [border, within] = outlineOf(name);
    // What stands on the box is drawn as its label is, so that it shows in the dark too.
    const drawn = `<path d="${border}" fill="${fill}" stroke="${ink.ink}" stroke-width="${open ? 3 : 1.3}"/><path d="${within}" fill="none" stroke="${text}"/>`;
    const view = `viewBox="${-width / 2} ${-height / 2} ${width} ${height}"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${view}>${drawn}</svg>`;
    return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
  }

  /** The border of a box, and the lines within it. @param {string} name @returns {[string, string]} */
  function outlineOf(name) {
    const { style, width, height } = data.things[name];
    const path = data.outlines[`${style} ${width} ${height}`];
    const end = path.indexOf("Z") + 1;
    return [path.slice(0, end), path.slice(end)];
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
    const first = outlineOf(name)[0].slice(0, -1);
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
      classes: [`look-${line.look}`, inkOf(line.sign, look), line.end],
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

  return { cy, update, zoom, toward, reveal, colours, inkOf, outlineOf };
};
