"""The reading of the source: sections, tables, tokens, citation marks, and places in them."""

import os
from pathlib import Path

import pytest

from kg.errors import DataError, KgError, NotFoundError, UsageError
from kg.places import Place, locate, locate_batch, place_at
from kg.source import (
    EXPECTED_SHA256,
    Rendition,
    Token,
    citation_mark,
    parse_rendition,
    read_rendition,
    span_sha256,
)
from kg.token_table import read_tokens, write_tokens
from review_text import with_review_text

# An invented trial. It has what makes the real text hard: page furniture in a sentence, a table in a sentence, marks
# that lost their superscript, and numbers that belong to names.
TEXT = """# A review of frobinib

**Abstract:** Frobinib was given for 20 weeks.

Received: 1 May 2001; accepted.

#### Plain language summary

It works.

#### **Overview**

#### How it works

Frobinib blocks GEN7 and CD 38 in cells.<sup>1–3</sup> It keeps the carrier from Ther Adv Hematol

2024, Vol. 3: 1–9

12345678901234567

#### Qianlei Huang

leaving (see GEN7).11 (1) It slows growth.12,34 A part 2 followed on D1-21, with t(4;14) cases, 1,000 in all. $^{63}$

Nothing is cited in this paragraph of 9 words, 5 mg/m<sup>2</sup>.

# *Results of frobinib*

Forty-five of 60 patients answered (30% of the F group versus 5% of the G group), and pain fell by 13.7

Trial	Design (phase)	Regimen/RP2D	Patients ( <i>n</i> )	Response rates
NCT00000001 ALPHA	I	3–60 mg/m <sup>2</sup> <i>versus</i> gorbin 2 mg	25	9.46 versus 7.5%, not reach versus 8
NCT00000001 ALPHA II	Phase	Frobinib 5 mg (25 mg later)	5.6	Not given
				(Continued)

Table 1. Trials of frobinib.

ORR, response rate; OS, overall survival; DOR, duration of response.

points;<sup>8</sup> no response was seen in three-six patients, after 25 days and 5.6 weeks and 25 nights.
The effect of GEN7.9 Bone one was spared.

#### Declarations

#### References

- Huber A. Frobinib in 25 patients. J 2001; 5: 7.
"""


@pytest.fixture(scope="module")
def trial() -> Rendition:
    return parse_rendition(TEXT.encode())


def _found(rendition: Rendition, **where: object) -> list[tuple[str, str]]:
    return [(t.token, t.kind) for t in rendition.tokens if all(getattr(t, k) == v for k, v in where.items())]


def test_sections_skip_page_furniture(trial: Rendition) -> None:
    """Only headings with text of their own are sections, and marginal lines belong to none."""
    pieces = [(r.section, trial.text[r.start : r.end][:10]) for r in trial.regions if r.table is None]
    assert pieces == [
        ("Abstract", "Frobinib w"),
        ("Plain language summary", "It works."),
        ("How it works", "Frobinib b"),
        ("How it works", "leaving (s"),
        ("How it works", "Nothing is"),
        ("Results of frobinib", "Forty-five"),
        ("Results of frobinib", "points;<su"),
        ("Results of frobinib", "The effect"),
        ("References", "- Huber A."),
    ]


def test_furniture_ending_a_line_is_cut(trial: Rendition) -> None:
    """The journal name that the page adds to a sentence is no part of the section."""
    [piece] = [r for r in trial.regions if trial.text[r.start : r.end].startswith("Frobinib blocks")]
    assert trial.text[piece.start : piece.end].endswith("the carrier from")


def test_broken_paragraphs_are_joined(trial: Rendition) -> None:
    """A piece that ends without a full stop goes on in the next piece of its section, across furniture and tables."""
    numbers = [(r.paragraph, trial.text[r.start : r.end][:6]) for r in trial.regions if r.paragraph]
    assert [paragraph for paragraph, _ in numbers] == [1, 2, 3, 3, 4, 5, 5, 6]


def test_table_keys_drop_tags_and_brackets(trial: Rendition) -> None:
    """A row is named by its whole first cell, a column by its header up to a bracket or tag; empty cells have none."""
    cells = {r.key[1:] for r in trial.regions if r.table is not None}
    columns = ["Trial", "Design", "Regimen/RP2D", "Patients", "Response rates"]
    rows = ["Trial", "NCT00000001 ALPHA", "NCT00000001 ALPHA II"]
    assert cells == {(1, row, column) for row in rows for column in columns}


def test_table_without_caption_is_refused() -> None:
    """A table that nothing numbers cannot be cited."""
    with pytest.raises(KgError, match="no caption"):
        parse_rendition(b"#### Aim\n\nTrial\tSize\nA\t3\n\nMore.\n")


def test_overlong_table_row_is_refused() -> None:
    """A cell without a column has no key."""
    with pytest.raises(KgError, match="3 cells under 2 columns"):
        parse_rendition(b"Table 1. Sizes.\n\nTrial\tSize\nA\t3\t4\n")


def test_text_tokens_have_their_kinds(trial: Rendition) -> None:
    """Numbers that count, number words, status words, citation marks and parts of names are told apart."""
    assert _found(trial, section="How it works") == [
        ("7", "name"),
        ("38", "name"),
        ("1", "citation"),
        ("3", "citation"),
        ("7", "name"),
        ("11", "citation"),
        ("1", "name"),
        ("12", "citation"),
        ("34", "citation"),
        ("2", "name"),
        ("1", "schedule"),
        ("21", "schedule"),
        ("4", "name"),
        ("14", "name"),
        ("1,000", "number"),
        ("63", "citation"),
        ("9", "number"),
        ("5", "number"),
        ("2", "name"),
    ]
    assert _found(trial, section="Results of frobinib") == [
        ("Forty-five", "word"),
        ("60", "number"),
        ("30", "number"),
        ("5", "number"),
        ("13.7", "number"),
        ("8", "citation"),
        ("no response", "status"),
        ("three", "word"),
        ("six", "word"),
        ("25", "number"),
        ("5.6", "number"),
        ("25", "number"),
        ("7", "name"),
        ("9", "citation"),
        ("one", "word"),
    ]


@pytest.mark.parametrize(
    ("phrase", "kinds"),
    [
        ("mostly grade 1 or 2, as said", ["grade"] * 2),
        ("Grade 3/4 pain, 5% in all", ["grade", "grade", "number"]),
        ("(25% grade 3, 33% grade 4)", ["number", "grade", "number", "grade"]),
        ("in grade 3 and 26% of all", ["grade", "number"]),
        ("grade 3 and 4.5 months", ["grade", "number"]),
        ("5 mg D1,8,15 + gorbin 20 mg", ["number"] + ["schedule"] * 3 + ["number"]),
        ("5 mg D-3,- 2 + gorbin", ["number"] + ["schedule"] * 2),
        ("40 mg 28d/cycle, on a 5-week cycle", ["number", "schedule", "schedule"]),
        ("on day 21, after 5 weeks", ["number", "number"]),
        ("60 mg from cycle 2, after three-six cycles", ["number", "cycle", "word", "word"]),
        ("1 year OS 75%, 3-year follow-up", ["time", "number", "number"]),
        ("approved in July 2019 for 20 patients", ["date", "number"]),
        ("Over the past 20 years, 20 years old", ["span", "number"]),
        ("one of the most common in one of the three", ["pronoun", "word", "word"]),
        ("45 mg/m <sup>2</sup> group: 3 mg/m<sup>2</sup>", ["label", "name", "number", "name"]),
        ("a three-drug regimen of three drugs", ["label", "word"]),
    ],
)
def test_asides_are_told_from_results(phrase: str, kinds: list[str]) -> None:
    """A grade, a day of a schedule or a year of a date is no result; a number that stands close to one is."""
    found = parse_rendition(f"#### Aim\n\n{phrase}.\n".encode())
    assert [token.kind for token in found.tokens] == kinds


def test_column_headings_hold_no_results() -> None:
    """The bound in a column's heading is an aside, also where the table goes on; the cells below hold numbers."""
    table = "Table 1. Sizes.\n\nTrial\tPain (grade 3, over 10%)\nA\t10%\n"
    found = parse_rendition((table + "\n" + table.replace("A\t", "B\t")).encode())
    assert [token.kind for token in found.tokens] == ["heading", "heading", "number"] * 2


def test_table_tokens_have_their_kinds(trial: Rendition) -> None:
    """Ranges are two tokens, a square metre and a registry number are names, a status is one token."""
    row = "NCT00000001 ALPHA"
    assert _found(trial, row=row, column="Trial") == [("00000001", "name")]
    assert _found(trial, row=row, column="Regimen/RP2D") == [
        ("3", "number"),
        ("60", "number"),
        ("2", "name"),
        ("2", "number"),
    ]
    assert _found(trial, row="NCT00000001 ALPHA II", column="Response rates") == [("Not given", "status")]


def test_tokens_end_with_the_body(trial: Rendition) -> None:
    """References and what else follows the declarations have no tokens."""
    assert {t.section for t in trial.tokens if t.table is None} == {"Abstract", "How it works", "Results of frobinib"}


def test_versus_gives_ordinals(trial: Rendition) -> None:
    """The sides of "versus" are counted in a bracket, between two neighbours, and in a whole regimen cell."""
    assert [(t.token, t.ordinal) for t in trial.tokens if t.ordinal] == [
        ("30", 1),
        ("5", 2),
        ("3", 1),
        ("60", 1),
        ("2", 2),
        ("9.46", 1),
        ("7.5", 2),
        ("not reach", 1),
        ("8", 2),
    ]


def test_arm_header_gives_no_ordinals() -> None:
    """In "F versus G: pain (3% versus 4%)" only the numbers have sides, and a bracket with one side has none."""
    table = b"Table 1. Harms.\n\nTrial\tToxicities\nA\tF versus G: pain (3% versus 4%), itch (F versus G, 5 men)\n"
    assert [(t.token, t.ordinal) for t in parse_rendition(table).tokens] == [("3", 1), ("4", 2), ("5", None)]


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("blocks", (1, 2, 3)),
        ("carrier", (11,)),
        ("GEN7)", (11,)),
        ("slows", (12, 34)),
        ("followed", (63,)),
        ("Nothing", ()),
        ("Forty-five", (8,)),
        ("points;", (8,)),
        ("effect", (9,)),
        ("spared", ()),
        ("gorbin 2", ()),
        ("Huber", ()),
    ],
)
def test_citation_mark_follows_in_paragraph(trial: Rendition, word: str, numbers: tuple[int, ...]) -> None:
    """The first mark at or after a span counts, to the end of the re-joined paragraph and no further."""
    assert citation_mark(trial, TEXT.index(word) + len(word)) == numbers


def test_tokens_carry_following_mark(trial: Rendition) -> None:
    """A number has the mark after it; a number in a mark has its own mark."""
    marks = {t.token: t.citations for t in trial.tokens if t.section == "How it works"}
    assert (marks["1,000"], marks["9"], marks["34"], marks["3"]) == ((63,), (), (12, 34), (1, 2, 3))


def test_located_number_prints_as_turtle(trial: Rendition) -> None:
    """A place in a table has keys and ordinal, one in the text a section and citation marks."""
    [cell] = locate(trial, "not reach", table=1, row="nct00000001 alpha", column="response")
    start = TEXT.index("not reach")
    assert cell.turtle("kgd:Place_a") == (
        'kgd:Place_a kg:table 1 ; kg:rowKey "NCT00000001 ALPHA" ; kg:columnKey "Response rates" ; kg:ordinal 1 ; '
        f"oa:hasSelector [ oa:start {start} ; oa:end {start + 9} ; "
        f'kg:spanSha256 "{span_sha256("not reach")}" ] .'
    )
    [clause] = locate(trial, "blocks GEN7", section="how it works")
    start = TEXT.index("blocks GEN7")
    assert clause.turtle("kgd:Place_b") == (
        'kgd:Place_b kg:section "How it works" ; '
        "kg:citationMark kgd:Reference_1, kgd:Reference_2, kgd:Reference_3 ; "
        f"oa:hasSelector [ oa:start {start} ; oa:end {start + 11} ; "
        f'kg:spanSha256 "{span_sha256("blocks GEN7")}" ] .'
    )


@pytest.mark.parametrize(
    ("find", "where", "printed"),
    [
        ("5", {"row": "ALPHA II", "column": "Regimen"}, "5 mg (25"),
        ("3.7", {"section": "Results"}, None),
        ("7", {"section": "Results"}, None),
        ("38", {"section": "How"}, None),
        ("CD 38", {"section": "How"}, "CD 38 in"),
        ("one", {"section": "Results"}, "one was"),
        ("reach", {"table": 1}, None),
        ("21", {"section": "How"}, "21, with"),
        ("Phase", {"row": "NCT00000001 ALPHA II"}, "Phase\tFrob"),
    ],
)
def test_find_never_splits_words_or_numbers(
    trial: Rendition, find: str, where: dict[str, str], printed: str | None
) -> None:
    """A number is not found in a longer one, in a name or in a mark; a word not in a longer word or status."""
    if printed is None:
        with pytest.raises(NotFoundError, match="0 times"):
            locate(trial, find, **where)  # type: ignore[arg-type]
    else:
        [place] = locate(trial, find, **where)  # type: ignore[arg-type]
        assert TEXT[place.start :].startswith(printed)


def test_clause_runs_across_furniture(trial: Rendition) -> None:
    """White space is folded, also where the page interrupts a sentence, and the digest is of what stands between."""
    [place] = locate(trial, "keeps the\n carrier from leaving", section="How it works")
    assert TEXT[place.start : place.end].startswith("keeps the carrier from Ther Adv")
    assert TEXT[place.start : place.end].endswith("\n\nleaving")
    assert place.sha256 == span_sha256(TEXT[place.start : place.end])


def test_ellipsis_spans_from_to(trial: Rendition) -> None:
    """FROM…TO begins at the first FROM and ends with the next TO, in a cell as in a section."""
    [dose] = locate(trial, "3…60", row="NCT00000001 ALPHA", column="Regimen")
    assert (TEXT[dose.start : dose.end], dose.ordinal) == ("3–60", 1)
    [days] = locate(trial, "25…effect", section="Results")
    assert TEXT[days.start : days.end] == TEXT[TEXT.index("25 days") : TEXT.index(" of GEN7.9")]
    [mixed] = locate(trial, "30…5", section="Results")
    assert mixed.ordinal is None


def test_several_matches_list_candidates(trial: Rendition) -> None:
    """Without nth the answer is a choice of all candidates with their surroundings; with nth it is one."""
    with pytest.raises(KgError) as caught:
        locate(trial, "25", section="Results of frobinib")
    first, second = TEXT.index("25 days"), TEXT.index("25 nights")
    assert caught.value.lines == [
        "'25' stands there 2 times; add nth:",
        f"  1: {first}-{first + 2} section Results of frobinib: atients, after [25] days and 5.6 w",
        f"  2: {second}-{second + 2} section Results of frobinib: 5.6 weeks and [25] nights. The ef",
    ]
    [place] = locate(trial, "25", section="Results of frobinib", nth=2)
    assert place.start == second


def test_whole_names_win_over_parts(trial: Rendition) -> None:
    """A row or section that is named in full is meant alone, though another name contains it."""
    [place] = locate(trial, "25", row="NCT00000001 ALPHA")
    assert TEXT[place.start :].startswith("25\t")


def test_quotes_in_keys_are_escaped() -> None:
    """A quotation mark or backslash of a key keeps the Turtle whole."""
    place = Place(1, 'A "b" \\c', "Design", None, None, 1, 2, "00")
    assert place.turtle("kgd:Place_a").startswith('kgd:Place_a kg:table 1 ; kg:rowKey "A \\"b\\" \\\\c" ; ')


def test_wrong_searches_say_why(trial: Rendition) -> None:
    """An unknown section, an nth too many, mixed targets and an empty find are each refused."""
    with pytest.raises(NotFoundError, match="no place called Nowhere"):
        locate(trial, "25", section="Nowhere")
    with pytest.raises(NotFoundError, match="2 times, not 3"):
        locate(trial, "25", section="Results of frobinib", nth=3)
    with pytest.raises(UsageError, match="not both"):
        locate(trial, "25", section="Results of frobinib", table=1)
    with pytest.raises(UsageError, match="nothing to find"):
        locate(trial, "from…", section="How it works")


def test_batch_locates_or_reports_all(trial: Rendition) -> None:
    """A batch gives every place in order, or every faulty line with its number."""
    good = ["# places", "", "kgd:Place_a\tAbstract\t20\n", "kgd:Place_b\t1|alpha ii|patients\t5.6\t1"]
    located = [(name, TEXT[place.start : place.end]) for name, place in locate_batch(trial, good)]
    assert located == [("kgd:Place_a", "20"), ("kgd:Place_b", "5.6")]
    bad = [
        "kgd:Place_a\tAbstract",
        "kgd:Place_b\tAbstract\t21",
        "kgd:Place_c\tx|y|z\t1",
        "kgd:Place_d\tAbstract\t20\tz",
    ]
    with pytest.raises(KgError) as caught:
        locate_batch(trial, [*good, *bad])
    assert [line.partition(":")[0] for line in caught.value.lines] == ["line 5", "line 6", "line 7", "line 8"]


def test_place_outside_regions_is_none(trial: Rendition) -> None:
    """A heading, furniture, an empty span and a span over two sections are no place."""
    heading, summary = TEXT.index("Plain language"), TEXT.index("It works.")
    weeks = TEXT.index("weeks.")
    assert place_at(trial, heading, heading + 5) is None
    assert place_at(trial, weeks, summary + 2) is None
    assert place_at(trial, weeks, weeks) is None
    assert place_at(trial, weeks, weeks + 5) is not None


def test_offsets_count_code_points(tmp_path: Path) -> None:
    """Line ends stay as they are and a letter outside ASCII counts one, so that others can re-read a span."""
    path = tmp_path / "text.txt"
    path.write_bytes("#### Aim\r\n\r\nα-naïve 𝛃: 5 men.\r\n".encode())
    rendition = read_rendition(path)
    [place] = locate(rendition, "5", section="Aim")
    assert (place.start, place.end) == (23, 24)


def test_digest_is_of_the_file(tmp_path: Path) -> None:
    """The digest covers the bytes, so that it equals what sha256sum prints."""
    path = tmp_path / "text.txt"
    path.write_bytes(b"abc")
    assert read_rendition(path).sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_unreadable_text_is_one_line(tmp_path: Path) -> None:
    """A missing file and one in another encoding are known faults of one line each."""
    with pytest.raises(KgError, match="cannot read") as missing:
        read_rendition(tmp_path / "none.txt")
    latin = tmp_path / "latin.txt"
    latin.write_bytes(b"na\xefve")
    with pytest.raises(KgError, match="not UTF-8") as undecodable:
        read_rendition(latin)
    assert (len(missing.value.lines), len(undecodable.value.lines)) == (1, 1)


def test_token_table_reads_back(trial: Rendition, tmp_path: Path) -> None:
    """Writing and reading the token table gives the same tokens and the same bounds."""
    path = tmp_path / "tokens.tsv"
    write_tokens(trial, path)
    table = read_tokens(path)
    assert table == trial.tokens
    assert table.regions == trial.tokens.regions
    assert len(table) == 51


def test_token_table_has_no_sentences(trial: Rendition, tmp_path: Path) -> None:
    """A line holds offsets, keys and a token, in the agreed columns, and nothing else of the text."""
    path = tmp_path / "tokens.tsv"
    write_tokens(trial, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    start = TEXT.index("30% of")
    results = [r for r in trial.tokens.regions if r.section == "Results of frobinib"]
    assert f"# section\tResults of frobinib\t{results[0].start}\t{results[0].end}" in lines
    assert "start\tend\tsection\ttable\trow\tcolumn\tordinal\tkind\ttoken\tcitations" in lines
    assert f"{start}\t{start + 2}\tResults of frobinib\t\t\t\t1\tnumber\t30\t8" in lines
    assert "patients" not in path.read_text(encoding="utf-8")


def test_damaged_token_table_is_refused(tmp_path: Path) -> None:
    """Each line that is not of the table is named; a missing table is a known fault."""
    path = tmp_path / "tokens.tsv"
    path.write_text("# section\tAim\t1\t9\nx\ty\n3\t4\tAim\t\t\t\t\tnumber\t5\t\n# cell\t2|A\t1\t2\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_tokens(path)
    assert [line.rpartition(".tsv:")[2] for line in caught.value.lines] == [
        "2: not a line of the token table",
        "4: not a line of the token table",
    ]
    with pytest.raises(KgError, match="cannot read"):
        read_tokens(tmp_path / "none.tsv")


def test_shipped_table_counts_every_kind() -> None:
    """The table that ships with the tests is whole: its tokens by kind, its sections and its cells."""
    table = read_tokens(Path(__file__).with_name("source_tokens.tsv"))
    kinds = [token.kind for token in table]
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    asides = {"cycle": 5, "date": 2, "grade": 31, "heading": 9, "label": 8, "pronoun": 3, "schedule": 21, "span": 2}
    assert counts == asides | {"time": 8, "citation": 107, "name": 158, "number": 591, "status": 12, "word": 41}
    assert sum(region.table is None for region in table.regions) == 31
    assert {region.table for region in table.regions} == {None, 1, 2}
    assert isinstance(table[0], Token)


@with_review_text
def test_review_gives_the_shipped_tokens() -> None:
    """The paper's own text yields exactly the token table that ships with the tests."""
    rendition = read_rendition(os.environ["KG_REVIEW_TEXT"])
    shipped = read_tokens(Path(__file__).with_name("source_tokens.tsv"))
    assert rendition.sha256 == EXPECTED_SHA256
    assert rendition.tokens == shipped
    assert rendition.tokens.regions == shipped.regions


@with_review_text
def test_review_cites_every_reference_once() -> None:
    """All 102 references are cited somewhere in the body, and no other number is read as one."""
    rendition = read_rendition(os.environ["KG_REVIEW_TEXT"])
    cited = {number for mark in rendition.marks for number in mark.numbers}
    assert cited == set(range(1, 103))
