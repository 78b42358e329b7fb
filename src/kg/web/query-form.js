"use strict";
// The parameters that a query declares in its comments, as a small form.

/** @param {HTMLElement} place @param {() => void} changed */
const queryForm = (place, changed) => {
  /** @type {Map<string, HTMLInputElement>} */
  let fields = new Map();
  let shown = "";

  /** Make the fields anew if others are declared; what stands in those that stay is kept. @param {QueryParameter[]} parameters */
  function show(parameters) {
    const asked = JSON.stringify(parameters);
    if (asked === shown) return;
    const old = given();
    shown = asked;
    fields = new Map();
    place.replaceChildren(
      ...parameters.map(({ name, default: value, meaning }, n) => {
        const field = exploreDom.element("input", { id: `parameter-${n}`, type: "text", autocomplete: "off", spellcheck: "false", placeholder: value });
        field.value = old[name] ?? "";
        field.addEventListener("input", changed);
        fields.set(name, field);
        const label = exploreDom.element("label", { for: field.id }, name);
        return exploreDom.element("div", { class: "field" }, label, field, ...(meaning ? [exploreDom.element("span", { class: "quiet" }, meaning)] : []));
      }),
    );
    place.hidden = !parameters.length;
  }

  /** What somebody wrote, by name. @returns {Record<string, string>} */
  const given = () =>
    Object.fromEntries([...fields].filter(([, field]) => field.value.trim()).map(([name, field]) => [name, field.value.trim()]));

  /** What is asked with: the defaults too. @returns {Record<string, string>} */
  const values = () =>
    Object.fromEntries([...fields].map(([name, field]) => [name, field.value.trim() || field.placeholder]).filter(([, value]) => value));

  /** @param {Record<string, string>} values */
  function fill(values) {
    for (const [name, field] of fields) field.value = values[name] ?? "";
  }

  return { show, given, values, fill };
};
