"""The guided tour through the mechanism: its steps as the graph has them, drawn and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg.cell_drawing import Effect, Event, Panel, Scene, draw, read_layout
from kg.edges import STATEMENT, Book, Edge, number_order, read_edges
from kg.explain import drawn
from kg.paths import route_sign, search, weakest
from kg.terms import KG
from kg.view_claims import Claim, Thing, evidence_lines, fill_labels, local_name, read_claims, read_things

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Card", "Step", "Tour", "read_tour"]

_STEPS = """
SELECT ?step ?label ?lead ?number ?cell ?cell_label ?shown
WHERE {
  ?step a kg:MechanismStep ; rdfs:label ?label ; rdfs:comment ?lead ; kg:stepNumber ?number ; kg:shows ?shown .
  OPTIONAL { ?step kg:inCell ?cell . ?cell rdfs:label ?cell_label }
  # Claims are told in the order in which the source prints them.
  OPTIONAL {
    SELECT ?shown (MIN(?at) AS ?start)
    WHERE { ?shown kg:evidenceLine/kg:locator/oa:hasSelector/oa:start ?at } GROUP BY ?shown
  }
} ORDER BY ?number ?start ?shown"""

_EVENTS = """
SELECT ?event ?cargo ?origin ?target
WHERE { ?event a kg:TransportEvent ; kg:cargo ?cargo ; kg:fromCompartment ?origin ; kg:toCompartment ?target }
ORDER BY ?event ?cargo"""

_POOLS = "SELECT ?cargo ?place ?pool WHERE { ?pool kg:poolOf ?cargo ; kg:inCompartment ?place } ORDER BY ?pool"
# What a sign says of these is how active they are.
_ACTIVE = frozenset({"kg:Protein", "kg:ProteinGroup", "kg:MacromolecularComplex"})

# How sure the review is, in the words of the page; the first that fits a card decides.
GROUPS = (
    ("stated", "What the review states"),
    ("suggested", "What it suggests or thinks possible"),
    ("disputed", "What is in doubt"),
    ("unknown", "What it says is not known"),
    ("bridge", "Added by us, not printed by the review"),
)


class Card(NamedTuple):
    """A claim as the page tells it."""

    key: str
    group: str
    claim: Claim
    facts: Mapping[str, str]
    places: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A step of the tour: what it says, what is drawn of it, and what the treatment changes."""

    key: str
    number: int
    label: str
    lead: str
    cell: str
    panels: tuple[Panel, ...]
    cards: tuple[Card, ...]
    effects: Mapping[str, Effect]
    things: Mapping[str, Thing]

    @property
    def top(self) -> float:
        """Say where all drawings of the step begin."""
        return min((panel.top for panel in self.panels), default=0.0)

    @property
    def bottom(self) -> float:
        """Say where all drawings of the step end."""
        return max((panel.bottom for panel in self.panels), default=0.0)

    @property
    def groups(self) -> Iterator[tuple[str, list[Card]]]:
        """Sort the cards by how sure the review is."""
        for group, title in GROUPS:
            cards = [card for card in self.cards if card.group == group]
            if cards:
                yield title, cards


class Tour(NamedTuple):
    """The steps in their order, and the name of the treatment they are about."""

    treatment: str
    steps: tuple[Step, ...]


class _Reader:
    """All that the steps are read from, asked for once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.book = read_edges(graph)
        self.claims = read_claims(graph, [KG.Statement], events=False, other_diseases=True)
        self.events = _read_events(graph)
        self.pools = {(row["cargo"], row["place"]): row["pool"] for row in graph.query(_POOLS)}
        self.layout = read_layout()
        spots = {key.partition("@")[0] for panel in self.layout.values() for key in panel}
        ends = {end for claim in self.claims.values() for end in (claim.subject, claim.object)}
        self._things = read_things(graph, spots | ends)

    def things(self, names: Iterable[str]) -> dict[str, Thing]:
        return {name: self._things[name] for name in sorted(set(names))}


def _read_events(graph: Graph) -> dict[str, Event]:
    events: dict[str, Event] = {}
    for row in graph.query(_EVENTS):
        known = events.get(row["event"], Event((), row["origin"], row["target"]))
        events[row["event"]] = known._replace(cargo=(*known.cargo, row["cargo"]))
    return events


def read_tour(graph: Graph) -> Tour:
    """Read the guided tour; it has no steps where the graph has none.

    >>> from kg.store import load
    >>> tour = read_tour(load(cache=False))
    >>> tour.treatment, [step.label for step in tour.steps][:2]
    ('selinexor', ['Normal export', 'Selinexor docks at Cys528'])
    """
    rows: dict[str, list[dict[str, str]]] = {}
    for row in graph.query(_STEPS):
        rows.setdefault(row["step"], []).append(dict(row))
    reader = _Reader(graph)
    treatment = _treatment(reader, [row["shown"] for step in rows.values() for row in step])
    return Tour(reader.book.label(treatment), tuple(_step(reader, treatment, step) for step in rows.values()))


def _treatment(reader: _Reader, shown: Iterable[str]) -> str:
    """Find the drug that the tour is about: the one that most of its claims begin with."""
    begun = Counter(reader.claims[key].subject for key in shown if key in reader.claims)
    drugs = [name for name in begun if name.startswith("kgd:Drug_")]
    return max(drugs, key=lambda name: (begun[name], name), default="")


def _step(reader: _Reader, treatment: str, rows: list[dict[str, str]]) -> Step:
    first = rows[0]
    shown = [row["shown"] for row in rows]
    claims = {key: reader.claims[key] for key in shown if key in reader.claims}
    events = {key: reader.events[key] for key in shown if key in reader.events}
    name = local_name(first["step"]).removeprefix("Step_")
    spots = {panel: reader.layout.get((name, panel), {}) for panel in ("untreated", "treated")}
    placed = {key.partition("@")[0] for panel in spots.values() for key in panel}
    things = reader.things({end for claim in claims.values() for end in (claim.subject, claim.object)} | placed)
    fill_labels(claims, things)
    treated = {key: things[key] for key in things if key in {spot.partition("@")[0] for spot in spots["treated"]}}
    effects = _effects(reader.book, treatment, first["cell"], treated)
    scene = Scene(things, claims, events, reader.pools)
    panels = tuple(
        draw(panel, spots[panel], scene, effects if panel == "treated" else {}) for panel in spots if spots[panel]
    )
    return Step(
        first["step"],
        int(first["number"]),
        first["label"],
        first["lead"],
        first["cell_label"] or "any cell",
        panels,
        tuple(_cards(reader.graph, claims)),
        effects,
        things,
    )


def _effects(book: Book, treatment: str, cell: str, things: Mapping[str, Thing]) -> dict[str, Effect]:
    """Say what the treatment does to each thing, as `kg explain` finds it in the cell of the step.

    Where paths come to different signs, nothing is said.
    """
    within = _setting(cell)
    found: dict[str, Effect] = {}
    for thing in things:
        routes = search(book, book.network, (treatment, thing), within=within).routes if thing != treatment else []
        signs = {route_sign(route) for route in routes}
        if len(signs) == 1 and (sign := signs.pop()) is not None:
            active = not _ACTIVE.isdisjoint(things[thing].wider)
            found[thing] = Effect(sign, weakest(routes[0]).certainty, drawn(book, routes[0]), active)
    return found


def _setting(cell: str) -> Edge | None:
    """Stand for the cell of a step in a search, which then keeps to it."""
    if not cell:
        return None
    return Edge("", STATEMENT, "", "", "", None, 0, "", cell, {"cell": cell})


# ---- cards


def _cards(graph: Graph, claims: Mapping[str, Claim]) -> Iterator[Card]:
    evidence = evidence_lines(graph, claims)
    for key, claim in claims.items():
        lines = evidence.get(key, [])
        facts = {name: "; ".join(values) for name, values in claim.facts.items()}
        kinds = dict.fromkeys(kind for line in lines for kind in line["evidence_kind"])
        facts |= {"evidence": ", ".join(kinds)} if kinds else {}
        places = tuple(dict.fromkeys(place for line in lines for place in line["place"]))
        numbers = sorted({number for line in lines for number in line["number"]}, key=number_order)
        yield Card(key, _group(claim), claim, facts, places, tuple(numbers))


def _group(claim: Claim) -> str:
    if claim.kind in ("kg:BridgeStatement", "kg:EvidenceGapStatement"):
        return {"kg:BridgeStatement": "bridge", "kg:EvidenceGapStatement": "unknown"}[claim.kind]
    if claim.look == "disputed":
        return "disputed"
    return "stated" if claim.facts["certainty"] == ["asserted as fact"] else "suggested"
