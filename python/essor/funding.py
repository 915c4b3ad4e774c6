"""What impact an amount of funding buys: forecasts for candidate amounts, and the targets that are realistic."""

from __future__ import annotations

import html
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from essor import _core, frames
from essor.errors import ArgumentError
from essor.portfolio import Portfolio

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FundingResponse", "forecast_given_funding", "funding_response", "realistic_targets"]

#: Quantiles of a forecast where none are asked for.
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def forecast_given_funding(
    portfolio: Portfolio,
    product: str,
    metric: str,
    amounts: float | Sequence[float],
    horizon: SupportsIndex,
    *,
    target: float | None = None,
    seed: SupportsIndex = 0,
    q: float | Sequence[float] = QUANTILES,
    months: SupportsIndex | None = None,
    reference: str | None = None,
    draws: SupportsIndex = 4000,
) -> Any:
    r"""Forecast a metric for each candidate amount of funding, and the probability of a target.

    The funding at work carries a share l over from period to period and saturates (Hill), relative to that of the end
    of the record, n:

    .. math::

        A_t = l A_{t-1} + (1 - l) x_t, \qquad
        \ln y_{n+h}(x) = \ln y_{n+h} + r(A_{n+h} / A_n), \qquad
        r(a) = e \frac{1 + k}{k} \ln \frac{a (1 + k)}{a + k}

    :math:`y_{n+h}` is what `forecast` draws from the history with the effect of past changes of funding taken out. The
    elasticity e, the carry-over l and the half-saturation k start from a class of public services, and are updated
    by the record's own growths of impact and funding; where funding hardly varied, the answer is the class's and says
    so (``response``, ``prior_share``, and `funding_response`).

    Parameters
    ----------
    portfolio : Portfolio
        The record. Its periods that end with the last figure and follow each other without a gap are used; the notes of
        `funding_response` say how many others are not.
    product, metric : str
        What to forecast: a flow (count of a period), a stock (its mean) or a cumulative metric (what a period adds).
    amounts : float or sequence of float
        Candidate amounts **per period**, >= 0, in the currency of the product's costs; each is spent in every period
        of the horizon. Rows come in this order.
    horizon : int
        Periods to forecast, at least 1.
    target : float, optional
        Value to reach in a period: at or above it, or at or below it where the metric's good direction is down.
    seed : int, default 0
        Same seed, same answer. All amounts share their random numbers.
    q : float or sequence of float
        Quantiles to give, in [0, 1].
    months : int, optional
        Length of a period; that of the record (1, 3, 6 or 12 months) where not given.
    reference : {"general", "digital_adoption", "public_service_volume"}, optional
        Class of trend and spread, as in `forecast`; where not given, "public_service_volume" for half-years,
        "general" for other periods.
    draws : int, default 4000
        Draws, at least 1.

    Returns
    -------
    frame
        ``amount, step, quantile, value, p_target, se, response, prior_share``, by amount, step and quantile; of the
        kind of the portfolio's frames. ``p_target`` is P(the target is reached at that step), the same on each
        quantile's row, ``se`` its Monte Carlo standard error; both NaN without a target. ``response`` is "record"
        where the record identifies the response to funding, else "class"; ``prior_share`` is the overlap of prior and
        posterior of the elasticity (1: all comes from the class).

    Raises
    ------
    ArgumentError
        When there is no such product or metric; the metric is a rate; the product has no cost, none above 0, or no
        period with both a cost and a figure; no amount is given, or one is negative, NaN or infinite; or another
        parameter is out of range. One period with cost and figure is enough: the answer is then the class's.

    Notes
    -----
    One record cannot rule out a cause that moves funding first and impact later. Allowed for are: growth that goes
    on, a change of growth, and funding that follows impact, of the same period or of earlier ones.

    References
    ----------
    Y. Jin, Y. Wang, Y. Sun, D. Chan and J. Koehler (2017), Bayesian Methods for Media Mix Modeling with Carryover and
    Shape Effects, Google Inc.

    Examples
    --------
    >>> periods = ["2021-H1", "2021-H2", "2022-H1", "2022-H2"]
    >>> table = {"product": ["a"] * 4, "period": periods, "cost": [9e4, 9e4, 2e5, 2e5], "value": [800, 900, 1300, 1500]}
    >>> portfolio = Portfolio.from_table(table)
    >>> answer = forecast_given_funding(portfolio, "a", "impact", [1e5, 3e5], 1, target=1500, q=0.5)
    >>> answer["p_target"][0] < answer["p_target"][1]
    True
    """
    asked = _amounts("forecast_given_funding", amounts)
    quantiles = _numbers("forecast_given_funding: q", q)
    for probability in quantiles:
        if not 0 <= probability <= 1:
            raise ArgumentError("forecast_given_funding: q", str(probability), "must be in [0, 1]")
    goal = None if target is None else _number("forecast_given_funding: target", target)
    funded = _funded("forecast_given_funding", portfolio, product, metric, horizon, seed, months, reference, draws)
    return _frame(portfolio, funded, funded.table(asked, quantiles, goal))


def realistic_targets(
    portfolio: Portfolio,
    product: str,
    metric: str,
    amounts: float | Sequence[float],
    horizon: SupportsIndex,
    *,
    confidence: float = 0.8,
    seed: SupportsIndex = 0,
    months: SupportsIndex | None = None,
    reference: str | None = None,
    draws: SupportsIndex = 4000,
) -> Any:
    """Return the target of each amount and step that is reached with a given probability.

    The quantile ``1 - confidence`` of `forecast_given_funding` (``confidence`` where the metric's good direction is
    down).

    Parameters
    ----------
    portfolio, product, metric, amounts, horizon, seed, months, reference, draws
        As in `forecast_given_funding`.
    confidence : float, default 0.8
        Probability of reaching the target, strictly between 0 and 1.

    Returns
    -------
    frame
        ``amount, step, target, confidence, response, prior_share``, by amount and step.

    Raises
    ------
    ArgumentError
        As `forecast_given_funding`, and when the confidence is not strictly between 0 and 1.
    """
    asked = _amounts("realistic_targets", amounts)
    share = _number("realistic_targets: confidence", confidence)
    funded = _funded("realistic_targets", portfolio, product, metric, horizon, seed, months, reference, draws)
    return _frame(portfolio, funded, funded.targets(asked, share))


@dataclass(frozen=True)
class FundingResponse:
    """How a metric responds to funding, as its record and the class tell; `funding_response` makes it.

    Attributes
    ----------
    elasticity, elasticity_sd : float
        Relative change of impact for a relative change of the funding at work, near today's: posterior mean and
        standard deviation.
    class_elasticity, class_elasticity_sd : float
        The same before the record is seen.
    carry_over : float
        Share of the funding at work that lasts to the next period, posterior mean.
    half_saturation : float
        Funding, relative to today's, at which half of the ceiling is reached, posterior median.
    prior_share : float
        Overlap of prior and posterior of the elasticity: 1 where the record says nothing.
    identified : bool
        ``prior_share <= 0.8``: at least a fifth of the posterior lies where the prior does not.
    pairs : int
        Adjacent periods whose funding and impact are both known.
    months : int
        Length of a period.
    latest_funding : float
        Funding of the last period in which it is known.
    currency : str
        Of the funding.
    funding, impact : ndarray
        The record that was read, by period; NaN where funding is not known.
    notes : list of str
        Readings, assumptions, and whether the response is identified.
    """

    elasticity: float
    elasticity_sd: float
    class_elasticity: float
    class_elasticity_sd: float
    carry_over: float
    half_saturation: float
    prior_share: float
    identified: bool
    pairs: int
    months: int
    latest_funding: float
    currency: str
    funding: npt.NDArray[np.float64] = field(repr=False, compare=False)
    impact: npt.NDArray[np.float64] = field(repr=False, compare=False)
    notes: list[str] = field(repr=False)

    def _repr_html_(self) -> str:
        basis = "identified by the record" if self.identified else "not identified by the record: nearly the class's"
        rows = [
            ("elasticity", f"{self.elasticity:.2f} ± {self.elasticity_sd:.2f}"),
            ("class", f"{self.class_elasticity:.2f} ± {self.class_elasticity_sd:.2f}"),
            ("prior share", f"{self.prior_share:.2f}"),
            (f"carried over {self.months} months", f"{self.carry_over:.2f}"),
            ("half-saturation", f"{self.half_saturation:.2f} x today's funding"),
            ("funding of the last period", f"{self.latest_funding:,.0f} {self.currency}"),
        ]
        body = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>" for name, text in rows)
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        caption = f"<caption>Response to funding, {basis}</caption>"
        return f"<div><table>{caption}<tbody>{body}</tbody></table><ul>{notes}</ul></div>"


def funding_response(
    portfolio: Portfolio, product: str, metric: str, *, months: SupportsIndex | None = None
) -> FundingResponse:
    """Say how a metric responds to funding, and how much of that its own record tells.

    Parameters
    ----------
    portfolio, product, metric, months
        As in `forecast_given_funding`.

    Returns
    -------
    FundingResponse
        Elasticity, carry-over and half-saturation, what the class says, and the notes.

    Raises
    ------
    ArgumentError
        As `forecast_given_funding`.
    """
    funded = _funded("funding_response", portfolio, product, metric, 1, 0, months, None, 100)
    return FundingResponse(**{k: v for k, v in funded.response().items() if k != "last_end"})


def plot_probability(answer: Any, *, step: int = 1) -> Figure:
    """Draw the probability of the target against the amount, with two standard errors either side.

    Parameters
    ----------
    answer : frame
        What `forecast_given_funding` returned, with a target.
    step : int, default 1
        Which step.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ArgumentError
        When there is no such step.
    ImportError
        When matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("plot_probability() needs matplotlib: pip install essor[plot]") from error
    table = frames.table_columns(frames.table_of(answer, "answer"))
    columns = {name: np.array(frames.listed(table[name]), dtype=float) for name in ("amount", "step", "p_target", "se")}
    wanted = columns["step"] == step
    if not wanted.any():
        raise ArgumentError("plot_probability: step", str(step), f"must be from 1 to {int(columns['step'].max())}")
    amount, first = np.unique(columns["amount"][wanted], return_index=True)
    probability, error_bar = (columns[name][wanted][first] for name in ("p_target", "se"))
    figure, axis = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
    axis.errorbar(amount, probability, yerr=2 * error_bar, color="#1f5a8a", marker="o", markersize=4, linewidth=1.6)
    axis.set(xlabel="amount per period", ylabel=f"P(target reached), step {step}", ylim=(0, 1))
    axis.spines[["top", "right"]].set_visible(False)
    plt.close(figure)  # a notebook shows what is returned, once
    return figure


def _funded(
    function: str,
    portfolio: Portfolio,
    product: str,
    metric: str,
    horizon: SupportsIndex,
    seed: SupportsIndex,
    months: SupportsIndex | None,
    reference: str | None,
    draws: SupportsIndex,
) -> _core.FundingForecast:
    if not isinstance(portfolio, Portfolio):
        raise ArgumentError(f"{function}: portfolio", type(portfolio).__name__, "must be an essor.Portfolio")
    for name, text in (("product", product), ("metric", metric), ("reference", reference or "")):
        if not isinstance(text, str):
            raise ArgumentError(f"{function}: {name}", repr(text), "must be text")
    return _core.forecast_funding(
        portfolio._core,
        product,
        metric,
        0 if months is None else _whole(f"{function}: months", months, 1, 1200),
        _whole(f"{function}: horizon", horizon, 1),
        reference,
        _whole(f"{function}: draws", draws, 1),
        _whole(f"{function}: seed", seed, 0, 2**64 - 1),
    )


def _frame(portfolio: Portfolio, funded: _core.FundingForecast, columns: Mapping[str, npt.NDArray[np.float64]]) -> Any:
    response = funded.response()
    rows = len(columns["amount"])
    cells: dict[str, frames.Cells] = {name: frames.Numbers(values) for name, values in columns.items()}
    basis = "record" if response["identified"] else "class"
    cells["response"] = frames.Text([basis], np.zeros(rows, dtype=np.int32))
    cells["prior_share"] = frames.Numbers(np.full(rows, response["prior_share"]))
    return _whole_steps(frames.frame_of(cells, portfolio._kind), portfolio._kind)


def _whole_steps(frame: Any, kind: str) -> Any:
    if kind == "dict":
        return frame | {"step": [int(step) for step in frame["step"]]}
    if kind == "records":
        return [record | {"step": int(record["step"])} for record in frame]
    import narwhals.stable.v2 as nw

    wrapped: Any = nw.from_native(frame)
    return wrapped.with_columns(nw.col("step").cast(nw.Int64)).to_native()


def _whole(place: str, value: SupportsIndex, least: int, most: int = 2**31 - 1) -> int:
    try:
        whole = operator.index(value)
    except TypeError as error:
        raise ArgumentError(place, str(value), "must be a whole number") from error
    if not least <= whole <= most:
        raise ArgumentError(place, str(whole), f"must be >= {least}" if whole < least else f"must be <= {most}")
    return whole


def _number(place: str, value: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise ArgumentError(place, str(value), "must be a number") from error
    if not math.isfinite(number):
        raise ArgumentError(place, str(value), "must be finite")
    return number


def _numbers(place: str, values: float | Sequence[float]) -> list[float]:
    try:
        numbers = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise ArgumentError(place, str(values), "must be a number, or a list of numbers") from error
    if numbers.ndim != 1 or len(numbers) == 0:
        raise ArgumentError(place, str(values), "must be a number, or a list of at least one")
    return [float(number) for number in numbers]


def _amounts(function: str, amounts: float | Sequence[float]) -> list[float]:
    numbers = _numbers(f"{function}: amounts", amounts)
    for index, number in enumerate(numbers):
        if not (math.isfinite(number) and number >= 0):
            raise ArgumentError(f"{function}: amounts[{index}]", str(number), "must be finite and >= 0")
    return numbers
