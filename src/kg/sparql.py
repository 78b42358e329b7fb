"""Reading SPARQL text without parsing it: what it may not contain, and where its parameters go.

The engine has no switch against `SERVICE` (it would fetch any address), no limit on nesting (its parser overflows the
stack), and substitutes only variables that are projected. A lexer of one expression is enough for all three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kg.errors import QueryError

__all__ = ["Token", "bind_values", "constructed_blanks", "engine_message", "refuse_unsafe", "tokens", "variables"]

# The engine's parser overflows near 3,000 brackets or 20,000 operators: far above any honest query, far below that.
MOST_CHARACTERS = 100_000
MOST_NESTING = 200

_TOKEN = r"""
    (?P<space> \s+ | \#[^\n\r]* )
  | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20] | \\[uU][0-9A-Fa-f]+)*> )
  | (?P<string> \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
              | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<variable> [?$]\w+ )
  | (?P<language> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<number> [0-9]+ )
  | (?P<name> (?:[^\W\d][\w-]*)? : (?: (?:[\w:]|%[0-9A-Fa-f]{2}|\\.) (?:\.*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))* )?
            | [^\W\d][\w-]* )
  | (?P<mark> . )
    """


class Token(NamedTuple):
    """One piece of a query: its kind, its text, and where it starts."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """Cut a query into pieces, leaving out comments and white space.

    >>> [token.text for token in tokens("ASK { ?x a kg:Drug } # a comment")]
    ['ASK', '{', '?x', 'a', 'kg:Drug', '}']
    """
    for match in re.finditer(_TOKEN, text, re.VERBOSE | re.DOTALL):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "mark", match.group(), match.start())


def variables(text: str) -> set[str]:
    """Collect the names of a query's variables.

    >>> sorted(variables("SELECT ?drug { ?drug ?p 'a ?string' }"))
    ['drug', 'p']
    """
    return {token.text[1:] for token in tokens(text) if token.kind == "variable"}


def refuse_unsafe(text: str) -> None:
    """Refuse a query that could reach another server or crash the engine's parser.

    Raises:
        QueryError: the query has the keyword SERVICE, is too long, or is nested too deeply.

    >>> refuse_unsafe("SELECT ?service { ?service a 'SERVICE' } # SERVICE")
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryError(f"the query is longer than {MOST_CHARACTERS} characters")
    pieces = list(tokens(text))
    if any(_may_call_service(piece, text) for piece in pieces):
        raise QueryError("SERVICE is not allowed: queries are answered from this graph alone")
    if _deepest(pieces) > MOST_NESTING:
        raise QueryError(f"the query is nested deeper than {MOST_NESTING} levels")


def _may_call_service(piece: Token, text: str) -> bool:
    """Tell whether a piece could be the keyword.

    The engine needs no space around a keyword (`trueSERVICE:a{` works), so each bare word or prefix with it counts.
    `?a<?b)SERVICE#>` is an address to this lexer and a comparison to the engine: a bracket in an address makes the
    reading unsure, and then any such word in the query counts.
    """
    if piece.kind == "name":
        return "service" in piece.text.partition(":")[0].lower()
    return piece.kind == "iri" and ")" in piece.text and "service" in text.lower()


def _deepest(pieces: list[Token]) -> int:
    """Measure the deepest nesting of brackets, or the longest run of operators (each is a level to a parser)."""
    depth = run = deepest = 0
    for piece in pieces:
        run = run + 1 if piece.text in "!+-^<" else 0
        depth += (piece.text in "{([") - (piece.text in "})]")
        deepest = max(deepest, depth, run)
    return deepest


def bind_values(text: str, values: Mapping[str, str]) -> str:
    """Bind variables of a query to terms, in every group of the query.

    A `VALUES` in the outermost group alone would leave the variable unbound in filters of inner groups and
    sub-selects, which then fail without a word. Line numbers stay the same.

    Args:
        text: a SELECT, ASK, CONSTRUCT or DESCRIBE query.
        values: SPARQL terms by variable name, written out.

    >>> bind_values("SELECT ?s { ?s ?p ?o }", {"o": "5"})
    'SELECT ?s { VALUES (?o) {(5)} ?s ?p ?o }'
    """
    if not values:
        return text
    block = f" VALUES ({' '.join('?' + name for name in values)}) {{({' '.join(values.values())})}}"
    parts, done = [], 0
    for start in _group_starts(list(tokens(text))):
        parts.append(text[done:start] + block)
        done = start
    return "".join(parts) + text[done:]


def _group_starts(pieces: list[Token]) -> Iterator[int]:
    """Find the offset just inside each `{` that opens a graph pattern.

    The others open a CONSTRUCT template, the rows of a VALUES, an annotation `{|`, or a sub-select.
    """
    rows_next = False
    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        word = piece.text.upper()
        rows_next = rows_next or word == "VALUES"
        if word == "{":
            opens_other = (before and before.text.upper() == "CONSTRUCT") or (after and after.text.upper() in "|SELECT")
            if not rows_next and not opens_other:
                yield piece.start + 1
            rows_next = False


def constructed_blanks(text: str) -> bool:
    """Tell whether a CONSTRUCT query makes blank nodes of its own.

    >>> constructed_blanks("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }")
    True
    """
    pieces = list(tokens(text))
    if any(piece.text.upper() == "BNODE" for piece in pieces):
        return True
    words = [piece.text.upper() for piece in pieces]
    if "CONSTRUCT" not in words:
        return False
    first = words.index("CONSTRUCT")
    template = words[first : words.index("}", first)] if "}" in words[first:] else []
    return any(word in ("[", "(") or word.startswith("_:") for word in template)


def engine_message(fault: Exception) -> str:
    """Put what the engine says about a query on one line, its position first.

    >>> engine_message(SyntaxError("error at 1:26: expected one of OPTIONAL, Prefix not found, ['%']"))
    'line 1, column 26: a prefix that is not declared'
    """
    words = " ".join(str(fault).split())
    at = re.match(r"error at (\d+):(\d+): ", words)
    if at is None:
        return words
    rest = "a prefix that is not declared" if "Prefix not found" in words else words[at.end() :]
    return f"line {at[1]}, column {at[2]}: {_shortened(rest)}"


def _shortened(words: str, most: int = 120) -> str:
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"
