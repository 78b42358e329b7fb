"""What several test files share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser import launched
from kg.site import build
from kg.store import Graph, load
from kg.tour import Tour, read_tour
from node_tools import COMUNICA, node_modules


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
def tour(loaded: Graph) -> Tour:
    """Give the guided tour of the project."""
    return read_tour(loaded)


@pytest.fixture(scope="session")
def site_folder(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the site of the project, built once."""
    folder = tmp_path_factory.mktemp("site") / "built"
    build(loaded, folder)
    return folder
