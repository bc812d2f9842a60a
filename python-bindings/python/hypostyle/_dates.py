"""Moments at equal distances, and groups of rows by them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._aggregates import name_of
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
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
        self.unit = {"H": "h", "T": "min", "S": "s", "d": "D", "M": "ME", "Q": "QE", "Y": "YE"}.get(
            self.unit, self.unit
        )
        if match[3] not in (None, "SUN", "DEC", "JAN"):
            raise UnsupportedError(f"{text!r}: weeks end on Sunday, quarters and years begin in January")
        if self.count < 1 or (self.unit != "W" and self.unit not in _FIXED and self.unit not in _MONTHS):
            raise InvalidArgumentError(
                f"{text!r} is no frequency; units are s, min, h, D, W, MS, ME, QS, QE, YS and YE"
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


#: What stands in periods without rows.
_NOTHING = {"sum": 0, "count": 0, "size": 0, "nunique": 0, "prod": 1}
_START, _LABEL = "__start__", "__label__"


class Resampler:
    """Groups of rows by periods of time, waiting for an aggregate; periods without rows are there too.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"t": hs.date_range("2024-01-01", periods=4, freq="36h"), "x": [1, 2, 3, 4]})
    >>> df.resample("D", on="t")["x"].sum().to_list()
    [1, 2, 0, 3, 4]
    """

    __slots__ = ("_chosen", "_freq", "_label", "_name", "_plan", "_single", "_time")

    def __init__(self, plan: Plan, time: Native, name: str | None, freq: str, label: str | None = None) -> None:
        dtype = plan.query.dtype_of(time)
        if not dtype.startswith("timestamp") and dtype != "date":
            raise DataTypeError(f"resample: the times are {dtype}; use to_datetime first")
        if "," in dtype:
            raise UnsupportedError("resample: of times with a zone, take the wall time first")
        self._plan, self._time, self._name, self._freq = plan, time.cast("timestamp[us]"), name, Frequency(freq)
        if self._freq.unit in _MONTHS and self._freq.count > 1:
            raise UnsupportedError(f"resample: {freq!r}; one month, quarter or year at a time")
        if self._freq.unit == "W" and self._freq.count > 1:
            raise UnsupportedError(f"resample: {freq!r}; one week at a time, or days: '{7 * self._freq.count}D'")
        self._chosen: list[str] | None = None
        self._single = False
        if label not in (None, "left", "right"):
            raise InvalidArgumentError(f"label is 'left' or 'right', not {label!r}")
        self._label = label

    def __getitem__(self, columns: Any) -> Resampler:
        """Only these columns take part; one name alone gives series."""
        made = Resampler.__new__(Resampler)
        made._plan, made._time, made._name, made._freq = self._plan, self._time, self._name, self._freq
        made._single, made._label = isinstance(columns, str), self._label
        made._chosen = [columns] if isinstance(columns, str) else list(columns)
        return made

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._plan.columns:
            return self[name]
        raise AttributeError(f"resample has no aggregate and no column {name!r}")

    def _extremes(self) -> tuple[dt.datetime, dt.datetime] | None:
        ends = [Native.call("aggregate", func, [self._time]).alias(func) for func in ("min", "max")]
        low, high = self._plan.query.select(ends).collect().lists(["min", "max"])
        return None if low[0] is None else (low[0], high[0])

    def _starts(self, origin: dt.datetime) -> Native:
        """The start of each row's period."""
        unit = {"M": "month", "Q": "quarter", "Y": "year"}.get(self._freq.unit[0])
        if self._freq.unit in _MONTHS and unit is not None:
            return Native.call("scalar", "date_trunc", [self._time], {"unit": unit})
        step = self._freq.step
        assert step is not None
        width = Native.literal(step // dt.timedelta(microseconds=1))
        zero = Native.literal((origin - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1))
        number = self._time.cast("int64").binary("-", zero).binary("//", width)
        return number.binary("*", width).binary("+", zero).cast("timestamp[us]")

    def _grouped(self, make: Any, nothing: Any) -> Any:
        """Aggregates of the periods; ``make`` gives them from groups, ``nothing`` says by column what empty ones hold."""
        from hypostyle.frame import DataFrame
        from hypostyle.groupby import GroupBy
        from hypostyle.series import Series

        ends = self._extremes()
        origin = self._freq.origin(ends[0] if ends else dt.datetime(1970, 1, 1))
        plan = self._plan.with_columns({_START: self._starts(origin)})
        names = self._chosen
        if names is None:
            own = self._time.columns()
            names = [n for n in self._plan.columns if n not in own]
        groups = GroupBy._of(plan, _START, True, True, False)[names]
        made = make(groups)
        found = made if isinstance(made, DataFrame) else made.reset_index()
        starts: list[dt.datetime] = []
        if ends:
            start, last = self._freq.start(ends[0], origin), ends[1]
            while start <= last:
                starts.append(start)
                start = self._freq.next(start)
        columns = [
            _native.Column.from_values(starts, "timestamp[us]"),
            _native.Column.from_values([self._freq.label(start, self._label) for start in starts], "timestamp[us]"),
        ]
        periods = _native.Query.from_columns([_START, _LABEL], columns)
        key = [Native.column(_START)]
        joined = periods.join(found._plan.query, key, key, "left", ("", "")).sort(key, [False], False)
        shown = [name for name in found.columns if name != _START]
        exprs = [Native.column(_LABEL).alias(_LABEL)]
        for name in shown:
            value, empty = Native.column(name), nothing(name)
            if empty is not None:
                value = Native.call("scalar", "fill_null", [value, Native.literal(empty)])
            exprs.append(value.alias(name))
        plan = Plan(joined.select(exprs), [(_LABEL, self._name)])
        if self._single and len(shown) == 1:
            return Series(plan, Native.column(shown[0]), shown[0])
        return DataFrame._of(plan)

    def agg(self, func: Any = None, **named: Any) -> Any:
        """Aggregates of each period: as `GroupBy.agg` takes them."""
        if isinstance(func, str):
            return self._all(func)
        functions: dict[str, Any] = {}
        if isinstance(func, dict):
            functions = func
        elif named:
            functions = {out: what[1] for out, what in named.items() if isinstance(what, tuple)}

        def nothing(name: str) -> Any:
            function = functions.get(name, name.rsplit("_", 1)[-1])
            return _NOTHING.get(name_of(function)) if not isinstance(function, (list, tuple)) else None

        return self._grouped(lambda groups: groups.agg(func, **named), nothing)

    aggregate = agg

    def _all(self, func: str, **params: Any) -> Any:
        if func == "size":
            return self.size()
        return self._grouped(lambda groups: groups._all(func, **params), lambda _: _NOTHING.get(func))

    def size(self) -> Series:
        """The number of rows of each period."""
        from hypostyle.series import Series

        found = self._grouped(lambda groups: groups.size(), lambda _: 0)
        plan = found._plan
        return Series(plan, Native.column("size"), None)

    def sum(self) -> Any:
        """The sum of each period; 0 where it has no rows."""
        return self._all("sum")

    def mean(self) -> Any:
        """The mean of each period."""
        return self._all("mean")

    def min(self) -> Any:
        """The smallest value of each period."""
        return self._all("min")

    def max(self) -> Any:
        """The greatest value of each period."""
        return self._all("max")

    def median(self) -> Any:
        """The median of each period."""
        return self._all("median")

    def std(self, ddof: int = 1) -> Any:
        """The standard deviation of each period."""
        return self._all("std", ddof=ddof)

    def var(self, ddof: int = 1) -> Any:
        """The variance of each period."""
        return self._all("var", ddof=ddof)

    def prod(self) -> Any:
        """The product of each period; 1 where it has no rows."""
        return self._all("prod")

    def count(self) -> Any:
        """The number of values of each period that are not missing."""
        return self._all("count")

    def nunique(self) -> Any:
        """The number of distinct values of each period."""
        return self._all("nunique")

    def first(self) -> Any:
        """The first value of each period that is not missing."""
        return self._all("first")

    def last(self) -> Any:
        """The last value of each period that is not missing."""
        return self._all("last")

    def ohlc(self) -> Any:
        """First, greatest, least and last value of each period; of one column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"t": hs.date_range("2024-01-01", periods=3, freq="12h"), "x": [2, 5, 3]})
        >>> df.resample("D", on="t")["x"].ohlc().to_dict("list")
        {'open': [2, 3], 'high': [5, 3], 'low': [2, 3], 'close': [5, 3]}
        """
        if not self._single:
            raise InvalidArgumentError("choose one column first, for example df.resample('D')['x'].ohlc()")
        [name] = self._chosen or []
        parts = {"open": "first", "high": "max", "low": "min", "close": "last"}
        return self.agg(**{out: (name, func) for out, func in parts.items()})

    def quantile(self, q: float = 0.5) -> Any:
        """The value below which a share ``q`` of each period lies."""
        return self._all("quantile", q=q)


def resampled(frame: DataFrame, rule: str, on: str | None, label: str | None = None, **others: Any) -> Resampler:
    """Groups by periods of a column, or of the index."""
    for name, value in others.items():
        usual = {"closed": (None, "right" if Frequency(rule).label(dt.datetime(2024, 1, 1)).day != 1 else "left")}
        if value not in usual.get(name, (None, "start_day")):
            raise UnsupportedError(f"resample: {name}={value!r}; shift the times first, df['t'] + hs.to_timedelta(...)")
    plan = frame._plan
    if on is not None:
        return Resampler(plan, plan.column(on), on, rule, label)
    if len(plan.index) != 1:
        raise InvalidArgumentError("resample goes by a column: give on=..., or set_index it")
    column, title = plan.index[0]
    return Resampler(plan, Native.column(column), title, rule, label)


class Grouper:
    """A key of groups with a frequency: ``df.groupby(hs.Grouper(key="t", freq="D"))`` is ``df.resample("D", on="t")``.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"t": hs.date_range("2024-01-01", periods=3, freq="12h"), "x": [1, 2, 3]})
    >>> df.groupby(hs.Grouper(key="t", freq="D"))["x"].sum().to_list()
    [3, 3]
    """

    __slots__ = ("freq", "key", "label", "level")

    def __init__(self, key: str | None = None, level: Any = None, freq: str | None = None, label: Any = None) -> None:
        self.key, self.level, self.freq, self.label = key, level, freq, label

    def native(self, plan: Plan) -> tuple[str | None, Native]:
        """The start of each row's period, or the key itself: beside other keys."""
        from hypostyle.index import Index

        if self.key is None:
            series = Index(plan).get_level_values(0 if self.level is None else self.level)
            name, time = series.name, series._native
        else:
            name, time = self.key, plan.column(self.key)
        if self.freq is None:
            return name, time
        frequency = Frequency(self.freq)
        moment = dt.datetime(2024, 1, 1)
        if frequency.label(moment) != moment or self.label not in (None, "left"):
            raise UnsupportedError(
                f"Grouper({self.freq!r}) beside other keys: periods are named by their start; "
                "use MS, QS or YS, or dt.floor('7D') for weeks"
            )
        resampler = Resampler(plan, time, name, self.freq)
        ends = resampler._extremes()
        return name, resampler._starts(frequency.origin(ends[0] if ends else moment))
