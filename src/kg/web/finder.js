"use strict";
// How things are found by name, and the field that suggests them (the combobox of ARIA 1.2): for the search of every
// page, and for the fields of the page Explore.

/** @typedef {{ key: string, name: string, folded: string, rank: number }} Naming a name of a thing; label 0, others above */
/** @typedef {{ key: string, label: string, more: string }} Suggestion */

const kgFinder = (() => {
  /** @type {Record<string, string>} */
  const LETTERS = { α: "a", β: "b", γ: "g", δ: "d", κ: "k", "–": "-", "—": "-", "‑": "-" };
  const NONE = 9;

  /** @param {string} text */
  const folded = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[αβγδκ–—‑]/g, (letter) => LETTERS[letter])
      .trim();

  /** @param {string} key @param {string} name @param {number} rank @returns {Naming} */
  const naming = (key, name, rank) => ({ key, name, folded: folded(name), rank });

  /**
   * How well a name fits: equal, at its start, at the start of a word, anywhere; 9 is not at all.
   * @param {string} name
   * @param {string} wanted
   * @returns {number}
   */
  function fit(name, wanted) {
    const at = name.indexOf(wanted);
    if (at < 0) return NONE;
    if (name === wanted) return 0;
    if (at === 0) return 1;
    return /[\s\-:_/()]/.test(name[at - 1]) ? 2 : 3;
  }

  /**
   * The things that fit best, each once, with the name that was met.
   * @param {Naming[]} namings
   * @param {string} text
   * @param {number} most
   * @returns {Naming[]}
   */
  function search(namings, text, most) {
    const wanted = folded(text);
    if (!wanted) return [];
    const met = namings
      .map((one) => ({ ...one, fit: fit(one.folded, wanted) }))
      .filter((one) => one.fit < NONE)
      .sort((a, b) => a.fit - b.fit || a.rank - b.rank || a.folded.length - b.folded.length || (a.folded < b.folded ? -1 : 1));
    /** @type {Map<string, Naming>} */
    const best = new Map();
    for (const one of met) if (!best.has(one.key)) best.set(one.key, one);
    return [...best.values()].slice(0, most);
  }

  /**
   * Give a field its suggestions.
   * @param {HTMLInputElement} field
   * @param {(text: string) => Suggestion[] | Promise<Suggestion[]>} look
   * @param {(key: string) => void} choose called with the thing that was chosen
   */
  function suggest(field, look, choose) {
    const list = document.createElement("ul");
    list.id = `${field.id}-list`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Things found");
    list.hidden = true;
    field.after(list);
    const roles = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(roles)) field.setAttribute(name, value);
    let active = -1;

    function close() {
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      mark(-1);
    }

    /** @param {number} n */
    function mark(n) {
      active = n;
      [...list.children].forEach((option, m) => option.setAttribute("aria-selected", String(m === n)));
      if (n < 0) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", list.children[n].id);
      list.children[n].scrollIntoView({ block: "nearest" });
    }

    /** @param {string} text @param {string} more @param {Record<string, string>} attributes */
    function option(text, more, attributes) {
      const made = document.createElement("li");
      made.setAttribute("role", "option");
      made.setAttribute("aria-selected", "false");
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      const small = document.createElement("small");
      small.textContent = more;
      made.append(text, " ", small);
      return made;
    }

    async function show() {
      const text = field.value;
      const found = await look(text);
      // What was typed meanwhile has an answer of its own.
      if (field.value !== text || document.activeElement !== field) return;
      const options = found.map((one, n) => option(one.label, one.more, { id: `${list.id}-${n}`, "data-key": one.key }));
      const none = option("nothing is called so", "", { "aria-disabled": "true" });
      list.replaceChildren(...(options.length || !text.trim() ? options : [none]));
      list.hidden = !list.children.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
      mark(options.length ? 0 : -1);
    }

    /** @param {Element | null | undefined} chosen */
    function take(chosen) {
      const key = chosen instanceof HTMLElement ? chosen.dataset.key : undefined;
      if (!key) return;
      close();
      choose(key);
    }

    /** @param {number} step */
    function move(step) {
      const count = list.querySelectorAll("[data-key]").length;
      if (list.hidden) void show();
      else if (count) mark((active + step + count) % count);
    }

    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => take(list.children[active]),
      Escape: () => (list.hidden ? (field.value = "") : close()),
    };
    field.addEventListener("input", () => void show());
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (!Object.hasOwn(keys, event.key) || event.isComposing) return;
      event.preventDefault();
      keys[event.key]();
    });
    // Before the field loses its focus, which would close the list under the finger.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => take(event.target instanceof Element ? event.target.closest("[role=option]") : null));
  }

  return { naming, search, suggest };
})();
