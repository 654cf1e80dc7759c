"""Shares of a whole, and how sure they are."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

SURE = 0.95
"""Confidence of an interval."""


class Share(NamedTuple):
    """A share from 0 to 1 with its interval."""

    value: float
    low: float
    high: float


def share(hits: int, of: int) -> Share | None:
    """Return a share with Wilson's 95 % interval, which holds for few cases too; None where there are none.

    Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 1927;22:209-212.
    """
    if not of:
        return None
    z = NormalDist().inv_cdf((1 + SURE) / 2)
    value, more = hits / of, z * z / of
    middle = (value + more / 2) / (1 + more)
    half = z * sqrt(value * (1 - value) / of + more / of / 4) / (1 + more)
    # Of none and of all, rounding would leave the share itself a hair outside.
    return Share(value, min(value, max(0.0, middle - half)), max(value, min(1.0, middle + half)))
