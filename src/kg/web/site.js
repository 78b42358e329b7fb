"use strict";
// The search at the top of every page. What there is to find stands in data/things.js, loaded when the field is first used.
(() => {
  const MOST = 10;
  const root = document.body.dataset.root ?? "";
  const form = document.querySelector("form.finder");
  const field = document.getElementById("finder");
  if (!(form instanceof HTMLFormElement) || !(field instanceof HTMLInputElement)) return;

  /** @typedef {{ labels: Map<string, string>, kinds: Map<string, string>, namings: Naming[] }} Index */
  /** @type {Promise<Index> | null} */
  let loading = null;

  /** @returns {Promise<Index>} */
  function index() {
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${root}data/things.js`;
      script.addEventListener("load", () => resolve(indexed(Reflect.get(window, "kgThings") ?? [])));
      script.addEventListener("error", () => resolve(indexed([])));
      document.head.append(script);
    });
    return loading;
  }

  /** @param {[string, string, string, string[]][]} rows address, label, class and other names of each thing @returns {Index} */
  function indexed(rows) {
    return {
      labels: new Map(rows.map(([address, label]) => [address, label])),
      kinds: new Map(rows.map(([address, , kind]) => [address, kind])),
      namings: rows.flatMap(([address, label, , names]) => [
        kgFinder.naming(address, label, 0),
        ...names.map((name) => kgFinder.naming(address, name, 1)),
      ]),
    };
  }

  /** @param {string} text @returns {Promise<Suggestion[]>} */
  async function look(text) {
    const { labels, kinds, namings } = await index();
    return kgFinder.search(namings, text, MOST).map(({ key, name }) => {
      const label = labels.get(key) ?? name;
      return { key, label, more: [kinds.get(key), ...(name === label ? [] : [name])].join(" · ") };
    });
  }

  field.addEventListener("focus", () => void index());
  kgFinder.suggest(field, look, (address) => (location.href = root + address));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
