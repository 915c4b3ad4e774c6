"""Scores and back-tests: known values, laws, folds that never see their own series, and bad input."""

import csv
import datetime
import re
from statistics import NormalDist

import essor
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from essor import _core, backtesting, scores
from hypothesis import given, settings
from hypothesis import strategies as st

METHODS = ["essor", "naive", "drift", "theta"]
LEVELS = np.linspace(0.05, 0.95, 19)


def panel(series=6, points=12, seed=0, **columns):
    """Random walks with a drift, as columns."""
    rng = np.random.default_rng(seed)
    logs = np.log(100) + np.cumsum(rng.normal(0.03, 0.1, (series, points)), axis=1)
    return {
        "unique_id": np.repeat([f"s{i}" for i in range(series)], points).tolist(),
        "ds": list(range(2000, 2000 + points)) * series,
        "y": np.exp(logs).ravel().tolist(),
        **columns,
    }


def rows(table):
    return pd.DataFrame(table)


# Scores ---------------------------------------------------------------------------------------------------------------


def reference_rows(folder):
    with (folder / "forecast" / "scores" / "scores_reference.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(text):
    return [float(one) for one in text.split()]


def reference_value(row):
    """Compute the score that a row of the reference values describes."""
    score, variant, said = row["score"], row["dist_or_variant"], row["parameters"]
    y = numbers(row["obs"])
    named = {k: float(v) for k, v in re.findall(r"(\w+)=(-?[\d.]+)(?=\s|$)", said)}
    after = {key: numbers(values) for key, values in re.findall(r"(\w+)=(-?[\d. -]+?)(?=;|\s\w+=|$)", said)}
    if score == "crps":
        return {
            "normal": lambda mu, sigma: scores.crps_normal(y[0], mu, sigma),
            "student_t": lambda df, mu, sigma: scores.crps_student_t(y[0], df, mu, sigma),
            "logistic": lambda mu, s: scores.crps_logistic(y[0], mu, s),
            "gamma": lambda shape, rate: scores.crps_gamma(y[0], shape, rate),
            "exponential": lambda rate: scores.crps_exponential(y[0], rate),
            "laplace": lambda mu, b: scores.crps_laplace(y[0], mu, b),
            "beta": lambda a, b: scores.crps_beta(y[0], a, b),
            "lognormal": lambda meanlog, sdlog: scores.crps_lognormal(y[0], meanlog, sdlog),
            "poisson": lambda mean: scores.crps_poisson(y[0], mean),
            "negbinom": lambda n, p=None, mu=None: scores.crps_negative_binomial(y[0], n, p or n / (n + mu)),
            "binomial": lambda n, p: scores.crps_binomial(y[0], n, p),
        }[variant](**named)
    if score == "crps_ensemble":
        if variant.startswith("weights"):
            return scores.crps(y[0], numbers(said), weights=range(10))
        return scores.crps(y[0], numbers(said), fair=variant.startswith("fair"))
    if score == "pinball":
        return scores.pinball(y[0], named["q"], float(variant.partition("=")[2]))
    if score == "interval_score":
        return scores.interval_score(y[0], named["l"], named["u"], float(variant.partition("=")[2]))
    season = int(re.search(r"m=(\d)", variant)[1]) if "m=" in variant else 1
    train = [12, 19, 35, 51, 78, 119, 158, 207]
    if score == "mase":
        return scores.mase(y, after["f"], train, season)
    if score == "msis":
        return scores.msis(y, after["l"], after["u"], train, alpha=0.05, season=season)
    if score == "smape":
        return scores.smape(y, after["f"])
    p = np.arange(1, 10) / 10
    return scores.weighted_quantile_loss(y, np.outer([250, 280, 300], 0.8 + 0.4 * p), p)


def test_every_reference_value_is_met(evaluation_data):
    table = reference_rows(evaluation_data)
    assert len(table) == 35
    for row in table:
        value = reference_value(row)
        assert value == pytest.approx(float(row["expected_own"]), rel=2e-8), row
        if row["expected_published"]:
            assert value == pytest.approx(float(row["expected_published"]), rel=2e-6), row


def test_scores_broadcast_and_keep_shapes():
    assert isinstance(scores.crps_normal(1, 0, 1), float)
    np.testing.assert_allclose(
        scores.crps_normal([[1, 2]], 0, [[1], [2]])[1, 0], scores.crps_normal(1, 0, 2), rtol=1e-15
    )
    rng = np.random.default_rng(0)
    y, draws = rng.normal(size=(2, 3)), rng.normal(size=(2, 3, 50))
    for score in (scores.crps, scores.scrps, scores.log_score, scores.pit):
        table = score(y, draws)
        assert table.shape == (2, 3)
        assert isinstance(score(0.3, draws[0, 0]), float)
        assert table[1, 2] == score(y[1:2, 2:], draws[1:2, 2:])[0, 0]
    assert scores.crps_quantiles(y, np.sort(draws, axis=2)[:, :, ::10], [0.1, 0.3, 0.5, 0.7, 0.9]).shape == (2, 3)


def test_scores_refuse_what_they_cannot_score():
    cases = [
        (lambda: scores.crps(1, 2), "crps: draws"),
        (lambda: scores.crps([1, 2], [[1, 2, 3]]), "crps: draws"),
        (lambda: scores.crps(1, []), "crps_draws: number of draws"),
        (lambda: scores.crps(float("nan"), [1, 2]), "crps_draws: y"),
        (lambda: scores.crps(1, [1, float("inf")]), "crps_draws: draws[1]"),
        (lambda: scores.crps(1, [1, 2], fair=True, weights=[1, 1]), "crps: fair"),
        (lambda: scores.crps("a", [1, 2]), "crps: y"),
        (lambda: scores.crps_normal(0, 0, -1), "crps_normal: sd"),
        (lambda: scores.crps_binomial(1, 2.5, 0.5), "crps_binomial: trials"),
        (lambda: scores.crps_binomial(1, 2.0**40, 0.5), "crps_binomial: trials"),
        (lambda: scores.pinball(0, 1, 2), "pinball: p"),
        (lambda: scores.mase([1], [1], [1]), "mase_scale: number of values of history"),
        (lambda: scores.mase([[1]], [1], [1]), "mase: y"),
        (lambda: scores.mase([1], [1], [2, 2]), "mase: history"),
        (lambda: scores.coverage([1], [2], [1]), "coverage: low[0]"),
    ]
    for call, place in cases:
        with pytest.raises(essor.ArgumentError) as caught:
            call()
        assert caught.value.place == place
        assert caught.value.rule


@settings(max_examples=40)
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30),
    st.floats(-1e3, 1e3),
    st.floats(0.01, 100),
    st.floats(-1e3, 1e3),
)
def test_the_crps_of_draws_is_its_definition(draws, y, unit, shift):
    x = np.array(draws)
    plain = np.abs(x - y).mean() - 0.5 * np.abs(x[:, None] - x).mean()
    assert scores.crps(y, x) == pytest.approx(plain, rel=1e-9, abs=1e-9)
    assert scores.crps(unit * y + shift, unit * x + shift) == pytest.approx(unit * plain, rel=1e-6, abs=1e-6)
    assert scores.crps(y, x, weights=np.ones(len(x))) == pytest.approx(plain, rel=1e-9, abs=1e-9)


def test_the_truth_scores_best():
    """Expected scores under the truth, a standard normal: worse with a wrong mean, too sharp, too wide."""
    rng = np.random.default_rng(1)
    y, z = rng.normal(size=4000), np.array([NormalDist().inv_cdf(p) for p in LEVELS])

    def of(mean, sd):
        quantiles = np.broadcast_to(mean + sd * z, (len(y), 19))
        low, high = mean - 1.2816 * sd, mean + 1.2816 * sd
        return np.array(
            [
                scores.crps_normal(y, mean, sd).mean(),
                scores.log_score_normal(y, mean, sd).mean(),
                scores.crps_quantiles(y, quantiles, LEVELS).mean(),
                scores.interval_score(y, low, high, 0.2).mean(),
            ]
        )

    truth = of(0, 1)
    for mean, sd in ((0.3, 1), (-0.3, 1), (0, 0.7), (0, 1.4)):
        assert (of(mean, sd) > truth).all()


def test_counts_have_a_uniform_pit_only_when_randomised():
    rng = np.random.default_rng(2)
    y, draws = rng.poisson(1.5, 3000).astype(float), rng.poisson(1.5, (3000, 400)).astype(float)
    shares = np.histogram(scores.pit(y, draws), 10, (0, 1))[0] / 3000
    assert np.abs(shares - 0.1).max() < 0.025
    np.testing.assert_array_equal(scores.pit(y, draws), scores.pit(y, draws))
    assert (scores.pit(y, draws, seed=1) != scores.pit(y, draws)).any()


# Back-tests -----------------------------------------------------------------------------------------------------------


def test_one_call_scores_a_panel_beside_plain_forecasts():
    result = essor.backtest(panel(), 3)
    assert repr(result) == "Backtest(6 series, 6 forecasts of 3 steps)"
    assert result.methods == METHODS
    assert result.notes == []
    table = rows(result.scores)
    assert list(table.columns) == [
        *("unique_id", "origin", "ds", "method", "scale", "mase", "smape", "crps", "msis"),
        *("cov50", "cov80", "cov95", "below80", "above80"),
    ]
    assert table["unique_id"].tolist() == [f"s{i}" for i in range(6) for _ in METHODS]
    assert table["method"].tolist() == METHODS * 6
    assert set(table["origin"]) == {9}
    assert set(table["ds"]) == {2008}
    summary = rows(result.summary())
    assert summary["method"].tolist() == METHODS
    assert summary["series"].tolist() == summary["forecasts"].tolist() == [6] * 4
    np.testing.assert_allclose(summary["mase"], table.groupby("method", sort=False)["mase"].mean())
    np.testing.assert_allclose(summary["cov80"], table.groupby("method", sort=False)["cov80"].mean())
    # Clusters of equal size: the standard error of the mean of the series.
    sem = table.groupby("method", sort=False)["cov80"].sem()
    np.testing.assert_allclose(summary["cov80_se"], sem, atol=1e-15)
    assert summary["gm"][1] == 1
    assert "<th>essor</th>" in result._repr_html_()


def test_each_score_is_the_one_of_the_scores():
    data, horizon = panel(series=2, points=10), 3
    result = essor.backtest(data, horizon)
    table = rows(result.scores).set_index(["unique_id", "method"])
    values = np.array(data["y"]).reshape(2, 10)
    for i in range(2):
        known, came = values[i, :7], values[i, 7:]
        mean, error = _core.forecast_baseline("drift", known, np.array([0, 7]), horizon, 1)
        z = np.array([NormalDist().inv_cdf(p) for p in (0.025, *LEVELS, 0.975)])
        quantiles = mean[0][:, None] + error[0][:, None] * z
        own = table.loc[(f"s{i}", "drift")]
        scale = scores.mase_scale(known)
        assert own["scale"] == scale
        assert own["mase"] == pytest.approx(scores.mase(came, mean[0], known), rel=1e-12)
        assert own["smape"] == pytest.approx(scores.smape(came, mean[0]), rel=1e-12)
        assert own["msis"] == pytest.approx(scores.msis(came, quantiles[:, 0], quantiles[:, -1], known), rel=1e-12)
        crps = scores.crps_quantiles(came, quantiles[:, 1:-1], LEVELS).mean() / scale
        assert own["crps"] == pytest.approx(crps, rel=1e-12)
        assert own["cov80"] == scores.coverage(came, quantiles[:, 2], quantiles[:, -3])
        assert own["below80"] == (came < quantiles[:, 2]).mean()
        # What was forecast is what `forecast` gives from the known points.
        alone = essor.forecast({k: v[10 * i : 10 * i + 7] for k, v in data.items()}, horizon)
        if i == 0:
            median = np.array(rows(alone.quantiles(0.5))["value"])
            assert table.loc[("s0", "essor")]["mase"] == pytest.approx(np.abs(came - median).mean() / scale, rel=1e-9)


def test_a_back_test_does_not_know_the_unit():
    data = panel()
    in_thousands = rows(essor.backtest({**data, "y": [v / 1000 for v in data["y"]]}, 3).summary())
    plain = rows(essor.backtest(data, 3).summary())
    np.testing.assert_allclose(
        in_thousands.drop(columns="method").to_numpy(dtype=float),
        plain.drop(columns="method").to_numpy(dtype=float),
        rtol=1e-5,
        atol=1e-12,
    )


def test_the_same_seed_gives_the_same_scores():
    one, two = essor.backtest(panel(), 3, origins=2), essor.backtest(panel(), 3, origins=2)
    assert one.scores == two.scores
    assert one.pit_histogram() == two.pit_histogram()
    assert one.pit_histogram() != essor.backtest(panel(), 3, origins=2, draws=20, seed=1).pit_histogram()


def test_origins_roll_or_are_given():
    data = panel(points=12)
    rolled = rows(essor.backtest(data, 3, origins=3).scores)
    assert sorted(set(rolled["origin"])) == [7, 8, 9]
    assert rolled["ds"].tolist() == (1999 + rolled["origin"]).tolist()
    chosen = rows(essor.backtest(data, 3, origins=[9, 7, 8]).scores)
    pd.testing.assert_frame_equal(rolled, chosen)
    summary = rows(essor.backtest(data, 3, origins=[5, 9]).summary())
    assert summary["series"].tolist() == [6] * 4
    assert summary["forecasts"].tolist() == [12] * 4


def test_the_future_of_a_series_changes_nothing_before_it():
    data = panel()
    later = {**data, "y": [v * (7 if ds > 2008 else 1) for v, ds in zip(data["y"], data["ds"], strict=True)]}
    one, two = essor.backtest(data, 3, origins=[6]), essor.backtest(later, 3, origins=[6])
    assert one.scores == two.scores


def test_short_histories_are_scored_as_far_as_they_can_be():
    data = panel(points=6)
    result = essor.backtest(data, 2, origins=[1, 2, 3])
    table = rows(result.scores)
    assert table[table["origin"] == 1]["method"].unique().tolist() == ["essor"]
    assert table[table["origin"] == 2]["method"].unique().tolist() == ["essor", "naive"]
    assert table[table["origin"] == 3]["method"].unique().tolist() == METHODS
    first = table[table["origin"] == 1]
    assert first["mase"].isna().all() and first["scale"].isna().all() and first["cov80"].notna().all()
    assert "s0, origin 1: too few points: without a scale, no mase, crps, msis, gm" in result.notes
    rule = "theta: 12 of 18 forecasts not made, for too few points; summary(common=True) compares those that all made"
    assert rule in result.notes
    summary = rows(result.summary())
    assert summary["forecasts"].tolist() == [18, 12, 6, 6]
    common = rows(result.summary(common=True))
    assert common["forecasts"].tolist() == [6] * 4
    assert common["mase"].iloc[-1] == summary["mase"].iloc[-1]
    of_theta = table[(table["method"] == "essor") & (table["origin"] == 3)]
    assert common["mase"].iloc[0] == pytest.approx(of_theta["mase"].mean())


def test_too_short_series_are_named():
    data = panel(series=3, points=8)
    keep = [i for i, name in enumerate(data["unique_id"]) if name != "s1" or data["ds"][i] < 2003]
    data = {name: [column[i] for i in keep] for name, column in data.items()}
    result = essor.backtest(data, 3, origins=2)
    rule = "left out at 2 of 2 origins; each has a point before it and 3 after it"
    assert result.notes == [f"s1: 3 points: {rule}"]
    assert rows(result.summary())["series"].tolist() == [2] * 4


def test_a_constant_history_has_no_scale_and_is_named():
    data = panel(series=2, points=9)
    data["y"][:9] = [5.0] * 7 + [6.0, 7.0]
    result = essor.backtest(data, 2)
    assert result.notes == ["s0, origin 7: a constant history: without a scale, no mase, crps, msis, gm"]
    table = rows(result.scores).set_index(["unique_id", "method"])
    assert table.loc[("s0", "naive"), "scale"] == 0
    assert np.isnan(table.loc[("s0", "naive"), "mase"])
    assert table.loc[("s0", "naive"), "cov80"] == 0
    assert np.isfinite(rows(result.summary())[["mase", "crps", "gm"]].to_numpy(dtype=float)).all()


def test_a_season_has_its_own_plain_forecast_and_scale():
    rng = np.random.default_rng(3)
    pattern = np.tile([0.8, 1, 1.3, 0.9], 6)
    values = 100 * pattern * np.exp(rng.normal(0, 0.02, (5, 24)))
    data = {
        "unique_id": np.repeat(list("abcde"), 24).tolist(),
        "ds": [f"{2015 + q // 4}-Q{q % 4 + 1}" for q in range(24)] * 5,
        "y": values.ravel().tolist(),
    }
    result = essor.backtest(data, 4, season=4)
    assert result.methods == ["essor", "naive", "drift", "seasonal_naive", "theta"]
    summary = rows(result.summary()).set_index("method")
    assert summary.loc["seasonal_naive", "gm"] == 1
    assert summary.loc["theta", "gm"] < 1.1 < 2 < summary.loc["naive", "gm"]
    table = rows(result.scores)
    assert set(table["ds"]) == {"2019-Q4"}
    assert table["scale"][0] == pytest.approx(scores.mase_scale(values[0, :20], 4), rel=1e-12)
    assert result.notes == []


def test_calibrated_forecasts_are_seen_as_such_and_sharp_ones_too():
    """Random walks of known normal moves: the last value with the standard error estimated is nearly calibrated."""
    rng = np.random.default_rng(4)
    count, points = 400, 41
    walks = 1000 + np.cumsum(rng.normal(0, 1, (count, points)), axis=1)
    data = {
        "unique_id": np.repeat(np.arange(count), points).tolist(),
        "ds": list(range(points)) * count,
        "y": walks.ravel().tolist(),
    }
    result = essor.backtest(data, 1, draws=200)
    calibration = rows(result.calibration())
    assert list(calibration.columns) == ["method", "nominal", "observed", "se"]
    naive = calibration[calibration["method"] == "naive"]
    assert len(naive) == 21
    assert (np.abs(naive["observed"] - naive["nominal"]) < 3.5 * naive["se"] + 0.005).all()
    histogram = rows(result.pit_histogram(5))
    naive = histogram[histogram["method"] == "naive"]
    assert naive["share"].sum() == pytest.approx(1)
    assert (np.abs(naive["share"] - 0.2) < 4 * naive["se"]).all()
    assert naive["low"].tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    summary = rows(result.summary()).set_index("method")
    share, error = summary.loc["naive", "cov80"], summary.loc["naive", "cov80_se"]
    assert error == pytest.approx(np.sqrt(share * (1 - share) / (count - 1)), rel=1e-9)
    assert abs(share - 0.8) < 4 * error


def test_a_sure_forecast_has_a_pit_at_the_ends():
    data = {"unique_id": ["a"] * 6 + ["b"] * 6, "ds": [*range(6)] * 2, "y": [5.0] * 6 + [5.0] * 5 + [9.0]}
    shares = rows(essor.backtest(data, 1).pit_histogram(4))
    naive = shares[shares["method"] == "naive"]["share"].tolist()
    assert sum(naive) == 1
    assert naive[3] >= 0.5  # b was surely below


@pytest.mark.parametrize(
    "make", [pd.DataFrame, pl.DataFrame, pa.table, dict], ids=["pandas", "polars", "arrow", "dict"]
)
def test_frames_come_back_in_their_kind(make):
    result = essor.backtest(make(panel(series=3, points=6)), 2, origins=[2, 4])
    for table in (result.scores, result.summary(), result.calibration(), result.pit_histogram()):
        assert type(table) is type(make({"a": [1]}))
    table = result.scores
    if make is not dict:
        table = pl.DataFrame(table).to_dict(as_series=False)
    assert table["origin"][:2] == [2, 2]
    assert isinstance(table["origin"][0], int)
    records = [dict(zip(panel(), row, strict=True)) for row in zip(*panel(series=3, points=6).values(), strict=True)]
    assert essor.backtest(records, 2, origins=[2, 4]).scores[0]["unique_id"] == "s0"


def test_dates_come_back_in_their_type_and_one_known_date_is_enough():
    days = [datetime.date(2020 + i // 2, 1 + 6 * (i % 2), 1) for i in range(5)]
    data = pl.DataFrame({"unique_id": ["a"] * 5, "ds": days, "y": [1.0, 2.0, 3.0, 5.0, 7.0]})
    table = essor.backtest(data, 2, origins=[1, 3]).scores
    assert table["ds"].to_list()[0] == datetime.date(2020, 1, 1)
    assert table["ds"].dtype == pl.Date


def test_an_array_is_one_series():
    summary = essor.backtest([10, 12, 13, 15, 16, 19, 20, 23], 2, origins=3).summary()
    assert summary["series"].tolist() == [1] * 4
    assert summary["forecasts"].tolist() == [3] * 4
    assert summary["cov80_se"].isna().all()


# Folds ----------------------------------------------------------------------------------------------------------------


class Recorder:
    """Stands for the class of reference classes: remembers what each was fitted on, forecasts with `general`."""

    def __init__(self):
        self.seen = []
        self.priors = []

    def fit(self, frame, horizon, *, season=1, prior):
        self.seen.append((frame, horizon, season))
        self.priors.append(prior)
        return "general"


@pytest.fixture
def recorder(monkeypatch):
    made = Recorder()
    monkeypatch.setattr(backtesting, "ReferenceClass", made)
    return made


def test_a_class_is_never_fitted_on_the_series_that_it_forecasts(recorder, monkeypatch):
    forecast_of = []

    def spy(data, *args, **kwargs):
        forecast_of.append((len(recorder.seen), set(data["unique_id"])))
        return essor.forecast(data, *args, **kwargs)

    monkeypatch.setattr(backtesting, "forecast", spy)
    data = panel(series=7, label=["x"] * 84)
    result = essor.backtest(data, 3, folds=3, origins=2, prior=None)
    assert recorder.priors == [None] * 3
    everything = {f"s{i}" for i in range(7)}
    own = [everything - set(frame["unique_id"]) for frame, _, _ in recorder.seen]
    assert own == [{"s0", "s3", "s6"}, {"s1", "s4"}, {"s2", "s5"}]
    assert all((horizon, season) == (3, 1) for _, horizon, season in recorder.seen)
    for frame, _, _ in recorder.seen:
        assert len(frame["y"]) == 12 * len(set(frame["unique_id"]))  # all points of the others
        assert set(frame["label"]) == {"x"}
    assert [series for _, series in forecast_of] == own * 2
    assert rows(result.summary())["forecasts"].tolist() == [14] * 4


def test_a_prior_needs_folds():
    with pytest.raises(essor.ArgumentError, match="must be left out without folds"):
        essor.backtest(panel(), 3, prior=None)


def test_groups_stay_together(recorder):
    data = panel(series=6, group=np.repeat(["u", "u", "v", "w", "v", "w"], 12).tolist())
    essor.backtest(data, 3, folds=3)
    own = [{f"s{i}" for i in range(6)} - set(frame["unique_id"]) for frame, _, _ in recorder.seen]
    assert own == [{"s0", "s1"}, {"s2", "s4"}, {"s3", "s5"}]
    assert "group" not in recorder.seen[0][0]
    with pytest.raises(essor.ArgumentError, match="at most the number of series, or of groups, 3"):
        essor.backtest(data, 3, folds=4)
    numbered = panel(series=4, group=np.repeat([1, 1, 2, 2], 12).tolist(), unique_id=np.repeat(range(4), 12).tolist())
    essor.backtest(numbered, 3, folds=2)
    assert set(recorder.seen[-1][0]["unique_id"]) == {0, 1}


def test_folds_fit_real_classes():
    data = panel(series=24, points=14)
    result = essor.backtest(data, 3, folds=2)
    summary = rows(result.summary()).set_index("method")
    assert summary.loc["essor", "series"] == 24
    assert summary.loc["essor", "crps"] < 1.2 * summary.loc["drift", "crps"]
    assert 0.5 < summary.loc["essor", "cov80"] < 0.97
    assert result.scores == essor.backtest(data, 3, folds=2).scores


# Bad input ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"horizon": 0}, "backtest: horizon"),
        ({"horizon": 2.5}, "backtest: horizon"),
        ({"season": 0}, "backtest: season"),
        ({"draws": 0}, "backtest: draws"),
        ({"seed": -1}, "backtest: seed"),
        ({"origins": 0}, "backtest: origins"),
        ({"origins": []}, "backtest: origins"),
        ({"origins": [0]}, "backtest: origins"),
        ({"origins": [4, 4]}, "backtest: origins"),
        ({"origins": [10]}, "backtest: origins"),
        ({"origins": "3"}, "backtest: origins"),
        ({"horizon": 12}, "backtest: origins"),
        ({"folds": 1}, "backtest: folds"),
        ({"folds": 7}, "backtest: folds"),
        ({"folds": 2, "reference": "digital_adoption"}, "backtest: reference"),
        ({"reference": "best"}, "forecast: reference"),
        ({"frame": []}, "backtest: frame"),
        ({"frame": [1.0, float("nan"), 2.0, 3.0, 4.0]}, "backtest: frame[1]"),
        ({"frame": 5}, "forecast: data"),
    ],
)
def test_wrong_arguments_are_named(change, place):
    call = {"frame": panel(), "horizon": 3, **change}
    with pytest.raises(essor.ArgumentError) as caught:
        essor.backtest(call.pop("frame"), call.pop("horizon"), **call)
    assert caught.value.place == place
    assert caught.value.value
    assert caught.value.rule


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"y": None}, "data, column y"),
        ({"y": [1.0] * 71 + [-1.0]}, "data row 71, column y (unique_id s5, ds 2011)"),
        ({"y": [1.0] * 71 + [None]}, "data row 71, column y (unique_id s5, ds 2011)"),
        ({"ds": [2000] * 72}, "data, unique_id s0"),
        ({"group": ["a"] * 11 + ["b"] * 61}, "data row 11, column group"),
        ({"group": ["a"] * 71 + [None]}, "data row 71, column group"),
    ],
)
def test_wrong_records_are_named(change, place):
    data = {name: column for name, column in {**panel(), **change}.items() if column is not None}
    with pytest.raises(essor.RecordError) as caught:
        essor.backtest(data, 3)
    assert caught.value.place == place
    assert caught.value.rule


def test_a_missing_value_of_a_frame_is_named():
    data = pd.DataFrame(panel())
    data.loc[5, "y"] = np.nan
    with pytest.raises(essor.RecordError, match=r"row 5, column y \(unique_id s0, ds 2005\): missing"):
        essor.backtest(data, 3)


# Showing --------------------------------------------------------------------------------------------------------------


def test_the_plot_has_a_histogram_and_a_curve():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    result = essor.backtest(panel(), 3)
    figure = result.plot(["essor", "naive"])
    left, right = figure.axes
    assert len(left.patches) == 10
    assert sum(bar.get_height() for bar in left.patches) == pytest.approx(1)
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["essor", "naive"]
    assert result.plot("theta").axes[1].get_legend().get_texts()[0].get_text() == "theta"
    for wrong in (["best"], []):
        with pytest.raises(essor.ArgumentError, match="must be among essor, naive, drift, theta"):
            result.plot(wrong)
    with pytest.raises(essor.ArgumentError, match="pit_histogram: bins: 0"):
        result.pit_histogram(0)
    pyplot.close("all")


def test_a_progress_bar_where_it_is_asked_for(monkeypatch, capsys):
    called = []

    class Bar:
        def __init__(self, total, **settings):
            called.append((total, settings["delay"]))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            called.append("closed")

        def update(self, count):
            called.append(count)

    real = backtesting.importlib.import_module
    fake = type("tqdm", (), {"tqdm": Bar})
    monkeypatch.setattr(
        backtesting.importlib, "import_module", lambda name: fake if name == "tqdm.auto" else real(name)
    )
    essor.backtest(panel(), 3, origins=2)
    assert called == [(2, 1.0), 1, 1, "closed"]
    called.clear()
    essor.backtest(panel(), 3, progress=True)
    assert called == [(1, 0.0), 1, "closed"]
    called.clear()
    essor.backtest(panel(), 3, progress=False)
    assert called == []

    def missing(name):
        if name == "tqdm.auto":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(backtesting.importlib, "import_module", missing)
    essor.backtest(panel(), 3)
    with pytest.raises(ImportError, match="progress=True needs tqdm: pip install tqdm"):
        essor.backtest(panel(), 3, progress=True)
    assert capsys.readouterr() == ("", "")


def test_an_interruption_goes_through(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(backtesting, "forecast", interrupted)
    with pytest.raises(KeyboardInterrupt):
        essor.backtest(panel(), 3)


# Against R ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "results", "season", "naive", "drift", "theta"),
    [
        ("m3_yearly", "full_yearly", 1, (2.994, 2.393, 0.654), (2.634, 2.105, 0.665), (2.680, 2.106)),
        ("tourism_yearly", "full_yearly", 1, (3.056, 2.451, 0.570), (2.582, 2.054, 0.603), (2.735, 2.168)),
        ("m3_quarterly", "full_quarterly", 4, (1.393, 1.076, 0.745), (1.412, 1.157, 0.759), (1.105, 0.872)),
    ],
)
def test_plain_forecasts_are_those_of_r(evaluation_data, name, results, season, naive, drift, theta):
    """Means and each series; Theta but for the few where R's search for the smoothing ends elsewhere."""
    folder = evaluation_data / "forecast"
    table = pd.read_csv(folder / f"{name}.csv").rename(columns={"series_id": "unique_id", "t": "ds", "value": "y"})
    result = essor.backtest(table[["unique_id", "ds", "y"]], int(table["horizon"].iloc[0]), season=season, draws=50)
    summary = result.summary().set_index("method")
    plain = "seasonal_naive" if season > 1 else "naive"
    for method, figures in ((plain, naive), ("drift", drift)):
        found = summary.loc[method, ["mase", "crps", "cov80"]].tolist()
        assert found == pytest.approx(list(figures), abs=6e-4)
    assert summary.loc["theta", ["mase", "crps"]].tolist() == pytest.approx(list(theta), rel=5e-3)
    stored = pd.read_csv(folder / "baseline" / "results" / f"public_{results}.csv.gz")
    stored = stored[stored["set"] == name]
    for method, theirs in ((plain, "naive"), ("drift", "drift"), ("theta", "theta")):
        own = result.scores.query("method == @method").set_index("unique_id")
        other = stored[stored["method"] == theirs].set_index("series_id").loc[own.index]
        apart = np.abs(own["mase"] / other["mase"] - 1)
        if method == "theta":
            assert (apart > 1e-3).mean() < 0.04
            assert (np.abs(own["crps"] / other["crps19"] - 1) > 1e-3).mean() < 0.25
        else:
            assert apart.max() < 1e-6
            assert np.abs(own["crps"] / other["crps19"] - 1).max() < 1e-6
            np.testing.assert_allclose(own["cov80"], other["cov80"], atol=1e-6)
            np.testing.assert_allclose(own["cov95"], other["cov95"], atol=1e-6)
