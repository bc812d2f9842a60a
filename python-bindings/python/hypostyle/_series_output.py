"""What a series is, and its values as lists, arrays and frames."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from hypostyle import _in_parts, _index, _numpy
from hypostyle._bin_texts import with_intervals
from hypostyle._config import memory_limit
from hypostyle._dask_values import computable
from hypostyle._dtypes import is_integer, zone
from hypostyle._labels import column_name
from hypostyle._naming import VALUE
from hypostyle._single import Int
from hypostyle.errors import UnsupportedError

if TYPE_CHECKING:
    from hypostyle._categories import CategoryAccessor
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series


class SeriesOutput:
    """Facts of a series, and ways out of it."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __init__(self, *args: Any) -> None: ...
        def __getitem__(self, key: Any) -> Any: ...
        def __len__(self) -> int: ...
        def __getattr__(self, name: str) -> Any: ...

    @property
    def dtype(self) -> str:
        """The name of the type; it equals what pandas' scripts compare it with.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2]).dtype, hs.Series([1.5]).dtype == float
        ('int64', True)
        """
        from hypostyle._categories import dtype_of

        return dtype_of(self._plan, self._native)

    @property
    def cat(self) -> CategoryAccessor:
        """Categories of a categorical series.

        >>> import hypostyle as hs
        >>> hs.Series(["b", "a"]).astype("category").cat.ordered
        False
        """
        from hypostyle._categories import CategoryAccessor

        return CategoryAccessor(self)  # type: ignore[arg-type]

    @property
    def index_names(self) -> list[str | None]:
        """Names of the columns that act as the index.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}).set_index("k")
        >>> df["x"].index_names
        ['k']
        """
        return [label for _, label in self._plan.index]

    @property
    def size(self) -> int:
        """The number of values.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.size
        3
        """
        return Int(len(self))

    @property
    def shape(self) -> tuple[int]:
        """The number of values, as a tuple.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.shape
        (3,)
        """
        return (Int(len(self)),)

    @property
    def empty(self) -> bool:
        """Whether there is no row.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.empty
        False
        """
        return self._framed().query.slice(0, 1).rows() == 0

    @property
    def values(self) -> Any:
        """As `to_numpy`; moments of a zone are those of UTC.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.values.tolist()
        [3, 1, 2]
        """
        return computable(self._array(), self._plan)

    def compute(self, *, memory: int | str | None = None) -> Series:
        """Runs the query and keeps the result in memory. If it finds the process holding more than ``memory`` (bytes, or text
        as ``"2GB"``), it stops with a :class:`MemoryLimitError`.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> (x + 1).compute().to_list()
        [4, 2, 3]
        """
        plan = self._framed()
        with nullcontext() if memory is None else memory_limit(memory):
            plan.query.collect()
        return self._of(plan)

    persist = compute

    def explain(self, analyze: bool = False) -> str:
        """The plan as text; with ``analyze``, runs it and tells rows, time and bytes of each operator.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> type(x.explain()).__name__
        'str'
        """
        return self._framed().query.explain(analyze)

    def to_list(self) -> list:
        """The values as Python objects; missing ones are None.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.to_list()
        [3, 1, 2]
        """
        plan = self._framed()
        found = _in_parts.lists(plan.query.collect(), [VALUE])[0]
        return with_intervals(found) if plan.dtypes[VALUE] == "category" else found

    tolist = to_list

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = None) -> Any:
        """The values as an array: shared and read-only where they are one chunk without nulls. Missing values are NaN or
        NaT, and None in arrays of objects, or ``na_value``. Moments of a zone are
        objects, which have it. A column of arrays has one more dimension for each.

        >>> import hypostyle as hs
        >>> hs.Series([1, None]).to_numpy(na_value=0).tolist()
        [1, 0]
        """
        if na_value is not None and na_value == na_value:
            return self.fillna(na_value).to_numpy(dtype, copy)
        if copy:
            return self.to_numpy(dtype).copy()
        zoned = zone(self.dtype) is not None  # type: ignore[attr-defined]
        if dtype is not None:
            import numpy as np

            if np.dtype(dtype).kind == "O" and zoned:
                return _numpy.object_array(self.to_list())
            return np.asarray(self._array() if zoned else self.to_numpy(), dtype)
        # NumPy's moments have no zone.
        return _numpy.object_array(self.to_list()) if zoned else self._array()

    def _array(self) -> Any:
        """The values as an array; moments of a zone as those of UTC."""
        plan = self._framed()
        found = plan.dtypes[VALUE]
        table = plan.query.collect()
        array = _numpy.one_array(table, VALUE, found)
        if array is None and found.startswith("array["):
            array = _numpy.stacked(table, VALUE, found)
        if array is None and is_integer(found):
            return self.astype("float64").to_numpy()
        if array is None and found == "date":
            return self.astype("timestamp[s]").to_numpy().astype("datetime64[D]")
        return _numpy.object_array(self.to_list()) if array is None else array

    def to_pandas(self) -> Any:
        """A pandas Series with its index.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> type(x.to_pandas()).__name__
        'Series'
        """
        from hypostyle._pandas import to_pandas

        series = to_pandas(self._framed()).iloc[:, 0]
        series.name = self.name
        return series

    def to_arrow(self) -> Any:
        """A pyarrow ChunkedArray, without a copy.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.to_arrow().to_pylist()
        [3, 1, 2]
        """
        return self.to_frame("value").to_arrow().column(-1)

    def to_frame(self, name: Any = ...) -> DataFrame:
        """A frame of this one column (and the index), whose label is ``name`` or that of the series; without either it is 0.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.to_frame("x").columns
        ['x']
        """
        from hypostyle.frame import DataFrame

        if name is None:
            raise UnsupportedError("to_frame: a column has a label, and None is none; leave name out, or give another")
        if name is ...:
            name = self._name if self._name is not None else 0
        name = column_name(name)
        plan = self._framed()
        if name in plan.index_columns:
            index = _index.level_columns([label for _, label in plan.index], [name])
            moved = {old: new for (old, _), (new, _) in zip(plan.index, index, strict=True)}
            plan = plan.rename(moved).reindexed(index)
        return DataFrame._of(plan.rename({VALUE: name}).titled(None))

    def reset_index(
        self, level: Any = None, *, drop: bool = False, name: str | None = None, allow_duplicates: bool = False
    ) -> Any:
        """A frame of the index (or some of its levels) and the values; with ``drop`` a series without the index.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2], index=["a", "b"]).rename_axis("k").reset_index(name="n").to_dict("list")
        {'k': ['a', 'b'], 'n': [1, 2]}
        """
        if isinstance(level, bool):
            level, drop = None, level
        if drop:
            if level is None:
                return self._of(_index.reset(self._framed(), True))
            return self._through(lambda frame: frame.reset_index(level, drop=True))
        return self.to_frame(... if name is None else name).reset_index(level)
