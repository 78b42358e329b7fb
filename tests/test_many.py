"""The N-fold data that the benchmarks grow on."""

import sys
from pathlib import Path

import pytest

from kg import load
from kg.files import Files
from kg.store import Graph

sys.path.append(str(Path(__file__).parent / "benchmarks"))
from many import write_many


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("many") / "twice"
    write_many(folder, 2)
    return load(Files(folder), cache=False)


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
