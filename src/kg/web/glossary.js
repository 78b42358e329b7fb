"use strict";
// Shows the words of the glossary where an abbreviation stands: under the pointer, at the focus, or on a tap's way there.
// The words come from data/glossary.js, which is loaded when they are first asked for.
(() => {
  const root = document.body.dataset.root ?? "";
  const bubble = document.createElement("div");
  bubble.id = "gloss";
  bubble.className = "bubble";
  bubble.setAttribute("role", "tooltip");
  bubble.hidden = true;
  document.body.append(bubble);

  /** @type {HTMLAnchorElement | null} */
  let owner = null;
  /** @type {Promise<Record<string, [string, string]>> | null} */
  let loading = null;
  let timer = 0;

  /** @returns {Promise<Record<string, [string, string]>>} */
  function entries() {
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${root}data/glossary.js`;
      // Without the words the mark is still a link.
      script.addEventListener("load", () => resolve(Reflect.get(window, "kgGlossary")));
      script.addEventListener("error", () => resolve({}));
      document.head.append(script);
    });
    return loading;
  }

  /** @param {HTMLAnchorElement} mark */
  async function show(mark) {
    clearTimeout(timer);
    if (owner === mark) return;
    hide();
    owner = mark;
    const entry = (await entries())[decodeURIComponent(mark.hash.slice(1))];
    if (owner !== mark || !entry) return;
    const title = document.createElement("strong");
    title.textContent = entry[0];
    bubble.replaceChildren(title, document.createTextNode(` ${entry[1]}`));
    bubble.hidden = false;
    mark.setAttribute("aria-describedby", bubble.id);
    place(mark);
  }

  /** Puts the bubble under its mark, or over it where there is no room, and keeps it on the page. @param {Element} mark */
  function place(mark) {
    const at = mark.getClientRects()[0] ?? mark.getBoundingClientRect();
    const most = document.documentElement.clientWidth - bubble.offsetWidth - 8;
    const below = at.bottom + bubble.offsetHeight + 4 <= window.innerHeight || at.top < bubble.offsetHeight;
    bubble.style.left = `${Math.max(8, Math.min(at.left, most)) + window.scrollX}px`;
    bubble.style.top = `${(below ? at.bottom : at.top - bubble.offsetHeight) + window.scrollY}px`;
  }

  function hide() {
    clearTimeout(timer);
    owner?.removeAttribute("aria-describedby");
    owner = null;
    bubble.hidden = true;
  }

  /** Leaves the reader time to move the pointer onto the bubble. */
  function hideSoon() {
    clearTimeout(timer);
    timer = window.setTimeout(hide, 250);
  }

  /** @param {Event} event @returns {HTMLAnchorElement | null} */
  function markOf(event) {
    const found = event.target instanceof Element ? event.target.closest("a.gloss") : null;
    return found instanceof HTMLAnchorElement ? found : null;
  }

  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const mark = markOf(event);
      if (mark) void show(mark);
    });
  }
  document.addEventListener("pointerout", (event) => {
    if (markOf(event) && document.activeElement !== owner) hideSoon();
  });
  document.addEventListener("focusout", (event) => {
    if (markOf(event)) hideSoon();
  });
  bubble.addEventListener("pointerenter", () => clearTimeout(timer));
  bubble.addEventListener("pointerleave", hideSoon);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || bubble.hidden) return;
    hide();
    event.stopPropagation();
  }, true);
})();
