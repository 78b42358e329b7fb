"""Tables of the site: each is the answer of a saved question, shown with the query and the command that give it.

A question is asked once, without its parameter, and its rows are dealt out to the pages; a test runs what a page shows
and compares.
"""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
from markupsafe import Markup, escape

from kg.questions import Question, as_text, get_question, run
from kg.site_things import own_name
from kg.sparql import bind_values

if TYPE_CHECKING:
    from kg.results import Table
    from kg.site_page import Site

__all__ = ["Column", "Desk", "Saved", "ShownTable", "anchor", "event_paths", "spot"]

Row = Mapping[str, str]

_ENDS = "SELECT ?id ?subject ?object { ?id kg:subject ?subject ; kg:predicate ?any ; kg:object ?object } ORDER BY ?id"

# A cell of these columns names a thing of the class; nobody but the class tells things of one label apart.
_NAMED = {
    "study": "kg:StudyUnit",
    "arm": "kg:Arm",
    "comparator_arm": "kg:Arm",
    "regimen": "kg:Regimen",
    "population": "kg:Population",
    "measure": "kg:Measure",
    "adverse_event": "kg:AdverseEvent",
    "context": "kg:Context",
    "drug": "kg:TherapeuticAgent",
    "effect": "kg:DomainThing",
}
# What readers of a page rarely need; the downloads have it, and so has the page for who asks for all columns.
_BEHIND = frozenset(
    (
        *("statement_id", "measurement_id", "value_id", "thing", "thing_id", "neighbour_id", "registry_id"),
        *("category", "dose_kind", "n_basis", "n_reports", "sign", "source", "step"),
    )
)
# What has long words or many of them.
_WIDE = frozenset(("mechanism_path", "place", "qualifiers", "resolution"))
# Links of a cell by what they are named after; all other cells may hold abbreviations.
_IDENTIFIERS = frozenset(
    (
        *("statement_id", "statements", "discrepancy", "discrepancy_id", "disputed", "neighbour_id", "thing_id"),
        *("measurement_id", "value_id"),
    )
)
_LINKED = frozenset(("references", *_IDENTIFIERS, *_NAMED))
_EMPTY = Markup("")


@dataclass(frozen=True)
class Column:
    """A column of a shown table; one that looks `behind` is there and not shown at first."""

    name: str
    heading: str
    look: str


@dataclass(frozen=True)
class ShownTable:
    """A table as a page shows it."""

    id: str
    title: str
    note: str
    columns: list[Column]
    rows: list[list[Markup]]
    command: str
    sparql: str


class Saved:
    """A saved question: its whole answer, its rows by one column, and its query with one value set."""

    def __init__(self, site: Site, name: str) -> None:
        self.question: Question = get_question(name, site.graph.files)
        self.table: Table = run(site.graph.store, self.question.text, name=f"{name}: ")
        self._dealt: dict[str, dict[str, list[Row]]] = {}
        self._texts: dict[str, str] = {}

    def rows(self, column: str, value: str) -> list[Row]:
        """Take the rows that have a value in a column."""
        if column not in self._dealt:
            dealt: defaultdict[str, list[Row]] = defaultdict(list)
            for row in self.table:
                dealt[row[column]].append(row)
            self._dealt[column] = dict(dealt)
        return self._dealt[column].get(value, [])

    def command(self, parameter: str = "", value: str = "") -> str:
        """Write the command that gives the rows."""
        given = ["-p", shlex.quote(f"{parameter}={as_text(value)}")] if parameter else []
        return " ".join(["kg query", self.question.name, *given, "--format csv"])

    def sparql(self, parameter: str = "", value: str = "") -> str:
        """Write the query that gives the rows, for any SPARQL engine that holds the graph."""
        if parameter not in self._texts:
            text = _COMMENTS.sub("", self.question.text)
            self._texts[parameter] = bind_values(text, {parameter: _HERE}) if parameter else text
        return self._texts[parameter].replace(_HERE, str(ox.Literal(value)))


_COMMENTS = re.compile(r"\A(?:#[^\n]*\n)+")
_HERE = "<urn:here>"


class Desk:
    """Where the questions of a site are asked, each once, and their rows are made into tables with links."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._saved: dict[str, Saved] = {}
        self._links: dict[tuple[str, str, str], Markup] = {}

    def saved(self, name: str) -> Saved:
        """Ask a question, the first time."""
        if name not in self._saved:
            self._saved[name] = Saved(self.site, name)
        return self._saved[name]

    @cached_property
    def ends(self) -> dict[str, tuple[str, str]]:
        """Tell the subject and the object of each statement, by CURIE."""
        rows = self.site.graph.query(_ENDS)
        return {own_name(row["id"]): (own_name(row["subject"]), own_name(row["object"])) for row in rows}

    @cached_property
    def subjects(self) -> frozenset[str]:
        """List what statements are about."""
        return frozenset(subject for subject, _ in self.ends.values())

    @cached_property
    def objects(self) -> frozenset[str]:
        """List what statements relate their subjects to."""
        return frozenset(other for _, other in self.ends.values())

    @cached_property
    def statements(self) -> frozenset[str]:
        """List the statements that have a place on the page of all statements."""
        return frozenset(self.saved("statements").table.column("statement_id"))

    @cached_property
    def discrepancies(self) -> frozenset[str]:
        """List the disagreements that have a place on the page of all disagreements."""
        return frozenset(self.saved("discrepancies").table.column("discrepancy_id"))

    @cached_property
    def figures(self) -> frozenset[str]:
        """List the measurements and reported values that have a place on the page of all measurements."""
        measured, reported = self.saved("measured_values").table, self.saved("reported_values").table
        return frozenset((*measured.column("measurement_id"), *reported.column("value_id")))

    @cached_property
    def works(self) -> frozenset[str]:
        """List the numbers of the works that have a place on the page of all references."""
        return frozenset(self.saved("references").table.column("number"))

    @cached_property
    def _by_label(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {column: {} for column in _NAMED}
        for column, root in _NAMED.items():
            for thing in self.site.things.values():
                if root in thing.kinds:
                    found[column].setdefault(thing.label, thing.id)
        return found

    def show(self, name: str, *, title: str, parameter: str, value: str, note: str, root: str) -> ShownTable | None:
        """Make the table of the rows of a question that have one value; none if there are none.

        Args:
            name: a saved question.
            title: the caption.
            parameter: the parameter that is set, which is also the column to choose rows by.
            value: what it is set to.
            note: what readers have to know beside the caption.
            root: the way from the page to the top of the site.
        """
        saved = self.saved(name)
        rows = saved.rows(parameter, value)
        if not rows:
            return None
        columns = [_column(column, parameter, rows) for column in saved.table.columns]
        seen: set[str] = set()
        cells = [[self.cell(column.name, row, root, seen) for column in columns] for row in rows]
        return ShownTable(
            f"{name}-{parameter}",
            title,
            note,
            columns,
            cells,
            saved.command(parameter, value),
            saved.sparql(parameter, value),
        )

    def cell(self, column: str, row: Row, root: str, seen: set[str]) -> Markup:
        """Write a cell: linked where it names what has a place of its own, else with its abbreviations explained."""
        text = row[column]
        if not text:
            return _EMPTY
        if column in ("subject", "object"):
            return _linked(text, self.address(self._end(column, row)), root)
        if column == "predicate" and "statement_id" in row:
            return _relation(text, self.address(row["statement_id"]), root, denied=row["polarity"] == "negated")
        if column == "qualifiers":
            return Markup("; ").join(self._qualifier(part, root, seen) for part in text.split("; "))
        if column in _LINKED:
            known = (column, text, root)
            if known not in self._links:
                self._links[known] = self._link(*known)
            return self._links[known]
        return self.site.glossary.mark(text, root, seen)

    def _qualifier(self, text: str, root: str, seen: set[str]) -> Markup:
        """Write what narrows a statement; the disagreement that disputes it is linked."""
        name, colon, value = text.partition(": ")
        place = self.address(value)
        return (
            escape(name + colon) + _linked(value, place, root) if place else self.site.glossary.mark(text, root, seen)
        )

    def named(self, column: str, label: str) -> str:
        """Name the thing that a cell of a column means by its label; none is empty."""
        return self._by_label[column].get(label, "")

    def home(self, row: Row) -> str:
        """Say where in the site the arm of a row stands, or its study where there is no arm."""
        return self.address(self.named("arm", row["arm"]) or self.named("study", row["study"]))

    def _link(self, column: str, text: str, root: str) -> Markup:
        """Link what a cell names, which may be several."""
        if column == "references":
            return _listed(text, lambda one: f"references.html#Reference_{one}" if one in self.works else "", root)
        if column in _IDENTIFIERS:
            return _listed(text, self.address, root)
        names = self._by_label[column]
        if text in names:
            return _linked(text, self.address(names[text]), root)
        return _listed(text, lambda one: self.address(names.get(one, "")), root)

    def _end(self, column: str, row: Row) -> str:
        """Name the thing of a cell: an end of a statement, or of what ties two things."""
        if "statement_id" in row:
            return self.ends.get(row["statement_id"], ("", ""))[column == "object"]
        subject_is_other = row["subject"] != row["thing"]
        return row["neighbour_id" if (column == "subject") == subject_is_other else "thing_id"]

    def address(self, name: str) -> str:
        """Say where in the site a thing, statement, disagreement or figure stands; nowhere is empty."""
        from kg.site_page import address

        if name in self.site.things:
            return address(name)
        if name in self.statements:
            return spot("statements.html", name)
        if name in self.discrepancies:
            return spot("discrepancies.html", name)
        if name in self.figures:
            return spot("measurements.html", name)
        return ""


def anchor(name: str) -> str:
    """Name the element of a page that stands for a thing.

    >>> anchor("kgd:Statement_selinexor_inhibits_XPO1")
    'Statement_selinexor_inhibits_XPO1'
    """
    return name.removeprefix("kgd:")


def event_paths(desk: Desk) -> dict[tuple[str, ...], str]:
    """Say where the page Explore shows how an event comes about, by the labels of event, study, arm and regimen.

    Only arms that give the drug at which the path begins are in it; a path through bridges is taken where there is no
    other.
    """
    places: dict[tuple[str, str], str] = {}
    for row in sorted(desk.saved("mechanism_paths").table, key=lambda row: row["bridges"] != "0"):
        ends = [desk.named("drug", row["drug"]), desk.named("adverse_event", row["effect"])]
        if all(ends):
            path = ",".join(quote(anchor(name), safe="") for name in ends)
            stitched = "" if row["bridges"] == "0" else "&stitched=yes"
            places.setdefault((row["drug"], row["effect"]), f"explore.html#path={path}{stitched}")
    found: dict[tuple[str, ...], str] = {}
    for row in desk.saved("mechanism_to_outcome").table:
        event = row["adverse_event"]
        for (drug, effect), place in places.items():
            if effect == event and row["mechanism_path"].startswith(f"{drug} "):
                found.setdefault((event, row["study"], row["arm"], row["regimen"]), place)
    return found


def spot(page: str, name: str) -> str:
    """Say where on a page that lists all of a kind one of them stands.

    >>> spot("measurements.html", "kgd:Measurement_BOSTON_XVd_ORR")
    'measurements.html#Measurement_BOSTON_XVd_ORR'
    """
    return f"{page}#{quote(anchor(name), safe='')}"


def _column(name: str, parameter: str, rows: Iterable[Row]) -> Column:
    behind = name in _BEHIND or name == parameter or not any(row[name] for row in rows)
    look = "behind" if behind else "wide" if name in _WIDE else ""
    return Column(name, name.replace("_", " "), look)


def _linked(text: str, address: str, root: str) -> Markup:
    # Written out: `Markup.format` takes ten times as long, and there are a hundred thousand cells.
    return Markup(f'<a href="{escape(root + address)}">{escape(text)}</a>') if address else escape(text)


def _relation(text: str, address: str, root: str, *, denied: bool) -> Markup:
    """Link a relation to its statement; the style sheet writes "not" before one that is denied."""
    link = _linked(text, address, root)
    return Markup(f'<span class="denied">{link}</span>') if denied else link


def _listed(text: str, place: Callable[[str], str], root: str) -> Markup:
    return Markup("; ").join(_linked(one, place(one), root) for one in text.split("; "))
