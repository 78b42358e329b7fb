"""The page that draws a mechanism, read as data and opened in a real browser."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from kg.errors import NotFoundError
from kg.store import Graph
from kg.terms import KG
from kg.view import VIEWS, page_data, view
from kg.view_boxes import BOX_WIDTH, Box, Link
from kg.view_claims import read_claims
from kg.view_layout import arrange
from kg.view_style import KIND_LOOKS, LOOKS, OTHER, SHAPES, STYLES
from pages import IMAGE, SCRIPT, Opened, hostile_graph, saved


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return hostile_graph(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def data(loaded: Graph) -> dict[str, Any]:
    return page_data(loaded, "mechanism")


@pytest.fixture(scope="module")
def made_up_data(made_up: Graph) -> dict[str, Any]:
    return page_data(made_up, "mechanism")


@pytest.fixture(scope="module")
def html(loaded: Graph) -> str:
    return view(loaded, "mechanism").html


@pytest.fixture(scope="module")
def address(html: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return saved(html, tmp_path_factory)


@pytest.fixture(scope="module")
def hostile_address(made_up: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    return saved(view(made_up, "mechanism").html, tmp_path_factory)


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    yield Opened(page)
    page.close()


# ---- what is on the page


def test_every_statement_is_drawn_once(loaded: Graph, data: dict[str, Any]) -> None:
    """All four kinds but of other diseases, and the transport edges that no statement gives already."""
    kinds = " ".join(f"<{kind}>" for kind in VIEWS["mechanism"].kinds)
    stated = loaded.query(
        f"SELECT DISTINCT ?id {{ VALUES ?kind {{ {kinds} }} ?id a ?kind ; kg:context ?context"
        " FILTER NOT EXISTS { ?context kg:inDisease ?disease"
        "   FILTER NOT EXISTS { ?disease kg:partOf* kgd:Disease_multiple_myeloma } } }"
    ).column("id")
    assert len(stated) > 40
    assert sorted(name for name in data["claims"] if not name.startswith("kgd:Edge_")) == sorted(stated)
    drawn = [edge["id"] for edge in data["drawing"]["edges"]]
    assert len(drawn) == len(set(drawn)) > 90
    assert not any("cervical" in claim["label"] for claim in data["claims"].values())


def test_lists_hold_what_is_not_drawn(data: dict[str, Any]) -> None:
    """Net effects whose steps are drawn, and what no two other lines join."""
    drawn = {edge["id"] for edge in data["drawing"]["edges"]}
    left = {name: claim for name, claim in data["claims"].items() if name not in drawn}
    assert "kgd:Statement_selinexor_induces_thrombocytopenia" in left
    assert "kgd:Statement_XPO1_level_induces_proliferation" in drawn
    ends = [{claim["subject"], claim["object"]} for name, claim in data["claims"].items() if name in drawn]
    for name, claim in left.items():
        alone = sum(bool({claim["subject"], claim["object"]} & {c["subject"], c["object"]}) for c in left.values()) <= 2
        joined = any({claim["subject"], claim["object"]} & pair for pair in ends)
        assert claim["look"] == "net" or (alone and not joined), name


def test_transport_edge_is_drawn_unless_stated(made_up_data: dict[str, Any]) -> None:
    """The carrier's edge says what a statement says; what happens to the pool is said by no one else."""
    edges = [name for name in made_up_data["claims"] if name.startswith("kgd:Edge_")]
    assert edges == ["kgd:Edge_Event_f_decreases_Pool_g"]
    assert made_up_data["claims"][edges[0]]["label"] == "event f decreases pool g"


def test_line_looks_as_its_statement_is(made_up_data: dict[str, Any]) -> None:
    """Sign, certainty, kind and doubt each show without colour."""
    looks = {
        edge["id"].partition("_")[2]: (edge["arrows"]["to"]["type"], edge["dashes"], edge.get("label", ""))
        for edge in made_up_data["drawing"]["edges"]
    }
    assert looks == {
        "fact": ("bar", False, ""),
        "weaker": ("arrow", [9, 6], ""),
        "bridge": ("bar", [2, 4], "bridge"),
        "net": ("arrow", False, "net"),
        "negated": ("bar", False, "not"),
        "disputed": ("bar", [9, 6], "?"),
        "binds": ("circle", False, ""),
        "carrier": ("arrow", False, ""),
        "bone": ("bar", False, ""),
        "Event_f_decreases_Pool_g": ("bar", False, ""),
    }


def test_association_is_not_drawn(made_up_data: dict[str, Any]) -> None:
    """It has no sign and enters no path."""
    assert "kgd:Statement_association" not in made_up_data["claims"]


def test_every_kind_can_be_read(loaded: Graph) -> None:
    """`kg:Statement` means all kinds; other diseases come in when asked for; each kind has a look of its own."""
    stated = loaded.query("SELECT DISTINCT ?id { ?id kg:subject ?one ; kg:object ?two }").column("id")
    read = read_claims(loaded, [KG.Statement], events=False, other_diseases=True)
    assert sorted(read) == sorted(stated)
    fewer = read_claims(loaded, [KG.Statement], events=False)
    assert "cervical" in " ".join(read[name].label for name in read.keys() - fewer.keys())
    looks = {claim.kind: claim.look for claim in read.values() if claim.look not in ("negated", "disputed", "weaker")}
    assert looks == {**KIND_LOOKS, "kg:MechanismStatement": "fact"}
    aspects = [claim.facts["aspect"] for claim in read.values() if claim.kind == "kg:ComparativeStatement"]
    assert len(aspects) > 30


def test_other_cells_stand_apart(made_up_data: dict[str, Any]) -> None:
    """What a drug does in bone starts from a box of its own in that band."""
    boxes = made_up_data["drawing"]["boxes"]
    assert sorted(key for key, box in boxes.items() if box["thing"] == "kgd:Drug_a") == [
        "kgd:Drug_a",
        "kgd:Drug_a (Bone)",
    ]
    bone = next(edge for edge in made_up_data["drawing"]["edges"] if edge["id"] == "kgd:Statement_bone")
    assert (bone["from"], bone["to"]) == ("kgd:Drug_a (Bone)", "kgd:Bone_e (Bone)")
    assert [band["title"] for band in made_up_data["drawing"]["bands"]] == ["Any cell, or no cell named", "Bone"]


def test_boxes_keep_off_each_other(data: dict[str, Any]) -> None:
    """No two overlap, and all stand inside the drawing and inside a band."""
    drawing = data["drawing"]
    places = {node["id"]: (node["x"], node["y"]) for node in drawing["nodes"]}
    heights = {key: box["height"] for key, box in drawing["boxes"].items()}
    overlaps = [
        (one, two)
        for one, (x, y) in places.items()
        for two, (u, v) in places.items()
        if one < two and abs(x - u) < BOX_WIDTH and abs(y - v) < (heights[one] + heights[two]) / 2
    ]
    assert overlaps == []
    assert drawing["width"] <= 930, "wider than what is left of 1280 pixels beside the panel"
    for key, (x, y) in places.items():
        assert BOX_WIDTH / 2 <= x <= drawing["width"] - BOX_WIDTH / 2
        top, bottom = y - heights[key] / 2, y + heights[key] / 2
        assert any(band["top"] < top and bottom <= band["top"] + band["height"] for band in drawing["bands"]), key


def test_same_graph_gives_same_drawing(html: str, data: dict[str, Any]) -> None:
    """Every place and bend, although the rows are found by chance moves: the page was worked out on its own."""
    assert _embedded(html) == json.loads(json.dumps(data))


def _embedded(html: str) -> Any:
    return json.loads(re.findall(r'id="data">(.*)</script>', html)[0])


def test_unknown_view_names_those_there_are(made_up: Graph) -> None:
    """The message is one line."""
    with pytest.raises(NotFoundError, match=r"^no view 'mechanisms'; there are mechanism$"):
        view(made_up, "mechanisms")


def test_circle_of_causes_is_placed() -> None:
    """The link that closes the circle sets no column."""
    boxes = [Box("a", 0, 30), Box("b", 0, 30)]
    layout = arrange(boxes, [Link("a", "b"), Link("b", "a"), Link("a", "a")])
    assert layout.centres["a"][0] < layout.centres["b"][0]


def test_line_bows_out_around_a_box() -> None:
    """Where a box stands on the straight way and no row is free, and never out of the drawing."""
    boxes = [Box("a", 0, 30), Box("b", 0, 30), Box("c", 1, 30)]
    layout = arrange(boxes, [Link("a", "b"), Link("b", "c"), Link("a", "c")])
    assert layout.bends[Link("a", "b")] == 0
    row = arrange([Box("a", 0, 30), Box("b", 1, 30), Box("c", 2, 30)], [Link("a", "b"), Link("b", "c"), Link("a", "c")])
    assert {link: bool(bend) for link, bend in row.bends.items()} == {
        Link("a", "b"): False,
        Link("b", "c"): False,
        Link("a", "c"): True,
    }


def test_nothing_to_draw_is_a_small_page() -> None:
    """An empty graph has an empty drawing."""
    layout = arrange([], [])
    assert (layout.centres, layout.height) == ({}, 0)


# ---- colours and shapes


def test_label_contrast_is_high_enough() -> None:
    """4.5 to 1 in every box."""
    assert [s.words for s in (*STYLES, OTHER) if _contrast(s.fill, s.text) < 4.5] == []


def _contrast(one: str, two: str) -> float:
    low, high = sorted((_luminance(one), _luminance(two)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_class_has_its_own_shape() -> None:
    """Without colour the classes are told apart, and no shape is left over."""
    shapes = [style.shape for style in (*STYLES, OTHER)]
    assert sorted(shapes) == sorted(SHAPES)


def test_legend_has_every_class_drawn(opened: Opened, address: str, data: dict[str, Any]) -> None:
    """Each with its shape, and every kind of line on the page; no other one."""
    opened.page.goto(address)
    boxes = opened.page.locator("#legend ul[aria-label=Boxes] li")
    words = {thing["style"] for thing in data["things"].values()}
    assert set(boxes.all_inner_texts()) == words
    assert boxes.locator("svg path").count() == len(words) > 8
    lines = opened.page.locator("#legend ul[aria-label=Lines] li").all_inner_texts()
    shown = {claim["look"] for claim in data["claims"].values()}
    assert [look.words for key, look in LOOKS.items() if key in shown] == [text.split("\n")[-1] for text in lines[2:]]
    assert "association" not in shown


# ---- the browser


def test_page_asks_for_nothing(opened: Opened, address: str) -> None:
    """One request, the file itself, and a quiet console."""
    opened.page.goto(address)
    opened.page.locator("#contents button").first.click()
    opened.page.wait_for_timeout(300)
    assert (opened.requests, opened.complaints) == ([address], [])


def test_click_on_box_tells_what_it_is(opened: Opened, address: str) -> None:
    """Class, definition, statements and their references."""
    opened.page.goto(address)
    opened.click("kgd:Protein_XPO1")
    opened.expect_choice("kgd:Protein_XPO1")
    told = opened.details()
    assert "A nuclear export protein that carries" in told
    assert "selinexor inhibits XPO1" in told
    assert "11. Tai YT 2014. CRM1 inhibition" in told


def test_click_on_line_tells_who_says_so(opened: Opened, hostile_address: str) -> None:
    """Certainty, context, evidence and the references in order of number."""
    opened.page.goto(hostile_address)
    opened.click("kgd:Statement_disputed")
    opened.expect_choice("kgd:Statement_disputed")
    rows = ["polarity", "affirmed", "certainty", "asserted as fact", "context", "any cell", "Probably a misprint."]
    told = opened.details()
    assert [row for row in rows if row not in told] == []
    opened.page.evaluate("location.hash = '#kgd:Statement_fact'")
    expect(opened.page).to_have_title(re.compile("inhibits"))
    told = opened.details()
    assert told.index("9. Nine N 2009.") < told.index("10. Ten T 2010. Ten.")
    assert opened.page.locator("#details a").get_attribute("href") == "https://doi.org/10.1/%3Cx%3E"


def test_keyboard_reaches_the_same(opened: Opened, address: str) -> None:
    """Search, tab to the first hit, and enter."""
    opened.page.goto(address)
    opened.page.locator("#search").focus()
    opened.page.keyboard.type("crm1")
    assert opened.page.locator("#found").inner_text() == "1 found"
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Enter")
    expect(opened.page).to_have_title(re.compile("^XPO1 "))
    assert "exportin-1" in opened.details()
    assert opened.page.locator("button[aria-current=true]").get_attribute("data-id") == "kgd:Protein_XPO1"


def test_every_box_and_line_is_listed(opened: Opened, address: str, data: dict[str, Any]) -> None:
    """Whoever cannot see the drawing reads the same things and statements."""
    opened.page.goto(address)
    listed = opened.page.locator("#contents button").evaluate_all("all => all.map(one => one.dataset.id)")
    assert sorted(listed) == sorted([*data["things"], *data["claims"]])


def test_net_effect_without_line_marks_its_ends(opened: Opened, address: str) -> None:
    """A claim that is only listed can be chosen like any other."""
    opened.page.goto(f"{address}#kgd:Statement_selinexor_induces_thrombocytopenia")
    assert "selinexor induces thrombocytopenia" in opened.details()
    chosen = opened.page.evaluate("kgView.network.getSelectedNodes()")
    assert any(name.startswith("kgd:AdverseEvent_thrombocytopenia") for name in chosen)
    assert any(name.startswith("kgd:Drug_selinexor") for name in chosen)


def test_page_opens_where_the_drug_is(opened: Opened, address: str) -> None:
    """Nobody has to look for the beginning of the story."""
    opened.page.emulate_media(reduced_motion="reduce")  # the page scrolls at once then
    opened.page.goto(address)
    opened.page.wait_for_function("""() => {
        const { x, y } = kgView.network.canvasToDOM(kgView.network.getPosition("kgd:Drug_selinexor"));
        const { scrollTop, clientHeight } = document.getElementById("scroller");
        return scrollTop > 0 && y > scrollTop && y < scrollTop + clientHeight }""")


def test_link_restores_the_choice(opened: Opened, address: str) -> None:
    """A statement by its address; going back shows what was chosen before."""
    opened.page.goto(f"{address}#kgd:Statement_selinexor_inhibits_XPO1")
    assert "selinexor inhibits XPO1" in opened.details()
    opened.page.get_by_role("button", name="XPO1", exact=True).click()
    expect(opened.page).to_have_title(re.compile("^XPO1 "))
    opened.page.go_back()
    expect(opened.page).to_have_title(re.compile("^selinexor inhibits"))


@pytest.mark.parametrize("name", ["kgd:Protein_NONE", "%", "__proto__", "constructor", "<img src=x>"])
def test_unknown_link_is_said(opened: Opened, address: str, name: str) -> None:
    """Whatever stands behind the hash sign."""
    opened.page.goto(f"{address}#{name}")
    assert opened.details().startswith("Nothing here is called ")
    assert opened.complaints == []


def test_hostile_labels_stay_text(opened: Opened, hostile_address: str) -> None:
    """In the list, the panel and the title of the page."""
    opened.page.goto(hostile_address)
    listed = opened.page.locator("#contents").inner_text()
    assert IMAGE in listed
    assert SCRIPT in listed
    for name in ("kgd:Drug_a", "kgd:Protein_b", "kgd:Statement_fact", "kgd:Statement_bridge"):
        opened.page.locator(f'#contents [data-id="{name}"]').click()
        opened.expect_choice(name)
        assert IMAGE in opened.details() or SCRIPT in opened.details()
    opened.page.evaluate("location.hash = '#kgd:Drug_a'")
    expect(opened.page).to_have_title(re.compile("^<img"))
    assert opened.page.title().startswith(IMAGE)
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.locator("img").count() == 0
    assert opened.page.locator("script").count() == 3
    assert opened.complaints == []


def test_only_safe_addresses_are_links(opened: Opened, hostile_address: str, made_up_data: dict[str, Any]) -> None:
    """https is a link, all else is text; the data hold no other address either."""
    outward = made_up_data["things"]["kgd:Drug_a"]["links"]
    assert sorted(link["address"] for link in outward) == ["", "", "https://example.org/a"]
    opened.page.goto(f"{hostile_address}#kgd:Drug_a")
    addresses = opened.page.locator("#details a").evaluate_all("all => all.map(one => [one.href, one.rel])")
    assert addresses == [["https://example.org/a", "noopener"], ["https://doi.org/10.1/%3Cx%3E", "noopener"]]
    assert "javascript:alert(1)" in opened.details()


def test_policy_stops_foreign_scripts(opened: Opened, hostile_address: str) -> None:
    """Even a script put in afterwards does not run: the policy itself is at work."""
    opened.page.goto(hostile_address)
    opened.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hacked = 1'}))"
    )
    assert opened.page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in complaint for complaint in opened.complaints)


def test_narrow_page_does_not_scroll_sideways(opened: Opened, address: str) -> None:
    """At 390 pixels the drawing scrolls in its own box, at a size that can be read."""
    opened.page.set_viewport_size({"width": 390, "height": 844})
    opened.page.goto(f"{address}#kgd:Statement_selinexor_inhibits_XPO1")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
    assert opened.page.evaluate("document.querySelector('#drawing canvas').clientWidth") > 800
    panel = opened.page.locator("#details").bounding_box()
    drawing = opened.page.locator("#scroller").bounding_box()
    assert panel
    assert drawing
    assert panel["y"] >= drawing["y"] + drawing["height"]


def test_drawing_can_be_made_to_fit(opened: Opened, address: str) -> None:
    """All of it in its box; clicks still meet what is under them."""
    opened.page.goto(address)
    opened.page.get_by_role("button", name="Fit").click()
    sizes = opened.page.evaluate(
        "(e => [e.scrollWidth <= e.clientWidth + 1, e.scrollHeight <= e.clientHeight + 1])"
        "(document.getElementById('scroller'))"
    )
    assert sizes == [True, True]
    opened.click("kgd:AdverseEvent_thrombocytopenia (Precursors of platelets)")
    expect(opened.page).to_have_title(re.compile("^thrombocytopenia"))


def test_page_holds_licence_and_source(html: str) -> None:
    """vis-network's licence comment, the cited review, the licence of the data and the caution."""
    for words in ("vis.js is dual licensed", "10.1177/20406207231219442", "CC BY 4.0", "not medical advice"):
        assert words in html
    assert _embedded(html)["things"]["kgd:Protein_XPO1"]["label"] == "XPO1"
