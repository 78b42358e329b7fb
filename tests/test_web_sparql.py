"""The SPARQL 1.1 Protocol, spoken with a live `kg serve` over a small store."""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
import socket
from collections.abc import Iterator
from io import StringIO
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from starlette.requests import Request

from apart import run_apart
from kg import web_input
from kg.pool import RefusalError
from kg.sparql import MOST_CHARACTERS
from kg.web_app import HEADERS
from kg.worker import GRAPH_TYPES, RESULT_TYPES
from serving import Answer, Server, serving, stored

DATA = [f"http://kasei.us/2009/09/sparql/data/data{n}.rdf" for n in range(4)]
TERMS = "urn:terms"
DOCUMENT = ox.NamedNode("http://xmlns.com/foaf/0.1/Document")
SOME = ox.NamedNode("urn:some")
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ALL = "SELECT ?s ?p ?o { GRAPH <urn:terms> { ?s ?p ?o } } ORDER BY ?p ?s"
MAKE = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <urn:terms> { ?s ?p ?o } }"

OBJECTS: list[ox.NamedNode | ox.BlankNode | ox.Literal] = [
    ox.Literal('"quoted", with\na line, a\ttab and a \\'),
    ox.Literal("Größe ≥ 5 𝛃", language="de"),
    ox.Literal("50.0", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    ox.Literal("<script>&amp;"),
    ox.Literal(""),
    ox.NamedNode("https://example.org/a?b=c&d=e"),
]


def quads() -> Iterator[ox.Quad]:
    for name in DATA[1:]:
        yield ox.Quad(ox.NamedNode(name), ox.NamedNode(f"{RDF}type"), DOCUMENT, ox.NamedNode(name))
    terms = ox.NamedNode(TERMS)
    for number, term in enumerate(OBJECTS):
        yield ox.Quad(SOME, ox.NamedNode(f"urn:p{number}"), term, terms)
    yield ox.Quad(SOME, ox.NamedNode("urn:q"), ox.BlankNode("b"), terms)
    yield ox.Quad(ox.BlankNode("b"), ox.NamedNode("urn:q"), ox.Literal("of a blank node"), terms)


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """The same data, to be asked directly."""
    made = ox.Store()
    made.extend(quads())
    made.add_graph(ox.NamedNode(DATA[0]))
    return made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sparql")
    stored(folder / "store", quads(), DATA[:1])
    with serving(folder, "--store", str(folder / "store"), "--workers", "2") as running:
        yield running


def truth(answer: Answer) -> bool:
    assert answer.code == 200, answer.words
    return bool(json.loads(answer.body)["boolean"])


def subjects(answer: Answer) -> set[str]:
    assert answer.code == 200, answer.words
    return {row["s"]["value"] for row in json.loads(answer.body)["results"]["bindings"]}


# ---- the protocol tests of the W3C for queries


class Case(NamedTuple):
    """A request of the W3C's suite; it wants a status, true, or a kind of format."""

    wants: str
    method: str
    address: list[tuple[str, str]]
    media_type: str | None = None
    body: str | None = None
    charset: str = "utf-8"


TYPED = {n: f"<{DATA[n]}> a ?type" for n in (1, 2, 3)}
NAMED = f"GRAPH ?g1 {{ {TYPED[1]} }} GRAPH ?g2 {{ {TYPED[2]} }}"
DEFAULT_0, DEFAULT_1, DEFAULT_2, DEFAULT_3 = (("default-graph-uri", name) for name in DATA)
NAMED_1, NAMED_2 = (("named-graph-uri", name) for name in DATA[1:3])
MERGED = f"ASK {{ {TYPED[1]} . {TYPED[2]} . }}"
SPARQL_UTF16 = f"{QUERY}; charset=UTF-16"

W3C = {
    "bad_query_method": Case("4xx", "PUT", [("query", "ASK {}"), DEFAULT_0], FORM),
    "bad_multiple_queries": Case("4xx", "GET", [("query", "ASK {}"), ("query", "SELECT * {}")]),
    "bad_query_wrong_media_type": Case("4xx", "POST", [], "text/plain", "ASK {}"),
    "bad_query_missing_form_type": Case("4xx", "POST", [], None, "query=ASK%20%7B%7D"),
    "bad_query_missing_direct_type": Case("4xx", "POST", [], None, "ASK {}"),
    "bad_query_non_utf8": Case("4xx", "POST", [], SPARQL_UTF16, "ASK {}", "utf-16"),
    "bad_query_syntax": Case("4xx", "GET", [("query", "ASK {")]),
    "query_get": Case("true", "GET", [("query", "ASK {}"), DEFAULT_0]),
    "query_post_form": Case("true", "POST", [DEFAULT_0], FORM, "query=ASK%20%7B%7D"),
    "query_post_direct": Case("true", "POST", [], QUERY, "ASK {}"),
    "query_dataset_default_graphs_get": Case("true", "GET", [("query", MERGED), DEFAULT_1, DEFAULT_2]),
    "query_dataset_default_graphs_post": Case("true", "POST", [DEFAULT_1, DEFAULT_2], QUERY, MERGED),
    "query_dataset_named_graphs_get": Case("true", "GET", [("query", f"ASK {{ {NAMED} }}"), NAMED_1, NAMED_2]),
    "query_dataset_named_graphs_post": Case("true", "POST", [NAMED_1, NAMED_2], QUERY, f"ASK {{ {NAMED} }}"),
    "query_dataset_full": Case("true", "POST", [DEFAULT_3, NAMED_1, NAMED_2], QUERY, f"ASK {{ {TYPED[3]} {NAMED} }}"),
    "query_multiple_dataset": Case("true", "POST", [NAMED_1, NAMED_2], QUERY, f"ASK FROM <{DATA[3]}> {{ {NAMED} }}"),
    "query_content_type_select": Case("table", "POST", [DEFAULT_0], QUERY, "SELECT (1 AS ?value) {}"),
    "query_content_type_ask": Case("table", "POST", [DEFAULT_0], QUERY, "ASK {}"),
    "query_content_type_describe": Case("graph", "POST", [DEFAULT_0], QUERY, "DESCRIBE <http://example.org/>"),
    "query_content_type_construct": Case("graph", "POST", [DEFAULT_0], QUERY, "CONSTRUCT { <s> <p> 1 } WHERE {}"),
}


@pytest.mark.parametrize("name", W3C)
def test_w3c_protocol_cases_for_queries_pass(server: Server, name: str) -> None:
    """The twenty requests of the suite, under its own names and with the answers it wants."""
    case = W3C[name]
    headers = {"Content-Type": case.media_type} if case.media_type else {}
    body = None if case.body is None else case.body.encode(case.charset)
    answer = server.send(f"/sparql?{urlencode(case.address)}".rstrip("?"), case.method, body, headers)
    if case.wants == "4xx":
        assert 400 <= answer.code < 500
    elif case.wants == "true":
        assert truth(answer)
    else:
        assert answer.code == 200
        assert answer.media_type in {"table": RESULT_TYPES, "graph": GRAPH_TYPES}[case.wants]


def test_w3c_suite_is_whole() -> None:
    """Twenty of its tests are about queries."""
    assert len(W3C) == 20


# ---- formats


@pytest.mark.parametrize("media_type", RESULT_TYPES)
def test_rows_come_back_in_each_format(server: Server, store: ox.Store, media_type: str) -> None:
    """Read again, they are what the engine gives when it is asked directly."""
    answer = server.query(ALL, Accept=media_type)
    assert (answer.code, answer.media_type) == (200, media_type)
    direct = store.query(ALL)
    assert isinstance(direct, ox.QuerySolutions)
    rows = [list(row) for row in direct]
    if media_type == "text/csv":
        values = [[cell.value if not isinstance(cell, ox.BlankNode) else str(cell) for cell in row] for row in rows]
        assert list(csv.reader(StringIO(answer.words, newline=""))) == [["s", "p", "o"], *values]
        return
    read = ox.parse_query_results(answer.body, RESULT_TYPES[media_type])
    assert isinstance(read, ox.QuerySolutions)
    assert [list(row) for row in read] == rows
    assert len(rows) == len(OBJECTS) + 2


@pytest.mark.parametrize("media_type", RESULT_TYPES)
def test_truth_comes_back_in_each_format(server: Server, media_type: str) -> None:
    """ASK has an answer in every format of rows."""
    for text, wanted in (("ASK {}", True), ("ASK { <urn:no> ?p ?o }", False)):
        answer = server.query(text, Accept=media_type)
        assert (answer.code, answer.media_type) == (200, media_type)
        if media_type == "text/csv":
            assert answer.words == str(wanted).lower()
        else:
            read = ox.parse_query_results(answer.body, RESULT_TYPES[media_type])
            assert bool(read) is wanted


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
@pytest.mark.parametrize("text", [MAKE, "DESCRIBE <urn:some>"])
def test_triples_come_back_in_each_format(server: Server, store: ox.Store, text: str, media_type: str) -> None:
    """Read again, they are the same graph."""
    answer = server.query(text, Accept=media_type)
    assert (answer.code, answer.media_type) == (200, media_type)
    direct = store.query(text, use_default_graph_as_union=True)
    assert isinstance(direct, ox.QueryTriples)
    assert as_graph(answer, media_type) == canonical(direct)


def as_graph(answer: Answer, media_type: str) -> ox.Dataset:
    return canonical(quad.triple for quad in ox.parse(answer.body, format=GRAPH_TYPES[media_type]))


def canonical(triples: Any) -> ox.Dataset:
    made = ox.Dataset(ox.Quad(*triple) for triple in triples)
    assert len(made) > 0
    made.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return made


@pytest.mark.parametrize(
    ("text", "accept", "wanted"),
    [
        (ALL, "*/*", "application/sparql-results+json"),
        (ALL, "text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        (ALL, "text/csv, */*;q=0.1", "text/csv"),
        (ALL, "image/png, text/*;q=0.3", "text/csv"),
        (ALL, "application/rdf+xml, text/csv;q=0.1", "text/csv"),
        (ALL, "application/sparql-results+json;q=0, text/csv", "text/csv"),
        (ALL, "APPLICATION/SPARQL-RESULTS+XML", "application/sparql-results+xml"),
        (ALL, "application/sparql-results+json; charset=utf-8", "application/sparql-results+json"),
        (ALL, BROWSER, "application/xml"),
        (MAKE, "*/*", "text/turtle"),
        (MAKE, "text/csv, application/n-triples;q=0.1", "application/n-triples"),
        (MAKE, "application/ld+json;q=0.8, application/rdf+xml;q=0.9", "application/rdf+xml"),
    ],
)
def test_best_accepted_format_is_chosen(server: Server, text: str, accept: str, wanted: str) -> None:
    """By the weights that the client gives, among the formats of this form of query."""
    answer = server.query(text, Accept=accept)
    assert (answer.code, answer.media_type) == (200, wanted)
    assert "Accept" in answer.headers["Vary"]


def test_no_accept_header_means_anything(server: Server) -> None:
    """A client that says nothing gets the usual formats."""
    assert server.query(ALL).media_type == "application/sparql-results+json"
    assert server.query(MAKE).media_type == "text/turtle"


@pytest.mark.parametrize(
    ("text", "accept"), [(ALL, "image/png"), (ALL, "text/turtle"), (MAKE, "text/csv"), (ALL, "text/csv;q=0")]
)
def test_format_that_is_not_there_is_406(server: Server, text: str, accept: str) -> None:
    """The sentence lists those there are."""
    answer = server.query(text, Accept=accept)
    assert answer.code == 406
    assert "answered in" in answer.words
    assert answer.words.count("\n") == 1


@pytest.mark.parametrize("accept", ["text", "a/b/c;;q", ",,,/", "x" * 3000])
def test_accept_header_that_is_none_is_refused(server: Server, accept: str) -> None:
    """Nonsense is a client's fault, and told in one line."""
    answer = server.query("ASK {}", Accept=accept)
    assert answer.code in (400, 406)
    assert answer.words.count("\n") == 1


# ---- HTTP


def test_head_tells_the_same_without_the_body(server: Server) -> None:
    """The length and the tag are those of the whole answer."""
    whole = server.query(ALL)
    head = server.ask(f"/sparql?{urlencode({'query': ALL})}", "HEAD")
    assert (head.code, head.body) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert head.headers[name] == whole.headers[name]
    assert head.headers["Content-Length"] == str(len(whole.body))


def test_large_answer_is_packed_for_who_asks(server: Server) -> None:
    """Unpacked it is the plain answer; nobody else gets it packed."""
    plain, packed = server.query(ALL), server.query(ALL, Accept_Encoding="gzip")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert set(packed.headers["Vary"].split(", ")) >= {"Accept", "Accept-Encoding"}


def test_known_answer_is_not_sent_again(server: Server) -> None:
    """A tag belongs to one answer in one format, packed or not."""
    whole = server.query(ALL, Accept_Encoding="gzip")
    tag = whole.headers["ETag"]
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = server.query(ALL, If_None_Match=known)
        assert (again.code, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert server.query(ALL, If_None_Match='"other"').code == 200
    assert server.query(ALL, If_None_Match=tag, Accept="text/csv").code == 200
    assert server.query(ALL + " LIMIT 1", If_None_Match=tag).code == 200
    form = {"Content-Type": "application/sparql-query", "If-None-Match": tag}
    assert server.send("/sparql", "POST", ALL.encode(), form).code == 412


def test_pages_of_other_hosts_may_ask(server: Server) -> None:
    """Answers and refusals may be read from any origin."""
    for answer in (server.query("ASK {}", Origin="https://example.org"), server.query("ASK", Origin="null")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["Access-Control-Allow-Credentials"] is None


def test_browser_is_told_what_it_may_send(server: Server) -> None:
    """Before a POST of a query, a browser asks."""
    asked = {"Origin": "https://example.org", "Access-Control-Request-Headers": "content-type"}
    allowed = server.send("/sparql", "OPTIONS", None, {**asked, "Access-Control-Request-Method": "POST"})
    assert allowed.code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in allowed.headers["Access-Control-Allow-Methods"]
    assert "content-type" in allowed.headers["Access-Control-Allow-Headers"].lower()
    assert server.send("/sparql", "OPTIONS", None, {**asked, "Access-Control-Request-Method": "PUT"}).code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_not_allowed(server: Server, method: str) -> None:
    """The endpoint is read."""
    answer = server.ask("/sparql?query=ASK%7B%7D", method)
    assert answer.code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert "takes only GET and HEAD and POST." in answer.words
    assert "takes only GET and HEAD." in server.ask("/health", method).words


def test_each_answer_has_the_strict_headers(server: Server) -> None:
    """Answers, refusals, the description and its page."""
    answers = [server.query("ASK {}"), server.query("ASK {"), server.ask("/sparql"), server.ask("/sparql", "PUT")]
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["Server"] is None
    assert "form-action 'self'" in HEADERS["Content-Security-Policy"]


# ---- what the endpoint says of itself

SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_description_is_whole_in_each_format(server: Server, store: ox.Store, media_type: str) -> None:
    """Its address, its language, all of its formats and graphs, and how many triples there are."""
    answer = server.ask("/sparql", Accept=media_type)
    assert (answer.code, answer.media_type) == (200, media_type)
    told = ox.Store()
    told.extend(ox.Quad(*quad.triple) for quad in ox.parse(answer.body, format=GRAPH_TYPES[media_type]))

    def values(pattern: str) -> list[str]:
        found = told.query(f"PREFIX sd: <{SD}> SELECT ?x {{ {pattern} }} ORDER BY ?x")
        assert isinstance(found, ox.QuerySolutions)
        return [row["x"].value for row in found]

    endpoint = f"{server.address}sparql"
    assert values("?s a sd:Service ; sd:endpoint ?x") == [endpoint]
    assert values(f"<{endpoint}> sd:supportedLanguage ?x") == [f"{SD}SPARQL11Query"]
    assert values(f"<{endpoint}> sd:feature ?x") == [f"{SD}UnionDefaultGraph"]
    assert len(values(f"<{endpoint}> sd:resultFormat ?x")) == 8
    named = sorted(graph.value for graph in store.named_graphs())
    assert values(f"<{endpoint}> sd:defaultDataset/sd:namedGraph/sd:name ?x") == named
    assert values("?s sd:defaultGraph/<http://rdfs.org/ns/void#triples> ?x") == [str(len(store))]


def test_browser_gets_a_page_with_a_form(server: Server) -> None:
    """People see the graphs and may ask from there."""
    page = server.ask("/sparql", Accept=BROWSER)
    assert (page.code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<form" in page.words
    assert all(name in page.words for name in DATA)
    assert server.ask("/").headers["Location"].endswith("/sparql")


def test_description_is_turtle_where_nothing_is_said(server: Server) -> None:
    """A program that does not ask for a page gets triples, or is told that there are no others."""
    assert server.ask("/sparql").media_type == "text/turtle"
    assert server.ask("/sparql", Accept="image/png").code == 406


# ---- which graphs are read

WHO = f"{{ ?s a <{DOCUMENT.value}> }}"
WHERE_NAMED = f"{{ GRAPH ?g {{ ?s a <{DOCUMENT.value}> }} }}"


@pytest.mark.parametrize(
    ("text", "more", "wanted"),
    [
        (f"SELECT ?s {WHO}", [], {1, 2, 3}),
        (f"SELECT ?s {WHERE_NAMED}", [], {1, 2, 3}),
        (f"SELECT ?s FROM <{DATA[1]}> {WHO}", [], {1}),
        (f"SELECT ?s FROM <{DATA[1]}> FROM <{DATA[2]}> {WHO}", [], {1, 2}),
        (f"SELECT ?s FROM <{DATA[0]}> {WHO}", [], set()),
        (f"SELECT ?s FROM <{DATA[1]}> {WHERE_NAMED}", [], set()),
        (f"SELECT ?s FROM NAMED <{DATA[1]}> {WHO}", [], set()),
        (f"SELECT ?s FROM NAMED <{DATA[1]}> {WHERE_NAMED}", [], {1}),
        (f"SELECT ?s {WHO}", [DEFAULT_1], {1}),
        (f"SELECT ?s {WHO}", [DEFAULT_1, DEFAULT_2], {1, 2}),
        (f"SELECT ?s {WHO}", [DEFAULT_0], set()),
        (f"SELECT ?s {WHERE_NAMED}", [DEFAULT_1], set()),
        (f"SELECT ?s {WHO}", [NAMED_1], set()),
        (f"SELECT ?s {WHERE_NAMED}", [NAMED_1, DEFAULT_2], {1}),
        (f"SELECT ?s FROM <{DATA[1]}> {WHO}", [DEFAULT_2], {2}),
        (f"SELECT ?s FROM NAMED <{DATA[1]}> {WHERE_NAMED}", [NAMED_2], {2}),
    ],
)
def test_named_graphs_are_the_ones_read(
    server: Server, text: str, more: list[tuple[str, str]], wanted: set[int]
) -> None:
    """All of them where none is named; what the request names goes before what the query names."""
    assert subjects(server.query(text, *more)) == {DATA[n] for n in wanted}


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("ASK FROM <urn:unknown> {}", []),
        ("ASK FROM NAMED <urn:unknown> {}", []),
        ("ASK {}", [("default-graph-uri", "urn:unknown")]),
        ("ASK {}", [DEFAULT_0, ("named-graph-uri", "urn:unknown")]),
        ("ASK {}", [("default-graph-uri", "file:///etc/passwd")]),
        ("ASK {}", [("default-graph-uri", "not an IRI")]),
        ("ASK {}", [("default-graph-uri", "")]),
    ],
)
def test_unknown_graph_is_refused(server: Server, text: str, more: list[tuple[str, str]]) -> None:
    """It is never fetched; an empty answer would hide a misspelt name."""
    answer = server.query(text, *more)
    assert answer.code == 400
    assert answer.words.startswith("no graph ")


# ---- what is refused


@pytest.mark.parametrize(
    ("address", "media_type", "body"),
    [
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "", ""),
        ("/sparql?query=ASK%7B%7D", FORM, "query=ASK%7B%7D"),
        ("/sparql?query=ASK%7B%7D", QUERY, "ASK {}"),
        ("/sparql", FORM, "query=ASK%7B%7D&query=ASK%7B%7D"),
    ],
)
def test_two_queries_are_refused(server: Server, address: str, media_type: str, body: str) -> None:
    """Wherever they stand."""
    posted = server.ask(address, "POST", body.encode(), Content_Type=media_type) if media_type else None
    answer = posted or server.ask(address)
    assert answer.code == 400
    assert answer.words.startswith("give one query")


@pytest.mark.parametrize(
    ("address", "media_type", "body"),
    [
        ("/sparql?update=CLEAR%20ALL", "", ""),
        ("/sparql", FORM, "update=CLEAR%20ALL"),
        ("/sparql?query=ASK%7B%7D", FORM, "update=CLEAR%20ALL"),
        ("/sparql", "application/sparql-update", "CLEAR ALL"),
        ("/sparql?query=ASK%7B%7D&using-graph-uri=urn:a", "", ""),
    ],
)
def test_updates_are_refused(server: Server, address: str, media_type: str, body: str) -> None:
    """In each way that the protocol has for them; the data stay."""
    posted = server.ask(address, "POST", body.encode(), Content_Type=media_type) if media_type else None
    answer = posted or server.ask(address)
    assert (answer.code, answer.words) == (403, "this endpoint only answers queries\n")
    assert subjects(server.query(f"SELECT ?s {WHO}")) == set(DATA[1:])


@pytest.mark.parametrize("text", ["CLEAR ALL", "INSERT DATA { <urn:a> <urn:b> 1 }", "LOAD <file:///etc/passwd>"])
def test_update_is_no_query(server: Server, text: str) -> None:
    """An update in the place of a query is a fault of syntax."""
    assert server.query(text).code == 400
    assert subjects(server.query(f"SELECT ?s {WHO}")) == set(DATA[1:])


CALLS = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "PREFIX SERVICE: <URL> SELECT * { SERVICE SERVICE: { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { BIND(<URL> AS ?u) SERVICE#a comment\n?u { ?s ?p ?o } }",
    "SELECT * { SERVICE\t\r\n<URL>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b trueSERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b 1SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b 'x'SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b 'x'@enSERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { FILTER(?a<?b)SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { FILTER(?a<?b)SERVICE#>\n<URL>{ ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SER\\u0056ICE <URL> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ſERVICE <URL> { ?s ?p ?o } }",
    "# '\nSELECT * { SERVICE <URL> { ?s ?p ?o } } # '",
    "SELECT ('# ' AS ?x) { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT ('''\\''''' AS ?x) { SERVICE <URL> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o } VALUES ?u { <URL> } SERVICE ?u {}",
]


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """A port where a call would arrive."""
    with socket.create_server(("127.0.0.1", 0)) as open_port:
        open_port.setblocking(False)
        yield open_port


@pytest.mark.parametrize("text", CALLS)
def test_call_of_another_server_is_refused(server: Server, listener: socket.socket, text: str) -> None:
    """However it is written, and no connection is opened."""
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    answer = server.query(text.replace("URL", address))
    assert answer.code == 400
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service a ?SERVICE }",
        "ASK { ?s ?p 'SERVICE <http://example.org/> { }' }",
        "ASK { ?s ?p <http://example.org/SERVICE> } # SERVICE <http://example.org/> {}",
        "ASK { ?s <urn:service> ?o }",
        "PREFIX x: <urn:x> ASK { ?s x:service ?o }",
        "ASK { ?s ?p 'x'@service }",
    ],
)
def test_query_may_mention_the_word_service(server: Server, text: str) -> None:
    """As a variable, a string, a comment, a part of a name."""
    assert server.query(text).code == 200


@pytest.mark.parametrize(
    ("media_type", "body", "code", "words"),
    [
        (QUERY, b"ASK { ?s ?p '\xff' }", 400, "the query is not UTF-8: invalid start byte at byte 13"),
        (QUERY, "ASK { ?s ?p 'ü' }".encode("utf-16-le"), 400, "the query is not UTF-8"),
        (QUERY + "; charset=latin-1", b"ASK {}", 415, "a query is sent in UTF-8"),
        (FORM, b"query=ASK%7B%7D%FF", 400, "the form is not percent-encoded UTF-8"),
        (FORM, b"query=ASK\xff", 400, "the form is not percent-encoded UTF-8"),
        (FORM, b"", 400, "give a query"),
        (FORM, b"&".join([b"a=b"] * 101), 400, "the form has more than 100 parameters"),
        (QUERY, b"", 400, "line 1, column 1"),
        (QUERY, b"ASK {\0}", 400, "line 1, column "),
        ("multipart/form-data; boundary=x", b"--x--", 415, f"send a query as {QUERY} or {FORM}"),
        ("application/json", b"{}", 415, f"send a query as {QUERY} or {FORM}"),
        ("", b"ASK {}", 415, f"send a query as {QUERY} or {FORM}"),
        (QUERY, b"#" * (MOST_CHARACTERS + 1), 400, f"the query is longer than {MOST_CHARACTERS} characters"),
        (QUERY, b"#" * (4 * MOST_CHARACTERS + 1), 413, "the body of a request has at most 400000 bytes"),
    ],
)
def test_unreadable_body_is_refused_in_words(
    server: Server, media_type: str, body: bytes, code: int, words: str
) -> None:
    """One line says what is wrong with it, and the next query is answered."""
    answer = server.ask("/sparql", "POST", body, Content_Type=media_type)
    assert (answer.code, answer.words[: len(words)]) == (code, words)
    assert (answer.media_type, answer.words.count("\n")) == ("text/plain", 1)
    assert truth(server.query("ASK {}"))


def test_charset_and_case_of_media_type_are_read(server: Server) -> None:
    """Media types know no case, and UTF-8 may be said."""
    for media_type in (f"{QUERY}; charset=UTF-8", f'{QUERY};charset="utf-8"', QUERY.title()):
        assert truth(server.ask("/sparql", "POST", "ASK { FILTER('ü' = 'ü') }".encode(), Content_Type=media_type))


@pytest.mark.parametrize("address", ["/sparql?query=%FF", "/sparql?query=ASK%7B%7D&a=%C3", "/sparql?a=b"])
def test_unreadable_address_is_refused(server: Server, address: str) -> None:
    """Percent-encoded bytes are UTF-8, and a parameter of some kind is not yet a query."""
    assert server.ask(address).code == 400


def test_packed_body_is_refused(server: Server) -> None:
    """What it unpacks to has no bound."""
    packed = gzip.compress(b"ASK {}")
    answer = server.ask("/sparql", "POST", packed, Content_Type=QUERY, Content_Encoding="gzip")
    assert answer.code == 415


def test_body_that_does_not_arrive_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends a little and then nothing does not keep a request open."""
    monkeypatch.setattr(web_input, "_READ", 0.05)
    parts = [{"type": "http.request", "body": b"ASK", "more_body": True}]

    async def receive() -> Any:
        return parts.pop() if parts else await asyncio.Event().wait()

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(RefusalError, match="did not arrive within") as caught:
        run_apart(web_input.body(request, 100))
    assert caught.value.status == 408


def test_half_a_request_harms_nobody(server: Server) -> None:
    """Clients that stop in the middle of their request do not stop others, nor the workers."""
    assert server.faults(2) == []
    half = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nContent-Length: 100\r\n\r\nASK".encode()
    held = []
    for _ in range(20):
        slow = socket.create_connection(("127.0.0.1", server.port))
        slow.sendall(half)
        held.append(slow)
    assert truth(server.query("ASK {}"))
    for slow in held:
        slow.close()
    assert truth(server.query("ASK {}"))
    assert server.faults(2) == []


# ---- the log


def test_request_has_an_id_and_one_line(server: Server) -> None:
    """The line tells what became of the request, and nothing of what was asked."""
    answer = server.query("ASK { ?s ?p 'a secret' }", X_Request_Id="from-a.proxy_1", Authorization="Bearer hidden")
    assert answer.headers["X-Request-Id"] == "from-a.proxy_1"
    line = server.logged("from-a.proxy_1")
    assert list(line) == ["time", "request", "method", "path", "status", "bytes", "ms"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/sparql", 200)
    assert line["bytes"] == len(answer.body)
    text = server.log.read_text(encoding="utf-8")
    assert "secret" not in text
    assert "hidden" not in text


@pytest.mark.parametrize("given", ["", "a b", 'x"y', "a" * 65, "a\tb"])
def test_id_that_is_none_is_replaced(server: Server, given: str) -> None:
    """What would break a line of a log is not taken over."""
    identity = server.query("ASK {", X_Request_Id=given).headers["X-Request-Id"]
    assert len(identity) == 32
    assert server.logged(identity)["status"] == 400


def test_path_in_the_log_is_one_short_line(server: Server) -> None:
    """Line breaks and length of an address do not reach the log."""
    identity = server.ask("/%0d%0a%7b" + "a" * 3000).headers["X-Request-Id"]
    assert server.logged(identity)["path"] == "/\r\n{" + "a" * 196
