"""The site on this machine, over HTTP: what `kg build` writes, served with headers that let a page do little.

A browser may load only what this server sends, and no page here may stand in another's frame; so even a label that
got past the templates could run nothing.
"""

from __future__ import annotations

import logging
import signal
import socket
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from kg import __version__, web_entity, web_questions, web_sparql
from kg.errors import KgError, MissingExtraError, UsageError
from kg.files import Files, default_files
from kg.pool import Limits, Pool, RefusalError
from kg.service_description import description
from kg.site_page import POLICY
from kg.web_answer import refused
from kg.web_log import RequestLog

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg.store import Graph

__all__ = ["HEADERS", "Service", "Settings", "app", "serve"]

HEADERS = {
    # A form may be sent here and nowhere else: the endpoint's own page has one.
    "Content-Security-Policy": POLICY.replace("form-action 'none'", "form-action 'self'") + "; frame-ancestors 'none'",
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
# The data are public and only to be read, so every page of every host may read them.
_ANY_ORIGIN: Any = {
    "allow_origins": ["*"],
    "allow_methods": ["GET", "HEAD", "POST"],
    "allow_headers": ["*"],
    "expose_headers": ["ETag", "Retry-After", "X-Request-Id"],
    "max_age": 86400,
}
_GRACE = 2  # seconds that open connections get to finish, once the server is to end


# ---- what is served


class Service(NamedTuple):
    """What a server offers.

    Who answers queries, where the saved ones are, a built site or none, a description as Turtle, and the site's pages
    by CURIE.
    """

    pool: Pool
    files: Files
    site: Path | None = None
    about: bytes = b""
    pages: Mapping[str, str] = MappingProxyType({})


def app(service: Service) -> Starlette:
    """Make the web application: the site, the endpoint at `/sparql`, and `/health` for whoever watches over it.

    Raises:
        MissingExtraError: the extra `[serve]` is not installed.
    """
    _need_extra()
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    pool = service.pool
    routes: list[BaseRoute] = [Route("/health", _health(pool)), web_sparql.route(pool, _describer(service))]
    routes += web_questions.routes(pool, service.files)
    routes.append(web_entity.route(pool, service.pages, styled=service.site is not None))
    if service.site:
        routes.append(Mount("/", StaticFiles(directory=service.site, html=True)))
    else:
        routes.append(Route("/", _to_endpoint))
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(_StrictHeaders),
            Middleware(RequestLog),
            Middleware(CORSMiddleware, **_ANY_ORIGIN),
            Middleware(GZipMiddleware, compresslevel=5),
        ],
        exception_handlers={HTTPException: _fault, RefusalError: refused},
    )


def _describer(service: Service) -> Callable[[str, str], bytes]:
    @lru_cache(maxsize=16)  # one per media type, and some for whoever invents host names
    def describe(address: str, media_type: str) -> bytes:
        pool = service.pool
        if media_type == "text/html":
            return _page(service, address)
        return description(address, media_type, pool.graphs, pool.triples, service.about)

    return describe


def _page(service: Service, address: str) -> bytes:
    from jinja2 import Environment, PackageLoader

    pool = service.pool
    template = Environment(loader=PackageLoader("kg", "web"), autoescape=True).get_template("service.html.j2")
    told = {"graphs": sorted(pool.graphs), "triples": pool.triples, "limits": pool.limits, "services": pool.services}
    return template.render(address=address, site=service.site, **told).encode()


async def _to_endpoint(request: Request) -> Response:
    from starlette.responses import RedirectResponse

    return RedirectResponse("/sparql", 303)


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


def _health(pool: Pool) -> Callable[[Request], Awaitable[Response]]:
    async def health(request: Request) -> Response:
        from starlette.responses import JSONResponse

        alive = len(pool.pids)
        told = {"status": "ok" if alive else "no worker", "version": __version__, "workers": alive}
        return JSONResponse({**told, "triples": pool.triples}, 200 if alive else 503)

    return health


async def _fault(request: Request, fault: Exception) -> Response:
    from starlette.exceptions import HTTPException
    from starlette.responses import HTMLResponse

    assert isinstance(fault, HTTPException)  # nothing else is sent here
    title, words = _FAULTS.get(fault.status_code, (fault.detail, "This address cannot be read."))
    return HTMLResponse(_FAULT_PAGE.format(title=title, words=words), fault.status_code, fault.headers)


# ---- serving


class Settings(NamedTuple):
    """Where to listen, what a query may take, which hosts it may call, and a persistent store to serve instead."""

    host: str = "127.0.0.1"
    port: int = 8000
    limits: Limits = Limits()
    services: tuple[str, ...] = ()
    store: Path | None = None


def serve(read_graph: Callable[[], Graph], settings: Settings, announce: Callable[[str], object]) -> None:
    """Build the site once and serve it, with the endpoint, until the process is interrupted.

    Args:
        read_graph: gives what is served; called once the address is known to be free, and not for a store.
        settings: where, and within which limits; port 0 is any that is free.
        announce: is told the address when everything can be read.

    Raises:
        MissingExtraError: the extra `[serve]` is not installed.
        UsageError: the port is no port, or a limit no limit.
        KgError: nothing can listen there, the site cannot be built, or the store cannot be opened.
    """
    _need_extra()
    _refuse_limits(settings.limits)
    with _listen(settings.host, settings.port) as listener, tempfile.TemporaryDirectory(prefix="kg-serve-") as scratch:
        signal.signal(signal.SIGTERM, _end)
        if settings.store:
            if not settings.store.is_dir():
                raise KgError(f"--store {settings.store}: no store is there; make one with kg load")
            service = Service(Pool(settings.store, settings.limits, settings.services), default_files())
        else:
            service = _prepared(read_graph(), Path(scratch), settings)
        _run(service, listener, lambda: announce(_address(listener)))


def _prepared(graph: Graph, scratch: Path, settings: Settings) -> Service:
    """Write down what the workers load and what browsers read."""
    import pyoxigraph as ox

    from kg.export_void import void
    from kg.site import build
    from kg.site_page import address
    from kg.site_things import read_things

    build(graph, scratch / "site")
    graph.store.dump(scratch / "graph.nq", format=ox.RdfFormat.N_QUADS)
    about = void(graph).files["void.ttl"]
    pool = Pool(scratch / "graph.nq", settings.limits, settings.services)
    pages = {name: address(name) for name in read_things(graph)}
    return Service(pool, graph.files, scratch / "site", about.encode(), pages)


def _refuse_limits(limits: Limits) -> None:
    for name, value in limits._asdict().items():
        if value <= 0 and name != "queue":
            raise UsageError(f"{name} {value:g}: give a number above 0")


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


def _run(service: Service, listener: socket.socket, ready: Callable[[], object]) -> NoReturn:
    """Answer until a signal comes; uvicorn finishes what it is at and then raises the signal once more."""
    import uvicorn

    config = uvicorn.Config(
        app(service), log_level="warning", server_header=False, lifespan="off", timeout_graceful_shutdown=_GRACE
    )

    class Ending(uvicorn.Server):
        """A server that cuts off who still does not read after the grace; uvicorn's own end would wait for them."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await service.pool.start()
            await super().startup(sockets)
            ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            await service.pool.close()
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
