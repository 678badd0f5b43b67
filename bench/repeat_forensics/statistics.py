"""The arithmetic of the report: intervals, bounds, thresholds, ROC curves and the extreme-value fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Share:
    """`hits` of `of`."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        """The share, nan of nothing."""
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper-Pearson (1934), two-sided 95 %: exact, so it covers at least as often as it says."""
        low = stats.beta.ppf((1 - CONFIDENCE) / 2, self.hits, self.of - self.hits + 1) if self.hits else 0.0
        high = (
            stats.beta.ppf((1 + CONFIDENCE) / 2, self.hits + 1, self.of - self.hits)
            if self.hits < self.of
            else 1.0
        )
        return float(low), float(high)

    @property
    def upper_bound(self) -> float:
        """One-sided 95 % upper bound; with no hit about 3 / of."""
        return (
            1.0
            if self.hits == self.of
            else float(stats.beta.ppf(CONFIDENCE, self.hits + 1, self.of - self.hits))
        )

    def reaches(self, target: float) -> str:
        """Plainly whether a target is met, and whether the interval leaves room for doubt."""
        if self.of == 0:
            return "not run"
        if self.rate < target:
            return "missed" if self.interval[1] < target else "missed (within the interval)"
        return "met" if self.interval[0] >= target else "met (interval reaches below)"


def added(shares: Iterable[Share]) -> Share:
    """All of them together."""
    listed = list(shares)
    return Share(sum(s.hits for s in listed), sum(s.of for s in listed))


def threshold_at(impostors: Mapping[float, int], rate: float) -> float:
    """The threshold just above the first impostor score that would let more than `rate` of the pairs through.

    -inf when every pair may pass. A score is accepted when it is at least the threshold.
    """
    allowed, reached = rate * sum(impostors.values()), 0
    for score in sorted(impostors, reverse=True):
        reached += impostors[score]
        if reached > allowed:
            return math.nextafter(score, math.inf)
    return -math.inf


@dataclass(frozen=True)
class Roc:
    """A ROC curve: at each threshold the share of impostors and of true pairs accepted, with 95 % limits."""

    false: NDArray[np.float64]
    true: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def roc(true: Sequence[float], impostors: Mapping[float, int]) -> Roc:
    """Every threshold that changes something; limits are Clopper-Pearson's, point by point."""
    levels = sorted({*true, *impostors}, reverse=True)
    false_total, true_counts = sum(impostors.values()), Counter(true)
    false_counts = np.cumsum([impostors.get(level, 0) for level in levels])
    hits = np.cumsum([true_counts.get(level, 0) for level in levels])
    limits = np.array([Share(int(hit), len(true)).interval for hit in hits]).reshape(-1, 2)
    return Roc(false_counts / max(false_total, 1), hits / max(len(true), 1), limits[:, 0], limits[:, 1])


@dataclass(frozen=True)
class Gumbel:
    """A Gumbel law fitted to maxima: P(max < x) = exp(-exp(-(x - location) / scale))."""

    location: float
    scale: float
    count: int

    def exceeding(self, level: float) -> float:
        """The fitted probability that one maximum exceeds a level."""
        return float(-math.expm1(-math.exp(-(level - self.location) / self.scale)))

    def expected_largest(self) -> float:
        """The level that the largest of `count` such maxima exceeds half the time."""
        return self.location - self.scale * math.log(math.log(2) / self.count)


def gumbel(maxima: Sequence[float]) -> Gumbel:
    """Maximum-likelihood fit; needs at least ten values. Raises ValueError."""
    values = np.asarray(maxima, np.float64)
    if len(values) < 10 or values.std() == 0:
        raise ValueError("maxima: at least ten different values are needed for a fit")
    shifted = values - values.min()

    def slope(scale: float) -> float:
        weight = np.exp(-shifted / scale)
        return float(shifted.mean() - (shifted * weight).sum() / weight.sum() - scale)

    guess = float(values.std() * math.sqrt(6) / math.pi)
    scale = float(optimize.brentq(slope, guess / 20, guess * 20))
    location = float(values.min() - scale * math.log(np.exp(-shifted / scale).mean()))
    return Gumbel(location, scale, len(values))
