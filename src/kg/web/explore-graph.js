"use strict";
// What is shown: the open things with all their lines that the filters let through, and the path that was asked for.

/** @param {ExploreData} data */
const exploreGraph = (data) => {
  /** @type {Map<string, string[]>} */
  const linesOf = new Map(Object.keys(data.things).map((name) => [name, []]));
  for (const [name, line] of Object.entries(data.claims)) {
    for (const end of new Set([line.subject, line.object])) linesOf.get(end)?.push(name);
  }

  /** @param {string} name */
  const isThing = (name) => Object.hasOwn(data.things, name);
  /** @param {string} name */
  const isLine = (name) => Object.hasOwn(data.claims, name);
  /** @param {string} name */
  const classOf = (name) => data.styles[data.things[name].style].words;
  /** @param {string} line @param {string} end */
  const otherEnd = (line, end) => {
    const { subject, object } = data.claims[line];
    return subject === end ? object : subject;
  };

  /** @param {string} name @param {ExploreState["facets"]} facets */
  function passes(name, facets) {
    const line = data.claims[name];
    return (
      !line.walked_only &&
      facets.kind.has(line.kind) &&
      facets.relation.has(line.relation) &&
      facets.certainty.has(line.certainty) &&
      facets.polarity.has(line.standing)
    );
  }

  /**
   * The lines of a thing that the filters let through, and whose other end they let through too.
   * @param {string} thing @param {ExploreState} state
   */
  function open(thing, state) {
    return (linesOf.get(thing) ?? []).filter((name) => {
      const other = otherEnd(name, thing);
      return passes(name, state.facets) && (state.facets.class.has(classOf(other)) || state.open.includes(other));
    });
  }

  /**
   * @param {ExploreState} state
   * @param {string[]} pathLines lines of the path that is drawn
   * @returns {ExploreShown}
   */
  function shown(state, pathLines) {
    const lines = new Set(pathLines);
    const things = new Set(state.open);
    for (const thing of state.open) for (const name of open(thing, state)) lines.add(name);
    if (isLine(state.at)) lines.add(state.at);
    if (isThing(state.at)) things.add(state.at);
    for (const name of lines) things.add(data.claims[name].subject).add(data.claims[name].object);
    // In the order of the data, which is that of the labels: one state gives one drawing.
    return {
      things: Object.keys(data.things).filter((name) => things.has(name)),
      lines: Object.keys(data.claims).filter((name) => lines.has(name)),
    };
  }

  return { isThing, isLine, classOf, open, shown, linesOf };
};
