"""Verbs of an index that pandas has: labels put in, left out, looked up and moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


class IndexVerbs:
    """What scripts ask of pandas' index beside the labels themselves."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __len__(self) -> int: ...
        def __getattr__(self, name: str) -> Any: ...

    def get_indexer(self, target: Any, method: str | None = None, limit: Any = None, tolerance: Any = None) -> Any:
        """The place of each of some labels, -1 where there is none: an array. ``method`` as in `DataFrame.reindex`.

        >>> import hypostyle as hs
        >>> hs.Index(["a", "b"]).get_indexer(["b", "c"]).tolist()
        [1, -1]
        """
        import numpy as np

        from hypostyle._relabel import places

        found = places(self.to_list(), list(target), method, limit, tolerance)
        return np.array([-1 if at is None else at for at in found], dtype="int64")

    def set_names(self, names: Any, *, level: Any = None) -> Any:
        """The labels with other names of their levels, or of one ``level``, or of several.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"k": ["a"], "j": [1]}).set_index(["k", "j"]).index.set_names("n", level=1).names
        ['k', 'n']
        """
        from hypostyle._column_labels import name_of
        from hypostyle.errors import InvalidArgumentError
        from hypostyle.index import Index

        several = isinstance(names, (list, tuple))
        given = (
            list(names) if several and (self.nlevels > 1 or level is not None or isinstance(names, list)) else [names]
        )
        levels = range(self.nlevels) if level is None else level if isinstance(level, (list, tuple)) else [level]
        if len(given) != len(levels):
            raise InvalidArgumentError(f"set_names: {len(given)} names for {len(levels)} levels")
        plan = self._plan.numbered()
        index = list(plan.index)
        for name, at in zip(given, map(self._level, levels), strict=True):
            index[at] = (index[at][0], name if name is None or isinstance(name, str) else name_of(name))
        return Index(plan.reindexed(index))

    def where(self, cond: Any, other: Any = None) -> Any:
        """The labels where a condition is true, elsewhere others: a series, which can become an index."""
        return self._bare().where(cond, other)

    def fillna(self, value: Any) -> Any:
        """The labels, with a value where they are missing: a series, which can become an index."""
        return self._bare().fillna(value)

    def insert(self, loc: int, item: Any) -> Any:
        """The labels with one more at a place.

        >>> import hypostyle as hs
        >>> hs.Index(["a", "b"]).insert(1, "new")
        ['a', 'new', 'b']
        """
        from hypostyle._label_list import Labels

        labels = self.to_list()
        labels.insert(loc, item)
        return Labels(labels, self.names)

    def delete(self, loc: Any) -> Any:
        """The labels without those at a place, or at several.

        >>> import hypostyle as hs
        >>> hs.Index(["a", "b", "c"]).delete([0, -1])
        ['b']
        """
        from hypostyle._label_list import Labels
        from hypostyle._lookup import positions

        labels = self.to_list()
        gone = set(positions([loc] if isinstance(loc, int) else loc, len(labels)))
        return Labels((label for at, label in enumerate(labels) if at not in gone), self.names)

    def repeat(self, repeats: Any) -> Any:
        """Each label so many times, as in `Series.repeat`.

        >>> import hypostyle as hs
        >>> hs.Index(["a", "b"]).repeat([2, 1])
        ['a', 'a', 'b']
        """
        from hypostyle._label_list import Labels

        each = [repeats] * len(self) if isinstance(repeats, int) else list(repeats)
        return Labels(
            (label for label, count in zip(self.to_list(), each, strict=True) for _ in range(count)), self.names
        )

    def argmax(self, axis: Any = None, skipna: bool = True) -> int:
        """The place of the greatest label."""
        return self.to_series().argmax()

    def argmin(self, axis: Any = None, skipna: bool = True) -> int:
        """The place of the least label."""
        return self.to_series().argmin()

    def factorize(self, sort: bool = False, use_na_sentinel: bool = True) -> tuple[Any, Any]:
        """A number for each distinct label, and the labels; see `Series.factorize`."""
        return self.to_series().factorize(sort, use_na_sentinel)

    def shift(self, periods: int = 1, freq: Any = "infer") -> Any:
        """The labels, which are times, so many lengths of time later; see `DataFrame.shift`.

        >>> import hypostyle as hs
        >>> times = hs.Index(hs.to_datetime(["2024-01-30", "2024-01-31"])).shift(1, freq="D")
        >>> [time.day for time in times]
        [31, 1]
        """
        from hypostyle.series import Series

        return Series([None] * len(self), index=self).shift(periods, freq).index

    @property
    def is_monotonic_decreasing(self) -> bool:
        """Whether no label is greater than the one before it; runs."""
        from hypostyle._label_list import are_in_order

        return are_in_order(self.to_list()[::-1]) if self.nlevels > 1 else self.to_series().is_monotonic_decreasing

    @property
    def ndim(self) -> int:
        """The number of dimensions: 1."""
        return 1

    def notna(self) -> Any:
        """Whether each label is present: an array."""
        return ~self.isna()

    def item(self) -> Any:
        """The only label."""
        return self.to_series().item() if self.nlevels == 1 else self._only()

    def _only(self) -> Any:
        from hypostyle.errors import InvalidArgumentError

        if len(self) != 1:
            raise InvalidArgumentError(f"item: there are {len(self)} labels, not one")
        return self.to_list()[0]

    def any(self) -> bool:
        """Whether any label is true, or other than 0."""
        return any(self.to_list())

    def all(self) -> bool:
        """Whether all labels are true, or other than 0."""
        return all(self.to_list())

    def dropna(self) -> Any:
        """The labels that are present: a series, which can become an index."""
        return self.to_series().dropna()

    def drop_duplicates(self, *, keep: Any = "first", split_every: Any = None, split_out: Any = None) -> Any:
        """Each label once, the first or the last of it; with ``keep=False`` those that occur once.
        (``split_every`` and ``split_out`` are Dask's hints.)

        >>> import hypostyle as hs
        >>> hs.Index(["a", "b", "a"]).drop_duplicates(keep="last")
        ['b', 'a']
        """
        from hypostyle._label_list import Labels

        again = self.duplicated(keep)
        return Labels((label for label, gone in zip(self.to_list(), again, strict=True) if not gone), self.names)

    def symmetric_difference(self, other: Any, sort: Any = None) -> Any:
        """The distinct labels that one side alone has; sorted unless ``sort=False``."""
        from hypostyle._label_list import Labels

        return Labels(self.difference(other, False)).union(Labels(other).difference(self.to_list(), False), sort)

    def asof(self, label: Any) -> Any:
        """The last label that is not after another; None where there is none. The labels are in order.

        >>> import hypostyle as hs
        >>> hs.Index([1, 5, 9]).asof(6)
        5
        """
        import bisect

        from hypostyle.errors import InvalidArgumentError

        if not self.is_monotonic_increasing:
            raise InvalidArgumentError("asof: the labels are not in order; sort_index() first")
        labels = self.to_list()
        at = bisect.bisect_right(labels, label)
        return labels[at - 1] if at else None
