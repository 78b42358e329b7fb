"""The page that starts at one thing and follows its claims from neighbour to neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.edges import read_edges
from kg.explore_data import Explored
from kg.explore_paths import path_data
from kg.legend import box_samples, line_samples
from kg.site_page import script_data
from kg.site_things import own_name
from kg.vendor import LICENCES, SCRIPTS, vendor_files
from kg.view_style import style_of

if TYPE_CHECKING:
    from kg.site_page import Site

__all__ = ["OWN_SCRIPTS", "write_explore"]

# In this order: each may use those before it.
OWN_SCRIPTS = (
    "explore-graph.js",
    "explore-state.js",
    "explore-dom.js",
    "explore-search.js",
    "explore-tidy.js",
    "explore-places.js",
    "explore-drawing.js",
    "explore-svg.js",
    "explore-cards.js",
    "explore-paths.js",
    "explore-tables.js",
    "explore-filters.js",
    "explore.js",
)
DATA = "assets/explore-data.js"
# Loaded when a path is first asked for.
PATHS = "assets/explore-paths-data.js"


def write_explore(site: Site) -> None:
    """Write the page Explore with its scripts and data."""
    book = read_edges(site.graph)
    explored = Explored(site.graph, book, lambda name: site.desk.address(own_name(name)))
    data = explored.data()
    vendor_files()
    site.asset(f"vendor/{LICENCES}")
    site.write(DATA, script_data("kgExploreData", data))
    site.write(PATHS, script_data("kgExplorePaths", path_data(book, explored.line_of)))
    libraries = [f"assets/vendor/{name}" for name in SCRIPTS]
    site.page(
        "explore.html",
        "explore.html.j2",
        "Explore",
        scripts=[*libraries, DATA, *(f"assets/{name}" for name in OWN_SCRIPTS)],
        styles=["explore.css"],
        data=data,
        paths=PATHS,
        lines=line_samples(explored.drawn),
        boxes=box_samples(style_of(thing.wider) for thing in explored.things.values()),
    )
