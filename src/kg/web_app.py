"""The web application: a built site, the endpoint and what stands beside it, under headers that let a page do little.

A browser may load only what this server sends, and no page here may stand in another's frame; so even a label that
got past the templates could run nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from kg import __version__, web_entity, web_questions, web_reconcile, web_sparql
from kg.files import Files
from kg.pool import Pool, RefusalError
from kg.service_description import description
from kg.site_page import POLICY
from kg.site_query import PAGE, QUERY_POLICY
from kg.web_answer import refused
from kg.web_log import RequestLog

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg.reconcile import Names

__all__ = ["HEADERS", "Service", "app"]


def _policy(page: str) -> str:
    """Keep a page out of frames; a form may be sent here and nowhere else: the endpoint's own page has one."""
    return page.replace("form-action 'none'", "form-action 'self'") + "; frame-ancestors 'none'"


HEADERS = {
    "Content-Security-Policy": _policy(POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # a browser asks each time, and is told by ETag that nothing changed
}

# The one page that brings an engine of its own may run it.
_QUERY_HEADERS = {**HEADERS, "Content-Security-Policy": _policy(QUERY_POLICY)}

_FAULTS = {
    404: ("No such page", "There is no page at this address."),
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


# ---- what is served


class Service(NamedTuple):
    """What a server offers.

    Who answers queries, where the saved ones are, a built site or none, a description as Turtle, the site's pages by
    CURIE, and what things are called.
    """

    pool: Pool
    files: Files
    site: Path | None = None
    about: bytes = b""
    pages: Mapping[str, str] = MappingProxyType({})
    names: Names | None = None


def app(service: Service) -> Starlette:
    """Make the web application: the site, the endpoint at `/sparql`, and `/health` for whoever watches over it."""
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
    site = StaticFiles(directory=service.site, html=True) if service.site else None
    routes.append(web_entity.route(pool, service.pages, site))
    if service.names:
        routes += web_reconcile.routes(service.names)
    routes.append(Mount("/", site) if site else Route("/", _to_endpoint))
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
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pool = service.pool
    made = Environment(loader=PackageLoader("kg", "web"), autoescape=True, undefined=StrictUndefined)
    told = {"graphs": sorted(pool.graphs), "triples": pool.triples, "limits": pool.limits, "services": pool.services}
    return made.get_template("service.html.j2").render(address=address, site=service.site, **told).encode()


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
                MutableHeaders(scope=message).update(_QUERY_HEADERS if scope["path"] == f"/{PAGE}" else HEADERS)
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
    if fault.status_code == 405:
        # The files of the site say nothing of methods; they are only read.
        allowed = (fault.headers or {}).get("Allow", "GET, HEAD")
        title, words = "Another method", f"This address takes only {' and '.join(sorted(allowed.split(', ')))}."
    return HTMLResponse(_FAULT_PAGE.format(title=title, words=words), fault.status_code, fault.headers)
