"""pandas objects in and out; pandas is imported here alone."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from hypostyle import _headings, _index, _native, _numpy
from hypostyle._bin_texts import intervals
from hypostyle._column_labels import any_marked
from hypostyle._dtypes import numpy_name, zone, zone_name
from hypostyle._labels import column_name
from hypostyle._naming import named
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError

try:
    import pyarrow as pa
except ImportError:
    pa = None


def from_pandas(data: Any, keep_nan: bool) -> Plan:
    """A plan over the columns and the index of a pandas object."""
    if isinstance(data, pd.Series):
        data = data.to_frame(0 if data.name is None else data.name)
    if not isinstance(data, pd.DataFrame):
        raise DataTypeError(f"no frame can be made of a pandas {type(data).__name__}")
    names = [column_name(name) for name in data.columns]
    # A shallow copy shares its blocks; pandas copies a block before it writes to one that is shared.
    held = data.copy(deep=False)
    columns = [named(names[i], column_from_pandas, held.iloc[:, i], keep_nan, True) for i in range(len(names))]
    levels: list[_index.Level] = []
    index = held.index
    if not (type(index) is pd.RangeIndex and index.name is None and index.start == 0 and index.step == 1):
        labels = [None if name is None else column_name(name) for name in index.names]
        levels = _index.level_columns(labels, names)
        for position, (column, _) in enumerate(levels):
            level = index.set_names([None] * index.nlevels).get_level_values(position)
            names.insert(position, column)
            columns.insert(position, named(column, column_from_pandas, pd.Series(level), keep_nan, False))
    titles = tuple(data.columns.names)
    return Plan(_native.Query.from_columns(names, columns), levels, axis=None if set(titles) == {None} else titles)


def column_from_pandas(values: Any, keep_nan: bool, shared: bool) -> _native.Column:
    """A column of a Series or Index. With ``shared``, other pandas objects have its memory too, so that pandas copies it
    before it is written to."""
    if not isinstance(values, pd.Series):
        # An Index, a Categorical, or another array of pandas'.
        values = pd.Series(values)
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        array = values.to_numpy()
        share = shared and array.flags.c_contiguous and array.dtype.kind in "iufMm" and COPY_ON_WRITE
        # As long as this series lives, pandas knows that its block is shared.
        return _numpy.column_from_array(array, keep_nan=keep_nan, owner=values if share else None)
    if isinstance(dtype, pd.SparseDtype):
        return _numpy.column_from_array(np.asarray(values), keep_nan=keep_nan)
    if isinstance(dtype, pd.DatetimeTZDtype):
        instants = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        return _numpy.column_from_array(instants, zone=zone_name(dtype.tz))
    if isinstance(dtype, pd.CategoricalDtype):
        categories = column_from_pandas(_categories(values, dtype), True, False)
        codes = _numpy.column_from_array(values.cat.codes.to_numpy().astype("int32"))
        return _native.Column.from_codes(codes, categories, bool(dtype.ordered))
    if (
        pa is not None
        and hasattr(values.array, "__arrow_array__")
        and "pyarrow" in str(getattr(dtype, "storage", dtype))
    ):
        return _native.Column.from_arrow(pa.chunked_array(values.array.__arrow_array__()))
    if dtype.kind in "iufb":
        mask = values.isna().to_numpy()
        filler: Any = False if dtype.kind == "b" else 0
        array = values.to_numpy(dtype.numpy_dtype, na_value=filler)
        return _numpy.column_from_array(array, mask=mask, keep_nan=True)
    return _native.Column.from_values(values.tolist(), None, not keep_nan)


def _categories(values: Any, dtype: Any) -> Any:
    """The categories of a column: intervals as their texts. Of other values than texts the column becomes one of these
    values, with a warning where that tells."""
    categories = dtype.categories
    if isinstance(categories, pd.IntervalIndex):
        return pd.Index([str(one) for one in categories], dtype="str")
    texts = all(isinstance(one, str) for one in categories[:1])
    if not texts and (
        dtype.ordered or not categories.is_monotonic_increasing or values.cat.codes.nunique() < len(categories)
    ):
        of = "" if values.name is None else f" {values.name!r}"
        warnings.warn(
            f"column{of}: categories of {categories.dtype} become values, which have no order of their own and do not know "
            "what no row has; rename_categories(str) keeps them categories",
            stacklevel=6,
        )
    return categories


#: Whether pandas copies shared memory before it writes (always so since pandas 3).
COPY_ON_WRITE = int(pd.__version__.split(".")[0]) >= 3


def to_pandas(plan: Plan) -> pd.DataFrame:
    """A pandas DataFrame of a plan's columns, with its index."""
    plan = plan.shown()
    query = plan.query
    dates = [name for name, dtype in plan.dtypes.items() if dtype == "date"]
    if dates:  # pandas holds days as timestamps
        query = query.with_columns([_native.Expr.column(name).cast("timestamp[s]").alias(name) for name in dates])
    table = query.collect()
    dtypes = dict(zip(query.names(), query.dtypes(), strict=True))
    alike = {name: dtype for name, dtype in dtypes.items() if numpy_name(dtype) is not None}
    found = _numpy.arrays(table, alike, masked=True)
    columns = {name: _column(found.get(name), table, name, dtype) for name, dtype in dtypes.items()}
    index = [columns.pop(column) for column in plan.index_columns]
    frame = pd.DataFrame(columns, index=_index_of(index, plan, table.rows()), copy=False)
    if (titles := columns_index(plan)) is not None:
        frame.columns = titles
    return frame


def columns_index(plan: Plan) -> pd.Index | None:
    """The labels of the columns as pandas has them; none where they are texts."""
    names, axis = plan.columns, _headings.axis_of(plan)
    if _headings.depth(names) > 1:
        return pd.MultiIndex.from_tuples(_headings.shown(names), names=axis)
    title = None if axis is None else axis[0]
    if any_marked(names):
        labels = _headings.shown(names)
        if labels == list(range(len(labels))) and not any(type(label) is not int for label in labels):
            return pd.RangeIndex(len(labels), name=title)
        return pd.Index(labels, name=title)
    return None if axis is None else pd.Index(names, name=title, dtype=None if names else "str")


def _index_of(levels: list, plan: Plan, rows: int) -> pd.Index:
    labels = [_headings.one_shown(label) for _, label in plan.index]
    if not levels:
        return pd.RangeIndex(rows)
    if len(levels) == 1:
        return pd.Index(levels[0], name=labels[0], copy=False)
    return pd.MultiIndex.from_arrays(levels, names=labels)


def _column(array: Any, table: _native.Table, name: str, dtype: str) -> Any:
    """What pandas holds a column in."""
    if isinstance(array, tuple):
        values, mask = array
        return (pd.arrays.BooleanArray if dtype == "bool" else pd.arrays.IntegerArray)(values, mask)
    if array is not None:
        zone_name = zone(dtype)
        if zone_name is None:
            return array
        return pd.DatetimeIndex(array).tz_localize("UTC").tz_convert(zone_name)
    if dtype == "category":
        return _categorical(table, name)
    if dtype == "string":
        return _strings(table, name)
    if dtype == "null":
        return np.full(table.rows(), None, dtype=object)
    return _through_arrow(table, name, dtype)


def _categorical(table: _native.Table, name: str) -> Any:
    known = table.query().categories(_native.Expr.column(name))
    categories, ordered = known or ([], False)
    codes = table.query().select([_native.Expr.column(name).cast("int32").alias(name)]).collect()
    values, mask = _masked(_numpy.arrays(codes, {name: "int32"}, masked=True)[name])
    held = np.where(mask, -1, values) if mask is not None else values
    return pd.Categorical.from_codes(held, categories=_intervals(categories, ordered), ordered=ordered)


def _intervals(categories: list[str], ordered: bool) -> Any:
    """The categories that `cut` makes as pandas has them."""
    found = intervals(categories) if ordered else None
    if found is None:
        return categories
    ends = [one.left for one in found], [one.right for one in found]
    return pd.IntervalIndex.from_arrays(*ends, closed=found[0].closed)


def _masked(array: Any) -> tuple[Any, Any]:
    return array if isinstance(array, tuple) else (array, None)


def _strings(table: _native.Table, name: str) -> Any:
    if pa is None:
        return pd.array(table.lists([name])[0], dtype="str")
    column = _arrow_column(table, name, pa.large_string())
    dtype: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    make: Any = pd.arrays.ArrowStringArray
    return make(column, dtype=dtype)


def _through_arrow(table: _native.Table, name: str, dtype: str) -> Any:
    if pa is None:
        raise ImportError(f"to_pandas: the column {name!r} of type {dtype} needs pyarrow: pip install pyarrow")
    try:
        return _arrow_column(table, name, None).to_pandas().array
    except pa.ArrowNotImplementedError:
        # Lists of texts, for example: Python's own objects.
        return _numpy.object_array(table.lists([name])[0])


def _arrow_column(table: _native.Table, name: str, wanted: Any) -> Any:
    query = table.query().select([_native.Expr.column(name)])
    schema = None if wanted is None else pa.schema([pa.field(name, wanted)]).__arrow_c_schema__()
    stream = pa.RecordBatchReader._import_from_c_capsule(query.collect().arrow_stream(schema))
    return stream.read_all().column(0)
