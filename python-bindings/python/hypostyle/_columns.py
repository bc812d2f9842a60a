"""Getting data in: dictionaries, records, NumPy, pandas, Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypostyle import _labels, _native, _numpy
from hypostyle._cells import by_row
from hypostyle._column_labels import name_of
from hypostyle._dtypes import is_number
from hypostyle._headings import one_shown
from hypostyle._naming import named
from hypostyle._plan import Plan, Unlabelled
from hypostyle.errors import DataTypeError, DuplicateColumnError, InvalidArgumentError, ShapeError
from hypostyle.expr import BoundExpression, Expr


def frame_plan(data: Any, index: Any, columns: Sequence[Any] | None, keep_nan: bool) -> Plan:
    """The plan of anything a frame can be made of, with labels of the rows and names of the columns."""
    plan, axis = _frame_plan(data, index, columns, keep_nan), _labels.axis_of(columns)
    return plan if axis is None else plan.titled(axis)


def _frame_plan(data: Any, index: Any, columns: Sequence[str] | None, keep_nan: bool) -> Plan:
    from hypostyle._aligned import of_mapping

    data = computed(data)
    _labels.several(index, "index=")
    names = None if columns is None else _unlike(_labels.column_names(_labels.several(columns, "columns=")))
    fields = getattr(getattr(data, "dtype", None), "names", None)
    if fields and _numpy.is_array(data):
        data = {name: data[name] for name in fields}
    if data is None:
        data = {}
    elif names is not None and index is not None and _is_single(data):
        data = dict.fromkeys(names, data)
    if isinstance(data, Mapping):
        _unlike([_labels.column_name(name) for name in data])
        data = {_labels.column_name(name): values for name, values in data.items()}
        if names is not None:
            # A column that is not there is missing in each row; without any data there is no row.
            none: Any = None if data or index is not None else []
            data = {name: data.get(name, none) for name in names}
        aligned = of_mapping(data, index, keep_nan)
        if aligned is not None:
            return aligned
        if index is not None and all(map(_is_single, data.values())):
            rows = _labels.count_of(index)
            data = {name: [value] * rows for name, value in data.items()}
        names = None
    elif index is not None and hasattr(data, "iloc") and (hasattr(data, "_plan") or is_pandas(data)):
        from hypostyle._relabel import relabelled

        return relabelled(plan_of(data, names, keep_nan), _labels.listed(index), None)
    if index is None and isinstance(data, (list, tuple)) and data and all(map(_is_row, data)):
        # Rows have the labels that they had, or got.
        labels = [row.name for row in data]
        index = labels if all(label is not None for label in labels) else None
    plan = plan_of(data, names, keep_nan)
    return plan if index is None else _labels.labelled(plan, index)


def _unlike(names: list[str]) -> list[str]:
    """The names of columns, each of which occurs once."""
    if len(set(names)) < len(names):
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        raise DuplicateColumnError(f"two columns are named {twice!r}; rename one of them")
    return names


def _is_row(value: Any) -> bool:
    """Whether a value is a row by the names of columns: a series or a `Row`."""
    return hasattr(value, "items") and hasattr(value, "name") and not hasattr(value, "columns")


def _is_single(value: Any) -> bool:
    return isinstance(value, (str, bytes)) or not hasattr(value, "__iter__")


def plan_of(data: Any, columns: Sequence[str] | None, keep_nan: bool) -> Plan:
    """The plan of anything a frame can be made of, without labels from elsewhere."""
    data = computed(data)
    if hasattr(data, "_plan") and not isinstance(data, BoundExpression):
        plan = data._plan
    elif isinstance(data, BoundExpression):
        plan = data.to_frame()._plan  # type: ignore[attr-defined]
    elif is_pandas(data) and not hasattr(data, "iloc"):
        # Labels, times and other arrays are one column.
        name = getattr(data, "name", None)
        name = columns[0] if columns else name_of(0) if name is None else _labels.column_name(name)
        return Plan(of_columns({name: data}, keep_nan))
    elif is_pandas(data):
        from hypostyle._pandas import from_pandas

        plan = from_pandas(data, keep_nan)
    elif hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        plan = Plan(_native.Query.from_arrow(_for_arrow(data)))
    elif isinstance(data, Mapping):
        return Plan(of_columns(data, keep_nan))
    elif _numpy.is_array(data) and data.ndim in (1, 2):
        data = data.reshape(len(data), 1) if data.ndim == 1 else data
        names = [name_of(i) for i in range(data.shape[1])] if columns is None else list(columns)
        if len(names) != data.shape[1]:
            raise ShapeError(f"{len(names)} names for {data.shape[1]} columns")
        parts = _numpy.as_matrix_columns(data)
        return Plan(of_columns(dict(zip(names, parts, strict=True)), keep_nan))
    elif hasattr(data, "__next__") or isinstance(data, (zip, map, filter)):
        return plan_of(list(data), columns, keep_nan)
    elif isinstance(data, Sequence) and all(isinstance(row, Mapping) for row in data):
        return Plan(of_records(data, columns, keep_nan))
    elif isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return Plan(of_rows(data, columns, keep_nan))
    else:
        raise DataTypeError(
            f"no frame can be made of a {type(data).__name__}; give a dictionary of columns, a list of "
            "dictionaries or of rows, a pandas DataFrame, or Arrow data"
        )
    return plan if columns is None else plan.keep(columns)


def series_parts(data: Any, index: Any, dtype: Any, name: Any) -> tuple[Plan, _native.Expr, Any]:
    """The plan, the expression and the name of a series of values, by labels if there is an index."""
    from hypostyle.series import VALUE

    data = computed(data)
    _labels.several(index, "index=")
    if isinstance(data, (set, frozenset)):
        raise DataTypeError("a set has no order: give sorted(values) or list(values)")
    if hasattr(data, "columns") and hasattr(data, "dtypes"):
        raise DataTypeError("a series is one column: choose it from the frame, df['x']")
    if isinstance(data, Expr) or (isinstance(data, BoundExpression) and not hasattr(data, "iloc")):
        raise DataTypeError("a series is made of values; an expression belongs to a frame: df.assign(x=expression)")
    if _numpy.is_array(data) and not data.ndim:
        data = data.item()
    if isinstance(data, BoundExpression):
        made = data if dtype is None else data.astype(dtype)  # type: ignore[attr-defined]
        in_order = getattr(made, "_bare", False) or isinstance(made._plan.rows, Unlabelled)
        if isinstance(made._plan.rows, Unlabelled):
            made = type(data)(Plan(made._plan.query), made._native, made.name)  # type: ignore[call-arg]
        elif in_order:
            query = made._plan.query.select([made._native.alias(VALUE)])
            made = type(data)(Plan(query), _native.Expr.column(VALUE), made.name)  # type: ignore[call-arg]
        if index is not None:
            made = made.set_axis(index) if in_order else made.reindex(_labels.listed(index))  # type: ignore[union-attr]
        return made._plan, made._native, data.name if name is None else name
    if is_pandas(data) and hasattr(data, "to_frame") and hasattr(data, "iloc"):
        from hypostyle._pandas import from_pandas

        plan = from_pandas(data.to_frame(VALUE), False)
        name = data.name if name is None else name
        if index is not None:
            from hypostyle._relabel import relabelled

            plan, index = relabelled(plan, _labels.listed(index), None), None
    else:
        if isinstance(data, Mapping):
            labels = list(data) if index is None else _labels.listed(index)
            values, index = [data.get(label) for label in labels], labels if index is None else index
        elif isinstance(data, (str, bytes)) or not hasattr(data, "__iter__"):
            values = (
                [] if data is None and index is None else [data] * (1 if index is None else _labels.count_of(index))
            )
        else:
            values = data if hasattr(data, "__len__") else list(data)
            if name is None and hasattr(data, "get_level_values"):
                # Labels have a name.
                name = data.name
        plan = Plan(_native.Query.from_columns([VALUE], [column(values, False)]))
    native = _native.Expr.column(VALUE)
    if dtype is not None:
        from hypostyle._categories import made_as

        native = made_as(plan, native, dtype)
    if index is not None:
        plan = _labels.labelled(plan, index)
    plan.query.dtype_of(native)
    return plan, native, name


def is_pandas(data: Any) -> bool:
    return type(data).__module__.split(".")[0] == "pandas"


def computed(value: Any) -> Any:
    """What a frame, a series, a value or an array of Dask stands for; other things as they are."""
    of_dask = type(value).__module__.partition(".")[0] == "dask" or (
        hasattr(value, "chunks") and hasattr(value, "__array__")
    )
    return value.compute() if of_dask and hasattr(value, "compute") else value


def operand(value: Any) -> Any:
    """What stands on the other side of an operator, as one of `ours`; the labels of an index are values without labels."""
    value = ours(value)
    return value._bare() if callable(getattr(value, "_bare", None)) and value.nlevels == 1 else value


def ours(value: Any) -> Any:
    """A series or a frame of pandas as one of ours, and what collections of Dask stand for; other things as they are."""
    value = computed(value)
    return from_pandas(value) if is_pandas(value) and hasattr(value, "iloc") else value


def of_columns(data: Mapping[str, Any], keep_nan: bool) -> _native.Query:
    """A query over columns; single values are repeated."""
    names: list[str] = []
    columns: list[Any] = []
    single: dict[str, Any] = {}
    for name, values in data.items():
        name = _labels.column_name(name)
        names.append(name)
        if isinstance(values, (set, frozenset)):
            raise DataTypeError(f"{name!r}: a set has no order: give sorted(values) or list(values)")
        if _is_single(values):
            single[name] = values
            columns.append(None)
        else:
            columns.append(named(name, column, values, keep_nan))
    if single:
        rows = next((len(made) for made in columns if made is not None), 1)
        columns = [
            named(name, column, [single[name]] * rows, keep_nan) if made is None else made
            for name, made in zip(names, columns, strict=True)
        ]
    return _native.Query.from_columns(names, columns)


def column(values: Any, keep_nan: bool) -> _native.Column:
    """A column of a list, an array, a pandas or Arrow object, an array of Dask."""
    if hasattr(values, "chunks") and hasattr(values, "compute"):
        values = values.compute()
    if isinstance(values, BoundExpression):
        # Without its labels, one of which may have the name of the series.
        bare: Any = values.reset_index(drop=True) if values._plan.index else values  # type: ignore[attr-defined]
        made = _native.Column.from_arrow(bare.to_arrow())
        known = values._plan.query.categories(values._native) if bare.dtype == "category" else None
        if known is None or not known[1]:
            return made
        # Arrow's dictionaries have no order.
        codes = _native.Column.from_arrow(bare._like(bare._native.cast("int32")).to_arrow())
        return _native.Column.from_codes(codes, _native.Column.from_values(known[0], "string"), True)
    values = computed(values)
    if _numpy.is_array(values):
        return _numpy.column_from_array(values, keep_nan=keep_nan)
    if is_pandas(values):
        from hypostyle._pandas import column_from_pandas

        return column_from_pandas(values, keep_nan, False)
    if hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
        return _native.Column.from_arrow(_for_arrow(values))
    if isinstance(values, Mapping):
        raise DataTypeError("values of a column come as a list or an array, not as a dictionary")
    return of_values(values, keep_nan)


def of_values(values: Any, keep_nan: bool = False) -> _native.Column:
    """A column of Python's objects, which have one type."""
    try:
        return _native.Column.from_values(values, None, not keep_nan)
    except TypeError as error:
        mapping = next((one for one in values if isinstance(one, Mapping)), None)
        key = next((key for key in mapping or () if not isinstance(key, str)), None)
        if key is None or isinstance(error, DataTypeError):
            raise
        raise DataTypeError(
            f"a mapping in a column is a struct, whose fields are named by texts, not {key!r}; make texts of its keys"
        ) from None


def _for_arrow(data: Any) -> Any:
    """Data that are handed over by Arrow's protocol as they are; of Polars' types those that it does not hand over rightly
    are told, or go by pyarrow."""
    if type(data).__module__.partition(".")[0] != "polars":
        return data
    import polars as pl

    types = data.schema if hasattr(data, "schema") else {data.name: data.dtype}
    for name, dtype in types.items():
        if dtype == pl.Object:
            raise DataTypeError(f"column {name!r}: Polars' type Object has no type here; cast it to another one first")
    return data.to_arrow() if any("Null" in str(dtype) for dtype in types.values()) else data


def beside(plan: Plan, name: str, values: Any) -> Plan:
    """The plan with a column of values, one for each row in their order."""
    made = named(name, column, values, False)
    rows = plan.query.rows()
    if len(made) != rows:
        raise ShapeError(f"column {name!r}: {len(made)} values for {rows} rows")
    kept = [one for one in plan.names if one != name]
    old = plan.query.select([_native.Expr.column(one).alias(one) for one in kept])
    new = _native.Query.from_columns([name], [made])
    both = _native.Query.concat([old, new], "columns") if kept else new
    order = [*plan.names, *([] if name in plan.names else [name])]
    query = both.select([_native.Expr.column(one).alias(one) for one in order])
    return plan.beside(query, {one: object() if one == name else plan.id_of(one) for one in order})


def with_first_rows(plan: Plan, columns: dict[str, Any]) -> tuple[Plan, dict[str, Any]]:
    """A plan without rows with as many as the first of some columns has, whose labels they get, and the other columns: those
    there were are missing. The same where no column has rows."""
    from hypostyle.frame import DataFrame

    name, value = next(iter(columns.items()), ("", None))
    listed = hasattr(value, "iloc") or _numpy.is_array(value) or isinstance(value, (list, tuple, range))
    if value is None or not listed or hasattr(value, "columns") or not len(value):
        return plan, columns
    made = DataFrame({name: value})._plan
    old = {one: _native.Expr.literal(None).cast(dtype) for one, dtype in plan.dtypes.items() if one != name}
    order = [*plan.columns, *([] if name in plan.columns else [name])]
    whole = made.with_columns(old).keep(order)
    return whole, {one: part for one, part in columns.items() if one != name}


def matched(plan: Plan, series: Any, left: bool = False, kin: bool = False, more: bool = False) -> _native.Expr | None:
    """The values of a series of another frame by label, whose rows have the same labels; ``None`` where they have not.
    With ``left`` any labels, a row whose label the series lacks has none; with ``more`` the series may have other labels
    besides; with ``kin`` series of the same rows too, which are found row by row otherwise. Runs."""
    other = series._plan
    if not kin and (other.rows is plan.rows or other.rows in plan.origins):
        return None
    if (series._bare or isinstance(other.rows, Unlabelled)) and not kin:
        if len(series) != (rows := plan.query.rows()):
            raise ShapeError(f"{len(series)} values for {rows} rows")
        return by_row(column(series, False))
    if max(len(other.index), 1) != max(len(plan.index), 1) or plan.is_unknown or other.is_unknown:
        return None
    if _labels.same_labels(plan, other):
        return by_row(column(series, False))
    mine, theirs = plan.numbered(), series._framed().numbered()
    if not (left or more) and mine.query.rows() != theirs.query.rows():
        return None
    kinds = [[kind_of(side.dtypes[name]) for name in side.index_columns] for side in (mine, theirs)]
    if kinds[0] != kinds[1] and not (left and plan.index and other.index):
        return None
    holes = any(side.query.collect().null_count(name) for side in (mine, theirs) for name in side.index_columns)
    if kinds[0] != kinds[1] or holes:
        labels = mine.query.collect().lists(mine.index_columns)
        wanted = labels[0] if len(labels) == 1 else list(zip(*labels, strict=True))
        return by_row(column(series.reindex(wanted), False)) if left else None
    return _by_label(mine, theirs, left)


def kind_of(dtype: str) -> str:
    """Types whose labels can be equal have the same kind."""
    return "number" if is_number(dtype) else "string" if dtype == "category" else dtype


def _by_label(mine: Plan, theirs: Plan, left: bool) -> _native.Expr | None:
    """The value of a series for each row, by its label; ``None`` if some row has none and ``left`` is not said."""
    from hypostyle.series import VALUE, Series

    here, there = ([f"{side}{at}" for at in range(len(mine.index))] for side in ("a", "b"))
    wanted = [_native.Expr.column(c).alias(name) for (c, _), name in zip(mine.index, here, strict=True)]
    known = [_native.Expr.column(c).alias(name) for (c, _), name in zip(theirs.index, there, strict=True)]
    labels = mine.query.select(wanted).collect().query()
    values = theirs.query.select([*known, _native.Expr.column(VALUE), _native.Expr.literal(True).alias("found")])
    values = values.collect().query()
    if values.distinct(there, False).rows() < values.rows():
        raise InvalidArgumentError("rows are matched by label, and a label of the series occurs twice")
    keys = [[_native.Expr.column(name) for name in side] for side in (here, there)]
    found = labels.join(values, keys[0], keys[1], "left", ("", "")).collect()
    if not left and found.null_count("found"):
        return None
    return by_row(column(Series(Plan(found.query()), _native.Expr.column(VALUE), None), False))


def of_records(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None, keep_nan: bool) -> _native.Query:
    """A query over rows; a key that a row lacks is missing there."""
    names = list(columns) if columns else list(dict.fromkeys(name for row in rows for name in row))
    return of_columns({name: [row.get(one_shown(name)) for row in rows] for name in names}, keep_nan)


def of_rows(rows: Sequence[Any], columns: Sequence[str] | None, keep_nan: bool) -> _native.Query:
    """A query over rows that are sequences of as many values as there are columns; single values are one column."""
    if rows and all(map(_is_row, rows)):
        return of_records([dict(row.items()) for row in rows], columns, keep_nan)
    if rows and hasattr(rows[0], "__dataclass_fields__"):
        import dataclasses

        return of_records([dataclasses.asdict(row) for row in rows], columns, keep_nan)
    tabular = [
        (isinstance(row, (Sequence, tuple)) and not isinstance(row, (str, bytes)))
        or _numpy.is_array(row)
        or (is_pandas(row) and hasattr(row, "__len__") and hasattr(row, "tolist"))
        for row in rows
    ]
    cells = [list(row) if table else [row] for row, table in zip(rows, tabular, strict=True)]
    width = max(map(len, cells), default=0)
    fields = getattr(rows[0], "_fields", None) if rows else None
    names = list(columns or fields or map(name_of, range(width)))
    for number, row in enumerate(cells):
        if len(row) != len(names):
            raise ShapeError(f"row {number} has {len(row)} values for {len(names)} columns")
    parts = [list(part) for part in zip(*cells, strict=True)] or [[] for _ in names]
    return of_columns(dict(zip(names, parts, strict=True)), keep_nan)


def from_arrow(data: Any) -> Any:
    """A frame of Arrow data: anything with ``__arrow_c_stream__`` or ``__arrow_c_array__`` (tables of pyarrow, polars,
    duckdb, ...). Nothing is copied where the layout allows; NaN stays NaN.

    >>> import hypostyle as hs, pyarrow as pa
    >>> hs.from_arrow(pa.table({"x": [1, 2]})).shape
    (2, 1)
    """
    from hypostyle.frame import DataFrame

    return DataFrame._of(Plan(_native.Query.from_arrow(_for_arrow(data))))


def from_pandas(
    data: Any,
    npartitions: int | None = None,
    sort: bool = False,
    chunksize: int | None = None,
    name: str | None = None,
    *,
    keep_nan: bool = False,
) -> Any:
    """A frame of a pandas DataFrame, a series of a Series, an index of an Index. NaN, NaT, None and NA become missing values
    (``keep_nan``: NaN stays NaN); an index other than the default one is remembered. Numbers and times are shared where
    their layout allows.
    ``npartitions`` or ``chunksize`` say into how many partitions, or of how many rows, as in Dask; ``sort``: rows are put in
    order of the index, which Dask does unless told otherwise.

    >>> import hypostyle as hs, pandas as pd
    >>> hs.from_pandas(pd.DataFrame({"x": [1.5, None]}))["x"].count(), hs.from_pandas(pd.Series([1, 2])).sum()
    (1, 3)
    """
    from hypostyle.frame import DataFrame
    from hypostyle.index import Index
    from hypostyle.series import VALUE

    if not is_pandas(data) or not (hasattr(data, "iloc") or hasattr(data, "nlevels")):
        raise InvalidArgumentError(
            f"from_pandas takes a pandas DataFrame, Series or Index, not a {type(data).__name__}"
        )
    if chunksize is not None and npartitions is not None:
        raise InvalidArgumentError("from_pandas: give npartitions or chunksize, not both")
    if not hasattr(data, "iloc"):
        return Index(data)
    made: Any
    if hasattr(data, "to_frame"):
        made = DataFrame(data.to_frame(VALUE), keep_nan=keep_nan)[VALUE].rename(data.name)
    else:
        made = DataFrame(data, keep_nan=keep_nan)
    made = made.sort_index() if sort else made
    if chunksize is not None:
        npartitions = max(1, -(-len(made) // chunksize))
    return made if npartitions is None else made.repartition(npartitions)


def from_dict(
    data: Mapping[Any, Any],
    npartitions: int | None = None,
    orient: str = "columns",
    dtype: Any = None,
    columns: Sequence[str] | None = None,
    *,
    keep_nan: bool = False,
) -> Any:
    """A frame of a dictionary of columns: lists, arrays, pandas or Arrow objects, or single values; ``orient``, ``dtype``
    and ``columns`` as in `DataFrame.from_dict`. ``npartitions``: in so many partitions.

    >>> import hypostyle as hs
    >>> hs.from_dict({"x": [1, 2, 3]}, npartitions=2).npartitions
    2
    """
    from hypostyle.frame import DataFrame

    if orient == "columns" and dtype is None and columns is None:
        made = DataFrame(dict(data), keep_nan=keep_nan)
    else:
        made = DataFrame.from_dict(data, orient, dtype, columns)
    return made if npartitions is None else made.repartition(npartitions)
