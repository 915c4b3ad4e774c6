"""Input that states what cannot be: a RecordError or a FormatError with place, value and rule, and nothing is kept."""

from __future__ import annotations

import copy
import datetime
import decimal
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from essor import FormatError, Portfolio, RecordError

GOOD: dict[str, list[dict[str, Any]]] = {
    "products": [{"product": "aid", "go_live": "2020-03-01", "phase": "acceleration"}],
    "costs": [
        {"product": "aid", "start": "2020-01-01", "end": "2021-01-01", "amount": 1000.0},
        {"product": "aid", "start": "2021-01-01", "end": "2022-01-01", "amount": 1100.0},
    ],
    "metrics": [
        {"product": "aid", "metric": "people", "unit": "person", "level": "impactful", "kind": "flow"},
        {"product": "aid", "metric": "accounts", "unit": "account", "level": "used", "kind": "cumulative"},
        {"product": "aid", "metric": "success", "unit": "share", "level": "usable", "kind": "rate"},
    ],
    "measurements": [
        {"product": "aid", "metric": "people", "start": "2020-01-01", "end": "2021-01-01", "value": 200.0},
        {"product": "aid", "metric": "people", "start": "2021-01-01", "end": "2022-01-01", "value": 400.0},
        {"product": "aid", "metric": "accounts", "start": "2020-01-01", "end": "2021-01-01", "value": 50.0},
        {"product": "aid", "metric": "accounts", "start": "2021-01-01", "end": "2022-01-01", "value": 70.0},
        {
            "product": "aid",
            "metric": "success",
            "start": "2021-01-01",
            "end": "2022-01-01",
            "numerator": 4,
            "denominator": 5,
        },
    ],
    "targets": [{"product": "aid", "metric": "people", "start": "2021-01-01", "end": "2022-01-01", "value": 300.0}],
    "decisions": [{"product": "aid", "date": "2020-12-15", "decision": "continue", "amount": 1100.0}],
    "published": [
        {
            "product": "aid",
            "metric": "people",
            "start": "2021-01-01",
            "end": "2022-01-01",
            "quantity": "unit_cost",
            "value": 2.75,
        }
    ],
}
SHEET: dict[str, list[Any]] = {
    "product": ["aid", "aid"],
    "period": ["2020", "2021"],
    "cost": [1000.0, 1100.0],
    "value": [200.0, 400.0],
}


def edited(table: str, row: int, **cells: Any) -> Callable[[], object]:
    """Load the good record with cells of one row changed."""

    def load() -> object:
        tables = copy.deepcopy(GOOD)
        tables[table][row].update(cells)
        return Portfolio.from_frames(**tables)

    return load


def added(table: str, **record: Any) -> Callable[[], object]:
    """Load the good record with one record more."""

    def load() -> object:
        tables = copy.deepcopy(GOOD)
        tables[table].append(record)
        return Portfolio.from_frames(**tables)

    return load


def without(table: str, *columns: str) -> Callable[[], object]:
    """Load the good record without columns of a table."""

    def load() -> object:
        tables: dict[str, Any] = copy.deepcopy(GOOD)
        tables[table] = [{k: v for k, v in record.items() if k not in columns} for record in tables[table]]
        return Portfolio.from_frames(**tables)

    return load


def sheet(**columns: Any) -> Callable[[], object]:
    """Load the good table of five columns with columns changed; None takes one away."""
    given = {name: cells for name, cells in {**SHEET, **columns}.items() if cells is not None}
    return lambda: Portfolio.from_table(given)


def frame(made: Any) -> Callable[[], object]:
    """Load a frame as a table of five columns."""
    return lambda: Portfolio.from_table(made)


def text(document: str) -> Callable[[], object]:
    """Load a JSON document from its text."""
    return lambda: Portfolio.from_json(document)


def document(**changed: Any) -> Callable[[], object]:
    """Load a JSON document with top-level keys changed; None takes one away."""
    whole = {"format": "essor/portfolio", "version": 1, **GOOD, **changed}
    return text(json.dumps({key: value for key, value in whole.items() if value is not None}))


def cell(literal: str) -> Callable[[], object]:
    """Load a JSON document whose first cost has this literal as its amount."""
    return text(document_text().replace("1000.0", literal, 1))


def document_text() -> str:
    return json.dumps({"format": "essor/portfolio", "version": 1, **GOOD})


def dated(*days: Any) -> dict[str, list[Any]]:
    """Five columns with start and end instead of a period."""
    return {"product": ["aid"], "start": [days[0]], "end": [days[1]], "cost": [1.0], "value": [2.0]}


PEOPLE = {"product": "aid", "metric": "people"}
YEAR = {"start": "2022-01-01", "end": "2023-01-01"}
UTC = datetime.UTC

# name: (how it is loaded, what the place says, what the rule says); rules that differ in words are different rules.
CASES: dict[str, tuple[Callable[[], object], str, str]] = {
    # What is not declared
    "metric not declared": (
        edited("measurements", 0, metric="persons"),
        "measurements row 0, column metric",
        "declared metric",
    ),
    "product not declared, in measurements": (
        edited("measurements", 1, product="x"),
        "measurements row 1",
        "declared product",
    ),
    "product not declared, in costs": (
        edited("costs", 0, product="x"),
        "costs row 0, column product",
        "declared product",
    ),
    "product not declared, in metrics": (edited("metrics", 0, product="x"), "metrics row 0", "declared product"),
    "product not declared, in targets": (edited("targets", 0, product="x"), "targets row 0", "declared product"),
    "product not declared, in decisions": (edited("decisions", 0, product="x"), "decisions row 0", "declared product"),
    "product not declared, in published": (edited("published", 0, product="x"), "published row 0", "declared product"),
    "target on a metric that is not declared": (
        edited("targets", 0, metric="x"),
        "targets row 0, column metric",
        "declared metric",
    ),
    "claim on a metric that is not declared": (
        edited("published", 0, metric="x"),
        "published row 0",
        "declared metric",
    ),
    # Currencies
    "two currencies in one product": (
        edited("costs", 1, currency="GBP"),
        "costs row 1, column currency",
        "never summed",
    ),
    # Periods and days
    "reversed period": (
        edited("costs", 0, start="2021-01-01", end="2020-01-01"),
        "costs row 0, column end",
        "reversed",
    ),
    "empty period": (edited("costs", 0, end="2020-01-01"), "costs row 0, column end", "empty"),
    "start in the middle of a month": (
        edited("costs", 0, start="2020-01-15"),
        "costs row 0, column start",
        "whole months",
    ),
    "end in the middle of a month": (edited("measurements", 0, end="2020-12-15"), "column end", "whole months"),
    "month 13": (edited("costs", 0, start="2020-13-01"), "costs row 0, column start", "not a day"),
    "30 February": (edited("costs", 0, end="2020-02-30"), "costs row 0, column end", "not a day"),
    "year 99": (edited("costs", 0, start="0099-01-01"), "costs row 0, column start", "not a day"),
    "a day in words": (edited("targets", 0, set_on="last week"), "targets row 0, column set_on", "not a day"),
    "a day as 31/12/2021": (edited("costs", 0, known_on="31/12/2021"), "column known_on", "not a day"),
    "go_live is no day": (edited("products", 0, go_live="soon"), "products row 0, column go_live", "not a day"),
    "no start": (edited("costs", 0, start=None), "costs row 0, column start", "must be given"),
    "period 2021-H3": (sheet(period=["2020", "2021-H3"]), "table row 1, column period", "not a period"),
    "period 202104": (sheet(period=["2020", "202104"]), "table row 1, column period", "not a period"),
    "period 99": (sheet(period=["2020", "99"]), "table row 1, column period", "not a period"),
    "period in words": (sheet(period=["2020", "next year"]), "table row 1, column period", "not a period"),
    "reversed interval": (sheet(period=["2020", "2021-07-01/2021-01-01"]), "table row 1, column period", "reversed"),
    "a time of day": (
        frame(dated(datetime.datetime(2021, 1, 1, 9), "2022-01-01")),
        "table row 0, column start",
        "midnight",
    ),
    "a timezone": (
        frame(
            pl.DataFrame(dated(datetime.datetime(2021, 1, 1, tzinfo=UTC), datetime.datetime(2022, 1, 1, tzinfo=UTC)))
        ),
        "table row 0, column start",
        "timezone",
    ),
    # Figures
    "negative cost": (edited("costs", 0, amount=-1.0), "costs row 0, column amount", "not negative"),
    "negative cost in a sheet": (sheet(cost=[1.0, -1.0]), "table row 1, column cost", "not negative"),
    "negative measurement": (
        edited("measurements", 0, value=-1.0),
        "measurements row 0, column value",
        "must not be negative",
    ),
    "negative target": (edited("targets", 0, value=-1.0), "targets row 0, column value", "must not be negative"),
    "low above high": (
        edited("costs", 0, amount=None, low=2.0, high=1.0),
        "costs row 0, column low",
        "low must not be above high",
    ),
    "value below low": (
        edited("measurements", 0, low=300.0),
        "measurements row 0, column value",
        "must not be below low",
    ),
    "value above high": (
        edited("measurements", 0, high=100.0),
        "measurements row 0, column value",
        "must not be above high",
    ),
    "no amount": (edited("costs", 0, amount=None), "costs row 0, column amount", "must be given"),
    "no value": (edited("measurements", 0, value=None), "measurements row 0, column value", "must be given"),
    "target without a value": (edited("targets", 0, value=None), "targets row 0, column value", "must be given"),
    "claim without a value": (
        edited("published", 0, value=None),
        "published row 0, column value",
        "a claim needs a value",
    ),
    "growth below -100 %": (edited("published", 0, quantity="growth_cost", value=-1.5), "published row 0", "above -1"),
    "NaN in a dict": (sheet(cost=[1.0, float("nan")]), "table row 1, column cost", "finite"),
    "NaN in polars": (
        frame(pl.DataFrame({**SHEET, "value": [1.0, float("nan")]})),
        "table row 1, column value",
        "finite",
    ),
    "NaN in pyarrow": (frame(pa.table({**SHEET, "value": [float("nan"), 1.0]})), "table row 0, column value", "finite"),
    "NaN as Decimal": (sheet(cost=[decimal.Decimal("NaN"), decimal.Decimal(1)]), "table row 0, column cost", "finite"),
    "infinity": (sheet(cost=[1.0, float("inf")]), "table row 1, column cost", "finite"),
    "infinity in pandas": (
        frame(pd.DataFrame({**SHEET, "cost": [-np.inf, 1.0]})),
        "table row 0, column cost",
        "finite",
    ),
    "a whole number beyond 2**53": (sheet(value=[1, 2**53 + 1]), "table row 1, column value", "2**53"),
    "1e999 in a sheet": (sheet(cost=["1", "1e999"]), "table row 1, column cost", "too large"),
    "1,234": (sheet(cost=["1,234", "5"]), "table row 0, column cost", "write 1234 or 1.234"),
    "12 k€": (sheet(cost=["12 k€", "5"]), "table row 0, column cost", "not a number"),
    "spaces that group no thousands": (sheet(cost=["12 34", "5"]), "table row 0, column cost", "groups of three"),
    "nan as text": (sheet(cost=["nan", "5"]), "table row 0, column cost", "not a number"),
    "price_year with a half": (
        edited("costs", 0, price_year=2020.5),
        "costs row 0, column price_year",
        "must be a year",
    ),
    # Rates and cumulative counts
    "rate without denominator": (edited("measurements", 4, denominator=None), "column denominator", "a rate needs"),
    "rate over 0": (edited("measurements", 4, denominator=0), "measurements row 4, column denominator", "above 0"),
    "negative numerator": (
        edited("measurements", 4, numerator=-1),
        "measurements row 4, column numerator",
        "must not be negative",
    ),
    "rate with a value": (edited("measurements", 4, value=0.8), "measurements row 4, column value", "is a rate"),
    "flow with a numerator": (edited("measurements", 0, numerator=1, denominator=2), "column numerator", "only a rate"),
    "cumulative count that falls": (edited("measurements", 3, value=40.0), "measurements row 3, column value", "falls"),
    # Twice the same
    "product twice": (added("products", product="aid"), "products row 1, column product", "declared once"),
    "metric twice": (added("metrics", **PEOPLE), "metrics row 3, column metric", "declared once"),
    "cost twice": (added("costs", **GOOD["costs"][0]), "costs row 2", "known_on"),
    "vintages of one day": (
        added("measurements", **PEOPLE, start="2021-01-01", end="2022-01-01", value=410.0),
        "measurements row 5",
        "known_on",
    ),
    "target twice": (added("targets", **GOOD["targets"][0]), "targets row 1", "set once"),
    "different costs of one product and period": (
        frame({"product": ["a", "a"], "period": [2021, 2021], "cost": [1, 2], "value": [3, 4], "metric": ["x", "y"]}),
        "table row 1, column cost",
        "one cost",
    ),
    # Words
    "status": (edited("costs", 0, status="spent"), "costs row 0, column status", "planned, committed, paid"),
    "measurement status": (
        edited("measurements", 0, status="guessed"),
        "measurements row 0, column status",
        "must be one of",
    ),
    "direction": (edited("metrics", 0, direction="up"), "metrics row 0, column direction", "increase, decrease"),
    "kind": (edited("metrics", 0, kind="total"), "metrics row 0, column kind", "flow, stock, cumulative, rate"),
    "level": (edited("metrics", 0, level="great"), "metrics row 0, column level", "usable, used, useful"),
    "phase": (edited("products", 0, phase="beta"), "products row 0, column phase", "investigation"),
    "activity": (edited("costs", 0, activity="lunch"), "costs row 0, column activity", "hosting"),
    "decision": (edited("decisions", 0, decision="wait"), "decisions row 0, column decision", "provisional"),
    "no decision": (edited("decisions", 0, decision=None), "decisions row 0, column decision", "must be one of"),
    "quantity": (edited("published", 0, quantity="price"), "published row 0, column quantity", "growth_cost"),
    "correction": (
        edited("measurements", 0, correction="maybe"),
        "measurements row 0, column correction",
        "true or false",
    ),
    "suppressed with a value": (edited("measurements", 0, status="suppressed"), "column status", "cannot have a value"),
    # Output is no impact
    "features as impact": (
        added("metrics", product="aid", metric="features", level="impactful"),
        "metrics row 3, column level",
        "measure of output",
    ),
    "lines of code as impact": (sheet(metric=["lines of code"] * 2), "table row 0, column metric", "measure of output"),
    # Columns and their types
    "no column end": (without("costs", "end"), "costs", "column end is missing"),
    "no column amount": (without("costs", "amount"), "costs", "column amount is missing"),
    "no column quantity": (without("published", "quantity"), "published", "column quantity is missing"),
    "no column period": (sheet(period=None), "table", "period"),
    "no column cost": (sheet(cost=None), "table", "column cost is missing"),
    "no row": (sheet(product=[], period=[], cost=[], value=[]), "table", "at least one row"),
    "column of lists": (
        frame(pl.DataFrame({**SHEET, "value": [[1.0], [2.0]]})),
        "table row 0, column value",
        "wrong type",
    ),
    "column of structs": (
        frame(pl.DataFrame({**SHEET, "note": [{"a": 1}] * 2})),
        "table row 0, column note",
        "wrong type",
    ),
    "column of durations": (sheet(value=np.array([1, 2], "m8[D]")), "table row 0, column value", "wrong type"),
    "text among numbers": (
        frame(pd.DataFrame({**SHEET, "cost": [1.0, "two"]})),
        "table row 1, column cost",
        "is not a number",
    ),
    "true as a cost": (sheet(cost=[True, False]), "column cost", "wrong type"),
    "true as a product": (sheet(product=[True, False]), "column product", "wrong type"),
    "bytes": (sheet(product=[b"aid", b"aid"]), "table row 0, column product", "wrong type"),
    "columns of unequal length": (sheet(cost=[1.0]), "table, column cost", "as many rows"),
    "a column without its list": (sheet(cost=3.0), "table, column cost", "list or an array"),
    "a column name twice": (
        frame(pd.DataFrame([["aid", "2020", 1.0, 2.0, 3.0]], columns=["product", "period", "cost", "value", "value"])),
        "table, column value",
        "given once",
    ),
    "a column twice, in other letters": (sheet(Cost=[1.0, 2.0]), "table", "keep one"),
    "a column name that is a number": (
        frame(pd.DataFrame([[1, 2]], columns=["product", 7])),
        "table, column 1",
        "is text",
    ),
    "several levels of columns": (
        frame(pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_product([["a"], ["b", "c"]]))),
        "table",
        "one level",
    ),
    "an index that holds a column": (frame(pd.DataFrame(SHEET).set_index("product")), "table", "reset_index"),
    "a record that is none": (frame([{"product": "aid"}, 3]), "table row 1", "a record is a dict"),
    "lone surrogate": (sheet(product=["aid", "\ud800"]), "table row 1, column product", "surrogate"),
    "lone surrogate in a name": (sheet(**{"\ud800": ["a", "b"]}), "table, column 4", "surrogate"),
    # Documents
    "empty document": (text("{}"), "document", "is missing"),
    "another format": (document(format="other"), "format", "essor/portfolio"),
    "no format": (document(format=None), "document", '"format" is missing'),
    "no version": (document(version=None), "document", '"version" is missing'),
    "version 2": (document(version=2), "version", "newer"),
    "version 0": (document(version=0), "version", "counted from 1"),
    "version in words": (document(version="one"), "version", "whole number"),
    "unknown table": (document(expenses=[]), "document", "no such table"),
    "a table that is no list": (document(costs={}), "/costs", "list of records"),
    "a record that is a number": (document(costs=[3]), "/costs/0", "object of cells"),
    "truncated": (text(document_text()[:200]), "document line", ""),
    "text after the end": (text(document_text() + "{}"), "document line", ""),
    "a comma too many": (text(document_text().replace("}]", "},]", 1)), "document line", ""),
    "key twice in a record": (cell('1000.0, "amount": 1000.0'), "/costs/0", "occurs once"),
    "key twice in a document": (text(document_text()[:-1] + ', "costs": []}'), "/costs", "occurs once"),
    "deep nesting": (cell("[" * 200 + "]" * 200), "/costs/0/amount", "deep"),
    "100 000 levels": (text("[" * 100_000), "document", ""),
    "a list in a cell": (cell("[1000]"), "/costs/0/amount", "a cell is"),
    "an object in a cell": (cell('{"eur": 1000}'), "/costs/0/amount", "a cell is"),
    "1e999 in a document": (cell("1e999"), "/costs/0/amount", "finite"),
    "NaN in a document": (cell("NaN"), "document line", ""),
    "whole number beyond 2^53 in a document": (cell(str(2**53 + 1)), "/costs/0/amount", "2^53"),
    "two types in a column": (cell('"a lot"'), "/costs/1/amount", "one type"),
    "lone surrogate in a document": (cell('"\\ud800"'), "document", ""),
    "lone surrogate in the text of a document": (cell('"\ud800"'), "document line 1", "surrogate"),
    "NUL in a document": (cell('"\\u0000"'), "/costs/0/amount", "NUL"),
    "negative cost in a document": (cell("-5"), "document /costs/0/amount", "not negative"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_named(name: str) -> None:
    load, place, rule = CASES[name]
    with pytest.raises((RecordError, FormatError)) as caught:
        load()
    error = caught.value
    assert isinstance(error, ValueError)
    assert place in error.place
    assert error.place
    assert rule in error.rule
    assert error.rule
    assert isinstance(error.value, str)
    assert str(error).startswith(error.place)
    assert error.rule in str(error)


def test_the_good_record_is_good() -> None:
    assert Portfolio.from_frames(**GOOD).products == ["aid"]
    assert Portfolio.from_table(SHEET).products == ["aid"]
    assert Portfolio.from_json(document_text()).products == ["aid"]


def test_there_are_enough_cases_over_enough_rules() -> None:
    assert len(CASES) >= 60
    rules = set()
    for load, _, _ in CASES.values():
        with pytest.raises((RecordError, FormatError)) as caught:
            load()
        rules.add(caught.value.rule.split(":")[0])
    assert len(rules) >= 25


BAD_FILES: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "", "the file is empty"),
    "header only": (b"product,period,cost,value\n", "", "no row"),
    "a name twice": (b"product,period,cost,cost\na,2021,1,2\n", "line 1, column 4", "once"),
    "a name missing": (b"product,,cost,value\na,2021,1,2\n", "line 1, column 2", "names every column"),
    "too few cells": (b"product,period,cost,value\na,2021,1\n", "line 2", "4 columns"),
    "too many cells": (b"product,period,cost,value\na,2021,1,2,3\n", "line 2", "4 columns"),
    "an open quote": (b'product,period,cost,value\n"a,2021,1,2\n', "line 2", "never closed"),
    "a stray quote": (b'product,period,cost,value\na"b,2021,1,2\n', "line 2", "quote"),
    "Latin-1": ("product,period,cost,value\n\xe9tat,2021,1,2\n".encode("latin-1"), "line 2", "UTF-8"),
    "UTF-16": ("product,period,cost,value\na,2021,1,2\n".encode("utf-16"), "line 1", "UTF-8"),
    "NUL": (b"product,period,cost,value\na\0,2021,1,2\n", "line 2", "NUL"),
    "a comma in a number": (b'product,period,cost,value\na,2021,"1,234",2\n', "line 2, column cost", "1234 or 1.234"),
    "a period": (b"product,period,cost,value\na,2021,1,2\na,2021-H3,1,2\n", "line 3, column period", "not a period"),
    "neither cost nor value": (b"product,period,cost,value\na,2021,,\n", "line 2", "cost, a value or both"),
    "a bad period after a blank line": (b"product,period,cost,value\n\na,soon,1,2\n", "line 3", "not a period"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_named(name: str, tmp_path: Any) -> None:
    content, place, rule = BAD_FILES[name]
    path = tmp_path / "spend.csv"
    path.write_bytes(content)
    with pytest.raises((RecordError, FormatError)) as caught:
        Portfolio.from_table(path)
    assert str(path) in caught.value.place
    assert place in caught.value.place
    assert rule in caught.value.rule


@pytest.mark.parametrize("load", [Portfolio.from_json, Portfolio.from_table])
def test_files_that_cannot_be_read(load: Callable[[Any], Portfolio], tmp_path: Any) -> None:
    for path in (tmp_path / "absent", tmp_path, f"{tmp_path}/nul\0", f"{tmp_path}/\ud800", ""):
        with pytest.raises(FormatError):
            load(path)


def test_a_file_that_is_no_text(tmp_path: Any) -> None:
    path = tmp_path / "portfolio.json"
    path.write_bytes(b'{"format": "essor/portfolio", "version": 1, "products": [{"product": "\xff"}]}')
    with pytest.raises(FormatError, match="UTF-8") as caught:
        Portfolio.from_json(path)
    assert str(path) in caught.value.place


@pytest.mark.parametrize("name", ["cost twice", "negative cost", "truncated", "no column end"])
def test_nothing_is_written(name: str, tmp_path: Any) -> None:
    path = tmp_path / "portfolio.json"
    path.write_text("as it was")
    with pytest.raises((RecordError, FormatError)):
        CASES[name][0]().to_json(path)  # type: ignore[attr-defined]
    assert path.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Any) -> None:
    portfolio = Portfolio.from_table(SHEET)
    with pytest.raises(FormatError) as caught:
        portfolio.to_json(tmp_path / "no" / "portfolio.json")
    assert "portfolio.json" in caught.value.place
    assert list(tmp_path.iterdir()) == []
