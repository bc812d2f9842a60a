"""Moments at equal distances, and groups of rows by them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from hypostyle import _native, _numpy
from hypostyle._dtypes import zone_name
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
            from hypostyle._to_datetime import to_datetime

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
    unit: str | None = None,
    inclusive: str = "both",
) -> Series:
    """A series of moments at equal distances, of a day unless ``freq`` says otherwise: from ``start`` to ``end``, both
    included where they fit, or ``periods`` of them; of all three, so many from one to the other. In the zone ``tz``, or
    that of ``start`` or ``end``, days and longer periods keep the time on the clock, hours are of one length. ``unit``: of
    what the moments count, ``"us"`` unless told. ``inclusive``: whether ``start`` (``"left"``), ``end`` (``"right"``), both or
    ``"neither"`` may be among them.

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
    ends = [None if end is None else moment_of(end) for end in (start, end)]
    zone, frequency = _zone_of(ends, tz), Frequency("D" if freq is None else freq)
    # Of days there are longer and shorter ones; other lengths are counted from moment to moment.
    exact = zone is not None and (given == 3 or (frequency.micros is not None and frequency.unit != "D"))
    first, last = [None if end is None else _on_clock(end, "UTC" if exact else zone, zone) for end in ends]
    if first is not None and last is not None and periods is not None:
        values = _numpy.moments_between(first, last, int(periods))
    else:
        values = _moments(frequency, first, last, periods)
    query = _without_ends(_native.Query.from_columns([VALUE], [values]), first, last, inclusive)
    native = Native.column(VALUE)
    if exact:
        native = native.cast("timestamp[us, UTC]")
    if zone is not None:
        native = native.cast(f"timestamp[us, {zone}]")
    if unit is not None:
        if unit not in ("s", "ms", "us", "ns"):
            raise InvalidArgumentError(f"date_range: a unit is 's', 'ms', 'us' or 'ns', not {unit!r}")
        native = native.cast(f"timestamp[{unit}]" if zone is None else f"timestamp[{unit}, {zone}]")
    return listed(Series(Plan(query, rows=Unlabelled()), native, name))


def _without_ends(
    query: _native.Query, first: dt.datetime | None, last: dt.datetime | None, inclusive: str
) -> _native.Query:
    """The moments, of which the first and the last given one stay only where ``inclusive`` says so."""
    if inclusive not in ("both", "left", "right", "neither"):
        raise InvalidArgumentError(f"date_range: inclusive is 'both', 'left', 'right' or 'neither', not {inclusive!r}")
    if inclusive == "both" or not (rows := query.rows()):
        return query
    ends = (
        query.slice(0, 1).collect().lists(query.names())[0] + query.slice(rows - 1, 1).collect().lists(query.names())[0]
    )
    from_start = int(inclusive in ("right", "neither") and first in (None, ends[0]))
    to_end = int(inclusive in ("left", "neither") and last in (None, ends[1]))
    return query.slice(from_start, max(rows - from_start - to_end, 0))


def _zone_of(ends: list[dt.datetime | None], tz: Any) -> str | None:
    """The zone that is told, or that of the first or the last moment."""
    told = None if tz is None else zone_name(tz)
    own = {zone_name(end.tzinfo) for end in ends if end is not None and end.tzinfo is not None}
    if len(own) > 1 or (told is not None and own - {told}):
        zones = ", ".join(sorted(own | ({told} if told else set())))
        raise InvalidArgumentError(f"date_range: moments of several zones ({zones}); convert them to one")
    return told if told is not None else next(iter(own), None)


def _on_clock(moment: dt.datetime, zone: str | None, own: str | None) -> dt.datetime:
    """What the clocks of a zone show at a moment; one without a zone is of ``own``."""
    from hypostyle.series import Series

    if moment.tzinfo is None and (zone is None or zone == own):
        return moment
    series = Series([moment])
    if moment.tzinfo is None:
        series = series.dt.tz_localize(own)
    found: dt.datetime = series.dt.tz_convert(zone).dt.tz_localize(None).to_list()[0]
    return found


def _moments(
    frequency: Frequency, first: dt.datetime | None, last: dt.datetime | None, periods: int | None
) -> _native.Column:
    micros = frequency.micros
    if micros is not None and micros > 0:
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
