"""Fixed places for all things at once, for drawings too large to be laid out while somebody waits.

Each box gets a cell of its own in a grid, near the boxes it has lines to, so that no two can overlap; one graph gives
one map. A force layout of the whole graph would need numpy and scipy, and still a second pass against overlaps.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Cell = tuple[int, int]

__all__ = ["spots"]

CELL_WIDTH, CELL_HEIGHT = 216, 104
ROUNDS = 4  # of moving boxes nearer to their neighbours; more change next to nothing


def spots(links: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Place all things that have links, in pixels around the one with the most.

    >>> spots([("a", "b"), ("a", "c")])
    {'a': (0, 0), 'b': (0, -104), 'c': (0, 104)}
    """
    near = _neighbours(links)
    placed: dict[str, Cell] = {}
    for name in _outward(near):
        placed[name] = _free_cell(placed.values(), [placed[other] for other in near[name] if other in placed])
    for _ in range(ROUNDS):
        for name in placed:
            taken = {cell for other, cell in placed.items() if other != name}
            placed[name] = _free_cell(taken, [placed[other] for other in near[name]])
    return {name: (column * CELL_WIDTH, row * CELL_HEIGHT) for name, (column, row) in placed.items()}


def _neighbours(links: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    near: dict[str, set[str]] = {}
    for start, end in links:
        near.setdefault(start, set()).add(end)
        near.setdefault(end, set()).add(start)
    return {name: sorted(near[name] - {name}) for name in sorted(near)}


def _outward(near: Mapping[str, list[str]]) -> Iterable[str]:
    """Go through all things from the one with most neighbours outward, part by part."""
    seen: set[str] = set()
    for hub in sorted(near, key=lambda name: (-len(near[name]), name)):
        queue = deque([hub] if hub not in seen else [])
        seen.add(hub)
        while queue:
            name = queue.popleft()
            yield name
            queue.extend(other for other in near[name] if other not in seen)
            seen.update(near[name])


def _free_cell(taken: Iterable[Cell], others: list[Cell]) -> Cell:
    """Find the free cell nearest to the middle of some cells; without any, to the middle of the map."""
    full = set(taken)
    x = sum(column for column, _ in others) / max(len(others), 1)
    y = sum(row for _, row in others) / max(len(others), 1)

    def distance(cell: Cell) -> tuple[float, Cell]:
        across, down = (cell[0] - x) * CELL_WIDTH, (cell[1] - y) * CELL_HEIGHT
        return math.sqrt(across * across + down * down), cell

    found: list[Cell] = []
    radius = 0
    # What lies outside a ring of cells is farther away than the ring is high.
    while not found or min(map(distance, found))[0] > (radius - 2) * CELL_HEIGHT:
        found += [cell for cell in _ring(round(x), round(y), radius) if cell not in full]
        radius += 1
    return min(found, key=distance)


def _ring(x: int, y: int, radius: int) -> Iterable[Cell]:
    edge = range(-radius, radius + 1)
    return {(x + across, y + down) for across in edge for down in edge if radius in (abs(across), abs(down))}
