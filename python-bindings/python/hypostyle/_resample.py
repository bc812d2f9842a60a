"""Groups of rows by periods of time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._aggregates import name_of
from hypostyle._dates import _DAY, _FIXED, _MONTHS, Frequency, moment_of
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

Native = _native.Expr

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

    __slots__ = ("_chosen", "_closed", "_freq", "_label", "_name", "_offset", "_origin", "_plan", "_single", "_time")

    def __init__(
        self,
        plan: Plan,
        time: Native,
        name: str | None,
        freq: str,
        label: str | None = None,
        closed: str | None = None,
        origin: Any = "start_day",
        offset: Any = None,
    ) -> None:
        dtype = plan.query.dtype_of(time)
        if not dtype.startswith("timestamp") and dtype != "date":
            raise DataTypeError(f"resample: the times are {dtype}; use to_datetime first")
        if "," in dtype:
            raise UnsupportedError("resample: of times with a zone, take the wall time first")
        self._plan, self._time, self._name, self._freq = plan, time.cast("timestamp[us]"), name, Frequency(freq)
        if self._freq.unit == "B":
            raise UnsupportedError("resample: business days; choose the rows of working days and resample by 'D'")
        if self._freq.unit in _MONTHS and self._freq.count > 1:
            raise UnsupportedError(f"resample: {freq!r}; one month, quarter or year at a time")
        if self._freq.unit == "W" and self._freq.count > 1:
            raise UnsupportedError(f"resample: {freq!r}; one week at a time, or days: '{7 * self._freq.count}D'")
        self._chosen: list[str] | None = None
        self._single = False
        if label not in (None, "left", "right"):
            raise InvalidArgumentError(f"label is 'left' or 'right', not {label!r}")
        if closed not in (None, "left", "right"):
            raise InvalidArgumentError(f"closed is 'left' or 'right', not {closed!r}")
        if isinstance(origin, str) and origin in ("end", "end_day"):
            label, closed = label or "right", closed or "right"
        self._label, self._closed, self._offset = label, closed, _length(offset)
        named = isinstance(origin, str) and origin in ("epoch", "start", "start_day", "end", "end_day")
        self._origin = origin if named else moment_of(origin)

    def __getitem__(self, columns: Any) -> Resampler:
        """Only these columns take part; one name alone gives series."""
        made = Resampler.__new__(Resampler)
        made._plan, made._time, made._name, made._freq = self._plan, self._time, self._name, self._freq
        made._single, made._label = isinstance(columns, str), self._label
        made._closed, made._origin, made._offset = self._closed, self._origin, self._offset
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

    def _shift(self) -> dt.timedelta:
        """How much later each moment is counted: on the border of two periods it belongs to the one that is closed there."""
        ends = self._freq.label(dt.datetime(2024, 1, 1)) != dt.datetime(2024, 1, 1)
        if self._closed is None or (self._closed == "right") == ends:
            return dt.timedelta(0)
        return _DAY if ends else -dt.timedelta(microseconds=1)

    def _counted_from(self, ends: tuple[dt.datetime, dt.datetime] | None) -> dt.datetime:
        """Where periods are counted from."""
        first, last = ends or (dt.datetime(1970, 1, 1),) * 2
        if self._freq.unit not in _FIXED:
            return self._freq.origin(first)
        if isinstance(self._origin, dt.datetime):
            origin = self._origin
        elif self._origin in ("epoch", "start"):
            origin = dt.datetime(1970, 1, 1) if self._origin == "epoch" else first
        elif self._origin == "start_day":
            origin = self._freq.origin(first)
        else:
            midnight = dt.datetime(last.year, last.month, last.day)
            origin = last if self._origin == "end" or last == midnight else midnight + _DAY
        return origin + self._offset

    def _starts(self, origin: dt.datetime) -> Native:
        """The start of each row's period."""
        shift = self._shift() // dt.timedelta(microseconds=1)
        time = self._time
        if shift:
            time = time.cast("int64").binary("+", Native.literal(shift)).cast("timestamp[us]")
        unit = {"M": "month", "Q": "quarter", "Y": "year"}.get(self._freq.unit[0])
        if self._freq.unit in _MONTHS and unit is not None:
            return Native.call("scalar", "date_trunc", [time], {"unit": unit})
        step = self._freq.step
        assert step is not None
        width = Native.literal(step // dt.timedelta(microseconds=1))
        zero = Native.literal((origin - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1))
        number = time.cast("int64").binary("-", zero).binary("//", width)
        return number.binary("*", width).binary("+", zero).cast("timestamp[us]")

    def _periods(self) -> tuple[dt.datetime, list[dt.datetime], list[dt.datetime]]:
        """Where periods are counted from, where each begins, and what it is named by; runs for the first and last moment."""
        ends = self._extremes()
        origin = self._counted_from(ends)
        starts: list[dt.datetime] = []
        if ends:
            shift = self._shift()
            start, last = self._freq.start(ends[0] + shift, origin), ends[1] + shift
            while start <= last:
                starts.append(start)
                start = self._freq.next(start)
        return origin, starts, [self._freq.label(start, self._label) for start in starts]

    def _filled(self, direction: str | None, limit: int | None = None) -> Any:
        """The rows at the periods' names: those of that very moment, or the nearest before or behind it."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        names = self._chosen
        if names is None:
            own = self._time.columns()
            names = [n for n in self._plan.columns if n not in own]
        _, _, labels = self._periods()
        grid = _native.Query.from_columns([_LABEL], [_native.Column.from_values(labels, "timestamp[us]")])
        rows = self._plan.query.select([self._time.alias(_START), *(Native.column(n).alias(n) for n in names)])
        if (
            rows.select([Native.call("aggregate", "n_unique", [Native.column(_START)]).alias("n")])
            .collect()
            .lists(["n"])[0][0]
            != rows.rows()
        ):
            raise InvalidArgumentError("resample: a moment occurs in several rows; aggregate them first")
        label, start = Native.column(_LABEL), Native.column(_START)
        if direction is None:
            joined = grid.join(rows, [label], [start], "left", ("", ""))
        else:
            joined = grid.join_asof(rows, (label, start), [], [], ("", ""), direction, None, True)
        joined = joined.sort([label], [False], False)
        shown = [Native.column(n) for n in names]
        if limit is not None and direction is not None:
            # How far a moment of the grid is from its row, in steps of the grid.
            number = Native.call("window", "row_number", []).over([start], [label], [direction == "forward"])
            exact = Native.call("aggregate", "max", [label.binary("==", start).cast("int64")]).over([start], [], [])
            near = number.binary("-", exact).binary("<=", Native.literal(limit))
            shown = [Native.case([(near, one)], Native.literal(None)) for one in shown]
        exprs = [label.alias(_LABEL), *(one.alias(n) for one, n in zip(shown, names, strict=True))]
        plan = Plan(joined.select(exprs), [(_LABEL, self._name)])
        if self._single:
            return Series(plan, Native.column(names[0]), names[0])
        return DataFrame._of(plan)

    def ffill(self, limit: int | None = None) -> Any:
        """The values at the beginning of each period: of the last row that is not later, at most ``limit`` periods before.

        >>> import hypostyle as hs
        >>> x = hs.DataFrame({"t": hs.date_range("2024-01-01", periods=2, freq="2D"), "x": [1, 2]}).set_index("t")["x"]
        >>> x.resample("D").ffill().to_list(), x.resample("D").asfreq().to_list()
        ([1, 1, 2], [1, None, 2])
        """
        return self._filled("backward", limit)

    def bfill(self, limit: int | None = None) -> Any:
        """The values at the beginning of each period: of the first row that is not earlier; see `ffill`."""
        return self._filled("forward", limit)

    def asfreq(self) -> Any:
        """The values at the beginning of each period, missing where there is no row of that moment; see `ffill`."""
        return self._filled(None)

    def nearest(self) -> Any:
        """The values at the beginning of each period, of the row that is nearest; see `ffill`."""
        return self._filled("nearest")

    def _grouped(self, make: Any, nothing: Any) -> Any:
        """Aggregates of the periods; ``make`` gives them from groups, ``nothing`` says by column what empty ones hold."""
        from hypostyle.frame import DataFrame
        from hypostyle.groupby import GroupBy
        from hypostyle.series import Series

        origin, starts, labels = self._periods()
        plan = self._plan.with_columns({_START: self._starts(origin)})
        names = self._chosen
        if names is None:
            own = self._time.columns()
            names = [n for n in self._plan.columns if n not in own]
        groups = GroupBy._of(plan, _START, True, True, False)[names]
        made = make(groups)
        found = made if isinstance(made, DataFrame) else made.reset_index()
        columns = [_native.Column.from_values(values, "timestamp[us]") for values in (starts, labels)]
        periods = _native.Query.from_columns([_START, _LABEL], columns)
        key = [Native.column(_START)]
        joined = periods.join(found._plan.query, key, key, "left", ("", "")).sort(key, [False], False)
        shown = [name for name in found.columns if name != _START]
        exprs = [Native.column(_LABEL).alias(_LABEL)]
        for name in shown:
            value, empty = Native.column(name), nothing(name)
            if empty is not None:
                value = Native.call("scalar", "fill_null", [value, Native.literal(empty)])
            # Several aggregates of one column are named by themselves.
            bare = self._single and len(shown) > 1 and name.startswith(f"{names[0]}_")
            exprs.append(value.alias(name[len(names[0]) + 1 :] if bare else name))
        plan = Plan(joined.select(exprs), [(_LABEL, self._name)])
        if self._single and len(shown) == 1:
            return Series(plan, Native.column(shown[0]), names[0])
        return DataFrame._of(plan)

    def agg(self, func: Any = None, **named: Any) -> Any:
        """Aggregates of each period: as `GroupBy.agg` takes them."""
        if isinstance(func, str):
            own = getattr(type(self), func, None) if func in ("ohlc", "quantile", "size") else None
            return self._all(func) if own is None else own(self)
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
    apply = agg

    def pipe(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """``func(periods, ...)``."""
        return func(self, *args, **kwargs)

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

    def _verb(self, name: str, min_count: int, numeric_only: bool) -> Any:
        nothing = _NOTHING.get(name) if min_count <= 0 else None
        made = self._numbers(numeric_only)
        return made._grouped(lambda groups: getattr(groups, name)(min_count=min_count), lambda _: nothing)

    def _numbers(self, numeric_only: bool) -> Resampler:
        """These periods, or those of the columns of numbers."""
        from hypostyle._dtypes import is_number

        if not numeric_only or self._single:
            return self
        dtypes, own = self._plan.dtypes, self._time.columns()
        names = self._chosen or [name for name in self._plan.columns if name not in own]
        return self[[name for name in names if is_number(dtypes[name]) or dtypes[name] == "bool"]]

    def sum(self, numeric_only: bool = False, min_count: int = 0) -> Any:
        """The sum of each period; 0 where it has no rows, missing where it has fewer than ``min_count`` values."""
        return self._verb("sum", min_count, numeric_only)

    def mean(self, numeric_only: bool = False) -> Any:
        """The mean of each period."""
        return self._numbers(numeric_only)._all("mean")

    def min(self, numeric_only: bool = False, min_count: int = 0) -> Any:
        """The smallest value of each period."""
        return self._verb("min", min_count, numeric_only)

    def max(self, numeric_only: bool = False, min_count: int = 0) -> Any:
        """The greatest value of each period."""
        return self._verb("max", min_count, numeric_only)

    def median(self, numeric_only: bool = False) -> Any:
        """The median of each period."""
        return self._numbers(numeric_only)._all("median")

    def std(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The standard deviation of each period."""
        return self._numbers(numeric_only)._all("std", ddof=ddof)

    def var(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The variance of each period."""
        return self._numbers(numeric_only)._all("var", ddof=ddof)

    def prod(self, numeric_only: bool = False, min_count: int = 0) -> Any:
        """The product of each period; 1 where it has no rows, missing where it has fewer than ``min_count`` values."""
        return self._verb("prod", min_count, numeric_only)

    def count(self) -> Any:
        """The number of values of each period that are not missing."""
        return self._all("count")

    def nunique(self) -> Any:
        """The number of distinct values of each period."""
        return self._all("nunique")

    def first(self, numeric_only: bool = False, min_count: int = -1) -> Any:
        """The first value of each period that is not missing."""
        return self._verb("first", min_count, numeric_only)

    def last(self, numeric_only: bool = False, min_count: int = -1) -> Any:
        """The last value of each period that is not missing."""
        return self._verb("last", min_count, numeric_only)

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
    plan = frame._plan
    if on is not None:
        return Resampler(plan, plan.column(on), on, rule, label, **others)
    if len(plan.index) != 1:
        raise InvalidArgumentError("resample goes by a column: give on=..., or set_index it")
    column, title = plan.index[0]
    return Resampler(plan, Native.column(column), title, rule, label, **others)


def _length(offset: Any) -> dt.timedelta:
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
        resampler = Resampler(plan, time, name, self.freq)
        starts = resampler._starts(resampler._counted_from(resampler._extremes()))
        return name, _named(starts, resampler._freq, self.label)


def _named(starts: Native, frequency: Frequency, side: str | None) -> Native:
    """What periods are named by: their starts, or the last day of weeks and of months, quarters and years."""
    ends = frequency.label(dt.datetime(2024, 1, 1)) != dt.datetime(2024, 1, 1)
    right = ends if side is None else side == "right"
    if not right:
        return Native.call("scalar", "date_offset", [starts], {"by": "-1d"}) if ends else starts
    months = {"M": 1, "Q": 3, "Y": 12}.get(frequency.unit[0]) if frequency.unit in _MONTHS else None
    if months is not None:
        starts = Native.call("scalar", "date_offset", [starts], {"by": f"{months}mo"})
    else:
        assert frequency.step is not None
        width = Native.literal(frequency.step // dt.timedelta(microseconds=1))
        starts = starts.cast("int64").binary("+", width).cast("timestamp[us]")
    return Native.call("scalar", "date_offset", [starts], {"by": "-1d"}) if ends else starts


def grouper_of(key: Any) -> Any:
    """pandas' own Grouper as one of these; other keys as they are."""
    if type(key).__module__.split(".")[0] != "pandas" or type(key).__name__ not in ("Grouper", "TimeGrouper"):
        return key
    text = getattr(key.freq, "freqstr", None)
    if text is None:
        return Grouper(key.key, key.level)
    ends = Frequency(text).label(dt.datetime(2024, 1, 1)) != dt.datetime(2024, 1, 1)
    usual = "right" if ends else "left"
    if key.closed != usual or key.origin != "start_day" or key.offset is not None:
        raise UnsupportedError(
            "groupby: a Grouper with closed, origin or offset; use resample(rule, on=..., closed=...)"
        )
    return Grouper(key.key, key.level, text, None if key.label == usual else key.label)
