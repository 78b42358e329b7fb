"""The figures of the documents are what the graph and the imports say."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import networkx as nx
import pytest

from kg.store import Graph

DOCS = Path(__file__).parents[1] / "docs"
AGAIN = "draw them again: python docs/figures.py"


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    """Load the script that draws the figures."""
    spec = importlib.util.spec_from_file_location("figures", DOCS / "figures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["figures"] = module
    spec.loader.exec_module(module)
    return module


def test_figures_and_table_are_up_to_date(figures: ModuleType) -> None:
    """Drawn again, every file comes out as it is kept, and is an SVG where it says so."""
    made: dict[Path, str] = figures.figures()
    assert [path.name for path in made] == ["measured.svg", "claimed.svg", "modules.svg", "architecture.md"]
    for path, text in made.items():
        assert path.read_text(encoding="utf-8") == text, AGAIN
        if path.suffix == ".svg":
            assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"


def test_modules_import_one_way(figures: ModuleType) -> None:
    """Neither groups nor modules import in a circle when they are loaded."""
    _, loaded, _ = figures.read_groups()
    assert loaded.number_of_edges() > 20
    assert list(nx.simple_cycles(loaded)) == []
    modules: nx.DiGraph[str] = nx.DiGraph()
    for path in figures.SOURCES.glob("*.py"):
        modules.add_edges_from((path.stem, name) for name in figures.read_imports(path).at_load)
    assert modules.number_of_edges() > 300
    assert list(nx.simple_cycles(modules)) == []


def test_imports_are_told_apart(figures: ModuleType, tmp_path: Path) -> None:
    """Those for type checkers are none, those in a function are its own, and a module of no group is named."""
    code = (
        "from typing import TYPE_CHECKING\nfrom kg.terms import a\nfrom kg import errors, load\n"
        "if TYPE_CHECKING:\n    from kg.cite import b\n"
        "def f():\n    from kg.rules import c\n    import_module('kg.view')\n    from kg.terms import d\n"
    )
    path = tmp_path / "made.py"
    path.write_text(code, encoding="utf-8")
    assert figures.read_imports(path) == ({"terms", "errors", "__init__"}, {"rules", "view"})
    with pytest.raises(ValueError, match=r"kg.made is in no group"):
        figures.group_of("made")


def test_figure_refuses_what_the_graph_lacks(figures: ModuleType, loaded: Graph) -> None:
    """An arrow that the data do not bear out is not drawn."""
    boxes = {"kg:Drug": (0, 0, ()), "kg:Study": (1, 0, ())}
    with pytest.raises(ValueError, match="the graph has nothing like"):
        figures.draw_model(loaded, "wrong", boxes, (("kg:Study", "includesDrug", "kg:Drug"),))
