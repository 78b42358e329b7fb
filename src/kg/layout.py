"""The canonical layout of hand-written Turtle files, keeping the author's order and comments.

A file is read as tokens, never as a graph, so nothing an author wrote is moved or renamed. The layout depends only on
the tokens, the comments and where blank lines stood: formatting a formatted file changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from kg.errors import DataError

__all__ = ["format_turtle", "unformatted"]

WIDTH = 140
INDENT = 4
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# Character classes as the Turtle grammar defines them (PN_CHARS_BASE, PN_CHARS): Python's \w is not the same set.
_LETTER = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_CHAR = _LETTER + r"0-9_\-\u00B7\u0300-\u036F\u203F\u2040"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_IRI = r'<(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>'
# A dot counts as part of a name only when more of the name follows, so that the last one can end the statement.
_PREFIX = rf"(?:[{_LETTER}](?:\.*[{_CHAR}])*)?"
_LOCAL = rf"(?:(?:[{_LETTER}0-9_:]|{_ESCAPE})(?:\.*(?:[{_CHAR}:]|{_ESCAPE}))*)?"
_NUMBER = r"[+-]?(?:(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)"
_SPACE = r"[ \t\r\n]*"
# The look-ahead keeps an unclosed long string from being read as an empty short one.
_STRING = "|".join(
    rf"{q * 3}(?:{q}{{0,2}}(?:[^{q}\\]|\\.))*{q * 3}|{q}(?!{q}{q})(?:[^{q}\\\r\n]|\\.)*{q}" for q in ('"', "'")
)
_TOKEN = re.compile(
    rf"(?P<gap>{_SPACE})(?:"
    rf"(?P<string>{_STRING})(?P<suffix>{_SPACE}(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^{_SPACE}(?:{_IRI}|{_PREFIX}:{_LOCAL})))?"
    rf"|(?P<other>#[^\r\n]*|{_IRI}|{_PREFIX}:{_LOCAL}|_:[{_LETTER}0-9_](?:\.*[{_CHAR}])*|{_NUMBER}"
    r"|@(?:prefix|base)\b|(?i:prefix|base)\b|(?:a|true|false)\b|[][().;,])"
    r"|(?P<fault>[^ \t\r\n]))"
)
_NEWLINE = re.compile(r"\r\n?|\n")
_USES = re.compile(rf"(?:.*\^\^)?({_PREFIX}):{_LOCAL}", re.DOTALL)
_DIRECTIVE = re.compile(r"@?(?i:prefix ([^ :]*):|base) (<.*>)(?: \.)?")

# A term or mark, or a bracket with its two ends as first and last node.
_Node: TypeAlias = "str | list[_Node]"


@dataclass
class _Block:
    """A statement or directive with the comments that belong to it, or a comment on its own (no nodes)."""

    line: int
    blank: bool
    comments: list[str] = field(default_factory=list)
    nodes: list[_Node] = field(default_factory=list)

    def keyword(self) -> str:
        """Return the first word of a directive in lower case, else an empty string."""
        first = str(self.nodes[0]).lower() if self.nodes else ""
        return first if first in ("@prefix", "@base", "prefix", "base") else ""


def format_turtle(text: str) -> str:
    r"""Lay out the Turtle `text` in the one form that the project's files have.

    Comments of the file's top come first, then the prefixes in use, sorted (all of them when the file has no
    statement), then the statements in the author's order, filled to 140 columns. Line breaks inside long strings are
    part of the data and stay (a carriage return as `\r`).

    Raises `DataError` with the line number for text that is not made of Turtle tokens, for a statement that is not
    finished, for a prefix bound twice to different IRIs, and for `@base` anywhere but once above everything else.

    >>> print(format_turtle("@prefix b: <http://b/> . @prefix a: <http://a/> . a:x a a:Y; a:p 76.4 , 2. # why"), end="")
    @prefix a: <http://a/> .
    <BLANKLINE>
    # why
    a:x a a:Y ; a:p 76.4, 2 .
    """
    blocks = _blocks(text)
    first = next((block for block in blocks if block.nodes), None)
    # Only comments above a directive that opens the file are the file's top; others stay with their statement.
    top = blocks[: blocks.index(first)] if first and first.keyword() else []
    directives = [block for block in blocks if block.keyword()]
    body = [block for block in blocks[len(top) :] if not block.keyword()]
    declared = _declared(blocks)
    base = declared.pop("@base", None)
    for block in body:
        _shorten(block.nodes, [f"<{RDF}type>", *(f"{name}:type" for name in declared if declared[name] == f"<{RDF}>")])
    tokens = [token for block in body for token in _flat(block.nodes)]
    used = {match[1] for token in tokens if (match := _USES.fullmatch(token))} if tokens else set(declared)
    # A comment beside a directive cannot follow it through the sorting: it joins the comments above all of them.
    lines = [comment for block in directives for comment in block.comments]
    lines += [f"@base {base} ."] if base else []
    lines += [f"@prefix {name}: {declared[name]} ." for name in sorted(used & declared.keys())]
    units = [(block.blank, "\n".join(block.comments)) for block in top]
    units += [(directives[0].blank, "\n".join(lines))] if lines else []
    for n, block in enumerate(body):
        above = block.blank or (n == 0 and bool(units))
        units.append((above, "\n".join([*block.comments, *_statement(block.nodes)])))
    return "".join(("\n" if above and n else "") + unit + "\n" for n, (above, unit) in enumerate(units))


def unformatted(text: str) -> bool:
    """Tell whether the Turtle `text` differs from its canonical layout; raises as `format_turtle` does.

    >>> unformatted("<a:s> <a:p> 1 .\\n"), unformatted("<a:s>  <a:p> 1.")
    (False, True)
    """
    return format_turtle(text) != text


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each token as it is written out, its line, and the number of line breaks before it."""
    line = 1
    for match in _TOKEN.finditer(text):
        breaks = len(_NEWLINE.findall(match["gap"]))
        line += breaks
        if fault := match["fault"]:
            what = "a string that is not closed" if fault in "\"'" else f"{fault!r} starts nothing in Turtle"
            raise DataError(f"line {line}: {what}")
        string = (match["string"] or "").replace("\r", "\\r") + "".join((match["suffix"] or "").split())
        yield string or match["other"].rstrip(), line, breaks
        line += len(_NEWLINE.findall(match[0])) - breaks


def _blocks(text: str) -> list[_Block]:
    """Gather the tokens into statements, directives and comments between them."""
    blocks: list[_Block] = []
    stack: list[list[_Node]] = []  # the open brackets, the statement itself first; empty between statements
    for token, line, breaks in _tokens(text):
        if not stack and not (token.startswith("#") and blocks and not breaks):
            blocks.append(_Block(line, breaks > 1))
        if token.startswith("#"):
            blocks[-1].comments.append(token)
            continue
        stack = stack or [blocks[-1].nodes]
        _add(stack, token, line)
        # The SPARQL forms of directives have no final dot.
        length = {"prefix": 3, "base": 2}.get(str(blocks[-1].nodes[0]).lower())
        if (token == "." and len(stack) == 1) or len(blocks[-1].nodes) == length:
            stack = []
    if stack:
        raise DataError(f"line {blocks[-1].line}: the statement that starts here is not finished")
    return blocks


def _add(stack: list[list[_Node]], token: str, line: int) -> None:
    """Put one token into the innermost open bracket, without semicolons that no predicate follows."""
    while token in (";", "]", ".") and stack[-1][-1:] == [";"]:
        stack[-1].pop()
    if token in ("[", "("):
        bracket: list[_Node] = [token]
        stack[-1].append(bracket)
        stack.append(bracket)
        return
    stack[-1].append(token)
    if token in ("]", ")") and stack.pop()[0] != {"]": "[", ")": "("}[token]:
        raise DataError(f"line {line}: {token} closes nothing")


def _declared(blocks: list[_Block]) -> dict[str, str]:
    """Return the IRI (in angle brackets) of each prefix, and of the base under the key @base."""
    declared: dict[str, str] = {}
    written = [block for block in blocks if block.nodes]
    for block in written:
        if not block.keyword():
            continue
        match = _DIRECTIVE.fullmatch(" ".join(_flat(block.nodes)))
        if match is None:
            raise DataError(f"line {block.line}: a prefix or base is not declared as Turtle asks")
        name = "@base" if match[1] is None else match[1]
        # Moving a later base to the top would change the IRIs above it.
        if name == "@base" and block is not written[0]:
            raise DataError(f"line {block.line}: @base must stand once, above prefixes and statements")
        if declared.setdefault(name, match[2]) != match[2]:
            raise DataError(f"line {block.line}: prefix {name}: is bound to two IRIs")
    return declared


def _shorten(nodes: list[_Node], types: list[str]) -> None:
    """Write rdf:type as `a` where it is the first predicate of a subject or of a bracket."""
    if len(nodes) > 1 and nodes[0] != "(" and nodes[1] in types:
        nodes[1] = "a"
    for node in nodes:
        if isinstance(node, list):
            _shorten(node, types)


def _flat(nodes: Iterable[_Node]) -> Iterator[str]:
    """Yield the tokens in reading order."""
    for node in nodes:
        if isinstance(node, str):
            yield node
        else:
            yield from _flat(node)


def _statement(nodes: list[_Node]) -> list[str]:
    """Fill the pieces of one statement into lines (one text; none for a comment on its own)."""
    out = ""
    for indent, piece in _clauses(nodes, INDENT, 0) if nodes else ():
        used = len(out) - out.rfind("\n") - 1
        fits = used + 1 + len(piece.partition("\n")[0]) <= WIDTH
        out += piece if not out else f" {piece}" if fits else f"\n{' ' * indent}{piece}"
    return [out] if out else []


def _clauses(nodes: list[_Node], indent: int, lead: int) -> Iterator[tuple[int, str]]:
    """Yield pieces never to be broken, each with its indent where it starts a line; `lead` is the first clause's."""
    for n, clause in enumerate(_split(nodes, ";")):
        if _fits(clause, indent if n else lead):
            yield indent, _inline(clause)
            continue
        for position, item in enumerate(_split(clause, ",")):
            yield from _item(item, indent + INDENT * bool(position))


def _item(nodes: list[_Node], indent: int) -> Iterator[tuple[int, str]]:
    """Yield the pieces of one object with what stands before it, opening only brackets wider than a line."""
    piece: list[_Node] = []
    for node in nodes:
        if isinstance(node, str) or len(node) == 2 or _fits([node], indent):
            piece.append(node)
            continue
        inside = node[1:-1]
        if node[0] == "[":
            pieces = list(_clauses(inside, indent + INDENT, indent + INDENT))
        else:
            pieces = [found for member in inside for found in _item([member], indent + INDENT)]
        # The opening bracket never ends a line: it stays with the first piece inside.
        yield indent, f"{_inline([*piece, node[0]])} {pieces[0][1]}"
        yield from pieces[1:]
        piece = [node[-1]]
    yield indent, _inline(piece)


def _split(nodes: list[_Node], mark: str) -> list[list[_Node]]:
    """Cut after each `mark` that more follows."""
    parts: list[list[_Node]] = [[]]
    for node in nodes:
        if parts[-1][-1:] == [mark]:
            parts.append([])
        parts[-1].append(node)
    return parts


def _inline(nodes: Iterable[_Node]) -> str:
    """Join with single spaces, none before a comma or inside an empty bracket."""
    out, before = "", ""
    for token in _flat(nodes):
        tight = not out or token == "," or before + token in ("[]", "()")
        out, before = (out + token if tight else f"{out} {token}"), token
    return out


def _fits(nodes: Iterable[_Node], indent: int) -> bool:
    """Tell whether every line of the joined tokens stays within the width (long strings bring their own lines)."""
    return all(len(line) <= WIDTH for line in (" " * indent + _inline(nodes)).split("\n"))
