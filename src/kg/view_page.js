"use strict";
(() => {
  // Everything shown is set as text; nothing here reads a label as HTML.
  /** @type {view.Data} */
  const data = JSON.parse(byId("data").textContent ?? "");
  const { drawing, things, claims, references } = data;
  const pageTitle = document.title;
  const scroller = byId("scroller");
  const stage = byId("drawing");
  const details = byId("details");
  const FONT = '12px Arial, "Liberation Sans", Helvetica, sans-serif';
  const LINE_HEIGHT = 15;
  let zoom = 1;

  /** @param {string} id */
  function byId(id) {
    return /** @type {HTMLElement} */ (document.getElementById(id));
  }

  /** @param {string} selector */
  function buttons(selector) {
    return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));
  }

  // ---- the drawing

  /** @param {vis.BoxContext} context */
  function drawBox({ ctx, id, x, y, state }) {
    const box = drawing.boxes[id];
    // A port: the point where a line meets a box elsewhere than in its middle.
    // It has a size because vis-network divides by it.
    if (!box) return { drawNode() {}, nodeDimensions: { width: 1, height: 1 } };
    return {
      drawNode() {
        ctx.translate(x, y);
        const outline = new Path2D(box.path);
        ctx.fillStyle = box.fill;
        ctx.fill(outline);
        ctx.lineWidth = state.selected ? 4 : 1.2;
        ctx.strokeStyle = state.selected ? "#000000" : "#333333";
        ctx.stroke(outline);
        ctx.fillStyle = box.text;
        ctx.font = FONT;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        for (const middle of box.middles) {
          const top = middle - (LINE_HEIGHT * (box.lines.length - 1)) / 2;
          box.lines.forEach((line, n) => ctx.fillText(line, 0, top + n * LINE_HEIGHT, box.width - 20));
        }
      },
      nodeDimensions: { width: box.width, height: box.height },
    };
  }

  /** @param {CanvasRenderingContext2D} ctx */
  function drawBands(ctx) {
    drawing.bands.forEach((band, n) => {
      ctx.fillStyle = n % 2 ? "#ffffff" : "#f4f6f8";
      ctx.fillRect(0, band.top, drawing.width, band.height);
      ctx.fillStyle = "#bbbbbb";
      ctx.fillRect(0, band.top, drawing.width, 1);
      ctx.fillStyle = "#333333";
      ctx.font = "bold 14px Arial, 'Liberation Sans', Helvetica, sans-serif";
      ctx.textAlign = "left";
      ctx.textBaseline = "top";
      ctx.fillText(band.title, 10, band.top + 8);
    });
  }

  const nodes = drawing.nodes.map((node) => ({ ...node, ctxRenderer: drawBox }));
  const network = new vis.Network(stage, { nodes, edges: drawing.edges }, drawing.options);
  network.on("beforeDrawing", drawBands);
  network.on("click", ({ nodes: boxes, edges: lines }) => {
    if (boxes.some((key) => drawing.boxes[key])) choose(drawing.boxes[boxes[0]].thing);
    else if (lines.length) choose(lines[0]);
    else mark(current());
  });
  // The list beside the drawing has the same content for the keyboard.
  /** @type {HTMLElement} */ (stage.querySelector(".vis-network")).tabIndex = -1;
  stage.querySelector("canvas")?.setAttribute("aria-hidden", "true");

  /** @param {number} wanted */
  function resize(wanted) {
    zoom = Math.min(3, Math.max(0.1, wanted));
    const width = Math.ceil(drawing.width * zoom);
    const height = Math.ceil(drawing.height * zoom);
    stage.style.width = `${width}px`;
    stage.style.height = `${height}px`;
    network.setSize(`${width}px`, `${height}px`);
    network.moveTo({ position: { x: drawing.width / 2, y: drawing.height / 2 }, scale: zoom, animation: false });
    network.redraw();
  }

  /** @type {Record<string, () => number>} */
  const sizes = {
    smaller: () => zoom / 1.25,
    larger: () => zoom * 1.25,
    fit: () => Math.min(scroller.clientWidth / drawing.width, scroller.clientHeight / drawing.height),
  };
  for (const button of buttons("[data-zoom]")) {
    button.addEventListener("click", () => resize(sizes[button.dataset.zoom ?? ""]()));
  }

  /** @param {string} thing */
  function boxesOf(thing) {
    return Object.keys(drawing.boxes).filter((key) => drawing.boxes[key].thing === thing);
  }

  /**
   * A net effect whose steps are drawn has no line of its own: its two ends stand for it.
   * @param {string} id
   */
  function boxesFor(id) {
    const claim = Object.hasOwn(claims, id) ? claims[id] : null;
    return claim ? [...boxesOf(claim.subject), ...boxesOf(claim.object)] : boxesOf(id);
  }

  /** @param {string} id */
  function mark(id) {
    const line = drawing.edges.some((edge) => edge.id === id);
    network.setSelection({ nodes: line ? boxesOf(id) : boxesFor(id), edges: line ? [id] : [] }, { highlightEdges: false });
  }

  /** @param {string} id */
  function reveal(id) {
    const line = drawing.edges.find((edge) => edge.id === id);
    const keys = line ? [line.from, line.to] : boxesFor(id);
    const shown = keys.flatMap((key) => drawing.nodes.find((node) => node.id === key) ?? []);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const inSight = shown.some((node) => visible(node.x * zoom, node.y * zoom));
    if (!shown.length || inSight) return;
    // A box too tall to be seen whole is shown from its top.
    const height = drawing.boxes[shown[0].id]?.height ?? 0;
    const beyond = Math.max(0, height * zoom - scroller.clientHeight) / 2;
    scroller.scrollTo({
      left: shown[0].x * zoom - scroller.clientWidth / 2,
      top: shown[0].y * zoom - scroller.clientHeight / 2 - beyond,
      behavior: calm ? "auto" : "smooth",
    });
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  function visible(x, y) {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = scroller;
    return x > scrollLeft && x < scrollLeft + clientWidth && y > scrollTop && y < scrollTop + clientHeight;
  }

  // ---- the panel

  /**
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name
   * @param {string} [text]
   * @param {(Node | string)[]} children
   */
  function element(name, text, ...children) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    made.append(...children);
    return made;
  }

  /** @param {string[][]} rows */
  function pairs(rows) {
    const list = element("dl");
    for (const [name, value] of rows) if (value) list.append(element("dt", name), element("dd", value));
    return list;
  }

  /**
   * @param {string} text
   * @param {string} address
   */
  function link(text, address) {
    if (!address.startsWith("https://")) return element("span", text);
    const made = element("a", text);
    made.href = address;
    made.rel = "noopener";
    return made;
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  function jump(id, text) {
    const button = element("button", text);
    button.type = "button";
    button.addEventListener("click", () => choose(id));
    return button;
  }

  /**
   * @param {string} title
   * @param {Node[]} items
   */
  function bullets(title, items) {
    if (!items.length) return [];
    return [element("h3", title), element("ul", "", ...items.map((item) => element("li", "", item)))];
  }

  /** @param {string} id */
  function claimsAbout(id) {
    return Object.keys(claims).filter((key) => [claims[key].subject, claims[key].object].includes(id));
  }

  /** @param {string} id */
  function thingParts(id) {
    const thing = things[id];
    const outward = thing.links.map((to) => element("span", `${to.relation} `, link(to.name, to.address)));
    const inClaims = claimsAbout(id);
    return [
      element("h2", thing.label),
      pairs([
        ["class", thing.classes.join(", ") || thing.style],
        ["definition", thing.definition],
        ["also called", thing.synonyms.join(", ")],
        ["identifier", id],
      ]),
      ...bullets("Elsewhere", outward),
      ...bullets("Statements", inClaims.map((key) => jump(key, claims[key].label))),
      ...bullets("References", cited(inClaims)),
    ];
  }

  /** @param {string} id */
  function claimParts(id) {
    const claim = claims[id];
    const facts = Object.entries(claim.facts).map(([name, values]) => [name, values.join("; ")]);
    const ends = [...new Set([claim.subject, claim.object])].map((end) => jump(end, things[end].label));
    const evidence = claim.evidence.map((line) =>
      pairs([
        ["evidence", line.evidence_kind.join(", ")],
        ["direction", line.direction.join(", ")],
        ["place", line.place.join("; ")],
        ["references", line.number.join(", ")],
      ]),
    );
    return [
      element("h2", claim.label),
      pairs([...facts, ["identifier", id]]),
      ...bullets("Evidence", evidence),
      ...bullets("References", cited([id])),
      ...bullets("Between", ends),
      ...bullets("Statements about it", claimsAbout(id).map((key) => jump(key, claims[key].label))),
    ];
  }

  /** @param {string[]} keys */
  function cited(keys) {
    const numbers = new Set(keys.flatMap((key) => claims[key].evidence.flatMap((line) => line.number)));
    return [...numbers].sort((a, b) => Number(a) - Number(b)).map((number) => {
      const { author, year, title, doi, address } = references[number];
      const entry = element("span", `${number}. ${author} ${year}. ${title}. `);
      if (doi) entry.append(link(`doi ${doi}`, address));
      return entry;
    });
  }

  // ---- choosing: the address holds what is chosen, so that a link restores it

  function current() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return location.hash.slice(1); // a stray % names nothing
    }
  }

  /** @param {string} id */
  function choose(id) {
    if (current() === id) show();
    else location.hash = encodeURIComponent(id).replaceAll("%3A", ":");
  }

  function show() {
    const id = current();
    mark(id);
    for (const button of buttons("[data-id]")) {
      button.setAttribute("aria-current", String(button.dataset.id === id));
    }
    // A statement that another one is about is both; as a claim it tells more.
    const known = Object.hasOwn(claims, id) ? claimParts : Object.hasOwn(things, id) ? thingParts : null;
    if (known) {
      details.replaceChildren(...known(id));
      document.title = `${(things[id] ?? claims[id]).label} – ${pageTitle}`;
      reveal(id);
    } else {
      details.replaceChildren(element("p", id ? `Nothing here is called ${id}.` : "Choose a box, a line or an entry."));
      document.title = pageTitle;
    }
    details.scrollTop = 0;
  }

  for (const button of buttons("[data-id]")) {
    button.addEventListener("click", () => choose(button.dataset.id ?? ""));
  }
  addEventListener("hashchange", show);

  const search = /** @type {HTMLInputElement} */ (byId("search"));
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const button of buttons("#contents [data-id]")) {
      const fits = `${button.textContent} ${button.dataset.words}`.toLowerCase().includes(wanted);
      if (button.parentElement) button.parentElement.hidden = !fits;
      shown += Number(fits);
    }
    byId("found").textContent = wanted ? `${shown} found` : "";
  });

  // In a notebook the frame is no place for another site.
  if (window.parent !== window) document.head.append(Object.assign(document.createElement("base"), { target: "_blank" }));

  window.kgView = { network }; // for tests, and for people who look closer

  // A frame in a notebook may be laid out long after its page has run; until then nothing has a size.
  function begin() {
    if (!scroller.clientWidth) return false;
    if (matchMedia("(max-width: 60rem)").matches) byId("legend").removeAttribute("open");
    resize(1);
    if (location.hash) show();
    else if (drawing.start) reveal(drawing.start);
    return true;
  }

  if (!begin()) {
    const waiting = new ResizeObserver(() => begin() && waiting.disconnect());
    waiting.observe(scroller);
  }
})();
