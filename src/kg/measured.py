"""Measurements with what was printed of each, whom they are of, and how often those had been treated before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from kg.intervals import numerator, wilson
from kg.site_things import own_name

if TYPE_CHECKING:
    from kg.results import Table
    from kg.store import Graph

__all__ = ["Group", "Measured", "Measurement", "PriorLines", "grade_words", "read_measured"]

_DECIMAL = re.compile(r"\d+(\.\d+)?", re.ASCII)
# The denominators that an interval may rest on: any other is a guess.
SURE = frozenset(("printed for value", "arithmetically compatible"))

_REPORTS = """
SELECT ?measurement ?set ?main ?report ?aspect
WHERE {
  ?measurement kg:analysisSet ?set ; kg:mainReport ?main . ?report kg:reportOf ?measurement .
  OPTIONAL { ?measurement kg:eventAspect ?aspect }
} ORDER BY ?measurement ?report"""

_SETS = """
SELECT ?set ?population ?wider ?new
WHERE {
  ?set a kg:AnalysisSet .
  OPTIONAL { ?set kg:population/rdfs:label ?population }
  OPTIONAL { ?set kg:subsetOf ?wider }
  OPTIONAL { ?set kg:population/kg:hasCriterion/kg:hasFeature ?new . FILTER(?new = kgd:Disease_NDMM) }
} ORDER BY ?set ?population ?wider"""

_LINES = """
SELECT ?set ?median ?lowest ?highest ?measurement
WHERE {
  ?measurement a kg:PriorTherapyMeasurement ; kg:analysisSet ?set ; kg:statistic kg:Median ; kg:mainReport ?main .
  ?main kg:unit kg:Lines ; kg:value ?median .
  OPTIONAL {
    ?range a kg:PriorTherapyMeasurement ; kg:analysisSet ?set ; kg:statistic kg:Range ; kg:mainReport ?report .
    ?report kg:unit kg:Lines ; kg:value ?lowest ; kg:valueHigh ?highest .
  }
} ORDER BY ?set ?measurement ?lowest"""


def grade_words(band: str) -> str:
    """Write a grade band for readers; none is empty.

    >>> grade_words(">=3"), grade_words("3-4"), grade_words("not stated")
    ('grade ≥3', 'grade 3-4', 'grade not stated')
    """
    return f"grade {band.replace('>=', '≥')}" if band else ""


class PriorLines(NamedTuple):
    """How often patients had been treated before: the median, another that is printed for the same, and the range.

    What is not printed is empty; `measurement` is that of the median.
    """

    median: str
    other: str
    lowest: str
    highest: str
    measurement: str

    @property
    def words(self) -> str:
        """Write median and range.

        >>> PriorLines("4", "2", "1", "8", "kgd:Measurement_x").words
        '4 (1 to 8), elsewhere 2'
        """
        spread = f" ({self.lowest} to {self.highest})" if self.lowest else ""
        return f"{self.median}{spread}{f', elsewhere {self.other}' if self.other else ''}"


class Group(NamedTuple):
    """Whom a measurement is of, for tables and charts: a population, and how often it had been treated before.

    Where the source prints the prior lines of a wider set only, that set's population is the group.
    """

    population: str
    lines: PriorLines | None
    newly_diagnosed: bool

    @property
    def words(self) -> str:
        """Say it in a line."""
        known = f"median of prior lines {self.lines.words}" if self.lines else ""
        treated = known or ("" if self.newly_diagnosed else "prior lines not printed")
        return ", ".join(part for part in (self.population or "population not stated", treated) if part)

    @property
    def order(self) -> tuple[float, str]:
        """Sort groups: newly diagnosed first, then by the median of prior lines, those without one last."""
        if self.newly_diagnosed:
            return -1, self.population
        return (float(self.lines.median) if self.lines else inf), self.population


@dataclass(frozen=True)
class Measurement:
    """A measurement: its row of `measured_values`, and the row of `reported_values` of each report, the main one first.

    `absence` marks one that counts who did *not* have the event.
    """

    id: str
    row: Mapping[str, str]
    reports: tuple[Mapping[str, str], ...]
    group: Group
    absence: bool = False

    def __getitem__(self, column: str) -> str:
        """Take a cell of the row of `measured_values`."""
        return self.row[column]

    @property
    def main(self) -> Mapping[str, str]:
        """Take the report that charts and answers show."""
        return self.reports[0]

    @property
    def arm(self) -> str:
        """Name the arm, or the study where all of it is meant."""
        return self["study"] if self["arm"] == "" else self["arm"]

    @property
    def figure(self) -> str:
        """Write the figure as printed, or say in words why there is none."""
        if self["status"] != "reported":
            return self["status"]
        sign = self.main["qualifier"]
        return (sign if sign not in ("", "=") else "") + self.main["printed"]

    @property
    def statistic(self) -> str:
        """Name the statistic where it is no share and no count; else empty."""
        return self["statistic"].lower() if self["statistic"] in ("Median", "Maximum", "Minimum", "Range") else ""

    @property
    def narrowing(self) -> str:
        """Say what narrows the measure, after a comma: the grade and the time."""
        return "".join(f", {part}" for part in (grade_words(self["grade"]), self["timepoint"]) if part)

    @property
    def measure_words(self) -> str:
        """Say what was measured: the statistic, the measure, and what narrows it."""
        return f"{self.statistic} {self['measure']}{self.narrowing}".strip()

    @property
    def disagreements(self) -> list[str]:
        """List the discrepancies that the measurement is in."""
        return [name for name in self["discrepancy"].split("; ") if name]

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """Give the Wilson interval of a share, in percent, where the denominator is sure and one numerator fits."""
        if self["n_basis"] not in SURE or self["unit"] != "percent" or self["statistic"] != "Proportion":
            return None
        if self["status"] != "reported" or self["value_high"] or self.main["qualifier"] not in ("", "="):
            return None
        printed, n = self.main["printed"], int(self["n"])
        k = numerator(printed if _DECIMAL.fullmatch(printed) else self["value"], n)
        return None if k is None else wilson(k, n)


class Measured(dict[str, Measurement]):
    """All measurements by CURIE, in the order of `measured_values`."""

    def of(self, measure: str, statistic: str) -> list[Measurement]:
        """Take those of one measure with one statistic."""
        return [one for one in self.values() if one["measure"] == measure and one["statistic"] == statistic]

    @cached_property
    def by_report(self) -> dict[str, Measurement]:
        """Tell which measurement a report is of."""
        return {report["value_id"]: one for one in self.values() for report in one.reports}


def read_measured(graph: Graph, measured_values: Table, reported_values: Table) -> Measured:
    """Join the answers of two saved questions to what they do not say: whose report is whose, and of which set.

    Args:
        graph: what the answers come from.
        measured_values: the whole answer of the question of this name.
        reported_values: the whole answer of the question of this name.
    """
    printed = {row["value_id"]: row for row in reported_values}
    reports: dict[str, list[str]] = {}
    sets, absences = {}, set()
    for row in graph.query(_REPORTS):
        name = own_name(row["measurement"])
        listed = reports.setdefault(name, [own_name(row["main"])])
        listed += [own_name(row["report"])] if own_name(row["report"]) not in listed else []
        sets[name] = row["set"]
        if row["aspect"] == "kg:Absence":
            absences.add(name)
    groups = _groups(graph, {row["measurement_id"]: row["alternatives"] for row in measured_values})
    found = {}
    for row in measured_values:
        name = row["measurement_id"]
        known = tuple(printed[report] for report in reports[name] if report in printed)
        found[name] = Measurement(name, row, known, groups[sets[name]], name in absences)
    return Measured(found)


def _groups(graph: Graph, alternatives: Mapping[str, str]) -> dict[str, Group]:
    """Tell the group of each analysis set."""
    rows = {row["set"]: row for row in graph.query(_SETS)}
    lines = {row["set"]: _lines(row, alternatives) for row in graph.query(_LINES)}
    groups = {}
    for name, row in rows.items():
        around = next((one for one in _around(name, rows) if one in lines), name)
        groups[name] = Group(rows[around]["population"], lines.get(around), bool(row["new"]))
    return groups


def _lines(row: Mapping[str, str], alternatives: Mapping[str, str]) -> PriorLines:
    name = own_name(row["measurement"])
    return PriorLines(row["median"], alternatives.get(name, ""), row["lowest"], row["highest"], name)


def _around(home: str, rows: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Walk from a set to the sets around it."""
    seen: set[str] = set()
    while home in rows and home not in seen:  # data of somebody's own may go round
        seen.add(home)
        yield home
        home = rows[home]["wider"]
