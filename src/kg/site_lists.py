"""The pages that list all of a kind: statements, references; and what the site is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from kg.site_tables import anchor
from kg.view_claims import doi_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.site_page import Site

__all__ = ["PACKAGES", "write_about", "write_references", "write_statements"]

# What narrows the list of statements, with the words before each choice.
_FACETS = (("kind", "Kind"), ("certainty", "Certainty"), ("polarity", "Polarity"))


@dataclass(frozen=True)
class Package:
    """Somebody else's work that this one is made with."""

    name: str
    purpose: str
    licence: str
    home: str


PACKAGES = (
    Package("Cytoscape.js", "draws the graph of the page Explore", "MIT", "https://js.cytoscape.org/"),
    Package(
        "cytoscape-fcose, cose-base, layout-base",
        "lay it out",
        "MIT",
        "https://github.com/iVis-at-Bilkent/cytoscape.js-fcose",
    ),
    Package("YASQE and CodeMirror", "the editor of the page Query", "MIT", "https://github.com/zazuko/Yasgui"),
    Package(
        "Oxigraph",
        "answers the questions, on the server and in the browser",
        "MIT or Apache-2.0",
        "https://github.com/oxigraph/oxigraph",
    ),
    Package("RDFLib", "reads and checks the graph", "BSD-3-Clause", "https://rdflib.dev/"),
    Package("NetworkX", "walks and lays out the graph", "BSD-3-Clause", "https://networkx.org/"),
    Package("Jinja", "writes the pages", "BSD-3-Clause", "https://jinja.palletsprojects.com/"),
)


def write_statements(site: Site) -> None:
    """Write the page of all statements, each at its own address."""
    rows = sorted(site.desk.saved("statements").table, key=lambda row: row["kind"])
    groups = [
        (kind, [_statement(site, row) for row in group]) for kind, group in groupby(rows, key=lambda row: row["kind"])
    ]
    choices = [(name, words, sorted({row[name] for row in rows})) for name, words in _FACETS]
    site.page(
        "statements.html",
        "statements.html.j2",
        "Statements",
        scripts=["assets/lists.js"],
        groups=groups,
        choices=choices,
        saved=site.desk.saved("statements"),
    )


def _statement(site: Site, row: Mapping[str, str]) -> dict[str, object]:
    """Say of a statement what a reader asks: what, how surely, on what evidence, where."""
    seen: set[str] = set()
    cells = {column: site.desk.cell(column, row, "", seen) for column in row if column != "statement_id"}
    told = {
        "anchor": anchor(row["statement_id"]),
        "relation": row["predicate"],
        "negated": row["polarity"] == "negated",
    }
    return {**cells, **told}


def write_references(site: Site) -> None:
    """Write the page of all works, each with what cites it."""
    resting: dict[str, list[Markup]] = {}
    for name, word in (("statements", _claim), ("reported_values", _figure)):
        for row in site.desk.saved(name).table:
            for number in filter(None, row["references"].split("; ")):
                resting.setdefault(number, []).append(word(site, row))
    works = [
        {**row, "address": doi_address(row["doi"]), "resting": resting.get(row["number"], [])}
        for row in site.desk.saved("references").table
    ]
    site.page(
        "references.html",
        "references.html.j2",
        "References",
        scripts=["assets/lists.js"],
        works=works,
        saved=site.desk.saved("references"),
    )


def _claim(site: Site, row: Mapping[str, str]) -> Markup:
    """Word a statement that rests on a work."""
    denied = "not: " if row["polarity"] == "negated" else ""
    words = f"{denied}{row['subject']} {row['predicate']} {row['object']}"
    return Markup('<a href="{}">{}</a>').format(site.desk.address(row["statement_id"]), words)


def _figure(site: Site, row: Mapping[str, str]) -> Markup:
    """Word a printed figure that rests on a work, with its study and its place."""
    grade = f" grade {row['grade']}" if row["grade"] else ""
    words = f"{row['measure']}{grade} {row['printed']} {row['unit']}".strip()
    return Markup("{}, {}, {}").format(words, site.desk.cell("study", row, "", set()), row["place"])


def write_about(site: Site) -> None:
    """Write what the site is, and whose work it is made with."""
    site.page("about.html", "about.html.j2", "About", packages=PACKAGES)
