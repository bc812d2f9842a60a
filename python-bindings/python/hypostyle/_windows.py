"""Values computed of the rows around each row, with pandas' names: for series, frames and groups alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hypostyle import _native
from hypostyle.errors import InvalidArgumentError, UnsupportedError

#: From a column to the expression of its new values, over all rows or (put over them by the caller) over groups.
Make = Callable[[_native.Expr], _native.Expr]

RANKS = {"average": "average", "min": "min", "max": "max", "dense": "dense", "first": "ordinal"}


def window(name: str, *args: _native.Expr, **params: Any) -> _native.Expr:
    """A function of windows by its name in the engine."""
    return _native.Expr.call("window", name, list(args), params)


def literal(value: Any) -> _native.Expr:
    return _native.Expr.literal(value)


def is_null(value: _native.Expr) -> _native.Expr:
    return _native.Expr.call("scalar", "is_null", [value])


def rows() -> _native.Expr:
    """The number of rows of the window."""
    return _native.Expr.call("aggregate", "len", []).cast("int64")


def over_all(native: _native.Expr) -> _native.Expr:
    """Aggregates in it repeated for every row."""
    return native.over([], [], []) if native.has_aggregate() else native


def ranked(method: str, ascending: bool, na_option: str, pct: bool) -> Make:
    """Ranks as pandas has them: floats, missing where the value is."""
    if method not in RANKS:
        raise InvalidArgumentError(f"rank: method is one of {', '.join(RANKS)}, not {method!r}")
    if na_option != "keep":
        raise UnsupportedError(f"rank: na_option={na_option!r} is not supported; fill missing values first")

    def make(column: _native.Expr) -> _native.Expr:
        rank = window("rank", column, method=RANKS[method], descending=not ascending).cast("float64")
        if not pct:
            return rank
        of = ("n_unique", column) if method == "dense" else ("count", column)
        return rank.binary("/", _native.Expr.call("aggregate", of[0], [of[1]]))

    return make


def shifted(periods: int, fill_value: Any) -> Make:
    """The value of an earlier row; beyond the ends ``fill_value``."""

    def make(column: _native.Expr) -> _native.Expr:
        moved = window("lag", column, n=periods)
        if fill_value is None:
            return moved
        number = window("row_number")
        if periods >= 0:
            outside = number.binary("<=", literal(periods))
        else:
            outside = number.binary(">", rows().binary("+", literal(periods)))
        return _native.Expr.case([(outside, literal(fill_value))], moved)

    return make


class Running:
    """Verbs that give a value per row. Each class says in `_each` what becomes of a column."""

    __slots__ = ()

    def _each(self, make: Make, numeric: bool = False, but: str | None = None) -> Any:
        """New values of every column (``numeric``: of those that hold no text), ``but`` one that stays."""
        raise NotImplementedError

    def cumsum(self) -> Any:
        """The sum of the values so far."""
        return self._each(lambda column: window("cum_sum", column), True)

    def cumprod(self) -> Any:
        """The product of the values so far."""
        return self._each(lambda column: window("cum_prod", column), True)

    def cummin(self) -> Any:
        """The smallest value so far."""
        return self._each(lambda column: window("cum_min", column))

    def cummax(self) -> Any:
        """The greatest value so far."""
        return self._each(lambda column: window("cum_max", column))

    def shift(self, periods: int = 1, fill_value: Any = None) -> Any:
        """The value so many rows before (negative: after); beyond the ends missing, or ``fill_value``."""
        return self._each(shifted(periods, fill_value))

    def diff(self, periods: int = 1) -> Any:
        """The value less the one so many rows before."""
        return self._each(lambda column: window("diff", column, n=periods), True)

    def pct_change(self, periods: int = 1) -> Any:
        """The change from the value so many rows before, in relation to it."""
        return self._each(lambda column: window("pct_change", column, n=periods), True)

    def ffill(self, limit: int | None = None) -> Any:
        """Missing values become the last one before them; at most ``limit`` in a row."""
        return self._each(lambda column: window("forward_fill", column, limit=limit))

    def bfill(self, limit: int | None = None) -> Any:
        """Missing values become the first one after them; at most ``limit`` in a row."""
        return self._each(lambda column: window("backward_fill", column, limit=limit))

    def rank(self, method: str = "average", ascending: bool = True, na_option: str = "keep", pct: bool = False) -> Any:
        """The rank of each value: equal ones get their ``average``, ``min`` or ``max`` place, ``dense`` numbers, or each
        its own (``first``)."""
        return self._each(ranked(method, ascending, na_option, pct))

    def rolling(
        self,
        window: Any,
        min_periods: int | None = None,
        center: bool = False,
        on: str | None = None,
        closed: str | None = None,
    ) -> Rolling:
        """Windows of so many rows, or of so much time (``"2h"``) by the column ``on`` (else by the index): aggregate with
        ``mean()`` and the like."""
        by = None
        if isinstance(window, bool) or (not isinstance(window, int) and on is None):
            by = self._index_column("rolling")
        elif on is not None:
            by = self._by(on)
        params = {"window": window, "min_periods": min_periods, "center": center}
        if by is not None:
            params["ties"] = False
        if closed is not None:
            if by is None:
                raise UnsupportedError("rolling: closed is for windows of time")
            params["closed"] = closed
        return Rolling(self, params, by, on)

    def expanding(self, min_periods: int = 1) -> Expanding:
        """Windows of all rows so far: aggregate with ``mean()`` and the like."""
        return Expanding(self, min_periods)

    def ewm(
        self,
        com: float | None = None,
        span: float | None = None,
        halflife: float | None = None,
        alpha: float | None = None,
        min_periods: int = 0,
        adjust: bool = True,
        ignore_na: bool = False,
    ) -> Fading:
        """Windows of all rows so far whose weights fade: ``mean()``."""
        given = [value for value in (com, span, halflife, alpha) if value is not None]
        if len(given) != 1:
            raise InvalidArgumentError("ewm takes one of com, span, halflife and alpha")
        if com is not None:
            alpha = 1 / (1 + com)
        elif span is not None:
            alpha = 2 / (span + 1)
        elif halflife is not None:
            alpha = 1 - math.exp(-math.log(2) / halflife)
        params = {"alpha": alpha, "min_periods": min_periods, "adjust": adjust, "ignore_nulls": ignore_na}
        return Fading(self, params)

    def _by(self, name: str) -> _native.Expr:
        return self._plan.column(name)  # type: ignore[attr-defined]

    def _index_column(self, verb: str) -> _native.Expr:
        index = self._plan.index_columns  # type: ignore[attr-defined]
        if len(index) != 1:
            raise InvalidArgumentError(f"{verb}: a window of time goes by a column: give on=..., or set_index it")
        return _native.Expr.column(index[0])


class Rolling:
    """Moving windows waiting for an aggregate."""

    __slots__ = ("_by", "_on", "_owner", "_params")

    def __init__(self, owner: Running, params: dict[str, Any], by: _native.Expr | None, on: str | None) -> None:
        self._owner, self._params, self._by, self._on = owner, params, by, on

    def _make(self, name: str, **params: Any) -> Any:
        by = () if self._by is None else (self._by,)

        def make(column: _native.Expr) -> _native.Expr:
            return window(f"rolling_{name}", column, *by, **{**self._params, **params}).cast("float64")

        return self._owner._each(make, True, self._on)

    def sum(self) -> Any:
        """The sum of each window."""
        return self._make("sum")

    def mean(self) -> Any:
        """The mean of each window."""
        return self._make("mean")

    def min(self) -> Any:
        """The smallest value of each window."""
        return self._make("min")

    def max(self) -> Any:
        """The greatest value of each window."""
        return self._make("max")

    def median(self) -> Any:
        """The median of each window."""
        return self._make("median")

    def var(self, ddof: int = 1) -> Any:
        """The variance of each window."""
        return self._make("var", ddof=ddof)

    def std(self, ddof: int = 1) -> Any:
        """The standard deviation of each window."""
        return self._make("std", ddof=ddof)

    def quantile(self, q: float, interpolation: str = "linear") -> Any:
        """The value below which a share ``q`` of each window lies."""
        return self._make("quantile", q=q, interpolation=interpolation)

    def count(self) -> Any:
        """The number of values of each window that are not missing."""
        return self._make("count")

    def agg(self, func: str) -> Any:
        """An aggregate by name."""
        return _by_name(self, func)

    aggregate = agg


class Expanding:
    """Windows of all rows so far, waiting for an aggregate."""

    __slots__ = ("_least", "_owner")

    def __init__(self, owner: Running, min_periods: int) -> None:
        self._owner, self._least = owner, min_periods

    def _make(self, name: str, **params: Any) -> Any:
        def make(column: _native.Expr) -> _native.Expr:
            return window(f"expanding_{name}", column, min_periods=self._least, **params).cast("float64")

        return self._owner._each(make, True)

    def sum(self) -> Any:
        """The sum of the values so far."""
        return self._make("sum")

    def mean(self) -> Any:
        """The mean of the values so far."""
        return self._make("mean")

    def min(self) -> Any:
        """The smallest value so far."""
        return self._make("min")

    def max(self) -> Any:
        """The greatest value so far."""
        return self._make("max")

    def var(self, ddof: int = 1) -> Any:
        """The variance of the values so far."""
        return self._make("var", ddof=ddof)

    def std(self, ddof: int = 1) -> Any:
        """The standard deviation of the values so far."""
        return self._make("std", ddof=ddof)

    def count(self) -> Any:
        """The number of values so far."""

        def make(column: _native.Expr) -> _native.Expr:
            enough = window("row_number").binary(">=", literal(self._least))
            count = window("cum_count", column).cast("float64")
            return _native.Expr.case([(enough, count)], literal(None))

        return self._owner._each(make, True)

    def agg(self, func: str) -> Any:
        """An aggregate by name."""
        return _by_name(self, func)

    aggregate = agg


class Fading:
    """Windows whose weights fade, waiting for an aggregate."""

    __slots__ = ("_owner", "_params")

    def __init__(self, owner: Running, params: dict[str, Any]) -> None:
        self._owner, self._params = owner, params

    def mean(self) -> Any:
        """The mean of the values so far, newer ones weighing more; where a value is missing, the mean before."""

        def make(column: _native.Expr) -> _native.Expr:
            return window("forward_fill", window("ewm_mean", column, **self._params))

        return self._owner._each(make, True)


def _by_name(windows: Any, func: str) -> Any:
    if not isinstance(func, str) or func.startswith("_") or not hasattr(windows, func):
        raise InvalidArgumentError(f"no aggregate of these windows is called {func!r}")
    return getattr(windows, func)()
