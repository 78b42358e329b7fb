"""Wilson intervals and numerators, against published figures and against counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.intervals import numerator, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_interval_is_the_published_one(k: int, n: int, low: float, high: float) -> None:
    """The examples of Newcombe, Stat Med 1998;17:857-872, table I, method 3."""
    assert [round(end, 2) for end in wilson(k, n)] == [low, high]


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_its_share(counts: tuple[int, int]) -> None:
    """The share lies inside, the ends between 0 and 100, and the mirrored count mirrors them."""
    k, n = counts
    low, high = wilson(k, n)
    assert 0 <= low <= 100 * k / n <= high <= 100
    assert wilson(n - k, n) == pytest.approx((100 - high, 100 - low))


@given(st.integers(1, 100).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_numerator_is_found_where_only_one_fits(counts: tuple[int, int]) -> None:
    """With one decimal no two counts of at most a hundred patients print alike."""
    k, n = counts
    printed = f"{int(1000 * k / n + 0.5) / 10}"
    assert numerator(printed, n) == k


@pytest.mark.parametrize(("printed", "n"), [("69", 34), ("50", 301), ("0.3", 100)])
def test_no_numerator_where_none_or_several_fit(printed: str, n: int) -> None:
    """69 percent of 34 is no whole patient; 50 percent of 301 are three counts."""
    assert numerator(printed, n) is None
