"""Calibrate the posteriors of growth curves against their own prior: simulation-based calibration.

For each model: parameters from the prior, a history from the model, a posterior, and the rank of each true coordinate
and of the true log likelihood among independent draws. Ranks must be uniform; sbc_bands.py says when they are. Holm's
correction is over all quantities of a model, and over all models.

    python tests/benchmark/sbc_curves.py [--simulations 500] [--set 0] [--only logistic] [--out ranks.csv]

The seeds are fixed: those of set 0. Other sets are fresh ones, to tell an error from chance. With set 0, "richards
level lognormal" is outside, since the true log_sigma are low even among exact posteriors: see growth_curves.md.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
from essor import _core
from essor.curves import curve_posterior
from sbc_bands import DRAWS, Bands, holm

TIMES = np.arange(1.0, 11.0)
SEED = 20261123

CURVE_PRIORS = {
    "linear": {"a": (50.0, 20.0), "b": (10.0, 5.0)},
    "exponential": {"log_a": (math.log(20), 0.5), "b": (0.2, 0.1)},
    "logistic": {"log_K": (math.log(200), 0.5), "log_r": (math.log(0.5), 0.4), "t0": (5.0, 2.0)},
    "gompertz": {"log_K": (math.log(200), 0.5), "log_r": (math.log(0.4), 0.4), "t0": (4.0, 2.0)},
    "bass": {"log_m": (math.log(200), 0.5), "log_p": (math.log(0.03), 0.6), "log_q": (math.log(0.45), 0.4)},
    "richards": {
        "log_K": (math.log(200), 0.5),
        "log_r": (math.log(0.5), 0.4),
        "t0": (5.0, 2.0),
        "log1p_nu": (0.35, 0.4),
    },
}
NOISE_PRIORS = {
    "poisson": {},
    "lognormal": {"log_sigma": (math.log(0.15), 0.4)},
    "normal": {"log_sigma": (math.log(8), 0.4)},
    "student_t": {"log_sigma": (math.log(8), 0.4)},
    "negative_binomial": {"log_dispersion": (math.log(0.05), 0.6)},
}
MODELS = [(curve, "level", noise) for curve in CURVE_PRIORS for noise in NOISE_PRIORS] + [
    ("bass", "flow", "negative_binomial"),
    ("logistic", "cumulative", "negative_binomial"),
    ("gompertz", "flow", "student_t"),
]


def parameters_of(curve: str, coordinates: dict[str, float]) -> list[float]:
    """Parameters of the curve, in order."""
    return [
        math.expm1(value) if name == "log1p_nu" else math.exp(value) if name.startswith("log_") else value
        for name, value in coordinates.items()
        if name in CURVE_PRIORS[curve]
    ]


def simulate(curve: str, kind: str, noise: str, random: np.random.Generator) -> tuple[dict[str, float], np.ndarray]:
    """Draw coordinates that the noise allows, and a history."""
    priors = CURVE_PRIORS[curve] | NOISE_PRIORS[noise]
    while True:
        coordinates = {name: random.normal(mean, sd) for name, (mean, sd) in priors.items()}
        means = np.array(_core.curve_means(curve, kind, np.array(parameters_of(curve, coordinates)), TIMES))
        # A line below 0 is impossible under the noises of positive values.
        if noise in ("normal", "student_t") or (means > 0).all():
            break
    if noise == "poisson":
        observed = random.poisson(means).astype(float)
    elif noise == "negative_binomial":
        size = math.exp(-coordinates["log_dispersion"])
        observed = random.poisson(means * random.gamma(size, 1 / size, means.size)).astype(float)
    else:
        sigma = math.exp(coordinates["log_sigma"])
        scatter = random.standard_t(4, means.size) if noise == "student_t" else random.normal(size=means.size)
        observed = means * np.exp(sigma * scatter) if noise == "lognormal" else means + sigma * scatter
    return coordinates, np.cumsum(observed) if kind == "cumulative" else observed


def ranks_of(curve: str, kind: str, noise: str, simulation: int, seeds: int = 0) -> dict[str, int]:
    """Rank the truth of one simulation."""
    own = SEED + 1000 * MODELS.index((curve, kind, noise)) + simulation + 100_000 * seeds
    random = np.random.Generator(np.random.Philox(key=own))
    truth, y = simulate(curve, kind, noise, random)
    priors = CURVE_PRIORS[curve] | NOISE_PRIORS[noise]
    posterior = curve_posterior(
        y, curve, kind=kind, noise=noise, priors=priors, draws=DRAWS, seed=simulation + 1000 * seeds
    )
    ranks = {name: int((posterior.draws[name] < value).sum()) for name, value in truth.items()}

    def log_likelihood(coordinates: list[float]) -> float:
        return _core.curve_log_likelihood(y, np.empty(0), curve, kind, noise, np.array(coordinates))

    columns = np.column_stack([posterior.draws[name] for name in truth])
    true = log_likelihood(list(truth.values()))
    ranks["log_likelihood"] = int(sum(log_likelihood(list(row)) < true for row in columns))
    return ranks


def main() -> None:
    """Run all models, or some, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=500)
    parser.add_argument("--set", type=int, default=0, help="of seeds; 0, if left out")
    parser.add_argument("--only", default="", help="models whose name holds this text, or one of several after commas")
    parser.add_argument("--out", default="", help="file for the ranks")
    options = parser.parse_args()
    count = options.simulations
    bands = Bands(count, SEED - 1)
    print(f"{count} simulations, {DRAWS} draws: gamma {bands.gamma:.5f}", flush=True)
    lines = ["model,simulation,quantity,rank"]
    every: list[float] = []
    outside = models = 0
    for curve, kind, noise in MODELS:
        name = f"{curve} {kind} {noise}"
        if options.only and not any(part in name for part in options.only.split(",")):
            continue
        started = time.perf_counter()
        found = [ranks_of(curve, kind, noise, simulation, options.set) for simulation in range(count)]
        p_values = {}
        for quantity in found[0]:
            ranks = np.array([one[quantity] for one in found])
            lines += [f"{name},{i},{quantity},{rank}" for i, rank in enumerate(ranks)]
            p_values[quantity] = bands.p_value(ranks)
        every += p_values.values()
        models += 1
        within = holm(list(p_values.values())) >= 0.05
        outside += not within
        verdict = "inside" if within else "OUTSIDE"
        shown = ", ".join(f"{quantity} {p:.3f}" for quantity, p in p_values.items())
        seconds = (time.perf_counter() - started) / count
        print(f"{name}: {verdict}; p {shown}; {seconds:.2f} s each", flush=True)
        if options.out:
            with open(options.out, "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
    print(
        f"{outside} of {models} models outside at 5 %, {0.05 * models:.1f} expected by chance; "
        f"smallest p of {len(every)} quantities, corrected for all: {holm(every):.3f}"
    )


if __name__ == "__main__":
    main()
