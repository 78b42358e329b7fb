"use strict";
// An answer as a table, as long as a browser can show it; the downloads have all of it.

/** @param {QueryNames} names */
const queryTable = (names) => {
  const MOST = 1000;

  /** A cell may list several of our things. @param {string} text @returns {(Node | string)[]} */
  const listed = (text) =>
    text.split("; ").flatMap((part, n) => {
      const address = part.startsWith("kgd:") ? names.address(part) : "";
      return [...(n ? ["; "] : []), address ? exploreDom.link(part, address) : part];
    });

  /** @param {QueryTerm} term */
  function cell(term) {
    if (term.kind !== "iri") return exploreDom.element("td", {}, ...listed(term.text));
    const address = names.address(term.text, term.iri);
    const label = names.label(term.text);
    return exploreDom.element("td", label ? { title: label } : {}, address ? exploreDom.link(term.text, address) : term.text);
  }

  /** @param {QueryTable} table @param {HTMLElement} place */
  function show(table, place) {
    const head = exploreDom.element("tr", {}, ...table.columns.map((name) => exploreDom.element("th", { scope: "col" }, name)));
    const body = table.rows.slice(0, MOST).map((row) => exploreDom.element("tr", {}, ...row.map(cell)));
    place.replaceChildren(exploreDom.element("table", {}, exploreDom.element("thead", {}, head), exploreDom.element("tbody", {}, ...body)));
    return table.rows.length > MOST ? `The first ${MOST} rows are shown; the downloads have all ${table.rows.length}.` : "";
  }

  return { show };
};
