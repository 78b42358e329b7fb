"""The glossary, and the marks by which every page of the site explains its abbreviations.

A mark is a link to the glossary, so that it works without a script; `assets/glossary.js` shows the words at the place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from kg.site_page import Site
    from kg.store import Graph

__all__ = ["Entry", "Glossary", "read_glossary", "write_glossary"]

_ENTRIES = """
SELECT ?id ?headword ?words ?step ?short ?form ?explains
WHERE {
  ?entry a kg:GlossaryEntry ; kg:headword ?headword ; kg:plainWords ?words .
  OPTIONAL { ?entry kg:ladderStep ?step } OPTIONAL { ?entry kg:abbreviation ?short }
  OPTIONAL { ?entry kg:writtenAs ?form } OPTIONAL { ?entry kg:explains ?explains }
  BIND(REPLACE(STR(?entry), "^.*/data/Glossary_", "") AS ?id)
} ORDER BY LCASE(?headword) ?id ?form ?explains"""


@dataclass(frozen=True)
class Entry:
    """A word of the glossary; `step` is its place on the ladder of responses, 0 for none."""

    id: str
    headword: str
    words: str
    abbreviation: str = ""
    forms: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
    step: int = 0

    @property
    def title(self) -> str:
        """Name the entry, its abbreviation before the word.

        >>> Entry("ORR", "overall response rate", "A share.", "ORR").title
        'ORR, overall response rate'
        """
        return f"{self.abbreviation}, {self.headword}" if self.abbreviation else self.headword

    @property
    def marks(self) -> tuple[str, ...]:
        """List what pages link to the entry."""
        return (self.abbreviation, *self.forms) if self.abbreviation else self.forms


class Glossary:
    """The entries by their titles, and how the abbreviations among them are marked in text."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries

    @cached_property
    def by_mark(self) -> Mapping[str, Entry]:
        """Find the entries by what is linked to them."""
        return {mark: entry for entry in self.entries for mark in entry.marks}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        # The longest first, so that CAR-T is not read as CAR.
        longest = sorted(self.by_mark, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)") if longest else None

    def mark(self, text: object, root: str = "", seen: set[str] | None = None) -> Markup:
        """Escape a text and link the first appearance of each abbreviation in it to the glossary.

        Args:
            text: running text, or what a cell holds.
            root: the way from the page to the top of the site.
            seen: the entries that need no mark any more, to be shared by the blocks of one table; it is added to.

        >>> glossary = Glossary([Entry("ORR", "overall response rate", "A share.", "ORR")])
        >>> glossary.mark("ORR < 5, ORR > 4")
        Markup('<a class="gloss" href="glossary.html#ORR">ORR</a> &lt; 5, ORR &gt; 4')
        """
        words, told = str(text), set() if seen is None else seen
        parts, done = [], 0
        for found in self._pattern.finditer(words) if self._pattern else ():
            entry = self.by_mark[found[0]]
            if entry.id not in told:
                told.add(entry.id)
                link = Markup('<a class="gloss" href="{}glossary.html#{}">{}</a>').format(root, entry.id, found[0])
                parts += [escape(words[done : found.start()]), link]
                done = found.end()
        return Markup("").join([*parts, escape(words[done:])]) if parts else escape(words)


def read_glossary(graph: Graph) -> Glossary:
    """Read the entries of a graph, by title."""
    entries = []
    for name, group in groupby(graph.query(_ENTRIES), key=lambda row: row["id"]):
        rows = list(group)
        first = rows[0]
        forms, explained = (tuple(sorted({row[key] for row in rows if row[key]})) for key in ("form", "explains"))
        step = int(first["step"] or 0)
        entries.append(Entry(name, first["headword"], first["words"], first["short"], forms, explained, step))
    return Glossary(sorted(entries, key=lambda entry: entry.title.casefold()))


def write_glossary(site: Site) -> None:
    """Write the page of the glossary, and the data from which the pop-ups take their words."""
    from kg.site_page import script_data

    entries = site.glossary.entries
    ladder = sorted((entry for entry in entries if entry.step), key=lambda entry: entry.step)
    letters = [(letter, list(group)) for letter, group in groupby(entries, key=lambda entry: _letter(entry.title))]
    site.write(
        "data/glossary.js", script_data("kgGlossary", {entry.id: [entry.title, entry.words] for entry in entries})
    )
    site.page(
        "glossary.html",
        "glossary.html.j2",
        "Glossary",
        scripts=["assets/lists.js"],
        letters=letters,
        ladder=ladder,
        things=site.things,
    )


def _letter(title: str) -> str:
    """File a title under its first letter, or under the sign for what has none.

    >>> _letter("eIF4E"), _letter("5-HT3")
    ('E', '#')
    """
    return title[0].upper() if title[0].isalpha() else "#"
