"""The saved questions over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from kg.questions import list_questions, prepared, settings
from kg.sparql import MOST_CHARACTERS as LONGEST_QUERY
from kg.store import Graph
from kg.web_openapi import FORMATS, MOST_CHARACTERS
from web_client import client

REFUSED = {
    "reported_valus": (
        404,
        "no question 'reported_valus'; did you mean reported_values, measured_values or disputed_values?; "
        "kg query --list shows all",
    ),
    "statements?study=x": (400, "no parameter study; there are kind, subject, object"),
    "statements?subject=a&subject=b": (400, "the parameter subject stands more than once in the address"),
    "statements?subject=%ff": (400, "the address is not percent-encoded UTF-8"),
    "statements?subject=<>": (400, "<>: No scheme found in an absolute IRI"),
    "statements?format=xml": (400, "no format 'xml'; there are json, csv, tsv"),
    f"statements?subject={'a' * (MOST_CHARACTERS + 1)}": (
        400,
        f"the value of subject is longer than {MOST_CHARACTERS} characters",
    ),
    f"statements?{'a' * 101}=1": (400, "the address has a parameter whose name is longer than 100 characters"),
    "statements?" + "&".join(f"p{n}" for n in range(101)): (400, "the address has more than 100 parameters"),
}


@pytest.fixture(scope="module")
def asked(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(loaded, tmp_path_factory.mktemp("data")) as made:
        yield made


def test_every_question_is_listed_and_answers(asked: TestClient, loaded: Graph) -> None:
    """Each address in the list gives what the command gives."""
    listed = asked.get("/api/questions").json()
    assert [entry["name"] for entry in listed] == [question.name for question in list_questions()]
    for entry in listed:
        answer = asked.get(entry["address"])
        assert answer.text == loaded.query(entry["name"]).render("json"), entry["name"]


@pytest.mark.parametrize("fmt", FORMATS)
def test_form_is_chosen_by_name_or_accept(asked: TestClient, loaded: Graph, fmt: str) -> None:
    """`format` and `Accept` give the same form of the same rows."""
    wanted = loaded.query("statements", subject="selinexor").render(fmt)
    named = asked.get("/api/questions/statements", params={"subject": "selinexor", "format": fmt})
    header = {"Accept": f"text/html, {FORMATS[fmt]};q=0.4, */*;q=0.1"}
    negotiated = asked.get("/api/questions/statements", params={"subject": "selinexor"}, headers=header)
    for answer in (named, negotiated):
        assert (answer.status_code, answer.text) == (200, wanted)
        assert answer.headers["Content-Type"].partition(";")[0] == FORMATS[fmt]
        assert "Accept" in answer.headers["Vary"].split(", ")


@pytest.mark.parametrize("path", REFUSED)
def test_wrong_request_is_one_sentence(asked: TestClient, path: str) -> None:
    """The same words as the command's where it has them."""
    answer = asked.get(f"/api/questions/{path}")
    code, words = REFUSED[path]
    assert (answer.status_code, answer.text) == (code, f"{words}\n")


def test_all_accept_headers_count(asked: TestClient) -> None:
    """What a client says in two headers is what it says in one with a comma."""
    answer = asked.get("/api/questions/statements", headers=[("Accept", "text/html"), ("Accept", "text/csv")])
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/csv")


def test_unacceptable_form_is_406(asked: TestClient) -> None:
    """Nothing is sent that was not asked for."""
    assert asked.get("/api/questions/statements", headers={"Accept": "text/html"}).status_code == 406


def test_longest_values_fit_every_question() -> None:
    """What the description allows is never refused as a query that is too long."""
    for question in list_questions():
        worst = {parameter.name: '"' * MOST_CHARACTERS for parameter in question.parameters}
        assert len(prepared(question.text, settings(question, worst))) < LONGEST_QUERY, question.name


def test_description_is_valid_and_complete(asked: TestClient) -> None:
    """It is OpenAPI, and has each question with its parameters."""
    document = asked.get("/api/openapi.json").json()
    validate(document)
    for question in list_questions():
        described = document["paths"][f"/api/questions/{question.name}"]["get"]["parameters"]
        assert [entry["name"] for entry in described] == [*(p.name for p in question.parameters), "format"]
