"""Choosing columns and rows of a frame: by name, by type, by label, by a condition written as text."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _cells
from hypostyle._columns import matched
from hypostyle._dtypes import DType
from hypostyle._headings import at_level, column_of, one_shown
from hypostyle._labels import column_name, several
from hypostyle._level_lookup import of_level
from hypostyle._loc import Cell, Loc, Rows
from hypostyle._lookup import places, positions, taken
from hypostyle._methods import ours_of
from hypostyle._plan import Plan
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
        self._become(self.set_axis(labels))  # type: ignore[attr-defined]

    @property
    def axes(self) -> list:
        """The index, and the names of the columns.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.axes[1]
        ['k', 'x']
        """
        return [self.index, self.columns]  # type: ignore[attr-defined]

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

    def keys(self) -> Any:
        """The names of the columns.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.keys()
        ['k', 'x']
        """
        return self.columns  # type: ignore[attr-defined]

    def filter(
        self,
        predicate: Any = None,
        *,
        items: Any = None,
        like: str | None = None,
        regex: str | None = None,
        axis: Any = None,
        cond: Any = None,
    ) -> DataFrame:
        """Rows where a condition is true (``cond=`` as in pandas: lists of truth values too, ``axis=1``: of columns); false
        and missing are dropped. With ``items``, ``like`` or ``regex`` the columns of these names.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"xa": [1, 2], "xb": [3, 4], "y": [5, 6]})
        >>> df.filter(hs.col("y") > 5).to_dict("list"), df.filter(like="x").columns
        ({'xa': [2], 'xb': [4], 'y': [6]}, ['xa', 'xb'])
        """
        if cond is not None:
            if any(given is not None for given in (predicate, items, like, regex)):
                raise DataTypeError("filter takes cond, or one of items, like and regex")
            cond = cond(self) if callable(cond) and not isinstance(cond, (BoundExpression, Expr)) else cond
            if axis in (1, "columns"):
                return self.loc[:, cond.to_list() if hasattr(cond, "to_list") else cond]
            if isinstance(cond, (list, tuple)):
                return self.loc[list(cond)]
            predicate = cond
        if callable(predicate) and not isinstance(predicate, (BoundExpression, Expr)):
            predicate = predicate(self)
        if hasattr(predicate, "dtype") and not isinstance(predicate, (BoundExpression, Expr)):
            return self.loc[predicate]
        if isinstance(predicate, (list, tuple)) and items is None:
            predicate, items = None, predicate
        several(items, "filter(items=)")
        if sum(given is not None for given in (predicate, items, like, regex)) != 1:
            raise DataTypeError("filter takes a condition such as hs.col('x') > 1, or one of items, like and regex")
        if predicate is not None:
            if not isinstance(predicate, (BoundExpression, Expr)):
                raise DataTypeError(f"filter takes a condition such as hs.col('x') > 1, not {predicate!r}")
            predicate = predicate._tested() if hasattr(predicate, "_tested") else predicate
            plan, names = self._plan.with_room(predicate), self._plan.columns
            native = matched(plan, predicate) if hasattr(predicate, "iloc") else None
            try:
                chosen = plan.expr(predicate) if native is None else native
            except InvalidArgumentError:
                native = matched(plan, predicate, kin=True, more=True) if hasattr(predicate, "iloc") else None
                if native is None:
                    raise
                chosen = native
            found = plan.then(lambda query: query.filter(chosen))
            return type(self)._of(found if plan is self._plan else found.keep(names))  # type: ignore[attr-defined]
        if axis in (0, "index", "rows"):
            labels = self.index.to_list()
            if items is not None:
                known = set(labels)
                found = self.loc[[label for label in items if label in known]]
                # These labels are those asked for, whatever the others are called.
                return found.rename_axis(None) if len(self.index.names) == 1 else found
            part = re.compile(re.escape(like) if like is not None else str(regex))
            return self.take([at for at, label in enumerate(labels) if part.search(str(label))])
        names = self._plan.columns
        if items is not None:
            wanted = [column_of(self._plan, name) for name in items]
            return self._keep([name for name in wanted if name in names])
        if like is not None:
            return self._keep([name for name in names if like in str(one_shown(name))])
        pattern = re.compile(str(regex))
        return self._keep([name for name in names if pattern.search(str(one_shown(name)))])

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
        names, dtypes = self._plan.columns, self._plan.dtypes
        return self._keep(_cells.selected_dtypes({name: DType(dtypes[name]) for name in names}, include, exclude))

    def insert(self, loc: int, column: str, value: Any, allow_duplicates: bool = False) -> None:
        """A new column at a place among the others; changes this frame.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2]})
        >>> df.insert(0, "y", df["x"] * 2)
        >>> df.columns
        ['y', 'x']
        """
        names, column = self._plan.columns, column_name(column)
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
        return self._then(taken(places(indices, len(self))))  # type: ignore[attr-defined, arg-type]

    def xs(self, key: Any, axis: Any = 0, level: Any = None, drop_level: bool = True) -> Any:
        """The rows of a label: a series if there is one, else a frame without that level. With ``axis=1`` a column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]}).set_index(["k", "j"])
        >>> df.xs(2, level="j")["x"].to_list()
        [6]
        """
        if axis in (1, "columns") and level is not None:
            return type(self)._of(at_level(self._plan, key, level, drop_level))  # type: ignore[attr-defined]
        if axis in (1, "columns") and not drop_level and not isinstance(key, tuple):
            return type(self)._of(at_level(self._plan, key, 0, False))  # type: ignore[attr-defined]
        if axis in (1, "columns"):
            return self[key]  # type: ignore[index]
        if level is None:
            if not drop_level:
                raise UnsupportedError("xs: drop_level=False needs a level; or choose rows by a list, loc[[label]]")
            return self.loc[key]
        if isinstance(level, (list, tuple)):
            if not isinstance(key, tuple) or len(key) != len(level):
                raise InvalidArgumentError(f"xs: {len(level)} levels, and not as many labels in {key!r}")
            found: Any = self
            for label, one in zip(key, [Index(self._plan)._level(one) for one in level], strict=True):
                found = found.xs(label, level=one, drop_level=False)
            return found.droplevel(list(level)) if drop_level and len(level) < len(self._plan.index) else found
        at = Index(self._plan)._level(level)
        return type(self)._of(of_level(self._plan, self._plan.index[at][0], key, drop_level))  # type: ignore[attr-defined]

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
        return ours_of(func)(self, *args, **kwargs)


def _scope(named: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of the caller of `query`, and those given for it."""
    frame = sys._getframe(1)
    while frame.f_back is not None and os.path.dirname(frame.f_code.co_filename) == _HERE:
        frame = frame.f_back
    given = {**(named.get("global_dict") or {}), **(named.get("local_dict") or {})}
    return {**frame.f_globals, **frame.f_locals, **given}
