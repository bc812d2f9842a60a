"""Writing files of text and of Arrow's format."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _archives, _index, _native
from hypostyle import _file_options as given
from hypostyle._as_text import as_text
from hypostyle._foreign_options import WRITE, taking
from hypostyle._headings import flattened
from hypostyle._open_files import into_open_files
from hypostyle.errors import UnsupportedError

if TYPE_CHECKING:
    from hypostyle._output import Output
    from hypostyle._plan import Plan


@into_open_files
def write_ipc(
    frame: Output,
    path: Any,
    *,
    compression: str | None = None,
    index: bool = True,
    partition_cols: str | Sequence[str] | None = None,
    file_rows: int | None = None,
    file_bytes: int | None = None,
    overwrite: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> None:
    """Writes an Arrow IPC file (Feather 2), or a stream if it is named ``.arrows``. Columns that act as the index come
    first, unless ``index`` is false. ``partition_cols``, ``file_rows``, ``file_bytes``, ``overwrite`` and
    ``storage_options`` are as in `to_parquet`."""
    query = given.with_index(frame, index).query
    name = {None: "none", "uncompressed": "none"}.get(compression, compression)
    parts = given.parts(partition_cols, file_rows, file_bytes, overwrite)
    options = {"compression": name, "folder": parts, "storage": given.storage(storage_options)}
    _native.write_files(query, "ipc", os.fspath(path), json.dumps(options))


@into_open_files
def write_json(
    frame: Output,
    path: Any = None,
    *,
    orient: str = "records",
    lines: bool | None = None,
    index: bool = True,
    compression: str | None = "infer",
    partition_cols: str | Sequence[str] | None = None,
    file_rows: int | None = None,
    file_bytes: int | None = None,
    overwrite: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> str | None:
    """Writes a JSON file, or returns its text if there is no path: an object per row, on lines of their own
    (``lines=True``, and files not named ``.json``) or in one array. It is compressed if its name ends in ``.gz``,
    ``.zst``, ``.lz4``, ``.bz2`` or ``.xz``, or as ``compression`` says. ``partition_cols``, ``file_rows``,
    ``file_bytes``, ``overwrite`` and ``storage_options`` are as in `to_parquet`."""
    if orient != "records":
        raise UnsupportedError(f"orient={orient!r}; only objects per row ('records') are supported")
    query, parts = given.with_index(frame, index).query, given.parts(partition_cols, file_rows, file_bytes, overwrite)
    if path is not None:
        _native.write_files(
            query,
            "json",
            os.fspath(path),
            json.dumps(
                {
                    "lines": lines,
                    "compression": given.compression(compression),
                    "folder": parts,
                    "storage": given.storage(storage_options),
                }
            ),
        )
        return None
    given.needs_path(parts)
    return _text(lambda name: _native.write_files(query, "json", name, json.dumps({"lines": bool(lines)})))


#: Types that JSON writes alike in the engine and in pandas.
_IN_JSON = ("int", "uint", "float", "bool", "string", "category", "timestamp", "date", "null")


def json_records(
    frame: Output,
    path: str | None,
    lines: bool,
    storage_options: Mapping[str, Any] | None = None,
    compression: str | None = "infer",
) -> Any:
    """An object per row, without the index, times as milliseconds since 1970 as pandas writes them; ``NotImplemented`` for
    columns of other types."""
    plan = _index.reset(flattened(frame._plan), True)
    dtypes = plan.dtypes
    if not all(dtype.startswith(_IN_JSON) for dtype in dtypes.values()):
        return NotImplemented
    exprs = {}
    for name, dtype in dtypes.items():
        column = _native.Expr.column(name)
        if dtype.startswith(("timestamp", "date")):
            time = column.cast("timestamp[ms]") if dtype == "date" else column
            column = _native.Expr.call("scalar", "to_epoch", [time], {"unit": "ms"})
        elif dtype.startswith("float"):
            # JSON has no infinities.
            finite = _native.Expr.call("scalar", "is_finite", [column])
            column = _native.Expr.case([(finite, column)], _native.Expr.literal(None))
        exprs[name] = column
    query = plan.project(exprs).query
    if path is not None:
        packed = given.compression(compression)
        options = {"lines": lines, "compression": packed, "storage": given.storage(storage_options)}
        _native.write_files(query, "json", path, json.dumps(options))
        return None
    text = _text(lambda name: _native.write_files(query, "json", name, json.dumps({"lines": lines})))
    # The array on one line, as pandas has it; texts hold no line breaks in JSON.
    return text if lines else text.replace("\n", "")


@taking(WRITE)
@into_open_files
def write_csv(
    frame: Output,
    path: Any = None,
    *,
    sep: str = ",",
    header: bool = True,
    na_rep: str = "",
    index: bool | None = None,
    compression: str | None = "infer",
    date_format: str | None = None,
    partition_cols: str | Sequence[str] | None = None,
    file_rows: int | None = None,
    file_bytes: int | None = None,
    overwrite: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> str | None:
    """Writes a CSV file, or returns its text if there is no path. Columns that act as the index come first, unless
    ``index`` is false; the numbers of rows are written with ``index=True`` only. The file is compressed if its name ends
    in ``.gz``, ``.zst``, ``.lz4``, ``.bz2`` or ``.xz``, or as ``compression`` says. ``date_format`` is the form of timestamps,
    in the codes of strftime; by default they are written as ISO 8601 has it. ``partition_cols``, ``file_rows``,
    ``file_bytes``, ``overwrite`` and ``storage_options`` are as in `to_parquet`.

    >>> import hypostyle as hs
    >>> frame = hs.DataFrame({"t": ["2024-02-29T13:04:00"]}).astype({"t": "timestamp[us]"})
    >>> print(write_csv(frame, date_format="%Y-%m-%d %H:%M:%S"), end="")
    t
    2024-02-29 13:04:00
    """
    if index and not frame._plan.index:
        from hypostyle._reshape import numbered

        frame = type(frame)._of(numbered(frame._plan))  # type: ignore[attr-defined]
    plan = given.with_nameless(frame, index) if index or index is None else _index.reset(flattened(frame._plan), True)
    if date_format is not None:
        plan = _dated(plan, date_format)
    parts = given.parts(partition_cols, file_rows, file_bytes, overwrite)
    query = _lengths(_truths(plan, parts["partition_by"]), parts["partition_by"]).query
    if path is not None:
        if _archives.kind_of(path, compression) is not None:
            raise UnsupportedError(f"write_csv: archives are written by `DataFrame.to_csv` (file {os.fspath(path)!r})")
        packed = given.compression(compression)
        storage = given.storage(storage_options)
        _native.write_csv(query, os.fspath(path), given.character("sep", sep), header, na_rep, parts, packed, storage)
        return None
    given.needs_path(parts)
    separator = given.character("sep", sep)
    return _text(lambda name: _native.write_csv(query, name, separator, header, na_rep, parts, "none", {}))


def _truths(plan: Plan, but: Sequence[str]) -> Plan:
    """The same with truth values as pandas writes them, ``True`` and ``False``."""
    texts = {}
    for name in (name for name, dtype in plan.dtypes.items() if dtype == "bool" and name not in but):
        truth = _native.Expr.column(name)
        missing = _native.Expr.call("scalar", "is_null", [truth])
        none, yes, no = map(_native.Expr.literal, (None, "True", "False"))
        texts[name] = _native.Expr.case([(missing, none), (truth, yes)], no)
    return plan.with_columns(texts)


def _lengths(plan: Plan, but: Sequence[str]) -> Plan:
    """The same with lengths of time as pandas writes them, ``1 days 02:00:00``."""
    lengths = [name for name, dtype in plan.dtypes.items() if dtype.startswith("duration") and name not in but]
    return plan.with_columns({name: as_text(plan, _native.Expr.column(name)) for name in lengths})


def _dated(plan: Plan, date_format: str) -> Plan:
    """The same with timestamps as text of this form."""
    from hypostyle._dates import python_codes

    form = {"format": python_codes(date_format)}
    dated = [name for name, dtype in plan.dtypes.items() if dtype.startswith("timestamp")]
    call = _native.Expr.call
    return plan.with_columns({name: call("scalar", "strftime", [_native.Expr.column(name)], form) for name in dated})


def _text(write: Callable[[str], None]) -> str:
    """What is written into a file, as text."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "frame")
        write(name)
        with open(name, encoding="utf-8", newline="") as file:
            return file.read()
