"""DataFrame: pandas' names over a lazy plan."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from hypostyle import _absent, _columns, _format, _headings, _inplace, _label_arguments, _native, _numpy, _ufuncs
from hypostyle._apply import Functional
from hypostyle._arithmetic import Arithmetic
from hypostyle._choosing import is_of_labels, sliced
from hypostyle._dask import DaskVerbs
from hypostyle._dtypes import DType
from hypostyle._frame_columns import FrameColumns
from hypostyle._frame_labels import FrameLabels
from hypostyle._frame_rows import FrameRows
from hypostyle._frame_running import FrameRunning
from hypostyle._headings import column_of
from hypostyle._hints import accept
from hypostyle._labels import axis_of, column_name, column_names, named_columns
from hypostyle._names import Names, Types
from hypostyle._operators import Operators
from hypostyle._output import Output
from hypostyle._plan import Plan
from hypostyle._reductions import Reductions
from hypostyle._reshape import Reshape
from hypostyle._selection import Selection
from hypostyle._shifting import Shifting
from hypostyle._time_labels import TimeLabels
from hypostyle._values import Values
from hypostyle._watching import Watching
from hypostyle._windows import Make, Running, over_all
from hypostyle.errors import ColumnNotFoundError, DataTypeError, DuplicateColumnError, InvalidArgumentError, ShapeError
from hypostyle.expr import BoundExpression, Expr
from hypostyle.index import Index
from hypostyle.series import Series

if TYPE_CHECKING:
    pass


class DataFrame(
    FrameColumns,
    FrameRows,
    FrameRunning,
    Values,
    Operators,
    Arithmetic,
    Selection,
    FrameLabels,
    TimeLabels,
    Reshape,
    Functional,
    Watching,
    Shifting,
    Running,
    Output,
    Reductions,
    DaskVerbs,
):
    """A table of columns. Verbs build a plan; looking at rows runs it, and the result is kept.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
    >>> df[df["x"] > 1].groupby("k").sum().to_dict("list")
    {'x': [3, 2]}
    """

    # A group that a function gets has its key as name.
    __slots__ = ("__weakref__", "_group", "_plan")

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
        plan = _columns.frame_plan(data, index, columns, keep_nan)
        if dtype is not None:
            from hypostyle._categories import made_as

            casts = {name: made_as(plan, plan.column(name), dtype) for name in plan.columns}
            plan = plan.with_columns(casts)
        self._plan = plan

    @classmethod
    def from_dict(
        cls,
        data: Mapping[Any, Any],
        orient: str = "columns",
        dtype: Any = None,
        columns: Sequence[str] | None = None,
        npartitions: int | None = None,
    ) -> DataFrame:
        """A frame of a dictionary of columns, or with ``orient="index"`` of rows by label, whose columns are named by
        ``columns`` (or by the rows' own keys). ``npartitions``: in so many partitions.

        >>> import hypostyle as hs
        >>> hs.DataFrame.from_dict({"u": [1, 2], "v": [3, 4]}, orient="index", columns=["a", "b"]).loc["v", "a"]
        3
        """
        if orient not in ("columns", "index"):
            raise InvalidArgumentError(f"from_dict: orient is 'columns' or 'index', not {orient!r}")
        if orient == "columns":
            made = cls(data, columns=columns, dtype=dtype)
        else:
            made = cls(list(data.values()), index=list(data), columns=columns, dtype=dtype)
        return made if npartitions is None else made.repartition(npartitions)

    @classmethod
    def from_records(
        cls,
        data: Any,
        index: Any = None,
        exclude: Any = None,
        columns: Sequence[str] | None = None,
        coerce_float: bool = False,
        nrows: int | None = None,
    ) -> DataFrame:
        """A frame of rows: tuples, lists, dictionaries, or a structured array; ``index`` may name columns. ``nrows``: of an
        iterator the first so many rows; ``coerce_float``: decimals become floats.

        >>> import hypostyle as hs
        >>> hs.DataFrame.from_records([(1, "a"), (2, "b")], columns=["n", "s"]).to_dict("list")
        {'n': [1, 2], 's': ['a', 'b']}
        """
        fields = getattr(getattr(data, "dtype", None), "names", None)
        rows: Any = {name: data[name] for name in fields} if fields else data
        if not isinstance(rows, Mapping) and not hasattr(rows, "_plan") and not _numpy.is_array(rows):
            rows = (
                list(itertools.islice(rows, nrows)) if nrows is not None and hasattr(rows, "__next__") else list(rows)
            )
        made = cls(rows, columns=columns)
        if coerce_float:
            decimals = [name for name, dtype in made._plan.dtypes.items() if dtype.startswith("decimal")]
            made = made.astype(dict.fromkeys(decimals, "float64"))
        if exclude is not None:
            made = made.drop(columns=exclude)
        if index is None:
            return made
        names = [index] if isinstance(index, str) else list(index)
        known = set(made._plan.columns)
        by_name = all(isinstance(name, str) and name in known for name in names)
        return made.set_index(names) if by_name else made.set_axis(index)

    @classmethod
    def _of(cls, plan: Plan) -> DataFrame:
        frame = cls.__new__(cls)
        frame._plan = plan
        return frame

    def _become(self, made: DataFrame) -> None:
        self._plan = made._plan

    def _then(self, step: Callable[[_native.Query], _native.Query]) -> DataFrame:
        """Some of these rows, in some order."""
        return DataFrame._of(self._plan.then(step))

    # Columns.

    @property
    def columns(self) -> Names:
        """The labels of the columns, without those that act as the index: a list that has what pandas' index of columns
        offers, and is changed by giving another one.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1], "y": [2]})
        >>> df.columns, df.columns.get_loc("y"), df.columns.difference(["x"])
        (['x', 'y'], 1, ['y'])
        """
        return Names(_headings.shown(self._plan.columns), _headings.axis_of(self._plan), self)

    @columns.setter
    def columns(self, names: Sequence[Any]) -> None:
        old, axis = self._plan.columns, axis_of(names)
        if len(names := column_names(names)) != len(old):
            raise InvalidArgumentError(f"{len(names)} names for {len(old)} columns")
        self._plan = self._plan.with_free(names).rename(dict(zip(old, names, strict=True))).titled(axis)

    @property
    def dtypes(self) -> dict[str, str]:
        """The names of the types, by column. They equal what pandas' scripts compare them with.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1], "s": ["a"]})
        >>> df.dtypes, df.dtypes["x"] == int
        ({'x': 'int64', 's': 'string'}, True)
        """
        names, dtypes = self._plan.columns, self._plan.dtypes
        return Types((title, DType(dtypes[n])) for title, n in zip(_headings.shown(names), names, strict=True))

    @property
    def index_names(self) -> list[Any]:
        """Names of the columns that act as the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df.index_names
        ['k']
        """
        return [_headings.one_shown(label) for _, label in self._plan.index]

    def _series(self, name: str) -> Series:
        return Series(self._plan, self._plan.column(name), name)

    # A mask or a list gives a frame, a name a series (a frame, where it is the first of several levels).
    @overload
    def __getitem__(self, key: str) -> Series: ...
    @overload
    def __getitem__(self, key: list[Any] | slice | BoundExpression | Expr) -> DataFrame: ...
    @overload
    def __getitem__(self, key: Any) -> Any: ...
    def __getitem__(self, key: Any) -> Any:
        key = named_columns(key)
        if isinstance(key, str):
            try:
                return self._series(key)
            except ColumnNotFoundError:
                return self._below(key)
        if isinstance(key, tuple) and _headings.depth(self._plan.columns) > 1:
            return self._below(key)
        key = _columns.ours(key)
        if isinstance(key, Index) or (_columns.is_pandas(key) and hasattr(key, "tolist")):
            # Labels.
            key = named_columns(key.to_list() if isinstance(key, Index) else key.tolist())
        if isinstance(key, Series) and key.dtype == "string":
            key = named_columns(key.to_list())
        if isinstance(key, (BoundExpression, Expr)):
            return self.filter(key)
        if hasattr(key, "_plan"):
            return self.where(key)
        if isinstance(key, slice) and is_of_labels(key):
            return self.loc[key]
        if isinstance(key, slice):
            return DataFrame._of(sliced(self._plan, key)) if key.step in (None, 1) else self.iloc[key]
        if callable(key):
            return self[key(self)]
        if _numpy.is_array(key) and key.ndim == 1 and key.dtype.kind in "OUTiufM":
            key = named_columns(_numpy.listed(key))
        if isinstance(key, list) and _headings.depth(self._plan.columns) > 1:
            key = _headings.columns_of(self._plan, key)
        if isinstance(key, (list, tuple)) and all(isinstance(name, str) for name in key):
            for name in key:
                self._plan.query.check(name)
            if len(set(key)) < len(key):
                twice = next(name for at, name in enumerate(key) if name in key[:at])
                raise DuplicateColumnError(f"the column {twice!r} is chosen twice; columns have different names")
            return DataFrame._of(self._plan.keep(key))
        if _numpy.is_array(key) or isinstance(key, (list, tuple)):
            listed = _numpy.listed(key)
            if all(isinstance(one, bool) for one in listed):
                return self.iloc[listed]
            raise DataTypeError("rows are chosen by a condition such as df['x'] > 1, or by position with iloc")
        raise DataTypeError(f"a frame takes names, a mask or a slice in brackets, not {key!r}")

    def _below(self, key: Any) -> Any:
        """What a name of several levels, or the first ones of these, stands for: a column, or columns."""
        name = _headings.column_of(self._plan, key)
        if isinstance(name, str) and name in self._plan.names:
            return self._series(name)
        plan = _headings.part_of(self._plan, key)
        return self._series(column_name(key)) if plan is None else DataFrame._of(plan)

    def __setitem__(self, name: Any, value: Any) -> None:
        if isinstance(name, Index) or (
            _columns.is_pandas(name) and hasattr(name, "tolist") and not hasattr(name, "iloc")
        ):
            name = name.to_list() if isinstance(name, Index) else name.tolist()
        if _numpy.is_array(name) and name.ndim == 2:
            self._plan = self._chosen(name, value, False, whole=False)._plan
            return
        if isinstance(name, list) or _numpy.is_array(name):
            name = _numpy.listed(name)
            if name and all(isinstance(one, bool) for one in name):
                # A mask of rows.
                self.loc[name, :] = value
                return
        name = named_columns(name) if isinstance(name, list) else column_of(self._plan, name)
        under = self._under(name)
        if under:
            # The first of several levels stands for all columns below it.
            value = _columns.ours(value)
            frame = hasattr(value, "columns")
            if frame and set(value._plan.columns) != set(under):
                raise InvalidArgumentError(
                    f"{name!r}: the columns {value.columns} are not those below it, {list(under)}"
                )
            cells = _numpy.is_array(value) and value.ndim == 2
            if cells and value.shape[1] != len(under):
                raise ShapeError(f"{name!r}: an array of {value.shape[1]} columns for the {len(under)} below it")
            for at, (inner, one) in enumerate(under.items()):
                part = value[inner] if frame else value[:, at].copy() if cells else value
                self._plan = self.assign(**{one: part})._plan
            return
        if isinstance(name, tuple):
            if all(isinstance(one, str) and one in self._plan.names for one in name):
                raise InvalidArgumentError(
                    f"a tuple names one column of several levels; several columns are a list, {list(name)}"
                )
            name = column_name(name)
        if isinstance(name, slice):
            where: Any = self.loc if is_of_labels(name) else self.iloc
            where[name] = value
        elif isinstance(name, BoundExpression) and _is_listed(value):
            self.loc[name] = value
        elif isinstance(name, (BoundExpression, Expr)) or hasattr(name, "_plan"):
            self._plan = self._chosen(name, value, False, whole=False)._plan
        elif isinstance(name, (list, tuple)) and _is_listed(value):
            names = [one if isinstance(one, str) else column_name(one) for one in name]
            self._plan = self.assign(**dict(zip(names, _cells_for(name, value), strict=True)))._plan
        elif isinstance(name, (list, tuple)):
            self._plan = self._plan.with_free(name)
            others = self._others(value, 0)
            values = list(others.values()) if hasattr(value, "_plan") and not isinstance(value, BoundExpression) else []
            news = values or [others[one] if one in others else self._plan.expr(value) for one in name]
            self._plan = self._plan.with_columns(dict(zip(name, news, strict=True)))
        else:
            self._plan = self.assign(**{name: value})._plan

    def _under(self, name: Any) -> dict[str, str]:
        """The columns below the first of several levels, by the names of the others; none where the name is a column's."""
        known = not isinstance(name, (str, tuple)) or name in self._plan.names
        return {} if known else _headings.below(self._plan, name)

    def __delitem__(self, name: Any) -> None:
        self._plan = self.drop(columns=[name])._plan

    def __getattr__(self, name: str) -> Any:
        if name == "name" and hasattr(self, "_group"):
            return self._group
        if not name.startswith("_") and (name in self._plan.names or _headings.below(self._plan, name)):
            return self[name]
        raise AttributeError(_absent.message("DataFrame", name, _absent.FRAME), name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        """``df.x = ...`` gives a column that is there new values, as in pandas."""
        if name in ("_plan", "_group") or hasattr(type(self), name):
            object.__setattr__(self, name, value)
        elif name in self._plan.names:
            self[name] = value
        else:
            raise AttributeError(
                f"a DataFrame has no attribute {name!r}; df[{name!r}] = ... makes a column", name=name, obj=self
            )

    def __contains__(self, name: object) -> bool:
        name = column_of(self._plan, name)
        if isinstance(name, tuple):
            name = column_name(name)
        return name in self._plan.columns or (isinstance(name, str) and bool(_headings.below(self._plan, name)))

    def _ipython_key_completions_(self) -> list[Any]:
        """What notebooks offer behind ``df[``."""
        return list(self.columns)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self._plan.columns if name.isidentifier())]

    # Rows.

    def _across(self, verb: str, *args: Any) -> DataFrame:
        from hypostyle._across import across

        return DataFrame._of(self._plan.with_columns(across(self._plan, verb, *args)))

    def _each(self, make: Make, numeric: bool = False, but: str | None = None) -> DataFrame:
        names = [name for name in self._plan.columns if name != but]
        return DataFrame._of(self._plan.with_columns({n: over_all(make(self._plan.column(n))) for n in names}))

    def copy(self, deep: bool = True) -> DataFrame:
        """Another frame of the same plan; data is immutable and shared.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.copy().equals(df)
        True
        """
        return DataFrame._of(self._plan)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return _ufuncs.framed(self, ufunc, method, inputs, options)

    def __repr__(self) -> str:
        return _format.frame(self._plan)

    def _repr_html_(self) -> str:
        return _format.html(self._plan)


def _is_listed(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or _numpy.is_array(value)


def _cells_for(names: Sequence[str], value: Any) -> list[Any]:
    """What is put into each of several columns: a value each of a list, a column each of a matrix or of a list of rows."""
    rows: Any = value if _numpy.is_array(value) else list(value)
    listed = len(rows) > 0 and all(isinstance(row, (list, tuple)) or getattr(row, "ndim", 0) == 1 for row in rows)
    matrix = getattr(rows, "ndim", 1) == 2
    width = {len(row) for row in rows} if listed or matrix else {len(rows)}
    if width != {len(names)}:
        raise ShapeError(f"{sorted(width)[0] if width else 0} values for {len(names)} columns")
    if matrix:
        return [rows[:, at].copy() for at in range(len(names))]
    cells = [list(column) for column in zip(*rows, strict=True)] if listed else list(rows)
    return cells


_label_arguments.allow(DataFrame, _label_arguments.FRAME)
_inplace.allow(DataFrame, _inplace.FRAME, DataFrame._become)
accept(DataFrame)
