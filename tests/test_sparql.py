"""What the lexer makes of SPARQL texts."""

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.sparql import bind_values, constructed_blanks, engine_message, read_names, refuse_unsafe, tokens

SERVICE_CALLS = [
    "SELECT * { SERVICE <http://evil/> {} }",
    "SELECT * { service silent ?x {} }",
    "SELECT * { {}SERVICE<http://evil/>{} }",
    "SELECT * { ?s ?p true.SERVICE:a{} }",
    "SELECT * { ?s ?p trueSERVICE:a{} }",
    "SELECT * { ?s ?p 5.SERVICE<http://evil/>{} }",
    "SELECT * { ?s ?p kg:.SERVICE<http://evil/>{} }",
    "SELECT * { ?s ?p kg:a\\#b . SERVICE <http://evil/> {} }",
    "SELECT * { ?s ?p kg:\\#b . SERVICE <http://evil/> {} }",
    'SELECT * { ?s ?p "a\\"#" . SERVICE <http://evil/> {} }',
    "SELECT * { ?s ?p <http://a#b> . SERVICE <http://evil/> {} }",
    "SELECT * { ?s ?p <http://a\\u0062#b> . SERVICE <http://evil/> {} }",
    "SELECT * { FILTER(?a<?b)SERVICE#>\n?c{} }",
    "SELECT * { ?s ?p 'a'@en--ltrSERVICE:a{} }",
]

HONEST = [
    "SELECT ?service { ?service ?p $Service } # SERVICE <http://evil/>",
    "SELECT * { ?s <http://a/service> 'SERVICE', \"service\", '''SERVICE <x>''' }",
    "SELECT * { ?s kg:service ?o }",
    "SELECT * { ?s ?p 'a'@en-service FILTER(?a < ?b && ?c > ?d) }",
]

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.mark.parametrize("text", SERVICE_CALLS)
def test_service_call_is_refused(text: str) -> None:
    """However it is spelt or hidden, the keyword is found."""
    with pytest.raises(QueryError, match="SERVICE is not allowed"):
        refuse_unsafe(text)


@pytest.mark.parametrize("text", HONEST)
def test_word_service_elsewhere_is_fine(text: str) -> None:
    """Variables, strings, addresses, comments and local names may hold the word."""
    refuse_unsafe(text)


@pytest.mark.parametrize(
    "text", ["{" * 3000, "!" * 20_000, "SELECT * { FILTER(" + "! #\n" * 300 + "true) }", "(" * 201]
)
def test_deep_nesting_is_refused(text: str) -> None:
    """Such texts overflow the stack of the engine's parser."""
    with pytest.raises(QueryError, match="nested deeper than 200"):
        refuse_unsafe(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(1" + "*1" * 8000 + ") }",
        "SELECT * { ?s " + "a/" * 9000 + "a ?o }",
        "SELECT * { {}" + "UNION{}" * 7000 + " }",
        "SELECT * { " + "MINUS{?s ?p ?o}" * 3000 + " }",
        "SELECT * { " + "VALUES ?s {1}" * 6000 + " }",
        "SELECT * { ?s ?p (" + "1 " * 5000 + ") }",
    ],
)
def test_endless_chain_is_refused(text: str) -> None:
    """Each of these ends the process that the engine runs in, though nothing in it is nested."""
    with pytest.raises(QueryError, match="more than 3000 words and marks"):
        refuse_unsafe(text)


def test_rows_of_values_may_be_many() -> None:
    """They are what a long list should be given as."""
    refuse_unsafe("SELECT * { VALUES (?s ?o) { " + "(<urn:a> -5.0) " * 6000 + "} ?s ?p ?o }")


def test_brackets_within_an_address_count() -> None:
    """To the engine this is a comparison, and nested."""
    text = "SELECT * { FILTER(?a<?b" + "&&!(1" * 300 + ">?c" + ")" * 300 + ") }"
    with pytest.raises(QueryError, match="nested deeper than 200"):
        refuse_unsafe(text)


def test_long_text_is_refused() -> None:
    """A megabyte of query is no question."""
    with pytest.raises(QueryError, match="longer than 100000 characters"):
        refuse_unsafe("#" * 100_001)


def test_tokens_cover_every_kind() -> None:
    """Each kind of token is told from the others."""
    text = '?x <http://a> \'b\' """c"d""" @en 12 kg:a.b\\#c SELECT kg:d. # e'
    assert [(token.kind, token.text) for token in tokens(text)] == [
        ("variable", "?x"),
        ("iri", "<http://a>"),
        ("string", "'b'"),
        ("string", '"""c"d"""'),
        ("language", "@en"),
        ("number", "12"),
        ("name", "kg:a.b\\#c"),
        ("name", "SELECT"),
        ("name", "kg:d"),
        ("mark", "."),
    ]


def test_values_go_into_every_group_that_needs_them() -> None:
    """Templates, rows of VALUES and the shell of a sub-select are no groups; what names no variable is left alone."""
    text = (
        "CONSTRUCT {{ ?s ?p 1 }} WHERE {{{0} {{ SELECT ?s (EXISTS {{ ?s ?p 4 }} AS ?t) {{{0} ?s ?p ?o }} }} "
        "VALUES (?q ?r) {{ (2 3) }} OPTIONAL {{ ?s ?p 3 }} OPTIONAL {{{0} ?s ?p ?v . {{ ?s ?p 5 }} }} "
        "FILTER EXISTS {{{0} FILTER(?a > ?v) FILTER EXISTS {{ ?a ?b ?c }} }} }}"
    )
    assert bind_values(text.format(""), {"v": "5"}) == text.format(" VALUES (?v) {(5)}")


@pytest.mark.parametrize("broken", ["SELECT ?v { ?s ?p ?v } }", "}} SELECT { ?v", "SELECT (COUNT(?v { ?v }"])
def test_broken_brackets_are_left_to_the_engine(broken: str) -> None:
    """It says what is wrong."""
    with pytest.raises(SyntaxError):
        ox.Store().query(bind_values(broken, {"v": "5"}))


def test_nothing_to_bind_changes_nothing() -> None:
    """A query without values is run as written."""
    assert bind_values("SELECT * { ?s ?p ?o }", {}) == "SELECT * { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("text", "makes"),
    [
        ("CONSTRUCT { ?s ?p [ ?q ?r ] } WHERE { }", True),
        ("CONSTRUCT { _:b ?p ?o } WHERE { }", True),
        ("CONSTRUCT { ?s ?p (1 2) } WHERE { }", True),
        ("CONSTRUCT { ?s ?p ?b } WHERE { BIND(BNODE() AS ?b) }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p [ ?q (1 2) ] }", False),
    ],
)
def test_new_blank_nodes_are_seen(text: str, makes: bool) -> None:
    """Only those of the template count; a pattern may have brackets."""
    assert constructed_blanks(text) is makes


def test_engine_message_is_one_short_line() -> None:
    """The engine's list of what it expected runs over several lines."""
    fault = SyntaxError("error at 2:7: expected one of " + "'x',\n" * 90)
    message = engine_message(fault)
    assert message.startswith("line 2, column 7: expected one of 'x', 'x'")
    assert len(message) < 150
    assert "\n" not in message


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("?s u:a/^u:b|<urn:c> ?o", {"urn:a", "urn:b", "urn:c"}),
        ("?s a u:C ; u:a ?o . FILTER(!BOUND(?x) && ?o * 2 > (?o + 1) * 3)", {f"{RDF_TYPE} urn:C", "urn:C", "urn:a"}),
        # A type of no one class alone is any type.
        ("?s a ?c", {RDF_TYPE}),
        ("?s a u:C, ?c", {RDF_TYPE, "urn:C"}),
        ("u:s ^a u:C", {RDF_TYPE, "urn:s", "urn:C"}),
        ("?s a/u:a u:C", {RDF_TYPE, "urn:C", "urn:a"}),
        ("?s (a|u:a) u:C", {RDF_TYPE, "urn:C", "urn:a"}),
        (f"?s u:a/<{RDF_TYPE}> u:C", {f"{RDF_TYPE} urn:C", "urn:C", "urn:a"}),
        ("{ SELECT ?a ?b ?c WHERE { ?a u:a ?b } GROUP BY ?a ?b ?c }", {"urn:a"}),
        ("VALUES (?a ?b ?c) { (u:A u:B u:C) } ?a u:a ?b", {"urn:a"}),
        ("?s u:a ?o VALUES ?o { u:A u:B } ?s u:b ?t VALUES ?t { 1 }", {"urn:a", "urn:b"}),
        ("?s u:a ?o OPTIONAL { ?o u:b ?p }", {"urn:a", "urn:b"}),
        ("{ ?s u:a ?o } UNION { ?s u:b [ u:c ?o ] } BIND(?s AS ?t)", {"urn:a", "urn:b", "urn:c"}),
        ("?s u:a ?o FILTER NOT EXISTS { ?s ?p ?q FILTER(?q > 1) } ?o u:c ?t", {"urn:a", "urn:c"}),
        # To refuse less, or something else, may give more answers.
        ("?s u:a ?o FILTER NOT EXISTS { ?s u:b ?q FILTER NOT EXISTS { ?q u:c ?t } }", {"urn:a", "urn:b", "urn:c"}),
        ("?s u:a ?o OPTIONAL { ?s u:b ?q FILTER NOT EXISTS { ?q u:c ?t } }", {"urn:a", "urn:b", "urn:c"}),
        ("?s u:a ?o BIND(NOT EXISTS { ?s u:b ?q } AS ?none)", {"urn:a", "urn:b"}),
        ("{ SELECT (COUNT(?s) AS ?n) { ?s u:a ?o FILTER NOT EXISTS { ?s u:b ?q } } }", {"urn:a", "urn:b"}),
        ("?s u:a ?o FILTER NOT EXISTS { ?s u:b ?q } } LIMIT 1 #", {"urn:a", "urn:b"}),
        ("?s u:a ?o FILTER NOT EXISTS { ?s u:b ?q } } HAVING (COUNT(?o) < 2) #", {"urn:a", "urn:b"}),
        # Any triple may fit.
        ("?s ?p ?o", None),
        ("VALUES ?p { u:a u:b } ?s ?p ?o", None),
        ("?s u:a ?o ; ?p ?q", None),
        ("[] ?p ?q", None),
        ("[ ?p ?q ] u:a ?o", None),
        ("u:s ?p 'text'", None),
        ("?s ?p [ u:a ?o ]", None),
        ("?s ?p -5", None),
        ("?s ?p .5", None),
        ("?s ?p <<( u:a u:b u:c )>>", None),
        ("?s ?p (1 2)", None),
        ("?s !u:a ?o", None),
        ("?s !(u:a|u:b) ?o", None),
        ("?s !(^u:a) ?o", None),
        ("FILTER EXISTS { ?s ?p ?o }", None),
        ("?s u:a ?o FILTER NOT EXISTS { ?s u:b ?q FILTER EXISTS { ?q ?p ?t } }", None),
        ("{ SELECT ?a (EXISTS { ?s ?p ?o } AS ?b) WHERE { ?a u:a ?b } }", None),
        # A path of no step joins every thing to itself.
        ("?s u:a* ?o", None),
        ("?s u:a? ?o", None),
        ("?s (u:a|u:b)* ?o", None),
        ("?s ((u:a)+)* ?o", None),
    ],
)
def test_names_that_a_rule_may_look_for(pattern: str, names: set[str] | None) -> None:
    """What may fit any triple is never taken for less; product and list are told from path and property."""
    assert read_names(f"PREFIX u: <urn:> CONSTRUCT {{ ?s u:made ?o }} WHERE {{ {pattern} }}") == names


@pytest.mark.parametrize(
    "text",
    [
        "BASE <urn:> CONSTRUCT { ?s <c> ?o } WHERE { ?s <a> ?o }",
        r"CONSTRUCT { ?s <urn:c> ?o } WHERE { ?s <urn:\u0061> ?o }",
    ],
)
def test_names_that_are_not_written_out_may_be_any(text: str) -> None:
    """A base and an escape would have to be resolved."""
    assert read_names(text) is None
