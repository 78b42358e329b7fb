"""Real SPARQL servers on loopback, a proxy that breaks connections off, and a server that misbehaves."""

from __future__ import annotations

import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
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


@contextmanager
def deaf_port() -> Iterator[int]:
    """Hold a port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def _free_port() -> int:
    with deaf_port() as port:
        return port


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Server]:
    """Run the oxigraph of PyPI, its store in memory."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        pytest.fail('oxigraph is missing: pip install "xpo1-kg[test]"')

    def command(port: int) -> list[str]:
        return [program, "serve", "--bind", f"127.0.0.1:{port}", *options]

    with _running(command, folder, "query") as address:
        yield Server("oxigraph", address)


@contextmanager
def virtuoso(folder: Path, rows: int = 1_000_000) -> Iterator[Server]:
    """Run Debian's Virtuoso on a new database."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.fail("virtuoso-t is missing: apt-get install virtuoso-opensource-7-bin, as tests/run.sh does")

    def command(port: int) -> list[str]:
        (folder / "kg.ini").write_text(VIRTUOSO_INI.format(sql=_free_port(), http=port, rows=rows), encoding="ascii")
        return [program, "+configfile", "kg.ini", "+foreground"]

    with _running(command, folder, "sparql") as address:
        yield Server("virtuoso", address, "dba", "dba")


SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso}


@contextmanager
def _running(command: Callable[[int], list[str]], folder: Path, path: str) -> Iterator[str]:
    """Run a server and end it, whatever happens between; should a port be taken meanwhile, others are tried."""
    with (folder / "server.log").open("wb") as log:
        for _ in range(3):
            port = _free_port()
            address = f"http://127.0.0.1:{port}/{path}"
            process = subprocess.Popen(command(port), cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            try:
                if _answers(process, f"{address}?query=ASK%7B%7D"):
                    yield address
                    return
            finally:
                process.kill()
                process.wait()
    pytest.fail(f"no server came up: {(folder / 'server.log').read_text(errors='replace')[-500:]}")


def _answers(process: subprocess.Popen[bytes], address: str) -> bool:
    """Wait until a server answers; it does not if it has ended."""
    for _ in range(600):
        if process.poll() is not None:
            return False
        try:
            with urlopen(address, timeout=5):
                return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False


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
        try:
            yield address.replace(f"{host}:{port}", f"127.0.0.1:{proxy.server_address[1]}")
        finally:
            proxy.shutdown()


class Canned(NamedTuple):
    """What a misbehaving server says: status, headers, body, and how long it waits before the body."""

    code: int
    headers: Mapping[str, str]
    body: bytes
    wait: float = 0


JSON = {"Content-Type": "application/sparql-results+json"}
YES = Canned(200, JSON, b'{"head":{},"boolean":true}')


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
        try:
            yield f"http://127.0.0.1:{server.server_port}/sparql", asked
        finally:
            ended.set()
            server.shutdown()
