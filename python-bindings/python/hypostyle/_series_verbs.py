"""Verbs of series beyond expressions and aggregates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hypostyle import _cells, _native
from hypostyle._aligned import series_apart
from hypostyle._cells import check_na_action
from hypostyle._choosing import one_axis
from hypostyle._comparing import COMPARING
from hypostyle._dtypes import zone
from hypostyle._methods import Method, ours_of
from hypostyle._naming import VALUE, Nameless
from hypostyle._plan import Plan
from hypostyle._single import single
from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.expr import BoundExpression

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.groupby import GroupBy
    from hypostyle.series import Series

Native = _native.Expr


#: Operators that compare; the methods of them match rows by label, as in pandas, where the operators refuse to.


class SeriesVerbs:
    """What series offer beside operators, functions and aggregates."""

    __slots__ = ()

    _plan: Plan
    _native: Native
    name: str | None

    def _operate(self, operator: str, other: Any, fill_value: Any, axis: Any, reflected: bool = False) -> Any:
        from hypostyle._columns import operand

        other = operand(other)
        if fill_value is None and (operator not in COMPARING or not hasattr(other, "_framed")):
            return self._binary(operator, other, reflected)  # type: ignore[attr-defined]
        here: Any = self
        apart = hasattr(other, "_framed") and series_apart(self, other)
        right = None if apart else here._by_position(other)
        if right is None:
            here, right = here._matched(other)
        left = here._native
        if reflected:
            left, right = right, left
        made = here._operated(operator, left, right, fill_value=fill_value)
        if operator in COMPARING:
            made = made._like(_cells.decided(operator, made._native))
        return made.rename(None) if getattr(other, "name", self.name) != self.name else made

    def divmod(self, other: Any) -> tuple[Any, Any]:
        """``self // other`` and ``self % other``.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> [part.to_list() for part in x.divmod(2)]
        [[1, 0, 1], [1, 1, 0]]
        """
        return self // other, self % other  # type: ignore[operator]

    def rdivmod(self, other: Any) -> tuple[Any, Any]:
        """``other // self`` and ``other % self``.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> [part.to_list() for part in x.rdivmod(6)]
        [[2, 6, 3], [0, 0, 0]]
        """
        return other // self, other % self  # type: ignore[operator]

    __divmod__, __rdivmod__ = divmod, rdivmod

    def __matmul__(self, other: Any) -> Any:
        return self.dot(other)

    def dot(self, other: Any, meta: Any = None) -> Any:
        """The sum of the products with another series, or with each column of a frame; missing where a value is.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2], "y": [3, 4]})
        >>> df["x"].dot(df["y"])
        11
        """
        if hasattr(other, "_plan") and hasattr(other, "columns"):
            return other.mul(self, axis=0).sum(skipna=False)
        if getattr(other, "ndim", 1) == 2:
            return self.to_numpy() @ other  # type: ignore[attr-defined]
        return (self * other).sum(skipna=False)  # type: ignore[operator]

    # Choosing.

    def _as_frame(self) -> DataFrame:
        from hypostyle.series import VALUE

        return self.to_frame(VALUE)  # type: ignore[attr-defined]

    def _through(self, change: Callable[[DataFrame], DataFrame]) -> Any:
        """A verb of frames on this column."""
        from hypostyle.series import VALUE

        return change(self._as_frame())[VALUE].rename(self.name)

    def _become(self, made: Any) -> None:
        """Makes this series what another one is."""
        raise NotImplementedError

    # The index.

    # Values.

    # Order.

    # Facts.

    @property
    def ndim(self) -> int:
        """1: a column.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.ndim
        1
        """
        return 1

    @property
    def dtypes(self) -> str:
        """The name of the type.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.dtypes
        'int64'
        """
        return self.dtype  # type: ignore[attr-defined]

    @property
    def hasnans(self) -> bool:
        """Whether a value is missing; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.hasnans
        False
        """
        return bool(self.isna().agg("any"))  # type: ignore[attr-defined]

    @property
    def is_unique(self) -> bool:
        """Whether no value occurs twice; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.is_unique
        True
        """
        return self.nunique(dropna=False) == len(self)  # type: ignore[attr-defined, arg-type]

    @property
    def nbytes(self) -> int:
        """Bytes of the buffers the values are in; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.nbytes
        24
        """
        return self.memory_usage()

    def memory_usage(self, index: bool = True, deep: bool = False) -> int:
        """Bytes of the buffers the values are in; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.memory_usage()
        24
        """
        plan = self._framed()  # type: ignore[attr-defined]
        plan = plan if index else plan.reindexed(()).keep([VALUE])
        return single(sum(plan.query.collect().column_bytes()))

    def info(
        self,
        verbose: bool | None = None,
        buf: Any = None,
        max_cols: int | None = None,
        memory_usage: Any = None,
        show_counts: bool | None = None,
    ) -> None:
        """Prints type, count and memory, or writes them into ``buf``.

        >>> import hypostyle as hs
        >>> import io
        >>> text = io.StringIO()
        >>> hs.Series([3, 1, 2]).info(buf=text)
        >>> "int64" in text.getvalue()
        True
        """
        from hypostyle._info import of_series

        print(of_series(self._framed(), VALUE, self.name, memory_usage, show_counts), file=buf)  # type: ignore[attr-defined]

    def equals(self, other: Any) -> bool:
        """Whether another series has the same type and values, missing ones included; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.equals(x * 1)
        True
        """
        return hasattr(other, "_as_frame") and self._as_frame().equals(other._as_frame())

    def compare(
        self,
        other: Any,
        align_axis: Any = 1,
        keep_shape: bool = False,
        keep_equal: bool = False,
        result_names: tuple[str, str] = ("self", "other"),
    ) -> Any:
        """The rows in which another series differs, side by side (``align_axis=0``: below each other); see
        `DataFrame.compare`.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.compare(hs.Series([3, 9, 2])).to_dict("list")
        {'self': [1], 'other': [9]}
        """
        from hypostyle._columns import ours

        other = ours(other)
        if not hasattr(other, "_as_frame"):
            raise DataTypeError(f"compare takes a series, not a {type(other).__name__}")
        found = self._as_frame().compare(other._as_frame(), align_axis, keep_shape, keep_equal, result_names)
        if not found._plan.columns:
            return found
        if align_axis not in (1, "columns"):
            return found[found._plan.columns[0]].rename(self.name)  # type: ignore[attr-defined]
        return found.set_axis(list(result_names), axis=1)

    def squeeze(self, axis: Any = None) -> Any:
        """The single value of a series of one, else the series.

        >>> import hypostyle as hs
        >>> x = hs.Series([7])
        >>> x.squeeze()
        7
        """
        return self.item() if len(self) == 1 else self.copy()  # type: ignore[arg-type, attr-defined]

    def __contains__(self, label: object) -> bool:
        return label in self.index  # type: ignore[attr-defined]

    # Groups and functions.

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
        """Groups of equal keys: series of the frame, expressions, levels of the index, a value for each row, or a function
        or mapping of the labels.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
        >>> df["x"].groupby(df["k"]).sum().to_list()
        [4, 2]
        """
        from hypostyle._grouper import Grouper, grouper_of
        from hypostyle.groupby import GroupBy

        by = [grouper_of(key) for key in by] if isinstance(by, (list, tuple)) else grouper_of(by)
        listed = isinstance(by, list) and len(by) == 1 and isinstance(by[0], Grouper)
        by = by[0] if listed else by
        if isinstance(by, Grouper) and by.freq is not None and by.level is None:
            made = self.resample(by.freq, group_keys=group_keys, **by.options)
            made._as_told = listed
            return made  # type: ignore[no-any-return]
        if not as_index:
            raise InvalidArgumentError(
                "groupby of a series has its keys as the index; reset_index() makes them columns"
            )
        title: Any = self._name  # type: ignore[attr-defined]
        plain = isinstance(title, str) and title and title not in self._plan.index_columns
        name = str(title) if plain else Nameless("value")
        plan = self._plan.with_columns({name: self._native}) if self._native.as_column() != name else self._plan
        groups = GroupBy._of(plan, by, sort, dropna, True, level)[name]
        groups._group_keys, groups._observed = group_keys, observed
        return groups

    def resample(self, rule: str, closed: str | None = None, label: str | None = None, **options: Any) -> Any:
        """Groups by periods of time, of the index; see `DataFrame.resample`.

        >>> import hypostyle as hs
        >>> t = hs.date_range("2024-01-01", periods=4, freq="12h")
        >>> x = hs.DataFrame({"t": t, "x": [1, 2, 3, 4]}).set_index("t")["x"]
        >>> x.resample("D").sum().to_list()
        [3, 7]
        """
        frame = self.to_frame()  # type: ignore[attr-defined]
        name = Nameless(frame._plan.columns[0]) if self.name is None else frame._plan.columns[0]  # type: ignore[attr-defined]
        return frame.resample(rule, closed, label, **options)[name]

    def pipe(self, func: Callable[..., Any] | tuple, *args: Any, **kwargs: Any) -> Any:
        """``func(series, ...)``.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.pipe(lambda values: values.max())
        3
        """
        if isinstance(func, tuple):
            function, name = func
            return function(*args, **{name: self, **kwargs})
        return ours_of(func)(self, *args, **kwargs)

    def map(
        self,
        func: Any,
        na_action: str | None = None,
        engine: Any = None,
        *,
        dtype: Any = None,
        processes: Any = None,
        **kwargs: Any,
    ) -> Any:
        """The values that a mapping or a series of labels has for each value (missing where it has none), or a Python
        function of each value; functions run on worker processes where that pays. See `DataFrame.apply`.

        >>> import hypostyle as hs
        >>> x = hs.DataFrame({"x": [1, 2, 3]})["x"]
        >>> x.map({1: "one", 2: "two"}).to_list(), x.map(lambda v: v * 10).to_list()
        (['one', 'two', None], [10, 20, 30])
        """
        check_na_action(na_action)
        if isinstance(func, BoundExpression) or hasattr(func, "iloc"):
            func = dict(func.items())
        if isinstance(func, dict) and hasattr(type(func), "__missing__"):
            mapping = func
            # What is missing is one key, whatever stands for it.
            hole = next((key for key in mapping if _cells.is_missing(key)), _cells.NOT_GIVEN)
            func = lambda value: mapping[  # noqa: E731
                hole if hole is not _cells.NOT_GIVEN and _cells.is_missing(value) else value
            ]
        if isinstance(func, Mapping):
            return self._like(_cells.mapped_values(self._native, func, self.dtype, na_action == "ignore"))  # type: ignore[attr-defined]
        from hypostyle._apply import mapped

        return mapped(self, func, (), kwargs, na_action == "ignore", dtype, processes)  # type: ignore[arg-type]

    def apply(
        self,
        func: Any,
        args: tuple = (),
        *,
        by_row: Any = "compat",
        dtype: Any = None,
        processes: Any = None,
        **kwargs: Any,
    ) -> Any:
        """A Python function of each value, or with ``by_row=False`` of the whole series; a name is that of an aggregate or
        method. See `map`.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]})["x"].apply(lambda v, n: v + n, args=(5,)).to_list()
        [6, 7]
        """
        if isinstance(func, str):
            return Method(func)(self, *args, **kwargs)
        if isinstance(func, (list, Mapping)):
            return self.agg(func, 0, *args, **kwargs)  # type: ignore[attr-defined]
        if by_row is False:
            return ours_of(func)(self, *args, **kwargs)
        from hypostyle._apply import mapped

        return mapped(self, func, args, kwargs, False, dtype, processes)  # type: ignore[arg-type]

    def transform(self, func: Any, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
        """A method by name, or a Python function of the series that gives as many values; one that does not, or cannot take a
        series, is one of each value. ``axis``: 0, for pandas' sake.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.transform(lambda values: values - values.min()).to_list()
        [2, 0, 1]
        """
        one_axis("transform", axis)
        if isinstance(func, (list, tuple, Mapping)) and not func:
            raise InvalidArgumentError("transform: no functions are given")
        if isinstance(func, (list, tuple, Mapping)):
            wanted = func if isinstance(func, Mapping) else {_named(one): one for one in func}
            plan = self._framed()  # type: ignore[attr-defined]
            here = self._of(plan)  # type: ignore[attr-defined]
            made = {str(name): plan.expr(here.transform(one, axis, *args, **kwargs)) for name, one in wanted.items()}
            from hypostyle.frame import DataFrame

            return DataFrame._of(plan.project({**{n: Native.column(n) for n in plan.index_columns}, **made}))
        if isinstance(func, str):
            made = Method(func)(self, *args, **kwargs)
            if not hasattr(made, "_native"):
                raise InvalidArgumentError(f"transform: {func} gives no value for each row; use agg")
            return made
        function = ours_of(func)
        try:
            made = function(self, *args, **kwargs)
        except (AttributeError, InvalidArgumentError, TypeError) as error:
            try:
                return self.apply(func, args, **kwargs)
            except Exception:
                raise error from None
        if hasattr(made, "__len__") and not isinstance(made, str):
            return made
        return self.apply(func, args, **kwargs)

    # Getting data out.

    @property
    def array(self) -> Any:
        """As `to_numpy`; times of a zone keep it.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.array.tolist()
        [3, 1, 2]
        """
        return self.to_numpy(object if zone(self.dtype) is not None else None)  # type: ignore[attr-defined]

    def to_dict(self, *, into: Any = dict) -> Any:
        """Labels and values; ``into``: another kind of mapping.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")["x"].to_dict()
        {'a': 1, 'b': 2}
        """
        return _mapping(into)(zip(self.index.to_list(), self.to_list(), strict=True))  # type: ignore[attr-defined]

    def __reduce__(self) -> Any:
        return _unpickled, (self._as_frame(), self.name)

    def to_string(self, **options: Any) -> str:
        """All values as text, as pandas writes them.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> print(x.to_string())
        a    1
        b    2
        """
        return self.to_pandas().to_string(**options)  # type: ignore[attr-defined]

    def to_csv(self, path: Any = None, **options: Any) -> Any:
        """Writes a CSV file; see `hypostyle.io`.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.rename("x").to_csv().split()
        ['x', '3', '1', '2']
        """
        return self.to_frame().to_csv(path, **options)  # type: ignore[attr-defined]


def _named(func: Any) -> str:
    return func if isinstance(func, str) else getattr(func, "__name__", str(func))


def _aggregate(native: Native, name: str) -> Native:
    from hypostyle._aggregates import aggregate

    return aggregate(native, name)


def _unpickled(frame: DataFrame, name: str | None) -> Series:
    return frame[frame._plan.columns[0]].rename(name)


def _mapping(into: Any) -> Any:
    from hypostyle._output import mapping_of

    return mapping_of(into)
