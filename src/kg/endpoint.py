"""Ask a SPARQL endpoint instead of the embedded engine: the same question, somebody else's copy of the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pyoxigraph as ox

from kg.errors import KgError, UsageError
from kg.questions import prepared, tabulated
from kg.results import Table
from kg.terms import PREFIXES

__all__ = ["ask"]

# Longer than any saved question takes anywhere, short enough to notice a server that hangs.
SECONDS = 60
_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"


def ask(address: str, text: str, params: Mapping[str, str]) -> Table:
    """Send a query by the SPARQL 1.1 Protocol and read the answer as a table.

    Args:
        address: the http or https address of the endpoint.
        text: the query; the prefix table is declared for it.
        params: values by variable name, as for `kg.questions.run`.

    Raises:
        UsageError: not an http address.
        KgError: the endpoint cannot be reached, refuses the query, or answers in no format that is known here.
    """
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        raise UsageError(f"--endpoint {address}: give an http or https address")
    body = urlencode({"query": _declared(prepared(text, params))}).encode()
    request = Request(address, data=body, headers={"Accept": _ACCEPT, "User-Agent": "xpo1-kg"})
    try:
        with urlopen(request, timeout=SECONDS) as answer:
            return _table(answer.read(), answer.headers.get_content_type())
    except HTTPError as fault:
        said = " ".join(fault.read(500).decode("utf-8", "replace").split())
        raise KgError(f"{address} answers {fault.code} {fault.reason}: {said}".rstrip(": ")) from fault
    except (URLError, OSError) as fault:
        raise KgError(f"cannot reach {address}: {getattr(fault, 'reason', fault)}") from fault


def _declared(text: str) -> str:
    """Declare the prefixes that a query uses and leaves to the table; some servers refuse a second declaration.

    >>> _declared("ASK { ?x a kg:Drug }")
    'PREFIX kg: <https://w3id.org/xpo1-kg/ontology/> ASK { ?x a kg:Drug }'
    """
    used = {name for name in PREFIXES if f"{name}:" in text}
    own = {name for name in used if re.search(rf"prefix\s+{name}:", text, re.IGNORECASE)}
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in sorted(used - own)) + text


def _table(content: bytes, media_type: str) -> Table:
    try:
        if results := ox.QueryResultsFormat.from_media_type(media_type):
            return tabulated(ox.parse_query_results(content, format=results))
        if triples := ox.RdfFormat.from_media_type(media_type):
            return tabulated(quad.triple for quad in ox.parse(content, format=triples))
    except (SyntaxError, ValueError) as fault:
        raise KgError(f"the endpoint's answer cannot be read: {fault}") from fault
    raise KgError(f"the endpoint answers in {media_type}, which is no format of results")
