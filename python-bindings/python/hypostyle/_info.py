"""``info()``: columns, counts, types and memory, as pandas lists them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypostyle import _headings
from hypostyle._plan import Plan


def of_frame(plan: Plan, verbose: bool | None, max_cols: int | None, memory: Any, counted: bool | None) -> str:
    """The text of a frame's ``info``; runs."""
    plan = plan.shown()
    table = plan.query.collect()
    names, dtypes = plan.columns, plan.dtypes
    titles = list(map(str, _headings.shown(names)))
    lines = ["<class 'hypostyle.DataFrame'>", _entries(plan, table.rows())]
    if not names:
        return "\n".join([*lines, "Empty DataFrame"])
    most = 100 if max_cols is None else max_cols
    if verbose is False or (verbose is None and len(names) > most):
        lines.append(f"Columns: {len(names)} entries, {titles[0]} to {titles[-1]}")
    else:
        lines.append(f"Data columns (total {len(names)} columns):")
        cells = [[" # ", *(f" {at}" for at in range(len(names)))], ["Column", *titles]]
        if counted is not False:
            cells.append(["Non-Null Count", *(f"{table.rows() - table.null_count(n)} non-null" for n in names)])
        cells.append(["Dtype", *(dtypes[name] for name in names)])
        lines += _table(cells)
    lines.append(_types([dtypes[name] for name in names]))
    return "\n".join([*lines, *_memory(table, memory)])


def of_series(plan: Plan, column: str, name: Any, memory: Any, counted: bool | None) -> str:
    """The text of a series' ``info``; runs."""
    plan = plan.shown()
    table, dtype = plan.query.collect(), plan.dtypes[column]
    lines = ["<class 'hypostyle.Series'>", _entries(plan, table.rows()), f"Series name: {name}"]
    counts = [["Non-Null Count", f"{table.rows() - table.null_count(column)} non-null"]] if counted is not False else []
    lines += _table([*counts, ["Dtype", dtype]])
    return "\n".join([*lines, _types([dtype]), *_memory(table, memory)])


def _entries(plan: Plan, rows: int) -> str:
    """How many rows there are, and the first and last of their labels."""
    kind = "RangeIndex" if not plan.index else "Index" if len(plan.index) == 1 else "MultiIndex"
    if kind == "Index" and plan.dtypes[plan.index[0][0]].startswith(("timestamp", "date")):
        kind = "DatetimeIndex"
    if not rows:
        return f"{kind}: 0 entries"
    ends: list[Any] = [0, rows - 1]
    if plan.index:
        lists = [plan.query.slice(at, 1).collect().lists(plan.index_columns) for at in (0, rows - 1)]
        ends = [one[0][0] if len(one) == 1 else tuple(level[0] for level in one) for one in lists]
    first, last = (str(end).removesuffix(" 00:00:00") for end in ends)
    return f"{kind}: {rows} entries, {first} to {last}"


def _table(cells: list[list[str]]) -> list[str]:
    """Lines of columns, the first of each its heading."""
    lined = [[column[0], "-" * len(column[0]), *column[1:]] for column in cells]
    widths = [max(map(len, column)) for column in lined]
    rows = zip(*lined, strict=True)
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]


def _types(dtypes: list[str]) -> str:
    found = sorted(Counter(dtypes).items())
    return f"dtypes: {', '.join(f'{dtype}({count})' for dtype, count in found)}"


def _memory(table: Any, memory: Any) -> list[str]:
    """The memory of the columns, and in how many partitions they lie."""
    if memory is False:
        return []
    parts = len(table.partition_rows())
    return [f"memory usage: {_bytes(sum(table.column_bytes()))} in {parts} partition{'' if parts == 1 else 's'}"]


def _bytes(count: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"
