"""``cut`` and ``qcut`` of moments and lengths of time: of the microseconds that they count."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypostyle._dates import moment_of
from hypostyle.errors import DataTypeError, UnsupportedError
from hypostyle.series import Series

_EPOCH, _MICRO = dt.datetime(1970, 1, 1), dt.timedelta(microseconds=1)


def is_of_time(x: Any) -> bool:
    """Whether these are moments or lengths of time."""
    return isinstance(x, Series) and x.dtype.startswith(("timestamp", "date", "duration"))


def counts(x: Series) -> Series:
    """How many microseconds moments are after 1970, or lengths of time have."""
    if "," in x.dtype:
        raise UnsupportedError(f"cut: times of a zone, {x.dtype}; write dt.tz_localize(None) for those of its clocks")
    unit = "duration[us]" if x.dtype.startswith("duration") else "timestamp[us]"
    return x._like(x._native.cast(unit).cast("int64"))


def edge(x: Series, value: Any) -> int:
    """An edge in microseconds."""
    if not x.dtype.startswith("duration"):
        moment = moment_of(value)
        if moment.tzinfo is not None:
            raise DataTypeError(f"cut: the edge {value!r} has a zone, and the times have none")
        return (moment - _EPOCH) // _MICRO
    from hypostyle._convert import to_timedelta

    found = to_timedelta(value) if isinstance(value, str) else getattr(value, "to_pytimedelta", lambda: value)()
    if not isinstance(found, dt.timedelta):
        raise DataTypeError(f"cut: an edge between lengths of time is one, not {value!r}")
    return found // _MICRO


def kind(x: Series) -> str:
    """The type of the edges in NumPy."""
    return "timedelta64[us]" if x.dtype.startswith("duration") else "datetime64[us]"


def shown(x: Series, edges: list[int]) -> list[Any]:
    """Edges as the moments or lengths of time that they are."""
    lengths = [one * _MICRO for one in edges]
    return lengths if x.dtype.startswith("duration") else [_EPOCH + one for one in lengths]


def texts(x: Series, edges: list[int], right: bool, lowest: bool) -> list[str]:
    """The texts of the intervals; the first one begins just before its edge where that belongs to it."""
    from hypostyle._times import timed

    opened, closed = ("(", "]") if right else ("[", ")")
    lows = [edges[0] - lowest, *edges[1:-1]]
    ends = [[str(timed(one)) for one in shown(x, side)] for side in (lows, edges[1:])]
    return [f"{opened}{low}, {high}{closed}" for low, high in zip(*ends, strict=True)]
