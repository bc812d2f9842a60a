"""Windows waiting for an aggregate: moving ones, those of all rows so far, and fading ones."""

from __future__ import annotations

from typing import Any

from hypostyle import _native
from hypostyle._cells import by_row
from hypostyle._hints import accept_engines
from hypostyle._window_base import Make, Windows
from hypostyle._windows import Running, literal, window
from hypostyle._windows_of_pandas import WindowsOfPandas
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

Native = _native.Expr


class Rolling(Windows):
    """Moving windows waiting for an aggregate.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"k": ["a", "b", "c"], "x": [1, 2, 6]})
    >>> df.rolling(2)["x"].mean().to_list()
    [None, 1.5, 4.0]
    """

    __slots__ = ("_before", "_by", "_chosen", "_nothing", "_on", "_owner", "_params", "_step")

    _kind = "rolling"

    def __init__(
        self,
        owner: Running,
        params: dict[str, Any],
        by: Native | None,
        on: str | None,
        before: bool = False,
        step: int | None = None,
        nothing: bool = False,
        chosen: Any = None,
    ) -> None:
        self._owner, self._params, self._by, self._on = owner, params, by, on
        self._before, self._step, self._nothing, self._chosen = before, step, nothing, chosen

    def _chosen_owner(self, columns: Any) -> Rolling:
        return Rolling(self._owner, self._params, self._by, self._on, self._before, self._step, self._nothing, columns)

    def _make(self, name: str, **params: Any) -> Any:
        return self._of(lambda column: self._moving(name, column, **params))

    def _moving(self, name: str, *columns: Native, **params: Any) -> Native:
        if self._by is not None and self._params["center"]:
            from hypostyle._centered import centered

            return centered(name, columns, self._by, self._owner._keys, self._params, params)  # type: ignore[attr-defined]
        by = () if self._by is None else (self._by,)
        if self._before:
            columns = tuple(window("lag", column, n=1) for column in columns)
        made = window(f"rolling_{name}", *columns, *by, **{**self._params, **params}).cast("float64")
        least = params.get("min_periods", self._params["min_periods"])
        if self._before and name == "count" and least:
            # Values are counted in windows of enough rows, and the window of the first row is empty.
            few = window("row_number").binary("<=", literal(least))
            made = Native.case([(few, literal(None))], made)
        return Native.case([(literal(False), made)], literal(None)).cast("float64") if self._nothing else made

    def _of(self, make: Make, infinite: bool = False) -> Any:
        found = self._applied(make, True, self._on, infinite)
        if self._step in (None, 1):
            return found
        if hasattr(self._owner, "_values"):
            raise UnsupportedError("rolling: step within groups")
        return found.iloc[:: self._step]

    def sum(self, numeric_only: bool = False) -> Any:
        """The sum of each window."""
        return self._numbers(numeric_only)._make("sum")

    def mean(self, numeric_only: bool = False) -> Any:
        """The mean of each window."""
        return self._numbers(numeric_only)._make("mean")

    def min(self, numeric_only: bool = False) -> Any:
        """The smallest value of each window."""
        return self._numbers(numeric_only)._make("min")

    def max(self, numeric_only: bool = False) -> Any:
        """The greatest value of each window."""
        return self._numbers(numeric_only)._make("max")

    def median(self, numeric_only: bool = False) -> Any:
        """The median of each window."""
        return self._numbers(numeric_only)._make("median")

    def var(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The variance of each window."""
        return self._numbers(numeric_only)._make("var", ddof=ddof)

    def std(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The standard deviation of each window."""
        return self._numbers(numeric_only)._make("std", ddof=ddof)

    def sem(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The standard error of the mean of each window."""

        def make(column: Native) -> Native:
            count = self._moving("count", column, min_periods=0)
            return self._moving("std", column, ddof=ddof).binary("/", Native.call("scalar", "sqrt", [count]))

        return self._numbers(numeric_only)._of(make)

    def quantile(self, q: float, interpolation: str = "linear", numeric_only: bool = False) -> Any:
        """The value below which a share ``q`` of each window lies."""
        return self._numbers(numeric_only)._make("quantile", q=q, interpolation=interpolation)

    def skew(self, numeric_only: bool = False) -> Any:
        """How far the values of each window lean to one side; missing where they do not vary.

        >>> import hypostyle as hs
        >>> hs.Series([0, 0, 0, 4]).rolling(4).skew().round(6).to_list()
        [None, None, None, 2.0]
        """
        return self._shape("skew", numeric_only)

    def kurt(self, numeric_only: bool = False) -> Any:
        """How heavy the tails of each window are beside a normal distribution's; missing where they do not vary.

        >>> import hypostyle as hs
        >>> hs.Series([0, 0, 0, 4]).rolling(4).kurt().round(6).to_list()
        [None, None, None, 4.0]
        """
        return self._shape("kurtosis", numeric_only)

    def _shape(self, name: str, numeric_only: bool) -> Any:
        # The level is taken away first: sums of high powers of it would hide the shape.
        def make(column: Native) -> Native:
            mean = Native.call("aggregate", "mean", [column.cast("float64")])
            return _without_nan(self._moving(name, column.cast("float64").binary("-", mean)))

        return self._numbers(numeric_only)._of(make)

    def rank(
        self, method: str = "average", ascending: bool = True, pct: bool = False, numeric_only: bool = False
    ) -> Any:
        """The rank of the last value of each window among its values, from 1: of equal ones the ``"average"``, ``"min"`` or
        ``"max"``; ``pct=True``: as a share of their number.

        >>> import hypostyle as hs
        >>> hs.Series([1, 5, 3]).rolling(2).rank().to_list()
        [None, 2.0, 1.0]
        """
        return self._numbers(numeric_only)._make("rank", method=method, descending=not ascending, share=pct)

    def count(self, numeric_only: bool = False) -> Any:
        """The number of values of each window that are not missing."""
        windows = self._numbers(numeric_only)
        return windows._of(lambda column: windows._moving("count", column), True)

    def cov(self, other: Any = None, pairwise: Any = None, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The covariance with another series of the frame in each window, over the rows where both have a value.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [1, 2, 5]})
        >>> df["x"].rolling(2).cov(df["y"]).to_list()
        [None, 0.5, 1.5]
        """
        if (windows := self._of_frames(other)) is not None:
            return windows.cov(other, pairwise, ddof, numeric_only)
        return self._paired(other, "cov", ddof=ddof)

    def corr(self, other: Any = None, pairwise: Any = None, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The correlation with another series of the frame in each window, over the rows where both have a value; missing
        where one of them does not vary.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [1, 2, 5]})
        >>> df["x"].rolling(2).corr(df["y"]).round(6).to_list()
        [None, 1.0, 1.0]
        """
        if (windows := self._of_frames(other)) is not None:
            return windows.corr(other, pairwise, ddof, numeric_only)
        return self._paired(other, "corr")

    def _of_frames(self, other: Any) -> WindowsOfPandas | None:
        """The windows by pandas, for pairs that are not of two series."""
        return None if hasattr(self._owner, "_native") and hasattr(other, "_native") else self._of_pandas()

    def _paired(self, other: Any, name: str, **params: Any) -> Any:
        owner = self._owner
        if not hasattr(owner, "_native"):
            raise UnsupportedError("cov and corr of windows are of two series: df['x'].rolling(3).corr(df['y'])")
        here = owner._with_room(other)  # type: ignore[attr-defined]
        x, y = (self._finite(one.cast("float64")) for one in (here._native, here._argument(other)))
        moved = Rolling(here, self._params, self._by, self._on, self._before, self._step, self._nothing)
        made = moved._moving(name, x, y, **params)
        title = getattr(owner, "name", None)
        found = moved._of(lambda _: _without_nan(made))
        return found.rename(title if getattr(other, "name", None) == title else None)

    def apply(
        self,
        func: Any,
        raw: bool = False,
        engine: Any = None,
        engine_kwargs: Any = None,
        args: tuple = (),
        kwargs: Any = None,
    ) -> Any:
        """A Python function of each window (a series, or with ``raw=True`` an array); runs, window by window on one core.

        >>> import hypostyle as hs
        >>> hs.Series([1, 5, 2]).rolling(2).apply(lambda w: w.max() - w.min(), raw=True).to_list()
        [None, 4.0, 3.0]
        """
        size, least = self._params["window"], self._params["min_periods"]
        windows = self._of_pandas()
        if windows is not None and (self._by is not None or not isinstance(size, int)):
            return windows.apply(func, raw, engine, engine_kwargs, args, kwargs)
        if self._by is not None or isinstance(size, bool) or not isinstance(size, int):
            raise UnsupportedError("apply: windows of so many rows; for windows of time use the named aggregates")
        if not callable(func):
            raise DataTypeError(f"apply takes a function, not {func!r}; a name goes to agg")
        after = 1 + (size - 1) // 2 if self._params["center"] else 0 if self._before else 1
        least = size if least is None else least

        def span(at: int) -> tuple[int, int]:
            return at + after - size, at + after

        found = self._by_window(func, raw, args, kwargs or {}, span, least)
        return found if self._step in (None, 1) else found.iloc[:: self._step]


class Weighed(Windows):
    """Moving windows whose rows count by where they stand, waiting for an aggregate.

    >>> import hypostyle as hs
    >>> hs.Series([1, 2, 4]).rolling(3, win_type="triang").sum().to_list()
    [None, None, 4.5]
    """

    __slots__ = ("_center", "_chosen", "_least", "_owner", "_size", "_step", "_win_type")

    _kind = "rolling with weights"

    def __init__(
        self,
        owner: Running,
        size: int,
        win_type: Any,
        least: int | None,
        center: bool,
        step: int | None,
        chosen: Any = None,
    ) -> None:
        self._owner, self._size, self._win_type, self._least = owner, size, win_type, least
        self._center, self._step, self._chosen = center, step, chosen

    def _chosen_owner(self, columns: Any) -> Weighed:
        return Weighed(self._owner, self._size, self._win_type, self._least, self._center, self._step, columns)

    def _make(self, name: str, constants: dict[str, Any], **params: Any) -> Any:
        from hypostyle._win_types import weights

        least = self._size if self._least is None else self._least
        known = {"weights": weights(self._win_type, self._size, constants), "min_periods": least}
        known.update(params, center=self._center)

        def make(column: Native) -> Native:
            return window(f"rolling_weighted_{name}", column, **known)

        found = self._applied(make, True, None)
        if self._step in (None, 1):
            return found
        if hasattr(self._owner, "_values"):
            raise UnsupportedError("rolling: step within groups")
        return found.iloc[:: self._step]

    def sum(self, numeric_only: bool = False, **constants: Any) -> Any:
        """The sum of each window, each value times its weight."""
        return self._numbers(numeric_only)._make("sum", constants)

    def mean(self, numeric_only: bool = False, **constants: Any) -> Any:
        """The weighted mean of each window."""
        return self._numbers(numeric_only)._make("mean", constants)

    def var(self, ddof: int = 1, numeric_only: bool = False, **constants: Any) -> Any:
        """The weighted variance of each window."""
        return self._numbers(numeric_only)._make("var", constants, ddof=ddof)

    def std(self, ddof: int = 1, numeric_only: bool = False, **constants: Any) -> Any:
        """The weighted standard deviation of each window."""
        return self._numbers(numeric_only)._make("std", constants, ddof=ddof)

    def apply(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """Not there: functions of windows see no weights."""
        raise UnsupportedError("rolling: windows with weights have sum(), mean(), var() and std(); apply is of others")


class Expanding(Windows):
    """Windows of all rows so far, waiting for an aggregate."""

    __slots__ = ("_chosen", "_least", "_owner")

    _kind = "expanding"

    def __init__(self, owner: Running, min_periods: int, chosen: Any = None) -> None:
        self._owner, self._least, self._chosen = owner, min_periods, chosen

    def _chosen_owner(self, columns: Any) -> Expanding:
        return Expanding(self._owner, self._least, columns)

    def _make(self, name: str, **params: Any) -> Any:
        def make(column: Native) -> Native:
            return window(f"expanding_{name}", column, min_periods=self._least, **params).cast("float64")

        return self._applied(make, True, None)

    def sum(self, numeric_only: bool = False) -> Any:
        """The sum of the values so far."""
        return self._numbers(numeric_only)._make("sum")

    def mean(self, numeric_only: bool = False) -> Any:
        """The mean of the values so far."""
        return self._numbers(numeric_only)._make("mean")

    def min(self, numeric_only: bool = False) -> Any:
        """The smallest value so far."""
        return self._numbers(numeric_only)._make("min")

    def max(self, numeric_only: bool = False) -> Any:
        """The greatest value so far."""
        return self._numbers(numeric_only)._make("max")

    def var(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The variance of the values so far."""
        return self._numbers(numeric_only)._make("var", ddof=ddof)

    def std(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The standard deviation of the values so far."""
        return self._numbers(numeric_only)._make("std", ddof=ddof)

    def median(self, numeric_only: bool = False) -> Any:
        """The median of the values so far.

        >>> import hypostyle as hs
        >>> hs.Series([1, 9, 2]).expanding().median().to_list()
        [1.0, 5.0, 2.0]
        """
        return self._numbers(numeric_only)._whole("median")

    def quantile(self, q: float, interpolation: str = "linear", numeric_only: bool = False) -> Any:
        """The value below which a share ``q`` of the values so far lies."""
        return self._numbers(numeric_only)._whole("quantile", q=q, interpolation=interpolation)

    def _whole(self, name: str, **params: Any) -> Any:
        """An aggregate of moving windows as long as the frame."""
        rows = max(self._owner._plan.query.rows(), self._least, 1)  # type: ignore[attr-defined]

        def make(column: Native) -> Native:
            made = window(f"rolling_{name}", column, window=rows, min_periods=max(self._least, 1), **params)
            return made.cast("float64")

        return self._applied(make, True, None)

    def count(self, numeric_only: bool = False) -> Any:
        """The number of values so far."""

        def make(column: Native) -> Native:
            enough = window("row_number").binary(">=", literal(self._least))
            count = window("cum_count", column).cast("float64")
            return Native.case([(enough, count)], literal(None))

        return self._numbers(numeric_only)._applied(make, True, None, True)

    def apply(
        self,
        func: Any,
        raw: bool = False,
        engine: Any = None,
        engine_kwargs: Any = None,
        args: tuple = (),
        kwargs: Any = None,
    ) -> Any:
        """A Python function of all values so far; see `Rolling.apply`."""
        return self._by_window(func, raw, args, kwargs or {}, lambda at: (0, at + 1), self._least)


class Fading(Windows):
    """Windows whose weights fade, waiting for an aggregate."""

    __slots__ = ("_chosen", "_owner", "_params", "_times")

    _kind = "ewm"

    def __init__(self, owner: Running, params: dict[str, Any], chosen: Any = None, times: Any = None) -> None:
        self._owner, self._params, self._chosen, self._times = owner, params, chosen, times

    def _chosen_owner(self, columns: Any) -> Fading:
        return Fading(self._owner, self._params, columns, self._times)

    def _by_time(self, numeric_only: bool) -> Any:
        """The mean with weights that fade with time."""
        owner, times = self._owner, self._times
        plan = owner._plan  # type: ignore[attr-defined]
        if isinstance(times, str):
            by = plan.column(times)
        elif hasattr(times, "_native"):
            by = plan.expr(times, same_rows=True)
        else:
            from hypostyle._columns import column as made_of

            values = list(times) if not hasattr(times, "__len__") else times
            if len(values) != (rows := plan.query.rows()):
                raise InvalidArgumentError(f"ewm: {len(values)} times for {rows} rows")
            by = by_row(made_of(values, True))

        def make(column: Native) -> Native:
            return window("forward_fill", window("ewm_mean_by", column, by, **self._params))

        return self._numbers(numeric_only)._applied(make, True, times if isinstance(times, str) else None)

    def mean(self, numeric_only: bool = False) -> Any:
        """The mean of the values so far, newer ones weighing more; where a value is missing, the mean before."""

        if self._times is not None:
            return self._by_time(numeric_only)

        def make(column: Native) -> Native:
            return window("forward_fill", window("ewm_mean", column, **self._params))

        return self._numbers(numeric_only)._applied(make, True, None)

    def var(self, bias: bool = False, numeric_only: bool = False) -> Any:
        """The variance of the values so far, newer ones weighing more; ``bias=True``: not corrected for samples.

        >>> import hypostyle as hs
        >>> hs.Series([1.0, 4.0]).ewm(alpha=0.5).var().round(3).to_list()
        [None, 4.5]
        """
        return self._spread("ewm_var", bias, numeric_only)

    def std(self, bias: bool = False, numeric_only: bool = False) -> Any:
        """The standard deviation of the values so far, newer ones weighing more."""
        return self._spread("ewm_std", bias, numeric_only)

    def _spread(self, name: str, bias: bool, numeric_only: bool) -> Any:
        if self._times is not None:
            raise UnsupportedError("ewm: with times there is mean()")

        def make(column: Native) -> Native:
            return window("forward_fill", window(name, column, bias=bias, **self._params))

        return self._numbers(numeric_only)._applied(make, True, None)

    def apply(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """Not there: a function of fading windows would not see the weights."""
        raise UnsupportedError("ewm: there are mean(), sum(), var(), std(), cov() and corr(); functions see no weights")


def _without_nan(values: Native) -> Native:
    """Values with NaN as missing."""
    varies = Native.call("scalar", "is_nan", [values]).invert()
    return Native.case([(varies, values)], literal(None)).cast("float64")


for _windows in (Rolling, Expanding, Fading):
    accept_engines(_windows)
