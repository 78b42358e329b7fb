"""The ontology as one static page: every term with its definition, at an anchor of its name.

No text of the graph is ever read as HTML: the template escapes, there is no script, and a content security policy
allows the page's own style and nothing else. The site shows the same terms in its own frame (`kg.site_ontology`).
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from kg.export_bundle import Bundle, Loss
from kg.ontology_terms import read_ontology
from kg.view_claims import outward_address

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["docs", "read_header"]

_HEADER = """
SELECT ?title ?description ?version ?license (STR(?license) AS ?address) {
  ?ontology a owl:Ontology ; owl:versionInfo ?version ; dcterms:title ?title ; dcterms:license ?license
  OPTIONAL { ?ontology dcterms:description ?description }
} ORDER BY ?title LIMIT 1"""
_THINGS = "SELECT DISTINCT ?thing { ?thing a ?class FILTER(STRSTARTS(STR(?thing), STR(kgd:))) }"


def docs(graph: Graph) -> Bundle:
    """Write the ontology as `index.html`, which needs no other file and asks for none."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    style = (package_files("kg") / "export_docs.css").read_text(encoding="utf-8")
    environment = Environment(loader=PackageLoader("kg", "."), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    ontology = read_ontology(graph)
    page = environment.get_template("export_docs.html.j2").render(
        header=read_header(graph),
        ontology=ontology,
        style=_style(style),
        policy=f"default-src 'none'; style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'",
        version=graph.version,
    )
    things = Loss(
        len(graph.query(_THINGS)), "things of the data", "the page is of the ontology; kg build makes pages of the data"
    )
    unworded = Loss(ontology.unworded, "axioms without a name", "no words are known for them")
    return Bundle({"index.html": page + "\n"}, [things, unworded])


def read_header(graph: Graph) -> dict[str, str] | None:
    """Read what the ontology says of itself, the address of its licence being one that a browser can follow."""
    return next(({**row, "address": outward_address(row["address"])} for row in graph.query(_HEADER)), None)


def _style(style: str) -> str:
    from markupsafe import Markup

    return Markup(style)  # our own file, not the graph's; a style element has no escapes


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
