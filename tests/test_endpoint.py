"""What servers do wrong comes back as one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import endpoint
from kg.cli import main
from kg.endpoint import checked_address, send
from kg.errors import KgError, UsageError
from kg.remote import RemoteStore
from sparql_servers import JSON, YES, Canned, deaf_port, misbehaving, oxigraph, virtuoso

XML = {"Content-Type": "application/sparql-results+xml"}
BUSY = Canned(503, {"Content-Type": "text/plain"}, b"later")

FAULTS = {
    "page of a fault": (Canned(500, {"Content-Type": "text/html"}, b"<h1>Oh</h1>\n<p>no"), "answers 500 .*: Oh no"),
    "page instead of results": (Canned(200, {"Content-Type": "text/html"}, b"<h1>Hello"), "it is text/html"),
    "rows that could be cut": (Canned(200, {"Content-Type": "text/csv"}, b"a\n1\n"), "it is text/csv"),
    "cut JSON": (Canned(200, JSON, b'{"head":{"vars":["a"]},"results":{"bindings":['), "cannot be read"),
    "cut XML": (Canned(200, XML, b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/>'), "cannot be read"),
    "cut triples": (Canned(200, {"Content-Type": "application/n-triples"}, b"<urn:a> <urn:b"), "cannot be read"),
    "less than promised": (Canned(200, {**JSON, "Content-Length": "99"}, YES.body), "broke its answer off after 26"),
    "moved": (Canned(301, {"Location": "http://localhost/new"}, b""), "has moved: give its new address, http://loc"),
    "no credentials": (Canned(401, {"WWW-Authenticate": 'Basic realm="x"'}, b""), "set KG_ENDPOINT_USER and"),
    "no words": (Canned(404, {}, b""), r"answers 404 Not Found$"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_one_clear_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, one line that says what it was, no traceback and no answer."""
    canned, message = FAULTS[name]
    with misbehaving([canned]) as (address, _):
        assert main(["query", "drugs_and_classes", "--endpoint", address]) == 1
        with pytest.raises(KgError, match=message):
            RemoteStore(address, ours=False).query("SELECT ?a { }")
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_slow_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing before the deadline, and a body that never ends."""
    monkeypatch.setattr(endpoint, "SECONDS", 0.3)
    with (
        misbehaving([Canned(200, JSON, YES.body, wait=20)]) as (address, _),
        pytest.raises(KgError, match=r"within 0.3 seconds"),
    ):
        send(address, b"", safe=True)


def test_nobody_listening_is_one_line() -> None:
    """A refused connection names the address."""
    with (
        deaf_port() as port,
        pytest.raises(KgError, match=r"cannot reach http://127.0.0.1:\d+/sparql: .*refused"),
    ):
        send(f"http://127.0.0.1:{port}/sparql", b"", safe=True)


def test_only_what_changes_nothing_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy server is asked again for an answer, never told twice to change something."""
    monkeypatch.setattr(endpoint, "PAUSES", (0.01, 0.01))
    with misbehaving([BUSY, BUSY, YES]) as (address, asked):
        assert RemoteStore(address, ours=False).query("ASK { GRAPH ?g { } }")
        assert len(asked) == 3
    with misbehaving([BUSY]) as (address, asked):
        with pytest.raises(KgError, match="answers 503 Service Unavailable: later"):
            send(address, b"MOVE", safe=False)
        assert len(asked) == 1
        with pytest.raises(KgError, match="answers 503"):
            send(address, b"ASK", safe=True)
        assert len(asked) == 4


@pytest.mark.parametrize("address", ["http://127.0.0.1/ä", "http://a..b/"])
def test_address_that_cannot_be_sent_is_told(address: str) -> None:
    """A path that must be written with %, a name of a host with an empty part."""
    with pytest.raises(KgError, match=r"cannot reach http://"):
        send(address, b"", safe=True)


@pytest.mark.parametrize("challenge", ['Digest realm="x", nonce="1", algorithm=SHA3', "Digest nonsense"])
def test_unknown_challenge_is_told(challenge: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest that this side cannot make is no traceback."""
    monkeypatch.setenv("KG_ENDPOINT_USER", "me")
    with (
        misbehaving([Canned(401, {"WWW-Authenticate": challenge}, b"")]) as (address, _),
        pytest.raises(KgError, match=r"cannot reach http://"),
    ):
        send(address, b"", safe=True)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "nonsense", "http://", "http://a:b/"])
def test_senseless_address_is_wrong_use(address: str) -> None:
    """Exit code 2 before anything is sent."""
    with pytest.raises(UsageError, match="give an http"):
        checked_address(address)


def test_password_is_never_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither one in an address, which is refused, nor one in the environment, which goes to the server alone."""
    assert main(["query", "statements", "--endpoint", "http://me:geheim@localhost/sparql"]) == 2
    monkeypatch.setenv("KG_ENDPOINT_USER", "me")
    monkeypatch.setenv("KG_ENDPOINT_PASSWORD", "geheim")
    with misbehaving([Canned(401, {"WWW-Authenticate": 'Basic realm="x"'}, b"geheim")]) as (address, asked):
        assert main(["query", "statements", "--endpoint", address]) == 1
        assert asked == ["GET", "POST"]
    said = capsys.readouterr()
    assert "KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD" in said.err
    assert "refuses these credentials" in said.err
    assert "geheim" not in said.out + said.err


def test_oxigraph_failing_in_an_answer_is_told(tmp_path: Path) -> None:
    """It has said 200 by then, and the fault stands within the answer."""
    with oxigraph(tmp_path, "--timeout-s", "1") as server:
        names = "".join(f"<urn:{n}> <urn:p> <urn:{n}> ." for n in range(1500))
        update = server.query.replace("query", "update")
        send(update, f"INSERT DATA {{ {names} }}".encode(), {"Content-Type": "application/sparql-update"}, safe=False)
        # Few rows come, so that nothing but the server takes its time; the first of them at once.
        few = "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?d) = STR(?a) && STR(?g) = STR(?a)) }"
        with pytest.raises(KgError, match=r"cannot be read|broke its answer off|answers 5"):
            RemoteStore(server.query, ours=False).query(few)


def test_virtuoso_cutting_rows_off_is_told(tmp_path: Path) -> None:
    """An answer that the server's own limit cut is none."""
    with (
        virtuoso(tmp_path, rows=10) as server,
        pytest.raises(KgError, match="cuts answers off at 10 rows"),
    ):
        RemoteStore(server.query, ours=False).query("SELECT * { ?a ?b ?c }")


def test_virtuoso_out_of_time_is_told(tmp_path: Path) -> None:
    """It sends what it has found so far as a success."""
    text = "SELECT * { ?a ?b ?c . ?d ?b ?f . ?g ?b ?c } ORDER BY ?f LIMIT 5"
    with virtuoso(tmp_path) as server:
        store = RemoteStore(f"{server.query}?timeout=1000", ours=False)
        with pytest.raises(KgError, match="incomplete answer"):
            store.query(text)
