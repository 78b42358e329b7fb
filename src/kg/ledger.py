"""A store that grows by files and rules, each triple in one graph only.

The engine's union of all graphs repeats a triple once for each graph that says it, which would double rows and counts.

What is said is kept as lines of N-Triples, which the engine reads and writes several times as fast as it hands over
triples one after another. They stay in the order in which it wrote them: what it looks up for one line it needs for
the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import pyoxigraph as ox

__all__ = ["Follow", "Ledger"]

# Is given triples as lines of N-Triples and their graph, each triple once, as soon as they are known.
Follow: TypeAlias = "Callable[[list[bytes], ox.NamedNode], None]"


class Ledger:
    """A store and what it says."""

    def __init__(self, store: ox.Store, follow: Follow | None = None) -> None:
        self.store = store
        self._follow = follow
        self._said: set[bytes] = set()
        for graph in (*store.named_graphs(), ox.DefaultGraph()):
            self._said.update(self._lines(graph))

    @property
    def spares_late(self) -> bool:
        """Whether somebody follows, so that the store is for the rules alone and goes without what none of them reads.

        >>> Ledger(ox.Store()).spares_late
        False
        """
        return self._follow is not None

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
        new = self._note(lines)
        if len(new) < len(lines):
            for quad in _quads(set(lines).difference(new), graph):
                self.store.remove(quad)
        self._tell(new, graph)

    def add(self, triples: bytes, graph: ox.NamedNode, *, last: bool = False) -> list[bytes]:
        """Add to a graph what no graph says yet.

        Args:
            triples: N-Triples as this engine writes them.
            graph: where to.
            last: no rule reads them; see `spares_late`.

        Returns:
            The lines of what was added.

        >>> ledger = Ledger(ox.Store())
        >>> fact = b"<urn:a> <urn:b> <urn:c> .\\n"
        >>> ledger.add(fact, ox.NamedNode("urn:g")), ledger.add(fact, ox.NamedNode("urn:h"))
        ([b'<urn:a> <urn:b> <urn:c> .'], [])
        """
        lines = triples.splitlines()
        new = self._note(lines)
        if not (last and self.spares_late):
            self._load(triples if new is lines else b"\n".join(new), graph)
        self._tell(new, graph)
        return new

    def _load(self, text: bytes, graph: ox.NamedNode) -> None:
        if b"_:" in text:
            # Reading a file, the engine gives its blank nodes new names; what is new may be said of one that is there.
            lines = text.splitlines()
            self.store.extend(_quads((line for line in lines if b"_:" in line), graph))
            text = b"\n".join(line for line in lines if b"_:" not in line)
        # Lenient: this engine wrote these IRIs and need not check them again.
        self.store.load(input=text, format=ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)

    def _lines(self, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> list[bytes]:
        return (self.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b"").splitlines()

    def _note(self, lines: list[bytes]) -> list[bytes]:
        """Take note of what is said, and give what was not said before: of most files and rules, all of it."""
        before = len(self._said)
        new = lines if self._said.isdisjoint(lines) else [line for line in lines if line not in self._said]
        self._said.update(new)
        return new if len(self._said) == before + len(new) else list(dict.fromkeys(new))

    def _tell(self, new: list[bytes], graph: ox.NamedNode) -> None:
        if self._follow:
            self._follow(new, graph)


def _quads(lines: Iterable[bytes], graph: ox.NamedNode) -> Iterable[ox.Quad]:
    for triple in ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)
