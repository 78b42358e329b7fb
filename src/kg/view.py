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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import __version__
from kg.errors import NotFoundError
from kg.terms import KG
from kg.view_claims import (
    SOURCES,
    Claim,
    Thing,
    doi_address,
    local_name,
    read_claims,
    read_evidence,
    read_references,
    read_things,
)
from kg.view_layout import BOX_WIDTH, Box, Layout, Link, arrange
from kg.view_style import (
    ANY,
    BANDS,
    KIND_ORDER,
    LOOKS,
    OTHER,
    SHAPES,
    SIGN_COLOURS,
    SIGN_ENDS,
    SIGN_WORDS,
    STYLES,
    Look,
    Style,
)

if TYPE_CHECKING:
    from pyvis.network import Network

    from kg.store import Graph

__all__ = ["VIEWS", "View", "page_data", "view"]

LINE_HEIGHT = 15
LINE_LETTERS = 20
MOST_LINES = 5
STORY = 3  # this many lines that hang together are drawn
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
        own = _band([local_name(cell) for cell in self.things[thing].cells])
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


def drawn_claims(claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Choose the claims that get a line: those that hang together with two others at least.

    A net effect whose steps are drawn would run across them, and a line or two by themselves tell no story; both stay
    in the lists and panels.
    """
    import networkx

    steps = networkx.DiGraph(
        (claim.subject, claim.object)
        for claim in claims.values()
        if claim.look in ("fact", "weaker", "bridge", "event")
    )

    def has_steps(claim: Claim) -> bool:
        ends = (claim.subject, claim.object)
        return all(end in steps for end in ends) and networkx.has_path(steps, *ends)

    lines = {name: claim for name, claim in claims.items() if claim.look != "net" or not has_steps(claim)}
    joined = networkx.Graph((claim.subject, claim.object) for claim in lines.values())
    stories = [part for part in networkx.connected_components(joined) if joined.subgraph(part).size() >= STORY]
    return {name: claim for name, claim in lines.items() if any(claim.subject in part for part in stories)}


def _drawing(things: Mapping[str, Thing], all_claims: Mapping[str, Claim]) -> dict[str, Any]:
    claims = drawn_claims(all_claims)
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
        "start": _start([owner[box.key] for box in boxes if box.leads], claims),
    }


def _start(leading: Sequence[str], claims: Mapping[str, Claim]) -> str | None:
    """Choose where the page opens: at the drug that most lines begin with."""
    begun = Counter(claim.subject for claim in claims.values())
    return max(leading, key=lambda name: begun[name], default=None)


def _ends(stage: _Stage, name: str, claim: Claim) -> list[tuple[str, int]]:
    return [stage.box(name, end) for end in (claim.subject, claim.object)]


def _pair(stage: _Stage, name: str, claim: Claim) -> tuple[str, str]:
    (start, _), (end, _) = _ends(stage, name, claim)
    return start, end


def _rank(claim: Claim) -> int:
    kinds = [f"kg:{local_name(kind)}" for kind in KIND_ORDER]
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
    claims = read_claims(graph, VIEWS[name].kinds, events=VIEWS[name].events)
    things = read_things(graph, {end for claim in claims.values() for end in (claim.subject, claim.object)})
    for claim in claims.values():
        claim.label = claim.label or f"{things[claim.subject].label} {claim.predicate} {things[claim.object].label}"
    evidence = read_evidence(graph, claims)
    cited = {number for lines in evidence.values() for line in lines for number in line["number"]}
    return {
        "drawing": _drawing(things, claims),
        "things": {key: _told(thing) for key, thing in sorted(things.items(), key=lambda item: item[1].label.lower())},
        "claims": {key: _claimed(claims[key], evidence.get(key, [])) for key in sorted(claims)},
        "references": read_references(graph, cited),
        "legend": [vars(style) for style in (*STYLES, OTHER) if style in {_style(thing) for thing in things.values()}],
    }


def _told(thing: Thing) -> dict[str, Any]:
    told = {key: value for key, value in vars(thing).items() if key not in ("wider", "cells")}
    return {**told, "style": _style(thing).words}


def _claimed(claim: Claim, evidence: list[dict[str, list[str]]]) -> dict[str, Any]:
    ends = {"subject": claim.subject, "object": claim.object, "label": claim.label, "sign": claim.sign}
    return {**ends, "look": claim.look, "facts": claim.facts, "evidence": evidence}


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
        sources=list(graph.query(SOURCES)),
        doi_address=doi_address,
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
