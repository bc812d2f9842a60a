"""Moments at equal distances, and groups of rows by them."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.series import Series

Native = _native.Expr
_FIXED = {
    "s": dt.timedelta(seconds=1),
    "min": dt.timedelta(minutes=1),
    "h": dt.timedelta(hours=1),
    "D": dt.timedelta(days=1),
    "ms": dt.timedelta(milliseconds=1),
    "us": dt.timedelta(microseconds=1),
}
#: Months of a period, and whether it is named by its end.
_MONTHS = {"MS": (1, False), "ME": (1, True), "QS": (3, False), "QE": (3, True), "YS": (12, False), "YE": (12, True)}
_DAY = dt.timedelta(days=1)


class Frequency:
    """A distance between moments as pandas writes it: ``"15min"``, ``"D"``, ``"W"``, ``"MS"``, ``"QE"``."""

    def __init__(self, text: str) -> None:
        match = re.fullmatch(r"\s*(\d*)\s*([A-Za-z]+)(?:-([A-Za-z]+))?\s*", text) if isinstance(text, str) else None
        if match is None:
            raise InvalidArgumentError(f"{text!r} is no frequency such as '15min', 'D', 'W', 'MS' or 'YE'")
        self.text, self.count, self.unit = text, int(match[1] or 1), match[2]
        self.unit = {
            "H": "h",
            "T": "min",
            "S": "s",
            "d": "D",
            "Min": "min",
            "MIN": "min",
            "M": "ME",
            "Q": "QE",
            "Y": "YE",
        }.get(self.unit, self.unit)
        if match[3] not in (None, "SUN", "DEC", "JAN"):
            raise UnsupportedError(f"{text!r}: weeks end on Sunday, quarters and years begin in January")
        if self.count < 1 or (self.unit not in ("W", "B") and self.unit not in _FIXED and self.unit not in _MONTHS):
            raise InvalidArgumentError(
                f"{text!r} is no frequency; units are s, min, h, D, B, W, MS, ME, QS, QE, YS and YE"
            )

    @property
    def step(self) -> dt.timedelta | None:
        """The distance, if it is the same everywhere."""
        if self.unit == "W":
            return 7 * self.count * _DAY
        return self.count * _FIXED[self.unit] if self.unit in _FIXED else None

    def start(self, moment: dt.datetime, origin: dt.datetime) -> dt.datetime:
        """The start of the period that a moment lies in."""
        if self.unit in _MONTHS:
            months, _ = _MONTHS[self.unit]
            month = (moment.month - 1) // months * months + 1
            return dt.datetime(moment.year, month, 1)
        step = self.step
        assert step is not None
        return origin + (moment - origin) // step * step

    def next(self, start: dt.datetime) -> dt.datetime:
        """The start of the next period."""
        if self.unit in _MONTHS:
            number = start.year * 12 + start.month - 1 + _MONTHS[self.unit][0] * self.count
            return dt.datetime(number // 12, number % 12 + 1, 1)
        step = self.step
        assert step is not None
        return start + step

    def label(self, start: dt.datetime, side: str | None = None) -> dt.datetime:
        """The moment that a period is named by: by default as pandas does, else its left or right end."""
        ends = self.unit == "W" or (self.unit in _MONTHS and _MONTHS[self.unit][1])
        if side is not None and ends != (side == "right"):
            return start - _DAY if ends else self.next(start)
        if self.unit == "W" or (self.unit in _MONTHS and _MONTHS[self.unit][1]):
            return self.next(start) - _DAY
        return start

    def origin(self, first: dt.datetime) -> dt.datetime:
        """Where periods are counted from: midnight of the first day; weeks from a Monday."""
        midnight = dt.datetime(first.year, first.month, first.day)
        return midnight - first.weekday() * _DAY if self.unit == "W" else midnight

    def moments(self, start: dt.datetime) -> Iterator[dt.datetime]:
        """Moments from the first one on that is not before ``start``."""
        if self.unit == "B":
            days = (start + at * _DAY for at in itertools.count())
            yield from itertools.islice((day for day in days if day.weekday() < 5), None, None, self.count)
        if self.unit in _FIXED:
            moment = start
            while True:
                yield moment
                moment = self.next(moment)
        if self.unit == "W":
            moment = start + (6 - start.weekday()) * _DAY
            while True:
                yield moment
                moment = self.next(moment)
        period = self.start(start, self.origin(start))
        time = start - dt.datetime(start.year, start.month, start.day)
        while True:
            if (label := self.label(period) + time) >= start:
                yield label
            period = self.next(period)


def moment_of(value: Any) -> dt.datetime:
    """A moment of a text, a date or anything that can say one."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    elif hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    elif not isinstance(value, dt.datetime) and isinstance(value, dt.date):
        value = dt.datetime(value.year, value.month, value.day)
    if not isinstance(value, dt.datetime):
        raise DataTypeError(f"a moment is a text, a date or a datetime, not {value!r}")
    return value


def date_range(
    start: Any = None,
    end: Any = None,
    periods: int | None = None,
    freq: str = "D",
    tz: str | None = None,
    name: str | None = None,
) -> Series:
    """A series of moments at equal distances: from ``start`` to ``end``, both included where they fit, or ``periods`` of
    them.

    >>> import hypostyle as hs
    >>> [t.day for t in hs.date_range("2024-02-28", periods=3)]
    [28, 29, 1]
    >>> [f"{t:%m-%d}" for t in hs.date_range("2024-01-15", "2024-04-01", freq="ME")]
    ['01-31', '02-29', '03-31']
    """
    from hypostyle.series import VALUE, Series

    frequency = Frequency(freq)
    if sum(part is not None for part in (start, end, periods)) != 2:
        raise InvalidArgumentError("date_range: give two of start, end and periods")
    found: list[dt.datetime] = []
    if start is not None:
        last = None if end is None else moment_of(end)
        for moment in frequency.moments(moment_of(start)):
            if (last is not None and moment > last) or (periods is not None and len(found) >= periods):
                break
            found.append(moment)
    else:
        step = frequency.step if frequency.unit in _FIXED else None
        assert periods is not None
        if step is None:
            raise UnsupportedError("date_range: give start for weeks, months, quarters and years")
        found = [moment_of(end) - step * i for i in range(periods - 1, -1, -1)]
    values = _native.Column.from_values(found, "timestamp[us]")
    native = Native.column(VALUE)
    if tz is not None:
        native = native.cast(f"timestamp[us, {tz}]")
    return Series(Plan(_native.Query.from_columns([VALUE], [values])), native, name)


def python_codes(form: str) -> str:
    """A form in Python's codes of strftime as the engine has it: ``%f`` has six digits.

    >>> python_codes("%S.%f %%f")
    '%S.%6f %%f'
    """
    return re.sub(r"%([%f])", lambda code: "%6f" if code[1] == "f" else "%%", form)
