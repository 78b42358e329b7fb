"""Make a project folder with N times the data: every record of the real data again under names of its own.

    python tests/benchmarks/many.py N FOLDER|FILE.nq

The first copy is the real data itself. Each other one is a further source: all its things, labels, rows and register
numbers have the number of the copy, and its references are those of a reference list of its own, so that no two copies
say anything of the same thing. Ontology and queries are those of the project.

A file of N-Quads has what follows from all copies as well, derived for one and renamed: so many as rules could not hold
in memory.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import load
from kg.files import Files, default_files
from kg.layout import format_turtle
from kg.terms import DATA, GRAPH, PREFIXES, expand

# Stands for the number of a copy; all numbers are as long, so that every copy has the layout of the pattern.
NUMBER = "0000"
# Identifiers of others have such digits, too, with more behind them.
_MARK = re.compile(rf"(?:(?<=_)|(?<=copy )){NUMBER}(?!\d)".encode())

RENDITION = ox.NamedNode(DATA + "Rendition_review")
HAS_SOURCE, HAS_SELECTOR, NAME, NUMBERED, ROW, LABEL, OTHER_NAME, REGISTRY = (
    ox.NamedNode(expand(name))
    for name in (
        *("oa:hasSource", "oa:hasSelector", "kg:name", "kg:number", "kg:rowKey"),
        *("rdfs:label", "skos:altLabel", "kg:registryId"),
    )
)

# The terms of N-Quads that are blank nodes; no text of the data has the like.
_BLANK = re.compile(rb"(?:^|(?<= ))_:\w+(?= )", re.MULTILINE)

# `kg check` takes a longer label for a sentence.
LONGEST_LABEL = 90


def write_many(folder: Path, times: int, files: Files | None = None) -> None:
    """Write a project folder whose data is that of another one so many times; the folder must be new."""
    _checked(times)
    files = files or default_files()
    folder.mkdir(parents=True)
    shutil.copytree(files.ontology, folder / "ontology")
    shutil.copytree(files.queries, folder / "queries")
    into = folder / "data" / "triples"
    shutil.copytree(files.triples, into)
    parts = _MARK.split(_pattern(files).encode()) if times > 1 else []
    for number in range(2, times + 1):
        (into / f"copy_{number:04}.ttl").write_bytes(_numbered(number).join(parts))


def write_finished(path: Path, times: int, files: Files | None = None) -> None:
    """Write the N-Quads that `kg load` makes of the project folder that `write_many` writes, of any size."""
    ours, pattern = _derived(files or default_files())
    parts = _MARK.split(pattern)
    with path.open("wb") as file:
        file.write(ours)
        for number in range(2, _checked(times) + 1):
            file.write(_numbered(number).join(parts))


def _derived(files: Files) -> tuple[bytes, bytes]:
    """Derive the data and one copy together, and write the quads of each, those of the copy as a pattern."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, name = Path(temporary) / "pattern", f"copy_{NUMBER}"
        write_many(folder, 1, files)
        (folder / "data" / "triples" / f"{name}.ttl").write_text(_pattern(files), encoding="utf-8")
        store = load(Files(folder), cache=False).store
    nodes = set(_BLANK.findall(_written(store, from_graph=ox.NamedNode(GRAPH + name), format=ox.RdfFormat.N_TRIPLES)))
    parts: tuple[list[bytes], list[bytes]] = [], []
    for line in _written(store, format=ox.RdfFormat.N_QUADS).splitlines(keepends=True):
        blank = _BLANK.findall(line)
        parts[blank[0] in nodes if blank else bool(_MARK.search(line))].append(line)
    ours, pattern = map(b"".join, parts)
    return ours, _BLANK.sub(rb"\g<0>_" + NUMBER.encode(), pattern)  # the names of blank nodes get the number, too


def _written(store: ox.Store, **options: Any) -> bytes:
    written = store.dump(**options)
    assert written is not None
    return written


def _checked(times: int) -> int:
    if times >= 10 ** len(NUMBER):
        raise ValueError(f"at most {10 ** len(NUMBER) - 1} times")
    return times


def _numbered(number: int) -> bytes:
    return b"%04d" % number


def _pattern(files: Files) -> str:
    """Write all data as one Turtle file of a copy."""
    triples = dict.fromkeys(quad.triple for path in files.topics() for quad in ox.parse(path=str(path)))
    sourced = {triple.subject for triple in triples if triple.predicate == HAS_SOURCE}
    added = [
        ox.Triple(triple.subject, HAS_SOURCE, RENDITION)
        for triple in triples
        if triple.predicate == HAS_SELECTOR and triple.subject not in sourced
    ]
    named = [ox.Triple(RENDITION, NAME, ox.Literal(f"copy {NUMBER}"))]
    renamed = sorted(map(str, _renamed([*triples, *added, *named])))
    declared = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    return format_turtle(declared + "".join(f"{triple} .\n" for triple in renamed))


def _renamed(triples: list[ox.Triple]) -> Iterator[ox.Triple]:
    studies = {
        triple.object.value
        for triple in triples
        if triple.predicate in (LABEL, REGISTRY) and triple.subject.value.startswith(f"{DATA}Study")
    }
    study = re.compile("|".join(sorted(map(re.escape, studies), key=len, reverse=True)))
    for triple in triples:
        value = triple.object
        if isinstance(value, ox.Literal):
            value = _reworded(triple.predicate, value, study)
        yield ox.Triple(_copied(triple.subject), triple.predicate, _copied(value))


def _reworded(predicate: ox.NamedNode, value: ox.Literal, study: re.Pattern[str]) -> ox.Literal:
    if predicate == NUMBERED:
        return ox.Literal(f"copy {NUMBER}: {value.value}")
    if predicate == ROW:  # it names its study
        return ox.Literal(study.sub(rf"_{NUMBER} \g<0>", value.value))
    if predicate in (REGISTRY, LABEL, OTHER_NAME):
        words = f"_{NUMBER} {value.value}"
        return ox.Literal(words[:LONGEST_LABEL].rstrip() if predicate == LABEL else words, language=value.language)
    return value


def _copied(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    of_data = isinstance(term, ox.NamedNode) and term.value.startswith(DATA)
    return ox.NamedNode(f"{term.value}_{NUMBER}") if of_data else term


if __name__ == "__main__":
    place = Path(sys.argv[2])
    (write_finished if place.suffix == ".nq" else write_many)(place, int(sys.argv[1]))
