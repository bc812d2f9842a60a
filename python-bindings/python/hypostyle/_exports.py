"""Ways out of a frame or a series through pandas: text, other file formats, plots. pandas must be installed."""

from __future__ import annotations

from typing import Any

from hypostyle._whole_files import appearing_whole, is_new, whole
from hypostyle.errors import UnsupportedError

#: How the engine compresses what it writes.
_COMPRESSIONS = (None, "infer", "gzip", "bz2", "xz", "zstd", "lz4")


def _plain(path: str) -> str:
    """A name without the end that says how the file is compressed."""
    ends = (".gz", ".bz2", ".xz", ".zst", ".lz4")
    return next((path.removesuffix(end) for end in ends if path.endswith(end)), path)


class Exports:
    """Writers and displays of pandas, of the result."""

    __slots__ = ()

    def _pandas(self) -> Any:
        return self.to_pandas()  # type: ignore[attr-defined]

    @property
    def plot(self) -> Any:
        """pandas' plots of the result: ``df.plot(x="a", y="b")``, ``df.plot.bar()``."""
        return self._pandas().plot

    def hist(self, *args: Any, **options: Any) -> Any:
        """Histograms of the result, drawn by pandas."""
        return self._pandas().hist(*args, **options)

    def to_clipboard(self, *args: Any, **options: Any) -> None:
        """Copies the result to the clipboard."""
        self._pandas().to_clipboard(*args, **options)

    @appearing_whole("excel_writer")
    def to_excel(self, *args: Any, **options: Any) -> None:
        """Writes the result to an Excel file."""
        self._pandas().to_excel(*args, **options)

    def to_hdf(self, *args: Any, **options: Any) -> None:
        """Writes the result to an HDF5 file."""
        self._pandas().to_hdf(*args, **options)

    @appearing_whole("buf")
    def to_latex(self, *args: Any, **options: Any) -> Any:
        """The result as a LaTeX table."""
        return self._pandas().to_latex(*args, **options)

    @appearing_whole("buf")
    def to_markdown(self, *args: Any, **options: Any) -> Any:
        """The result as a Markdown table."""
        return self._pandas().to_markdown(*args, **options)

    @appearing_whole("path")
    def to_pickle(self, path: Any, **options: Any) -> None:
        """Pickles this object to a file."""
        import pickle

        with open(path, "wb") as file:
            pickle.dump(self, file, protocol=5)

    def to_sql(self, name: str, con: Any, **options: Any) -> Any:
        """Writes the result to a table of a database: of SQLite and of ADBC connections directly, all rows or none (see
        `hypostyle.sql`), of others by pandas. The number of rows."""
        from hypostyle import sql

        if sql.is_own(con):
            frame: Any = self if hasattr(self, "columns") else self.to_frame()  # type: ignore[attr-defined]
            return sql.to_sql(frame, name, con, **options)
        return self._pandas().to_sql(name, con, **options)

    def to_xarray(self) -> Any:
        """The result as an xarray object."""
        return self._pandas().to_xarray()

    def to_json(self, path_or_buf: Any = None, orient: str | None = None, lines: bool = False, **options: Any) -> Any:
        """The result as JSON text, or in a file; ``orient="records", lines=True`` writes an object per row. A folder that is
        there, or becomes one as in `to_parquet`, gets a file for each partition (``0.part``, ...), of lines."""
        import os

        from hypostyle import _folders
        from hypostyle._foreign_options import Waiting, becomes_folder, by_partition, parts_of

        hints = ("compute", "compute_kwargs", "scheduler", "engine")
        later = options.get("compute", True) is False
        names = options.pop("name_function", None)
        options = {name: value for name, value in options.items() if name not in hints}
        if later:
            return Waiting(lambda: self.to_json(path_or_buf, orient, lines, **options))
        pattern = isinstance(path_or_buf, (str, os.PathLike)) and "*" in os.fspath(path_or_buf)
        if hasattr(self, "columns") and (pattern or becomes_folder(self, path_or_buf, names)):
            told = {"orient": orient or "records", "lines": lines or orient in (None, "records"), **options}
            if pattern:
                return by_partition(self, path_or_buf, lambda part, name: part.to_json(name, **told), names)
            overwrite = told.pop("overwrite", False)
            one = lambda part, name: part.to_json(name, **told)  # noqa: E731
            return _folders.write("to_json", path_or_buf, overwrite, lambda: parts_of(self), one, names)
        frame = self if hasattr(self, "columns") else None
        path = (
            None
            if path_or_buf is None
            else os.fspath(path_or_buf)
            if hasattr(path_or_buf, "__fspath__")
            else path_or_buf
        )
        named = path is None or (isinstance(path, str) and _plain(path).endswith((".json", ".jsonl", ".ndjson")))
        ours = options.keys() <= {"storage_options", "compression"} and options.get("compression") in _COMPRESSIONS
        if frame is not None and orient == "records" and named and ours:
            from hypostyle.io import json_records

            found = json_records(frame, path, lines, **options)  # type: ignore[arg-type]
            if found is not NotImplemented:
                return found
        if isinstance(path, str) and options.get("compression", "infer") == "infer" and path.endswith(".lz4"):
            raise UnsupportedError("to_json: pandas does not compress with LZ4; orient='records' of plain columns does")
        if is_new(path) and options.get("mode", "w") == "w":
            with whole(path) as name:
                return self._pandas().to_json(name, orient=orient, lines=lines, **options)
        return self._pandas().to_json(path_or_buf, orient=orient, lines=lines, **options)


class FrameExports(Exports):
    """Writers and displays of pandas that frames alone have."""

    __slots__ = ()

    @property
    def style(self) -> Any:
        """pandas' styles of the result."""
        return self._pandas().style

    def boxplot(self, *args: Any, **options: Any) -> Any:
        """Box plots of the result, drawn by pandas."""
        return self._pandas().boxplot(*args, **options)

    @appearing_whole("buf")
    def to_html(self, *args: Any, **options: Any) -> Any:
        """All rows as an HTML table."""
        return self._pandas().to_html(*args, **options)

    @appearing_whole("buf")
    def to_string(self, *args: Any, **options: Any) -> Any:
        """All rows as text, as pandas writes them."""
        return self._pandas().to_string(*args, **options)

    @appearing_whole("path")
    def to_orc(self, *args: Any, **options: Any) -> Any:
        """Writes the result to an ORC file."""
        return self._pandas().to_orc(*args, **options)

    @appearing_whole("path")
    def to_stata(self, *args: Any, **options: Any) -> None:
        """Writes the result to a Stata file."""
        self._pandas().to_stata(*args, **options)

    @appearing_whole("path_or_buffer")
    def to_xml(self, *args: Any, **options: Any) -> Any:
        """The result as XML text, or in a file."""
        return self._pandas().to_xml(*args, **options)

    def to_records(
        self, index: bool = True, column_dtypes: Any = None, index_dtypes: Any = None, lengths: Any = None
    ) -> Any:
        """The rows as a NumPy record array; ``column_dtypes`` and ``index_dtypes``: NumPy's types of the fields, one for all
        or by name. Dask's ``lengths`` of the partitions are taken, and not needed."""
        return self._pandas().to_records(index=index, column_dtypes=column_dtypes, index_dtypes=index_dtypes)

    def to_polars(self) -> Any:
        """A Polars DataFrame, without a copy where the layout allows; the index comes as first columns."""
        try:
            import polars
        except ImportError as error:
            raise ImportError("to_polars needs polars: pip install polars") from error
        return polars.DataFrame(self)  # type: ignore[arg-type]

    def to_torch(self) -> Any:
        """A tensor of the columns' common type."""
        try:
            import torch  # type: ignore[import-not-found]
        except ImportError as error:
            raise ImportError("to_torch needs torch: pip install torch") from error
        return torch.from_numpy(self.to_numpy().copy())  # type: ignore[attr-defined]
