"""Tables turned: columns below each other, values spread over columns, rows as columns."""

from __future__ import annotations

from collections.abc import KeysView, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from hypostyle import _headings, _index, _native
from hypostyle._aggregates import aggregate_of, is_known, name_of
from hypostyle._dtypes import dtype_name, is_number
from hypostyle._full_pivots import full, is_full
from hypostyle._key_order import grouped
from hypostyle._label_arguments import names_in
from hypostyle._labels import column_name
from hypostyle._pivot_totals import beside_each, with_totals
from hypostyle._plan import Plan, Source
from hypostyle._spread import (
    as_seen,
    column_by_column,
    labels_of,
    spread,
    spread_by,
    stacked,
    stacked_whole,
    unpivoted,
    unstacked,
    with_levels,
    with_values,
)
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

Native = _native.Expr


def listed(names: Any) -> list:
    """One name or several as a list."""
    if names is None:
        return []
    if hasattr(names, "tolist") and getattr(names, "ndim", 1) == 1 and not isinstance(names, BoundExpression):
        return list(names.tolist())
    return list(names) if isinstance(names, (list, tuple, KeysView)) else [names]


def _frame(plan: Plan) -> DataFrame:
    from hypostyle.frame import DataFrame

    return DataFrame._of(plan)


class Reshape:
    """What frames offer to turn them."""

    __slots__ = ()

    _plan: Plan

    def melt(
        self,
        id_vars: Any = None,
        value_vars: Any = None,
        var_name: str | None = None,
        value_name: str = "value",
        ignore_index: bool = True,
        col_level: Any = None,
    ) -> DataFrame:
        """A row per row and column of ``value_vars`` (by default all but ``id_vars``): the column's name and its value.
        ``col_level``: names of columns are those of one level.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"id": [1], "a": [10], "b": [20]}).melt("id").to_dict("list")
        {'id': [1, 1], 'variable': ['a', 'b'], 'value': [10, 20]}
        """
        if col_level is not None:
            one = self.set_axis(self.columns.get_level_values(col_level), axis=1)  # type: ignore[attr-defined]
            return one.melt(id_vars, value_vars, var_name, value_name, ignore_index)
        plan = _index.reset(self._plan, True) if ignore_index else self._plan.numbered()
        keep = listed(id_vars)
        on = [name for name in plan.columns if name not in keep] if value_vars is None else listed(value_vars)
        for name in [*keep, *on]:
            plan.query.check(name)
        keep = [*plan.index_columns, *keep]
        axis = _headings.axis_of(plan) or (None,)
        title = var_name if var_name is not None or axis[0] is None or len(axis) > 1 else axis[0]
        variable = "variable" if title is None or isinstance(title, (list, tuple)) else column_name(title)
        value = column_name(value_name)
        if _headings.depth(on) == 1:
            query = unpivoted(plan.query, keep, variable, _headings.shown(on), [(value, on)], False)
            return _frame(Plan(query, plan.index))
        made = Plan(_native.unpivot(plan.query, keep, variable, on, [(value, on)], False), plan.index)
        return _frame(with_levels(made, variable, on, var_name, axis))

    unpivot = melt

    def stack(
        self,
        level: Any = -1,
        dropna: Any = None,
        sort: Any = None,
        future_stack: bool = True,
        *,
        name: str | None = None,
    ) -> Any:
        """A row per row and column, row by row: a series whose index gets the columns' names as one more level. ``dropna``
        leaves out missing values, which ``future_stack=False`` does by itself.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"a": [1, 2], "b": [3, 4]}).stack().to_list()
        [1, 3, 2, 4]
        """
        from hypostyle.series import VALUE, Series

        if sort:
            raise UnsupportedError("stack: sort; sort_index() orders the result")
        if not future_stack:
            if _headings.depth(self._plan.columns) > 1:
                raise UnsupportedError(
                    "stack(future_stack=False): of columns of several levels; use stack() and dropna()"
                )
            dropna = dropna is not False
        if isinstance(level, (list, tuple)) and len(level) == 1:
            level = level[0]
        if _headings.depth(self._plan.columns) > 1:
            if isinstance(level, (list, tuple)):
                made = Series(stacked_whole(numbered(self._plan), list(level)), Native.column(VALUE), None)
                return made.dropna() if dropna else made
            return _frame(stacked(numbered(self._plan), level, name))
        if level not in (-1, 0, *(_headings.axis_of(self._plan) or ())):
            raise InvalidArgumentError(f"stack: columns have one level, not one called {level!r}")
        plan = numbered(self._plan)
        name = _headings.axis_names(plan, 1)[0] if name is None else column_name(name)
        level = _index.level_columns([*[None] * len(plan.index), name], plan.names)[-1][0]
        values: list[str | None] = [*plan.columns]
        shown = _headings.shown(values)  # type: ignore[arg-type]
        query = unpivoted(plan.query, plan.index_columns, level, shown, [(VALUE, values)], True)
        made = Series(Plan(query, [*plan.index, (level, name)]), Native.column(VALUE), None)
        return made.dropna() if dropna else made

    def unstack(self, level: Any = -1, fill_value: Any = None, sort: bool = True) -> DataFrame:
        """The values of one level of the index (or of several) as labels of columns, below those of the columns. An index of one
        level goes below the columns' labels: a series of all values, column by column. Runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "a", "b"], "j": ["x", "y", "x"], "v": [1, 2, 3]})
        >>> df.set_index(["k", "j"])["v"].unstack(fill_value=0).to_dict("list")
        {'x': [1, 3], 'y': [2, 0]}
        """
        if len(self._plan.index) < 2:
            return column_by_column(self)  # type: ignore[return-value, arg-type]
        return unstacked(self._plan, self._plan.columns, level, fill_value, True, sort)

    def pivot(self, *, columns: Any, index: Any = None, values: Any = None) -> DataFrame:
        """A row per value of ``index`` and a column per value of ``columns``, whose label it is: the values there are, of
        which there may be one for each cell. Of several ``values`` the columns have two levels, ``("v", "x")``. Labels of several
        ``columns`` come as they are first seen, as in pandas. Runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a"], "c": ["x", "y"], "v": [1, 2]})
        >>> df.pivot(index="k", columns="c", values="v").to_dict("list")
        {'x': [None, 1], 'y': [2, None]}
        """
        plan = self._plan
        index, columns, values = (_given(plan, one) for one in (index, columns, values))
        rows, heads = listed(index), listed(columns)
        if not rows:
            plan = numbered(plan)
            rows = plan.index_columns
            labels: list[str | None] = [label for _, label in plan.index]
        else:
            labels = list(rows)
        cells = [name for name in plan.columns if name not in (*rows, *heads)] if values is None else listed(values)
        named = len(cells) > 1 or isinstance(values, (list, tuple)) or values is None
        exprs = [plan.column(name).alias(name) for name in cells]
        made = spread(plan, rows, labels, heads, exprs, None, None, True, named)
        return as_seen(plan, [plan.column(name) for name in heads], made, cells if named else None)

    def pivot_table(
        self,
        values: Any = None,
        index: Any = None,
        columns: Any = None,
        aggfunc: Any = "mean",
        fill_value: Any = None,
        margins: bool = False,
        dropna: bool = True,
        margins_name: str = "All",
        observed: bool = True,
        sort: bool = True,
    ) -> DataFrame:
        """Aggregates of ``values`` in a row per value of ``index`` and a column per value of ``columns``, whose label it is; of
        several values or aggregates the columns have several levels, ``("sum", "v", "x")``. Without ``index`` there is a row
        for each of the ``values``. ``margins`` adds a row and a column of totals. Runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "a", "b"], "c": ["x", "y", "x"], "v": [1, 2, 3]})
        >>> df.pivot_table("v", "k", "c", "sum", fill_value=0, margins=True).to_dict("list")
        {'x': [1, 3, 4], 'y': [2, 0, 2], 'All': [3, 3, 6]}
        """
        if not listed(index) and listed(columns):
            options = {"fill_value": fill_value, "margins": margins, "dropna": dropna, "margins_name": margins_name}
            if isinstance(aggfunc, (list, tuple)):
                from hypostyle._concat import concat

                parts = [self.pivot_table(values, None, columns, one, **options) for one in aggfunc]
                return concat(parts, axis=1, keys=[name_of(one) for one in aggfunc])
            if margins and len(listed(columns)) > 1:
                del options["margins"]
                return beside_each(self, values, listed(columns), aggfunc, options)
            return self.pivot_table(values, columns, None, aggfunc, **options).transpose()  # type: ignore[attr-defined]
        plan = self._plan
        rows, heads = [_key(plan, key) for key in listed(index)], [_key(plan, key) for key in listed(columns)]
        if not rows and not heads:
            raise InvalidArgumentError("pivot_table: give index, columns or both")
        if not sort and heads:
            raise UnsupportedError("pivot_table: columns are sorted; choose them in another order, df[names]")
        keys = {native.as_column() for _, native in [*rows, *heads]}
        cells = _cells_of(plan, values, aggfunc, keys)
        cells = _headings.sorted_names(cells) if sort else cells
        if not cells and (margins or callable(aggfunc)):
            raise InvalidArgumentError("pivot_table: there are no values; groupby(...).size() counts rows")
        wanted = _wanted(cells, aggfunc, bool(heads) and isinstance(values, str))
        if not (observed and dropna) and is_full(plan, rows, heads, observed, dropna, margins):
            alone = isinstance(values, str) and len(wanted) == 1 and not isinstance(aggfunc, (list, tuple))
            return full(self, (listed(index), listed(columns)), wanted, alone, observed, dropna, fill_value)
        functions = [(name, column, func) for name, column, func in wanted if callable(func) and not is_known(func)]
        if functions:
            total = margins_name if margins else None
            return self._pivoted_by_functions(wanted, rows, heads, index, columns, total, fill_value, values)
        types = plan.dtypes
        exprs = [aggregate_of(plan.column(column), types[column], func).alias(name) for name, column, func in wanted]
        named = (
            len(exprs) > 1 or isinstance(values, (list, tuple)) or values is None or isinstance(aggfunc, (list, tuple))
        )
        total = margins_name if margins else None
        labels = [name for name, _ in rows]
        if heads:
            natives = ([native for _, native in rows], [native for _, native in heads])
            titles = (labels, [name for name, _ in heads])
            made = spread_by(plan, natives, titles, exprs, total, fill_value, not dropna, named)
            return with_values(made) if dropna else made
        levels = _index.level_columns(labels, [expr.output_name() for expr in exprs])
        by = [native.alias(column) for (column, _), (_, native) in zip(levels, rows, strict=True)]
        query = grouped(plan.query, by, exprs, sort, dropna)
        if dropna and exprs:
            # Rows without any value are no rows of the table.
            there = [Native.call("scalar", "is_not_null", [Native.column(expr.output_name())]) for expr in exprs]
            query = query.filter(reduce(lambda a, b: a.binary("|", b), there))
        if total is not None:
            query = _with_total(plan, query, by, exprs, total, dropna)
        if fill_value is not None:
            filled = [_filled(expr.output_name(), fill_value) for expr in exprs]
            query = query.with_columns(filled)
        made = _frame(Plan(query, levels))
        return with_values(made) if dropna else made

    def _pivoted_by_functions(
        self, wanted: list, rows: list, heads: list, index: Any, columns: Any, total: str | None, fill: Any, values: Any
    ) -> DataFrame:
        """A pivot table of Python functions: groups first, then turned."""
        groups = self.groupby([*listed(index), *listed(columns)])  # type: ignore[attr-defined]
        made = groups.agg(**{name: (column, func) for name, column, func in wanted})
        if heads:
            flat = made.reset_index()
            names = [label if label is not None else f"level_{i}" for i, (label, _) in enumerate([*rows, *heads])]
            cells: Any = [name for name, _, _ in wanted]
            cells = cells[0] if isinstance(values, str) and len(cells) == 1 else cells
            made = flat.pivot_table(cells, names[: len(rows)], names[len(rows) :], "first")
        if total is not None:
            alone = isinstance(values, str) and len(wanted) == 1
            made = with_totals(self, made, wanted, (listed(index), listed(columns)), total, alone)
        return made if fill is None else made.fillna(fill)

    def transpose(self) -> DataFrame:
        """Rows as columns: their labels are the index (or the numbers of the rows), and those of the columns become the
        index. Values take one common type. Runs.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"a": [1, 2], "b": [3, 4]}).transpose().to_dict("list")
        {0: [1, 3], 1: [2, 4]}
        """
        plan = self._plan
        names, columns = _row_names(plan), plan.columns
        titles = [one if isinstance(one, tuple) else (one,) for one in _headings.shown(columns)]
        depth = max(map(len, titles), default=1)
        levels = _index.level_columns(_headings.axis_names(plan, depth), names)
        kept = plan.query.select([Native.column(name).alias(name) for name in columns])
        turned = _native.transpose(kept, names)
        cells = [_headings.label_column([one[at] for one in titles]) for at in range(len(levels))]
        labels = _native.Query.from_columns([column for column, _ in levels], cells)
        whole = Plan(_native.Query.concat([labels, turned], "columns"), levels)
        return _frame(whole.titled(_headings.one_shown(label) for _, label in plan.index))

    @property
    def T(self) -> DataFrame:
        """As `transpose`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.T.to_dict("list")
        {'a': [1], 'b': [2]}
        """
        return self.transpose()

    def complete(self, *columns: str) -> DataFrame:
        """A row for every combination of the values of these columns, with missing values where there was none; in the
        order of the values.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]})
        >>> df.complete("k", "j")["x"].to_list()
        [5, None, None, 6]
        """
        plan = _index.reset(self._plan, False)
        for name in columns:
            plan.query.check(name)
        return _frame(Plan(_native.complete(plan.query, list(columns))))

    def squeeze(self, axis: Any = None) -> Any:
        """The series of a single column, the single row as a series, or the single value.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.squeeze().to_list()
        [1, 2]
        """
        columns = self._plan.columns
        if len(columns) == 1 and axis in (None, 1, "columns"):
            series = self[columns[0]]  # type: ignore[index]
            return series.to_list()[0] if axis is None and len(series) == 1 else series
        if axis in (None, 0, "index", "rows") and len(self) == 1:  # type: ignore[arg-type]
            return self.iloc[0]  # type: ignore[attr-defined]
        return self.copy()  # type: ignore[attr-defined]


def _given(plan: Plan, names: Any) -> Any:
    """Names of columns, of a series or of pandas' labels too; none where pandas has its mark of what was not given."""
    if type(names).__name__ == "_NoDefault":
        return None
    listed = hasattr(names, "iloc") or hasattr(names, "get_level_values")
    return names_in(plan, list(names)) if listed else names


def numbered(plan: Plan) -> Plan:
    """The plan with an index: the labels of the rows, which are their numbers if there are no others."""
    return plan.numbered()


def _row_names(plan: Plan) -> list[str]:
    plan = plan.labelled()
    if plan.is_numbered:
        return [_headings.name_of(row) for row in range(plan.query.rows())]
    labels = plan.query.collect().lists(plan.index_columns)
    return [_headings.named(row) for row in zip(*labels, strict=True)]


def _key(plan: Plan, key: Any) -> tuple[str | None, Native]:
    from hypostyle.groupby import _key as key_of

    return key_of(plan, key)


def _cells_of(plan: Plan, values: Any, aggfunc: Any, keys: set) -> list[str]:
    """The columns that a pivot table aggregates."""
    if values is not None:
        return listed(values)
    if isinstance(aggfunc, Mapping):
        return list(aggfunc)
    dtypes = plan.dtypes
    parts = aggfunc if isinstance(aggfunc, (list, tuple)) else [aggfunc]
    anything = ("count", "size", "first", "last", "nunique", "min", "max")
    any_type = all((not callable(func) or is_known(func)) and name_of(func) in anything for func in parts)
    sums = all((not callable(func) or is_known(func)) and name_of(func) == "sum" for func in parts)
    names = [name for name in plan.columns if name not in keys]
    kinds = ("bool", "string") if sums else ("bool",)
    return [n for n in names if any_type or is_number(dtypes[n]) or dtypes[n] in kinds]


def _wanted(cells: list[str], aggfunc: Any, alone: bool) -> list[tuple[str, str, Any]]:
    """Name, column and aggregate of each cell of a pivot table."""

    def label(func: Any) -> str:
        return getattr(func, "__name__", type(func).__name__) if callable(func) else name_of(func)

    if isinstance(aggfunc, Mapping):
        several = any(isinstance(func, (list, tuple)) for func in aggfunc.values())
        if not several:
            return [(name, name, aggfunc[name]) for name in cells]
        found = []
        for name in cells:
            funcs = aggfunc[name] if isinstance(aggfunc[name], (list, tuple)) else [aggfunc[name]]
            found += [(_headings.joined(name, label(func)), name, func) for func in funcs]
        return sorted(found, key=lambda one: _headings.parts(one[0]))
    if not isinstance(aggfunc, (list, tuple)):
        return [(name, name, aggfunc) for name in cells]
    return [(label(f) if alone else _headings.joined(label(f), name), name, f) for f in aggfunc for name in cells]


def _with_total(
    plan: Plan, query: _native.Query, by: list[Native], exprs: list[Native], total: str, dropna: bool
) -> _native.Query:
    """Groups, and below them a row of all rows; its first key is the name of the total."""
    keys = [key.output_name() for key in by]
    rows = plan.query.select([*(key.alias(f"\0{i}") for i, key in enumerate(by)), *_columns_of(plan, exprs)])
    if dropna:
        for i in range(len(by)):
            rows = rows.filter(Native.call("scalar", "is_not_null", [Native.column(f"\0{i}")]))
    names = [expr.output_name() for expr in exprs]
    labels = [Native.literal(total if i == 0 else "").alias(key) for i, key in enumerate(keys)]
    whole = rows.select(exprs).with_columns(labels)
    whole = whole.select([Native.column(name).alias(name) for name in [*keys, *names]])
    texts = [Native.column(key).cast("string").alias(key) for key in keys]
    return _native.Query.concat([query.with_columns(texts), whole], "outer")


def _columns_of(plan: Plan, exprs: list[Native]) -> list[Native]:
    used = dict.fromkeys(name for expr in exprs for name in expr.columns())
    return [Native.column(name).alias(name) for name in used]


def _filled(name: str, value: Any) -> Native:
    return Native.call("scalar", "fill_null", [Native.column(name), Native.literal(value)]).alias(name)


def get_dummies(
    data: Any,
    prefix: Any = None,
    prefix_sep: Any = "_",
    dummy_na: bool = False,
    columns: Any = None,
    sparse: bool = False,
    drop_first: bool = False,
    dtype: Any = None,
) -> DataFrame:
    """A column for each value of a series, or of the text columns (or ``columns``) of a frame, which tells where that
    value is. Runs, to find the values.

    >>> import hypostyle as hs
    >>> hs.get_dummies(hs.DataFrame({"k": ["b", "a"], "x": [1, 2]})).columns
    ['x', 'k_a', 'k_b']
    """
    if sparse:
        raise UnsupportedError("get_dummies: columns are never sparse")
    wanted = "bool" if dtype is None else dtype_name(dtype)
    foreign = type(data).__module__.split(".")[0] in ("numpy", "pandas")
    if isinstance(data, (list, tuple)) or foreign:
        from hypostyle.frame import DataFrame
        from hypostyle.series import Series

        data = DataFrame(data) if getattr(data, "ndim", 1) == 2 else Series(data)
    if isinstance(data, BoundExpression):
        plan = data.to_frame("value")._plan  # type: ignore[attr-defined]
        names, prefixes = ["value"], ["" if prefix is None else str(prefix)]
    elif hasattr(data, "_plan"):
        plan = data._plan
        dtypes = plan.dtypes
        names = [n for n in plan.columns if dtypes[n] in ("string", "category")]
        names = names if columns is None else [names_in(plan, name) for name in listed(columns)]
        if isinstance(prefix, Mapping):
            prefixes = [str(prefix.get(one, one)) for one in map(_headings.one_shown, names)]
        elif isinstance(prefix, (list, tuple)):
            prefixes = [str(one) for one in prefix]
        else:
            prefixes = [str(_headings.one_shown(name)) if prefix is None else str(prefix) for name in names]
    else:
        raise DataTypeError(f"get_dummies takes a frame or a series, not a {type(data).__name__}")
    if not isinstance(prefix_sep, str):
        seps = [prefix_sep[n] for n in names] if isinstance(prefix_sep, Mapping) else list(prefix_sep)
        if len(seps) != len(names) or len(prefixes) != len(names):
            raise InvalidArgumentError(f"get_dummies: {len(seps)} separators for {len(names)} columns")
        prefixes, prefix_sep = [f"{p}{sep}" for p, sep in zip(prefixes, seps, strict=True)], ""

    def made(of: Plan) -> Plan:
        query = _native.dummies(of.query, names, prefixes, prefix_sep, drop_first, dummy_na, wanted)
        truths = {
            f"{start}{prefix_sep}{text}": f"{start}{prefix_sep}{text.title()}"
            for name, start in zip(names, prefixes, strict=True)
            for text in ("true", "false")
            if of.query.dtype_of(of.column(name)) == "bool"
        }
        query = query.rename({old: new for old, new in truths.items() if old in query.names()})
        if prefix is None and isinstance(data, BoundExpression):
            # The values are the labels.
            own = [name for name in query.names() if name not in of.index_columns]
            titles = labels_of(of, [of.column(name) for name in names], own)
            if dummy_na and own and own[-1] == "nan":
                titles = {**titles, "nan": (None,)}
            query = query.rename({old: _headings.named(new) for old, new in titles.items()})
        return Plan(query, of.index)

    found = made(plan)
    found.source = None if plan.source is None else Source([plan], lambda plans: made(plans[0]))
    return _frame(found)


def melt(frame: DataFrame, *args: Any, **kwargs: Any) -> DataFrame:
    """As ``frame.melt(...)``.

    >>> import hypostyle as hs
    >>> hs.melt(hs.DataFrame({"a": [1], "b": [2]})).to_dict("list")
    {'variable': ['a', 'b'], 'value': [1, 2]}
    """
    return frame.melt(*args, **kwargs)


def pivot(data: DataFrame, **kwargs: Any) -> DataFrame:
    """As ``data.pivot(...)``."""
    return data.pivot(**kwargs)


def pivot_table(data: DataFrame, *args: Any, **kwargs: Any) -> DataFrame:
    """As ``data.pivot_table(...)``."""
    return data.pivot_table(*args, **kwargs)
