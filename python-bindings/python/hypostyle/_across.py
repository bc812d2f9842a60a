"""Values along the columns of each row: running verbs, and aggregates of a row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from hypostyle import _cells, _native
from hypostyle._cells import call, is_null, literal
from hypostyle._dtypes import is_number
from hypostyle._plan import Plan
from hypostyle.errors import InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.series import Series

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
        if verb in ("cumsum", "cumprod"):
            columns = _wide(columns, [plan.dtypes[name] for name in names])
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
    if verb == "rank":
        return dict(zip(names, _ranks(columns, *args), strict=True))
    if verb == "interpolate":
        return dict(zip(names, _between(columns), strict=True))
    if verb not in ("shift", "diff", "pct_change"):
        raise UnsupportedError(f"{verb}(axis=1): turn the frame with transpose()")
    periods, dtypes = args[0], plan.dtypes
    found = {}
    for at, name in enumerate(names):
        other = at - periods
        before = columns[other] if 0 <= other < len(names) else None
        if verb == "shift":
            gone = literal(None).cast(dtypes[name]) if args[1] is None else literal(args[1])
            found[name] = gone if before is None else before
        elif before is None:
            found[name] = literal(None).cast("float64" if is_number(dtypes[name]) else dtypes[name])
        elif verb == "diff":
            found[name] = columns[at].binary("-", before)
        else:
            found[name] = _cells.present(columns[at].binary("/", before).binary("-", literal(1)))
    return found


def _ranks(columns: list[Native], method: str, ascending: bool, na_option: str, pct: bool) -> list[Native]:
    """The rank of each value among those of its row."""
    if method not in ("average", "min", "max", "first", "dense"):
        raise InvalidArgumentError(f"rank: method is average, min, max, first or dense, not {method!r}")
    if na_option not in ("keep", "top", "bottom"):
        raise InvalidArgumentError(f"rank: na_option is keep, top or bottom, not {na_option!r}")
    if na_option != "keep":
        # Missing values are beyond all others, and equal.
        beyond = literal(float("-inf") if (na_option == "top") == ascending else float("inf"))
        columns = [call("fill_null", column.cast("float64"), beyond) for column in columns]

    def number(condition: Native) -> Native:
        return call("fill_null", condition, literal(False)).cast("int64")

    def total(parts: list[Native]) -> Native:
        return reduce(lambda a, b: a.binary("+", b), parts) if parts else literal(0)

    new = [
        number(is_null(one).invert()).binary(
            "-", number(total([number(one.binary("==", b)) for b in columns[:at]]).binary(">", literal(0)))
        )
        if method == "dense"
        else number(is_null(one).invert())
        for at, one in enumerate(columns)
    ]
    count, made = total(new).cast("float64"), []
    for at, one in enumerate(columns):
        less = [number(other.binary("<" if ascending else ">", one)) for other in columns]
        before = total(
            [part.binary("*", own) for part, own in zip(less, new, strict=True)] if method == "dense" else less
        )
        same = [number(other.binary("==", one)) for other in columns]
        rank = before.cast("float64")
        if method == "average":
            rank = rank.binary("+", total(same).cast("float64").binary("+", literal(1.0)).binary("/", literal(2.0)))
        elif method == "max":
            rank = rank.binary("+", total(same).cast("float64"))
        else:
            earlier = total(same[:at]) if method == "first" else literal(0)
            rank = rank.binary("+", earlier.cast("float64")).binary("+", literal(1.0))
        rank = rank.binary("/", count) if pct else rank
        made.append(Native.case([(is_null(one), literal(None))], rank))
    return made


def _between(columns: list[Native]) -> list[Native]:
    """Missing numbers of a row on the line between their neighbours; after the last one its value."""
    made = []
    for at, one in enumerate(columns):
        before, after = columns[:at][::-1], columns[at + 1 :]
        if not before:
            made.append(one)
            continue
        low = call("coalesce", *before) if len(before) > 1 else before[0]
        value = low
        if after:
            high = call("coalesce", *after) if len(after) > 1 else after[0]
            back, ahead = _steps(before), _steps(after)
            slope = high.binary("-", low).binary("*", back).binary("/", back.binary("+", ahead))
            value = Native.case([(is_null(high), low)], low.binary("+", slope))
        made.append(Native.case([(is_null(one), value)], one.cast("float64")))
    return made


def _steps(columns: list[Native]) -> Native:
    """How many columns on there is a value."""
    found = [(is_null(column).invert(), literal(float(at + 1))) for at, column in enumerate(columns)]
    return Native.case(found, literal(None))


def below(plan: Plan, numeric_only: bool) -> Series:
    """The values of all columns, those of one below those of another."""
    from hypostyle.series import VALUE, Series

    dtypes = plan.dtypes
    names = [name for name in plan.columns if not numeric_only or is_number(dtypes[name]) or dtypes[name] == "bool"]
    parts = [plan.query.select([plan.column(name).alias(VALUE)]) for name in names]
    if not parts:
        raise InvalidArgumentError("axis=None: there is no column")
    values = Plan(_native.Query.concat(parts, "outer"))
    return Series(values, values.column(VALUE), None)


def _wide(columns: list[Native], dtypes: list[str]) -> list[Native]:
    """Numbers of a row as one adds them up: all in the type that holds each, whole ones in 64 bits, as pandas has it."""
    if not all(is_number(dtype) for dtype in dtypes):
        return columns
    kinds = set(dtypes)
    if "float64" in kinds or ("float32" in kinds and kinds & {"int32", "int64", "uint32", "uint64"}):
        return [column.cast("float64") for column in columns]
    if any(not kind.startswith(("int", "uint")) for kind in kinds):
        return columns
    whole = "uint64" if all(kind.startswith("uint") for kind in kinds) else "int64"
    return [column if dtype == "uint64" else column.cast(whole) for column, dtype in zip(columns, dtypes, strict=True)]


def _quantile(columns: list[Native], count: Native, q: float, interpolation: str) -> Native:
    """The value below which a share of the values of a row lies."""
    if not 0 <= q <= 1:
        raise InvalidArgumentError(f"quantile: a share is between 0 and 1, not {q}")
    if interpolation not in ("linear", "lower", "higher", "midpoint", "nearest"):
        raise InvalidArgumentError(
            f"quantile: interpolation is linear, lower, higher, midpoint or nearest, not {interpolation!r}"
        )
    listed = call("list_sort", call("list_drop_nulls", call("as_list", *columns)))
    branches = []
    for values in range(1, len(columns) + 1):
        # Of so many values it lies between two places.
        place = q * (values - 1)
        low, share = int(place), place - int(place)
        if interpolation != "linear" and share:
            share = {"lower": 0.0, "higher": 1.0, "midpoint": 0.5, "nearest": float(round(place) - low)}[interpolation]
        made = call("list_get", listed, index=low)
        if share:
            rest = call("list_get", listed, index=low + 1).binary("-", made)
            made = made.binary("+", rest.binary("*", literal(share)))
        branches.append((count.binary("==", literal(values)), made))
    return Native.case(branches, literal(None))


def of_no_column(func: str, params: Mapping[str, Any]) -> Native:
    """An aggregate of rows that have no values."""
    least = params.get("min_count") or 0
    known: dict[str, Any] = {"any": False, "all": True, "count": 0, "nunique": 0}
    if least <= 0:
        known |= {"sum": 0.0, "prod": 1.0}
    return literal(known[func]) if func in known else literal(None).cast("float64")


def row_value(func: str, columns: list[Native], dtypes: Mapping[str, str], names: list[str], params: Any) -> Native:
    """An aggregate of the columns of each row."""

    def total(parts: list[Native]) -> Native:
        return reduce(lambda a, b: a.binary("+", b), parts)

    def numbers() -> list[Native]:
        flags = [dtypes[name] == "bool" for name in names]
        return [c.cast("int64") if flag else c for c, flag in zip(columns, flags, strict=True)]

    def wide() -> list[Native]:
        return _wide(numbers(), ["int64" if dtypes[name] == "bool" else dtypes[name] for name in names])

    count = total([call("is_not_null", column).cast("int64") for column in columns])
    zero = literal(0)
    if func == "count":
        return count
    if func == "sum":
        made = total([call("fill_null", column, zero) for column in wide()])
        least = params.get("min_count", 0)
        return Native.case([(count.binary("<", literal(least)), literal(None))], made) if least else made
    if func == "prod":
        ones = [call("fill_null", column, literal(1)) for column in wide()]
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
    if func in ("median", "nunique"):
        listed = call("as_list", *(column.cast("float64") if func == "median" else column for column in numbers()))
        if func == "median":
            return call("list_median", listed)
        found = call("list_len", call("list_unique", call("list_drop_nulls", listed))).cast("int64")
        if not params.get("count_nulls"):
            return found
        return found.binary("+", count.binary("<", literal(len(columns))).cast("int64"))
    if func == "quantile":
        return _quantile([column.cast("float64") for column in numbers()], count, params["q"], params["interpolation"])
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
