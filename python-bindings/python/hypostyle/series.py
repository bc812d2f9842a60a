"""Series: a column of a frame, or an expression of its columns; lazy like the frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _absent, _format, _index, _inplace, _native, _numpy
from hypostyle._aggregates import aggregate, is_known, size
from hypostyle._arithmetic import Arithmetic
from hypostyle._cells import is_missing, value_of
from hypostyle._dtypes import is_integer, is_number
from hypostyle._exports import Exports
from hypostyle._functions import Aggregates, Functions, Spec
from hypostyle._naming import Nameless
from hypostyle._operators import Operators
from hypostyle._plan import Plan
from hypostyle._series_reductions import SeriesReductions
from hypostyle._series_verbs import SeriesVerbs
from hypostyle._windows import Make, Running, over_all, rows, window
from hypostyle.errors import DataTypeError, InvalidArgumentError, ShapeError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr, call

if TYPE_CHECKING:
    from hypostyle._categories import CategoryAccessor
    from hypostyle.frame import DataFrame

#: The column a series' values stand in while it is run.
VALUE = "__value__"


class Series(  # type: ignore[misc]
    SeriesReductions, SeriesVerbs, Running, Operators, Arithmetic, Exports, Functions, Aggregates[Any], BoundExpression
):
    """A column of a frame. Operators and functions give new series; aggregates such as `sum` run and give a value.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"x": [1, 2, 3]})
    >>> (df["x"] * 2).to_list(), df["x"].sum()
    ([2, 4, 6], 6)
    >>> hs.Series([10, 20], index=["a", "b"], name="n")["b"]
    20
    """

    __slots__ = ("_native", "_plan", "_ran", "name")

    def __init__(
        self, data: Any = None, index: Any = None, dtype: Any = None, name: Any = None, copy: Any = None
    ) -> None:
        """A series of a list, an array, a mapping of labels to values, one value for all labels of ``index``, or another
        series. Inside the package: of a plan, an expression and a name."""
        self._ran: Plan | None = None
        if isinstance(data, Plan):
            self._plan, self._native, self.name = data, index, None if isinstance(dtype, Nameless) else dtype
        else:
            from hypostyle._columns import series_parts

            self._plan, self._native, self.name = series_parts(data, index, dtype, name)

    def _become(self, made: Any) -> None:
        self._plan, self._native, self.name, self._ran = made._plan, made._native, made.name, None

    # Expressions.

    def _like(self, native: _native.Expr) -> Series:
        """The series of another expression, which is checked here."""
        self._plan.query.dtype_of(native)
        return Series(self._plan, native, self.name)

    def _argument(self, value: Any) -> _native.Expr:
        return self._plan.expr(value, same_rows=True)

    def _with_room(self, other: Any) -> Series:
        """This series, over a plan that has the columns of another one of the same rows too."""
        plan = self._plan.with_room(other)
        return self if plan is self._plan else Series(plan, self._native, self.name)

    def _binary(self, operator: str, other: Any, reflected: bool = False) -> Series:
        self = self._with_room(other)
        native = self._by_position(other)
        if native is None:
            native = self._argument(other)
        left, right = (native, self._native) if reflected else (self._native, native)
        name = None if isinstance(other, Series) and other.name != self.name else self.name
        return self._like(left.binary(operator, right)).rename(name)

    def _by_position(self, other: Any) -> _native.Expr | None:
        """An array or list of a value per row, matched by position as NumPy does, or a series of another frame whose labels
        are the same; ``None`` for other things."""
        if isinstance(other, Series):
            from hypostyle._columns import matched

            return matched(self._plan, other)
        if not (_numpy.is_array(other) or isinstance(other, (list, tuple))):
            return None
        from hypostyle._columns import column

        made = column(other, False)
        if len(made) != len(self):
            raise ShapeError(f"an array of {len(made)} values beside a series of {len(self)} rows")
        return _native.Expr.by_row(made)

    def _unary(self, operator: str) -> Series:
        return self._like(self._native.invert() if operator == "~" else self._native.negate())

    def _constant(self, value: Any) -> Series:
        return self._like(_native.Expr.literal(value))

    def _apply(self, spec: Spec, args: tuple, params: dict[str, Any]) -> Any:
        native = call(spec, self._native, args, params, self._argument)
        return self._reduce(native) if spec.kind == "aggregate" else self._like(native)

    def _each(self, make: Make, numeric: bool = False, but: str | None = None) -> Series:
        return self._like(over_all(make(self._native)))

    def over(self, partition_by: Any = (), order_by: Any = (), descending: bool | Iterable[bool] = False) -> Series:
        """The window functions in it over the rows with equal keys, in the order of other keys: names of columns, series
        of the frame or expressions.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df["x"].cumsum().over("k").to_list()
        [1, 2, 4]
        """
        keys = [self._plan.selected(key)[1] for key in _keys(partition_by)]
        order = [self._plan.selected(key)[1] for key in _keys(order_by)]
        down = [descending] * len(order) if isinstance(descending, bool) else list(descending)
        return self._like(self._native.over(keys, order, down))

    def duplicated(self, keep: Any = "first") -> Series:
        """Whether the value occurs in another row: in an earlier one, with ``keep="last"`` in a later one, with
        ``keep=False`` in any.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2, 1])
        >>> x.duplicated().to_list()
        [False, False, True]
        """
        return self._like(repeated([self._native], keep))

    @property
    def is_monotonic_increasing(self) -> bool:
        """Whether no value is less than the one before; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.is_monotonic_increasing
        False
        """
        return self._ascends("<")

    @property
    def is_monotonic_decreasing(self) -> bool:
        """Whether no value is greater than the one before; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.is_monotonic_decreasing
        False
        """
        return self._ascends(">")

    def _ascends(self, wrong: str) -> bool:
        turns = self._native.binary(wrong, window("lag", self._native))
        return not self._like(turns).agg("any") and not self.isna().agg("any")

    def rename(
        self, index: Any = None, *, axis: Any = None, copy: Any = None, level: Any = None, errors: str = "ignore"
    ) -> Series:
        """The same values under another name; of a mapping or a function, with other labels.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.rename("n").name, list(x.rename({"a": "A"}).index)
        ('n', ['A', 'b'])
        """
        if callable(index) or isinstance(index, Mapping):
            from hypostyle._selection import renamed_labels

            return self._of(renamed_labels(self._framed(), index, level, errors))
        return Series(self._plan, self._native, index)

    alias = rename

    def astype(self, dtype: Any) -> Series:
        """Conversion; a value that does not fit is an error naming row and value. ``"category"`` or a `CategoricalDtype`
        makes text categorical; values that are none of given categories become missing.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.astype(str).to_list()
        ['3', '1', '2']
        """
        from hypostyle._categories import converted

        return self._like(converted(self._plan, self._native, dtype))

    def isna(self) -> Series:
        """Whether the value is missing.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, None])
        >>> x.isna().to_list()
        [False, True]
        """
        return self._like(_native.Expr.call("scalar", "is_null", [self._native]))

    def notna(self) -> Series:
        """Whether the value is present.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, None])
        >>> x.notna().to_list()
        [True, False]
        """
        return self._like(_native.Expr.call("scalar", "is_not_null", [self._native]))

    isnull, notnull = isna, notna

    def fillna(self, value: Any = None, *, axis: Any = 0, limit: int | None = None) -> Series:
        """Another value where it is missing, at most ``limit`` times: a constant, or a series of the frame. `ffill` and
        `bfill` take neighbours.

        >>> import hypostyle as hs
        >>> hs.Series([None, 1, None]).fillna(0, limit=1).to_list()
        [0, 1, None]
        """
        from hypostyle._filling import filled as filled_to

        if value is None:
            raise InvalidArgumentError("fillna: give a value; ffill() and bfill() take neighbours")
        if isinstance(value, dict):
            raise UnsupportedError("fillna: values by label; write series.where(condition, value)")
        here = self._with_room(value)
        return here._like(filled_to(here._native, here._argument(value), limit))

    def isin(self, values: Any) -> Series:
        """Whether the value is one of these; false where it is missing (unless None is one of them).

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.isin([1, 2]).to_list()
        [False, True, True]
        """
        return self._like(is_in(self._native, values))

    def between(self, left: Any, right: Any, inclusive: str = "both") -> Series:
        """Whether the value lies between two others.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.between(2, 3).to_list()
        [True, False, True]
        """
        if inclusive not in ("both", "neither", "left", "right"):
            raise InvalidArgumentError(f"inclusive is both, neither, left or right, not {inclusive!r}")
        low = ">=" if inclusive in ("both", "left") else ">"
        high = "<=" if inclusive in ("both", "right") else "<"
        above = self._native.binary(low, self._argument(left))
        return self._like(above.binary("&", self._native.binary(high, self._argument(right))))

    def where(self, cond: Any, other: Any = None, *, axis: Any = None, level: Any = None) -> Series:
        """The value where the condition is true, else ``other``: constants, series of the frame, lists and arrays of a value
        per row, or functions of the series.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, -2])
        >>> x.where(x > 0, 0).to_list()
        [1, 0]
        """
        if level is not None:
            raise UnsupportedError("where and mask: level; rows are not matched by label")
        self, condition, other = self._parts(cond, other)
        return self._like(_native.Expr.case([(condition, self._native)], other))

    def mask(self, cond: Any, other: Any = None, *, axis: Any = None, level: Any = None) -> Series:
        """``other`` where the condition is true, else the value; see `where`.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, -2])
        >>> x.mask(x < 0, 0).to_list()
        [1, 0]
        """
        if level is not None:
            raise UnsupportedError("where and mask: level; rows are not matched by label")
        self, condition, other = self._parts(cond, other)
        return self._like(_native.Expr.case([(condition, other)], self._native))

    def _parts(self, cond: Any, other: Any) -> tuple[Series, _native.Expr, _native.Expr]:
        """The series with room for a condition and another value, and the expressions of both."""
        parts = [_called(cond, self), value_of(_called(other, self))]
        self = self._with_room(parts[0])._with_room(parts[1])
        found = []
        for part in parts:
            native = self._by_position(part)
            found.append(self._argument(part) if native is None else native)
        return self, found[0], found[1]

    def __getattr__(self, name: str) -> Any:
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

    def _settled(self) -> Series:
        """The series with values that no longer depend on which rows there are."""
        if not self._native.has_window():
            return self
        plan = self._plan.with_columns({VALUE: self._native})
        return Series(plan, _native.Expr.column(VALUE), self.name)

    def __getitem__(self, key: Any) -> Series:
        if self._native.has_window():
            return self._settled()[key]
        if isinstance(key, (BoundExpression, Expr)):
            self = self._with_room(key)
            native = self._by_position(key)
            return self._some(self._plan.query.filter(self._plan.expr(key) if native is None else native))
        if isinstance(key, slice):
            return self._some(sliced(self._plan.query, key)) if key.step in (None, 1) else self.iloc[key]
        if callable(key):
            return self[key(self)]
        return self.loc[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        """New values where a condition is true, at a label, or in a slice of places; changes this series."""
        where = self.iloc if isinstance(key, slice) else self.loc
        where[key] = value

    def _some(self, query: _native.Query) -> Series:
        """Some of the rows, in some order."""
        return Series(self._plan.then(query), self._native, self.name)

    def head(self, n: int = 5) -> Series:
        """The first values.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.head(2).to_list()
        [3, 1]
        """
        return self[:n]

    def tail(self, n: int = 5) -> Series:
        """The last values; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.tail(2).to_list()
        [1, 2]
        """
        return self[max(len(self) - n, 0) :] if n >= 0 else self[-n:]

    def dropna(self, *, how: Any = None, ignore_index: bool = False) -> Series:
        """The values that are present.

        >>> import hypostyle as hs
        >>> hs.Series([1, None, 3]).dropna().to_list()
        [1, 3]
        """
        found = self[self.notna()]
        return found.reset_index(drop=True) if ignore_index else found

    def drop_duplicates(self, keep: Any = "first", ignore_index: bool = False) -> Series:
        """One of each value, where it occurs first (``keep="last"``: last); with ``keep=False`` only values that occur once.

        >>> import hypostyle as hs
        >>> x = hs.Series(["a", "b", "a"])
        >>> x.drop_duplicates().to_list(), x.drop_duplicates(keep="last").to_list()
        (['a', 'b'], ['b', 'a'])
        """
        plan = self._framed()
        found = self._of(plan.then(without_repeats(plan, [VALUE], keep)))
        return found.reset_index(drop=True) if ignore_index else found

    def sort_values(
        self,
        ascending: bool = True,
        na_position: str = "last",
        *,
        kind: str = "stable",
        key: Any = None,
        ignore_index: bool = False,
    ) -> Series:
        """The values in order; ``key``: a function from the series to the one that is compared.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.sort_values().to_list(), x.sort_values(key=lambda values: -values).to_list()
        ([1, 2, 3], [3, 2, 1])
        """
        if isinstance(ascending, (list, tuple)):
            [ascending] = ascending
        flag("ascending", ascending)
        if key is not None:
            order = self._argument(key(self))
        elif self._native.has_window():
            return self._settled().sort_values(ascending, na_position, ignore_index=ignore_index)
        else:
            order = self._native
        found = self._some(self._plan.query.sort([order], [not ascending], nulls_first(na_position)))
        return found.reset_index(drop=True) if ignore_index else found

    def value_counts(
        self,
        normalize: bool = False,
        sort: bool = True,
        ascending: bool = False,
        bins: Any = None,
        dropna: bool = True,
    ) -> Series:
        """How often each value occurs, most frequent first; the values are the index. With ``bins``, how many values lie
        in each of so many intervals of equal width (or between these edges), all of which are there.

        >>> import hypostyle as hs
        >>> x = hs.Series(["a", "b", "a"])
        >>> x.value_counts().to_dict(), x.value_counts(normalize=True)["b"]
        ({'a': 2, 'b': 1}, 0.3333333333333333)
        """
        if bins is not None:
            return self._bin_counts(bins, normalize, sort, ascending)
        return value_counts(self._plan, [(self.name, self._native)], normalize, sort, ascending, dropna)

    def _bin_counts(self, bins: Any, normalize: bool, sort: bool, ascending: bool) -> Series:
        from hypostyle._bins import cut

        numbers, edges = cut(self, bins, labels=False, retbins=True, include_lowest=True)
        counts = numbers._framed().query.group_by([_native.Expr.column(VALUE)], [size().alias("n")], True, True)
        found = dict(zip(*counts.collect().lists([VALUE, "n"]), strict=True))
        texts = _native.interval_texts(edges, True, True, 3)
        columns = [_native.Column.from_values(texts, "string")]
        columns.append(_native.Column.from_values([found.get(i, 0) for i in range(len(texts))], "int64"))
        label = "proportion" if normalize else "count"
        index = _index.level_columns([self.name], [label])
        query = _native.Query.from_columns([index[0][0], label], columns)
        if sort:
            query = query.sort([_native.Expr.column(label)], [not ascending], False)
        native = _native.Expr.column(label)
        if normalize:
            native = native.binary("/", _native.Expr.literal(self.count()))
        return Series(Plan(query, index), native, label)

    def mode(self, dropna: bool = True) -> Series:
        """The most frequent values, smallest first; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2, 1])
        >>> x.mode().to_list()
        [1]
        """
        native = aggregate(self._native, "mode", count_nulls=not dropna).alias(VALUE)
        values = self._plan.query.select([native]).collect().lists([VALUE])[0][0]
        column = _native.Column.from_values(values, self.dtype, False)
        return self._of(Plan(_native.Query.from_columns([VALUE], [column])))

    def describe(self, percentiles: Any = None) -> Series:
        """Count, mean, standard deviation, smallest, quartiles (or these percentiles) and greatest of numbers; count, number
        of distinct values, most frequent one and its frequency of text; indexed by their names.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.describe()["mean"]
        2.0
        """
        from hypostyle._describe import describe_series

        return describe_series(self, percentiles)

    def quantile(self, q: Any = 0.5, interpolation: str = "linear") -> Any:
        """The value below which a share ``q`` of the values lies; of several shares, a series indexed by them.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.quantile(0.5), x.quantile([0, 1]).to_list()
        (2.0, [1.0, 3.0])
        """
        if isinstance(q, (int, float)):
            return self._reduce(aggregate(self._native, "quantile", q=q, interpolation=interpolation))
        shares = [float(share) for share in q]
        native = aggregate(self._native, "quantiles", q=shares, interpolation=interpolation).alias(VALUE)
        values = self._plan.query.select([native]).collect().lists([VALUE])[0][0]
        index = _index.HIDDEN.format(0)
        columns = [_native.Column.from_values(shares, "float64"), _native.Column.from_values(values, None, False)]
        return self._of(Plan(_native.Query.from_columns([index, VALUE], columns), [(index, None)]))

    def idxmax(self, axis: Any = 0, skipna: bool = True) -> Any:
        """The index of the greatest value, the first of several; without an index the number of its row.

        >>> import hypostyle as hs
        >>> hs.Series([3, 9, 9]).idxmax(), hs.Series([3, 9], index=["a", "b"]).idxmax()
        (1, 'b')
        """
        return self._extreme_row("max", skipna)

    def idxmin(self, axis: Any = 0, skipna: bool = True) -> Any:
        """The index of the smallest value, the first of several; without an index the number of its row.

        >>> import hypostyle as hs
        >>> hs.Series([3, 9, 9]).idxmin()
        0
        """
        return self._extreme_row("min", skipna)

    def _extreme_row(self, which: str, skipna: bool) -> Any:
        if not skipna and self.hasnans:
            raise InvalidArgumentError(f"idx{which}: a value is missing; skipna=True leaves it out")
        if len(self._plan.index) > 1:
            raise UnsupportedError(f"idx{which} of a series with several index levels; reset_index first")
        if not self._plan.index:
            return self._reduce(aggregate(self._native, f"arg_{which}"))
        label = _native.Expr.column(self._plan.index[0][0])
        return self._reduce(_native.Expr.call("aggregate", f"{which}_by", [label, self._native], {}))

    def unique(self, ignore_nulls: bool = False) -> Any:
        """The distinct values in order of first sight, as an array (null is None or NaN).

        >>> import hypostyle as hs
        >>> x = hs.Series([2, 1, 2])
        >>> x.unique().tolist()
        [2, 1]
        """
        return (self.dropna() if ignore_nulls else self).drop_duplicates().to_numpy()

    def nlargest(self, n: int = 5, keep: str = "first") -> Series:
        """The greatest values, in descending order, missing ones last; of equal ones the first, with ``keep="last"`` the
        last, with ``keep="all"`` all of them.

        >>> import hypostyle as hs
        >>> hs.Series([1, 3, 2, 3]).nlargest(1, keep="all").to_list()
        [3, 3]
        """
        return self._extreme(n, keep, True)

    def nsmallest(self, n: int = 5, keep: str = "first") -> Series:
        """The smallest values, in ascending order; see `nlargest`.

        >>> import hypostyle as hs
        >>> hs.Series([4, 1, 3]).nsmallest(2).to_list()
        [1, 3]
        """
        return self._extreme(n, keep, False)

    def _extreme(self, n: int, keep: str, down: bool) -> Series:
        plan = self._framed()
        return self._of(plan.then(extreme_rows(plan.query, [_native.Expr.column(VALUE)], n, keep, down)))

    # One value.

    def _reduce(self, native: _native.Expr) -> Any:
        query = self._plan.query.select([native.alias(VALUE)])
        value = query.collect().lists([VALUE])[0][0]
        # As pandas has it, a number that is not there is NaN.
        return float("nan") if value is None and is_number(query.dtypes()[0]) else value

    def agg(self, func: Any) -> Any:
        """An aggregate by name; a list of names gives a series of values.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.agg("sum"), x.agg(["min", "max"]).to_dict()
        (6, {'min': 1, 'max': 3})
        """
        if isinstance(func, (list, tuple)):
            from hypostyle._reductions import values_by_name

            names = list(func)
            table = self._plan.query.select(
                [aggregate(self._native, name).alias(f"{i}") for i, name in enumerate(names)]
            ).collect()
            values = [column[0] for column in table.lists([f"{i}" for i in range(len(names))])]
            return values_by_name(names, values, self.name)
        if isinstance(func, dict):
            return self.agg(list(func.values())).set_axis(list(func))
        if callable(func) and not is_known(func):
            return func(self)
        return self._reduce(aggregate(self._native, func))

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

    @property
    def dtype(self) -> str:
        """The name of the type; it equals what pandas' scripts compare it with.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).dtype, hs.Series([1.5]).dtype == float
        ('int64', True)
        """
        from hypostyle._categories import dtype_of

        return dtype_of(self._plan, self._native)

    @property
    def cat(self) -> CategoryAccessor:
        """Categories of a categorical series.

        >>> import hypostyle as hs
        >>> hs.Series(["b", "a"]).astype("category").cat.ordered
        False
        """
        from hypostyle._categories import CategoryAccessor

        return CategoryAccessor(self)

    @property
    def index_names(self) -> list[str | None]:
        """Names of the columns that act as the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df["x"].index_names
        ['k']
        """
        return [label for _, label in self._plan.index]

    @property
    def size(self) -> int:
        """The number of values.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.size
        3
        """
        return len(self)

    @property
    def shape(self) -> tuple[int]:
        """The number of values, as a tuple.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.shape
        (3,)
        """
        return (len(self),)

    @property
    def empty(self) -> bool:
        """Whether there is no row.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.empty
        False
        """
        return self._framed().query.slice(0, 1).rows() == 0

    @property
    def values(self) -> Any:
        """As `to_numpy`.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.values.tolist()
        [3, 1, 2]
        """
        return self.to_numpy()

    def __len__(self) -> int:
        return self._framed().query.rows()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.to_list())

    def compute(self) -> Series:
        """Runs the query and keeps the result in memory.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> (x + 1).compute().to_list()
        [4, 2, 3]
        """
        plan = self._framed()
        plan.query.collect()
        return self._of(plan)

    persist = compute

    def explain(self, analyze: bool = False) -> str:
        """The plan as text; with ``analyze``, runs it and tells rows, time and bytes of each operator.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> type(x.explain()).__name__
        'str'
        """
        return self._framed().query.explain(analyze)

    def to_list(self) -> list:
        """The values as Python objects; missing ones are None.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.to_list()
        [3, 1, 2]
        """
        return self._framed().query.collect().lists([VALUE])[0]

    tolist = to_list

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = None) -> Any:
        """The values as an array: shared and read-only where they are one chunk without nulls. Missing values are NaN or
        NaT, and None in arrays of objects, or ``na_value``.

        >>> import hypostyle as hs
        >>> hs.Series([1, None]).to_numpy(na_value=0).tolist()
        [1, 0]
        """
        if na_value is not None and na_value == na_value:
            return self.fillna(na_value).to_numpy(dtype, copy)
        if copy:
            return self.to_numpy(dtype).copy()
        if dtype is not None:
            import numpy as np

            return np.asarray(self.to_numpy(), dtype)
        plan = self._framed()
        found = plan.dtypes[VALUE]
        table = plan.query.collect()
        array = _numpy.one_array(table, VALUE, found)
        if array is None and is_integer(found):
            return self.astype("float64").to_numpy()
        if array is None and found == "date":
            return self.astype("timestamp[s]").to_numpy().astype("datetime64[D]")
        return _numpy.object_array(self.to_list()) if array is None else array

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        from hypostyle._ufuncs import applied

        return applied(self, ufunc, method, inputs, options)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.to_numpy(dtype)
        return array.copy() if copy else array

    def to_pandas(self) -> Any:
        """A pandas Series with its index.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> type(x.to_pandas()).__name__
        'Series'
        """
        from hypostyle._pandas import to_pandas

        series = to_pandas(self._framed())[VALUE]
        series.name = self.name
        return series

    def to_arrow(self) -> Any:
        """A pyarrow ChunkedArray, without a copy.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.to_arrow().to_pylist()
        [3, 1, 2]
        """
        return self.to_frame(self.name or "value").to_arrow().column(-1)

    def to_frame(self, name: str | None = None) -> DataFrame:
        """A frame of this one column (and the index).

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.to_frame("x").columns
        ['x']
        """
        from hypostyle.frame import DataFrame

        name = name or self.name or "value"
        plan = self._framed()
        if name in plan.index_columns:
            index = _index.level_columns([label for _, label in plan.index], [name])
            moved = {old: new for (old, _), (new, _) in zip(plan.index, index, strict=True)}
            plan = plan.rename(moved).reindexed(index)
        return DataFrame._of(plan.rename({VALUE: name}))

    def reset_index(
        self, level: Any = None, *, drop: bool = False, name: str | None = None, allow_duplicates: bool = False
    ) -> Any:
        """A frame of the index (or some of its levels) and the values; with ``drop`` a series without the index.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2], index=["a", "b"]).rename_axis("k").reset_index(name="n").to_dict("list")
        {'k': ['a', 'b'], 'n': [1, 2]}
        """
        if isinstance(level, bool):
            level, drop = None, level
        if drop:
            if level is None:
                return self._of(_index.reset(self._framed(), True))
            return self._through(lambda frame: frame.reset_index(level, drop=True))
        return self.to_frame(name).reset_index(level)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.to_frame().reset_index(drop=True).__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return _format.series(self._framed(), VALUE, self.name)


_inplace.allow(Series, _inplace.SERIES, Series._become)


def value_counts(
    plan: Plan,
    keys: Sequence[tuple[str | None, _native.Expr]],
    normalize: bool,
    sort: bool,
    ascending: bool,
    dropna: bool,
) -> Series:
    """How often each combination of keys occurs: a series whose index they are."""
    label = "proportion" if normalize else "count"
    index = _index.level_columns([name for name, _ in keys], [VALUE, label])
    exprs = [expr.alias(column) for (column, _), (_, expr) in zip(index, keys, strict=True)]
    counts = plan.query.group_by(exprs, [size().alias(label)], False, dropna)
    native = _native.Expr.column(label)
    if normalize:
        # Of the counts, not of the rows: of those there may be many more.
        total = counts.select([aggregate(native, "sum").alias(label)]).collect().lists([label])[0][0]
        native = native.binary("/", _native.Expr.literal(total))
    if sort:
        counts = counts.sort([_native.Expr.column(label)], [not ascending], False)
    return Series(Plan(counts, index), native, label)


def _called(value: Any, series: Series) -> Any:
    """What a function of the series gives; other values as they are."""
    return value(series) if callable(value) and not isinstance(value, (BoundExpression, Expr)) else value


def _keys(keys: Any) -> list:
    return list(keys) if isinstance(keys, (list, tuple)) else [keys]


def repeated(keys: list[_native.Expr], keep: Any) -> _native.Expr:
    """Whether there is an equal row: an earlier one (``keep="first"``), a later one (``"last"``), any (``False``)."""
    number, count = window("row_number").over(keys, [], []), rows().over(keys, [], [])
    if keep is False:
        return count.binary(">", _native.Expr.literal(1))
    if keep_last(keep):
        return number.binary("<", count)
    return number.binary(">", _native.Expr.literal(1))


def without_repeats(plan: Plan, names: list[str], keep: Any) -> _native.Query:
    """One row of each combination of values, where it stands first or last; with ``False`` those that have no equal."""
    if keep is False:
        return _native.rows_without_equal(plan.query, names)
    if not keep_last(keep):
        return plan.query.distinct(names, False)
    return plan.query.filter(repeated([plan.column(name) for name in names], "last").invert())


def extreme_rows(query: _native.Query, keys: list[_native.Expr], n: int, keep: str, down: bool) -> _native.Query:
    """The first rows by some keys: of equal ones the first, the last, or all."""
    if keep not in ("first", "last", "all"):
        raise InvalidArgumentError(f"keep is 'first', 'last' or 'all', not {keep!r}")
    order, descending = list(keys), [down] * len(keys)
    if keep == "first" or (keep == "last" and n >= query.rows()):
        return query.sort(order, descending, False).slice(0, max(n, 0))
    place = "__place__"
    query = query.with_columns([window("row_number").alias(place)])
    names = [name for name in query.names() if name != place]
    number = _native.Expr.column(place)
    if keep == "last":
        # Of equal values the last comes first; missing ones stay in their order.
        missing = _native.Expr.call("scalar", "is_null", [keys[-1]])
        number = _native.Expr.case([(missing, number.cast("int64"))], number.cast("int64").negate())
    found = query.sort([*order, number], [*descending, False], False)
    if keep == "last":
        found = found.slice(0, max(n, 0))
    else:
        # As many as come before the n-th row, and its equals.
        found = found.collect().query()
        ranks = found.slice(0, max(n, 0)).rows()
        same = None
        if ranks:
            edge = found.slice(ranks - 1, 1).select([k.alias(f"__edge_{i}__") for i, k in enumerate(keys)])
            cells = [part[0] for part in edge.collect().lists([f"__edge_{i}__" for i in range(len(keys))])]
            for key, cell in zip(keys, cells, strict=True):
                here = _native.Expr.call("scalar", "is_null", [key])
                if cell is not None:
                    here = filled(key.binary("==", _native.Expr.literal(cell)), _native.Expr.literal(False))
                same = here if same is None else same.binary("&", here)
        before = window("row_number").binary("<=", _native.Expr.literal(ranks))
        found = found.with_columns([before.alias(place)])
        chosen = _native.Expr.column(place)
        found = found.filter(chosen if same is None else chosen.binary("|", same))
    return found.select([_native.Expr.column(name).alias(name) for name in names])


def filled(native: _native.Expr, value: _native.Expr) -> _native.Expr:
    """Another value where it is missing."""
    return _native.Expr.call("scalar", "fill_null", [native, value])


def is_in(native: _native.Expr, values: Any) -> _native.Expr:
    """Whether the value is one of these; never null."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise DataTypeError(f"isin takes a list of values, not {values!r}")
    listed = list(values)
    if any(is_missing(value) for value in listed):
        # A missing value is None here, and NaN where a column keeps it as a value; whole numbers beside it are floats.
        held = [value for value in listed if not is_missing(value)]
        nan = [value for value in listed if isinstance(value, float) and value != value]
        if nan and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in held):
            held = [*map(float, held), nan[0]]
        listed = [None, *held]
    found = _native.Expr.call("scalar", "is_in", [native, _native.Expr.literal(listed)])
    return filled(found, _native.Expr.literal(None in listed))


def flag(name: str, value: Any) -> bool:
    """A parameter that is true or false."""
    if not isinstance(value, (bool, int)) and type(value).__name__ != "bool_":
        raise InvalidArgumentError(f"{name} is True or False, not {value!r}")
    return bool(value)


def keep_last(keep: Any) -> bool:
    if keep not in ("first", "last"):
        raise InvalidArgumentError(f"keep is 'first', 'last' or False, not {keep!r}")
    return keep == "last"


def nulls_first(na_position: str) -> bool:
    if na_position not in ("first", "last"):
        raise InvalidArgumentError(f"na_position is 'first' or 'last', not {na_position!r}")
    return na_position == "first"


def sliced(query: _native.Query, rows: slice) -> _native.Query:
    """Rows of a slice; counting from the end runs the query."""
    if rows.step not in (None, 1):
        raise InvalidArgumentError(f"slices take every row; the step {rows.step} is not supported")
    start, stop = rows.start or 0, rows.stop
    if start < 0 or (stop is not None and stop < 0):
        start, stop, _ = rows.indices(query.rows())
    length = 2**63 - 1 if stop is None else max(stop - start, 0)
    return query.slice(start, length)
