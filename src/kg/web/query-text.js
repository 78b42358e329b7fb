"use strict";
// Reading a query without parsing it, as kg.sparql and kg.questions do: its pieces, its header, its form, its graphs.

const queryText = (() => {
  const PIECE = new RegExp(
    [
      String.raw`(?<space>\s+|#[^\n\r]*)`,
      String.raw`(?<iri><(?:[^<>"{}|^${"`"}\\\x00-\x20]|\\[uU][0-9A-Fa-f]+)*>)`,
      String.raw`(?<string>"{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}` +
        String.raw`|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')`,
      String.raw`(?<variable>[?$][\p{L}\p{N}_]+)`,
      String.raw`(?<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)`,
      String.raw`(?<number>[0-9]+)`,
      String.raw`(?<name>(?:[\p{L}_][\p{L}\p{N}_\-.]*)?:(?:(?:[\p{L}\p{N}_:]|%[0-9A-Fa-f]{2}|\\.)` +
        String.raw`(?:\.*(?:[\p{L}\p{N}_:\-]|%[0-9A-Fa-f]{2}|\\.))*)?|[\p{L}_][\p{L}\p{N}_\-]*)`,
      String.raw`(?<mark>.)`,
    ].join("|"),
    "gsu",
  );
  const FORMS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];

  /** Cut a query into pieces, leaving out comments and white space. @param {string} text @returns {QueryPiece[]} */
  function pieces(text) {
    const found = [];
    for (const match of text.matchAll(PIECE)) {
      const [kind] = Object.entries(match.groups ?? {}).find(([, part]) => part !== undefined) ?? ["mark"];
      if (kind !== "space") found.push({ kind, text: match[0], start: match.index });
    }
    return found;
  }

  /** The word that says what comes back; empty if it is no query. @param {QueryPiece[]} parts */
  const form = (parts) => parts.map((piece) => piece.text.toUpperCase()).find((word) => FORMS.includes(word)) ?? "";

  /** Whether a query says itself which graphs it reads. @param {QueryPiece[]} parts */
  function namesDataset(parts) {
    let depth = 0;
    for (const { kind, text } of parts) {
      if ("{([".includes(text)) depth += 1;
      else if ("})]".includes(text)) depth -= 1;
      else if (!depth && kind === "name" && text.toUpperCase() === "FROM") return true;
    }
    return false;
  }

  /** The prefixes that a query declares, and every name with a prefix. @param {QueryPiece[]} parts */
  function prefixes(parts) {
    /** @type {Set<string>} */
    const declared = new Set();
    /** @type {{ prefix: string, start: number }[]} */
    const used = [];
    parts.forEach((piece, at) => {
      if (piece.kind !== "name" || !piece.text.includes(":")) return;
      const prefix = piece.text.slice(0, piece.text.indexOf(":"));
      if (parts[at - 1]?.text.toUpperCase() === "PREFIX") declared.add(prefix);
      else used.push({ prefix, start: piece.start });
    });
    return { declared, used: used.filter(({ prefix }) => prefix !== "_") };
  }

  /** The parameters in the comments at the top of a query. @param {string} text @returns {QueryParameter[]} */
  function parameters(text) {
    const found = [];
    for (const line of text.split("\n")) {
      if (!line.startsWith("#")) break;
      const [, rest] = /^#\s?param:\s*(.*)$/.exec(line) ?? [];
      const [, name, value, meaning] = /^(\w+)\s*=\s*(.*?)\s*(?:—\s*(.*))?$/.exec(rest?.trim() ?? "") ?? [];
      if (name) found.push({ name, default: value, meaning: meaning ?? "" });
    }
    return found;
  }

  /**
   * The deepest nesting, or the longest run of operators: each is a level to a parser. What is an address to this lexer
   * may be a comparison to the engine (`?a<!(?b)>1`), so the marks in it count too.
   * @param {QueryPiece[]} parts
   */
  function deepest(parts) {
    let [depth, run, most] = [0, 0, 0];
    const count = (/** @type {string} */ text, /** @type {string} */ mark) => text.split(mark).length - 1;
    for (const { kind, text } of parts) {
      if (kind === "iri") {
        depth += count(text, "(") - count(text, ")");
        most = Math.max(most, count(text, "!"));
      }
      run = "!+-^<".includes(text) ? run + 1 : 0;
      if ("{([".includes(text)) depth += 1;
      else if ("})]".includes(text)) depth -= 1;
      most = Math.max(most, depth, run);
    }
    return most;
  }

  /** The pieces that do not stand among the rows of a VALUES. @param {QueryPiece[]} parts */
  function outsideRows(parts) {
    let [count, awaited, inside] = [0, false, false];
    for (const { text } of parts) {
      const word = text.toUpperCase();
      inside = (inside && word !== "}") || (awaited && word === "{");
      awaited = word === "VALUES" || (awaited && !inside);
      if (!inside) count += 1;
    }
    return count;
  }

  /** Why a query is more than an engine bears, in the words of the server; else nothing. @param {string} text */
  function excess(text) {
    if (text.length > 100_000) return "the query is longer than 100000 characters";
    const parts = pieces(text);
    if (deepest(parts) > 200) return "the query is nested deeper than 200 levels";
    return outsideRows(parts) > 3000 ? "the query has more than 3000 words and marks; give long lists as rows of VALUES" : "";
  }

  /** A place in a text as people count, both from one. @param {string} text @param {number} offset */
  function position(text, offset) {
    const before = text.slice(0, offset);
    return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
  }

  /** The offset of a place. @param {string} text @param {number} line @param {number} column */
  function offset(text, line, column) {
    const lines = text.split("\n").slice(0, line - 1);
    return Math.min(lines.reduce((sum, one) => sum + one.length + 1, 0) + column - 1, text.length);
  }

  return { pieces, form, namesDataset, prefixes, parameters, excess, position, offset };
})();
