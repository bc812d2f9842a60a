"""DataFrame: pandas' names over a lazy plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _absent, _columns, _format, _index, _inplace, _native, _numpy
from hypostyle._apply import Functional
from hypostyle._arithmetic import Arithmetic
from hypostyle._dtypes import DType
from hypostyle._filling import filled, values_by_column
from hypostyle._names import Names, Types
from hypostyle._operators import Operators
from hypostyle._output import Output
from hypostyle._plan import Plan
from hypostyle._reductions import Reductions
from hypostyle._reshape import Reshape
from hypostyle._sampling import sampled, seed_of
from hypostyle._selection import Selection, renamed_labels, renamed_levels
from hypostyle._values import Values
from hypostyle._watching import Watching
from hypostyle._windows import Make, Running, over_all, window
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr
from hypostyle.index import Index
from hypostyle.series import Series, extreme_rows, nulls_first, repeated, sliced, without_repeats

if TYPE_CHECKING:
    from hypostyle._dates import Resampler
    from hypostyle.groupby import GroupBy


class DataFrame(Values, Operators, Arithmetic, Selection, Reshape, Functional, Watching, Running, Output, Reductions):
    """A table of columns. Verbs build a plan; looking at rows runs it, and the result is kept.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
    >>> df[df["x"] > 1].groupby("k").sum().to_dict("list")
    {'x': [3, 2]}
    """

    __slots__ = ("_plan",)

    def __init__(
        self,
        data: Any = None,
        index: Any = None,
        columns: Sequence[str] | None = None,
        dtype: Any = None,
        copy: Any = None,
        *,
        keep_nan: bool = False,
    ) -> None:
        """A frame of a dictionary of columns, a list of dictionaries or of rows, an array, a pandas frame, or Arrow data.
        ``index``: labels of the rows; ``keep_nan``: NaN is a value, not a missing one.

        >>> import hypostyle as hs
        >>> hs.DataFrame([[1, "a"], [2, "b"]], index=["u", "v"], columns=["n", "s"]).loc["v", "s"]
        'b'
        """
        columns = None if columns is None else list(columns)
        plan = _columns.plan_of({} if data is None else data, columns, keep_nan)
        if dtype is not None:
            from hypostyle._categories import converted

            casts = {name: converted(plan, plan.column(name), dtype) for name in plan.columns}
            plan = plan.with_columns(casts)
        self._plan = plan
        if index is not None:
            self._plan = self.set_axis(index)._plan

    @classmethod
    def from_dict(
        cls, data: Mapping[Any, Any], orient: str = "columns", dtype: Any = None, columns: Sequence[str] | None = None
    ) -> DataFrame:
        """A frame of a dictionary of columns, or with ``orient="index"`` of rows by label, whose columns are named by
        ``columns`` (or by the rows' own keys).

        >>> import hypostyle as hs
        >>> hs.DataFrame.from_dict({"u": [1, 2], "v": [3, 4]}, orient="index", columns=["a", "b"]).loc["v", "a"]
        3
        """
        if orient == "columns":
            return cls(data, columns=columns, dtype=dtype)
        if orient != "index":
            raise InvalidArgumentError(f"from_dict: orient is 'columns' or 'index', not {orient!r}")
        return cls(list(data.values()), index=list(data), columns=columns, dtype=dtype)

    @classmethod
    def from_records(
        cls, data: Any, index: Any = None, exclude: Any = None, columns: Sequence[str] | None = None
    ) -> DataFrame:
        """A frame of rows: tuples, lists, dictionaries, or a structured array; ``index`` may name columns.

        >>> import hypostyle as hs
        >>> hs.DataFrame.from_records([(1, "a"), (2, "b")], columns=["n", "s"]).to_dict("list")
        {'n': [1, 2], 's': ['a', 'b']}
        """
        fields = getattr(getattr(data, "dtype", None), "names", None)
        rows: Any = {name: data[name] for name in fields} if fields else data
        if not isinstance(rows, Mapping) and not hasattr(rows, "_plan") and not _numpy.is_array(rows):
            rows = list(rows)
        made = cls(rows, columns=columns)
        if exclude is not None:
            made = made.drop(columns=exclude)
        if index is None:
            return made
        names = [index] if isinstance(index, str) else list(index)
        known = set(made.columns)
        by_name = all(isinstance(name, str) and name in known for name in names)
        return made.set_index(names) if by_name else made.set_axis(index)

    @classmethod
    def _of(cls, plan: Plan) -> DataFrame:
        frame = cls.__new__(cls)
        frame._plan = plan
        return frame

    def _become(self, made: DataFrame) -> None:
        self._plan = made._plan

    def _then(self, query: _native.Query) -> DataFrame:
        """Some of these rows, in some order."""
        return DataFrame._of(self._plan.then(query))

    # Columns.

    @property
    def columns(self) -> Names:
        """The names of the columns, without those that act as the index: a list that has what pandas' index of columns
        offers.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1], "y": [2]})
        >>> df.columns, df.columns.get_loc("y"), df.columns.difference(["x"])
        (['x', 'y'], 1, ['y'])
        """
        return Names(self._plan.columns)

    @columns.setter
    def columns(self, names: Sequence[str]) -> None:
        old = self.columns
        if len(names := list(names)) != len(old):
            raise InvalidArgumentError(f"{len(names)} names for {len(old)} columns")
        self._plan = self._plan.rename(dict(zip(old, names, strict=True)))

    @property
    def dtypes(self) -> dict[str, str]:
        """The names of the types, by column. They equal what pandas' scripts compare them with.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1], "s": ["a"]})
        >>> df.dtypes, df.dtypes["x"] == int
        ({'x': 'int64', 's': 'string'}, True)
        """
        index = self._plan.index_columns
        return Types((name, DType(dtype)) for name, dtype in self._plan.dtypes.items() if name not in index)

    @property
    def index_names(self) -> list[str | None]:
        """Names of the columns that act as the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.index_names
        ['k']
        """
        return [label for _, label in self._plan.index]

    def _series(self, name: str) -> Series:
        return Series(self._plan, self._plan.column(name), name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self._series(key)
        if isinstance(key, (BoundExpression, Expr)):
            return self.filter(key)
        if hasattr(key, "_plan"):
            return self.where(key)
        if isinstance(key, slice):
            return self._then(sliced(self._plan.query, key)) if key.step in (None, 1) else self.iloc[key]
        if callable(key):
            return self[key(self)]
        if _numpy.is_array(key) and key.ndim == 1 and key.dtype.kind in "OUT":
            key = key.tolist()
        if isinstance(key, (list, tuple)) and all(isinstance(name, str) for name in key):
            for name in key:
                self._plan.query.check(name)
            return DataFrame._of(self._plan.keep(key))
        if _numpy.is_array(key) or isinstance(key, (list, tuple)):
            listed = key.tolist() if _numpy.is_array(key) else list(key)
            if all(isinstance(one, bool) for one in listed):
                return self.iloc[listed]
            raise DataTypeError("rows are chosen by a condition such as df['x'] > 1, or by position with iloc")
        raise DataTypeError(f"a frame takes names, a mask or a slice in brackets, not {key!r}")

    def __setitem__(self, name: Any, value: Any) -> None:
        if isinstance(name, (BoundExpression, Expr)) or hasattr(name, "_plan"):
            self._plan = self.mask(name, value)._plan
        elif isinstance(name, (list, tuple)):
            others = self._others(value, 0)
            values = list(others.values()) if hasattr(value, "_plan") and not isinstance(value, BoundExpression) else []
            news = values or [others[one] if one in others else self._plan.expr(value) for one in name]
            self._plan = self._plan.with_columns(dict(zip(name, news, strict=True)))
        else:
            self._plan = self.assign(**{name: value})._plan

    def __delitem__(self, name: str) -> None:
        self._plan = self.drop(columns=[name])._plan

    def __getattr__(self, name: str) -> Series:
        if not name.startswith("_") and name in self._plan.names:
            return self._series(name)
        raise AttributeError(_absent.message("DataFrame", name, _absent.FRAME), name=name, obj=self)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self.columns if name.isidentifier())]

    def get(self, name: str, default: Any = None) -> Any:
        """A column, or ``default`` if there is none of that name.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.get("y", "none"), df.get("x").to_list()
        ('none', [1, 2, 3])
        """
        return self._series(name) if name in self.columns else default

    def assign(self, **columns: Any) -> DataFrame:
        """All columns, and these: expressions, series of this frame, constants, or functions of the frame. Later ones
        see earlier ones.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.assign(y=df["x"] * 2, z=lambda d: d["y"] + 1)["z"].to_list()
        [3, 5, 7]
        """
        plan = self._plan
        pending: dict[str, _native.Expr] = {}
        for name, value in columns.items():
            if callable(value) and not isinstance(value, (BoundExpression, Expr)):
                plan, pending = plan.with_columns(pending), {}
                value = value(DataFrame._of(plan))
            if isinstance(value, dict) or (hasattr(value, "iloc") and not isinstance(value, BoundExpression)):
                raise UnsupportedError(
                    f"assign: {name!r} is a {type(value).__name__}; rows are not matched by label. "
                    "Make it a frame with a key and merge, or give its values as an array"
                )
            if isinstance(value, range):
                value = list(value)
            if _numpy.is_array(value) or isinstance(value, (list, tuple)):
                plan, pending = _columns.beside(plan.with_columns(pending), name, value), {}
                continue
            plan = plan.with_room(value)
            native = _columns.matched(plan, value) if isinstance(value, Series) else None
            native = plan.expr(value) if native is None else native
            if isinstance(value, Expr) and any(column in pending for column in native.columns()):
                plan, pending = plan.with_columns(pending), {}
            pending[name] = native
        made = plan.with_columns(pending)
        return DataFrame._of(made.keep([name for name in made.columns if not name.startswith("\0")]))

    def select(self, *columns: Any, **named: Any) -> DataFrame:
        """These columns or expressions only.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.select("k", y=hs.col("x") * 2).to_dict("list")
        {'k': ['b', 'a', 'b'], 'y': [2, 4, 6]}
        """
        flat = [part for column in columns for part in (column if isinstance(column, (list, tuple)) else [column])]
        exprs = dict(self._plan.selected(column) for column in flat)
        exprs.update((name, self._plan.expr(value)) for name, value in named.items())
        if exprs and all(expr.has_aggregate() for expr in exprs.values()):
            query = self._plan.query.select([expr.alias(name) for name, expr in exprs.items()])
            return DataFrame._of(Plan(query))
        index = {name: _native.Expr.column(name) for name in self._plan.index_columns}
        return DataFrame._of(self._plan.project({**index, **exprs}))

    def drop(
        self, labels: Any = None, *, axis: Any = 0, index: Any = None, columns: Any = None, errors: str = "raise"
    ) -> DataFrame:
        """All columns but these; with ``index`` (or ``labels`` and ``axis=0``) all rows but those of these labels.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.drop(columns="x").columns, df.drop([0])["x"].to_list()
        (['k'], [2, 3])
        """
        if labels is not None:
            index, columns = (index, labels) if axis in (1, "columns") else (labels, columns)
        if index is not None:
            if not self._plan.index and self._plan.origins:
                raise UnsupportedError("drop: the rows have no labels of their own; write df[~condition]")
            index = index.own_list("drop") if isinstance(index, Index) else index
            gone = list(index) if hasattr(index, "__iter__") and not isinstance(index, (str, tuple)) else [index]
            if errors == "raise":
                _ = self.loc[gone]
            kept = self[~self.index.isin(gone)]
            return kept if columns is None else kept.drop(columns=columns, errors=errors)
        if columns is None:
            raise InvalidArgumentError("drop: give columns=..., or index=... for rows by label")
        dropped = [columns] if isinstance(columns, str) else list(columns)
        known = self._plan.names
        if errors == "raise":
            for name in dropped:
                self._plan.query.check(name)
        return DataFrame._of(self._plan.keep([n for n in self.columns if n not in dropped and n in known]))

    def rename(
        self,
        mapper: Any = None,
        *,
        index: Any = None,
        columns: Any = None,
        axis: Any = None,
        copy: Any = None,
        level: Any = None,
        errors: str = "ignore",
    ) -> DataFrame:
        """Columns (``columns``, or ``axis=1``) or labels of rows (``index``) under new names: a mapping of old to new, or a
        function. A mapping or function alone is of the labels, as in pandas; rows without labels have none to rename.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> made = df.rename(index={"a": "A"}, columns=str.upper)
        >>> made.columns, list(made.index)
        (['X'], ['A', 'b'])
        """
        if mapper is not None:
            if axis in (1, "columns"):
                columns = mapper
            elif self._plan.index:
                index = mapper
            else:
                raise UnsupportedError("rename: the rows have no labels; give columns=... to rename columns")
        if columns is None and index is None:
            raise InvalidArgumentError(
                "rename: give columns (or index), a mapping of old names to new ones or a function"
            )
        plan = self._plan
        if columns is not None:
            if callable(columns):
                columns = {name: columns(name) for name in self.columns}
            columns = dict(columns.items())
            known = plan.names
            if errors == "raise":
                for old in columns:
                    plan.query.check(old)
            plan = plan.rename({old: new for old, new in columns.items() if old in known and old != new})
        return DataFrame._of(plan if index is None else renamed_labels(plan, index, level, errors))

    def astype(self, dtype: Any) -> DataFrame:
        """Conversion of all columns, or of those in a mapping; a value that does not fit is an error.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.astype({"x": "float64"})["x"].to_list()
        [1.0, 2.0, 3.0]
        """
        from hypostyle._categories import converted

        wanted = dtype if isinstance(dtype, Mapping) else dict.fromkeys(self.columns, dtype)
        plan = self._plan
        casts = {name: converted(plan, plan.column(name), to) for name, to in wanted.items()}
        return DataFrame._of(self._plan.with_columns(casts))

    def fillna(self, value: Any = None, *, axis: Any = 0, limit: int | None = None) -> DataFrame:
        """Another value where it is missing, at most ``limit`` times in a column: one for all columns, or by column in a
        mapping, a series indexed by the columns' names, or a frame of the same rows. `ffill` and `bfill` take neighbours.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1.0, None, 3.0], "k": ["a", None, "b"]})
        >>> df.fillna({"k": "?"})["k"].to_list(), df.fillna(df.mean(numeric_only=True))["x"].to_list()
        (['a', '?', 'b'], [1.0, 2.0, 3.0])
        """
        if value is None:
            raise InvalidArgumentError("fillna: give a value; ffill() and bfill() take neighbours")
        if axis in (1, "columns"):
            raise UnsupportedError("fillna(axis=1): ffill(axis=1) and bfill(axis=1) go along rows")
        many = isinstance(value, Mapping) or hasattr(value, "_plan")
        plan = self._plan.with_room(value) if hasattr(value, "_plan") else self._plan
        frame, known, exprs = DataFrame._of(plan), self.columns, {}
        for name, to in values_by_column(frame, value).items():
            if name in known:
                made = filled(plan.column(name), to, limit)
                try:
                    plan.query.dtype_of(made)
                except DataTypeError:
                    # A value that does not fit is no matter where nothing is missing.
                    if many or self._series(name).hasnans:
                        raise
                    continue
                exprs[name] = over_all(made)
        whole = plan.with_columns(exprs)
        return DataFrame._of(whole if plan is self._plan else whole.keep(known))

    def isna(self) -> DataFrame:
        """Whether each value is missing.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.isna().to_dict("list")
        {'x': [False, False], 'y': [False, True]}
        """
        exprs = {name: _native.Expr.call("scalar", "is_null", [self._plan.column(name)]) for name in self.columns}
        return DataFrame._of(self._plan.with_columns(exprs))

    isnull = isna

    def set_index(
        self, keys: Any, drop: bool = True, append: bool = False, verify_integrity: bool = False
    ) -> DataFrame:
        """These columns act as the index: they come first in tables and become pandas' index. A series of the frame is
        possible too.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.set_index("k").loc["a", "x"]
        2
        """
        if isinstance(keys, BoundExpression) or _numpy.is_array(keys):
            return self.set_axis(keys)
        keys = [keys] if isinstance(keys, str) else list(keys)
        before = self._plan.index if append else ()
        plan = self._plan.reindexed(()) if append else _index.reset(self._plan, True)
        made = DataFrame._of(_index.set_columns(plan, keys, drop))
        if append:
            made._plan = made._plan.reindexed([*before, *made._plan.index])
        if verify_integrity and not made.index.is_unique:
            raise InvalidArgumentError("set_index: a label occurs twice")
        return made

    def reset_index(self, level: Any = None, *, drop: bool = False, names: Any = None) -> DataFrame:
        """The index (or some of its levels) as ordinary columns, under other ``names`` if given.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.reset_index().columns
        ['k', 'x']
        """
        if isinstance(level, bool):
            level, drop = None, level
        plan = self._plan
        if names is not None and plan.index:
            plan = renamed_levels(plan, names)
        if level is None:
            return DataFrame._of(_index.reset(plan, drop))
        levels = level if isinstance(level, (list, tuple)) else [level]
        gone = {Index(plan)._level(one) for one in levels}
        kept = [part for at, part in enumerate(plan.index) if at not in gone]
        freed = [part for at, part in enumerate(plan.index) if at in gone]
        if drop:
            hidden = [column for column, _ in freed]
            left = plan.reindexed(kept)
            return DataFrame._of(left.keep([name for name in left.columns if name not in hidden]))
        flat = _index.reset(plan.reindexed(freed).keep([*(c for c, _ in kept), *plan.columns]), False)
        return DataFrame._of(flat.reindexed(kept))

    # Rows.

    def dropna(
        self,
        subset: str | Sequence[str] | None = None,
        how: str = "any",
        *,
        thresh: int | None = None,
        axis: Any = 0,
        ignore_index: bool = False,
    ) -> DataFrame:
        """Rows without a missing value (``how="all"``: with at least one value, ``thresh``: with so many) in these
        columns. With ``axis=1`` the columns without one; runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.dropna().to_dict("list")
        {'x': [1], 'y': [3]}
        """
        if how not in ("any", "all"):
            raise InvalidArgumentError(f"how is 'any' or 'all', not {how!r}")
        if axis in (1, "columns"):
            counts, rows = self.count(), len(self)
            least = thresh if thresh is not None else rows if how == "any" else min(rows, 1)
            return self._keep([name for name, count in counts.items() if count >= least])
        names = [subset] if isinstance(subset, str) else self.columns if subset is None else list(subset)
        present = [_native.Expr.call("scalar", "is_not_null", [self._plan.column(name)]) for name in names]
        if not present:
            return self
        if thresh is not None:
            count = present[0].cast("int64")
            for here in present[1:]:
                count = count.binary("+", here.cast("int64"))
            kept = count.binary(">=", _native.Expr.literal(thresh))
        else:
            kept = present[0]
            for here in present[1:]:
                kept = kept.binary("&" if how == "any" else "|", here)
        found = self._then(self._plan.query.filter(kept))
        return found.reset_index(drop=True) if ignore_index else found

    def sort_values(
        self,
        by: Any,
        ascending: bool | Sequence[bool] = True,
        na_position: str = "last",
        ignore_index: bool = False,
        kind: str = "stable",
        key: Callable[..., Any] | None = None,
        axis: Any = 0,
    ) -> DataFrame:
        """Rows in order of columns; stable. Missing values come last, or first with ``na_position="first"``. ``key``: a
        function from a series to the one that is compared.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "A"], "x": [1, 2]})
        >>> df.sort_values("k", key=lambda s: s.str.lower())["x"].to_list()
        [2, 1]
        """
        if axis in (1, "columns"):
            raise UnsupportedError("sort_values(axis=1): columns are put in order by choosing them, df[names]")
        if key is not None:
            names = by if isinstance(by, (list, tuple)) else [by]
            by = [key(self[name]) if isinstance(name, str) else key(name) for name in names]
        keys = [self._plan.selected(key)[1] for key in (by if isinstance(by, (list, tuple)) else [by])]
        order = [ascending] * len(keys) if isinstance(ascending, bool) else list(ascending)
        if len(order) != len(keys):
            raise InvalidArgumentError(f"sort_values: {len(order)} values of ascending for {len(keys)} columns")
        descending = [not up for up in order]
        found = self._then(self._plan.query.sort(keys, descending, nulls_first(na_position)))
        return found.reset_index(drop=True) if ignore_index else found

    def sort_index(
        self,
        *,
        axis: Any = 0,
        level: Any = None,
        ascending: Any = True,
        kind: str = "stable",
        na_position: str = "last",
        sort_remaining: bool = True,
        ignore_index: bool = False,
        key: Callable[..., Any] | None = None,
    ) -> DataFrame:
        """Rows in order of the index, or of some of its levels first; ``key``: a function from a level (as a series) to what
        is compared. With ``axis=1`` columns in order of their names.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a"], "x": [1, 2]}).set_index("k")
        >>> df.sort_index()["x"].to_list(), df.sort_index(ascending=False)["x"].to_list()
        ([2, 1], [1, 2])
        """
        if axis in (1, "columns"):
            return self._keep(sorted(self.columns, key=key, reverse=not ascending))
        index = self._plan.index
        if not index:
            found = self if ascending else self.iloc[::-1]
            return found.reset_index(drop=True) if ignore_index else found
        chosen = list(range(len(index)))
        if level is not None:
            first = [Index(self._plan)._level(one) for one in (level if isinstance(level, list) else [level])]
            chosen = first + ([at for at in chosen if at not in first] if sort_remaining else [])
        up = list(ascending) if isinstance(ascending, (list, tuple)) else [ascending] * len(chosen)
        if isinstance(ascending, (list, tuple)) and level is not None:
            up += [True] * (len(chosen) - len(up))
        if len(up) != len(chosen):
            raise InvalidArgumentError(f"sort_index: {len(up)} values of ascending for {len(chosen)} levels")
        keys = [_native.Expr.column(index[at][0]) for at in chosen]
        if key is not None:
            made = [key(Series(self._plan, native, index[at][1])) for at, native in zip(chosen, keys, strict=True)]
            keys = [self._plan.expr(one, same_rows=True) for one in made]
        found = self._then(self._plan.query.sort(keys, [not one for one in up], nulls_first(na_position)))
        return found.reset_index(drop=True) if ignore_index else found

    def head(self, n: int = 5) -> DataFrame:
        """The first rows.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.head(2)["x"].to_list()
        [1, 2]
        """
        return self[:n]

    def tail(self, n: int = 5) -> DataFrame:
        """The last rows; runs the query.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.tail(2)["x"].to_list()
        [2, 3]
        """
        return self[max(self._plan.query.collect().rows() - n, 0) :] if n >= 0 else self[-n:]

    def nlargest(self, n: int, columns: str | Sequence[str], keep: str = "first") -> DataFrame:
        """The rows with the greatest values, those without a value last; of equal ones the first, with ``keep="last"`` the
        last, with ``keep="all"`` all of them, even if that is more than ``n``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "c"], "x": [1, 3, 3]})
        >>> df.nlargest(1, "x")["k"].to_list(), df.nlargest(1, "x", keep="all")["k"].to_list()
        (['b'], ['b', 'c'])
        """
        return self._extreme(n, columns, keep, True)

    def nsmallest(self, n: int, columns: str | Sequence[str], keep: str = "first") -> DataFrame:
        """The rows with the smallest values; see `nlargest`.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [4, 1, 3]}).nsmallest(2, "x")["x"].to_list()
        [1, 3]
        """
        return self._extreme(n, columns, keep, False)

    def _extreme(self, n: int, columns: str | Sequence[str], keep: str, down: bool) -> DataFrame:
        names = [columns] if isinstance(columns, str) else list(columns)
        return self._then(extreme_rows(self._plan.query, [self._plan.column(name) for name in names], n, keep, down))

    def _across(self, verb: str, *args: Any) -> DataFrame:
        from hypostyle._values import across

        return DataFrame._of(self._plan.with_columns(across(self._plan, verb, *args)))

    def _each(self, make: Make, numeric: bool = False, but: str | None = None) -> DataFrame:
        names = [name for name in self.columns if name != but]
        return DataFrame._of(self._plan.with_columns({n: over_all(make(self._plan.column(n))) for n in names}))

    def duplicated(self, subset: str | Sequence[str] | None = None, keep: Any = "first") -> Series:
        """Whether there is an earlier row that is equal in these columns; with ``keep="last"`` a later one, with
        ``keep=False`` any.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.duplicated("k").to_list()
        [False, False, True]
        """
        names = self.columns if subset is None else [subset] if isinstance(subset, str) else list(subset)
        return Series(self._plan, repeated([self._plan.column(name) for name in names], keep), None)

    def sample(
        self,
        n: int | None = None,
        frac: float | None = None,
        replace: bool = False,
        weights: Any = None,
        random_state: Any = None,
        axis: Any = 0,
        ignore_index: bool = False,
    ) -> DataFrame:
        """Rows drawn at random, in random order: ``n`` of them, or the share ``frac``; with ``replace=True`` a row may be
        drawn more than once. ``weights`` (a column's name, a series or a list) say how likely each is. The same
        ``random_state`` draws the same rows of the same frame, for any number of threads.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "w": [0, 0, 1]})
        >>> df.sample(1, weights="w")["x"].to_list(), len(df.sample(10, replace=True))
        ([3], 10)
        """
        if axis in (1, "columns"):
            raise UnsupportedError("sample(axis=1): choose columns by name, df[random.sample(df.columns, 2)]")
        found = self._then(sampled(self._plan, n, frac, replace, weights, random_state))
        return found.reset_index(drop=True) if ignore_index else found

    def random_split(
        self, fractions: Sequence[float], random_state: int | None = None, by: Any = None
    ) -> list[DataFrame]:
        """Frames of about these shares of the rows, which are told apart by a stable hash: of the row's number, or of the
        key ``by``, so that rows of one key stay together and in the same frame whatever other rows there are.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> train, test = df.random_split([0.5, 0.5], random_state=1)
        >>> len(train) + len(test)
        3
        """
        if not fractions or min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-9:
            raise InvalidArgumentError(f"the shares {list(fractions)} do not add up to 1")
        key = window("row_number") if by is None else self._plan.selected(by)[1]
        drawn = _native.Expr.call("scalar", "hash", [key], {"seed": seed_of(random_state)})
        place = drawn.cast("float64").binary("/", _native.Expr.literal(2.0**64))
        parts, low = [], 0.0
        for position, fraction in enumerate(fractions):
            high = low + fraction
            chosen = place.binary(">=", _native.Expr.literal(low))
            if position < len(fractions) - 1:
                chosen = chosen.binary("&", place.binary("<", _native.Expr.literal(high)))
            parts.append(self._then(self._plan.query.filter(chosen)))
            low = high
        return parts

    def drop_duplicates(
        self, subset: str | Sequence[str] | None = None, keep: Any = "first", ignore_index: bool = False
    ) -> DataFrame:
        """One row per distinct combination of these columns: the first one, with ``keep="last"`` the last one, with
        ``keep=False`` only rows that have no equal.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
        >>> df.drop_duplicates("k")["x"].to_list(), df.drop_duplicates("k", keep="last")["x"].to_list()
        ([1, 2], [2, 3])
        """
        names = self.columns if subset is None else [subset] if isinstance(subset, str) else list(subset)
        found = self._then(without_repeats(self._plan, names, keep))
        return found.reset_index(drop=True) if ignore_index else found

    def explode(self, column: str | Sequence[str], ignore_index: bool = True) -> DataFrame:
        """One row per element of a list column, or of several whose lists are equally long in each row; an empty or missing
        list gives one row with a missing value.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"k": ["a", "b"], "x": [[1, 2], []]}).explode("x").to_dict("list")
        {'k': ['a', 'a', 'b'], 'x': [1, 2, None]}
        """
        names = [column] if isinstance(column, str) else list(column)
        for name in names:
            self._plan.query.check(name)
        return self._then(self._plan.query.explode_together(names))

    def unnest(self, column: str) -> DataFrame:
        """The fields of a struct column as columns in its place.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"s": [{"a": 1, "b": "x"}]}).unnest("s").to_dict("list")
        {'a': [1], 'b': ['x']}
        """
        self._plan.query.check(column)
        return self._then(self._plan.query.unnest(column))

    def merge(self, right: DataFrame, how: str = "inner", on: Any = None, **options: Any) -> DataFrame:
        """Rows of both frames whose keys are equal; see `hypostyle.merge`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> names = hs.DataFrame({"k": ["a", "b"], "name": ["Ann", "Bo"]})
        >>> df.merge(names, on="k")["name"].to_list()
        ['Bo', 'Ann', 'Bo']
        """
        from hypostyle._merge import merge

        return merge(self, right, how, on, **options)

    def join_where(self, right: DataFrame, *conditions: Any, **options: Any) -> DataFrame:
        """Rows of both frames where conditions hold; see `hypostyle.join_where`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 5]})
        >>> other = hs.DataFrame({"y": [3]})
        >>> df.join_where(other, hs.col("x") < hs.col("y")).to_dict("list")
        {'x': [1], 'y': [3]}
        """
        from hypostyle._merge import join_where

        return join_where(self, right, *conditions, **options)

    def update(self, other: DataFrame, on: str | Sequence[str]) -> DataFrame:
        """The rows with the values of another frame where its key is the same and its value is not missing. Unlike in
        pandas the frame itself stays as it is; rows are matched by the columns ``on``, which may not repeat in the other.

        >>> import hypostyle as hs
        >>> prices = hs.DataFrame({"id": [1, 2], "price": [10, 20]})
        >>> prices.update(hs.DataFrame({"id": [2], "price": [25]}), on="id").to_dict("list")
        {'id': [1, 2], 'price': [10, 25]}
        """
        from hypostyle._merge import by_key

        return by_key("update", self, other, on)

    def combine_first(self, other: DataFrame, on: str | Sequence[str]) -> DataFrame:
        """The rows of both frames by key: the values of this one where they are not missing, the other's elsewhere. This
        frame's rows come first, then those of the other whose key it has not.

        >>> import hypostyle as hs
        >>> a = hs.DataFrame({"id": [1, 2], "x": [10, None]})
        >>> a.combine_first(hs.DataFrame({"id": [2, 3], "x": [20, 30]}), on="id").to_dict("list")
        {'id': [1, 2, 3], 'x': [10, 20, 30]}
        """
        from hypostyle._merge import by_key

        return by_key("combine_first", self, other, on)

    def groupby(
        self,
        by: Any = None,
        level: Any = None,
        *,
        as_index: bool = True,
        sort: bool | None = True,
        group_keys: bool = True,
        observed: bool = True,
        dropna: bool = True,
    ) -> GroupBy:
        """Groups of equal keys: columns' names, series or expressions, levels of the index, a value for each row, or a
        function or mapping of the rows' labels. ``sort=None`` leaves the order of the groups open (the same in every run),
        which is faster than by key or as first seen where there are many groups. ``group_keys=False``: `apply` puts the
        keys of the groups not before their rows. ``observed=False``: categories that no row has make groups too, in
        aggregates.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.groupby("k")["x"].sum().to_dict(), df.groupby(df["x"] > 1)["x"].max().to_list()
        ({'a': 2, 'b': 4}, [1, 3])
        """
        from hypostyle._dates import Grouper
        from hypostyle.groupby import GroupBy

        if isinstance(by, Grouper) and by.freq is not None and by.level is None:
            return self.resample(by.freq, on=by.key, label=by.label)  # type: ignore[return-value]
        groups = GroupBy._of(self._plan, by, sort, dropna, as_index, level)
        groups._group_keys, groups._observed = group_keys, observed
        return groups

    def resample(
        self,
        rule: str,
        closed: str | None = None,
        label: str | None = None,
        on: str | None = None,
        level: Any = None,
        origin: Any = "start_day",
        offset: Any = None,
        group_keys: bool = False,
    ) -> Resampler:
        """Groups by periods of time, of the column ``on`` or else the index: ``"15min"``, ``"D"``, ``"W"``, ``"MS"``,
        ``"QE"``. Aggregate with ``sum()`` and the like; periods without rows are there too. ``label`` names periods by their
        ``"left"`` or ``"right"`` end.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"t": ["2024-01-01", "2024-01-31", "2024-03-01"], "x": [1, 2, 3]}).astype({"t": "date"})
        >>> df.resample("MS", on="t")["x"].sum().to_list()
        [3, 0, 3]
        """
        from hypostyle._dates import resampled

        if level is not None and on is None and len(self._plan.index) != 1:
            raise UnsupportedError("resample: level of an index of several; reset_index and give on=...")
        return resampled(self, rule, on, label, closed=closed, origin=origin, offset=offset)

    def map_partitions(
        self, func: Callable[..., Any], *args: Any, meta: Any = None, processes: bool = False, **kwargs: Any
    ) -> DataFrame:
        """A function from the frame of a partition to a frame; ``meta`` tells the columns of its result, which else are
        learned from a partition without rows. Partitions are handed out on all threads, or with ``processes=True`` to
        worker processes, where functions that are plain Python run side by side.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2, 3]}).map_partitions(lambda part: part.head(2)).to_dict("list")
        {'x': [1, 2]}
        """
        from hypostyle._partitions import map_partitions

        return DataFrame._of(map_partitions(self._plan, func, args, meta, kwargs, processes))

    def copy(self, deep: bool = True) -> DataFrame:
        """Another frame of the same plan; data is immutable and shared.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.copy().equals(df)
        True
        """
        return DataFrame._of(self._plan)

    # Summaries.

    def describe(
        self, percentiles: Sequence[float] | None = None, include: Any = None, exclude: Any = None
    ) -> DataFrame:
        """Count, mean, standard deviation, smallest, quartiles (or these percentiles) and greatest of the numeric columns;
        count, number of distinct values, most frequent one and its frequency of text, if there is no number or with
        ``include="all"``. ``include`` and ``exclude`` choose columns by type, as `select_dtypes` does.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "k": ["a", "b", "a"]})
        >>> df.describe().loc["mean", "x"], df.describe(include="object").loc["top", "k"]
        (2.0, 'a')
        """
        from hypostyle._describe import describe

        if exclude is not None or include not in (None, "all"):
            if isinstance(include, str) and include == "all":
                raise InvalidArgumentError("describe: include='all' and exclude")
            return describe(self.select_dtypes(include, exclude), percentiles, "all")
        return describe(self, percentiles, include)

    def value_counts(
        self,
        subset: str | Sequence[str] | None = None,
        normalize: bool = False,
        sort: bool = True,
        ascending: bool = False,
        dropna: bool = True,
    ) -> Series:
        """How often each combination of values of these columns occurs, most frequent first; they are the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.value_counts("k").to_dict()
        {'b': 2, 'a': 1}
        """
        from hypostyle.series import value_counts

        names = self.columns if subset is None else [subset] if isinstance(subset, str) else list(subset)
        keys = [(name, self._plan.column(name)) for name in names]
        return value_counts(self._plan, keys, normalize, sort, ascending, dropna)

    # Running.

    def compute(self) -> DataFrame:
        """Runs the query and keeps the result in memory.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df[df["x"] > 1].compute().shape
        (2, 2)
        """
        self._plan.query.collect()
        return self

    def persist(self) -> DataFrame:
        """A frame over the partitions of the result, without the plan that made them.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df[df["x"] > 1].persist().shape
        (2, 2)
        """
        return DataFrame._of(self._plan.collected())

    @property
    def npartitions(self) -> int:
        """The number of partitions of the result; runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.npartitions
        1
        """
        return len(self._plan.query.collect().partition_rows())

    def repartition(self, npartitions: int) -> DataFrame:
        """The same rows in about so many partitions of equal size; runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.repartition(3).npartitions
        3
        """
        return self._then(self._plan.query.collect().repartition(npartitions))

    @property
    def partitions(self) -> Iterator[DataFrame]:
        """The partitions as frames; runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> [part["x"].to_list() for part in df.repartition(3).partitions]
        [[1], [2], [3]]
        """
        table = self._plan.query.collect()
        return (self._then(table.partition(i)) for i in range(len(table.partition_rows())))

    def explain(self, analyze: bool = False) -> str:
        """The plan as text; with ``analyze``, runs it and tells rows, time and bytes of each operator.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> "filter" in df[df["x"] > 1].explain().lower()
        True
        """
        return self._plan.query.explain(analyze)

    def __repr__(self) -> str:
        return _format.frame(self._plan)

    def _repr_html_(self) -> str:
        return _format.html(self._plan)


_inplace.allow(DataFrame, _inplace.FRAME, DataFrame._become)
