"""Data frames in and out: pandas, polars, pyarrow, anything narwhals knows, a dict of lists or a list of records.

A frame becomes a table of the compiled core: text columns are stored as distinct texts with a code per row, numbers
as float64 with a mask of what is present, true and false as 1, 0 and -1 (absent). What comes back takes the kind of
the frame that went in, pandas where nothing did.

The rules, the same for every kind of frame:

- an absent cell is ``None``, ``null``, ``NaT``, ``NA``; ``NaN`` is absent in pandas, where nothing else can be said,
  and an error everywhere else; infinity is an error everywhere;
- a whole number above 2**53 is an error, since float64 does not keep each one;
- a date becomes its ISO text; a time of day other than midnight, or a timezone, is an error;
- a column holds one type: text, numbers, booleans or dates.
"""

from __future__ import annotations

import datetime
import decimal
import importlib
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType, NoneType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from essor import _core
from essor.errors import ArgumentError, RecordError

__all__ = [
    "Booleans",
    "Cells",
    "Numbers",
    "Text",
    "frame_of",
    "kind_of",
    "listed",
    "place_of",
    "table_columns",
    "table_of",
]

#: How a column is described where its type is not accepted.
ACCEPTED = "a column holds text, numbers, booleans or dates, one type in the whole column"
#: What is said of NaN and infinity.
FINITE = "a number is finite; leave the cell empty (None, null) where it is not known"
#: What is said of an instant that is no day.
MIDNIGHT = "a date has no time of day; only midnight is read as a day"
#: What is said of a whole number that is too large.
WHOLE = "a whole number is at most 2**53, beyond which float64 does not keep each one"
#: The largest whole number below which float64 keeps every one.
LARGEST_WHOLE = 2**53


@dataclass(frozen=True, slots=True)
class Text:
    """Text cells, each distinct text stored once: cell i is ``texts[codes[i]]``, absent where ``codes[i] < 0``."""

    texts: list[str]
    codes: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers; `present` is None when every cell is there, else 0 marks an absent one (whose value is then 0)."""

    values: npt.NDArray[np.float64]
    present: npt.NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Booleans:
    """True 1, false 0, absent -1."""

    values: npt.NDArray[np.int8]


Cells: TypeAlias = Text | Numbers | Booleans


@dataclass(frozen=True, slots=True)
class _Place:
    """A column while it is read: where it is, and whether NaN means absent there."""

    table: str
    column: str
    nan_is_absent: bool = False

    def error(self, row: int | None, value: object, rule: str) -> RecordError:
        where = f"{self.table}, column {self.column}" if row is None else place_of(self.table, row, self.column)
        return RecordError(where, _shown(value), rule)


def place_of(table: str, row: int, column: str) -> str:
    """Return the place of a cell as errors and evidence spell it, rows counted from 0 as data frames do.

    Examples
    --------
    >>> place_of("costs", 3, "amount")
    'costs row 3, column amount'
    """
    return f"{table} row {row}, column {column}"


def kind_of(frame: object) -> str:
    """Return the kind of a frame: ``"dict"``, ``"records"``, or its library as narwhals names it (``"pandas"``, ...).

    Raises
    ------
    ArgumentError
        When `frame` is of no kind that can be read.
    """
    if isinstance(frame, Mapping):
        return "dict"
    if isinstance(frame, list | tuple):
        return "records"
    return str(_narwhals(frame, "frame").implementation.value)


def table_of(frame: object, name: str) -> _core.Table:
    """Turn a frame into a table of the core.

    Parameters
    ----------
    frame : DataFrame, Table, mapping of columns or list of records
        pandas, polars (a lazy frame is collected), pyarrow or whatever else narwhals reads; a mapping from column
        names to lists or arrays; a list of mappings, whose missing keys are absent cells.
    name : str
        The table's name, which opens every place that an error names.

    Raises
    ------
    RecordError
        When a column's name or a cell breaks a rule of this module; names the column and the row, counted from 0.
    ArgumentError
        When `frame` is of no kind that can be read.
    """
    if isinstance(frame, Mapping):
        columns = _columns_of_mapping(frame, name)
    elif isinstance(frame, list | tuple):
        columns = _columns_of_records(frame, name)
    else:
        columns = _columns_of_frame(frame, name)
    rows = 0
    for position, (column, cells) in enumerate(columns):
        length = len(cells.codes if isinstance(cells, Text) else cells.values)
        if position and length != rows:
            raise RecordError(
                f"{name}, column {column}", str(length), f"every column has as many rows as the first, {rows}"
            )
        rows = length
    table = _core.Table(name, rows if columns or not isinstance(frame, list | tuple) else len(frame))
    for column, cells in columns:
        if isinstance(cells, Text):
            table.add_text(column, cells.texts, cells.codes)
        elif isinstance(cells, Numbers):
            table.add_numbers(column, cells.values, cells.present)
        else:
            table.add_booleans(column, cells.values)
    return table


def table_columns(table: _core.Table) -> dict[str, Cells]:
    """Return the columns of a table of the core, by name."""
    out: dict[str, Cells] = {}
    for column in table.columns():
        if column[1] == "text":
            out[column[0]] = Text(column[2], column[3])
        elif column[1] == "number":
            out[column[0]] = Numbers(column[2], column[3])
        else:
            out[column[0]] = Booleans(column[2])
    return out


def listed(cells: Cells) -> list[Any]:
    """Return cells as a list of Python values, None where absent."""
    if isinstance(cells, Text):
        texts: list[str | None] = [*cells.texts, None]
        return [texts[code] for code in cells.codes.tolist()]
    if isinstance(cells, Booleans):
        return [None if value < 0 else bool(value) for value in cells.values.tolist()]
    values: list[Any] = cells.values.tolist()
    if cells.present is None:
        return values
    return [value if there else None for value, there in zip(values, cells.present.tolist(), strict=True)]


def frame_of(columns: Mapping[str, Cells], kind: str = "pandas") -> Any:
    """Make a frame of a kind that `kind_of` names.

    Raises
    ------
    ImportError
        When the library of that kind is not installed; says what to install.
    """
    if kind == "dict":
        return {name: listed(cells) for name, cells in columns.items()}
    if kind == "records":
        lists = [listed(cells) for cells in columns.values()]
        return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]
    library = _library(kind)
    if kind == "pandas":
        return library.DataFrame({name: _to_pandas(library, cells) for name, cells in columns.items()})
    if kind == "polars":
        return library.DataFrame([_to_polars(library, name, cells) for name, cells in columns.items()])
    if kind == "pyarrow":
        return library.table({name: _to_arrow(library, cells) for name, cells in columns.items()})
    import narwhals.stable.v2 as nw

    backend: Any = kind
    native: Any = nw.from_dict({name: listed(cells) for name, cells in columns.items()}, backend=backend).to_native()
    return native


def _library(kind: str) -> ModuleType:
    try:
        return importlib.import_module(kind)
    except ImportError as error:
        hint = f"a {kind} data frame is due here and {kind} is not installed: pip install {kind}"
        if kind == "pandas":
            hint += ", or give the records as polars, pyarrow or dicts and get the same kind back"
        raise ImportError(hint) from error


def _to_pandas(pandas: ModuleType, cells: Cells) -> Any:
    if isinstance(cells, Text):
        texts = np.empty(len(cells.texts) + 1, dtype=object)
        texts[:-1] = cells.texts
        texts[-1] = None
        return pandas.Series(pandas.Series(texts).array.take(cells.codes))  # converts each text once, not each cell
    if isinstance(cells, Booleans):
        if (cells.values >= 0).all():
            return pandas.Series(cells.values.astype(np.bool_))
        return pandas.Series(pandas.array(listed(cells), dtype="boolean"))
    if cells.present is None:
        return pandas.Series(cells.values)
    return pandas.Series(np.where(cells.present != 0, cells.values, np.nan))


def _to_polars(polars: ModuleType, name: str, cells: Cells) -> Any:
    if isinstance(cells, Text):
        texts = polars.Series(name, [*cells.texts, None], dtype=polars.String)
        return texts.gather(np.where(cells.codes < 0, len(cells.texts), cells.codes))
    if isinstance(cells, Booleans):
        return polars.Series(name, listed(cells), dtype=polars.Boolean)
    series = polars.Series(name, cells.values)
    if cells.present is None:
        return series
    absent = polars.Series(name, [None], dtype=polars.Float64)
    return series.zip_with(polars.Series(cells.present != 0), absent)


def _to_arrow(pyarrow: ModuleType, cells: Cells) -> Any:
    if isinstance(cells, Text):
        codes = pyarrow.array(cells.codes, mask=cells.codes < 0)
        texts = pyarrow.array(cells.texts, type=pyarrow.string())
        return pyarrow.DictionaryArray.from_arrays(codes, texts).cast(pyarrow.string())
    if isinstance(cells, Booleans):
        return pyarrow.array(cells.values != 0, mask=cells.values < 0)
    return pyarrow.array(cells.values, mask=None if cells.present is None else cells.present == 0)


# Frames ---------------------------------------------------------------------------------------------------------------


def _narwhals(frame: Any, table: str) -> Any:
    import narwhals.stable.v2 as nw
    from narwhals.exceptions import DuplicateError

    try:
        wrapped: Any = nw.from_native(frame)
    except DuplicateError as error:
        again = _shown(_repeated(list(getattr(frame, "column_names", None) or frame.columns)))
        raise RecordError(f"{table}, column {again}", again, "a column's name is given once") from error
    except TypeError as error:
        raise ArgumentError(
            "frame", type(frame).__name__, "give a pandas, polars or pyarrow frame, a dict of lists or a list of dicts"
        ) from error
    return wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped


def _repeated(names: Sequence[object]) -> object:
    seen: set[object] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _checked_names(names: Sequence[object], table: str) -> list[str]:
    checked = []
    for position, name in enumerate(names):
        place = f"{table}, column {position}"
        if not isinstance(name, str):
            raise RecordError(place, _shown(name), "a column's name is text")
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise RecordError(place, _shown(name), "text is valid Unicode, without a lone surrogate") from error
        checked.append(name)
    if len(set(checked)) < len(checked):
        again = str(_repeated(checked))
        raise RecordError(f"{table}, column {again}", again, "a column's name is given once")
    return checked


def _columns_of_mapping(frame: Mapping[Any, Any], table: str) -> list[tuple[str, Cells]]:
    names = _checked_names(list(frame), table)
    return [(name, _of_listlike(frame[name], _Place(table, name))) for name in names]


def _columns_of_records(frame: Sequence[Any], table: str) -> list[tuple[str, Cells]]:
    seen: dict[Any, None] = {}
    for row, record in enumerate(frame):
        if not isinstance(record, Mapping):
            raise RecordError(f"{table} row {row}", _shown(record), "a record is a dict from column names to values")
        seen.update(dict.fromkeys(record))
    names = _checked_names(list(seen), table)
    return [(name, _of_objects([record.get(name) for record in frame], _Place(table, name))) for name in names]


def _columns_of_frame(frame: Any, table: str) -> list[tuple[str, Cells]]:
    wrapped = _narwhals(frame, table)
    native, kind = wrapped.to_native(), wrapped.implementation.value
    if kind == "pandas":
        return _columns_of_pandas(native, table)
    if kind == "polars":
        return _columns_of_polars(native, table)
    arrow = native if kind == "pyarrow" else wrapped.to_arrow()
    names = _checked_names(arrow.column_names, table)
    return [(name, _of_arrow(arrow.column(i), _Place(table, name))) for i, name in enumerate(names)]


def _columns_of_pandas(frame: Any, table: str) -> list[tuple[str, Cells]]:
    for axis, what in ((frame.columns, "the columns"), (frame.index, "the rows")):
        if axis.nlevels > 1:
            raise RecordError(
                table, _shown(tuple(axis.names)), f"{what} have one level, without a MultiIndex: use reset_index()"
            )
    if frame.index.name is not None:
        raise RecordError(table, _shown(frame.index.name), "what the index holds would be lost: use reset_index()")
    names = _checked_names(list(frame.columns), table)
    return [(name, _of_pandas(frame[name], _Place(table, name, nan_is_absent=True))) for name in names]


def _columns_of_polars(frame: Any, table: str) -> list[tuple[str, Cells]]:
    polars = sys.modules["polars"]
    names = _checked_names(frame.columns, table)
    texts = [name for name, dtype in zip(names, frame.dtypes, strict=True) if dtype in (polars.String, polars.Enum)]
    # One call, so that polars encodes the columns in parallel.
    encoded = frame.select(polars.col(texts).cast(polars.Categorical)) if texts else None
    out: list[tuple[str, Cells]] = []
    for name in names:
        series = encoded.get_column(name) if encoded is not None and name in encoded.columns else frame.get_column(name)
        out.append((name, _of_polars(polars, series, _Place(table, name))))
    return out


# Columns --------------------------------------------------------------------------------------------------------------


def _of_pandas(series: Any, place: _Place) -> Cells:
    pandas = sys.modules["pandas"]
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        return _of_array(series.to_numpy(), place)
    if isinstance(dtype, pandas.StringDtype):
        codes, texts = pandas.factorize(series)
        return _text(list(texts), codes, place)
    if isinstance(dtype, pandas.CategoricalDtype):
        if all(isinstance(text, str) for text in dtype.categories):
            return _used_text(series.cat.codes.to_numpy(), lambda used: list(dtype.categories.take(used)), place)
        return _of_array(series.to_numpy(), place)
    if isinstance(dtype, pandas.ArrowDtype):
        return _of_arrow(series.array.__arrow_array__(), place)
    if isinstance(dtype, pandas.PeriodDtype):
        return _of_objects(series.tolist(), place)
    if isinstance(dtype, pandas.DatetimeTZDtype):
        raise _wrong_type(
            place, series.notna().to_numpy(), series.array, "a date has no timezone: use dt.tz_localize(None)"
        )
    if isinstance(dtype, pandas.SparseDtype):
        return _of_array(np.asarray(series.array), place)
    absent = series.isna().to_numpy()
    if dtype.kind == "b" and hasattr(dtype, "numpy_dtype"):
        values = series.to_numpy(dtype=np.int8, na_value=-1)
        return Booleans(values)
    if dtype.kind in "iuf" and hasattr(dtype, "numpy_dtype"):
        plain = series.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return _numbers(plain, ~absent if absent.any() else None, place)
    raise _wrong_type(place, ~absent, series.array, f"wrong type {dtype}: {ACCEPTED}")


def _of_polars(polars: ModuleType, series: Any, place: _Place) -> Cells:
    dtype = series.dtype
    present = None if series.null_count() == 0 else series.is_not_null().to_numpy()
    if dtype == polars.Categorical:
        codes = series.to_physical().to_numpy() if present is None else series.to_physical().fill_null(0).to_numpy()
        codes = codes.astype(np.int64)
        if present is not None:
            codes[~present] = -1
        return _global_text(codes, series, place)
    if dtype == polars.Enum or dtype == polars.String:
        return _of_polars(polars, series.cast(polars.Categorical), place)
    if dtype.is_numeric():
        if dtype.is_decimal():
            series = series.cast(polars.Float64)
            return _numbers(_filled(series, present), present, place, whole=True)
        return _numbers(_filled(series, present), present, place)
    if dtype == polars.Boolean:
        values = series.cast(polars.Int8)
        return Booleans((values if present is None else values.fill_null(-1)).to_numpy())
    if dtype == polars.Date:
        return _days(_filled(series.to_physical(), present).astype(np.int64), present, place)
    if dtype == polars.Datetime:
        if dtype.time_zone is not None:
            raise _wrong_type(place, present, series, "a date has no timezone: use dt.replace_time_zone(None)")
        return _instants(_filled(series.to_physical(), present), dtype.time_unit, present, place)
    if dtype == polars.Null:
        return _no_text(len(series))
    if dtype == polars.Object:
        return _of_objects(series.to_list(), place)
    raise _wrong_type(place, present, series, f"wrong type {dtype}: {ACCEPTED}")


def _filled(series: Any, present: npt.NDArray[np.bool_] | None) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = (series if present is None else series.fill_null(0)).to_numpy()
    return array


def _of_arrow(array: Any, place: _Place) -> Cells:
    pyarrow = sys.modules["pyarrow"]
    kinds = importlib.import_module("pyarrow.types")
    dtype = array.type
    if kinds.is_string(dtype) or kinds.is_large_string(dtype) or str(dtype) == "string_view":
        array = (array.cast(pyarrow.string()) if str(dtype) == "string_view" else array).dictionary_encode()
        dtype = array.type
    if isinstance(array, pyarrow.ChunkedArray):
        array = array.unify_dictionaries() if kinds.is_dictionary(dtype) else array
        array = array.combine_chunks()
        if isinstance(array, pyarrow.ChunkedArray):  # what does not fit into one chunk
            raise place.error(None, dtype, "the column is too long for one array")
    present = None if array.null_count == 0 else array.is_valid().to_numpy(zero_copy_only=False)
    if kinds.is_dictionary(dtype):
        if kinds.is_string(dtype.value_type) or kinds.is_large_string(dtype.value_type):
            indices = array.indices
            codes = (indices.fill_null(-1) if indices.null_count else indices).to_numpy().astype(np.int64, copy=False)
            texts = array.dictionary.to_pylist()
            return _used_text(codes, lambda used: [texts[i] for i in used.tolist()], place)
        return _of_arrow(array.dictionary_decode(), place)
    if kinds.is_boolean(dtype):
        values = array.cast(pyarrow.int8())
        return Booleans(np.asarray(values.fill_null(-1) if present is not None else values))
    if kinds.is_integer(dtype) or kinds.is_floating(dtype):
        if present is not None:
            array = array.fill_null(pyarrow.scalar(0, type=dtype))
        return _numbers(array.to_numpy(zero_copy_only=False), present, place)
    if kinds.is_decimal(dtype):
        array = array.cast(pyarrow.float64())
        return _numbers((array.fill_null(0.0) if present is not None else array).to_numpy(), present, place, whole=True)
    if kinds.is_date(dtype) or kinds.is_timestamp(dtype):
        if kinds.is_timestamp(dtype) and dtype.tz is not None:
            raise _wrong_type(place, present, array, "a date has no timezone")
        unit = "D" if kinds.is_date32(dtype) else "ms" if kinds.is_date64(dtype) else dtype.unit
        whole = array.cast(pyarrow.int32() if unit == "D" else pyarrow.int64())
        counts = (whole.fill_null(0) if present is not None else whole).to_numpy().astype(np.int64, copy=False)
        return _days(counts, present, place) if unit == "D" else _instants(counts, unit, present, place)
    if kinds.is_null(dtype):
        return _no_text(len(array))
    raise _wrong_type(place, present, array, f"wrong type {dtype}: {ACCEPTED}")


def _of_listlike(values: Any, place: _Place) -> Cells:
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise place.error(None, f"array of shape {values.shape}", "a column has one dimension")
        return _of_array(values, place)
    if isinstance(values, list | tuple | range):
        return _of_objects(values, place)
    if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
        raise place.error(None, values, "a column is a list or an array of values, one per row")
    module = type(values).__module__.partition(".")[0]
    if module == "pandas" and hasattr(values, "iloc"):
        return _of_pandas(values, _Place(place.table, place.column, nan_is_absent=True))
    if module == "polars":
        return _of_polars(sys.modules["polars"], values, place)
    if module == "pyarrow":
        return _of_arrow(values, place)
    return _of_objects(list(values), place)


def _of_array(values: npt.NDArray[Any], place: _Place) -> Cells:
    kind = values.dtype.kind
    if kind in "iuf":
        return _numbers(values, None, place)
    if kind == "b":
        return Booleans(values.astype(np.int8))
    if kind == "M":
        unit = np.datetime_data(values.dtype)[0]
        absent = np.isnat(values)
        present = ~absent if absent.any() else None
        if unit == "generic":
            return _no_text(len(values))
        counts = values.astype("datetime64[us]") if unit in ("W", "M", "Y", "h", "m") else values
        whole = np.where(absent, 0, counts.astype(np.int64))
        unit = "us" if counts is not values else unit
        return _days(whole, present, place) if unit == "D" else _instants(whole, unit, present, place)
    if kind in "OUT":
        return _of_objects(values.tolist(), place)
    raise _wrong_type(place, None, values, f"wrong type {values.dtype}: {ACCEPTED}")


def _of_objects(values: Sequence[Any], place: _Place) -> Cells:
    """Read Python values, which may be of any type, by way of the types that occur."""
    types = set(map(type, values)) - {NoneType}
    if any(kind.__name__ in ("NaTType", "NAType") for kind in types):
        values = [None if type(value).__name__ in ("NaTType", "NAType") else value for value in values]
        types = {kind for kind in types if kind.__name__ not in ("NaTType", "NAType")}
    if place.nan_is_absent and any(issubclass(kind, float) for kind in types):
        values = [None if isinstance(value, float) and value != value else value for value in values]
        types = set(map(type, values)) - {NoneType}
    if not types:
        return _no_text(len(values))
    families = {kind: _family(kind) for kind in types}
    if set(families.values()) == {"numbers", "text"}:  # a spreadsheet's 2021 and "2021-H1", or 5 and "1 200 000"
        values = [_spelt(value, place, row) for row, value in enumerate(values)]
        families = {str: "text"}
    if len(set(families.values())) > 1 or None in families.values():
        _refuse_mixture(values, families, place)
    family = next(iter(families.values()))
    if family == "numbers":
        return _number_objects(values, types, place)
    if family == "booleans":
        return Booleans(np.array([-1 if value is None else bool(value) for value in values], dtype=np.int8))
    codes, distinct = _encoded(values)
    if family == "text":
        return _text(distinct, codes, place)
    first = np.zeros(len(distinct) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    texts = [_day_text(value, place, int(row)) for value, row in zip(distinct, first, strict=False)]
    merged, again = _encoded(texts)  # a date and a midnight of the same day are one text
    return _text(again, np.where(codes < 0, -1, merged[codes]) if texts else codes, place)


def _family(kind: type) -> str | None:
    if issubclass(kind, str):
        return "text"
    if issubclass(kind, bool | np.bool_):
        return "booleans"
    if issubclass(kind, int | float | decimal.Decimal | np.integer | np.floating):
        return "numbers"
    if issubclass(kind, datetime.date | np.datetime64) or (kind.__name__ == "Period" and hasattr(kind, "start_time")):
        return "dates"
    return None


def _spelt(value: Any, place: _Place, row: int) -> str | None:
    """Return a text as it is, and a number as the shortest text that reads back as it."""
    if value is None or isinstance(value, str):
        return value
    if not math.isfinite(value):
        raise place.error(row, value, FINITE)
    return str(int(value)) if value == int(value) and abs(value) <= LARGEST_WHOLE else repr(float(value))


def _refuse_mixture(values: Sequence[Any], families: Mapping[type, str | None], place: _Place) -> None:
    first = next(families[type(value)] for value in values if value is not None)
    for row, value in enumerate(values):
        if value is None:
            continue
        family = families[type(value)]
        if family is None:
            raise place.error(row, value, f"wrong type {type(value).__name__}: {ACCEPTED}")
        if family != first:
            raise place.error(row, value, f"wrong type: {family} in a column that begins with {first}; {ACCEPTED}")


def _encoded(values: Sequence[Any]) -> tuple[npt.NDArray[np.int32], list[Any]]:
    index: dict[Any, int] = {}
    for value in dict.fromkeys(values):
        if value is not None:
            index[value] = len(index)
    distinct = list(index)
    index[None] = -1
    return np.fromiter(map(index.__getitem__, values), dtype=np.int32, count=len(values)), distinct


def _number_objects(values: Sequence[Any], types: set[type], place: _Place) -> Cells:
    absent = None in values
    present = np.array([value is not None for value in values]) if absent else None
    if types != {float}:
        for row, value in enumerate(values):
            if isinstance(value, decimal.Decimal) and not value.is_finite():
                raise place.error(row, value, FINITE)
            if value is not None and not isinstance(value, float) and value == value and abs(value) > LARGEST_WHOLE:
                raise place.error(row, value, WHOLE)
    filled = [0.0 if value is None else value for value in values] if absent else values
    numbers = np.fromiter(filled, dtype=np.float64, count=len(values))
    return _numbers(numbers, present, place)


def _numbers(
    values: npt.NDArray[Any], present: npt.NDArray[np.bool_] | None, place: _Place, *, whole: bool = False
) -> Numbers:
    """Check numbers and make them float64; `whole` says that they were exact before, so 2**53 bounds them too."""
    if (values.dtype.kind in "iu" and values.dtype.itemsize == 8) or whole:
        beyond = (values > LARGEST_WHOLE) | (values < -LARGEST_WHOLE)
        if len(values) and beyond.any():
            row = int(np.argmax(beyond))
            raise place.error(row, values[row], WHOLE)
    numbers = np.ascontiguousarray(values, dtype=np.float64)
    if values.dtype.kind == "f":
        finite = np.isfinite(numbers)
        if not finite.all():
            nan = np.isnan(numbers)
            refused = ~finite & ~nan if place.nan_is_absent else ~finite
            if refused.any():
                row = int(np.argmax(refused))
                raise place.error(row, float(numbers[row]), FINITE)
            present = finite if present is None else present & finite
            numbers = np.where(present, numbers, 0.0)
    return Numbers(numbers, None if present is None else present.astype(np.uint8))


# Text and dates -------------------------------------------------------------------------------------------------------


def _no_text(rows: int) -> Text:
    return Text([], np.full(rows, -1, dtype=np.int32))


def _text(texts: list[str], codes: npt.NDArray[Any], place: _Place) -> Text:
    codes = np.ascontiguousarray(codes, dtype=np.int32)
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        for index, text in enumerate(texts):
            try:
                text.encode()
            except UnicodeEncodeError as error:
                row = int(np.argmax(codes == index))
                raise place.error(row, text, "text is valid Unicode, without a lone surrogate") from error
    return Text(texts, codes)


def _used_text(codes: npt.NDArray[Any], texts_of: Any, place: _Place) -> Text:
    """Renumber codes so that only texts that occur are kept; `texts_of` gives the texts of the codes in use."""
    there = codes >= 0
    counts = np.bincount(codes if there.all() else codes[there])
    used = np.flatnonzero(counts)
    if len(used) == len(counts):
        return _text(texts_of(used), codes, place)
    renumbered = np.full(len(counts) + 1, -1, dtype=np.int32)  # the last one answers for -1, absent
    renumbered[used] = np.arange(len(used), dtype=np.int32)
    return _text(texts_of(used), renumbered[codes], place)


def _global_text(codes: npt.NDArray[np.int64], series: Any, place: _Place) -> Text:
    """Read the texts of polars categories where each first occurs: their codes number all texts of the process."""
    first = np.zeros(int(codes.max(initial=-1)) + 2, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    polars = sys.modules["polars"]
    return _used_text(codes, lambda used: series.gather(first[used]).cast(polars.String).to_list(), place)


def _days(days: npt.NDArray[np.int64], present: npt.NDArray[np.bool_] | None, place: _Place) -> Text:
    """Spell days counted from 1970-01-01, each distinct day once."""
    if len(days) == 0 or (present is not None and not present.any()):
        return _no_text(len(days))
    known = days if present is None else days[present]
    lowest, highest = int(known.min()), int(known.max())
    if highest - lowest > 4_000_000:  # eleven thousand years: no calendar of ours
        row = int(np.argmax(days == (highest if abs(highest) > abs(lowest) else lowest)))
        raise place.error(row, np.datetime64(int(days[row]), "D"), "a day is between the years 1900 and 2199")
    codes = days - lowest
    if present is not None:
        codes[~present] = -1
    return _used_text(
        codes, lambda used: np.datetime_as_string((used + lowest).astype("datetime64[D]")).tolist(), place
    )


def _instants(counts: npt.NDArray[Any], unit: str, present: npt.NDArray[np.bool_] | None, place: _Place) -> Text:
    """Spell instants counted from 1970-01-01 in `unit`; each must be a midnight."""
    per_day = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}[unit]
    days = counts.astype(np.int64, copy=False) // per_day
    late = days * per_day != counts
    if late.any():
        row = int(np.argmax(late))
        raise place.error(row, counts[row].astype(f"datetime64[{unit}]"), MIDNIGHT)
    return _days(days, present, place)


def _day_text(value: Any, place: _Place, row: int) -> str:
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            raise place.error(row, value, "a date has no timezone")
        if value.time() != datetime.time():
            raise place.error(row, value, MIDNIGHT)
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    following = value.end_time.date() + datetime.timedelta(days=1)
    return f"{value.start_time.date().isoformat()}/{following.isoformat()}"


def _wrong_type(place: _Place, present: npt.NDArray[np.bool_] | None, values: Any, rule: str) -> RecordError:
    """Make the error of a column whose type is not accepted; it names the first cell that holds something."""
    if len(values) == 0:
        return place.error(None, "", rule)
    row = 0 if present is None else int(np.argmax(present))
    return place.error(row, values[row], rule)


def _shown(value: object) -> str:
    """Spell a value for an error, short and printable: a lone surrogate becomes its escape."""
    if hasattr(value, "as_py"):
        value = value.as_py()
    if hasattr(value, "to_list"):
        value = value.to_list()
    text = value if isinstance(value, str) else str(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 80 else text[:77] + "..."
