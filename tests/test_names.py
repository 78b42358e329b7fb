"""Finding things by what people call them."""

import pyoxigraph as ox
import pytest

from kg import load
from kg.errors import NotFoundError, UsageError
from kg.names import Entity, find
from kg.terms import expand
from small_project import PREFIXES

DATA = "https://w3id.org/xpo1-kg/data/"
THINGS = """
kgd:Drug_selinexor a kg:Drug, owl:NamedIndividual ; rdfs:label "selinexor" ; skos:altLabel "KPT-330" ;
    skos:exactMatch <http://purl.obolibrary.org/obo/CHEBI_229764> .
kgd:Protein_XPO1 a kg:Protein ; rdfs:label "XPO1" ; skos:altLabel "CRM1" ;
    skos:closeMatch hgnc:12825 .
kgd:Reference_12 rdfs:label "reference 12" ; skos:exactMatch <https://doi.org/10.1038/leu.2013.172> .
kgd:Event_nausea a kg:AdverseEvent ; rdfs:label "nausea" .
kgd:Finding_nausea rdfs:label "Nausea"@en .
kg:Protein rdfs:label "protein" .
"""


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    prefixes = f"{PREFIXES}@prefix hgnc: <{expand('hgnc:')}> .\n"
    store.load(prefixes + THINGS, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("urn:g"))
    return store


@pytest.mark.parametrize(
    "text",
    [
        f"{DATA}Drug_selinexor",
        f"<{DATA}Drug_selinexor>",
        "kgd:Drug_selinexor",
        "Drug_selinexor",
        " Selinexor ",
        "kpt-330",
        "CHEBI:229764",
        "chebi:229764",
    ],
)
def test_every_kind_of_name_works(store: ox.Store, text: str) -> None:
    """IRI, CURIE, local name, label, synonym and outside identifier all name the drug."""
    assert find(store, text) == Entity(f"{DATA}Drug_selinexor", "selinexor", ("kg:Drug",))


def test_identifier_in_capitals_is_found(store: ox.Store) -> None:
    """HGNC writes its own prefix in capitals; a gene is only a close match of its protein."""
    assert find(store, "HGNC:12825").iri == f"{DATA}Protein_XPO1"


@pytest.mark.parametrize(
    "text", ["doi:10.1038/leu.2013.172", "DOI:10.1038/LEU.2013.172", "https://doi.org/10.1038/leu.2013.172"]
)
def test_identifier_with_slash_is_found(store: ox.Store, text: str) -> None:
    """What no prefix shortens in Turtle is a CURIE on the command line all the same."""
    assert find(store, text).iri == f"{DATA}Reference_12"


def test_terms_have_names_too(store: ox.Store) -> None:
    """A class of the ontology is found like a thing."""
    assert find(store, "protein").iri == "https://w3id.org/xpo1-kg/ontology/Protein"


def test_ambiguous_name_lists_candidates(store: ox.Store) -> None:
    """With class and CURIE, so that one can choose."""
    expected = (
        r"'nausea' names several: kgd:Event_nausea \(kg:AdverseEvent\), kgd:Finding_nausea \(no class\); give the CURIE"
    )
    with pytest.raises(NotFoundError, match=expected):
        find(store, "nausea")


def test_near_miss_suggests_names(store: ox.Store) -> None:
    """What was not found is not said to exist."""
    with pytest.raises(NotFoundError, match=r"^nothing is called 'selinexar'; did you mean selinexor\?$"):
        find(store, "selinexar")


def test_far_miss_suggests_nothing(store: ox.Store) -> None:
    """No name is better than a wrong one."""
    with pytest.raises(NotFoundError, match=r"^nothing is called 'zzz'$"):
        find(store, "zzz")


@pytest.mark.parametrize("text", ["kgd:Nothing", "a b<c>", "x:y", "", "100%", "a[b", "a\x01b", "<abc", "http://a b"])
def test_odd_texts_are_just_unknown(store: ox.Store, text: str) -> None:
    """Texts that make no IRI do not break the search."""
    with pytest.raises(NotFoundError):
        find(store, text)


def test_wrong_full_iri_is_unknown(store: ox.Store) -> None:
    """An IRI in brackets is taken as it is."""
    with pytest.raises((NotFoundError, UsageError)):
        find(store, "<urn:nothing>")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DRUGBANK:DB11942", "Drug_selinexor"),
        ("chembl.compound:CHEMBL3545185", "Drug_selinexor"),
        ("HP:0001873", "AdverseEvent_thrombocytopenia"),
        ("UniProt:O14980", "Protein_XPO1"),
        ("HGNC:12825", "Protein_XPO1"),
        ("MONDO:0009693", "Disease_multiple_myeloma"),
        ("NCIT:C3242", "Disease_multiple_myeloma"),
        ("GO:0030316", "Process_osteoclastogenesis"),
        ("clinicaltrials:NCT03110562", "Study_BOSTON"),
        ("pubmed:33189178", "Reference_56"),
    ],
)
def test_links_of_the_project_are_names(text: str, name: str) -> None:
    """Identifiers of a drug, an event, a protein, a disease, a process, a trial and a work lead to ours."""
    assert find(load(derive=False).store, text).iri == DATA + name
