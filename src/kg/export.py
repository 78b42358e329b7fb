"""Write the graph in formats that other tools open, each with a list of what it does not carry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError, unknown_format
from kg.export_bundle import LOSSES, Bundle, losses_page
from kg.export_csv import csv
from kg.export_docs import docs
from kg.export_graphml import graphml
from kg.export_jsonld import jsonld
from kg.export_kgx import kgx
from kg.export_rdf import ntriples, rdfxml, turtle
from kg.export_rdf12 import rdf12
from kg.export_void import void
from kg.files import write_atomic

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["FORMATS", "export", "make_bundle", "write_bundle"]

FORMATS: dict[str, Callable[[Graph], Bundle]] = {
    "turtle": turtle,
    "ntriples": ntriples,
    "rdfxml": rdfxml,
    "jsonld": jsonld,
    "rdf12": rdf12,
    "kgx": kgx,
    "graphml": graphml,
    "csv": csv,
    "void": void,
    "docs": docs,
}


def export(graph: Graph, form: str, folder: Path) -> list[Path]:
    """Write a format's files, and the list of what they do not carry, to a folder, which is made if need be.

    Two exports of one state of the project are the same to the byte.

    Args:
        graph: what to write.
        form: one of `FORMATS`.
        folder: where to.

    Returns:
        The files; the last is the list of losses.

    Raises:
        UsageError: an unknown format.
        KgError: the folder cannot be written.
    """
    return write_bundle(form, make_bundle(graph, form), folder)


def make_bundle(graph: Graph, form: str) -> Bundle:
    """Make the files of a format without writing them.

    Raises:
        UsageError: an unknown format.
    """
    if form not in FORMATS:
        raise unknown_format(form, FORMATS)
    return FORMATS[form](graph)


def write_bundle(form: str, bundle: Bundle, folder: Path) -> list[Path]:
    """Write the files of an export, each whole or not at all.

    Raises:
        KgError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise KgError(f"cannot make {folder}: {fault.strerror}") from fault
    files = {**bundle.files, LOSSES: losses_page(form, bundle)}
    for name, text in files.items():
        write_atomic(folder / name, text)
    return [folder / name for name in files]
