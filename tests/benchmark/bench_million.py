"""What the package costs, as ratios where it can be, since seconds depend on the machine.

Run ``python tests/benchmark/bench_million.py`` with the package installed, or the build tree on PYTHONPATH. Prints, for
each figure, its value and the most it should be:

- a million measurements from a polars frame through model and indicators, over the plain polars aggregation of the same
  frames (group by product and year, join, unit cost, growth), medians of the same process;
- importing the package, less importing NumPy;
- the wheel's size, where ``--wheel PATH`` names one;
- with ``--compile``, compiling a file that includes the umbrella header, over one with Eigen/Core and the units.
"""

from __future__ import annotations

import argparse
import datetime
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import essor
import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS, MONTHS = 8_334, 120  # a million measurements, ten years each


def frames_of(products: int, months: int, dtype: Any = pl.String) -> dict[str, pl.DataFrame]:
    """Make a portfolio: monthly measurements of one metric, costs by half-year."""
    rng = np.random.default_rng(0)
    names = np.array([f"product-{index:05d}" for index in range(products)])
    days = [datetime.date(2014 + month // 12, month % 12 + 1, 1) for month in range(months + 1)]

    def table(step: int, seed: np.random.Generator) -> tuple[dict[str, Any], int]:
        count = months // step
        start = [days[index * step] for index in range(count)] * products
        end = [days[(index + 1) * step] for index in range(count)] * products
        product = pl.Series(np.repeat(names, count)).cast(dtype)
        return {"product": product, "start": start, "end": end}, count * products

    measured, rows = table(1, rng)
    spent, entries = table(6, rng)
    growth = np.tile(np.exp(np.linspace(0, 1, months)), products)
    return {
        "products": pl.DataFrame({"product": names}),
        "metrics": pl.DataFrame({"product": names, "metric": ["people"] * products}),
        "costs": pl.DataFrame({**spent, "amount": 1e5 * np.exp(rng.normal(0, 0.1, entries))}),
        "measurements": pl.DataFrame(
            {**measured, "value": 1e3 * growth * np.exp(rng.normal(0, 0.1, rows))}
        ).with_columns(pl.lit("people").cast(dtype).alias("metric")),
    }


def plain(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Aggregate as one would without the package: yearly sums, joined, unit cost and growth."""
    year = pl.col("start").dt.year().alias("year")
    impact = tables["measurements"].group_by("product", "metric", year).agg(pl.col("value").sum())
    cost = tables["costs"].group_by("product", year).agg(pl.col("amount").sum())
    joined = impact.join(cost, on=["product", "year"]).sort("product", "metric", "year")
    return joined.with_columns(
        (pl.col("amount") / pl.col("value")).alias("unit_cost"),
        pl.col("amount").log().diff().over("product", "metric").alias("g_cost"),
        pl.col("value").log().diff().over("product", "metric").alias("g_impact"),
    )


def median_seconds(run: Callable[[], object], times: int = 5) -> float:
    """Run a few times and return the median time."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def show(what: str, figure: float, unit: str, most: float) -> bool:
    """Print a figure beside the most that it should be; return whether it is."""
    print(f"{what:68} {figure:8.3g} {unit:3} (at most {most:g}) {'' if figure <= most else 'TOO MUCH'}")
    return figure <= most


def check_equal(tables: dict[str, pl.DataFrame]) -> None:
    """Check that the two compute the same, so that the ratio compares like with like."""
    ours = essor.Portfolio.from_frames(**tables).indicators(history=True).sort("product", "start")
    theirs = plain(tables)
    assert ours.height == theirs.height
    for name in ("unit_cost", "g_cost", "g_impact"):
        np.testing.assert_allclose(ours[name].to_numpy(), theirs[name].to_numpy(), rtol=1e-9, atol=1e-12)


def bench_million(kind: str, dtype: Any) -> bool:
    """Compare model and indicators with the plain aggregation."""
    tables = frames_of(PRODUCTS, MONTHS, dtype)
    portfolio = essor.Portfolio.from_frames(**tables)
    base = median_seconds(lambda: plain(tables))
    load = median_seconds(lambda: essor.Portfolio.from_frames(**tables))
    latest = median_seconds(portfolio.indicators)
    history = median_seconds(lambda: portfolio.indicators(history=True), times=3)
    print(f"a million measurements, {kind}: plain aggregation {base * 1e3:.0f} ms")
    print(f"  records in {load / base:.3g} x, latest {latest / base:.3g} x, every window {history / base:.3g} x")
    return show("  records in and the latest indicators / plain aggregation", (load + latest) / base, "x", 10)


def bench_import() -> bool:
    """Take the processor time of importing the package and its portfolio, less NumPy's, in fresh interpreters."""

    def taken(code: str) -> float:
        timed = (
            f"import time, numpy, numpy.typing; start = time.process_time(); {code}; print(time.process_time() - start)"
        )
        runs = (
            subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True) for _ in range(9)
        )
        return statistics.median(float(run.stdout) for run in runs) * 1e3

    good = show("import essor, less NumPy", taken("import essor"), "ms", 40)
    return show("import essor and its portfolio, less NumPy", taken("import essor; essor.Portfolio"), "ms", 40) and good


def bench_compile() -> bool:
    """Take the compiler's processor time on the umbrella header, and on what it is measured against."""
    compiler = os.environ.get("CXX", "g++")
    flags = ["-std=c++20", "-fsyntax-only", f"-I{ROOT / 'include'}", "-isystem", "/usr/include/eigen3"]

    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    def taken(*headers: str, define: str = "") -> float:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "one.cpp"
            source.write_text(define + "".join(f"#include <{header}>\n" for header in headers))
            times = []
            for _ in range(3):
                before = spent()
                subprocess.run([compiler, *flags, str(source)], check=True)
                times.append(spent() - before)
            return statistics.median(times)

    base = taken("Eigen/Core", "essor/units.hpp")
    print(f"umbrella header, header-only: {taken('essor/essor.hpp') / base:.3g} x")
    linked = taken("essor/essor.hpp", define="#define ESSOR_COMPILED\n") / base
    return show("umbrella header, compiled part linked / Eigen/Core and the units", linked, "x", 1.5)


def main() -> int:
    """Run what was asked for; the exit status is 1 where a figure is too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="a built wheel")
    parser.add_argument("--compile", action="store_true", help="time the compiler too")
    options = parser.parse_args()
    check_equal(frames_of(50, 36))
    good = [bench_import(), bench_million("texts", pl.String), bench_million("categories", pl.Categorical)]
    if options.wheel:
        good.append(show("wheel", options.wheel.stat().st_size / 1e6, "MB", 3))
    if options.compile:
        good.append(bench_compile())
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
