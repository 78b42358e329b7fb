"""Time whole processes, side by side in one run: `kg` against bare scripts that do the same work.

    python tests/benchmarks/cold_start.py [ROUNDS]

1. `kg query reported_values --format csv` against a script that loads the same asserted and derived triples with
   pyoxigraph and runs the same query (aim: at most 1.3 times its time), and against rdflib doing so (aim: at least
   5 times faster).
2. `kg --help` against `python -c pass` (aim: at most 3 times its time).

The rounds alternate, so that a busy moment of the machine hits all; the medians are compared. The answers of all three
engines are compared too: a fast wrong answer is none.
"""

from __future__ import annotations

import csv
import io
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg.files import default_files
from kg.store import load

KG = Path(sys.executable).with_name("kg")

BARE = """
import csv, sys, pyoxigraph as ox
store = ox.Store()
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
answer = store.query(open(sys.argv[2], encoding="utf-8").read(), use_default_graph_as_union=True)
writer = csv.writer(sys.stdout, lineterminator="\\n")
writer.writerow([variable.value for variable in answer.variables])
writer.writerows(["" if term is None else term.value for term in row] for row in answer)
"""

RDFLIB = """
import csv, sys, rdflib, warnings
warnings.simplefilter("ignore")
data = rdflib.Dataset(default_union=True)
data.parse(sys.argv[1], format="nquads")
answer = data.query(open(sys.argv[2], encoding="utf-8").read())
writer = csv.writer(sys.stdout, lineterminator="\\n")
writer.writerow([str(variable) for variable in answer.vars])
writer.writerows(["" if term is None else str(term) for term in row] for row in answer)
"""


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        quads = Path(folder) / "graph.nq"
        load().store.dump(str(quads), format=_n_quads())
        question = default_files().queries / "questions" / "reported_values.rq"
        commands = {
            "kg query reported_values": [str(KG), "query", "reported_values", "--format", "csv"],
            "bare pyoxigraph": [sys.executable, "-c", BARE, str(quads), str(question)],
            "bare rdflib": [sys.executable, "-c", RDFLIB, str(quads), str(question)],
            "kg --help": [str(KG), "--help"],
            "python -c pass": [sys.executable, "-c", "pass"],
        }
        answers = {name: subprocess.run(run, capture_output=True, check=True).stdout for name, run in commands.items()}
        _same_rows([answers[name] for name in list(commands)[:3]])
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            for name, run in commands.items():
                times[name].append(_seconds(run))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, taken in times.items():
        print(f"{name:28} {min(taken):7.3f} {medians[name]:7.3f} {max(taken):7.3f}  s (least, median, most)")
    _ratio(medians, "kg query reported_values", "bare pyoxigraph", "aim: at most 1.3")
    _ratio(medians, "bare rdflib", "kg query reported_values", "aim: at least 5")
    _ratio(medians, "kg --help", "python -c pass", "aim: at most 3")


def _n_quads() -> object:
    from pyoxigraph import RdfFormat

    return RdfFormat.N_QUADS


def _seconds(run: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(run, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def _same_rows(answers: list[bytes]) -> None:
    tables = [sorted(csv.reader(io.StringIO(answer.decode()))) for answer in answers]
    if any(table != tables[0] for table in tables):
        sys.exit("the engines answer differently: no times")


def _ratio(medians: dict[str, float], this: str, that: str, aim: str) -> None:
    print(f"{this} takes {medians[this] / medians[that]:.2f} times as long as {that} ({aim})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
