"""The search for paths: routes along edges that keep to one cell, disease and stimulus, and their signs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import Any

import networkx

from kg.edges import BRIDGE, SAME_AGENT, Book, Edge, Network, hops_of

__all__ = ["MOST_EXAMINED", "Crossing", "Found", "Route", "best_search", "bridges_on", "crossings", "net_sign"]
__all__ += ["route_sign", "search", "weakest"]

# The longest mechanism of the source has five steps; a longer chain than this explains nothing to anybody.
MOST_STEPS = 8
# Routes through a graph grow without bound; at this many the answer says that it stopped.
MOST_EXAMINED = 10_000

Route = tuple[Edge, ...]


@dataclass(frozen=True)
class Crossing:
    """A change of context on a stitched path: the contexts on its two sides."""

    before: str
    after: str


@dataclass(frozen=True)
class Found:
    """Routes, best first, and whether all were looked at."""

    routes: list[Route]
    complete: bool


def best_search(book: Book, ends: tuple[str, str], stitched: bool) -> Found:
    """Search step by step; failing that take a net effect as the one step, and failing that as one of several.

    What no cause joins, records may: a line of studies, approvals and recommendations, which has no sign.
    """
    complete = True
    for network in _networks(book, ends, stitched):
        found = search(book, network, ends, stitched=stitched)
        complete = complete and found.complete
        if found.routes:
            break
    return Found(found.routes, complete)


def _networks(book: Book, ends: tuple[str, str], stitched: bool) -> Iterator[Network]:
    """Draw what is searched, one after another: most searches end at the first, which is drawn once for all of them."""
    steps = [*book.steps, *(book.same_agent if stitched else ())]
    yield hops_of(steps) if stitched else book.network
    yield hops_of(book.claims_between(*ends))
    yield hops_of([*steps, *book.claims])
    yield hops_of(book.records)


def search(
    book: Book, network: Network, ends: tuple[str, str], *, stitched: bool = False, within: Edge | None = None
) -> Found:
    """Find the routes between two ends along some hops, in contexts that fit that of the edge `within`."""
    hops = list(islice(_hop_lists(network, *ends), MOST_EXAMINED + 1))
    chosen = [_choose(options, stitched, within) for options in hops[:MOST_EXAMINED]]
    routes = sorted((route for route in chosen if route), key=lambda route: _standing(book, route))
    return Found(routes, complete=len(hops) <= MOST_EXAMINED)


def _hop_lists(network: Network, start: str, end: str) -> Iterator[list[list[Edge]]]:
    """Find the simple routes; each is a list of hops, each hop a list of edges to choose from."""
    if start not in network or end not in network:
        return
    # What leads nowhere is left out: the search would try all of it.
    between = (networkx.descendants(network, start) & networkx.ancestors(network, end)) | {start, end}
    inner: Network = networkx.MultiDiGraph()
    # Typed as Any: the stubs know the edges of simple graphs only, which have no keys.
    hops: Any = network.out_edges(sorted(between), keys=True, data="options")
    for here, there, key, options in hops:
        if there in between:
            inner.add_edge(here, there, key, options=options)
    if start not in inner or end not in inner:
        return
    routes: Iterable[Any] = networkx.all_simple_edge_paths(inner, start, end, cutoff=MOST_STEPS)
    for route in routes:
        yield [inner.edges[hop]["options"] for hop in route]


def _choose(hops: list[list[Edge]], stitched: bool, within: Edge | None) -> Route | None:
    """Choose one edge for each hop, so that the route changes context least and is narrowed no more than it must be.

    Of choices equal in that the first stands: `product` goes through them in the order of preference.
    """
    routes = [route for route in product(*hops) if _is_sound(route)]
    if not stitched:
        routes = [route for route in routes if not crossings(route, within)]

    def cost(route: Route) -> tuple[int, int, int]:
        return len(crossings(route, within)), bridges_on(route), _narrowness(route)

    return min(routes, key=cost, default=None)


def _is_sound(route: Route) -> bool:
    """Refuse two bridges in a row (a same agent between them changes nothing) and chains of nothing but same agents."""
    kinds = [edge.kind for edge in route]
    causal = [kind for kind in kinds if kind != SAME_AGENT]
    doubled = (BRIDGE, BRIDGE) in pairwise(causal) or (SAME_AGENT, SAME_AGENT) in pairwise(kinds)
    return bool(causal) and not doubled


def bridges_on(route: Route) -> int:
    """Count the steps of a route that the source does not print."""
    return sum(edge.kind == BRIDGE for edge in route)


def _narrowness(route: Route) -> int:
    return len({facet for edge in route for facet in edge.facets.items()})


def crossings(route: Route, within: Edge | None = None) -> list[Crossing]:
    """List where a route changes its cell, disease or stimulus; a step between two activities of one agent always does.

    The contexts on the two sides of such a step are those of its neighbours, at an end of the route its own settings.
    """
    crossed = []
    held: dict[str, Edge] = dict.fromkeys(within.facets, within) if within else {}
    for before, edge, after in zip([None, *route], route, [*route[1:], None], strict=False):
        if edge.kind == SAME_AGENT:
            sides = before.context if before else edge.settings[0], after.context if after else edge.settings[1]
            crossed.append(Crossing(*sides))
            held = {}
        clashes = [held[facet] for facet, value in edge.facets.items() if held.get(facet, edge).facets[facet] != value]
        crossed += [Crossing(clash.context, edge.context) for clash in clashes[:1]]
        held |= dict.fromkeys(edge.facets, edge)
    return crossed


def route_sign(route: Route) -> int | None:
    """Multiply the signs of a route that keeps to its context; one that does not has none."""
    return None if crossings(route) else net_sign(edge.sign for edge in route)


def _standing(book: Book, route: Route) -> tuple[Any, ...]:
    """Rank a route: fewest bridges, highest certainty, fewest steps, then labels and signs."""
    names = [book.label(edge.object) for edge in route]
    return bridges_on(route), -weakest(route).rank, len(route), names, [edge.sign or 0 for edge in route]


def weakest(route: Route) -> Edge:
    """Find the step that the source words least surely."""
    return min((edge for edge in route if edge.kind != SAME_AGENT), key=lambda edge: edge.rank)


def net_sign(signs: Iterable[int | None]) -> int | None:
    """Multiply signs along a path; one step without a sign leaves the whole without.

    Args:
        signs: 1, -1, or None for each step.

    >>> net_sign([-1, -1, 1])
    1
    >>> net_sign([-1, None]) is None
    True
    """
    known = list(signs)
    return None if None in known else math.prod(sign for sign in known if sign)
