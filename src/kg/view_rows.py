"""Rows for the boxes of a drawing whose columns stand: the order in which their lines are easiest to follow."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

from kg.view_boxes import BOX_WIDTH, CLEARANCE, COLUMN_GAP, MARGIN, Box, Link

__all__ = ["Rows"]

# What a drawing costs a reader: a line through a box is misread, a crossing is only slow to follow.
COST_THROUGH = 40.0
COST_CROSSING = 3.0
COST_SLOPE = 0.02  # for each pixel up or down

TRIES_PER_BOX = 120  # enough for the drawings of this graph; more make them no better
WARMEST, COLDEST = 80.0, 0.3


class Rows:
    """Boxes that look for the rows in which their lines are easiest to follow."""

    def __init__(
        self, boxes: Sequence[Box], links: Sequence[Link], columns: dict[str, int], tops: dict[int, list[int]]
    ) -> None:
        self.boxes = {box.key: box for box in boxes}
        self.cell = {box.key: (box.band, columns[box.key]) for box in boxes}
        self.tops = tops
        self.x = {key: MARGIN + BOX_WIDTH // 2 + column * (BOX_WIDTH + COLUMN_GAP) for key, column in columns.items()}
        self.y: dict[str, int] = {}
        self.at: dict[tuple[tuple[int, int], int], str] = {}
        self.lines = sorted({(link.start, link.end) for link in links if link.start in self.boxes} - _loops(self.boxes))
        self.lines_of = {key: {line for line in self.lines if key in line} for key in self.boxes}
        self.beside = {
            line: [key for key in self.boxes if key not in line and self._overlap((key,), line)] for line in self.lines
        }
        self.past = {key: {line for line in self.lines if key in self.beside[line]} for key in self.boxes}
        self.meeting = {
            one: [two for two in self.lines if not set(one) & set(two) and self._overlap(one, two)]
            for one in self.lines
        }
        self.reach = {box.key: box.height / 2 + CLEARANCE for box in boxes}

    def _overlap(self, some: Sequence[str], others: Sequence[str]) -> bool:
        """Tell whether two stretches of columns have one in common."""
        left, right = ([self.x[key] for key in keys] for keys in (some, others))
        return min(left) <= max(right) and min(right) <= max(left)

    def centre(self, key: str) -> tuple[int, int]:
        """Tell where the middle of a box is."""
        return self.x[key], self.y[key]

    def settle(self) -> None:
        """Cool down from a first order by chance moves, the same at each run, and keep the cheapest order met."""
        self._begin()
        chance = random.Random(1)
        keys = [key for key in self.boxes if len(self.tops[self.cell[key][0]]) > 1]
        tries = TRIES_PER_BOX * len(keys)
        total, least, best = 0.0, 0.0, dict(self.y)
        for number in range(tries):
            heat = WARMEST * (COLDEST / WARMEST) ** (number / tries)
            key = chance.choice(keys)
            total += self._try(key, chance.choice(self.tops[self.cell[key][0]]), -heat * math.log(1 - chance.random()))
            if total < least - 1e-6:
                least, best = total, dict(self.y)
        self.y = best

    def _begin(self) -> None:
        for key, cell in self.cell.items():
            row = next(top for top in self.tops[cell[0]] if (cell, top) not in self.at)
            self._put(key, row)

    def _put(self, key: str, top: int) -> None:
        self.y[key] = top
        self.at[self.cell[key], top] = key

    def _try(self, key: str, top: int, most: float) -> float:
        """Move a box to another row, changing places with what is there, unless that costs more than `most`."""
        was, cell = self.y[key], self.cell[key]
        if top == was:
            return 0.0
        other = self.at.get((cell, top))
        moved = [key] if other is None else [key, other]
        before = self._cost(moved)
        self._exchange(key, other, top, was)
        added = self._cost(moved) - before
        if added <= most:
            return added
        self._exchange(key, other, was, top)
        return 0.0

    def _exchange(self, key: str, other: str | None, top: int, was: int) -> None:
        del self.at[self.cell[key], was]
        self._put(key, top)
        if other is not None:
            self._put(other, was)

    def _cost(self, moved: Sequence[str]) -> float:
        """Cost of all that changes when these boxes move."""
        near = set().union(*(self.lines_of[key] for key in moved))
        passing = [(line, key) for key in moved for line in self.past[key] if line not in near]
        passing += [(line, key) for line in near for key in self.beside[line]]
        slopes = sum(abs(self.y[start] - self.y[end]) for start, end in near)
        through = sum(self._runs_over(line, key) for line, key in passing)
        crossings = sum(0.5 if two in near else 1 for one in near for two in self.meeting[one] if self._cross(one, two))
        return COST_SLOPE * slopes + COST_THROUGH * through + COST_CROSSING * crossings

    def _runs_over(self, line: tuple[str, str], key: str) -> bool:
        """Tell whether a line runs over a box, seen at the two sides of the box's column."""
        top, bottom = self.y[key] - self.reach[key], self.y[key] + self.reach[key]
        one, two = line
        if (self.y[one] > bottom and self.y[two] > bottom) or (self.y[one] < top and self.y[two] < top):
            return False
        (from_x, from_y), (to_x, to_y) = sorted((self.centre(one), self.centre(two)))
        slope = (to_y - from_y) / (to_x - from_x) if to_x > from_x else 0.0
        left = max(from_x, self.x[key] - BOX_WIDTH / 2)
        right = min(to_x, self.x[key] + BOX_WIDTH / 2)
        ends = (from_y + slope * (left - from_x), from_y + slope * (right - from_x)) if slope else (from_y, to_y)
        return min(ends) < bottom and max(ends) > top

    def _cross(self, one: tuple[str, str], two: tuple[str, str]) -> bool:
        x, y = self.x, self.y
        (a, b), (c, d) = one, two
        ay, by, cy, dy = y[a], y[b], y[c], y[d]
        # This runs some million times; comparing is faster than min and max.
        if (ay < cy and ay < dy and by < cy and by < dy) or (ay > cy and ay > dy and by > cy and by > dy):
            return False
        ax, bx, cx, dx = x[a], x[b], x[c], x[d]
        across, down = bx - ax, by - ay
        if (across * (cy - ay) > down * (cx - ax)) == (across * (dy - ay) > down * (dx - ax)):
            return False
        across, down = dx - cx, dy - cy
        return (across * (ay - cy) > down * (ax - cx)) != (across * (by - cy) > down * (bx - cx))


def _loops(keys: Iterable[str]) -> set[tuple[str, str]]:
    return {(key, key) for key in keys}
