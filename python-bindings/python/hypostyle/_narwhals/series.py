"""Series as narwhals wants them: what an expression does to a column, done to a column alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._columns import column
from hypostyle._dtypes import zone
from hypostyle._headings import named, texts
from hypostyle._narwhals import elementwise, rows
from hypostyle._narwhals.dtypes import to_narwhals
from hypostyle._narwhals.expr import Accessor, Expr
from hypostyle._narwhals.scope import Scope, Value
from hypostyle._narwhals.told import tell
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, ShapeError
from hypostyle.expr import Expr as Native
from hypostyle.expr import col
from hypostyle.frame import DataFrame as NativeFrame
from hypostyle.series import VALUE
from hypostyle.series import Series as NativeSeries

if TYPE_CHECKING:
    from types import ModuleType

    from hypostyle._narwhals.dataframe import DataFrame
    from hypostyle._narwhals.frame import Frame
    from hypostyle._narwhals.namespace import Namespace


class Series:
    """A series of the engine and the version of narwhals' interface it is seen through."""

    def __init__(self, native: NativeSeries, version: Any) -> None:
        from narwhals import Implementation

        self._native_series = native
        self._implementation = Implementation.UNKNOWN
        self._version = version

    def __narwhals_series__(self) -> Series:
        return self

    def __narwhals_namespace__(self) -> Namespace:
        from hypostyle._narwhals.namespace import Namespace

        return Namespace(version=self._version)

    def __native_namespace__(self) -> ModuleType:
        import hypostyle

        return hypostyle

    def to_narwhals(self) -> Any:
        return self._version.series(self, level="full")

    def _with_native(self, native: NativeSeries) -> Series:
        return Series(native, self._version)

    def _with_version(self, version: Any) -> Series:
        return Series(self._native_series, version)

    @property
    def native(self) -> NativeSeries:
        return self._native_series

    # Made of other things.

    @classmethod
    def from_native(cls, data: NativeSeries, /, *, context: Any) -> Series:
        return cls(data, context._version)

    @classmethod
    def from_iterable(
        cls, data: Iterable[Any], /, *, context: Any, name: str = "", dtype: Any = None, index: Any = None
    ) -> Series:
        values = data if hasattr(data, "__len__") else list(data)
        made = cls(_series(column(values, True), name), context._version)
        return made if dtype is None else made.cast(dtype)

    @classmethod
    def from_numpy(cls, data: Any, /, *, context: Any) -> Series:
        return cls.from_iterable(data, context=context)

    @classmethod
    def from_arrow(cls, data: Any, /, *, context: Any) -> Series:
        return cls(_series(_native.Column.from_arrow(data), ""), context._version)

    # Among the rows of a frame.

    def in_rows(self, frame: Any, alone: bool = False) -> Native:
        """The values in the rows of a frame, which has as many; one value stands in every row."""
        count, own = frame.plan.query.rows(), len(self)
        if own == 1 and (count != 1 or alone):
            return Native(_native.Expr.literal(self.item(0)).cast(self.native.dtype))
        if own != count:
            raise ShapeError(f"a series of {own} values for {count} rows")
        return Native(_native.Expr.by_row(column(self.native, True))).over(())

    def _frame(self) -> DataFrame:
        """A frame of this column alone."""
        from hypostyle._narwhals.dataframe import DataFrame

        plan = self.native._plan
        kept = {name: _native.Expr.column(name) for name in plan.index_columns}
        return DataFrame(NativeFrame._of(plan.project({**kept, VALUE: self.native._native})), self._version)

    def _made(self, make: Callable[[Expr], Expr]) -> Series:
        """The column of an expression of this one."""
        frame = self._frame()
        ns = self.__narwhals_namespace__()
        scope = Scope(frame)
        value = make(ns.col(VALUE)).one(scope)
        # A type that does not fit is an error now, not when rows are looked at.
        scope.dtype(value.expr)
        return self._of(frame, value)

    def _of(self, frame: Frame, value: Value) -> Series:
        if value.mask is None:
            native = value.expr._native
            # Aggregates are a column of one value.
            query = (
                frame.plan.query.select([native.alias(VALUE)])
                if native.has_aggregate() and not native.has_window()
                else None
            )
            plan = frame.plan if query is None else Plan(query)
            return self._with_native(
                NativeSeries(plan, native if query is None else col(VALUE)._native, self.native.name)
            )
        kept = frame.plan.with_columns({VALUE: value.expr._native, "\0kept": value.mask._native})
        some = kept.anew(kept.query.filter(_native.Expr.column("\0kept"))).keep([VALUE])
        return self._with_native(NativeSeries(some, col(VALUE)._native, self.native.name))

    def _scalar(self, make: Callable[[Expr], Expr]) -> Any:
        frame = self._frame()
        value = make(self.__narwhals_namespace__().col(VALUE)).one(Scope(frame))
        query = frame.plan.query.select([value.expr._native.alias(VALUE)])
        return query.collect().lists([VALUE])[0][0]

    def _each(self, function: Callable[..., Native], args: Any, kwargs: dict[str, Any]) -> Series:
        named = {name: self._lifted(value) for name, value in kwargs.items()}
        made = self._made(lambda expr: expr._each(function, [self._lifted(arg) for arg in args], named))
        return made._read() if function in elementwise.READERS else made

    def _lifted(self, value: Any) -> Any:
        return Expr._from_series(value) if isinstance(value, Series) else value

    if TYPE_CHECKING:
        # Methods that are attached below.
        def __getattr__(self, name: str) -> Any: ...

    # What it is.

    @property
    def name(self) -> str:
        name = self.native.name
        if name is None or isinstance(name, str):
            return name or ""
        # A label that is no text, as a frame's are.
        held = named(name if isinstance(name, tuple) else (name,))
        return texts([held]).get(held, held)

    @property
    def dtype(self) -> Any:
        native = self.native
        known = native._plan.query.categories(native._native) if native.dtype == "category" else None
        return to_narwhals(native.dtype, self._version, known)

    def alias(self, name: str) -> Series:
        return self._with_native(NativeSeries(self.native._plan, self.native._native, name))

    def cast(self, dtype: Any) -> Series:
        made = self._made(lambda expr: expr.cast(dtype))
        return made._read() if self.native.dtype == "string" else made

    def _read(self) -> Series:
        """The same, whose values have been made of texts: one that is none is an error now, as callers expect who then try
        another type."""
        return self._with_native(self.native.compute())

    def __len__(self) -> int:
        return len(self.native)

    def len(self) -> int:
        return len(self.native)

    def is_empty(self) -> bool:
        return len(self) == 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self.native.to_list())

    def __contains__(self, other: Any) -> bool:
        if other is None:
            return self.null_count() > 0
        return bool(self._scalar(lambda expr: expr.is_in([other]).any()))

    def to_list(self) -> list[Any]:
        return self.native.to_list()

    def __array__(self, dtype: Any = None, *, copy: bool | None = None) -> Any:
        return self.to_numpy(dtype)

    def to_numpy(self, dtype: Any = None, *, copy: bool | None = None) -> Any:
        if zone(self.native.dtype) is None:
            return self.native.to_numpy(dtype)
        # NumPy's times have no zone: moments are on the clock of UTC.
        wall = _native.Expr.call("scalar", "convert_zone", [self.native._native], {"tz": None})
        return NativeSeries(self.native._plan, wall, self.native.name).to_numpy(dtype)

    def to_pandas(self) -> Any:
        return self.native.to_pandas()

    def to_arrow(self) -> Any:
        made = self.native.to_arrow()
        return made.combine_chunks() if hasattr(made, "combine_chunks") else made

    def to_polars(self) -> Any:
        import polars

        return polars.Series(self.name, self.native.to_arrow())

    def to_frame(self) -> DataFrame:
        from hypostyle._narwhals.dataframe import DataFrame

        frame = self._frame()
        return DataFrame(frame.rename({VALUE: self.name}).native, self._version)

    # Places.

    def item(self, index: int | None = None) -> Any:
        count = len(self)
        if index is None:
            if count != 1:
                raise ValueError(f"can only call '.item()' if the Series is of length 1, not {count}")
            index = 0
        at = index + count if index < 0 else index
        if not 0 <= at < count:
            raise IndexError(f"place {index} of a series of {count} values")
        return self._frame()._sliced(at, 1).plan.query.collect().lists([VALUE])[0][0]

    def __getitem__(self, item: Any) -> Series:
        return self._back(self._frame()[item, slice(None)])

    def _back(self, frame: DataFrame) -> Series:
        return self._with_native(NativeSeries(frame.plan, col(VALUE)._native, self.native.name))

    def head(self, n: int) -> Series:
        return self._back(self._frame().head(n))

    def tail(self, n: int) -> Series:
        return self._back(self._frame().tail(n))

    def mode(self, *, keep: str) -> Series:
        """The most frequent values, or one of them."""
        found = self._made(lambda expr: expr.mode(keep="all"))
        return found if keep == "all" else found.head(1)

    def sort(self, *, descending: bool, nulls_last: bool) -> Series:
        return self._back(self._frame().sort(VALUE, descending=descending, nulls_last=nulls_last))

    def sample(self, n: int, *, with_replacement: bool, seed: int | None) -> Series:
        return self._back(self._frame().sample(n, with_replacement=with_replacement, seed=seed))

    def filter(self, predicate: Any) -> Series:
        condition = predicate if isinstance(predicate, Series) else self.from_iterable(predicate, context=self)
        return self._made(lambda expr: expr.filter(Expr._from_series(condition)))

    def zip_with(self, mask: Any, other: Any) -> Series:
        ns = self.__narwhals_namespace__()
        return self._made(lambda expr: ns.when_then(self._lifted(mask), expr, self._lifted(other)))

    def _categories(self) -> Series:
        """The categories of a categorical column."""
        known = self.native._plan.query.categories(self.native._native)
        if known is None:
            raise DataTypeError(f"cat.get_categories is of categorical columns, not of {self.native.dtype}")
        return self.from_iterable(known[0], context=self, name=self.name, dtype=self._version.dtypes.String)

    def arg_true(self) -> Series:
        frame = self._frame().with_row_index("\0place", None)
        kept = frame.plan.query.filter(col(VALUE)._native).select([col("\0place")._native.alias(VALUE)])
        return self._with_native(NativeSeries(Plan(kept), col(VALUE)._native, self.native.name))

    def scatter(self, indices: Series, values: Series) -> Series:
        places, new = indices.to_list(), values.to_list()
        if len(new) not in (1, len(places)):
            raise ShapeError(f"scatter: Expected object of length {len(places)}, got {len(new)} values")
        if None in places:
            from narwhals.exceptions import ComputeError

            raise ComputeError("scatter: Index values should not be null")
        changed = self.to_list()
        for at, value in zip(places, new * len(places) if len(new) == 1 else new, strict=False):
            if not -len(changed) <= at < len(changed):
                raise IndexError(f"out of bounds: place {at} of a series of {len(changed)} values")
            changed[at] = value
        made = self.from_iterable(changed, context=self, name=self.name)
        return made.cast(self.dtype)

    # Of several values.

    def is_sorted(self, *, descending: bool) -> bool:
        if not isinstance(descending, bool):
            raise TypeError(f"is_sorted: descending is True or False, not {descending!r}")
        values = self.native.dropna()
        return values.is_monotonic_decreasing if descending else values.is_monotonic_increasing

    def unique(self, *, maintain_order: bool = False) -> Series:
        return self._made(lambda expr: expr.unique())

    def value_counts(self, *, sort: bool, parallel: bool, name: str | None, normalize: bool) -> DataFrame:
        ns = self.__narwhals_namespace__()
        label = name or ("proportion" if normalize else "count")
        frame = self.to_frame()
        counted = frame.group_by([self.name], drop_null_keys=False).agg(ns.len().alias(label))
        if sort:
            counted = counted.sort(label, descending=True, nulls_last=True)
        if normalize:
            counted = counted.with_columns((ns.col(label) / ns.col(label).sum().broadcast()).alias(label))
        return counted

    def to_dummies(self, *, separator: str, drop_first: bool) -> DataFrame:
        ns = self.__narwhals_namespace__()
        found = sorted(value for value in self.native.drop_duplicates().to_list() if value is not None)
        frame = self.to_frame()
        one: Any = ns.col(self.name)
        dtype = self._version.dtypes.Int8
        columns = [
            (one == ns.lit(value, None)).fill_null(False).cast(dtype).alias(f"{self.name}{separator}{value}")
            for value in found
        ]
        columns = columns[1:] if drop_first else columns
        if self.null_count():
            columns.insert(0, one.is_null().cast(dtype).alias(f"{self.name}{separator}null"))
        return frame.select(*columns)

    def hist_from_bins(self, bins: list[float], *, include_breakpoint: bool) -> Any:
        from hypostyle._narwhals.dataframe import DataFrame

        counts = []
        for at in range(len(bins) - 1):
            bounds = {"lower_bound": bins[at], "upper_bound": bins[at + 1], "closed": "both" if at == 0 else "right"}
            counts.append(self.is_between(**bounds).sum())
        columns = {"breakpoint": list(map(float, bins[1:]))} if include_breakpoint else {}
        return DataFrame.from_dict({**columns, "count": counts}, context=self, schema=None)

    def hist_from_bin_count(self, bin_count: int, *, include_breakpoint: bool) -> Any:
        low, high = self.min(), self.max()
        if low is None:
            low, high = 0.0, 1.0
        if low == high:
            low, high = low - 0.5, high + 0.5
        step = (high - low) / bin_count if bin_count else 0.0
        edges = [low + step * at for at in range(bin_count)] + [high] if bin_count else []
        return self.hist_from_bins(edges, include_breakpoint=include_breakpoint)


def _series(values: _native.Column, name: str) -> NativeSeries:
    plan = Plan(_native.Query.from_columns([VALUE], [values]))
    return NativeSeries(plan, _native.Expr.column(VALUE), name)


def _attach() -> None:
    """Gives the class the methods that expressions have."""
    scalars = [*rows.AGGREGATES]
    columns = [*elementwise.PLAIN, *elementwise.REFLECTED, *rows.WINDOWS, *rows.CHOICES]
    columns += ["fill_null", "is_in", "mode", "map_batches", "replace_strict"]

    def scalar(name: str) -> Callable[..., Any]:
        return lambda self, **kwargs: self._scalar(lambda expr: getattr(expr, name)(**kwargs))

    def series(name: str) -> Callable[..., Any]:
        def method(self: Series, *args: Any, **kwargs: Any) -> Series:
            lifted = [self._lifted(arg) for arg in args]
            named = {key: self._lifted(value) for key, value in kwargs.items()}
            return self._made(lambda expr: getattr(expr, name)(*lifted, **named))

        return method

    own = set(vars(Series)) - {"__eq__", "__ne__"}
    for name in scalars:
        if name not in own:
            setattr(Series, name, scalar(name))
    for name in columns:
        if name not in own:
            setattr(Series, name, series(name))
    for kind in elementwise.NAMESPACES:
        setattr(Series, kind, Accessor.of(kind))


_attach()
tell(Series, ("_made", "_scalar", "scatter", "item"))
Series.__hash__ = object.__hash__  # type: ignore[method-assign]
