"""The Reconciliation Service API 0.2, as OpenRefine speaks it, over the labels and synonyms of the graph."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from kg.pool import Answer, RefusalError
from kg.terms import DATA, ONTOLOGY
from kg.web_answer import answered
from kg.web_input import form_fields, query_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from kg.reconcile import Candidate, Names, Type

__all__ = ["MOST_CHARACTERS", "MOST_QUERIES", "MOST_RESULTS", "routes"]

MOST_QUERIES: Final = 50
MOST_CHARACTERS: Final = 200
MOST_RESULTS: Final = 100
_MOST_TYPES = 20
_MOST_BYTES = 500_000
_KNOWN = frozenset(("query", "type", "limit", "properties", "type_strict"))


def routes(names: Names) -> list[Route]:
    """Make the addresses of the service."""
    from starlette.routing import Route

    return [
        Route("/reconcile", partial(_reconcile, names), methods=["GET", "HEAD", "POST"]),
        Route("/reconcile/suggest/entity", partial(_suggest_things, names)),
        Route("/reconcile/suggest/type", partial(_suggest_types, names)),
    ]


async def _reconcile(names: Names, request: Request) -> Response:
    from starlette.concurrency import run_in_threadpool

    # OpenRefine adds parameters of its own, here and to the suggest services: unknown ones are passed over.
    fields = await form_fields(request, _MOST_BYTES) if request.method == "POST" else query_fields(request)
    if "queries" not in fields:
        if request.method == "POST":
            raise RefusalError(400, "post the form field queries")
        return _json(request, _manifest(str(request.base_url)))
    queries = _queries(fields["queries"], names)
    return _json(request, await run_in_threadpool(_results, names, queries))


async def _suggest_things(names: Names, request: Request) -> Response:
    found = names.beginning(*_prefix(request))
    kinds = [[{"id": thing.type.id, "name": thing.type.name}] for thing in found]
    told = [
        {"id": thing.id, "name": thing.name, "description": thing.description, "notable": kind}
        for thing, kind in zip(found, kinds, strict=True)
    ]
    return _json(request, {"result": told})


async def _suggest_types(names: Names, request: Request) -> Response:
    return _json(request, {"result": [_typed(kind) for kind in names.types_beginning(*_prefix(request))]})


def _manifest(base: str) -> dict[str, Any]:
    suggest = {"service_url": base.rstrip("/")}
    return {
        "versions": ["0.2"],
        "name": "XPO1-KG",
        "identifierSpace": DATA,
        "schemaSpace": ONTOLOGY,
        "view": {"url": f"{base}entity/kgd:{{{{id}}}}"},
        "defaultTypes": [],
        "batchSize": MOST_QUERIES,
        "suggest": {
            "entity": {**suggest, "service_path": "/reconcile/suggest/entity"},
            "type": {**suggest, "service_path": "/reconcile/suggest/type"},
        },
    }


# ---- reading


def _prefix(request: Request) -> tuple[str, int]:
    """Read the beginning of a name, and how many suggestions to skip."""
    fields = query_fields(request)
    prefix, cursor = fields.get("prefix", ""), fields.get("cursor", "0")
    if not 0 < len(prefix) <= MOST_CHARACTERS:
        raise RefusalError(400, f"give a prefix of 1 to {MOST_CHARACTERS} characters")
    if not re.fullmatch("[0-9]{1,9}", cursor):
        raise RefusalError(400, "give cursor as a whole number")
    return prefix, int(cursor)


def _queries(text: str, names: Names) -> dict[str, Mapping[str, Any]]:
    """Read a batch, and refuse all of it where one query is wrong: none is passed over."""
    try:
        batch = json.loads(text)
        json.dumps(batch, ensure_ascii=False).encode()  # an escape may stand for half a character, which none can write
    except (ValueError, RecursionError) as fault:
        raise RefusalError(400, "queries is no JSON") from fault
    if not isinstance(batch, dict) or not all(isinstance(query, dict) for query in batch.values()):
        raise RefusalError(400, "queries is an object of objects, one for each query")
    if len(batch) > MOST_QUERIES:
        raise RefusalError(413, f"ask at most {MOST_QUERIES} queries at once")
    for key, query in batch.items():
        wrong = _wrong(query, names)
        if wrong:
            raise RefusalError(400, f"query {key[:40]}: {wrong}")
    return batch


def _wrong(query: Mapping[str, Any], names: Names) -> str:
    """Say what is wrong with a query, if anything is."""
    text, limit, types = query.get("query"), query.get("limit", 5), _types(query)
    if unknown := [name for name in query if name not in _KNOWN]:
        return f"no field {unknown[0][:40]}; there are {', '.join(sorted(_KNOWN))}"
    if not isinstance(text, str) or not 0 < len(text) <= MOST_CHARACTERS:
        return f"give query as a text of 1 to {MOST_CHARACTERS} characters"
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        return "give limit as a whole number above 0"
    if len(types) > _MOST_TYPES or not all(isinstance(kind, str) for kind in types):
        return f"give type as a name or a list of at most {_MOST_TYPES}"
    if unknown := [kind for kind in map(_type_id, types) if kind not in names.types]:
        return f"no type {unknown[0][:40]}; /reconcile/suggest/type finds those that there are"
    if query.get("properties"):
        return "there are no properties to match by; leave properties out"
    return ""


def _types(query: Mapping[str, Any]) -> Sequence[Any]:
    given = query.get("type") or []
    return given if isinstance(given, list) else [given]


def _type_id(kind: str) -> str:
    return kind.removeprefix("kg:").removeprefix(ONTOLOGY)


# ---- answering


def _results(names: Names, queries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {key: {"result": [_told(found) for found in _found(names, query)]} for key, query in queries.items()}


def _found(names: Names, query: Mapping[str, Any]) -> list[Candidate]:
    return names.candidates(
        query["query"], [_type_id(kind) for kind in _types(query)], min(query.get("limit", 5), MOST_RESULTS)
    )


def _told(found: Candidate) -> dict[str, Any]:
    return {**found._asdict(), "type": [_typed(found.type)]}


def _typed(kind: Type) -> dict[str, str]:
    return {"id": kind.id, "name": kind.name}


def _json(request: Request, content: object) -> Response:
    # In ASCII: the keys are the asker's, and half a surrogate pair has no other form.
    return answered(request, Answer("application/json", json.dumps(content).encode()))
