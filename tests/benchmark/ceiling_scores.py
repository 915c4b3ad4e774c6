"""Score forecasts with a ceiling beside the same without, on the evaluation data.

Run ``ESSOR_EVALUATION_DATA=... python tests/benchmark/ceiling_scores.py [--reference digital_adoption] [--threads 2]``
with the package installed, or the build tree on PYTHONPATH. Without ``--reference`` the classes of the digital sets are
fitted out of fold, as in forecast_scores.py; that takes minutes.

First the digital sets at their split: no ceiling, one only asked for, and for shares of inhabitants (inet) one of 100.
Then shares in percent, of inhabitants on the internet and of households with a technology, four steps ahead from many
origins, by the last value known, with the class ``general`` and with ``digital_adoption`` (which was fitted on the
internet series): the nearer the ceiling, the more it should say. Printed, means over series or origins: CRPS by 19
quantiles, that of logarithms, shares of points inside the central interval of 80 % and above it, and the mean share of
the curves in the first step.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import essor
import numpy as np
import numpy.typing as npt
import pandas as pd
from essor import scores
from essor.backtesting import LEVELS
from forecast_scores import CASES, data_root, parted, points, read

HORIZON = 4
BANDS = ((0.0, 50.0), (50.0, 80.0), (80.0, 100.0))


def curves_share(forecast: essor.Forecast) -> dict[Any, float]:
    """Return the share of the growth curves in the first step of each series."""
    models = forecast.models
    own = models[models["model"].str.startswith("curve")]
    return dict(own.groupby("unique_id")["weight"].sum())


def scored(known: pd.DataFrame, came: npt.NDArray[np.float64], options: dict[str, Any]) -> pd.DataFrame:
    """Forecast what is known; return one row of scores per series."""
    result = essor.forecast(known, came.shape[1], draws=10, **options)
    quantiles = result._quantile_array(np.array(LEVELS))
    series = known["unique_id"].unique()
    least = known[known["y"] > 0].groupby("unique_id", sort=False)["y"].min().reindex(series).to_numpy() / 2
    logs = np.log(np.maximum(quantiles, least[:, None, None]))
    share = curves_share(result)
    low, high = quantiles[:, :, 1], quantiles[:, :, -2]
    return pd.DataFrame(
        {
            "unique_id": series,
            "crps": scores.crps_quantiles(came, quantiles, LEVELS).mean(axis=1),
            "log": scores.crps_quantiles(np.log(np.maximum(came, least[:, None])), logs, LEVELS).mean(axis=1),
            "cov80": ((low <= came) & (came <= high)).mean(axis=1),
            "above80": (came > high).mean(axis=1),
            "curves": [share.get(one, 0.0) for one in series],
        }
    )


def show(title: str, tables: dict[str, pd.DataFrame], figures: tuple[str, ...]) -> None:
    """Print the means of each way to forecast; the change of the log score, its standard error clustered by series."""
    print(f"\n## {title}: {len(next(iter(tables.values())))}")
    print(f"{'ceiling':12}" + "".join(f"{figure:>9}" for figure in (*figures, "cov80", "above80", "curves")))
    base = next(iter(tables.values()))["log"].to_numpy()
    for name, table in tables.items():
        means = "".join(f"{table[figure].mean():9.4f}" for figure in figures)
        rest = "".join(f"{table[figure].mean():9.3f}" for figure in ("cov80", "above80", "curves"))
        change = table["log"].to_numpy() - base
        apart = pd.Series(change - change.mean()).groupby(table["unique_id"].str.split(" ").str[0].to_numpy()).sum()
        error = np.sqrt((apart**2).sum()) / len(change)
        print(f"{name:12}{means}{rest}   log {change.mean():+.4f} (standard error {error:.4f})")


def at_split(folder: Path, options: argparse.Namespace) -> None:
    """Score the digital sets."""
    for case in (one for one in CASES if one.labelled):
        frame, horizon = read(folder, case)
        found: dict[str, list[pd.DataFrame]] = {"none": [], "asked": [], "inet none": [], "inet 100": []}
        parts = [(frame, None)] if options.reference else parted(frame, 6)
        for own, rest in parts:
            fitted = options.reference or essor.ReferenceClass.fit(points(rest), horizon, prior=None)
            for name, ceiling in (("none", None), ("asked", True), ("inet none", None), ("inet 100", 100.0)):
                used = own[own["label"] == "inet"] if name.startswith("inet") else own
                came = np.stack(
                    [part["y"].to_numpy(float)[-horizon:] for _, part in used.groupby("unique_id", sort=False)]
                )
                known = points(used[used["split"] == "train"])
                found[name].append(
                    scored(known, came, {"reference": fitted, "ceiling": ceiling, "threads": options.threads})
                )
        tables = {name: pd.concat(parts) for name, parts in found.items()}
        show(case.name, {name: tables[name] for name in ("none", "asked")}, ("log",))
        show(f"{case.name}, inet", {name: tables[name] for name in ("inet none", "inet 100")}, ("crps", "log"))


def origins(folder: Path, name: str, least: float) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
    """Give the beginnings of the series in percent, each with the four values that came after it."""
    table = pd.read_csv(folder / f"{name}_full.csv")
    chosen = table["series_id"].str.startswith("inet") | (name != "digital")
    for series, part in table[chosen].groupby("series_id"):
        values = part.sort_values("t")["value"].to_numpy(float)
        for end in range(5, len(values) - HORIZON + 1, 3):
            past = values[:end]
            if least < past[-1] and past.min() > 0 and past.max() < 100:
                yield f"{series} {end}", values[: end + HORIZON]


def near_ceiling(folder: Path, threads: int) -> None:
    """Score shares in percent by how near to 100 they are."""
    for name, reference, label, least in (
        ("techadopt", "general", None, 5.0),
        ("digital", "general", None, 25.0),
        ("digital", "digital_adoption", "inet", 25.0),
    ):
        all_origins = list(origins(folder, name, least))
        for low, high in BANDS:
            chosen = [(k, values) for k, values in all_origins if low <= values[-HORIZON - 1] < high]
            rows = [(k, t, y) for k, values in chosen for t, y in enumerate(values[:-HORIZON])]
            known = pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
            if label:
                known["label"] = label
            came = np.stack([values[-HORIZON:] for _, values in chosen])
            ways = {"none": None, "asked": True, "80 to 120": (80.0, 120.0), "100": 100.0}
            tables = {
                way: scored(known, came, {"reference": reference, "ceiling": ceiling, "threads": threads})
                for way, ceiling in ways.items()
                if way != "80 to 120" or known["y"].max() <= 120
            }
            show(f"{name}, {reference}, last value from {low:g} to {high:g} %", tables, ("crps", "log"))


def main() -> int:
    """Run all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", help="a shipped class for the digital sets, instead of one fitted out of fold")
    parser.add_argument("--threads", type=int, default=1, help="1, if left out")
    parser.add_argument("--only", choices=["split", "near"], help="one of the two parts")
    options = parser.parse_args()
    folder = data_root() / "forecast"
    if options.only != "near":
        at_split(folder, options)
    if options.only != "split":
        near_ceiling(folder, options.threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
