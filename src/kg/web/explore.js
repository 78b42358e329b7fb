"use strict";
// The page Explore: every act makes a new state, the address holds it, and what is shown follows from the address alone.
// So a link restores the view, and going back is undoing.

(() => {
  const data = kgExploreData;
  const { element, byId, inputById, download } = exploreDom;
  const title = document.title;
  const graph = exploreGraph(data);
  const states = exploreState(data);
  const search = exploreSearch(data);
  let { state, unknown } = states.parse(location.hash);

  /** @param {Partial<ExploreState>} changes */
  function go(changes) {
    const hash = `#${states.write({ ...state, ...changes })}`;
    if (hash === (location.hash || "#")) return show();
    history.pushState({ depth: depth() + 1 }, "", hash);
    read();
  }
  const depth = () => Number(history.state?.depth ?? 0);

  function read() {
    ({ state, unknown } = states.parse(location.hash));
    show();
  }
  addEventListener("popstate", read);

  // ---- what can be done

  /** @param {string} name */
  function toggle(name) {
    const open = state.open.includes(name) ? state.open.filter((one) => one !== name) : [...state.open, name];
    go({ open, at: name });
  }

  /** A click on a box tells what it is and opens it; on a line it tells who says so. @param {string} name */
  function choose(name) {
    const opens = graph.isThing(name) && !state.open.includes(name);
    go({ at: name, ...(opens ? { open: [...state.open, name] } : {}) });
  }

  /** @type {ExploreActs} */
  const acts = {
    choose: (name) => go({ at: name }),
    toggle,
    only: (name) => go({ open: [name], path: null, at: name }),
    pathEnd: (end, name) => {
      setEnd(end, name);
      byId("path-box").setAttribute("open", "");
      byId("path-form").scrollIntoView({ block: "nearest" });
      if (ends.from && ends.to) askPath();
      else inputById(end === "from" ? "path-to" : "path-from").focus();
    },
  };

  const drawing = exploreDrawing(data, byId("drawing"), choose);
  const svg = exploreSvg(data, drawing);
  const cards = exploreCards(data, graph, acts);
  const tables = exploreTables(data, graph, acts);
  const paths = explorePaths(data, acts.choose);
  const filters = exploreFilters(data, (key, values) => go({ facets: { ...state.facets, [key]: values } }));

  // ---- search, and the two ends of a path

  const finder = inputById("explore-search");
  search.suggest(finder, (thing) => {
    finder.value = "";
    go({ open: [thing], path: null, at: thing });
  });

  /** @type {{ from: string, to: string }} */
  const ends = { from: "", to: "" };

  /** @param {"from" | "to"} end @param {string} name */
  function setEnd(end, name) {
    ends[end] = name;
    inputById(`path-${end}`).value = name ? data.things[name].label : "";
  }
  for (const end of /** @type {const} */ (["from", "to"])) {
    const field = inputById(`path-${end}`);
    search.suggest(field, (thing) => setEnd(end, thing));
    field.addEventListener("input", () => (ends[end] = ""));
  }

  function askPath() {
    for (const end of /** @type {const} */ (["from", "to"])) {
      const [first] = search.search(inputById(`path-${end}`).value);
      if (!ends[end] && first) setEnd(end, first.thing);
    }
    const { from, to } = ends;
    if (!from || !to) return tell("A path needs two things: choose both from the suggestions.");
    if (from === to) return tell("A path needs two different things.");
    go({ path: { from, to, stitched: inputById("path-stitched").checked, nth: 1 }, open: [], at: "" });
  }
  byId("path-form").addEventListener("submit", (event) => {
    event.preventDefault();
    askPath();
  });
  inputById("path-stitched").addEventListener("change", () => {
    if (state.path) go({ path: { ...state.path, stitched: inputById("path-stitched").checked, nth: 1 } });
  });
  byId("path-none").addEventListener("click", () => go({ path: null, open: state.open.length ? state.open : states.fresh().open, at: "" }));

  // ---- showing

  /** @param {string} text */
  function tell(text) {
    byId("said").textContent = text;
  }

  function show() {
    const wanted = state.path;
    byId("path-none").hidden = !wanted;
    byId("path-answer").hidden = !wanted;
    if (!wanted) {
      byId("path-answer").replaceChildren();
      return showAll([]);
    }
    setEnd("from", wanted.from);
    setEnd("to", wanted.to);
    inputById("path-stitched").checked = wanted.stitched;
    if (window.kgExplorePaths) return showPath(window.kgExplorePaths, wanted);
    byId("path-answer").replaceChildren(element("p", {}, "Loading the paths …"));
    paths.load().then(
      (answers) => state.path && showPath(answers, state.path),
      () => {
        byId("path-answer").replaceChildren(element("p", { class: "notice" }, "The paths could not be loaded: the file explore-paths-data.js is not beside this page."));
        showAll([]);
      },
    );
  }

  /** @param {ExplorePaths} answers @param {ExplorePathWanted} wanted */
  function showPath(answers, wanted) {
    byId("path-answer").replaceChildren(...paths.parts(answers, wanted, (path) => go({ path, at: "" })));
    const found = paths.linesOf(answers, wanted);
    showAll(found, found.length ? [] : [wanted.from, wanted.to]);
  }

  /** @param {string[]} walked @param {string[]} [besides] things to show although nothing leads to them */
  function showAll(walked, besides = []) {
    const shown = graph.shown(state, walked);
    const extra = besides.filter((name) => !shown.things.includes(name));
    const all = { ...shown, things: [...shown.things, ...extra] };
    const { large } = drawing.update(all, { open: state.open, walked, at: state.at });
    drawing.reveal(state.at);
    filters.update(state);
    tables.update(all, state);
    const undo = byId("undo");
    if (undo instanceof HTMLButtonElement) undo.disabled = depth() === 0;
    const strange = unknown.map((name) => `Nothing here is called ${name}.`);
    byId("unknown").hidden = !strange.length;
    byId("unknown").textContent = strange.join(" ");
    byId("large").hidden = !large;
    byId("nothing").hidden = all.things.length > 0;
    const counts = `${all.things.length} thing${all.things.length === 1 ? "" : "s"}, ${all.lines.length} statement${all.lines.length === 1 ? "" : "s"}`;
    const name = graph.isThing(state.at) ? data.things[state.at].label : graph.isLine(state.at) ? data.claims[state.at].label : "";
    byId("count").textContent = counts;
    document.title = name ? `${name} – ${title}` : title;
    tell(name ? `${name}. ${counts} shown.` : `${counts} shown.`);
    showCard();
  }

  function showCard() {
    const card = byId("card");
    const none = [element("p", {}, "Choose a box or a line of the drawing, or an entry of the tables below.")];
    const parts = graph.isThing(state.at) ? cards.thing(state.at, state) : graph.isLine(state.at) ? cards.claim(state.at) : none;
    card.replaceChildren(...parts);
    if (card.parentElement) card.parentElement.scrollTop = 0;
  }

  // ---- buttons and keys of the drawing

  /** @type {Record<string, () => void>} */
  const tools = {
    undo: () => history.back(),
    restart: () => go({ ...states.fresh() }),
    smaller: () => drawing.zoom(1 / 1.25),
    larger: () => drawing.zoom(1.25),
    fit: () => drawing.cy.fit(undefined, 24),
    svg: () => download("explore.svg", "image/svg+xml", svg.write(document.title, byId("drawing").dataset.caption ?? "")),
  };
  for (const [id, act] of Object.entries(tools)) byId(id).addEventListener("click", act);

  /** @type {Record<string, [number, number]>} */
  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  byId("drawing").addEventListener("keydown", (event) => {
    const here = graph.isThing(state.at) ? state.at : state.open[0] ?? drawing.cy.nodes().map((node) => node.id())[0];
    if (event.altKey || event.ctrlKey || event.metaKey || !here) return;
    if (Object.hasOwn(ARROWS, event.key)) {
      const next = graph.isThing(state.at) ? drawing.toward(here, ...ARROWS[event.key]) : here;
      if (next) go({ at: next });
    } else if (event.key === "Enter") choose(here);
    else if (event.key === "Backspace" || event.key === "Delete") state.open.includes(here) && toggle(here);
    else if (event.key === "+") tools.larger();
    else if (event.key === "-") tools.smaller();
    else return;
    event.preventDefault();
  });
  byId("filters").addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && byId("filters").querySelector("details[open]");
    if (!open) return;
    open.removeAttribute("open");
    open.querySelector("summary")?.focus();
  });
  new ResizeObserver(() => drawing.cy.resize()).observe(byId("drawing"));

  window.kgExplore = { cy: drawing.cy, state: () => state, search: search.search, tables, svg, go };
  byId("explorer").hidden = false;
  if (matchMedia("(max-width: 40rem)").matches) {
    for (const id of ["path-box", "filter-box", "legend"]) if (id !== "path-box" || !state.path) byId(id).removeAttribute("open");
  }
  show();
})();
