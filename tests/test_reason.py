"""HermiT over the classification module, for real: what it fills, what it does not, and what it refuses."""

import sys
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from kg import Graph, load
from kg.axioms import Named
from kg.errors import DataError, MissingExtraError
from kg.premises import Tracer
from kg.reason import Classification, Material, classification_module, classify, gather, write_module
from kg.terms import curie, expand
from real_graph import with_file

HERE = Path(__file__).parent
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
KGD = "https://w3id.org/xpo1-kg/data/"
KG = "https://w3id.org/xpo1-kg/ontology/"


@pytest.fixture(scope="module")
def material() -> Material:
    """Take the material of the real graph together with made-up individuals, so that one run of HermiT judges both."""
    return gather(with_file(HERE / "reasoning" / "individuals.ttl"))


@pytest.fixture(scope="module")
def found(material: Material) -> Classification:
    return classify(write_module(material.terms, material.facts))


@pytest.fixture(scope="module")
def tracer(material: Material) -> Tracer:
    return Tracer(material)


class Row(NamedTuple):
    """A defined class with one that is in it, one that is not, and one or more that nearly are."""

    kind: str
    member: str
    other: str
    near: tuple[str, ...]


# A defined class: one that is in it | one that is not | one or more that nearly are.
# The source's own definition of quad-refractory names four drugs, that of penta-refractory names none. Of ixazomib no
# synergy is said, only of its class. The cause of hyponatremia is disputed; of nausea only a drug is named as one.
TABLE = """
QuadRefractoryByNamedDrugsPopulation: Population_quad_refractory | Population_MARCH |\
 Population_penta_refractory Population_three_of_four_named
QuadRefractoryPopulation: Population_quad_refractory | Population_MARCH |\
 Population_one_PI_twice Population_three_of_four_named
PentaRefractoryByNamedDrugsPopulation: Population_five_named | Population_MARCH |\
 Population_penta_refractory Population_quad_refractory
PentaRefractoryPopulation: Population_FDA_Xd | Population_STORM_part_2 |\
 Population_quad_refractory Population_two_PI_one_IMiD_CD38 Population_STORM_part_1_penta
TripleClassRefractoryByNamedDrugsPopulation: Population_three_named | Population_quad_refractory |\
 Population_MARCH_triple_class
TripleClassRefractoryPopulation: Population_MARCH_triple_class | Population_MARCH | Population_quad_refractory
DualRefractoryPopulation: Population_STOMP_XDd_table | Population_RRMM |\
 Population_STOMP_XDd Population_STOMP_IMiD_resistant
ProteasomeInhibitorRefractoryPopulation: Population_bortezomib_or_carfilzomib | Population_RRMM |\
 Population_CD38_or_PI Population_STOMP_XKd
ImmunomodulatoryDrugRefractoryPopulation: Population_STOMP_IMiD_resistant | Population_RRMM | Population_STOMP_XPd
AntiCD38RefractoryPopulation: Population_STOMP_daratumumab_refractory | Population_MARCH | Population_CD38_or_PI
ProteasomeInhibitorNonrefractoryPopulation: Population_STOMP_PI_nonrefractory | Population_MARCH |\
 Population_STOMP_XKd Population_never_IMiD
PentaExposedPopulation: Population_penta_refractory | Population_MARCH |\
 Population_quad_refractory Population_four_drugs
LenalidomideExposedPopulation: Population_quad_refractory | Population_RRMM |\
 Population_prior_bortezomib_or_lenalidomide Population_MARCH
CARTExposedPopulation: Population_refractory_to_CAR_T | Population_RRMM | Population_CAR_T_or_venetoclax
LenalidomideNaivePopulation: Population_never_IMiD | Population_RRMM_lenalidomide_exposed |\
 Population_not_lenalidomide_refractory
PomalidomideNaivePopulation: Population_STOMP_pomalidomide_naive | Population_quad_refractory |\
 Population_not_pomalidomide_refractory
DaratumumabNaivePopulation: Population_STOMP_daratumumab_naive | Population_five_named |\
 Population_never_CD38_antibody Population_RRMM
ThreePriorLinesPopulation: Population_FDA_Xd | Population_FDA_XVd | Population_STOMP_XDd Population_NCT02780609
HighRiskCytogeneticsPopulation: Population_RRMM_del_17p | Population_RRMM |\
 Population_RRMM_any_cytogenetics Population_RRMM_with_t_11_14
ProteasomeInhibitor: Drug_ixazomib | Drug_selinexor | DrugClass_PI
ImmunomodulatoryDrug: Drug_thalidomide | Drug_selinexor | DrugClass_IMiD
AntiCD38Antibody: Drug_daratumumab | Drug_selinexor | DrugClass_anti_CD38
XPO1Inhibitor: Drug_stops_XPO1 | Drug_venetoclax | Drug_stops_export DrugClass_XPO1_inhibitor
SynergisticDrug: Drug_venetoclax | Drug_lenalidomide | Drug_ixazomib DrugClass_PI
PartnerOfXPO1Inhibitor: Drug_bortezomib | Drug_lenalidomide | Drug_selinexor Drug_ixazomib
XPO1InhibitorRegimen: Regimen_eltanexor | Regimen_Vd | Regimen_XPO1_inhibitor_bortezomib
XPO1InhibitorMonotherapy: Regimen_X | Regimen_R | Regimen_X_or_Xd Regimen_selinexor_combinations
XPO1InhibitorDoublet: Regimen_Xd | Regimen_Vd | Regimen_X_bortezomib Regimen_Xd_triplets Regimen_XVd
XPO1InhibitorTriplet: Regimen_XVd | Regimen_daratumumab_lenalidomide_d | Regimen_Xd_triplets Regimen_XVDd
XPO1InhibitorQuadruplet: Regimen_XVDd | Regimen_XVd | Regimen_four_at_least Regimen_five_drugs
XPO1InhibitorRegimenWithProteasomeInhibitor: Regimen_XKd | Regimen_XPd | Regimen_Vd Regimen_XPO1_inhibitor_carfilzomib
XPO1InhibitorRegimenWithImmunomodulatoryDrug: Regimen_XR | Regimen_XVd | Regimen_carfilzomib_lenalidomide_d
XPO1InhibitorRegimenWithAntiCD38Antibody: Regimen_XVDd | Regimen_XVd | Regimen_daratumumab_lenalidomide_d
XPO1MediatedExport: Export_STAT3 | Process_apoptosis | Export_by_another Import_by_XPO1
XPO1Cargo: Protein_STAT3 | Protein_BCL2 | Protein_moved_by_another Protein_moved_in
NuclearRetention: Retention_pSTAT3 | Process_apoptosis | Pool_TSP_nucleus Retention_in_cytoplasm
NuclearRetentionEffect: Expression_KLF4 | Process_apoptosis | Process_after_cytoplasm AdverseEvent_thrombocytopenia
NFkBMediatedEffect: Response_selinexor_resistance | Expression_KLF4 | Process_NFkB_deactivation Activity_NFkB_RANKL
ExplainedAdverseEvent: AdverseEvent_thrombocytopenia | AdverseEvent_anemia |\
 AdverseEvent_nausea AdverseEvent_hyponatremia
"""
ROWS = tuple(
    Row(kind, member.strip(), other.strip(), tuple(near.split()))
    for kind, rest in (line.split(":") for line in TABLE.strip().splitlines())
    for member, other, near in (rest.split("|"),)
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_class_is_filled(found: Classification, material: Material, row: Row) -> None:
    """The member is in it, though no file says so; the other and those that nearly are stay out."""
    known = {str(fact.subject) for fact in material.facts}
    assert {f"<{KGD}{name}>" for name in (row.member, row.other, *row.near)} <= known
    members = {one for one, kind in found.memberships if kind == f"kg:{row.kind}"}
    assert f"kgd:{row.member}" in members
    assert not members & {f"kgd:{name}" for name in (row.other, *row.near)}


def test_every_defined_class_has_its_row(tracer: Tracer) -> None:
    """Thirty-nine classes, each tried with a member, another and a near miss."""
    assert {curie(kind) for kind in tracer.terms.definitions} == {f"kg:{row.kind}" for row in ROWS}
    assert len(ROWS) == 39


def test_no_file_asserts_what_is_to_come_out(material: Material, tracer: Tracer) -> None:
    """Only criteria, drugs and statements are written."""
    told = {fact.object.value for fact in material.facts if fact.predicate.value == expand("rdf:type")}
    assert not told & set(tracer.terms.definitions)


def test_lattice_of_refractoriness(found: Classification) -> None:
    """All orders that hold between the classes of refractory populations, and no other."""
    names = {
        "penta": "PentaRefractoryPopulation",
        "penta named": "PentaRefractoryByNamedDrugsPopulation",
        "quad": "QuadRefractoryPopulation",
        "quad named": "QuadRefractoryByNamedDrugsPopulation",
        "triple": "TripleClassRefractoryPopulation",
        "triple named": "TripleClassRefractoryByNamedDrugsPopulation",
        "dual": "DualRefractoryPopulation",
    }
    short = {f"kg:{name}": word for word, name in names.items()}
    orders = {(short[kind], short[wider]) for kind, wider in found.subclasses if kind in short and wider in short}
    assert orders == {
        ("penta", "quad"),
        ("penta", "triple"),
        ("penta", "dual"),
        ("quad", "dual"),
        ("triple", "dual"),
        ("penta named", "penta"),
        ("penta named", "quad"),
        ("penta named", "quad named"),
        ("penta named", "triple"),
        ("penta named", "triple named"),
        ("penta named", "dual"),
        ("quad named", "quad"),
        ("quad named", "dual"),
        ("triple named", "triple"),
        ("triple named", "dual"),
    }


def test_ontology_is_consistent(found: Classification) -> None:
    """With all drugs, molecules, populations and processes, and without a class that nothing can belong to."""
    assert (found.consistent, found.unsatisfiable, found.impossible) == (True, (), ())


def test_premises_agree_with_reasoner(found: Classification, tracer: Tracer) -> None:
    """For every thing and every defined class: premises are found if and only if HermiT finds the membership."""
    defined = {curie(kind) for kind in tracer.terms.definitions}
    shown = {
        (curie(thing), curie(kind))
        for thing in tracer.things
        for kind in tracer.terms.definitions
        if tracer.premises(thing, Named(kind)) is not None
    }
    assert len(shown) > 200
    assert shown == {(one, kind) for one, kind in found.memberships if kind in defined}


def test_explained_events_are_the_ends_of_paths(found: Classification) -> None:
    """The reasoner and `kg explain` agree on which adverse events have a mechanism, though they go different ways."""
    ends = "SELECT DISTINCT ?event { [] kg:pathEnd ?event . ?event a/rdfs:subClassOf* kg:AdverseEvent } ORDER BY ?event"
    explained = [one for one, kind in found.memberships if kind == "kg:ExplainedAdverseEvent"]
    assert explained == [row[0] for row in load().query(ends).rows]


# ---- traps


def _small(material: Material, *names: str) -> frozenset[ox.Triple]:
    """Take the drugs and these populations with their criteria."""
    wanted = [f"{KGD}{name}" for name in ("Drug_", "DrugClass_", "Criterion_", *names)]
    return frozenset(fact for fact in material.facts if str(fact.subject).strip("<>").startswith(tuple(wanted)))


def test_two_names_must_be_two_drugs(material: Material) -> None:
    """Without the list of different drugs, two named drugs might be one, and a population loses its class."""
    module = write_module(material.terms, _small(material, "Population_quad_refractory"))
    silent = "\n".join(line for line in module.splitlines() if not line.startswith("_:drugs ")) + "\n"
    lost = ("kgd:Population_quad_refractory", "kg:QuadRefractoryPopulation")
    assert lost in classify(module).memberships
    assert lost not in classify(silent).memberships


def test_module_holds_no_measurements(loaded: Graph) -> None:
    """Measurements, values and provenance would make HermiT take minutes."""
    module = classification_module(loaded)
    assert f"<{KGD}Drug_selinexor>" in module
    assert f"<{KGD}Population_quad_refractory#like>" in module
    for left_out in ("Measurement_", "Value_", "Place_", "Evidence_", "Statement_", "Reference_", "Study_", "Arm_"):
        assert f"<{KGD}{left_out}" not in module


def test_hedged_and_disputed_claims_earn_nothing(material: Material) -> None:
    """Of selinexor with bortezomib synergy is only suggested; for hyponatremia the cause is disputed."""
    claimed = {(curie(fact.subject.value), curie(fact.object.value)) for fact in material.claims}
    assert ("kgd:Drug_selinexor", "kgd:Drug_venetoclax") in claimed
    assert ("kgd:Drug_selinexor", "kgd:Drug_bortezomib") not in claimed
    assert "kgd:AdverseEvent_hyponatremia" not in {subject for subject, _ in claimed}


def test_criterion_that_is_not_translated_stays_itself(material: Material, found: Classification) -> None:
    """An age says nothing to the classes, and its denial contradicts nothing."""
    old = "kgd:Population_over_65"
    assert old not in {one for one, _ in found.memberships}
    assert "kgd:Population_not_young" not in found.impossible


def test_class_that_can_have_no_member_is_named(material: Material) -> None:
    """A class under two disjoint ones is found although nothing is in it."""
    sub, owl_class = f"<{expand('rdfs:subClassOf')}>", f"<{expand('owl:Class')}>"
    odd = f"<{KG}Odd> {RDF_TYPE} {owl_class} .\n<{KG}Odd> {sub} <{KG}Drug> .\n<{KG}Odd> {sub} <{KG}Protein> .\n"
    assert classify(write_module(material.terms, ()) + odd).unsatisfiable == ("kg:Odd",)


def test_membership_comes_from_the_range(material: Material) -> None:
    """What a file does not type, HermiT types by the properties it has."""
    cargo = f"<{KGD}Export_new> <{KG}cargo> <{KGD}Protein_new> .\n"
    memberships = classify(write_module(material.terms, ()) + cargo).memberships
    assert ("kgd:Protein_new", "kg:MolecularEntity") in memberships
    assert ("kgd:Export_new", "kg:TransportEvent") in memberships


def test_module_outside_owl_dl_is_one_clear_fault(material: Material) -> None:
    """HermiT refuses a transitive property that it needs to be simple, and the message says so in one line."""
    transitive = f"<{KG}synergisesWith> {RDF_TYPE} <{expand('owl:TransitiveProperty')}> .\n"
    with pytest.raises(DataError, match=r"HermiT refuses the module: .*simple") as caught:
        classify(write_module(material.terms, ()) + transitive)
    assert len(caught.value.lines) == 1
    assert "\n" not in caught.value.lines[0]


def test_missing_reasoner_names_its_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the fault is one line that says how to get it."""
    monkeypatch.setitem(sys.modules, "owlready2", None)
    with pytest.raises(MissingExtraError, match=r'pip install "xpo1-kg\[reason\]"'):
        classify("")
