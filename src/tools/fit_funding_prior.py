"""Fit the class prior of the response to funding, include/essor/forecast/detail/funding_prior.hpp, and print it.

Reads, in the folder named by ESSOR_EVALUATION_DATA:

- public_services/uk_cost_panel.csv, fiscal years of British services: growth of volume on growth of total cost of the
  same year. Total cost is volume x unit cost, so an error of volume is in both, and volume that costs money is too: the
  slope is too high. And on growth of cost of the year before, beside growth of volume of that year: what follows cannot
  have caused what went before, but only the part that is carried over is left: the slope is too low.
- public_services/fr_unit_costs.csv: growth of volume on growth of cost of French digital products, where cost and
  volume are published apart. The longest metric of each product.

Each is a slope of first differences, corrected for the error of measured costs, with a standard error clustered by
product. They disagree by more than their errors; the class is the random-effects summary of the three (R. DerSimonian
and N. Laird (1986), Meta-analysis in clinical trials, Controlled Clinical Trials 7(3), 177-188,
doi:10.1016/0197-2456(86)90046-2): its mean, and the standard deviation of the elasticity of a product to come.

Needs NumPy.  Run: python src/tools/fit_funding_prior.py
"""

from __future__ import annotations

import csv
import math
import os
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

ERROR_OF_COST = 0.02  # relative standard deviation of a measured figure: fit_indicator_constants.py
JUMP = 0.7  # growths beyond a factor of two are changes of method, says the description of the panel
Year = tuple[int, float, float]  # year, ln cost, ln volume
Growths = dict[str, list[tuple[int, float, float]]]  # by product: year, growth of cost, growth of volume
Array = npt.NDArray[np.float64]


def rows(name: str) -> list[dict[str, str]]:
    path = Path(os.environ["ESSOR_EVALUATION_DATA"]) / "public_services" / name
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def growths(series: dict[str, list[Year]]) -> Growths:
    """Differences between adjacent years; a unit cost equal to the one before was carried forward, and says nothing."""
    found: Growths = {}
    for product, years in series.items():
        pairs = [(b[0], b[1] - a[1], b[2] - a[2]) for a, b in pairwise(sorted(years)) if b[0] == a[0] + 1]
        pairs = [p for p in pairs if abs(p[1] - p[2]) > 1e-9]
        if pairs:
            found[product] = pairs
    return found


def british() -> Growths:
    series: dict[str, list[Year]] = defaultdict(list)
    for row in rows("uk_cost_panel.csv"):
        cost, volume = float(row["total_cost_gbp"]), float(row["transactions"])
        if row["nonoverlapping_fy"] == "1" and cost > 0 and volume > 0:
            series[row["service"]].append((int(row["period_start"][:4]), math.log(cost), math.log(volume)))
    return growths(series)


def french() -> Growths:
    years: dict[tuple[str, str], dict[int, Year]] = defaultdict(dict)
    for row in rows("fr_unit_costs.csv"):
        whole_year = row["period_start"].endswith("-01-01") and row["period_end"].endswith("-12-31")
        figures = row["cost_eur"] and row["metric_value"] and row["metric_kind"] in ("flow", "monthly_average")
        year = int(row["period_start"][:4])
        if whole_year and figures and row["period_end"].startswith(str(year)):
            figure = (year, math.log(float(row["cost_eur"])), math.log(float(row["metric_value"])))
            years[row["service"], row["metric"]].setdefault(year, figure)
    longest: dict[str, list[Year]] = {}
    for (product, _), figures_of in years.items():
        if len(figures_of) > len(longest.get(product, [])):
            longest[product] = list(figures_of.values())
    return growths(longest)


def slope(regressors: Array, response: Array, cluster: list[str]) -> tuple[float, float]:
    """Least squares with a constant; the first coefficient, with a standard error robust to clusters."""
    design = np.column_stack([np.ones(len(response)), regressors])
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ response
    scores: dict[str, Array] = defaultdict(lambda: np.zeros(design.shape[1]))
    for x, error, name in zip(design, response - design @ beta, cluster, strict=True):
        scores[name] = scores[name] + x * error
    meat = sum((np.outer(s, s) for s in scores.values()), np.zeros((design.shape[1],) * 2))
    groups = len(scores)
    variance = (bread @ meat @ bread)[1, 1] * groups / (groups - 1)
    reliability = 1 - 2 * ERROR_OF_COST**2 / regressors[:, 0].var()
    return float(beta[1] / reliability), float(math.sqrt(variance) / reliability)


def same_year(panel: Growths) -> tuple[float, float, int]:
    table = [(name, c, v) for name, pairs in panel.items() for _, c, v in pairs if max(abs(c), abs(v)) < 2 * JUMP]
    return *slope(np.array([[r[1]] for r in table]), np.array([r[2] for r in table]), [r[0] for r in table]), len(table)


def year_before(panel: Growths) -> tuple[float, float, int]:
    table = [
        (name, a[1], a[2], b[2])
        for name, pairs in panel.items()
        for a, b in pairwise(pairs)
        if b[0] == a[0] + 1 and max(abs(x) for x in (*a[1:], *b[1:])) < JUMP
    ]
    columns = np.array([r[1:3] for r in table])
    return *slope(columns, np.array([r[3] for r in table]), [r[0] for r in table]), len(table)


def pooled(estimates: list[tuple[float, float]]) -> tuple[float, float]:
    """DerSimonian and Laird: the mean, and the standard deviation of one more."""
    value, variance = np.array([e[0] for e in estimates]), np.array([e[1] ** 2 for e in estimates])
    weight = 1 / variance
    fixed = (weight * value).sum() / weight.sum()
    excess = (weight * (value - fixed) ** 2).sum() - (len(value) - 1)
    between = max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))
    weight = 1 / (variance + between)
    return float((weight * value).sum() / weight.sum()), math.sqrt(between + 1 / weight.sum())


if __name__ == "__main__":
    found = {
        "British services, cost of the same year": same_year(british()),
        "British services, cost of the year before": year_before(british()),
        "French products, cost of the same year": same_year(french()),
    }
    for what, (value, error, pairs) in found.items():
        print(f"{what}: {value:.3f} (standard error {error:.3f}, {pairs} pairs)")
    mean, sd = pooled([(value, error) for value, error, _ in found.values()])
    print(f"elasticity: mean {mean:.3f}, sd {sd:.3f}")
