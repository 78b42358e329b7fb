"""What stands behind the rows of an answer: places, cited works, how sure the claims are, and who disagrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kg.edges import number_order

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Evidence", "Record", "read_evidence"]

_VALUES = """
SELECT ?record ?place ?references {
  ?record kg:reportOf [] ; kg:locator ?spot . ?spot kg:placeName ?place
  OPTIONAL { ?spot kg:listedReferences ?references }
} ORDER BY ?record"""

_CLAIMS = """
SELECT ?record ?place ?references ?certainty {
  ?record kg:subject [] ; kg:certainty/rdfs:label ?certainty
  OPTIONAL { ?record kg:listedPlaces ?place } OPTIONAL { ?record kg:listedReferences ?references }
} ORDER BY ?record"""

_DISPUTES = """
SELECT DISTINCT ?record ?dispute {
  ?dispute kg:discrepancyType []
  { ?record kg:disputedIn ?dispute } UNION { ?dispute kg:firstReport|kg:secondReport ?record }
} ORDER BY ?record ?dispute"""

# A measurement stands for its reports, a claim for its evidence, a disagreement for its two sides.
_PARTS = """
SELECT ?whole ?part {
  ?whole kg:hasReport|kg:evidenceLine|kg:firstReport|kg:secondReport ?part
} ORDER BY ?whole ?part"""

# What is about a thing: statements from it or to it, and values of what was measured of it or in its patients.
_ABOUT = """
SELECT DISTINCT ?thing ?record {
  { ?record kg:subject|kg:object ?thing }
  UNION { ?record kg:reportOf ?one . ?one kg:outcome|kg:analysisSet ?thing }
  UNION { ?record kg:reportOf ?one . ?one kg:analysisSet ?set .
    ?set kg:inStudy|kg:ofArm|kg:givesRegimen|kg:population ?thing }
} ORDER BY ?thing ?record"""


class Record:
    """What stands behind one value, measurement, statement or disagreement, or behind several; each once, in order."""

    def __init__(self) -> None:
        self.places: dict[str, None] = {}
        self.references: dict[str, None] = {}
        self.disputes: dict[str, None] = {}
        self.certainty = ""

    def add(self, other: Record) -> None:
        """Take in what stands behind another; how sure that is stays its own."""
        self.places |= other.places
        self.references |= other.references
        self.disputes |= other.disputes


class Citation(NamedTuple):
    """A cited work: its number in the source, and what it is."""

    number: str
    citation: str


class Evidence:
    """The records of a graph by CURIE and by place, its works by number, and its disagreements by CURIE.

    `about` gives for the CURIE of a thing those of the statements and values that are about it.
    """

    def __init__(
        self,
        records: Mapping[str, Record],
        works: Mapping[str, str],
        disputes: Mapping[str, Mapping[str, str]],
        about: Mapping[str, Sequence[str]],
    ) -> None:
        self.records = records
        self.works = works
        self.disputes = disputes
        self.about = about

    def behind(self, rows: Iterable[Mapping[str, str]]) -> Record:
        """Join what stands behind rows: what they say themselves, and what stands behind the records that they name."""
        joined = Record()
        for row in rows:
            joined.places |= dict.fromkeys(_parts(row.get("place", "")))
            joined.references |= dict.fromkeys(_parts(row.get("references", "")))
            for record in self._named(row):
                joined.add(record)
        return joined

    def certainties(self, rows: Iterable[Mapping[str, str]]) -> dict[str, int]:
        """Count the rows by how sure they are, as the row says it or else the statements that it names."""
        counts: Counter[str] = Counter()
        for row in rows:
            said = [row["certainty"]] if row.get("certainty") else [one.certainty for one in self._named(row)]
            counts.update({word for word in said if word})
        return dict(counts)

    def citations(self, numbers: Iterable[str]) -> list[Citation]:
        """Write the cited works out, in the order of their numbers; a number that no work has is left out."""
        return [
            Citation(number, self.works[number]) for number in sorted({*numbers} & self.works.keys(), key=number_order)
        ]

    def _named(self, row: Mapping[str, str]) -> Iterator[Record]:
        """Find the records that a row names by their CURIE or by their place."""
        for column, cell in row.items():
            for part in _parts(cell) if ":" in cell or column == "place" else ():
                if part in self.records:
                    yield self.records[part]


def read_evidence(graph: Graph) -> Evidence:
    """Read what stands behind every record of a graph.

    >>> import kg
    >>> evidence = read_evidence(kg.load())
    >>> found = evidence.behind([{"value_id": "kgd:Value_BOSTON_patients_text"}])
    >>> [work.number for work in evidence.citations(found.references)]
    ['56']
    """
    records: defaultdict[str, Record] = defaultdict(Record)
    for query in (_VALUES, _CLAIMS):
        for row in graph.query(query):
            record = records[row["record"]]
            record.places |= dict.fromkeys(_parts(row["place"]))
            record.references |= dict.fromkeys(_parts(row["references"]))
            record.certainty = row.get("certainty", "")
    disputes = {row["discrepancy_id"]: row for row in graph.query("discrepancies")}
    for row in graph.query(_DISPUTES):
        for name in (row["record"], row["dispute"]):
            records[name].disputes[row["dispute"]] = None
    for row in graph.query(_PARTS):
        if row["part"] in records:
            records[row["whole"]].add(records[row["part"]])
    for row in graph.query(_VALUES):
        records[row["place"]].add(records[row["record"]])
    works = {row["number"]: _written(row) for row in graph.query("references")}
    about: defaultdict[str, list[str]] = defaultdict(list)
    for row in graph.query(_ABOUT):
        about[row["thing"]].append(row["record"])
    return Evidence(dict(records), works, disputes, dict(about))


def _parts(cell: str) -> list[str]:
    """Cut a list in a cell.

    >>> _parts("37; 38"), _parts("")
    (['37', '38'], [])
    """
    return [part for part in map(str.strip, cell.split(";")) if part]


def _written(work: Mapping[str, str]) -> str:
    """Write a work on one line.

    >>> _written({"first_author": "Doe J", "year": "2020", "title": "A title", "venue": "Blood", "doi": "10.1/x"})
    'Doe J et al. (2020). A title. Blood. doi:10.1/x'
    """
    parts = [f"{work['first_author']} et al. ({work['year']})", work["title"].rstrip("."), work["venue"]]
    parts += [f"doi:{work['doi']}"] if work["doi"] else []
    return ". ".join(part for part in parts if part)
