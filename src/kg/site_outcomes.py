"""The page of outcomes: what was measured, drawn with its denominators, by population and prior lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from kg.chart import NARROW, WIDE, Chart, Layout
from kg.charts import doses, forest, medians, pairs
from kg.heat_map import STEPS, HeatMap, heat_maps
from kg.measured import grade_words

if TYPE_CHECKING:
    from kg.measured import Measured, Measurement
    from kg.site_page import Site

__all__ = ["CAPTION", "write_outcomes"]

CAPTION = "Different trials, not a comparison: populations, doses and follow-up differ."
_ONE_TRIAL = "One randomised trial: its two arms may be compared, and each line joins them."
_RESPONSES = (
    ("ORR", "Overall response rate (ORR)"),
    ("CBR", "Clinical benefit rate (CBR)"),
)
_MEDIANS = (
    ("PFS", "Median progression-free survival (PFS)"),
    ("OS", "Median overall survival (OS)"),
    ("DOR", "Median duration of response (DOR)"),
)


class Section(NamedTuple):
    """A part of the page: its charts, with what a reader has to know."""

    id: str
    title: str
    caption: str
    charts: tuple[Chart, ...] = ()
    narrow: tuple[Chart, ...] = ()
    maps: tuple[HeatMap, ...] = ()


def write_outcomes(site: Site) -> None:
    """Write the page of outcomes, and each chart of it as a file."""
    measured = site.measured
    sections = [section for section in _sections(site, measured) if section.charts or section.maps]
    drawn = {mark for section in sections for mark in _marked(section)}
    site.templates.filters["grade"] = grade_words
    site.page(
        "outcomes.html",
        "outcomes.html.j2",
        "Outcomes",
        styles=["outcomes.css"],
        sections=sections,
        in_words=list(_in_words(site)),
        left=[one for one in measured.values() if _is_outcome(one) and site.desk.address(one.id) not in drawn],
        shades=list(zip((0, *STEPS), STEPS, strict=False)),
    )
    for section in sections:
        pictures: list[Chart | HeatMap] = [*section.charts, *section.maps]
        for picture in pictures:
            _write_file(site, section, picture)


def _sections(site: Site, measured: Measured) -> Iterator[Section]:
    yield _section("responses", "Who responded", CAPTION, lambda layout: _responses(measured, layout))
    yield _section("times", "How long it lasted", CAPTION, lambda layout: _times(measured, layout))
    yield _section("XVd-against-Vd", "XVd against Vd", _ONE_TRIAL, lambda layout: _paired(site, layout))
    yield _section("doses", "How much selinexor a week", CAPTION, lambda layout: _weekly(site, layout))
    maps = tuple(heat_maps(measured.values(), {event: place for (event, *_), place in site.mechanisms.items()}))
    yield Section("events", "Adverse events", CAPTION, maps=maps)


def _section(name: str, title: str, caption: str, draw: Callable[[Layout], Iterable[Chart]]) -> Section:
    """Draw the charts of a section twice: for a window as wide as usual, and for a telephone."""
    wide, narrow = (tuple(chart for chart in draw(layout) if chart.rows) for layout in (WIDE, NARROW))
    return Section(name, title, caption, wide, narrow)


def _responses(measured: Measured, layout: Layout) -> Iterator[Chart]:
    for name, title in _RESPONSES:
        yield forest(name, title, measured.of(name, "Proportion"), layout)


def _times(measured: Measured, layout: Layout) -> Iterator[Chart]:
    for name, title in _MEDIANS:
        yield medians(name, title, measured.of(name, "Median"), layout)


def _weekly(site: Site, layout: Layout) -> Iterator[Chart]:
    rows = site.desk.saved("selinexor_weekly_doses").table
    for unit in sorted({row["weekly_unit"] for row in rows}):
        yield doses(f"weekly_dose_{unit.replace('/', '_per_')}", unit, rows, site.desk.home, layout)


def _paired(site: Site, layout: Layout) -> Iterator[Chart]:
    """Put the two arms of the one trial that compares beside each other, in a chart for each unit."""
    found: dict[str, list[tuple[Measurement, Measurement]]] = {}
    reports = site.measured.by_report
    for row in site.desk.saved("XVd_against_Vd").table:
        tested, control = reports.get(row["id"]), reports.get(row["vd_value_id"])
        if tested and control and _is_outcome(tested):
            found.setdefault(row["unit"], []).append((tested, control))
    for unit in ("percent", "months"):
        yield pairs(f"XVd_against_Vd_{unit}", f"XVd against Vd, in {unit}", unit, found.get(unit, []), layout)


def _in_words(site: Site) -> Iterator[Mapping[str, str]]:
    """Give what the source says of the two arms in words only, with where each stands."""
    for row in site.desk.saved("XVd_against_Vd").table:
        if row["in_words"]:
            yield {**row, "address": site.desk.address(row["id"])}


def _is_outcome(one: Measurement) -> bool:
    return one["category"] in ("outcome", "adverse event")


def _marked(section: Section) -> Iterator[str]:
    """Name where the marks of a section lead."""
    for chart in section.charts:
        yield from (mark.href for row in chart.rows for mark in row.marks)
    for map_ in section.maps:
        yield from (cell.href for row in map_.rows for cell in row.cells)


def _write_file(site: Site, section: Section, picture: Chart | HeatMap) -> None:
    chart = picture if isinstance(picture, Chart) else None
    text = site.templates.get_template("chart_file.svg.j2").render(
        chart=chart,
        map=picture,
        title=picture.title,
        caption=section.caption,
        source=site.source,
        notice=site.notice,
    )
    site.write(f"figures/{picture.name}.svg", text)
