"""Worker processes under limits: each limit is met by a real query that a real engine runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import resource
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from apart import run_apart
from kg.cli import main
from kg.errors import KgError
from kg.pool import Answer, Limits, Pool, RefusalError
from kg.sparql import MOST_NESTING, refuse_unsafe

JSON = ["application/sparql-results+json", "text/turtle"]
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
NODES = 300


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ring of nodes in two graphs: small to load, and endless to multiply with itself."""
    path = tmp_path_factory.mktemp("pool") / "graph.nq"
    lines = [f"<urn:n{n}> <urn:next> <urn:n{(n + 1) % NODES}> <urn:g{n % 2}> ." for n in range(NODES)]
    path.write_text("\n".join(lines) + "\n")
    return path


@contextlib.asynccontextmanager
async def pool_over(data: Path, limits: Limits, services: tuple[str, ...] = ()) -> AsyncIterator[Pool]:
    pool = Pool(data, limits, services)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def with_pool(
    data: Path, work: Callable[[Pool], Awaitable[None]], services: tuple[str, ...] = (), **limits: float
) -> None:
    """Run some work with a pool of two workers, or as the limits say."""

    async def whole() -> None:
        async with pool_over(data, Limits(**{"workers": 2, "seconds": 20, **limits}), services) as pool:  # type: ignore[arg-type]
            await work(pool)

    run_apart(whole())


async def refused(work: Awaitable[Answer]) -> RefusalError:
    with pytest.raises(RefusalError) as fault:
        await work
    return fault.value


async def counted(pool: Pool) -> str:
    """Ask the plain question that every test ends with: nobody else noticed anything."""
    answer = await pool.ask(COUNT, accept=["text/csv"])
    return answer.body.decode().split()[1]


async def both_alive(pool: Pool) -> None:
    """Wait until the workers that start one after the other are there."""
    async with asyncio.timeout(60):
        while len(pool.pids) < 2:
            await asyncio.sleep(0.05)


# ---- answers


def test_each_form_comes_in_its_own_format(data: Path) -> None:
    """The first accepted format of the form that the query has, whatever is accepted for the other one."""

    async def work(pool: Pool) -> None:
        rows = await pool.ask("SELECT ?o { <urn:n0> ?p ?o }", accept=["text/turtle", "text/csv"])
        assert rows == Answer("text/csv", b"o\r\nurn:n1\r\n")
        triples = await pool.ask("CONSTRUCT WHERE { <urn:n0> ?p ?o }", accept=["text/csv", "application/n-triples"])
        assert triples == Answer("application/n-triples", b"<urn:n0> <urn:next> <urn:n1> .\n")
        assert (await refused(pool.ask("ASK { }", accept=["text/turtle"]))).status == 406

    with_pool(data, work)


def test_graphs_are_read_as_the_request_says(data: Path) -> None:
    """All graphs by default, else those of the request, else those of the query; the request goes first."""

    async def work(pool: Pool) -> None:
        async def count(query: str, **graphs: list[str]) -> int:
            return int((await pool.ask(query, accept=["text/csv"], **graphs)).body.split()[1])

        named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        half = NODES // 2
        assert pool.graphs == {"urn:g0", "urn:g1"}
        assert await count(COUNT) == NODES
        assert await count(COUNT, default_graphs=["urn:g0"]) == half
        assert await count(COUNT, named_graphs=["urn:g0"]) == 0
        assert await count(named, named_graphs=["urn:g0"]) == half
        assert await count(named, default_graphs=["urn:g0"]) == 0
        from_one = COUNT.replace("{", "FROM <urn:g1> {", 1)
        assert await count(from_one) == half
        assert await count(from_one, default_graphs=["urn:g0", "urn:g1"]) == NODES
        assert await count(from_one, named_graphs=["urn:g1"]) == 0

    with_pool(data, work)


@pytest.mark.parametrize(
    "query",
    [
        "ASK FROM <file:///etc/passwd> { }",
        "ASK FROM NAMED <http://127.0.0.1:9/> { }",
        "PREFIX g: <urn:> ASK FROM g:g2 { }",
        "BASE <http://127.0.0.1/> ASK FROM <g0> { }",
        "ASK FROM <urn:\\u0067\\u0032> { }",
        "ASK # FROM <urn:g0>\nFROM<urn:g2>{ }",
        "ASK FROM <relative> { }",
        "ASK FROM unknown:g { }",
    ],
)
def test_graphs_that_are_not_loaded_are_refused(data: Path, query: str) -> None:
    """Nothing is fetched for a FROM, and an unknown graph is not passed off as an empty one."""

    async def work(pool: Pool) -> None:
        fault = await refused(pool.ask(query, accept=JSON))
        assert fault.status == 400
        assert re.search("no graph .* is loaded here|give the whole name of a graph", str(fault))

    with_pool(data, work, workers=1)


def test_names_that_look_like_from_are_no_graphs(data: Path) -> None:
    """A variable, a string, a comment and a name with that word leave all graphs to be read."""

    async def work(pool: Pool) -> None:
        query = (
            "PREFIX from: <urn:> SELECT ?from { from:n0 ?p ?from FILTER(STR(?from) != 'FROM <urn:x>') } # FROM <urn:x>"
        )
        assert (await pool.ask(query, accept=["text/csv"])).body.split() == [b"from", b"urn:n1"]

    with_pool(data, work, workers=1)


# ---- limits


def test_query_beyond_its_time_is_stopped(data: Path) -> None:
    """The client is told, and the worker is gone and replaced."""

    async def work(pool: Pool) -> None:
        await both_alive(pool)
        await asyncio.gather(counted(pool), counted(pool))  # both have loaded the graph
        before = set(pool.pids)
        fault = await refused(pool.ask(ENDLESS, accept=JSON))
        assert (fault.status, fault.retry_after) == (504, 1)
        assert str(fault) == "the query took longer than 3 s and was stopped; ask for less"
        assert await counted(pool) == str(NODES)
        async with asyncio.timeout(60):
            while set(pool.pids) <= before:
                await asyncio.sleep(0.05)
        assert len(before & set(pool.pids)) == 1

    with_pool(data, work, seconds=3)


def test_query_beyond_its_memory_is_stopped(data: Path) -> None:
    """An order over a product is kept in memory: it ends its worker, and its client is told why."""

    async def work(pool: Pool) -> None:
        query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
        fault = await refused(pool.ask(query, accept=JSON))
        assert (fault.status, str(fault)) == (
            503,
            "the query needs more memory than 64 MiB and was stopped; ask for less",
        )
        assert await counted(pool) == str(NODES)

    with_pool(data, work, memory=64 << 20)


def test_answer_beyond_its_size_is_not_begun(data: Path) -> None:
    """No part of it is sent, neither of rows nor of triples."""

    async def work(pool: Pool) -> None:
        for query in ("SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
            fault = await refused(pool.ask(query, accept=JSON))
            assert (fault.status, fault.retry_after) == (413, 1)
            assert str(fault) == "the answer is larger than 1000 bytes; ask for less, as with LIMIT"
        assert await counted(pool) == str(NODES)

    with_pool(data, work, answer=1000)


def test_queue_beyond_its_length_is_refused(data: Path) -> None:
    """Who waits keeps the place; who comes after the last place is told at once."""

    async def work(pool: Pool) -> None:
        running = [asyncio.create_task(refused(pool.ask(ENDLESS, accept=JSON))) for _ in range(3)]
        await asyncio.sleep(0.5)
        fault = await refused(pool.ask(COUNT, accept=JSON))
        assert not any(task.done() for task in running)
        assert (fault.status, fault.retry_after) == (503, 2)
        assert str(fault) == "2 queries are waiting already; try again shortly"
        assert sorted([told.status for told in await asyncio.gather(*running)]) == [503, 503, 504]

    with_pool(data, work, workers=1, queue=2, seconds=3)


def test_client_that_leaves_frees_its_worker(data: Path) -> None:
    """A cancelled question is not computed to its end."""

    async def work(pool: Pool) -> None:
        task = asyncio.create_task(pool.ask(ENDLESS, accept=JSON))
        await asyncio.sleep(0.5)
        task.cancel()
        assert await counted(pool) == str(NODES)  # the only worker would be busy for 20 s more

    with_pool(data, work, workers=1)


# ---- workers that end


def test_worker_killed_from_outside_fails_its_query_alone(data: Path) -> None:
    """That client is told to ask again; the others, and the next, are answered."""

    async def work(pool: Pool) -> None:
        task = asyncio.create_task(refused(pool.ask(ENDLESS, accept=JSON)))
        busy = await _computing(pool)
        os.kill(busy, signal.SIGKILL)
        fault = await task
        assert (fault.status, fault.retry_after) == (503, 1)
        assert str(fault) == "the process that ran this query ended unexpectedly; ask again"
        assert [await counted(pool) for _ in range(4)] == [str(NODES)] * 4

    with_pool(data, work)


def test_idle_worker_killed_from_outside_is_replaced(data: Path) -> None:
    """Nobody is told anything, for nobody had asked."""

    async def work(pool: Pool) -> None:
        await both_alive(pool)
        for pid in pool.pids:
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        assert [await counted(pool) for _ in range(4)] == [str(NODES)] * 4

    with_pool(data, work)


def test_query_that_crashes_the_parser_is_told_so(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the bound on nesting stands the process: without the bound the engine's stack overflows there."""
    monkeypatch.setattr("kg.sparql.MOST_NESTING", 10**9)
    monkeypatch.setattr("kg.sparql.MOST_PIECES", 10**9)

    async def work(pool: Pool) -> None:
        fault = await refused(pool.ask("ASK " + "{" * 3000 + "}" * 3000, accept=JSON))
        assert (fault.status, str(fault)) == (
            400,
            "the query is too long or too deeply nested for the engine, which gave up on it",
        )
        assert await counted(pool) == str(NODES)

    with_pool(data, work)


def test_query_nested_too_deeply_meets_no_worker(data: Path) -> None:
    """The bound is far above what people write and far below what the engine survives."""

    async def work(pool: Pool) -> None:
        before = pool.pids
        depth = MOST_NESTING + 1
        fault = await refused(pool.ask("ASK " + "{" * depth + "}" * depth, accept=JSON))
        assert (fault.status, str(fault)) == (400, f"the query is nested deeper than {MOST_NESTING} levels")
        assert pool.pids == before

    with_pool(data, work, workers=1)


def test_faults_of_a_query_are_told_with_their_place(data: Path) -> None:
    """As the command line tells them, and the worker stays."""

    async def work(pool: Pool) -> None:
        before = pool.pids
        fault = await refused(pool.ask("SELECT ?x {", accept=JSON))
        assert fault.status == 400
        assert str(fault).startswith("line 1, column 12: ")
        assert pool.pids == before

    with_pool(data, work, workers=1)


# ---- isolation


class Listener(BaseHTTPRequestHandler):
    """An endpoint that notes who calls and answers one row."""

    calls: list[str]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.calls.append(self.path)
        body = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"called"}}]}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """Another server: its host and port, and the calls it got."""
    calls: list[str] = []
    running = HTTPServer(("127.0.0.1", 0), type("Noting", (Listener,), {"calls": calls}))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{running.server_port}", calls
    running.shutdown()
    running.server_close()


def calling(host: str) -> str:
    return f"SELECT ?x {{ SERVICE <http://{host}/sparql> {{ ?s ?p ?x }} }}"


def test_call_of_another_server_is_refused(data: Path, outside: tuple[str, list[str]]) -> None:
    """Before any worker sees it, and nothing is sent."""
    host, calls = outside

    async def work(pool: Pool) -> None:
        fault = await refused(pool.ask(calling(host), accept=JSON))
        assert (fault.status, calls) == (400, [])
        assert str(fault) == "SERVICE is not allowed: queries are answered from this graph alone"

    with_pool(data, work, workers=1)


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_call_that_gets_past_the_lexer_cannot_be_made(
    data: Path, outside: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    """A worker can open no socket: with the refusal switched off, still nothing is sent."""
    host, calls = outside
    monkeypatch.setattr("kg.pool.refuse_unsafe", lambda text, services: [])

    async def work(pool: Pool) -> None:
        asked = pool.ask(calling(host).replace("SERVICE ", f"SERVICE {silent}"), accept=["text/csv"])
        if silent:  # the engine then answers as if the other server had nothing to say
            assert (await asked).body == b"x\r\n\r\n"
        else:
            assert (await refused(asked)).status == 400
        assert calls == []

    with_pool(data, work, workers=1)


def test_allowed_host_is_called_and_no_other(data: Path, outside: tuple[str, list[str]]) -> None:
    """The option opens one door: the same address on another port stays shut."""
    host, calls = outside

    async def work(pool: Pool) -> None:
        assert (await pool.ask(calling(host), accept=["text/csv"])).body == b"x\r\ncalled\r\n"
        assert calls == ["/sparql"]
        for query in (
            calling("127.0.0.1:9"),
            calling(f"{host}@127.0.0.1:9"),
            calling(f"user@{host}"),
            f"SELECT * {{ BIND(<http://{host}/> AS ?u) SERVICE ?u {{ ?s ?p ?x }} }}",
            f"PREFIX a: <http://{host}/> SELECT * {{ SERVICE a:b {{ ?s ?p ?x }} }}",
        ):
            fault = await refused(pool.ask(query, accept=JSON))
            assert (fault.status, calls) == (400, ["/sparql"]), query
            assert str(fault) == f"SERVICE is allowed for {host} alone, with its address written out"

    with_pool(data, work, services=(host,))


@pytest.mark.skipif(sys.platform != "linux", reason="large pages are asked for on Linux")
@pytest.mark.parametrize(
    ("large", "before", "after"),
    [(1, "", "glibc.malloc.hugetlb=1"), (1 << 40, "", ""), (1, *["glibc.malloc.hugetlb=0"] * 2)],
)
def test_worker_of_a_large_graph_asks_for_large_pages(
    data: Path, monkeypatch: pytest.MonkeyPatch, large: int, before: str, after: str
) -> None:
    """That of a small one does without, and who has said no is left alone."""
    monkeypatch.setattr("kg.large_pages._LARGE", large)
    monkeypatch.setenv("GLIBC_TUNABLES", before)

    async def work(pool: Pool) -> None:
        (pid,) = pool.pids
        assert f"GLIBC_TUNABLES={after}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")

    with_pool(data, work, workers=1)


def test_worker_holds_no_door_to_the_machine(data: Path) -> None:
    """It has its pipes and no right to one descriptor more, and a bound on its memory."""

    async def work(pool: Pool) -> None:
        (pid,) = pool.pids
        assert resource.prlimit(pid, resource.RLIMIT_NOFILE) == (0, 0)
        assert resource.prlimit(pid, resource.RLIMIT_AS)[1] < 1 << 40
        assert len(list(Path(f"/proc/{pid}/fd").iterdir())) <= 5
        kinds = {str(Path(f"/proc/{pid}/fd/{name}").readlink()).partition(":")[0] for name in "012"}
        assert kinds <= {"pipe", "socket"}  # the event loop makes pairs of sockets of some pipes

    with_pool(data, work, workers=1)


# ---- data


def test_persistent_store_is_answered_from(tmp_path: Path) -> None:
    """Several workers hold the same folder open, and read it with no file left to open."""
    folder = tmp_path / "store"
    store = ox.Store(folder)
    quads = [
        ox.Quad(ox.NamedNode(f"urn:n{n}"), ox.NamedNode("urn:p"), ox.Literal(n), ox.NamedNode("urn:g"))
        for n in range(5000)
    ]
    store.bulk_extend(quads)
    store.flush()
    del store

    async def work(pool: Pool) -> None:
        assert (pool.triples, pool.graphs) == (5000, {"urn:g"})
        assert await asyncio.gather(*[counted(pool) for _ in range(6)]) == ["5000"] * 6

    with_pool(folder, work, workers=3)


@pytest.mark.parametrize("content", ["no quads", None])
def test_data_that_cannot_be_read_are_told_at_the_start(tmp_path: Path, content: str | None) -> None:
    """One line with the engine's reason, before anybody asks."""
    path = tmp_path / "graph.nq"
    if content:
        path.write_text(content)
    with pytest.raises(KgError, match=r"^the data cannot be loaded for queries: \S.*") as fault:
        with_pool(path, counted)  # type: ignore[arg-type]
    assert "\n" not in str(fault.value)


def test_options_of_serve_have_the_defaults_of_limits(capsys: pytest.CaptureFixture[str]) -> None:
    """The command line writes them out again, to stay light."""
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    limits = Limits()
    shown = {
        "--timeout": limits.seconds,
        "--memory": limits.memory >> 20,
        "--answer-size": limits.answer >> 20,
        "--workers": limits.workers,
        "--queue": limits.queue,
    }
    for option, value in shown.items():
        assert re.search(rf"{option} N [^(]*\(default: {re.escape(str(value))}\)", said), option


@pytest.mark.parametrize("option", ["--timeout", "--memory", "--answer-size", "--workers"])
def test_limit_that_allows_nothing_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that could answer nobody does not start."""
    assert main(["serve", "--port", "0", option, "0"]) == 2
    assert capsys.readouterr().err == f"kg: {option} 0: give a number above 0\n"


def test_free_worker_answers_without_a_queue(data: Path) -> None:
    """A queue of none keeps nobody from a worker that is free."""

    async def work(pool: Pool) -> None:
        assert await counted(pool) == str(NODES)

    with_pool(data, work, workers=1, queue=0)


@pytest.mark.parametrize("seconds", ["nan", "inf"])
def test_endless_time_is_refused(capsys: pytest.CaptureFixture[str], seconds: str) -> None:
    """No worker would ever be stopped, or each at once."""
    assert main(["serve", "--port", "0", "--timeout", seconds]) == 2
    assert capsys.readouterr().err == f"kg: --timeout {seconds}: give a number above 0\n"


def test_negative_queue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """It would refuse every query; none may wait at 0."""
    assert main(["serve", "--port", "0", "--queue", "-1"]) == 2
    assert capsys.readouterr().err == "kg: --queue -1: give 0 or a number above it\n"


def test_lexer_names_what_may_be_called() -> None:
    """The addresses come back as they stand in the query."""
    text = "SELECT * { SERVICE <http://a/1> { } OPTIONAL { service silent <http://a/2> { } } }"
    assert refuse_unsafe(text, ["a"]) == ["http://a/1", "http://a/2"]


async def _computing(pool: Pool) -> int:
    """Wait until a worker has computed for a second since now: one that starts needs less."""
    begun: dict[int, int] = {}
    second = os.sysconf("SC_CLK_TCK")
    async with asyncio.timeout(60):
        while True:
            for pid in pool.pids:
                if _ticks(pid) - begun.setdefault(pid, _ticks(pid)) >= second:
                    return pid
            await asyncio.sleep(0.05)


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
