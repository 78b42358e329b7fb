"""The SHACL shapes: the graph keeps them, and single faults in real records break them, each with its own message.

A record is changed among the triples that files assert, and the rules run again over its surroundings: what a rule
fills in (a status, a unit) is no fault, and a class that follows from how a record is linked goes with the link.
"""

from __future__ import annotations

import builtins
import re
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from kg import Graph, load
from kg.cli import main
from kg.errors import MissingExtraError
from kg.ledger import Ledger
from kg.rules import DERIVED, derive
from kg.shapes import data_graph, read_shapes, violations
from kg.terms import GRAPH, PREFIXES, curie, expand

ROOTS = {"kg:DomainThing", "kg:InformationRecord", "kg:ControlledTerm"}
# What rules and defaults name without a link from the record.
EVERYWHERE = {ox.NamedNode(expand(name)) for name in ("kgd:Rendition_review", "kgd:Context_any_cell")}
# Rules write these records whole; no edit of a file puts a fault into one.
RULE_MADE = {"kg:DirectEdge", "kg:MechanismPath"}


class Mutant(NamedTuple):
    """A fault: a thing, the properties it loses, the Turtle it gains, and how the message begins that must name it.

    `about` is the thing that the message is about where it is not the changed one.
    """

    thing: str
    loses: str
    gains: str
    message: str
    about: str = ""


XVD, VALUE = "Measurement_BOSTON_XVd_ORR", "Value_BOSTON_XVd_ORR_table2"
ANEMIA = "Measurement_BOSTON_Vd_anemia_grade_3_4"
PLACE, SET, DOSE = "Place_BOSTON_XVd_ORR_table2", "Set_BOSTON_XVd", "Component_BOSTON_XVd_selinexor_table1"
INHIBITS, BRIDGE = "Statement_selinexor_inhibits_XPO1", "Statement_GR_enables_GR_cell_death"
SYNERGY, BINDING = "Statement_NCT01607892_synergy", "Statement_EIF4E_carries_MYC_mRNA"
ADVICE, GAP = "Statement_hyponatremia_managed_by_discontinuation", "Statement_XVd_not_studied_first_line"
APPROVAL, EVIDENCE = "Statement_BOSTON_approval", "Evidence_selinexor_inhibits_XPO1"
OPEN, APPARENT = "Discrepancy_BOSTON_Vd_pneumonia", "Discrepancy_BOSTON_bortezomib_reduction"
EXPORT, CARRIED = "Export_STAT3", "Protein_STAT3"

MUTANTS = {
    # measurements
    "set lost": Mutant(XVD, "kg:analysisSet", "", "is not over one analysis set"),
    "two sets": Mutant(XVD, "", "kg:analysisSet kgd:Set_BOSTON_Vd", "is not over one analysis set"),
    "regimen for a set": Mutant(XVD, "", "kg:analysisSet kgd:Regimen_XVd", "is not over one analysis set"),
    "arm for a set": Mutant(
        XVD,
        "kg:analysisSet",
        "kg:analysisSet kgd:Arm_BOSTON_XVd",
        "stands where an analysis set must",
        "Arm_BOSTON_XVd",
    ),
    "drug for an outcome": Mutant(XVD, "kg:outcome", "kg:outcome kgd:Drug_selinexor", "does not measure one measure"),
    "two statistics": Mutant(XVD, "", "kg:statistic kg:Median", "has not one statistic"),
    "unit for a statistic": Mutant(XVD, "kg:statistic", "kg:statistic kg:Percent", "has not one statistic"),
    "compared with two": Mutant(XVD, "", "kg:comparedWith kgd:Set_BOSTON", "is compared with more than one set"),
    "compared with itself": Mutant(
        XVD, "kg:comparedWith", "kg:comparedWith kgd:Set_BOSTON_XVd", "is compared with its own analysis set"
    ),
    "two timepoints": Mutant(XVD, "", 'kg:timepoint "year 1", "year 2"', "has several timepoints"),
    "reported by nothing": Mutant("Value_BOSTON_Vd_OS_table2", "kg:reportOf", "", "has kg:printed and is no reported"),
    "grade lost": Mutant(ANEMIA, "kg:gradeBand", "", "has not one grade band"),
    "two grades": Mutant(ANEMIA, "", "kg:gradeBand kg:Grade_any", "has not one grade band"),
    "two aspects": Mutant(ANEMIA, "", "kg:eventAspect kg:Absence, kg:Presence", "counts not one of presence"),
    "response counted as event": Mutant(
        ANEMIA, "kg:outcome", "kg:outcome kgd:Outcome_ORR", "counts what is no adverse event"
    ),
    # values
    "two measurements": Mutant(VALUE, "", f"kg:reportOf kgd:{ANEMIA}", "reports not one measurement"),
    "place lost": Mutant(VALUE, "kg:locator", "", "stands not in one place"),
    "token lost": Mutant(VALUE, "kg:printed", "", "has not one printed token"),
    "token a number": Mutant(VALUE, "kg:printed", "kg:printed 76.4", "has not one printed token"),
    "figure a text": Mutant(VALUE, "kg:value", 'kg:value "76.4"', "has several figures, one below nothing or one"),
    "two figures": Mutant(VALUE, "", "kg:value 76.5", "has several figures"),
    "range turned round": Mutant(
        "Value_BOSTON_prior_lines_range_table1", "kg:valueHigh", "kg:valueHigh 0", "has an upper end that is not above"
    ),
    "statistic for a unit": Mutant(VALUE, "", "kg:unit kg:Median", "has several units or one that is not on the list"),
    "two qualifiers": Mutant(VALUE, "", "kg:qualifier kg:AtLeast, kg:AtMost", "has several qualifiers"),
    "status not on the list": Mutant(VALUE, "", "kg:status kg:Open", "has not one status of the list"),
    "both planned and actual": Mutant(VALUE, "", "kg:realisation kg:Planned, kg:Actual", "has not one realisation"),
    "flag not on the list": Mutant(VALUE, "", "kg:flag kg:Planned", "has a flag that is not on the list"),
    "nobody for a denominator": Mutant(VALUE, "", "kg:denominator 0", "has several denominators or one that counts"),
    "figure of a measurement": Mutant(XVD, "", "kg:value 76.4", "has kg:value and is no value"),
    # sets and disagreements
    "set of a study alone": Mutant("Set_BOSTON", "kg:inStudy", "", "belongs not to one study"),
    "regimen for an arm": Mutant(
        SET, "kg:ofArm", "kg:ofArm kgd:Regimen_XVd", "is of several arms or of what is no arm"
    ),
    "two populations": Mutant(
        SET, "", "kg:population kgd:Population_RRMM, kgd:Population_STORM_part_2", "is of several"
    ),
    "within an arm": Mutant(
        SET, "kg:subsetOf", "kg:subsetOf kgd:Arm_BOSTON_XVd", "stands where an analysis set must", "Arm_BOSTON_XVd"
    ),
    "part of a set": Mutant("Study_STOMP", "", "kg:subsetOf kgd:Set_BOSTON", "has kg:subsetOf and is no"),
    "type lost": Mutant(OPEN, "kg:discrepancyType", "", "has not one type of the list"),
    "two first sides": Mutant(OPEN, "", "kg:firstReport kgd:" + VALUE, "has not one first side"),
    "resolution lost": Mutant(APPARENT, "kg:resolution", "", "says not in one text"),
    "difference below nothing": Mutant(OPEN, "kg:magnitude", "kg:magnitude -1", "has several differences or one below"),
    "explained and yet a discrepancy": Mutant(
        OPEN, "kg:discrepancyStatus", "kg:discrepancyStatus kg:Explained", "is explained, as only an apparent"
    ),
    "apparent and yet open": Mutant(
        APPARENT, "kg:discrepancyStatus", "kg:discrepancyStatus kg:Open", "is not explained, as an apparent"
    ),
    "apparent and resolved": Mutant(APPARENT, "", f"kg:resolvedTo kgd:{VALUE}", "is resolved to one side though both"),
    # statements
    "subject lost": Mutant(INHIBITS, "kg:subject", "", "is not about one subject"),
    "two predicates": Mutant(INHIBITS, "", "kg:predicate kg:induces", "claims not one relation"),
    "object a text": Mutant(INHIBITS, "kg:object", 'kg:object "XPO1"', "has not one object"),
    "about itself": Mutant(INHIBITS, "kg:object", "kg:object kgd:Drug_selinexor", "relates a thing to itself"),
    "polarity lost": Mutant(INHIBITS, "kg:polarity", "", "does not say once whether it is claimed"),
    "claimed and denied": Mutant(INHIBITS, "", "kg:polarity kg:Negated", "does not say once whether it is claimed"),
    "kind of evidence for a certainty": Mutant(INHIBITS, "", "kg:certainty kg:InVitro", "has not one certainty"),
    "cell for a context": Mutant(INHIBITS, "", "kg:context kgd:Cell_myeloma", "holds not in one context"),
    "day in another order": Mutant(
        ADVICE, "kg:asOf", 'kg:asOf "20.11.2023"', "has several dates or one that is no ISO"
    ),
    "evidence lost": Mutant(BINDING, "kg:evidenceLine", "", "has no evidence"),
    "mechanism without a sign": Mutant(
        INHIBITS, "kg:predicate", "kg:predicate kg:associatedWith", "claims a relation without a sign"
    ),
    "binding with a sign": Mutant(BINDING, "kg:predicate", "kg:predicate kg:inhibits", "claims a causal relation"),
    "ground lost": Mutant(BRIDGE, "kg:ground", "", "has not one ground"),
    "reason lost": Mutant(BRIDGE, "kg:groundNote", "", "gives not one reason"),
    "ground of a printed statement": Mutant(INHIBITS, "", "kg:ground kg:CuratorJudgement", "has kg:ground and is no"),
    "binding to a process": Mutant(BINDING, "kg:object", "kg:object kgd:Process_apoptosis", "attaches to what is no"),
    "synergy with a protein": Mutant(SYNERGY, "kg:object", "kg:object kgd:Protein_XPO1", "is with what is no drug"),
    "synergy for a drug": Mutant(SYNERGY, "kg:effect", "kg:effect kgd:Drug_selinexor", "brings about what is no"),
    "effect of a mechanism": Mutant(INHIBITS, "", "kg:effect kgd:Process_apoptosis", "has kg:effect and is no"),
    "aspect lost": Mutant("Statement_BOSTON_XVd_better_frail", "kg:aspect", "", "compares in no aspect"),
    "strength lost": Mutant(ADVICE, "kg:strength", "", "does not say once how strongly"),
    "two triggers": Mutant(ADVICE, "", 'kg:trigger "at once"', "has several triggers"),
    "trigger of a mechanism": Mutant(INHIBITS, "", 'kg:trigger "at once"', "has kg:trigger and is no"),
    "strength of a mechanism": Mutant(INHIBITS, "", 'kg:strength "should"', "has kg:strength and is no"),
    "date lost": Mutant(GAP, "kg:asOf", "", "does not say when it held"),
    "approval resting on a drug": Mutant(APPROVAL, "", "kg:basedOn kgd:Drug_selinexor", "rests on what is no study"),
    "unit for a level": Mutant(
        "Statement_DUSP1_associated_with_sensitivity",
        "kg:subjectLevel",
        "kg:subjectLevel kg:Percent",
        "holds for several",
    ),
    "level of a mechanism": Mutant(INHIBITS, "", "kg:subjectLevel kg:High", "has kg:subjectLevel and is no"),
    # evidence and contexts
    "evidence of a document": Mutant(EVIDENCE, "", "kg:evidenceKind kg:Proportion", "has no kind of study behind it"),
    "for and against": Mutant(EVIDENCE, "", "kg:direction kg:Supports, kg:Disputes", "does not say once whether it"),
    "cites a study": Mutant(EVIDENCE, "", "kg:cites kgd:Study_BOSTON", "cites what is no reference"),
    "statement that cites": Mutant(INHIBITS, "", "kg:cites kgd:Reference_37", "has kg:cites and is no evidence line"),
    "disease for a cell": Mutant(
        "Context_CD138_myeloma", "kg:inCell", "kg:inCell kgd:Disease_AML", "is in several cells or in what is none"
    ),
    "two diseases": Mutant("Context_CLL_in_vivo", "", "kg:inDisease kgd:Disease_AML", "is in several diseases"),
    "disease of a statement": Mutant(INHIBITS, "", "kg:inDisease kgd:Disease_AML", "has kg:inDisease and is no"),
    # places and works
    "position lost": Mutant(PLACE, "oa:hasSelector", "", "stands not in one place", VALUE),
    "two positions": Mutant(PLACE, "", "oa:hasSelector [ oa:start 7 ; oa:end 8 ]", "has not one text position"),
    "digest cut short": Mutant(
        PLACE,
        "oa:hasSelector",
        'oa:hasSelector [ oa:start 7 ; oa:end 8 ; kg:spanSha256 "0f" ]',
        "has not one digest of 64",
    ),
    "third side": Mutant(PLACE, "kg:ordinal", "kg:ordinal 3", "is on a side that is neither 1 nor 2"),
    "in text and table": Mutant(PLACE, "", 'kg:section "Abstract"', "stands not in one section or one table"),
    "row lost": Mutant(PLACE, "kg:rowKey", "", "stands in not one row of its table"),
    "column of the text": Mutant("Place_A_abs_useful", "", 'kg:columnKey "Toxicities"', "has a row or a column of no"),
    "mark of a study": Mutant(PLACE, "", "kg:citationMark kgd:Study_BOSTON", "has a mark that points to no reference"),
    "title lost": Mutant("Reference_12", "kg:title", "", "has not one title"),
    "year of one digit": Mutant("Reference_12", "kg:year", "kg:year 3", "appeared not in one year"),
    "DOI with its address": Mutant(
        "Reference_12", "kg:doi", 'kg:doi "https://doi.org/10.1038/leu.2013.172"', "has several DOIs or one of another"
    ),
    "PMID with its prefix": Mutant(
        "Reference_12", "kg:pmid", 'kg:pmid "PMID:1"', "has several PMIDs or one of another"
    ),
    "number nought": Mutant("Reference_12", "kg:number", "kg:number 0", "has not one number from 1 on"),
    "file digest cut short": Mutant("Rendition_review", "kg:fileSha256", 'kg:fileSha256 "0f"', "has not one digest"),
    # studies, populations, doses
    "number without hyphens": Mutant(
        "Study_SELVEDEX", "kg:registryId", 'kg:registryId "EudraCT201400244440"', "has several registry numbers"
    ),
    "trial on nobody": Mutant("Study_STOMP", "kg:population", "", "is a trial on nobody"),
    "programme a regimen": Mutant(
        "Study_STORM_part_1", "kg:inProgramme", "kg:inProgramme kgd:Regimen_Xd", "is in several programmes"
    ),
    "number of a drug": Mutant(
        "Drug_selinexor", "", 'kg:registryId "NCT03110562"', "has kg:registryId and is no study"
    ),
    "arm of two studies": Mutant("Arm_BOSTON_XVd", "", "kg:inStudy kgd:Study_STOMP", "belongs not to one study"),
    "arm that gives a drug": Mutant(
        "Arm_BOSTON_XVd", "kg:givesRegimen", "kg:givesRegimen kgd:Drug_selinexor", "gives not one regimen"
    ),
    "arm third of two": Mutant("Arm_BOSTON_XVd", "kg:armOrder", "kg:armOrder 3", "stands neither before nor after"),
    "order of a study": Mutant("Study_STOMP", "", "kg:armOrder 1", "has kg:armOrder and is no arm"),
    "disease for a criterion": Mutant(
        "Population_STORM_part_2", "", "kg:hasCriterion kgd:Disease_AML", "has a criterion that is none"
    ),
    "one of one": Mutant(
        "Criterion_PR_or_VGPR",
        "kg:criterionPart",
        "kg:criterionPart kgd:Criterion_NDMM",
        "is composed of fewer than two",
    ),
    "not of two": Mutant(
        "Criterion_not_exposed_daratumumab", "", "kg:criterionPart kgd:Criterion_NDMM", "denies not one criterion"
    ),
    "refractory to nothing": Mutant(
        "Criterion_refractory_bortezomib", "kg:refractoryTo", "", "asks for refractoriness"
    ),
    "exposed to nothing": Mutant("Criterion_exposed_bortezomib", "kg:exposedTo", "", "asks for exposure to nothing"),
    "exposure of a feature": Mutant(
        "Criterion_NDMM", "", "kg:exposedTo kgd:Drug_selinexor", "has kg:exposedTo and is no exposure"
    ),
    "refractoriness of a feature": Mutant(
        "Criterion_NDMM", "", "kg:refractoryTo kgd:Drug_selinexor", "has kg:refractoryTo and is no refractory"
    ),
    "criterion of nobody": Mutant(
        "Criterion_new", "", "a kg:PriorLinesCriterion ; kg:minimumLines 1", "is met by no population"
    ),
    "lines turned round": Mutant(
        "Criterion_one_to_three_prior_treatments",
        "kg:minimumLines",
        "kg:minimumLines 4",
        "asks for more lines at least",
    ),
    "no number of lines": Mutant(
        "Criterion_fewer_than_four_lines", "kg:maximumLines", "", "asks for no number of lines"
    ),
    "feature lost": Mutant("Criterion_NDMM", "kg:hasFeature", "", "asks for no feature"),
    "feature of a population": Mutant(
        "Population_STORM_part_2", "", "kg:hasFeature kgd:Disease_RRMM", "has kg:hasFeature and is no feature"
    ),
    "class for a drug": Mutant("Regimen_XVd", "", "kg:includesDrug kgd:DrugClass_PI", "includes what is no drug"),
    "drug within a drug": Mutant(
        "Drug_bortezomib", "", "kg:includesDrug kgd:Drug_selinexor", "has kg:includesDrug and is no regimen"
    ),
    "two drugs of one dose": Mutant(DOSE, "", "kg:drug kgd:Drug_bortezomib", "doses not one drug"),
    "dose kind lost": Mutant(DOSE, "kg:doseKind", "", "has not one dose kind"),
    "dose kind of an arm": Mutant(
        "Arm_BOSTON_XVd", "", "kg:doseKind kg:FixedDose", "has kg:doseKind and is no regimen"
    ),
    "a hundred times a week": Mutant(
        DOSE, "kg:timesPerWeek", "kg:timesPerWeek 100", "is given several numbers of times"
    ),
    "step nought": Mutant("Component_SeaLAND_XR_selinexor", "kg:step", "kg:step 0", "has several steps or one before"),
    # guides
    "tour without an order": Mutant("Step_unknown", "kg:stepNumber", "", "has not one number from 1 on"),
    "two places on the tour": Mutant("Step_unknown", "", "kg:stepNumber 3", "has not one number from 1 on"),
    "tour step that shows a text": Mutant("Step_unknown", "", 'kg:shows "all"', "shows nothing"),
    "a statement that shows": Mutant(
        INHIBITS, "", "kg:shows kgd:Export_STAT3", "has kg:shows and is no mechanism step"
    ),
    "number of a statement": Mutant(INHIBITS, "", "kg:stepNumber 1", "has kg:stepNumber and is no mechanism step"),
    "word without an explanation": Mutant("Glossary_MR", "kg:plainWords", "", "gives not one explanation"),
    "ladder above its top": Mutant("Glossary_MR", "kg:ladderStep", "kg:ladderStep 0", "stands on several steps"),
    "headword of a drug": Mutant("Drug_venetoclax", "", 'kg:headword "V"', "has kg:headword and is no glossary entry"),
    "explanation of a drug": Mutant(
        "Drug_venetoclax", "", 'kg:plainWords "A drug."', "has kg:plainWords and is no glossary entry"
    ),
    # things
    "label lost": Mutant("Drug_venetoclax", "rdfs:label", "", "has not one label"),
    "two labels": Mutant("Drug_venetoclax", "", 'rdfs:label "ABT-199"', "has not one label"),
    "definition lost": Mutant("Drug_venetoclax", "skos:definition", "", "has not one definition"),
    "synonym that is the label": Mutant(
        "Drug_venetoclax", "", 'skos:altLabel "venetoclax"', "has a synonym that is its"
    ),
    "protein for a drug class": Mutant(
        "Drug_venetoclax", "", "kg:inDrugClass kgd:Protein_BCL2", "belongs to what is no"
    ),
    "drug class of a protein": Mutant(
        "Protein_BCL2", "", "kg:inDrugClass kgd:DrugClass_PI", "has kg:inDrugClass and is no drug"
    ),
    "cargo lost": Mutant(EXPORT, "kg:cargo", "", "moves no cargo"),
    "two carriers": Mutant(EXPORT, "", "kg:carrier kgd:Protein_EIF4E", "has several carriers"),
    "goal lost": Mutant(EXPORT, "kg:toCompartment", "", "ends not in one compartment"),
    "from a cell": Mutant(EXPORT, "", "kg:fromCompartment kgd:Cell_myeloma", "begins not in one compartment"),
    "there and there again": Mutant(
        EXPORT, "kg:toCompartment", "kg:toCompartment kgd:Compartment_nucleus", "ends where it begins"
    ),
    "cargo of a protein": Mutant(CARRIED, "", "kg:cargo kgd:Protein_MYC", "has kg:cargo and is no transport event"),
    "carrier of a protein": Mutant(CARRIED, "", "kg:carrier kgd:Protein_XPO1", "has kg:carrier and is no transport"),
    "start of a protein": Mutant(
        CARRIED, "", "kg:fromCompartment kgd:Compartment_nucleus", "has kg:fromCompartment and is no transport"
    ),
    "goal of a protein": Mutant(
        CARRIED, "", "kg:toCompartment kgd:Compartment_nucleus", "has kg:toCompartment and is no transport"
    ),
    "pool of nothing": Mutant("Pool_TSP_cytoplasm", "kg:poolOf", "", "is a pool of not one molecule"),
    "pool of a protein": Mutant(CARRIED, "", "kg:poolOf kgd:Protein_MYC", "has kg:poolOf and is no localized pool"),
    "state nowhere": Mutant("Retention_pSTAT3", "kg:inCompartment", "", "lies not in one compartment"),
    "process in a disease": Mutant("Process_apoptosis", "", "kg:inCell kgd:Disease_AML", "happens in several cells"),
    "activity of nobody": Mutant("Activity_NFkB_tumor", "kg:activityOf", "", "is the activity of nobody"),
    "activity of a drug": Mutant(
        "Drug_venetoclax", "", "kg:activityOf kgd:Protein_BCL2", "has kg:activityOf and is no"
    ),
    "level of nothing": Mutant("Expression_CALB1", "kg:levelOf", "", "is the level of not one molecule"),
    "level of a protein": Mutant(
        CARRIED, "", "kg:levelOf kgd:Protein_MYC", "has kg:levelOf and is no expression level"
    ),
    "encodes a process": Mutant("MRNA_MYC", "", "kg:encodes kgd:Process_apoptosis", "encodes not one protein"),
    "protein that encodes": Mutant(CARRIED, "", "kg:encodes kgd:Protein_MYC", "has kg:encodes and is no messenger RNA"),
    "variant of nothing": Mutant("Variant_XPO1_C528", "kg:variantOf", "", "is a form of not one protein"),
    "protein as variant": Mutant(CARRIED, "", "kg:variantOf kgd:Protein_MYC", "has kg:variantOf and is no protein var"),
    "site of a cell": Mutant("Site_XPO1_C528", "", "kg:siteOf kgd:Cell_myeloma", "is a site of not one molecule"),
    "protein as site": Mutant(CARRIED, "", "kg:siteOf kgd:Protein_MYC", "has kg:siteOf and is no molecular site"),
    "composite of one": Mutant(
        "AdverseEvent_nausea_and_vomiting",
        "kg:compositeOf",
        "kg:compositeOf kgd:AdverseEvent_nausea",
        "names fewer than two events",
    ),
    "event as composite": Mutant(
        "AdverseEvent_anemia", "", "kg:compositeOf kgd:AdverseEvent_nausea", "has kg:compositeOf and is no composite"
    ),
    "response to a context": Mutant(
        "Response_selinexor_resistance",
        "kg:responseTo",
        "kg:responseTo kgd:Context_any_cell",
        "is the response to several",
    ),
    "response of a disease": Mutant(
        "Disease_AML", "", "kg:responseTo kgd:Drug_selinexor", "has kg:responseTo and is no drug response"
    ),
}


class Uncaught(NamedTuple):
    """A fault that no shape tells from the truth, what it does instead, and who catches it."""

    thing: str
    loses: str
    gains: str
    reason: str


UNCAUGHT = {
    "status lost": Uncaught(
        VALUE, "kg:status", "", "A rule writes the default; a status that is not said is no fault."
    ),
    "other arm": Uncaught(
        XVD,
        "kg:analysisSet kg:comparedWith",
        "kg:analysisSet kgd:Set_BOSTON_Vd",
        "Shapes see one record; the check ordinal_contradicts_arm compares it with the place of its value.",
    ),
    "measurement without its class": Uncaught(
        XVD, "rdf:type", "", "Nothing is left to target; the check untyped_thing names it."
    ),
    "drug and protein": Uncaught(
        "Drug_venetoclax", "", "a kg:Protein", "Classes that exclude each other are for a reasoner: kg reason says so."
    ),
    "end before start": Uncaught(
        PLACE,
        "oa:hasSelector",
        f'oa:hasSelector [ oa:start 9 ; oa:end 8 ; kg:spanSha256 "{"0" * 64}" ]',
        "A selector has no name to be looked at by; kg verify reads each span again.",
    ),
    "figure unlike its token": Uncaught(
        VALUE,
        "kg:value",
        "kg:value 67.4",
        "No core constraint reads a number out of a text; value_differs_from_printed does.",
    ),
}


# ---- the clean graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return read_shapes()


def test_clean_graph_keeps_every_shape(graph: Graph, shapes: rdflib.Graph) -> None:
    """All records, asserted and derived."""
    data = data_graph(graph)
    size = len(data)
    assert violations(data, shapes) == []
    assert len(data) == size > 40_000  # nothing was added, nothing lost on the way


def test_every_class_of_the_data_has_a_shape(graph: Graph, shapes: rdflib.Graph) -> None:
    """Its own or one of a class above it that is not a root of all; selectors are looked at through their place."""
    targets = {curie(str(kind)) for kind in shapes.objects(None, SH.targetClass)}
    rows = graph.query("""SELECT ?class (GROUP_CONCAT(STR(?above); separator=" ") AS ?all) {
        { SELECT DISTINCT ?class { ?thing a ?class FILTER(STRSTARTS(STR(?thing), STR(kgd:)) || ISBLANK(?thing)) } }
        ?class a owl:Class ; rdfs:subClassOf* ?above } GROUP BY ?class""").rows
    parents = {name: {curie(iri) for iri in above.split()} for name, above in rows}
    assert len(parents) > 70
    covered = {name for name, above in parents.items() if targets & above}
    assert parents.keys() - covered == {"oa:TextPositionSelector"}
    only_by_root = {name for name in covered if not (targets & parents[name]) - ROOTS}
    # Things that nothing is said of but what they are called and what they are.
    assert only_by_root == {
        "kg:AdverseEvent",
        "kg:CellType",
        "kg:ClinicalFinding",
        "kg:Compartment",
        "kg:DesignFeature",
        "kg:Disease",
        "kg:DrugClass",
        "kg:Intervention",
        "kg:MacromolecularComplex",
        "kg:Measure",
        "kg:MolecularEntity",
        "kg:Outcome",
        "kg:Protein",
        "kg:ProteinGroup",
        "kg:Unit",
    }


def test_every_constraint_has_a_message_that_mends(shapes: rdflib.Graph) -> None:
    """What is wrong, a semicolon, what to write; and no two say the same of one path."""
    constrained = {shape for shape in shapes.objects(None, SH.property) if not list(shapes.subjects(SH.node, shape))}
    nested = {part for node in shapes.objects(None, SH.node) for part in shapes.objects(node, SH.property)}
    constrained |= set(shapes.subjects(SH["not"])) | {
        shape for shape in shapes.subjects(SH.targetSubjectsOf) if list(shapes.objects(shape, SH["class"]))
    }
    texts = {shape: [str(text) for text in shapes.objects(shape, SH.message)] for shape in constrained - nested}
    assert len(texts) > 170
    assert [text for text in texts.values() if len(text) != 1 or not re.fullmatch(r"[^;]+; [^;]{10,}", text[0])] == []


# ---- single faults


class Bench:
    """The asserted triples, and the terms as an rdflib graph into which surroundings are put for a moment."""

    def __init__(self, graph: Graph, shapes: rdflib.Graph) -> None:
        self.files = graph.files
        self.shapes = shapes
        self.terms, self.asserted = ox.Store(), ox.Store()
        for quad in graph.store:
            if quad.graph_name != DERIVED:
                self._home(quad).add(quad)
        self.data = data_graph(Graph(self.terms, graph.files))
        self.kept: set[str] = set()

    def _home(self, quad: ox.Quad) -> ox.Store:
        assert isinstance(quad.graph_name, ox.NamedNode)
        return self.terms if quad.graph_name.value.startswith(f"{GRAPH}ontology_") else self.asserted

    def is_kept(self, thing: str) -> bool:
        """Say whether a thing breaks no shape as it stands; asked once a thing."""
        if thing not in self.kept and not self.violations(thing):
            self.kept.add(thing)
        return thing in self.kept

    def violations(self, thing: str, loses: str = "", gains: str = "", about: str = "") -> set[str]:
        """Say what the shapes say of a thing, or of another, after a change of what the files assert of it."""
        node = ox.NamedNode(expand(f"kgd:{thing}"))
        around = self._surroundings(node, self._changed(node, loses, gains))
        surroundings = [triple for triple in around if triple not in self.data]
        for triple in surroundings:
            self.data.add(triple)
        found = violations(self.data, self.shapes, of=[expand(f"kgd:{about or thing}")])
        for triple in surroundings:
            self.data.remove(triple)
        return {violation.message for violation in found}

    def _changed(self, node: ox.NamedNode, loses: str, gains: str) -> list[ox.Quad]:
        lost = {expand(name) for name in loses.split()}
        kept = self.asserted.quads_for_pattern(node, None, None)
        prefixes = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
        new = ox.parse(f"{prefixes}<{node.value}> {gains} ." if gains else "", format=ox.RdfFormat.TURTLE)
        here = ox.NamedNode(GRAPH + "new")
        return [
            *(quad for quad in kept if quad.predicate.value not in lost),
            *(ox.Quad(quad.subject, quad.predicate, quad.object, here) for quad in new),
        ]

    def _surroundings(self, node: ox.NamedNode, changed: list[ox.Quad]) -> rdflib.Graph:
        """Derive what the rules make of a thing and its neighbours, and describe what the thing then names."""
        store = ox.Store()
        store.extend(self.terms)
        store.extend(changed)
        near = {quad.subject for quad in self.asserted.quads_for_pattern(None, None, node)}
        near |= {quad.object for quad in changed} | EVERYWHERE
        for thing in {thing for thing in near if isinstance(thing, ox.NamedNode | ox.BlankNode)} - {node}:
            store.extend(self.asserted.quads_for_pattern(thing, None, None))
            store.extend(q for q in self.asserted.quads_for_pattern(None, None, thing) if q.subject != node)
        derive(Ledger(store), self.files.saved("rules"))
        for quad in list(store.quads_for_pattern(node, None, None, DERIVED)):
            if isinstance(quad.object, ox.NamedNode):
                store.extend(self.asserted.quads_for_pattern(quad.object, None, None))
        local = ox.Store()
        local.extend(quad for quad in store if quad.graph_name == DERIVED or self._home(quad) is self.asserted)
        return data_graph(Graph(local, self.files))


@pytest.fixture(scope="module")
def bench(graph: Graph, shapes: rdflib.Graph) -> Bench:
    return Bench(graph, shapes)


def test_most_faults_are_caught() -> None:
    """Counted here, so that none drops out unseen."""
    assert (len(MUTANTS), len(UNCAUGHT)) == (159, 6)


def test_every_shape_has_a_mutant(shapes: rdflib.Graph) -> None:
    """No shape is there that a fault in real data did not break, but for those of what rules make."""
    wanted = set()
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        parts = [shape, *shapes.objects(shape, SH.property)]
        texts = [str(text) for part in parts for text in shapes.objects(part, SH.message)]
        made = {curie(str(kind)) for kind in shapes.objects(shape, SH.targetClass)} & RULE_MADE
        if not made and not any(text.startswith(mutant.message) for text in texts for mutant in MUTANTS.values()):
            wanted.add(curie(str(shape)))
    assert wanted == set()


@pytest.mark.parametrize("name", MUTANTS)
def test_fault_is_named_by_its_message(bench: Bench, name: str) -> None:
    """The record was right before; after the change the one message that is about it comes."""
    mutant = MUTANTS[name]
    assert bench.is_kept(mutant.thing)
    assert bench.is_kept(mutant.about or mutant.thing)
    said = bench.violations(mutant.thing, mutant.loses, mutant.gains, mutant.about)
    assert [text for text in said if text.startswith(mutant.message)], sorted(said)


@pytest.mark.parametrize("name", UNCAUGHT)
def test_what_other_checks_are_for_breaks_no_shape(bench: Bench, name: str) -> None:
    """Should a shape catch one of these, it belongs to the mutants."""
    assert bench.violations(*UNCAUGHT[name][:3]) == set(), UNCAUGHT[name].reason


# ---- the command


def test_check_reads_the_shapes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`kg check --shapes` lists what breaks a shape like any other fault, with the file."""
    from small_project import PREFIXES as TURTLE
    from small_project import make_project, write

    make_project(tmp_path)
    shape = "kg:S a sh:NodeShape ; sh:targetClass kg:Drug ; sh:property [ sh:path kg:value ; sh:minCount 1 ; sh:message"
    prefix = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    write(tmp_path, "ontology/shapes/drugs.ttl", f'{TURTLE}{prefix}{shape} "has no value; write kg:value" ] .')
    monkeypatch.setenv("KG_HOME", str(tmp_path))
    monkeypatch.setenv("KG_NO_CACHE", "1")
    assert main(["check", "--shapes"]) == 1
    assert "  data/triples/drugs.ttl: kgd:Drug_a: has no value; write kg:value\n" in capsys.readouterr().out
    main(["check"])
    assert "has no value" not in capsys.readouterr().out


def test_missing_validator_names_the_extra(graph: Graph, shapes: rdflib.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyshacl the message holds the line that installs it."""
    real = builtins.__import__

    def without(name: str, *args: object) -> object:
        if name == "pyshacl":
            raise ImportError(name)
        return real(name, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=re.escape('pip install "xpo1-kg[shacl]"')):
        violations(rdflib.Graph(), shapes)
