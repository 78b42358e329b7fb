"""Tests of the canonical Turtle layout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from kg.errors import DataError
from kg.layout import format_turtle, unformatted

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {"ex": EX, "xsd": XSD, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
HEAD = "@prefix ex: <http://example.org/> .\n\n"
HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def graph(text: str) -> Dataset:
    """Return the triples of a Turtle text with blank nodes renamed canonically."""
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in parse(text, format=RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


# Triples as a machine would serialise them: any characters, any datatype, blank nodes shared between triples.
names = st.builds(NamedNode, st.sampled_from([EX + "a", EX + "b.c", EX + "d-1", EX + "7", EX + "é", XSD, "urn:x"]))
blanks = st.builds(BlankNode, st.sampled_from(["b0", "b.1", "c"]))
strings = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
literals = st.one_of(
    st.builds(Literal, strings),
    st.builds(lambda value, language: Literal(value, language=language), strings, st.sampled_from(["en", "de-at"])),
    st.builds(lambda value, kind: Literal(value, datatype=kind), strings, names),
    st.builds(Literal, st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)),
)
triples = st.builds(Triple, names | blanks, names, names | blanks | literals)

# Texts as people write them: every token kind, stray semicolons, comments and line breaks anywhere.
gaps = st.sampled_from([" ", " ", "  ", "\n", "\n\n", "\r\n", "\t", " # note ; . ] ' \"\n", "\n\n# alone\n\n"])
verbs = st.sampled_from(["a", "rdf:type", "ex:p", "ex:q.r", "<http://example.org/p>"])
terms = ["ex:a", "ex:b.c", "ex:%41", "ex:a\\,b", "ex:", "<http://example.org/#x;>", "<r>", "_:b", "_:b.1", "[]", "()"]
numbers = ["1", "-2", "76.4", ".5", "1e3", "1.E-2", "true", "false", '"1" ^^ xsd:int', '"x"^^<urn:t>']
short = ['"s # . ;"', "'it \\' s'@en-gb", '""', "''", '"tab\\t\\"q\\""', f'"{"w" * 60}"', f"ex:{'n' * 40}"]
long = ['"""long "one"\n\n  two \n"""', "'''a''b'\r\n'''@de", '""""quoted" """']
atoms = st.one_of([st.sampled_from(kind) for kind in (terms, numbers, short, long)])


@st.composite
def objects(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Draw the tokens of one object."""
    kind = draw(st.sampled_from(["atom", "atom", "property list", "collection"])) if depth < 3 else "atom"
    if kind == "atom":
        return [draw(atoms)]
    if kind == "property list":
        return ["[", *draw(clauses(depth + 1)), "]"]
    return ["(", *(token for item in draw(st.lists(objects(depth + 1), max_size=5)) for token in item), ")"]


@st.composite
def clauses(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Draw the tokens of a predicate list."""
    tokens: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        tokens.append(draw(verbs))
        for _ in range(draw(st.integers(1, 4))):
            tokens += [*draw(objects(depth)), ","]
        tokens[-1:] = [";"] * draw(st.integers(1, 2))
    while tokens[-1] == ";" and draw(st.booleans()):
        tokens.pop()
    return tokens


@st.composite
def turtle(draw: st.DrawFn) -> str:
    """Draw a hand-written Turtle text."""
    out = draw(st.sampled_from(["", "# top\n", "\n\n# top\n\n# more\n"])) + "@base <http://example.net/> .\n" + HEADER
    for _ in range(draw(st.integers(0, 3))):
        subject = draw(st.sampled_from([["ex:s"], ["_:b"], ["<s>"]]) | objects(2).filter(lambda found: len(found) > 2))
        out += draw(gaps) + "".join(token + draw(gaps) for token in [*subject, *draw(clauses()), "."])
    return out


@given(st.lists(triples, max_size=8), st.booleans())
def test_layout_keeps_any_graph(found: list[Triple], prefixed: bool) -> None:
    """What pyoxigraph writes describes the same graph after formatting, and formatting it twice changes nothing."""
    text = (serialize(found, format=RdfFormat.TURTLE, prefixes=PREFIXES if prefixed else None) or b"").decode()
    formatted = format_turtle(text)
    assert graph(formatted) == graph(text)
    assert format_turtle(formatted) == formatted


@given(turtle())
def test_layout_keeps_handwritten_graphs(text: str) -> None:
    """Text with comments and breaks in odd places keeps its graph and every comment, and settles at once."""
    formatted = format_turtle(text)
    assert graph(formatted) == graph(text)
    assert format_turtle(formatted) == formatted
    notes = [line for line in formatted.split("\n") if line.startswith("#")]
    assert len(notes) == sum(text.count(note) for note in ("# note ; .", "# alone", "# top", "# more"))


def test_prefixes_are_pruned_and_sorted() -> None:
    """Only prefixes in use are written, a datatype's among them, after the comments of the file's top."""
    text = """# About arms.
PREFIX xsd: <http://x/>
@prefix unused: <http://u/> .  @prefix b: <http://b/> .
@prefix a: <http://a/> .
a:s b:p "1"^^xsd:int , "unused:x", <unused:y> .
"""
    expected = """# About arms.
@prefix a: <http://a/> .
@prefix b: <http://b/> .
@prefix xsd: <http://x/> .

a:s b:p "1"^^xsd:int, "unused:x", <unused:y> .
"""
    assert format_turtle(text) == expected


def test_prefix_table_keeps_all_prefixes() -> None:
    """A file without statements is a prefix table: nothing in it is unused."""
    lines = [f"@prefix {name}: <http://{name}/> .\n" for name in ("a", "a1", "b", "kg", "kgd", "z")]
    assert format_turtle("".join(reversed(lines))) == "".join(lines)


@pytest.mark.parametrize(
    "token", ["76.4", "ex:v1.2", "ex:a.b.c", "-.5", "1.5e-3", '"1.0"@en', "_:b.1", "<http://x/a.b>"]
)
def test_inner_dots_end_no_statement(token: str) -> None:
    """A dot inside a token belongs to it, and the dot right after it ends the statement."""
    assert format_turtle(f"{HEAD}ex:s ex:p {token}. ex:t ex:p 1.") == f"{HEAD}ex:s ex:p {token} .\nex:t ex:p 1 .\n"


def test_comments_move_above_their_statement() -> None:
    """Comments between statements stay; one at a line's end, or inside a statement, goes above its statement."""
    text = HEAD + "# first\nex:a ex:p 1 ; # why\n  # and how\n  ex:q 2 . # done\n  # second\nex:b ex:p 3 .\n# last\n"
    expected = HEAD + "# first\n# why\n# and how\n# done\nex:a ex:p 1 ; ex:q 2 .\n# second\nex:b ex:p 3 .\n# last\n"
    assert format_turtle(text) == expected


def test_blank_lines_fold_to_one() -> None:
    """One blank line stands where the author had any, none where there was none."""
    text = HEAD + "ex:a ex:p 1 .\nex:b ex:p 1 .\n\n\n\n# c\n\nex:c ex:p 1\n\n.\n"
    assert format_turtle(text) == HEAD + "ex:a ex:p 1 .\nex:b ex:p 1 .\n\n# c\n\nex:c ex:p 1 .\n"


def test_lines_fill_to_the_width() -> None:
    """A line takes what fits into 140 columns and breaks after a semicolon, four spaces in."""
    clause = 'ex:p "' + "x" * 53 + '"'  # two clauses, the subject and the marks make 139 columns
    text = f"{HEAD}ex:subject ex:pp 1 ; {clause} ; {clause} ; {clause} ."
    expected = f"{HEAD}ex:subject ex:pp 1 ; {clause} ;\n    {clause} ; {clause} .\n"
    assert format_turtle(text.replace("ex:pp 1", "ex:pp 1234")) == expected.replace("ex:pp 1", "ex:pp 1234")
    for extra, lines in ((140, 1), (141, 2)):
        long = f"ex:s ex:p 1 ; ex:q {'7' * (extra - 21)} ."
        assert len(format_turtle(HEAD + long).removeprefix(HEAD).splitlines()) == lines


def test_long_object_lists_break_after_commas() -> None:
    """A list of objects wider than a line breaks after commas, eight spaces in; a shorter one stays whole."""
    item = "ex:" + "o" * 37
    wide = ", ".join([item] * 4)
    text = f"{HEAD}ex:s ex:p {wide} ; ex:q {', '.join([item] * 3)} ."
    expected = f"{HEAD}ex:s ex:p {item}, {item}, {item},\n        {item} ;\n    ex:q {', '.join([item] * 3)} .\n"
    assert format_turtle(text) == expected


def test_brackets_stay_on_one_line() -> None:
    """A bracket that fits into a line is never broken, even where its line becomes too long."""
    bracket = '[ ex:q 1 ; ex:r "' + "x" * 110 + '" ]'
    text = f"{HEAD}ex:s ex:first 1 ; ex:predicate{'s' * 10} {bracket} ."
    expected = f"{HEAD}ex:s ex:first 1 ;\n    ex:predicate{'s' * 10} {bracket} .\n"
    assert format_turtle(text) == expected


def test_wide_brackets_open() -> None:
    """Only a bracket wider than a line breaks, after its own semicolons; a collection between its members."""
    value = '"' + "x" * 60 + '"'
    text = f"{HEAD}ex:s ex:p [ ex:q {value} ; ex:r {value} ; ex:t 1 ] ; ex:u ( {value} {value} {value} ) ."
    expected = (
        f"{HEAD}ex:s ex:p [ ex:q {value} ;\n        ex:r {value} ; ex:t 1 ] ;\n"
        f"    ex:u ( {value} {value}\n        {value} ) .\n"
    )
    assert format_turtle(text) == expected


def test_strings_are_never_changed() -> None:
    """Spaces, breaks and marks inside strings stay; only a carriage return is written as its escape."""
    text = f'{HEAD}ex:s ex:p "a  b ;  c # d", \'\'\'x \n\n  y \'\'\', """r\r\nn""" .\n'
    assert format_turtle(text) == text.replace("\r", "\\r")


def test_rdf_type_becomes_a() -> None:
    """The first predicate of a subject or bracket is written `a`, whatever its spelling; later ones stay."""
    rdf = "@prefix r: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    text = f"{rdf}{HEAD}[ r:type ex:T ] r:type ex:A ; ex:p [ <{PREFIXES['rdf']}type> ex:B ], ( r:type ex:c ) ."
    assert format_turtle(text).splitlines()[-1] == "[ a ex:T ] a ex:A ; ex:p [ a ex:B ], ( r:type ex:c ) ."
    assert format_turtle(f"{rdf}{HEAD}ex:s r:type ex:A .") == f"{HEAD}ex:s a ex:A .\n"
    other = "@prefix r: <http://other/> .\n\nr:s r:type r:A .\n"
    assert format_turtle(other) == other


def test_idle_semicolons_disappear() -> None:
    """A semicolon with no predicate after it says nothing and is dropped."""
    assert format_turtle(HEAD + "ex:s ex:p [ ex:q 1 ; ] ;; ex:r 2 ; .") == HEAD + "ex:s ex:p [ ex:q 1 ] ; ex:r 2 .\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<a:s> <a:p> 1 .\n\n<a:s> <a:p> "open .\n', "line 3: a string that is not closed"),
        ('<a:s> <a:p> """a\nb""" .\n<a:s> <a:p> """open" .\n', "line 3: a string that is not closed"),
        ("<a:s> <a:p> 1 .\r\n<a:s> <a p> 1 .\n", "line 2: '<' starts nothing in Turtle"),
        ("<a:s> <a:p> {1} .\n", "line 1: '{' starts nothing in Turtle"),
        ("# c\n<a:s>\n<a:p> [ 1 .\n", "line 2: the statement that starts here is not finished"),
        ("<a:s> <a:p>\n1 ] .\n", "line 2: ] closes nothing"),
        ("<a:s> <a:p> ( 1 ] .\n", "line 1: ] closes nothing"),
        ("@prefix a <http://a/> .\n", "line 1: a prefix or base is not declared as Turtle asks"),
        ("\n@prefix a:b <http://a/> .\n", "line 2: a prefix or base is not declared as Turtle asks"),
        ("@prefix a: <http://a/> .\nPREFIX a: <http://b/>\n", "line 2: prefix a: is bound to two IRIs"),
        ("<s> <p> 1 .\n@base <http://a/> .\n", "line 2: @base must stand once, above prefixes and statements"),
    ],
)
def test_faults_name_their_line(text: str, fault: str) -> None:
    """Text that cannot be laid out without guessing is refused with the line of the fault."""
    with pytest.raises(DataError) as caught:
        format_turtle(text)
    assert caught.value.lines == [fault]


def test_base_stays_first() -> None:
    """The base comes before the prefixes, whose own IRIs may be relative to it."""
    text = "@base <http://b/> .\n@prefix a: <x#> .\n\na:s a:p <y> .\n"
    assert format_turtle(text.replace("@base <http://b/> .", "BASE <http://b/>")) == text


def test_empty_text_stays_empty() -> None:
    """Nothing, or only white space, gives an empty file."""
    assert format_turtle("") == format_turtle(" \n\n") == ""


def test_unformatted_tells_the_difference() -> None:
    """A formatted text is not unformatted; one space more, or no final line feed, is."""
    text = HEAD + "ex:s ex:p 1 .\n"
    assert not unformatted(text)
    assert unformatted(text.replace(" 1", "  1"))
    assert unformatted(text.rstrip("\n"))
