"""One value for each name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypostyle import _index, _native
from hypostyle._cells import plain
from hypostyle._headings import axis_names, label_column, shown
from hypostyle._layout import Layout, Named, is_in_parts
from hypostyle._plan import Plan
from hypostyle._rows import Row
from hypostyle._single import kind_of
from hypostyle.series import VALUE, Series


def _is_number(value: Any) -> bool:
    """Whether this is one of NumPy's numbers."""
    return getattr(getattr(value, "dtype", None), "kind", None) in ("i", "u", "f", "b")


def values_by_name(names: list[str], values: list, name: Any, plan: Plan | None = None) -> Series:
    """A series of values indexed by names, as those of the columns of a plan if there is one; numbers and truth values become
    floats. Values of other types, which no column holds side by side, are a row (`hypostyle._rows.Row`): it has the values
    as they are, and the methods of a series."""
    values = [plain(value) if _is_number(value) else value for value in values]
    kinds = {kind_of(value) for value in values if value is not None}
    if len(kinds) > 1 and not kinds <= {int, float}:
        if not kinds <= {bool, int, float}:
            return Row(tuple(shown(names)), tuple(values), name)  # type: ignore[return-value]
        values = [None if value is None else float(value) for value in values]
    if any(isinstance(value, Mapping) and not all(isinstance(key, str) for key in value) for value in values):
        # No struct has fields without names.
        return Row(tuple(shown(names)), tuple(values), name)  # type: ignore[return-value]
    titles = [one if isinstance(one, tuple) else (one,) for one in shown(names)]
    depth = len(titles[0] if titles else [None])
    levels = _index.level_columns([None] * depth if plan is None else axis_names(plan, depth), [VALUE])
    columns = [label_column([one[at] for one in titles]) for at in range(len(levels))]
    # What is missing everywhere is a number, as in pandas.
    columns.append(_native.Column.from_values(values, None if kinds or not values else "float64", False))
    query = _native.Query.from_columns([*(column for column, _ in levels), VALUE], columns)
    # What is made of values of rows in partitions can be computed as they can.
    in_parts = plan is not None and is_in_parts(plan)
    made = Plan(query, levels, Layout([len(values)], True) if in_parts else Named())
    return Series(made, _native.Expr.column(VALUE), name)
