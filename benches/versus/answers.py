"""Compare the answers of engines that return them in different orders and types."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from questions import Question

ROWS_COMPARED = 200_000  # answers up to this size are compared row by row as well
RELATIVE = 1e-9
ABSOLUTE = 1e-9


def number_column(table: pa.Table, name: str) -> np.ndarray:
    """A column as float64 with NaN for what is missing; a text id7 becomes 7. All numbers here are below 2**53."""
    column = table.column(name).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string_view(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.string())
    if pa.types.is_string(column.type):
        column = pc.utf8_slice_codeunits(column, 2).cast(pa.int64())
    return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def _mix(z: np.ndarray) -> np.ndarray:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def summarise(table: pa.Table, question: Question) -> tuple[dict, np.ndarray | None]:
    """(checksums, the rows in canonical order if there are few).

    For every value column: how many values there are, their sum, and their sum weighted by a random number
    from 0 to 1 that belongs to the row's key. The weights catch a right value that stands at a wrong key.
    """
    missing = [c for c in (*question.keys, *question.values) if c not in table.column_names]
    if missing:
        raise ValueError(f"the answer lacks {', '.join(missing)}; it has {', '.join(table.column_names)}")
    rows = table.num_rows
    keys = [np.nan_to_num(number_column(table, c), nan=-1.0) for c in question.keys]
    h = np.zeros(rows, dtype=np.uint64)
    for key in keys:
        h = _mix(h * np.uint64(0x9E3779B97F4A7C15) + key.astype(np.int64).view(np.uint64) + np.uint64(0x1234567))
    weight = (h >> np.uint64(11)).astype(np.float64) * 2.0**-53
    checks: dict = {"rows": rows, "columns": {}}
    values = []
    for c in question.values:
        v = number_column(table, c)
        if c in question.sums:
            v = np.nan_to_num(v, nan=0.0)
        there = ~np.isnan(v)
        full = np.where(there, v, 0.0)
        checks["columns"][c] = {
            "count": int(there.sum()), "sum": float(full.sum()), "weighted": float((full * weight).sum()),
            "scale": float(np.abs(full).sum()),
        }
        if rows <= ROWS_COMPARED:
            values.append(v)
    if rows > ROWS_COMPARED:
        return checks, None
    order = np.lexsort([*reversed(values), *reversed(keys)])
    return checks, np.stack([c[order] for c in (*keys, *values)], axis=1)


def differences(mine: tuple[dict, np.ndarray | None], other: tuple[dict, np.ndarray | None]) -> str | None:
    """What differs between two answers, or None if they agree."""
    a, b = mine[0], other[0]
    if a["rows"] != b["rows"]:
        return f"{a['rows']:,} rows instead of {b['rows']:,}"
    for name, x in a["columns"].items():
        y = b["columns"][name]
        if x["count"] != y["count"]:
            return f"{name}: {x['count']:,} values instead of {y['count']:,}"
        for kind in ("sum", "weighted"):
            if abs(x[kind] - y[kind]) > RELATIVE * max(x["scale"], y["scale"]) + ABSOLUTE:
                return f"{name}: {kind} {x[kind]!r} instead of {y[kind]!r}"
    if mine[1] is not None and other[1] is not None:
        same = np.isclose(mine[1], other[1], rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
        if not same.all():
            row, column = np.argwhere(~same)[0]
            return f"row {row} in order of keys: {mine[1][row, column]!r} instead of {other[1][row, column]!r}"
    return None
