"""The SPARQL 1.1 Protocol: what a request asks, read from its address, its headers and its body.

Requests are strangers' bytes: each part has a bound, and what cannot be read is refused with one sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from kg.negotiate import best_of, chosen
from kg.pool import Answer, Pool, RefusalError
from kg.sparql import MOST_CHARACTERS
from kg.web_answer import answered
from kg.web_input import FORM, accepted, body, content_type, fields
from kg.worker import GRAPH_TYPES, RESULT_TYPES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

__all__ = ["Asked", "route", "unless_gone"]

# A percent-encoded character takes up to twelve bytes, but a query is nearly all ASCII.
_MOST_BYTES = 4 * MOST_CHARACTERS
_QUERY = "application/sparql-query"
_KNOWN = ("query", "default-graph-uri", "named-graph-uri")


class Asked(NamedTuple):
    """A query, and the graphs that the request names for it."""

    query: str
    default_graphs: list[str]
    named_graphs: list[str]


def route(pool: Pool, describe: Callable[[str, str], bytes]) -> Route:
    """Make the endpoint.

    Args:
        pool: answers the queries.
        describe: gives what is told where nothing is asked, for the endpoint's own address and a media type.
    """
    from starlette.routing import Route

    async def sparql(request: Request) -> Response:
        asked = await _read(request)
        address = str(request.url.replace(query="", fragment=""))
        accept = accepted(request)
        if asked is None:
            media_type = chosen(accept, [*GRAPH_TYPES, "text/html"])
            return answered(request, Answer(media_type, describe(address, media_type)))
        types = [best_of(accept, list(RESULT_TYPES)), best_of(accept, list(GRAPH_TYPES))]
        if not any(types):
            raise RefusalError(406, f"queries are answered in {', '.join([*RESULT_TYPES, *GRAPH_TYPES])}")
        work = pool.ask(
            asked.query,
            accept=[name for name in types if name],
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base=address,
        )
        return answered(request, await unless_gone(request, work))

    return Route("/sparql", sparql, methods=["GET", "HEAD", "POST"])


async def unless_gone(request: Request, work: Awaitable[Answer]) -> Answer:
    """Wait for an answer, and give it up as soon as the client has gone away."""
    task = asyncio.ensure_future(work)
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait([task, gone], return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise RefusalError(499, "the client went away")
        return task.result()
    finally:
        gone.cancel()
        task.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


# ---- reading


async def _read(request: Request) -> Asked | None:
    """Read what is asked; nothing, where a GET has no parameter."""
    given = fields(request.scope["query_string"])
    if request.method != "POST":
        return _asked(given) if given else None
    media_type, charset = content_type(request)
    if media_type == _QUERY:
        if charset not in ("", "utf-8", "utf8"):
            raise RefusalError(415, "a query is sent in UTF-8")
        if any(name == "query" for name, _ in given):
            raise RefusalError(400, "give one query: in the body or in the address")
        return _asked([*given, ("query", _text(await body(request, _MOST_BYTES)))])
    if media_type == FORM:
        return _asked([*given, *fields(await body(request, _MOST_BYTES), "the form")])
    if media_type == "application/sparql-update":
        raise RefusalError(403, "this endpoint only answers queries")
    raise RefusalError(415, f"send a query as {_QUERY} or {FORM}")


def _asked(given: list[tuple[str, str]]) -> Asked:
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in given):
        raise RefusalError(403, "this endpoint only answers queries")
    queries, default_graphs, named_graphs = ([value for key, value in given if key == name] for name in _KNOWN)
    if len(queries) != 1:
        raise RefusalError(400, "give one query" if queries else "give a query, as the parameter query")
    return Asked(queries[0], default_graphs, named_graphs)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise RefusalError(400, f"the query is not UTF-8: {fault.reason} at byte {fault.start}") from fault
