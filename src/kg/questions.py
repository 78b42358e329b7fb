"""Saved questions: what there is to ask, with which parameters, and the answers as tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.errors import DataError, NotFoundError, QueryError, UsageError, near_hint
from kg.files import Files, default_files, read_text
from kg.results import Table
from kg.sparql import bind_values, engine_message, names_dataset, refuse_unsafe, variables
from kg.terms import PREFIXES, XSD, curie, expand

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = [
    "GROUPS",
    "Parameter",
    "Question",
    "answer",
    "as_text",
    "catalogue",
    "get_question",
    "grouped",
    "list_questions",
    "parse_term",
    "prepared",
]
__all__ += ["read_question", "run", "select", "settings", "tabulated"]

_HEADER = re.compile(r"#\s?(?P<line>.*)")
_KEYED = re.compile(r"(?P<key>who|group|columns|param):\s*(?P<rest>.*)")
_PARAMETER = re.compile(r"(?P<name>\w+)\s*=\s*(?P<default>.*?)\s*(?:—\s*(?P<meaning>.*))?")
_NUMBER = re.compile(r"[+-]?(?:\d+(?P<fraction>\.\d+)?|\.\d+)(?P<exponent>[eE][+-]?\d+)?")
_NAME = re.compile(r"[\w-]+")

# In the order in which a reader looks for them.
GROUPS = (
    "whole tables",
    "mechanism",
    "claims",
    "treatment",
    "studies",
    "outcomes",
    "adverse events",
    "dosing",
    "disagreement",
    "references",
)


class Parameter(NamedTuple):
    """A variable of a question that the asker may set; without a default it stays free."""

    name: str
    default: str
    meaning: str


class Question(NamedTuple):
    """A query with its header: what it asks, who asks it, what it belongs to, its columns and its parameters."""

    name: str
    asks: str
    who: str
    group: str
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Describe the question without its text, as JSON can hold it.

        >>> read_question("drugs", "# Which?\\n# param: least = 0 — mg\\nASK { }").to_dict()["parameters"]
        [{'name': 'least', 'default': '0', 'meaning': 'mg'}]
        """
        said = self._asdict() | {"columns": list(self.columns)}
        said["parameters"] = [parameter._asdict() for parameter in self.parameters]
        del said["text"]
        return said


def read_question(name: str, text: str) -> Question:
    """Read the comment block at the top of a query.

    Raises:
        DataError: a parameter line is not `NAME = DEFAULT — meaning`.

    >>> question = read_question("drugs", "# Which drugs?\\n# who: students\\n# columns: drug\\nSELECT ?drug { }")
    >>> question.asks, question.who, question.columns
    ('Which drugs?', 'students', ('drug',))
    """
    asks: list[str] = []
    keyed: dict[str, list[str]] = {"who": [], "group": [], "columns": [], "param": []}
    for line in text.splitlines():
        header = _HEADER.fullmatch(line)
        if header is None:
            break
        key = _KEYED.fullmatch(header["line"].strip())
        if key:
            keyed[key["key"]].append(key["rest"])
        elif not any(keyed.values()):
            asks.append(header["line"].strip())
    columns = tuple(column.strip() for column in ",".join(keyed["columns"]).split(",") if column.strip())
    parameters = tuple(_parameter(name, line) for line in keyed["param"])
    return Question(
        name, " ".join(asks).strip(), " ".join(keyed["who"]), " ".join(keyed["group"]), columns, parameters, text
    )


def _parameter(question: str, line: str) -> Parameter:
    parts = _PARAMETER.fullmatch(line.strip())
    if parts is None:
        raise DataError(f"queries/questions/{question}.rq: write '# param: NAME = DEFAULT — meaning', not {line!r}")
    return Parameter(parts["name"], parts["default"], parts["meaning"] or "")


def list_questions(files: Files | None = None) -> list[Question]:
    """List the saved questions by name.

    >>> from pathlib import Path
    >>> list_questions(Files(Path("/no/such/folder")))
    []
    """
    paths = (files or default_files()).saved("questions")
    return [read_question(path.stem, read_text(path)) for path in paths]


def catalogue(files: Files | None = None) -> list[str]:
    """Write the saved questions as lines for a terminal: by group, each with its audience and parameters.

    >>> from pathlib import Path
    >>> catalogue(Files(Path("/no/such/folder")))
    []
    """
    lines = []
    for group, members in grouped(list_questions(files)):
        lines.append(group)
        for question in members:
            lines += [f"  {question.name}: {question.asks}", f"      for {question.who}"]
            lines += [f"      -p {p.name}={p.default}  {p.meaning}".rstrip() for p in question.parameters]
    return lines


def grouped(questions: Iterable[Question]) -> list[tuple[str, list[Question]]]:
    """Put questions under the names of their groups: the known ones in the order of `GROUPS`, then others by name.

    >>> made = [read_question(name, f"# group: {name}") for name in ("b", "a", "claims")]
    >>> [group for group, _ in grouped([*made, read_question("bare", "ASK {}")])]
    ['claims', 'others', 'a', 'b']
    """
    ranked = sorted(questions, key=_group_rank)
    return [(group or "others", list(members)) for (_, group), members in groupby(ranked, key=_group_rank)]


def _group_rank(question: Question) -> tuple[int, str]:
    known = question.group in GROUPS
    return GROUPS.index(question.group) if known else len(GROUPS), question.group


def get_question(name: str, files: Files | None = None) -> Question:
    """Find a saved question by its name.

    Raises:
        NotFoundError: there is none; the message has the near names.
    """
    files = files or default_files()
    paths = {path.stem: path for path in files.saved("questions")}
    if name not in paths:
        raise NotFoundError(f"no question {name!r}{near_hint(name, paths)}; kg query --list shows all")
    return read_question(name, read_text(paths[name]))


def answer(graph: Graph, question: str, params: Mapping[str, str]) -> Table:
    """Answer a saved question by its name, or else a query text; see `Graph.query`."""
    if _NAME.fullmatch(question):
        saved = get_question(question, graph.files)
        return _evaluate(graph.store, saved.text, settings(saved, params), f"{question}: ")
    return run(graph.store, question, params)


def settings(question: Question, params: Mapping[str, str]) -> dict[str, str]:
    """Join the given values of a question's parameters with the defaults of the rest.

    Raises:
        UsageError: the question has no such parameter.
    """
    refuse_unknown(params, [parameter.name for parameter in question.parameters], "parameter")
    defaults = {parameter.name: parameter.default for parameter in question.parameters if parameter.default}
    return {**defaults, **params}


def refuse_unknown(params: Mapping[str, str], known: list[str], kind: str) -> None:
    """Refuse values for what is not there: a mistyped name would narrow nothing, and nobody would see it."""
    unknown = [name for name in params if name not in known]
    if unknown:
        raise UsageError(f"no {kind} {', '.join(unknown)}; there are {', '.join(known) or 'none'}")


def run(store: ox.Store, text: str, params: Mapping[str, str] | None = None, *, name: str = "") -> Table:
    """Run a query over the union of all graphs; the prefix table is declared beforehand.

    Args:
        store: what to ask.
        text: a SELECT, ASK, CONSTRUCT or DESCRIBE query.
        params: values by variable name, read by `parse_term`.
        name: what begins a message about the query.

    Raises:
        QueryError: the query does not parse, cannot be evaluated, or calls another server.
        UsageError: the query has no such variable.

    >>> run(ox.Store(), "SELECT (?x + 1 AS ?y) { }", {"x": "2"}).rows
    [('3',)]
    """
    refuse_unsafe(text)
    refuse_unknown(params or {}, sorted(variables(text)), "variable")
    return _evaluate(store, text, params or {}, name)


def select(store: ox.Store, text: str) -> ox.QuerySolutions:
    """Run a query of the code's own over the union of all graphs and give its rows as terms.

    >>> [row["x"].value for row in select(ox.Store(), "SELECT (kg:Drug AS ?x) { }")]
    ['https://w3id.org/xpo1-kg/ontology/Drug']
    """
    found = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return found


def _evaluate(store: ox.Store, text: str, params: Mapping[str, str], name: str) -> Table:
    """Run a query that is known to be harmless, as the saved questions are; `name` begins its messages."""
    try:
        union = not names_dataset(text)  # the engine would drop a FROM
        return tabulated(store.query(prepared(text, params), prefixes=PREFIXES, use_default_graph_as_union=union))
    except (SyntaxError, ValueError, RuntimeError, OSError) as fault:
        raise QueryError(name + engine_message(fault)) from fault


def prepared(text: str, params: Mapping[str, str]) -> str:
    """Write the values of the parameters into a query.

    >>> prepared("SELECT ?s { ?s ?p ?o }", {"o": "BOSTON"})
    'SELECT ?s { VALUES (?o) {("BOSTON")} ?s ?p ?o }'
    """
    return bind_values(text, {key: str(parse_term(value)) for key, value in params.items()})


def tabulated(found: ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]) -> Table:
    """Write an answer of any form as a table; triples come sorted, each once.

    >>> tabulated([ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))]).rows
    [('urn:a', 'urn:b', 'c')]
    """
    if isinstance(found, ox.QueryBoolean):
        return Table(("answer",), [("true" if found else "false",)])
    if isinstance(found, ox.QuerySolutions):
        columns = tuple(variable.value for variable in found.variables)
        return Table(columns, [_cells(solution) for solution in found])
    return Table(("subject", "predicate", "object"), sorted({_cells(triple) for triple in found}))


def _cells(terms: Iterable[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]) -> tuple[str, ...]:
    """Write terms for a table: short IRIs, literals as they are, nothing for nothing."""
    # In one expression, and in the order of how often they come: a table has thousands of cells.
    return tuple(
        [
            term.value
            if isinstance(term, ox.Literal)
            else ""
            if term is None
            else curie(term.value)
            if isinstance(term, ox.NamedNode)
            else str(term)
            for term in terms
        ]
    )


def parse_term(value: str) -> ox.NamedNode | ox.Literal:
    """Read a parameter: a CURIE or an IRI is a thing, a number a number, all else a string; quotes force a string.

    Raises:
        UsageError: not an IRI although it looks like one.

    >>> str(parse_term("kgd:Drug_selinexor")), str(parse_term("STORM part 2")), str(parse_term('"5"'))
    ('<https://w3id.org/xpo1-kg/data/Drug_selinexor>', '"STORM part 2"', '"5"')
    """
    number = _NUMBER.fullmatch(value)
    if number:
        return ox.Literal(value, datatype=ox.NamedNode(XSD + _datatype(number)))
    if len(value) > 1 and value[0] == value[-1] == '"':
        return ox.Literal(value[1:-1])
    if not re.fullmatch(r"<[^<>\s]*>|https?://\S+|(?P<prefix>[\w-]*):[\w.%-]+", value) or not _has_prefix(value):
        return ox.Literal(value)
    try:
        return ox.NamedNode(expand(value))
    except ValueError as fault:
        raise UsageError(f"{value}: {fault}") from fault


def as_text(value: str) -> str:
    """Write a text as a parameter that `parse_term` reads as this text, whatever it looks like.

    >>> as_text("STORM part 2"), as_text("5"), as_text("kgd:Drug_selinexor")
    ('STORM part 2', '"5"', '"kgd:Drug_selinexor"')
    """
    try:
        plain = parse_term(value) == ox.Literal(value)
    except UsageError:
        plain = False
    return value if plain else f'"{value}"'


def _has_prefix(value: str) -> bool:
    return value.startswith("<") or "://" in value or value.partition(":")[0] in PREFIXES


def _datatype(number: re.Match[str]) -> str:
    if number["exponent"]:
        return "double"
    return "decimal" if "." in number[0] else "integer"
