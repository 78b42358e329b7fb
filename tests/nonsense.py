"""Requests that no honest client sends, and what must hold whatever is sent.

`tests/test_web_fuzz.py` sends some hundreds of them, `tests/benchmarks/bad_requests.py` as many as one likes.
"""

from __future__ import annotations

import json
import random
import re
import socket
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, quote_from_bytes, urlencode

CANARY = "canary-7f3a91c2"
# Only the limits' own faults of the server are answers.
LIMITS = (503, 504)
_LEAKS = (b"Traceback", b'File "', b"root:x:0", CANARY.encode())
_QUIET = 0.3  # seconds of silence after which half a request is left alone
_PATIENCE = 40.0


class Bad(NamedTuple):
    """Bytes to send; `whole` if they are a request that must be answered."""

    kind: str
    data: bytes
    whole: bool = True


# ---- SPARQL-like text

_TERMS = ["?s", "?p", "?o", "?label", "kg:Drug", "kgd:Drug_selinexor", "rdfs:label", "a", "<urn:x>", "<x>", "_:b", "[]"]
_TERMS += ["'x'", '"""y"""', "'z'@en", "'1'^^xsd:integer", "1", "-2.50", "1e400", "true", "()", "(1 2)", "no:prefix"]
_TERMS += ["<http://127.0.0.1:9/>", "<file:///etc/passwd>", "'Ä𝛃'", "'\\u0000'", "'\\uD800'", "<a b>", "?", "$x"]
_PATHS = ["rdfs:label", "a", "^a", "a*", "a/a", "(a|rdfs:label)+", "!(a|^a)", "kg:cites?", "?p", "(a*)*"]
_CALLS = ["STR", "LANG", "ISIRI", "STRLEN", "UCASE", "ABS", "BNODE", "IRI", "<urn:f>", "xsd:integer", "YEAR", "SHA512"]
_MORE = ["CONCAT", "IF", "COALESCE", "REGEX", "REPLACE", "SUBSTR", "STRDT", "TRIPLE", "CONTAINS", "STRLANG"]
_OPERATORS = ["+", "-", "*", "/", "=", "!=", "<", ">=", "&&", "||", "IN", "NOT IN"]
_STRANGE = ["\0", "\x7f", "\ufeff", "\u202e", "\u2028", "𝛃", "\\", "<", "{|", "<<", "<<(", "'''", '"', "#", "%", "^^"]
_STRANGE += ["SERVICE <http://127.0.0.1:9/> {}", "LOAD <file:///etc/passwd>", "FROM <file:///etc/passwd>", "LATERAL {"]


def sparql(rng: random.Random) -> str:
    """Make a query of a grammar, and spoil it a few times out of two."""
    text = _query(rng)
    for _ in range(rng.choice((0, 0, 1, 1, 2, 6))):
        text = _spoilt(rng, text)
    return text


def _query(rng: random.Random) -> str:
    group = _group(rng, 4)
    form = rng.choice(
        (
            "SELECT *",
            "SELECT DISTINCT ?s ?o",
            f"SELECT (COUNT(*) AS ?n) ({_expression(rng, 2)} AS ?m)",
            "ASK",
            f"CONSTRUCT {{ {_triples(rng)} }} WHERE",
            f"DESCRIBE {rng.choice(_TERMS)}",
            "INSERT DATA",
        )
    )
    end = rng.choice(("", "", " LIMIT 10", f" ORDER BY {_expression(rng, 1)}", " GROUP BY ?s HAVING (1)", " OFFSET -1"))
    return f"{form} {group}{end}{' LIMIT 100' if rng.random() < 0.5 else ''}"


def _group(rng: random.Random, depth: int) -> str:
    parts = [_triples(rng)]
    for _ in range(rng.randrange(3) if depth else 0):
        inner = _group(rng, depth - 1)
        parts.append(
            rng.choice(
                (
                    f"OPTIONAL {inner}",
                    f"{inner} UNION {inner}",
                    f"MINUS {inner}",
                    f"GRAPH ?g {inner}",
                    f"{{ SELECT * {inner} LIMIT 3 }}",
                    f"FILTER({_expression(rng, 3)})",
                    f"FILTER NOT EXISTS {inner}",
                    f"BIND({_expression(rng, 3)} AS ?v{rng.randrange(99)})",
                    f"VALUES (?s ?o) {{ ({rng.choice(_TERMS)} UNDEF) }}",
                )
            )
        )
    return f"{{ {' '.join(parts)} }}"


def _triples(rng: random.Random) -> str:
    one = [f"{rng.choice(_TERMS)} {rng.choice(_PATHS)} {rng.choice(_TERMS)}" for _ in range(rng.randrange(1, 3))]
    return " . ".join(one)


def _expression(rng: random.Random, depth: int) -> str:
    if depth == 0:
        return rng.choice(_TERMS)
    left, right = _expression(rng, depth - 1), _expression(rng, depth - 1)
    return rng.choice(
        (
            f"{left} {rng.choice(_OPERATORS)} ({right})",
            f"!({left})",
            f"-{left}",
            f"{rng.choice(_CALLS)}({left})",
            f"{rng.choice(_MORE)}({left}, {right}, {left})",
            f"EXISTS {{ {_triples(rng)} }}",
        )
    )


def _spoilt(rng: random.Random, text: str) -> str:
    at, to = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
    piece = text[at:to]
    return rng.choice(
        (
            text[:at] + text[to:],
            text[:at] + rng.choice(_STRANGE) + text[at:],
            text[:to] + piece + text[to:],
            text[:at] + piece[::-1] + text[to:],
            text[:at] + (piece * rng.choice((2, 30, 300)))[:120_000] + text[to:],
            text[:at] + rng.choice("({[!-^/|'\"<") * rng.choice((3, 150, 4000)) + text[at:],
            text[:at] + chr(rng.randrange(0x110000)) + text[at:],
        )
    )


# ---- requests


def bad_request(rng: random.Random) -> Bad:
    """Make one request of some kind; queries most often."""
    make = rng.choice((_asked, _asked, _asked, _posted, _posted, *_OTHERS))
    return make(rng)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _request(line: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return line + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + length + b"\r\n" + body


_ACCEPTS = ["*/*", "text/csv", "text/turtle", "application/ld+json", "text/html", "image/png", "application/rdf+xml"]


def _accept(rng: random.Random) -> bytes:
    return f"Accept: {rng.choice(_ACCEPTS)}\r\n".encode()


def _asked(rng: random.Random) -> Bad:
    text = quote_from_bytes(_bytes(sparql(rng)))[:60_000]
    return Bad("query", _request(f"GET /sparql?query={text}".encode(), _accept(rng)))


def _posted(rng: random.Random) -> Bad:
    body = _bytes(sparql(rng))
    headers = b"Content-Type: application/sparql-query\r\n" + _accept(rng)
    if rng.random() < 0.3:
        body, headers = (
            b"query=" + quote_from_bytes(body).encode(),
            b"Content-Type: application/x-www-form-urlencoded\r\n",
        )
    return Bad("query", _request(b"POST /sparql", headers, body))


def _encoding(rng: random.Random) -> Bad:
    body = rng.randbytes(rng.randrange(1, 200)) if rng.random() < 0.5 else _bytes(sparql(rng)).decode().encode("utf-16")
    kinds = [
        "application/sparql-query",
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data",
        ";",
        "",
    ]
    charset = rng.choice(("", "; charset=utf-16", "; charset=\x7f", "; charset=utf-8; charset=x", ";;;=", "; a=\xff"))
    headers = f"Content-Type: {rng.choice(kinds)}{charset}\r\n".encode("latin-1")
    if rng.random() < 0.3:
        headers += f"Content-Encoding: {rng.choice(('gzip', 'br', 'x', 'identity, gzip'))}\r\n".encode()
    return Bad("encoding", _request(b"POST /sparql", headers, body))


def _large(rng: random.Random) -> Bad:
    size = rng.choice((100_001, 400_001, 2_000_000))
    body = rng.choice((b"#", b"a", b"\xff", b"&", b"%00")) * size
    path = rng.choice((b"/sparql", b"/reconcile", b"/api/questions", b"/"))
    # Who is refused before all is sent may see the end of the connection alone.
    media_type = rng.choice((b"application/sparql-query", b"application/x-www-form-urlencoded"))
    return Bad("large", _request(b"POST " + path, b"Content-Type: %s\r\n" % media_type, body), whole=False)


def _headers(rng: random.Random) -> Bad:
    odd = [
        b"X-Request-Id: \x01\x02\r\n",
        b"X-Request-Id: " + b"a" * 5000 + b"\r\n",
        b"If-None-Match: " + b'"a",' * 2000 + b"\r\n",
        b"Accept: " + b"a/b;q=" * 300 + b"\r\n",
        b"Accept: " + bytes(rng.randrange(33, 255) for _ in range(40)) + b"\r\n",
        b"Accept: */*;q=nan, text/csv;q=1e999, ;, /\r\n",
        b"Accept-Encoding: gzip;q=nan, deflate, \xff\r\n",
        b"Range: bytes=-1,5-2,999999999999999999999999-\r\n",
        b"Range: bytes=0-0,1-1,2-2,3-3\r\nIf-Range: x\r\n",
        b"If-Modified-Since: not a date\r\n",
        b"Host: a b\r\n",
        b"Host: [::1\r\n",
        b"Host: evil.example/<script>\r\n",
        b"Origin: \xff\r\nAccess-Control-Request-Method: \xfe\r\n",
        b"X-Forwarded-For: ::::\r\nX-Forwarded-Proto: javascript\r\n",
        b"Expect: 100-continue\r\n",
        b"Expect: nonsense\r\n",
        b"Upgrade: websocket\r\nConnection: upgrade\r\n",
        b"Upgrade: h2c\r\n",
        b"Cookie: " + b"a=b;" * 1000 + b"\r\n",
        b"".join(b"X-%d: y\r\n" % number for number in range(300)),
        b"Content-Length: -1\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b" folded: x\r\n",
        b"No colon here\r\n",
        b"Nul\0: x\r\n",
        b"X: a\0b\r\n",
    ]
    path = rng.choice((b"/sparql", b"/sparql?query=ASK%7B%7D", b"/", b"/health", b"/entity/kg:Drug", b"/api/questions"))
    method = rng.choice((b"GET", b"HEAD", b"POST", b"OPTIONS"))
    return Bad("headers", _request(method + b" " + path, b"".join(rng.sample(odd, 2))), whole=False)


_CLIMBS = ["..", "%2e%2e", "..%2f", "%2e%2e%2f", "..%5c", "%c0%ae%c0%ae", "..;", ".%00.", "%252e%252e", "/", "//", "."]
_GOALS = ["etc/passwd", "canary.txt", "etc%2fpasswd", "%00", "proc/self/environ", "c:%5cwindows", "index.html%00.css"]
_BASES = ["/", "/assets/", "/entity/", "/api/questions/", "/reconcile/", "/sparql/", "/things/", "/./", "//host/"]


def _path(rng: random.Random) -> Bad:
    climbs = "/".join(rng.choice(_CLIMBS) for _ in range(rng.randrange(1, 9)))
    text = rng.choice(_BASES) + climbs + "/" + rng.choice(_GOALS)
    if rng.random() < 0.2:
        text = rng.choice(_BASES) + quote_from_bytes(rng.randbytes(rng.randrange(1, 60)))
    if rng.random() < 0.1:
        text = rng.choice(("http://localhost" + text, "*", "file:///etc/passwd", "/" + "a/" * 3000, "?", "/%"))
    return Bad("path", _request(f"{rng.choice(('GET', 'HEAD'))} {text}".encode(), _accept(rng)))


def _broken(rng: random.Random) -> Bad:
    whole = _request(b"GET /sparql?query=ASK%7B%7D", _accept(rng))
    at = rng.randrange(len(whole))
    return Bad(
        "broken",
        rng.choice(
            (
                rng.randbytes(rng.randrange(1, 300)),
                whole[:at],
                whole[:at] + rng.randbytes(3) + whole[at:],
                whole.replace(b"\r\n", b"\n"),
                whole.replace(b"HTTP/1.1", rng.choice((b"HTTP/9.9", b"HTTP/1.0", b"", b"HTTP/1.1 x"))),
                b"\0" * rng.randrange(1, 2000),
                b"\r\n" * 50 + whole,
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(100),
                b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nASK\r\n0\r\n\r\n",
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\nASK",
            )
        ),
        whole=False,
    )


def _pipelined(rng: random.Random) -> Bad:
    few = [quote_from_bytes(_bytes(sparql(rng)))[:2000] for _ in range(rng.randrange(2, 6))]
    lines = [f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for text in few]
    return Bad("pipelined", b"".join(lines) + _request(b"GET /health"))


def _question(rng: random.Random) -> Bad:
    names = ["survival_medians", "statements", "neighbours", "measured_values", "nope", "..%2f..", "%00", "a" * 600]
    keys = ["study", "format", "thing", "drug", "x" * 200, "", "%00", "Ä"]
    values = [
        "BOSTON",
        "csv",
        "kgd:Drug_selinexor",
        "<urn:a> } #",
        "'",
        '"""',
        "\0",
        "\ud800",
        "1e999",
        "\n",
        "x" * 600,
    ]
    pairs = [(rng.choice(keys), rng.choice(values)) for _ in range(rng.randrange(4))]
    text = "&".join(f"{quote(key)}={quote_from_bytes(_bytes(value))}" for key, value in pairs)
    return Bad("question", _request(f"GET /api/questions/{rng.choice(names)}?{text}".encode(), _accept(rng)))


def _entity(rng: random.Random) -> Bad:
    names = [
        "kgd:Drug_selinexor",
        "kg:Drug",
        "kgd:a> ?p ?o",
        "kgd:",
        ":",
        "kgg:",
        "x:y",
        "javascript:alert(1)",
        "𝛃",
        "a%",
    ]
    ends = ["", ".ttl", ".html", ".nt", ".rdf", ".jsonld", ".ttl.ttl", "#", "?a=b", "/", "\\", "\0", "\ud800", "'", '"']
    name = quote_from_bytes(_bytes(rng.choice(names) + rng.choice(ends)), safe="/:?=")
    return Bad("entity", _request(f"GET /entity/{name}".encode(), _accept(rng)))


def _reconciled(rng: random.Random) -> Bad:
    odd = [None, True, -1, 10**400, 1.5, "", "selinexor", "\ud800", "\0", "x" * 600, [], ["kg:Drug", 1], {}, "[" * 9]
    fields = ["query", "limit", "type", "properties", "type_strict", "\ud800", "x" * 300]
    queries = {
        rng.choice(("q0", "\ud800", "\0", "")): {key: rng.choice(odd) for key in rng.sample(fields, 3)} for _ in "ab"
    }
    text = rng.choice(
        (json.dumps(queries), json.dumps({"q\ud800": {"query": "selinexor"}}), "[" * 90_000, "{", "1" * 9000)
    )
    body = urlencode({"queries": text}).encode()
    headers = b"Content-Type: application/x-www-form-urlencoded\r\n"
    if rng.random() < 0.3:
        prefix = quote_from_bytes(_bytes(rng.choice(("sel", "\0", "\ud800", "", "x" * 600, "%"))))
        kind = rng.choice(("entity", "type", "property"))
        return Bad("reconcile", _request(f"GET /reconcile/suggest/{kind}?prefix={prefix}".encode()))
    return Bad("reconcile", _request(b"POST /reconcile", headers, body))


_OTHERS: tuple[Callable[[random.Random], Bad], ...] = (_encoding, _large, _headers, _path, _path, _broken, _pipelined)
_OTHERS += (_question, _entity, _reconciled)


# ---- what comes back


def received(port: int, request: Bad) -> bytes:
    """Send a request and read until the server closes, or has nothing to say to half a request."""
    parts = []
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
        try:
            connection.sendall(request.data)
            connection.settimeout(_PATIENCE if request.whole else _QUIET)
            while part := connection.recv(1 << 16):
                parts.append(part)
        except (TimeoutError, ConnectionError):
            pass
    return b"".join(parts)


def heads(answer: bytes) -> list[bytes]:
    """Cut out the status line and the headers of each answer on a connection."""
    found = []
    while answer.startswith(b"HTTP/"):
        head, _, answer = answer.partition(b"\r\n\r\n")
        found.append(head)
        length = re.search(rb"\r\ncontent-length: (\d+)", head.lower())
        answer = answer[int(length[1]) :] if length else b""
    return found


def status(head: bytes) -> int:
    return int(head.split(b" ")[1])


def breaches(request: Bad, answer: bytes) -> list[str]:
    """Say what about an answer must not be."""
    found = [f"{leak.decode()} in the answer" for leak in _LEAKS if leak in answer]
    told = heads(answer)
    if request.whole and not told:
        found.append("no answer")
    for head in told:
        if status(head) >= 500 and status(head) not in LIMITS:
            found.append(f"status {status(head)}")
        if status(head) in LIMITS and b"\r\nretry-after: " not in head.lower():
            found.append(f"{status(head)} without Retry-After")
    return [f"{request.kind}: {words}: {request.data[:300]!r}" for words in found]
