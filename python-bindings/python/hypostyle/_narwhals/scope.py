"""What an expression of narwhals becomes: expressions of the engine, in the scope they are evaluated in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from hypostyle import _native
from hypostyle.errors import ShapeError, UnsupportedError
from hypostyle.expr import Expr, col, lit, row_number

if TYPE_CHECKING:
    from hypostyle._narwhals.frame import Frame


@dataclass(frozen=True)
class Scope:
    """A frame, and the partitions and the order that window functions go by."""

    frame: Frame
    keys: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    #: Not empty if an expression makes other values of texts, which fails for some texts.
    readings: list[str] = field(default_factory=list, compare=False)

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

    def first(self, expr: Expr) -> Any:
        """The first value that is not missing; reads no further."""
        query = self.frame.plan.query.select([expr._native.alias("first")])
        present = Expr(_native.Expr.call("scalar", "is_not_null", [_native.Expr.column("first")], {}))
        found = query.filter(present._native).slice(0, 1).collect().lists(["first"])[0]
        return found[0] if found else None

    def rows(self, mask: Expr | None) -> int:
        """How many rows of the frame a mask leaves."""
        query = self.frame.plan.query
        if mask is not None:
            query = query.select([mask._native.alias("kept")]).filter(_native.Expr.column("kept"))
        return query.rows()

    def dtype(self, expr: Expr) -> str:
        """The type an expression has here."""
        native, query = expr._native, self.frame.plan.query
        if native.has_aggregate() and not native.has_window():
            # One value of all rows, not one for each.
            native, query = _native.Expr.column("value"), query.select([native.alias("value")])
        return query.dtype_of(native)


class Value(NamedTuple):
    """An expression, and the rows it stands for: all of them, or those where the mask is true. ``single``: it is the same
    in all of them."""

    expr: Expr
    mask: Expr | None = None
    single: bool = False

    def is_single(self) -> bool:
        """Whether it goes with columns of any length."""
        native = self.expr._native
        return self.mask is None and (
            self.single or not (native.columns() or native.has_window()) or native.has_aggregate()
        )


def agreed(scope: Scope, values: list[Value]) -> Expr | None:
    """The rows that values stand for together. Values of some rows and of all go together only if they are as many, which
    runs; constants and values of all rows of their groups go with any."""
    masks = {id(value.mask): value.mask for value in values if not value.is_single()}
    if len(masks) <= 1:
        return next(iter(masks.values()), None)
    counts = [scope.rows(mask) for mask in masks.values()]
    if len(set(counts)) > 1:
        raise ShapeError(f"columns of {' and '.join(map(str, counts))} rows in one expression")
    if counts[0] == scope.rows(None):
        return None
    raise UnsupportedError("an expression of some rows and of as many others: select them to a frame each first")


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
