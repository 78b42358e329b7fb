"use strict";
// Where no server answers the engine starts before the rest of the page is read, for it takes longest.

const kgQueryEngine = (() => {
  const { data = "", engineFile = "" } = document.getElementById("asker")?.dataset ?? {};
  const engine = queryEngine({ load: queryLoad, files: { data, engine: engineFile } });
  if (!kgQueryServer) engine.start().catch(() => undefined); // query.js says what is wrong
  return engine;
})();
