"""The page Explore: its data, its answers, and what it does in a real browser."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from barriers import WIDTHS, barriers
from browser import Watched, watched
from hostile import STRAY_NAMES, attacked
from kg.edges import Book, read_edges
from kg.explain import explain, explain_in
from kg.explore_data import CAUSAL, Explored
from kg.explore_map import CELL_HEIGHT, CELL_WIDTH, spots
from kg.explore_paths import path_data
from kg.site_explore import OWN_SCRIPTS, write_explore
from kg.site_page import Site
from kg.store import Graph
from kg.view_style import LOOKS

SELINEXOR, XPO1, PLATELETS = "kgd:Drug_selinexor", "kgd:Protein_XPO1", "kgd:AdverseEvent_thrombocytopenia"
BINDS = "kgd:Statement_selinexor_inhibits_XPO1"
STATE = """() => { const { open, facets, path, at } = kgExplore.state(); return { open, path, at,
    facets: Object.fromEntries(Object.entries(facets).map(([key, shown]) => [key, [...shown].sort()])) } }"""
SHOWN = "() => kgExplore.cy.elements().map(one => one.id()).sort()"
SPOT = """name => { const one = kgExplore.cy.getElementById(name);
    const { x, y } = one.isNode() ? one.renderedPosition() : one.renderedMidpoint();
    const { left, top } = document.getElementById("drawing").getBoundingClientRect();
    return { x: left + x, y: top + y } }"""


@pytest.fixture(scope="module")
def book(loaded: Graph) -> Book:
    return read_edges(loaded)


@pytest.fixture(scope="module")
def explored(loaded: Graph, book: Book) -> Explored:
    return Explored(loaded, book, Site(loaded, Path()).desk.address)


@pytest.fixture(scope="module")
def data(explored: Explored) -> dict[str, Any]:
    return explored.data()


@pytest.fixture(scope="module")
def answers(explored: Explored, book: Book) -> dict[str, Any]:
    return path_data(book, explored.line_of)


@pytest.fixture(scope="module")
def address(site_folder: Path) -> str:
    return (site_folder / "explore.html").as_uri()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Watched]:
    with watched(chromium, viewport={"width": 1440, "height": 900}) as made:
        yield made


# ---- paths


def test_answers_are_those_of_explain(book: Book, data: dict[str, Any], answers: dict[str, Any]) -> None:
    """For every pair that has an answer, by default and stitched: steps, signs, claims, what stands in the way."""
    assert len(answers["pairs"]) > 200
    for pair, both in answers["pairs"].items():
        ends = tuple(pair.split())
        for told, stitched in zip(both, (False, True), strict=True):
            found = explain_in(book, ends, stitched=stitched)
            assert _decoded(answers, told, ends, stitched, data) == _plain(found.to_dict())
            printed = found.text().split("\n")
            said = [
                told["headline"],
                *(f"  {_commanded(remark)}" for remark in told["remarks"] if "stopped after" not in remark),
            ]
            said += [f"Path {n}: {answers['paths'][path]['summary']}" for n, path in enumerate(told["paths"], start=1)]
            assert [line for line in said if line not in printed] == []


def test_command_line_gives_the_same(loaded: Graph, data: dict[str, Any], answers: dict[str, Any]) -> None:
    """What `kg explain` itself answers, for some pairs of all sorts."""
    for start, end, stitched in (
        (SELINEXOR, PLATELETS, False),
        (SELINEXOR, "kgd:Response_selinexor_resistance", True),
        (SELINEXOR, "kgd:Process_osteoclastogenesis", False),
        ("kgd:Study_BOSTON", "kgd:Population_NCCN_early_relapse", False),
    ):
        told = answers["pairs"][f"{start} {end}"][stitched]
        found = _plain(explain(loaded, start, end, stitched=stitched).to_dict())
        assert found["paths"]
        assert _decoded(answers, told, (start, end), stitched, data) == found


def test_other_pairs_have_no_path(book: Book, data: dict[str, Any], answers: dict[str, Any]) -> None:
    """What is left out of the file has the answer that the page gives for it."""
    chance = random.Random(7)
    tried = 0
    for start, end in (chance.sample(sorted(data["things"]), 2) for _ in range(250)):
        if f"{start} {end}" in answers["pairs"]:
            continue
        tried += 1
        plain, stitched = explain_in(book, (start, end)), explain_in(book, (start, end), stitched=True)
        assert (plain.paths, plain.net_effects, plain.nearby) == ((), (), ("--stitched finds no path either",))
        assert (stitched.paths, stitched.net_effects, stitched.nearby) == ((), (), ())
    assert tried > 200


def test_every_step_has_a_line(data: dict[str, Any], answers: dict[str, Any]) -> None:
    """What a path walks can be drawn, from the same end to the same end."""
    assert len(answers["steps"]) > 100
    for step in answers["steps"]:
        line = data["claims"][step["line"]]
        assert (line["subject"], line["object"]) == (step["subject"]["curie"], step["object"]["curie"])
        assert (line["sign"] or None) == step["sign"] or step["sign"] is None


def _decoded(
    answers: dict[str, Any], told: dict[str, Any], ends: tuple[str, ...], stitched: bool, data: dict[str, Any]
) -> dict[str, Any]:
    """Put an answer of the file together again as `Explanation.to_dict` has it."""

    def step(number: int) -> dict[str, Any]:
        return {key: value for key, value in answers["steps"][number].items() if key not in ("arrow", "said", "line")}

    def path(number: int) -> dict[str, Any]:
        kept = {key: value for key, value in answers["paths"][number].items() if key != "summary"}
        return {**kept, "steps": [step(at) for at in kept["steps"]]}

    assert not [remark for remark in told["remarks"] if "--stitched" in remark]
    remarks = [_commanded(remark) for remark in told["remarks"]]
    nearby = remarks[: len(told["remarks"]) - len(told["net_effects"]) - (not told["complete"])]
    start, end = ({"curie": name, "label": data["things"][name]["label"]} for name in ends)
    made = {"start": start, "end": end, "paths": [path(at) for at in told["paths"]], "more": told["more"]}
    made |= {"net_effects": [step(at) for at in told["net_effects"]], "stitched": stitched, "nearby": nearby}
    return _plain({**made, "complete": told["complete"]})


def _commanded(remark: str) -> str:
    """Word a remark of the page as the command does: what is a box here is an option there."""
    return remark.replace("“stitched”", "--stitched")


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """Make lists of tuples, as JSON does."""
    made: dict[str, Any] = json.loads(json.dumps(value))
    return made


# ---- data


def test_every_statement_is_there(loaded: Graph, data: dict[str, Any]) -> None:
    """All kinds, all diseases, and both ends of each."""
    stated = loaded.query("SELECT DISTINCT ?id { ?id kg:subject ?one ; kg:predicate ?way ; kg:object ?two }").column(
        "id"
    )
    lines = {name for name, line in data["claims"].items() if not line["walked_only"]}
    assert {name for name in lines if not name.startswith("kgd:Edge_")} == set(stated)
    assert len(stated) > 800
    ends = {line[end] for line in data["claims"].values() for end in ("subject", "object")}
    assert ends == set(data["things"])


def test_signs_are_those_of_the_relations(loaded: Graph, data: dict[str, Any]) -> None:
    """No arrow is flipped on its way to the page."""
    rows = loaded.query(
        "SELECT ?id ?from ?to ?sign { ?id kg:subject ?from ; kg:predicate ?way ; kg:object ?to . ?way kg:sign ?sign }"
    )
    assert len(rows) > 100
    for row in rows:
        line = data["claims"][row["id"]]
        assert (line["subject"], line["object"], line["sign"]) == (row["from"], row["to"], int(row["sign"]))


def test_page_opens_with_causes(data: dict[str, Any]) -> None:
    """At selinexor, with the kinds of statement that are causes."""
    assert data["start"] == SELINEXOR
    kinds = next(facet for facet in data["facets"] if facet["key"] == "kind")
    assert sorted(kinds["shown"]) == sorted(CAUSAL)
    assert len(kinds["values"]) > len(CAUSAL)


def test_map_gives_each_thing_its_own_place(data: dict[str, Any]) -> None:
    """No two in one cell of the grid, every box smaller than a cell, the same each time."""
    places = [tuple(thing["spot"]) for thing in data["things"].values()]
    assert len(places) == len(set(places)) > 500
    assert all(x % CELL_WIDTH == 0 and y % CELL_HEIGHT == 0 for x, y in places)
    boxes = data["things"].values()
    assert max(thing["width"] for thing in boxes) < CELL_WIDTH
    links = [(line["subject"], line["object"]) for line in data["claims"].values()]
    again = spots(random.Random(8).sample(links, len(links)))
    assert again == {name: tuple(thing["spot"]) for name, thing in data["things"].items()}


def test_no_label_is_cut(data: dict[str, Any]) -> None:
    """All words of every label stand in its box."""
    assert [
        thing["label"] for thing in data["things"].values() if _bare("".join(thing["lines"])) != _bare(thing["label"])
    ] == []


def _bare(text: str) -> str:
    return text.replace(" ", "")


def test_classes_and_lines_differ_without_colour(data: dict[str, Any]) -> None:
    """Boxes of one size have an outline for each class; each look has its own dashes, words, width or bar."""
    sizes: dict[str, set[str]] = {}
    for key, outline in data["outlines"].items():
        sizes.setdefault(key.partition(" ")[2], set()).add(outline)
    assert sum(map(len, sizes.values())) == len(data["outlines"]) > 80
    looks = [(tuple(look["dashes"]), look["label"], look["cut"], look["width"]) for look in data["looks"].values()]
    assert len(set(looks)) == len(looks)
    assert {name: look["dashes"] for name, look in data["looks"].items()} == {
        name: list(look.dashes) for name, look in LOOKS.items()
    }


def test_line_without_sign_has_no_arrow(data: dict[str, Any]) -> None:
    """Arrow and bar claim a sign; binding ends in a dot, all else in a diamond."""
    ends = {(line["sign"], line["end"]) for line in data["claims"].values()}
    assert ends == {(1, "arrow"), (-1, "bar"), (0, "circle"), (0, "diamond")}
    assert {line["kind"] for line in data["claims"].values() if line["end"] == "circle"} == {"binding statement"}


def test_cards_link_to_what_is_there(data: dict[str, Any], site_folder: Path) -> None:
    """The page of each thing, the entry of each statement, the entry of each reference."""
    entries = {
        name: set(re.findall(r'id="([^"]+)"', (site_folder / name).read_text(encoding="utf-8")))
        for name in ("statements.html", "references.html")
    }
    pages = {one["page"] for one in (*data["things"].values(), *data["claims"].values())} - {""}
    pages |= {f"references.html#Reference_{number}" for number in data["references"]}
    assert len(pages) > 1400
    dead = []
    for page in pages:
        file, _, anchor = page.partition("#")
        known = anchor in entries[file] if anchor else (site_folder / file).is_file()
        dead += [] if known else [page]
    assert dead == []


# ---- the browser


def go(opened: Watched, address: str, state: str = "") -> Page:
    """Open the page anew, whatever stood there before."""
    opened.page.goto("about:blank")
    opened.page.goto(f"{address}#{state}" if state else address)
    expect(opened.page.locator("#count")).not_to_be_empty(timeout=30_000)
    return opened.page


def click(page: Page, name: str) -> None:
    place = page.evaluate(SPOT, name)
    page.mouse.click(place["x"], place["y"])


def test_starts_with_one_thing_and_its_neighbours(opened: Watched, address: str, data: dict[str, Any]) -> None:
    """All lines of selinexor that are causes, and nothing else."""
    page = go(opened, address)
    lines = {
        name
        for name, line in data["claims"].items()
        if SELINEXOR in (line["subject"], line["object"]) and line["kind"] in CAUSAL and not line["walked_only"]
    }
    ends = {data["claims"][name][end] for name in lines for end in ("subject", "object")}
    assert page.evaluate(SHOWN) == sorted(lines | ends)
    assert page.locator("#count").inner_text() == f"{len(ends)} things, {len(lines)} statements"
    assert opened.complaints == []


def test_click_expands_and_back_undoes(opened: Watched, address: str) -> None:
    """A click on a box adds its neighbours and tells what it is; going back takes both away."""
    page = go(opened, address)
    before = page.evaluate(SHOWN)
    expect(page.locator("#undo")).to_be_disabled()
    click(page, XPO1)
    expect(page.locator("#card h2")).to_have_text("XPO1")
    assert page.evaluate(STATE)["open"] == [SELINEXOR, XPO1]
    assert set(page.evaluate(SHOWN)) > set(before)
    assert page.url.endswith("#open=Drug_selinexor,Protein_XPO1&at=Protein_XPO1")
    page.locator("#undo").click()
    expect(page.locator("#card")).to_contain_text("Choose a box")
    assert page.evaluate(SHOWN) == before
    page.go_forward()
    expect(page.locator("#card h2")).to_have_text("XPO1")
    page.get_by_role("button", name="Collapse", exact=True).click()
    expect(page.get_by_role("button", name=re.compile(r"^Expand \("))).to_be_visible()
    assert page.evaluate(SHOWN) == before


def test_click_on_line_opens_the_claim(opened: Watched, address: str) -> None:
    """Polarity, certainty, kind of evidence, context, place and references, with links to their pages."""
    page = go(opened, address, "open=Drug_selinexor&kind=mechanism_statement&class=protein")
    click(page, BINDS)
    card = page.locator("#card")
    expect(card.locator("h2")).to_have_text("selinexor inhibits XPO1")
    told = card.inner_text()
    for words in ("decreases (−)", "affirmed", "asserted as fact", "any cell", "review synthesis", "text 6880-6920"):
        assert words in told
    links = card.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert "statements.html#Statement_selinexor_inhibits_XPO1" in links
    assert "references.html#Reference_37" in links


def test_mouse_meets_the_line_under_it(opened: Watched, address: str) -> None:
    """A real click in the middle of a line chooses it."""
    page = go(opened, address, "path=Drug_selinexor,AdverseEvent_thrombocytopenia")
    expect(page.locator("#path-answer h2")).to_have_text("selinexor -> thrombocytopenia: 2 paths")
    name = page.evaluate("kgExplore.cy.edges().map(one => one.id())[0]")
    click(page, name)
    expect(page.locator("tr[aria-current=true]")).to_have_attribute("data-id", name)
    assert page.evaluate(STATE)["at"] == name


def test_path_is_that_of_explain(opened: Watched, address: str, loaded: Graph) -> None:
    """Asked through the form, by keyboard; steps, signs and references as `kg explain` has them."""
    page = go(opened, address)
    page.locator("#path-from").fill("KPT-330")
    page.locator("#path-from").press("Enter")
    page.locator("#path-to").fill("osteoclastogen")
    page.locator("#path-to").press("Enter")
    page.locator("#path-to").press("Tab")
    page.locator("#path-ask").press("Enter")
    found = explain(loaded, "selinexor", "osteoclastogenesis")
    expect(page.locator("#path-answer h2")).to_have_text(found.headline)
    heads = page.locator("#path-answer h3").all_inner_texts()
    assert heads == [f"Path {n}: {path.summary}" for n, path in enumerate(found.paths, start=1)]
    for n, path in enumerate(found.paths):
        steps = page.locator("#path-answer section").nth(n).locator("li").all_inner_texts()
        for step, shown in zip(path.steps, steps, strict=True):
            assert f"{step.subject.label} {step.arrow} {step.object.label}" in shown
            assert all(part in shown for part in (step.predicate.label, step.said, *step.places))
            assert all(str(number) in shown for number in step.references)
    walked = page.evaluate("kgExplore.cy.edges('.walked').map(one => one.id())")
    assert len(walked) == len(found.paths[0].steps)
    page.get_by_role("button", name="Draw this one").click()
    expect(page.locator("#path-answer section").nth(1).get_by_role("button", name="Drawn")).to_be_visible()
    assert page.url.endswith("&nth=2")
    assert len(page.evaluate("kgExplore.cy.edges('.walked').map(one => one.id())")) == len(found.paths[1].steps)
    assert opened.complaints == []


@pytest.mark.parametrize("stitched", [False, True])
def test_path_without_sign_and_none(opened: Watched, address: str, loaded: Graph, stitched: bool) -> None:
    """What the box "stitched" finds is offered by default, in the words of the page, and found with the tick."""
    page = go(
        opened, address, "path=Drug_selinexor,Response_selinexor_resistance" + ("&stitched=yes" if stitched else "")
    )
    found = explain(loaded, SELINEXOR, "kgd:Response_selinexor_resistance", stitched=stitched)
    expect(page.locator("#path-answer h2")).to_have_text(found.headline)
    shown = page.locator("#path-answer").inner_text()
    assert bool(found.paths) == stitched
    remarks = [remark.strip().replace("--stitched", "“stitched”") for remark in found.remarks]
    assert [remark for remark in remarks if remark not in shown] == []
    assert [
        at.before for path in found.paths for at in path.crossings if f"crosses from {at.before}" not in shown
    ] == []


def test_pair_without_any_answer(opened: Watched, address: str, loaded: Graph) -> None:
    """The words of `kg explain`, although the file does not name the pair."""
    page = go(opened, address, "path=Study_BOSTON,Protein_XPO1")
    found = explain(loaded, "kgd:Study_BOSTON", XPO1)
    expect(page.locator("#path-answer h2")).to_have_text(found.headline)
    assert found.nearby == ("--stitched finds no path either",)
    assert page.locator("#path-answer li").all_inner_texts() == ["“stitched” finds no path either"]
    assert page.evaluate(SHOWN) == [XPO1, "kgd:Study_BOSTON"]


def test_paths_are_loaded_when_asked_for(opened: Watched, address: str) -> None:
    """One file more, once."""
    page = go(opened, address)
    assert not any("paths-data" in request for request in opened.requests)
    for _ in range(2):
        page.evaluate(f"kgExplore.go({{path: {{from: '{SELINEXOR}', to: '{PLATELETS}', stitched: false, nth: 1}}}})")
        expect(page.locator("#path-answer h2")).to_contain_text("2 paths")
        page.evaluate("kgExplore.go({path: null})")
    assert sum("paths-data" in request for request in opened.requests) == 1


def test_filters_hide_and_the_link_holds_them(opened: Watched, address: str, data: dict[str, Any]) -> None:
    """Each facet on its own, by tick; the link brings the same view back."""
    page = go(opened, address)
    everything = set(page.evaluate(SHOWN))
    ticks = {
        "kind": ("net effect statement", "kind="),
        "class": ("adverse event", "class=-adverse_event"),
        "relation": ("inhibits", "relation=-inhibits"),
        "certainty": ("suggested", "certainty=-suggested"),
        "polarity": ("disputed", "polarity=-disputed"),
    }
    hidden = {
        "kind": lambda line: line["kind"] == "net effect statement",
        "class": lambda line: _class_of(data, line["object"]) == "adverse event",
        "relation": lambda line: line["relation"] == "inhibits",
        "certainty": lambda line: line["certainty"] == "suggested",
        "polarity": lambda line: line["standing"] == "disputed",
    }
    for key, (value, link) in ticks.items():
        go(opened, address)
        details = page.locator(f"details[data-facet={key}]")
        details.locator("summary").click()
        details.get_by_role("checkbox", name=re.compile(rf"^{value} \d")).uncheck()
        gone = {name for name in everything if name in data["claims"] and hidden[key](data["claims"][name])}
        shown = page.evaluate(SHOWN)
        assert gone, key
        assert {name for name in shown if name in data["claims"]} == {
            name for name in everything if name in data["claims"]
        } - gone, key
        assert link in page.url
        url = page.url
        page.goto("about:blank")
        page.goto(url)
        assert page.evaluate(SHOWN) == shown
    assert opened.complaints == []


def _class_of(data: dict[str, Any], name: str) -> str:
    words: str = data["styles"][data["things"][name]["style"]]["words"]
    return words


def test_link_restores_the_whole_view(opened: Watched, address: str) -> None:
    """Open things, filters, path, which path, and what is chosen: written and read again."""
    state = (
        "open=Protein_XPO1&path=Drug_selinexor,AdverseEvent_thrombocytopenia&nth=2"
        "&class=-adverse_event,-drug_class&certainty=asserted_as_fact&polarity=none&at=Statement_selinexor_inhibits_XPO1"
    )
    page = go(opened, address, state)
    expect(page.locator("#path-answer h2")).to_contain_text("2 paths")
    read = page.evaluate(STATE)
    assert (read["open"], read["at"], read["path"]["nth"]) == ([XPO1], BINDS, 2)
    assert "adverse event" not in read["facets"]["class"]
    assert (read["facets"]["certainty"], read["facets"]["polarity"]) == (["asserted as fact"], [])
    shown = page.evaluate(SHOWN)
    page.evaluate("kgExplore.go({at: ''})")
    page.evaluate(f"kgExplore.go({{at: '{BINDS}'}})")
    assert page.url.partition("#")[2] == state
    assert page.evaluate(SHOWN) == shown


def test_bare_name_is_a_link_too(opened: Watched, address: str) -> None:
    """Other pages may link to a thing or a claim by its name alone."""
    page = go(opened, address, "Protein_XPO1")
    assert page.evaluate(STATE)["open"] == [XPO1]
    page = go(opened, address, "Statement_selinexor_inhibits_XPO1")
    assert page.evaluate(SHOWN) == sorted([SELINEXOR, XPO1, BINDS])


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("open=Protein_NONE,Drug_selinexor", "Nothing here is called Protein_NONE."),
        ("at=<img src=x>", "Nothing here is called <img src=x>."),
        ("at=%", "Nothing here is called %."),
        ("__proto__", "Nothing here is called __proto__."),
        ("open=constructor&kind=nonsense", "Nothing here is called nonsense. Nothing here is called constructor."),
        ("path=Drug_selinexor,Nowhere", "Nothing here is called Nowhere."),
        ("colour=red", "Nothing here is called colour."),
    ],
)
def test_unknown_names_are_said(opened: Watched, address: str, link: str, words: str) -> None:
    """A clear word, and the rest still shows."""
    page = go(opened, address, link)
    expect(page.locator("#unknown")).to_have_text(words)
    if link != "__proto__" and "at=" not in link:
        assert SELINEXOR in page.evaluate(SHOWN)
    assert opened.complaints == []


def test_search_meets_labels_synonyms_and_identifiers(opened: Watched, address: str) -> None:
    """By keyboard, with the roles of a combobox."""
    page = go(opened, address)
    for wanted, first in (
        ("selinex", SELINEXOR),
        ("KPT-330", SELINEXOR),
        ("crm1", XPO1),
        ("uniprot:O14980", XPO1),
        ("Drug_eltanexor", "kgd:Drug_eltanexor"),
        ("nf-kb", "kgd:ProteinGroup_NFkB"),
        ("NCT03110562", "kgd:Study_BOSTON"),
        ("THROMBOCYTOPENIA", PLATELETS),
    ):
        assert page.evaluate("text => kgExplore.search(text)[0].thing", wanted) == first, wanted
    assert page.evaluate("kgExplore.search('zzzz')") == []
    field = page.get_by_role("combobox", name="Start at")
    field.fill("eltanex")
    expect(field).to_have_attribute("aria-expanded", "true")
    options = page.get_by_role("option")
    assert options.count() > 1
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    field.press("ArrowUp")
    field.press("Enter")
    expect(page.locator("#card h2")).to_have_text("eltanexor")
    assert page.evaluate(STATE)["open"] == ["kgd:Drug_eltanexor"]
    field.fill("zzzz")
    expect(page.get_by_role("option")).to_have_text("nothing is called so")
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_keyboard_walks_the_drawing(opened: Watched, address: str) -> None:
    """Arrows go to the next box, Enter opens it, Backspace closes it."""
    page = go(opened, address, "at=Drug_selinexor")
    page.locator("#drawing").focus()
    page.keyboard.press("ArrowRight")
    there = page.evaluate(STATE)["at"]
    assert there not in (SELINEXOR, "")
    page.keyboard.press("Enter")
    assert there in page.evaluate(STATE)["open"]
    page.keyboard.press("Backspace")
    assert page.evaluate(STATE)["open"] == [SELINEXOR]


def test_tables_do_what_the_drawing_does(opened: Watched, address: str) -> None:
    """All that is drawn is listed; rows choose, expand and collapse."""
    page = go(opened, address)
    listed = page.locator("#statements-rows tr, #things-rows tr").evaluate_all("all => all.map(one => one.dataset.id)")
    assert sorted(listed) == page.evaluate(SHOWN)
    page.locator(f'#statements-rows tr[data-id="{BINDS}"] button').first.press("Enter")
    expect(page.locator("#card h2")).to_have_text("selinexor inhibits XPO1")
    page.get_by_role("button", name="Expand XPO1", exact=True).press("Enter")
    assert page.evaluate(STATE)["open"] == [SELINEXOR, XPO1]
    page.get_by_role("button", name="Collapse XPO1", exact=True).press("Enter")
    assert page.evaluate(STATE)["open"] == [SELINEXOR]


def test_tables_can_be_taken_along(opened: Watched, address: str, loaded: Graph) -> None:
    """CSV, JSON and SPARQL hold the same rows, and the query runs on the graph."""
    page = go(opened, address)
    for kind, key in (("statements", "statement"), ("things", "thing")):
        names = page.locator(f"#{kind}-rows tr").evaluate_all("all => all.map(one => one.dataset.id)")
        rows = list(csv.DictReader(_taken(page, kind, "csv").splitlines()))
        assert rows == json.loads(_taken(page, kind, "json")) == page.evaluate(f"kgExplore.tables.rows('{kind}')")
        assert [row[f"{key}_id"] for row in rows] == names
        page.locator(f"#{kind}-table [data-form=sparql]").click()
        found = loaded.query(page.locator(f"#{kind}-sparql").inner_text())
        assert found.column(key) == sorted(names)
        if kind == "statements":
            exported = {row["statement_id"]: row for row in rows}
            for row in found:
                mine = exported[row["statement"]]
                for name in ("subject", "predicate", "object", "sign", "polarity", "certainty"):
                    assert row[name] == mine[name] or row["statement"].startswith("kgd:Edge_"), (row, mine)
                assert sorted(row["references"].split("; ")) == sorted(mine["references"].split("; "))


def _taken(page: Page, kind: str, form: str) -> str:
    with page.expect_download() as waiting:
        page.locator(f"#{kind}-table [data-form={form}]").click()
    assert waiting.value.suggested_filename == f"explore-{kind}.{form}"
    return Path(waiting.value.path()).read_bytes().decode()


def test_drawing_can_be_taken_along(opened: Watched, address: str, data: dict[str, Any]) -> None:
    """An SVG file with every box and line, and where it comes from."""
    page = go(opened, address)
    with page.expect_download() as waiting:
        page.locator("#svg").click()
    root = ElementTree.parse(waiting.value.path()).getroot()
    space = {"svg": "http://www.w3.org/2000/svg"}
    titles = [found.text for found in root.findall("svg:g/svg:title", space)]
    names = page.evaluate(SHOWN)
    labels = [(data["claims"].get(name) or data["things"][name])["label"] for name in names]
    assert sorted(map(str, titles)) == sorted(labels)
    said = root.findtext("svg:desc", "", space)
    assert "10.1177/20406207231219442" in said
    assert "not medical advice" in said
    assert "CC BY 4.0" in said


def test_drawn_lines_look_as_their_claims_are(opened: Watched, address: str, data: dict[str, Any]) -> None:
    """Heads, dashes and words, read back from the canvas."""
    page = go(opened, address)
    heads = {"arrow": "triangle", "bar": "tee", "circle": "circle", "diamond": "diamond"}
    drawn = page.evaluate(
        """() => kgExplore.cy.edges().map(one => [one.id(), one.source().id(), one.target().id(),
            one.style("target-arrow-shape"), one.style("line-style"), one.style("label"),
            one.style("mid-target-arrow-shape")])"""
    )
    assert len(drawn) > 20
    for name, source, target, head, stroke, label, middle in drawn:
        line = data["claims"][name]
        look = data["looks"][line["look"]]
        assert (source, target) == (line["subject"], line["object"])
        assert head == heads[line["end"]]
        assert stroke == ("dashed" if look["dashes"] else "solid")
        assert (label, middle) == (look["label"], "tee" if look["cut"] else "none")


def test_boxes_do_not_overlap(opened: Watched, address: str) -> None:
    """At the start, after expanding, and on the fixed map."""
    page = go(opened, address)
    overlaps = """() => { const boxes = kgExplore.cy.nodes().map(one => ({ id: one.id(), ...one.position(),
        w: one.data("width"), h: one.data("height") })); return boxes.flatMap((a, i) => boxes.slice(i + 1)
        .filter(b => Math.abs(a.x - b.x) < (a.w + b.w) / 2 && Math.abs(a.y - b.y) < (a.h + b.h) / 2)
        .map(b => [a.id, b.id])) }"""
    assert page.evaluate(overlaps) == []
    page.evaluate(f"kgExplore.go({{open: ['{SELINEXOR}', '{XPO1}']}})")
    assert page.evaluate(overlaps) == []
    page.evaluate("kgExplore.go({open: Object.keys(kgExploreData.things)})")
    assert page.evaluate(overlaps) == []


def test_large_drawings_use_the_fixed_map(opened: Watched, address: str, data: dict[str, Any]) -> None:
    """Beyond 150 boxes nothing is laid out, and the page says so."""
    page = go(opened, address, "open=Drug_selinexor,Protein_XPO1")
    expect(page.locator("#large")).to_be_hidden()
    page.evaluate("""() => { const facets = Object.fromEntries(kgExploreData.facets.map(facet =>
        [facet.key, new Set(facet.values.map(({ value }) => value))]));
        kgExplore.go({ facets, open: Object.keys(kgExploreData.things).slice(0, 300) }) }""")
    expect(page.locator("#large")).to_be_visible()
    places = page.evaluate("kgExplore.cy.nodes().map(one => [one.id(), one.position().x, one.position().y])")
    assert len(places) > 150
    assert {name: [x, y] for name, x, y in places} == {name: list(data["things"][name]["spot"]) for name, *_ in places}
    page.locator("#restart").click()
    expect(page.locator("#large")).to_be_hidden()


def test_same_link_gives_the_same_places(opened: Watched, address: str) -> None:
    """Nobody's picture depends on chance."""
    places = "kgExplore.cy.nodes().map(one => [one.id(), one.position().x, one.position().y])"
    link = "open=Protein_XPO1,Drug_selinexor"
    first = go(opened, address, link).evaluate(places)
    assert go(opened, address, link).evaluate(places) == first


def test_page_without_javascript_points_on(chromium: Browser, address: str) -> None:
    """A word, and links to the lists."""
    with watched(chromium, java_script_enabled=False) as plain:
        plain.page.goto(address)
        assert plain.page.locator("#explorer").is_hidden()
        links = plain.page.locator("main .notice a").all()
        assert [link.get_attribute("href") for link in links] == ["statements.html", "things.html"]


def test_hostile_names_run_nothing(chromium: Browser, loaded: Graph, tmp_path: Path) -> None:
    """Found, chosen, opened, walked, listed and drawn, an attack stays text; so do addresses that are none."""
    site = Site(attacked(loaded), tmp_path)
    write_explore(site)
    with watched(chromium, viewport={"width": 1440, "height": 900}) as made:
        page = go(made, (tmp_path / "explore.html").as_uri())
        for name in STRAY_NAMES:
            page.locator("#explore-search").fill(f"stray {name}")
            expect(page.get_by_role("option").first).to_contain_text("<img src=x")
            page.locator("#explore-search").press("Enter")
            expect(page.locator("#card h2")).to_contain_text(f"stray {name} \"'><img src=x")
            assert [one.endswith(name) for one in page.evaluate(STATE)["open"]] == [True]
            assert page.locator("#card a[href^=javascript]").count() == 0
            assert len(page.evaluate(SHOWN)) == 3
            page.reload()
            expect(page.locator("#card h2")).to_contain_text(f"stray {name}")
            page.locator("#statements-rows button").first.click()
            expect(page.locator("#card")).to_contain_text("mechanism statement")
        page.evaluate(f"kgExplore.go({{path: {{from: '{SELINEXOR}', to: '{PLATELETS}', stitched: false, nth: 1}}}})")
        expect(page.locator("#path-answer h2")).to_contain_text("<img src=x")
        for form in page.locator("[data-form=sparql]").all():
            form.click()
        assert "<script>" in page.evaluate("kgExplore.svg.write('', '')").replace("&lt;", "<").replace("&gt;", ">")
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img, main script, main iframe").count() == 0
        assert made.complaints == []


def test_busy_page_keeps_nobody_out(chromium: Browser, address: str, axe: Path) -> None:
    """axe finds no serious fault with a card, a path, suggestions and filters open, nor is it too wide."""
    with watched(chromium, viewport={"width": 1440, "height": 900}, bypass_csp=True) as made:
        page = go(
            made, address, "path=Drug_selinexor,AdverseEvent_thrombocytopenia&at=Statement_selinexor_inhibits_XPO1"
        )
        expect(page.locator("#path-answer h2")).to_contain_text("2 paths")
        for summary in page.locator("details:not([open]) > summary").all():
            if summary.is_visible():
                summary.click()
        page.locator("#explore-search").fill("sel")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") == width
        assert barriers(page, axe) == []


def test_all_scripts_are_on_the_page(opened: Watched, address: str) -> None:
    """And the policy finds nothing to forbid: Cytoscape brings no style of its own."""
    go(opened, address)
    asked = [request.rpartition("/")[2] for request in opened.requests]
    assert [name for name in OWN_SCRIPTS if name not in asked] == []
    assert opened.page.locator("style").count() == 0
    assert opened.complaints == []
