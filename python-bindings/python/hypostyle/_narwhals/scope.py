"""What an expression of narwhals becomes: expressions of the engine, in the scope they are evaluated in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from hypostyle import _native
from hypostyle.expr import Expr, col, lit, row_number

if TYPE_CHECKING:
    from hypostyle._narwhals.frame import Frame


@dataclass(frozen=True)
class Scope:
    """A frame, and the partitions and the order that window functions go by."""

    frame: Frame
    keys: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    def over(self, expr: Expr, also: tuple[Expr, ...] = (), reverse: bool = False) -> Expr:
        """A window function over the scope's partitions (and further keys), in its order or backwards."""
        partition = [*map(col, self.keys), *also]
        if not self.order:
            # Without an order rows come as they lie.
            order = [row_number().over(())] if reverse else []
            return expr.over(partition, order, [True] * len(order))
        keys, down = self.sorting(reverse)
        return expr.over(partition, keys, down)

    def sorting(self, reverse: bool = False) -> tuple[list[Expr], list[bool]]:
        """The keys of the order, nulls first as narwhals has it, and which of them descend."""
        keys: list[Expr] = []
        down: list[bool] = []
        for name in self.order:
            keys += [col(name).is_null(), col(name)]
            down += [not reverse, reverse]
        return keys, down

    def dtype(self, expr: Expr) -> str:
        """The type an expression has here."""
        return self.frame.plan.query.dtype_of(expr._native)


class Value(NamedTuple):
    """An expression, and the rows it stands for: all of them, or those where the mask is true. ``single``: it is the same
    in all of them."""

    expr: Expr
    mask: Expr | None = None
    single: bool = False


class Aggregator:
    """Makes aggregates of the rows of a mask."""

    def __init__(self, scope: Scope, mask: Expr | None) -> None:
        self.scope = scope
        self.mask = mask

    def __call__(self, name: str, *args: Expr, **params: Any) -> Expr:
        made = Expr(_native.Expr.call("aggregate", name, [arg._native for arg in args], params))
        return made if self.mask is None else made.filter(self.mask)

    def first(self, expr: Expr, order: tuple[str, ...], last: bool) -> Expr:
        """The value of the first or last row of an order."""
        if not order:
            return self("last" if last else "first", expr)
        place = Scope(self.scope.frame, (), order).over(row_number())
        return self("max_by" if last else "min_by", expr, place)


def as_scalar(expr: Expr) -> Expr:
    """One value of what may be nothing but constants, which stand in every row."""
    if expr._native.has_aggregate():
        return expr
    return Expr(_native.Expr.call("aggregate", "first", [expr._native], {})).coalesce(expr)


def constant(value: Any) -> Expr:
    """The expression of a Python value."""
    return value if isinstance(value, Expr) else lit(value)
