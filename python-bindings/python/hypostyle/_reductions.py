"""One value per column of a frame: each verb runs, and gives a series indexed by the columns' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypostyle import _columns, _index, _native, _numpy
from hypostyle._across import below
from hypostyle._agg_functions import has_functions, pair_of, with_arguments, with_functions, with_verbs
from hypostyle._aggregates import aggregate, aggregate_of, is_known, label_of, name_of, options_of
from hypostyle._by_name import values_by_name
from hypostyle._cells import truth
from hypostyle._column_labels import as_column
from hypostyle._correlation import correlation
from hypostyle._dtypes import is_number
from hypostyle._headings import axis_names, column_of, depth, label_column, shown
from hypostyle._methods import Method
from hypostyle._mixed import warn_of_text
from hypostyle._modes import modes
from hypostyle._numpy import plain
from hypostyle._plan import Plan
from hypostyle._times import lists_of
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.series import Series


class Reductions:
    """Aggregates of all columns."""

    __slots__ = ()

    _plan: Plan

    def agg(self, func: Any = None, axis: Any = 0, *args: Any, **named: Any) -> Any:
        """Aggregates of the columns: a name gives a series by column, a mapping of names too; lists of names a frame with a
        row for each, and so does ``out=("column", "name")``. Beside ``func``, further arguments are the function's.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2], "y": [3, 5]}).agg(["sum", "max"]).to_dict("list")
        {'x': [3, 2], 'y': [8, 5]}
        """
        func = list(func) if _numpy.is_array(func) or _columns.is_pandas(func) else func
        if func is not None and (args or named):
            return with_arguments(self, func, axis, args, named)
        func = with_verbs(self, func)
        pairs = [(out, pair_of(what)) for out, what in named.items()]
        named = {out: (column, with_verbs(self, one)) for out, (column, one) in pairs}
        if isinstance(func, Method):
            return func(self) if axis in (0, "index", "rows") else func(self, axis=axis)
        if axis in (1, "columns") and isinstance(func, Mapping):
            return self.transpose().agg(func)  # type: ignore[attr-defined]
        if axis in (1, "columns") and isinstance(func, (list, tuple)):
            parts = {label_of(one): self.agg(one, 1) for one in func}
            index = {name: _native.Expr.column(name) for name in self._plan.index_columns}
            made = {name: self._plan.expr(part) for name, part in parts.items()}
            return type(self)._of(self._plan.project({**index, **made}))  # type: ignore[attr-defined]
        if axis in (1, "columns"):
            if callable(func) and not is_known(func):
                return self.apply(func, axis=1)  # type: ignore[attr-defined]
            if func == "size":
                from hypostyle.series import Series

                return Series(self._plan, _native.Expr.literal(len(self._plan.columns)), None)
            return getattr(self, name_of(func))(axis=1, **options_of(func))
        if has_functions(list(named.values()) if named else func):
            return with_functions(self, func, named)
        if named:
            return self._rows_of({out: {column_of(self._plan, column): name} for out, (column, name) in named.items()})
        if isinstance(func, (list, tuple)):
            return self._rows_of({label_of(one): dict.fromkeys(self._plan.columns, one) for one in func})
        if isinstance(func, Mapping) and any(isinstance(names, (list, tuple)) for names in func.values()):
            rows: dict[str, dict[str, Any]] = {}
            for column, names in func.items():
                for one in names if isinstance(names, (list, tuple)) else [names]:
                    rows.setdefault(label_of(one), {})[column] = one
            return self._rows_of(rows)
        if callable(func) and not is_known(func):
            return self.apply(func)  # type: ignore[attr-defined]
        if isinstance(func, Mapping):
            return self._reduce({name: (self._plan.column(name), name_) for name, name_ in func.items()})
        return self._reduce({name: (self._plan.column(name), func) for name in self._plan.columns})

    aggregate = agg

    def _rows_of(self, rows: dict[str, dict[str, Any]]) -> Any:
        """A frame with a row per aggregate and a column per column."""
        columns = [n for n in self._plan.columns if any(n in wanted for wanted in rows.values())]
        exprs: list[_native.Expr] = []
        places = []
        for label, wanted in rows.items():
            for column, function in wanted.items():
                places.append((label, column))
                native, dtype = self._plan.column(column), self._plan.dtypes[column]
                exprs.append(aggregate_of(native, dtype, function).alias(str(len(exprs))))
        lists = self._plan.query.select(exprs).collect().lists([str(i) for i in range(len(exprs))])
        found = {place: values[0] for place, values in zip(places, lists, strict=True)}
        values = {column: [found.get((label, column)) for label in rows] for column in columns}
        for column, cells in values.items():
            kinds = {type(cell) for cell in cells if cell is not None}
            if bool in kinds and len(kinds) > 1 and kinds <= {bool, int, float}:
                # A truth beside numbers is one of them.
                values[column] = [int(cell) if isinstance(cell, bool) else cell for cell in cells]
            elif len(kinds) > 1 and not kinds <= {int, float}:
                warn_of_text(column, sorted(kind.__name__ for kind in kinds - {str}))
                values[column] = [None if cell is None else str(cell) for cell in cells]
        return self._table(list(rows), values, "string")

    def _reduce(self, wanted: dict[str, tuple[_native.Expr, Any]], **params: Any) -> Series:
        types = self._plan.query.dtype_of
        exprs = [
            aggregate_of(expr, types(expr), func, **params).alias(f"{i}")
            for i, (expr, func) in enumerate(wanted.values())
        ]
        if not exprs:
            return values_by_name([], [], None, self._plan)
        lists = lists_of(self._plan.query.select(exprs).collect(), [f"{i}" for i in range(len(exprs))])
        return values_by_name(list(wanted), [values[0] for values in lists], None, self._plan)

    def _numeric(self, func: str, numeric_only: bool, **params: Any) -> Series:
        dtypes = self._plan.dtypes
        names = [n for n in self._plan.columns if not numeric_only or is_number(dtypes[n]) or dtypes[n] == "bool"]
        return self._reduce({name: (self._plan.column(name), func) for name in names}, **params)

    def sum(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, min_count: int = 0) -> Series:
        """The sum of each column; missing where there are fewer than ``min_count`` values.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.sum().to_dict()
        {'x': 3, 'y': 3}
        """
        return self._reduced("sum", axis, skipna, numeric_only, min_count=min_count)

    def quantile(
        self,
        q: float | Sequence[float] = 0.5,
        axis: Any = 0,
        numeric_only: bool = False,
        interpolation: str = "linear",
        method: str = "single",
    ) -> Any:
        """The value below which a share ``q`` of each column lies; of several shares, a frame with a row for each.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3]})
        >>> df.quantile(0.25).to_dict(), df.quantile([0, 1])["x"].to_list()
        ({'x': 1.5}, [1.0, 3.0])
        """
        q = plain(q)
        if method != "single":
            raise UnsupportedError(f"quantile: method={method!r}; quantiles are of each column, or of each row")
        if axis in (1, "columns"):
            return self._row_quantiles(q, numeric_only, interpolation)
        if not isinstance(q, (int, float)):
            return self._quantiles([float(share) for share in q], interpolation, numeric_only)
        found = self._numeric("quantile", numeric_only, q=q, interpolation=interpolation)
        found.name = q
        return found

    def _row_quantiles(self, q: Any, numeric_only: bool, interpolation: str) -> Any:
        """The quantile of each row; of several shares, a frame with a row for each and a column for each label."""
        shares = [q] if isinstance(q, (int, float)) else list(q)
        made = [self._row_wise("quantile", True, numeric_only, q=q, interpolation=interpolation) for q in shares]  # type: ignore[attr-defined]
        if isinstance(q, (int, float)):
            return made[0].rename(q)
        titles = [str(share) for share in shares]
        whole = made[0].to_frame(titles[0]).assign(**dict(zip(titles[1:], made[1:], strict=True)))
        return whole.T.set_axis([float(share) for share in shares])

    def mean(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        """The mean of each column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.mean().to_dict()
        {'x': 1.5, 'y': 3.0}
        """
        return self._reduced("mean", axis, skipna, numeric_only)

    def min(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        """The smallest value of each column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.min().to_dict()
        {'x': 1, 'y': 3}
        """
        return self._reduced("min", axis, skipna, numeric_only)

    def max(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        """The greatest value of each column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.max().to_dict()
        {'x': 2, 'y': 3}
        """
        return self._reduced("max", axis, skipna, numeric_only)

    def median(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        """The median of each column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.median().to_dict()
        {'x': 1.5, 'y': 3.0}
        """
        return self._reduced("median", axis, skipna, numeric_only)

    def std(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False) -> Series:
        """The standard deviation of each column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 3]})
        >>> df.std(ddof=0).to_dict()
        {'x': 1.0}
        """
        return self._reduced("std", axis, skipna, numeric_only, ddof=ddof)

    def var(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False) -> Series:
        """The variance of each column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 3]})
        >>> df.var().to_dict()
        {'x': 2.0}
        """
        return self._reduced("var", axis, skipna, numeric_only, ddof=ddof)

    def sem(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False) -> Series:
        """The standard error of the mean of each column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 3]})
        >>> df.sem().to_dict()
        {'x': 1.0}
        """
        return self._reduced("sem", axis, skipna, numeric_only, ddof=ddof)

    def skew(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        """How far the values of each column lean to one side, corrected for samples.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3]})
        >>> df.skew().to_dict()
        {'x': 0.0}
        """
        return self._reduced("skew", axis, skipna, numeric_only)

    def kurt(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        """How heavy the tails of each column are, corrected for samples.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3, 4]})
        >>> df.kurt().round(6).to_dict()
        {'x': -1.2}
        """
        return self._reduced("kurtosis", axis, skipna, numeric_only)

    kurtosis = kurt

    def prod(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, min_count: int = 0) -> Any:
        """The product of each column; missing where there are fewer than ``min_count`` values.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.prod().to_dict()
        {'x': 2, 'y': 3}
        """
        found = self._reduced("prod", axis, skipna, numeric_only)
        if axis is None:
            return found if min_count <= 0 or int(self.count().sum()) >= min_count else None
        if min_count <= 0:
            return found
        if axis in (1, "columns"):
            return found.where(self.count(axis=1) >= min_count)
        few = [name for name, n in self.count().items() if n < min_count]
        return found.where(~found.index.isin(few))

    def corr(self, method: Any = "pearson", min_periods: int = 1, numeric_only: bool = False) -> Any:
        """The correlation of each pair of columns, or of their ranks with ``method="spearman"``, Kendall's tau with
        ``"kendall"``, or what a function of two arrays gives, over the rows where both have a value; missing where there are
        fewer than ``min_periods``. Runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [1, 4, 9]})
        >>> df.corr(method="spearman").to_dict("list")
        {'x': [1.0, 1.0], 'y': [1.0, 1.0]}
        """
        return self._pairwise(numeric_only, None, method, min_periods)

    def cov(self, min_periods: int | None = None, ddof: int | None = 1, numeric_only: bool = False) -> Any:
        """The covariance of each pair of columns, over the rows where both have a value; runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [2, 4, 6]})
        >>> df.cov().to_dict("list")
        {'x': [1.0, 2.0], 'y': [2.0, 4.0]}
        """
        return self._pairwise(numeric_only, 1 if ddof is None else ddof, "pearson", min_periods or 1)

    def _pairwise(self, numeric_only: bool, ddof: int | None, method: Any, least: int) -> Any:
        dtypes = self._plan.dtypes
        names = [n for n in self._plan.columns if is_number(dtypes[n]) or dtypes[n] == "bool"]
        others = [n for n in self._plan.columns if n not in names]
        if others and not numeric_only:
            raise DataTypeError(
                f"the column {others[0]!r} is {dtypes[others[0]]}; give numeric_only=True to leave it out"
            )
        if method != "pearson" or least > 1:
            return self._pairs(names, ddof, method, least)
        chosen = self._plan.query.select([_native.Expr.column(name).alias(name) for name in names])
        lists = _native.pairwise(chosen, ddof).collect().lists(names)
        return self._table(names, dict(zip(names, lists, strict=True)), "string", "float64")

    def _pairs(self, names: list[str], ddof: int | None, method: Any, least: int) -> Any:
        """Correlations or covariances pair by pair."""
        plan = self._plan
        found: dict[str, list[Any]] = {name: [None] * len(names) for name in names}
        for i, one in enumerate(names):
            for j, other in enumerate(names[: i + 1]):
                x, y = plan.column(one), plan.column(other)
                # What a function makes of a column and itself is not asked, as in pandas.
                alike = i == j and callable(method)
                value = 1.0 if alike else correlation(plan, x, y, method, least, ddof)
                found[one][j] = found[other][i] = value
        return self._table(names, found, "string", "float64")

    def _quantiles(self, q: list[float], interpolation: str, numeric_only: bool) -> Any:
        dtypes = self._plan.dtypes
        names = [n for n in self._plan.columns if not numeric_only or is_number(dtypes[n])]
        exprs = [
            aggregate(self._plan.column(name), "quantiles", q=q, interpolation=interpolation).alias(name)
            for name in names
        ]
        lists = self._plan.query.select(exprs).collect().lists(names)
        return self._table(q, {name: values[0] for name, values in zip(names, lists, strict=True)}, "float64")

    def _table(self, labels: list, values: dict[str, list], dtype: str, of: str | None = None) -> Any:
        """A frame of these values (of the type ``of``), indexed by labels."""
        named = dtype == "string"
        titles = [one if isinstance(one, tuple) else (one,) for one in (shown(labels) if named else labels)]
        depth = len(titles[0] if titles else [None])
        # The labels of columns are those of rows too, of a matrix of these.
        both = named and of is not None
        levels = _index.level_columns(axis_names(self._plan, depth) if both else [None] * depth, values)
        parts = [[one[at] for one in titles] for at in range(len(levels))]
        columns = [label_column(part) if named else _native.Column.from_values(part, dtype) for part in parts]
        columns += [_native.Column.from_values(column, of, of is not None) for column in values.values()]
        query = _native.Query.from_columns([*(column for column, _ in levels), *values], columns)
        return type(self)._of(Plan(query, levels, axis=self._plan.axis))  # type: ignore[attr-defined]

    def count(self, axis: Any = 0, numeric_only: bool = False) -> Series:
        """The number of values of each column that are not missing.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.count().to_dict()
        {'x': 2, 'y': 1}
        """
        return self._reduced("count", axis, True, numeric_only)

    def nunique(self, axis: Any = 0, dropna: bool = True) -> Series:
        """The number of distinct values of each column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.nunique().to_dict()
        {'x': 2, 'y': 1}
        """
        return self._reduced("nunique", axis, True, False, count_nulls=not dropna)

    product = prod

    def any(self, axis: Any = 0, bool_only: bool = False, skipna: bool = True) -> Series:
        """Whether any value of each column (``axis=1``: of each row) is true, or other than 0.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [0, 1], "y": [False, False]}).any().to_dict()
        {'x': True, 'y': False}
        """
        chosen: Any = self.select_dtypes("bool") if bool_only else self  # type: ignore[attr-defined]
        return chosen._truth("any", axis, skipna)

    def all(self, axis: Any = 0, bool_only: bool = False, skipna: bool = True) -> Series:
        """Whether all values of each column (``axis=1``: of each row) are true, or other than 0.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [0, 1], "y": [True, True]})
        >>> df.all().to_dict()
        {'x': False, 'y': True}
        """
        chosen: Any = self.select_dtypes("bool") if bool_only else self  # type: ignore[attr-defined]
        return chosen._truth("all", axis, skipna)

    def _truth(self, func: str, axis: Any, skipna: bool) -> Any:
        plan, truths = self._plan, {}
        for name, dtype in plan.dtypes.items():
            if name in plan.columns:
                column = plan.column(name)
                zero = "" if dtype == "string" else 0
                whole = column if dtype == "bool" else column.binary("!=", _native.Expr.literal(zero))
                truths[name] = whole if skipna else truth(column, dtype)
        if axis in (1, "columns"):
            return type(self)._of(plan.with_columns(truths))._row_wise(func, True, False)  # type: ignore[attr-defined]
        found = self._reduce({name: (column, func) for name, column in truths.items()})
        return bool(getattr(found, func)()) if axis is None else found

    def _reduced(self, func: str, axis: Any, skipna: bool, numeric_only: bool, **params: Any) -> Any:
        """One value per column, or per row."""
        if axis in (1, "columns"):
            return self._row_wise(func, skipna, numeric_only, **params)  # type: ignore[attr-defined]
        if axis is None and func not in ("count", "nunique"):
            name = {"kurtosis": "kurt"}.get(func, func)
            return getattr(below(self._plan, numeric_only), name)(skipna=skipna, **params)
        if axis not in (0, "index", None):
            raise InvalidArgumentError(f"{func}: axis is 0 or 1, not {axis!r}")
        if axis is None:
            raise InvalidArgumentError(f"{func}: axis is 0 or 1, not None")
        found = self._numeric(func, numeric_only, **params)
        if not skipna and func not in ("count", "nunique"):
            holes = self._numeric("null_count", numeric_only)
            values = [None if n else value for value, n in zip(found.to_list(), holes.to_list(), strict=True)]
            names = [column_of(self._plan, label) for label in holes.index]
            return values_by_name(names, values, None, self._plan)
        return found

    def mode(self, axis: Any = 0, numeric_only: bool = False, dropna: bool = True) -> Any:
        """The most frequent values of each column, smallest first; shorter columns are filled with missing values.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 1, 2], "s": ["a", "b", "c"]}).mode().to_dict("list")
        {'x': [1, None, None], 's': ['a', 'b', 'c']}
        """
        if axis in (1, "columns"):
            raise UnsupportedError("mode(axis=1): turn the frame with transpose()")
        dtypes = self._plan.dtypes
        names = [n for n in self._plan.columns if not numeric_only or is_number(dtypes[n]) or dtypes[n] == "bool"]
        keys = [self._plan.column(name) for name in names]
        return type(self)._of(modes(self._plan, keys, names, dropna))  # type: ignore[attr-defined]

    def idxmax(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        """The label of the row with the greatest value of each column; without an index its number. With ``axis=1`` the
        name of the column with it, in each row.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 5], "y": [3, 2]})
        >>> df.idxmax().to_dict(), df.idxmax(axis=1).to_list()
        ({'x': 1, 'y': 0}, ['y', 'x'])
        """
        return self._labels_of("idxmax", numeric_only, axis, skipna)

    def idxmin(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        """The label of the row with the smallest value of each column; without an index its number. With ``axis=1`` the
        name of the column with it, in each row.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 5], "y": [3, 2]})
        >>> df.idxmin().to_dict(), df.idxmin(axis=1).to_list()
        ({'x': 0, 'y': 1}, ['x', 'y'])
        """
        return self._labels_of("idxmin", numeric_only, axis, skipna)

    def _labels_of(self, func: str, numeric_only: bool, axis: Any, skipna: bool) -> Series:
        dtypes = self._plan.dtypes
        names = [n for n in self._plan.columns if not numeric_only or is_number(dtypes[n]) or dtypes[n] == "bool"]
        if axis in (1, "columns"):
            columns = [self._plan.column(name) for name in names]
            end = self._row_wise(func[3:], True, numeric_only)._native  # type: ignore[attr-defined]
            labels = names if depth(names) > 1 else as_column(shown(names))[0]
            here = [
                (column.binary("==", end), _native.Expr.literal(n)) for n, column in zip(labels, columns, strict=True)
            ]
            return Series(self._plan, _native.Expr.case(here, _native.Expr.literal(None)), None)
        values = [getattr(self[name], func)(skipna=skipna) for name in names]  # type: ignore[index]
        return values_by_name(names, values, None, self._plan)

    def corrwith(
        self,
        other: Any,
        axis: Any = 0,
        drop: bool = False,
        method: Any = "pearson",
        numeric_only: bool = False,
        min_periods: int | None = None,
    ) -> Series:
        """The correlation of each column with a series of the frame, or with the column of that name of a frame of the
        same rows.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [6, 4, 2]})
        >>> df.corrwith(df["x"]).to_dict()
        {'x': 1.0, 'y': -1.0}
        """
        if axis in (1, "columns"):
            raise UnsupportedError("corrwith(axis=1): turn the frame with transpose()")
        dtypes, columns = self._plan.dtypes, self._plan.columns
        other = _columns.ours(other)
        plan = self._plan.with_room(other)
        others = type(self)._of(plan)._others(other, 0)  # type: ignore[attr-defined]
        names = [n for n in columns if n in others and (not numeric_only or is_number(dtypes[n]))]
        least = min_periods or 1
        values: list[Any] = [correlation(plan, plan.column(name), others[name], method, least) for name in names]
        if not drop and hasattr(other, "columns"):
            # Columns that only one of the frames has.
            left_out = [n for n in columns if numeric_only and not is_number(dtypes[n])]
            alone = [n for n in dict.fromkeys([*columns, *other._plan.columns]) if n not in names and n not in left_out]
            names, values = [*names, *alone], [*values, *([None] * len(alone))]
        return values_by_name(names, values, None, self._plan)
