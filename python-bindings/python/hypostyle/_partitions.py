"""The user's function over each partition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypostyle import _native
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, HypostyleError


def map_partitions(
    plan: Plan, func: Callable[..., Any], args: tuple, meta: Any, kwargs: dict[str, Any], processes: bool = False
) -> Plan:
    """A function that gets each partition as a frame and returns a frame (or a pandas DataFrame, or Arrow data).

    Partitions are handed out on all threads; Python's lock lets one of them run Python code at a time, while NumPy,
    pandas and other native code run side by side. The columns of the result are those of ``meta`` (a frame, or a mapping
    of names to types), or are found by calling the function on a partition without rows. With ``processes`` the partitions
    go to worker processes instead.
    """
    from hypostyle._apply import PartitionCall, possible

    away = PartitionCall(func, args, kwargs, plan.index) if processes and possible() else None

    def call(query: _native.Query) -> _native.Query:
        if away is not None:
            return _result(away.away(query), name).query
        return _result(func(_frame(plan, query), *args, **kwargs), name).query

    name = getattr(func, "__name__", type(func).__name__)
    if meta is None:
        empty = plan.query.slice(0, 0).collect().query()
        try:
            example = _result(func(_frame(plan, empty), *args, **kwargs), name)
        except HypostyleError:
            raise
        except Exception as error:
            error.add_note(
                f"map_partitions calls {name} on a partition without rows to learn the columns of its result; "
                "give meta= if it cannot work on one"
            )
            raise
    else:
        example = _meta(meta)
    query = plan.query.map_partitions(f"map_partitions({name})", call, example.query)
    return Plan(query, example.index)


def _frame(plan: Plan, query: _native.Query) -> Any:
    from hypostyle.frame import DataFrame

    return DataFrame._of(Plan(query, plan.index))


def _result(value: Any, name: str) -> Plan:
    from hypostyle._columns import plan_of

    if value is None:
        raise DataTypeError(f"map_partitions: {name} returned None, not a frame")
    return plan_of(value, None, False)


def _meta(meta: Any) -> Plan:
    if isinstance(meta, dict):
        from hypostyle._dtypes import dtype_name

        if all(isinstance(dtype, (str, type)) or hasattr(dtype, "name") for dtype in meta.values()):
            columns = [_native.Column.from_values([], dtype_name(dtype)) for dtype in meta.values()]
            return Plan(_native.Query.from_columns(list(meta), columns))
    return _result(meta, "meta")
