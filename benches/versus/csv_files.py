#!/usr/bin/env python3
"""Read and write CSV with several engines, in turns, and print a table of times.

    python benches/versus/csv_files.py --rows 1e7 --threads 2 --rounds 3

The method is described in benches/README.md, section "CSV".
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import in_turns

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CASES = {
    "flights": "flights, 19 columns",
    "g1": "G1, 9 columns of text and numbers",
    "columns": "G1, 2 of 9 columns",
    "filter": "G1, rows with id4 over 95",
    "gzip": "G1, compressed with gzip",
    "floats": "100 columns of floats with all digits",
    "quoted": "quoted text with quotes and line breaks",
    "taxi": "timestamps, whole numbers and floats",
    "write": "G1 written",
}
KEPT, LIMIT = ["id4", "v3"], 95
DATES = ["pickup", "dropoff"]


# --------------------------------------------------------------------------- data

def make_files(folder: Path, rows: int) -> dict[str, str]:
    """The CSV files of all cases; what is there is kept."""
    import numpy as np

    folder.mkdir(parents=True, exist_ok=True)
    make = [sys.executable, str(ROOT / "datasets" / "make_datasets.py")]
    out = ["--format", "csv", "--out", str(folder)]
    subprocess.run([*make, "flights", *out], check=True, stdout=sys.stderr)
    subprocess.run([*make, "g1", "--rows", str(rows), "--k", "100", *out], check=True, stdout=sys.stderr)
    sys.path.insert(0, str(ROOT / "datasets"))
    from make_datasets import short

    g1 = folder / f"G1_{short(rows)}_1e2_0_0.csv"
    random = np.random.default_rng(0)

    packed = g1.with_name(g1.name + ".gz")
    if not packed.exists():
        with tempfile.NamedTemporaryFile("wb", dir=folder, delete=False) as file:
            with open(g1, "rb") as plain, gzip.open(file, "wb", compresslevel=6) as out:
                shutil.copyfileobj(plain, out, 1 << 20)
        os.replace(file.name, packed)

    def written(name: str, header: list[str], lines) -> str:
        path = folder / name
        if not path.exists():
            with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, newline="") as file:
                file.write(",".join(header) + "\n")
                file.writelines(lines())
            os.replace(file.name, path)
        return str(path)

    def floats():
        for row in random.standard_normal((rows // 250, 100)):
            yield ",".join(map(repr, row.tolist())) + "\n"

    def quoted():
        words = ["one", "two,", "three\n", '""four""', "five", "caf\u00e9", "seven\r\n", "eight"]
        for i, picks in enumerate(random.integers(0, 8, (rows // 20, 12)).tolist()):
            yield f'{i},"{" ".join(words[pick] for pick in picks)}",{picks[0]}\n'

    def taxi():
        start = np.datetime64("2024-01-01T00:00:00")
        size = rows // 10
        pickup = start + np.sort(random.integers(0, 366 * 86_400, size)).astype("timedelta64[s]")
        dropoff = pickup + random.integers(60, 7200, size).astype("timedelta64[s]")
        numbers = random.integers(1, 265, (size, 2)).tolist()
        money = (random.integers(100, 10_000, (size, 3)) / 100).tolist()
        times = zip(pickup.astype(str).tolist(), dropoff.astype(str).tolist(), numbers, money, strict=True)
        for a, b, (p, q), (x, y, z) in times:
            yield f"{a.replace('T', ' ')},{b.replace('T', ' ')},{p},{q},{x},{y},{z}\n"

    return {
        "flights": str(folder / "flights.csv"),
        **dict.fromkeys(("g1", "columns", "filter", "write"), str(g1)),
        "gzip": str(packed),
        "floats": written(f"floats_{short(rows)}.csv", [f"x{i}" for i in range(100)], floats),
        "quoted": written(f"quoted_{short(rows)}.csv", ["id", "text", "n"], quoted),
        "taxi": written(
            f"taxi_{short(rows)}.csv", [*DATES, "from", "to", "distance", "fare", "tip"], taxi),
    }


# --------------------------------------------------------------------------- engines: case -> (rows, columns)

def hypostyle(case: str, path: str, target: str):
    import hypostyle as hs

    if case == "write":
        frame = hs.read_csv(path).compute()
        return lambda: frame.to_csv(target), lambda _: frame.shape

    def read():
        frame = hs.read_csv(path, parse_dates=case == "taxi")
        if case == "columns":
            frame = frame[KEPT]
        if case == "filter":
            frame = frame[frame["id4"] > LIMIT]
        return frame.compute()

    return read, lambda frame: frame.shape


def polars(case: str, path: str, target: str):
    import polars as pl

    if case == "write":
        frame = pl.read_csv(path)
        return lambda: frame.write_csv(target), lambda _: frame.shape

    def read():
        if case == "filter":
            return pl.scan_csv(path).filter(pl.col("id4") > LIMIT).collect()
        return pl.read_csv(path, try_parse_dates=case == "taxi", columns=KEPT if case == "columns" else None)

    return read, lambda frame: frame.shape


def duckdb(case: str, path: str, target: str):
    import duckdb as db

    connection = db.connect()
    connection.execute(f"set threads = {os.environ['THREADS']}; set preserve_insertion_order = true")
    source = f"read_csv('{path}')"
    count = "select count(*), (select count(*) from (describe t)) from t"
    if case == "write":
        connection.execute(f"create table t as from {source}")
        return lambda: connection.execute(f"copy t to '{target}' (header)"), lambda _: (
            connection.execute(count).fetchone())
    what = ", ".join(KEPT) if case == "columns" else "*"
    where = f"where id4 > {LIMIT}" if case == "filter" else ""
    read = f"create or replace temp table t as select {what} from {source} {where}"
    return lambda: connection.execute(read), lambda _: connection.execute(count).fetchone()


def pyarrow(case: str, path: str, target: str):
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    pa.set_cpu_count(int(os.environ["THREADS"]))
    if case == "write":
        table = csv.read_csv(path)
        return lambda: csv.write_csv(table, target), lambda _: table.shape

    def read():
        convert = csv.ConvertOptions(include_columns=KEPT) if case == "columns" else None
        parse = csv.ParseOptions(newlines_in_values=case == "quoted")
        table = csv.read_csv(path, parse_options=parse, convert_options=convert)
        return table.filter(pc.field("id4") > LIMIT) if case == "filter" else table

    return read, lambda table: table.shape


def pandas(case: str, path: str, target: str):
    import pandas as pd

    if case == "write":
        frame = pd.read_csv(path)
        return lambda: frame.to_csv(target, index=False), lambda _: frame.shape

    def read():
        frame = pd.read_csv(
            path, usecols=KEPT if case == "columns" else None, parse_dates=DATES if case == "taxi" else False)
        return frame[frame["id4"] > LIMIT] if case == "filter" else frame

    return read, lambda frame: frame.shape


if __name__ == "__main__":
    in_turns.main(__doc__, __file__, CASES, (hypostyle, polars, duckdb, pyarrow, pandas), make_files)
