"""Stores on disk: what goes in, what is refused, and that a killed load leaves the old or the new one."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from blank_nodes import canonical
from kg.disk import load_into
from kg.errors import DataError, KgError, UsageError
from kg.rules import DERIVED
from kg.store import Graph
from small_project import make_project, write

LOAD = "import sys; from pathlib import Path; from kg.disk import load_into;"
LOAD += "load_into(Path(sys.argv[1]), [Path(sys.argv[2])])"


def _triples(folder: Path, name: str, count: int) -> Path:
    lines = "".join(f"<urn:{name}:{number}> <urn:p> <urn:{name}> .\n" for number in range(count))
    return write(folder, f"{name}.nt", lines)


def _names(store: Path) -> set[str]:
    """Tell whose triples a store holds, and check that all of them are there."""
    found: dict[str, int] = {}
    for quad in ox.Store.read_only(str(store)):
        found[quad.object.value] = found.get(quad.object.value, 0) + 1
    assert all(count == 20_000 for count in found.values())
    return set(found)


def test_formats_keep_their_graphs(tmp_path: Path) -> None:
    """The ending says the format; a named graph keeps its name, blank nodes of two files stay two."""
    folder = tmp_path / "files"
    write(folder, "a.ttl", "@prefix u: <urn:> . [] u:p u:a .")
    write(folder, "b.nt", "_:a <urn:p> <urn:b> .\n")
    write(folder, "deep/c.nq", "<urn:s> <urn:p> <urn:c> <urn:g> .\n")
    write(folder, "d.trig", "<urn:h> { <urn:s> <urn:p> <urn:d> }")
    write(folder, "readme.md", "no data")
    assert load_into(tmp_path / "store", [folder]) == 4
    quads = list(ox.Store.read_only(str(tmp_path / "store")))
    assert {quad.graph_name.value for quad in quads if quad.graph_name != ox.DefaultGraph()} == {"urn:g", "urn:h"}
    assert len({quad.subject for quad in quads}) == 3


@pytest.mark.parametrize("first_text", [0, 10_000, 1_000_000])
def test_project_is_loaded_with_what_follows(
    tmp_path: Path, loaded: Graph, monkeypatch: pytest.MonkeyPatch, first_text: int
) -> None:
    """A project folder gives the quads that `kg` itself answers from, blank nodes included, in any two texts."""
    monkeypatch.setattr("kg.disk._Lines.FIRST_TEXT", first_text)
    assert load_into(tmp_path / "store", [loaded.files.root]) == len(loaded.store)
    store = ox.Store.read_only(str(tmp_path / "store"))
    assert canonical(store) == canonical(loaded.store)
    assert sum(1 for _ in store.quads_for_pattern(None, None, None, DERIVED)) > 20_000


def test_broken_file_changes_nothing(tmp_path: Path) -> None:
    """The message names file and line; the store stays, and no part of the new one."""
    store = tmp_path / "store"
    load_into(store, [_triples(tmp_path, "old", 20_000)])
    before = sorted(tmp_path.iterdir())
    broken = write(tmp_path / "new", "b.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> oops .\n")
    with pytest.raises(DataError, match=r"b\.nt:2: "):
        load_into(store, [broken])
    assert _names(store) == {"urn:old"}
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "new"])


def test_broken_project_changes_nothing(tmp_path: Path) -> None:
    """Nothing is left of what was written before the fault was found."""
    files = make_project(tmp_path / "project")
    write(files.root, "data/triples/x.ttl", "oops")
    with pytest.raises(DataError, match=r"data/triples/x\.ttl:1: "):
        load_into(tmp_path / "store", [files.root])
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["project"]


def test_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails in the thread that writes is the fault of the load."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.disk._Lines.first_text", full)
    with pytest.raises(KgError, match=r"cannot write .*store: No space left on device"):
        load_into(tmp_path / "store", [make_project(tmp_path / "project").root])
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["project"]


def test_unreadable_source_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no fault of the store."""
    source = _triples(tmp_path, "a", 1)
    whole = Path.open

    def refused(path: Path, *arguments: Any) -> Any:
        if path == source:
            raise PermissionError(13, "Permission denied")
        return whole(path, *arguments)

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(KgError, match=rf"^cannot read {source}: Permission denied$"):
        load_into(tmp_path / "store", [source])


@pytest.mark.parametrize("kind", ["file", "folder", "foreign link"])
def test_other_things_are_no_store(tmp_path: Path, kind: str) -> None:
    """What kg load did not make is never replaced."""
    source, place = _triples(tmp_path, "a", 1), tmp_path / "place"
    if kind == "file":
        place.write_text("mine", "utf-8")
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError, match="no store that kg load made"):
        load_into(place, [source])
    assert sorted(tmp_path.iterdir()) == before


def test_sources_without_data_are_refused(tmp_path: Path) -> None:
    """A missing file, an unknown ending and an empty folder are told apart."""
    write(tmp_path, "notes.md", "x")
    (tmp_path / "empty").mkdir()
    for name, words in (("none.nt", "no such file"), ("notes.md", "no RDF format"), ("empty", "no RDF file in it")):
        with pytest.raises(UsageError, match=words):
            load_into(tmp_path / "store", [tmp_path / name])


def test_reader_keeps_the_store_it_opened(tmp_path: Path) -> None:
    """The build before stays for those who have it open, the one before that goes."""
    store = tmp_path / "store"
    load_into(store, [_triples(tmp_path, "old", 20_000)])
    reader = ox.Store.read_only(str(store))
    load_into(store, [_triples(tmp_path, "new", 20_000)])
    assert len({quad.subject for quad in reader}) == 20_000
    assert _names(store) == {"urn:new"}
    for _ in range(3):
        load_into(store, [tmp_path / "new.nt"])
    assert len(list(tmp_path.glob(".store.kg-load-*"))) == 2


def test_second_writer_is_refused(tmp_path: Path) -> None:
    """Two loads of one store at once would remove each other's work."""
    import fcntl

    source = _triples(tmp_path, "a", 1)
    with (tmp_path / ".store.kg-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(KgError, match="another kg load"):
            load_into(tmp_path / "store", [source])
    assert load_into(tmp_path / "store", [source]) == 1


def test_killed_load_leaves_old_or_new(tmp_path: Path) -> None:
    """Killed at many moments, the store opens whole each time; the next load removes what was left."""
    store = tmp_path / "store"
    sources = {f"urn:{name}": _triples(tmp_path, name, 20_000) for name in ("a", "b")}
    load_into(store, [sources["urn:a"]])
    held, outcomes = "urn:a", set()
    for step in range(24):
        wanted = "urn:b" if held == "urn:a" else "urn:a"
        process = subprocess.Popen([sys.executable, "-c", LOAD, str(store), str(sources[wanted])])
        builds = len(list(tmp_path.glob(".store.kg-load-*")))
        while process.poll() is None and len(list(tmp_path.glob(".store.kg-load-*"))) <= builds:
            time.sleep(0.002)
        time.sleep(step * 0.02)
        process.kill()
        outcomes.add(process.wait() == -signal.SIGKILL)
        names = _names(store)
        assert names in ({held}, {wanted})
        held = names.pop()
    assert True in outcomes
    load_into(store, [sources["urn:a"]])
    assert _names(store) == {"urn:a"}
    assert len(list(tmp_path.glob(".store.kg-load-*"))) <= 2
    assert store.readlink().name.startswith(".store.kg-load-")
