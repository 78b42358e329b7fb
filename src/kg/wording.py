"""How sure a clause is, and whether it denies: the cue words of the guide in `docs/certainty.md`, as a table.

The guide is for people, and people decide; the table is there so that the same words are read the same way everywhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.terms import curie
from kg.verify import Fault

if TYPE_CHECKING:
    from kg.source import Rendition
    from kg.store import Graph

__all__ = ["CUES", "NEGATIONS", "Wording", "read_wording", "wording_faults"]


class Wording(NamedTuple):
    """What the words of a clause say: how sure it is and which words decide, whether it denies and which words do."""

    certainty: str
    hedge: str
    polarity: str
    negation: str


# The first that stands in a clause decides; a cue ending in * takes any ending of the word.
CUES: Final = (
    ("strongly suggested", ("strongly suggest*",)),
    ("suggested", ("potentially useful",)),
    ("hypothesis", ("expect*", "are hoped", "is hoped", "aims to", "aimed to", "hypothes*")),
    (
        "possible",
        ("may", "might", "could", "can result in", "can benefit", "can lessen", "potential", "potentially", "possibl*"),
    ),
    (
        "suggested",
        ("suggest*", "appear*", "seem*", "promising", "encouraging", "linked to", "preliminary evidence"),
    ),
)
NEGATIONS: Final = ("not", "no", "cannot", "without", "neither", "nor", "never", "unable to", "little effect", "spare*")


def read_wording(clause: str) -> Wording:
    """Read the certainty and the polarity of a clause from its words.

    Args:
        clause: words of the source; case, line ends and markup do not count.

    >>> read_wording("selinexor does not appear to be superior")
    Wording(certainty='suggested', hedge='appear', polarity='negated', negation='not')
    >>> read_wording("selinexor inhibits XPO1").certainty
    'asserted as fact'
    """
    words = " ".join(re.sub(r"<[^>]*>", " ", clause).lower().split())
    certainty, hedge = _first([(label, cue) for label, cues in CUES for cue in cues], words) or ("asserted as fact", "")
    denial = _first([("negated", cue) for cue in NEGATIONS], words)
    return Wording(certainty, hedge, *(denial or ("affirmed", "")))


def _first(cues: list[tuple[str, str]], words: str) -> tuple[str, str] | None:
    for label, cue in cues:
        found = re.search(rf"\b{re.escape(cue).replace(chr(92) + '*', '[a-z]*')}\b", words)
        if found:
            return label, found[0]
    return None


_CLAUSES = """
SELECT ?statement ?certainty ?polarity ?note ?start ?end ?source {
  ?statement kg:certainty/rdfs:label ?certainty ; kg:polarity/rdfs:label ?polarity .
  ?statement kg:evidenceLine/kg:locator ?place . ?place oa:hasSelector ?span . ?span oa:start ?start ; oa:end ?end
  OPTIONAL { ?place oa:hasSource ?source }
  OPTIONAL { ?statement skos:editorialNote ?note }
} ORDER BY ?statement ?start
"""


def wording_faults(graph: Graph, rendition: Rendition, source: str = "") -> list[Fault]:
    """Compare certainty and polarity of each statement with the words of its clauses.

    A statement that says in an editorial note how its words were read is left to its readers.

    Args:
        graph: whose statements to compare.
        rendition: the text that their places count in.
        source: the IRI of its rendition, where the graph holds places of several.

    Returns:
        A fault for each statement none of whose clauses reads as recorded.
    """
    read: dict[str, list[str]] = {}
    agreed: set[str] = set()
    for row in graph.query(_CLAUSES):
        if source and row["source"] not in ("", curie(source)):
            continue
        name, recorded = row["statement"], (row["certainty"], row["polarity"])
        found = read_wording(rendition.text[int(row["start"]) : int(row["end"])])
        cues = ", ".join(filter(None, (found.hedge, found.negation)))
        said = f"{found.certainty} and {found.polarity}" + (f" ({cues})" if cues else "")
        read.setdefault(name, []).append(f"worded as {said}, recorded as {' and '.join(recorded)}")
        if row["note"] or recorded == (found.certainty, found.polarity):
            agreed.add(name)
    return [
        Fault(name, f"{said[0]}: mend it, or say why in a note") for name, said in read.items() if name not in agreed
    ]
