"""Reading and writing files. Reading is lazy: a frame is made of the files' columns and types, and reads what is needed
when it runs."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from hypostyle import _file_options as given
from hypostyle import _json, _native
from hypostyle._archives import of_archives
from hypostyle._csv_chunks import Chunks
from hypostyle._csv_options import chunk_rows, rows
from hypostyle._dtypes import dtype_name
from hypostyle._encodings import of_encodings, only_utf8
from hypostyle._file_options import NA_TEXTS
from hypostyle._foreign_options import READ_JSON, taking
from hypostyle._open_files import of_open_files
from hypostyle._parquet import read_parquet, write_parquet
from hypostyle._read_csv import read_csv
from hypostyle._writers import json_records, write_csv, write_ipc, write_json
from hypostyle.errors import InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

__all__ = [
    "NA_TEXTS",
    "json_records",
    "read_csv",
    "read_feather",
    "read_ipc",
    "read_json",
    "read_parquet",
    "read_table",
    "read_text",
    "write_csv",
    "write_ipc",
    "write_json",
    "write_parquet",
]


def read_table(path: Any, sep: str | None = "\t", **options: Any) -> DataFrame:
    """A frame of CSV files whose fields are apart by tabs: as `read_csv`, whose options these are.

    >>> import hypostyle as hs, io
    >>> hs.read_table(io.StringIO("a\\tb\\n1\\t2\\n")).to_dict("list")
    {'a': [1], 'b': [2]}
    """
    return read_csv(path, sep=sep, **options)


@of_open_files
def read_feather(path: Any, columns: Sequence[str] | None = None, **options: Any) -> DataFrame:
    """A frame of Arrow IPC files (Feather 2) or streams: as `read_ipc`."""
    return read_ipc(path, columns, **options)


@of_open_files
def read_ipc(
    path: Any,
    columns: Sequence[str] | None = None,
    *,
    hive_partitioning: bool | None = None,
    hive_types: Mapping[str, Any] | None = None,
    union_by_name: bool = False,
    file_path: str | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> DataFrame:
    """A frame of Arrow IPC files (Feather 2) or streams: a path, a pattern, a folder, or several, one after the other.
    Folders, files of different columns and URLs are as in `read_parquet`.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.arrow"
    >>> hs.DataFrame({"x": [1, 2]}).to_feather(path)
    >>> hs.read_ipc(path)["x"].sum()
    3
    """
    names = None if columns is None else given.names("columns", columns)
    files = given.files(hive_partitioning, union_by_name, file_path, hive_types)
    options = {"files": files, "storage": given.storage(storage_options)}
    found = given.paths(path)
    frame = given.frame_of(_native.scan_files("ipc", found, json.dumps(options)), None, found)
    return frame if names is None else frame[names]


@overload
def read_json(path: Any, *, on_error: Literal["quarantine"], **options: Any) -> tuple[DataFrame, DataFrame]: ...


@overload
def read_json(path: Any, *, on_error: Literal["raise", "null", "skip"] = "raise", **options: Any) -> DataFrame: ...


# Type checkers see the signatures above; the names of all options are here.
@taking(READ_JSON)  # type: ignore[misc]
@of_archives
@functools.partial(of_encodings, taken=only_utf8)
@of_open_files
def read_json(
    path: Any,
    *,
    orient: str | None = None,
    lines: bool | None = None,
    typ: str = "frame",
    dtype: Mapping[str, Any] | bool | None = None,
    columns: Sequence[str] | None = None,
    convert_axes: bool | None = None,
    convert_dates: bool | Sequence[str] = True,
    keep_default_dates: bool = True,
    date_unit: str | None = None,
    nrows: int | None = None,
    chunksize: int | None = None,
    encoding: str | None = None,
    encoding_errors: str = "strict",
    compression: str | None = "infer",
    ignore_unknown: bool = False,
    on_error: str = "raise",
    sample_bytes: int = 1 << 20,
    hive_partitioning: bool | None = None,
    hive_types: Mapping[str, Any] | None = None,
    union_by_name: bool = False,
    file_path: str | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> Any:
    """A frame of JSON files, of an object per line or one array of objects: a path, a pattern, a folder, or several, one
    after the other. Lists and objects within objects are nested columns. Paths may be URLs, as in `read_parquet`.

    Columns and types are inferred from a sample of ``sample_bytes``. A later value that does not fit widens its column
    with a warning; where ``dtype`` settles the type, it is an error naming file, row and column. A later field that the
    sample does not have is an error too, unless ``dtype`` names it, ``columns`` leaves it out or ``ignore_unknown``
    passes over all such fields.

    Files that say more than rows of objects, as pandas writes them with ``orient`` "columns" (an object of objects or of lists
    of one length, also found where ``orient`` and ``lines`` are not said), "index", "split", "values" or "table", and what
    shall be a series (``typ="series"``), pandas reads, with a warning. ``nrows`` takes the first rows, ``chunksize`` gives
    frames of so many.

    Columns called ``date``, ``datetime``, ``modified``, ``timestamp...``, ``..._at`` or ``..._time`` (unless
    ``keep_default_dates=False``), and those in a list ``convert_dates``, are times if the texts of the first rows are all
    times, or the numbers all seconds, milliseconds, ... since 1970 (``date_unit``); a later text that is none is then an
    error. ``convert_dates=False`` and types in ``dtype`` leave columns as they are.

    Texts are UTF-8; files of another ``encoding``, or with ``encoding_errors`` other than ``"strict"``, are decoded first.

    ``on_error`` says what becomes of lines that cannot be read, because they are no objects of JSON or hold a value that is
    not of the type that ``dtype`` gives: ``"raise"``; ``"null"`` (for values); ``"skip"``; or ``"quarantine"``, which returns
    two frames: the good rows, and the rejects with file, row, byte, column, text and reason. Arrays are read whole or not.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.json"
    >>> _ = path.write_text('[{"x": 1, "y": [true]}, {"x": 2.5}]')
    >>> hs.read_json(path).to_dict("list")
    {'x': [1.0, 2.5], 'y': [[True], None]}
    """
    if typ not in ("frame", "series"):
        raise InvalidArgumentError(f"read_json: typ is 'frame' or 'series', not {typ!r}")
    if orient is None and not lines and typ == "frame" and _json.is_by_column(path, compression):
        orient = "columns"
    if orient not in (None, "records") or typ == "series":
        told = {"convert_dates": convert_dates, "keep_default_dates": keep_default_dates, "date_unit": date_unit}
        told.update(typ=typ, **({} if convert_axes is None else {"convert_axes": convert_axes}))
        return _json.of_orient(path, orient, dtype, compression, storage_options, told)
    dtype = None if isinstance(dtype, bool) else dtype
    options = {
        "lines": lines,
        "columns": None if columns is None else given.names("columns", columns),
        "ignore_unknown": ignore_unknown,
        "on_error": on_error,
        "sample_bytes": sample_bytes,
        "compression": given.compression(compression),
        "files": given.files(hive_partitioning, union_by_name, file_path, hive_types),
        "storage": given.storage(storage_options),
    }
    if on_error not in ("raise", "null", "skip", "quarantine"):
        raise InvalidArgumentError(f"on_error is 'raise', 'null', 'skip' or 'quarantine', not {on_error!r}")
    types = {name: dtype_name(kind) for name, kind in (dtype or {}).items()}
    found = given.paths(path)
    query, rejects = _native.scan_json(found, json.dumps(options), types)
    frame = given.frame_of(query, None, found)
    frame = _json.with_times(frame, convert_dates, keep_default_dates, date_unit, types, on_error == "null")
    if (first := rows(nrows)) is not None:
        frame = frame.head(first)
    if chunksize is not None:
        return Chunks(frame, chunk_rows(chunksize))
    return frame if rejects is None else (frame, given.frame_of(rejects, None))


@of_open_files
def read_text(
    path: Any,
    *,
    column: str = "line",
    compression: str | None = "infer",
    file_path: str | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> DataFrame:
    """A frame of one column: the lines of text files. Paths may be URLs, as in `read_parquet`.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.txt"
    >>> _ = path.write_text("one\\ntwo\\n")
    >>> hs.read_text(path).to_dict("list")
    {'line': ['one', 'two']}
    """
    options = {
        "column": column,
        "compression": given.compression(compression),
        "files": given.files(None, False, file_path),
        "storage": given.storage(storage_options),
    }
    found = given.paths(path)
    return given.frame_of(_native.scan_files("text", found, json.dumps(options)), None, found)
