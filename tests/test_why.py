"""What the reasoner found, in words."""

from pathlib import Path

import pytest

from kg import Graph, cli
from kg.axioms import Named
from kg.errors import NotFoundError
from kg.premises import Tracer
from kg.reason import Classification, Material, classify, gather, write_module
from kg.terms import curie, expand
from kg.why import reason, why
from real_graph import with_file

BROKEN = Path(__file__).parent / "contradictions"


@pytest.fixture(scope="module")
def material(loaded: Graph) -> Material:
    return gather(loaded)


@pytest.fixture(scope="module")
def lines(loaded: Graph) -> list[str]:
    """Run the whole command once over the real graph."""
    found, holds = reason(loaded)
    assert holds
    return found


def test_memberships_come_with_their_premises(lines: list[str]) -> None:
    """Each line names the thing, the class and the facts; nothing is found without any."""
    assert "found by HermiT alone" not in "\n".join(lines)
    drugs = "daratumumab (kgd:Drug_daratumumab) in drug class anti-CD38 monoclonal antibody"
    regimen = "XDd (kgd:Regimen_XDd) includes drug"
    kind = "kg:XPO1InhibitorRegimenWithAntiCD38Antibody"
    selinexor = "selinexor (kgd:Drug_selinexor) in drug class XPO1 inhibitor"
    assert (f"kgd:Regimen_XDd is a {kind}: {regimen} daratumumab; {regimen} selinexor; {drugs}; {selinexor}") in lines
    assert "every penta-refractory population is a quad-refractory population" in lines
    assert lines[-1] == "consistent; 198 memberships and 38 orders of classes that no file asserts"


def test_order_that_follows_from_two_is_not_repeated(lines: list[str]) -> None:
    """Penta is quad and quad is dual; that penta is dual goes without saying."""
    assert "every quad-refractory population is a dual-refractory population" in lines
    assert "every penta-refractory population is a dual-refractory population" not in lines


def test_why_names_the_facts(loaded: Graph) -> None:
    """A member: what the class asks for, and the facts with their files."""
    assert why(loaded, "Population_FDA_Xd", "quad-refractory population") == (
        "penta-refractory RRMM after four or more therapies (kgd:Population_FDA_Xd) is a quad-refractory population "
        "(kg:QuadRefractoryPopulation). The class asks for: population and has members refractory to at least 2 of: "
        "proteasome-inhibiting drug and has members refractory to at least 2 of: immunomodulatory agent. Asserted: "
        "kgd:Criterion_refractory_two_IMiD refractory to at least 2 of the class immunomodulatory drug, "
        "kgd:Criterion_refractory_two_PI refractory to at least 2 of the class proteasome inhibitor "
        "[data/triples/populations.ttl]."
    )


def test_why_not_names_what_is_missing(loaded: Graph) -> None:
    """XDd: of the two ways into the arm one does not make anybody dual-refractory."""
    said = why(loaded, "kgd:Population_STOMP_XDd", "DualRefractoryPopulation")
    assert "(kgd:Population_STOMP_XDd) is not shown to be a dual-refractory population" in said
    assert "Missing: has members refractory to proteasome-inhibiting drug; has members refractory to immuno" in said
    assert "Its criteria can be met in 2 ways; in this one it does not follow: " in said
    assert "(kgd:Criterion_three_prior_lines)" in said
    assert "\n" not in said


def test_what_cannot_be_is_said_so(loaded: Graph) -> None:
    """Three listed drugs are not two: that is more than not being shown."""
    said = why(loaded, "XVd", "XPO1-inhibitor doublet")
    assert "XVd (kgd:Regimen_XVd) cannot be a XPO1-inhibitor doublet (kg:XPO1InhibitorDoublet)." in said
    assert "Contradicted or missing: includes drug exactly 2 of: drug." in said
    assert "XVd (kgd:Regimen_XVd) all drugs listed true" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("selinexr", "Drug"), "nothing is called 'selinexr'; did you mean selinexor"),
        (("selinexor", "XPO1 inhibitr"), "nothing is called 'XPO1 inhibitr'; did you mean xpo1 inhibitor"),
        (("selinexor", "bortezomib"), "bortezomib (kgd:Drug_bortezomib) is no class of the ontology"),
        (("BOSTON", "Drug"), "BOSTON (kgd:Study_BOSTON) is not among the things that the reasoner classifies"),
    ],
)
def test_unknown_names_are_one_line(loaded: Graph, arguments: tuple[str, str], message: str) -> None:
    """A misspelt name, a thing for a class, a thing that is not classified; HermiT is not asked."""
    with pytest.raises(NotFoundError) as caught:
        why(loaded, *arguments)
    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith(message)


CONTRADICTIONS = {
    "naive_and_refractory": (
        "carfilzomib-naive and quad-refractory (kgd:Population_impossible) contradicts itself: one fact denies that it "
        "has members exposed to carfilzomib, and others say so. Asserted: kgd:Criterion_refractory_carfilzomib "
        "refractory to carfilzomib [data/triples/populations.ttl]; kgd:Criterion_carfilzomib_before exposed to "
        "carfilzomib, kgd:Criterion_never_carfilzomib denies kgd:Criterion_carfilzomib_before [no file]."
    ),
    "drug_is_protein": (
        "selinexor (kgd:Drug_selinexor) contradicts itself: it is a drug and a biological entity, and nothing is both. "
        "Asserted: selinexor (kgd:Drug_selinexor) is a drug [data/triples/drugs_and_regimens.ttl]; "
        "selinexor (kgd:Drug_selinexor) is a protein [no file]."
    ),
    "self_synergy": (
        "eltanexor (kgd:Drug_eltanexor) contradicts itself: it synergises with itself, and nothing does. Asserted: "
        "eltanexor (kgd:Drug_eltanexor) synergises with eltanexor [kgd:Statement_eltanexor_synergises_itself]."
    ),
}


@pytest.mark.parametrize("name", sorted(path.stem for path in BROKEN.glob("*.ttl")))
def test_contradiction_is_found_and_explained(name: str) -> None:
    """HermiT finds it in the whole graph, and the words name who and through which facts."""
    assert reason(with_file(BROKEN / f"{name}.ttl")) == ([CONTRADICTIONS[name]], False)


def test_every_contradiction_has_an_example() -> None:
    """A broken file each, and its words."""
    assert sorted(CONTRADICTIONS) == sorted(path.stem for path in BROKEN.glob("*.ttl"))


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("naive_and_refractory", "kgd:Population_impossible"),
        ("drug_is_protein", "kgd:Drug_selinexor"),
        ("self_synergy", "kgd:Drug_eltanexor"),
    ],
)
def test_facts_named_contradict_by_themselves(name: str, thing: str) -> None:
    """HermiT refuses the ontology with the facts named and no others; without any one of them nothing clashes."""
    whole = gather(with_file(BROKEN / f"{name}.ttl"))
    clash = Tracer(whole).clash(expand(thing))
    assert clash is not None
    found = classify(write_module(whole.terms, clash.premises))
    assert found == Classification(False) or found.impossible == (thing,)
    for fact in clash.premises:
        rest = Material(whole.terms, clash.premises - {fact})
        assert Tracer(rest).clash(expand(thing)) is None, fact


SUFFICIENT = {
    "kgd:Population_quad_refractory": "kg:QuadRefractoryPopulation",
    "kgd:Population_STOMP_IMiD_resistant": "kg:ImmunomodulatoryDrugRefractoryPopulation",
    "kgd:Population_penta_refractory": "kg:PentaExposedPopulation",
    "kgd:Population_STOMP_daratumumab_naive": "kg:DaratumumabNaivePopulation",
    "kgd:Regimen_XVDd": "kg:XPO1InhibitorQuadruplet",
    "kgd:MRNA_MYC": "kg:XPO1Cargo",
    "kgd:Response_selinexor_resistance": "kg:NFkBMediatedEffect",
}


def test_premises_suffice_and_none_is_idle(material: Material) -> None:
    """HermiT finds these memberships from their premises alone; without any one they do not follow."""
    tracer = Tracer(material)
    together: set[object] = set()
    for one, kind in SUFFICIENT.items():
        premises = tracer.premises(expand(one), Named(expand(kind)))
        assert premises
        together |= premises
        for fact in premises:
            # The domain of another premise may give the same type; and with a part less an any-of asks for more.
            if curie(fact.predicate.value) in ("rdf:type", "kg:criterionPart"):
                continue
            rest = Tracer(Material(material.terms, premises - {fact}))
            assert rest.premises(expand(one), Named(expand(kind))) is None, (one, fact)
    found = classify(write_module(material.terms, together))  # type: ignore[arg-type]
    assert set(SUFFICIENT.items()) <= set(found.memberships)


def test_command_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    """`kg reason --why` answers with one line, a wrong name with one on the other stream."""
    assert cli.main(["reason", "--why", "nobody", "Drug"]) == 1
    assert capsys.readouterr().err.startswith("kg: nothing is called 'nobody'")
    with pytest.raises(SystemExit) as stopped:
        cli.main(["reason", "--why", "selinexor"])
    assert stopped.value.code == 2
