"""Loading the files into one graph, and its cache."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from blank_nodes import canonical
from kg.errors import DataError
from kg.files import Files
from kg.remote import PUBLISHED
from kg.rules import DERIVED
from kg.store import _TAKEN, count_triples, load
from kg.terms import GRAPH
from small_project import PREFIXES, make_project, write


@pytest.fixture(autouse=True)
def cache_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the caches of these tests away from the user's."""
    home = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    monkeypatch.delenv("KG_NO_CACHE", raising=False)
    return home


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return make_project(tmp_path)


def _quads(files: Files, *, derive: bool = True, cache: bool = True) -> set[ox.Quad]:
    return canonical(load(files, derive=derive, cache=cache).store)


def _caches(home: Path) -> list[Path]:
    return list((home / "xpo1-kg").glob("*"))


def test_each_file_is_a_named_graph(files: Files) -> None:
    """Ontology modules, links and data files have names of their own."""
    write(files.root, "ontology/links.ttl", PREFIXES + "kg:Drug skos:closeMatch kg:Other .")
    names = {graph.value.rpartition("/")[2] for graph in load(files).store.named_graphs()}
    assert names == {"ontology_kg", "links", "drugs", "derived"}


def test_rules_fill_only_derived_graph(files: Files) -> None:
    """What is asserted stays as it was, with rules or without."""
    asserted = _quads(files, derive=False)
    with_rules = load(files).store
    assert asserted == canonical(quad for quad in with_rules if quad.graph_name != DERIVED)
    assert len(with_rules) - len(asserted) == 3  # one inverse, two typed selectors


def test_all_broken_files_are_reported(files: Files) -> None:
    """Each has its own line with the place of its fault."""
    write(files.root, "data/triples/x.ttl", PREFIXES + "\nkgd:a kgd:b .\n")
    write(files.root, "ontology/y.ttl", "a:b a:c 1 .\n")
    with pytest.raises(DataError) as caught:
        load(files)
    assert caught.value.lines == [
        "ontology/y.ttl:1: The prefix a: has not been declared",
        "data/triples/x.ttl:8: . is not a valid RDF object",
    ]


def test_folder_without_turtle_is_refused(tmp_path: Path) -> None:
    """An empty graph would answer every question with nothing."""
    with pytest.raises(DataError, match="no Turtle files under"):
        load(Files(tmp_path / "nowhere"))


@pytest.mark.parametrize("name", ["derived", "all", "links", "ontology_kg"])
def test_name_of_another_graph_is_refused(files: Files, name: str) -> None:
    """Its facts would count as derived, as published, as links or as terms."""
    write(files.root, f"data/triples/{name}.ttl", PREFIXES)
    with pytest.raises(DataError, match=rf"data/triples/{name}\.ttl: its graph would be another's"):
        load(files)


def test_published_graph_is_no_file() -> None:
    """The name that `kg push` gives is among those that are refused."""
    assert PUBLISHED.removeprefix(GRAPH) in _TAKEN


@pytest.mark.parametrize("name", ["ontology/prefixes.ttl", "data/triples/drugs.ttl", "queries/rules/inverse.rq"])
def test_unreadable_file_is_named(files: Files, name: str) -> None:
    """A folder stands where the file should be."""
    (files.root / name).unlink()
    (files.root / name).mkdir()
    with pytest.raises(DataError, match=rf"cannot read .*{name}: Is a directory"):
        load(files)


def test_repeated_triple_counts_once(files: Files) -> None:
    """Two files that say the same thing do not double the rows of an answer."""
    write(files.root, "data/triples/more.ttl", PREFIXES + "kgd:Drug_a a kg:Drug ; kg:value 1 .")
    assert load(files).query("SELECT ?x { ?x a kg:Drug } ORDER BY ?x").column("x") == ["kgd:Drug_a", "kgd:Drug_b"]


def test_derived_triples_join_blank_nodes(files: Files) -> None:
    """What a rule says of a blank node of a file is said of that node, whatever the engine calls it."""
    store = load(files, cache=False).store
    typed = {quad.subject for quad in store if quad.graph_name == DERIVED and isinstance(quad.subject, ox.BlankNode)}
    assert len(typed) == 2
    assert typed == {quad.object for quad in store if isinstance(quad.object, ox.BlankNode)}


def test_cached_graph_is_the_same(files: Files, cache_home: Path) -> None:
    """A graph from the cache has every quad of a fresh one, blank nodes included."""
    fresh = _quads(files)
    assert len(_caches(cache_home)) == 1
    assert _quads(files) == fresh


def test_second_load_reads_the_cache(files: Files, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a cache no rule runs again."""
    fresh = _quads(files)
    monkeypatch.setattr("kg.store.build", lambda *_, **__: pytest.fail("parsed again"))
    assert _quads(files) == fresh


@pytest.mark.parametrize("name", ["data/triples/drugs.ttl", "ontology/kg.ttl", "queries/rules/inverse.rq"])
def test_changed_file_makes_a_new_cache(files: Files, cache_home: Path, name: str) -> None:
    """Data, ontology and rules all count."""
    load(files)
    path = files.root / name
    path.write_text(path.read_text() + "# changed\n")
    load(files)
    assert len(_caches(cache_home)) == 2


@pytest.mark.parametrize("keep", [0, 30, -2, -200])
def test_truncated_cache_is_not_used(files: Files, cache_home: Path, keep: int) -> None:
    """However much of the file is left, the graph is whole."""
    fresh = _quads(files)
    (cache,) = _caches(cache_home)
    content = cache.read_bytes()
    cache.write_bytes(content[:keep])
    assert _quads(files) == fresh
    assert len(cache.read_bytes().splitlines()) == len(content.splitlines())


def test_altered_cache_is_not_used(files: Files, cache_home: Path) -> None:
    """A cache of the right length with another number in it is refused too."""
    fresh = _quads(files)
    (cache,) = _caches(cache_home)
    cache.write_bytes(cache.read_bytes().replace(b"aknib", b"zknib"))
    assert _quads(files) == fresh


def test_unwritable_cache_is_no_fault(files: Files, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file stands where the cache folder should be."""
    write(cache_home, "file", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home / "file"))
    assert len(load(files).store) == len(load(files, cache=False).store)


def test_interrupted_cache_leaves_nothing(files: Files, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while it is put in its place."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load(files)
    assert _caches(cache_home) == []


def test_cache_can_be_switched_off(files: Files, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variable, by the argument, and where no rules are run."""
    load(files, cache=False)
    load(files, derive=False)
    monkeypatch.setenv("KG_NO_CACHE", "1")
    load(files)
    assert _caches(cache_home) == []


def test_old_caches_are_removed(files: Files, cache_home: Path) -> None:
    """Only the newest few stay."""
    path = files.topics()[0]
    for number in range(7):
        path.write_text(path.read_text() + f"# {number}\n")
        load(files)
    assert len(_caches(cache_home)) == 4


def test_rdflib_copy_has_the_same_quads(files: Files) -> None:
    """Every term reads the same, blank nodes and number forms included."""
    graph = load(files)
    ours = {str(quad) for quad in graph.store}
    theirs = {" ".join(term.n3() for term in quad) for quad in graph.to_rdflib().quads()}
    assert theirs == ours


def test_drawing_has_the_direct_edges(files: Files) -> None:
    """An edge knows its statement, its predicate and its sign; an unsigned predicate has 0."""
    edges = """
    kgd:Edge_1 a kg:DirectEdge ; kg:edgeSubject kgd:Drug_a ; kg:edgePredicate kg:inhibits ;
        kg:edgeObject kgd:Protein_p ; kg:derivedFrom kgd:Statement_1 .
    kgd:Edge_2 a kg:DirectEdge ; kg:edgeSubject kgd:Drug_a ; kg:edgePredicate kg:binds ; kg:edgeObject kgd:Protein_p ;
        kg:derivedFrom kgd:Statement_2 ."""
    write(files.root, "data/triples/edges.ttl", PREFIXES + edges)
    assert list(load(files).to_networkx().edges(keys=True, data=True)) == [
        ("kgd:Drug_a", "kgd:Protein_p", "kgd:Statement_1", {"predicate": "kg:inhibits", "sign": -1}),
        ("kgd:Drug_a", "kgd:Protein_p", "kgd:Statement_2", {"predicate": "kg:binds", "sign": 0}),
    ]


def test_triples_are_counted_by_origin(files: Files) -> None:
    """Asserted and derived add up to all."""
    store = load(files).store
    asserted, derived = count_triples(store)
    assert (asserted + derived, derived) == (len(store), 3)
