"""Why one thing leads to another: signed paths along causal statements and transport events.

A path never walks what the source denies or what is disputed, never leans on two bridges in a row, and by default
never leaves its cell, disease or stimulus. A path that does (`stitched`) has no sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from kg.edges import ANY_CELL, BRIDGE, EVENT, RECORD, SAME_AGENT, STATEMENT, Book, Edge, Thing, hops_of, read_edges
from kg.errors import UsageError
from kg.names import find
from kg.paths import MOST_EXAMINED, Crossing, Route, best_search, crossings, route_sign, search, weakest
from kg.results import counted
from kg.terms import curie

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["SIGN_WORDS", "Explanation", "Path", "Step", "contexts", "drawn", "explain", "explain_in", "sign_faults"]

MOST_SHOWN = 5


SIGN_WORDS = {1: "increases", -1: "decreases", None: "undetermined"}
_SIGN_MARKS = {1: " (+)", -1: " (-)", None: ""}
_SHAFTS = {"as fact": "--", "weaker": "..", BRIDGE: "=="}
_HEADS = {1: ">", -1: "|"}
_LEGEND = (
    "legend: --> activates, --| inhibits; ..> ..| the same, worded weaker than fact; "
    "==> ==| bridge, not printed by the source; ~~~ same agent, no sign"
)
_LEGEND_OF_RECORDS = (
    "legend: ~~> one record led to or rests on another: studies, approvals, advice; no cause and no sign"
)


@dataclass(frozen=True)
class Step:
    """One step of a path.

    `source` is the CURIE of the statement or event it comes from, `kind` is statement, bridge, event, same agent
    or record, `also` lists what else the step's object does as a fact in the same context.
    """

    subject: Thing
    predicate: Thing
    object: Thing
    sign: int | None
    certainty: str
    context: str
    kind: str
    source: str
    references: tuple[int | str, ...] = ()
    places: tuple[str, ...] = ()
    note: str = ""
    also: tuple[str, ...] = ()

    def text(self) -> str:
        """Write the step as lines for a terminal."""
        said = self.said
        cells = [f"{self.subject.label} {self.arrow} {self.object.label}", self.predicate.label, said]
        cells += [_inside(self.context)] if self.context else []
        cells += [_shown_references(self.references), ", ".join(self.places)]
        below = [self.note] if self.note and self.note != said else []
        below += [f"also {effect}" for effect in self.also]
        return "".join([_SPACE.join(filter(None, cells)), *(f"\n     {line}" for line in below)])

    @property
    def said(self) -> str:
        """Say how sure the step is; a bridge is not the source's, so "as fact" would mislead."""
        if self.kind in (EVENT, SAME_AGENT):
            return self.note
        if self.kind == BRIDGE:
            return BRIDGE if self.certainty == _AS_FACT else f"{BRIDGE}, {self.certainty}"
        return self.certainty

    @property
    def arrow(self) -> str:
        """Draw the step so that its head is its sign, its shaft how firm it is."""
        if self.sign is None:
            return "~~>" if self.kind == RECORD else "~~~"
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
        """Say what the path does to its end, which is one of increases, decreases, undetermined."""
        return SIGN_WORDS[self.sign]

    @property
    def bridges(self) -> int:
        """Count the steps that the source does not print."""
        return sum(step.kind == BRIDGE for step in self.steps)

    @property
    def summary(self) -> str:
        """Say in one line what the path comes to, by sign, certainty, contexts and bridges."""
        if all(step.kind == RECORD for step in self.steps):
            summary = ["line of records, no sign", self.certainty]
        else:
            where = " and ".join(map(_inside, self.contexts))
            summary = [self.sign_word + _SIGN_MARKS[self.sign], self.certainty, where]
        summary += [counted(self.bridges, "bridge")] if self.bridges else []
        return ", ".join(summary)

    def text(self) -> str:
        """Write the path as lines for a terminal."""
        crossed = [f"  no net sign: crosses from {at.before} to {at.after}" for at in self.crossings]
        steps = [f"  {number}. {step.text()}" for number, step in enumerate(self.steps, start=1)]
        return "\n".join([self.summary, *crossed, *steps])


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

    @property
    def headline(self) -> str:
        """Name the two ends and count the paths between them."""
        count = counted(len(self.paths) + self.more, "path") if self.paths else "no path"
        return f"{self.start.label} -> {self.end.label}: {count}"

    @property
    def remarks(self) -> list[str]:
        """List what is to be said beside the paths, such as what stands in the way and claimed net effects."""
        remarks = [f"  {sentence}" for sentence in self.nearby]
        remarks += [f"  claimed by the source: {_claim_text(claim)}" for claim in self.net_effects]
        remarks += [] if self.complete else [f"stopped after {MOST_EXAMINED:,} routes; there may be more paths"]
        return remarks

    def text(self) -> str:
        """Write the explanation for a terminal, without a final line end."""
        lines = [self.headline]
        lines += [f"Path {number}: {path.text()}" for number, path in enumerate(self.paths, start=1)]
        lines += [f"and {counted(self.more, 'more path')}"] if self.more else []
        lines += self.remarks
        if self.paths:
            lines += [_LEGEND_OF_RECORDS if self.paths[0].steps[0].kind == RECORD else _LEGEND]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Make plain dictionaries and sequences, ready for JSON; each path gets its sign in a word too."""
        paths = [{**asdict(path), "path_sign": path.sign_word} for path in self.paths]
        return {**asdict(self), "paths": paths}


def _claim_text(claim: Step) -> str:
    remarks = filter(None, [_shown_references(claim.references), claim.note])
    return f"{claim.subject.label} {claim.predicate.label} {claim.object.label} ({'; '.join(remarks)})"


def _shown_references(numbers: Sequence[int | str]) -> str:
    return f"refs {', '.join(map(str, numbers))}" if numbers else ""


def _inside(context: str) -> str:
    return context if context.startswith("in ") else f"in {context}"


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
    return explain_in(read_edges(graph), ends, stitched=stitched)


def explain_in(book: Book, ends: tuple[str, str], *, stitched: bool = False) -> Explanation:
    """Find the signed paths between two CURIEs in a book that was read once, for who asks about many pairs.

    >>> from kg.store import load
    >>> explain_in(read_edges(load(cache=False)), ("kgd:Drug_selinexor", "kgd:Protein_XPO1")).paths[0].sign
    -1
    """
    claims = book.claims_between(*ends)
    found = best_search(book, ends, stitched)
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
    book = read_edges(graph)
    return [fault for claim in book.claims for fault in _faults_of_claim(book, claim)]


def _faults_of_claim(book: Book, claim: Edge) -> Iterator[str]:
    found = search(book, book.network, (claim.subject, claim.object), within=claim)
    said = f"{claim.source}: {book.words(claim)} ({claim.sign:+d})"
    for route in found.routes:
        sign = route_sign(route)
        if sign is not None and sign != claim.sign:
            yield f"{said}, but the path {drawn(book, route)} gives {sign:+d}"
    if not found.complete:
        yield f"{said}: more than {MOST_EXAMINED:,} routes, not all compared"


def drawn(book: Book, route: Route) -> str:
    """Write a route as one line of things and arrows."""
    steps = [_step(book, edge) for edge in route]
    return " ".join([steps[0].subject.label, *(f"{step.arrow} {step.object.label}" for step in steps)])


def _path(book: Book, route: Route) -> Path:
    return Path(
        steps=tuple(_step(book, edge, _also(book, edge, route)) for edge in route),
        sign=route_sign(route),
        certainty=weakest(route).certainty,
        contexts=contexts(route),
        crossings=tuple(crossings(route)),
    )


def contexts(route: Route) -> tuple[str, ...]:
    """List the contexts that the steps of a route name, in their order; any cell if none does."""
    named = dict.fromkeys(edge.context for edge in route if edge.context not in ("", ANY_CELL))
    return tuple(named) or (ANY_CELL,)


def _step(book: Book, edge: Edge, also: tuple[str, ...] = ()) -> Step:
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


def _also(book: Book, step: Edge, route: Route) -> tuple[str, ...]:
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


def _compared(book: Book, claim: Edge, routes: Iterable[Route]) -> Step:
    """Print a claimed net effect with whether the paths of its context come to the same sign."""
    fitting = [route for route in routes if not crossings(route, claim)]
    signs = [sign for route in fitting if (sign := route_sign(route)) is not None]
    same = signs.count(claim.sign) if claim.sign else 0
    remark = f"same sign as {same} of {len(signs)} paths"
    if same in (0, len(signs)):
        remark = "no signed path to compare" if not signs else "same sign" if same else "opposite sign"
    return _step(book, replace(claim, note=remark))


def _nearby(book: Book, ends: tuple[str, str], stitched: bool) -> Iterator[str]:
    """Say what stands in the way of a path, and whether crossing contexts would help."""
    steps = [*book.steps, *book.claims, *(book.same_agent if stitched else ())]
    blocked = search(book, hops_of([*steps, *book.barred]), ends, stitched=stitched).routes[:MOST_SHOWN]
    for edge in {edge.source: edge for route in blocked for edge in route if edge.barred}.values():
        references = _shown_references(book.evidence.get(edge.source, ((), ()))[0])
        yield f"in the way, {edge.barred}: {book.words(edge)}" + (f" ({references})" if references else "")
    if not stitched:
        count = len(best_search(book, ends, stitched=True).routes)
        what = "that changes context and has no sign" if count == 1 else "that change context and have no sign"
        offer = f"{counted(count, 'path')} {what}" if count else "no path either"
        yield f"--stitched finds {offer}"
