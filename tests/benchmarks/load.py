"""How `kg serve` bears many clients, without and with hostile ones beside them:  python tests/benchmarks/load.py

Both halves are measured in one run, against a server of their own: honest clients ask the saved questions one after
the other for a minute each; in the second half hostile clients send queries that would never end. The script stops by
itself and prints what came back, the times, the memory, and whether each aim is met; it ends with 1 if one is not.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple

from kg.questions import list_questions, prepared, settings

COMMAND = [sys.executable, "-c", "import sys; from kg.cli import main; sys.exit(main())", "serve", "--port", "0"]
RUNAWAYS = {
    "product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "paths": "SELECT (COUNT(*) AS ?n) { ?a (!kg:none|^kg:none)* ?b . ?b (!kg:none|^kg:none)* ?c }",
    "regex": 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), ?f), "(x+x+)+y{1,90}")) }',
    "order": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
}
MOST_TIMES = 5  # how often the p99 without hostile clients may go into the p99 with them
MOST_GROWTH = 1.2  # of memory from the first to the last quarter of the second half


class Reply(NamedTuple):
    """What came back for one request: its name, the status (0 for none at all), the seconds, and the sentence."""

    name: str
    status: int
    seconds: float
    words: str


class Client(threading.Thread):
    """One who asks again as soon as the answer is there, until the end."""

    def __init__(self, port: int, queries: list[tuple[str, str]], end: float) -> None:
        super().__init__()
        self.port, self.queries, self.end = port, queries, end
        self.replies: list[Reply] = []

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        for name, query in itertools.cycle(self.queries):
            if time.perf_counter() >= self.end:
                break
            begun = time.perf_counter()
            try:
                connection.request("POST", "/sparql", query.encode(), {"Content-Type": "application/sparql-query"})
                answer = connection.getresponse()
                body, status = answer.read(), answer.status
            except (OSError, HTTPException) as fault:
                body, status = str(fault).encode(), 0
                connection.close()
            words = "" if status == 200 else body.decode(errors="replace").strip()
            self.replies.append(Reply(name, status, time.perf_counter() - begun, words))
        connection.close()


class Watch(threading.Thread):
    """Measure the memory of a process and its children, once a second, until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.sizes: list[int] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(1):
            self.sizes.append(sum(_resident(pid) for pid in [self.pid, *_children(self.pid)]))


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> int:
    """Read the MiB that a process holds; nothing, if it just ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 >> 20
    except OSError:
        return 0


def half(port: int, pid: int, seconds: float, honest: int, hostile: int) -> tuple[list[Reply], list[Reply], list[int]]:
    """Let so many clients ask for so long; give the replies to both kinds and the memory second by second."""
    end = time.perf_counter() + seconds
    questions = [(question.name, prepared(question.text, settings(question, {}))) for question in list_questions()]
    runaways = list(RUNAWAYS.items())
    good = [Client(port, _from(questions, place * 7), end) for place in range(honest)]
    bad = [Client(port, _from(runaways, place), end) for place in range(hostile)]
    watch = Watch(pid)
    for thread in (watch, *good, *bad):
        thread.start()
    for client in (*good, *bad):
        client.join()
    watch.over.set()
    return [r for c in good for r in c.replies], [r for c in bad for r in c.replies], watch.sizes


def _from(queries: list[tuple[str, str]], place: int) -> list[tuple[str, str]]:
    """Begin elsewhere, so that not all ask the same at the same moment."""
    place %= len(queries)
    return queries[place:] + queries[:place]


def p99(replies: list[Reply]) -> float:
    return statistics.quantiles([reply.seconds for reply in replies], n=100)[98]


def show(title: str, replies: list[Reply], seconds: float) -> None:
    """Print how many replies there were, of which status, and how long they took."""
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(Counter(r.status for r in replies).items()))
    times = sorted(reply.seconds for reply in replies)
    middle = statistics.median(times)
    print(f"{title}: {len(replies)} replies ({len(replies) / seconds:.0f} a second); {statuses}")
    print(f"  median {middle:.2f} s, p99 {p99(replies):.2f} s, longest {times[-1]:.2f} s")


def main() -> int:
    """Start a server, load it twice, and compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":  ")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="of each half (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=50, help="honest ones (default: %(default)s)")
    parser.add_argument("--hostile", type=int, default=2, help="hostile ones (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=15.0, help="the server's deadline (default: %(default)s)")
    wanted = parser.parse_args()
    command = [*COMMAND, "--timeout", str(wanted.timeout)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().partition("127.0.0.1:")[2].partition("/")[0])
        try:
            half(port, server.pid, 3, 4, 0)  # what runs for the first time is slower
            alone, _, before = half(port, server.pid, wanted.seconds, wanted.clients, 0)
            show(f"{wanted.clients} honest clients alone", alone, wanted.seconds)
            print(f"  memory {before[0]} MiB at first, {before[-1]} at last, {max(before)} at most")
            beside, bad, after = half(port, server.pid, wanted.seconds, wanted.clients, wanted.hostile)
            show(f"the same with {wanted.hostile} hostile clients", beside, wanted.seconds)
            print(f"  memory {after[0]} MiB at first, {after[-1]} at last, {max(after)} at most")
            show("the hostile clients", bad, wanted.seconds)
        finally:
            server.kill()
    for name in RUNAWAYS:
        got = Counter(f"{r.status} {r.words}" for r in bad if r.name == name)
        print(f"  {name}: " + "; ".join(f"{count} × {words}" for words, count in got.items()))
    return judge(alone, beside, bad, after, wanted.timeout)


def judge(alone: list[Reply], beside: list[Reply], bad: list[Reply], memory: list[int], deadline: float) -> int:
    """Say of each aim whether it is met; give the exit code."""
    failed = [reply for reply in [*alone, *beside] if reply.status != 200]
    times = p99(beside) / p99(alone)
    late = max(reply.seconds for reply in bad) - deadline
    let_through = [reply for reply in bad if reply.status not in (503, 504)]
    quarter = max(len(memory) // 4, 1)
    growth = statistics.median(memory[-quarter:]) / statistics.median(memory[:quarter])
    aims = {
        f"failed honest requests: {len(failed)}, aim 0": not failed,
        f"p99 with hostile clients: {times:.1f} times, aim at most {MOST_TIMES}": times <= MOST_TIMES,
        f"memory grew {growth:.2f} times, aim at most {MOST_GROWTH}": growth <= MOST_GROWTH,
        f"latest runaway stopped {late:+.2f} s after its deadline, aim at most +1": late <= 1,
        f"runaways answered with neither 504 nor 503: {len(let_through)}, aim 0": not let_through,
    }
    for words, met in aims.items():
        print(f"{'met' if met else 'MISSED'}: {words}")
    for reply in failed[:5]:
        print(f"  {reply.name}: {reply.status} {reply.words}")
    return 0 if all(aims.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
