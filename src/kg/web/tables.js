"use strict";
// Downloads of the tables of a page, as `kg query` would write them; without a script the shown command gives the same.
(() => {
  /** @param {string} cell */
  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

  /** @param {HTMLTableElement} table @returns {{ columns: string[], rows: string[][] }} */
  function read(table) {
    const columns = [...table.querySelectorAll("thead th")].map((cell) => cell.getAttribute("data-column") ?? "");
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    return { columns, rows: rows.map((row) => [...row.cells].map((cell) => cell.textContent ?? "")) };
  }

  /** @type {Record<string, { type: string, write: (columns: string[], rows: string[][]) => string }>} */
  const FORMATS = {
    CSV: {
      type: "text/csv",
      write: (columns, rows) => [columns, ...rows].map((row) => `${row.map(quoted).join(",")}\n`).join(""),
    },
    JSON: {
      type: "application/json",
      write: (columns, rows) => {
        const named = rows.map((row) => Object.fromEntries(columns.map((column, n) => [column, row[n]])));
        return `${JSON.stringify(named, null, 1)}\n`;
      },
    },
  };

  /** @param {HTMLTableElement} table @param {string} format */
  function download(table, format) {
    const { columns, rows } = read(table);
    const { type, write } = FORMATS[format];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([write(columns, rows)], { type: `${type};charset=utf-8` }));
    const page = (document.body.dataset.page ?? "").replace(/^.*\//, "").replace(/\.html$/, "");
    link.download = `${page}_${table.dataset.name}.${format.toLowerCase()}`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  /** @param {string} text @param {string} about @param {(button: HTMLButtonElement) => void} act */
  function button(text, about, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", `${text}: ${about}`);
    made.addEventListener("click", () => act(made));
    return made;
  }

  for (const place of document.querySelectorAll(".downloads")) {
    const table = place.closest("section")?.querySelector("table");
    if (!(place instanceof HTMLElement) || !table) continue;
    const about = place.closest("section")?.querySelector("h2, h3")?.textContent ?? "";
    place.append(...Object.keys(FORMATS).map((format) => button(format, about, () => download(table, format))));
    if (table.querySelector(".behind")) {
      const toggle = button("All columns", about, (made) => {
        made.setAttribute("aria-pressed", String(table.classList.toggle("whole")));
      });
      toggle.setAttribute("aria-pressed", "false");
      place.append(toggle);
    }
    place.hidden = false;
  }
})();
