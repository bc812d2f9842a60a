"""What is made of an index label by label, ``index.hour``: values without labels of their own, as an index of pandas is."""

from __future__ import annotations

from typing import Any

from hypostyle import _native
from hypostyle._labels import is_number
from hypostyle.series import Series


class IndexValues(Series):
    """Values of the rows of a frame. Beside these rows they are a series of them; in a new frame, or beside the rows of
    another one, they stand in order.

    >>> import hypostyle as hs
    >>> hours = hs.DataFrame({"x": [1, 2]}, index=hs.date_range("2024-01-01 22:00", periods=2, freq="h")).index.hour
    >>> hours[1], hs.DataFrame({"hour": hours}).index.to_list()
    (23, [0, 1])
    """

    __slots__ = ()

    _bare = True

    def _like(self, native: _native.Expr) -> Series:
        self._plan.query.dtype_of(native)
        return IndexValues(self._plan, native, self.name)

    def __getitem__(self, key: Any) -> Any:
        """A value by its place, or those of a slice, of a mask or of labels."""
        plain = Series(self._plan, self._native, self.name)
        if isinstance(key, slice) or is_number(key):
            found = plain.iloc[key]
            return IndexValues(found._plan, found._native, found.name) if isinstance(found, Series) else found
        return plain[key]


def bare(labels: Series) -> IndexValues:
    """The labels of an index as such values."""
    made = IndexValues(labels._plan, labels._native, labels.name)
    made._test = labels._test
    return made
