"use strict";
// Where no server answers the engine starts before the rest of the page is read, for it takes longest. A browser hands a
// worker its text only while the page is idle, so the rest waits until the worker runs.

const kgQueryEngine = (() => {
  const { data = "", engineFile = "", scripts = "" } = document.getElementById("asker")?.dataset ?? {};
  const rest = () => scripts.split(" ").forEach((file) => void queryLoad(file));
  const engine = queryEngine({ load: queryLoad, files: { data, engine: engineFile }, running: rest });
  if (kgQueryServer) rest();
  else engine.start().catch(rest); // query.js says what is wrong
  return engine;
})();
