"""Rows moved: their values by places, or their labels by a length of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from hypostyle import _native
from hypostyle._cells import by_row
from hypostyle._frequencies import Frequency
from hypostyle._intervals import interval
from hypostyle._numpy import plain
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError


class Shifting:
    """`shift` of frames and series."""

    __slots__ = ()

    def shift(
        self, periods: Any = 1, freq: Any = None, axis: Any = 0, fill_value: Any = None, suffix: str | None = None
    ) -> Self:
        """The value so many rows before (negative: after); beyond the ends missing, or ``fill_value``. With ``axis=1`` the
        value so many columns before. Of several ``periods`` a frame with a column for each, ``name_1``. With ``freq``, a
        length of time such as ``"D"`` or ``"MS"`` (``"infer"``: the distance of the labels), the values stay and their labels,
        which are times, move.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=hs.to_datetime(["2024-01-30", "2024-01-31"]))
        >>> x.shift(1, fill_value=0).to_list(), [day.day for day in x.shift(2, freq="D").index]
        ([0, 1], [1, 2])
        >>> hs.DataFrame({"x": [1, 2]}).shift([0, 1]).to_dict("list")
        {'x_0': [1, 2], 'x_1': [None, 1]}
        """
        whole: Any = self
        periods = plain(periods)
        if isinstance(periods, str):
            raise DataTypeError(f"shift: periods is a whole number, or a list of them, not {periods!r}")
        if isinstance(periods, Iterable):
            return _several(whole, list(periods), freq, axis, fill_value, suffix)
        if suffix is not None:
            raise InvalidArgumentError("shift: a suffix is of the columns of several periods, a list")
        if freq is None:
            return super().shift(periods, None, axis, fill_value)  # type: ignore[misc]
        if fill_value is not None:
            raise InvalidArgumentError("shift: labels move with freq, and no place is left that fill_value could fill")
        if axis in (1, "columns"):
            raise UnsupportedError("shift(freq=..., axis=1): the names of columns are no times")
        return _moved(whole, int(periods), freq)


def _several(whole: Any, periods: list[int], freq: Any, axis: Any, fill_value: Any, suffix: str | None) -> Any:
    """A column for each column and number of periods."""
    if axis in (1, "columns"):
        raise InvalidArgumentError("shift: several periods along the columns")
    if not periods:
        raise InvalidArgumentError("shift: the list of periods is empty")
    from hypostyle._concat import concat

    frame = whole.to_frame() if hasattr(whole, "_native") else whole
    ending = "" if suffix is None else suffix
    parts = [frame.shift(n, freq, fill_value=fill_value).add_suffix(f"{ending}_{n}") for n in periods]
    if freq is not None:
        return concat(parts, axis=1, sort=False)
    made: Plan = frame._plan
    exprs = {name: _native.Expr.column(name) for name in made.index_columns}
    for part in parts:
        exprs.update({name: made.expr(part._series(name)) for name in part._plan.columns})
    return type(frame)._of(made.project(exprs))


def _moved(whole: Any, periods: int, freq: Any) -> Any:
    """The same values, whose labels are so many lengths of time later."""
    labels = whole.index.to_series()
    if len(whole.index.names) > 1 or not labels.dtype.startswith(("timestamp", "date", "duration")):
        raise DataTypeError(f"shift: freq is of labels that are times, not {labels.dtype}; set_index(a column) first")
    days = _days(freq)
    if days is not None and "," in labels.dtype:
        # Days of the wall clock, which are not always as long.
        return whole._relabelled("shift", 0, None, lambda times: times + interval(days=days * periods))
    step = _distance(labels) if isinstance(freq, str) and freq == "infer" else _step(freq)
    if step is not None:
        return whole._relabelled("shift", 0, None, lambda times: times + step * periods)
    frequency = Frequency(freq)

    def along(times: Any) -> Any:
        found = [None if moment is None else _later(frequency, moment, periods) for moment in times.to_list()]
        return times._like(by_row(_native.Column.from_values(found, str(times.dtype))))

    return whole._relabelled("shift", 0, None, along)


def _days(freq: Any) -> int | None:
    """How many days of the calendar a frequency stands for; lengths of time are none."""
    if isinstance(freq, dt.timedelta) or type(freq).__module__ == "numpy" or freq == "infer":
        return None
    frequency = Frequency(freq)
    return frequency.count if frequency.unit == "D" else None


def _step(freq: Any) -> dt.timedelta | None:
    """A length that is the same everywhere; weeks have an anchor, as in pandas, when they are told by text."""
    if isinstance(freq, dt.timedelta):
        return freq
    if type(freq).__module__ == "numpy":
        return freq.astype("timedelta64[us]").item()
    micros = Frequency(freq).micros
    return None if micros is None else dt.timedelta(microseconds=micros)


def _distance(labels: Any) -> dt.timedelta:
    """The distance of labels that are equally far from each other."""
    found = labels.diff().iloc[1:].unique().tolist()
    if len(found) != 1 or found[0] is None:
        raise InvalidArgumentError("shift: freq='infer', and the labels are not at equal distances")
    [distance] = found
    return distance if isinstance(distance, dt.timedelta) else dt.timedelta(microseconds=distance / 1000)


def _later(frequency: Frequency, moment: dt.datetime, periods: int) -> dt.datetime:
    """The anchor of the calendar so many after a moment, or before it, at the same time of the day."""
    day = dt.datetime(moment.year, moment.month, moment.day, tzinfo=moment.tzinfo)
    number, count = frequency.number(moment.replace(tzinfo=None)), periods * frequency.count
    between = frequency.anchor(number).replace(tzinfo=moment.tzinfo) != day
    target = frequency.anchor(number + count + (between and count < 0))
    return target.replace(tzinfo=moment.tzinfo) + (moment - day)
