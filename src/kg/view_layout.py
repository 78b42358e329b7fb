"""Places for the boxes of a drawing: columns from cause to effect, rows that keep lines off the boxes.

A browser that finds the places itself takes seconds and finds others each time; here one graph gives one drawing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

__all__ = ["BOX_WIDTH", "Box", "Layout", "Link", "Stripe", "arrange"]

BOX_WIDTH = 142
COLUMN_GAP = 46
ROW_GAP = 14
MARGIN = 12
TITLE_HEIGHT = 26  # room for the band's title above its first row

# What a drawing costs a reader: a line through a box is misread, a crossing is only slow to follow.
COST_THROUGH = 40.0
COST_CROSSING = 3.0
COST_SLOPE = 0.02  # for each pixel up or down
CLEARANCE = 5  # pixels that a line keeps from boxes it has no part in

TRIES_PER_BOX = 120  # enough for the drawings of this graph; more make them no better
WARMEST, COLDEST = 80.0, 0.3

BENDS = (0.0, *(side * bend / 100 for bend in range(6, 61, 6) for side in (1, -1)))  # the least first
CURVE_STEPS = 40


@dataclass(frozen=True)
class Box:
    """A box to place: its band, its height in pixels, and whether it stands at the left end."""

    key: str
    band: int
    height: int
    leads: bool = False


@dataclass(frozen=True)
class Link:
    """A line from one box to another, by their keys."""

    start: str
    end: str


@dataclass(frozen=True)
class Stripe:
    """The stretch of a drawing that a band takes, in pixels."""

    top: int
    height: int


@dataclass(frozen=True)
class Layout:
    """Centres of the boxes by key, stripes of the bands by number, and the size of it all, in pixels.

    A bend is how far a line bows out to keep off boxes: the roundness of vis-network, clockwise above nought.
    """

    centres: dict[str, tuple[int, int]]
    stripes: dict[int, Stripe]
    bends: dict[Link, float]
    width: int
    height: int


def arrange(boxes: Sequence[Box], links: Sequence[Link]) -> Layout:
    """Place boxes in columns from cause to effect, band under band, the same for the same input.

    Args:
        boxes: what to place; heights in pixels, widths are all `BOX_WIDTH`.
        links: what leads to what, the most telling first: a link that would close a circle sets no column.

    >>> layout = arrange([Box("drug", 0, 30), Box("target", 0, 30)], [Link("drug", "target")])
    >>> layout.centres
    {'drug': (83, 47), 'target': (271, 47)}
    """
    columns = _columns(boxes, links)
    centres: dict[str, tuple[int, int]] = {}
    stripes: dict[int, Stripe] = {}
    top = 0
    for group in _groups(boxes, links):
        rows, found = _settled(group, links, columns)
        centres |= {key: (x, y + top) for key, (x, y) in rows.items()}
        stripes |= {band: Stripe(stripe.top + top, stripe.height) for band, stripe in found.items()}
        top += sum(stripe.height for stripe in found.values())
    bends = {link: _bend(link, boxes, centres) for link in links}
    width = 2 * MARGIN + (max(columns.values(), default=0) + 1) * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP
    return Layout(centres, stripes, bends, width, top)


def _groups(boxes: Sequence[Box], links: Sequence[Link]) -> list[list[Box]]:
    """Part the boxes where no line leads from band to band: each part finds its rows alone."""
    import networkx

    band_of = {box.key: box.band for box in boxes}
    joined: networkx.Graph[int] = networkx.Graph()
    joined.add_nodes_from(band_of.values())
    joined.add_edges_from((band_of[link.start], band_of[link.end]) for link in links)
    return [
        [box for box in boxes if box.band in bands] for bands in sorted(networkx.connected_components(joined), key=min)
    ]


def _settled(
    boxes: Sequence[Box], links: Sequence[Link], columns: dict[str, int]
) -> tuple[dict[str, tuple[int, int]], dict[int, Stripe]]:
    stripes, tops = _stripes(boxes, columns)
    rows = _Rows(boxes, links, columns, tops)
    rows.settle()
    return {box.key: rows.centre(box.key) for box in boxes}, stripes


# ---- columns


def _columns(boxes: Sequence[Box], links: Sequence[Link]) -> dict[str, int]:
    """Number the columns: one to the right of the rightmost cause; a cause without causes stands next to its effect."""
    import networkx

    flow = _without_circles((box.key for box in boxes), links)
    order = list(networkx.lexicographical_topological_sort(flow))
    columns: dict[str, int] = {}
    for key in order:
        columns[key] = max((columns[before] + 1 for before in flow.predecessors(key)), default=0)
    leads = {box.key for box in boxes if box.leads}
    for key in order:
        if flow.in_degree(key):
            columns[key] = max(columns[before] + 1 for before in flow.predecessors(key))
        elif key not in leads:
            shared = [after for after in flow.successors(key) if flow.in_degree(after) > 1]
            columns[key] = min((columns[after] for after in shared), default=1) - 1
    return columns


def _without_circles(keys: Iterable[str], links: Sequence[Link]) -> networkx.DiGraph[str]:
    import networkx

    flow: networkx.DiGraph[str] = networkx.DiGraph()
    flow.add_nodes_from(keys)
    for link in links:
        if not networkx.has_path(flow, link.end, link.start):
            flow.add_edge(link.start, link.end)
    return flow


# ---- rows


def _stripes(boxes: Sequence[Box], columns: dict[str, int]) -> tuple[dict[int, Stripe], dict[int, list[int]]]:
    """Stack the bands; each gets the rows of its fullest column and, where lines must pass, one to spare."""
    stripes: dict[int, Stripe] = {}
    tops: dict[int, list[int]] = {}
    top = 0
    for band in sorted({box.band for box in boxes}):
        inside = [box for box in boxes if box.band == band]
        taken = [columns[box.key] for box in inside]
        fullest = max(taken.count(column) for column in taken)
        count = fullest + (1 if len(inside) > 2 else 0)
        pitch = max(box.height for box in inside) + ROW_GAP
        first = top + TITLE_HEIGHT + pitch // 2 - ROW_GAP // 2
        tops[band] = [first + 6 + row * pitch for row in range(count)]
        stripes[band] = Stripe(top, TITLE_HEIGHT + count * pitch)
        top += stripes[band].height
    return stripes, tops


class _Rows:
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


# ---- bends


def _bend(link: Link, boxes: Sequence[Box], centres: dict[str, tuple[int, int]]) -> float:
    """Take the least bend that meets the fewest boxes and stays in the drawing."""
    others = [box for box in boxes if box.key not in (link.start, link.end)]
    ends = centres[link.start], centres[link.end]
    right = max(x for x, _ in centres.values()) + BOX_WIDTH / 2
    curves = {bend: _curve(*ends, bend) for bend in BENDS}
    inside = [bend for bend, curve in curves.items() if all(MARGIN < x < right for x, _ in curve)]
    return min(inside, key=lambda bend: _met(curves[bend], others, centres))


def _met(curve: Sequence[tuple[float, float]], boxes: Sequence[Box], centres: dict[str, tuple[int, int]]) -> int:
    """Count the boxes that a curve meets; most are told apart by the stretches that it takes across and down."""
    (left, *_, right), (top, *_, bottom) = map(sorted, zip(*curve, strict=True))
    count = 0
    for box in boxes:
        x, y = centres[box.key]
        wide, high = BOX_WIDTH / 2 + CLEARANCE, box.height / 2 + CLEARANCE
        if left < x + wide and right > x - wide and top < y + high and bottom > y - high:
            count += any(abs(u - x) < wide and abs(v - y) < high for u, v in curve)
    return count


def _curve(start: tuple[int, int], end: tuple[int, int], bend: float) -> list[tuple[float, float]]:
    """Follow a line as vis-network draws it: a quadratic curve, its handle turned away from the straight middle."""
    reach = (abs(bend) + 1) / 2 * math.dist(start, end)
    angle = math.atan2(start[1] - end[1], end[0] - start[0]) + (bend + 1) / 2 * math.pi
    handle = start[0] + reach * math.sin(angle), start[1] + reach * math.cos(angle)
    steps = (number / CURVE_STEPS for number in range(1, CURVE_STEPS))
    return [(_on_curve(t, start[0], handle[0], end[0]), _on_curve(t, start[1], handle[1], end[1])) for t in steps]


def _on_curve(t: float, start: float, handle: float, end: float) -> float:
    return start * (1 - t) ** 2 + 2 * handle * t * (1 - t) + end * t**2
