"""Essor: steer public digital services by impact.

It records what a product cost and what it changed, forecasts what the next funding will buy, and prepares the
decision of an investment committee.

>>> import essor
>>> portfolio = essor.Portfolio.from_table(
...     {
...         "product": ["files", "files"],
...         "period": ["2020", "2021"],
...         "cost": [1_200_000, 1_200_000],
...         "value": [1_360_000, 3_000_000],
...     },
...     metric="files",
... )
>>> portfolio.indicators(months=12)["trajectory"]
['unicorn']

Everything loads when it is first used: importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from essor import datasets, plotting, scores
    from essor._core import version as __version__
    from essor.appraisal import (
        RoiPerAvoidedNonRecourse,
        avoided_non_recourse,
        beta,
        fixed,
        interval90,
    )
    from essor.backtesting import Backtest, backtest
    from essor.curves import CurveFit, CurvePosterior, curve_posterior, curve_weights, fit_curve
    from essor.dossier import Dossier
    from essor.errors import ArgumentError, FormatError, RecordError
    from essor.forecasting import Forecast, forecast
    from essor.funding import FundingResponse, forecast_given_funding, funding_response, realistic_targets
    from essor.ledger import Ledger
    from essor.portfolio import Portfolio, Returns
    from essor.reference import ReferenceClass

__all__ = [
    "ArgumentError",
    "Backtest",
    "CurveFit",
    "CurvePosterior",
    "Dossier",
    "Forecast",
    "FormatError",
    "FundingResponse",
    "Ledger",
    "Portfolio",
    "RecordError",
    "ReferenceClass",
    "Returns",
    "RoiPerAvoidedNonRecourse",
    "__version__",
    "avoided_non_recourse",
    "backtest",
    "beta",
    "curve_posterior",
    "curve_weights",
    "datasets",
    "fit_curve",
    "fixed",
    "forecast",
    "forecast_given_funding",
    "funding_response",
    "interval90",
    "plotting",
    "realistic_targets",
    "scores",
]

_HOMES = {
    "ArgumentError": "errors",
    "Backtest": "backtesting",
    "CurveFit": "curves",
    "CurvePosterior": "curves",
    "Dossier": "dossier",
    "Forecast": "forecasting",
    "FormatError": "errors",
    "FundingResponse": "funding",
    "Ledger": "ledger",
    "Portfolio": "portfolio",
    "RecordError": "errors",
    "ReferenceClass": "reference",
    "Returns": "portfolio",
    "RoiPerAvoidedNonRecourse": "appraisal",
    "avoided_non_recourse": "appraisal",
    "backtest": "backtesting",
    "beta": "appraisal",
    "curve_posterior": "curves",
    "curve_weights": "curves",
    "fit_curve": "curves",
    "fixed": "appraisal",
    "forecast": "forecasting",
    "forecast_given_funding": "funding",
    "funding_response": "funding",
    "interval90": "appraisal",
    "realistic_targets": "funding",
}
_MODULES = ("datasets", "plotting", "scores")


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562)."""
    if name in _MODULES:
        return importlib.import_module(f"essor.{name}")
    where = ("_core", "version") if name == "__version__" else (_HOMES.get(name), name)
    if where[0] is None:
        raise AttributeError(f"module 'essor' has no attribute {name!r}")
    try:
        home = importlib.import_module(f"essor.{where[0]}")
    except ModuleNotFoundError as error:
        if error.name == "essor._core":
            raise ImportError(
                "essor._core is missing: build it with 'pip install .' in the project's folder"
            ) from error
        raise
    value = getattr(home, where[1])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
