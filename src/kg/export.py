"""Write the graph in formats that other tools open: a file each for the ontology, the data and what was derived."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import KgError, UsageError
from kg.files import write_atomic
from kg.terms import GRAPH, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["FORMATS", "export"]

FORMATS = {
    "turtle": (ox.RdfFormat.TURTLE, "ttl"),
    "ntriples": (ox.RdfFormat.N_TRIPLES, "nt"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "rdf"),
}

_IMPORTS = ox.NamedNode(PREFIXES["owl"] + "imports")
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_ROOT = ox.NamedNode(ONTOLOGY)
_ONTOLOGY = ox.NamedNode(PREFIXES["owl"] + "Ontology")


def export(graph: Graph, form: str, folder: Path) -> list[Path]:
    """Write ontology, data and derived triples to a folder, which is made if need be.

    The ontology is merged into one file without imports, so that Protégé and other OWL tools open it with nothing
    else beside it.

    Args:
        graph: what to write.
        form: one of `FORMATS`.
        folder: where to.

    Returns:
        The files, as `ontology.EXT`, `data.EXT`, `derived.EXT`.

    Raises:
        UsageError: an unknown format.
        KgError: the folder cannot be written.
    """
    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}; there are {', '.join(FORMATS)}")
    rdf_format, ending = FORMATS[form]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise KgError(f"cannot make {folder}: {fault.strerror}") from fault
    written = []
    for part, triples in _parts(graph).items():
        path = folder / f"{part}.{ending}"
        content = ox.serialize(triples, format=rdf_format, prefixes=PREFIXES)
        assert content is not None
        write_atomic(path, content.decode("utf-8"))
        written.append(path)
    return written


def _parts(graph: Graph) -> dict[str, list[ox.Triple]]:
    modules = {quad.subject for quad in graph.store.quads_for_pattern(None, _TYPE, _ONTOLOGY, None)} - {_ROOT}
    parts: dict[str, list[ox.Triple]] = {"ontology": [], "data": [], "derived": []}
    for quad in graph.store:
        # The headers of the modules would make the merged file several ontologies in one.
        if quad.subject not in modules and quad.predicate != _IMPORTS:
            parts[_part(quad.graph_name)].append(quad.triple)
    return {part: sorted(triples, key=str) for part, triples in parts.items()}


def _part(graph_name: object) -> str:
    name = graph_name.value.removeprefix(GRAPH) if isinstance(graph_name, ox.NamedNode) else ""
    return "derived" if name == "derived" else "ontology" if name.startswith("ontology_") else "data"
