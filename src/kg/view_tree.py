"""Places for a tree that grows to both sides of its root.

A box is as tall as all that hangs on it, so that every line runs level from box to box and none meets another box or
line: what a picture of a neighbourhood needs, where most lines end at one thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.view_boxes import BOX_WIDTH, MARGIN, ROW_GAP
from kg.view_picture import CUT_HEIGHT, Picture, PlacedBox, PlacedLine, word_height

__all__ = ["Spot", "Strand", "place_tree", "stack_height"]

LINE_ROOM = 156  # pixels between columns, for the words on the lines
STEP = BOX_WIDTH + LINE_ROOM


@dataclass(frozen=True)
class Strand:
    """A line between a spot and its parent: its claim, its words, whether it leads away from the root.

    The words stand on it, but above it where a bar cuts it.
    """

    claim: str
    words: str
    outward: bool
    cut: bool = False


@dataclass
class Spot:
    """A box of the tree: its thing, the height of its label, the lines to its parent, and what hangs on it."""

    thing: str
    key: str
    label_height: int
    strands: Sequence[Strand] = ()
    children: list[Spot] = field(default_factory=list)


def place_tree(root: Spot, sides: Mapping[int, Sequence[Spot]]) -> Picture:
    """Place the root in the middle, and what hangs on it left (-1) and right (1) of it.

    >>> leaf = Spot("b", "b", 31, [Strand("a to b", "inhibits", outward=True)])
    >>> picture = place_tree(Spot("a", "a", 31, children=[leaf]), {1: [leaf]})
    >>> [(box.key, box.x, box.y) for box in picture.boxes]
    [('a', 83, 27), ('b', 381, 27)]
    """
    height = max(root.label_height, *(stack_height(spots) for spots in sides.values()))
    columns = {side: max((_depth(spot) for spot in spots), default=0) for side, spots in sides.items()}
    x, y = MARGIN + BOX_WIDTH // 2 + columns.get(-1, 0) * STEP, MARGIN + height // 2
    width = 2 * MARGIN + BOX_WIDTH + sum(columns.values()) * STEP
    picture = Picture([PlacedBox(root.key, root.thing, x, y, height)], [], width, height + 2 * MARGIN, root.thing)
    for side, spots in sides.items():
        _hang(picture, spots, side, x, y)
    return picture


def stack_height(spots: Sequence[Spot]) -> int:
    """Tell how high some spots are, one under the other, with all that hangs on them."""
    return sum(_height(spot) + ROW_GAP for spot in spots) - ROW_GAP if spots else 0


def _height(spot: Spot) -> int:
    return max(spot.label_height, sum(map(_pitch, spot.strands)), stack_height(spot.children))


def _pitch(strand: Strand) -> int:
    return word_height(strand.words) + 6 + strand.cut * CUT_HEIGHT


def _depth(spot: Spot) -> int:
    return 1 + max(map(_depth, spot.children), default=0)


def _hang(picture: Picture, spots: Sequence[Spot], side: int, from_x: int, from_y: int) -> None:
    """Stack spots beside their parent, which stands at the given place."""
    x, top = from_x + side * STEP, from_y - stack_height(spots) // 2
    for spot in spots:
        height = _height(spot)
        y = top + height // 2
        picture.boxes.append(PlacedBox(spot.key, spot.thing, x, y, height))
        _tie(picture, spot, (from_x + side * BOX_WIDTH // 2, x - side * BOX_WIDTH // 2), y)
        _hang(picture, spot.children, side, x, y)
        top += height + ROW_GAP


def _tie(picture: Picture, spot: Spot, edges: tuple[int, int], middle: int) -> None:
    """Draw the lines of a spot between two edges, one under the other."""
    top = middle - sum(map(_pitch, spot.strands)) // 2
    for strand in spot.strands:
        y = top + _pitch(strand) - (CUT_HEIGHT if strand.cut else _pitch(strand)) // 2
        inner, outer = (f"{strand.claim} {end}" for end in ("inner", "outer"))
        picture.ports |= {inner: (edges[0], y), outer: (edges[1], y)}
        start, end = (inner, outer) if strand.outward else (outer, inner)
        picture.lines.append(PlacedLine(strand.claim, start, end, strand.words, open=True))
        top += _pitch(strand)
