"""The paper's tables are rebuilt, and each way in which a cell can differ is named with its cell."""

import os
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import cli
from kg.errors import UsageError
from kg.report import FORMATS, Report, report
from kg.report_text import names_before, qualifier_before, unit_after
from kg.source import Rendition, TokenTable, parse_rendition, read_rendition
from kg.store import Graph
from kg.terms import PREFIXES
from kg.token_table import read_tokens
from review_text import with_review_text

BOSTON = "table 1 | NCT03110562 (BOSTON)"
ORR = "kgd:Value_BOSTON_XVd_ORR_table1"
RATES = f"{BOSTON} | Response rates"
TOXICITIES = f"{BOSTON} | Toxicities"

# An invented trial, so that labels and units can be compared without the paper.
TEXT = """Table 1. Trials.

Trial\tDesign\tMedian prior therapies\tPatients\tRegimen/RP2D\tResponse rates\tToxicities (grade 3–4, ≥10%)
NCT00000007 (ALPHA)\tOpen- label study\t2 (1–3)\t40\tFrobinib 5 mg/ m<sup>2</sup> QD D1-21 + dex 20 mg QW\t\
ORR > 62.5%, mPFS and mOS not reach\tPain (20%), back pain (15%)
"""
SHARED = """
kg:EfficacyMeasurement kg:name "outcome" . kg:SafetyMeasurement kg:name "adverse event" .
kg:DoseMeasurement kg:name "dose" . kg:EnrolmentMeasurement kg:name "enrolment" .
kg:PriorTherapyMeasurement kg:name "prior therapy" .
kg:Proportion rdfs:label "Proportion" . kg:Median rdfs:label "Median" .
kg:Range rdfs:label "Range" . kg:Count rdfs:label "Count" .
kg:Percent rdfs:label "percent" . kg:Months rdfs:label "months" . kg:Milligram rdfs:label "mg" .
kg:MilligramPerSquareMetre rdfs:label "mg/m2" . kg:Grade_3_4 rdfs:label "3-4" . kg:FixedDose rdfs:label "fixed" .
kg:Reported rdfs:label "reported" . kg:NotReached rdfs:label "not reached" .
kg:GreaterThan rdfs:label ">" . kg:EqualTo rdfs:label "=" .
kgd:ORR a kg:Outcome ; rdfs:label "ORR" .
kgd:PFS a kg:Outcome ; rdfs:label "PFS" ; skos:altLabel "mPFS" .
kgd:OS a kg:Outcome ; rdfs:label "OS" ; skos:altLabel "mOS" .
kgd:pain a kg:AdverseEvent ; rdfs:label "pain" . kgd:back_pain a kg:AdverseEvent ; rdfs:label "back pain" .
kgd:frobinib a kg:Drug ; rdfs:label "frobinib" .
kgd:dex a kg:Drug ; rdfs:label "dexamethasone" ; skos:altLabel "dex" .
kgd:Study a kg:Study ; rdfs:label "ALPHA" ; kg:registryId "NCT00000007" . kgd:Set kg:inStudy kgd:Study .
kgd:open rdfs:label "open-label" .
kgd:Open kg:subject kgd:Study ; kg:predicate kg:hasDesignFeature ; kg:object kgd:open ; kg:polarity kg:Affirmed ;
  kg:evidenceLine [ kg:locator kgd:P_design ] .
kgd:C1 kg:drug kgd:frobinib ; kg:doseKind kg:FixedDose ; kg:dose kgd:V_dose ; kg:schedule "QD D1-21" .
kgd:C2 kg:drug kgd:dex ; kg:doseKind kg:FixedDose ; kg:dose kgd:V_dex ; kg:schedule "QW" .
"""
# Name, column, class, measure, its name, statistic, printed, and what else is said of the measurement and the value.
VALUES = [
    ("prior", "Median prior therapies", "PriorTherapy", "lines", "prior lines", "Median", "2", "", ""),
    ("range", "Median prior therapies", "PriorTherapy", "lines", "prior lines", "Range", "1–3", "", "kg:valueHigh 3 ;"),
    ("size", "Patients", "Enrolment", "patients", "patients", "Count", "40", "", ""),
    ("dose", "Regimen/RP2D", "Dose", "dose", "dose", "Count", "5", "", "kg:unit kg:MilligramPerSquareMetre ;"),
    ("dex", "Regimen/RP2D", "Dose", "dex_dose", "dex dose", "Count", "20", "", "kg:unit kg:Milligram ;"),
    ("ORR", "Response rates", "Efficacy", "ORR", "ORR", "Proportion", "62.5", "", "kg:unit kg:Percent ;"),
    ("PFS", "Response rates", "Efficacy", "PFS", "PFS", "Median", "not reach", "", "kg:unit kg:Months ;"),
    ("OS", "Response rates", "Efficacy", "OS", "OS", "Median", "not reach", "", "kg:unit kg:Months ;"),
    ("pain", "Toxicities", "Safety", "pain", "pain", "Proportion", "20", "3_4", "kg:unit kg:Percent ;"),
    ("back", "Toxicities", "Safety", "back_pain", "back pain", "Proportion", "15", "3_4", "kg:unit kg:Percent ;"),
]
ALPHA = "table 1 | NCT00000007 (ALPHA)"


@pytest.fixture(scope="module")
def tokens(loaded: Graph) -> TokenTable:
    return read_tokens(loaded.files.tokens)


@pytest.fixture
def trial() -> Rendition:
    return parse_rendition(TEXT.encode())


@pytest.fixture
def alpha(loaded: Graph, trial: Rendition) -> Graph:
    """A graph that says of the invented trial all that its table prints."""
    return _edited(Graph(ox.Store(), loaded.files), f"INSERT DATA {{ GRAPH kgd:g {{ {SHARED} {_values(trial)} }} }}")


def _values(trial: Rendition) -> str:
    facts = [_place("design", "Design", TEXT.index("Open- label"), len("Open- label"))]
    for name, column, kind, outcome, label, statistic, printed, grade, more in VALUES:
        region = next(r for r in trial.regions if r.column == column and r.row != "Trial")
        start = TEXT.index(printed, region.start)
        number = "" if printed == "not reach" else f"kg:value {printed.split('–')[0]} ;"
        status = "NotReached" if printed == "not reach" else "Reported"
        sign = "GreaterThan" if name == "ORR" else "EqualTo"
        facts.append(
            f"kgd:M_{name} a kg:{kind}Measurement ; kg:analysisSet kgd:Set ; kg:outcome kgd:{outcome} ;"
            f' kg:measureName "{label}" ; kg:statistic kg:{statistic} .'
            f' kgd:V_{name} kg:reportOf kgd:M_{name} ; {number} kg:printed "{printed}" ; {more} kg:status kg:{status} ;'
            f" kg:qualifier kg:{sign} ; kg:locator kgd:P_{name} . {_place(name, column, start, len(printed))}"
        )
        facts += [f"kgd:M_{name} kg:gradeBand kg:Grade_{grade} ."] if grade else []
    return " ".join(facts)


def _place(name: str, column: str, start: int, length: int) -> str:
    return (
        f'kgd:P_{name} kg:table 1 ; kg:rowKey "NCT00000007 (ALPHA)" ; kg:columnKey "{column}" ;'
        f" oa:hasSelector [ oa:start {start} ; oa:end {start + length} ] ."
    )


def _edited(graph: Graph, update: str) -> Graph:
    """Copy a graph and change the copy."""
    store = ox.Store()
    store.extend(graph.store)
    before = len(store), {str(quad) for quad in store}
    store.update(update, prefixes=PREFIXES)
    assert (len(store), {str(quad) for quad in store}) != before, "the seeded fault changes nothing"
    return Graph(store, graph.files)


def _replaced(graph: Graph, subject: str, predicate: str, value: str) -> Graph:
    """Give a thing another value of a property."""
    old, new = (f"{{ GRAPH ?g {{ {subject} {predicate} {given} }} }}" for given in ("?old", value))
    return _edited(graph, f"DELETE {old} INSERT {new} WHERE {old}")


def _new_faults(made: Report, real: Graph, tokens: TokenTable) -> list[str]:
    """List what differs now and did not in the real graph."""
    return [fault for fault in made.faults if fault not in report(real, made.table, tokens).faults]


# ---- the real tables


@pytest.mark.parametrize(("table", "rows", "cells"), [(1, 4, 28), (2, 17, 98)])
def test_every_printed_result_is_rebuilt(loaded: Graph, tokens: TokenTable, table: int, rows: int, cells: int) -> None:
    """All rows and cells are there, and no number, status word, schedule, grade or arm differs."""
    made = report(loaded, table, tokens)
    assert (len(made.rows), made.compared) == (rows, cells)
    assert made.faults == []


def test_rows_stand_in_the_papers_order(loaded: Graph, tokens: TokenTable) -> None:
    """The first column names study, arm and registry number, top to bottom as printed."""
    assert report(loaded, 1, tokens).to_table().column("Trial") == [
        "STOMP XVd (NCT02343042)",
        "SELVEDEX (EudraCT2014-002444-40)",
        "BOSTON (NCT03110562)",
        "GEM-SELIBORDARA (NCT03589222)",
    ]


def test_cell_is_composed_from_values(loaded: Graph, tokens: TokenTable) -> None:
    """Labels, numbers, units and arms of one cell; drugs, doses and schedules of another."""
    made = report(loaded, 1, tokens)
    boston = dict(zip(made.headings, (cell.text for cell in made.rows[2]), strict=True))
    assert boston["Response rates"] == (
        "ORR 76.4 percent (BOSTON XVd), 62.3 percent (BOSTON Vd);"
        " median PFS 13.93 months (BOSTON XVd), 9.46 months (BOSTON Vd);"
        " median DOR 20.3 months (BOSTON XVd), 12.9 months (BOSTON Vd);"
        " median OS not reached (BOSTON XVd), 25 months (BOSTON Vd)"
    )
    assert made.rows[1][4].text == ("selinexor 45 or 30 mg/m2 QW + bortezomib 1.3 mg/m2 BIW + dexamethasone 40 mg QW")
    assert made.headings[-1] == "Toxicities (grade 3-4)"


@with_review_text
@pytest.mark.parametrize("table", [1, 2])
def test_labels_and_units_agree_with_the_text(loaded: Graph, tokens: TokenTable, table: int) -> None:
    """Reading the paper itself finds nothing that the token table does not."""
    made = report(loaded, table, tokens, read_rendition(os.environ["KG_REVIEW_TEXT"]))
    assert made.faults == []


# ---- seeded faults in the real graph


def test_changed_digit_is_named(loaded: Graph, tokens: TokenTable) -> None:
    """What the paper prints is missing, what the graph says is surplus."""
    wrong = _replaced(_replaced(loaded, ORR, "kg:printed", '"76.5"'), ORR, "kg:value", "76.5")
    assert _new_faults(report(wrong, 1, tokens), loaded, tokens) == [f"{RATES}: missing 76.4; surplus 76.5"]


def test_value_unlike_its_print_is_named(loaded: Graph, tokens: TokenTable) -> None:
    """The figure for computing is checked too, not only the printed one."""
    wrong = _replaced(loaded, ORR, "kg:value", "67.4")
    assert _new_faults(report(wrong, 1, tokens), loaded, tokens) == [f"{RATES}: printed 76.4, but the value is 67.4"]


def test_moved_value_is_named_in_both_cells(loaded: Graph, tokens: TokenTable) -> None:
    """A value under the neighbour's heading is missing in one cell and surplus in the other."""
    wrong = _replaced(loaded, "kgd:Place_BOSTON_XVd_ORR_table1", "kg:columnKey", '"Toxicities"')
    assert _new_faults(report(wrong, 1, tokens), loaded, tokens) == [
        f"{RATES}: missing 76.4",
        f"{TOXICITIES}: surplus 76.4",
    ]


def test_missing_value_is_named(loaded: Graph, tokens: TokenTable) -> None:
    """Also where the same number stands elsewhere in the cell."""
    gone = "kgd:Value_BOSTON_Vd_pneumonia_grade_3_4_table1"
    wrong = _edited(loaded, f"DELETE WHERE {{ GRAPH ?g {{ {gone} kg:reportOf ?measurement }} }}")
    assert _new_faults(report(wrong, 1, tokens), loaded, tokens) == [f"{TOXICITIES}: missing 10"]


def test_surplus_value_is_named(loaded: Graph, tokens: TokenTable) -> None:
    """A figure that the paper does not print."""
    place = f'kgd:P kg:table 1 ; kg:rowKey "{BOSTON[10:]}" ; kg:columnKey "Response rates" ;'
    wrong = _edited(
        loaded,
        "INSERT DATA { GRAPH kgd:g { kgd:V kg:reportOf kgd:Measurement_BOSTON_XVd_ORR ; kg:value 12 ; kg:printed"
        f' "12" ; kg:locator kgd:P . {place} oa:hasSelector [ oa:start 19375 ; oa:end 19377 ] }} }}',
    )
    assert _new_faults(report(wrong, 1, tokens), loaded, tokens) == [f"{RATES}: surplus 12"]


def test_wrong_arm_of_versus_is_named(loaded: Graph, tokens: TokenTable) -> None:
    """The number before "versus" belongs to the first arm."""
    wrong = _replaced(loaded, "kgd:Measurement_BOSTON_XVd_ORR", "kg:analysisSet", "kgd:Set_BOSTON_Vd")
    assert _new_faults(report(wrong, 1, tokens), loaded, tokens) == [
        f"{RATES}: 76.4 stands before versus, the graph gives it to BOSTON Vd"
    ]


def test_wrong_schedule_day_is_named(loaded: Graph, tokens: TokenTable) -> None:
    """Days of a cycle are no values, yet they are compared."""
    wrong = _replaced(loaded, "kgd:Component_STOMP_XPd_RP2D_pomalidomide", "kg:schedule", '"QD D1-28"')
    assert _new_faults(report(wrong, 2, tokens), loaded, tokens) == [
        "table 2 | STOMP XPd arm | Regimen/RP2D: missing of a schedule 21; surplus of a schedule 28"
    ]


def test_grade_unlike_the_heading_is_named(loaded: Graph, tokens: TokenTable) -> None:
    """The heading's grade applies to its cells."""
    wrong = _replaced(loaded, "kgd:Measurement_MARCH_anemia_grade_3_4", "kg:gradeBand", "kg:Grade_any")
    assert _new_faults(report(wrong, 2, tokens), loaded, tokens) == [
        "table 2 | NCT03944057 (MARCH) | Toxicities: anemia 57.3 is of grade any, the heading says otherwise"
    ]


def test_row_without_values_is_kept(loaded: Graph, tokens: TokenTable) -> None:
    """A row that the graph lacks stays in its place, empty, and each cell of it is named."""
    wrong = _edited(loaded, 'DELETE { GRAPH ?g { ?p kg:rowKey ?row } } WHERE { GRAPH ?g { ?p kg:rowKey ?row '
                          'FILTER(?row = "NCT03110562 (BOSTON)") } }')  # fmt: skip
    made = report(wrong, 1, tokens)
    assert [cell.text for cell in made.rows[2]] == [""] * 7
    assert sum(fault.startswith(f"{BOSTON} | ") for fault in made.faults) == 7


# ---- labels, qualifiers and units, in an invented text


def test_invented_trial_agrees_with_its_text(alpha: Graph, trial: Rendition) -> None:
    """Every kind of cell is rebuilt: range, shared status word, break of a line in a word, days of a cycle."""
    made = report(alpha, 1, trial.tokens, trial)
    assert made.lines() == ["7 cells, 0 differ"]
    assert [cell.text for cell in made.rows[0]] == [
        "ALPHA (NCT00000007)",
        "open-label",
        "median prior lines 2; range prior lines 1–3",
        "patients 40",
        "frobinib 5 mg/m2 QD D1-21 + dexamethasone 20 mg QW",
        "ORR > 62.5 percent; median OS not reached; median PFS not reached",
        "pain 20 percent; back pain 15 percent",
    ]


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "fault"),
    [
        ("kgd:ORR", "rdfs:label", '"CBR"', "Response rates: the label of 62.5 is not known, the graph says ORR"),
        ("kgd:back_pain", "rdfs:label", '"ache"', "Toxicities: the label of 15 is pain, the graph says back pain"),
        ("kgd:C2", "kg:drug", "kgd:frobinib", "Regimen/RP2D: the label of 20 is dex, the graph says frobinib"),
        ("kgd:V_ORR", "kg:qualifier", "kg:EqualTo", "Response rates: the qualifier of 62.5 is >, the graph says ="),
        ("kgd:V_dose", "kg:unit", "kg:Milligram", "Regimen/RP2D: the unit of 5 is mg/m2, the graph says mg"),
        ("kgd:V_dex", "kg:unit", "kg:Percent", "Regimen/RP2D: the unit of 20 is mg, the graph says percent"),
        ("kgd:open", "rdfs:label", '"blind"', "Design: the design 'blind' does not stand in the text;"
                                                " missing 'open label'"),
        ("kgd:Study", "kg:registryId", '"NCT00000008"', "Trial: the registry number is NCT00000007, the graph says"
                                                        " NCT00000008"),
    ],
)  # fmt: skip
def test_wrong_word_around_a_number_is_named(
    alpha: Graph, trial: Rendition, subject: str, predicate: str, value: str, fault: str
) -> None:
    """Label, drug, qualifier, unit, design and registry number, each with its cell."""
    made = report(_replaced(alpha, subject, predicate, value), 1, trial.tokens, trial)
    assert made.faults == [f"{ALPHA} | {fault}"]


def test_other_offsets_are_no_difference(alpha: Graph) -> None:
    """Another rendition of the paper is read by the order of its tokens."""
    moved = parse_rendition(("A new first line.\n\n" + TEXT).encode())
    assert report(alpha, 1, moved.tokens, moved).faults == []


def test_swapped_values_are_found(alpha: Graph, trial: Rendition) -> None:
    """The same numbers under exchanged labels are a difference."""
    wrong = _replaced(
        _replaced(alpha, "kgd:V_pain", "kg:reportOf", "kgd:M_back"), "kgd:V_back", "kg:reportOf", "kgd:M_pain"
    )
    assert report(wrong, 1, trial.tokens).faults == []
    assert report(wrong, 1, trial.tokens, trial).faults == [
        f"{ALPHA} | Toxicities: the label of 20 is Pain, the graph says back pain;"
        " the label of 15 is back pain, the graph says pain"
    ]


def test_names_are_read_as_print_has_them() -> None:
    """Plurals, a longer name around a shorter one, a word that the page broke in two, and none at all."""
    known = {"eye disorder": {"eye"}, "pain": {"pain"}, "back pain": {"back"}, "frobinib": {"drug"}}
    read = {
        text: names_before(text, known) for text in ("eye disorders (", "pain, back pain (", "Frobin ib ", "painful ")
    }
    assert [[set(name.things) for name in names] for names in read.values()] == [
        [{"eye"}], [{"pain"}, {"back"}], [{"drug"}], []
    ]  # fmt: skip


def test_signs_and_units_are_read() -> None:
    """In signs, words and TeX; the longer unit goes before the one within it."""
    assert [qualifier_before(text) for text in ("with $\\geq$ ", "at least", "≈ ", "> 5 or ")] == ["≥", "≥", "≈", "="]
    assert [unit_after(text) for text in (" or 60 mg/kg", " mg ", ", 9 months", "")] == ["mg/kg", "mg", "months", None]


# ---- formats and the command


class _Page(HTMLParser):
    """Collect the tags that would load something, and the texts of cells."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {"src", "href"} & {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_page_is_escaped_and_self_contained(alpha: Graph, trial: Rendition) -> None:
    """Markup in the graph stays text; nothing is loaded; differences and summary stand below the table."""
    wrong = _replaced(alpha, "kgd:open", "rdfs:label", '"<script>alert(1)</script>"')
    page = _Page()
    page.feed(report(wrong, 1, trial.tokens, trial).render("html"))
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "<script>alert(1)</script>" in page.texts
    assert page.texts.count("7 cells, 1 differ") == 1


def test_unknown_table_or_format_is_refused(alpha: Graph, trial: Rendition) -> None:
    """Wrong use, in one line."""
    with pytest.raises(UsageError, match=r"^the review has no table 3; there are 1, 2$"):
        report(alpha, 3, trial.tokens)
    with pytest.raises(UsageError, match=r"^no format 'pdf'; there are table, md, csv, html$"):
        report(alpha, 1, trial.tokens).render("pdf")


def test_command_shows_table_differences_and_summary(
    alpha: Graph, trial: Rendition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 0 where nothing differs, 1 where a cell does; CSV keeps the lines after the table out of it."""
    text = tmp_path / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    wrong = _replaced(alpha, "kgd:V_dex", "kg:unit", "kg:Percent")
    fault = f"{ALPHA} | Regimen/RP2D: the unit of 20 is mg, the graph says percent"
    monkeypatch.setattr("kg.token_table.read_tokens", lambda path: trial.tokens)
    monkeypatch.setattr("kg.store.load", lambda: alpha)
    assert cli.main(["report", "table1", "--text", str(text)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 cells, 0 differ"
    monkeypatch.setattr("kg.store.load", lambda: wrong)
    assert cli.main(["report", "table1", "--text", str(text)]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [fault, "7 cells, 1 differ"]
    assert cli.main(["report", "table1", "--format", "csv", "--text", str(text)]) == 1
    done = capsys.readouterr()
    assert (len(done.out.splitlines()), done.err.splitlines()) == (2, [fault, "7 cells, 1 differ"])


def test_command_and_module_have_the_same_formats() -> None:
    """The command line repeats them to save the import."""
    assert cli.REPORT_FORMATS == FORMATS
