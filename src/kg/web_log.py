"""One line of JSON for each request, with an id that the answer carries too."""

from __future__ import annotations

import json
import re
import sys
import time
import traceback
import uuid
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RequestLog"]

# An id from a proxy is kept, if it is one.
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_MOST_PATH = 200
_LOST = 499  # as proxies write it: nobody was there to answer


class RequestLog:
    """Log each request as it ends; a fault of ours becomes a 500 that says nothing but the id.

    The line tells when, the id, method, path, status, bytes and milliseconds; never the query string, for it is the
    asker's, nor a header.
    """

    def __init__(self, inner: ASGIApp, output: IO[str] | None = None) -> None:
        self.inner = inner
        self.output = output

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and write down what became of it."""
        if scope["type"] == "http":
            await self._logged(scope, receive, send)
        else:
            await self.inner(scope, receive, send)

    async def _logged(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.requests import ClientDisconnect

        given = dict(scope["headers"]).get(b"x-request-id", b"")
        identity = given.decode() if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        told = {"status": 0, "bytes": 0}
        begun = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", identity.encode())]
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
            try:
                await send(message)
            except Exception:
                told["status"] = _LOST
                raise

        fault = ""
        try:
            await self.inner(scope, receive, noting)
        except ClientDisconnect:  # in the middle of its own request
            told["status"] = _LOST
        except Exception:  # noqa: BLE001 - whatever it was, it is written down and the server goes on
            if told["status"] != _LOST:  # the server has cut off who breaks off the middle of a body
                fault = traceback.format_exc()
            if not told["status"]:
                await _failed(identity, noting)
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request": identity,
            "method": scope["method"],
            "path": scope["path"][:_MOST_PATH],
            **told,
            "ms": round((time.perf_counter() - begun) * 1000, 1),
        }
        self._write({**line, "fault": fault} if fault else line)

    def _write(self, line: dict[str, Any]) -> None:
        print(json.dumps(line), file=self.output or sys.stderr, flush=True)


async def _failed(identity: str, send: Send) -> None:
    words = f"the server failed at this request; its log tells why under {identity}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": words})
