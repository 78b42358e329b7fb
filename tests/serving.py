"""`kg serve` as a process of its own, for the tests that ask it over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox

from command import KG


class Answer(NamedTuple):
    code: int
    headers: HTTPMessage
    body: bytes

    @property
    def words(self) -> str:
        return self.body.decode()

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()


class Server(NamedTuple):
    process: subprocess.Popen[str]
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Send a path as it is written: nothing on the way makes it tidy."""
        return self.send(path, method, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def send(self, path: str, method: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            got = connection.getresponse()
            return Answer(got.status, got.headers, got.read())
        finally:
            connection.close()

    def query(self, text: str, *more: tuple[str, str], **headers: str) -> Answer:
        """Ask by GET, with further parameters."""
        return self.ask(f"/sparql?{urlencode([('query', text), *more])}", **headers)

    def workers(self) -> int:
        """Count those that live, as the server itself does."""
        return int(json.loads(self.ask("/health").body)["workers"])

    def logged(self, identity: str) -> dict[str, Any]:
        """Wait for the line about a request; it is written once the answer has left."""
        for _ in range(100):
            text = self.log.read_text(encoding="utf-8")
            lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
            found = [line for line in lines if line["request"] == identity]
            if found:
                return dict(found[0])
            time.sleep(0.1)
        raise AssertionError(f"no line about {identity}")

    def faults(self, workers: int) -> list[str]:
        """Say what is wrong with the server after whatever it had to bear: workers that are gone, faults of its own."""
        found = []
        for _ in range(100):  # the one that a query ended is replaced within a moment
            if self.workers() == workers:
                break
            time.sleep(0.2)
        else:
            found.append(f"{self.workers()} of {workers} workers live")
        answer = self.query("ASK {}")
        if answer.code != 200:
            found.append(f"a plain query is answered with {answer.code} {answer.words}")
        text = self.log.read_text(encoding="utf-8")
        return found + [f"{line[:200]} {line[-300:]}" for line in text.splitlines() if "Traceback" in line]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """Start the command with its temporary files in a folder, and its log beside."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    log = folder.with_suffix(".log")
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [*KG, "serve", "--port", "0", *options], env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            port = said.partition("127.0.0.1:")[2].partition("/")[0]
            address = f"http://127.0.0.1:{port}/"
            assert said == f"serving {address} until Ctrl-C; SPARQL at {address}sparql\n", said + log.read_text()
            yield Server(process, int(port), log)
        finally:
            process.kill()


def stored(folder: Path, quads: Iterable[ox.Quad], empty: Iterable[str] = ()) -> Path:
    """Make a persistent store, with empty graphs too."""
    store = ox.Store(folder)
    store.bulk_extend(quads)
    for name in empty:
        store.add_graph(ox.NamedNode(name))
    store.flush()
    return folder
