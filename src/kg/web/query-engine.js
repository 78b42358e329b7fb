"use strict";
// The engine in the browser: a worker that is ended when a query takes too long, and made anew with all it held.

/** @param {{ load: (file: string) => Promise<void>, files: { data: string, engine: string }, running: () => void }} page */
const queryEngine = (page) => {
  /** @type {Worker | null} */
  let worker = null;
  /** @type {Promise<{ quads: number }> | null} */
  let ready = null;
  let next = 0;
  const READING_SECONDS = 30;
  /** @type {Map<number, { resolve: (found: any) => void, reject: (fault: Error) => void }>} */
  const waiting = new Map();
  /** What was brought along, to be loaded again. @type {QueryOwnFile[]} */
  const kept = [];

  /** @param {string} act @param {object} given @returns {Promise<any>} */
  const tell = (act, given) =>
    new Promise((resolve, reject) => {
      const id = (next += 1);
      waiting.set(id, { resolve, reject });
      worker?.postMessage({ id, act, given });
    });

  /** End the worker; whoever waits for it is told why. @param {Error} why */
  function end(why) {
    worker?.terminate();
    [worker, ready] = [null, null];
    for (const { reject } of waiting.values()) reject(why);
    waiting.clear();
  }

  /** @param {MessageEvent} message */
  function hear({ data: { id, found, fault, broken } }) {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) asked?.resolve(found);
    else asked?.reject(new Error(broken ? "the query is too much for the engine in the browser, which was started anew" : fault));
    if (broken) end(new Error("the engine was started anew"));
  }

  async function begin() {
    if (typeof WebAssembly !== "object") {
      throw new Error("This browser runs no WebAssembly, so it cannot answer by itself. Ask with the command: kg query, or use this page under kg serve.");
    }
    await Promise.all([page.load(page.files.data), page.load(page.files.engine)]);
    const address = URL.createObjectURL(new Blob([kgQueryEngineData.script], { type: "text/javascript" }));
    worker = new Worker(address);
    worker.onmessage = hear;
    worker.onerror = (fault) => end(new Error(`the engine does not start: ${fault.message}`));
    await tell("hello", {});
    page.running();
    const started = await tell("start", { module: kgQueryEngineData.module, data: kgQueryData });
    URL.revokeObjectURL(address);
    for (const file of kept) await tell("add", file);
    return started;
  }

  /** Start it if it does not run. */
  function start() {
    ready ??= begin().catch((fault) => {
      ready = null;
      throw fault;
    });
    return ready;
  }

  /** @param {QueryOwnFile} file @returns {Promise<{ triples: number }>} */
  async function add(file) {
    await start();
    const timer = setTimeout(() => end(new Error(`reading it took more than ${READING_SECONDS} s`)), READING_SECONDS * 1000);
    try {
      const found = await tell("add", file);
      kept.push(file);
      return found;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Forget what was brought along. */
  function clear() {
    kept.length = 0;
    end(new Error("the engine was started anew"));
  }

  /** @param {QueryPrepared} asked @returns {Promise<string>} */
  async function ask(asked) {
    await start();
    const triples = asked.form === "CONSTRUCT" || asked.form === "DESCRIBE";
    return (await tell("ask", { query: asked.query, triples, union: asked.union })).text;
  }

  return { start, add, ask, clear, stop: end };
};
