"""Serving on this machine: the address is taken, the site built, the workers started, and all ended in good order."""

from __future__ import annotations

import logging
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from kg.errors import KgError, MissingExtraError, UsageError
from kg.files import default_files
from kg.pool import Limits, Pool, refuse_limits

if TYPE_CHECKING:
    from kg.store import Graph
    from kg.web_app import Service

__all__ = ["Settings", "serve"]

_GRACE = 2  # seconds that open connections get to finish, once the server is to end


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
    refuse_limits(settings.limits)
    from kg.web_app import Service

    with _listen(settings.host, settings.port) as listener, tempfile.TemporaryDirectory(prefix="kg-serve-") as scratch:
        signal.signal(signal.SIGTERM, _end)
        if settings.store:
            if not settings.store.is_dir():
                raise KgError(f"--store {settings.store}: no store is there; make one with kg load")
            # Resolved: a later load puts another store in its place, and workers of one server must agree.
            service = Service(Pool(settings.store.resolve(), settings.limits, settings.services), default_files())
        else:
            service = _prepared(read_graph(), Path(scratch), settings)
        _run(service, listener, lambda: announce(_address(listener)))


def _prepared(graph: Graph, scratch: Path, settings: Settings) -> Service:
    """Write down what the workers load and what browsers read."""
    import pyoxigraph as ox

    from kg.export_void import void
    from kg.reconcile import read_names
    from kg.site import build
    from kg.site_page import address, script_data
    from kg.site_query import ENDPOINT
    from kg.site_things import read_things
    from kg.web_app import Service

    build(graph, scratch / "site")
    (scratch / "site" / ENDPOINT).write_text(script_data("kgQueryServer", "sparql"), encoding="utf-8")
    graph.store.dump(scratch / "graph.nq", format=ox.RdfFormat.N_QUADS)
    about = void(graph).files["void.ttl"]
    pool = Pool(scratch / "graph.nq", settings.limits, settings.services)
    pages = {name: address(name) for name in read_things(graph)}
    return Service(pool, graph.files, scratch / "site", about.encode(), pages, read_names(graph))


def _end(number: int, _: FrameType | None) -> NoReturn:
    """End in good order, so that the folder of the site goes too."""
    raise SystemExit(128 + number)


def _need_extra() -> None:
    try:
        import mimeparse  # noqa: F401
        import rapidfuzz  # noqa: F401
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

    from kg.web_app import app

    config = uvicorn.Config(
        app(service),
        log_level="error",
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_GRACE,
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
