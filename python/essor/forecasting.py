"""Forecasts of short histories: quantiles, draws and probabilities of reaching a target."""

from __future__ import annotations

import html
import operator
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from essor import _core, frames
from essor.errors import ArgumentError, RecordError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from essor.reference import ReferenceClass

__all__ = ["Forecast", "forecast"]

Identity = str | int
Interval = tuple[float, float]
#: A known ceiling, an expert's 90 % interval of it, or True: none known, only asked for.
Ceiling = float | Interval | bool

#: How the errors of a frame name it.
TABLE = "data"
#: The identity of the one series of an array.
ALONE = "series"


def forecast(
    data: Any,
    horizon: int,
    *,
    season: int = 1,
    reference: str | ReferenceClass = "general",
    expert: Interval | Mapping[Identity, Interval] | None = None,
    label: str | Mapping[Identity, str] | None = None,
    ceiling: Ceiling | Mapping[Identity, Ceiling] | None = None,
    draws: int = 2000,
    seed: int = 0,
    threads: int = 1,
) -> Forecast:
    r"""Forecast one or many short histories, each with its uncertainty.

    Two forecasts are averaged, quantile by quantile, with the shares that the reference class learnt on series held
    back: a regression of log growth over the steps ahead on past growth, level, label and the number :math:`n` of
    values, with a sinh-arcsinh distribution; and, from three values on, a pool of small models (exponential smoothing
    with damped trend, smoothing with drift, seasonal naive) weighed by the class and by how well each foresaw the
    history one step ahead,

    .. math:: w_k \propto \exp\left(\theta' x_k + \eta \sqrt{(n - 1) / 10}\; \ell_k\right).

    With a season of m periods and n values, a steady history is left to the class's model without one, with the share

    .. math:: s \frac{x^4}{1 + x^4}, \quad x = \frac{r}{\max(0.58\, m / (n - 2),\ 1.75 / \sqrt{m})}

    with r the mean change over the mean change of the changes, below 4, of values or logarithms (the larger), over the
    last four seasons, and s what the class leaves to it (``steady`` of `ReferenceClass.models`).

    A class that serves any unit, as ``general`` and ``public_service_volume`` do, has no say in these weights: level,
    drift and damped trends are weighed by likelihood, and the class says how far they err.

    With one value, level is known and all else is the class's; with none, the level is the expert's. With a ceiling,
    growth curves join: see the notes.

    Parameters
    ----------
    data : array or frame
        One history, oldest value first; or a frame (pandas, polars, pyarrow, dict of lists, list of dicts) with the
        columns ``unique_id``, ``ds``, ``y`` and, for display and as a sub-class of the reference, ``label``. ``ds`` is
        a whole number, a date, or a period written 2024, 2024-H1, S1 2024, 2024-Q1, 2024-03, FY2024 or FY2024-H1;
        dates are a month, a quarter, a half-year or a year apart. May be empty if `expert` says where to start. Values
        are >= 0.
    horizon : int
        How many steps to forecast, at least 1.
    season : int, default 1
        Steps of a season (2 for half-years, 12 for months); 1 is none. Factors need two full seasons, and are
        shrunk to none by the share of their variance that noise explains. A history that hardly leaves a steady change
        is forecast without a season as far as it does, by what the class has learnt on years; ``models`` says how far.
    reference : {"general", "digital_adoption", "public_service_volume"} or ReferenceClass
        What comparable histories teach: series of the M1, M3 and tourism competitions; yearly adoption of digital
        goods by country, from launch (labels bb, cell, inet); half-yearly volumes of public services; or a class of
        your own, from `ReferenceClass.fit`. Growth and spread are per step of the class.
    expert : (low, high), or mapping from unique_id to (low, high), optional
        A 90 % interval for the first value to come. Needed where there is no value; beside a history it counts as
        one more observation of that step. A mapping may name series that have no row.
    label : str, or mapping from unique_id to str, optional
        The sub-class of the reference for an array, and for series whose rows do not name it: those that have no row
        yet, above all.
    ceiling : float, (low, high), True, or mapping from unique_id to one of them, optional
        A level :math:`K` that no value exceeds, in the unit of ``y``: the eligible population, or 100 for a
        percentage; an expert's 90 % interval of it; or True where none is known, to ask when the history saturates
        (:meth:`Forecast.saturation`). Growth curves then join the forecast, with the share that they earn beside the
        class on the history itself.
    draws : int, default 2000
        Draws for each series.
    seed : int, default 0
        Same seed, same draws. The draws of a series depend on its place among the series, not on their number.
    threads : int, default 1
        Threads that share the series; 0 takes all processors. The result is the same, bit for bit.

    Returns
    -------
    Forecast
        Quantiles, draws, probabilities, and how they were made.

    Raises
    ------
    ArgumentError
        When a parameter is out of range, a value of an array is NaN, infinite or negative (the message has its
        index), there is neither a value nor an expert's interval, a ceiling is below the largest value of its series
        or names a series that is not there, or a label is given to no series or to one whose rows name another.
    RecordError
        When a column is missing; a ``y`` is missing or negative; a ``ds`` is given twice, left out, or unreadable; the
        rows of a series have several labels.
        Names the row, or the series and its ``ds``.

    Notes
    -----
    Zeros: the models see value + shift, half the smallest positive value of the history, and values below 0 become 0;
    ``Forecast.notes`` says so, as where more than one value in 160 of a lower tail would lie below 0. Nothing but zeros
    has no unit: beside it an expert is taken alone. Quantiles are those of the predictive distribution itself; draws
    follow it, the steps of a draw correlated as the class learnt.

    Ceiling: three curves leave from the last value, logistic, Gompertz and Bass, their noise on the log odds
    :math:`x = \ln (y / (K - y))`, so that no value exceeds :math:`K`:
    :math:`x_{t+1} = F(x_t) + \sigma \varepsilon`, with :math:`F` one step along the curve. They are weighed among
    themselves by evidence, and averaged with the class quantile by quantile; their share :math:`w` is

    .. math:: \frac{w}{1 - w} = \frac{1}{9} \frac{\int p(y_2 \dots y_n | y_1, \theta)^{1/2} \, p(\theta) \, d\theta}
              {\prod_t p(y_{t+1} | y_1 \dots y_t, \text{class})^{1/2}},

    1/10 before the history was seen. The same power of the likelihood makes the posterior of the curves: none of them
    is true, so each value counts half. A known ceiling or an expert's interval also slows the class where it nears it:
    growth :math:`g` becomes :math:`g / (1 + (g / R)^4)^{1/4}`, with :math:`R` the room left (without a history, the
    expert's interval is truncated). A ceiling only asked for is taken to be twice the largest value, within a factor of
    e (one standard deviation), leaves the class as it is, and calls curves only where more than half of all movement is
    growth. Values at a known ceiling are seen just below it, and what is then forecast above that is the ceiling;
    ``Forecast.notes`` says so. Curves know no season.

    References
    ----------
    R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder (2008), Forecasting with Exponential Smoothing, Springer,
    doi:10.1007/978-3-540-71918-2. P. Montero-Manso, G. Athanasopoulos, R. J. Hyndman and T. S. Talagala (2020),
    FFORMA, International Journal of Forecasting 36(1), 86-92, doi:10.1016/j.ijforecast.2019.02.011. M. C. Jones and
    A. Pewsey (2009), Sinh-arcsinh distributions, Biometrika 96(4), 761-780, doi:10.1093/biomet/asp053. A. P. Dawid
    (1984), The prequential approach, Journal of the Royal Statistical Society A 147(2), 278-292, doi:10.2307/2981683,
    for weights from one-step-ahead densities. P. Grünwald and T. van Ommen (2017), Bayesian Analysis 12(4), 1069-1103,
    doi:10.1214/17-BA1085, for a power of the likelihood where no model is true.

    Examples
    --------
    >>> result = forecast({"unique_id": ["a"] * 4, "ds": [2020, 2021, 2022, 2023], "y": [10, 12, 15, 18]}, 2)
    >>> result.quantiles(0.5)["ds"]
    [2024, 2025]
    >>> share = forecast([10, 16, 24, 36, 50, 62, 74, 82], 4, ceiling=100)
    >>> [round(steps) for steps in share.saturation(0.95)["steps"]]
    [2, 2, 3]
    """
    steps = _whole("horizon", horizon, 1)
    period = _whole("season", season, 1)
    count = _whole("draws", draws, 1)
    key = _whole("seed", seed, 0, 2**64 - 1)
    workers = _whole("threads", threads, 0)
    histories = _read_frame(data, expert) if _is_frame(data) else _read_array(data)
    _add_labels(histories, label)
    from essor.reference import ReferenceClass, made_class

    fitted_class = made_class(reference)
    experts, ceilings = _experts(histories, expert), _ceilings(histories, ceiling)
    try:
        drawn, nodes, summaries = _core.forecast(
            histories.values,
            histories.offsets,
            experts,
            ceilings,
            histories.labels,
            steps,
            period,
            fitted_class,
            count,
            key,
            workers,
        )
    except MemoryError as error:
        size = f"{len(histories.identities)} x {count} x {steps}"
        raise ArgumentError("forecast: series x draws x horizon", size, "is more than memory holds") from error
    months = histories.calendar.months(histories.spacing) if histories.calendar else None
    if months is not None:
        known = reference if isinstance(reference, ReferenceClass) else ReferenceClass.shipped(str(reference))
        fitted = {model["season"]: model["months"] for model in known.models}
        class_months = fitted.get(period, next(iter(fitted.values())))
        if class_months and months != class_months:
            histories.notes.append(
                f"the class {known.name} was fitted on steps of {class_months} months, yours have {months}:"
                " its growth and spread per step are taken as they are"
            )
    return Forecast(histories, drawn, summaries, nodes)


class Forecast:
    """Draws of the values to come of one or many series; `forecast` makes it.

    Series keep the order in which they first appear in the data; frames come back in the kind that went in, pandas
    where nothing did.
    """

    def __init__(
        self,
        histories: _Histories,
        draws: npt.NDArray[np.float64],
        summaries: Sequence[Mapping[str, Any]],
        nodes: npt.NDArray[np.float64],
    ) -> None:
        self._histories = histories
        self._draws = draws
        self._summaries = summaries
        self._nodes = nodes

    @property
    def draws(self) -> npt.NDArray[np.float64]:
        """The draws, (series, draws, horizon): a view that cannot be written to."""
        return self._draws

    @property
    def horizon(self) -> int:
        """How many steps were forecast."""
        return int(self._draws.shape[2])

    @property
    def notes(self) -> list[str]:
        """What was done to the data, and each rule applied that the reader must know of."""
        notes = list(self._histories.notes)
        for identity, summary in zip(self._histories.identities, self._summaries, strict=True):
            notes += [note if self._histories.is_array else f"{identity}: {note}" for note in summary["notes"]]
        return notes

    @property
    def models(self) -> Any:
        """Which models each series used and which were left out, and why.

        A frame ``unique_id, model, weight, prior_share, reason``. The weights are shares of the first step and sum to
        1, but for the seasonal factors, whose weight is the share kept of their estimate. ``prior_share`` is the
        overlap of prior and posterior (1: all comes from the class): for the growth regression and the networks
        beside it, of what both say of the last step given the last value alone and given the whole history; for the
        models of the pool, of their weights without and with evidence, as for the growth curves that a ceiling calls.
        It is missing for a model that was left out.
        """
        rows = [(i, *model) for i, summary in enumerate(self._summaries) for model in summary["models"]]
        share = np.array([row[3] for row in rows], dtype=np.float64)
        return self._frame(
            {
                "unique_id": self._identities(np.array([row[0] for row in rows], dtype=np.int64)),
                "model": _text([row[1] for row in rows]),
                "weight": frames.Numbers(np.array([row[2] for row in rows], dtype=np.float64)),
                "prior_share": frames.Numbers(np.nan_to_num(share), (~np.isnan(share)).astype(np.uint8)),
                "reason": _text([row[4] for row in rows]),
            }
        )

    def quantiles(self, q: float | Sequence[float] = (0.1, 0.5, 0.9)) -> Any:
        """Return quantiles of the values to come.

        Parameters
        ----------
        q : float or sequence of float, default (0.1, 0.5, 0.9)
            Probabilities, in [0, 1].

        Returns
        -------
        frame
            ``unique_id, step, ds, quantile, value``, by series, step and probability. ``ds`` continues the history;
            it is missing for a series without one.

        Raises
        ------
        ArgumentError
            When a probability is not in [0, 1].
        """
        probabilities = _probabilities(q)
        values = self._quantile_array(probabilities)
        series, steps, count = values.shape
        each = np.repeat(np.arange(series), steps * count)
        step = np.tile(np.repeat(np.arange(1, steps + 1), count), series)
        return self._frame(
            {
                "unique_id": self._identities(each),
                "step": frames.Numbers(step.astype(np.float64)),
                "ds": self._histories.future(each, step),
                "quantile": frames.Numbers(np.tile(probabilities, series * steps)),
                "value": frames.Numbers(values.ravel()),
            }
        )

    def probability(self, target: float | Mapping[Identity, float], step: int = -1) -> Any:
        r"""Return the probability that the value of a step reaches a target, P(y >= target).

        Parameters
        ----------
        target : float or mapping from unique_id to float
            One target for all, or one for each series.
        step : int, default -1
            1 is the first step, -1 the last.

        Returns
        -------
        float or frame
            A number if the data was an array, else a frame ``unique_id, probability, se``. The Monte Carlo standard
            error is :math:`\sqrt{p (1 - p) / \mathrm{draws}}`: 0.011 at most for 2000 draws.

        Raises
        ------
        ArgumentError
            When there is no such step; the target of a series is missing or not a number, or is for no series.
        """
        place = _whole("step", step, -self.horizon, self.horizon, function="probability")
        if place == 0:
            raise ArgumentError("probability: step", "0", f"must be from 1 to {self.horizon}, or from -1 backwards")
        column = place if place < 0 else place - 1
        if isinstance(target, Mapping):
            for identity in target:
                if identity not in self._histories.identities:
                    raise ArgumentError("probability: target", str(identity), "must be a unique_id of the data")
        shares = [
            _core.reach_probability(np.ascontiguousarray(self._draws[i, :, column]), _target(target, identity))
            for i, identity in enumerate(self._histories.identities)
        ]
        if self._histories.is_array:
            return shares[0]
        p = np.array(shares)
        error = np.sqrt(p * (1.0 - p) / self._draws.shape[1])
        return self._frame(
            {
                "unique_id": self._identities(np.arange(len(shares))),
                "probability": frames.Numbers(p),
                "se": frames.Numbers(error),
            }
        )

    def saturation(self, share: float = 0.9, *, q: float | Sequence[float] = (0.1, 0.5, 0.9)) -> Any:
        r"""Return when a share of the ceiling is reached, by the growth curves: a class knows no ceiling.

        The curve of each point of the posterior leaves from the last value; with its noise, the time at which it
        arrives is inverse Gaussian, with the mean and the variance

        .. math:: E T = \int \frac{dx}{g(x)}, \qquad \mathrm{var}\, T = \sigma^2 \int_0^{E T} \frac{dt}{g(x_t)^2},

        where :math:`g` is the speed of the log odds along the curve (exact for the logistic curve in continuous time).

        Parameters
        ----------
        share : float, default 0.9
            Of the ceiling, in (0, 1).
        q : float or sequence of float, default (0.1, 0.5, 0.9)
            Probabilities of having arrived, in (0, 1).

        Returns
        -------
        frame
            ``unique_id, quantile, steps, ds, within_horizon``, by series and probability. ``steps`` counts from the
            last value: 0 where the share has been reached, infinite beyond 1e12. ``ds`` is the step in which it
            arrives, missing beyond 1000 steps. ``within_horizon`` is the probability that it does so within the
            horizon of the forecast. A series that no curve joined has no row; `models` says why.

        Raises
        ------
        ArgumentError
            When no curve joined any series: `forecast` was called without ``ceiling``, or only asked for one where a
            history does not grow, or there is no value; when the share or a probability is not in (0, 1).

        References
        ----------
        R. S. Chhikara and J. L. Folks (1989), The Inverse Gaussian Distribution, Marcel Dekker.
        """
        probabilities = _probabilities(q, "saturation").tolist()
        joined = [i for i, summary in enumerate(self._summaries) if len(summary["paths"])]
        if not joined:
            rule = (
                "forecast with ceiling=: a number, an expert's (low, high), or True where a history grows; a value too"
            )
            raise ArgumentError("saturation: ceiling", "no curve", rule)
        paths = [self._summaries[i]["paths"] for i in joined]
        steps = np.array([_core.saturation_steps(one, probabilities, share) for one in paths]).ravel()
        within = [_core.saturation_probability(one, float(self.horizon), share) for one in paths]
        each = np.repeat(np.array(joined), len(probabilities))
        return self._frame(
            {
                "unique_id": self._identities(each),
                "quantile": frames.Numbers(np.tile(probabilities, len(joined))),
                "steps": frames.Numbers(steps),
                "ds": self._histories.arrival(each, steps),
                "within_horizon": frames.Numbers(np.repeat(within, len(probabilities))),
            }
        )

    def to_wide(self, level: float | Sequence[float] = (80, 95), *, name: str = "essor") -> Any:
        """Return one row per value to come, with its median and the bounds of central intervals beside it.

        The columns are those of Nixtla's packages, so that their plots and scores take the result.

        Parameters
        ----------
        level : float, or sequence of float, default (80, 95)
            Percent inside each interval, above 0 and below 100.
        name : str, default "essor"
            Name of the column of medians, and the beginning of the others.

        Returns
        -------
        frame
            ``unique_id, ds, essor, essor-lo-80, essor-hi-80, essor-lo-95, essor-hi-95``; values in the unit of ``y``.

        Raises
        ------
        ArgumentError
            When a level is not between 0 and 100.
        """
        levels: list[Any] = np.atleast_1d(np.asarray(level, dtype=object)).tolist()
        for one in levels:
            if not isinstance(one, int | float | np.number) or not 0 < one < 100:
                raise ArgumentError("to_wide: level", repr(one), "must be a number above 0 and below 100, in percent")
        bounds = [0.5 + side * one / 200 for one in levels for side in (-1, 1)]
        values = self._quantile_array(np.array([0.5, *bounds]))
        series, steps, _ = values.shape
        each = np.repeat(np.arange(series), steps)
        names = [name] + [f"{name}-{side}-{one:g}" for one in levels for side in ("lo", "hi")]
        return self._frame(
            {
                "unique_id": self._identities(each),
                "ds": self._histories.future(each, np.tile(np.arange(1, steps + 1), series)),
                **{key: frames.Numbers(values[:, :, i].ravel()) for i, key in enumerate(names)},
            }
        )

    def to_arviz(self) -> Any:
        """Return the draws for ArviZ, as its group ``predictions``: y (chain, draw, unique_id, step).

        Raises
        ------
        ImportError
            When ArviZ is not installed.
        """
        try:
            import arviz
        except ImportError as error:
            raise ImportError("to_arviz() needs ArviZ: pip install essor[arviz]") from error
        y = {"y": self._draws.transpose(1, 0, 2)[np.newaxis]}
        coords = {"unique_id": list(self._histories.identities), "step": list(range(1, self.horizon + 1))}
        dims = {"y": ["unique_id", "step"]}
        if int(arviz.__version__.split(".")[0]) > 0:
            return arviz.from_dict({"predictions": y}, coords=coords, dims=dims)
        return arviz.from_dict(predictions=y, coords=coords, dims=dims)

    def plot(self, *, series: Sequence[Identity] | None = None) -> Figure:
        """Draw each history with its forecast: the median, and bands of 50, 80 and 95 %.

        Parameters
        ----------
        series : sequence of unique_id, optional
            Which to draw; the first nine if left out.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        ArgumentError
            When a series is unknown.
        ImportError
            When matplotlib is not installed.
        """
        try:
            import matplotlib.pyplot as plt
        except ImportError as error:
            raise ImportError("plot() needs matplotlib: pip install essor[plot]") from error
        known = {identity: i for i, identity in enumerate(self._histories.identities)}
        for identity in series or ():
            if identity not in known:
                raise ArgumentError("plot: series", str(identity), "must be a unique_id of the data")
        shown = [known[identity] for identity in series] if series else list(range(min(len(known), 9)))
        across = min(len(shown), 3)
        down = -(-len(shown) // across)
        figure, axes = plt.subplots(
            down, across, squeeze=False, figsize=(max(4.2 * across, 5.0), 3.2 * down), layout="constrained"
        )
        probabilities = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
        values = self._quantile_array(probabilities)
        for i, axis in zip(shown, axes.flat, strict=False):
            self._plot_one(axis, i, values[i])
        for axis in list(axes.flat)[len(shown) :]:
            axis.set_visible(False)
        plt.close(figure)  # a notebook shows what is returned, once
        return figure

    def _plot_one(self, axis: Any, i: int, values: npt.NDArray[np.float64]) -> None:
        histories = self._histories
        past = histories.history(i)
        ahead = np.arange(len(past), len(past) + self.horizon)
        if len(past):  # bands leave from the last value
            ahead = np.concatenate([[len(past) - 1], ahead])
            values = np.vstack([np.full(values.shape[1], past[-1]), values])
        top = max(float(past.max(initial=0.0)), min(float(values[:, 6].max()), 1.6 * float(values[:, 5].max())))
        cut = " (cut off above)" if top < float(values[:, 6].max()) else ""
        bands = ((0, 6, "#dbe6ef", f"95 %{cut}"), (1, 5, "#b3cadd", "80 %"), (2, 4, "#8aaecb", "50 %"))
        for low, high, color, label in bands:
            axis.fill_between(ahead, values[:, low], values[:, high], color=color, linewidth=0, label=label)
        axis.plot(ahead, values[:, 3], color="#1f5a8a", linewidth=1.6, label="median")
        axis.plot(np.arange(len(past)), past, color="#222222", linewidth=1.2, marker="o", markersize=3, label="history")
        axis.set_title(histories.title(i), fontsize=10)
        names = histories.names(i, self.horizon)
        places = np.arange(len(names) - 1, -1, -max(1, -(-len(names) // 6)))[::-1]
        axis.set_xticks(places, [names[place] for place in places], fontsize=8, rotation=30 if len(names[0]) > 5 else 0)
        axis.set_ylim(bottom=0, top=1.05 * top if top > 0 else 1.0)
        axis.spines[["top", "right"]].set_visible(False)
        axis.legend(fontsize=7, frameon=False, loc="upper left")

    def __repr__(self) -> str:
        """Say how many series, steps and draws there are."""
        series, draws, steps = self._draws.shape
        return f"Forecast({series} series, {steps} steps, {draws} draws)"

    def _repr_html_(self) -> str:
        shown = self._histories.identities[:10]
        values = self._quantile_array(np.array([0.1, 0.5, 0.9]))
        rows = []
        for i in range(len(shown)):
            names = self._histories.names(i, self.horizon)[-self.horizon :]
            for step in range(self.horizon):
                cells = "".join(f"<td style='text-align:right'>{value:,.5g}</td>" for value in values[i, step])
                title = html.escape(self._histories.title(i)) if step == 0 else ""
                rows.append(f"<tr><th>{title}</th><td>{html.escape(names[step])}</td>{cells}</tr>")
        rest = len(self._histories.identities) - len(shown)
        more = f"<p>and {rest} more series</p>" if rest > 0 else ""
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes[:10])
        head = "<tr><th>series</th><th>step</th><th>10 %</th><th>median</th><th>90 %</th></tr>"
        return (
            f"<div><table><caption>{html.escape(repr(self))}</caption><thead>{head}</thead>"
            f"<tbody>{''.join(rows)}</tbody></table>{more}{f'<ul>{notes}</ul>' if notes else ''}</div>"
        )

    def _quantile_array(self, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        ceilings = np.array([summary["ceiling"] for summary in self._summaries])
        values = _core.forecast_quantiles(self._nodes, probabilities)
        return values.clip(max=ceilings[:, np.newaxis, np.newaxis])

    def _identities(self, series: npt.NDArray[Any]) -> frames.Cells:
        return self._histories.identity_cells(series)

    def _frame(self, columns: Mapping[str, frames.Cells]) -> Any:
        return _typed(frames.frame_of(columns, self._histories.kind), columns, self._histories)


# Reading --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Calendar:
    """How ``ds`` is written. Positions count whole numbers, or months since year 0 (those of financial years)."""

    style: str  # whole, day, last_day, month, quarter, half, year or interval
    template: str = ""  # of a year and its parts, such as FY{year:04d}-H{part}
    day: int = 1

    def months(self, spacing: int) -> int | None:
        return None if self.style == "whole" else spacing

    def natural_spacing(self) -> int | None:
        """Return the spacing that the way of writing implies by itself."""
        return {"whole": 1, "month": 1, "quarter": 3, "half": 6, "year": 12}.get(self.style)

    def name(self, position: int, spacing: int) -> str:
        if self.style == "whole":
            return str(position)
        year, month = divmod(position, 12)
        if self.style in _PART_MONTHS:
            return self.template.format(year=year, part=month // _PART_MONTHS[self.style] + 1)
        if self.style == "month":
            return f"{year:04d}-{month + 1:02d}"
        if self.style == "interval":
            following, after = divmod(position + spacing, 12)
            return f"{year:04d}-{month + 1:02d}-01/{following:04d}-{after + 1:02d}-01"
        last = _last_day(year, month + 1)
        return f"{year:04d}-{month + 1:02d}-{last if self.style == 'last_day' else min(self.day, last):02d}"


@dataclass(slots=True)
class _Histories:
    """The series of a call, one after the other, in time order."""

    kind: str
    is_array: bool
    identities: list[Identity]
    labels: list[str]  # sub-class of each series; empty: none
    values: npt.NDArray[np.float64]
    offsets: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]
    spacing: int
    calendar: _Calendar | None
    ds_type: Any = None  # the type of ds in the frame that came in, where it has one
    notes: list[str] = field(default_factory=list)

    def title(self, i: int) -> str:
        """Return the identity of a series, and its label where it has another."""
        identity, label = str(self.identities[i]), self.labels[i]
        return f"{identity} ({label})" if label and label != identity else identity

    def history(self, i: int) -> npt.NDArray[np.float64]:
        return self.values[self.offsets[i] : self.offsets[i + 1]]

    def names(self, i: int, horizon: int) -> list[str]:
        """Return the names of all steps of a series, past and to come."""
        past = self.positions[self.offsets[i] : self.offsets[i + 1]].tolist()
        if self.calendar is None or not past:
            return [f"+{step}" for step in range(1, horizon + 1)]
        calendar = self.calendar
        ahead = [past[-1] + self.spacing * step for step in range(1, horizon + 1)]
        return [calendar.name(position, self.spacing) for position in past + ahead]

    def identity_cells(self, series: npt.NDArray[Any]) -> frames.Cells:
        if self.identities and isinstance(self.identities[0], int):
            return frames.Numbers(np.array(self.identities, dtype=np.float64)[series])
        return frames.Text([str(identity) for identity in self.identities], series.astype(np.int32))

    def future(self, series: npt.NDArray[np.int64], step: npt.NDArray[np.int64]) -> frames.Cells:
        """Return ``ds`` of steps to come; absent for a series without history."""
        there = np.diff(self.offsets) > 0
        last = np.zeros(len(self.identities), dtype=np.int64)
        last[there] = self.positions[self.offsets[1:][there] - 1]
        position = last[series] + self.spacing * step
        if self.calendar is None:
            return frames.Text([], np.full(len(position), -1, dtype=np.int32))
        if self.calendar.style == "whole":
            present = None if there.all() else there[series].astype(np.uint8)
            return frames.Numbers(np.where(there[series], position, 0).astype(np.float64), present)
        distinct = np.unique(position[there[series]])
        codes = np.searchsorted(distinct, position)
        texts = [self.calendar.name(int(one), self.spacing) for one in distinct]
        return frames.Text(texts, np.where(there[series], codes, -1).astype(np.int32))

    def arrival(self, series: npt.NDArray[np.int64], steps: npt.NDArray[np.float64]) -> frames.Cells:
        """Return ``ds`` of the step in which something arrives; absent beyond 1000 steps."""
        near = steps <= 1000
        cells = self.future(series, np.ceil(np.where(near, steps, 0.0)).astype(np.int64))
        if near.all():
            return cells
        if isinstance(cells, frames.Text):
            return frames.Text(cells.texts, np.where(near, cells.codes, -1).astype(np.int32))
        assert isinstance(cells, frames.Numbers)
        present = near if cells.present is None else near & (cells.present != 0)
        return frames.Numbers(cells.values, present.astype(np.uint8))


def _is_frame(data: object) -> bool:
    if isinstance(data, Mapping):
        return True
    if isinstance(data, list | tuple):
        return len(data) > 0 and all(isinstance(record, Mapping) for record in data)
    # Of the type: to ask a lazy frame itself for its columns makes it warn.
    return any(hasattr(type(data), name) for name in ("columns", "column_names", "collect_schema"))


def _read_array(data: Any) -> _Histories:
    if isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        place = int(np.argmax(np.ma.getmaskarray(data)))
        raise ArgumentError(f"forecast: history[{place}]", "masked", "a history has no gap: give the value")
    if getattr(data, "dtype", None) == np.bool_ or (
        isinstance(data, list | tuple) and any(isinstance(x, bool | np.bool_) for x in data)
    ):
        raise ArgumentError("forecast: data", "booleans", "must be numbers, or a frame unique_id, ds, y")
    try:
        values = np.array(data, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            "forecast: data", type(data).__name__, "must be numbers, or a frame unique_id, ds, y"
        ) from error
    if values.ndim != 1:
        rule = "an array holds one history, in one dimension; give several as a frame unique_id, ds, y"
        raise ArgumentError("forecast: data", f"array of shape {values.shape}", rule)
    size = len(values)
    return _Histories(
        kind="pandas",
        is_array=True,
        identities=[ALONE],
        labels=[""],
        values=values,
        offsets=np.array([0, size], dtype=np.int64),
        positions=np.arange(1, size + 1, dtype=np.int64),
        spacing=1,
        calendar=_Calendar("whole"),
    )


def _read_frame(data: Any, expert: object) -> _Histories:
    columns = frames.table_columns(frames.table_of(data, TABLE))
    kind = frames.kind_of(data)
    for name in ("unique_id", "ds", "y"):
        if name not in columns and (columns or kind not in ("dict", "records")):
            raise RecordError(f"{TABLE}, column {name}", "", f"is missing; the columns are {', '.join(columns)}")
    if not columns or _size(columns["y"]) == 0:
        return _no_rows(kind, expert)
    identities, series = _read_identities(columns["unique_id"])
    calendar, positions = _read_ds(columns["ds"])
    y = _read_y(columns["y"], columns["unique_id"], columns["ds"])
    labels = _read_labels(columns.get("label"), identities, series)
    order = np.lexsort((positions, series))
    was_sorted = _sorted_within(series, positions, len(identities))
    notes = [
        f"{identity}: its rows were put in the order of ds"
        for identity, fine in zip(identities, was_sorted, strict=True)
        if not fine
    ]
    series, positions, y = series[order], positions[order], y[order]
    offsets = np.searchsorted(series, np.arange(len(identities) + 1)).astype(np.int64)
    spacing = _spacing(calendar, positions, series, identities)
    if isinstance(expert, Mapping):
        for identity in expert:
            if identity not in identities:
                identities.append(identity)
                labels.append("")
                notes.append(f"{identity}: no row: it starts from the expert's interval")
                offsets = np.append(offsets, offsets[-1])
    return _Histories(
        kind=kind,
        is_array=False,
        identities=identities,
        labels=labels,
        values=y,
        offsets=offsets,
        positions=positions,
        spacing=spacing,
        calendar=calendar,
        ds_type=_ds_type(data, kind),
        notes=notes,
    )


def _no_rows(kind: str, expert: object) -> _Histories:
    identities: list[Identity] = list(expert) if isinstance(expert, Mapping) else [ALONE]
    empty = np.zeros(0)
    return _Histories(
        kind=kind,
        is_array=False,
        identities=identities,
        labels=[""] * len(identities),
        values=empty,
        offsets=np.zeros(len(identities) + 1, dtype=np.int64),
        positions=empty.astype(np.int64),
        spacing=1,
        calendar=None,
    )


def _read_identities(cells: frames.Cells) -> tuple[list[Identity], npt.NDArray[np.int64]]:
    """Return the series in the order of their first row, and the series of each row."""
    listed = cells.texts if isinstance(cells, frames.Text) else frames.listed(cells)
    codes = (
        cells.codes
        if isinstance(cells, frames.Text)
        else np.array([-1 if i is None else k for k, i in enumerate(listed)])
    )
    if (codes < 0).any():
        raise RecordError(frames.place_of(TABLE, int(np.argmax(codes < 0)), "unique_id"), "", "a row names its series")
    used, first_row, places = np.unique(codes, return_index=True, return_inverse=True)
    distinct = [listed[code] for code in used.tolist()]
    whole: list[Identity] = [int(i) if isinstance(i, float) and i.is_integer() else str(i) for i in distinct]
    if len({type(identity) for identity in whole}) > 1:
        whole = [str(identity) for identity in distinct]
    index: dict[Identity, int] = {}
    series = np.zeros(len(whole), dtype=np.int64)
    for place in np.argsort(first_row).tolist():
        series[place] = index.setdefault(whole[place], len(index))
    return list(index), series[places]


def _read_labels(cells: frames.Cells | None, identities: list[Identity], series: npt.NDArray[np.int64]) -> list[str]:
    labels = [""] * len(identities)
    if cells is not None:
        for row, (i, label) in enumerate(zip(series.tolist(), frames.listed(cells), strict=True)):
            if label is None:
                continue
            if labels[i] not in ("", str(label)):
                rule = f"an earlier row of {identities[i]} says {labels[i]}: a series has one label"
                raise RecordError(frames.place_of(TABLE, row, "label"), str(label), rule)
            labels[i] = str(label)
    return labels


def _add_labels(histories: _Histories, label: str | Mapping[Identity, str] | None) -> None:
    """Give the series the labels that their rows do not."""
    if label is None:
        return
    identities = histories.identities
    if isinstance(label, Mapping) and histories.is_array:
        raise ArgumentError("forecast: label", "a mapping", "must be a name for an array: it has one series")
    if not isinstance(label, Mapping) and len(identities) > 1:
        rule = "must be a mapping from unique_id to the label where there are several series"
        raise ArgumentError("forecast: label", str(label), rule)
    given = label if isinstance(label, Mapping) else {identities[0]: label}
    for identity, name in given.items():
        if not isinstance(name, str) or not name:
            raise ArgumentError("forecast: label", repr(name), "must be a name")
        if identity not in identities:
            raise ArgumentError("forecast: label", f"{identity}", "is no series: it has neither a row nor an interval")
        i = identities.index(identity)
        if histories.labels[i] not in ("", name):
            raise ArgumentError("forecast: label", name, f"the rows of {identity} say {histories.labels[i]}")
        histories.labels[i] = name


def _read_y(cells: frames.Cells, identities: frames.Cells, ds: frames.Cells) -> npt.NDArray[np.float64]:
    if isinstance(cells, frames.Text) and not cells.texts:  # every cell is absent
        cells = frames.Numbers(np.zeros(len(cells.codes)), np.zeros(len(cells.codes), dtype=np.uint8))
    if not isinstance(cells, frames.Numbers):
        raise RecordError(frames.place_of(TABLE, 0, "y"), str(frames.listed(cells)[0]), "y holds numbers")
    wrong = cells.values < 0 if cells.present is None else (cells.values < 0) | (cells.present == 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        absent = cells.present is not None and cells.present[row] == 0
        where = f"{frames.place_of(TABLE, row, 'y')} (unique_id {_shown(identities, row)}, ds {_shown(ds, row)})"
        if absent:
            raise RecordError(where, "missing", "a history has no gap: give the value, or forecast from after it")
        raise RecordError(where, f"{cells.values[row]:g}", "must be finite and >= 0")
    return cells.values


#: Months of a part of the year.
_PART_MONTHS = {"quarter": 3, "half": 6, "year": 12}
#: The ways of writing: style and pattern. The periods are those of `Portfolio.from_table`.
_WRITINGS = [
    (style, re.compile(pattern, re.IGNORECASE))
    for style, pattern in (
        ("day", r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
        ("month", r"(?P<year>\d{4})-(?P<month>\d{2})"),
        ("quarter", r"(?P<year>\d{4})[- ]?[QT](?P<part>[1-4])"),
        ("quarter", r"FY-?(?P<year>\d{4})[- ]?[QT](?P<part>[1-4])"),
        ("quarter", r"[QT](?P<part>[1-4])[- ]?(?P<year>\d{4})"),
        ("half", r"(?P<year>\d{4})[- ]?[HS](?P<part>[12])"),
        ("half", r"FY-?(?P<year>\d{4})[- ]?[HS](?P<part>[12])"),
        ("half", r"[HS](?P<part>[12])[- ]?(?P<year>\d{4})"),
        ("year", r"(?P<year>\d{4})"),
        ("year", r"FY-?(?P<year>\d{4})"),
        ("interval", r"(?P<year>\d{4})-(?P<month>\d{2})-01/\d{4}-\d{2}-01"),
    )
]
STEP_RULE = "dates are a month, a quarter, a half-year or a year apart"
DS_RULE = (
    "ds is a whole number, a date, or a period written 2024, 2024-H1, S1 2024, 2024-Q1, 2024-03, FY2024 or FY2024-H1,"
    " all written alike"
)


def _read_ds(cells: frames.Cells) -> tuple[_Calendar, npt.NDArray[np.int64]]:
    """Return how ``ds`` is written, and the position of each row."""
    if isinstance(cells, frames.Booleans):
        raise RecordError(f"{TABLE}, column ds", "booleans", DS_RULE)
    if isinstance(cells, frames.Numbers):
        wrong = (cells.values != np.floor(cells.values)) | (np.abs(cells.values) > 2.0**53)
        if cells.present is not None:
            wrong |= cells.present == 0
        if wrong.any():
            row = int(np.argmax(wrong))
            raise RecordError(frames.place_of(TABLE, row, "ds"), _shown(cells, row), DS_RULE)
        return _Calendar("whole"), cells.values.astype(np.int64)
    absent = cells.codes < 0
    if absent.any():
        raise RecordError(frames.place_of(TABLE, int(np.argmax(absent)), "ds"), "missing", DS_RULE)
    style, pattern = next((way for way in _WRITINGS if way[1].fullmatch(cells.texts[0])), ("", re.compile("(?!)")))
    read = []
    positions = []
    for code, text in enumerate(cells.texts):
        match = pattern.fullmatch(text)
        month = -1 if match is None else _month_of(style, match)
        if match is None or not 0 <= month < 12:
            row = int(np.argmax(cells.codes == code))
            raise RecordError(frames.place_of(TABLE, row, "ds"), text, DS_RULE)
        read.append(match)
        positions.append(12 * int(match["year"]) + month)
    if style == "day":
        calendar = _day_calendar([(int(m["year"]), int(m["month"]), int(m["day"])) for m in read])
    else:
        calendar = _Calendar(style, _template(read[0]) if style in _PART_MONTHS else "")
    return calendar, np.array(positions, dtype=np.int64)[cells.codes]


def _month_of(style: str, match: re.Match[str]) -> int:
    """Return the first month of a period in its year, from 0."""
    if style in _PART_MONTHS:
        return _PART_MONTHS[style] * (int(match.groupdict().get("part", 1)) - 1)
    return int(match["month"]) - 1


def _template(match: re.Match[str]) -> str:
    """Return the text with places for the year and its part."""
    places = {"year": "{year:04d}", "part": "{part}"}
    text = match.string
    for name in sorted(match.re.groupindex, key=match.start, reverse=True):
        text = text[: match.start(name)] + places[name] + text[match.end(name) :]
    return text


def _day_calendar(days: list[tuple[int, int, int]]) -> _Calendar:
    """Return the calendar of dates that are all on the same day of the month, or all on its last."""
    if all(day == _last_day(year, month) for year, month, day in days):
        return _Calendar("last_day")
    latest = max(day for _, _, day in days)
    for year, month, day in days:
        if day != min(latest, _last_day(year, month)):
            rule = f"{STEP_RULE}, all on one day of the month or all on its last"
            raise RecordError(f"{TABLE}, column ds", f"{year:04d}-{month:02d}-{day:02d}", rule)
    return _Calendar("day", day=latest)


def _spacing(
    calendar: _Calendar, positions: npt.NDArray[np.int64], series: npt.NDArray[np.int64], identities: list[Identity]
) -> int:
    """Return the distance of one step; every series has it throughout."""
    moves = np.diff(positions)
    within = np.diff(series) == 0
    twice = within & (moves == 0)
    if twice.any():
        row = int(np.argmax(twice))
        rule = "a series has each ds once; this one is given twice"
        raise _series_error(calendar, identities[series[row]], int(positions[row]), rule)
    natural = calendar.natural_spacing()
    if not within.any():
        if natural is None:
            rule = "one date does not say how far apart steps are: give two, or write the period as 2024-H1 or 2024-03"
            raise _series_error(calendar, identities[0], int(positions[0]), rule)
        return natural
    spacing = int(moves[within].min())
    if calendar.style != "whole":
        if natural is not None:
            spacing = natural if calendar.style != "month" else spacing
        if spacing not in (1, 3, 6, 12):
            row = int(np.argmax(within & (moves == moves[within].min())))
            rule = f"{STEP_RULE}; this one is {spacing} months after the one before"
            raise _series_error(calendar, identities[series[row]], int(positions[row + 1]), rule)
    gap = within & (moves != spacing)
    if gap.any():
        row = int(np.argmax(gap))
        missing = calendar.name(int(positions[row]) + spacing, spacing)
        rule = f"a history has no gap: after {calendar.name(int(positions[row]), spacing)} comes {missing}"
        raise _series_error(calendar, identities[series[row]], int(positions[row + 1]), rule)
    return spacing


def _series_error(calendar: _Calendar, identity: Identity, position: int, rule: str) -> RecordError:
    return RecordError(f"{TABLE}, unique_id {identity}", f"ds {calendar.name(position, 1)}", rule)


def _sorted_within(series: npt.NDArray[np.int64], positions: npt.NDArray[np.int64], count: int) -> list[bool]:
    order = np.argsort(series, kind="stable")
    falls = (np.diff(series[order]) == 0) & (np.diff(positions[order]) < 0)
    fine = np.ones(count, dtype=np.bool_)
    fine[series[order][1:][falls]] = False
    return [bool(one) for one in fine]


def _experts(histories: _Histories, expert: Any) -> list[Interval | None]:
    if expert is None:
        return [None] * len(histories.identities)
    if isinstance(expert, Mapping):
        if histories.is_array:
            raise ArgumentError("forecast: expert", "a mapping", "must be (low, high) for an array: it has one series")
        return [_interval(expert[i]) if i in expert else None for i in histories.identities]
    if len(histories.identities) > 1:
        rule = "must be a mapping from unique_id to (low, high) where there are several series"
        raise ArgumentError("forecast: expert", str(expert), rule)
    return [_interval(expert)]


def _ceilings(histories: _Histories, ceiling: Any) -> list[Interval | None]:
    """Return bounds for each series: alike where the ceiling is known, 0 and infinity where it is only asked for."""
    if not isinstance(ceiling, Mapping):
        found = [None if ceiling is None else _ceiling(ceiling)] * len(histories.identities)
    else:
        for identity in ceiling:
            if identity not in histories.identities:
                raise ArgumentError("forecast: ceiling", str(identity), "must be a unique_id of the data")
        found = [_ceiling(ceiling[i]) if i in ceiling else None for i in histories.identities]
    for i, bounds in enumerate(found):
        largest = float(histories.history(i).max(initial=0.0))
        if bounds is not None and bounds[1] < largest and not histories.is_array:  # of an array, the core says where
            where = f"forecast: ceiling, unique_id {histories.identities[i]}"
            raise ArgumentError(where, f"{bounds[1]:g}", f"is below its largest value, {largest:g}")
    return found


def _ceiling(ceiling: Any) -> Interval:
    if isinstance(ceiling, bool | np.bool_) and ceiling:
        return 0.0, np.inf
    try:
        if not isinstance(ceiling, bool | np.bool_ | str):
            low, high = (float(one) for one in ceiling) if np.ndim(ceiling) else (float(ceiling), float(ceiling))
            return low, high
    except (TypeError, ValueError):
        pass
    rule = "must be a number, (low, high), a 90 % interval, or True: not known, only asked for"
    raise ArgumentError("forecast: ceiling", str(ceiling), rule)


def _interval(expert: Any) -> Interval:
    try:
        low, high = (float(bound) for bound in expert)
    except (TypeError, ValueError) as error:
        raise ArgumentError("forecast: expert", str(expert), "must be (low, high), a 90 % interval") from error
    return low, high


def _whole(name: str, value: SupportsIndex, least: int, most: int = 2**31 - 1, *, function: str = "forecast") -> int:
    try:
        whole = operator.index(value)
    except TypeError as error:
        raise ArgumentError(f"{function}: {name}", str(value), "must be a whole number") from error
    if isinstance(value, bool):
        raise ArgumentError(f"{function}: {name}", str(value), "must be a whole number")
    if not least <= whole <= most:
        rule = f"must be >= {least}" if whole < least else f"must be <= {most}"
        raise ArgumentError(f"{function}: {name}", str(whole), rule)
    return whole


def _probabilities(q: float | Sequence[float], function: str = "quantiles") -> npt.NDArray[np.float64]:
    try:
        probabilities = np.atleast_1d(np.asarray(q, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{function}: q", str(q), "must be a probability, or a list of them") from error
    if probabilities.ndim != 1 or len(probabilities) == 0:
        raise ArgumentError(f"{function}: q", str(q), "must be a probability, or a list of them")
    return probabilities


def _target(target: float | Mapping[Identity, float], identity: Identity) -> float:
    value: Any = target
    if isinstance(target, Mapping):
        if identity not in target:
            raise ArgumentError("probability: target", str(identity), "has no target: give one for each series")
        value = target[identity]
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise ArgumentError("probability: target", str(value), "must be a number") from error


# Writing --------------------------------------------------------------------------------------------------------------

#: Columns of whole numbers.
WHOLE = ("unique_id", "step", "ds")


def _typed(frame: Any, columns: Mapping[str, frames.Cells], histories: _Histories) -> Any:
    """Give whole numbers back as such, and dates in the type they came in."""
    whole = [
        name
        for name, cells in columns.items()
        if name in WHOLE and isinstance(cells, frames.Numbers) and cells.present is None
    ]
    if histories.kind in ("dict", "records"):  # where a number may also be absent
        whole = [name for name, cells in columns.items() if name in WHOLE and isinstance(cells, frames.Numbers)]

    def counted(name: str, value: Any) -> Any:
        return int(value) if name in whole and value is not None else value

    if histories.kind == "dict":
        return {name: [counted(name, value) for value in values] for name, values in frame.items()}
    if histories.kind == "records":
        return [{name: counted(name, value) for name, value in record.items()} for record in frame]
    if "ds" in columns and hasattr(histories.ds_type, "freq"):  # periods of pandas, whose text is theirs
        frame = frame.assign(ds=frame["ds"].astype(histories.ds_type))
    import narwhals.stable.v2 as nw

    wrapped: Any = nw.from_native(frame)
    casts = [nw.col(name).cast(nw.Int64) for name in whole]
    if "ds" in columns and isinstance(histories.ds_type, nw.Date | nw.Datetime):
        casts.append(nw.col("ds").str.to_datetime(format="%Y-%m-%d").cast(histories.ds_type))
    return wrapped.with_columns(*casts).to_native() if casts else frame


def _ds_type(data: Any, kind: str) -> Any:
    """Return the type of a column of dates or periods; None where they came as text or as Python objects."""
    if kind in ("dict", "records"):
        return None
    if kind == "pandas" and hasattr(data["ds"].dtype, "freq"):
        return data["ds"].dtype
    import narwhals.stable.v2 as nw

    wrapped: Any = nw.from_native(data)
    dtype = wrapped.collect_schema()["ds"]
    return dtype if isinstance(dtype, nw.Date | nw.Datetime) else None


def _text(texts: Sequence[str]) -> frames.Text:
    distinct = list(dict.fromkeys(texts))
    index = {text: code for code, text in enumerate(distinct)}
    return frames.Text(distinct, np.array([index[text] for text in texts], dtype=np.int32))


def _shown(cells: frames.Cells, row: int) -> str:
    if isinstance(cells, frames.Text):
        return cells.texts[cells.codes[row]] if cells.codes[row] >= 0 else "missing"
    if isinstance(cells, frames.Numbers) and cells.present is not None and cells.present[row] == 0:
        return "missing"
    return f"{cells.values[row]:g}"


def _size(cells: frames.Cells) -> int:
    return len(cells.codes if isinstance(cells, frames.Text) else cells.values)


def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]
