"use strict";
// Answers as tables of terms, whichever engine gave them, and the files that a reader may take along.

/** @param {(iri: string) => string} curie */
const queryAnswer = (curie) => {
  const TERM = /<([^>]*)>|(_:[^\s]+)|"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|@([A-Za-z0-9-]+))?/gy;

  /** A term of SPARQL's JSON. @param {any} found @returns {QueryTerm} */
  function term(found) {
    if (!found) return { kind: "", text: "", iri: "" };
    if (found.type === "uri") return { kind: "iri", text: curie(found.value), iri: found.value };
    if (found.type === "bnode") return { kind: "blank", text: `_:${found.value}`, iri: "" };
    if (found.type === "triple") {
      const parts = ["subject", "predicate", "object"].map((part) => term(found.value[part]).text);
      return { kind: "triple", text: `<<( ${parts.join(" ")} )>>`, iri: "" };
    }
    return { kind: "literal", text: found.value, iri: "", type: found.datatype, language: found["xml:lang"] };
  }

  /** @param {string} json @returns {QueryTable} */
  function fromJson(json) {
    const found = JSON.parse(json);
    if (typeof found.boolean === "boolean") {
      return { columns: ["answer"], rows: [[{ kind: "literal", text: String(found.boolean), iri: "" }]], graph: false };
    }
    /** @type {string[]} */
    const columns = found.head.vars;
    const rows = found.results.bindings.map((/** @type {any} */ row) => columns.map((name) => term(row[name])));
    return { columns, rows, graph: false };
  }

  const ESCAPES = /** @type {Record<string, string>} */ ({ t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" });
  /** @param {string} text */
  const unescaped = (text) =>
    text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, one) =>
      one ? (ESCAPES[one] ?? one) : String.fromCodePoint(Number.parseInt(four ?? eight, 16)));

  /** @param {string} line @returns {QueryTerm[]} */
  function terms(line) {
    const found = [];
    TERM.lastIndex = 0;
    while (TERM.lastIndex < line.length && line[TERM.lastIndex] !== ".") {
      const match = TERM.exec(line);
      if (!match) break;
      const [, iri, blank, text, type, language] = match;
      if (iri !== undefined) found.push({ kind: "iri", text: curie(unescaped(iri)), iri: unescaped(iri) });
      else if (blank !== undefined) found.push({ kind: "blank", text: blank, iri: "" });
      else found.push({ kind: "literal", text: unescaped(text), iri: "", type, language });
      while (line[TERM.lastIndex] === " ") TERM.lastIndex += 1;
    }
    return found;
  }

  /** Triples, each once and sorted. @param {string} ntriples @returns {QueryTable} */
  function fromTriples(ntriples) {
    const lines = [...new Set(ntriples.split("\n").filter((line) => line.trim()))];
    const rows = lines.map(terms).filter((row) => row.length === 3);
    const key = (/** @type {QueryTerm[]} */ row) => row.map((one) => one.text).join("\0");
    const sorted = rows.map((row) => ({ row, key: key(row) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return { columns: ["subject", "predicate", "object"], rows: sorted.map(({ row }) => row), graph: true };
  }

  /** @param {string} cell */
  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

  /** As `kg query --format csv` writes it. @param {QueryTable} table */
  function csv({ columns, rows }) {
    const lines = [columns, ...rows.map((row) => row.map((one) => one.text))];
    return lines.map((line) => `${line.map(quoted).join(",")}\n`).join("");
  }

  /** As `kg query --format json` writes it. @param {QueryTable} table */
  function json({ columns, rows }) {
    const named = rows.map((row) => Object.fromEntries(columns.map((name, n) => [name, row[n].text])));
    return `${JSON.stringify(named, null, 1)}\n`;
  }

  return { fromJson, fromTriples, csv, json };
};
