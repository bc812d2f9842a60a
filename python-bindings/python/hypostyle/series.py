"""Series: a column of a frame, or an expression of its columns; lazy like the frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from hypostyle import _absent, _cells, _format, _headings, _inplace, _lengths, _moments, _native, _numpy, _offsets
from hypostyle._accessors import check
from hypostyle._agg_functions import has_functions, name_of, of_series, with_arguments, with_verbs
from hypostyle._aggregates import aggregate, aggregate_of, is_known, label_of
from hypostyle._aligned import series_apart
from hypostyle._arithmetic import Arithmetic
from hypostyle._cells import by_row
from hypostyle._choosing import is_of_labels, sliced
from hypostyle._comparing import COMPARING, decided, of_other_kind
from hypostyle._dask import SeriesPartitions
from hypostyle._dask_values import computable
from hypostyle._dtypes import is_integer, is_number
from hypostyle._exports import Exports
from hypostyle._functions import Aggregates, Functions, Spec
from hypostyle._hints import accept
from hypostyle._label_first import labels_first
from hypostyle._labels import column_name
from hypostyle._lookup import by_attribute, labels_of
from hypostyle._methods import ours_of
from hypostyle._naming import VALUE, Nameless
from hypostyle._operators import Operators
from hypostyle._plan import Plan
from hypostyle._rows import row_of_values
from hypostyle._series_cells import SeriesCells
from hypostyle._series_labels import SeriesLabels
from hypostyle._series_output import SeriesOutput
from hypostyle._series_reductions import SeriesReductions
from hypostyle._series_rows import SeriesRows
from hypostyle._series_values import SeriesValues
from hypostyle._series_verbs import SeriesVerbs
from hypostyle._shifting import Shifting
from hypostyle._single import filled, single
from hypostyle._time_labels import TimeLabels
from hypostyle._times import lists_of
from hypostyle._watching import Watching
from hypostyle._windows import Make, Running, over_all
from hypostyle.errors import DataTypeError, InvalidArgumentError, ShapeError
from hypostyle.expr import BoundExpression, Expr, call

if TYPE_CHECKING:
    pass


class Series(  # type: ignore[misc]
    SeriesCells,
    SeriesRows,
    SeriesOutput,
    SeriesReductions,
    SeriesLabels,
    TimeLabels,
    SeriesValues,
    SeriesVerbs,
    Shifting,
    Running,
    Operators,
    Arithmetic,
    Exports,
    Functions,
    Aggregates[Any],
    SeriesPartitions,
    Watching,
    BoundExpression,
):
    """A column of a frame. Operators and functions give new series; aggregates such as `sum` run and give a value.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"x": [1, 2, 3]})
    >>> (df["x"] * 2).to_list(), df["x"].sum()
    ([2, 4, 6], 6)
    >>> hs.Series([10, 20], index=["a", "b"], name="n")["b"]
    20
    """

    # `_test`: what is true of the same rows as a comparison, and missing where the comparison says no of a missing value.
    __slots__ = ("__weakref__", "_name", "_native", "_plan", "_ran", "_test")

    #: Whether the values have no labels outside of their frame (`_index_values`).
    _bare = False

    def __new__(cls, data: Any = None, index: Any = None, dtype: Any = None, name: Any = None, copy: Any = None) -> Any:
        """Labelled values of types that no column holds side by side are a row, as those of a frame are."""
        row = row_of_values(data, index, name) if dtype is None else None
        return super().__new__(cls) if row is None else row

    def __init__(
        self, data: Any = None, index: Any = None, dtype: Any = None, name: Any = None, copy: Any = None
    ) -> None:
        """A series of a list, an array, a mapping of labels to values, one value for all labels of ``index``, or another
        series. Texts beside numbers with labels are a row, ``hs.Series({"name": "a", "n": 1})``, as that of a frame is:
        columns hold values of one type. Inside the package: of a plan, an expression and a name."""
        self._ran: Plan | None = None
        self._test: _native.Expr | None = None
        if isinstance(data, Plan):
            self._plan, self._native, self.name = data, index, None if isinstance(dtype, Nameless) else dtype
        else:
            from hypostyle._columns import series_parts

            self._plan, self._native, self.name = series_parts(data, index, dtype, name)

    def _become(self, made: Any) -> None:
        self._plan, self._native, self.name, self._ran, self._test = made._plan, made._native, made.name, None, None

    @property
    def name(self) -> Any:
        """The name: a label such as a text or a number, or a tuple of a column of several levels.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]})
        >>> df["x"].name, df.groupby("k").agg({"x": ["sum", "mean"]})[("x", "sum")].name
        ('x', ('x', 'sum'))
        """
        return _headings.one_shown(self._name)

    @name.setter
    def name(self, name: Any) -> None:
        self._name = name if name is None or isinstance(name, str) else column_name(name)

    # Expressions.

    def _like(self, native: _native.Expr) -> Series:
        """The series of another expression, which is checked here."""
        self._plan.query.dtype_of(native)
        return Series(self._plan, native, self.name)

    def _argument(self, value: Any) -> _native.Expr:
        if isinstance(value, str) and _moments.is_short(value):
            # Any text that stands for a moment, or a length of time, where these are compared.
            if self.dtype.startswith(("timestamp", "date")):
                value = _moments.written(value)
            elif self.dtype.startswith("duration"):
                from hypostyle._convert import length_of_text

                value = length_of_text(value)
        elif isinstance(value, float) and value != value and not is_number(self.dtype):
            # What is picked where a text is missing.
            value = None
        return self._plan.expr(value, same_rows=True)

    def _with_room(self, other: Any) -> Series:
        """This series, over a plan that has the columns of another one of the same rows too."""
        plan = self._plan.with_room(other)
        return self if plan is self._plan else Series(plan, self._native, self.name)

    def _matched(self, other: Any) -> tuple[Series, _native.Expr]:
        """This series, with room for another, and the values beside it: of the same rows, or else by label."""
        if isinstance(other, Series) and series_apart(self, other):
            one, two = self._by_label(other) or (self, other)
            return one, one._argument(two)
        here = self._with_room(other)
        try:
            return here, here._argument(other)
        except InvalidArgumentError:
            found = here._by_label(other)
            if found is None:
                raise
            return found[0], found[1]._native

    def _binary(self, operator: str, other: Any, reflected: bool = False) -> Series:
        from hypostyle._columns import operand
        from hypostyle._ufuncs import turned

        if _offsets.is_offset(other) and (operator == "+" or (operator == "-" and not reflected)):
            return _offsets.moved(self, other, operator == "-")
        if (apart := of_other_kind(self.dtype, self._native, operator, other)) is not None:
            return self._like(apart)
        other = operand(other)
        if self._bare and isinstance(other, Series) and not other._bare and self._plan.rows is not other._plan.rows:
            # The rows are those of the series.
            return turned(other, operator, self, not reflected)
        tests = [self._test or self._native] if isinstance(other, Series) and (self._test or other._test) else []
        self = self._with_room(other)
        if operator in _MAKING and _cells.is_missing(other):
            other = None
        native, lacking = None, False
        if operator in (*_MAKING, *"&|^") and isinstance(other, Series) and series_apart(self, other):
            left_side, right_side = self._by_label(other) or (self, other)
            self, native = left_side, left_side._argument(right_side)
            lacking = operator in "&|^" and {self.dtype, right_side.dtype} == {"bool"}
        native = self._by_position(other) if native is None else native
        if native is None:
            try:
                native = self._argument(other)
            except InvalidArgumentError:
                found = self._by_label(other) if operator in _MAKING else None
                if found is None:
                    raise
                self, native = found[0], found[1]._native
        if lacking:
            # A row that one side lacks has no truth there, as in pandas.
            native = _cells.decided(operator, native)
        left, right = (native, self._native) if reflected else (self._native, native)
        named = isinstance(other, Series) and not (other._bare and other.dtype == "bool")
        named = named or hasattr(other, "get_level_values")
        name = None if named and other.name != self.name else self.name
        ends = (other, None) if reflected else (None, other)
        made = self._operated(operator, left, right, *ends).rename(name)
        if lacking:
            made = made & self.notna()
        if operator in COMPARING:
            return decided(made, operator)
        if operator in "&|" and tests and other._plan.rows is self._plan.rows:
            made._test = tests[0].binary(operator, self._argument(other._tested()))
        return made

    def _tested(self) -> Series:
        """The series for choosing rows: a missing value chooses none, and files are read by plain comparisons."""
        return self if self._test is None else Series(self._plan, self._test, self.name)

    def _operated(
        self, operator: str, left: _native.Expr, right: _native.Expr, *ends: Any, fill_value: Any = None
    ) -> Series:
        """An operator; what is no number then (0 / 0) is missing, as in pandas. ``ends`` are constants on either side."""
        if operator == "*" and any(isinstance(end, int) for end in ends) and self.dtype == "string":
            [times] = [end for end in ends if end is not None]
            return self._like(_native.Expr.call("scalar", "str_repeat", [self._native, _native.Expr.literal(times)]))
        if operator in ("//", "%") and self.dtype.startswith("duration") and fill_value is None:
            native = _lengths.divided(self._plan, operator, left, right)
            if native is not None:
                return self._like(native)
        operator = _cells.of_truths(self._plan, operator, left, right)
        made = _cells.operated(operator, left, right, fill_value)
        if _cells.may_be_nan(operator, *(ends or (None, None))) and self._plan.query.dtype_of(made).startswith("float"):
            made = _cells.present(made)
        return self._like(made)

    def __xor__(self, other: Any) -> Series:
        return self._binary("^", other) if is_integer(self.dtype) else super().__xor__(other)

    def __pow__(self, other: Any) -> Series:
        return self._binary("**", other)

    def __rpow__(self, other: Any) -> Series:
        return self._binary("**", other, True)

    def _by_label(self, other: Any) -> tuple[Series, Series] | None:
        """This series and one of another frame over one plan, where rows of the same label are one; ``None`` where there
        are no labels."""
        if not isinstance(other, Series):
            return None
        plans = self._framed(), other._framed()
        if plans[0].rows is plans[1].rows:
            return None
        from hypostyle._aligned import sides

        plan, mine, theirs = sides(*plans)
        return Series(plan, mine[VALUE], self.name), Series(plan, theirs[VALUE], other.name)

    def _by_position(self, other: Any) -> _native.Expr | None:
        """An array or list of a value per row, matched by position as NumPy does, or a series of another frame whose labels
        are the same; ``None`` for other things."""
        from hypostyle._columns import is_pandas, matched, operand

        other = operand(other)
        if isinstance(other, Series):
            return matched(self._plan, other)
        listed = (_numpy.is_array(other) and other.ndim) or isinstance(other, (list, tuple, range))
        if not (listed or (is_pandas(other) and hasattr(other, "tolist"))):
            return None
        from hypostyle._columns import column

        made = column(list(other) if isinstance(other, range) else other, False)
        if len(made) != len(self):
            raise ShapeError(f"an array of {len(made)} values beside a series of {len(self)} rows")
        return by_row(made)

    def _unary(self, operator: str) -> Series:
        # As in pandas "-" of truth values turns them over, too.
        if operator == "~" or self.dtype == "bool":
            return self._like(_cells.turned_over(self._plan, self._native))
        return self._like(self._native.negate())

    def _constant(self, value: Any) -> Series:
        return self._like(_native.Expr.literal(value))

    def _apply(self, spec: Spec, args: tuple, params: dict[str, Any]) -> Any:
        native = call(spec, self._native, args, params, self._argument)
        return self._reduce(native) if spec.kind == "aggregate" else self._like(native)

    def _each(self, make: Make, numeric: bool = False, but: str | None = None) -> Series:
        return self._like(over_all(make(self._native)))

    def over(
        self,
        partition_by: Any = (),
        order_by: Any = (),
        descending: bool | Iterable[bool] = False,
    ) -> Series:
        """The window functions in it over the rows with equal keys, in the order of other keys: names of columns, series
        of the frame or expressions. Aggregates have frames too, as expressions: see `Expr.over`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df["x"].cumsum().over("k").to_list()
        [1, 2, 4]
        """
        keys = [self._plan.selected(key)[1] for key in _keys(partition_by)]
        order = [self._plan.selected(key)[1] for key in _keys(order_by)]
        down = [descending] * len(order) if isinstance(descending, bool) else list(descending)
        return self._like(self._native.over(keys, order, down))

    def __getattr__(self, name: str) -> Any:
        """The value of a label that is a text, as that of ``df.mean().price``."""
        if name in ("str", "dt"):
            # Of other values: said again, where Python asks for the name once more.
            check(self, name)
        found = by_attribute(self, name)
        if found is not None:
            return found[0]
        raise AttributeError(_absent.message("Series", name, _absent.SERIES), name=name, obj=self)

    # Other rows.

    def _framed(self) -> Plan:
        """The index and the values, as a plan."""
        if self._ran is None:
            exprs = {name: _native.Expr.column(name) for name in self._plan.index_columns}
            exprs[VALUE] = self._native
            self._ran = self._plan.project(exprs)
        return self._ran

    def _of(self, plan: Plan) -> Series:
        return Series(plan, _native.Expr.column(VALUE), self.name)

    def _watched(self) -> tuple[Plan, Series]:
        plan = self._as_frame()._plan
        return plan, Series(plan, _native.Expr.column(VALUE), self.name)

    def _settled(self) -> Series:
        """The series with values that no longer depend on which rows there are."""
        if not self._native.has_window():
            return self
        plan = self._plan.with_columns({VALUE: self._native})
        return Series(plan, _native.Expr.column(VALUE), self.name)

    def __getitem__(self, key: Any) -> Series:
        if self._native.has_window():
            return self._settled()[key]
        if isinstance(key, Series) and key.dtype not in ("bool", "null"):
            # Labels.
            return self.loc[key.to_list()]
        if isinstance(key, (BoundExpression, Expr)):
            key = key._tested() if isinstance(key, Series) else key
            self = self._with_room(key)
            native = self._by_position(key)
            chosen = self._plan.expr(key) if native is None else native
            return self._some(lambda query: query.filter(chosen))
        if isinstance(key, slice) and is_of_labels(key):
            return self.loc[key]
        if isinstance(key, slice):
            return Series(sliced(self._plan, key), self._native, self.name) if key.step in (None, 1) else self.iloc[key]
        if callable(key):
            return self[key(self)]
        return self.loc[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        """New values where a condition is true, at a label, or in a slice of places; changes this series."""
        key = labels_of(key) if hasattr(key, "get_level_values") else key
        where = self.iloc if isinstance(key, slice) and not is_of_labels(key) else self.loc
        if isinstance(value, Series) and not (isinstance(key, (BoundExpression, Expr)) or callable(key)):
            # One after the other, as in pandas; loc[...] goes by the labels.
            value = value.to_list()
        where[key] = value

    def _some(self, step: Callable[[_native.Query], _native.Query]) -> Series:
        """Some of the rows, in some order."""
        return Series(self._plan.then(step), self._native, self.name)

    # One value.

    def _reduce(self, native: _native.Expr) -> Any:
        query = self._plan.query.select([native.alias(VALUE)])
        value = lists_of(query.collect(), [VALUE])[0][0]
        return computable(single(value, query.dtypes()[0]), self._plan)

    def agg(self, func: Any = None, axis: Any = 0, *args: Any, **named: Any) -> Any:
        """An aggregate by name; a list of names gives a series of values, and so does ``out="name"``. Beside ``func``, further
        arguments are the function's.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.agg("sum"), x.agg(["min", "max"]).to_dict()
        (6, {'min': 1, 'max': 3})
        """
        if func is not None and (args or named):
            return with_arguments(self, func, 0, args, named)
        func = with_verbs(self, named if func is None else func)
        if isinstance(func, (list, tuple)):
            from hypostyle._by_name import values_by_name

            names = list(func)
            if has_functions(names):
                return of_series(self, [name_of(one) for one in names], names)
            table = self._plan.query.select(
                [aggregate_of(self._native, self.dtype, name).alias(f"{i}") for i, name in enumerate(names)]
            ).collect()
            values = [column[0] for column in lists_of(table, [f"{i}" for i in range(len(names))])]
            return values_by_name([label_of(one) for one in names], values, self.name)
        if isinstance(func, dict):
            if not func:
                raise DataTypeError("agg: give an aggregate, or out='name'")
            made = {key: self.agg(one) for key, one in func.items()} if has_functions(func) else {}
            if any(isinstance(one, Series) for one in made.values()):
                from hypostyle._concat import concat

                return concat(made)
            return self.agg(list(func.values())).set_axis(list(func))
        if callable(func) and not is_known(func):
            return ours_of(func)(self)
        return self._reduce(aggregate_of(self._native, self.dtype, func))

    aggregate = agg

    def count(self) -> int:
        """The number of values that are not missing.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, None])
        >>> x.count()
        1
        """
        return self.agg("count")

    def nunique(self, dropna: bool = True) -> int:
        """The number of distinct values.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 1, 2])
        >>> x.nunique()
        2
        """
        return self._reduce(aggregate(self._native, "nunique", count_nulls=not dropna))

    def first_valid(self) -> Any:
        """The first value that is not missing.

        >>> import hypostyle as hs
        >>> x = hs.Series([None, 5])
        >>> x.first_valid()
        5
        """
        return self.agg("first")

    # Getting data out.

    def __len__(self) -> int:
        return self._framed().query.rows()

    def __iter__(self) -> Iterator[Any]:
        return iter(filled(self.to_list(), self.dtype))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        from hypostyle._ufuncs import applied

        return applied(self, ufunc, method, inputs, options)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.to_numpy(dtype)
        return array.copy() if copy else array

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        # The values alone, as of other libraries' series; a frame has a struct of its columns.
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __dlpack__(self, **options: Any) -> Any:
        return self.to_numpy().__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)

    def __repr__(self) -> str:
        plan = self._framed()
        return _format.series(plan, VALUE, self.name, plan.query.categories(_native.Expr.column(VALUE)))


#: Operators that make a value of two; with a missing one it is missing.
_MAKING = ("+", "-", "*", "/", "//", "%", "**")


_inplace.allow(Series, _inplace.SERIES, Series._become)
accept(Series)
labels_first(Series)


def _keys(keys: Any) -> list:
    return list(keys) if isinstance(keys, (list, tuple)) else [keys]
