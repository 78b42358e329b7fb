"use strict";
// Narrows the list of a page to what the reader asks for; the address keeps it: #kind=mechanism_statement&text=STAT3
(() => {
  const form = document.querySelector("form.narrow");
  const list = form instanceof HTMLFormElement ? document.getElementById(form.dataset.narrows ?? "") : null;
  if (!(form instanceof HTMLFormElement) || !list) return;
  const items = [...list.querySelectorAll("[data-item]")];
  const groups = [...list.querySelectorAll("[data-group]")];
  const told = form.querySelector("output");
  // What is looked for: the whole text of an item, unless it says by which words it is to be found.
  const texts = new Map(items.map((item) => [item, (item.getAttribute("data-find") ?? item.textContent ?? "").toLowerCase()]));

  /** @returns {(HTMLInputElement | HTMLSelectElement)[]} */
  const fields = () =>
    [...form.elements].filter((field) => field instanceof HTMLInputElement || field instanceof HTMLSelectElement);

  /** @param {Element} item @param {string} name @param {string} wanted */
  function fits(item, name, wanted) {
    if (name === "text") return (texts.get(item) ?? "").includes(wanted.toLowerCase());
    return item.getAttribute(`data-${name}`) === wanted;
  }

  function narrow() {
    const asked = fields().filter((field) => field.value.trim());
    let shown = 0;
    for (const item of items) {
      const fit = asked.every((field) => fits(item, field.name, field.value.trim()));
      item.toggleAttribute("hidden", !fit);
      if (fit) shown += 1;
    }
    for (const group of groups) group.toggleAttribute("hidden", !group.querySelector("[data-item]:not([hidden])"));
    if (told) told.textContent = asked.length ? `${shown} of ${items.length}` : `${items.length}`;
    return asked;
  }

  function asked() {
    const hash = narrow().map((field) => `${field.name}=${encodeURIComponent(field.value.trim())}`);
    history.replaceState(null, "", hash.length ? `#${hash.join("&")}` : location.pathname + location.search);
    say("");
  }

  /** Says in words what a link asked for and the page has not. @param {string} words */
  function say(words) {
    let notice = document.getElementById("unknown");
    if (!notice && words) {
      notice = document.createElement("p");
      notice.id = "unknown";
      notice.className = "notice";
      notice.setAttribute("role", "alert");
      form?.before(notice);
    }
    if (notice) {
      notice.textContent = words;
      notice.hidden = !words;
    }
  }

  /** @param {string} text */
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a stray % names nothing
    }
  }

  /** Fills a field, and tells whether it takes the value. @param {string} name @param {string} value */
  function fill(name, value) {
    const field = fields().find((one) => one.name === name);
    if (field) field.value = value;
    return field?.value === value;
  }

  /** Follows the address: a filter, or one element, which no filter may hide. */
  function follow() {
    const hash = location.hash.slice(1);
    const target = document.getElementById(decoded(hash));
    const pairs = hash.includes("=") && !target ? hash.split("&").map((pair) => pair.split("=")) : [];
    const given = new Map(pairs.map(([name, value]) => [name, decoded(value ?? "")]));
    const unknown = [...given].filter(([name, value]) => !fill(name, value)).map(([name, value]) => `${name} ${value}`);
    for (const field of fields()) if (!given.has(field.name)) field.value = "";
    narrow();
    const nothing = unknown.length ? `The list has no ${unknown.join(", ")} to narrow it by.` : "";
    say(hash && !target && !pairs.length ? `Nothing on this page is called ${decoded(hash)}.` : nothing);
    if (target) target.scrollIntoView();
  }

  form.addEventListener("input", asked);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", follow);
  form.hidden = false;
  follow();
})();
