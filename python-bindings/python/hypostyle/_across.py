"""Values along the columns of each row: running verbs, and aggregates of a row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from hypostyle import _cells, _native
from hypostyle._cells import call, is_null, literal
from hypostyle._plan import Plan
from hypostyle.errors import UnsupportedError

Native = _native.Expr


def across(plan: Plan, verb: str, *args: Any) -> dict[str, Native]:
    """A running verb along the columns of each row."""
    names = plan.columns
    columns = [plan.column(name) for name in names]
    steps = {
        "cumsum": lambda a, b: a.binary("+", b),
        "cumprod": lambda a, b: a.binary("*", b),
        "cummin": lambda a, b: call("least", a, b),
        "cummax": lambda a, b: call("greatest", a, b),
    }
    if verb in steps:
        made, so_far = [], None
        for column in columns:
            if so_far is None:
                so_far, shown = column, column
            else:
                both = steps[verb](so_far, column)
                kept = Native.case([(is_null(column), so_far), (is_null(so_far), column)], both)
                so_far = kept
                shown = Native.case([(is_null(column), literal(None))], kept)
            made.append(shown)
        return dict(zip(names, made, strict=True))
    if verb in ("ffill", "bfill"):
        if args[0] is not None:
            raise UnsupportedError(f"{verb}(axis=1): limit")
        ordered = columns if verb == "ffill" else columns[::-1]
        made = [call("coalesce", *ordered[at::-1]) if at else ordered[0] for at in range(len(ordered))]
        return dict(zip(names, made if verb == "ffill" else made[::-1], strict=True))
    if verb not in ("shift", "diff", "pct_change"):
        raise UnsupportedError(f"{verb}(axis=1): turn the frame with transpose()")
    periods = args[0]
    found = {}
    for at, name in enumerate(names):
        other = at - periods
        before = columns[other] if 0 <= other < len(names) else None
        if verb == "shift":
            found[name] = literal(args[1]) if before is None else before
        elif before is None:
            found[name] = literal(None)
        elif verb == "diff":
            found[name] = columns[at].binary("-", before)
        else:
            found[name] = _cells.present(columns[at].binary("/", before).binary("-", literal(1)))
    return found


def row_value(func: str, columns: list[Native], dtypes: Mapping[str, str], names: list[str], params: Any) -> Native:
    """An aggregate of the columns of each row."""

    def total(parts: list[Native]) -> Native:
        return reduce(lambda a, b: a.binary("+", b), parts)

    def numbers() -> list[Native]:
        flags = [dtypes[name] == "bool" for name in names]
        return [c.cast("int64") if flag else c for c, flag in zip(columns, flags, strict=True)]

    count = total([call("is_not_null", column).cast("int64") for column in columns])
    zero = literal(0)
    if func == "count":
        return count
    if func == "sum":
        made = total([call("fill_null", column, zero) for column in numbers()])
        least = params.get("min_count", 0)
        return Native.case([(count.binary("<", literal(least)), literal(None))], made) if least else made
    if func == "prod":
        ones = [call("fill_null", column, literal(1)) for column in numbers()]
        return reduce(lambda a, b: a.binary("*", b), ones)
    if func in ("min", "max"):
        return call("least" if func == "min" else "greatest", *columns) if len(columns) > 1 else columns[0]
    if func in ("any", "all"):
        default = literal(func == "all")
        truths = [
            call("fill_null", c if dtypes[n] == "bool" else c.binary("!=", zero), default)
            for n, c in zip(names, columns, strict=True)
        ]
        return reduce(lambda a, b: a.binary("|" if func == "any" else "&", b), truths)
    mean = total([call("fill_null", column, zero).cast("float64") for column in numbers()]).binary("/", count)
    some = Native.case([(count.binary(">", zero), mean)], literal(None))
    if func == "mean":
        return some
    if func in ("var", "std", "sem"):
        ddof = params.get("ddof", 1)
        squares = []
        for column in numbers():
            off = column.cast("float64").binary("-", some)
            squares.append(call("fill_null", off.binary("*", off), literal(0.0)))
        left = count.binary("-", literal(ddof))
        variance = Native.case([(left.binary(">", zero), total(squares).binary("/", left))], literal(None))
        if func == "var":
            return variance
        deviation = call("sqrt", variance)
        return deviation if func == "std" else deviation.binary("/", call("sqrt", count.cast("float64")))
    raise UnsupportedError(f"{func}(axis=1): turn the frame with melt, and group by the row")
