"""Functions of columns and reshaping in Hypostyle, Polars and DuckDB, side by side: the engines take turns, the least time of each.

    python benches/versus/columns.py --rows 10000000 --repeats 3

The method is described in benches/README.md, section "Columns".
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
import pyarrow.compute

H, P = hs.col, pl.col

#: Question: ours, theirs (of a frame each), and SQL or None.
QUESTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], str | None]] = {
    "number of distinct integers": (
        lambda t: t.select(n=H("i").n_unique()),
        lambda t: t.select(P("i").n_unique()),
        "select count(distinct i) from t",
    ),
    "number of distinct texts": (
        lambda t: t.select(n=H("s").n_unique()),
        lambda t: t.select(P("s").n_unique()),
        "select count(distinct s) from t",
    ),
    "distinct integers": (
        lambda t: t[["i"]].drop_duplicates(),
        lambda t: t.select(P("i").unique()),
        "select distinct i from t",
    ),
    "distinct texts": (
        lambda t: t[["s"]].drop_duplicates(),
        lambda t: t.select(P("s").unique()),
        "select distinct s from t",
    ),
    "counts of integers": (
        lambda t: t["g"].value_counts(),
        lambda t: t["g"].value_counts(sort=True),
        "select g, count(*) as n from t group by g order by n desc",
    ),
    "counts of texts": (
        lambda t: t["few"].value_counts(),
        lambda t: t["few"].value_counts(sort=True),
        "select few, count(*) as n from t group by few order by n desc",
    ),
    "median": (
        lambda t: t.select(m=H("f").median()),
        lambda t: t.select(P("f").median()),
        "select median(f) from t",
    ),
    "five quantiles": (
        lambda t: t.select(**{f"q{n}": H("f").quantile(n / 10) for n in (1, 3, 5, 7, 9)}),
        lambda t: t.select(**{f"q{n}": P("f").quantile(n / 10, "linear") for n in (1, 3, 5, 7, 9)}),
        "select quantile_cont(f, [.1, .3, .5, .7, .9]) from t",
    ),
    "distinct values by two groups": (
        lambda t: t.groupby("two", sort=None).agg(n=H("i").n_unique()),
        lambda t: t.group_by("two").agg(P("i").n_unique()),
        "select two, count(distinct i) from t group by two",
    ),
    "medians by two groups": (
        lambda t: t.groupby("two", sort=None).agg(n=H("f").median()),
        lambda t: t.group_by("two").agg(P("f").median()),
        "select two, median(f) from t group by two",
    ),
    "mode": (
        lambda t: t.select(m=H("a").mode()),
        lambda t: t.select(P("a").mode()),
        "select mode(a) from t",
    ),
    "mean, deviation, least, greatest": (
        lambda t: t.select(m=H("f").mean(), s=H("f").std(), l=H("f").min(), g=H("f").max()),
        lambda t: t.select(m=P("f").mean(), s=P("f").std(), l=P("f").min(), g=P("f").max()),
        "select avg(f), stddev(f), min(f), max(f) from t",
    ),
    "filter, one row in ten": (
        lambda t: t[H("f") < 0.1],
        lambda t: t.filter(P("f") < 0.1),
        "select * from t where f < 0.1",
    ),
    "filter, nine rows in ten": (
        lambda t: t[H("f") < 0.9],
        lambda t: t.filter(P("f") < 0.9),
        "select * from t where f < 0.9",
    ),
    "ten terms": (
        lambda t: t.select(z=sum((H("f") * n + H("x") for n in range(2, 6)), H("f") + H("x"))),
        lambda t: t.select(z=sum((P("f") * n + P("x") for n in range(2, 6)), P("f") + P("x"))),
        "select f + x + (f*2+x) + (f*3+x) + (f*4+x) + (f*5+x) as z from t",
    ),
    "logarithm and root": (
        lambda t: t.select(z=(H("f") + 1.0).log() * H("x").sqrt()),
        lambda t: t.select(z=(P("f") + 1.0).log() * P("x").sqrt()),
        "select ln(f + 1.0) * sqrt(x) as z from t",
    ),
    "the ten greatest rows": (
        lambda t: t.nlargest(10, "f"),
        lambda t: t.top_k(10, by="f"),
        "select * from t order by f desc limit 10",
    ),
    "case of four": (
        lambda t: t.select(z=hs.when(H("a") < 25).then(1).when(H("a") < 50).then(2).when(H("a") < 75).then(3).otherwise(4)),
        lambda t: t.select(z=pl.when(P("a") < 25).then(1).when(P("a") < 50).then(2).when(P("a") < 75).then(3).otherwise(4)),
        "select case when a < 25 then 1 when a < 50 then 2 when a < 75 then 3 else 4 end as z from t",
    ),
    "contains, few texts": (
        lambda t: t.select(z=H("few").str.contains("7", regex=False)),
        lambda t: t.select(z=P("few").str.contains("7", literal=True)),
        "select contains(few, '7') as z from t",
    ),
    "contains, many texts": (
        lambda t: t.select(z=H("s").str.contains("77", regex=False)),
        lambda t: t.select(z=P("s").str.contains("77", literal=True)),
        "select contains(s, '77') as z from t",
    ),
    "pattern, many texts": (
        lambda t: t.select(z=H("s").str.contains("1[0-4]+9")),
        lambda t: t.select(z=P("s").str.contains("1[0-4]+9")),
        "select regexp_matches(s, '1[0-4]+9') as z from t",
    ),
    "upper case, few texts": (
        lambda t: t.select(z=H("few").str.upper()),
        lambda t: t.select(z=P("few").str.to_uppercase()),
        "select upper(few) as z from t",
    ),
    "upper case, many texts": (
        lambda t: t.select(z=H("s").str.upper()),
        lambda t: t.select(z=P("s").str.to_uppercase()),
        "select upper(s) as z from t",
    ),
    "split, many texts": (
        lambda t: t.select(z=H("s").str.split("-")),
        lambda t: t.select(z=P("s").str.split("-")),
        "select string_split(s, '-') as z from t",
    ),
    "length, many texts": (
        lambda t: t.select(z=H("s").str.len()),
        lambda t: t.select(z=P("s").str.len_chars()),
        "select length(s) as z from t",
    ),
    "parts of times": (
        lambda t: t.select(y=H("t").dt.year, m=H("t").dt.month, d=H("t").dt.weekday),
        lambda t: t.select(y=P("t").dt.year(), m=P("t").dt.month(), d=P("t").dt.weekday()),
        "select year(t) as y, month(t) as m, isodow(t) as d from t",
    ),
    "hours, and the mean by each": (
        lambda t: t.groupby(H("t").dt.floor("1h").alias("h"), sort=None).agg(m=H("f").mean()),
        lambda t: t.group_by(P("t").dt.truncate("1h").alias("h")).agg(P("f").mean()),
        "select date_trunc('hour', t) as h, avg(f) from t group by h",
    ),
    "times out of text": (
        lambda t: t.select(z=H("when").to_timestamp(format="%Y-%m-%d %H:%M:%S", unit="us")),
        lambda t: t.select(z=P("when").str.to_datetime("%Y-%m-%d %H:%M:%S")),
        "select strptime(\"when\", '%Y-%m-%d %H:%M:%S') as z from t",
    ),
    "integers out of text": (
        lambda t: t.select(z=H("digits").cast("int64")),
        lambda t: t.select(z=P("digits").cast(pl.Int64)),
        "select digits::bigint as z from t",
    ),
    "integers to text": (
        lambda t: t.select(z=H("i").cast("string")),
        lambda t: t.select(z=P("i").cast(pl.String)),
        "select i::varchar as z from t",
    ),
    "fill missing values": (
        lambda t: t.select(z=H("n").fill_null(0.0)),
        lambda t: t.select(z=P("n").fill_null(0.0)),
        "select coalesce(n, 0.0) as z from t",
    ),
    "fill forward": (
        lambda t: t.select(z=H("n").ffill()),
        lambda t: t.select(z=P("n").forward_fill()),
        None,
    ),
    "is in a hundred": (
        lambda t: t.select(z=H("g").is_in(list(range(0, 100_000, 1000)))),
        lambda t: t.select(z=P("g").is_in(list(range(0, 100_000, 1000)))),
        None,
    ),
    "pivot": (
        lambda t: t.pivot_table(index="a", columns="few", values="f", aggfunc="sum"),
        lambda t: t.pivot(on="few", index="a", values="f", aggregate_function="sum"),
        "pivot t on few using sum(f) group by a",
    ),
    "melt": (
        lambda t: t.melt(id_vars="i", value_vars=["f", "x"]),
        lambda t: t.unpivot(["f", "x"], index="i"),
        "select i, 'f' as variable, f as value from t union all select i, 'x', x from t",
    ),
    "explode": (
        lambda t: t.select(H("i"), H("l")).explode("l"),
        lambda t: t.select("i", "l").explode("l"),
        "select i, unnest(l) as l from t",
    ),
    "quantile by group": (
        lambda t: t.groupby("g", sort=None).agg(q=H("f").quantile(0.9)),
        lambda t: t.group_by("g").agg(P("f").quantile(0.9, "linear")),
        "select g, quantile_cont(f, .9) from t group by g",
    ),
    "all rows twice": (
        lambda t: hs.concat([t, t]),
        lambda t: pl.concat([t, t], rechunk=False),
        None,
    ),
    "correlations of four columns": (
        lambda t: t[["f", "x", "y", "a"]].corr(),
        lambda t: t.select(pl.corr(m, n).alias(m + n) for m in ("f", "x", "y", "a") for n in ("f", "x", "y", "a") if m < n),
        "select corr(f, x), corr(f, y), corr(f, a), corr(x, y), corr(x, a), corr(y, a) from t",
    ),
}


def table(rows: int) -> pa.Table:
    """The columns, the same every time."""
    random = np.random.default_rng(11)
    few = pa.array([f"group {number}" for number in range(40)])
    seconds = random.integers(1_600_000_000, 1_630_000_000, rows)
    times = pa.array(seconds).cast(pa.timestamp("s"))
    numbers = random.integers(0, rows, rows)
    lists = pa.ListArray.from_arrays(pa.array(np.arange(rows + 1, dtype=np.int32) * 2), pa.array(random.integers(0, 9, 2 * rows)))
    return pa.table(
        {
            "i": numbers,
            "f": random.random(rows),
            "x": random.integers(0, 1000, rows).astype("float64"),
            "y": random.integers(0, 1000, rows),
            "a": random.integers(0, 100, rows),
            "g": random.integers(0, 100_000, rows),
            "two": random.integers(0, 2, rows),
            "n": pa.array(random.random(rows), mask=random.random(rows) < 0.1),
            "few": few.take(pa.array(random.integers(0, 40, rows))),
            "s": pa.array([f"id-{number:09d}-x" for number in numbers.tolist()]),
            "digits": pa.array(numbers).cast(pa.string()),
            "t": times.cast(pa.timestamp("us")),
            "when": pa.compute.strftime(times, "%Y-%m-%d %H:%M:%S"),
            "l": lists,
        }
    )


def finished(answer: Any) -> Any:
    return answer.compute() if hasattr(answer, "compute") else answer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3, help="runs of one engine after another, in each round")
    parser.add_argument("--cpu", action="store_true", help="processor time of all threads instead of time (for busy machines)")
    parser.add_argument("--only", default="", help="questions that contain this text")
    chosen = parser.parse_args()
    clock = time.process_time if chosen.cpu else time.perf_counter
    data = table(chosen.rows)
    ours, theirs, base = hs.from_arrow(data).persist(), pl.from_arrow(data), duckdb.connect()
    base.register("arrow", data)
    base.execute("create table t as select * from arrow")
    print("| question | hypostyle | polars | duckdb | of the best |\n|---|---|---|---|---|")
    for name, (our, their, sql) in QUESTIONS.items():
        if chosen.only not in name:
            continue
        engines = {"hypostyle": lambda: finished(our(ours)), "polars": lambda: their(theirs)}
        if sql is not None:
            engines["duckdb"] = lambda: base.sql(sql).to_arrow_table()
        least = dict.fromkeys(engines, float("inf"))
        for _ in range(chosen.rounds):
            for engine, run in engines.items():
                for _ in range(chosen.repeats):
                    start = clock()
                    answer = run()
                    least[engine] = min(least[engine], clock() - start)
                    del answer
        best = min(seconds for engine, seconds in least.items() if engine != "hypostyle")
        cells = [f"{least[engine]:.3f}" if engine in least else "" for engine in ("hypostyle", "polars", "duckdb")]
        print(f"| {name} | {' | '.join(cells)} | {least['hypostyle'] / best:.2f} |", flush=True)


if __name__ == "__main__":
    main()
