"""One offline page that draws a part of the graph.

The page holds all that it needs and asks for nothing: vis-network comes from the installed pyvis, the places of the
boxes from `kg.view_layout`. pyvis's own page writer is not used, since it reads some labels as HTML and loads files
from elsewhere. No label is ever read as HTML here: the template escapes, the script only sets text, and a content
security policy allows the page's own two scripts and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import __version__
from kg.errors import NotFoundError
from kg.terms import KG
from kg.view_layout import BOX_WIDTH, Box, Layout, Link, arrange

if TYPE_CHECKING:
    from pyvis.network import Network

    from kg.store import Graph

__all__ = ["BANDS", "LOOKS", "STYLES", "VIEWS", "Band", "Look", "Style", "View", "page_data", "view"]

LINE_HEIGHT = 15
LINE_LETTERS = 20
MOST_LINES = 5
BOW = 0.2  # how far a second line between the same boxes bows out from the first


# ---- what can be drawn


@dataclass(frozen=True)
class View:
    """A page: its title, what it shows in one sentence, the kinds of statement it draws, and whether events too."""

    title: str
    about: str
    kinds: tuple[str, ...]
    events: bool = True


# A second page is one more line here.
VIEWS: dict[str, View] = {
    "mechanism": View(
        "How XPO1 inhibition works in multiple myeloma",
        "Causes stand left, effects right. Choose a box or a line to read what it is and who says so.",
        (KG.MechanismStatement, KG.NetEffectStatement, KG.BridgeStatement, KG.BindingStatement),
    ),
}


# ---- how it looks: colours, shapes and legend words are data


@dataclass(frozen=True)
class Style:
    """How boxes of a class look. Every shape stands once, so that the colours only help."""

    of: str
    words: str
    shape: str
    fill: str
    text: str = "#111111"
    leads: bool = False


# The first class that a thing belongs to decides, so special ones stand before wide ones. Tints of the palette of Okabe
# and Ito, dark enough under white and light enough under black text for a contrast of 4.5.
STYLES: tuple[Style, ...] = (
    Style(KG.Drug, "drug", "pill", "#005a8f", "#ffffff", leads=True),
    Style(KG.DrugClass, "drug class", "twin_pill", "#9bd3f2", leads=True),
    Style(KG.ProteinGroup, "protein group", "twin_round", "#f3e98a"),
    Style(KG.Protein, "protein", "round", "#f7ef9f"),
    Style(KG.MessengerRNA, "messenger RNA", "slanted", "#eac4da"),
    Style(KG.MacromolecularComplex, "complex", "twin_slanted", "#eac4da"),
    Style(KG.LocalizedPool, "pool in one compartment", "drum", "#a5dcc9"),
    Style(KG.MolecularSite, "site of a protein", "tag", "#e4e4e4"),
    Style(KG.ProteinVariant, "protein variant", "twin_tag", "#e4e4e4"),
    Style(KG.MolecularEntity, "other molecules", "rounder", "#f7ef9f"),
    Style(KG.ExpressionLevel, "expression level", "tapered", "#fbf7d2"),
    Style(KG.TransportEvent, "transport event", "pointed", "#f5c469"),
    Style(KG.LocalizationState, "state", "octagon", "#d9cdf0"),
    Style(KG.BiologicalProcess, "process or activity", "hexagon", "#d6e6f5"),
    Style(KG.AdverseEvent, "adverse event", "twin_cut", "#a54400", "#ffffff"),
    Style(KG.Condition, "condition or response", "cut", "#a54400", "#ffffff"),
    Style(KG.BiologicalEntity, "cell or compartment", "twin_square", "#ffffff"),
    Style(KG.Intervention, "intervention", "lozenge", "#9bd3f2", leads=True),
)
OTHER = Style("", "other thing", "square", "#ffffff")


@dataclass(frozen=True)
class Look:
    """How lines of a kind look; a colour of its own hides the one of the sign."""

    words: str
    dashes: tuple[int, ...] = ()
    width: float = 2.0
    label: str = ""
    colour: str = ""
    cut: bool = False


LOOKS: dict[str, Look] = {
    "fact": Look("printed as fact: solid line"),
    "weaker": Look("weaker than fact: dashed line", (9, 6)),
    "bridge": Look("bridge, added by the curators: dotted line", (2, 4), label="bridge"),
    "net": Look("net effect, its steps not told: 'net'", label="net", width=1.2),
    "event": Look("by definition of the transport event: thin line", width=1.0),
    "disputed": Look("disputed: grey, dashed, '?'", (9, 6), label="?", colour="#666666"),
    "negated": Look("denied: grey, cut by a bar, 'not'", label="not", colour="#666666", cut=True),
    "binding": Look("binds or carries: ends in a dot", width=1.5),
}
SIGN_WORDS = {1: "increases", -1: "decreases", 0: "binds"}
SIGN_ENDS = {1: "arrow", -1: "bar", 0: "circle"}
SIGN_COLOURS = {1: "#00568a", -1: "#a53a00", 0: "#4d4d4d"}


@dataclass(frozen=True)
class Band:
    """A strip of the drawing for where things play: local names of its cells or contexts.

    Another kind of cell stands apart: what happens there is told there from the start, so its boxes are drawn again and
    no line leads over from elsewhere, as no path does.
    """

    title: str
    places: frozenset[str] = frozenset()
    apart: bool = False


BANDS: tuple[Band, ...] = (
    Band("Any cell, or no cell named"),
    Band("Tumour cells", frozenset({"Cell_malignant", "Cell_myeloma", "Cell_CD138_tumor"})),
    Band("Normal cells", frozenset({"Cell_normal"})),
    Band("Bone", frozenset({"Cell_osteoclast_precursor", "Cell_osteoblast", "Context_bone_in_myeloma"}), apart=True),
    Band("Precursors of platelets", frozenset({"Cell_megakaryocyte_precursor", "Cell_megakaryocyte"}), apart=True),
)
ANY = 0

# What decides the columns first, and what is drawn last.
KIND_ORDER = (KG.MechanismStatement, KG.TransportEvent, KG.BridgeStatement, KG.NetEffectStatement, KG.BindingStatement)


# ---- shapes: outlines around the origin as SVG paths, for the canvas and the legend alike

Outline = Callable[[float, float], str]
SLANT = 10.0


def _polygon(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def _rounded(w: float, h: float, r: float) -> str:
    r = min(r, h, w)
    arc = f"a{r:g} {r:g} 0 0 1"
    across, down = 2 * (w - r), 2 * (h - r)
    return (
        f"M{r - w:g} {-h:g}h{across:g}{arc} {r:g} {r:g}v{down:g}{arc} {-r:g} {r:g}"
        f"h{-across:g}{arc} {-r:g} {-r:g}v{-down:g}{arc} {r:g} {-r:g}Z"
    )


def _drum(w: float, h: float) -> str:
    return (
        f"M{-w:g} {4 - h:g}A{w:g} 4 0 0 1 {w:g} {4 - h:g}V{h - 4:g}A{w:g} 4 0 0 1 {-w:g} {h - 4:g}Z"
        f"M{-w:g} {4 - h:g}A{w:g} 4 0 0 0 {w:g} {4 - h:g}A{w:g} 4 0 0 1 {-w:g} {4 - h:g}"
    )


def _twin(outline: Outline) -> Outline:
    """Add a second line inside, for what stands beside a class of the same form."""
    return lambda w, h: outline(w, h) + outline(w - 4, h - 4)


def _slanted(w: float, h: float) -> str:
    return _polygon([(SLANT - w, -h), (w, -h), (w - SLANT, h), (-w, h)])


def _tag(w: float, h: float) -> str:
    return _polygon([(SLANT - w, -h), (w, -h), (w, h), (SLANT - w, h), (-w, 0)])


def _cut(w: float, h: float) -> str:
    c = min(SLANT, h)
    return _polygon([(-w, -h), (w - c, -h), (w, c - h), (w, h), (c - w, h), (-w, h - c)])


def _square(w: float, h: float) -> str:
    return _polygon([(-w, -h), (w, -h), (w, h), (-w, h)])


def _octagon(w: float, h: float) -> str:
    c = min(SLANT, h * 0.6)
    return _both_sides([(w - c, -h), (w, c - h), (w, h - c), (w - c, h)])


def _hexagon(w: float, h: float) -> str:
    return _both_sides([(w - SLANT, -h), (w, 0.0), (w - SLANT, h)])


def _lozenge(w: float, h: float) -> str:
    c = min(SLANT, h * 0.6)
    return _both_sides([(0.0, -h), (w, c - h), (w, h - c)])


def _both_sides(right: Sequence[tuple[float, float]]) -> str:
    return _polygon([*right, *((-x, -y) for x, y in right)])


SHAPES: dict[str, Outline] = {
    "pill": lambda w, h: _rounded(w, h, 40),
    "twin_pill": _twin(lambda w, h: _rounded(w, h, 40)),
    "round": lambda w, h: _rounded(w, h, 7),
    "twin_round": _twin(lambda w, h: _rounded(w, h, 7)),
    "rounder": lambda w, h: _rounded(w, h, 14),
    "slanted": _slanted,
    "twin_slanted": _twin(_slanted),
    "drum": _drum,
    "tag": _tag,
    "twin_tag": _twin(_tag),
    "tapered": lambda w, h: _polygon([(SLANT - w, -h), (w - SLANT, -h), (w, h), (-w, h)]),
    "pointed": lambda w, h: _polygon([(-w, -h), (w - SLANT, -h), (w, 0), (w - SLANT, h), (-w, h)]),
    "octagon": _octagon,
    "hexagon": _hexagon,
    "cut": _cut,
    "twin_cut": _twin(_cut),
    "square": _square,
    "twin_square": _twin(_square),
    "lozenge": _lozenge,
}


# ---- what the graph says

_CLAIMS = """
SELECT ?id ?kind ?kind_label ?subject ?predicate ?object ?label ?sign ?polarity ?certainty
  ?context ?context_label ?cell ?dispute
WHERE {
  VALUES ?kind { %s }
  ?id a ?kind ; kg:subject ?subject ; kg:predicate ?relation ; kg:object ?object ; kg:context ?context ;
    kg:polarity/rdfs:label ?polarity ; kg:certainty/rdfs:label ?certainty .
  ?kind rdfs:label ?kind_label . ?relation rdfs:label ?predicate .
  OPTIONAL { ?id rdfs:label ?label } OPTIONAL { ?relation kg:sign ?sign }
  OPTIONAL { ?context rdfs:label ?context_label } OPTIONAL { ?context kg:inCell ?cell }
  OPTIONAL { ?id kg:disputedIn ?discrepancy . OPTIONAL { ?discrepancy kg:resolution ?resolution } }
  BIND(IF(BOUND(?discrepancy), COALESCE(?resolution, "yes"), "") AS ?dispute)
} ORDER BY ?id ?context ?cell ?dispute"""

_EVENTS = """
SELECT ?id ?event ?event_label ?subject ?predicate ?object ?sign ?cell ?cell_label
WHERE {
  ?id a kg:DirectEdge ; kg:derivedFrom ?event ;
    kg:edgeSubject ?subject ; kg:edgePredicate ?relation ; kg:edgeObject ?object .
  ?event a kg:TransportEvent . ?relation rdfs:label ?predicate ; kg:sign ?sign .
  OPTIONAL { ?event rdfs:label ?event_label } OPTIONAL { ?event kg:inCell ?cell . ?cell rdfs:label ?cell_label }
} ORDER BY ?id ?cell"""

_THINGS = """
SELECT DISTINCT ?id ?label ?definition ?class ?class_label ?wider ?cell
WHERE {
  { ?statement kg:subject|kg:object ?id } UNION { ?edge a kg:DirectEdge ; kg:edgeSubject|kg:edgeObject ?id }
  OPTIONAL { ?id rdfs:label ?label } OPTIONAL { ?id skos:definition ?definition } OPTIONAL { ?id kg:inCell ?cell }
  OPTIONAL { ?id a ?class . ?class rdfs:label ?class_label ; rdfs:subClassOf* ?wider }
} ORDER BY ?id ?label ?definition ?class ?wider"""

_SYNONYMS = """
SELECT DISTINCT ?id ?synonym WHERE { [] kg:subject|kg:object ?id . ?id skos:altLabel ?synonym } ORDER BY ?id ?synonym"""

_LINKS = """
SELECT DISTINCT ?id ?relation ?target (STR(?target) AS ?address)
WHERE {
  VALUES (?property ?relation) {
    (skos:exactMatch "same as") (skos:closeMatch "close to") (skos:relatedMatch "related to")
    (skos:broadMatch "narrower than") (skos:narrowMatch "wider than")
  }
  ?statement kg:subject|kg:object ?id . ?id ?property ?target . FILTER(ISIRI(?target))
} ORDER BY ?id ?relation ?target"""

_NOTES = """
SELECT ?id ?name ?value
WHERE {
  VALUES (?property ?name) {
    (kg:degree "degree") (kg:requires "requires") (skos:editorialNote "editor's note")
    (kg:ground "ground of the bridge") (kg:groundNote "reason for the bridge")
  }
  ?id kg:subject ?any ; ?property ?target . OPTIONAL { ?target rdfs:label ?target_label }
  BIND(COALESCE(?target_label, STR(?target)) AS ?value)
} ORDER BY ?id ?name ?value"""

_EVIDENCE = """
SELECT ?id ?line ?direction ?evidence_kind ?section ?place ?number
WHERE {
  ?id kg:evidenceLine ?line .
  OPTIONAL { ?line kg:direction/rdfs:label ?direction } OPTIONAL { ?line kg:evidenceKind/rdfs:label ?evidence_kind }
  OPTIONAL { ?line kg:locator ?where . OPTIONAL { ?where kg:section ?section } OPTIONAL { ?where kg:placeName ?place } }
  OPTIONAL { ?line kg:cites/kg:number ?number }
} ORDER BY ?id ?line ?evidence_kind ?place ?number"""

_REFERENCES = """
SELECT ?number ?author ?year ?title ?doi
WHERE {
  ?work kg:number ?number .
  OPTIONAL { ?work kg:firstAuthor ?author } OPTIONAL { ?work kg:year ?year }
  OPTIONAL { ?work kg:title ?title } OPTIONAL { ?work kg:doi ?doi }
} ORDER BY ?number"""

_SOURCE = """
SELECT ?author ?year ?title ?venue ?doi
WHERE {
  kgd:Rendition_review kg:renditionOf ?work . ?work kg:firstAuthor ?author ; kg:year ?year ; kg:title ?title .
  OPTIONAL { ?work kg:venue ?venue } OPTIONAL { ?work kg:doi ?doi }
}"""


@dataclass
class Thing:
    """A box to be: what the panel tells about it."""

    label: str
    definition: str = ""
    classes: list[str] = field(default_factory=list)
    wider: set[str] = field(default_factory=set)
    cells: list[str] = field(default_factory=list)
    synonyms: list[str] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Claim:
    """A line to be: a statement, or what a transport event does by its definition."""

    kind: str
    subject: str
    predicate: str
    object: str
    label: str
    sign: int
    facts: dict[str, list[str]]
    places: list[str]
    look: str


def _things(graph: Graph, wanted: set[str]) -> dict[str, Thing]:
    things = {name: Thing(name.partition(":")[2] or name) for name in sorted(wanted)}
    for row in graph.query(_THINGS):
        if row["id"] in things:
            _describe(things[row["id"]], row)
    for row in graph.query(_SYNONYMS):
        if row["id"] in things:
            things[row["id"]].synonyms.append(row["synonym"])
    for row in graph.query(_LINKS):
        if row["id"] in things:
            things[row["id"]].links.append(_outward(row))
    return things


def _describe(thing: Thing, row: Mapping[str, str]) -> None:
    thing.label = row["label"] or thing.label
    thing.definition = row["definition"] or thing.definition
    thing.wider.add(row["wider"])
    for value, known in ((row["class_label"], thing.classes), (row["cell"], thing.cells)):
        if value and value not in known:
            known.append(value)


def _outward(row: Mapping[str, str]) -> dict[str, str]:
    """Keep an address only where a browser can follow it safely."""
    address = row["address"] if row["address"].startswith("https://") else ""
    return {"relation": row["relation"], "name": row["target"], "address": address}


def _claims(graph: Graph, shown: View) -> dict[str, Claim]:
    claims: dict[str, Claim] = {}
    for row in graph.query(_CLAIMS % " ".join(f"<{kind}>" for kind in shown.kinds)):
        claim = claims.setdefault(row["id"], _claim(row))
        for name, value in (("context", row["context_label"]), ("disputed", row["dispute"])):
            _say(claim, name, value)
        claim.places += [_local(place) for place in (row["context"], row["cell"]) if place]
    for row in graph.query(_NOTES):
        if row["id"] in claims:
            _say(claims[row["id"]], row["name"], row["value"])
    return claims | (_events(graph, claims) if shown.events else {})


def _claim(row: Mapping[str, str]) -> Claim:
    label = row["label"] or f"{_local(row['subject'])} {row['predicate']} {_local(row['object'])}"
    facts = {"kind": [row["kind_label"]], "polarity": [row["polarity"]], "certainty": [row["certainty"]]}
    sign = int(row["sign"] or 0)
    return Claim(row["kind"], row["subject"], row["predicate"], row["object"], label, sign, facts, [], _look(row))


def _look(row: Mapping[str, str]) -> str:
    kinds = {"kg:BindingStatement": "binding", "kg:BridgeStatement": "bridge", "kg:NetEffectStatement": "net"}
    if row["polarity"] == "negated":
        return "negated"
    if row["dispute"]:
        return "disputed"
    strong = "fact" if row["certainty"] == "asserted as fact" else "weaker"
    return kinds.get(row["kind"], strong) if strong == "fact" or row["kind"] == "kg:BridgeStatement" else strong


def _say(claim: Claim, name: str, value: str) -> None:
    said = claim.facts.setdefault(name, []) if value else []
    if value and value not in said:
        said.append(value)


def _events(graph: Graph, claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Read what transport events do by definition; a statement that says the same stands for both."""
    said = {(claim.subject, claim.object, claim.sign) for claim in claims.values()}
    told = {name for claim in claims.values() for name in (claim.subject, claim.object)}
    events: dict[str, Claim] = {}
    for row in graph.query(_EVENTS):
        sign = int(row["sign"])
        if row["event"] not in told or (row["subject"], row["object"], sign) in said:
            continue
        facts = {"kind": ["by definition of the transport event"]}
        ends = (row["subject"], row["predicate"], row["object"])
        claim = events.setdefault(row["id"], Claim("kg:TransportEvent", *ends, "", sign, facts, [], "event"))
        _say(claim, "context", row["cell_label"])
        claim.places += [_local(row["cell"])] if row["cell"] else []
    return events


def _evidence(graph: Graph, claims: Mapping[str, Claim]) -> dict[str, list[dict[str, list[str]]]]:
    """Gather the evidence lines of each claim, every fact of a line once."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for row in graph.query(_EVIDENCE):
        if row["id"] not in claims:
            continue
        names = ("direction", "evidence_kind", "place", "number")
        line = found.setdefault(row["id"], {}).setdefault(row["line"], {name: [] for name in names})
        place = ", ".join(part for part in (row["section"], row["place"]) if part)
        for name, value in zip(names, (row["direction"], row["evidence_kind"], place, row["number"]), strict=True):
            if value and value not in line[name]:
                line[name].append(value)
    return {name: list(lines.values()) for name, lines in found.items()}


def _local(name: str) -> str:
    return name.rpartition("/")[2].rpartition(":")[2]


# ---- where it stands


class _Stage:
    """Which box a claim begins and ends at: one box for each thing, and one more in each band that stands apart."""

    def __init__(self, things: Mapping[str, Thing], claims: Mapping[str, Claim]) -> None:
        self.things = things
        self.claims = claims
        self.band_of = {name: _band(claim.places) for name, claim in claims.items()}
        while self._follow():
            pass
        self.homes = {name: self._home(name) for name in things}

    def _follow(self) -> bool:
        """Let a step without a cell join its end's band, where that is the only step the end has elsewhere."""
        for name, claim in self.claims.items():
            for end in (claim.subject, claim.object) if self.band_of[name] == ANY else ():
                bands = self._bands(end)
                apart = {band for band in bands if BANDS[band].apart}
                if len(apart) == 1 and [band for band in bands if not BANDS[band].apart] == [ANY]:
                    self.band_of[name] = apart.pop()
                    return True
        return False

    def _bands(self, thing: str) -> list[int]:
        return [self.band_of[name] for name, claim in self.claims.items() if thing in (claim.subject, claim.object)]

    def _home(self, thing: str) -> int:
        """Find the band of a thing among those that share their boxes."""
        own = _band([_local(cell) for cell in self.things[thing].cells])
        if own != ANY and not BANDS[own].apart:
            return own
        bands = {band for band in self._bands(thing) if not BANDS[band].apart}
        return bands.pop() if len(bands) == 1 else ANY

    def box(self, claim: str, thing: str) -> tuple[str, int]:
        """Name the box at which a claim meets a thing, and its band."""
        band = self.band_of[claim]
        return (f"{thing} ({BANDS[band].title})", band) if BANDS[band].apart else (thing, self.homes[thing])


def _band(places: Sequence[str]) -> int:
    return next((number for number, band in enumerate(BANDS) if not band.places.isdisjoint(places)), ANY)


def _style(thing: Thing) -> Style:
    from kg.terms import expand

    wider = {expand(name) for name in thing.wider if name}
    return next((style for style in STYLES if style.of in wider), OTHER)


def _lines(label: str) -> list[str]:
    return textwrap.wrap(label, LINE_LETTERS, max_lines=MOST_LINES, placeholder=" …") or [label]


def _height(label: str) -> int:
    return 16 + LINE_HEIGHT * len(_lines(label))


# ---- the drawing, in the words of vis-network


def _drawing(things: Mapping[str, Thing], claims: Mapping[str, Claim]) -> dict[str, Any]:
    stage = _Stage(things, claims)
    spots = {key: band for name, claim in claims.items() for key, band in _ends(stage, name, claim)}
    owner = {key: key.partition(" (")[0] for key in spots}
    boxes = [
        Box(key, band, _height(things[owner[key]].label), _style(things[owner[key]]).leads)
        for key, band in sorted(spots.items())
    ]
    ordered = sorted(claims, key=lambda name: (_rank(claims[name]), name))
    layout = arrange(boxes, [Link(*_pair(stage, name, claims[name])) for name in ordered])
    network = _network()
    for box in boxes:
        _add_box(network, box, things[owner[box.key]], layout)
    drawn: dict[tuple[str, str], int] = {}
    for name in ordered:
        keys = _pair(stage, name, claims[name])
        nth = drawn[keys] = drawn.get(keys, 0) + 1
        network.add_edge(*keys, **_line(name, claims[name], layout.bends[Link(*keys)] + BOW * (nth - 1)))
    nodes, edges, *_, options = network.get_network_data()
    return {
        "nodes": nodes,
        "edges": edges,
        "options": json.loads(options),
        "boxes": {box.key: _box(owner[box.key], things[owner[box.key]], box) for box in boxes},
        "bands": [{"title": BANDS[band].title, **vars(stripe)} for band, stripe in layout.stripes.items()],
        "width": layout.width,
        "height": layout.height,
    }


def _ends(stage: _Stage, name: str, claim: Claim) -> list[tuple[str, int]]:
    return [stage.box(name, end) for end in (claim.subject, claim.object)]


def _pair(stage: _Stage, name: str, claim: Claim) -> tuple[str, str]:
    (start, _), (end, _) = _ends(stage, name, claim)
    return start, end


def _rank(claim: Claim) -> int:
    kinds = [f"kg:{_local(kind)}" for kind in KIND_ORDER]
    return kinds.index(claim.kind) if claim.kind in kinds else len(kinds)


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


def _add_box(network: Network, box: Box, thing: Thing, layout: Layout) -> None:
    x, y = layout.centres[box.key]
    network.add_node(box.key, label=thing.label, shape="custom", color=_style(thing).fill, x=x, y=y, physics=False)


def _box(owner: str, thing: Thing, box: Box) -> dict[str, Any]:
    style = _style(thing)
    outline = SHAPES[style.shape](BOX_WIDTH / 2, box.height / 2)
    look = {"fill": style.fill, "text": style.text, "path": outline}
    return {"thing": owner, "lines": _lines(thing.label), "width": BOX_WIDTH, "height": box.height, **look}


def _line(name: str, claim: Claim, bend: float) -> dict[str, Any]:
    look = LOOKS[claim.look]
    colour = look.colour or SIGN_COLOURS[claim.sign]
    arrows: dict[str, Any] = {"to": {"enabled": True, "type": SIGN_ENDS[claim.sign], "scaleFactor": 0.7}}
    if look.cut:
        arrows["middle"] = {"enabled": True, "type": "bar", "scaleFactor": 0.9}
    line: dict[str, Any] = {"id": name, "arrows": arrows, "width": look.width, "dashes": list(look.dashes) or False}
    line["color"] = {"color": colour, "highlight": colour, "hover": colour, "inherit": False}
    if look.label:
        line["label"] = look.label
        line["font"] = {"vadjust": -12 if look.cut else 0}
    if bend:
        line["smooth"] = {"enabled": True, "type": "curvedCW" if bend > 0 else "curvedCCW", "roundness": abs(bend)}
    return line


# ---- the page


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
    claims = _claims(graph, VIEWS[name])
    things = _things(graph, {end for claim in claims.values() for end in (claim.subject, claim.object)})
    for claim in claims.values():
        claim.label = claim.label or f"{things[claim.subject].label} {claim.predicate} {things[claim.object].label}"
    evidence = _evidence(graph, claims)
    cited = {number for lines in evidence.values() for line in lines for number in line["number"]}
    return {
        "drawing": _drawing(things, claims),
        "things": {key: _told(thing) for key, thing in sorted(things.items(), key=lambda item: item[1].label.lower())},
        "claims": {key: _claimed(claims[key], evidence.get(key, [])) for key in sorted(claims)},
        "references": {row["number"]: _reference(row) for row in graph.query(_REFERENCES) if row["number"] in cited},
        "legend": [vars(style) for style in (*STYLES, OTHER) if style in {_style(thing) for thing in things.values()}],
    }


def _told(thing: Thing) -> dict[str, Any]:
    told = {key: value for key, value in vars(thing).items() if key not in ("wider", "cells")}
    return {**told, "style": _style(thing).words}


def _claimed(claim: Claim, evidence: list[dict[str, list[str]]]) -> dict[str, Any]:
    ends = {"subject": claim.subject, "object": claim.object, "label": claim.label, "sign": claim.sign}
    return {**ends, "look": claim.look, "facts": claim.facts, "evidence": evidence}


def _reference(row: Mapping[str, str]) -> dict[str, str]:
    named = {key: row[key] for key in ("author", "year", "title")}
    return {**named, "doi": row["doi"], "address": _doi_address(row["doi"])}


def _doi_address(doi: str) -> str:
    from urllib.parse import quote

    return f"https://doi.org/{quote(doi, safe='/')}" if doi else ""


def view(graph: Graph, name: str) -> str:
    """Write a view as one HTML page that needs no other file and no network.

    Args:
        graph: what to draw.
        name: one of `VIEWS`.

    Raises:
        NotFoundError: there is no such view; the message lists those there are.

    >>> from kg.store import load
    >>> view(load(cache=False), "mecanism")
    Traceback (most recent call last):
    kg.errors.NotFoundError: no view 'mecanism'; there are mechanism
    """
    import jinja2
    from markupsafe import Markup

    data = page_data(graph, name)
    library, script, style = _vis_network(), _part("view_page.js"), _part("view_page.css")
    policy = (
        f"default-src 'none'; script-src {_allow(library)} {_allow(script)}; style-src {_allow(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string(_part("view_template.html.j2"))
    return template.render(
        view=VIEWS[name],
        policy=policy,
        library=Markup(library),
        script=Markup(script),
        style=Markup(style),
        json=Markup(_script_safe_json(data)),
        data=data,
        shapes={shape: outline(17, 9) for shape, outline in SHAPES.items()},
        lines=list(_line_samples()),
        source=next(iter(graph.query(_SOURCE)), None),
        doi_address=_doi_address,
        version=__version__,
    )


def _line_samples() -> Iterable[dict[str, Any]]:
    """List the lines of the legend: the two signs first, then what a line can be besides."""
    for sign in (1, -1):
        yield _sample(f"{SIGN_WORDS[sign]}: ends in {'an arrow' if sign == 1 else 'a bar'}", LOOKS["fact"], sign)
    for key, look in LOOKS.items():
        yield _sample(look.words, look, 0 if key == "binding" else 1)


def _sample(words: str, look: Look, sign: int) -> dict[str, Any]:
    drawn = {"end": SIGN_ENDS[sign], "colour": look.colour or SIGN_COLOURS[sign], "width": look.width}
    dashes = " ".join(map(str, look.dashes))
    return {"words": words, "dashes": dashes, "label": look.label, "cut": look.cut, **drawn}


def _part(name: str) -> str:
    return (package_files("kg") / name).read_text(encoding="utf-8")


def _vis_network() -> str:
    """Read vis-network, its licence comment included, from the installed pyvis.

    Its style sheet stays out: it dresses tooltips and buttons that this page does not have.
    """
    import pyvis

    home = Path(str(pyvis.__file__)).parent / "lib"
    versions = {tuple(map(int, path.parent.name[4:].split("."))): path for path in home.glob("vis-*/*.min.js")}
    return _inline_script(versions[max(versions)].read_text(encoding="utf-8"))


def _inline_script(text: str) -> str:
    r"""Make a script safe between script tags, and its line ends those that a browser hashes.

    >>> _inline_script('let a = "</script>"')
    'let a = "<\\/script>"'
    """
    return text.replace("\r\n", "\n").replace("</script", r"<\/script").replace("<!--", r"<\!--")


def _allow(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _script_safe_json(data: object) -> str:
    r"""Write JSON that no HTML reader takes for anything else.

    >>> _script_safe_json({"label": "</script>"})
    '{"label":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})
