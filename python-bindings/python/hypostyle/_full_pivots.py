"""Pivot tables that show what no row has: categories without rows (``observed=False``), combinations of keys without rows
(``dropna=False``)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

from hypostyle import _headings, _native
from hypostyle._key_order import is_crossed, is_observed
from hypostyle.errors import UnsupportedError

Native = _native.Expr


def is_full(plan: Any, rows: list, heads: list, observed: bool, dropna: bool, margins: bool) -> bool:
    """Whether a pivot table shows what no row has; runs. Totals of such a one are not made."""
    natives = [[native for _, native in side] for side in (rows, heads)]
    whole = (not observed and not is_observed(plan.query, [*natives[0], *natives[1]])) or (
        not dropna and not is_crossed(plan.query, natives)
    )
    if whole and margins:
        raise UnsupportedError(
            "pivot_table: margins beside observed=False or dropna=False, where no row has some of the keys; add the totals "
            "to the table without them"
        )
    return whole


def full(
    frame: Any,
    keys: tuple[list, list],
    wanted: list[tuple[str, str, Any]],
    alone: bool,
    observed: bool,
    dropna: bool,
    fill_value: Any,
) -> Any:
    """The table of groups of all keys, whose columns' keys are turned; ``alone``: of one aggregate whose name the columns do
    not have."""
    rows, heads = keys
    groups = frame.groupby([*rows, *heads], observed=observed, dropna=dropna)
    made = groups.agg(**{name: (column, func) for name, column, func in wanted})
    if dropna:
        made = made.dropna(how="all")
    if heads:
        levels = list(range(len(rows), len(rows) + len(heads)))
        orders = [_place_of(made)(level) for level in levels]
        made = (made[made._plan.columns[0]] if alone else made).unstack(levels if len(levels) > 1 else levels[0])
        made = _sorted_columns(made, orders) if len(levels) > 1 else made
    if not dropna:
        made = _crossed(made)
    if dropna and heads:
        made = made.dropna(how="all", axis=1)
    return made if fill_value is None else made.fillna(fill_value)


def _crossed(table: Any) -> Any:
    """The table with a row, and a column, for each combination of labels of their levels."""
    if len(table._plan.index) > 1:
        levels = [list(table.index.get_level_values(at).unique()) for at in range(len(table._plan.index))]
        if len(table) < math.prod(map(len, levels)):
            order = _place_of(table)
            wanted = list(itertools.product(*(sorted(level, key=order(at)) for at, level in enumerate(levels))))
            table = table.reindex(wanted).rename_axis(list(table.index.names))
    columns = _headings.shown(table._plan.columns)
    if columns and isinstance(columns[0], tuple):
        axis = table._plan.axis
        parts = [list(dict.fromkeys(one[at] for one in columns)) for at in range(len(columns[0]))]
        if len(columns) < math.prod(map(len, parts)):
            table = table.reindex(columns=list(itertools.product(*map(_sorted, parts))))
            table = type(table)._of(table._plan.titled(axis))
    return table


def _sorted_columns(table: Any, orders: list[Callable[[Any], Any]]) -> Any:
    """The table with its columns in the order of the labels of their last levels, below the names of values as they are."""
    names = table._plan.columns
    labels = dict(zip(names, _headings.shown(names), strict=True))
    own = len(next(iter(labels.values()), orders)) - len(orders)
    seen = list(dict.fromkeys(label[:own] for label in labels.values()))

    def place(name: str) -> tuple:
        label = labels[name]
        return seen.index(label[:own]), *(order(part) for order, part in zip(orders, label[own:], strict=True))

    return table[sorted(names, key=place)]


def _sorted(labels: list[Any]) -> list[Any]:
    try:
        return sorted(labels)
    except TypeError:
        return labels


def _place_of(table: Any) -> Callable[[int], Callable[[Any], Any]]:
    """By level, what labels are sorted by: categories by their places, missing ones last."""

    def of_level(at: int) -> Callable[[Any], Any]:
        column = Native.column(table._plan.index_columns[at])
        known = table._plan.query.categories(column)
        places = {} if known is None else {label: place for place, label in enumerate(known[0])}
        return lambda label: (label is None or label != label, places.get(label, label) if label == label else 0)

    return of_level
