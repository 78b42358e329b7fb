"""Every place is re-read, and each way in which a place or a value can be wrong is told."""

import os
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest

from kg import load
from kg.coverage import coverage
from kg.place_records import PlaceRecord, Printed, place_records
from kg.places import Place, locate
from kg.source import (
    Rendition,
    TokenTable,
    parse_rendition,
    read_rendition,
    span_sha256,
)
from kg.token_table import read_tokens, write_tokens
from kg.verify import Fault, verify
from review_text import with_review_text

# An invented trial, so that the tests need no paper.
TEXT = """#### How it works

Frobinib stops cells.<sup>2,3</sup> GEN7 stays low.

#### Results

Of 40 patients 12 to 15 answered, and pain fell from 25 to 5 points.<sup>4</sup>

Table 1. Trials.

Trial\tResponse rates
ALPHA\tORR 76.4% versus 62.3%, OS not reach versus 8 months
BETA\tORR 12%
"""
DATA = "https://w3id.org/xpo1-kg/data/"
PREFIXES = """
@prefix kg: <https://w3id.org/xpo1-kg/ontology/> .
@prefix kgd: <https://w3id.org/xpo1-kg/data/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
"""

# Name, where and what to find, what the value prints (nothing for a clause).
FINDS = {
    "ORR_1": ({"table": 1, "row": "ALPHA"}, "76.4", "76.4"),
    "ORR_2": ({"table": 1, "row": "ALPHA"}, "62.3", "62.3"),
    "OS": ({"table": 1, "row": "ALPHA"}, "not reach", "not reach"),
    "size": ({"section": "Results"}, "40", "40"),
    "answers": ({"section": "Results"}, "12…15", "12 to 15"),
    "level": ({"section": "How it works"}, "low", "low"),
    "stops": ({"section": "How it works"}, "Frobinib stops cells", None),
}


@pytest.fixture
def trial() -> Rendition:
    return parse_rendition(TEXT.encode())


@pytest.fixture
def tokens(trial: Rendition, tmp_path: Path) -> TokenTable:
    """The token table as a stranger has it, read from its file."""
    write_tokens(trial, tmp_path / "tokens.tsv")
    return read_tokens(tmp_path / "tokens.tsv")


def _place(rendition: Rendition, name: str) -> Place:
    where, find, _ = FINDS[name]
    [place] = locate(rendition, find, **where)  # type: ignore[arg-type]
    return place


@pytest.fixture
def records(trial: Rendition) -> list[PlaceRecord]:
    """Places, values and one evidence line, as they stand in the graph: written as Turtle, parsed, read back."""
    lines = [PREFIXES]
    for name, (_, _, printed) in FINDS.items():
        lines.append(_place(trial, name).turtle(f"kgd:Place_{name}"))
        lines.append(f"kgd:Thing_{name} kg:locator kgd:Place_{name} .")
        if printed:
            lines.append(f'kgd:Thing_{name} kg:printed "{printed}" ; kg:qualifier kg:EqualTo .')
    return place_records(_store("\n".join(lines)))


def _store(turtle: str) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE, to_graph=pyoxigraph.NamedNode("urn:test"))
    return store


def _changed(records: list[PlaceRecord], name: str, **changes: object) -> list[PlaceRecord]:
    """Return the records with one of them changed, and make sure that one was."""
    changed = [replace(r, **changes) if r.iri.endswith(f"Place_{name}") else r for r in records]  # type: ignore[arg-type]
    assert sum(a != b for a, b in zip(records, changed, strict=True)) == 1
    return changed


def _with_text(records: list[PlaceRecord], rendition: Rendition) -> list[Fault]:
    return verify(records, tokens=TokenTable([], []), rendition=rendition, expected_sha256=rendition.sha256)


def test_records_hold_the_located_places(records: list[PlaceRecord], trial: Rendition) -> None:
    """What was located and written as Turtle is read from the store unchanged, with the values placed there."""
    found = {record.iri: record for record in records}
    assert set(found) == {f"{DATA}Place_{name}" for name in FINDS}
    place, record = _place(trial, "ORR_2"), found[f"{DATA}Place_ORR_2"]
    value, qualifier = f"{DATA}Thing_ORR_2", "https://w3id.org/xpo1-kg/ontology/EqualTo"
    assert record == PlaceRecord(
        f"{DATA}Place_ORR_2",
        table=1,
        row_key="ALPHA",
        column_key="Response rates",
        ordinal=2,
        start=place.start,
        end=place.end,
        sha256=place.sha256,
        reports=(Printed(value, "62.3", qualifier),),
        users=(value,),
    )
    assert found[f"{DATA}Place_answers"].reports[0].ends == ("12", "15")
    assert found[f"{DATA}Place_stops"].citations == {2, 3}
    assert found[f"{DATA}Place_stops"].reports == ()


def test_true_places_have_no_fault(records: list[PlaceRecord], trial: Rendition, tokens: TokenTable) -> None:
    """The places agree with the text, with the token table alone, and with the text under another digest."""
    assert len(records) == 7
    assert _with_text(records, trial) == []
    assert verify(records, tokens=tokens) == []
    assert verify(records, tokens=tokens, rendition=trial, other_rendition=True) == []


# Change to a place, the subject of the fault, and its message with the text and without it ("" for none).
MUTANTS: dict[str, tuple[str, dict[str, object], str, str]] = {
    "swapped ordinal": ("ORR_1", {"ordinal": 2}, "ordinal of SPAN is 1, not 2", "same"),
    "missing ordinal": ("ORR_1", {"ordinal": None}, "ordinal of SPAN is 1, not none", "same"),
    "invented ordinal": ("size", {"ordinal": 1}, "ordinal of SPAN is none, not 1", "same"),
    "wrong row": ("ORR_1", {"row_key": "BETA"}, "place of SPAN is table 1 | ALPHA | Response rates, not ", "same"),
    "wrong column": ("OS", {"column_key": "OS"}, "place of SPAN is table 1 | ALPHA | Response rates, not ", "same"),
    "wrong table": ("OS", {"table": 2}, "place of SPAN is table 1 | ALPHA | Response rates, not table 2 ", "same"),
    "wrong mark": ("size", {"citations": frozenset({2})}, "citation mark of SPAN is [4], not [2]", "same"),
    "wrong digest": ("size", {"sha256": "00"}, "digest of SPAN is ", "same"),
    "wrong section": ("stops", {"section": "Results"}, "place of SPAN is section How it works, not ", "SPAN is no "),
    "wrong clause mark": ("stops", {"citations": frozenset()}, "citation mark of SPAN is [2, 3], not none", ""),
    "other clause mark": ("stops", {"citations": frozenset({4})}, "citation mark of SPAN is [2, 3], not [4]", "same"),
    "wrong clause digest": ("stops", {"sha256": "00"}, "digest of SPAN is ", ""),
    "clause outside": ("stops", {"end": TEXT.index("40")}, "SPAN is no clause of section How it works", "same"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_changed_place_is_told(records: list[PlaceRecord], trial: Rendition, tokens: TokenTable, mutant: str) -> None:
    """One changed field of a place gives one fault that names it, with the text and as far as tokens can tell."""
    name, changes, with_text, without = MUTANTS[mutant]
    changed = _changed(records, name, **changes)
    [span] = [f"{r.start}-{r.end}" for r in changed if r.iri.endswith(f"Place_{name}")]
    for faults, message in (
        (_with_text(changed, trial), with_text.replace("SPAN", span)),
        (verify(changed, tokens=tokens), (with_text if without == "same" else without).replace("SPAN", span)),
    ):
        assert [fault.subject for fault in faults] == ([f"kgd:Place_{name}"] if message else [])
        assert all(fault.message.startswith(message) for fault in faults)


def test_moved_offset_is_told(records: list[PlaceRecord], trial: Rendition, tokens: TokenTable) -> None:
    """A span moved by one is neither the number that the value prints nor the text of its digest."""
    start = TEXT.index("40") + 1
    changed = _changed(records, "size", start=start, end=start + 2)
    assert {fault.subject for fault in _with_text(changed, trial)} == {"kgd:Place_size", "kgd:Thing_size"}
    assert verify(changed, tokens=tokens) == [
        Fault("kgd:Place_size", f"{start}-{start + 2} is no number or status word of section Results"),
        Fault("kgd:Thing_size", f"printed '40', but {start}-{start + 2} is 'no whole number or status word'"),
    ]


def test_part_of_a_number_is_told(records: list[PlaceRecord], trial: Rendition) -> None:
    """The 5 of 25 with a fitting digest is still no number of the text."""
    [five] = locate(trial, "25", section="Results")
    digest = "ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d"
    report = Printed(f"{DATA}Thing_size", "5")
    changed = _changed(records, "size", start=five.start + 1, end=five.end, sha256=digest, reports=(report,))
    assert [fault.subject for fault in _with_text(changed, trial)] == ["kgd:Thing_size"]


def test_range_over_two_cells_is_told(records: list[PlaceRecord], trial: Rendition, tokens: TokenTable) -> None:
    """A span that begins in one cell and ends in another is the place of no range."""
    report = Printed(f"{DATA}Thing_ORR_1", "76.4", "12")
    changed = _changed(records, "ORR_1", end=TEXT.index("12%") + 2, reports=(report,), ordinal=None)
    for faults in (_with_text(changed, trial), verify(changed, tokens=tokens)):
        assert [fault.subject for fault in faults] == ["kgd:Place_ORR_1", "kgd:Thing_ORR_1"]


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("size", Printed(f"{DATA}Thing_size", "41")),
        ("answers", Printed(f"{DATA}Thing_answers", "12 to 16")),
        ("answers", Printed(f"{DATA}Thing_answers", "12")),
        ("size", Printed(f"{DATA}Thing_size", "40–41")),
        ("OS", Printed(f"{DATA}Thing_OS", "not reached")),
    ],
)
def test_changed_digit_is_told(
    records: list[PlaceRecord], trial: Rendition, tokens: TokenTable, name: str, report: Printed
) -> None:
    """What a value prints must be what stands there, at both ends of a range."""
    changed = _changed(records, name, reports=(report,))
    for faults in (_with_text(changed, trial), verify(changed, tokens=tokens)):
        assert [fault.subject for fault in faults] == [f"kgd:Thing_{name}"]
        assert faults[0].message.startswith(f"printed '{report.printed}")


def test_changed_word_needs_the_text(records: list[PlaceRecord], trial: Rendition, tokens: TokenTable) -> None:
    """A word that is no status word is compared with the text only: no token stands for it."""
    changed = _changed(records, "level", reports=(Printed(f"{DATA}Thing_level", "high"),))
    start = TEXT.index("low.")
    assert _with_text(changed, trial) == [Fault("kgd:Thing_level", f"printed 'high', but {start}-{start + 3} is 'low'")]
    assert verify(changed, tokens=tokens) == []


def test_changed_text_names_places_then_file(records: list[PlaceRecord], trial: Rendition) -> None:
    """In another text the changed places come first and the digest of the whole file last, as a fault."""
    other = parse_rendition(TEXT.replace("Of 40", "Of 41").encode())
    faults = verify(records, tokens=TokenTable([], []), rendition=other, expected_sha256=trial.sha256)
    assert [fault.subject for fault in faults] == ["kgd:Place_size", "kgd:Thing_size", "kgd:Rendition_review"]
    shifted = parse_rendition(TEXT.replace("Results", "Results ").encode())
    assert len(verify(records, tokens=TokenTable([], []), rendition=shifted, expected_sha256=trial.sha256)) > 7


def test_unchanged_places_in_other_file_fail(records: list[PlaceRecord], trial: Rendition) -> None:
    """A file whose digest differs fails even where every place is the same."""
    faults = verify(records, tokens=TokenTable([], []), rendition=trial)
    assert [fault.subject for fault in faults] == ["kgd:Rendition_review"]


def test_other_rendition_compares_numbers_only(records: list[PlaceRecord], tokens: TokenTable) -> None:
    """Offsets and digests may differ; a section or number that is missing there is a fault."""
    moved = parse_rendition(("Preface.\n\n" + TEXT).encode())
    assert verify(records, tokens=tokens, rendition=moved, other_rendition=True) == []
    other = parse_rendition(TEXT.replace("Of 40", "Of 140").replace("ALPHA", "GAMMA").encode())
    assert set(verify(records, tokens=tokens, rendition=other, other_rendition=True)) == {
        Fault("kgd:Thing_size", "'40' does not stand in section Results"),
        Fault("kgd:Place_ORR_1", "the text has no table 1 | ALPHA | Response rates"),
        Fault("kgd:Place_ORR_2", "the text has no table 1 | ALPHA | Response rates"),
        Fault("kgd:Place_OS", "the text has no table 1 | ALPHA | Response rates"),
    }


def test_dangling_and_unused_places_are_told(trial: Rendition, tokens: TokenTable) -> None:
    """A locator that leads nowhere is its user's fault; a place that nothing has is its own."""
    turtle = f"{PREFIXES}{_place(trial, 'size').turtle('kgd:Place_size')}\nkgd:Value_a kg:locator kgd:Place_none ."
    assert verify(place_records(_store(turtle)), tokens=tokens) == [
        Fault("kgd:Value_a", "its place kgd:Place_none is nowhere described"),
        Fault("kgd:Place_size", "nothing has this place"),
    ]


def test_second_selector_is_told(records: list[PlaceRecord], trial: Rendition, tokens: TokenTable) -> None:
    """A place described twice is read twice, and the description that is wrong is found."""
    second = _place(trial, "ORR_1").turtle("kgd:Place_size")
    turtle = f"{PREFIXES}{_place(trial, 'size').turtle('kgd:Place_size')}\n{second}"
    turtle += '\nkgd:Thing_size kg:locator kgd:Place_size ; kg:printed "40" .'
    read = place_records(_store(turtle))
    assert len(read) == 2
    assert verify(read, tokens=tokens) != []


def test_coverage_sorts_every_token(records: list[PlaceRecord], tokens: TokenTable) -> None:
    """Each token is claimed, exempt with its reason, or listed; the counts add up to all tokens."""
    covered = coverage(records, tokens)
    assert [token.token for token in covered.uncovered] == ["25", "5", "8", "12"]
    assert (covered.by_value, covered.by_statement) == (6, 0)
    assert covered.exempt == {"part of a citation mark": 3, "part of a name": 1}
    assert len(tokens) == 6 + 4 + 3 + 1
    start = TEXT.index("25 to")
    assert covered.lines()[0] == f"{start}-{start + 2} section Results: 25"
    assert covered.lines()[-1].endswith("exempt: 3 part of a citation mark; 1 part of a name; unexplained 4")


def test_value_goes_before_exemption() -> None:
    """A number of a schedule is exempt, also under a statement's clause, until a value prints it."""
    schedule = parse_rendition(b"#### Aim\n\nGorbin 5 mg D1-21 helps.\n")
    [clause] = locate(schedule, "Gorbin 5 mg D1-21 helps", section="Aim")
    fields = {"section": "Aim", "sha256": clause.sha256, "users": (f"{DATA}Thing",)}
    said = PlaceRecord(f"{DATA}Place_clause", start=clause.start, end=clause.end, **fields)  # type: ignore[arg-type]
    covered = coverage([said], schedule.tokens)
    assert (covered.by_value, covered.by_statement, sum(covered.exempt.values())) == (0, 1, 2)
    printed = replace(said, reports=(Printed(f"{DATA}Value", "1-21"),))
    covered = coverage([said, printed], schedule.tokens)
    assert (covered.by_value, covered.by_statement, covered.exempt) == (3, 0, {})


@pytest.mark.parametrize(
    ("start", "end", "printed", "with_text", "without"),
    [
        (0, 3, "437", None, None),
        (0, 3, "438", "'437'", "'something else'"),
        (0, 2, "43", "'only part of a word'", None),
    ],
)
def test_titles_are_read_without_tokens(
    start: int, end: int, printed: str, with_text: str | None, without: str | None
) -> None:
    """A number in the title of a cited work has no token; the text or the digest answers for it."""
    text = "#### Aim\n\nIt works.\n\n#### Declarations\n\n#### References\n\n- Huber A. Gorbin in 437 patients. J 1.\n"
    works = parse_rendition(text.encode())
    at = text.index("437")
    span = text[at + start : at + end]
    record = PlaceRecord(
        f"{DATA}Place_title",
        section="References",
        start=at + start,
        end=at + end,
        sha256=span_sha256(span),
        reports=(Printed(f"{DATA}Value_title", printed),),
        users=(f"{DATA}Value_title",),
    )
    for faults, message in ((_with_text([record], works), with_text), (verify([record], tokens=works.tokens), without)):
        assert [fault.message.partition(" is ")[2] for fault in faults] == ([message] if message else [])
    assert bool(verify([record], tokens=works.tokens, rendition=works, other_rendition=True)) == (printed == "438")


def test_only_used_places_claim(records: list[PlaceRecord], tokens: TokenTable) -> None:
    """A clause claims the numbers in it for its statement; a place without user, or of another section, claims none."""
    clause = replace(
        next(r for r in records if r.iri.endswith("stops")),
        section="Results",
        start=TEXT.index("Of 40"),
        end=TEXT.index(" points"),
    )
    assert coverage([clause], tokens).by_statement == 5
    assert coverage([replace(clause, users=())], tokens).by_statement == 0
    assert coverage([replace(clause, section="How it works")], tokens).by_statement == 0


@with_review_text
def test_review_agrees_with_its_tokens() -> None:
    """Every number of the paper, as a place, is found true by the text and by the shipped token table alike."""
    rendition = read_rendition(os.environ["KG_REVIEW_TEXT"])
    shipped = read_tokens(Path(__file__).with_name("source_tokens.tsv"))
    all_places = [
        PlaceRecord(
            f"{DATA}Place_{t.start}",
            t.table,
            t.row,
            t.column,
            t.section,
            t.ordinal,
            t.start,
            t.end,
            span_sha256(rendition.text[t.start : t.end]),
            frozenset(t.citations),
            (Printed(f"{DATA}Value_{t.start}", t.token),),
            (f"{DATA}Value_{t.start}",),
        )
        for t in shipped
        if t.kind != "citation"
    ]
    assert len(all_places) == 891
    assert verify(all_places, tokens=shipped, rendition=rendition) == []
    assert verify(all_places, tokens=shipped) == []
    assert coverage(all_places, shipped).uncovered == ()


def test_graph_verifies_and_explains_every_token() -> None:
    """Every place of the real graph stands where it says, and no number of the review is left without an account."""
    graph = load()
    tokens = read_tokens(graph.files.tokens)
    records = place_records(graph.store)
    assert len(records) > 800
    assert verify(records, tokens=tokens) == []
    accounted = coverage(records, tokens)
    assert accounted.uncovered == ()
    assert accounted.by_value > 600
