"""What impact is worth: avoided non-recourse, its cost, its return and the amounts it is worth funding.

Every factor may be a plain number, or one of three distributions: `beta` (counts), `interval90` (an expert's 90 %
interval) and `fixed`. Every result is an `Estimate`: a value with its Monte Carlo standard error and its draws.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from essor import _core
from essor._core import Estimate, Factor, HighestAmount, NonRecoursePeriod
from essor.errors import ArgumentError
from essor.frames import Numbers, frame_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AvoidedNonRecourse",
    "Estimate",
    "Factor",
    "HighestAmount",
    "NonRecoursePeriod",
    "RoiPerAvoidedNonRecourse",
    "avoided_non_recourse",
    "beta",
    "fixed",
    "interval90",
]

#: A number, or a distribution made by `beta`, `interval90` or `fixed`.
FactorLike: TypeAlias = float | Factor
#: One factor for all periods, or a list with one for each.
FactorsLike: TypeAlias = FactorLike | Iterable[FactorLike]
#: Who asks for the return.
Perspective: TypeAlias = Literal["funder", "public_budget", "society"]
#: Amounts, and the avoided non-recourse of each.
ResponseLike: TypeAlias = Mapping[str, Any] | tuple[npt.ArrayLike, Any]

_CALL = "avoided_non_recourse"
_ROI = "RoiPerAvoidedNonRecourse"


def beta(successes: float, trials: float) -> Factor:
    """Return a share of which counts are known.

    The draws follow the posterior ``Beta(successes + 1/2, trials - successes + 1/2)`` under Jeffreys' prior.

    Parameters
    ----------
    successes : float
        Cases in which it happened, from 0 to `trials`; not necessarily whole (weighted surveys).
    trials : float
        Cases looked at, above 0.

    Returns
    -------
    Factor
        For any factor that is a share.

    Raises
    ------
    ArgumentError
        When a count is out of range.

    References
    ----------
    H. Jeffreys (1946), Proceedings of the Royal Society A 186, 453-461, doi:10.1098/rspa.1946.0056.
    """
    return Factor.beta(_number("beta", "successes", successes), _number("beta", "trials", trials))


def interval90(low: float, high: float) -> Factor:
    """Return what an expert holds for 90 % likely: 5 % below `low`, 5 % above `high`.

    The draws are normal on the logit scale where the factor is a share, on the log scale otherwise.

    Parameters
    ----------
    low, high : float
        Ends of the interval, ``0 < low < high``; for a share, ``high < 1``.

    Returns
    -------
    Factor
        For any factor.

    Raises
    ------
    ArgumentError
        When the ends are not in order or out of range.
    """
    return Factor.interval90(_number("interval90", "low", low), _number("interval90", "high", high))


def fixed(x: float) -> Factor:
    """Return a number known without error, as a plain number is too."""
    return Factor.fixed(_number("fixed", "x", x))


@dataclass(frozen=True, repr=False)
class AvoidedNonRecourse:
    """Avoided non-recourse over some periods, each figure an `Estimate`.

    Attributes
    ----------
    newly_avoided : Estimate
        Persons, over all periods.
    receiving : Estimate
        Persons who receive at the end, thanks to the product.
    person_months : Estimate
        Months received thanks to the product, over all periods.
    cost_per_avoided : Estimate or None
        Euros per newly avoided non-recourse, a ratio of expectations; None without a cost.
    cost_per_person_month : Estimate or None
        Euros per person-month, a ratio of expectations; None without a cost.
    present_cost : Estimate or None
        Euros, discounted to the start; None without a cost.
    by_period : list of NonRecoursePeriod
        The same, period by period: `eligible_non_recipients` (at its start, with the product), `newly_avoided`,
        `receiving` (at its end), `person_months`.
    """

    newly_avoided: Estimate
    receiving: Estimate
    person_months: Estimate
    cost_per_avoided: Estimate | None
    cost_per_person_month: Estimate | None
    present_cost: Estimate | None
    by_period: list[NonRecoursePeriod]
    _core: _core.AvoidedNonRecourse

    def acceptability(self, values: npt.ArrayLike) -> pd.DataFrame:
        """Return how likely the product costs no more than it brings, for each value of one avoided non-recourse.

        Parameters
        ----------
        values : array_like
            Euros that one avoided non-recourse is worth, each finite and at least 0.

        Returns
        -------
        pandas.DataFrame
            Columns ``value``, ``probability`` (share of draws with present cost <= value x newly avoided) and
            ``standard_error`` (Monte Carlo, of the probability).

        Raises
        ------
        ArgumentError
            When no cost was given, or a value is out of range.
        ImportError
            When pandas is not installed.
        """
        worth = np.atleast_1d(_numbers("acceptability", "values", values)).ravel()
        probability, error = self._core.acceptability(worth.tolist())
        columns = {"value": worth, "probability": np.array(probability), "standard_error": np.array(error)}
        frame: pd.DataFrame = frame_of({name: Numbers(numbers) for name, numbers in columns.items()})
        return frame

    def _rows(self) -> list[tuple[str, Estimate]]:
        named = [
            ("newly avoided (persons)", self.newly_avoided),
            ("receiving at the end (persons)", self.receiving),
            ("person-months", self.person_months),
            ("present cost (€)", self.present_cost),
            ("cost per avoided non-recourse (€)", self.cost_per_avoided),
            ("cost per person-month (€)", self.cost_per_person_month),
        ]
        return [(name, estimate) for name, estimate in named if estimate is not None]

    def __repr__(self) -> str:
        rows = self._rows()
        width = max(len(name) for name, _ in rows)
        return "AvoidedNonRecourse\n" + "\n".join(f"  {name:<{width}}  {_figures(e)}" for name, e in rows)

    def _repr_html_(self) -> str:
        return _html_table(self._rows())


def avoided_non_recourse(
    *,
    eligible_non_recipients: FactorLike,
    reach: FactorLike,
    conversion: FactorLike,
    take_up_without: FactorLike | None = None,
    deadweight: FactorLike | None = None,
    control: Factor | npt.ArrayLike | None = None,
    persistence: FactorLike = 1,
    newly_eligible: FactorsLike = 0,
    months: float = 6,
    periods: int = 1,
    cost: FactorsLike | None = None,
    discount_rate: float = 0,
    draws: int = 10000,
    seed: int = 0,
    attribution: FactorLike = 1,
) -> AvoidedNonRecourse:
    r"""Count who receives thanks to a product, net of those who would have anyway, and what each one cost.

    With the product (1) and without it (0), for each draw of the factors:

    .. math::

        N_0' &= s N_0 (1-h_0) + e \\
        N_1' &= s N_1 (1-h_0)(1 - r c) + e \\
        v &= (1-h_0)\, r c\, N_1 \\
        V' &= s\,((1-h_0) V + v), \qquad V = N_0 - N_1

    `v` is newly avoided in the period, `V` receives thanks to the product, and the person-months of the period are
    ``(V + v/2) * months``. Costs, not persons, are discounted, from the middle of their period. When every factor is
    a number, the results are exact.

    Parameters
    ----------
    eligible_non_recipients : float or Factor
        N, persons who are eligible and do not receive, at the start.
    reach : float or Factor
        r, share of the non-recipients whom the product reaches in a period.
    conversion : float or Factor
        c, share of those reached who end up paid.
    take_up_without : float or Factor, optional
        h0, share who would take up by themselves in a period. Exactly one of this, `deadweight` and `control` is
        given: there is no safe default.
    deadweight : float or Factor, optional
        The same share under its other name.
    control : array_like or Factor, optional
        Take-up among non-recipients elsewhere, per period of the same length, from which h0 is estimated. Pairs of
        (takers, eligible) are pooled as `beta` does. Rates alone (two at least) give the beta distribution with their
        mean and the standard error of that mean; equal rates give a fixed share.
    persistence : float or Factor
        s, share still eligible one period later.
    newly_eligible : float, Factor or list of them
        e, newly eligible non-recipients, persons per period; a list has one for each period.
    months : float
        Length of a period in months.
    periods : int
        Number of periods, 1 to 1200.
    cost : float, Factor or list of them, optional
        Euros per period. One distribution is one draw for all periods; a list has a draw for each.
    discount_rate : float
        Per year; 0.045 is 4.5 % a year.
    draws : int
        Number of Monte Carlo draws.
    seed : int
        The same seed gives the same draws, in C++ too.
    attribution : float or Factor
        Share left to the product by other interventions that are not in the counterfactual.

    Returns
    -------
    AvoidedNonRecourse
        Each figure with its standard error and its draws.

    Raises
    ------
    ArgumentError
        For a share outside [0, 1], a negative or infinite number, a list of the wrong size, or unless exactly one of
        `take_up_without`, `deadweight` and `control` is given.

    Examples
    --------
    Old-age benefit in France, single persons, 2016: 321 200 non-recipients; the shares are assumptions.

    >>> result = avoided_non_recourse(
    ...     eligible_non_recipients=321_200,
    ...     newly_eligible=321_200 * (1 - 0.96 * (1 - 0.03)),
    ...     persistence=0.96, take_up_without=0.03, reach=0.02, conversion=0.2,
    ...     periods=4, cost=300_000,
    ... )
    >>> round(result.newly_avoided.value, 4), round(result.cost_per_avoided.value, 4)
    (4958.4939, 242.009)
    """
    core = _core.avoided_non_recourse(
        eligible_non_recipients=_factor("eligible_non_recipients", eligible_non_recipients),
        reach=_factor("reach", reach),
        conversion=_factor("conversion", conversion),
        take_up_without=None if take_up_without is None else _factor("take_up_without", take_up_without),
        deadweight=None if deadweight is None else _factor("deadweight", deadweight),
        control=None if control is None else _control(control),
        persistence=_factor("persistence", persistence),
        newly_eligible=_factors("newly_eligible", newly_eligible),
        attribution=_factor("attribution", attribution),
        months=_number(_CALL, "months", months),
        periods=_whole("periods", periods, 2**31 - 1),
        cost=None if cost is None else _factors("cost", cost),
        discount_rate=_number(_CALL, "discount_rate", discount_rate),
        draws=_whole("draws", draws, 2**62),
        seed=_whole("seed", seed, 2**64 - 1),
    )
    return AvoidedNonRecourse(
        core.newly_avoided,
        core.receiving,
        core.person_months,
        core.cost_per_avoided,
        core.cost_per_person_month,
        core.present_cost,
        core.by_period,
        core,
    )


class RoiPerAvoidedNonRecourse:
    r"""Return on investment per avoided non-recourse, and the highest amounts worth funding.

    .. math:: \mathrm{ROI} = \frac{\lambda\,E[dI] - E[dC]}{E[dC]}

    with d the difference to the first amount, I the avoided non-recourse and C the cost. Ratios are of expectations.
    Between two amounts the response is taken as linear.

    Parameters
    ----------
    value_per_person : float
        Lambda: euros that one avoided non-recourse is worth to the one who asks (for society: beyond the benefit
        itself).
    perspective : {"funder", "public_budget", "society"}
        Who asks. To the funder the funding is the cost; to the public budget the benefits paid are a cost too; to
        society they are a transfer, and cancel.
    response : mapping or pair
        ``amounts`` and ``avoided``: rising amounts in euros, the first of which is the reference policy, and the
        avoided non-recourse of each: one number per amount, one `Estimate` per amount, or an array of
        (draws, amounts) whose rows belong together.
    benefit_per_person : float, optional
        Euros paid to one person over the span of the response. The public budget needs it; the funder must not give
        it.

    Raises
    ------
    ArgumentError
        When an argument is out of range, or sizes do not agree.

    Examples
    --------
    >>> response = {"amounts": [0, 100, 200, 300, 400], "avoided": [0, 10, 18, 24, 28]}
    >>> roi = RoiPerAvoidedNonRecourse(15, "funder", response)
    >>> roi.optimum().value, roi.break_even(100).value
    (200.0, 325.0)
    """

    def __init__(
        self,
        value_per_person: float,
        perspective: Perspective,
        response: ResponseLike,
        *,
        benefit_per_person: float | None = None,
    ) -> None:
        if perspective not in _core.Perspective.__members__:
            raise ArgumentError(f"{_ROI}: perspective", repr(perspective), "must be funder, public_budget or society")
        amounts, avoided = _response(response)
        self._amounts = amounts
        self._perspective: Perspective = perspective
        self._value = _number(_ROI, "value_per_person", value_per_person)
        benefit = None if benefit_per_person is None else _number(_ROI, "benefit_per_person", benefit_per_person)
        self._core = _core.RoiPerAvoidedNonRecourse(
            self._value, _core.Perspective[perspective], amounts, avoided, benefit
        )

    @property
    def amounts(self) -> npt.NDArray[np.float64]:
        """The amounts, in euros."""
        return self._amounts.copy()

    @property
    def perspective(self) -> Perspective:
        """Who asks."""
        return self._perspective

    @property
    def roi(self) -> list[Estimate]:
        """The return of each amount against the first, for which itself it is not defined (NaN)."""
        return self._core.roi()

    def break_even(self, amount_today: float) -> HighestAmount:
        r"""Return the highest amount that is worth its price against today's.

        .. math:: \sup\{B : \lambda\,E[v(B) - v(B_0)] \ge B - B_0\}

        Parameters
        ----------
        amount_today : float
            B0, euros, within the amounts given.

        Returns
        -------
        HighestAmount
            An `Estimate` in euros; `at_boundary` is true when it is the last amount given, so that the true one may
            lie beyond.

        Raises
        ------
        ArgumentError
            When `amount_today` is outside the amounts given.
        """
        return self._core.break_even(_number("break_even", "amount_today", amount_today))

    def optimum(self) -> HighestAmount:
        r"""Return the amount of the greatest net value, :math:`\arg\max_B \lambda E[v(B)] - B`; the smallest of equals.

        Returns
        -------
        HighestAmount
            An `Estimate` in euros; `at_boundary` is true when it is the first or the last amount given.
        """
        return self._core.optimum()

    def _rows(self) -> list[tuple[str, Estimate]]:
        named = [(f"return at {_short(amount)} €", e) for amount, e in zip(self._amounts, self.roi, strict=True)]
        return [*named[1:], ("optimum (€)", self.optimum())]

    def __repr__(self) -> str:
        rows = self._rows()
        width = max(len(name) for name, _ in rows)
        head = f"{_ROI}: {self._value:g} € per person, {self._perspective}\n"
        return head + "\n".join(f"  {name:<{width}}  {_figures(e)}" for name, e in rows)

    def _repr_html_(self) -> str:
        return _html_table(self._rows())


# --- arguments ------------------------------------------------------------------------------------------------------


def _number(call: str, name: str, value: object) -> float:
    if isinstance(value, Real | np.number) and not isinstance(value, bool | np.bool_):
        return float(value)
    raise ArgumentError(f"{call}: {name}", repr(value), "must be a number")


def _numbers(call: str, name: str, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{call}: {name}", repr(values), "must be numbers") from error


def _whole(name: str, value: object, greatest: int) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise ArgumentError(f"{_CALL}: {name}", repr(value), "must be a whole number") from error
    if isinstance(value, bool) or not 0 <= number <= greatest:
        raise ArgumentError(f"{_CALL}: {name}", repr(value), f"must be a whole number from 0 to {greatest}")
    return number


def _factor(name: str, value: object) -> Factor:
    if isinstance(value, Factor):
        return value
    if isinstance(value, Real | np.number) and not isinstance(value, bool | np.bool_):
        return Factor.fixed(float(value))
    raise ArgumentError(f"{_CALL}: {name}", repr(value), "must be a number, or made by beta, interval90 or fixed")


def _factors(name: str, value: object) -> _core.PerPeriod:
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return _core.PerPeriod([_factor(name, item) for item in value])
    return _core.PerPeriod(_factor(name, value))


def _control(value: object) -> Factor:
    if isinstance(value, Factor):
        return value
    series = _numbers(_CALL, "control", value)  # type: ignore[arg-type]
    try:
        if series.ndim == 1:
            return Factor.mean_share(series.tolist())
        if series.ndim == 2 and series.shape[1] == 2:
            return Factor.pooled_share(series[:, 0].tolist(), series[:, 1].tolist())
    except ArgumentError as error:
        raise ArgumentError(f"{_CALL}: control", error.value, error.rule) from error
    rule = "must be a list of rates, or of pairs (takers, eligible); for a share known already, use take_up_without"
    raise ArgumentError(f"{_CALL}: control", f"shape {series.shape}", rule)


def _response(response: object) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    if isinstance(response, Mapping) and {"amounts", "avoided"} <= response.keys():
        amounts, avoided = response["amounts"], response["avoided"]
    elif isinstance(response, tuple) and len(response) == 2:
        amounts, avoided = response
    else:
        rule = "must be a mapping with amounts and avoided, or the pair of them"
        raise ArgumentError(f"{_ROI}: response", type(response).__name__, rule)
    if isinstance(avoided, Sequence) and any(isinstance(item, Estimate) for item in avoided):
        avoided = _estimate_draws(avoided)
    table = np.atleast_2d(_numbers(_ROI, "avoided", avoided))
    money = _numbers(_ROI, "amounts", amounts)
    if money.ndim != 1:
        raise ArgumentError(f"{_ROI}: amounts", f"shape {money.shape}", "must be a list of numbers")
    if table.ndim != 2:
        raise ArgumentError(f"{_ROI}: avoided", f"shape {table.shape}", "must be of shape (draws, amounts)")
    return money, table


def _estimate_draws(estimates: Sequence[object]) -> npt.NDArray[np.float64]:
    """Return the draws of estimates as columns; one known without error among them is broadcast."""
    columns = [item.draws if isinstance(item, Estimate) else item for item in estimates]
    count = max(np.size(column) for column in columns)  # type: ignore[arg-type]
    try:
        return np.column_stack([np.broadcast_to(np.asarray(column, dtype=np.float64), count) for column in columns])
    except ValueError as error:
        sizes = sorted({int(np.size(column)) for column in columns})  # type: ignore[arg-type]
        raise ArgumentError(f"{_ROI}: avoided", f"{sizes} draws", "must have as many draws for each amount") from error


# --- display --------------------------------------------------------------------------------------------------------


def _short(value: float) -> str:
    """Return four significant digits, whole numbers above 1000, thin spaces between thousands; words for NaN."""
    if math.isnan(value):
        return "not defined"
    if math.isinf(value):
        return "-∞" if value < 0 else "∞"
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.4g}"


def _is_exact(estimate: Estimate) -> bool:
    return estimate.se == 0 and bool(np.all(estimate.draws == estimate.value))


def _figures(estimate: Estimate) -> str:
    value = _short(estimate.value)
    if isinstance(estimate, HighestAmount) and estimate.at_boundary:
        value += " (an end of the amounts given)"
    if _is_exact(estimate) or math.isnan(estimate.value):
        return value
    low, high = estimate.interval(0.9)
    return f"{value} (standard error {_short(estimate.se)}; 90 %: {_short(low)} to {_short(high)})"


def _factor_text(factor: Factor) -> str:
    first, second = factor.parameters
    if factor.kind == "fixed":
        return f"<Factor {first:g}>"
    words = f"Beta({first:g}, {second:g})" if factor.kind == "beta" else f"90 % between {first:g} and {second:g}"
    return f"<Factor {words}>"


def _estimate_text(estimate: Estimate) -> str:
    return f"<{type(estimate).__name__} {_figures(estimate)}>"


def _estimate_html(estimate: Estimate) -> str:
    return _html_table([(type(estimate).__name__, estimate)])


def _html_table(rows: Iterable[tuple[str, Estimate]]) -> str:
    heads = ("", "value", "standard error", "5 %", "median", "95 %")
    lines = ["<table>", "<thead><tr>" + "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr></thead>"]
    lines.append("<tbody>")
    for name, estimate in rows:
        cells = [_short(x) for x in (estimate.value, estimate.se, *estimate.quantile(np.array([0.05, 0.5, 0.95])))]
        lines.append(f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return "\n".join([*lines, "</tbody>", "</table>"])
