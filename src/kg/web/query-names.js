"use strict";
// Short names of things, and where in the site they stand, as kg.terms and kg.site_page have it.

/** @param {QueryTerms} terms */
const queryNames = (terms) => {
  const LOCAL = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?$/u;
  const OUTWARD = /^https:\/\/[\w.-]+(?:\/[^\s<>"]*)?$/;
  /** @type {Record<string, string>} */
  const prefixes = { ...terms.prefixes, own: terms.own };
  const spaces = Object.entries(prefixes).sort(([, a], [, b]) => b.length - a.length);
  const things = new Set(Object.keys(terms.things));
  const statements = new Set(terms.statements);
  const discrepancies = new Set(terms.discrepancies);
  const figures = new Set(terms.figures);

  /** Shorten an IRI; one that no prefix fits comes back whole. @param {string} iri */
  function curie(iri) {
    const [name, space] = spaces.find(([, start]) => iri.startsWith(start)) ?? [];
    const local = space ? iri.slice(space.length) : "";
    return LOCAL.test(local) ? `${name}:${local}` : iri;
  }

  /** The page of a thing by its CURIE. @param {string} name */
  function page(name) {
    const local = name.replace(/^kgd:/, "");
    const safe = [...local].map((letter) => (/[A-Za-z0-9_-]/.test(letter) ? letter : `~${hexadecimal(letter)}`));
    return `entity/${safe.join("")}.html`;
  }

  /** @param {string} letter */
  const hexadecimal = (letter) => (letter.codePointAt(0) ?? 0).toString(16).padStart(2, "0");

  /** Where a name leads to: a place of the site, an address elsewhere, or nowhere. @param {string} name @param {string} [iri] */
  function address(name, iri = "") {
    const own = name.startsWith(terms.spaces[0]) ? `kgd:${name.slice(terms.spaces[0].length)}` : name;
    if (things.has(own)) return page(own);
    const anchor = encodeURIComponent(own.replace(/^kgd:/, ""));
    if (statements.has(own)) return `statements.html#${anchor}`;
    if (discrepancies.has(own)) return `discrepancies.html#${anchor}`;
    if (figures.has(own)) return `measurements.html#${anchor}`;
    const ours = [...terms.spaces, terms.own].some((space) => iri.startsWith(space));
    return !ours && OUTWARD.test(iri) ? iri : "";
  }

  /** Whether a cell names a thing or a term of ours; its IRI, or nothing. @param {string} cell */
  function ownIri(cell) {
    const bare = cell.replace(/^<(.*)>$/, "$1");
    const [, prefix, local] = /^(kgd|kg):(.+)$/.exec(bare) ?? [];
    const iri = prefix ? prefixes[prefix] + local : bare;
    return terms.spaces.some((space) => iri.startsWith(space) && iri.length > space.length) && queryPrepare.isIri(iri) ? iri : "";
  }

  return { prefixes, curie, address, ownIri, label: (/** @type {string} */ name) => terms.things[name] ?? terms.terms[name] ?? "" };
};
