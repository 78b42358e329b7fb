"""Runs of words of the review, as digests: how the tests see that no sentence of it stands in the project.

    python tests/overlap.py REVIEW.txt > tests/source_windows.txt

Headings, tables and the reference list are left out: they hold names and titles.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator

from kg.source import read_rendition

WORDS = 8  # a run of so many words is a copied phrase; shorter ones are the field's own expressions
_WORD = re.compile(r"[^\W_]+")


def windows(text: str) -> Iterator[tuple[str, ...]]:
    """Slide over the words of a text, in one case and without punctuation."""
    words = [word.casefold() for word in _WORD.findall(re.sub(r"</?\w+>", " ", text))]
    for start in range(len(words) - WORDS + 1):
        yield tuple(words[start : start + WORDS])


def digest(window: tuple[str, ...]) -> str:
    """Shorten a window to 40 bits: enough against chance, too little to read."""
    return hashlib.sha256(" ".join(window).encode()).hexdigest()[:10]


def review_digests(path: str) -> list[str]:
    """Digest the running text of the review, section by section."""
    rendition = read_rendition(path)
    sections = [region for region in rendition.regions if region.table is None and region.key[0] != "References"]
    texts = (rendition.text[region.start : region.end] for region in sections)
    return sorted({digest(window) for text in texts for window in windows(text)})


if __name__ == "__main__":
    print("\n".join(review_digests(sys.argv[1])))
