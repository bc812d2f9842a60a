"""Options of pandas' reader of CSV that the engine knows by other names: dialects, columns by their places, numbers that stand
for missing values, names of columns without one."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from hypostyle import _native
from hypostyle._dtypes import is_number
from hypostyle.errors import InvalidArgumentError, UnsupportedError

F = TypeVar("F", bound=Callable[..., Any])
Native = _native.Expr


def of_dialects(read: F) -> F:
    """Lets a reader take ``dialect``, ``quoting``, ``doublequote`` and ``lineterminator``."""

    @functools.wraps(read)
    def reader(path: Any, *args: Any, **options: Any) -> Any:
        dialect = options.pop("dialect", None)
        if dialect is not None:
            dialect = csv.get_dialect(dialect) if isinstance(dialect, str) else dialect
            options = {**options, **_of_dialect(dialect)}
        _check_lines(options.pop("lineterminator", None))
        quoting = options.pop("quoting", csv.QUOTE_MINIMAL)
        doubled = options.pop("doublequote", True)
        if quoting == csv.QUOTE_NONE:
            options["quotechar"] = None
        elif quoting not in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            raise UnsupportedError(
                f"quoting={quoting!r}: QUOTE_MINIMAL, QUOTE_ALL and QUOTE_NONE are supported; numbers are told from text by "
                "how they look, and dtype says otherwise"
            )
        elif not doubled and options.get("escapechar") is None:
            raise UnsupportedError("doublequote=False: give the escapechar that stands before quotes within a field")
        return read(path, *args, **options)

    return reader  # type: ignore[return-value]


def _of_dialect(dialect: Any) -> dict[str, Any]:
    names = {"delimiter": "sep", "escapechar": "escapechar", "skipinitialspace": "skipinitialspace"}
    found = {
        ours: getattr(dialect, theirs) for theirs, ours in names.items() if getattr(dialect, theirs, None) is not None
    }
    found.update(quoting=dialect.quoting, doublequote=dialect.doublequote, quotechar=dialect.quotechar)
    return found


def _check_lines(terminator: Any) -> None:
    if terminator not in (None, "\n", "\r\n", "\r"):
        raise UnsupportedError(f"lineterminator={terminator!r}; lines end with a line feed, a carriage return, or both")


def rows(number: Any) -> int | None:
    """A number of rows, which may be written as a fraction."""
    return None if number is None else _whole("nrows", number, 0)


def chunk_rows(number: Any) -> int | None:
    """A number of rows that a frame of several has."""
    return None if number is None else _whole("chunksize", number, 1)


def _whole(what: str, number: Any, least: int) -> int:
    number = int(number) if isinstance(number, float) and number.is_integer() else number
    if isinstance(number, bool) or not hasattr(number, "__index__") or int(number) < least:
        raise InvalidArgumentError(f"{what} is a whole number of at least {least}, not {number!r}")
    return int(number)


def by_name(given: Any, known: Callable[[], list[str]]) -> Any:
    """What is said of columns by their places, in a mapping or a list, by their names."""
    listed = isinstance(given, (list, tuple)) or (isinstance(given, Mapping) and len(given) > 0)
    if not listed or not any(isinstance(one, int) and not isinstance(one, bool) for one in given):
        return given
    names = known()

    def name(one: Any) -> Any:
        if not isinstance(one, int) or isinstance(one, bool):
            return one
        if not -len(names) <= one < len(names):
            raise InvalidArgumentError(f"read_csv: no column has the number {one}; there are {len(names)}")
        return names[one]

    if isinstance(given, Mapping):
        return {name(one): value for one, value in given.items()}
    return [name(one) for one in given]


def given_names(names: Any) -> list[Any] | None:
    """Names of columns, each of which occurs once."""
    if names is None:
        return None
    if isinstance(names, (str, bytes, set, frozenset, Mapping)) or not hasattr(names, "__iter__"):
        raise InvalidArgumentError(f"names is a list of names, in the order of the columns, not {names!r}")
    listed = list(names)
    if again := [name for at, name in enumerate(listed) if name in listed[:at]]:
        raise InvalidArgumentError(f"names: {again[0]!r} occurs again; a name belongs to one column")
    return listed


def of_repeated(dtype: Mapping[str, Any], known: list[str]) -> list[str]:
    """Columns without a type that may have a name that occurs again, and is numbered then: the type is that name's."""
    return [name for name in known if name not in dtype and name.rpartition(".")[0] in dtype]


def raw(options: dict[str, Any], converters: Mapping[str, Any], known: Callable[[], list[str]]) -> None:
    """Lets functions of texts get them as they stand, also those that would stand for missing values."""
    texts, own = options["null_values"], options["null_values_by_column"]
    options["null_values"] = []
    options["null_values_by_column"] = {
        name: [*texts, *own.get(name, ())] for name in known() if name not in converters
    }


def converted(series: Any, function: Callable[[str], Any], texts: Iterable[str], given: Any) -> Any:
    """What a function makes of texts, which may stand for a missing value too."""
    made = series.fillna("").map(function)
    if made.dtype == "string":
        return made.where(~made.isin(list(dict.fromkeys([*texts, *map(str, _listed(given))]))))
    numbers = [float(one) for one in _listed(given) if _is_number(one)]
    return made.where(~made.isin(numbers)) if numbers and is_number(made.dtype) else made


def without_numbers(frame: Any, na_values: Any, columns: Mapping[str, Any] | None) -> Any:
    """The frame without those numbers that stand for missing values, however they are written: ``-999`` and ``-999.000``."""
    exprs = {}
    for name, dtype in frame._plan.dtypes.items():
        if not is_number(dtype) or name not in frame._plan.columns:
            continue
        given = na_values if columns is None else columns.get(name)
        numbers: list[Any] = [float(one) for one in _listed(given) if _is_number(one)]
        if not dtype.startswith("float"):
            numbers = [int(one) for one in numbers if one.is_integer() and abs(one) < 1 << 53]
        if numbers:
            column = Native.column(name)
            is_one = Native.call("scalar", "is_in", [column, Native.literal(numbers)])
            exprs[name] = Native.case([(is_one, Native.literal(None))], column)
    return type(frame)._of(frame._plan.with_columns(exprs)) if exprs else frame


def _listed(given: Any) -> Iterable[Any]:
    if given is None:
        return ()
    return [given] if isinstance(given, (str, int, float)) else given


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    try:
        return float(value) == float(value)
    except (TypeError, ValueError):
        return False


def names_of(names: list[str]) -> dict[str, str]:
    """Names for the columns of a file that have none, by those that the engine gives them: by their places, after the names
    that there are, as in pandas."""
    blanks = [(at, name) for at, name in enumerate(names) if is_blank(name)]
    taken, found = set(names), {}
    for at, name in blanks:
        made, again = f"Unnamed: {at}", 0
        while made in taken:
            again += 1
            made = f"Unnamed: {at}.{again}"
        taken.add(made)
        found[name] = made
    return found


def is_blank(name: str) -> bool:
    """Whether the engine calls a column so that has no name."""
    return re.fullmatch(r"|\.\d+", name) is not None
