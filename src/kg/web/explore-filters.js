"use strict";
// The filters: one list of ticks for each facet.

/**
 * @param {ExploreData} data
 * @param {(key: string, shown: Set<string>) => void} change
 */
const exploreFilters = (data, change) => {
  const { element, button, byId } = exploreDom;
  /** @type {Map<string, { boxes: Map<string, HTMLInputElement>, count: HTMLElement }>} */
  const made = new Map();

  for (const facet of data.facets) {
    /** @type {Map<string, HTMLInputElement>} */
    const boxes = new Map();
    const ticked = () => new Set([...boxes].filter(([, box]) => box.checked).map(([value]) => value));
    const items = facet.values.map(({ value, count }) => {
      const box = element("input", { type: "checkbox" });
      box.addEventListener("change", () => change(facet.key, ticked()));
      boxes.set(value, box);
      return element("label", {}, box, ` ${value} `, element("small", {}, String(count)));
    });
    const count = element("small", {});
    const all = facet.values.map(({ value }) => value);
    byId("filters").append(
      element(
        "details", { "data-facet": facet.key, name: "facet" },
        element("summary", {}, `${facet.title} `, count),
        element(
          "fieldset", {},
          element("legend", { class: "unseen" }, facet.title),
          element(
            "p", { class: "acts" },
            button("all", () => change(facet.key, new Set(all)), { "aria-label": `${facet.title}: all` }),
            button("none", () => change(facet.key, new Set()), { "aria-label": `${facet.title}: none` }),
            ...(facet.shown.length === all.length ? [] : [button("usual", () => change(facet.key, new Set(facet.shown)), { "aria-label": `${facet.title}: as at the start` })]),
          ),
          element("div", { class: "ticks" }, ...items),
        ),
      ),
    );
    made.set(facet.key, { boxes, count });
  }

  /** @param {ExploreState} state */
  function update(state) {
    for (const [key, { boxes, count }] of made) {
      const shown = state.facets[key];
      for (const [value, box] of boxes) box.checked = shown.has(value);
      count.textContent = `${shown.size} of ${boxes.size}`;
    }
  }

  return { update };
};
