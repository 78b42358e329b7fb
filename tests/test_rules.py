"""Running rules to a fixpoint."""

import re
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg.rules
from kg.errors import DataError
from kg.files import default_files
from kg.kgx_tables import LIMITS
from kg.ledger import Ledger
from kg.rules import DERIVED, derive
from kg.store import Graph
from kg.terms import PREFIXES
from kg.view_claims import _NOTES
from small_project import write

E = "http://example.org/"
CLOSURE = f"CONSTRUCT {{ ?a <{E}p> ?c }} WHERE {{ ?a <{E}p> ?b . ?b <{E}p> ?c }}"


def _chain(length: int) -> ox.Store:
    """Build n0 p n1 p n2 … in a named graph."""
    store = ox.Store()
    nodes = [ox.NamedNode(f"{E}n{number}") for number in range(length + 1)]
    asserted = ox.NamedNode(E + "asserted")
    store.extend(ox.Quad(a, ox.NamedNode(E + "p"), b, asserted) for a, b in pairwise(nodes))
    return store


def _rules(folder: Path, **texts: str) -> list[Path]:
    for name, text in texts.items():
        write(folder, f"{name}.rq", text)
    return sorted(folder.glob("*.rq"))


def test_rules_run_until_nothing_is_new(tmp_path: Path) -> None:
    """The closure of a chain of five links has fifteen pairs, ten of them derived."""
    store = _chain(5)
    assert derive(Ledger(store), _rules(tmp_path, closure=CLOSURE)) == 10
    assert len(store) == 15
    assert sum(1 for _ in store.quads_for_pattern(None, None, None, DERIVED)) == 10


def test_rules_feed_each_other(tmp_path: Path) -> None:
    """A rule that comes first by name uses what a later one makes."""
    first = f"CONSTRUCT {{ ?a <{E}r> ?b }} WHERE {{ ?a <{E}q> ?b }}"
    second = f"CONSTRUCT {{ ?a <{E}q> ?b }} WHERE {{ ?a <{E}p> ?b }}"
    assert derive(Ledger(_chain(2)), _rules(tmp_path, a=first, b=second)) == 4


def test_late_rule_sees_all_that_others_derive(tmp_path: Path) -> None:
    """Whatever its name, it runs once at the end: a text joined too early would stand beside the whole one."""
    count = f"SELECT ?a (COUNT(?b) AS ?n) WHERE {{ ?a <{E}p> ?b }} GROUP BY ?a"
    late = f"# stage: last\nCONSTRUCT {{ ?a <{E}n> ?n }} WHERE {{ {{ {count} }} }}"
    store = _chain(3)
    derive(Ledger(store), _rules(tmp_path, a=late, closure=CLOSURE))
    found = store.quads_for_pattern(None, ox.NamedNode(E + "n"), None, None)
    assert sorted((quad.subject.value[-1], quad.object.value) for quad in found) == [("0", "3"), ("1", "2"), ("2", "1")]


def test_first_rules_end_before_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closure that takes rounds is whole before another rule reads it, so that one runs once."""
    other = f"CONSTRUCT {{ ?a <{E}q> ?b }} WHERE {{ ?a <{E}p> ?b }}"
    run, answer = [], kg.rules._answer
    monkeypatch.setattr("kg.rules._answer", lambda store, text: run.append(text) or answer(store, text))
    assert derive(Ledger(_chain(5)), _rules(tmp_path, a=other, closure=f"# stage: first\n{CLOSURE}")) == 25
    assert run.count(other) == 1
    assert run.index(other) == len(run) - 1 > 1


def test_late_rules_read_one_state(tmp_path: Path) -> None:
    """None sees what another finds, nor what is derived without rules meanwhile, but all of it is added."""
    late = {name: f"# stage: last\nCONSTRUCT {{ ?a <{E}{name}> ?b }} WHERE {{ ?a ?any ?b }}" for name in "ab"}
    store = _chain(1)
    found = f"<{E}x> <{E}y> <{E}z> .\n".encode()
    assert derive(Ledger(store), _rules(tmp_path, **late), lambda: found) == 3
    derived = store.quads_for_pattern(None, None, None, DERIVED)
    assert sorted(quad.predicate.value.removeprefix(E) for quad in derived) == ["a", "b", "y"]


def test_who_follows_is_told_all_and_the_store_spared(tmp_path: Path) -> None:
    """Each triple is told once; those of late rules, which nothing reads, are not in a store that is followed."""
    late = f"# stage: last\nCONSTRUCT {{ ?a <{E}late> ?b }} WHERE {{ ?a <{E}p> ?b }}"
    store, told = _chain(2), []
    derive(Ledger(store, lambda lines, _: told.extend(lines)), _rules(tmp_path, closure=CLOSURE, late=late))
    assert [line.split()[1] for line in told] == [f"<{E}p>".encode(), *[f"<{E}late>".encode()] * 3]
    assert len(store) == 3


def test_asserted_triple_is_not_derived_again(tmp_path: Path) -> None:
    """It would double the rows of every answer."""
    store = _chain(2)
    assert derive(Ledger(store), _rules(tmp_path, same=f"CONSTRUCT {{ ?a <{E}p> ?b }} WHERE {{ ?a <{E}p> ?b }}")) == 0
    assert len(store) == 2


def test_existing_blank_node_may_be_described(tmp_path: Path) -> None:
    """A rule may type a blank node of the data: it stays the same node."""
    store, blank = ox.Store(), ox.BlankNode("drugs.1")
    store.add(ox.Quad(ox.NamedNode(E + "a"), ox.NamedNode(E + "p"), blank, ox.NamedNode(E + "g")))
    assert derive(Ledger(store), _rules(tmp_path, typed=f"CONSTRUCT {{ ?b a <{E}T> }} WHERE {{ ?a <{E}p> ?b }}")) == 1
    assert [quad.subject for quad in store.quads_for_pattern(None, None, ox.NamedNode(E + "T"), None)] == [blank]


def test_all_faulty_rules_are_reported(tmp_path: Path) -> None:
    """Wrong syntax, wrong kind, new blank nodes and SERVICE: one line each."""
    rules = _rules(
        tmp_path,
        a="CONSTRUCT { ?s ?p ?o } WHERE {",
        b="SELECT * { }",
        c="CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }",
        d="CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://evil/> { ?s ?p ?o } }",
    )
    with pytest.raises(DataError) as caught:
        derive(Ledger(_chain(1)), rules)
    faults = caught.value.lines
    assert [fault.split(":")[0] for fault in faults] == [f"queries/rules/{name}.rq" for name in "abcd"]
    assert "line 1, column 31" in faults[0]
    assert faults[1].endswith("a rule is a CONSTRUCT query")
    assert "may not construct blank nodes" in faults[2]
    assert "SERVICE is not allowed" in faults[3]


def test_endless_rule_is_named(tmp_path: Path) -> None:
    """A counter never ends; the rule beside it that does is not blamed."""
    counter = f"CONSTRUCT {{ ?a <{E}n> ?next }} WHERE {{ ?a <{E}n> ?n BIND(?n + 1 AS ?next) }}"
    start = f"CONSTRUCT {{ ?a <{E}n> 0 }} WHERE {{ ?a <{E}p> ?b }}"
    with pytest.raises(DataError, match=r"^queries/rules/counter\.rq: still adding triples after 20 rounds$"):
        derive(Ledger(_chain(1)), _rules(tmp_path, counter=counter, start=start))


def test_no_rule_finds_anything_more(loaded: Graph) -> None:
    """A rule that was left out because nothing it names was new would have found nothing."""
    store = ox.Store()
    store.bulk_extend(loaded.store)
    said = {quad.triple for quad in store}
    for path in default_files().saved("rules"):
        answer = store.query(path.read_text("utf-8"), prefixes=PREFIXES, use_default_graph_as_union=True)
        assert said.issuperset(answer), path.name


def test_each_list_is_made_by_one_rule() -> None:
    """Two rules would each join their part of it into a text of its own."""
    rules = default_files().saved("rules")
    made = [name for path in rules for name in {*re.findall(r"kg:listed\w+", path.read_text("utf-8"))}]
    assert len(made) > 10
    assert len(made) == len({*made})


def test_what_narrows_a_statement_is_one_list() -> None:
    """The cells of answers, the cards of pages and the exports tell the same properties, so that none is forgotten."""
    text = (default_files().queries / "rules" / "lists_of_claims.rq").read_text(encoding="utf-8")
    narrowing, told = ({*found.split()} for found in re.findall(r"VALUES \?relation \{([^}]*)\}", text))
    assert {*LIMITS.split()} == narrowing - {"kg:reportedIn"}  # who reports a claim does not narrow it
    assert narrowing < told
    assert {*re.findall(r"\((\w+:\w+) ", _NOTES)} - {"skos:editorialNote"} == told - {"kg:disputedIn"}
