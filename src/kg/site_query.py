"""The page that asks any question: an editor with the saved questions, and an engine for where no server answers.

A page opened from a file may load neither a module nor a file of data, so the engine and the graph lie in classic
scripts, packed. Under `kg serve` neither is loaded before somebody brings a file of their own.
"""

from __future__ import annotations

import base64
import gzip
import re
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.export_rdf import canonical_quads
from kg.questions import grouped, list_questions
from kg.site_page import POLICY, script_data
from kg.terms import DATA, ONTOLOGY, PREFIXES
from kg.vendor import EDITOR, ENGINE, LICENCES, SCRIPTS, vendor_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.questions import Question
    from kg.site_page import Site
    from kg.store import Graph

__all__ = ["ENDPOINT", "OWN", "OWN_SCRIPTS", "PAGE", "QUERY_POLICY", "write_query"]

PAGE = "query.html"
# The engine is WebAssembly, in a worker that the page makes of text and can end at any time.
QUERY_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") + "; worker-src blob:"

# In this order: each may use those before it. The first start the engine and then load the others.
_STARTING = ("query-load.js", "query-engine.js", "query-start.js")
OWN_SCRIPTS = (
    *_STARTING,
    "explore-dom.js",
    "query-text.js",
    "query-prepare.js",
    "query-names.js",
    "query-answer.js",
    "query-turtle.js",
    "query-own.js",
    "query-endpoint.js",
    "query-editor.js",
    "query-form.js",
    "query-table.js",
    "query-chart.js",
    "query-graph.js",
    "query-files.js",
    "query.js",
)
_STYLE = "query.css"
_TERMS = "assets/query-terms.js"
_DATA = "assets/query-data.js"
_ENGINE = "assets/query-engine-data.js"
# Empty on the site; a server that answers queries writes its address here.
ENDPOINT = "assets/query-server.js"
# Where the page puts what somebody brings along: a graph for each file, a predicate for each column.
OWN = "https://w3id.org/xpo1-kg/own/"

_LABELS = """SELECT ?term ?label { ?term rdfs:label ?label
  FILTER(STRSTARTS(STR(?term), STR(kg:))) } ORDER BY ?term ?label"""
# The last lines of the module, which alone need one.
_EXPORTS = re.compile(r"^export \{[^}]*\};\s*$|^export (?=class |function )", re.MULTILINE)


def write_query(site: Site) -> None:
    """Write the page Query with its scripts, the graph and the engine that answers without a server."""
    vendor_files()
    for name in (*EDITOR, *SCRIPTS, LICENCES):
        site.asset(f"vendor/{name}")
    for name in OWN_SCRIPTS:
        site.asset(name)
    questions = list_questions(site.graph.files)
    site.write(ENDPOINT, script_data("kgQueryServer", ""))
    site.write(_TERMS, script_data("kgQueryTerms", _terms(site, questions)))
    site.write(_DATA, script_data("kgQueryData", _packed(_trig(site.graph))))
    site.write(_ENGINE, script_data("kgQueryEngineData", _engine()))
    own = [f"assets/{name}" for name in OWN_SCRIPTS]
    first = len(_STARTING)
    later = [f"assets/vendor/{EDITOR[0]}", _TERMS, *own[first:]]
    site.page(
        PAGE,
        "query.html.j2",
        "Query",
        starting=[ENDPOINT, *own[:first]],
        later=later,
        styles=[f"vendor/{EDITOR[1]}", _STYLE],
        policy=QUERY_POLICY,
        groups=grouped(questions),
        data=_DATA,
        engine=_ENGINE,
        libraries=[f"assets/vendor/{name}" for name in SCRIPTS],
        own=OWN,
    )


def _terms(site: Site, questions: Iterable[Question]) -> dict[str, Any]:
    """Gather what the editor completes and what cells link to."""
    labels: dict[str, str] = {}
    for row in site.graph.query(_LABELS):
        labels.setdefault(row["term"], row["label"])
    return {
        "prefixes": PREFIXES,
        "own": OWN,
        "spaces": [DATA, ONTOLOGY],
        "terms": labels,
        "things": {name: thing.label for name, thing in site.things.items()},
        "statements": sorted(site.desk.statements),
        "discrepancies": sorted(site.desk.discrepancies),
        "figures": sorted(site.desk.figures),
        "questions": {question.name: question.text for question in questions},
    }


def _trig(graph: Graph) -> bytes:
    """Write all graphs, in one order and with short names: the engine reads it in half the time of N-Quads."""

    def place(quad: ox.Quad) -> tuple[str, ...]:
        return str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object)

    written = ox.serialize(sorted(canonical_quads(graph), key=place), format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
    assert written is not None  # only where it goes to a file
    return written


def _engine() -> dict[str, str]:
    """Give the text of the worker, which no file may be, and the engine."""
    web = package_files("kg") / "web"
    glue = _EXPORTS.sub("", (web / "vendor" / ENGINE[0]).read_text(encoding="utf-8"))
    glue = glue.replace("import.meta.url", '""')
    worker = (web / "query-worker.js").read_text(encoding="utf-8")
    script = f"const oxigraph = (() => {{ {glue}\nreturn {{ initSync, Store, namedNode }};\n}})();\n{worker}"
    return {"script": script, "module": _packed((web / "vendor" / ENGINE[1]).read_bytes())}


def _packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")
