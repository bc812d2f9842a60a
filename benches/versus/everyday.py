"""Everyday operations on columns of many kinds in Hypostyle and in Polars, side by side: where one is far behind.

    python benches/versus/everyday.py --rows 2e6 --repeats 4 [--only TEXT]

Rows come in the order in which Hypostyle is behind. Answers are not compared here, and each engine keeps the order of rows
that its users know: this finds what is slow, and is no comparison of engines.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import polars as pl
import pyarrow as pa


def tables(n: int) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Columns of many kinds; lists and structs; a thousand rows; a quarter of the rows to join with. The same every time."""
    random = np.random.default_rng(3)

    def with_nulls(values: np.ndarray) -> pa.Array:
        return pa.array(values, mask=random.random(len(values)) < 0.1)

    def times(values: np.ndarray) -> pa.Array:
        return pa.array(values.astype("datetime64[s]").astype("datetime64[us]"))

    few = [f"name {i}" for i in range(500)]
    long = pa.array([f"a rather long text number {i:08d} which goes on for a while" for i in range(max(n // 4, 1))])
    words = [f"w{a} w{b} w{c}" for a, b, c in random.integers(0, 100, (1000, 3))]
    table = pa.table({
        "id": np.arange(n), "k": random.integers(0, 1000, n), "k8": random.integers(0, 100, n).astype("int8"),
        "kf": random.integers(0, 5000, n) / 8.0, "big": random.integers(0, max(n // 2, 1), n),
        "neg": random.integers(-(2**62), 2**62, n), "b": random.random(n) < 0.5, "bn": with_nulls(random.random(n) < 0.5),
        "xn": with_nulls(random.random(n)), "x": random.random(n), "f32": random.random(n).astype("f4"),
        "y": random.integers(0, 1000, n), "yn": with_nulls(random.integers(0, 1000, n)),
        "i32": random.integers(0, 1000, n).astype("i4"), "t": times(np.sort(random.integers(0, 10**9, n))),
        "tr": times(random.integers(0, 10**9, n)), "d": random.integers(0, 20000, n).astype("datetime64[D]"),
        "s": pa.array(few).take(pa.array(random.integers(0, 500, n))),
        "sn": pa.array([None, *few[1:]]).take(pa.array(random.integers(0, 500, n))),
        "l": long.take(pa.array(random.integers(0, len(long), n))),
        "u": [f"{value:x}" for value in random.integers(0, 2**60, n)],
        "num": [str(value) for value in random.integers(0, 10**6, n)],
        "fl": [f"{value:.4f}" for value in random.random(n)],
        "dec": pa.array(random.integers(0, 10**6, n)).cast(pa.decimal128(19, 0)).cast(pa.decimal128(21, 2)),
        "words": pa.array(words).take(pa.array(random.integers(0, 1000, n))),
    })
    count = max(n // 4, 1)
    items, pairs = random.integers(0, 100, 4 * count), [random.integers(0, 100, count), random.random(count)]
    lists = pa.table({
        "id": np.arange(count),
        "ls": pa.ListArray.from_arrays(pa.array(np.arange(0, 4 * count + 1, 4).astype("i4")), pa.array(items)),
        "st": pa.StructArray.from_arrays([pa.array(pairs[0]), pa.array(pairs[1])], ["p", "q"]),
    })
    small = pa.table({"k": np.arange(1000), "w": random.random(1000), "ws": [f"w{i % 7}" for i in range(1000)]})
    half = table.select(["big", "x", "s", "l", "u", "tr", "dec", "d"]).take(pa.array(random.integers(0, n, count)))
    return table, lists, small, half


def questions(n: int) -> dict[str, tuple[Callable[[], Any], Callable[[], Any]]]:
    """What is asked of either."""
    table, lists, small, half = tables(n)
    (H, HL, HS, HH), (P, PL, PS, PH) = (
        [hs.from_arrow(one).persist() for one in (table, lists, small, half)],
        [pl.from_arrow(one) for one in (table, lists, small, half)],
    )
    c, p, some = hs.col, pl.col, half["u"].to_pylist()[:5000]

    def g(*keys: str, **aggregates: Any) -> Any:
        return H.groupby(list(keys), sort=None, as_index=False, dropna=False).agg(**aggregates)

    def pg(*keys: str) -> Any:
        return P.group_by(list(keys))

    return {
        "group bool sum": (lambda: g("b", v=c("x").sum()), lambda: pg("b").agg(p("x").sum())),
        "group bool nulls sum null": (lambda: g("bn", v=c("xn").sum()), lambda: pg("bn").agg(p("xn").sum())),
        "group int8 mean": (lambda: g("k8", v=c("x").mean()), lambda: pg("k8").agg(p("x").mean())),
        "group float key": (lambda: g("kf", v=c("x").mean()), lambda: pg("kf").agg(p("x").mean())),
        "group date": (lambda: g("d", v=c("x").mean()), lambda: pg("d").agg(p("x").mean())),
        "group timestamps": (lambda: g("tr", v=c("x").mean()), lambda: pg("tr").agg(p("x").mean())),
        "group decimal": (lambda: g("dec", v=c("x").mean()), lambda: pg("dec").agg(p("x").mean())),
        "group decimal sum": (lambda: g("k", v=c("dec").sum()), lambda: pg("k").agg(p("dec").sum())),
        "group long text": (lambda: g("l", v=c("x").sum()), lambda: pg("l").agg(p("x").sum())),
        "group two long": (lambda: g("l", "s", v=c("x").sum()), lambda: pg("l", "s").agg(p("x").sum())),
        "group uniq text": (lambda: g("u", v=c("x").sum()), lambda: pg("u").agg(p("x").sum())),
        "group big ints": (lambda: g("neg", v=c("x").sum()), lambda: pg("neg").agg(p("x").sum())),
        "group text nulls": (lambda: g("sn", v=c("yn").mean()), lambda: pg("sn").agg(p("yn").mean())),
        "group std var": (lambda: g("k", v=c("x").std(), w=c("xn").var()), lambda: pg("k").agg(p("x").std(), p("xn").var())),
        "group skew": (lambda: g("k", v=c("x").skew()), lambda: pg("k").agg(p("x").skew())),
        "group median": (lambda: g("k", v=c("x").median()), lambda: pg("k").agg(p("x").median())),
        "group median many": (lambda: g("big", v=c("x").median()), lambda: pg("big").agg(p("x").median())),
        "group nunique int": (lambda: g("k", v=c("y").n_unique()), lambda: pg("k").agg(p("y").n_unique())),
        "group nunique text": (lambda: g("k", v=c("s").n_unique()), lambda: pg("k").agg(p("s").n_unique())),
        "group nunique long": (lambda: g("k", v=c("l").n_unique()), lambda: pg("k").agg(p("l").n_unique())),
        "group nunique many": (lambda: g("big", v=c("y").n_unique()), lambda: pg("big").agg(p("y").n_unique())),
        "group first last": (lambda: g("k", v=c("x").first(), w=c("s").last()), lambda: pg("k").agg(p("x").first(), p("s").last())),
        "group first last many": (lambda: g("big", v=c("x").first(), w=c("s").last()), lambda: pg("big").agg(p("x").first(), p("s").last())),
        "group min max text": (lambda: g("k", v=c("s").min(), w=c("u").max()), lambda: pg("k").agg(p("s").min(), p("u").max())),
        "group join text": (lambda: g("k", v=c("s").string_join(",")), lambda: pg("k").agg(p("s").str.join(","))),
        "group mode": (lambda: g("k", v=c("y").mode()), lambda: pg("k").agg(p("y").mode().first())),
        "group filter": (lambda: g("k", v=c("x").filter(c("b")).sum()), lambda: pg("k").agg(p("x").filter(p("b")).sum())),
        "group any all": (lambda: g("k", v=c("b").any(), w=c("b").all()), lambda: pg("k").agg(p("b").any(), w=p("b").all())),
        "group argmax": (lambda: g("k", v=c("s").max_by(c("x"))), lambda: pg("k").agg(p("s").sort_by("x").last())),
        "group 20 aggs": (lambda: g("k", **{f"a{i}{f}": getattr(c("x") + i, f)() for i in range(5) for f in ("sum", "min", "max", "mean")}), lambda: pg("k").agg([getattr(p("x") + i, f)().alias(f"a{i}{f}") for i in range(5) for f in ("sum", "min", "max", "mean")])),
        "group corr": (lambda: g("k", v=c("x").corr("y")), lambda: pg("k").agg(pl.corr("x", "y"))),
        "group quantiles": (lambda: g("k8", v=c("x").quantile(.1), w=c("x").quantile(.9)), lambda: pg("k8").agg(p("x").quantile(.1), w=p("x").quantile(.9))),
        "group expr key": (lambda: H.groupby(c("y") % 7, sort=None, as_index=False).agg(v=c("x").sum()), lambda: P.group_by(p("y") % 7).agg(p("x").sum())),
        "group exploded": (lambda: HL.explode("ls").groupby("ls", sort=None, as_index=False).agg(v=c("id").sum()), lambda: PL.explode("ls").group_by("ls").agg(p("id").sum())),
        "unique all": (lambda: H[["k", "y", "b"]].drop_duplicates(), lambda: P.select("k", "y", "b").unique(maintain_order=True)),
        "unique subset": (lambda: H.drop_duplicates(subset=["k"]), lambda: P.unique(subset=["k"], maintain_order=True, keep="first")),
        "unique keep last": (lambda: H.drop_duplicates(subset=["big"], keep="last"), lambda: P.unique(subset=["big"], maintain_order=True, keep="last")),
        "duplicated": (lambda: H.duplicated(subset=["big"]), lambda: P.select("big").is_duplicated()),
        "value counts text": (lambda: H["s"].value_counts(), lambda: P["s"].value_counts(sort=True)),
        "value counts big": (lambda: H["big"].value_counts(), lambda: P["big"].value_counts(sort=True)),
        "join small": (lambda: H.merge(HS, on="k"), lambda: P.join(PS, on="k", maintain_order="left")),
        "join small left": (lambda: H.merge(HS, on="k", how="left"), lambda: P.join(PS, on="k", how="left", maintain_order="left")),
        "join big int": (lambda: H.merge(HH[["big", "u"]].rename(columns={"u": "uu"}), on="big"), lambda: P.join(PH.select("big", uu="u"), on="big", maintain_order="left")),
        "join text": (lambda: H[["u", "x"]].merge(HH[["u", "big"]], on="u"), lambda: P.select("u", "x").join(PH.select("u", "big"), on="u", maintain_order="left")),
        "join long text semi": (lambda: H[["l", "x"]].merge(HH[["l"]].drop_duplicates(), on="l"), lambda: P.select("l", "x").join(PH.select("l").unique(), on="l", maintain_order="left")),
        "join two keys": (lambda: H[["big", "s", "x"]].merge(HH[["big", "s", "u"]], on=["big", "s"]), lambda: P.select("big", "s", "x").join(PH.select("big", "s", "u"), on=["big", "s"], maintain_order="left")),
        "join outer": (lambda: H[["big", "x"]].merge(HH[["big", "u"]], on="big", how="outer"), lambda: P.select("big", "x").join(PH.select("big", "u"), on="big", how="full", coalesce=True)),
        "join dec": (lambda: H[["dec", "x"]].head(n//4).merge(HH[["dec", "big"]], on="dec"), lambda: P.select("dec", "x").head(n//4).join(PH.select("dec", "big"), on="dec")),
        "cross": (lambda: HS.merge(HS, how="cross", suffixes=("", "_y")), lambda: PS.join(PS, how="cross")),
        "asof": (lambda: hs.merge_asof(H[["t", "x"]], HH[["tr", "big"]].sort_values("tr"), left_on="t", right_on="tr"), lambda: P.select("t", "x").join_asof(PH.select("tr", "big").sort("tr"), left_on="t", right_on="tr")),
        "sort nulls": (lambda: H.sort_values("xn"), lambda: P.sort("xn", nulls_last=True, maintain_order=True)),
        "sort text long": (lambda: H.sort_values("l"), lambda: P.sort("l", maintain_order=True)),
        "sort uniq text": (lambda: H.sort_values("u"), lambda: P.sort("u", maintain_order=True)),
        "sort bool": (lambda: H.sort_values("b"), lambda: P.sort("b", maintain_order=True)),
        "sort int8": (lambda: H.sort_values("k8"), lambda: P.sort("k8", maintain_order=True)),
        "sort time": (lambda: H.sort_values("tr"), lambda: P.sort("tr", maintain_order=True)),
        "sort decimal": (lambda: H.sort_values("dec"), lambda: P.sort("dec", maintain_order=True)),
        "sort sorted": (lambda: H.sort_values("t"), lambda: P.sort("t", maintain_order=True)),
        "sort desc two": (lambda: H.sort_values(["k", "x"], ascending=[False, True]), lambda: P.sort(["k", "x"], descending=[True, False], maintain_order=True)),
        "sort one column": (lambda: H[["x"]].sort_values("x"), lambda: P.select("x").sort("x")),
        "top 1000": (lambda: H.nlargest(1000, "x"), lambda: P.top_k(1000, by="x")),
        "top 100000": (lambda: H.nlargest(100000, "x"), lambda: P.top_k(100000, by="x")),
        "cumsum": (lambda: H.select(v=c("x").cumsum()), lambda: P.select(p("x").cum_sum())),
        "cumsum over": (lambda: H.select(v=c("x").cumsum().over("k")), lambda: P.select(p("x").cum_sum().over("k"))),
        "mean over": (lambda: H.select(v=c("x").mean().over("k")), lambda: P.select(p("x").mean().over("k"))),
        "mean over text": (lambda: H.select(v=c("x").mean().over("l")), lambda: P.select(p("x").mean().over("l"))),
        "rank": (lambda: H.select(v=c("x").rank()), lambda: P.select(p("x").rank())),
        "rank over": (lambda: H.select(v=c("x").rank().over("k")), lambda: P.select(p("x").rank().over("k"))),
        "shift over": (lambda: H.select(v=c("x").shift(1).over("big")), lambda: P.select(p("x").shift(1).over("big"))),
        "rolling 7": (lambda: H.select(v=c("x").rolling_mean(7)), lambda: P.select(p("x").rolling_mean(7))),
        "rolling max": (lambda: H.select(v=c("x").rolling_max(1000)), lambda: P.select(p("x").rolling_max(1000))),
        "rolling std": (lambda: H.select(v=c("x").rolling_std(50)), lambda: P.select(p("x").rolling_std(50))),
        "rolling time": (lambda: H.set_index("t")["x"].rolling("1D").mean(), lambda: P.select(p("x").rolling_mean_by("t", "1d"))),
        "resample": (lambda: H.set_index("t")[["x"]].resample("D").mean(), lambda: P.group_by_dynamic("t", every="1d").agg(p("x").mean())),
        "diff pct": (lambda: H.select(v=c("x").diff(), w=c("x").pct_change()), lambda: P.select(p("x").diff(), w=p("x").pct_change())),
        "filter text eq": (lambda: H[c("s") == "name 7"], lambda: P.filter(p("s") == "name 7")),
        "filter isin": (lambda: H[c("k").isin(list(range(0, 1000, 3)))], lambda: P.filter(p("k").is_in(list(range(0, 1000, 3))))),
        "filter isin text": (lambda: H[c("u").isin(some)], lambda: P.filter(p("u").is_in(some))),
        "filter and or": (lambda: H[((c("x") > .2) & (c("y") < 500)) | c("b")], lambda: P.filter(((p("x") > .2) & (p("y") < 500)) | p("b"))),
        "filter null": (lambda: H[c("xn").is_null()], lambda: P.filter(p("xn").is_null())),
        "when": (lambda: H.select(v=hs.when(c("x") > .5).then(c("y")).otherwise(-1)), lambda: P.select(pl.when(p("x") > .5).then(p("y")).otherwise(-1))),
        "int div mod": (lambda: H.select(v=c("y") // 7, w=c("neg") % 1000), lambda: P.select(p("y") // 7, w=p("neg") % 1000)),
        "pow sqrt exp": (lambda: H.select(v=c("x") ** 1.5, w=c("x").exp()), lambda: P.select(p("x") ** 1.5, w=p("x").exp())),
        "round": (lambda: H.select(v=c("x").round(2)), lambda: P.select(p("x").round(2))),
        "cast f32": (lambda: H.select(v=c("x").cast("float32"), w=c("y").cast("int16")), lambda: P.select(p("x").cast(pl.Float32), w=p("y").cast(pl.Int16))),
        "cast text float": (lambda: H.select(v=c("fl").cast("float64")), lambda: P.select(p("fl").cast(pl.Float64))),
        "cast float text": (lambda: H.select(v=c("x").cast("string")), lambda: P.select(p("x").cast(pl.String))),
        "cast time text": (lambda: H.select(v=c("tr").cast("string")), lambda: P.select(p("tr").cast(pl.String))),
        "strftime": (lambda: H.select(v=c("tr").dt.strftime("%Y-%m-%d %H:%M")), lambda: P.select(p("tr").dt.strftime("%Y-%m-%d %H:%M"))),
        "str len": (lambda: H.select(v=c("l").str.len()), lambda: P.select(p("l").str.len_chars())),
        "str slice": (lambda: H.select(v=c("l").str.slice(2, 9)), lambda: P.select(p("l").str.slice(2, 7))),
        "str replace": (lambda: H.select(v=c("l").str.replace("long", "short", regex=False)), lambda: P.select(p("l").str.replace_all("long", "short", literal=True))),
        "str regex replace": (lambda: H.select(v=c("l").str.replace(r"\d+", "#", regex=True)), lambda: P.select(p("l").str.replace_all(r"\d+", "#"))),
        "str extract": (lambda: H.select(v=c("l").str.extract(r"number (\d+)")), lambda: P.select(p("l").str.extract(r"number (\d+)"))),
        "str split": (lambda: H.select(v=c("words").str.split(" ")), lambda: P.select(p("words").str.split(" "))),
        "str concat": (lambda: H.select(v=c("s") + "-" + c("u")), lambda: P.select(p("s") + "-" + p("u"))),
        "str upper long": (lambda: H.select(v=c("l").str.upper()), lambda: P.select(p("l").str.to_uppercase())),
        "str starts": (lambda: H.select(v=c("l").str.startswith("a rather")), lambda: P.select(p("l").str.starts_with("a rather"))),
        "str strip": (lambda: H.select(v=c("l").str.strip("a ")), lambda: P.select(p("l").str.strip_chars("a "))),
        "str zfill": (lambda: H.select(v=c("num").str.zfill(10)), lambda: P.select(p("num").str.zfill(10))),
        "str contains many pat": (lambda: H.select(v=c("l").str.contains("0012|9912|7734")), lambda: P.select(p("l").str.contains("0012|9912|7734"))),
        "dt truncate": (lambda: H.select(v=c("tr").dt.floor("h")), lambda: P.select(p("tr").dt.truncate("1h"))),
        "dt weekday": (lambda: H.select(v=c("tr").dt.weekday), lambda: P.select(p("tr").dt.weekday())),
        "dt tz": (lambda: H.select(v=c("tr").dt.tz_localize("UTC").dt.tz_convert("America/New_York").dt.hour), lambda: P.select(p("tr").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York").dt.hour())),
        "dt diff": (lambda: H.select(v=(c("tr") - c("t")).dt.total_seconds()), lambda: P.select((p("tr") - p("t")).dt.total_seconds())),
        "fill null": (lambda: H.select(v=c("xn").fillna(0.0), w=c("yn").fillna(0)), lambda: P.select(p("xn").fill_null(0.0), w=p("yn").fill_null(0))),
        "interpolate": (lambda: H.select(v=c("xn").interpolate()), lambda: P.select(p("xn").interpolate())),
        "row sum": (lambda: H[["x", "xn", "f32", "y"]].sum(axis=1), lambda: P.select(pl.sum_horizontal("x", "xn", "f32", "y"))),
        "list sum": (lambda: HL.select(v=c("ls").list.sum()), lambda: PL.select(p("ls").list.sum())),
        "list len get": (lambda: HL.select(v=c("ls").list.len(), w=c("ls").list.get(1)), lambda: PL.select(p("ls").list.len(), w=p("ls").list.get(1))),
        "list sort": (lambda: HL.select(v=c("ls").list.sort()), lambda: PL.select(p("ls").list.sort())),
        "struct field": (lambda: HL.select(v=c("st").struct.field("p") + 1), lambda: PL.select(p("st").struct.field("p") + 1)),
        "explode": (lambda: HL.explode("ls"), lambda: PL.explode("ls")),
        "filter list": (lambda: HL[c("id") % 3 == 0], lambda: PL.filter(p("id") % 3 == 0)),
        "pivot": (lambda: H.pivot_table(index="k", columns="k8", values="x", aggfunc="mean"), lambda: P.pivot(on="k8", index="k", values="x", aggregate_function="mean")),
        "melt": (lambda: H[["id", "x", "xn", "f32"]].melt(id_vars="id"), lambda: P.select("id", "x", "xn", "f32").unpivot(index="id")),
        "concat 200": (lambda: hs.concat([HS] * 200), lambda: pl.concat([PS] * 200)),
        "describe": (lambda: H[["x", "y", "xn"]].describe(), lambda: P.select("x", "y", "xn").describe()),
        "cut": (lambda: hs.cut(H["x"], 10), lambda: P.select(p("x").cut([i / 10 for i in range(1, 10)]))),
        "qcut": (lambda: hs.qcut(H["x"], 4), lambda: P.select(p("x").qcut(4))),
        "sample": (lambda: H.sample(n=n // 10, random_state=1), lambda: P.sample(n=n // 10, seed=1)),
        "head": (lambda: H.head(10), lambda: P.head(10)),
        "take": (lambda: H.iloc[np.arange(0, n, 7)], lambda: P[np.arange(0, n, 7)]),
        "sum all": (lambda: H[["x", "y", "xn", "f32", "i32"]].sum(), lambda: P.select("x", "y", "xn", "f32", "i32").sum()),
        "nunique cols": (lambda: H[["k", "s", "y"]].nunique(), lambda: P.select(p("k", "s", "y").n_unique())),
        "corr": (lambda: H[["x", "y", "xn"]].corr(), lambda: P.select(pl.corr("x", "y"), a=pl.corr("x", "xn"), b=pl.corr("y", "xn"))),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=2_000_000)
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    found = []
    for name, engines in questions(chosen.rows).items():
        if chosen.only not in name:
            continue
        least = [float("inf")] * 2
        for _ in range(chosen.repeats):
            for at, run in enumerate(engines):
                start = time.perf_counter()
                answer = run()
                if hasattr(answer, "compute"):
                    answer.compute()
                least[at] = min(least[at], time.perf_counter() - start)
                del answer
        found.append((least[0] / least[1], name, *least))
    print("| operation | hypostyle, ms | polars, ms | ratio |\n|---|---|---|---|")
    for ratio, name, ours, theirs in sorted(found, reverse=True):
        print(f"| {name} | {ours * 1e3:.1f} | {theirs * 1e3:.1f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
