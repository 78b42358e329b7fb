"use strict";
// The endpoint of the server that this page comes from.

/** @param {string} address */
const queryEndpoint = (address) => {
  /** @type {AbortController | null} */
  let going = null;
  /** @type {Error | null} */
  let why = null;

  /** @param {QueryPrepared} asked @returns {Promise<string>} */
  async function ask(asked) {
    const triples = asked.form === "CONSTRUCT" || asked.form === "DESCRIBE";
    [going, why] = [new AbortController(), null];
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: asked.query,
        headers: {
          "Content-Type": "application/sparql-query",
          Accept: triples ? "application/n-triples" : "application/sparql-results+json",
        },
        signal: going.signal,
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text.trim() || `the server answers with ${answer.status}`);
      return text;
    } catch (fault) {
      if (why) throw why;
      throw fault instanceof TypeError ? new Error("the server cannot be reached") : fault;
    } finally {
      going = null;
    }
  }

  /** @param {Error} reason */
  function stop(reason) {
    why = reason;
    going?.abort();
  }

  return { ask, stop };
};
