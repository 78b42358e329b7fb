"""What several test files share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from node_tools import node_modules


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of Node's packages; pytest's workers, where there are several, share one."""
    base = tmp_path_factory.getbasetemp()
    return node_modules((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "npm")


@pytest.fixture(scope="session")
def axe(packages: Path) -> Path:
    """Give the script that finds what keeps people from using a page."""
    return packages / "axe-core" / "axe.min.js"
