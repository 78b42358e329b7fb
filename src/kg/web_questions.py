"""The saved questions over HTTP: which there are, their answers as JSON, CSV or TSV, and a description of all this."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from kg.errors import DataError, UsageError
from kg.negotiate import chosen
from kg.pool import Answer, Pool, RefusalError
from kg.web_answer import answered
from kg.web_input import accepted, query_fields, refuse_others
from kg.web_openapi import FORMAT, FORMATS, MOST_CHARACTERS, openapi
from kg.web_sparql import unless_gone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from kg.files import Files
    from kg.questions import Question

__all__ = ["described", "routes"]


def routes(pool: Pool, files: Files) -> list[Route]:
    """Make the addresses of the saved questions of a project.

    Raises:
        DataError: a question has a parameter with the name that chooses the format here.
    """
    from starlette.routing import Route

    from kg.questions import list_questions

    questions = {question.name: question for question in list_questions(files)}
    for question in questions.values():
        if any(parameter.name == FORMAT for parameter in question.parameters):
            raise DataError(f"queries/questions/{question.name}.rq: a parameter may not be called {FORMAT}")
    catalogue = [described(question) for question in questions.values()]
    return [
        Route("/api/questions", partial(_document, _json(catalogue))),
        Route("/api/openapi.json", partial(_document, _json(openapi(list(questions.values()))))),
        Route("/api/questions/{name}", partial(_answer, pool, files, questions)),
    ]


def described(question: Question) -> dict[str, Any]:
    """Describe a question as `/api/questions` lists it."""
    return {**question.to_dict(), "address": f"/api/questions/{question.name}"}


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


async def _document(body: str, request: Request) -> Response:
    """Send what never changes while the server runs."""
    refuse_others(query_fields(request), ())
    return answered(request, Answer(FORMATS["json"], body.encode()))


async def _answer(pool: Pool, files: Files, questions: Mapping[str, Question], request: Request) -> Response:
    from starlette.concurrency import run_in_threadpool

    question = _known(request.path_params["name"], files, questions)
    fields = query_fields(request)
    fmt = _format(fields.pop(FORMAT, None), accepted(request))
    work = pool.ask(_query(question, fields), accept=("application/sparql-results+json",))
    found = await unless_gone(request, work)
    body = await run_in_threadpool(_rendered, found.body, fmt)
    return answered(request, Answer(FORMATS[fmt], body.encode()))


def _known(name: str, files: Files, questions: Mapping[str, Question]) -> Question:
    """Find a question among those read at the start; the sentence about one that is missing is the command's."""
    from kg.errors import NotFoundError
    from kg.questions import get_question

    if name in questions:
        return questions[name]
    try:
        return get_question(name[:MOST_CHARACTERS], files)
    except NotFoundError as fault:
        raise RefusalError(404, str(fault)) from fault


def _format(wanted: str | None, accept: str) -> str:
    if wanted is None:
        media_type = chosen(accept, list(FORMATS.values()))
        return next(name for name, known in FORMATS.items() if known == media_type)
    if wanted not in FORMATS:
        raise RefusalError(400, f"no format {wanted[:MOST_CHARACTERS]!r}; there are {', '.join(FORMATS)}")
    return wanted


def _query(question: Question, fields: Mapping[str, str]) -> str:
    from kg.questions import prepared, settings

    long = [name for name, value in fields.items() if len(value) > MOST_CHARACTERS]
    if long:
        raise RefusalError(400, f"the value of {', '.join(long)} is longer than {MOST_CHARACTERS} characters")
    try:
        return prepared(question.text, settings(question, fields))
    except UsageError as fault:
        raise RefusalError(400, str(fault)) from fault


def _rendered(body: bytes, fmt: str) -> str:
    """Write SPARQL's JSON as the command writes the table; it comes from a worker, whatever its values are."""
    import pyoxigraph as ox

    from kg.questions import tabulated

    return tabulated(ox.parse_query_results(body, ox.QueryResultsFormat.JSON)).render(fmt)
