"""Class expressions of OWL as Python values: read from triples, written as N-Triples, put into words.

Only what the project's classes and criteria are made of is understood here; HermiT understands all of OWL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

import pyoxigraph as ox

from kg.errors import DataError
from kg.terms import XSD, curie, expand

__all__ = [
    "And",
    "Exactly",
    "Expression",
    "Index",
    "Least",
    "Named",
    "Not",
    "OneOf",
    "Only",
    "Or",
    "Within",
    "Writer",
    "key",
    "read",
    "words",
]


@dataclass(frozen=True)
class Named:
    """Whatever belongs to a class."""

    iri: str


@dataclass(frozen=True)
class And:
    """What every part holds for."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Or:
    """What at least one part holds for."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Not:
    """What the part does not hold for."""

    part: Expression


@dataclass(frozen=True)
class OneOf:
    """One of these things."""

    iris: tuple[str, ...]


@dataclass(frozen=True)
class Least:
    """What has a relation to so many things at least, each of the kind; the relation backwards begins with `^`."""

    number: int
    property: str
    kind: Expression


@dataclass(frozen=True)
class Exactly:
    """What has a relation to so many things of the kind, no more and no fewer."""

    number: int
    property: str
    kind: Expression


@dataclass(frozen=True)
class Only:
    """What has a relation to nothing but things of the kind."""

    property: str
    kind: Expression


@dataclass(frozen=True)
class Within:
    """What has a whole number between two bounds, either of which may be open."""

    property: str
    low: int | None
    high: int | None


Expression: TypeAlias = And | Or | Not | Named | OneOf | Least | Exactly | Only | Within


class Index:
    """Triples by subject and property, and by object and property."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = frozenset(triples)
        self._forth: defaultdict[tuple[str, str], list[ox.Triple]] = defaultdict(list)
        self._back: defaultdict[tuple[str, str], list[ox.Triple]] = defaultdict(list)
        for triple in sorted(self.triples, key=str):
            self._forth[key(triple.subject), triple.predicate.value].append(triple)
            self._back[key(triple.object), triple.predicate.value].append(triple)

    def of(self, subject: str, short: str) -> list[ox.Triple]:
        """List the triples of a subject with a property."""
        return self._forth.get((subject, expand(short)), [])

    def to(self, value: str, short: str) -> list[ox.Triple]:
        """List the triples with a property to an object."""
        return self._back.get((value, expand(short)), [])

    def values(self, subject: str, short: str) -> list[str]:
        """List the objects of a subject with a property."""
        return [key(triple.object) for triple in self.of(subject, short)]

    def value(self, subject: str, short: str) -> str | None:
        """Give the first object of a subject with a property, if it has one."""
        return next(iter(self.values(subject, short)), None)

    def about(self, subject: str) -> list[ox.Triple]:
        """List the triples of a subject."""
        return [triple for triple in self.triples if key(triple.subject) == subject]

    def parts_of(self, node: str) -> list[str]:
        """List the parts of an intersection."""
        head = self.value(node, "owl:intersectionOf")
        return list(_list(self, head)) if head else []

    def all(self, short: str) -> list[ox.Triple]:
        """List the triples with a property."""
        return sorted((triple for triple in self.triples if triple.predicate.value == expand(short)), key=str)


def key(term: object) -> str:
    """Name a term: the IRI, the text of a literal, or a blank node with its mark.

    >>> key(ox.NamedNode("http://e/a"))
    'http://e/a'
    """
    return str(term) if isinstance(term, ox.BlankNode) else str(getattr(term, "value", term))


# ---- from RDF


def read(index: Index, node: str) -> Expression:
    """Read the class expression that a node stands for.

    Raises:
        DataError: the node is a construct of OWL that the project does not use.
    """
    if not node.startswith("_:"):
        return Named(node)
    for short, made in (("owl:intersectionOf", And), ("owl:unionOf", Or)):
        if parts := index.value(node, short):
            return made(tuple(read(index, part) for part in _list(index, parts)))
    if part := index.value(node, "owl:complementOf"):
        return Not(read(index, part))
    if things := index.value(node, "owl:oneOf"):
        return OneOf(tuple(_list(index, things)))
    return _restriction(index, node)


def _restriction(index: Index, node: str) -> Expression:
    of = index.value(node, "owl:onProperty") or ""
    inverse = index.value(of, "owl:inverseOf") if of.startswith("_:") else None
    name = f"^{inverse}" if inverse else of
    if thing := index.value(node, "owl:hasValue"):
        return Least(1, name, OneOf((thing,)))
    if kind := index.value(node, "owl:someValuesFrom"):
        bounds = index.value(kind, "owl:withRestrictions")
        return _within(index, name, bounds) if bounds else Least(1, name, read(index, kind))
    kind = index.value(node, "owl:onClass")
    for short, made in (("owl:minQualifiedCardinality", Least), ("owl:qualifiedCardinality", Exactly)):
        if kind and (number := index.value(node, short)):
            return made(int(number), name, read(index, kind))
    raise DataError(f"a class definition uses a construct of OWL that is not understood here (at {curie(of) or node})")


def _within(index: Index, name: str, bounds: str) -> Within:
    limits: dict[str, int] = {}
    for facet in _list(index, bounds):
        for short in ("xsd:minInclusive", "xsd:maxInclusive"):
            if (limit := index.value(facet, short)) is not None:
                limits[short] = int(limit)
    return Within(name, limits.get("xsd:minInclusive"), limits.get("xsd:maxInclusive"))


def _list(index: Index, node: str) -> Iterator[str]:
    while (first := index.value(node, "rdf:first")) is not None:
        yield first
        node = index.value(node, "rdf:rest") or ""


# ---- to N-Triples


class Writer:
    """Writes expressions as N-Triples; `lines` holds what was written.

    >>> writer = Writer()
    >>> writer.write(Not(Named("http://e/A")))
    '_:axiom1'
    >>> len(writer.lines)
    2
    """

    def __init__(self, name: str = "axiom") -> None:
        self.lines: list[str] = []
        self._name = name  # of the blank nodes: what two writers write may stand in one file
        self._numbers = count(1)

    def say(self, subject: str, short: str, value: str) -> None:
        """Write one triple of terms that are written already."""
        self.lines.append(f"{subject} <{expand(short)}> {value} .")

    def write(self, expression: Expression) -> str:
        """Write an expression and give the term that stands for it."""
        if isinstance(expression, Named):
            return f"<{expression.iri}>"
        if expression == And(()):
            return f"<{expand('owl:Thing')}>"
        node = self._node()
        match expression:
            case And(parts) | Or(parts):
                joined = "owl:intersectionOf" if isinstance(expression, And) else "owl:unionOf"
                self._class(node, joined, self.list(self.write(part) for part in parts))
            case Not(part):
                self._class(node, "owl:complementOf", self.write(part))
            case OneOf(iris):
                self._class(node, "owl:oneOf", self.list(f"<{iri}>" for iri in iris))
            case Least(1, name, kind):
                self._restriction(node, name, {"owl:someValuesFrom": self.write(kind)})
            case Least(number, name, kind) | Exactly(number, name, kind):
                short = "owl:minQualifiedCardinality" if isinstance(expression, Least) else "owl:qualifiedCardinality"
                self._restriction(
                    node, name, {short: _literal(number, "nonNegativeInteger"), "owl:onClass": self.write(kind)}
                )
            case Only(name, kind):
                self._restriction(node, name, {"owl:allValuesFrom": self.write(kind)})
            case Within(name, low, high):
                self._restriction(node, name, {"owl:someValuesFrom": self._range(low, high)})
        return node

    def list(self, terms: Iterable[str]) -> str:
        """Write an RDF list and give its head."""
        head = f"<{expand('rdf:nil')}>"
        for term in reversed([*terms]):
            node = self._node()
            self.say(node, "rdf:first", term)
            self.say(node, "rdf:rest", head)
            head = node
        return head

    def _node(self) -> str:
        return f"_:{self._name}{next(self._numbers)}"

    def _class(self, node: str, short: str, value: str) -> None:
        self.say(node, "rdf:type", f"<{expand('owl:Class')}>")
        self.say(node, short, value)

    def _restriction(self, node: str, name: str, rest: dict[str, str]) -> None:
        self.say(node, "rdf:type", f"<{expand('owl:Restriction')}>")
        self.say(node, "owl:onProperty", f"<{name}>")
        for short, value in rest.items():
            self.say(node, short, value)

    def _range(self, low: int | None, high: int | None) -> str:
        node = self._node()
        self.say(node, "rdf:type", f"<{expand('rdfs:Datatype')}>")
        self.say(node, "owl:onDatatype", f"<{XSD}integer>")
        facets = []
        for short, limit in (("xsd:minInclusive", low), ("xsd:maxInclusive", high)):
            if limit is not None:
                facets.append(self._node())
                self.say(facets[-1], short, _literal(limit, "integer"))
        self.say(node, "owl:withRestrictions", self.list(facets))
        return node


def _literal(number: int, kind: str) -> str:
    return f'"{number}"^^<{XSD}{kind}>'


# ---- in words


def words(expression: Expression, label: Callable[[str], str]) -> str:
    """Say what an expression asks for, with the labels that `label` gives for IRIs.

    >>> words(Least(2, "http://e/eats", Named("http://e/Apple")), lambda iri: iri[9:].lower())
    'eats at least 2 of: apple'
    """
    match expression:
        case Named(iri):
            return label(iri)
        case And(parts) | Or(parts):
            joined = " and " if isinstance(expression, And) else " or "
            return joined.join(_bracketed(part, label) for part in parts) or "anything"
        case Not(part):
            return f"not ({words(part, label)})"
        case OneOf(iris):
            return " or ".join(label(iri) for iri in iris)
        case Least(number, name, kind) | Exactly(number, name, kind):
            many = f"{'exactly' if isinstance(expression, Exactly) else 'at least'} {number} of: "
            return f"{_relation(name, label)} {'' if expression == Least(1, name, kind) else many}{_kind(kind, label)}"
        case Only(name, kind):
            return f"{_relation(name, label)} only {_kind(kind, label)}"
        case Within(name, low, high):
            bounds = [f"{word} {limit}" for word, limit in (("at least", low), ("at most", high)) if limit is not None]
            return f"{_relation(name, label)}, {' and '.join(bounds)}"


def _bracketed(part: Expression, label: Callable[[str], str]) -> str:
    said = words(part, label)
    return f"({said})" if isinstance(part, And | Or) and len(part.parts) > 1 else said


def _kind(kind: Expression, label: Callable[[str], str]) -> str:
    return words(kind, label) if isinstance(kind, Named | OneOf) else f"what is {_bracketed(kind, label)}"


def _relation(name: str, label: Callable[[str], str]) -> str:
    return f"is {label(name[1:])} of" if name.startswith("^") else label(name)
