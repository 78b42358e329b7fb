"""What the reasoner found, in words: memberships with their premises, why and why not, and contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.axioms import And, Expression, Index, Named, OneOf, Writer, key, words
from kg.criteria import cases, conditions_of
from kg.errors import NotFoundError
from kg.names import Entity, find
from kg.premises import Clash, Premises, Tracer
from kg.progress import tell
from kg.reason import (
    PROBE,
    Classification,
    Material,
    classify,
    classify_material,
    gather,
    is_alike,
    likeness,
    write_module,
)
from kg.terms import KG, curie, expand, graph_name

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Reasons", "reason", "why"]

# Facts that only hold a tree of criteria together, or give a thing the class that everybody sees it has.
_SILENT = ("rdf:type", "kg:hasCriterion", "kg:criterionPart", "kg:minimumDrugs")


def reason(graph: Graph) -> tuple[list[str], bool]:
    """Let the reasoner classify the graph.

    Returns:
        lines to print, and whether everything holds together.
    """
    material = gather(graph)
    tell("letting the reasoner classify")
    found = classify_material(material)
    tell("putting it in words")
    reasons = Reasons(graph, material)
    contradictions = list(reasons.contradictions(found))
    if contradictions:
        return contradictions, False
    lines = [
        *(f"every {reasons.label(expand(kind))} is a {reasons.label(expand(wider))}" for kind, wider in _direct(found)),
        *(reasons.membership(expand(one), expand(kind)) for one, kind in found.memberships),
    ]
    counts = f"{len(found.memberships)} memberships and {len(found.subclasses)} orders of classes that no file asserts"
    return [*lines, f"consistent; {counts}"], True


def why(graph: Graph, name: str, class_name: str) -> str:
    """Say in one paragraph why a thing belongs to a class, or what is missing; see `Reasons.why`."""
    return Reasons(graph, gather(graph)).why(name, class_name)


def _direct(found: Classification) -> Iterator[tuple[str, str]]:
    """Leave out an order of classes that two others give."""
    pairs = set(found.subclasses)
    for kind, wider in found.subclasses:
        if not any((kind, middle) in pairs and (middle, wider) in pairs for _, middle in pairs if middle != wider):
            yield kind, wider


class Reasons:
    """Puts facts, definitions and what follows from them into words."""

    def __init__(self, graph: Graph, material: Material) -> None:
        self._graph = graph
        self._material = material
        self._index = Index(material.facts)
        self.tracer = Tracer(material)

    # ---- memberships

    def membership(self, one: str, kind: str) -> str:
        """Write one membership with its premises as a line."""
        premises = self.tracer.premises(one, Named(kind))
        because = "; ".join(self._facts(premises)) if premises is not None else "found by HermiT alone"
        return f"{curie(one)} is a {curie(kind)}: {because}"

    def why(self, name: str, class_name: str) -> str:
        """Say in one paragraph why a thing belongs to a class, or what is missing.

        Raises:
            NotFoundError: no thing or no class has that name.
        """
        thing, kind = find(self._graph.store, name), find(self._graph.store, class_name)
        if thing.iri not in self.tracer.things:
            raise NotFoundError(f"{_named(thing)} is not among the things that the reasoner classifies")
        if kind.iri not in self.tracer.kinds:
            raise NotFoundError(f"{_named(kind)} is no class of the ontology")
        found = classify(self._probed(thing.iri, kind.iri))
        problem = " ".join(self.contradictions(found, probe=True))
        if problem:
            return problem
        told = any(self.tracer.within(own, kind.iri) for own in self._index.values(thing.iri, "rdf:type"))
        if told or (curie(thing.iri), curie(kind.iri)) in found.memberships:
            return self._why(thing, kind)
        return self._why_not(thing, kind, impossible=PROBE in found.impossible)

    def _probed(self, thing: str, kind: str) -> str:
        """Write the module with one class more: what is like the thing and in the class; it may turn out impossible."""
        writer = Writer("probe")
        like = Named(likeness(thing)) if is_alike(self._index, thing) else OneOf((thing,))
        writer.say(f"<{likeness(PROBE)}>", "rdf:type", f"<{expand('owl:Class')}>")
        writer.say(f"<{likeness(PROBE)}>", "rdfs:subClassOf", writer.write(And((like, Named(kind)))))
        return write_module(self._material.terms, self._material.facts) + "\n".join(writer.lines) + "\n"

    def _why(self, thing: Entity, kind: Entity) -> str:
        premises = self.tracer.premises(thing.iri, Named(kind.iri))
        because = self._cited(premises) if premises is not None else ["HermiT finds it, by no short way"]
        return f"{_named(thing)} is a {_named(kind)}. {self._asks(kind.iri)} Asserted: {'; '.join(because)}."

    def _why_not(self, thing: Entity, kind: Entity, *, impossible: bool) -> str:
        verdict = "cannot be" if impossible else "is not shown to be"
        parts = self._parts(kind.iri)
        proofs = [(part, self.tracer.premises(thing.iri, part)) for part in parts]
        met = [
            f"{words(part, self.label)} ({'; '.join(self._cited(proof))})"
            for part, proof in proofs
            if proof and not isinstance(part, Named)
        ]
        missing = [words(part, self.label) for part, proof in proofs if proof is None]
        sentences = [f"{_named(thing)} {verdict} a {_named(kind)}.", self._asks(kind.iri)]
        sentences += [f"Met: {'; '.join(met)}."] if met else []
        sentences += [f"{'Contradicted or missing' if impossible else 'Missing'}: {'; '.join(missing)}."]
        return " ".join([*sentences, *self._ways(thing.iri, parts), *self._told_of(thing.iri)])

    def _asks(self, kind: str) -> str:
        definition = self.tracer.definition(kind)
        return f"The class asks for: {words(definition, self.label)}." if definition else ""

    def _parts(self, kind: str) -> tuple[Expression, ...]:
        definition = self.tracer.definition(kind)
        return definition.parts if isinstance(definition, And) else (definition or Named(kind),)

    def _ways(self, thing: str, parts: tuple[Expression, ...]) -> Iterator[str]:
        """Name a way of meeting the criteria of a thing in which something that the class asks for does not follow."""
        ways = cases(conditions_of(self._index, thing))
        if len(ways) < 2:
            return
        for way, case in zip(ways, self.tracer.cases(thing), strict=True):
            if any(case.prove(thing, part) is None for part in parts):
                met = " and ".join(f"{words(one.asks, self.label)} ({curie(one.criterion)})" for one in way)
                yield f"Its criteria can be met in {len(ways)} ways; in this one it does not follow: {met}."
                return

    def _told_of(self, thing: str) -> Iterator[str]:
        told = frozenset(
            triple for condition in conditions_of(self._index, thing) for triple in condition.all_said()
        ) or frozenset(triple for triple in self._index.about(thing) if triple.predicate.value != expand("rdf:type"))
        if told:
            yield f"Asserted of it: {'; '.join(self._cited(told))}."

    # ---- contradictions

    def contradictions(self, found: Classification, *, probe: bool = False) -> Iterator[str]:
        """Say what contradicts itself, and through which facts; nothing where all holds together."""
        suspects = [expand(one) for one in found.impossible if not (probe and one == PROBE)]
        for thing in suspects if found.consistent else self.tracer.things:
            clash = self.tracer.clash(thing)
            if clash is not None:
                facts = "; ".join(self._cited(clash.premises))
                yield f"{self._known(thing)} contradicts itself: {self._fault(clash)}. Asserted: {facts}."
            elif found.consistent:
                yield f"{self._known(thing)} contradicts itself; HermiT finds it, by no short way"
        if not found.consistent and not any(self.tracer.clash(thing) for thing in self.tracer.things):
            yield "the graph contradicts itself: HermiT finds no way in which all of it can hold"
        yield from (f"nothing can be a {kind}" for kind in found.unsatisfiable)

    def _fault(self, clash: Clash) -> str:
        about = [words(one, self.label) for one in clash.about]
        match clash.kind:
            case "disjoint":
                return f"it is a {about[0]} and a {about[1]}, and nothing is both"
            case "irreflexive":
                return f"it {about[0]} itself, and nothing does"
            case "numbers":
                return f"it {about[0]} and {about[1]}"
            case _:
                return f"one fact denies that it {about[0]}, and others say so"

    # ---- words

    def label(self, iri: str) -> str:
        """Give the label of a thing or term; its CURIE where it has none."""
        labels = self._graph.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(expand("rdfs:label")), None)
        return min((key(quad.object) for quad in labels if isinstance(quad.object, ox.Literal)), default=curie(iri))

    def _known(self, iri: str) -> str:
        return f"{self.label(iri)} ({curie(iri)})"

    def _facts(self, premises: Premises) -> list[str]:
        """Write facts in words, each once; what only holds them together is left out unless nothing else is there."""
        return sorted({self._said(triple) for triple in self._telling(premises)})

    def _cited(self, premises: Premises) -> list[str]:
        """Write facts in words, each followed by the file or the statements it stands in."""
        pairs = sorted({(self._home(triple), self._said(triple)) for triple in self._telling(premises)})
        homes = groupby(pairs, key=lambda one: one[0])
        return [f"{', '.join(said for _, said in group)} [{home}]" for home, group in homes]

    def _telling(self, premises: Premises) -> list[ox.Triple]:
        telling = [
            triple
            for triple in premises
            if curie(triple.predicate.value) not in _SILENT or self._denies(triple) is not None
        ]
        return telling or list(premises)

    def _denies(self, triple: ox.Triple) -> str | None:
        """Put the part of a not into words; nothing for another fact."""
        subject, part = key(triple.subject), key(triple.object)
        if triple.predicate.value == KG.criterionPart and KG.NotCriterion in self._index.values(subject, "rdf:type"):
            return f"{curie(subject)} denies {curie(part)}"
        return None

    def _said(self, triple: ox.Triple) -> str:
        if (denial := self._denies(triple)) is not None:
            return denial
        subject = key(triple.subject)
        least = self._index.values(subject, "kg:minimumDrugs")
        value = triple.object
        shown = self.label(value.value) if isinstance(value, ox.NamedNode) else key(value)
        if triple.predicate.value in (KG.exposedTo, KG.refractoryTo) and least:
            shown = f"at least {least[0]} of the class {shown}"
        verb = "is a" if triple.predicate.value == expand("rdf:type") else self.label(triple.predicate.value)
        return f"{self._known(subject) if self.label(subject) != curie(subject) else curie(subject)} {verb} {shown}"

    def _home(self, triple: ox.Triple) -> str:
        if triple in self._material.claims:
            return ", ".join(curie(source) for source in self._material.claims[triple])
        files = self._graph.files
        homes = {quad.graph_name for quad in self._graph.store.quads_for_pattern(*triple)}
        paths = [path for path in (*files.modules(), *files.topics()) if ox.NamedNode(graph_name(files, path)) in homes]
        return ", ".join(files.shown(path) for path in paths) or "no file"


def _named(entity: Entity) -> str:
    return f"{entity.label} ({curie(entity.iri)})"
