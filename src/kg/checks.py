"""What must never be true of the graph: the queries of `queries/checks`, layout of files, signs of paths, shapes.

A row of a check is a fault, or a finding: something the source itself brought in, listed and never mended here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import DataError
from kg.files import Files, default_files, read_text
from kg.progress import tell
from kg.questions import run as run_query
from kg.results import counted
from kg.terms import expand, graph_name

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Check", "CheckReport", "Fault", "list_checks", "read_check", "run"]

COLUMNS = ("subject", "message")
SEVERITIES = ("fault", "finding")

_KEYED = re.compile(r"#\s*(?P<key>problem|why|mend|severity):\s*(?P<rest>.*)")


@dataclass(frozen=True)
class Check:
    """A check and its manual: what is wrong, why it matters, how to mend it, and whether it is the graph's fault."""

    name: str
    problem: str
    why: str
    mend: str
    severity: str
    text: str = ""


@dataclass(frozen=True)
class Fault:
    """One row of a check: the thing it is about (a CURIE or a file), a sentence about it, and the file it stands in.

    >>> check = Check("value_without_unit", "…", "…", "…", "fault")
    >>> str(Fault(check, "kgd:Value_x", "the figure 39 has no unit"))
    'kgd:Value_x: the figure 39 has no unit'
    """

    check: Check
    subject: str
    message: str
    file: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"

    def text(self) -> str:
        """Write the row for a terminal, the file first where there is one.

        >>> Fault(Check("c", "…", "…", "…", "fault"), "kgd:Value_x", "no unit", "data/triples/x.ttl").text()
        'data/triples/x.ttl: kgd:Value_x: no unit'
        """
        return f"{self.file}: {self}" if self.file else str(self)


# Checks that no query makes; their manuals stand here.
_LAYOUT = Check(
    "layout",
    "A Turtle file is not in the project's one layout.",
    "Two people who edit a file would otherwise see each other's spaces as changes.",
    "Run `kg format FILE` on each file named.",
    "fault",
)
_SHAPES = Check(
    "shapes",
    "A record breaks a SHACL shape of ontology/shapes.",
    "Whoever reads the graph by these shapes would not find in it what they promise.",
    "Do what stands after the semicolon of each row.",
    "fault",
)
_SIGNS = Check(
    "signs_of_paths",
    "The signs along a path multiply to another sign than the net effect that the source claims.",
    "One of its steps, or the claim, is recorded the wrong way round.",
    "Read the places of the steps and of the claim again, and correct the predicate that does not say what is printed.",
    "fault",
)


@dataclass(frozen=True)
class CheckReport:
    """What all checks found, in the order of their names."""

    checks: tuple[Check, ...]
    faults: list[Fault]
    findings: list[Fault]

    def text(self) -> str:
        """Write the faults by check, each group with how to mend it, then the findings, then the sum.

        >>> print(CheckReport((), [], []).text())
        0 checks, 0 faults, 0 findings of the source
        """
        lines = [*_grouped(self.faults, ""), *_grouped(self.findings, "finding, ")]
        sums = (len(self.checks), "check"), (len(self.faults), "fault"), (len(self.findings), "finding")
        return "\n".join([*lines, ", ".join(counted(*each) for each in sums) + " of the source"])


def _grouped(rows: list[Fault], kind: str) -> Iterator[str]:
    for check, group in groupby(rows, key=lambda row: row.check):
        yield f"{kind}{check.name}: {check.problem}"
        yield from (f"  {row.text()}" for row in group)
        yield f"  mend: {check.mend}"
        yield ""


def read_check(name: str, text: str) -> Check:
    """Read the comment block at the top of a check; a line without a key goes on with the one before it.

    Raises:
        DataError: a part of the manual is missing, or the severity is neither fault nor finding.

    >>> text = "# problem: No unit.\\n# why: Bare.\\n# mend: Write\\n#   one.\\n# severity: fault\\nSELECT * { }"
    >>> check = read_check("value_without_unit", text)
    >>> check.mend, check.severity
    ('Write one.', 'fault')
    """
    manual: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        keyed = _KEYED.fullmatch(line)
        key = keyed["key"] if keyed else key
        manual[key] = f"{manual.get(key, '')} {keyed['rest'] if keyed else line.lstrip('# ')}".strip()
    missing = [f"# {key}:" for key in ("problem", "why", "mend", "severity") if not manual.get(key)]
    if missing:
        raise DataError(f"queries/checks/{name}.rq: the header lacks {', '.join(missing)}")
    if manual["severity"] not in SEVERITIES:
        raise DataError(f"queries/checks/{name}.rq: severity is fault or finding, not {manual['severity']!r}")
    return Check(name, manual["problem"], manual["why"], manual["mend"], manual["severity"], text)


def list_checks(files: Files | None = None) -> list[Check]:
    """List the saved checks by name.

    Raises:
        DataError: headers that are not whole, all of them at once.

    >>> from pathlib import Path
    >>> list_checks(Files(Path("/no/such/folder")))
    []
    """
    checks, faults = [], []
    for path in (files or default_files()).saved("checks"):
        try:
            checks.append(read_check(path.stem, read_text(path)))
        except DataError as fault:
            faults += fault.lines
    if faults:
        raise DataError(faults)
    return checks


def run(graph: Graph, *, shapes: bool = False) -> CheckReport:
    """Run every saved check, compare the layout of the Turtle files, multiply the signs along paths, look at shapes.

    Args:
        graph: what to look at.
        shapes: validate the records against the SHACL shapes as well, which takes some ten seconds.

    Raises:
        DataError: a check whose header or columns are not those of a check, or a file that is no Turtle.
        QueryError: a check that does not parse.
        MissingExtraError: shapes are asked for, and there is no validator.

    >>> from kg.store import load
    >>> run(load(cache=False)).checks[-1].name
    'signs_of_paths'
    """
    saved = list_checks(graph.files)
    rows = [row for check in saved for row in _rows(graph, check)]
    tell("comparing layout, signs of paths" + (" and shapes" if shapes else ""))
    rows += [*_layout_faults(graph.files), *_sign_faults(graph), *(_shape_faults(graph) if shapes else ())]
    by_severity = {severity: [row for row in rows if row.check.severity == severity] for severity in SEVERITIES}
    made_here = (_LAYOUT, _SIGNS, *((_SHAPES,) if shapes else ()))
    return CheckReport((*saved, *made_here), by_severity["fault"], by_severity["finding"])


def _rows(graph: Graph, check: Check) -> list[Fault]:
    tell(f"checking {check.name}")
    table = run_query(graph.store, check.text, name=f"queries/checks/{check.name}.rq: ")
    if table.columns != COLUMNS:
        raise DataError(f"queries/checks/{check.name}.rq: the columns are ?subject ?message, not {table.columns}")
    # A sentence that could not be put together is a fault of the check: it may not hide the row.
    found = sorted({Fault(check, row["subject"], row["message"] or check.problem) for row in table}, key=str)
    return [replace(fault, file=_file_of(graph, fault.subject)) for fault in found]


def _file_of(graph: Graph, subject: str) -> str:
    """Name the file that describes a thing, or else one that names it; nothing for what no file knows."""
    node = ox.NamedNode(expand(subject)) if subject.startswith(("kg:", "kgd:", "http")) else None
    if node is None:
        return ""
    for quads in (graph.store.quads_for_pattern(node, None, None), graph.store.quads_for_pattern(None, None, node)):
        homes = {quad.graph_name for quad in quads}
        for path in (*graph.files.modules(), *graph.files.topics()):
            if ox.NamedNode(graph_name(graph.files, path)) in homes:
                return graph.files.shown(path)
    return ""


def _layout_faults(files: Files) -> Iterator[Fault]:
    from kg.layout import unformatted

    for path in files.turtle():
        if unformatted(read_text(path)):
            shown = files.shown(path)
            yield Fault(_LAYOUT, shown, f"not in the project's layout; run `kg format {shown}`")


def _sign_faults(graph: Graph) -> Iterator[Fault]:
    from kg.explain import sign_faults

    for line in sign_faults(graph):
        subject, _, message = line.partition(": ")
        yield Fault(_SIGNS, subject, message, _file_of(graph, subject))


def _shape_faults(graph: Graph) -> Iterator[Fault]:
    from kg.shapes import data_graph, read_shapes, violations

    for subject, message in violations(data_graph(graph), read_shapes(graph.files)):
        yield Fault(_SHAPES, subject, message, _file_of(graph, subject))
