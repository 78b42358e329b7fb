"""What follows from what: the CONSTRUCT queries of `queries/rules`, run until they add nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import DataError, QueryError
from kg.files import read_text
from kg.sparql import constructed_blanks, engine_message, read_names, refuse_unsafe
from kg.terms import GRAPH, PREFIXES, RDF_TYPE

if TYPE_CHECKING:
    from pathlib import Path

    from kg.ledger import Ledger

__all__ = ["DERIVED", "derive"]

DERIVED = ox.NamedNode(GRAPH + "derived")

# Rules feed each other a few steps deep; one that still adds after so many rounds makes new terms without end.
MOST_ROUNDS = 20

# A rule that joins many facts into one text must see them all: a text made too early would stay beside the whole one.
_LAST = re.compile(r"^# stage: last\r?$", re.MULTILINE)
# What most others look for is derived before them, or they would all run once more.
_FIRST = re.compile(r"^# stage: first\r?$", re.MULTILINE)

_TYPE = f"<{RDF_TYPE}>".encode()


def derive(ledger: Ledger, paths: Iterable[Path], meanwhile: Callable[[], bytes] = bytes) -> int:
    """Run the rules in their order, round after round, until none adds anything; at the end, once, the late ones.

    A late rule has the line `# stage: last`: it joins what others derive into one text, and nothing reads that. Rules
    with the line `# stage: first` run to their own end before the others, which saves time and changes nothing.

    New triples go to the graph `kgg:derived`; a triple that any graph already says is not derived again.

    Args:
        ledger: the asserted graphs; its store is changed.
        paths: the files of the rules, as `Files.saved("rules")` lists them.
        meanwhile: gives N-Triples to add, derived without rules from what all but the late ones derive.

    Returns:
        How many triples were added.

    Raises:
        DataError: rules that do not parse, construct blank nodes or never end; all faulty rules at once.

    >>> from kg.ledger import Ledger
    >>> derive(Ledger(ox.Store()), [])
    0
    """
    from concurrent.futures import ThreadPoolExecutor, wait  # a graph that comes from the cache needs none

    rules = {f"queries/rules/{path.name}": read_text(path) for path in paths}
    faults = [fault for name, text in rules.items() if (fault := _fault(name, text))]
    if faults:
        raise DataError(faults)
    last = {name: text for name, text in rules.items() if _LAST.search(text)}
    added = _run_to_the_end(ledger, {name: rules[name] for name in rules.keys() - last})
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:  # the engine lets other threads run
        answers = [threads.submit(meanwhile), *(threads.submit(_answer, ledger.store, text) for text in last.values())]
        if not ledger.spares_late:
            wait(answers)  # all read the same triples: none sees what another finds
        return added + sum(len(ledger.add(answer.result(), DERIVED, last=True)) for answer in answers)


def _run_to_the_end(ledger: Ledger, rules: dict[str, str]) -> int:
    """Run rules in turn until none adds anything; one that finds nothing of what was added since is left out."""
    reads = {name: read_names(text) for name, text in rules.items()}
    # What reads anything waits for all others, whatever its name.
    order = sorted(rules, key=lambda name: (not _FIRST.search(rules[name]), reads[name] is None, name))
    first = [name for name in order if _FIRST.search(rules[name])]
    waiting, added = dict.fromkeys(rules, True), 0
    for name in first * MOST_ROUNDS + order * MOST_ROUNDS:
        if not waiting[name]:
            continue
        waiting[name] = False
        lines = ledger.add(_answer(ledger.store, rules[name]), DERIVED)
        added += len(lines)
        new = _kinds(lines)
        for other, names in reads.items():
            waiting[other] = waiting[other] or (bool(new) if names is None else not names.isdisjoint(new))
    if endless := ", ".join(name for name, waits in waiting.items() if waits):
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


def _answer(store: ox.Store, text: str) -> bytes:
    """Write what one rule says as N-Triples."""
    answer = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QueryTriples)
    return answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b""


def _kinds(lines: Iterable[bytes]) -> set[str]:
    """Name the predicates of some lines of N-Triples, and the classes of what has a type.

    >>> sorted(_kinds([b'<urn:a> <urn:b> "c d" .']))
    ['urn:b']
    >>> sorted(_kinds([f"<urn:a> <{RDF_TYPE}> <urn:C> .".encode()]))
    ['http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type urn:C']
    """
    kinds = {line.split(b" ", 2)[1] for line in lines}
    if _TYPE in kinds:
        kinds |= {line.split(b" ", 1)[1][:-2] for line in lines if line.split(b" ", 2)[1] == _TYPE}
    return {kind.decode().replace("<", "").replace(">", "") for kind in kinds}
