"use strict";
// Paths from A to B. The answers are those of `kg explain`, worked out when the site was built; nothing is searched here.

/** @param {ExploreData} data @param {(name: string) => void} choose */
const explorePaths = (data, choose) => {
  const { element, button, bullets, references, byId } = exploreDom;
  /** @type {Promise<ExplorePaths> | null} */
  let loading = null;

  /** Fetch the answers when they are first asked for; a script, since a page opened from a file may fetch nothing else. */
  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = element("script", { src: byId("path-answer").dataset.answers ?? "" });
      script.addEventListener("load", () => (window.kgExplorePaths ? resolve(window.kgExplorePaths) : reject(new Error("empty"))));
      script.addEventListener("error", () => {
        loading = null; // the next question tries again
        reject(new Error("not there"));
      });
      document.body.append(script);
    });
    return loading;
  }

  /** @param {ExplorePaths} answers @param {ExplorePathWanted} wanted @returns {ExploreAnswer} */
  function answerOf(answers, { from, to, stitched }) {
    const key = `${from} ${to}`;
    if (Object.hasOwn(answers.pairs, key)) return answers.pairs[key][stitched ? 1 : 0];
    // Pairs that nothing joins in any way are not written down one by one.
    const headline = `${data.things[from].label} -> ${data.things[to].label}: no path`;
    const remarks = stitched ? [] : ["“stitched” finds no path either"];
    return { headline, paths: [], more: 0, net_effects: [], remarks, complete: true };
  }

  /** The lines of the path that is drawn. @param {ExplorePaths} answers @param {ExplorePathWanted} wanted */
  function linesOf(answers, wanted) {
    const { paths } = answerOf(answers, wanted);
    const chosen = paths[Math.min(wanted.nth, paths.length) - 1];
    return chosen === undefined ? [] : answers.paths[chosen].steps.map((step) => answers.steps[step].line);
  }

  /**
   * @param {ExplorePaths} answers
   * @param {ExplorePathWanted} wanted
   * @param {(wanted: ExplorePathWanted) => void} ask
   */
  function parts(answers, wanted, ask) {
    const answer = answerOf(answers, wanted);
    const nth = Math.min(wanted.nth, answer.paths.length);
    const found = answer.paths.map((number, n) => {
      const path = answers.paths[number];
      const head = element("h3", {}, `Path ${n + 1}: ${path.summary}`);
      const crossed = path.crossings.map((at) => `no net sign: crosses from ${at.before} to ${at.after}`);
      const drawn = nth === n + 1;
      const draw = button(drawn ? "Drawn" : "Draw this one", () => ask({ ...wanted, nth: n + 1 }), { "aria-pressed": String(drawn) });
      const steps = element("ol", {}, ...path.steps.map((step) => element("li", {}, ...stepParts(answers.steps[step]))));
      return element("section", { class: "path" }, head, ...(answer.paths.length > 1 ? [draw] : []), ...(crossed.length ? [bullets(crossed)] : []), steps);
    });
    const more = answer.more ? [element("p", {}, `and ${answer.more} more path${answer.more === 1 ? "" : "s"}`)] : [];
    const remarks = answer.remarks.length ? [bullets(answer.remarks, "remarks")] : [];
    const claimed = answer.net_effects.map((step) => claimButton(answers.steps[step]));
    return [element("h2", {}, answer.headline), ...found, ...more, ...remarks, ...claimed];
  }

  /** @param {ExploreStep} step */
  const claimButton = (step) => button(`Show the claim: ${data.claims[step.line].label}`, () => choose(step.line));

  /** @param {ExploreStep} step @returns {(Node | string)[]} */
  function stepParts(step) {
    const words = `${step.subject.label} ${step.arrow} ${step.object.label}`;
    const cells = [step.predicate.label, step.said, inside(step.context)].filter((cell) => cell);
    const below = [step.note && step.note !== step.said ? step.note : "", ...step.also.map((effect) => `also ${effect}`)];
    return [
      button(words, () => choose(step.line), { class: "plain" }),
      element("br"),
      cells.join(" · "),
      ...(step.references.length ? [" · refs ", ...references(step.references)] : []),
      ...(step.places.length ? [` · ${step.places.join(", ")}`] : []),
      ...below.filter((line) => line).map((line) => element("div", { class: "quiet" }, line)),
    ];
  }

  /** @param {string} context */
  const inside = (context) => (!context || context.startsWith("in ") ? context : `in ${context}`);

  return { load, answerOf, linesOf, parts };
};
