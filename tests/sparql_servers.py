"""Real SPARQL servers on loopback, a proxy that breaks connections off, and a server that misbehaves."""

from __future__ import annotations

import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import pytest

# What is not said here stands at Virtuoso's own defaults; rows of an answer are not cut off.
VIRTUOSO_INI = """
[Database]
DatabaseFile = kg.db
ErrorLogFile = kg.log
LockFile = kg.lck
TransactionFile = kg.trx
xa_persistent_file = kg.pxa
[TempDatabase]
DatabaseFile = kg-temp.db
TransactionFile = kg-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
"""


class Server(NamedTuple):
    """A running server: where it answers queries, and the user and password that may change its data."""

    name: str
    query: str
    user: str = ""
    password: str = ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Server]:
    """Run the oxigraph of PyPI, its store in memory."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        pytest.fail('oxigraph is missing: pip install "xpo1-kg[test]"')
    port = free_port()
    with _running([program, "serve", "--bind", f"127.0.0.1:{port}", *options], folder):
        _await(f"http://127.0.0.1:{port}/query?query=ASK%7B%7D")
        yield Server("oxigraph", f"http://127.0.0.1:{port}/query")


@contextmanager
def virtuoso(folder: Path, rows: int = 1_000_000) -> Iterator[Server]:
    """Run Debian's Virtuoso on a new database."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.fail("virtuoso-t is missing: apt-get install virtuoso-opensource-7-bin, as tests/run.sh does")
    port = free_port()
    (folder / "kg.ini").write_text(VIRTUOSO_INI.format(sql=free_port(), http=port, rows=rows), encoding="ascii")
    with _running([program, "+configfile", "kg.ini", "+foreground"], folder):
        _await(f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D")
        yield Server("virtuoso", f"http://127.0.0.1:{port}/sparql", "dba", "dba")


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    """Run a server and end it, whatever happens between."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.kill()
            process.wait()


def _await(address: str) -> None:
    for _ in range(600):
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"no server came up at {address}")


@contextmanager
def breaking_proxy(address: str, after: int) -> Iterator[str]:
    """Forward to a server, and hang up on a client once it has sent so many bytes."""
    host, port = address.split("/")[2].split(":")

    class Forward(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((host, int(port))) as far:
                answers = threading.Thread(target=self._answer, args=(far,))
                answers.start()
                sent = 0
                while sent < after and (part := self.request.recv(1 << 14)):
                    far.sendall(part)
                    sent += len(part)
                for end in (far, self.request):
                    try:
                        end.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        continue  # the other side has hung up already
                answers.join()

        def _answer(self, far: socket.socket) -> None:
            try:
                while part := far.recv(1 << 14):
                    self.request.sendall(part)
            except OSError:
                return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Forward) as proxy:
        proxy.daemon_threads = True
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield address.replace(f"{host}:{port}", f"127.0.0.1:{proxy.server_address[1]}")
        proxy.shutdown()


class Canned(NamedTuple):
    """What a misbehaving server says: status, headers, body, and how long it waits before the body."""

    code: int
    headers: Mapping[str, str]
    body: bytes
    wait: float = 0


@contextmanager
def misbehaving(answers: list[Canned]) -> Iterator[tuple[str, list[str]]]:
    """Serve canned answers one after the other, the last one for ever; the methods asked with are listed."""
    asked: list[str] = []
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            canned = answers[min(len(asked), len(answers) - 1)]
            asked.append(self.command)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(canned.code)
            for name, value in {"Content-Length": str(len(canned.body)), **canned.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            ended.wait(canned.wait)
            self.wfile.write(canned.body)

        do_GET = do_PUT = do_POST  # noqa: N815  # the names that the standard library calls

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who waits no longer has hung up
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql", asked
        ended.set()
        server.shutdown()
