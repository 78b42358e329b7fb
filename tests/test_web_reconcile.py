"""The reconciliation service, asked as OpenRefine asks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from kg.store import Graph
from kg.web_reconcile import MOST_CHARACTERS, MOST_QUERIES
from web_client import client

# What the specification's own schemas ask of an answer.
TYPE = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
CANDIDATE = {
    "type": "object",
    "required": ["id", "name", "score"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "name": {"type": "string", "minLength": 1},
        "description": {"type": "string"},
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "type": {"type": "array", "items": TYPE},
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {"result": {"type": "array", "items": CANDIDATE}},
    },
}
SERVICE = {"type": "object", "properties": {"service_url": {"type": "string"}, "service_path": {"type": "string"}}}
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": {"type": "string"}, "contains": {"enum": ["0.2"]}},
        "name": {"type": "string"},
        "identifierSpace": {"type": "string", "format": "uri"},
        "schemaSpace": {"type": "string", "format": "uri"},
        "view": {"type": "object", "properties": {"url": {"type": "string", "pattern": r"\{\{id\}\}"}}},
        "defaultTypes": {"type": "array", "items": TYPE, "uniqueItems": True},
        "suggest": {"type": "object", "properties": {"entity": SERVICE, "type": SERVICE}},
    },
}
SUGGESTED = {
    "type": "object",
    "required": ["result"],
    "properties": {
        "result": {
            "type": "array",
            "items": {**TYPE, "properties": {**TYPE["properties"], "notable": {"type": "array", "items": TYPE}}},
        }
    },
}


@pytest.fixture(scope="module")
def asked(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(loaded, tmp_path_factory.mktemp("data")) as made:
        yield made


def posted(asked: TestClient, batch: object) -> Any:
    answer = asked.post("/reconcile", data={"queries": json.dumps(batch)})
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.json(), RESULTS)
    return answer.json()


def test_manifest_is_as_specified(asked: TestClient) -> None:
    """It leads to addresses that exist."""
    manifest = asked.get("/reconcile").json()
    jsonschema.validate(manifest, MANIFEST)
    view = manifest["view"]["url"].replace("{{id}}", "Drug_selinexor")
    assert asked.get(view).status_code == 200
    for service in manifest["suggest"].values():
        assert asked.get(service["service_url"] + service["service_path"], params={"prefix": "dr"}).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["selinexor", " SELINEXOR ", "KPT-330", "KPT－330", "drugbank:DB11942", "Drug_selinexor", "kgd:Drug_selinexor"],
)
def test_each_exact_name_is_a_match(asked: TestClient, name: str) -> None:
    """By label, synonym or identifier, whatever the case, the space or the width of the letters."""
    (best, *others) = posted(asked, {"q0": {"query": name, "type": "Drug"}})["q0"]["result"]
    assert (best["id"], best["score"], best["match"]) == ("Drug_selinexor", 100, True)
    assert not any(other["match"] for other in others)


def test_misspelt_name_is_near_and_no_match(asked: TestClient) -> None:
    """A person decides."""
    found = posted(asked, {"a": {"query": "selinexorr"}, "b": {"query": "Selinexor (KPT-330)"}})
    for result in found.values():
        best = result["result"][0]
        assert (best["id"], best["match"]) == ("Drug_selinexor", False)
        assert 80 < best["score"] < 100


def test_name_of_several_things_is_no_match(asked: TestClient, loaded: Graph) -> None:
    """All of them come first, and none is chosen."""
    text = """SELECT ?label { ?a rdfs:label ?label . ?b rdfs:label ?label . ?a a kg:Population . ?b a kg:Context }
      ORDER BY ?label LIMIT 1"""
    (label,) = loaded.query(text).column("label")
    best, second, *_ = posted(asked, {"q": {"query": label}})["q"]["result"]
    assert [(found["score"], found["match"]) for found in (best, second)] == [(100, False), (100, False)]


def test_type_and_limit_narrow_the_candidates(asked: TestClient) -> None:
    """A type stands for its narrower ones too, by any of its names."""
    for kind in ("TherapeuticAgent", "kg:TherapeuticAgent", ["https://w3id.org/xpo1-kg/ontology/TherapeuticAgent"]):
        result = posted(asked, {"q": {"query": "XPO1 inhibitor", "type": kind, "limit": 3}})["q"]["result"]
        assert 0 < len(result) <= 3
        assert {entry["id"] for found in result for entry in found["type"]} <= {"Drug", "DrugClass"}


def test_get_answers_as_post(asked: TestClient) -> None:
    """For trying it in a browser."""
    batch = {"q": {"query": "selinexor"}}
    assert asked.get("/reconcile", params={"queries": json.dumps(batch)}).json() == posted(asked, batch)


WRONG = {
    "[[": "queries is no JSON",
    "[" * 100_000: "queries is no JSON",
    '{"\\ud800": {"query": "a"}}': "queries is no JSON",
    '{"q": {"query": "\\ud800"}}': "queries is no JSON",
    "[]": "queries is an object of objects, one for each query",
    '{"q": {}}': f"query q: give query as a text of 1 to {MOST_CHARACTERS} characters",
    json.dumps({"q": {"query": "a" * (MOST_CHARACTERS + 1)}}): (
        f"query q: give query as a text of 1 to {MOST_CHARACTERS} characters"
    ),
    '{"q": {"query": "a", "limit": 0}}': "query q: give limit as a whole number above 0",
    '{"q": {"query": "a", "limit": 1e400}}': "query q: give limit as a whole number above 0",
    '{"q": {"query": "a", "limit": true}}': "query q: give limit as a whole number above 0",
    '{"q": {"query": "a", "type": "Nope"}}': (
        "query q: no type Nope; /reconcile/suggest/type finds those that there are"
    ),
    '{"q": {"query": "a", "type": [1]}}': "query q: give type as a name or a list of at most 20",
    '{"q": {"query": "a", "properties": [{"pid": "x", "v": 1}]}}': (
        "query q: there are no properties to match by; leave properties out"
    ),
    '{"q": {"query": "a", "mode": 1}}': (
        "query q: no field mode; there are limit, properties, query, type, type_strict"
    ),
}


@pytest.mark.parametrize("queries", WRONG, ids=range(len(WRONG)))
def test_wrong_batch_is_one_sentence(asked: TestClient, queries: str) -> None:
    """No query is passed over, and nothing in a batch makes the server fail."""
    answer = asked.post("/reconcile", data={"queries": queries})
    assert (answer.status_code, answer.text) == (400, f"{WRONG[queries]}\n")


def test_batch_and_body_have_bounds(asked: TestClient) -> None:
    """One more than allowed is 413; another kind of body is 415; a form without the field 400."""
    batch = {str(place): {"query": "a"} for place in range(MOST_QUERIES + 1)}
    assert asked.post("/reconcile", data={"queries": json.dumps(batch)}).status_code == 413
    assert asked.post("/reconcile", data={"queries": "x" * 500_001}).status_code == 413
    assert asked.post("/reconcile", json=batch).status_code == 415
    assert asked.post("/reconcile", data={"extend": "{}"}).status_code == 400


@pytest.mark.parametrize("prefix", ["sel", "KPT", "Drug_sel", "drugbank:DB11942"])
def test_suggestions_begin_with_any_name(asked: TestClient, prefix: str) -> None:
    """Label, synonym or identifier; what else OpenRefine sends is passed over."""
    others = {"spell": "always", "exact": "false", "type": "Drug"}
    answer = asked.get("/reconcile/suggest/entity", params={"prefix": prefix, **others}).json()
    jsonschema.validate(answer, SUGGESTED)
    assert "Drug_selinexor" in [found["id"] for found in answer["result"]]


def test_cursor_skips_suggestions(asked: TestClient) -> None:
    """The second page begins where the first ends."""
    for service in ("entity", "type"):
        first, rest = (
            asked.get(f"/reconcile/suggest/{service}", params={"prefix": "p", "cursor": cursor}).json()["result"]
            for cursor in (0, 1)
        )
        assert len(first) > 1
        assert rest[: len(first) - 1] == first[1:]


@pytest.mark.parametrize("fields", [{}, {"prefix": "a" * (MOST_CHARACTERS + 1)}, {"prefix": "a", "cursor": "-1"}])
def test_wrong_suggestion_request_is_400(asked: TestClient, fields: dict[str, str]) -> None:
    """A prefix that is missing or too long, a cursor that is no number."""
    assert asked.get("/reconcile/suggest/entity", params=fields).status_code == 400
