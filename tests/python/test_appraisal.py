"""Avoided non-recourse, its return, and the distributions of its factors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from essor.appraisal import Estimate, RoiPerAvoidedNonRecourse, avoided_non_recourse, beta, fixed, interval90
from essor.errors import ArgumentError
from hypothesis import given
from hypothesis import strategies as st


def recursion(n, s, h0, r, c, e, cost, months=6.0, rate=0.0):
    """Both worlds written out, a period at a time."""
    n0 = n1 = n
    avoided = person_months = present_cost = 0.0
    for period, (newly, spent) in enumerate(zip(e, cost, strict=True)):
        v = (1 - h0) * r * c * n1
        avoided += v
        person_months += (n0 - n1 + v / 2) * months
        present_cost += spent / (1 + rate) ** ((period + 0.5) * months / 12)
        n0 = s * n0 * (1 - h0) + newly
        n1 = s * n1 * (1 - h0) * (1 - r * c) + newly
    return avoided, n0 - n1, person_months, present_cost


def old_age_benefit(**changes: Any):
    """Minimum vieillesse, single persons, 2016; r, c, s and h0 are assumptions."""
    n = 321_200
    given = {
        "eligible_non_recipients": n,
        "persistence": 0.96,
        "take_up_without": 0.03,
        "newly_eligible": n * (1 - 0.96 * (1 - 0.03)),
        "reach": 0.02,
        "conversion": 0.2,
        "periods": 4,
        "cost": 300_000,
    }
    return avoided_non_recourse(**{**given, **changes})


def test_fixed_check():
    result = old_age_benefit()
    n = 321_200
    e = n * (1 - 0.96 * (1 - 0.03))
    avoided, receiving, person_months, cost = recursion(n, 0.96, 0.03, 0.02, 0.2, [e] * 4, [3e5] * 4)
    assert result.newly_avoided.value == pytest.approx(avoided, rel=1e-9)
    assert result.receiving.value == pytest.approx(receiving, rel=1e-9)
    assert result.person_months.value == pytest.approx(person_months, rel=1e-9)
    assert result.cost_per_avoided.value == pytest.approx(cost / avoided, rel=1e-9)
    assert result.cost_per_person_month.value == pytest.approx(cost / person_months, rel=1e-9)
    # the published digits
    assert round(result.newly_avoided.value, 4) == 4958.4939
    assert round(result.receiving.value, 4) == 4289.7238
    assert round(result.person_months.value, 3) == 55901.388
    assert round(result.cost_per_avoided.value, 4) == 242.0090
    assert round(result.cost_per_person_month.value, 5) == 21.46637
    assert result.cost_per_avoided.se == 0
    assert result.cost_per_avoided.draws.shape == (10_000,)


def test_200_random_sets():
    rng = np.random.default_rng(6)
    for k in range(200):
        periods = int(rng.integers(1, 13))
        n, months, rate = 1e6 * rng.random(), 1 + 11 * rng.random(), rng.uniform(-0.05, 0.2)
        s, h0, r, c = rng.random(4)
        e, cost = 1e5 * rng.random(periods), 1e6 * rng.random(periods)
        result = avoided_non_recourse(
            eligible_non_recipients=n,
            reach=r,
            conversion=fixed(c),
            **{("take_up_without", "deadweight", "control")[k % 3]: fixed(h0)},
            persistence=s,
            newly_eligible=e,
            months=months,
            periods=periods,
            cost=list(cost),
            discount_rate=rate,
            draws=3,
        )
        avoided, receiving, person_months, spent = recursion(n, s, h0, r, c, e, cost, months, rate)
        assert result.newly_avoided.value == pytest.approx(avoided, rel=1e-9)
        # the difference of two large numbers loses digits that the carried V keeps
        assert result.receiving.value == pytest.approx(receiving, rel=1e-9, abs=1e-12 * n)
        assert result.person_months.value == pytest.approx(person_months, rel=1e-9)
        assert result.present_cost.value == pytest.approx(spent, rel=1e-9)
        assert result.cost_per_avoided.value == pytest.approx(spent / avoided, rel=1e-9)
        assert result.cost_per_person_month.value == pytest.approx(spent / person_months, rel=1e-9)


share = st.floats(0, 1)


@given(share, share, share, share)
def test_nobody_is_invented(s, h0, r, c):
    result = avoided_non_recourse(
        eligible_non_recipients=1000,
        reach=r,
        conversion=c,
        take_up_without=h0,
        persistence=s,
        newly_eligible=50,
        periods=5,
        draws=1,
    )
    assert 0 <= result.newly_avoided.value <= 1000 + 5 * 50
    assert 0 <= result.receiving.value <= result.newly_avoided.value * (1 + 1e-12)
    assert result.cost_per_avoided is None


def test_uncertain_factors():
    result = old_age_benefit(
        reach=interval90(0.01, 0.04),
        conversion=beta(60, 300),
        take_up_without=None,
        control=[(3, 100), (5, 200)],
        cost=interval90(250_000, 360_000),
        draws=5_000,
        seed=4,
    )
    cost = result.cost_per_avoided
    assert cost.value == pytest.approx(result.present_cost.value / result.newly_avoided.value, rel=1e-12)
    assert cost.value == pytest.approx(result.present_cost.draws.mean() / result.newly_avoided.draws.mean(), rel=1e-12)
    residual = result.present_cost.draws - cost.value * result.newly_avoided.draws
    expected = residual.std(ddof=1) / math.sqrt(5_000) / result.newly_avoided.value
    assert cost.se == pytest.approx(expected, rel=1e-9)
    assert cost.standard_error == cost.se
    assert cost.quantile(0.9) == pytest.approx(np.quantile(cost.draws, 0.9), rel=1e-12)
    np.testing.assert_allclose(cost.quantile([0.1, 0.5]), np.quantile(cost.draws, [0.1, 0.5]), rtol=1e-12)
    np.testing.assert_allclose(cost.interval(0.9), np.quantile(cost.draws, [0.05, 0.95]), rtol=1e-12)
    assert not cost.draws.flags.writeable
    again = old_age_benefit(reach=interval90(0.01, 0.04), seed=4, draws=5_000)
    np.testing.assert_array_equal(
        again.newly_avoided.draws,
        old_age_benefit(reach=interval90(0.01, 0.04), seed=4, draws=5_000).newly_avoided.draws,
    )


def test_distributions_are_drawn_as_they_say():
    draws = avoided_non_recourse(
        eligible_non_recipients=interval90(100, 400), reach=1, conversion=1, take_up_without=0, draws=40_000
    ).newly_avoided
    assert draws.quantile(0.05) == pytest.approx(100, rel=0.03)
    assert draws.quantile(0.95) == pytest.approx(400, rel=0.03)
    assert draws.quantile(0.5) == pytest.approx(200, rel=0.03)  # log-normal: the geometric mean
    reached = avoided_non_recourse(
        eligible_non_recipients=1, reach=beta(12, 400), conversion=1, take_up_without=0, draws=40_000
    ).newly_avoided
    assert abs(reached.value - 12.5 / 401) < 5 * reached.se


def test_control_from_rates():
    result = old_age_benefit(take_up_without=None, control=[0.03, 0.03, 0.03])
    assert result.newly_avoided.value == pytest.approx(4958.4939, rel=1e-8)
    spread = old_age_benefit(take_up_without=None, control=np.array([0.01, 0.03, 0.05]))
    assert spread.newly_avoided.se > 0
    assert spread.newly_avoided.value == pytest.approx(4958.4939, rel=0.02)


def test_acceptability():
    result = old_age_benefit(reach=interval90(0.01, 0.04))
    frame = result.acceptability([0, 242, 1e9])
    assert list(frame.columns) == ["value", "probability", "standard_error"]
    at_242 = (result.present_cost.draws <= 242 * result.newly_avoided.draws).mean()
    np.testing.assert_allclose(frame["probability"], [0, at_242, 1])
    np.testing.assert_allclose(frame["standard_error"], np.sqrt(at_242 * (1 - at_242) / 10_000) * np.array([0, 1, 0]))
    assert list(old_age_benefit().acceptability([242.0, 242.1])["probability"]) == [0, 1]


def test_by_period():
    result = old_age_benefit()
    assert len(result.by_period) == 4
    assert sum(p.newly_avoided.value for p in result.by_period) == pytest.approx(result.newly_avoided.value, rel=1e-12)
    assert result.by_period[0].eligible_non_recipients.value == 321_200
    assert result.by_period[-1].receiving.value == result.receiving.value


@pytest.mark.parametrize(
    ("changes", "place", "rule"),
    [
        ({"deadweight": 0.1}, "take_up_without and deadweight", "give one of"),
        ({"control": [0.1, 0.2]}, "take_up_without and control", "give one of"),
        ({"take_up_without": None}, "take_up_without", "give one of"),
        ({"reach": 1.1}, "reach", "in [0, 1]"),
        ({"conversion": -0.1}, "conversion", "in [0, 1]"),
        ({"persistence": math.nan}, "persistence", "in [0, 1]"),
        ({"take_up_without": 2}, "take_up_without", "in [0, 1]"),
        ({"attribution": 2}, "attribution", "in [0, 1]"),
        ({"eligible_non_recipients": -1}, "eligible_non_recipients", ">= 0"),
        ({"eligible_non_recipients": math.inf}, "eligible_non_recipients", "finite"),
        ({"newly_eligible": [1, 2]}, "newly_eligible", "as many values"),
        ({"newly_eligible": -5}, "newly_eligible", ">= 0"),
        ({"cost": [1, 2, 3, 4, 5]}, "cost", "as many values"),
        ({"cost": "300 000"}, "cost", "must be a number"),
        ({"reach": "2 %"}, "reach", "must be a number"),
        ({"reach": True}, "reach", "must be a number"),
        ({"reach": interval90(0.5, 1)}, "reach", "below 1"),
        ({"months": 0}, "months", "> 0"),
        ({"months": "six"}, "months", "must be a number"),
        ({"periods": 0}, "periods", "in [1, 1200]"),
        ({"periods": 1.5}, "periods", "whole number"),
        ({"draws": 0}, "draws", "in [1"),
        ({"seed": -1}, "seed", "whole number"),
        ({"discount_rate": -1}, "discount_rate", "> -1"),
        ({"take_up_without": None, "control": [0.1]}, "control", "two rates"),
        ({"take_up_without": None, "control": [0.1, 1.2]}, "control", "in [0, 1]"),
        ({"take_up_without": None, "control": [(5, 3)]}, "control", "in [0, 3]"),
        ({"take_up_without": None, "control": 0.03}, "control", "take_up_without"),
        ({"take_up_without": None, "control": "abc"}, "control", "must be numbers"),
    ],
)
def test_wrong_arguments(changes, place, rule):
    with pytest.raises(ArgumentError) as caught:
        old_age_benefit(**changes)
    assert caught.value.place == f"avoided_non_recourse: {place}"
    assert rule in caught.value.rule


@pytest.mark.parametrize(
    "call",
    [
        lambda: beta(11, 10),
        lambda: beta(0, 0),
        lambda: beta("1", 10),
        lambda: interval90(0, 1),
        lambda: interval90(2, 1),
        lambda: interval90(1, 1),
        lambda: interval90(1, math.inf),
        lambda: fixed("x"),
        lambda: old_age_benefit(cost=None).acceptability([1]),
        lambda: old_age_benefit().acceptability([-1]),
        lambda: old_age_benefit().acceptability([]),
        lambda: old_age_benefit().newly_avoided.quantile(1.5),
        lambda: old_age_benefit(newly_eligible=["a", "b", "c", "d"]),
    ],
)
def test_wrong_arguments_elsewhere(call):
    with pytest.raises(ArgumentError):
        call()


CONCAVE = {"amounts": [0, 100, 200, 300, 400], "avoided": [0, 10, 18, 24, 28]}


def test_return_by_hand():
    roi = RoiPerAvoidedNonRecourse(15, "funder", CONCAVE)
    assert math.isnan(roi.roi[0].value)
    np.testing.assert_allclose([e.value for e in roi.roi[1:]], [0.5, 0.35, 0.2, 0.05])
    assert roi.optimum().value == 200
    assert not roi.optimum().at_boundary
    assert roi.break_even(100).value == pytest.approx(325)
    assert not roi.break_even(100).at_boundary
    assert roi.break_even(0).value == 400
    assert roi.break_even(0).at_boundary
    assert roi.break_even(100).se == 0


def test_perspectives():
    budget = RoiPerAvoidedNonRecourse(15, "public_budget", CONCAVE, benefit_per_person=5)
    society = RoiPerAvoidedNonRecourse(15, "society", CONCAVE, benefit_per_person=5)
    funder = RoiPerAvoidedNonRecourse(15, "funder", CONCAVE)
    assert budget.roi[1].value == pytest.approx(0)
    assert budget.break_even(100).value == RoiPerAvoidedNonRecourse(10, "funder", CONCAVE).break_even(100).value
    assert [e.value for e in society.roi[1:]] == [e.value for e in funder.roi[1:]]
    assert budget.perspective == "public_budget"


def test_return_from_draws():
    rng = np.random.default_rng(1)
    avoided = np.array(CONCAVE["avoided"]) * rng.gamma(16, 1 / 16, (4000, 5))
    roi = RoiPerAvoidedNonRecourse(15, "funder", (CONCAVE["amounts"], avoided))
    expected = (15 * avoided[:, 4].mean() - 400) / 400
    assert roi.roi[4].value == pytest.approx(expected, rel=1e-9)
    assert roi.roi[4].se == pytest.approx(15 * avoided[:, 4].std(ddof=1) / math.sqrt(4000) / 400, rel=1e-9)
    highest = roi.break_even(100)
    mean = 15 * (avoided.mean(axis=0) - avoided[:, 1].mean()) - (np.array(CONCAVE["amounts"]) - 100)
    assert mean[3] > 0 > mean[4]
    assert highest.value == pytest.approx(300 + 100 * mean[3] / (mean[3] - mean[4]), rel=1e-9)
    assert highest.se > 0
    assert highest.draws.shape == (4000,)
    assert isinstance(highest, Estimate)


def test_return_from_estimates():
    few = old_age_benefit(reach=interval90(0.01, 0.02), draws=500).newly_avoided
    many = old_age_benefit(reach=interval90(0.02, 0.04), draws=500).newly_avoided
    roi = RoiPerAvoidedNonRecourse(500, "funder", {"amounts": [0, 6e5, 12e5], "avoided": [0, few, many]})
    assert roi.roi[2].value == pytest.approx((500 * many.value - 12e5) / 12e5, rel=1e-9)
    with pytest.raises(ArgumentError, match="as many draws"):
        RoiPerAvoidedNonRecourse(1, "funder", ([0, 1], [few, old_age_benefit(reach=beta(1, 9), draws=7).newly_avoided]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: RoiPerAvoidedNonRecourse(-1, "funder", CONCAVE),
        lambda: RoiPerAvoidedNonRecourse(1, "taxpayer", CONCAVE),
        lambda: RoiPerAvoidedNonRecourse(1, "public_budget", CONCAVE),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", CONCAVE, benefit_per_person=1),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", {"amounts": [0, 1]}),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", [[0, 1], [0, 1], [0, 1]]),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", ([0, 1], [0, 1, 2])),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", ([1, 0], [0, 1])),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", ([0, 1], [0, -1])),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", ([0, 1], [0, math.nan])),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", ([[0, 1]], [0, 1])),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", ([0, 1], np.zeros((2, 2, 2)))),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", CONCAVE).break_even(500),
        lambda: RoiPerAvoidedNonRecourse(1, "funder", CONCAVE).break_even("all"),
    ],
)
def test_wrong_arguments_of_the_return(call):
    with pytest.raises(ArgumentError):
        call()


def test_display():
    result = old_age_benefit(reach=interval90(0.01, 0.04))
    assert "cost per avoided non-recourse" in repr(result)
    assert "standard error" in repr(result.cost_per_avoided)
    assert result._repr_html_().startswith("<table>")
    assert "<th" in result.cost_per_avoided._repr_html_()
    assert repr(beta(2, 10)) == "<Factor Beta(2.5, 8.5)>"
    assert repr(fixed(3)) == "<Factor 3>"
    assert repr(interval90(1, 2)) == "<Factor 90 % between 1 and 2>"
    roi = RoiPerAvoidedNonRecourse(15, "funder", CONCAVE)
    assert "an end of the amounts given" in repr(roi.break_even(0))
    assert "optimum" in repr(roi)
    assert roi._repr_html_().count("<tr>") == 6
    assert "not defined" in repr(roi.roi[0])
    assert float(roi.optimum()) == 200
