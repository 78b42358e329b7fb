"""HermiT over the classification module, for real."""

import sys

import pytest

from kg import load
from kg.errors import DataError, MissingExtraError
from kg.reason import classification_module, classify

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
KGD = "https://w3id.org/xpo1-kg/data/"
KG = "https://w3id.org/xpo1-kg/ontology/"


@pytest.fixture(scope="module")
def module() -> str:
    return classification_module(load())


def test_ontology_is_consistent(module: str) -> None:
    """With all drugs, molecules, populations and processes, and without a class that nothing can belong to."""
    found = classify(module)
    assert found.consistent
    assert found.unsatisfiable == ()


def test_drug_that_is_a_protein_is_caught(module: str) -> None:
    """Disjoint classes are disjoint to the reasoner, not only on paper."""
    assert not classify(module + f"<{KGD}Drug_selinexor> {RDF_TYPE} <{KG}Protein> .\n").consistent


def test_class_that_can_have_no_member_is_named(module: str) -> None:
    """A class under two disjoint ones is found although nothing is in it."""
    sub = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
    owl_class = "<http://www.w3.org/2002/07/owl#Class>"
    odd = f"<{KG}Odd> {RDF_TYPE} {owl_class} .\n<{KG}Odd> {sub} <{KG}Drug> .\n<{KG}Odd> {sub} <{KG}Protein> .\n"
    assert classify(module + odd).unsatisfiable == ("kg:Odd",)


def test_membership_comes_from_the_range(module: str) -> None:
    """What a file does not type, HermiT types by the properties it has."""
    cargo = f"<{KGD}Export_STAT3> <{KG}cargo> <{KGD}Protein_new> .\n"
    individual = f"<{KGD}Protein_new> {RDF_TYPE} <http://www.w3.org/2002/07/owl#NamedIndividual> .\n"
    assert ("kgd:Protein_new", "kg:MolecularEntity") in classify(module + individual + cargo).memberships


def test_module_holds_no_measurements(module: str) -> None:
    """Measurements and values would make HermiT take minutes."""
    assert f"<{KGD}Drug_selinexor>" in module
    assert f"<{KGD}Population_quad_refractory>" in module
    for left_out in ("Measurement_", "Value_", "Place_", "Evidence_", "Statement_", "Reference_"):
        assert f"<{KGD}{left_out}" not in module


def test_broken_module_is_one_clear_fault(module: str) -> None:
    """HermiT refuses a property chain on a property that it needs to be simple, and the message says so."""
    chain = (
        f"<{KG}samePatientsAs> {RDF_TYPE} <http://www.w3.org/2002/07/owl#TransitiveProperty> .\n"
        f"<{KG}samePatientsAs> {RDF_TYPE} <http://www.w3.org/2002/07/owl#IrreflexiveProperty> .\n"
    )
    with pytest.raises(DataError, match="HermiT refuses"):
        classify(module + chain)


def test_missing_reasoner_names_its_install_line(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the fault is one line that says how to get it."""
    monkeypatch.setitem(sys.modules, "owlready2", None)
    with pytest.raises(MissingExtraError, match=r'pip install "xpo1-kg\[reason\]"'):
        classify(module)
