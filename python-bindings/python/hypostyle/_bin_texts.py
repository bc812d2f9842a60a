"""The texts of the intervals that `cut` and `qcut` make, with what pandas' intervals have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_NUMBER = r"-?(?:inf|\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
_INTERVAL = re.compile(rf"([(\[])({_NUMBER}), ({_NUMBER})([)\]])")


class IntervalText(str):
    """The text of an interval of numbers, which knows its ends.

    >>> ages = IntervalText("(18, 65]")
    >>> ages, ages.left, ages.right, ages.mid, 65 in ages, 18 in ages
    ('(18, 65]', 18, 65, 41.5, True, False)
    """

    __slots__ = ()

    @property
    def _ends(self) -> tuple[Any, Any]:
        found = _INTERVAL.fullmatch(self)
        assert found is not None
        whole = all(re.fullmatch(r"-?\d+", text) for text in found.group(2, 3))
        low, high = map(int if whole else float, found.group(2, 3))
        return low, high

    @property
    def left(self) -> Any:
        """The lower end."""
        return self._ends[0]

    @property
    def right(self) -> Any:
        """The upper end."""
        return self._ends[1]

    @property
    def mid(self) -> float:
        """The middle."""
        return sum(self._ends) / 2

    @property
    def length(self) -> Any:
        """The distance of the ends."""
        return self.right - self.left

    @property
    def closed(self) -> str:
        """Which ends belong to it: left, right, both or neither."""
        ends = self[0] == "[", self[-1] == "]"
        return {(True, True): "both", (True, False): "left", (False, True): "right"}.get(ends, "neither")

    def __contains__(self, value: Any) -> bool:
        if isinstance(value, str):
            return super().__contains__(value)
        above = self.left <= value if self[0] == "[" else self.left < value
        return bool(above and (value <= self.right if self[-1] == "]" else value < self.right))

    def __reduce__(self) -> Any:
        return str, (str(self),)


def of_interval(value: Any) -> Any:
    """The text of an interval as such; other values as they are."""
    return IntervalText(value) if type(value) is str and _INTERVAL.fullmatch(value) else value


def with_intervals(values: list[Any]) -> list[Any]:
    """Values of one column, the texts of intervals as such."""
    first = next((value for value in values if value is not None), None)
    if type(of_interval(first)) is not IntervalText:
        return values
    known = {value: of_interval(value) for value in set(values)}
    return [known[value] for value in values]


def intervals(categories: Sequence[str]) -> list[IntervalText] | None:
    """Categories that are texts of intervals, all with the same ends; ``None`` for others."""
    found = [of_interval(one) for one in categories]
    if not found or any(type(one) is not IntervalText for one in found):
        return None
    return found if len({one.closed for one in found}) == 1 else None
