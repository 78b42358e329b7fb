"""The page Query: the same rows as everywhere else, from the browser or the server, and nothing ever hangs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from playwright.sync_api import Browser, Page, expect

from browser import ARGUMENTS, CHROMIUM, Watched, needed, watched
from kg.questions import list_questions, prepared
from kg.results import Table
from kg.site_page import POLICY
from kg.site_query import OWN, OWN_SCRIPTS, PAGE, QUERY_POLICY
from kg.store import Graph
from kg.terms import PREFIXES
from serving import Server

ANSWERS = Path(__file__).parent / "answers"
QUESTIONS = {question.name: question for question in list_questions()}
TABLE = """() => { const { columns, rows } = kgQuery.table();
  return { columns, rows: rows.map(row => row.map(cell => cell.text)) } }"""
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
# Follows links, or writes on where there is none, while the engine starts anew; tells under which names answers came.
CHOSEN_TOGETHER = """async hashes => {
  const names = [], results = document.getElementById("results");
  const seen = new MutationObserver(() => names.push(results.dataset.question));
  seen.observe(results, { attributes: true, attributeFilter: ["data-question"] });
  kgQueryEngine.stop(new Error("made anew"));
  for (const hash of hashes) {
    if (hash === null) document.querySelector(".CodeMirror").CodeMirror.setValue("ASK {}");
    else {
      const followed = new Promise(done => addEventListener("hashchange", done, { once: true }));
      location.hash = hash;
      await followed;
    }
  }
  while (!names.length || !document.getElementById("stop").disabled) await new Promise(done => setTimeout(done, 50));
  return names }"""
SOME = ("negated_claims", "mechanism_to_outcome", "references", "response_rates")
ATTACK = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>"


class Asker:
    """An open page Query and how to use it."""

    def __init__(self, opened: Watched, home: str) -> None:
        self.opened, self.page, self.home = opened, opened.page, home

    def open(self, hash_: str = "") -> Asker:
        """Load the page anew."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.home}/{PAGE}{hash_}")
        self.page.locator("#asker").wait_for()
        return self

    def link(self, text: str, **more: str) -> Asker:
        """Follow a link to a query."""
        given = {"query": text, **{name.replace("p_", "p."): value for name, value in more.items()}}
        return self.open("#" + "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items()))

    def run(self, text: str) -> None:
        """Write a query as people do, and run it by keyboard."""
        editor = self.page.locator("#editor textarea")
        editor.focus()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Control+Enter")
        self.done()

    def done(self) -> None:
        """Wait until it is answered or refused."""
        expect(self.page.locator("#run")).to_be_enabled(timeout=30_000)

    def table(self) -> Table:
        found = self.page.evaluate(TABLE)
        return Table(tuple(found["columns"]), [tuple(row) for row in found["rows"]])

    def fault(self) -> str:
        self.page.locator("#fault").wait_for()
        return self.page.locator("#fault").inner_text()

    def take(self, name: str, content: str | bytes) -> None:
        """Choose a file of one's own."""
        body = content.encode() if isinstance(content, str) else content
        self.page.locator("#own-file").set_input_files([{"name": name, "mimeType": "text/plain", "buffer": body}])
        said = self.page.locator("#own-said:not(:empty), #own-fault:not([hidden])").first
        expect(said).not_to_contain_text("Reading")

    def quiet(self) -> bool:
        """Tell whether nothing was asked from elsewhere, nothing ran and the browser did not complain."""
        assert self.page.evaluate("window.hacked") is None
        assert self.opened.outside(self.home) == []
        return self.opened.complaints == []


@pytest.fixture
def asker(chromium: Browser, site_folder: Path) -> Iterator[Asker]:
    """Open the page from its file."""
    with watched(chromium, viewport={"width": 1280, "height": 900}, accept_downloads=True) as opened:
        asker = Asker(opened, site_folder.as_uri())
        yield asker
        assert asker.quiet(), opened.complaints


@pytest.fixture
def live(chromium: Browser, site_server: Server) -> Iterator[Asker]:
    """Open the page under `kg serve`."""
    with watched(chromium, viewport={"width": 1280, "height": 900}) as opened:
        yield Asker(opened, site_server.address.rstrip("/"))


def asked(page: Page, name: str) -> None:
    """Follow a link to a saved question on the open page."""
    page.evaluate("name => { location.hash = `question=${name}` }", name)
    expect(page.locator("#results")).to_have_attribute("data-question", name, timeout=30_000)
    expect(page.locator("#run")).to_be_enabled(timeout=30_000)


def stored(name: str) -> list[str]:
    return (ANSWERS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()


# ---- answers


def test_every_question_gives_its_stored_rows(asker: Asker) -> None:
    """WebAssembly answers each saved question with every row and cell, in order."""
    asker.open()
    different = []
    for name in QUESTIONS:
        asked(asker.page, name)
        if asker.table().render("tsv").splitlines() != stored(name):
            different.append(name)
    assert different == []
    assert len(QUESTIONS) >= 73
    assert asker.page.locator("#fault").is_hidden()


def test_server_answers_where_there_is_one(live: Asker) -> None:
    """The same rows from `/sparql`, and the engine is not even loaded."""
    live.open()
    for name in SOME:
        asked(live.page, name)
        assert live.table().render("tsv").splitlines() == stored(name)
        expect(live.page.locator("#state")).to_contain_text("by the server")
    assert sum(address.endswith("/sparql") for address in live.opened.requests) == len(SOME)
    assert not [address for address in live.opened.requests if "query-engine-data" in address]
    assert live.quiet()


def test_values_are_written_in_as_the_command_does(asker: Asker) -> None:
    """Each question with each kind of value becomes the very query that `kg query` asks."""
    asker.open()
    values = [
        "BOSTON",
        "5",
        "5.0",
        "1e3",
        '"5"',
        "kgd:Drug_selinexor",
        "<urn:a>",
        'a "b" \\ c\n',
        "x:y",
        "http://a.b/c d",
        "ß}",
    ]
    cases = [
        (question.text, {parameter.name: value for parameter in question.parameters})
        for question in QUESTIONS.values()
        for value in values
        if question.parameters
    ]
    script = "cases => cases.map(([text, values]) => queryPrepare.prepared(text, values, kgQueryTerms.prefixes).query)"
    assert len(cases) > 100
    assert asker.page.evaluate(script, cases) == [prepared(text, given) for text, given in cases]


def test_wrong_value_is_said(asker: Asker) -> None:
    """What looks like an IRI and is none is refused before anybody is asked."""
    asker.link("# param: s = — any\nSELECT ?s { ?s ?p ?o } LIMIT 1", p_s="http://a.b/<c>")
    assert asker.fault() == "http://a.b/<c>: this is no IRI"


def test_parameters_are_a_form(asker: Asker, loaded: Graph) -> None:
    """A field for each, with its meaning; Enter asks, and the address remembers."""
    asker.open()
    asked(asker.page, "statements")
    expect(asker.page.locator("#parameters label")).to_have_text(["kind", "subject", "object"])
    asker.page.get_by_role("textbox", name="subject").fill("selinexor")
    asker.page.get_by_role("textbox", name="subject").press("Enter")
    expect(asker.page.locator("#count")).not_to_have_text("877 rows")
    asker.done()
    assert asker.table() == loaded.query("statements", subject="selinexor")
    assert asker.page.url.endswith("#question=statements&p.subject=selinexor")


def test_defaults_of_parameters_hold(asker: Asker) -> None:
    """An empty field means the default that the query declares."""
    asker.link("# How many?\n# param: n = 7 — a number\nSELECT (?n + 1 AS ?more) { }")
    asker.done()
    assert asker.table().rows == [("8",)]
    asker.page.get_by_role("textbox", name="n", exact=True).fill("9")
    asker.page.get_by_role("textbox", name="n", exact=True).press("Enter")
    expect(asker.page.locator("#view-table td")).to_have_text("10")


def test_own_dataset_is_not_widened(asker: Asker, loaded: Graph) -> None:
    """All graphs are asked together, but where FROM names some."""
    text = "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/xpo1-kg/graph/boston> { ?s ?p ?o }"
    asker.link(text)
    asker.done()
    assert asker.table() == loaded.query(text)
    asker.run("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert asker.table() == loaded.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


# ---- showing


def test_link_restores_the_view(asker: Asker) -> None:
    """Query, value and chart come back from the address alone."""
    text = "# param: study = — one\nSELECT ?study ?value { VALUES (?study ?value) { ('A' 3) ('B' 5) ('C' -2) } }"
    asker.link(text, p_study="B", view="chart", value="value", label="study")
    expect(asker.page.locator("#chart svg g title")).to_have_text(["B: 5"])
    address = asker.page.url
    asker.open("#" + address.partition("#")[2])
    expect(asker.page.locator("#chart svg g title")).to_have_text(["B: 5"])
    assert asker.page.locator("#parameter-0").input_value() == "B"
    assert asker.page.url == address


def test_unknown_question_is_said(asker: Asker) -> None:
    """A link to a question that is not there says so and breaks nothing."""
    asker.open("#question=no_such")
    expect(asker.page.locator("#unknown")).to_have_text("There is no saved question no_such.")
    asked(asker.page, "bridges")
    expect(asker.page.locator("#unknown")).to_be_hidden()


def test_saved_questions_can_be_searched(asker: Asker) -> None:
    """Words of the name or the description narrow the list; a click asks."""
    asker.open()
    expect(asker.page.locator("#saved-count")).to_have_text(str(len(QUESTIONS)))
    asker.page.locator("#saved-text").fill("curators mechanism")
    links = asker.page.locator("[data-item]:not([hidden]) a")
    expect(links).to_have_text(["bridges"])
    links.click()
    expect(asker.page.locator("#results")).to_have_attribute("data-question", "bridges")


def test_things_in_cells_are_linked(asker: Asker, site_folder: Path) -> None:
    """A thing leads to its page, a claim or figure to its line, another ontology outward, a mere IRI nowhere."""
    asker.link(
        "SELECT * { VALUES ?x { kgd:Drug_selinexor kgd:Statement_selinexor_inhibits_XPO1"
        " kgd:Value_BOSTON_XVd_ORR_table1 <https://example.org/a> <javascript:window.hacked=1> kg:Drug } }"
    )
    asker.done()
    links = [link.get_attribute("href") for link in asker.page.locator("#view-table td a").all()]
    assert links == [
        "entity/Drug_selinexor.html",
        "statements.html#Statement_selinexor_inhibits_XPO1",
        "measurements.html#Value_BOSTON_XVd_ORR_table1",
        "https://example.org/a",
    ]
    assert asker.page.locator("#view-table td").count() == 6
    assert (site_folder / str(links[0])).is_file()


def test_downloads_are_those_of_the_command(asker: Asker, loaded: Graph) -> None:
    """CSV and JSON have every row, byte by byte as `kg query` writes them."""
    asker.open()
    asked(asker.page, "discrepancies")
    for ending in ("csv", "json"):
        with asker.page.expect_download() as got:
            asker.page.locator(f"[data-take={ending}]").click()
        assert got.value.suggested_filename == f"discrepancies.{ending}"
        wanted = loaded.query("discrepancies").render(ending)
        assert Path(got.value.path()).read_text(encoding="utf-8").rstrip() == wanted.rstrip()


def test_numbers_become_bars(asker: Asker) -> None:
    """Bars are as long as their numbers, on both sides of nought; what has none is counted."""
    asker.link("SELECT ?a ?v { VALUES (?a ?v) { ('x' 10) ('y' -5) ('z' 'none') } }", view="chart")
    expect(asker.page.locator("#chart rect")).to_have_count(2)
    first, second = (float(bar.get_attribute("width") or 0) for bar in asker.page.locator("#chart rect").all())
    assert first == pytest.approx(2 * second)
    expect(asker.page.locator("#note")).to_have_text("1 rows have no number there")
    with asker.page.expect_download() as got:
        asker.page.locator("[data-take=svg]").click()
    assert Path(got.value.path()).read_text(encoding="utf-8").startswith("<svg")


CONSTRUCTED = """CONSTRUCT { ?s kg:subject ?a ; kg:object ?b ; rdfs:comment "a \\"quoted\\" word\\n"@en }
WHERE { ?s kg:subject ?a ; kg:object ?b } ORDER BY ?s LIMIT 20"""


def test_triples_are_drawn_and_written(asker: Asker, loaded: Graph) -> None:
    """CONSTRUCT gives a graph, and Turtle that says the same triples."""
    asker.link(CONSTRUCTED, view="graph")
    expect(asker.page.locator("#note")).to_contain_text("nodes and 60 lines")
    table = asker.table()
    things = {cell for row in table.rows for cell in (row[0], row[2])}
    assert asker.page.evaluate("kgQuery.graph.size()") == len(things)
    asker.page.locator("[data-view=turtle]").click()
    turtle = asker.page.locator("#view-turtle").inner_text()
    wanted = loaded.store.query(CONSTRUCTED, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(wanted, ox.QueryTriples)
    assert {str(quad.triple) for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)} == {str(one) for one in wanted}


def test_too_many_nodes_are_not_drawn(asker: Asker) -> None:
    """What would be a hairball is said to be too much; the table stays."""
    asker.link("CONSTRUCT WHERE { ?s kg:subject ?o }", view="graph")
    expect(asker.page.locator("#note")).to_contain_text("too many to draw: more than 300")
    assert asker.page.evaluate("kgQuery.graph.size()") == 0


def test_long_tables_are_cut_for_the_eye(asker: Asker) -> None:
    """A thousand rows are shown, all are there to take."""
    asker.link("SELECT ?s { ?s ?p ?o } LIMIT 1500")
    expect(asker.page.locator("#note")).to_have_text("The first 1000 rows are shown; the downloads have all 1500.")
    assert asker.page.locator("#view-table tbody tr").count() == 1000
    assert len(asker.table()) == 1500


# ---- faults


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT ?s {\n  ?s ?p\n}", 3, 2),
        ("SELECT ?s {\n  ?s nope:p ?o\n}", 2, 6),
        ("# param: o = 5 — any\nSELECT ?s { ?s kg:value ?o . } }", 2, 33),
    ],
)
def test_fault_is_marked_in_the_editor(asker: Asker, text: str, line: int, column: int) -> None:
    """Line and column are those of what the reader wrote, whatever was written in before asking."""
    asker.link(text)
    assert asker.fault().startswith(f"Line {line}, column {column}: ")
    assert asker.page.locator(".fault-sign").count() == 1
    marked = asker.page.locator(".CodeMirror-code > div").filter(has=asker.page.locator(".fault-line"))
    expect(marked.locator(".CodeMirror-linenumber")).to_have_text(str(line))
    asker.run("ASK {}")
    assert asker.page.locator(".fault-line, .fault-mark, .fault-sign").count() == 0
    assert asker.table().rows == [("true",)]


def test_runaway_is_stopped(asker: Asker) -> None:
    """At the time limit the worker is ended, which is said; query and former answer stay, and the next is answered."""
    asker.open()
    asked(asker.page, "bridges")
    asker.page.locator("#limit").fill("1")
    asker.run(RUNAWAY)
    assert asker.fault() == "The query was stopped after 1 s. Narrow it, or raise the time limit."
    assert asker.page.evaluate("document.querySelector('.CodeMirror').textContent").count("COUNT(*)") == 1
    assert asker.table().render("tsv").splitlines() == stored("bridges")
    asker.page.locator("#limit").fill("15")
    asked(asker.page, "references")
    assert asker.table().render("tsv").splitlines() == stored("references")


def test_stop_button_stops(asker: Asker) -> None:
    """Whoever does not want to wait need not."""
    asker.link(RUNAWAY)
    expect(asker.page.locator("#stop")).to_be_enabled()
    asker.page.wait_for_timeout(300)
    asker.page.locator("#stop").click()
    assert asker.fault() == "The query was stopped."


def test_chosen_question_takes_the_place_of_a_written_one(asker: Asker) -> None:
    """Whoever runs a query by key or button and then chooses a question gets the answer to that."""
    asker.open()
    asker.run("ASK {}")
    for by_key in (True, False):
        asker.page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", RUNAWAY)
        asker.page.locator("#editor textarea").focus()
        if by_key:
            asker.page.keyboard.press("Control+Enter")
        else:
            asker.page.locator("#run").click()
        expect(asker.page.locator("#stop")).to_be_enabled()
        asker.page.wait_for_timeout(300)
        asked(asker.page, "bridges")
        assert asker.table().render("tsv").splitlines() == stored("bridges")
        assert asker.page.locator("#fault").is_hidden()


def test_question_that_waits_for_the_engine_can_be_replaced(asker: Asker) -> None:
    """Of several that were chosen before the engine stood, only the last is asked."""
    asker.open()
    asker.run("ASK {}")
    shown = asker.page.evaluate(CHOSEN_TOGETHER, [f"query={quote(RUNAWAY)}", "question=bridges", "question=references"])
    asker.done()
    assert shown == ["references"]
    assert asker.table().render("tsv").splitlines() == stored("references")


def test_answer_keeps_the_name_of_its_question(asker: Asker) -> None:
    """Writing on while a question is answered names neither the answer nor its files anew."""
    asker.open()
    asker.run("ASK {}")
    shown = asker.page.evaluate(CHOSEN_TOGETHER, ["question=bridges", None])
    asker.done()
    assert shown == ["bridges"]
    with asker.page.expect_download() as caught:
        asker.page.locator("[data-take=csv]").click()
    assert caught.value.suggested_filename == "bridges.csv"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * " + "{" * 20_000, "the query is nested deeper than 200 levels"),
        ("ASK { FILTER(" + "!" * 20_000, "the query is nested deeper than 200 levels"),
        ("ASK { FILTER(1" + "*1" * 3_000, "the query has more than 3000 words and marks"),
        ("ASK {} #" + "a" * 100_000, "the query is longer than 100000 characters"),
    ],
)
def test_link_that_would_freeze_the_page_is_refused(asker: Asker, text: str, words: str) -> None:
    """The bounds are those of the command and the server; such a text does not even reach the editor."""
    asker.link(text)
    expect(asker.page.locator("#unknown")).to_contain_text(words)
    asker.run("ASK {}")
    assert asker.table().rows == [("true",)]


def test_engine_that_breaks_is_made_anew(asker: Asker) -> None:
    """A nesting that overflows the parser's stack costs the worker, not the page."""
    asker.open()
    script = """async () => kgQueryEngine.ask({ query: "SELECT * " + "{".repeat(20000), form: "SELECT", union: true })
      .catch(fault => fault.message)"""
    assert "too much for the engine" in asker.page.evaluate(script)
    asker.run("ASK {}")
    assert asker.table().rows == [("true",)]


def test_server_says_why_it_refuses(live: Asker) -> None:
    """Its sentence is shown: a runaway, a fault with its place, a call of another server."""
    live.link(RUNAWAY)
    assert "3 s" in live.fault()
    live.link("SELECT ?s {\n  ?s ?p\n}")
    assert live.fault().startswith("Line 3, column 2: ")
    live.link("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert live.fault() == "SERVICE is not allowed: queries are answered from this graph alone"
    assert live.opened.outside(live.home) == []


def test_live_query_can_be_stopped(live: Asker) -> None:
    """The request is given up at once."""
    live.link(RUNAWAY)
    live.page.wait_for_timeout(300)
    live.page.locator("#stop").click()
    assert live.fault() == "The query was stopped."


def test_browser_without_webassembly_says_what_to_do(chromium: Browser, site_folder: Path) -> None:
    """The page stands there with all its questions, and names who can answer."""
    without = [*ARGUMENTS, "--js-flags=--jitless"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=without)
    page = browser.new_page()
    page.goto(f"{site_folder.as_uri()}/{PAGE}")
    assert page.evaluate("typeof WebAssembly") == "undefined"
    expect(page.locator("#fault")).to_contain_text("runs no WebAssembly")
    expect(page.locator("#fault")).to_contain_text("kg query")
    assert page.locator("[data-item]").count() == len(QUESTIONS)
    browser.close()


# ---- own data


def test_own_table_joins_in(asker: Asker) -> None:
    """The column with our names is the key; numbers are numbers, our names are things, the rest is text."""
    asker.open()
    asker.take(
        "lab.csv", 'drug,Half life (h),target,remark\nkgd:Drug_selinexor,7.5,kgd:Protein_XPO1,"a, b"\nother,1,,\n'
    )
    said = asker.page.locator("#own-list").inner_text()
    assert "3 triples, 1 rows joined by the column drug; 1 rows name nothing of ours and are left out" in said
    assert "own:Half_life_h, own:target, own:remark" in said
    asker.run(
        "SELECT ?name ?h ?target ?remark { ?drug own:Half_life_h ?h ; rdfs:label ?name ; own:remark ?remark ;"
        " own:target/rdfs:label ?target FILTER(?h > 7) }"
    )
    assert asker.table().rows == [("selinexor", "7.5", "XPO1", "a, b")]
    asker.page.get_by_role("button", name="Example query").click()
    expect(asker.page.locator("#view-table td").first).to_have_text("kgd:Drug_selinexor")
    asker.page.locator("#own-clear").click()
    asker.run("ASK { ?s own:Half_life_h ?o }")
    assert asker.table().rows == [("false",)]


def test_own_turtle_has_a_graph_of_its_own(asker: Asker) -> None:
    """It joins in, cannot be mixed up with ours, and is still there after a runaway."""
    asker.open()
    asker.take("my data.ttl", "@prefix kgd: <https://w3id.org/xpo1-kg/data/> .\nkgd:Drug_selinexor <urn:seen> 3 .")
    asker.page.locator("#limit").fill("1")
    asker.run(RUNAWAY)
    asker.fault()
    asker.run("SELECT ?g ?name ?n { GRAPH ?g { ?drug <urn:seen> ?n } ?drug rdfs:label ?name }")
    assert asker.table().rows == [(f"{OWN}graph/my_data", "selinexor", "3")] or asker.table().rows == [
        ("own:graph/my_data", "selinexor", "3")
    ]


def test_file_can_be_dropped(asker: Asker) -> None:
    """Dropping does the same as choosing."""
    asker.open()
    asker.page.evaluate(
        """() => { const data = new DataTransfer();
          data.items.add(new File(["drug,x\\nkgd:Drug_selinexor,1\\n"], "dropped.csv"));
          const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
          document.getElementById("own").dispatchEvent(drop) }"""
    )
    expect(asker.page.locator("#own-list")).to_contain_text("dropped.csv")


def test_broken_file_leaves_the_names_of_others(asker: Asker) -> None:
    """A file that fails while another is read gives back its own graph, so that no two files share one."""
    asker.open()
    asker.page.evaluate(
        """() => { for (const [name, text] of [["bad.ttl", "wrong"], ["good.ttl", "<urn:a> <urn:b> <urn:c> ."]]) {
          const data = new DataTransfer();
          data.items.add(new File([text], name));
          const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
          document.getElementById("own").dispatchEvent(drop) } }"""
    )
    expect(asker.page.locator("#own-list")).to_contain_text("graph/good>")
    asker.take("good.ttl", "<urn:a> <urn:b> <urn:d> .")
    expect(asker.page.locator("#own-list")).to_contain_text("graph/good_2>")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ttl", "@prefix kgd: <urn:k> .\nkgd:a kgd:b .\n", "a.ttl is not read: line 2, column "),
        ("a.csv", 'drug,x\nkgd:Drug_selinexor,"open\n', "a.csv is not read: line 2: a quotation mark is opened"),
        ("a.csv", "drug,x\nkgd:Drug_selinexor,1\nkgd:Drug_eltanexor\n", "a.csv is not read: line 3: 1 cells, but 2"),
        ("a.csv", "drug,x\nselinexor,1\n", "a.csv is not read: no column has names of this graph"),
        ("a.csv", "drug\n", "a.csv is not read: there is no row below the first"),
        ("a.xlsx", "PK", "a.xlsx is not read: only .ttl"),
        ("a.csv", b"drug,x\n\xff\xfe,1\n", "a.csv is not read: it is not text in UTF-8"),
        ("a.ttl", "# \n" * 2_000_000, "a.ttl is not read: it is larger than 5 MB"),
    ],
)
def test_broken_file_gets_a_clear_word(asker: Asker, name: str, content: str | bytes, words: str) -> None:
    """What is wrong, and in which line; the graph is as before."""
    asker.open()
    asker.take(name, content)
    expect(asker.page.locator("#own-fault")).to_contain_text(words)
    expect(asker.page.locator("#own-list li")).to_have_count(0)
    asker.run("SELECT (COUNT(*) AS ?n) { ?s a kg:Drug }")
    assert int(asker.table().rows[0][0]) > 5


def test_own_data_is_answered_here_even_under_a_server(live: Asker) -> None:
    """No server has it, and none is asked."""
    live.open()
    live.take("a.csv", "drug,x\nkgd:Drug_selinexor,1\n")
    live.run("SELECT ?name { ?drug own:x 1 ; rdfs:label ?name }")
    assert live.table().rows == [("selinexor",)]
    assert not [address for address in live.opened.requests if address.endswith("/sparql")]
    live.page.locator("#own-clear").click()
    live.run("ASK { ?drug own:x 1 }")
    expect(live.page.locator("#state")).to_contain_text("by the server")
    assert live.quiet()


def test_hostile_data_runs_nothing(asker: Asker) -> None:
    """Cells, columns, file names, links and labels are text, in the table, the chart, the graph and the editor."""
    asker.open()
    asker.take(f"{ATTACK.replace('/', '')}.csv", f'drug,"{ATTACK}"\nkgd:Drug_selinexor,"{ATTACK}"\n')
    asker.take("b.ttl", f'<urn:a> <http://www.w3.org/2000/01/rdf-schema#label> "{ATTACK}" ; <urn:n> 5 .')
    text = f"# {ATTACK}\n# param: x = — {ATTACK}\n"
    text += "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <urn:a> kgd:Drug_selinexor } ?s ?p ?o }"
    asker.run(text)
    for view in ("graph", "turtle", "table"):
        asker.page.locator(f"[data-view={view}]").click()
        asker.page.wait_for_timeout(100)
    asker.run(f'SELECT ("{ATTACK}" AS ?name) (5 AS ?n) {{}}')
    asker.page.locator("[data-view=chart]").click()
    expect(asker.page.locator("#chart title")).to_have_text([f"{ATTACK}: 5"])
    assert asker.page.locator("main img").count() == 0


# ---- the editor


def test_names_are_completed(asker: Asker) -> None:
    """Our things by label, our terms and prefixes by name; a key picks."""
    asker.open()
    asker.run("ASK {}")
    for typed, wanted in (("selinex", "kgd:Drug_selinexor"), ("kg:MechanismSta", "kg:MechanismStatement")):
        asker.page.keyboard.press("ControlOrMeta+A")
        asker.page.keyboard.type(f"ASK {{ ?s a {typed}", delay=5)
        asker.page.keyboard.press("Control+Space")
        expect(asker.page.locator(".CodeMirror-hints")).to_contain_text(wanted)
        active = asker.page.locator(".CodeMirror-hint-active").inner_text().split()[0]
        asker.page.keyboard.press("Enter")
        expect(asker.page.locator(".CodeMirror-code")).to_contain_text(f"ASK {{ ?s a {active}")
    asker.page.keyboard.press("ControlOrMeta+A")
    asker.page.keyboard.type("PREFIX rd", delay=5)
    asker.page.keyboard.press("Control+Space")
    expect(asker.page.locator(".CodeMirror-hints")).to_contain_text(f"rdfs: <{PREFIXES['rdfs']}>")


def test_keyboard_leads_through(asker: Asker) -> None:
    """Tab goes on from the editor, to the parameters and to the button."""
    asker.open()
    asked(asker.page, "statements")
    asker.page.locator("#editor textarea").focus()
    for wanted in ("", "parameter-0", "parameter-1", "parameter-2", "run"):
        asker.page.keyboard.press("Tab")
        assert asker.page.evaluate("document.activeElement.id") == wanted
    asker.page.keyboard.press("Enter")
    asker.done()
    assert asker.table().render("tsv").splitlines() == stored("statements")


def test_known_prefixes_are_no_fault(asker: Asker) -> None:
    """The grammar's hint stays away where only a prefix of ours is not declared, and says what else is odd."""
    asker.open()
    asker.run("SELECT ?s { ?s a kg:Drug }")
    assert asker.page.locator(".doubt-sign").count() == 0
    asker.run("SELECT ?s { ?s a }")
    assert asker.page.locator(".doubt-sign, .fault-sign").count() > 0


# ---- what it weighs and may do


def test_page_is_light_enough(site_folder: Path) -> None:
    """With all that a first query needs it takes at most 2.2 MB, packed as a server sends it."""
    files = needed(site_folder, PAGE)
    assert len(files) > len(OWN_SCRIPTS) + 5
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= 2_200_000


def test_only_this_page_may_run_the_engine(site_server: Server) -> None:
    """The server's policy allows WebAssembly and workers of text here, and nowhere else."""
    wide, narrow = (site_server.ask(f"/{name}").headers["Content-Security-Policy"] for name in (PAGE, "index.html"))
    extra = {"'wasm-unsafe-eval'", "blob:", "worker-src"}
    assert set(re.split(r"[ ;]+", wide)) - set(re.split(r"[ ;]+", narrow)) == extra
    assert set(re.split(r"[ ;]+", QUERY_POLICY)) - set(re.split(r"[ ;]+", POLICY)) == extra


def test_served_page_knows_its_server(site_server: Server, site_folder: Path) -> None:
    """A line of a script tells, so that a page from a file never asks anybody."""

    def told(script: str) -> Any:
        return json.loads(script.removeprefix("var kgQueryServer = ").rstrip(";\n"))

    assert told(site_server.ask("/assets/query-server.js").words) == "sparql"
    assert told((site_folder / "assets" / "query-server.js").read_text(encoding="utf-8")) == ""
