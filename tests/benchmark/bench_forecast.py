"""What a forecast costs per series, beside statsforecast in the same run.

Run ``ESSOR_EVALUATION_DATA=... python tests/benchmark/bench_forecast.py [--sets m3_yearly ...] [--series 50]`` with the
package installed, or the build tree on PYTHONPATH. ``pip install statsforecast==2.1.1`` first: without it only the
package's own times are printed.

Everyone forecasts the training part of each series to the horizon of the file, with quantiles 0.05, 0.10, ..., 0.95;
essor draws 2000 paths as well. Times are processor time of the process, all its threads together, after a warm-up on a
few series: for essor the least of some runs, each one call with a frame of all series; for statsforecast of one run,
series by series on arrays. The combination is the mean of the quantiles of its four models, as in the baselines of the
evaluation data. Where a model refuses a series, its time counts and the series is listed as refused.

Last, the same call on one thread and on several: the ratio of elapsed times, and whether draws and quantiles are equal
to the bit. The exit status is 1 if they are not; no time is asserted.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import essor
import numpy as np
import numpy.typing as npt
import pandas as pd

SEASONS = {"m3_yearly": 1, "m3_quarterly": 4, "tourism_yearly": 1, "tourism_quarterly": 4}
#: Milliseconds per series that essor should stay below.
WANTED = {"m3_yearly": 0.2, "m3_quarterly": 0.6}
MODELS = ("AutoETS", "AutoCES", "DynamicOptimizedTheta", "AutoARIMA")
DRAWS = 2000
LEVELS = [10, 20, 30, 40, 50, 60, 70, 80, 90]
QUANTILES = [step / 20 for step in range(1, 20)]
WARM_UP = 5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """A set of series to forecast."""

    name: str
    frame: pd.DataFrame
    histories: list[Floats]
    season: int
    horizon: int


def read(folder: Path, name: str, series: int | None) -> Panel:
    """Return the training parts of a set, of its first series if so many are asked for."""
    table = pd.read_csv(folder / f"{name}.csv").rename(columns={"series_id": "unique_id", "t": "ds", "value": "y"})
    horizon = int(table["horizon"].iloc[0])
    frame = table.loc[table["split"] == "train", ["unique_id", "ds", "y"]]
    frame = frame[frame["unique_id"].isin(frame["unique_id"].unique()[:series])]
    histories = [part["y"].to_numpy(dtype=float) for _, part in frame.groupby("unique_id", sort=False)]
    return Panel(name, frame, histories, SEASONS[name], horizon)


def forecast(panel: Panel, threads: int = 1) -> tuple[essor.Forecast, Any]:
    """Forecast a set, and all its quantiles."""
    result = essor.forecast(panel.frame, panel.horizon, season=panel.season, draws=DRAWS, threads=threads)
    return result, result.quantiles(QUANTILES)


def seconds(clock: Callable[[], float], panel: Panel, threads: int = 1) -> float:
    """Return the time of one run over a set, by a clock."""
    start = clock()
    forecast(panel, threads)
    return clock() - start


def essor_seconds(panel: Panel, repeats: int) -> float:
    """Return the least processor time of some runs over a set."""
    forecast(panel)
    return min(seconds(time.process_time, panel) for _ in range(repeats))


def quantiles_of(model: Any, history: Floats, horizon: int) -> Floats:
    """Return the quantiles of one series by a model of statsforecast: steps x quantiles."""
    made = model.forecast(history, horizon, level=LEVELS)
    lower = [made[f"lo-{level}"] for level in reversed(LEVELS)]
    upper = [made[f"hi-{level}"] for level in LEVELS]
    return np.column_stack([*lower, made["mean"], *upper])


def statsforecast_seconds(panel: Panel, models: Any) -> dict[str, tuple[float, int]]:
    """Return the processor time of each model and of their combination over a set, and the series refused."""
    steps = [getattr(models, name)(season_length=panel.season) for name in MODELS]
    for model in steps:
        for history in panel.histories[:WARM_UP]:
            attempt(model, history, panel.horizon)
    taken = dict.fromkeys([*MODELS, "combination"], 0.0)
    refused = dict.fromkeys(taken, 0)
    for history in panel.histories:
        tables = []
        for name, model in zip(MODELS, steps, strict=True):
            start = time.process_time()
            table = attempt(model, history, panel.horizon)
            taken[name] += time.process_time() - start
            refused[name] += table is None
            tables += [] if table is None else [table]
        refused["combination"] += len(tables) < len(MODELS)
        if tables:
            start = time.process_time()
            np.mean(tables, axis=0)
            taken["combination"] += time.process_time() - start
    taken["combination"] += sum(taken[name] for name in MODELS)
    return {name: (taken[name], refused[name]) for name in taken}


def attempt(model: Any, history: Floats, horizon: int) -> Floats | None:
    """Return the quantiles of one series, None where the model refuses it."""
    try:
        return quantiles_of(model, history, horizon)
    except Exception:  # whatever it raises
        return None


def show(panel: Panel, own: float, others: dict[str, tuple[float, int]]) -> None:
    """Print a set: milliseconds per series, and how many times as long as essor."""
    count = len(panel.histories)
    wanted = f"  wanted: below {WANTED[panel.name]:g} ms" if panel.name in WANTED else ""
    print(f"\n{panel.name}: {count} series, {panel.horizon} steps, season {panel.season}")
    print(f"{'':24} {'ms per series':>14} {'/ essor':>9} {'refused':>8}")
    print(f"{'essor':24} {own / count * 1e3:14.3f} {1:9.1f} {0:8d}{wanted}")
    for name, (taken, refused) in others.items():
        print(f"{name:24} {taken / count * 1e3:14.3f} {taken / own:9.1f} {refused:8d}")


def checksum(result: tuple[essor.Forecast, Any]) -> str:
    """Return a checksum of the bits of draws and quantiles."""
    drawn, quantiles = result
    bits = np.ascontiguousarray(drawn.draws).tobytes() + quantiles["value"].to_numpy().tobytes()
    return hashlib.sha256(bits).hexdigest()[:16]


def compare_threads(panel: Panel, threads: int, repeats: int) -> bool:
    """Print the elapsed time on one thread over that on several; return whether the bits are equal."""
    sums = [checksum(forecast(panel, count)) for count in (1, threads)]
    one, several = (min(seconds(time.perf_counter, panel, count) for _ in range(repeats)) for count in (1, threads))
    equal = sums[0] == sums[1]
    print(f"1 thread / {threads} threads, elapsed: {one / several:.2f} x; checksums {' '.join(sums)}", end=" ")
    print("equal" if equal else "DIFFERENT")
    return equal


def main() -> int:
    """Time the sets asked for; the exit status is 1 where threads change a bit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SEASONS, default=list(WANTED), help="which sets")
    parser.add_argument("--series", type=int, help="only so many series of each set")
    parser.add_argument("--repeats", type=int, default=5, help="runs of which the least time counts")
    parser.add_argument("--threads", type=int, default=2, help="threads to compare with one")
    options = parser.parse_args()
    data = os.environ.get("ESSOR_EVALUATION_DATA")
    if not data:
        parser.error("set ESSOR_EVALUATION_DATA to the folder of the evaluation data")
    try:
        models = importlib.import_module("statsforecast.models")
        print(f"essor {essor.__version__}, statsforecast {version('statsforecast')}")
    except ImportError:
        models = None
        print(f"essor {essor.__version__} alone; to compare: pip install statsforecast==2.1.1")
    equal = True
    for name in options.sets:
        panel = read(Path(data) / "forecast", name, options.series)
        others = statsforecast_seconds(panel, models) if models is not None else {}
        show(panel, essor_seconds(panel, options.repeats), others)
        equal = compare_threads(panel, options.threads, options.repeats) and equal
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
