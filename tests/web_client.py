"""What the tests of the web services share: a client of the whole application over a real worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pyoxigraph as ox
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from kg.pool import Limits, Pool
from kg.reconcile import read_names
from kg.store import Graph
from kg.web_app import Service, app


@contextmanager
def client(graph: Graph, folder: Path, pages: Mapping[str, str] | None = None) -> Iterator[TestClient]:
    """Serve a graph from one worker; a fault that the application does not know ends the test."""
    data = folder / "graph.nq"
    graph.store.dump(str(data), format=ox.RdfFormat.N_QUADS)
    pool = Pool(data, Limits(workers=1))
    service = Service(pool, graph.files, pages=pages or {}, names=read_names(graph))

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        await pool.start()
        yield
        await pool.close()

    made = Starlette(routes=[Mount("/", app(service))], lifespan=running)
    with TestClient(made, follow_redirects=False) as asked:
        yield asked
