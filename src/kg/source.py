"""The source review as data: its sections, tables, tokens and citation marks.

The text itself is never kept. Offsets count Unicode code points of the file as it stands on disk (no newline
translation), so that anyone who has the same file can re-read every place.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError

__all__ = [
    "ASIDES",
    "EXPECTED_SHA256",
    "REFERENCE_LIST",
    "Aside",
    "Key",
    "Mark",
    "Region",
    "Rendition",
    "Token",
    "TokenTable",
    "citation_mark",
    "ends",
    "is_token",
    "parse_rendition",
    "place_words",
    "read_rendition",
    "region_at",
    "span_sha256",
]

EXPECTED_SHA256 = "5116e20de3f6de75fae45f6b9131130b83d823d30ea61c49d46b07f7af80e8b7"

# Lines that the page prints between the paragraphs, with the reason why none of them is a claim of the review.
FURNITURE = {
    r"#+ (Qianlei Huang|Ranran Zhao)\b": "the author line, and names over the addresses",
    r"(Lu Xu$|Xinbao Hao Department|Department of Hematology, )": "names and addresses in the margin",
    r"(Ther Adv Hematol$|2024, Vol\. |\d{17}$)": "journal, volume, article number",
    r"(© The Author|Creative Commons |Correspondence to: )": "rights and correspondence",
    r"(journals\.sagepub\.com|Visit Sage |Sage journals)": "the publisher's address",
    r"(Received: |\*Keywords:\*)": "history and keywords of the manuscript",
    r"#+ The Potential and Challenges ": "the title of the plain language summary, inside that section",
    r"(#+ )?Table \d+\. ": "table captions, also of continued tables",
    r"\(Continued\)$": "the last row of a table that goes on",
    r"[A-Za-z0-9]+, [^;.]+; [A-Za-z0-9]+, [^;.]+; ": "the abbreviations under a table",
}
_FURNITURE = re.compile("|".join(FURNITURE))
_FURNITURE_AT_LINE_END = re.compile(r"\s+Ther Adv Hematol$")
_CAPTION = re.compile(r"(?:#+ )?Table (\d+)\. ")
_RUN_IN_HEADING = re.compile(r"\*\*(\w+):\*\* ")
# From here on the article speaks of itself: places may be located there, but its numbers are not results.
BODY_END = "Declarations"
# The one section after the body where values may stand: what only the title of a cited work says. It has no tokens.
REFERENCE_LIST = "References"

_NUMBERS = r"\d{1,3}(?:[,–-]\d{1,3})*"
# The conversion to text lost some superscripts: "study.55", "cell).52". A superscript after "/m" is a square metre.
_MARK = re.compile(
    rf"(?<!/m)(?<!/m )(?<!/ m )<sup>(?P<sup>{_NUMBERS})</sup>|\$\^\{{(?P<tex>{_NUMBERS})\}}\$"
    rf"|(?:[^\W\d_]\w*\.|[)\]]\.?)(?P<bare>{_NUMBERS})(?=\s|$)"
)

_DIGITS = re.compile(r"\d+")
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TOKEN = re.compile(
    r"(?P<status>\bnot (?:been )?reach(?:ed)?\b|\bnot achieved\b|\bnot given\b|\bno response\b)"
    rf"|(?P<word>\b(?:(?:{_TENS})(?:-(?:{_UNITS}))?|{_UNITS}|ten|eleven|twelve)\b)"
    r"|(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)",
    re.IGNORECASE,
)
# Numbers that name instead of counting. Days of a cycle ("D1-21") count.
NAMES = {
    r"\bEudraCT[\d-]+": "registry numbers with hyphens",
    r"\b(?![Dd]\d)[^\W\d_]\w*\d\w*": "registry numbers, genes, proteins, abbreviations",
    r"\b[^\W\d_]{2,}-\d+\b": "exportin-1, compound codes",
    r"\b5-hydroxytryptamine-3\b": "a receptor",
    r"\bcyclin D1\b|\blymphoma 2\b|\bCD 38\b|\btranscription 3\b|\bneurokinin 1\b": "proteins in words",
    r"\b[Cc]ysteine \d+": "the residue of a protein",
    r"\b(?:t|del)\([^)]*\)": "chromosome aberrations",
    r"\b[Pp]art \d\b|\bTable \d\b": "parts of a study, tables of the review",
    r"\bregion maintenance 1\b": "a protein in words",
    r"\(\d\)(?= [A-Z])": "counters of a list in a sentence",
    r"/ ?m ?<sup>2</sup>": "square metre",
}
_NAME = re.compile("|".join(NAMES))


@dataclass(frozen=True)
class Aside:
    """Numbers that state no result of their own: the phrase they stand in (none: a column heading), and why."""

    phrase: str
    reason: str


_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
# By kind of token; what comes first wins. A value or statement may claim such a number all the same. The phrases are
# narrow on purpose: a number that they miss is listed as unexplained, one that they wrongly take is lost.
ASIDES = {
    "heading": Aside("", "in the heading of a table column"),
    "grade": Aside(
        r"\bgrades? \d(?:(?:[–/-]| or | and )\d)?(?![\d%]|\.\d)", "severity grade, held by a grade band or a statement"
    ),
    "schedule": Aside(
        r"\b[Dd]-?\d{1,2}(?:[,–-][ –-]*\d{1,2})*(?!\d)|\b\d{1,2}d/cycle\b|\b\d-week cycle\b",
        "day or length of a cycle, held by a schedule",
    ),
    "cycle": Aside(r"\bcycle \d(?!\d)", "counter of a cycle, held by a dose step or a time point"),
    "time": Aside(
        r"\b\d[- ]year (?:OS|PFS)\b|\bthe first two treatment cycles\b", "time point of a figure or an endpoint"
    ),
    "date": Aside(rf"\b(?:{_MONTH}) (?:19|20)\d\d\b", "year of a date"),
    "span": Aside(r"\bOver the (?:last|past) \d+ years\b", "years looked back upon in an opening remark"),
    "pronoun": Aside(
        r"\bone of the most\b|\bof the two groups\b|\bwere two types of\b", "counts only what the sentence itself names"
    ),
    "label": Aside(
        r"\b(?:two|three|four)-drug\b|\b\d+ mg ?/ ?m(?:²| ?<sup>2</sup>) group\b",
        "within the name of a regimen or of a group of patients",
    ),
}
_ASIDE = re.compile("|".join(f"(?P<{kind}>{a.phrase})" for kind, a in ASIDES.items() if a.phrase), re.IGNORECASE)

_VERSUS = re.compile(r"\bversus\b")
_VERSUS_GAP = re.compile(r"(?:%|months?|years?|</?i>|\s)*")
# Here "versus" parts the whole cell into the regimens of two arms.
_VERSUS_PARTS_CELL = frozenset({"Regimen/RP2D"})

Key = tuple[str | None, int | None, str | None, str | None]


@dataclass(frozen=True)
class Region:
    """A stretch of the text: a table cell, a piece of a paragraph, or a whole section.

    `paragraph` counts re-joined paragraphs of the body; cells, and all that follows the body, have none.

    >>> Region(0, 9, table=2, row="Trial", column="Design").label
    'table 2 | Trial | Design'
    """

    start: int
    end: int
    section: str | None = None
    table: int | None = None
    row: str | None = None
    column: str | None = None
    paragraph: int | None = None

    @property
    def key(self) -> Key:
        """Return what tells this section or cell from all others."""
        return self.section, self.table, self.row, self.column

    @property
    def label(self) -> str:
        """Return the key in words."""
        return place_words(self.key)


@dataclass(frozen=True)
class Mark:
    """A citation mark in the body: where it stands, its paragraph, its reference numbers with ranges expanded."""

    start: int
    end: int
    paragraph: int | None
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Token:
    """A numeral, number word or status word.

    `kind` is number, word or status; or, for what states no result of its own, citation, name or a kind of `ASIDES`.
    `ordinal` is 1 before and 2 after "versus"; `citations` are the numbers of the mark that follows in the paragraph.
    """

    start: int
    end: int
    section: str | None
    table: int | None
    row: str | None
    column: str | None
    ordinal: int | None
    kind: str
    token: str
    citations: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        """Return what tells this token's section or cell from all others."""
        return self.section, self.table, self.row, self.column


class TokenTable(list[Token]):
    """Tokens by offset, with the bounds of the sections and cells they come from (`regions`)."""

    def __init__(self, tokens: Iterable[Token], regions: Iterable[Region]) -> None:
        super().__init__(tokens)
        self.regions = tuple(regions)


@dataclass(frozen=True)
class Rendition:
    """The text of the review with its SHA-256, its regions in reading order, citation marks and tokens."""

    text: str
    sha256: str
    regions: tuple[Region, ...]
    marks: tuple[Mark, ...]
    tokens: TokenTable


def span_sha256(text: str) -> str:
    """Return the SHA-256 of a span as UTF-8, in hex.

    >>> span_sha256("12")[:8]
    '6b51d431'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def place_words(key: Key) -> str:
    """Write the key of a section or cell in words.

    >>> place_words(("Results", None, None, None))
    'section Results'
    """
    section, table, row, column = key
    return f"section {section}" if table is None else f"table {table} | {row} | {column}"


def ends(printed: str) -> tuple[str, str] | None:
    """Give the first and last token of what is printed: of one token twice itself, of a range its ends, else none.

    >>> ends("3–60"), ends("12 to 16"), ends("25"), ends("low")
    (('3', '60'), ('12', '16'), ('25', '25'), None)
    """
    if is_token(printed):
        return printed, printed
    low, *high = re.split(r"[–-]| to ", printed)
    return (low, high[0]) if len(high) == 1 and is_token(low) and is_token(high[0]) else None


def is_token(text: str) -> bool:
    """Tell whether the text is one number, number word or status word.

    >>> is_token("9.46"), is_token("Forty-five"), is_token("not reach"), is_token("low")
    (True, True, True, False)
    """
    return _TOKEN.fullmatch(text) is not None


def read_rendition(path: Path | str) -> Rendition:
    """Read the review's text file.

    Any UTF-8 file is read; compare `.sha256` with `EXPECTED_SHA256` to know that it is the one the places are for.

    Raises:
        KgError: the file is missing or unreadable, or is not UTF-8.
    """
    try:
        return parse_rendition(Path(path).read_bytes())
    except OSError as error:
        raise KgError(f"cannot read the review's text {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise KgError(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error


def parse_rendition(data: bytes) -> Rendition:
    """Find sections, tables, citation marks and tokens in the bytes of a text.

    >>> trial = parse_rendition(b"#### Findings\\n\\nFever fell (30% versus 5%).<sup>7,8</sup>")
    >>> [(t.token, t.kind, t.ordinal, t.citations) for t in trial.tokens][:2]
    [('30', 'number', 1, (7, 8)), ('5', 'number', 2, (7, 8))]

    Raises:
        KgError: a table has no caption, or a row more cells than the header.
    """
    text = data.decode()
    regions = tuple(_read_regions(text))
    marks = tuple(_read_marks(text, regions))
    return Rendition(text, hashlib.sha256(data).hexdigest(), regions, marks, _read_tokens(text, regions, marks))


# --- sections and tables -------------------------------------------------------------------------------------------


def _read_regions(text: str) -> Iterator[Region]:
    lines = [(found.start(), found[0]) for found in re.finditer(r"[^\n]*\S[^\n]*", text)]
    section, in_body, paragraph, ended = "", True, 0, True
    header: list[str] = []
    table = 0
    for number, (start, line) in enumerate(lines):
        if "\t" not in line:
            header = []
        if _FURNITURE.match(line.strip()):
            continue
        if "\t" in line:
            cells = list(_cells(start, line))
            if not header:
                table = _table_number(lines, number)
                header = [_column_key(text[a:b]) for a, b in cells]
            yield from _row(text, cells, header, table)
            continue
        if line.startswith("#"):
            section = re.sub(r"[#*]", "", line).strip()
            in_body, ended = in_body and section != BODY_END, True
            continue
        if run_in := _RUN_IN_HEADING.match(line):
            section, start, line = run_in[1], start + run_in.end(), line[run_in.end() :]
        line = _FURNITURE_AT_LINE_END.sub("", line.rstrip())
        paragraph += ended
        yield Region(start, start + len(line), section=section, paragraph=paragraph if in_body else None)
        ended = _ends_paragraph(line)


def _ends_paragraph(line: str) -> bool:
    marks = [found for found in _MARK.finditer(line) if found.end() == len(line)]
    return line[: _mark_start(marks[0]) if marks else None].rstrip().endswith((".", "?", "!", ":", ")"))


def _cells(start: int, line: str) -> Iterator[tuple[int, int]]:
    for cell in line.split("\t"):
        left = start + len(cell) - len(cell.lstrip())
        yield left, left + len(cell.strip())
        start += len(cell) + 1


def _table_number(lines: list[tuple[int, str]], number: int) -> int:
    after = next((line for _, line in lines[number:] if "\t" not in line), "")
    for line in (lines[max(number - 1, 0)][1], after):
        if caption := _CAPTION.match(line):
            return int(caption[1])
    raise KgError(f"the table at offset {lines[number][0]} has no caption before or after it")


def _row(text: str, cells: list[tuple[int, int]], header: list[str], table: int) -> Iterator[Region]:
    if len(cells) > len(header):
        raise KgError(f"the row at offset {cells[0][0]} has {len(cells)} cells under {len(header)} columns")
    row = _row_key(text[slice(*cells[0])])
    for (start, end), column in zip(cells, header, strict=False):
        if start < end:
            yield Region(start, end, table=table, row=row, column=column)


def _row_key(cell: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", cell).split())


def _column_key(cell: str) -> str:
    return re.split(r" [(<]", _row_key(cell), maxsplit=1)[0]


def region_at(rendition: Rendition, offset: int) -> Region | None:
    """Find the section piece or table cell that an offset is in."""
    index = bisect_right(rendition.regions, offset, key=lambda region: region.start) - 1
    region = rendition.regions[index] if index >= 0 else None
    return region if region is not None and offset < region.end else None


def _bounds(regions: Iterable[Region]) -> list[Region]:
    """Join the pieces of each section; cells stay as they are."""
    sections: dict[str | None, Region] = {}
    cells = []
    for region in regions:
        if region.table is not None:
            cells.append(region)
        else:
            first = sections.setdefault(region.section, region)
            sections[region.section] = Region(first.start, region.end, section=region.section)
    return [*sections.values(), *cells]


# --- citation marks ------------------------------------------------------------------------------------------------


def _read_marks(text: str, regions: Iterable[Region]) -> Iterator[Mark]:
    for region in regions:
        if region.paragraph is None:
            continue
        for found in _MARK.finditer(text, region.start, region.end):
            numbers = tuple(_expanded(found["sup"] or found["tex"] or found["bare"]))
            yield Mark(_mark_start(found), found.end(), region.paragraph, numbers)


def _mark_start(found: re.Match[str]) -> int:
    return found.start("bare") if found["bare"] else found.start()


def _expanded(numbers: str) -> Iterator[int]:
    for part in numbers.split(","):
        ends = [int(number) for number in re.split("[–-]", part)]
        yield from range(ends[0], ends[-1] + 1)


def citation_mark(rendition: Rendition, end: int) -> tuple[int, ...]:
    """Return the reference numbers of the first citation mark at or after an offset, within its paragraph.

    Paragraphs that page furniture or a table interrupts are one. `end` is the end of a span, in code points. In a
    table, and after the last mark of a paragraph, there are none.

    >>> citation_mark(parse_rendition(b"#### Aim\\n\\nIt works,<sup>3-5</sup> they say.12"), 14)
    (3, 4, 5)
    """
    region = region_at(rendition, end - 1)
    if region is None or region.paragraph is None:
        return ()
    following = (mark.numbers for mark in rendition.marks if mark.paragraph == region.paragraph and mark.start >= end)
    return next(following, ())


# --- tokens --------------------------------------------------------------------------------------------------------


def _read_tokens(text: str, regions: tuple[Region, ...], marks: tuple[Mark, ...]) -> TokenTable:
    # Marks become blanks of the same length, so that "models.77,78" and "GEN7.9" leave no decimals behind.
    plain = text
    for mark in marks:
        plain = plain[: mark.start] + " " * (mark.end - mark.start) + plain[mark.end :]
    headings = {(region.table, region.row) for region in regions if region.row == region.column}
    tokens: list[Token] = []
    for region in regions:
        if region.paragraph is None and region.table is None:
            continue
        following = [mark for mark in marks if mark.paragraph == region.paragraph and mark.end > region.start]
        heading = region.table is not None and (region.table, region.row) in headings
        tokens += _tokens_of_region(plain, region, following, heading=heading)
        inside = (mark for mark in following if mark.start < region.end)
        tokens += [
            Token(found.start(), found.end(), *region.key, None, "citation", found[0], mark.numbers)
            for mark in inside
            for found in _DIGITS.finditer(text, mark.start, mark.end)
        ]
    return TokenTable(sorted(tokens, key=lambda token: token.start), _bounds(regions))


def _tokens_of_region(plain: str, region: Region, marks: list[Mark], *, heading: bool) -> Iterator[Token]:
    names = [found.span() for found in _NAME.finditer(plain, region.start, region.end)]
    asides = [(*found.span(), str(found.lastgroup)) for found in _ASIDE.finditer(plain, region.start, region.end)]
    if heading:
        asides = [(region.start, region.end, "heading")]
    found_tokens = list(_TOKEN.finditer(plain, region.start, region.end))
    ordinals = _ordinals(plain, region, [found.span() for found in found_tokens])
    for found in found_tokens:
        start, end = found.span()
        named = any(left <= start and end <= right for left, right in names)
        aside = next((kind for left, right, kind in asides if left <= start and end <= right), str(found.lastgroup))
        kind = "name" if named else aside
        citations = next((mark.numbers for mark in marks if mark.start >= end), ())
        yield Token(start, end, *region.key, None if named else ordinals.get(start), kind, found[0], citations)


def _ordinals(plain: str, region: Region, spans: list[tuple[int, int]]) -> dict[int, int]:
    """Tell by start offset which tokens stand before (1) and after (2) a "versus"."""
    ordinals: dict[int, int] = {}
    for versus in _VERSUS.finditer(plain, region.start, region.end):
        left, right = _scope(plain, region, versus)
        if left is None or right is None:  # no bracket: only what touches the word
            before = [a for a, b in spans if b <= versus.start() and _VERSUS_GAP.fullmatch(plain, b, versus.start())]
            after = [a for a, _ in spans if versus.end() <= a and _VERSUS_GAP.fullmatch(plain, versus.end(), a)]
        else:
            before = [a for a, _ in spans if left <= a < versus.start()]
            after = [a for a, _ in spans if versus.end() <= a < right]
        if before and after:
            ordinals |= dict.fromkeys(before, 1) | dict.fromkeys(after, 2)
    return ordinals


def _scope(plain: str, region: Region, versus: re.Match[str]) -> tuple[int | None, int | None]:
    """Return the bounds of the brackets, or of the cell, that "versus" parts in two."""
    if region.column in _VERSUS_PARTS_CELL:
        return region.start, region.end
    opened = _unmatched(range(versus.start() - 1, region.start - 1, -1), plain, "(", ")")
    closed = _unmatched(range(versus.end(), region.end), plain, ")", "(")
    return opened, closed


def _unmatched(offsets: range, plain: str, wanted: str, other: str) -> int | None:
    depth = 0
    for offset in offsets:
        if plain[offset] == wanted and depth == 0:
            return offset
        depth += (plain[offset] == other) - (plain[offset] == wanted)
    return None
