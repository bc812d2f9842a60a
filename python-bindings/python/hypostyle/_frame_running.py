"""Verbs of frames that join, group and summarise them, and that run them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from hypostyle._config import memory_limit
from hypostyle._plan import Plan
from hypostyle.errors import InvalidArgumentError
from hypostyle.series import Series

if TYPE_CHECKING:
    from hypostyle._partitions import Partitions
    from hypostyle._resample import Resampler
    from hypostyle.frame import DataFrame
    from hypostyle.groupby import GroupBy


class FrameRunning:
    """Joins, groups, summaries, partitions and running."""

    __slots__ = ()

    _plan: Plan

    if TYPE_CHECKING:
        # What the whole class has.
        _of: ClassVar[Any]

        def __getitem__(self, key: Any) -> Any: ...
        def __getattr__(self, name: str) -> Any: ...

    def merge(
        self,
        right: DataFrame,
        how: str = "inner",
        on: Any = None,
        left_on: Any = None,
        right_on: Any = None,
        left_index: bool = False,
        right_index: bool = False,
        sort: bool = False,
        suffixes: tuple[str | None, str | None] = ("_x", "_y"),
        indicator: bool | str = False,
        validate: str | None = None,
    ) -> DataFrame:
        """Rows of both frames whose keys are equal; see `hypostyle.merge`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> names = hs.DataFrame({"k": ["a", "b"], "name": ["Ann", "Bo"]})
        >>> df.merge(names, on="k")["name"].to_list()
        ['Bo', 'Ann', 'Bo']
        """
        from hypostyle._merge import merge

        return merge(
            self,  # type: ignore[arg-type]
            right,
            how,
            on,
            left_on=left_on,
            right_on=right_on,
            left_index=left_index,
            right_index=right_index,
            sort=sort,
            suffixes=suffixes,
            indicator=indicator,
            validate=validate,
        )

    def join_where(self, right: DataFrame, *conditions: Any, **options: Any) -> DataFrame:
        """Rows of both frames where conditions hold; see `hypostyle.join_where`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 5]})
        >>> other = hs.DataFrame({"y": [3]})
        >>> df.join_where(other, hs.col("x") < hs.col("y")).to_dict("list")
        {'x': [1], 'y': [3]}
        """
        from hypostyle._merge import join_where

        return join_where(self, right, *conditions, **options)  # type: ignore[arg-type]

    def update(
        self,
        other: Any,
        on: str | Sequence[str] | None = None,
        overwrite: bool = True,
        filter_func: Callable[..., Any] | None = None,
        errors: str = "ignore",
        *,
        join: str = "left",
    ) -> Any:
        """Takes the values of another frame where they are not missing, in the columns both have, at the same labels; changes
        this frame. ``overwrite=False``: only where this frame has no value; ``errors="raise"``: both may not have one.

        With ``on`` the rows are matched by these columns, which may not repeat in the other frame; then the frame itself
        stays as it is, and the result is a new one.

        >>> import hypostyle as hs
        >>> prices = hs.DataFrame({"id": [1, 2], "price": [10, 20]})
        >>> prices.update(hs.DataFrame({"id": [2], "price": [25]}), on="id").to_dict("list")
        {'id': [1, 2], 'price': [10, 25]}
        >>> prices.update(hs.DataFrame({"price": [15]}, index=[1]))
        >>> prices["price"].to_list()
        [10, 15]
        """
        from hypostyle._merge import by_key
        from hypostyle._updating import updated

        if on is not None:
            return by_key("update", self, other, on)  # type: ignore[arg-type]
        if join != "left":
            raise InvalidArgumentError(f"update: join is 'left', not {join!r}")
        if errors not in ("ignore", "raise"):
            raise InvalidArgumentError(f"update: errors is 'ignore' or 'raise', not {errors!r}")
        self._become(updated(self, other, overwrite, filter_func, errors == "raise"))
        return None

    def combine_first(self, other: DataFrame, on: str | Sequence[str] | None = None) -> DataFrame:
        """The rows of both frames by key: the values of this one where they are not missing, the other's elsewhere. This
        frame's rows come first, then those of the other whose key it has not. Without ``on`` the labels are the key, and
        rows come in their order.

        >>> import hypostyle as hs
        >>> a = hs.DataFrame({"id": [1, 2], "x": [10, None]})
        >>> a.combine_first(hs.DataFrame({"id": [2, 3], "x": [20, 30]}), on="id").to_dict("list")
        {'id': [1, 2, 3], 'x': [10, 20, 30]}
        """
        from hypostyle._merge import by_key, by_labels

        if on is None:
            return by_labels("combine_first", self, other)  # type: ignore[arg-type]
        return by_key("combine_first", self, other, on)  # type: ignore[arg-type]

    def groupby(
        self,
        by: Any = None,
        level: Any = None,
        *,
        as_index: bool = True,
        sort: bool | None = True,
        group_keys: bool = True,
        observed: bool = True,
        dropna: bool = True,
    ) -> GroupBy:
        """Groups of equal keys: columns' names, series or expressions, levels of the index, a value for each row, or a
        function or mapping of the rows' labels. ``sort=None`` leaves the order of the groups open (the same in every run),
        which is faster than by key or as first seen where there are many groups. ``group_keys=False``: `apply` puts the
        keys of the groups not before their rows. ``observed=False``: categories that no row has make groups too, in
        aggregates.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.groupby("k")["x"].sum().to_dict(), df.groupby(df["x"] > 1)["x"].max().to_list()
        ({'a': 2, 'b': 4}, [1, 3])
        """
        from hypostyle._grouper import Grouper, grouper_of
        from hypostyle.groupby import GroupBy

        by = [grouper_of(key) for key in by] if isinstance(by, (list, tuple)) else grouper_of(by)
        listed = isinstance(by, list) and len(by) == 1 and isinstance(by[0], Grouper)
        by = by[0] if listed else by
        if isinstance(by, Grouper) and by.freq is not None and by.level is None:
            made = self.resample(by.freq, on=by.key, group_keys=group_keys, **by.options)
            made._as_told = listed
            return made  # type: ignore[return-value]
        groups = GroupBy._of(self._plan, by, sort, dropna, as_index, level)
        groups._group_keys, groups._observed = group_keys, observed
        return groups

    def resample(
        self,
        rule: Any,
        closed: str | None = None,
        label: str | None = None,
        on: str | None = None,
        level: Any = None,
        origin: Any = "start_day",
        offset: Any = None,
        group_keys: bool = False,
    ) -> Resampler:
        """Groups by periods of time, of the column ``on`` or else the index (or a ``level`` of it): ``"15min"``, ``"D"``,
        ``"W-MON"``, ``"2MS"``, ``"QE-NOV"``, ``"BME"``, a length of time, or an offset of pandas. Periods of days and longer
        are those of the wall clock where the times have a zone. Aggregate with ``sum()`` and the like; periods without rows
        are there too. ``label`` names periods by their ``"left"`` or ``"right"`` end, ``closed`` says which end belongs to
        them. Periods of equal length are counted from ``origin`` (``"start_day"``, ``"start"``, ``"epoch"``, ``"end"``,
        ``"end_day"`` or a moment), moved by ``offset``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"t": ["2024-01-01", "2024-01-31", "2024-03-01"], "x": [1, 2, 3]}).astype({"t": "date"})
        >>> df.resample("MS", on="t")["x"].sum().to_list()
        [3, 0, 3]
        """
        from hypostyle._resample import resampled

        options = {"closed": closed, "origin": origin, "offset": offset}
        made = resampled(self, rule, on, label, level, **options)  # type: ignore[arg-type]
        made._group_keys = group_keys
        return made

    def map_partitions(
        self, func: Callable[..., Any], *args: Any, meta: Any = None, processes: bool = False, **kwargs: Any
    ) -> Any:
        """A function from the frame of a partition to a frame (or a series, or a single value, which gives a series);
        ``meta`` tells the columns of its result, which else are learned from a partition without rows: a frame without rows,
        names and types, or of a series ``(name, type)``. Partitions are handed out on all threads, or with
        ``processes=True`` to worker processes, where functions that are plain Python run side by side.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3]})
        >>> df.map_partitions(lambda part: part.head(2)).to_dict("list"), df.map_partitions(len).to_list()
        ({'x': [1, 2]}, [3])
        """
        from hypostyle._dask_functions import map_partitions
        from hypostyle._partitions import mapped

        if any(hasattr(type(arg), "npartitions") for arg in (*args, *kwargs.values())):
            return map_partitions(func, self, *args, meta=meta, processes=processes, **kwargs)
        return mapped(self._plan, func, args, meta, kwargs, processes, type(self))

    def describe(
        self, percentiles: Sequence[float] | None = None, include: Any = None, exclude: Any = None
    ) -> DataFrame:
        """Count, mean, standard deviation, smallest, quartiles (or these percentiles) and greatest of the numeric columns;
        count, number of distinct values, most frequent one and its frequency of text, if there is no number or with
        ``include="all"``. ``include`` and ``exclude`` choose columns by type, as `select_dtypes` does.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "k": ["a", "b", "a"]})
        >>> df.describe().loc["mean", "x"], df.describe(include="object").loc["top", "k"]
        (2.0, 'a')
        """
        from hypostyle._describe import describe

        if exclude is not None or include not in (None, "all"):
            if isinstance(include, str) and include == "all":
                raise InvalidArgumentError("describe: include='all' and exclude")
            return describe(self.select_dtypes(include, exclude), percentiles, "all")
        return describe(self, percentiles, include)  # type: ignore[arg-type]

    def value_counts(
        self,
        subset: str | Sequence[str] | None = None,
        normalize: bool = False,
        sort: bool = True,
        ascending: bool = False,
        dropna: bool = True,
    ) -> Series:
        """How often each combination of values of these columns occurs, most frequent first; they are the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.value_counts("k").to_dict()
        {'b': 2, 'a': 1}
        """
        from hypostyle._choosing import value_counts

        names = self._plan.columns if subset is None else [subset] if isinstance(subset, str) else list(subset)
        keys = [(name, self._plan.column(name)) for name in names]
        return value_counts(self._plan, keys, normalize, sort, ascending, dropna)

    def compute(self, *, memory: int | str | None = None) -> DataFrame:
        """Runs the query and keeps the result in memory. If it finds the process holding more than ``memory`` (bytes, or text
        as ``"2GB"``), it stops with a :class:`MemoryLimitError`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df[df["x"] > 1].compute().shape
        (2, 2)
        """
        with nullcontext() if memory is None else memory_limit(memory):
            self._plan.query.collect()
        return self.copy()  # type: ignore[attr-defined]

    def persist(self) -> DataFrame:
        """A frame over the partitions of the result, without the plan that made them.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df[df["x"] > 1].persist().shape
        (2, 2)
        """
        return type(self)._of(self._plan.collected())

    @property
    def npartitions(self) -> int:
        """The number of partitions of the result; runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.npartitions
        1
        """
        from hypostyle._layout import count_of

        cut = count_of(self._plan)
        return len(self._plan.query.collect().partition_rows()) if cut is None else cut

    def repartition(
        self,
        npartitions: Any = None,
        partition_size: int | str | None = None,
        divisions: Sequence[Any] | None = None,
        freq: Any = None,
        force: bool = False,
    ) -> DataFrame:
        """The same rows in about so many partitions of equal size, or in partitions of about so many bytes (``"100MB"``), in
        partitions that begin at these labels of an index in order (``divisions``, a list), or of a period of an index of times
        each (``freq``); runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.repartition(3).npartitions, df.repartition(partition_size="100MB").npartitions
        (3, 1)
        """
        from hypostyle._layout import Layout, with_layout
        from hypostyle._partitions import byte_count

        if isinstance(npartitions, (list, tuple)):
            npartitions, divisions = None, npartitions
        if divisions is not None or freq is not None:
            others = {"npartitions": npartitions, "partition_size": partition_size}
            return self._repartitioned(divisions, freq, force, others)  # type: ignore[attr-defined]
        if (npartitions is None) == (partition_size is None):
            raise InvalidArgumentError("repartition takes one of npartitions, partition_size, divisions and freq")
        table = self._plan.query.collect()
        if npartitions is None:
            npartitions = max(1, -(-sum(table.column_bytes()) // byte_count(partition_size)))
        plan = self._plan.anew(table.repartition(npartitions)) if self._plan.is_numbered else None
        # All rows in their order: numbers stay numbers.
        made = type(self)._of(plan) if plan else self._then(lambda query: query.collect().repartition(npartitions))
        rows = made._plan.query.collect().partition_rows()
        with_layout(made._plan, Layout(rows or [0]))
        return made

    @property
    def partitions(self) -> Partitions:
        """The partitions as frames: ``partitions[0]``, several by a slice or a list as one frame, or one after the other;
        runs.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> parts = df.repartition(3).partitions
        >>> [part["x"].to_list() for part in parts], parts[1:]["x"].to_list()
        ([[1], [2], [3]], [2, 3])
        """
        from hypostyle._partitions import Partitions

        return Partitions(self._plan)

    @property
    def nbytes(self) -> int:
        """Bytes of the buffers the columns are in; runs.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2, 3]}).nbytes > 0
        True
        """
        return sum(self._plan.query.collect().column_bytes())

    def explain(self, analyze: bool = False) -> str:
        """The plan as text; with ``analyze``, runs it and tells rows, time and bytes of each operator.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> "filter" in df[df["x"] > 1].explain().lower()
        True
        """
        return self._plan.query.explain(analyze)
