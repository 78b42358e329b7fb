"use strict";
// Where the boxes stand: a path in a line, one thing in the middle of its neighbours, all else where fcose puts it.

/**
 * @param {ExploreData} data
 * @param {cytoscape.Core} cy
 * @param {number} readable the least zoom at which labels can be read
 */
const explorePlaces = (data, cy, readable) => {
  /** @param {string} name */
  const nodeAt = (name) => /** @type {cytoscape.NodeSingular} */ (/** @type {unknown} */ (cy.getElementById(name)));

  /** @param {(name: string) => [number, number]} where */
  function place(where) {
    cy.batch(() => cy.nodes().forEach((node) => {
      const [x, y] = where(node.id());
      node.position({ x, y });
    }));
  }

  /** A path alone reads from its beginning to its end: across if it fits, else down. @param {string[]} walked */
  function lineUp(walked) {
    const STEP = { across: 245, down: 120 };
    const row = [data.claims[walked[0]].subject, ...walked.map((name) => data.claims[name].object)];
    const across = row.length * STEP.across * readable < cy.width();
    const others = cy.nodes().map((node) => node.id()).filter((name) => !row.includes(name));
    place((name) => {
      const n = row.includes(name) ? row.indexOf(name) : others.indexOf(name);
      const aside = row.includes(name) ? 0 : 1;
      return across ? [n * STEP.across, aside * STEP.down] : [aside * STEP.across, n * STEP.down];
    });
  }

  /** @param {string[]} added @param {boolean} anew */
  function layOut(added, anew) {
    seed(anew ? cy.nodes().map((node) => node.id()) : added);
    // One thing and its neighbours already stand around it.
    if (anew && cy.nodes().map((node) => node.connectedEdges().length).includes(cy.edges().length)) return tidy(new Set());
    const stay = anew ? [] : cy.nodes().filter((node) => !added.includes(node.id())).map((node) => nodeAt(node.id()));
    /** @type {any} */
    const options = {
      name: "fcose", quality: "default", randomize: false, animate: false, fit: false, padding: 20,
      nodeDimensionsIncludeLabels: false, uniformNodeDimensions: false, packComponents: false, numIter: 1500,
      idealEdgeLength: reach, nodeRepulsion: () => 9000, edgeElasticity: () => 0.3, gravity: 0.2,
      initialEnergyOnIncremental: 0.3,
      fixedNodeConstraint: stay.map((node) => ({ nodeId: node.id(), position: { ...node.position() } })),
    };
    cy.elements().layout(options).run();
    tidy(new Set(stay.map((node) => node.id())));
  }

  /** Lines keep the length that the seed gave them, as the layout measures it: from border to border. @param {cytoscape.EdgeSingular} edge */
  function reach(edge) {
    const ends = [edge.source(), edge.target()].map((node) => nodeAt(node.id()));
    const [dx, dy] = [ends[0].position().x - ends[1].position().x, ends[0].position().y - ends[1].position().y];
    const length = Math.hypot(dx, dy) || 1;
    const inside = ends.map((node) => Math.min((node.data("width") * length) / 2 / Math.abs(dx || 1), (node.data("height") * length) / 2 / Math.abs(dy || 1)));
    return Math.min(Math.max(length - inside[0] - inside[1], 60), 420);
  }

  /** Keep boxes off each other and off lines that are not theirs. @param {Set<string>} stay */
  function tidy(stay) {
    const boxes = cy.nodes().map((node) => {
      const { x, y } = nodeAt(node.id()).position();
      return { id: node.id(), x, y, w: Number(node.data("width")), h: Number(node.data("height")), firm: stay.has(node.id()) };
    });
    const at = new Map(boxes.map((box, n) => [box.id, n]));
    const lines = cy.edges().map((edge) => /** @type {[number, number]} */ ([at.get(edge.source().id()), at.get(edge.target().id())]));
    exploreTidy.tidy(boxes, lines);
    place((name) => {
      const { x, y } = boxes[at.get(name) ?? 0];
      return [x, y];
    });
  }

  /**
   * Put new boxes around what they hang on, so that the layout begins near its end: all around what stands alone, else
   * fanned out on the side that is free. One drawing has one beginning, so the same link gives the same places.
   * @param {string[]} added
   */
  function seed(added) {
    const todo = new Set(added);
    /** @type {Map<string, { x: number, y: number }>} */
    const placed = new Map(cy.nodes().filter((node) => !todo.has(node.id())).map((node) => [node.id(), nodeAt(node.id()).position()]));
    /** @param {string} name */
    const near = (name) => nodeAt(name).neighborhood("node").map((other) => other.id()).sort();
    /** @param {Iterable<string>} names @param {(name: string) => number} count */
    const most = (names, count) => [...names].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))[0];
    const waiting = (/** @type {string} */ name) => near(name).filter((other) => todo.has(other)).length;
    while (todo.size) {
      let hub = most(placed.keys(), waiting);
      if (hub === undefined || !waiting(hub)) {
        hub = most(todo, waiting);
        const right = Math.max(0, ...[...placed.values()].map(({ x }) => x + 500));
        placed.set(hub, { x: right, y: 0 });
        todo.delete(hub);
      }
      const others = near(hub).filter((other) => todo.has(other));
      const { x, y } = placed.get(hub) ?? { x: 0, y: 0 };
      const stand = near(hub).flatMap((other) => placed.get(other) ?? []);
      const [away, arc] = stand.length
        ? [Math.atan2(y - mean(stand.map((one) => one.y)), x - mean(stand.map((one) => one.x))), (others.length - 1) * Math.min(0.5, 4 / others.length)]
        : [0, (2 * Math.PI * (others.length - 1)) / Math.max(others.length, 1)];
      const radius = Math.min(110 + 8.5 * others.length, 400);
      const wide = Math.sqrt(Math.min(Math.max(cy.width() / Math.max(cy.height(), 1), 0.6), 1.8));
      others.forEach((other, n) => {
        const turn = away + (others.length > 1 ? arc * (n / (others.length - 1) - 0.5) : 0);
        placed.set(other, { x: x + radius * wide * Math.cos(turn), y: y + (radius / wide) * Math.sin(turn) });
        todo.delete(other);
      });
    }
    place((name) => {
      const { x, y } = placed.get(name) ?? { x: 0, y: 0 };
      return [x, y];
    });
  }

  /** @param {number[]} values */
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  return { nodeAt, place, lineUp, layOut };
};
