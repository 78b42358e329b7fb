"""Worker processes that answer queries under limits, and the queue before them.

A query that takes too long, too much memory or too large an answer costs its own worker and nobody else's: the worker
is killed and another takes its place. The process that holds the pool never parses a query; `kg.sparql` only lexes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from kg.errors import KgError, QueryError, UsageError
from kg.large_pages import asked_for_graph
from kg.sparql import dataset_graphs, refuse_unsafe
from kg.worker import SIZES, Order

__all__ = ["Answer", "Limits", "Pool", "RefusalError", "refuse_limits"]

_START: Final = 60.0  # seconds that a worker gets to load its data
_SLOW: Final = 1.0  # seconds after which a query runs only on what the others leave of the processor
_MOST_STDERR: Final = 2000


class Limits(NamedTuple):
    """What one query may take, and how many there may be.

    `workers` queries run at once and `queue` more may wait; `seconds` pass at most from the arrival of a query to its
    answer; `memory` bytes beyond what the data need, and `answer` bytes of answer, are allowed to each.
    """

    workers: int = 4
    queue: int = 200
    seconds: float = 15.0
    memory: int = 1 << 30
    answer: int = 32 << 20


# What people call the limits.
_OPTIONS = {
    "workers": "--workers",
    "queue": "--queue",
    "seconds": "--timeout",
    "memory": "--memory",
    "answer": "--answer-size",
}


def refuse_limits(limits: Limits) -> None:
    """Check that limits are limits, and name the option of one that is not.

    Raises:
        UsageError: one is not above 0, or endless.

    >>> refuse_limits(Limits(seconds=float("nan")))
    Traceback (most recent call last):
    kg.errors.UsageError: --timeout nan: give a number above 0
    """
    for name, value in limits._asdict().items():
        shown = f"{_OPTIONS[name]} {value >> 20 if name in ('memory', 'answer') else value:g}"
        if name == "queue" and value < 0:
            raise UsageError(f"{shown}: give 0 or a number above it")
        if name != "queue" and not (value > 0 and math.isfinite(value)):
            raise UsageError(f"{shown}: give a number above 0")


class Answer(NamedTuple):
    """What comes back for a query: bytes of one media type."""

    media_type: str
    body: bytes


class RefusalError(KgError):
    """A request that gets no answer: the status in HTTP, one sentence, and when to try again, in seconds.

    >>> RefusalError(503, "try again later", retry_after=2).status
    503
    """

    def __init__(self, status: int, words: str, *, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.retry_after = retry_after


class Pool:
    """Workers over one set of data.

    Args:
        data: an N-Quads file, or the folder of a persistent store.
        limits: what a query may take.
        services: hosts (`name` or `name:port`) that a query may call with `SERVICE`; none of them by default.
    """

    def __init__(self, data: Path, limits: Limits = Limits(), services: Sequence[str] = ()) -> None:  # noqa: B008
        self.limits = limits
        self.graphs: frozenset[str] = frozenset()
        self.triples = 0
        self.services = tuple(sorted(services))
        self._closed = _Crew(data, limits, may_open=False)
        # Only a query that calls an allowed host meets a worker that can reach one.
        self._open = _Crew(data, limits._replace(workers=1), may_open=True) if services else None

    async def start(self) -> None:
        """Start the workers and wait for the first; the others follow.

        Raises:
            KgError: the data cannot be read.
        """
        crews = [crew for crew in (self._closed, self._open) if crew]
        ready = [await crew.start() for crew in crews]
        self.graphs = frozenset(ready[0]["graphs"])
        self.triples = ready[0]["triples"]

    async def close(self) -> None:
        """End all workers, whatever they are at."""
        for crew in (self._closed, self._open):
            if crew:
                await crew.close()

    @property
    def pids(self) -> list[int]:
        """The process numbers of the workers that live."""
        return self._closed.pids

    async def ask(
        self,
        query: str,
        *,
        accept: Sequence[str],
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
    ) -> Answer:
        """Answer a query; cancelling this ends its worker.

        Args:
            query: a SELECT, ASK, CONSTRUCT or DESCRIBE query; the prefix table is declared for it.
            accept: the media types that may come back, best first, of both forms of results.
            default_graphs: names of the graphs that make the default graph; without any of either kind, all do.
            named_graphs: names of the graphs for `GRAPH`.
            base: what relative names in the query are read against.

        Raises:
            RefusalError: the query is refused or fails, or one of the limits ends it.
        """
        crew = self._crew_for(query, [*default_graphs, *named_graphs])
        told, body = await crew.run(Order(query, accept, default_graphs, named_graphs, base))
        if told["status"] != 200:
            # Asked again with a LIMIT, the query may be answered at once.
            raise RefusalError(told["status"], told["words"], retry_after=1 if told["status"] == 413 else None)
        return Answer(told["words"], body)

    def _crew_for(self, query: str, graphs: Sequence[str]) -> _Crew:
        try:
            calls = refuse_unsafe(query, self.services)
            unknown = [name for name in [*graphs, *dataset_graphs(query)] if name not in self.graphs]
        except QueryError as fault:
            raise RefusalError(400, str(fault)) from fault
        if unknown:
            raise RefusalError(400, f"no graph {unknown[0]} is loaded here, and none is fetched")
        return self._open if calls and self._open else self._closed


class _Crew:
    """The workers of one kind: those that can open something, or those that cannot."""

    def __init__(self, data: Path, limits: Limits, *, may_open: bool) -> None:
        self.limits = limits
        self._settings = json.dumps(
            {
                "data": str(data),
                "store": data.is_dir(),
                "open": may_open,
                "memory": limits.memory,
                "answer": limits.answer,
                "seconds": limits.seconds,
            }
        )
        self._environment = asked_for_graph(data, os.environ)
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._closing = False

    @property
    def pids(self) -> list[int]:
        return [worker.pid for worker in self._all if worker.alive]

    async def start(self) -> dict[str, Any]:
        first, told = await self._started()
        self._idle.put_nowait(first)
        for _ in range(self.limits.workers - 1):
            self._later(self._hire())
        return told

    async def close(self) -> None:
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in list(self._all):
            await self._dismiss(worker)

    async def run(self, order: Order) -> tuple[dict[str, Any], bytes]:
        deadline = asyncio.get_running_loop().time() + self.limits.seconds
        worker = await self._taken(deadline)
        keep = False
        try:
            told, body = await worker.run(order, deadline)
            keep = not worker.stepped_back
            return told, body
        finally:
            if keep:
                self._idle.put_nowait(worker)
            elif not self._closing:  # else `close` ends it, and nobody starts another
                worker.kill()
                self._later(self._replace(worker))

    async def _taken(self, deadline: float) -> _Worker:
        """Wait for a worker that lives; those before in the queue come first."""
        if self._idle.empty() and self._waiting >= self.limits.queue:
            raise RefusalError(503, f"{self._waiting} queries are waiting already; try again shortly", retry_after=2)
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                while True:
                    worker = await self._idle.get()
                    if worker.alive:
                        return worker
                    self._later(self._replace(worker))
        except TimeoutError as late:
            words = f"no worker was free within {self.limits.seconds:g} s; try again shortly"
            raise RefusalError(503, words, retry_after=2) from late
        finally:
            self._waiting -= 1

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replace(self, worker: _Worker) -> None:
        await self._dismiss(worker)
        await self._hire()

    async def _hire(self) -> None:
        """Start one more worker; while the machine cannot, try again."""
        while True:
            try:
                worker, _ = await self._started()
            except (KgError, OSError):
                await asyncio.sleep(1)
            else:
                return self._idle.put_nowait(worker)

    async def _started(self) -> tuple[_Worker, dict[str, Any]]:
        worker = _Worker(await _process(self._settings, self._environment), self.limits)
        self._all.add(worker)
        try:
            return worker, await worker.ready()
        except BaseException:
            await self._dismiss(worker)
            raise

    async def _dismiss(self, worker: _Worker) -> None:
        worker.kill()
        await worker.ended()
        self._all.discard(worker)  # only now: whoever closes the crew ends what is half ended


async def _process(settings: str, environment: dict[str, str] | None) -> asyncio.subprocess.Process:
    """Start a worker of the same Python; -P: the folder one stands in is not searched for modules."""
    making = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "kg.worker", settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
        )
    )
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:  # nobody else would know of a process that is half made
        process = await making
        process.kill()
        await process.communicate()
        raise


class _Worker:
    """One process, and the conversation with it."""

    def __init__(self, process: asyncio.subprocess.Process, limits: Limits) -> None:
        self._process = process
        self._limits = limits
        self._reading = asyncio.Lock()  # a pipe has one reader, also while it ends
        self.stepped_back = False

    @property
    def alive(self) -> bool:
        """Ask the system itself, for the event loop learns of an end a little later."""
        if self._process.returncode is not None:
            return False
        with contextlib.suppress(ChildProcessError):
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        return False

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ready(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_START):
                return (await self._received())[0]
        except (TimeoutError, EOFError) as fault:
            self.kill()
            last = ((await self._said()).strip().splitlines() or ["it took too long"])[-1]
            raise KgError(f"the data cannot be loaded for queries: {last.partition(': ')[2] or last}") from fault

    async def run(self, order: Order, deadline: float) -> tuple[dict[str, Any], bytes]:
        loop = asyncio.get_running_loop()
        nice = loop.call_later(_SLOW, self._step_back)
        try:
            async with asyncio.timeout_at(deadline):
                self._send(order)
                told, body = await self._received()
        except TimeoutError as late:
            words = f"the query took longer than {self._limits.seconds:g} s and was stopped; ask for less"
            raise RefusalError(504, words, retry_after=1) from late
        except (EOFError, OSError) as gone:
            raise await self._reason() from gone
        finally:
            nice.cancel()
        if told["status"] == 503:
            raise self._memory()
        return told, body

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        """Wait for the end, which comes at once after `kill`, and let go of the pipes."""
        async with self._reading:
            with contextlib.suppress(ConnectionError):
                await self._process.communicate()

    def _step_back(self) -> None:
        """Let a long query run on what the others leave; the worker goes afterwards, for nobody may raise it again."""
        self.stepped_back = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 19)

    def _send(self, order: Order) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        header = json.dumps(order._asdict()).encode()
        pipe.write(SIZES.pack(len(header), 0) + header)

    async def _received(self) -> tuple[dict[str, Any], bytes]:
        pipe = self._process.stdout
        assert pipe is not None
        async with self._reading:
            header_size, body_size = SIZES.unpack(await pipe.readexactly(SIZES.size))
            header = json.loads(await pipe.readexactly(header_size))
            return header, await pipe.readexactly(body_size)

    async def _reason(self) -> RefusalError:
        """Tell from how it ended what a query did to its worker."""
        said = await self._said()
        code = await self._process.wait()
        if "memory allocation" in said or "bad_alloc" in said or "MemoryError" in said:
            return self._memory()
        if code == -signal.SIGSEGV or "overflowed its stack" in said:
            return RefusalError(400, "the query is too long or too deeply nested for the engine, which gave up on it")
        return RefusalError(503, "the process that ran this query ended unexpectedly; ask again", retry_after=1)

    def _memory(self) -> RefusalError:
        size = f"{self._limits.memory / 2**20:.0f} MiB"
        return RefusalError(
            503, f"the query needs more memory than {size} and was stopped; ask for less", retry_after=1
        )

    async def _said(self) -> str:
        assert self._process.stderr is not None
        with contextlib.suppress(TimeoutError):
            async with self._reading, asyncio.timeout(2):
                return (await self._process.stderr.read(_MOST_STDERR)).decode("utf-8", "replace")
        return ""
