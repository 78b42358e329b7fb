"""Each name as an address: `/entity/kgd:Drug_selinexor` tells what is said of it, for people or machines."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.negotiate import chosen
from kg.pool import Answer, Pool, RefusalError
from kg.terms import DATA, GRAPH, KG, ONTOLOGY, curie
from kg.view_claims import outward_address
from kg.web_answer import answered
from kg.web_input import accepted, query_fields, refuse_others
from kg.web_sparql import unless_gone
from kg.worker import GRAPH_TYPES

if TYPE_CHECKING:
    from jinja2 import Template
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
    from starlette.staticfiles import StaticFiles

__all__ = ["entity_address", "named", "route"]

# What an ending asks for, whatever the browser says it accepts.
ENDINGS: Final = {
    ".html": "text/html",
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}
MOST_ROWS: Final = 500
_SPACES: Final = {"kgd": DATA, "kg": ONTOLOGY, "kgg": GRAPH}
_MOST_CHARACTERS = 500
# What may not stand in an IRI, and would end one in a query; and what stands for bytes that are no UTF-8.
_NO_NAME = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f\ud800-\udfff]')
_JSON = ("application/sparql-results+json",)

_EXISTS = "ASK { { NAME ?p ?o } UNION { ?s NAME ?o } UNION { ?s ?p NAME } UNION { GRAPH NAME { ?s ?p ?o } } }"

_SAID = """
SELECT DISTINCT ?p ?p_label ?o ?o_label ?q ?q_label ?v ?v_label {
  <%s> ?p ?o .
  OPTIONAL { ?p rdfs:label ?p_label }
  OPTIONAL { ?o rdfs:label ?o_label FILTER(ISIRI(?o)) }
  OPTIONAL {
    ?o ?q ?v FILTER(ISBLANK(?o))
    OPTIONAL { ?q rdfs:label ?q_label }
    OPTIONAL { ?v rdfs:label ?v_label FILTER(ISIRI(?v)) }
  }
} ORDER BY ?p_label ?p ?o_label ?o ?q ?v LIMIT %d"""

_POINTING = """
SELECT DISTINCT ?s ?s_label ?p ?p_label {
  ?s ?p <%s> FILTER(ISIRI(?s))
  OPTIONAL { ?p rdfs:label ?p_label }
  OPTIONAL { ?s rdfs:label ?s_label }
} ORDER BY ?p_label ?p ?s_label ?s LIMIT %d"""


class Shown(NamedTuple):
    """A term on a page: its words, and where a link leads, or nothing."""

    words: str
    address: str = ""


class Said(NamedTuple):
    """One row of a page: a relation, and a term or the parts of one that has no name."""

    relation: Shown
    term: Shown
    parts: list[tuple[Shown, Shown]]


def route(pool: Pool, pages: Mapping[str, str], site: StaticFiles | None) -> Route:
    """Make the addresses of all names.

    Args:
        pool: is asked what is said of a name.
        pages: the pages of a site by CURIE; browsers are sent there.
        site: the files of that site, some of which have addresses here.
    """
    from starlette.routing import Route

    files = frozenset(pages.values())

    async def entity(request: Request) -> Response:
        path = request.scope["path"].lstrip("/")
        if site and path in files:
            return await site.get_response(path, request.scope)
        return await _entity(pool, pages, site is not None, request)

    return Route("/entity/{name:path}", entity)


def named(text: str) -> list[tuple[str, str]]:
    """Read a name from an address: the IRIs it may stand for, and the ending that is taken off for each.

    >>> named("kg:Drug.ttl")[0]
    ('https://w3id.org/xpo1-kg/ontology/Drug.ttl', '')
    >>> named("kg:Drug.ttl")[1]
    ('https://w3id.org/xpo1-kg/ontology/Drug', '.ttl')
    >>> [iri for iri, _ in named("Drug_selinexor")]
    ['https://w3id.org/xpo1-kg/data/Drug_selinexor', 'https://w3id.org/xpo1-kg/ontology/Drug_selinexor']
    >>> named("mondo:0009693"), named("kgd:a> ?p ?o")
    ([], [])
    """
    if len(text) > _MOST_CHARACTERS or _NO_NAME.search(text):
        return []
    prefix, colon, local = text.partition(":")
    if not colon:
        return [(space + name, ending) for name, ending in _with_endings(text) for space in (DATA, ONTOLOGY) if name]
    if prefix not in _SPACES:
        return []
    return [(_SPACES[prefix] + name, ending) for name, ending in _with_endings(local)]


def _with_endings(local: str) -> list[tuple[str, str]]:
    return [(local, ""), *((local.removesuffix(ending), ending) for ending in ENDINGS if local.endswith(ending))]


def entity_address(iri: str) -> str:
    """Say where a name of ours is told, or where one of others may be followed to; nothing if it had better not.

    >>> entity_address("https://w3id.org/xpo1-kg/ontology/Drug")
    '/entity/kg:Drug'
    >>> entity_address("javascript:alert(1)")
    ''
    """
    from urllib.parse import quote

    for prefix, space in _SPACES.items():
        if iri.startswith(space):
            return f"/entity/{prefix}:{quote(iri.removeprefix(space), safe='/')}"
    return outward_address(iri)


# ---- answering


async def _entity(pool: Pool, pages: Mapping[str, str], styled: bool, request: Request) -> Response:
    from starlette.responses import RedirectResponse

    refuse_others(query_fields(request), ())
    text = request.path_params["name"]
    iri, ending = await _known(pool, request, text)
    media_type = ENDINGS[ending] if ending else chosen(accepted(request), ["text/html", *GRAPH_TYPES])
    address = entity_address(iri)
    if media_type != "text/html":
        found = await unless_gone(request, pool.ask(f"DESCRIBE <{iri}>", accept=[media_type]))
        return _linked(answered(request, found), address)
    page = pages.get(curie(iri))
    if page and not ending:
        return RedirectResponse(f"/{page}", 303, headers={"Vary": "Accept"})
    return _linked(answered(request, Answer("text/html", await _page(pool, request, iri, styled))), address)


async def _known(pool: Pool, request: Request, text: str) -> tuple[str, str]:
    """Find which of the IRIs that an address may stand for something is said of."""
    for iri, ending in named(text):
        if await _is_known(pool, request, iri):
            return iri, ending
    raise RefusalError(404, "nothing is said here of a thing with this name; /entity/kgd:Drug_selinexor is one")


async def _is_known(pool: Pool, request: Request, iri: str) -> bool:
    try:
        found = await unless_gone(request, pool.ask(_EXISTS.replace("NAME", f"<{iri}>"), accept=_JSON))
    except RefusalError as fault:
        if fault.status == 400:  # characters that no name has
            return False
        raise
    return bool(json.loads(found.body)["boolean"])


def _linked(response: Response, address: str) -> Response:
    """Tell where the other forms are."""
    links = [f'<{address}{ending}>; rel="alternate"; type="{media_type}"' for ending, media_type in ENDINGS.items()]
    response.headers["Link"] = ", ".join(links)
    return response


# ---- the page


async def _page(pool: Pool, request: Request, iri: str, styled: bool) -> bytes:
    said = await _rows(pool, request, _SAID % (iri, MOST_ROWS + 1))
    pointing = await _rows(pool, request, _POINTING % (iri, MOST_ROWS + 1))
    told = {
        "name": curie(iri),
        "iri": iri,
        "address": entity_address(iri),
        "documented": _documented(iri) if styled else "",
        "endings": ENDINGS,
        "said": _grouped(said[:MOST_ROWS]),
        "pointing": [(_shown(row, "s"), _shown(row, "p")) for row in pointing[:MOST_ROWS]],
        "cut": {"said": len(said) > MOST_ROWS, "pointing": len(pointing) > MOST_ROWS},
        "most": MOST_ROWS,
        "styled": styled,
    }
    return _template().render(told).encode()


def _documented(iri: str) -> str:
    """Say where the site's page of the ontology has a term of ours.

    >>> _documented(ONTOLOGY + "Drug"), _documented(ONTOLOGY + "Drugg")
    ('/ontology.html#Drug', '')
    """
    local = iri.removeprefix(ONTOLOGY)
    return f"/ontology.html#{local}" if iri.startswith(ONTOLOGY) and local in dir(KG) else ""


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(loader=PackageLoader("kg", "web"), autoescape=True, undefined=StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = True
    return made.get_template("name.html.j2")


async def _rows(pool: Pool, request: Request, query: str) -> list[dict[str, Any]]:
    found = await unless_gone(request, pool.ask(query, accept=_JSON))
    rows: list[dict[str, Any]] = json.loads(found.body)["results"]["bindings"]
    return rows


def _grouped(rows: Collection[Mapping[str, Any]]) -> list[Said]:
    """Put the parts of a term without a name on one row."""
    made: dict[tuple[str, str], Said] = {}
    for row in rows:
        key = (row["p"]["value"], json.dumps(row["o"]))
        entry = made.setdefault(key, Said(_shown(row, "p"), _shown(row, "o"), []))
        if "q" in row:
            entry.parts.append((_shown(row, "q"), _shown(row, "v")))
    return list(made.values())


def _shown(row: Mapping[str, Any], name: str) -> Shown:
    term = row[name]
    if term["type"] == "bnode":
        return Shown("(no name)")
    if term["type"] != "uri":
        return Shown(term.get("value", "") if isinstance(term.get("value"), str) else json.dumps(term["value"]))
    label = row.get(f"{name}_label", {}).get("value")
    address = entity_address(term["value"])
    # Relations of others are well known; a link on each row would only stand in the way.
    shown_address = address if name not in ("p", "q") or address.startswith("/") else ""
    return Shown(label or curie(term["value"]), shown_address)
