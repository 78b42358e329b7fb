"""A chart of rows over one axis: where each mark stands, for the templates that draw it as SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["NARROW", "WIDE", "Chart", "Heading", "Layout", "Legend", "Mark", "Row", "Scale"]

# In units of the drawing, which are pixels where it is shown at its own size.
MARGIN, LINE, GAP = 10, 15, 6
# What was not reached stands so far beyond the end of the axis.
_BEYOND = 14


class Layout(NamedTuple):
    """How wide the parts of a chart are, and how many letters fit; stacked, the axis lies below the label."""

    labels: int
    strip: int
    figures: int
    letters: int
    heading: int
    stacked: bool

    @property
    def axis_x(self) -> int:
        """Say where axes begin."""
        return MARGIN if self.stacked else MARGIN + self.labels

    @property
    def figure_x(self) -> int:
        """Say where the figures begin."""
        return self.axis_x + self.strip + 30


WIDE = Layout(300, 400, 150, 46, 120, stacked=False)
NARROW = Layout(0, 200, 112, 50, 48, stacked=True)


class Scale(NamedTuple):
    """A straight axis from 0: where it ends, and its ticks."""

    end: float
    ticks: tuple[float, ...]


class Mark(NamedTuple):
    """A mark on an axis: its look, its place, the ends of its interval if it has one, and what it says and leads to."""

    look: str
    x: float
    words: str
    href: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Row:
    """A row of a chart: what it is of, in lines that fit; the figure in words; its marks; and what disputes it.

    Only the marks of two arms of one trial are joined by a line.
    """

    label: tuple[str, ...]
    figure: str
    marks: tuple[Mark, ...]
    y: float
    mark_y: float
    href: str
    disagreements: tuple[str, ...] = ()
    joined: bool = False


@dataclass(frozen=True)
class Heading:
    """The group of the rows below it, and where its prior lines are printed."""

    lines: tuple[str, ...]
    y: float
    href: str = ""


class Legend(NamedTuple):
    """What a look of marks means."""

    look: str
    words: str


@dataclass
class Chart:
    """A chart of rows over one axis."""

    name: str
    title: str
    unit: str
    scale: Scale
    legend: tuple[Legend, ...]
    layout: Layout
    headings: list[Heading] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    height: float = 2 * LINE

    @property
    def width(self) -> int:
        """Say how wide the drawing is."""
        return self.layout.figure_x + self.layout.figures

    @property
    def middle_x(self) -> int:
        """Say where the middle of the axis is."""
        return self.layout.axis_x + self.layout.strip // 2

    def at(self, value: float) -> float:
        """Place a value on the axis; what lies beyond the end stands at the end."""
        return self.layout.axis_x + self.layout.strip * min(value, self.scale.end) / self.scale.end

    @property
    def link(self) -> str:
        """Name the file that the chart is saved as."""
        return f"figures/{self.name}.svg"

    @property
    def ticks(self) -> Iterator[tuple[float, str]]:
        """Place the ticks of the axis, each with its number."""
        return ((self.at(tick), f"{tick:g}") for tick in self.scale.ticks)

    @property
    def beyond(self) -> float:
        """Say where marks stand that are at no value."""
        return self.at(self.scale.end) + _BEYOND

    def add_heading(self, words: str, href: str = "") -> None:
        """Begin a group of rows; a heading may lead to where what it says is printed."""
        lines = _wrapped(words, self.layout.heading)
        self.headings.append(Heading(lines, self.height + GAP + LINE, href))
        self.height += LINE * len(lines) + 2 * GAP

    def add_row(
        self,
        label: str,
        figure: str,
        marks: tuple[Mark, ...],
        href: str,
        disagreements: Sequence[str] = (),
        *,
        joined: bool = False,
    ) -> None:
        """Add a row below the last."""
        lines, y = _wrapped(label, self.layout.letters), self.height + LINE
        below = LINE * len(lines) if self.layout.stacked else 0
        self.rows.append(Row(lines, figure, marks, y, y + below, href, tuple(disagreements), joined))
        self.height += max(LINE * len(lines), below + LINE) + GAP


def _wrapped(text: str, letters: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, letters)) or ("",)
