"""A drawn cell: the things, transport events and claims of one mechanism step, placed and ready for a template.

What is drawn comes from the graph: things, compartments, events, signs. Only where a box stands is made by hand, in
`web/cell_layout.tsv`.
"""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files as package_files
from math import hypot
from typing import NamedTuple

from kg.view_claims import Claim, Thing
from kg.view_style import LOOKS, SHAPES, Look, Style, line_end, style_of

__all__ = ["WIDTH", "Box", "Effect", "Event", "Line", "Move", "Panel", "Scene", "Spot", "draw", "read_layout"]

WIDTH = 360
LINE_HEIGHT = 14
# Where a cell begins, with its name, and ends.
CELL = (24.0, 460.0)
LETTERS = 17
LID = 8.0
# Half the width of the words "more" and "less active" in their frames.
BADGE, BADGE_ACTIVE = 26.0, 42.0
_CELLULAR = frozenset({"kg:TransportEvent", "kg:Activity", "kg:LocalizedPool", "kg:ExpressionLevel", "kg:Protein"})
# How far a head stands off the box that it points at, and how far a side line runs beside the first.
GAP, BESIDE = 3.0, 9.0


class Spot(NamedTuple):
    """The middle of a box, in the units of the drawing."""

    x: float
    y: float


class Event(NamedTuple):
    """A transport event: what it moves, and between which compartments."""

    cargo: tuple[str, ...]
    origin: str
    target: str


class Effect(NamedTuple):
    """What a treatment does to a thing: its sign, how surely, and the path that says so."""

    sign: int
    certainty: str
    path: str

    active: bool = False

    @property
    def word(self) -> str:
        """Say the sign in words; of a molecule it is the activity that changes, not how much there is of it."""
        return ("more" if self.sign > 0 else "less") + (" active" if self.active else "")


@dataclass(frozen=True)
class Box:
    """A box: its key in the layout, the thing, the lines of its label, its outline around the middle."""

    key: str
    thing: str
    label: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    style: Style
    effect: Effect | None = None

    @property
    def lid(self) -> float:
        """Say how far the label stands below the middle: a drum has a lid above it."""
        return LID / 2 if self.style.shape == "drum" else 0.0

    @property
    def badge(self) -> Spot:
        """Place what the treatment does to the thing at the upper right corner, inside the drawing."""
        half = BADGE_ACTIVE if self.effect and self.effect.active else BADGE
        return Spot(min(self.width / 2 - 14, WIDTH - 2 - half - self.x), -self.height / 2 - 6)

    @property
    def outline(self) -> str:
        """Give the outline as an SVG path around the middle of the box."""
        return SHAPES[self.style.shape](self.width / 2, self.height / 2)


@dataclass(frozen=True)
class Line:
    """A claim between two boxes: `head` is its end as an SVG path, `cut` the bar across it if it is denied.

    Its word stands `at` the middle.
    """

    claim: str
    label: str
    start: Spot
    end: Spot
    at: Spot
    head: str
    cut: str
    sign: int
    look: Look
    kind: str


@dataclass(frozen=True)
class Move:
    """The way of a cargo through the envelope; a blocked one ends at the event."""

    event: str
    pools: tuple[str, ...]
    path: str
    blocked: bool


@dataclass(frozen=True)
class Panel:
    """One drawing: a cell as it is, or with the treatment."""

    name: str
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    framed: bool

    @property
    def top(self) -> float:
        """Say where the drawing begins: at the name of the cell, or above it where a box stands outside."""
        return min(
            [*CELL[:1] * self.framed, *(box.y - box.height / 2 - (18 if box.effect else 4) for box in self.boxes)]
        )

    @property
    def bottom(self) -> float:
        """Say where the drawing ends: below the cell, or below what stands outside."""
        return max([*CELL[1:] * self.framed, *(box.y + box.height / 2 + 4 for box in self.boxes)])


def read_layout() -> dict[tuple[str, str], dict[str, Spot]]:
    """Read where the boxes stand, by step and panel (untreated, treated).

    >>> read_layout()["bone", "untreated"]["kgd:Protein_RANKL"]
    Spot(x=180.0, y=24.0)
    """
    text = (package_files("kg") / "web" / "cell_layout.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter="\t")
    spots: dict[tuple[str, str], dict[str, Spot]] = {}
    for row in rows:
        thing = "@".join(f"kgd:{part}" for part in row["thing"].split("@"))
        for panel in ("untreated", "treated") if row["panel"] == "both" else (row["panel"],):
            spots.setdefault((row["step"], panel), {})[thing] = Spot(float(row["x"]), float(row["y"]))
    return spots


@dataclass(frozen=True)
class Scene:
    """What there is to draw of a step: its things, claims and transport events, and the pools of the graph.

    `pools` names the pool of a cargo in a compartment.
    """

    things: Mapping[str, Thing]
    claims: Mapping[str, Claim]
    events: Mapping[str, Event]
    pools: Mapping[tuple[str, str], str]

    @property
    def framed(self) -> bool:
        """Say whether it plays in a cell: one of its things is of the inside of cells."""
        return any(not _CELLULAR.isdisjoint(thing.wider) for thing in self.things.values())


def draw(name: str, spots: Mapping[str, Spot], scene: Scene, effects: Mapping[str, Effect]) -> Panel:
    """Draw the boxes that have a spot, the claims that join two of them, and the ways of the cargo.

    Args:
        name: untreated or treated.
        spots: where each thing stands, by CURIE or `cargo@compartment`.
        scene: what there is to draw; a claim with an end that has no spot stays in the list beside the drawing.
        effects: what the treatment does to each thing; empty in the untreated panel.
    """
    boxes = {key: _box(key, spot, scene, _effect(key, scene.events, effects)) for key, spot in spots.items()}
    ends = _Ends(boxes, {thing: pool for (thing, _), pool in scene.pools.items() if pool in boxes})
    moves = tuple(_moves(scene, boxes, effects))
    return Panel(name, tuple(boxes.values()), tuple(_lines(scene.claims, ends, moves)), moves, scene.framed)


class _Ends:
    """At which box a claim meets a thing: its own, or that of a pool of it."""

    def __init__(self, boxes: Mapping[str, Box], stand_ins: Mapping[str, str]) -> None:
        self.boxes = boxes
        self.stand_ins = stand_ins

    def of(self, thing: str) -> Box | None:
        return self.boxes.get(thing) or self.boxes.get(self.stand_ins.get(thing, ""))


def _effect(key: str, events: Mapping[str, Event], effects: Mapping[str, Effect]) -> Effect | None:
    """Find the effect on a box; that on a cargo in one compartment follows from the event that moves it."""
    thing, _, compartment = key.partition("@")
    if not compartment:
        return effects.get(thing)
    for name, event in events.items():
        if thing in event.cargo and name in effects:
            sign = effects[name].sign * (1 if compartment == event.target else -1)
            return effects[name]._replace(sign=sign, active=False)
    return None


def _box(key: str, spot: Spot, scene: Scene, effect: Effect | None) -> Box:
    name = key.partition("@")[0]
    thing = scene.things[name]
    style = style_of(thing.wider)
    lines = tuple(textwrap.wrap(thing.label, LETTERS, break_long_words=False, break_on_hyphens=False) or [thing.label])
    width = max(52.0, 6.2 * max(map(len, lines)) + 16)
    height = LINE_HEIGHT * len(lines) + 12 + (LID if style.shape == "drum" else 0)
    return Box(key, name, thing.label, lines, *spot, width, height, style, effect)


# ---- lines


def _lines(claims: Mapping[str, Claim], ends: _Ends, moves: Iterable[Move]) -> Iterator[Line]:
    """Draw each claim once; a net effect whose steps are drawn would only run across them."""
    steps = [(claim.subject, claim.object) for claim in claims.values() if claim.look != "net"]
    steps += [(move.event, pool) for move in moves for pool in move.pools]
    seen: dict[frozenset[str], int] = {}
    for key, claim in claims.items():
        start, end = ends.of(claim.subject), ends.of(claim.object)
        if start is None or end is None or start is end:
            continue
        if claim.look == "net" and _joined(steps, claim.subject, claim.object):
            continue
        pair = frozenset({start.key, end.key})
        beside = seen[pair] = seen.get(pair, -1) + 1
        yield _line(key, claim, start, end, beside * BESIDE)


def _joined(steps: Sequence[tuple[str, str]], start: str, end: str) -> bool:
    reached, waiting = {start}, [start]
    while waiting:
        at = waiting.pop()
        new = {after for before, after in steps if before == at} - reached
        reached |= new
        waiting.extend(new)
    return end in reached


def _line(key: str, claim: Claim, start: Box, end: Box, beside: float) -> Line:
    look = LOOKS[claim.look]
    dx, dy = end.x - start.x, end.y - start.y
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    shift = Spot(-uy * beside, ux * beside)
    begin = _rim(start, ux, uy, shift)
    tip = _rim(end, -ux, -uy, shift)
    middle = Spot((begin.x + tip.x) / 2, (begin.y + tip.y) / 2)
    # The bar across stands before the middle, where the word is.
    cut, _ = _head("bar", Spot(middle.x - ux * 18, middle.y - uy * 18), ux, uy)
    head, inset = _head(line_end(claim.kind, claim.sign), tip, ux, uy)
    stop = Spot(tip.x - ux * inset, tip.y - uy * inset)
    return Line(key, claim.label, begin, stop, middle, head, cut, claim.sign, look, claim.look)


def _rim(box: Box, ux: float, uy: float, shift: Spot) -> Spot:
    """Find where a line from the middle of a box leaves it."""
    reach = min(
        (half + GAP) / abs(part) for half, part in ((box.width / 2, ux), (box.height / 2, uy)) if abs(part) > 1e-9
    )
    return Spot(box.x + ux * reach + shift.x, box.y + uy * reach + shift.y)


def _head(kind: str, tip: Spot, ux: float, uy: float) -> tuple[str, float]:
    """Draw the end of a line, and say how much of the line it covers."""

    def at(along: float, across: float) -> str:
        return f"{tip.x - ux * along - uy * across:.1f} {tip.y - uy * along + ux * across:.1f}"

    if kind == "arrow":
        return f"M{at(0, 0)}L{at(9, 4.5)}L{at(9, -4.5)}Z", 8.0
    if kind == "bar":
        return f"M{at(0, 7)}L{at(0, -7)}L{at(3.2, -7)}L{at(3.2, 7)}Z", 2.0
    if kind == "diamond":
        return f"M{at(0, 0)}L{at(5, 5)}L{at(10, 0)}L{at(5, -5)}Z", 9.0
    return "M" + "L".join(at(4 - 4 * c, 4 * s) for c, s in _CIRCLE) + "Z", 7.0


_CIRCLE = ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7))


# ---- moving cargo


def _moves(scene: Scene, boxes: Mapping[str, Box], effects: Mapping[str, Effect]) -> Iterator[Move]:
    """Draw the way of each cargo that has a box in the compartment it comes from; it ends at a blocked event."""
    for name, event in scene.events.items():
        blocked = name in effects and effects[name].sign < 0
        for cargo in event.cargo if name in boxes else ():
            stands = [_stand(cargo, place, boxes, scene.pools) for place in (event.origin, event.target)]
            start, end = stands
            if start is not None:
                way = _way([start, boxes[name], *([end] if end and not blocked else [])])
                yield Move(name, tuple(box.key for box in stands if box), way, blocked)


def _stand(cargo: str, compartment: str, boxes: Mapping[str, Box], pools: Mapping[tuple[str, str], str]) -> Box | None:
    return boxes.get(f"{cargo}@{compartment}") or boxes.get(pools.get((cargo, compartment), ""))


def _way(stops: Iterable[Box]) -> str:
    return "M" + "L".join(f"{stop.x:g} {stop.y:g}" for stop in stops)
