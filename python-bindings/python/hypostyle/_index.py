"""Names of the columns that act as an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypostyle import _native
from hypostyle._plan import Level, Plan, all_rows
from hypostyle.errors import DuplicateColumnError

#: Columns of index levels that have no name of their own, or whose name a column already has.
HIDDEN = "__index_level_{}__"


def level_columns(labels: Sequence[str | None], taken: Iterable[str]) -> list[Level]:
    """A column for each level: named as the level where that name is free."""
    taken = set(taken)
    levels = []
    for position, label in enumerate(labels):
        column = label if isinstance(label, str) and label not in taken else HIDDEN.format(position)
        taken.add(column)
        levels.append((column, label))
    return levels


def reset(plan: Plan, drop: bool) -> Plan:
    """The index as ordinary first columns (or dropped)."""
    if not plan.index:
        return numbered_anew(plan)
    columns = plan.columns
    if drop:
        return numbered_anew(plan.reindexed(()).keep(columns))
    exprs: dict[str, _native.Expr] = {}
    for position, (column, label) in enumerate(plan.index):
        default = "index" if len(plan.index) == 1 and "index" not in columns else f"level_{position}"
        name = default if label is None else label if isinstance(label, str) else str(label)
        if name in exprs or name in columns:
            raise DuplicateColumnError(f"reset_index: a column is named {name!r} already; rename it first")
        exprs[name] = _native.Expr.column(column)
    exprs.update((name, _native.Expr.column(name)) for name in columns)
    return numbered_anew(plan.project(exprs, ()))


def numbered_anew(plan: Plan) -> Plan:
    """The same rows, whose labels are their numbers from now on. Where they were chosen from others, or put in another
    order, series of those are matched by these labels, not row by row."""
    if plan.index or (plan.is_numbered and not plan.origins):
        return plan
    return Plan(plan.query, rows=plan.token(all_rows), axis=plan.axis)


def set_columns(plan: Plan, columns: Sequence[str], drop: bool) -> Plan:
    """These columns as the index."""
    for column in columns:
        plan.query.check(column)
    if drop:
        rest = [name for name in plan.columns if name not in columns]
        return plan.reindexed([(column, column) for column in columns]).keep(rest)
    levels = level_columns(list(columns), plan.columns)
    copies = {column: _native.Expr.column(label) for column, label in levels if label is not None}
    return plan.keep(plan.columns).reindexed(()).with_columns(copies).reindexed(levels)
