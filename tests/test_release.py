"""A release is made from a tag of a scratch repository, twice."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from kg import __version__
from kg.export import FORMATS
from release import ROOT, ReleaseError, main, release, version_faults

PARTS = ("src", "ontology", "data", "queries", "tests", "docs")
FILES = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "LICENSE-DATA", "CHANGELOG.md", "CITATION.cff")
FILES += ("llms.txt",)
TAG = f"v{__version__}"


def _git(folder: Path, *words: str) -> None:
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *author, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a repository of the project's files, with a tag, and a change in the checkout after it."""
    folder = tmp_path_factory.mktemp("repository")
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "vendor", ".*"))
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    changes = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    (folder / "CHANGELOG.md").write_text(changes.replace("## [Unreleased]", f"## [{__version__}]", 1), encoding="utf-8")
    _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "Release", "--date", "2026-01-02T03:04:05Z")
    _git(folder, "tag", TAG)
    (folder / "CITATION.cff").write_text("version: 9.9.9\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the release once."""
    folder = tmp_path_factory.mktemp("release") / "first"
    release(TAG, folder, repository)
    return folder


def test_release_has_all_its_files(made: Path) -> None:
    """Wheel, source archive, data, licences, and the digest of each."""
    assert sorted(path.name for path in made.iterdir()) == [
        "LICENSES.md",
        "SHA256SUMS",
        f"xpo1-kg-data-{__version__}.tar.gz",
        f"xpo1_kg-{__version__}-py3-none-any.whl",
        f"xpo1_kg-{__version__}.tar.gz",
    ]
    for line in (made / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((made / name).read_bytes()).hexdigest() == digest


def test_data_archive_holds_each_format(made: Path, tmp_path: Path) -> None:
    """Every format, the version IRI, the licence, and a list of digests that holds."""
    with tarfile.open(made / f"xpo1-kg-data-{__version__}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    [root] = tmp_path.iterdir()
    assert root.name == f"xpo1-kg-data-{__version__}"
    assert {path.name for path in root.iterdir()} == {
        *FORMATS,
        *("CHANGELOG.md", "CITATION.cff", "LICENSE-DATA", "SHA256SUMS"),
    }
    version = f"<https://w3id.org/xpo1-kg/ontology/{__version__}/>"
    assert version in (root / "ntriples" / "ontology.nt").read_text(encoding="utf-8")
    assert f"version: {__version__}\n" in (root / "CITATION.cff").read_text(encoding="utf-8")
    sums = dict(reversed(line.split("  ")) for line in (root / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    assert set(sums) == set(files) - {"SHA256SUMS"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in sums.items())


def test_licences_of_all_parts_are_listed(made: Path) -> None:
    """Our own, the scripts of the pages, and the packages that an installation brings."""
    text = (made / "LICENSES.md").read_text(encoding="utf-8")
    for part in (
        "code | MIT",
        "cytoscape.min.js",
        "| networkx | all |",
        "| pyoxigraph | all |",
        "| pandas | `[pandas]` |",
    ):
        assert part in text
    assert "pytest" not in text
    assert " |  |" not in text


def test_second_run_gives_the_same_bytes(made: Path, repository: Path, tmp_path: Path) -> None:
    """Whatever day it is, and whatever stands in the checkout."""
    release(TAG, tmp_path / "second", repository)
    for path in made.iterdir():
        assert (tmp_path / "second" / path.name).read_bytes() == path.read_bytes(), path.name


def test_versions_that_differ_are_named(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All at once, each with its file; nothing is made."""
    assert version_faults(ROOT, "7.0.0")[0] == f"pyproject.toml: version {__version__}, the tag says 7.0.0"
    _git(repository, "tag", "-f", "v7.0.0")
    assert main(["v7.0.0", str(tmp_path / "out"), "--repository", str(repository)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 6
    assert said[1] == f"CITATION.cff: version {__version__}, the tag says 7.0.0"
    assert said[5] == "CHANGELOG.md: no section [7.0.0]"
    assert list((tmp_path / "out").iterdir()) == []


def test_release_needs_a_tag_and_an_empty_folder(repository: Path, tmp_path: Path) -> None:
    """A name that is no tag, and a folder with files, are told in one line."""
    with pytest.raises(ReleaseError, match="git log"):
        release("main", tmp_path / "out", repository)
    (tmp_path / "mine").write_text("", encoding="utf-8")
    with pytest.raises(ReleaseError, match="is not empty"):
        release(TAG, tmp_path, repository)
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "release.py"), "--help"], capture_output=True, check=True
    )
    assert b"tag" in done.stdout
