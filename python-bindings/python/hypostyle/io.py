"""Reading and writing files. Reading is lazy: a frame is made of the files' columns and types, and reads what is needed
when it runs."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from hypostyle import _date_forms, _index, _native
from hypostyle._categories import is_category
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


@overload
def read_csv(path: Any, *, on_error: Literal["quarantine"], **options: Any) -> tuple[DataFrame, DataFrame]: ...


@overload
def read_csv(path: Any, *, on_error: Literal["raise", "null", "skip"] = "raise", **options: Any) -> DataFrame: ...


# Type checkers see the signatures above; the names of all options are here.
def read_csv(  # type: ignore[misc]
    path: Any,
    *,
    sep: str | None = ",",
    header: int | str | None = "infer",
    names: Sequence[str] | None = None,
    usecols: Sequence[str] | None = None,
    dtype: Any = None,
    na_values: str | Iterable[str] | Mapping[str, Any] | None = None,
    keep_default_na: bool = True,
    parse_dates: bool | str | Sequence[str] = False,
    index_col: str | Sequence[str] | None = None,
    nrows: int | None = None,
    skiprows: int = 0,
    quotechar: str | None = '"',
    skip_blank_lines: bool = True,
    delimiter: str | None = None,
    true_values: Sequence[str] | None = None,
    false_values: Sequence[str] | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    comment: str | None = None,
    encoding: str | None = None,
    encoding_errors: str = "strict",
    compression: str | None = "infer",
    row_index: str | None = None,
    file_path: str | None = None,
    on_error: str = "raise",
    on_bad_lines: str = "error",
    escapechar: str | None = None,
    skipinitialspace: bool = False,
    skipfooter: int = 0,
    date_format: str | Mapping[str, str] | None = None,
    dayfirst: bool = False,
    hive_partitioning: bool | None = None,
    hive_types: Mapping[str, Any] | None = None,
    union_by_name: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> Any:
    """A frame of CSV files: a path, a pattern (``"data/*.csv"``), a folder, or several, one after the other.

    Types are inferred from samples across the files. A later value that does not fit widens its column (whole numbers
    to floats, anything to text) with a warning; where ``dtype`` settles the type, it is an error naming file, row and
    column. Missing values are pandas' texts and those of ``na_values``. A name that occurs again becomes ``name.1``.
    ``sep=None`` guesses the separator from the first records: a comma, a semicolon, a tabulator or a vertical bar.

    Dates stay text unless ``parse_dates`` is true (all that are in ISO form) or names columns. ``date_format`` says how
    they are written, in the codes of strftime: one form for all columns of ``parse_dates``, or forms by column. Without it
    the first value of a named column tells its form; ``dayfirst`` says what 03/04/2024 means. A later value of another form
    is an error.

    Files ending in ``.gz``, ``.zst``, ``.lz4``, ``.bz2`` or ``.xz`` are decompressed. Compressed files, files with a
    ``comment`` or ``escapechar`` character, with ``skipinitialspace`` or ``skipfooter``, and files in another encoding than
    UTF-8 (``latin-1``, ``utf-16``; with ``encoding_errors="replace"`` damaged UTF-8 too) are held in memory whole while
    they are read.
    ``row_index`` and ``file_path`` name columns to add: the number of the row in all files, and the file it comes from.

    Folders named ``key=value`` below a folder give a column each (``hive_partitioning=True``: also those in the paths of
    files), of whole numbers, dates or truth values if all values are, else of text, or of the type that ``hive_types``
    gives. With ``union_by_name`` files may have different columns: what a file lacks is missing in its rows.

    Paths may be URLs (``s3://``, ``gs://``, ``az://``, ``https://``); ``storage_options`` says how they are reached, as
    in `read_parquet`.

    ``on_error`` says what becomes of records that cannot be read, because they have another number of fields or a value
    that is not of the type that ``dtype`` gives: ``"raise"``; ``"null"`` (for values); ``"skip"``; or ``"quarantine"``,
    which returns two frames: the good rows, and the rejects with file, row, byte, column, text and reason.
    ``on_bad_lines="skip"`` leaves out records of another number of fields only, ``"warn"`` does and says so; records of too
    few fields are among them.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.csv"
    >>> _ = path.write_text("carrier,delay\\nUA,4\\nAA,NA\\n")
    >>> hs.read_csv(path).to_dict("list")
    {'carrier': ['UA', 'AA'], 'delay': [4, None]}
    """
    has_header, skip = _header(header, names, skiprows)
    separator = sep if delimiter is None else delimiter
    options: dict[str, Any] = {
        "delimiter": "," if separator is None else _character("sep", separator),
        "sniff": separator is None,
        "escape": None if escapechar is None else _character("escapechar", escapechar),
        "skip_initial_space": skipinitialspace,
        "skip_footer": _count("skipfooter", skipfooter),
        "date_formats": {},
        "on_ragged": None,
        "quote": None if quotechar is None else _character("quotechar", quotechar),
        "has_header": has_header,
        "column_names": None if names is None else list(names),
        "columns": None if usecols is None else _names("usecols", usecols),
        "null_values": _null_values(None if isinstance(na_values, Mapping) else na_values, keep_default_na),
        "null_values_by_column": _null_values_by_column(na_values),
        "quoted_nulls": True,
        "parse_dates": parse_dates is not False,
        "skip_rows": skip,
        "n_rows": nrows,
        "skip_blank_lines": skip_blank_lines,
        "true_values": list(true_values or ()),
        "false_values": list(false_values or ()),
        "decimal": _character("decimal", decimal),
        "thousands": None if thousands is None else _character("thousands", thousands),
        "comment": None if comment is None else _character("comment", comment),
        "encoding": _encoding(encoding, encoding_errors),
        "compression": _compression(compression),
        "row_index": row_index,
        "file_path": file_path,
        "files": _files(hive_partitioning, union_by_name, None, hive_types),
        "storage": _storage(storage_options),
    }
    if on_error not in ("raise", "null", "skip", "quarantine"):
        raise InvalidArgumentError(f"on_error is 'raise', 'null', 'skip' or 'quarantine', not {on_error!r}")
    paths = _paths(path)
    dtypes: dict[str, str] = {}
    categorical: dict[str, Any] = {}
    if isinstance(dtype, Mapping):
        categorical = {name: kind for name, kind in dtype.items() if is_category(kind)}
        dtypes = {name: "string" if name in categorical else dtype_name(kind) for name, kind in dtype.items()}
    elif is_category(dtype):
        categorical = dict.fromkeys(_scan(paths, {}, options).names(), dtype)
        dtypes = dict.fromkeys(categorical, "string")
    elif dtype is not None:
        dtypes = dict.fromkeys(_scan(paths, {}, options).names(), dtype_name(dtype))
    dates = None if isinstance(parse_dates, bool) else _names("parse_dates", parse_dates)
    if parse_dates is not False:
        options["date_formats"] = _date_formats(paths, options, dates, date_format, dayfirst)
        found = _date_types(_scan(paths, dtypes, options), dates, options["date_formats"])
        dtypes = {**found, **dtypes}
    options["on_ragged"] = _on_bad_lines(on_bad_lines)
    query, rejects = _native.scan_csv(paths, dtypes=dtypes, on_error=on_error, **options)
    frame = _frame(query, index_col)
    if categorical:
        frame = frame.astype({name: kind for name, kind in categorical.items() if name in frame.columns})
    if rejects is None:
        return frame
    if on_error == "quarantine":
        return frame, _frame(rejects, None)
    _warn_of(_frame(rejects, None))
    return frame


def _on_bad_lines(policy: Any) -> str | None:
    """What becomes of records of another number of fields."""
    if callable(policy):
        raise UnsupportedError("on_bad_lines: functions; use on_error='quarantine' and mend the rejects")
    if policy not in ("error", "warn", "skip"):
        raise InvalidArgumentError(f"on_bad_lines is 'error', 'warn' or 'skip', not {policy!r}")
    return {"error": None, "warn": "quarantine", "skip": "skip"}[policy]


def _warn_of(rejects: DataFrame) -> None:
    """Warns of the records that were left out: the first ones, and how many there are."""
    rows = rejects.head(5).to_dict("records")
    if rows:
        lines = "; ".join(f"{row['file']}, row {row['row']}: {row['reason']}" for row in rows)
        count = len(rejects)
        warnings.warn(f"{count} record{'s were' if count > 1 else ' was'} left out ({lines})", stacklevel=3)


def _date_formats(
    paths: list[str], options: dict[str, Any], dates: list[str] | None, given: Any, dayfirst: bool
) -> dict[str, str]:
    """The forms of the columns of dates that are not in ISO 8601 form."""
    if isinstance(given, Mapping):
        return {name: form for name, form in given.items() if form not in _ISO}
    if given is not None and (given in _ISO or dates is not None):
        return {} if given in _ISO else dict.fromkeys(dates or (), given)
    if dates is None and given is None:
        return {}
    plain = {**options, "n_rows": _SAMPLED, "parse_dates": False, "row_index": None, "file_path": None}
    columns = _scan(paths, {}, plain).names()
    if dates is not None:
        columns = [name for name in dates if name in columns]
    texts = _frame(_scan(paths, dict.fromkeys(columns, "string"), plain), None)[columns]
    forms: dict[str, str] = {}
    for name in columns:
        found = texts[name].dropna()
        if given is not None:
            read = found.to_timestamp(format=given, strict=False)  # type: ignore[operator]
            if len(found) and read.count() == len(found):
                forms[name] = given
            continue
        for text in found.head(1).to_list():
            form = _date_forms.form_of(text, dayfirst)
            if form is not None:
                forms[name] = form
    return forms


#: What pandas calls forms that are ISO 8601, or could be.
_ISO = ("ISO8601", "mixed")

#: Rows that are looked at for forms of dates.
_SAMPLED = 1000


def _scan(paths: list[str], dtypes: dict[str, str], options: dict[str, Any]) -> _native.Query:
    """The query, for its columns and types only."""
    return _native.scan_csv(paths, dtypes=dtypes, on_error="raise", **options)[0]


def read_parquet(
    path: Any,
    columns: Sequence[str] | None = None,
    *,
    hive_partitioning: bool | None = None,
    hive_types: Mapping[str, Any] | None = None,
    union_by_name: bool = False,
    file_path: str | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> DataFrame:
    """A frame of Parquet files: a path, a pattern, a folder, or several, one after the other. Only what a query needs is
    read: its columns, and the row groups, pages and rows that its conditions cannot exclude.

    Folders named ``key=value`` below a folder give a column each (``hive_partitioning=True``: also those in the paths of
    files; ``hive_types``: their types, which are guessed otherwise). With ``union_by_name`` files may have different
    columns: what a file lacks is missing in its rows, and types are the smallest that hold those of all files.
    ``file_path`` names a column to add: the file of each row.

    Paths may be URLs of object stores (``s3://bucket/key``, ``gs://``, ``az://``), with patterns and folders as well, or of
    web servers (``https://``, read only). ``storage_options`` are names and values as other tools call them
    (``aws_access_key_id``, ``aws_endpoint_url``, ``google_service_account``, ``azure_storage_account_key``, ``allow_http``,
    ``timeout``, ``max_retries``); the environment's variables of these names in capitals count where an option is not given.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.parquet"
    >>> hs.DataFrame({"x": [1, 2]}).to_parquet(path)
    >>> hs.read_parquet(path)["x"].sum()
    3
    """
    names = None if columns is None else _names("columns", columns)
    files = _files(hive_partitioning, union_by_name, file_path, hive_types)
    # Columns that the names of folders give are not in the files.
    plain = names is not None and not (union_by_name or file_path or hive_partitioning or _folder(path))
    query = _native.scan_parquet(_paths(path), names if plain else None, files, _storage(storage_options))
    frame = _frame(query, None)
    return frame if names is None else frame[names]


def read_feather(path: Any, columns: Sequence[str] | None = None, **options: Any) -> DataFrame:
    """A frame of Arrow IPC files (Feather 2) or streams: as `read_ipc`."""
    return read_ipc(path, columns, **options)


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
    names = None if columns is None else _names("columns", columns)
    files = _files(hive_partitioning, union_by_name, file_path, hive_types)
    options = {"files": files, "storage": _storage(storage_options)}
    frame = _frame(_native.scan_files("ipc", _paths(path), json.dumps(options)), None)
    return frame if names is None else frame[names]


def read_json(
    path: Any,
    *,
    orient: str | None = None,
    lines: bool | None = None,
    dtype: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    compression: str | None = "infer",
    ignore_unknown: bool = False,
    sample_bytes: int = 1 << 20,
    hive_partitioning: bool | None = None,
    hive_types: Mapping[str, Any] | None = None,
    union_by_name: bool = False,
    file_path: str | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> DataFrame:
    """A frame of JSON files, of an object per line or one array of objects: a path, a pattern, a folder, or several, one
    after the other. Lists and objects within objects are nested columns. Paths may be URLs, as in `read_parquet`.

    Columns and types are inferred from a sample of ``sample_bytes``. A later value that does not fit widens its column
    with a warning; where ``dtype`` settles the type, it is an error naming file, row and column. A later field that the
    sample does not have is an error too, unless ``dtype`` names it, ``columns`` leaves it out or ``ignore_unknown``
    passes over all such fields.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.json"
    >>> _ = path.write_text('[{"x": 1, "y": [true]}, {"x": 2.5}]')
    >>> hs.read_json(path).to_dict("list")
    {'x': [1.0, 2.5], 'y': [[True], None]}
    """
    if orient not in (None, "records"):
        raise UnsupportedError(f"orient={orient!r}; only objects per row ('records') are supported")
    options = {
        "lines": lines,
        "columns": None if columns is None else _names("columns", columns),
        "ignore_unknown": ignore_unknown,
        "sample_bytes": sample_bytes,
        "compression": _compression(compression),
        "files": _files(hive_partitioning, union_by_name, file_path, hive_types),
        "storage": _storage(storage_options),
    }
    types = {name: dtype_name(kind) for name, kind in (dtype or {}).items()}
    return _frame(_native.scan_json(_paths(path), json.dumps(options), types), None)


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
        "compression": _compression(compression),
        "files": _files(None, False, file_path),
        "storage": _storage(storage_options),
    }
    return _frame(_native.scan_files("text", _paths(path), json.dumps(options)), None)


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
    query = _with_index(frame, index).query
    name = {None: "none", "uncompressed": "none"}.get(compression, compression)
    parts = _parts(partition_cols, file_rows, file_bytes, overwrite)
    options = {"compression": name, "folder": parts, "storage": _storage(storage_options)}
    _native.write_files(query, "ipc", os.fspath(path), json.dumps(options))


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
    query, parts = _with_index(frame, index).query, _parts(partition_cols, file_rows, file_bytes, overwrite)
    if path is not None:
        _native.write_files(
            query,
            "json",
            os.fspath(path),
            json.dumps(
                {
                    "lines": lines,
                    "compression": _compression(compression),
                    "folder": parts,
                    "storage": _storage(storage_options),
                }
            ),
        )
        return None
    _needs_path(parts)
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "frame.json")
        _native.write_files(query, "json", name, json.dumps({"lines": bool(lines)}))
        with open(name, encoding="utf-8", newline="") as file:
            return file.read()


#: Types that JSON writes alike in the engine and in pandas.
_IN_JSON = ("int", "uint", "float", "bool", "string", "category", "timestamp", "date", "null")


def json_records(
    frame: Output, path: str | None, lines: bool, storage_options: Mapping[str, Any] | None = None
) -> Any:
    """An object per row, without the index, times as milliseconds since 1970 as pandas writes them; ``NotImplemented`` for
    columns of other types."""
    plan = _index.reset(frame._plan, True)
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
        options = {"lines": lines, "storage": _storage(storage_options)}
        _native.write_files(query, "json", path, json.dumps(options))
        return None
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "frame.json")
        _native.write_files(query, "json", name, json.dumps({"lines": lines}))
        with open(name, encoding="utf-8", newline="") as file:
            text = file.read()
    # The array on one line, as pandas has it; texts hold no line breaks in JSON.
    return text if lines else text.replace("\n", "")


def write_csv(
    frame: Output,
    path: Any = None,
    *,
    sep: str = ",",
    header: bool = True,
    na_rep: str = "",
    index: bool = True,
    compression: str | None = "infer",
    partition_cols: str | Sequence[str] | None = None,
    file_rows: int | None = None,
    file_bytes: int | None = None,
    overwrite: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> str | None:
    """Writes a CSV file, or returns its text if there is no path. Columns that act as the index come first, unless
    ``index`` is false; row numbers are not written. The file is compressed if its name ends in ``.gz``, ``.zst``,
    ``.lz4``, ``.bz2`` or ``.xz``, or as ``compression`` says. ``partition_cols``, ``file_rows``, ``file_bytes``,
    ``overwrite`` and ``storage_options`` are as in `to_parquet`."""
    plan = _with_nameless(frame) if index else _index.reset(frame._plan, True)
    query, parts = plan.query, _parts(partition_cols, file_rows, file_bytes, overwrite)
    if path is not None:
        packed = _compression(compression)
        storage = _storage(storage_options)
        _native.write_csv(query, os.fspath(path), _character("sep", sep), header, na_rep, parts, packed, storage)
        return None
    _needs_path(parts)
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "frame.csv")
        _native.write_csv(query, name, _character("sep", sep), header, na_rep, parts, "none", {})
        with open(name, encoding="utf-8", newline="") as file:
            return file.read()


def write_parquet(
    frame: Output,
    path: Any,
    *,
    compression: str | Mapping[str, str | None] | None = "snappy",
    compression_level: int | None = None,
    row_group_size: int | None = None,
    index: bool = True,
    write_statistics: bool = True,
    bloom_filters: str | Sequence[str] = (),
    sorted_by: str | Sequence[str] = (),
    page_rows: int | None = None,
    partition_cols: str | Sequence[str] | None = None,
    file_rows: int | None = None,
    file_bytes: int | None = None,
    overwrite: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> None:
    """Writes a Parquet file, or a folder of them. Columns that act as the index come first, unless ``index`` is false.

    ``compression`` is one name for all columns, or names by column (the others: snappy). Columns named in
    ``bloom_filters`` are searched faster for single values; ``sorted_by`` writes down the order that the rows are in, and
    raises if they are not.

    With ``partition_cols`` the path becomes a folder, in it one for each value of these columns
    (``year=2024/part-000000.parquet``; missing: ``__HIVE_DEFAULT_PARTITION__``), and the files hold the other columns;
    reading the folder gives the columns back. ``file_rows`` limits the rows of a file, ``file_bytes`` its bytes, and each
    makes a folder of files too. The folder appears when all of it is written. One that is there already is an error, or
    replaced with ``overwrite=True``.

    The path may be a URL of an object store (``s3://``, ``gs://``, ``az://``), reached as ``storage_options`` say (see
    `read_parquet`). The object is sent in parts while rows are made, and is seen when it is complete. The files of a folder
    are all sent before the first of them is seen; then they get their names one after the other.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "flights"
    >>> df = hs.DataFrame({"year": [2023, 2024, 2024], "delay": [5, 6, 7]})
    >>> df.to_parquet(path, partition_cols=["year"])
    >>> hs.read_parquet(path).to_dict("list")
    {'delay': [5, 6, 7], 'year': [2023, 2024, 2024]}
    """
    query = _with_index(frame, index).query
    given = compression if isinstance(compression, Mapping) else {}
    by_column = {name: kind or "none" for name, kind in given.items()}
    _native.write_parquet(
        query,
        os.fspath(path),
        "snappy" if isinstance(compression, Mapping) else compression or "none",
        compression_level,
        row_group_size,
        write_statistics,
        by_column,
        _names("bloom_filters", bloom_filters),
        _names("sorted_by", sorted_by),
        page_rows,
        _parts(partition_cols, file_rows, file_bytes, overwrite),
        _storage(storage_options),
    )


def _date_types(query: _native.Query, dates: list[str] | None, formed: Mapping[str, str]) -> dict[str, str]:
    """Types other than those found, so that these columns (``None``: all that can) are timestamps and others text."""
    types: dict[str, str] = {}
    for name in dates or ():
        query.check(name)
    for name, dtype in zip(query.names(), query.dtypes(), strict=True):
        if name in formed:
            continue
        is_date = dtype == "date" or dtype.startswith("timestamp")
        if dates is not None and name not in dates:
            types |= {name: "string"} if is_date else {}
        elif dtype == "date" or (dates is not None and not is_date):
            types[name] = "timestamp[us]"
    return types


def _needs_path(parts: dict[str, Any]) -> None:
    if parts["partition_by"] or parts["file_rows"] is not None:
        raise InvalidArgumentError("a folder of files needs a path")


def _with_index(frame: Output, index: bool) -> Plan:
    return frame._flat() if index else _index.reset(frame._plan, True)


def _with_nameless(frame: Output) -> Plan:
    """The plan with the index as first columns; one level without a name has none, as pandas writes it."""
    plan = frame._plan
    if len(plan.index) != 1 or plan.index[0][1] is not None or "" in plan.columns:
        return frame._flat()
    exprs = {"": _native.Expr.column(plan.index[0][0])}
    exprs.update((name, _native.Expr.column(name)) for name in plan.columns)
    return plan.project(exprs, ())


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


def _folder(path: Any) -> bool:
    """Whether it is a folder; of a URL that is not known before it is asked for."""
    if not isinstance(path, (str, os.PathLike)):
        return False
    name = os.fspath(path)
    return "://" in name or os.path.isdir(os.path.expanduser(name))


def _storage(options: Mapping[str, Any] | None) -> dict[str, str]:
    """How object stores are reached: truth values and numbers as text."""
    found: dict[str, str] = {}
    for name, value in (options or {}).items():
        if not isinstance(name, str) or not isinstance(value, (str, bool, int)):
            kind = type(value).__name__
            raise DataTypeError(f"storage_options are names and texts, numbers or truth values; {name!r} is a {kind}")
        found[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def _files(
    hive: bool | None, union_by_name: bool, file_path: str | None, hive_types: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """How several files are one table."""
    types = {name: dtype_name(kind) for name, kind in (hive_types or {}).items()}
    return {"hive": hive, "union_by_name": union_by_name, "file_path": file_path, "hive_types": types}


def _parts(partition_cols: Any, file_rows: int | None, file_bytes: int | None, overwrite: bool) -> dict[str, Any]:
    """Whether, and how, a folder of files is written."""
    keys = [] if partition_cols is None else _names("partition_cols", partition_cols)
    return {"partition_by": keys, "file_rows": file_rows, "file_bytes": file_bytes, "overwrite": overwrite}


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


def _count(what: str, number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise InvalidArgumentError(f"{what} is a number of lines, not {number!r}")
    return number


def _null_values(na_values: Any, keep_default_na: bool) -> list[str]:
    given = [] if na_values is None else [na_values] if isinstance(na_values, str) else [str(v) for v in na_values]
    return list(dict.fromkeys([*(NA_TEXTS if keep_default_na else ()), *given]))


def _null_values_by_column(na_values: Any) -> dict[str, list[str]]:
    if not isinstance(na_values, Mapping):
        return {}
    return {name: _null_values(values, False) for name, values in na_values.items()}


def _encoding(encoding: str | None, errors: str) -> str:
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


def _compression(compression: str | None) -> str:
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
