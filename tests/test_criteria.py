"""Criteria trees as conditions on any one member."""

import pyoxigraph as ox

from kg.axioms import And, Expression, Index, Least, Named, Not, OneOf, Or, Within
from kg.criteria import cases, conditions_of
from kg.terms import DATA, KG
from small_project import PREFIXES

DRUGS = """
kgd:PI a kg:DrugClass . kgd:b a kg:Drug .
kgd:to_b a kg:RefractoryCriterion ; kg:refractoryTo kgd:b .
kgd:to_two a kg:RefractoryCriterion ; kg:refractoryTo kgd:PI ; kg:minimumDrugs 2 .
kgd:had_b a kg:ExposureCriterion ; kg:exposedTo kgd:b .
kgd:had_five a kg:ExposureCriterion ; kg:minimumDrugs 5 .
kgd:lines a kg:PriorLinesCriterion ; kg:minimumLines 1 ; kg:maximumLines 3 .
kgd:old a kg:FeatureCriterion ; kg:olderThan 65 .
"""
TO_B = Least(1, KG.memberRefractoryTo, OneOf((DATA + "b",)))
HAD_B = Least(1, KG.memberExposedTo, OneOf((DATA + "b",)))
OLD = Least(1, KG.hasCriterion, OneOf((DATA + "old",)))


def _index(criteria: str) -> Index:
    return Index(quad.triple for quad in ox.parse((PREFIXES + DRUGS + criteria).encode(), format=ox.RdfFormat.TURTLE))


def _asks(criteria: str) -> list[Expression]:
    return [condition.asks for condition in conditions_of(_index(criteria), DATA + "p")]


def test_criteria_without_parts() -> None:
    """A drug, a number of a class, a number of any drugs, lines; an age stays the criterion itself."""
    two = Least(2, KG.memberRefractoryTo, Least(1, KG.inDrugClass, OneOf((DATA + "PI",))))
    five = Least(5, KG.memberExposedTo, Named(KG.Drug))
    found = _asks("kgd:p kg:hasCriterion kgd:to_b, kgd:to_two, kgd:had_five, kgd:lines, kgd:old .")
    assert sorted(map(str, found)) == sorted(map(str, [TO_B, two, five, Within(KG.memberPriorLines, 1, 3), OLD]))


def test_trees_keep_their_meaning() -> None:
    """All, any and not become an intersection, a union and a complement."""
    tree = """kgd:p kg:hasCriterion kgd:all . kgd:all a kg:AllOf ; kg:criterionPart kgd:any, kgd:not .
        kgd:any a kg:AnyOf ; kg:criterionPart kgd:to_b, kgd:old .
        kgd:not a kg:NotCriterion ; kg:criterionPart kgd:had_b ."""
    assert _asks(tree) == [And((Or((OLD, TO_B)), Not(HAD_B)))]
    ways = cases(conditions_of(_index(tree), DATA + "p"))
    assert [[one.asks for one in way] for way in ways] == [[OLD, Not(HAD_B)], [TO_B, Not(HAD_B)]]


def test_tree_that_bites_its_tail_ends() -> None:
    """A criterion that is part of itself asks for nothing; a check names it."""
    assert _asks("kgd:p kg:hasCriterion kgd:loop . kgd:loop a kg:AllOf ; kg:criterionPart kgd:loop .") == [And(())]
