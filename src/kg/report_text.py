"""Reading a printed table cell: which label, qualifier and unit stand around a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kg.report_cells import Figure

__all__ = ["Named", "Names", "names_before", "qualifier_before", "read_faults", "unit_after"]

# By the category of a value: names in one case, with the things that bear them.
Names = Mapping[str, Mapping[str, set[str]]]

# A label that stands after its number or is no name of a thing: what stands before, what after, which column says it.
_CUES = {
    "enrolment": (r"\bn\s*=\s*$", r"\s*(?:in\b|patients\b)", {"Patients"}),
    "prior therapy": (r"(?!)", r"(?:[–-]\d+)?\s*(?:prior\b|previous\b|lines\b)", {"Median prior therapies"}),
}
_SIGNS = {
    "≥": r"≥|\$\\geq\$|\bat least",
    "≤": r"≤|\$\\leq\$|\bat most",
    ">": r">|\bmore than",
    "<": r"<|\bless than|\bfewer than",
    "≈": r"≈|~|\babout|\bapproximately",
}
_UNITS = {
    "percent": r"%",
    "months": r"\bmonths?\b",
    "years": r"\byears?\b",
    "mg/m2": r"\bmg\s*/\s*m",
    "mg/kg": r"\bmg\s*/\s*kg\b",
    "mg": r"\bmg\b",
}
_TAG = re.compile(r"</?[a-z]+>")
# What may stand between two names that share one number: "mPFS and mOS not reach".
_BETWEEN = re.compile(r"\s*(?:and|,|/)\s*")
# From this length on a name is found even where the page broke it in two ("Selinex or").
_LONG = 6


class Named(NamedTuple):
    """A name that was read, as printed, and the things it may stand for."""

    text: str
    things: frozenset[str]


def names_before(text: str, known: Mapping[str, set[str]]) -> list[Named]:
    """Read the last name in a text, and those joined to it by "and"; a longer name goes before one within it.

    >>> known = {"mos": {"kgd:OS"}, "mpfs": {"kgd:PFS"}, "orr": {"kgd:ORR"}}
    >>> [name.text for name in names_before("ORR 82%, mPFS and mOS ", known)]
    ['mPFS', 'mOS']
    """
    words = "|".join(_pattern(name) for name in sorted(known, key=len, reverse=True))
    found = list(re.finditer(rf"(?<![^\W_])(?:{words})s?(?![^\W_])", text, re.IGNORECASE)) if known else []
    last: list[re.Match[str]] = []
    for match in reversed(found):
        if last and not _BETWEEN.fullmatch(text[match.end() : last[0].start()]):
            break
        last.insert(0, match)
    return [Named(match[0], frozenset(_things(match[0], known))) for match in last]


def _pattern(name: str) -> str:
    if len(name) >= _LONG and name.isalpha():
        return r"\s?".join(name)
    return r"\s+".join(map(re.escape, name.split()))


def _things(printed: str, known: Mapping[str, set[str]]) -> set[str]:
    """Look a printed name up, also without a plural's s or a break of the page."""
    for name in (printed, printed[:-1], "".join(printed.split()), "".join(printed.split())[:-1]):
        folded = " ".join(name.casefold().split())
        if folded in known:
            return known[folded]
    return set()


def qualifier_before(text: str) -> str:
    """Read the sign at the end of a text, or equality.

    >>> qualifier_before("after less than "), qualifier_before("ORR ")
    ('<', '=')
    """
    return next((sign for sign, words in _SIGNS.items() if re.search(rf"(?:{words})\s*$", text)), "=")


def unit_after(text: str) -> str | None:
    """Read the first unit in a text: in "76.4 versus 62.3%" both numbers have the same.

    >>> unit_after(" or 27 mg/m² BIW"), unit_after(" patients")
    ('mg/m2', None)
    """
    found = [
        (match.start(), -len(match[0]), unit) for unit, words in _UNITS.items() if (match := re.search(words, text))
    ]
    return min(found)[2] if found else None


def read_faults(figure: Figure, text: str, span: tuple[int, int], column: str, names: Names) -> Iterator[str]:
    """Compare one value with what stands around its number in a cell; `span` counts from the cell's first character."""
    before, after = _TAG.sub("", text[: span[0]]), _TAG.sub("", text[span[1] :])
    yield from _label_faults(figure, before, after, column, names)
    if figure.status != "reported":
        return
    qualifier, unit = qualifier_before(before), unit_after(after)
    if figure.qualifier and figure.qualifier != qualifier:
        yield f"the qualifier of {figure.printed} is {qualifier}, the graph says {figure.qualifier}"
    if figure.unit in _UNITS and figure.unit != unit:
        yield f"the unit of {figure.printed} is {unit or 'not printed'}, the graph says {figure.unit}"


def _label_faults(figure: Figure, before: str, after: str, column: str, names: Names) -> Iterator[str]:
    if figure.status == "not given":
        return  # such a cell has no label
    if figure.category in names:
        read = names_before(before, names[figure.category])
        if not any(figure.thing in name.things for name in read):
            shown = " and ".join(name.text for name in read)
            yield f"the label of {figure.printed} is {shown or 'not known'}, the graph says {figure.label}"
    elif figure.category in _CUES:
        left, right, columns = _CUES[figure.category]
        if column not in columns and not re.search(left, before) and not re.match(right, after):
            yield f"the label of {figure.printed} is not known, the graph says {figure.label}"
