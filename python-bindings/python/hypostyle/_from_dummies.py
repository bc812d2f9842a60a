"""Values of the columns that tell where each of them is: the way back from ``get_dummies``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from hypostyle import _columns, _native
from hypostyle._cells import call
from hypostyle._dtypes import is_number
from hypostyle._headings import one_shown
from hypostyle._labels import column_name
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.frame import DataFrame
from hypostyle.index import Index

Native = _native.Expr


def from_dummies(data: Any, sep: str | None = None, default_category: Any = None) -> DataFrame:
    """The values of columns of truths or of 0 and 1, one column of them for all, or with ``sep`` one for each text before it.
    ``default_category`` (one for all, or a mapping by column) stands where no column is true; without it that is an error,
    and so are two values in one row. Runs, to know that there is one value in each row.

    >>> import hypostyle as hs
    >>> hs.from_dummies(hs.DataFrame({"k_a": [1, 0], "k_b": [0, 1], "j_x": [1, 1]}), sep="_").to_dict("list")
    {'k': ['a', 'b'], 'j': ['x', 'x']}
    """
    data = _columns.ours(data)
    if not hasattr(data, "_plan") or hasattr(data, "_native"):
        raise DataTypeError(f"from_dummies takes a frame, not a {type(data).__name__}")
    plan: Plan = data._plan
    dtypes = plan.dtypes
    for name in plan.columns:
        if dtypes[name] != "bool" and not is_number(dtypes[name]):
            raise DataTypeError(
                f"from_dummies: truths, or 0 and 1, are expected, not {dtypes[name]} ({one_shown(name)!r})"
            )
    groups = _groups(plan.columns, sep)
    defaults = _defaults(groups, default_category)
    flags = {name: call("fill_null", _flag(plan, name), Native.literal(False)) for name in plan.columns}
    _check(plan, groups, flags, set(defaults))
    exprs = {}
    for prefix, values in groups.items():
        rest = Native.literal(defaults.get(prefix))
        exprs[column_name(prefix)] = Native.case(
            [(flags[name], Native.literal(value)) for name, value in values.items()], rest
        )
    kept = {name: Native.column(name) for name in plan.index_columns}
    return DataFrame._of(plan.project({**kept, **exprs}))


def _flag(plan: Plan, name: str) -> Native:
    column = plan.column(name)
    return column if plan.dtypes[name] == "bool" else column.binary("!=", Native.literal(0))


def _groups(names: list[str], sep: str | None) -> dict[Any, dict[str, Any]]:
    """The values that columns stand for, by the name of the column they become."""
    if sep is None:
        return {"": {name: one_shown(name) for name in names}}
    if not isinstance(sep, str):
        raise DataTypeError(f"from_dummies: sep is a text, not {sep!r}")
    groups: dict[Any, dict[str, Any]] = {}
    for name in names:
        prefix, found, value = str(one_shown(name)).partition(sep)
        if not found:
            raise InvalidArgumentError(f"from_dummies: the separator {sep!r} is not in the column {one_shown(name)!r}")
        groups.setdefault(prefix, {})[name] = value
    return groups


def _defaults(groups: Mapping[Any, Any], given: Any) -> dict[Any, Any]:
    """What stands where no column is true, by the name of the column they become."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        return dict.fromkeys(groups, given)
    lacking = [prefix for prefix in groups if prefix not in given]
    if lacking:
        raise InvalidArgumentError(f"from_dummies: default_category says nothing of {lacking[0]!r}")
    return dict(given)


def _check(
    plan: Plan, groups: Mapping[Any, Mapping[str, Any]], flags: Mapping[str, Native], defaults: set[Any]
) -> None:
    """An error where a value is missing, where a row has two values of one column, or none and there is no other."""
    for name in plan.columns:
        if plan.query.filter(call("is_null", plan.column(name))).slice(0, 1).rows():
            raise InvalidArgumentError(f"from_dummies: a value is missing in the column {one_shown(name)!r}")
    for prefix, values in groups.items():
        count = reduce(lambda a, b: a.binary("+", b), [flags[name].cast("int64") for name in values])
        wrong = [("several values", count.binary(">", Native.literal(1)))]
        if prefix not in defaults:
            wrong.append(("no value, and default_category says none", count.binary("==", Native.literal(0))))
        for what, condition in wrong:
            found = DataFrame._of(plan)._then(_filtered(condition)).head(1)
            if len(found):
                label = Index(found._plan).to_list()[0]
                raise InvalidArgumentError(f"from_dummies: the row {label!r} has {what}")


def _filtered(condition: Native) -> Callable[[_native.Query], _native.Query]:
    return lambda query: query.filter(condition)
