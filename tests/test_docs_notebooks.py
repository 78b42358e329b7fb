"""The notebooks run from top to bottom, and show what their text says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "docs" / "notebooks"
NAMES = ("scientists", "students", "tool_builders")


def _ran(name: str, folder: Path) -> list[Any]:
    """Run a notebook in a folder of its own and give the outputs of each code cell."""
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def _shown(outputs: list[Any], kind: str = "text/plain") -> str:
    """Join what a cell printed and what its last line came to."""
    return "".join(output.get("text") or output.get("data", {}).get(kind, "") for output in outputs)


def test_notebooks_are_kept_without_outputs() -> None:
    """What is shown comes from a run, never from the file."""
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == sorted(NAMES)
    for name in NAMES:
        code = [
            cell for cell in nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells if cell.cell_type == "code"
        ]
        assert code
        assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_notebook_for_scientists_runs(tmp_path: Path) -> None:
    """A table, shares with an interval, a forest plot as SVG, and a citation."""
    responses, intervals, plot, doubts, citation = _ran("scientists", tmp_path)
    assert "BOSTON XVd" in _shown(responses)
    drawn = _shown(plot, "image/svg+xml")
    assert "BOSTON" in drawn
    whiskers = drawn.count('class="whisker"')
    assert whiskers > 10
    assert _shown(intervals).startswith(f"{whiskers} of ")
    assert "STOMP" in _shown(doubts)
    assert _shown(citation).startswith("@article{huang2024")
    assert "kgd:Value_BOSTON_XVd_ORR" in _shown(citation)


def test_notebook_for_students_runs(tmp_path: Path) -> None:
    """The path with its signs, a drawing, and what is not known."""
    told, steps, signs, bridges, drawing, seen, gaps = _ran("students", tmp_path)
    assert _shown(told).startswith("selinexor -> thrombocytopenia")
    assert _shown(steps).endswith("together: increases\n")
    assert _shown(signs).endswith("-> 1\n")
    assert "ground" in _shown(bridges)
    assert "iframe" in _shown(drawing, "text/html")
    assert "BOSTON" in _shown(seen)
    assert "subject" in _shown(gaps)


def test_notebook_for_tool_builders_runs(tmp_path: Path) -> None:
    """Our table is joined, and two servers of different make give the same rows."""
    _, joined, _, served, _, stored, edges = _ran("tool_builders", tmp_path)
    assert "thrombocytopenia" in _shown(joined)
    assert "NaN" in _shown(joined)
    assert _shown(served) == "True"
    assert "triples" in _shown(stored)
    assert _shown(stored).endswith("True")
    assert all(int(number) > 1 for number in _shown(edges).split())
