"""The graph in memory: every Turtle file in a named graph of its own, what the rules derive in another.

Each triple stands in one graph only: that of the first file that says it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import __version__
from kg.errors import DataError, KgError
from kg.files import Files, default_files, read_bytes, write_atomic
from kg.ledger import Follow, Ledger
from kg.progress import bar, tell
from kg.rules import DERIVED
from kg.rules import derive as run_rules
from kg.sparql import parser_message
from kg.terms import GRAPH, MODULES, XSD, graph_name

if TYPE_CHECKING:
    import networkx
    import rdflib

    from kg.checks import CheckReport
    from kg.explain import Explanation
    from kg.results import Table
    from kg.view_page import Page

__all__ = ["Graph", "load"]

# Every edit of a data file makes a new cache; the old ones are of use only when somebody switches back.
MOST_CACHES = 4

# The modules that decide what the graph is; with a version number alone, a change of theirs would keep the old cache.
_DERIVING = (
    "edges.py",
    "explain.py",
    "ledger.py",
    "mechanisms.py",
    "nodes.py",
    "paths.py",
    "rules.py",
    "sparql.py",
    "store.py",
    "terms.py",
)


# Data files of these names would be loaded into the graphs of the rules, of `kg push` (as in kg.remote), of the links.
_TAKEN = ("derived", "all", "links")


class Graph:
    """The loaded graph, the files it comes from, and the questions one can ask of it."""

    def __init__(self, store: ox.Store, files: Files) -> None:
        self.store = store
        self.files = files
        self.version = __version__

    def query(self, question: str, /, **params: object) -> Table:
        """Answer a saved question by its name, or a SPARQL text.

        Args:
            question: a name from `queries/questions`, or a query.
            params: values for the question's parameters: a CURIE, an IRI, a number, or other text.

        Raises:
            NotFoundError: no question has that name.
            QueryError: the query does not parse or cannot be evaluated.
            UsageError: the question has no such parameter.

        >>> len(load(cache=False).query("SELECT ?drug { kg:Drug a ?drug }"))
        1
        """
        questions = import_module("kg.questions")
        table: Table = questions.answer(self, question, {name: str(value) for name, value in params.items()})
        return table

    def explain(self, start: str, end: str, *, stitched: bool = False) -> Explanation:
        """Find the signed paths from one entity to another; see `kg.explain.explain`."""
        explanation: Explanation = import_module("kg.explain").explain(self, start, end, stitched=stitched)
        return explanation

    def check(self) -> CheckReport:
        """Run all checks; see `kg.checks.run`."""
        report: CheckReport = import_module("kg.checks").run(self)
        return report

    def view(self, name: str | None = None, *, focus: str | None = None, hops: int | None = None) -> Page:
        """Draw a named view, or what stands around a thing, as a page that Jupyter shows inline; see `kg.view.view`."""
        page: Page = import_module("kg.view").view(self, name, focus=focus, hops=hops)
        return page

    def to_rdflib(self) -> rdflib.Dataset:
        """Copy the same quads, blank nodes by name, into an rdflib dataset whose default graph is the union of all."""
        import rdflib

        dataset = rdflib.Dataset(default_union=True)
        graphs = {name: dataset.graph(rdflib.URIRef(name.value)) for name in self.store.named_graphs()}
        for quad in self.store:
            subject, predicate, value = map(_rdflib_term, quad.triple)
            graphs[quad.graph_name].add((subject, predicate, value))
        return dataset

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """Draw the direct edges as a graph whose nodes are CURIEs.

        The key of an edge is the CURIE of the statement or event it comes from; `predicate` is a CURIE, and `sign` is
        1, -1, or 0 where the predicate has none.
        """
        import networkx

        drawn: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        for edge in self.query(_DIRECT_EDGES):
            drawn.add_edge(
                edge["from"], edge["to"], key=edge["source"], predicate=edge["predicate"], sign=int(edge["sign"])
            )
        return drawn


def _rdflib_term(term: Any) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    import rdflib

    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
    # To rdflib a plain "a" and "a"^^xsd:string are two things: queries write the plain one.
    plain = term.language or term.datatype == _STRING
    datatype = None if plain else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


_STRING = ox.NamedNode(XSD + "string")


_DIRECT_EDGES = """
SELECT ?from ?predicate ?to ?source (COALESCE(?known, 0) AS ?sign) {
  ?edge a kg:DirectEdge ; kg:edgeSubject ?from ; kg:edgePredicate ?predicate ; kg:edgeObject ?to ;
    kg:derivedFrom ?source .
  OPTIONAL { ?predicate kg:sign ?known }
} ORDER BY ?from ?to ?source
"""


def load(files: Files | None = None, *, derive: bool = True, cache: bool = True) -> Graph:
    """Load the ontology and the data, and derive what the rules say.

    Args:
        files: the project to load; the one of this installation if left out.
        derive: run the rules.
        cache: keep the loaded and derived graph under the user's cache folder (see `KG_NO_CACHE` in the docs) and take
            it from there as long as no file changes.

    Raises:
        DataError: files that cannot be read or parsed or have a name that is taken (all of them at once), or faulty
            rules.

    >>> load(cache=False).files == default_files()
    True
    """
    files = files or default_files()
    sources = read_sources(files)
    cached = _cache_file(files, sources) if derive and cache else None
    store = _read_cache(cached) if cached else None
    if store is None:
        store = build(files, sources, derive=derive)
        if cached:
            _write_cache(cached, store)
    return Graph(store, files)


def read_sources(files: Files) -> dict[Path, bytes]:
    """Read the Turtle files of a project; there must be some, none with the name of a graph that is another's."""
    sources = {path: read_bytes(path) for path in [*files.modules(), *files.topics()]}
    if not sources:
        raise DataError(f"no Turtle files under {files.root}")
    # What is derived, what is published, a module, the links.
    taken = [path for path in files.topics() if path.stem in _TAKEN or (GRAPH + path.stem).startswith(MODULES)]
    if taken:
        raise DataError(
            f"{files.shown(path)}: its graph would be another's, give the file another name" for path in taken
        )
    return sources


def build(files: Files, sources: dict[Path, bytes], *, derive: bool, follow: Follow | None = None) -> ox.Store:
    """Read the files into a store and derive what the rules say; see `load` for what may be wrong.

    Args:
        files: the project.
        sources: what stands in its Turtle files.
        derive: run the rules.
        follow: is given every triple as soon as it is known; the store goes without those that no rule reads.

    >>> len(build(default_files(), {}, derive=False))
    0
    """
    ledger, faults = Ledger(ox.Store(), follow), []
    whole, done = sum(map(len, sources.values())), 0
    for path, content in sources.items():
        tell(bar(done, whole, f"reading {files.shown(path)}"))
        done += len(content)
        try:
            ledger.read(content, ox.NamedNode(graph_name(files, path)))
        except SyntaxError as fault:
            faults.append(f"{files.shown(path)}:{fault.lineno}: {parser_message(fault)}")
    if faults:
        raise DataError(faults)
    if derive:
        tell("deriving what follows")
        derive_paths = import_module("kg.mechanisms").derive_paths
        run_rules(ledger, files.saved("rules"), lambda: derive_paths(Graph(ledger.store, files)))
    return ledger.store


def cache_folder() -> Path | None:
    """Name the folder of the caches; there is none where they are switched off, or for a user without a home."""
    if os.environ.get("KG_NO_CACHE"):
        return None
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xpo1-kg"
    except RuntimeError:  # as in some containers
        return None


def _cache_file(files: Files, sources: dict[Path, bytes]) -> Path | None:
    """Name the cache after everything that its content depends on."""
    folder = cache_folder()
    if folder is None:
        return None
    digest = hashlib.sha256(f"{__version__} {ox.__version__}".encode())
    rules = {path: read_bytes(path) for path in files.saved("rules")}
    code = {path: read_bytes(path) for path in map(Path(__file__).with_name, _DERIVING)}
    for path, content in {**sources, **rules, **code, files.prefixes: read_bytes(files.prefixes)}.items():
        digest.update(f"\n{files.shown(path)} {len(content)}\n".encode() + content)
    return folder / f"{digest.hexdigest()}.nq"


def _read_cache(path: Path) -> ox.Store | None:
    """Read a cache whose first line holds the digest of the rest; any doubt means none."""
    try:
        first, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if first != _seal(body):
        return None
    store = ox.Store()
    # Blank nodes get new labels here; nothing outside this one file names them.
    # Lenient: the digest says that this engine wrote these IRIs; not checking them again halves the time.
    store.bulk_load(input=body, format=ox.RdfFormat.N_QUADS, lenient=True)
    return store


def _write_cache(path: Path, store: ox.Store) -> None:
    """Write the cache whole or not at all; a folder that cannot be written is no fault of the user's question."""
    body = store.dump(format=ox.RdfFormat.N_QUADS)
    assert body is not None
    with contextlib.suppress(OSError, KgError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(path, _seal(body) + b"\n" + body)
        _prune(path.parent)


def _seal(body: bytes) -> bytes:
    return b"# sha256 " + hashlib.sha256(body).hexdigest().encode()


def _prune(folder: Path) -> None:
    newest_first = sorted(folder.glob("*.nq"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[MOST_CACHES:]:
        path.unlink(missing_ok=True)


def count_triples(store: ox.Store) -> tuple[int, int]:
    """Count the asserted and the derived triples.

    >>> count_triples(ox.Store())
    (0, 0)
    """
    derived = sum(1 for _ in store.quads_for_pattern(None, None, None, DERIVED))
    return len(store) - derived, derived
