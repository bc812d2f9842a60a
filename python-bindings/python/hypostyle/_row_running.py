"""What scripts ask of the numbers of a row beside each other: ranks, differences, bounds, running extremes."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypostyle._row_verbs import _missing
from hypostyle.errors import DataTypeError, InvalidArgumentError

_NAN = math.nan
_BOUNDS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "both": (operator.ge, operator.le),
    "neither": (operator.gt, operator.lt),
    "left": (operator.ge, operator.lt),
    "right": (operator.gt, operator.le),
}


class RowRunning:
    """Methods of a row that need no query: rows have few values, and there may be many rows. What these do not know, a
    series of the row's values does."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __getattr__(self, name: str) -> Any: ...

    def _by_series(self, name: str, *args: Any, **kwargs: Any) -> Any:
        from hypostyle._rows import of_series

        method = of_series(self, name)  # type: ignore[arg-type]
        if method is None:
            kinds = sorted({type(value).__name__ for value in self.to_list()})
            raise DataTypeError(f"{name} of a row of {', '.join(kinds)}: choose values of one type, row[[...]]")
        return method(*args, **kwargs)

    def _numbers(self) -> list[Any] | None:
        """The values, if they are numbers or missing."""
        values = self.to_list()
        return values if all(type(value) in (int, float) or value is None for value in values) else None

    def _made(self, values: list[Any]) -> Any:
        return self._with(self.keys(), values)

    def rank(self, *args: Any, method: str = "average", ascending: bool = True, pct: bool = False, **more: Any) -> Any:
        """The place of each number among those that are present, from 1 on.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y", "z"), (7, 3, 7), 0).rank().to_list()
        [2.5, 1.0, 2.5]
        """
        values = self._numbers()
        if args or more or values is None or method not in ("average", "min", "max", "dense", "first"):
            return self._by_series("rank", *args, method=method, ascending=ascending, pct=pct, **more)
        order = sorted((value for value in values if not _missing(value)), reverse=not ascending)
        distinct = list(dict.fromkeys(order))
        first = {value: order.index(value) for value in distinct}
        times = {value: order.count(value) for value in distinct}
        seen: dict[Any, int] = dict.fromkeys(distinct, 0)
        whole, made = len(distinct) if method == "dense" else len(order), []
        for value in values:
            if _missing(value):
                made.append(_NAN)
                continue
            seen[value] += 1
            place = {
                "average": first[value] + (times[value] + 1) / 2,
                "min": first[value] + 1,
                "max": first[value] + times[value],
                "dense": distinct.index(value) + 1,
                "first": first[value] + seen[value],
            }[method]
            made.append(place / whole if pct else float(place))
        return self._made(made)

    def diff(self, periods: int = 1) -> Any:
        """Each number less the one so many places before.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (7, 3), 0).diff().to_list()
        [nan, -4.0]
        """
        values = self._numbers()
        if values is None:
            return self._by_series("diff", periods)
        return self._made(
            [_NAN if _missing(a) or _missing(b) else float(a - b) for a, b in self._pairs(values, periods)]
        )

    def pct_change(self, periods: int = 1) -> Any:
        """The change of each number against the one so many places before, as a share of that."""
        values = self._numbers()
        if values is None or any(value == 0 for value in values):
            return self._by_series("pct_change", periods)
        return self._made([_NAN if _missing(a) or _missing(b) else a / b - 1 for a, b in self._pairs(values, periods)])

    def _pairs(self, values: list[Any], periods: int) -> list[tuple[Any, Any]]:
        return list(zip(values, _moved(values, periods, _NAN), strict=True))

    def shift(self, periods: int = 1, fill_value: Any = None, **more: Any) -> Any:
        """The values so many places further on; ``fill_value``, or nothing, where none comes from."""
        if more or not isinstance(periods, int):
            return self._by_series("shift", periods, fill_value=fill_value, **more)
        return self._made(_moved(self.to_list(), periods, _NAN if fill_value is None else fill_value))

    def clip(self, lower: Any = None, upper: Any = None, **more: Any) -> Any:
        """Numbers within bounds.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (7, 3), 0).clip(4, 6).to_list()
        [6, 4]
        """
        values = self._numbers()
        if more or values is None or not all(bound is None or type(bound) in (int, float) for bound in (lower, upper)):
            return self._by_series("clip", lower, upper, **more)
        low, high = (-math.inf if _missing(lower) else lower), (math.inf if _missing(upper) else upper)
        return self._made([value if _missing(value) else min(max(value, low), high) for value in values])

    def between(self, left: Any, right: Any, inclusive: str = "both") -> Any:
        """Whether each number lies between two."""
        values = self._numbers()
        if values is None or inclusive not in _BOUNDS or not all(type(end) in (int, float) for end in (left, right)):
            return self._by_series("between", left, right, inclusive=inclusive)
        above, below = _BOUNDS[inclusive]
        return self._made([not _missing(value) and above(value, left) and below(value, right) for value in values])

    def ffill(self, *, limit: int | None = None, **more: Any) -> Any:
        """The last value before where one is missing, at most ``limit`` times in a row."""
        if more:
            return self._by_series("ffill", limit=limit, **more)
        return self._made(_filled(self.to_list(), limit))

    def bfill(self, *, limit: int | None = None, **more: Any) -> Any:
        """The next value where one is missing, at most ``limit`` times in a row."""
        if more:
            return self._by_series("bfill", limit=limit, **more)
        return self._made(_filled(self.to_list()[::-1], limit)[::-1])

    def cummax(self, **more: Any) -> Any:
        """The greatest number so far."""
        return self._running("cummax", max, more)

    def cummin(self, **more: Any) -> Any:
        """The least number so far."""
        return self._running("cummin", min, more)

    def cumprod(self, **more: Any) -> Any:
        """The product so far."""
        return self._running("cumprod", operator.mul, more)

    def _running(self, name: str, step: Callable[[Any, Any], Any], more: dict[str, Any]) -> Any:
        values = self._numbers()
        if more or values is None:
            return self._by_series(name, **more)
        made: list[Any] = []
        so_far: Any = None
        for value in values:
            if not _missing(value):
                so_far = value if so_far is None else step(so_far, value)
            made.append(_NAN if _missing(value) else so_far)
        return self._made(made)

    def where(self, cond: Any, other: Any = _NAN) -> Any:
        """The values where a condition holds, others elsewhere.

        >>> from hypostyle._rows import Row
        >>> row = Row(("x", "y"), (7, 3), 0)
        >>> row.where(row > 4, 0).to_list()
        [7, 0]
        """
        return self._picked(cond, other, True)

    def mask(self, cond: Any, other: Any = _NAN) -> Any:
        """Others where a condition holds, the values elsewhere."""
        return self._picked(cond, other, False)

    def _picked(self, cond: Any, other: Any, kept: bool) -> Any:
        chosen, others = (self._beside(one(self) if callable(one) else one) for one in (cond, other))
        triples = zip(self.to_list(), chosen, others, strict=True)
        return self._made(
            [value if (not _missing(holds) and bool(holds)) == kept else o for value, holds, o in triples]
        )

    def _beside(self, given: Any) -> list[Any]:
        """A value for each of the row's, by name or by place."""
        if hasattr(given, "items"):
            named = dict(given.items())
            return [named.get(name, _NAN) for name in self.keys()]
        if isinstance(given, (list, tuple)) or getattr(given, "ndim", 0) == 1:
            if len(given) != self.size:
                raise InvalidArgumentError(f"{len(given)} values beside a row of {self.size}")
            return list(given)
        return [given] * self.size

    def dot(self, other: Any) -> Any:
        """The sum of the products with other numbers, by name or by place.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (7, 3), 0).dot([1, 10])
        37
        """
        if hasattr(other, "items") and set(dict(other.items())) != set(self.keys()):
            raise InvalidArgumentError(
                f"dot: the names are {list(dict(other.items()))}, and those of the row {self.keys()}"
            )
        found = list(zip(self.to_list(), self._beside(other), strict=True))
        return _NAN if any(_missing(a) or _missing(b) for a, b in found) else sum(a * b for a, b in found)

    def argmax(self) -> int:
        """The place of the greatest value, the first of several."""
        return int(self.keys().index(self.idxmax()))

    def argmin(self) -> int:
        """The place of the least value, the first of several."""
        return int(self.keys().index(self.idxmin()))

    def product(self, **more: Any) -> Any:
        """As `prod`."""
        return self.prod(**more)

    def sem(self, ddof: int = 1) -> float:
        """The standard error of the mean."""
        count = self.count()
        return float(self.std(ddof=ddof) / math.sqrt(count)) if count else _NAN


def _moved(values: list[Any], periods: int, fill: Any) -> list[Any]:
    """Values so many places further on."""
    gone = min(abs(periods), len(values))
    if periods >= 0:
        return [fill] * gone + values[: len(values) - gone]
    return values[gone:] + [fill] * gone


def _filled(values: list[Any], limit: int | None) -> list[Any]:
    made: list[Any] = []
    last: Any = _NAN
    times = 0
    for value in values:
        times = times + 1 if _missing(value) else 0
        last = last if _missing(value) else value
        made.append(last if _missing(value) and (limit is None or times <= limit) else value)
    return made
