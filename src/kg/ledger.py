"""A store that grows by files and rules, each triple in one graph only.

The engine's union of all graphs repeats a triple once for each graph that says it, which would double rows and counts.

What is said is kept as lines of N-Triples, which the engine reads and writes several times as fast as it hands over
triples one after another. They stay in the order in which it wrote them: what it looks up for one line it needs for
the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeAlias

import pyoxigraph as ox

from kg.terms import RDF_TYPE

__all__ = ["Follow", "Ledger"]

# Is given triples as lines of N-Triples and their graph, each triple once, as soon as they are in the store.
Follow: TypeAlias = "Callable[[list[bytes], ox.NamedNode], None]"


_TYPE = f"<{RDF_TYPE}>".encode()


class Ledger:
    """A store and what it says."""

    def __init__(self, store: ox.Store, follow: Follow | None = None) -> None:
        self.store = store
        self._follow = follow
        self._said: set[bytes] = set()
        for graph in (*store.named_graphs(), ox.DefaultGraph()):
            self._said.update(self._lines(graph))

    def read(self, turtle: bytes, graph: ox.NamedNode) -> None:
        """Read a file into a graph of its own, but for what another graph says already.

        Raises:
            SyntaxError: the file does not parse; nothing of it is in the store.

        >>> ledger = Ledger(ox.Store())
        >>> for name in ("urn:g", "urn:h"):
        ...     ledger.read(b"<urn:a> <urn:b> <urn:c> .", ox.NamedNode(name))
        >>> [quad.graph_name.value for quad in ledger.store]
        ['urn:g']
        """
        self.store.load(input=turtle, format=ox.RdfFormat.TURTLE, to_graph=graph)
        lines = self._lines(graph)
        for quad in _quads(self._said.intersection(lines), graph):
            self.store.remove(quad)
        self._note(self._unsaid(lines), graph)

    def add(self, triples: Iterable[ox.Triple], graph: ox.NamedNode) -> Counter[str]:
        """Add to a graph what no graph says yet, and count these triples by their predicates, types by class too.

        >>> fact = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))
        >>> ledger = Ledger(ox.Store())
        >>> ledger.add([fact], ox.NamedNode("urn:g")), ledger.add([fact], ox.NamedNode("urn:h"))
        (Counter({'urn:b': 1}), Counter())
        >>> typed = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode(RDF_TYPE), ox.NamedNode("urn:C"))
        >>> ledger.add([typed], ox.NamedNode("urn:h"))
        Counter({'http://www.w3.org/1999/02/22-rdf-syntax-ns#type urn:C': 1})
        """
        if isinstance(triples, ox.QueryTriples):
            written = triples.serialize(format=ox.RdfFormat.N_TRIPLES)
        else:
            written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        new = self._unsaid(dict.fromkeys((written or b"").splitlines()))
        # Reading a file, the engine gives its blank nodes new names; what is new may be said of one that is there.
        blank = [line for line in new if b"_:" in line]
        named = [line for line in new if b"_:" not in line] if blank else new
        # Lenient: this engine wrote these IRIs and need not check them again.
        self.store.load(input=b"\n".join(named), format=ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
        self.store.extend(_quads(blank, graph))
        self._note(new, graph)
        return Counter({_name(kind): count for kind, count in Counter(map(_kind, new)).items()})

    def _lines(self, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> list[bytes]:
        return (self.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b"").splitlines()

    def _unsaid(self, lines: Iterable[bytes]) -> list[bytes]:
        return [line for line in lines if line not in self._said]

    def _note(self, new: list[bytes], graph: ox.NamedNode) -> None:
        self._said.update(new)
        if self._follow:
            self._follow(new, graph)


def _kind(line: bytes) -> bytes:
    """Take the predicate from a line, with the object if it is a type.

    >>> _kind(b'<urn:a> <urn:b> "c d" .')
    b'<urn:b>'
    """
    _, predicate, rest = line.split(b" ", 2)
    return b" ".join((predicate, rest[:-2])) if predicate == _TYPE else predicate


def _name(kind: bytes) -> str:
    return kind.decode().replace("<", "").replace(">", "")


def _quads(lines: Iterable[bytes], graph: ox.NamedNode) -> Iterable[ox.Quad]:
    for triple in ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)
