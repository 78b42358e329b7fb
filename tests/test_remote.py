"""Two real servers hold the graph and answer as the engine inside does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from kg import Graph
from kg.cli import main
from kg.endpoint import send
from kg.errors import KgError, UsageError
from kg.push import find_target, push
from kg.questions import list_questions
from kg.remote import ask, remote_graph
from sparql_servers import SERVERS, Server, oxigraph

ANSWERS = Path(__file__).parent / "answers"
QUESTIONS = [question.name for question in list_questions()]


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that the graph was pushed to."""
    with (
        SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("KG_ENDPOINT_USER", running.user)
        patch.setenv("KG_ENDPOINT_PASSWORD", running.password)
        push(loaded, find_target(running.query))
        yield running


@pytest.mark.parametrize("name", QUESTIONS)
def test_server_gives_the_stored_answer(server: Server, name: str) -> None:
    """Every row and cell, in order, from a store that another program serves."""
    stored = (ANSWERS / f"{name}.tsv").read_text(encoding="utf-8")
    assert remote_graph(server.query).query(name).render("tsv").splitlines() == stored.splitlines()


@pytest.mark.parametrize(
    "call",
    [
        ["query", "reported_values", "-p", "study=BOSTON", "--format", "csv"],
        ["explain", "selinexor", "osteoclastogenesis"],
        ["explain", "selinexor", "thrombocytopenia", "--stitched", "--format", "json"],
        ["explain", "selinexor", "no such thing"],
        ["report", "table1", "--format", "html"],
        ["report", "table2"],
    ],
    ids=" ".join,
)
def test_command_prints_the_same(server: Server, call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The same lines and exit code from far as from near."""
    near = main(call), capsys.readouterr()
    assert (main([*call, "--endpoint", server.query]), capsys.readouterr()) == near
    assert near[1].out + near[1].err


@pytest.fixture(scope="module")
def drawn_here(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Draw a page from the embedded graph, each once."""

    @cache
    def drawn(*what: str) -> bytes:
        near = tmp_path_factory.mktemp("near") / "near.html"
        assert main(["view", *what, "-o", str(near)]) == 0
        return near.read_bytes()

    return drawn


@pytest.mark.parametrize("what", [["mechanism"], ["--focus", "XPO1", "--hops", "2"]], ids=" ".join)
def test_page_is_the_same(server: Server, what: list[str], drawn_here: Callable[..., bytes], tmp_path: Path) -> None:
    """Both pages are the same to the byte."""
    far = tmp_path / "far.html"
    assert main(["view", *what, "-o", str(far), "--endpoint", server.query]) == 0
    assert far.read_bytes() == drawn_here(*what)


def test_own_query_is_asked_of_the_graph(server: Server, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """From a file, as triples, as yes or no; the prefix table is declared for it."""
    mine = tmp_path / "mine.rq"
    mine.write_text("SELECT (COUNT(*) AS ?n) { kgd:Drug_selinexor kg:inhibits ?what }", encoding="utf-8")
    call = ["query", str(mine), "--format", "csv"]
    near = main(call), capsys.readouterr()
    assert (main([*call, "--endpoint", server.query]), capsys.readouterr()) == near
    assert int(near[1].out.split()[1]) > 0
    triples = ask(server.query, "CONSTRUCT { ?a kg:inhibits ?b } WHERE { ?a kg:inhibits ?b }", {})
    assert ("kgd:Drug_selinexor", "kg:inhibits", "kgd:Protein_XPO1") in triples.rows
    for thing, said in (("kgd:Protein_XPO1", "true"), ("kgd:Drug_selinexor", "false")):
        assert ask(server.query, f"ASK {{ kgd:Drug_selinexor kg:inhibits {thing} }}", {}).rows == [(said,)]


def test_unknown_variable_is_refused_before_asking() -> None:
    """A mistyped parameter is told before anything is sent."""
    with pytest.raises(UsageError, match="no variable typo; there are x"):
        ask("http://127.0.0.1:9/query", "SELECT ?x { ?x ?x ?x }", {"typo": "5"})


def test_query_that_names_graphs_is_sent_as_it_is(server: Server) -> None:
    """Who names a graph means the one named."""
    text = "SELECT DISTINCT ?g { GRAPH ?g { kgd:Drug_selinexor kg:inhibits kgd:Protein_XPO1 } }"
    assert ask(server.query, text, {}).rows == [("kgg:all",)]


def test_refused_query_says_what_the_server_said(server: Server) -> None:
    """A syntax error far away is one line with the code and the server's words."""
    with pytest.raises(KgError, match=r"answers 400 .*"):
        ask(server.query, "SELECT ?x {", {})


def test_store_without_the_graph_is_told(tmp_path: Path) -> None:
    """Never an empty answer: nothing there, then only graphs that the default graph does not show, then all is well."""
    with oxigraph(tmp_path) as server:
        with pytest.raises(KgError, match="does not hold this graph: load it with kg push"):
            remote_graph(server.query).query("drugs_and_classes")
        header = b"<https://w3id.org/xpo1-kg/ontology/> a <http://www.w3.org/2002/07/owl#Ontology> ."
        store, turtle = server.query.replace("query", "store"), {"Content-Type": "text/turtle"}
        send(f"{store}?graph=urn:x", header, turtle, method="PUT", safe=True)
        with pytest.raises(KgError, match=r"the default graph of http.* is empty"):
            remote_graph(server.query).query("drugs_and_classes")
        send(f"{store}?default", header, turtle, method="PUT", safe=True)
        assert remote_graph(server.query).query("drugs_and_classes").rows == []
