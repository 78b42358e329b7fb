"""Tables and their formats."""

import csv
import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import MissingExtraError, UsageError
from kg.results import FORMATS, Table

AWKWARD = Table(("name", "note"), [("a|b\\", 'say "x", y'), ("t\tab", "two\nlines"), ("", "-5")])


def test_aligned_columns_are_as_wide_as_needed() -> None:
    """Nothing is cut off and no line ends in blanks."""
    table = Table(("drug", "value"), [("selinexor", "76.4"), ("x", "")])
    assert table.render() == "drug       value\n---------  -----\nselinexor  76.4\nx\n"


@pytest.mark.parametrize(
    ("fmt", "expected"),
    [
        ("csv", 'name,note\na|b\\,"say ""x"", y"\nt\tab,"two\nlines"\n,-5\n'),
        ("tsv", 'name\tnote\na|b\\\\\tsay "x", y\nt\\tab\ttwo\\nlines\n\t-5\n'),
        ("md", '| name | note |\n| --- | --- |\n| a\\|b\\\\ | say "x", y |\n| t\tab | two lines |\n|  | -5 |\n'),
        ("table", 'name  note\n----  ----------\na|b\\  say "x", y\nt\tab  two lines\n      -5\n'),
    ],
)
def test_awkward_cells_are_escaped(fmt: str, expected: str) -> None:
    """Each format in its own way; a leading minus stays a minus."""
    assert AWKWARD.render(fmt) == expected


def test_json_is_a_list_of_objects() -> None:
    """All cells are strings, and letters are themselves."""
    text = Table(("name", "value"), [("NF-κB", "1")]).render("json")
    assert json.loads(text) == [{"name": "NF-κB", "value": "1"}]
    assert "κ" in text


@pytest.mark.parametrize("fmt", FORMATS)
def test_empty_answer_still_has_an_end(fmt: str) -> None:
    """No rows is an answer too."""
    text = Table(("name",), []).render(fmt)
    assert text.endswith("\n")
    assert ("name" in text) is (fmt != "json")


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(st.tuples(cells, cells)))
def test_csv_reads_back_as_written(rows: list[tuple[str, str]]) -> None:
    """A reader of CSV gets the very same cells."""
    text = Table(("a", "b"), rows).render("csv")
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [list(row) for row in rows]


@given(st.lists(st.tuples(cells, cells)))
def test_tsv_keeps_rows_and_columns(rows: list[tuple[str, str]]) -> None:
    """No cell can break a row or a column."""
    lines = Table(("a", "b"), rows).render("tsv").split("\n")
    assert len(lines) == len(rows) + 2
    assert not any("\r" in line for line in lines)
    assert all(line.count("\t") == 1 for line in lines[:-1])


def test_unknown_format_lists_those_known() -> None:
    """A wrong format is wrong use."""
    with pytest.raises(UsageError, match="no format 'xml'; there are table, csv, tsv, json, md"):
        AWKWARD.render("xml")


def test_column_is_taken_by_name() -> None:
    """An unknown one is an error, not an empty list."""
    assert AWKWARD.column("note") == ['say "x", y', "two\nlines", "-5"]
    with pytest.raises(UsageError, match="no column 'x'; there are name, note"):
        AWKWARD.column("x")


def test_data_frame_keeps_strings() -> None:
    """50.0 stays 50.0, and an empty cell is an empty string."""
    frame = Table(("printed", "n"), [("50.0", ""), ("7", "010")]).to_pandas()
    assert frame.to_dict("list") == {"printed": ["50.0", "7"], "n": ["", "010"]}


def test_missing_pandas_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the line to type."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r'pip install "xpo1-kg\[pandas\]"'):
        AWKWARD.to_pandas()
