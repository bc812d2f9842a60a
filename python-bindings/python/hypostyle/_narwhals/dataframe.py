"""Frames as narwhals wants them that are looked at."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._columns import column
from hypostyle._dtypes import zone
from hypostyle._headings import named, one_shown, texts
from hypostyle._narwhals.frame import Frame, LazyFrame
from hypostyle._narwhals.rows import python_rows
from hypostyle._narwhals.scope import Scope
from hypostyle._plan import Plan
from hypostyle.errors import InvalidArgumentError, UnsupportedError
from hypostyle.expr import lit
from hypostyle.frame import DataFrame as NativeFrame
from hypostyle.series import Series as NativeSeries

if TYPE_CHECKING:
    from hypostyle._narwhals.series import Series

#: Bytes in the units of sizes.
SIZES = {"b": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30, "tb": 2**40}
#: Aggregates of a pivot as pandas names them.
PIVOTS = {"len": "size"}


class DataFrame(Frame):
    """A frame whose rows can be asked for."""

    def __narwhals_dataframe__(self) -> DataFrame:
        return self

    def __narwhals_lazyframe__(self) -> DataFrame:
        return self

    def to_narwhals(self) -> Any:
        return self._version.dataframe(self, level="full")

    # Made of other things.

    @classmethod
    def _typed(cls, native: NativeFrame, schema: Any, context: Any) -> DataFrame:
        if isinstance(schema, Mapping):
            frame = cls(NativeFrame._of(native._plan.keep(list(schema))), context._version)
            return frame.cast({name: dtype for name, dtype in schema.items() if dtype is not None})
        return cls(native, context._version)

    @classmethod
    def from_arrow(cls, data: Any, /, *, context: Any) -> DataFrame:
        return cls(NativeFrame(data), context._version)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], /, *, context: Any, schema: Any) -> DataFrame:
        names = list(schema) if schema else list(data)
        given = [(name, getattr(data.get(name, []), "_native_series", data.get(name, []))) for name in names]
        rows = {id(values._plan.rows) for _, values in given if isinstance(values, NativeSeries)}
        if len(rows) > 1:
            # Values stand side by side as they come, whatever their labels are.
            made = _native.Query.from_columns(names, [column(values, True) for _, values in given])
            return cls._typed(NativeFrame._of(Plan(made)), schema, context)
        return cls._typed(NativeFrame(dict(given), keep_nan=True), schema, context)

    @classmethod
    def from_dicts(cls, data: Sequence[Mapping[str, Any]], /, *, context: Any, schema: Any) -> DataFrame:
        columns = list(schema) if schema else None
        made = {name: [] for name in columns or ()} if columns and not data else list(data)
        return cls._typed(NativeFrame(made, columns=columns, keep_nan=True), schema, context)

    @classmethod
    def from_numpy(cls, data: Any, /, *, context: Any, schema: Any) -> DataFrame:
        names = list(schema) if schema else [f"column_{at}" for at in range(data.shape[1])]
        return cls._typed(NativeFrame(data, columns=names, keep_nan=True), schema, context)

    # Looked at.

    def _settled(self, scope: Scope) -> DataFrame:
        return DataFrame(self.native.compute(), self._version, self._labels) if scope.readings else self

    def __len__(self) -> int:
        return len(self.native)

    @property
    def shape(self) -> tuple[int, int]:
        return self.native.shape

    def __array__(self, dtype: Any = None, *, copy: bool | None = None) -> Any:
        return self.to_numpy(dtype)

    def to_numpy(self, dtype: Any = None, *, copy: bool | None = None) -> Any:
        # NumPy's times have no zone: moments are on the clock of UTC.
        zoned = [name for name, held in self.plan.dtypes.items() if zone(held) is not None]
        wall = {
            name: _native.Expr.call("scalar", "convert_zone", [self.plan.column(name)], {"tz": None}) for name in zoned
        }
        return NativeFrame._of(self.plan.with_columns(wall)).to_numpy(dtype)

    def to_pandas(self) -> Any:
        return self._native_frame.to_pandas()

    def to_polars(self) -> Any:
        return self.native.reset_index(drop=True).to_polars()

    def to_arrow(self) -> Any:
        return self.native.reset_index(drop=True).to_arrow()

    def get_column(self, name: str) -> Series:
        from hypostyle._narwhals.series import Series

        self._check([name])
        native, label = self.native._series(name), self._labels.get(name, name)
        if texts([label]).get(label) == name:
            native = native.rename(one_shown(label))
        return Series(native, self._version)

    def iter_columns(self) -> Iterator[Series]:
        return (self.get_column(name) for name in self.columns)

    _iter_columns = iter_columns

    def to_dict(self, *, as_series: bool) -> dict[str, Any]:
        if as_series:
            return {name: self.get_column(name) for name in self.columns}
        return self.native.to_dict("list")

    def rows(self, *, named: bool) -> list[Any]:
        return self.native.to_dict("records") if named else list(python_rows(self.native))

    def iter_rows(self, *, named: bool, buffer_size: int) -> Iterator[Any]:
        rows = python_rows(self.native)
        names = self.columns
        return (dict(zip(names, row, strict=True)) for row in rows) if named else rows

    def row(self, index: int) -> tuple[Any, ...]:
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(f"row {index} of a frame of {len(self)} rows")
        (row,) = self._sliced(at, 1).rows(named=False)
        return row

    def item(self, row: int | None, column: int | str | None) -> Any:
        if row is None and column is None:
            if self.shape != (1, 1):
                raise ValueError(
                    'can only call `.item()` without "row" or "column" values if the DataFrame has a single element; '
                    f"shape={self.shape!r}"
                )
            row, column = 0, 0
        elif row is None or column is None:
            raise ValueError("cannot call `.item()` with only one of `row` or `column`")
        name = column if isinstance(column, str) else self.columns[column]
        return self.get_column(name).item(row)

    def clone(self) -> DataFrame:
        return self._with_native(self.native.copy())

    def estimated_size(self, unit: str) -> float:
        if unit not in SIZES:
            raise ValueError(f"`unit` must be one of {{{', '.join(map(repr, SIZES))}}}, got {unit!r}")
        return sum(self.plan.query.collect().column_bytes()) / SIZES[unit]

    def is_unique(self) -> Series:
        ns = self.__narwhals_namespace__()
        count = ns.len().over(self.columns, ())
        single: Any = count == 1
        return self.select(single.alias("")).get_column("")

    # Places.

    def __getitem__(self, item: tuple[Any, Any]) -> DataFrame:
        rows, columns = item
        found = self
        if not _everything(columns):
            found = found.simple_select(*_names(columns, self.columns))
        if _everything(rows):
            return found
        if isinstance(rows, int):
            return found._taken([rows]) if found.columns else found
        if isinstance(rows, (slice, range)):
            start, stop, step = (
                (rows.start, rows.stop, rows.step) if isinstance(rows, range) else rows.indices(len(found))
            )
            if step == 1:
                return found._sliced(start, stop - start)
            rows = range(start, stop, step)
        return found._taken(rows)

    def _taken(self, rows: Any) -> DataFrame:
        places = rows.to_list() if hasattr(rows, "to_list") else [int(row) for row in rows]
        count = len(self)
        wrong = next((place for place in places if not -count <= place < count), None)
        if wrong is not None:
            raise IndexError(f"row {wrong} of a frame of {count} rows")
        return self._of(self.plan.anew(self.plan.query.collect().take([place % count for place in places])))

    def sample(self, n: int, *, with_replacement: bool, seed: int | None) -> DataFrame:
        return self._with_native(self.native.sample(n, replace=with_replacement, random_state=seed))

    def pivot(
        self,
        on: Sequence[str],
        *,
        index: Sequence[str] | None,
        values: Sequence[str] | None,
        aggregate_function: str | None,
        sort_columns: bool,
        separator: str,
    ) -> DataFrame:
        rows = [n for n in self.columns if n not in (*on, *(values or ()))] if index is None else list(index)
        cells = [n for n in self.columns if n not in (*on, *rows)] if values is None else list(values)
        native, head = self.native, on[0]
        if len(on) > 1:
            # The name of a column is made of all of its values: {"a","x"}.
            head = "\0on"
            parts: list[Any] = []
            for name in on:
                parts += [lit('{"' if not parts else '","')._native, _native.Expr.column(name).cast("string")]
            joined = _native.Expr.call("scalar", "concat_str", [*parts, lit('"}')._native], {})
            native = NativeFrame._of(self.plan.with_columns({head: joined}))
        # Names of several values begin with the value's, as narwhals has them.
        heads = native[head].drop_duplicates().dropna().to_list()
        heads = sorted(heads) if sort_columns else heads
        if aggregate_function is None:
            if native.duplicated([*rows, head]).any():
                raise InvalidArgumentError(
                    f"pivot: several rows of the same {[*rows, *on]}; give an aggregate_function"
                )
            made = native.pivot(index=rows, columns=[head], values=cells)
        else:
            function = PIVOTS.get(aggregate_function, aggregate_function)
            made = native.pivot_table(cells, rows, [head], function, dropna=False)
        made = made.reset_index()
        several, known = len(cells) > 1, made._plan.columns
        pairs = [(named((cell, name)), str(name)) for cell in cells for name in heads]
        old = [both if both in known else alone for both, alone in pairs]
        new = [f"{cell}{separator}{name}" if several else str(name) for cell in cells for name in heads]
        kept = made[[*rows, *old]]
        return self._with_native(kept.rename(columns=dict(zip(old, new, strict=True))))

    # To other places.

    def lazy(self, backend: Any = None, *, session: Any = None) -> Any:
        if backend is None:
            return LazyFrame(self._native_frame, self._version)
        return self.converted(backend).lazy()

    def collect(self, backend: Any, **kwargs: Any) -> Any:
        return self if backend is None else self.converted(backend)

    def converted(self, backend: Any) -> Any:
        """The frame in another library that narwhals knows."""
        import narwhals

        kind = str(backend)
        makers = {"pandas": self.to_pandas, "polars": self.to_polars, "pyarrow": self.to_arrow}
        if kind not in makers:
            raise UnsupportedError(f"a frame of {kind}; of pandas, polars or pyarrow")
        return narwhals.from_native(makers[kind]())._compliant_frame._with_version(self._version)

    def write_csv(self, file: Any) -> str | None:
        if file is None:
            return self.native.to_csv(index=False)
        if hasattr(file, "write"):
            text = self.native.to_csv(index=False) or ""
            file.write(text if isinstance(file, io.TextIOBase) else text.encode())
            return None
        self.native.to_csv(file, index=False)
        return None

    def write_parquet(self, file: Any) -> None:
        if hasattr(file, "write"):
            import pyarrow.parquet

            pyarrow.parquet.write_table(self.to_arrow(), file)
            return
        self.native.reset_index(drop=True).to_parquet(file)


def _everything(chosen: Any) -> bool:
    return isinstance(chosen, slice) and chosen == slice(None)


def _names(chosen: Any, columns: list[str]) -> list[str]:
    """The names that a choice of columns means: names, places, truth values, or a slice of any."""
    if isinstance(chosen, slice):
        start, stop = chosen.start, chosen.stop
        if isinstance(start, str) or isinstance(stop, str):
            first = 0 if start is None else columns.index(start)
            last = len(columns) if stop is None else columns.index(stop) + 1
            return columns[first : last : chosen.step]
        return columns[chosen]
    listed = chosen.to_list() if hasattr(chosen, "to_list") else chosen
    listed = listed.tolist() if hasattr(listed, "tolist") else list(listed)
    if listed and all(isinstance(one, bool) for one in listed):
        if len(listed) != len(columns):
            raise InvalidArgumentError(f"{len(listed)} truth values for {len(columns)} columns")
        return [name for name, one in zip(columns, listed, strict=True) if one]
    return [one if isinstance(one, str) else columns[int(one)] for one in listed]


def concatenated(frames: Sequence[Frame], how: str) -> NativeFrame:
    """Frames under or beside each other."""
    plans = [frame.plan.keep(frame.columns).reindexed(()) if frame.plan.index else frame.plan for frame in frames]
    queries = [
        plan.query.select([_native.Expr.column(name).alias(name) for name in frame.columns])
        for plan, frame in zip(plans, frames, strict=True)
    ]
    if how == "vertical":
        first = frames[0].columns
        for at, frame in enumerate(frames):
            if frame.columns != first:
                raise TypeError(f"unable to vstack: columns {first} of the first frame, {frame.columns} of number {at}")
    if how == "horizontal":
        # The shorter ones are filled up with missing values.
        counts = [query.rows() for query in queries]
        for at, (frame, count) in enumerate(zip(frames, counts, strict=True)):
            if count < max(counts):
                missing = {frame.columns[0]: [None] * (max(counts) - count)}
                queries[at] = _native.Query.concat([queries[at], NativeFrame(missing)._plan.query], "outer")
        return NativeFrame._of(Plan(_native.Query.concat(queries, "columns")))
    return NativeFrame._of(Plan(_native.Query.concat(queries, "outer")))
