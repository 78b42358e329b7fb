"""Tables of answers, and the formats they are written in.

Every cell is a string: a printed "50.0" must not become 50, and a missing value is an empty cell, not a not-a-number.
CSV cells that begin with `=`, `+`, `-` or `@` are left as they are, for a minus sign is data: import such a file into a
spreadsheet as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kg.errors import MissingExtraError, UsageError, unknown_format

if TYPE_CHECKING:
    import pandas

__all__ = ["FORMATS", "Table", "counted"]

_TSV_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_MD_ESCAPES = str.maketrans({"\\": r"\\", "|": r"\|"})


def counted(number: int, noun: str) -> str:
    """Write a number before what it counts.

    >>> counted(1, "path"), counted(2, "path")
    ('1 path', '2 paths')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


class Table:
    """Columns and rows of strings, in the order of the query.

    >>> table = Table(("drug", "value"), [("selinexor", "76.4")])
    >>> list(table)
    [{'drug': 'selinexor', 'value': '76.4'}]
    """

    # No dataclass, here and where every command passes: importing `dataclasses` costs as much as parsing the arguments.
    __slots__ = ("columns", "rows")

    def __init__(self, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        self.columns = columns
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and (self.columns, self.rows) == (other.columns, other.rows)

    __hash__ = None  # type: ignore[assignment]  # rows can change

    def __repr__(self) -> str:
        return f"Table({self.columns!r}, {len(self.rows)} rows)"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, str]]:
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def column(self, name: str) -> list[str]:
        """Take one column, top to bottom.

        Raises:
            UsageError: there is no such column.

        >>> Table(("drug",), [("selinexor",), ("eltanexor",)]).column("drug")
        ['selinexor', 'eltanexor']
        """
        if name not in self.columns:
            raise UsageError(f"no column {name!r}; there are {', '.join(self.columns)}")
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def render(self, fmt: str = "table") -> str:
        r"""Write the table as `table`, `csv`, `tsv`, `json` or `md`, with a final line end.

        Raises:
            UsageError: there is no such format.

        >>> Table(("drug", "value"), [("selinexor", "76.4")]).render("csv")
        'drug,value\nselinexor,76.4\n'
        """
        if fmt not in FORMATS:
            raise unknown_format(fmt, FORMATS)
        return FORMATS[fmt](self)

    def to_pandas(self) -> pandas.DataFrame:
        """Make a data frame whose cells are all strings; convert the numeric columns you need.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as fault:
            raise MissingExtraError('pandas is not installed: pip install "xpo1-kg[pandas]"') from fault
        return pandas.DataFrame(self.rows, columns=list(self.columns))


def _aligned(table: Table) -> str:
    lines = [table.columns, *([_one_line(cell) for cell in row] for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return _joined("  ".join(map(str.ljust, line, widths)).rstrip() for line in ruled)


class _CsvLines(list[str]):
    """Take lines from a CSV writer, which quotes a lone carriage return only while its own line ends have one."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n"))


def _csv(table: Table) -> str:
    import csv

    lines = _CsvLines()
    csv.writer(lines).writerows([table.columns, *table.rows])
    return _joined(lines)


def _tsv(table: Table) -> str:
    return _joined("\t".join(cell.translate(_TSV_ESCAPES) for cell in line) for line in (table.columns, *table.rows))


def _json(table: Table) -> str:
    import json

    return json.dumps(list(table), ensure_ascii=False, indent=1) + "\n"


def _markdown(table: Table) -> str:
    ruled: list[Sequence[str]] = [table.columns, ["---"] * len(table.columns), *table.rows]
    return _joined("| " + " | ".join(_one_line(cell).translate(_MD_ESCAPES) for cell in line) + " |" for line in ruled)


def _one_line(cell: str) -> str:
    return " ".join(cell.splitlines()) if "\n" in cell or "\r" in cell else cell


def _joined(lines: Iterable[str]) -> str:
    return "".join(line + "\n" for line in lines)


FORMATS: dict[str, Callable[[Table], str]] = {
    "table": _aligned,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "md": _markdown,
}
