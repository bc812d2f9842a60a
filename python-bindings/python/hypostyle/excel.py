"""Reading spreadsheets (Excel, OpenDocument) through the package python-calamine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from hypostyle import _headings, _mixed
from hypostyle.errors import DataTypeError, InvalidArgumentError, MissingFileError, UnsupportedError
from hypostyle.io import NA_TEXTS


def read_excel(
    io: Any,
    sheet_name: str | int | Sequence[str | int] | None = 0,
    *,
    header: int | None = 0,
    names: Sequence[str] | None = None,
    index_col: str | Sequence[str] | None = None,
    usecols: Sequence[str] | None = None,
    dtype: Any = None,
    skiprows: int = 0,
    nrows: int | None = None,
    na_values: str | Sequence[str] | None = None,
    keep_default_na: bool = True,
) -> Any:
    """A frame of a sheet of a spreadsheet (``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls``, ``.ods``), by name or number; several
    sheets, or all (``None``), are a dictionary of frames. Needs the package python-calamine.

    Empty cells and pandas' texts for missing values are missing. Numbers are whole where all of a column are; a column of
    text and other values is text, with a warning. Dates are timestamps.

    >>> import hypostyle as hs
    >>> hs.read_excel("report.xlsx", sheet_name="Sales")  # doctest: +SKIP
    """
    try:
        import python_calamine
    except ImportError as error:
        raise ImportError("read_excel needs python-calamine: pip install python-calamine") from error
    if isinstance(header, bool) or not (header is None or (isinstance(header, int) and header >= 0)):
        raise UnsupportedError(f"header={header!r}: give the number of the row with names, or None")
    path = os.path.expanduser(os.fspath(io)) if isinstance(io, (str, os.PathLike)) else io
    if isinstance(path, str) and not os.path.exists(path):
        raise MissingFileError(f"no such file: {path}")
    missing = {
        *(NA_TEXTS if keep_default_na else ("",)),
        *([na_values] if isinstance(na_values, str) else na_values or ()),
    }

    def read(book: Any, wanted: str | int) -> Any:
        rows = islice(_rows(_sheet(book, wanted)), skiprows + (header or 0), None)
        columns = _columns(rows, header is not None, names, nrows, missing)
        return _frame(columns, usecols, dtype, index_col)

    with python_calamine.load_workbook(path) as book:
        if sheet_name is None or not isinstance(sheet_name, (str, int)):
            chosen = book.sheet_names if sheet_name is None else list(sheet_name)
            return {one: read(book, one) for one in chosen}
        return read(book, sheet_name)


def _sheet(book: Any, wanted: str | int) -> Any:
    if isinstance(wanted, str):
        if wanted not in book.sheet_names:
            raise InvalidArgumentError(f"no sheet {wanted!r}; there are {', '.join(map(repr, book.sheet_names))}")
        return book.get_sheet_by_name(wanted)
    if not 0 <= wanted < len(book.sheet_names):
        raise InvalidArgumentError(f"no sheet number {wanted}; there are {len(book.sheet_names)}, counted from 0")
    return book.get_sheet_by_index(wanted)


def _rows(sheet: Any) -> Iterator[list[Any]]:
    """All rows from the first cell of the sheet on."""
    return iter(sheet.to_python(skip_empty_area=False))


def _columns(
    rows: Iterator[list[Any]], header: bool, names: Sequence[str] | None, nrows: int | None, missing: set[str]
) -> dict[str, list[Any]]:
    """The cells by column."""
    head = next(rows, []) if header else None
    body = list(rows if nrows is None else islice(rows, nrows))
    width = max(map(len, body), default=len(head or ()))
    if head is None:
        found: list[Any] = list(range(width))
    else:
        cells = [*head, *[""] * (width - len(head))]
        found = [_name(cell, place) for place, cell in enumerate(cells)]
    if names is not None:
        if len(names) != len(found):
            raise InvalidArgumentError(f"{len(names)} names for {len(found)} columns")
        found = list(names)
    columns: dict[str, list[Any]] = {}
    for place, name in enumerate(_headings.unlike(found)):
        cells = [row[place] if place < len(row) else None for row in body]
        columns[name] = _whole([None if isinstance(cell, str) and cell in missing else cell for cell in cells])
    return columns


def _name(cell: Any, place: int) -> Any:
    if cell == "" or cell is None:
        return f"Unnamed: {place}"
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _whole(cells: list[Any]) -> list[Any]:
    """Sheets have floats only: numbers that are all whole are whole numbers."""
    numbers = [cell for cell in cells if isinstance(cell, float)]
    if numbers and all(number.is_integer() and abs(number) < 2**63 for number in numbers):
        return [int(cell) if isinstance(cell, float) else cell for cell in cells]
    return cells


def _frame(columns: Mapping[str, list[Any]], usecols: Any, dtype: Any, index_col: Any) -> Any:
    from hypostyle.frame import DataFrame

    if usecols is not None:
        absent = [name for name in usecols if name not in columns]
        if absent or isinstance(usecols, str):
            raise InvalidArgumentError(f"usecols takes names of columns; {', '.join(map(str, columns))} are there")
        columns = {name: columns[name] for name in columns if name in usecols}
    made: dict[str, Any] = {}
    for name, cells in columns.items():
        try:
            made[name] = DataFrame({name: cells})[name]
        except DataTypeError:
            made[name] = DataFrame({name: _mixed.alike(str(name), cells)})[name]
    frame = DataFrame(made)
    if dtype is not None:
        frame = frame.astype(dtype if isinstance(dtype, Mapping) else dict.fromkeys(frame.columns, dtype))
    if isinstance(index_col, int):
        index_col = list(columns)[index_col]
    return frame if index_col is None else frame.set_index(index_col)
