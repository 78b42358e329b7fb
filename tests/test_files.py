"""Where the project is found, and how files are written."""

from pathlib import Path

import pytest

from kg.errors import DataError, KgError
from kg.files import Files, default_files, write_atomic
from small_project import make_project


def test_installed_files_are_those_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without KG_HOME the checkout is found, or what the wheel took along, which is the same to the byte."""
    monkeypatch.delenv("KG_HOME", raising=False)
    found, checkout = default_files(), Files(Path(__file__).resolve().parents[1])
    folders = ("ontology", "data", "queries")
    paths = [path for folder in folders for path in (checkout.root / folder).rglob("*") if path.is_file()]
    assert len(paths) > 80
    for path in paths:
        assert (found.root / path.relative_to(checkout.root)).read_bytes() == path.read_bytes()
    assert found.tokens.read_bytes() == checkout.tokens.read_bytes()
    assert found.changelog.read_bytes() == checkout.changelog.read_bytes()


def test_environment_names_another_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KG_HOME wins over the checkout."""
    make_project(tmp_path)
    monkeypatch.setenv("KG_HOME", str(tmp_path))
    assert default_files() == Files(tmp_path)


def test_empty_project_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A KG_HOME without an ontology is a mistake, not an empty graph."""
    monkeypatch.setenv("KG_HOME", str(tmp_path))
    with pytest.raises(DataError, match=r"has no ontology/kg\.ttl"):
        default_files()


def test_token_table_has_two_homes(tmp_path: Path) -> None:
    """In a checkout it is beside the tests, in the package at the top."""
    assert Files(tmp_path).tokens == tmp_path / "source_tokens.tsv"
    (tmp_path / "tests").mkdir()
    assert Files(tmp_path).tokens == tmp_path / "tests" / "source_tokens.tsv"


def test_prefix_table_is_no_module(tmp_path: Path) -> None:
    """The modules are all Turtle files of the ontology folder but that one."""
    files = make_project(tmp_path)
    assert files.modules() == [tmp_path / "ontology" / "kg.ttl"]


def test_written_file_replaces_the_old_one(tmp_path: Path) -> None:
    """The content is exact and nothing else stays behind."""
    path = tmp_path / "page.html"
    path.write_text("old")
    write_atomic(path, "α\n")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("page.html", "α\n".encode())]


def test_rewritten_file_keeps_its_mode(tmp_path: Path) -> None:
    """A private file does not become public, nor a new one private."""
    path = tmp_path / "page.html"
    write_atomic(path, "")
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o640)
    write_atomic(path, "more")
    assert path.stat().st_mode & 0o777 == 0o640


def test_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """A folder stands where the file should go: the folder stays, no scratch file does."""
    (tmp_path / "taken").mkdir()
    with pytest.raises(KgError, match=r"cannot write .*taken: "):
        write_atomic(tmp_path / "taken", "text")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]
