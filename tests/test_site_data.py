"""The page of the data: every file is there as it says, the checksums hold, and the formats hold the same graph."""

from __future__ import annotations

import gzip
import hashlib
import re
import subprocess
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.cite import cite_graph
from kg.diff import diff
from kg.files import default_files
from kg.site_data import SUMS, read_releases
from kg.store import Graph

ROW = re.compile(
    r'<tr><th scope="row"><a href="data/([^"]+)" download>[^<]+</a></th><td>([^<]+)</td><td>[^<]+</td>'
    r'<td>([\d,]+) (\w+)</td><td>([^<]+)</td><td><code class="digest">([0-9a-f]{64})</code></td></tr>'
)


@pytest.fixture(scope="module")
def page(site_folder: Path) -> str:
    return (site_folder / "data.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(page: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(rest) for name, *rest in ROW.findall(page)}


def content(folder: Path, name: str) -> bytes:
    """Read a file of the site, unpacked."""
    found = (folder / "data" / name).read_bytes()
    return gzip.decompress(found) if name.endswith(".gz") else found


def test_files_are_as_the_page_says(site_folder: Path, page: str, rows: dict[str, tuple[str, ...]]) -> None:
    """Each row names a file with that digest and size; no file of data is without a row."""
    assert len(rows) == page.count('class="digest"') == 26
    for name, (_, _, _, size, digest) in rows.items():
        found = (site_folder / "data" / name).read_bytes()
        assert hashlib.sha256(found).hexdigest() == digest, name
        number, unit = size.split()
        scale = {"B": 1, "kB": 1_000, "MB": 1_000_000}[unit]
        assert abs(float(number) * scale - len(found)) <= 0.051 * scale + (0.45 * scale if unit == "kB" else 0), name
    there = {path.relative_to(site_folder / "data").as_posix() for path in (site_folder / "data").rglob("*.*")}
    assert there - set(rows) == {"glossary.js", "things.js"}


def test_checksums_hold_as_one_checks_them(site_folder: Path, rows: dict[str, tuple[str, ...]]) -> None:
    """`sha256sum -c` finds every file whole, and one that was changed it finds."""
    told = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=site_folder / "data",
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "".join(f"{name}: OK\n" for name in sorted(rows))
    lines = (site_folder / SUMS).read_text(encoding="utf-8").splitlines()
    assert dict(line.split("  ")[::-1] for line in lines) == {name: row[-1] for name, row in rows.items()}


def test_amounts_are_counted(site_folder: Path, rows: dict[str, tuple[str, ...]]) -> None:
    """Rows of the tables, triples and quads of the RDF: as many as another reader finds in the file."""
    formats = {
        "Turtle": ox.RdfFormat.TURTLE,
        "JSON-LD, gzip": ox.RdfFormat.JSON_LD,
        "N-Quads, gzip": ox.RdfFormat.N_QUADS,
        "TriG, gzip": ox.RdfFormat.TRIG,
    }
    counted = 0
    for name, (form, amount, what, *_) in rows.items():
        if form in formats:
            found = sum(1 for _ in ox.parse(content(site_folder, name), format=formats[form]))
            assert (amount, what) == (f"{found:,}", "quads" if "Quads" in form or "TriG" in form else "triples"), name
            counted += 1
    assert counted == 9


def test_quads_are_those_of_the_graph(loaded: Graph, site_folder: Path) -> None:
    """N-Quads and TriG hold every quad with its named graph, blank nodes apart, and the same blank nodes."""
    trig, quads = (
        ox.Dataset(ox.parse(content(site_folder, f"rdf/xpo1-kg.{ending}.gz"), format=form))
        for ending, form in (("trig", ox.RdfFormat.TRIG), ("nq", ox.RdfFormat.N_QUADS))
    )
    held = ox.Dataset(loaded.store)
    for dataset in (trig, quads, held):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(trig) == set(quads) == set(held)


def test_dump_is_the_one_that_void_describes(site_folder: Path) -> None:
    """Unpacked, the N-Quads have the size and digest that the description gives."""
    digest = hashlib.sha256(content(site_folder, "rdf/xpo1-kg.nq.gz")).hexdigest()
    assert f'"{digest}"' in (site_folder / "data" / "void.ttl").read_text(encoding="utf-8")


def test_turtle_of_the_site_is_the_project(site_folder: Path) -> None:
    """The command that the page shows finds no difference between the files and the project they come from."""
    found = diff(site_folder / "data" / "rdf", default_files().root, derived=True)
    assert found.changes == []


def test_page_tells_how_to_cite(loaded: Graph, page: str) -> None:
    """The graph in words, BibTeX and RIS, and one figure with its place."""
    text = unescape(page)
    for form in ("text", "bibtex", "ris"):
        assert cite_graph(loaded.version, form) in text
    assert f"kg cite {loaded.query('reported_values').column('value_id')[0]}" in text


def test_versions_come_from_the_changelog(page: str) -> None:
    """Without an earlier release the page says so; what is new is counted as it stands in the changelog."""
    text = default_files().changelog.read_text(encoding="utf-8")
    releases = read_releases(text)
    assert sum(len(release.changes) for release in releases) == len(re.findall(r"^- ", text, re.MULTILINE))
    earlier = [release for release in releases if release.date]
    assert ("No earlier version of the data has been released" in page) == (not earlier)
    assert f"({len(releases[0].changes)} entries of the changelog)" in page
    assert "kg diff OLD_SITE/data/rdf NEW_SITE/data/rdf" in page
