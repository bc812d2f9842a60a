"""Frames and series as text and as HTML: the first and last rows, and the size."""

from __future__ import annotations

import html as _html
import shutil

from hypostyle import _headings, _native
from hypostyle._column_labels import plain
from hypostyle._dtypes import is_number
from hypostyle._plan import Plan

MISSING = "<NA>"
#: Rows and columns shown before the middle is left out.
MAX_ROWS, MAX_COLUMNS, ENDS = 20, 20, 5
CELL_WIDTH = 50


def frame(plan: Plan) -> str:
    names, cells, numeric = _table(plan, plan.columns)
    rows, columns = plan.query.rows(), len(plan.columns)
    size = f"[{rows} rows x {columns} columns]"
    if not names:
        return f"Empty DataFrame {size}"
    return "\n".join([*_blocks(names, cells, numeric), size])


def series(plan: Plan, column: str, name: str | None) -> str:
    title, rows = [] if name is None else [f"Name: {name}"], plan.query.rows()
    if rows == 0:
        return f"Series([], {', '.join([*title, f'dtype: {plan.dtypes[column]}'])})"
    names, cells, numeric = _table(plan, [column])
    names = ["" for _ in names]
    footer = ", ".join([*title, f"Length: {rows}", f"dtype: {plan.dtypes[column]}"])
    return "\n".join([*_lines(names, cells, numeric)[1:], footer])


def html(plan: Plan) -> str:
    names, cells, _ = _table(plan, plan.columns)
    escape = _html.escape
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = []
    for row in zip(*cells, strict=True):
        first, *rest = row
        values = "".join(f"<td>{escape(value)}</td>" for value in rest)
        body.append(f"<tr><th>{escape(first)}</th>{values}</tr>")
    rows, columns = plan.query.rows(), len(plan.columns)
    return (
        f'<table border="1" class="dataframe"><thead><tr style="text-align: right;">{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table><p>{rows} rows &times; {columns} columns</p>"
    )


def info(plan: Plan) -> str:
    table = plan.query.collect()
    rows, dtypes = table.rows(), plan.dtypes
    names = plan.names
    index = plan.index_columns
    counts = [str(rows - table.null_count(name)) for name in names]
    marks = ["index" if name in index else "" for name in names]
    cells = [[plain(name) for name in names], counts, [dtypes[name] for name in names], marks]
    lines = _lines(["column", "values", "type", ""], cells, [False, True, False, False])
    return "\n".join(
        [*lines, f"{rows} rows in {len(table.partition_rows())} partitions, {_bytes(sum(table.column_bytes()))}"]
    )


def _bytes(count: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def _table(plan: Plan, columns: list[str]) -> tuple[list[str], list[list[str]], list[bool]]:
    """Headings, cells by column, and which columns are numbers; the index (or row numbers) comes first."""
    plan = plan.shown()
    table = plan.query.collect()
    rows = table.rows()
    cut = rows > MAX_ROWS
    parts = [(0, ENDS), (rows - ENDS, ENDS)] if cut else [(0, rows)]
    shown = columns if len(columns) <= MAX_COLUMNS else [*columns[: MAX_COLUMNS // 2], *columns[-MAX_COLUMNS // 2 :]]
    tables = [table.slice(start, count).collect() for start, count in parts]
    dtypes = plan.dtypes
    names = ["" if label is None else label for _, label in plan.index]
    cells = [_cells(tables, column, dtypes[column], cut) for column in plan.index_columns]
    numeric = [False for _ in cells]
    if not cells:
        numbers = [str(start + i) for start, count in parts for i in range(min(count, rows))]
        names, cells, numeric = [""], [_with_gap(numbers, cut)], [False]
    for position, column in enumerate(shown):
        if len(shown) < len(columns) and position == len(shown) // 2:
            names.append("...")
            cells.append(["..."] * len(cells[0]))
            numeric.append(False)
        names.append(column)
        cells.append(_cells(tables, column, dtypes[column], cut))
        numeric.append(is_number(dtypes[column]) or dtypes[column].startswith("decimal"))
    levels = _headings.depth(columns)
    titles = [[str(part) for part in _headings.parts(name)] for name in names]
    titles = [[*title, *[""] * (levels - len(title))] for title in titles]
    if (axis := _headings.axis_of(plan)) is not None:
        # The names of the levels of the headings stand before these, those of the index one line below.
        before = len(plan.index) or 1
        low = [title[0] if at < before else "" for at, title in enumerate(titles)]
        titles[:before] = [[""] * levels for _ in range(before)]
        titles[before - 1] = ["" if name is None else str(name) for name in axis]
        titles = [[*title, text] for title, text in zip(titles, low, strict=True)] if any(low) else titles
    # The lower levels of the headings stand above the first row.
    names = [title[0] for title in titles]
    cells = [[*title[1:], *column] for title, column in zip(titles, cells, strict=True)]
    return names if columns or plan.index else [], cells, numeric


def _cells(tables: list[_native.Table], column: str, dtype: str, cut: bool) -> list[str]:
    values = [value for table in tables for value in table.texts(column)]
    if dtype.startswith("float"):
        values = _floats(values)
    elif dtype == "bool":
        values = [None if value is None else value.capitalize() for value in values]
    elif dtype.startswith("timestamp") and all(v is None or v.endswith(" 00:00:00") for v in values):
        values = [None if value is None else value[:-9] for value in values]
    return _with_gap([MISSING if value is None else _short(value) for value in values], cut)


def _with_gap(values: list[str], cut: bool) -> list[str]:
    return [*values[:ENDS], "...", *values[ENDS:]] if cut else values


def _short(text: str) -> str:
    text = text.replace("\n", "\\n")
    return text if len(text) <= CELL_WIDTH else f"{text[: CELL_WIDTH - 3]}..."


def _floats(values: list[float | None]) -> list[str | None]:
    """Numbers with as many digits after the point as the longest of them needs, six at most."""
    finite = [value for value in values if value is not None and value == value and abs(value) != float("inf")]
    if any(value and not 1e-4 <= abs(value) < 1e15 for value in finite):
        return [None if value is None else "NaN" if value != value else f"{value:.6g}" for value in values]
    digits = max((len(f"{value:.6f}".rstrip("0").split(".")[1]) for value in finite), default=1)
    return [None if v is None else "NaN" if v != v else f"{v:.{max(digits, 1)}f}" for v in values]


def _lines(names: list[str], cells: list[list[str]], numeric: list[bool]) -> list[str]:
    """Aligned lines: numbers to the right, the rest to the left."""
    columns = []
    for name, column, right in zip(names, cells, numeric, strict=True):
        width = max(map(len, [name, *column]), default=0)
        columns.append([text.rjust(width) if right else text.ljust(width) for text in [name, *column]])
    return ["  ".join(parts).rstrip() for parts in zip(*columns, strict=True)]


def _blocks(names: list[str], cells: list[list[str]], numeric: list[bool]) -> list[str]:
    """Lines that fit the terminal: columns that do not fit go below, each block with the first column."""
    limit = max(shutil.get_terminal_size((110, 24)).columns, 40)
    widths = [max(map(len, [name, *column]), default=0) + 2 for name, column in zip(names, cells, strict=True)]
    lines: list[str] = []
    start = 1
    while start < len(names) or not lines:
        stop, total = start, widths[0]
        while stop < len(names) and (stop == start or total + widths[stop] <= limit):
            total += widths[stop]
            stop += 1
        chosen = [0, *range(start, stop)]
        if lines:
            lines.append("")
        lines += _lines([names[i] for i in chosen], [cells[i] for i in chosen], [numeric[i] for i in chosen])
        start = max(stop, start + 1)
    return lines
