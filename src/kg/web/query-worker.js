"use strict";
// Runs in a worker: holds the graph and answers one query at a time, until the page ends it. Never loaded as a file; the
// engine stands before it as `oxigraph` in the same text.
(() => {
  /** @type {any} */
  const page = self;
  /** @type {OxigraphStore | null} */
  let store = null;

  /** @param {string} packed gzip in base64 */
  function unpacked(packed) {
    const text = atob(packed);
    const bytes = new Uint8Array(text.length);
    for (let n = 0; n < text.length; n += 1) bytes[n] = text.charCodeAt(n);
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  }

  /** @param {{ module: string, data: string }} given */
  async function start({ module, data }) {
    const [bytes, trig] = await Promise.all([unpacked(module).arrayBuffer(), unpacked(data).arrayBuffer()]);
    oxigraph.initSync({ module: await WebAssembly.compile(bytes) });
    store = new oxigraph.Store();
    // Our own data, known to be right: read without a second look.
    store.load(new Uint8Array(trig), { format: "application/trig", no_transaction: true, lenient: true });
    return { quads: store.size };
  }

  /** @param {{ text: string, format: string, graph: string }} given */
  function add({ text, format, graph }) {
    if (!store) throw new Error("the engine has not started");
    const before = store.size;
    store.load(text, { format, base_iri: graph, to_graph_name: oxigraph.namedNode(graph) });
    return { triples: store.size - before };
  }

  /** @param {{ query: string, triples: boolean, union: boolean }} given */
  function ask({ query, triples, union }) {
    if (!store) throw new Error("the engine has not started");
    const results_format = triples ? "application/n-triples" : "application/sparql-results+json";
    return { text: store.query(query, { results_format, use_default_graph_as_union: union }) };
  }

  /** @type {Record<string, (given: any) => object | Promise<object>>} */
  const ACTS = { hello: () => ({}), start, add, ask };
  page.onmessage = async (/** @type {MessageEvent} */ { data: { id, act, given } }) => {
    try {
      page.postMessage({ id, found: await ACTS[act](given) });
    } catch (fault) {
      // After a trap of WebAssembly the memory of the engine is no longer sound.
      const broken = fault instanceof WebAssembly.RuntimeError || fault instanceof RangeError;
      page.postMessage({ id, fault: String(fault), broken });
    }
  };
})();
