"use strict";
// A table that somebody brings along, read as triples: one column names our things, each other one becomes a predicate.

const queryOwn = (() => {
  const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;

  /**
   * Cut CSV into rows, each with the line it begins on.
   * @param {string} text @param {string} mark what stands between two cells
   * @returns {{ line: number, cells: string[] }[]}
   */
  function rowsOf(text, mark) {
    /** @type {{ line: number, cells: string[] }[]} */
    const rows = [];
    /** @type {string[]} */
    let cells = [];
    let [cell, line, begun, at, opened] = ["", 1, 1, 0, 0];
    const endRow = () => {
      cells.push(cell);
      if (cells.length > 1 || cells[0].trim()) rows.push({ line: begun, cells });
      [cells, cell, begun] = [[], "", line];
    };
    while (at < text.length) {
      const letter = text[at];
      if (letter === "\n") line += 1;
      if (opened) {
        if (letter === '"' && text[at + 1] === '"') [cell, at] = [`${cell}"`, at + 1];
        else if (letter === '"') opened = 0;
        else cell += letter;
      } else if (letter === '"' && !cell) opened = line;
      else if (letter === mark) {
        cells.push(cell);
        cell = "";
      }
      else if (letter === "\n") endRow();
      else if (letter !== "\r") cell += letter;
      at += 1;
    }
    if (opened) throw new Error(`line ${opened}: a quotation mark is opened and never closed`);
    if (cell || cells.length) endRow();
    return rows;
  }

  /** The mark between cells of the first line. @param {string} text */
  function markOf(text) {
    const first = text.split("\n", 1)[0];
    return [",", ";", "\t"].reduce((best, mark) => (first.split(mark).length > first.split(best).length ? mark : best));
  }

  /** Predicates of the columns, by their place. @param {string[]} heads @param {string} space */
  function predicates(heads, space) {
    const taken = new Set();
    return heads.map((head, n) => {
      const plain = head.trim().replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^_+|_+$/g, "") || `column_${n + 1}`;
      let name = plain;
      for (let more = 2; taken.has(name); more += 1) name = `${plain}_${more}`;
      taken.add(name);
      return space + name;
    });
  }

  /**
   * @param {string} text the file
   * @param {string} space the namespace of the predicates
   * @param {(cell: string) => string} ownIri what a cell names of ours, or nothing
   * @returns {{ triples: string, key: string, used: string[], joined: number, left: number }}
   */
  function read(text, space, ownIri) {
    const rows = rowsOf(text.replace(/^\ufeff/, ""), markOf(text));
    const [head, ...body] = rows;
    if (!head || !body.length) throw new Error("there is no row below the first, which has to name the columns");
    const uneven = body.find(({ cells }) => cells.length !== head.cells.length);
    if (uneven) throw new Error(`line ${uneven.line}: ${uneven.cells.length} cells, but ${head.cells.length} columns`);
    const hits = head.cells.map((_, n) => body.filter(({ cells }) => ownIri(cells[n].trim())).length);
    const most = Math.max(...hits);
    if (!most) throw new Error("no column has names of this graph, such as kgd:Drug_selinexor");
    const key = hits.indexOf(most);
    const names = predicates(head.cells, space);
    const lines = body.flatMap(({ cells }) => {
      const subject = ownIri(cells[key].trim());
      return cells.flatMap((cell, n) =>
        n === key || !subject || !cell.trim() ? [] : [`<${subject}> <${names[n]}> ${value(cell.trim(), ownIri)} .`]);
    });
    const used = names.filter((_, n) => n !== key);
    return { triples: lines.join("\n"), key: head.cells[key].trim(), used, joined: most, left: body.length - most };
  }

  /** @param {string} cell @param {(cell: string) => string} ownIri */
  function value(cell, ownIri) {
    const iri = ownIri(cell);
    if (iri) return `<${iri}>`;
    if (!NUMBER.test(cell)) return queryPrepare.literal(cell);
    return queryPrepare.literal(cell, /e/i.test(cell) ? "double" : cell.includes(".") ? "decimal" : "integer");
  }

  return { read };
})();
