"""What an assistant is told: rows in bounded number, and with them the evidence, the disagreements and the notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.evidence import Evidence, Record
    from kg.explain import Explanation
    from kg.questions import Question
    from kg.results import Table

__all__ = [
    "MOST_ROWS",
    "NOTICE",
    "Entities",
    "Explained",
    "Questions",
    "Rows",
    "Support",
    "entities_told",
    "explained",
    "questions_told",
    "tabled",
]

NOTICE: Final = "the review (2023) reports; not medical advice"

MOST_ROWS: Final = 200
_MOST_CHARACTERS: Final = 40_000  # of all rows; a model reads an answer whole
_MOST_CELL: Final = 2_000
_MOST_LISTED: Final = 60  # places, references, disagreements

_T = TypeVar("_T")


class Support(TypedDict):
    """What comes with every answer.

    `certainty` counts rows or steps by how sure the source is; `notes` says what was left out and how to get it.
    """

    notice: str
    references: list[dict[str, str]]
    places: list[str]
    certainty: dict[str, int]
    disagreement: list[dict[str, str]]
    notes: list[str]


class Rows(Support):
    """A table: `rows` from number `first` on, of `total`; `disputed_left_out` counts what a disputed dose kept away."""

    columns: list[str]
    rows: list[dict[str, str]]
    first: int
    total: int
    disputed_left_out: int


class Explained(Support):
    """The paths from one thing to another, as `kg explain --format json` writes them, and in words."""

    headline: str
    paths: list[dict[str, Any]]
    net_effects: list[dict[str, Any]]
    remarks: list[str]


# Plain types inside: of a TypedDict in another the protocol's package makes no structure on Python 3.11.
class Entities(Support):
    """What a text may name, the likeliest first: `score` is of 100, `match` says that the text names this alone.

    `records` counts the statements and values about it, behind which the places and references stand.
    """

    entities: list[dict[str, Any]]


class Questions(Support):
    """The saved questions. They state nothing, so nothing stands behind them but what their answers bring."""

    questions: list[dict[str, Any]]


def tabled(table: Table, evidence: Evidence, *, limit: int, offset: int, whole: Table | None = None) -> Rows:
    """Choose the rows to show, and tell what stands behind them.

    Args:
        table: the whole answer.
        evidence: of the graph that was asked.
        limit: rows at most.
        offset: how many rows to skip.
        whole: the answer of the graph with the disputed doses, if this one came without.

    Raises:
        UsageError: the limit or the offset is out of range.

    >>> from kg.evidence import Evidence
    >>> from kg.results import Table
    >>> told = tabled(Table(("a",), [("1",), ("2",), ("3",)]), Evidence({}, {}, {}, {}), limit=1, offset=1)
    >>> told["rows"], told["notes"][0]
    ([{'a': '2'}], 'rows 2 to 2 of 3 are shown; ask again with offset=2 for the next')
    """
    if not 1 <= limit <= MOST_ROWS:
        raise UsageError(f"limit {limit}: give a number from 1 to {MOST_ROWS}")
    if offset < 0:
        raise UsageError(f"offset {offset}: give 0 or more")
    notes: list[str] = []
    asked = [dict(zip(table.columns, row, strict=True)) for row in table.rows[offset : offset + limit]]
    shown = _fitting(asked)
    left_out = 0 if whole is None else (Counter(whole.rows) - Counter(table.rows)).total()
    notes += _cut_notes(len(shown), offset, len(table))
    notes += [_LEFT_OUT.format(f"{left_out} row{'' if left_out == 1 else 's'}")] if left_out else []
    behind = evidence.behind(shown)
    support = _support(evidence, behind, evidence.certainties(shown), notes)
    if shown and not (behind.places or behind.references):
        support["notes"].append(_NO_RECORDS)
    cells = [{column: _shortened(cell) for column, cell in row.items()} for row in shown]
    return {
        **support,
        "columns": list(table.columns),
        "rows": cells,
        "first": offset + 1,
        "total": len(table),
        "disputed_left_out": left_out,
    }


_LEFT_OUT: Final = (
    "left out, or shown without the figure: {} with a dose that the source disputes itself; "
    "include_disputed=true gives all"
)
_NO_RECORDS: Final = (
    "these rows name no record, so that no place or reference stands with them; reported_values and statements have "
    "both, and a SPARQL query that selects a value or a statement gets them"
)


def _fitting(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Take rows while they fit; the first always does, for its cells are bounded."""
    fitting: list[dict[str, str]] = []
    size = 0
    for row in rows:
        size += sum(len(column) + min(len(cell), _MOST_CELL) for column, cell in row.items())
        if fitting and size > _MOST_CHARACTERS:
            break
        if size > 4 * _MOST_CHARACTERS:
            raise UsageError(f"one row has more than {4 * _MOST_CHARACTERS} characters; ask for fewer columns")
        fitting.append(row)
    return fitting


def _cut_notes(shown: int, offset: int, total: int) -> list[str]:
    if shown == 0:
        return [f"there are {total} rows; offset={offset} is beyond them"] if total else [_NOTHING]
    end = offset + shown
    if offset == 0 and end == total:
        return []
    more = f"; ask again with offset={end} for the next" if end < total else ""
    return [f"rows {offset + 1} to {end} of {total} are shown{more}"]


_NOTHING: Final = (
    "no rows: the graph holds nothing that fits; names are compared exactly, and search_entity finds how they are spelt"
)


def _shortened(cell: str) -> str:
    return cell if len(cell) <= _MOST_CELL else f"{cell[:_MOST_CELL]} … ({len(cell)} characters)"


def explained(found: Explanation, evidence: Evidence) -> Explained:
    """Tell an explanation with what stands behind its steps."""
    from kg.evidence import Record

    told = found.to_dict()
    steps = [step for path in found.paths for step in path.steps] + list(found.net_effects)
    behind = Record()
    for step in steps:
        behind.places |= dict.fromkeys(step.places)
        behind.references |= dict.fromkeys(map(str, step.references))
        behind.disputes |= evidence.behind([{"source": step.source}]).disputes
    notes = [f"{found.more} more paths are left out; name nearer ends to see them"] if found.more else []
    certainty = Counter(path.certainty for path in found.paths)
    for path, made in zip(found.paths, told["paths"], strict=True):
        made["summary"] = path.summary
    return {
        **_support(evidence, behind, dict(certainty), notes),
        "headline": found.headline,
        "paths": told["paths"],
        "net_effects": told["net_effects"],
        "remarks": [remark.strip().replace("--stitched", "stitched=true") for remark in found.remarks],
    }


def entities_told(entities: Sequence[dict[str, Any]], evidence: Evidence) -> Entities:
    """Tell things, each with its `id`, with what stands behind the statements and values about them."""
    records = [evidence.about.get(one["id"], ()) for one in entities]
    rows = [{"record": name} for names in records for name in names]
    notes = [] if entities else ["nothing is called so, nor nearly so"]
    support = _support(evidence, evidence.behind(rows), evidence.certainties(rows), notes)
    told = [{**one, "records": len(names)} for one, names in zip(entities, records, strict=True)]
    return {**support, "entities": told}


def questions_told(questions: Iterable[Question]) -> Questions:
    """Tell the saved questions."""
    nothing: Support = {
        "notice": NOTICE,
        "references": [],
        "places": [],
        "certainty": {},
        "disagreement": [],
        "notes": ["references, places, certainty and disagreement come with the answer of each question"],
    }
    return {**nothing, "questions": [one.to_dict() for one in questions]}


def _support(evidence: Evidence, behind: Record, certainty: Mapping[str, int], notes: Iterable[str]) -> Support:
    said = list(notes)
    known = [evidence.disputes[name] for name in behind.disputes if name in evidence.disputes]
    return {
        "notice": NOTICE,
        "references": [work._asdict() for work in _some(evidence.citations(behind.references), "references", said)],
        "places": _some(list(behind.places), "places", said),
        "certainty": dict(certainty),
        "disagreement": [dict(row) for row in _some(known, "disagreements", said)],
        "notes": said,
    }


def _some(items: list[_T], what: str, notes: list[str]) -> list[_T]:
    if len(items) > _MOST_LISTED:
        notes.append(f"{len(items) - _MOST_LISTED} more {what} stand behind this; a smaller limit shows all")
    return items[:_MOST_LISTED]
