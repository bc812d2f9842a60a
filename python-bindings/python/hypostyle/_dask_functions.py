"""Functions of Dask's module: frames of arrays, verbs as functions, and aggregates that are made of three steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypostyle.errors import InvalidArgumentError


def from_array(
    arr: Any, chunksize: int | None = None, columns: Any = None, meta: Any = None, npartitions: int | None = None
) -> Any:
    """A frame of a matrix, or of a structured array, and a series of an array of one dimension (``columns`` is its name);
    ``chunksize`` says how many rows a partition has.

    >>> import hypostyle as hs, numpy as np
    >>> hs.from_array(np.array([[1, 2], [3, 4]]), columns=["a", "b"])["b"].to_list()
    [2, 4]
    """
    import numpy as np

    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

    values = np.asarray(arr.compute() if hasattr(arr, "compute") else arr)
    if values.ndim not in (1, 2):
        raise InvalidArgumentError(f"from_array: an array has one dimension or two, not {values.ndim}")
    fields = values.dtype.names
    if values.ndim == 1 and not fields and isinstance(columns, list) and len(columns) == 1:
        # A frame of one column.
        values = values.reshape(-1, 1)
    if values.ndim == 1 and not fields:
        if columns is not None and not isinstance(columns, str):
            raise InvalidArgumentError(f"from_array: the name of one column is a text, not {columns!r}")
        made: Any = Series(values, name=columns)
    elif fields:
        made = DataFrame({name: values[name] for name in fields})
        made = made if columns is None else made.set_axis(list(columns), axis=1)
    else:
        made = DataFrame(values, columns=None if columns is None else list(columns))
    if chunksize is not None:
        npartitions = max(1, -(-len(values) // chunksize))
    return made if npartitions is None else made.repartition(npartitions)


def from_dask_array(x: Any, columns: Any = None, index: Any = None, meta: Any = None) -> Any:
    """As `from_array`; ``index`` are labels of the rows.

    >>> import hypostyle as hs, numpy as np
    >>> hs.from_dask_array(np.array([1, 2]), columns="a").to_list()
    [1, 2]
    """
    made = from_array(x, columns=columns)
    if index is None:
        return made
    return made.set_axis(index.to_list() if hasattr(index, "to_list") else index)


def map_partitions(func: Callable[..., Any], *args: Any, meta: Any = None, **kwargs: Any) -> Any:
    """A function of the partitions of one frame or series, or of several: of the first ones, of the second ones, and so on.
    Those of one partition, and what is no frame, take part in every call. See `DataFrame.map_partitions`.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"x": [1, 2, 3]}).repartition(2)
    >>> hs.map_partitions(lambda part, more: part["x"].max() + more, df, 10).to_list()
    [12, 13]
    """
    from hypostyle._partitions import HINTS, mapped
    from hypostyle.frame import DataFrame

    at_first = bool(args) and has_partitions(args[0])
    others = [arg for arg in [*args[1:], *kwargs.values()] if has_partitions(arg)]
    if at_first and not others:
        return args[0].map_partitions(func, *args[1:], meta=meta, **kwargs)
    processes = kwargs.pop("processes", False)
    options = {name: value for name, value in kwargs.items() if name not in HINTS}
    if not (at_first or others):
        raise InvalidArgumentError("map_partitions: none of the arguments is a frame or a series")
    given = [*args, *options.values()]
    cuts = _cuts([arg for arg in given if has_partitions(arg)])
    count = next(iter(cuts.values()))[0]
    numbers = DataFrame({"number": range(count)}).repartition(count)

    def call(part: Any) -> Any:
        places = part["number"].to_list()

        def of(arg: Any) -> Any:
            if id(arg) not in cuts:
                return arg
            _, whole, ends = cuts[id(arg)]
            if not places:
                return whole.iloc[:0]
            return whole if ends is None else whole.iloc[ends[places[0]] : ends[places[0] + 1]]

        return func(*[of(arg) for arg in args], **{name: of(value) for name, value in options.items()})

    call.__name__ = getattr(func, "__name__", type(func).__name__)
    return mapped(numbers._plan, call, (), meta, {}, processes, DataFrame)


def has_partitions(value: Any) -> bool:
    """Whether an argument is a frame or a series of ours."""
    return hasattr(value, "_plan") and hasattr(type(value), "npartitions")


def _cuts(frames: Sequence[Any]) -> dict[int, tuple[int, Any, list[int] | None]]:
    """The number of partitions, and each frame with the ends of its partitions (none: it takes part whole)."""
    wholes = {id(frame): frame.persist() for frame in frames}
    ends = {key: ends_of(whole) for key, whole in wholes.items()}
    rows_of: dict[int, list[int]] = {}
    for frame in frames:
        # A series of a frame is cut as the frame is, whatever it was computed of.
        best = rows_of.setdefault(id(frame._plan.rows), ends[id(frame)])
        if len(ends[id(frame)]) > len(best):
            rows_of[id(frame._plan.rows)] = ends[id(frame)]
    counts = {len(found) - 1 for found in rows_of.values()}
    several = counts - {1}
    if len(several) > 1:
        told = " and ".join(str(count) for count in sorted(several))
        raise InvalidArgumentError(
            f"map_partitions: the frames have {told} partitions; repartition(n) gives them the same number"
        )
    count = several.pop() if several else 1
    cut = {}
    for frame in frames:
        found = rows_of[id(frame._plan.rows)]
        cut[id(frame)] = (count, wholes[id(frame)], found if len(found) > 2 or count == 1 else None)
    return cut


def ends_of(whole: Any) -> list[int]:
    """Where the partitions of a frame or a series begin, and where the last one ends; runs."""
    from hypostyle import _layout

    return _layout.ends_of(whole._framed() if hasattr(whole, "_native") else whole._plan)


def map_overlap(func: Callable[..., Any], df: Any, before: Any, after: Any, *args: Any, **kwargs: Any) -> Any:
    """As the frame's `map_overlap`; frames of pandas are taken, too.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"x": [1, 2, 4]}).repartition(2)
    >>> hs.map_overlap(lambda part: part.diff(), df, 1, 0)["x"].to_list()
    [None, 1, 2]
    """
    from hypostyle._columns import ours

    named = {name: ours(value) for name, value in kwargs.items()}
    return ours(df).map_overlap(func, before, after, *[ours(arg) for arg in args], **named)


def repartition(df: Any, divisions: Any = None, force: bool = False) -> Any:
    """The rows of a frame or a series (of pandas, too) in partitions that begin at these labels of the index.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"k": [1, 2, 3], "x": [5, 6, 7]}).set_index("k")
    >>> [len(part) for part in hs.repartition(df, divisions=[1, 2, 3]).partitions]
    [1, 2]
    """
    from hypostyle._columns import ours

    df = ours(df)
    return df if divisions is None else df.repartition(divisions=divisions, force=force)


def to_csv(df: Any, filename: Any, **options: Any) -> Any:
    """As the frame's `to_csv`.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.csv"
    >>> hs.to_csv(hs.DataFrame({"x": [1]}), path, index=False)
    >>> path.read_text()
    'x\\n1\\n'
    """
    return df.to_csv(filename, **options)


def to_json(df: Any, url_path: Any, **options: Any) -> Any:
    """As the frame's `to_json`.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.json"
    >>> hs.to_json(hs.DataFrame({"x": [1]}), path, orient="records", lines=True)
    >>> path.read_text()
    '{"x":1}\\n'
    """
    return df.to_json(url_path, **options)


def to_parquet(df: Any, path: Any, **options: Any) -> Any:
    """As the frame's `to_parquet`.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.parquet"
    >>> hs.to_parquet(hs.DataFrame({"x": [1]}), path)
    >>> hs.read_parquet(path)["x"].to_list()
    [1]
    """
    return df.to_parquet(path, **options)


class Aggregation:
    """An aggregate of groups in Dask's three steps, for ``agg``: ``chunk`` of the groups of a column, which may give a tuple
    of series; ``agg`` of the groups of what that gave; and ``finalize`` of the result. Each group is one chunk here.

    >>> import hypostyle as hs
    >>> mean = hs.Aggregation(
    ...     "mean", lambda s: (s.count(), s.sum()), lambda n, total: (n.sum(), total.sum()), lambda n, total: total / n
    ... )
    >>> hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 4]}).groupby("k").agg({"x": mean})["x"].to_list()
    [2.5, 5.0]
    """

    __slots__ = ("__name__", "agg", "chunk", "finalize")

    def __init__(
        self, name: str, chunk: Callable[..., Any], agg: Callable[..., Any], finalize: Callable[..., Any] | None = None
    ) -> None:
        self.__name__, self.chunk, self.agg, self.finalize = name, chunk, agg, finalize

    def values(self, groups: Any, column: str) -> list[Any]:
        """The value of each group, in the groups' order; runs."""
        parts = self.chunk(groups._narrowed([column], True))
        levels = list(range(len(groups._keys)))
        again = [
            part.groupby(level=levels, sort=bool(groups._sort), dropna=groups._dropna)
            for part in (parts if isinstance(parts, tuple) else (parts,))
        ]
        made = self.agg(*again)
        if self.finalize is not None:
            made = self.finalize(*(made if isinstance(made, tuple) else (made,)))
        return made.to_list()

    def __call__(self, series: Any) -> Any:
        """The value of all of a series, as one group."""
        frame = series.to_frame("value").assign(key=0)
        return self.values(frame.groupby("key"), "value")[0] if len(series) else None
