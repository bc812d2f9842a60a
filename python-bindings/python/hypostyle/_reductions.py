"""One value per column of a frame: each verb runs, and gives a series indexed by the columns' names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypostyle import _index, _native
from hypostyle._aggregates import aggregate
from hypostyle._dtypes import is_number
from hypostyle._plan import Plan
from hypostyle.series import VALUE, Series


class Reductions:
    """Aggregates of all columns."""

    __slots__ = ()

    _plan: Plan

    def agg(self, func: Any) -> Any:
        """Aggregates of the columns: a name gives a series by column, a mapping of names too."""
        if isinstance(func, Mapping):
            return self._reduce({name: (self._plan.column(name), name_) for name, name_ in func.items()})
        return self._reduce({name: (self._plan.column(name), func) for name in self._plan.columns})

    aggregate = agg

    def _reduce(self, wanted: dict[str, tuple[_native.Expr, Any]], **params: Any) -> Series:
        exprs = [aggregate(expr, func, **params).alias(f"{i}") for i, (expr, func) in enumerate(wanted.values())]
        if not exprs:
            return values_by_name([], [], None)
        lists = self._plan.query.select(exprs).collect().lists([f"{i}" for i in range(len(exprs))])
        return values_by_name(list(wanted), [values[0] for values in lists], None)

    def _numeric(self, func: str, numeric_only: bool, **params: Any) -> Series:
        dtypes = self._plan.dtypes
        names = [n for n in self._plan.columns if not numeric_only or is_number(dtypes[n]) or dtypes[n] == "bool"]
        return self._reduce({name: (self._plan.column(name), func) for name in names}, **params)

    def sum(self, numeric_only: bool = False, min_count: int = 0) -> Series:
        """The sum of each column; missing where there are fewer than ``min_count`` values."""
        return self._numeric("sum", numeric_only, min_count=min_count)

    def quantile(self, q: float = 0.5, interpolation: str = "linear", numeric_only: bool = False) -> Series:
        """The value below which a share ``q`` of each column lies."""
        return self._numeric("quantile", numeric_only, q=q, interpolation=interpolation)

    def mean(self, numeric_only: bool = False) -> Series:
        """The mean of each column."""
        return self._numeric("mean", numeric_only)

    def min(self, numeric_only: bool = False) -> Series:
        """The smallest value of each column."""
        return self._numeric("min", numeric_only)

    def max(self, numeric_only: bool = False) -> Series:
        """The greatest value of each column."""
        return self._numeric("max", numeric_only)

    def median(self, numeric_only: bool = False) -> Series:
        """The median of each column."""
        return self._numeric("median", numeric_only)

    def std(self, ddof: int = 1, numeric_only: bool = False) -> Series:
        """The standard deviation of each column."""
        return self._numeric("std", numeric_only, ddof=ddof)

    def var(self, ddof: int = 1, numeric_only: bool = False) -> Series:
        """The variance of each column."""
        return self._numeric("var", numeric_only, ddof=ddof)

    def count(self, numeric_only: bool = False) -> Series:
        """The number of values of each column that are not missing."""
        return self._numeric("count", numeric_only)

    def nunique(self) -> Series:
        """The number of distinct values of each column."""
        return self._numeric("nunique", False)


def values_by_name(names: list[str], values: list, name: str | None) -> Series:
    """A series of values indexed by names; values of several types become floats or text."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and not kinds <= {int, float}:
        values = [float(v) if isinstance(v, (bool, int)) and kinds <= {bool, int, float} else v for v in values]
        if len({type(value) for value in values if value is not None}) > 1:
            values = [None if value is None else str(value) for value in values]
    index = _index.HIDDEN.format(0)
    columns = [_native.Column.from_values(names, "string"), _native.Column.from_values(values, None, False)]
    query = _native.Query.from_columns([index, VALUE], columns)
    return Series(Plan(query, [(index, None)]), _native.Expr.column(VALUE), name)
