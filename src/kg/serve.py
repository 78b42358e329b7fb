"""The site on this machine, over HTTP: what `kg build` writes, served with headers that let a page do little.

A browser may load only what this server sends, and no page here may stand in another's frame; so even a label that
got past the templates could run nothing.
"""

from __future__ import annotations

import logging
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from kg import __version__
from kg.errors import KgError, MissingExtraError, UsageError
from kg.site_page import POLICY

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg.store import Graph

__all__ = ["HEADERS", "app", "serve"]

HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # a browser asks each time, and is told by ETag that nothing changed
}

_FAULTS = {
    404: ("No such page", "There is no page at this address."),
    405: ("Only reading", "This address can only be read, with GET or HEAD."),
}
_FAULT_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>{title}</title>
</head>
<body><main><h1>{title}</h1><p>{words} <a href="/">To the first page</a></p></main></body>
</html>
"""
_GRACE = 2  # seconds that open connections get to finish, once the server is to end


# ---- what is served


def app(folder: Path) -> Starlette:
    """Make the web application that serves a built site, and `/health` for whoever watches over it.

    Raises:
        MissingExtraError: the extra `[serve]` is not installed.
    """
    _need_extra()
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    return Starlette(
        routes=[Route("/health", _health), Mount("/", StaticFiles(directory=folder, html=True))],
        middleware=[Middleware(_StrictHeaders), Middleware(GZipMiddleware)],
        exception_handlers={HTTPException: _fault},
    )


class _StrictHeaders:
    """Put the headers on every answer."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import MutableHeaders

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.inner(scope, receive, send_with_headers)


async def _health(request: Request) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse({"status": "ok", "version": __version__})


async def _fault(request: Request, fault: Exception) -> Response:
    from starlette.exceptions import HTTPException
    from starlette.responses import HTMLResponse

    assert isinstance(fault, HTTPException)  # nothing else is sent here
    title, words = _FAULTS.get(fault.status_code, (fault.detail, "This address cannot be read."))
    return HTMLResponse(_FAULT_PAGE.format(title=title, words=words), fault.status_code, fault.headers)


# ---- serving


def serve(read_graph: Callable[[], Graph], host: str, port: int, announce: Callable[[str], object]) -> None:
    """Build the site once and serve it until the process is interrupted.

    Args:
        read_graph: gives what the site shows; called once the address is known to be free.
        host: a name or an address of this machine.
        port: 0 for any that is free.
        announce: is told the address when the site can be read.

    Raises:
        MissingExtraError: the extra `[serve]` is not installed.
        UsageError: the port is no port.
        KgError: nothing can listen there, or the site cannot be built.
    """
    _need_extra()
    with _listen(host, port) as listener, tempfile.TemporaryDirectory(prefix="kg-serve-") as scratch:
        from kg.site import build

        signal.signal(signal.SIGTERM, _end)
        folder = Path(scratch) / "site"
        build(read_graph(), folder)
        announce(_address(listener))
        _run(app(folder), listener)


def _end(number: int, _: FrameType | None) -> NoReturn:
    """End in good order, so that the folder of the site goes too."""
    raise SystemExit(128 + number)


def _need_extra() -> None:
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as missing:
        raise MissingExtraError('serving needs a web server: pip install "xpo1-kg[serve]"') from missing


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: a port is a number from 0 to 65535")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except (OSError, UnicodeError) as fault:
        said = getattr(fault, "strerror", None) or "no such host"
        reason = said.partition(" (while")[0]  # socket appends the address once more
        raise KgError(f"cannot listen on {host} port {port}: {reason}; choose others with --host and --port") from fault


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _run(application: Starlette, listener: socket.socket) -> NoReturn:
    """Answer until a signal comes; uvicorn finishes what it is at and then raises the signal once more."""
    import uvicorn

    config = uvicorn.Config(
        application, log_level="warning", server_header=False, lifespan="off", timeout_graceful_shutdown=_GRACE
    )

    class Ending(uvicorn.Server):
        """A server that cuts off who still does not read after the grace; uvicorn's own end would wait for them."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            for connection in list(self.server_state.connections):
                transport: Any = getattr(connection, "transport", None)
                if transport is not None:
                    transport.abort()

    server = Ending(config)
    # That somebody is cut off is no fault to report.
    logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
    try:
        server.run(sockets=[listener])
    except ConnectionError:
        if not server.should_exit:
            raise
    # It comes back only when it was told to end; uvicorn does not always raise the interrupt once more.
    raise KeyboardInterrupt
