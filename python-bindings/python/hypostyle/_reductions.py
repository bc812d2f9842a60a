"""One value per column of a frame: each verb runs, and gives a series indexed by the columns' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypostyle import _index, _native
from hypostyle._aggregates import aggregate
from hypostyle._dtypes import is_number
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, UnsupportedError
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

    def quantile(
        self, q: float | Sequence[float] = 0.5, interpolation: str = "linear", numeric_only: bool = False
    ) -> Any:
        """The value below which a share ``q`` of each column lies; of several shares, a frame with a row for each."""
        if not isinstance(q, (int, float)):
            return self._quantiles([float(share) for share in q], interpolation, numeric_only)
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

    def sem(self, ddof: int = 1, numeric_only: bool = False) -> Series:
        """The standard error of the mean of each column."""
        return self._numeric("sem", numeric_only, ddof=ddof)

    def skew(self, numeric_only: bool = False) -> Series:
        """How far the values of each column lean to one side, corrected for samples."""
        return self._numeric("skew", numeric_only)

    def kurt(self, numeric_only: bool = False) -> Series:
        """How heavy the tails of each column are, corrected for samples."""
        return self._numeric("kurtosis", numeric_only)

    kurtosis = kurt

    def prod(self, numeric_only: bool = False) -> Series:
        """The product of each column."""
        return self._numeric("prod", numeric_only)

    def corr(self, method: str = "pearson", numeric_only: bool = False) -> Any:
        """The correlation of each pair of columns, over the rows where both have a value; runs."""
        if method != "pearson":
            raise UnsupportedError(f"corr: method {method!r}; only 'pearson' is there")
        return self._pairwise(numeric_only, None)

    def cov(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The covariance of each pair of columns, over the rows where both have a value; runs."""
        return self._pairwise(numeric_only, ddof)

    def _pairwise(self, numeric_only: bool, ddof: int | None) -> Any:
        dtypes = self._plan.dtypes
        names = [n for n in self._plan.columns if is_number(dtypes[n]) or dtypes[n] == "bool"]
        others = [n for n in self._plan.columns if n not in names]
        if others and not numeric_only:
            raise DataTypeError(
                f"the column {others[0]!r} is {dtypes[others[0]]}; give numeric_only=True to leave it out"
            )
        chosen = self._plan.query.select([_native.Expr.column(name).alias(name) for name in names])
        lists = _native.pairwise(chosen, ddof).collect().lists(names)
        return self._table(names, dict(zip(names, lists, strict=True)), "string")

    def _quantiles(self, q: list[float], interpolation: str, numeric_only: bool) -> Any:
        dtypes = self._plan.dtypes
        names = [n for n in self._plan.columns if not numeric_only or is_number(dtypes[n])]
        exprs = [
            aggregate(self._plan.column(name), "quantiles", q=q, interpolation=interpolation).alias(name)
            for name in names
        ]
        lists = self._plan.query.select(exprs).collect().lists(names)
        return self._table(q, {name: values[0] for name, values in zip(names, lists, strict=True)}, "float64")

    def _table(self, labels: list, values: dict[str, list], dtype: str) -> Any:
        """A frame of these values, indexed by labels."""
        index = _index.HIDDEN.format(0)
        columns = [_native.Column.from_values(labels, dtype)]
        columns += [_native.Column.from_values(column, None, False) for column in values.values()]
        query = _native.Query.from_columns([index, *values], columns)
        return type(self)._of(Plan(query, [(index, None)]))  # type: ignore[attr-defined]

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
