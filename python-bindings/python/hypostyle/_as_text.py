"""Values as text the way Python and pandas write them: ``astype(str)``."""

from __future__ import annotations

from typing import Any

from hypostyle import _native
from hypostyle._plan import Plan

Native = _native.Expr


def as_text(plan: Plan, native: Native) -> Native:
    """The text of each value: ``True``, ``1e+20``, ``2024-01-01``, ``1 days 02:00:00``."""
    dtype = plan.query.dtype_of(native)
    if dtype == "bool":
        return Native.case([(native, _text("True")), (native.invert(), _text("False"))], _text(None))
    if dtype.startswith("float"):
        return _floats(native, dtype)
    if dtype.startswith("timestamp"):
        return _times(native, dtype)
    if dtype.startswith("duration"):
        return _durations(native, dtype)
    return native.cast("string")


def _text(value: str | None) -> Native:
    return Native.literal(value).cast("string")


def _call(name: str, *args: Native, **params: Any) -> Native:
    return Native.call("scalar", name, list(args), params)


def _whole(condition: Native) -> Native:
    """Whether a condition holds in every row of the column."""
    return Native.call("aggregate", "all", [condition]).over([], [], [])


def _number(value: int) -> Native:
    return Native.literal(value).cast("int64")


def _floats(native: Native, dtype: str) -> Native:
    plain, size = native.cast("string"), _call("abs", native)
    small = size.binary("<", Native.literal(1e-4).cast(dtype)).binary("&", size.binary(">", Native.literal(0.0)))
    great = size.binary(">=", Native.literal(1e16).cast(dtype))
    # 0.000015 is 1.5e-05 in Python, 1e20 is 1e+20, and an exponent has two digits at least.
    made = plain
    for old, new in (
        (r"^(-?)0\.0{4}([0-9])$", r"${1}${2}e-5"),
        (r"^(-?)0\.0{4}([1-9])([0-9]+)$", r"${1}${2}.${3}e-5"),
        (r"^(-?)0\.0{5}([0-9])$", r"${1}${2}e-6"),
        (r"^(-?)0\.0{5}([1-9])([0-9]+)$", r"${1}${2}.${3}e-6"),
        (r"e-([0-9])$", r"e-0${1}"),
    ):
        made = _replaced(made, old, new)
    return Native.case([(small, made), (great, _replaced(plain, r"e([0-9])", r"e+${1}"))], plain)


def _replaced(text: Native, pattern: str, replacement: str) -> Native:
    return _call("str_replace", text, Native.literal(pattern), Native.literal(replacement), regex=True)


def _times(native: Native, dtype: str) -> Native:
    """With as many digits of the second as any moment of the column needs; days alone where all are midnights."""
    zone = "%:z" if "," in dtype else ""
    unit = dtype[10:-1].split(",")[0]
    below = {"s": 0, "ms": 3, "us": 6, "ns": 9}[unit]
    branches = []
    if not zone:
        day = native.binary("==", _call("date_trunc", native, unit="day"))
        branches.append((_whole(day), _call("strftime", native, format="%Y-%m-%d")))
    for digits, unit_ in ((0, "second"), (3, "millisecond"), (6, "microsecond"), (9, "")):
        fraction = f".%{digits}f" if digits else ""
        text = _call("strftime", native, format=f"%Y-%m-%d %H:%M:%S{fraction}{zone}")
        if digits == below:
            return Native.case(branches, text) if branches else text
        short = native.binary("==", _call("date_trunc", native, unit=unit_))
        branches.append((_whole(short), text))
    raise AssertionError(unit)


def _durations(native: Native, dtype: str) -> Native:
    """Days, and the time of the day unless all are whole days, with as many digits of the second as any needs."""
    digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}[dtype[9:-1]]
    total, second = native.cast("int64"), 10**digits
    days = total.binary("//", _number(86_400 * second))
    rest = total.binary("%", _number(86_400 * second))

    def two(unit: int, count: int) -> Native:
        part = rest.binary("//", _number(unit * second)).binary("%", _number(count))
        return _call("zfill", part.cast("string"), width=2)

    clock = [two(3600, 24), _text(":"), two(60, 60), _text(":"), two(1, 60)]
    head = [days.cast("string"), _text(" days ")]
    head_signed = [days.cast("string"), _text(" days +")]
    part = rest.binary("%", _number(second))

    def text(more: list[Native]) -> Native:
        early = days.binary("<", _number(0))
        joined = [_call("concat_str", *start, *clock, *more) for start in (head_signed, head)]
        return Native.case([(early, joined[0])], joined[1])

    whole_days = _call("concat_str", days.cast("string"), _text(" days"))
    branches = [(_whole(rest.binary("==", _number(0))), whole_days)]
    for shown in (0, 6, 9):
        if shown == 0:
            branches.append((_whole(part.binary("==", _number(0))), text([])))
            continue
        if shown >= digits or shown == 9:
            step = part.binary("*", _number(10 ** (shown - digits)))
            return Native.case(branches, text([_text("."), _call("zfill", step.cast("string"), width=shown)]))
        long = part.binary("%", _number(10 ** (digits - shown)))
        step = part.binary("//", _number(10 ** (digits - shown)))
        more = [_text("."), _call("zfill", step.cast("string"), width=shown)]
        branches.append((_whole(long.binary("==", _number(0))), text(more)))
    raise AssertionError(dtype)
