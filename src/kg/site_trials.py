"""The pages of trials and of all measurements, each with choices that narrow it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from kg.site_tables import anchor

if TYPE_CHECKING:
    from markupsafe import Markup

    from kg.measured import Measurement
    from kg.site_page import Site

__all__ = ["Choice", "write_trials"]


class Choice(NamedTuple):
    """What a page can be narrowed by: the name of the field, its words, and what there is to choose from."""

    name: str
    words: str
    values: list[str]


# The columns of `measured_values` by which both pages are narrowed, with the words before each choice.
_WHOM = (("study", "Trial"), ("arm", "Arm"), ("regimen", "Regimen"), ("population", "Population"))
_WHAT = (("category", "Category"), ("measure", "Measure"), ("grade", "Grade"), ("status", "Status"))
_SHOWN = ("study", "arm", "regimen", "population", "measure", "discrepancy")
_COUNTED = ("outcome", "adverse event", "dose", "prior therapy", "enrolment", "follow-up")


class Set(NamedTuple):
    """Patients that something was measured of: a row of the table of trials."""

    key: tuple[str, ...]
    cells: Mapping[str, Markup]
    patients: list[Measurement]
    lines: str
    counts: list[tuple[str, int]]
    link: str


def write_trials(site: Site) -> None:
    """Write the table of trials with their arms and populations, and the page of all measurements."""
    found = list(site.measured.values())
    trials = [
        (study, _about(site, study), [_set(site, one) for one in _sets(members)])
        for study, members in groupby(found, key=lambda one: one["study"])
    ]
    site.page(
        "trials.html",
        "trials.html.j2",
        "Trials, arms and populations",
        scripts=["assets/lists.js"],
        trials=trials,
        choices=list(_choices(found, _WHOM)),
        fields=[name for name, _ in _WHOM],
    )
    groups = [
        (study, [_told(site, one) for one in members])
        for study, members in groupby(found, key=lambda one: one["study"])
    ]
    site.page(
        "measurements.html",
        "measurements.html.j2",
        "Measurements, each with all its reports",
        scripts=["assets/lists.js"],
        styles=["outcomes.css"],
        groups=groups,
        choices=list(_choices(found, (*_WHOM, *_WHAT))),
        saved=site.desk.saved("measured_values"),
    )


def _choices(found: Iterable[Measurement], columns: Iterable[tuple[str, str]]) -> Iterator[Choice]:
    listed = list(found)
    for name, words in columns:
        yield Choice(name, words, sorted({one[name] for one in listed} - {""}, key=str.casefold))


def _about(site: Site, study: str) -> dict[str, object]:
    """Say what a trial is: its number in a registry, how it was made, and where it has its page."""
    designs = site.desk.saved("study_designs").rows("study", study)
    reported = site.desk.saved("reported_values").rows("study", study)
    features = dict.fromkeys(
        (
            f"not {row['feature']}" if row["polarity"] == "negated" else row["feature"],
            site.desk.address(row["disputed"].partition("; ")[0]),
        )
        for row in designs
    )
    return {
        "registry": next((row["registry_id"] for row in (*designs, *reported) if row["registry_id"]), ""),
        "features": list(features),
        "address": site.desk.address(site.desk.named("study", study)),
    }


def _key(one: Measurement) -> tuple[str, ...]:
    return tuple(one[name] for name, _ in _WHOM)


def _sets(members: Iterable[Measurement]) -> Iterator[list[Measurement]]:
    """Deal the measurements of a trial out to the patients that they are of."""
    for _, same in groupby(sorted(members, key=_key), key=_key):
        yield list(same)


def _set(site: Site, members: list[Measurement]) -> Set:
    first, seen = members[0], set[str]()
    counts = Counter(one["category"] for one in members)
    asked = "&".join(f"{name}={quote(first[name], safe='')}" for name, _ in _WHOM if first[name])
    return Set(
        _key(first),
        {name: site.desk.cell(name, first.row, "", seen) for name, _ in _WHOM},
        [one for one in members if one["measure"] == "patients"],
        first.group.lines.words if first.group.lines else "",
        [(name, counts[name]) for name in _COUNTED if counts[name]],
        f"measurements.html#{asked}",
    )


def _told(site: Site, one: Measurement) -> dict[str, object]:
    """Write what an entry of the page of measurements shows."""
    seen: set[str] = set()
    return {
        "one": one,
        "anchor": anchor(one.id),
        "cells": {name: site.desk.cell(name, one.row, "", seen) for name in _SHOWN},
        "reports": [
            {**row, "anchor": anchor(row["value_id"]), "references": site.desk.cell("references", row, "", seen)}
            for row in one.reports
        ],
        "why": site.mechanisms.get(tuple(one[name] for name in ("measure", "study", "arm", "regimen")), ""),
    }
