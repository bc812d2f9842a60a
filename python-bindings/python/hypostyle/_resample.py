"""Groups of rows by periods of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._aggregates import is_known, name_of
from hypostyle._frequencies import Frequency
from hypostyle._headings import joined, one_shown, parts
from hypostyle._headings import named as heading
from hypostyle._methods import ours_of
from hypostyle._periods import LABEL, NUMBER, Periods, length_of, periods_of
from hypostyle._plan import Plan
from hypostyle.errors import CastError, DataTypeError, InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.groupby import GroupBy
    from hypostyle.series import Series

Native = _native.Expr

#: What stands in periods without rows.
_NOTHING = {"sum": 0, "count": 0, "size": 0, "nunique": 0, "prod": 1, "any": False, "all": True}
#: Verbs of groups that give rows, which those of periods have too.
_OF_ROWS = {
    *("head", "tail", "nth", "filter", "sample", "value_counts", "rank", "shift", "diff", "pct_change"),
    *("cumsum", "cumprod", "cummax", "cummin", "cumcount", "ngroup", "groups", "indices"),
}
_TIME, _ROW, _BACK = "__time__", "__row__", "__back__"


class Resampler:
    """Groups of rows by periods of time, waiting for an aggregate; periods without rows are there too.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"t": hs.date_range("2024-01-01", periods=4, freq="36h"), "x": [1, 2, 3, 4]})
    >>> df.resample("D", on="t")["x"].sum().to_list()
    [1, 2, 0, 3, 4]
    """

    __slots__ = (
        "_as_told",
        "_chosen",
        "_found",
        "_freq",
        "_group_keys",
        "_name",
        "_options",
        "_plan",
        "_single",
        "_time",
    )

    def __init__(
        self,
        plan: Plan,
        time: Native,
        name: str | None,
        freq: Any,
        label: str | None = None,
        closed: str | None = None,
        origin: Any = "start_day",
        offset: Any = None,
    ) -> None:
        dtype = plan.query.dtype_of(time)
        if dtype == "null":
            time, dtype = time.cast("timestamp[us]"), "timestamp[us]"
        if dtype != "date" and not dtype.startswith(("timestamp", "duration")):
            raise DataTypeError(f"resample: the times are {dtype}; use to_datetime first")
        self._plan, self._time, self._name, self._freq = plan, time, name, Frequency(freq)
        for option, side in (("label", label), ("closed", closed)):
            if side not in (None, "left", "right"):
                raise InvalidArgumentError(f"{option} is 'left' or 'right', not {side!r}")
        self._options = {"label": label, "closed": closed, "origin": origin, "offset": length_of(offset)}
        self._chosen: list[str] | None = None
        self._single, self._group_keys, self._as_told = False, False, False
        self._found: Periods | None = None

    def __getitem__(self, columns: Any) -> Resampler:
        """Only these columns take part; one name alone gives series."""
        made = Resampler.__new__(Resampler)
        for slot in self.__slots__:
            setattr(made, slot, getattr(self, slot))
        made._single = isinstance(columns, str)
        made._chosen = [columns] if isinstance(columns, str) else list(columns)
        for name in made._chosen:
            self._plan.query.check(name)
        return made

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._plan.columns:
            return self[name]
        if name in _OF_ROWS:
            return getattr(self._rows(), name)
        raise AttributeError(f"resample has no aggregate and no column {name!r}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self._plan.columns if name.isidentifier())]

    def _periods(self) -> Periods:
        """The periods; runs for the first and the last moment, once."""
        if self._found is None:
            self._found = periods_of(self._plan.query, self._time, self._freq, **self._options)
        return self._found

    def _in_time(self) -> Plan:
        """The rows in the order of time, as the first of a period is the earliest; runs where they are not known to be.
        Periods in a list of keys, ``groupby([Grouper(...)])``, leave rows where they stand."""
        from hypostyle.series import Series

        if self._as_told or Series(self._plan, self._time, None).is_monotonic_increasing:
            return self._plan
        return self._plan.then(lambda query: query.sort([self._time], [False], False))

    def _names(self) -> list[str]:
        """The columns that take part."""
        own = self._time.columns()
        return [n for n in self._plan.columns if n not in own] if self._chosen is None else self._chosen

    def _groups(self, as_index: bool = False) -> GroupBy:
        """The rows by the numbers of their periods."""
        from hypostyle.groupby import GroupBy

        plan = self._in_time().with_columns({NUMBER: self._periods().number()})
        groups = GroupBy._of(plan, NUMBER, True, True, as_index)
        return groups[self._names()[0] if self._single and as_index else self._names()]

    def _filled(self, direction: str | None, limit: int | None = None, fill: Any = None) -> Any:
        """The rows at the periods' moments: those of that very moment, or the nearest before or behind it."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        names = self._names()
        periods = self._periods()
        grid = periods.grid()
        time = periods.clock.shown(periods.clock.numbers())
        rows = self._plan.query.select([time.alias(_TIME), *(Native.column(n).alias(n) for n in names)])
        distinct = rows.select([Native.call("aggregate", "n_unique", [Native.column(_TIME)]).alias("n")])
        if distinct.collect().lists(["n"])[0][0] != rows.rows():
            raise InvalidArgumentError("resample: a moment occurs in several rows; aggregate them first")
        label, start = Native.column(LABEL), Native.column(_TIME)
        # Moments of the grid that rows have, to be told from those that are filled.
        rows = rows.with_columns([Native.literal(True).alias(_ROW)])
        if direction == "nearest":
            # Of two rows that are as near the later one is taken, as in pandas.
            back, far = (Native.column(one).cast("int64").negate() for one in (LABEL, _TIME))
            grid = grid.with_columns([back.alias(NUMBER)]).sort([Native.column(NUMBER)], [False], False)
            rows = rows.with_columns([far.alias(_BACK)]).sort([Native.column(_BACK)], [False], False)
            near = (Native.column(NUMBER), Native.column(_BACK))
            joined = grid.join_asof(rows, near, [], [], ("", ""), direction, None, True)
        elif direction is None:
            joined = grid.join(rows, [label], [start], "left", ("", ""))
        else:
            joined = grid.join_asof(rows, (label, start), [], [], ("", ""), direction, None, True)
        joined = joined.sort([label], [False], False)
        shown = [Native.column(n) for n in names]
        if limit is not None and direction is not None:
            # How far a moment of the grid is from its row, in steps of the grid.
            number = Native.call("window", "row_number", []).over([start], [label], [direction == "forward"])
            exact = Native.call("aggregate", "max", [label.binary("==", start).cast("int64")]).over([start], [], [])
            close = number.binary("-", exact).binary("<=", Native.literal(limit))
            shown = [Native.case([(close, one)], Native.literal(None)) for one in shown]
        if fill is not None:
            there = Native.call("scalar", "is_not_null", [Native.column(_ROW)])
            shown = [Native.case([(there, one)], Native.literal(fill)) for one in shown]
        exprs = [label.alias(LABEL), *(one.alias(n) for one, n in zip(shown, names, strict=True))]
        plan = Plan(joined.select(exprs), [(LABEL, self._name)], axis=self._plan.axis)
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

    def asfreq(self, fill_value: Any = None) -> Any:
        """The values at the beginning of each period, missing (or ``fill_value``) where there is no row of that moment; see
        `ffill`."""
        return self._filled(None, fill=fill_value)

    def nearest(self, limit: int | None = None) -> Any:
        """The values at the beginning of each period, of the row that is nearest; see `ffill`."""
        if limit is not None:
            raise UnsupportedError("resample: nearest(limit=...); use hs.merge_asof with tolerance")
        return self._filled("nearest")

    def interpolate(self, method: str = "linear", **options: Any) -> Any:
        """The values at the beginning of each period, and between those of rows what lies between them; see
        `Series.interpolate`. Rows between the moments take part.

        >>> import hypostyle as hs
        >>> x = hs.DataFrame({"t": hs.date_range("2024-01-01", periods=2, freq="2D"), "x": [1, 2]}).set_index("t")["x"]
        >>> x.resample("D").interpolate().to_list()
        [1.0, 1.5, 2.0]
        """
        from hypostyle._concat import concat
        from hypostyle.frame import DataFrame

        periods, names = self._periods(), [str(name) for name in self._names()]
        time = periods.clock.shown(periods.clock.numbers())
        rows = DataFrame._of(Plan(self._plan.query.select([time.alias(LABEL), *(Native.column(n) for n in names)])))
        wanted = DataFrame._of(Plan(periods.grid())).assign(**{_ROW: True})
        whole = wanted.merge(rows, on=LABEL, how="outer").sort_values(LABEL).set_index(LABEL)
        filled = concat([whole[[_ROW]], *(whole[name].interpolate(method, **options) for name in names)], axis=1)
        made = filled[filled[_ROW].notna()].drop(columns=[_ROW]).rename_axis([self._name])
        return made[self._names()[0]] if self._single else made

    def _grouped(self, make: Callable[[Any], Any], nothing: Callable[[str], Any], as_index: bool = False) -> Any:
        """Aggregates of the periods; ``make`` gives them from groups, ``nothing`` says by column what empty ones hold."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import VALUE, Series

        names, title = self._names(), None
        made = make(self._groups(as_index))
        if isinstance(made, Series):
            title = made.name
            made = made.to_frame(VALUE)
        found = made.reset_index() if made._plan.index else made
        key = [Native.column(NUMBER)]
        right = found._plan.query.with_columns([Native.literal(True).alias(_ROW)])
        joined = self._periods().table().join(right, key, key, "left", ("", "")).sort(key, [False], False)
        without = Native.call("scalar", "is_null", [Native.column(_ROW)])
        shown, dtypes = [name for name in found._plan.columns if name != NUMBER], found._plan.dtypes
        exprs = [Native.column(LABEL).alias(LABEL)]
        for name in shown:
            value, empty = Native.column(name), nothing(name)
            if empty is not None:
                empty = "" if dtypes[name] == "string" else dt.timedelta() if dtypes[name].startswith("dur") else empty
                # What a function made of the rows of a period stays, also if it is missing.
                value = Native.case([(without, Native.literal(empty))], value)
            # Several aggregates of one column are named by themselves.
            levels = parts(name)
            bare = self._single and len(shown) > 1 and len(levels) > 1 and levels[0] in (names[0], one_shown(names[0]))
            exprs.append(value.alias(heading(levels[1:]) if bare else name))
        plan = Plan(joined.select(exprs), [(LABEL, self._name)], axis=self._plan.axis)
        if shown == [VALUE]:
            return Series(plan, Native.column(VALUE), title)
        if self._single and len(shown) == 1:
            return Series(plan, Native.column(shown[0]), names[0])
        return DataFrame._of(plan)

    def agg(self, func: Any = None, *args: Any, **named: Any) -> Any:
        """Aggregates of each period: as `GroupBy.agg` takes them. A Python function gets the series of each column, or the
        frame of the period if it asks for its columns.

        >>> import hypostyle as hs
        >>> t = hs.date_range("2024-01-01", periods=4, freq="12h")
        >>> df = hs.DataFrame({"t": t, "x": [1, 2, 3, 5]}).set_index("t")
        >>> df.resample("D")["x"].agg(lambda x: x.max() - x.min()).to_list()
        [1, 2]
        """
        from hypostyle._group_functions import label_of, of_pandas, with_ohlc

        if (made := with_ohlc(self, func)) is not None:
            return made
        if callable(func) and is_known(func):
            return self._grouped(lambda groups: groups._all(func), lambda _: _NOTHING.get(name_of(func)))
        if isinstance(func, str):
            own = getattr(type(self), func, None) if args or named or func in ("ohlc", "quantile", "size") else None
            return self._all(func) if own is None else own(self, *args, **named)
        if callable(func) and not is_known(func):
            return self._of_function(ours_of(func), args, named)
        if isinstance(func, (list, tuple)) and (args or named):
            from hypostyle._group_functions import func_with

            func = [one if isinstance(one, str) else func_with(one, args, named) for one in func]
            args, named = (), {}
        if args:
            raise DataTypeError("agg: further arguments are those of functions; names of aggregates take none")
        if isinstance(func, dict) and self._single:
            func, named = None, func
        named = {out: of_pandas(what) for out, what in named.items()}
        functions: dict[str, Any] = {}
        columns = {out: what[0] for out, what in named.items() if isinstance(what, tuple)}
        listed = func if isinstance(func, (list, tuple)) else []
        given = {label_of(one, listed): one for one in listed if callable(one) and not is_known(one)}
        if isinstance(func, dict):
            functions = func
        elif named:
            functions = {out: what[1] if isinstance(what, tuple) else what for out, what in named.items()}

        def nothing(name: str) -> Any:
            function = functions.get(name, parts(name)[-1])
            if isinstance(function, str) and function in given:
                function = given[function]
            known = isinstance(function, str) or (callable(function) and is_known(function))
            if known:
                return _NOTHING.get(name_of(function))
            return self._of_no_rows(function, columns.get(name, parts(name)[0])) if callable(function) else None

        single = self._single and bool(named)
        made = self._grouped(lambda groups: groups.agg(func, **named), nothing, as_index=single)
        if named or self._single:
            made._plan = made._plan.titled(None)
        return made

    aggregate = agg
    apply = agg

    def _of_function(self, func: Callable[..., Any], args: tuple, named: dict[str, Any]) -> Any:
        """A Python function of each column, or of the frame of each period where it finds no columns in a series."""
        from hypostyle._group_functions import func_with

        called = func_with(func, args, named) if args or named else func

        def one_value(series: Any) -> Any:
            made = called(series)
            if hasattr(made, "iloc"):
                raise DataTypeError("a series is no single value of a period")
            return made

        one_value.__name__ = getattr(called, "__name__", type(called).__name__)
        try:
            return self._grouped(lambda groups: groups.agg(one_value), lambda name: self._of_no_rows(called, name))
        except (AttributeError, KeyError, CastError, DataTypeError) as error:
            if self._single and not isinstance(error, DataTypeError):
                raise
        made = self._groups(True).apply(called)
        if len(made._plan.index) > 1:
            # Rows, which have the labels that they had, behind those of their periods if that is told.
            rows = self._rows()
            rows._group_keys = self._group_keys
            return rows.apply(called)
        return self._grouped(lambda _: made, lambda _: self._of_no_rows(called, None), as_index=True)

    def _of_no_rows(self, func: Callable[..., Any], column: str | None) -> Any:
        from hypostyle._group_functions import of_no_rows

        return of_no_rows(func, self._plan, self._names(), column)

    def transform(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """As `GroupBy.transform`: a value for each row, of its period.

        >>> import hypostyle as hs
        >>> t = hs.date_range("2024-01-01", periods=4, freq="12h")
        >>> hs.DataFrame({"t": t, "x": [1, 2, 3, 5]}).set_index("t").resample("D")["x"].transform("sum").to_list()
        [3, 3, 8, 8]
        """
        return self._groups(True).transform(func, *args, **kwargs)

    def _rows(self) -> GroupBy:
        """The rows by what their periods are named by, with all columns."""
        from hypostyle.groupby import GroupBy
        from hypostyle.series import Series

        plan = self._in_time()
        key = Series(plan, self._periods().label(), self._name)
        groups = GroupBy._of(plan, key, True, True, True)
        groups._times = set(self._time.columns()) if self._chosen is None else set()
        return groups if self._chosen is None else groups[self._chosen[0] if self._single else self._chosen]

    def __iter__(self) -> Iterator[tuple[dt.datetime, Any]]:
        """What each period is named by, and its rows; runs."""
        groups = self._rows()
        found = {label: rows for label, rows in groups}
        for label in self._labels():
            rows = found.get(label)
            yield label, groups._group(self._plan.anew(self._plan.query.slice(0, 0))) if rows is None else rows

    def _labels(self) -> list[Any]:
        """What the periods are named by."""
        return self._periods().table().collect().lists([LABEL])[0]

    def get_group(self, name: Any) -> Any:
        """The rows of the period of this name."""
        from hypostyle._dates import moment_of

        wanted = moment_of(name)
        for label, rows in self:
            if label == wanted:
                return rows
        raise KeyError(name)

    @property
    def ngroups(self) -> int:
        """The number of periods; runs."""
        return self._periods().count

    def __len__(self) -> int:
        return self.ngroups

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
        return Series(plan, Native.column("size"), self._chosen[0] if self._single and self._chosen else None)

    def _verb(self, name: str, min_count: int, numeric_only: bool, skipna: bool = True) -> Any:
        nothing = _NOTHING.get(name) if min_count <= 0 else None
        made = self._numbers(numeric_only)
        return made._grouped(
            lambda groups: getattr(groups, name)(min_count=min_count, skipna=skipna), lambda _: nothing
        )

    def _numbers(self, numeric_only: bool) -> Resampler:
        """These periods, or those of the columns of numbers."""
        from hypostyle._dtypes import is_number

        if not numeric_only or self._single:
            return self
        dtypes = self._plan.dtypes
        return self[[name for name in self._names() if is_number(dtypes[name]) or dtypes[name] == "bool"]]

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

    def first(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        """The first value of each period that is not missing."""
        return self._verb("first", min_count, numeric_only, skipna)

    def last(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        """The last value of each period that is not missing."""
        return self._verb("last", min_count, numeric_only, skipna)

    def ohlc(self) -> Any:
        """First, greatest, least and last value of each period; of several columns they stand below each column's name.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"t": hs.date_range("2024-01-01", periods=3, freq="12h"), "x": [2, 5, 3]})
        >>> df.resample("D", on="t")["x"].ohlc().to_dict("list")
        {'open': [2, 3], 'high': [5, 3], 'low': [2, 3], 'close': [5, 3]}
        """
        outs = {"open": "first", "high": "max", "low": "min", "close": "last"}
        if self._single:
            [name] = self._chosen or []
            return self.agg(**{out: (name, func) for out, func in outs.items()})
        wanted = {joined(name, out): (name, func) for name in self._names() for out, func in outs.items()}
        return self.agg(**wanted)

    def sem(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The standard error of the mean of each period."""
        return self._numbers(numeric_only)._all("sem", ddof=ddof)

    def quantile(self, q: float = 0.5) -> Any:
        """The value below which a share ``q`` of each period lies."""
        return self._all("quantile", q=q)


def resampled(
    frame: DataFrame, rule: Any, on: str | None, label: str | None = None, level: Any = None, **others: Any
) -> Resampler:
    """Groups by periods of a column, or of the index, or a level of it."""
    from hypostyle.index import Index

    plan = frame._plan
    if on is not None:
        return Resampler(plan, plan.column(on), on, rule, label, **others)
    index = Index(plan)
    if level is None and index.nlevels > 1:
        raise InvalidArgumentError("resample goes by times: give on=..., or level=... of an index of several levels")
    if not plan.index:
        raise InvalidArgumentError("resample goes by a column: give on=..., or set_index it")
    column, title = plan.index[0 if level is None else index._level(level)]
    return Resampler(plan, Native.column(column), title, rule, label, **others)
