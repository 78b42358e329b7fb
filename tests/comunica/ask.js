// Put queries to an endpoint through Comunica: {"address": …, "queries": […]} on standard input, the answers as a JSON
// list of texts on standard output: rows as SPARQL's JSON, triples as N-Triples.
"use strict";

const { readFileSync } = require("node:fs");
const { text } = require("node:stream/consumers");
const { QueryEngine } = require("@comunica/query-sparql");

async function asked(engine, address, query) {
  const found = await engine.query(query, { sources: [{ type: "sparql", value: address }] });
  const format = found.resultType === "quads" ? "application/n-triples" : "application/sparql-results+json";
  return text((await engine.resultToString(found, format)).data);
}

async function main({ address, queries }) {
  const engine = new QueryEngine();
  const answers = [];
  for (const query of queries) {
    answers.push(await asked(engine, address, query));
  }
  process.stdout.write(JSON.stringify(answers));
}

main(JSON.parse(readFileSync(0, "utf8")));
