"""Make a project folder with N times the data: every record of the real data again under names of its own.

    python tests/benchmarks/many.py N FOLDER

The first copy is the real data itself. Each other one is a further source: all its things, labels, rows and register
numbers have the number of the copy, and its references are those of a reference list of its own, so that no two copies
say anything of the same thing. Ontology and queries are those of the project.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.files import Files, default_files
from kg.layout import format_turtle
from kg.terms import DATA, PREFIXES, expand

# Stands for the number of a copy; all numbers are as long, so that every copy has the layout of the pattern.
NUMBER = "0000"

RENDITION = ox.NamedNode(DATA + "Rendition_review")
HAS_SOURCE, HAS_SELECTOR, NAME, NUMBERED, ROW, LABEL, OTHER_NAME, REGISTRY = (
    ox.NamedNode(expand(name))
    for name in (
        *("oa:hasSource", "oa:hasSelector", "kg:name", "kg:number", "kg:rowKey"),
        *("rdfs:label", "skos:altLabel", "kg:registryId"),
    )
)

# `kg check` takes a longer label for a sentence.
LONGEST_LABEL = 90


def write_many(folder: Path, times: int, files: Files | None = None) -> None:
    """Write a project folder whose data is that of another one so many times; the folder must be new."""
    if times >= 10 ** len(NUMBER):
        raise ValueError(f"at most {10 ** len(NUMBER) - 1} times")
    files = files or default_files()
    folder.mkdir(parents=True)
    shutil.copytree(files.ontology, folder / "ontology")
    shutil.copytree(files.queries, folder / "queries")
    into = folder / "data" / "triples"
    shutil.copytree(files.triples, into)
    pattern = _pattern(files) if times > 1 else ""
    for number in range(2, times + 1):
        copy = pattern.replace(f"_{NUMBER}", f"_{number:04}").replace(f"copy {NUMBER}", f"copy {number:04}")
        (into / f"copy_{number:04}.ttl").write_text(copy, encoding="utf-8")


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
    write_many(Path(sys.argv[2]), int(sys.argv[1]))
