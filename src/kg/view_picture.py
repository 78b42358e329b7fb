"""A drawing whose places are known, put into the words of vis-network."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.view_boxes import BOX_WIDTH
from kg.view_claims import Claim, Thing, local_name
from kg.view_style import KIND_ORDER, LOOKS, SHAPES, SIGN_COLOURS, line_end, style_of

if TYPE_CHECKING:
    from pyvis.network import Network

__all__ = [
    "CUT_HEIGHT",
    "Picture",
    "PlacedBox",
    "PlacedLine",
    "kind_rank",
    "label_height",
    "to_vis",
    "word_height",
]

LINE_HEIGHT = 15
LINE_LETTERS = 20
MOST_LINES = 5
WORD_HEIGHT = 13
CUT_HEIGHT = 26  # of the bar that cuts a denied line
LABEL_EVERY = 360  # pixels of a tall box; whoever scrolls along it still reads what it is


@dataclass(frozen=True)
class PlacedBox:
    """A box for a thing; a thing may have several."""

    key: str
    thing: str
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class PlacedLine:
    """A line for a claim between two boxes or ports, with the words on it.

    A bend is the roundness of vis-network, clockwise above nought. Nothing else runs where an open line does, so its
    words may hide what is behind them, and stand clear of the bar of a denied one.
    """

    claim: str
    start: str
    end: str
    words: str = ""
    bend: float = 0.0
    open: bool = False


@dataclass
class Picture:
    """Boxes, lines and the size of it all in pixels; ports are points where lines meet a box elsewhere than its middle.

    Bands are strips with a title, top and height; the page opens at the thing `start`.
    """

    boxes: list[PlacedBox]
    lines: list[PlacedLine]
    width: int
    height: int
    start: str | None = None
    ports: dict[str, tuple[int, int]] = field(default_factory=dict)
    bands: list[dict[str, Any]] = field(default_factory=list)


def kind_rank(kind: str) -> int:
    """Number the kinds of claims, the most telling first."""
    kinds = [f"kg:{local_name(known)}" for known in KIND_ORDER]
    return kinds.index(kind) if kind in kinds else len(kinds)


def _lines(label: str) -> list[str]:
    return textwrap.wrap(label, LINE_LETTERS, max_lines=MOST_LINES, placeholder=" …") or [label]


def label_height(label: str) -> int:
    """Tell how high a box must be for its label.

    >>> label_height("XPO1")
    31
    """
    return 16 + LINE_HEIGHT * len(_lines(label))


def word_height(words: str) -> int:
    r"""Tell how high the words on a line are.

    >>> word_height("advice:\nmanaged by")
    26
    """
    return WORD_HEIGHT * (words.count("\n") + 1)


def to_vis(picture: Picture, things: Mapping[str, Thing], claims: Mapping[str, Claim]) -> dict[str, Any]:
    """Write a picture as the page's script reads it: nodes, edges and options of vis-network, and the boxes' looks."""
    network = _network()
    for box in picture.boxes:
        thing = things[box.thing]
        spot = {"x": box.x, "y": box.y, "physics": False}
        network.add_node(box.key, label=thing.label, shape="custom", color=style_of(thing.wider).fill, **spot)
    for port, (x, y) in picture.ports.items():
        network.add_node(port, label=" ", shape="custom", x=x, y=y, physics=False)
    for line in picture.lines:
        network.add_edge(line.start, line.end, **_line(line, claims[line.claim]))
    nodes, edges, *_, options = network.get_network_data()
    return {
        "nodes": nodes,
        "edges": edges,
        "options": json.loads(options),
        "boxes": {box.key: _box(box, things[box.thing]) for box in picture.boxes},
        "bands": picture.bands,
        "width": picture.width,
        "height": picture.height,
        "start": picture.start,
    }


def _network() -> Network:
    from pyvis.network import Network

    network = Network(directed=True)
    options = {
        "autoResize": False,
        "physics": False,
        "layout": {"improvedLayout": False},
        # The box around the drawing scrolls and zooms, by wheel, finger and keys alike.
        "interaction": {"dragNodes": False, "dragView": False, "zoomView": False, "selectConnectedEdges": False},
        "edges": {
            "smooth": False,
            "selectionWidth": 2.5,
            "font": {"size": 12, "color": "#222222", "strokeWidth": 5, "strokeColor": "#ffffff", "multi": False},
        },
    }
    network.set_options(json.dumps(options))
    return network


def _box(box: PlacedBox, thing: Thing) -> dict[str, Any]:
    style = style_of(thing.wider)
    outline = SHAPES[style.shape](BOX_WIDTH / 2, box.height / 2)
    count = max(1, box.height // LABEL_EVERY)
    middles = [round(box.height * ((number + 0.5) / count - 0.5)) for number in range(count)]
    look = {"fill": style.fill, "text": style.text, "path": outline, "middles": middles}
    return {"thing": box.thing, "lines": _lines(thing.label), "width": BOX_WIDTH, "height": box.height, **look}


def _line(placed: PlacedLine, claim: Claim) -> dict[str, Any]:
    look = LOOKS[claim.look]
    colour = look.colour or SIGN_COLOURS[claim.sign]
    end = line_end(claim.kind, claim.sign)
    arrows: dict[str, Any] = {"to": {"enabled": True, "type": end, "scaleFactor": 0.7}}
    if look.cut:
        arrows["middle"] = {"enabled": True, "type": "bar", "scaleFactor": 0.9}
    line: dict[str, Any] = {
        "id": placed.claim,
        "arrows": arrows,
        "width": look.width,
        "dashes": list(look.dashes) or False,
        "color": {"color": colour, "highlight": colour, "hover": colour, "inherit": False},
    }
    if placed.words:
        above = (word_height(placed.words) + CUT_HEIGHT) // 2 if placed.open else 12
        line["label"] = placed.words
        line["font"] = {"vadjust": -above if look.cut else 0}
        line["font"] |= {"background": "#ffffff"} if placed.open and not look.cut else {}
    if placed.bend:
        turn = "curvedCW" if placed.bend > 0 else "curvedCCW"
        line["smooth"] = {"enabled": True, "type": turn, "roundness": abs(placed.bend)}
    return line
