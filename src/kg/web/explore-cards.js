"use strict";
// The card beside the drawing: what a thing is, or what a claim says, how surely, where, and on whose word.

/**
 * @typedef {object} ExploreActs
 * @property {(name: string) => void} choose
 * @property {(name: string) => void} toggle opens a thing, or closes it
 * @property {(name: string) => void} only opens a thing and nothing else
 * @property {(end: "from" | "to", name: string) => void} pathEnd
 */

/**
 * @param {ExploreData} data
 * @param {ReturnType<typeof exploreGraph>} graph
 * @param {ExploreActs} acts
 */
const exploreCards = (data, graph, acts) => {
  const { element, button, link, pairs, bullets, references } = exploreDom;

  /** @param {string} title @param {(Node | string)[]} items */
  const section = (title, items) => (items.length ? [element("h3", {}, title), bullets(items)] : []);

  /** @param {string} name */
  const toThing = (name) => button(data.things[name].label, () => acts.choose(name), { class: "plain" });

  /** @param {string} name @param {ExploreState} state */
  function thing(name, state) {
    const about = data.things[name];
    const lines = graph.open(name, state);
    const hidden = (graph.linesOf.get(name) ?? []).filter((line) => !data.claims[line].walked_only).length - lines.length;
    const isOpen = state.open.includes(name);
    const outward = (about.links ?? []).map((one) => element("span", {}, `${one.relation} `, link(one.name, one.address)));
    const further = hidden ? [element("p", { class: "quiet" }, `${hidden} more that the filters hide.`)] : [];
    return [
      element("h2", {}, about.label),
      element(
        "p", { class: "acts" },
        button(isOpen ? "Collapse" : `Expand (${lines.length})`, () => acts.toggle(name), { "aria-pressed": String(isOpen) }),
        button("Only this", () => acts.only(name)),
        button("Path from here", () => acts.pathEnd("from", name)),
        button("Path to here", () => acts.pathEnd("to", name)),
      ),
      pairs([
        ["class", [(about.classes ?? []).join(", ") || graph.classOf(name)]],
        ["definition", about.definition ? [about.definition] : []],
        ["also called", about.synonyms ? [about.synonyms.join(", ")] : []],
        ["identifier", [name]],
        ["own page", about.page ? [link(about.label, about.page)] : []],
      ]),
      ...section("Elsewhere", outward),
      ...section(`Statements (${lines.length})`, lines.map((line) => button(data.claims[line].label, () => acts.choose(line), { class: "plain" }))),
      ...further,
    ];
  }

  /** @param {string} name */
  function claim(name) {
    const about = data.claims[name];
    const sign = data.signs[String(about.sign)];
    const facts = Object.entries(about.facts).map(([key, values]) => /** @type {[string, string[]]} */ ([key, [values.join("; ")]]));
    return [
      element("h2", {}, about.label),
      element("p", { class: "between" }, toThing(about.subject), ` ${about.relation} `, toThing(about.object)),
      pairs([
        ["kind", [about.kind]],
        ["sign", about.sign ? [`${sign} (${about.sign > 0 ? "+" : "−"})`] : []],
        ["polarity", [about.polarity === "negated" ? "negated: the source denies it" : about.polarity]],
        ["certainty", [about.certainty]],
        ...facts,
        ["identifier", name.includes("~") ? [] : [name]],
        ["full entry", about.page ? [link("in the list of statements", about.page)] : []],
      ]),
      ...section("Evidence", about.evidence.map(evidence)),
      ...section("References", cited(about)),
    ];
  }

  /** @param {ExploreEvidence} line */
  const evidence = (line) =>
    pairs([
      ["kind of evidence", line.evidence_kind.length ? [line.evidence_kind.join(", ")] : []],
      ["direction", line.direction.length ? [line.direction.join(", ")] : []],
      ["place", line.place.length ? [line.place.join("; ")] : []],
      ["references", references(line.number)],
    ]);

  /** @param {ExploreLine} about */
  function cited(about) {
    const numbers = [...new Set(about.evidence.flatMap((line) => line.number))].sort((a, b) => Number(a) - Number(b));
    return numbers.map((number) => {
      const { author, year, title, doi, address } = data.references[number];
      const entry = element("span", {}, ...references([number]), `. ${author} ${year}. ${title}. `);
      if (doi) entry.append(link(`doi:${doi}`, address));
      return entry;
    });
  }

  return { thing, claim };
};
