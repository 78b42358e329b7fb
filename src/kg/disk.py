"""A store on disk from a project folder or RDF files, that is at every moment the old one or the new one.

`PATH` is a symbolic link to a folder beside it, the build. A new build is written whole and to the disk before one
rename turns the link. The build before stays until the next load, for readers that have it open.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import IO, cast

import pyoxigraph as ox

from kg.errors import DataError, KgError, UsageError
from kg.files import Files
from kg.progress import bar, tell
from kg.sparql import parser_message

__all__ = ["load_into"]


def load_into(place: Path, sources: list[Path]) -> int:
    """Build a store from files and put it in the place of the one before.

    A project folder is loaded with what its rules derive, other files as they are: their named graphs stay, triples
    without a graph go to the default graph.

    Args:
        place: the store; missing, or made by an earlier call.
        sources: a project folder, or RDF files and folders of them; the ending of a name says the format.

    Returns:
        How many triples the store holds.

    Raises:
        DataError: a file does not parse; the store is as it was.
        UsageError: no RDF file there, or `place` is something else.
        KgError: another load of the same store runs, or the disk refuses.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "a.nt").write_text("<urn:a> <urn:b> <urn:c> .")
    ...     load_into(Path(folder) / "store", [Path(folder) / "a.nt"])
    1
    """
    place = place.absolute()
    _refuse_other_things(place)
    fill = _filling(sources)
    try:
        with _only_writer(place):
            current = _current(place)
            _remove_builds(place, keep=current)
            build = Path(tempfile.mkdtemp(dir=place.parent, prefix=_prefix(place)))
            try:
                count = _write(build, fill)
                _turn(place, build)
            except BaseException:
                if _current(place) != build:
                    shutil.rmtree(build, ignore_errors=True)
                raise
            return count
    except OSError as fault:
        raise KgError(f"cannot write {place}: {fault.strerror or fault}") from fault


def _prefix(place: Path) -> str:
    return f".{place.name}.kg-load-"


def _current(place: Path) -> Path | None:
    return place.parent / place.readlink() if place.is_symlink() else None


def _refuse_other_things(place: Path) -> None:
    if not place.parent.is_dir():
        raise UsageError(f"there is no folder {place.parent}")
    ours = place.is_symlink() and place.readlink().name.startswith(_prefix(place)) and len(place.readlink().parts) == 1
    if os.path.lexists(place) and not ours:
        raise UsageError(f"{place} is no store that kg load made: give another --store, or remove it yourself")


@contextlib.contextmanager
def _only_writer(place: Path) -> Iterator[None]:
    """Hold the lock of a store; the system lets go of it when the process ends, however it ends."""
    import fcntl

    with place.with_name(f".{place.name}.kg-lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KgError(f"another kg load is writing {place}: wait for it") from None
        yield


def _remove_builds(place: Path, *, keep: Path | None) -> None:
    """Remove what a killed load left, and the build before the present one."""
    for old in place.parent.iterdir():
        if not old.name.startswith(_prefix(place)) or old == keep:
            continue
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()


def _write(build: Path, fill: Callable[[ox.Store], int]) -> int:
    """Fill a store and see all of it to the disk."""
    store = ox.Store(str(build))
    count = fill(store)
    store.flush()
    del store
    for path in [*build.rglob("*"), build]:
        _sync(path)
    build.chmod(0o755)  # mkdtemp makes folders private
    return count


def _turn(place: Path, build: Path) -> None:
    """Point the link at a new build by one rename, which the file system does whole or not at all."""
    link = build.with_name(build.name + ".link")
    link.symlink_to(build.name)
    link.replace(place)
    _sync(place.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _filling(sources: list[Path]) -> Callable[[ox.Store], int]:
    """Choose how to fill a store from the sources, before anything is written."""
    if any((source / "ontology" / "kg.ttl").is_file() for source in sources):
        if len(sources) > 1:
            raise UsageError("a project folder is loaded alone")
        return lambda store: _fill_from_project(store, Files(sources[0].resolve()))
    paths = [path for source in sources for path in _rdf_files(source)]
    return lambda store: _fill_from_files(store, paths)


def _rdf_files(source: Path) -> list[Path]:
    if source.is_dir():
        found = [path for path in sorted(source.rglob("*")) if path.is_file() and _format(path)]
        if not found:
            raise UsageError(f"{source} has no RDF file in it")
        return found
    if not source.is_file():
        raise UsageError(f"{source}: there is no such file")
    if not _format(source):
        raise UsageError(f"{source}: its ending is that of no RDF format (.ttl .nt .nq .trig .rdf .jsonld)")
    return [source]


def _format(path: Path) -> ox.RdfFormat | None:
    return ox.RdfFormat.from_extension(path.suffix[1:]) if path.suffix else None


def _fill_from_project(store: ox.Store, files: Files) -> int:
    """Build the graph in memory; what is in it is written by a thread of its own meanwhile."""
    from kg.store import build, read_sources

    lines = _Lines()
    with ThreadPoolExecutor(max_workers=1) as thread:
        written = thread.submit(_write_lines, store, lines)
        written.add_done_callback(lines.stop)
        try:
            graph = build(files, read_sources(files), derive=True, follow=lines.add)
        except BaseException:
            lines.break_off()
            raise
        lines.end()
        tell("writing")
        # To free the graph takes a while in which no thread of Python runs: the engine must have its lines before.
        lines.all_fed.wait()
        del graph
        written.result()
    return lines.count


def _write_lines(store: ox.Store, lines: _Lines) -> None:
    """Write both texts, each as it comes through a pipe: the engine asks a Python file for 2 KB at a time."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        for text in (lines.first_text(), lines.rest()):
            source, sink = os.pipe()
            fed = thread.submit(_feed, sink, text)
            fed.add_done_callback(lines.note_fed)
            try:
                # Lenient: this engine wrote these IRIs and need not check them again.
                store.bulk_load(path=f"/dev/fd/{source}", format=ox.RdfFormat.N_QUADS, lenient=True)
            finally:
                os.close(source)  # who still writes gets a broken pipe
            fed.result()


def _feed(sink: int, text: Iterator[bytes]) -> None:
    with open(sink, "wb") as pipe:
        for piece in text:
            pipe.write(piece)


class _Lines:
    """Lines of N-Quads that come while they are read, as two texts.

    The engine writes a text when it has a million lines of it, or all. A first, short one lets it begin early; the rest
    is one, for it merges the files that it writes of each. It names blank nodes anew in each: all are in the second.
    """

    FIRST_TEXT = 300_000

    def __init__(self) -> None:
        self._waiting: SimpleQueue[tuple[list[bytes], ox.NamedNode] | None] = SimpleQueue()
        self._kept: list[bytes] = []
        self._broken_off = self._ended = False
        self._fault: BaseException | None = None
        self.count = 0
        self.all_fed = Event()

    def add(self, triples: list[bytes], graph: ox.NamedNode) -> None:
        """Add these lines of N-Triples, in a graph.

        Raises:
            OSError: what read the lines before has failed.
        """
        if self._fault:
            raise self._fault
        self.count += len(triples)
        self._waiting.put((triples, graph))

    def end(self) -> None:
        """Say that no more lines come."""
        self._waiting.put(None)

    def break_off(self) -> None:
        """End here, whatever has not been read yet."""
        self._broken_off = True
        self.end()

    def stop(self, reader: Future[None]) -> None:
        """Take note of how the reader ended."""
        self._fault = reader.exception()
        self.all_fed.set()

    def note_fed(self, _: Future[None]) -> None:
        """Take note that all of a text has gone to the engine."""
        if self._ended:
            self.all_fed.set()

    def first_text(self) -> Iterator[bytes]:
        """Give lines without blank nodes until there are enough of them."""
        count = 0
        while count < self.FIRST_TEXT and (added := self._next()):
            triples, graph = added
            count += len(triples)
            self._kept.append(_in_graph([line for line in triples if b"_:" in line], graph))
            yield _in_graph([line for line in triples if b"_:" not in line], graph)

    def rest(self) -> Iterator[bytes]:
        """Give the lines that the first text left out, and all that come after it."""
        yield from self._kept
        while added := self._next():
            yield _in_graph(*added)

    def _next(self) -> tuple[list[bytes], ox.NamedNode] | None:
        added = self._waiting.get()
        if added is None or self._broken_off:
            self._ended = True
            self.end()  # for who reads on
            return None
        return added


def _in_graph(triples: list[bytes], graph: ox.NamedNode) -> bytes:
    """Make lines of N-Quads; no line has its end, a dot and a line break, anywhere else.

    >>> _in_graph([b'<urn:a> <urn:b> " ." .'], ox.NamedNode("urn:g"))
    b'<urn:a> <urn:b> " ." <urn:g> .\\n'
    """
    return b"\n".join([*triples, b""]).replace(b" .\n", f" {graph} .\n".encode())


def _fill_from_files(store: ox.Store, paths: list[Path]) -> int:
    whole, done = sum(path.stat().st_size for path in paths), 0
    for path in paths:
        with _opened(path) as source:
            try:
                # Blank nodes of two files never meet: the parser names them anew for each.
                watched = cast("IO[bytes]", _Watched(source, path.name, done, whole))
                store.bulk_load(input=watched, format=_format(path))
            except SyntaxError as fault:
                raise DataError(f"{path}:{fault.lineno}: {parser_message(fault)}") from fault
        done += path.stat().st_size
    return len(store)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as fault:  # which the caller would take for a fault of the store
        raise KgError(f"cannot read {path}: {fault.strerror}") from fault


class _Watched:
    """A file that shows how far it has been read."""

    def __init__(self, source: IO[bytes], name: str, before: int, whole: int) -> None:
        self._source, self._name, self._done, self._whole = source, name, before, whole

    def read(self, size: int = -1) -> bytes:
        """Read on, at most so many bytes."""
        piece = self._source.read(size)
        if (self._done + len(piece)) >> 22 != self._done >> 22:  # every four megabytes
            tell(bar(self._done, self._whole, self._name))
        self._done += len(piece)
        return piece
