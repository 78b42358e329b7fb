"use strict";
// The page Query: what is asked, who answers, and what is shown. The address holds all of it but files of one's own.
(() => {
  const { byId, inputById, element } = exploreDom;
  const root = document.body.dataset.root ?? "";
  const asker = byId("asker");
  const terms = kgQueryTerms;
  const names = queryNames(terms);
  const answers = queryAnswer(names.curie);
  /** @type {QueryTable | null} */
  let table = null;
  let asked = "";
  let view = "table";
  let busy = false;
  // Whether the engine or the server has it already, so that only ending it makes room for the next.
  let sent = false;
  // Questions wait for one another; of those that wait, only the last is asked.
  let turn = 0;
  /** @type {Promise<void>} */
  let underWay = Promise.resolve();
  // The address as it was written or followed last.
  let written = "";
  // The shortest saved question is the easiest to read.
  const first = Object.values(terms.questions).sort((a, b) => a.length - b.length)[0] ?? "ASK {}";

  const server = kgQueryServer ? queryEndpoint(root + kgQueryServer) : null;
  const engine = kgQueryEngine;
  const graph = queryGraph(names, queryLoad, (asker.dataset.libraries ?? "").split(" "));
  const tables = queryTable(names);
  asker.hidden = false; // the editor measures itself
  const form = queryForm(byId("parameters"), edited);
  const editor = queryEditor(byId("editor"), { names, terms, run: again, changed: edited });
  const files = queryFiles(
    { place: byId("own"), field: inputById("own-file"), list: byId("own-list"), clear: /** @type {HTMLButtonElement} */ (byId("own-clear")) },
    { names, own: terms.own, engine, changed: tellState, example: (text) => ask(text, {}), say: sayOwn },
  );

  // ---- saying

  /** @param {string} id @param {string} words */
  function notice(id, words) {
    byId(id).textContent = words;
    byId(id).hidden = !words;
  }

  /** @param {string} words @param {boolean} [wrong] */
  function sayOwn(words, wrong = false) {
    byId("own-said").textContent = wrong ? "" : words;
    notice("own-fault", wrong ? words : "");
  }

  /** @param {string} words */
  const tell = (words) => void (byId("state").textContent = words);

  function tellState() {
    const local = !server || files.any();
    document.body.dataset.answers = local ? "browser" : "server";
    if (!local) tell("The server answers.");
  }

  // ---- the address

  const saved = () => Object.entries(terms.questions).find(([, text]) => text === editor.value())?.[0] ?? "";

  function write() {
    if (location.hash !== written) return; // a link was just chosen, and will be followed
    const name = saved();
    const state = new URLSearchParams(name ? { question: name } : { query: editor.value() });
    for (const [key, value] of Object.entries(form.given())) state.set(`p.${key}`, value);
    if (table && view !== "table") state.set("view", view);
    if (table && view === "chart") {
      state.set("value", inputById("chart-value").value);
      state.set("label", inputById("chart-label").value);
    }
    history.replaceState(null, "", `#${state}`);
    written = location.hash;
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  function edited() {
    form.show(queryText.parameters(editor.value()));
    clearTimeout(soon);
    // What nobody chose has no address: a link to it must still be followed.
    soon = setTimeout(() => (location.hash || editor.value() !== first) && write(), 250);
  }

  /** Put a question into the editor and ask it, in place of the one under way. @param {string} text @param {Record<string, string>} values @param {Record<string, string>} [look] */
  function ask(text, values, look = {}) {
    editor.put(text);
    form.show(queryText.parameters(text));
    form.fill(values);
    if (sent) stop(new Error(REPLACED));
    next(look);
  }

  /** What the address asks for; without any, a first question stands there and waits. */
  function follow() {
    if (location.hash && location.hash === written) return;
    written = location.hash;
    const state = new URLSearchParams(location.hash.slice(1));
    const name = state.get("question") ?? "";
    const values = Object.fromEntries([...state].filter(([key]) => key.startsWith("p.")).map(([key, value]) => [key.slice(2), value]));
    const look = Object.fromEntries(["view", "value", "label"].map((key) => [key, state.get(key) ?? ""]));
    const known = Object.hasOwn(terms.questions, name);
    const text = known ? terms.questions[name] : state.get("query");
    const excess = queryText.excess(text ?? "");
    const wrong = name && !known ? `There is no saved question ${name}.` : excess && `The link is not followed: ${excess}.`;
    notice("unknown", wrong);
    if (text && !excess) ask(text, values, look);
    else if (!editor.value()) editor.put(first);
  }

  // ---- asking

  const REPLACED = "Another query was asked.";

  /** Ask what stands in the editor when what is under way has ended. @param {Record<string, string>} [look] how the answer is shown */
  function next(look = {}) {
    const mine = (turn += 1);
    underWay = underWay.then(() => (mine === turn ? run(look) : undefined));
  }

  /** Ask what stands in the editor, unless something is under way. */
  function again() {
    if (!busy) next();
  }

  const seconds = (/** @type {number} */ since) => ((performance.now() - since) / 1000).toFixed(2);

  /** @param {boolean} on */
  function work(on) {
    busy = on;
    for (const [id, off] of /** @type {[string, boolean][]} */ ([["run", on], ["stop", !on]])) {
      /** @type {HTMLButtonElement} */ (byId(id)).disabled = off;
    }
    byId("results").setAttribute("aria-busy", String(on));
  }

  /** @param {Error} why */
  function stop(why) {
    if (document.body.dataset.answers === "server") server?.stop(why);
    else {
      engine.stop(why);
      void engine.start().catch(() => undefined);
    }
  }

  /** @param {QueryPrepared} prepared */
  async function answered(prepared) {
    const [local, mine] = [!server || files.any(), turn];
    if (local) await engine.start();
    if (mine !== turn) throw new Error(REPLACED);
    const limit = Math.min(Math.max(Number(inputById("limit").value) || 15, 1), 600);
    sent = true;
    const timer = setTimeout(() => stop(new Error(`The query was stopped after ${limit} s. Narrow it, or raise the time limit.`)), limit * 1000);
    try {
      return await (local ? engine : server ?? engine).ask(prepared);
    } finally {
      clearTimeout(timer);
      sent = false;
    }
  }

  /** @param {Record<string, string>} look how the answer is shown */
  async function run(look) {
    work(true);
    editor.unmark();
    notice("fault", "");
    tell("Asking …");
    const begun = performance.now();
    /** @type {QueryPrepared | null} */
    let prepared = null;
    try {
      const [text, name] = [editor.value(), saved() || "query"]; // both may change before the answer comes
      prepared = queryPrepare.prepared(text, form.values(), names.prefixes);
      const found = await answered(prepared);
      const triples = prepared.form === "CONSTRUCT" || prepared.form === "DESCRIBE";
      table = triples ? answers.fromTriples(found) : answers.fromJson(found);
      asked = name;
      tell(`Answered in ${seconds(begun)} s ${document.body.dataset.answers === "server" ? "by the server" : "in this browser"}.`);
      await show(look);
    } catch (fault) {
      complain(prepared, fault instanceof Error ? fault : new Error(String(fault)));
    } finally {
      work(false);
      write();
    }
  }

  /** What stood there stays: the query, and the answer before. @param {QueryPrepared | null} prepared @param {Error} fault */
  function complain(prepared, fault) {
    const found = prepared ? queryPrepare.fault(prepared, fault.message) : { words: fault.message };
    tell("");
    notice("fault", found.place ? `Line ${found.place.line}, column ${found.place.column}: ${found.words}` : found.words);
    editor.mark(found);
  }

  // ---- showing

  /** @param {Record<string, string>} look */
  async function show(look) {
    if (!table) return;
    const { numeric, labels } = table.graph ? { numeric: [], labels: [] } : queryChart.columns(table);
    byId("results").hidden = false;
    byId("results").dataset.question = asked;
    byId("count").textContent = table.graph ? `${table.rows.length} triples` : table.rows.length === 1 ? "1 row" : `${table.rows.length} rows`;
    choose("chart-value", numeric, look.value);
    choose("chart-label", labels, look.label);
    /** @type {Record<string, boolean>} */
    const possible = { table: true, chart: numeric.length > 0, graph: table.graph, turtle: table.graph };
    for (const button of buttons("view")) button.hidden = !possible[button.dataset.view ?? ""];
    for (const button of buttons("take")) button.hidden = button.dataset.take === "svg" ? !possible.chart : button.dataset.take === "ttl" && !table.graph;
    await lookAt(possible[look.view] ? look.view : "table");
  }

  /** @param {string} kind @returns {HTMLButtonElement[]} */
  const buttons = (kind) => [...document.querySelectorAll(`button[data-${kind}]`)].filter((one) => one instanceof HTMLButtonElement);

  /** @param {string} id @param {string[]} options @param {string} [wanted] */
  function choose(id, options, wanted = "") {
    const field = byId(id);
    field.replaceChildren(...options.map((name) => element("option", { value: name }, name)));
    if (options.includes(wanted)) inputById(id).value = wanted;
  }

  const picture = () => queryChart.draw(/** @type {QueryTable} */ (table), inputById("chart-label").value, inputById("chart-value").value);

  /** @param {string} wanted */
  async function lookAt(wanted) {
    if (!table) return;
    view = wanted;
    for (const button of buttons("view")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    for (const name of ["table", "chart", "graph", "turtle"]) byId(`view-${name}`).hidden = name !== view;
    graph.hide();
    let note = "";
    if (view === "table") note = tables.show(table, byId("view-table"));
    else if (view === "turtle") byId("view-turtle").textContent = queryTurtle(table, names.prefixes);
    else if (view === "graph") note = await graph.show(table, byId("view-graph"));
    else {
      const drawn = picture();
      byId("chart").replaceChildren(drawn.picture);
      note = drawn.note;
    }
    byId("note").textContent = note;
    write();
  }

  /** @type {Record<string, () => [string, string]>} */
  const TAKEN = {
    csv: () => ["text/csv", answers.csv(/** @type {QueryTable} */ (table))],
    json: () => ["application/json", answers.json(/** @type {QueryTable} */ (table))],
    svg: () => ["image/svg+xml", new XMLSerializer().serializeToString(picture().picture)],
    ttl: () => ["text/turtle", queryTurtle(/** @type {QueryTable} */ (table), names.prefixes)],
  };

  for (const button of buttons("view")) button.addEventListener("click", () => void lookAt(button.dataset.view ?? "table"));
  for (const button of buttons("take")) {
    const ending = button.dataset.take ?? "csv";
    button.addEventListener("click", () => table && exploreDom.download(`${asked}.${ending}`, ...TAKEN[ending]()));
  }
  for (const id of ["chart-value", "chart-label"]) byId(id).addEventListener("change", () => void lookAt("chart"));

  // ---- the saved questions

  const items = [...document.querySelectorAll("[data-item]")];
  function narrow() {
    const wanted = inputById("saved-text").value.trim().toLowerCase().split(/\s+/);
    for (const item of items) item.toggleAttribute("hidden", !wanted.every((word) => (item.textContent ?? "").toLowerCase().includes(word)));
    for (const group of document.querySelectorAll("[data-group]")) group.toggleAttribute("hidden", !group.querySelector("[data-item]:not([hidden])"));
    const left = items.filter((item) => !item.hasAttribute("hidden")).length;
    byId("saved-count").textContent = left === items.length ? `${left}` : `${left} of ${items.length}`;
  }
  inputById("saved-text").addEventListener("input", narrow);
  for (const id of ["saved-search", "parameters"]) byId(id).addEventListener("submit", (event) => event.preventDefault());
  byId("parameters").addEventListener("keydown", (event) => {
    if (event.key === "Enter") again();
  });
  byId("run").addEventListener("click", again);
  byId("stop").addEventListener("click", () => stop(new Error("The query was stopped.")));
  window.addEventListener("hashchange", follow);

  narrow();
  tellState();
  Object.assign(window, { kgQuery: { table: () => table, graph } });
  if (!server) {
    tell("The engine starts …");
    engine.start().then(
      ({ quads }) => {
        document.body.dataset.engine = "ready";
        if (!busy) tell(`Ready: ${quads} triples in this browser.`);
      },
      (fault) => {
        document.body.dataset.engine = "failed";
        tell("");
        notice("fault", fault.message);
      },
    );
  }
  follow();
})();
