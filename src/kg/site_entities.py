"""A page for each thing: what it is, what is claimed of it, what was measured, what it is tied to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from kg.site_page import address, script_data

if TYPE_CHECKING:
    from kg.site_page import Site
    from kg.site_tables import ShownTable
    from kg.site_things import Thing

__all__ = ["SECTIONS", "Section", "class_anchor", "write_entities"]


@dataclass(frozen=True)
class Section:
    """A table of a page: the rows of a saved question that have the thing's label in one column.

    `kinds` are the classes whose things have the table; without any, all have it.
    """

    title: str
    question: str
    parameter: str
    kinds: tuple[str, ...] = ()
    note: str = ""


# In the order of the page; a table without rows is left out.
SECTIONS = (
    Section("Statements about it", "statements", "subject"),
    Section("Statements that relate something to it", "statements", "object"),
    Section("Statements in this context", "claims_in_context", "context", ("kg:Context",)),
    Section("Mechanism paths from it", "mechanism_paths", "drug"),
    Section("Mechanism paths to it", "mechanism_paths", "effect"),
    Section(
        "Reports in arms with an XPO1 inhibitor, beside the mechanism",
        "mechanism_to_outcome",
        "adverse_event",
        ("kg:AdverseEvent",),
        "Reported together, not shown to be caused by: the other drugs of an arm may have done it.",
    ),
    Section("Figures, each as printed", "reported_values", "study", ("kg:StudyUnit",)),
    Section("What was measured in it", "measured_values", "arm", ("kg:Arm",)),
    Section("What was measured under it", "measured_values", "regimen", ("kg:Regimen",)),
    Section("What was measured in it", "measured_values", "population", ("kg:Population",)),
    Section("What was measured", "measured_values", "measure", ("kg:Measure",)),
    Section("Doses in it", "regimen_components", "study", ("kg:StudyUnit",)),
    Section("Doses in it", "regimen_components", "arm", ("kg:Arm",)),
    Section("Doses of its drugs", "regimen_components", "regimen", ("kg:Regimen",)),
    Section("How it was dosed", "regimen_components", "drug", ("kg:TherapeuticAgent",)),
    Section("Ties to other things", "neighbours", "thing", note="What it is, not what is claimed of it."),
    Section("Disagreements of the source that it is in", "discrepancies_about", "thing"),
)


def write_entities(site: Site) -> None:
    """Write the page of each thing, the list of all, and the data of the search."""
    for thing in site.things.values():
        file = address(thing.id)
        site.page(
            file,
            "entity.html.j2",
            thing.label,
            scripts=["assets/tables.js"],
            thing=thing,
            tables=list(_tables(site, thing)),
            words=[entry for entry in site.glossary.entries if thing.id in entry.explains],
            explore=f"explore.html#open={quote(thing.id.removeprefix('kgd:'), safe='')}",
        )
    by_class = sorted(site.things.values(), key=lambda thing: (thing.class_label, thing.label.casefold(), thing.id))
    groups = [
        (name, class_anchor(group[0]), group)
        for name, group in ((name, list(group)) for name, group in groupby(by_class, lambda thing: thing.class_label))
    ]
    site.page("things.html", "things.html.j2", "Things", scripts=["assets/lists.js"], groups=groups)
    site.write("data/things.js", script_data("kgThings", [_found(thing) for thing in site.things.values()]))


def class_anchor(thing: Thing) -> str:
    """Name the part of the list of all things that has those of a thing's class.

    >>> from kg.site_things import Thing
    >>> class_anchor(Thing("kgd:Drug_a", "a", "kg:Drug", "drug"))
    'class-drug'
    """
    return f"class-{'-'.join(thing.class_label.split())}"


def _tables(site: Site, thing: Thing) -> Iterator[ShownTable]:
    subjects, objects = site.desk.subjects, site.desk.objects
    for section in SECTIONS:
        # A population and a context may share a label; claims are about one of them.
        ends = {"subject": subjects, "object": objects}.get(section.parameter)
        if (ends is not None and thing.id not in ends) or (section.kinds and thing.kinds.isdisjoint(section.kinds)):
            continue
        table = site.desk.show(
            section.question,
            title=section.title,
            parameter=section.parameter,
            value=thing.label,
            note=section.note,
            root="../",
        )
        if table is not None:
            yield table


def _found(thing: Thing) -> list[object]:
    """Describe a thing for the search: its page, its label, its class, and its other names."""
    names = [*thing.synonyms, *(link.name for link in thing.links), thing.id]
    return [address(thing.id), thing.label, thing.class_label, names]
