"""Matching names in a table with things of the graph: the core of a reconciliation service.

Exact names (labels, synonyms, identifiers of other ontologies) score 100, the rest by how alike they are.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kg.terms import curie

if TYPE_CHECKING:
    from kg.site_things import Thing
    from kg.store import Graph

__all__ = ["Candidate", "Names", "Type", "read_names"]

_ALIKE = 60.0  # below this, of 100, names have little but letters in common
_SURE = 100.0
_MOST_INEXACT = 99.0
_PART = 0.9  # what it counts that all words of one name stand in the other


class Type(NamedTuple):
    """A class by its local name, and its label."""

    id: str
    name: str


class Candidate(NamedTuple):
    """A thing that a name may stand for, its class, what it is, and how well it fits, out of 100."""

    id: str
    name: str
    type: Type
    description: str
    score: float
    match: bool


class Names:
    """What things are called, ready to be asked."""

    def __init__(self, things: Iterable[Thing], types: Mapping[str, str]) -> None:
        self.things = {_local(thing.id): thing for thing in things}
        self.types = {_local(name): Type(_local(name), label) for name, label in types.items()}
        self._exact: defaultdict[str, set[str]] = defaultdict(set)
        self._spelt: list[str] = []
        self._named: list[str] = []  # the thing of each name in _spelt
        for key, thing in self.things.items():
            names = [_folded(name) for name in (thing.label, *thing.synonyms)]
            self._spelt += names
            self._named += [key] * len(names)
            same = (link.name for link in thing.links if link.relation == "same as")
            for name in (*names, *map(_folded, (key, thing.id, *same))):
                self._exact[name].add(key)

    def candidates(self, text: str, types: Sequence[str] = (), limit: int = 5) -> list[Candidate]:
        """List what a text may name, the likeliest first.

        Args:
            text: a label, a synonym or an identifier, perhaps misspelt.
            types: local names of classes, of one of which a thing must be; of any, where there are none.
            limit: how many at most.
        """
        from rapidfuzz import fuzz, process

        wanted = _folded(text)
        exact = {key for key in self._exact.get(wanted, ()) if self._is_one(key, types)}
        scores = dict.fromkeys(exact, _SURE)
        for scorer, weight in ((fuzz.token_sort_ratio, 1.0), (fuzz.token_set_ratio, _PART)):
            least = _ALIKE / weight
            for _, score, place in process.extract(wanted, self._spelt, scorer=scorer, score_cutoff=least, limit=None):
                key = self._named[place]
                if self._is_one(key, types):
                    scores[key] = max(scores.get(key, 0.0), min(score * weight, _MOST_INEXACT))
        best = sorted(scores, key=lambda key: (-scores[key], len(self.things[key].label), key))[:limit]
        return [self._candidate(key, scores[key], match=exact == {key}) for key in best]

    def beginning(self, prefix: str, skip: int = 0, limit: int = 10) -> list[Candidate]:
        """List the things with a name or an identifier that begins so, shorter ones first."""
        start = _folded(prefix)
        found = sorted(
            (len(name), name, key) for name in self._exact if name.startswith(start) for key in self._exact[name]
        )
        keys = list(dict.fromkeys(key for _, _, key in found))[skip : skip + limit]
        return [self._candidate(key, _SURE, match=False) for key in keys]

    def types_beginning(self, prefix: str, skip: int = 0, limit: int = 10) -> list[Type]:
        """List the classes whose label or name begins so."""
        start = _folded(prefix)
        found = [kind for kind in self.types.values() if any(part.casefold().startswith(start) for part in kind)]
        return sorted(found, key=lambda kind: kind.name)[skip : skip + limit]

    def _is_one(self, key: str, types: Sequence[str]) -> bool:
        return not types or any(_local(kind) in types for kind in self.things[key].kinds)

    def _candidate(self, key: str, score: float, *, match: bool) -> Candidate:
        thing = self.things[key]
        kind = Type(_local(thing.class_id), thing.class_label)
        return Candidate(key, thing.label, kind, thing.definition, round(score, 1), match)


def _folded(text: str) -> str:
    """Write a name as names are compared: without the differences of case, space and width.

    >>> _folded("  Selinexor  (KPT\uff0d330)")
    'selinexor (kpt-330)'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _local(name: str) -> str:
    """Take the part of one of our names that follows the prefix.

    >>> _local("kgd:Drug_selinexor"), _local("https://w3id.org/xpo1-kg/ontology/Drug")
    ('Drug_selinexor', 'Drug')
    """
    return curie(name).removeprefix("kgd:").removeprefix("kg:")


def read_names(graph: Graph) -> Names:
    """Read what the things of a graph are called.

    >>> import kg
    >>> names = read_names(kg.load())
    >>> [(found.id, found.score, found.match) for found in names.candidates("KPT-330", ["Drug"], limit=1)]
    [('Drug_selinexor', 100.0, True)]
    >>> names.candidates("selinexorr", limit=1)[0].match
    False
    """
    from kg.site_things import read_things

    things = read_things(graph).values()
    kinds = {kind for thing in things for kind in thing.kinds}
    labels = graph.query("SELECT ?class ?label { ?class a owl:Class ; rdfs:label ?label } ORDER BY ?class ?label")
    return Names(things, {row["class"]: row["label"] for row in labels if row["class"] in kinds})
