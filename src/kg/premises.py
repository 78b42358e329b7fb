"""Why a thing belongs to a class: the facts that suffice, found by walking down the definition of the class.

This is no reasoner of its own: HermiT says whether something belongs to a class, and what is found here names the facts
for it. Tests hold the two against each other for every thing and every class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, count

import pyoxigraph as ox

from kg.axioms import And, Exactly, Expression, Index, Least, Named, Not, OneOf, Only, Or, Within, key, read
from kg.criteria import Literal, cases, conditions_of
from kg.reason import Material, wider_classes
from kg.terms import KG, PREFIXES, expand

__all__ = ["Clash", "Premises", "Tracer"]

# The asserted facts that something rests on.
Premises = frozenset[ox.Triple]

_NONE: Premises = frozenset()


class _Terms:
    """The ontology as the walk needs it: definitions, what is wider, domains, ranges, what is disjoint."""

    def __init__(self, material: Material) -> None:
        self.index = index = Index(material.terms)
        self.definitions = {
            key(triple.subject): read(index, str(triple.object))
            for triple in index.all("owl:equivalentClass")
            if key(triple.subject).startswith(PREFIXES["kg"])
        }
        self.disjoint = [
            (key(triple.subject), key(triple.object))
            for triple in index.all("owl:disjointWith")
            if isinstance(triple.object, ox.NamedNode)
        ]
        self._wider: defaultdict[str, set[str]] = defaultdict(set)
        for triple in index.all("rdfs:subClassOf"):
            if isinstance(triple.object, ox.NamedNode):
                self._wider[key(triple.subject)].add(key(triple.object))
        self._above = {kind: wider_classes([kind], self._wider) for kind in list(self._wider)}
        self._narrower: dict[str, frozenset[str]] = {}
        self.irreflexive = [key(one.subject) for one in index.to(expand("owl:IrreflexiveProperty"), "rdf:type")]
        self._typed_by = [
            (key(triple.object), f"{mark}{key(triple.subject)}")
            for short, mark in (("rdfs:domain", ""), ("rdfs:range", "^"))
            for triple in index.all(short)
        ]
        self._grounding: dict[str, list[str]] = {}

    def within(self, kind: str, wider: str) -> bool:
        """Tell whether the ontology writes a class under another, or is the same."""
        return kind == wider or wider in self._above.get(kind, ())

    def grounding(self, kind: str) -> list[str]:
        """List the relations that put whatever has them into a class, by their domain or range."""
        if kind not in self._grounding:
            wide = {name for typed, name in self._typed_by if self.within(typed, kind)}
            self._grounding[kind] = sorted({relation for name in wide for relation in self.narrower(name)})
        return self._grounding[kind]

    def narrower(self, relation: str) -> frozenset[str]:
        """Collect the relations that imply a relation; one read backwards begins with `^`."""
        if relation not in self._narrower:
            reached: set[str] = set()
            waiting = [relation]
            while waiting:
                name = waiting.pop()
                if name not in reached:
                    reached.add(name)
                    waiting += self._implying(name)
            self._narrower[relation] = frozenset(reached)
        return self._narrower[relation]

    def _implying(self, name: str) -> list[str]:
        plain, turned = name.removeprefix("^"), name.startswith("^")
        inverses = [key(triple.object) for triple in self.index.of(plain, "owl:inverseOf")]
        inverses += [
            key(triple.subject) for triple in self.index.to(plain, "owl:inverseOf") if _is_named(triple.subject)
        ]
        if expand("owl:SymmetricProperty") in self.index.values(plain, "rdf:type"):
            inverses.append(plain)
        narrower = [key(triple.subject) for triple in self.index.to(plain, "rdfs:subPropertyOf")]
        back = "" if turned else "^"
        return [f"{'^' if turned else ''}{one}" for one in narrower] + [f"{back}{one}" for one in inverses]


def _is_named(term: object) -> bool:
    return isinstance(term, ox.NamedNode)


@dataclass(frozen=True)
class Clash:
    """What cannot be: the kind of fault, what it is about, and the premises."""

    kind: str  # denied, disjoint, irreflexive or numbers
    about: tuple[Expression, ...]
    premises: Premises


@dataclass
class _Facts:
    """What is known of things, each with its premises; a thing without a name begins with `?`.

    A copy shares what it holds with the original: what is in is replaced, never changed.
    """

    types: dict[str, dict[str, Premises]] = field(default_factory=dict)
    edges: dict[tuple[str, str], dict[str, Premises]] = field(default_factory=dict)
    denied: dict[str, list[tuple[Expression, Premises]]] = field(default_factory=dict)
    numbers: dict[str, list[tuple[Within, Premises]]] = field(default_factory=dict)
    closed: dict[tuple[str, str], tuple[int, Premises]] = field(default_factory=dict)

    def copy(self) -> _Facts:
        return _Facts(dict(self.types), dict(self.edges), dict(self.denied), dict(self.numbers), dict(self.closed))

    def belong(self, thing: str, kind: str, said_by: Premises) -> None:
        self.types[thing] = {kind: said_by, **self.types.get(thing, {})}

    def relate(self, subject: str, name: str, value: str, said_by: Premises) -> None:
        for one, relation, other in ((subject, name, value), (value, f"^{name}", subject)):
            self.edges[one, relation] = {other: said_by, **self.edges.get((one, relation), {})}


class _Case:
    """One way in which all facts can hold together, and what follows in it."""

    def __init__(self, terms: _Terms, facts: _Facts) -> None:
        self.terms = terms
        self.facts = facts
        self._names = count(1)
        self._busy: set[tuple[str, str]] = set()

    @classmethod
    def of(cls, terms: _Terms, material: Material) -> _Case:
        """Make the case of the plain facts, the criteria of populations apart."""
        case = cls(terms, _Facts())
        index = Index(material.facts)
        for triple in index.triples:
            subject, name = key(triple.subject), triple.predicate.value
            if name == expand("rdf:type"):
                case.facts.belong(subject, key(triple.object), frozenset([triple]))
            elif isinstance(triple.object, ox.NamedNode):
                case.facts.relate(subject, name, key(triple.object), frozenset([triple]))
        for triple in index.all("kg:allDrugsListed"):
            listed = index.of(key(triple.subject), "kg:includesDrug")
            if key(triple.object) == "true":
                said_by = frozenset([triple, *listed])
                case.facts.closed[key(triple.subject), KG.includesDrug] = (len(listed), said_by)
        return case

    def with_literals(self, thing: str, literals: list[Literal]) -> _Case:
        """Make the case in which these literals hold of a thing besides."""
        made = _Case(self.terms, self.facts.copy())
        for literal in literals:
            made._assume(thing, literal.asks, literal.said_by)
        return made

    # ---- taking facts in

    def _assume(self, thing: str, said: Expression, said_by: Premises) -> None:
        match said:
            case Named(kind):
                self.facts.belong(thing, kind, said_by)
                if kind in self.terms.definitions:
                    self._assume(thing, self.terms.definitions[kind], said_by)
            case And(parts):
                for part in parts:
                    self._assume(thing, part, said_by)
            case Not(part):
                self.facts.denied[thing] = [*self.facts.denied.get(thing, []), (part, said_by)]
            case Within():
                self.facts.numbers[thing] = [*self.facts.numbers.get(thing, []), (said, said_by)]
            case Least(number, name, kind):
                self._assume_others(thing, number, name, kind, said_by)

    def _assume_others(self, thing: str, number: int, name: str, kind: Expression, said_by: Premises) -> None:
        if isinstance(kind, OneOf) and len(kind.iris) == 1:
            self.facts.relate(thing, name, kind.iris[0], said_by)
            return
        group = next(self._names)
        for one in range(number):
            other = f"?{group}.{one}"  # different from others of its group, perhaps not from those of another
            self.facts.relate(thing, name, other, said_by)
            self._assume(other, kind, _NONE)

    # ---- what follows

    def prove(self, thing: str, goal: Expression) -> Premises | None:
        """Find premises on which a thing meets an expression, or nothing."""
        match goal:
            case Named(kind):
                return self._belongs(thing, kind)
            case And(parts):
                return _joined(self.prove(thing, part) for part in parts)
            case Or(parts):
                return _least(self.prove(thing, part) for part in parts)
            case OneOf(iris):
                return _NONE if thing in iris else None
            case Not(part):
                return _least(said_by for said, said_by in self.facts.denied.get(thing, []) if self._covers(said, part))
            case Least(number, name, kind):
                return self._has(thing, number, name, kind)
            case Exactly(number, name, kind):
                listed, said_by = self.facts.closed.get((thing, name), (-1, _NONE))
                return _joined([said_by, self._has(thing, number, name, kind)]) if listed == number else None
            case Only():
                return None
            case Within():
                return _least(said_by for said, said_by in self.facts.numbers.get(thing, []) if _inside(said, goal))

    def _belongs(self, thing: str, kind: str) -> Premises | None:
        if (thing, kind) in self._busy:
            return None
        self._busy.add((thing, kind))
        try:
            return _least(self._grounds(thing, kind))
        finally:
            self._busy.discard((thing, kind))

    def _grounds(self, thing: str, kind: str) -> Iterator[Premises | None]:
        told = [said_by for own, said_by in self.facts.types.get(thing, {}).items() if self.terms.within(own, kind)]
        if told:
            yield from told
            return  # what is written needs no other ground
        if kind in self.terms.definitions:
            yield self.prove(thing, self.terms.definitions[kind])
        for relation in self.terms.grounding(kind):
            yield from self.facts.edges.get((thing, relation), {}).values()

    def _has(self, thing: str, number: int, name: str, kind: Expression) -> Premises | None:
        found: dict[str, Premises] = {}
        for relation in sorted(self.terms.narrower(name)):
            for other, said_by in sorted(self.facts.edges.get((thing, relation), {}).items()):
                proof = _joined([said_by, self.prove(other, kind)])
                if proof is not None:
                    found[other] = _least([proof, found.get(other)]) or proof
        groups = combinations(sorted(found), number)
        return _least(_joined([*(found[other] for other in group), *self._different(group)]) for group in groups)

    def _different(self, group: tuple[str, ...]) -> Iterator[Premises | None]:
        for one, other in combinations(group, 2):
            unnamed = one.startswith("?") or other.startswith("?")
            if not unnamed or one.partition(".")[0] == other.partition(".")[0]:
                yield _NONE  # two names are two drugs, as the module says
            else:
                yield _least(self._kept_apart(one, other))

    def _kept_apart(self, one: str, other: str) -> Iterator[Premises | None]:
        for kind, opposite in self.terms.disjoint:
            for first, second in ((kind, opposite), (opposite, kind)):
                yield _joined([self._belongs(one, first), self._belongs(other, second)])

    def _covers(self, said: Expression, part: Expression) -> bool:
        """Tell whether whatever meets `part` meets `said`: then denying the one denies the other."""
        anything = _Case(self.terms, self.facts.copy())
        anything._assume("?any", part, _NONE)
        return anything.prove("?any", said) is not None

    # ---- what cannot be

    def clash(self, thing: str) -> Clash | None:
        """Find the contradiction with the fewest premises in what is known of a thing."""
        return min(self._clashes(thing), key=lambda one: (len(one.premises), one.kind, str(one.about)), default=None)

    def _clashes(self, thing: str) -> Iterator[Clash]:
        for said, said_by in self.facts.denied.get(thing, []):
            if (proof := self.prove(thing, said)) is not None:
                yield Clash("denied", (said,), proof | said_by)
        for kind, opposite in self.terms.disjoint:
            proof = _joined([self._belongs(thing, kind), self._belongs(thing, opposite)])
            if proof is not None:
                yield Clash("disjoint", (Named(kind), Named(opposite)), proof)
        for name in self.terms.irreflexive:
            for relation in self.terms.narrower(name):
                if (said_by_itself := self.facts.edges.get((thing, relation), {}).get(thing)) is not None:
                    yield Clash("irreflexive", (Named(name),), said_by_itself)
        for (one, said_by), (other, also) in combinations(self.facts.numbers.get(thing, []), 2):
            if _apart(one, other) or _apart(other, one):
                yield Clash("numbers", (one, other), said_by | also)


def _apart(one: Within, other: Within) -> bool:
    return one.low is not None and other.high is not None and one.low > other.high


def _joined(proofs: Iterator[Premises | None] | list[Premises | None]) -> Premises | None:
    joined: Premises = _NONE
    for proof in proofs:
        if proof is None:
            return None
        joined |= proof
    return joined


def _least(proofs: Iterator[Premises | None] | list[Premises | None]) -> Premises | None:
    return min(
        (proof for proof in proofs if proof is not None),
        key=lambda proof: (len(proof), sorted(map(str, proof))),
        default=None,
    )


def _inside(said: Within, goal: Within) -> bool:
    low = goal.low is None or (said.low is not None and said.low >= goal.low)
    high = goal.high is None or (said.high is not None and said.high <= goal.high)
    return said.property == goal.property and low and high


class Tracer:
    """Finds premises in the material of a module."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.terms = _Terms(material)
        self.index = Index(material.facts)
        self.plain = _Case.of(self.terms, material)
        self._cases: dict[str, list[_Case]] = {}

    def cases(self, thing: str) -> list[_Case]:
        """List the ways in which the criteria of a thing can be met; one for a thing without criteria."""
        if thing not in self._cases:
            ways = cases(conditions_of(self.index, thing))
            self._cases[thing] = [self.plain.with_literals(thing, way) if way else self.plain for way in ways]
        return self._cases[thing]

    def premises(self, thing: str, goal: Expression) -> Premises | None:
        """Find premises on which a thing meets an expression in every way its criteria can be met, or nothing."""
        return _joined([case.prove(thing, goal) for case in self.cases(thing)])

    def definition(self, kind: str) -> Expression | None:
        """Give what a class asks for, if it is a defined one."""
        return self.terms.definitions.get(kind)

    def within(self, kind: str, wider: str) -> bool:
        """Tell whether the ontology writes a class under another, or is the same."""
        return self.terms.within(kind, wider)

    @cached_property
    def kinds(self) -> set[str]:
        """Collect the classes of the ontology."""
        return {
            key(one.subject) for one in self.terms.index.to(expand("owl:Class"), "rdf:type") if _is_named(one.subject)
        }

    @cached_property
    def things(self) -> list[str]:
        """List everything that has a class."""
        return sorted({key(triple.subject) for triple in self.index.all("rdf:type")})

    def clash(self, thing: str) -> Clash | None:
        """Find why nothing can be like a thing: every way its criteria can be met contradicts itself."""
        clashes = [case.clash(thing) for case in self.cases(thing)]
        found = [clash for clash in clashes if clash is not None]
        if len(found) < len(clashes):
            return None
        return Clash(found[0].kind, found[0].about, frozenset().union(*(clash.premises for clash in found)))
