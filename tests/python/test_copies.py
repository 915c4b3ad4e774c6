"""Values go to other processes and come back the same: copies and pickles."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import essor
import numpy as np
import pytest
from essor import _core

COPY: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "deepcopy": copy.deepcopy,
}
ADOPTERS = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]


@pytest.fixture(params=COPY)
def again(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    return COPY[request.param]


@pytest.mark.parametrize(
    "factor",
    [essor.fixed(3), essor.beta(3, 10), essor.interval90(2, 5), _core.Factor.mean_share([0.01, 0.02, 0.4])],
    ids=str,
)
def test_a_factor(again: Callable[[Any], Any], factor: _core.Factor) -> None:
    assert again(factor) == factor
    assert again(factor) != essor.fixed(4)


def test_a_reference_class(again: Callable[[Any], Any]) -> None:
    shipped = essor.ReferenceClass.shipped("public_service_volume")
    assert again(shipped).to_json() == shipped.to_json()
    copied = essor.forecast([3, 4, 6], 2, reference=again(shipped), draws=50)
    np.testing.assert_array_equal(copied.draws, essor.forecast([3, 4, 6], 2, reference=shipped, draws=50).draws)


def test_a_forecast(again: Callable[[Any], Any]) -> None:
    result = essor.forecast([3, 4, 6], 2, draws=50)
    np.testing.assert_array_equal(again(result).draws, result.draws)
    assert again(result).quantiles().equals(result.quantiles())


def test_a_fit(again: Callable[[Any], Any]) -> None:
    fit = essor.fit_curve(ADOPTERS, "bass", kind="flow", noise="normal", times=np.arange(2, 15) / 2)
    assert again(fit).parameters == fit.parameters
    np.testing.assert_array_equal(again(fit).covariance, fit.covariance)


def test_a_posterior(again: Callable[[Any], Any]) -> None:
    posterior = essor.curve_posterior(ADOPTERS, "bass", kind="flow", draws=100, seed=3)
    assert again(posterior).log_evidence == posterior.log_evidence
    np.testing.assert_array_equal(again(posterior).draws["m"], posterior.draws["m"])
