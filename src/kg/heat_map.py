"""How often adverse events were reported, by arm and grade band: a map in which what was not reported has no cell."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from kg.charts import place
from kg.measured import Measurement, grade_words

__all__ = ["BANDS", "STEPS", "Cell", "Column", "HeatMap", "HeatRow", "heat_maps"]

# In the order of the page. Bands are never mixed: 3-4 and >=3 are two maps, and so is what has no grade.
BANDS = ("any", "1-2", ">=2", "3", "3-4", "4", ">=3", "not stated")
# Where a shade ends, in percent.
STEPS = (20, 40, 60, 80, 100)

_LETTERS = 38
_MARGIN = 10


class Column(NamedTuple):
    """An arm or group whose events are shown: its name in lines that fit."""

    lines: tuple[str, ...]
    words: str


class Cell(NamedTuple):
    """A reported share: its text, its shade from 1 to 5, and what it says and leads to."""

    column: int
    text: str
    shade: int
    words: str
    href: str
    disputed: bool


@dataclass(frozen=True)
class HeatRow:
    """An event and its cells; `href` leads to the mechanism that explains it, or is empty."""

    event: str
    href: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HeatMap:
    """The map of one grade band, and where the template draws it."""

    band: str
    columns: tuple[Column, ...]
    rows: tuple[HeatRow, ...]
    left: ClassVar[int] = 255
    top: ClassVar[int] = 240
    cell_width: ClassVar[int] = 52
    cell_height: ClassVar[int] = 24

    @property
    def name(self) -> str:
        """Name the map for files and addresses.

        >>> HeatMap(">=3", (), ()).name, HeatMap("not stated", (), ()).name
        ('events_grade_3_and_more', 'events_grade_not_stated')
        """
        at_least = f"{self.band[2:]}_and_more" if self.band.startswith(">=") else self.band
        return f"events_grade_{at_least.replace('-', '_to_').replace(' ', '_')}"

    @property
    def title(self) -> str:
        """Head the map."""
        return f"Adverse events, {grade_words(self.band)}"

    @property
    def link(self) -> str:
        """Name the file that the map is saved as."""
        return f"figures/{self.name}.svg"

    @property
    def width(self) -> int:
        """Say how wide the drawing is."""
        return self.left + self.cell_width * len(self.columns) + _MARGIN // 2

    @property
    def height(self) -> int:
        """Say how high the drawing is."""
        return self.top + self.cell_height * len(self.rows) + _MARGIN


def heat_maps(found: Iterable[Measurement], mechanisms: dict[str, str]) -> Iterator[HeatMap]:
    """Make the map of each grade band that has shares of patients; the events and arms of each stand in order of name.

    Args:
        found: measurements; those that are no share of patients with an event are left out.
        mechanisms: where the mechanism of an event is explained, by the event's label.
    """
    shares = [one for one in found if is_cell(one)]
    for band in BANDS:
        listed = [one for one in shares if one["grade"] == band]
        if listed:
            yield _heat_map(band, listed, mechanisms)


def is_cell(one: Measurement) -> bool:
    """Tell whether a measurement is a share of patients who had an event."""
    told = one["category"] == "adverse event" and one["statistic"] == "Proportion" and one["unit"] == "percent"
    return told and bool(one["value"]) and not one.absence


def _heat_map(band: str, listed: list[Measurement], mechanisms: dict[str, str]) -> HeatMap:
    groups = sorted({_group(one) for one in listed})
    names = [_name(group, groups) for group in groups]
    columns = tuple(Column(_wrapped(name), name) for name in names)
    rows = []
    for event in sorted({one["measure"] for one in listed}, key=str.casefold):
        cells = [
            _cell(one, groups.index(_group(one)), names[groups.index(_group(one))])
            for one in listed
            if one["measure"] == event
        ]
        rows.append(HeatRow(event, mechanisms.get(event, ""), tuple(sorted(cells))))
    return HeatMap(band, columns, tuple(rows))


def _group(one: Measurement) -> tuple[str, str, str, str, str]:
    return one["study"], one["arm"], one["regimen"], one["population"], one["timepoint"]


def _name(group: tuple[str, ...], groups: list[tuple[str, str, str, str, str]]) -> str:
    """Name a column: arm or study, regimen, and what else tells it apart from its neighbours."""
    study, arm, regimen, population, timepoint = group
    alike = [other for other in groups if other[:2] == (study, arm)]
    parts = [arm if arm and arm != "not stated" else f"{study}{', arm not stated' if arm else ''}"]
    parts += [regimen] if regimen and regimen not in arm else []
    parts += [population] if len(alike) > 1 else []
    parts += [timepoint] if timepoint else []
    return ", ".join(parts)


def _cell(one: Measurement, column: int, name: str) -> Cell:
    value = float(one["value"])
    shade = next((step for step, end in enumerate(STEPS, 1) if value <= end), len(STEPS))
    elsewhere = f", elsewhere {one['alternatives']}" if one["alternatives"] else ""
    words = f"{name}: {one.measure_words}, {one.figure} percent{elsewhere}"
    return Cell(column, one.figure, shade, words, place(one.id), bool(one.disagreements))


def _wrapped(name: str) -> tuple[str, ...]:
    lines = textwrap.wrap(name, _LETTERS, break_long_words=True)
    return tuple(lines[:2] if len(lines) <= 2 else [lines[0], f"{lines[1][: _LETTERS - 1]}…"])
