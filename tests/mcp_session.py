"""`kg mcp` as a process of its own, asked by the protocol's own client."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent

from command import RUN

COMMAND = ["-c", RUN, "mcp"]


class Session(NamedTuple):
    portal: BlockingPortal
    client: Client
    marker: str

    def call(self, tool: str, **arguments: object) -> CallToolResult:
        async def called() -> CallToolResult:
            return await self.client.call_tool(tool, arguments)

        return self.portal.call(called)

    def answer(self, tool: str, **arguments: object) -> dict[str, Any]:
        """Call a tool that is expected to answer; the structure comes back."""
        got = self.call(tool, **arguments)
        assert not got.is_error, got.content
        assert isinstance(got.structured_content, dict)
        return got.structured_content

    def refusal(self, tool: str, **arguments: object) -> str:
        """Call a tool that is expected to refuse; its words come back."""
        got = self.call(tool, **arguments)
        assert got.is_error
        [block] = got.content
        assert isinstance(block, TextContent)
        return block.text

    def processes(self, name: str = "") -> list[int]:
        return living(self.marker, name)


def environment(marker: str, more: Mapping[str, str] = {}) -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PYTHONPATH", "XDG_CACHE_HOME", "TMPDIR") if key in os.environ}
    return {**kept, "KG_TEST_MARKER": marker, **more}


@contextmanager
def session(*options: str, **more: str) -> Iterator[Session]:
    """Start a server and hold one session with it; `more` is put into its environment."""
    marker = uuid.uuid4().hex
    server = StdioServerParameters(command=sys.executable, args=[*COMMAND, *options], env=environment(marker, more))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(stdio_client(server))) as client,
    ):
        yield Session(portal, client, marker)


def living(marker: str, name: str = "") -> list[int]:
    """List the processes that were started with a marker in their environment and run a module of that name."""
    pids = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    mark = f"KG_TEST_MARKER={marker}".encode()
    return [pid for pid in pids if mark in _told(pid, "environ") and name.encode() in _told(pid, "cmdline")]


def none_left(marker: str) -> bool:
    """Wait until all processes with a marker have ended."""
    return soon(lambda: not living(marker))


def gone(pids: Iterable[int]) -> bool:
    """Wait until these processes have ended and whoever started them knows; before that they still look alive to it."""
    return soon(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def _told(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:  # it ended, or is another user's
        return b""


def soon(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, at most a minute."""
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()
