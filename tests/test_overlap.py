"""No sentence of the review stands in the project: facts, numbers and places only."""

from __future__ import annotations

import os
import re
from pathlib import Path

from kg import load
from overlap import digest, review_digests, windows

ROOT = Path(__file__).parents[1]
KNOWN = frozenset((ROOT / "tests" / "source_windows.txt").read_text().split())
FOLDERS = ("src", "ontology", "data", "queries", "tests", "docs")
ENDINGS = {".py", ".ttl", ".rq", ".tsv", ".md", ".j2", ".js", ".css", ".toml", ".cff"}


def test_no_run_of_words_is_copied() -> None:
    """No file shares a run of eight words with the running text of the review, titles of works apart."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in ENDINGS]
    files += [path for path in ROOT.iterdir() if path.suffix in ENDINGS]
    assert len(files) > 100
    titles = load(derive=False).query("SELECT ?title { ?work kg:title ?title }").column("title")
    assert len(titles) == 103  # the reference list and the review itself
    allowed = {window for title in titles for window in windows(title)}
    copied = {
        f"{path.relative_to(ROOT)}: {' '.join(window)}"
        for path in files
        for window in windows(path.read_text(encoding="utf-8"))
        if digest(window) in KNOWN and window not in allowed
    }
    assert copied == set()


def test_copied_sentence_would_be_seen() -> None:
    """A phrase has a window for each run of eight words, and always the same digests; the review's are many others."""
    found = [digest(window) for window in windows("One two three, <b>four</b> five six seven eight nine.")]
    assert found == ["62d51a1fd3", "f936397ea9"]
    assert len(KNOWN) > 5000
    assert all(re.fullmatch("[0-9a-f]{10}", known) for known in KNOWN)
    assert not set(found) & KNOWN


if os.environ.get("KG_REVIEW_TEXT"):

    def test_digests_are_those_of_the_review() -> None:
        """The shipped digests are made anew from the text."""
        assert set(review_digests(os.environ["KG_REVIEW_TEXT"])) == KNOWN
