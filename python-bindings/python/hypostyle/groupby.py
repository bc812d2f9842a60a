"""Groups of equal keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from hypostyle import _absent, _index, _key_order, _native
from hypostyle._aggregates import aggregate, aggregate_of, is_expression, is_known, name_of, size
from hypostyle._group_functions import (
    ROWS,
    Function,
    NamedAgg,
    asks_for_rows,
    extremes,
    func_with,
    key_of,
    label_of,
    listed_keys,
    of_pandas,
    pairs,
    twice,
    with_functions,
    with_ohlc,
)
from hypostyle._group_reductions import GroupReductions
from hypostyle._group_summaries import GroupSummaries
from hypostyle._group_windows import GroupWindows
from hypostyle._grouper import Grouper
from hypostyle._headings import below, column_of, columns_of, joined
from hypostyle._hints import accept
from hypostyle._label_arguments import GROUPS, allow
from hypostyle._labels import column_name, named_columns
from hypostyle._methods import ours_of
from hypostyle._plan import Plan
from hypostyle._windows import Running
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr
from hypostyle.frame import DataFrame
from hypostyle.series import Series


class GroupBy(GroupReductions, GroupWindows, GroupSummaries):
    """Keys waiting for aggregates, with pandas' rules: ``sort=True`` orders groups by key (``False``: as first seen,
    ``None``: as is fastest), ``dropna=True`` leaves out rows without a key, ``as_index=True`` makes the keys the index.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
    >>> df.groupby("k", as_index=False).agg(total=("x", "sum"), n=("x", "size")).to_dict("list")
    {'k': ['a', 'b'], 'total': [2, 4], 'n': [1, 2]}
    """

    __slots__ = (
        "_as_index",
        "_chosen",
        "_dropna",
        "_group_keys",
        "_keys",
        "_observed",
        "_one_key",
        "_plan",
        "_row",
        "_single",
        "_sort",
        "_times",
    )

    _plan: Plan
    _keys: list[tuple[str | None, _native.Expr]]
    _sort: bool | None
    _dropna: bool
    _as_index: bool
    _chosen: list[str] | None
    _single: bool
    _one_key: bool
    _group_keys: bool
    _observed: bool
    _times: set[str]
    _row: str | None

    @classmethod
    def _of(cls, plan: Plan, by: Any, sort: bool | None, dropna: bool, as_index: bool, level: Any = None) -> GroupBy:
        groups = cls.__new__(cls)
        keys = listed_keys(plan, by, level)
        if not keys:
            raise InvalidArgumentError("groupby needs at least one key")
        groups._plan = plan
        groups._keys = [_key(plan, key) for key in keys]
        groups._sort, groups._dropna, groups._as_index = sort, dropna, as_index
        groups._chosen, groups._single, groups._group_keys, groups._observed = None, False, True, True
        groups._row = None
        # Columns that keys take their periods from.
        groups._times = {key.key for key in keys if isinstance(key, Grouper) and key.key is not None}
        given = level if by is None else by
        # A list of labels for the rows is one key; a list of keys is several, though it may have one.
        of_rows = isinstance(given, (list, tuple)) and isinstance(keys[0], list) and not isinstance(given[0], list)
        groups._one_key = of_rows or not isinstance(given, (list, tuple))
        return groups

    def _of_parts(self, plan: Plan) -> GroupBy:
        """The same groups of another plan."""
        groups = type(self).__new__(type(self))
        for name in self.__slots__:
            setattr(groups, name, getattr(self, name))
        groups._plan = plan
        return groups

    def _narrowed(self, chosen: list[str], single: bool) -> GroupBy:
        groups = self._of_parts(self._plan)
        for name in chosen:
            self._plan.query.check(name)
        groups._chosen, groups._single = chosen, single
        return groups

    def __getitem__(self, columns: str | Sequence[str]) -> GroupBy:
        """Only these columns take part; one name alone gives series."""
        # A tuple of one label is a list of it, as in pandas.
        columns = list(columns) if isinstance(columns, tuple) and len(columns) == 1 else columns
        columns = column_of(self._plan, named_columns(columns))
        if isinstance(columns, (str, tuple)) and columns not in self._plan.names:
            # The first of several levels stands for all columns below it.
            columns = list(below(self._plan, columns).values()) or columns
        single = isinstance(columns, str)
        columns = columns if single else columns_of(self._plan, columns)
        return self._narrowed([columns] if single else list(columns), single)  # type: ignore[list-item]

    def __getattr__(self, name: str) -> GroupBy:
        if not name.startswith("_") and name in self._plan.columns:
            return self[name]
        if name in _absent.GROUPS:
            raise AttributeError(_absent.message("groupby", name, _absent.GROUPS))
        raise AttributeError(f"groupby has no aggregate and no column {name!r}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self._values() if name.isidentifier())]

    def __repr__(self) -> str:
        keys = ", ".join(repr(expr) for _, expr in self._keys)
        return f"GroupBy(by=[{keys}], columns={self._values()})"

    def _values(self) -> list[str]:
        if self._chosen is not None:
            return self._chosen
        # A key under another name is no column of the frame: that one is among the values, as in pandas.
        keys = {label for label, expr in self._keys if label == expr.as_column()} | self._times
        return [name for name in self._plan.columns if name not in keys]

    def _run(self, exprs: Mapping[str, _native.Expr]) -> Plan:
        """The plan of the groups: keys, then these aggregates."""
        labels = [label for label, _ in self._keys]
        if self._as_index:
            levels = _index.level_columns(labels, exprs)
        else:
            nameless = "index" if len(labels) == 1 and "index" not in exprs else "level_{}"
            names = [label or nameless.format(i) for i, label in enumerate(labels)]
            levels = [(name, name) for name in names]
        keys = [expr.alias(column) for (column, _), (_, expr) in zip(levels, self._keys, strict=True)]
        aggregates = [expr.alias(name) for name, expr in exprs.items()]
        query = self._plan.query
        query = _key_order.grouped(query, keys, aggregates, self._sort, self._dropna, not self._observed)
        return Plan(query, levels if self._as_index else (), axis=self._plan.axis)

    def _made(self, exprs: Mapping[str, Any]) -> Plan:
        """As `_run`, where some of the aggregates may be Python functions."""
        return with_functions(self, exprs) if any(isinstance(e, Function) for e in exprs.values()) else self._run(exprs)

    def _frame(self, exprs: Mapping[str, Any]) -> DataFrame:
        return DataFrame._of(self._made(exprs))

    def _result(self, exprs: Mapping[str, Any]) -> Any:
        """A series if one column was chosen by its name alone, else a frame."""
        if self._single and not exprs:
            [name] = self._values()
            raise DataTypeError(f"numeric_only=True: the column {name!r} has no numbers")
        if not (self._single and self._as_index):
            return self._frame(exprs)
        [name] = exprs
        return Series(self._made(exprs), _native.Expr.column(name), name)

    # A mapping, a list or named aggregates give a frame; one function what the groups are of.
    @overload
    def agg(self, func: Mapping[Any, Any] | list[Any], *args: Any, **named: Any) -> DataFrame: ...
    @overload
    def agg(self, func: None = None, **named: Any) -> DataFrame: ...
    @overload
    def agg(self, func: Any, *args: Any, **named: Any) -> Any: ...

    def agg(self, func: Any = None, *args: Any, engine: Any = None, engine_kwargs: Any = None, **named: Any) -> Any:
        """Aggregates: a name for all columns, a list of names (or of pairs of a new name and one), a mapping from column to
        names, or ``out=("x", "sum")`` and ``out=expression`` for each column of the result. Several aggregates of a column
        are columns of two levels, ``("x", "sum")``. A Python function in place of a name gets each group's column as a
        series (and further arguments) and gives one value; names and expressions are faster and run in parallel.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]})
        >>> df.groupby("k").agg(total=("x", "sum"), spread=("x", lambda x: x.max() - x.min())).to_dict("list")
        {'total': [5, 5], 'spread': [3, 0]}
        """
        if (made := with_ohlc(self, func)) is not None:
            return made
        if isinstance(func, str) and func in ("describe", "idxmax", "idxmin", "ohlc", "value_counts"):
            return getattr(self, func)(*args, **named)
        if self._row is None and asks_for_rows(func, named):
            return self._with_rows().agg(func, *args, **named)
        if isinstance(func, str) and (args or named or hasattr(Running, func)) and hasattr(type(self), func):
            return getattr(self, func)(*args, **named)
        if callable(func) and (args or named):
            return self._all(func_with(ours_of(func), args, named))
        if isinstance(func, (list, tuple)) and args and all(callable(one) and not is_known(one) for one in func):
            func = [func_with(ours_of(one), args, named) for one in func]
            args, named = (), {}
        if args:
            raise DataTypeError("agg: further arguments are those of one function; give a lambda for each of several")
        if named or func is None or isinstance(func, (Mapping, list, tuple)) or is_expression(func):
            made = self._made(self._exprs(func, named))
            return DataFrame._of(made.titled(None) if named or self._single else made)
        return self._all(func)

    aggregate = agg

    def _exprs(self, func: Any, named: Mapping[str, Any]) -> dict[str, _native.Expr]:
        """Names and aggregates, of what `agg` takes."""
        if func is None and not named:
            raise InvalidArgumentError("agg needs an aggregate, for example agg('sum') or agg(total=('x', 'sum'))")
        if named:
            if func is not None:
                raise InvalidArgumentError("agg takes either an aggregate or named ones, not both")
            return {out: self._named(out, what) for out, what in named.items()}
        if isinstance(func, Mapping):
            exprs: dict[str, _native.Expr] = {}
            several = any(isinstance(names, (list, tuple)) for names in func.values())
            for column, names in func.items():
                parts = list(names) if isinstance(names, (list, tuple)) else [names]
                for name in parts:
                    out = joined(column, _label(name, parts)) if several else column
                    if out in exprs:
                        raise twice(column, _label(name, parts))
                    exprs[out] = self._one(column, name)
            return exprs
        if isinstance(func, (list, tuple)):
            labels = [_label(name, func) for name in func]
            for at, label in enumerate(labels):
                if label in labels[:at]:
                    raise twice(None, label)
            if self._single:
                [column] = self._values()
                return {_label(name, func): self._one(column, name) for name in func}
            each = [(column, name) for column in self._values() for name in func]
            return {joined(column, _label(name, func)): self._one(column, name) for column, name in each}
        if is_expression(func):
            return {func.name: func._native}
        return {name: self._one(name, func) for name in self._values()}

    def _named(self, out: str, what: Any) -> _native.Expr:
        if is_expression(what):
            return what._native
        what = of_pandas(what)
        if isinstance(what, NamedAgg):
            return self._one(what.column, what.called())
        if self._single and not isinstance(what, tuple):
            return self._one(self._values()[0], what)
        if not (isinstance(what, tuple) and len(what) == 2):
            raise DataTypeError(f"agg({out}={what!r}): give a pair of column and aggregate, or an expression")
        return self._one(*what)

    def _one(self, column: str, function: Any) -> Any:
        """An aggregate of a column: its expression, or a Python function."""
        column = column_of(self._plan, column)
        if isinstance(function, tuple) and len(function) == 2 and isinstance(function[0], str):
            function = function[1]
        if is_expression(function):
            return function._native
        native = self._plan.column(column)
        if isinstance(function, str) and function in ROWS and self._row is not None:
            return self._extreme_of(column, ROWS[function])
        if function is list:
            return aggregate(native, "collect_list")
        if callable(function) and not is_known(function):
            return Function(column, ours_of(function))
        return aggregate_of(native, self._plan.dtypes[column], function)

    def size(self) -> Any:
        """The number of rows of each group: a series, or a column ``size`` if the keys are columns.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.size().to_dict()
        {'a': 2, 'b': 1}
        """
        plan = self._run({"size": size()})
        if self._as_index:
            return Series(plan, _native.Expr.column("size"), self._values()[0] if self._single else None)
        return DataFrame._of(plan.titled(None))

    def corr(self, method: Any = "pearson", min_periods: int = 1, numeric_only: bool = False) -> DataFrame:
        """The correlation of each pair of columns in each group: a row per group and column. Runs, group by group; of two
        columns ``agg(r=hs.col("x").corr("y"))`` is one pass.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "a", "a"], "x": [1, 2, 3], "y": [3, 2, 1]})
        >>> df.groupby("k").corr()["y"].to_list()
        [-1.0, 1.0]
        """
        return pairs(self._of_values(), "corr", method=method, min_periods=min_periods, numeric_only=numeric_only)

    def cov(self, min_periods: int | None = None, ddof: int = 1, numeric_only: bool = False) -> DataFrame:
        """The covariance of each pair of columns in each group; see `corr`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "a", "a"], "x": [1, 2, 3], "y": [3, 2, 1]})
        >>> df.groupby("k").cov()["y"].to_list()
        [-1.0, 1.0]
        """
        return pairs(self._of_values(), "cov", min_periods=min_periods, ddof=ddof, numeric_only=numeric_only)

    def _of_values(self) -> GroupBy:
        """The groups of the columns that are no keys."""
        if self._single:
            raise InvalidArgumentError("choose several columns, for example df.groupby('k')[['x', 'y']]")
        return self._narrowed(self._values(), False)

    def nlargest(self, n: int = 5, keep: str = "first") -> Any:
        """The greatest values of each group, greatest first; of one column. The labels of the rows stand behind the keys.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].nlargest(1).to_list()
        [4, 5]
        """
        return self._extreme("top_k", n, keep)

    def nsmallest(self, n: int = 5, keep: str = "first") -> Any:
        """The smallest values of each group, smallest first; of one column. The labels of the rows stand behind the keys.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups["x"].nsmallest(1).to_list()
        [1, 5]
        """
        return self._extreme("bottom_k", n, keep)

    def _extreme(self, function: str, n: int, keep: str) -> Any:
        if keep == "all":
            raise UnsupportedError("keep='all' in groups; use apply(lambda s: s.nlargest(n, keep='all'))")
        if keep not in ("first", "last"):
            raise InvalidArgumentError(f"keep is 'first', 'last' or 'all', not {keep!r}")
        if not self._single:
            raise InvalidArgumentError("choose one column first, for example df.groupby('k')['x'].nlargest(2)")
        [name] = self._values()
        if self._as_index:
            return extremes(self, name, n, function == "top_k", keep == "first")
        # Nobody sees which rows the values come from: lists of values, without ranks of all rows.
        lists = self._run({name: aggregate(self._plan.column(name), function, k=n)})
        rows = Plan(lists.query.explode(name), lists.index)
        present = _native.Expr.call("scalar", "is_not_null", [_native.Expr.column(name)])
        return DataFrame._of(rows.then(lambda query: query.filter(present)))

    @property
    def ngroups(self) -> int:
        """The number of groups; runs.

        >>> import hypostyle as hs
        >>> groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k")
        >>> groups.ngroups
        2
        """
        return len(self.size())

    def __len__(self) -> int:
        return self.ngroups


def _key(plan: Plan, key: Any) -> tuple[str | None, _native.Expr]:
    key = column_of(plan, key)
    if isinstance(key, str):
        return key, plan.column(_column_of(plan, key))
    if isinstance(key, BoundExpression):
        name = key.name
        return name if name is None else column_name(name), plan.beside_each(key)
    if isinstance(key, Expr):
        return key.name, key._native
    found = key_of(plan, key)
    if found is not None:
        return found
    raise UnsupportedError(f"groupby({key!r}): a key is a column's name, a series of the frame, or an expression")


def _column_of(plan: Plan, name: str) -> str:
    """The column of a name; an index level's name means the level."""
    if name not in plan.columns:
        for column, label in plan.index:
            if label == name:
                return column
    return name


def _label(function: Any, others: Any = ()) -> str:
    if isinstance(function, tuple) and len(function) == 2 and isinstance(function[0], str):
        return function[0]
    if is_expression(function):
        return function.name
    return label_of(function, others) if callable(function) else name_of(function)


allow(GroupBy, GROUPS)
accept(GroupBy)
