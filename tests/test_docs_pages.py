"""What the pages under `docs/` show is what comes out, and what they name is there."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from doc_blocks import DOCS, Block, Ran, read_blocks, run_page, updated
from kg.pool import Limits
from kg.store import Graph

TESTS = Path(__file__).parent
# How many blocks are run on each page.
PAGES = {
    "cookbook": 15,
    "link_your_ontology": 4,
    "tutorial_scientists": 8,
    "tutorial_students": 5,
    "tutorial_tool_builders": 7,
}


def _read(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_what_comes_out(name: str) -> None:
    """Each command, query and program runs without a word on standard error, and prints what stands below it."""
    ran = list(run_page(_read(name)))
    assert len(ran) == PAGES[name]
    for one in ran:
        assert one.holds, (
            f"{one.block.code}{one.fault}{one.printed}\npython tests/doc_blocks.py {name}.md writes it anew"
        )


def test_other_output_is_seen() -> None:
    """A block holds only if it ran, and printed all that is shown, or more where the page says so."""
    [whole] = read_blocks("```sh\nprintf 'a\\nb\\n'\n```\n\n```text\na\nb\n```\n")
    assert Ran(whole, "a\nb\n", "").holds
    assert not Ran(whole, "a\nb\nc\n", "").holds
    assert not Ran(whole, "a\nb\n", "exit code 1").holds
    part = Block("sh", "", "a\n…\n", (0, 0))
    assert Ran(part, "a\nb\n", "").holds
    assert not Ran(part, "a\n", "").holds
    assert not Ran(part, "b\nb\n", "").holds


def test_output_is_written_into_a_page() -> None:
    """What is shown becomes what comes out; a shortened block stays as long as it was."""
    page = (
        "```sh\nprintf 'a\\nb\\n'\n```\n\n```text\n{}```\n\n```python\nprint(1)\nprint(2)\n```\n\n```text\n{}…\n```\n"
    )
    assert updated(page.format("?\n", "?\n")) == page.format("a\nb\n", "1\n")


def test_failing_block_is_not_passed_over() -> None:
    """A command that fails is told with what it said."""
    [ran] = run_page("```sh\nkg query no_such_question\n```\n")
    assert "no_such_question" in ran.fault
    with pytest.raises(RuntimeError, match="no_such_question"):
        updated("```sh\nkg query no_such_question\n```\n")


def test_terms_of_the_documents_exist(loaded: Graph) -> None:
    """Every term that a page names is a term of the ontology; the page on a new paper invents only things."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    named = {term for text in texts.values() for term in re.findall(r"\bkg:\w+", text)} - {"kg:term"}
    assert len(named) > 60
    known = set(
        loaded.query("SELECT DISTINCT ?term { ?term a [] FILTER(STRSTARTS(STR(?term), STR(kg:))) }").column("term")
    )
    assert named - known == set()


def test_names_of_the_student_tutorial_are_on_the_pages(site_folder: Path) -> None:
    """What is printed in bold can be found in the site, under these very words."""
    names = re.findall(r"\*\*(.+?)\*\*", _read("tutorial_students"))
    assert len(names) >= 15
    page = re.sub(r"<[^>]+>", " ", (site_folder / "index.html").read_text(encoding="utf-8"))
    words = " ".join(unescape(page).split())
    assert [name for name in names if name not in words and name != "bridge"] == []


def test_commands_of_the_security_page_exist() -> None:
    """Each names files that are there, and words that some test in them has in its name."""
    commands = re.findall(r"`(?:pytest|python) (tests/[^`]+)`", _read("security"))
    assert len(commands) >= 12
    for command in commands:
        files, _, words = command.partition(" -k ")
        paths = [TESTS.parent / word for word in files.split() if word.startswith("tests/")]
        names = " ".join(
            re.findall(r"^def (test_\w+)", "".join(path.read_text("utf-8") for path in paths), re.MULTILINE)
        )
        for word in words.strip('"').split(" or ") if words else []:
            assert word in names, command


def test_limits_of_the_pages_are_the_defaults() -> None:
    """Both pages that print the limits of the service print those that hold."""
    limits = Limits()
    for name in ("security", "service"):
        rows = dict(re.findall(r"^\| `--([\w-]+)` \| ([\d,]+)", _read(name), re.MULTILINE))
        assert rows == {
            "timeout": f"{limits.seconds:g}",
            "memory": str(limits.memory >> 20),
            "answer-size": str(limits.answer >> 20),
            "queue": str(limits.queue),
            "workers": str(limits.workers),
        }
