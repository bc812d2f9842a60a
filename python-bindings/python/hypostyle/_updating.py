"""A frame with the values of another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypostyle._categories import if_possible
from hypostyle._cells import call, is_null
from hypostyle._columns import is_pandas
from hypostyle.errors import InvalidArgumentError
from hypostyle.expr import BoundExpression


def updated(frame: Any, other: Any, overwrite: bool, chosen: Callable[..., Any] | None, strict: bool) -> Any:
    """The frame with the values of another one at the same labels, where that has any; runs. ``chosen``: a function from a
    column to whether each of its values is taken over."""
    if isinstance(other, BoundExpression):
        other = other.to_frame()  # type: ignore[attr-defined]
    elif is_pandas(other) or not hasattr(other, "_plan"):
        other = type(frame)(other)
    plan = frame._plan.with_room(other)
    here, exprs = type(frame)._of(plan), {}
    theirs = here._others(other, 0, True)
    for name in frame._plan.columns:
        if name not in theirs:
            continue
        own, new = plan.column(name), theirs[name]
        if strict:
            both = here._series(name)._like(is_null(own).invert().binary("&", is_null(new).invert()))
            if both.any():
                raise InvalidArgumentError(f"update: both frames have a value in the column {name!r}")
        if chosen is not None:
            taken = plan.expr(chosen(here._series(name)), same_rows=True)
            new = type(new).case([(taken, new)], own)
        made = call("coalesce", *((new, own) if overwrite else (own, new)))
        # Whole numbers stay whole where those of the other frame are, too.
        exprs[name] = if_possible(plan, made, plan.dtypes[name], "ignore") if plan.dtypes[name] != "category" else made
    return type(frame)._of(plan.with_columns(exprs).keep(frame._plan.columns))
