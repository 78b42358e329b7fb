"""The page of all disagreements of the source: both sides of each, where they are printed, and what settles them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from kg.site_tables import anchor
from kg.site_things import own_name

if TYPE_CHECKING:
    from kg.site_page import Site

    Row = Mapping[str, str]

__all__ = ["NO_STUDY", "Side", "write_disagreements"]

_REPORTS = """
SELECT ?id ?kind ?magnitude ?side ?report ?claim ?number ?place ?held
WHERE {
  VALUES (?property ?side) { (kg:firstReport "a") (kg:secondReport "b") }
  ?id ?property ?report ; a ?class . ?class rdfs:subClassOf kg:DisagreementRecord ; rdfs:label ?kind .
  OPTIONAL { ?id kg:magnitude ?magnitude } OPTIONAL { ?claim kg:evidenceLine ?report }
  OPTIONAL { ?report kg:number ?number } OPTIONAL { ?report kg:locator/kg:placeName ?place }
  BIND(EXISTS { ?id kg:resolvedTo ?report } AS ?held)
} ORDER BY ?id ?side ?report ?place"""

# What narrows the list, with the words before each choice.
_FACETS = (("study", "Trial or study"), ("type", "Type"), ("status", "Status"))
NO_STUDY = "none"


@dataclass(frozen=True)
class Side:
    """One report of a disagreement: the value as printed, what it is of, where it stands, whether it holds."""

    value: Markup
    about: Markup
    source: str
    places: Markup
    references: Markup
    held: bool


def write_disagreements(site: Site) -> None:
    """Write the page of all disagreements of the source, each at its own address."""
    saved = site.desk.saved("discrepancies")
    reports = _Reports(site)
    items = [_item(site, reports, row) for row in saved.table]
    choices = [(name, words, sorted({str(item[name]) for item in items}, key=_last_none)) for name, words in _FACETS]
    site.page(
        "discrepancies.html",
        "discrepancies.html.j2",
        "Where the review disagrees with itself",
        scripts=["assets/lists.js"],
        items=items,
        choices=choices,
        saved=saved,
    )


def _last_none(choice: str) -> tuple[bool, str]:
    return choice == NO_STUDY, choice.casefold()


def _item(site: Site, reports: _Reports, row: Row) -> dict[str, object]:
    seen: set[str] = set()
    name = row["discrepancy_id"]
    return {
        # Of a statement, the measure is the statement itself, which its side tells.
        "measure": site.desk.cell("measure", row, "", seen) if row["measure"] != row["value_a"] else "",
        "resolution": site.desk.cell("resolution", row, "", seen),
        "anchor": anchor(name),
        "source": row["source_a"],
        "study": row["study"] or NO_STUDY,
        "study_link": site.desk.cell("study", row, "", seen),
        "subject": reports.subject(name),
        "type": row["type"],
        "status": row["status"],
        "kind": reports.kinds.get(name, ""),
        "magnitude": reports.magnitudes.get(name, ""),
        "sides": [reports.side(name, side, row) for side in ("a", "b") if row[f"value_{side}"]],
    }


class _Reports:
    """What each side of each disagreement is: a printed value, a statement, a clause of one, or a cited work."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._values = {row["value_id"]: row for row in site.desk.saved("reported_values").table}
        self._statements = {row["statement_id"]: row for row in site.desk.saved("statements").table}
        self._works = {row["number"]: row for row in site.desk.saved("references").table}
        self._reports: dict[tuple[str, str], Row] = {}
        self.kinds: dict[str, str] = {}
        self.magnitudes: dict[str, str] = {}
        for row in site.graph.query(_REPORTS):
            name = own_name(row["id"])
            self._reports.setdefault((name, row["side"]), row)
            self.kinds[name] = row["kind"]
            self.magnitudes[name] = row["magnitude"]

    def subject(self, name: str) -> Markup:
        """Name what the first report is a statement about."""
        statement = self._statements.get(self._claim_of(self._reports.get((name, "a"), {})))
        return self._cell("subject", statement, set()) if statement else Markup()

    @staticmethod
    def _claim_of(report: Row) -> str:
        """Name the statement of a report, which is one or a line of its evidence."""
        return own_name(report.get("claim") or report.get("report", ""))

    def side(self, name: str, side: str, row: Row) -> Side:
        """Tell one side; where the graph says no more of it than the table, that is what is told."""
        report = self._reports.get((name, side), {})
        held = report.get("held") == "true"
        own = own_name(report.get("report", ""))
        if own in self._values:
            return self._figure(self._values[own], row[f"source_{side}"], held)
        claim = self._claim_of(report)
        if claim in self._statements:
            told = self._statements[claim]
            place = report.get("place") if report.get("claim") else ""
            return self._claim(told, place or told["place"], row, side, held)
        if report.get("number", "") in self._works:
            return self._work(self._works[report["number"]], row, side, held)
        return Side(Markup.escape(row[f"value_{side}"]), Markup(), row[f"source_{side}"], Markup(), Markup(), held)

    def _figure(self, value: Row, source: str, held: bool) -> Side:
        """Tell a printed value: its link leads to its measurement."""
        printed = f"{value['printed']} {value['unit']}".strip()
        seen: set[str] = set()
        parts = [self._cell(column, value, seen) for column in ("arm", "measure", "population", "timepoint")]
        parts += [Markup.escape(value["statistic"])] if value["statistic"] != "NotStated" else []
        parts += [Markup("grade {}").format(value["grade"])] if value["grade"] else []
        parts += [Markup("of {} patients").format(value["n"])] if value["n"] else []
        place = self._site.desk.address(value["value_id"])
        shown = Markup('<a href="{}">{}</a>').format(place, printed) if place else Markup.escape(printed)
        return Side(shown, _joined(parts), source, Markup.escape(value["place"]), self._references(value), held)

    def _claim(self, statement: Row, place: str, row: Row, side: str, held: bool) -> Side:
        """Tell a statement: its words link to it, and its ends to the things."""
        seen: set[str] = set()
        ends = [self._cell(column, statement, seen) for column in ("subject", "object", "qualifiers")]
        address = self._site.desk.address(statement["statement_id"])
        shown = Markup('<a href="{}">{}</a>').format(address, row[f"value_{side}"])
        references = self._references(statement)
        return Side(shown, _joined(ends), row[f"source_{side}"], Markup.escape(place), references, held)

    def _work(self, work: Row, row: Row, side: str, held: bool) -> Side:
        shown = Markup('<a href="references.html#Reference_{}">{}</a>').format(work["number"], row[f"value_{side}"])
        words = Markup("{} {}, <cite>{}</cite>, {}").format(
            work["first_author"], work["year"], work["title"], work["venue"]
        )
        return Side(shown, words, row[f"source_{side}"], Markup(), Markup(), held)

    def _references(self, row: Row) -> Markup:
        return self._cell("references", row, set())

    def _cell(self, column: str, row: Row, seen: set[str]) -> Markup:
        return self._site.desk.cell(column, row, "", seen)


def _joined(parts: list[Markup]) -> Markup:
    return Markup(" · ").join(part for part in parts if part)
