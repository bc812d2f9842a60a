"""Values computed of the rows around each row, with pandas' names: for series, frames and groups alike."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from hypostyle import _native
from hypostyle._numpy import plain
from hypostyle._so_far import running, running_extreme
from hypostyle.errors import InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle._rolling import Expanding, Fading

#: From a column to the expression of its new values, over all rows or (put over them by the caller) over groups.
Make = Callable[[_native.Expr], _native.Expr]

RANKS = {"average": "average", "min": "min", "max": "max", "dense": "dense", "first": "ordinal"}


def window(name: str, *args: _native.Expr, **params: Any) -> _native.Expr:
    """A function of windows by its name in the engine."""
    return _native.Expr.call("window", name, list(args), params)


def literal(value: Any) -> _native.Expr:
    return _native.Expr.literal(value)


def present(value: _native.Expr) -> _native.Expr:
    """The number, missing where it is NaN."""
    return _native.Expr.call("scalar", "fill_nan", [value, literal(None)])


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
    if na_option not in ("keep", "top", "bottom"):
        raise InvalidArgumentError(f"rank: na_option is 'keep', 'top' or 'bottom', not {na_option!r}")

    def make(column: _native.Expr) -> _native.Expr:
        rank = window("rank", column, method=RANKS[method], descending=not ascending).cast("float64")
        of = _native.Expr.call("aggregate", "n_unique" if method == "dense" else "count", [column]).cast("float64")
        if na_option != "keep":
            holes = _native.Expr.call("aggregate", "null_count", [column]).cast("float64")
            room = _native.Expr.case([(holes.binary(">", literal(0.0)), literal(1.0))], literal(0.0))
            width = room if method == "dense" else holes
            before = literal(0.0) if na_option == "top" else of
            places = {
                "average": holes.binary("+", literal(1.0)).binary("/", literal(2.0)),
                "min": literal(1.0),
                "max": holes,
                "dense": literal(1.0),
                "first": window("cum_sum", is_null(column).cast("int64")).cast("float64"),
            }
            shown = rank.binary("+", width) if na_option == "top" else rank
            rank = _native.Expr.case([(is_null(column), before.binary("+", places[method]))], shown)
            of = of.binary("+", width)
        return rank.binary("/", of) if pct else rank

    return make


def shifted(periods: int, fill_value: Any) -> Make:
    """The value of an earlier row; beyond the ends ``fill_value``."""

    def make(column: _native.Expr) -> _native.Expr:
        moved = window("lag", column, n=periods)
        if fill_value is None or fill_value != fill_value:
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

    def _across(self, verb: str, *args: Any) -> Any:
        """A verb along each row instead of each column: frames have it."""
        raise InvalidArgumentError(f"{verb}: only frames have an axis 1")

    def cumsum(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Self:
        """The sum of the values so far; ``skipna=False``: missing from the first missing value on. With ``axis=1`` along the
        columns of each row.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, None, 2])
        >>> x.cumsum().to_list(), x.cumsum(skipna=False).to_list()
        ([1, None, 3], [1, None, None])
        """
        if axis in (1, "columns"):
            return self._across("cumsum")
        return self._numbers(numeric_only)._each(running("cum_sum", skipna), True)

    def cumprod(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Self:
        """The product of the values so far; see `cumsum`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 3]).cumprod().to_list()
        [1, 2, 6]
        """
        if axis in (1, "columns"):
            return self._across("cumprod")
        return self._numbers(numeric_only)._each(running("cum_prod", skipna), True)

    def cummin(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Self:
        """The smallest value so far; see `cumsum`.

        >>> import hypostyle as hs
        >>> hs.Series([3, 1, 2]).cummin().to_list()
        [3, 1, 1]
        """
        if axis in (1, "columns"):
            return self._across("cummin")
        owner = self._numbers(numeric_only)
        return owner._each(running_extreme(owner._plan, "cum_min", skipna))

    def cummax(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Self:
        """The greatest value so far; see `cumsum`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 3, 2]).cummax().to_list()
        [1, 3, 3]
        """
        if axis in (1, "columns"):
            return self._across("cummax")
        owner = self._numbers(numeric_only)
        return owner._each(running_extreme(owner._plan, "cum_max", skipna))

    def _numbers(self, numeric_only: bool) -> Any:
        """These columns, or those of numbers."""
        if not numeric_only:
            return self
        from hypostyle._dtypes import is_number

        plan = self._plan  # type: ignore[attr-defined]
        if hasattr(self, "_values"):
            names = [n for n in self._values() if is_number(plan.dtypes[n]) or plan.dtypes[n] == "bool"]
            return self if self._single else self[names]  # type: ignore[attr-defined, index]
        if hasattr(self, "_native"):
            return self
        return self.select_dtypes(["number", "bool"])  # type: ignore[attr-defined]

    def shift(
        self, periods: Any = 1, freq: Any = None, axis: Any = 0, fill_value: Any = None, suffix: str | None = None
    ) -> Self:
        """The value so many rows before (negative: after); beyond the ends missing, or ``fill_value``. With ``axis=1`` the
        value so many columns before.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 3]).shift(1, fill_value=0).to_list()
        [0, 1, 2]
        """
        if freq is not None:
            from hypostyle._group_rows import relabelled

            if fill_value is not None:
                raise InvalidArgumentError(
                    "shift: labels move with freq, and no place is left that fill_value could fill"
                )
            return relabelled(self, plain(periods), freq, suffix)
        periods = plain(periods)
        if isinstance(periods, (list, tuple, range)) and hasattr(self, "_over"):
            from hypostyle._group_rows import lagged

            return lagged(self, periods, fill_value, suffix)  # type: ignore[return-value]
        if not isinstance(periods, int) or suffix is not None:
            raise UnsupportedError("shift: several periods; assign(x_1=df['x'].shift(1), x_2=df['x'].shift(2))")
        if axis in (1, "columns"):
            return self._across("shift", periods, fill_value)
        if hasattr(self, "_over"):
            from hypostyle._group_rows import moved

            return moved(self, periods, fill_value)
        return self._each(shifted(periods, fill_value))

    def diff(self, periods: int = 1, axis: Any = 0) -> Self:
        """The value less the one so many rows (``axis=1``: columns) before.

        >>> import hypostyle as hs
        >>> hs.Series([1, 4, 9]).diff().to_list()
        [None, 3, 5]
        """
        if axis in (1, "columns"):
            return self._across("diff", periods)
        return self._each(lambda column: self._change(column, periods), True)

    def _change(self, column: _native.Expr, periods: int) -> _native.Expr:
        """The difference to the value so many rows before; of truths, whether they differ."""
        if self._plan.query.dtype_of(column) == "bool":  # type: ignore[attr-defined]
            return column.binary("!=", window("lag", column, n=periods))
        return window("diff", column, n=periods)

    def pct_change(self, periods: int = 1, fill_method: Any = None, freq: Any = None, axis: Any = 0) -> Self:
        """The change from the value so many rows (``axis=1``: columns) before, in relation to it.

        >>> import hypostyle as hs
        >>> hs.Series([2, 3, 6]).pct_change().to_list()
        [None, 0.5, 1.0]
        """
        if fill_method is not None or freq is not None:
            raise UnsupportedError("pct_change: fill_method and freq; call ffill() first")
        if axis in (1, "columns"):
            return self._across("pct_change", periods)
        return self._each(lambda column: present(window("pct_change", column, n=periods)), True)

    def ffill(self, axis: Any = 0, limit: int | None = None, limit_area: Any = None) -> Self:
        """Missing values become the last one before them; at most ``limit`` in a row, with ``limit_area="inside"`` only
        between two values. With ``axis=1`` the last one in the columns before.

        >>> import hypostyle as hs
        >>> hs.Series([None, 1, None, 2]).ffill().to_list()
        [None, 1, 1, 2]
        """
        if axis in (1, "columns"):
            return self._across("ffill", limit)
        return self._each(_carried("forward_fill", "backward_fill", limit, limit_area))

    def bfill(self, axis: Any = 0, limit: int | None = None, limit_area: Any = None) -> Self:
        """Missing values become the first one after them; see `ffill`.

        >>> import hypostyle as hs
        >>> hs.Series([None, 1, None, 2]).bfill().to_list()
        [1, 1, 2, 2]
        """
        if axis in (1, "columns"):
            return self._across("bfill", limit)
        return self._each(_carried("backward_fill", "forward_fill", limit, limit_area))

    def rank(
        self,
        axis: Any = 0,
        method: str = "average",
        numeric_only: bool = False,
        na_option: str = "keep",
        ascending: bool = True,
        pct: bool = False,
    ) -> Self:
        """The rank of each value: equal ones get their ``average``, ``min`` or ``max`` place, ``dense`` numbers, or each
        its own (``first``). Missing values have no rank, or the first or last ones with ``na_option="top"`` or
        ``"bottom"``; ``pct`` divides by the number of ranks.

        >>> import hypostyle as hs
        >>> x = hs.Series([7, None, 5])
        >>> x.rank().to_list(), x.rank(na_option="bottom").to_list()
        ([2.0, None, 1.0], [2.0, 3.0, 1.0])
        """
        if isinstance(axis, str) and axis in RANKS:
            axis, method = 0, axis
        if axis in (1, "columns"):
            return self._numbers(numeric_only)._across("rank", method, ascending, na_option, pct)
        return self._numbers(numeric_only)._each(ranked(method, ascending, na_option, pct))

    def rolling(
        self,
        window: Any,
        min_periods: int | None = None,
        center: bool = False,
        on: str | None = None,
        closed: str | None = None,
        step: int | None = None,
        win_type: Any = None,
        method: str = "single",
    ) -> Any:
        """Windows of so many rows, of so much time (``"2h"``) by the column ``on`` (else by the index), or those of an indexer
        of pandas: aggregate with ``mean()`` and the like. ``closed`` says which ends belong to a window: ``"right"`` (its
        last row), ``"left"`` (the row before it), ``"both"`` or ``"neither"``; ``step`` gives every so manieth row of the
        result. ``win_type``: weights by the place in the window, by name (``"hann"``, ``"gaussian"`` with ``mean(std=2)``,
        ...) or as a list, the oldest row first; then there are ``sum``, ``mean``, ``var`` and ``std``. What the engine has
        not (centered windows of time, ``nunique``, pairs of all columns, ...) pandas does, where it is installed.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2, 3, 4])
        >>> x.rolling(2).sum().to_list(), x.rolling(2, closed="left").sum().to_list()
        ([None, 3.0, 5.0, 7.0], [None, None, 3.0, 5.0])
        >>> x.rolling(2, win_type=[1, 3]).mean().to_list()
        [None, 1.75, 2.75, 3.75]
        """
        from hypostyle._frequencies import text_of
        from hypostyle._rolling import Rolling
        from hypostyle._win_types import check_window
        from hypostyle._windows_of_pandas import WindowsOfPandas

        window, min_periods, step = plain(window), plain(min_periods), plain(step)
        if hasattr(window, "freqstr"):
            window = text_of(window)
        check_window(window, min_periods, center, step)
        asked = {
            "window": window,
            "min_periods": min_periods,
            "center": center,
            "on": on,
            "closed": closed,
            "step": step,
        }
        if hasattr(self, "_native"):
            del asked["on"]
        grouped = hasattr(self, "_values")
        if hasattr(window, "get_window_bounds") and not grouped:
            return WindowsOfPandas(self, "rolling", asked)
        if win_type is not None:
            from hypostyle._rolling import Weighed
            from hypostyle._win_types import check

            check(win_type)
            if isinstance(window, bool) or not isinstance(window, int) or on is not None or window < 1:
                raise InvalidArgumentError("rolling: a window with weights has so many rows")
            if closed not in (None, "right") or method != "single":
                raise UnsupportedError("rolling: a window with weights ends with its row, and goes column by column")
            made = Weighed(self, window, win_type, min_periods, center, step)
            made._asked = ("rolling", {**asked, "win_type": win_type}) if isinstance(win_type, str) else None
            return made
        if method != "single":
            raise UnsupportedError(f"rolling: method={method!r}; windows go column by column")
        by = None
        if isinstance(window, bool) or (not isinstance(window, int) and on is None):
            by = self._index_column("rolling")
        elif on is not None:
            column = self._by(on)
            # So many rows are rows, whatever the column holds, which stays beside them.
            by = None if isinstance(window, int) else column
        params = {"window": window, "min_periods": min_periods, "center": center}
        if closed not in (None, "right", "left", "both", "neither"):
            raise InvalidArgumentError(f"closed is 'right', 'left', 'both' or 'neither', not {closed!r}")
        before = False
        if not grouped and ((center and (by is not None or closed not in (None, "right"))) or window == 0):
            return WindowsOfPandas(self, "rolling", asked)
        if by is not None:
            params["ties"] = False
            if closed is not None:
                params["closed"] = closed
        elif closed not in (None, "right"):
            before = closed != "both"
            params["min_periods"] = window if min_periods is None else min_periods
            params["window"] = window + {"left": 0, "both": 1, "neither": -1}[closed]
            if (params["window"] < 1 or center) and not grouped:
                return WindowsOfPandas(self, "rolling", asked)
            if params["window"] < 1:
                raise InvalidArgumentError(f"rolling: a window of {window} rows that is closed {closed!r} holds no row")
            if center:
                raise UnsupportedError(f"rolling: centered windows of groups are closed on the right, not {closed!r}")
            if params["min_periods"] > params["window"]:
                # No window holds so many rows: every value is missing, as in pandas.
                params.update(window=params["min_periods"])
                return Rolling(self, params, by, on, before, step, nothing=True)
        found = Rolling(self, params, by, on, before, step)
        found._asked = ("rolling", asked)
        return found

    def expanding(self, min_periods: int = 1, method: str = "single") -> Expanding:
        """Windows of all rows so far: aggregate with ``mean()`` and the like.

        >>> import hypostyle as hs
        >>> hs.Series([1, 3, 5]).expanding().mean().to_list()
        [1.0, 2.0, 3.0]
        """
        from hypostyle._rolling import Expanding

        if method != "single":
            raise UnsupportedError(f"expanding: method={method!r}; windows go column by column")
        min_periods = plain(min_periods)
        if min_periods is not None and (isinstance(min_periods, bool) or not isinstance(min_periods, int)):
            raise InvalidArgumentError(f"expanding: min_periods must be an integer, not {min_periods!r}")
        made = Expanding(self, 1 if min_periods is None else min_periods)
        made._asked = ("expanding", {"min_periods": min_periods})
        return made

    def ewm(
        self,
        com: float | None = None,
        span: float | None = None,
        halflife: Any = None,
        alpha: float | None = None,
        min_periods: int = 0,
        adjust: bool = True,
        ignore_na: bool = False,
        times: Any = None,
    ) -> Fading:
        """Windows of all rows so far whose weights fade: ``mean()``, ``var()``, ``std()``. With ``times`` (a column of dates or
        times that ascend: its name, a series of the frame or values) weights fade with time: they halve in the time
        ``halflife``, a timedelta or text such as ``"4 days"`` or ``"1h30m"``; then there is ``mean()``.

        >>> import hypostyle as hs
        >>> hs.Series([1.0, 2.0]).ewm(alpha=0.5).mean().round(3).to_list()
        [1.0, 1.667]
        """
        from hypostyle._rolling import Fading

        given = [value for value in (com, span, halflife, alpha) if value is not None]
        if len(given) != 1:
            raise InvalidArgumentError("ewm takes one of com, span, halflife and alpha")
        for name, value, good in (
            ("com", com, lambda n: n >= 0),
            ("span", span, lambda n: n >= 1),
            ("alpha", alpha, lambda n: 0 < n <= 1),
            ("halflife", halflife if isinstance(halflife, (int, float)) else None, lambda n: n > 0),
        ):
            if value is not None and not good(value):
                raise InvalidArgumentError(
                    f"ewm: {name}={value}: com is 0 or more, span 1 or more, alpha in (0, 1], halflife positive"
                )
        if times is not None:
            if halflife is None or isinstance(halflife, (int, float)):
                raise InvalidArgumentError("ewm: with times weights halve in a time: halflife is a timedelta or text")
            if ignore_na:
                raise UnsupportedError("ewm: with times weights fade with time, also where values are missing")
            return Fading(
                self, {"halflife": _length(halflife), "min_periods": min_periods, "adjust": adjust}, times=times
            )
        if halflife is not None and not isinstance(halflife, (int, float)):
            raise InvalidArgumentError("ewm: halflife is a number of rows; a time needs times=")
        told = {"com": com, "span": span, "halflife": halflife, "alpha": alpha, "min_periods": min_periods}
        told.update(adjust=adjust, ignore_na=ignore_na)
        if com is not None:
            alpha = 1 / (1 + com)
        elif span is not None:
            alpha = 2 / (span + 1)
        elif halflife is not None:
            alpha = 1 - math.exp(-math.log(2) / halflife)
        params = {"alpha": alpha, "min_periods": min_periods, "adjust": adjust, "ignore_nulls": ignore_na}
        made = Fading(self, params)
        made._asked = ("ewm", told)
        return made

    def _by(self, name: str) -> _native.Expr:
        return self._plan.column(name)  # type: ignore[attr-defined]

    def _index_column(self, verb: str) -> _native.Expr:
        index = self._plan.index_columns  # type: ignore[attr-defined]
        if len(index) != 1:
            raise InvalidArgumentError(f"{verb}: a window of time goes by a column: give on=..., or set_index it")
        return _native.Expr.column(index[0])


def _carried(name: str, opposite: str, limit: int | None, area: Any) -> Make:
    """Missing values as the last one on one side, with ``area="inside"`` only where there is one on the other side too."""
    if area not in (None, "inside", "outside"):
        raise InvalidArgumentError(f"limit_area is None, 'inside' or 'outside', not {area!r}")

    def make(column: _native.Expr) -> _native.Expr:
        filled = window(name, column, limit=limit)
        if area is None:
            return filled
        beyond = is_null(window(opposite, column))
        kept = beyond if area == "inside" else beyond.invert()
        return _native.Expr.case([(kept, column)], filled)

    return make


#: Long names of units, as pandas writes them, and the engine's.
_UNITS = {
    "w": ("weeks", "week"),
    "d": ("days", "day", "D"),
    "h": ("hours", "hour", "hr", "H"),
    "m": ("minutes", "minute", "min", "T"),
    "s": ("seconds", "second", "sec", "S"),
    "ms": ("milliseconds", "millisecond", "millis", "milli", "L"),
    "us": ("microseconds", "microsecond", "micros", "micro", "U"),
    "ns": ("nanoseconds", "nanosecond", "nanos", "nano", "N"),
}


def _length(value: Any) -> Any:
    """A length of time as the engine takes it: text with short names of units, or a timedelta."""
    if hasattr(value, "astype"):
        return value.astype("timedelta64[us]").item()
    if not isinstance(value, str):
        return value
    short = {long: unit for unit, names in _UNITS.items() for long in names}
    parts = re.findall(r"(\d*)\s*([A-Za-z]+)", value)
    return "".join(f"{count}{short.get(unit, unit)}" for count, unit in parts) if parts else value
