"""Windows waiting for an aggregate: moving ones, those of all rows so far, and fading ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypostyle import _columns, _native
from hypostyle._cells import by_row
from hypostyle._headings import joined
from hypostyle._windows import Running, literal, over_all, window
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

Native = _native.Expr
Make = Callable[[Native], Native]


class Windows:
    """What all kinds of windows have in common."""

    __slots__ = ()

    _owner: Running
    _chosen: Any
    _kind = "these windows"

    def _chosen_owner(self, columns: Any) -> Any:
        raise NotImplementedError

    def __getitem__(self, columns: Any) -> Any:
        """Only these columns take part; one name alone gives series."""
        plan = self._owner._plan  # type: ignore[attr-defined]
        for name in [columns] if isinstance(columns, str) else columns:
            plan.query.check(name)
        return self._chosen_owner(columns if isinstance(columns, str) else list(columns))

    def __getattr__(self, name: str) -> Any:
        plan = getattr(self._owner, "_plan", None)
        if not name.startswith("_") and not hasattr(self._owner, "_native") and plan and name in plan.columns:
            return self[name]
        raise AttributeError(
            f"{self._kind} has no aggregate and no column {name!r}; apply(function) takes any function of a window"
        )

    def _applied(self, make: Make, numeric: bool, but: str | None) -> Any:
        """New values of the chosen columns."""
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        owner, chosen = self._owner, self._chosen
        if hasattr(owner, "_values"):
            from hypostyle._group_windows import by_group

            chosen_owner = owner if chosen is None else owner[chosen]  # type: ignore[index]
            return by_group(chosen_owner, chosen_owner._each(make, numeric, but), getattr(self, "_on", None))
        if chosen is None:
            return owner._each(make, numeric, but)
        plan = owner._plan  # type: ignore[attr-defined]
        if isinstance(chosen, str):
            native = over_all(make(plan.column(chosen)))
            plan.query.dtype_of(native)
            return Series(plan, native, chosen)
        exprs = {name: Native.column(name) for name in plan.index_columns}
        exprs.update((name, over_all(make(plan.column(name)))) for name in chosen if name != but)
        if but is not None:
            # As in pandas the times of the rows stand beside their windows.
            exprs[but] = plan.column(but)
        return DataFrame._of(plan.project(exprs))

    def _numbers(self, numeric_only: bool) -> Any:
        """These windows, or those of the columns of numbers."""
        from hypostyle._dtypes import is_number

        if not numeric_only or hasattr(self._owner, "_native") or isinstance(self._chosen, str):
            return self
        dtypes = self._owner._plan.dtypes  # type: ignore[attr-defined]
        return self[[name for name in self._columns() if is_number(dtypes[name]) or dtypes[name] == "bool"]]

    def agg(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """An aggregate by name, several as a list, or by column as a mapping; several aggregates of a column are named
        ``x_sum``, ... A Python function goes to `apply`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 3], name="x").rolling(2).agg(["sum", "max"]).to_dict("list")
        {'sum': [None, 3.0, 5.0], 'max': [None, 2.0, 3.0]}
        """
        if isinstance(func, Mapping):
            return self._by_column(func)
        if isinstance(func, (list, tuple)):
            return self._listed(func)
        name = func if isinstance(func, str) else _known(func)
        if name is None:
            return self.apply(func, *args, **kwargs)  # type: ignore[attr-defined]
        if name.startswith("_") or not hasattr(type(self), name):
            raise InvalidArgumentError(f"no aggregate of {self._kind} is called {name!r}")
        return getattr(self, name)(*args, **kwargs)

    aggregate = agg

    def _columns(self) -> list[str]:
        owner = self._owner
        if self._chosen is not None:
            return self._chosen if isinstance(self._chosen, list) else [self._chosen]
        names = owner._values() if hasattr(owner, "_values") else owner._plan.columns  # type: ignore[attr-defined]
        return [name for name in names if name != getattr(self, "_on", None)]

    def _listed(self, func: Any) -> Any:
        from hypostyle._accessors import frame_of

        if hasattr(self._owner, "_native") or isinstance(self._chosen, str):
            made = {_label(one): self.agg(one) for one in func}
        else:
            made = {joined(n, _label(one)): self[n].agg(one) for n in self._columns() for one in func}
        return frame_of(next(iter(made.values())), made)

    def _by_column(self, func: Mapping[str, Any]) -> Any:
        from hypostyle._accessors import frame_of

        if hasattr(self._owner, "_native"):
            raise InvalidArgumentError("agg of a series takes a name or a list of names, not a mapping")
        several = any(isinstance(names, (list, tuple)) for names in func.values())
        made = {}
        for column, names in func.items():
            for one in names if isinstance(names, (list, tuple)) else [names]:
                made[joined(column, _label(one)) if several else column] = self[column].agg(one)
        return frame_of(next(iter(made.values())), made)

    def _by_window(
        self, func: Any, raw: bool, args: tuple, kwargs: Any, spans: Callable[[int], tuple[int, int]], least: int
    ) -> Any:
        """A Python function of each window; runs, on one core."""
        import numpy as np

        from hypostyle.series import Series

        owner = self._owner
        if hasattr(owner, "_values"):
            raise UnsupportedError(
                "apply of windows within groups; use groupby(...).apply(lambda g: g.rolling(...)...)"
            )

        def make(column: Native) -> Native:
            values = np.asarray(Series(owner._plan, column, None).to_numpy(), dtype="float64")  # type: ignore[attr-defined]
            found: list[float | None] = []
            for at in range(len(values)):
                low, high = spans(at)
                part = values[max(low, 0) : high]
                if np.count_nonzero(~np.isnan(part)) < least:
                    found.append(None)
                    continue
                found.append(float(func(part if raw else Series(part), *args, **kwargs)))
            return by_row(_columns.column(np.array(found, dtype="float64"), False))

        return self._applied(make, True, getattr(self, "_on", None))


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

    def _of(self, make: Make) -> Any:
        found = self._applied(make, True, self._on)
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
        return self._numbers(numeric_only)._of(lambda column: _without_nan(self._moving(name, column)))

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
        return self._numbers(numeric_only)._make("count")

    def cov(self, other: Any, ddof: int = 1) -> Any:
        """The covariance with another series of the frame in each window, over the rows where both have a value.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [1, 2, 5]})
        >>> df["x"].rolling(2).cov(df["y"]).to_list()
        [None, 0.5, 1.5]
        """
        return self._paired(other, "cov", ddof=ddof)

    def corr(self, other: Any, ddof: int = 1) -> Any:
        """The correlation with another series of the frame in each window, over the rows where both have a value; missing
        where one of them does not vary.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [1, 2, 5]})
        >>> df["x"].rolling(2).corr(df["y"]).round(6).to_list()
        [None, 1.0, 1.0]
        """
        return self._paired(other, "corr")

    def _paired(self, other: Any, name: str, **params: Any) -> Any:
        owner = self._owner
        if not hasattr(owner, "_native"):
            raise UnsupportedError("cov and corr of windows are of two series: df['x'].rolling(3).corr(df['y'])")
        here = owner._with_room(other)  # type: ignore[attr-defined]
        x, y = here._native.cast("float64"), here._argument(other).cast("float64")
        moved = Rolling(here, self._params, self._by, self._on, self._before, self._step, self._nothing)
        made = moved._moving(name, x, y, **params)
        return moved._of(lambda _: _without_nan(made)).rename(None)

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
        rows = max(self._owner._plan.query.rows(), 1)  # type: ignore[attr-defined]

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

        return self._numbers(numeric_only)._applied(make, True, None)

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
        """Not there: fading windows have a mean, a variance and a standard deviation."""
        raise UnsupportedError("ewm: there are mean(), var() and std(); functions of fading windows are not there")


def _without_nan(values: Native) -> Native:
    """Values with NaN as missing."""
    varies = Native.call("scalar", "is_nan", [values]).invert()
    return Native.case([(varies, values)], literal(None)).cast("float64")


def _known(function: Any) -> str | None:
    from hypostyle._aggregates import is_known, name_of

    return name_of(function) if callable(function) and is_known(function) else None


def _label(function: Any) -> str:
    if isinstance(function, str):
        return function
    return _known(function) or str(getattr(function, "__name__", type(function).__name__))
