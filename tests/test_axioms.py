"""Class expressions: written and read back, and put into words."""

import pyoxigraph as ox
import pytest

from kg.axioms import And, Exactly, Expression, Index, Least, Named, Not, OneOf, Only, Or, Within, Writer, read, words
from kg.errors import DataError

A, B, X, Y = (f"http://example.org/{name}" for name in ("A", "B", "x", "y"))
EATS, AGE = "http://example.org/eats", "http://example.org/age"

EXPRESSIONS: list[tuple[Expression, str]] = [
    (Named(A), "a"),
    (And((Named(A), Not(Named(B)))), "a and not (b)"),
    (Or((Named(A), And((Named(B), OneOf((X, Y)))))), "a or (b and x or y)"),
    (Least(1, EATS, OneOf((X,))), "eats x"),
    (Least(3, EATS, Named(A)), "eats at least 3 of: a"),
    (Least(1, EATS, Least(1, EATS, Named(A))), "eats what is eats a"),
    (Exactly(1, EATS, Named(A)), "eats exactly 1 of: a"),
    (Within(AGE, 3, None), "age, at least 3"),
    (Within(AGE, 1, 3), "age, at least 1 and at most 3"),
]


def _label(iri: str) -> str:
    return iri.removeprefix("http://example.org/").lower()


def _written(expression: Expression) -> tuple[Index, str]:
    writer = Writer()
    node = writer.write(expression)
    writer.say(f"<{B}>", "rdfs:seeAlso", node)
    index = Index(ox.parse("\n".join(writer.lines).encode(), format=ox.RdfFormat.N_TRIPLES))
    return index, index.values(B, "rdfs:seeAlso")[0]


@pytest.mark.parametrize(("expression", "said"), EXPRESSIONS)
def test_what_is_written_is_read_back(expression: Expression, said: str) -> None:
    """Through N-Triples and back it is the same expression."""
    assert read(*_written(expression)) == expression


@pytest.mark.parametrize(("expression", "said"), EXPRESSIONS)
def test_words_say_what_is_asked_for(expression: Expression, said: str) -> None:
    """Every kind of expression has its words."""
    assert words(expression, _label) == said


def test_asking_for_nothing_is_anything() -> None:
    """An empty intersection holds for all."""
    assert _written(And(()))[1] == "http://www.w3.org/2002/07/owl#Thing"
    assert words(And(()), _label) == "anything"


def test_relation_may_be_read_backwards() -> None:
    """The inverse of a relation has no name of its own."""
    lines = f"""_:r <http://www.w3.org/2002/07/owl#onProperty> _:i .
        _:i <http://www.w3.org/2002/07/owl#inverseOf> <{EATS}> .
        _:r <http://www.w3.org/2002/07/owl#someValuesFrom> <{A}> .
        <{B}> <http://www.w3.org/2000/01/rdf-schema#seeAlso> _:r ."""
    index = Index(ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES))
    found = read(index, index.values(B, "rdfs:seeAlso")[0])
    assert found == Least(1, f"^{EATS}", Named(A))
    assert words(found, _label) == "is eats of a"


def test_strange_construct_is_a_clear_fault() -> None:
    """A definition that is not understood would explain nothing, and says so."""
    with pytest.raises(DataError, match=r"a construct of OWL that is not understood here"):
        read(*_written(Only(EATS, Named(A))))
