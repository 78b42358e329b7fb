"""What the charts of outcomes show: every measurement once, in its group, with an interval only where that is sure."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kg.chart import NARROW, WIDE, Chart, Layout
from kg.charts import doses, forest, medians, pairs, place
from kg.heat_map import BANDS, HeatMap, heat_maps
from kg.measured import Measured, Measurement, read_measured
from kg.questions import get_question, run
from kg.results import Table
from kg.store import Graph


def answer(graph: Graph, name: str) -> Table:
    return run(graph.store, get_question(name).text)


@pytest.fixture(scope="module")
def measured(loaded: Graph) -> Measured:
    return read_measured(loaded, answer(loaded, "measured_values"), answer(loaded, "reported_values"))


@pytest.fixture(scope="module")
def responses(measured: Measured) -> Chart:
    return forest("ORR", "ORR", measured.of("ORR", "Proportion"), WIDE)


def mark_of(chart: Chart, measurement: str) -> str:
    return next(row.marks[0].look for row in chart.rows if row.href == place(measurement))


# ---- measurements


def test_every_report_belongs_to_one_measurement(loaded: Graph, measured: Measured) -> None:
    """Nothing printed is lost, and the counts are those that the question gives."""
    assert set(measured.by_report) == set(answer(loaded, "reported_values").column("value_id"))
    assert all(str(len(one.reports)) == one["n_reports"] for one in measured.values())


def test_main_report_is_the_shown_figure(measured: Measured) -> None:
    """The first report has the value that `measured_values` shows, so that its printed form may stand for it."""
    assert [one.id for one in measured.values() if one.main["value"] != one["value"]] == []


def test_prior_lines_come_from_the_nearest_set_around(measured: Measured) -> None:
    """A part of an arm has those of the arm, an arm those of its trial, and nobody those of a sibling."""
    part, arm = measured["kgd:Measurement_STOMP_XVd_PI_refractory_ORR"], measured["kgd:Measurement_BOSTON_XVd_ORR"]
    assert part.group.population.startswith("after one or more prior regimens")
    assert part.group.lines is not None
    assert part.group.lines.words == "3 (1 to 11)"
    assert arm.group.words == "RRMM, median of prior lines 2 (1 to 3)"
    assert measured["kgd:Measurement_STOMP_XRd_NDMM_ORR"].group.words == "NDMM"
    assert measured["kgd:Measurement_STORM_part_2_ORR"].group.words.endswith("prior lines not printed")


def test_disputed_prior_lines_are_both_told(measured: Measured) -> None:
    """The heading does not choose between two printed medians."""
    assert measured["kgd:Measurement_NCT02199665_ORR"].group.words == "RRMM, median of prior lines 4, elsewhere 2"


# ---- intervals and marks


@pytest.mark.parametrize(
    ("measurement", "look"),
    [
        ("kgd:Measurement_BOSTON_XVd_ORR", "sure"),  # 76.4 percent of 195: only 149 patients fit
        ("kgd:Measurement_Cornell_2017_d_ORR", "sure"),  # two of seven, printed
        ("kgd:Measurement_STOMP_XDd_ORR", "plain"),  # 69 percent of 34 is no whole patient
        ("kgd:Measurement_MARCH_elderly_ORR", "plain"),  # nobody says of how many
    ],
)
def test_interval_stands_only_on_a_sure_denominator(responses: Chart, measurement: str, look: str) -> None:
    """Square and line, or a point."""
    assert mark_of(responses, measurement) == look


def test_assumed_denominator_is_a_hollow_mark(measured: Measured) -> None:
    """A share whose denominator is guessed looks different, and has no interval."""
    guessed = [one for one in measured.values() if one["n_basis"] == "arm size assumed" and one["unit"] == "percent"]
    marks = [row.marks[0] for row in forest("x", "x", guessed, WIDE).rows]
    assert len(marks) > 10
    assert {(mark.look, mark.low, mark.high) for mark in marks} == {("assumed", None, None)}


def test_no_interval_is_given_without_a_sure_denominator(measured: Measured) -> None:
    """Of all measurements, whatever the chart."""
    with_interval = [one for one in measured.values() if one.interval]
    assert {one["n_basis"] for one in with_interval} == {"printed for value", "arithmetically compatible"}
    assert {one["unit"] for one in with_interval} == {"percent"}


# ---- charts


def every_chart(measured: Measured, layout: Layout) -> list[Chart]:
    shares = [forest(name, name, measured.of(name, "Proportion"), layout) for name in ("ORR", "CBR")]
    return shares + [medians(name, name, measured.of(name, "Median"), layout) for name in ("PFS", "OS", "DOR")]


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_each_measurement_has_one_mark(measured: Measured, layout: Layout) -> None:
    """None is pooled, dropped or drawn twice."""
    drawn = [mark.href for chart in every_chart(measured, layout) for row in chart.rows for mark in row.marks]
    named = [("ORR", "Proportion"), ("CBR", "Proportion"), ("PFS", "Median"), ("OS", "Median"), ("DOR", "Median")]
    assert sorted(drawn) == sorted(place(one.id) for pair in named for one in measured.of(*pair))


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_marks_stand_at_their_values(measured: Measured, layout: Layout) -> None:
    """From the place of a mark its value can be read back; what was not reached stands beyond the axis."""
    by_place = {place(one.id): one for one in measured.values()}
    for chart in every_chart(measured, layout):
        zero, end = chart.at(0), chart.at(chart.scale.end)
        for row in chart.rows:
            one, mark = by_place[row.href], row.marks[0]
            if one["value"]:
                read = (mark.x - zero) / (end - zero) * chart.scale.end
                assert read == pytest.approx(float(one["value"]))
            else:
                assert (mark.look, one["status"]) == ("not-reached", "not reached")
                assert mark.x > end


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_rows_do_not_touch(measured: Measured, layout: Layout) -> None:
    """Each text and each mark has a line of its own."""
    for chart in every_chart(measured, layout):
        lines = [heading.y + 15 * n for heading in chart.headings for n in range(len(heading.lines))]
        for row in chart.rows:
            lines += {*(row.y + 15 * n for n in range(len(row.label))), row.mark_y}
        lines.sort()
        assert min(after - before for before, after in pairwise(lines)) >= 15
        assert lines[-1] < chart.height


def test_order_is_by_prior_lines_and_never_by_effect(measured: Measured) -> None:
    """Other figures for the same patients change no place."""
    found = measured.of("ORR", "Proportion")
    turned = [
        Measurement(one.id, {**one.row, "value": f"{100 - float(one['value'])}"}, one.reports, one.group)
        for one in reversed(found)
    ]
    before, after = (forest("x", "x", listed, WIDE) for listed in (found, turned))
    assert [row.href for row in before.rows] == [row.href for row in after.rows]
    medians_of_lines = [one.group.order[0] for one in sorted(found, key=lambda one: one.group.order)]
    assert medians_of_lines[0] == -1
    assert medians_of_lines[-1] == float("inf")


def test_pairs_join_the_arms_of_one_trial(measured: Measured) -> None:
    """Both arms stand in one row, each at its value, with a line between them; nothing else is joined."""
    ends = [measured[f"kgd:Measurement_BOSTON_{arm}_ORR"] for arm in ("XVd", "Vd")]
    chart = pairs("x", "x", "percent", [(ends[0], ends[1])], WIDE)
    assert [(row.joined, [mark.look for mark in row.marks]) for row in chart.rows] == [(True, ["tested", "control"])]
    assert [mark.x for mark in chart.rows[0].marks] == [chart.at(76.4), chart.at(62.3)]
    assert not any(row.joined for other in every_chart(measured, WIDE) for row in other.rows)


def test_doses_of_two_units_never_share_an_axis(loaded: Graph) -> None:
    """Milligrams, and milligrams per square metre."""
    rows = answer(loaded, "selinexor_weekly_doses")
    drawn = {unit: doses("x", unit, rows, lambda row: row["study"], WIDE).rows for unit in ("mg", "mg/m2")}
    assert {unit: len(found) for unit, found in drawn.items()} == {"mg": 13, "mg/m2": 1}


# ---- adverse events


@pytest.fixture(scope="module")
def maps(measured: Measured) -> list[HeatMap]:
    return list(heat_maps(measured.values(), {"thrombocytopenia": "explore.html#path=a,b"}))


def test_each_share_of_patients_with_an_event_has_a_cell(measured: Measured, maps: list[HeatMap]) -> None:
    """In the map of its grade band and in no other; who did not have the event is no cell."""
    cells = [cell.href for one in maps for row in one.rows for cell in row.cells]
    assert len(cells) == len(set(cells))
    told = [one for one in measured.values() if one["category"] == "adverse event" and one["statistic"] == "Proportion"]
    left = {one["measure"] for one in told if place(one.id) not in cells}
    assert left == {"nausea (absence)"}
    assert [one.band for one in maps] == list(BANDS)


def test_empty_cell_is_no_zero(maps: list[HeatMap]) -> None:
    """Where the source prints nothing there is no cell at all; every cell has the printed figure."""
    severe = next(one for one in maps if one.band == "3-4")
    anemia = next(row for row in severe.rows if row.event == "anemia")
    names = [severe.columns[cell.column].words for cell in anemia.cells]
    assert "SELVEDEX, XVd" in [column.words for column in severe.columns]
    assert "SELVEDEX, XVd" not in names
    assert all(float(cell.text.lstrip("≥≈<>")) > 0 for one in maps for row in one.rows for cell in row.cells)


def test_alternative_is_told_with_its_cell(maps: list[HeatMap]) -> None:
    """Two printed figures for one thing: one is drawn, the sign and the words tell of the other."""
    cells = [cell for one in maps for row in one.rows for cell in row.cells if "elsewhere" in cell.words]
    assert len(cells) >= 5
    assert all(cell.disputed for cell in cells)


def test_names_of_columns_tell_them_apart(maps: list[HeatMap]) -> None:
    """Two groups of one arm are two columns with two names."""
    for one in maps:
        words = [column.words for column in one.columns]
        assert len(words) == len(set(words))


def test_event_leads_to_its_mechanism(maps: list[HeatMap]) -> None:
    """And one that no path explains leads nowhere."""
    rows = {row.event: row.href for one in maps for row in one.rows}
    assert rows["thrombocytopenia"] == "explore.html#path=a,b"
    assert rows["anemia"] == ""
