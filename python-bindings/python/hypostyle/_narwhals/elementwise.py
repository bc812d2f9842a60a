"""Functions of one row, by the names narwhals gives them.

Each entry takes the engine's expression, and by their names in narwhals what stands in the same row and constants. One
that has a parameter ``dtype`` is told the type of the expression.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from hypostyle import _native
from hypostyle._date_forms import form_of
from hypostyle._narwhals.scope import Scope, constant
from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.expr import Expr, col, lit, when

Function = Callable[..., Expr]


def _call(function: str, /, *args: Expr, **params: Any) -> Expr:
    return Expr(_native.Expr.call("scalar", function, [arg._native for arg in args], params))


def _is_between(e: Expr, lower_bound: Expr, upper_bound: Expr, closed: str = "both") -> Expr:
    above = e > lower_bound if closed in ("right", "none") else e >= lower_bound
    return above & (e < upper_bound if closed in ("left", "none") else e <= upper_bound)


def _log(e: Expr, base: float) -> Expr:
    return e.ln() if base == math.e else e.log_base(base)


def _replace_strict(
    e: Expr, default: Any = None, old: Sequence[Any] = (), new: Sequence[Any] = (), given: bool = False
) -> Expr:
    mapped = _call("map_values", e, old=list(old), new=list(new))
    if not given:
        return mapped
    listed = [value for value in old if value is not None]
    known = _call("is_in", e, lit(listed)).fill_null(lit(None in old)) if listed else e.is_null() & lit(None in old)
    return when(known).then(mapped).otherwise(default)


def _list_contains(e: Expr, item: Any, dtype: str) -> Expr:
    if item is None:
        return _call("list_len", e) != _call("list_len", _call("list_drop_nulls", e))
    if isinstance(item, bool) and dtype != "list[bool]":
        raise DataTypeError(f"list.contains: {item!r} in a {dtype}")
    return _call("list_contains", e, constant(item))


#: Where a text of a moment says how far its clock is from UTC.
OFFSET = re.compile(r"[T ]\d.*([+-]\d\d:?\d\d|Z)$")


def _to_datetime(e: Expr, format: str | None, scope: Scope) -> Expr:
    # With an offset a text is a moment, which is shown on the clock of UTC. Without a format the first text tells.
    if format is None:
        first = scope.first(e) or ""
        format, zoned = form_of(first, False), OFFSET.search(first) is not None
    else:
        zoned = "%z" in format or "%:z" in format
    return _call("to_timestamp", e, format=format, zone="UTC" if zoned else None)


def _map_get(e: Expr, key: Any, dtype: str) -> Expr:
    """The last value of a key, of a map: a list of structs of two fields."""
    fields = re.fullmatch(r"list\[struct\[(keys?): .*?, (values?): .*\]\]", dtype)
    if fields is None:
        raise TypeError(f"map.get is of maps, which are lists of structs of key and value, not of {dtype}")
    pair = col("element")
    own, value = (_call("struct_field", pair, name=name) for name in fields.groups())
    chosen = when(own == constant(key)).then(value).otherwise(None)
    found = _call("list_eval", e, expression=chosen._native.serialize())
    return _call("list_get", _call("list_drop_nulls", found), index=-1)


def _check(pattern: Any) -> None:
    """A constant that is no regular expression is an error now, not when rows are looked at."""
    pattern = constant(pattern)
    if not (pattern._native.columns() or pattern._native.has_window() or pattern._native.has_aggregate()):
        row = _native.Query.from_columns(["text"], [_native.Column.from_values([""])])
        row.select([_call("contains", col("text"), pattern, regex=True)._native.alias("text")]).collect()


def _contains(e: Expr, pattern: Any, literal: bool) -> Expr:
    if not literal:
        _check(pattern)
    return _call("contains", e, constant(pattern), regex=not literal)


def _replace(e: Expr, value: Expr, pattern: str, literal: bool, n: int) -> Expr:
    if not literal:
        _check(pattern)
    # Where the new text is missing, nothing is replaced.
    return _call("str_replace", e, lit(pattern), value, regex=not literal, n=n).coalesce(e)


def _slice(e: Expr, offset: int, length: int | None) -> Expr:
    if length is None:
        return _call("str_slice", e, start=offset)
    # From the end, a part that would reach beyond it has no stop.
    stop = offset + length
    return _call("str_slice", e, start=offset, **({} if offset < 0 <= stop else {"stop": stop}))


#: Of which units only these multiples say when a period starts.
MULTIPLES = {"mo": (1, 2, 3, 4, 6, 12), "q": (1, 2, 4), "y": (1,)}


def _start(text: str) -> str:
    """A period that times are cut down to."""
    period = _period(text)
    count, unit = re.fullmatch(r"(-?\d+)([a-z]+)", period).groups()  # type: ignore[union-attr]
    allowed = MULTIPLES.get(unit)
    if allowed is not None and int(count) not in allowed:
        if len(allowed) == 1:
            raise InvalidArgumentError(
                f"Only multiple {allowed[0]} is currently supported for {unit!r} unit.\nGot: {count}."
            )
        raise InvalidArgumentError(
            f"Only the following multiples are supported for {unit!r} unit: {list(allowed)}.\nGot: {count}."
        )
    return period


UNITS = ("ns", "us", "ms", "s", "m", "h", "d", "mo", "q", "y")


def _period(text: str) -> str:
    if not re.fullmatch(rf"-?\d+({'|'.join(UNITS)})", text):
        raise InvalidArgumentError(f"Invalid `every` string: {text!r}; it is a number and one of {', '.join(UNITS)}")
    return text


def _xor(e: Expr, other: Expr, dtype: str = "bool") -> Expr:
    return e != other if dtype in ("bool", "null") else _call("bitwise_xor", e, other)


def _convert_time_zone(e: Expr, time_zone: str, dtype: str) -> Expr:
    # A wall time of no zone is one of UTC.
    zoned = e if "," in dtype else _call("localize_zone", e, tz="UTC")
    return _call("convert_zone", zoned, tz=time_zone)


def _replace_time_zone(e: Expr, time_zone: str | None, dtype: str) -> Expr:
    wall = _call("localize_zone", e, tz=None) if "," in dtype else e
    return wall if time_zone is None else _call("localize_zone", wall, tz=time_zone)


def _whole(e: Expr) -> Expr:
    return e.cast("int64", "lossy")


def _total(unit: int) -> Function:
    """A duration in whole units of so many nanoseconds, toward zero."""

    def total(e: Expr) -> Expr:
        count = _call("total_nanoseconds", e)
        whole = count.abs() // unit
        return when(count < 0).then(-whole).otherwise(whole) if unit > 1 else count

    return total


#: Functions of values.
PLAIN: dict[str, Function] = {
    "__eq__": lambda e, other: e == other,
    "__ne__": lambda e, other: e != other,
    "__lt__": lambda e, other: e < other,
    "__le__": lambda e, other: e <= other,
    "__gt__": lambda e, other: e > other,
    "__ge__": lambda e, other: e >= other,
    "__and__": lambda e, other: e & other,
    "__or__": lambda e, other: e | other,
    "__xor__": _xor,
    "__add__": lambda e, other: e + other,
    "__sub__": lambda e, other: e - other,
    "__mul__": lambda e, other: e * other,
    "__truediv__": lambda e, other: e / other,
    "__floordiv__": lambda e, other: _call("checked_floor_div", e, other),
    "__mod__": lambda e, other: _call("checked_mod", e, other),
    "__pow__": lambda e, other: e**other,
    "__invert__": lambda e: ~e,
    "__neg__": lambda e: -e,
    "_is_close_float_promote": lambda e: e + 0.0,
    "abs": lambda e: e.abs(),
    "ceil": lambda e: _call("ceil", e),
    "clip": lambda e, lower_bound, upper_bound: _call("clip", e, lower_bound, upper_bound),
    "clip_lower": lambda e, lower_bound: _call("clip", e, lower_bound, lit(None)),
    "clip_upper": lambda e, upper_bound: _call("clip", e, lit(None), upper_bound),
    "cos": lambda e: _call("cos", e),
    "exp": lambda e: _call("exp", e),
    "fill_nan": lambda e, value: _call("fill_nan", e, value),
    "floor": lambda e: _call("floor", e),
    "is_between": _is_between,
    "is_finite": lambda e: _call("is_finite", e),
    "is_nan": lambda e: _call("is_nan", e),
    "is_null": lambda e: e.is_null(),
    "log": _log,
    "round": lambda e, decimals: _call("round", e, decimals=decimals),
    "sin": lambda e: _call("sin", e),
    "sqrt": lambda e: _call("sqrt", e),
}
#: The same operators from the right; narwhals names their result "literal".
REFLECTED = {
    "__radd__": PLAIN["__add__"],
    "__rand__": PLAIN["__and__"],
    "__rfloordiv__": PLAIN["__floordiv__"],
    "__rmod__": PLAIN["__mod__"],
    "__rmul__": PLAIN["__mul__"],
    "__ror__": PLAIN["__or__"],
    "__rpow__": PLAIN["__pow__"],
    "__rsub__": PLAIN["__sub__"],
    "__rtruediv__": PLAIN["__truediv__"],
    "__rxor__": PLAIN["__xor__"],
}

TEXT: dict[str, Function] = {
    "contains": _contains,
    "ends_with": lambda e, suffix: _call("ends_with", e, suffix),
    "len_chars": lambda e: _whole(_call("len_chars", e)),
    "pad_end": lambda e, length, fill_char: _call("str_pad", e, width=length, side="right", fillchar=fill_char),
    "pad_start": lambda e, length, fill_char: _call("str_pad", e, width=length, side="left", fillchar=fill_char),
    "replace": _replace,
    "replace_all": lambda e, value, pattern, literal: _replace(e, value, pattern, literal, -1),
    "slice": _slice,
    "split": lambda e, by: _call("str_split", e, by=by),
    "starts_with": lambda e, prefix: _call("starts_with", e, prefix),
    "strip_chars": lambda e, characters: _call("strip", e, characters=characters),
    "strip_chars_end": lambda e, characters: _call("rstrip", e, characters=characters),
    "strip_chars_start": lambda e, characters: _call("lstrip", e, characters=characters),
    "to_date": lambda e, format: _call("to_date", e, format=format),
    "to_datetime": _to_datetime,
    "to_lowercase": lambda e: _call("lower", e),
    "to_time": lambda e, format: e.cast("time") if format is None else _clock(e, format),
    "to_titlecase": lambda e: _call("title", e),
    "to_uppercase": lambda e: _call("upper", e),
    "zfill": lambda e, width: _call("zfill", e, width=width),
}


#: Those that fail for a text.
READERS = frozenset(TEXT[name] for name in ("to_date", "to_datetime", "to_time"))


def _clock(e: Expr, format: str) -> Expr:
    day = lit("1970-01-01 ")
    return _call("time", _call("to_timestamp", _call("concat_str", day, e), format=f"%Y-%m-%d {format}"))


def _timestamp(e: Expr, time_unit: str, dtype: str) -> Expr:
    if not dtype.startswith(("date", "timestamp")):
        raise TypeError(f"Input should be either of Date or Datetime type, got {dtype}")
    return _call("to_epoch", e, unit=time_unit)


TIME: dict[str, Function] = {
    "convert_time_zone": _convert_time_zone,
    "date": lambda e: _call("date", e),
    "day": lambda e: _whole(_call("day", e)),
    "hour": lambda e: _whole(_call("hour", e)),
    "microsecond": lambda e: _whole(_call("microsecond", e)),
    "millisecond": lambda e: _whole(_call("millisecond", e)),
    "minute": lambda e: _whole(_call("minute", e)),
    "month": lambda e: _whole(_call("month", e)),
    "nanosecond": lambda e: _whole(_call("microsecond", e)) * 1000 + _whole(_call("nanosecond", e)),
    "offset_by": lambda e, by: _call("date_offset", e, by=_period(by)),
    "ordinal_day": lambda e: _whole(_call("day_of_year", e)),
    "replace_time_zone": _replace_time_zone,
    "second": lambda e: _whole(_call("second", e)),
    "timestamp": _timestamp,
    "to_string": lambda e, format: _call("strftime", e, format=format),
    "total_microseconds": _total(1_000),
    "total_milliseconds": _total(1_000_000),
    "total_minutes": _total(60_000_000_000),
    "total_nanoseconds": _total(1),
    "total_seconds": _total(1_000_000_000),
    "truncate": lambda e, every: _call("date_floor", e, freq=_start(every)),
    "weekday": lambda e: _whole(_call("iso_weekday", e)),
    "year": lambda e: _whole(_call("year", e)),
}
LISTS: dict[str, Function] = {
    "contains": _list_contains,
    "get": lambda e, index: _call("list_get", e, index=index),
    "len": lambda e: _whole(_call("list_len", e)),
    "max": lambda e: _call("list_max", e),
    "mean": lambda e: _call("list_mean", e),
    "median": lambda e: _call("list_median", e),
    "min": lambda e: _call("list_min", e),
    "sort": lambda e, descending, nulls_last: _call("list_sort", e, descending=descending, nulls_first=not nulls_last),
    "sum": lambda e: _call("list_sum", e),
    "unique": lambda e, maintain_order: _call("list_unique", e),
}
STRUCTS: dict[str, Function] = {"field": lambda e, name: _call("struct_field", e, name=name)}

#: Namespaces of expressions and series.
NAMESPACES: dict[str, dict[str, Function]] = {
    "str": TEXT,
    "dt": TIME,
    "list": LISTS,
    "struct": STRUCTS,
    "cat": {},
    "map": {"get": _map_get},
}
#: Parameters that stand for values of the row; all others are constants.
ROW_VALUES = frozenset({"default", "lower_bound", "other", "prefix", "suffix", "upper_bound", "value"})
REPLACE_STRICT = _replace_strict
