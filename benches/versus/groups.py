"""Group-bys of other shapes than db-benchmark's: the table, and the questions in SQL.

The table is made of numbers of a fixed seed, once, and kept as Parquet files: `t` of `rows` rows, `wide` of `rows`/100.
"""

from __future__ import annotations

from pathlib import Path

SEED = 108
SIXTEEN = [f"k{i}" for i in range(1, 17)]
MANY = 1_000

# question -> text, table, keys, aggregates as (name, function, expression); the expression is SQL of one column.
GROUPS = {
    "h1": ("two groups", "t", ["two"], [("a", "sum", "v"), ("b", "sum", "i"), ("n", "count", "v")]),
    "h2": ("half of the rows in one of rows/100 groups", "t", ["skew"], [("a", "sum", "v"), ("b", "avg", "i")]),
    "h3": ("each row its own group, by int", "t", ["row"], [("a", "sum", "v")]),
    "h4": ("each row its own group, by text", "t", ["text"], [("a", "sum", "v")]),
    "h5": ("rows/2 groups, by int", "t", ["pair"], [("a", "min", "v"), ("n", "count", "v")]),
    "h6": ("sixteen keys of two values", "t", SIXTEEN, [("a", "sum", "v")]),
    "h7": ("distinct values by 100 groups", "t", ["hundred"], [("a", "nunique", "i")]),
    "h8": ("a thousand aggregates by three groups", "wide", ["three"], [(f"a{n}", "sum", f"i + {n}") for n in range(MANY)]),
}
TABLES = ("t", "wide")
SQL_FUNCTIONS = {"nunique": "count(DISTINCT {})"}


def sql(question: str) -> str:
    _text, table, keys, aggregates = GROUPS[question]
    made = ", ".join(f"{SQL_FUNCTIONS.get(f, f + '({})').format(x)} AS {name}" for name, f, x in aggregates)
    by = ", ".join(keys)
    return f"SELECT {by}, {made} FROM {table} GROUP BY {by}"


def files(folder: Path, rows: int) -> dict[str, str]:
    """The Parquet files, made if they are not there."""
    found = {name: folder / f"H1_{rows}_{name}.parquet" for name in TABLES}
    if not all(path.exists() for path in found.values()):
        folder.mkdir(parents=True, exist_ok=True)
        make(found, rows)
    return {name: str(path) for name, path in found.items()}


def make(found: dict[str, Path], rows: int) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(SEED)

    def write(name, **columns):
        path = found[name].with_suffix(".partial")
        pq.write_table(pa.table(columns), path, row_group_size=262_144)
        path.rename(found[name])

    order = random.permutation(rows).astype(np.int64)
    some = max(rows // 100, 1)
    bits = random.integers(0, 1 << 16, rows)
    write(
        "t",
        row=order,
        text=pa.array([f"id{n:09d}" for n in random.permutation(rows)]),
        two=random.integers(0, 2, rows),
        three=random.integers(0, 3, rows),
        hundred=random.integers(0, 100, rows),
        skew=np.where(random.random(rows) < 0.5, 7, random.integers(0, some, rows)),
        pair=order // 2,
        **{name: (bits >> n & 1).astype(np.int32) for n, name in enumerate(SIXTEEN)},
        i=random.integers(0, max(rows // 10, 1), rows),
        v=random.random(rows),
    )
    write("wide", three=random.integers(0, 3, some), i=random.integers(0, 1_000, some))
