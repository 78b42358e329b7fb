"""Tests of `kg.places`: what `tests/test_source.py` does not cover with its larger text."""

import pytest

from kg.errors import UsageError
from kg.places import locate
from kg.source import parse_rendition

TEXT = b"#### Aim\n\nOf 25 came 5; then  25 left.\n"


def test_marked_token_is_found_in_its_surroundings() -> None:
    """A token between marks is placed alone; the words around it say which one is meant, however they are spaced."""
    [place] = locate(parse_rendition(TEXT), "then «25» left")
    assert (place.start, place.end) == (TEXT.rindex(b"25"), TEXT.rindex(b"25") + 2)
    [first] = locate(parse_rendition(TEXT), "Of «25» came")
    assert first.start == TEXT.index(b"25")


@pytest.mark.parametrize("find", ["«25» and «5»", "«»", "then «25", "Of…«5»"])
def test_unclear_marks_are_refused(find: str) -> None:
    """Two tokens, none, or a stretch with a token in it would leave open what is meant."""
    with pytest.raises(UsageError, match="mark one token"):
        locate(parse_rendition(TEXT), find)
