"use strict";
// A column of numbers as bars, each named by the cells of another column; in the order of the answer, nothing added up.

const queryChart = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const MOST = 60;
  const [ROW, NAME, BAR, END] = [22, 300, 420, 90];

  /** @param {QueryTerm} term */
  const number = (term) => (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(term.text) ? Number(term.text) : NaN);

  /** The columns that a chart can have: numbers in at least half of the cells that are filled. @param {QueryTable} table */
  function columns(table) {
    const numeric = table.columns.filter((_, n) => {
      const filled = table.rows.filter((row) => row[n].text);
      const numbers = filled.filter((row) => Number.isFinite(number(row[n])));
      return numbers.length > 0 && numbers.length * 2 >= filled.length;
    });
    return { numeric, labels: [...table.columns.filter((name) => !numeric.includes(name)), ...numeric] };
  }

  /** @param {string} name @param {Record<string, string | number>} attributes @param {...(Node | string)} children */
  function made(name, attributes, ...children) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  }

  /** @param {string} text */
  const short = (text) => (text.length > 42 ? `${text.slice(0, 41)}…` : text);

  /** @param {QueryTable} table @param {string} label @param {string} value @returns {{ picture: SVGElement, note: string }} */
  function draw(table, label, value) {
    const [named, counted] = [table.columns.indexOf(label), table.columns.indexOf(value)];
    const all = table.rows.map((row) => ({ name: row[named].text, text: row[counted].text, size: number(row[counted]) }));
    const drawable = all.filter(({ size }) => Number.isFinite(size));
    const bars = drawable.slice(0, MOST);
    const low = Math.min(0, ...bars.map(({ size }) => size));
    const high = Math.max(0, ...bars.map(({ size }) => size));
    const scale = (/** @type {number} */ size) => NAME + ((size - low) / (high - low || 1)) * BAR;
    const height = bars.length * ROW + 8;
    const rows = bars.map(({ name, text, size }, n) => {
      const [start, end] = [scale(Math.min(0, size)), scale(Math.max(0, size))];
      return made("g", {},
        made("title", {}, `${name}: ${text}`),
        made("text", { x: NAME - 8, y: n * ROW + 19, "text-anchor": "end" }, short(name)),
        made("rect", { x: start, y: n * ROW + 7, width: Math.max(end - start, 1), height: ROW - 7 }),
        made("text", { x: end + 6, y: n * ROW + 19 }, text));
    });
    const axis = made("line", { x1: scale(0), x2: scale(0), y1: 4, y2: height - 4, stroke: "currentColor" });
    const picture = /** @type {SVGElement} */ (made("svg", {
      xmlns: SVG, class: "bars", viewBox: `0 0 ${NAME + BAR + END} ${height}`, width: NAME + BAR + END, height, role: "img",
      "aria-label": `Bars: ${value} by ${label}; the table has the same numbers`, "font-family": "Arial, Helvetica, sans-serif",
      "font-size": 12, fill: "currentColor",
    }, axis, ...rows));
    const left = [
      ...(drawable.length > MOST ? [`the first ${MOST} of ${drawable.length} rows with a number are drawn`] : []),
      ...(drawable.length < all.length ? [`${all.length - drawable.length} rows have no number there`] : []),
    ];
    return { picture, note: left.join("; ") };
  }

  return { columns, draw };
})();
