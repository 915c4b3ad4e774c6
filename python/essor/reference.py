"""Reference classes: what a panel of comparable histories teaches a forecast."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import numpy as np

from essor import _core
from essor.errors import ArgumentError, FormatError
from essor.forecasting import _Histories, _is_frame, _read_frame, _whole
from essor.frames import listed

__all__ = ["ReferenceClass"]

FORMAT = "essor/reference_class"
VERSION = 3


class ReferenceClass:
    """What a panel teaches about histories like its own; `forecast` and `backtest` take it as `reference`.

    Made by `fit`, read by `from_json`, or one of the three that are shipped, by `shipped`. A class never changes.
    """

    def __init__(self, made: _core.ReferenceClass) -> None:
        self._made = made

    @classmethod
    def fit(
        cls,
        frame: Any,
        horizon: int,
        *,
        season: int = 1,
        name: str = "own",
        borrow: Any = None,
        any_unit: bool = False,
        source: str = "",
        prior: str | ReferenceClass | None = "shipped",
    ) -> ReferenceClass:
        r"""Fit a class to a panel by rolling origins.

        Two forecasters learn from the panel, each scored on series that it has not seen (4 parts):

        - the pool: exponential smoothing with damped trend on values and on logarithms, smoothing with drift, and with
          a season seasonal naive forecasts, weighed by :math:`w_k \propto \exp(\theta' x_k + \eta \sqrt{(n-1)/10}\,
          \ell_k)` with traits :math:`x_k` of the models and their log likelihoods per value :math:`\ell_k`; beside it
          a regression of the change ahead on past changes; a log-linear spread times quantiles pooled over the panel;
        - the growth regression: location, spread, skewness and tail of log growth by ridge regression on past growth,
          level and label, smoothed over the number of values, from one value on; where the panel begins with a
          launch (half of its series or more grow fastest at first) and has 100 series or more of 7 values, two small
          neural networks join it, and those of a prior that knows the labels and steps; not with a season or
          `any_unit`, nor where all are of one ``group``.

        Their shares, the width of both together and the correlation between the steps come from the series held back.

        Few series teach little. So the fit starts from another class, the `prior`: the ridge holds the coefficients to
        its coefficients, and it counts as 32 series do for shares, width, correlation and the shape of the pool's
        errors. Of several, the one that forecasts the panel best as it is. It is left where it loses: where series held
        back are forecast worse than from nothing by more than two standard errors. Fewer than 8 series are no judges;
        then it is kept. With a season, the prior's model without one joins the class: histories that hardly leave a
        steady change are left to it with a share of 32 / (32 + series), or 1 with `any_unit` (see `forecast`).

        Parameters
        ----------
        frame : frame
            The panel: ``unique_id``, ``ds``, ``y`` as in `forecast`; ``label`` is a sub-class, whose growth deviates
            from that of all as far as the panel shows; series of the same ``group`` are held back together.
        horizon : int
            How many steps ahead, at least 1.
        season : int, default 1
            Periods of a season; 1 is none.
        name : str, default "own"
            How results call the class.
        borrow : frame, optional
            A panel of other series with the same period, where one's own is small: it teaches the pool of models, and
            nothing else.
        any_unit : bool, default False
            The class shall serve histories of other units and kinds than the panel's: it learns nothing from the level,
            and from three values on the panel teaches how wide forecasts are, not where they are.
        source : str, optional
            Where the panel comes from; kept with the class.
        prior : {"shipped", "general", "digital_adoption", "public_service_volume"} or ReferenceClass, optional
            Where to start: one of the shipped classes, a class, or nothing (None). One without a model of the season is
            not used. Where it has all labels of the panel and has seen such levels, their series are taken to be of the
            same kind. `notes` say which was used, and what it brought; a prior that has seen series of the panel, they
            flatter.

        Returns
        -------
        ReferenceClass

        Raises
        ------
        ArgumentError
            When horizon or season is out of range, fewer than 3 series have two values, a value is neither 0 nor from
            1e-140 to 1e140, or no class has the name of the prior.
        RecordError
            When a column is missing or a cell is wrong, as in `forecast`.

        Notes
        -----
        Recent origins weigh more: each older period (season) e^-1.2 times less. A panel of more than 800 series is
        thinned evenly, which `notes` say.

        References
        ----------
        M. C. Jones and A. Pewsey (2009), Sinh-arcsinh distributions, Biometrika 96(4), 761-780,
        doi:10.1093/biomet/asp053, for the growth regression. P. Montero-Manso, G. Athanasopoulos, R. J. Hyndman and
        T. S. Talagala (2020), FFORMA, International Journal of Forecasting 36(1), 86-92,
        doi:10.1016/j.ijforecast.2019.02.011, for weights learnt on a panel.
        """
        steps = _whole("horizon", horizon, 1, 4096, function="ReferenceClass.fit")
        period = _whole("season", season, 1, function="ReferenceClass.fit")
        if not _is_frame(frame):
            rule = "must be a frame unique_id, ds, y: a class learns from several series"
            raise ArgumentError("ReferenceClass.fit: frame", type(frame).__name__, rule)
        histories = _read_frame(frame, None)
        values, offsets = histories.values, histories.offsets
        labels, groups = list(histories.labels), _groups(frame, histories)
        if borrow is not None:
            other = _read_frame(borrow, None)
            values = np.concatenate([values, other.values])
            offsets = np.concatenate([offsets, offsets[-1] + other.offsets[1:]])
            labels += [""] * len(other.identities)
            groups += _groups(borrow, other)
        made = _core.fit_reference_class(
            values,
            offsets,
            labels,
            groups,
            len(histories.identities),
            steps,
            period,
            (histories.calendar.months(histories.spacing) if histories.calendar else None) or 0,
            bool(any_unit),
            str(name),
            str(source),
            _priors(prior),
        )
        return cls(made)

    @classmethod
    def shipped(cls, name: str) -> ReferenceClass:
        """Return a class that is shipped: general, digital_adoption or public_service_volume.

        Raises
        ------
        ArgumentError
            When no class has this name.
        """
        return cls(_core.shipped_class(str(name)))

    @classmethod
    def from_json(cls, path_or_text: str | Path) -> ReferenceClass:
        """Read what `to_json` wrote: a path, or the text itself.

        Raises
        ------
        FormatError
            When it is not JSON, or not a class of this version; names the place and the rule.
        FileNotFoundError
            When a text that does not begin with ``{`` is no path of a file.
        """
        text = str(path_or_text)
        if not text.strip():
            raise FormatError("reference class", repr(text), "must be JSON, or the path of a file")
        if isinstance(path_or_text, Path) or not text.lstrip().startswith("{"):
            text = Path(path_or_text).read_text(encoding="utf-8")
        try:
            value = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise FormatError("reference class", text[:40], f"must be JSON: {error}") from error
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise FormatError("reference class, format", str(value)[:40], f'must be "{FORMAT}"')
        if value.get("version") != VERSION:
            raise FormatError("reference class, version", str(value.get("version")), f"must be {VERSION}")
        try:
            models = [[float(number) for number in model["numbers"]] for model in value["models"]]
            labels, notes = ([str(one) for one in value[key]] for key in ("labels", "notes"))
            return cls(_core.reference_from_parts(str(value["name"]), str(value["source"]), labels, notes, models))
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError("reference class, models", str(error)[:80], "must be what to_json wrote") from error

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the class as JSON, and write it where a path is given; numbers keep all their digits."""
        text = json.dumps({"format": FORMAT, "version": VERSION, **self._parts()})
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle by way of JSON, which keeps all digits."""
        return ReferenceClass.from_json, (self.to_json(),)

    def _parts(self) -> dict[str, Any]:
        return _core.reference_dict(self._made)

    @property
    def name(self) -> str:
        """How results call the class."""
        return str(self._parts()["name"])

    @property
    def source(self) -> str:
        """Where its panel comes from."""
        return str(self._parts()["source"])

    @property
    def labels(self) -> list[str]:
        """The sub-classes it knows."""
        return list(self._parts()["labels"])

    @property
    def notes(self) -> list[str]:
        """What was done to the panel, and where the fit started."""
        return list(self._parts()["notes"])

    @property
    def models(self) -> list[dict[str, Any]]:
        """What it learnt, for each season; last, of a class with a season, what a prior has learnt without one.

        ``season``, ``steps`` (how far ahead), ``months`` of a period (0: not known), ``series``, ``origins`` (how many
        forecasts were compared with what came), ``pool_weight`` (shares of the pool beside the growth regression for
        histories of 3, 5, 8, 14 and 24 values, or halves of a season), ``width`` (by which the spread of both is
        multiplied there), ``steady`` (with a season: how far histories that hardly leave a steady change are left to
        the model without one) and ``held_back``: on series not seen, ``crps`` in units of the mean absolute change,
        and the shares inside the central 50, 80 and 95 % intervals; None where too few series could be held back.
        """
        return [{key: value for key, value in model.items() if key != "numbers"} for model in self._parts()["models"]]

    def __repr__(self) -> str:
        """Say what it learnt from."""
        models = ", ".join(f"season {m['season']}: {m['series']} series, {m['steps']} steps" for m in self.models)
        return f"ReferenceClass({self.name}; {models})"

    def _repr_html_(self) -> str:
        columns = ["season", "steps", "series", "origins"]
        head = "".join(f"<th>{name}</th>" for name in [*columns, "CRPS", "50 %", "80 %", "95 %"])
        rows = []
        for model in self.models:
            held = model["held_back"]
            cells = [f"{model[name]:.3g}" for name in columns] + [f"{held[name]:.3f}" for name in held or ()]
            rows.append("<tr>" + "".join(f"<td style='text-align:right'>{cell}</td>" for cell in cells) + "</tr>")
        caption = html.escape(f"Reference class {self.name}: {self.source}" if self.source else f"Class {self.name}")
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return (
            f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
            f"{notes}"
        )


def _groups(frame: Any, histories: _Histories) -> list[str]:
    """Return the group of each series, in the order of the histories; empty where there is none."""
    from essor import frames

    columns = frames.table_columns(frames.table_of(frame, "data"))
    groups = [""] * len(histories.identities)
    if "group" not in columns:
        return groups
    place = {str(identity): i for i, identity in enumerate(histories.identities)}
    for identity, group in zip(listed(columns["unique_id"]), listed(columns["group"]), strict=True):
        key = str(int(identity)) if isinstance(identity, float) and identity.is_integer() else str(identity)
        if group is not None and key in place:
            groups[place[key]] = str(group)
    return groups


def _priors(prior: object) -> list[_core.ReferenceClass]:
    """Return the classes that a fit may start from."""
    if prior is None:
        return []
    if isinstance(prior, ReferenceClass):
        return [prior._made]
    if isinstance(prior, str) and prior == "shipped":
        return _core.shipped_classes()
    try:
        return [_core.shipped_class(str(prior))]
    except ArgumentError as error:
        rule = "must be shipped, general, digital_adoption, public_service_volume, a class or None"
        raise ArgumentError("ReferenceClass.fit: prior", str(prior), rule) from error


def made_class(reference: object) -> str | _core.ReferenceClass:
    """Return what the compiled core takes for a reference: a name, or a class."""
    if isinstance(reference, ReferenceClass):
        return reference._made
    return str(reference)
