"use strict";
// Search over labels, synonyms and identifiers, and the field with suggestions (the combobox pattern of ARIA 1.2).

/** @param {ExploreData} data */
const exploreSearch = (data) => {
  const MOST = 12;
  /** @type {Record<string, string>} */
  const LETTERS = { α: "a", β: "b", γ: "g", δ: "d", κ: "k", "–": "-", "—": "-", "‑": "-" };

  /** @param {string} text */
  const folded = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[αβγδκ–—‑]/g, (letter) => LETTERS[letter])
      .trim();

  /** @typedef {{ thing: string, name: string, folded: string, kind: number }} Naming */
  /** @type {Naming[]} */
  const namings = Object.entries(data.things).flatMap(([thing, about]) => [
    naming(thing, about.label, 0),
    ...(about.synonyms ?? []).map((name) => naming(thing, name, 1)),
    naming(thing, thing, 2),
    ...(about.links ?? []).map((link) => naming(thing, link.name, 2)),
  ]);

  /** @param {string} thing @param {string} name @param {number} kind @returns {Naming} */
  function naming(thing, name, kind) {
    return { thing, name, folded: folded(name), kind };
  }

  /** How well a name fits: equal, at its start, at the start of a word, anywhere; 9 is not at all. @param {string} name @param {string} wanted */
  function fit(name, wanted) {
    const at = name.indexOf(wanted);
    if (at < 0) return 9;
    if (name === wanted) return 0;
    if (at === 0) return 1;
    return /[\s\-:_/()]/.test(name[at - 1]) ? 2 : 3;
  }

  /**
   * The things that fit best, each once, with the name that was met.
   * @param {string} text
   * @returns {{ thing: string, name: string }[]}
   */
  function search(text) {
    const wanted = folded(text);
    if (!wanted) return [];
    const met = namings
      .map((one) => ({ ...one, fit: fit(one.folded, wanted) }))
      .filter((one) => one.fit < 9)
      .sort((a, b) => a.fit - b.fit || a.kind - b.kind || a.folded.length - b.folded.length || (a.folded < b.folded ? -1 : 1));
    /** @type {Map<string, { thing: string, name: string }>} */
    const best = new Map();
    for (const { thing, name } of met) if (!best.has(thing)) best.set(thing, { thing, name });
    return [...best.values()].slice(0, MOST);
  }

  /**
   * Give a field its suggestions.
   * @param {HTMLInputElement} field
   * @param {(thing: string) => void} choose called with the thing that was chosen
   */
  function suggest(field, choose) {
    const { element } = exploreDom;
    const list = element("ul", { role: "listbox", id: `${field.id}-list`, class: "suggestions", "aria-label": "Suggestions" });
    list.hidden = true;
    field.after(list);
    const roles = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
    for (const [key, value] of Object.entries(roles)) field.setAttribute(key, value);
    let active = -1;

    function close() {
      list.hidden = true;
      active = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function show() {
      const found = search(field.value);
      const options = found.map(({ thing, name }, n) => {
        const about = data.things[thing];
        const extra = [data.styles[about.style].words, name === about.label ? "" : name].filter((word) => word);
        const option = element("li", { role: "option", id: `${list.id}-${n}`, "aria-selected": "false" }, about.label);
        option.append(element("small", {}, ` ${extra.join(" · ")}`));
        option.dataset.thing = thing;
        return option;
      });
      const none = element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, "nothing is called so");
      list.replaceChildren(...(options.length || !field.value.trim() ? options : [none]));
      list.hidden = !list.children.length;
      field.setAttribute("aria-expanded", String(!list.hidden));
      mark(options.length ? 0 : -1);
    }

    /** @param {number} n */
    function mark(n) {
      active = n;
      [...list.children].forEach((option, m) => option.setAttribute("aria-selected", String(m === n)));
      if (n < 0) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", list.children[n].id);
      list.children[n].scrollIntoView({ block: "nearest" });
    }

    /** @param {Element | undefined} option */
    function take(option) {
      const thing = option instanceof HTMLElement ? option.dataset.thing : undefined;
      if (!thing) return;
      close();
      choose(thing);
    }

    /** @type {Record<string, (count: number) => void>} */
    const keys = {
      ArrowDown: (count) => (list.hidden ? show() : mark((active + 1) % count)),
      ArrowUp: (count) => (list.hidden ? show() : mark((active + count - 1) % count)),
      Enter: () => take(list.children[active]),
      Escape: () => (list.hidden ? (field.value = "") : close()),
    };
    field.addEventListener("input", show);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
      if (!act || event.isComposing) return;
      event.preventDefault();
      act(Math.max(1, list.querySelectorAll("[data-thing]").length));
    });
    // Before the field loses its focus, which would close the list under the finger.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      take(option ?? undefined);
    });
  }

  return { search, suggest };
};
