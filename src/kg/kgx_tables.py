"""How our terms are said in Biolink 4.4: tables, each checked in the tests against the model file itself."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["AGENT", "BIOLINK", "CATEGORIES", "FACT", "LIMITS", "NO_CATEGORY", "PREDICATES", "RULE", "SHAPES"]
__all__ += ["AS_WORDED", "CAUSAL", "NODE_PREFIXES", "Said"]

BIOLINK: Final = "https://w3id.org/biolink/vocab/"

FACT, AS_WORDED, RULE = "knowledge_assertion", "not_provided", "logical_entailment"
AGENT: Final = {FACT: "manual_agent", AS_WORDED: "manual_agent", RULE: "automated_agent"}

# The first class of a thing that stands here decides.
CATEGORIES: Final = {
    "kg:Drug": "biolink:Drug",
    "kg:DrugClass": "biolink:Drug",
    "kg:Regimen": "biolink:Treatment",
    "kg:Intervention": "biolink:ClinicalIntervention",
    "kg:ProteinGroup": "biolink:NamedThing",  # Biolink's family is one of common descent; ours is any group
    "kg:ProteinVariant": "biolink:Protein",
    "kg:Protein": "biolink:Protein",
    "kg:MessengerRNA": "biolink:Transcript",
    "kg:MacromolecularComplex": "biolink:MacromolecularComplex",
    "kg:MolecularSite": "biolink:NamedThing",
    "kg:Pathway": "biolink:Pathway",
    "kg:BiologicalProcess": "biolink:BiologicalProcess",
    "kg:Compartment": "biolink:CellularComponent",
    "kg:CellType": "biolink:Cell",
    "kg:Disease": "biolink:Disease",
    "kg:Condition": "biolink:PhenotypicFeature",
    "kg:ClinicalTrial": "biolink:ClinicalTrial",
    "kg:Study": "biolink:Study",
    "kg:StudyProgramme": "biolink:Study",
    "kg:Population": "biolink:PopulationOfIndividualOrganisms",
}

# What we have and Biolink has no class for, each with the reason that the list of losses gives.
NO_CATEGORY: Final = {
    "kg:Arm": "Biolink has no arm of a trial",
    "kg:AnalysisSet": "Biolink has no set of patients that a figure is over",
    "kg:Measurement": "Biolink has no figure of a trial's outcome, so every measured number is left out",
    "kg:ReportedValue": "with their measurements, units and the tokens as printed",
    "kg:RegimenComponent": "Biolink has no dose and no schedule",
    "kg:Criterion": "Biolink has no criterion of who belongs to a population",
    "kg:DisagreementRecord": "Biolink has no disagreement between two reports",
    "kg:LocalizedPool": "Biolink has no molecule in a compartment",
    "kg:ExpressionLevel": "Biolink says a level as an aspect of a gene, which would change what the statement is about",
    "kg:MechanismPath": "paths can be walked again over the edges",
}

_TREATMENT = frozenset({"biolink:Drug", "biolink:Treatment"})
_CONDITION = frozenset({"biolink:Disease", "biolink:PhenotypicFeature"})
_DRUG = frozenset({"biolink:Drug"})
_ANY: frozenset[str] = frozenset()

# Which categories may stand before and after a predicate; no category means any.
SHAPES: Final = {
    "biolink:affects": (_ANY, _ANY),
    "biolink:associated_with": (_ANY, _ANY),
    "biolink:associated_with_resistance_to": (_ANY, _DRUG),
    "biolink:associated_with_sensitivity_to": (_ANY, _DRUG),
    "biolink:contributes_to": (_ANY, _ANY),
    "biolink:correlated_with": (_ANY, _ANY),
    "biolink:directly_physically_interacts_with": (_ANY, _ANY),
    "biolink:has_adverse_event": (_TREATMENT, _CONDITION),
    "biolink:has_part": (_ANY, _ANY),
    "biolink:member_of": (_ANY, _ANY),
    "biolink:negatively_correlated_with": (_ANY, _ANY),
    "biolink:pharmacologically_interacts_with": (_DRUG, _DRUG),
    "biolink:studied_to_treat": (_TREATMENT, _CONDITION),
    "biolink:treats_or_applied_or_studied_to_treat": (_TREATMENT, _CONDITION),
}


class Said(NamedTuple):
    """A Biolink predicate for one of ours; a wider one must not be denied, and some are said the other way round."""

    predicate: str
    same: bool = False
    turned: bool = False


# What is causal, whatever its predicate, affects its object; the direction of the effect says the rest.
CAUSAL: Final = Said("biolink:affects", same=True)
# Where `ontology/links.ttl` maps a predicate to one of the above, that goes first.
PREDICATES: Final = {
    "kg:affects": Said("biolink:affects", same=True),
    "kg:associatedWith": Said("biolink:associated_with", same=True),
    "kg:correlatesWith": Said("biolink:correlated_with", same=True),
    "kg:markerOf": Said("biolink:associated_with"),
    "kg:decreasesWith": Said("biolink:negatively_correlated_with"),
    "kg:commonWith": Said("biolink:has_adverse_event", turned=True),
    "kg:hasAdverseEffect": Said("biolink:has_adverse_event"),
    "kg:belongsTo": Said("biolink:member_of"),
    "kg:combines": Said("biolink:has_part"),
    "kg:bindsTo": Said("biolink:directly_physically_interacts_with"),
    "kg:effectiveIn": Said("biolink:treats_or_applied_or_studied_to_treat"),
    "kg:studiedIn": Said("biolink:studied_to_treat"),
    "kg:treatedWith": Said("biolink:treats_or_applied_or_studied_to_treat", turned=True),
    "kg:synergisesWith": Said("biolink:pharmacologically_interacts_with"),
    "kg:allRefractoryTo": Said("biolink:associated_with_resistance_to"),
    "kg:partlyRefractoryTo": Said("biolink:associated_with_resistance_to"),
    "kg:sensitiveTo": Said("biolink:associated_with_sensitivity_to"),
}

# What narrows a statement down and has no place on a Biolink edge.
LIMITS: Final = (
    "kg:aspect kg:degree kg:effect kg:forPopulation kg:gradeBand kg:requires kg:subjectLevel kg:trigger kg:strength"
)

# By namespace, so that it does not matter what our own prefix table calls them; OBO's name themselves.
NODE_PREFIXES: Final = {
    "http://purl.uniprot.org/uniprot/": "UniProtKB",
    "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/": "HGNC",
    "https://meshb.nlm.nih.gov/record/ui?ui=": "MESH",
}
