"""Values that stand beside those of a frame: the same ones, or a list of one for each row."""

from __future__ import annotations

from typing import Any

from hypostyle import _cells, _native
from hypostyle._cells import by_row, literal
from hypostyle._columns import column, is_pandas
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, ShapeError

Native = _native.Expr


def is_there(frame: Any, other: Any) -> Any:
    """Whether each value is the one at the same label of a series, or also in the same column of a frame."""
    from hypostyle.series import Series

    if is_pandas(other):
        other = type(frame)(other) if hasattr(other, "columns") else Series(other)
    names, plan = frame._plan.columns, frame._plan.with_room(other)
    others = type(frame)._of(plan)._others(other, 0, True)

    def same(name: str) -> Native:
        made = _cells.decided("==", plan.column(name).binary("==", others.get(name, literal(None))))
        try:
            plan.query.dtype_of(made)
        except DataTypeError:
            # Values of types that do not compare are never the same.
            return literal(False)
        return made

    return type(frame)._of(plan.with_columns({name: same(name) for name in names}).keep(names))


def listed_by_row(plan: Plan, values: list) -> Native:
    """A list of a value for each row."""
    if len(values) != (rows := plan.query.rows()):
        raise ShapeError(f"{len(values)} values for {rows} rows")
    return by_row(column(values, False))
