"use strict";
// Small helpers to make parts of the page. Everything shown is set as text; nothing here reads a label as HTML.

const exploreDom = (() => {
  /**
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name
   * @param {Record<string, string>} [attributes]
   * @param {...(Node | string)} children
   * @returns {HTMLElementTagNameMap[Name]}
   */
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** @param {string} text @param {() => void} act @param {Record<string, string>} [attributes] */
  function button(text, act, attributes = {}) {
    const made = element("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", act);
    return made;
  }

  /** An address of this site, or outward where it is https; all else stays text. @param {string} text @param {string} address */
  function link(text, address) {
    if (address.startsWith("https://")) return element("a", { href: address, rel: "noopener noreferrer" }, text);
    return SITE_PAGE.test(address) ? element("a", { href: address }, text) : element("span", {}, text);
  }
  const SITE_PAGE = /^[\w/~-]+\.html(#[^:]*)?$/;

  /** @param {[string, (Node | string)[]][]} rows */
  function pairs(rows) {
    const list = element("dl", { class: "pairs" });
    for (const [name, values] of rows) {
      if (values.length) list.append(element("dt", {}, name), element("dd", {}, ...values));
    }
    return list;
  }

  /** @param {(Node | string)[]} items @param {string} [kind] */
  const bullets = (items, kind = "") =>
    element("ul", kind ? { class: kind } : {}, ...items.map((item) => element("li", {}, item)));

  /** Links to references, with commas. @param {(string | number)[]} numbers @returns {(Node | string)[]} */
  const references = (numbers) =>
    numbers.flatMap((number, n) => [
      ...(n ? [", "] : []),
      link(String(number), `references.html#Reference_${number}`),
    ]);

  /** Hand text to the reader as a file. @param {string} name @param {string} kind @param {string} text */
  function download(name, kind, text) {
    const address = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }));
    const way = element("a", { href: address, download: name });
    document.body.append(way);
    way.click();
    way.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** @param {string} id */
  function byId(id) {
    const found = document.getElementById(id);
    if (!found) throw new Error(`the page has no ${id}`);
    return found;
  }

  /** @param {string} id */
  const inputById = (id) => /** @type {HTMLInputElement} */ (byId(id));

  return { element, button, link, pairs, bullets, references, download, byId, inputById };
})();
