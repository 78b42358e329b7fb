"use strict";
// Loading a further script of the site, once.

const queryLoad = (() => {
  const root = document.body.dataset.root ?? "";
  /** @type {Map<string, Promise<void>>} */
  const loaded = new Map();

  /** @param {string} file @returns {Promise<void>} */
  function load(file) {
    const known = loaded.get(file) ?? new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + file;
      script.async = false; // run in the order in which they are asked for
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", () => reject(new Error(`${file} cannot be loaded: the folder of the site is not complete`)));
      document.head.append(script);
    });
    loaded.set(file, known);
    return known;
  }

  return load;
})();
