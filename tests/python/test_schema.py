"""The JSON Schema that ships, held against the library: same words, same columns, same documents."""

from __future__ import annotations

import copy
import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import pytest
from essor import Portfolio, RecordError

jsonschema = pytest.importorskip("jsonschema")

# Which columns hold the words of which enumeration.
WORDS = {
    ("product", "phase"): "Phase",
    ("cost", "activity"): "Activity",
    ("cost", "resource"): "Resource",
    ("cost", "status"): "CostStatus",
    ("cost", "basis"): "Basis",
    ("metric", "level"): "Level",
    ("metric", "kind"): "Kind",
    ("metric", "direction"): "Direction",
    ("measurement", "status"): "MeasurementStatus",
    ("decision", "decision"): "DecisionKind",
    ("published_claim", "quantity"): "PublishedQuantity",
}

DOCUMENT: dict[str, Any] = {
    "format": "essor/portfolio",
    "version": 1,
    "products": [{"product": "a", "go_live": "2020-01-01", "team": "x"}],
    "costs": [{"product": "a", "start": "2021-01-01", "end": "2022-01-01", "amount": 1.5, "funder": None}],
    "metrics": [{"product": "a", "metric": "m", "level": "used"}],
    "measurements": [{"product": "a", "metric": "m", "start": "2021-01-01", "end": "2022-01-01", "low": 4000000}],
    "targets": [{"product": "a", "metric": "m", "start": "2022-01-01", "end": "2023-01-01", "value": 5}],
    "decisions": [{"product": "a", "date": "2022-01-31", "decision": "slow_down"}],
    "published": [
        {
            "product": "a",
            "metric": "m",
            "start": "2021-01-01",
            "end": "2022-01-01",
            "quantity": "growth_cost",
            "value": -0.5,
        }
    ],
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    text = importlib.resources.files("essor").joinpath("schema", "portfolio-1.schema.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(content)
    return content


@pytest.fixture(scope="module")
def validator(schema: dict[str, Any]) -> Any:
    return jsonschema.Draft202012Validator(schema)


def test_the_words_are_those_of_the_library(root: Path, schema: dict[str, Any]) -> None:
    header = (root / "include/essor/model/vocabulary.hpp").read_text(encoding="utf-8")
    lists = {
        name: re.findall(r'"([^"]+)"', body)
        for name, body in re.findall(
            r"struct words<(\w+)>\s*\{\s*static constexpr std::array list\s*\{([^}]*)\}", header
        )
    }
    for (record, column), name in WORDS.items():
        stated = schema["$defs"][record]["properties"][column]["enum"]
        assert [word for word in stated if word is not None] == lists[name], (record, column)
    with_words = {
        (record, column)
        for record, definition in schema["$defs"].items()
        for column, cell in definition.get("properties", {}).items()
        if "enum" in cell
    }
    assert with_words == set(WORDS)


def test_the_columns_are_those_that_the_writer_knows(root: Path, schema: dict[str, Any]) -> None:
    source = (root / "src/io/json.cpp").read_text(encoding="utf-8")
    lists = dict(re.findall(r"> (\w+)_columns\{([^}]*)\}", source))
    assert len(lists) == 7
    for name, body in lists.items():
        record = "published_claim" if name == "published" else name
        assert set(re.findall(r'"(\w+)"', body)) == set(schema["$defs"][record]["properties"]), name


def test_everything_is_described(schema: dict[str, Any]) -> None:
    for record, definition in schema["$defs"].items():
        for column, cell in definition.get("properties", {}).items():
            assert cell.get("description"), (record, column)


def test_the_datasets_are_valid(root: Path, validator: Any) -> None:
    files = sorted((root / "python/essor/datasets").glob("*.json"))
    assert files
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        errors = [f"{file.name} {error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        assert errors == []
        # What the library writes is valid too, and stays the same.
        written = Portfolio.from_json(file).to_json()
        validator.validate(json.loads(written))
        assert Portfolio.from_json(written).to_json() == written


def test_a_document_of_every_table_is_valid_and_read(validator: Any) -> None:
    validator.validate(DOCUMENT)
    portfolio = Portfolio.from_json(json.dumps(DOCUMENT))
    assert json.loads(portfolio.to_json())["products"] == DOCUMENT["products"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("costs", 0, "amount"), None),
        (("costs", 0, "amount"), -1),
        (("costs", 0, "start"), "2021-13-01"),
        (("costs", 0, "start"), None),
        (("costs", 0, "status"), "spent"),
        (("costs", 0, "product"), ""),
        (("measurements", 0, "low"), None),
        (("metrics", 0, "level"), "liked"),
        (("decisions", 0, "decision"), "wait"),
        (("decisions", 0, "decision"), None),
        (("published", 0, "quantity"), "growth"),
        (("products", 0, "team"), ["x"]),
        (("targets", 0, "value"), None),
    ],
)
def test_what_the_schema_refuses_the_library_refuses(validator: Any, path: tuple[str, int, str], value: object) -> None:
    document = copy.deepcopy(DOCUMENT)
    table, row, column = path
    document[table][row][column] = value
    assert not validator.is_valid(document)
    with pytest.raises(RecordError):
        Portfolio.from_json(json.dumps(document))
