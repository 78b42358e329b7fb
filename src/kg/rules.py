"""What follows from what: the CONSTRUCT queries of `queries/rules`, run until they add nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import DataError, QueryError
from kg.files import read_text
from kg.sparql import constructed_blanks, engine_message, refuse_unsafe
from kg.terms import GRAPH, PREFIXES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DERIVED", "derive"]

DERIVED = ox.NamedNode(GRAPH + "derived")

# Rules feed each other a few steps deep; one that still adds after so many rounds makes new terms without end.
MOST_ROUNDS = 20

# A rule that joins many facts into one text must see them all: a text made too early would stay beside the whole one.
_LAST = re.compile(r"^# stage: last\r?$", re.MULTILINE)


def derive(store: ox.Store, paths: Iterable[Path]) -> int:
    """Run the rules in their order, round after round, until none adds anything; at the end, once, the late ones.

    A late rule has the line `# stage: last`: it joins what others derive into one text, and no rule reads it.

    New triples go to the graph `kgg:derived`; a triple that any graph already says is not derived again.

    Args:
        store: the asserted graphs; changed in place.
        paths: the files of the rules, as `Files.saved("rules")` lists them.

    Returns:
        How many triples were added.

    Raises:
        DataError: rules that do not parse, construct blank nodes or never end; all faulty rules at once.

    >>> derive(ox.Store(), [])
    0
    """
    rules = {f"queries/rules/{path.name}": read_text(path) for path in paths}
    faults = [fault for name, text in rules.items() if (fault := _fault(name, text))]
    if faults:
        raise DataError(faults)
    said = {quad.triple for quad in store}
    last = {name: text for name, text in rules.items() if _LAST.search(text)}
    added = _run_to_the_end(store, {name: text for name, text in rules.items() if name not in last}, said)
    return added + sum(_apply(store, text, said) for text in last.values())


def _run_to_the_end(store: ox.Store, rules: dict[str, str], said: set[ox.Triple]) -> int:
    """Run rules in turn until none adds anything."""
    # What each rule added when it ran last; once that is nothing for all of them, none finds anything new.
    counts, added = dict.fromkeys(rules, 1), 0
    for name, text in [*rules.items()] * MOST_ROUNDS:
        counts[name] = _apply(store, text, said)
        added += counts[name]
        if not any(counts.values()):
            break
    if endless := ", ".join(name for name, count in counts.items() if count):
        raise DataError(f"{endless}: still adding triples after {MOST_ROUNDS} rounds")
    return added


def _fault(name: str, text: str) -> str | None:
    """Try a rule on an empty store, where it costs nothing, and say what is wrong with it."""
    if constructed_blanks(text):
        return f"{name}: a rule may not construct blank nodes, it would never end; make an IRI with IRI(CONCAT(…))"
    try:
        refuse_unsafe(text)
        answer = ox.Store().query(text, prefixes=PREFIXES)
    except (QueryError, SyntaxError) as fault:
        return f"{name}: {engine_message(fault)}"
    return None if isinstance(answer, ox.QueryTriples) else f"{name}: a rule is a CONSTRUCT query"


def _apply(store: ox.Store, text: str, said: set[ox.Triple]) -> int:
    """Add what one rule says and no graph says yet, to the store and to what is said."""
    answer = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QueryTriples)
    new = {triple for triple in answer if triple not in said}
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object, DERIVED) for triple in new)
    said |= new
    return len(new)
