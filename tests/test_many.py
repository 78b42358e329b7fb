"""The N-fold data that the benchmarks grow on."""

import re
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import load
from kg.files import Files
from kg.store import Graph

sys.path.append(str(Path(__file__).parent / "benchmarks"))
from many import write_finished, write_many


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("many") / "twice"
    write_many(folder, 2)
    return load(Files(folder), cache=False)


def test_finished_copies_are_what_follows_from_all(tmp_path: Path, doubled: Graph) -> None:
    """What is derived for one copy and renamed is what the rules derive for all copies at once."""
    write_finished(tmp_path / "finished.nq", 2)
    finished = ox.Store()
    finished.bulk_load(path=str(tmp_path / "finished.nq"))
    assert _said(finished) == _said(doubled.store)
    assert _blank_nodes(finished) == _blank_nodes(doubled.store) > 2_000


def _blank_nodes(store: ox.Store) -> int:
    return len({quad.subject for quad in store if isinstance(quad.subject, ox.BlankNode)})


def _said(store: ox.Store) -> Counter[bytes]:
    """Count the quads, whatever their blank nodes are called: to name them in one way takes minutes here."""
    lines = store.dump(format=ox.RdfFormat.N_QUADS).splitlines()
    return Counter(re.sub(rb"(?:^|(?<= ))_:\w+", b"_:", line) for line in lines)


def test_many_copies_pass_every_check(doubled: Graph) -> None:
    """There are no faults, and each copy has the findings of the source once."""
    report = doubled.check()
    assert report.faults == []
    in_copy = [finding for finding in report.findings if finding.subject.endswith("_0002")]
    assert len(report.findings) == 2 * len(in_copy) > 0


def test_many_copies_answer_as_often(doubled: Graph, loaded: Graph) -> None:
    """The whole tables have twice the rows, of which half are the real ones."""
    for question in ("reported_values", "measured_values", "statements", "discrepancies"):
        once, twice = loaded.query(question).rows, doubled.query(question).rows
        assert len(twice) == 2 * len(once)
        assert set(once) <= set(twice)
