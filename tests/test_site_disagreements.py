"""The page of all disagreements: nothing is left out, both sides stand there, and the address keeps what was chosen."""

from __future__ import annotations

import csv
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser import watched
from kg.site_disagreements import NO_STUDY
from kg.store import Graph

ANSWER = Path(__file__).parent / "answers" / "discrepancies.tsv"


class Cards(HTMLParser):
    """The text of each card, that of its sides, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: defaultdict[str, str] = defaultdict(str)
        self.sides: defaultdict[str, list[str]] = defaultdict(list)
        self.links: defaultdict[str, list[str]] = defaultdict(list)
        self.facets: dict[str, dict[str, str | None]] = {}
        self._card = ""
        self._in_side = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "li" and "data-item" in told:
            self._card = told["id"] or ""
            self.facets[self._card] = told
        elif tag == "div" and told.get("class") == "side":
            self.sides[self._card].append("")
            self._in_side = True
        elif tag == "a" and self._card:
            self.links[self._card].append(told["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._in_side = False
        elif tag == "ul":
            self._card = ""

    def handle_data(self, data: str) -> None:
        if self._card:
            self.texts[self._card] += data
            if self._in_side:
                self.sides[self._card][-1] += data


@pytest.fixture(scope="module")
def cards(site_folder: Path) -> Cards:
    return Cards((site_folder / "discrepancies.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answer() -> list[dict[str, str]]:
    with ANSWER.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_disagreement_has_both_sides(answer: list[dict[str, str]], cards: Cards) -> None:
    """Each row of the stored answer is a card with its values, their sources, its type, status and reason."""
    assert len(answer) == 144
    assert list(cards.texts) == [row["discrepancy_id"].removeprefix("kgd:") for row in answer]
    for row in answer:
        name = row["discrepancy_id"].removeprefix("kgd:")
        given = [(row[f"value_{side}"], row[f"source_{side}"]) for side in "ab" if row[f"value_{side}"]]
        assert len(cards.sides[name]) == len(given), name
        for (value, source), side in zip(given, cards.sides[name], strict=True):
            assert side.split()[: len(value.split())] == value.split(), name
            assert source in side, name
        words = " ".join(cards.texts[name].split())
        assert row["resolution"] in words, name
        facets = cards.facets[name]
        told = (row["study"] or NO_STUDY, row["type"], row["status"])
        assert (facets["data-study"], facets["data-type"], facets["data-status"]) == told
        assert f"{row['type']} · {row['status']}" in words


def test_sides_have_their_places_and_links(loaded: Graph, cards: Cards) -> None:
    """Every side that is a printed value has its place, and leads to where it stands among what was measured."""
    rows = loaded.query(
        """SELECT ?id ?value ?place { ?id kg:firstReport|kg:secondReport ?value .
             ?value kg:reportOf ?any ; kg:locator/kg:placeName ?place }"""
    ).rows
    assert len(rows) > 150
    for name, value, place in rows:
        card = name.removeprefix("kgd:")
        assert any(place in side for side in cards.sides[card]), (name, place)
        assert any(link.endswith(f"#{value.removeprefix('kgd:')}") for link in cards.links[card]), (name, value)


def test_what_holds_is_marked(loaded: Graph, cards: Cards) -> None:
    """Where the graph says which report holds, that side says so, and no other does."""
    held = loaded.query("SELECT DISTINCT ?id { ?id kg:resolvedTo ?report ; kg:firstReport|kg:secondReport ?report }")
    marked = {name for name, sides in cards.sides.items() if any("holds" in side.split() for side in sides)}
    assert marked == {name.removeprefix("kgd:") for name in held.column("id")}
    assert len(marked) > 5


def test_filter_by_trial_and_type_stays_in_the_address(
    chromium: Browser, site_folder: Path, answer: list[dict[str, str]]
) -> None:
    """What is chosen narrows the list, and the same address narrows it again; a card has an address of its own."""
    wanted = [row for row in answer if (row["study"], row["type"]) == ("BOSTON", "text vs table")]
    page_at = f"{site_folder.as_uri()}/discrepancies.html"
    with watched(chromium, viewport={"width": 390, "height": 900}) as opened:
        page = opened.page
        page.goto(page_at)
        page.get_by_label("Trial or study").select_option("BOSTON")
        page.get_by_label("Type").select_option("text vs table")
        expect(page.locator("form.narrow output")).to_have_text(f"{len(wanted)} of {len(answer)}")
        kept = page.url
        assert kept.endswith("#study=BOSTON&type=text%20vs%20table")
        page.goto("about:blank")
        page.goto(kept)
        expect(page.locator("[data-item]:visible")).to_have_count(len(wanted))
        expect(page.get_by_label("Trial or study")).to_have_value("BOSTON")
        page.get_by_label("Status").select_option("explained")
        explained = [row for row in wanted if row["status"] == "explained"]
        expect(page.locator("[data-item]:visible")).to_have_count(len(explained))
        name = answer[-1]["discrepancy_id"].removeprefix("kgd:")
        page.goto(f"{page_at}#{name}")
        expect(page.locator(f"#{name}")).to_be_in_viewport()
        assert opened.complaints == []
