"""The page of the ontology: every term at its anchor, with links to the things of the data that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from kg.export_docs import read_header
from kg.ontology_terms import Places, read_ontology
from kg.site_entities import class_anchor
from kg.site_things import own_name

if TYPE_CHECKING:
    from kg.site_page import Site

__all__ = ["write_ontology"]

# Classes of which all members stand on a page that has no page for each.
_LISTS = {
    "kg:Reference": "references.html",
    "kg:GlossaryEntry": "glossary.html",
    "kg:DisagreementRecord": "discrepancies.html",
    "kg:Discrepancy": "discrepancies.html",
    "kg:ApparentDiscrepancy": "discrepancies.html",
    "kg:Measurement": "measurements.html",
    "kg:ReportedValue": "measurements.html",
    "kg:Statement": "statements.html",
    "kg:DomainThing": "things.html",
}
_KINDS = "SELECT ?class ?label { ?class rdfs:subClassOf+ kg:Statement ; rdfs:label ?label }"


def write_ontology(site: Site) -> None:
    """Write the page of all terms."""
    lists = {**_statement_kinds(site), **_classes_of_things(site), **_LISTS}
    places = Places(lambda name: site.desk.address(own_name(name)), lambda name: lists.get(name, ""))
    site.page(
        "ontology.html",
        "ontology.html.j2",
        "Ontology",
        scripts=["assets/lists.js"],
        styles=["ontology.css"],
        header=read_header(site.graph),
        ontology=read_ontology(site.graph, places),
    )


def _statement_kinds(site: Site) -> dict[str, str]:
    """Say where the statements of each kind are listed: the page of statements, narrowed."""
    kinds = set(site.desk.saved("statements").table.column("kind"))
    return {
        row["class"]: f"statements.html#kind={quote(row['label'], safe='')}"
        for row in site.graph.query(_KINDS)
        if row["label"] in kinds
    }


def _classes_of_things(site: Site) -> dict[str, str]:
    """Say where the things of each class are listed."""
    return {thing.class_id: f"things.html#{class_anchor(thing)}" for thing in site.things.values()}
