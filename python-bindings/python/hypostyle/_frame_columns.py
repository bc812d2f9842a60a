"""Verbs of frames that make, choose and name columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from hypostyle import _columns, _index, _native, _numpy
from hypostyle._cells import is_missing
from hypostyle._choosing import along_columns
from hypostyle._filling import filled, values_by_column
from hypostyle._headings import column_level, column_of, columns_of, depth, one_shown, renamed
from hypostyle._label_arguments import names_in
from hypostyle._labels import column_name
from hypostyle._plan import Plan
from hypostyle._relabel import indexed_by, renamed_labels, renamed_levels, without_labels
from hypostyle._set_cells import in_categories
from hypostyle._windows import over_all
from hypostyle.errors import ColumnNotFoundError, DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr
from hypostyle.index import Index
from hypostyle.series import Series

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


def _names_of(choice: Any) -> list[Any]:
    """The labels that an array or an index holds; any other choice of a column alone."""
    if hasattr(choice, "get_level_values") or (_numpy.is_array(choice) and choice.ndim == 1):
        return _numpy.listed(choice)
    return [choice]


class FrameColumns:
    """Columns: made, chosen, named, converted."""

    __slots__ = ()

    _plan: Plan

    if TYPE_CHECKING:
        # What the whole class has.
        _of: ClassVar[Any]

        def __getitem__(self, key: Any) -> Any: ...
        def __getattr__(self, name: str) -> Any: ...

    def get(self, name: str, default: Any = None) -> Any:
        """A column, or ``default`` if there is none of that name.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.get("y", "none"), df.get("x").to_list()
        ('none', [1, 2, 3])
        """
        try:
            return self[name]
        except (ColumnNotFoundError, DataTypeError):
            return default

    def assign(self, **columns: Any) -> DataFrame:
        """All columns, and these: expressions, series of this frame, constants, or functions of the frame. Later ones
        see earlier ones.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.assign(y=df["x"] * 2, z=lambda d: d["y"] + 1)["z"].to_list()
        [3, 5, 7]
        """
        if any(map(self._under, columns)):  # type: ignore[attr-defined]
            # The first of several levels stands for all columns below it.
            made: Any = self.copy()  # type: ignore[attr-defined]
            for name, value in columns.items():
                made[name] = value(made) if callable(value) and not hasattr(value, "_plan") else value
            return made  # type: ignore[no-any-return]
        # A column may have the name of a level of the index.
        plan = self._plan.with_free(columns)
        levels = zip(self._plan.index_columns, plan.index_columns, strict=True)
        moved = {old: _native.Expr.column(new) for old, new in levels if old != new}
        pending: dict[str, _native.Expr] = {}
        if plan.query.is_collected() and not plan.index and not plan.query.rows():
            plan, columns = _columns.with_first_rows(plan, columns)
        for name, value in columns.items():
            value = _columns.computed(value)
            if callable(value) and not isinstance(value, (BoundExpression, Expr)):
                plan, pending = plan.with_columns(pending), {}
                value = value(type(self)._of(plan))
            if isinstance(value, dict) or (hasattr(value, "iloc") and not isinstance(value, BoundExpression)):
                value = value if hasattr(value, "columns") else Series(value)
            if hasattr(value, "columns") and not isinstance(value, (Expr, Index, BoundExpression)):
                if len(value.columns) != 1:
                    raise InvalidArgumentError(
                        f"assign: {name!r} gets a frame of {len(value.columns)} columns; choose one"
                    )
                value = value[value.columns[0]]
                value = value if isinstance(value, Series) else Series(value)
            if isinstance(value, Index):
                value = value.to_list()
            if _numpy.is_array(value) and not value.ndim:
                value = value.item()
            if isinstance(value, range):
                value = list(value)
            if hasattr(value, "chunks") and hasattr(value, "compute") and hasattr(value, "__array__"):
                value = value.compute()  # an array of Dask
            if _numpy.is_array(value) and value.ndim == 2 and value.shape[1] == 1 and value.dtype.kind != "O":
                value = value[:, 0]
            if isinstance(value, float) and value != value:
                pending[name] = _native.Expr.literal(None).cast("float64")
                continue
            # Labels, categories and other arrays of pandas' are values in the order of the rows.
            listed = _numpy.is_array(value) or isinstance(value, (list, tuple))
            if listed or (_columns.is_pandas(value) and hasattr(value, "__len__")):
                plan, pending = _columns.beside(plan.with_columns(pending), name, value), {}
                continue
            plan = plan.with_room(value)
            native = _columns.matched(plan, value, True) if isinstance(value, Series) else None
            native = plan.beside_each(value) if native is None else native
            if moved and isinstance(value, Expr):
                native = native.replaced({old: new for old, new in moved.items() if old not in plan.columns})
            if isinstance(value, Expr) and any(column in pending for column in native.columns()):
                plan, pending = plan.with_columns(pending), {}
            pending[name] = native
        made = plan.with_columns(pending)
        return type(self)._of(made.keep([name for name in made.columns if not name.startswith("\0")]))

    def select(self, *columns: Any, **named: Any) -> DataFrame:
        """These columns or expressions only.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.select("k", y=hs.col("x") * 2).to_dict("list")
        {'k': ['b', 'a', 'b'], 'y': [2, 4, 6]}
        """
        listed = [column if isinstance(column, list) else _names_of(column) for column in columns]
        flat = [part for column in listed for part in column]
        flat = columns_of(self._plan, flat) if depth(self._plan.columns) > 1 else flat
        flat = [part for column in flat for part in (column if isinstance(column, tuple) else [column])]
        flat = [names_in(self._plan, part) for part in flat]
        exprs = dict(self._plan.selected(column) for column in flat)
        exprs.update((name, self._plan.expr(value)) for name, value in named.items())
        if exprs and all(expr.has_aggregate() for expr in exprs.values()):
            query = self._plan.query.select([expr.alias(name) for name, expr in exprs.items()])
            return type(self)._of(Plan(query))
        levels = self._plan.with_free(named).index
        held = map(_native.Expr.column, self._plan.index_columns)
        index = {column: expr for (column, _), expr in zip(levels, held, strict=True)}
        return type(self)._of(self._plan.project({**index, **exprs}, levels or None))

    def drop(
        self,
        labels: Any = None,
        *,
        axis: Any = 0,
        index: Any = None,
        columns: Any = None,
        level: Any = None,
        errors: str = "raise",
    ) -> DataFrame:
        """All columns but these; with ``index`` (or ``labels`` and ``axis=0``) all rows but those of these labels, in one
        ``level`` of the index if told.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.drop(columns="x").columns, df.drop([0])["x"].to_list()
        (['k'], [2, 3])
        """
        if labels is not None:
            if index is not None or columns is not None:
                raise InvalidArgumentError("drop takes labels and axis, or index and columns")
            index, columns = (None, labels) if along_columns("drop", axis) else (labels, None)
        if index is not None:
            index = index.to_list() if isinstance(index, Index) else index
            kept = type(self)._of(without_labels(self._plan, index, level, errors))
            return kept if columns is None else kept.drop(columns=columns, errors=errors)
        if columns is None:
            raise InvalidArgumentError("drop: give columns=..., or index=... for rows by label")
        if level is not None and depth(self._plan.columns) > 1:
            return self._without(columns, level, errors)
        columns = column_of(self._plan, columns)
        dropped = columns_of(self._plan, [columns] if isinstance(columns, str) else list(columns))
        known = self._plan.names
        if errors == "raise":
            for name in dropped:
                self._plan.query.check(name)
        return type(self)._of(self._plan.keep([n for n in self._plan.columns if n not in dropped and n in known]))

    def _without(self, labels: Any, level: Any, errors: str) -> DataFrame:
        """The columns that have none of these labels in one level."""
        found = self.columns.get_level_values(level)
        gone = list(labels) if isinstance(labels, (list, tuple, Index)) else [labels]
        for label in gone if errors == "raise" else []:
            if label not in found:
                raise ColumnNotFoundError(f"drop: no column has {label!r} in its level {level!r}")
        names = zip(self._plan.columns, found, strict=True)
        return type(self)._of(self._plan.keep([name for name, label in names if label not in gone]))

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
            if index is not None or columns is not None:
                raise DataTypeError("rename takes a mapper and axis, or index and columns")
            if axis in (1, "columns"):
                columns = mapper
            elif self._plan.is_numbered and isinstance(mapper, Mapping) and all(isinstance(old, str) for old in mapper):
                raise UnsupportedError("rename: the rows have no such labels; give columns=... to rename columns")
            else:
                index = mapper
        if columns is None and index is None:
            raise InvalidArgumentError(
                "rename: give columns (or index), a mapping of old names to new ones or a function"
            )
        plan = self._plan
        if columns is not None:
            if depth(self._plan.columns) > 1:
                level = column_level(self._plan, level)
                columns = {name: renamed(name, columns, level) for name in self._plan.columns}
            elif callable(columns):
                columns = {name: columns(one_shown(name)) for name in self._plan.columns}
            columns = {column_of(plan, old): column_name(new) for old, new in columns.items()}
            known = plan.names
            if errors == "raise":
                for old in columns:
                    plan.query.check(old)
            columns = {old: new for old, new in columns.items() if old in known and old != new}
            plan = plan.with_free(columns.values()).rename(columns)
        return type(self)._of(plan if index is None else renamed_labels(plan, index, level, errors))

    def astype(self, dtype: Any, copy: Any = None, errors: str = "raise") -> DataFrame:
        """Conversion of all columns, or of those in a mapping; a value that does not fit is an error. With
        ``errors="ignore"`` a column that cannot be converted stays as it is, which runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.astype({"x": "float64"})["x"].to_list()
        [1.0, 2.0, 3.0]
        """
        from hypostyle._categories import if_possible, retyped

        wanted = dtype if isinstance(dtype, Mapping) else dict.fromkeys(self._plan.columns, dtype)
        plan = self._plan
        casts = {}
        for name, to in wanted.items():
            column = plan.column(name := column_of(plan, name))
            casts[name] = retyped(plan, column, to) if errors == "raise" else if_possible(plan, column, to, errors)
        return type(self)._of(self._plan.with_columns(casts))

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
        if is_missing(value):
            return self.copy()  # type: ignore[attr-defined]
        if isinstance(value, dict):
            value = {name: one for name, one in value.items() if one is None or not is_missing(one)}
        if axis in (1, "columns") and (limit is not None or hasattr(value, "keys")):
            raise UnsupportedError("fillna(axis=1): limit and values by label; ffill(axis=1) goes along rows")
        value = _columns.ours(value)
        many = isinstance(value, Mapping) or hasattr(value, "_plan")
        plan = self._plan.with_room(value) if hasattr(value, "_plan") else self._plan
        frame, known, exprs = type(self)._of(plan), self._plan.columns, {}
        for name, to in values_by_column(frame, value).items():
            if name in known:
                made = filled(plan.column(name), to, limit)
                try:
                    one = value.get(name) if isinstance(value, Mapping) else value
                    made = in_categories(plan, plan.column(name), made, one)
                    plan.query.dtype_of(made)
                except DataTypeError:
                    # A value that does not fit is no matter where nothing is missing.
                    if many or self._series(name).hasnans:
                        raise
                    continue
                exprs[name] = over_all(made)
        whole = plan.with_columns(exprs)
        return type(self)._of(whole if plan is self._plan else whole.keep(known))

    def isna(self) -> DataFrame:
        """Whether each value is missing.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, None]})
        >>> df.isna().to_dict("list")
        {'x': [False, False], 'y': [False, True]}
        """
        exprs = {name: _native.Expr.call("scalar", "is_null", [self._plan.column(name)]) for name in self._plan.columns}
        return type(self)._of(self._plan.with_columns(exprs))

    isnull = isna

    def set_index(
        self,
        keys: Any,
        drop: bool = True,
        append: bool = False,
        verify_integrity: bool = False,
        *,
        sort: bool = False,
        npartitions: Any = None,
        divisions: Any = None,
    ) -> DataFrame:
        """These columns act as the index: they come first in tables and become pandas' index. A series of the frame is
        possible too. As in Dask, ``sort=True`` puts the rows in the order of the labels, and so do ``npartitions`` (a
        number) and ``divisions`` (the first label of each partition, and the last of all), which cut them there; runs then.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.set_index("k").loc["a", "x"]
        2
        """
        cut = npartitions if isinstance(npartitions, int) else None
        if sort or cut is not None or divisions is not None:
            from hypostyle._divisions import in_order

            return in_order(self.set_index(keys, drop, append, verify_integrity), cut, divisions)
        keys = _columns.ours(keys)
        if isinstance(keys, BoundExpression) or _numpy.is_array(keys) or hasattr(keys, "get_level_values"):
            return self.set_axis(keys) if not append else self.set_index([keys], drop, append, verify_integrity)
        keys = column_of(self._plan, keys)
        keys = [keys] if isinstance(keys, str) or not hasattr(keys, "__iter__") else list(keys)
        if not all(isinstance(key, str) for key in keys):
            made = type(self)._of(indexed_by(self._plan, keys, drop, append).relabelled())
            if verify_integrity and not made.index.is_unique:
                raise InvalidArgumentError("set_index: a label occurs twice")
            return made
        plan = self._plan.numbered() if append else self._plan
        before, plan = plan.index, plan.reindexed(())
        if not append:
            plan = plan.keep([name for name in plan.columns if name not in [column for column, _ in before]])
        made = type(self)._of(_index.set_columns(plan, keys, drop))
        if append:
            made._plan = made._plan.reindexed([*before, *made._plan.index])
        # Labels are others now: beside the rows that they were these are matched by them.
        made._plan = made._plan.relabelled()
        if verify_integrity and not made.index.is_unique:
            raise InvalidArgumentError("set_index: a label occurs twice")
        return made

    def reset_index(
        self, level: Any = None, *, drop: bool = False, names: Any = None, allow_duplicates: bool = False
    ) -> DataFrame:
        """The index (or some of its levels) as ordinary columns, under other ``names`` if given. Columns have different
        names, so that ``allow_duplicates`` changes nothing.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.reset_index().columns
        ['k', 'x']
        """
        if isinstance(level, bool):
            level, drop = None, level
        plan = self._plan
        if not drop:
            plan = plan.numbered()
        if names is not None and plan.index:
            plan = renamed_levels(plan, names)
        if level is None:
            made = _index.reset(plan, drop)
            return type(self)._of(made if self._plan.is_numbered else made.relabelled())
        levels = level if isinstance(level, (list, tuple)) else [level]
        gone = {Index(plan)._level(one) for one in levels}
        kept = [part for at, part in enumerate(plan.index) if at not in gone]
        # Of several levels those without a name are numbered.
        several = len(plan.index) > 1
        freed = [
            (column, f"level_{at}" if name is None and several else name)
            for at, (column, name) in enumerate(plan.index)
            if at in gone
        ]
        if drop:
            hidden = [column for column, _ in freed]
            left = plan.reindexed(kept)
            return type(self)._of(left.keep([name for name in left.columns if name not in hidden]).relabelled())
        flat = _index.reset(plan.reindexed(freed).keep([*(c for c, _ in kept), *plan.columns]), False)
        return type(self)._of(flat.reindexed(kept).relabelled())
