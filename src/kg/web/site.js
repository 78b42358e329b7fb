"use strict";
// The search at the top of every page: suggestions over labels, synonyms and identifiers (the combobox of ARIA 1.2).
// What there is to find stands in data/things.js, which is loaded when the field is first used.
(() => {
  const MOST = 10;
  /** @type {Record<string, string>} */
  const LETTERS = { α: "a", β: "b", γ: "g", δ: "d", κ: "k", "–": "-", "—": "-", "‑": "-" };
  const root = document.body.dataset.root ?? "";

  /** @typedef {{ address: string, label: string, kind: string, names: string[], folded: string[] }} Found */
  /** @type {Promise<Found[]> | null} */
  let loading = null;

  /** @param {string} text */
  const folded = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[αβγδκ–—‑]/g, (letter) => LETTERS[letter])
      .trim();

  /** @returns {Promise<Found[]>} */
  function things() {
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${root}data/things.js`;
      script.addEventListener("load", () => {
        /** @type {[string, string, string, string[]][]} */
        const rows = Reflect.get(window, "kgThings") ?? [];
        resolve(
          rows.map(([address, label, kind, names]) => {
            const all = [label, ...names];
            return { address, label, kind, names: all, folded: all.map(folded) };
          }),
        );
      });
      script.addEventListener("error", () => resolve([]));
      document.head.append(script);
    });
    return loading;
  }

  /**
   * How well a name fits: equal, at its start, at the start of a word, anywhere; 9 is not at all.
   * @param {string} name
   * @param {string} wanted
   * @returns {number}
   */
  function fit(name, wanted) {
    const at = name.indexOf(wanted);
    if (at < 0) return 9;
    if (name === wanted) return 0;
    if (at === 0) return 1;
    return /[\s\-:_/()]/.test(name[at - 1]) ? 2 : 3;
  }

  /**
   * The things that fit best, each with the name that was met.
   * @param {string} text
   */
  async function find(text) {
    const wanted = folded(text);
    if (!wanted) return [];
    const met = (await things()).map((thing) => {
      const fits = thing.folded.map((name) => fit(name, wanted));
      const best = fits.indexOf(Math.min(...fits));
      return { thing, name: thing.names[best], fit: fits[best], late: best };
    });
    return met
      .filter((one) => one.fit < 9)
      .sort((a, b) => a.fit - b.fit || Math.sign(a.late) - Math.sign(b.late) || a.name.length - b.name.length)
      .slice(0, MOST);
  }

  const form = document.querySelector("form.finder");
  const field = document.getElementById("finder");
  if (!(form instanceof HTMLFormElement) || !(field instanceof HTMLInputElement)) return;

  const list = document.createElement("ul");
  list.id = "finder-list";
  list.className = "found";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Things found");
  list.hidden = true;
  form.append(list);
  const roles = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(roles)) field.setAttribute(name, value);
  let active = -1;

  function close() {
    list.hidden = true;
    field?.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  /** @param {number} n */
  function mark(n) {
    active = n;
    [...list.children].forEach((option, m) => option.setAttribute("aria-selected", String(m === n)));
    if (n < 0) return field?.removeAttribute("aria-activedescendant");
    field?.setAttribute("aria-activedescendant", list.children[n].id);
    list.children[n].scrollIntoView({ block: "nearest" });
  }

  /** @param {HTMLInputElement} from */
  async function show(from) {
    const text = from.value;
    const found = await find(text);
    if (from.value !== text || document.activeElement !== from) return;
    const options = found.map(({ thing, name }, n) => {
      const option = document.createElement("li");
      option.id = `finder-${n}`;
      option.setAttribute("role", "option");
      option.dataset.address = thing.address;
      const more = document.createElement("small");
      more.textContent = [thing.kind, ...(name === thing.label ? [] : [name])].join(" · ");
      option.append(thing.label, " ", more);
      return option;
    });
    const none = document.createElement("li");
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    none.textContent = "nothing is called so";
    list.replaceChildren(...(options.length || !text.trim() ? options : [none]));
    list.hidden = !list.children.length;
    from.setAttribute("aria-expanded", String(!list.hidden));
    mark(options.length ? 0 : -1);
  }

  /** @param {Element | null | undefined} option */
  function go(option) {
    const address = option instanceof HTMLElement ? option.dataset.address : undefined;
    if (address) location.href = root + address;
  }

  /** @param {number} step */
  function move(step) {
    const count = list.querySelectorAll("[data-address]").length;
    if (count) mark((active + step + count) % count);
  }

  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => (list.hidden ? void show(field) : move(1)),
    ArrowUp: () => (list.hidden ? void show(field) : move(-1)),
    Enter: () => go(list.children[active]),
    Escape: () => (list.hidden ? (field.value = "") : close()),
  };
  field.addEventListener("focus", () => void things());
  field.addEventListener("input", () => void show(field));
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(keys, event.key) || event.isComposing) return;
    event.preventDefault();
    keys[event.key]();
  });
  // Before the field loses its focus, which would close the list under the finger.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => go(event.target instanceof Element ? event.target.closest("[role=option]") : null));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  // The page of the graph may ask too.
  Object.assign(window, { kgFind: find });
})();
