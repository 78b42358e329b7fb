"""How to cite a value or a statement: each source it stands in, with the places, and the graph it was taken from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kg.errors import NotFoundError, unknown_format
from kg.terms import curie, expand

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["FORMATS", "cite", "cite_graph"]

FORMATS = ("bibtex", "ris")
# As in CITATION.cff, which is no part of the package; a test compares the two.
TITLE = "XPO1-KG: a knowledge graph of nuclear-export inhibition in multiple myeloma"
AUTHOR = "The XPO1-KG contributors"

_RECORD = """
SELECT ?work ?author ?year ?title ?venue ?doi ?place {
  { ?record kg:reportOf [] ; kg:locator ?spot } UNION { ?record kg:evidenceLine/kg:locator ?spot }
  ?spot kg:placeName ?place ; oa:hasSource ?rendition . ?rendition kg:renditionOf ?work .
  ?work kg:firstAuthor ?author ; kg:year ?year ; kg:title ?title .
  OPTIONAL { ?work kg:venue ?venue } OPTIONAL { ?work kg:doi ?doi }
} ORDER BY ?place
"""
# What either format would read as its own mark; a line break would begin another field.
_BIBTEX = str.maketrans(
    {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "\n": " ", "\r": " "}
)
_LINE = str.maketrans({"\n": " ", "\r": " "})


def cite(graph: Graph, name: str, form: str = "bibtex") -> str:
    """Write an entry for each source that prints the record, with its places there, and one for the graph itself.

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
        raise unknown_format(form, FORMATS)
    iri = expand(name if ":" in name else f"kgd:{name}")
    rows = list(graph.query(_RECORD, record=f"<{iri}>"))
    if not rows:
        raise NotFoundError(f"no printed value or statement is called {name!r}")
    works = {row["work"]: row for row in reversed(rows)}
    places: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        places[row["work"]] += [row["place"]] if row["place"] not in places[row["work"]] else []
    printed = [{**works[work], "note": f"{curie(iri)}: {'; '.join(where)}"} for work, where in places.items()]
    return (_bibtex if form == "bibtex" else _ris)(printed, graph.version)


def cite_graph(version: str, form: str = "text") -> str:
    """Write how to cite the graph as a whole.

    Args:
        version: of the graph.
        form: `text`, `bibtex` or `ris`.

    Raises:
        UsageError: an unknown format.

    >>> cite_graph("0.1.0").partition(": ")[0]
    'The XPO1-KG contributors. XPO1-KG'
    """
    if form == "text":
        return f"{AUTHOR}. {TITLE}. Version {version}.\n"
    if form not in FORMATS:
        raise unknown_format(form, ("text", *FORMATS))
    return (_bibtex if form == "bibtex" else _ris)([], version)


def _bibtex(works: list[dict[str, str]], version: str) -> str:
    graph = _bibtex_entry("misc", "xpo1kg", {"author": AUTHOR, "title": TITLE, "version": version})
    # In braces of its own a name is not taken apart into those of a person.
    entries = [*map(_article, works), graph.replace(AUTHOR, f"{{{AUTHOR}}}")]
    return "\n".join(entries)


def _article(work: dict[str, str]) -> str:
    family = work["author"].split()[0]
    fields = {"author": f"{work['author']} and others", "title": work["title"], "journal": work["venue"]}
    fields |= {"year": work["year"], "doi": work["doi"], "note": work["note"]}
    return _bibtex_entry("article", f"{family.lower()}{work['year']}", fields)


def _bibtex_entry(kind: str, key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value.translate(_BIBTEX)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"]) + "\n"


def _ris(works: list[dict[str, str]], version: str) -> str:
    articles = []
    for work in works:
        told = [("AU", work["author"]), ("TI", work["title"]), ("JO", work["venue"])]
        told += [("PY", work["year"]), ("DO", work["doi"]), ("N1", work["note"])]
        articles += [("TY", "JOUR"), *((tag, value) for tag, value in told if value), ("ER", "")]
    graph = [("TY", "DATA"), ("AU", AUTHOR), ("TI", TITLE), ("ET", version), ("ER", "")]
    return "".join(f"{tag}  - {value.translate(_LINE)}".rstrip() + "\n" for tag, value in articles + graph)
