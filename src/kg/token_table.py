"""The token table: the tokens of the review as a file, so that its places can be checked without the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import DataError, KgError
from kg.source import Region, Token, TokenTable

if TYPE_CHECKING:
    from pathlib import Path

    from kg.source import Rendition

__all__ = ["read_tokens", "write_tokens"]

_TOKEN_COLUMNS = ("start", "end", "section", "table", "row", "column", "ordinal", "kind", "token", "citations")


def write_tokens(rendition: Rendition, path: Path) -> None:
    """Write the token table: section and cell bounds as comment lines, then one token a line, no sentences."""
    lines = [f"# rendition\t{rendition.sha256}"]
    for region in rendition.tokens.regions:
        name = f"section\t{region.section}"
        if region.table is not None:
            name = f"cell\t{region.table}|{region.row}|{region.column}"
        lines.append(f"# {name}\t{region.start}\t{region.end}")
    lines.append("\t".join(_TOKEN_COLUMNS))
    for token in rendition.tokens:
        cells = [getattr(token, column) for column in _TOKEN_COLUMNS[:-1]]
        lines.append("\t".join(["" if cell is None else str(cell) for cell in cells] + [_commas(token.citations)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _commas(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


def read_tokens(path: Path) -> TokenTable:
    """Read the token table that `write_tokens` wrote.

    Raises:
        KgError: the file is missing or unreadable.
        DataError: lines that are not of the table, each with its number.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"cannot read the token table {path}: {error}") from error
    tokens, regions, faults = [], [], []
    for number, line in enumerate(lines, start=1):
        cells = line.split("\t")
        try:
            if cells[0] in {"# section", "# cell"}:
                regions.append(_region_from(cells))
            elif line and not line.startswith("#") and cells != list(_TOKEN_COLUMNS):
                tokens.append(_token_from(cells))
        except ValueError:
            faults.append(f"{path}:{number}: not a line of the token table")
    if faults:
        raise DataError(faults)
    return TokenTable(tokens, regions)


def _region_from(cells: list[str]) -> Region:
    kind, name, start, end = cells
    if kind == "# section":
        return Region(int(start), int(end), section=name)
    table, row, column = name.split("|")
    return Region(int(start), int(end), table=int(table), row=row, column=column)


def _token_from(cells: list[str]) -> Token:
    start, end, section, table, row, column, ordinal, kind, token, citations = cells
    return Token(
        int(start),
        int(end),
        section or None,
        int(table) if table else None,
        row if table else None,
        column if table else None,
        int(ordinal) if ordinal else None,
        kind,
        token,
        tuple(int(number) for number in citations.split(",") if number),
    )
