"""Groups as narwhals wants them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._narwhals.expr import Expr
from hypostyle._narwhals.rows import python_rows
from hypostyle._narwhals.scope import Scope, as_scalar
from hypostyle.expr import col

if TYPE_CHECKING:
    from hypostyle._narwhals.frame import Frame


class GroupBy:
    """A frame and the keys of its groups: columns' names or expressions."""

    def __init__(self, frame: Frame, keys: Sequence[Any], /, *, drop_null_keys: bool) -> None:
        self._drop = drop_null_keys
        if all(isinstance(key, str) for key in keys):
            frame._check(keys)
            self._frame, self._keys, self._names = frame, list(keys), list(keys)
            return
        # Keys that are computed become columns, under names that no column of the user has.
        scope = Scope(frame)
        named = [pair for key in keys for pair in _expr(key).named(scope)]
        self._names = [name for name, _ in named]
        self._keys = [f"\0key{at}" for at in range(len(named))]
        made = {hidden: value.expr._native for hidden, (_, value) in zip(self._keys, named, strict=True)}
        self._frame = frame._of(frame.plan.with_columns(made))._settled(scope)
        self._shown = frame

    @property
    def compliant(self) -> Frame:
        return getattr(self, "_shown", self._frame)

    def agg(self, *exprs: Expr) -> Any:
        seen: Any = self.compliant if self._keys == self._names else _Hiding(self._frame, self.compliant)
        scope = Scope(seen, tuple(self._keys))
        found: list[tuple[str, _native.Expr]] = []
        for expr in exprs:
            outputs = expr._evaluate_output_names(self.compliant)
            unnamed = expr._metadata is not None and expr._metadata.expansion_kind.is_multi_unnamed()
            for source, (name, value) in zip(outputs, expr.named(scope), strict=True):
                if not (unnamed and source in self._names):
                    found.append((name, as_scalar(value.expr)._native))
        names = [*self._names, *(name for name, _ in found)]
        for name in names:
            if names.count(name) > 1:
                from narwhals.exceptions import DuplicateError

                raise DuplicateError(f"Expected unique column names; {name!r} is given to several columns")
        keys = [_native.Expr.column(key).alias(name) for key, name in zip(self._keys, self._names, strict=True)]
        aggregates = [native.alias(name) for name, native in found]
        query = self._frame.plan.query
        if not aggregates:
            aggregates = [_native.Expr.call("aggregate", "len", [], {}).alias("\0rows")]
        made = query.group_by(keys, aggregates, False, self._drop)
        shown = made.select([_native.Expr.column(name).alias(name) for name in names])
        return self._frame._fresh(shown)._settled(scope)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        frame = self._frame
        groups = self.agg()
        for row in python_rows(groups.native):
            condition = None
            for key, value in zip(self._keys, row, strict=True):
                same = col(key).is_null() if value is None else _same(col(key), value)
                condition = same if condition is None else condition & same
            some = frame.plan.anew(frame.plan.query.filter(condition._native))  # type: ignore[union-attr]
            yield row, frame._of(some.keep(self.compliant.columns))


def _same(key: Any, value: Any) -> Any:
    """Whether a key is a value; NaN is one value."""
    return key.is_nan() if value != value else key == value


def _expr(key: Any) -> Expr:
    return key


class _Hiding:
    """A frame with columns that the user does not see."""

    def __init__(self, frame: Frame, shown: Frame) -> None:
        self.plan = frame.plan
        self._shown = shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shown, name)
