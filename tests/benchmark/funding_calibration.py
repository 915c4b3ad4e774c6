"""Are the probabilities of `essor.forecast_given_funding` calibrated on products that do not follow its model?

Synthetic products, half-yearly, whose impact responds to funding by a curve, a carry-over and a noise that the model
does not have:

- ``exponential``: 1 - exp(-x / k) of a finite moving average of funding, level with Student-t (3 degrees) innovations;
- ``logarithm``: ln(1 + x / k) of the funding of the period before and of the same, counts with a negative binomial
  noise around a level whose innovations are Laplace.

Part of the impact (20 to 100 %) needs no funding at all. Funding, by design: ``steady`` (varies by 2 %), ``varied``
(jumps every third period or so), ``ramp`` (grows by about 15 % a period), ``following`` (follows the growth of impact
of the period before, and what moves impact within the period). The next amount is drawn between half and twice the
last, whatever the design; the target is drawn around the last figure.

Prints, for each design, the reliability of P(target): predicted tenth, mean prediction, observed frequency and its
standard error, clustered by product; the Brier score beside that of a forecast blind to the amount; the coverage of the
80 % interval; and how many products were said to be identified. Run with the package on the path:

    python tests/benchmark/funding_calibration.py [--products 600] [--seed 1]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import essor
import numpy as np
import numpy.typing as npt

DESIGNS = ("steady", "varied", "ramp", "following")
GENERATORS = ("exponential", "logarithm")
HORIZON = 2
BLIND = "public_service_volume"  # the class of the forecast beside, as of ours
Array = npt.NDArray[np.float64]


@dataclass
class Scored:
    """Predictions of one product, by step."""

    probability: Array
    blind: Array
    reached: npt.NDArray[np.bool_]
    covered: npt.NDArray[np.bool_]
    identified: bool
    elasticity: float
    said: float


def response_curve(generator: str, rng: np.random.Generator) -> tuple[Callable[[Array], float], float]:
    """The effect of funding (latest last, 1 at the start) on the mean, and its elasticity at the start."""
    without = rng.uniform(0.2, 1.0)  # the share of impact that needs no funding
    scale = np.exp(rng.uniform(np.log(0.4), np.log(3.0)))
    if generator == "exponential":
        weights = np.array([0.2, 0.5, 0.3])[:: rng.choice([-1, 1])]

        def shape(x: float) -> float:
            return float(-np.expm1(-x / scale))

        slope = np.exp(-1 / scale) / scale
    else:
        weights = np.array([0.0, *(lambda share: (1 - share, share))(rng.uniform(0, 1))])

        def shape(x: float) -> float:
            return float(np.log1p(x / scale))

        slope = 1 / scale / (1 + 1 / scale)
    full = shape(1.0)

    def effect(funding: Array) -> float:
        return without + (1 - without) * shape(float(weights @ funding[-3:])) / full

    return effect, (1 - without) * slope / full


def make_product(
    generator: str, design: str, rng: np.random.Generator, periods: int
) -> tuple[Array, Array, float, float]:
    """Funding and impact of a history and the horizon, the amount of the horizon, and the true elasticity."""
    effect, elasticity = response_curve(generator, rng)
    level, trend = rng.uniform(4, 9), rng.normal(0.05, 0.08)
    damping, spread = rng.uniform(0.6, 0.95), 0.08 * np.exp(rng.normal(0, 0.5))
    funding, impact = [1.0, 1.0, 1.0], [np.exp(level)]  # steady before the record
    for t in range(periods + HORIZON):
        innovation = rng.standard_t(3) if generator == "exponential" else rng.laplace()
        level += trend + spread * 0.7 * innovation
        trend *= damping
        if t < periods:
            factor = {
                "steady": np.exp(rng.normal(0, 0.02)),
                "varied": np.exp(rng.normal(0, 0.5)) if rng.uniform() < 0.35 else 1.0,
                "ramp": np.exp(rng.normal(0.14, 0.05)),
                "following": np.exp(
                    0.5 * np.log((impact[-1] + 1) / (impact[-2] + 1) if t > 0 else 1.0)
                    + 0.7 * spread * innovation
                    + rng.normal(0, 0.15)
                ),
            }[design]
            amount = float(np.clip(funding[-1] * factor, 0.05, 20))
        elif t == periods:
            amount = funding[-1] * float(np.exp(rng.uniform(np.log(0.5), np.log(2.0))))
        funding.append(amount)
        mean = np.exp(level) * effect(np.array(funding))
        if generator == "logarithm":  # negative binomial: a Poisson count whose mean varies by 7 %
            mean = rng.poisson(min(mean * rng.gamma(200, 1 / 200), 1e9))
        impact.append(float(mean))
    return np.array(funding[3:]), np.array(impact[1:]), amount, elasticity


def score_product(generator: str, design: str, seed: int, index: int, reference: str | None = None) -> Scored:
    rng = np.random.default_rng([seed, GENERATORS.index(generator), DESIGNS.index(design), index])
    periods = int(rng.choice([4, 8, 12, 20]))
    funding, impact, amount, elasticity = make_product(generator, design, rng, periods)
    names = [f"{2010 + t // 2}-H{t % 2 + 1}" for t in range(periods)]
    table = {"product": ["p"] * periods, "period": names}
    table |= {"cost": list(1e5 * funding[:periods]), "value": list(impact[:periods])}
    portfolio = essor.Portfolio.from_table(table)
    target = float(max(impact[periods - 1], 1) * np.exp(rng.normal(0.05, 0.3)))
    asked = essor.forecast_given_funding(
        portfolio, "p", "impact", 1e5 * amount, HORIZON, target=target, q=[0.1, 0.9], seed=index, reference=reference
    )
    steps = np.array(asked["step"])
    quantiles = np.array(asked["value"]).reshape(HORIZON, 2)
    blind = essor.forecast(impact[:periods], HORIZON, season=2, seed=index, draws=1000, reference=reference or BLIND)
    future = impact[periods:]
    response = essor.funding_response(portfolio, "p", "impact")
    return Scored(
        np.array([np.array(asked["p_target"])[steps == s][0] for s in range(1, HORIZON + 1)]),
        np.array([blind.probability(target, s) for s in range(1, HORIZON + 1)]),
        future >= target,
        (future >= quantiles[:, 0]) & (future <= quantiles[:, 1]),
        asked["response"][0] == "record",
        elasticity,
        response.elasticity,
    )


def mean_and_error(values: Array, product: Array) -> tuple[float, float]:
    """The mean, and its standard error clustered by product."""
    mean = float(values.mean())
    sums = np.bincount(product.astype(int), weights=values - mean)
    return mean, float(np.sqrt((sums**2).sum()) / len(values))


def reliability(scores: list[Scored]) -> list[tuple[float, float, float, int]]:
    """By predicted tenth: mean prediction, observed frequency, standard error of their difference, count."""
    predicted = np.concatenate([s.probability for s in scores])
    reached = np.concatenate([s.reached for s in scores]).astype(float)
    product = np.repeat(np.arange(len(scores)), HORIZON)
    tenth = np.minimum((predicted * 10).astype(int), 9)
    rows = []
    for k in range(10):
        inside = tenth == k
        if inside.sum() > 0:
            _, error = mean_and_error(reached[inside] - predicted[inside], product[inside])
            expected = np.sqrt((predicted[inside] * (1 - predicted[inside])).sum()) / inside.sum()
            error = max(error, float(expected))  # where nearly all or none reach, the clustered one is too small
            rows.append((float(predicted[inside].mean()), float(reached[inside].mean()), error, int(inside.sum())))
    return rows


def report(title: str, scores: list[Scored]) -> None:
    reached = np.concatenate([s.reached for s in scores]).astype(float)
    product = np.repeat(np.arange(len(scores)), HORIZON)
    own = (np.concatenate([s.probability for s in scores]) - reached) ** 2
    blind = (np.concatenate([s.blind for s in scores]) - reached) ** 2
    gain, error = mean_and_error(blind - own, product)
    covered = mean_and_error(np.concatenate([s.covered for s in scores]).astype(float), product)
    truth, said = np.array([s.elasticity for s in scores]), np.array([s.said for s in scores])
    identified = np.array([s.identified for s in scores])
    print(f"\n{title}: {len(scores)} products, {identified.mean():.0%} said to be identified")
    print(f"  Brier {own.mean():.4f}, blind to the amount {blind.mean():.4f}, gain {gain:.4f} (se {error:.4f})")
    print(f"  80 % interval covers {covered[0]:.3f} (se {covered[1]:.3f})")
    print(f"  elasticity: truth {truth.mean():.2f}, said {said.mean():.2f}")
    rows = reliability(scores)
    print("  predicted " + " ".join(f"{row[0]:6.3f}" for row in rows))
    print("  observed  " + " ".join(f"{row[1]:6.3f}" for row in rows))
    print("  error     " + " ".join(f"{row[2]:6.3f}" for row in rows))
    print("  count     " + " ".join(f"{row[3]:6d}" for row in rows))
    outside = [row for row in rows if abs(row[1] - row[0]) > 2 * row[2]]
    print(f"  tenths further off than 2 standard errors: {len(outside)} of {len(rows)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, default=600, help="of each generator and design")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--designs", nargs="*", default=list(DESIGNS), choices=DESIGNS)
    parser.add_argument("--reference", help="class of trend and spread")
    arguments = parser.parse_args()
    everything: list[Scored] = []
    for design in arguments.designs:
        for generator in GENERATORS:
            scores = [
                score_product(generator, design, arguments.seed, i, arguments.reference)
                for i in range(arguments.products)
            ]
            report(f"{design}, {generator}", scores)
            everything += scores
    identified = [s for s in everything if s.identified]
    report("all", everything)
    if identified:
        report("said to be identified", identified)
    report("said not to be identified", [s for s in everything if not s.identified])


if __name__ == "__main__":
    main()
