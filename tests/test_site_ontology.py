"""The page of the ontology in the site: every term at its anchor, what uses it, and how a term is found."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser import watched
from kg.ontology_terms import MOST_EXAMPLES, Entry, Ontology, read_ontology
from kg.store import Graph
from kg.terms import KG


@pytest.fixture(scope="module")
def page(site_folder: Path) -> str:
    return (site_folder / "ontology.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ontology(loaded: Graph) -> Ontology:
    return read_ontology(loaded)


@pytest.fixture(scope="module")
def entries(ontology: Ontology) -> dict[str, Entry]:
    return {entry.curie: entry for _, _, entries in ontology.sections for entry in entries}


def article(page: str, name: str) -> str:
    """Take the text of a term's article."""
    found = re.search(rf'<article id="{re.escape(name)}".*?</article>', page, re.DOTALL)
    assert found, name
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[0])).split())


def test_every_term_stands_at_its_name(page: str) -> None:
    """Each name of the closed list of terms is an anchor, once; so the addresses of names may link there."""
    names = dir(KG)
    assert len(names) > 500
    assert [name for name in names if page.count(f'<article id="{name}"') != 1] == []


def test_classes_stand_below_what_they_are_kinds_of(ontology: Ontology, loaded: Graph) -> None:
    """Every subclass relation between two named classes of ours is a step of the tree, and the tree has no other."""
    steps = set()
    ways = [(node, node.below) for node in ontology.tree]
    while ways:
        node, below = ways.pop()
        steps |= {(kind.entry.curie, node.entry.curie) for kind in below}
        ways += [(kind, kind.below) for kind in below]
    said = loaded.query(
        "SELECT ?a ?b { ?a rdfs:subClassOf ?b ; a owl:Class . ?b a owl:Class FILTER(ISIRI(?a) && ISIRI(?b)) }"
    )
    assert steps == {(row["a"], row["b"]) for row in said}
    assert len(steps) > 100


def test_defined_classes_are_put_into_words(ontology: Ontology, entries: dict[str, Entry], loaded: Graph) -> None:
    """Every class that a reasoner fills says by what; none of the expressions is without words."""
    defined = loaded.query(
        "SELECT DISTINCT ?class { ?class owl:equivalentClass ?is FILTER(ISBLANK(?is) && ISIRI(?class)) }"
    ).column("class")
    assert len(defined) > 20
    assert [name for name in defined if not entries[name].facts.get("defined as what is")] == []
    assert ontology.unworded == 0
    (fact,) = entries["kg:XPO1Inhibitor"].facts["defined as what is"]
    assert fact.words == "drug and (in drug class XPO1 inhibitor or inhibits XPO1)"


def test_relations_tell_domain_range_and_inverse(page: str) -> None:
    """Both directions of an inverse name each other, and a match has the label that it has elsewhere."""
    assert "the other way round inhibited by" in article(page, "inhibits")
    assert "the other way round inhibits" in article(page, "inhibitedBy")
    assert "from (domain) disagreement record to (range) study unit" in article(page, "concernsStudy")
    assert "ncit:C41331 Adverse Event" in article(page, "AdverseEvent")


def test_classes_lead_to_what_belongs_to_them(page: str, loaded: Graph) -> None:
    """The count is that of the graph, and its link leads to the list of them; examples lead to their pages."""
    (row,) = loaded.query("SELECT (COUNT(DISTINCT ?drug) AS ?n) { ?drug a kg:Drug }")
    assert f'<dd><a href="things.html#class-drug">{row["n"]} times</a></dd>' in page
    assert '<a href="statements.html#kind=approval%20statement">' in page
    drugs = re.findall(
        r'<a href="entity/Drug_\w+.html"', page[page.index('<article id="Drug"') :].partition("</article>")[0]
    )
    assert len(drugs) == MOST_EXAMPLES


def test_typing_finds_a_term(chromium: Browser, site_folder: Path) -> None:
    """The list narrows with each letter, the address keeps the word, and the link of a term shows it again."""
    with watched(chromium, viewport={"width": 390, "height": 900}) as opened:
        page = opened.page
        page.goto(f"{site_folder.as_uri()}/ontology.html")
        page.get_by_label("Find a term").press_sequentially("kg:inhibitedBy")
        expect(page.locator("[data-item]:visible")).to_have_count(1)
        expect(page.locator("#inhibitedBy")).to_be_visible()
        assert page.url.endswith("#text=kg%3AinhibitedBy")
        page.locator("#inhibitedBy dd a", has_text="inhibits").click()
        expect(page.locator("#inhibits")).to_be_in_viewport()
        expect(page.get_by_label("Find a term")).to_have_value("")
        page.get_by_text("Tree of classes").click()
        page.locator(".tree a", has_text=re.compile("^drug$")).click()
        expect(page.locator("#Drug")).to_be_in_viewport()
        assert opened.complaints == []
