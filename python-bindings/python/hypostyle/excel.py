"""Reading spreadsheets (Excel, OpenDocument) through the package python-calamine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypostyle import _headings, _mixed
from hypostyle._sheets import Sheet, places_of
from hypostyle.errors import DataTypeError, InvalidArgumentError, MissingFileError, UnsupportedError
from hypostyle.io import NA_TEXTS


def read_excel(
    io: Any,
    sheet_name: str | int | Sequence[str | int] | None = 0,
    *,
    header: int | Sequence[int] | None = 0,
    names: Sequence[Any] | None = None,
    index_col: int | str | Sequence[int | str] | None = None,
    usecols: str | Sequence[int] | Sequence[str] | Callable[[Any], bool] | None = None,
    dtype: Any = None,
    engine: str | None = None,
    converters: Mapping[Any, Callable[[Any], Any]] | None = None,
    true_values: Sequence[str] | None = None,
    false_values: Sequence[str] | None = None,
    skiprows: int | Sequence[int] | Callable[[int], bool] | None = None,
    nrows: int | None = None,
    na_values: Any = None,
    keep_default_na: bool = True,
    na_filter: bool = True,
    parse_dates: bool | Sequence[Any] = False,
    date_format: str | Mapping[str, str] | None = None,
    skipfooter: int = 0,
) -> Any:
    """A frame of a sheet of a spreadsheet (``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls``, ``.ods``), by name or number; several
    sheets, or all (``None``), are a dictionary of frames. Needs the package python-calamine, whatever ``engine`` says.

    Empty cells and pandas' texts for missing values are missing. Numbers are whole where all of a column are; a column of
    text and other values is text, with a warning. Dates are timestamps; ``parse_dates`` names columns of text that are times.

    ``header`` is the number of the row with names, or several for columns of several levels; ``skiprows`` a number of rows at
    the top, the numbers of rows, or a function of them. ``usecols`` are letters as the sheet shows them (``"A:C,F"``),
    numbers, names, or a function of names. ``converters`` are functions of a column's cells (of an empty one ``""``).

    >>> import hypostyle as hs
    >>> hs.read_excel("report.xlsx", sheet_name="Sales", usecols="A:C", skiprows=2)  # doctest: +SKIP
    """
    try:
        import python_calamine
    except ImportError as error:
        raise ImportError("read_excel needs python-calamine: pip install python-calamine") from error
    own = {
        name: value for name, value in locals().items() if name not in ("io", "sheet_name", "engine", "python_calamine")
    }
    path = os.path.expanduser(os.fspath(io)) if isinstance(io, (str, os.PathLike)) else io
    if isinstance(path, str) and not os.path.exists(path):
        raise MissingFileError(f"no such file: {path}")
    with python_calamine.load_workbook(path) as book:
        if sheet_name is None or not isinstance(sheet_name, (str, int)):
            chosen = book.sheet_names if sheet_name is None else list(sheet_name)
            return {one: _read(_sheet(book, one), **own) for one in chosen}
        return _read(_sheet(book, sheet_name), **own)


def _sheet(book: Any, wanted: str | int) -> Any:
    if isinstance(wanted, str):
        if wanted not in book.sheet_names:
            raise InvalidArgumentError(f"no sheet {wanted!r}; there are {', '.join(map(repr, book.sheet_names))}")
        return book.get_sheet_by_name(wanted)
    if not 0 <= wanted < len(book.sheet_names):
        raise InvalidArgumentError(f"no sheet number {wanted}; there are {len(book.sheet_names)}, counted from 0")
    return book.get_sheet_by_index(wanted)


def _read(
    sheet: Any,
    header: Any,
    names: Any,
    index_col: Any,
    usecols: Any,
    dtype: Any,
    converters: Any,
    true_values: Any,
    false_values: Any,
    skiprows: Any,
    nrows: Any,
    na_values: Any,
    keep_default_na: bool,
    na_filter: bool,
    parse_dates: Any,
    date_format: Any,
    skipfooter: int,
) -> Any:
    """A frame of a sheet."""
    cut = Sheet.cut(sheet.to_python(skip_empty_area=False), header, skiprows, nrows, skipfooter)
    labels, nameless = cut.labels, cut.nameless
    if usecols is not None:
        places = places_of(usecols, labels, header is not None)
        cut = cut.chosen(places)
        labels = cut.labels
    if names is not None:
        if len(names) != len(labels):
            raise InvalidArgumentError(f"{len(names)} names for {len(labels)} columns")
        labels, nameless = list(names), set()
    labels = _headings.unlike(labels)
    index = _index(index_col, labels)
    if len(index) > 1:
        # Cells that are merged hold the value of the first one.
        cut.filled_down([labels.index(label) for label in index[:-1]])
    titles = cut.index_titles([labels.index(label) for label in index]) if index else None
    columns = {}
    for place, label in enumerate(labels):
        cells = cut.column(place)
        convert = None if converters is None else converters.get(label, converters.get(place))
        missing = _missing(na_values, keep_default_na, label) if na_filter else set()
        if convert is not None:
            cells = [convert("" if cell is None else cell) for cell in cells]
        if any(cell != "" and not isinstance(cell, str) for cell in cells):
            # Only text may be empty.
            missing = {*missing, ""}
        cells = [None if _is_missing(cell, missing) else cell for cell in cells]
        columns[label] = _truths(_whole(cells), true_values or (), false_values or ())
    frame = _frame(columns, dtype)
    frame = _with_times(frame, parse_dates, date_format, index)
    if not index:
        return frame
    made = frame.set_index(index)
    shown = [None if label in nameless else label for label in index] if titles is None else titles
    return made if shown == index else made.rename_axis(shown)


def _index(index_col: Any, labels: list[Any]) -> list[Any]:
    """The labels of the columns that become the index."""
    if index_col is None or index_col is False:
        return []
    found = []
    for part in index_col if isinstance(index_col, (list, tuple)) else [index_col]:
        if part in labels and not isinstance(part, int):
            found.append(part)
        elif isinstance(part, int) and -len(labels) <= part < len(labels):
            found.append(labels[part])
        else:
            raise InvalidArgumentError(
                f"index_col: there is no column {part!r}; there are {', '.join(map(str, labels))}"
            )
    return found


def _missing(na_values: Any, keep_default_na: bool, label: Any) -> set[Any]:
    """What stands for a missing value in a column."""
    given = na_values.get(label) if isinstance(na_values, Mapping) else na_values
    more = [given] if isinstance(given, (str, int, float)) else list(given or ())
    default = keep_default_na or (isinstance(na_values, Mapping) and label not in na_values)
    return {*(NA_TEXTS if default else ()), *more}


def _is_missing(cell: Any, missing: set[Any]) -> bool:
    if cell is None:
        return True
    return isinstance(cell, (str, int, float)) and not isinstance(cell, bool) and cell in missing


def _whole(cells: list[Any]) -> list[Any]:
    """Sheets have floats only: numbers that are all whole are whole numbers."""
    numbers = [cell for cell in cells if isinstance(cell, float)]
    if numbers and all(number.is_integer() and abs(number) < 2**63 for number in numbers):
        return [int(cell) if isinstance(cell, float) else cell for cell in cells]
    return cells


def _truths(cells: list[Any], true_values: Sequence[str], false_values: Sequence[str]) -> list[Any]:
    """Texts that are all among those that mean true and false."""
    if not (true_values or false_values):
        return cells
    known = {**dict.fromkeys(true_values, True), **dict.fromkeys(false_values, False)}
    there = [cell for cell in cells if cell is not None]
    if there and all(isinstance(cell, (str, bool)) and (isinstance(cell, bool) or cell in known) for cell in there):
        return [known.get(cell, cell) if isinstance(cell, str) else cell for cell in cells]
    return cells


def _frame(columns: Mapping[Any, list[Any]], dtype: Any) -> Any:
    from hypostyle.frame import DataFrame

    made: dict[Any, Any] = {}
    for name, cells in columns.items():
        try:
            made[name] = DataFrame({name: cells})[name]
        except DataTypeError:
            made[name] = DataFrame({name: _mixed.alike(str(name), cells)})[name]
        if cells and all(cell is None for cell in cells):
            made[name] = made[name].astype("float64")
    frame = DataFrame(made)
    if dtype is None:
        return frame
    return frame.astype(dtype if isinstance(dtype, Mapping) else dict.fromkeys(frame.columns, dtype))


def _with_times(frame: Any, parse_dates: Any, date_format: Any, index: list[Any]) -> Any:
    """Columns of text, by names or places, as times; True: those of the index."""
    from hypostyle._to_datetime import to_datetime

    if parse_dates is False or parse_dates is None:
        return frame
    if isinstance(parse_dates, Mapping) or not (parse_dates is True or hasattr(parse_dates, "__iter__")):
        raise UnsupportedError(f"parse_dates={parse_dates!r}: give a list of columns, and join texts before with +")
    columns = list(frame.columns)
    for part in index if parse_dates is True else parse_dates:
        name = columns[part] if isinstance(part, int) and part not in columns else part
        if name not in columns:
            raise InvalidArgumentError(f"parse_dates: there is no column {part!r}")
        form = date_format.get(name) if isinstance(date_format, Mapping) else date_format
        if str(frame[name].dtype) == "string":
            frame[name] = to_datetime(frame[name], format=form)
    return frame
