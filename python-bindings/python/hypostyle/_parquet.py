"""Parquet files, read and written; their index is that of pandas."""

from __future__ import annotations

import ast
import datetime as dt
import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from hypostyle import _file_options as given
from hypostyle import _folders, _index, _native
from hypostyle._column_labels import any_marked, plain
from hypostyle._foreign_options import (
    READ_PARQUET,
    SCANNED_ROWS,
    WRITE,
    becomes_folder,
    condition,
    is_folder,
    parts_of,
    taking,
)
from hypostyle._headings import axis_of, depth, named, shown
from hypostyle._labels import column_name
from hypostyle._layout import is_scanned
from hypostyle._open_files import into_open_files, of_open_files
from hypostyle._plan import Level, Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError
from hypostyle.expr import row_number

if TYPE_CHECKING:
    from hypostyle._output import Output
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series


@overload
def read_parquet(path: Any, columns: str, **options: Any) -> Series: ...
@overload
def read_parquet(
    path: Any,
    columns: list[str] | tuple[str, ...] | None = None,
    *,
    on_error: Literal["quarantine"],
    **options: Any,
) -> tuple[DataFrame, DataFrame]: ...
@overload
def read_parquet(
    path: Any,
    columns: list[str] | tuple[str, ...] | None = None,
    *,
    on_error: Literal["raise", "null", "skip"] = "raise",
    filters: Any = None,
    index: Any = None,
    hive_partitioning: bool | None = None,
    hive_types: Mapping[str, Any] | None = None,
    union_by_name: bool = False,
    file_path: str | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> DataFrame: ...


@taking(READ_PARQUET)
@of_open_files
def read_parquet(
    path: Any,
    columns: Sequence[str] | str | None = None,
    *,
    on_error: str = "raise",
    filters: Any = None,
    index: Any = None,
    hive_partitioning: bool | None = None,
    hive_types: Mapping[str, Any] | None = None,
    union_by_name: bool = False,
    file_path: str | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> Any:
    """A frame of Parquet files: a path, a pattern, a folder, or several, one after the other. Only what a query needs is
    read: its columns, and the row groups, pages and rows that its conditions cannot exclude. One name as ``columns`` gives
    a series, as in Dask.

    Folders named ``key=value`` below a folder give a column each (``hive_partitioning=True``: also those in the paths of
    files; ``hive_types``: their types, which are guessed otherwise). With ``union_by_name`` files may have different
    columns: what a file lacks is missing in its rows, and types are the smallest that hold those of all files.
    ``file_path`` names a column to add: the file of each row. Columns that were the index of the frame that was written,
    here or by pandas, are the index again; ``index`` names others for it (False: none, they are columns). ``filters`` are
    conditions of the rows as pyarrow writes them: triples such as ``("x", ">", 1)`` that all hold, or lists of triples of
    which one does.

    ``on_error`` says what becomes of damaged pages (each is a run of rows of one column; of lists, structs and what else
    cannot be read page by page it is a row group): ``"raise"``; ``"null"``, their values are missing; ``"skip"``, the rows
    that have a value in one, in any column, are left out; or ``"quarantine"``, which leaves them out and returns two
    frames: the good rows, and what was damaged, with file, row (the first one), byte, column, text (which rows) and reason.
    Pages are found to be damaged by their checksums, where a file has them, or because they contradict themselves.

    Paths may be URLs of object stores (``s3://bucket/key``, ``gs://``, ``az://``), with patterns and folders as well, or of
    web servers (``https://``, read only). ``storage_options`` are names and values as other tools call them
    (``aws_access_key_id``, ``aws_endpoint_url``, ``google_service_account``, ``azure_storage_account_key``, ``allow_http``,
    ``timeout``, ``max_retries``); the environment's variables of these names in capitals count where an option is not given.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.parquet"
    >>> hs.DataFrame({"x": [1, 2]}).to_parquet(path)
    >>> hs.read_parquet(path)["x"].sum(), len(hs.read_parquet(path, filters=[("x", ">", 1)]))
    (3, 1)
    """
    if on_error not in ("raise", "null", "skip", "quarantine"):
        raise InvalidArgumentError(f"on_error is 'raise', 'null', 'skip' or 'quarantine', not {on_error!r}")
    options: dict[str, Any] = {
        "on_error": on_error,
        "hive_partitioning": hive_partitioning,
        "hive_types": hive_types,
        "union_by_name": union_by_name,
        "file_path": file_path,
        "storage_options": storage_options,
    }
    one = columns if isinstance(columns, str) else None
    wanted = [columns] if isinstance(columns, str) else columns
    if filters is None and index is None:
        frame, rejects = _read(path, wanted, **options)
    else:
        frame, rejects = _read(path, None, **options)
        frame = _chosen(frame, wanted, filters, index)
    found = frame if one is None else frame[one]
    return found if rejects is None else (found, rejects)


def _chosen(frame: DataFrame, columns: Sequence[str] | None, filters: Any, index: Any) -> Any:
    """These columns of the rows that conditions keep, under these labels."""
    frame = frame if filters is None else frame.filter(condition(filters))
    keys = [index] if isinstance(index, str) else list(index or ())
    labels = [label for _, label in frame._plan.index]
    if labels and (index is False or (keys and keys != labels)):
        # What was the index is a column, which may be a level of another one.
        frame = frame.reset_index()
    elif keys == labels:
        keys = []
    frame = frame if columns is None else frame[[*(key for key in keys if key not in columns), *columns]]
    return frame.set_index(keys) if keys else frame


def _read(
    path: Any,
    columns: Sequence[str] | None,
    *,
    on_error: str,
    hive_partitioning: bool | None,
    hive_types: Mapping[str, Any] | None,
    union_by_name: bool,
    file_path: str | None,
    storage_options: Mapping[str, Any] | None,
) -> tuple[DataFrame, DataFrame | None]:
    """The frame of the files, and what was damaged, if that is to be kept aside."""
    from hypostyle.frame import DataFrame

    names = None if columns is None else given.names("columns", [plain(column_name(name)) for name in columns])
    files = given.files(hive_partitioning, union_by_name, file_path, hive_types)
    # Columns that the names of folders give are not in the files. Which rows are left out does not depend on the columns
    # that are asked for.
    others = union_by_name or file_path or hive_partitioning or given.folder(path) or on_error in ("skip", "quarantine")
    alone = names is not None and not others
    paths, storage = given.paths(path), given.storage(storage_options)
    query, metadata, rejects = _native.scan_parquet(paths, names if alone else None, on_error, files, storage)
    levels = _levels(metadata)
    own = [column for column, _ in levels]
    if levels and names is not None and alone:
        # The index comes along, as in pandas.
        both = list(dict.fromkeys([*own, *names]))
        query, _, rejects = _native.scan_parquet(paths, both, on_error, files, storage)
    known = query.names()
    levels = [level for level in levels if level[0] in known]
    frame = _numbered(DataFrame._of(Plan(query, levels, given.rows_of(paths, query))), metadata)
    frame = frame if names is None else frame[[name for name in names if name not in own]]
    return _with_labels(frame, metadata), None if rejects is None else given.frame_of(rejects, None)


@taking(WRITE)
@into_open_files
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
    append: bool = False,
    name_function: Callable[[int], str] | None = None,
    schema: Any = None,
    storage_options: Mapping[str, Any] | None = None,
) -> None:
    """Writes a Parquet file, or a folder of them. Columns that act as the index come first, unless ``index`` is false, and
    the file says that they do, as pandas has it: levels without a name are called ``__index_level_0__``, ...

    ``schema`` is what columns are written as: types by name, or a schema of pyarrow, which also chooses and orders them; a
    value that does not fit is an error.

    ``compression`` is one name for all columns, or names by column (the others: snappy). Columns named in
    ``bloom_filters`` are searched faster for single values; ``sorted_by`` writes down the order that the rows are in, and
    raises if they are not.

    With ``partition_cols`` the path becomes a folder, in it one for each value of these columns
    (``year=2024/part-000000.parquet``; missing: ``__HIVE_DEFAULT_PARTITION__``), and the files hold the other columns;
    reading the folder gives the columns back. ``file_rows`` limits the rows of a file, ``file_bytes`` its bytes, and each
    makes a folder of files too. The folder appears when all of it is written. One that is there already is an error, or
    replaced with ``overwrite=True``.

    A path that is a folder already, or ends with a slash, gets a file for each partition, as in Dask: ``part.0.parquet``, or
    what ``name_function`` gives for its number. So does a path without an extension, where nothing is yet, if somebody cut
    the rows into partitions or they are those of several files (of large ones: a file for a million rows). Files in it are
    an error, replaced with ``overwrite=True``, or kept with ``append=True``, which wants the same columns.

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
    frame = _of_schema(frame, schema)
    schema = None
    told = locals().copy()
    keys = [partition_cols] if isinstance(partition_cols, str) else list(partition_cols or ())
    if keys:
        # The names of folders are text.
        texts = {key: "string" for key in keys if frame._plan.dtypes.get(key, "").startswith("category")}
        frame = frame.astype(texts) if texts else frame  # type: ignore[attr-defined]
    cut = bool(keys or file_rows or file_bytes)
    if not (append or cut) and is_scanned(frame._plan) and not is_folder(path) and becomes_folder(frame, path):
        # Rows that need not all be in memory are written as they come.
        file_rows, cut = SCANNED_ROWS, True
    if append or (not cut and becomes_folder(frame, path, overwrite, name_function)):
        options = {name: value for name, value in told.items() if name not in ("frame", "path", "append", "overwrite")}
        _write_parts(frame, path, append, overwrite, options)
        return
    plan, metadata = _described(frame._plan.without_numbers() if index else _index.reset(frame._plan, True))
    named = compression if isinstance(compression, Mapping) else {}
    by_column = {name: kind or "none" for name, kind in named.items()}
    _native.write_parquet(
        plan.query,
        os.fspath(path),
        "snappy" if isinstance(compression, Mapping) else compression or "none",
        compression_level,
        row_group_size,
        write_statistics,
        by_column,
        given.names("bloom_filters", bloom_filters),
        given.names("sorted_by", sorted_by),
        page_rows,
        metadata,
        given.parts(partition_cols, file_rows, file_bytes, overwrite),
        given.storage(storage_options),
    )


def _of_schema(frame: Any, schema: Any) -> Any:
    """The frame with the types that a schema says, and of a whole schema its columns."""
    if schema is None or (isinstance(schema, str) and schema == "infer"):
        return frame
    if isinstance(schema, Mapping):
        return frame.astype(dict(schema))
    if not (hasattr(schema, "names") and hasattr(schema, "field")):
        raise DataTypeError(f"to_parquet: schema is a schema of pyarrow, or types by name, not {schema!r}")
    levels = {label for _, label in frame._plan.index}
    types = {
        field.name: field.type
        for field in (schema.field(at) for at in range(len(schema.names)))
        if field.name not in levels and not field.name.startswith("__index_level_")
    }
    return frame[list(types)].astype(types)


def _write_parts(frame: Any, path: Any, append: bool, overwrite: bool, options: dict[str, Any]) -> None:
    """Writes each partition to a file of a folder."""
    names = options.pop("name_function") or (lambda at: f"part.{at}.parquet")
    if options["partition_cols"] or options["file_rows"] or options["file_bytes"]:
        raise UnsupportedError("to_parquet: append to files in folders by key; write them to a folder beside it")

    def one(part: Any, name: str) -> None:
        write_parquet(part, name, **options)

    if append and os.path.isfile(path):
        raise InvalidArgumentError(
            f"to_parquet: append adds files to a folder, and this is a file (file {os.fspath(path)!r}); write a folder: a path "
            "without an extension, or one that ends in /"
        )
    if append and os.path.isdir(path) and (there := sorted(os.listdir(path))):
        first = len([name for name in there if name.endswith(".parquet")])
        old, new = read_parquet(path)._plan.dtypes, _described(frame._plan.without_numbers())[0].dtypes
        if options["index"] and old != new:
            raise InvalidArgumentError(f"to_parquet: append of the columns {new} to files of the columns {old}")
        _folders.into(os.fspath(path), parts_of(frame), one, names, first)
        return
    _folders.write("to_parquet", path, overwrite, lambda: parts_of(frame), one, names)


def _described(plan: Plan) -> tuple[Plan, dict[str, str]]:
    """The plan with its index as first columns, and what a file says of them to pandas."""
    plan, heads = _told_of_columns(plan)
    if not plan.index and not heads:
        return plan, {}
    taken = set(plan.columns)
    levels = [
        (text if text is not None and text not in taken else _index.HIDDEN.format(at), text)
        for at, (_, text) in enumerate((name, None if label is None else plain(label)) for name, label in plan.index)
    ]
    exprs = {name: _native.Expr.column(column) for (name, _), (column, _) in zip(levels, plan.index, strict=True)}
    exprs.update((name, _native.Expr.column(name)) for name in plan.columns)
    fields = [*levels, *((name, name) for name in plan.columns)]
    parts = ("pandas_type", "numpy_type", "metadata")
    told = {
        "index_columns": [name for name, _ in levels],
        "column_indexes": heads,
        "columns": [{"name": label, "field_name": name, **dict.fromkeys(parts)} for name, label in fields],
        "pandas_version": None,
    }
    return plan.project(exprs, ()), {"pandas": json.dumps(told)}


#: The types of labels of columns, as files name them to pandas, and how they are read from the texts of the names.
_KINDS: dict[type, tuple[str, str]] = {
    int: ("int64", "int64"),
    float: ("float64", "float64"),
    bool: ("bool", "bool"),
    dt.datetime: ("datetime", "datetime64[us]"),
}
_READERS: dict[str, Callable[[str], Any]] = {
    "int": int,
    "uint": int,
    "float": float,
    "bool": lambda text: {"True": True, "False": False}[text],
    "datetime": dt.datetime.fromisoformat,
}


def _told_of_columns(plan: Plan) -> tuple[Plan, list[dict[str, Any]]]:
    """The plan with texts for names, and what a file says to pandas of the labels that these stand for."""
    names, axis = plan.columns, axis_of(plan)
    if not (any_marked(names) or any("2063" in name for name in names if name[:1] == "(") or axis):
        return plan, []
    titles = shown(names)
    levels = list(zip(*titles, strict=True)) if depth(names) > 1 else [tuple(titles)]
    heads = []
    for at, labels in enumerate(levels):
        [kind, *others] = dict.fromkeys(map(type, labels))
        types = ("unicode", "object") if others else _KINDS.get(kind, ("unicode", "object"))
        name = None if axis is None or axis[at] is None else str(axis[at])
        heads.append(
            {"name": name, "field_name": name, "pandas_type": types[0], "numpy_type": types[1], "metadata": None}
        )
    texts: dict[str, str] = {}
    for name, title in zip(names, titles, strict=True):
        text = str(title)
        while text in texts.values():
            text += "_"
        texts[name] = text
    return plan.rename({old: new for old, new in texts.items() if old != new}), heads


def _with_labels(frame: DataFrame, metadata: Mapping[str, str]) -> DataFrame:
    """The frame with the labels of columns that the texts of names stand for, by what a file says to pandas."""
    try:
        heads = json.loads(metadata.get("pandas", "{}")).get("column_indexes", ())
        kinds = [str(one.get("pandas_type")) for one in heads]
        axis = [one.get("name") for one in heads]
    except (ValueError, TypeError, AttributeError):
        return frame
    readers = [next((read for start, read in _READERS.items() if kind.startswith(start)), str) for kind in kinds]
    names = frame._plan.columns
    if heads and any(read is not str for read in readers):
        try:
            rows = [ast.literal_eval(name) if len(readers) > 1 else (name,) for name in names]
            cells = [[read(str(one)) for read, one in zip(readers, row, strict=True)] for row in rows]
        except (ValueError, SyntaxError, KeyError, TypeError):
            return frame
        labels = {old: named(new) for old, new in zip(names, cells, strict=True)}
        frame = type(frame)._of(frame._plan.rename({old: new for old, new in labels.items() if old != new}))
    return type(frame)._of(frame._plan.titled(axis)) if axis and len(axis) == depth(frame._plan.columns) else frame


#: What Dask calls labels that have no name.
_NAMELESS = "__null_dask_index__"


def _levels(metadata: Mapping[str, str]) -> list[Level]:
    """The columns that are the index by what a file says to pandas, and their names."""
    try:
        told = json.loads(metadata.get("pandas", "{}"))
        labels = {one["field_name"]: one["name"] for one in told.get("columns", ())}
        found = [name for name in told.get("index_columns", ()) if isinstance(name, str)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    return [(name, None if labels.get(name) in (None, _NAMELESS) else str(labels[name])) for name in found]


def _numbered(frame: DataFrame, metadata: Mapping[str, str]) -> DataFrame:
    """The frame with the numbers as labels that a file says to pandas where they are others than those of the rows, and with
    their name."""
    try:
        [told] = json.loads(metadata.get("pandas", "{}")).get("index_columns", ())
        name, numbers = told["name"], range(told["start"], told["stop"], told["step"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return frame
    # Of several files each says its own.
    if (numbers.start, numbers.step) != (0, 1) and frame._plan.query.rows() == len(numbers):
        column = _index.HIDDEN.format(0)
        number = (row_number().over(()) - 1) * numbers.step + numbers.start
        plan = frame._plan.with_columns({column: number._native})
        return type(frame)._of(plan.reindexed([(column, name)]).keep(frame._plan.columns))
    return frame if name is None else frame.rename_axis(name)
