"""Verbs of Dask that pandas has not."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from hypostyle import _native
from hypostyle._dask_layout import DaskLayout
from hypostyle._layout import Layout, count_of, of_parts, whole, with_layout
from hypostyle._plan import Plan
from hypostyle._single import single
from hypostyle.errors import InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series
#: Parameters of Dask that are not those of the function.
_DELAYED = ("divisions", "prefix", "verify_meta", "label", "token", "enforce_metadata")


class Part:
    """A partition that waits: `compute` (or calling it) gives its rows."""

    __slots__ = ("_at", "_partitions")

    def __init__(self, partitions: Callable[[], Sequence[Any]], at: int) -> None:
        self._partitions, self._at = partitions, at

    def compute(self, **_: Any) -> Any:
        """The rows of the partition."""
        return self._partitions()[self._at]

    __call__ = compute

    def __repr__(self) -> str:
        return f"Part({self._at})"

    def __getitem__(self, key: Any) -> Any:
        """What is chosen of the rows waits with them, as it does of Dask's partitions."""
        try:
            from dask import delayed
        except ImportError:
            raise TypeError(f"{key!r} of a partition that waits takes dask; compute() gives its rows") from None
        return delayed(self)[key]

    # Dask's protocol of collections: `dask.compute` computes it, and tasks of `dask.delayed` get its rows.

    __dask_optimize__ = None

    def __dask_graph__(self) -> dict[str, Any]:
        return {self.__dask_tokenize__(): (self.compute,)}

    def __dask_keys__(self) -> list[str]:
        return [self.__dask_tokenize__()]

    def __dask_tokenize__(self) -> str:
        return f"hypostyle-part-{id(self._partitions):x}-{self._at}"

    def __dask_postcompute__(self) -> tuple[Callable[..., Any], tuple]:
        return _only, ()

    @property
    def __dask_scheduler__(self) -> Callable[..., Any]:
        import dask.threaded

        return dask.threaded.get


def _only(results: Sequence[Any]) -> Any:
    return results[0]


class DaskVerbs(DaskLayout):
    """What frames and series have in common of Dask's verbs."""

    __slots__ = ()

    _plan: Plan

    if TYPE_CHECKING:
        # What the whole class has.
        _of: ClassVar[Any]

        @property
        def npartitions(self) -> int: ...
        @property
        def partitions(self) -> Any: ...
        def explain(self, analyze: bool = False) -> str: ...

    @property
    def _meta(self) -> Any:
        """Dask's frame without rows of the same columns and types, for ``meta=``."""
        return self.iloc[:0]  # type: ignore[attr-defined]

    def get_partition(self, n: int) -> Any:
        """The partition of this number; runs.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2, 3]}).repartition(3).get_partition(1)["x"].to_list()
        [2]
        """
        return self.partitions[n]

    def to_delayed(self, optimize_graph: bool = True) -> list[Part]:
        """The partitions as objects that give their rows when they are computed or called.

        >>> import hypostyle as hs
        >>> parts = hs.DataFrame({"x": [1, 2, 3]}).repartition(2).to_delayed()
        >>> [len(part.compute()) for part in parts]
        [2, 1]
        """
        found = self.partitions
        return [Part(lambda: found, at) for at in range(len(found))]

    def optimize(self, fuse: bool = True) -> Any:
        """The same: a plan is optimized when it runs. `explain` shows both.

        >>> import hypostyle as hs
        >>> len(hs.DataFrame({"x": [1, 2]}).optimize())
        2
        """
        return self

    def pprint(self) -> None:
        """Prints the plan.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).pprint()  # doctest: +ELLIPSIS
        logical...
        """
        print(self.explain())

    def visualize(self, filename: str | None = None, **_: Any) -> Any:
        """The plan as a picture: notebooks show it, and with ``filename`` it is written there as SVG.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2]})
        >>> df[df["x"] > 1].visualize().svg.startswith("<svg")
        True
        """
        from hypostyle._picture import Picture

        return Picture(self.explain()).write(filename)

    def map_overlap(
        self, func: Callable[..., Any], before: Any, after: Any, *args: Any, meta: Any = None, **kwargs: Any
    ) -> Any:
        """A function of each partition that also sees the last ``before`` rows of those before it and the first ``after``
        rows of those behind it (or the rows of so long a time, where times are the index); what it gives for these is left
        out of the result. It must give a row for each row. Further frames and series among the arguments have a row for each
        row, too, and are cut in the same places.

        >>> import hypostyle as hs
        >>> x = hs.DataFrame({"x": [1, 2, 3, 4]}).repartition(2)
        >>> x.map_overlap(lambda part: part.diff(), 1, 0)["x"].to_list()
        [None, 1, 1, 1]
        """
        from hypostyle._dask_functions import ends_of, has_partitions
        from hypostyle._divisions import reach
        from hypostyle._partitions import HINTS, told_beside

        kwargs = {name: value for name, value in kwargs.items() if name not in HINTS}
        whole = self.persist()  # type: ignore[attr-defined]
        ends = ends_of(whole)
        starts, stops = reach(whole, ends, before, after)
        plan = whole._framed() if hasattr(whole, "_native") else whole._plan
        others = {id(arg): arg.persist() for arg in (*args, *kwargs.values()) if has_partitions(arg)}
        for other in others.values():
            if len(other) != ends[-1]:
                raise InvalidArgumentError(
                    f"map_overlap: a frame of {len(other)} rows beside one of {ends[-1]}; every row needs its partner"
                )

        def call(at: int) -> Any:
            start, stop = ends[at], ends[at + 1]
            first, last = starts[at], stops[at]

            def of(arg: Any) -> Any:
                return others[id(arg)].iloc[first:last] if id(arg) in others else arg

            named = {name: of(value) for name, value in kwargs.items()}
            made = func(whole.iloc[first:last], *[of(arg) for arg in args], **named)
            if len(made) != last - first:
                raise InvalidArgumentError(
                    f"map_overlap: {len(made)} rows of {last - first}; func must give one for each"
                )
            return made.iloc[start - first : stop - first]

        calls = [functools.partial(call, at) for at in range(len(ends) - 1)]
        title = f"map_overlap({getattr(func, '__name__', type(func).__name__)})"
        return of_calls(calls, None if meta is None else told_beside(plan, meta), title)

    def reduction(
        self,
        chunk: Callable[..., Any],
        aggregate: Callable[..., Any] | None = None,
        combine: Callable[..., Any] | None = None,
        meta: Any = None,
        token: Any = None,
        split_every: Any = None,
        chunk_kwargs: dict[str, Any] | None = None,
        aggregate_kwargs: dict[str, Any] | None = None,
        combine_kwargs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """A summary in two steps: ``chunk`` of each partition, and ``aggregate`` of what these gave, one below the other
        (single values as a series).

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3]}).repartition(2)
        >>> df["x"].reduction(lambda part: part.max(), aggregate=lambda parts: parts.max())
        3
        """
        from hypostyle._concat import concat
        from hypostyle.series import Series

        found = [chunk(part, **{**kwargs, **(chunk_kwargs or {})}) for part in self.partitions]
        below = concat(found) if hasattr(found[0], "_plan") else Series(found)
        last = chunk if aggregate is None else aggregate
        return single(last(below, **{**kwargs, **(aggregate_kwargs or {})}))

    def memory_usage_per_partition(self, index: bool = True, deep: bool = False) -> Series:
        """Bytes of each partition; runs.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2, 3]}).repartition(2).memory_usage_per_partition().to_list()
        [16, 8]
        """
        from hypostyle.series import Series

        return Series([int(part.to_arrow().nbytes) for part in self.partitions])

    def nunique_approx(self, split_every: Any = None) -> int:
        """About how many different rows there are; exact here.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2, 2]}).nunique_approx()
        2
        """
        return single(len(self.drop_duplicates()))  # type: ignore[attr-defined]

    def median_approximate(self, **_: Any) -> Any:
        """The median; exact here.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2, 9]})["x"].median_approximate()
        2.0
        """
        return self.median()  # type: ignore[attr-defined]


class SeriesPartitions(DaskVerbs):
    """The partitions of series, as those of frames."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        name: Any

        _native: Any

        def _framed(self) -> Plan: ...
        def to_frame(self, name: Any = None) -> DataFrame: ...

    @property
    def npartitions(self) -> int:
        """The number of partitions of the result; runs.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 3]).repartition(2).npartitions
        2
        """
        cut = count_of(self._plan)
        return len(self.partitions) if cut is None else cut

    @property
    def partitions(self) -> Sequence[Series]:
        """The partitions as series; runs.

        >>> import hypostyle as hs
        >>> [part.to_list() for part in hs.Series([1, 2, 3]).repartition(2).partitions]
        [[1, 2], [3]]
        """
        from hypostyle._partitions import Partitions
        from hypostyle.series import VALUE, Series

        plan, native, name = self._plan, self._native, self.name
        if not plan.query.is_collected() or native.has_window() or native.has_aggregate():
            plan = self._framed()
            native = plan.column(VALUE)

        class Parts(Partitions):
            def _frame(self, query: Any) -> Any:
                return Series(self._plan.anew(query), native, name)

        return Parts(plan)

    def repartition(
        self,
        npartitions: Any = None,
        partition_size: int | str | None = None,
        divisions: Sequence[Any] | None = None,
        freq: Any = None,
        force: bool = False,
    ) -> Series:
        """The same values in about so many partitions, or in partitions of about so many bytes, that begin at these labels,
        or of a period of the labels; see `DataFrame.repartition`. Runs.

        >>> import hypostyle as hs
        >>> len(hs.Series([1, 2, 3]).repartition(3).partitions)
        3
        """
        from hypostyle.frame import DataFrame
        from hypostyle.series import VALUE, Series

        plan = DataFrame._of(self._framed()).repartition(npartitions, partition_size, divisions, freq, force)._plan
        return Series(plan, plan.column(VALUE), self.name)

    def map_partitions(
        self, func: Callable[..., Any], *args: Any, meta: Any = None, processes: bool = False, **kwargs: Any
    ) -> Any:
        """A function from the series of a partition to a series, a frame, or a single value; see `DataFrame.map_partitions`.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 3]).repartition(2).map_partitions(lambda part: part.cumsum()).to_list()
        [1, 3, 3]
        """
        from hypostyle._dask_functions import map_partitions
        from hypostyle._partitions import mapped
        from hypostyle.frame import DataFrame
        from hypostyle.series import VALUE, Series

        if any(hasattr(type(arg), "npartitions") for arg in (*args, *kwargs.values())):
            return map_partitions(func, self, *args, meta=meta, processes=processes, **kwargs)
        name = self.name

        def call(part: Any, *args: Any, **kwargs: Any) -> Any:
            return func(Series(part._plan, part._plan.column(VALUE), name), *args, **kwargs)

        call.__name__ = getattr(func, "__name__", type(func).__name__)
        return mapped(self._framed(), call, args, meta, kwargs, processes, DataFrame)

    def random_split(self, frac: Sequence[float], random_state: int | None = None, **_: Any) -> list[Series]:
        """The values dealt out by chance into series of about these shares; see `DataFrame.random_split`.

        >>> import hypostyle as hs
        >>> few, many = hs.Series(range(100)).random_split([0.2, 0.8], random_state=1)
        >>> len(few) + len(many)
        100
        """
        from hypostyle.frame import DataFrame
        from hypostyle.series import VALUE, Series

        parts = DataFrame._of(self._framed()).random_split(frac, random_state)
        return [Series(part._plan, part._plan.column(VALUE), self.name) for part in parts]


def from_map(
    func: Callable[..., Any], *iterables: Iterable[Any], args: Any = (), meta: Any = None, **kwargs: Any
) -> Any:
    """A frame whose partitions a function makes: of each value of an iterable (of several: of one value of each). They are
    made on all threads, when rows are looked at. ``meta`` tells the columns (a frame, or names and types, with which rows
    are numbered); without it the first partition is made at once.

    >>> import hypostyle as hs
    >>> hs.from_map(lambda day: hs.DataFrame({"day": [day], "n": [day * 10]}), [1, 2, 3])["n"].sum()
    60
    """
    kwargs = {name: value for name, value in kwargs.items() if name not in _DELAYED}
    calls = [functools.partial(func, *values, *args, **kwargs) for values in zip(*iterables, strict=True)]
    return of_calls(calls, meta, f"from_map({getattr(func, '__name__', type(func).__name__)})")


def from_delayed(dfs: Any, meta: Any = None, **_: Any) -> Any:
    """A frame of a list of functions without parameters, or of Dask's delayed objects, each of which gives a partition: a
    frame, a pandas DataFrame, or Arrow data. They are called on all threads, when rows are looked at. ``meta`` tells the
    columns (a frame, or names and types); without it the first one is called at once.

    >>> import hypostyle as hs
    >>> parts = [lambda: hs.DataFrame({"x": [1]}), lambda: hs.DataFrame({"x": [2]})]
    >>> hs.from_delayed(parts)["x"].to_list()
    [1, 2]
    """
    parts = list(dfs) if isinstance(dfs, (list, tuple)) or not callable(dfs) else [dfs]
    calls = [part if callable(part) and not hasattr(part, "compute") else part.compute for part in parts]
    return of_calls(calls, meta, "from_delayed")


def of_calls(calls: Sequence[Callable[[], Any]], meta: Any, name: str) -> Any:
    """A frame, or a series, of partitions that are called for; ``name`` is what errors are of."""
    from hypostyle._partitions import _alike, is_series, told_of
    from hypostyle._partitions import _meta as _like
    from hypostyle.frame import DataFrame
    from hypostyle.series import VALUE, Series

    if not calls:
        raise InvalidArgumentError(f"{name}: no partitions, of which a frame could be made")
    known: dict[int, Any] = {}
    if meta is None:
        known[0] = calls[0]()
    example = known[0] if meta is None else told_of(meta)
    series = is_series(example)
    layout = Layout([None] * len(calls))

    def made(at: int) -> _native.Query:
        # What was made to learn the columns is not made again.
        one = known[at] if at in known else calls[at]()
        plan = _as_frame(one.to_frame(VALUE) if series and is_series(one) else one)._plan
        return whole(_alike(plan, like).query, layout, at)

    shape = example.to_frame(VALUE)[:0] if series else _as_frame(example)[:0] if meta is None else example
    like = _like(shape)
    query = of_parts(name, len(calls), made, like.query)
    plan = with_layout(Plan(query, like.index), layout)
    return Series(plan, plan.column(VALUE), example.name) if series else DataFrame._of(plan)


def _as_frame(made: Any) -> DataFrame:
    from hypostyle._partitions import as_plan
    from hypostyle.frame import DataFrame

    return DataFrame._of(as_plan(made, "the partition's function"))


def compute(*args: Any, **_: Any) -> tuple[Any, ...]:
    """Runs several queries, and gives back their results; what is no query stays what it is.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"x": [1, 2, 3]})
    >>> frame, total = hs.compute(df[df["x"] > 1], df["x"].sum())
    >>> len(frame), total
    (2, 6)
    """
    return tuple(value.compute() if hasattr(value, "compute") else value for value in args)
