"""How to cite a value or a statement: the review it stands in, with the place, and the graph it was taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError, UsageError
from kg.terms import curie, expand

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["FORMATS", "cite"]

FORMATS = ("bibtex", "ris")

_RECORD = """
SELECT ?author ?year ?title ?venue ?doi ?place {
  { ?record kg:reportOf [] ; kg:locator ?spot } UNION { ?record kg:evidenceLine/kg:locator ?spot }
  ?spot kg:placeName ?place ; oa:hasSource/kg:renditionOf ?work .
  ?work kg:firstAuthor ?author ; kg:year ?year ; kg:title ?title ; kg:venue ?venue ; kg:doi ?doi .
} ORDER BY ?place
"""
# What either format would read as its own mark; a line break would begin another field.
_BIBTEX = str.maketrans(
    {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "\n": " ", "\r": " "}
)
_LINE = str.maketrans({"\n": " ", "\r": " "})


def cite(graph: Graph, name: str, form: str = "bibtex") -> str:
    """Write two entries: the review with the places of the record in it, and this version of the graph.

    Args:
        graph: where the record is.
        name: a CURIE, an IRI or the local name of a reported value or a statement.
        form: `bibtex` or `ris`.

    Raises:
        NotFoundError: nothing that the source prints has that name; a bridge, for instance, is not printed.
        UsageError: an unknown format.

    >>> from kg.store import load
    >>> print(cite(load(), "Value_BOSTON_patients_text").splitlines()[0])
    @article{huang2024,
    """
    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}; there are {', '.join(FORMATS)}")
    iri = expand(name if ":" in name else f"kgd:{name}")
    rows = list(graph.query(_RECORD, record=f"<{iri}>"))
    if not rows:
        raise NotFoundError(f"no printed value or statement is called {name!r}")
    places = "; ".join(dict.fromkeys(row["place"] for row in rows))
    review = {**rows[0], "note": f"{curie(iri)}: {places}"}
    return (_bibtex if form == "bibtex" else _ris)(review, graph.version)


def _bibtex(review: dict[str, str], version: str) -> str:
    family = review["author"].split()[0]
    entries: list[tuple[str, str, dict[str, Any]]] = [
        (
            "article",
            f"{family.lower()}{review['year']}",
            {"author": f"{review['author']} and others", "title": review["title"], "journal": review["venue"]}
            | {"year": review["year"], "doi": review["doi"], "note": review["note"]},
        ),
        (
            "misc",
            "xpo1kg",
            {"title": "XPO1-KG", "version": version, "note": "knowledge graph of nuclear-export inhibition"},
        ),
    ]
    return "\n".join(_bibtex_entry(*entry) for entry in entries)


def _bibtex_entry(kind: str, key: str, fields: dict[str, Any]) -> str:
    lines = [f"  {name} = {{{str(value).translate(_BIBTEX)}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"]) + "\n"


def _ris(review: dict[str, str], version: str) -> str:
    article = [("TY", "JOUR"), ("AU", review["author"]), ("TI", review["title"]), ("JO", review["venue"])]
    article += [("PY", review["year"]), ("DO", review["doi"]), ("N1", review["note"]), ("ER", "")]
    graph = [("TY", "DATA"), ("TI", "XPO1-KG"), ("ET", version), ("ER", "")]
    return "".join(f"{tag}  - {value.translate(_LINE)}".rstrip() + "\n" for tag, value in article + graph)
