"""The legend of a drawing: one sample of each line and box that is drawn, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from kg.view_style import KIND_LOOKS, LOOKS, OTHER, SHAPES, SIGN_COLOURS, SIGN_WORDS, STYLES, Look, Style, line_end

__all__ = ["BoxSample", "LineSample", "box_samples", "line_samples"]

# Looks of lines that carry no sign by their nature.
_NO_SIGN = set(KIND_LOOKS.values()) - {"bridge", "net", "binding"}
_TONES = {1: "more", -1: "less", 0: "quiet"}


class LineSample(NamedTuple):
    """A line of the legend; `tone` (more, less, quiet) is for style sheets, `colour` for who has none."""

    words: str
    end: str
    tone: str
    colour: str
    width: float
    dashes: str
    label: str
    cut: bool


class BoxSample(NamedTuple):
    """A box of the legend, its outline around the middle."""

    words: str
    outline: str
    fill: str


def line_samples(drawn: Collection[tuple[str, int]]) -> Iterator[LineSample]:
    """List the lines of a legend: the ends first, then what a line can be besides.

    Args:
        drawn: the looks and signs of the lines that the drawing has.

    >>> [sample.words for sample in line_samples([("bridge", -1)])]
    ['decreases: ends in a bar', 'bridge, added by the curators: dotted line']
    """
    signs: dict[str, int] = {}
    for name, sign in drawn:
        signs[name] = max(sign, signs.get(name, -1))
    for sign, end in ((1, "an arrow"), (-1, "a bar")):
        if any(sign == other for _, other in drawn):
            yield _sample(f"{SIGN_WORDS[sign]}: ends in {end}", LOOKS["fact"], line_end("", sign), sign)
    if signs.keys() & _NO_SIGN:
        yield _sample("without a sign: ends in a diamond", LOOKS["other"], line_end("", 0), 0)
    for key, look in LOOKS.items():
        if key in signs:
            end = line_end("kg:BindingStatement" if key == "binding" else "", signs[key])
            yield _sample(look.words, look, end, signs[key])


def _sample(words: str, look: Look, end: str, sign: int) -> LineSample:
    tone = "quiet" if look.colour else _TONES[sign]
    colour = look.colour or SIGN_COLOURS[sign]
    return LineSample(words, end, tone, colour, look.width, " ".join(map(str, look.dashes)), look.label, look.cut)


def box_samples(drawn: Iterable[Style]) -> list[BoxSample]:
    """List the boxes of a legend, in the order of the table of styles.

    >>> [sample.words for sample in box_samples([OTHER, STYLES[0]])]
    ['drug', 'other thing']
    """
    shown = set(drawn)
    return [BoxSample(s.words, SHAPES[s.shape](17, 9), s.fill) for s in (*STYLES, OTHER) if s in shown]
