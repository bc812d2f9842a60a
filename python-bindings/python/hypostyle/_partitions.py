"""The user's function over each partition."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

from hypostyle import _native
from hypostyle._calls import guarded
from hypostyle._cells import by_row
from hypostyle._dtypes import is_number
from hypostyle._layout import Layout, ends_of, is_cut, of_parts, whole, with_layout
from hypostyle._methods import ours_of
from hypostyle._plan import NUMBERS, Plan
from hypostyle.errors import DataTypeError, HypostyleError, InvalidArgumentError, ShapeError

#: Dask's hints for `map_partitions`, which are not the function's.
HINTS = frozenset({"enforce_metadata", "transform_divisions", "align_dataframes", "clear_divisions", "token"})


class Partitions(Sequence[Any]):
    """The partitions of a frame's result.

    >>> import hypostyle as hs
    >>> parts = hs.DataFrame({"x": [1, 2, 3]}).repartition(3).partitions
    >>> len(parts), parts[-1]["x"].to_list(), parts[[0, 2]]["x"].to_list()
    (3, [3], [1, 3])
    """

    def __init__(self, plan: Plan) -> None:
        # Each partition has the labels of its rows.
        self._plan, self._ends = plan.numbered(), ends_of(plan)
        self._table = self._plan.query.collect()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, at: Any) -> Any:
        count = len(self)
        if isinstance(at, slice):
            at = list(range(*at.indices(count)))
        if isinstance(at, int):
            if not -count <= at < count:
                raise IndexError(f"the partition {at} is outside of {count} partitions")
            return self._frame(self._part(at % count))
        places = [int(one) % count for one in at]
        chosen = [self._part(one) for one in places]
        if not chosen:
            return self._frame(self._table.query().slice(0, 0))
        made = self._frame(_native.Query.concat(chosen, "outer") if len(chosen) > 1 else chosen[0])
        with_layout(made._plan, Layout([self._ends[one + 1] - self._ends[one] for one in places]))
        return made

    def _part(self, at: int) -> _native.Query:
        start, stop = self._ends[at], self._ends[at + 1]
        return self._table.slice(start, stop - start).collect().query()

    def _frame(self, query: _native.Query) -> Any:
        from hypostyle.frame import DataFrame

        return DataFrame._of(self._plan.anew(query))


def map_partitions(
    plan: Plan, func: Callable[..., Any], args: tuple, meta: Any, kwargs: dict[str, Any], processes: bool = False
) -> Plan:
    """A function that gets each partition as a frame and returns a frame (or a pandas DataFrame, or Arrow data).

    Partitions are handed out on all threads; Python's lock lets one of them run Python code at a time, while NumPy,
    pandas and other native code run side by side. The columns of the result are those of ``meta`` (a frame, or a mapping
    of names to types, with which the labels stay what they are), or are found by calling the function on a partition
    without rows. With ``processes`` the partitions go to worker processes instead.
    """
    from hypostyle._apply import possible
    from hypostyle._compiled import is_compiled
    from hypostyle._partition_calls import PartitionCall, PartitionsAway

    if is_compiled(func) and not args and not kwargs:
        # A function of one value, of each value.
        return _frame(plan, plan.query).map(func)._plan
    if cut := is_cut(plan):
        ends = ends_of(plan)
        plan = plan.numbered()
    elif _of_memory(plan):
        plan = plan.labelled()
    away = PartitionsAway(PartitionCall(func, args, kwargs, plan.index)) if processes and possible() else None

    def call(query: _native.Query, at: int | None = None) -> _native.Query:
        start = None if at is None else ends[at]
        result = away(query, at, start) if away is not None else func(_frame(plan, query), *args, **kwargs)
        return _alike(as_plan(result, name), example).query

    name = getattr(func, "__name__", type(func).__name__)
    example = as_plan(_example(plan, func, args, kwargs, name), name) if meta is None else _meta(meta)
    if meta is not None and not example.index and plan.index == ((NUMBERS, None),) and plan.dtypes[NUMBERS] == "int64":
        # Nobody said that labels become others than the numbers they are.
        example = example.numbered()
    elif isinstance(meta, dict) and plan.index and not example.index and plan.index != ((NUMBERS, None),):
        # Names and types say nothing of the labels, which stay what they are.
        example = _with_labels_of(plan, example)
    title = f"map_partitions({name})"
    if not cut:
        return Plan(plan.query.map_partitions(title, guarded(call), example.query), example.index)
    # The partitions as they were cut, each by its number.
    table = plan.query.collect()
    layout = Layout([None] * (len(ends) - 1))

    def made(at: int) -> _native.Query:
        return whole(call(table.slice(ends[at], ends[at + 1] - ends[at]).collect().query(), at), layout, at)

    return with_layout(Plan(of_parts(title, len(ends) - 1, made, example.query), example.index), layout)


def _with_labels_of(plan: Plan, example: Plan) -> Plan:
    """An example with labels of the types that a plan's have."""
    if set(plan.index_columns) & set(example.names):
        return example
    labels = [_native.Column.from_values([], plan.dtypes[name]) for name in plan.index_columns]
    empty = _native.Query.from_columns(plan.index_columns, labels)
    return Plan(_native.Query.concat([empty, example.query], "columns"), plan.index)


def _of_memory(plan: Plan) -> bool:
    """Whether rows were chosen from rows in partitions that somebody cut: those of files are not numbered for the function's
    sake, as they are not in Dask."""
    waiting, seen = [plan], {id(plan)}
    while waiting:
        one = waiting.pop()
        if isinstance(one.rows, Layout) and None not in one.rows.lengths:
            return True
        parents = () if one.source is None else one.source.parents
        waiting += [parent for parent in parents if id(parent) not in seen]
        seen.update(id(parent) for parent in parents)
    return False


def _alike(made: Plan, example: Plan) -> Plan:
    """What was made for a partition with as many levels of labels as the example has, columns in its order."""
    if not made.index and example.index and set(example.index_columns) <= set(made.names):
        # From a worker process labels come as columns.
        made = made.reindexed(example.index)
    levels = [[plan.dtypes[name] for name in plan.index_columns] for plan in (made, example)]
    if made.index and levels[0] != levels[1] and levels[1] == ["int64"]:
        made = Plan(made.query.select([_native.Expr.column(name) for name in made.columns])).numbered()
    if len(made.index) == len(example.index):
        names = zip(made.index_columns, example.index_columns, strict=True)
        moved = {old: new for old, new in names if old != new}
        made = made.rename(moved) if moved else made
    elif example.index and not made.index:
        made = made.numbered()
    elif not example.index:
        made = Plan(made.query.select([_native.Expr.column(name) for name in made.columns]))
    wanted, types = example.names, example.dtypes
    if set(made.names) != set(wanted):
        return made
    # A number may be told as a float that is an integer here, where pandas holds missing integers as floats.
    have = made.dtypes
    cast = {name for name in wanted if types[name] == "float64" and is_number(have[name]) and have[name] != types[name]}
    if made.names == wanted and not cast:
        return made
    columns = {name: _native.Expr.column(name) for name in wanted}
    exprs = [column.cast("float64").alias(name) if name in cast else column for name, column in columns.items()]
    return Plan(made.query.select(exprs), example.index if made.names != wanted else made.index)


def _example(plan: Plan, func: Callable[..., Any], args: tuple, kwargs: dict[str, Any], name: str) -> Any:
    """What a function gives for a partition without rows."""
    empty = plan.query.slice(0, 0).collect().query()
    try:
        return func(_frame(plan, empty), *args, **kwargs)
    except HypostyleError:
        raise
    except Exception as error:
        error.add_note(
            f"map_partitions calls {name} on a partition without rows to learn the columns of its result; "
            "give meta= if it cannot work on one"
        )
        raise


def mapped(
    plan: Plan, func: Callable[..., Any], args: tuple, meta: Any, kwargs: dict[str, Any], processes: bool, cls: Any
) -> Any:
    """What `map_partitions` of a frame gives: a frame, a series if the function (or ``meta``) gives one, and a series of a
    value for each partition if it gives single values."""
    from hypostyle._compiled import is_compiled
    from hypostyle.series import VALUE, Series

    kwargs, func = {name: _come(value) for name, value in kwargs.items() if name not in HINTS}, ours_of(func)
    args = tuple(map(_come, args))
    if is_compiled(func) and not args and not kwargs:
        return cls._of(map_partitions(plan, func, args, meta, kwargs, processes))
    name = getattr(func, "__name__", type(func).__name__)
    if "partition_info" not in kwargs and _wants(func, "partition_info"):
        return _numbered(cls._of(plan), func, args, meta, kwargs)
    example = _example(plan, func, args, kwargs, name) if meta is None else told_beside(plan, meta)
    if example is None:
        raise DataTypeError(f"map_partitions: {name} returned None, not a frame")
    tabular = any(hasattr(example, one) for one in ("__len__", "_plan", "__arrow_c_stream__"))
    if isinstance(example, (str, bytes)) or not tabular:
        return Series([func(part, *args, **kwargs) for part in Partitions(plan)])
    if not is_series(example):
        return cls._of(map_partitions(plan, func, args, example, kwargs, processes))

    def one_column(part: Any, *args: Any, **kwargs: Any) -> Any:
        made = func(part, *args, **kwargs)
        if hasattr(made, "to_frame"):
            return made.to_frame(VALUE)
        if part._plan.index and hasattr(made, "__len__") and not hasattr(made, "columns") and len(made) == len(part):
            # A value for each row, in the order of the rows.
            return part[[]].assign(**{VALUE: made})
        return {VALUE: made}

    one_column.__name__ = name
    made = map_partitions(plan, one_column, args, example.to_frame(VALUE), kwargs, processes)
    return Series(made, made.column(VALUE), example.name)


def _come(value: Any) -> Any:
    """What Dask was to compute later, if it is that."""
    return value.compute() if type(value).__module__ == "dask.delayed" else value


def _wants(func: Any, name: str) -> bool:
    """Whether a function has a parameter of this name."""
    code = getattr(func, "__code__", None)
    return code is not None and name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _numbered(frame: Any, func: Callable[..., Any], args: tuple, meta: Any, kwargs: dict[str, Any]) -> Any:
    """What a function gives that is told the number of each partition and the label that it begins at, as Dask does."""
    from hypostyle._dask import of_calls

    parts = frame.partitions
    starts = frame.divisions

    def call(at: int) -> Any:
        return func(parts[at], *args, partition_info={"number": at, "division": starts[at]}, **kwargs)

    calls = [functools.partial(call, at) for at in range(len(parts))]
    return of_calls(calls, meta, f"map_partitions({getattr(func, '__name__', type(func).__name__)})")


def told_of(meta: Any) -> Any:
    """What ``meta`` tells of a result, as an example of it: of a series its name and type, of a frame names and types, also
    in pairs."""
    from hypostyle.series import Series

    if isinstance(meta, tuple) and len(meta) == 2 and isinstance(meta[0], (str, type(None))):
        return Series([], dtype=meta[1], name=meta[0])
    pairs = isinstance(meta, list) and all(isinstance(one, tuple) and len(one) == 2 for one in meta)
    return dict(meta) if pairs else meta


def told_beside(plan: Plan, meta: Any) -> Any:
    """As `told_of`, of a result with a row for each row of a plan's: names and types say nothing of the labels, which stay."""
    from hypostyle.frame import DataFrame
    from hypostyle.series import VALUE

    example = told_of(meta)
    if (
        not plan.index
        or not isinstance(meta, (dict, list, tuple))
        or not (is_series(example) or isinstance(example, dict))
    ):
        return example
    series = is_series(example)
    made = DataFrame._of(_with_labels_of(plan, _meta({VALUE: example.dtype} if series else example)))
    return made[VALUE].rename(example.name) if series else made


def is_series(value: Any) -> bool:
    """Whether it is a series, of ours or of pandas."""
    return hasattr(value, "iloc") and hasattr(value, "to_frame")


def map_batches(plan: Plan, func: Any, columns: list[str], dtype: Any, processes: bool) -> Any:
    """A function of columns that gives a value for each row: compiled, or of the series of a partition."""
    from hypostyle._columns import column as column_of
    from hypostyle._compiled import expression
    from hypostyle._dtypes import dtype_name
    from hypostyle.series import VALUE, Series

    name = getattr(func, "__name__", type(func).__name__)
    natives, dtypes = [plan.column(column) for column in columns], plan.dtypes
    native = expression(func, natives, [dtypes[column] for column in columns], name)
    if native is None:
        kept = Plan(plan.query.select([plan.column(column).alias(column) for column in dict.fromkeys(columns)]))

        def call(part: Any) -> Any:
            return {VALUE: func(*[part[column] for column in columns])}

        meta = None if dtype is None else {VALUE: dtype}
        made = map_partitions(kept, call, (), meta, {}, processes)
        values, rows = Series(made, made.column(VALUE), None), plan.query.rows()
        if len(values) != rows:
            raise ShapeError(f"map_batches: {name} returned {len(values)} values for {rows} rows")
        native = by_row(column_of(values, False))
    elif dtype is not None:
        native = native.cast(dtype_name(dtype))
    plan.query.dtype_of(native)
    return Series(plan, native, None)


def _frame(plan: Plan, query: _native.Query) -> Any:
    from hypostyle.frame import DataFrame

    return DataFrame._of(Plan(query, plan.index))


def as_plan(value: Any, name: str) -> Plan:
    """The plan of what a function gave for a partition."""
    from hypostyle._columns import plan_of

    if value is None:
        raise DataTypeError(f"map_partitions: {name} returned None, not a frame")
    if hasattr(value, "_native") and hasattr(value, "to_frame"):
        value = value.to_frame()
    return plan_of(value, None, False).labelled()


def _meta(meta: Any) -> Plan:
    if isinstance(meta, dict):
        from hypostyle._dtypes import dtype_name

        if all(isinstance(dtype, (str, type)) or hasattr(dtype, "name") for dtype in meta.values()):
            columns = [_native.Column.from_values([], dtype_name(dtype)) for dtype in meta.values()]
            return Plan(_native.Query.from_columns(list(meta), columns))
    return as_plan(meta, "meta")


def byte_count(size: Any, name: str = "partition_size") -> int:
    """A number of bytes, or a text such as ``"64MB"`` or ``"1GiB"``; ``name`` is the argument's."""
    if isinstance(size, int):
        count = size
    else:
        told = re.fullmatch(r"\s*([0-9.]+)\s*([kmgt]?)(i?)b?\s*", str(size), re.I)
        if told is None:
            raise InvalidArgumentError(f'{name} is a number of bytes or a text such as "100MB", not {size!r}')
        number, unit, binary = told.groups()
        count = int(float(number) * (1024 if binary else 1000) ** " kmgt".index(unit.lower() or " "))
    if count < 1:
        raise InvalidArgumentError(f"{name} must be at least a byte, not {size!r}")
    return count
