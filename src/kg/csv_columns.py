"""What the columns of the contract tables mean, and which cells they may hold."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["COLUMNS", "CONTRACT", "Column"]

CONTRACT: Final = (
    "reported_values",
    "measured_values",
    "statements",
    "discrepancies",
    "regimen_components",
    "references",
    "mechanism_to_outcome",
)


class Column(NamedTuple):
    """A column: what it means, a pattern of its cells, and a graph pattern that gives its closed list of `?word`."""

    means: str
    pattern: str = ""
    words: str = ""
    besides: tuple[str, ...] = ()


_NUMBER = r"|-?[0-9]+(\.[0-9]+)?"
_WHOLE = r"|[0-9]+"
_RECORD = r"kgd:\S+"
_RECORDS = r"|kgd:\S+(; kgd:\S+)*"


def _one_of(kind: str) -> str:
    return f"?x a {kind} ; rdfs:label ?word"


# A name that two tables use differently stands here as TABLE.COLUMN too.
COLUMNS: Final = {
    "value_id": Column("the reported value, as a CURIE", _RECORD),
    "measurement_id": Column("the measurement, as a CURIE", _RECORD),
    "statement_id": Column("the statement, as a CURIE", _RECORD),
    "discrepancy_id": Column("the disagreement record, as a CURIE", _RECORD),
    "study": Column("the study, by the name the source gives it"),
    "registry_id": Column("the number of the study in a registry of trials"),
    "arm": Column("the arm; empty for the whole study, 'not stated' where the source does not say"),
    "cohort": Column("the group within an arm or study that was dosed this way"),
    "regimen": Column("the regimen, by its short name"),
    "population": Column("the patients, by a label; their criteria stand in the graph"),
    "n": Column("the number of patients that the figure is out of", _WHOLE),
    "n_basis": Column("on what ground n is known", words=_one_of("kg:DenominatorBasis"), besides=("not stated",)),
    "category": Column("what kind of measurement it is", words="?x rdfs:subClassOf kg:Measurement ; kg:name ?word"),
    "measure": Column("what was measured or, of a disagreement, what it is about"),
    "statistic": Column("what kind of figure the value is", words=_one_of("kg:Statistic")),
    "grade": Column("the severity grades that are counted", words=_one_of("kg:GradeBand"), besides=("",)),
    "timepoint": Column("when it was measured"),
    "comparator_arm": Column("the arm on the other side of an 'A versus B' phrase"),
    "qualifier": Column("the sign that bounds the value", words=_one_of("kg:Qualifier"), besides=("",)),
    "value": Column("the figure as a plain decimal; empty unless it was reported", _NUMBER),
    "value_high": Column("the upper end of a range", _NUMBER),
    "unit": Column("what the figure counts"),
    "status": Column("whether there is a figure", words=_one_of("kg:Status")),
    "discrepancies.status": Column("whether it is settled", words=_one_of("kg:DiscrepancyStatus")),
    "flags": Column("warnings, joined by '; '"),
    "printed": Column("the token exactly as printed", ".+"),
    "source": Column(
        "the part of the source: text, table 1, table 2, reference list; of another source its name first"
    ),
    "place": Column("where it stands: the part of the source, row and column of a table, first and last character"),
    "references": Column("the numbers of the works cited there, joined by '; '"),
    "alternatives": Column("other tokens that were printed for the same measurement, joined by '; '"),
    "n_reports": Column("how often the measurement is printed", "[1-9][0-9]*"),
    "same_patients_as": Column("arms or studies with the same patients, which must not be counted twice"),
    "discrepancy": Column("disagreement records about the measurement, joined by '; '", _RECORDS),
    "kind": Column("what kind of statement it is", words="?x rdfs:subClassOf+ kg:Statement ; rdfs:label ?word"),
    "subject": Column("what the statement is about", ".+"),
    "predicate": Column("the relation in which subject stands to object", ".+"),
    "object": Column("what the subject relates to", ".+"),
    "qualifiers": Column("what narrows the statement down, as 'name: value', joined by '; '"),
    "polarity": Column("whether it is affirmed or denied", words=_one_of("kg:Polarity")),
    "certainty": Column("how surely the source words it", words=_one_of("kg:Certainty")),
    "mechanism_to_outcome.certainty": Column(
        "that of the least certain step of the path", words=_one_of("kg:Certainty"), besides=("",)
    ),
    "evidence_kind": Column("the kinds of study behind it, joined by '; '"),
    "context": Column("the cells, disease or stimulus it holds for, joined by '; '", ".+"),
    "sign": Column("1 if the subject raises the object, -1 if it lowers it, empty if the relation has no sign", "|-?1"),
    "type": Column("what kind of disagreement it is", words=_one_of("kg:DiscrepancyType")),
    "value_a": Column("the first report: its token, or the statement as words"),
    "source_a": Column("the part of the source with the first report"),
    "value_b": Column("the second report"),
    "source_b": Column("the part of the source with the second report"),
    "resolution": Column("what settles the disagreement, or explains that it only seems one"),
    "drug": Column("the drug", ".+"),
    "dose_kind": Column("whether the dose is fixed, a range, a choice or not given", words=_one_of("kg:DoseKind")),
    "dose_low": Column("the dose, or the lower end of a range", _NUMBER),
    "dose_high": Column("the upper end of a range of doses", _NUMBER),
    "basis": Column("what the dose goes by", words=_one_of("kg:DoseBasis"), besides=("",)),
    "route": Column("how it is given, only where stated"),
    "schedule": Column("how often, as printed"),
    "step": Column("the number of the step, where doses change", _WHOLE),
    "from_cycle": Column("the cycle from which the step holds", _WHOLE),
    "condition": Column("on what condition the step is taken"),
    "weekly_low": Column("the dose of a week, only of undisputed fixed doses once or twice a week", _NUMBER),
    "weekly_high": Column("the same; no range is computed", _NUMBER),
    "weekly_unit": Column("the unit of the weekly dose"),
    "number": Column("the number in the source's list of references; of another source its name first", ".+"),
    "first_author": Column("the first author", ".+"),
    "year": Column("the year of publication as the source prints it", "[0-9]{4}"),
    "title": Column("the title", ".+"),
    "venue": Column("journal, volume and pages"),
    "doi": Column("the DOI, only where it was seen beside the title", r"|10\.\S+"),
    "pmid": Column("the PubMed identifier, only where it was seen beside the title", _WHOLE),
    "cited_by": Column("the values and statements that the work is cited for, joined by '; '", _RECORDS),
    "adverse_event": Column("the event", ".+"),
    "mechanism_path": Column("how the source explains it, as one line; empty if it does not"),
    "path_sign": Column("what the signs of the steps make", "|increases|decreases|undetermined"),
    "other_drugs": Column("what else the regimen contains, joined by '; '"),
    "control_value": Column("the figure of the arm it is compared with", _NUMBER),
}
