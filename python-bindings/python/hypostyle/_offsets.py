"""Steps along the calendar, as pandas has them in ``offsets``: to the end of a month, to a weekday, by business days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from hypostyle._intervals import interval
from hypostyle.errors import DataTypeError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.series import Series

_LENGTHS = ("Hour", "Minute", "Second", "Milli", "Micro", "Nano")
#: The months between two steps, and whether these go to the end of a period.
_PERIODS = {
    "MonthEnd": (1, True),
    "MonthBegin": (1, False),
    "QuarterEnd": (3, True),
    "QuarterBegin": (3, False),
    "YearEnd": (12, True),
    "YearBegin": (12, False),
}


def is_offset(value: Any) -> bool:
    """Whether this is a step along the calendar, other than a sum of months, days and the like (`interval`)."""
    kind = type(value)
    return kind.__module__.startswith("pandas") and hasattr(value, "is_on_offset") and kind.__name__ != "DateOffset"


def moved(times: Series, offset: Any, back: bool) -> Series:
    """Times so many steps later, at the same time of the day; earlier with ``back``.

    >>> import hypostyle as hs, pandas as pd
    >>> (hs.Series(hs.to_datetime(["2024-01-31", "2024-02-10"])) + pd.offsets.MonthEnd()).dt.day.to_list()
    [29, 29]
    """
    if not times.dtype.startswith(("timestamp", "date")):
        raise DataTypeError(f"{offset!r} is added to times, not to {times.dtype}")
    kind, steps = type(offset).__name__, -offset.n if back else offset.n
    if kind in _LENGTHS:
        return times + dt.timedelta(microseconds=offset.nanos / 1000) * (-1 if back else 1)
    if getattr(offset, "normalize", False):
        times = times.dt.normalize()
    if kind == "Day" or (kind == "Week" and offset.weekday is None):
        return times + interval(days=steps * (7 if kind == "Week" else 1))
    if kind == "Week":
        return _days_later(times, _to_weekday(times.dt.dayofweek.astype("int64"), offset.weekday, steps))
    if kind in ("BusinessDay", "BDay") and not offset.offset:
        return _days_later(times, _business_days(times.dt.dayofweek.astype("int64"), steps))
    if kind in _PERIODS:
        return _to_edge(times, offset, steps)
    raise UnsupportedError(
        f"{offset!r}: times are moved by lengths, days, weeks, business days, and to ends and beginnings of months, quarters "
        "and years; for another step use map with a function of Python's"
    )


def _days_later(times: Series, days: Any) -> Series:
    return times + days * interval(days=1)


def _to_weekday(today: Any, weekday: int, steps: int) -> Any:
    """How many days away a weekday is: the next one is the first step, unless it is today."""
    ahead = (weekday - today) % 7
    if steps > 0:
        return ahead.where(ahead != 0, 7) + 7 * (steps - 1)
    return ahead + 7 * steps


def _business_days(today: Any, steps: int) -> Any:
    """How many days away a business day is, without those of weekends."""
    over = (today - 4).clip(lower=0)
    if steps > 0:
        # From a weekend on they are counted from its Friday.
        return steps + 2 * ((today - over + steps) // 5) - over
    to_monday = (7 - today).where(over > 0, 0)
    monday = today.where(over == 0, 0)
    return to_monday + steps + 2 * ((monday + steps) // 5)


def _to_edge(times: Series, offset: Any, steps: int) -> Series:
    """The end or the beginning of a period of months, at the same time of the day."""
    months, end = _PERIODS[type(offset).__name__]
    if months == 1:
        since = 0
    else:
        # The months since the one in which a period begins, or ends, that stands at the given month.
        anchor = offset.month if months == 12 else offset.startingMonth
        since = (times.dt.month.astype("int64") - anchor - (1 if end else 0)) % months
    day = times.dt.day.astype("int64")
    if end:
        on = (times.dt.is_month_end) & (since == months - 1) if months > 1 else times.dt.is_month_end
        more = (~on & (steps > 0)).astype("int64")
        ahead = months * (steps - more) + (months - 1 - since) + 1
        # The day before the first one of the month after.
        return times - (day - 1) * interval(days=1) + ahead * interval(months=1) - interval(days=1)
    on = (day == 1) & (since == 0) if months > 1 else day == 1
    less = (~on & (steps <= 0)).astype("int64")
    return times - (day - 1) * interval(days=1) + (months * (steps + less) - since) * interval(months=1)
