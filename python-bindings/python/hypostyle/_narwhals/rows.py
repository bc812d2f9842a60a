"""Functions of several rows, by the names narwhals gives them: aggregates, windows, and choices of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypostyle import _native
from hypostyle._narwhals.scope import Aggregator, Scope, Value
from hypostyle.errors import DataTypeError, InvalidArgumentError
from hypostyle.expr import Expr, col, row_number, when


def python_rows(native: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a frame as tuples of Python objects, in which ``None`` is missing."""
    return native._tuples(False, None, lambda values, _: values)  # type: ignore[no-any-return]


def _count(agg: Aggregator, name: str, *args: Expr, **params: Any) -> Expr:
    return agg(name, *args, **params).cast("int64")


def _mode(agg: Aggregator, e: Expr, keep: str) -> Expr:
    modes = agg("mode", e, count_nulls=True)
    return Expr(_native.Expr.call("scalar", "list_get", [modes._native], {"index": 0}))


def _median(agg: Aggregator, e: Expr) -> Expr:
    dtype = agg.scope.dtype(e)
    if dtype in ("string", "category"):
        raise DataTypeError(f"`median` operation not supported for non-numeric input type.\nGot: {dtype}")
    return agg("median", e)


def _moment(agg: Aggregator, e: Expr, name: str, of_two: float) -> Expr:
    """A moment without correction: two different values have one too, and one value has NaN."""
    count = agg("count", e)
    differ = agg("var", e, ddof=1) > 0
    known = when((count == 2) & differ).then(of_two)
    if name == "kurtosis":
        # Three values have the same, whatever they are.
        known = known.when((count == 3) & differ).then(-1.5)
    return known.when(count == 1).then(float("nan")).otherwise(agg(name, e, bias=True))


#: From rows to one value: the maker of aggregates, the expression, and constants by name.
AGGREGATES: dict[str, Callable[..., Expr]] = {
    "all": lambda agg, e: agg("all", e),
    "any": lambda agg, e: agg("any", e),
    "any_value": lambda agg, e, ignore_nulls: agg("first", e, ignore_nulls=ignore_nulls),
    "arg_max": lambda agg, e: _count(agg, "arg_max", e),
    "arg_min": lambda agg, e: _count(agg, "arg_min", e),
    "count": lambda agg, e: _count(agg, "count", e),
    "first": lambda agg, e, order_by=(): agg.first(e, tuple(order_by) or agg.scope.order, last=False),
    "kurtosis": lambda agg, e: _moment(agg, e, "kurtosis", -2.0),
    "last": lambda agg, e, order_by=(): agg.first(e, tuple(order_by) or agg.scope.order, last=True),
    "len": lambda agg, e: _count(agg, "len"),
    "max": lambda agg, e: agg("max", e),
    "mean": lambda agg, e: agg("mean", e),
    "median": _median,
    "min": lambda agg, e: agg("min", e),
    "n_unique": lambda agg, e: _count(agg, "n_unique", e, count_nulls=True),
    "null_count": lambda agg, e: _count(agg, "null_count", e),
    "quantile": lambda agg, e, quantile, interpolation: agg("quantile", e, q=quantile, interpolation=interpolation),
    "skew": lambda agg, e: _moment(agg, e, "skew", 0.0),
    "std": lambda agg, e, ddof: agg("std", e, ddof=ddof),
    "sum": lambda agg, e: agg("sum", e),
    "var": lambda agg, e, ddof: agg("var", e, ddof=ddof),
}
MODE = _mode


def _window(name: str, *args: Expr, **params: Any) -> Expr:
    return Expr(_native.Expr.call("window", name, [arg._native for arg in args], params))


def _cumulative(name: str) -> Callable[..., Expr]:
    return lambda scope, e, reverse: scope.over(_window(name, e), reverse=reverse)


def _rolling(name: str) -> Callable[..., Expr]:
    def make(scope: Scope, e: Expr, window_size: int, min_samples: int, center: bool, **ddof: int) -> Expr:
        params = {"window": window_size, "min_periods": min_samples, "center": center, **ddof}
        return scope.over(_window(name, e, **params))

    return make


def _fill(scope: Scope, e: Expr, strategy: str, limit: int | None) -> Expr:
    return scope.over(_window(f"{strategy}_fill", e, limit=limit))


def _ewm_mean(
    scope: Scope,
    e: Expr,
    com: float | None,
    span: float | None,
    half_life: float | None,
    alpha: float | None,
    adjust: bool,
    min_samples: int,
    ignore_nulls: bool,
) -> Expr:
    if sum(given is not None for given in (com, span, half_life, alpha)) > 1:
        raise InvalidArgumentError("ewm_mean: com, span, half_life and alpha are mutually exclusive")
    if com is not None:
        alpha = 1 / (1 + com)
    elif span is not None:
        alpha = 2 / (span + 1)
    elif half_life is not None:
        alpha = 1 - 0.5 ** (1 / half_life)
    if alpha is None:
        raise InvalidArgumentError("ewm_mean: one of com, span, half_life and alpha is needed")
    made = _window("ewm_mean", e, alpha=alpha, adjust=adjust, ignore_nulls=ignore_nulls, min_periods=min_samples)
    return scope.over(made)


def _rank(scope: Scope, e: Expr, method: str, descending: bool) -> Expr:
    if method == "ordinal" and scope.order:
        # Places of equal values go by the order.
        keys, down = scope.sorting()
        partition = [*map(col, scope.keys), e.is_null()]
        place = row_number().over(partition, [e, *keys], [descending, *down])
        return when(~e.is_null()).then(place).otherwise(None)
    ranked = _window("rank", e, method=method, descending=descending)
    return Scope(scope.frame, scope.keys).over(ranked)


def _rows() -> Expr:
    return Expr(_native.Expr.call("aggregate", "len", [], {}))


def first_of_equal(scope: Scope, e: Expr, last: bool = False) -> Expr:
    """Whether a row is the first (or last) one of its value."""
    return scope.over(row_number(), (e,), reverse=last) == 1


#: From rows to a value for each of them: the scope, the expression, and constants by name.
WINDOWS: dict[str, Callable[..., Expr]] = {
    "cum_count": _cumulative("cum_count"),
    "cum_max": _cumulative("cum_max"),
    "cum_min": _cumulative("cum_min"),
    "cum_prod": _cumulative("cum_prod"),
    "cum_sum": _cumulative("cum_sum"),
    "diff": lambda scope, e: scope.over(_window("diff", e)),
    "ewm_mean": _ewm_mean,
    "is_duplicated": lambda scope, e: Scope(scope.frame, scope.keys).over(_rows(), (e,)) > 1,
    "is_first_distinct": first_of_equal,
    "is_last_distinct": lambda scope, e: first_of_equal(scope, e, last=True),
    "is_unique": lambda scope, e: Scope(scope.frame, scope.keys).over(_rows(), (e,)) == 1,
    "rank": _rank,
    "rolling_mean": _rolling("rolling_mean"),
    "rolling_std": _rolling("rolling_std"),
    "rolling_sum": _rolling("rolling_sum"),
    "rolling_var": _rolling("rolling_var"),
    "shift": lambda scope, e, n: scope.over(_window("lag", e, n=n)),
}
FILL = _fill


def _numbered(scope: Scope, mask: Expr | None) -> Expr:
    """The number of a row among those of the mask, from 1."""
    return scope.over(row_number(), () if mask is None else (mask,))


def _head(scope: Scope, value: Value, n: int) -> Expr:
    return _numbered(scope, value.mask) <= n


def _tail(scope: Scope, value: Value, n: int) -> Expr:
    return scope.over(row_number(), () if value.mask is None else (value.mask,), reverse=True) <= n


def _gather_every(scope: Scope, value: Value, n: int, offset: int) -> Expr:
    place = _numbered(scope, value.mask) - 1
    return (place >= offset) & ((place - offset) % n == 0)


def _unique(scope: Scope, value: Value, **_: Any) -> Expr:
    also = (value.expr,) if value.mask is None else (value.expr, value.mask)
    return scope.over(row_number(), also) == 1


def _sample(scope: Scope, value: Value, n: int | None, fraction: float | None, seed: int) -> Expr:
    chance = Expr(_native.Expr.call("window", "random", [], {"seed": seed})).over(())
    also = [] if value.mask is None else [value.mask]
    place = row_number().over([*map(col, scope.keys), *also], [chance], [False])
    if fraction is not None:
        n = int(scope.rows(value.mask) * fraction)
    return place <= n  # type: ignore[operator]


def _modes(scope: Scope, value: Value, keep: str) -> Expr:
    often = Scope(scope.frame, scope.keys).over(_rows(), (value.expr,))
    most = Expr(_native.Expr.call("aggregate", "max", [often._native], {})).over([*scope.keys])
    return (often == most) & _unique(scope, value)


#: From rows to some of them: the scope, the value, and constants by name; gives the condition of the rows that stay.
CHOICES: dict[str, Callable[..., Expr]] = {
    "arg_true": lambda scope, value: value.expr,
    "drop_nulls": lambda scope, value: ~value.expr.is_null(),
    "gather_every": _gather_every,
    "head": _head,
    "mode": _modes,
    "tail": _tail,
    "unique": _unique,
}
SAMPLE = _sample


def both(left: Expr | None, right: Expr | None) -> Expr | None:
    """The rows of two masks."""
    if left is None or right is None:
        return right if left is None else left
    return left if left is right else left & right
