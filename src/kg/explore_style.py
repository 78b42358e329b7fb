"""How the page Explore draws things and claims: the looks and shapes of `kg.view_style` in the words of Cytoscape."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from kg.view_claims import Thing
from kg.view_style import LOOKS, OTHER, SHAPES, STYLES, style_of

__all__ = ["Sized", "canvas_styles", "drawn_looks", "outline", "sized", "style_number"]

_STYLES = (*STYLES, OTHER)

# Of a box, by the letters of its longest line.
_WIDTHS = {9: 88, 14: 124, 22: 172}
_LETTERS = max(_WIDTHS)
_MOST_LINES = 6
_LINE_HEIGHT, _PADDING = 15, 18

# The radius of round corners; lines end at it. Where a line meets another round outline, its box is near enough.
_CORNERS = {"pill": 40, "twin_pill": 40, "round": 7, "twin_round": 7}


@dataclass(frozen=True)
class Sized:
    """The lines of a box and its size in pixels."""

    lines: list[str]
    width: int
    height: int


def sized(label: str) -> Sized:
    """Break a label into lines and find the box that they fit into.

    >>> sized("nuclear export of tumor suppressor proteins")
    Sized(lines=['nuclear export of', 'tumor suppressor', 'proteins'], width=172, height=63)
    """
    lines = textwrap.wrap(label, _LETTERS, max_lines=_MOST_LINES, placeholder=" …") or [label]
    longest = max(map(len, lines))
    width = next(width for letters, width in _WIDTHS.items() if longest <= letters)
    return Sized(lines, width, _PADDING + _LINE_HEIGHT * len(lines))


def style_number(thing: Thing) -> int:
    """Find the place of the style of a thing among those of `canvas_styles`."""
    return _STYLES.index(style_of(thing.wider))


def outline(style: int, width: int, height: int) -> str:
    """Draw the outline of a box as an SVG path around the origin."""
    return SHAPES[_STYLES[style].shape](width / 2, height / 2)


def canvas_styles() -> list[dict[str, Any]]:
    """Describe each style for the canvas."""
    return [
        {
            "words": style.words,
            "fill": style.fill,
            "text": style.text,
            "corner": _CORNERS.get(style.shape, 0),
        }
        for style in _STYLES
    ]


def drawn_looks() -> dict[str, dict[str, Any]]:
    """Describe each look of a line; `plain` ones hide the colour of their sign."""
    return {
        name: {
            "words": look.words,
            "dashes": list(look.dashes),
            "width": look.width,
            "label": look.label,
            "plain": bool(look.colour),
            "cut": look.cut,
        }
        for name, look in LOOKS.items()
    }
