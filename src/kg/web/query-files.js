"use strict";
// Files of the reader's own, chosen or dropped; they are read here and sent nowhere.

/**
 * @param {{ place: HTMLElement, field: HTMLInputElement, list: HTMLElement, clear: HTMLButtonElement }} parts
 * @param {{ names: QueryNames, own: string, engine: QueryEngine, changed: () => void, example: (query: string) => void,
 *   say: (words: string, wrong?: boolean) => void }} page
 */
const queryFiles = (parts, page) => {
  const MOST_BYTES = 5_000_000;
  /** @type {Set<string>} */
  const taken = new Set();

  /** A name that can stand in an IRI and that no other file has. @param {string} name */
  function freeName(name) {
    const plain = name.replace(/\.[^.]*$/, "").replace(/[^A-Za-z0-9_-]+/g, "_") || "file";
    let free = plain;
    for (let more = 2; taken.has(free); more += 1) free = `${plain}_${more}`;
    taken.add(free);
    return free;
  }

  /** @param {File} file */
  async function add(file) {
    const kind = /\.([a-z]+)$/i.exec(file.name)?.[1].toLowerCase() ?? "";
    if (!["ttl", "csv", "tsv", "nt"].includes(kind)) throw new Error("only .ttl, .nt, .csv and .tsv files can be read");
    if (file.size > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES / 1_000_000} MB`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    const table = kind === "csv" || kind === "tsv" ? queryOwn.read(text, page.own, page.names.ownIri) : null;
    const name = freeName(file.name);
    const graph = `${page.own}graph/${name}`;
    try {
      const given = { text: table ? table.triples : text, format: table || kind === "nt" ? "application/n-triples" : "text/turtle", graph };
      const { triples } = await page.engine.add(given);
      list(file.name, graph, triples, table);
    } catch (fault) {
      taken.delete(name);
      throw fault;
    }
  }

  /** @param {string} name @param {string} graph @param {number} triples @param {ReturnType<typeof queryOwn.read> | null} table */
  function list(name, graph, triples, table) {
    const left = table?.left ? `; ${table.left} rows name nothing of ours and are left out` : "";
    const about = table ? `${table.joined} rows joined by the column ${table.key}${left}` : "as it is";
    const query = example(graph, table);
    const item = exploreDom.element("li", {},
      exploreDom.element("b", {}, name), `: ${triples} triples, ${about}, in the graph `, exploreDom.element("code", {}, `<${graph}>`), ". ",
      exploreDom.button("Example query", () => page.example(query)));
    if (table) {
      const used = table.used.map((iri) => iri.replace(page.own, "own:"));
      item.append(exploreDom.element("p", { class: "quiet" }, `Predicates, in own: <${page.own}>: ${used.join(", ")}`));
    }
    parts.list.append(item);
  }

  /** @param {string} graph @param {ReturnType<typeof queryOwn.read> | null} table */
  function example(graph, table) {
    const head = "# What does my file say, and what is it about?\n";
    const label = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n";
    const used = (table?.used ?? []).slice(0, 8);
    const columns = table ? used.map((_, n) => `?own${n + 1}`).join(" ") : "?predicate ?object";
    const lines = [
      `SELECT DISTINCT ?thing ?label ${columns}`,
      "WHERE {",
      `  GRAPH <${graph}> { ?thing ?predicate ?object }`,
      "  OPTIONAL { ?thing rdfs:label ?label }",
      ...used.map((iri, n) => `  OPTIONAL { ?thing <${iri}> ?own${n + 1} }`),
      "}",
      "LIMIT 1000",
    ];
    return `${head}${label}${lines.join("\n")}\n`;
  }

  /** What the engine says of a file, with its line. @param {unknown} fault */
  function reason(fault) {
    if (!(fault instanceof Error)) return String(fault);
    if (fault instanceof TypeError) return "it is not text in UTF-8";
    const said = fault.message.replace(/^Error: /, "").replace(/\s+/g, " ");
    const at = /^Parser error (?:at|between) line (\d+)(?: between)? columns? (\d+)[^:]*: (.*)$/.exec(said);
    return at ? `line ${at[1]}, column ${at[2]}: ${at[3]}` : said;
  }

  /** @param {Iterable<File>} files */
  async function take(files) {
    for (const file of files) {
      page.say(`Reading ${file.name} …`);
      try {
        await add(file);
        page.say(`${file.name} is joined in. Queries are answered in this browser as long as it is.`);
      } catch (fault) {
        page.say(`${file.name} is not read: ${reason(fault)}`, true);
      }
      page.changed();
    }
    parts.clear.hidden = !taken.size;
  }

  parts.field.addEventListener("change", async () => {
    await take([...(parts.field.files ?? [])]);
    parts.field.value = "";
  });
  parts.clear.addEventListener("click", () => {
    page.engine.clear();
    taken.clear();
    parts.list.replaceChildren();
    parts.clear.hidden = true;
    page.say("Your files are taken out again.");
    page.changed();
    parts.field.focus();
  });
  for (const kind of ["dragover", "drop"]) {
    parts.place.addEventListener(kind, (event) => {
      if (!(event instanceof DragEvent) || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      parts.place.classList.toggle("over", kind === "dragover");
      if (kind === "drop") void take([...event.dataTransfer.files]);
    });
  }
  parts.place.addEventListener("dragleave", () => parts.place.classList.remove("over"));

  return { any: () => taken.size > 0 };
};
