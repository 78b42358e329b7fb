"""The review's own tables, made anew from the graph and compared with the paper cell by cell.

What a cell claims is a set of label, qualifier, number and unit. Numbers and status words are compared with the token
table that ships with the tests; with the paper's text at hand, labels, qualifiers and units are read from it as well.
"""

from __future__ import annotations

import html
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from kg.errors import UsageError, unknown_format
from kg.report_cells import DIGITS, ROW_HEADING, TABLES, Cell, Figure, Key, only_arm, read_cells, read_names
from kg.report_compare import heading_numbers, own_faults, regions_of, text_faults, token_faults
from kg.results import Table

if TYPE_CHECKING:
    from kg.source import Region, Rendition, TokenTable
    from kg.store import Graph

__all__ = ["FORMATS", "Report", "report"]

FORMATS = ("table", "md", "csv", "html")
_JOINS = {"alternatives": " or ", "slash-unexplained": "/"}


@dataclass(frozen=True)
class Report:
    """A rebuilt table: its headings, and its rows of cells in the paper's order."""

    table: int
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    compared: int

    @property
    def faults(self) -> list[str]:
        """List each cell that differs, with all in which it does."""
        return [f"{cell.name}: {'; '.join(cell.faults)}" for row in self.rows for cell in row if cell.faults]

    @property
    def summary(self) -> str:
        """Count the cells that the paper or the graph fills, and those that differ."""
        return f"{self.compared} cells, {len(self.faults)} differ"

    def to_table(self) -> Table:
        """Give the cells' texts as a table of strings."""
        return Table(self.headings, [tuple(cell.text for cell in row) for row in self.rows])

    def render(self, fmt: str = "table") -> str:
        """Write the table as `table`, `md`, `csv` or `html`; only the HTML page holds differences and summary too.

        Raises:
            UsageError: there is no such format.
        """
        if fmt not in FORMATS:
            raise unknown_format(fmt, FORMATS)
        return _page(self) if fmt == "html" else self.to_table().render(fmt)

    def lines(self) -> list[str]:
        """Print each cell that differs, then the summary."""
        return [*self.faults, self.summary]


def report(graph: Graph, table: int, tokens: TokenTable, rendition: Rendition | None = None) -> Report:
    """Rebuild one of the paper's tables from the graph and compare it with the paper, cell by cell.

    Args:
        graph: what to rebuild from.
        table: 1 or 2.
        tokens: the token table that ships with the tests.
        rendition: the paper's text, to compare labels, qualifiers and units as well.

    Raises:
        UsageError: the paper has no such table.
    """
    if table not in TABLES:
        raise UsageError(f"the review has no table {table}; there are {', '.join(map(str, TABLES))}")
    cells = read_cells(graph, table)
    printed = regions_of(tokens.regions, table)
    heading = heading_numbers(tokens, table)
    names = read_names(graph)
    for key in dict.fromkeys([*printed, *cells]):
        cell = cells.setdefault(key, Cell(table, *key))
        cell.faults += own_faults(cell, heading)
        cell.faults += [] if key in printed else ["the paper has no such cell, or prints nothing there"]
        cell.faults += ["the paper prints something, the graph has nothing here"] if cell.empty else []
        if cell.column == ROW_HEADING:
            continue
        cell.faults += token_faults(cell, tokens)
        if rendition is not None:
            cell.faults += text_faults(cell, rendition, names)
        cell.faults = list(dict.fromkeys(cell.faults))
        cell.text = _compose(cell, heading, only_arm(cell.row, cells))
    return Report(table, _headings(table, cells, heading), _in_order(table, cells, printed), len(cells))


# ---- composing


def _compose(cell: Cell, heading: dict[str, list[str]], row_arm: str) -> str:
    """Write a cell out; the arm that the row's first cell names already is not named again."""
    shown = [replace(figure, arm="") if figure.arm == row_arm else figure for figure in cell.figures]
    parts: list[tuple[int, str]] = [(statement.start, statement.words) for statement in cell.statements]
    doses = [figure for figure in shown if figure.component]
    others = [figure for figure in shown if not figure.component]
    for _, alike in groupby(others, key=lambda it: (it.label, it.statistic, it.timepoint, it.grade)):
        figures = list(alike)
        parts.append((figures[0].start, _figures_words(figures, heading.get(cell.column, []))))
    for who, alike in groupby(doses, key=lambda it: it.who or it.cohort):
        figures = list(alike)
        parts.append((figures[0].start, _doses_words(figures) + (f" ({who})" if who else "")))
    words = dict.fromkeys(words for _, words in sorted(parts))
    return ("; " if any(not it.feature for it in cell.statements) or cell.figures else ", ").join(words)


def _figures_words(figures: Sequence[Figure], heading: Sequence[str]) -> str:
    first = figures[0]
    statistic = f"{first.statistic.casefold()} " if first.statistic in {"Median", "Range"} else ""
    at = f" at {first.timepoint}" if first.timepoint else ""
    graded = first.grade and DIGITS.findall(first.grade) != list(heading[: len(DIGITS.findall(first.grade)) or 1])
    grade = f" grade {first.grade}" if graded else ""
    return f"{statistic}{first.label}{grade} {', '.join(map(_amount, figures))}{at}"


def _amount(figure: Figure) -> str:
    who = f" ({figure.who})" if figure.who else ""
    if figure.status != "reported":
        return figure.status + who
    sign = "" if figure.qualifier in {"", "="} else f"{figure.qualifier} "
    unit = "" if not figure.unit or figure.unit in figure.label else f" {figure.unit}"
    return f"{sign}{figure.printed}{unit}{who}"


def _doses_words(figures: Sequence[Figure]) -> str:
    parts = []
    for _, alike in groupby(figures, key=lambda it: it.component):
        doses = list(alike)
        first = doses[0]
        amounts = _JOINS.get(first.dose_kind, ", ").join(dose.printed for dose in doses)
        words = [first.label, amounts, first.unit, first.schedule]
        words += [f"from cycle {first.cycle}"] if first.cycle else []
        words += [f"({note})" for note in (first.condition, first.disputed and "disputed") if note]
        words += ["(equivalent)"] if first.dose_kind == "equivalent" else []
        parts.append(" ".join(filter(None, words)))
    return " + ".join(parts)


def _headings(table: int, cells: dict[Key, Cell], heading: dict[str, list[str]]) -> tuple[str, ...]:
    """Put the grade that all values of a column share beside its heading."""
    grades: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_, column), cell in cells.items():
        grades[column].update(figure.grade for figure in cell.figures if figure.grade)
    shown = {
        column: grade
        for column, found in grades.items()
        for grade in found
        if DIGITS.findall(grade) == heading.get(column, [])[: len(DIGITS.findall(grade)) or 1]
    }
    return tuple(f"{column} (grade {shown[column]})" if column in shown else column for column in TABLES[table])


def _in_order(table: int, cells: dict[Key, Cell], printed: dict[Key, Region]) -> tuple[tuple[Cell, ...], ...]:
    """Sort rows by the first offset of their places; a row that only the paper has stands where the paper has it."""
    first: dict[str, int] = {}
    for (row, _), cell in cells.items():
        starts = [it.start for it in cell.figures] + [it.start for it in cell.statements]
        if starts:
            first[row] = min([*starts, first.get(row, min(starts))])
    for (row, _), region in printed.items():
        first.setdefault(row, region.start)
    others = sorted({column for _, column in cells} - set(TABLES[table]))
    return tuple(
        tuple(cells.get((row, column)) or Cell(table, row, column) for column in (*TABLES[table], *others))
        for row in sorted(first, key=lambda row: first[row])
    )


# ---- the page

_STYLE = (
    "body{font:16px/1.4 system-ui,sans-serif;margin:1.5rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse}th,td{border:1px solid #767676;padding:.4rem;text-align:left;vertical-align:top}"
    "caption{text-align:left;font-weight:bold;padding:.4rem 0}.differs{background:#fde7d9;border:2px solid #a33b00}"
)


def _page(made: Report) -> str:
    """Write one page that asks for nothing outside itself."""
    title = f"Table {made.table} of the review, rebuilt from the graph"
    heads = "".join(f'<th scope="col">{html.escape(heading)}</th>' for heading in made.headings)
    body = "\n".join(f"<tr>{''.join(map(_page_cell, row))}</tr>" for row in made.rows)
    faults = "".join(f"<li>{html.escape(fault)}</li>\n" for fault in made.faults)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n<body>\n'
        f"<table><caption>{title}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table>\n"
        f"<ul>\n{faults}</ul>\n<p>{html.escape(made.summary)}</p>\n</body></html>\n"
    )


def _page_cell(cell: Cell) -> str:
    tag, scope = ("th", ' scope="row"') if cell.column == ROW_HEADING else ("td", "")
    marked = f' class="differs" title="{html.escape("; ".join(cell.faults))}"' if cell.faults else ""
    return f"<{tag}{scope}{marked}>{html.escape(cell.text)}</{tag}>"
