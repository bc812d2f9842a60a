"""Choosing columns and rows of a frame: by name, by type, by label, by a condition written as text."""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _cells, _index, _labels, _native
from hypostyle._cells import by_row
from hypostyle._columns import matched
from hypostyle._loc import Cell, Loc, Rows, positions, taken
from hypostyle._plan import Plan
from hypostyle._windows import window
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr
from hypostyle.index import Index

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

_HERE = os.path.dirname(os.path.abspath(__file__))


class Selection:
    """What frames offer to choose some of their columns and rows."""

    __slots__ = ()

    _plan: Plan

    @property
    def loc(self) -> Loc:
        """Rows by a condition or by label, columns by name: ``df.loc[mask]``, ``df.loc[mask, columns]``,
        ``df.loc["label"]``, ``df.loc[:, "a":"c"]``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.loc["b", "x"]
        2
        """
        return Loc(self)  # type: ignore[arg-type]

    @property
    def iloc(self) -> Rows:
        """Rows and columns by position: ``df.iloc[2]``, ``df.iloc[2:5]``, ``df.iloc[[3, 1], 0]``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.iloc[-1]["x"]
        3
        """
        return Rows(self)  # type: ignore[arg-type]

    @property
    def at(self) -> Cell:
        """One value by label: ``df.at["label", "column"]``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.at["b", "x"]
        2
        """
        return Cell(self, True)

    @property
    def iat(self) -> Cell:
        """One value by position: ``df.iat[2, 0]``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.iat[0, 1]
        1
        """
        return Cell(self, False)

    @property
    def index(self) -> Index:
        """The labels of the rows, read-only.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> list(df.index)
        ['a', 'b']
        """
        return Index(self._plan, self)

    @index.setter
    def index(self, labels: Any) -> None:
        self._become(self.set_axis(labels))

    @property
    def axes(self) -> list:
        """The index, and the names of the columns.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.axes[1]
        ['k', 'x']
        """
        return [self.index, self._plan.columns]

    @property
    def ndim(self) -> int:
        """2: rows and columns.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.ndim
        2
        """
        return 2

    def _become(self, made: Any) -> None:
        """Makes this frame what another one is."""
        raise NotImplementedError

    def keys(self) -> list[str]:
        """The names of the columns.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.keys()
        ['k', 'x']
        """
        return self._plan.columns

    def filter(
        self,
        predicate: Any = None,
        *,
        items: Any = None,
        like: str | None = None,
        regex: str | None = None,
        axis: Any = None,
    ) -> DataFrame:
        """Rows where a condition is true; false and missing are dropped. With ``items``, ``like`` or ``regex`` the columns
        of these names, as pandas has it.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"xa": [1, 2], "xb": [3, 4], "y": [5, 6]})
        >>> df.filter(hs.col("y") > 5).to_dict("list"), df.filter(like="x").columns
        ({'xa': [2], 'xb': [4], 'y': [6]}, ['xa', 'xb'])
        """
        if isinstance(predicate, (list, tuple)) and items is None:
            predicate, items = None, predicate
        if sum(given is not None for given in (predicate, items, like, regex)) != 1:
            raise DataTypeError("filter takes a condition such as hs.col('x') > 1, or one of items, like and regex")
        if predicate is not None:
            if not isinstance(predicate, (BoundExpression, Expr)):
                raise DataTypeError(f"filter takes a condition such as hs.col('x') > 1, not {predicate!r}")
            plan, names = self._plan.with_room(predicate), self._plan.columns
            native = matched(plan, predicate) if hasattr(predicate, "iloc") else None
            found = plan.then(plan.query.filter(plan.expr(predicate) if native is None else native))
            return type(self)._of(found if plan is self._plan else found.keep(names))  # type: ignore[attr-defined]
        if axis in (0, "index"):
            raise UnsupportedError("filter: rows by label are chosen with loc")
        names = self._plan.columns
        if items is not None:
            return self._keep([name for name in items if name in names])
        if like is not None:
            return self._keep([name for name in names if like in name])
        pattern = re.compile(str(regex))
        return self._keep([name for name in names if pattern.search(name)])

    def _keep(self, names: Sequence[str]) -> DataFrame:
        return type(self)._of(self._plan.keep(names))  # type: ignore[attr-defined]

    def query(self, expr: Any, **named: Any) -> DataFrame:
        """Rows where a condition is true, written as text: names of columns (in backticks where they are no words),
        variables as ``@name``, ``and or not in``, methods of columns. It is parsed, not executed as code.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "k": ["a", "b", "c"]})
        >>> wanted = ["b", "c"]
        >>> df.query("x > 1 and k in @wanted and not k.str.startswith('c')")["x"].to_list()
        [2]
        """
        if not isinstance(expr, str):
            return self.filter(expr)
        from hypostyle._query import condition

        found = condition(self, expr, _scope(named))  # type: ignore[arg-type]
        if not isinstance(found, BoundExpression):
            raise InvalidArgumentError(f"query({expr!r}): no column is in it")
        return self.filter(found)

    def eval(self, expr: str, **named: Any) -> Any:
        """The series of a formula written as text, or the frame with the columns that ``name = formula`` makes; see
        `query`.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).eval("y = x * 10").to_dict("list")
        {'x': [1, 2], 'y': [10, 20]}
        """
        from hypostyle._query import evaluated

        return evaluated(self, expr, _scope(named))  # type: ignore[arg-type]

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> DataFrame:
        """The columns of these types: ``"number"``, ``"int64"``, ``"object"`` (text), ``"datetime"``, ``bool``, ...

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1], "s": ["a"], "y": [0.5]}).select_dtypes("number").columns
        ['x', 'y']
        """
        return self._keep(_cells.selected_dtypes(self.dtypes, include, exclude))  # type: ignore[attr-defined]

    def insert(self, loc: int, column: str, value: Any, allow_duplicates: bool = False) -> None:
        """A new column at a place among the others; changes this frame.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2]})
        >>> df.insert(0, "y", df["x"] * 2)
        >>> df.columns
        ['y', 'x']
        """
        names = self._plan.columns
        if column in names:
            raise InvalidArgumentError(f"insert: there is a column {column!r} already")
        if not 0 <= loc <= len(names):
            raise InvalidArgumentError(f"insert: the place is 0 to {len(names)}, not {loc}")
        made = self.assign(**{column: value})  # type: ignore[attr-defined]
        self._become(made[[*names[:loc], column, *names[loc:]]])

    def pop(self, item: str) -> Any:
        """A column, which this frame then no longer has.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, 4]})
        >>> df.pop("y").to_list(), df.columns
        ([3, 4], ['x'])
        """
        series = self[item]  # type: ignore[index]
        del self[item]  # type: ignore[attr-defined]
        return series

    def take(self, indices: Any, axis: Any = 0) -> DataFrame:
        """Rows (``axis=1``: columns) at these positions, in this order.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.take([2, 0])["x"].to_list()
        [3, 1]
        """
        if axis in (1, "columns"):
            names = self._plan.columns
            return self._keep([names[at] for at in positions(indices, len(names))])
        return self._then(taken(self._plan, positions(indices, len(self))))  # type: ignore[attr-defined, arg-type]

    def xs(self, key: Any, axis: Any = 0, level: Any = None, drop_level: bool = True) -> Any:
        """The rows of a label: a series if there is one, else a frame without that level. With ``axis=1`` a column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df.xs(2, level="j")["x"].to_list()
        [6]
        """
        if axis in (1, "columns"):
            return self[key]  # type: ignore[index]
        if level is None:
            if not drop_level:
                raise UnsupportedError("xs: drop_level=False needs a level; or choose rows by a list, loc[[label]]")
            return self.loc[key]
        plan = self._plan
        at = Index(plan)._level(level)
        column = plan.index[at][0]
        same = _native.Expr.column(column).binary("==", _native.Expr.literal(key))
        found = plan.then(plan.query.filter(same))
        if drop_level:
            found = found.reindexed([part for i, part in enumerate(found.index) if i != at])
            found = found.keep([name for name in found.columns if name != column])
        return type(self)._of(found)  # type: ignore[attr-defined]

    def isetitem(self, loc: int, value: Any) -> None:
        """New values of the column at a place; changes this frame.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.isetitem(1, 0)
        >>> df["x"].to_list()
        [0, 0, 0]
        """
        self[self._plan.columns[loc]] = value  # type: ignore[index]

    def add_prefix(self, prefix: str, axis: Any = 1) -> DataFrame:
        """Columns (``axis=0``: labels) whose names begin with ``prefix``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.add_prefix("my_").columns
        ['my_k', 'my_x']
        """
        if axis in (0, "index"):
            return self.rename(index=lambda label: f"{prefix}{label}")  # type: ignore[attr-defined]
        return self.rename(columns=lambda name: f"{prefix}{name}")  # type: ignore[attr-defined]

    def add_suffix(self, suffix: str, axis: Any = 1) -> DataFrame:
        """Columns (``axis=0``: labels) whose names end with ``suffix``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.add_suffix("_1").columns
        ['k_1', 'x_1']
        """
        if axis in (0, "index"):
            return self.rename(index=lambda label: f"{label}{suffix}")  # type: ignore[attr-defined]
        return self.rename(columns=lambda name: f"{name}{suffix}")  # type: ignore[attr-defined]

    def set_axis(self, labels: Any, axis: Any = 0) -> DataFrame:
        """Other labels of the rows (``axis=1``: names of the columns): a list, or a series of the frame.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).set_axis(["a", "b"]).loc["b"].to_list()
        [2]
        """
        made = type(self)._of(self._plan)  # type: ignore[attr-defined]
        if axis in (1, "columns"):
            made.columns = list(labels)
            return made
        if isinstance(labels, BoundExpression) and labels._plan.rows is self._plan.rows:
            plan, name = _index.reset(self._plan, True), _index.HIDDEN.format(0)
            columns = plan.columns
            plan = plan.with_room(labels)
            plan = plan.with_columns({name: plan.expr(labels, same_rows=True)})
            return type(self)._of(plan.reindexed([(name, labels.name)]).keep(columns))  # type: ignore[attr-defined]
        return type(self)._of(_labels.labelled(self._plan, labels))  # type: ignore[attr-defined]

    def rename_axis(self, mapper: Any = None, *, index: Any = None, columns: Any = None, axis: Any = 0) -> DataFrame:
        """Other names of the levels of the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.rename_axis("key").index.name
        'key'
        """
        names = index if index is not None else mapper
        if columns is not None or (axis in (1, "columns") and mapper is not None):
            raise UnsupportedError("rename_axis: the axis of the columns has no name")
        if axis in (1, "columns") or (mapper is None and index is None and not self._plan.index):
            return type(self)._of(self._plan)  # type: ignore[attr-defined]
        return type(self)._of(renamed_levels(self._plan, names))  # type: ignore[attr-defined]

    def droplevel(self, level: Any, axis: Any = 0) -> DataFrame:
        """The rows without a level of the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df.droplevel("j").index.names
        ['k']
        """
        return type(self)._of(without_levels(self._plan, level))  # type: ignore[attr-defined]

    def swaplevel(self, i: Any = -2, j: Any = -1, axis: Any = 0) -> DataFrame:
        """The rows with two levels of the index exchanged.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df.swaplevel().index.names
        ['j', 'k']
        """
        return type(self)._of(swapped(self._plan, i, j))  # type: ignore[attr-defined]

    def reorder_levels(self, order: Sequence[Any], axis: Any = 0) -> DataFrame:
        """The rows with the levels of the index in another order.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df.reorder_levels(["j", "k"]).index.names
        ['j', 'k']
        """
        return type(self)._of(reordered(self._plan, order))  # type: ignore[attr-defined]

    def reindex(
        self,
        labels: Any = None,
        *,
        index: Any = None,
        columns: Any = None,
        axis: Any = None,
        fill_value: Any = None,
        method: Any = None,
        limit: Any = None,
        tolerance: Any = None,
    ) -> DataFrame:
        """Columns of these names, or rows of these labels, in this order; missing values (or ``fill_value``) where there
        is none, or with a ``method`` the row of the label before (``ffill``), after (``bfill``) or nearest to it.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1]}).reindex(columns=["x", "y"], fill_value=0).to_dict("list")
        {'x': [1], 'y': [0]}
        """
        if limit is not None or tolerance is not None:
            raise UnsupportedError("reindex: limit and tolerance; use hs.merge_asof for the nearest row")
        if labels is not None and axis in (1, "columns"):
            labels, columns = None, labels
        index = labels if index is None else index
        if isinstance(index, Index):
            index.own_list("reindex")
        plan = self._plan
        if index is not None:
            plan = relabelled(plan, index, fill_value, method)
        if columns is not None:
            exprs = {name: _native.Expr.column(name) for name in plan.index_columns}
            none = _native.Expr.literal(_cells.value_of(fill_value))
            for name in map(_labels.column_name, columns):
                exprs[name] = _native.Expr.column(name) if name in plan.columns else none
            plan = plan.project(exprs)
        return type(self)._of(plan)  # type: ignore[attr-defined]

    def reindex_like(self, other: DataFrame) -> DataFrame:
        """The labels and columns of another frame.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.reindex_like(df[["x"]]).columns
        ['x']
        """
        made = self.reindex(columns=other.columns)
        return made if not other._plan.index else made.reindex(index=other.index.to_list())

    def truncate(self, before: Any = None, after: Any = None, axis: Any = 0) -> DataFrame:
        """Rows whose label lies between two others, both included.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"t": [1, 2, 3], "x": [5, 6, 7]}).set_index("t")
        >>> df.truncate(2, 3)["x"].to_list()
        [6, 7]
        """
        if axis in (1, "columns"):
            names = self._plan.columns
            return self[[n for n in names if (before is None or n >= before) and (after is None or n <= after)]]  # type: ignore[index]
        labels = self.index
        if labels.is_monotonic_increasing or not self._plan.index:
            return self.loc[before:after]
        if not labels.to_series().is_monotonic_decreasing:
            raise InvalidArgumentError("truncate: the labels are not in order; sort_index() first")
        chosen, series = None, labels.to_series()
        for part in ([] if before is None else [series >= before]) + ([] if after is None else [series <= after]):
            chosen = part if chosen is None else chosen & part
        return type(self)._of(self._plan) if chosen is None else self[chosen]  # type: ignore[attr-defined, index]

    def convert_dtypes(self, *_: Any, **__: Any) -> DataFrame:
        """The frame: every type can hold missing values.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.convert_dtypes().dtypes["x"]
        'int64'
        """
        return type(self)._of(self._plan)  # type: ignore[attr-defined]

    def infer_objects(self, copy: Any = None) -> DataFrame:
        """The frame: its types are known already.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.infer_objects().dtypes["x"]
        'int64'
        """
        return type(self)._of(self._plan)  # type: ignore[attr-defined]

    def first_valid_index(self) -> Any:
        """The label of the first row that has a value.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.first_valid_index()
        'a'
        """
        return self._valid_index(0)

    def last_valid_index(self) -> Any:
        """The label of the last row that has a value.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.last_valid_index()
        'b'
        """
        return self._valid_index(-1)

    def _valid_index(self, at: int) -> Any:
        from hypostyle._reshape import numbered

        kept = type(self)._of(numbered(self._plan)).dropna(how="all")  # type: ignore[attr-defined]
        labels = kept.index.to_list()
        return labels[at] if labels else None

    def join(
        self,
        other: Any,
        on: Any = None,
        how: str = "left",
        lsuffix: str = "",
        rsuffix: str = "",
        sort: bool = False,
        validate: str | None = None,
        suffixes: tuple[str, str] | None = None,
    ) -> DataFrame:
        """The columns of another frame (or several), matched by the index: of this frame, or its columns ``on``.
        ``suffixes`` are ``lsuffix`` and ``rsuffix`` in one.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]})
        >>> names = hs.DataFrame({"k": ["b"], "name": ["B"]}).set_index("k")
        >>> df.join(names, on="k")["name"].to_list()
        [None, 'B']
        """
        from hypostyle._index_join import joined

        lsuffix, rsuffix = (lsuffix, rsuffix) if suffixes is None else suffixes
        return joined(self, other, on, how, lsuffix, rsuffix, sort, validate)  # type: ignore[arg-type]

    def pipe(self, func: Callable[..., Any] | tuple, *args: Any, **kwargs: Any) -> Any:
        """``func(df, ...)``; a pair of a function and the name of its parameter for the frame is possible too.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.pipe(lambda frame, n: frame.head(n), n=1)["x"].to_list()
        [1]
        """
        if isinstance(func, tuple):
            function, name = func
            return function(*args, **{name: self, **kwargs})
        return func(self, *args, **kwargs)


def _scope(named: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of the caller of `query`, and those given for it."""
    frame = sys._getframe(1)
    while frame.f_back is not None and os.path.dirname(frame.f_code.co_filename) == _HERE:
        frame = frame.f_back
    given = {**(named.get("global_dict") or {}), **(named.get("local_dict") or {})}
    return {**frame.f_globals, **frame.f_locals, **given}


def renamed_levels(plan: Plan, names: Any) -> Plan:
    """The plan with other names of its index' levels."""
    from hypostyle._reshape import numbered

    plan = numbered(plan)
    labels = [label for _, label in plan.index]
    if callable(names):
        new = [names(label) for label in labels]
    elif isinstance(names, Mapping):
        new = [names.get(label, label) for label in labels]
    else:
        new = list(names) if isinstance(names, (list, tuple)) else [names]
    if len(new) != len(labels):
        raise InvalidArgumentError(f"{len(new)} names for {len(labels)} levels of the index")
    taken_names = [name for name in plan.columns]
    levels = _index.level_columns(new, taken_names)
    moved = {old: column for (old, _), (column, _) in zip(plan.index, levels, strict=True) if old != column}
    renamed = plan.rename(moved) if moved else plan
    return renamed.reindexed(levels)


def without_levels(plan: Plan, level: Any) -> Plan:
    gone = {Index(plan)._level(one) for one in (level if isinstance(level, (list, tuple)) else [level])}
    if len(gone) == len(plan.index):
        raise InvalidArgumentError("droplevel: one level must stay; reset_index(drop=True) removes the index")
    dropped = [plan.index[at][0] for at in gone]
    left = plan.reindexed([part for at, part in enumerate(plan.index) if at not in gone])
    return left.keep([name for name in left.columns if name not in dropped])


def swapped(plan: Plan, i: Any, j: Any) -> Plan:
    levels = list(plan.index)
    first, second = Index(plan)._level(i), Index(plan)._level(j)
    levels[first], levels[second] = levels[second], levels[first]
    return plan.reindexed(levels)


def reordered(plan: Plan, order: Sequence[Any]) -> Plan:
    places = [Index(plan)._level(level) for level in order]
    if sorted(places) != list(range(len(plan.index))):
        raise InvalidArgumentError(f"{list(order)} does not name each level of the index once")
    return plan.reindexed([plan.index[at] for at in places])


def relabelled(plan: Plan, labels: Any, fill_value: Any, method: str | None = None) -> Plan:
    """The rows of these labels, in this order; missing values where there is none, or the row of a label near it."""
    from hypostyle._reshape import numbered

    if not plan.index and plan.origins:
        raise UnsupportedError("reindex: the rows have no labels of their own; set_index first")
    plan = numbered(plan)
    known, wanted = ([_known(label) for label in found] for found in (Index(plan).to_list(), _labels.listed(labels)))
    depth = len(plan.index)
    if depth > 1 and any(not isinstance(label, tuple) or len(label) != depth for label in wanted):
        raise UnsupportedError(f"reindex: the index has {depth} levels; give a tuple of so many labels for each row")
    places = {label: at for at, label in enumerate(known)}
    if len(places) < len(known):
        raise InvalidArgumentError("reindex: a label occurs twice in the index")
    at = [places.get(label) for label in wanted] if method is None else near(known, wanted, method)
    made = _labels.labelled(
        Plan(_native.Query.from_columns(["\0at"], [_native.Column.from_values(at, "int64")])), labels
    )
    levels = [(f"\0{i}", label) for i, (_, label) in enumerate(made.index)]
    if all(label is None for _, label in levels) and len(levels) == len(plan.index):
        levels = [(column, label) for (column, _), (_, label) in zip(levels, plan.index, strict=True)]
    marked = made.rename(dict(zip(made.index_columns, [column for column, _ in levels], strict=True))).query
    number = window("row_number").binary("-", _native.Expr.literal(1))
    numbers = plan.keep(plan.columns).query.with_columns([number.alias("\0place")])
    joined = marked.join(numbers, [_native.Expr.column("\0at")], [_native.Expr.column("\0place")], "left", ("", ""))
    exprs = [_native.Expr.column(column).alias(column) for column, _ in levels]
    absent = _native.Expr.call("scalar", "is_null", [_native.Expr.column("\0at")])
    for name in plan.columns:
        value = _native.Expr.column(name)
        if not _cells.is_missing(fill_value):
            value = _native.Expr.case([(absent, _native.Expr.literal(fill_value))], value)
        exprs.append(value.alias(name))
    final = _index.level_columns([label for _, label in levels], plan.columns)
    found = Plan(joined.select(exprs), levels)
    return found.rename({old: new for (old, _), (new, _) in zip(levels, final, strict=True)}).reindexed(final)


def _known(label: Any) -> Any:
    """A label that can be looked up: NaN and the like are missing, and alike."""
    return None if _cells.is_missing(label) else label


def near(known: list, wanted: list, method: str) -> list[int | None]:
    """The place of the label that is the nearest one to each wanted one, of sorted labels."""
    import bisect

    method = {"pad": "ffill", "backfill": "bfill"}.get(method, method)
    if method not in ("ffill", "bfill", "nearest"):
        raise InvalidArgumentError(f"reindex: method is 'ffill', 'bfill' or 'nearest', not {method!r}")
    if any(one > other for one, other in itertools.pairwise(known)):
        raise InvalidArgumentError("reindex: with a method the labels are sorted; sort_index() first")
    found: list[int | None] = []
    for label in wanted:
        before, after = bisect.bisect_right(known, label) - 1, bisect.bisect_left(known, label)
        if method == "ffill" or after == len(known):
            found.append(before if before >= 0 and method != "bfill" else None)
        elif method == "bfill" or before < 0:
            found.append(after)
        else:
            found.append(after if known[after] - label <= label - known[before] else before)
    return found


def renamed_labels(plan: Plan, mapper: Any, level: Any, errors: str) -> Plan:
    """The plan with other labels: of each level, or of one."""
    from hypostyle._columns import column
    from hypostyle._reshape import numbered

    if not plan.index and plan.origins:
        raise UnsupportedError("rename: the rows were chosen and have no labels of their own; set_index first")
    plan = numbered(plan)
    at = range(len(plan.index)) if level is None else [Index(plan)._level(level)]
    exprs, unseen = {}, set() if callable(mapper) else set(mapper.keys())
    for i in at:
        name = plan.index[i][0]
        old = plan.query.collect().lists([name])[0]
        unseen -= set(old)
        known = {} if callable(mapper) else dict(mapper.items())
        new = [mapper(label) for label in old] if callable(mapper) else [known.get(label, label) for label in old]
        exprs[name] = by_row(column(new, False))
    if unseen and errors == "raise":
        raise InvalidArgumentError(f"rename: no row has the label {sorted(map(str, unseen))[0]!r}")
    return plan.with_columns(exprs)
