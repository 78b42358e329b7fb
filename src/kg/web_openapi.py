"""The addresses of the saved questions as an OpenAPI document: each question with its own parameters and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg import __version__

if TYPE_CHECKING:
    from kg.questions import Parameter, Question

__all__ = ["FORMAT", "FORMATS", "MOST_CHARACTERS", "openapi"]

# The formats of `kg query` that a program reads, with their media types; the first is given where none is asked for.
FORMATS = {"json": "application/json", "csv": "text/csv", "tsv": "text/tab-separated-values"}
FORMAT = "format"
MOST_CHARACTERS = 200  # of a value, which is written into every group of a query; the longest name in the graph has 127

_STRING: Mapping[str, Any] = {"type": "string"}
_STRINGS: Mapping[str, Any] = {"type": "array", "items": _STRING}

# What can be answered instead, and why.
_FAULTS = {
    "304": "The client has the answer already.",
    "400": "A parameter that the question does not have, that stands twice, or whose value is too long or no IRI.",
    "406": "`Accept` leaves none of the media types.",
    "413": "The answer is larger than this server sends.",
    "503": "Too many queries at once, or one that needed too much memory.",
    "504": "The query took longer than this server allows.",
}
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}}
_LIMITS = ("413", "503", "504")


def openapi(questions: Sequence[Question]) -> dict[str, Any]:
    """Describe the addresses of some questions.

    >>> sorted(openapi([])["paths"])
    ['/api/openapi.json', '/api/questions']
    """
    own = {f"/api/questions/{question.name}": {"get": _asking(question)} for question in questions}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "XPO1-KG: saved questions",
            "summary": "Ready-made questions to a knowledge graph of XPO1 inhibition in multiple myeloma.",
            "description": "Facts from the sources that the graph names, not medical advice.",
            "version": __version__,
            "license": {"name": "CC BY 4.0 (data), MIT (code)", "identifier": "MIT AND CC-BY-4.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/questions": {"get": _document("list_questions", "List the saved questions.", _LISTED)},
            "/api/openapi.json": {"get": _document("describe", "Give this description.", {"type": "object"})},
            **own,
        },
        "components": {
            "schemas": {"Fault": _FAULT},
            "responses": {code: _fault(code, words) for code, words in _FAULTS.items()},
        },
    }


_FAULT: Mapping[str, Any] = {"type": "string", "description": "What is wrong, in one sentence."}
_LISTED: Mapping[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "name": _STRING,
            "asks": _STRING,
            "who": _STRING,
            "group": _STRING,
            "columns": _STRINGS,
            "parameters": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": _STRING, "default": _STRING, "meaning": _STRING},
                    "required": ["name", "default", "meaning"],
                    "additionalProperties": False,
                },
            },
            "address": _STRING,
        },
        "required": ["name", "asks", "who", "group", "columns", "parameters", "address"],
        "additionalProperties": False,
    },
}


def _fault(code: str, words: str) -> dict[str, Any]:
    if code == "304":
        return {"description": words}
    content = {"text/plain": {"schema": {"$ref": "#/components/schemas/Fault"}}}
    headers = {"headers": _RETRY} if code in _LIMITS else {}
    return {"description": words, "content": content, **headers}


def _document(name: str, summary: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Describe an address that takes no parameter and always answers the same."""
    found = {"description": "As it is.", "content": {"application/json": {"schema": schema}}}
    return {"operationId": name, "summary": summary, "responses": {"200": found, "400": _reference("400")}}


def _reference(code: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{code}"}


def _asking(question: Question) -> dict[str, Any]:
    rows = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": dict.fromkeys(question.columns, _STRING),
            "required": list(question.columns),
            "additionalProperties": False,
        },
    }
    content = {
        media_type: {"schema": rows if media_type == FORMATS["json"] else _STRING} for media_type in FORMATS.values()
    }
    vary = {"Vary": {"description": "The form depends on `Accept`.", "schema": _STRING}}
    found = {"description": "The rows, none if nothing fits.", "headers": vary, "content": content}
    return {
        "operationId": question.name,
        "summary": question.asks,
        "description": f"For {question.who}" if question.who else "",
        "tags": [question.group or "others"],
        "parameters": [*map(_parameter, question.parameters), _form()],
        "responses": {"200": found, **{code: _reference(code) for code in _FAULTS}},
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    default = {"default": parameter.default} if parameter.default else {}
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        "schema": {"type": "string", "maxLength": MOST_CHARACTERS, **default},
    }


def _form() -> dict[str, Any]:
    words = "The form of the answer; without it `Accept` decides."
    return {"name": FORMAT, "in": "query", "description": words, "schema": {"type": "string", "enum": list(FORMATS)}}
