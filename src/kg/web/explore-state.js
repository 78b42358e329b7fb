"use strict";
// A link holds the whole view: #open=Drug_selinexor&kind=-recommendation&path=A,B&at=Statement_x

/** @param {ExploreData} data */
const exploreState = (data) => {
  const PREFIX = "kgd:";

  /** @param {string} name */
  const short = (name) => {
    const local = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
    return encodeURIComponent(local.includes(":") ? name : local).replaceAll("%3A", ":");
  };
  /** @param {string} text */
  const long = (text) => {
    const name = decoded(text);
    return name.includes(":") ? name : PREFIX + name;
  };
  /** @param {string} text */
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a stray % names nothing
    }
  }
  /** @param {string} value */
  const word = (value) => encodeURIComponent(value.replaceAll(" ", "_"));

  /** @param {string} list */
  const parts = (list) => list.split(",").filter((part) => part);

  /** @returns {ExploreState} */
  const fresh = () => ({
    open: data.start ? [data.start] : [],
    facets: Object.fromEntries(data.facets.map((facet) => [facet.key, new Set(facet.shown)])),
    path: null,
    at: "",
  });

  /**
   * Read a state from the part of an address after the hash sign.
   * @param {string} hash
   * @returns {{ state: ExploreState, unknown: string[] }} what the link names and the graph has not comes back too
   */
  function parse(hash) {
    const state = fresh();
    /** @type {string[]} */
    const unknown = [];
    const text = hash.replace(/^#/, "");
    const pairs = text.includes("=") ? text.split("&") : text ? [`at=${text}`] : [];
    const given = new Map(pairs.map((pair) => [pair.split("=")[0], pair.slice(pair.indexOf("=") + 1)]));
    /** @param {string} part @param {Record<string, unknown>} table */
    const found = (part, table) => {
      const name = long(part);
      if (Object.hasOwn(table, name)) return [name];
      unknown.push(decoded(part));
      return [];
    };
    for (const facet of data.facets) {
      const list = given.get(facet.key);
      if (list !== undefined) state.facets[facet.key] = readFacet(facet, list, unknown);
    }
    const ends = parts(given.get("path") ?? "").flatMap((part) => found(part, data.things));
    if (ends.length === 2 && ends[0] !== ends[1]) {
      const nth = Math.max(1, Math.trunc(Number(given.get("nth"))) || 1);
      state.path = { from: ends[0], to: ends[1], stitched: given.get("stitched") === "yes", nth };
    }
    const at = given.get("at") ?? "";
    state.at = at ? (found(at, { ...data.things, ...data.claims })[0] ?? "") : "";
    const open = given.get("open");
    if (open !== undefined) {
      state.open = [...new Set(parts(open).flatMap((part) => found(part, data.things)))];
      if (open && !state.open.length && !state.path && !state.at) state.open = fresh().open;
    } else if (state.path) state.open = [];
    else if (state.at) state.open = Object.hasOwn(data.things, state.at) ? [state.at] : [];
    for (const key of given.keys()) if (!KEYS.has(key)) unknown.push(decoded(key));
    return { state, unknown };
  }

  const KEYS = new Set(["open", "path", "stitched", "nth", "at", ...data.facets.map((facet) => facet.key)]);

  /** @param {ExploreFacet} facet @param {string} list @param {string[]} unknown */
  function readFacet(facet, list, unknown) {
    const values = facet.values.map((entry) => entry.value);
    const named = parts(list).filter((part) => part !== "none" && part !== "all");
    /** @type {Set<string>} */
    const kept = new Set();
    /** @type {Set<string>} */
    const left = new Set();
    for (const part of named) {
      const minus = part.startsWith("-") && !values.some((value) => word(value) === part);
      const value = values.find((one) => word(one) === (minus ? part.slice(1) : part));
      if (value === undefined) unknown.push(decoded(part));
      else (minus ? left : kept).add(value);
    }
    if (kept.size) return kept;
    if (list === "none") return kept;
    return new Set(values.filter((value) => !left.has(value)));
  }

  /** @param {ExploreFacet} facet @param {Set<string>} shown */
  function writeFacet(facet, shown) {
    const values = facet.values.map((entry) => entry.value);
    const [kept, left] = [values.filter((value) => shown.has(value)), values.filter((value) => !shown.has(value))];
    if (kept.length === facet.shown.length && facet.shown.every((value) => shown.has(value))) return "";
    if (!kept.length) return `${facet.key}=none`;
    if (!left.length) return `${facet.key}=all`;
    return left.length < kept.length
      ? `${facet.key}=${left.map((value) => `-${word(value)}`).join(",")}`
      : `${facet.key}=${kept.map(word).join(",")}`;
  }

  /**
   * Write a state as the part of an address after the hash sign; what a fresh page shows is left out.
   * @param {ExploreState} state
   */
  function write(state) {
    const { open, path, at } = state;
    const usual = path ? [] : at ? (Object.hasOwn(data.things, at) ? [at] : []) : fresh().open;
    const same = open.length === usual.length && open.every((name, n) => name === usual[n]);
    return [
      same ? "" : `open=${open.map(short).join(",")}`,
      path ? `path=${short(path.from)},${short(path.to)}` : "",
      path?.stitched ? "stitched=yes" : "",
      path && path.nth > 1 ? `nth=${path.nth}` : "",
      ...data.facets.map((facet) => writeFacet(facet, state.facets[facet.key])),
      at ? `at=${short(at)}` : "",
    ]
      .filter((part) => part)
      .join("&");
  }

  return { fresh, parse, write };
};
