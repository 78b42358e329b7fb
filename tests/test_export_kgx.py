"""KGX files in Biolink terms, held against the model file of the `biolink-model` package."""

import csv
import json
import shutil
from collections.abc import Iterator
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg import Graph
from kg.export import export
from kg.export_kgx import _mapped, kgx
from kg.files import Files
from kg.kgx_tables import CATEGORIES, CAUSAL, PREDICATES, SHAPES
from kg.store import load as load_project
from small_project import write

LISTS = {"category", "synonym", "xref", "provided_by", "publications", "context"}
LISTS |= {"anatomical_context_qualifier", "disease_context_qualifier"}


class Biolink:
    """The parts of the model that KGX files must keep to."""

    def __init__(self) -> None:
        text = (package_files("biolink_model") / "schema" / "biolink_model.yaml").read_text(encoding="utf-8")
        model = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.classes, self.slots, self.enums = model["classes"], model["slots"], model["enums"]
        self.by_category = {f"biolink:{_camel(name)}": name for name in self.classes}
        self.by_predicate = {f"biolink:{name.replace(' ', '_')}": name for name in self.slots}

    def ancestors(self, table: dict[str, Any], name: str) -> set[str]:
        """Name everything that a class or slot is a kind of, mixins too."""
        entry = table[name]
        wider = {entry.get("is_a"), *entry.get("mixins", [])} - {None}
        return {name}.union(*(self.ancestors(table, wide) for wide in wider))

    def faults(self, nodes: dict[str, Any], edges: list[dict[str, Any]]) -> Iterator[str]:
        """Say what of a graph the model does not allow."""
        for node in nodes.values():
            for category in node["category"]:
                known = self.classes.get(self.by_category.get(category, ""), {"mixin": True})
                if known.get("mixin") or known.get("abstract"):
                    yield f"{node['id']}: no category {category}"
        for edge in edges:
            yield from (f"{edge['id']}: {fault}" for fault in self.edge_faults(edge, nodes))

    def edge_faults(self, edge: dict[str, Any], nodes: dict[str, Any]) -> Iterator[str]:
        if edge["negated"] is not True and edge["negated"] is not False:
            yield f"negated is {edge['negated']!r}, no truth value"
        for key, enum in {
            "knowledge_level": "KnowledgeLevelEnum",
            "agent_type": "AgentTypeEnum",
            "object_direction_qualifier": "DirectionQualifierEnum",
        }.items():
            if key in edge and edge[key] not in self.enums[enum]["permissible_values"]:
                yield f"{key} has no word {edge[key]}"
        for key in {"predicate", "qualified_predicate"} & edge.keys():
            name = self.by_predicate.get(edge[key], "")
            if name not in self.slots or "related to" not in self.ancestors(self.slots, name):
                yield f"no predicate {edge[key]}"
                return
        for end, slot in (("subject", "domain"), ("object", "range")):
            if edge[end] not in nodes:
                yield f"no node {edge[end]}"
                continue
            allowed = self.slots[self.by_predicate[edge["predicate"]]].get(slot)
            is_a = {a for c in nodes[edge[end]]["category"] for a in self.ancestors(self.classes, self.by_category[c])}
            if allowed and allowed not in is_a:
                yield f"{end} of {edge['predicate']} is no {allowed}"


def _camel(name: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in name.split())


@pytest.fixture(scope="module")
def model() -> Biolink:
    return Biolink()


@pytest.fixture(scope="module")
def folder(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("kgx")
    export(loaded, "kgx", made)
    return made


@pytest.fixture(scope="module")
def nodes(folder: Path) -> dict[str, Any]:
    return {node["id"]: node for node in _lines(folder / "nodes.jsonl")}


@pytest.fixture(scope="module")
def edges(folder: Path) -> list[dict[str, Any]]:
    return list(_lines(folder / "edges.jsonl"))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def test_graph_keeps_to_the_model(model: Biolink, nodes: dict[str, Any], edges: list[dict[str, Any]]) -> None:
    """Categories, predicates with their domains and ranges, and closed words are the model's own."""
    assert len(nodes) > 400
    assert len(edges) > 250
    assert list(model.faults(nodes, edges)) == []


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("negated", "true", "negated is 'true', no truth value"),
        ("predicate", "biolink:inhibits_a_lot", "no predicate biolink:inhibits_a_lot"),
        ("predicate", "biolink:category", "no predicate biolink:category"),
        ("predicate", "biolink:treats", "object of biolink:treats is no disease or phenotypic feature"),
        ("knowledge_level", "fact", "knowledge_level has no word fact"),
        ("object_direction_qualifier", "lower", "object_direction_qualifier has no word lower"),
        ("object", "kgd:Nothing", "no node kgd:Nothing"),
    ],
)
def test_the_check_itself_finds_faults(
    model: Biolink, nodes: dict[str, Any], edges: list[dict[str, Any]], key: str, value: str, fault: str
) -> None:
    """A broken edge is told by its own fault, so that a silent check proves something."""
    (edge,) = [edge for edge in edges if edge["id"] == "kgd:Statement_selinexor_inhibits_XPO1"]
    assert list(model.edge_faults({**edge, key: value}, nodes)) == [fault]


def test_tables_name_what_the_model_has(model: Biolink) -> None:
    """Every row of the tables, used or not."""
    assert set(CATEGORIES.values()) <= set(model.by_category)
    for predicate, (before, after) in SHAPES.items():
        slot = model.slots[model.by_predicate[predicate]]
        for categories, limit in ((before, slot.get("domain")), (after, slot.get("range"))):
            for category in categories or ({"biolink:NamedThing"} if limit else ()):
                assert limit is None or limit in model.ancestors(model.classes, model.by_category[category]), predicate
    assert {said.predicate for said in PREDICATES.values()} <= set(SHAPES)


def test_a_step_keeps_direction_sign_and_evidence(edges: list[dict[str, Any]]) -> None:
    """Selinexor on XPO1, whole: a flipped arrow would be the worst fault."""
    (edge,) = [edge for edge in edges if edge["id"] == "kgd:Statement_selinexor_inhibits_XPO1"]
    assert edge == {
        "id": "kgd:Statement_selinexor_inhibits_XPO1",
        "subject": "kgd:Drug_selinexor",
        "predicate": "biolink:affects",
        "object": "kgd:Protein_XPO1",
        "category": ["biolink:Association"],
        "negated": False,
        "original_predicate": "kg:inhibits",
        "qualified_predicate": "biolink:causes",
        "object_direction_qualifier": "decreased",
        "primary_knowledge_source": "infores:xpo1-kg",
        "knowledge_level": "knowledge_assertion",
        "agent_type": "manual_agent",
        "has_confidence_level": "asserted as fact",
        "publications": edge["publications"],
    }
    assert "doi:10.1177/20406207231219442" in edge["publications"]


def test_every_signed_edge_has_the_sign_of_its_predicate(loaded: Graph, edges: list[dict[str, Any]]) -> None:
    """Increased where our relation has +1, decreased where it has -1, nothing where it has none."""
    signs = {row["p"]: int(row["s"]) for row in loaded.query("SELECT ?p ?s { ?p kg:sign ?s }")}
    words = {1: "increased", -1: "decreased"}
    told = {edge["original_predicate"]: edge.get("object_direction_qualifier") for edge in edges}
    assert told == {name: words.get(signs.get(name, 0)) for name in told}
    assert {"increased", "decreased", None} == set(told.values())


def test_what_is_denied_stays_denied(loaded: Graph, edges: list[dict[str, Any]]) -> None:
    """Exactly the denied statements are negated, and none is told under a wider predicate."""
    rows = loaded.query("SELECT ?s { ?s kg:polarity kg:Negated }").column("s")
    denied = [edge for edge in edges if edge["negated"]]
    assert {edge["id"] for edge in denied} == {edge["id"] for edge in edges} & set(rows)
    assert denied
    assert {edge["original_predicate"] for edge in denied} <= {"kg:affects", "kg:prevents"}


def test_what_biolink_cannot_mark_is_not_told(loaded: Graph, edges: list[dict[str, Any]]) -> None:
    """Bridges, disputed statements and those that hold only under a stimulus would read as plain facts."""
    barred = "SELECT DISTINCT ?s { { ?s a kg:BridgeStatement } UNION { ?s kg:disputedIn ?d ; kg:subject ?any }"
    barred += " UNION { ?s kg:subject ?any ; kg:context/kg:stimulus ?what } }"
    names = set(loaded.query(barred).column("s"))
    assert len(names) > 40
    assert names.isdisjoint(edge["id"] for edge in edges)


def test_hedged_claims_say_so(edges: list[dict[str, Any]]) -> None:
    """Only what the source words as fact is a knowledge assertion."""
    for edge in edges:
        sure = edge.get("has_confidence_level") == "asserted as fact"
        assert (edge["knowledge_level"] == "knowledge_assertion") == sure
    assert {"possible", "suggested"} <= {edge.get("has_confidence_level") for edge in edges}


@pytest.mark.parametrize("name", ["nodes", "edges"])
def test_tables_and_json_lines_say_the_same(folder: Path, name: str) -> None:
    """The two forms of one graph, cell by cell."""
    with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    records = list(_lines(folder / f"{name}.jsonl"))
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        assert {key: _read(key, cell) for key, cell in row.items() if cell} == record


def _read(key: str, cell: str) -> object:
    return cell == "true" if key == "negated" else cell.split("|") if key in LISTS else cell


def test_losses_count_every_statement(loaded: Graph, edges: list[dict[str, Any]]) -> None:
    """A statement is an edge or is counted among those left out, never neither."""
    losses = kgx(loaded).losses
    left_out = sum(
        loss.number for loss in losses if loss.what.split()[0] in ("statements", "bridges", "denied", "disputed")
    )
    events = "SELECT ?e { ?e kg:derivedFrom ?t . ?t a kg:TransportEvent }"
    said = len(loaded.query("SELECT ?s { ?s kg:subject ?x }")) + len(loaded.query(events))
    assert len(edges) + left_out == said
    arms = len(loaded.query("SELECT ?a { ?a a kg:Arm }"))
    assert f"{arms} of class arm: Biolink has no arm of a trial" in [loss.line() for loss in losses]


def test_mapped_predicates_go_first(loaded: Graph, tmp_path: Path) -> None:
    """A match in the links decides the predicate; one that the table of shapes does not know is passed over."""
    for name in ("ontology", "data", "queries"):
        shutil.copytree(loaded.files.root / name, tmp_path / name)
    ours, theirs = "https://w3id.org/xpo1-kg/ontology/", "https://w3id.org/biolink/vocab/"
    match = "http://www.w3.org/2004/02/skos/core#"
    mapped = f"<{match}closeMatch> <{theirs}correlated_with> ; <{match}exactMatch> <{theirs}biomarker_for>"
    wider = f"<{ours}prevents> <{match}broadMatch> <{theirs}affects> .\n"
    write(tmp_path, "ontology/links_more.ttl", f"<{ours}markerOf> {mapped} .\n{wider}")
    made = _loaded(tmp_path)
    edges = [json.loads(line) for line in kgx(made).files["edges.jsonl"].splitlines()]
    told = {edge["predicate"] for edge in edges if edge["original_predicate"] == "kg:markerOf"}
    assert told == {"biolink:correlated_with"}
    # With its direction "affects" is not wider than "prevents", and may be denied.
    assert _mapped(made)["kg:prevents"] == CAUSAL
    assert not _mapped(made)["kg:markerOf"].same


def _loaded(root: Path) -> Graph:
    return load_project(Files(root), cache=False)
