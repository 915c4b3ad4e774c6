"""Ranks of simulation-based calibration, and whether they stay inside their simultaneous bands.

The statistic of a quantity is the smallest two-sided binomial probability of its ranks' distribution function at 50
points; its p-value comes from the same statistic of simulated uniform ranks. Its 5 % quantile is the constant gamma of
the bands.

Sources: S. Talts, M. Betancourt, D. Simpson, A. Vehtari and A. Gelman (2018), arXiv:1804.06788, for the method; T.
Saeilynoja, P.-C. Buerkner and A. Vehtari (2022), doi:10.1007/s11222-022-10090-6, for the bands; M. Modrak et al.
(2023), doi:10.1214/23-BA1404, for ranking the likelihood.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

POINTS = 50
DRAWS = 199  # ranks 0..199: 200 values, 4 for each of the 50 points


class Bands:
    """The simultaneous bands of a number of simulations."""

    def __init__(self, simulations: int, seed: int) -> None:
        self._below, self._above = binomials(simulations)
        random = np.random.Generator(np.random.Philox(key=seed))
        drawn = (random.integers(0, DRAWS + 1, simulations) for _ in range(20000))
        self._null = np.sort([self.statistic(ranks) for ranks in drawn])

    @property
    def gamma(self) -> float:
        """The pointwise level at which all points are inside with probability 0.95."""
        return float(np.quantile(self._null, 0.05))

    def statistic(self, ranks: np.ndarray) -> float:
        """Smallest two-sided probability of the ranks' distribution function over the points."""
        per_point = (DRAWS + 1) // POINTS
        counts = np.bincount(ranks // per_point, minlength=POINTS).cumsum()[:-1]
        rows = np.arange(POINTS - 1)
        return float(2 * np.minimum(self._below[rows, counts], self._above[rows, counts]).min())

    def p_value(self, ranks: np.ndarray) -> float:
        """How often uniform ranks depart as far."""
        as_far = np.searchsorted(self._null, self.statistic(ranks), side="right")
        return float((as_far + 1) / (self._null.size + 1))


def binomials(count: int) -> tuple[np.ndarray, np.ndarray]:
    """P(X <= k) and P(X >= k) for each point and k = 0..count."""
    below = np.empty((POINTS - 1, count + 1))
    ways = [math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) for k in range(count + 1)]
    for i in range(1, POINTS):
        p = i / POINTS
        mass = np.exp([w + k * math.log(p) + (count - k) * math.log1p(-p) for k, w in enumerate(ways)])
        below[i - 1] = np.cumsum(mass)
    above = 1 - np.column_stack([np.zeros(POINTS - 1), below[:, :-1]])
    return below, above


def holm(p_values: Sequence[float]) -> float:
    """Return the smallest p-value after Holm's correction: below 0.05, something is outside its band."""
    return min(1.0, min(p_values) * len(p_values))
