"""Where periods of time begin and end, and what they are named by, as pandas cuts them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypostyle import _native
from hypostyle._dates import moment_of
from hypostyle._frequencies import Frequency
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

Native = _native.Expr
_DAY = 86_400_000_000
_EPOCH = dt.datetime(1970, 1, 1)
_MICRO = dt.timedelta(microseconds=1)

#: The columns of a period's number, and of what it is named by.
NUMBER, LABEL = "__number__", "__label__"


class Clock:
    """How the times of a column are read: as numbers of microseconds, of instants or of the wall clock, and back."""

    __slots__ = ("dtype", "time", "wall", "zone")

    def __init__(self, time: Native, dtype: str) -> None:
        self.time, self.dtype = time, dtype
        self.zone = dtype.split(",")[1].strip(" ]") if dtype.startswith("timestamp") and "," in dtype else None
        #: Whether periods begin by the wall clock, and not after equal times.
        self.wall = False

    @property
    def is_length(self) -> bool:
        """Whether the column holds lengths of time."""
        return self.dtype.startswith("duration")

    def numbers(self) -> Native:
        """The times of the rows as instants."""
        if self.is_length:
            return self.time.cast("duration[us]").cast("int64")
        return self.time.cast(f"timestamp[us, {self.zone}]" if self.zone else "timestamp[us]").cast("int64")

    def walls(self, numbers: Native) -> Native:
        """What the wall clock shows at instants."""
        if self.zone is None:
            return numbers
        zoned = Native.call("scalar", "convert_zone", [numbers.cast("timestamp[us, UTC]")], {"tz": self.zone})
        return Native.call("scalar", "localize_zone", [zoned], {"tz": None}).cast("int64")

    def instants(self, walls: list[int]) -> list[int]:
        """When the wall clock shows these times."""
        if self.zone is None or not walls:
            return walls
        options = {"tz": self.zone, "ambiguous": "earliest", "nonexistent": "shift_forward"}
        made = Native.call("scalar", "localize_zone", [Native.column(LABEL).cast("timestamp[us]")], options)
        table = _native.Query.from_columns([LABEL], [_native.Column.from_values(walls, "int64")])
        return table.select([made.cast("int64").alias(LABEL)]).collect().lists([LABEL])[0]

    def shown(self, numbers: Native) -> Native:
        """Instants as times of the column's own type; dates become timestamps."""
        if self.is_length:
            return numbers.cast("duration[us]")
        if self.zone is None:
            return numbers.cast("timestamp[us]")
        return Native.call("scalar", "convert_zone", [numbers.cast("timestamp[us, UTC]")], {"tz": self.zone})


class Periods:
    """The periods of a column of times: every so many microseconds, or between edges of the calendar.

    They are ``first + number * step`` where ``step`` is there, else between ``edges``. ``marks`` are where they were counted
    to, of which the labels are ``marks[shift:]``.
    """

    __slots__ = ("clock", "count", "edges", "first", "lowest", "marks", "right", "shift", "step")

    def __init__(self, clock: Clock, right: bool, shift: int) -> None:
        self.clock, self.right, self.shift = clock, right, shift
        self.first, self.count, self.step, self.lowest = 0, 0, 0, False
        self.edges: list[int] = []
        self.marks: list[int] = []

    def number(self) -> Native:
        """The number of each row's period, from 0."""
        time = self.clock.numbers()
        if not self.step:
            options = {"edges": self.edges, "labels": False, "right": self.right}
            if len(self.edges) < 2:
                return Native.case([(Native.literal(False), time)], Native.literal(None)).cast("int64")
            return Native.call("scalar", "cut", [time], options).cast("int64")
        origin = self.first + self.right
        number = time.binary("-", Native.literal(origin)).binary("//", Native.literal(self.step))
        if not self.lowest:
            return number
        # Rows at the very first edge belong to the first period, as in pandas.
        return Native.case([(number.binary("<", Native.literal(0)), Native.literal(0))], number)

    def label(self) -> Native:
        """What each row's period is named by."""
        number = self.number()
        if self.step:
            at = number.binary("+", Native.literal(self.shift))
            return self.clock.shown(at.binary("*", Native.literal(self.step)).binary("+", Native.literal(self.first)))
        labels = self.marks[self.shift : self.shift + self.count]
        if not labels:
            return self.clock.shown(number)
        # By the text of the label: the table of periods is not joined to expressions.
        options = {"edges": self.edges[: self.count + 1], "labels": [str(at) for at in labels], "right": self.right}
        text = Native.call("scalar", "cut", [self.clock.numbers()], {**options, "ordered": False})
        return self.clock.shown(text.cast("string").cast("int64"))

    def table(self) -> _native.Query:
        """The number and the label of each period."""
        numbers = _native.Column.from_values(list(range(self.count)), "int64")
        if self.step:
            at = Native.column(NUMBER).binary("+", Native.literal(self.shift))
            label = at.binary("*", Native.literal(self.step)).binary("+", Native.literal(self.first))
            query = _native.Query.from_columns([NUMBER], [numbers])
            return query.select([Native.column(NUMBER), self.clock.shown(label).alias(LABEL)])
        labels = _native.Column.from_values(self.marks[self.shift : self.shift + self.count], "int64")
        query = _native.Query.from_columns([NUMBER, LABEL], [numbers, labels])
        return query.select([Native.column(NUMBER), self.clock.shown(Native.column(LABEL)).alias(LABEL)])

    def grid(self) -> _native.Query:
        """The moments that values are filled in at: the end of each period that it is closed at."""
        counted = range(self.first, self.first + (self.count + 1) * self.step, self.step or 1)
        marks = list(counted) if self.step else self.marks
        kept = marks[1:] if self.right else marks[: max(len(marks) - 1, 0)]
        query = _native.Query.from_columns([LABEL], [_native.Column.from_values(kept, "int64")])
        return query.select([self.clock.shown(Native.column(LABEL)).alias(LABEL)])


def periods_of(
    query: _native.Query,
    time: Native,
    frequency: Frequency,
    closed: str | None = None,
    label: str | None = None,
    origin: Any = "start_day",
    offset: dt.timedelta = dt.timedelta(0),
) -> Periods:
    """The periods of a query's rows; runs for the first and the last moment."""
    for name, side in (("label", label), ("closed", closed)):
        if side not in (None, "left", "right"):
            raise InvalidArgumentError(f"{name} is 'left' or 'right', not {side!r}")
    dtype = query.dtype_of(time)
    if dtype != "date" and not dtype.startswith(("timestamp", "duration")):
        raise DataTypeError(f"resample: the times are {dtype}; use to_datetime first")
    clock = Clock(time, dtype)
    ends = frequency.ends
    if isinstance(origin, str) and origin in ("end", "end_day"):
        ends = True
    right = closed == "right" if closed is not None else ends
    shift = int(label == "right" if label is not None else ends)
    found = Periods(clock, right, shift)
    clock.wall = clock.zone is not None and (frequency.micros is None or frequency.unit == "D")
    times = clock.walls(clock.numbers()) if clock.zone is not None else clock.numbers()
    first, last = _extremes(query, times if clock.wall else clock.numbers())
    if first is None or last is None:
        return found
    step = frequency.micros
    if clock.is_length:
        if step is None:
            raise InvalidArgumentError(
                f"resample: lengths of time by {frequency.text!r}; give a fixed length such as '1h'"
            )
        if offset:
            raise UnsupportedError(
                "resample: lengths of time with an offset; add it to the index, or to the labels made"
            )
        # Named by the end that they are closed at, whatever label says, as in pandas.
        found.first, found.step, found.shift = first - step * right, step, int(right)
        found.count = (last - first) // step + 1 + right
        return found
    if step is not None and not clock.wall:
        walls = (first, last) if clock.zone is None else _extremes(query, times)
        zero = _zero((first, last), walls, step, right, origin, clock)
        backwards = isinstance(origin, str) and origin in ("end", "end_day")
        start = zero if backwards else first
        found.first, stop = _anchored(start, last, zero + offset // _MICRO, step, right)
        found.step, found.count = step, (stop - found.first) // step
        found.lowest = backwards
        if first < found.first:
            raise InvalidArgumentError("resample: with this offset the first rows lie before the first period")
    else:
        _between_anchors(found, first, last, frequency)
        found.count = max(min(len(found.edges) - 1, len(found.marks) - shift), 0)
    return found


def _extremes(query: _native.Query, times: Native) -> tuple[int | None, int | None]:
    ends = [Native.call("aggregate", func, [times]).alias(func) for func in ("min", "max")]
    low, high = query.select(ends).collect().lists(["min", "max"])
    return low[0], high[0]


def _zero(ends: tuple[int, int], walls: Any, step: int, right: bool, origin: Any, clock: Clock) -> int:
    """Where periods of equal lengths are counted from."""
    first, last = ends
    if not isinstance(origin, str):
        moment = moment_of(origin)
        if (moment.tzinfo is None) != (clock.zone is None):
            raise InvalidArgumentError("resample: origin has a time zone, or the times have, but not both")
        moment = moment if moment.tzinfo is None else moment.astimezone(dt.UTC)
        return (moment.replace(tzinfo=None) - _EPOCH) // _MICRO
    if origin == "start":
        return first
    if origin == "epoch":
        return clock.instants([0])[0]
    if origin == "start_day":
        return clock.instants([walls[0] - walls[0] % _DAY])[0]
    if origin in ("end", "end_day"):
        end = last if origin == "end" else clock.instants([walls[1] + -walls[1] % _DAY])[0]
        return end - ((end - first) // step + (not right)) * step
    try:
        moment = moment_of(origin)
    except ValueError as error:
        raise InvalidArgumentError(
            f"resample: origin is 'epoch', 'start', 'start_day', 'end', 'end_day' or a moment, not {origin!r}"
        ) from error
    return _zero(ends, walls, step, right, moment, clock)


def _anchored(first: int, last: int, zero: int, step: int, right: bool) -> tuple[int, int]:
    """The first and the last edge of periods of equal lengths."""
    before, after = (first - zero) % step, (last - zero) % step
    if right:
        return first - (before or step), last + (step - after if after else 0)
    return first - before, last + step - after


def _between_anchors(found: Periods, first: int, last: int, frequency: Frequency) -> None:
    """Edges and labels of periods of the calendar, by the wall clock."""
    clock, right = found.clock, found.right
    low, high = (at - at % _DAY for at in (first, last))
    if frequency.micros is not None:
        marks = list(range(low - right * frequency.micros, high + frequency.micros + 1, frequency.micros))
    else:
        day, final = (_EPOCH + at * _MICRO for at in (low, high))
        start = frequency.before(day) if right else frequency.rolled_back(day)
        marks = [(at - _EPOCH) // _MICRO for at in frequency.anchors(start, frequency.after(final))]
    edges = marks
    if frequency.ends:
        # The whole of the last day belongs to a period that is named by it.
        edges = [at + _DAY - 1 for at in marks] if right else marks
        if len(edges) > 1 and edges[-2] > last:
            edges, marks = edges[:-1], marks[:-1]
    found.marks, found.edges = clock.instants(marks), clock.instants(edges)


def length_of(offset: Any) -> dt.timedelta:
    """A length of time of a text such as ``"2h"``, or as it is."""
    if offset is None:
        return dt.timedelta(0)
    if isinstance(offset, str):
        step = Frequency(offset.removeprefix("-")).step
        if step is None:
            raise InvalidArgumentError(f"{offset!r} is no length of time; give hours, minutes, seconds or days")
        return -step if offset.startswith("-") else step
    if hasattr(offset, "to_pytimedelta"):
        return offset.to_pytimedelta()
    if not isinstance(offset, dt.timedelta):
        raise DataTypeError(f"offset is a text such as '2h' or a timedelta, not {offset!r}")
    return offset
