"""The front page: the guided tour, its figures, and questions to check oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.legend import box_samples, line_samples
from kg.self_checks import self_checks
from kg.tour import Tour, read_tour
from kg.view_claims import local_name
from kg.view_style import SIGN_COLOURS

if TYPE_CHECKING:
    from kg.site_page import Site
    from kg.store import Graph

__all__ = ["write_mechanism"]

_PLACES = "SELECT ?place ?label WHERE { ?place a kg:Compartment ; rdfs:label ?label }"


def write_mechanism(site: Site) -> None:
    """Write the front page, and its figures as files of their own."""
    tour = read_tour(site.graph)
    panels = [panel for step in tour.steps for panel in step.panels]
    shared = {"tour": tour, "colours": SIGN_COLOURS, "places": _places(site.graph, tour)}
    site.page(
        "index.html",
        "mechanism.html.j2",
        "How XPO1 inhibition works in multiple myeloma",
        scripts=["assets/mechanism.js"],
        styles=["mechanism.css"],
        checks=self_checks(tour),
        lines=list(line_samples([(line.kind, line.sign) for panel in panels for line in panel.lines])),
        boxes=box_samples(box.style for panel in panels for box in panel.boxes),
        **shared,
    )
    for step in tour.steps:
        text = site.templates.get_template("figure.svg.j2").render(
            step=step, source=site.source, notice=site.notice, **shared
        )
        site.write(f"figures/{local_name(step.key)}.svg", text)


def _places(graph: Graph, tour: Tour) -> dict[str, str]:
    """Name the compartment of each cargo that stands in several."""
    labels = {row["place"]: row["label"] for row in graph.query(_PLACES)}
    keys = {box.key for step in tour.steps for panel in step.panels for box in panel.boxes if "@" in box.key}
    return {key: labels.get(key.partition("@")[2], key) for key in keys}
