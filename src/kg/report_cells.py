"""The cells of the paper's tables as the graph has them: the figures and statements whose places are there."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.report_text import Names
from kg.source import ends

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = [
    "DIGITS",
    "ROW_HEADING",
    "TABLES",
    "Cell",
    "Figure",
    "Key",
    "Statement",
    "only_arm",
    "read_cells",
    "read_names",
]

# The columns of the paper's two tables, by the keys that places have.
TABLES = {
    1: ("Trial", "Design", "Median prior therapies", "Patients", "Regimen/RP2D", "Response rates", "Toxicities"),
    2: ("Trial", "Design", "Regimen/RP2D", "Population", "Response rates", "Toxicities"),
}
# Also the key of the headings' own row.
ROW_HEADING = "Trial"

DIGITS = re.compile(r"\d+(?:\.\d+)?")
_REGISTRY = re.compile(r"NCT\d+|EudraCT\d+")

_FIGURES = """
SELECT ?id ?row ?column ?start ?end ?category ?measure ?outcome ?statistic ?qualifier ?printed ?number ?high ?unit
  ?status ?arm ?people ?order ?timepoint ?grade ?component ?drug ?drug_name ?dose_kind ?schedule ?cycle ?condition
  ?cohort ?disputed
WHERE {
  ?id kg:reportOf ?m ; kg:printed ?printed ; kg:locator ?place .
  ?place kg:table ?table ; kg:rowKey ?row ; kg:columnKey ?column ; oa:hasSelector ?span .
  FILTER NOT EXISTS { ?place oa:hasSource/kg:name ?beside }
  ?span oa:start ?start ; oa:end ?end .
  ?m kg:outcome ?outcome ; kg:measureName ?measure ; kg:statistic/rdfs:label ?statistic ;
    kg:analysisSet ?set ; a ?class .
  ?class kg:name ?category .
  OPTIONAL { ?id kg:qualifier/rdfs:label ?qualifier }
  OPTIONAL { ?id kg:value ?number }
  OPTIONAL { ?id kg:valueHigh ?high }
  OPTIONAL { ?id kg:unit/rdfs:label ?unit }
  OPTIONAL { ?id kg:status/rdfs:label ?status }
  OPTIONAL { ?m kg:timepoint ?timepoint }
  OPTIONAL { ?m kg:gradeBand/rdfs:label ?grade }
  OPTIONAL { ?set kg:ofArm ?unit_of . ?unit_of rdfs:label ?arm . OPTIONAL { ?unit_of kg:armOrder ?order } }
  OPTIONAL {
    ?set kg:population ?own . ?own rdfs:label ?people
    FILTER NOT EXISTS { ?set kg:ofArm|kg:inStudy ?wider . ?wider kg:population ?own }
  }
  OPTIONAL {
    ?component kg:dose ?id ; kg:drug ?drug ; kg:doseKind/rdfs:label ?dose_kind .
    ?drug rdfs:label ?drug_name .
    OPTIONAL { ?component kg:schedule ?schedule }
    OPTIONAL { ?component kg:fromCycle ?cycle }
    OPTIONAL { ?component kg:stepCondition ?condition }
    OPTIONAL { ?component kg:cohortName ?cohort }
    OPTIONAL { ?component kg:flag ?component_flag FILTER(?component_flag = kg:FlagDisputed) }
  }
  # Not with EXISTS in an expression, nor as a boolean: Virtuoso reads neither.
  OPTIONAL { ?id kg:flag ?own_flag FILTER(?own_flag = kg:FlagDisputed) }
  BIND(IF(BOUND(?own_flag) || BOUND(?component_flag), "true", "false") AS ?disputed)
  FILTER(?table = TABLE)
} ORDER BY ?start ?id ?component"""

_STATEMENTS = """
SELECT DISTINCT ?row ?column ?start ?end ?words ?feature WHERE {
  ?statement kg:evidenceLine/kg:locator ?place ; kg:object/rdfs:label ?object .
  ?place kg:table TABLE ; kg:rowKey ?row ; kg:columnKey ?column ; oa:hasSelector ?span .
  FILTER NOT EXISTS { ?place oa:hasSource/kg:name ?beside }
  ?span oa:start ?start ; oa:end ?end .
  OPTIONAL { ?statement kg:predicate ?predicate FILTER(?predicate IN (kg:hasDesignFeature, kg:enrols)) }
  OPTIONAL { ?statement rdfs:label ?label }
  BIND(IF(BOUND(?predicate), ?object, COALESCE(?label, ?object)) AS ?words)
  BIND(IF(BOUND(?predicate) && ?predicate = kg:hasDesignFeature, "true", "false") AS ?feature)
} ORDER BY ?start ?words"""

_REGISTERED = """
SELECT DISTINCT ?row ?label ?id WHERE {
  ?place kg:table TABLE ; kg:rowKey ?row .
  FILTER NOT EXISTS { ?place oa:hasSource/kg:name ?beside }
  { ?value kg:locator ?place ; kg:reportOf/kg:analysisSet/kg:inStudy ?study }
  UNION { ?statement kg:evidenceLine/kg:locator ?place ; kg:subject ?study . ?study a kg:Study }
  ?study rdfs:label ?label .
  OPTIONAL { ?study kg:inProgramme?/kg:registryId ?id }
} ORDER BY ?row ?label ?id"""

_NAMES = """
SELECT ?thing ?kind ?name WHERE {
  { ?thing a/rdfs:subClassOf* kg:AdverseEvent BIND("adverse event" AS ?kind) }
  UNION { ?thing a kg:Outcome BIND("outcome" AS ?kind) }
  UNION { ?thing a kg:Drug BIND("dose" AS ?kind) }
  ?thing rdfs:label|skos:altLabel ?name
}"""


@dataclass(frozen=True)
class Figure:
    """One value as the graph has it in a table cell; empty strings where the graph says nothing.

    `thing` is the outcome, event or drug that the label names, `order` the position of its arm in "A versus B".
    """

    id: str
    start: int
    end: int
    category: str
    label: str
    thing: str
    statistic: str
    qualifier: str
    printed: str
    number: str
    high: str
    unit: str
    status: str
    arm: str
    people: str
    order: str
    timepoint: str
    grade: str
    component: str = ""
    dose_kind: str = ""
    schedule: str = ""
    cycle: str = ""
    condition: str = ""
    cohort: str = ""
    disputed: bool = False

    @property
    def who(self) -> str:
        """Name the arm and, where it is not the arm's or the study's own, the population."""
        return ", ".join(filter(None, (self.arm, self.people)))

    @property
    def tokens(self) -> list[str]:
        """List the tokens that the value prints: one, or the two ends of a range.

        >>> Figure("v", 0, 4, "dose", "a", "a", "Range", "=", "3–60", "3", "60", *[""] * 7).tokens
        ['3', '60']
        """
        found = ends(self.printed)
        return [self.printed] if found is None or found[0] == self.printed else list(found)


@dataclass(frozen=True)
class Statement:
    """What a clause in a cell states, in the graph's words; `feature` for a feature of the design."""

    start: int
    end: int
    words: str
    feature: bool


@dataclass
class Cell:
    """One cell: what the graph claims there, and in what it differs from the paper."""

    table: int
    row: str
    column: str
    figures: list[Figure] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    text: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name the cell as places do."""
        return f"table {self.table} | {self.row} | {self.column}"

    @property
    def empty(self) -> bool:
        """Tell whether the graph claims nothing here."""
        return not (self.figures or self.statements or self.text)


Key = tuple[str, str]


def read_cells(graph: Graph, table: int) -> dict[Key, Cell]:
    """Read the cells of a table, by row and column, with what the graph claims there and the first column filled."""
    cells: dict[Key, Cell] = {}
    seen = set()
    for row in graph.query(_FIGURES.replace("TABLE", str(table))):
        cell = cells.setdefault((row["row"], row["column"]), Cell(table, row["row"], row["column"]))
        if (row["id"], row["start"]) not in seen:
            seen.add((row["id"], row["start"]))
            cell.figures.append(_figure(row))
    for row in graph.query(_STATEMENTS.replace("TABLE", str(table))):
        cell = cells.setdefault((row["row"], row["column"]), Cell(table, row["row"], row["column"]))
        cell.statements.append(
            Statement(int(row["start"]), int(row["end"]), row["words"], feature=row["feature"] == "true")
        )
    _trial_cells(graph, table, cells)
    return cells


def _figure(row: dict[str, str]) -> Figure:
    same = ("id", "category", "statistic", "qualifier", "printed", "number", "high", "unit", "status", "arm", "people")
    more = ("order", "timepoint", "grade", "component", "dose_kind", "schedule", "cycle", "condition", "cohort")
    return Figure(
        start=int(row["start"]),
        end=int(row["end"]),
        label=row["drug_name"] or row["measure"],
        thing=row["drug"] or row["outcome"],
        disputed=row["disputed"] == "true",
        **{name: row[name] for name in (*same, *more)},
    )


def _trial_cells(graph: Graph, table: int, cells: dict[Key, Cell]) -> None:
    """Fill the first column: a row's trial is the study of its values, and a registry number must be that study's."""
    studies: defaultdict[str, set[str]] = defaultdict(set)
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for row in graph.query(_REGISTERED.replace("TABLE", str(table))):
        studies[row["row"]].add(row["label"])
        ids[row["row"]] |= {row["id"]} - {""}
    for key, labels in studies.items():
        cell = cells.setdefault((key, ROW_HEADING), Cell(table, key, ROW_HEADING))
        registered = sorted(ids[key] - labels)
        arm = only_arm(key, cells)
        cell.text = arm or " / ".join(sorted(labels))
        cell.text += f" ({', '.join(registered)})" if registered else ""
        plain = {number.replace("-", "") for number in ids[key]}
        cell.faults += [
            f"the registry number is {number}, the graph says {', '.join(sorted(ids[key])) or 'none'}"
            for number in _REGISTRY.findall(key)
            if number not in plain
        ]


def only_arm(row: str, cells: dict[Key, Cell]) -> str:
    """Name the one arm that all values of a row are of, or none."""
    arms = {figure.arm for (key, _), cell in cells.items() if key == row for figure in cell.figures}
    return arms.pop() if len(arms) == 1 else ""


def read_names(graph: Graph) -> Names:
    """Read what outcomes, adverse events and drugs are called, by the category of the values they label."""
    names: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in graph.query(_NAMES):
        names[row["kind"]][row["name"].casefold()].add(row["thing"])
    return names
