"""Single faults put into the real data, one at a time, each of which a check or the re-reading of places must name.

The review's text is not needed: what only the text can tell is listed in `UNCAUGHT`, with the reason.
"""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from kg.checks import list_checks, run
from kg.coverage import coverage
from kg.explain import sign_faults
from kg.export_rdf import canonical_quads
from kg.files import Files, default_files
from kg.place_records import place_records
from kg.questions import run as run_query
from kg.store import Graph, build, load, read_sources
from kg.token_table import read_tokens
from kg.verify import verify

REAL = default_files()
BOSTON, STORM, PHASE_I = "trial_BOSTON", "trial_STORM", "trial_NCT01607892"
ACTION, PLATELETS, POPULATIONS = "mechanism_of_action", "thrombocytopenia_mechanism", "populations"
# What is neither a saved check nor one that `kg.checks` adds.
VERIFY, COVERAGE, SIGNS = "verify", "coverage", "signs_of_paths"
WHOLE = "the whole record"

Rows = set[tuple[str, str]]
Sources = dict[Path, bytes]


class Mutant(NamedTuple):
    """A fault: in which file and record what text is replaced, and which catcher says what about which thing.

    `catcher` is the name of a check, or `verify`, or `coverage` for a token of the review that is claimed no more;
    `message` is a regular expression; `subject` is the record itself unless something else is named.
    """

    name: str
    file: str
    record: str
    old: str
    new: str
    catcher: str
    message: str
    subject: str = ""


class Uncaught(NamedTuple):
    """A fault that nothing here can tell from the truth, and why."""

    name: str
    file: str
    record: str
    old: str
    new: str
    reason: str


ARMS = (
    Mutant(
        "arms of a table phrase swapped",
        BOSTON,
        "Measurement_BOSTON_XVd_DOR",
        "kg:analysisSet kgd:Set_BOSTON_XVd ; kg:outcome kgd:Outcome_DOR ; kg:statistic kg:Median ;"
        " kg:comparedWith kgd:Set_BOSTON_Vd",
        "kg:analysisSet kgd:Set_BOSTON_Vd ; kg:outcome kgd:Outcome_DOR ; kg:statistic kg:Median ;"
        " kg:comparedWith kgd:Set_BOSTON_XVd",
        "ordinal_contradicts_arm",
        "printed before versus, but given to BOSTON Vd, which stands after it",
        "Value_BOSTON_XVd_DOR_table1",
    ),
    Mutant(
        "arm compared with itself",
        BOSTON,
        "Measurement_BOSTON_Vd_OS",
        "kg:analysisSet kgd:Set_BOSTON_Vd",
        "kg:analysisSet kgd:Set_BOSTON_XVd",
        "ordinal_contradicts_arm",
        "printed after versus, but given to BOSTON XVd, which stands before it",
        "Value_BOSTON_Vd_OS_table2",
    ),
    Mutant(
        "arms of a sentence swapped",
        BOSTON,
        "Measurement_BOSTON_XVd_follow_up",
        "kgd:Set_BOSTON_XVd",
        "kgd:Set_BOSTON_Vd",
        "measured_twice",
        "measures what kgd:Measurement_BOSTON_XVd_follow_up measures",
        "Measurement_BOSTON_Vd_follow_up",
    ),
    Mutant(
        "value given to the other arm",
        BOSTON,
        "Value_BOSTON_Vd_fatigue_grade_3_4_text",
        "kgd:Measurement_BOSTON_Vd_fatigue_grade_3_4",
        "kgd:Measurement_BOSTON_XVd_fatigue_grade_3_4",
        "ordinal_contradicts_arm",
        "printed after versus, but given to BOSTON XVd",
    ),
    Mutant(
        "component given to the other arm",
        BOSTON,
        "Component_BOSTON_XVd_selinexor_table1",
        "kgd:Arm_BOSTON_XVd",
        "kgd:Arm_BOSTON_Vd",
        "component_outside_regimen",
        "doses selinexor, which Vd does not include",
    ),
    Mutant(
        "regimens of the arms swapped",
        BOSTON,
        "Arm_BOSTON_XVd",
        "kgd:Regimen_XVd",
        "kgd:Regimen_Vd",
        "component_outside_regimen",
        "doses selinexor, which Vd does not include",
        "Component_BOSTON_XVd_selinexor_text",
    ),
    Mutant(
        "order of the arms swapped",
        BOSTON,
        "Arm_BOSTON_XVd",
        "kg:armOrder 1",
        "kg:armOrder 2",
        "ordinal_contradicts_arm",
        "printed before versus, but given to BOSTON XVd",
        "Value_BOSTON_XVd_ORR_table1",
    ),
    Mutant(
        "ordinal swapped",
        BOSTON,
        "Place_BOSTON_XVd_ORR_table1",
        "kg:ordinal 1",
        "kg:ordinal 2",
        VERIFY,
        "ordinal of 19373-19377 is 1, not 2",
    ),
    Mutant(
        "ordinal lost",
        BOSTON,
        "Place_BOSTON_Vd_thrombocytopenia_grade_3_4_text",
        "kg:ordinal 2 ; ",
        "",
        VERIFY,
        "ordinal of 14079-14081 is 2, not none",
    ),
    Mutant(
        "ordinal invented",
        PHASE_I,
        "Place_NCT01607892_X_ORR_table2",
        'kg:columnKey "Response rates"',
        'kg:columnKey "Response rates" ; kg:ordinal 1',
        VERIFY,
        "ordinal of 31275-31276 is none, not 1",
    ),
)

PLACES = (
    Mutant(
        "table column shifted",
        STORM,
        "Place_STORM_part_1_CBR_table2",
        "Response rates",
        "Toxicities",
        VERIFY,
        r"place of 31603-31605 is table 2 \| .* \| Response rates, not table 2 \| .* \| Toxicities",
    ),
    Mutant(
        "table row shifted",
        STORM,
        "Place_STORM_part_1_anemia_grade_3_4_table2",
        "(STORM I)",
        "(STORM II)",
        VERIFY,
        r"place of 31687-31689 is table 2 \| NCT02336815 \(STORM I\) \| .*, not .*\(STORM II\)",
    ),
    Mutant(
        "table number wrong",
        BOSTON,
        "Place_BOSTON_XVd_PFS_table1",
        "kg:table 1",
        "kg:table 2",
        VERIFY,
        r"place of 19397-19402 is table 1 \| .*, not table 2 \|",
    ),
    Mutant(
        "section wrong",
        BOSTON,
        "Place_BOSTON_XVd_selinexor_dose_text",
        '"Limitation"',
        '"Conclusion"',
        VERIFY,
        "place of 46839-46842 is section Limitation, not section Conclusion",
    ),
    Mutant(
        "offset moved by one",
        PHASE_I,
        "Place_NCT01607892_X_CBR_text",
        "oa:start 8914 ; oa:end 8916",
        "oa:start 8915 ; oa:end 8917",
        VERIFY,
        "8915-8917 is no number or status word",
    ),
    Mutant(
        "offset at the same number elsewhere",
        STORM,
        "Place_STORM_part_1_ORR_text",
        "oa:start 10183 ; oa:end 10185",
        "oa:start 10250 ; oa:end 10252",
        COVERAGE,
        "21",
        "10183-10185",
    ),
    Mutant(
        "clause outside its section",
        PLATELETS,
        "Place_hem_TPO",
        "oa:start 27288 ; oa:end 27403",
        "oa:start 7288 ; oa:end 7403",
        VERIFY,
        "7288-7403 is no clause of section Hematologic toxicity",
    ),
    Mutant(
        "digest wrong",
        BOSTON,
        "Place_BOSTON_Vd_OS_table2",
        '"b7a56873cd771f2c446d369b649430b65a756ba278ff97ec81bb6f55b2e73569"',
        '"f5ca38f748a1d6eaf726b8a42fb575c3c71f1864a8143301782de13da2d9202b"',
        VERIFY,
        "digest of 34920-34922 is b7a56873.*, not f5ca38f7",
    ),
    Mutant(
        "place deleted",
        BOSTON,
        "Place_BOSTON_XVd_PFS_text",
        WHOLE,
        "",
        VERIFY,
        "its place kgd:Place_BOSTON_XVd_PFS_text is nowhere described",
        "Value_BOSTON_XVd_PFS_text",
    ),
    Mutant(
        "place without user",
        BOSTON,
        "Value_BOSTON_XVd_PFS_table2",
        "kg:locator kgd:Place_BOSTON_XVd_PFS_table2",
        "kg:locator kgd:Place_BOSTON_XVd_PFS_table1",
        VERIFY,
        "nothing has this place",
        "Place_BOSTON_XVd_PFS_table2",
    ),
    Mutant(
        "citation mark of a number wrong",
        STORM,
        "Place_STORM_part_2_OS_text",
        "kgd:Reference_53",
        "kgd:Reference_52",
        VERIFY,
        r"citation mark of 10905-10908 is \[53\], not \[52\]",
    ),
    Mutant(
        "citation mark of a clause wrong",
        ACTION,
        "Place_mech_NES",
        "kgd:Reference_22",
        "kgd:Reference_21",
        VERIFY,
        r"citation mark of 5913-6027 is \[22\], not \[21\]",
    ),
    Mutant(
        "citation mark of a clause cut short",
        ACTION,
        "Place_mech_binds",
        "kgd:Reference_37, ",
        "",
        VERIFY,
        r"citation mark of 6793-6878 is \[37, 38, 39, 40\], not \[38, 39, 40\]",
    ),
    Mutant(
        "end before the start",
        ACTION,
        "Place_mech_family",
        "oa:end 5892",
        "oa:end 5822",
        "place_incomplete",
        "an end that is not after its start",
    ),
    Mutant(
        "section lost",
        PLATELETS,
        "Place_hem_MPL",
        'kg:section "Hematologic toxicity" ; ',
        "",
        "place_incomplete",
        "has no section and no table",
    ),
    Mutant(
        "row key lost",
        BOSTON,
        "Place_BOSTON_Vd_ORR_table2",
        'kg:rowKey "NCT03110562 (BOSTON)" ; ',
        "",
        "place_incomplete",
        "has no row key",
    ),
    Mutant(
        "second place for one value",
        BOSTON,
        "Value_BOSTON_Vd_DOR_table1",
        "kg:locator kgd:Place_BOSTON_Vd_DOR_table1",
        "kg:locator kgd:Place_BOSTON_Vd_DOR_table1, kgd:Place_BOSTON_Vd_DOR_table2",
        "said_twice",
        "2 different things under locator",
    ),
)

VALUES = (
    Mutant(
        "digits swapped in the figure",
        BOSTON,
        "Value_BOSTON_XVd_ORR_table1",
        "kg:value 76.4",
        "kg:value 74.6",
        "value_differs_from_printed",
        r"printed as 76\.4, but the figure is 74\.6",
    ),
    Mutant(
        "digits swapped in the token",
        BOSTON,
        "Value_BOSTON_XVd_ORR_table2",
        'kg:printed "76.4"',
        'kg:printed "74.6"',
        VERIFY,
        r"printed '74\.6', but 34818-34822 is '76\.4'",
    ),
    Mutant(
        "digits swapped in figure and token",
        BOSTON,
        "Value_BOSTON_Vd_DOR_table2",
        'kg:value 12.9 ; kg:printed "12.9"',
        'kg:value 19.2 ; kg:printed "19.2"',
        VERIFY,
        r"printed '19\.2', but 34886-34890 is '12\.9'",
    ),
    Mutant(
        "digits swapped in one of two reports",
        STORM,
        "Value_STORM_part_2_PFS_table2",
        'kg:value 3.7 ; kg:printed "3.7"',
        'kg:value 7.3 ; kg:printed "7.3"',
        "reports_differ_without_discrepancy",
        r"7\.3 \(table 2\).*3\.7 \(text\)|3\.7 \(text\).*7\.3 \(table 2\)",
        "Measurement_STORM_part_2_PFS",
    ),
    Mutant(
        "decimal point lost",
        STORM,
        "Value_STORM_part_2_penta_ORR_text",
        'kg:value 25.3 ; kg:printed "25.3"',
        'kg:value 253 ; kg:printed "253"',
        "percentage_out_of_bounds",
        "253 percent is no share",
    ),
    Mutant(
        "number word misread",
        STORM,
        "Value_STORM_part_2_prior_agents_text",
        "kg:value 5",
        "kg:value 4",
        "value_differs_from_printed",
        "printed as five, but the figure is 4",
    ),
    Mutant(
        "upper end of a range wrong",
        BOSTON,
        "Value_BOSTON_prior_lines_range_table1",
        "kg:valueHigh 3",
        "kg:valueHigh 5",
        "value_differs_from_printed",
        "printed as 1–3, but the figure is 1 to 5",
    ),
    Mutant(
        "upper end of a range lost",
        PHASE_I,
        "Value_NCT01607892_escalation_selinexor_dose_table2",
        "kg:valueHigh 60 ; ",
        "",
        "value_differs_from_printed",
        "printed as 3–60, but the figure is 3$",
    ),
    Mutant(
        "token lost",
        PHASE_I,
        "Value_NCT01607892_prior_lines_table2",
        'kg:printed "6" ; ',
        "",
        "value_without_printed",
        "no printed token for 6",
    ),
    Mutant(
        "place of a value lost",
        PHASE_I,
        "Value_NCT01607892_Xd_CBR_text",
        " ; kg:locator kgd:Place_NCT01607892_Xd_CBR_text",
        "",
        "value_without_place",
        "no place for the value printed as 58",
    ),
    Mutant(
        "figure beside 'not reached'",
        BOSTON,
        "Value_BOSTON_XVd_OS_table1",
        "kg:status kg:NotReached",
        "kg:status kg:NotReached ; kg:value 25",
        "value_with_and_without_figure",
        "the status is not reached, yet there is the figure 25",
    ),
    Mutant(
        "status lost",
        BOSTON,
        "Value_BOSTON_XVd_OS_table2",
        "kg:status kg:NotReached ; ",
        "",
        "value_with_and_without_figure",
        "the status is reported, yet there is no figure",
    ),
    Mutant(
        "status of one report wrong",
        BOSTON,
        "Value_BOSTON_XVd_OS_table2",
        "kg:NotReached",
        "kg:NotGiven",
        "reports_differ_without_discrepancy",
        "printed as not reach .* and no record says so",
        "Measurement_BOSTON_XVd_OS",
    ),
    Mutant(
        "qualifier of one report invented",
        BOSTON,
        "Value_BOSTON_prior_lines_table1",
        'kg:printed "2"',
        'kg:printed "2" ; kg:qualifier kg:AtLeast',
        "reports_differ_without_discrepancy",
        r"≥2 \(table 1\)",
        "Measurement_BOSTON_prior_lines",
    ),
    Mutant(
        "report duplicated",
        PHASE_I,
        "Value_NCT01607892_X_ORR_table2",
        "kgd:Value_NCT01607892_X_ORR_table2",
        "kgd:Value_NCT01607892_X_ORR_copy kg:reportOf kgd:Measurement_NCT01607892_X_ORR ; kg:value 4 ;"
        ' kg:printed "4" ; kg:locator kgd:Place_NCT01607892_X_ORR_table2 .\nkgd:Value_NCT01607892_X_ORR_table2',
        "report_printed_twice",
        "stands at 31275-31276, and so does kgd:Value_NCT01607892_X_ORR_table2",
        "Value_NCT01607892_X_ORR_copy",
    ),
    Mutant(
        "composite event split into its parts",
        PHASE_I,
        "Value_NCT01607892_vomiting_grade_not_stated_text",
        "kgd:Place_NCT01607892_vomiting_grade_not_stated_text",
        "kgd:Place_NCT01607892_nausea_grade_not_stated_text",
        "composite_event_split",
        "stands at 9219-9221, and so does kgd:Value_NCT01607892_vomiting_.*counted as nausea and vomiting",
        "Value_NCT01607892_nausea_grade_not_stated_text",
    ),
    Mutant(
        "value moved to another measurement",
        BOSTON,
        "Value_BOSTON_XVd_anemia_grade_3_4_table1",
        "kgd:Measurement_BOSTON_XVd_anemia_grade_3_4",
        "kgd:Measurement_BOSTON_XVd_fatigue_grade_3_4",
        "reports_differ_without_discrepancy",
        r"\b13 .*\b16 |\b16 .*\b13 ",
        "Measurement_BOSTON_XVd_fatigue_grade_3_4",
    ),
    Mutant(
        "value moved to another trial",
        STORM,
        "Value_STORM_part_1_DOR_table2",
        "kgd:Measurement_STORM_part_1_DOR",
        "kgd:Measurement_BOSTON_XVd_DOR",
        "row_contradicts_study",
        r"in the row NCT02336815 \(STORM I\) of table 2, but given to BOSTON",
    ),
    Mutant(
        "value moved to the other part of a trial",
        STORM,
        "Value_STORM_part_2_CBR_table2",
        "kgd:Measurement_STORM_part_2_CBR",
        "kgd:Measurement_STORM_part_1_CBR",
        "row_contradicts_study",
        r"the row NCT02336815 \(STORM II\) of table 2 has figures of STORM part 1 and of STORM part 2",
        "Study_STORM_part_2",
    ),
)

UNITS = (
    Mutant(
        "months for a response",
        STORM,
        "Value_STORM_part_2_CBR_table2",
        'kg:printed "39"',
        'kg:printed "39" ; kg:unit kg:Months',
        "unit_contradicts_outcome",
        "CBR is in months, not in percent",
    ),
    Mutant(
        "percent for a count",
        STORM,
        "Value_STORM_part_1_quad_patients_text",
        'kg:printed "48"',
        'kg:printed "48" ; kg:unit kg:Percent',
        "unit_contradicts_outcome",
        "is in percent, not in what was counted",
    ),
    Mutant(
        "count for a percent",
        PHASE_I,
        "Value_NCT01607892_neutropenia_grade_3_4_text",
        'kg:printed "23"',
        'kg:printed "23" ; kg:unit kg:Patients',
        "unit_contradicts_outcome",
        "neutropenia is in patients, not in percent",
    ),
    Mutant(
        "share for a count",
        STORM,
        "Measurement_STORM_part_2_plasmacytoma_plasmacytoma_response",
        "kg:Count",
        "kg:Proportion",
        "unit_contradicts_outcome",
        "is in patients, not in percent",
        "Value_STORM_part_2_plasmacytoma_plasmacytoma_response_text",
    ),
    Mutant(
        "weeks for months",
        STORM,
        "Value_STORM_part_1_PFS_table2",
        'kg:printed "2.3"',
        'kg:printed "2.3" ; kg:unit kg:Weeks',
        "unit_contradicts_outcome",
        "PFS is in weeks, not in months",
    ),
    Mutant(
        "body surface lost from a dose",
        PHASE_I,
        "Value_NCT01607892_RP2D_selinexor_dose_table2",
        "kg:MilligramPerSquareMetre",
        "kg:Milligram",
        "basis_contradicts_unit",
        "the basis is body surface, but the dose is in mg",
        "Component_NCT01607892_RP2D_selinexor",
    ),
    Mutant(
        "flat dose by body surface",
        STORM,
        "Component_STORM_part_1_selinexor",
        "kg:FlatDose",
        "kg:BodySurface",
        "basis_contradicts_unit",
        "the basis is body surface, but the dose is in mg$",
    ),
    Mutant(
        "dose in percent",
        BOSTON,
        "Value_BOSTON_XVd_selinexor_median_dose_text",
        "kg:Milligram",
        "kg:Percent",
        "unit_contradicts_outcome",
        "selinexor dose is in percent, not in mg",
    ),
    Mutant(
        "unit of a dose lost",
        PHASE_I,
        "Value_NCT01607892_RP2D_dexamethasone_dose_table2",
        "kg:unit kg:Milligram ; ",
        "",
        "value_without_unit",
        "the figure 20 for dexamethasone dose has no unit",
    ),
    Mutant(
        "two units for one value",
        STORM,
        "Value_STORM_selinexor_dose_text",
        "kg:Milligram",
        "kg:Milligram, kg:MilligramPerSquareMetre",
        "said_twice",
        "2 different things under unit",
    ),
)

MEASUREMENTS = (
    Mutant(
        "statistic lost",
        BOSTON,
        "Measurement_BOSTON_XVd_bortezomib_dose",
        " ; kg:statistic kg:NotStated",
        "",
        "measurement_incomplete",
        "the dose measurement has no statistic",
    ),
    Mutant(
        "outcome lost",
        STORM,
        "Measurement_STORM_part_1_OS",
        "kg:outcome kgd:Outcome_OS ; ",
        "",
        "measurement_incomplete",
        "the efficacy measurement has no outcome",
    ),
    Mutant(
        "patients lost",
        STORM,
        "Measurement_STORM_parts",
        "kg:analysisSet kgd:Set_STORM ; ",
        "",
        "measurement_incomplete",
        "the design measurement has no analysis set",
    ),
    Mutant(
        "median for a share",
        PHASE_I,
        "Measurement_NCT01607892_X_ORR",
        "kg:Proportion",
        "kg:Median",
        "unit_contradicts_outcome",
        "ORR is in months, not in percent",
        "Value_NCT01607892_X_ORR_text",
    ),
    Mutant(
        "share for a median",
        BOSTON,
        "Measurement_BOSTON_Vd_PFS",
        "kg:Median",
        "kg:Proportion",
        "survival_share_without_time",
        "a share for PFS, and no time",
    ),
    Mutant(
        "grades lost",
        STORM,
        "Measurement_STORM_part_2_anemia_grade_3_4",
        " ; kg:gradeBand kg:Grade_3_4",
        "",
        "safety_without_grade",
        "no grades are given for anemia",
    ),
    Mutant(
        "any grade in the column of severe ones",
        STORM,
        "Measurement_STORM_part_2_nausea_grade_3_4",
        "kg:Grade_3_4",
        "kg:Grade_any",
        "grade_contradicts_column",
        "in the column of grades 3-4, but recorded with the grades: any",
        "Value_STORM_part_2_nausea_grade_3_4_table2",
    ),
    Mutant(
        "grade of the text made that of the table",
        STORM,
        "Measurement_STORM_part_1_anemia_grade_3",
        "kg:Grade_3",
        "kg:Grade_3_4",
        "discrepancy_of_unlike_reports",
        "typed as different grade band, but both reports are of the same grades",
        "Discrepancy_STORM_part_1_anemia_grade",
    ),
    Mutant(
        "outcome measured as an adverse event",
        STORM,
        "Measurement_STORM_part_1_DOR",
        "kg:EfficacyMeasurement",
        "kg:SafetyMeasurement",
        "column_contradicts_category",
        "in the column Response rates, but recorded as adverse event",
        "Value_STORM_part_1_DOR_table2",
    ),
    Mutant(
        "event of another row of a list",
        PHASE_I,
        "Measurement_NCT01607892_weight_loss_grade_not_stated",
        "kgd:AdverseEvent_weight_loss",
        "kgd:AdverseEvent_diarrhea",
        "measured_twice",
        "measures what kgd:Measurement_NCT01607892_weight_loss",
        "Measurement_NCT01607892_diarrhea_grade_not_stated",
    ),
    Mutant(
        "class of a measurement lost",
        PHASE_I,
        "Measurement_NCT01607892_RP2D_CBR",
        "a kg:EfficacyMeasurement ; ",
        "",
        "untyped_thing",
        r"described in trial_NCT01607892\.ttl, but of no class",
    ),
    Mutant(
        "name of an analysis set misspelt",
        STORM,
        "Measurement_STORM_part_2_OS",
        "kgd:Set_STORM_part_2",
        "kgd:Set_STORM_part2",
        "dangling_thing",
        "named by kgd:Measurement_STORM_part_2_OS, described nowhere",
        "Set_STORM_part2",
    ),
    Mutant(
        "grade band misspelt",
        STORM,
        "Measurement_STORM_part_1_fatigue_grade_3",
        "kg:Grade_3",
        "kg:Grade3",
        "undeclared_term",
        "used at kgd:Measurement_STORM_part_1_fatigue_grade_3, declared in no module",
        "kg:Grade3",
    ),
)

SUMS = (
    Mutant(
        "size of an arm wrong",
        BOSTON,
        "Value_BOSTON_XVd_patients_text",
        'kg:value 195 ; kg:printed "195"',
        'kg:value 159 ; kg:printed "159"',
        "arms_do_not_add_up",
        "the arms have 366 patients together, the study has 402",
        "Measurement_BOSTON_patients",
    ),
    Mutant(
        "size of a cohort wrong",
        PHASE_I,
        "Value_NCT01607892_expansion_patients_table2",
        'kg:value 59 ; kg:printed "59"',
        'kg:value 95 ; kg:printed "95"',
        "arms_do_not_add_up",
        "two groups without a common patient have .*, the whole has 84",
        "Measurement_NCT01607892_patients",
    ),
    Mutant(
        "enrolment of one report wrong",
        BOSTON,
        "Value_BOSTON_patients_table2",
        'kg:value 402 ; kg:printed "402"',
        'kg:value 420 ; kg:printed "420"',
        "reports_differ_without_discrepancy",
        r"420 \(table 2\)",
        "Measurement_BOSTON_patients",
    ),
    Mutant(
        "group larger than its set",
        STORM,
        "Value_STORM_part_2_penta_patients_text",
        'kg:value 83 ; kg:printed "83"',
        'kg:value 183 ; kg:printed "183"',
        "subgroup_larger_than_set",
        "the group has 183 patients, the set around it 12",
        "Measurement_STORM_part_2_penta_patients",
    ),
    Mutant(
        "benefit below response",
        STORM,
        "Value_STORM_part_1_CBR_table2",
        'kg:value 33 ; kg:printed "33"',
        'kg:value 13 ; kg:printed "13"',
        "clinical_benefit_below_response",
        r"CBR 13 is below ORR 21 \(table 2\)",
    ),
    Mutant(
        "any grade below severe grades",
        STORM,
        "Value_STORM_part_2_thrombocytopenia_grade_any_text",
        'kg:value 73 ; kg:printed "73"',
        'kg:value 37 ; kg:printed "37"',
        "any_grade_below_severe",
        "thrombocytopenia of grades any in 37 percent, of grades 3-4 in 58",
        "Measurement_STORM_part_2_thrombocytopenia_grade_any",
    ),
    Mutant(
        "grades 3 and 4 beside their sum",
        STORM,
        "Value_STORM_part_2_thrombocytopenia_grade_4_text",
        'kg:value 33 ; kg:printed "33"',
        'kg:value 23 ; kg:printed "23"',
        "grades_do_not_add_up",
        "of grade 3 in 25 and of grade 4 in 23 percent, but of grades 3-4 in 58",
        "Measurement_STORM_part_2_thrombocytopenia_grade_3_4",
    ),
    Mutant(
        "share that no patients give",
        PHASE_I,
        "Value_NCT01607892_thrombocytopenia_grade_3_4_table2",
        'kg:value 45 ; kg:printed "45"',
        'kg:value 53 ; kg:printed "53"',
        "percentage_fits_no_numerator",
        "no whole number of 84 patients is 53 percent",
    ),
    Mutant(
        "denominator of another arm",
        BOSTON,
        "Value_BOSTON_Vd_ORR_table1",
        'kg:printed "62.3"',
        'kg:printed "62.3" ; kg:denominator 195 ; kg:denominatorBasis kg:PrintedForValue',
        "denominator_fits_no_numerator",
        r"no whole number of 195 patients is 62\.3 percent",
    ),
)

DOSES = (
    Mutant(
        "drug of a component swapped",
        STORM,
        "Component_STORM_part_1_dexamethasone",
        "kgd:Drug_dexamethasone",
        "kgd:Drug_selinexor",
        "component_of_other_drug",
        "a component of selinexor, dosed by a value of: dexamethasone dose",
    ),
    Mutant(
        "dose of another drug",
        BOSTON,
        "Component_BOSTON_XVd_bortezomib_table1",
        "kgd:Value_BOSTON_XVd_bortezomib_dose_table1",
        "kgd:Value_BOSTON_XVd_dexamethasone_dose_table1",
        "component_of_other_drug",
        "a component of bortezomib, dosed by a value of: dexamethasone dose",
    ),
    Mutant(
        "drug outside the regimen",
        PHASE_I,
        "Component_NCT01607892_expansion_dexamethasone",
        "kgd:Regimen_Xd",
        "kgd:Regimen_X",
        "component_outside_regimen",
        "doses dexamethasone, which .* does not include",
    ),
    Mutant(
        "BIW taken once a week",
        STORM,
        "Component_STORM_part_1_selinexor",
        "kg:timesPerWeek 2",
        "kg:timesPerWeek 1",
        "schedule_contradicts_times",
        "the schedule BIW is 2 times a week, not 1",
    ),
    Mutant(
        "schedule QW for BIW",
        PHASE_I,
        "Component_NCT01607892_RP2D_selinexor",
        '"BIW"',
        '"QW"',
        "schedule_contradicts_times",
        "the schedule QW is 1 time a week, not 2",
    ),
    Mutant(
        "schedule in words misread",
        BOSTON,
        "Component_BOSTON_XVd_selinexor_text",
        "kg:timesPerWeek 1",
        "kg:timesPerWeek 2",
        "schedule_contradicts_times",
        "the schedule once a week is 1 time a week, not 2",
    ),
)

DISCREPANCIES = (
    Mutant(
        "discrepancy without type",
        BOSTON,
        "Discrepancy_BOSTON_XVd_pneumonia",
        "kg:discrepancyType kg:TextVersusTable ; ",
        "",
        "discrepancy_incomplete",
        "the discrepancy has no type",
    ),
    Mutant(
        "discrepancy without status",
        BOSTON,
        "Discrepancy_BOSTON_Vd_pneumonia",
        "kg:discrepancyStatus kg:Open ; ",
        "",
        "discrepancy_incomplete",
        "the discrepancy has no status",
    ),
    Mutant(
        "discrepancy without a report",
        STORM,
        "Discrepancy_STORM_part_1_fatigue_grade",
        "kg:firstReport kgd:Value_STORM_part_1_fatigue_grade_3_text ; ",
        "",
        "discrepancy_incomplete",
        "the discrepancy has no first report",
    ),
    Mutant(
        "settled without saying for which",
        BOSTON,
        "Discrepancy_BOSTON_design",
        "kg:resolvedTo kgd:Statement_BOSTON_randomized ; ",
        "",
        "discrepancy_incomplete",
        "is settled without saying which report holds",
    ),
    Mutant(
        "explained without a reason",
        STORM,
        "Discrepancy_STORM_phase",
        ' ; kg:resolution "Phase IIb is a kind of phase II."',
        "",
        "discrepancy_incomplete",
        "is explained without a reason",
    ),
    Mutant(
        "discrepancy deleted",
        STORM,
        "Discrepancy_STORM_part_2_patients",
        WHOLE,
        "",
        "reports_differ_without_discrepancy",
        r"printed as 123 \(table 2\) and as 122 \(text\), and no record says so",
        "Measurement_STORM_part_2_patients",
    ),
    Mutant(
        "discrepancy of another type",
        BOSTON,
        "Discrepancy_BOSTON_XVd_pneumonia",
        "kg:TextVersusTable",
        "kg:WithinText",
        "discrepancy_of_unlike_reports",
        "typed as within text, but the reports stand in text and table 2",
    ),
    Mutant(
        "discrepancy names another report",
        PHASE_I,
        "Discrepancy_NCT01607892_ORR_set",
        "kgd:Value_NCT01607892_RP2D_ORR_table2",
        "kgd:Value_NCT01607892_Xd_CBR_text",
        "discrepancy_of_unlike_reports",
        "typed as different analysis set, but both reports are of the same patients",
    ),
)

STATEMENTS = (
    Mutant(
        "sign of a net effect flipped",
        PLATELETS,
        "Statement_selinexor_induces_thrombocytopenia",
        "kg:predicate kg:induces",
        "kg:predicate kg:prevents",
        SIGNS,
        r"selinexor prevents thrombocytopenia \(-1\), but the path .* gives \+1",
    ),
    Mutant(
        "sign of a step flipped",
        PLATELETS,
        "Statement_XPO1_decreases_pSTAT3_retention",
        "kg:predicate kg:decreases",
        "kg:predicate kg:increases",
        SIGNS,
        r"selinexor induces thrombocytopenia \(\+1\), but the path .* gives -1",
        "Statement_selinexor_induces_thrombocytopenia",
    ),
    Mutant(
        "binding that acts",
        ACTION,
        "Statement_selinexor_binds_C528",
        "kg:predicate kg:bindsTo",
        "kg:predicate kg:inhibits",
        "kind_contradicts_predicate",
        "the binding statement has the predicate 'inhibits', which has a sign",
    ),
    Mutant(
        "mechanism that only goes along",
        ACTION,
        "Statement_selinexor_inhibits_TSP_export",
        "kg:predicate kg:inhibits",
        "kg:predicate kg:correlatesWith",
        "kind_contradicts_predicate",
        "the mechanism statement has the predicate '.*', which has no sign",
    ),
    Mutant(
        "polarity forgotten",
        ACTION,
        "Statement_selinexor_inhibits_XPO1",
        "kg:polarity kg:Affirmed ; ",
        "",
        "statement_incomplete",
        "the mechanism statement has no polarity",
    ),
    Mutant(
        "object in words",
        ACTION,
        "Statement_XPO1_is_target_in_myeloma_cells",
        "kg:object kgd:Cell_myeloma",
        'kg:object "cells of multiple myeloma"',
        "object_not_a_thing",
        "the object is free text: 'cells of multiple myeloma'",
    ),
    Mutant(
        "context of another cell",
        PLATELETS,
        "Statement_pSTAT3_retention_prevents_megakaryocytes",
        "kg:context kgd:Context_megakaryocyte_precursor",
        "kg:context kgd:Context_osteoclast_precursor",
        "context_contradicts_participants",
        "said of .*, but its subject .* is in ",
    ),
    Mutant(
        "printed step made a bridge",
        PLATELETS,
        "Statement_STAT3_export_contributes_to_megakaryocytes",
        "a kg:MechanismStatement",
        'a kg:BridgeStatement ; kg:ground kg:CuratorJudgement ; kg:groundNote "Between the two."',
        "bridges_in_a_row",
        "this bridge ends at .*, where .* begins",
    ),
    Mutant(
        "bridge without ground",
        PLATELETS,
        "Statement_STAT3_phosphorylation_enables_export",
        "kg:ground kg:CuratorJudgement ; ",
        "",
        "statement_incomplete",
        "the bridge statement has no ground$",
    ),
    Mutant(
        "bridge without its note",
        PLATELETS,
        "Statement_megakaryocytes_prevent_thrombocytopenia",
        "kg:groundNote",
        "skos:editorialNote",
        "statement_incomplete",
        "the bridge statement has no ground note",
    ),
    Mutant(
        "statement without evidence",
        ACTION,
        "Statement_XPO1_enables_export_NES",
        " ; kg:evidenceLine kgd:Evidence_XPO1_enables_export_NES",
        "",
        "statement_incomplete",
        "the mechanism statement has no evidence line",
    ),
    Mutant(
        "evidence without place",
        PLATELETS,
        "Evidence_TPO_binds_MPL",
        "kg:locator kgd:Place_hem_MPL ; ",
        "",
        "statement_incomplete",
        "the binding statement has no place in its evidence line",
        "Statement_TPO_binds_MPL",
    ),
    Mutant(
        "object lost",
        ACTION,
        "Statement_selinexor_inhibits_XPO1",
        "kg:object kgd:Protein_XPO1 ; ",
        "",
        "statement_incomplete",
        "the mechanism statement has no object",
    ),
    Mutant(
        "object misspelt",
        ACTION,
        "Statement_XPO1_is_target_in_myeloma_cells",
        "kgd:Cell_myeloma",
        "kgd:Cell_mieloma",
        "dangling_thing",
        "named by kgd:Statement_XPO1_is_target_in_myeloma_cells, described nowhere",
        "Cell_mieloma",
    ),
    Mutant(
        "predicate misspelt",
        ACTION,
        "Statement_XPO1_increased_in_malignancy",
        "kg:increasedIn",
        "kg:increasedin",
        "undeclared_term",
        "used at kgd:Statement_XPO1_increased_in_malignancy, declared in no module",
        "kg:increasedin",
    ),
    Mutant(
        "property misspelt",
        ACTION,
        "Statement_selinexor_acts_through_GR",
        "kg:certainty",
        "kg:certainity",
        "undeclared_term",
        "used at kgd:Statement_selinexor_acts_through_GR, declared in no module",
        "kg:certainity",
    ),
    Mutant(
        "two polarities",
        ACTION,
        "Statement_envelope_permits_large_proteins",
        "kg:Negated",
        "kg:Negated, kg:Affirmed",
        "said_twice",
        "2 different things under polarity",
    ),
    Mutant(
        "approval without a date",
        STORM,
        "Statement_STORM_approval",
        'kg:asOf "2019-07" ; ',
        "",
        "statement_incomplete",
        "the approval statement has no date",
    ),
    Mutant(
        "recommendation without a date",
        PLATELETS,
        "Statement_thrombocytopenia_managed_by_TPO_RA",
        'kg:asOf "2023-11-20" ; ',
        "",
        "statement_incomplete",
        "the recommendation has no date",
    ),
    Mutant(
        "work that is not in the list",
        PLATELETS,
        "Evidence_thrombocytopenia_reversible",
        "kgd:Reference_74",
        "kgd:Reference_774",
        "dangling_thing",
        "named by kgd:Evidence_thrombocytopenia_reversible, described nowhere",
        "Reference_774",
    ),
    Mutant(
        "citation of what is no work",
        PLATELETS,
        "Evidence_TPO_increases_STAT3_phosphorylation",
        "kgd:Reference_73",
        "kgd:Protein_TPO",
        "reference_out_of_list",
        "cited by kgd:Evidence_TPO_increases_STAT3_phosphorylation, but without a number",
        "Protein_TPO",
    ),
)

THINGS = (
    Mutant(
        "label lost",
        POPULATIONS,
        "Population_frail",
        'rdfs:label "frail patients" ; ',
        "",
        "missing_label",
        "the population has no label",
    ),
    Mutant(
        "definition lost",
        POPULATIONS,
        "Population_Waldenstrom",
        ' ; skos:definition "A population of patients with Waldenstrom macroglobulinemia."',
        "",
        "missing_definition",
        "the population patients with Waldenstrom macroglobulinemia has no definition",
    ),
    Mutant(
        "class lost",
        POPULATIONS,
        "Criterion_frail",
        "a kg:FeatureCriterion ; ",
        "",
        "untyped_thing",
        r"described in populations\.ttl, but of no class",
    ),
    Mutant(
        "label of another thing",
        POPULATIONS,
        "Population_renal",
        "patients with moderate renal insufficiency",
        "frail patients",
        "shared_label",
        "the population is called frail patients, and so is kgd:Population_renal",
        "Population_frail",
    ),
    Mutant(
        "label of the other arm",
        BOSTON,
        "Arm_BOSTON_Vd",
        '"BOSTON Vd"',
        '"BOSTON XVd"',
        "shared_label",
        "the arm is called BOSTON XVd, and so is kgd:Arm_BOSTON_XVd",
    ),
    Mutant(
        "register number of another trial",
        BOSTON,
        "Study_BOSTON",
        "NCT03110562",
        "NCT03110526",
        "row_contradicts_study",
        r"in the row NCT03110562 \(BOSTON\) of table 1, but given to BOSTON",
        "Value_BOSTON_patients_table1",
    ),
    Mutant(
        "criterion of one part",
        POPULATIONS,
        "Criterion_RRMM_or_Waldenstrom",
        "kgd:Criterion_RRMM, ",
        "",
        "criterion_tree_incomplete",
        "the criterion 'any of' has 1 part",
    ),
    Mutant(
        "refractory to nothing",
        POPULATIONS,
        "Criterion_refractory_bortezomib",
        " ; kg:refractoryTo kgd:Drug_bortezomib",
        "",
        "criterion_tree_incomplete",
        "the criterion 'refractory criterion' has no drug",
    ),
    Mutant(
        "number of lines lost",
        POPULATIONS,
        "Criterion_one_prior_treatment",
        " ; kg:minimumLines 1",
        "",
        "criterion_tree_incomplete",
        "the criterion 'prior lines criterion' has no number of lines",
    ),
    Mutant(
        "age lost",
        POPULATIONS,
        "Criterion_over_65",
        " ; kg:olderThan 65",
        "",
        "criterion_tree_incomplete",
        "the criterion 'feature criterion' has no feature",
    ),
    Mutant(
        "criterion misspelt",
        POPULATIONS,
        "Population_quad_refractory",
        "kgd:Criterion_quad_refractory",
        "kgd:Criterion_quadrefractory",
        "dangling_thing",
        "named by kgd:Population_quad_refractory, described nowhere",
        "Criterion_quadrefractory",
    ),
    Mutant(
        "sets within each other",
        STORM,
        "Set_STORM",
        "kg:inStudy kgd:Study_STORM",
        "kg:inStudy kgd:Study_STORM ; kg:subsetOf kgd:Set_STORM_part_1",
        "set_within_itself",
        "is a subset of itself",
    ),
    Mutant(
        "set that shares no patient with its whole",
        BOSTON,
        "Set_BOSTON_XVd",
        "kg:disjointFrom kgd:Set_BOSTON_Vd",
        "kg:disjointFrom kgd:Set_BOSTON",
        "set_within_itself",
        "is within kgd:Set_BOSTON and shares no patient with it",
    ),
    Mutant(
        "reference of another list",
        "references",
        "Reference_81",
        "kg:number 81",
        'kg:number "Doe 2025: 81"',
        "source_mixed_up",
        "stands in the review, but cites a work of the list of Doe 2025",
        "Evidence_CALB1_associated_with_sensitivity",
    ),
)

MUTANTS = ARMS + PLACES + VALUES + UNITS + MEASUREMENTS + SUMS + DOSES + DISCREPANCIES + STATEMENTS + THINGS

UNCAUGHT = (
    Uncaught(
        "qualifier lost",
        BOSTON,
        "Value_BOSTON_arm_not_stated_nausea_absence_grade_not_stated_text",
        "kg:qualifier kg:GreaterThan ; ",
        "",
        "The token is the bare number; the words before it stand in the text only, and no second report differs.",
    ),
    Uncaught(
        "actual written as planned",
        BOSTON,
        "Value_BOSTON_XVd_patients_text",
        'kg:printed "195"',
        'kg:printed "195" ; kg:realisation kg:Planned',
        "The same number is printed whether it was planned or reached; only the sentence says which.",
    ),
    Uncaught(
        "negation lost",
        ACTION,
        "Statement_envelope_permits_large_proteins",
        "kg:polarity kg:Negated ; ",
        "kg:polarity kg:Affirmed ; ",
        "The clause is known by its offsets and digest; what it denies is in its words, which kg verify --text reads.",
    ),
    Uncaught(
        "absence taken for presence",
        BOSTON,
        "Measurement_BOSTON_arm_not_stated_nausea_absence_grade_not_stated",
        "kg:eventAspect kg:Absence ; ",
        "",
        "That the patients counted were those without the event is in the words around the number.",
    ),
    Uncaught(
        "hedge lost",
        ACTION,
        "Statement_selinexor_acts_through_bone",
        "kg:certainty kg:Suggested ; ",
        "",
        "How sure the source is stands in its words, which kg verify --text reads.",
    ),
    Uncaught(
        "grade invented in running text",
        PHASE_I,
        "Measurement_NCT01607892_nausea_grade_not_stated",
        "kg:Grade_not_stated",
        "kg:Grade_any",
        "Outside the tables no heading tells the grades, and no other report of the event contradicts the change.",
    ),
)


def test_most_faults_are_caught() -> None:
    """The seeded faults are counted here, so that none drops out unseen."""
    names = [fault.name for fault in (*MUTANTS, *UNCAUGHT)]
    assert (len(MUTANTS), len(UNCAUGHT)) == (127, 6)
    assert len(set(names)) == len(names)


def test_every_check_has_a_mutant() -> None:
    """No check is there that the real data never put to the test."""
    checks = {check.name for check in list_checks()}
    assert {mutant.catcher for mutant in MUTANTS} == checks | {SIGNS, VERIFY, COVERAGE}


def needed_topics() -> list[Path]:
    """List the files that the mutants change, and those that describe what these name; other trials only cost time."""
    texts = {path: path.read_text(encoding="utf-8") for path in REAL.topics()}
    homes = {name: path for path, text in texts.items() for name in re.findall(r"^kgd:(\w+) ", text, re.MULTILINE)}
    waiting = {REAL.triples / f"{fault.file}.ttl" for fault in (*MUTANTS, *UNCAUGHT)}
    needed: set[Path] = set()
    while waiting:
        needed |= waiting
        named = {name for path in waiting for name in re.findall(r"kgd:(\w+)", texts[path])}
        waiting = {homes[name] for name in named if name in homes} - needed
    return sorted(needed)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A copy of the project with these topics; the outward links, of which no check speaks, stay out."""
    files = Files(tmp_path_factory.mktemp("clean"))
    for path in (*REAL.modules(), REAL.prefixes, *needed_topics(), REAL.tokens):
        if path.stem != "links":
            copy = files.root / path.relative_to(REAL.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    shutil.copytree(REAL.queries, files.queries)
    return files


@pytest.fixture(scope="module")
def known(clean: Files) -> Rows:
    """What is said of the clean graph: no fault, nothing on re-reading, only findings and tokens nobody claims."""
    graph = load(clean, cache=False)
    report = run(graph)
    assert [str(fault) for fault in report.faults] == []
    assert caught(graph, VERIFY) == set()
    return {(finding.subject, finding.message) for finding in report.findings} | caught(graph, COVERAGE)


def caught(graph: Graph, catcher: str) -> Rows:
    """Run one catcher only: a whole `kg check` for each mutant takes too long."""
    if catcher == SIGNS:
        return {(subject, message) for subject, _, message in (line.partition(": ") for line in sign_faults(graph))}
    if catcher in (VERIFY, COVERAGE):
        records, tokens = place_records(graph.store), read_tokens(graph.files.tokens)
        if catcher == VERIFY:
            return set(verify(records, tokens=tokens))
        return {(f"{token.start}-{token.end}", token.token) for token in coverage(records, tokens).uncovered}
    [check] = [check for check in list_checks(graph.files) if check.name == catcher]
    return {(row["subject"], row["message"]) for row in run_query(graph.store, check.text)}


def changed(text: str, fault: Mutant | Uncaught) -> str:
    """Replace one stretch of one record, whose line breaks do not count; the file may be out of layout then."""
    [record] = re.finditer(rf"^kgd:{fault.record} .*?(?=^kgd:|^#|^$|\Z)", text, re.MULTILINE | re.DOTALL)
    flat = re.sub(r"\n +", " ", record[0])
    old = flat if fault.old == WHOLE else fault.old
    # Names are whole: Set_x is not a part of Set_xy.
    [stretch] = re.finditer(re.escape(old) + (r"(?!\w)" if old[-1:].isalnum() else ""), flat)
    edited = flat[: stretch.start()] + fault.new + flat[stretch.end() :]
    return text[: record.start()] + edited + text[record.end() :]


@pytest.fixture(scope="module")
def sources(clean: Files) -> Sources:
    """What stands in the files of the clean project, in the order in which `load` reads them."""
    return read_sources(clean)


def mutated(clean: Files, sources: Sources, *faults: Mutant | Uncaught) -> Graph:
    """Put faults in and derive anew, as `load` does."""
    texts: Sources = {}
    for fault in faults:
        path = clean.triples / f"{fault.file}.ttl"
        texts[path] = changed(texts.get(path, sources[path]).decode(), fault).encode()
    return Graph(build(clean, {**sources, **texts}, derive=True), clean)


def test_mutant_is_what_the_file_would_give(clean: Files, sources: Sources, tmp_path: Path) -> None:
    """A fault put into the parsed files makes the very graph that loading the changed file makes."""
    fault = MUTANTS[0]
    shutil.copytree(clean.root, tmp_path, dirs_exist_ok=True)
    path = Files(tmp_path).triples / f"{fault.file}.ttl"
    path.write_text(changed(path.read_text(encoding="utf-8"), fault), encoding="utf-8")
    assert written(mutated(clean, sources, fault)) == written(load(Files(tmp_path), cache=False))


def written(graph: Graph) -> set[str]:
    """Name blank nodes after what is said of them."""
    return {str(quad) for quad in canonical_quads(graph)}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_fault_is_named_by_its_catcher(mutant: Mutant, clean: Files, sources: Sources, known: Rows) -> None:
    """The catcher says what is wrong of the thing that is wrong, and did not say so before."""
    subject = mutant.subject or mutant.record
    full = subject if mutant.catcher == COVERAGE or subject.startswith("kg:") else f"kgd:{subject}"
    new = caught(mutated(clean, sources, mutant), mutant.catcher) - known
    assert [row for row in new if row[0] == full and re.search(mutant.message, row[1])], sorted(new)


def test_what_needs_the_text_is_not_caught(clean: Files, sources: Sources, known: Rows) -> None:
    """With all of them the graph is as good as the true one; should something catch one, it belongs to the mutants."""
    graph = mutated(clean, sources, *UNCAUGHT)
    report = run(graph)
    said = {(row.subject, row.message) for row in (*report.faults, *report.findings)}
    assert said | caught(graph, VERIFY) | caught(graph, COVERAGE) == known
