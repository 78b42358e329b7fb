"""The real graph with something put into it, for tests of what follows from it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg import Graph, load
from kg.terms import expand


def with_file(path: Path) -> Graph:
    """Load the real graph, and a file of made-up things beside it."""
    graph = load(cache=True)
    graph.store.extend(ox.Quad(*quad.triple, ox.NamedNode(expand("kgg:made_up"))) for quad in ox.parse(path=path))
    return graph
