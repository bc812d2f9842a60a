"""Aggregates of groups by pandas' names. What pandas takes beside (``engine``) changes nothing here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._aggregates import aggregate, aggregate_of, is_known, name_of
from hypostyle._cells import truth
from hypostyle._dtypes import is_number
from hypostyle._numpy import plain
from hypostyle._plan import Plan
from hypostyle._series_reductions import least


class GroupReductions:
    """One value of each column in each group."""

    __slots__ = ()

    _plan: Plan

    if TYPE_CHECKING:
        # What the whole class has.
        def _values(self) -> list[str]: ...
        def _one(self, column: str, function: Any) -> Any: ...
        def _result(self, exprs: Mapping[str, Any]) -> Any: ...
        def _quantiles(self, q: Sequence[float], interpolation: str, numeric_only: bool) -> Any: ...
        def size(self) -> Any: ...

    def _all(self, func: Any, numeric_only: bool = False, skipna: bool = True, **params: Any) -> Any:
        if isinstance(func, str) and name_of(func) == "size":
            return self.size()
        names = self._values()
        if numeric_only:
            dtypes = self._plan.dtypes
            names = [name for name in names if is_number(dtypes[name]) or dtypes[name] == "bool"]
        if callable(func) and not is_known(func):
            return self._result({name: self._one(name, func) for name in names})
        columns = {name: self._plan.column(name) for name in names}
        dtypes = self._plan.dtypes
        if func in ("any", "all") and not skipna:
            columns = {name: truth(column, dtypes[name]) for name, column in columns.items()}
            dtypes, skipna = {**dtypes, **dict.fromkeys(names, "bool")}, True
        made = {name: aggregate_of(column, dtypes[name], func, **params) for name, column in columns.items()}
        if not skipna:
            made = {name: _of_whole(columns[name], value) for name, value in made.items()}
        return self._result(made)

    def sum(
        self,
        numeric_only: bool = False,
        min_count: int = 0,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """The sum of each group; missing where there are fewer than ``min_count`` values.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].sum().to_dict()
        {'a': 5, 'b': 5}
        """
        return self._all("sum", numeric_only, skipna, min_count=min_count)

    def mean(
        self, numeric_only: bool = False, skipna: bool = True, engine: Any = None, engine_kwargs: Any = None
    ) -> Any:
        """The mean of each group.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].mean().to_dict()
        {'a': 2.5, 'b': 5.0}
        """
        return self._all("mean", numeric_only, skipna)

    def min(
        self,
        numeric_only: bool = False,
        min_count: int = -1,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """The smallest value of each group; missing where there are fewer than ``min_count`` values.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].min().to_dict()
        {'a': 1, 'b': 5}
        """
        return self._with_least("min", numeric_only, min_count, skipna)

    def max(
        self,
        numeric_only: bool = False,
        min_count: int = -1,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """The greatest value of each group; missing where there are fewer than ``min_count`` values.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].max().to_dict()
        {'a': 4, 'b': 5}
        """
        return self._with_least("max", numeric_only, min_count, skipna)

    def median(
        self, numeric_only: bool = False, skipna: bool = True, engine: Any = None, engine_kwargs: Any = None
    ) -> Any:
        """The median of each group.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].median().to_dict()
        {'a': 2.5, 'b': 5.0}
        """
        return self._all("median", numeric_only, skipna)

    def quantile(
        self, q: float | Sequence[float] = 0.5, interpolation: str = "linear", numeric_only: bool = False
    ) -> Any:
        """The value below which a share ``q`` of each group lies; of several shares, a row for each.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].quantile(0.5).to_dict()
        {'a': 2.5, 'b': 5.0}
        """
        q = plain(q)
        if not isinstance(q, (int, float)):
            return self._quantiles(q, interpolation, numeric_only)
        return self._all("quantile", numeric_only, q=q, interpolation=interpolation)

    def std(
        self,
        ddof: int = 1,
        numeric_only: bool = False,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """The standard deviation of each group.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].std(ddof=0).to_dict()
        {'a': 1.5, 'b': 0.0}
        """
        return self._all("std", numeric_only, skipna, ddof=ddof)

    def var(
        self,
        ddof: int = 1,
        numeric_only: bool = False,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """The variance of each group.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].var(ddof=0).to_dict()
        {'a': 2.25, 'b': 0.0}
        """
        return self._all("var", numeric_only, skipna, ddof=ddof)

    def prod(
        self,
        numeric_only: bool = False,
        min_count: int = 0,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """The product of each group; missing where there are fewer than ``min_count`` values.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].prod().to_dict()
        {'a': 4, 'b': 5}
        """
        return self._with_least("prod", numeric_only, min_count, skipna)

    def _with_least(self, func: str, numeric_only: bool, min_count: int, skipna: bool = True) -> Any:
        """An aggregate of the groups that have so many values."""
        if min_count <= 0:
            return self._all(func, numeric_only, skipna)
        names, dtypes = self._values(), self._plan.dtypes
        if numeric_only:
            names = [name for name in names if is_number(dtypes[name]) or dtypes[name] == "bool"]
        columns = {name: self._plan.column(name) for name in names}
        made = {name: least(aggregate(c, func), c, min_count) for name, c in columns.items()}
        return self._result(made if skipna else {name: _of_whole(columns[name], value) for name, value in made.items()})

    def count(self) -> Any:
        """The number of values of each group that are not missing.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].count().to_dict()
        {'a': 2, 'b': 1}
        """
        return self._all("count")

    def nunique(self, dropna: bool = True) -> Any:
        """The number of distinct values of each group; with ``dropna=False`` a missing value is one too.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].nunique().to_dict()
        {'a': 2, 'b': 1}
        """
        return self._all("nunique", count_nulls=not dropna)

    def first(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        """The first value of each group that is not missing, or with ``skipna=False`` the one of its first row.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].first().to_dict()
        {'a': 1, 'b': 5}
        """
        if not skipna:
            return self._all("first", numeric_only, ignore_nulls=False)
        return self._with_least("first", numeric_only, min_count)

    def last(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        """The last value of each group that is not missing, or with ``skipna=False`` the one of its last row.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].last().to_dict()
        {'a': 4, 'b': 5}
        """
        if not skipna:
            return self._all("last", numeric_only, ignore_nulls=False)
        return self._with_least("last", numeric_only, min_count)

    def any(self, skipna: bool = True) -> Any:
        """Whether any value of each group is true.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b"], "x": [True, False]}).groupby("k")
        >>> groups["x"].any().to_dict()
        {'a': True, 'b': False}
        """
        return self._all("any", skipna=skipna)

    def all(self, skipna: bool = True) -> Any:
        """Whether all values of each group are true.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "a"], "x": [True, False]}).groupby("k")
        >>> groups["x"].all().to_dict()
        {'a': False}
        """
        return self._all("all", skipna=skipna)


def _of_whole(column: _native.Expr, value: _native.Expr) -> _native.Expr:
    """The aggregate of groups without a missing value."""
    holes = _native.Expr.call("aggregate", "null_count", [column])
    none = _native.Expr.literal(None)
    return _native.Expr.case([(holes.binary("==", _native.Expr.literal(0)), value)], none)
