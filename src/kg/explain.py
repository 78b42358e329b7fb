"""Why one thing leads to another: signed paths along causal statements and transport events.

A path never walks what the source denies or what is disputed, never leans on two bridges in a row, and by default
never leaves its cell, disease or stimulus. A path that does (`stitched`) has no sign.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice, pairwise, product
from typing import TYPE_CHECKING, Any

import networkx

from kg.errors import UsageError
from kg.names import find
from kg.terms import curie

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Crossing", "Explanation", "Path", "Step", "Thing", "explain", "net_sign", "sign_faults"]

# The longest mechanism of the source has five steps; a longer chain than this explains nothing to anybody.
MOST_STEPS = 8
# Routes through a graph grow without bound; at this many the answer says that it stopped.
MOST_EXAMINED = 10_000
MOST_SHOWN = 5

STATEMENT, EVENT, BRIDGE, SAME_AGENT = "statement", "event", "bridge", "same agent"
_ANY_CELL = "any cell"
_NO_STEPS = "stated as a net effect, no steps given"
# Above every kg:rank: what holds by definition is never the weakest step.
_BY_DEFINITION = (6, "by definition")

SIGN_WORDS = {1: "increases", -1: "decreases", None: "undetermined"}
_SIGN_MARKS = {1: " (+)", -1: " (-)", None: ""}
_SHAFTS = {"as fact": "--", "weaker": "..", BRIDGE: "=="}
_HEADS = {1: ">", -1: "|"}
_LEGEND = (
    "legend: --> activates, --| inhibits; ..> ..| the same, worded weaker than fact; "
    "==> ==| bridge, not printed by the source; ~~~ same agent, no sign"
)


@dataclass(frozen=True)
class Thing:
    """A node or a relation of a path: its CURIE and its label."""

    curie: str
    label: str


@dataclass(frozen=True)
class Crossing:
    """A change of context on a stitched path: the contexts on its two sides."""

    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One step of a path.

    `source` is the CURIE of the statement or event it comes from, `kind` is statement, bridge, event or same agent,
    `also` lists what else the step's object does as a fact in the same context.
    """

    subject: Thing
    predicate: Thing
    object: Thing
    sign: int | None
    certainty: str
    context: str
    kind: str
    source: str
    references: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    note: str = ""
    also: tuple[str, ...] = ()

    def text(self) -> str:
        """Write the step as lines for a terminal."""
        said = self._said()
        cells = [f"{self.subject.label} {self._arrow()} {self.object.label}", self.predicate.label, said]
        cells += [_inside(self.context)] if self.context else []
        cells += [_shown_references(self.references), ", ".join(self.places)]
        below = [self.note] if self.note and self.note != said else []
        below += [f"also {effect}" for effect in self.also]
        return "".join([_SPACE.join(filter(None, cells)), *(f"\n     {line}" for line in below)])

    def _said(self) -> str:
        """Say how sure the step is; a bridge is not the source's, so "as fact" would mislead."""
        if self.kind in (EVENT, SAME_AGENT):
            return self.note
        if self.kind == BRIDGE:
            return BRIDGE if self.certainty == _AS_FACT else f"{BRIDGE}, {self.certainty}"
        return self.certainty

    def _arrow(self) -> str:
        if self.sign is None:
            return "~~~"
        firmness = "as fact" if self.kind == EVENT or self.certainty == _AS_FACT else "weaker"
        return _SHAFTS[BRIDGE if self.kind == BRIDGE else firmness] + _HEADS[self.sign]


_SPACE = "   "
_AS_FACT = "asserted as fact"


@dataclass(frozen=True)
class Path:
    """The steps from one thing to another; the sign is None where contexts are crossed or an agent is only the same."""

    steps: tuple[Step, ...]
    sign: int | None
    certainty: str
    contexts: tuple[str, ...]
    crossings: tuple[Crossing, ...]

    @property
    def sign_word(self) -> str:
        """Say what the path does to its end: increases, decreases or undetermined."""
        return SIGN_WORDS[self.sign]

    @property
    def bridges(self) -> int:
        """Count the steps that the source does not print."""
        return sum(step.kind == BRIDGE for step in self.steps)

    def text(self) -> str:
        """Write the path as lines for a terminal."""
        summary = [self.sign_word + _SIGN_MARKS[self.sign], self.certainty, " and ".join(map(_inside, self.contexts))]
        summary += [_counted(self.bridges, "bridge")] if self.bridges else []
        crossed = [f"  no net sign: crosses from {at.before} to {at.after}" for at in self.crossings]
        steps = [f"  {number}. {step.text()}" for number, step in enumerate(self.steps, start=1)]
        return "\n".join([", ".join(summary), *crossed, *steps])


@dataclass(frozen=True)
class Explanation:
    """The paths between two things, best first.

    `more` counts the paths left out, `net_effects` are the source's own claims about the two ends (the note of each
    says whether the paths agree), `nearby` says what there is where there is no path, and `complete` is false if there
    were too many routes to look at all of them.
    """

    start: Thing
    end: Thing
    paths: tuple[Path, ...]
    more: int
    net_effects: tuple[Step, ...]
    stitched: bool
    nearby: tuple[str, ...] = ()
    complete: bool = True

    def text(self) -> str:
        """Write the explanation for a terminal, without a final line end."""
        count = _counted(len(self.paths) + self.more, "path") if self.paths else "no path"
        lines = [f"{self.start.label} -> {self.end.label}: {count}"]
        lines += [f"Path {number}: {path.text()}" for number, path in enumerate(self.paths, start=1)]
        lines += [f"and {_counted(self.more, 'more path')}"] if self.more else []
        lines += [f"  {sentence}" for sentence in self.nearby]
        lines += [f"  claimed by the source: {_claim_text(claim)}" for claim in self.net_effects]
        lines += [] if self.complete else [f"stopped after {MOST_EXAMINED:,} routes; there may be more paths"]
        return "\n".join([*lines, _LEGEND] if self.paths else lines)

    def to_dict(self) -> dict[str, Any]:
        """Make plain dictionaries and sequences, ready for JSON; each path gets its sign in a word too."""
        paths = [{**asdict(path), "path_sign": path.sign_word} for path in self.paths]
        return {**asdict(self), "paths": paths}


def _claim_text(claim: Step) -> str:
    remarks = filter(None, [_shown_references(claim.references), claim.note])
    return f"{claim.subject.label} {claim.predicate.label} {claim.object.label} ({'; '.join(remarks)})"


def _shown_references(numbers: Sequence[int]) -> str:
    return f"refs {', '.join(map(str, numbers))}" if numbers else ""


def _inside(context: str) -> str:
    return context if context.startswith("in ") else f"in {context}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


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


def explain(graph: Graph, start: str, end: str, *, stitched: bool = False) -> Explanation:
    """Find the signed paths from one thing to another.

    Net effects are no steps, unless nothing else joins the two ends.

    Args:
        graph: where to look.
        start: what `kg.names.find` understands: a label, a CURIE, another name, an identifier.
        end: likewise.
        stitched: allow changes of cell, disease or stimulus, and steps from one activity to another of the same agent.

    Raises:
        NotFoundError: a name is unknown or ambiguous.
        UsageError: the two ends are the same.

    >>> from kg.store import load
    >>> found = explain(load(cache=False), "selinexor", "osteoclastogenesis")
    >>> [path.sign_word for path in found.paths]
    ['decreases', 'decreases']
    """
    ends = curie(find(graph.store, start).iri), curie(find(graph.store, end).iri)
    if ends[0] == ends[1]:
        raise UsageError(f"{start!r} and {end!r} are the same thing; give two")
    book = _read(graph)
    claims = book.claims_between(*ends)
    found = _best_search(book, ends, stitched)
    shown = found.routes[:MOST_SHOWN]
    walked = {edge.source for route in shown for edge in route}
    return Explanation(
        start=book.thing(ends[0]),
        end=book.thing(ends[1]),
        paths=tuple(_path(book, route) for route in shown),
        more=len(found.routes) - len(shown),
        net_effects=tuple(_compared(book, claim, found.routes) for claim in claims if claim.source not in walked),
        stitched=stitched,
        nearby=() if shown else tuple(_nearby(book, ends, stitched)),
        complete=found.complete,
    )


def sign_faults(graph: Graph) -> list[str]:
    """Compare each net effect that the source claims with the steps that explain it.

    Returns:
        A line for each path, in a context that fits the claim's, whose signs multiply to another sign than the claim's.

    >>> from kg.store import load
    >>> sign_faults(load(cache=False))
    []
    """
    book = _read(graph)
    return [fault for claim in book.claims for fault in _faults_of_claim(book, claim)]


def _faults_of_claim(book: _Book, claim: _Edge) -> Iterator[str]:
    found = _search(book, book.steps, (claim.subject, claim.object), within=claim)
    said = f"{claim.source}: {book.words(claim)} ({claim.sign:+d})"
    for route in found.routes:
        sign = _route_sign(route)
        if sign is not None and sign != claim.sign:
            yield f"{said}, but the path {_drawn(book, route)} gives {sign:+d}"
    if not found.complete:
        yield f"{said}: more than {MOST_EXAMINED:,} routes, not all compared"


def _drawn(book: _Book, route: Route) -> str:
    steps = [_step(book, edge) for edge in route]
    return " ".join([steps[0].subject.label, *(f"{step._arrow()} {step.object.label}" for step in steps)])


# ---- what can be walked


@dataclass(frozen=True)
class _Edge:
    """An edge in one context; `sign` is None where there is none, `barred` says why it may not be walked."""

    source: str
    kind: str
    subject: str
    predicate: str
    object: str
    sign: int | None
    rank: int
    certainty: str
    context: str
    facets: Mapping[str, str]
    note: str = ""
    net: bool = False
    barred: str = ""
    # Of a step between two activities of one agent: the settings of the two.
    settings: tuple[str, str] = ("", "")

    @property
    def preference(self) -> tuple[Any, ...]:
        """Sort the edges of a hop: most specific context, then higher certainty, then lower IRI."""
        return -len(self.facets), -self.rank, self.source, self.context


Route = tuple[_Edge, ...]


@dataclass(frozen=True)
class _Book:
    """All edges of a graph, and what is needed to print them."""

    labels: Mapping[str, str]
    evidence: Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]]
    steps: list[_Edge] = field(default_factory=list)
    claims: list[_Edge] = field(default_factory=list)
    barred: list[_Edge] = field(default_factory=list)
    same_agent: list[_Edge] = field(default_factory=list)

    def label(self, name: str) -> str:
        return self.labels.get(name, name)

    def thing(self, name: str) -> Thing:
        return Thing(name, self.label(name))

    def words(self, edge: _Edge) -> str:
        return " ".join(map(self.label, (edge.subject, edge.predicate, edge.object)))

    def claims_between(self, start: str, end: str) -> list[_Edge]:
        return [claim for claim in self.claims if (claim.subject, claim.object) == (start, end)]


_LABELS = """
SELECT ?thing (MIN(STR(?name)) AS ?label) {
  ?thing rdfs:label|skos:prefLabel ?name FILTER(ISIRI(?thing))
} GROUP BY ?thing
"""

_EVIDENCE = """
SELECT ?statement ?number ?place {
  ?statement kg:evidenceLine ?line . ?line kg:direction kg:Supports .
  { ?line kg:cites/kg:number ?number } UNION { ?line kg:locator/kg:placeName ?place }
}
"""

# One row for each context: a claim in two contexts holds in the one and in the other.
_STATEMENTS = """
SELECT ?source ?kind ?subject ?predicate ?object ?sign ?certainty ?rank ?context ?cell ?disease ?stimulus
       ?ground ?groundNote ?barred {
  ?source kg:subject ?subject ; kg:predicate ?predicate ; kg:object ?object ; kg:polarity ?polarity ;
    kg:certainty ?certainty ; kg:context ?context .
  ?certainty kg:rank ?rank .
  OPTIONAL { VALUES ?kind { kg:MechanismStatement kg:BridgeStatement kg:NetEffectStatement } ?source a ?kind }
  OPTIONAL { ?predicate kg:sign ?sign }
  OPTIONAL { ?context kg:inCell ?cell }
  OPTIONAL { ?context kg:inDisease ?disease }
  OPTIONAL { ?context kg:stimulus ?stimulus }
  OPTIONAL { ?source kg:ground ?ground ; kg:groundNote ?groundNote }
  BIND(EXISTS { ?source kg:disputedIn ?dispute } AS ?disputed)
  BIND(IF(?polarity != kg:Affirmed, "denied by the source", IF(?disputed, "disputed", "")) AS ?barred)
  FILTER(?barred != "" || (BOUND(?kind) && BOUND(?sign)))
} ORDER BY ?source ?context
"""

_EVENTS = """
SELECT DISTINCT ?source ?subject ?predicate ?object ?sign ?cell {
  ?edge a kg:DirectEdge ; kg:derivedFrom ?source ; kg:edgeSubject ?subject ; kg:edgePredicate ?predicate ;
    kg:edgeObject ?object .
  ?source a kg:TransportEvent . ?predicate kg:sign ?sign .
  OPTIONAL { ?source kg:inCell ?cell }
}
"""

_SAME_AGENT = """
SELECT ?subject ?object ?agent ?subjectCell ?subjectStimulus ?objectCell ?objectStimulus {
  ?subject kg:activityOf ?agent . ?object kg:activityOf ?agent . FILTER(?subject != ?object)
  OPTIONAL { ?subject kg:inCell ?subjectCell } OPTIONAL { ?subject kg:stimulus ?subjectStimulus }
  OPTIONAL { ?object kg:inCell ?objectCell } OPTIONAL { ?object kg:stimulus ?objectStimulus }
}
"""


def _read(graph: Graph) -> _Book:
    """Read all edges of a graph, sorted by whether they are steps, claimed net effects, or barred."""
    labels = {row["thing"]: row["label"] for row in graph.query(_LABELS)}
    book = _Book({**labels, "kg:activityOf": SAME_AGENT}, _read_evidence(graph))
    for row in graph.query(_STATEMENTS):
        edge = _statement_edge(book, row)
        (book.barred if edge.barred else book.claims if edge.net else book.steps).append(edge)
    # A printed statement says more than a definition: it stands for both.
    printed = {(edge.subject, edge.object, edge.sign) for edge in book.steps if edge.kind == STATEMENT}
    events = [_event_edge(book, row) for row in graph.query(_EVENTS)]
    book.steps.extend(edge for edge in events if (edge.subject, edge.object, edge.sign) not in printed)
    book.same_agent.extend(_same_agent_edge(book, row) for row in graph.query(_SAME_AGENT))
    return book


def _read_evidence(graph: Graph) -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    places: defaultdict[str, set[str]] = defaultdict(set)
    for row in graph.query(_EVIDENCE):
        if row["number"]:
            numbers[row["statement"]].add(int(row["number"]))
        else:
            places[row["statement"]].add(row["place"])
    return {name: (tuple(sorted(numbers[name])), tuple(sorted(places[name]))) for name in {*numbers, *places}}


def _statement_edge(book: _Book, row: Mapping[str, str]) -> _Edge:
    net, bridge = row["kind"] == "kg:NetEffectStatement", row["kind"] == "kg:BridgeStatement"
    return _Edge(
        source=row["source"],
        kind=BRIDGE if bridge else STATEMENT,
        subject=row["subject"],
        predicate=row["predicate"],
        object=row["object"],
        sign=int(row["sign"]) if row["sign"] else None,
        rank=int(row["rank"]),
        certainty=book.label(row["certainty"]),
        context=book.label(row["context"]),
        facets=_facets(row),
        note=f"{book.label(row['ground'])}: {row['groundNote']}" if bridge else _NO_STEPS if net else "",
        net=net,
        barred=row["barred"],
    )


def _facets(row: Mapping[str, str]) -> dict[str, str]:
    return {facet: row[facet] for facet in ("cell", "disease", "stimulus") if row.get(facet)}


def _event_edge(book: _Book, row: Mapping[str, str]) -> _Edge:
    rank, certainty = _BY_DEFINITION
    return _Edge(
        source=row["source"],
        kind=EVENT,
        subject=row["subject"],
        predicate=row["predicate"],
        object=row["object"],
        sign=int(row["sign"]),
        rank=rank,
        certainty=certainty,
        context=book.label(row["cell"]) if row["cell"] else _ANY_CELL,
        facets=_facets(row),
        note=f"by definition of {book.label(row['source'])}",
    )


def _same_agent_edge(book: _Book, row: Mapping[str, str]) -> _Edge:
    def setting(end: str) -> str:
        return " with ".join(book.label(row[end + facet]) for facet in ("Cell", "Stimulus") if row[end + facet])

    return _Edge(
        source=row["agent"],
        kind=SAME_AGENT,
        subject=row["subject"],
        predicate="kg:activityOf",
        object=row["object"],
        sign=None,
        rank=_BY_DEFINITION[0],
        certainty="",
        context="",
        facets={},
        note=f"both are activities of {book.label(row['agent'])}",
        settings=(setting("subject") or _ANY_CELL, setting("object") or _ANY_CELL),
    )


# ---- the search


@dataclass(frozen=True)
class _Found:
    """Routes, best first, and whether all were looked at."""

    routes: list[Route]
    complete: bool


def _best_search(book: _Book, ends: tuple[str, str], stitched: bool) -> _Found:
    """Search step by step; failing that take a net effect as the one step, and failing that as one of several."""
    steps = [*book.steps, *(book.same_agent if stitched else ())]
    complete = True
    for edges in (steps, book.claims_between(*ends), [*steps, *book.claims]):
        found = _search(book, edges, ends, stitched=stitched)
        complete = complete and found.complete
        if found.routes:
            break
    return _Found(found.routes, complete)


def _search(
    book: _Book, edges: list[_Edge], ends: tuple[str, str], *, stitched: bool = False, within: _Edge | None = None
) -> _Found:
    """Find the routes between two ends along some edges, in contexts that fit that of the edge `within`."""
    hops = list(islice(_hop_lists(_network(edges), *ends), MOST_EXAMINED + 1))
    chosen = [_choose(options, stitched, within) for options in hops[:MOST_EXAMINED]]
    routes = sorted((route for route in chosen if route), key=lambda route: _standing(book, route))
    return _Found(routes, complete=len(hops) <= MOST_EXAMINED)


def _network(edges: Iterable[_Edge]) -> networkx.MultiDiGraph[Any]:
    """Draw a hop for all edges of one sign between two things: edges of opposite signs make different paths."""
    network: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph()
    for edge in sorted(edges, key=lambda edge: edge.preference):
        ends, key = (edge.subject, edge.object), edge.sign or 0
        if not network.has_edge(*ends, key):
            network.add_edge(*ends, key, options=[])
        network.edges[*ends, key]["options"].append(edge)
    return network


def _hop_lists(network: networkx.MultiDiGraph[Any], start: str, end: str) -> Iterator[list[list[_Edge]]]:
    """Find the simple routes; each is a list of hops, each hop a list of edges to choose from."""
    if start not in network or end not in network:
        return
    # What leads nowhere is cut off first: the search would try all of it.
    between = (networkx.descendants(network, start) & networkx.ancestors(network, end)) | {start, end}
    network.remove_nodes_from([name for name in network if name not in between])
    # Typed as Any: the stubs know the edges of simple graphs only, which have no keys.
    routes: Iterable[Any] = networkx.all_simple_edge_paths(network, start, end, cutoff=MOST_STEPS)
    for route in routes:
        yield [network.edges[hop]["options"] for hop in route]


def _choose(hops: list[list[_Edge]], stitched: bool, within: _Edge | None) -> Route | None:
    """Choose one edge for each hop, so that the route changes context least and is narrowed no more than it must be.

    Of choices equal in that the first stands: `product` goes through them in the order of preference.
    """
    routes = [route for route in product(*hops) if _is_sound(route)]
    if not stitched:
        routes = [route for route in routes if not _crossings(route, within)]

    def cost(route: Route) -> tuple[int, int, int]:
        return len(_crossings(route, within)), _bridges(route), _narrowness(route)

    return min(routes, key=cost, default=None)


def _is_sound(route: Route) -> bool:
    """Refuse two bridges in a row (a same agent between them changes nothing) and chains of nothing but same agents."""
    kinds = [edge.kind for edge in route]
    causal = [kind for kind in kinds if kind != SAME_AGENT]
    doubled = (BRIDGE, BRIDGE) in pairwise(causal) or (SAME_AGENT, SAME_AGENT) in pairwise(kinds)
    return bool(causal) and not doubled


def _bridges(route: Route) -> int:
    return sum(edge.kind == BRIDGE for edge in route)


def _narrowness(route: Route) -> int:
    return len({facet for edge in route for facet in edge.facets.items()})


def _crossings(route: Route, within: _Edge | None = None) -> list[Crossing]:
    """List where a route changes its cell, disease or stimulus; a step between two activities of one agent always does.

    The contexts on the two sides of such a step are those of its neighbours, at an end of the route its own settings.
    """
    crossed = []
    held: dict[str, _Edge] = dict.fromkeys(within.facets, within) if within else {}
    for before, edge, after in zip([None, *route], route, [*route[1:], None], strict=False):
        if edge.kind == SAME_AGENT:
            sides = before.context if before else edge.settings[0], after.context if after else edge.settings[1]
            crossed.append(Crossing(*sides))
            held = {}
        clashes = [held[facet] for facet, value in edge.facets.items() if held.get(facet, edge).facets[facet] != value]
        crossed += [Crossing(clash.context, edge.context) for clash in clashes[:1]]
        held |= dict.fromkeys(edge.facets, edge)
    return crossed


def _route_sign(route: Route) -> int | None:
    return None if _crossings(route) else net_sign(edge.sign for edge in route)


def _standing(book: _Book, route: Route) -> tuple[Any, ...]:
    """Rank a route: fewest bridges, highest certainty, fewest steps, then labels and signs."""
    names = [book.label(edge.object) for edge in route]
    return _bridges(route), -_weakest(route).rank, len(route), names, [edge.sign or 0 for edge in route]


def _weakest(route: Route) -> _Edge:
    return min((edge for edge in route if edge.kind != SAME_AGENT), key=lambda edge: edge.rank)


# ---- what is printed


def _path(book: _Book, route: Route) -> Path:
    contexts = dict.fromkeys(edge.context for edge in route if edge.context not in ("", _ANY_CELL))
    return Path(
        steps=tuple(_step(book, edge, _also(book, edge, route)) for edge in route),
        sign=_route_sign(route),
        certainty=_weakest(route).certainty,
        contexts=tuple(contexts) or (_ANY_CELL,),
        crossings=tuple(_crossings(route)),
    )


def _step(book: _Book, edge: _Edge, also: tuple[str, ...] = ()) -> Step:
    references, places = book.evidence.get(edge.source, ((), ()))
    return Step(
        subject=book.thing(edge.subject),
        predicate=book.thing(edge.predicate),
        object=book.thing(edge.object),
        sign=edge.sign,
        certainty=edge.certainty,
        context=edge.context,
        kind=edge.kind,
        source=edge.source,
        references=references,
        places=places,
        note=edge.note,
        also=also,
    )


def _also(book: _Book, step: _Edge, route: Route) -> tuple[str, ...]:
    """Say what else the object of a step does, as a fact of the same context, away from the route."""
    if step.kind == SAME_AGENT:
        return ()
    on_route = {edge.object for edge in route} | {route[0].subject}
    effects = (
        f"{book.label(edge.predicate)} {book.label(edge.object)}"
        for edge in book.steps
        if edge.subject == step.object
        and edge.object not in on_route
        and edge.facets == step.facets
        and (edge.kind, edge.certainty) == (STATEMENT, _AS_FACT)
    )
    return tuple(sorted(set(effects)))


def _compared(book: _Book, claim: _Edge, routes: Iterable[Route]) -> Step:
    """Print a claimed net effect with whether the paths of its context come to the same sign."""
    fitting = [route for route in routes if not _crossings(route, claim)]
    signs = [sign for route in fitting if (sign := _route_sign(route)) is not None]
    same = signs.count(claim.sign) if claim.sign else 0
    remark = f"same sign as {same} of {len(signs)} paths"
    if same in (0, len(signs)):
        remark = "no signed path to compare" if not signs else "same sign" if same else "opposite sign"
    return _step(book, replace(claim, note=remark))


def _nearby(book: _Book, ends: tuple[str, str], stitched: bool) -> Iterator[str]:
    """Say what stands in the way of a path, and whether crossing contexts would help."""
    steps = [*book.steps, *book.claims, *(book.same_agent if stitched else ())]
    blocked = _search(book, [*steps, *book.barred], ends, stitched=stitched).routes[:MOST_SHOWN]
    for edge in {edge.source: edge for route in blocked for edge in route if edge.barred}.values():
        references = _shown_references(book.evidence.get(edge.source, ((), ()))[0])
        yield f"in the way, {edge.barred}: {book.words(edge)}" + (f" ({references})" if references else "")
    if not stitched:
        count = len(_best_search(book, ends, stitched=True).routes)
        offer = f"{_counted(count, 'path')} that changes context and has no sign" if count else "no path either"
        yield f"--stitched finds {offer}"
