"""Operations on frames of few rows in Hypostyle, pandas and Polars: what a call costs before there is anything to compute.

    python benches/versus/small.py --rows 1000 --rounds 5 [--only TEXT]

Each operation is one that ends in values (a number, an array, a list, a text), so that all engines do the whole of it. The
same code runs in Hypostyle and pandas. Engines take turns; the least mean time of `--calls` calls counts.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import polars as pl

P = pl.col

#: Operation: in Hypostyle and pandas (of a frame), in Polars or None.
OPERATIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any] | None]] = {
    "sum of a column": (lambda d: d["x"].sum(), lambda d: d["x"].sum()),
    "mean and deviation": (lambda d: (d["x"].mean(), d["x"].std()), lambda d: (d["x"].mean(), d["x"].std())),
    "sum of two columns": (lambda d: (d["x"] + d["y"]).to_numpy(), lambda d: (d["x"] + d["y"]).to_numpy()),
    "rows by a condition": (lambda d: d[d["x"] > 0.5]["y"].to_numpy(), lambda d: d.filter(P("x") > 0.5)["y"].to_numpy()),
    "a cell by place": (lambda d: d["x"].iloc[5], lambda d: d["x"][5]),
    "a cell by label": (lambda d: d.loc[5, "x"], None),
    "mean where": (lambda d: d.loc[d["k"] == 3, "x"].mean(), lambda d: d.filter(P("k") == 3)["x"].mean()),
    "sums by group": (lambda d: d.groupby("k")["x"].sum().to_numpy(), lambda d: d.group_by("k").agg(P("x").sum())["x"].to_numpy()),
    "two aggregates by text": (
        lambda d: d.groupby("s").agg({"x": "mean", "y": "max"}).to_numpy(),
        lambda d: d.group_by("s").agg(P("x").mean(), P("y").max()).select("x", "y").to_numpy(),
    ),
    "iterating groups": (
        lambda d: sum(len(group) for _, group in d.groupby("k")),
        lambda d: sum(len(group) for _, group in d.group_by("k")),
    ),
    "sort": (lambda d: d.sort_values("x")["y"].to_numpy(), lambda d: d.sort("x")["y"].to_numpy()),
    "merge": (lambda d: d.merge(d.head(20), on="k")["x_x"].to_numpy(), lambda d: d.join(d.head(20), on="k")["x"].to_numpy()),
    "a new column": (
        lambda d: d.assign(z=d["x"] * 2)["z"].to_numpy(),
        lambda d: d.with_columns(z=P("x") * 2)["z"].to_numpy(),
    ),
    "counts of values": (lambda d: d["s"].value_counts().to_numpy(), lambda d: d["s"].value_counts(sort=True)["count"].to_numpy()),
    "distinct values": (lambda d: list(d["k"].unique()), lambda d: d["k"].unique(maintain_order=True).to_list()),
    "upper case": (lambda d: d["s"].str.upper().to_list(), lambda d: d["s"].str.to_uppercase().to_list()),
    "running sum": (lambda d: d["x"].cumsum().to_numpy(), lambda d: d["x"].cum_sum().to_numpy()),
    "moving mean": (lambda d: d["x"].rolling(5).mean().to_numpy(), lambda d: d["x"].rolling_mean(5).to_numpy()),
    "missing values by column": (lambda d: d.isnull().sum().to_numpy(), lambda d: d.null_count().to_numpy()),
    "quantiles": (lambda d: d["x"].quantile([0.1, 0.9]).to_numpy(), lambda d: [d["x"].quantile(0.1), d["x"].quantile(0.9)]),
    "correlations": (lambda d: d[["x", "y"]].corr().to_numpy(), lambda d: d.select("x", "y").corr().to_numpy()),
    "describe": (lambda d: d.describe().to_numpy(), lambda d: d.describe().to_numpy()),
    "pivot": (
        lambda d: d.pivot_table(index="k", columns="s", values="x").to_numpy(),
        lambda d: d.pivot(on="s", index="k", values="x", aggregate_function="mean").to_numpy(),
    ),
    "a function of values": (
        lambda d: d["x"].apply(lambda value: value + 1).to_numpy(),
        lambda d: d["x"].map_elements(lambda value: value + 1, return_dtype=pl.Float64).to_numpy(),
    ),
    "records": (lambda d: d.head(10).to_dict("records"), lambda d: d.head(10).to_dicts()),
    "iterrows": (lambda d: sum(1 for _ in d.head(100).iterrows()), lambda d: sum(1 for _ in d.head(100).iter_rows(named=True))),
    "text of the first rows": (lambda d: repr(d.head()), lambda d: repr(d.head())),
}


def main() -> None:
    # Polars advises against functions of values.
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    random, n = np.random.default_rng(0), chosen.rows
    columns = {
        "k": random.integers(0, 10, n),
        "s": [f"t{value}" for value in random.integers(0, 20, n)],
        "x": random.random(n),
        "y": random.random(n),
    }
    frames = [hs.DataFrame(columns), pd.DataFrame(columns), pl.DataFrame(columns)]
    print("| operation | hypostyle, µs | pandas | polars | of pandas | of the best |\n|---|---|---|---|---|---|")
    shares = []
    for name, (ours, theirs) in OPERATIONS.items():
        if chosen.only not in name:
            continue
        runs = [(ours, frames[0]), (ours, frames[1]), *([(theirs, frames[2])] if theirs else [])]
        least = [float("inf")] * len(runs)
        for run, frame in runs:
            run(frame)
        for _ in range(chosen.rounds):
            for at, (run, frame) in enumerate(runs):
                start = time.perf_counter()
                for _ in range(chosen.calls):
                    run(frame)
                least[at] = min(least[at], (time.perf_counter() - start) / chosen.calls)
        micro = [f"{seconds * 1e6:.0f}" for seconds in least] + [""] * (3 - len(runs))
        shares.append(least[0] / least[1])
        print(f"| {name} | {' | '.join(micro)} | {shares[-1]:.2f} | {least[0] / min(least[1:]):.2f} |")
    print(f"\nThe mean ratio (geometric) to pandas: {np.exp(np.mean(np.log(shares))):.2f}")


if __name__ == "__main__":
    main()
