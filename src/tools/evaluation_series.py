"""Read the series of the evaluation data, in the folder named by ESSOR_EVALUATION_DATA."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from pathlib import Path


def read_series(name: str) -> dict[str, list[float]]:
    """Series of one file, in time order."""
    root = Path(os.environ["ESSOR_EVALUATION_DATA"])
    rows: dict[str, list[tuple[str, float]]] = defaultdict(list)
    if name.startswith("uk_"):
        path, key, time, value = root / "public_services" / f"{name}.csv", "service", "period_start", "transactions"
    else:
        path, key, time, value = root / "forecast" / f"{name}.csv", "series_id", "t", "value"
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row[value] != "":
                when = row[time] if "-" in row[time] else row[time].zfill(6)
                rows[row[key]].append((when, float(row[value])))
    return {identity: [number for _, number in sorted(pairs)] for identity, pairs in rows.items()}
