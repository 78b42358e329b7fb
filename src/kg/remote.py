"""The graph in somebody else's store: the few methods of `pyoxigraph.Store` that questions need, over HTTP.

What `kg push` loads stands in one graph of its own, which is asked by its name: neither a push that is under way nor
other people's data in the store shows up in an answer. Any other store is asked over its default graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.endpoint import checked_address, send
from kg.errors import KgError
from kg.questions import prepared, refuse_unknown, tabulated
from kg.results import Table
from kg.sparql import tokens, variables
from kg.terms import GRAPH, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["HEADER", "PUBLISHED", "RemoteStore", "ask", "remote_graph"]

# The graph that `kg push` makes; kg.store loads no data file of this name.
PUBLISHED = GRAPH + "all"
# What tells that a store holds this graph.
HEADER = f"<{ONTOLOGY}> a <http://www.w3.org/2002/07/owl#Ontology>"
# Formats in which half an answer cannot be read as a whole one.
_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.9, application/n-triples;q=0.9"
_RESULTS = (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML)
# Virtuoso's answer to some ASK queries is a row of this one column.
_ASKED = "__ASK_RETVAL"

Found = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]


def remote_graph(address: str) -> Graph:
    """Give the graph of an endpoint; what only asks questions works on it as on the embedded one.

    Raises:
        UsageError: not an http address.

    >>> remote_graph("http://localhost:7878/query").store
    RemoteStore('http://localhost:7878/query')
    """
    from kg.files import default_files
    from kg.store import Graph

    return Graph(cast("ox.Store", RemoteStore(address)), default_files())


def ask(address: str, text: str, params: Mapping[str, str]) -> Table:
    """Send somebody's own query and read the answer as a table; the store need not hold this graph.

    Args:
        address: the http or https address of the endpoint.
        text: the query; the prefix table is declared for it.
        params: values by variable name, as for `kg.questions.run`.

    Raises:
        UsageError: not an http address, or the query has no such variable.
        KgError: the endpoint cannot be reached, refuses the query, or answers in no format that is known here.
    """
    refuse_unknown(params, sorted(variables(text)), "variable")
    return tabulated(RemoteStore(address, ours=False).query(prepared(text, params)))


class RemoteStore:
    """A store that is asked by the SPARQL 1.1 Protocol; it never changes anything."""

    def __init__(self, address: str, *, ours: bool = True) -> None:
        self.address = checked_address(address)
        self._ours = ours

    def __repr__(self) -> str:
        return f"RemoteStore({self.address!r})"

    def query(
        self, text: str, *, prefixes: Mapping[str, str] | None = None, use_default_graph_as_union: bool = True
    ) -> Found:
        """Answer a query, as `pyoxigraph.Store.query` does; the prefix table is declared whatever is given.

        Raises:
            KgError: no answer, a refusal, half an answer, or none that can be read.
        """
        names_graphs = any(token.text.upper() in ("FROM", "GRAPH") for token in tokens(text) if token.kind == "name")
        return self._asked(text, () if names_graphs else self._dataset)

    def quads_for_pattern(
        self, subject: ox.NamedNode | None, predicate: ox.NamedNode | None, value: ox.NamedNode | None, _: None = None
    ) -> Iterator[ox.Quad]:
        """Find triples by their parts; the graph that each stands in is not told."""
        pattern = " ".join(
            f"?{name}" if term is None else str(term) for name, term in (("s", subject), ("p", predicate), ("o", value))
        )
        found = self.query(f"CONSTRUCT {{ {pattern} }} WHERE {{ {pattern} }}")
        yield from (ox.Quad(*triple) for triple in cast("Iterable[ox.Triple]", found))

    @cached_property
    def _dataset(self) -> tuple[tuple[str, str], ...]:
        """Find out which graph to ask: the one that was pushed, or else the default graph."""
        found = cast("ox.QuerySolutions", self._asked(f"SELECT DISTINCT ?graph {{ GRAPH ?graph {{ {HEADER} }} }}"))
        graphs = {row["graph"].value for row in found}
        if PUBLISHED in graphs:
            return (("default-graph-uri", PUBLISHED),)
        if not self._ours or bool(self._asked(f"ASK {{ {HEADER} }}")):
            return ()
        if graphs:
            raise KgError(
                f"the default graph of {self.address} is empty, its data stand in named graphs: start that server with "
                "the union of them as its default graph, or load it with kg push"
            )
        raise KgError(f"{self.address} does not hold this graph: load it with kg push --endpoint")

    def _asked(self, text: str, dataset: Iterable[tuple[str, str]] = ()) -> Found:
        body = urlencode([("query", _declared(text)), *dataset]).encode()
        answer = send(self.address, body, {"Accept": _ACCEPT}, safe=True)
        try:
            return _parsed(answer.body, answer.media_type)
        except (SyntaxError, ValueError) as fault:
            raise KgError(f"the answer of {self.address} cannot be read: {' '.join(str(fault).split())}") from fault


def _declared(text: str) -> str:
    """Declare the prefixes that a query uses and leaves to the table; some servers refuse a second declaration.

    >>> _declared("ASK { ?x a kg:Drug }")
    'PREFIX kg: <https://w3id.org/xpo1-kg/ontology/> ASK { ?x a kg:Drug }'
    """
    used = {name for name in PREFIXES if f"{name}:" in text}
    own = {name for name in used if re.search(rf"prefix\s+{name}:", text, re.IGNORECASE)}
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in sorted(used - own)) + text


def _parsed(content: bytes, media_type: str) -> Found:
    """Read an answer to its end, so that a broken one is noticed before any of it is used."""
    if (results := ox.QueryResultsFormat.from_media_type(media_type)) in _RESULTS and results:
        found = ox.parse_query_results(content, format=results)
        if isinstance(found, ox.QueryBoolean):
            return found
        rows = list(found)
        if [variable.value for variable in found.variables] == [_ASKED]:
            said = b"true" if rows and rows[0][0].value in ("1", "true") else b"false"
            return ox.parse_query_results(b'{"head":{},"boolean":%s}' % said, format=ox.QueryResultsFormat.JSON)
        return ox.parse_query_results(content, format=results)
    if triples := ox.RdfFormat.from_media_type(media_type):
        return [quad.triple for quad in ox.parse(content, format=triples)]
    raise ValueError(f"it is {media_type}, which is no format of results that was asked for")
