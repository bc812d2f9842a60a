"""Reading CSV."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from hypostyle import _date_forms, _native
from hypostyle import _file_options as given
from hypostyle._archives import of_archives
from hypostyle._categories import is_category
from hypostyle._csv_chunks import Chunks
from hypostyle._csv_headers import first_lines, lines_of, of_labels, of_lines
from hypostyle._csv_lines import of_lines_and_patterns
from hypostyle._csv_options import (
    by_name,
    chunk_rows,
    converted,
    given_names,
    is_blank,
    names_of,
    of_dialects,
    of_repeated,
    raw,
    rows,
    without_numbers,
)
from hypostyle._dtypes import dtype_name
from hypostyle._encodings import of_encodings
from hypostyle._foreign_options import READ_CSV, taking
from hypostyle._labels import column_name
from hypostyle._open_files import of_open_files
from hypostyle.errors import DataTypeError, EmptyDataError, InvalidArgumentError, ParseError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


@overload
def read_csv(path: Any, *, on_error: Literal["quarantine"], **options: Any) -> tuple[DataFrame, DataFrame]: ...


@overload
def read_csv(path: Any, *, on_error: Literal["raise", "null", "skip"] = "raise", **options: Any) -> DataFrame: ...


# Type checkers see the signatures above; the names of all options are here.
@taking(READ_CSV)  # type: ignore[misc]
@of_dialects
@of_archives
@of_encodings
@of_lines_and_patterns
@of_open_files
def read_csv(
    path: Any,
    *,
    sep: str | None = ",",
    header: int | str | Sequence[int] | None = "infer",
    names: Sequence[str] | None = None,
    usecols: Sequence[str] | Sequence[int] | Callable[[str], bool] | None = None,
    dtype: Any = None,
    na_values: str | Iterable[str] | Mapping[str, Any] | None = None,
    keep_default_na: bool = True,
    parse_dates: bool | str | Sequence[str] = False,
    index_col: int | str | Sequence[int | str] | bool | None = None,
    nrows: int | None = None,
    skiprows: int | Iterable[int] | Callable[[int], bool] = 0,
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
    na_filter: bool = True,
    converters: Mapping[str, Callable[[str], Any]] | None = None,
    iterator: bool = False,
    chunksize: int | None = None,
    engine: Any = None,
    low_memory: bool = True,
    memory_map: bool = False,
    float_precision: Any = None,
    cache_dates: bool = True,
    storage_options: Mapping[str, Any] | None = None,
    blocksize: int | str | None = None,
    assume_missing: bool = False,
) -> Any:
    """A frame of CSV files: a path, a pattern (``"data/*.csv"``), a folder, or several, one after the other.

    Types are inferred from samples across the files. A later value that does not fit widens its column (whole numbers
    to floats, anything to text) with a warning; where ``dtype`` settles the type, it is an error naming file, row and
    column. Missing values are pandas' texts and those of ``na_values``. A name that occurs again becomes ``name.1``.
    ``sep=None`` guesses the separator from the first records: a comma, a semicolon, a tabulator or a vertical bar. Several
    characters are a pattern (``sep=r"\\s+"``), and ``skiprows`` may be the numbers of lines, or a function of them; such a
    file is held in memory whole while it is read, and of any pattern but blanks quotes are characters as others.

    Dates stay text unless ``parse_dates`` is true (all that are in ISO form) or names columns. ``date_format`` says how
    they are written, in the codes of strftime: one form for all columns of ``parse_dates``, or forms by column. Without it
    the first value of a named column tells its form; ``dayfirst`` says what 03/04/2024 means. A later value of another form
    is an error.

    Blanks around numbers are passed over, as in pandas; around texts they are kept (``skipinitialspace`` leaves out those before
    them). What follows a ``comment`` character, outside quotes, is not read to the end of the line. With
    ``skip_blank_lines=False`` an empty line is a row of missing values.

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
    ``on_bad_lines="skip"`` leaves out records of too many fields only, ``"warn"`` does and says so; what records of too few
    fields lack is missing then, as in pandas. With ``"error"`` records of too few fields are errors too, unless ``names``
    says what there may be. A column without any value is of floats.

    Where rows have more fields than there are names the first ones are labels, as R writes them, if one file on a disk is
    read. A ``header`` of several lines (``[0, 1]``) makes columns of several levels. ``path`` may be an open file or
    `io.StringIO`, which are read at once. ``usecols`` and ``index_col`` may be numbers of columns, and so may what ``dtype``,
    ``parse_dates``, ``converters`` and ``na_values`` name. ``converters`` are functions of a column's texts. ``chunksize``
    gives frames of so many rows, one after the other. ``dialect``, ``quoting``, ``doublequote`` and ``lineterminator`` are
    taken where they say what can be read. ``engine``, ``low_memory``, ``memory_map``, ``float_precision``, ``cache_dates``
    and ``dtype_backend`` say how pandas reads, and change nothing here. Of Dask's options ``blocksize`` (``"1MB"``) makes
    partitions of at most so many bytes of a file: they have 4 to 8 MiB by themselves, so that larger blocks (and ``None``)
    change nothing, and ``repartition`` makes fewer. With ``assume_missing`` whole numbers are floats, except where ``dtype``
    says what they are.

    >>> import hypostyle as hs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "f.csv"
    >>> _ = path.write_text("carrier,delay\\nUA,4\\nAA,NA\\n")
    >>> hs.read_csv(path).to_dict("list")
    {'carrier': ['UA', 'AA'], 'delay': [4, None]}
    """
    own = {name: value for name, value in locals().items() if name not in ("path", "iterator", "chunksize")}
    chunksize, names = chunk_rows(chunksize), given_names(names)
    if delimiter is not None and sep != ",":
        raise InvalidArgumentError(f"read_csv: sep={sep!r} and delimiter={delimiter!r}; give one of them")
    if converters is not None and not isinstance(converters, Mapping):
        raise DataTypeError(f"converters is a mapping of functions by name, not {converters!r}")
    own["names"] = names
    if chunksize is not None or iterator:
        return Chunks(read_csv(path, **own), chunksize)
    if isinstance(header, (list, tuple)):
        return of_lines(read_csv, path, list(header), own)
    if (labelled := of_labels(read_csv, path, own)) is not None:
        return labelled
    has_header, skip = given.header(header, names, skiprows)  # type: ignore[arg-type]
    if has_header and skip > skiprows:  # type: ignore[operator]
        skip = skiprows + lines_of(path, skiprows, skip - skiprows, own)  # type: ignore[operator, arg-type]
    others = getattr(dtype, "default_factory", None)
    if not has_header and names is None:
        # Without names columns are numbered.
        dtype, converters, na_values = (_numbered(one) for one in (dtype, converters, na_values))
        parse_dates = parse_dates if isinstance(parse_dates, bool) else _numbered(parse_dates)
    separator = sep if delimiter is None else delimiter
    options: dict[str, Any] = {
        "delimiter": "," if separator is None else given.character("sep", separator),
        "sniff": separator is None,
        "escape": None if escapechar is None else given.character("escapechar", escapechar),
        "skip_initial_space": skipinitialspace,
        "skip_footer": given.count("skipfooter", skipfooter),
        "date_formats": {},
        "on_ragged": None,
        "fill_short": on_bad_lines in ("skip", "warn") or (names is not None and not has_header),
        "quote": None if quotechar is None else given.character("quotechar", quotechar),
        "has_header": has_header,
        "column_names": None if names is None else [column_name(name) for name in names],
        "columns": None,
        "null_values": given.null_values(
            None if isinstance(na_values, Mapping) else na_values, keep_default_na, na_filter
        ),
        "null_values_by_column": given.null_values_by_column(na_values) if na_filter and not has_header else {},
        "quoted_nulls": True,
        "parse_dates": parse_dates is not False,
        "skip_rows": skip,
        "n_rows": rows(nrows),
        "skip_blank_lines": skip_blank_lines,
        "true_values": list(true_values or ()),
        "false_values": list(false_values or ()),
        "decimal": given.character("decimal", decimal),
        "thousands": None if thousands is None else given.character("thousands", thousands),
        "number_blanks": True,
        "empty_as_float": True,
        "comment": None if comment is None else given.character("comment", comment),
        "encoding": given.encoding(encoding, encoding_errors),
        "compression": given.compression(compression),
        "row_index": row_index,
        "file_path": file_path,
        "files": given.files(hive_partitioning, union_by_name, None, hive_types),
        "partition_bytes": _block(blocksize),
        "storage": given.storage(storage_options),
    }
    if on_error not in ("raise", "null", "skip", "quarantine"):
        raise InvalidArgumentError(f"on_error is 'raise', 'null', 'skip' or 'quarantine', not {on_error!r}")
    paths = given.paths(path)
    if names is not None and usecols is not None:
        unnamed = {**options, "column_names": None, "null_values_by_column": {}}
        options["column_names"] = _names_of_used(list(names), usecols, lambda: _scan(paths, {}, unnamed).names())
    if has_header or names is not None:
        every = {**options, "null_values_by_column": {}}
        told = (dtype, converters, parse_dates, date_format, na_values if isinstance(na_values, Mapping) else None)
        dtype, converters, parse_dates, date_format, by_column = (
            by_name(one, lambda: _scan(paths, {}, every).names()) for one in told
        )
        na_values = na_values if by_column is None else by_column
        options["null_values_by_column"] = given.null_values_by_column(na_values) if na_filter else {}
    if converters and na_filter:
        raw(options, converters, lambda: _scan(paths, {}, options).names())
    if usecols is not None:
        options["columns"] = _chosen(usecols, lambda: _scan(paths, {}, options).names())
    if isinstance(dtype, Mapping) and others is not None:
        dtype = {**{name: others() for name in _scan(paths, {}, options).names()}, **dtype}
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
    dtypes = {**dtypes, **dict.fromkeys(converters or {}, "string")}
    dates = None if isinstance(parse_dates, bool) else given.names("parse_dates", parse_dates)
    for name in dates or () if na_filter else ():
        options["null_values_by_column"].setdefault(name, []).append("NaT")
    if parse_dates is not False:
        options["date_formats"] = _date_formats(paths, options, dates, date_format, dayfirst)
        if dates is None and date_format is None and index_col is not None and index_col is not False:
            # pandas makes times of labels, whatever form they are written in.
            options["date_formats"] = _label_formats(paths, options, index_col, dayfirst)
        dtypes = {name: kind for name, kind in dtypes.items() if name not in (dates or ())}
        found = _date_types(_scan(paths, dtypes, options), dates, options["date_formats"])
        dtypes = {**found, **dtypes}
    if assume_missing:
        query = _scan(paths, dtypes, options)
        whole = [name for name, kind in zip(query.names(), query.dtypes(), strict=True) if kind == "int64"]
        dtypes = {**{name: "float64" for name in whole if name != row_index}, **dtypes}
    options["on_ragged"] = _on_bad_lines(on_bad_lines)
    query, rejects = _opened(paths, dtypes, on_error, options)
    if has_header and names is None and isinstance(dtype, Mapping) and (numbered := of_repeated(dtype, query.names())):
        known = _scan(paths, {}, {**options, "columns": None, "row_index": None}).names()
        written = dict(zip(known, first_lines(read_csv, paths[0], skip, 1, own)[0], strict=False))
        more = {name: dtype[written[name]] for name in numbered if written.get(name) in dtype}
        if more:
            return read_csv(path, **{**own, "dtype": {**dtype, **more}})
    frame = given.frame_of(query, None, paths, blocksize is not None)
    nameless = names_of(frame._plan.columns)
    if nameless and usecols is not None:
        every = names_of(_scan(paths, {}, {**options, "columns": None}).names())
        nameless = {name: every[name] for name in nameless}
    frame = frame.rename(columns=nameless) if nameless else frame
    if na_filter and na_values is not None:
        frame = without_numbers(frame, na_values, na_values if isinstance(na_values, Mapping) else None)
    if categorical:
        frame = frame.astype({name: kind for name, kind in categorical.items() if name in frame.columns})
    for name, function in (converters or {}).items():
        missing = na_values.get(name) if isinstance(na_values, Mapping) else na_values
        texts = given.NA_TEXTS if keep_default_na and na_filter else ()
        made = converted(frame[name], function, texts, missing if na_filter else None)
        frame[name] = made
    if not has_header and names is None:
        frame = frame.rename(columns=lambda name: int(name[7:]) if re.fullmatch(r"column_\d+", name) else name)
    frame = _indexed(frame, index_col, set(nameless.values()))
    if rejects is None:
        return frame
    if on_error == "quarantine":
        return frame, given.frame_of(rejects, None)
    _warn_of(given.frame_of(rejects, None))
    return frame


def _block(size: int | str | None) -> int | None:
    """Bytes of a partition, where somebody wants less than the engine's own."""
    from hypostyle._partitions import byte_count

    wanted = None if size is None or size == "default" else byte_count(size, "blocksize")
    return wanted if wanted is not None and wanted < _LARGEST_BLOCK else None


def _names_of_used(names: list[Any], usecols: Any, known: Callable[[], list[str]]) -> list[str]:
    """Names of all columns of a file, of which as many were given as are used: those have them, in the file's order."""
    told = [column_name(name) for name in names]
    if isinstance(usecols, str) or not hasattr(usecols, "__iter__") or callable(usecols):
        return told
    used = sorted(set(usecols)) if all(isinstance(one, int) for one in usecols) else []
    if len(used) != len(names) or used[:1] < [0] or len(every := known()) in (len(names), 0):
        return told
    if used[-1] >= len(every):
        raise InvalidArgumentError(f"usecols: no column has the number {used[-1]}; there are {len(every)}")
    by_place = dict(zip(used, told, strict=True))
    return [by_place.get(at, f"\0unused{at}") for at in range(len(every))]


def _chosen(usecols: Any, known: Callable[[], list[str]]) -> list[str]:
    """The names of chosen columns: names, numbers, or what a function of names says."""
    if callable(usecols):
        return [name for at, name in enumerate(known()) if usecols(_name_of(name, at))]
    wanted: list[Any] = [usecols] if isinstance(usecols, str) else list(usecols)
    if wanted and all(isinstance(one, int) and not isinstance(one, bool) for one in wanted):
        names = known()
        if wrong := [at for at in wanted if not -len(names) <= at < len(names)]:
            raise InvalidArgumentError(f"usecols: no column has the number {wrong[0]}; there are {len(names)}")
        return [names[at] for at in wanted]
    if any(isinstance(one, str) and one.startswith("Unnamed: ") for one in wanted):
        own = {shown: name for name, shown in names_of(known()).items()}
        wanted = [own.get(one, one) for one in wanted]
    return given.names("usecols", wanted)


def _name_of(name: str, at: int) -> str:
    """The name of a column; one without a name is named by its place, as in pandas."""
    return f"Unnamed: {at}" if is_blank(name) else name


def _numbered(given: Any) -> Any:
    """The names of columns for their numbers: in a mapping, or a list."""
    if isinstance(given, Mapping):
        return {f"column_{name}" if isinstance(name, int) else name: value for name, value in given.items()}
    if isinstance(given, (list, tuple)):
        return [f"column_{name}" if isinstance(name, int) else name for name in given]
    return given


def _indexed(frame: DataFrame, index_col: Any, nameless: set[str]) -> DataFrame:
    """The frame with columns, by names or numbers, as its index; a column without a name makes one without a name."""
    if index_col is None or index_col is False:
        return frame
    columns: list[str] = list(frame.columns)
    parts: Any = index_col if isinstance(index_col, (list, tuple)) else [index_col]
    names = []
    for part in parts:
        if isinstance(part, int) and not isinstance(part, bool):
            if not -len(columns) <= part < len(columns):
                raise InvalidArgumentError(f"index_col: no column has the number {part}; there are {len(columns)}")
            part = columns[part]
        names.append(part)
    made = frame.set_index(names)
    shown = [None if name in nameless else name for name in names]
    return made if shown == names else made.rename_axis(shown)


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
    paths: list[str], options: dict[str, Any], dates: list[str] | None, told: Any, dayfirst: bool
) -> dict[str, str]:
    """The forms of the columns of dates that are not in ISO 8601 form."""
    if isinstance(told, Mapping):
        return {name: form for name, form in told.items() if form not in _ISO}
    if told is not None and (told in _ISO or dates is not None):
        return {} if told in _ISO else dict.fromkeys(dates or (), told)
    if dates is None and told is None:
        return {}
    plain = {**options, "n_rows": _SAMPLED, "parse_dates": False, "row_index": None, "file_path": None}
    columns = _scan(paths, {}, plain).names()
    if dates is not None:
        columns = [name for name in dates if name in columns]
    texts = given.frame_of(_scan(paths, dict.fromkeys(columns, "string"), plain), None)[columns]
    forms: dict[str, str] = {}
    for name in columns:
        found = texts[name].dropna()
        if told is not None:
            read = found.to_timestamp(format=told, strict=False)  # type: ignore[operator]
            if len(found) and read.count() == len(found):
                forms[name] = told
            continue
        for text in found.head(1).to_list():
            form = _date_forms.form_of(text, dayfirst)
            if form is not None and "%Z" not in form:
                forms[name] = form
    return forms


def _label_formats(paths: list[str], options: dict[str, Any], index_col: Any, dayfirst: bool) -> dict[str, str]:
    """The forms of the columns of labels that are times in another form than ISO 8601, as far as the first rows tell."""
    plain = {**options, "n_rows": _SAMPLED, "parse_dates": False, "row_index": None, "file_path": None}
    names = _scan(paths, {}, plain).names()
    parts = index_col if isinstance(index_col, (list, tuple)) else [index_col]
    chosen = [names[one] if isinstance(one, int) and -len(names) <= one < len(names) else one for one in parts]
    chosen = [name for name in chosen if name in names]
    texts = given.frame_of(_scan(paths, dict.fromkeys(chosen, "string"), plain), None)[chosen]
    forms: dict[str, str] = {}
    for name in chosen:
        found = texts[name].dropna()
        for text in found.head(1).to_list():
            form = _date_forms.form_of(text, dayfirst)
            if form is None or "%Z" in form:
                continue
            read = found.to_timestamp(format=form, strict=False)  # type: ignore[operator]
            if read.count() == len(found):
                forms[name] = form
    return forms


#: What pandas calls forms that are ISO 8601, or could be.
_ISO = ("ISO8601", "mixed")

#: Partitions of files have no more bytes.
_LARGEST_BLOCK = 8 << 20

#: Rows that are looked at for forms of dates.
_SAMPLED = 1000


def _scan(paths: list[str], dtypes: dict[str, str], options: dict[str, Any]) -> _native.Query:
    """The query, for its columns and types only."""
    return _opened(paths, dtypes, "raise", options)[0]


def _opened(paths: list[str], dtypes: dict[str, str], on_error: str, options: dict[str, Any]) -> Any:
    """The query, and that of the rows that cannot be read."""
    try:
        return _native.scan_csv(paths, dtypes=dtypes, on_error=on_error, **options)
    except ParseError as error:
        if error.hint != _NO_NAMES:
            raise
        told = EmptyDataError(*error.args)
        told.__dict__.update(error.__dict__)
        raise told from None


#: What is said of files without a line of names.
_NO_NAMES = "a CSV file has a line of column names at least"


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
