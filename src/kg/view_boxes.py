"""What a layout works on: boxes, the lines between them, and where they come to stand."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BOX_WIDTH", "CLEARANCE", "COLUMN_GAP", "MARGIN", "ROW_GAP", "Box", "Layout", "Link", "Stripe"]

BOX_WIDTH = 142
COLUMN_GAP = 46
ROW_GAP = 14
MARGIN = 12
CLEARANCE = 5  # pixels that a line keeps from boxes it has no part in


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
