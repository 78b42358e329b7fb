"use strict";
// After the layout: boxes that overlap are pushed apart, and boxes under a line that is not theirs are pushed aside,
// since a line behind a box reads as two lines.

const exploreTidy = (() => {
  /** @typedef {{ x: number, y: number, w: number, h: number, firm: boolean }} Box */
  const GAP = 14;
  const CLEAR = 6;
  const EFFORT = 6000; // rounds times boxes: large drawings get fewer rounds, so that none keeps the page waiting

  /**
   * Move boxes, those that are firm only a little, until nothing is in the way or the rounds are over.
   * @param {Box[]} boxes
   * @param {[number, number][]} lines pairs of places in `boxes`
   */
  function tidy(boxes, lines) {
    const rounds = Math.min(120, Math.ceil(EFFORT / Math.max(boxes.length, 1)));
    let best = Infinity;
    let kept = boxes.map(({ x, y }) => ({ x, y }));
    for (let round = 0; round < rounds && best > 0; round += 1) {
      const hidden = lines.reduce((sum, line) => sum + clear(boxes, line, round < rounds / 2 ? 0.6 : 0.3), 0);
      for (let n = 0; n < 30 && apart(boxes); n += 1);
      const now = lines.reduce((sum, line) => sum + through(boxes, line).length, 0);
      if (now < best) [best, kept] = [now, boxes.map(({ x, y }) => ({ x, y }))];
      if (!hidden) break;
    }
    boxes.forEach((box, n) => Object.assign(box, kept[n]));
  }

  /** The boxes that a line runs through, and how far each would have to go. @param {Box[]} boxes @param {[number, number]} line */
  function through(boxes, [from, to]) {
    const [p, q] = [boxes[from], boxes[to]];
    const [dx, dy] = [q.x - p.x, q.y - p.y];
    const length = Math.hypot(dx, dy) || 1;
    const [nx, ny] = [-dy / length, dx / length];
    /** @type {{ box: Box, far: number, nx: number, ny: number }[]} */
    const found = [];
    boxes.forEach((box, n) => {
      if (n === from || n === to) return;
      const along = ((box.x - p.x) * dx + (box.y - p.y) * dy) / (length * length);
      if (along <= 0 || along >= 1) return;
      const off = (box.x - p.x) * nx + (box.y - p.y) * ny;
      const need = (Math.abs(nx) * box.w + Math.abs(ny) * box.h) / 2 + CLEAR;
      if (Math.abs(off) < need - 0.5) found.push({ box, far: (need - Math.abs(off)) * (off < 0 ? -1 : 1), nx, ny });
    });
    return found;
  }

  /** @param {Box[]} boxes @param {[number, number]} line @param {number} share */
  function clear(boxes, line, share) {
    const found = through(boxes, line);
    for (const { box, far, nx, ny } of found) {
      const step = far * share * (box.firm ? 0.2 : 1);
      box.x += nx * step;
      box.y += ny * step;
    }
    return found.length;
  }

  /** Push overlapping boxes apart the shorter way; says whether any did. @param {Box[]} boxes */
  function apart(boxes) {
    let moved = false;
    for (let i = 0; i < boxes.length; i += 1) {
      for (let j = i + 1; j < boxes.length; j += 1) {
        const [a, b] = [boxes[i], boxes[j]];
        const across = (a.w + b.w) / 2 + GAP - Math.abs(a.x - b.x);
        const down = (a.h + b.h) / 2 + GAP - Math.abs(a.y - b.y);
        if (across <= 0.5 || down <= 0.5) continue;
        moved = true;
        const share = a.firm === b.firm ? 0.5 : a.firm ? 0 : 1;
        if (across < down) {
          const step = across * (a.x < b.x ? -1 : 1);
          [a.x, b.x] = [a.x + step * share, b.x - step * (1 - share)];
        } else {
          const step = down * (a.y < b.y ? -1 : 1);
          [a.y, b.y] = [a.y + step * share, b.y - step * (1 - share)];
        }
      }
    }
    return moved;
  }

  return { tidy };
})();
