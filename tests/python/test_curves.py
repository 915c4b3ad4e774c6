"""Growth curves: fits, posteriors, saturation, and what wrong input says."""

import csv
import math

import essor
import numpy as np
import pytest
from essor import curve_posterior, curve_weights, fit_curve
from hypothesis import given, settings
from hypothesis import strategies as st

# Sales of room air conditioners in the United States, 1949-1961, thousands (Bass 1969).
SALES = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]
COUNTS = [5, 9, 12, 22, 31, 47]
CURVES = ("linear", "exponential", "logistic", "gompertz", "richards", "bass")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_bass_on_sales_gives_the_published_estimates():
    fit = fit_curve(SALES, "bass", kind="flow", noise="normal")
    assert fit.parameters["m"] == pytest.approx(18713, rel=1e-4)
    assert fit.parameters["p"] == pytest.approx(0.0094, rel=5e-3)
    assert fit.parameters["q"] == pytest.approx(0.3748, rel=5e-4)
    assert set(fit.standard_errors) == {"m", "p", "q"}
    assert fit.covariance.shape == (3, 3)
    assert math.sqrt(fit.covariance[0, 0]) == pytest.approx(fit.standard_errors["m"])
    assert fit.fitted.shape == (13,)
    assert "m=18712.7" in repr(fit)
    assert set(fit.diagnostics) == {
        *("rss", "r2", "log_likelihood", "aicc", "durbin_watson", "autocorrelation", "iterations", "starts", "reason")
    }
    assert fit.diagnostics["rss"] == pytest.approx(((np.array(SALES) - fit.fitted) ** 2).sum())
    ahead = fit.predict(3)
    assert ahead.time.tolist() == [14, 15, 16]
    assert (np.diff(ahead.value) < 0).all() and (ahead.standard_error > 0).all()


def test_when_the_ceiling_is_reached():
    fit = fit_curve(SALES, "bass", kind="flow", noise="normal")
    when = fit.saturation()
    assert when.share == 0.9
    assert when.interval[0] < when.time < when.interval[1]
    late = fit.saturation(0.99)
    assert late.time > when.time
    posterior = fit.posterior()
    drawn = posterior.saturation()
    assert drawn.interval[0] < drawn.time < drawn.interval[1]
    assert drawn.time == pytest.approx(when.time, abs=3 * when.standard_error)
    with pytest.raises(essor.ArgumentError, match="no ceiling"):
        fit_curve(SALES, "linear", noise="normal").saturation()


def test_exact_posteriors_evidence_and_weights(evaluation_data):
    folder = evaluation_data / "forecast"
    data, priors = rows(folder / "exact_data.csv"), rows(folder / "exact_priors.csv")
    moments, evidence = rows(folder / "exact_posteriors.csv"), rows(folder / "exact_evidence.csv")
    names = {"logK": "log_K", "logr": "log_r", "logm": "log_m", "logp": "log_p", "logq": "log_q", "a": "log_a"}
    posteriors = {}
    for row in evidence:
        y = [float(one["y"]) for one in data if one["data"] == row["data"]]
        given_priors = {
            names.get(one["param"], one["param"]): (float(one["mean"]), float(one["sd"]))
            for one in priors
            if one["data"] == row["data"] and one["model"] == row["model"]
        }
        if row["likelihood"] == "lognormal":
            given_priors["sigma"] = 0.1
        posterior = curve_posterior(y, row["model"], noise=row["likelihood"], priors=given_priors, steps=4)
        assert posterior.log_evidence == pytest.approx(float(row["log_evidence"]), abs=1e-3)
        assert posterior.expected == pytest.approx([float(row[f"mu_T+{k}"]) for k in range(1, 5)], rel=1e-3)
        for one in moments:
            if one["data"] == row["data"] and one["model"] == row["model"]:
                name, sd = names.get(one["param"], one["param"]), float(one["sd"])
                assert posterior.mean[name] == pytest.approx(float(one["mean"]), abs=0.01 * sd)
                assert posterior.sd[name] == pytest.approx(sd, rel=0.01)
        posteriors.setdefault(row["data"], []).append((posterior, float(row["bma_weight_equal_prior"])))
    for found in posteriors.values():
        assert curve_weights([one for one, _ in found]) == pytest.approx([weight for _, weight in found], abs=1e-3)


def test_reference_fits(evaluation_data):
    folder = evaluation_data / "forecast"
    data = rows(folder / "curve_data.csv")
    fits = rows(folder / "curve_fits.csv")
    for name, curve in sorted({(one["data"], one["model"]) for one in fits}):
        own = [one for one in data if one["data"] == name]
        fit = fit_curve([float(one["y"]) for one in own], curve, noise="normal", times=[float(one["t"]) for one in own])
        expected = [one for one in fits if (one["data"], one["model"]) == (name, curve)]
        assert fit.diagnostics["rss"] <= float(expected[0]["sse"]) * (1 + 1e-8)
        if float(expected[0]["grad_rel"]) > 1e-4:  # the reference stopped short of the minimum
            continue
        for one in expected:
            assert fit.parameters[one["param"]] == pytest.approx(float(one["estimate"]), rel=1e-6)
            assert fit.standard_errors[one["param"]] == pytest.approx(float(one["std_error"]), rel=1e-3)


def test_the_posterior_has_every_name_and_the_same_seed_gives_the_same_bits():
    posterior = curve_posterior(COUNTS, "logistic", noise="negative_binomial", draws=500, seed=3)
    assert set(posterior.mean) == {"K", "r", "t0", "dispersion", "log_K", "log_r", "log_dispersion"}
    assert set(posterior.draws) == set(posterior.sd) == set(posterior.mean)
    assert posterior.draws["K"] == pytest.approx(np.exp(posterior.draws["log_K"]))
    assert not posterior.draws["K"].flags.writeable
    assert list(posterior.priors) == ["log_K", "log_r", "t0", "log_dispersion"]
    again = curve_posterior(COUNTS, "logistic", noise="negative_binomial", draws=500, seed=3)
    np.testing.assert_array_equal(posterior.draws["K"], again.draws["K"])
    np.testing.assert_array_equal(posterior.predict(2), again.predict(2))
    other = curve_posterior(COUNTS, "logistic", noise="negative_binomial", draws=500, seed=4)
    assert (posterior.draws["K"] != other.draws["K"]).any()
    assert posterior.log_evidence == other.log_evidence
    assert posterior.quantile("K", 0.5) == np.median(posterior.draws["K"])
    assert posterior.quantile("K", [0.1, 0.9]).shape == (2,)
    assert posterior.predict(2).shape == (500, 2)
    assert "log evidence" in repr(posterior)


def test_known_parameters_are_known():
    posterior = curve_posterior(COUNTS, "logistic", priors={"log_K": math.log(300), "sigma": 0.1}, draws=20)
    assert posterior.mean["K"] == pytest.approx(300)
    assert posterior.sd["K"] == pytest.approx(0, abs=1e-9)
    assert posterior.mean["sigma"] == pytest.approx(0.1)
    assert posterior.sd["log_r"] > 0


def test_a_prior_for_the_ceiling_tells_what_the_values_cannot():
    doubling = [2, 4, 8, 16, 32, 64]
    with pytest.raises(essor.ArgumentError, match="no ceiling identified"):
        fit_curve(doubling, "logistic")
    posterior = curve_posterior(doubling, "logistic", priors={"log_K": (math.log(1000), 0.3)}, draws=500)
    assert 300 < posterior.quantile("K", 0.5) < 3000
    assert posterior.saturation().interval[0] > 6


def test_weights():
    posteriors = [curve_posterior(COUNTS, curve, noise="poisson", draws=1) for curve in ("exponential", "bass")]
    weights = curve_weights(posteriors)
    assert sum(weights) == pytest.approx(1)
    assert curve_weights(posteriors, [1, 0]) == [1, 0]
    with pytest.raises(essor.ArgumentError):
        curve_weights([])
    with pytest.raises(essor.ArgumentError):
        curve_weights(posteriors, [0, 0])
    with pytest.raises(essor.ArgumentError):
        curve_weights(posteriors, [1])


@pytest.mark.parametrize(
    ("y", "options", "said"),
    [
        ([1, 2, math.nan, 4], {}, r"y\[2\].*finite"),
        ([1, 2, 1e300, 4], {}, r"y\[2\].*1e150"),
        ([1, 0, 3, 4], {}, r"y\[1\].*> 0"),
        ([1, -2, 3, 4], {"noise": "negative_binomial"}, r"y\[1\].*whole number"),
        ([1, 2.5, 3, 4], {"noise": "poisson"}, r"y\[1\].*whole number"),
        ([1, 3, 2, 4, 5], {"kind": "cumulative"}, r"y\[2\].*increment"),
        ([], {}, "y"),
        ([5], {}, "too few points"),
        ([5, 5, 5, 5, 5], {}, "no growth"),
        ([9, 8, 7, 5, 4], {}, "no growth"),
        ([[1, 2], [3, 4]], {}, "one dimension"),
        (["a", "b"], {}, "numbers"),
        ([1, 2, 3, 4], {"times": [1, 2, 3]}, "times"),
        ([1, 2, 3, 4], {"times": []}, "times"),
        ([1, 2, 3, 4], {"times": [1, 3, 2, 4]}, r"times\[2\]"),
        ([1, 2, 3, 4], {"noise": "gaussian"}, "noise"),
        ([1, 2, 3, 4], {"kind": "stock"}, "kind"),
    ],
)
def test_bad_input_of_a_fit_is_named(y, options, said):
    with pytest.raises(essor.ArgumentError, match=said):
        fit_curve(y, "logistic", **options)


def test_other_bad_input():
    with pytest.raises(essor.ArgumentError, match="curve"):
        fit_curve(SALES, "sigmoid")
    with pytest.raises(essor.ArgumentError, match="origin"):
        fit_curve(SALES, "linear", kind="flow")
    fit = fit_curve(SALES, "bass", kind="flow", noise="normal")
    with pytest.raises(essor.ArgumentError, match="steps"):
        fit.predict(0)
    with pytest.raises(essor.ArgumentError, match="share"):
        fit.saturation(1)
    with pytest.raises(essor.ArgumentError, match="log_q"):
        fit.posterior({"log_K": (1, 1)})
    for prior in ((1, 0), (1, 2, 3), (1, math.nan)):
        with pytest.raises(essor.ArgumentError, match="log_m"):
            fit.posterior({"log_m": prior})
    with pytest.raises(essor.ArgumentError, match="sigma"):
        fit.posterior({"sigma": 0})
    with pytest.raises(essor.ArgumentError, match="draws"):
        fit.posterior(draws=0)
    posterior = curve_posterior(COUNTS, "exponential", noise="poisson", draws=10)
    with pytest.raises(essor.ArgumentError, match="K"):
        posterior.quantile("K", 0.5)
    with pytest.raises(essor.ArgumentError, match="p"):
        posterior.quantile("a", 1.5)
    with pytest.raises(essor.ArgumentError, match="no ceiling"):
        posterior.saturation()


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12),
    st.sampled_from(CURVES),
    st.sampled_from(["level", "flow", "cumulative"]),
    st.sampled_from(["lognormal", "normal", "student_t", "poisson", "negative_binomial"]),
)
def test_a_fit_answers_or_says_why(y, curve, kind, noise):
    try:
        fit = fit_curve(y, curve, kind=kind, noise=noise)
    except essor.ArgumentError:
        return
    assert all(math.isfinite(value) for value in fit.parameters.values())
    assert all(math.isfinite(value) for value in fit.standard_errors.values())
    assert np.isfinite(fit.fitted).all()


def test_weights_of_posteriors_of_other_values_are_refused() -> None:
    one, other = (essor.curve_posterior(y, "logistic", draws=10) for y in ([1, 2, 4, 8, 14, 18], [1, 2, 4, 8, 14, 19]))
    with pytest.raises(
        essor.ArgumentError, match=r"posteriors\[1\]: logistic: is of other values or times than the first"
    ):
        essor.curve_weights([one, other])
    later = essor.curve_posterior([1, 2, 4, 8, 14, 18], "logistic", draws=10, times=[2, 3, 4, 5, 6, 7])
    with pytest.raises(essor.ArgumentError, match="other values or times"):
        essor.curve_weights([one, later])
