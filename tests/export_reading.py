"""How the export tests read files back: as graphs that compare whatever their blank nodes are called."""

import warnings
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import rdflib


def canonical(triples: Iterable[ox.Triple | ox.Quad]) -> ox.Dataset:
    """Name blank nodes by what is said of them, and write numbers in one way, so that equal graphs are equal."""
    store = ox.Store()
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    dataset = ox.Dataset(quad for quad in store if _blank(quad))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for quad in store:
        if not _blank(quad):
            dataset.add(quad)
    return dataset


def _blank(quad: ox.Quad) -> bool:
    return ox.BlankNode in (type(quad.subject), type(quad.object))


def by_rdflib(path: Path, form: str | None = None) -> ox.Dataset:
    """Read a file with rdflib alone."""
    with warnings.catch_warnings():
        # rdflib 7.6 uses its own deprecated class to read JSON-LD.
        warnings.filterwarnings("ignore", message="ConjunctiveGraph is deprecated")
        read = rdflib.Graph().parse(path, format=form)
    return canonical(ox.Triple(*map(_term, triple)) for triple in read)  # type: ignore[arg-type]


def _term(term: rdflib.term.Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if isinstance(term, rdflib.Literal):
        datatype = None if term.datatype is None else ox.NamedNode(str(term.datatype))
        return ox.Literal(str(term), language=term.language, datatype=None if term.language else datatype)
    return ox.BlankNode(str(term)) if isinstance(term, rdflib.BNode) else ox.NamedNode(str(term))
