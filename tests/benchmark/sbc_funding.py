"""Calibrate the posterior of the response to funding against its own prior: simulation-based calibration.

For each kind of record: elasticity, carry-over and half-saturation from their prior, all else (growth, its change,
growth that lasts, funding that followed impact, a yearly wave, the noise) from theirs, a history from the model, and
the rank of the truth among independent draws of the posterior. Ranked: the three, the effect of doubling funding, and
the log likelihood. Carry-over and half-saturation take few values: ties are broken at random. Funding jumps every
third period or so, whatever impact does.

    python tests/benchmark/sbc_funding.py [--simulations 500] [--set 0] [--only tied]

The seeds are fixed: those of set 0. Other sets are fresh ones, to tell an error from chance. Holm's correction is over
the quantities of a record. Sources: those of sbc_bands.py; priors and model: python/docs/theory/funding_response.md.
"""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import dataclass

import numpy as np
from essor import _core
from sbc_bands import DRAWS, Bands, holm

SEED = 20261124
CARRY_OVERS = (0.02, 0.2, 0.4, 0.6, 0.8)  # of a half-year
HALF_SATURATIONS = (0.17692, 1.0, 5.65223)  # the points that stand for the log-normal
QUANTITIES = ("elasticity", "carry_over", "half_saturation", "doubling", "log_likelihood")


@dataclass(frozen=True)
class Record:
    """A kind of record."""

    name: str
    periods: int
    months: int
    tied: bool = False


RECORDS = (
    Record("half-years", 12, 6),
    Record("long", 24, 6),
    Record("years", 8, 12),
    Record("quarters", 12, 3),
    Record("tied", 12, 6, tied=True),
)


@dataclass(frozen=True)
class Response:
    """A response: elasticity, share carried over from one period to the next, half-saturation."""

    elasticity: float
    carry_over: float
    half_saturation: float

    @staticmethod
    def drawn(record: Record, random: np.random.Generator) -> Response:
        """Draw from the prior."""
        while not 0 < (elasticity := 0.151 + 0.310 * random.standard_t(2)) < 2:
            pass
        carry_over = random.choice(CARRY_OVERS) ** (record.months / 6)
        return Response(elasticity, carry_over, random.choice(HALF_SATURATIONS, p=(1 / 6, 2 / 3, 1 / 6)))

    def effect(self, relative: np.ndarray) -> np.ndarray:
        """Change of the logarithm of impact, for funding at work relative to that of the end of the record."""
        k = self.half_saturation
        return self.elasticity * (1 + k) / k * np.log(relative * (1 + k) / (relative + k))

    def of_funding(self, funding: np.ndarray) -> np.ndarray:
        """The effect in each period."""
        at_work = [funding[0]]
        for x in funding[1:]:
            at_work.append(self.carry_over * at_work[-1] + (1 - self.carry_over) * x)
        return self.effect(np.array(at_work) / at_work[-1])


def simulate(record: Record, random: np.random.Generator) -> tuple[Response, np.ndarray, np.ndarray]:
    """Draw a response, a history of funding, and impact from the model."""
    n = record.periods
    response = Response.drawn(record, random)
    jumps = np.where(random.uniform(size=n) < 0.35, random.normal(0, 0.5, n), 0.0)
    funding = 1e5 * np.exp(np.cumsum(jumps))
    floor = 0.01 * funding.mean()
    growth, change, lasting = random.normal(0, (0.3, 0.3, 0.4))
    feedback = random.normal(0, 1.0 if record.tied else 0.1)
    wave = random.normal(0, 0.0 if record.months % 12 == 0 else 0.2, 2)
    sigma = math.exp(random.normal(-2.0, 0.9))
    place = np.linspace(-1, 1, n - 1)
    angle = 2 * np.pi * np.arange(1, n) * record.months / 12
    without = (
        growth + change * place + feedback * np.diff(np.log(funding + floor)) + sigma * random.standard_t(4, n - 1)
    )
    without += wave[0] * np.cos(angle) + wave[1] * np.sin(angle) + np.diff(response.of_funding(funding))
    logs, before = [math.log(1000)], 0.0
    for own in without:
        before = own + lasting * before
        logs.append(logs[-1] + before)
    with np.errstate(over="ignore", under="ignore"):
        return response, funding, np.exp(logs)


def rank(own: float, drawn: np.ndarray, random: np.random.Generator) -> int:
    """How many draws are below; equal ones count or not at random."""
    equal = np.isclose(drawn, own, rtol=1e-9, atol=0)
    return int(((drawn < own) & ~equal).sum() + random.integers(0, equal.sum() + 1))


def ranks_of(record: Record, simulation: int, seeds: int) -> dict[str, int]:
    """Rank the truth of one simulation."""
    key = SEED + 1000 * RECORDS.index(record) + simulation + 100_000 * seeds
    random = np.random.Generator(np.random.Philox(key=key))
    truth, funding, impact = simulate(record, random)
    # Chosen by the history alone, which leaves posteriors what they are: one in a thousand grows beyond any number.
    while not (np.isfinite(impact).all() and (impact > 0).all()):
        truth, funding, impact = simulate(record, random)
    drawn = _core.draw_responses(funding, impact, record.months, record.tied, DRAWS, simulation + 1000 * seeds)
    own = _core.response_log_likelihood(
        funding, impact, record.months, record.tied, truth.elasticity, truth.carry_over, truth.half_saturation
    )
    responses = zip(*(drawn[name] for name in QUANTITIES[:3]), strict=True)
    doubling = np.array([Response(*one).effect(np.array(2.0)) for one in responses])
    values = (truth.elasticity, truth.carry_over, truth.half_saturation, float(truth.effect(np.array(2.0))), own)
    columns = (*(drawn[name] for name in QUANTITIES[:3]), doubling, drawn["log_likelihood"])
    return {name: rank(value, column, random) for name, value, column in zip(QUANTITIES, values, columns, strict=True)}


def main() -> None:
    """Run all kinds of record, or some, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=500)
    parser.add_argument("--set", type=int, default=0, help="of seeds; 0, if left out")
    parser.add_argument("--only", default="", help="records whose name holds this text")
    options = parser.parse_args()
    bands = Bands(options.simulations, SEED - 1)
    print(f"{options.simulations} simulations, {DRAWS} draws: gamma {bands.gamma:.5f}", flush=True)
    every: list[float] = []
    for record in RECORDS:
        if options.only not in record.name:
            continue
        started = time.perf_counter()
        found = [ranks_of(record, simulation, options.set) for simulation in range(options.simulations)]
        ranks = {quantity: np.array([one[quantity] for one in found]) for quantity in QUANTITIES}
        p_values = {quantity: bands.p_value(own) for quantity, own in ranks.items()}
        every += p_values.values()
        verdict = "inside" if holm(list(p_values.values())) >= 0.05 else "OUTSIDE"
        shown = ", ".join(
            f"{quantity} {p:.3f} (mean rank {ranks[quantity].mean() / DRAWS:.3f})" for quantity, p in p_values.items()
        )
        seconds = (time.perf_counter() - started) / options.simulations
        print(f"{record.name}: {verdict}; p {shown}; {seconds:.2f} s each", flush=True)
    print(f"smallest p of {len(every)} quantities, corrected for all: {holm(every):.3f}")


if __name__ == "__main__":
    main()
