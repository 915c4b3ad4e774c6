"""The forecast of short histories: arrays and frames in, quantiles, draws and probabilities out."""

import datetime
import math
from collections.abc import Callable
from typing import Any

import essor
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from essor import _core
from hypothesis import given, settings
from hypothesis import strategies as st

RISING = [10, 12, 13, 15, 16, 19, 20, 23]


def frame(**columns):
    return {"unique_id": ["a"] * len(columns["y"]), **columns}


def test_an_array_gives_quantiles_draws_and_a_probability():
    result = essor.forecast(RISING, 3)
    table = result.quantiles([0.1, 0.5, 0.9])
    assert list(table.columns) == ["unique_id", "step", "ds", "quantile", "value"]
    assert isinstance(table, pd.DataFrame)
    assert table["ds"].tolist() == [9, 9, 9, 10, 10, 10, 11, 11, 11]
    assert table["quantile"].tolist() == [0.1, 0.5, 0.9] * 3
    for step in (1, 2, 3):
        values = table[table["step"] == step]["value"].tolist()
        assert values == sorted(values)
        assert values == pytest.approx(np.quantile(result.draws[0, :, step - 1], [0.1, 0.5, 0.9]), rel=0.03)
    assert result.draws.shape == (1, 2000, 3)
    assert result.probability(25) == (result.draws[0, :, -1] >= 25).mean()
    assert result.probability(25, 1) == (result.draws[0, :, 0] >= 25).mean()
    assert result.probability(25, -3) == result.probability(25, 1)
    assert 0.5 < result.probability(25) < 1


def test_draws_are_a_view_that_cannot_be_written_to():
    draws = essor.forecast(RISING, 2, draws=10).draws
    assert not draws.flags.writeable
    assert not draws.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        draws[0, 0, 0] = 1.0


def test_the_same_seed_gives_the_same_draws_and_the_number_of_draws_changes_none():
    few, many = essor.forecast(RISING, 2, draws=20), essor.forecast(RISING, 4, draws=200)
    np.testing.assert_array_equal(few.draws[0], many.draws[0, :20, :2])
    np.testing.assert_array_equal(few.draws, essor.forecast(RISING, 2, draws=20).draws)
    assert (few.draws != essor.forecast(RISING, 2, draws=20, seed=1).draws).any()


@pytest.mark.parametrize(
    "make", [pd.DataFrame, pl.DataFrame, pa.table, dict], ids=["pandas", "polars", "arrow", "dict"]
)
def test_a_frame_comes_back_in_its_kind(make):
    data = make({"unique_id": ["b", "b", "a"], "ds": [2021, 2022, 2022], "y": [5.0, 6.0, 1.0]})
    table = essor.forecast(data, 2).quantiles(0.5)
    assert type(table) is type(data)
    rows = (
        table
        if isinstance(table, dict)
        else table.to_dict("list")
        if make is pd.DataFrame
        else (table.to_dict(as_series=False) if make is pl.DataFrame else table.to_pydict())
    )
    assert rows["unique_id"] == ["b", "b", "a", "a"]
    assert rows["step"] == [1, 2, 1, 2]
    assert rows["ds"] == [2023, 2024, 2023, 2024]


def test_a_lazy_frame_is_collected_without_a_warning():
    data = {"unique_id": ["b", "b"], "ds": [2021, 2022], "y": [5.0, 6.0]}
    lazy, eager = (essor.forecast(frame, 2).quantiles(0.5) for frame in (pl.LazyFrame(data), pl.DataFrame(data)))
    assert lazy.equals(eager)


def test_records_come_back_as_records():
    table = essor.forecast(
        [{"unique_id": 7, "ds": 2020, "y": 1.0}, {"unique_id": 7, "ds": 2021, "y": 2.0}], 1
    ).quantiles(0.5)
    assert table[0]["unique_id"] == 7
    assert table[0]["ds"] == 2022


@pytest.mark.parametrize(
    ("past", "coming"),
    [
        ([2020, 2021], [2022, 2023]),
        ([2010, 2015], [2020, 2025]),
        (["2020", "2021"], ["2022", "2023"]),
        (["2023-H1", "2023-H2"], ["2024-H1", "2024-H2"]),
        (["2023-S2"], ["2024-S1", "2024-S2"]),
        (["2023-Q3", "2023-Q4"], ["2024-Q1", "2024-Q2"]),
        (["2023Q4"], ["2024Q1", "2024Q2"]),
        (["S1 2023", "S2 2023"], ["S1 2024", "S2 2024"]),
        (["T4 2023"], ["T1 2024", "T2 2024"]),
        (["FY2022", "FY2023"], ["FY2024", "FY2025"]),
        (["FY2023-H1", "FY2023-H2"], ["FY2024-H1", "FY2024-H2"]),
        (["2023-11", "2023-12"], ["2024-01", "2024-02"]),
        (["2023-04", "2023-10"], ["2024-04", "2024-10"]),
        (["2023-11-01", "2023-12-01"], ["2024-01-01", "2024-02-01"]),
        (["2023-12-31", "2024-01-31"], ["2024-02-29", "2024-03-31"]),
        (["2022-12-31", "2023-06-30"], ["2023-12-31", "2024-06-30"]),
        (["2023-12-30", "2024-01-30"], ["2024-02-29", "2024-03-30"]),
        (["2020-04-01", "2021-04-01"], ["2022-04-01", "2023-04-01"]),
        ([datetime.date(2023, 1, 1), datetime.date(2023, 4, 1)], ["2023-07-01", "2023-10-01"]),
    ],
)
def test_ds_goes_on_as_it_is_written(past, coming):
    data = frame(ds=past, y=[1.0 + i for i in range(len(past))])
    assert essor.forecast(data, 2).quantiles(0.5)["ds"] == coming


def test_dates_come_back_in_their_type():
    days = pd.to_datetime(["2023-01-01", "2023-07-01"])
    table = essor.forecast(pd.DataFrame(frame(ds=days, y=[1.0, 2.0])), 1).quantiles(0.5)
    assert table["ds"].tolist() == [pd.Timestamp("2024-01-01")]
    assert table["ds"].dtype == days.dtype
    data = pl.DataFrame(frame(ds=[datetime.date(2023, 1, 31), datetime.date(2023, 2, 28)], y=[1.0, 2.0]))
    table = essor.forecast(data, 1).quantiles(0.5)
    assert table["ds"].to_list() == [datetime.date(2023, 3, 31)]
    table = essor.forecast(pd.DataFrame(frame(ds=pd.period_range("2023-01", periods=2, freq="M"), y=[1, 2])), 1)
    assert table.quantiles(0.5)["ds"].tolist() == [pd.Period("2023-03", "M")]


def test_rows_in_any_order_are_sorted_and_that_is_said():
    ordered = essor.forecast(frame(ds=[2020, 2021, 2022], y=[10.0, 11.0, 12.5]), 2)
    shuffled = essor.forecast(frame(ds=[2022, 2020, 2021], y=[12.5, 10.0, 11.0]), 2)
    np.testing.assert_array_equal(ordered.draws, shuffled.draws)
    assert ordered.notes == []
    assert shuffled.notes == ["a: its rows were put in the order of ds"]


def test_labels_and_interleaved_series():
    data = pd.DataFrame(
        {"unique_id": ["a", "b", "a", "b"], "ds": [1, 1, 2, 2], "y": [1, 100, 2, 110], "label": ["A!", "B!"] * 2}
    )
    result = essor.forecast(data, 1)
    assert result.notes == []
    assert "A!" in result._repr_html_()
    assert result.draws[1].mean() > 50 > result.draws[0].mean()
    one = essor.forecast(data[data["unique_id"] == "a"], 1)
    np.testing.assert_array_equal(one.draws[0], result.draws[0])


def test_a_probability_for_each_series():
    data = {"unique_id": ["a", "b"], "ds": [2020, 2020], "y": [10.0, 1000.0]}
    result = essor.forecast(data, 2)
    with pytest.raises(essor.ArgumentError, match="probability: target: c: must be a unique_id"):
        result.probability({"a": 5, "b": 5000, "c": 1})
    table = result.probability({"a": 5, "b": 5000})
    share = np.array(table["probability"])
    assert table["se"] == pytest.approx(np.sqrt(share * (1 - share) / result.draws.shape[1]))
    assert table["unique_id"] == ["a", "b"]
    assert table["probability"][0] > 0.9 > 0.1 > table["probability"][1]
    assert result.probability(100)["probability"] == [
        (result.draws[0, :, -1] >= 100).mean(),
        (result.draws[1, :, -1] >= 100).mean(),
    ]


def test_models_say_what_was_used_and_how_much_is_prior():
    models = essor.forecast(RISING, 1).models
    assert list(models.columns) == ["unique_id", "model", "weight", "prior_share", "reason"]
    weights = dict(zip(models["model"], models["weight"], strict=True))
    assert weights.pop("seasonal factors") == 0
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["expert interval"] == 0
    used = models[models["weight"] > 0]["prior_share"]
    assert ((used >= 0) & (used <= 1)).all()
    reasons = dict(zip(models["model"], models["reason"], strict=True))
    assert (reasons["expert interval"], reasons["seasonal factors"]) == ("none given", "no season asked for")
    alone = essor.forecast([5], 1).models
    assert alone["prior_share"][0] > 0.99
    assert "class general" in alone["reason"][0]


def test_no_history_needs_an_expert():
    with pytest.raises(essor.ArgumentError, match=r"expert = low, high"):
        essor.forecast([], 2)
    result = essor.forecast([], 2, expert=(50, 200), draws=20000)
    low, median, high = np.quantile(result.draws[0, :, 0], [0.05, 0.5, 0.95])
    assert (low, median, high) == pytest.approx((50, 100, 200), rel=0.04)
    empty = pd.DataFrame({"unique_id": [], "ds": [], "y": []})
    table = essor.forecast(empty, 1, expert={"new": (50, 200)}).quantiles(0.5)
    assert table["unique_id"].tolist() == ["new"]
    assert table["ds"].isna().all()


def test_an_expert_may_name_a_series_without_rows():
    data = {"unique_id": ["a", "a"], "ds": [2020, 2021], "y": [10.0, 11.0]}
    result = essor.forecast(data, 1, expert={"b": (1, 2)})
    assert result.quantiles(0.5)["unique_id"] == ["a", "b"]
    assert result.quantiles(0.5)["ds"] == [2022.0, None]
    assert result.notes == ["b: no row: it starts from the expert's interval"]


def test_a_label_may_be_given_to_what_has_no_row():
    first = {"unique_id": ["a"], "ds": [2020], "y": [100.0]}
    of_class = essor.ReferenceClass.shipped("digital_adoption")
    told = {label: essor.forecast([100], 3, reference=of_class, label=label).quantiles(0.9) for label in ("bb", "inet")}
    rows = essor.forecast({**first, "label": ["bb"]}, 3, reference=of_class).quantiles(0.9)
    assert told["bb"]["value"].tolist() == rows["value"]
    assert told["inet"]["value"].tolist() != rows["value"]
    both = essor.forecast(first, 3, reference=of_class, expert={"b": (50, 200)}, label={"a": "bb", "b": "bb"})
    assert both.quantiles(0.9)["value"][:3] == rows["value"]
    assert not any("knows no label" in note for note in both.notes)
    alone = essor.forecast([], 3, reference=of_class, expert=(50, 200), label="bb").quantiles(0.9)["value"].tolist()
    assert both.quantiles(0.9)["value"][3:] == alone
    other = essor.forecast([], 3, reference=of_class, expert=(50, 200)).quantiles(0.9)["value"].tolist()
    assert other[0] == alone[0]
    assert other[1:] != alone[1:]


def test_a_row_without_a_label_has_none():
    # Its identity is one of the class's labels, and must not be taken for it.
    frame = {"unique_id": ["bb", "b"], "ds": [2020, 2020], "y": [100.0, 100.0], "label": [None, "cell"]}
    result = essor.forecast(frame, 2, reference="digital_adoption")
    assert result.quantiles(0.9)["value"][:2] == (
        essor.forecast([100], 2, reference="digital_adoption").quantiles(0.9)["value"].tolist()
    )
    assert result.notes == []


def test_a_season_is_kept():
    values = [100 * 1.02**t * (2 if t % 4 == 3 else 1) for t in range(20)]
    seasonal = np.median(essor.forecast(values, 4, season=4).draws[0], axis=0)
    assert seasonal[3] / seasonal[2] == pytest.approx(2, rel=0.1)


def test_a_class_of_other_steps_is_said():
    data = frame(ds=["2023-H1", "2023-H2"], y=[1, 2])
    assert "fitted on steps of 12 months, yours have 6" in essor.forecast(data, 1).notes[0]
    assert essor.forecast(data, 1, reference="public_service_volume").notes == []


@pytest.mark.parametrize("growth", [0.9, 0.97, 1.03, 1.15])
@pytest.mark.parametrize("known", [6, 9, 12])
def test_a_steady_growth_is_no_rise_of_the_season(growth: float, known: int) -> None:
    steady = [100 * growth**t * (1 + 0.002 * (-1) ** t) for t in range(known)]
    result = essor.forecast(steady, 3, season=12)
    plain = essor.forecast(steady, 3).quantiles(0.5)["value"]
    np.testing.assert_allclose(result.quantiles(0.5)["value"], plain, rtol=0.05)
    share = result.models.query("model == 'without a season'")
    assert share["weight"].item() > 0.8
    assert "hardly leaves a steady change" in share["reason"].item()
    assert result.models.query("model != 'seasonal factors'")["weight"].sum() == pytest.approx(1)


def test_months_that_rise_unevenly_go_on_and_a_wave_returns() -> None:
    rising = [100, 121, 138, 162, 181, 199]
    found = medians(rising, 6, season=12)
    assert (np.diff([199, *found]) > 0).all()
    wave = 100 * np.exp(-0.5 * np.cos(np.arange(30) * np.pi / 6))
    assert medians(wave[:24], 6, season=12) == pytest.approx(wave[24:], rel=0.1)
    assert "without a season" not in set(essor.forecast(wave[:24], 6, season=12).models["model"])


def test_a_little_unevenness_changes_little() -> None:
    found = np.array([medians([100, 110, 121, last], 4, season=4) for last in (132, 133, 133.1, 134)])
    assert (np.abs(np.diff(np.log(found), axis=0)) < 0.03).all()


@pytest.mark.parametrize("zeros", [[0], [0] * 8])
def test_of_nothing_but_zeros_an_expert_is_taken_alone(zeros: list[int]) -> None:
    beside = essor.forecast(zeros, 2, expert=(100, 200))
    alone = essor.forecast([], 2, expert=(100, 200))
    assert beside.quantiles()["value"].tolist() == alone.quantiles()["value"].tolist()
    assert "nothing but zeros" in beside.notes[0]
    assert beside.models.query("model == 'expert interval'")["weight"].item() == 1


def test_zeros_are_said_and_a_constant_history_keeps_a_width():
    assert "has zeros" in essor.forecast([0, 4, 6], 1).notes[0]
    assert "if it is a gap" in essor.forecast([4, 6, 0], 1).notes[0]
    assert not any("if it is a gap" in note for known in ([0, 4, 6], [0, 0]) for note in essor.forecast(known, 1).notes)
    low, high = np.quantile(essor.forecast([5.0] * 30, 1).draws, [0.1, 0.9])
    assert low < 5 < high


@given(
    st.lists(st.floats(0, 1.7e308, allow_nan=False), min_size=1, max_size=12),
    st.sampled_from(["general", "digital_adoption", "public_service_volume"]),
    st.integers(1, 5),
)
@settings(max_examples=60, deadline=None)
def test_any_history_gives_finite_draws_that_are_not_negative(values, reference, season):
    result = essor.forecast(values, 3, reference=reference, season=season, draws=40)
    assert np.isfinite(result.draws).all()
    assert (result.draws >= 0).all()
    shares = result.models["prior_share"].dropna()
    assert ((shares >= 0) & (shares <= 1 + 1e-9)).all()


@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=8), st.floats(1e-3, 1e3))
@settings(max_examples=30, deadline=None)
def test_the_unit_does_not_matter(values, factor):
    one = essor.forecast(values, 2, draws=30).draws
    other = essor.forecast([value * factor for value in values], 2, draws=30).draws
    np.testing.assert_allclose(other, one * factor, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "place", "value"),
    [
        (lambda: essor.forecast([1, 2, -3], 1), "forecast: history[2]", "-3"),
        (lambda: essor.forecast([1, math.nan], 1), "forecast: history[1]", "nan"),
        (lambda: essor.forecast([math.inf], 1), "forecast: history[0]", "inf"),
        (lambda: essor.forecast([1], 0), "forecast: horizon", "0"),
        (lambda: essor.forecast([1], -2), "forecast: horizon", "-2"),
        (lambda: essor.forecast([1], 1.5), "forecast: horizon", "1.5"),
        (lambda: essor.forecast([1], 1, season=0), "forecast: season", "0"),
        (lambda: essor.forecast([1], 1, draws=0), "forecast: draws", "0"),
        (lambda: essor.forecast([1], 1, seed=-1), "forecast: seed", "-1"),
        (lambda: essor.forecast([1], 1, reference="startups"), "forecast: reference", "startups"),
        (lambda: essor.forecast([1], 1, expert=(2, 1)), "forecast: expert", "2, 1"),
        (lambda: essor.forecast([1], 1, expert=(0, 1)), "forecast: expert low", "0"),
        (lambda: essor.forecast([1], 1, expert=3), "forecast: expert", "3"),
        (lambda: essor.forecast([1], 1, expert={"a": (1, 2)}), "forecast: expert", "a mapping"),
        (lambda: essor.forecast([1], 1, label={"a": "bb"}), "forecast: label", "a mapping"),
        (lambda: essor.forecast([1], 1, label=""), "forecast: label", "''"),
        (lambda: essor.forecast(frame(ds=[1], y=[1], label=["bb"]), 1, label="cell"), "forecast: label", "cell"),
        (lambda: essor.forecast(frame(ds=[1], y=[1]), 1, label={"b": "bb"}), "forecast: label", "b"),
        (lambda: essor.forecast([[1, 2]], 1), "forecast: data", "array of shape (1, 2)"),
        (lambda: essor.forecast(["x"], 1), "forecast: data", "list"),
        (lambda: essor.forecast([1], 1).quantiles(1.5), "quantiles: q", "1.5"),
        (lambda: essor.forecast([1], 1).quantiles([]), "quantiles: q", "[]"),
        (lambda: essor.forecast([1], 1).probability(math.nan), "probability: target", "nan"),
        (lambda: essor.forecast([1], 1).probability("x"), "probability: target", "x"),
        (lambda: essor.forecast([1], 2).probability(1, 3), "probability: step", "3"),
        (lambda: essor.forecast([1], 2).probability(1, 0), "probability: step", "0"),
        (lambda: essor.forecast([1], 1).plot(series=["zz"]), "plot: series", "zz"),
    ],
)
def test_wrong_arguments_say_where_and_what(call, place, value):
    with pytest.raises(essor.ArgumentError) as caught:
        call()
    assert caught.value.place == place
    assert caught.value.value == value
    assert caught.value.rule


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (frame(ds=[2020, 2020], y=[1, 2]), r"unique_id a: ds 2020: .*given twice"),
        (frame(ds=[2020, 2021, 2023], y=[1, 2, 3]), r"unique_id a: ds 2023: .*after 2021 comes 2022"),
        (frame(ds=["2023-H1", "2024-H1"], y=[1, 2]), r"ds 2024-H1: .*after 2023-H1 comes 2023-H2"),
        (frame(ds=["2020-01-01", "2020-03-01"], y=[1, 2]), r"ds 2020-03-01: .*2 months after"),
        (frame(ds=["2020-01-01", "2020-01-08"], y=[1, 2]), r"all on one day of the month"),
        (frame(ds=["2020-01-01"], y=[1]), r"one date does not say"),
        (frame(ds=["2020-13-01", "2020-14-01"], y=[1, 2]), r"row 0, column ds: 2020-13-01"),
        (frame(ds=["2020", "2020-H2"], y=[1, 2]), r"row 1, column ds: 2020-H2"),
        (frame(ds=["week 1"], y=[1]), r"row 0, column ds: week 1"),
        (frame(ds=[2020.5], y=[1]), r"row 0, column ds: 2020.5"),
        (frame(ds=[2020, None], y=[1, 2]), r"row 1, column ds: missing"),
        (frame(ds=[2020, 2021], y=[1, None]), r"row 1, column y \(unique_id a, ds 2021\): missing"),
        (frame(ds=[2020, 2021], y=[1, -2]), r"row 1, column y \(unique_id a, ds 2021\): -2"),
        (frame(ds=[2020], y=["x"]), r"row 0, column y: x: y holds numbers"),
        (frame(y=[1]), r"column ds: is missing"),
        ({"unique_id": [None], "ds": [1], "y": [1]}, r"row 0, column unique_id"),
    ],
)
def test_a_wrong_frame_names_the_row_or_the_series_and_its_ds(data, message):
    with pytest.raises(essor.RecordError, match=message):
        essor.forecast(data, 1)


def test_several_series_share_no_interval():
    data = {"unique_id": ["a", "b"], "ds": [1, 1], "y": [1, 2]}
    with pytest.raises(essor.ArgumentError, match="a mapping from unique_id"):
        essor.forecast(data, 1, expert=(1, 2))
    with pytest.raises(essor.ArgumentError, match="give one for each series"):
        essor.forecast(data, 1).probability({"a": 1})


def test_the_naive_probability_of_a_target():
    assert _core.naive_reach_probability(np.array([8.0, 10.0]), 10.0, 2, True, "general") == pytest.approx(0.5)
    assert _core.naive_reach_probability(np.array([8.0, 10.0]), 20.0, 1, True, "general") < 0.2


def test_it_shows_itself(monkeypatch):
    pytest.importorskip("matplotlib").use("agg")
    data = {"unique_id": ["a<b"] * 3 + ["c"], "ds": ["2021", "2022", "2023", "2023"], "y": [1, 0, 3, 4]}
    result = essor.forecast(data, 3)
    assert repr(result) == "Forecast(2 series, 3 steps, 2000 draws)"
    page = result._repr_html_()
    assert "a&lt;b" in page
    assert "<b>" not in page
    assert "2026" in page
    figure = result.plot()
    assert [axis.get_title() for axis in figure.axes] == ["a<b", "c"]
    assert len(result.plot(series=["c"]).axes) == 1
    assert len(essor.forecast([], 2, expert=(1, 2)).plot().axes) == 1


def test_a_wide_frame_has_the_names_that_other_packages_know():
    result = essor.forecast(pd.DataFrame(frame(ds=[2020, 2021, 2022], y=[10.0, 11.0, 12.5])), 2)
    wide = result.to_wide((50, 90))
    assert list(wide.columns) == [
        "unique_id",
        "ds",
        "essor",
        "essor-lo-50",
        "essor-hi-50",
        "essor-lo-90",
        "essor-hi-90",
    ]
    assert wide["ds"].tolist() == [2023, 2024]
    low, high = (result.quantiles(q)["value"].tolist() for q in (0.05, 0.95))
    np.testing.assert_allclose(wide["essor-lo-90"], low, rtol=1e-12)
    np.testing.assert_allclose(wide["essor-hi-90"], high, rtol=1e-12)
    assert list(result.to_wide([99.5], name="me").columns)[2:] == ["me", "me-lo-99.5", "me-hi-99.5"]
    for wrong in (0, 100, -5, float("nan")):
        with pytest.raises(essor.ArgumentError, match="to_wide: level"):
            result.to_wide([wrong])


def test_draws_go_to_arviz():
    pytest.importorskip("arviz", exc_type=ImportError)
    result = essor.forecast(frame(ds=[2020, 2021, 2022], y=[10.0, 11.0, 12.5]), 2, draws=100)
    y = result.to_arviz().predictions["y"]
    assert y.dims == ("chain", "draw", "unique_id", "step")
    assert y.shape == (1, 100, 1, 2)
    np.testing.assert_array_equal(y.sel(unique_id="a", step=2).to_numpy()[0], result.draws[0, :, 1])


@pytest.mark.parametrize("season", [1, 2])
@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e160, 1e300])
def test_units_at_the_end_of_the_range_change_nothing(unit: float, season: int) -> None:
    for history in ([1.02] * 3, [1.0, 1.2, 1.1, 1.5, 1.4, 1.9]):
        one, far = (essor.forecast(np.array(history) * u, 2, season=season, draws=10) for u in (1.0, unit))
        middle = [np.array(made.quantiles([0.1, 0.5, 0.9])["value"]) for made in (one, far)]
        np.testing.assert_allclose(middle[1] / unit, middle[0], rtol=1e-6)
        assert not np.isnan(far.models["weight"]).any()


@pytest.mark.parametrize("expert", [(5, 6), (11, 13), (19, 22), (24, 28), (35, 40), (2000, 2400)])
def test_history_and_expert_meet_between_them(expert: tuple[float, float]) -> None:
    def first(**given: Any) -> list[float]:
        return list(essor.forecast([10, 12, 15, 18], 2, draws=10, **given).quantiles([0.05, 0.5, 0.95])["value"][:3])

    alone, joint = first(), first(expert=expert)
    told = math.sqrt(expert[0] * expert[1])
    assert min(alone[1], told) <= joint[1] <= max(alone[1], told)
    apart = expert[0] > alone[2] or expert[1] < alone[0]
    if apart:  # then neither is sure any more
        assert joint[2] / joint[0] > max(alone[2] / alone[0], expert[1] / expert[0])


def test_a_series_has_one_label() -> None:
    rows = {"unique_id": ["a"] * 3, "ds": [1, 2, 3], "y": [1, 2, 3], "label": ["bb", "cell", "cell"]}
    with pytest.raises(essor.RecordError, match="label: cell: an earlier row of a says bb"):
        essor.forecast(rows, 1, reference="digital_adoption")


def test_to_wide_takes_one_level() -> None:
    result = essor.forecast([1.0, 2.0, 3.0], 1)
    assert list(result.to_wide(80).columns) == list(result.to_wide([80]).columns)


def medians(history: Any, horizon: int, **options: Any) -> Any:
    return np.array(essor.forecast(history, horizon, draws=1, **options).quantiles(0.5)["value"])


def test_last_year_is_believed_where_it_repeats() -> None:
    quarters = [100, 140, 90, 60]
    assert medians([*quarters, *quarters[:3]], 4, season=4) == pytest.approx([60, 100, 140, 90], rel=0.15)
    year = 1000 + 300 * np.sin(2 * np.pi * np.arange(12) / 12)
    cycle = np.tile(year, 2)
    assert medians(cycle[:18], 6, season=12) == pytest.approx(cycle[18:], rel=0.15)


def test_last_year_is_left_where_it_does_not_repeat() -> None:
    rising = [100, 104, 109, 113, 118, 123, 127]
    assert (medians(rising, 4, season=4) > 127).all()


@pytest.mark.parametrize("reference", ["general", "public_service_volume"])
def test_fast_growth_is_carried_on_whether_exact_or_not(reference: str) -> None:
    ends = [300, 310, 320, 330, 340, 352]
    found = np.array([medians([10, 20, 40, 80, 160, end], 4, reference=reference) for end in ends])
    assert (found[:, 0] > ends).all()
    assert (np.diff(found, axis=0) > 0).all()
    assert (np.abs(np.diff(np.log(found), axis=0)) < 0.15).all()


def test_what_has_doubled_exactly_may_yet_turn() -> None:
    low, high = np.reshape(essor.forecast(2.0 ** np.arange(3, 10), 4, draws=1).quantiles([0.1, 0.9])["value"], (4, 2)).T
    assert high[3] / low[3] > high[0] / low[0] > 1.5


@pytest.mark.parametrize("ratio", [0.5, 0.8, 0.9])
@pytest.mark.parametrize("reference", ["general", "public_service_volume"])
def test_what_falls_in_proportion_goes_on_to_and_never_reaches_nothing(ratio: float, reference: str) -> None:
    median = essor.forecast(1000 * ratio ** np.arange(6), 8, reference=reference, draws=1).quantiles(0.5)["value"]
    ratios = np.array(median[1:]) / np.array(median[:-1])
    assert (ratios < 1).all()
    assert (ratios > 0.6 * ratio).all()


@pytest.mark.parametrize("history", [[100, 90], [5, 8], [10, 12, 15, 18], [500, 400, 320, 256], [3, 9, 20, 31, 38, 40]])
@pytest.mark.parametrize("reference", ["general", "public_service_volume", "digital_adoption"])
def test_a_fan_does_not_zigzag(history: list[float], reference: str) -> None:
    quantiles = essor.forecast(history, 8, reference=reference, draws=1).quantiles([0.1, 0.5, 0.9])["value"]
    for path in np.array(quantiles).reshape(8, 3).T:
        moves = np.diff(path)
        moves = moves[np.abs(moves) > 0.03 * history[-1]]
        assert (np.diff(np.sign(moves)) != 0).sum() <= 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: essor.forecast(np.ma.array([1, 2, 3], mask=[0, 1, 0]), 1),
            r"history\[1\]: masked: a history has no gap",
        ),
        (lambda: essor.forecast(np.array([True, False]), 1), "data: booleans: must be numbers"),
        (lambda: essor.forecast([1, True, 2], 1), "data: booleans: must be numbers"),
        (lambda: essor.forecast([1, 2], True), "horizon: True: must be a whole number"),
        (
            lambda: essor.forecast({"unique_id": ["a"], "ds": [1e30], "y": [1]}, 1),
            "row 0, column ds: 1e.30: ds is a whole",
        ),
        (lambda: essor.forecast([1, 2], 1).to_wide("80"), "to_wide: level: '80': must be a number above 0"),
        (lambda: essor.forecast([1, 2], 1).to_wide([80, 100]), "to_wide: level: 100: must be a number above 0"),
        (lambda: essor.ReferenceClass.from_json(""), "reference class: '': must be JSON, or the path of a file"),
        (lambda: essor.fit_curve([1, 2, 3, 4], 3), "curve: 3: must be linear, exponential"),  # type: ignore[arg-type]
    ],
)
def test_what_is_typed_wrong_is_named(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_a_masked_array_without_a_masked_value_is_an_array() -> None:
    assert medians(np.ma.array([1, 2, 3]), 1) == medians([1, 2, 3], 1)


def test_a_season_of_which_no_value_repeats_is_said() -> None:
    assert "no value a season of 24 periods before" in essor.forecast(range(1, 12), 2, season=24).notes[-1]
    assert not any("season" in note for note in essor.forecast(range(1, 27), 2, season=12).notes)
