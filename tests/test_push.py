"""A push into real servers: all or nothing, whatever happens on the way."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest

from kg import Graph
from kg.cli import main
from kg.endpoint import send
from kg.errors import KgError, UsageError
from kg.push import STAGING, Target, find_target, push
from kg.remote import PUBLISHED, RemoteStore, ask
from kg.terms import GRAPH
from sparql_servers import SERVERS, YES, Server, breaking_proxy, misbehaving

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPHS = 'SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), "https://w3id.org/xpo1-kg/")) }'


@pytest.fixture(scope="module", params=SERVERS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server; Virtuoso takes its time to start."""
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Give a server with nothing of ours in it, and know its password."""
    monkeypatch.setenv("KG_ENDPOINT_USER", running.user)
    monkeypatch.setenv("KG_ENDPOINT_PASSWORD", running.password)
    update, kind = find_target(running.query).update, {"Content-Type": "application/sparql-update"}
    found = RemoteStore(running.query, ours=False).query(GRAPHS)
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        send(update, f"DROP SILENT GRAPH {row['g']}".encode(), kind, safe=False)
    return running


@pytest.fixture(scope="module")
def few(loaded: Graph) -> Graph:
    """Give a part of the graph, with the header that it is known by and with blank nodes."""
    store = ox.Store()
    for name in ("ontology_kg", "trial_BOSTON"):
        store.extend(loaded.store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH + name)))
    assert len(store) > 1500
    return Graph(store, loaded.files)


@pytest.fixture(scope="module")
def smaller(loaded: Graph) -> Graph:
    """Give the graph as another release would have it."""
    store = ox.Store()
    store.extend(quad for number, quad in enumerate(loaded.store) if number % 3 or "Ontology" in str(quad))
    return Graph(store, loaded.files)


def size(graph: Graph) -> int:
    return len({quad.triple for quad in graph.store})


def counted(server: Server) -> int:
    return int(ask(server.query, COUNT, {}).rows[0][0])


def test_push_is_done_once(server: Server, few: Graph) -> None:
    """The second one finds that nothing has changed; blank nodes have other names by then."""
    target = find_target(server.query)
    assert push(few, target) == [f"{size(few)} triples stand in {PUBLISHED}"]
    assert push(few, target) == [f"{size(few)} triples stand there already, nothing to do"]
    assert ask(server.query, GRAPHS, {}).rows == [("kgg:all",)]


def test_leftovers_of_a_broken_push_go(server: Server, few: Graph) -> None:
    """What a killed push left is removed; other graphs under our names are told of and left alone."""
    target = find_target(server.query)
    triple, turtle = b"<urn:a> <urn:b> <urn:c> .", {"Content-Type": "text/turtle"}
    other = PUBLISHED.replace("/all", "/boston")
    for name in (f"{STAGING}{uuid.uuid4()}", other):
        send(target.graph(name), triple, turtle, method="PUT", safe=True)
    lines = push(few, target)
    assert lines[1:] == [
        "removed 1 staging graphs of broken pushes",
        f"left alone: {other}, which kg push did not make",
    ]
    assert sorted(ask(server.query, GRAPHS, {}).rows) == [("kgg:all",), ("kgg:boston",)]


class Reader(threading.Thread):
    """Count the triples again and again; what it saw is in `seen`, each number once, in order."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server, self.seen, self.fault = server, list[int](), ""
        self.done = threading.Event()
        self.rounds = 0

    def run(self) -> None:
        store = RemoteStore(self.server.query)
        try:
            while not self.done.is_set():
                found = store.query(COUNT)
                assert isinstance(found, ox.QuerySolutions)
                number = int(next(found)["n"].value)
                self.rounds += 1
                if not self.seen or self.seen[-1] != number:
                    self.seen.append(number)
        except KgError as fault:
            self.fault = str(fault)


def watched(server: Server, act: Callable[[], object]) -> Reader:
    """Do something while a reader reads."""
    reader = Reader(server)
    reader.start()
    try:
        while not (reader.seen or reader.fault):
            reader.done.wait(0.01)
        act()
    finally:
        reader.done.set()
        reader.join()
    assert not reader.fault
    return reader


def test_reader_sees_the_old_graph_or_the_new(server: Server, loaded: Graph, smaller: Graph) -> None:
    """While a push runs, the number of triples changes once.

    Virtuoso reads without a snapshot: queries that run while it commits the MOVE may count a part. How many do depends
    on how long that takes; none does once one has seen the whole.
    """
    target = find_target(server.query)
    push(smaller, target)
    reader = watched(server, lambda: push(loaded, target))
    assert (reader.seen[0], counted(server)) == (size(smaller), size(loaded))
    between = [number for number in reader.seen if number not in (size(smaller), size(loaded))]
    assert not between or server.name == "virtuoso"
    assert size(smaller) not in reader.seen[1:]
    assert size(loaded) not in reader.seen[:-1]
    assert reader.rounds > 3


@pytest.mark.parametrize("after", [100_000, 3_000_000])
def test_broken_transfer_changes_nothing(server: Server, loaded: Graph, smaller: Graph, after: int) -> None:
    """The line goes dead in the middle: readers keep the old graph, and the next push goes through."""
    target = find_target(server.query)
    push(smaller, target)

    def broken() -> None:
        with breaking_proxy(target.graphs, after) as graphs, pytest.raises(KgError, match=r"cannot reach|broke"):
            push(loaded, Target(target.query, target.update, graphs))

    assert watched(server, broken).seen == [size(smaller)]
    push(loaded, target)
    assert counted(server) == size(loaded)
    assert ask(server.query, GRAPHS, {}).rows == [("kgg:all",)]


def test_lost_triples_are_noticed(server: Server, few: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that does not hold what it was sent publishes nothing."""
    target = find_target(server.query)
    push(few, target)

    def losing(address: str, body: bytes | None = None, *rest: object, **options: object) -> object:
        lost = body if options.get("method") != "PUT" or body is None else body[: body.index(b"\n", 5000) + 1]
        return send(address, lost, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("kg.push.send", losing)
    bigger = Graph(ox.Store(), few.files)
    bigger.store.extend([*few.store, ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))])
    with pytest.raises(KgError, match=rf"of {size(bigger)} triples; nothing was published"):
        push(bigger, target)
    assert counted(server) == size(few)
    assert ask(server.query, GRAPHS, {}).rows == [("kgg:all",)]


@pytest.mark.parametrize("running", ["virtuoso"], indirect=True)
def test_wrong_password_is_one_line(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is changed, and the password is not shown."""
    for user, message in (("", "set KG_ENDPOINT_USER"), ("dba", "it refuses these credentials")):
        monkeypatch.setenv("KG_ENDPOINT_USER", user)
        monkeypatch.setenv("KG_ENDPOINT_PASSWORD", "geheim")
        assert main(["push", "--endpoint", server.query]) == 1
        said = capsys.readouterr()
        assert message in said.err
        assert said.err.count("\n") == 1
        assert "geheim" not in said.err
    assert ask(server.query, GRAPHS, {}).rows == []


def test_unknown_server_needs_its_addresses() -> None:
    """Where updates go is not guessed."""
    with misbehaving([YES]) as (address, asked):
        with pytest.raises(UsageError, match="--update URL and --graph-store URL"):
            find_target(address)
        given = find_target(address, f"{address}/u", f"{address}/g?x=1")
        assert given.graph("urn:a b") == f"{address}/g?x=1&graph=urn%3Aa%20b"
        assert len(asked) == 1
