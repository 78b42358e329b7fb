"""How surely a share is known from the number of patients behind it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist

__all__ = ["numerator", "wilson"]

# How often the intervals cover the true share.
CONFIDENCE = 0.95


def numerator(printed: str, n: int) -> int | None:
    """Find how many of `n` patients a printed percentage stands for; none if no whole number or several do.

    A count fits if its share, rounded half up to as many decimals as are printed, is the printed number.

    Args:
        printed: the percentage as printed, such as `76.4`; its decimals say how it was rounded.
        n: how many patients there are, at least 1.

    >>> numerator("76.4", 195), numerator("69", 34), numerator("50", 301)
    (149, None, None)
    """
    share = Decimal(printed)
    grain = Decimal(1).scaleb(min(share.as_tuple().exponent, 0))  # type: ignore[arg-type]  # a printed number is finite
    near = int(share * n / 100)
    fits = [k for k in range(max(near - 5, 0), min(near + 5, n) + 1) if _rounded(k, n, grain) == share]
    return fits[0] if len(fits) == 1 else None


def _rounded(k: int, n: int, grain: Decimal) -> Decimal:
    return (Decimal(100 * k) / n).quantize(grain, ROUND_HALF_UP)


def wilson(k: int, n: int) -> tuple[float, float]:
    """Compute the 95 % Wilson score interval of a share, in percent.

    Wilson, J Am Stat Assoc 1927;22:209-212. It stays within 0 and 100 and is fit for few patients, unlike the interval
    that is symmetric around the share.

    Args:
        k: how many of the patients, 0 to `n`.
        n: how many patients, at least 1.

    >>> [round(end, 1) for end in wilson(149, 195)]
    [70.0, 81.8]
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, spread = k / n, z * z / n
    middle = share + spread / 2
    reach = z * (share * (1 - share) / n + spread / (4 * n)) ** 0.5
    # At 0 and at n one end is the share itself; the sums above miss it by a rounding error.
    low = 0.0 if k == 0 else (middle - reach) / (1 + spread)
    high = 1.0 if k == n else (middle + reach) / (1 + spread)
    return 100 * low, 100 * high
