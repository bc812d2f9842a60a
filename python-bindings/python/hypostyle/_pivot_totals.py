"""Totals of pivot tables of Python functions: the functions of whole rows, whole columns, and of everything."""

from __future__ import annotations

from typing import Any

from hypostyle import _groups, _headings, _native
from hypostyle._cells import by_row
from hypostyle._columns import column as column_of
from hypostyle._plan import Plan

Native = _native.Expr


def with_totals(
    frame: Any, made: Any, wanted: list[tuple[str, str, Any]], keys: tuple[list, list], total: str, alone: bool
) -> Any:
    """The table ``made`` of a frame with a last row of totals, and a last column below each value if it has columns of
    keys; ``alone``: the columns do not have the name of the one value. As in all tables with totals the labels are texts."""
    frame, (index, columns) = _with_keys(frame, [*keys[0], *keys[1]]), keys
    named = {name: (column, func) for name, column, func in wanted}
    by_row = _by_key(frame.groupby(index).agg(**named), list(named))
    by_head = _by_key(frame.groupby(columns).agg(**named), list(named)) if columns else {}
    whole = {name: frame[column].agg(func) for name, (column, func) in named.items()}
    plan: Plan = made._plan.collected()
    labels = made.index.to_list()
    shown = dict(zip(plan.columns, _headings.shown(plan.columns), strict=True))
    cells: dict[str, list[Any]] = {}
    for name in named:
        above = () if alone or not columns else _headings.parts(name)
        for column in plan.columns:
            label = _tuple(shown[column]) if columns else _headings.parts(column)
            if (columns and label[: len(above)] != above) or (not columns and column != name):
                continue
            end = by_head.get(label[len(above) :], {}).get(name) if columns else whole[name]
            cells[column] = [*made[column].to_list(), end]
        if columns:
            title = _headings.named([*above, total, *[""] * (len(columns) - 1)])
            cells[title] = [*(by_row.get(_tuple(label), {}).get(name) for label in labels), whole[name]]
    texts = plan.query.select([Native.column(one).cast("string").alias(one) for one in plan.index_columns]).collect()
    parts = texts.lists(plan.index_columns)
    ends = [total, *[""] * (len(parts) - 1)]
    held = [_native.Column.from_values([*part, end], "string") for part, end in zip(parts, ends, strict=True)]
    values = [_native.Column.from_values(column, None, True) for column in cells.values()]
    query = _native.Query.from_columns([*plan.index_columns, *cells], [*held, *values])
    return type(made)._of(Plan(query, plan.index, axis=plan.axis))


def beside_each(frame: Any, values: Any, columns: list, aggfunc: Any, options: dict[str, Any]) -> Any:
    """A pivot table without keys of rows: as pandas has it, the total of each value of the first key stands after it."""
    made, total = frame.pivot_table(values, None, columns, aggfunc, **options), options["margins_name"]
    ends = frame.pivot_table(values, None, columns[0], aggfunc, **options)
    plan: Plan = made._plan.collected()
    firsts = dict(zip(plan.columns, (_tuple(one)[0] for one in _headings.shown(plan.columns)), strict=True))
    order: list[str] = []
    totals: dict[str, Native] = {}
    for name, first in zip(ends._plan.columns, _headings.shown(ends._plan.columns), strict=True):
        title = _headings.named([first, total, *[""] * (len(columns) - 2)])
        totals[title] = by_row(column_of(ends._series(name), False))
        order += [one for one, its in firsts.items() if its == first] + [title]
    return type(made)._of(plan.with_columns(totals).keep(order))


def _with_keys(frame: Any, keys: list[Any]) -> Any:
    """The rows of which no key is missing, where all keys are columns."""
    names = [key for key in keys if isinstance(key, str) and key in frame._plan.columns]
    if len(names) < len(keys):
        return frame
    present = _groups.has_key([(name, Native.column(name)) for name in names])
    return type(frame)._of(frame._plan.then(lambda query: query.filter(present)))


def _by_key(table: Any, names: list[str]) -> dict[tuple, dict[str, Any]]:
    """The values of groups by their keys."""
    columns = {name: table[name].to_list() for name in names}
    keys = map(_tuple, table.index.to_list())
    return {key: {name: columns[name][at] for name in names} for at, key in enumerate(keys)}


def _tuple(label: Any) -> tuple:
    return label if isinstance(label, tuple) else (label,)
