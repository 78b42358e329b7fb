"""The closed list of terms and the prefix table."""

import pyoxigraph as ox
import pytest

from kg import terms
from kg.errors import UsageError
from kg.files import default_files
from kg.terms import KG, ONTOLOGY, PREFIXES, curie, expand


def _defined_terms() -> set[str]:
    quads = [quad for path in default_files().modules() for quad in ox.parse(path=path)]
    modules = {quad.subject.value for quad in quads if quad.object == ox.NamedNode(expand("owl:Ontology"))}
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)} - modules
    return {iri.removeprefix(ONTOLOGY) for iri in subjects if iri.startswith(ONTOLOGY)}


def test_terms_are_those_of_ontology() -> None:
    """Every term the modules define is in the list, and no other."""
    defined, listed = _defined_terms(), set(dir(KG))
    assert (sorted(defined - listed), sorted(listed - defined)) == ([], [])


def test_misspelt_term_raises() -> None:
    """The message has the near name."""
    with pytest.raises(AttributeError, match="no term inhibts; did you mean inhibits"):
        _ = KG.inhibts


def test_string_methods_are_no_terms() -> None:
    """Nothing that a string has leaks into the namespace."""
    with pytest.raises(AttributeError):
        _ = KG.format


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("https://w3id.org/xpo1-kg/data/Drug_selinexor", "kgd:Drug_selinexor"),
        ("http://www.w3.org/2001/XMLSchema#string", "xsd:string"),
        ("http://purl.obolibrary.org/obo/CHEBI_229764", "chebi:229764"),
    ],
)
def test_short_and_long_forms_agree(iri: str, short: str) -> None:
    """Shortening and writing out are each other's reverse."""
    assert (curie(iri), expand(short)) == (short, iri)


def test_longest_prefix_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one namespace lies in another, the inner one shortens more."""
    monkeypatch.setattr("kg.terms._prefixes", lambda: {"out": "urn:x:", "in": "urn:x:y:", "a": "urn:"})
    # What is remembered of the project's own table does not count here.
    monkeypatch.setattr("kg.terms._spaces", terms._spaces.__wrapped__)
    assert curie.__wrapped__("urn:x:y:z") == "in:z"


@pytest.mark.parametrize("iri", ["https://w3id.org/xpo1-kg/data/a/b", "https://w3id.org/xpo1-kg/data/", "urn:x"])
def test_awkward_iris_stay_whole(iri: str) -> None:
    """What would need an escape after the colon is not shortened."""
    assert curie(iri) == iri


def test_unknown_prefix_lists_known_ones() -> None:
    """A wrong prefix is wrong use."""
    with pytest.raises(UsageError, match=r"unknown prefix in 'kgx:a'; known are anzctr, .*kgd"):
        expand("kgx:a")


def test_prefix_table_is_read_from_ontology() -> None:
    """The table is that of ontology/prefixes.ttl as a Turtle parser reads it."""
    parser = ox.parse(path=default_files().prefixes)
    assert list(parser) == []
    assert parser.prefixes == PREFIXES
