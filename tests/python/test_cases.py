"""The cases that must always work, through the public interface."""

from __future__ import annotations

import math
import os
from pathlib import Path

import essor
import numpy as np
import pandas as pd
import pytest
from essor import datasets


def founding(cost_2020: float | None = 1_200_000) -> essor.Portfolio:
    """demarches-simplifiees.fr, typed as a stranger would; cost_2020 = None is the reading "more than 1 EUR"."""
    files = {2019: 3e6 / 2.2 / 2.2, 2020: 3e6 / 2.2, 2021: 3e6, 2022: 2.7e6, 2023: 3e6}
    amounts = {2019: 1.2e6, 2020: cost_2020, 2021: 1.2e6, 2022: 1.1e6, 2023: 1.5e6}
    products = pd.DataFrame({"product": ["ds"], "go_live": ["2018-03-31"], "phase": ["operated"]})
    costs = pd.DataFrame(
        {
            "product": "ds",
            "start": [f"{y}-01-01" for y in amounts],
            "end": [f"{y + 1}-01-01" for y in amounts],
            "amount": list(amounts.values()),
            "low": [files[2020] if amounts[y] is None else None for y in amounts],
            "basis": ["unit_cost_x_volume" if y == 2023 else "measured" for y in amounts],
        }
    )
    metrics = pd.DataFrame({"product": ["ds"], "metric": ["files"], "unit": ["file"]})
    measurements = pd.DataFrame(
        {
            "product": "ds",
            "metric": "files",
            "start": [f"{y}-01-01" for y in [*files, 2024]],
            "end": [f"{y + 1}-01-01" for y in [*files, 2024]],
            "value": [*files.values(), None],
            "low": [None] * 5 + [4e6],
            "status": ["estimated", "estimated", "measured", "measured", "measured", "measured"],
        }
    )
    published = pd.DataFrame(
        {
            "product": "ds",
            "metric": "files",
            "start": ["2021-01-01", "2020-01-01", "2021-01-01", "2021-01-01"],
            "end": ["2022-01-01", "2021-01-01", "2022-01-01", "2022-01-01"],
            "quantity": ["unit_cost", "unit_cost", "growth_impact", "growth_cost"],
            "value": [0.40, None, 1.2, 0.0],
            "low": [None, 1.0, None, None],
        }
    )
    return essor.Portfolio.from_frames(products, costs, metrics, measurements, published=published)


def year(frame: pd.DataFrame, of: int) -> pd.Series:
    return frame[frame["start"] == f"{of}-01-01"].iloc[0]


@pytest.mark.parametrize("cost_2020", [1_200_000, None])
def test_the_founding_example_is_a_unicorn_in_both_readings(cost_2020: float | None) -> None:
    frame = founding(cost_2020).indicators(history=True)
    row = year(frame, 2021)
    assert row["trajectory"] == "unicorn"
    assert row["p_observed"] > 0.99
    assert row["unit_cost"] == pytest.approx(0.40, rel=1e-12)
    assert row["g_impact"] == pytest.approx(math.log(2.2), rel=1e-12)


def test_then_it_declines_and_its_returns_decrease() -> None:
    frame = founding().indicators(history=True)
    assert year(frame, 2022)["trajectory"] == "declining"
    assert year(frame, 2023)["trajectory"] == "decreasing"
    assert "unicorn" not in set(frame[frame["start"] >= "2022"]["trajectory"])


def test_as_of_sees_only_what_was_known() -> None:
    latest = founding().indicators(as_of="2021-12-31").iloc[0]
    assert (latest["start"], latest["end"]) == ("2021-01-01", "2022-01-01")
    assert founding().indicators(as_of="2021-12-30").iloc[0]["end"] == "2021-01-01"


def test_the_contradiction_is_found_and_said() -> None:
    dossier = founding().dossier("ds", lang="en").to_dict()
    found = dossier["contradictions"][0]
    assert found["claims"] == [f"published row {row}" for row in range(4)]
    assert all("unicorn" in reading for reading in found["readings"])
    assert "0.85" in found["readings"][1] + found["readings"][0]
    assert "contradict" in " ".join(dossier["would_change"])


def test_more_than_is_carried_as_a_bound() -> None:
    line = founding().dossier("ds").to_dict()["matrix"][0]
    assert line["period"] == {"start": "2024-01-01", "end": "2025-01-01"}
    assert line["now"] == {"value": None, "low": 4e6, "high": None}
    forecast = founding().dossier("ds").to_dict()["forecast"]
    assert forecast[0]["q05"] >= 4e6


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_founding_dossier_answers_what_the_record_allows(lang: str) -> None:
    answers = founding().dossier("ds", lang=lang).answers
    for question in ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q12"):
        assert answers[question]["status"] == "answered", question
        assert answers[question]["value"] is not None, question
        assert answers[question]["answer"]
    for question in ("Q8", "Q9", "Q10", "Q11"):
        assert answers[question]["status"] == "not_computed"
    assert answers["Q2"]["interval"][0] < answers["Q2"]["value"] < answers["Q2"]["interval"][1]


def test_evidence_names_rows_that_are_there() -> None:
    dossier = founding().dossier("ds").to_dict()
    rows = {line["id"] for line in dossier["evidence"]}
    for answer in dossier["answers"].values():
        assert set(answer["evidence"]) <= rows


def test_sirhen_as_each_year_knew_it() -> None:
    lines = datasets.sirhen().dossier("sirhen").to_dict()["estimates"]
    assert [line["total"] for line in lines] == [60e6, 80e6, 120e6, 200e6, 290e6, 321e6, 323e6]
    assert lines[-1]["overrun"] == pytest.approx(323 / 60 - 1)
    assert lines[-1]["per_unit"] == pytest.approx(323e6 / 18_000)
    early = datasets.sirhen().dossier("sirhen", date="2010-12-31").to_dict()["estimates"]
    assert [line["total"] for line in early] == [60e6, 80e6]


@pytest.mark.parametrize("name", ["sirhen", "scribe", "onp"])
def test_projects_are_audited(name: str) -> None:
    portfolio = datasets.load(name)
    product = portfolio.products[0]
    verdicts = portfolio.seven_differences(product).set_index("difference")["verdict"]
    assert verdicts["spend_before_live"] == "project"
    assert verdicts["early_release"] == "project"
    assert "six months" in portfolio.dossier(product, lang="en").answers["Q12"]["answer"]


def test_la_bonne_alternance() -> None:
    portfolio = datasets.la_bonne_alternance()
    frame = portfolio.indicators(history=True)
    assert list(frame["unit_cost"].round(1)) == [14.0, 15.0]
    dossier = portfolio.dossier("la-bonne-alternance", lang="en")
    assert "187,500 and 225,000" in dossier.answers["Q5"]["answer"]
    assert any("rounding" in note for note in dossier.to_dict()["budget_notes"])


def test_mes_aides_reno_sees_one_budget_three_ways() -> None:
    frame = datasets.mes_aides_reno().indicators(months=1).set_index("metric")
    assert frame.loc["visitors", "unit_cost"] == pytest.approx(0.4375)
    assert frame.loc["simulations", "unit_cost"] == pytest.approx(0.875)
    assert frame.loc["leads", "unit_cost"] == pytest.approx(3.5)


def test_no_ratio_where_none_is_sensible() -> None:
    answer = datasets.associations().dossier("associations", lang="en").answers["Q7"]
    assert answer["status"] == "answered"
    assert "No cost-benefit ratio" in answer["answer"]


def test_a_harm_is_no_unit_of_impact() -> None:
    answer = datasets.louvois().dossier("louvois", lang="en").answers["Q2"]
    assert "wrongly_paid" in answer["answer"]
    assert answer["value"] is None


def uk_services() -> pd.DataFrame:
    folder = os.environ.get("ESSOR_EVALUATION_DATA")
    if not folder:
        pytest.skip("ESSOR_EVALUATION_DATA is not set: the UK services are not there")
    panel = pd.read_csv(Path(folder) / "public_services" / "uk_cost_panel.csv")
    return panel[panel["nonoverlapping_fy"] == 1].sort_values(["service", "period_start"]).reset_index(drop=True)


def uk_portfolio(panel: pd.DataFrame) -> essor.Portfolio:
    names = {
        "service": "product",
        "period_start": "start",
        "period_end": "end",
        "total_cost_gbp": "cost",
        "transactions": "value",
    }
    return essor.Portfolio.from_table(
        panel.rename(columns=names)[list(names.values())], metric="transactions", currency="GBP"
    )


def test_uk_services_equal_a_plain_computation() -> None:
    panel = uk_services()
    by = panel.groupby("service")
    adjacent = pd.to_datetime(panel["period_start"]) == pd.to_datetime(by["period_end"].shift()) + pd.Timedelta(days=1)
    plain = pd.DataFrame(
        {
            "product": panel["service"],
            "start": panel["period_start"],
            "u": panel["total_cost_gbp"] / panel["transactions"],
            "gc": np.log(panel["total_cost_gbp"] / by["total_cost_gbp"].shift()).where(adjacent),
            "gi": np.log(panel["transactions"] / by["transactions"].shift()).where(adjacent),
        }
    )
    both = (
        uk_portfolio(panel).indicators(history=True).merge(plain, on=["product", "start"], how="outer", indicator=True)
    )
    assert (both["_merge"] == "both").all()
    assert np.allclose(both["unit_cost"], both["u"], rtol=1e-12, atol=0)
    assert (both["g_cost"].isna() == both["gc"].isna()).all()
    assert np.nanmax(np.abs(both["g_cost"] - both["gc"])) < 1e-12
    assert np.nanmax(np.abs(both["g_impact"] - both["gi"])) < 1e-12


def test_uk_services_returns_in_both_directions() -> None:
    panel = uk_services()
    portfolio = uk_portfolio(panel)
    found = portfolio.returns()
    frame = portfolio.indicators(history=True).dropna(subset=["g_cost", "g_impact"])
    x, y = frame["g_impact"] - frame["g_impact"].mean(), frame["g_cost"] - frame["g_cost"].mean()
    assert found.cost_on_impact.value == pytest.approx((x * y).sum() / (x * x).sum(), rel=1e-10)
    assert found.impact_on_cost_reversed == pytest.approx((y * y).sum() / (x * y).sum(), rel=1e-10)
    assert 0 < found.scale.standard_error < 1
    assert 0 < found.learning.standard_error < 1


def record(costs: list[dict[str, object]], values: list[dict[str, object]], **metric: object) -> essor.Portfolio:
    """One product "a", one metric "m", a row a year from 2020."""
    rows = [
        [
            {"product": "a", "start": f"{2020 + i}-01-01", "end": f"{2021 + i}-01-01", **row}
            for i, row in enumerate(table)
        ]
        for table in (costs, [{"metric": "m", **value} for value in values])
    ]
    return essor.Portfolio.from_frames(
        [{"product": "a"}], rows[0], [{"product": "a", "metric": "m", **metric}], rows[1]
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "portfolio",
    [
        record([{"amount": 100}] * 2, [{"value": 200}, {"value": 100}], direction="decrease", unit="complaint"),
        record(
            [{"amount": 100}] * 2,
            [{"numerator": 8, "denominator": 10}, {"numerator": 9, "denominator": 10}],
            kind="rate",
        ),
        record([{"amount": 100}] * 2, [{"value": 0}, {"value": 0}]),
        record([{"amount": 100}] * 2, [{"low": 50, "high": 60}, {"low": 55, "high": 70}]),
        record([{"amount": 100}] * 2, [{"low": 40}, {"value": 50}]),
        record([{"low": 98, "high": 99}] * 2, [{"value": 500}, {"value": 600}]),
        record([{"low": 100}] * 2, [{"value": 500}, {"low": 600}]),
    ],
    ids=["falls", "rate", "nothing", "bounds", "more than, then exact", "cost in bounds", "open bounds"],
)
def test_every_record_gets_an_answer_in_words(portfolio: essor.Portfolio, lang: str) -> None:
    dossier = portfolio.dossier("a", lang=lang)
    for question, answer in dossier.answers.items():
        assert answer["answer"].strip(), question
        assert answer["status"] != "missing_record" or answer["missing"], question
    page = dossier.to_markdown()
    for word in ("nan ", " nan", "inf ", "%s"):
        assert word not in page, word


def test_a_unit_cost_aimed_at_needs_a_known_cost() -> None:
    portfolio = essor.Portfolio.from_frames(
        [{"product": "a"}],
        [{"product": "a", "start": "2012-07-01", "end": "2013-01-01", "low": 100}],
        [{"product": "a", "metric": "m"}],
        [{"product": "a", "metric": "m", "start": "2012-07-01", "end": "2013-01-01", "value": 286}],
        published=[
            {
                "product": "a",
                "metric": "m",
                "start": "2013-07-01",
                "end": "2014-01-01",
                "quantity": "unit_cost",
                "value": 1,
            }
        ],
    )
    assert portfolio.dossier("a").answers["Q5"]["answer"]


def test_a_share_of_a_cost_known_by_bounds_is_not_known() -> None:
    products = [{"product": "a", "go_live": "2021-01-01"}]
    costs = [
        {"product": "a", "start": "2020-01-01", "end": "2021-01-01", "low": 10, "high": 1000},
        {"product": "a", "start": "2021-01-01", "end": "2022-01-01", "amount": 30},
    ]
    found = essor.Portfolio.from_frames(products, costs, [], []).seven_differences("a")
    verdicts = pd.DataFrame(found).set_index("difference")
    assert verdicts.loc["spend_before_live", "verdict"] == "cannot tell"
    assert "bounds" in verdicts.loc["spend_before_live", "basis"]


def test_windows_in_bounds_have_a_class_and_its_probability() -> None:
    portfolio = record([{"amount": 100}, {"amount": 110}], [{"low": 50, "high": 60}, {"low": 55, "high": 70}])
    row = portfolio.indicators()[0]
    assert row["trajectory"] != "too early"
    assert 0 < row["p_trajectory"] < 1
