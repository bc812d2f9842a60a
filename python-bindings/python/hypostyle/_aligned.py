"""Columns of series and mappings, whose rows are matched by their labels as pandas matches them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from hypostyle import _labels, _native
from hypostyle._cells import by_row
from hypostyle._column_labels import plain
from hypostyle._columns import column, is_pandas
from hypostyle._naming import named
from hypostyle._plan import Plan, Unlabelled
from hypostyle.errors import DataTypeError, UnsupportedError
from hypostyle.expr import BoundExpression


def of_mapping(data: Mapping[str, Any], index: Any, keep_nan: bool) -> Plan | None:
    """The plan of columns of which some have labels: rows of the same label are one. ``None`` if no column has labels."""
    series = {name: made for name, values in data.items() if (made := _labelled(values)) is not None}
    for name, made in series.items():
        if not hasattr(made, "iloc") or not isinstance(made, BoundExpression):
            raise DataTypeError(
                f"column {plain(name)!r} would hold text beside other values, and a column has one type; if these are rows, "
                'write DataFrame.from_dict(data, orient="index")'
            )
    if not series:
        return None
    plans = [made._plan for made in series.values()]
    if index is None and all(plan.is_numbered for plan in plans) and len({plan.query.rows() for plan in plans}) == 1:
        return None
    first = next(iter(series.values()))
    if index is None and all(plan.rows is plans[0].rows for plan in plans):
        target, same = None, True
    else:
        target, same = _target(series, data, index)
    rows = len(first) if target is None else _labels.count_of(target)
    columns = []
    for name, values in data.items():
        if name in series:
            made = series[name]
            columns.append(named(name, column, made if same else made.reindex(_labels.listed(target)), keep_nan))
        elif isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
            columns.append(named(name, column, [values] * rows, keep_nan))
        else:
            columns.append(named(name, column, values, keep_nan))
    plan = Plan(_native.Query.from_columns(list(data), columns))
    return _labels.labelled(plan, first.index if target is None else target) if rows or target is not None else plan


Sides = tuple[Plan, dict[str, _native.Expr], dict[str, _native.Expr]]


def are_apart(left: Plan, right: Plan) -> bool:
    """Whether two plans are of other rows, whose labels are others, or in another order: as pandas has it, operators put
    them in the order of the labels. Runs."""
    if left.rows is right.rows:
        return False
    if left.is_unknown or right.is_unknown:
        return True  # there are none, which is told where they are matched
    if any(isinstance(plan.rows, Unlabelled) for plan in (left, right)):
        return False
    return max(len(left.index), 1) == max(len(right.index), 1) and not _labels.same_labels(left, right)


def series_apart(left: Any, right: Any) -> bool:
    """`are_apart` of two series; values of an index have no labels of their own, and stand in order."""
    return not (left._bare or right._bare) and are_apart(left._plan, right._plan)


def sides(left: Plan, right: Plan) -> Sides:
    """The columns of two frames over one plan: rows of the same label are one, as in pandas; runs. Without labels rows are
    matched by their number."""
    from hypostyle._index_join import by_index
    from hypostyle.frame import DataFrame

    if _labels.same_labels(left, right):
        own = {name: _native.Expr.column(name) for name in left.columns}
        others = {name: by_row(_one_column(right, name)) for name in right.columns}
        return left, own, others
    if max(len(left.index), 1) != max(len(right.index), 1):
        raise UnsupportedError(
            "operators between frames of different numbers of index levels; reset_index and merge them"
        )
    marked = [{name: f"{mark}{name}" for name in plan.columns} for mark, plan in (("\1", left), ("\2", right))]
    first, second = (DataFrame._of(plan.rename(names)) for plan, names in zip((left, right), marked, strict=True))
    whole = by_index(first, second, None, "outer", ("", ""), common=True)._plan
    found = [{name: _native.Expr.column(hidden) for name, hidden in names.items()} for names in marked]
    return whole, found[0], found[1]


def _one_column(plan: Plan, name: str) -> _native.Column:
    from hypostyle.series import Series

    return column(Series(plan, plan.column(name), name), False)


def _labelled(values: Any) -> Any:
    """The series of values that have labels: a series, or a mapping of labels to values."""
    from hypostyle.series import Series

    if isinstance(values, Series):
        return None if values._bare or isinstance(values._plan.rows, Unlabelled) else values
    if is_pandas(values) and hasattr(values, "to_frame") and hasattr(values, "iloc") and not hasattr(values, "columns"):
        return Series(values)
    if isinstance(values, Mapping) and not isinstance(values, BoundExpression):
        return Series(values)
    return None


def _target(series: Mapping[str, Any], data: Mapping[str, Any], index: Any) -> tuple[Any, bool]:
    """The labels of the rows, and whether all series have just these."""
    lists = [made.index.to_list() for made in series.values()]
    if index is not None:
        wanted = _labels.listed(index)
        return index, all(labels == wanted for labels in lists)
    first = next(iter(series.values())).index
    if all(labels == lists[0] for labels in lists):
        return first, True
    if any(made.index.nlevels > 1 for made in series.values()):
        raise UnsupportedError(
            "series whose labels of several levels differ; reset_index() and merge them on the levels"
        )
    found = list(dict.fromkeys(label for labels in lists for label in labels))
    if not all(isinstance(data[name], Mapping) for name in series):
        with contextlib.suppress(TypeError):
            found = sorted(found)
    names = {made.index.name for made in series.values()}
    return _Labels(found, names.pop() if len(names) == 1 else None), False


class _Labels:
    """A list of labels that has a name."""

    __slots__ = ("_labels", "name")

    def __init__(self, labels: list[Any], name: str | None) -> None:
        self._labels, self.name = labels, name

    def to_list(self) -> list[Any]:
        return self._labels

    def __iter__(self) -> Any:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)
