"""Trials, outcomes and measurements in a real browser: marks lead to figures, choices narrow, all can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import watched
from kg.site_outcomes import CAPTION

SVG = "{http://www.w3.org/2000/svg}"
# What of a shown chart reaches past the edges of its drawing.
CUT = """() => [...document.querySelectorAll('svg.plot[role=group]')].filter(plot => plot.checkVisibility())
  .flatMap(plot => {
    const edge = plot.getBoundingClientRect();
    return [...plot.querySelectorAll('text')].filter(text => {
      const at = text.getBoundingClientRect();
      const across = at.left < edge.left - 1 || at.right > edge.right + 1;
      return across || at.top < edge.top - 1 || at.bottom > edge.bottom + 1;
    }).map(text => text.textContent);
  })"""
# Texts of a shown chart that lie on one another.
OVERLAPS = """() => [...document.querySelectorAll('svg.plot[role=group]')].filter(plot => plot.checkVisibility())
  .flatMap(plot => {
    const boxes = [...plot.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
    return boxes.flatMap(([one, a], n) => boxes.slice(n + 1)
      .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2)
      .map(([other]) => `${one} | ${other}`));
  })"""


@pytest.fixture(scope="module")
def home(site_folder: Path) -> str:
    return site_folder.as_uri()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with watched(chromium, viewport={"width": 1440, "height": 900}) as opened:
        yield opened.page
        assert opened.complaints == []


def shown(page: Page) -> list[str]:
    return [item.get_attribute("id") or "" for item in page.locator("[data-item]:visible").all()]


# ---- outcomes


def test_mark_leads_to_its_figures(page: Page, home: str) -> None:
    """A click on a mark opens the entry of its measurement, with every place it is printed at."""
    page.goto(f"{home}/outcomes.html")
    page.locator("#ORR .wide").get_by_role("link", name="ORR 76.4 percent of 195, 95 % interval 70.0 to 81.8").click()
    entry = page.locator("#Measurement_BOSTON_XVd_ORR")
    expect(entry).to_be_in_viewport()
    expect(entry).to_contain_text("table 1 | NCT03110562 (BOSTON)")
    expect(entry).to_contain_text("table 2 | NCT03110562 (BOSTON)")


def test_sign_leads_to_the_disagreement(page: Page, home: str) -> None:
    """The sign beside a figure opens the record of what the source says otherwise."""
    page.goto(f"{home}/outcomes.html")
    page.locator("#ORR .wide").get_by_role("link", name="STOMP XDd: the source disagrees").click()
    expect(page.locator("#Discrepancy_STOMP_XDd_ORR_numerator")).to_be_in_viewport()


def test_event_leads_to_its_mechanism(page: Page, home: str) -> None:
    """The name of an event opens the path by which the review explains it."""
    page.goto(f"{home}/outcomes.html")
    page.locator("#events_grade_3_to_4").get_by_role("link", name="thrombocytopenia → why").click()
    page.wait_for_url("**/explore.html#path=Drug_selinexor,AdverseEvent_thrombocytopenia&stitched=yes")
    expect(page.locator("main")).to_contain_text("thrombocytopenia")
    assert page.locator("#unknown:visible").count() == 0


def test_mechanism_is_shown_only_where_the_drug_was_given(page: Page, home: str) -> None:
    """The arm with selinexor leads to what selinexor does to platelets; the control arm does not."""
    page.goto(f"{home}/measurements.html")
    for arm, links in (("XVd", 1), ("Vd", 0)):
        entry = page.locator(f"#Measurement_BOSTON_{arm}_thrombocytopenia_grade_3_4")
        assert entry.get_by_role("link", name="the mechanism that the review gives").count() == links
    # That eltanexor brings less fatigue than selinexor explains no fatigue.
    entry = page.locator("#Measurement_BOSTON_XVd_fatigue_grade_3_4")
    assert entry.get_by_role("link", name="the mechanism that the review gives").count() == 0


def test_every_chart_says_that_trials_differ(page: Page, home: str) -> None:
    """Only the trial that compares two arms has another caption, and only it joins marks."""
    page.goto(f"{home}/outcomes.html")
    for section in page.locator("section:has(figure)").all():
        told = section.locator(".notice").inner_text()
        joins = section.locator(".joint").count()
        assert (told == CAPTION) == (joins == 0)
    assert page.locator("#XVd_against_Vd_percent .joint").count() > 0


@pytest.mark.parametrize("width", [1440, 390])
def test_charts_can_be_read(page: Page, home: str, width: int) -> None:
    """No text is cut or lies on another, letters keep their size, and only maps have to be scrolled on a telephone."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{home}/outcomes.html")
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.locator("svg.plot[role=group]:visible").count() == page.locator("figure.chart").count()
    for box in page.locator("figure:not([id^=events]) .scroll:visible").all():
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    scales = page.locator("svg.plot[role=group]:visible").evaluate_all(
        "plots => plots.map(plot => plot.getBoundingClientRect().width / plot.viewBox.baseVal.width)"
    )
    assert scales == pytest.approx([1] * len(scales))


def test_marks_are_large_enough_to_hit(page: Page, home: str) -> None:
    """A finger needs 24 pixels."""
    page.goto(f"{home}/outcomes.html")
    sizes = page.locator("figure:not([id^=events]) .wide .mark a").evaluate_all(
        "marks => marks.map(mark => Math.min(mark.getBoundingClientRect().width, mark.getBoundingClientRect().height))"
    )
    assert len(sizes) > 100
    assert min(sizes) >= 24


def test_what_no_chart_shows_is_listed(page: Page, home: str) -> None:
    """Survival at one year is no median, and is not lost."""
    page.goto(f"{home}/outcomes.html")
    listed = page.locator("section:has(#not-drawn) li")
    assert [item.inner_text() for item in listed.filter(has_text="1 year").all()] == [
        "SELVEDEX 30 mg/m2, OS, 1 year: 75 percent",
        "SELVEDEX 45 mg/m2, OS, 1 year: 100 percent",
    ]
    assert listed.filter(has_text="nausea (absence)").count() == 1


def test_saved_charts_stand_alone(site_folder: Path, page: Page, home: str) -> None:
    """A file of a chart is a picture without links, says what it is, whence it comes and that it is no comparison."""
    page.goto(f"{home}/outcomes.html")
    names = [link.get_attribute("href") or "" for link in page.locator(".download a").all()]
    assert len(names) > 10
    for name in names:
        root = ElementTree.parse(site_folder / name).getroot()
        text = "".join(root.itertext())
        assert root.find(f".//{SVG}a") is None
        assert "10.1177/20406207231219442" in text, name
        assert ("not a comparison" in text) != ("randomised" in text), name


# ---- trials and measurements


def test_choices_narrow_the_measurements(page: Page, home: str) -> None:
    """Trial and category chosen, eight entries are left; the address keeps the choice."""
    page.goto(f"{home}/measurements.html")
    everything = len(shown(page))
    page.locator("select[name=study]").select_option("BOSTON")
    page.locator("select[name=category]").select_option("outcome")
    kept = shown(page)
    assert len(kept) == 8
    assert all(name.startswith("Measurement_BOSTON_") for name in kept)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    assert shown(page) == kept
    page.locator("select[name=study]").select_option("")
    page.locator("select[name=category]").select_option("")
    assert len(shown(page)) == everything


def test_row_of_a_trial_leads_to_its_measurements(page: Page, home: str) -> None:
    """What a row counts is what its link shows, for every row."""
    page.goto(f"{home}/trials.html")
    cells = page.locator("tr[data-item] td:last-child").all()
    links = [(cell.inner_text(), cell.locator("a").get_attribute("href")) for cell in cells]
    assert len(links) > 80
    for counts, link in links[::9]:
        page.goto(f"{home}/{link}")
        found = len(shown(page))
        numbers = [int(part.split()[0]) for part in counts.split(", ") if part[0].isdigit()]
        assert found >= max(sum(numbers), 1), link


def test_disputed_design_is_marked(page: Page, home: str) -> None:
    """The text calls BOSTON single-arm in one place; the table of trials does not say so without a word."""
    page.goto(f"{home}/trials.html#study=BOSTON")
    assert "single-arm (disputed)" in page.locator("section:visible p.quiet").first.inner_text()


def test_value_has_an_address(page: Page, home: str) -> None:
    """A single report can be linked."""
    page.goto(f"{home}/measurements.html#Value_BOSTON_XVd_pneumonia_grade_3_4_text")
    expect(page.locator("#Value_BOSTON_XVd_pneumonia_grade_3_4_text")).to_be_in_viewport()
