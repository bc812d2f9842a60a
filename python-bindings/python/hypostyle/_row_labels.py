"""What scripts do with the labels of a row, and the names of operators; the methods of a series, on Python's values."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hypostyle._numpy import is_array, object_array
from hypostyle.errors import InvalidArgumentError


def _named(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The operator as a method."""

    def method(self: Any, other: Any) -> Any:
        return function(self, other)

    method.__doc__ = f"As the operator: ``{function.__name__}``."
    return method


class RowLabels:
    """Methods that pandas' rows have, by their labels."""

    __slots__ = ()

    if TYPE_CHECKING:
        name: Any

        def _with(self, names: list, values: list) -> Any: ...
        def keys(self) -> list[Any]: ...
        def items(self) -> Iterator[tuple[Any, Any]]: ...
        def to_list(self) -> list: ...
        def to_dict(self) -> dict[str, Any]: ...

    ndim = 1
    dtype = object

    @property
    def T(self) -> Any:
        """The row itself."""
        return self

    def copy(self, deep: bool = True) -> Any:
        """A row of its own with the same values."""
        return self._with(self.keys(), self.to_list())

    def equals(self, other: Any) -> bool:
        """Whether another row has the same labels and values, missing ones included.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (1, None), 7).equals(Row(("x", "y"), (1, None), 8))
        True
        """
        if not isinstance(other, RowLabels) or self.keys() != other.keys():
            return False
        pairs = zip(self.to_list(), other.to_list(), strict=True)
        return all(a == b or (_is_missing(a) and _is_missing(b)) for a, b in pairs)

    def rename(self, index: Any = None) -> Any:
        """The row with other labels, of a mapping or a function; or under another name.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y"), (1, "a"), 7).rename({"x": "X"}).to_dict()
        {'X': 1, 'y': 'a'}
        """
        if isinstance(index, Mapping):
            return self._with([index.get(name, name) for name in self.keys()], self.to_list())
        if callable(index):
            return self._with([index(name) for name in self.keys()], self.to_list())
        made = self.copy()
        made.name = index
        return made

    def reindex(self, index: Iterable[Any], fill_value: Any = None) -> Any:
        """The values of these labels, in their order; what the row has not is missing."""
        known, labels = self.to_dict(), list(index)
        return self._with(labels, [known.get(label, fill_value) for label in labels])

    def filter(self, items: Any = None, like: str | None = None, regex: str | None = None) -> Any:
        """The values of these labels, or of those that contain a text or a match of a pattern."""
        if sum(one is not None for one in (items, like, regex)) != 1:
            raise InvalidArgumentError("filter: give one of items, like and regex")
        names = self.keys()
        if items is not None:
            found = [name for name in items if name in names]
        else:
            found = [n for n in names if (like in str(n) if like is not None else re.search(regex or "", str(n)))]
        return self.reindex(found)

    def pop(self, label: Any) -> Any:
        """A value, which leaves the row."""
        value = self[label]  # type: ignore[index]
        rest = [(name, one) for name, one in self.items() if name != label]
        self._names, self._values = tuple(name for name, _ in rest), tuple(one for _, one in rest)  # type: ignore[misc]
        return value

    def pipe(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A function of the row."""
        return func(self, *args, **kwargs)

    def replace(self, to_replace: Any, value: Any = None) -> Any:
        """The row with other values in place of one, of several, or of those of a mapping."""
        if isinstance(to_replace, Mapping):
            pairs = list(to_replace.items())
        else:
            pairs = [(one, value) for one in (to_replace if isinstance(to_replace, (list, tuple)) else [to_replace])]
        return self._with(self.keys(), [next((new for old, new in pairs if old == one), one) for one in self.to_list()])

    def cumsum(self, axis: Any = 0, skipna: bool = True) -> Any:
        """The sums of the values so far; missing where the value is, and with ``skipna=False`` from there on.

        >>> from hypostyle._rows import Row
        >>> Row(("x", "y", "z"), (1, None, 2), 7).cumsum().to_list()
        [1, None, 3]
        """
        values, total, holes = self.to_list(), None, [value is None or value != value for value in self.to_list()]
        for at, hole in enumerate(holes):
            if hole and not skipna:
                values[at:] = [values[at]] * (len(values) - at)
                break
            if not hole:
                total = values[at] = values[at] if total is None else total + values[at]
        return self._with(self.keys(), values)

    def to_frame(self, name: Any = None) -> Any:
        """A frame of one column, whose rows are the labels; of values of one type."""
        from hypostyle.frame import DataFrame

        title = self.name if name is None else name
        return DataFrame({0 if title is None else title: self.to_list()}, index=self.keys())

    def to_numpy(self) -> Any:
        """The values as an array: of numbers, of truth values, or of objects."""
        import numpy as np

        values = self.to_list()
        given = [value for value in values if value is not None]
        if given and all(isinstance(value, (int, float, np.number)) and not isinstance(value, bool) for value in given):
            return np.array([np.nan if value is None else value for value in values])
        if values and all(isinstance(value, (bool, np.bool_)) for value in values):
            return np.array(values)
        return object_array(values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        made = self.to_numpy()
        return made if dtype is None else made.astype(dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """A function of NumPy's of the values: a row, if it gives one for each."""
        arrays = [one.to_numpy() if isinstance(one, RowLabels) else one for one in inputs]
        found = getattr(ufunc, method)(*arrays, **options)
        whole = is_array(found) and found.shape == (len(self.keys()),)
        return self._with(self.keys(), found.tolist()) if whole else found

    def to_string(self) -> str:
        """The row as text, without its name."""
        return str(self).rsplit("\n", 1)[0]

    add, sub, mul, div = (_named(one) for one in (operator.add, operator.sub, operator.mul, operator.truediv))
    eq, ne, gt, ge = (_named(one) for one in (operator.eq, operator.ne, operator.gt, operator.ge))
    lt, le = _named(operator.lt), _named(operator.le)


def _is_missing(value: Any) -> bool:
    return value is None or value != value
