"""Reading and writing files. Reading is lazy: a frame is made of the files' columns and types, and reads what is needed
when it runs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _index, _native
from hypostyle._dtypes import dtype_name
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle._output import Output
    from hypostyle.frame import DataFrame

Paths = "str | os.PathLike[str] | Iterable[str | os.PathLike[str]]"

#: Texts that pandas takes for missing values.
NA_TEXTS = (
    "",
    "#N/A",
    "#N/A N/A",
    "#NA",
    "-1.#IND",
    "-1.#QNAN",
    "-NaN",
    "-nan",
    "1.#IND",
    "1.#QNAN",
    "<NA>",
    "N/A",
    "NA",
    "NULL",
    "NaN",
    "None",
    "n/a",
    "nan",
    "null",
)


def read_csv(
    path: Any,
    *,
    sep: str = ",",
    header: int | str | None = "infer",
    names: Sequence[str] | None = None,
    usecols: Sequence[str] | None = None,
    dtype: Any = None,
    na_values: str | Iterable[str] | None = None,
    keep_default_na: bool = True,
    parse_dates: bool | str | Sequence[str] = False,
    index_col: str | Sequence[str] | None = None,
    nrows: int | None = None,
    skiprows: int = 0,
    quotechar: str | None = '"',
    skip_blank_lines: bool = True,
    delimiter: str | None = None,
) -> DataFrame:
    """A frame of CSV files: a path, a pattern (``"data/*.csv"``), or several, one after the other.

    Types are inferred from samples across the files; a later value that does not fit is an error naming file, row and
    column, and ``dtype`` settles it. Missing values are pandas' texts and those of ``na_values``. A name that occurs
    again becomes ``name.1``. Dates stay text unless ``parse_dates`` is true (all that are in ISO form) or names columns.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.csv"
    >>> _ = path.write_text("carrier,delay\\nUA,4\\nAA,NA\\n")
    >>> hs.read_csv(path).to_dict("list")
    {'carrier': ['UA', 'AA'], 'delay': [4, None]}
    """
    has_header, skip = _header(header, names, skiprows)
    options: dict[str, Any] = {
        "delimiter": _character("sep", delimiter or sep),
        "quote": None if quotechar is None else _character("quotechar", quotechar),
        "has_header": has_header,
        "column_names": None if names is None else list(names),
        "columns": None if usecols is None else _names("usecols", usecols),
        "null_values": _null_values(na_values, keep_default_na),
        "quoted_nulls": True,
        "parse_dates": parse_dates is not False,
        "skip_rows": skip,
        "n_rows": nrows,
        "skip_blank_lines": skip_blank_lines,
    }
    paths = _paths(path)
    dtypes: dict[str, str] = {}
    if isinstance(dtype, Mapping):
        dtypes = {name: dtype_name(kind) for name, kind in dtype.items()}
    elif dtype is not None:
        dtypes = dict.fromkeys(_native.scan_csv(paths, dtypes={}, **options).names(), dtype_name(dtype))
    query = _native.scan_csv(paths, dtypes=dtypes, **options)
    if parse_dates is not False:
        dates = None if parse_dates is True else _names("parse_dates", parse_dates)
        found = _date_types(query, dates)
        if found:
            query = _native.scan_csv(paths, dtypes={**found, **dtypes}, **options)
    return _frame(query, index_col)


def read_parquet(path: Any, columns: Sequence[str] | None = None) -> DataFrame:
    """A frame of Parquet files: a path, a pattern, or several, one after the other. Only what a query needs is read: its
    columns, and the row groups its conditions cannot exclude.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.parquet"
    >>> hs.DataFrame({"x": [1, 2]}).to_parquet(path)
    >>> hs.read_parquet(path)["x"].sum()
    3
    """
    names = None if columns is None else _names("columns", columns)
    frame = _frame(_native.scan_parquet(_paths(path), names), None)
    return frame if names is None else frame[names]


def write_csv(
    frame: Output,
    path: Any = None,
    *,
    sep: str = ",",
    header: bool = True,
    na_rep: str = "",
    index: bool = True,
) -> str | None:
    """Writes a CSV file, or returns its text if there is no path. Columns that act as the index come first, unless
    ``index`` is false; row numbers are not written."""
    query = _with_index(frame, index).query
    if path is not None:
        _native.write_csv(query, os.fspath(path), _character("sep", sep), header, na_rep)
        return None
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "frame.csv")
        _native.write_csv(query, name, _character("sep", sep), header, na_rep)
        with open(name, encoding="utf-8", newline="") as file:
            return file.read()


def write_parquet(
    frame: Output,
    path: Any,
    *,
    compression: str | None = "snappy",
    compression_level: int | None = None,
    row_group_size: int | None = None,
    index: bool = True,
) -> None:
    """Writes a Parquet file. Columns that act as the index come first, unless ``index`` is false."""
    query = _with_index(frame, index).query
    _native.write_parquet(query, os.fspath(path), compression or "none", compression_level, row_group_size)


def _date_types(query: _native.Query, dates: list[str] | None) -> dict[str, str]:
    """Types other than those found, so that these columns (``None``: all that can) are timestamps and others text."""
    types: dict[str, str] = {}
    for name in dates or ():
        query.check(name)
    for name, dtype in zip(query.names(), query.dtypes(), strict=True):
        is_date = dtype == "date" or dtype.startswith("timestamp")
        if dates is not None and name not in dates:
            types |= {name: "string"} if is_date else {}
        elif dtype == "date" or (dates is not None and not is_date):
            types[name] = "timestamp[us]"
    return types


def _with_index(frame: Output, index: bool) -> Plan:
    return frame._flat() if index else _index.reset(frame._plan, True)


def _frame(query: _native.Query, index: Any) -> DataFrame:
    from hypostyle.frame import DataFrame

    frame = DataFrame._of(Plan(query))
    return frame if index is None else frame.set_index(index)


def _paths(path: Any) -> list[str]:
    if isinstance(path, (str, os.PathLike)):
        return [os.path.expanduser(os.fspath(path))]
    if hasattr(path, "read"):
        raise UnsupportedError("files are read in parallel by their path; give the path, not an open file")
    paths = [os.path.expanduser(os.fspath(part)) for part in path]
    if not paths:
        raise InvalidArgumentError("no file to read")
    return paths


def _header(header: Any, names: Any, skiprows: int) -> tuple[bool, int]:
    """Whether there is a header, and how many lines come before it."""
    if isinstance(skiprows, bool) or not isinstance(skiprows, int) or skiprows < 0:
        raise UnsupportedError(f"skiprows={skiprows!r}: give the number of lines to skip before the header")
    if header == "infer":
        return names is None, skiprows
    if header is None:
        return False, skiprows
    if isinstance(header, int) and not isinstance(header, bool) and header >= 0:
        return True, skiprows + header
    raise InvalidArgumentError(f"header is the number of the header's line, or None, not {header!r}")


def _null_values(na_values: Any, keep_default_na: bool) -> list[str]:
    if isinstance(na_values, Mapping):
        raise UnsupportedError("na_values by column; give the texts that mean missing in all columns")
    given = [] if na_values is None else [na_values] if isinstance(na_values, str) else [str(v) for v in na_values]
    return list(dict.fromkeys([*(NA_TEXTS if keep_default_na else ()), *given]))


def _names(what: str, names: Any) -> list[str]:
    names = [names] if isinstance(names, str) else list(names)
    for name in names:
        if not isinstance(name, str):
            raise DataTypeError(f"{what} takes names of columns, not {name!r}")
    return names


def _character(what: str, text: str) -> str:
    if not isinstance(text, str) or len(text) != 1:
        raise InvalidArgumentError(f"{what} is one character, not {text!r}")
    return text
