"""Places for the boxes of a drawing: columns from cause to effect, rows that keep lines off the boxes.

A browser that finds the places itself takes seconds and finds others each time; here one graph gives one drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kg.view_boxes import BOX_WIDTH, CLEARANCE, COLUMN_GAP, MARGIN, ROW_GAP, Box, Layout, Link, Stripe
from kg.view_rows import Rows

if TYPE_CHECKING:
    import networkx

__all__ = ["arrange"]

TITLE_HEIGHT = 26  # room for the band's title above its first row

BENDS = (0.0, *(side * bend / 100 for bend in range(6, 61, 6) for side in (1, -1)))  # the least first
CURVE_STEPS = 40


def arrange(boxes: Sequence[Box], links: Sequence[Link]) -> Layout:
    """Place boxes in columns from cause to effect, band under band, the same for the same input.

    Args:
        boxes: what to place; heights in pixels, widths are all `BOX_WIDTH`.
        links: what leads to what, the most telling first: a link that would close a circle sets no column.

    >>> layout = arrange([Box("drug", 0, 30), Box("target", 0, 30)], [Link("drug", "target")])
    >>> layout.centres
    {'drug': (83, 47), 'target': (271, 47)}
    """
    columns = _columns(boxes, links)
    centres: dict[str, tuple[int, int]] = {}
    stripes: dict[int, Stripe] = {}
    top = 0
    for group in _groups(boxes, links):
        rows, found = _settled(group, links, columns)
        centres |= {key: (x, y + top) for key, (x, y) in rows.items()}
        stripes |= {band: Stripe(stripe.top + top, stripe.height) for band, stripe in found.items()}
        top += sum(stripe.height for stripe in found.values())
    bends = {link: _bend(link, boxes, centres) for link in links}
    width = 2 * MARGIN + (max(columns.values(), default=0) + 1) * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP
    return Layout(centres, stripes, bends, width, top)


def _groups(boxes: Sequence[Box], links: Sequence[Link]) -> list[list[Box]]:
    """Part the boxes where no line leads from band to band: each part finds its rows alone."""
    import networkx

    band_of = {box.key: box.band for box in boxes}
    joined: networkx.Graph[int] = networkx.Graph()
    joined.add_nodes_from(band_of.values())
    joined.add_edges_from((band_of[link.start], band_of[link.end]) for link in links)
    return [
        [box for box in boxes if box.band in bands] for bands in sorted(networkx.connected_components(joined), key=min)
    ]


def _settled(
    boxes: Sequence[Box], links: Sequence[Link], columns: dict[str, int]
) -> tuple[dict[str, tuple[int, int]], dict[int, Stripe]]:
    stripes, tops = _stripes(boxes, columns)
    rows = Rows(boxes, links, columns, tops)
    rows.settle()
    return {box.key: rows.centre(box.key) for box in boxes}, stripes


# ---- columns


def _columns(boxes: Sequence[Box], links: Sequence[Link]) -> dict[str, int]:
    """Number the columns: one to the right of the rightmost cause; a cause without causes stands next to its effect."""
    import networkx

    flow = _without_circles((box.key for box in boxes), links)
    order = list(networkx.lexicographical_topological_sort(flow))
    columns: dict[str, int] = {}
    for key in order:
        columns[key] = max((columns[before] + 1 for before in flow.predecessors(key)), default=0)
    leads = {box.key for box in boxes if box.leads}
    for key in order:
        if flow.in_degree(key):
            columns[key] = max(columns[before] + 1 for before in flow.predecessors(key))
        elif key not in leads:
            shared = [after for after in flow.successors(key) if flow.in_degree(after) > 1]
            columns[key] = min((columns[after] for after in shared), default=1) - 1
    return columns


def _without_circles(keys: Iterable[str], links: Sequence[Link]) -> networkx.DiGraph[str]:
    import networkx

    flow: networkx.DiGraph[str] = networkx.DiGraph()
    flow.add_nodes_from(keys)
    for link in links:
        if not networkx.has_path(flow, link.end, link.start):
            flow.add_edge(link.start, link.end)
    return flow


# ---- rows


def _stripes(boxes: Sequence[Box], columns: dict[str, int]) -> tuple[dict[int, Stripe], dict[int, list[int]]]:
    """Stack the bands; each gets the rows of its fullest column and, where lines must pass, one to spare."""
    stripes: dict[int, Stripe] = {}
    tops: dict[int, list[int]] = {}
    top = 0
    for band in sorted({box.band for box in boxes}):
        inside = [box for box in boxes if box.band == band]
        taken = [columns[box.key] for box in inside]
        fullest = max(taken.count(column) for column in taken)
        count = fullest + (1 if len(inside) > 2 else 0)
        pitch = max(box.height for box in inside) + ROW_GAP
        first = top + TITLE_HEIGHT + pitch // 2 - ROW_GAP // 2
        tops[band] = [first + 6 + row * pitch for row in range(count)]
        stripes[band] = Stripe(top, TITLE_HEIGHT + count * pitch)
        top += stripes[band].height
    return stripes, tops


# ---- bends


def _bend(link: Link, boxes: Sequence[Box], centres: dict[str, tuple[int, int]]) -> float:
    """Take the least bend that meets the fewest boxes and stays in the drawing."""
    others = [box for box in boxes if box.key not in (link.start, link.end)]
    ends = centres[link.start], centres[link.end]
    right = max(x for x, _ in centres.values()) + BOX_WIDTH / 2
    curves = {bend: _curve(*ends, bend) for bend in BENDS}
    inside = [bend for bend, curve in curves.items() if all(MARGIN < x < right for x, _ in curve)]
    return min(inside, key=lambda bend: _met(curves[bend], others, centres))


def _met(curve: Sequence[tuple[float, float]], boxes: Sequence[Box], centres: dict[str, tuple[int, int]]) -> int:
    """Count the boxes that a curve meets; most are told apart by the stretches that it takes across and down."""
    (left, *_, right), (top, *_, bottom) = map(sorted, zip(*curve, strict=True))
    count = 0
    for box in boxes:
        x, y = centres[box.key]
        wide, high = BOX_WIDTH / 2 + CLEARANCE, box.height / 2 + CLEARANCE
        if left < x + wide and right > x - wide and top < y + high and bottom > y - high:
            count += any(abs(u - x) < wide and abs(v - y) < high for u, v in curve)
    return count


def _curve(start: tuple[int, int], end: tuple[int, int], bend: float) -> list[tuple[float, float]]:
    """Follow a line as vis-network draws it: a quadratic curve, its handle turned away from the straight middle."""
    reach = (abs(bend) + 1) / 2 * math.dist(start, end)
    angle = math.atan2(start[1] - end[1], end[0] - start[0]) + (bend + 1) / 2 * math.pi
    handle = start[0] + reach * math.sin(angle), start[1] + reach * math.cos(angle)
    steps = (number / CURVE_STEPS for number in range(1, CURVE_STEPS))
    return [(_on_curve(t, start[0], handle[0], end[0]), _on_curve(t, start[1], handle[1], end[1])) for t in steps]


def _on_curve(t: float, start: float, handle: float, end: float) -> float:
    return start * (1 - t) ** 2 + 2 * handle * t * (1 - t) + end * t**2
