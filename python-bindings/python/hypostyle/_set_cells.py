"""New values at places of a frame: one for all, one for each row, or one for each row and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypostyle import _native, _numpy
from hypostyle._cells import by_row, is_missing, value_of
from hypostyle._plan import Plan, Unlabelled
from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.expr import BoundExpression, Expr

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


def given(value: Any) -> Any:
    """New values as they are taken here: series and frames of pandas as ours; labels, arrays and categories as lists."""
    from hypostyle._columns import is_pandas, ours

    value = ours(value)
    if hasattr(value, "get_level_values") and hasattr(value, "to_list"):
        return value.to_list()
    if isinstance(value, range) or (is_pandas(value) and hasattr(value, "__len__") and hasattr(value, "tolist")):
        return list(value)
    return value


def is_listed(value: Any) -> bool:
    """Whether this is a value for each row or column, and no single one."""
    return isinstance(value, (list, tuple)) or (_numpy.is_array(value) and value.ndim > 0)


def by_column(value: Any, names: list[str], by_label: bool = True) -> list[Any]:
    """What each of some columns gets: its column of a frame (by name, or by its place) or of a matrix, its part of a list, or
    the one value."""
    if hasattr(value, "_plan") and not isinstance(value, BoundExpression):
        own = value.columns
        if by_label and set(names) <= set(own):
            return [value[name] for name in names]
        if len(own) != len(names):
            raise InvalidArgumentError(f"{len(own)} columns for {len(names)}")
        return [value[name] for name in own]
    if _numpy.is_array(value) and value.ndim == 2:
        if value.shape[1] != len(names):
            raise InvalidArgumentError(f"an array of {value.shape[1]} columns for {len(names)}")
        return [value[:, at].copy() for at in range(len(names))]
    if is_listed(value):
        value = value if _numpy.is_array(value) else [_as_row(part) for part in value]
        rows = len(value) and not _numpy.is_array(value) and all(is_listed(row) for row in value)
        if rows and all(len(row) == len(names) for row in value):
            return [list(part) for part in zip(*value, strict=True)]
        if len(value) == len(names):
            return list(value)
    return [value] * len(names)


def _as_row(part: Any) -> Any:
    """One of several listings as a row; single values and columns of ours as they are."""
    return part if isinstance(part, BoundExpression) else given(part)


def _one_per_row(value: Any, places: list[int]) -> list[Any] | None:
    """A value for each of the rows at some places, in their order; ``None`` if this is one value or goes by the rows."""
    if is_listed(value):
        if len(value) == len(places):
            return _numpy.listed(value)
        if len(value) != 1:
            raise InvalidArgumentError(f"{len(value)} values for {len(places)} rows")
    return None


def in_categories(plan: Plan, old: _native.Expr, made: _native.Expr, value: Any) -> _native.Expr:
    """What became of categories by new values, ``made``: of the same categories, an error if a value is none of them."""
    value = given(value)
    if plan.query.dtype_of(old) != "category" or plan.query.dtype_of(made) == "category" or hasattr(value, "_plan"):
        return made
    names, ordered = plan.query.categories(old) or ([], False)
    if isinstance(value, (Expr, _native.Expr)):
        return made
    for one in value if is_listed(value) else [value]:
        if not is_missing(one) and one not in names:
            few = ", ".join([*map(repr, names[:5]), *(["..."] if len(names) > 5 else [])])
            raise DataTypeError(
                f"{one!r} is none of the categories ({few}): give the column more with cat.add_categories, or make it "
                "text with astype('str')"
            )
    return made.cast_categories(names, ordered, "strict")


def set_cells(frame: DataFrame, places: list[int], names: list[str], value: Any, by_label: bool = False) -> None:
    """New values at some positions of some columns. ``by_label``: a series gives each row the value of its label, as in
    pandas; else one after the other."""
    from hypostyle._columns import column

    rows = len(frame)
    mask = [False] * rows
    for at in places:
        mask[at] = True
    chosen = by_row(column(mask, False))
    plan, exprs = frame._plan, {}
    matrix = _numpy.is_array(value) and value.ndim == 2
    parts = by_column(value, names, by_label) if len(names) > 1 or matrix else [value]
    for name, part in zip(names, parts, strict=True):
        if hasattr(part, "_plan") and not isinstance(part, BoundExpression):
            [part] = by_column(part, [name])
        series = isinstance(part, BoundExpression) and part._plan.rows is not plan.rows
        aligned = series and by_label and not (part._bare or isinstance(part._plan.rows, Unlabelled))
        if series and not aligned and len(part) == len(places):
            part = part.to_list()
        listed = _one_per_row(part, places)
        if listed is not None:
            cells: list[Any] = [None] * rows
            for at, cell in zip(places, listed, strict=True):
                cells[at] = cell
            new = by_row(column(cells, False))
        else:
            single = value_of(part[0] if is_listed(part) else part)
            new = plan.beside_each(single) if aligned else plan.expr(single)
        old = plan.column(name) if name in plan.columns else _native.Expr.literal(None)
        exprs[name] = in_categories(plan, old, _native.Expr.case([(chosen, new)], old), part)
    made = plan.with_columns(exprs)
    for native in exprs.values():
        plan.query.dtype_of(native)
    frame._plan = made
