"""What an assistant can do: find things, explain a mechanism, ask a saved question or its own.

Queries run in the worker processes of `kg.pool`, under its limits; what a client sends stays data.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import NotFoundError, UsageError
from kg.evidence import Evidence
from kg.mcp_answers import Entities, Explained, Questions, Rows, entities_told, explained, questions_told, tabled
from kg.pool import Pool

if TYPE_CHECKING:
    from kg.reconcile import Names
    from kg.results import Table
    from kg.store import Graph

__all__ = ["Side", "Tools"]

_MOST_NAME = 500
_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"


class Side(NamedTuple):
    """One form of the graph: with the disputed doses, or without."""

    pool: Pool
    evidence: Evidence


class Tools:
    """What an assistant can do. The texts of the methods are what it reads."""

    def __init__(self, graph: Graph, names: Names, undisputed: Side, whole: Side) -> None:
        self._graph = graph
        self._names = names
        self._undisputed = undisputed
        self._whole = whole

    async def search_entity(self, text: str, kind: str = "", limit: int = 10) -> Entities:
        """Find things of the graph by label, synonym or identifier, also misspelt.

        text: such as "KPT-330", "CRM1" or "DRUGBANK:DB11942".
        kind: only this class, by its local name, such as Drug, Protein, AdverseEvent, Regimen or Study.
        limit: entities at most, 1 to 50.
        """
        _bounded("text", text)
        _bounded("kind", kind)
        if not 1 <= limit <= 50:
            raise UsageError(f"limit {limit}: give a number from 1 to 50")
        if kind and kind not in self._names.types:
            raise NotFoundError(f"no kind {kind!r}; there are {', '.join(sorted(self._names.types))}")
        found = await asyncio.to_thread(self._names.candidates, text, [kind] if kind else [], limit)
        entities = [self._entity(one.id, one.score, match=one.match) for one in found]
        return entities_told(entities, self._undisputed.evidence)

    def _entity(self, key: str, score: float, *, match: bool) -> dict[str, Any]:
        thing = self._names.things[key]
        return {
            "id": thing.id,
            "label": thing.label,
            "kind": thing.class_label,
            "definition": thing.definition,
            "other_names": list(thing.synonyms),
            "identifiers": [f"{link.relation} {link.name}" for link in thing.links],
            "score": score,
            "match": match,
        }

    async def explain_mechanism(self, start: str, end: str, stitched: bool = False) -> Explained:
        """Show the signed paths of causal steps from one thing to another, with places and references for each step.

        A path is as sure as its weakest step. A bridge is a step that the curators added and the source does not print.

        start, end: a label, a synonym, a CURIE or an identifier, such as "selinexor" and "thrombocytopenia".
        stitched: cross changes of cell, disease or stimulus too; such a path has no sign.
        """
        _bounded("start", start)
        _bounded("end", end)
        found = await asyncio.to_thread(self._graph.explain, start, end, stitched=stitched)
        return explained(found, self._undisputed.evidence)

    async def list_questions(self, group: str = "") -> Questions:
        """List the saved questions with their parameters and columns.

        group: only this group, such as mechanism, outcomes, "adverse events", dosing or disagreement.
        """
        from kg.questions import GROUPS, list_questions

        if group and group not in GROUPS:
            raise NotFoundError(f"no group {group[:_MOST_NAME]!r}; there are {', '.join(GROUPS)}")
        known = [one for one in list_questions(self._graph.files) if group in ("", one.group)]
        return questions_told(known)

    async def run_question(
        self,
        name: str,
        parameters: dict[str, str | int | float] | None = None,
        limit: int = 50,
        offset: int = 0,
        include_disputed: bool = False,
    ) -> Rows:
        """Answer a saved question.

        name: as list_questions gives it.
        parameters: values by name, such as {"study": "BOSTON"}; names are compared exactly.
        limit, offset: which rows; 1 to 200 at a time.
        include_disputed: also give doses that the source disputes itself; without it they are left out and counted.
        """
        from kg.questions import get_question, prepared, settings

        try:
            question = get_question(name[:_MOST_NAME], self._graph.files)
        except NotFoundError as fault:
            raise NotFoundError(str(fault).replace("kg query --list shows", "list_questions names")) from fault
        values = {key: str(value) for key, value in (parameters or {}).items()}
        for key, value in values.items():
            _bounded(f"parameter {key[:_MOST_NAME]}", value)
        query = prepared(question.text, settings(question, values))
        return await self._answer(query, limit, offset, include_disputed)

    async def sparql_query(self, query: str, limit: int = 50, offset: int = 0, include_disputed: bool = False) -> Rows:
        """Answer a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT or DESCRIBE), read-only; no update and no SERVICE.

        The resource kg://schema-card tells the classes, the properties and the patterns. All prefixes are declared.
        Select values or statements by name too, and the answer gives their places, references and disagreements.

        limit, offset: which rows of the answer; 1 to 200 at a time.
        include_disputed: also search doses that the source disputes itself; without it they are left out and counted.
        """
        return await self._answer(query, limit, offset, include_disputed)

    async def _answer(self, query: str, limit: int, offset: int, include_disputed: bool) -> Rows:
        side = self._whole if include_disputed else self._undisputed
        table = await _ask(side.pool, query)
        whole = None if include_disputed else await _ask(self._whole.pool, query)
        return tabled(table, side.evidence, limit=limit, offset=offset, whole=whole)


def _bounded(what: str, text: str) -> None:
    if len(text) > _MOST_NAME:
        raise UsageError(f"{what} is longer than {_MOST_NAME} characters")


async def _ask(pool: Pool, query: str) -> Table:
    import pyoxigraph as ox

    from kg.questions import tabulated

    found = await pool.ask(query, accept=(_ROWS, _TRIPLES))
    if found.media_type == _ROWS:
        return await asyncio.to_thread(
            lambda: tabulated(ox.parse_query_results(found.body, ox.QueryResultsFormat.JSON))
        )
    quads = ox.parse(found.body, format=ox.RdfFormat.N_TRIPLES)
    return await asyncio.to_thread(lambda: tabulated(quad.triple for quad in quads))
