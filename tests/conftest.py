"""What several test files share."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from browser import launched
from export_reading import canonical
from kg.export_rdf import parts
from kg.site import build
from kg.store import Graph, load
from kg.tour import Tour, read_tour
from node_tools import COMUNICA, node_modules
from serving import Server, serving

# A slow machine is no fault of what is tested.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of Node's packages; pytest's workers, where there are several, share one."""
    return node_modules(_shared(tmp_path_factory) / "npm")


@pytest.fixture(scope="session")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder where Comunica is installed; it takes some 20 s and 113 MB."""
    folder = _shared(tmp_path_factory) / "comunica"
    node_modules(folder, COMUNICA)
    shutil.copy(COMUNICA / "ask.js", folder)
    return folder


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def axe(packages: Path) -> Path:
    """Give the script that finds what keeps people from using a page."""
    return packages / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the one browser of the session."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def loaded() -> Graph:
    """Give the graph of the project; tests only read it."""
    return load(cache=False)


@pytest.fixture(scope="session")
def exported(loaded: Graph) -> dict[str, list[ox.Triple]]:
    """Give the three parts of the graph that the exports write."""
    return parts(loaded)


@pytest.fixture(scope="session")
def canonical_parts(exported: dict[str, list[ox.Triple]]) -> dict[str, ox.Dataset]:
    """Give these parts in the form in which equal graphs are equal."""
    return {part: canonical(triples) for part, triples in exported.items()}


@pytest.fixture(scope="session")
def tour(loaded: Graph) -> Tour:
    """Give the guided tour of the project."""
    return read_tour(loaded)


@pytest.fixture(scope="session")
def site_folder(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the site of the project, built once for all of pytest's workers; tests only read it."""
    home = _shared(tmp_path_factory) / "site"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "built").exists():
            build(loaded, home / "built")
    return home / "built"


@pytest.fixture(scope="session")
def site_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run `kg serve` with the site of the project; a query is stopped after 3 s."""
    with serving(tmp_path_factory.mktemp("served"), "--timeout", "3", "--workers", "2") as running:
        yield running
