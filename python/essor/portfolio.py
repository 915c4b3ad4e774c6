"""The portfolio: validated records of products, their indicators, and the way to a dossier."""

from __future__ import annotations

import datetime
import html
import math
import operator
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt

from essor import _core, files, frames
from essor.dossier import Dossier
from essor.errors import ArgumentError, FormatError

__all__ = ["Coefficient", "Portfolio", "Returns"]

#: A day: ISO text, a date, a datetime at midnight, a pandas Timestamp or a NumPy datetime64.
Day: TypeAlias = "str | datetime.date | np.datetime64"

_TABLES = ("products", "costs", "metrics", "measurements", "targets", "decisions", "published")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient and its standard error, clustered by product and metric; NaN where it cannot be estimated."""

    value: float
    standard_error: float

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "cannot be estimated"
        error = "error cannot be estimated" if math.isnan(self.standard_error) else f"{self.standard_error:.2g}"
        return f"{self.value:.4g} ± {error}"


@dataclass(frozen=True, slots=True)
class Returns:
    r"""What the panel of windows says of scale and learning: a description, not a cause.

    The panel regression over products i and windows t of 12 months, by least squares:

    .. math:: \ln C_{it} = a_i + g_t + b \ln I_{it} - l \ln \sum_{s<t} I_{is} + e_{it}

    Neither direction of the first differences bounds the truth where cost and volume share an error (``tied``): read
    both with `sensitivity`, and with the estimate from repeated measurements.

    Attributes
    ----------
    scale : Coefficient
        b: increasing returns where it is below 1.
    learning : Coefficient
        l: learning where it is above 0.
    cost_on_impact : Coefficient
        Slope of the growth of cost on the growth of impact, first differences.
    impact_on_cost : Coefficient
        Slope of the growth of impact on the growth of cost.
    impact_on_cost_reversed : float
        1 / impact_on_cost: the other direction of the same line.
    instrumented : Coefficient
        Slope of the growth of cost on the growth of impact, whose first vintage is the instrument for its last.
    instrumented_pairs, series, pairs, windows : int
        Pairs with two vintages; products and metrics with a pair of adjacent windows; such pairs; windows in the panel.
    tied : bool
        Some cost was computed as unit cost times volume.
    reliability, scale_if_tied, scale_if_independent : array
        What the slope of cost on impact would be if only that share of the variance of the growth of volume were real:
        (b - (1 - r)) / r where cost was computed from the volume, b / r where it was measured by itself.
    """

    scale: Coefficient
    learning: Coefficient
    cost_on_impact: Coefficient
    impact_on_cost: Coefficient
    impact_on_cost_reversed: float
    instrumented: Coefficient
    instrumented_pairs: int
    series: int
    pairs: int
    windows: int
    tied: bool
    reliability: npt.NDArray[np.float64]
    scale_if_tied: npt.NDArray[np.float64]
    scale_if_independent: npt.NDArray[np.float64]
    kind: str = field(default="pandas", repr=False)

    @classmethod
    def from_core(cls, data: Mapping[str, Any], kind: str) -> Returns:
        """Wrap what the core computed; `kind` is the kind of the frames to give."""
        made: dict[str, Any] = {
            name: Coefficient(*value) if isinstance(value, tuple) else value for name, value in data.items()
        }
        return cls(**made, kind=kind)

    def to_frame(self) -> Any:
        """Return the estimates as a frame: estimate, value, standard_error (NaN where there is none)."""
        names = ["scale", "learning", "cost_on_impact", "impact_on_cost", "impact_on_cost_reversed", "instrumented"]
        estimates = [getattr(self, name) for name in names]
        both = [(e.value, e.standard_error) if isinstance(e, Coefficient) else (e, math.nan) for e in estimates]
        columns: dict[str, frames.Cells] = {
            "estimate": frames.Text(names, np.arange(len(names), dtype=np.int32)),
            "value": frames.Numbers(np.array([value for value, _ in both])),
            "standard_error": frames.Numbers(np.array([error for _, error in both])),
        }
        return frames.frame_of(columns, self.kind)

    def sensitivity(self) -> Any:
        """Return how the slope of cost on impact depends on the reliability of the volumes, as a frame."""
        names = ("reliability", "scale_if_tied", "scale_if_independent")
        return frames.frame_of({name: frames.Numbers(getattr(self, name)) for name in names}, self.kind)

    def _repr_html_(self) -> str:
        lines = (
            f"<tr><th scope='row'>{label}</th><td>{html.escape(str(value))}</td></tr>" for label, value in self._lines()
        )
        return f"<table><caption>{html.escape(self._caption())}</caption><tbody>{''.join(lines)}</tbody></table>"

    def __str__(self) -> str:
        return "\n".join([self._caption(), *(f"  {label}: {value}" for label, value in self._lines())])

    def _caption(self) -> str:
        return f"{self.pairs} pairs of adjacent windows of {self.series} products and metrics"

    def _lines(self) -> list[tuple[str, str]]:
        reverse = (
            "cannot be estimated" if math.isnan(self.impact_on_cost_reversed) else f"{self.impact_on_cost_reversed:.4g}"
        )
        lines = [
            ("scale (below 1: increasing returns)", str(self.scale)),
            ("learning (above 0: cost falls with past impact)", str(self.learning)),
            ("growth of cost on growth of impact", str(self.cost_on_impact)),
            ("the other direction, reversed", reverse),
            (f"from {self.instrumented_pairs} pairs of first and last vintages", str(self.instrumented)),
        ]
        if self.tied:
            lines.append(("caution", "some cost was computed as unit cost x volume: their errors are tied"))
        return lines


class Portfolio:
    """Validated records of products: what each cost, what it changed, what was promised and decided.

    A value: made whole or not at all, never changed afterwards. Make one with `from_table` (a spreadsheet of five
    columns), `from_frames` (the seven tables) or `from_json`. Frames come back in the kind that went in, pandas where
    none did; `notes` lists each default that was taken.

    Examples
    --------
    >>> portfolio = Portfolio.from_table(
    ...     {"Product": ["files"] * 2, "Period": ["2020", "2021"], "Cost": [1.2e6, 1.2e6], "Value": [1.36e6, 3.0e6]},
    ...     metric="files",
    ... )
    >>> portfolio.notes[0]
    "no column metric: every value is taken as 'files'"
    >>> portfolio.indicators()["trajectory"]
    ['unicorn']
    """

    def __init__(self, core: _core.Portfolio, kind: str = "pandas") -> None:
        self._core = core
        self._kind = kind

    # Making one -------------------------------------------------------------------------------------------------------

    @classmethod
    def from_table(
        cls,
        frame: Any,
        *,
        metric: str = "impact",
        unit: str | None = None,
        kind: str = "flow",
        currency: str = "EUR",
    ) -> Portfolio:
        """Read a table of five columns: the front door, for a stranger's spreadsheet.

        Parameters
        ----------
        frame : DataFrame, Table, dict of lists, list of dicts, or path
            Columns product, period (or start and end), cost, value and, optionally, metric, in any case; other
            columns are kept as labels. Periods: ``2021``, ``2021-H1``, ``2021-S1``, ``S1 2021``, ``2021-Q3``,
            ``2021-04``, ``FY2021`` and ``FY2021-H1`` (British, from April 2021), or ISO days, the end exclusive.
            Numbers: ``1200000``, ``1 200 000``, ``1.2e6``. A path names a CSV file with commas, semicolons or tabs.
        metric : str
            What `value` counts, where there is no column metric.
        unit : str, optional
            Unit of the metric; its name where not given.
        kind : {"flow", "stock", "cumulative"}
            Nature of the metric.
        currency : str
            Currency of every cost.

        Returns
        -------
        Portfolio
            The same cost on several metrics of one product and period counts once.

        Raises
        ------
        RecordError
            When a cell breaks a rule; names the cell and says what to write there. Different costs of one product and
            period are such an error.
        FormatError
            When the file is no CSV, or cannot be read.
        ArgumentError
            When `frame` is of no kind that can be read, or `kind` is none of the kinds.
        """
        texts = {"metric": metric, "unit": unit or "", "kind": kind, "currency": currency}
        for name, text in texts.items():
            _check_text(text, f"Portfolio.from_table: {name}")
        if isinstance(frame, str | os.PathLike):
            table, went_in = _core.table_from_csv(files.read(frame), files.spelt(frame), "table"), "pandas"
        else:
            table, went_in = frames.table_of(frame, "table"), frames.kind_of(frame)
        return cls(_core.Portfolio.five_columns(table, metric, unit or "", kind, currency), went_in)

    @classmethod
    def from_frames(
        cls,
        products: Any,
        costs: Any,
        metrics: Any,
        measurements: Any,
        targets: Any = None,
        decisions: Any = None,
        published: Any = None,
    ) -> Portfolio:
        """Read the tables of a portfolio, each a frame of any kind (see `essor.frames`).

        Columns in capitals are required, the others may be absent, and any further column is kept as a label.

        Parameters
        ----------
        products : frame
            PRODUCT, name, mission, url, demo_url, go_live, phase, priority.
        costs : frame
            PRODUCT, START, END, AMOUNT (or low and high), currency, price_year, activity, resource, funder, status,
            perimeter, basis, known_on, source. Amounts in the product's one currency.
        metrics : frame
            PRODUCT, METRIC, unit, level, kind, direction, value_per_unit, ratio_applies, agreed_by, agreed_on.
        measurements : frame
            PRODUCT, METRIC, START, END, VALUE (or low and high, or numerator and denominator for a rate), scope,
            status, correction, known_on, source. Values in the metric's unit.
        targets : frame, optional
            PRODUCT, METRIC, START, END, VALUE, set_on.
        decisions : frame, optional
            PRODUCT, DATE, DECISION, amount, funder, conditions.
        published : frame, optional
            PRODUCT, METRIC, START, END, QUANTITY, VALUE (or low and high), source, known_on: claims that are checked
            against the record.

        Raises
        ------
        RecordError
            When a record breaks a rule; names table, row (counted from 0) and column, the value and the rule.
        """
        given = dict(zip(_TABLES, (products, costs, metrics, measurements, targets, decisions, published), strict=True))
        tables = [frames.table_of(frame, name) for name, frame in given.items() if frame is not None]
        kinds = [frames.kind_of(frame) for frame in given.values() if frame is not None]
        return cls(_core.Portfolio.from_tables(_core.Tables(tables)), kinds[0] if kinds else "pandas")

    @classmethod
    def from_json(cls, path_or_text: str | os.PathLike[str]) -> Portfolio:
        """Read the versioned JSON document of a portfolio, from a file or from its text.

        Parameters
        ----------
        path_or_text : path or str
            A text that begins with a brace is the document itself, anything else names a file.

        Raises
        ------
        FormatError
            When it is no such document, or the file cannot be read; names the place.
        RecordError
            When a record breaks a rule; names the path in the document, the value and the rule.
        """
        if not isinstance(path_or_text, str | os.PathLike):
            raise ArgumentError(
                "Portfolio.from_json: path_or_text", repr(path_or_text), "must be a path or a JSON text"
            )
        if isinstance(path_or_text, str) and path_or_text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
            source, text = "document", path_or_text
            if (bad := _lone_surrogate(text)) is not None:
                place = f"{source} line {text.count(chr(10), 0, bad) + 1}"
                raise FormatError(place, ascii(text[bad]), "text is valid Unicode, without a lone surrogate")
            tables = _core.tables_from_json(text, source)
        else:
            tables = _core.tables_from_json(files.read(path_or_text), files.spelt(path_or_text))
        return cls(_core.Portfolio.from_tables(tables))

    # Giving it back ---------------------------------------------------------------------------------------------------

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return the canonical JSON document, and write it to a file where a path is given.

        Reading it back and writing it again gives the same text. The file is replaced whole or left as it was.

        Raises
        ------
        FormatError
            When the file cannot be written; names the path and the system's reason.
        """
        text = _core.tables_to_json(self._core.tables())
        if path is not None and not isinstance(path, str | os.PathLike):
            raise ArgumentError("Portfolio.to_json: path", repr(path), "must be a path")
        if path is not None:
            files.write(path, text)
        return text

    def to_frames(self) -> dict[str, Any]:
        """Return the tables as frames of the kind that went in, labels included; `from_frames` reads them back."""
        tables = {table.name: table for table in self._tables()}
        return {
            name: frames.frame_of(frames.table_columns(tables[name]), self._kind) for name in _TABLES if name in tables
        }

    @property
    def notes(self) -> list[str]:
        """Each default that was taken and each reading that was made, in words."""
        return self._core.notes()

    @property
    def products(self) -> list[str]:
        """Identifiers of the products, in the order of the record."""
        return self._core.product_ids()

    def metrics(self, product: str) -> list[str]:
        """Identifiers of the metrics of a product. Raises ArgumentError when there is no such product."""
        _check_text(product, "Portfolio.metrics: product")
        return self._core.metric_ids(product)

    # What the record says ---------------------------------------------------------------------------------------------

    def indicators(self, *, as_of: Day | None = None, months: SupportsIndex = 12, history: bool = False) -> Any:
        r"""Say where each product is now: unit cost, growths, and whether cost grows more slowly than impact.

        Windows of `months` end at the last day up to which both cost and impact are known, then go back without
        overlap. With ``C`` the cost of a window, ``I`` its impact, ``u = C / I``, between adjacent windows of one
        perimeter:

        .. math::

            g_C = \ln C_t - \ln C_{t-1}, \quad g_I = \ln I_t - \ln I_{t-1}, \quad
            d_t = g_I - g_C = -(\ln u_t - \ln u_{t-1})

        Cost grows more slowly than impact where :math:`d > 0`. ``p_observed`` is the probability of it under the
        measurement error of the last pair; ``p_trend`` is :math:`P(\mu > 0 \mid d)` with :math:`d_t \sim
        \mathrm{Student}(\mu, \sigma)` and :math:`\mu` from the reference class: a habit or one year. The trajectory
        is one of this library's own classes (too early, unicorn, declining, falling cost, stagnating, flat cost,
        increasing, constant, decreasing).

        Parameters
        ----------
        as_of : day, optional
            Only what was known at the end of that day; everything where not given.
        months : int
            Length of a window in months, at least 1.
        history : bool
            Every window, not only the latest.

        Returns
        -------
        frame
            One row per product and metric (and window, with `history`): product, metric, start, end (exclusive), cost
            (in the product's currency), impact (in the metric's unit; unit-months for a stock), unit_cost, g_cost,
            g_impact (logarithms), cost_elasticity, p_observed, p_trend, trajectory, p_trajectory, evidence (the rows
            used). NaN where a figure cannot be had: growths never cross a gap.

        Raises
        ------
        ArgumentError
            When `as_of` is no day or `months` is not a whole number of at least 1.
        """
        day = _day(as_of, "Portfolio.indicators: as_of")
        span = _whole(months, "Portfolio.indicators: months", most=1200)
        return self._frame(self._core.indicators(day, span, bool(history)))

    def series(self, product: str, metric: str, *, as_of: Day | None = None, months: SupportsIndex = 12) -> Any:
        """Give the history of a metric, ready for `forecast`.

        Parameters
        ----------
        product, metric : str
            Identifiers of the product and of its metric.
        as_of : day, optional
            Only what was known at the end of that day.
        months : int
            Length of a period in months, at least 1.

        Returns
        -------
        frame
            The latest run of periods without a gap, earliest first, each tiled exactly by recorded ones: unique_id (the
            metric), ds (the period, such as 2021 or 2021-H1; its start where it is no calendar period), y (in the
            metric's unit: the count of a flow or a cumulative metric, the mean of a stock, the quotient of a rate; NaN
            where only bounds are known), start, end (exclusive), low, high, status.

        Raises
        ------
        ArgumentError
            When there is no such product or metric, `as_of` is no day, or `months` is not a whole number of at least 1.
        """
        _check_text(product, "Portfolio.series: product")
        _check_text(metric, "Portfolio.series: metric")
        day = _day(as_of, "Portfolio.series: as_of")
        columns = self._core.series(product, metric, day, _whole(months, "Portfolio.series: months", most=1200))
        # A calendar period says how far apart the steps are, even where there is one only.
        periods, starts = columns["period"], columns["start"]
        calendar = not any("/" in text for text in periods[0])
        count = len(columns["value"])
        return self._frame(
            {
                "unique_id": ([metric], np.zeros(count, dtype=np.int32)),
                "ds": periods if calendar else starts,
                "y": columns["value"],
                **{name: columns[name] for name in ("start", "end", "low", "high", "status")},
            }
        )

    def returns(self, product: str | None = None, metric: str | None = None) -> Returns:
        """Estimate scale and learning from the panel of all windows (see `Returns`).

        Parameters
        ----------
        product, metric : str, optional
            Only that product, only metrics of that name; everything where not given.

        Raises
        ------
        ArgumentError
            When there is no such product or metric.
        """
        for name, text in (("product", product), ("metric", metric)):
            if text is not None:
                _check_text(text, f"Portfolio.returns: {name}")
        return Returns.from_core(self._core.returns(product, metric), self._kind)

    def seven_differences(self, product: str, *, as_of: Day | None = None) -> Any:
        """Say whether the record shows a project or a product, difference by difference.

        Parameters
        ----------
        product : str
            Identifier of the product.
        as_of : day, optional
            Only what was known at the end of that day.

        Returns
        -------
        frame
            Seven rows: difference, figure (NaN where the record has none), basis (what it was computed from) and
            verdict (``project``, ``product`` or ``cannot tell``). The thresholds between the two are this library's.

        Raises
        ------
        ArgumentError
            When there is no such product.
        """
        _check_text(product, "Portfolio.seven_differences: product")
        day = _day(as_of, "Portfolio.seven_differences: as_of")
        return self._frame(self._core.seven_differences(product, day))

    def dossier(
        self,
        product: str,
        *,
        date: Day | None = None,
        funder: str | None = None,
        lang: str = "fr",
        seed: SupportsIndex = 0,
    ) -> Dossier:
        """Assemble the dossier of a product for an investment committee.

        Parameters
        ----------
        product : str
            Identifier of the product.
        date : day, optional
            Day of the committee: nothing that was known later is used. The last day of the record where not given.
        funder : str, optional
            For whom it is drawn up; all funders where not given.
        lang : {"fr", "en"}
            Language.
        seed : int
            Seed of the draws, at least 0; the same seed gives the same dossier.

        Raises
        ------
        ArgumentError
            When there is no such product or funder, or the language is another one.
        """
        _check_text(product, "Portfolio.dossier: product")
        if funder is not None:
            _check_text(funder, "Portfolio.dossier: funder")
        if lang not in ("fr", "en"):
            raise ArgumentError("Portfolio.dossier: lang", repr(lang), "must be 'fr' or 'en'")
        start = _whole(seed, "Portfolio.dossier: seed", least=0, most=2**64 - 1)
        return Dossier(self._core.dossier(product, _day(date, "Portfolio.dossier: date"), funder, lang, start))

    # Display ----------------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        rows = {table.name: table.rows for table in self._tables()}
        counts = [_count(rows.get(name, 0), name) for name in _TABLES if rows.get(name) or name == "products"]
        return f"Portfolio({', '.join(counts)}; {_count(len(self.notes), 'notes')})"

    def _repr_html_(self) -> str:
        shown = 20
        lines = []
        for product in self.products[:shown]:
            metrics = ", ".join(self.metrics(product)) or "none"
            lines.append(f"<tr><th scope='row'>{html.escape(product)}</th><td>{html.escape(metrics)}</td></tr>")
        if len(self.products) > shown:
            lines.append(f"<tr><td colspan='2'>and {len(self.products) - shown} more</td></tr>")
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        return (
            f"<p>{html.escape(repr(self))}</p><table>"
            "<thead><tr><th scope='col'>product</th><th scope='col'>metrics</th></tr></thead>"
            f"<tbody>{''.join(lines)}</tbody></table>"
            f"<details><summary>{_count(len(self.notes), 'notes')}</summary><ul>{notes}</ul></details>"
        )

    def _tables(self) -> list[_core.Table]:
        tables = self._core.tables()
        return [tables[index] for index in range(len(tables))]

    def _frame(self, columns: Mapping[str, Any]) -> Any:
        return frames.frame_of({name: _cells(data) for name, data in columns.items()}, self._kind)


def _cells(data: Any) -> frames.Cells:
    """Wrap a column as the core gives it: a pair of texts and codes, or an array."""
    if isinstance(data, tuple):
        return frames.Text(data[0], data[1])
    array = np.asarray(data)
    return (
        frames.Booleans(array.astype(np.int8)) if array.dtype.kind == "b" else frames.Numbers(array.astype(np.float64))
    )


def _count(number: int, plural: str) -> str:
    return f"{number} {plural.removesuffix('s') if number == 1 and plural != 'published' else plural}"


def _lone_surrogate(text: str) -> int | None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start
    return None


def _check_text(text: object, place: str) -> None:
    if not isinstance(text, str):
        raise ArgumentError(place, repr(text), "must be text")
    if _lone_surrogate(text) is not None:
        raise ArgumentError(place, ascii(text), "text is valid Unicode, without a lone surrogate")


def _whole(value: object, place: str, *, least: int = 1, most: int) -> int:
    if isinstance(value, bool):
        raise ArgumentError(place, repr(value), "must be a whole number")
    try:
        whole = operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise ArgumentError(place, repr(value), "must be a whole number") from error
    if not least <= whole <= most:
        raise ArgumentError(place, str(whole), f"must be at least {least} and at most {most}")
    return whole


def _day(given: object, place: str) -> str | None:
    """Spell a day as ISO text, once it is known to be one."""
    if given is None:
        return None
    value = given
    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value) if len(value) == 10 else None
        except ValueError:
            value = None
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    if isinstance(value, datetime.datetime):
        if value != value or value.tzinfo is not None or value.time() != datetime.time():
            raise ArgumentError(place, str(value), "must be a day, without a timezone or a time of day")
        value = value.date()
    if isinstance(value, datetime.date) and 1900 <= value.year <= 2199:
        return value.isoformat()
    raise ArgumentError(
        place, ascii(given), "must be a day of the years 1900 to 2199: a date, or text such as '2021-12-31'"
    )
