"""The site: every page of it in one folder, for a double click or for any web server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.progress import tell
from kg.site_data import write_data
from kg.site_disagreements import write_disagreements
from kg.site_entities import write_entities
from kg.site_explore import write_explore
from kg.site_glossary import write_glossary
from kg.site_lists import write_about, write_references, write_statements
from kg.site_mechanism import write_mechanism
from kg.site_ontology import write_ontology
from kg.site_outcomes import write_outcomes
from kg.site_page import Site
from kg.site_query import write_query
from kg.site_trials import write_trials

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["build"]

# Every page of the site is written by one of these; a further part of it is one more line.
_WRITERS = (
    write_mechanism,
    write_explore,
    write_trials,
    write_outcomes,
    write_entities,
    write_statements,
    write_references,
    write_disagreements,
    write_query,
    write_glossary,
    write_ontology,
    write_data,
    write_about,
)
# By this file a folder is known as a site, so that no folder of somebody's own is ever replaced.
_MARK = "assets/site.css"


def build(graph: Graph, folder: Path) -> list[Path]:
    """Write the whole site into a folder; one that holds a site already is replaced as a whole.

    Args:
        graph: what the site shows.
        folder: where to; made if it is not there.

    Returns:
        The files, in the order in which they were written.

    Raises:
        KgError: the folder holds something else, or cannot be written.
    """
    with _fresh(folder) as scratch:
        site = Site(graph, scratch)
        for write in _WRITERS:
            tell(f"writing {write.__name__.removeprefix('write_')}")
            write(site)
        names = list(site.written)
    return [folder / name for name in names]


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of `folder` when all is written, and not before."""
    folder = folder.resolve()
    if folder.exists() and not (folder / _MARK).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise KgError(f"{folder} holds something that is no site; name an empty or a new folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as fault:
        raise KgError(f"cannot write {folder}: {fault.strerror}") from fault
    try:
        new, old = scratch / "new", scratch / "old"
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except OSError as fault:
        raise KgError(f"cannot write {folder}: {fault.strerror}") from fault
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
