"use strict";
(() => {
  // One step at a time; without this script all steps stand below one another. The address holds what is shown.
  const tour = /** @type {HTMLElement} */ (document.getElementById("tour"));
  const steps = /** @type {HTMLElement[]} */ ([...tour.querySelectorAll(".step")]);
  const links = /** @type {HTMLAnchorElement[]} */ ([...tour.querySelectorAll(".steps a")]);
  const controls = /** @type {HTMLElement} */ (tour.querySelector(".controls"));
  const listButton = /** @type {HTMLButtonElement} */ (tour.querySelector("[data-list]"));
  const LIST = "list";
  if (!steps.length) return;

  /** What the address names: a step, a claim of a step, or the list. */
  function wanted() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return location.hash.slice(1); // a stray % names nothing
    }
  }

  /** @param {string} name */
  function stepOf(name) {
    return steps.findIndex((step) => step.id === name || name.startsWith(`${step.id}.`));
  }

  let current = 0;

  /** @param {boolean} moved whether the reader moved, so that the keyboard should follow */
  function show(moved) {
    const name = wanted();
    const listed = name === LIST;
    const found = stepOf(name);
    if (found >= 0) current = found;
    tell(name && !listed && found < 0 && !document.getElementById(name) ? name : "");
    tour.classList.toggle("listed", listed);
    listButton.setAttribute("aria-pressed", String(listed));
    steps.forEach((step, n) => (step.hidden = !listed && n !== current));
    links.forEach((link, n) => {
      if (!listed && n === current) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    for (const button of tour.querySelectorAll("[data-go]")) {
      const next = current + Number(button.getAttribute("data-go"));
      /** @type {HTMLButtonElement} */ (button).disabled = listed || next < 0 || next >= steps.length;
    }
    mark(name);
    if (!listed && name === steps[current].id) {
      if (moved) steps[current].focus({ preventScroll: true });
      tour.scrollIntoView({ block: "start" });
    } else if (!listed && found >= 0) {
      // The browser looked for the claim while its step was hidden.
      document.getElementById(name)?.scrollIntoView({ block: "center" });
    }
    replay();
  }

  /** @param {string} name what is not there */
  function tell(name) {
    const word = /** @type {HTMLElement} */ (document.getElementById("unknown"));
    word.hidden = !name;
    word.textContent = name ? `No step here is called ${name}; this is step ${current + 1}.` : "";
  }

  /** @param {string} name a claim of a step */
  function mark(name) {
    for (const line of tour.querySelectorAll(".chosen")) line.classList.remove("chosen");
    for (const line of tour.querySelectorAll(".line")) {
      if (line.getAttribute("href") === `#${name}`) line.classList.add("chosen");
    }
  }

  function replay() {
    for (const panel of steps[current].querySelectorAll("svg")) panel.setCurrentTime(0);
  }

  /** @param {number} by */
  function go(by) {
    const next = steps[current + by];
    if (!next) return;
    location.hash = next.id;
    show(true); // at once: a second press of a key may come before the browser tells of the first
  }

  // ---- self-check

  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll(".check"))) {
    const answer = /** @type {HTMLDetailsElement} */ (form.querySelector("details"));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", (event) => {
      const chosen = /** @type {HTMLInputElement} */ (event.target).value;
      const right = chosen === answer.dataset.answer;
      /** @type {HTMLElement} */ (form.querySelector(".verdict")).textContent = right ? "Right." : "Not so.";
      answer.open = right;
    });
  }

  controls.hidden = false;
  for (const button of controls.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => go(Number(button.getAttribute("data-go"))));
  }
  listButton.addEventListener("click", () => (location.hash = wanted() === LIST ? steps[current].id : LIST));
  tour.querySelector("[data-replay]")?.addEventListener("click", replay);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (typing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "ArrowRight") go(1);
    if (event.key === "ArrowLeft") go(-1);
  });
  addEventListener("hashchange", () => show(true));
  show(false);
})();
