"""Scores of forecasts out of fold on the evaluation data, beside the best published methods.

Run ``ESSOR_EVALUATION_DATA=... python tests/benchmark/forecast_scores.py [--sets m3_yearly ...] [--reference general]``
with the package installed, or the build tree on PYTHONPATH. The series of a set are divided into folds; those of a fold
are forecast at the split of the files, with a class fitted on all points of the other folds, from no prior, since the
shipped classes have seen the series. ``--transfer`` fits one class on the other collections with the same steps
instead; ``--reference`` takes a shipped class, which may have been fitted on series of the set.

Printed, means over series: MASE and CRPS19s over the scale of the full training part, the geometric mean of CRPS over
that of naive (with a season, the same season of last year), the CRPS of logarithms, and shares of points inside the
central intervals and to either side of the one of 80 %, each with its standard error clustered by series. A share
outside its band by more than two standard errors is marked. In logarithms, a quantile below half the smallest positive
value known counts as that half, for every method. ``log`` methods are plain forecasts made on logarithms.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import essor
import numpy as np
import numpy.typing as npt
import pandas as pd
from essor import _core, scores
from essor.backtesting import LEVELS

BANDS = {"cov50": (0.46, 0.54), "cov80": (0.77, 0.83), "cov95": (0.93, 0.97)}
SHARES = (*BANDS, "below80", "above80")


@dataclass(frozen=True)
class Case:
    """A set of series: its file, how many of the last training points are given, and where its baselines are."""

    name: str
    file: str
    season: int = 1
    given: int | None = None
    labelled: bool = False
    results: tuple[str, ...] = ()


CASES = (
    Case("m3_yearly", "m3_yearly", results=("public_full_yearly", "statsforecast_m3_yearly")),
    Case("m3_yearly_last5", "m3_yearly", given=5, results=("public_y_n5", "statsforecast_m3_y_n5")),
    Case("tourism_yearly", "tourism_yearly", results=("public_full_yearly", "statsforecast_tourism_yearly")),
    Case("m3_quarterly", "m3_quarterly", 4, results=("public_full_quarterly", "statsforecast_m3_quarterly")),
    Case(
        "tourism_quarterly",
        "tourism_quarterly",
        4,
        results=("public_full_quarterly", "statsforecast_tourism_quarterly"),
    ),
    *(
        Case(
            f"digital_n{n}",
            f"digital_n{n}",
            labelled=True,
            results=("public_adopt", "public_adoptgrowth", f"statsforecast_digital_n{n}"),
        )
        for n in (6, 10, 14)
    ),
)


#: What a class is fitted on to score a set of another collection.
TRANSFER = (
    *(Case(f"{name}_yearly", f"{name}_yearly") for name in ("m1", "m3", "tourism")),
    *(Case(f"{name}_quarterly", f"{name}_quarterly", 4) for name in ("m1", "m3", "tourism")),
)


def read(folder: Path, case: Case) -> tuple[pd.DataFrame, int]:
    """Return the points of a set as a frame to forecast, with their split, and the horizon."""
    table = pd.read_csv(folder / f"{case.file}.csv")
    frame = table.rename(columns={"series_id": "unique_id", "t": "ds", "value": "y"})
    if case.labelled:
        frame["label"] = frame["unique_id"].str.split("_").str[0]
    return frame.drop(columns=["horizon", "period"]), int(table["horizon"].iloc[0])


def given(frame: pd.DataFrame, case: Case, horizon: int) -> pd.DataFrame:
    """Return what a series is forecast from, and the points to compare with."""
    if case.given is None:
        return frame
    return frame.groupby("unique_id", sort=False).tail(case.given + horizon)


def scales(frame: pd.DataFrame, season: int) -> dict[str, float]:
    """Return the scale of each series, of its full training part."""
    training = frame[frame["split"] == "train"]
    return {
        str(name): scores.mase_scale(part["y"].to_numpy(dtype=float), season)
        for name, part in training.groupby("unique_id", sort=False)
    }


def log_crps(
    y: npt.NDArray[np.float64], quantiles: npt.NDArray[np.float64], least: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the CRPS of logarithms of each series, mean over steps."""
    came = np.log(np.maximum(y, least[:, None]))
    logs = np.log(np.maximum(quantiles, least[:, None, None]))
    return scores.crps_quantiles(came, logs, LEVELS).mean(axis=1)


def log_baselines(histories: list[npt.NDArray[np.float64]], y: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Return the CRPS of logarithms of plain forecasts made on logarithms."""
    least = np.array([0.5 * one[one > 0].min() for one in histories])
    logs = np.concatenate([np.log(np.maximum(one, low)) for one, low in zip(histories, least, strict=True)])
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in histories])]).astype(np.int64)
    z = np.array([NormalDist().inv_cdf(p) for p in LEVELS])
    out = {}
    for name in ("naive", "drift", "theta"):
        mean, error = _core.forecast_baseline(name, logs, offsets, y.shape[1], 1)
        came = np.log(np.maximum(y, least[:, None]))
        out[f"{name} log"] = scores.crps_quantiles(came, mean[:, :, None] + error[:, :, None] * z, LEVELS).mean(axis=1)
    return out


def fitted_classes(
    folder: Path, case: Case, frame: pd.DataFrame, horizon: int, options: argparse.Namespace
) -> Iterator[tuple[pd.DataFrame, Any]]:
    """Give the series to score in turn, each with a class that was not fitted on them."""
    if options.reference is not None:
        yield frame, options.reference
    elif options.transfer:
        others = [read(folder, other)[0].assign(group=other.name) for other in TRANSFER if kin(other, case)]
        yield frame, general_class(folder, case, points(pd.concat(others)), horizon)
    else:
        for own, rest in parted(frame, options.folds):
            yield own, essor.ReferenceClass.fit(points(rest), horizon, season=case.season, prior=None)


def general_class(folder: Path, case: Case, others: pd.DataFrame, horizon: int) -> Any:
    """Return what the class general would be without a collection: of these others, and with a season their years."""
    prior = None
    if case.season > 1:
        yearly = [other for other in TRANSFER if other.season == 1 and collection(other) != collection(case)]
        years = pd.concat([read(folder, other)[0].assign(group=other.name) for other in yearly])
        prior = essor.ReferenceClass.fit(points(years), 6, any_unit=True, prior=None)
    return essor.ReferenceClass.fit(others, horizon, season=case.season, any_unit=True, prior=prior)


def collection(case: Case) -> str:
    """Return whose series they are."""
    return case.file.split("_")[0]


def kin(other: Case, case: Case) -> bool:
    """Say whether a set has the steps of another, and comes from another collection."""
    return other.season == case.season and other.file.split("_")[0] != case.file.split("_")[0]


def parted(frame: pd.DataFrame, folds: int) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Divide the series into folds; give each fold, and the rest."""
    series = frame["unique_id"].unique()
    fold = frame["unique_id"].map(pd.Series(np.arange(len(series)) % folds, index=series))
    for one in range(folds):
        yield frame[fold == one], frame[fold != one]


def points(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out which points are for training."""
    return frame.drop(columns=["split"], errors="ignore")


def run(folder: Path, case: Case, options: argparse.Namespace) -> tuple[pd.DataFrame, float]:
    """Forecast and score a set; return one row per series and method, and the seconds that it took."""
    frame, horizon = read(folder, case)
    scale = scales(frame, case.season)
    rows = []
    start = time.perf_counter()
    for own, fitted in fitted_classes(folder, case, frame, horizon, options):
        result = essor.backtest(
            points(given(own, case, horizon)),
            horizon,
            season=case.season,
            reference=fitted,
            draws=options.draws,
            progress=False,
        )
        rows.append(rows_of(result, own, case, scale))
    return pd.concat(rows, ignore_index=True), time.perf_counter() - start


def rows_of(result: essor.Backtest, frame: pd.DataFrame, case: Case, scale: dict[str, float]) -> pd.DataFrame:
    """Return the scores with the scale of the full training part, and those of logarithms."""
    table = result.scores
    ratio = table["scale"] / table["unique_id"].map(scale)
    table["mase"] *= ratio
    table["crps"] *= ratio
    known = frame[frame["split"] == "train"].groupby("unique_id", sort=False)["y"]
    histories = [one.to_numpy(dtype=float)[-(case.given or 0) :] for _, one in known]
    least = np.array([0.5 * one[one > 0].min() for one in histories])
    logs = []
    for method in result.methods:
        values = log_crps(result._observed, result._quantiles[method][:, :, 1:-1], least)
        logs.append(pd.DataFrame({"unique_id": frame["unique_id"].unique(), "method": method, "log": values}))
    table = table.merge(pd.concat(logs), on=["unique_id", "method"])
    if case.labelled:
        for method, values in log_baselines(histories, result._observed).items():
            table = pd.concat(
                [table, pd.DataFrame({"unique_id": frame["unique_id"].unique(), "method": method, "log": values})]
            )
    return table


def published(folder: Path, case: Case) -> pd.DataFrame:
    """Return the mean scores of each published method that made every forecast of the set."""
    found = []
    for name in case.results:
        path = folder / "baseline" / "results" / f"{name}.csv.gz"
        if path.is_file():
            table = pd.read_csv(path)
            own = table[table["set"].isin([case.name, case.file, "m3_y_n5" if case.given else case.name])]
            found.append(own.assign(method=("R " if name.startswith("public") else "sf ") + own["method"]))
    if not found:
        return pd.DataFrame()
    table = pd.concat(found)
    table = table[table["method"].map(table.groupby("method").size()) == table["series_id"].nunique()]
    naive = table[table["method"] == "R naive"].set_index("series_id")["crps19"]
    relative = table["crps19"].to_numpy() / table["series_id"].map(naive).to_numpy()
    table["gm"] = np.log(np.clip(relative, 1e-3, 1e3))
    mean = table.groupby("method")[["mase", "crps19", "gm", "cov80", "cov95", "below80", "above80"]].mean()
    mean["gm"] = np.exp(mean["gm"])
    return mean.rename(columns={"crps19": "crps"})


def marked(name: str, share: float, error: float) -> str:
    """Write a share with its standard error; a star where it is outside its band by more than two of them."""
    text = f"{share:.3f}±{error:.3f}"
    if name in BANDS:
        low, high = BANDS[name]
        text += "*" if share < low - 2 * error or share > high + 2 * error else " "
    return text


def show(case: Case, table: pd.DataFrame, best: pd.DataFrame, seconds: float) -> None:
    """Print the scores of each method, then the best published ones."""
    base = table[table["method"] == ("seasonal_naive" if case.season > 1 else "naive")].set_index("unique_id")["crps"]
    print(f"\n## {case.name}: {table['unique_id'].nunique()} series, {seconds:.0f} s")
    print(f"{'method':28} {'MASE':>7} {'CRPS':>7} {'gm':>6} {'log':>6}  " + "  ".join(f"{n:>12}" for n in SHARES))
    for method, own in table.groupby("method", sort=False):
        gm = np.exp(np.log(np.clip(own["crps"].to_numpy() / own["unique_id"].map(base).to_numpy(), 1e-3, 1e3)).mean())
        shares = []
        for name in SHARES if own[list(SHARES)].notna().all(axis=None) else ():
            error = own[name].std(ddof=1) / np.sqrt(len(own))
            shares.append(f"{marked(name, own[name].mean(), error):>12}")
        figures = f"{own['mase'].mean():7.3f} {own['crps'].mean():7.3f} {gm:6.3f} {own['log'].mean():6.3f}"
        print(f"{method:28} {figures}  " + "  ".join(shares))
        if method == "essor":
            apart = (own["below80"] - own["above80"]).mean()
            error = (own["below80"] - own["above80"]).std(ddof=1) / np.sqrt(len(own))
            print(f"{'':28} below80 - above80 = {apart:+.3f}±{error:.3f}")
    for figure in ("mase", "crps", "gm"):
        if len(best):
            method = best[figure].idxmin()
            row = best.loc[method]
            print(
                f"{'best ' + figure + ': ' + str(method):28} {row['mase']:7.3f} {row['crps']:7.3f} {row['gm']:6.3f}"
                f"         cov80 {row['cov80']:.3f} cov95 {row['cov95']:.3f}"
                f" below80 {row['below80']:.3f} above80 {row['above80']:.3f}"
            )


def uk_frame(root: Path) -> pd.DataFrame:
    """Return the half-year volumes of British services that have ten positive ones."""
    table = pd.read_csv(root / "public_services" / "uk_panel_halfyear.csv")
    volumes = table.groupby("service")["transactions"]
    table = table[(volumes.transform("size") == 10) & (volumes.transform("min") > 0)]
    table = table[table.groupby("service")["transactions"].transform("count") == 10]
    table = table.rename(columns={"service": "unique_id", "period_start": "ds", "transactions": "y"})
    return table[["unique_id", "ds", "y"]]


def run_uk(root: Path, options: argparse.Namespace) -> None:
    """Score the British half-year volumes of services with ten positive ones: the last three, each one step ahead."""
    frame = uk_frame(root)
    errors: dict[str, list[npt.NDArray[np.float64]]] = {}
    shares = []
    fits = parted(frame, options.folds) if options.reference is None else [(frame, None)]
    for own, rest in fits:
        fitted = options.reference if rest is None else essor.ReferenceClass.fit(rest, 1, season=2, prior=None)
        result = essor.backtest(own, 1, season=2, reference=fitted, origins=3, draws=options.draws, progress=False)
        shares.append(result.scores)
        for method in result.methods:
            median = result._quantiles[method][:, 0, 10]
            errors.setdefault(method, []).append(np.abs(median / result._observed[:, 0] - 1))
    scored = pd.concat(shares)
    print(f"\n## uk_halfyear: {frame['unique_id'].nunique()} services, one step ahead, last 3 half-years")
    print(f"{'method':28} {'median |error|':>15}  " + "  ".join(f"{n:>12}" for n in SHARES))
    for method, own in scored.groupby("method", sort=False):
        of_service = own.groupby("unique_id")[list(SHARES)].mean()
        written = [marked(n, of_service[n].mean(), of_service[n].sem()) for n in SHARES]
        middle = np.median(np.concatenate(errors[str(method)]))
        print(f"{method:28} {100 * middle:13.1f} %  " + "  ".join(f"{text:>12}" for text in written))


def run_young(root: Path, options: argparse.Namespace) -> None:
    """Score digital services of which few points are known, out of fold: do they move from class to data?

    Where none is known, the expert's interval holds nine in ten first values of the other series of the same label.
    """
    frame, _ = read(root / "forecast", Case("young", "digital_full", labelled=True))
    horizon = 4
    print("\n## young: digital services with few points known, 4 steps ahead")
    print(f"{'points':28} {'log':>6}  " + "  ".join(f"{n:>12}" for n in SHARES))
    found = []
    for own, rest in parted(points(frame), options.folds):
        fitted = options.reference or essor.ReferenceClass.fit(rest, horizon, prior=None)
        result = essor.backtest(
            own, horizon, reference=fitted, origins=[1, 2, 3, 4, 6], draws=options.draws, progress=False
        )
        table = result.scores.query("method == 'essor'").copy()
        least = 0.5 * own["y"][own["y"] > 0].min()
        table["log"] = log_crps(result._observed, result._quantiles["essor"][:, :, 1:-1], np.full(len(table), least))
        found += [unborn(own, rest, fitted, horizon, options.draws, least), table]
    for known, own in pd.concat(found).groupby("origin"):
        written = [marked(n, own[n].mean(), own[n].sem()) for n in SHARES]
        print(f"{known:<28} {own['log'].mean():6.3f}  " + "  ".join(f"{text:>12}" for text in written))


def unborn(own: pd.DataFrame, rest: pd.DataFrame, fitted: Any, horizon: int, draws: int, least: float) -> pd.DataFrame:
    """Score series of which nothing is known but an expert's interval."""
    first = rest.groupby("unique_id", sort=False).first().query("y > 0").groupby("label")["y"]
    label = own.groupby("unique_id", sort=False)["label"].first()
    expert = {name: (first.quantile(0.05)[of], first.quantile(0.95)[of]) for name, of in label.items()}
    empty = pd.DataFrame({"unique_id": [], "ds": [], "y": []})
    made = essor.forecast(empty, horizon, reference=fitted, expert=expert, label=dict(label), draws=draws)
    came = np.stack([part["y"].to_numpy(dtype=float)[:horizon] for _, part in own.groupby("unique_id", sort=False)])
    quantile = {p: np.quantile(made.draws, p, axis=1) for p in (0.025, 0.1, 0.25, 0.75, 0.9, 0.975)}
    levels = np.quantile(made.draws, LEVELS, axis=1).transpose(1, 2, 0)
    return pd.DataFrame(
        {
            "origin": 0,
            "log": log_crps(came, levels, np.full(len(came), least)),
            "cov50": ((quantile[0.25] <= came) & (came <= quantile[0.75])).mean(axis=1),
            "cov80": ((quantile[0.1] <= came) & (came <= quantile[0.9])).mean(axis=1),
            "cov95": ((quantile[0.025] <= came) & (came <= quantile[0.975])).mean(axis=1),
            "below80": (came < quantile[0.1]).mean(axis=1),
            "above80": (came > quantile[0.9]).mean(axis=1),
        }
    )


def run_begun(root: Path, options: argparse.Namespace) -> None:
    """Score monthly series of which no year is known yet, six months ahead: all, and those that grow steadily so far.

    Classes are fitted on the other collections, as with ``--transfer``. Steady: the mean growth of the logarithm is
    larger than the mean change from one growth to the next.
    """
    cases = [Case(f"{name}_monthly", f"{name}_monthly", 12) for name in ("m1", "m3", "tourism")]
    frames = {case.name: points(read(root / "forecast", case)[0]) for case in cases}
    found = []
    for case in cases:
        own = frames[case.name]
        own = own[own.groupby("unique_id")["y"].transform("min") > 0]
        rest = pd.concat([frames[other.name].assign(group=other.name) for other in cases if other is not case])
        fitted = options.reference or general_class(root / "forecast", case, rest, 12)
        result = essor.backtest(
            own, 6, season=12, reference=fitted, origins=[4, 6, 8, 10, 12], draws=options.draws, progress=False
        )
        logs = {str(name): np.log(part["y"].to_numpy(dtype=float)) for name, part in own.groupby("unique_id")}
        for method in ("essor", "naive", "drift"):
            table = result.scores.query("method == @method").copy()
            least = np.full(len(table), 1e-9)
            table["log"] = log_crps(result._observed, result._quantiles[method][:, :, 1:-1], least)
            growths = [
                np.diff(logs[str(name)][:known])
                for name, known in zip(table["unique_id"], table["origin"], strict=True)
            ]
            table["steady"] = [abs(each.mean()) > np.abs(np.diff(each)).mean() for each in growths]
            found.append(table)
    scored = pd.concat(found)
    print("\n## begun: monthly series of which no year is known, 6 steps ahead, with a class of other collections")
    print(f"{'months':8} {'series':8} {'method':11} {'count':>5} {'log':>6}  " + "  ".join(f"{n:>12}" for n in SHARES))
    for known in sorted(scored["origin"].unique()):
        for which in ("all", "steady"):
            part = scored[(scored["origin"] == known) & (scored["steady"] | (which == "all"))]
            for method, own in part.groupby("method", sort=False):
                written = [marked(n, own[n].mean(), own[n].sem()) for n in SHARES]
                print(
                    f"{known:<8} {which:8} {method:11} {len(own):5} {own['log'].mean():6.3f}  "
                    + "  ".join(f"{text:>12}" for text in written)
                )


def few_cases(root: Path) -> Iterator[tuple[str, int, int, list[tuple[pd.DataFrame, Any]]]]:
    """Give name, season, horizon, and parts of panels, each with a prior that has not seen it."""
    folder = root / "forecast"
    frame, horizon = read(folder, Case("few", "digital_n6", labelled=True))
    full = points(read(folder, Case("few", "digital_full", labelled=True))[0])
    country = full["unique_id"].str.split("_").str[-1]
    part = country.map({name: i % 4 for i, name in enumerate(sorted(country.unique()))})
    own = frame["unique_id"].map(dict(zip(full["unique_id"], part, strict=True))).fillna(0)
    priors = [essor.ReferenceClass.fit(full[part != i].assign(group=country), 5, prior=None) for i in range(4)]
    yield "digital services", 1, horizon, [(points(frame[own == i]), prior) for i, prior in enumerate(priors)]
    case = CASES[0]
    frame, horizon = read(folder, case)
    others = pd.concat([read(folder, other)[0].assign(group=other.name) for other in TRANSFER if kin(other, case)])
    general = essor.ReferenceClass.fit(points(others), horizon, any_unit=True, prior=None)
    yield "M3, years", 1, horizon, [(points(frame), general)]
    yield "British services, half-years", 2, 2, [(uk_frame(root), essor.ReferenceClass.shipped("general"))]


def run_few(root: Path, options: argparse.Namespace) -> None:
    """Score classes fitted on few series, from nothing and from a prior, on the others; and the prior as it is."""
    print(
        "\n## few: classes of few series, the last values of the others held back; log: of CRPS over the scale + 0.01"
    )
    print(f"{'panel':30} {'series':>6} {'start':12} {'log':>6} {'MASE':>7}  " + "  ".join(f"{n:>12}" for n in SHARES))
    for name, season, horizon, parts in few_cases(root):
        for count in (4, 8, 16, 32):
            found: dict[str, list[pd.DataFrame]] = {"nothing": [], "prior": [], "prior alone": []}
            random = np.random.default_rng(count)
            for frame, prior in parts * (12 // len(parts)):
                taken = frame["unique_id"].isin(random.choice(frame["unique_id"].unique(), count, replace=False))
                for start, scored in found.items():
                    fitted = prior
                    if start != "prior alone":
                        known = prior if start == "prior" else None
                        fitted = essor.ReferenceClass.fit(frame[taken], horizon, season=season, prior=known)
                    result = essor.backtest(
                        frame[~taken], horizon, season=season, reference=fitted, draws=options.draws, progress=False
                    )
                    scored.append(result.scores.query("method == 'essor'"))
            for start, scored in found.items():
                table = pd.concat(scored).groupby("unique_id")[["crps", "mase", *SHARES]].mean()
                written = [marked(n, table[n].mean(), table[n].sem()) for n in SHARES]
                log = np.log(pd.concat(scored)["crps"] + 0.01).mean()
                figures = f"{log:6.3f} {table['mase'].mean():7.3f}"
                print(f"{name:30} {count:6} {start:12} {figures}  " + "  ".join(f"{text:>12}" for text in written))


def scaled(table: pd.DataFrame, scale: pd.Series) -> pd.DataFrame:
    """Return MASE and CRPS over the scale of each whole series, and the shares, as means of each method."""
    ratio = table["scale"] / table["unique_id"].map(scale)
    table = table.assign(mase=table["mase"] * ratio, crps=table["crps"] * ratio)
    return table.groupby("method", sort=False)[["mase", "crps", *SHARES]].mean()


def run_seasons(root: Path, options: argparse.Namespace) -> None:
    """Score short histories with a season, by a class of the other collections, beside last year's values."""
    print("\n## seasons: the last values known, a year ahead or two, with a class of the other collections")
    print(f"{'collection':20} {'known':>5}  {'MASE':>6} {'CRPS':>6} {'last year':>9}  cov50 cov80 cov95")
    folder = root / "forecast"
    for season, horizon, kind, most in ((4, 8, "quarterly", 48), (12, 12, "monthly", 84)):
        frames = {}
        for name in (f"{whose}_{kind}" for whose in ("m1", "m3", "tourism")):
            frame = points(read(folder, Case(name, name, season))[0])
            frame = frame[frame.groupby("unique_id")["y"].transform("min") > 0]
            series = frame["unique_id"].unique()
            thinned = frame[frame["unique_id"].isin(series[:: -(-len(series) // 200)])]
            frames[name] = thinned.groupby("unique_id", sort=False).tail(most).assign(group=name)
        for name, frame in frames.items():
            others = pd.concat([other for key, other in frames.items() if key != name])
            fitted = general_class(folder, Case(name, name, season), others, horizon)
            scale = frame.groupby("unique_id")["y"].apply(lambda y: y.diff(season).abs().mean())  # noqa: B023
            for known in (season + 1, 3 * season // 2, 2 * season, 5 * season // 2, 4 * season):
                own = frame[frame.groupby("unique_id")["y"].transform("size") >= known + horizon]
                own = own.groupby("unique_id", sort=False).tail(known + horizon).drop(columns="group")
                result = essor.backtest(own, horizon, season=season, reference=fitted, draws=5, progress=False)
                mean = scaled(result.scores, scale)
                row, naive = mean.loc["essor"], mean.loc["seasonal_naive"]
                shares = " ".join(f"{row[share]:.3f}" for share in BANDS)
                print(f"{name:20} {known:5d}  {row['mase']:6.3f} {row['crps']:6.3f} {naive['mase']:9.3f}  {shares}")


def run_fast(root: Path, options: argparse.Namespace) -> None:
    """Score the class general, or another shipped one, on digital services that grew by 20 % or more each year."""
    reference = options.reference or "general"
    print(f"\n## fast: digital services of which every growth known was 20 % or more; class {reference}")
    print(f"{'known':>5} {'series':>6} {'step':>4}  {'median |log error|':>18} {'above median':>12} {'cov80':>6}")
    frame = points(read(root / "forecast", Case("fast", "digital_full"))[0])
    histories = {str(name): own["y"].to_numpy(dtype=float) for name, own in frame.groupby("unique_id", sort=False)}
    for known in (4, 5, 6, 8):
        fast = [y for y in histories.values() if len(y) >= known + 3 and min(y[:known]) > 0]
        fast = [y for y in fast if (np.diff(np.log(y[:known])) >= np.log(1.2)).all()]
        given = {
            "unique_id": np.repeat(np.arange(len(fast)), known),
            "ds": np.tile(np.arange(known), len(fast)),
            "y": np.concatenate([y[:known] for y in fast]),
        }
        table = essor.forecast(given, 3, reference=reference, draws=1).quantiles([0.1, 0.5, 0.9])
        low, median, high = np.moveaxis(np.reshape(table["value"], (len(fast), 3, 3)), 2, 0)
        seen = np.array([y[known : known + 3] for y in fast])
        for step in (0, 2):
            error = np.median(np.abs(np.log(seen[:, step] / np.maximum(median[:, step], 1e-9))))
            inside = ((seen >= low) & (seen <= high))[:, step].mean()
            above = (seen > median)[:, step].mean()
            print(f"{known:5d} {len(fast):6d} {step + 1:4d}  {error:18.3f} {above:12.2f} {inside:6.2f}")


EXTRA = {
    "uk_halfyear": run_uk,
    "young": run_young,
    "begun": run_begun,
    "few": run_few,
    "seasons": run_seasons,
    "fast": run_fast,
}


def data_root() -> Path:
    """Return the folder of the evaluation data."""
    root = os.environ.get("ESSOR_EVALUATION_DATA")
    if not root:
        sys.exit("set ESSOR_EVALUATION_DATA to the folder of the evaluation data")
    return Path(root)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [case.name for case in CASES] + list(EXTRA)
    parser.add_argument("--sets", nargs="+", choices=names, help="all, if left out")
    parser.add_argument("--reference", help="a shipped class, instead of one fitted out of fold")
    parser.add_argument(
        "--transfer", action="store_true", help="fit on the other collections (not uk_halfyear and what follows it)"
    )
    parser.add_argument("--folds", type=int, default=6, help="6, if left out")
    parser.add_argument("--draws", type=int, default=2000, help="2000, if left out")
    options = parser.parse_args()
    root = data_root()
    folder = root / "forecast"
    wanted = options.sets or names
    for case in CASES:
        if case.name in wanted and not (options.transfer and case.labelled):
            table, seconds = run(folder, case, options)
            show(case, table, published(folder, case), seconds)
    for name, run_one in EXTRA.items():
        if name in wanted and not options.transfer:
            run_one(root, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
