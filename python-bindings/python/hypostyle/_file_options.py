"""What readers and writers of files have in common: paths, names, options of one file and of several."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hypostyle import _index, _native
from hypostyle._dtypes import dtype_name
from hypostyle._headings import flattened
from hypostyle._layout import Files, LargeFiles
from hypostyle._plan import Plan, Scanned
from hypostyle.errors import CorruptFileError, DataTypeError, InvalidArgumentError, MissingFileError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle._output import Output
    from hypostyle.frame import DataFrame

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


def needs_path(parts: dict[str, Any]) -> None:
    if parts["partition_by"] or parts["file_rows"] is not None:
        raise InvalidArgumentError("a folder of files needs a path")


def with_index(frame: Output, index: bool) -> Plan:
    return frame._flat() if index else _index.reset(flattened(frame._plan), True)


def with_nameless(frame: Output, index: bool | None) -> Plan:
    """The plan with the index as first columns; one level without a name has none, as pandas writes it."""
    plan = flattened(frame._plan if index else frame._plan.without_numbers())
    if len(plan.index) != 1 or plan.index[0][1] is not None or "" in plan.columns:
        return type(frame)._of(plan)._flat()  # type: ignore[attr-defined, no-any-return]
    exprs = {"": _native.Expr.column(plan.index[0][0])}
    exprs.update((name, _native.Expr.column(name)) for name in plan.columns)
    return plan.project(exprs, ())


#: Bytes of files from which on chosen rows have no labels until the rows are in memory (see `Scanned`).
LARGE = 128 << 20


def rows_of(paths: list[str] | None, query: _native.Query, cut: bool = False) -> object:
    """The token of the rows of files: of large ones, of those whose size is not known, of several (or of one that is to be
    ``cut``), or of others."""
    if paths is None:
        return None
    total = count = 0
    for path in paths:
        for name in ["://"] if "://" in path else glob.glob(path, recursive=True) if glob.has_magic(path) else [path]:
            for part in _files_in(name):
                total += LARGE + 1 if "://" in part else os.path.getsize(part) if os.path.exists(part) else 0
                count += 1
                if total > LARGE and count > 1:
                    return LargeFiles(query)
    if total > LARGE:
        return Scanned()
    return Files(query) if count > 1 or cut else None


def _files_in(name: str) -> Iterator[str]:
    """The files of a folder, or the one file."""
    if "://" in name or not os.path.isdir(name):
        yield name
        return
    for folder, _, names in os.walk(name):
        yield from (os.path.join(folder, one) for one in names)


def frame_of(query: _native.Query, index: Any, paths: list[str] | None = None, cut: bool = False) -> DataFrame:
    from hypostyle.frame import DataFrame

    frame = DataFrame._of(Plan(query, rows=rows_of(paths, query, cut)))
    return frame if index is None else frame.set_index(index)


def paths(path: Any) -> list[str]:
    """The files of a path, a pattern or a folder, or of several."""
    if isinstance(path, (str, os.PathLike)):
        return [os.path.expanduser(os.fspath(path))]
    if hasattr(path, "read"):
        raise UnsupportedError("files are read in parallel by their path; give the path, not an open file")
    if not hasattr(path, "__iter__"):
        raise DataTypeError(f"this is no path, and no list of paths: {path!r} ({type(path).__name__})")
    paths = [os.path.expanduser(os.fspath(part)) for part in path]
    if not paths:
        raise InvalidArgumentError("no file to read")
    return paths


def missing(operation: str, name: str) -> MissingFileError:
    """The error of a file that is not there."""
    error = MissingFileError(f"{operation}: No such file or directory (file {name!r})")
    error.file = name
    return error


def corrupt(operation: str, name: str, reason: Exception) -> CorruptFileError:
    """The error of a file that cannot be decompressed."""
    error = CorruptFileError(f"{operation}: the compressed data is damaged: {reason} (file {name!r})")
    error.file = name
    return error


def folder(path: Any) -> bool:
    """Whether it is a folder; of a URL that is not known before it is asked for."""
    if not isinstance(path, (str, os.PathLike)):
        return False
    name = os.fspath(path)
    return "://" in name or os.path.isdir(os.path.expanduser(name))


def storage(options: Mapping[str, Any] | None) -> dict[str, str]:
    """How object stores are reached: truth values and numbers as text."""
    found: dict[str, str] = {}
    for name, value in (options or {}).items():
        if not isinstance(name, str) or not isinstance(value, (str, bool, int)):
            kind = type(value).__name__
            raise DataTypeError(f"storage_options are names and texts, numbers or truth values; {name!r} is a {kind}")
        found[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def files(
    hive: bool | None, union_by_name: bool, file_path: str | None, hive_types: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """How several files are one table."""
    types = {name: dtype_name(kind) for name, kind in (hive_types or {}).items()}
    return {"hive": hive, "union_by_name": union_by_name, "file_path": file_path, "hive_types": types}


def parts(partition_cols: Any, file_rows: int | None, file_bytes: int | None, overwrite: bool) -> dict[str, Any]:
    """Whether, and how, a folder of files is written."""
    keys = [] if partition_cols is None else names("partition_cols", partition_cols)
    return {"partition_by": keys, "file_rows": file_rows, "file_bytes": file_bytes, "overwrite": overwrite}


def header(header: Any, names: Any, skiprows: int) -> tuple[bool, int]:
    """Whether there is a header, and how many lines come before it."""
    if isinstance(skiprows, bool) or not isinstance(skiprows, int) or skiprows < 0:
        raise UnsupportedError(
            f"skiprows={skiprows!r}: give the number of lines to skip before the header, the numbers of lines, or a function"
        )
    if header == "infer":
        return names is None, skiprows
    if header is None:
        return False, skiprows
    if isinstance(header, int) and not isinstance(header, bool) and header >= 0:
        return True, skiprows + header
    raise InvalidArgumentError(f"header is the number of the header's line, or None, not {header!r}")


def count(what: str, number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise InvalidArgumentError(f"{what} is a number of lines, not {number!r}")
    return number


def null_values(na_values: Any, keep_default_na: bool, na_filter: bool = True) -> list[str]:
    if not na_filter:
        return []
    single = isinstance(na_values, (str, int, float))
    given = [] if na_values is None else [str(one) for one in ([na_values] if single else na_values)]
    return list(dict.fromkeys([*(NA_TEXTS if keep_default_na else ()), *given]))


def null_values_by_column(na_values: Any) -> dict[str, list[str]]:
    if not isinstance(na_values, Mapping):
        return {}
    return {name: null_values(values, False) for name, values in na_values.items()}


def encoding(encoding: str | None, errors: str) -> str:
    name = (encoding or "utf-8").lower().replace("_", "-")
    if errors not in ("strict", "replace"):
        raise UnsupportedError(f"encoding_errors={errors!r}; 'strict' and 'replace' are supported")
    if name in ("utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii"):
        return "utf8" if errors == "strict" else "utf8_lossy"
    if name in ("latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1"):
        return "latin1"
    if name in ("utf-16", "utf16"):
        return "utf16"
    raise UnsupportedError(f"encoding={encoding!r}; utf-8, latin-1 and utf-16 are supported")


def compression(compression: str | None) -> str:
    name = compression or "none"
    if not isinstance(name, str):
        raise UnsupportedError(
            f"compression={compression!r}; name it: levels and members of archives are not supported"
        )
    name = {"bz2": "bzip2"}.get(name, name)
    if name not in ("infer", "none", "gzip", "zstd", "lz4", "bzip2", "xz"):
        raise UnsupportedError(
            f"compression={compression!r}; 'infer', 'gzip', 'zstd', 'lz4', 'bz2', 'xz' and None are supported"
        )
    return name


def names(what: str, names: Any) -> list[str]:
    names = [names] if isinstance(names, str) else list(names)
    for name in names:
        if not isinstance(name, str):
            raise DataTypeError(f"{what} takes names of columns, not {name!r}")
    return names


def character(what: str, text: str) -> str:
    if not isinstance(text, str) or len(text) != 1:
        raise InvalidArgumentError(f"{what} is one character, not {text!r}")
    return text
