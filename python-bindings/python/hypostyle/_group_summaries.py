"""Verbs of groups beyond one aggregate per column: summaries, counts of values, several quantiles, subtotals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypostyle import _index, _native
from hypostyle._aggregates import aggregate, size
from hypostyle._describe import element, number_statistics, percentile_names
from hypostyle._dtypes import is_number
from hypostyle._headings import flat, joined, one_shown
from hypostyle._key_order import grouped, ranks
from hypostyle._label_list import Labels
from hypostyle._naming import Nameless
from hypostyle._plan import Plan
from hypostyle._windows import is_null, window
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.frame import DataFrame
from hypostyle.series import Series

#: The column of row numbers of a frame without an index.
_ROW = "__row__"


class GroupSummaries:
    """What groups offer beside plain aggregates."""

    __slots__ = ()

    _plan: Plan
    _keys: list[tuple[str | None, _native.Expr]]
    _sort: bool | None
    _dropna: bool
    _observed: bool
    _as_index: bool
    _single: bool

    def _all(self, func: Any, numeric_only: bool = False, skipna: bool = True, **params: Any) -> Any:
        raise NotImplementedError

    def _values(self) -> list[str]:
        raise NotImplementedError

    def _run(self, exprs: Mapping[str, _native.Expr]) -> Plan:
        raise NotImplementedError

    def _result(self, exprs: Mapping[str, _native.Expr]) -> Any:
        raise NotImplementedError

    def _exprs(self, func: Any, named: Mapping[str, Any]) -> dict[str, _native.Expr]:
        raise NotImplementedError

    def sem(self, ddof: int = 1, numeric_only: bool = False, skipna: bool = True) -> Any:
        """The standard error of the mean of each group.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].sem().to_dict()["a"]
        1.4999999999999998
        """
        return self._all("sem", numeric_only, skipna, ddof=ddof)

    def skew(self, skipna: bool = True, numeric_only: bool = False) -> Any:
        """How far the values of each group lean to one side, corrected for samples.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "a", "a"], "x": [1, 2, 3]}).groupby("k")
        >>> groups["x"].skew().to_dict()
        {'a': 0.0}
        """
        return self._all("skew", numeric_only, skipna)

    def kurt(self, skipna: bool = True, numeric_only: bool = False) -> Any:
        """How heavy the tails of each group are, corrected for samples.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a"] * 4, "x": [1, 2, 3, 4]}).groupby("k")
        >>> groups["x"].kurt().round(6).to_dict()
        {'a': -1.2}
        """
        return self._all("kurt", numeric_only, skipna)

    def unique(self) -> Any:
        """The distinct values of each group as lists, in order of first sight.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].unique().to_list()
        [[1, 4], [5]]
        """
        return self._all("unique")

    def idxmax(self, skipna: bool = True, numeric_only: bool = False) -> Any:
        """The index of the row with the greatest value of each group; without an index the number of the row.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].idxmax().to_dict()
        {'a': 2, 'b': 1}
        """
        return self._extreme_row("idxmax", "max_by", skipna, numeric_only)

    def idxmin(self, skipna: bool = True, numeric_only: bool = False) -> Any:
        """The index of the row with the smallest value of each group; without an index the number of the row.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].idxmin().to_dict()
        {'a': 0, 'b': 1}
        """
        return self._extreme_row("idxmin", "min_by", skipna, numeric_only)

    def _extreme_row(self, verb: str, function: str, skipna: bool, numeric_only: bool) -> Any:
        plan, names = self._plan, self._values()
        if numeric_only:
            names = [name for name in names if is_number(plan.dtypes[name]) or plan.dtypes[name] == "bool"]
        nulls = [is_null(plan.column(name)) for name in names]
        if not skipna and any(plan.query.filter(null).slice(0, 1).rows() for null in nulls):
            raise InvalidArgumentError(f"{verb}: a value is missing, and skipna=False")
        numbered = self._with_rows()
        return numbered._result({name: numbered._extreme_of(name, function) for name in names})

    def _with_rows(self) -> Any:
        """The same groups, which know the column that holds the labels of the rows."""
        plan = self._plan
        if len(plan.index) > 1:
            raise UnsupportedError("idxmin and idxmax of a frame with several index levels; reset_index first")
        names = self._values()
        if not plan.is_numbered:
            plan = plan.labelled()
            label = plan.index[0][0]
        else:
            # The numbers of rows are known once the frame is there.
            label = _ROW
            query = plan.query.collect().with_row_number(label)
            ids = {name: plan.id_of(name) for name in plan.names}
            plan = Plan(query, (), plan.rows, {**ids, label: object()}, plan.origins, None, plan.axis)
        numbered = self._of_parts(plan)  # type: ignore[attr-defined]
        numbered._chosen, numbered._row = names, label
        return numbered

    def _extreme_of(self, name: str, function: str) -> _native.Expr:
        """The label of the row that has the greatest value, or the smallest."""
        column = _native.Expr.column
        return _native.Expr.call("aggregate", function, [column(self._row), column(name)], {})  # type: ignore[attr-defined]

    def describe(
        self, percentiles: Sequence[float] | None = None, include: Any = None, exclude: Any = None
    ) -> DataFrame:
        """Count, mean, standard deviation, smallest, quartiles and greatest of each group, of the columns of numbers; of
        several columns they have two levels, ``("x", "count")``.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].describe()["mean"].to_dict()
        {'a': 2.5, 'b': 5.0}
        """
        if not self._single and (include not in (None, "number", ["number"]) or exclude is not None):  # type: ignore[attr-defined]
            raise UnsupportedError("describe: include and exclude; choose the columns, df.groupby('k')[['x', 'y']]")
        quantiles, dtypes = percentile_names(percentiles), self._plan.dtypes
        names = [name for name in self._values() if is_number(dtypes[name])]
        if not names:
            raise DataTypeError("describe: the groups have no numeric column")
        exprs = {}
        for name in names:
            for statistic, expr in number_statistics(self._plan.column(name), quantiles).items():
                exprs[statistic if self._single else joined(name, statistic)] = expr.cast("float64")
        return DataFrame._of(self._run(exprs))

    def value_counts(
        self,
        subset: Any = None,
        normalize: bool = False,
        sort: bool = True,
        ascending: bool = False,
        dropna: bool = True,
        bins: Any = None,
    ) -> Any:
        """How often each value (or combination of values) occurs in each group, most frequent first. With ``bins``, of one
        column, how many lie in each of so many intervals of equal width between the extremes of their group, or between
        these edges.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "a", "a"], "x": [1, 2, 2]})
        >>> df.groupby("k")["x"].value_counts().to_dict()
        {('a', 2): 2, ('a', 1): 1}
        """
        if isinstance(subset, bool):
            subset, normalize = None, subset
        if bins is not None:
            return self._bin_counts(normalize, sort, ascending, bins, dropna)
        names = self._values() if subset is None else [subset] if isinstance(subset, str) else list(subset)
        of = [(None if isinstance(name, Nameless) else name, self._plan.column(name)) for name in names]
        keys = [*self._keys, *of]
        label = "proportion" if normalize else "count"
        levels = _index.level_columns([name for name, _ in keys], [label])
        exprs = [expr.alias(column) for (column, _), (_, expr) in zip(levels, keys, strict=True)]
        query = self._plan.query
        if dropna != self._dropna:
            # Missing keys and missing values are told apart.
            gone = [expr for _, expr in (keys[len(self._keys) :] if dropna else self._keys)]
            for expr in gone:
                query = query.filter(_native.Expr.call("scalar", "is_not_null", [expr]))
        columns = [_native.Expr.column(column) for column, _ in levels]
        # Categories that no row of a group has are counted, too.
        every = any(query.dtype_of(expr) == "category" for _, expr in keys[len(self._keys) :]) or not self._observed
        counts = query.group_by(exprs, [size().alias(label)], False, dropna and self._dropna, every)
        if every and self._observed:
            met = aggregate(_native.Expr.column(label), "sum").over(columns[: len(self._keys)], [], [])
            counts = counts.filter(met.binary(">", _native.Expr.literal(0)))
        own = ranks(counts, columns[: len(self._keys)]) if self._sort else []
        order = [*own, _native.Expr.column(label)] if sort else own
        if order:
            down = [False] * len(own) + ([not ascending] if sort else [])
            counts = counts.sort(order, down, False)
        if normalize:
            counts = _shares(counts, [column for column, _ in levels[: len(self._keys)]], label)
        found = Series(Plan(counts, levels), _native.Expr.column(label), label)
        return found if self._as_index else found.reset_index()

    def _bin_counts(self, normalize: bool, sort: bool, ascending: bool, bins: Any, dropna: bool) -> Any:
        """The counts of intervals in each group; with ``dropna`` without groups that have no value in any of them."""
        if not self._single:
            raise InvalidArgumentError("value_counts: bins are of one column, df.groupby('k')['x']")
        if not isinstance(bins, int):
            bins = list(bins)

        def counted(group: Any) -> Any:
            counts = group.value_counts(normalize, sort, ascending, bins)
            return counts if counts.sum() or not dropna else None

        made = self.apply(counted, processes=False)  # type: ignore[attr-defined]
        names = [one_shown(name) for name in (*(name for name, _ in self._keys), self._values()[0])]
        return made.rename_axis(names).rename("proportion" if normalize else "count")

    def _quantiles(self, q: Sequence[float], interpolation: str, numeric_only: bool) -> Any:
        """Several quantiles of each group, one row each."""
        shares = [float(share) for share in q]
        names, dtypes = self._values(), self._plan.dtypes
        if numeric_only:
            names = [name for name in names if is_number(dtypes[name])]
        exprs = {
            name: aggregate(self._plan.column(name), "quantiles", q=shares, interpolation=interpolation)
            for name in names
        }
        groups = self._run(exprs)
        level = _index.HIDDEN.format(len(self._keys))
        place = _native.Expr.literal(list(range(len(shares)))).alias(level)
        rows = groups.query.with_columns([place]).explode(level)
        here = _native.Expr.column(level)

        def chosen(values: list[_native.Expr]) -> _native.Expr:
            branches = [(here.binary("==", _native.Expr.literal(i)), value) for i, value in enumerate(values)]
            return _native.Expr.case(branches, _native.Expr.literal(None))

        keys = [column for column in groups.names if column not in names]
        columns = [_native.Expr.column(column).alias(column) for column in keys]
        columns.append(chosen([_native.Expr.literal(share) for share in shares]).alias(level))
        for name in names:
            lists = _native.Expr.column(name)
            columns.append(chosen([element(lists, i) for i in range(len(shares))]).alias(name))
        heads = groups.index or [(column, column) for column in keys]
        plan = Plan(rows.select(columns), [*heads, (level, None)], axis=self._plan.axis)
        if not self._as_index:
            return DataFrame._of(_index.reset(plan, False))
        if self._single:
            return Series(plan, _native.Expr.column(names[0]), names[0])
        return DataFrame._of(plan)

    @property
    def groups(self) -> dict[Any, list]:
        """The labels of the rows of each group; runs.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.groups
        {'a': [0, 2], 'b': [1]}
        """
        return {key: Labels(rows) for key, rows in self._members(True).items()}

    @property
    def indices(self) -> dict[Any, Any]:
        """The positions of the rows of each group, as arrays; runs.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.indices["a"].tolist()
        [0, 2]
        """
        import numpy as np

        return {key: np.array(rows, dtype=np.int64) for key, rows in self._members(False).items()}

    def _members(self, labels: bool) -> dict[Any, list]:
        """Labels or positions of the rows, by key."""
        plan = self._plan.labelled()
        number, names = "__row__", [f"__key_{i}__" for i in range(len(self._keys))]
        keys = [expr.alias(name) for name, (_, expr) in zip(names, self._keys, strict=True)]
        levels = plan.index_columns if labels else []
        kept = [_native.Expr.column(name).alias(name) for name in levels]
        row = window("row_number").binary("-", _native.Expr.literal(1)).alias(number)
        query = plan.query.select([*keys, *kept, row])
        shown = levels or [number]
        lists = [aggregate(_native.Expr.column(name), "collect_list").alias(name) for name in shown]
        columns = [_native.Expr.column(name).alias(name) for name in names]
        query = grouped(query, columns, lists, self._sort, self._dropna, not self._observed)
        table = query.collect().lists([*names, *shown])
        found = list(zip(*table[: len(names)], strict=True))
        # Categories that no row has have no list.
        cells = [[one or [] for one in column] for column in table[len(names) :]]
        rows = cells[0] if len(shown) == 1 else [list(zip(*row, strict=True)) for row in zip(*cells, strict=True)]
        single = len(names) == 1
        return {key[0] if single else key: row for key, row in zip(found, rows, strict=True)}

    @property
    def ndim(self) -> int:
        """2, or 1 if one column was chosen by its name alone.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.ndim
        2
        """
        return 1 if self._single else 2

    @property
    def keys(self) -> Any:
        """The names of the keys.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.keys
        'k'
        """
        names = [name for name, _ in self._keys]
        return names[0] if len(names) == 1 else names

    @property
    def level(self) -> None:
        """None: keys are columns.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.level is None
        True
        """
        return None

    def ohlc(self) -> DataFrame:
        """First, greatest, least and last value of each group; of several columns they stand below each column's name.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "a", "a"], "x": [2, 5, 3]})
        >>> df.groupby("k")["x"].ohlc().to_dict("list")
        {'open': [2], 'high': [5], 'low': [2], 'close': [3]}
        """
        parts = {"open": "first", "high": "max", "low": "min", "close": "last"}
        exprs = {
            out if self._single else joined(name, out): aggregate(self._plan.column(name), func)
            for name in self._values()
            for out, func in parts.items()
        }
        return DataFrame._of(self._run(exprs))

    @property
    def is_monotonic_increasing(self) -> Any:
        """Whether no value of a group is less than the one before it; of one column.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].is_monotonic_increasing.to_dict()
        {'a': True, 'b': True}
        """
        return self._monotonic("<")

    @property
    def is_monotonic_decreasing(self) -> Any:
        """Whether no value of a group is greater than the one before it; of one column.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].is_monotonic_decreasing.to_dict()
        {'a': False, 'b': True}
        """
        return self._monotonic(">")

    def _monotonic(self, wrong: str) -> Any:
        from hypostyle._windows import is_null, window

        if not self._single:
            raise InvalidArgumentError("choose one column first, for example df.groupby('k')['x']")
        name, turn = self._values()[0], "__turn__"
        column = self._plan.column(name)
        turned = column.binary(wrong, window("lag", column)).over([expr for _, expr in self._keys], [], [])
        turned = _native.Expr.call("scalar", "fill_null", [turned, is_null(column)])
        groups = self._of_parts(self._plan.with_columns({turn: turned}))  # type: ignore[attr-defined]
        steady = aggregate(_native.Expr.column(turn), "any").invert()
        return groups._result({name: steady})

    def rollup(self, func: Any = None, **named: Any) -> DataFrame:
        """Aggregates by all keys, by all but the last, ..., and of everything: the keys are columns, missing where a row is
        a subtotal; ``grouping_id`` has a bit for each key that is left out, the first key's the highest.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.rollup("sum").to_dict("list")
        {'k': ['a', 'b', None], 'x': [5, 5, 10], 'grouping_id': [0, 0, 1]}
        """
        keys = range(len(self._keys))
        return self.grouping_sets([list(keys[:n]) for n in range(len(keys), -1, -1)], func, **named)

    def cube(self, func: Any = None, **named: Any) -> DataFrame:
        """Aggregates by every subset of the keys; see `rollup`.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.cube(n=("x", "size")).to_dict("list")
        {'k': ['a', 'b', None], 'n': [2, 1, 3], 'grouping_id': [0, 0, 1]}
        """
        keys = range(len(self._keys))
        sets = [[key for key in keys if not absent >> (len(keys) - 1 - key) & 1] for absent in range(1 << len(keys))]
        return self.grouping_sets(sorted(sets, key=len, reverse=True), func, **named)

    def grouping_sets(self, sets: Sequence[Sequence[int]], func: Any = None, **named: Any) -> DataFrame:
        """Aggregates by several choices of the keys, one after the other; ``sets`` are positions of keys. See `rollup`.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.grouping_sets([[0], []], "sum")["x"].to_list()
        [5, 5, 10]
        """
        keys = [expr.alias(name or f"level_{i}") for i, (name, expr) in enumerate(self._keys)]
        exprs = self._exprs(func, named)
        titles = flat(list(exprs))
        exprs = {titles.get(name, name): expr for name, expr in exprs.items()}
        for name, expr in exprs.items():
            if not isinstance(expr, _native.Expr):
                raise UnsupportedError(f"{name!r} is a Python function; subtotals are made of names and expressions")
        aggregates = [expr.alias(name) for name, expr in exprs.items()]
        chosen = [[int(key) for key in keys_] for keys_ in sets]
        if any(key < 0 for keys_ in chosen for key in keys_):
            raise InvalidArgumentError("grouping_sets: keys are counted from 0")
        query = self._plan.query
        return DataFrame._of(
            Plan(_native.grouping_sets(query, keys, aggregates, bool(self._sort), self._dropna, chosen))
        )


def _shares(counts: _native.Query, keys: list[str], label: str) -> _native.Query:
    """Counts as shares of their group's; 0 where the group has no row."""
    total = "__total__"
    columns = [_native.Expr.column(key) for key in keys]
    sums = counts.group_by(
        [column.alias(f"__key_{i}__") for i, column in enumerate(columns)],
        [aggregate(_native.Expr.column(label), "sum").alias(total)],
        False,
        False,
    )
    hidden = [_native.Expr.column(f"__key_{i}__") for i in range(len(keys))]
    names = counts.names()
    joined = counts.join(sums, columns, hidden, "left", ("", ""))
    zero = _native.Expr.literal(0)
    empty = _native.Expr.column(total).binary("==", zero)
    share = _native.Expr.column(label).binary("/", _native.Expr.column(total))
    share = _native.Expr.case([(empty, zero.cast("float64"))], share)
    return joined.select([share.alias(n) if n == label else _native.Expr.column(n).alias(n) for n in names])
