"use strict";
// From what stands in the editor to what an engine is asked: values are bound and known prefixes declared, and a fault
// that the engine finds is traced back to its place in the editor. The rules are those of `kg query`.

const queryPrepare = (() => {
  const XSD = "http://www.w3.org/2001/XMLSchema#";
  const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|\\^`\x00-\x20]*$/;

  /** Escape what would end a literal. @param {string} text */
  const escaped = (text) =>
    text.replace(/[\\"\x00-\x1f\x7f]/g, (letter) => {
      const short = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" }[letter];
      return short ?? `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    });

  /** @param {string} text @param {string} [type] */
  const literal = (text, type = "") => `"${escaped(text)}"${type ? `^^<${XSD}${type}>` : ""}`;

  /**
   * Read the value of a parameter: a CURIE or an IRI is a thing, a number a number, all else a string; quotes force one.
   * @param {string} value @param {Record<string, string>} known @returns {string} a term of SPARQL
   */
  function term(value, known) {
    const number = /^[+-]?(?:\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/.exec(value);
    if (number) return literal(value, number[2] ? "double" : value.includes(".") ? "decimal" : "integer");
    if (value.length > 1 && value.startsWith('"') && value.endsWith('"')) return literal(value.slice(1, -1));
    const prefix = value.slice(0, Math.max(value.indexOf(":"), 0));
    const whole = value.startsWith("<") || value.includes("://");
    const named = /^(?:<[^<>\s]*>|https?:\/\/\S+|[\p{L}\p{N}_-]*:[\p{L}\p{N}_.%-]+)$/u.test(value);
    if (!named || !(whole || Object.hasOwn(known, prefix))) return literal(value);
    const iri = value.startsWith("<") ? value.slice(1, -1) : whole ? value : known[prefix] + value.slice(prefix.length + 1);
    if (!IRI.test(iri)) throw new Error(`${value}: this is no IRI`);
    return `<${iri}>`;
  }

  /**
   * The offset just inside each `{` that opens a graph pattern, if it is that of a SELECT or names a variable.
   * @param {QueryPiece[]} parts @param {string[]} names
   */
  function groupStarts(parts, names) {
    /** @type {Map<number, boolean>} */
    const wanted = new Map();
    /** @type {number[]} */
    const open = [];
    let [rowsNext, head, brackets] = [false, true, 0];
    parts.forEach((piece, at) => {
      const word = piece.text.toUpperCase();
      if (word === "VALUES") rowsNext = true;
      brackets += Number(word === "(") - Number(word === ")");
      if (word === "SELECT") [head, brackets] = [true, 0];
      else if (word === "{") {
        const [before, after] = [parts[at - 1]?.text.toUpperCase(), parts[at + 1]?.text.toUpperCase()];
        if (rowsNext || before === "CONSTRUCT" || after === "|" || after === "SELECT") open.push(open.at(-1) ?? 0);
        else {
          open.push(piece.start + 1);
          // An EXISTS between the brackets of the head is no group of it.
          wanted.set(piece.start + 1, head && !brackets);
          head = head && brackets > 0;
        }
        rowsNext = false;
      } else if (word === "}") open.pop();
      else if (/^[?$]/.test(word) && names.includes(piece.text.slice(1)) && wanted.has(open.at(-1) ?? 0)) {
        wanted.set(open.at(-1) ?? 0, true);
      }
    });
    return [...wanted].filter(([, isWanted]) => isWanted).map(([start]) => start);
  }

  /**
   * @param {string} text what stands in the editor
   * @param {Record<string, string>} values of the parameters, as people write them
   * @param {Record<string, string>} known the prefixes that need no declaration
   * @returns {QueryPrepared}
   */
  function prepared(text, values, known) {
    const excess = queryText.excess(text);
    if (excess) throw new Error(excess);
    const parts = queryText.pieces(text);
    const { declared, used } = queryText.prefixes(parts);
    const wanted = new Set(used.map(({ prefix }) => prefix).filter((name) => !declared.has(name) && Object.hasOwn(known, name)));
    /** @type {{ at: number, text: string }[]} */
    const added = [{ at: 0, text: [...wanted].map((name) => `PREFIX ${name}: <${known[name]}> `).join("") }];
    const names = Object.keys(values);
    if (names.length) {
      const terms = names.map((name) => term(values[name], known));
      const block = ` VALUES (${names.map((name) => `?${name}`).join(" ")}) {(${terms.join(" ")})}`;
      added.push(...groupStarts(parts, names).map((at) => ({ at, text: block })));
    }
    let query = "";
    let done = 0;
    for (const piece of added) {
      query += text.slice(done, piece.at) + piece.text;
      done = piece.at;
    }
    query += text.slice(done);
    const undeclared = used.find(({ prefix }) => !declared.has(prefix) && !wanted.has(prefix));
    return { text, query, added, form: queryText.form(parts), union: !queryText.namesDataset(parts), undeclared };
  }

  /** Where in the editor a place of the asked query stands. @param {QueryPrepared} asked @param {number} line @param {number} column */
  function origin(asked, line, column) {
    let place = queryText.offset(asked.query, line, column);
    let shift = 0;
    for (const piece of asked.added) {
      if (piece.at + shift + piece.text.length <= place) shift += piece.text.length;
      else if (piece.at + shift < place) place = piece.at + shift;
    }
    return queryText.position(asked.text, place - shift);
  }

  /**
   * What an engine or the server complains of, with its place in the editor if it has one.
   * @param {QueryPrepared} asked @param {string} words @returns {QueryFault}
   */
  function fault(asked, words) {
    const said = words.replace(/^Error: /, "").replace(/\s+/g, " ").trim();
    const at = /^(?:error at (\d+):(\d+)|line (\d+), column (\d+)): (.*)$/.exec(said);
    if (!at) return { words: said };
    if (asked.undeclared) {
      const { prefix, start } = asked.undeclared;
      return { words: `the prefix ${prefix}: is not declared`, place: queryText.position(asked.text, start) };
    }
    const rest = at[5].length > 120 ? `${at[5].slice(0, 120).replace(/ \S*$/, "")} …` : at[5];
    return { words: rest, place: origin(asked, Number(at[1] ?? at[3]), Number(at[2] ?? at[4])) };
  }

  return { prepared, fault, term, literal, escaped, isIri: (/** @type {string} */ text) => IRI.test(text) };
})();
