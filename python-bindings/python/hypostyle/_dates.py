"""Moments at equal distances, and groups of rows by them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from hypostyle import _native, _numpy
from hypostyle._frequencies import Frequency
from hypostyle._plan import Plan, Unlabelled
from hypostyle.errors import DataTypeError, InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle.series import Series

Native = _native.Expr


def moment_of(value: Any) -> dt.datetime:
    """A moment of a text, a date or anything that can say one."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            from hypostyle._convert import to_datetime

            value = to_datetime(value)
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
    freq: Any = None,
    tz: str | None = None,
    name: str | None = None,
) -> Series:
    """A series of moments at equal distances, of a day unless ``freq`` says otherwise: from ``start`` to ``end``, both
    included where they fit, or ``periods`` of them; of all three, so many from one to the other.

    >>> import hypostyle as hs
    >>> [t.day for t in hs.date_range("2024-02-28", periods=3)]
    [28, 29, 1]
    >>> [f"{t:%m-%d}" for t in hs.date_range("2024-01-15", "2024-04-01", freq="ME")]
    ['01-31', '02-29', '03-31']
    """
    from hypostyle._moment_list import listed
    from hypostyle.series import VALUE, Series

    given = sum(part is not None for part in (start, end, periods))
    if given != 2 and not (given == 3 and freq is None):
        raise InvalidArgumentError("date_range: give two of start, end and periods")
    if given == 3:
        values = _numpy.moments_between(moment_of(start), moment_of(end), int(periods or 0))
    else:
        values = _moments(Frequency("D" if freq is None else freq), start, end, periods)
    native = Native.column(VALUE)
    if tz is not None:
        native = native.cast(f"timestamp[us, {tz}]")
    return listed(Series(Plan(_native.Query.from_columns([VALUE], [values]), rows=Unlabelled()), native, name))


def _moments(frequency: Frequency, start: Any, end: Any, periods: int | None) -> _native.Column:
    first, last = (None if part is None else moment_of(part) for part in (start, end))
    micros = frequency.micros
    plain = all(part is None or part.tzinfo is None for part in (first, last))
    if micros is not None and micros > 0 and plain:
        if first is not None and last is not None:
            periods = (last - first) // dt.timedelta(microseconds=micros) + 1
        count = max(periods or 0, 0)
        if first is None:
            assert last is not None
            first = last - max(count - 1, 0) * dt.timedelta(microseconds=micros)
        return _numpy.moments_column(first, micros, count)
    found: list[dt.datetime] = []
    if first is not None:
        for moment in frequency.moments(first):
            if (last is not None and moment > last) or (periods is not None and len(found) >= periods):
                break
            found.append(moment)
    else:
        assert last is not None and periods is not None
        found = frequency.last_moments(last, periods)
    return _native.Column.from_values(found, "timestamp[us]")


def python_codes(form: str) -> str:
    """A form in Python's codes of strftime as the engine has it: ``%f`` has six digits.

    >>> python_codes("%S.%f %%f")
    '%S.%6f %%f'
    """
    return re.sub(r"%([%f])", lambda code: "%6f" if code[1] == "f" else "%%", form)
