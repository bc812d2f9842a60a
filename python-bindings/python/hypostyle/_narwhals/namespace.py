"""What narwhals asks a library for: expressions that belong to no frame, and ways to make frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hypostyle import _native
from hypostyle._narwhals.dataframe import DataFrame, concatenated
from hypostyle._narwhals.dtypes import from_narwhals
from hypostyle._narwhals.expr import Expr
from hypostyle._narwhals.frame import LazyFrame
from hypostyle._narwhals.scope import Aggregator, Scope, Value, agreed, constant
from hypostyle._narwhals.selectors import Selectors
from hypostyle._narwhals.series import Series
from hypostyle.errors import DuplicateColumnError
from hypostyle.expr import Expr as Native
from hypostyle.expr import lit, when
from hypostyle.frame import DataFrame as NativeFrame
from hypostyle.series import Series as NativeSeries


class Namespace:
    """The functions of narwhals, for one version of its interface."""

    def __init__(self, *, version: Any) -> None:
        from narwhals import Implementation

        self._implementation = Implementation.UNKNOWN
        self._version = version

    @property
    def _expr(self) -> type[Expr]:
        return Expr

    @property
    def _dataframe(self) -> type[DataFrame]:
        return DataFrame

    @property
    def _lazyframe(self) -> type[LazyFrame]:
        return LazyFrame

    @property
    def _series(self) -> type[Series]:
        return Series

    @property
    def selectors(self) -> Selectors:
        return Selectors(self._version)

    # Objects.

    def is_native(self, obj: Any, /) -> bool:
        return isinstance(obj, (NativeFrame, NativeSeries))

    def from_native(self, data: Any, /) -> Any:
        if isinstance(data, NativeSeries):
            return Series(data, self._version)
        if isinstance(data, NativeFrame):
            return DataFrame(data, self._version)
        raise TypeError(f"a frame or a series of hypostyle, not {type(data).__name__}")

    def from_numpy(self, data: Any, /, schema: Any = None) -> Any:
        if getattr(data, "ndim", 1) == 2:
            return DataFrame.from_numpy(data, context=self, schema=schema)
        return Series.from_numpy(data, context=self)

    def read_csv(self, source: Any, *, separator: str = ",", **options: Any) -> DataFrame:
        from hypostyle.io import read_csv

        return DataFrame(read_csv(source, sep=separator, **options), self._version)

    def scan_csv(self, source: Any, *, separator: str = ",", **options: Any) -> LazyFrame:
        return LazyFrame(self.read_csv(source, separator=separator, **options).native, self._version)

    def read_parquet(self, source: Any, **options: Any) -> DataFrame:
        from hypostyle.io import read_parquet

        return DataFrame(read_parquet(source, **options), self._version)

    def scan_parquet(self, source: Any, **options: Any) -> LazyFrame:
        return LazyFrame(self.read_parquet(source, **options).native, self._version)

    def concat(self, items: Iterable[Any], *, how: str) -> Any:
        frames = list(items)
        return frames[0]._with_native(concatenated(frames, how))

    # Columns.

    def all(self) -> Expr:
        return Expr.from_column_names(lambda frame: frame.columns, context=self)

    def col(self, *names: str) -> Expr:
        return Expr.from_column_names(lambda _: names, context=self)

    def exclude(self, *names: str) -> Expr:
        return Expr.from_column_names(lambda frame: [name for name in frame.columns if name not in names], context=self)

    def nth(self, *indices: Any, **named: Any) -> Expr:
        chosen = named.get("indices", indices)
        places = chosen[0] if len(chosen) == 1 and isinstance(chosen[0], Sequence) else chosen
        return Expr.from_column_indices(*places, context=self)

    def lit(self, value: Any, dtype: Any) -> Expr:
        native = lit(value)
        if dtype is not None:
            native = native.cast(from_narwhals(dtype, self._version))
        return Expr(lambda _: [Value(native)], lambda _: ["literal"], None, self._version)

    def len(self) -> Expr:
        def evaluate(scope: Scope) -> list[Value]:
            return [Value(Aggregator(scope, None)("len").cast("int64"))]

        return Expr(evaluate, lambda _: ["len"], None, self._version)

    # Of several.

    def _across(self, exprs: Sequence[Expr], function: Callable[..., Native]) -> Expr:
        """One value of the values of a row, named as the first of them."""

        def evaluate(scope: Scope) -> list[Value]:
            values = [value for expr in exprs for value in expr.evaluate(scope)]
            return [Value(function(*(value.expr for value in values)), agreed(scope, values))]

        first = exprs[0]
        renaming = first._alias_output_names
        return Expr(
            evaluate,
            lambda frame: first._evaluate_output_names(frame)[:1],
            None if renaming is None else lambda names: renaming(names)[:1],
            self._version,
        )

    def _called(self, name: str, exprs: Sequence[Expr], **params: Any) -> Expr:
        def make(*values: Native) -> Native:
            if len(values) == 1 and name not in ("as_list", "concat_str", "sum_horizontal", "mean_horizontal"):
                return values[0]
            return Native(_native.Expr.call("scalar", name, [value._native for value in values], params))

        return self._across(exprs, make)

    def all_horizontal(self, *exprs: Expr, ignore_nulls: bool) -> Expr:
        return self._called("all_horizontal", [expr.fill_null(True) for expr in exprs] if ignore_nulls else exprs)

    def any_horizontal(self, *exprs: Expr, ignore_nulls: bool) -> Expr:
        return self._called("any_horizontal", [expr.fill_null(False) for expr in exprs] if ignore_nulls else exprs)

    def sum_horizontal(self, *exprs: Expr) -> Expr:
        return self._called("sum_horizontal", exprs)

    def mean_horizontal(self, *exprs: Expr) -> Expr:
        return self._called("mean_horizontal", exprs)

    def min_horizontal(self, *exprs: Expr) -> Expr:
        return self._called("least", exprs)

    def max_horizontal(self, *exprs: Expr) -> Expr:
        return self._called("greatest", exprs)

    def coalesce(self, *exprs: Expr) -> Expr:
        return self._called("coalesce", exprs)

    def concat_str(self, *exprs: Expr, separator: str, ignore_nulls: bool) -> Expr:
        texts = [expr._each(lambda value: value.cast("string"), (), {}) for expr in exprs]
        return self._called("concat_str", texts, separator=separator, ignore_nulls=ignore_nulls)

    def struct(self, *exprs: Expr) -> Expr:
        def evaluate(scope: Scope) -> list[Value]:
            named = [pair for expr in exprs for pair in expr.named(scope)]
            values = [value.expr._native for _, value in named]
            names = [name for name, _ in named]
            for name in names:
                if names.count(name) > 1:
                    raise DuplicateColumnError(f"struct: two fields are called {name!r}")
            made = _native.Expr.call("scalar", "as_struct", values, {"names": names})
            return [Value(Native(made), agreed(scope, [value for _, value in named]))]

        first = self._across(exprs, lambda *values: values[0])
        return Expr(evaluate, first._evaluate_output_names, first._alias_output_names, self._version)

    def list(self, *exprs: Expr) -> Expr:
        return self._called("as_list", exprs)

    def when_then(self, predicate: Expr, then: Any, otherwise: Any = None) -> Expr:
        def evaluate(scope: Scope) -> list[Value]:
            condition = predicate.one(scope)
            branches = [_value(then, scope), _value(otherwise, scope)]
            mask = agreed(scope, [condition, *branches])
            return [Value(when(condition.expr).then(branches[0].expr).otherwise(branches[1].expr), mask)]

        names = then._evaluate_output_names if isinstance(then, Expr) else lambda _: ["literal"]
        renaming = then._alias_output_names if isinstance(then, Expr) else None
        return Expr(evaluate, names, renaming, self._version)

    def corr(self, a: Expr, b: Expr, *, method: str) -> Expr:
        if method == "spearman":
            return self._of_two("corr", *(self._ranked(expr, other) for expr, other in ((a, b), (b, a))))
        return self._of_two("corr", a, b)

    def _ranked(self, expr: Expr, other: Expr) -> Expr:
        """Ranks among the rows where both have a value."""
        whole = expr._each(lambda value, beside: when(~beside.is_null()).then(value).otherwise(None), (other,), {})
        return whole.rank("average", descending=False)

    def cov(self, a: Expr, b: Expr, *, ddof: int) -> Expr:
        return self._of_two("cov", a, b, ddof=ddof)

    def _of_two(self, name: str, a: Expr, b: Expr, **params: Any) -> Expr:
        def evaluate(scope: Scope) -> list[Value]:
            left, right = a.one(scope), b.one(scope)
            return [Value(Aggregator(scope, agreed(scope, [left, right]))(name, left.expr, right.expr, **params))]

        return Expr(evaluate, a._evaluate_output_names, a._alias_output_names, self._version)


def _value(given: Any, scope: Scope) -> Value:
    return given.one(scope) if isinstance(given, Expr) else Value(constant(given))
