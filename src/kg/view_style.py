"""How a drawing looks: colours, shapes and legend words are tables here, for the canvas and the legend alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kg.terms import KG, expand

__all__ = ["ANY", "BANDS", "KIND_LOOKS", "KIND_ORDER", "LOOKS", "OTHER", "SHAPES"]
__all__ += ["SIGN_COLOURS", "SIGN_ENDS", "SIGN_WORDS", "STYLES", "Band", "Look", "Style", "line_end", "style_of"]


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
    Style(KG.MolecularEntity, "other molecules", "arched", "#f7ef9f"),
    Style(KG.ExpressionLevel, "expression level", "tapered", "#fbf7d2"),
    Style(KG.TransportEvent, "transport event", "pointed", "#f5c469"),
    Style(KG.LocalizationState, "state", "octagon", "#d9cdf0"),
    Style(KG.BiologicalProcess, "process or activity", "hexagon", "#d6e6f5"),
    Style(KG.AdverseEvent, "adverse event", "twin_cut", "#a54400", "#ffffff"),
    Style(KG.Condition, "condition or response", "cut", "#a54400", "#ffffff"),
    Style(KG.BiologicalEntity, "cell or compartment", "twin_square", "#ffffff"),
    Style(KG.Intervention, "intervention", "lozenge", "#9bd3f2", leads=True),
    Style(KG.Regimen, "regimen", "sided", "#9bd3f2"),
    Style(KG.Population, "population", "barrel", "#efe6da"),
    Style(KG.StudyUnit, "study or arm", "ribbon", "#e3efd9"),
    Style(KG.Measure, "measure or outcome", "ticket", "#e3efd9"),
    Style(KG.Statement, "statement", "page", "#ffffff"),
    Style(KG.ControlledTerm, "feature or grade", "shelf", "#e4e4e4"),
)
OTHER = Style("", "other thing", "square", "#ffffff")


def style_of(classes: Iterable[str]) -> Style:
    """Choose the style of a thing by its classes, those above them included, as CURIEs.

    >>> style_of(["kg:MolecularEntity", "kg:Protein"]).words
    'protein'
    """
    wider = {expand(name) for name in classes if name}
    return next((style for style in STYLES if style.of in wider), OTHER)


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
    "net": Look("net effect whose steps are not drawn: 'net'", label="net", width=1.2),
    "event": Look("by definition of the transport event: thin line", width=1.0),
    "disputed": Look("disputed: grey, dashed, '?'", (9, 6), label="?", colour="#666666"),
    "negated": Look("denied: grey, cut by a bar, 'not'", label="not", colour="#666666", cut=True),
    "binding": Look("binds or carries: ends in a dot", width=1.5),
    "association": Look("goes together, no cause claimed: 'association'", label="association", width=1.2),
    "comparison": Look("compared in one aspect: 'comparison'", label="comparison", width=1.2),
    "synergy": Look("together do more than alone: 'synergy'", label="synergy", width=1.2),
    "approval": Look("allowed by an authority: 'approval'", label="approval", width=1.2),
    "advice": Look("advised or done for it: 'advice'", label="advice", width=1.2),
    "gap": Look("not known or not studied: 'gap'", label="gap", width=1.2),
    "other": Look("what it is, belongs to or is known for: thin, its relation alone", width=1.2),
    "study": Look("how a study is built or whom it takes: 'study'", label="study", width=1.2),
    # What no statement says, and only a path walks.
    "agent": Look("to another activity of the same agent: 'same'", (2, 4), label="same", colour="#666666", width=1.2),
    "record": Look("from one record to the next: 'then'", label="then", colour="#666666", width=1.2),
}
# The look of a kind of statement that is printed as fact; mechanisms look like facts. Bridges look so however sure.
KIND_LOOKS = {
    "kg:BridgeStatement": "bridge",
    "kg:NetEffectStatement": "net",
    "kg:BindingStatement": "binding",
    "kg:AssociationStatement": "association",
    "kg:ComparativeStatement": "comparison",
    "kg:SynergyStatement": "synergy",
    "kg:Recommendation": "advice",
    "kg:ApprovalStatement": "approval",
    "kg:DesignStatement": "study",
    "kg:EligibilityStatement": "study",
    "kg:EvidenceGapStatement": "gap",
    "kg:CharacterisationStatement": "other",
}
SIGN_WORDS = {1: "increases", -1: "decreases"}
SIGN_ENDS = {1: "arrow", -1: "bar", 0: "circle"}
SIGN_COLOURS = {1: "#00568a", -1: "#a53a00", 0: "#4d4d4d"}
NO_SIGN_END = "diamond"


def line_end(kind: str, sign: int) -> str:
    """Name the end of a line, in the words of vis-network; an arrow or a bar would claim a sign.

    >>> line_end("kg:AssociationStatement", 0)
    'diamond'
    """
    return SIGN_ENDS[sign] if sign or kind == "kg:BindingStatement" else NO_SIGN_END


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
KIND_ORDER: tuple[str, ...] = (
    KG.MechanismStatement,
    KG.TransportEvent,
    KG.BridgeStatement,
    KG.NetEffectStatement,
    KG.BindingStatement,
    KG.SynergyStatement,
    KG.AssociationStatement,
    KG.ApprovalStatement,
    KG.Recommendation,
    KG.EvidenceGapStatement,
    KG.ComparativeStatement,
    KG.CharacterisationStatement,
    KG.EligibilityStatement,
    KG.DesignStatement,
)


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


def _arched(w: float, h: float) -> str:
    r = min(12.0, h)
    return f"M{-w:g} {h:g}V{r - h:g}a{r:g} {r:g} 0 0 1 {r:g} {-r:g}H{w - r:g}a{r:g} {r:g} 0 0 1 {r:g} {r:g}V{h:g}Z"


def _drum(w: float, h: float) -> str:
    return (
        f"M{-w:g} {3 - h:g}A{w:g} 3 0 0 1 {w:g} {3 - h:g}V{h - 3:g}A{w:g} 3 0 0 1 {-w:g} {h - 3:g}Z"
        f"M{-w:g} {3 - h:g}A{w:g} 3 0 0 0 {w:g} {3 - h:g}A{w:g} 3 0 0 1 {-w:g} {3 - h:g}"
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


def _barrel(w: float, h: float) -> str:
    return f"M{8 - w:g} {-h:g}H{w - 8:g}Q{w + 8:g} 0 {w - 8:g} {h:g}H{8 - w:g}Q{-w - 8:g} 0 {8 - w:g} {-h:g}Z"


def _ticket(w: float, h: float) -> str:
    r = min(7.0, h / 2)
    arc = f"a{r:g} {r:g} 0 0 0"
    across, down = 2 * (w - r), 2 * (h - r)
    return (
        f"M{r - w:g} {-h:g}h{across:g}{arc} {r:g} {r:g}v{down:g}{arc} {-r:g} {r:g}"
        f"h{-across:g}{arc} {-r:g} {-r:g}v{-down:g}{arc} {r:g} {-r:g}Z"
    )


def _page(w: float, h: float) -> str:
    """Turn down a corner."""
    c = min(SLANT, h)
    sheet = _polygon([(-w, -h), (w - c, -h), (w, c - h), (w, h), (-w, h)])
    return f"{sheet}M{w - c:g} {-h:g}V{c - h:g}H{w:g}"


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
    "arched": _arched,
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
    "sided": lambda w, h: _square(w, h) + f"M{5 - w:g} {-h:g}V{h:g}M{w - 5:g} {-h:g}V{h:g}",
    "barrel": _barrel,
    "ribbon": lambda w, h: _both_sides([(w, -h), (w - 6, 0.0), (w, h)]),
    "ticket": _ticket,
    "page": _page,
    "shelf": lambda w, h: _polygon([(-w, -h), (w, -h), (w - SLANT, h), (SLANT - w, h)]),
}
