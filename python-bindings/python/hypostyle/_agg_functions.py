"""Aggregates of a frame or series, some of which are Python functions, or take further arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypostyle import _native
from hypostyle._aggregates import NAMES, is_known
from hypostyle._aggregates import name_of as known_name
from hypostyle._headings import joined
from hypostyle._methods import Method, of_each
from hypostyle.errors import DataTypeError, InvalidArgumentError


def has_functions(func: Any) -> bool:
    """Whether some of several aggregates are Python functions."""
    return any(callable(one) and not is_known(one) for one in _flat(func))


def _flat(func: Any) -> list[Any]:
    listed = func.values() if isinstance(func, Mapping) else func if isinstance(func, (list, tuple)) else []
    return [one for part in listed for one in (part if isinstance(part, (list, tuple)) else [part])]


def with_verbs(owner: Any, func: Any) -> Any:
    """Aggregates, where a name that stands for no single value, or for the label of a row, calls the verb that has it."""
    if isinstance(func, Mapping):
        return {key: with_verbs(owner, one) for key, one in func.items()}
    if isinstance(func, (list, tuple)):
        return [with_verbs(owner, one) for one in func]
    if not isinstance(func, str) or func in NAMES or func == "size":
        return func
    return Method(func) if callable(getattr(type(owner), func, None)) or of_each(func) is not None else func


def pair_of(what: Any) -> tuple[Any, Any]:
    """The column and the aggregate that a pair or a `NamedAgg` (pandas' too) says."""
    from hypostyle._group_functions import NamedAgg, of_pandas

    what = of_pandas(what)
    if isinstance(what, NamedAgg):
        return what.column, what.called()
    if not isinstance(what, tuple) or len(what) != 2:
        raise DataTypeError(f"agg: ('column', 'name') or a NamedAgg is expected, not {what!r}")
    return what


def with_arguments(owner: Any, func: Any, axis: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Aggregates that are given further arguments: a name is that of a verb, which takes them; functions are called with
    them."""
    from hypostyle._group_functions import func_with

    along = {"axis": axis} if axis in (1, "columns") else {}
    if isinstance(func, str) or is_known(func):
        return getattr(owner, known_name(func))(*args, **along, **kwargs)
    if isinstance(func, Mapping):
        return owner.agg({key: _bound(one, args, kwargs) for key, one in func.items()}, **along)
    if isinstance(func, (list, tuple)):
        if kwargs.pop("numeric_only", False):
            owner = owner.select_dtypes(["number", "bool"])
        if kwargs.pop("bool_only", False):
            owner = owner.select_dtypes("bool")
        return owner.agg([_bound(one, args, kwargs) for one in func], **along)
    return owner.agg(func_with(func, args, kwargs), **along)


def _bound(func: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """An aggregate with further arguments, under its name."""
    from hypostyle._group_functions import func_with

    if not (args or kwargs):
        return func
    if isinstance(func, (list, tuple)):
        return [_bound(one, args, kwargs) for one in func]
    if not isinstance(func, str) and not is_known(func):
        return func_with(func, args, kwargs)

    def verb(series: Any) -> Any:
        return getattr(series, known_name(func))(*args, **kwargs)

    verb.__name__ = name_of(func)
    return verb


def with_functions(frame: Any, func: Any, named: dict[str, Any]) -> Any:
    """A series by column of a mapping of one aggregate each; of lists and of named ones a frame with a row for each. Functions
    that give a value for each row give columns."""
    columns = frame._plan.columns
    alone = not named and isinstance(func, Mapping) and not any(isinstance(one, (list, tuple)) for one in func.values())
    if named:
        wanted = [(out, column, one) for out, (column, one) in named.items()]
    elif isinstance(func, Mapping):
        listed = {name: one if isinstance(one, (list, tuple)) else [one] for name, one in func.items()}
        wanted = [(name_of(one), column, one) for column, ones in listed.items() for one in ones]
    else:
        wanted = [(name_of(one), column, one) for column in columns for one in func]
    found = [(label, column, frame[column].agg(one)) for label, column, one in wanted]
    whole = [hasattr(value, "_native") for _, _, value in found]
    if any(whole):
        if not all(whole):
            raise InvalidArgumentError("agg: some functions give a value for each row, others one for all")
        return _columns_of(frame, {column if alone else joined(column, label): one for label, column, one in found})
    if alone:
        from hypostyle._by_name import values_by_name

        return values_by_name(list(func), [value for _, _, value in found], None, frame._plan)
    # Functions of one name, such as several without any, have a row each.
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    if isinstance(func, (list, tuple)):
        names = [name_of(one) for one in func]
        rows = {(label, names[:at].count(label)): {} for at, label in enumerate(names)}
    for label, column, value in found:
        number = next(n for n in range(len(found)) if column not in rows.get((label, n), ()))
        rows.setdefault((label, number), {})[column] = value
    used = [name for name in columns if any(name in row for row in rows.values())]
    cells = {name: [row.get(name) for row in rows.values()] for name in used}
    return frame._table([label for label, _ in rows], cells, "string")


def _columns_of(frame: Any, values: dict[str, Any]) -> Any:
    """A frame of series of its rows."""
    plan = frame._plan
    kept = {name: _native.Expr.column(name) for name in plan.index_columns}
    return type(frame)._of(plan.project({**kept, **{name: plan.expr(one) for name, one in values.items()}}))


def of_series(series: Any, names: list[Any], func: list[Any]) -> Any:
    """Several aggregates of a series, some of which are Python functions: a value each, or where they give a value for each
    row a column each."""
    from hypostyle._by_name import values_by_name

    found = [series.agg(one) for one in func]
    whole = [hasattr(value, "_native") for value in found]
    if not any(whole):
        return values_by_name(names, found, series.name)
    if not all(whole):
        raise InvalidArgumentError("agg: some functions give a value for each row, others one for all")
    return _columns_of(series.to_frame("value"), {str(name): one for name, one in zip(names, found, strict=True)})


def name_of(func: Any) -> str:
    """What a row of an aggregate is called."""
    return func if isinstance(func, str) else getattr(func, "__name__", str(func))
