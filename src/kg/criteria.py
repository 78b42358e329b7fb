"""Criteria trees as conditions on any one member of a population.

A criterion of a population holds for every member. So the population, read as any one of its members, is given the
class expression of its criteria: all-of is an intersection, any-of a union, not a complement. What follows for that one
member follows for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pyoxigraph as ox

from kg.axioms import And, Expression, Index, Least, Named, Not, OneOf, Or, Within, key
from kg.terms import KG, expand

__all__ = ["Condition", "Literal", "cases", "conditions_of"]

_NODES = {KG.AllOf: "all", KG.AnyOf: "any", KG.NotCriterion: "not"}


@dataclass(frozen=True)
class Condition:
    """A criterion: what it asks for, its parts, and the triples that say so (those of its parts apart)."""

    criterion: str
    kind: str  # all, any, not, or one
    asks: Expression
    parts: tuple[Condition, ...]
    said_by: frozenset[ox.Triple]

    def all_said(self) -> frozenset[ox.Triple]:
        """Collect the triples of the whole tree."""
        return self.said_by.union(*(part.all_said() for part in self.parts))


@dataclass(frozen=True)
class Literal:
    """One thing that holds for a member in one case, and the triples that say so."""

    criterion: str
    asks: Expression
    said_by: frozenset[ox.Triple]


def conditions_of(index: Index, population: str) -> list[Condition]:
    """List the conditions that every member of a population meets."""
    return [
        _condition(index, key(triple.object), frozenset([triple]), frozenset())
        for triple in index.of(population, "kg:hasCriterion")
        if isinstance(triple.object, ox.NamedNode)
    ]


def _condition(index: Index, criterion: str, via: frozenset[ox.Triple], above: frozenset[str]) -> Condition:
    types = index.of(criterion, "rdf:type")
    kind = next((_NODES[name] for name in index.values(criterion, "rdf:type") if name in _NODES), "one")
    if kind == "one":
        asks, said_by = _asked(index, criterion)
        return Condition(criterion, kind, asks, (), via | said_by)
    parts = tuple(
        _condition(index, key(triple.object), frozenset([triple]), above | {criterion})
        for triple in index.of(criterion, "kg:criterionPart")
        if key(triple.object) not in above | {criterion}  # a tree that bites its tail asks for nothing more
    )
    return Condition(
        criterion, kind, _composed(kind, tuple(part.asks for part in parts)), parts, via | frozenset(types)
    )


def _composed(kind: str, asked: tuple[Expression, ...]) -> Expression:
    if not asked:
        return And(())  # a criterion without parts asks for nothing; a check names it
    return Or(asked) if kind == "any" else Not(_all(asked)) if kind == "not" else _all(asked)


def _asked(index: Index, criterion: str) -> tuple[Expression, frozenset[ox.Triple]]:
    """Read a criterion without parts: which drugs, which finding, how many lines.

    One that asks for something else, such as an age, asks for itself: inside a not, nothing would be too much.
    """
    asks: list[Expression] = []
    said_by: set[ox.Triple] = set()
    least = index.of(criterion, "kg:minimumDrugs")
    number = int(key(least[0].object)) if least else 1
    for short, member in (("kg:refractoryTo", KG.memberRefractoryTo), ("kg:exposedTo", KG.memberExposedTo)):
        for triple in index.of(criterion, short):
            asks.append(_drugs(index, member, key(triple.object), number))
            said_by |= {triple, *least}
    if least and not asks:
        asks.append(Least(number, KG.memberExposedTo, Named(KG.Drug)))
        said_by |= {*least}
    for triple in index.of(criterion, "kg:hasFeature"):
        asks.append(Least(1, KG.memberHasFeature, OneOf((key(triple.object),))))
        said_by.add(triple)
    lines = {short: index.of(criterion, short) for short in ("kg:minimumLines", "kg:maximumLines")}
    low, high = (int(key(found[0].object)) if found else None for found in lines.values())
    if low is not None or high is not None:
        asks.append(Within(KG.memberPriorLines, low, high))
        said_by.update(triple for found in lines.values() for triple in found)
    if not asks:
        asks.append(Least(1, KG.hasCriterion, OneOf((criterion,))))
    return _all(tuple(asks)), frozenset(said_by)


def _all(asked: tuple[Expression, ...]) -> Expression:
    return asked[0] if len(asked) == 1 else And(asked)


def _drugs(index: Index, member: str, agent: str, number: int) -> Expression:
    if expand("kg:DrugClass") in index.values(agent, "rdf:type"):
        return Least(number, member, Least(1, KG.inDrugClass, OneOf((agent,))))
    return Least(1, member, OneOf((agent,)))


def cases(conditions: list[Condition]) -> list[list[Literal]]:
    """Spell out the ways in which all conditions can be met: one list of literals for each.

    >>> cases([])
    [[]]
    """
    ways = [_ways(condition, frozenset()) for condition in conditions]
    return [[literal for way in chosen for literal in way] for chosen in product(*ways)]


def _ways(condition: Condition, via: frozenset[ox.Triple]) -> list[list[Literal]]:
    said_by = via | condition.said_by
    if condition.kind == "all":
        ways = [_ways(part, said_by) for part in condition.parts]
        return [[literal for way in chosen for literal in way] for chosen in product(*ways)]
    if condition.kind == "any":
        said_by |= {triple for part in condition.parts for triple in part.said_by}
        return [way for part in condition.parts for way in _ways(part, said_by)]
    if condition.kind == "not":
        said_by |= condition.all_said()
    return [[Literal(condition.criterion, condition.asks, said_by)]]
