"""Getting data out of a frame: sizes, Python objects, NumPy, pandas, Arrow, files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hypostyle import _archives, _folders, _headings, _in_parts, _index, _native, _numpy
from hypostyle._cells import is_missing
from hypostyle._dask_values import computable
from hypostyle._dtypes import is_integer, is_number, zone
from hypostyle._exports import FrameExports
from hypostyle._foreign_options import (
    SCANNED_ROWS,
    Waiting,
    becomes_folder,
    by_partition,
    is_folder,
    parts_of,
)
from hypostyle._layout import is_scanned
from hypostyle._single import Int, filled
from hypostyle._times import all_timed
from hypostyle.errors import DataTypeError, InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle._plan import Plan
    from hypostyle._shared import Shared


class Output(FrameExports):
    """What a frame offers to those who want its rows; everything here runs the query."""

    __slots__ = ()

    _plan: Plan

    def __len__(self) -> int:
        return self._plan.query.rows()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.shape
        (3, 2)
        """
        return Int(len(self)), len(self._plan.columns)

    @property
    def size(self) -> int:
        """The number of values.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.size
        6
        """
        rows, columns = self.shape
        return Int(rows * columns)

    @property
    def empty(self) -> bool:
        """Whether there is no row or no column.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.empty
        False
        """
        return not self._plan.columns or self._plan.query.slice(0, 1).rows() == 0

    def __iter__(self) -> Iterator[str]:
        return iter(_headings.shown(self._plan.columns))

    def items(self) -> Iterator[tuple[str, Any]]:
        """Names and columns.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> [(name, series.to_list()) for name, series in df.items()]
        [('k', ['b', 'a', 'b']), ('x', [1, 2, 3])]
        """
        names = self._plan.columns
        return ((title, self._series(n)) for title, n in zip(_headings.shown(names), names, strict=True))  # type: ignore[attr-defined]

    def itertuples(self, index: bool = True, name: str | None = "Pandas") -> Iterator[tuple]:
        """Rows as named tuples of Python objects, the label first as ``Index``; ``name=None`` gives plain tuples. Missing
        numbers and texts are NaN, and missing times pandas' NaT, as in pandas (``to_dict`` has ``None``).

        >>> import hypostyle as hs
        >>> [row.x for row in hs.DataFrame({"x": [5, None]}).itertuples()]
        [5, nan]
        """
        return self._tuples(index, name, filled)

    def _tuples(self, index: bool, name: str | None, make_present: Callable[[list[Any], str], list[Any]]) -> Any:
        """Rows as tuples, of columns that a function sees before, with their types."""
        from collections import namedtuple

        columns = self._plan.columns
        make: Any = tuple
        if name is not None:
            fields = [*(["Index"] if index else []), *columns]
            kind: Any = namedtuple(name, fields, rename=True)  # type: ignore[misc]
            make = kind._make
        plan = self._plan.shown() if index else self._plan
        levels = plan.index_columns if index else []
        table, start, types = plan.query.collect(), 0, plan.dtypes
        for position in range(len(table.partition_rows())):
            part = table.partition(position).collect()
            lists = part.lists([*levels, *columns])
            labels: Any = range(start, start + part.rows())
            if levels:
                labels = lists[0] if len(levels) == 1 else list(zip(*lists[: len(levels)], strict=True))
            start += part.rows()
            given = [make_present(one, types[at]) for at, one in zip(columns, lists[len(levels) :], strict=True)]
            whole = [*([labels] if index else []), *map(all_timed, given)]
            yield from map(make, zip(*whole, strict=True))

    def to_dict(self, orient: str = "dict", *, into: Any = dict, index: bool = True) -> Any:
        """``"dict"``: for each column a dictionary of labels and values; ``"list"``: a list per column; ``"records"``: a
        dictionary per row; ``"split"``, ``"tight"``, ``"index"`` and ``"series"`` as in pandas. Missing values are None.
        ``into``: another kind of mapping.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2]})
        >>> df.to_dict(), df.to_dict("records")
        ({'x': {0: 1, 1: 2}}, [{'x': 1}, {'x': 2}])
        """
        names = self._plan.columns
        if into is not dict:
            make: Any = mapping_of(into)
            found = self.to_dict(orient, index=index)
            if orient == "records":
                return [make(row) for row in found]
            inner = orient in ("dict", "index")
            return make((key, make(value) if inner else value) for key, value in found.items())
        if orient == "series":
            return dict(self.items())
        if orient not in ("list", "records"):
            self._plan.shown()
        lists, names = _in_parts.lists(self._plan.query.collect(), names), _headings.shown(names)
        if orient == "list":
            return dict(zip(names, lists, strict=True))
        if orient == "records":
            return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]
        labels = self.index.to_list()  # type: ignore[attr-defined]
        if orient == "index" and len(set(labels)) < len(labels):
            raise InvalidArgumentError("to_dict: a label occurs twice; orient='records' needs none")
        if orient == "dict":
            return {name: _in_parts.mapping(labels, values) for name, values in zip(names, lists, strict=True)}
        rows = [list(row) for row in zip(*lists, strict=True)] if lists else [[] for _ in labels]
        if orient == "index":
            return {label: dict(zip(names, row, strict=True)) for label, row in zip(labels, rows, strict=True)}
        if orient not in ("split", "tight"):
            kinds = "dict, list, records, split, tight, index or series"
            raise InvalidArgumentError(f"orient is {kinds}, not {orient!r}")
        parts: dict[str, Any] = {"index": labels} if index else {}
        parts.update(columns=names, data=rows)
        if orient == "tight":
            parts.update(index_names=self.index.names, column_names=[None])  # type: ignore[attr-defined]
        return parts

    def to_pylist(self) -> list[dict[str, Any]]:
        """A dictionary per row.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.head(1).to_pylist()
        [{'k': 'b', 'x': 1}]
        """
        return self.to_dict("records")

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = None) -> Any:
        """The columns as a matrix of their common type; missing numbers are NaN. ``na_value``: what stands for a missing
        value; ``copy``: the matrix is always one.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df[["x"]].to_numpy().tolist()
        [[1], [2], [3]]
        """
        import numpy as np

        if not is_missing(na_value):
            return self.fillna(na_value).to_numpy(dtype)  # type: ignore[attr-defined]
        names, dtypes = self._plan.columns, self._plan.dtypes
        query = self._plan.query
        if names and all(is_number(dtypes[name]) for name in names):
            table = query.collect()
            nulls = any(is_integer(dtypes[name]) and table.null_count(name) for name in names)
            common = np.result_type(*(dtypes[name] for name in names)).name
            common = "float64" if nulls and not common.startswith("float") else common
            casts = [_native.Expr.column(n).cast(common).alias(n) for n in names if dtypes[n] != common]
            matrix = _numpy.matrix(query.with_columns(casts).collect() if casts else table, names, common)
        elif (
            names
            and all(dtypes[name] == "bool" for name in names)
            and not any(query.collect().null_count(name) for name in names)
        ):
            matrix = _numpy.matrix(query.collect(), names, "bool")
        elif names and _one_kind_of_time([dtypes[name] for name in names]):
            matrix = np.column_stack([self._series(name).to_numpy() for name in names])  # type: ignore[attr-defined]
        else:
            columns = [_numpy.object_array(values) for values in _in_parts.lists(query.collect(), names)]
            matrix = np.column_stack(columns) if columns else np.empty((len(self), 0), dtype=object)
        return matrix if dtype is None else matrix.astype(dtype)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self.to_numpy(dtype)

    def to_pandas(self) -> Any:
        """A pandas DataFrame, as pandas itself would have made it: the index is its index, integers with missing values
        are ``Int64``, strings are ``str``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> type(df.to_pandas()).__name__
        'DataFrame'
        """
        from hypostyle._pandas import to_pandas

        return to_pandas(self._plan)

    def to_arrow(self) -> Any:
        """A pyarrow Table, without a copy; the index comes as first columns.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.to_arrow().num_rows
        3
        """
        try:
            import pyarrow
        except ImportError as error:
            raise ImportError("to_arrow needs pyarrow: pip install pyarrow") from error
        return pyarrow.table(self)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._flat().query.collect().arrow_stream(requested_schema)

    def __dlpack__(self, **options: Any) -> Any:
        return self.to_numpy().__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)

    def __arrow_c_schema__(self) -> Any:
        return self._flat().query.arrow_schema()

    def _flat(self) -> Plan:
        """The plan with the index as ordinary columns under their names; a level without a name is left out."""
        plan = _headings.flattened(self._plan)
        if not plan.index:
            return plan
        nameless = [column for column, label in plan.index if label is None]
        if nameless:
            plan = plan.reindexed([level for level in plan.index if level[1] is not None])
            plan = plan.keep([name for name in plan.columns if name not in nameless])
        return _index.reset(plan, False)

    def to_csv(self, path: Any = None, **options: Any) -> Any:
        """Writes a CSV file, or one for each partition if there is a ``*`` in the path, or if it is a folder that is there
        (``0.part``, ...; files in it are replaced with ``overwrite=True`` only) or becomes one, as in `to_parquet`
        (``single_file=True``: one file); see `hypostyle.io`. What else pandas takes
        (``mode``, ``quoting``, ``float_format``, ``index_label``, ...) is done by pandas."""
        from hypostyle.io import write_csv

        path = options.pop("path_or_buf", path)
        if (columns := options.pop("columns", None)) is not None:
            return self[list(columns)].to_csv(path, **options)  # type: ignore[index]
        names = options.pop("name_function", None)
        hints = ("compute", "compute_kwargs", "scheduler")
        later = options.get("compute", True) is False
        options = {name: value for name, value in options.items() if name not in hints}
        if later:
            return Waiting(lambda: self.to_csv(path, **options))
        # The numbers of rows go on from file to file.
        counted: Any = type(self)._of(self._plan.numbered()) if options.get("index") is True else self  # type: ignore[attr-defined]
        if isinstance(path, (str, os.PathLike)) and "*" in os.fspath(path):
            # Dask's way to say: a file for each partition.
            return by_partition(counted, path, lambda part, name: part.to_csv(name, **options), names)
        single = options.pop("single_file", False)
        cut = {"partition_cols", "file_rows", "file_bytes", "partition_on"} & options.keys()
        if not cut and (is_folder(path) if single else becomes_folder(self, path, names)):
            if is_scanned(self._plan) and not is_folder(path) and CSV_OPTIONS.issuperset(options):
                return write_csv(self, path, file_rows=SCANNED_ROWS, **options)
            overwrite = options.pop("overwrite", False)
            one = lambda part, name: part.to_csv(name, **options)  # noqa: E731
            return _folders.write("to_csv", path, overwrite, lambda: parts_of(counted), one, names)
        # Archives, and levels of compression, are written by pandas.
        packed = options.get("compression", "infer")
        plain = not isinstance(packed, Mapping) and _archives.kind_of(path, packed) is None
        if plain and CSV_OPTIONS.issuperset(options) and isinstance(options.get("header", True), bool):
            return write_csv(self, path, **options)
        wanted = options.get("index")
        labelled = bool(self._plan.index) or options.get("index_label") not in (None, False)
        options["index"] = labelled if wanted is None else wanted
        return self.to_pandas().to_csv(path, **options)

    def to_parquet(self, path: Any, **options: Any) -> Any:
        """Writes a Parquet file, or a file for each partition into a folder that is there; see `hypostyle.io`."""
        from hypostyle.io import write_parquet

        return write_parquet(self, path, **options)  # type: ignore[func-returns-value]

    def to_feather(self, path: Any, **options: Any) -> None:
        """Writes an Arrow IPC file (Feather 2); see `hypostyle.io`."""
        from hypostyle.io import write_ipc

        write_ipc(self, path, **options)

    @property
    def values(self) -> Any:
        """As `to_numpy`.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df[["x"]].values.tolist()
        [[1], [2], [3]]
        """
        return computable(self.to_numpy(), self._plan)

    def memory_usage(self, index: bool = True, deep: bool = False) -> Any:
        """Bytes of the buffers each column keeps alive, as a series by name; buffers that columns share count for each.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["b", "a", "b"], "x": [1, 2, 3]})
        >>> df.memory_usage().to_dict()["x"]
        24
        """
        from hypostyle._by_name import values_by_name

        sizes = dict(zip(self._plan.names, self._plan.query.collect().column_bytes(), strict=True))
        found = {name: sizes[name] for name in self._plan.columns}
        if index:
            found = {"Index": sum(sizes[name] for name in self._plan.index_columns), **found}
        return values_by_name(list(found), list(found.values()), None)

    def info(
        self,
        verbose: bool | None = None,
        buf: Any = None,
        max_cols: int | None = None,
        memory_usage: Any = None,
        show_counts: bool | None = None,
    ) -> None:
        """Prints columns, counts, types and memory, or writes them into ``buf``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2]})
        >>> import io
        >>> text = io.StringIO()
        >>> df.info(buf=text)
        >>> "int64" in text.getvalue()
        True
        """
        from hypostyle._info import of_frame

        print(of_frame(self._plan, verbose, max_cols, memory_usage, show_counts), file=buf)

    def share(self) -> Shared:
        """A small handle to the result in shared memory, which any process of this machine opens without a copy: pickle it
        to another process and call ``open()`` there.

        >>> import hypostyle as hs
        >>> with hs.DataFrame({"x": [1, 2]}).share() as handle:
        ...     handle.open().to_dict("list")
        {'x': [1, 2]}
        """
        from hypostyle._shared import share

        return share(self)

    def __reduce__(self) -> Any:
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise DataTypeError("pickling a frame needs pyarrow: pip install pyarrow") from error
        plan = self._plan.labelled()
        whole = type(self)._of(plan.reindexed(()))  # type: ignore[attr-defined]
        names = list(map(_headings.one_shown, plan.names))
        return of_table, (whole.to_arrow(), list(plan.index), names, plan.axis)


#: The options of `to_csv` that are written without pandas.
CSV_OPTIONS = {
    *("sep", "header", "na_rep", "index", "compression", "date_format"),
    *("partition_cols", "file_rows", "file_bytes", "overwrite", "storage_options"),
}


def of_table(table: Any, index: list[tuple[str, str | None]], names: list[Any] | None = None, axis: Any = None) -> Any:
    """The frame of all columns, of which some act as levels of the index, with or without a name."""
    from hypostyle._columns import from_arrow

    frame = from_arrow(table)
    if names is not None:
        frame.columns = names
    return type(frame)._of(frame._plan.reindexed(index).titled(axis))


def mapping_of(into: Any) -> Any:
    """The maker of a kind of mapping: a class, or an empty ``defaultdict``."""
    import functools

    kind: Any = type(into)
    factory = getattr(into, "default_factory", None)
    if factory is not None:
        return functools.partial(kind, factory)
    return into if isinstance(into, type) else kind


def _one_kind_of_time(dtypes: list[str]) -> bool:
    """Whether all are moments without a zone, or all are durations, as NumPy has them."""
    starts = {dtype.split("[")[0] for dtype in dtypes}
    return starts in ({"timestamp"}, {"duration"}) and not any(map(zone, dtypes))
