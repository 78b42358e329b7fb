"""The front page in a real browser: steps, keys, links, pictures that can be read, and no script at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import watched
from kg.tour import Tour
from kg.view_claims import local_name

FITS = """() => [...document.querySelectorAll('.step:not([hidden]) .panel .box')].flatMap(box => {
  const edge = box.querySelector('.outline').getBoundingClientRect();
  return [...box.querySelectorAll(':scope > g > text')].filter(text => {
    const at = text.getBoundingClientRect();
    const across = at.left < edge.left - 1 || at.right > edge.right + 1;
    return across || at.top < edge.top - 1 || at.bottom > edge.bottom + 1;
  }).map(text => text.textContent);
})"""
LETTERS = """() => Math.min(...[...document.querySelectorAll('.step:not([hidden]) .panel text')].map(text => {
  const panel = text.ownerSVGElement;
  const scale = panel.getBoundingClientRect().width / panel.viewBox.baseVal.width;
  return parseFloat(text.getAttribute('font-size')) * scale;
}))"""

MIDDLE = """line => {
  const at = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
  return [at.x, at.y];
}"""


@pytest.fixture(scope="module")
def home(site_folder: Path) -> str:
    return f"{site_folder.as_uri()}/index.html"


@pytest.fixture
def page(chromium: Browser, home: str) -> Iterator[Page]:
    with watched(chromium, viewport={"width": 1440, "height": 900}) as opened:
        opened.page.goto(home)
        yield opened.page
        assert opened.complaints == []


def shows(page: Page, step: str) -> None:
    """Wait until this step is shown, and no other; a step follows the address, which changes after the click."""
    visible = page.locator(".step:visible")
    expect(visible).to_have_count(1)
    expect(visible).to_have_id(step)


def test_opens_at_normal_export(page: Page) -> None:
    """One step is shown, the first."""
    shows(page, "Step_normal_export")


def test_buttons_and_arrow_keys_walk_the_steps(page: Page) -> None:
    """Forth and back, and not past the ends."""
    page.get_by_role("button", name="Next").click()
    shows(page, "Step_docking")
    page.keyboard.press("ArrowRight")
    shows(page, "Step_tumor_suppressors")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    shows(page, "Step_normal_export")
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()


def test_arrow_keys_in_a_field_stay_there(page: Page) -> None:
    """Who chooses an answer or moves in a text does not leave the step."""
    page.locator(".check input").first.focus()
    page.keyboard.press("ArrowRight")
    shows(page, "Step_normal_export")


def test_link_restores_step_and_claim(page: Page, home: str) -> None:
    """The address of a step or claim opens it; going back goes back."""
    page.goto(f"{home}#Step_bone.Statement_selinexor_affects_osteoblasts")
    shows(page, "Step_bone")
    expect(page.locator("[id='Step_bone.Statement_selinexor_affects_osteoblasts']")).to_be_in_viewport()
    page.locator(".steps a").nth(6).click()
    shows(page, "Step_platelets")
    page.go_back()
    shows(page, "Step_bone")


def test_line_leads_to_its_claim(page: Page, home: str) -> None:
    """A click on a line of the drawing marks the claim it stands for."""
    page.goto(f"{home}#Step_docking")
    line = page.locator("#Step_docking a.line[href='#Step_docking.Statement_selinexor_inhibits_XPO1'] .shaft").last
    line.scroll_into_view_if_needed()
    x, y = line.evaluate(MIDDLE)
    page.mouse.click(x + 3, y)  # beside the thin line: what can be hit is wider than what is seen
    assert page.evaluate("location.hash") == "#Step_docking.Statement_selinexor_inhibits_XPO1"
    expect(page.locator(".card:target")).to_contain_text("selinexor inhibits XPO1")


def test_unknown_address_gets_a_word(page: Page, home: str) -> None:
    """A stale link says so and shows a step all the same."""
    page.goto(f"{home}#Step_nowhere")
    expect(page.get_by_role("status").first).to_contain_text("No step here is called Step_nowhere")
    expect(page.locator(".step:visible")).to_have_count(1)


def test_heading_beside_the_steps_has_an_address(page: Page, home: str) -> None:
    """What stands on the page and is no step is shown without a complaint."""
    page.goto("about:blank")
    page.goto(f"{home}#check")
    expect(page.locator("#check")).to_be_in_viewport()
    expect(page.locator("#unknown")).to_be_hidden()


def test_list_has_all_steps_without_pictures(page: Page) -> None:
    """The list tells every claim and effect of the tour."""
    page.get_by_role("button", name="As a list").click()
    expect(page.locator(".step:visible")).to_have_count(9)
    expect(page.locator(".picture").first).to_be_hidden()
    expect(page.locator(".card").last).to_be_visible()
    page.get_by_role("button", name="As a list").click()
    expect(page.locator(".step:visible")).to_have_count(1)


def test_every_thing_of_a_step_is_in_the_accessibility_tree(page: Page, home: str, tour: Tour) -> None:
    """A screen reader finds every box of the pictures as a link with its name, and every claim."""
    for step in tour.steps:
        page.goto(f"{home}#{local_name(step.key)}")
        section = page.locator(f"#{local_name(step.key)}")
        for panel in step.panels:
            for box in panel.boxes:
                assert section.get_by_role("link", name=box.label).count() >= 1, box.label
        # Abbreviations are links of their own in a claim, so that its name comes in pieces.
        spoken = " ".join(section.all_inner_texts()[0].split())
        for card in step.cards:
            for end in (card.claim.subject, card.claim.object):
                assert step.things[end].label in spoken, step.things[end].label


def test_keyboard_alone_reaches_boxes(page: Page, home: str) -> None:
    """Tab goes from box to box, and Enter opens the page of the thing."""
    page.goto(f"{home}#Step_docking")
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
        if name.startswith("XPO1"):
            break
    assert name.startswith("XPO1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entity/Protein_XPO1.html")


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_labels_fit_their_boxes(chromium: Browser, home: str, tour: Tour, width: int) -> None:
    """No label is cut or too small to read, at any width."""
    with watched(chromium, viewport={"width": width, "height": 844}) as opened:
        for step in tour.steps:
            opened.page.goto(f"{home}#{local_name(step.key)}")
            assert opened.page.evaluate(FITS) == [], step.label
            assert opened.page.evaluate(LETTERS) >= 9.9, step.label


def test_reduced_motion_shows_none(chromium: Browser, home: str) -> None:
    """Who asked for calm sees no moving cargo and no button for it."""
    with watched(chromium, reduced_motion="reduce") as opened:
        opened.page.goto(home)
        expect(opened.page.locator(".cargo").first).to_be_hidden()
        expect(opened.page.get_by_role("button", name="Move again")).to_be_hidden()


def test_cargo_moves_and_comes_to_rest(page: Page) -> None:
    """The motion ends by itself within five seconds."""
    longest = page.evaluate(
        """Math.max(...[...document.querySelectorAll('animateMotion')].map(
            move => parseFloat(move.getAttribute('dur')) * move.getAttribute('repeatCount')))"""
    )
    assert 0 < longest < 5


def test_self_check_tells_right_from_wrong(page: Page) -> None:
    """A choice is judged, and the right one opens the reason."""
    form = page.locator(".check").first
    answer = form.locator("details").get_attribute("data-answer")
    for option in form.locator("input").all():
        option.check()
        right = option.get_attribute("value") == answer
        expect(form.get_by_role("status")).to_have_text("Right." if right else "Not so.")
        assert form.locator("details").evaluate("d => d.open") is right


def test_without_scripts_all_is_readable(chromium: Browser, home: str) -> None:
    """All steps stand below one another, with pictures, claims and answers."""
    with watched(chromium, java_script_enabled=False) as opened:
        opened.page.goto(home)
        for step in opened.page.locator(".step").all():
            expect(step).to_be_visible()
        expect(opened.page.locator(".controls")).to_be_hidden()
        opened.page.locator(".check summary").first.click()
        expect(opened.page.locator(".check details p").first).to_be_visible()


def test_picture_of_the_readme_is_the_sites(site_folder: Path) -> None:
    """What readers see first is what the graph says now."""
    shown = Path(__file__).parents[1] / "docs" / "figures" / "low_platelets.svg"
    assert shown.read_bytes() == (site_folder / "figures" / "Step_platelets.svg").read_bytes()


def test_figures_are_whole_files(site_folder: Path, tour: Tour) -> None:
    """Each step has its figure as SVG: well-formed, without scripts, with licence and source."""
    for step in tour.steps:
        path = site_folder / "figures" / f"{local_name(step.key)}.svg"
        root = ElementTree.parse(path).getroot()
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert names.isdisjoint(("script", "a"))  # a file lies anywhere, so that links would lead nowhere
        text = "".join(root.itertext())
        assert "CC BY 4.0" in text
        for panel in step.panels:
            for box in panel.boxes:
                for line in box.lines:
                    assert line in text
