"""Intervals of months, days and exact time as single values."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

from hypostyle.errors import DataTypeError

#: How many nanoseconds the units of exact time have.
_NANOSECONDS = {
    "hours": 3_600_000_000_000,
    "minutes": 60_000_000_000,
    "seconds": 1_000_000_000,
    "milliseconds": 1_000_000,
    "microseconds": 1_000,
    "nanoseconds": 1,
}


@dataclass(frozen=True, slots=True)
class Interval:
    """Months, days and nanoseconds, which have no fixed relation: 30 days are not a month, and no interval is before another.

    >>> import hypostyle as hs
    >>> hs.interval(months=1) == hs.interval(days=30), hs.interval(years=1) == hs.interval(months=12)
    (False, True)
    """

    months: int = 0
    days: int = 0
    nanoseconds: int = 0

    def __neg__(self) -> Interval:
        return Interval(-self.months, -self.days, -self.nanoseconds)


def interval(
    years: int = 0,
    months: int = 0,
    weeks: int = 0,
    days: int = 0,
    hours: int = 0,
    minutes: int = 0,
    seconds: int = 0,
    milliseconds: int = 0,
    microseconds: int = 0,
    nanoseconds: int = 0,
) -> Interval:
    """An interval. A time plus an interval is so many months later on the calendar (at the latest the last day of the month),
    then so many days on the wall clock, then so much exact time.

    >>> import datetime
    >>> import hypostyle as hs
    >>> (hs.Series([datetime.datetime(2024, 1, 31)]) + hs.interval(months=1, hours=6)).to_list()
    [datetime.datetime(2024, 2, 29, 6, 0)]
    """
    exact = dict(zip(_NANOSECONDS, (hours, minutes, seconds, milliseconds, microseconds, nanoseconds), strict=True))
    return Interval(
        12 * operator.index(years) + operator.index(months),
        7 * operator.index(weeks) + operator.index(days),
        sum(operator.index(count) * _NANOSECONDS[unit] for unit, count in exact.items()),
    )


def parts(value: Any) -> tuple[int, int, int] | None:
    """Months, days and nanoseconds of an interval of ours, of pyarrow, of pandas (``DateOffset``) or of dateutil
    (``relativedelta``); ``None`` for other things."""
    kind = type(value).__name__
    if isinstance(value, Interval) or kind == "MonthDayNano":
        return value.months, value.days, value.nanoseconds
    if kind == "DateOffset":
        given, times = dict(value.kwds) or {"days": 1}, value.n
    elif kind == "relativedelta":
        given, times = {name: count for name, count in vars(value).items() if count and name[0] != "_"}, 1
        if "leapdays" in given:
            raise DataTypeError(f"{value!r} sets parts of a time; an interval adds to them")
    else:
        return None
    known = {"years", "months", "weeks", "days", *_NANOSECONDS}
    if not set(given) <= known:
        raise DataTypeError(f"{value!r} sets parts of a time; an interval adds to them")
    if any(count != int(count) for count in given.values()):
        raise DataTypeError(f"{value!r} has parts that are no whole numbers")
    whole = interval(**{name: int(count) * times for name, count in given.items()})
    return whole.months, whole.days, whole.nanoseconds
