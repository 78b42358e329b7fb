"""Where the ontology, the data, the queries and the token table are: in a checkout, or inside the installed package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from kg.errors import DataError, KgError

__all__ = ["Files", "default_files", "read_bytes", "read_text", "write_atomic"]


class Files(NamedTuple):
    """The places of one project folder.

    >>> Files(Path("/repo")).triples.as_posix()
    '/repo/data/triples'
    """

    root: Path

    @property
    def ontology(self) -> Path:
        """Name the folder of the ontology modules."""
        return self.root / "ontology"

    @property
    def prefixes(self) -> Path:
        """Name the file of the one prefix table."""
        return self.ontology / "prefixes.ttl"

    @property
    def shapes(self) -> Path:
        """Name the folder of the SHACL shapes, which are no part of the graph."""
        return self.ontology / "shapes"

    @property
    def triples(self) -> Path:
        """Name the folder of the hand-written data."""
        return self.root / "data" / "triples"

    @property
    def queries(self) -> Path:
        """Name the folder above `questions`, `checks` and `rules`."""
        return self.root / "queries"

    @property
    def tokens(self) -> Path:
        """Name the token table, which is beside the tests in a checkout and at the top inside the package."""
        in_checkout = self.root / "tests" / "source_tokens.tsv"
        return in_checkout if in_checkout.parent.is_dir() else self.root / "source_tokens.tsv"

    @property
    def changelog(self) -> Path:
        """Name the list of what changed from version to version."""
        return self.root / "CHANGELOG.md"

    @property
    def guides(self) -> dict[str, Path]:
        """Name what tells an assistant about the project, its short address there, and the file."""
        return {"schema-card": self.root / "docs" / "schema_card.md", "llms.txt": self.root / "llms.txt"}

    def modules(self) -> list[Path]:
        """List the ontology modules by name; the prefix table is none of them."""
        return [path for path in sorted(self.ontology.glob("*.ttl")) if path != self.prefixes]

    def topics(self) -> list[Path]:
        """List the data files by name."""
        return sorted(self.triples.glob("*.ttl"))

    def turtle(self) -> list[Path]:
        """List the Turtle files that keep to the one layout: modules, prefix table and data.

        The shapes have one property a line, which the layout would join.
        """
        return [*sorted(self.ontology.glob("*.ttl")), *self.topics()]

    def saved(self, kind: str) -> list[Path]:
        """List the queries of one kind (`questions`, `checks` or `rules`) by name."""
        return sorted((self.queries / kind).glob("*.rq"))

    def shown(self, path: Path) -> str:
        """Write a path the way a reader of the project would.

        >>> Files(Path("/repo")).shown(Path("/repo/ontology/kg.ttl"))
        'ontology/kg.ttl'
        """
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def default_files() -> Files:
    """Find the project: `KG_HOME` if set, else the checkout this module is in, else the installed package.

    Raises:
        DataError: there is no `ontology/kg.ttl` under `KG_HOME`.
    """
    home = os.environ.get("KG_HOME")
    if home:
        if not (Path(home) / "ontology" / "kg.ttl").is_file():
            raise DataError(f"KG_HOME={home} has no ontology/kg.ttl")
        return Files(Path(home).resolve())
    package = Path(__file__).resolve().parent
    checkout = package.parents[1]
    return Files(checkout if (checkout / "ontology" / "kg.ttl").is_file() else package / "_files")


def read_bytes(path: Path) -> bytes:
    """Read a file of the project as it stands.

    Raises:
        DataError: there is no such file, or it may not be read.
    """
    try:
        return path.read_bytes()
    except OSError as fault:
        raise DataError(f"cannot read {path}: {fault.strerror}") from fault


def read_text(path: Path) -> str:
    """Read a UTF-8 file of the project; its line ends stay as they are.

    Raises:
        DataError: there is no such file, it may not be read, or is not UTF-8.
    """
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError as fault:
        raise DataError(f"{path} is not UTF-8: {fault.reason} at byte {fault.start}") from fault


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a whole file, text as UTF-8, or nothing: other readers see the old content or the new one, never a part.

    Raises:
        KgError: the place cannot be written.
    """
    import contextlib
    import shutil
    import tempfile

    path = path.resolve()  # a symbolic link stays one
    scratch = None
    try:
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
        if path.exists():
            shutil.copymode(path, scratch)
        else:
            Path(scratch).chmod(0o644)  # mkstemp makes files private
        Path(scratch).replace(path)
    except BaseException as fault:  # an interruption too
        if scratch is not None:
            with contextlib.suppress(OSError):
                Path(scratch).unlink()
        if isinstance(fault, OSError):
            raise KgError(f"cannot write {path}: {fault.strerror}") from fault
        raise
