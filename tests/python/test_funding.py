"""Forecasts given funding: frames, notes, probabilities that hold, and errors that name themselves."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import essor
import numpy as np
import pytest
from essor.funding import plot_probability

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmark" / "funding_calibration.py"
COLUMNS = ["amount", "step", "quantile", "value", "p_target", "se", "response", "prior_share"]


def half_years(count: int, first: int = 2018) -> list[str]:
    return [f"{first + i // 2}-H{i % 2 + 1}" for i in range(count)]


def record(costs: list[float], values: list[float], **more: Any) -> essor.Portfolio:
    table = {"product": ["p"] * len(costs), "period": half_years(len(costs)), "cost": costs, "value": values}
    return essor.Portfolio.from_table(table | more)


STEADY = record([1e5] * 8, [800, 900, 950, 1000, 1100, 1150, 1200, 1300])
JUMPS = [1.0, 2.0, 1.0, 0.5, 1.5, 3.0, 1.0, 0.4, 2.0, 1.0, 0.6, 1.8, 1.0, 2.5]


def responsive() -> essor.Portfolio:
    """Impact that follows the mean of two half-years of funding, to the power 0.8."""
    at_work = np.convolve([1.0, *JUMPS], [0.5, 0.5], mode="valid")
    return record([1e5 * x for x in JUMPS], [float(round(1e4 * a**0.8 * 1.02**t)) for t, a in enumerate(at_work)])


def test_the_frame_has_the_columns_and_the_order_of_the_amounts() -> None:
    answer = essor.forecast_given_funding(STEADY, "p", "impact", [2e5, 5e4], 2, target=1300, q=[0.1, 0.5])
    assert list(answer) == COLUMNS
    assert answer["amount"] == [2e5] * 4 + [5e4] * 4
    assert answer["step"] == [1, 1, 2, 2] * 2
    assert answer["quantile"] == [0.1, 0.5] * 4
    assert all(low < high for low, high in zip(answer["value"][::2], answer["value"][1::2], strict=True))
    assert answer["p_target"][0] == answer["p_target"][1] > answer["p_target"][4]
    assert answer["se"][0] == pytest.approx(np.sqrt(answer["p_target"][0] * (1 - answer["p_target"][0]) / 4000))
    again = essor.forecast_given_funding(STEADY, "p", "impact", [2e5, 5e4], 2, target=1300, q=[0.1, 0.5])
    assert again == answer
    assert essor.forecast_given_funding(STEADY, "p", "impact", 2e5, 2, seed=1, q=0.5) != answer


def test_without_a_target_its_probability_is_missing() -> None:
    answer = essor.forecast_given_funding(STEADY, "p", "impact", 1e5, 1)
    assert len(answer["value"]) == 7
    assert np.isnan(answer["p_target"]).all()
    assert np.isnan(answer["se"]).all()


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "dict", "records"])
def test_frames_come_back_in_the_kind_of_the_record(kind: str) -> None:
    data = {"product": ["p"] * 4, "period": half_years(4), "cost": [1e5] * 4, "value": [8.0, 9, 10, 11]}
    if kind == "records":
        given: Any = [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]
    elif kind == "dict":
        given = data
    else:
        library = pytest.importorskip(kind)
        given = library.table(data) if kind == "pyarrow" else library.DataFrame(data)
    portfolio = essor.Portfolio.from_table(given)
    answer = essor.forecast_given_funding(portfolio, "p", "impact", 1e5, 1, q=0.5)
    targets = essor.realistic_targets(portfolio, "p", "impact", 1e5, 1)
    assert type(answer) is type(targets) is type(given)
    step = answer[0]["step"] if kind == "records" else answer["step"][0]
    assert int(step.as_py() if kind == "pyarrow" else step) == 1


def test_a_record_without_variation_falls_back_on_the_class_and_says_so() -> None:
    answer = essor.forecast_given_funding(STEADY, "p", "impact", [5e4, 1e5], 1)
    assert set(answer["response"]) == {"class"}
    assert answer["prior_share"][0] == pytest.approx(1)
    response = essor.funding_response(STEADY, "p", "impact")
    assert not response.identified
    assert response.elasticity == pytest.approx(response.class_elasticity)
    assert any("does not identify the response" in note for note in response.notes)
    assert "not identified by the record" in response._repr_html_()
    assert response.months == 6
    assert response.latest_funding == 1e5
    assert response.pairs == 7
    assert list(response.funding) == [1e5] * 8


def test_a_record_with_variation_is_read() -> None:
    portfolio = responsive()
    response = essor.funding_response(portfolio, "p", "impact")
    assert response.identified
    assert abs(response.elasticity - 0.8) < 2 * response.elasticity_sd
    assert "identified by the record" in response._repr_html_()
    assert set(essor.forecast_given_funding(portfolio, "p", "impact", 1e5, 1)["response"]) == {"record"}


def test_an_effect_at_once_is_not_taken_for_feedback() -> None:
    """Impact follows funding within the period with an elasticity of 0.6, and 3 % of noise."""
    close = identified = inside = 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        funding = np.exp(np.cumsum(np.where(random.uniform(size=12) < 0.5, random.normal(0, 0.5, 12), 0)))
        impact = 1000 * 1.02 ** np.arange(13) * np.append(funding, 2 * funding[-1]) ** 0.6
        impact *= np.exp(0.03 * random.standard_normal(13))
        table = {"product": ["p"] * 12, "period": half_years(12), "cost": 1e5 * funding, "value": impact[:12]}
        portfolio = essor.Portfolio.from_table(table)
        response = essor.funding_response(portfolio, "p", "impact")
        identified += response.identified
        close += abs(response.elasticity - 0.6) < 0.2
        answer = essor.forecast_given_funding(portfolio, "p", "impact", 2e5 * funding[-1], 1, q=[0.05, 0.95])
        low, high = answer["value"]
        inside += low <= impact[12] <= high
    assert min(identified, close, inside) >= 9


def test_no_impact_at_all_says_nothing_of_the_response() -> None:
    jumps = [1e5, 3e5, 1e5, 4e5, 1e5, 2e5, 5e4, 3e5]
    table = {"product": ["p"] * 8, "period": half_years(8), "cost": jumps, "value": [0.0] * 8}
    response = essor.funding_response(essor.Portfolio.from_table(table), "p", "impact")
    assert not response.identified
    assert response.elasticity == pytest.approx(response.class_elasticity)


def test_what_the_record_cannot_say_is_in_the_notes() -> None:
    portfolio = essor.datasets.demarches_simplifiees()
    response = essor.funding_response(portfolio, "demarches-simplifiees.fr", "files")
    assert response.months == 12
    for words in ("known by bounds only", "computed from volume", "assumed: nothing else moves funding first"):
        assert any(words in note for note in response.notes)


def test_realistic_targets_are_reached_as_often_as_promised() -> None:
    targets = essor.realistic_targets(STEADY, "p", "impact", [5e4, 2e5], 2, confidence=0.7)
    assert list(targets) == ["amount", "step", "target", "confidence", "response", "prior_share"]
    for amount, step, target in zip(targets["amount"], targets["step"], targets["target"], strict=True):
        answer = essor.forecast_given_funding(STEADY, "p", "impact", amount, 2, target=target, q=0.5)
        assert answer["p_target"][step - 1] == pytest.approx(0.7, abs=0.002)
    assert targets["target"][0] < targets["target"][2]


def test_a_metric_that_is_to_fall_is_reached_from_above() -> None:
    days = half_years(6)
    frames = {
        "products": {"product": ["p"]},
        "costs": {"product": ["p"] * 6, "period": days, "amount": [1e5] * 6},
        "metrics": {"product": ["p"], "metric": ["days"], "direction": ["decrease"], "kind": ["stock"]},
        "measurements": {"product": ["p"] * 6, "metric": ["days"] * 6, "period": days, "value": [9, 9, 8, 8, 8, 7]},
    }
    start = {name[-2:]: ("01-01", "07-01") if name.endswith("H1") else ("07-01", "01-01") for name in days}
    for table in ("costs", "measurements"):
        periods = frames[table].pop("period")
        frames[table]["start"] = [f"{p[:4]}-{start[p[-2:]][0]}" for p in periods]
        frames[table]["end"] = [f"{int(p[:4]) + p.endswith('H2')}-{start[p[-2:]][1]}" for p in periods]
    portfolio = essor.Portfolio.from_frames(**frames)
    answer = essor.forecast_given_funding(portfolio, "p", "days", [5e4, 2e5], 1, target=7, q=0.5)
    assert answer["value"][0] > answer["value"][1]
    assert answer["p_target"][0] < answer["p_target"][1]


def test_one_period_is_enough_and_the_period_is_that_of_the_record() -> None:
    one = essor.Portfolio.from_table({"product": ["p"], "period": ["2024"], "cost": [1e6], "value": [100]})
    answer = essor.forecast_given_funding(one, "p", "impact", 1e6, 1, q=[0.1, 0.9])
    assert answer["value"][0] < 100 < answer["value"][1]
    assert answer["prior_share"][0] == pytest.approx(1)
    assert essor.funding_response(one, "p", "impact").months == 12
    quarters = {"product": ["p"] * 4, "period": ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"], "cost": [1e5] * 4}
    quarterly = essor.Portfolio.from_table(quarters | {"value": [5, 6, 7, 8]})
    assert essor.funding_response(quarterly, "p", "impact").months == 3
    assert essor.funding_response(quarterly, "p", "impact", months=6).months == 6


@pytest.mark.parametrize(
    ("arguments", "more", "place", "rule"),
    [
        (("nobody", "impact", 1, 1), {}, "portfolio: product", "is not in the portfolio"),
        (("p", "nothing", 1, 1), {}, "portfolio: metric", "is not a metric of 'p'"),
        (("p", "impact", [], 1), {}, "forecast_given_funding: amounts", "at least one"),
        (("p", "impact", [1, -5], 1), {}, "forecast_given_funding: amounts[1]", ">= 0"),
        (("p", "impact", float("nan"), 1), {}, "forecast_given_funding: amounts[0]", "finite"),
        (("p", "impact", "much", 1), {}, "forecast_given_funding: amounts", "number"),
        (("p", "impact", 1, 0), {}, "forecast_given_funding: horizon", ">= 1"),
        (("p", "impact", 1, 1.5), {}, "forecast_given_funding: horizon", "whole number"),
        (("p", "impact", 1, 1), {"target": float("nan")}, "forecast_given_funding: target", "finite"),
        (("p", "impact", 1, 1), {"q": 1.5}, "forecast_given_funding: q", "[0, 1]"),
        (("p", "impact", 1, 1), {"seed": -1}, "forecast_given_funding: seed", ">= 0"),
        (("p", "impact", 1, 1), {"draws": 0}, "forecast_given_funding: draws", ">= 1"),
        (("p", "impact", 1, 1), {"months": 0}, "forecast_given_funding: months", ">= 1"),
        (("p", "impact", 1, 1), {"months": 7}, "forecast_given_funding: metric", "no period of 'p'"),
        (("p", "impact", 1, 1), {"reference": "mine"}, "forecast: reference", "must be general"),
        ((1, "impact", 1, 1), {}, "forecast_given_funding: product", "text"),
    ],
)
def test_wrong_arguments_name_place_value_and_rule(
    arguments: tuple[Any, ...], more: dict[str, Any], place: str, rule: str
) -> None:
    months = more.get("months") == 7
    portfolio = record([1e5] * 1, [800]) if months else STEADY
    with pytest.raises(essor.ArgumentError) as caught:
        essor.forecast_given_funding(portfolio, *arguments, **more)
    assert caught.value.place == place
    assert rule in caught.value.rule


def test_records_without_funding_say_what_is_missing() -> None:
    with pytest.raises(essor.ArgumentError, match="must be > 0 and < 1"):
        essor.realistic_targets(STEADY, "p", "impact", 1, 1, confidence=1)
    with pytest.raises(essor.ArgumentError, match=r"must be an essor\.Portfolio"):
        essor.forecast_given_funding(None, "p", "impact", 1, 1)  # type: ignore[arg-type]
    free = essor.Portfolio.from_frames(
        {"product": ["p"]},
        {"product": [], "start": [], "end": [], "amount": []},
        {"product": ["p"], "metric": ["impact"]},
        {"product": ["p"], "metric": ["impact"], "start": ["2024-01-01"], "end": ["2025-01-01"], "value": [5]},
    )
    with pytest.raises(essor.ArgumentError, match="has no cost"):
        essor.forecast_given_funding(free, "p", "impact", 1, 1)
    with pytest.raises(essor.ArgumentError, match="above 0"):
        essor.forecast_given_funding(record([0.0, 0.0], [1, 2]), "p", "impact", 1, 1)


def test_the_dossier_answers_for_the_amounts_around_today() -> None:
    dossier = STEADY.dossier("p", lang="en").to_dict()
    assert [line["change"] for line in dossier["funding"]] == [-0.25, 0, 0.25, 0.5]
    assert [line["amount"] for line in dossier["funding"]] == [75e3, 1e5, 125e3, 15e4]
    chances = [line["p_goal"] for line in dossier["funding"]]
    assert chances == sorted(chances)
    assert chances[1] == pytest.approx(0.8, abs=0.01)
    assert "reference class" in dossier["funding_basis"]
    assert dossier["funding_basis"] in dossier["answers"]["Q5"]["answer"]
    page = STEADY.dossier("p", lang="fr").to_html()
    assert "Combien investir, pour quel objectif" in page


def test_the_plot_shows_the_probability_by_amount() -> None:
    pytest.importorskip("matplotlib")
    answer = essor.forecast_given_funding(STEADY, "p", "impact", [5e4, 1e5, 2e5], 2, target=1400)
    axis = plot_probability(answer, step=2).axes[0]
    assert list(axis.lines[0].get_xdata()) == [5e4, 1e5, 2e5]
    with pytest.raises(essor.ArgumentError, match="from 1 to 2"):
        plot_probability(answer, step=3)


def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("funding_calibration", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_probabilities_hold_on_products_of_another_kind() -> None:
    """A small version of tests/benchmark/funding_calibration.py: thirds instead of tenths, 120 products a design."""
    study = benchmark()
    scores = {
        design: [study.score_product(g, design, 1, i) for g in study.GENERATORS for i in range(60)]
        for design in ("steady", "varied")
    }
    everything = scores["steady"] + scores["varied"]
    predicted = np.concatenate([s.probability for s in everything])
    reached = np.concatenate([s.reached for s in everything])
    product = np.repeat(np.arange(len(everything)), study.HORIZON)
    for low, high in ((0.0, 0.33), (0.33, 0.67), (0.67, 1.01)):
        inside = (predicted >= low) & (predicted < high)
        gap, error = study.mean_and_error(reached[inside] - predicted[inside], product[inside])
        assert abs(gap) < 3 * error
    covered = np.mean([s.covered for s in everything])
    assert abs(covered - 0.8) < 0.12
    identified = {design: np.mean([s.identified for s in found]) for design, found in scores.items()}
    assert identified["steady"] < 0.05 < identified["varied"]


def test_periods_before_a_gap_are_left_out_and_the_notes_say_how_many() -> None:
    periods, values = half_years(10), [800 + 30 * t for t in range(10)]
    rows = [
        {"product": "p", "period": period, "cost": 1e5, "value": value}
        for period, value in zip(periods, values, strict=True)
    ]
    notes = essor.funding_response(essor.Portfolio.from_table(rows[:4] + rows[5:]), "p", "impact").notes
    assert "4 earlier periods were left out: there is no figure of 2020-H1 that is no mere bound" in notes
    notes = essor.funding_response(essor.Portfolio.from_table(rows[:1] + rows[2:]), "p", "impact").notes
    assert "1 earlier period was left out: there is no figure of 2018-H2 that is no mere bound" in notes
    assert not any("left out" in note for note in essor.funding_response(STEADY, "p", "impact").notes)


def test_impact_that_falls_with_funding_is_told_from_one_that_rises() -> None:
    funding = [1.0, 2.0, 1.0, 3.0, 1.0, 4.0, 1.5, 2.5, 1.0, 3.0]

    def notes(slope: float) -> list[str]:
        values = [round(900 + slope * np.log(x)) for x in funding]
        return essor.funding_response(record([1e5 * x for x in funding], values), "p", "impact").notes

    assert any("bounds the response to funding but cannot tell it from none" in note for note in notes(-300))
    assert any("identifies the response to funding" in note for note in notes(300))


@pytest.mark.parametrize(("lang", "said"), [("fr", "La dernière valeur est zéro"), ("en", "The last value is zero")])
def test_a_dossier_says_of_zeros_in_its_own_language(lang: str, said: str) -> None:
    dossier = record([1e5] * 7, [5, 0, 7, 9, 12, 15, 0]).dossier("p", lang=lang).to_dict()
    assert any(said in note for note in dossier["notes"])
    assert not any("models see value" in note for note in dossier["notes"])
