"use strict";
// The tables under the drawing: all that it shows, for the keyboard, for a screen reader, and to take along.

/**
 * @param {ExploreData} data
 * @param {ReturnType<typeof exploreGraph>} graph
 * @param {ExploreActs} acts
 */
const exploreTables = (data, graph, acts) => {
  const { element, button, link, references, download, byId } = exploreDom;
  const PREFIXES = Object.entries(data.prefixes).map(([prefix, space]) => `PREFIX ${prefix}: <${space}>`).join("\n");

  /** @typedef {Record<string, string>} Row */
  /**
   * @typedef {object} Kind
   * @property {(name: string) => Row} row what is exported
   * @property {(name: string, state: ExploreState) => (Node | string)[][]} cells what is shown, by column
   * @property {(names: string[]) => string} sparql
   */

  /** @param {ExploreLine} line */
  const numbers = (line) => [...new Set(line.evidence.flatMap((one) => one.number))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  /** @param {string[]} values */
  const joined = (values) => [...new Set(values)].join("; ");
  /** @param {number} sign */
  const signed = (sign) => (sign ? String(sign) : "");
  /** @param {string} name */
  const toThing = (name) => button(data.things[name].label, () => acts.choose(name), { class: "plain" });

  /** @type {Record<string, Kind>} */
  const kinds = {
    statements: {
      row: (name) => {
        const line = data.claims[name];
        return {
          statement_id: name, kind: line.kind, subject: data.things[line.subject].label, predicate: line.relation,
          object: data.things[line.object].label, sign: signed(line.sign), polarity: line.polarity, certainty: line.certainty,
          evidence_kind: joined(line.evidence.flatMap((one) => one.evidence_kind)), context: joined(line.facts.context ?? []),
          place: joined(line.evidence.flatMap((one) => one.place)), references: numbers(line).join("; "),
        };
      },
      cells: (name) => {
        const line = data.claims[name];
        const row = kinds.statements.row(name);
        const doubt = line.polarity === "negated" ? "negated" : line.standing;
        return [
          [button(line.label, () => acts.choose(name), { class: "plain" })],
          [row.kind], [toThing(line.subject)], [row.predicate], [toThing(line.object)], [row.sign.replace("-1", "−1")],
          [doubt], [row.certainty], [row.evidence_kind], [row.context], references(numbers(line)),
        ];
      },
      sparql: statementQuery,
    },
    things: {
      row: (name) => {
        const thing = data.things[name];
        return {
          thing_id: name, label: thing.label, class: (thing.classes ?? []).join("; "), synonyms: (thing.synonyms ?? []).join("; "),
          definition: thing.definition ?? "",
        };
      },
      cells: (name, state) => {
        const isOpen = state.open.includes(name);
        const count = graph.open(name, state).length;
        const words = isOpen ? "Collapse" : "Expand";
        const label = { "aria-label": `${words} ${data.things[name].label}`, "aria-pressed": String(isOpen) };
        return [
          [toThing(name)],
          [graph.classOf(name)],
          [String(count)],
          [button(words, () => acts.toggle(name), label)],
          data.things[name].page ? [link("own page", data.things[name].page)] : [],
        ];
      },
      sparql: thingQuery,
    },
  };

  /** A prefixed name where it is plain, else the whole IRI. @param {string} name */
  function term(name) {
    const [prefix, local] = [name.split(":")[0], name.slice(name.indexOf(":") + 1)];
    if (/^kgd?$/.test(prefix) && /^\w[\w-]*$/.test(local)) return name;
    const space = prefix === "kgd" || prefix === "kg" ? data.prefixes[prefix] : "";
    return `<${space ? space + local : name}>`;
  }

  /** @param {string[]} names */
  function statementQuery(names) {
    const stated = names.filter((name) => !data.claims[name].walked_only);
    return `${PREFIXES}
SELECT ?statement ?subject ?predicate ?object ?sign ?polarity ?certainty
       (GROUP_CONCAT(DISTINCT ?where; separator="; ") AS ?context) (GROUP_CONCAT(DISTINCT STR(?number); separator="; ") AS ?references)
WHERE {
  VALUES ?statement {
    ${stated.map(term).join("\n    ")}
  }
  { ?statement kg:subject ?from ; kg:predicate ?via ; kg:object ?to ; kg:polarity/rdfs:label ?polarity ; kg:certainty/rdfs:label ?certainty }
  UNION { ?statement a kg:DirectEdge ; kg:edgeSubject ?from ; kg:edgePredicate ?via ; kg:edgeObject ?to }
  ?from rdfs:label ?subject . ?via rdfs:label ?predicate . ?to rdfs:label ?object .
  OPTIONAL { ?via kg:sign ?sign }
  OPTIONAL { ?statement kg:context/rdfs:label ?where }
  OPTIONAL { ?statement kg:evidenceLine/kg:cites/kg:number ?number }
}
GROUP BY ?statement ?subject ?predicate ?object ?sign ?polarity ?certainty
ORDER BY ?statement
`;
  }

  /** @param {string[]} names */
  function thingQuery(names) {
    return `${PREFIXES}
SELECT ?thing ?label ?definition (GROUP_CONCAT(DISTINCT ?name; separator="; ") AS ?synonyms)
WHERE {
  VALUES ?thing {
    ${names.map(term).join("\n    ")}
  }
  OPTIONAL { ?thing rdfs:label ?label }
  OPTIONAL { ?thing skos:definition ?definition }
  OPTIONAL { ?thing skos:altLabel ?name }
}
GROUP BY ?thing ?label ?definition
ORDER BY ?thing
`;
  }

  /** @param {Row[]} rows */
  function csv(rows) {
    const cell = (/** @type {string} */ text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))];
    return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
  }

  /** @type {ExploreShown} */
  let shown = { things: [], lines: [] };
  /** @param {string} kind */
  const namesOf = (kind) => (kind === "things" ? shown.things : shown.lines);
  /** @type {Record<string, (kind: string) => void>} */
  const forms = {
    csv: (kind) => download(`explore-${kind}.csv`, "text/csv", csv(namesOf(kind).map(kinds[kind].row))),
    json: (kind) => download(`explore-${kind}.json`, "application/json", `${JSON.stringify(namesOf(kind).map(kinds[kind].row), null, 1)}\n`),
    sparql: (kind) => {
      const query = byId(`${kind}-sparql`);
      query.hidden = !query.hidden;
      byId(`${kind}-table`).querySelector("[data-form=sparql]")?.setAttribute("aria-expanded", String(!query.hidden));
    },
  };
  for (const kind of Object.keys(kinds)) {
    for (const made of byId(`${kind}-table`).querySelectorAll("[data-form]")) {
      if (made instanceof HTMLElement) made.addEventListener("click", () => forms[made.dataset.form ?? ""](kind));
    }
  }

  /** @param {ExploreShown} now @param {ExploreState} state */
  function update(now, state) {
    shown = now;
    for (const [kind, { cells, sparql }] of Object.entries(kinds)) {
      const names = namesOf(kind);
      const rows = names.map((name) => {
        const made = element("tr", { "data-id": name }, ...cells(name, state).map((parts) => element("td", {}, ...parts)));
        if (name === state.at) made.setAttribute("aria-current", "true");
        return made;
      });
      byId(`${kind}-rows`).replaceChildren(...rows);
      byId(`${kind}-count`).textContent = String(names.length);
      byId(`${kind}-sparql`).textContent = sparql(names);
    }
  }

  return { update, rows: (/** @type {string} */ kind) => namesOf(kind).map(kinds[kind].row) };
};
