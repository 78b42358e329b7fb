"""Glossary, things, statements and references of the site: what the pages say, and what they do in a real browser."""

from __future__ import annotations

import re

import pytest

from kg.site_glossary import Entry, Glossary, read_glossary
from kg.store import Graph, load

WORD = re.compile(r"\w+(?:-\w+)*")
# Capitals that shorten no word: Roman numerals, and the numbers under which trials are registered.
NO_WORD = re.compile(r"I+b?|(?:NCT|EudraCT)\d+")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


@pytest.fixture(scope="module")
def glossary(graph: Graph) -> Glossary:
    return read_glossary(graph)


# ---- the glossary


def test_every_abbreviation_of_labels_is_explained(graph: Graph, glossary: Glossary) -> None:
    """A word with two capitals in the label, definition or synonym of a thing is marked as a whole or in part."""
    texts = {
        text
        for row in graph.query(
            """SELECT DISTINCT ?label ?definition ?synonym { VALUES ?root { kg:DomainThing kg:Context kg:DesignFeature }
               ?class rdfs:subClassOf* ?root . ?thing a ?class ; rdfs:label ?label ; skos:definition ?definition .
               OPTIONAL { ?thing skos:altLabel ?synonym } }"""
        )
        for text in row.values()
    }
    assert len(texts) > 900
    assert sorted(_unexplained(texts, glossary)) == []


def _unexplained(texts: set[str], glossary: Glossary) -> set[str]:
    """Find the words with two capitals at least of which no part is marked."""
    words = {word for text in texts for word in WORD.findall(text) if not NO_WORD.fullmatch(word)}
    short = {word for word in words if sum(letter.isupper() for letter in word) > 1}
    return {word for word in short if "gloss" not in glossary.mark(word)}


def test_no_two_entries_have_one_mark(glossary: Glossary) -> None:
    """What a pop-up says does not depend on the order of the entries."""
    marks = [mark for entry in glossary.entries for mark in entry.marks]
    assert len(marks) == len(set(marks)) > 130
    assert len(glossary.entries) > 120


def test_ladder_has_its_five_steps(glossary: Glossary) -> None:
    """From the best response down."""
    steps = sorted((entry.step, entry.abbreviation) for entry in glossary.entries if entry.step)
    assert steps == [(1, "sCR"), (2, "CR"), (3, "VGPR"), (4, "PR"), (5, "MR")]


def test_what_entries_explain_has_a_page(graph: Graph, glossary: Glossary) -> None:
    """A link of the glossary never leads nowhere."""
    from kg.site_things import read_things

    things = read_things(graph)
    assert [name for entry in glossary.entries for name in entry.explains if name not in things] == []


def test_only_first_appearance_is_marked() -> None:
    """Once a block, or once a table that shares a set; the longest form wins; all else is escaped."""
    made = Glossary([Entry("CAR", "receptor", "Words.", "CAR"), Entry("CAR_T", "cells", "Words.", "CAR-T")])
    assert made.mark("CAR-T <b> CAR-T") == '<a class="gloss" href="glossary.html#CAR_T">CAR-T</a> &lt;b&gt; CAR-T'
    seen: set[str] = set()
    made.mark("CAR", "../", seen)
    assert made.mark("CAR, CARs, mCAR", "../", seen) == "CAR, CARs, mCAR"
    assert "gloss" not in made.mark("CARs, mCAR")


def test_glossary_of_nothing_marks_nothing() -> None:
    """A graph without entries gives plain text."""
    assert Glossary([]).mark("<ORR>") == "&lt;ORR&gt;"
