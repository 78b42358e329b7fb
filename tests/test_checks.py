"""The checks: each against a small graph that it alone must reject, and against the same graph mended."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from kg.checks import Check, CheckReport, Fault, list_checks, read_check, run
from kg.cli import main
from kg.errors import DataError, QueryError
from kg.files import Files, default_files
from kg.layout import format_turtle
from kg.store import Graph, load
from small_project import PREFIXES, write

REAL = default_files()
BROKEN = Path(__file__).parent / "broken"
HEADER = "# problem: P.\n# why: W.\n# mend: M.\n# severity: fault\n"
UNFORMATTED = "kgd:Drug_a   a kg:Drug.\n"


class Case(NamedTuple):
    """A check, what it says of its broken graph (subject: message), and the edits that mend the graph."""

    check: str
    rows: tuple[str, ...]
    mends: tuple[tuple[str, str], ...]


CASES = (
    Case(
        "any_grade_below_severe",
        ("kgd:Measurement_any: anemia of grades any in 40 percent, of grades 3-4 in 45",),
        (('kg:value 40 ; kg:printed "40"', 'kg:value 45 ; kg:printed "45"'),),
    ),
    Case(
        "arms_do_not_add_up",
        (
            "kgd:Measurement_t: the arms have 99 patients together, the study has 100",
            "kgd:Measurement_t: two groups without a common patient have 70 and 60, the whole has 100",
        ),
        (('kg:value 49 ; kg:printed "49"', 'kg:value 50 ; kg:printed "50"'), (" ; kg:disjointFrom kgd:Set_young", "")),
    ),
    Case(
        "basis_contradicts_unit",
        ("kgd:Component_x: the basis is flat, but the dose is in mg/m2",),
        (("kg:FlatDose", "kg:BodySurface"),),
    ),
    Case(
        "clinical_benefit_below_response",
        ("kgd:Value_CBR: CBR 30 is below ORR 40 (text)",),
        (('kg:value 30 ; kg:printed "30"', 'kg:value 40 ; kg:printed "40"'),),
    ),
    Case(
        "column_contradicts_category",
        (
            "kgd:Value_ORR: in the column Toxicities, but recorded as outcome",
            "kgd:Value_n: in the column Response rates, but recorded as enrolment",
        ),
        (('kg:columnKey "Response rates"', 'kg:columnKey "Population"'), ('"Toxicities"', '"Response rates"')),
    ),
    Case(
        "component_of_other_drug",
        ("kgd:Component_x: a component of beknib, dosed by a value of: aknib dose",),
        (("kg:drug kgd:Drug_b", "kg:drug kgd:Drug_a"),),
    ),
    Case(
        "component_outside_regimen",
        (
            "kgd:Component_other: doses aknib, which B does not include",
            "kgd:Component_x: doses aknib, which B does not include",
        ),
        (
            (
                "kg:dose kgd:Value_dose ; kg:givesRegimen kgd:Regimen_b",
                "kg:dose kgd:Value_dose ; kg:givesRegimen kgd:Regimen_a",
            ),
            (
                '"TRIAL B" ; kg:inStudy kgd:Study_t ; kg:givesRegimen kgd:Regimen_b',
                '"TRIAL A" ; kg:inStudy kgd:Study_t ; kg:givesRegimen kgd:Regimen_a',
            ),
        ),
    ),
    Case(
        "composite_event_split",
        (
            "kgd:Value_nausea: stands at 790-792, and so does kgd:Value_vomiting;"
            " the two are counted as nausea and vomiting",
        ),
        (("outcome kgd:AdverseEvent_vomiting", 'outcome kgd:AdverseEvent_fatigue ; kg:timepoint "later"'),),
    ),
    Case(
        "criterion_tree_incomplete",
        (
            "kgd:Criterion_age: the criterion 'feature criterion' has no feature",
            "kgd:Criterion_all: the criterion 'all of' has 1 part",
            "kgd:Criterion_exposed: the criterion 'exposure criterion' has no drug",
            "kgd:Criterion_lines: the criterion 'prior lines criterion' has no number of lines",
            "kgd:Criterion_not: the criterion 'not' has 0 parts",
            "kgd:Criterion_refractory: the criterion 'refractory criterion' has no drug",
        ),
        (
            ("a kg:FeatureCriterion", "a kg:FeatureCriterion ; kg:olderThan 65"),
            (
                "kg:criterionPart kgd:Criterion_refractory",
                "kg:criterionPart kgd:Criterion_refractory, kgd:Criterion_five",
            ),
            (
                "Criterion_exposed a kg:ExposureCriterion",
                "Criterion_exposed a kg:ExposureCriterion ; kg:exposedTo kgd:Drug_a",
            ),
            ("a kg:PriorLinesCriterion", "a kg:PriorLinesCriterion ; kg:maximumLines 3"),
            ("a kg:NotCriterion", "a kg:NotCriterion ; kg:criterionPart kgd:Criterion_exposed"),
            ("a kg:RefractoryCriterion", "a kg:RefractoryCriterion ; kg:refractoryTo kgd:Drug_a"),
        ),
    ),
    Case(
        "dangling_thing",
        ("kgd:Drug_aa: named by kgd:Regimen_ad, described nowhere",),
        (("kgd:Drug_aa", "kgd:Drug_a"),),
    ),
    Case(
        "denominator_fits_no_numerator",
        ("kgd:Value_ORR: no whole number of 79 patients is 21 percent",),
        (("kg:denominator 79", "kg:denominator 78"),),
    ),
    Case(
        "discrepancy_incomplete",
        (
            "kgd:Discrepancy_bare: the discrepancy has no first report",
            "kgd:Discrepancy_bare: the discrepancy has no status",
            "kgd:Discrepancy_bare: the discrepancy has no type",
            "kgd:Discrepancy_settled: the discrepancy is settled without a reason",
            "kgd:Discrepancy_settled: the discrepancy is settled without saying which report holds",
        ),
        (
            (
                "Discrepancy_bare a kg:Discrepancy",
                "Discrepancy_bare a kg:Discrepancy ; kg:discrepancyType kg:TextVersusTable"
                " ; kg:discrepancyStatus kg:Open ; kg:firstReport kgd:Value_ORR_text",
            ),
            (
                "kg:discrepancyStatus kg:Settled",
                'kg:discrepancyStatus kg:Settled ; kg:resolvedTo kgd:Value_ORR_table ; kg:resolution "Rounded."',
            ),
        ),
    ),
    Case(
        "discrepancy_of_unlike_reports",
        (
            "kgd:Discrepancy_equal: typed as text vs table, but both reports are 40",
            "kgd:Discrepancy_grades: typed as different grade band, but both reports are of the same grades",
            "kgd:Discrepancy_passages: typed as within text, but the reports stand in text and table 2",
            "kgd:Discrepancy_texts: typed as text vs table, but the reports stand in text and text",
        ),
        (
            (
                'kg:value 40 ; kg:printed "40" ; kg:locator kgd:Place_ORR_table',
                'kg:value 41 ; kg:printed "41" ; kg:locator kgd:Place_ORR_table',
            ),
            ("kg:DifferentGradeBand", "kg:LikelyMisprint"),
            ("kg:discrepancyType kg:WithinText", "kg:discrepancyType kg:Rounding"),
            (
                "kg:discrepancyType kg:TextVersusTable ; kg:firstReport kgd:Value_severe",
                "kg:discrepancyType kg:WithinText ; kg:firstReport kgd:Value_severe",
            ),
        ),
    ),
    Case(
        "grade_contradicts_column",
        ("kgd:Value_anemia: in the column of grades 3-4, but recorded with the grades: any",),
        (("kg:Grade_any", "kg:Grade_3_4"),),
    ),
    Case(
        "grades_do_not_add_up",
        ("kgd:Measurement_both: anemia of grade 3 in 20 and of grade 4 in 15 percent, but of grades 3-4 in 38",),
        (('kg:value 38 ; kg:printed "38"', 'kg:value 36 ; kg:printed "36"'),),
    ),
    Case(
        "bridges_in_a_row",
        ("kgd:Statement_first: this bridge ends at growth, where kgd:Statement_second begins",),
        (("kg:subject kgd:Process_g", "kg:subject kgd:Process_h"),),
    ),
    Case(
        "context_contradicts_participants",
        ("kgd:Statement_elsewhere: said of c cell, but its object growth is in d cell",),
        (("kg:inCell kgd:Cell_d", "kg:inCell kgd:Cell_c"),),
    ),
    Case(
        "object_not_a_thing",
        (
            "kgd:Statement_clause: the object is free text: 'how cells grow in the dark'",
            "kgd:Statement_wordy: the object is free text: "
            "'growth of the cells of the tumor that had been treated befor'",
        ),
        (
            ('"how cells grow in the dark"', "kgd:Process_long"),
            (
                "growth of the cells of the tumor that had been treated before"
                " with one drug or with several drugs of the class",
                "growth",
            ),
        ),
    ),
    Case(
        "kind_contradicts_predicate",
        (
            "kgd:Statement_cause: the mechanism statement has the predicate 'binds to', which has no sign",
            "kgd:Statement_link: the association statement has the predicate 'increases', which has a sign",
        ),
        (
            ("a kg:MechanismStatement", "a kg:BindingStatement"),
            ("kg:predicate kg:increases", "kg:predicate kg:associatedWith"),
        ),
    ),
    Case(
        "measured_twice",
        ("kgd:Measurement_again: measures what kgd:Measurement_anemia measures, of the same patients",),
        (
            (
                "kgd:Measurement_again a kg:SafetyMeasurement ;",
                'kgd:Measurement_again a kg:SafetyMeasurement ; kg:timepoint "sooner" ;',
            ),
        ),
    ),
    Case(
        "measurement_incomplete",
        (
            "kgd:Measurement_a: the efficacy measurement has no statistic",
            "kgd:Measurement_b: the efficacy measurement has no outcome",
            "kgd:Measurement_c: the efficacy measurement has no analysis set",
        ),
        (
            (
                "Measurement_a a kg:EfficacyMeasurement",
                "Measurement_a a kg:EfficacyMeasurement ; kg:statistic kg:Count",
            ),
            (
                "Measurement_b a kg:EfficacyMeasurement",
                'Measurement_b a kg:EfficacyMeasurement ; kg:timepoint "later" ; kg:outcome kgd:Outcome_ORR',
            ),
            (
                "Measurement_c a kg:EfficacyMeasurement",
                "Measurement_c a kg:EfficacyMeasurement ; kg:analysisSet kgd:Set_t",
            ),
        ),
    ),
    Case(
        "missing_definition",
        ("kgd:Drug_a: the drug aknib has no definition",),
        (('rdfs:label "aknib"', 'rdfs:label "aknib" ; skos:definition "A drug made up for a test."'),),
    ),
    Case("missing_label", ("kgd:Drug_a: the drug has no label",), (("a kg:Drug", 'a kg:Drug ; rdfs:label "aknib"'),)),
    Case(
        "ordinal_contradicts_arm",
        (
            "kgd:Value_ORR_a: printed after versus, but given to TRIAL A, which stands before it",
            "kgd:Value_dose: printed before versus, but given to TRIAL B, which stands after it",
        ),
        (("kg:ordinal 2", "kg:ordinal 1"), ("kg:componentOf kgd:Arm_b", "kg:componentOf kgd:Arm_a")),
    ),
    Case(
        "percentage_fits_no_numerator",
        ("kgd:Value_ORR: ORR: no whole number of 79 patients is 21 percent",),
        (('kg:value 79 ; kg:printed "79"', 'kg:value 78 ; kg:printed "78"'),),
    ),
    Case(
        "percentage_out_of_bounds",
        ("kgd:Value_ORR: 764 percent is no share",),
        (('kg:value 764 ; kg:printed "764"', 'kg:value 76.4 ; kg:printed "76.4"'),),
    ),
    Case(
        "place_incomplete",
        (
            "kgd:Place_a: has no section and no table",
            "kgd:Place_b: has no column key",
            "kgd:Place_c: has no selector",
            "kgd:Place_d: has no digest",
            "kgd:Place_e: has an end that is not after its start",
        ),
        (
            ("kgd:Place_a oa:hasSelector", 'kgd:Place_a kg:section "Results" ; oa:hasSelector'),
            ('kg:rowKey "TRIAL"', 'kg:rowKey "TRIAL" ; kg:columnKey "Design"'),
            ("a oa:SpecificResource", 'oa:hasSelector [ oa:start 10 ; oa:end 12 ; kg:spanSha256 "00" ]'),
            ("oa:end 6", 'oa:end 6 ; kg:spanSha256 "00"'),
            ("oa:end 8", "oa:end 10"),
        ),
    ),
    Case(
        "reference_out_of_list",
        (
            "kgd:Reference_7: has the number 8 of the reference list",
            "kgd:Work_w: cited by kgd:Evidence_x, but without a number in the reference list",
        ),
        (("kg:number 8", "kg:number 7"), ("kg:cites kgd:Work_w, kgd:Reference_7", "kg:cites kgd:Reference_7")),
    ),
    Case(
        "report_printed_twice",
        ("kgd:Value_ORR_a: stands at 10-12, and so does kgd:Value_ORR_b of the same measurement",),
        (('oa:start 10 ; oa:end 12 ; kg:spanSha256 "01"', 'oa:start 20 ; oa:end 22 ; kg:spanSha256 "01"'),),
    ),
    Case(
        "reports_differ_without_discrepancy",
        ("kgd:Measurement_ORR: printed as 41 (table 2) and as 40 (text), and no record says so",),
        (
            (
                "# the end",
                "kgd:Discrepancy_ORR a kg:Discrepancy ; kg:discrepancyType kg:TextVersusTable ;"
                " kg:discrepancyStatus kg:Open ; kg:firstReport kgd:Value_ORR_text ;"
                " kg:secondReport kgd:Value_ORR_table .",
            ),
        ),
    ),
    Case(
        "row_contradicts_study",
        (
            "kgd:Study_p2: the row NCT00000003 (I) of table 2 has figures of PARTS 1 and of PARTS 2",
            "kgd:Value_ORR: in the row NCT00000002 (OTHER) of table 2, but given to TRIAL",
            "kgd:Value_ORR_n: in the row NCT00000005 (NAMED) of table 2, but given to NAMED",
        ),
        (
            (
                'Place_ORR_p2 kg:table 2 ; kg:rowKey "NCT00000003 (I)"',
                'Place_ORR_p2 kg:table 2 ; kg:rowKey "NCT00000003 (II)"',
            ),
            ('kg:rowKey "NCT00000005 (NAMED)"', 'kg:rowKey "NCT00000004 (NAMED)"'),
            ('kg:rowKey "NCT00000002 (OTHER)"', 'kg:rowKey "NCT00000001 (TRIAL)"'),
        ),
    ),
    Case(
        "safety_without_grade",
        ("kgd:Measurement_anemia: no grades are given for anemia",),
        (("a kg:SafetyMeasurement", "a kg:SafetyMeasurement ; kg:gradeBand kg:Grade_not_stated"),),
    ),
    Case(
        "said_twice",
        ("kgd:Measurement_anemia: 2 different things under gradeBand",),
        (("kg:Grade_3, kg:Grade_4", "kg:Grade_3_4"),),
    ),
    Case(
        "schedule_contradicts_times",
        (
            "kgd:Component_biw: the schedule BIW is 2 times a week, not 1",
            "kgd:Component_weekly: the schedule Once weekly is 1 time a week, not 2",
        ),
        (
            ('"BIW" ; kg:timesPerWeek 1', '"BIW" ; kg:timesPerWeek 2'),
            ('"Once weekly" ;\n    kg:timesPerWeek 2', '"Once weekly" ;\n    kg:timesPerWeek 1'),
        ),
    ),
    Case(
        "set_within_itself",
        (
            "kgd:Set_a: is a subset of itself",
            "kgd:Set_b: is a subset of itself",
            "kgd:Set_old: is within kgd:Set_t and shares no patient with it",
        ),
        ((" ; kg:subsetOf kgd:Set_a", ""), (" ;\n    kg:disjointFrom kgd:Set_t", "")),
    ),
    Case(
        "shared_label",
        ("kgd:Drug_a: the drug is called aknib, and so is kgd:Drug_b",),
        (('kgd:Drug_b a kg:Drug ; rdfs:label "aknib"', 'kgd:Drug_b a kg:Drug ; rdfs:label "beknib"'),),
    ),
    Case(
        "signs_of_paths",
        ("kgd:Statement_claim: aknib inhibits growth (-1), but the path aknib --| P1 --| growth gives +1",),
        (
            (
                "kg:subject kgd:Protein_p ; kg:predicate kg:inhibits",
                "kg:subject kgd:Protein_p ; kg:predicate kg:enables",
            ),
        ),
    ),
    Case(
        "source_mixed_up",
        (
            "kgd:Place_ORR: stands in Roe 2024, but cites a work of the list of the review",
            "kgd:Rendition_a: has the name Roe 2024, and so has kgd:Rendition_b",
            "kgd:Rendition_c: a rendition beside that of the review without a name for tables",
        ),
        (
            ("kg:number 1 ;", 'kg:number "Roe 2024: 1" ;'),
            (
                '"other text of Roe 2024" ; kg:renditionOf kgd:Work_t ; kg:name "Roe 2024"',
                '"other text of Roe 2024" ; kg:renditionOf kgd:Work_t ; kg:name "Roe 2024, other"',
            ),
            ('"third text of Roe 2024" ;', '"third text of Roe 2024" ; kg:name "Roe 2024, third" ;'),
        ),
    ),
    Case(
        "statement_incomplete",
        (
            "kgd:Statement_bare: the mechanism statement has no evidence line",
            "kgd:Statement_bridge: the bridge statement has no ground note",
            "kgd:Statement_lost: the mechanism statement has no place in its evidence line",
            "kgd:Statement_silent: the mechanism statement has no polarity",
            "kgd:Statement_undated: the approval statement has no date",
            "kgd:Statement_whole: the mechanism statement has no predicate",
        ),
        (
            (
                "Statement_bare a kg:MechanismStatement",
                "Statement_bare a kg:MechanismStatement ; kg:evidenceLine kgd:Evidence_whole",
            ),
            ("kg:ground kg:CuratorJudgement", 'kg:ground kg:CuratorJudgement ; kg:groundNote "Because."'),
            ("a kg:ApprovalStatement", 'a kg:ApprovalStatement ; kg:asOf "2023-11-20"'),
            ("kg:predicate kg:decreases", "kg:predicate kg:decreases ; kg:polarity kg:Negated"),
            ("kg:evidenceKind kg:InVitro", "kg:evidenceKind kg:InVitro ; kg:locator kgd:Place_lost"),
            (
                "kg:object kgd:Protein_p ; kg:polarity kg:Affirmed ;\n    kg:evidenceLine",
                "kg:polarity kg:Affirmed ; kg:predicate kg:inhibits ; kg:object kgd:Protein_p ; kg:evidenceLine",
            ),
        ),
    ),
    Case(
        "subgroup_larger_than_set",
        ("kgd:Measurement_old: the group has 41 patients, the set around it 40",),
        (('kg:value 41 ; kg:printed "41"', 'kg:value 40 ; kg:printed "40"'),),
    ),
    Case(
        "survival_share_without_time",
        ("kgd:Measurement_PFS: a share for PFS, and no time that it is at",),
        (("kg:statistic kg:Proportion", 'kg:statistic kg:Proportion ; kg:timepoint "after a year"'),),
    ),
    Case(
        "undeclared_term",
        ("kg:inhibitz: used at kgd:Drug_a, declared in no module",),
        (("kg:inhibitz", "kg:inhibits"),),
    ),
    Case(
        "unit_contradicts_outcome",
        (
            "kgd:Value_CBR: CBR is in months, not in percent",
            "kgd:Value_ORR: ORR is in months, not in percent",
            "kgd:Value_PFS: PFS is in weeks, not in months",
            "kgd:Value_anemia: anemia is in patients, not in percent",
            "kgd:Value_dose: aknib dose is in percent, not in mg, mg/m2 or mg/kg",
            "kgd:Value_n: patients is in percent, not in what was counted",
        ),
        (
            ('kg:printed "60" ; kg:unit kg:Percent', 'kg:printed "60" ; kg:unit kg:Milligram'),
            ('kg:printed "40" ; kg:unit kg:Percent', 'kg:printed "40"'),
            (
                "kg:outcome kgd:Outcome_CBR ; kg:statistic kg:Median",
                "kg:outcome kgd:Outcome_CBR ; kg:statistic kg:Proportion",
            ),
            ("kg:unit kg:Months", "kg:unit kg:Percent"),
            ("kg:unit kg:Weeks", "kg:unit kg:Months"),
            (" ; kg:unit kg:Patients", ""),
        ),
    ),
    Case(
        "untyped_thing",
        ("kgd:Drug_a: described in broken.ttl, but of no class",),
        (('kgd:Drug_a rdfs:label "aknib"', 'kgd:Drug_a a kg:Drug ; rdfs:label "aknib"'),),
    ),
    Case(
        "value_differs_from_printed",
        (
            "kgd:Value_ORR: printed as 76.4, but the figure is 76.5",
            "kgd:Value_hyphen: printed as 2-3, but the figure is 1 to 3",
            "kgd:Value_range: printed as 1–3, but the figure is 1 to 4",
            "kgd:Value_single: printed as 7, but the figure is 7 to 9",
            "kgd:Value_word: printed as Three, but the figure is 4",
            "kgd:Value_words: printed as Eighty-four, but the figure is 48",
        ),
        (
            ("kg:value 76.5", "kg:value 76.4"),
            ('kg:value 1 ; kg:printed "2-3"', 'kg:value 2 ; kg:printed "2-3"'),
            ("kg:valueHigh 4", "kg:valueHigh 3"),
            (" ; kg:valueHigh 9", ""),
            ("kg:value 4 ;", "kg:value 3 ;"),
            ("kg:value 48", "kg:value 84"),
        ),
    ),
    Case(
        "value_with_and_without_figure",
        (
            "kgd:Value_OS: the status is reported, yet there is no figure",
            "kgd:Value_PFS: the status is not reached, yet there is the figure 12",
        ),
        (
            ("kg:status kg:Reported", "kg:status kg:NotReached"),
            (" ; kg:status kg:NotReached ; kg:locator kgd:Place_PFS", " ; kg:locator kgd:Place_PFS"),
        ),
    ),
    Case(
        "value_without_place",
        ("kgd:Value_ORR: no place for the value printed as 40",),
        (('kg:printed "40"', 'kg:printed "40" ; kg:locator kgd:Place_ORR'),),
    ),
    Case(
        "value_without_printed",
        ("kgd:Value_ORR: no printed token for 40",),
        (("kg:value 40", 'kg:value 40 ; kg:printed "40"'),),
    ),
    Case(
        "value_without_unit",
        ("kgd:Value_dose: the figure 40 for aknib dose has no unit",),
        (('kg:printed "40"', 'kg:printed "40" ; kg:unit kg:Milligram'),),
    ),
)


def make(root: Path, turtle: str) -> Files:
    """Write a project that has the real ontology and queries, and one data file; the outward links stay out."""
    for path in [*REAL.modules(), REAL.prefixes]:
        if path.stem != "links":
            write(root, f"ontology/{path.name}", path.read_text(encoding="utf-8"))
    (root / "queries").symlink_to(REAL.queries)
    write(root, "data/triples/broken.ttl", turtle)
    return Files(root)


def rows_of(root: Path, turtle: str) -> list[tuple[str, str]]:
    """Run all checks on a small graph; (check, row) for each fault and finding."""
    report = run(load(make(root, turtle), cache=False))
    return [(row.check.name, str(row)) for row in (*report.faults, *report.findings)]


def mended(case: Case) -> str:
    """Apply the edits of a case, each of which must fit one spot."""
    text = (BROKEN / f"{case.check}.ttl").read_text(encoding="utf-8") + "# the end\n"
    for broken, mend in case.mends:
        assert text.count(broken) == 1, broken
        text = text.replace(broken, mend)
    return format_turtle(PREFIXES + text)  # an edit may need a prefix that the broken graph does not


def by_check(case: Case) -> str:
    return case.check


def test_every_check_has_one_broken_graph() -> None:
    """All queries and the signs of paths; the layout has a test of its own."""
    names = {check.name for check in list_checks()} | {"signs_of_paths"}
    assert len(CASES) == 49
    assert {case.check for case in CASES} == names
    assert {path.stem for path in BROKEN.iterdir()} == names


@pytest.mark.parametrize("case", CASES, ids=by_check)
def test_broken_graph_fails_one_check_only(case: Case, tmp_path: Path) -> None:
    """The whole answer of all checks is what this one says."""
    turtle = (BROKEN / f"{case.check}.ttl").read_text(encoding="utf-8")
    assert rows_of(tmp_path, turtle) == [(case.check, row) for row in case.rows]


@pytest.mark.parametrize("case", CASES, ids=by_check)
def test_mended_graph_passes_every_check(case: Case, tmp_path: Path) -> None:
    """The same graph with each fault mended has neither fault nor finding."""
    assert rows_of(tmp_path, mended(case)) == []


def test_alternatives_may_differ(tmp_path: Path) -> None:
    """Two figures joined by 'or' are no disagreement, one flag alone is no excuse."""
    turtle = (BROKEN / "reports_differ_without_discrepancy.ttl").read_text(encoding="utf-8")
    flag = "kgd:Value_ORR_text kg:flag kg:FlagAlternative .\n"
    both = flag + flag.replace("text", "table")
    assert [name for name, _ in rows_of(tmp_path / "one", turtle + flag)] == ["reports_differ_without_discrepancy"]
    assert rows_of(tmp_path / "both", turtle + both) == []


def test_qualifier_makes_reports_differ(tmp_path: Path) -> None:
    """More than 40 in the table is not the 40 of the text."""
    turtle = (BROKEN / "reports_differ_without_discrepancy.ttl").read_text(encoding="utf-8")
    figure = 'kg:value 40 ; kg:printed "40"'
    turtle = turtle.replace('kg:value 41 ; kg:printed "41"', f"{figure} ; kg:qualifier kg:GreaterThan")
    row = "kgd:Measurement_ORR: printed as >40 (table 2) and as 40 (text), and no record says so"
    assert rows_of(tmp_path, format_turtle(turtle)) == [("reports_differ_without_discrepancy", row)]


def test_record_speaks_for_equal_reports(tmp_path: Path) -> None:
    """A third report with the figure of the second needs no record of its own."""
    case = next(case for case in CASES if case.check == "reports_differ_without_discrepancy")
    third = (
        'kgd:Value_c kg:reportOf kgd:Measurement_ORR ; kg:value 41 ; kg:printed "41" ; kg:locator kgd:Place_c .\n'
        'kgd:Place_c kg:section "Abstract" ; oa:hasSelector [ oa:start 1 ; oa:end 3 ; kg:spanSha256 "00" ] .\n'
    )
    assert rows_of(tmp_path, mended(case) + third) == []


def test_derived_data_hide_no_dangling_thing(tmp_path: Path) -> None:
    """A rule types the set that a measurement names; that is no description."""
    turtle = (
        (BROKEN / "safety_without_grade.ttl")
        .read_text(encoding="utf-8")
        .replace("Set_t ; kg:outcome", "Set_x ; kg:outcome")
    )
    assert ("dangling_thing", "kgd:Set_x: named by kgd:Measurement_anemia, described nowhere") in rows_of(
        tmp_path, turtle
    )


def test_unformatted_file_is_a_fault(tmp_path: Path) -> None:
    """The row names the file and the command that mends it."""
    turtle = (BROKEN / "missing_label.ttl").read_text(encoding="utf-8")
    shown = "data/triples/broken.ttl"
    found = rows_of(tmp_path, turtle + "\n\n\n")
    assert found[-1] == ("layout", f"{shown}: not in the project's layout; run `kg format {shown}`")
    assert len(found) == 2


def test_findings_are_no_faults(tmp_path: Path) -> None:
    """What the source prints wrong is listed, and the command says all is well."""
    turtle = (BROKEN / "subgroup_larger_than_set.ttl").read_text(encoding="utf-8")
    report = run(load(make(tmp_path, turtle), cache=False))
    assert (len(report.faults), len(report.findings)) == (0, 1)


@pytest.mark.parametrize(("check", "code"), [("missing_label", 1), ("subgroup_larger_than_set", 0)])
def test_command_fails_on_faults_only(
    check: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`kg check` ends with 1 for a fault of the graph, with 0 for a finding of the source."""
    make(tmp_path, (BROKEN / f"{check}.ttl").read_text(encoding="utf-8"))
    monkeypatch.setenv("KG_HOME", str(tmp_path))
    monkeypatch.setenv("KG_NO_CACHE", "1")
    assert main(["check"]) == code
    assert capsys.readouterr().out.startswith(check if code else f"finding, {check}")


def test_report_groups_rows_by_check() -> None:
    """Faults come first, the mend stands once under its group, the sum is the last line."""
    unit = Check("unit", "No unit.", "W.", "Write one.", "fault")
    sums = Check("sums", "Sums differ.", "W.", "Nothing.", "finding")
    faults = [Fault(unit, "kgd:Value_a", "39 has no unit"), Fault(unit, "kgd:Value_b", "40 has no unit")]
    report = CheckReport((unit, sums), faults, [Fault(sums, "kgd:Set_a", "1 is not 2")])
    assert report.text().splitlines() == [
        "unit: No unit.",
        "  kgd:Value_a: 39 has no unit",
        "  kgd:Value_b: 40 has no unit",
        "  mend: Write one.",
        "",
        "finding, sums: Sums differ.",
        "  kgd:Set_a: 1 is not 2",
        "  mend: Nothing.",
        "",
        "2 checks, 2 faults, 1 finding of the source",
    ]


def test_all_faulty_headers_are_reported(tmp_path: Path) -> None:
    """A check without its manual is not a check."""
    write(tmp_path, "queries/checks/a.rq", "# problem: P.\nSELECT * { }")
    write(tmp_path, "queries/checks/b.rq", HEADER.replace("fault", "bad") + "SELECT * { }")
    write(tmp_path, "queries/checks/c.rq", HEADER + "SELECT * { }")
    with pytest.raises(DataError) as caught:
        list_checks(Files(tmp_path))
    assert caught.value.lines == [
        "queries/checks/a.rq: the header lacks # why:, # mend:, # severity:",
        "queries/checks/b.rq: severity is fault or finding, not 'bad'",
    ]


def test_comment_below_the_header_is_no_manual() -> None:
    """The header ends at the first line of the query."""
    assert read_check("a", HEADER + "SELECT * { }\n# mend: N.").mend == "M."


def small(root: Path, query: str) -> Files:
    """Make a project of one drug and one check."""
    write(root, "ontology/kg.ttl", format_turtle(PREFIXES + "kg:Drug a owl:Class .\n"))
    write(root, "data/triples/drugs.ttl", format_turtle(PREFIXES + UNFORMATTED))
    write(root, "queries/checks/a.rq", HEADER + query)
    return Files(root)


def test_columns_of_a_check_are_fixed(tmp_path: Path) -> None:
    """A check that answers something else would be read wrongly."""
    files = small(tmp_path, "SELECT ?message ?subject { ?subject a kg:Drug }")
    with pytest.raises(
        DataError, match=r"^queries/checks/a\.rq: the columns are \?subject \?message, not \('message', "
    ):
        run(load(files, cache=False))


def test_check_that_does_not_parse_is_named(tmp_path: Path) -> None:
    """One line says which file, and where."""
    with pytest.raises(QueryError, match=r"^queries/checks/a\.rq: .*line 5"):
        run(load(small(tmp_path, "SELECT ?subject {"), cache=False))


def test_row_without_a_sentence_is_kept(tmp_path: Path) -> None:
    """A message that could not be put together gives way to the problem."""
    files = small(tmp_path, "SELECT ?subject ?message { ?subject a kg:Drug BIND(CONCAT(?none) AS ?message) }")
    assert [str(row) for row in run(load(files, cache=False)).faults] == ["kgd:Drug_a: P."]


def test_real_graph_has_no_fault(loaded: Graph) -> None:
    """Whatever the source prints wrong is a finding."""
    report = run(loaded)
    assert [str(row) for row in report.faults] == []
    assert len(report.checks) == 50


def test_report_names_file_subject_and_mend(tmp_path: Path) -> None:
    """What an editor sees: which file, which thing, what is wrong, and what to do."""
    root = tmp_path / "project"
    shutil.copytree(REAL.ontology, root / "ontology")
    shutil.copytree(REAL.queries, root / "queries")
    (root / "data" / "triples").mkdir(parents=True)
    shutil.copy(BROKEN / "kind_contradicts_predicate.ttl", root / "data" / "triples" / "mine.ttl")
    text = run(load(Files(root), cache=False)).text()
    row = "  data/triples/mine.ttl: kgd:Statement_link: the association statement has the predicate 'increases'"
    assert row in text
    assert "  mend: Choose the kind of statement, or the predicate" in text
