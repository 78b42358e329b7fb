"""The process that a query runs in: it holds the data, can open nothing, and is killed when its time is up.

The engine has no time limit, executes `SERVICE` against any address, and its parser can crash; so it lives here, one
query at a time, and `kg.pool` talks to it over standard input and output. Each message is a JSON header and a body.
"""

from __future__ import annotations

import json
import math
import os
import resource
import struct
import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import pyoxigraph as ox

from kg.sparql import engine_message, names_dataset
from kg.terms import PREFIXES

__all__ = ["GRAPH_TYPES", "RESULT_TYPES", "SIZES", "Order", "Reply", "main", "reply"]

# The lengths of a message's header and body.
SIZES: Final = struct.Struct(">IQ")

RESULT_TYPES: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_TYPES: Final = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


class Order(NamedTuple):
    """A query, the media types that may come back (best first), and the graphs it reads; no graph means all.

    Relative names in the query are read against `base`.
    """

    query: str
    accept: Sequence[str]
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    base: str | None = None


class Reply(NamedTuple):
    """A status as in HTTP, the media type of the body or else what is wrong, and the body."""

    status: int
    words: str
    body: bytes = b""


class _TooLargeError(Exception):
    """The answer has more bytes than may be sent."""


class _Capped(BytesIO):
    """A buffer that takes so many bytes and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.most:
            raise _TooLargeError
        return super().write(data)


def reply(store: ox.Store, order: Order, most: int) -> Reply:
    """Answer one query in the first accepted format of its form.

    Args:
        store: what to ask.
        order: the query; the prefix table is declared for it.
        most: bytes that the answer may have.

    >>> order = Order("ASK { }", ["text/turtle", "text/csv"])
    >>> reply(ox.Store(), order, 100)
    Reply(status=200, words='text/csv', body=b'true')
    >>> reply(ox.Store(), order, 3)
    Reply(status=413, words='the answer is larger than 3 bytes; ask for less, as with LIMIT', body=b'')
    """
    try:
        found = store.query(order.query, base_iri=order.base, prefixes=PREFIXES, **_dataset(order))
        return _written(found, order.accept, most)
    except _TooLargeError:
        return Reply(413, f"the answer is larger than {_bytes(most)}; ask for less, as with LIMIT")
    except (SyntaxError, ValueError, RuntimeError, OSError) as fault:
        return Reply(400, engine_message(fault))


def _dataset(order: Order) -> dict[str, Any]:
    """Say which graphs a query reads: the request's, else the query's own, else all of them."""
    if not (order.default_graphs or order.named_graphs):
        return {"use_default_graph_as_union": not names_dataset(order.query)}
    return {
        "default_graph": [ox.NamedNode(name) for name in order.default_graphs],
        "named_graphs": [ox.NamedNode(name) for name in order.named_graphs],
    }


def _written(found: Any, accept: Sequence[str], most: int) -> Reply:
    is_graph = isinstance(found, ox.QueryTriples)
    known: Mapping[str, Any] = GRAPH_TYPES if is_graph else RESULT_TYPES
    media_type = next((name for name in accept if name in known), None)
    if media_type is None:
        return Reply(406, f"this query is answered in {', '.join(known)}")
    output = _Capped(most)
    if is_graph:
        triples = list(found)
        ox.serialize(triples, output, format=known[media_type], prefixes=_used_prefixes(triples))
    else:
        found.serialize(output, format=known[media_type])
    return Reply(200, media_type, output.getvalue())


def _used_prefixes(triples: Sequence[ox.Triple]) -> dict[str, str]:
    """Keep of the prefix table what shortens one of the names."""
    names = sorted({term.value for triple in triples for term in triple if isinstance(term, ox.NamedNode)})
    firsts = {prefix: names[bisect_left(names, space) :][:1] for prefix, space in PREFIXES.items()}
    return {
        prefix: PREFIXES[prefix] for prefix, first in firsts.items() if first and first[0].startswith(PREFIXES[prefix])
    }


def _bytes(count: int) -> str:
    """Write a number of bytes for people.

    >>> _bytes(33554432), _bytes(3)
    ('32 MiB', '3 bytes')
    """
    return f"{count / 2**20:.0f} MiB" if count >= 2**20 else f"{count} bytes"


# ---- the process


def main() -> None:
    """Load the data, give up what a query does not need, and answer orders until there are no more."""
    settings = json.loads(sys.argv[1])
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    store = _opened(settings)
    graphs = [graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
    limits = {"memory": settings["memory"], "open": settings["open"]}
    _give_up(**limits)
    _send(answers, {"graphs": graphs, "triples": len(store)}, b"")
    while header := _received(requests):
        _allow_seconds(settings["seconds"])
        try:
            told = reply(store, Order(**header), settings["answer"])
        except MemoryError:
            told = Reply(503, "out of memory")
        _send(answers, {"status": told.status, "words": told.words}, told.body)


def _opened(settings: Mapping[str, Any]) -> ox.Store:
    if settings["store"]:
        return ox.Store.read_only(settings["data"])
    store = ox.Store()
    # Lenient: the file was written from a store; checking its IRIs again would double the time.
    store.bulk_load(path=settings["data"], format=ox.RdfFormat.N_QUADS, lenient=True)
    return store


def _give_up(*, memory: int, open: bool) -> None:
    """Let this process take no more memory than that, and open no file and no socket from here on."""
    pages = Path("/proc/self/statm")
    if pages.exists():  # elsewhere the address space cannot be measured, nor is its limit kept
        used = int(pages.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not open:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _allow_seconds(seconds: float) -> None:
    """End this process by itself should the one that watches it be gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime + seconds) + 5, hard))


def _received(pipe: IO[bytes]) -> dict[str, Any] | None:
    sizes = pipe.read(SIZES.size)
    if len(sizes) < SIZES.size:
        return None
    content: dict[str, Any] = json.loads(pipe.read(SIZES.unpack(sizes)[0]))
    return content


def _send(pipe: IO[bytes], header: Mapping[str, Any], body: bytes) -> None:
    written = json.dumps(header).encode()
    pipe.write(SIZES.pack(len(written), len(body)) + written)
    pipe.write(body)
    pipe.flush()


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)  # whoever asked is gone
