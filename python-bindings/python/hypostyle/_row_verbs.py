"""What scripts ask of a row beside its values by name: the methods of a series, on Python's values."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from hypostyle.errors import ColumnNotFoundError, InvalidArgumentError


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


class Places:
    """The values of a row by place, ``row.iloc[0]``."""

    __slots__ = ("_row",)

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getitem__(self, key: Any) -> Any:
        names, values = self._row.keys(), self._row.to_list()
        if isinstance(key, int):
            return values[key]
        at = range(len(values))[key] if isinstance(key, slice) else list(key)
        return self._row._with([names[i] for i in at], [values[i] for i in at])


class RowVerbs:
    """Methods that pandas' rows have. What is missing is left out of summaries, stays missing in arithmetic, and compares
    with nothing."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __getitem__(self, key: Any) -> Any: ...
        def __getattr__(self, name: str) -> Any: ...
        def _with(self, names: list, values: list) -> Any: ...

    @property
    def iloc(self) -> Places:
        """The values by place.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (1, 2.5), 7).iloc[-1]
        2.5
        """
        return Places(self)

    @property
    def loc(self) -> Any:
        """The row: its values are found by name."""
        return self

    at = loc
    iat = iloc

    @property
    def size(self) -> int:
        """The number of values."""
        return len(self.keys())

    @property
    def shape(self) -> tuple[int]:
        """The number of values, as a tuple."""
        return (self.size,)

    @property
    def empty(self) -> bool:
        """Whether there is no value."""
        return self.size == 0

    # Values one by one.

    def map(self, func: Callable[[Any], Any]) -> Any:
        """A function of each value."""
        return self._with(self.keys(), [func(value) for value in self.to_list()])

    apply = map

    def isna(self) -> Any:
        """Whether each value is missing.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (1, None), 7).isna().sum()
        1
        """
        return self.map(_missing)

    def notna(self) -> Any:
        """Whether each value is present."""
        return self.map(lambda value: not _missing(value))

    isnull, notnull = isna, notna

    def fillna(self, value: Any) -> Any:
        """Another value where one is missing."""
        return self.map(lambda one: value if _missing(one) else one)

    def abs(self) -> Any:
        """The absolute value of each."""
        return self.map(lambda value: None if _missing(value) else abs(value))

    def round(self, decimals: int = 0) -> Any:
        """Numbers with so many decimals, half to even."""
        return self.map(lambda value: round(value, decimals) if isinstance(value, float) and value == value else value)

    def isin(self, values: Iterable[Any]) -> Any:
        """Whether each value is one of these."""
        wanted = list(values)
        return self.map(lambda value: value in wanted)

    def astype(self, dtype: Any) -> Any:
        """Each value as an ``int``, ``float``, ``str`` or ``bool``."""
        kinds = {"int": int, "int64": int, "float": float, "float64": float, "str": str, "bool": bool}
        kind = kinds.get(dtype, dtype) if isinstance(dtype, str) else dtype
        if kind not in (int, float, str, bool):
            raise InvalidArgumentError(f"astype: the values of a row become int, float, str or bool, not {dtype!r}")
        return self.map(lambda value: value if _missing(value) else kind(value))

    # Fewer values, or in another order.

    def _chosen(self, keep: Callable[[str, Any], bool]) -> Any:
        pairs = [(name, value) for name, value in self.items() if keep(name, value)]
        return self._with([name for name, _ in pairs], [value for _, value in pairs])

    def dropna(self) -> Any:
        """The values that are present.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (1, None), 7).dropna().keys()
        ['x']
        """
        return self._chosen(lambda _, value: not _missing(value))

    def drop(self, labels: Any = None, *, index: Any = None, errors: str = "raise") -> Any:
        """The values without those of some names."""
        given = labels if index is None else index
        gone = [given] if isinstance(given, (str, int)) else list(given)
        unknown = [name for name in gone if name not in self.keys()]
        if unknown and errors == "raise":
            raise ColumnNotFoundError(f"the row has no column {unknown[0]!r}; there are {self.keys()}")
        return self._chosen(lambda name, _: name not in gone)

    def head(self, n: int = 5) -> Any:
        """The first values."""
        return self.iloc[:n]

    def tail(self, n: int = 5) -> Any:
        """The last values."""
        return self.iloc[max(self.size - n, 0) :]

    def sort_values(self, ascending: bool = True) -> Any:
        """The values in order, missing ones last.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (3, 1), 7).sort_values().keys()
        ['y', 'x']
        """
        names, values = self.keys(), self.to_list()
        known = [at for at, value in enumerate(values) if not _missing(value)]
        known.sort(key=values.__getitem__, reverse=not ascending)
        return self.iloc[[*known, *(at for at, value in enumerate(values) if _missing(value))]] if names else self

    def nlargest(self, n: int = 5) -> Any:
        """The greatest values, in descending order."""
        return self.dropna().sort_values(False).head(n)

    def nsmallest(self, n: int = 5) -> Any:
        """The least values, in ascending order."""
        return self.dropna().sort_values().head(n)

    # One value.

    def idxmax(self, axis: Any = 0, skipna: bool = True) -> Any:
        """The name of the greatest value, the first of several.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (3, 9), 7).idxmax()
        'y'
        """
        return self._extreme(max)

    def idxmin(self, axis: Any = 0, skipna: bool = True) -> Any:
        """The name of the least value, the first of several."""
        return self._extreme(min)

    def _extreme(self, which: Callable[..., Any]) -> Any:
        present = self.dropna()
        if present.empty:
            raise InvalidArgumentError("the row has no value, and so no greatest and no least one")
        return present.keys()[present.to_list().index(which(present.to_list()))]

    def _given(self, skipna: bool, numpy: dict[str, Any]) -> list[Any]:
        """The values of a summary; NumPy's functions give it parameters, which say nothing."""
        wrong = [key for key, value in numpy.items() if value is not None and key not in ("keepdims", "copy")]
        if wrong:
            raise InvalidArgumentError(f"the summary of a row takes no {wrong[0]!r}")
        return [value for value in self.to_list() if not (skipna and _missing(value))]

    def sum(self, axis: Any = 0, skipna: bool = True, min_count: int = 0, **numpy: Any) -> Any:
        """The sum of the values that are present.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (1, None), 7).sum(), Row(("x", "y"), (1, None), 7).sum(skipna=False)
        (1, nan)
        """
        present = self._given(skipna, numpy)
        if any(_missing(value) for value in present) or len(present) < min_count:
            return math.nan
        if any(isinstance(value, str) for value in present):
            return functools.reduce(operator.add, present)
        return sum(present[1:], present[0]) if present else 0

    def mean(self, axis: Any = 0, skipna: bool = True, **numpy: Any) -> Any:
        """The mean of the values that are present."""
        total, count = self.sum(axis, skipna, **numpy), self.count()
        return total / count if count else math.nan

    def min(self, axis: Any = 0, skipna: bool = True, **numpy: Any) -> Any:
        """The least value that is present."""
        return self._least(min, skipna, numpy)

    def max(self, axis: Any = 0, skipna: bool = True, **numpy: Any) -> Any:
        """The greatest value that is present."""
        return self._least(max, skipna, numpy)

    def _least(self, which: Callable[..., Any], skipna: bool, numpy: dict[str, Any]) -> Any:
        present = self._given(skipna, numpy)
        if any(_missing(value) for value in present):
            return math.nan
        return which(present, default=None)

    def count(self) -> int:
        """The number of values that are present."""
        return len(self.dropna().to_list())

    def any(self, axis: Any = 0, skipna: bool = True, **numpy: Any) -> bool:
        """Whether any value is true, or other than 0."""
        return any(_missing(value) or bool(value) for value in self._given(skipna, numpy))

    def all(self, axis: Any = 0, skipna: bool = True, **numpy: Any) -> bool:
        """Whether all values are true, or other than 0."""
        return all(_missing(value) or bool(value) for value in self._given(skipna, numpy))

    def nunique(self, dropna: bool = True) -> int:
        """The number of distinct values."""
        return len(set((self.dropna() if dropna else self).to_list()))

    def unique(self) -> list:
        """The distinct values, in order of first sight."""
        return list(dict.fromkeys(self.to_list()))

    def median(self, axis: Any = 0, skipna: bool = True, **numpy: Any) -> Any:
        """The median of the values that are present."""
        import statistics

        present = self._given(skipna, numpy)
        if not present or any(_missing(value) for value in present):
            return math.nan
        return float(statistics.median(present))

    def quantile(self, q: float = 0.5) -> float:
        """The value below which a share of the values that are present lies.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (1, 3), 7).quantile(0.25)
        1.5
        """
        present = sorted(float(value) for value in self._given(True, {}))
        if not present:
            return math.nan
        place = q * (len(present) - 1)
        low = int(place)
        high = min(low + 1, len(present) - 1)
        return present[low] + (present[high] - present[low]) * (place - low)

    def var(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, **numpy: Any) -> float:
        """The variance of the values that are present."""
        given = self._given(skipna, numpy)
        if any(_missing(value) for value in given) or len(given) <= ddof:
            return math.nan
        present = [float(value) for value in given]
        mean = math.fsum(present) / len(present)
        return math.fsum((value - mean) ** 2 for value in present) / (len(present) - ddof)

    def std(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, **numpy: Any) -> float:
        """The standard deviation of the values that are present."""
        return math.sqrt(self.var(axis, skipna, ddof, **numpy))

    def prod(self, axis: Any = 0, skipna: bool = True, min_count: int = 0, **numpy: Any) -> Any:
        """The product of the values that are present."""
        present = self._given(skipna, numpy)
        if any(_missing(value) for value in present) or len(present) < min_count:
            return math.nan
        return math.prod(present)

    def agg(self, func: Any) -> Any:
        """A summary by name, or a function of the row; of several a row of them."""
        if isinstance(func, (list, tuple)):
            names = [one if isinstance(one, str) else getattr(one, "__name__", "function") for one in func]
            return self._with(names, [self.agg(one) for one in func])
        return getattr(self, func)() if isinstance(func, str) else func(self)

    # Operators.

    def _operated(
        self, function: Callable[[Any, Any], Any], other: Any, turned: bool = False, missing: Any = None
    ) -> Any:
        if hasattr(other, "items"):
            beside = dict(other.items())
            others = [beside.get(name) for name in self.keys()]
        elif isinstance(other, (list, tuple)) or getattr(other, "ndim", 0) == 1:
            others = list(other)
            if len(others) != self.size:
                raise InvalidArgumentError(f"{len(others)} values beside a row of {self.size}")
        else:
            others = [other] * self.size
        made = []
        for mine, theirs in zip(self.to_list(), others, strict=True):
            holes = _missing(mine) or _missing(theirs)
            made.append(missing if holes else function(theirs, mine) if turned else function(mine, theirs))
        return self._with(self.keys(), made)

    def __add__(self, other: Any) -> Any:
        return self._operated(operator.add, other)

    def __radd__(self, other: Any) -> Any:
        return self._operated(operator.add, other, True)

    def __sub__(self, other: Any) -> Any:
        return self._operated(operator.sub, other)

    def __rsub__(self, other: Any) -> Any:
        return self._operated(operator.sub, other, True)

    def __mul__(self, other: Any) -> Any:
        return self._operated(operator.mul, other)

    def __rmul__(self, other: Any) -> Any:
        return self._operated(operator.mul, other, True)

    def __truediv__(self, other: Any) -> Any:
        return self._operated(_divided, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._operated(_divided, other, True)

    def __pow__(self, other: Any) -> Any:
        return self._operated(operator.pow, other)

    def __neg__(self) -> Any:
        return self.map(lambda value: None if _missing(value) else -value)

    def __gt__(self, other: Any) -> Any:
        return self._operated(operator.gt, other, missing=False)

    def __ge__(self, other: Any) -> Any:
        return self._operated(operator.ge, other, missing=False)

    def __lt__(self, other: Any) -> Any:
        return self._operated(operator.lt, other, missing=False)

    def __le__(self, other: Any) -> Any:
        return self._operated(operator.le, other, missing=False)

    def __invert__(self) -> Any:
        return self.map(lambda value: not value)

    def __and__(self, other: Any) -> Any:
        return self._operated(lambda a, b: bool(a) and bool(b), other, missing=False)

    def __or__(self, other: Any) -> Any:
        return self._operated(lambda a, b: bool(a) or bool(b), other, missing=False)


def _divided(one: Any, other: Any) -> Any:
    """A quotient as in pandas: by 0 without bounds, and missing for 0 / 0."""
    if other == 0 and isinstance(one, (int, float)):
        return None if one == 0 else math.copysign(math.inf, one) * math.copysign(1.0, other)
    return one / other
