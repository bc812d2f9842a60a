"""Some labels of rows, as a list."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Any

from hypostyle.errors import ShapeError


class Labels(list[Any]):
    """Some labels: a list that has what scripts ask of pandas' index.

    >>> labels = Labels([3, 1])
    >>> labels, labels.tolist(), labels.isin([1]).tolist(), labels.sort_values()
    ([3, 1], [3, 1], [False, True], [1, 3])
    """

    __slots__ = ("_names",)

    def __init__(self, labels: Iterable[Any] = (), names: list[Any] | None = None) -> None:
        """``names``: those of their levels, where they have some."""
        super().__init__(labels)
        self._names = names

    def __reduce__(self) -> Any:
        return Labels, (list(self), self._names)

    def _others(self, labels: Iterable[Any]) -> Labels:
        """Other labels, of the same names."""
        return Labels(labels, getattr(self, "_names", None))

    def __getitem__(self, key: Any) -> Any:
        """A label by its place, or those of a slice, of a mask or of several places."""
        if isinstance(key, slice):
            return self._others(super().__getitem__(key))
        listed = key.tolist() if hasattr(key, "tolist") else key
        if not isinstance(listed, list):
            return super().__getitem__(key)
        if listed and all(isinstance(one, bool) for one in listed):
            if len(listed) != len(self):
                raise ShapeError(f"a mask of {len(listed)} values for {len(self)} labels")
            return self._others(label for label, chosen in zip(self, listed, strict=True) if chosen)
        return self._others(super(Labels, self).__getitem__(at) for at in listed)

    def __getattr__(self, name: str) -> Any:
        """What an index has: ``labels.astype(str)``, ``labels.str``."""
        if name.startswith("_"):
            raise AttributeError(name)
        from hypostyle.index import Index

        made = Index(list(self))
        names = getattr(self, "_names", None)
        if names is not None and len(names) == made.nlevels and names != made.names:
            made = made.set_names(names)
        return getattr(made, name)

    def to_list(self) -> list[Any]:
        """The labels as a plain list."""
        return list(self)

    tolist = to_list

    def to_numpy(self) -> Any:
        """The labels as an array."""
        import numpy as np

        return np.array(list(self))

    def to_frame(self, index: bool = True, name: Any = None) -> Any:
        """The labels as the column of a frame, and as its index unless ``index`` is false."""
        from hypostyle.index import Index

        return Index(list(self), name=name).to_frame(index)

    def compute(self, **_: Any) -> Labels:
        """The same: they are known already."""
        return self

    @property
    def values(self) -> Any:
        """As `to_numpy`."""
        return self.to_numpy()

    @property
    def size(self) -> int:
        """The number of labels."""
        return len(self)

    @property
    def empty(self) -> bool:
        """Whether there is no label."""
        return not self

    def isin(self, values: Any) -> Any:
        """Whether each label is one of these: an array."""
        import numpy as np

        wanted = set(values)
        return np.array([label in wanted for label in self], dtype=bool)

    def sort_values(self, ascending: bool = True) -> Labels:
        """The labels in order."""
        return self._others(sorted(self, reverse=not ascending))

    def unique(self) -> Labels:
        """The distinct labels, in order of first sight."""
        return self._others(dict.fromkeys(self))

    def difference(self, other: Any, sort: Any = None) -> Labels:
        """The distinct labels that are not among others; sorted unless ``sort=False``."""
        others = set(other)
        return self._others(in_order([label for label in self.unique() if label not in others], sort))

    def intersection(self, other: Any, sort: Any = False) -> Labels:
        """The distinct labels that are among others too."""
        others = set(other)
        return _shared(
            self, other, in_order([label for label in self.unique() if label in others], None if sort else False)
        )

    def union(self, other: Any, sort: Any = None) -> Labels:
        """The labels of both, each as often as the side that has more of it; sorted unless ``sort=False``."""
        left = Counter(self)
        more = []
        for label in other:
            if left[label] > 0:
                left[label] -= 1
            else:
                more.append(label)
        return _shared(self, other, in_order([*self, *more], sort))


def _shared(one: Labels, other: Any, labels: Labels) -> Labels:
    """Labels of two sides, under the names that both have; a list has none of its own."""
    mine = getattr(one, "_names", None)
    return Labels(labels, mine if getattr(other, "names", mine) == mine else None)


def are_in_order(labels: list[Any]) -> bool:
    """Whether no label comes before the one that it follows; with missing parts they have no order."""
    try:
        return all(one <= two for one, two in itertools.pairwise(labels))
    except TypeError:
        return False


def in_order(labels: list[Any], sort: Any) -> Labels:
    """Labels sorted, where they have an order."""
    if sort is False:
        return Labels(labels)
    try:
        return Labels(sorted(labels))
    except TypeError:
        return Labels(labels)
