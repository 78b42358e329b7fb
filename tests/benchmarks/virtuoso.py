"""A Virtuoso server of its own for a benchmark: started in a scratch folder, ended with it."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from kg.questions import Question, prepared, settings
from kg.terms import PREFIXES

GRAPH = "urn:kg:benchmark"

INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 4
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
DirsAllowed = {allowed}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryCostEstimationTime = 100000
MaxQueryExecutionTime = {limit}
DefaultGraph = {graph}
"""


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[bytes], sql: int, http: int) -> None:
        self._process, self._sql, self._http = process, sql, http

    def load(self, path: Path) -> None:
        """Bulk-load N-Triples into the one graph."""
        statements = f"ld_dir('{path.parent}', '{path.name}', '{GRAPH}'); rdf_loader_run(); checkpoint;"
        isql = shutil.which("isql-vt") or "isql-vt"
        command = [isql, str(self._sql), "dba", "dba", f"exec={statements}"]
        subprocess.run(command, check=True, capture_output=True)

    def memory(self) -> int:
        """Tell the most memory that it has had, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024

    def ask(self, questions: list[Question], rounds: int, limit: float) -> tuple[dict[str, float], dict[str, int]]:
        """Ask each question over HTTP; what it refuses or does not finish is left out."""
        times, rows = {}, {}
        for question in questions:
            text = prepared(question.text, settings(question, {}))
            taken = []
            with contextlib.suppress(urllib.error.URLError, TimeoutError):
                for _ in range(rounds):
                    begin = time.perf_counter()
                    found = self._select(text, limit)
                    taken.append(time.perf_counter() - begin)
                times[question.name], rows[question.name] = min(taken), found
        return times, rows

    def _select(self, text: str, limit: float) -> int:
        missing = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items() if f"PREFIX {name}:" not in text)
        fields = {"query": missing + text, "default-graph-uri": GRAPH}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._http}/sparql",
            urllib.parse.urlencode(fields).encode(),
            {"Accept": "application/sparql-results+json"},
        )
        with urllib.request.urlopen(request, timeout=limit) as answer:
            return len(json.load(answer)["results"]["bindings"])


@contextlib.contextmanager
def running(program: str, folder: Path, limit: float = 60) -> Iterator[Server]:
    """Start a server in a new folder and end it."""
    folder.mkdir()
    sql, http = _free_port(), _free_port()
    ini = folder / "virtuoso.ini"
    limits = {"limit": int(limit), "graph": GRAPH}
    ini.write_text(INI.format(folder=folder, allowed=folder.parent, sql=sql, http=http, **limits), "utf-8")
    process = subprocess.Popen(
        [program, "+foreground", "+configfile", str(ini)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        _wait(http, process)
        yield Server(process, sql, http)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("virtuoso-t did not start; see its log")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise RuntimeError("virtuoso-t does not answer")
