"""Pages that draw a part of the graph: a named view, or what stands around one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError, UsageError
from kg.legend import box_samples
from kg.names import find
from kg.terms import KG, curie
from kg.view_bands import banded_picture
from kg.view_claims import SOURCES, Claim, Thing, evidence_lines, fill_labels, read_claims, read_references, read_things
from kg.view_focus import focus_picture, neighbourhood
from kg.view_page import Page, render
from kg.view_picture import to_vis
from kg.view_style import style_of

if TYPE_CHECKING:
    from kg.names import Entity
    from kg.store import Graph
    from kg.view_picture import Picture

__all__ = ["MOST_HOPS", "VIEWS", "View", "focus_data", "page_data", "view"]

MOST_HOPS = 4


@dataclass(frozen=True)
class View:
    """A page: its title, what it shows in one sentence, and the kinds of statement it draws."""

    title: str
    about: str
    kinds: tuple[str, ...]


# A second page is one more line here.
VIEWS: dict[str, View] = {
    "mechanism": View(
        "How XPO1 inhibition works in multiple myeloma",
        "Causes stand left, effects right. Choose a box or a line to read what it is and who says so.",
        (KG.MechanismStatement, KG.NetEffectStatement, KG.BridgeStatement, KG.BindingStatement),
    ),
}


def view(graph: Graph, name: str | None = None, *, focus: str | None = None, hops: int | None = None) -> Page:
    """Write a view as one HTML page that needs no other file and no network.

    Args:
        graph: what to draw.
        name: one of `VIEWS`; or instead
        focus: a thing, by its label, another name, its CURIE or an identifier of another ontology.
        hops: how many statements away from the focus the drawing goes, 1 to 4; 1 if left out.

    Raises:
        NotFoundError: there is no such view or thing, or no statement about it; the message lists near names.
        UsageError: a name and a focus, or neither; hops without a focus, or too many.

    >>> from kg.store import load
    >>> view(load(cache=False), "mecanism")
    Traceback (most recent call last):
    kg.errors.NotFoundError: no view 'mecanism'; there are mechanism
    """
    if (name is None) == (focus is None):
        raise UsageError(f"give a view ({', '.join(VIEWS)}) or a focus, one of the two")
    if focus is not None:
        return _around(graph, focus, 1 if hops is None else hops)
    if hops is not None:
        raise UsageError("hops go out from a focus; a view has none")
    data = page_data(graph, name or "")
    shown = VIEWS[name or ""]
    note = "A thing that acts in several kinds of cell is drawn in each."
    return render(shown.title, shown.about, note, data, _sources(graph))


def _around(graph: Graph, focus: str, hops: int) -> Page:
    entity = find(graph.store, focus)
    data = focus_data(graph, entity, hops)
    reach = "" if hops == 1 else f", and about what these lead to, up to {hops} away"
    about = (
        f"Every statement about {entity.label}{reach}. Causes stand left, effects right, all else on either side. "
        f"Choose a box or a line to read what it is and who says so.{_left_out(data)}"
    )
    note = "A thing that is reached in several ways has a box for each."
    return render(f"Around {entity.label}", about, note, data, _sources(graph))


def _left_out(data: Mapping[str, Any]) -> str:
    """Say how much of a neighbourhood has no place in its drawing."""
    drawn = {box["thing"] for box in data["drawing"]["boxes"].values()}
    things, lines = len(data["things"]) - len(drawn), len(data["claims"]) - len(data["drawing"]["edges"])
    if not lines:
        return ""
    return (
        f" There is more than a drawing can show: {things} of {len(data['things'])} things and {lines} of "
        f"{len(data['claims'])} statements are left out of it. Near ones come first, and among them causes and "
        "effects; the lists hold all."
    )


def _sources(graph: Graph) -> list[dict[str, str]]:
    return list(graph.query(SOURCES))


# ---- what a page knows


def page_data(graph: Graph, name: str) -> dict[str, Any]:
    """Gather everything that the page of a view knows, ready for JSON.

    Args:
        graph: what to read.
        name: one of `VIEWS`.

    Returns:
        `drawing` (nodes, edges, options, boxes, bands, size in pixels), `things`, `claims` and `references` by their
        names, and `legend`, the styles that are drawn.

    Raises:
        NotFoundError: there is no such view.

    >>> from kg.store import load
    >>> data = page_data(load(cache=False), "mechanism")
    >>> data["claims"]["kgd:Statement_selinexor_inhibits_XPO1"]["label"]
    'selinexor inhibits XPO1'
    """
    if name not in VIEWS:
        raise NotFoundError(f"no view {name!r}; there are {', '.join(VIEWS)}")
    claims = read_claims(graph, VIEWS[name].kinds, events=True)
    return _told(graph, claims, banded_picture)


def focus_data(graph: Graph, focus: Entity, hops: int) -> dict[str, Any]:
    """Gather everything that the page around a thing knows, as `page_data` does.

    Claims of all kinds count, and in all diseases.

    Raises:
        NotFoundError: no statement names the thing.
        UsageError: too few hops, or too many.
    """
    if not 1 <= hops <= MOST_HOPS:
        raise UsageError(f"hops are 1 to {MOST_HOPS}, not {hops}")
    name = curie(focus.iri)
    claims = read_claims(graph, [KG.Statement], events=True, other_diseases=True)
    near = neighbourhood(claims, name, hops)
    if not near:
        raise NotFoundError(f"no statement names {focus.label} ({name}); there is nothing to draw around it")
    return _told(graph, near, partial(focus_picture, focus=name))


def _told(
    graph: Graph, claims: Mapping[str, Claim], draw: Callable[[dict[str, Thing], Mapping[str, Claim]], Picture]
) -> dict[str, Any]:
    things = read_things(graph, {end for claim in claims.values() for end in (claim.subject, claim.object)})
    fill_labels(claims, things)
    evidence = evidence_lines(graph, claims)
    cited = {number for lines in evidence.values() for line in lines for number in line["number"]}
    drawn = {style_of(thing.wider) for thing in things.values()}
    return {
        "drawing": to_vis(draw(things, claims), things, claims),
        "things": {key: _thing(thing) for key, thing in sorted(things.items(), key=lambda item: item[1].label.lower())},
        "claims": {key: _claim(claims[key], evidence.get(key, [])) for key in sorted(claims)},
        "references": read_references(graph, cited),
        "legend": [sample._asdict() for sample in box_samples(drawn)],
    }


def _thing(thing: Thing) -> dict[str, Any]:
    told = {key: value for key, value in vars(thing).items() if key not in ("wider", "cells")}
    return {**told, "style": style_of(thing.wider).words}


def _claim(claim: Claim, evidence: list[dict[str, list[str]]]) -> dict[str, Any]:
    ends = {"subject": claim.subject, "object": claim.object, "label": claim.label, "sign": claim.sign}
    return {**ends, "look": claim.look, "facts": claim.facts, "evidence": evidence}
