"use strict";
// Triples as Turtle: short names, each subject once.

/** @param {QueryTable} table @param {Record<string, string>} prefixes */
const queryTurtle = (table, prefixes) => {
  const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
  const used = new Set();

  /** @param {QueryTerm} one @returns {string} */
  function written(one) {
    if (one.kind === "literal") {
      const text = `"${queryPrepare.escaped(one.text)}"`;
      if (one.language) return `${text}@${one.language}`;
      return one.type ? `${text}^^${written({ kind: "iri", text: one.type, iri: one.type })}` : text;
    }
    if (one.kind !== "iri") return one.text;
    const prefix = one.text === one.iri ? "" : one.text.slice(0, one.text.indexOf(":"));
    if (!prefix) return `<${one.iri}>`;
    used.add(prefix);
    return one.text;
  }

  const blocks = [];
  let subject = "";
  for (const [first, relation, other] of table.rows) {
    const verb = relation.iri === TYPE ? "a" : written(relation);
    if (first.text !== subject) blocks.push({ subject: written(first), lines: /** @type {string[]} */ ([]) });
    subject = first.text;
    blocks[blocks.length - 1].lines.push(`${verb} ${written(other)}`);
  }
  const body = blocks.map((block) => `${block.subject} ${block.lines.join(" ;\n    ")} .\n`);
  const head = [...used].sort().map((name) => `@prefix ${name}: <${prefixes[name]}> .\n`);
  return [...head, ...(head.length && body.length ? ["\n"] : []), ...body].join("");
};
