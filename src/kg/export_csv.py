"""The tables of the seven questions that others build on, as CSV, each with a JSON Schema of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.csv_columns import COLUMNS, CONTRACT
from kg.export_bundle import Bundle, Loss, json_text

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["csv"]


def csv(graph: Graph) -> Bundle:
    """Write the answers of the contract questions, and a JSON Schema of a row of each."""
    files: dict[str, str] = {}
    for name in CONTRACT:
        table = graph.query(name)
        files[f"{name}.csv"] = table.render("csv")
        files[f"{name}.schema.json"] = json_text(_schema(graph, name, table.columns))
    return Bundle(files, _losses(graph))


def _schema(graph: Graph, name: str, columns: tuple[str, ...]) -> dict[str, Any]:
    """Describe a row as CSV readers give it: every cell a string, empty where there is nothing."""
    from kg.questions import get_question

    properties = {column: _property(graph, name, column) for column in columns}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": get_question(name, graph.files).asks,
        "type": "object",
        "properties": properties,
        "required": list(columns),
        "additionalProperties": False,
    }


def _property(graph: Graph, name: str, column: str) -> dict[str, Any]:
    said = COLUMNS.get(f"{name}.{column}") or COLUMNS[column]
    schema: dict[str, Any] = {"type": "string", "description": said.means}
    if said.pattern:
        schema["pattern"] = f"^(?:{said.pattern})$"
    if said.words:
        found = graph.query(f"SELECT DISTINCT ?word {{ {said.words} }} ORDER BY ?word").column("word")
        schema["enum"] = sorted({*found, *said.besides})
    return schema


def _losses(graph: Graph) -> list[Loss]:
    counted = {
        "classes of the ontology": ("?x a owl:Class", "tables have labels, no definitions"),
        "criteria of populations": ("?x a/rdfs:subClassOf* kg:Criterion", "a population is a label"),
        "matches to other vocabularies": (
            "?a skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?x",
            "tables have labels, no identifiers of things",
        ),
        "digests of places": (
            "?x kg:spanSha256 ?sha",
            "a place is its span; the graph has the digest to re-read it by",
        ),
        "mechanism paths to no adverse event": (
            "?x a kg:MechanismPath ; kg:pathEnd ?end FILTER NOT EXISTS { ?end a/rdfs:subClassOf* kg:AdverseEvent }",
            "only paths to events that were measured are in a table",
        ),
    }
    found = [Loss(len(graph.query(f"SELECT * {{ {what} }}")), name, why) for name, (what, why) in counted.items()]
    others = len(graph.files.saved("questions")) - len(CONTRACT)
    return [
        *found,
        Loss(others, "other saved questions", "their answers are views of the same; kg query NAME has them"),
    ]
