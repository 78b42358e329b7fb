"""Loading the graph into another store: a staging graph first, read back and compared, then one MOVE.

All of it goes into one graph, `kg.remote.PUBLISHED`: blank nodes and what is derived join the graphs of the files, and
several MOVEs would let a reader see the new state of one file beside the old one of another. Graph Store PUT alone is
not atomic in every server: a broken transfer leaves half a graph.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import quote, urljoin, urlsplit

import pyoxigraph as ox

from kg.endpoint import checked_address, send
from kg.errors import KgError, RefusedError, UsageError
from kg.progress import tell
from kg.remote import PUBLISHED, RemoteStore
from kg.terms import GRAPH

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Target", "find_target", "push"]

STAGING = PUBLISHED + ".staging-"
_NTRIPLES = "application/n-triples"
# Where servers take updates and graphs, beside the address that they answer queries at.
_VIRTUOSO = ("sparql-auth", "sparql-graph-crud-auth")
_OXIGRAPH = ("update", "store")


class Target(NamedTuple):
    """The addresses of one store: for queries, for updates, and for whole graphs."""

    query: str
    update: str
    graphs: str

    def graph(self, name: str) -> str:
        """Give the address of a named graph."""
        # Virtuoso knows the parameter by this name alone, others by the one of the standard.
        key = "graph-uri" if "sparql-graph-crud" in self.graphs else "graph"
        return f"{self.graphs}{'&' if '?' in self.graphs else '?'}{key}={quote(name, safe='')}"


def find_target(query: str, update: str | None = None, graphs: str | None = None) -> Target:
    """Find the addresses for updates and graphs from the one for queries, where they are not given.

    Raises:
        UsageError: an address is none, or the server is of no kind whose addresses are known.
        KgError: the server does not answer.
    """
    checked_address(query)
    if update is None or graphs is None:
        answer = send(f"{query}?query=ASK%7B%7D", headers={"Accept": "application/sparql-results+json"}, safe=True)
        beside = _VIRTUOSO if "virtuoso" in answer.server.lower() else _OXIGRAPH
        if beside is _OXIGRAPH and not urlsplit(query).path.endswith("/query"):
            raise UsageError("give --update URL and --graph-store URL: this server's addresses for them are not known")
        update, graphs = update or urljoin(query, beside[0]), graphs or urljoin(query, beside[1])
    return Target(query, checked_address(update, "--update"), checked_address(graphs, "--graph-store"))


def push(graph: Graph, target: Target) -> list[str]:
    """Load the graph into a store, so that its readers see the old state or the new one.

    Who asks for the graph by its name does; who asks the union of all graphs sees the staging graph beside it.

    Args:
        graph: what to load, with all that is derived.
        target: the store.

    Returns:
        What was done, and what else of this project stands there, in sentences.

    Raises:
        KgError: the store cannot be reached, refuses, or does not hold afterwards what it was sent. It keeps what it
            had, unless the message says otherwise.
    """
    lines = _canonical(quad.triple for quad in graph.store)
    _remove(target, left := _graphs(target, STAGING))
    beside = [f"removed {len(left)} staging graphs of broken pushes"] if left else []
    beside += [
        f"left alone: {name}, which kg push did not make" for name in _graphs(target, GRAPH) if name != PUBLISHED
    ]
    tell("reading what the store has")
    if _held(target, PUBLISHED) == lines:
        return [f"{len(lines)} triples stand there already, nothing to do", *beside]
    staging = f"{STAGING}{uuid.uuid4()}"
    try:
        _publish(target, staging, lines)
    except BaseException:  # an interruption too
        with contextlib.suppress(KgError):
            _remove(target, [staging])
        raise
    return [f"{len(lines)} triples stand in {PUBLISHED}", *beside]


def _publish(target: Target, staging: str, lines: list[str]) -> None:
    body = "".join(lines).encode()
    tell(f"sending {len(lines)} triples")
    send(target.graph(staging), body, {"Content-Type": _NTRIPLES}, method="PUT", safe=True)
    tell("reading them back")
    if fault := _difference(_held(target, staging), lines):
        raise KgError(f"{target.graphs} holds {fault}; nothing was published")
    tell("publishing them")
    # One transaction. Virtuoso has no snapshots: queries that run while it commits may still see a part.
    whole = "DEFINE sql:log-enable 1 " if "sparql-auth" in target.update else ""
    _update(target, f"{whole}MOVE GRAPH <{staging}> TO GRAPH <{PUBLISHED}>")
    # Virtuoso empties the target without a word if the staging graph is gone, as another push may have made it.
    if fault := _difference(_held(target, PUBLISHED), lines):
        raise KgError(f"after the MOVE {target.graphs} holds {fault}: did another push run? push again")


def _difference(held: list[str], sent: list[str]) -> str:
    """Say what is wrong with what a store holds; nothing if nothing is."""
    if held == sent:
        return ""
    if len(held) != len(sent):
        return f"{len(held)} of {len(sent)} triples"
    changed = len(set(sent) - set(held))
    return f"{changed} of {len(sent)} triples in another form"


def _canonical(triples: Iterable[ox.Triple]) -> list[str]:
    """Write triples as sorted lines that two graphs share exactly if they are isomorphic."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad.triple} .\n" for quad in dataset)


def _held(target: Target, name: str) -> list[str]:
    """Read a graph back from the store, nothing if there is none."""
    try:
        answer = send(target.graph(name), headers={"Accept": _NTRIPLES}, safe=True)
    except RefusedError as fault:
        if fault.status == 404:
            return []
        raise
    try:
        return _canonical(quad.triple for quad in ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as fault:
        raise KgError(f"the answer of {target.graphs} cannot be read: {' '.join(str(fault).split())}") from fault


def _graphs(target: Target, beginning: str) -> list[str]:
    """List the graphs whose names begin so."""
    text = f'SELECT DISTINCT ?graph {{ GRAPH ?graph {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?graph), "{beginning}")) }}'
    found = cast("ox.QuerySolutions", RemoteStore(target.query, ours=False).query(text))
    return sorted(row["graph"].value for row in found)


def _remove(target: Target, names: Iterable[str]) -> None:
    for name in names:
        _update(target, f"DROP SILENT GRAPH <{name}>")


def _update(target: Target, text: str) -> None:
    send(target.update, text.encode(), {"Content-Type": "application/sparql-update"}, safe=False)
