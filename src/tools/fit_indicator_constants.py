"""Fit the constants of include/essor/indicators/constants.hpp and print them.

Reads, in the folder named by ESSOR_EVALUATION_DATA:

- public_services/uk_revisions.csv and its description (11 940 volumes and 2 208 unit costs published, of which 168
  and 13 were revised by more than 5 %): the error of a measured figure;
- public_services/ca_program_resources.csv: the error of a plan;
- public_services/uk_cost_panel.csv, fiscal years: the reference class of the trend.

Needs NumPy and SciPy.  Run: python src/tools/fit_indicator_constants.py
"""

from __future__ import annotations

import csv
import math
import os
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist

import numpy as np
from scipy.optimize import minimize

PUBLISHED = {"volumes": (168, 11_940), "unit costs": (13, 2_208)}  # revised by more than 5 %, of how many


def rows(name: str) -> list[dict[str, str]]:
    path = Path(os.environ["ESSOR_EVALUATION_DATA"]) / "public_services" / name
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def error_of_measured() -> None:
    """The sd of a normal error that exceeds 5 % as often as published figures were revised by more than 5 %."""
    for what, (revised, published) in PUBLISHED.items():
        sd = 0.05 / NormalDist().inv_cdf(1 - revised / published / 2)
        print(f"error of measured {what}: {sd:.4f} ({revised} of {published} revised by more than 5 %)")
    large = 0
    for row in rows("uk_revisions.csv"):
        first, last = float(row["first_value"]), float(row["last_value"])
        if row["metric"] == "transactions" and first > 0 and last > 0 and abs(math.log(last / first)) > 0.05:
            large += 1
    print(f"  (of the revisions in the file, {large} volumes moved by more than 5 %)")


def error_of_planned() -> None:
    """A normal's sd from the interquartile range of actual over planned staff."""
    logs = [
        math.log(float(row["actual_ftes"]) / float(row["planned_ftes"]))
        for row in rows("ca_program_resources.csv")
        if row["actual_ftes"]
        and row["planned_ftes"]
        and float(row["actual_ftes"]) > 0
        and float(row["planned_ftes"]) > 0
    ]
    low, high = np.quantile(logs, [0.25, 0.75])
    print(f"error of planned: {(high - low) / 2 / 0.6744898:.4f} ({len(logs)} rows)")


def falls_by_service() -> list[np.ndarray]:
    """d = ln u before - ln u now, between adjacent fiscal years, by service.

    A unit cost equal to the one before was carried forward: missing information, so the pair is left out.
    """
    services: dict[str, list[tuple[str, str, float]]] = {}
    for row in rows("uk_cost_panel.csv"):
        cost, volume = float(row["total_cost_gbp"]), float(row["transactions"])
        if row["nonoverlapping_fy"] == "1" and cost > 0 and volume > 0:
            services.setdefault(row["service"], []).append(
                (row["period_start"], row["period_end"], math.log(cost / volume))
            )
    found = []
    for windows in services.values():
        windows.sort()
        falls = [a[2] - b[2] for a, b in pairwise(windows) if a[1][:4] == b[0][:4] and abs(a[2] - b[2]) > 1e-9]
        if falls:
            found.append(np.array(falls))
    return found


def negative_log_likelihood(parameters: np.ndarray, falls: list[np.ndarray]) -> float:
    """Marginal likelihood of d ~ mu + sigma t_3, mu ~ N(m, s^2), ln sigma ~ N(ln c, w^2), by quadrature."""
    mean, sd, scale, log_sd = parameters[0], *np.exp(parameters[1:])
    z = np.linspace(-5, 5, 201)
    mu, mu_weight = mean + sd * z, np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
    nodes = np.linspace(-3, 3, 25)
    sigma, sigma_weight = scale * np.exp(log_sd * nodes), np.exp(-nodes * nodes / 2) / np.exp(-nodes * nodes / 2).sum()
    constant = 2 / (math.pi * math.sqrt(3))  # density of t_3 at 0
    total = 0.0
    for record in falls:
        standard = (record[:, None, None] - mu[None, :, None]) / sigma[None, None, :]
        density = (constant / sigma / (1 + standard**2 / 3) ** 2).prod(axis=0)
        total -= math.log(mu_weight @ density @ sigma_weight)
    return total


def trend_class() -> None:
    falls = falls_by_service()
    start = np.array([0.0, math.log(0.1), math.log(0.12), math.log(0.9)])
    best = minimize(
        negative_log_likelihood,
        start,
        args=(falls,),
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-4, "maxiter": 2000},
    )
    mean, sd, scale, log_sd = best.x[0], *np.exp(best.x[1:])
    print(f"trend class: mean {mean:.4f}, sd {sd:.4f}, scale {scale:.4f}, scale_log_sd {log_sd:.4f}")
    print(f"  ({sum(map(len, falls))} pairs of {len(falls)} services, log likelihood {-best.fun:.2f})")
    for fixed in (0.02, 0.05, 0.08, 0.12, 0.2):

        def at_fixed(p: np.ndarray, log_sd: float = math.log(fixed)) -> float:
            return negative_log_likelihood(np.array([p[0], log_sd, p[1], p[2]]), falls)

        at = minimize(at_fixed, [0.0, best.x[2], best.x[3]], method="Nelder-Mead")
        print(f"  sd {fixed}: log likelihood {-at.fun:.2f}, mean {at.x[0]:.4f}")


if __name__ == "__main__":
    error_of_measured()
    error_of_planned()
    trend_class()
