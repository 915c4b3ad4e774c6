"""The cases: valid, sourced, and equal to the published figures."""

from __future__ import annotations

import datetime
import itertools
import json
import math
from typing import Any

import pytest
from essor import datasets

TABLES = ["products", "costs", "metrics", "measurements", "targets", "decisions", "published"]
REQUIRED = {
    "products": {"product"},
    "costs": {"product", "start", "end", "amount"},
    "metrics": {"product", "metric"},
    "measurements": {"product", "metric", "start", "end"},
    "targets": {"product", "metric", "start", "end", "value"},
    "decisions": {"product", "date", "decision"},
    "published": {"product", "metric", "start", "end", "quantity"},
}
WORDS = {
    "phase": {"investigation", "construction", "acceleration", "consolidation", "transferred", "operated", "abandoned"},
    "level": {"activity", "usable", "used", "useful", "impactful", "efficient"},
    "kind": {"flow", "stock", "cumulative", "rate"},
    "direction": {"increase", "decrease"},
    "basis": {"measured", "unit_cost_x_volume"},
    "decision": {"accelerate", "continue", "slow_down", "stop", "provisional", "transfer"},
    "quantity": {"unit_cost", "growth_cost", "growth_impact"},
}
STATUS = {
    "costs": {"planned", "committed", "paid"},
    "measurements": {"measured", "estimated", "carried_forward", "suppressed", "missing", "not_requested"},
}
KEYS = {
    "products": ["product"],
    "costs": ["product", "start", "end", "activity", "resource", "funder", "status", "perimeter", "known_on"],
    "metrics": ["product", "metric"],
    "measurements": ["product", "metric", "start", "end", "scope", "known_on"],
    "targets": ["product", "metric", "start", "end", "set_on"],
    "decisions": ["product", "date"],
    "published": ["product", "metric", "start", "end", "quantity", "known_on"],
}


def read(name: str) -> dict[str, Any]:
    """Read a case; a table that it leaves out, because nothing is known of it, is empty here."""
    document: dict[str, Any] = json.loads(datasets.path(name).read_text(encoding="utf-8"))
    return document | {table: document.get(table, []) for table in TABLES}


def rows(name: str, table: str, **where: Any) -> list[dict[str, Any]]:
    return [row for row in read(name)[table] if all(row.get(key) == value for key, value in where.items())]


def year(name: str, table: str, value: int, column: str, **where: Any) -> float:
    (row,) = rows(name, table, start=f"{value}-01-01", end=f"{value + 1}-01-01", **where)
    return float(row[column])


def test_there_are_nine_cases() -> None:
    assert datasets.names() == [
        "associations",
        "benefit",
        "demarches_simplifiees",
        "la_bonne_alternance",
        "louvois",
        "mes_aides_reno",
        "onp",
        "scribe",
        "sirhen",
    ]


@pytest.mark.parametrize("name", datasets.names())
class TestEveryFile:
    def test_is_in_the_portfolio_format(self, name: str) -> None:
        document = json.loads(datasets.path(name).read_text(encoding="utf-8"))
        assert list(document) == ["format", "version", *(table for table in TABLES if table in document)]
        assert (document["format"], document["version"]) == ("essor/portfolio", 1)
        text = datasets.path(name).read_text(encoding="utf-8")
        assert text == json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def test_says_the_source_of_every_row(self, name: str) -> None:
        document = read(name)
        for table in TABLES:
            for index, row in enumerate(document[table]):
                assert row.get("source", "").strip(), f"{name}: {table} row {index} has no source"

    def test_has_the_required_columns_and_known_words(self, name: str) -> None:
        document = read(name)
        for table in TABLES:
            for row in document[table]:
                assert row.keys() >= REQUIRED[table]
                assert None not in row.values()
                for column, words in WORDS.items():
                    assert row.get(column, next(iter(words))) in words
                if table in STATUS:
                    assert row["status"] in STATUS[table]

    def test_declares_what_it_refers_to(self, name: str) -> None:
        document = read(name)
        products = {row["product"] for row in document["products"]}
        metrics = {(row["product"], row["metric"]) for row in document["metrics"]}
        for table in TABLES[1:]:
            for row in document[table]:
                assert row["product"] in products
                if "metric" in row:
                    assert (row["product"], row["metric"]) in metrics

    def test_has_whole_months_and_days_that_exist(self, name: str) -> None:
        document = read(name)
        for row in itertools.chain.from_iterable(document[table] for table in TABLES):
            for column in ("known_on", "agreed_on", "set_on", "date", "go_live"):
                if column in row:
                    datetime.date.fromisoformat(row[column])
            if "start" in row:
                start, end = (datetime.date.fromisoformat(row[column]) for column in ("start", "end"))
                assert start < end
                assert start.day == end.day == 1

    def test_repeats_no_record(self, name: str) -> None:
        document = read(name)
        for table, key in KEYS.items():
            seen = [tuple(row.get(column) for column in key) for row in document[table]]
            assert len(seen) == len(set(seen))

    def test_says_when_costs_and_measurements_were_known(self, name: str) -> None:
        document = read(name)
        for row in itertools.chain(document["costs"], document["measurements"], document["published"]):
            assert "known_on" in row
            if row.get("status") in {"measured", "paid"}:
                assert (
                    row["known_on"]
                    >= (datetime.date.fromisoformat(row["end"]) - datetime.timedelta(days=1)).isoformat()
                )

    def test_loads_and_comes_back(self, name: str) -> None:
        portfolio = datasets.load(name)
        again = type(portfolio).from_json(portfolio.to_json())
        assert again.to_json() == portfolio.to_json()


def test_an_unknown_case_is_named() -> None:
    with pytest.raises(ValueError, match="demarches_simplifiees"):
        datasets.path("nothing")


def test_all_cases_are_loaded() -> None:
    assert list(datasets.all_cases()) == datasets.names()


class TestDemarchesSimplifiees:
    name = "demarches_simplifiees"

    @pytest.mark.parametrize(("when", "published"), [(2021, 0.40), (2022, 0.42), (2023, 0.50)])
    def test_cost_per_file_as_published(self, when: int, published: float) -> None:
        cost = year(self.name, "costs", when, "amount")
        files = year(self.name, "measurements", when, "value", metric="files")
        # The cost of 2022 is published as 1.1 million, so it is known to 5 % only.
        assert cost / files == pytest.approx(published, rel=0.05)

    def test_derived_years_are_estimates_that_grow_by_120_percent(self) -> None:
        files = [year(self.name, "measurements", when, "value", metric="files") for when in (2019, 2020, 2021)]
        assert files[1] / files[0] == pytest.approx(2.2, rel=1e-15)
        assert files[2] / files[1] == pytest.approx(2.2, rel=1e-15)
        assert len(rows(self.name, "measurements", metric="files", status="estimated")) == 2

    def test_the_published_figures_contradict_each_other(self) -> None:
        derived = year(self.name, "costs", 2020, "amount") / year(
            self.name, "measurements", 2020, "value", metric="files"
        )
        assert derived == pytest.approx(0.88, rel=1e-12)
        (claim,) = rows(self.name, "published", quantity="unit_cost", start="2020-01-01")
        assert "value" not in claim
        assert claim["low"] == 1.0 > derived

    def test_more_than_four_million_stays_a_bound(self) -> None:
        (row,) = rows(self.name, "measurements", metric="files", start="2024-01-01")
        assert row["low"] == 4_000_000
        assert "value" not in row
        assert "high" not in row


def test_the_fixed_check_of_the_minimum_vieillesse() -> None:
    given = datasets.minimum_vieillesse()
    n, e = given["eligible_non_recipients"], given["newly_eligible"]
    s, h0, r, c = (given[key] for key in ("persistence", "take_up_without", "reach", "conversion"))
    without, with_product, receiving, total, months = float(n), float(n), 0.0, 0.0, 0.0
    for _ in range(given["periods"]):
        newly = (1 - h0) * r * c * with_product
        months += (receiving + newly / 2) * given["months"]
        total += newly
        receiving = s * ((1 - h0) * receiving + newly)
        without, with_product = s * without * (1 - h0) + e, s * with_product * (1 - h0) * (1 - r * c) + e
        assert receiving == pytest.approx(without - with_product, rel=1e-9)
    spent = given["cost"] * given["periods"]
    assert [total, receiving, months, spent / total, spent / months] == pytest.approx(
        [4958.4939, 4289.7238, 55901.388, 242.0090, 21.46637], rel=2e-7
    )


def test_the_benefit_has_half_of_the_eligible_without_it() -> None:
    (row,) = rows("benefit", "measurements")
    assert row["numerator"] == datasets.minimum_vieillesse()["eligible_non_recipients"]
    assert row["numerator"] / row["denominator"] == pytest.approx(0.5, abs=0.005)
    assert {cost["status"] for cost in rows("benefit", "costs")} == {"planned"}


def test_mes_aides_reno_is_one_budget_at_three_unit_costs() -> None:
    (cost,) = rows("mes_aides_reno", "costs", status="paid")
    assert cost["basis"] == "unit_cost_x_volume"
    for claim in rows("mes_aides_reno", "published", quantity="unit_cost"):
        (volume,) = rows("mes_aides_reno", "measurements", metric=claim["metric"], start=cost["start"])
        assert cost["amount"] / volume["value"] == pytest.approx(claim["value"], abs=0.006)


class TestLaBonneAlternance:
    name = "la_bonne_alternance"

    @pytest.mark.parametrize(("when", "status", "published"), [(2024, "paid", 15.0), (2025, "committed", 13.98)])
    def test_cost_per_candidate(self, when: int, status: str, published: float) -> None:
        cost = year(self.name, "costs", when, "amount", status=status)
        assert cost / year(self.name, "measurements", when, "value") == pytest.approx(published, abs=0.005)

    def test_printed_totals_are_sums_up_to_rounding(self) -> None:
        lines = [row for row in read(self.name)["costs"] if "printed_line_total" in row]
        by_line: dict[str, list[dict[str, Any]]] = {}
        by_column: dict[float, list[dict[str, Any]]] = {}
        for row in lines:
            by_line.setdefault(row["activity"], []).append(row)
            by_column.setdefault(row["printed_column_total"], []).append(row)
        off = {
            key: sum(row["amount"] for row in group) - group[0]["printed_line_total"] for key, group in by_line.items()
        }
        assert {key: value for key, value in off.items() if value} == {"development": -1000, "data": 1000}
        column = {key: sum(row["amount"] for row in group) - key for key, group in by_column.items()}
        assert column == {541_000: -1000, 1_527_000: 0, 133_000: 0}
        assert sum(row["amount"] for row in lines) == 2_200_000


def test_invented_figures_say_so() -> None:
    document = read("associations")
    assert all("invented for illustration" in row["source"] for row in document["costs"] + document["targets"])
    assert all(metric["ratio_applies"] is False and metric["ratio_reason"] for metric in document["metrics"])


def test_nothing_was_ever_used_of_scribe_and_onp() -> None:
    for name, spent in (("scribe", 13.28e6), ("onp", 346e6)):
        assert sum(row["amount"] for row in rows(name, "costs", status="paid")) == pytest.approx(spent, rel=1e-15)
        assert all(row["value"] == 0 for row in rows(name, "measurements"))
        assert not [row for row in rows(name, "products") if "go_live" in row]


def test_sirhen_estimates_are_vintages_of_one_cost() -> None:
    planned = rows("sirhen", "costs", status="planned")
    assert [row["amount"] / 1e6 for row in planned] == [60, 80, 120, 200, 290, 321, 323]
    assert [row["known_on"] for row in planned] == sorted(row["known_on"] for row in planned)
    assert planned[0]["known_on"] == "2008-12-31"
    assert len({(row["start"], row["end"], row["perimeter"]) for row in planned}) == 1
    (metric,) = rows("sirhen", "metrics")
    (latest,) = rows("sirhen", "measurements", value=18_000)
    assert latest["value"] / metric["population"] == pytest.approx(0.015)


def test_louvois_is_a_harm_that_never_falls() -> None:
    (metric,) = rows("louvois", "metrics", metric="wrongly_paid")
    assert metric["direction"] == "decrease"
    assert metric["kind"] == "cumulative"
    values = [row["value"] for row in rows("louvois", "measurements", metric="wrongly_paid")]
    assert values == sorted(values)
    assert values[-1] == 573e6
    recovered = rows("louvois", "measurements", metric="recovered")[-1]["value"]
    assert math.isclose(recovered / values[-1], 0.70, abs_tol=0.01)
