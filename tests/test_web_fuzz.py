"""What no honest client sends to a live `kg serve`: it is refused in words, and harms nobody."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonsense import CANARY, LIMITS, Bad, bad_request, breaches, heads, received, sparql, status
from serving import Server, serving

WORKERS = 2
EXAMPLES = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole of it, with the site, and a file beside that must never be read."""
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "canary.txt").write_text(CANARY)
    with serving(folder, "--timeout", "2", "--workers", str(WORKERS)) as running:
        yield running
        # Whatever was sent: all workers live, a plain query is answered, and the log tells of no fault.
        assert running.faults(WORKERS) == []


def test_bad_requests_get_no_more_than_a_refusal(server: Server) -> None:
    """Requests of all kinds; the same each time."""
    rng = random.Random(7)
    kinds = set()
    for _ in range(250):
        request = bad_request(rng)
        kinds.add(request.kind)
        assert breaches(request, received(server.port, request)) == []
    assert len(kinds) == 10
    assert server.faults(WORKERS) == []


@EXAMPLES
@given(rng=st.randoms(use_true_random=False))
def test_spoilt_queries_get_no_more_than_a_refusal(server: Server, rng: random.Random) -> None:
    """Text like SPARQL; whatever hypothesis finds is made as short as it can be."""
    body = sparql(rng).encode("utf-8", "surrogatepass")
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
    request = Bad("query", f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert breaches(request, received(server.port, request)) == []


@EXAMPLES
@given(data=st.binary(max_size=400))
def test_any_bytes_get_no_more_than_a_refusal(server: Server, data: bytes) -> None:
    """As the body of a form, and behind the name of a thing."""
    head = b"POST /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    for path in (b"sparql", b"reconcile"):
        request = Bad("form", head % path + b"Content-Length: %d\r\n\r\n" % (len(data) + 6) + b"query=" + data)
        assert breaches(request, received(server.port, request)) == []


DEEP = {
    "signs": "SELECT * { FILTER(%s1) }" % ("! " * 190),
    "minus": "SELECT * { FILTER(1%s) }" % ("-1" * 1400),
    "path": "SELECT * { ?s %sa ?o }" % ("a/" * 1400),
    "alternatives": "SELECT * { ?s a%s ?o }" % ("|a*" * 900),
    "nested path": "SELECT * {{ ?s {}a{} ?o }}".format("(" * 190, ")*" * 190),
    "functions": "SELECT * {{ FILTER({}1{}) }}".format("STR(" * 190, ")" * 190),
    "optional": "SELECT * { %s }" % ("OPTIONAL{?s a ?o}" * 400),
    "union": "SELECT * { {}%s }" % ("UNION{}" * 900),
    "minus groups": "SELECT * { ?s a ?o %s }" % ("MINUS{?s ?p ?o}" * 400),
    "blank nodes": "SELECT * {{ ?s ?p {}1{} }}".format("[a " * 190, "]" * 190),
    "lists": "SELECT * {{ ?s ?p {}1{} }}".format("(" * 190, ")" * 190),
    "long list": "SELECT * { ?s ?p (%s) }" % ("1 " * 2900),
    "triple terms": "SELECT * {{ ?s ?p {}?o{} }}".format("<<( ?s ?p " * 190, ")>>" * 190),
    "quoted": "SELECT * {{ ?s ?p {}?o{} }}".format("<< ?s ?p " * 400, ">>" * 400),
    "annotations": "SELECT * {{ ?s ?p ?o {}{} }}".format("{| ?p ?o " * 190, "|}" * 190),
    "sub-selects": "SELECT * {{ {}{} }}".format("{SELECT * {" * 95, "}}" * 95),
    "hidden signs": "SELECT * { FILTER(?a<%s?b>1) }" % ("!" * 190),
    "binds": "SELECT * {{ {} }}".format("".join(f"BIND({n} AS ?a{n}) " for n in range(450))),
}


@pytest.mark.parametrize("name", DEEP)
def test_query_as_deep_as_allowed_ends_in_words(server: Server, name: str) -> None:
    """At the bounds of the lexer the engine answers, refuses, or runs out of time, and does not end its process."""
    answer = server.ask("/sparql", "POST", DEEP[name].encode(), Content_Type="application/sparql-query")
    assert answer.code in (200, 400, *LIMITS)
    if answer.code != 200:
        assert answer.words.count("\n") == 1
        assert "gave up" not in answer.words
    assert server.query("ASK {}").code == 200


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    """Each of them, whatever the one before was."""
    line = "GET /sparql?query={} HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = "".join(line.format(text) for text in ("ASK%7B%7D", "ASK", "%FF", "ASK%7B%7D"))
    request = Bad("pipelined", sent.encode() + b"GET /nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert [status(head) for head in heads(received(server.port, request))] == [200, 400, 400, 200, 404]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_described_addresses_answer_as_described(server: Server) -> None:
    """Requests made from the OpenAPI document, for each fourth question: each answer is one that it names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import schemathesis

    schema = schemathesis.openapi.from_url(f"{server.address}api/openapi.json")
    asked = set()
    for found in islice(schema.get_all_operations(), 0, None, 4):
        operation = found.ok()

        @settings(EXAMPLES, max_examples=4)
        @given(case=operation.as_strategy())
        def answers(case: schemathesis.Case) -> None:
            asked.add(case.path)
            case.call_and_validate(timeout=30)

        answers()
    assert len(asked) > 15
