"""The page of the ontology: every term at its anchor, links that lead somewhere, and labels that stay text."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser import watched
from kg import Graph
from kg.export import export
from kg.export_docs import docs
from kg.store import load as load_project
from small_project import PREFIXES, make_project, write

IMAGE = "<img src=x onerror=window.hacked=1>"
SCRIPT = "</style></title><script>window.hacked=1</script>"


class Reader(HTMLParser):
    """Collect anchors, links and the text of each article."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.articles: dict[str, str] = {}
        self.within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids += [told["id"]] if "id" in told else []
        self.links += [told["href"]] if "href" in told else []
        if tag == "article":
            self.within = told["id"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within:
            self.articles[self.within] = self.articles.get(self.within, "") + data


@pytest.fixture(scope="module")
def page(loaded: Graph) -> str:
    return docs(loaded).files["index.html"]


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    return Reader(page)


def test_every_term_has_its_article(loaded: Graph, read: Reader) -> None:
    """Label and definition of each term stand at the anchor of its name."""
    rows = loaded.query(
        """SELECT DISTINCT ?term ?label ?definition { ?term rdfs:label ?label ; skos:definition ?definition
             FILTER(STRSTARTS(STR(?term), STR(kg:))) }"""
    ).rows
    assert len(rows) > 400
    for term, label, definition in rows:
        words = " ".join(read.articles[term.removeprefix("kg:")].split())
        assert words.startswith(f"{label} {term}")
        assert " ".join(definition.split()) in words


def test_anchors_are_unique_and_links_lead_somewhere(read: Reader) -> None:
    """No anchor twice, no link to an anchor that is not there, none to a strange kind of address."""
    assert len(read.ids) == len(set(read.ids))
    inner = {link[1:] for link in read.links if link.startswith("#")}
    assert len(inner) > 400
    assert inner <= set(read.ids)
    assert all(link.startswith(("#", "https://", "http://")) for link in read.links)


def test_page_has_no_script_and_says_so(page: str, read: Reader) -> None:
    """The policy allows the page's own style alone; nothing else is loaded."""
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy
    assert read.tags.isdisjoint({"script", "img", "iframe", "object", "link", "form"})
    assert not re.search(r"\son\w+=", page)


def test_hostile_terms_are_harmless(chromium: Browser, tmp_path: Path) -> None:
    """Labels, definitions, links and even names that are attacks stay text in a real browser."""
    files = make_project(tmp_path / "project")
    write(
        files.root,
        "ontology/bad.ttl",
        PREFIXES
        + f"""<https://w3id.org/xpo1-kg/ontology/> a owl:Ontology ; owl:versionInfo "{IMAGE}" ;
  <http://purl.org/dc/terms/title> "{SCRIPT}" ; <http://purl.org/dc/terms/license> <javascript:hacked=1> .
<https://w3id.org/xpo1-kg/ontology/a'onmouseover='hacked=1> a owl:Class ; rdfs:label "{SCRIPT}" ;
  skos:definition "{IMAGE}" ; skos:exactMatch <javascript:hacked=1> , <https://example.org/'onclick='x> .
""",
    )
    out = export(load_project(files, cache=False), "docs", tmp_path / "out")[0]
    with watched(chromium) as seen:
        opened = seen.page
        opened.goto(out.as_uri())
        assert opened.evaluate("window.hacked") is None
        assert opened.locator("script, img, [onmouseover], [onclick]").count() == 0
        assert opened.locator('a[href^="javascript"]').count() == 0
        assert opened.locator("article h3", has_text=SCRIPT).count() == 1
        assert opened.evaluate("getComputedStyle(document.querySelector('dl')).display") == "grid"
        assert seen.requests == [out.as_uri()]
        assert seen.complaints == []
