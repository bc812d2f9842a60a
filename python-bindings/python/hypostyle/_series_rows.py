"""Other rows of a series: some of them, their order, how often values occur."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypostyle import _index, _native
from hypostyle._aggregates import aggregate, size
from hypostyle._choosing import extreme_rows, flag, key_of, nulls_first, one_axis, value_counts, without_repeats
from hypostyle._dask_values import computable
from hypostyle._divisions import in_partitions
from hypostyle._dtypes import zone
from hypostyle._key_order import ranks
from hypostyle._modes import modes
from hypostyle._naming import VALUE
from hypostyle._numpy import plain
from hypostyle._plan import Plan
from hypostyle._text_order import in_text_order
from hypostyle.errors import InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle.series import Series


class SeriesRows:
    """Verbs that give other rows."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __init__(self, *args: Any) -> None: ...
        def __getitem__(self, key: Any) -> Any: ...
        def __len__(self) -> int: ...
        def __getattr__(self, name: str) -> Any: ...

    def head(self, n: int = 5) -> Series:
        """The first values.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.head(2).to_list()
        [3, 1]
        """
        return self[:n]

    def tail(self, n: int = 5) -> Series:
        """The last values; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.tail(2).to_list()
        [1, 2]
        """
        return self[max(len(self) - n, 0) :] if n >= 0 else self[-n:]

    def dropna(self, *, axis: Any = 0, how: Any = None, ignore_index: bool = False) -> Series:
        """The values that are present.

        >>> import hypostyle as hs
        >>> hs.Series([1, None, 3]).dropna().to_list()
        [1, 3]
        """
        one_axis("dropna", axis)
        found = self[self.notna()]
        return found.reset_index(drop=True) if ignore_index else found

    def drop_duplicates(self, keep: Any = "first", ignore_index: bool = False) -> Series:
        """One of each value, where it occurs first (``keep="last"``: last); with ``keep=False`` only values that occur once.

        >>> import hypostyle as hs
        >>> x = hs.Series(["a", "b", "a"])
        >>> x.drop_duplicates().to_list(), x.drop_duplicates(keep="last").to_list()
        (['a', 'b'], ['b', 'a'])
        """
        plan = self._framed()
        found = self._of(without_repeats(plan, [VALUE], keep))
        return found.reset_index(drop=True) if ignore_index else found

    def sort_values(
        self,
        ascending: bool = True,
        na_position: str = "last",
        *,
        kind: str = "stable",
        key: Any = None,
        ignore_index: bool = False,
        text_order: str | None = None,
        npartitions: Any = None,
    ) -> Series:
        """The values in order; ``key``: a function from the series to the one that is compared; ``text_order`` and
        ``npartitions`` are as in `DataFrame.sort_values`.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.sort_values().to_list(), x.sort_values(key=lambda values: -values).to_list()
        ([1, 2, 3], [3, 2, 1])
        """
        if isinstance(ascending, (list, tuple)):
            [ascending] = ascending
        flag("ascending", ascending)
        if key is not None:
            order = self._argument(key_of(self._plan, key(self)))
        elif self._native.has_window():
            options: dict[str, Any] = {
                "ignore_index": ignore_index,
                "text_order": text_order,
                "npartitions": npartitions,
            }
            return self._settled().sort_values(ascending, na_position, **options)
        else:
            order = self._native
        orders = ranks(self._plan.query, in_text_order(self._plan, [order], text_order))
        first = nulls_first(na_position)
        found = self._some(lambda query: query.sort(orders, [not ascending], first))
        return in_partitions(found.reset_index(drop=True) if ignore_index else found, npartitions)

    def value_counts(
        self,
        normalize: bool = False,
        sort: bool = True,
        ascending: bool = False,
        bins: Any = None,
        dropna: bool = True,
    ) -> Series:
        """How often each value occurs, most frequent first; the values are the index. With ``bins``, how many values lie
        in each of so many intervals of equal width (or between these edges), all of which are there.

        >>> import hypostyle as hs
        >>> x = hs.Series(["a", "b", "a"])
        >>> x.value_counts().to_dict(), x.value_counts(normalize=True)["b"]
        ({'a': 2, 'b': 1}, 0.3333333333333333)
        """
        if bins is not None:
            return self._bin_counts(bins, normalize, sort, ascending)
        return value_counts(self._plan, [(self._name, self._native)], normalize, sort, ascending, dropna)

    def _bin_counts(self, bins: Any, normalize: bool, sort: bool, ascending: bool) -> Series:
        from hypostyle._bins import cut

        numbers, edges = cut(self, bins, labels=False, retbins=True, include_lowest=True)
        counts = numbers._framed().query.group_by([_native.Expr.column(VALUE)], [size().alias("n")], True, True)
        found = dict(zip(*counts.collect().lists([VALUE, "n"]), strict=True))
        texts = _native.interval_texts(list(edges), True, True, 3)
        columns = [_native.Column.from_values(texts, "string")]
        columns.append(_native.Column.from_values([found.get(i, 0) for i in range(len(texts))], "int64"))
        label = "proportion" if normalize else "count"
        index = _index.level_columns([None], [label])
        query = _native.Query.from_columns([index[0][0], label], columns)
        if sort:
            query = query.sort([_native.Expr.column(label)], [not ascending], False)
        native = _native.Expr.column(label)
        if normalize:
            # Of all rows, as pandas has it: those of no interval, and without a value, count.
            native = native.binary("/", _native.Expr.literal(len(self)))  # type: ignore[arg-type]
        return type(self)(Plan(query, index), native, label)  # type: ignore[return-value]

    def mode(self, dropna: bool = True) -> Series:
        """The most frequent values, smallest first; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2, 1])
        >>> x.mode().to_list()
        [1]
        """
        return self._of(modes(self._plan, [self._native], [VALUE], dropna))

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> Series:
        """Count, mean, standard deviation, smallest, quartiles (or these percentiles) and greatest of numbers; count, number
        of distinct values, most frequent one and its frequency of text; indexed by their names. ``include`` and ``exclude``
        are of frames.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.describe()["mean"]
        2.0
        """
        from hypostyle._describe import describe_series

        return describe_series(self, percentiles)  # type: ignore[arg-type]

    def quantile(self, q: Any = 0.5, interpolation: str = "linear") -> Any:
        """The value below which a share ``q`` of the values lies; of several shares, a series indexed by them.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.quantile(0.5), x.quantile([0, 1]).to_list()
        (2.0, [1.0, 3.0])
        """
        q = plain(q)
        if isinstance(q, (int, float)):
            return self._reduce(aggregate(self._native, "quantile", q=q, interpolation=interpolation))
        shares = [float(share) for share in q]
        native = aggregate(self._native, "quantiles", q=shares, interpolation=interpolation).alias(VALUE)
        values = self._plan.query.select([native]).collect().lists([VALUE])[0][0]
        index = _index.HIDDEN.format(0)
        columns = [_native.Column.from_values(shares, "float64"), _native.Column.from_values(values, None, False)]
        return self._of(Plan(_native.Query.from_columns([index, VALUE], columns), [(index, None)]))

    def idxmax(self, axis: Any = 0, skipna: bool = True) -> Any:
        """The index of the greatest value, the first of several; without an index the number of its row.

        >>> import hypostyle as hs
        >>> hs.Series([3, 9, 9]).idxmax(), hs.Series([3, 9], index=["a", "b"]).idxmax()
        (1, 'b')
        """
        return self._extreme_row("max", skipna)

    def idxmin(self, axis: Any = 0, skipna: bool = True) -> Any:
        """The index of the smallest value, the first of several; without an index the number of its row.

        >>> import hypostyle as hs
        >>> hs.Series([3, 9, 9]).idxmin()
        0
        """
        return self._extreme_row("min", skipna)

    def _extreme_row(self, which: str, skipna: bool) -> Any:
        if not skipna and self.hasnans:
            raise InvalidArgumentError(f"idx{which}: a value is missing; skipna=True leaves it out")
        if len(self._plan.index) > 1:
            at = self._reduce(aggregate(self._native, f"arg_{which}"))
            row = self._framed().query.slice(at, 1).collect() if at == at else None
            return at if row is None else tuple(level[0] for level in row.lists(self._plan.index_columns))
        if self._plan.is_numbered:
            return self._reduce(aggregate(self._native, f"arg_{which}"))
        plan = self._plan.labelled()
        label = _native.Expr.column(plan.index[0][0])
        native = _native.Expr.call("aggregate", f"{which}_by", [label, self._native], {})
        return type(self)(plan, self._native, self.name)._reduce(native)

    def unique(self, ignore_nulls: bool = False) -> Any:
        """The distinct values in order of first sight, as an array (null is None or NaN).

        >>> import hypostyle as hs
        >>> x = hs.Series([2, 1, 2])
        >>> x.unique().tolist()
        [2, 1]
        """
        found = (self.dropna() if ignore_nulls else self).drop_duplicates()
        # Times of a zone keep it.
        return computable(found.to_numpy(object if zone(found.dtype) is not None else None), self._plan)

    def nlargest(self, n: int = 5, keep: str = "first") -> Series:
        """The greatest values, in descending order, missing ones last; of equal ones the first, with ``keep="last"`` the
        last, with ``keep="all"`` all of them.

        >>> import hypostyle as hs
        >>> hs.Series([1, 3, 2, 3]).nlargest(1, keep="all").to_list()
        [3, 3]
        """
        return self._extreme(n, keep, True)

    def nsmallest(self, n: int = 5, keep: str = "first") -> Series:
        """The smallest values, in ascending order; see `nlargest`.

        >>> import hypostyle as hs
        >>> hs.Series([4, 1, 3]).nsmallest(2).to_list()
        [1, 3]
        """
        return self._extreme(n, keep, False)

    def _extreme(self, n: int, keep: str, down: bool) -> Series:
        plan = self._framed()
        keys = [_native.Expr.column(VALUE)]
        return self._of(plan.then(lambda query: extreme_rows(query, keys, n, keep, down)))
