"""Reading SPARQL text without parsing it: what it may not contain, and where its parameters go.

The engine has no switch against `SERVICE` (it would fetch any address), no limit on nesting (its parser overflows the
stack), and substitutes only variables that are projected. A lexer of one expression is enough for all three.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from kg.errors import QueryError
from kg.terms import PREFIXES, RDF_TYPE

__all__ = ["Token", "bind_values", "constructed_blanks", "dataset_graphs", "engine_message", "names_dataset"]
__all__ += ["parser_message", "read_names", "refuse_unsafe", "tokens", "variables"]

# The engine overflows its stack near 3,000 brackets, 4,300 items of a list `(1 1 …)`, or 14,000 pieces of another chain
# (`1*1*1…`, `MINUS {…} MINUS {…} …`); rows of VALUES, of which an honest query may have many, do it no harm. The
# longest saved question has 600 pieces and 8 levels.
MOST_CHARACTERS = 100_000
MOST_NESTING = 200
MOST_PIECES = 3000

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


def refuse_unsafe(text: str, services: Collection[str] = ()) -> list[str]:
    """Refuse a query that could reach another server or crash the engine's parser.

    Args:
        text: the query.
        services: hosts (`name` or `name:port`) that it may call; none of them by default.

    Returns:
        The addresses that it calls, each on one of these hosts.

    Raises:
        QueryError: the query has the keyword SERVICE for another host, is too long, or is nested too deeply.

    >>> refuse_unsafe("SELECT ?service { ?service a 'SERVICE' } # SERVICE")
    []
    >>> refuse_unsafe("SELECT * { SERVICE SILENT <https://example.org/sparql> { ?s ?p ?o } }", {"example.org"})
    ['https://example.org/sparql']
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryError(f"the query is longer than {MOST_CHARACTERS} characters")
    pieces = list(tokens(text))
    calls = [_called(pieces[place:], services) for place, piece in enumerate(pieces) if _may_call_service(piece, text)]
    if _deepest(pieces) > MOST_NESTING:
        raise QueryError(f"the query is nested deeper than {MOST_NESTING} levels")
    if _outside_rows(pieces) > MOST_PIECES:
        raise QueryError(f"the query has more than {MOST_PIECES} words and marks; give long lists as rows of VALUES")
    return calls


def _called(pieces: list[Token], services: Collection[str]) -> str:
    """Read the address after the keyword; whatever else could be a call is refused."""
    following = [piece for piece in pieces[1:3] if piece.text.upper() != "SILENT"]
    if services and pieces[0].text.upper() == "SERVICE" and following and following[0].kind == "iri":
        address = following[0].text[1:-1]
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.netloc in services and ")" not in address:
            return address
    if not services:
        raise QueryError("SERVICE is not allowed: queries are answered from this graph alone")
    raise QueryError(f"SERVICE is allowed for {', '.join(sorted(services))} alone, with its address written out")


def _may_call_service(piece: Token, text: str) -> bool:
    """Tell whether a piece could be the keyword.

    The engine needs no space around a keyword (`trueSERVICE:a{` works), so each bare word or prefix with it counts.
    `?a<?b)SERVICE#>` is an address to this lexer and a comparison to the engine: a bracket in an address makes the
    reading unsure, and then any such word in the query counts.
    """
    if piece.kind == "name":
        return "service" in piece.text.partition(":")[0].lower()
    return piece.kind == "iri" and ")" in piece.text and "service" in text.lower()


def names_dataset(text: str) -> bool:
    """Tell whether a query says itself which graphs it reads.

    >>> names_dataset("SELECT * FROM <urn:a> { ?from ?p 'FROM' }"), names_dataset("ASK { ?from ?p 'FROM' }")
    (True, False)
    """
    return any(True for _ in _dataset_clauses(list(tokens(text))))


def dataset_graphs(text: str) -> list[str]:
    """List the graphs that a query names in FROM and FROM NAMED.

    Raises:
        QueryError: a name is relative to nothing, or has a prefix that is not declared.

    >>> dataset_graphs("BASE <urn:x> PREFIX g: <urn:g/> SELECT * FROM g:a FROM NAMED <urn:b> { ?s ?p ?o }")
    ['urn:g/a', 'urn:b']
    """
    pieces = list(tokens(text))
    return [_graph_name(piece, pieces) for piece in _dataset_clauses(pieces)]


def _dataset_clauses(pieces: list[Token]) -> Iterator[Token]:
    """Find what stands after each FROM; the keyword can stand only outside all brackets."""
    depth = 0
    for place, piece in enumerate(pieces):
        depth += (piece.text in "{([") - (piece.text in "})]")
        if depth == 0 and piece.kind == "name" and piece.text.upper() == "FROM":
            following = [after for after in pieces[place + 1 : place + 3] if after.text.upper() != "NAMED"]
            yield from following[:1]


def _graph_name(piece: Token, pieces: list[Token]) -> str:
    if piece.kind == "iri":
        bases = [iri.text[1:-1] for word, iri in pairwise(pieces) if word.text.upper() == "BASE" and iri.kind == "iri"]
        name = urljoin(bases[-1] if bases else "", _unescaped(piece.text[1:-1]))
    else:
        prefix, _, local = piece.text.partition(":")
        name = _prefixes(pieces).get(prefix, "") + re.sub(r"\\(.)", r"\1", local)
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", name):
        raise QueryError(f"FROM {piece.text}: give the whole name of a graph")
    return name


def _prefixes(pieces: list[Token]) -> dict[str, str]:
    own = {
        name.text[:-1]: _unescaped(iri.text[1:-1])
        for word, name, iri in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if word.text.upper() == "PREFIX" and name.text.endswith(":") and iri.kind == "iri"
    }
    return {**PREFIXES, **own}


def _unescaped(text: str) -> str:
    return re.sub(r"\\[uU]([0-9A-Fa-f]{8}|[0-9A-Fa-f]{4})", lambda match: _character(match[1]), text)


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code <= sys.maxunicode else "\ufffd"


def _deepest(pieces: list[Token]) -> int:
    """Measure the deepest nesting of brackets, or the longest run of operators (each is a level to a parser).

    What is an address to this lexer may be a comparison to the engine (`?a<!(?b)>1`), so the marks in it count too.
    """
    depth = run = deepest = 0
    for piece in pieces:
        if piece.kind == "iri":
            depth += piece.text.count("(") - piece.text.count(")")
            deepest = max(deepest, piece.text.count("!"))
        run = run + 1 if piece.text in "!+-^<" else 0
        depth += (piece.text in "{([") - (piece.text in "})]")
        deepest = max(deepest, depth, run)
    return deepest


def _outside_rows(pieces: list[Token]) -> int:
    """Count the pieces that do not stand among the rows of a VALUES."""
    count, awaited, inside = 0, False, False
    for piece in pieces:
        word = piece.text.upper()
        inside = (inside and word != "}") or (awaited and word == "{")
        awaited = word == "VALUES" or (awaited and not inside)
        count += not inside
    return count


def bind_values(text: str, values: Mapping[str, str]) -> str:
    """Bind variables of a query to terms, in every group of the query that names one or is the whole of a SELECT.

    A `VALUES` in the outermost group alone would leave the variable unbound in filters of inner groups and
    sub-selects, which then fail without a word. In a group that has nothing to do with it, it would keep the engine
    from looking up an `OPTIONAL` row by row. Line numbers stay the same.

    Args:
        text: a SELECT, ASK, CONSTRUCT or DESCRIBE query.
        values: SPARQL terms by variable name, written out.

    >>> bind_values("SELECT ?s { ?s ?p ?o OPTIONAL { ?s ?q ?r } }", {"o": "5"})
    'SELECT ?s { VALUES (?o) {(5)} ?s ?p ?o OPTIONAL { ?s ?q ?r } }'
    """
    if not values:
        return text
    block = f" VALUES ({' '.join('?' + name for name in values)}) {{({' '.join(values.values())})}}"
    parts, done = [], 0
    for start in _group_starts(list(tokens(text)), values.keys()):
        parts.append(text[done:start] + block)
        done = start
    return "".join(parts) + text[done:]


def _group_starts(pieces: list[Token], names: Collection[str]) -> list[int]:
    """Find the offset just inside each `{` that opens a graph pattern, if it is that of a SELECT or names a variable.

    Other braces open a CONSTRUCT template, the rows of a VALUES, an annotation `{|`, or a sub-select.
    """
    wanted: dict[int, bool] = {}
    open_groups: list[int] = []
    rows_next, head, brackets = False, True, 0
    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        word = piece.text.upper()
        rows_next = rows_next or word == "VALUES"
        brackets += (word == "(") - (word == ")")
        if word == "SELECT":
            head, brackets = True, 0
        elif word == "{":
            opens_other = (before and before.text.upper() == "CONSTRUCT") or (after and after.text.upper() in "|SELECT")
            if rows_next or opens_other:
                open_groups.append(open_groups[-1] if open_groups else 0)
            else:
                open_groups.append(piece.start + 1)
                # An EXISTS between the brackets of the head is no group of it.
                wanted[piece.start + 1] = head and not brackets
                head = head and bool(brackets)
            rows_next = False
        elif word == "}" and open_groups:
            open_groups.pop()
        elif piece.kind == "variable" and piece.text[1:] in names and open_groups and open_groups[-1] in wanted:
            wanted[open_groups[-1]] = True
    return [start for start, is_wanted in wanted.items() if is_wanted]


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


def read_names(text: str) -> frozenset[str] | None:
    """Name all that the pattern of a CONSTRUCT query may look for, or None if that may be anything.

    A query that does not name a property and has no variable or negation in the place of one finds no triple of it.
    What cannot be told from the tokens counts as anything. What is only looked for to leave an answer out does not
    count: more of it never gives more answers. Of one class alone, its type is named with it.

    >>> sorted(read_names("PREFIX u: <urn:> CONSTRUCT { ?s u:c ?o } WHERE { ?s u:a/u:b ?o }"))
    ['urn:a', 'urn:b']
    >>> sorted(read_names("PREFIX u: <urn:> CONSTRUCT { ?s u:c 1 } WHERE { ?s a u:C }"))
    ['http://www.w3.org/1999/02/22-rdf-syntax-ns#type urn:C', 'urn:C']
    >>> read_names("CONSTRUCT { ?s <urn:c> ?o } WHERE { ?s ?p ?o }") is None
    True
    """
    pieces = list(tokens(text))
    words = [piece.text.upper() for piece in pieces]
    pattern = list(_without_lists(_without_refusals(pieces[words.index("}", words.index("CONSTRUCT")) + 1 :])))
    if "BASE" in words or any("\\" in piece.text for piece in pattern if piece.kind in ("iri", "name")):
        return None
    if any(_reads_anything(pattern, place) for place in range(1, len(pattern) - 1)):
        return None
    prefixes = _prefixes(pieces)
    names = {_whole_name(piece.text, prefixes) for piece in pattern if _is_name(piece)}
    if RDF_TYPE in names:
        names -= {RDF_TYPE}
        names |= {_type_name(pattern, place, prefixes) for place in range(1, len(pattern) - 2)} - {""}
    return frozenset(names)


def _type_name(pattern: list[Token], place: int, prefixes: Mapping[str, str]) -> str:
    """Write the type at a place with its class, if it is of one class alone; there is no type at other places."""
    before, piece, after, end = pattern[place - 1 : place + 3]
    if not _is_name(piece) or _whole_name(piece.text, prefixes) != RDF_TYPE:
        return ""
    alone = _is_name(after) and before.text != "^" and end.text != ","
    return f"{RDF_TYPE} {_whole_name(after.text, prefixes)}" if alone else RDF_TYPE


def _without_refusals(pieces: list[Token]) -> list[Token]:
    """Leave out each FILTER NOT EXISTS with a plain pattern that stands in the outermost group.

    Deeper ones may decide about what is counted, or be refused themselves: more of them may give more answers.
    """
    words = [piece.text.upper() for piece in pieces]
    # Of fewer answers, these may choose or count others.
    chooses = not {"BY", "HAVING", "LIMIT", "OFFSET"}.isdisjoint(words)
    kept, place, depth = [], 0, 0
    while place < len(pieces):
        end = words.index("}", place) if "}" in words[place:] else place
        refusal = words[place : place + 4] == ["FILTER", "NOT", "EXISTS", "{"]
        if refusal and depth == 1 and "{" not in words[place + 4 : end] and not chooses:
            kept.append(Token("mark", ".", pieces[place].start))
            place = end + 1
            continue
        depth += (words[place] == "{") - (words[place] == "}")
        kept.append(pieces[place])
        place += 1
    return kept


def _without_lists(pieces: Iterable[Token]) -> Iterator[Token]:
    """Leave out lists of variables, after SELECT, VALUES and BY, and the rows of VALUES: no property stands there.

    A row names a property only for a variable in the place of one, which reads anything.
    """
    inside = ""
    for piece in pieces:
        word = piece.text.upper()
        if inside == "VALUES" and word == "{":
            inside = "rows"
        elif word == "}" or (inside != "rows" and word in ("WHERE", "{")):
            inside = ""
        elif inside != "rows" and word in ("SELECT", "VALUES", "BY"):
            inside = word
        if not inside:
            yield piece


def _reads_anything(pattern: list[Token], place: int) -> bool:
    """Tell whether a piece may be a variable, a negation or no step at all in the place of a property."""
    before, piece, after = pattern[place - 1 : place + 2]
    if piece.text == "!":
        return _is_name(after) or after.text in "(^"
    if piece.text in "*?":  # a path of no step joins each thing to itself; after a variable or a number it is a product
        return _is_name(before) or (before.text == ")" and not _is_value(pattern[place - 2]))
    if piece.kind != "variable" or not (_is_term(before) or before.text in "[]);|"):
        return False
    if after.text == ".":  # of the number .5, or the end of a triple
        return pattern[place + 2 : place + 3] != [] and pattern[place + 2].kind == "number"
    # A variable after a term is an object where a mark or a keyword ends it, else a property.
    return not (after.text in ";,}]){" or (after.kind == "name" and not _is_term(after)))


def _is_name(piece: Token) -> bool:
    return piece.kind == "iri" or (piece.kind == "name" and (":" in piece.text or piece.text == "a"))


def _is_value(piece: Token) -> bool:
    return piece.kind in ("variable", "string", "number") or piece.text.lower() in ("true", "false")


def _is_term(piece: Token) -> bool:
    return _is_name(piece) or _is_value(piece)


def _whole_name(text: str, prefixes: Mapping[str, str]) -> str:
    if text == "a":
        return RDF_TYPE
    if text.startswith("<"):
        return text[1:-1]
    prefix, _, local = text.partition(":")
    return prefixes.get(prefix, "") + local


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


def parser_message(fault: SyntaxError) -> str:
    """Put what the parser says about a file on one line, without the position: the line is told before it.

    >>> parser_message(SyntaxError("Parser error at line 8 between columns 1 and 2: . is no object"))
    '. is no object'
    """
    words = " ".join(str(fault.msg).split())
    return words.partition(": ")[2] if words.startswith("Parser error at ") else words


def _shortened(words: str, most: int = 120) -> str:
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"
