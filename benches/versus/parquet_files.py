#!/usr/bin/env python3
"""Read and write Parquet with several engines, in turns, and print a table of times.

    python benches/versus/parquet_files.py --rows 1e7 --threads 2 --rounds 3

The method is described in benches/README.md, section "Parquet".
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import in_turns

CASES = {
    "g1": "G1, 9 columns of text and numbers",
    "columns": "G1, 2 of 9 columns",
    "texts": "G1, 3 columns of text",
    "filter": "G1, rows with id4 over 95",
    "sorted": "G1 sorted, a thousandth of the rows",
    "nested": "lists and structs",
    "timestamps": "timestamps, whole numbers and floats",
    "deltas": "times, numbers and texts in encodings of the second version",
    "small": "a thousand small files",
    "wide": "one row group of 10,000 columns",
    "wide_open": "3 of 10,000 columns",
    "write": "G1 written (zstd)",
}
KEPT, TEXTS, LIMIT = ["id4", "v3"], ["id1", "id2", "id3"], 95
WIDE = ["c17", "c4000", "c9999"]


def make_files(folder: Path, rows: int) -> dict[str, str]:
    """The Parquet files of all cases; what is there is kept."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    root = in_turns.ROOT / "datasets"
    subprocess.run(
        [sys.executable, str(root / "make_datasets.py"), "g1", "--rows", str(rows), "--k", "100",
         "--format", "parquet", "--out", str(folder)], check=True, stdout=sys.stderr)
    sys.path.insert(0, str(root))
    from make_datasets import short

    g1 = folder / f"G1_{short(rows)}_1e2_0_0.parquet"
    random = np.random.default_rng(0)

    def made(name: str, make) -> str:
        path = folder / name
        if not path.exists():
            hidden = folder / f".{name}"
            make(hidden)
            os.replace(hidden, path)
        return str(path)

    def ordered(path):
        table = pq.read_table(g1)
        place = pa.array(np.arange(len(table)), pa.int64())
        pq.write_table(table.append_column("place", place), path, compression="zstd", row_group_size=262_144)

    def nested(path):
        size = rows // 10
        ends = np.concatenate([[0], np.cumsum(random.integers(0, 6, size))]).astype(np.int32)
        items = pa.array(random.integers(0, 1000, ends[-1]))
        pairs = pa.StructArray.from_arrays(
            [pa.array(random.random(size)), pa.array([f"name {n % 1000}" for n in range(size)])], ["x", "name"])
        table = pa.table({"items": pa.ListArray.from_arrays(pa.array(ends), items), "pair": pairs})
        pq.write_table(table, path, compression="zstd", row_group_size=262_144)

    def timestamps(path):
        size = rows // 2
        start = np.datetime64("2024-01-01T00:00:00", "us")
        pickup = start + np.sort(random.integers(0, 366 * 86_400_000_000, size)).astype("timedelta64[us]")
        money = {name: random.integers(100, 10_000, size) / 100 for name in ("distance", "fare", "tip")}
        zones = {name: random.integers(1, 265, size) for name in ("from", "to")}
        pq.write_table(pa.table({"pickup": pickup, **zones, **money}), path, compression="zstd",
                       row_group_size=262_144)

    def deltas(path):
        size = rows // 4
        start = np.datetime64("2024-01-01T00:00:00", "us")
        coded = {
            "at": (start + np.sort(random.integers(0, 366 * 86_400_000_000, size)).astype("timedelta64[us]"),
                   "DELTA_BINARY_PACKED"),
            "number": (np.arange(size), "DELTA_BINARY_PACKED"),
            "customer": (random.integers(0, 1 << 30, size, dtype=np.int32), "DELTA_BINARY_PACKED"),
            "price": (random.integers(100, 10_000, size) / 100, "BYTE_STREAM_SPLIT"),
            "order": (pa.array([f"order-{n:09}" for n in range(size)]), "DELTA_BYTE_ARRAY"),
            "note": (pa.array([f"for customer {n}" for n in random.integers(0, 1 << 20, size)]),
                     "DELTA_LENGTH_BYTE_ARRAY"),
        }
        pq.write_table(pa.table({name: values for name, (values, _) in coded.items()}), path, compression="zstd",
                       row_group_size=262_144, use_dictionary=False,
                       column_encoding={name: encoding for name, (_, encoding) in coded.items()})

    def small(path):
        path.mkdir(exist_ok=True)
        table = pq.read_table(g1)
        step = max(len(table) // 10_000, 1)
        for part in range(1000):
            pq.write_table(table.slice(part * step, step), path / f"part-{part:04}.parquet", compression="zstd")

    def wide(path):
        columns = {f"c{n}": random.integers(0, 100, 1000) for n in range(10_000)}
        pq.write_table(pa.table(columns), path, compression="zstd")

    ten_thousand = made("wide_10000.parquet", wide)
    return {
        **dict.fromkeys(("g1", "columns", "texts", "filter", "write"), str(g1)),
        "sorted": made(f"G1_{short(rows)}_ordered.parquet", ordered),
        "nested": made(f"nested_{short(rows)}.parquet", nested),
        "timestamps": made(f"timestamps_{short(rows)}.parquet", timestamps),
        "deltas": made(f"deltas_{short(rows)}.parquet", deltas),
        "small": made(f"small_{short(rows)}", small),
        "wide": ten_thousand, "wide_open": ten_thousand,
    }


def chosen(case: str) -> list[str] | None:
    return {"columns": KEPT, "texts": TEXTS, "wide_open": WIDE}.get(case)


def bounds(path: str) -> tuple[int, int]:
    """The places that "sorted" asks for: a thousandth of the rows, from the middle."""
    import pyarrow.parquet as pq

    rows = pq.read_metadata(path).num_rows
    return rows // 2, rows // 2 + rows // 1000


# --------------------------------------------------------------------------- engines

def hypostyle(case: str, path: str, target: str):
    import hypostyle as hs

    if case == "write":
        frame = hs.read_parquet(path).compute()
        return lambda: frame.to_parquet(target, compression="zstd"), lambda _: frame.shape
    low, high = bounds(path) if case == "sorted" else (0, 0)

    def read():
        frame = hs.read_parquet(path, columns=chosen(case))
        if case == "filter":
            frame = frame[frame["id4"] > LIMIT]
        if case == "sorted":
            frame = frame[(frame["place"] >= low) & (frame["place"] < high)]
        return frame.compute()

    return read, lambda frame: frame.shape


def polars(case: str, path: str, target: str):
    import polars as pl

    if case == "write":
        frame = pl.read_parquet(path)
        return lambda: frame.write_parquet(target, compression="zstd"), lambda _: frame.shape
    low, high = bounds(path) if case == "sorted" else (0, 0)
    paths = str(Path(path) / "*.parquet") if case == "small" else path

    def read():
        if case == "filter":
            return pl.scan_parquet(paths).filter(pl.col("id4") > LIMIT).collect()
        if case == "sorted":
            place = pl.col("place")
            return pl.scan_parquet(paths).filter((place >= low) & (place < high)).collect()
        return pl.read_parquet(paths, columns=chosen(case))

    return read, lambda frame: frame.shape


def duckdb(case: str, path: str, target: str):
    import duckdb as db

    connection = db.connect()
    connection.execute(f"set threads = {os.environ['THREADS']}; set preserve_insertion_order = true")
    source = f"read_parquet('{path}/*.parquet')" if case == "small" else f"read_parquet('{path}')"
    count = "select count(*), (select count(*) from (describe t)) from t"
    if case == "write":
        connection.execute(f"create table t as from {source}")
        copy = f"copy t to '{target}' (format parquet, compression zstd)"
        return lambda: connection.execute(copy), lambda _: connection.execute(count).fetchone()
    where = f"where id4 > {LIMIT}" if case == "filter" else ""
    if case == "sorted":
        low, high = bounds(path)
        where = f"where place >= {low} and place < {high}"
    read = f"create or replace temp table t as select {', '.join(chosen(case) or ['*'])} from {source} {where}"
    return lambda: connection.execute(read), lambda _: connection.execute(count).fetchone()


def pyarrow(case: str, path: str, target: str):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(int(os.environ["THREADS"]))
    if case == "write":
        table = pq.read_table(path)
        return lambda: pq.write_table(table, target, compression="zstd"), lambda _: table.shape
    filters = {"filter": lambda: [("id4", ">", LIMIT)],
               "sorted": lambda: [("place", op, at) for op, at in zip((">=", "<"), bounds(path), strict=True)]}
    asked = filters[case]() if case in filters else None
    return lambda: pq.read_table(path, columns=chosen(case), filters=asked), lambda table: table.shape


def pandas(case: str, path: str, target: str):
    import pandas as pd

    if case == "write":
        frame = pd.read_parquet(path)
        return lambda: frame.to_parquet(target, compression="zstd"), lambda _: frame.shape
    low, high = bounds(path) if case == "sorted" else (0, 0)
    filters = {"filter": [("id4", ">", LIMIT)], "sorted": [("place", ">=", low), ("place", "<", high)]}
    return (lambda: pd.read_parquet(path, columns=chosen(case), filters=filters.get(case))), lambda frame: frame.shape


if __name__ == "__main__":
    in_turns.main(__doc__, __file__, CASES, (hypostyle, polars, duckdb, pyarrow, pandas), make_files)
