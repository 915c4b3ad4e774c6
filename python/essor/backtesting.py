"""Back-tests: forecast a panel from earlier dates, and score what was forecast against what came."""

from __future__ import annotations

import html
import importlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from essor import _core, frames
from essor.errors import ArgumentError, RecordError
from essor.forecasting import TABLE, _Histories, _is_frame, _read_array, _read_frame, _text, _typed, _whole, forecast
from essor.reference import ReferenceClass

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Backtest", "backtest"]

Doubles: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]

#: The probabilities whose mean pinball loss, doubled, is the CRPS of a back-test.
LEVELS = np.linspace(0.05, 0.95, 19)
#: All that are computed; those of the central intervals of 50, 80 and 95 % are among them.
PROBABILITIES = np.array([0.025, *LEVELS.tolist(), 0.975])
#: Ratios of CRPS go into their geometric mean from this to its inverse.
LEAST_RATIO = 1e-3
#: What the forecasts of this library are called beside the plain ones.
OWN = "essor"


def backtest(
    frame: Any,
    horizon: int,
    *,
    season: int = 1,
    reference: Any = "general",
    origins: int | Sequence[int] | None = None,
    folds: int | None = None,
    prior: str | ReferenceClass | None = "shipped",
    draws: int = 2000,
    seed: int = 0,
    progress: bool | None = None,
) -> Backtest:
    r"""Forecast a panel from earlier dates, and score the forecasts beside plain ones.

    At each origin the first points of each series are known, the next `horizon` are forecast and compared with what
    came. Beside `forecast` stand, with the definitions of the R package forecast: ``naive`` (the last value),
    ``drift``, ``seasonal_naive`` (with a season) and ``theta``.

    Parameters
    ----------
    frame : frame or array
        As for `forecast`: ``unique_id``, ``ds``, ``y`` and, if there are sub-classes, ``label``; or one history. A
        column ``group`` keeps series together in one fold.
    horizon : int
        How many steps to forecast, at least 1.
    season : int, default 1
        Steps of a season; 1 is none.
    reference : str or ReferenceClass, default "general"
        Class whose prior is taken, as in `forecast`. If the class was fitted on series of this panel, their scores
        flatter: use `folds`.
    origins : int or sequence of int, optional
        A number k: the last k origins of each series that have `horizon` points after them, one step apart. A list: how
        many points are known at each origin, counted from the start of the series. Default: 1, the last `horizon`
        points held back.
    folds : int, optional
        Out of fold: the series are divided into this number of parts, and those of a part are forecast with a class
        fitted by ``ReferenceClass.fit`` on all points of the other parts. The i-th series (with a column ``group``: all
        series of the i-th group), counted in order of first appearance from 0, is in part ``i % folds``.
    prior : {"shipped", "general", "digital_adoption", "public_service_volume"} or ReferenceClass, optional
        Where the classes of the folds start, as in ``ReferenceClass.fit``; left out without folds. None where the prior
        was fitted on series of this panel: it would flatter.
    draws : int, default 2000
        Draws for each forecast.
    seed : int, default 0
        Same seed, same scores.
    progress : bool, optional
        True: a progress bar, which needs tqdm. Default: one if tqdm is installed and it takes more than a second.

    Returns
    -------
    Backtest
        ``.scores``, ``.summary()``, ``.calibration()``, ``.pit_histogram()``, ``.plot()`` and ``.notes``.

    Raises
    ------
    ArgumentError
        When a parameter is out of range, or no series has enough points for any origin.
    RecordError
        As `forecast`; and when a series is in two groups.

    See Also
    --------
    essor.scores : each score on its own.

    References
    ----------
    L. J. Tashman (2000), Out-of-sample tests of forecasting accuracy: an analysis and review, International Journal of
    Forecasting 16(4), 437-450, doi:10.1016/S0169-2070(00)00065-0, for rolling origins.

    Examples
    --------
    >>> panel = {"unique_id": ["a"] * 8 + ["b"] * 8, "ds": [*range(2016, 2024)] * 2, "y": [*range(10, 26)]}
    >>> result = backtest(panel, 2)
    >>> result.summary()["method"]
    ['essor', 'naive', 'drift', 'theta']
    """
    steps = _whole("horizon", horizon, 1, function="backtest")
    period = _whole("season", season, 1, function="backtest")
    _whole("draws", draws, 1, function="backtest")
    _whole("seed", seed, 0, 2**64 - 1, function="backtest")
    panel = _Panel.of(frame)
    cuts, notes = _cuts(panel.histories, steps, origins)
    parts = panel.parts(folds)
    classes: list[Any] = [reference]
    if folds is None:
        if prior != "shipped":
            raise ArgumentError("backtest: prior", str(prior), "must be left out without folds: nothing is fitted")
    else:
        if not (isinstance(reference, str) and reference == "general"):
            raise ArgumentError(
                "backtest: reference", str(reference), "must be left out with folds: they fit their own"
            )
        classes = []
    calls = [(cut, part) for cut in range(len(cuts)) for part in range(int(parts.max()) + 1)]
    bar = _bar(len(calls) + (0 if folds is None else folds), progress)
    with bar:
        for part in range(folds or 0):
            training = panel.columns(np.flatnonzero(parts != part))
            classes.append(ReferenceClass.fit(training, steps, season=period, prior=prior))
            bar.update(1)
        made = []
        for cut, part in calls:
            there = parts[cuts[cut].series] == part
            if there.any():
                one = cuts[cut].only(there)
                made.append(_forecast(panel, one, steps, period, classes[part], draws, seed, notes))
            bar.update(1)
    return Backtest(panel.histories, steps, made, list(dict.fromkeys(notes)))


class Backtest:
    """Forecasts made from earlier dates, and their scores; `backtest` makes it.

    Frames come back in the kind that went in.
    """

    def __init__(self, histories: _Histories, horizon: int, made: Sequence[_Made], notes: Sequence[str]) -> None:
        self._histories = histories
        self._horizon = horizon
        self._methods = list(made[0].quantiles)
        series = np.concatenate([one.cut.series for one in made])
        known = np.concatenate([one.cut.known for one in made])
        order = np.lexsort((known, series))
        self._series, self._known = series[order], known[order]
        self._observed = np.concatenate([one.observed for one in made])[order]
        self._scale = np.concatenate([one.scale for one in made])[order]
        self._quantiles = {
            method: np.concatenate([one.quantiles[method] for one in made])[order] for method in self._methods
        }
        self._pit = {method: np.concatenate([one.pit[method] for one in made])[order] for method in self._methods}
        self._scores = {method: self._score(method) for method in self._methods}
        self._notes = [*notes, *self._own_notes()]

    @property
    def horizon(self) -> int:
        """How many steps were forecast from each origin."""
        return self._horizon

    @property
    def methods(self) -> list[str]:
        """What was compared: essor first, then the plain forecasts."""
        return list(self._methods)

    @property
    def notes(self) -> list[str]:
        """What was left out and why, and what the forecasts did to the data."""
        return list(self._notes)

    @property
    def scores(self) -> Any:
        r"""The scores of each series, origin and method, means over the steps of the horizon.

        A frame: ``unique_id``; ``origin``, how many points were known; ``ds`` of the last of them; ``method``;
        ``scale``, the mean of :math:`|y_t - y_{t-m}|` over the known points, in the unit of y; ``mase``, ``crps``
        (CRPS19s: twice the mean pinball loss at .05, .10, ... .95) and ``msis`` (interval score of 95 %), all three
        over the scale and missing where it is 0 or unknown; ``smape`` in [0, 200]; ``cov50``, ``cov80``, ``cov95``,
        the share inside the central intervals; ``below80``, ``above80``, the shares to either side of the second. The
        point forecast is the median. A plain forecast that needs more points than are known has no row.
        """
        rows = [(method, np.flatnonzero(self._made(method))) for method in self._methods]
        row = np.concatenate([places for _, places in rows])
        method = np.concatenate([np.full(len(places), i) for i, (_, places) in enumerate(rows)])
        order = np.lexsort((method, row))
        row, method = row[order], method[order]
        columns: dict[str, frames.Cells] = {
            "unique_id": self._histories.identity_cells(self._series[row]),
            "origin": frames.Numbers(self._known[row].astype(np.float64)),
            "ds": self._last_known(row),
            "method": frames.Text(list(self._methods), method.astype(np.int32)),
            "scale": _numbers(self._scale[row]),
        }
        for name in self._scores[OWN]:
            values = np.concatenate([self._scores[one][name][places] for one, places in rows])[order]
            columns[name] = _numbers(values)
        return self._frame(columns, ("origin",))

    def summary(self, *, common: bool = False) -> Any:
        r"""Return one row per method: essor and the plain forecasts.

        Parameters
        ----------
        common : bool, default False
            Score the forecasts alone that every method made: histories of few points, the hardest, have no Theta and no
            drift, which would flatter these. `Backtest.notes` says how many a method did not make.

        Returns
        -------
        frame
            ``method``; ``series``, ``forecasts``, how many it was scored on; ``mase``, ``smape``, ``crps``, means over
            series and origins; ``gm``, the geometric mean over series of the CRPS (mean over origins) relative to that
            of ``naive``, ``seasonal_naive`` with a season; ``cov50``, ``cov80``, ``cov95``, ``below80``, ``above80``,
            each followed by its standard error clustered by series (``cov50_se``, ...):

            .. math::

                \mathrm{se} = \frac{1}{\sum_c n_c} \sqrt{\frac{C}{C - 1} \sum_c (t_c - \hat p \, n_c)^2}

            with :math:`t_c` hits among the :math:`n_c` points of series c. Missing with a single series.
        """
        table: dict[str, list[float]] = {}

        def put(name: str, value: float) -> None:
            table.setdefault(name, []).append(value)

        all_made = np.all([self._made(method) for method in self._methods], axis=0)
        kept = all_made if common else np.ones(len(self._series), dtype=bool)
        for method in self._methods:
            made, scores = self._made(method) & kept, self._scores[method]
            put("series", len(np.unique(self._series[made])))
            put("forecasts", int(made.sum()))
            for name in ("mase", "smape", "crps"):
                put(name, _mean(scores[name][made]))
            put("gm", _geometric_mean(self._relative_crps(method, kept)[0]))
            for name in ("cov50", "cov80", "cov95", "below80", "above80"):
                share, error = self._clustered(scores[name][:, None], made)
                put(name, share)
                put(f"{name}_se", error)
        columns: dict[str, frames.Cells] = {"method": _text(self._methods)}
        columns |= {name: _numbers(np.array(values, dtype=np.float64)) for name, values in table.items()}
        return self._frame(columns, ("series", "forecasts"))

    def calibration(self) -> Any:
        """Return how often what came was at or below each quantile.

        Returns
        -------
        frame
            ``method``; ``nominal``, the probability; ``observed``, the share of points at or below that quantile, equal
            to it if calibrated; ``se``, its standard error clustered by series.
        """
        rows = []
        for method in self._methods:
            made = self._made(method)
            below = (self._observed[:, :, None] <= self._quantiles[method]).astype(np.float64)
            rows += [
                (method, nominal, *self._clustered(below[:, :, k], made))
                for k, nominal in enumerate(PROBABILITIES.tolist())
            ]
        return self._frame(
            {
                "method": _text([row[0] for row in rows]),
                "nominal": frames.Numbers(np.array([row[1] for row in rows])),
                "observed": _numbers(np.array([row[2] for row in rows])),
                "se": _numbers(np.array([row[3] for row in rows])),
            }
        )

    def pit_histogram(self, bins: int = 10) -> Any:
        """Return where what came fell in its predictive distribution: equal shares if calibrated.

        Parameters
        ----------
        bins : int, default 10
            How many equal parts of [0, 1].

        Returns
        -------
        frame
            ``method``; ``low``, ``high``, the ends of the part; ``share`` of the points in it; ``se``, clustered by
            series. Full at both ends: too sharp. Full in the middle: too wide.

        Raises
        ------
        ArgumentError
            When `bins` is below 1.
        """
        count = _whole("bins", bins, 1, 1000, function="pit_histogram")
        rows = []
        for method in self._methods:
            made = self._made(method)
            place = np.minimum(np.floor(np.nan_to_num(self._pit[method]) * count), count - 1)
            rows += [
                (method, k / count, (k + 1) / count, *self._clustered((place == k) * 1.0, made)) for k in range(count)
            ]
        columns: dict[str, frames.Cells] = {"method": _text([row[0] for row in rows])}
        for i, name in enumerate(("low", "high", "share", "se"), 1):
            columns[name] = _numbers(np.array([row[i] for row in rows], dtype=np.float64))
        return self._frame(columns)

    def plot(self, methods: Sequence[str] = (OWN,)) -> Figure:
        """Draw calibration: the histogram of the first method's PIT, and observed against nominal shares of each.

        Bands are two standard errors, clustered by series. On the left they should hold the line of equal shares; on
        the right the curves should be on the diagonal: flatter in the middle means too sharp.

        Parameters
        ----------
        methods : sequence of str, default ("essor",)
            Which to draw.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        ArgumentError
            When a method is unknown, or none is named.
        ImportError
            When matplotlib is not installed.
        """
        try:
            import matplotlib.pyplot as plt
        except ImportError as error:
            raise ImportError("plot() needs matplotlib: pip install essor[plot]") from error
        wanted = [methods] if isinstance(methods, str) else list(methods)
        for method in wanted or [""]:
            if method not in self._methods:
                raise ArgumentError("plot: methods", method, f"must be among {', '.join(self._methods)}")
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 4.2), layout="constrained")
        self._plot_pit(left, wanted[0])
        right.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--")
        for method, color in zip(wanted, ("#1f5a8a", "#b5541c", "#4c7a34", "#7a4c8a", "#444444"), strict=False):
            made = self._made(method)
            below = (self._observed[:, :, None] <= self._quantiles[method]).astype(np.float64)
            pairs = [self._clustered(below[:, :, k], made) for k in range(len(PROBABILITIES))]
            observed = np.array([share for share, _ in pairs])
            band = 2 * np.nan_to_num(np.array([se for _, se in pairs]))
            right.fill_between(PROBABILITIES, observed - band, observed + band, color=color, alpha=0.2, linewidth=0)
            right.plot(PROBABILITIES, observed, color=color, linewidth=1.6, marker="o", markersize=3, label=method)
        right.set(xlabel="nominal", ylabel="observed at or below", xlim=(0, 1), ylim=(0, 1), title="Quantiles")
        right.legend(frameon=False, fontsize=8, loc="upper left")
        for axis in (left, right):
            axis.spines[["top", "right"]].set_visible(False)
        plt.close(figure)  # a notebook shows what is returned, once
        return figure

    def _plot_pit(self, axis: Any, method: str) -> None:
        made, bins = self._made(method), 10
        place = np.minimum(np.floor(np.nan_to_num(self._pit[method]) * bins), bins - 1)
        pairs = [self._clustered((place == k).astype(np.float64), made) for k in range(bins)]
        shares = np.array([share for share, _ in pairs])
        errors = 2 * np.nan_to_num(np.array([se for _, se in pairs]))
        middles = (np.arange(bins) + 0.5) / bins
        axis.bar(middles, shares, width=0.9 / bins, color="#8aaecb")
        lower = np.minimum(errors, shares)
        axis.errorbar(middles, shares, yerr=[lower, errors], fmt="none", ecolor="#1f5a8a", elinewidth=1)
        axis.axhline(1 / bins, color="#999999", linewidth=1, linestyle="--")
        axis.set(xlabel="PIT", ylabel="share", xlim=(0, 1), title=f"Where what came fell: {method}")

    def __repr__(self) -> str:
        """Say how many series and forecasts were scored."""
        series = len(np.unique(self._series))
        return f"Backtest({series} series, {len(self._series)} forecasts of {self._horizon} steps)"

    def _repr_html_(self) -> str:
        columns = ("series", "forecasts", "mase", "smape", "crps", "gm", "cov50", "cov80", "cov95")
        table = _as_dict(self.summary())
        rows = []
        for i, method in enumerate(table["method"]):
            cells = "".join(f"<td style='text-align:right'>{_shown(table[name][i])}</td>" for name in columns)
            rows.append(f"<tr><th>{html.escape(method)}</th>{cells}</tr>")
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self._notes[:10])
        head = "".join(f"<th>{name}</th>" for name in ("method", *columns))
        return (
            f"<div><table><caption>{html.escape(repr(self))}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>{f'<ul>{notes}</ul>' if notes else ''}</div>"
        )

    def _made(self, method: str) -> npt.NDArray[np.bool_]:
        """Say at which origins the method had points enough."""
        missing: npt.NDArray[np.bool_] = np.isnan(self._quantiles[method][:, 0, 0])
        return ~missing

    def _score(self, method: str) -> dict[str, Doubles]:
        """Score each forecast of a method; NaN where there is none, or no scale."""
        made = self._made(method)
        y, quantiles, scale = self._observed[made], self._quantiles[method][made], self._scale[made]
        quantile = {round(p, 3): quantiles[:, :, k] for k, p in enumerate(PROBABILITIES.tolist())}
        scale = np.where(scale > 0, scale, np.nan)
        error = np.abs(y - quantile[0.5])
        size = np.abs(y) + np.abs(quantile[0.5])
        levels = np.ascontiguousarray(quantiles[:, :, 1:-1]).reshape(-1, len(LEVELS))
        crps = _core.crps_quantiles(y.ravel(), levels, LEVELS).reshape(y.shape)
        inside = {
            f"cov{share}": ((low <= y) & (y <= high)).mean(axis=1)
            for share, low, high in (
                (50, quantile[0.25], quantile[0.75]),
                (80, quantile[0.1], quantile[0.9]),
                (95, quantile[0.025], quantile[0.975]),
            )
        }
        found = {
            "mase": error.mean(axis=1) / scale,
            "smape": (200 * np.divide(error, size, out=np.zeros_like(error), where=size > 0)).mean(axis=1),
            "crps": crps.mean(axis=1) / scale,
            "msis": _core.interval_score(y, quantile[0.025], quantile[0.975], 0.05).mean(axis=1) / scale,
            **inside,
            "below80": (y < quantile[0.1]).mean(axis=1),
            "above80": (y > quantile[0.9]).mean(axis=1),
        }
        scores = {name: np.full(len(made), np.nan) for name in found}
        for name, values in found.items():
            scores[name][made] = values
        return scores

    def _relative_crps(self, method: str, kept: npt.NDArray[np.bool_] | None = None) -> tuple[Doubles, int]:
        """Return each series' CRPS over that of the plain last value (last season), and how many ratios were bounded.

        Both are means over the origins, of those kept, where both are known.
        """
        base = self._scores["seasonal_naive" if "seasonal_naive" in self._methods else "naive"]["crps"]
        own = self._scores[method]["crps"]
        both = ~(np.isnan(own) | np.isnan(base))
        if kept is not None:
            both &= kept
        count = len(self._histories.identities)
        above = np.bincount(self._series[both], own[both], count)
        below = np.bincount(self._series[both], base[both], count)
        some = (above > 0) | (below > 0)  # both 0: nothing to compare
        with np.errstate(divide="ignore"):
            ratio = above[some] / below[some]
        bounded = np.clip(ratio, LEAST_RATIO, 1 / LEAST_RATIO)
        return bounded, int((bounded != ratio).sum())

    def _clustered(self, values: Doubles, made: npt.NDArray[np.bool_]) -> tuple[float, float]:
        """Return the mean of values (origins, steps) and its standard error, clustered by series."""
        if not made.any():
            return np.nan, np.nan
        count = len(self._histories.identities)
        totals = np.bincount(self._series[made], values[made].sum(axis=1), count)
        counts = np.bincount(self._series[made], minlength=count) * float(values.shape[1])
        return _core.clustered_mean(totals, counts)

    def _own_notes(self) -> list[str]:
        notes = []
        names = self._histories.identities
        for row in np.flatnonzero(~(self._scale > 0)).tolist():
            why = "a constant history" if self._scale[row] == 0 else "too few points"
            what = f"{names[self._series[row]]}, origin {self._known[row]}: {why}"
            notes.append(f"{what}: without a scale, no mase, crps, msis, gm")
        for method in self._methods:
            missing = int((~self._made(method)).sum())
            if missing:
                notes.append(
                    f"{method}: {missing} of {len(self._series)} forecasts not made, for too few points;"
                    " summary(common=True) compares those that all made"
                )
            bounded = self._relative_crps(method)[1]
            if bounded:
                notes.append(
                    f"{method}: in gm, {bounded} ratios beyond {LEAST_RATIO:g} or {1 / LEAST_RATIO:g} are taken as that"
                )
        return notes

    def _last_known(self, row: Whole) -> frames.Cells:
        histories = self._histories
        position = histories.positions[histories.offsets[self._series[row]] + self._known[row] - 1]
        calendar = histories.calendar
        if calendar is None or calendar.style == "whole":
            return frames.Numbers(position.astype(np.float64))
        distinct, codes = np.unique(position, return_inverse=True)
        return frames.Text([calendar.name(int(one), histories.spacing) for one in distinct], codes.astype(np.int32))

    def _frame(self, columns: Mapping[str, frames.Cells], whole: Sequence[str] = ()) -> Any:
        frame = _typed(frames.frame_of(columns, self._histories.kind), columns, self._histories)
        if self._histories.kind == "dict":
            return {name: [int(v) for v in values] if name in whole else values for name, values in frame.items()}
        if self._histories.kind == "records":
            return [{name: int(v) if name in whole else v for name, v in record.items()} for record in frame]
        import narwhals.stable.v2 as nw

        wrapped: Any = nw.from_native(frame)
        return wrapped.with_columns(*[nw.col(name).cast(nw.Int64) for name in whole]).to_native() if whole else frame


# Making ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cut:
    """One origin of some series: how many of their points are known."""

    series: Whole
    known: Whole

    def only(self, there: npt.NDArray[np.bool_]) -> _Cut:
        return _Cut(self.series[there], self.known[there])


@dataclass(frozen=True, slots=True)
class _Made:
    """The forecasts of one origin: (series, steps) and, of quantiles, (series, steps, probabilities)."""

    cut: _Cut
    observed: Doubles
    scale: Doubles
    quantiles: dict[str, Doubles]
    pit: dict[str, Doubles]


@dataclass(frozen=True, slots=True)
class _Panel:
    """The series of a back-test, what they belong to, and how to cut them."""

    histories: _Histories
    has_labels: bool
    groups: list[str | int]  # of each series
    ds: npt.NDArray[np.object_]  # of each point, as text or whole number

    @staticmethod
    def of(frame: Any) -> _Panel:
        histories = _read_frame(frame, None) if _is_frame(frame) else _read_array(frame)
        if len(histories.values) == 0:
            raise ArgumentError("backtest: frame", "no row", "must have points to forecast from and to compare with")
        if histories.is_array:
            for i, value in enumerate(histories.values.tolist()):
                if not (value >= 0 and np.isfinite(value)):
                    raise ArgumentError(f"backtest: frame[{i}]", str(value), "must be finite and >= 0")
        columns = {} if histories.is_array else frames.table_columns(frames.table_of(frame, TABLE))
        calendar, ds = histories.calendar, histories.positions.astype(object)
        if calendar is not None and calendar.style != "whole":
            distinct, codes = np.unique(histories.positions, return_inverse=True)
            names = np.array([calendar.name(int(one), histories.spacing) for one in distinct], dtype=object)
            ds = names[codes]
        return _Panel(histories, "label" in columns, _groups(columns, histories), ds)

    def columns(self, series: Whole, known: Whole | None = None) -> dict[str, list[Any]]:
        """Return the points of some series, all or those known, as the columns that `forecast` reads."""
        histories = self.histories
        first = histories.offsets[series]
        count = histories.offsets[series + 1] - first if known is None else known
        which = np.repeat(np.arange(len(series)), count)
        start = np.concatenate([[0], np.cumsum(count)[:-1]])
        rows = first[which] + np.arange(len(which)) - start[which]
        # One point alone does not say how far apart dates are: then they are counted.
        ds = self.ds[rows] if count.max() > 1 else histories.positions[rows]
        of_row = series[which].tolist()
        columns: dict[str, list[Any]] = {
            "unique_id": [histories.identities[i] for i in of_row],
            "ds": ds.tolist(),
            "y": histories.values[rows].tolist(),
        }
        if self.has_labels:
            columns["label"] = [histories.labels[i] or None for i in of_row]
        return columns

    def parts(self, folds: int | None) -> Whole:
        """Return the part of each series."""
        if folds is None:
            return np.zeros(len(self.groups), dtype=np.int64)
        index = {group: i for i, group in enumerate(dict.fromkeys(self.groups))}
        count = _whole("folds", folds, 2, function="backtest")
        if count > len(index):
            rule = f"must be at most the number of series, or of groups, {len(index)}"
            raise ArgumentError("backtest: folds", str(count), rule)
        return np.array([index[group] % count for group in self.groups], dtype=np.int64)


def _groups(columns: Mapping[str, frames.Cells], histories: _Histories) -> list[str | int]:
    """Return the group of each series: itself where nothing is said."""
    if "group" not in columns:
        return list(histories.identities)
    index = {str(identity): i for i, identity in enumerate(histories.identities)}
    groups: list[str | None] = [None] * len(index)
    identities = frames.listed(columns["unique_id"])
    for row, (identity, group) in enumerate(zip(identities, frames.listed(columns["group"]), strict=True)):
        where = frames.place_of(TABLE, row, "group")
        if group is None:
            raise RecordError(where, "missing", "every series has a group where one has")
        name = str(int(identity)) if isinstance(identity, float) and identity.is_integer() else str(identity)
        i = index[name if name in index else str(identity)]
        if groups[i] not in (None, str(group)):
            raise RecordError(where, str(group), f"a series is in one group; {name} is in {groups[i]} too")
        groups[i] = str(group)
    return [str(group) for group in groups]


def _cuts(histories: _Histories, horizon: int, origins: int | Sequence[int] | None) -> tuple[list[_Cut], list[str]]:
    """Return the origins, and notes on series too short for one of them."""
    size = np.diff(histories.offsets)
    wanted: list[Whole]
    if isinstance(origins, Sequence | np.ndarray) and not isinstance(origins, str):
        counts = [_whole("origins", one, 1, function="backtest") for one in origins]
        if not counts or len(set(counts)) < len(counts):
            rule = "must have one number of points or more, each once"
            raise ArgumentError("backtest: origins", str(list(origins)), rule)
        wanted = [np.full(len(size), one) for one in sorted(counts)]
    else:
        count = 1 if origins is None else _whole("origins", origins, 1, function="backtest")
        wanted = [size - horizon - back for back in range(count - 1, -1, -1)]
    fits = [(known >= 1) & (known + horizon <= size) for known in wanted]
    notes = list(histories.notes)
    for i, identity in enumerate(histories.identities):
        missed = sum(not fit[i] for fit in fits)
        if missed:
            rule = f"each has a point before it and {horizon} after it"
            notes.append(f"{identity}: {size[i]} points: left out at {missed} of {len(fits)} origins; {rule}")
    cuts = [_Cut(np.flatnonzero(fit), known[fit]) for known, fit in zip(wanted, fits, strict=True) if fit.any()]
    if not cuts:
        rule = (
            f"no series has a point before an origin and {horizon} after it; the longest has {int(size.max())} points"
        )
        raise ArgumentError("backtest: origins", "1" if origins is None else str(origins), rule)
    return cuts, notes


def _forecast(
    panel: _Panel, cut: _Cut, horizon: int, season: int, reference: Any, draws: int, seed: int, notes: list[str]
) -> _Made:
    """Forecast some series from one origin, and by the plain methods beside."""
    histories = panel.histories
    first = histories.offsets[cut.series]
    ahead = (first + cut.known)[:, None] + np.arange(horizon)
    observed = histories.values[ahead]
    known = panel.columns(cut.series, cut.known)
    values = np.array(known["y"], dtype=np.float64)
    offsets = np.concatenate([[0], np.cumsum(cut.known)]).astype(np.int64)
    result = forecast(known, horizon, season=season, reference=reference, draws=draws, seed=seed)
    notes += result.notes
    by_step = np.ascontiguousarray(result.draws.transpose(0, 2, 1))
    quantiles = {OWN: result._quantile_array(PROBABILITIES)}
    # Keyed by the call, so that origins and folds do not share their luck.
    part = np.random.default_rng([seed, int(cut.known[0]), int(cut.series[0])]).random(observed.shape)
    flat = by_step.reshape(-1, by_step.shape[2])
    pit = {OWN: _core.pit_draws(observed.ravel(), flat, part.ravel()).reshape(observed.shape)}
    z = np.array([NormalDist().inv_cdf(p) for p in PROBABILITIES])
    for name in ("naive", "drift", "seasonal_naive", "theta") if season > 1 else ("naive", "drift", "theta"):
        mean, error = _core.forecast_baseline(name, values, offsets, horizon, season)
        quantiles[name] = mean[:, :, None] + error[:, :, None] * z
        pit[name] = _normal_pit(observed, mean, error, part)
    scale = np.full(len(cut.series), np.nan)
    for i in np.flatnonzero(cut.known > season).tolist():
        scale[i] = _core.mase_scale(values[offsets[i] : offsets[i + 1]], season)
    return _Made(cut, observed, scale, quantiles, pit)


def _normal_pit(observed: Doubles, mean: Doubles, error: Doubles, part: Doubles) -> Doubles:
    """Return the PIT of normal forecasts; without an error, 0 or 1, or any where the mean was right."""
    sure = error == 0
    z = (observed - mean) / np.where(sure, 1.0, error)
    pit: Doubles = _core.normal_cdf(z)
    return np.where(sure, np.where(observed == mean, part, (observed > mean).astype(np.float64)), pit)


class _NoBar:
    def __enter__(self) -> _NoBar:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, _: int) -> None:
        pass


def _bar(total: int, progress: bool | None) -> Any:
    """Return a progress bar that shows after a second, or one that never shows."""
    if progress is False:
        return _NoBar()
    try:
        with warnings.catch_warnings():  # it warns where a notebook lacks its widgets, and shows text instead
            warnings.simplefilter("ignore")
            tqdm = importlib.import_module("tqdm.auto").tqdm
    except ImportError as error:
        if progress:
            raise ImportError("progress=True needs tqdm: pip install tqdm") from error
        return _NoBar()
    return tqdm(total=total, desc="backtest", unit="call", delay=0.0 if progress else 1.0, leave=False)


# Showing --------------------------------------------------------------------------------------------------------------


def _numbers(values: Doubles) -> frames.Numbers:
    """Return cells that are absent where a value is NaN."""
    missing = np.isnan(values)
    return frames.Numbers(np.where(missing, 0.0, values), (~missing).astype(np.uint8) if missing.any() else None)


def _mean(values: Doubles) -> float:
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else np.nan


def _geometric_mean(ratios: Doubles) -> float:
    return float(np.exp(np.log(ratios).mean())) if len(ratios) else np.nan


def _as_dict(frame: Any) -> dict[str, list[Any]]:
    columns = frames.table_columns(frames.table_of(frame, "summary"))
    return {name: frames.listed(cells) for name, cells in columns.items()}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) >= 1 else f"{value:.3f}"
