"""A real HTTP server with a real engine behind it answers the saved questions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from kg import Graph, load
from kg.cli import main
from kg.endpoint import ask
from kg.errors import KgError, UsageError

PATHS = {"/sparql": None, "/page": "text/html", "/broken": "application/sparql-results+json"}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


@pytest.fixture(scope="module")
def server(graph: Graph) -> Iterator[str]:
    """Serve the graph at /sparql, a page where no results are, and results that are cut off."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0]
            canned = PATHS[self.path]
            try:
                answer = graph.store.query(query, use_default_graph_as_union=True)
            except SyntaxError as fault:
                return self._send(400, "text/plain", str(fault).encode())
            if canned:
                return self._send(200, canned, b'{"head":')
            if isinstance(answer, ox.QueryTriples):
                return self._send(200, "application/n-triples", ox.serialize(answer, format=ox.RdfFormat.N_TRIPLES))
            body = answer.serialize(format=ox.QueryResultsFormat.JSON)
            return self._send(200, "application/sparql-results+json; charset=utf-8", body)

        def _send(self, code: int, media_type: str, body: bytes | None) -> None:
            self.send_response(code)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_endpoint_answers_as_the_engine(graph: Graph, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A saved question with a parameter gives the same table from far as from near."""
    call = ["query", "reported_values", "-p", "study=BOSTON", "--format", "csv"]
    assert main(call) == 0
    near = capsys.readouterr().out
    assert main([*call, "--endpoint", f"{server}/sparql"]) == 0
    assert capsys.readouterr().out == near
    assert near.count("\n") > 50


def test_graph_and_yes_no_answers_come_too(server: str) -> None:
    """CONSTRUCT and ASK are tables as well; the prefix table is declared for them."""
    triples = ask(f"{server}/sparql", "CONSTRUCT { ?a kg:inhibits ?b } { ?a kg:inhibits ?b }", {})
    assert ("kgd:Drug_selinexor", "kg:inhibits", "kgd:Protein_XPO1") in triples.rows
    assert ask(f"{server}/sparql", "ASK { kgd:Drug_selinexor kg:inhibits kgd:Protein_XPO1 }", {}).rows == [("true",)]


def test_refused_query_says_what_the_server_said(server: str) -> None:
    """A syntax error far away is one line with the code and the server's words."""
    with pytest.raises(KgError, match=r"answers 400 .*error at"):
        ask(f"{server}/sparql", "SELECT ?x {", {})


@pytest.mark.parametrize(("path", "message"), [("/page", "text/html"), ("/broken", "cannot be read")])
def test_answer_that_is_no_result_is_told(server: str, path: str, message: str) -> None:
    """A web page or a cut-off answer is a fault, never an empty table."""
    with pytest.raises(KgError, match=message):
        ask(server + path, "ASK { }", {})


def test_silent_or_senseless_address_is_one_line(server: str) -> None:
    """Nobody listening, and an address that is none."""
    port = server.rpartition(":")[2]
    assert port.isdecimal()
    with pytest.raises(KgError, match="cannot reach"):
        ask("http://127.0.0.1:1/sparql", "ASK { }", {})
    for address in ("file:///etc/passwd", "ftp://127.0.0.1/x", "nonsense", "http://"):
        with pytest.raises(UsageError, match="give an http"):
            ask(address, "ASK { }", {})
