"""Sorts and windows in Hypostyle, Polars and DuckDB, side by side: alternating runs, the least time of each.

    python benches/versus/sorts.py --rows 10000000 --repeats 5

The method is described in benches/README.md, section "Sort and windows".
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import duckdb
import hypostyle as hs
import numpy as np
import polars as pl
import pyarrow as pa

#: Question: keys, which of them descend, and DuckDB's order.
SORTS: dict[str, tuple[list[str], list[bool], str]] = {
    "sort by an integer": (["i"], [False], "i"),
    "sort by a float": (["f"], [False], "f"),
    "sort by text": (["s"], [False], "s"),
    "sort by three keys": (["a", "b", "s"], [False, True, False], "a, b desc, s"),
}

WINDOWS: dict[str, tuple[Any, Any, str | None]] = {
    "running sum": (hs.col("x").cumsum(), pl.col("x").cum_sum(), None),
    "running sum by group": (hs.col("x").cumsum().over("g"), pl.col("x").cum_sum().over("g"), None),
    "rank by group": (
        hs.col("x").rank("min").over("g"),
        pl.col("x").rank("min").over("g"),
        "rank() over (partition by g order by x)",
    ),
    "sum by group, repeated": (
        hs.col("x").sum().over("g"),
        pl.col("x").sum().over("g"),
        "sum(x) over (partition by g)",
    ),
    "previous row by group": (hs.col("x").lag(1).over("g"), pl.col("x").shift(1).over("g"), None),
    "moving mean of 100": (hs.col("x").rolling_mean(100), pl.col("x").rolling_mean(100), None),
    "moving median of 100": (hs.col("x").rolling_median(100), pl.col("x").rolling_median(100), None),
    "fading mean": (hs.col("x").ewm_mean(0.1), pl.col("x").ewm_mean(alpha=0.1), None),
}


def table(rows: int) -> pa.Table:
    """Eight columns, the same every time."""
    random = np.random.default_rng(7)
    texts = pa.array([f"id{number:010d}" for number in range(max(rows // 100, 1))])
    return pa.table(
        {
            "i": random.integers(0, rows, rows),
            "f": random.random(rows),
            "s": texts.take(pa.array(random.integers(0, len(texts), rows))),
            "a": random.integers(0, 100, rows),
            "b": random.integers(0, 100, rows),
            "g": random.integers(0, 100_000, rows),
            "x": random.integers(0, 1000, rows).astype("float64"),
            "y": random.integers(0, 1000, rows),
        }
    )


def questions(data: pa.Table) -> dict[str, dict[str, Callable[[], Any]]]:
    ours, theirs = hs.from_arrow(data).persist(), pl.from_arrow(data)
    base = duckdb.connect()
    base.register("arrow", data)
    base.execute("create table t as select * from arrow")
    asked: dict[str, dict[str, Callable[[], Any]]] = {}
    for name, (keys, down, order) in SORTS.items():
        asked[name] = {
            "hypostyle": lambda k=keys, d=down: ours.sort_values(k, ascending=[not x for x in d]).compute(),
            "polars": lambda k=keys, d=down: theirs.sort(k, descending=d, maintain_order=True),
            "duckdb": lambda o=order: base.sql(f"select * from t order by {o}").to_arrow_table(),
        }
    for name, (our, their, sql) in WINDOWS.items():
        asked[name] = {
            "hypostyle": lambda e=our: ours.select(v=e).compute(),
            "polars": lambda e=their: theirs.select(v=e),
        }
        if sql is not None:
            asked[name]["duckdb"] = lambda q=sql: base.sql(f"select {q} as v from t").to_arrow_table()
    return asked


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    asked = questions(table(chosen.rows))
    print("| question | hypostyle | polars | duckdb | of the best |\n|---|---|---|---|---|")
    for name, engines in asked.items():
        least = dict.fromkeys(engines, float("inf"))
        for _ in range(chosen.repeats):
            for engine, run in engines.items():
                start = time.perf_counter()
                run()
                least[engine] = min(least[engine], time.perf_counter() - start)
        best = min(seconds for engine, seconds in least.items() if engine != "hypostyle")
        cells = [f"{least[engine]:.3f}" if engine in least else "" for engine in ("hypostyle", "polars", "duckdb")]
        print(f"| {name} | {' | '.join(cells)} | {least['hypostyle'] / best:.2f} |", flush=True)


if __name__ == "__main__":
    main()
