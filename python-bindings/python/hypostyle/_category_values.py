"""A list of categorical values, as `Categorical` makes it: a series that also has what scripts ask of pandas' Categorical."""

from __future__ import annotations

from typing import Any

from hypostyle._index_values import IndexValues
from hypostyle._names import Names


class CategoryValues(IndexValues):
    """Categorical values without labels: in a frame they stand in order.

    >>> import hypostyle as hs
    >>> sizes = hs.Categorical(["S", "L", "S"], categories=["S", "L"], ordered=True)
    >>> sizes.categories, sizes.codes.tolist(), sizes.ordered, sizes[1]
    (['S', 'L'], [0, 1, 0], True, 'L')
    """

    __slots__ = ()

    @property
    def categories(self) -> Names:
        """The categories in order."""
        return self.cat.categories

    @property
    def codes(self) -> Any:
        """The place of each value among the categories, -1 where it is missing: an array."""
        return self.cat.codes.to_numpy()

    @property
    def ordered(self) -> bool:
        """Whether values compare by the order of the categories."""
        return self.cat.ordered
