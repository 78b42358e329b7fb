"use strict";
// The fields of the page Explore: they suggest the things that it can draw.

/** @param {ExploreData} data */
const exploreSearch = (data) => {
  const MOST = 12;
  const namings = Object.entries(data.things).flatMap(([thing, about]) => [
    kgFinder.naming(thing, about.label, 0),
    ...(about.synonyms ?? []).map((name) => kgFinder.naming(thing, name, 1)),
    kgFinder.naming(thing, thing, 2),
    ...(about.links ?? []).map((link) => kgFinder.naming(thing, link.name, 2)),
  ]);

  /** @param {string} text */
  const search = (text) => kgFinder.search(namings, text, MOST).map(({ key, name }) => ({ thing: key, name }));

  /** @param {string} text @returns {Suggestion[]} */
  const look = (text) =>
    search(text).map(({ thing, name }) => {
      const { label, style } = data.things[thing];
      return { key: thing, label, more: [data.styles[style].words, ...(name === label ? [] : [name])].join(" · ") };
    });

  return {
    search,
    /** @param {HTMLInputElement} field @param {(thing: string) => void} choose called with the thing that was chosen */
    suggest: (field, choose) => kgFinder.suggest(field, look, choose),
  };
};
