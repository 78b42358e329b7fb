"""Our top classes under BFO, IAO and RO, with all things of the data, before HermiT."""

import pyoxigraph as ox
import pytest

from kg import load
from kg.files import default_files
from kg.reason import Material, ask_hermit, gather, wider_classes, write_module
from kg.terms import curie, expand

PATH = default_files().ontology / "alignment" / "bfo.ttl"


@pytest.fixture(scope="module")
def material() -> Material:
    return gather(load())


def aligned(material: Material, text: str) -> str:
    """Write the module with the alignment; classes that are defined say nothing about BFO and are left out."""
    axioms = [quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)]
    annotations = ("rdfs:label", "dcterms:title", "dcterms:license", "owl:imports")
    terms = [
        triple
        for triple in (*material.terms, *axioms)
        if triple.predicate.value != expand("owl:equivalentClass") and curie(triple.predicate.value) not in annotations
    ]
    return write_module(terms, material.facts)


def test_alignment_brings_no_contradiction(material: Material) -> None:
    """Everything can be what the alignment says it is, and no class is emptied by it."""
    output = ask_hermit(aligned(material, PATH.read_text(encoding="utf-8")))
    assert output is not None
    assert "owl#Nothing" not in output


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("kg:BiologicalProcess rdfs:subClassOf bfo:0000015", "kg:BiologicalProcess rdfs:subClassOf bfo:0000040"),
        ("kg:carrier rdfs:subPropertyOf ro:0000057", "kg:levelOf rdfs:subPropertyOf ro:0000057"),
    ],
    ids=["process-as-thing", "level-with-participant"],
)
def test_wrong_alignment_is_refused(material: Material, line: str, instead: str) -> None:
    """A process that were a material entity would be a participant and have participants; a level has none."""
    text = PATH.read_text(encoding="utf-8")
    assert text.count(line) == 1
    assert ask_hermit(aligned(material, text.replace(line, instead))) is None


def test_every_class_is_placed_or_left_out() -> None:
    """A class that nothing is narrower than stands under BFO or is left out; defined ones follow."""
    quads = [*ox.parse(path=PATH), *(quad for path in default_files().modules() for quad in ox.parse(path=path))]
    wider: dict[str, set[str]] = {}
    for quad in quads:
        if curie(quad.predicate.value) == "rdfs:subClassOf" and isinstance(quad.object, ox.NamedNode):
            wider.setdefault(quad.subject.value, set()).add(quad.object.value)
    defined = {quad.subject.value for quad in quads if curie(quad.predicate.value) == "owl:equivalentClass"}
    ours = {kind for kind in wider if curie(kind).startswith("kg:")} - defined
    placed = {kind for kind in ours if expand("bfo:0000001") in wider_classes([kind], wider)}
    leaves = {kind for kind in ours if not any(kind in wider[other] for other in ours)}
    conditions = {"kg:ClinicalFinding", "kg:CompositeEvent", "kg:Disease", "kg:DrugResponse"}
    assert {curie(kind) for kind in leaves - placed} == conditions | {"kg:DrugClass", "kg:Outcome", "kg:Regimen"}
