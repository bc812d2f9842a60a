"""Expressions as narwhals wants them: functions of a frame, whose names and values are known when the frame is."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._as_text import as_text
from hypostyle._narwhals import elementwise, rows
from hypostyle._narwhals.dtypes import as_categories, from_narwhals, is_categorical
from hypostyle._narwhals.elementwise import REPLACE_STRICT, ROW_VALUES
from hypostyle._narwhals.scope import Aggregator, Scope, Value, agreed, constant
from hypostyle.errors import UnsupportedError
from hypostyle.expr import Expr as Native
from hypostyle.expr import lit

if TYPE_CHECKING:
    from hypostyle._narwhals.frame import Frame
    from hypostyle._narwhals.namespace import Namespace

Evaluate = Callable[[Scope], list[Value]]
Names = Callable[["Frame"], Sequence[str]]
Renaming = Callable[[Sequence[str]], Sequence[str]]


class Expr:
    """An expression that makes values in a scope. Methods are attached below, from the tables of functions."""

    #: Set by narwhals, which keeps there what kind of an expression it is.
    _opt_metadata: Any = None
    #: What makes the series of a frame that it is nothing but; they need not be as long as the frame.
    _alone: Callable[[Frame], list[Any]] | None = None

    def __init__(self, evaluate: Evaluate, names: Names, renaming: Renaming | None, version: Any) -> None:
        from narwhals import Implementation

        self._implementation = Implementation.UNKNOWN
        self.evaluate = evaluate
        self._evaluate_output_names = names
        self._alias_output_names = renaming
        self._version = version

    @property
    def _metadata(self) -> Any:
        return self._opt_metadata

    def __narwhals_expr__(self) -> Expr:
        return self

    def __narwhals_namespace__(self) -> Namespace:
        from hypostyle._narwhals.namespace import Namespace

        return Namespace(version=self._version)

    def __call__(self, frame: Frame) -> list[Value]:
        return self.evaluate(Scope(frame))

    def __hash__(self) -> int:
        return id(self)

    # What it is made of.

    @classmethod
    def from_column_names(cls, names: Names, /, *, context: Any) -> Expr:
        from hypostyle.expr import col

        return Expr(lambda scope: [Value(col(name)) for name in names(scope.frame)], names, None, context._version)

    @classmethod
    def from_column_indices(cls, *indices: int, context: Any) -> Expr:
        return cls.from_column_names(lambda frame: [frame.columns[at] for at in indices], context=context)

    @classmethod
    def _from_series(cls, series: Any) -> Expr:
        def evaluate(scope: Scope) -> list[Value]:
            return [Value(series.in_rows(scope.frame))]

        made = Expr(evaluate, lambda _: [series.name], None, series._version)
        made._alone = lambda _: [series]
        return made

    # What it becomes.

    def _made(self, evaluate: Evaluate) -> Expr:
        return Expr(evaluate, self._evaluate_output_names, self._alias_output_names, self._version)

    def _evaluate_aliases(self, frame: Frame, /) -> Sequence[str]:
        names = self._evaluate_output_names(frame)
        return self._alias_output_names(names) if self._alias_output_names else names

    def named(self, scope: Scope) -> list[tuple[str, Value]]:
        """Names and values."""
        return list(zip(self._evaluate_aliases(scope.frame), self.evaluate(scope), strict=True))

    def one(self, scope: Scope) -> Value:
        """The only value."""
        (value,) = self.evaluate(scope)
        return value

    def _each(self, function: Callable[..., Native], args: Sequence[Any], kwargs: dict[str, Any]) -> Expr:
        """A function of each row."""
        given = _named(function, 1, args, kwargs)
        beside = {name for name, value in given.items() if name in ROW_VALUES or isinstance(value, Expr)}

        wanted = function.__code__.co_varnames[: function.__code__.co_argcount]

        def evaluate(scope: Scope) -> list[Value]:
            if function in elementwise.READERS:
                scope.readings.append(function.__name__)
            others = {}
            for name in beside:
                value = given[name]
                others[name] = value.one(scope) if isinstance(value, Expr) else Value(constant(value))
            made = []
            for value in self.evaluate(scope):
                mask = agreed(scope, [value, *others.values()])
                natives: dict[str, Any] = {name: other.expr for name, other in others.items()}
                if "dtype" in wanted:
                    natives["dtype"] = scope.dtype(value.expr)
                if "scope" in wanted:
                    natives["scope"] = scope
                made.append(Value(function(value.expr, **{**given, **natives}), mask))
            return made

        return self._made(evaluate)

    def _aggregated(self, function: Callable[..., Native], kwargs: dict[str, Any]) -> Expr:
        def evaluate(scope: Scope) -> list[Value]:
            return [Value(function(Aggregator(scope, mask), expr, **kwargs)) for expr, mask, _ in self.evaluate(scope)]

        return self._made(evaluate)

    def _windowed(self, function: Callable[..., Native], kwargs: dict[str, Any]) -> Expr:
        def evaluate(scope: Scope) -> list[Value]:
            return [Value(function(scope, expr, **kwargs), mask) for expr, mask, _ in self.evaluate(scope)]

        return self._made(evaluate)

    def _chosen(self, function: Callable[..., Native], kwargs: dict[str, Any]) -> Expr:
        def evaluate(scope: Scope) -> list[Value]:
            found = self.evaluate(scope)
            return [Value(value.expr, rows.both(value.mask, function(scope, value, **kwargs))) for value in found]

        return self._made(evaluate)

    # What no table says.

    def broadcast(self) -> Expr:
        """One value, repeated for every row (in a group: of the group)."""

        def evaluate(scope: Scope) -> list[Value]:
            made = []
            for value in self.evaluate(scope):
                repeated = value.expr.over([*scope.keys]) if value.expr._native.has_aggregate() else value.expr
                made.append(Value(repeated, single=True))
            return made

        return self._made(evaluate)

    def over(self, partition_by: Sequence[str], order_by: Sequence[str]) -> Expr:
        """The aggregates and windows in it over partitions and in an order."""
        keys, order = tuple(partition_by), tuple(order_by or ())

        def evaluate(scope: Scope) -> list[Value]:
            found = self.evaluate(replace(scope, keys=keys, order=order))
            return [
                Value(expr.over([*keys]) if expr._native.has_aggregate() else expr, mask) for expr, mask, _ in found
            ]

        return self._made(evaluate)

    def filter(self, *predicates: Expr) -> Expr:
        """Rows where all conditions are true."""

        def evaluate(scope: Scope) -> list[Value]:
            condition = reduce(lambda a, b: a & b, [predicate.one(scope).expr for predicate in predicates])
            return [Value(expr, rows.both(mask, condition)) for expr, mask, _ in self.evaluate(scope)]

        return self._made(evaluate)

    def cast(self, dtype: Any) -> Expr:
        """Another type; what has no place in it is an error, digits behind the point are cut off."""
        version = self._version
        if is_categorical(dtype, version):
            return self._each(lambda expr, scope: as_categories(expr, dtype, version, scope.frame.plan.query), (), {})
        name = from_narwhals(dtype, version)

        def cast(expr: Native, scope: Scope) -> Native:
            if name == "string" and scope.dtype(expr).startswith("timestamp"):
                # A blank between day and time, not a T.
                return Native(as_text(scope.frame.plan, expr._native))
            if name != "string" and scope.dtype(expr) == "string":
                scope.readings.append("cast")
            return expr.cast(name, "lossy")

        return self._each(cast, (), {})

    def fill_null(self, value: Any = None, strategy: str | None = None, limit: int | None = None) -> Expr:
        """A value where there is none, or the one before or behind it."""
        if strategy is not None:
            return self._windowed(rows.FILL, {"strategy": strategy, "limit": limit})
        return self._each(lambda expr, value: expr.fill_null(value), (value,), {})

    def replace_strict(self, default: Any, old: Any, new: Any, *, return_dtype: Any) -> Expr:
        """What a table says of each value; what it does not name is an error, unless there is a default."""
        from narwhals.exceptions import InvalidOperationError

        table = {"old": list(old), "new": list(new)}
        if type(default).__name__ != "_NoDefault":
            made = self._each(REPLACE_STRICT, (default,), {**table, "given": True})
        else:

            def checked(scope: Scope) -> list[Value]:
                unknown = self.is_in(table["old"])._each(lambda e: (~e).fill_null(lit(False)), (), {})
                for value in unknown.evaluate(scope):
                    wrong = scope.frame.plan.query.select([value.expr._native.alias("unknown")])
                    if wrong.filter(_native.Expr.column("unknown")).slice(0, 1).rows():
                        raise InvalidOperationError(
                            "replace_strict: there are values that are not in old, and no default"
                        )
                return self._each(REPLACE_STRICT, (), table).evaluate(scope)

            made = self._made(checked)
        return made if return_dtype is None else made.cast(return_dtype)

    def sample(self, n: int | None, *, fraction: float | None = None, with_replacement: bool, seed: int | None) -> Expr:
        """Some of the rows by chance."""
        if with_replacement:
            raise UnsupportedError("sample with replacement of an expression: sample the frame or the series")
        start = random.randrange(2**31) if seed is None else seed
        return self._chosen(rows.SAMPLE, {"n": n, "fraction": fraction, "seed": start})

    def sort(self, *, descending: bool = False, nulls_last: bool = False) -> Expr:
        """The values in order, whatever the rows' other values are; runs."""

        def ordered(scope: Scope) -> list[Any]:
            return [
                scope.frame.column_of(expr, name)
                ._of(scope.frame, Value(expr, mask))
                .sort(descending=descending, nulls_last=nulls_last)
                for name, (expr, mask, _) in zip(self._evaluate_aliases(scope.frame), self.evaluate(scope), strict=True)
            ]

        def in_all_rows(scope: Scope) -> list[Value]:
            if scope.keys:
                raise UnsupportedError("sort of an expression over partitions: sort the frame by them and it")
            series = ordered(scope)
            for one in series:
                if len(one) != scope.rows(None):
                    raise UnsupportedError("sort of some of the rows: select it alone")
            return [Value(one.in_rows(scope.frame)) for one in series]

        made = self._made(in_all_rows)
        made._alone = lambda frame: ordered(Scope(frame))
        return made

    def _categories(self) -> Expr:
        """The categories of a categorical column, which may be more or fewer than its rows."""

        def alone(frame: Frame) -> list[Any]:
            named = self.named(Scope(frame))
            return [frame.column_of(value.expr, name)._categories() for name, value in named]

        def among_rows(scope: Scope) -> list[Value]:
            # Each category once, in the first row of it: if there is such a row.
            found = []
            for value, series in zip(self.evaluate(scope), alone(scope.frame), strict=True):
                text = Value(value.expr.cast("string"), value.mask)
                some = ~text.expr.is_null() & rows.CHOICES["unique"](scope, text)
                if scope.rows(some) != len(series):
                    raise UnsupportedError("cat.get_categories of categories that no row has: select it alone")
                found.append(text._replace(mask=rows.both(value.mask, some)))
            return found

        made = self._made(among_rows)
        made._alone = alone
        return made

    def mode(self, *, keep: str) -> Expr:
        """The most frequent values, or one of them."""
        if keep == "any":
            return self._aggregated(rows.MODE, {"keep": keep})
        return self._chosen(rows.CHOICES["mode"], {"keep": keep})

    def is_in(self, other: Any) -> Expr:
        """Whether the value is one of these."""
        listed = list(other.to_list() if hasattr(other, "to_list") else other)
        some = Native(_native.Expr.literal([value for value in listed if value is not None]))

        def make(expr: Native) -> Native:
            if not any(value is not None for value in listed):
                return Native(_native.Expr.call("scalar", "is_in", [expr._native, _native.Expr.literal([])], {}))
            return Native(_native.Expr.call("scalar", "is_in", [expr._native, some._native], {}))

        return self._each(make, (), {})

    def map_batches(self, function: Callable[..., Any], return_dtype: Any, *, returns_scalar: bool) -> Expr:
        """A Python function of the whole column; runs."""
        from hypostyle._narwhals.series import Series

        def evaluate(scope: Scope) -> list[Value]:
            made = []
            for name, (expr, mask, _) in zip(self._evaluate_aliases(scope.frame), self.evaluate(scope), strict=True):
                if mask is not None or scope.keys:
                    raise UnsupportedError("map_batches of some of the rows, or over partitions")
                result = function(scope.frame.column_of(expr, name))
                if not isinstance(result, Series):
                    listed = hasattr(result, "__iter__") and not isinstance(result, str)
                    if not (listed or returns_scalar):
                        kind = type(result)
                        raise TypeError(
                            "`map_batches` with `returns_scalar=False` must return a Series; found "
                            f"'{kind.__module__}.{kind.__name__}'.\n\nIf `returns_scalar` is set to `True`, a returned "
                            "value can be a scalar value."
                        )
                    given = [result] if returns_scalar else list(result)
                    result = Series.from_iterable(given, context=self, name=name)
                result = result if return_dtype is None else result.cast(return_dtype)
                made.append(Value(result.in_rows(scope.frame, alone=returns_scalar)))
            return made

        return self._made(evaluate)

    if TYPE_CHECKING:
        # Methods that are attached below.
        def __getattr__(self, name: str) -> Any: ...
        def __sub__(self, other: Any) -> Expr: ...
        def __or__(self, other: Any) -> Expr: ...
        def __and__(self, other: Any) -> Expr: ...
        def __xor__(self, other: Any) -> Expr: ...

    # Names.

    def _renamed(self, renaming: Renaming | None) -> Expr:
        made = Expr(self.evaluate, self._evaluate_output_names, renaming, self._version)
        made._alone = self._alone
        return made

    def alias(self, name: str) -> Expr:
        """The same values under another name."""

        def renaming(names: Sequence[str]) -> Sequence[str]:
            if len(names) != 1:
                raise ValueError(f"alias: one name for {len(names)} columns")
            return [name]

        return self._renamed(renaming)

    @property
    def name(self) -> NameSpace:
        """Names made of the columns' names."""
        return NameSpace(self)


class NameSpace:
    """Names made of the columns' names."""

    def __init__(self, owner: Expr) -> None:
        self._owner = owner

    def keep(self) -> Expr:
        return self._owner._renamed(None)

    def map(self, function: Callable[[str], str]) -> Expr:
        before = self._owner._alias_output_names
        return self._owner._renamed(lambda names: [function(name) for name in (before(names) if before else names)])

    def prefix(self, prefix: str) -> Expr:
        return self.map(lambda name: f"{prefix}{name}")

    def suffix(self, suffix: str) -> Expr:
        return self.map(lambda name: f"{name}{suffix}")

    def to_lowercase(self) -> Expr:
        return self.map(str.lower)

    def to_uppercase(self) -> Expr:
        return self.map(str.upper)


class Accessor:
    """A namespace of functions of one kind of value."""

    def __init__(self, owner: Any, kind: str) -> None:
        self._owner = owner
        self._kind = kind

    @staticmethod
    def of(kind: str) -> Any:
        """The property of a class that gives it."""

        def made(owner: Any) -> Accessor:
            return Accessor(owner, kind)

        return property(made)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if (self._kind, name) == ("cat", "get_categories"):
            return self._owner._categories
        function = elementwise.NAMESPACES[self._kind].get(name)
        if function is None:
            raise UnsupportedError(f"{self._kind}.{name} of narwhals")
        if self._kind == "struct":
            # A field has its own name.
            return lambda name: self._owner._each(function, (name,), {}).alias(name)
        return lambda *args, **kwargs: self._owner._each(function, args, kwargs)


def _attach() -> None:
    """Gives the class its methods."""

    def method(name: str, make: Callable[..., Expr]) -> None:
        make.__name__ = name
        setattr(Expr, name, make)

    for name, function in elementwise.PLAIN.items():
        method(name, lambda self, *args, _f=function, **kwargs: self._each(_f, args, kwargs))
    for name, function in elementwise.REFLECTED.items():
        method(
            name,
            lambda self, other, _f=function: self._each(lambda e, other: _f(other, e), (other,), {}).alias("literal"),
        )
    for name, function in rows.AGGREGATES.items():
        method(name, lambda self, _f=function, **kwargs: self._aggregated(_f, kwargs))
    for name, function in rows.WINDOWS.items():
        method(name, lambda self, *args, _f=function, **kwargs: self._windowed(_f, _named(_f, 2, args, kwargs)))
    for name, function in rows.CHOICES.items():
        if not hasattr(Expr, name):
            method(name, lambda self, *args, _f=function, **kwargs: self._chosen(_f, _named(_f, 2, args, kwargs)))
    for kind in elementwise.NAMESPACES:
        setattr(Expr, kind, Accessor.of(kind))


def _named(function: Callable[..., Any], skipped: int, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments by the names of a table's function, behind those that every one of them has."""
    names = function.__code__.co_varnames[skipped : function.__code__.co_argcount]
    return {**dict(zip(names, args, strict=False)), **kwargs}


_attach()
