"""A command that asks for large pages starts again once, as the same process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from small_project import write

MAIN = "import sys; print('started', flush=True); from kg.cli import main; sys.exit(main())"
TELLING = "import os, sys; from kg.large_pages import start_again; print(os.getpid(), sys.argv[1:], flush=True);"
TELLING += "start_again(); print(os.environ.get('GLIBC_TUNABLES'))"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="large pages are asked for on Linux")


def _environment(tunables: str | None) -> dict[str, str]:
    rest = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    return rest if tunables is None else {**rest, "GLIBC_TUNABLES": tunables}


@pytest.mark.parametrize(
    ("before", "starts", "after"),
    [
        (None, 2, "glibc.malloc.hugetlb=1"),
        ("glibc.malloc.perturb=0", 2, "glibc.malloc.perturb=0:glibc.malloc.hugetlb=1"),
        ("glibc.malloc.hugetlb=0", 1, "glibc.malloc.hugetlb=0"),
    ],
)
def test_starts_again_once(before: str | None, starts: int, after: str) -> None:
    """The number of the process and its arguments stay; who has said no is left alone."""
    command = [sys.executable, "-c", TELLING, "a b", "$(c)"]
    done = subprocess.run(command, env=_environment(before), capture_output=True, text=True, check=True)
    *told, last = done.stdout.splitlines()
    assert len(told) == starts
    assert len(set(told)) == 1
    assert told[0].endswith(" ['a b', '$(c)']")
    assert last == after


@pytest.mark.parametrize(("large", "asked"), [(10, True), (11, False)])
def test_a_store_is_as_large_as_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int, asked: bool
) -> None:
    """A store is a folder, or a link to one."""
    from kg.large_pages import asked_for_graph

    monkeypatch.setattr("kg.large_pages._LARGE", large)
    for name in ("build/one", "build/deep/two"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    (tmp_path / "store").symlink_to("build")
    assert (asked_for_graph(tmp_path / "store", {}) is not None) == asked


def test_no_python_to_start_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large pages save time and change nothing, so a load without them is better than none."""
    from kg.large_pages import start_again

    monkeypatch.setenv("GLIBC_TUNABLES", "")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    start_again()


@pytest.mark.parametrize(("name", "code", "words"), [("a.nt", 0, "1 triples"), ("b.nt", 1, "b.nt:1: ")])
def test_load_says_the_same(tmp_path: Path, name: str, code: int, words: str) -> None:
    """The command starts again, and what it prints and its exit code come through."""
    write(tmp_path, "a.nt", "<urn:a> <urn:b> <urn:c> .\n")
    write(tmp_path, "b.nt", "oops\n")
    command = [sys.executable, "-c", MAIN, "load", str(tmp_path / name), "--store", str(tmp_path / "store")]
    done = subprocess.run(command, env=_environment(None), capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert words in done.stdout + done.stderr
    assert done.stdout.count("started") == 2
