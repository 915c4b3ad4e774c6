"""Fit the class priors of include/essor/forecast/priors.hpp and print them.

The naive forecast takes its spread (ageing, spread_mean, spread_sd) from here; it is fitted beside a trend.

Model, on the logarithm y of the values (shifted when a series has zeros), started at the first value:

    b_t = g + phi (b_{t-1} - g),  e_t = y_t - l_{t-1} - b_t ~ sigma (t - 1)^-kappa * Student-t(4),
    l_t = l_{t-1} + b_t + alpha e_t,  b_t <- b_t + beta e_t,  l_1 = y_1,  b_1 ~ N(trend_mean, trend_sd^2),
    log sigma ~ N(spread_mean, spread_sd^2), truncated at 2.5 standard deviations.

Empirical Bayes: the likelihood of every series is tabulated on a grid of (alpha, beta, phi, b_1, sigma);
expectation-maximisation then fits the prior weights of alpha, beta and phi, and the means and standard deviations
of the trend and of log sigma; g and kappa are those of two short lists with the highest evidence, one searched
after the other. Where a series does not begin at a launch, its first value has no age, and kappa is 0. Half of the
series (by group: country, service or series) fit.
Data: the folder named by ESSOR_EVALUATION_DATA. Run, for some minutes: python src/tools/fit_forecast_priors.py
"""

from __future__ import annotations

import zlib
from itertools import product
from typing import Any

import numpy as np
from evaluation_series import read_series

ALPHA = (0.2, 0.6, 1.0)
BETA = (0.0, 0.1, 0.3, 0.6)
PHI = (0.5, 0.7, 0.85, 0.95)
DEGREES = 4.0
LONGEST = 20  # histories are short: longer ones are cut to this many points
DRIFT = (-0.02, 0.0, 0.02, 0.04)  # no higher: 20 early years of a class that saturates overstate its long-run growth
AGEING = (0.0, 0.25, 0.5, 0.75, 1.0)
SOURCES = {  # class: files, months of a period, whether the series begin at the launch of what they count
    "general": (("m3_yearly", "m1_yearly", "tourism_yearly"), 12, False),
    "digital_adoption": (("digital_full",), 12, True),
    "public_service_volume": (("uk_panel_halfyear",), 6, False),
}


def usable(file: str) -> dict[str, np.ndarray]:
    """Series of a file with three values or more that do not end below 0."""
    return {k: np.array(v) for k, v in read_series(file).items() if len(v) >= 3 and v[-1] >= 0}


def in_fit_half(source: str, series: str) -> bool:
    """Whether a series fits; series of one country are kept together."""
    group = series.rsplit("_", 1)[-1] if source.startswith("digital") else series
    return zlib.crc32(group.encode()) % 2 == 0


def log_values(values: np.ndarray) -> np.ndarray:
    """Logarithm of value + shift; shift: 0, or half the smallest positive value when there is a zero."""
    positive = values[values > 0]
    shift = 0.0 if positive.size == values.size else (0.5 * positive.min() if positive.size else 1.0)
    return np.log(values + shift)


class Grid:
    """Every combination of the parameters, and the log likelihood of a series on it."""

    def __init__(self, drift: float, ageing: float, trends: np.ndarray, log_spreads: np.ndarray) -> None:
        self.combinations = np.array(list(product(ALPHA, BETA, PHI)))
        self.ageing = ageing
        self.drift, self.trends, self.log_spreads = drift, trends, log_spreads

    def log_likelihood(self, y: np.ndarray) -> np.ndarray:
        alpha, beta, phi = (self.combinations[:, i, None] for i in range(3))
        level = np.full((len(self.combinations), self.trends.size), y[0])
        trend = np.broadcast_to(self.trends, level.shape).copy()
        weights = np.exp(-2 * self.log_spreads) / DEGREES
        total = np.zeros((*level.shape, self.log_spreads.size))
        for age, value in enumerate(y[1:], start=1):
            trend = self.drift + phi * (trend - self.drift)
            error = value - level - trend
            level = level + trend + alpha * error
            trend = trend + beta * error
            total -= 0.5 * (DEGREES + 1) * np.log1p((error * age**self.ageing)[..., None] ** 2 * weights)
        return total - (y.size - 1) * self.log_spreads + self.ageing * np.log(np.arange(1, y.size)).sum()


def normal_weights(x: np.ndarray, mean: float, sd: float, limit: float = np.inf) -> np.ndarray:
    z = (x - mean) / sd
    w = np.where(np.abs(z) <= limit, np.exp(-0.5 * np.minimum(z * z, 1400.0)), 0.0)
    return w / w.sum()


def fit(series: list[np.ndarray], drift: float, ageing: float, steps: int = 40) -> dict[str, Any]:
    """Expectation-maximisation of one class at a given long-run drift and ageing of the spread."""
    grid = Grid(drift, ageing, np.linspace(-1.0, 2.6, 37), np.linspace(np.log(0.002), np.log(2.0), 24))
    tables = []
    for y in series:
        table = grid.log_likelihood(y)
        top = table.max()
        tables.append((np.exp(table - top).astype(np.float32), top))
    shape = (len(ALPHA), len(BETA), len(PHI))
    alpha, beta, phi = (np.full(n, 1 / n) for n in shape)
    trend_mean, trend_sd, spread_mean, spread_sd, evidence = 0.05, 0.3, np.log(0.1), 0.8, -np.inf
    for _ in range(steps):
        structure = (alpha[:, None, None] * beta[None, :, None] * phi).ravel()
        trend_weights = normal_weights(grid.trends, trend_mean, trend_sd)
        spread_weights = normal_weights(grid.log_spreads, spread_mean, spread_sd, 2.5)
        counts, trend_mass, spread_mass, evidence = np.zeros(shape), np.zeros(1), np.zeros(1), 0.0
        for table, top in tables:
            joint = table * structure[:, None, None] * trend_weights[:, None] * spread_weights
            mass = joint.sum()
            evidence += top + np.log(mass)
            counts += (joint.sum((1, 2)) / mass).reshape(shape)
            trend_mass = trend_mass + joint.sum((0, 2)) / mass
            spread_mass = spread_mass + joint.sum((0, 1)) / mass
        # One per cent of the weight is spread evenly: no cell of the grid is excluded for ever.
        smooth = 0.01 * len(series)
        alpha, beta, phi = (
            (m + smooth / m.size) / (m + smooth / m.size).sum()
            for m in (counts.sum((1, 2)), counts.sum((0, 2)), counts.sum((0, 1)))
        )
        trend_mean = float(trend_mass @ grid.trends / trend_mass.sum())
        trend_sd = float(np.sqrt(trend_mass @ (grid.trends - trend_mean) ** 2 / trend_mass.sum()))
        spread_mean = float(spread_mass @ grid.log_spreads / spread_mass.sum())
        spread_sd = float(np.sqrt(spread_mass @ (grid.log_spreads - spread_mean) ** 2 / spread_mass.sum()))
    constants = {"drift": drift, "ageing": ageing, "trend_mean": trend_mean, "trend_sd": trend_sd}
    constants |= {"spread_mean": spread_mean, "spread_sd": spread_sd}
    return {"alpha": alpha, "beta": beta, "phi": phi, **constants, "evidence": evidence, "series": len(series)}


def class_series(reference: str, fitting: bool) -> list[tuple[str, str, np.ndarray]]:
    files, _, _ = SOURCES[reference]
    return [(f, k, v) for f in files for k, v in sorted(usable(f).items()) if in_fit_half(f, k) == fitting]


def print_priors() -> None:
    for reference, (files, months, launch) in SOURCES.items():
        values = [v[:LONGEST] if launch else v[-LONGEST:] for _, _, v in class_series(reference, fitting=True)]
        logs = [log_values(v) for v in values]
        print(f"{reference}: {', '.join(files)}; {len(logs)} series; {months} months a period")
        tried: dict[tuple[float, float], dict[str, Any]] = {}
        best: dict[str, Any] = {"drift": 0.0, "ageing": 0.0}
        for pairs in ([(d, 0.0) for d in DRIFT], [(None, k) for k in AGEING if launch], [(d, None) for d in DRIFT]):
            for drift, ageing in pairs:
                key = (best["drift"] if drift is None else drift, best["ageing"] if ageing is None else ageing)
                if key not in tried:
                    tried[key] = fit(logs, *key)
                    print(f"  drift {key[0]:.2f} ageing {key[1]:.2f} log evidence {tried[key]['evidence']:.1f}")
            best = max(tried.values(), key=lambda f: f["evidence"])
        for name in ("ageing", "spread_mean", "spread_sd"):
            print(f"  {name:12s} {best[name]:.3f}")


if __name__ == "__main__":
    print_priors()
