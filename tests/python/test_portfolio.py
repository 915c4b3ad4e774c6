"""The portfolio in Python: the front door, frames of all kinds, documents, and what comes back."""

from __future__ import annotations

import datetime
import doctest
import importlib
import json
import math
from pathlib import Path
from typing import Any

import essor
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from essor import ArgumentError, Portfolio, frames
from hypothesis import given, settings
from hypothesis import strategies as st

SHEET: dict[str, list[Any]] = {
    "product": ["aid", "aid", "aid", "aid"],
    "period": ["2020-H1", "2020-H2", "2021-H1", "2021-H2"],
    "cost": [100_000.0, 110_000.0, 120_000.0, 130_000.0],
    "value": [2_000.0, 3_000.0, 5_000.0, 9_000.0],
    "city": ["Lyon", None, "Lille", "Lyon"],
    "checked": [True, False, None, True],
}
COLUMNS = [
    "product",
    "metric",
    "start",
    "end",
    "cost",
    "impact",
    "unit_cost",
    "g_cost",
    "g_impact",
    "cost_elasticity",
    "p_observed",
    "p_trend",
    "trajectory",
    "p_trajectory",
    "evidence",
]
KINDS: dict[str, Any] = {
    "dict": SHEET,
    "records": [dict(zip(SHEET, row, strict=True)) for row in zip(*SHEET.values(), strict=True)],
    "pandas": pd.DataFrame(SHEET),
    "polars": pl.DataFrame(SHEET),
    "pyarrow": pa.table(SHEET),
}


def lists(frame: Any) -> dict[str, list[Any]]:
    """Spell a frame of any kind as lists, None where absent."""
    if isinstance(frame, dict):
        columns = frame
    elif isinstance(frame, list):
        columns = {name: [record[name] for record in frame] for name in frame[0]}
    elif isinstance(frame, pd.DataFrame):
        columns = frame.to_dict(orient="list")
    else:
        columns = frame.to_dict(as_series=False) if isinstance(frame, pl.DataFrame) else frame.to_pydict()
    return {name: [None if cell != cell else cell for cell in cells] for name, cells in columns.items()}


# The front door ----------------------------------------------------------------------------------------------------

STRANGERS: dict[str, tuple[str, str]] = {
    "plain": ("product,period,cost,value\naid,2020,1200000,1000\naid,2021,1300000,2200\n", "utf-8"),
    "odd case": ("PRODUCT,Period,cOsT,Value\naid,2020,1200000,1000\naid,2021,1300000,2200\n", "utf-8"),
    "semicolons and spaces": (
        "Product ; Period ; Cost ; Value\n aid ; 2020 ; 1 200 000 ; 1 000\n aid ; 2021 ; 1 300 000 ; 2 200\n",
        "utf-8",
    ),
    "no-break spaces": (
        "Product;Period;Cost;Value\naid;2020;1\xa0200\xa0000;1\xa0000\naid;2021;1\xa0300\xa0000;2\xa0200\n",
        "utf-8",
    ),
    "narrow no-break spaces": (
        "Product;Period;Cost;Value\naid;2020;1\u202f200\u202f000;1\u202f000\naid;2021;1\u202f300\u202f000;2\u202f200\n",
        "utf-8",
    ),
    "tabs and CRLF": ("product\tperiod\tcost\tvalue\r\naid\t2020\t1.2e6\t1e3\r\naid\t2021\t1.3e6\t2.2e3\r\n", "utf-8"),
    "byte-order mark": ("product,period,cost,value\naid,2020,1200000,1000\naid,2021,1300000,2200\n", "utf-8-sig"),
    "quotes": ('"product","period","cost","value"\n"aid","2020","1200000","1000"\naid,2021,1300000,2200\n', "utf-8"),
    "start and end": (
        "product,start,end,cost,value\naid,2020-01-01,2021-01-01,1200000,1000\naid,2021-01-01,2021-12-31,1300000,2200\n",
        "utf-8",
    ),
    "half-years": (
        "Produit;Période;Coût;Valeur\naid;S1 2020;600 000;500\naid;S2 2020;600 000;500\n"
        "aid;S1 2021;650 000;1 100\naid;S2 2021;650 000;1 100\n;;;\n",
        "utf-8",
    ),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_strangers_spreadsheet_works_at_once(name: str, tmp_path: Path) -> None:
    text, encoding = STRANGERS[name]
    path = tmp_path / "spend.csv"
    path.write_bytes(text.encode(encoding))
    portfolio = Portfolio.from_table(path)
    assert portfolio.products == ["aid"]
    assert portfolio.notes
    row = lists(portfolio.indicators())
    assert isinstance(portfolio.indicators(), pd.DataFrame)
    assert (row["cost"], row["impact"]) == ([1_300_000.0], [2_200.0])
    assert row["g_impact"] == pytest.approx([math.log(2.2)], rel=1e-12)
    assert row["g_cost"] == pytest.approx([math.log(1.3 / 1.2)], rel=1e-12)


PERIODS = {
    "2021": ("2021-01-01", "2022-01-01"),
    "2021-H1": ("2021-01-01", "2021-07-01"),
    "2021-S2": ("2021-07-01", "2022-01-01"),
    "S1 2021": ("2021-01-01", "2021-07-01"),
    "s1\xa02021": ("2021-01-01", "2021-07-01"),
    "2021-Q3": ("2021-07-01", "2021-10-01"),
    "2021-T3": ("2021-07-01", "2021-10-01"),
    "2021-04": ("2021-04-01", "2021-05-01"),
    "FY2021": ("2021-04-01", "2022-04-01"),
    "FY2021-H1": ("2021-04-01", "2021-10-01"),
    "2021-01-01/2021-07-01": ("2021-01-01", "2021-07-01"),
}


@pytest.mark.parametrize("text", PERIODS)
def test_periods(text: str) -> None:
    made = Portfolio.from_table({"product": ["a"], "period": [text], "cost": [1], "value": [1]}).to_frames()["costs"]
    assert (made["start"][0], made["end"][0]) == PERIODS[text]


def test_a_column_of_years_may_be_numbers() -> None:
    made = Portfolio.from_table({"product": [7, 7], "period": [2020, 2021], "cost": [1, 2], "value": [3, 4]})
    assert made.products == ["7"]
    assert made.to_frames()["costs"]["start"] == ["2020-01-01", "2021-01-01"]


def test_pandas_periods_are_periods() -> None:
    sheet = pd.DataFrame({**SHEET, "period": pd.period_range("2020-01", periods=4, freq="Q")})
    made = Portfolio.from_table(sheet).to_frames()["costs"]
    assert list(made["start"]) == ["2020-01-01", "2020-04-01", "2020-07-01", "2020-10-01"]


def test_one_cost_on_several_metrics_counts_once() -> None:
    sheet = {
        "product": ["a", "a"],
        "period": ["2021", "2021"],
        "cost": [10.0, 10.0],
        "value": [3, 4],
        "metric": ["files", "people"],
    }
    portfolio = Portfolio.from_table(sheet)
    assert portfolio.to_frames()["costs"]["amount"] == [10.0]
    assert portfolio.metrics("a") == ["files", "people"]
    assert portfolio.indicators()["unit_cost"] == pytest.approx([10 / 3, 10 / 4])
    assert any("counted once" in note for note in portfolio.notes)


def test_each_default_is_said() -> None:
    notes = " ".join(Portfolio.from_table(SHEET).notes)
    for default in ("impact", "flow", "EUR", "paid", "measured", "known_on", "level"):
        assert default in notes
    assert "files" not in notes
    assert "GBP" in " ".join(Portfolio.from_table(SHEET, metric="files", currency="GBP").notes)


# Kinds of frames ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_the_same_and_comes_back(kind: str) -> None:
    portfolio, reference = Portfolio.from_table(KINDS[kind]), Portfolio.from_table(SHEET)
    assert portfolio.notes == reference.notes
    assert portfolio.to_json() == reference.to_json()
    for frame in (portfolio.indicators(), portfolio.seven_differences("aid"), *portfolio.to_frames().values()):
        assert frames.kind_of(frame) == kind
    assert lists(portfolio.indicators(history=True)) == lists(reference.indicators(history=True))
    assert lists(portfolio.seven_differences("aid")) == lists(reference.seven_differences("aid"))


@pytest.mark.parametrize("kind", KINDS)
def test_labels_survive(kind: str) -> None:
    portfolio = Portfolio.from_table(KINDS[kind])
    for made in (portfolio, Portfolio.from_frames(**portfolio.to_frames()), Portfolio.from_json(portfolio.to_json())):
        measurements = lists(made.to_frames()["measurements"])
        assert measurements["city"] == SHEET["city"]
        assert measurements["checked"] == SHEET["checked"]
        assert made.to_json() == portfolio.to_json()


def test_indicators_have_the_columns_of_the_contract() -> None:
    table = Portfolio.from_table(SHEET).indicators()
    assert list(table)[: len(COLUMNS)] == COLUMNS
    assert table["product"] == ["aid"]
    assert table["metric"] == ["impact"]
    assert (table["start"], table["end"]) == (["2021-01-01"], ["2022-01-01"])
    assert (table["cost"], table["impact"]) == ([250_000.0], [14_000.0])
    assert table["unit_cost"] == pytest.approx([250 / 14], rel=1e-15)
    assert table["g_cost"] == pytest.approx([math.log(250 / 210)], rel=1e-12)
    assert table["g_impact"] == pytest.approx([math.log(14 / 5)], rel=1e-12)
    assert table["p_observed"][0] > 0.99
    assert table["evidence"][0]


def test_history_goes_back_and_growth_needs_a_window_before() -> None:
    table = Portfolio.from_table(SHEET).indicators(history=True)
    assert sorted(table["start"]) == ["2020-01-01", "2021-01-01"]
    first = table["start"].index("2020-01-01")
    assert math.isnan(table["g_cost"][first])
    assert math.isnan(table["g_impact"][first])


@pytest.mark.parametrize(
    "day",
    [
        "2020-12-31",
        datetime.date(2020, 12, 31),
        datetime.datetime(2020, 12, 31),
        pd.Timestamp("2020-12-31"),
        np.datetime64("2020-12-31"),
    ],
)
def test_days_of_every_type(day: Any) -> None:
    table = Portfolio.from_table(SHEET).indicators(as_of=day)
    assert table["end"] == ["2021-01-01"]
    assert table["cost"] == [210_000.0]


BAD_CALLS: dict[str, Any] = {
    "as_of in words": lambda p: p.indicators(as_of="yesterday"),
    "as_of 2021-02-30": lambda p: p.indicators(as_of="2021-02-30"),
    "as_of a number": lambda p: p.indicators(as_of=2021),
    "as_of at nine": lambda p: p.indicators(as_of=datetime.datetime(2021, 1, 1, 9)),
    "as_of not a time": lambda p: p.indicators(as_of=pd.NaT),
    "as_of a lone surrogate": lambda p: p.indicators(as_of="\ud800"),
    "no month": lambda p: p.indicators(months=0),
    "half a month": lambda p: p.indicators(months=0.5),
    "unknown product": lambda p: p.seven_differences("x"),
    "product a number": lambda p: p.seven_differences(3),
    "product a lone surrogate": lambda p: p.metrics("\ud800"),
    "series of an unknown metric": lambda p: p.series("aid", "x"),
    "series of no month": lambda p: p.series("aid", "impact", months=0),
    "returns of an unknown product": lambda p: p.returns("x"),
    "returns of an unknown metric": lambda p: p.returns("aid", "x"),
    "dossier of an unknown product": lambda p: p.dossier("x"),
    "dossier for an unknown funder": lambda p: p.dossier("aid", funder="nobody"),
    "dossier in Latin": lambda p: p.dossier("aid", lang="la"),
    "dossier with a negative seed": lambda p: p.dossier("aid", seed=-1),
    "dossier on no day": lambda p: p.dossier("aid", date="soon"),
    "no kind of frame": lambda _: Portfolio.from_table(3),
    "no kind of metric": lambda _: Portfolio.from_table(SHEET, kind="sum"),
    "a rate": lambda _: Portfolio.from_table(SHEET, kind="rate"),
    "no text": lambda _: Portfolio.from_table(SHEET, metric=3),
}


@pytest.mark.parametrize("name", BAD_CALLS)
def test_wrong_calls_are_named(name: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        BAD_CALLS[name](Portfolio.from_table(SHEET))
    assert caught.value.place
    assert caught.value.rule


# Documents ---------------------------------------------------------------------------------------------------------


def test_files(tmp_path: Path) -> None:
    portfolio = Portfolio.from_table(SHEET)
    path = tmp_path / "portfolio.json"
    text = portfolio.to_json(path)
    assert path.read_text(encoding="utf-8") == text
    assert json.loads(text)["format"] == "essor/portfolio"
    for source in (path, str(path), text, "\n " + text):
        again = Portfolio.from_json(source)
        assert again.to_json() == text
        assert isinstance(again.indicators(), pd.DataFrame)
    assert [entry.name for entry in tmp_path.iterdir()] == ["portfolio.json"]


AMOUNTS = st.floats(min_value=0, max_value=1e300, allow_subnormal=False)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)


@settings(max_examples=40)
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=12), NAMES, NAMES)
def test_round_trips_keep_every_bit(rows: list[tuple[float, float]], product: str, label: str) -> None:
    sheet = {
        "product": [product] * len(rows),
        "period": [f"2021-{month + 1:02d}" for month in range(len(rows))],
        "cost": [cost for cost, _ in rows],
        "value": [value for _, value in rows],
        "a label": [label] * len(rows),
    }
    portfolio = Portfolio.from_table(sheet)
    read = [Portfolio.from_json(portfolio.to_json())]
    for kind in ("pandas", "polars", "pyarrow"):
        tables = {table: frames.frame_of(to_cells(frame), kind) for table, frame in portfolio.to_frames().items()}
        read.append(Portfolio.from_frames(**tables))
    for made in read:
        assert made.to_json() == portfolio.to_json()
        assert lists(made.to_frames()["costs"])["amount"] == sheet["cost"]
    assert portfolio.products == [product]


def to_cells(frame: dict[str, list[Any]]) -> dict[str, frames.Cells]:
    """Wrap lists as the cells of a table."""
    return frames.table_columns(frames.table_of(frame, "t"))


def test_all_seven_tables_survive() -> None:
    tables: dict[str, Any] = {
        "products": [{"product": "aid", "name": "Aid", "go_live": "2020-03-01", "phase": "acceleration"}],
        "costs": [
            {"product": "aid", "start": "2020-01-01", "end": "2021-01-01", "low": 1.0, "high": 2.0, "owner": "x"},
            {"product": "aid", "start": "2021-01-01", "end": "2022-01-01", "amount": 3.0, "activity": "hosting"},
        ],
        "metrics": [{"product": "aid", "metric": "people", "ratio_applies": False}],
        "measurements": [
            {"product": "aid", "metric": "people", "start": "2021-01-01", "end": "2022-01-01", "low": 4.0}
        ],
        "targets": [{"product": "aid", "metric": "people", "start": "2021-01-01", "end": "2022-01-01", "value": 5.0}],
        "decisions": [{"product": "aid", "date": "2021-06-01", "decision": "slow down", "conditions": "fewer"}],
        "published": [
            {
                "product": "aid",
                "metric": "people",
                "start": "2021-01-01",
                "end": "2022-01-01",
                "quantity": "unit_cost",
                "high": 1.0,
            }
        ],
    }
    portfolio = Portfolio.from_frames(**tables)
    for name, frame in portfolio.to_frames().items():
        kept = [{key: cell for key, cell in record.items() if cell is not None} for record in frame]
        assert kept == tables[name]
    assert Portfolio.from_json(portfolio.to_json()).to_json() == portfolio.to_json()


# Returns and display -----------------------------------------------------------------------------------------------


def panel(products: int = 12, years: int = 6) -> dict[str, list[Any]]:
    """Products whose cost is their impact to the power 0.8, times a level of their own."""
    rng = np.random.default_rng(0)
    sheet: dict[str, list[Any]] = {"product": [], "period": [], "cost": [], "value": []}
    for product in range(products):
        impact = 1000 * np.exp(np.cumsum(rng.normal(0.2, 0.5, years)))
        for year in range(years):
            sheet["product"].append(f"p{product}")
            sheet["period"].append(str(2015 + year))
            sheet["cost"].append(float((product + 1) * impact[year] ** 0.8))
            sheet["value"].append(float(impact[year]))
    return sheet


def test_a_series_is_ready_to_be_forecast() -> None:
    table = Portfolio.from_table(SHEET).series("aid", "impact", months=6)
    assert list(table) == ["unique_id", "ds", "y", "start", "end", "low", "high", "status"]
    assert table["ds"] == ["2020-H1", "2020-H2", "2021-H1", "2021-H2"]
    assert table["y"] == SHEET["value"]
    assert essor.forecast(table, 2).quantiles([0.5])["step"] == [1, 2]
    assert Portfolio.from_table(SHEET).series("aid", "impact", as_of="2020-12-31")["y"] == [5_000.0]
    fiscal = Portfolio.from_table({"product": ["a"], "period": ["FY2021"], "cost": [1], "value": [1]})
    assert fiscal.series("a", "impact")["ds"] == ["2021-04-01"]


def test_returns_find_the_scale_of_a_panel() -> None:
    found = Portfolio.from_table(panel()).returns()
    assert found.scale.value == pytest.approx(0.8, abs=1e-9)
    assert found.learning.value == pytest.approx(0, abs=1e-9)
    assert found.cost_on_impact.value == pytest.approx(0.8, abs=1e-9)
    assert found.impact_on_cost_reversed == pytest.approx(0.8, abs=1e-9)
    # The first window of a product has no past impact, so it is in no panel.
    assert (found.series, found.pairs, found.windows) == (12, 60, 60)
    assert found.to_frame()["estimate"][0] == "scale"
    assert len(found.sensitivity()["reliability"]) == len(found.reliability) > 1
    assert "0.8" in str(found)
    assert "<table>" in found._repr_html_()


def test_returns_of_one_short_record_cannot_be_estimated() -> None:
    found = Portfolio.from_table(SHEET).returns("aid", "impact")
    assert math.isnan(found.scale.value)
    assert "cannot be estimated" in str(found)


def test_seven_differences_are_seven() -> None:
    table = Portfolio.from_table(SHEET).seven_differences("aid")
    assert list(table) == ["difference", "figure", "basis", "verdict"]
    assert len(table["difference"]) == 7
    assert set(table["verdict"]) <= {"project", "product", "cannot tell"}


def test_a_dossier_is_a_value_and_a_page(tmp_path: Path) -> None:
    portfolio = Portfolio.from_table(SHEET)
    dossier = portfolio.dossier("aid", date=datetime.date(2021, 12, 31), lang="en", seed=1)
    assert list(dossier.answers) == [f"Q{number}" for number in range(1, 13)]
    for answer in dossier.answers.values():
        assert set(answer) >= {"status", "answer", "value", "standard_error", "interval", "evidence", "missing"}
        assert answer["status"] in ("answered", "missing_record", "not_computed")
    again = portfolio.dossier("aid", date="2021-12-31", lang="en", seed=1)
    assert again.to_json() == dossier.to_json()
    assert again.to_html() == dossier.to_html()
    assert json.loads(dossier.to_json())["language"] == "en"
    assert repr(dossier).startswith("Dossier('aid', 2021-12-31: ")
    assert dossier._repr_html_().startswith("<iframe")
    assert portfolio.dossier("aid").to_dict()["language"] == "fr"
    for name in ("dossier.txt", "dossier"):
        with pytest.raises(ArgumentError, match="html"):
            dossier.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_dossier_knows_nothing_later() -> None:
    early = Portfolio.from_table(SHEET).dossier("aid", date="2020-12-31").to_dict()
    assert early["date"] == "2020-12-31"
    assert all(window["window"]["end"] <= "2021-01-01" for window in early["windows"])


def test_display_escapes_what_the_record_says() -> None:
    portfolio = Portfolio.from_table({**SHEET, "product": ["<b>&aid"] * 4})
    assert repr(portfolio).startswith("Portfolio(1 product, 4 costs, 1 metric, 4 measurements; ")
    assert "&lt;b&gt;&amp;aid" in portfolio._repr_html_()
    assert "<b>&aid" not in portfolio._repr_html_()


def test_a_hundred_products_are_shown_in_short() -> None:
    assert "and 80 more" in Portfolio.from_table(panel(100, 2))._repr_html_()


# The package -------------------------------------------------------------------------------------------------------


def test_every_public_name_is_there() -> None:
    assert dir(essor) == sorted(essor.__all__)
    for name in essor.__all__:
        assert getattr(essor, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        essor.nothing  # noqa: B018


@pytest.mark.parametrize("name", ["essor", "essor.portfolio", "essor.frames", "essor.dossier"])
def test_examples_of_the_documentation(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_importing_the_package_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    heavy = ("pandas", "polars", "pyarrow", "narwhals", "matplotlib", "sqlite3")
    code = f"import essor, sys; essor.Portfolio; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
