"""Forecasts with a ceiling: known, by an expert, or only asked for; and when a share of it is reached."""

import math

import essor
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SHARE = [10, 16, 24, 36, 50, 62, 74, 82]
TWO = {
    "unique_id": ["a"] * 5 + ["b"] * 4,
    "ds": [2019, 2020, 2021, 2022, 2023, 2020, 2021, 2022, 2023],
    "y": [1, 3, 7, 12, 16, 2, 3, 4, 5],
}


def curves(forecast):
    models = pd.DataFrame(forecast.models)
    return models[models["model"].str.startswith("curve: ")]


def test_a_known_ceiling_is_never_exceeded():
    result = essor.forecast(SHARE, 4, ceiling=100)
    assert (result.draws <= 100).all()
    assert result.quantiles([0.999999, 1.0])["value"].max() <= 100
    assert result.quantiles(0.5)["value"].is_monotonic_increasing
    own = curves(result)
    assert own["model"].tolist() == ["curve: logistic", "curve: gompertz", "curve: bass", "curve: richards"]
    assert own["weight"].sum() > 0.8
    assert own["reason"].iloc[0].startswith("ceiling known; the curves share 10 % before evidence")
    assert result.models["weight"].sum() == pytest.approx(1)
    assert any("above the ceiling" in note for note in result.notes)


def test_without_a_ceiling_nothing_changes():
    plain = essor.forecast(TWO, 2)
    partly = essor.forecast(TWO, 2, ceiling={"a": 20})
    np.testing.assert_array_equal(plain.draws[1], partly.draws[1])
    assert (plain.draws[0] != partly.draws[0]).any()
    models = pd.DataFrame(plain.models)
    assert not models["model"].str.startswith("curve").any()


def test_a_ceiling_for_all_or_for_each():
    same = essor.forecast(TWO, 2, ceiling=(15, 40))
    each = essor.forecast(TWO, 2, ceiling={"a": (15, 40), "b": [15, 40]})
    np.testing.assert_array_equal(same.draws, each.draws)
    np.testing.assert_array_equal(each.draws, essor.forecast(TWO, 2, ceiling=(15, 40), threads=2).draws)
    asked = essor.forecast(TWO, 2, ceiling=True)
    assert "ceiling unknown" in curves(asked)["reason"].iloc[0]


def test_saturation_says_when():
    table = pd.DataFrame(essor.forecast(TWO, 3, ceiling={"a": 20}).saturation(0.95, q=[0.1, 0.5, 0.9]))
    assert list(table.columns) == ["unique_id", "quantile", "steps", "ds", "within_horizon"]
    assert table["unique_id"].tolist() == ["a"] * 3
    assert table["steps"].is_monotonic_increasing
    assert (table["ds"] == 2023 + np.ceil(table["steps"])).all()
    assert table["within_horizon"].iloc[0] > 0.9
    reached = essor.forecast(TWO, 1, ceiling={"a": 20}).saturation(0.5)
    assert reached["steps"] == [0, 0, 0]
    assert reached["ds"] == [2023] * 3


def test_a_far_ceiling_is_reached_late_and_its_period_may_have_no_name():
    dates = {"unique_id": ["a"] * 3, "ds": ["2021-H1", "2021-H2", "2022-H1"], "y": [100.0, 101.0, 102.0]}
    table = pd.DataFrame(essor.forecast(dates, 2, ceiling=1e20).saturation(0.99, q=[0.01, 0.99]))
    assert table["steps"].iloc[1] > 1000
    assert table["ds"].isna().tolist() == [False, True]
    assert table["within_horizon"].max() < 0.01


def test_with_a_ceiling_the_unit_does_not_matter():
    one = essor.forecast(SHARE, 2, ceiling=(90, 130), draws=30)
    other = essor.forecast([1000 * value for value in SHARE], 2, ceiling=(90_000, 130_000), draws=30)
    np.testing.assert_allclose(other.draws, 1000 * one.draws, rtol=1e-6)
    np.testing.assert_allclose(other.saturation()["steps"], one.saturation()["steps"], rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: essor.forecast(SHARE, 1, ceiling=80), "forecast: ceiling: 80: is below history[7] = 82"),
        (lambda: essor.forecast(TWO, 1, ceiling=15), "ceiling, unique_id a: 15: is below its largest value, 16"),
        (lambda: essor.forecast(TWO, 1, ceiling={"c": 15}), "ceiling: c: must be a unique_id of the data"),
        (lambda: essor.forecast(SHARE, 1, ceiling="100"), "ceiling: 100: must be a number, (low, high)"),
        (lambda: essor.forecast(SHARE, 1, ceiling=False), "ceiling: False: must be a number, (low, high)"),
        (lambda: essor.forecast(SHARE, 1, ceiling=(90, 100, 120)), "must be a number, (low, high)"),
        (lambda: essor.forecast(SHARE, 1, ceiling=(120, 90)), "low must not be above high"),
        (lambda: essor.forecast(SHARE, 1, ceiling=math.nan), "ceiling low: nan"),
        (lambda: essor.forecast(SHARE, 1).saturation(), "forecast with ceiling="),
        (lambda: essor.forecast([5, 5, 5], 1, ceiling=True).saturation(), "where a history grows"),
        (lambda: essor.forecast(SHARE, 1, ceiling=100).saturation(1.0), "saturation: share"),
        (lambda: essor.forecast(SHARE, 1, ceiling=100).saturation(q=0), "saturation: q"),
        (lambda: essor.forecast(SHARE, 1, ceiling=100).saturation(q="x"), "saturation: q"),
    ],
)
def test_wrong_ceilings_are_named(call, text):
    with pytest.raises(essor.ArgumentError) as error:
        call()
    assert text in str(error.value)


@given(
    st.lists(st.floats(0, 1e300, allow_nan=False), min_size=1, max_size=8),
    st.sampled_from(["asked", "known", "interval"]),
)
@settings(max_examples=25, deadline=None)
def test_any_history_with_a_ceiling_gives_finite_draws(values, how):
    top = max(values) or 1.0
    ceiling = {"asked": True, "known": 1.5 * top, "interval": (0.9 * top + 1e-300, 4 * top)}[how]
    result = essor.forecast(values, 2, ceiling=ceiling, draws=20)
    assert np.isfinite(result.draws).all()
    assert (result.draws >= 0).all()
    if any(name.startswith("curve:") for name in result.models["model"]):
        assert result.saturation(q=[0.1, 0.9])["steps"].is_monotonic_increasing
