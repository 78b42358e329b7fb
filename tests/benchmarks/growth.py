"""Grow the data N-fold and time every step beside other engines, in one run; writes `docs/performance.md`.

    python tests/benchmarks/growth.py [--times 1 10] [--rdflib-times 1] [--oxigraph PROGRAM] [--virtuoso PROGRAM] \
        [--maplib PYTHON] [--limit SECONDS] [--write]

Each step is a process of its own, so that its memory is its own. What takes longer than the limit is stopped, and so
are its larger sizes. Above 100 times only loading and the questions run, of finished triples: rules work in memory.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import virtuoso
from many import write_finished, write_many

from kg.files import default_files
from kg.large_pages import asked_for_graph
from kg.questions import list_questions

KG = str(Path(sys.executable).with_name("kg"))
PAGE = default_files().root / "docs" / "performance.md"
# Rules hold a kilobyte for each triple.
LARGEST_DERIVED = 100
BEGIN, END = "<!-- measured -->", "<!-- end of what is measured -->"

BARE_LOAD = """
import sys, pathlib, pyoxigraph as ox
store = ox.Store(sys.argv[2])
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.ttl")):
    graph = ox.NamedNode("urn:graph:" + path.stem)
    store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=graph)
store.flush()
"""

# As kg load leaves it: what the rules derive is in it, and nothing is left to parse in Turtle.
BARE_LOAD_ALL = """
import sys, pyoxigraph as ox
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
store.flush()
"""

DUMP = """
import sys, pyoxigraph as ox
store = ox.Store.read_only(sys.argv[1])
with open(sys.argv[2], "wb") as quads, open(sys.argv[3], "wb") as triples:
    store.dump(quads, format=ox.RdfFormat.N_QUADS)
    ox.serialize((quad.triple for quad in store), triples, format=ox.RdfFormat.N_TRIPLES)
"""

ASK = """
import json, sys, time, pyoxigraph as ox
from kg.questions import list_questions, prepared, settings, tabulated
from kg.terms import PREFIXES
times, rows = {}, {}
if sys.argv[1].endswith(".nq"):  # in memory
    store = ox.Store()
    store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS, lenient=True)
else:
    store = ox.Store.read_only(sys.argv[1])
for question in list_questions():
    if sys.argv[3:] and question.name not in sys.argv[3:]:
        continue
    text, taken = prepared(question.text, settings(question, {})), []
    for _ in range(int(sys.argv[2])):
        begin = time.perf_counter()
        table = tabulated(store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True))
        taken.append(time.perf_counter() - begin)
    times[question.name], rows[question.name] = min(taken), len(table)
    print(json.dumps([times, rows]), flush=True)
"""

ASK_RDFLIB = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pyoxigraph as ox
from kg.questions import list_questions, prepared, settings
from kg.store import Graph
from kg.terms import PREFIXES
data = Graph(ox.Store.read_only(sys.argv[1]), None).to_rdflib()
times, rows = {}, {}
for question in list_questions():
    begin = time.perf_counter()
    rows[question.name] = len(list(data.query(prepared(question.text, settings(question, {})), initNs=PREFIXES)))
    times[question.name] = time.perf_counter() - begin
    print(json.dumps([times, rows]), flush=True)
"""

LOAD_MAPLIB = """
import sys, maplib
model = maplib.Model()
model.read(sys.argv[1], format="ntriples")
"""


class Taken(NamedTuple):
    """What one step took: seconds by the clock and of the processors, memory in MB; nothing if it was stopped."""

    wall: float | None
    processor: float | None
    memory: int | None
    output: str = ""
    # How many of the questions were refused or took longer than their limit.
    stopped: int = 0


def run(command: list[str], limit: float, **environment: str) -> Taken:
    """Run one step to its end, or to the limit."""
    with tempfile.TemporaryFile("w+") as output:
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        try:
            _, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # the step is a child of the child
            process.communicate()
            output.seek(0)
            return Taken(None, None, None, output.read())
        except BaseException:  # stopped by hand: a session of its own gets no Ctrl-C
            os.killpg(process.pid, signal.SIGKILL)
            raise
        wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
        if process.returncode not in (0, 1):  # 1: kg check found faults
            sys.exit(f"{command[:3]}: {errors.decode()[-500:]}")
        output.seek(0)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Taken(wall, processor, None, output.read())


def measured(command: list[str], limit: float, **environment: str) -> Taken:
    """Run one step under a small process that reports the memory of this step alone."""
    watcher = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode;"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open(sys.argv[0] or '/dev/null', 'a'));"
    )
    with tempfile.NamedTemporaryFile("r") as memory:
        watcher = watcher.replace("sys.argv[0] or '/dev/null'", repr(memory.name)) + "sys.exit(code)"
        taken = run([sys.executable, "-c", watcher, *command], limit, **environment)
        peak = memory.read().strip()
    return taken._replace(memory=int(peak) // 1024 if peak else None)


def main() -> None:
    """Measure what the options ask for, print it, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--rdflib-times", type=int, nargs="*", default=[1])
    parser.add_argument("--oxigraph", default=shutil.which("oxigraph"))
    parser.add_argument("--virtuoso", default=shutil.which("virtuoso-t"))
    parser.add_argument("--maplib", help="a Python that has maplib")
    parser.add_argument("--limit", type=float, default=600, help="seconds that one step may take")
    parser.add_argument(
        "--question-limit",
        type=float,
        default=10,
        help="seconds that a question may take in Virtuoso, and on disk at 100 times and more",
    )
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    steps: dict[str, dict[int, Taken]] = {}
    asked: dict[str, dict[int, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="kg-growth-") as folder:
        for times in options.times:
            run_steps = _steps if times <= LARGEST_DERIVED else _finished_steps
            for step, taken in run_steps(Path(folder) / str(times), times, options):
                steps.setdefault(step, {})[times] = taken
                print(f"{times:5} times  {step:34} {_cell(taken)}", file=sys.stderr, flush=True)
                if step.startswith("questions") and taken.output:
                    asked.setdefault(step, {})[times] = json.loads(taken.output.splitlines()[-1])[0]
            shutil.rmtree(Path(folder) / str(times))
            lines = [*_step_table(steps, options.times), "", *_question_table(asked, options.times)]
            if options.write:
                _write(lines)  # after each size: the next may take hours
    print("\n".join(lines))


def _write(lines: list[str]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    measured_part = "\n".join([BEGIN, "", _load_line(), "", *lines, "", END])
    PAGE.write_text(head + measured_part + rest.partition(END)[2], encoding="utf-8")


def _steps(folder: Path, times: int, options: argparse.Namespace) -> Iterator[tuple[str, Taken]]:
    limit, data, store = options.limit, folder / "data", folder / "store"
    folder.mkdir()
    write_many(data, times)
    yield "load, bare pyoxigraph", measured([sys.executable, "-c", BARE_LOAD, str(data), str(folder / "bare")], limit)
    if options.oxigraph:
        files = list(map(str, sorted(data.rglob("*.ttl"))))
        yield (
            "load, oxigraph command",
            measured([options.oxigraph, "load", "--location", str(folder / "cli"), "--file", *files], limit),
        )
    loaded = measured([KG, "load", str(data), "--store", str(store)], limit)
    yield "load and derive, kg load", loaded
    if loaded.wall is None:
        return
    quads, flat = folder / "all.nq", folder / "all.nt"
    subprocess.run([sys.executable, "-c", DUMP, str(store), str(quads), str(flat)], check=True)
    bare = measured([sys.executable, "-c", BARE_LOAD_ALL, str(quads), str(folder / "bare_all")], limit)
    yield "load, bare pyoxigraph (derived triples too)", bare
    yield "check, kg check", measured([KG, "check"], limit, KG_HOME=str(data), KG_NO_CACHE="1")
    rounds = "2" if times < 100 else "1"
    yield "questions, kg in memory", _asked(quads, rounds, limit)
    if times < 100:
        yield "questions, kg on disk", _asked(store, rounds, limit)
    else:
        yield "questions, kg on disk", _one_by_one(store, options.question_limit)
    if times in options.rdflib_times:
        yield "questions, rdflib", measured([sys.executable, "-c", ASK_RDFLIB, str(store)], limit)
    if options.maplib:
        yield "load, maplib (in memory)", measured([options.maplib, "-c", LOAD_MAPLIB, str(flat)], limit)
    if options.virtuoso:
        yield from _virtuoso_steps(folder, flat, options, int(rounds))


def _finished_steps(folder: Path, times: int, options: argparse.Namespace) -> Iterator[tuple[str, Taken]]:
    quads, bare, store = folder / "all.nq", folder / "bare_all", folder / "store"
    folder.mkdir()
    write_finished(quads, times)
    taken = measured([sys.executable, "-c", BARE_LOAD_ALL, str(quads), str(bare)], options.limit)
    yield "load, bare pyoxigraph (derived triples too)", taken
    shutil.rmtree(bare, ignore_errors=True)
    loaded = measured([KG, "load", str(quads), "--store", str(store)], options.limit)
    yield "load, kg load (derived triples too)", loaded
    if loaded.wall is not None:
        yield "questions, kg on disk", _one_by_one(store, options.question_limit)


def _asked(place: Path, rounds: str, limit: float, *names: str) -> Taken:
    """Ask all questions, or those named, in a process that is started as the workers of kg serve are."""
    large_pages = asked_for_graph(place, {}) or {}
    return measured([sys.executable, "-c", ASK, str(place), rounds, *names], limit, **large_pages)


def _one_by_one(store: Path, limit: float) -> Taken:
    """Ask each question in a process of its own; one that takes too long counts with the limit."""
    seconds: dict[str, float] = {}
    rows: dict[str, int] = {}
    wall, memory = 0.0, 0
    for question in list_questions():
        taken = _asked(store, "1", limit, question.name)
        wall += limit if taken.wall is None else taken.wall
        memory = max(memory, taken.memory or 0)
        if taken.wall is not None:
            one = json.loads(taken.output.splitlines()[-1])
            seconds |= one[0]
            rows |= one[1]
    return Taken(wall, None, memory, json.dumps([seconds, rows]), len(list_questions()) - len(seconds))


def _virtuoso_steps(folder: Path, flat: Path, options: argparse.Namespace, rounds: int) -> Iterator[tuple[str, Taken]]:
    with virtuoso.running(options.virtuoso, folder / "virtuoso", options.question_limit) as server:
        begin = time.perf_counter()
        server.load(flat)
        yield "load, Virtuoso (derived triples too)", Taken(time.perf_counter() - begin, None, server.memory())
        questions = list_questions()
        begin, (seconds, rows) = time.perf_counter(), server.ask(questions, rounds, options.question_limit)
        taken, missing = time.perf_counter() - begin, len(questions) - len(seconds)
        yield "questions, Virtuoso", Taken(taken, None, server.memory(), json.dumps([seconds, rows]), missing)


def _load_line() -> str:
    return f"Load of the machine when this was written: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors."


def _cell(taken: Taken | None) -> str:
    if taken is None:
        return "not run"
    if taken.wall is None:
        return "stopped"
    parts = [f"{taken.wall:.1f} s"]
    parts += [f"{taken.processor:.1f} s CPU"] if taken.processor is not None else []
    parts += [f"{taken.memory} MB"] if taken.memory is not None else []
    parts += [f"{taken.stopped} not answered"] if taken.stopped else []
    return ", ".join(parts)


def _slope(taken: dict[int, Taken], sizes: list[int]) -> str:
    """Say the power of N by which a step grew between the last two sizes it finished at; 1 is linear."""
    done = [(size, taken[size].processor or taken[size].wall) for size in sizes if size in taken and taken[size].wall]
    if len(done) < 2:
        return ""
    (small, before), (large, after) = done[-2:]
    assert before
    assert after
    return f"{math.log(after / before) / math.log(large / small):.2f}"


def _step_table(steps: dict[str, dict[int, Taken]], sizes: list[int]) -> list[str]:
    head = ["step", *(f"{size} times" for size in sizes), "slope"]
    lines = [_row(head), _row(["---"] * len(head))]
    for step, taken in steps.items():
        lines.append(_row([step, *(_cell(taken.get(size)) for size in sizes), _slope(taken, sizes)]))
    return lines


def _question_table(asked: dict[str, dict[int, dict[str, float]]], sizes: list[int]) -> list[str]:
    """Write the milliseconds of each question, the slowest first."""
    columns = [(step, size) for size in sizes for step in asked if size in asked[step]]
    head = ["question (ms)", *(f"{step.removeprefix('questions, ')}, {size} times" for step, size in columns)]
    lines = [_row(head), _row(["---", *["---:"] * len(columns)])]
    # One that was not reached at the last size stands by the time that it took before.
    known: dict[str, float] = {}
    for size in sizes:
        known |= asked.get("questions, kg in memory", {}).get(size, {})
    for name in sorted(known, key=lambda name: -known[name]):
        cells = [asked[step][size].get(name) for step, size in columns]
        lines.append(_row([name, *("" if cell is None else f"{cell * 1000:.1f}" for cell in cells)]))
    sums = [sum(asked[step][size].values()) for step, size in columns]
    return [*lines, _row(["all", *(f"{cell * 1000:.0f}" for cell in sums)])]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
