"""What is exported is what the graph holds, in each format; what it does not hold is listed."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from export_reading import by_rdflib, canonical
from kg import Graph, cli, load
from kg.errors import KgError, UsageError
from kg.export import FORMATS, export, make_bundle
from kg.export_bundle import LOSSES, Bundle
from kg.store import build
from small_project import make_project, write

ONTOLOGY = ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology")
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PLAIN = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf"}
PARTS = ("ontology", "data", "derived")


@pytest.fixture(scope="module")
def bundles(loaded: Graph) -> dict[str, Bundle]:
    return {form: make_bundle(loaded, form) for form in FORMATS}


def test_formats_are_those_of_the_contract() -> None:
    """The ten names, in the command line's help too."""
    assert set(FORMATS) == {*PLAIN, "jsonld", "rdf12", "kgx", "graphml", "csv", "void", "docs"}
    assert tuple(FORMATS) == cli.EXPORT_FORMATS


@pytest.mark.parametrize(
    ("form", "read"), [("turtle", ("ontology", "data")), ("ntriples", ("derived",)), ("rdfxml", ("ontology", "data"))]
)
def test_rdflib_reads_what_was_written(
    loaded: Graph, canonical_parts: dict[str, ox.Dataset], tmp_path: Path, form: str, read: tuple[str, ...]
) -> None:
    """A second library, which takes its time, finds the same triples, blank nodes and all."""
    files = export(loaded, form, tmp_path)
    assert [file.name for file in files] == [f"{part}.{PLAIN[form]}" for part in PARTS] + [LOSSES]
    for part in read:
        assert len(canonical_parts[part]) > 1000
        assert by_rdflib(tmp_path / f"{part}.{PLAIN[form]}") == canonical_parts[part]


def test_nothing_but_headers_and_imports_is_missing(loaded: Graph, exported: dict[str, list[ox.Triple]]) -> None:
    """The three parts together are the whole graph."""
    owl = "http://www.w3.org/2002/07/owl#"
    modules = {quad.subject for quad in loaded.store.quads_for_pattern(None, RDF_TYPE, ONTOLOGY, None)}
    modules -= {ox.NamedNode("https://w3id.org/xpo1-kg/ontology/")}
    kept = [q for q in loaded.store if q.subject not in modules and q.predicate.value != owl + "imports"]
    assert len(modules) > 5
    assert canonical(kept) == canonical(triple for triples in exported.values() for triple in triples)


def test_blank_nodes_stay_within_a_file(exported: dict[str, list[ox.Triple]]) -> None:
    """What is derived about a blank node stands beside it: a file of its own would say it of nobody."""
    blank = [t for t in exported["data"] if isinstance(t.subject, ox.BlankNode) and t.predicate == RDF_TYPE]
    assert len(blank) > 1000
    assert not [t for t in exported["derived"] if ox.BlankNode in (type(t.subject), type(t.object))]


def test_ontology_is_one_without_imports(loaded: Graph, tmp_path: Path) -> None:
    """One header, no imports: other tools need nothing beside the file."""
    ontology, *_ = export(loaded, "rdfxml", tmp_path)
    quads = list(ox.parse(ontology.read_bytes(), format=ox.RdfFormat.RDF_XML))
    assert [quad.subject.value for quad in quads if quad.object == ONTOLOGY and quad.predicate == RDF_TYPE] == [
        "https://w3id.org/xpo1-kg/ontology/"
    ]
    assert not [quad for quad in quads if quad.predicate.value.endswith("#imports")]


def test_two_exports_are_byte_identical(bundles: dict[str, Bundle]) -> None:
    """A second load, with other names for all blank nodes, gives the same files in every format."""
    again = _renamed(load(cache=False))
    for form, bundle in bundles.items():
        second = make_bundle(again, form)
        assert sorted(second.files) == sorted(bundle.files), form
        for name, text in bundle.files.items():
            assert second.files[name] == text, f"{form}: {name}"
        assert second.losses == bundle.losses, form


def _renamed(graph: Graph) -> Graph:
    """Read the graph back from N-Quads, as the cache does: blank nodes get names that nobody chose."""
    store, dump = ox.Store(), graph.store.dump(format=ox.RdfFormat.N_QUADS)
    assert dump is not None
    store.bulk_load(input=dump, format=ox.RdfFormat.N_QUADS)
    blank = {quad.subject for quad in graph.store if isinstance(quad.subject, ox.BlankNode)}
    assert blank.isdisjoint(quad.subject for quad in store)
    return Graph(store, graph.files)


def test_each_format_says_what_it_loses(bundles: dict[str, Bundle]) -> None:
    """No format carries all of it, and each counts what it leaves out."""
    for form, bundle in bundles.items():
        assert [loss for loss in bundle.losses if loss.number], form
        assert all(line.split()[0].replace(",", "").isdecimal() for line in bundle.lines()), form


def test_final_zeros_are_counted(loaded: Graph, bundles: dict[str, Bundle]) -> None:
    """The number of the loss is that of figures whose printed token ends in a zero the engine drops."""
    rows = loaded.query("SELECT ?token ?value { ?v kg:printed ?token ; kg:value ?value }").rows
    rounded = [token for token, value in rows if "." in token and token != value and float(token) == float(value)]
    assert "50.0" in rounded
    assert [loss.number for loss in bundles["turtle"].losses if "final zeros" in loss.what] == [len(rounded)]


def test_losses_lie_beside_the_files(loaded: Graph, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints the same lines that it writes."""
    assert cli.main(["export", "turtle", str(tmp_path / "new" / "folder")]) == 0
    printed = capsys.readouterr().out.splitlines()
    told = (tmp_path / "new" / "folder" / LOSSES).read_text(encoding="utf-8").splitlines()
    assert printed.index("not in these files:") == 4
    assert [f"- {line}" for line in printed[5:]] == told[2:]
    assert len(told) > 3


def test_xml_takes_no_control_characters(tmp_path: Path) -> None:
    """A character that XML cannot write does not make the file unreadable, and is counted."""
    files = make_project(tmp_path / "project")
    write(files.root, "data/triples/odd.ttl", '<urn:a> <urn:p> "a\\u0001b" , "ä€😀" .\n')
    store = build(files, {path: path.read_bytes() for path in files.topics()}, derive=False)
    bundle = make_bundle(Graph(store, files), "rdfxml")
    (tmp_path / "data.rdf").write_text(bundle.files["data.rdf"], encoding="utf-8")
    values = {str(quad.object) for quad in by_rdflib(tmp_path / "data.rdf") if quad.subject.value == "urn:a"}
    assert values == {'"a\N{REPLACEMENT CHARACTER}b"', '"ä€😀"'}
    assert [loss.number for loss in bundle.losses if "control" in loss.what] == [1]


def test_unknown_format_and_folder_are_told(loaded: Graph, tmp_path: Path) -> None:
    """Wrong use lists the formats; a file in the way of the folder is one line."""
    with pytest.raises(UsageError, match="turtle, ntriples, rdfxml"):
        export(loaded, "hdt", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(KgError, match="cannot make"):
        export(loaded, "turtle", tmp_path / "file" / "folder")
