"""Running aggregates: of each row and those before it."""

from __future__ import annotations

from collections.abc import Callable

from hypostyle import _native
from hypostyle._cells import is_null, literal
from hypostyle._plan import Plan

Native = _native.Expr


def running(name: str, skipna: bool) -> Callable[[Native], Native]:
    """A running aggregate by its name in the engine; without ``skipna`` it is missing from the first missing value on."""

    def make(column: Native) -> Native:
        found = Native.call("window", name, [column], {})
        if skipna:
            return found
        holes = Native.call("window", "cum_sum", [is_null(column).cast("int64")], {})
        return Native.case([(holes.binary(">", literal(0)), literal(None))], found)

    return make


def running_extreme(plan: Plan, name: str, skipna: bool) -> Callable[[Native], Native]:
    """``cum_min`` or ``cum_max``; of truths a truth, as pandas has it (the engine compares them as numbers)."""

    def make(column: Native) -> Native:
        found = running(name, skipna)(column)
        return found.cast("bool") if plan.query.dtype_of(column) == "bool" else found

    return make
