"""Saved questions and ad-hoc queries."""

from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import DataError, NotFoundError, QueryError, UsageError
from kg.files import Files
from kg.questions import Parameter, catalogue, get_question, list_questions, parse_term, read_question, run
from kg.store import Graph, load
from small_project import make_project, write


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return make_project(tmp_path)


@pytest.fixture
def graph(files: Files) -> Graph:
    return load(files, cache=False)


def test_header_tells_what_a_question_is(files: Files) -> None:
    """Two lines of question, who asks, the columns, and two parameters."""
    question = get_question("drugs", files)
    assert (question.asks, question.who) == ("Which drugs are there, by name?", "students")
    assert question.columns == ("drug", "label")
    assert question.parameters == (
        Parameter("label", "", "the exact name"),
        Parameter("least", "0", "the least value"),
    )


def test_questions_are_listed_by_group(files: Files) -> None:
    """Our groups in our order, then others."""
    for name, group in (("a", "of mine"), ("b", "outcomes"), ("c", "whole tables")):
        write(files.root, f"queries/questions/{name}.rq", f"# {name}?\n# who: us\n# group: {group}\nSELECT ?x {{ }}")
    heads = [line for line in catalogue(files) if not line.startswith(" ")]
    assert heads == ["whole tables", "outcomes", "others", "of mine"]


def test_comments_below_the_header_do_not_count() -> None:
    """Nor do words after the first keyed line."""
    text = "# A?\n# who: us\n# note\nSELECT ?x { }\n# columns: y\n"
    question = read_question("a", text)
    assert (question.asks, question.who, question.columns) == ("A?", "us", ())


def test_malformed_parameter_is_reported() -> None:
    """A parameter line without an equals sign has no default."""
    with pytest.raises(DataError, match=r"queries/questions/a\.rq: write '# param: NAME = DEFAULT"):
        read_question("a", "# param: drug\nSELECT ?x { }")


def test_questions_are_listed_by_name(files: Files) -> None:
    """Every .rq file of the folder is one."""
    write(files.root, "queries/questions/arms.rq", "# Which arms?\nSELECT ?arm { }")
    assert [question.name for question in list_questions(files)] == ["arms", "drugs"]


def test_unknown_question_suggests_near_names(files: Files) -> None:
    """The message leads on."""
    with pytest.raises(NotFoundError, match=r"no question 'drgs'; did you mean drugs\?; kg query --list"):
        get_question("drgs", files)


def test_saved_question_is_answered_in_order(graph: Graph) -> None:
    """With every parameter at its default."""
    assert graph.query("drugs").rows == [("kgd:Drug_a", "aknib"), ("kgd:Drug_b", "beknib")]


@pytest.mark.parametrize(
    ("params", "drugs"),
    [({"label": "beknib"}, ["kgd:Drug_b"]), ({"least": 10}, ["kgd:Drug_b"]), ({"least": Decimal("50.5")}, [])],
)
def test_parameters_narrow_the_answer(graph: Graph, params: dict[str, object], drugs: list[str]) -> None:
    """A parameter that is projected, and one that only a filter uses."""
    assert graph.query("drugs", **params).column("drug") == drugs


def test_unknown_parameter_lists_known_ones(graph: Graph) -> None:
    """A typo must not answer another question."""
    with pytest.raises(UsageError, match="no parameter lable; there are label, least"):
        graph.query("drugs", lable="aknib")
    with pytest.raises(UsageError, match="no variable y; there are x"):
        graph.query("SELECT ?x { ?x a kg:Drug }", y="1")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { ?x rdfs:label ?l FILTER(?l = ?name) }",
        "SELECT ?x { { SELECT ?x { ?x rdfs:label ?l FILTER(?l = ?name) } } }",
        "SELECT ?x { { ?x rdfs:label ?name } UNION { ?x kg:other ?name } }",
        "SELECT ?x { ?x a kg:Drug FILTER EXISTS { ?x rdfs:label ?l FILTER(?l = ?name) } }",
        "SELECT ?x { ?x a kg:Drug MINUS { ?x rdfs:label ?l FILTER(?l != ?name) } }",
        "SELECT ?x { ?x a kg:Drug . OPTIONAL { ?x rdfs:label ?l FILTER(?l = ?name) } FILTER(BOUND(?l)) }",
    ],
)
def test_parameter_reaches_every_group(graph: Graph, query: str) -> None:
    """Inner groups have scopes of their own in SPARQL; a parameter is bound in all of them."""
    assert run(graph.store, query, {"name": "beknib"}).rows == [("kgd:Drug_b",)]


def test_unset_parameter_stays_free(graph: Graph) -> None:
    """BOUND tells whether the asker has set it."""
    query = "SELECT ?x { ?x a kg:Drug FILTER(!BOUND(?only) || ?x = ?only) } ORDER BY ?x"
    assert run(graph.store, query).column("x") == ["kgd:Drug_a", "kgd:Drug_b"]
    assert run(graph.store, query, {"only": "kgd:Drug_a"}).column("x") == ["kgd:Drug_a"]


@pytest.mark.parametrize(
    ("value", "term"),
    [
        ("kgd:Drug_a", "<https://w3id.org/xpo1-kg/data/Drug_a>"),
        ("https://example.org/a", "<https://example.org/a>"),
        ("<urn:a>", "<urn:a>"),
        ("5", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("-7.5", '"-7.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("1e3", '"1e3"^^<http://www.w3.org/2001/XMLSchema#double>'),
        ('"5"', '"5"'),
        ("STORM part 2", '"STORM part 2"'),
        ("note: this", '"note: this"'),
        ("unknown:thing", '"unknown:thing"'),
        ('a"} DROP', '"a\\"} DROP"'),
        ("", '""'),
    ],
)
def test_parameter_values_have_types(value: str, term: str) -> None:
    """Things, numbers and words are told apart; quotes cannot break out."""
    assert str(parse_term(value)) == term


@pytest.mark.parametrize("name", ["question", "self"])
def test_parameter_may_have_any_name(graph: Graph, name: str) -> None:
    """Those of the method's own arguments too."""
    assert graph.query(f"SELECT (?{name} AS ?x) {{ }}", **{name: "a"}).rows == [("a",)]


def test_unknown_variable_is_refused(graph: Graph) -> None:
    """A mistyped name would narrow nothing."""
    with pytest.raises(UsageError, match="no variable typo; there are x"):
        run(graph.store, "SELECT ?x { ?x ?x ?x }", {"typo": "5"})


def test_question_that_is_no_text_is_named(files: Files) -> None:
    """Bytes that are no UTF-8."""
    (files.queries / "questions" / "drugs.rq").write_bytes(b"# \xff")
    with pytest.raises(DataError, match=r"drugs\.rq is not UTF-8: invalid start byte at byte 2"):
        get_question("drugs", files)


def test_impossible_iri_is_refused() -> None:
    """It looks like an IRI and is none."""
    with pytest.raises(UsageError, match="No scheme found"):
        parse_term("<nothing>")


def test_ask_and_construct_are_tables(graph: Graph) -> None:
    """The other kinds of query have fixed columns."""
    asked = run(graph.store, "ASK { kgd:Drug_a a kg:Drug }")
    assert (asked.columns, asked.rows) == (("answer",), [("true",)])
    built = run(graph.store, "CONSTRUCT { ?x a kg:Seen } WHERE { ?x a kg:Drug }")
    assert built.columns == ("subject", "predicate", "object")
    assert built.rows == [("kgd:Drug_a", "rdf:type", "kg:Seen"), ("kgd:Drug_b", "rdf:type", "kg:Seen")]


def test_graphs_named_in_a_query_are_read_alone(graph: Graph) -> None:
    """Without FROM all graphs are read, with it only the ones named."""
    total = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"
    names = [name.value for name in graph.store.named_graphs() if isinstance(name, ox.NamedNode)]
    counts = [int(run(graph.store, total % f"FROM <{name}>").rows[0][0]) for name in names]
    assert len(counts) > 1
    assert 0 < max(counts) < sum(counts) == int(run(graph.store, total % "").rows[0][0])


def test_cells_are_plain_words(graph: Graph) -> None:
    """Short IRIs, text without its language, numbers as digits, nothing for nothing."""
    query = "SELECT (kgd:Drug_a AS ?a) ('x'@en AS ?b) (1e6 AS ?c) ?d (<urn:e> AS ?e) (2.50 AS ?f) { }"
    assert run(graph.store, query).rows == [("kgd:Drug_a", "x", "1000000", "", "urn:e", "2.5")]


def test_printed_numbers_keep_their_form(graph: Graph) -> None:
    """The engine makes 50.0 a 50; the printed token does not change."""
    assert run(graph.store, "SELECT ?v ?p { ?x kg:value ?v ; kg:printed ?p }").rows == [("50", "50.0")]


def test_own_prefix_wins_over_the_table(graph: Graph) -> None:
    """A query that declares kgd: itself means its own."""
    query = "PREFIX kgd: <http://example.org/> SELECT (kgd:a AS ?x) { }"
    assert run(graph.store, query).rows == [("http://example.org/a",)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?x {\n ?x a }", r"line 2, column 8: expected one of "),
        ("SELECT ?x { ?x a no:Thing }", r"line 1, column \d+: a prefix that is not declared"),
        ("INSERT DATA { kgd:a a kg:Drug }", "line 1, column 10: expected CONSTRUCT"),
        ("SELECT ?x { FILTER(<urn:f>(1)) }", "custom function <urn:f> is not supported"),
        ("SELECT ?x { SERVICE <http://127.0.0.1:9/> { ?x a ?y } }", "SERVICE is not allowed"),
    ],
)
def test_bad_query_is_one_line(graph: Graph, query: str, message: str) -> None:
    """The message has the place of the fault where the engine gives one."""
    with pytest.raises(QueryError, match=message) as caught:
        run(graph.store, query)
    assert "\n" not in str(caught.value)


def test_saved_question_is_named_in_faults(files: Files) -> None:
    """A broken question says which one it is."""
    write(files.root, "queries/questions/broken.rq", "# ?\nSELECT ?x {")
    with pytest.raises(QueryError, match=r"^broken: line 2, column 12: "):
        load(files, cache=False).query("broken")


def test_queries_cannot_change_the_graph(graph: Graph) -> None:
    """An update is no query."""
    before = set(graph.store)
    with pytest.raises(QueryError):
        run(graph.store, "DELETE WHERE { ?s ?p ?o }")
    assert set(graph.store) == before


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated")  # rdflib 7.6 itself uses it in queries
def test_same_answers_as_rdflib(graph: Graph) -> None:
    """A second engine agrees on the union of all graphs."""
    query = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(ISIRI(?s)) }"
    ours = run(graph.store, query)
    theirs = graph.to_rdflib().query(query)
    assert len(ours) == len(theirs) == len(set(ours.rows))
    assert len(ours) == sum(1 for quad in graph.store if isinstance(quad.subject, ox.NamedNode))
