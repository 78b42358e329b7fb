"""The page of the data: all of it as files with their checksums, what changed between versions, and how to cite it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg.cite import FORMATS as CITE_FORMATS
from kg.cite import cite, cite_graph
from kg.csv_columns import CONTRACT
from kg.export_docs import read_header
from kg.export_jsonld import jsonld
from kg.export_rdf import parts, serialized, trig
from kg.export_void import void

if TYPE_CHECKING:
    from kg.site_page import Site

__all__ = ["SUMS", "WHOLE", "Release", "read_releases", "write_data"]

# Questions whose whole answers lie in the site as files, for programs and for readers without JavaScript.
WHOLE = (*CONTRACT, "mechanism_paths")
TABLE_FORMATS = ("csv", "json")
FOLDER = "data"
SUMS = f"{FOLDER}/SHA256SUMS"
_HOLDS = {
    "ontology": "the ontology in one file",
    "data": "what is asserted: every claim, figure, place and match",
    "derived": "what the rules derive from that",
}
_WHOLE_GRAPH = "everything, each source file as a named graph"
_RELEASE = re.compile(r"^## \[([^\]]+)\](?: - (\S+))?$")


class Download(NamedTuple):
    """A file of the site: its name below `data/`, its format, what it holds, how much, its size and digest."""

    name: str
    form: str
    holds: str
    amount: str
    size: str
    digest: str


class Release(NamedTuple):
    """A section of the changelog: the version, its date if it is released, and the changes."""

    version: str
    date: str
    changes: list[str]


def write_data(site: Site) -> None:
    """Write all the data as files, a list of their checksums, and the page that tells of them."""
    described = void(site.graph).files
    tables, rdf, others = list(_tables(site)), list(_rdf(site, described)), list(_others(site, described))
    files = sorted([*tables, *rdf, *others], key=lambda file: file.name)
    site.write(SUMS, "".join(f"{file.digest}  {file.name}\n" for file in files))
    version = site.graph.version
    changelog = site.graph.files.changelog
    releases = read_releases(changelog.read_text(encoding="utf-8")) if changelog.is_file() else []
    site.page(
        "data.html",
        "data.html.j2",
        "Data",
        groups=[("tables", "Tables", tables), ("rdf", "RDF", rdf), ("descriptions", "Descriptions", others)],
        folder=FOLDER,
        sums=SUMS,
        header=read_header(site.graph),
        earlier=[release for release in releases if release.date and release.version != version],
        recent=[release for release in releases if not release.date or release.version == version],
        citations=[(form, cite_graph(version, form)) for form in ("text", *CITE_FORMATS)],
        example=_example(site),
    )


def _tables(site: Site) -> Iterator[Download]:
    for name in WHOLE:
        saved = site.desk.saved(name)
        for form in TABLE_FORMATS:
            count = f"{len(saved.table):,} rows"
            yield _written(site, f"{name}.{form}", form.upper(), saved.question.asks, count, saved.table.render(form))


def _rdf(site: Site, described: dict[str, str]) -> Iterator[Download]:
    """Write the graph in the formats of RDF; what is large and compresses well is packed."""
    made = parts(site.graph)
    for part, triples in made.items():
        text = serialized(triples, ox.RdfFormat.TURTLE)
        yield _written(site, f"rdf/{part}.ttl", "Turtle", _HOLDS[part], _triples(len(triples)), text)
    for file, text in jsonld(site.graph).files.items():
        part = file.partition(".")[0]
        if part in made:
            name, count = f"rdf/{file}.gz", _triples(len(made[part]))
            yield _written(site, name, "JSON-LD, gzip", _HOLDS[part], count, text)
    dump = next(name for name in described if name.endswith(".nq"))
    count = f"{described[dump].count(chr(10)):,} quads"
    yield _written(site, f"rdf/{dump}.gz", "N-Quads, gzip", _WHOLE_GRAPH, count, described[dump])
    name = f"rdf/{dump.removesuffix('.nq')}.trig.gz"
    yield _written(site, name, "TriG, gzip", _WHOLE_GRAPH, count, trig(site.graph))


def _others(site: Site, described: dict[str, str]) -> Iterator[Download]:
    text = described["void.ttl"]
    number = sum(1 for _ in ox.parse(text, ox.RdfFormat.TURTLE))
    about = "the graph described in VoID and DCAT: counts, vocabularies, files, prefixes, saved questions"
    yield _written(site, "void.ttl", "Turtle", about, _triples(number), text)
    table = site.graph.files.ontology / "links.sssom.tsv"
    if table.is_file():
        text = table.read_text(encoding="utf-8")
        rows = sum(not line.startswith("#") for line in text.splitlines()) - 1
        about = "matches to terms of other vocabularies, and where each was seen or sought in vain"
        yield _written(site, table.name, "SSSOM", about, f"{rows:,} rows", text)


def _written(site: Site, name: str, form: str, holds: str, amount: str, text: str) -> Download:
    path = site.write(f"{FOLDER}/{name}", text, packed=name.endswith(".gz"))
    content = path.read_bytes()
    return Download(name, form, holds, amount, _size(len(content)), hashlib.sha256(content).hexdigest())


def _triples(number: int) -> str:
    return f"{number:,} triples"


def _size(number: int) -> str:
    """Write a size for people.

    >>> _size(532), _size(15_400), _size(1_410_604)
    ('532 B', '15 kB', '1.4 MB')
    """
    if number < 1000:
        return f"{number} B"
    return f"{number / 1000:.0f} kB" if number < 999_500 else f"{number / 1_000_000:.1f} MB"


def _example(site: Site) -> tuple[str, str] | None:
    """Show how one fact is cited: the first printed value."""
    names = site.desk.saved("reported_values").table.column("value_id")
    return (names[0], cite(site.graph, names[0])) if names else None


def read_releases(text: str) -> list[Release]:
    """Read the sections of a changelog, the newest first.

    >>> new, old = read_releases("## [Unreleased]\\n- A\\n  b.\\n## [0.1.0] - 2026-01-02\\n### Added\\n- C.\\n")
    >>> new.changes, old
    (['A b.'], Release(version='0.1.0', date='2026-01-02', changes=['C.']))
    """
    releases: list[Release] = []
    for line in text.splitlines():
        if found := _RELEASE.match(line):
            releases.append(Release(found[1], found[2] or "", []))
        elif releases and line.startswith("- "):
            releases[-1].changes.append(line.removeprefix("- "))
        elif releases and releases[-1].changes and line.startswith("  "):
            releases[-1].changes[-1] += f" {line.strip()}"
    return releases
