"""Glossary, things, statements and references of the site: what the pages say, and what they do in a real browser."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser import watched
from kg.questions import get_question
from kg.site_data import WHOLE
from kg.site_entities import SECTIONS
from kg.site_glossary import Entry, Glossary, read_glossary
from kg.site_page import address
from kg.site_things import read_things
from kg.store import Graph, load

WORD = re.compile(r"\w+(?:-\w+)*")
# Capitals that shorten no word: Roman numerals, and the numbers under which trials are registered.
NO_WORD = re.compile(r"I+b?|(?:NCT|EudraCT)[\d-]+")


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


# Names of works of software, of registers and of a file, which shorten nothing.
PROPER_NAMES = {"JavaScript", "ClinicalTrials", "PubMed", "NetworkX", "RDFLib", "LICENSES", "BSD-3-Clause", "5-HT"}
PROPER_NAMES |= {"CodeMirror", "YASQE"}


@pytest.mark.parametrize("name", ["index", "explore", "things", "glossary", "about"])
def test_every_abbreviation_of_the_site_itself_is_explained(site_folder: Path, glossary: Glossary, name: str) -> None:
    """What the pages say in their own words has no short form that the glossary lacks."""
    text = (site_folder / f"{name}.html").read_text(encoding="utf-8")
    words = re.sub(r"<(code|cite|pre|script)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
    assert _unexplained({unescape(words)}, glossary) - PROPER_NAMES == set()


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


# ---- what the pages say


@dataclass
class Shown:
    """A table of a page as a reader finds it: its columns, its cells as text, its command and its query."""

    page: str
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)
    command: str = ""
    sparql: str = ""


class TableReader(HTMLParser):
    """Take the tables of a page apart."""

    def __init__(self, page: str, text: str) -> None:
        super().__init__()
        self.page = page
        self.tables: list[Shown] = []
        self.row: list[str] | None = None
        self.kept: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section" and given.get("class") == "table":
            self.tables.append(Shown(self.page))
        elif tag == "th" and "data-column" in given:
            self.tables[-1].columns.append(given["data-column"] or "")
        elif tag == "tr":
            self.row = []
        elif (tag == "td" and self.row is not None) or tag == "code":
            self.kept = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "td" and self.row is not None and self.kept is not None:
            self.row.append("".join(self.kept))
            self.kept = None
        elif tag == "tr" and self.tables and self.row:
            self.tables[-1].rows.append(tuple(self.row))
            self.row = None
        elif tag == "code" and self.kept is not None and self.tables:
            name = "command" if not self.tables[-1].command else "sparql"
            setattr(self.tables[-1], name, "".join(self.kept))
            self.kept = None

    def handle_data(self, data: str) -> None:
        if self.kept is not None:
            self.kept.append(data)


@pytest.fixture(scope="module")
def shown_tables(site_folder: Path) -> list[Shown]:
    """Read the tables of every thing's page."""
    paths = sorted((site_folder / "entity").glob("*.html"))
    return [table for path in paths for table in TableReader(path.stem, path.read_text(encoding="utf-8")).tables]


def test_shown_query_gives_the_shown_rows(graph: Graph, shown_tables: list[Shown]) -> None:
    """Of each kind of table a choice of pages: the SPARQL that stands there, run as it stands, has the table's rows."""
    by_question: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    for table in shown_tables:
        words = shlex.split(table.command)
        by_question[words[2], words[4].partition("=")[0]].append(table)
    assert set(by_question) == {(section.question, section.parameter) for section in SECTIONS}
    for tables in by_question.values():
        for table in tables[:: max(1, len(tables) // 6)]:
            answer = graph.query(table.sparql)
            assert (list(answer.columns), answer.rows) == (table.columns, table.rows), (table.page, table.command)


def test_shown_command_gives_the_shown_rows(graph: Graph, shown_tables: list[Shown]) -> None:
    """The command line beside it asks for the same."""
    assert len(shown_tables) > 1500
    for table in shown_tables[::60]:
        _, query, question, flag, given, form, csv = shlex.split(table.command)
        assert (query, flag, form, csv) == ("query", "-p", "--format", "csv")
        name, _, value = given.partition("=")
        assert graph.query(question, **{name: value}).rows == table.rows, table.page


def test_every_row_of_the_tables_stands_on_a_page(graph: Graph, shown_tables: list[Shown]) -> None:
    """No statement or figure is lost between the pages, but for what statements say of statements."""
    about_statements = set(
        graph.query("SELECT ?id { ?id kg:subject/kg:polarity ?first ; kg:object/kg:polarity ?second }").column("id")
    )
    for question, column in [("statements", "statement_id"), ("reported_values", "value_id")]:
        standing = {
            row[table.columns.index(column)]
            for table in shown_tables
            if table.command.startswith(f"kg query {question} ")
            for row in table.rows
        }
        assert set(graph.query(question).column(column)) - standing == (
            about_statements if question == "statements" else set()
        )


def test_things_of_every_domain_class_have_pages(graph: Graph, site_folder: Path) -> None:
    """Whatever statements speak about has a page, but for statements and grades that are spoken about."""
    ends = graph.query("SELECT DISTINCT ?end { [] kg:subject|kg:object ?end }").column("end")
    without = {end for end in ends if not (site_folder / address(end)).is_file()}
    records = graph.query(
        """SELECT DISTINCT ?end { [] kg:subject|kg:object ?end . ?end a ?class .
           VALUES ?root { kg:Statement kg:GradeBand } ?class rdfs:subClassOf* ?root }"""
    ).column("end")
    assert without == set(records)
    names = [path.name.casefold() for path in (site_folder / "entity").iterdir()]
    assert len(names) == len(set(names)) > 700


def test_statements_and_works_have_their_addresses(graph: Graph, site_folder: Path) -> None:
    """Each stands once under its name."""
    statements = (site_folder / "statements.html").read_text(encoding="utf-8")
    for name in graph.query("statements").column("statement_id"):
        assert statements.count(f'id="{name.removeprefix("kgd:")}"') == 1, name
    works = (site_folder / "references.html").read_text(encoding="utf-8")
    for row in graph.query("references"):
        assert works.count(f'id="Reference_{row["number"]}"') == 1
        assert (f"doi:{row['doi']}<" in works) == bool(row["doi"])


def test_denied_statements_say_so(graph: Graph, site_folder: Path) -> None:
    """As often as the graph denies something, the page of statements has its "not"."""
    negated = [row for row in graph.query("statements") if row["polarity"] == "negated"]
    text = (site_folder / "statements.html").read_text(encoding="utf-8")
    assert text.count('<span class="not">not</span>') == len(negated) > 10


def test_disputes_of_claims_are_linked(graph: Graph, site_folder: Path) -> None:
    """Among the claims of a context, what disputes one leads to both of its sides."""
    table = graph.query(get_question("claims_in_context").text).column("disputed")
    names = {name for cell in table for name in cell.split("; ") if name}
    text = "".join(path.read_text(encoding="utf-8") for path in (site_folder / "entity").glob("Context_*.html"))
    assert len(names) > 5
    for name in names:
        assert f'<td><a href="../discrepancies.html#{name.removeprefix("kgd:")}">{name}</a>' in text, name


@pytest.mark.parametrize("name", WHOLE)
def test_whole_tables_lie_beside(graph: Graph, site_folder: Path, name: str) -> None:
    """As `kg query` writes them, to be opened without a script."""
    for form in ("csv", "json"):
        written = (site_folder / "data" / f"{name}.{form}").read_text(encoding="utf-8")
        assert written == graph.query(name).render(form)


def test_things_and_their_neighbours_are_all_tied(graph: Graph) -> None:
    """Every property between things that is no claim stands in the question, itself or its inverse."""
    text = get_question("neighbours").text
    used = graph.query(
        """SELECT DISTINCT ?property ?inverse {
             { SELECT DISTINCT ?a { VALUES ?root { kg:DomainThing kg:Context kg:DesignFeature }
                 ?class rdfs:subClassOf* ?root . ?a a ?class FILTER(STRSTARTS(STR(?a), STR(kgd:))) } }
             ?a ?property ?b . ?b rdfs:label ?label . FILTER(STRSTARTS(STR(?b), STR(kgd:)))
             OPTIONAL { ?property owl:inverseOf|^owl:inverseOf ?inverse }
             FILTER NOT EXISTS { ?property rdfs:subPropertyOf* kg:causallyAffects }
             FILTER NOT EXISTS { ?inverse rdfs:subPropertyOf* kg:causallyAffects } }"""
    )
    missing = {row["property"] for row in used if f"{row['property']} " not in text.replace("\n", " ")}
    assert {
        row["property"] for row in used if row["property"] in missing and (row["inverse"] or "-") + " " not in text
    } == set()


# ---- what they do in the browser


def test_search_leads_to_a_thing(chromium: Browser, site_folder: Path) -> None:
    """By label, synonym or identifier, with the keyboard alone; what there is to find is loaded when asked for."""
    with watched(chromium) as open_page:
        page = open_page.page
        page.goto(f"{site_folder.as_uri()}/entity/Study_BOSTON.html")
        assert not [name for name in open_page.requests if name.endswith("things.js")]
        field = page.get_by_role("combobox", name="Find a thing")
        for text, label in (("CRM1", "XPO1"), ("kpt330", ""), ("KPT-330", "selinexor"), ("NF-kB", "NF-κB")):
            field.fill(text)
            first = page.locator("#finder-list [role=option]").first
            expect(first).to_contain_text(label or "nothing is called so")
        assert field.get_attribute("aria-expanded") == "true"
        field.fill("hgnc:12825")
        expect(page.locator("#finder-list [role=option][aria-selected=true]")).to_contain_text("XPO1")
        field.press("Escape")
        expect(page.locator("#finder-list")).to_be_hidden()
        field.fill("thrombocytop")
        expect(page.locator("#finder-list [role=option]")).not_to_have_count(0)
        field.press("ArrowDown")
        field.press("ArrowUp")
        field.press("Enter")
        page.wait_for_url("**/entity/AdverseEvent_thrombocytopenia.html")
        assert open_page.complaints == []
        assert open_page.outside(site_folder.as_uri()) == []


def test_abbreviation_explains_itself(chromium: Browser, site_folder: Path) -> None:
    """Under the pointer and at the focus; Escape takes it away; the pointer may rest on the words."""
    with watched(chromium) as open_page:
        page = open_page.page
        page.goto(f"{site_folder.as_uri()}/entity/Study_BOSTON.html")
        mark, bubble = page.locator(".lead a.gloss").first, page.get_by_role("tooltip")
        assert not [name for name in open_page.requests if name.endswith("glossary.js") and "/data/" in name]
        mark.hover()
        expect(bubble).to_contain_text("Selinexor, bortezomib and dexamethasone.")
        assert mark.get_attribute("aria-describedby") == "gloss"
        bubble.hover()
        page.wait_for_timeout(400)
        expect(bubble).to_be_visible()
        page.keyboard.press("Escape")
        expect(bubble).to_be_hidden()
        page.mouse.move(5, 800)
        mark.focus()
        expect(bubble).to_be_visible()
        page.keyboard.press("Tab")
        expect(bubble).not_to_contain_text("Selinexor, bortezomib and dexamethasone.")
        mark.click()
        page.wait_for_url("**/glossary.html#XVd")
        assert open_page.complaints == []


def test_downloads_are_what_the_question_answers(chromium: Browser, graph: Graph, site_folder: Path) -> None:
    """The CSV and JSON that a page makes are those of `kg query`, hidden columns included."""
    with watched(chromium) as open_page:
        page = open_page.page
        page.goto(f"{site_folder.as_uri()}/entity/Regimen_XVd.html")
        answer = graph.query("measured_values", regimen="XVd")
        tools = page.locator("#measured_values-regimen .downloads")
        for form in ("CSV", "JSON"):
            with page.expect_download() as made:
                tools.get_by_role("button", name=form).click()
            assert made.value.suggested_filename == f"Regimen_XVd_measured_values-regimen.{form.lower()}"
            assert Path(made.value.path()).read_text(encoding="utf-8") == answer.render(form.lower())
        hidden = page.locator("#measured_values-regimen th", has_text="measurement id")
        expect(hidden).to_be_hidden()
        tools.get_by_role("button", name="All columns").click()
        expect(hidden).to_be_visible()


def test_list_is_narrowed_and_the_link_keeps_it(chromium: Browser, graph: Graph, site_folder: Path) -> None:
    """Choices narrow the statements; the address restores them, leads to one, or says what it does not know."""
    kept = [
        row
        for row in graph.query("statements")
        if row["kind"] == "mechanism statement" and row["certainty"] == "suggested"
    ]
    page_address = f"{site_folder.as_uri()}/statements.html"
    with watched(chromium) as open_page:
        page = open_page.page
        page.goto(page_address)
        shown = page.locator("#statements li:not([hidden])")
        page.get_by_label("Kind").select_option("mechanism statement")
        page.get_by_label("Certainty").select_option("suggested")
        expect(shown).to_have_count(len(kept))
        address_kept = page.url
        page.goto("about:blank")
        page.goto(address_kept)
        expect(shown).to_have_count(len(kept))
        page.goto(f"{page_address}#Statement_selinexor_inhibits_XPO1")
        expect(page.locator("#Statement_selinexor_inhibits_XPO1")).to_be_in_viewport()
        page.goto(f"{page_address}#Statement_nobody")
        expect(page.get_by_role("alert")).to_have_text("Nothing on this page is called Statement_nobody.")
        page.goto(f"{page_address}#kind=nonsense&certainty=suggested&colour=red")
        expect(page.get_by_role("alert")).to_have_text("The list has no kind nonsense, colour red to narrow it by.")
        expect(shown).to_have_count(sum(row["certainty"] == "suggested" for row in graph.query("statements")))
        assert open_page.complaints == []


def test_pages_can_be_read_without_a_script(chromium: Browser, site_folder: Path) -> None:
    """No field that does nothing, no button without effect; the text is all there."""
    with watched(chromium, java_script_enabled=False) as open_page:
        page = open_page.page
        for name in (
            "entity/Drug_selinexor.html",
            "statements.html",
            "things.html",
            "glossary.html",
            "references.html",
        ):
            page.goto(f"{site_folder.as_uri()}/{name}")
            for control in ("form", "button", "input", "select"):
                assert all(not one.is_visible() for one in page.locator(control).all()), (name, control)
        page.goto(f"{site_folder.as_uri()}/statements.html")
        assert page.locator("#statements li").count() == 877
        page.locator("#Statement_selinexor_inhibits_XPO1 a", has_text="XPO1").first.click()
        page.wait_for_url("**/entity/Protein_XPO1.html")
        expect(page.get_by_role("heading", level=1)).to_have_text("XPO1")
