"""Places in the source review: finding them, and writing them down as Turtle."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.errors import KgError, NotFoundError, UsageError
from kg.source import Key, Region, Rendition, citation_mark, is_token, region_at, span_sha256

__all__ = ["Place", "locate", "locate_batch", "place_at"]

# How much of the text stands on either side of a candidate, in code points.
_CONTEXT = 15


@dataclass(frozen=True)
class Place:
    """Where a number, a status word or a clause stands; offsets in code points, the digest over the span's UTF-8."""

    table: int | None
    row_key: str | None
    column_key: str | None
    section: str | None
    ordinal: int | None
    start: int
    end: int
    sha256: str
    citations: tuple[int, ...] = ()

    def turtle(self, name: str, rendition: str = "") -> str:
        """Print the place as one line of Turtle.

        Args:
            name: its CURIE.
            rendition: the CURIE of a rendition other than the review's; its references are named after it.

        >>> place = Place(None, None, None, "Aim", None, 5, 7, "ab", (3,))
        >>> place.turtle("kgd:Place_x", "kgd:Rendition_Doe").split(" ; ")[:3]
        ['kgd:Place_x oa:hasSource kgd:Rendition_Doe', 'kg:section "Aim"', 'kg:citationMark kgd:Reference_Doe_3']
        >>> Place(None, None, None, "Other", None, 5, 7, "ab", (37, 38)).turtle("kgd:Place_x")  # doctest: +ELLIPSIS
        'kgd:Place_x kg:section "Other" ; kg:citationMark kgd:Reference_37, kgd:Reference_38 ; oa:hasSelector [...] .'
        """
        works = "kgd:Reference_" + (rendition.rpartition("Rendition_")[2] + "_" if rendition else "")
        facts = [
            f"oa:hasSource {rendition}" if rendition else "",
            f"kg:table {self.table}" if self.table is not None else "",
            f"kg:rowKey {_quoted(self.row_key)}" if self.row_key is not None else "",
            f"kg:columnKey {_quoted(self.column_key)}" if self.column_key is not None else "",
            f"kg:section {_quoted(self.section)}" if self.section is not None else "",
            f"kg:ordinal {self.ordinal}" if self.ordinal is not None else "",
            "kg:citationMark " + ", ".join(f"{works}{n}" for n in self.citations) if self.citations else "",
            f'oa:hasSelector [ oa:start {self.start} ; oa:end {self.end} ; kg:spanSha256 "{self.sha256}" ]',
        ]
        return f"{name} {' ; '.join(filter(None, facts))} ."


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def place_at(rendition: Rendition, start: int, end: int) -> Place | None:
    """Describe the span between two offsets, or return None where it stands in no one section or cell.

    Its ordinal is the one that all its numbers share.

    >>> from kg.source import parse_rendition
    >>> trial = parse_rendition(b"#### Findings\\n\\nFever fell (30% versus 5%).<sup>7,8</sup>\\n")
    >>> place_at(trial, 27, 29).ordinal, place_at(trial, 26, 42).ordinal
    (1, None)
    """
    first, last = region_at(rendition, start), region_at(rendition, end - 1)
    if start >= end or first is None or last is None or first.key != last.key:
        return None
    ordinals = {
        token.ordinal
        for token in rendition.tokens
        if start <= token.start and token.end <= end and token.key == first.key and token.kind != "name"
    }
    ordinal = ordinals.pop() if len(ordinals) == 1 else None
    sha256 = span_sha256(rendition.text[start:end])
    section, table, row, column = first.key
    return Place(table, row, column, section, ordinal, start, end, sha256, citation_mark(rendition, end))


def locate(
    rendition: Rendition,
    find: str,
    *,
    section: str | None = None,
    table: int | None = None,
    row: str | None = None,
    column: str | None = None,
    nth: int | None = None,
) -> list[Place]:
    """Find the place of a token or clause, ready to print as Turtle.

    `find` is exact text (white space folded), or FROM…TO: from the first FROM to the end of the next TO, or a token
    marked within its surroundings, as in `ORR of «25.3»%`. It begins and ends at a word or number, never inside one; a
    bare number is not sought in names and citation marks. `section`, `row` and `column` may be a part of the name, in
    any case; a whole name wins. `nth` (from 1) chooses among several.

    >>> from kg.source import parse_rendition
    >>> [place] = locate(parse_rendition(b"#### Aim\\n\\nOf 25 came 5."), "5", section="aim")
    >>> place.start, place.end
    (21, 22)

    Raises:
        UsageError: a section and a table at once.
        NotFoundError: no such section, row or column, or the text does not stand there.
        KgError: it stands there several times; each candidate is listed.
    """
    if section is not None and (table, row, column) != (None, None, None):
        raise UsageError("give a section, or a table with row and column, not both")
    groups = _search_groups(rendition, section, table, row, column)
    if not groups:
        raise NotFoundError(f"no place called {section or f'table {table} | {row} | {column}'} in the text")
    before, token, after = _marked(find)
    wanted = before + token + after
    spans = [span for group in groups for span in _search(rendition, group, wanted, first_only=nth is None)]
    if not spans or (nth is not None and not 1 <= nth <= len(spans)):
        asked = f", not {nth}" if spans else " (whole words and numbers only; names and citation marks whole)"
        raise NotFoundError(f"{find!r} stands there {len(spans)} times{asked}")
    if nth is None and len(spans) > 1:
        raise KgError([f"{find!r} stands there {len(spans)} times; add nth:", *_candidates(rendition, spans)])
    place = place_at(rendition, *_inner(rendition, spans[(nth or 1) - 1], before, token, after))
    return [place] if place else []


def _marked(find: str) -> tuple[str, str, str]:
    """Split a text at the marks around its token; without marks all of it is the token."""
    parts = find.replace("»", "«").split("«")
    if len(parts) == 1:
        return "", find, ""
    if len(parts) != 3 or not parts[1].strip() or "…" in find:
        raise UsageError(f"mark one token, as in 'ORR of «25.3»%', not {find!r}")
    return parts[0], parts[1], parts[2]


def _inner(rendition: Rendition, span: tuple[int, int], before: str, token: str, after: str) -> tuple[int, int]:
    """Narrow a span to the token within it."""
    if not before and not after:
        return span
    folded = [r"\s+".join(map(re.escape, part.split(" "))) for part in (before, token, after)]
    found = re.fullmatch("{}({}){}".format(*folded), rendition.text[span[0] : span[1]])
    if not found:
        raise UsageError(f"the surroundings of {token!r} run over a break of the page: give less of them")
    return span[0] + found.start(1), span[0] + found.end(1)


def _candidates(rendition: Rendition, spans: list[tuple[int, int]]) -> Iterator[str]:
    for number, (start, end) in enumerate(spans, start=1):
        region = region_at(rendition, start)
        left, right = rendition.text[start - _CONTEXT : start], rendition.text[end : end + _CONTEXT]
        context = " ".join(f"{left}[{rendition.text[start:end]}]{right}".split())
        yield f"  {number}: {start}-{end} {region.label if region else ''}: {context}"


def _search_groups(
    rendition: Rendition, section: str | None, table: int | None, row: str | None, column: str | None
) -> list[list[Region]]:
    in_tables = (table, row, column) != (None, None, None)
    groups: dict[Key, list[Region]] = {}
    for region in rendition.regions:
        if (region.table is None or section is None) and (region.table is not None or not in_tables):
            groups.setdefault(region.key, []).append(region)
    if table is not None:
        groups = {key: group for key, group in groups.items() if key[1] == table}
    for index, wanted in ((0, section), (2, row), (3, column)):
        if wanted is not None:
            groups = _named(groups, index, " ".join(wanted.split()).casefold())
    # A repeated header has one key and two cells; pieces of a section are searched as one.
    return [part for key, group in groups.items() for part in ([group] if key[0] else [[cell] for cell in group])]


def _named(groups: dict[Key, list[Region]], index: int, wanted: str) -> dict[Key, list[Region]]:
    names = {key: str(key[index] or "").casefold() for key in groups}
    whole = {key: group for key, group in groups.items() if names[key] == wanted}
    return whole or {key: group for key, group in groups.items() if wanted in names[key]}


def _search(rendition: Rendition, group: list[Region], find: str, *, first_only: bool) -> list[tuple[int, int]]:
    joined = " ".join(rendition.text[region.start : region.end] for region in group)
    starts = [0]
    for region in group[:-1]:
        starts.append(starts[-1] + region.end - region.start + 1)

    def offset(position: int) -> int:
        index = bisect_right(starts, position) - 1
        return group[index].start + position - starts[index]

    found = [(offset(a), offset(b - 1) + 1) for a, b in _matches(joined, find)]
    fit = [span for span in found if _fits(rendition, span, find)]
    return fit[:1] if "…" in find and first_only else fit


def _matches(joined: str, find: str) -> Iterator[tuple[int, int]]:
    head, ellipsis, tail = find.partition("…")
    for found in _sought(head).finditer(joined):
        last = _sought(tail).search(joined, found.end()) if ellipsis else found
        if last:
            yield found.start(), last.end()


def _sought(part: str) -> re.Pattern[str]:
    words = part.split()
    if not words:
        raise UsageError("nothing to find: give a text, or FROM…TO with text on both sides")
    before = r"(?<!\d)" if words[0][0].isdigit() else r"(?<![^\W\d_])" if words[0][0].isalpha() else ""
    after = r"(?!\d)" if words[-1][-1].isdigit() else r"(?![^\W\d_])" if words[-1][-1].isalpha() else ""
    return re.compile(before + r"\s+".join(map(re.escape, words)) + after)


def _fits(rendition: Rendition, span: tuple[int, int], find: str) -> bool:
    start, end = span
    for token in rendition.tokens:
        if token.start < start < token.end or token.start < end < token.end:
            return False
        if (token.start, token.end) == span and token.kind in {"name", "citation"} and is_token(find.strip()):
            return False
    return True


def locate_batch(rendition: Rendition, lines: Iterable[str]) -> list[tuple[str, Place]]:
    """Locate many places, one a line: NAME, then SECTION or TABLE|ROW|COLUMN, then FIND and at will NTH, with tabs.

    Blank lines and comments (#) count for nothing.

    >>> from kg.source import parse_rendition
    >>> locate_batch(parse_rendition(b"#### Aim\\n\\nOf 25 came 5."), ["kgd:Place_a\\tAim\\t25"])[0][0]
    'kgd:Place_a'

    Raises:
        KgError: every line that is no such line or has no one place, with its number.
    """
    places, faults = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            places.append(_locate_line(rendition, line.rstrip("\n")))
        except KgError as error:
            faults += [f"line {number}: {fault}" for fault in error.lines]
    if faults:
        raise KgError(faults)
    return places


def _locate_line(rendition: Rendition, line: str) -> tuple[str, Place]:
    name, where, find, nth, *more = [*line.split("\t"), "", "", ""][:5] if line.count("\t") < 4 else [""] * 5
    if not (name and where and find) or any(more) or not (nth or "1").isdecimal():
        raise UsageError("expected NAME, SECTION or TABLE|ROW|COLUMN, FIND and at will NTH, parted by tabs")
    chosen = int(nth) if nth else None
    if "|" not in where:
        return name, locate(rendition, find, section=where, nth=chosen)[0]
    table, _, keys = where.partition("|")
    row, _, column = keys.partition("|")
    if not table.strip().isdecimal() or not row.strip() or not column.strip():
        raise UsageError(f"{where!r} is not TABLE|ROW|COLUMN")
    return name, locate(rendition, find, table=int(table), row=row, column=column, nth=chosen)[0]
