"""What stands around one thing: chosen, placed, drawn in a real browser and shown in a real notebook."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Frame, expect

from kg.cli import main
from kg.errors import NotFoundError, UsageError
from kg.names import find
from kg.store import Graph
from kg.view import focus_data
from kg.view_boxes import BOX_WIDTH
from kg.view_focus import MOST_BOXES
from kg.view_style import LOOKS
from pages import IMAGE, SCRIPT, Opened, hostile_graph, saved

# The busiest thing, a study, a molecule as far as a drawing goes, and an event beside the busiest thing.
FOCUSES = [("selinexor", 1), ("BOSTON", 2), ("XPO1", 4), ("thrombocytopenia", 2)]

HALF = BOX_WIDTH // 2


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return hostile_graph(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module", params=FOCUSES, ids=lambda focus: f"{focus[0]} {focus[1]}")
def drawn(request: pytest.FixtureRequest, loaded: Graph) -> tuple[str, dict[str, Any]]:
    name, hops = request.param
    entity = find(loaded.store, name)
    return entity.iri.rpartition("/")[2], focus_data(loaded, entity, hops)


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield Opened(page)
    page.close()


# ---- what is chosen


def stated(graph: Graph, things: set[str]) -> set[str]:
    """Ask for the statements and the edges of transport events about some things."""
    values = " ".join(things)
    return set(
        graph.query(
            f"SELECT DISTINCT ?id {{ VALUES ?thing {{ {values} }} ?id kg:subject|kg:object ?thing ; kg:polarity [] }}"
        ).column("id")
    )


def test_one_hop_is_every_statement_about_it(loaded: Graph) -> None:
    """Of all kinds, each drawn once; and what a transport event does by definition."""
    data = focus_data(loaded, find(loaded.store, "BOSTON"), 1)
    lines = [edge["id"] for edge in data["drawing"]["edges"]]
    assert len(lines) == len(set(lines)) > 5
    assert set(lines) == set(data["claims"]) == stated(loaded, {"kgd:Study_BOSTON"})
    event = focus_data(loaded, find(loaded.store, "nuclear export of tumor suppressor proteins"), 1)
    assert any(name.startswith("kgd:Edge_") for name in event["claims"])


def test_two_hops_are_the_statements_about_its_neighbours(loaded: Graph) -> None:
    """Neither more nor fewer; what has no room in the drawing stays in the lists."""
    near = focus_data(loaded, find(loaded.store, "eltanexor"), 1)
    data = focus_data(loaded, find(loaded.store, "eltanexor"), 2)
    said = {name for name in data["claims"] if not name.startswith("kgd:Edge_")}
    assert said == stated(loaded, set(near["things"]))
    assert {edge["id"] for edge in near["drawing"]["edges"]} <= {edge["id"] for edge in data["drawing"]["edges"]}


def test_other_diseases_are_drawn(loaded: Graph) -> None:
    """The mechanism leaves them out; a focus does not."""
    rows = loaded.query(
        "SELECT DISTINCT ?id ?thing { ?id kg:subject ?thing ; kg:context/kg:inDisease ?disease"
        " FILTER NOT EXISTS { ?disease kg:partOf* kgd:Disease_multiple_myeloma } } ORDER BY ?id"
    )
    assert len(rows) > 2
    for row in rows.rows[:3]:
        assert row[0] in focus_data(loaded, find(loaded.store, row[1]), 1)["claims"]


@pytest.mark.parametrize("name", ["KPT-330", "kgd:Drug_selinexor", "Drug_selinexor", "SELINEXOR"])
def test_focus_by_any_of_its_names(loaded: Graph, name: str) -> None:
    """A synonym, a CURIE, a part of one, in any case; the page is the same."""
    page = loaded.view(focus=name)
    assert page.title == "Around selinexor"


def test_focus_by_identifier(loaded: Graph) -> None:
    """Of another ontology."""
    names = loaded.query("SELECT ?name { kgd:Protein_XPO1 skos:exactMatch ?name } ORDER BY ?name").column("name")
    assert len(names) > 0
    assert {loaded.view(focus=name).title for name in names} == {"Around XPO1"}


def test_too_much_is_said_on_the_page(loaded: Graph) -> None:
    """The nearest are drawn; how many things and statements are not stands above the drawing."""
    data = focus_data(loaded, find(loaded.store, "selinexor"), 1)
    boxes, edges = data["drawing"]["boxes"], data["drawing"]["edges"]
    assert len(boxes) == MOST_BOXES + 1
    around = stated(loaded, {"kgd:Drug_selinexor"})
    assert set(data["claims"]) == around
    words = f"{len(data['things']) - len(boxes)} of {len(data['things'])} things and {len(around) - len(edges)} of "
    assert f"{words}{len(around)} statements are left out" in loaded.view(focus="selinexor").html
    assert "left out" not in loaded.view(focus="BOSTON").html.partition("<main>")[0]


def test_near_things_come_before_far_ones(loaded: Graph) -> None:
    """With too much to draw, no far thing takes the place of a near one."""
    data = focus_data(loaded, find(loaded.store, "thrombocytopenia"), 2)
    near = focus_data(loaded, find(loaded.store, "thrombocytopenia"), 1)
    assert len(data["drawing"]["boxes"]) == MOST_BOXES + 1 < len(data["things"])
    assert set(near["things"]) <= {box["thing"] for box in data["drawing"]["boxes"].values()}


@pytest.mark.parametrize(
    ("options", "fault", "words"),
    [
        ({}, UsageError, "one of the two"),
        ({"name": "mechanism", "focus": "selinexor"}, UsageError, "one of the two"),
        ({"name": "mechanism", "hops": 2}, UsageError, "hops go out from a focus"),
        ({"focus": "selinexor", "hops": 0}, UsageError, "hops are 1 to 4, not 0"),
        ({"focus": "selinexor", "hops": 5}, UsageError, "hops are 1 to 4, not 5"),
        ({"focus": "selinexorr"}, NotFoundError, "did you mean selinexor"),
        ({"focus": "kg:Drug"}, NotFoundError, r"no statement names drug \(kg:Drug\)"),
    ],
)
def test_wrong_use_is_one_line(loaded: Graph, options: dict[str, Any], fault: type[Exception], words: str) -> None:
    """What is wrong, and what there is."""
    with pytest.raises(fault, match=words) as caught:
        loaded.view(**options)
    assert "\n" not in str(caught.value)


def test_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And ends with 2 for wrong use, 1 for a thing that nothing is said of, without a page."""
    page = tmp_path / "page.html"
    assert main(["view", "--focus", "BOSTON", "--hops", "2", "-o", str(page)]) == 0
    assert "Every statement about BOSTON, and about" in page.read_text(encoding="utf-8")
    other = tmp_path / "other.html"
    assert main(["view", "mechanism", "--focus", "BOSTON", "-o", str(other)]) == 2
    assert main(["view", "--focus", "kg:Drug", "-o", str(other)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.startswith("kg: ") for line in lines] == [True, True]
    assert not other.exists()


# ---- where it stands


def test_boxes_and_lines_meet_nothing_else(drawn: tuple[str, dict[str, Any]]) -> None:
    """Boxes stand apart; lines run level between the edges of two boxes, each with room for its words."""
    _, data = drawn
    drawing = data["drawing"]
    at = {node["id"]: (node["x"], node["y"]) for node in drawing["nodes"]}
    boxes = {key: (*at[key], box["height"] / 2) for key, box in drawing["boxes"].items()}
    overlaps = [
        (one, two)
        for one, (x, y, h) in boxes.items()
        for two, (u, v, g) in boxes.items()
        if one < two and abs(x - u) < BOX_WIDTH and abs(y - v) < h + g
    ]
    assert overlaps == []
    for x, y, h in boxes.values():
        assert x - HALF > 0
        assert x + HALF < drawing["width"]
        assert y - h > 0
        assert y + h < drawing["height"]
    levels: dict[int, list[tuple[int, int]]] = {}
    for edge in drawing["edges"]:
        (x, y), (u, v) = sorted((at[edge["from"]], at[edge["to"]]))
        assert y == v
        for side, middle in ((x, x - HALF), (u, u + HALF)):
            assert any(bx == middle and abs(by - y) < h for bx, by, h in boxes.values()), (edge["id"], side)
        levels.setdefault(x, []).append((y, edge["label"].count("\n") + 1))
    for lines in levels.values():
        lines.sort()
        for (y, rows), (v, more) in pairwise(lines):
            assert v - y >= 12 * (rows + more) / 2


def test_causes_stand_left_and_effects_right(drawn: tuple[str, dict[str, Any]]) -> None:
    """And a line ends at the object of its statement."""
    focus, data = drawn
    drawing = data["drawing"]
    at = {node["id"]: node["x"] for node in drawing["nodes"]}
    middle = at[f"kgd:{focus}"]
    signed = 0
    for edge in drawing["edges"]:
        claim = data["claims"][edge["id"]]
        for end, thing in (("from", claim["subject"]), ("to", claim["object"])):
            owners = {box["thing"] for key, box in drawing["boxes"].items() if abs(at[key] - at[edge[end]]) == HALF}
            assert thing in owners, edge["id"]
        boxes = [key for key, box in drawing["boxes"].items() if box["thing"] in (claim["subject"], claim["object"])]
        if claim["sign"] and f"kgd:{focus}" in (claim["subject"], claim["object"]) and len(boxes) == 2:
            signed += 1
            assert (at[edge["to"]] > middle) == (claim["subject"] == f"kgd:{focus}"), edge["id"]
    assert signed > 0 or focus == "Study_BOSTON"


def test_same_graph_gives_same_tree(loaded: Graph) -> None:
    """Every place of it."""
    entity = find(loaded.store, "XPO1")
    assert focus_data(loaded, entity, 3) == focus_data(loaded, entity, 3)


def test_lines_without_sign_claim_none(made_up: Graph) -> None:
    """No arrow, no bar; the kind stands on the line, and doubt shows as it does elsewhere."""
    data = focus_data(made_up, find(made_up.store, "kgd:Drug_a"), 1)
    looks = {
        edge["id"].partition("_")[2]: (edge["arrows"]["to"]["type"], edge["dashes"], edge["label"].replace("\n", " "))
        for edge in data["drawing"]["edges"]
    }
    assert looks == {
        "fact": ("bar", False, "inhibits"),
        "net": ("arrow", False, "net: induces"),
        "negated": ("bar", False, "not: inhibits"),
        "binds": ("circle", False, "binds to"),
        "bone": ("bar", False, "inhibits"),
        "association": ("diamond", False, "association: correlates with"),
        "weaker_association": ("diamond", [9, 6], "association: correlates with"),
        "compared": ("diamond", False, "not: better than"),
        "identifier": ("diamond", False, "approval: approved for"),
    }


# ---- the browser


def test_focus_page_asks_for_nothing(opened: Opened, loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A quiet console, the legend of what is drawn, a line that can be chosen, and its end at a finite place."""
    address = saved(loaded.view(focus="thrombocytopenia").html, tmp_path_factory)
    opened.page.goto(address)
    legend = opened.page.locator("#legend ul[aria-label=Lines]").inner_text()
    assert LOOKS["advice"].words in legend
    assert "without a sign: ends in a diamond" in legend
    assert LOOKS["synergy"].words not in legend
    opened.click("kgd:Statement_selinexor_induces_thrombocytopenia")
    expect(opened.page).to_have_title(re.compile("^selinexor induces thrombocytopenia"))
    finite = """() => Object.values(kgView.network.body.nodes).filter((node) => !Number.isFinite(
        node.distanceToBorder(document.querySelector("canvas").getContext("2d"), 0))).length"""
    assert opened.page.evaluate(finite) == 0
    assert (opened.requests, opened.complaints) == ([address], [])


def test_statement_about_a_statement_can_be_read(
    opened: Opened, loaded: Graph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A statement is a box where another one is about it; the panel tells it as a statement."""
    name = "kgd:Statement_selinexor_inhibits_osteoclastogenesis"
    opened.page.goto(f"{saved(loaded.view(focus=name, hops=2).html, tmp_path_factory)}#{name}")
    assert opened.page.evaluate("kgView.network.getSelectedNodes()") == [name]
    assert "statement" in opened.details()


def test_narrow_focus_page_scrolls_in_its_box(
    opened: Opened, loaded: Graph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """At 390 pixels; it opens at the top of the focus, however tall that is."""
    opened.page.set_viewport_size({"width": 390, "height": 844})
    opened.page.emulate_media(reduced_motion="reduce")  # the page scrolls at once then
    opened.page.goto(saved(loaded.view(focus="selinexor").html, tmp_path_factory))
    opened.page.wait_for_function("""() => {
        const { scrollLeft, scrollTop, clientWidth } = document.getElementById("scroller");
        const { x } = kgView.network.getPosition("kgd:Drug_selinexor");
        return scrollTop < 20 && Math.abs(scrollLeft + clientWidth / 2 - x) < 2 }""")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390


# ---- hostile texts


def poke(frame: Frame) -> None:
    """Read every entry of the lists."""
    for entry in frame.locator("#contents [data-id]").all():
        entry.click()
        expect(entry).to_have_attribute("aria-current", "true")


def test_hostile_texts_run_nothing_around_a_focus(
    opened: Opened, made_up: Graph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In the title, the lists, the panel and on the canvas."""
    address = saved(made_up.view(focus="kgd:Drug_a", hops=4).html, tmp_path_factory)
    opened.page.goto(address)
    assert opened.page.locator("h1").inner_text() == f"Around {IMAGE}"
    poke(opened.page.main_frame)
    assert SCRIPT in opened.page.locator("#contents").inner_text()
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.locator("img, iframe").count() == 0
    assert opened.page.locator("script").count() == 3
    assert opened.page.locator('a:not([href^="https://"])').count() == 0
    assert (opened.requests, opened.complaints) == ([address], [])


def test_hostile_texts_stay_in_the_frame(
    opened: Opened, made_up: Graph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What a notebook is given holds one frame, and nothing gets out of it."""
    page = made_up.view(focus="kgd:Drug_a", hops=4)
    address = saved(f"<!DOCTYPE html><title>cell</title>{page._repr_html_()}", tmp_path_factory)
    opened.page.goto(address)
    frame = framed(opened)
    poke(frame)
    assert opened.page.locator("body *").evaluate_all("all => all.map(one => one.tagName)") == ["IFRAME"]
    assert opened.page.locator("iframe").get_attribute("title") == f"Around {IMAGE}"
    assert [opened.page.evaluate("window.hacked"), frame.evaluate("window.hacked")] == [None, None]
    assert frame.evaluate("origin") == "null"
    assert (opened.requests, opened.complaints) == ([address], [])


def framed(opened: Opened) -> Frame:
    """Wait for the page in the frame."""
    opened.page.frame_locator("iframe").locator("#details").wait_for()
    return opened.page.frames[1]


# ---- the notebook


def test_notebook_shows_the_page(opened: Opened, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A notebook is run and exported: its page asks for nothing, draws, and its policy is at work."""
    source = 'import kg\nkg.load(cache=False).view(focus="BOSTON")'
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    assert notebook.cells[0].outputs[0].data["text/plain"] == "Page(title='Around BOSTON')"
    exported, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    address = saved(f"<!DOCTYPE html><title>notebook</title>{exported}", tmp_path_factory)
    opened.page.goto(address)
    frame = framed(opened)
    opened.page.frame_locator("iframe").get_by_role("button", name="XVd regimen").click()
    expect(opened.page.frame_locator("iframe").locator("#details h2")).to_have_text("XVd")
    assert frame.evaluate("location.href") == "about:srcdoc#kgd:Regimen_XVd"
    assert painted(frame) > 5
    assert (opened.requests, opened.complaints) == ([address], [])
    frame.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hacked = 1'}))"
    )
    assert frame.evaluate("window.hacked") is None
    assert any("Content Security Policy" in complaint for complaint in opened.complaints)


def painted(frame: Frame) -> int:
    """Count the colours of the canvas."""
    count = """() => { const canvas = document.querySelector("canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size }"""
    colours = frame.evaluate(count)
    assert isinstance(colours, int)
    return colours


def test_frame_may_be_laid_out_late(opened: Opened, loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As in a folded cell: the drawing takes its place once there is one."""
    html = f"<!DOCTYPE html><title>cell</title><div hidden>{loaded.view(focus='BOSTON')._repr_html_()}</div>"
    opened.page.goto(saved(html, tmp_path_factory))
    opened.page.wait_for_timeout(300)
    frame = opened.page.frames[1]
    assert frame.evaluate("document.getElementById('scroller').clientWidth") == 0
    opened.page.evaluate("document.querySelector('div').hidden = false")
    opened.page.frame_locator("iframe").locator("#drawing canvas").wait_for()
    opened.page.wait_for_timeout(300)
    seen = "(({ x, y }) => [x, y])(kgView.network.canvasToDOM({ x: 0, y: 0 }))"
    assert frame.evaluate(seen) == pytest.approx([0, 0], abs=1)


def test_frame_opens_links_elsewhere(opened: Opened, loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The page in the frame stays; on its own it does as every page does."""
    page = loaded.view(focus="BOSTON")
    opened.page.goto(saved(f"<!DOCTYPE html><title>cell</title>{page._repr_html_()}", tmp_path_factory))
    assert framed(opened).locator("base").get_attribute("target") == "_blank"
    opened.page.goto(saved(page.html, tmp_path_factory))
    assert opened.page.locator("base").count() == 0


def test_page_is_saved_whole(made_up: Graph, tmp_path: Path) -> None:
    """In UTF-8; its name in a terminal is its title, not a megabyte of HTML."""
    page = made_up.view("mechanism")
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == page.html.encode()
    assert repr(page) == "Page(title='How XPO1 inhibition works in multiple myeloma')"
