"""Frames of every kind in, the same kind out."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from essor import ArgumentError, RecordError, frames
from hypothesis import given
from hypothesis import strategies as st

DAY = datetime.date(2020, 1, 1)
LATER = datetime.date(2021, 3, 1)
COLUMNS: dict[str, list[Any]] = {
    "text": ["a", None, "b", "a"],
    "number": [1.0, 2.5, None, 3.25],
    "answer": [True, None, False, True],
    "day": [DAY, None, LATER, DAY],
    "nothing": [None] * 4,
}
READ = {**COLUMNS, "day": ["2020-01-01", None, "2021-03-01", "2020-01-01"]}
POLARS = pl.DataFrame(COLUMNS)
ARROW = pa.table(COLUMNS)

FRAMES: dict[str, tuple[Any, str]] = {
    "dict": (COLUMNS, "dict"),
    "dict of tuples": ({name: tuple(cells) for name, cells in COLUMNS.items()}, "dict"),
    "dict of series": ({name: POLARS.get_column(name) for name in COLUMNS}, "dict"),
    "dict of arrow arrays": ({name: ARROW.column(name) for name in COLUMNS}, "dict"),
    "records": ([dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)], "records"),
    "pandas": (pd.DataFrame(COLUMNS), "pandas"),
    "pandas of objects": (pd.DataFrame(COLUMNS, dtype=object), "pandas"),
    "pandas nullable": (pd.DataFrame(COLUMNS).convert_dtypes(), "pandas"),
    "pandas of arrow": (ARROW.to_pandas(types_mapper=pd.ArrowDtype), "pandas"),
    "pandas datetimes": (pd.DataFrame(COLUMNS).assign(day=lambda f: pd.to_datetime(f["day"])), "pandas"),
    "pandas categories": (
        pd.DataFrame({**COLUMNS, "text": pd.Categorical(COLUMNS["text"], categories=["z", "b", "a"])}),
        "pandas",
    ),
    "pandas, rows chosen": (pd.DataFrame(COLUMNS).loc[[3, 1, 2, 0]].iloc[[3, 1, 2, 0]], "pandas"),
    "polars": (POLARS, "polars"),
    "polars lazy": (POLARS.lazy(), "polars"),
    "polars categories": (POLARS.with_columns(pl.col("text").cast(pl.Categorical)), "polars"),
    "polars enumeration": (POLARS.with_columns(pl.col("text").cast(pl.Enum(["q", "b", "a"]))), "polars"),
    "polars datetimes": (POLARS.with_columns(pl.col("day").cast(pl.Datetime("ns"))), "polars"),
    "polars decimals": (POLARS.with_columns(pl.col("number").cast(pl.Decimal(10, 2))), "polars"),
    "polars objects": (POLARS.with_columns(pl.Series("text", COLUMNS["text"], dtype=pl.Object)), "polars"),
    "polars slices": (pl.concat([POLARS[:1], POLARS[1:]], rechunk=False), "polars"),
    "pyarrow": (ARROW, "pyarrow"),
    "pyarrow chunks": (pa.concat_tables([ARROW.slice(0, 1), ARROW.slice(1)]), "pyarrow"),
    "pyarrow dictionary": (
        ARROW.set_column(0, "text", pa.array(COLUMNS["text"]).dictionary_encode()),
        "pyarrow",
    ),
    "pyarrow large text": (ARROW.set_column(0, "text", pa.array(COLUMNS["text"], pa.large_string())), "pyarrow"),
    "pyarrow text views": (ARROW.set_column(0, "text", pa.array(COLUMNS["text"], pa.string_view())), "pyarrow"),
    "pyarrow timestamps": (
        ARROW.set_column(3, "day", pa.array(COLUMNS["day"]).cast(pa.timestamp("s"))),
        "pyarrow",
    ),
    "pyarrow days in milliseconds": (ARROW.set_column(3, "day", pa.array(COLUMNS["day"], pa.date64())), "pyarrow"),
    "pyarrow decimals": (
        ARROW.set_column(1, "number", pa.array(COLUMNS["number"]).cast(pa.decimal128(10, 2))),
        "pyarrow",
    ),
}


def lists(frame: Any) -> dict[str, list[Any]]:
    """Read a frame into a table and spell its columns as lists."""
    columns = frames.table_columns(frames.table_of(frame, "costs"))
    return {name: frames.listed(cells) for name, cells in columns.items()}


@pytest.mark.parametrize("name", FRAMES)
def test_every_kind_reads_the_same_and_comes_back(name: str) -> None:
    frame, kind = FRAMES[name]
    assert frames.kind_of(frame) == kind
    table = frames.table_of(frame, "costs")
    assert (table.name, table.rows) == ("costs", 4)
    assert lists(frame) == READ
    back = frames.frame_of(frames.table_columns(table), kind)
    assert frames.kind_of(back) == kind
    assert lists(back) == READ


def test_numbers_of_every_type() -> None:
    small = {f"{kind}{bits}": np.array([1, 2], f"{kind}{bits // 8}") for kind in "iu" for bits in (8, 16, 32, 64)}
    floats = {f"f{bits}": np.array([1, 2], f"f{bits // 8}") for bits in (16, 32, 64)}
    both = {**small, **floats, "strided": np.arange(4.0)[::2] / 2 + 1, "python": [1, 2.0], "range": range(1, 3)}
    mixed = {"decimal": [decimal.Decimal(1), 2], "numpy": [np.float32(1), np.int8(2)]}
    for made in ({**both, **mixed}, pl.DataFrame({**small, **floats}), pd.DataFrame(small), pa.table(small)):
        for name, cells in lists(made).items():
            assert cells == [1.0, 2.0], name
    assert lists(pd.DataFrame({"x": pd.array([1, None], "UInt8"), "y": pd.arrays.SparseArray([0.0, 1.5])})) == {
        "x": [1.0, None],
        "y": [0.0, 1.5],
    }


def test_numbers_are_not_copied_on_the_way() -> None:
    values = np.arange(3.0)
    cells = frames._of_array(values, frames._Place("t", "x"))
    assert isinstance(cells, frames.Numbers)
    assert np.shares_memory(cells.values, values)


def test_dates_of_every_type() -> None:
    made = {
        "numpy": np.array(["2020-01-01", "NaT"], "M8[D]"),
        "months": np.array(["2020-01", "NaT"], "M8[M]"),
        "seconds": np.array(["2020-01-01", "NaT"], "M8[s]"),
        "python": [datetime.datetime(2020, 1, 1), None],
        "pandas": [pd.Timestamp("2020-01-01"), pd.NaT],
        "both": [datetime.date(2020, 1, 1), None],
    }
    for name, cells in lists(made).items():
        assert cells == ["2020-01-01", None], name
    assert lists({"d": [DAY, datetime.datetime(2020, 1, 1), np.datetime64("2020-01-01")]})["d"] == ["2020-01-01"] * 3


def test_pandas_periods_become_intervals() -> None:
    made = pd.DataFrame(
        {"quarter": pd.period_range("2020-01", periods=2, freq="Q"), "year": pd.Series([pd.Period("2021", "Y"), None])}
    )
    assert lists(made) == {
        "quarter": ["2020-01-01/2020-04-01", "2020-04-01/2020-07-01"],
        "year": ["2021-01-01/2022-01-01", None],
    }


def test_only_texts_that_occur_are_kept() -> None:
    categories = pd.Categorical(["b", None], categories=[f"unused {i}" for i in range(300)] + ["b"])
    enumeration = pl.Series(["b", None], dtype=pl.Enum(["unused", "b"]))
    dictionary = pa.DictionaryArray.from_arrays(pa.array([1, None], pa.int8()), ["unused", "b"])
    for made in (pd.DataFrame({"x": categories}), pl.DataFrame({"x": enumeration}), pa.table({"x": dictionary})):
        cells = frames.table_columns(frames.table_of(made, "t"))["x"]
        assert isinstance(cells, frames.Text)
        assert cells.texts == ["b"]
        assert cells.codes.tolist() == [0, -1]


def test_empty_frames() -> None:
    for made in (
        [],
        {},
        {"a": []},
        pd.DataFrame({"a": []}),
        pl.DataFrame({"a": []}),
        pl.DataFrame(schema={"a": pl.Date}),
    ):
        assert frames.table_of(made, "t").rows == 0
    for dtype in (pl.String, pl.Date, pl.Categorical, pl.Int8, pl.Boolean, pl.Null, pl.Datetime):
        assert lists(pl.DataFrame({"a": [None]}, schema={"a": dtype})) == {"a": [None]}
        assert lists(pl.DataFrame({"a": []}, schema={"a": dtype})) == {"a": []}
    for kind in ("pandas", "polars", "pyarrow", "dict", "records"):
        assert frames.frame_of({}, kind) is not None


def test_missing_keys_of_records_are_absent() -> None:
    assert lists([{"a": 1}, {"b": "x"}, {}]) == {"a": [1.0, None, None], "b": [None, "x", None]}


def test_nan_is_absent_in_pandas_alone() -> None:
    nan = float("nan")
    assert lists(pd.DataFrame({"x": [1.0, nan]})) == {"x": [1.0, None]}
    assert lists(pd.DataFrame({"x": ["a", nan]}, dtype=object)) == {"x": ["a", None]}
    assert lists({"x": pd.Series([1.0, nan])}) == {"x": [1.0, None]}
    for made in (
        {"x": [1.0, nan]},
        {"x": np.array([1.0, nan])},
        [{"x": nan}],
        pl.DataFrame({"x": [nan]}),
        pa.table({"x": [nan]}),
    ):
        with pytest.raises(RecordError, match="finite"):
            frames.table_of(made, "t")


@pytest.mark.parametrize("made", [3, "text", None, object(), np.zeros(3), pl.Series([1])])
def test_what_is_no_frame(made: Any) -> None:
    with pytest.raises(ArgumentError) as caught:
        frames.table_of(made, "t")
    assert caught.value.place == "frame"


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(frames.importlib, "import_module", absent)
    with pytest.raises(ImportError, match="pip install pandas"):
        frames.frame_of({"x": frames.Numbers(np.zeros(1))})


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
CELLS = st.one_of(
    st.lists(st.none() | TEXT, min_size=3, max_size=3),
    st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3),
    st.lists(st.none() | st.booleans(), min_size=3, max_size=3),
)


@given(st.dictionaries(TEXT, CELLS, max_size=4), st.sampled_from(["pandas", "polars", "pyarrow", "dict", "records"]))
def test_what_goes_in_comes_back(columns: dict[str, list[Any]], kind: str) -> None:
    there = lists(frames.frame_of(frames.table_columns(frames.table_of(columns, "t")), kind))
    assert there == columns or (kind == "records" and not columns)
