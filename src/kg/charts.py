"""Charts of outcomes and doses.

Nothing is pooled and nothing is sorted by effect: rows stand in groups of population and prior lines, within these by
study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from kg.chart import Chart, Layout, Legend, Mark, Scale
from kg.measured import Group, Measurement
from kg.site_tables import spot

__all__ = ["doses", "forest", "medians", "months", "pairs", "place"]

SHARES = Scale(100, (0, 20, 40, 60, 80, 100))
# What says that the number of patients behind a share is a guess.
ASSUMED = "arm size assumed"

_SURE = Legend("sure", "number of patients printed, or the only one that fits; the line is the 95 % Wilson interval")
_ASSUMED = Legend("assumed", "number of patients assumed to be that of the arm: no interval")
_PLAIN = Legend("plain", "number of patients not stated: no interval")
_REACHED = Legend("median", "median, as printed")
_NOT_REACHED = Legend("not-reached", "not reached when the data were cut; the mark stands beyond the axis, at no value")


def forest(name: str, title: str, found: Iterable[Measurement], layout: Layout) -> Chart:
    """Draw shares of patients, each with its interval where the number of patients is sure."""
    chart = Chart(name, title, "percent of patients", SHARES, (_SURE, _ASSUMED, _PLAIN), layout)
    return _in_groups(chart, [one for one in found if one["value"]], lambda one: _share_mark(chart, one))


def _share_mark(chart: Chart, one: Measurement) -> Mark:
    x, words = chart.at(float(one["value"])), f"{one['measure']} {one.figure} percent"
    if one.interval:
        low, high = one.interval
        words += f" of {one['n']}, 95 % interval {low:.1f} to {high:.1f}"
        return Mark("sure", x, words, place(one.id), chart.at(low), chart.at(high))
    return Mark("assumed" if one["n_basis"] == ASSUMED else "plain", x, words, place(one.id))


def medians(name: str, title: str, found: Iterable[Measurement], layout: Layout) -> Chart:
    """Draw medians in months; one that was not reached has a mark of its own beyond the axis."""
    listed = [one for one in found if one["value"] or one["status"] == "not reached"]
    scale = months(max((float(one["value"]) for one in listed if one["value"]), default=10))
    chart = Chart(name, title, "months", scale, (_REACHED, _NOT_REACHED), layout)
    return _in_groups(chart, listed, lambda one: _time_mark(chart, one, "median"))


def _time_mark(chart: Chart, one: Measurement, look: str) -> Mark:
    words = f"{one.arm}: {one.measure_words} {_figure(one)}{' months' if one['value'] else ''}"
    if one["value"]:
        return Mark(look, chart.at(float(one["value"])), words, place(one.id))
    return Mark("not-reached", chart.beyond, words, place(one.id))


def months(longest: float) -> Scale:
    """Choose an axis of months that holds the longest value.

    >>> months(27.5)
    Scale(end=30, ticks=(0, 6, 12, 18, 24, 30))
    """
    step = next(step for step in (1, 3, 6, 12, 24, 60, 120) if longest <= 8 * step or step == 120)
    return _scale(longest, step)


def _scale(most: float, step: int) -> Scale:
    """Make an axis that ends with the first tick beyond the most."""
    end = step * (int(most // step) + 1)
    return Scale(end, tuple(range(0, end + 1, step)))


def place(measurement: str) -> str:
    """Say where in the site a measurement stands, with all its reports."""
    return spot("measurements.html", measurement)


def _in_groups(chart: Chart, found: Iterable[Measurement], mark: Callable[[Measurement], Mark]) -> Chart:
    """Place measurements in rows under the headings of their groups."""
    ordered = sorted(found, key=lambda one: (one.group.order, one.group.words))
    for group, members in groupby(ordered, key=lambda one: one.group):
        chart.add_heading(group.words, place(group.lines.measurement) if group.lines else "")
        for one in sorted(members, key=_within):
            chart.add_row(_label(one, group), _figure(one), (mark(one),), place(one.id), one.disagreements)
    return chart


def doses(
    name: str, unit: str, found: Iterable[Mapping[str, str]], where: Callable[[Mapping[str, str]], str], layout: Layout
) -> Chart:
    """Draw weekly doses of selinexor in one unit, each arm and step in a row of its own.

    Args:
        name: of the chart and its file.
        unit: the weekly unit whose rows are drawn, such as `mg`.
        found: rows of `selinexor_weekly_doses`.
        where: tells where a row's arm or study stands in the site.
        layout: how wide it is.
    """
    rows = [row for row in found if row["weekly_unit"] == unit]
    most = max((float(row["weekly_dose"]) for row in rows), default=0)
    scale, weekly = _scale(most, 40 if most <= 200 else 100), f"{unit} a week"
    legend = Legend("median", "planned: the dose times how often a week")
    chart = Chart(name, f"Weekly dose of selinexor in {unit}", weekly, scale, (legend,), layout)
    for study, members in groupby(rows, key=lambda row: row["study"]):
        chart.add_heading(study)
        for row in members:
            x, words = chart.at(float(row["weekly_dose"])), f"{row['weekly_dose']} {weekly}"
            mark = Mark("median", x, words, where(row))
            figure = f"{row['dose']} {row['unit']} {row['schedule'].partition('; ')[0]}"
            chart.add_row(_dosed(row), figure, (mark,), where(row))
    return chart


def _dosed(row: Mapping[str, str]) -> str:
    """Name what a dose is of: arm, regimen, cohort, and which step of it."""
    parts = [row["arm"] or row["study"]]
    parts += [row[name] for name in ("regimen", "cohort") if row[name] not in row["arm"]]
    parts += [f"step {row['step']}"] if row["step"] else []
    parts += [f"from cycle {row['from_cycle']}"] if row["from_cycle"] else []
    return ", ".join(part for part in (*parts, row["condition"], row["sources"]) if part)


def pairs(name: str, title: str, unit: str, found: Iterable[tuple[Measurement, Measurement]], layout: Layout) -> Chart:
    """Draw two arms of one trial side by side, in the order given; each pair is joined by a line.

    Args:
        name: of the chart and its file.
        title: the caption.
        unit: `percent` or `months`.
        found: for each outcome the measurement of the tested arm and that of the control arm.
        layout: how wide it is.
    """
    listed = list(found)
    values = [float(one["value"]) for pair in listed for one in pair if one["value"]]
    scale = SHARES if unit == "percent" else months(max(values, default=10))
    arms = (Legend("tested", listed[0][0].arm), Legend("control", listed[0][1].arm)) if listed else ()
    legend = (*arms, *((_NOT_REACHED,) if unit == "months" else ()))
    room = layout if layout.stacked else layout._replace(figures=2 * layout.figures)
    chart = Chart(name, title, unit, scale, legend, room)
    for tested, control in listed:
        marks = (_pair_mark(chart, tested, "tested"), _pair_mark(chart, control, "control"))
        figure = f"{_figure(tested)} | {_figure(control)}"
        disputes = list(dict.fromkeys((*tested.disagreements, *control.disagreements)))
        label, beside = (f"{tested.measure_words}: {figure}", "") if layout.stacked else (tested.measure_words, figure)
        chart.add_row(label, beside, marks, place(tested.id), disputes, joined=True)
    return chart


def _pair_mark(chart: Chart, one: Measurement, look: str) -> Mark:
    mark = _time_mark(chart, one, look)
    if one.interval is None:
        return mark
    low, high = one.interval
    return mark._replace(low=chart.at(low), high=chart.at(high))


def _within(one: Measurement) -> tuple[str, str, bool, str]:
    """Sort rows of a group: by study and arm, the whole of an arm before its parts."""
    return one["study"], one["arm"], one["population"] != one.group.population, one["population"]


def _label(one: Measurement, group: Group) -> str:
    """Name what a row is of; the population only where it is not the heading's."""
    parts = [one.arm]
    if one["regimen"] and one["regimen"] not in one.arm:
        parts.append(one["regimen"])
    if one["population"] != group.population:
        parts.append(one["population"])
    if one["timepoint"]:
        parts.append(one["timepoint"])
    if one["same_patients_as"]:
        parts.append(f"same patients as {one['same_patients_as']}")
    return ", ".join(parts)


def _figure(one: Measurement) -> str:
    unit = {"percent": " %", "months": ""}.get(one["unit"], f" {one['unit']}") if one["value"] else ""
    of = f" of {one['n']}" if one["n"] and one["unit"] == "percent" else ""
    return f"{one.figure}{unit}{of}{'?' if of and one['n_basis'] == ASSUMED else ''}"
