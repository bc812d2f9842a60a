"""Dask's verbs of partitions and the labels they begin at."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypostyle.errors import InvalidArgumentError, UnsupportedError


class DaskLayout:
    """What frames and series have in common of Dask's verbs of partitions."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        @property
        def npartitions(self) -> int: ...

    @property
    def divisions(self) -> tuple[Any, ...]:
        """The label that each partition begins at, and the last label of all, where the labels are in order; else None for
        each. Runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": [1, 2, 5], "x": [0, 0, 0]}).set_index("k").repartition(2)
        >>> df.divisions, df.sort_index(ascending=False).divisions
        ((1, 5, 5), (None, None))
        """
        from hypostyle._divisions import divisions

        return divisions(self)

    @property
    def known_divisions(self) -> bool:
        """Whether the labels of the partitions are in order; runs. Nothing here needs them.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"k": [1, 2], "x": [0, 0]}).set_index("k").known_divisions
        True
        """
        return self.divisions[0] is not None

    def clear_divisions(self) -> Any:
        """The same: divisions are looked at when they are asked for, and never trusted.

        >>> import hypostyle as hs
        >>> len(hs.DataFrame({"x": [1, 2]}).clear_divisions())
        2
        """
        return self

    def enforce_runtime_divisions(self) -> Any:
        """The same: divisions are those of the rows.

        >>> import hypostyle as hs
        >>> len(hs.DataFrame({"x": [1, 2]}).enforce_runtime_divisions())
        2
        """
        return self

    def compute_current_divisions(self, col: str | None = None, set_divisions: bool = False) -> Any:
        """The least value of a column (or the least label) in each partition, and the greatest of the last one; an error if
        those of the partitions are not apart. Runs. With ``set_divisions`` the frame itself.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 4, 6]}).repartition(2).compute_current_divisions("x")
        (1, 6, 6)
        """
        from hypostyle._divisions import current_divisions

        found = current_divisions(self, col)
        return self if set_divisions else found

    def _repartitioned(self, divisions: Any, freq: Any, force: bool, others: dict[str, Any]) -> Any:
        """The rows in partitions that begin at labels; `repartition` has the other ways."""
        from hypostyle._divisions import cut_at_labels, cut_by_time

        if (divisions is None) == (freq is None) or any(value is not None for value in others.values()):
            raise InvalidArgumentError("repartition takes one of npartitions, partition_size, divisions and freq")
        if freq is not None:
            return cut_by_time(self, freq)
        if any(one is None for one in divisions):
            raise InvalidArgumentError("repartition: divisions are labels, not None")
        return cut_at_labels(self, divisions, force)

    def categorize(self, columns: Any = None, index: bool | None = None, split_every: Any = None, **_: Any) -> Any:
        """The frame with its columns of text (or only these) as categories of the values there are; runs.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"s": ["b", "a"], "x": [1, 2]}).categorize()["s"].cat.categories.to_list()
        ['a', 'b']
        """
        from hypostyle._categories import is_category

        if index:
            raise UnsupportedError("categorize: categories as the index; reset_index, categorize and set_index")
        frame: Any = self
        if not hasattr(frame, "columns"):
            return frame.astype("category")
        types = frame.dtypes
        if columns is None:
            chosen = [name for name, dtype in types.items() if dtype == "string"]
        else:
            chosen = [columns] if isinstance(columns, str) else list(columns)
        chosen = [name for name in chosen if not is_category(types[name])]
        return frame.astype(dict.fromkeys(chosen, "category")) if chosen else frame

    def shuffle(self, on: Any = None, npartitions: int | None = None, on_index: bool = False, **options: Any) -> Any:
        """The rows in partitions of which no two share a key, in order of the keys (``on_index=True``: of the labels); runs.
        It is only needed before `map_partitions`: groups, merges and sorts see all rows of a key wherever they are.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]}).shuffle("k", npartitions=2)
        >>> df["x"].to_list()
        [2, 1, 3]
        """
        from hypostyle._divisions import in_order, shuffled

        frame: Any = self
        if on_index or hasattr(on, "get_level_values"):
            return in_order(frame, npartitions)
        if on is None:
            raise UnsupportedError("shuffle: give the columns of the keys, or on_index=True")
        if hasattr(on, "_plan") and not hasattr(on, "_native"):
            on = list(on.columns)
        if hasattr(on, "_native"):
            key = "__shuffle_key__"
            return shuffled(frame.assign(**{key: on}), key, npartitions).drop(columns=[key])
        return shuffled(frame, on, npartitions)

    def to_backend(self, backend: str | None = None, **_: Any) -> Any:
        """The same: there is one engine, which gives pandas, Arrow, Polars and NumPy what they want with ``to_...``.

        >>> import hypostyle as hs
        >>> len(hs.DataFrame({"x": [1]}).to_backend("pandas"))
        1
        """
        if backend not in (None, "pandas"):
            raise UnsupportedError(
                f"to_backend: {backend!r}; there is one engine. Use to_pandas(), to_arrow(), to_polars()"
            )
        return self

    def to_dask_array(self, lengths: Any = None, meta: Any = None, optimize: bool = True) -> Any:
        """The values as an array of Dask, a chunk for each partition; runs. Dask must be installed.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 3]).to_dask_array().sum().compute()  # doctest: +SKIP
        6
        """
        import dask.array

        from hypostyle._dask_functions import ends_of

        whole: Any = self
        values = whole.to_numpy()
        ends = ends_of(whole)
        rows = tuple(stop - start for start, stop in pairwise(ends))
        return dask.array.from_array(values, chunks=(rows, *values.shape[1:]))
