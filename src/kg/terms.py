"""The closed list of `kg:` terms, and the one prefix table.

A misspelt term in a Turtle file or a query is silently a new term; here it is an error.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from kg.errors import UsageError, near_hint
from kg.files import default_files, read_text

if TYPE_CHECKING:
    from pathlib import Path

    from kg.files import Files

__all__ = ["DATA", "GRAPH", "KG", "MODULES", "ONTOLOGY", "PREFIXES", "RDF_TYPE", "XSD", "Terms", "curie", "expand"]
__all__ += ["graph_name"]

ONTOLOGY: Final = "https://w3id.org/xpo1-kg/ontology/"
DATA: Final = "https://w3id.org/xpo1-kg/data/"
GRAPH: Final = "https://w3id.org/xpo1-kg/graph/"
# What the names of the graphs of ontology modules begin with.
MODULES: Final = GRAPH + "ontology_"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
# Spelt out: the prefix table is the project's, which need not have it.
RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

PREFIXES: dict[str, str]

_DECLARATION = re.compile(r"^\s*@prefix\s+([\w.-]*):\s*<([^>]*)>", re.MULTILINE)
# What may follow a prefix without an escape, in Turtle and in SPARQL.
_LOCAL = re.compile(r"\w(?:[\w.-]*[\w-])?")


class Terms:
    """A namespace whose names are known: anything else raises.

    >>> Terms("https://example.org/", frozenset({"inhibits"})).inhibits
    'https://example.org/inhibits'
    >>> Terms("https://example.org/", frozenset({"inhibits"})).inhibit
    Traceback (most recent call last):
    AttributeError: no term inhibit; did you mean inhibits?
    """

    def __init__(self, namespace: str, names: frozenset[str]) -> None:
        self._namespace = namespace
        self._names = names

    def __getattr__(self, name: str) -> str:
        if name.startswith("_") or name not in self._names:
            hint = "" if name.startswith("_") else near_hint(name, self._names)
            raise AttributeError(f"no term {name}{hint}")
        return self._namespace + name

    def __dir__(self) -> list[str]:
        return sorted(self._names)


@cache
def _prefixes() -> dict[str, str]:
    return dict(_DECLARATION.findall(read_text(default_files().prefixes)))


@cache
def _spaces() -> tuple[dict[str, str], re.Pattern[str]]:
    """Name the namespaces by their prefix, and match the longest one that an IRI begins with."""
    named = {space: name for name, space in sorted(_prefixes().items())}
    return named, re.compile("|".join(map(re.escape, sorted(named, key=len, reverse=True))))


def __getattr__(name: str) -> dict[str, str]:
    """Read the prefix table when it is first asked for."""
    if name == "PREFIXES":
        return _prefixes()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@lru_cache(maxsize=1 << 14)  # tables name the same few thousand things over and over
def curie(iri: str) -> str:
    """Shorten an IRI by the prefix table; one that no prefix fits comes back whole.

    >>> curie("https://w3id.org/xpo1-kg/data/Drug_selinexor")
    'kgd:Drug_selinexor'
    >>> curie("https://example.org/")
    'https://example.org/'
    """
    named, spaces = _spaces()
    space = spaces.match(iri)
    if space is None or not _LOCAL.fullmatch(iri, space.end()):
        return iri
    return f"{named[space[0]]}:{iri[space.end() :]}"


def graph_name(files: Files, path: Path) -> str:
    """Name the graph that a Turtle file is loaded into.

    >>> from pathlib import Path
    >>> from kg.files import Files
    >>> graph_name(Files(Path("/repo")), Path("/repo/ontology/trials.ttl"))
    'https://w3id.org/xpo1-kg/graph/ontology_trials'
    >>> graph_name(Files(Path("/repo")), Path("/repo/data/triples/boston.ttl"))
    'https://w3id.org/xpo1-kg/graph/boston'
    """
    # The outward links are data about our terms, not a module that anything imports: their graph has the plain name.
    in_ontology = path.parent == files.ontology and path.stem != "links"
    return f"{MODULES if in_ontology else GRAPH}{path.stem}"


def expand(short: str) -> str:
    """Write a CURIE out; a full IRI (bare or in angle brackets) comes back as it is.

    Raises:
        UsageError: the prefix is not in the table.

    >>> expand("kgd:Drug_selinexor")
    'https://w3id.org/xpo1-kg/data/Drug_selinexor'
    """
    if short.startswith("<") and short.endswith(">"):
        return short[1:-1]
    prefix, colon, local = short.partition(":")
    if local.startswith("//"):
        return short
    if not colon or prefix not in _prefixes():
        raise UsageError(f"unknown prefix in {short!r}; known are {', '.join(sorted(_prefixes()))}")
    return _prefixes()[prefix] + local


# Every term that ontology/*.ttl defines, no other: tests/test_terms.py compares the two.
_NAMES: Final = """
    About Absence Activity Actual AdverseEvent Affirmed AllOf AlternativeDoses AnalysisSet AntiCD38Antibody
    AntiCD38RefractoryPopulation AnyOf ApparentDiscrepancy ApprovalMeasurement ApprovalStatement
    ArithmeticallyCompatible Arm ArmSizeAssumed AssertedAsFact AssociationStatement AtLeast AtMost
    BackgroundKnowledge BetweenSources BindingStatement BiologicalEntity BiologicalProcess
    BiologyMeasurement BodySurface BodyWeight BridgeGround BridgeStatement CARTExposedPopulation
    CaseObservation CausalStatement CellType Certainty CharacterisationStatement CitedAuthorVersusNumber
    Clinical ClinicalFinding ClinicalTrial ComparativeStatement Compartment CompositeEvent Condition Context
    ControlledTerm Count Criterion CuratorJudgement Cycles DaratumumabNaivePopulation Days DenominatorBasis
    DenominatorNotStated DerivedValue DesignFeature DesignMeasurement DesignStatement DifferentAnalysisSet
    DifferentGradeBand DifferentPopulation DirectEdge DisagreementRecord Discrepancy DiscrepancyStatus
    DiscrepancyType Disease Disputes DomainThing DoseBasis DoseKind DoseMeasurement
    DoseModificationMeasurement DoseNotGiven DoseRange Drug DrugClass DrugResponse Drugs
    DualRefractoryPopulation EfficacyMeasurement EligibilityStatement EnrolmentMeasurement EqualTo
    EquivalentDose EventAspect EvidenceDirection EvidenceGapStatement EvidenceKind EvidenceLine Explained
    ExplainedAdverseEvent ExposureCriterion ExpressionLevel FeatureCriterion FixedDose Flag FlagAlternative
    FlagBelowColumnThreshold FlagDisputed FlagInherited FlagLikelyMisprint FlagPlanned
    FlagPlannedPrintedAsActual FlagTitleOnly FlatDose FollowUpMeasurement GlossaryEntry GradeBand Grade_1_2
    Grade_2_up Grade_3 Grade_3_4 Grade_3_up Grade_4 Grade_any Grade_not_stated GreaterThan
    GuidelineMeasurement GuidelineOrRegulatory High HighRiskCytogeneticsPopulation Hypothesis
    ImmunomodulatoryDrug ImmunomodulatoryDrugRefractoryPopulation ImpossibleArithmetic InVitro InVivo
    InformationRecord Intervention Kilodalton LenalidomideExposedPopulation LenalidomideNaivePopulation
    LessThan Level LikelyMisprint Lines LocalizationState LocalizedPool Low MacromolecularComplex Maximum
    Measure Measurement MechanismPath MechanismStatement MechanismStep Median MessengerRNA Milligram
    MilligramPerKilogram MilligramPerSquareMetre Minimum MolecularEntity MolecularSite Months
    NFkBMediatedEffect Negated NetEffectStatement NoneObserved NotCriterion NotGiven NotReached NotStated
    NuclearRetention NuclearRetentionEffect Open Outcome PartnerOfXPO1Inhibitor Parts Pathway Patients
    PentaExposedPopulation PentaRefractoryByNamedDrugsPopulation PentaRefractoryPopulation Percent Planned
    PlannedPrintedAsActual Polarity PomalidomideNaivePopulation Population Possible PreclinicalUnspecified
    Presence PrintedForValue PriorLinesCriterion PriorTherapyMeasurement Proportion ProteasomeInhibitor
    ProteasomeInhibitorNonrefractoryPopulation ProteasomeInhibitorRefractoryPopulation Protein ProteinGroup
    ProteinVariant Proteins QuadRefractoryByNamedDrugsPopulation QuadRefractoryPopulation Qualifier
    Qualitative QualitativeOnly Range Ratio RealWorld Realisation Recommendation Reference
    RefractoryCriterion Regimen RegimenComponent RelativeReduction Rendition Reported ReportedValue
    ReviewSynthesis Rounding SafetyMeasurement Settled SlashDoses Statement Statistic Status
    StronglySuggested Study StudyProgramme StudyUnit Suggested Supports SynergisticDrug SynergyStatement
    TextVersusTable TherapeuticAgent ThreePriorLinesPopulation TimingMeasurement TitleOnly TransportEvent
    TripleClassRefractoryByNamedDrugsPopulation TripleClassRefractoryPopulation Unit Value Weeks WithinText
    Work XPO1Cargo XPO1Inhibitor XPO1InhibitorDoublet XPO1InhibitorMonotherapy XPO1InhibitorQuadruplet
    XPO1InhibitorRegimen XPO1InhibitorRegimenWithAntiCD38Antibody
    XPO1InhibitorRegimenWithImmunomodulatoryDrug XPO1InhibitorRegimenWithProteasomeInhibitor
    XPO1InhibitorTriplet XPO1MediatedExport Years abbreviation activityOf actsThrough affects allDrugsListed
    allOfGrade allRefractoryTo analysesDataOf analysisSet approvedFor armNotStated armOrder asOf aspect
    associatedWith attributedTo authority awaits basedOn basis belongsTo benefits betterThan bindsTo cargo
    carrier carries causallyAffectedBy causallyAffects cautionedFor certainty challengeFor characterisedBy
    citationMark citedBy cites claimPredicate cohortName columnKey combines commonAtGrade commonWith
    comparedWith componentOf compositeOf computedFrom concernIn concerns concernsStudy consistentWith context
    contributedToBy contributesTo correlatesWith criterionPart decreasedBy decreases decreasesWith degree
    denominator denominatorBasis derivedFrom designedToVerify developedToInhibit differsFrom direction
    discrepancyStatus discrepancyType disjointFrom disputedIn doi dose doseKind drug drugTargetFor
    edgeObject edgePredicate edgeSubject effect effectiveIn enabledBy enables encodes enrols evaluates
    eventAspect evidenceKind evidenceLine explainedBy explains exportedBy exports exposedTo fileSha256
    firstAuthor firstReport firstReportMeasure firstReportSource firstReportValue flag
    followsTreatment forPopulation fromCompartment fromCycle givesRegimen
    gradeBand ground groundNote hasAdverseEffect hasCriterion hasDesignFeature hasDrug hasFeature hasFewer
    hasPart hasPrimaryEndpoint hasReport hasSecondaryEndpoint headword helps higherThan identifiedBy inCell
    inCompartment inDisease inDrugClass inProgramme inStudy includedInRegimen includesDrug increasedBy
    increasedIn increases inducedBy induces inhibitedBy inhibits isTargetIn labelledAs lacksEvidenceOn
    ladderStep lessensAfter levelOf limitedBy limits listedAlternatives listedAspects listedContexts
    listedDiscrepancies listedDisputes listedEvidenceKinds listedFlags listedParticulars
    listedPlaces listedPlacesOfUse listedQualifiers listedReferences listedRefractoryTo
    listedRefractoryToAnyOf listedSamePatients listedSharedPatients listedSources listedUses locator lowerThan
    magnitude mainReport managedBy markerOf maximumLines measureName memberExposedTo memberHasFeature
    memberPriorLines memberRefractoryTo method minimumAge minimumDrugs minimumLines mostlyOfGrade name
    namesAuthorOf needs number object observedIn ofArm olderThan optionFor ordinal outcome overcomes partOf
    partlyRefractoryTo passesThrough pathContext pathEnd pathRank pathSign pathStart pathText
    permitsPassageOf permittedFor placeName plainWords pmid polarity poolOf population predicate preventedBy
    prevents previouslyTreatedWith printed prompted qualifier rank realisation recommendedFor refractoryTo
    registryId renditionOf reportOf reportedIn requires resolution resolvedTo respondsTo responseTo
    reversibleAfter route rowKey safeIn samePatientsAs schedule secondReport secondReportMeasure
    secondReportSource secondReportValue section selectiveFor
    sensitiveTo separatedFrom shows sign similarTo siteOf soughtFor sourceName spanSha256 statistic status
    step stepCondition stepNumber stimulus stoppedBecauseOf strength studiedIn subject subjectLevel subsetOf
    synergisesWith system table tests timepoint timesPerWeek title toCompartment treatedWith trigger
    ucumCode uniqueTo unit unitName unmetNeedIn usedAs validatedWith value valueHigh variantOf venue walks
    weakestCertainty wellToleratedIn withinBand writtenAs year
"""

KG: Final = Terms(ONTOLOGY, frozenset(_NAMES.split()))
