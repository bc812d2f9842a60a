"""Aggregates of random small frames against DuckDB, Polars and pandas, where they mean the same."""

from __future__ import annotations

import math

import hypostyle as hs
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st
from test_properties import CAREFUL, duck, frame_of, rows_of, tables


def same(found: list[tuple], expected: list[tuple]) -> None:
    """Equal rows in any order; floats within rounding, a missing number is like NaN."""

    def plain(value):
        if isinstance(value, list):
            return [plain(item) for item in value]
        return None if isinstance(value, float) and math.isnan(value) else value

    def close(a, b) -> bool:
        if isinstance(a, list) and isinstance(b, list):
            return len(a) == len(b) and all(map(close, a, b))
        if isinstance(a, float) or isinstance(b, float):
            return a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
        return a == b

    def order(row: tuple) -> str:
        return repr(row[0])

    found = sorted([tuple(map(plain, row)) for row in found], key=order)
    expected = sorted([tuple(map(plain, row)) for row in expected], key=order)
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        assert all(map(close, a, b)), (a, b)


def without_extremes(table: pa.Table) -> pa.Table:
    """Numbers of similar size: the others' sums of powers cancel differently."""
    return table.filter(pc.or_kleene(pc.less(table["f"], 1e6), pc.is_null(table["f"])))


@CAREFUL
@given(tables(), st.integers(1, 5))
def test_against_duckdb(table, partitions):
    table = without_extremes(table)
    df = frame_of(table, partitions)
    c = hs.col
    found = df.groupby("s", dropna=False).agg(
        total=c("i").sum().distinct(),
        mean=c("f").mean().distinct(),
        distinct=c("f").n_unique(),
        at_least=c("i").min_by("d"),
        slope=c("f").regr_slope("i"),
        cut=c("f").regr_intercept("i"),
        listed=c("i").collect_list(),
        joined=c("s").string_join("|"),
        positive=c("i").filter(c("i") > 0).sum(),
        both=c("i").bit_and(),
        either=c("i").bit_or(),
        odd=c("i").bit_xor(),
        excess=c("f").kurtosis(),
        lean=c("f").skew(),
    )
    numbered = table.append_column("r", pa.array(range(len(table)), pa.int64()))
    expected = duck(
        "select s, sum(distinct i)::bigint, avg(distinct f), count(distinct f)::bigint, regr_slope(f, i), "
        "regr_intercept(f, i), list(i order by r), string_agg(s, '|' order by r), "
        "coalesce(sum(i) filter (i > 0), 0)::bigint, bit_and(i), bit_or(i), bit_xor(i) from t group by s",
        t=numbered,
    )
    names = ["s", "total", "mean", "distinct", "slope", "cut", "listed", "joined", "positive", "both", "either", "odd"]
    same(rows_of(found.reset_index()[names]), [(row[0], row[1] or 0, *row[2:]) for row in rows_of(expected)])
    moments = duck(
        "select s, kurtosis(f), skewness(f) from t group by s having var_pop(f) > 0 and count(f) > 3", t=table
    )
    varying = {row[0] for row in rows_of(moments)}
    own = [row for row in rows_of(found.reset_index()[["s", "excess", "lean"]]) if row[0] in varying]
    same(own, rows_of(moments))


@CAREFUL
@given(tables(), st.integers(1, 5))
def test_against_polars(table, partitions):
    df = frame_of(table, partitions)
    c = hs.col
    found = df.groupby("b", dropna=False).agg(
        heads=c("s").head(2),
        tails=c("d").tail(3),
        second=c("s").nth(1),
        values=c("f").unique(),
        modes=c("i").mode(),
        third=c("f").quantile(0.3),
        about=c("s").approx_n_unique(),
        size=c("i").nth(-1),
    )
    expected = (
        pl.from_arrow(table)
        .group_by("b")
        .agg(
            heads=pl.col("s").head(2),
            tails=pl.col("d").tail(3),
            second=pl.col("s").get(1, null_on_oob=True),
            values=pl.col("f").unique(maintain_order=True),
            modes=pl.col("i").drop_nulls().mode().sort(),
            third=pl.col("f").quantile(0.3, "linear"),
            about=pl.col("s").drop_nulls().n_unique().cast(pl.Int64),
            size=pl.col("i").last(),
        )
    )
    same(rows_of(found.reset_index()), rows_of(expected))


@CAREFUL
@given(tables(), st.integers(1, 5))
def test_subtotals_against_duckdb(table, partitions):
    df = frame_of(table, partitions)
    groups = df.groupby(["b", "s"], dropna=False)
    for name, found in {"rollup": groups.rollup(n=("i", "size")), "cube": groups.cube(n=("i", "size"))}.items():
        query = f"select b, s, count(*)::bigint n, grouping(b, s)::bigint g from t group by {name}(b, s)"
        assert sorted(rows_of(found), key=repr) == sorted(rows_of(duck(query, t=table)), key=repr)


@CAREFUL
@given(tables(), st.integers(1, 5))
def test_having_against_duckdb(table, partitions):
    df = frame_of(table, partitions)
    found = df.groupby("s", dropna=False, as_index=False).agg(n=("i", "count"), m=("f", "max"))
    expected = duck("select s, count(i)::bigint, max(f) from t group by s having count(i) > 1", t=table)
    same(rows_of(found[found["n"] > 1]), rows_of(expected))


@CAREFUL
@given(tables(), st.integers(1, 5), st.sampled_from(["i", "s", "b", "f"]))
def test_counts_and_tables_against_pandas(table, partitions, name):
    df, pdf = frame_of(table, partitions), table.to_pandas()
    # Integers beside missing ones are floats in pandas.
    expected = {
        str(key): count for key, count in table.to_pandas(integer_object_nulls=True)[name].value_counts().items()
    }
    assert {str(key): count for key, count in df[name].value_counts().to_pandas().items()} == expected
    if len(pdf.dropna(subset=["b", name])):
        expected = pd.crosstab(pdf["b"], pdf[name])
        found = hs.crosstab(df["b"], df[name]).to_pandas()
        assert found.to_numpy().tolist() == expected.to_numpy().tolist()
    same_rows = df.drop_duplicates(["b", name], keep=False)
    assert len(same_rows) == len(pdf.drop_duplicates(["b", name], keep=False))
