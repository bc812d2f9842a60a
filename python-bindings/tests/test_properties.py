"""Random small frames against pandas, DuckDB and Polars: filter, group, merge, sort, with missing values everywhere."""

from __future__ import annotations

import duckdb
import hypostyle as hs
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from comparing import assert_same
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COLUMNS = {
    "i": st.integers(-3, 3),
    "f": st.sampled_from([-1.5, 0.0, 0.5, 2.0, 1e10]),
    "s": st.sampled_from(["", "a", "b", "ab", "å", "a text longer than twelve bytes"]),
    "b": st.booleans(),
    "d": st.dates(pd.Timestamp("2024-01-01").date(), pd.Timestamp("2024-01-05").date()),
}
TYPES = {"i": pa.int64(), "f": pa.float64(), "s": pa.string(), "b": pa.bool_(), "d": pa.date32()}
CAREFUL = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@st.composite
def tables(draw, rows: int = 30, suffix: str = "") -> pa.Table:
    count = draw(st.integers(0, rows))
    columns = {}
    for name, values in COLUMNS.items():
        drawn = draw(st.lists(st.one_of(st.none(), values), min_size=count, max_size=count))
        columns[name + suffix] = pa.array(drawn, TYPES[name])
    return pa.table(columns)


def frame_of(table: pa.Table, partitions: int) -> hs.DataFrame:
    return hs.from_arrow(table).repartition(partitions)


def duck(query: str, **found: pa.Table) -> pd.DataFrame:
    connection = duckdb.connect()
    for name, table in found.items():
        connection.register(name, table)
    return connection.sql(query).to_arrow_table()


def rows_of(data: hs.DataFrame | pa.Table | pl.DataFrame) -> list[tuple]:
    table = pa.table(data) if not isinstance(data, pl.DataFrame) else data.to_arrow()
    return list(zip(*[column.to_pylist() for column in table.columns], strict=True)) if table.num_columns else []


def in_any_order(rows: list[tuple]) -> list[tuple]:
    return sorted(rows, key=repr)


@CAREFUL
@given(tables(), st.integers(1, 5), st.integers(-2, 2))
def test_filter(table, partitions, limit):
    df = frame_of(table, partitions)
    found = df[((df["i"] > limit) | (df["s"] == "a")) & ~(df["f"] < 0)]
    expected = duck(f"select * from t where (i > {limit} or s = 'a') and not coalesce(f < 0, false)", t=table)
    assert rows_of(found) == rows_of(expected)
    assert rows_of(df[df["b"].isna() | df["i"].isin([1, 2])]) == rows_of(
        duck("select * from t where b is null or coalesce(i in (1, 2), false)", t=table)
    )


@CAREFUL
@given(tables(), st.integers(1, 5), st.sampled_from([["i"], ["s"], ["s", "b"], ["d", "i"], ["f"]]))
def test_group(table, partitions, keys):
    df = frame_of(table, partitions)
    found = df.groupby(keys, as_index=False, dropna=False).agg(
        total=("i", "sum"),
        mean=("f", "mean"),
        low=("s", "min"),
        high=("d", "max"),
        n=("b", "count"),
        size=("b", "size"),
        kinds=("s", "nunique"),
        middle=("i", "median"),
    )
    listed = ", ".join(keys)
    expected = duck(
        f"select {listed}, coalesce(sum(i), 0)::bigint, avg(f), min(s), max(d), count(b), count(*), "
        f"count(distinct s), median(i) from t group by {listed}",
        t=table,
    )
    assert in_any_order(rows_of(found)) == in_any_order(rows_of(expected))


@CAREFUL
@given(tables(), st.integers(1, 5), st.booleans(), st.booleans())
def test_group_as_pandas_has_it(table, partitions, sort, dropna):
    table = table.drop_columns(["d", "b"])
    pdf = table.to_pandas()
    found = frame_of(table, partitions).groupby("s", sort=sort, dropna=dropna).agg({"i": "sum", "f": "max"})
    assert_same(
        found.reset_index(), pdf.groupby("s", sort=sort, dropna=dropna).agg({"i": "sum", "f": "max"}).reset_index()
    )


@CAREFUL
@given(
    tables(15),
    tables(15, "2"),
    st.integers(1, 4),
    st.sampled_from(["inner", "left", "right", "outer"]),
    st.sampled_from([["i"], ["s"], ["s", "i"], ["d"], ["f", "b"]]),
)
def test_merge(left, right, partitions, how, keys):
    right_keys = [f"{key}2" for key in keys]
    found = frame_of(left, partitions).merge(frame_of(right, partitions), how=how, left_on=keys, right_on=right_keys)
    joins = " and ".join(f"l.{key} is not distinct from r.{key}2" for key in keys)
    kind = {"outer": "full outer"}.get(how, how)
    expected = duck(f"select l.*, r.* from l {kind} join r on {joins}", l=left, r=right)
    assert in_any_order(rows_of(found)) == in_any_order(rows_of(expected))


@CAREFUL
@given(
    tables(),
    st.integers(1, 5),
    st.permutations(["i", "f", "s", "b", "d"]),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_sort(table, partitions, keys, descending):
    numbered = table.append_column("row", pa.array(range(table.num_rows), pa.int64()))
    df = frame_of(numbered, partitions)
    keys = keys[:3]
    found = df.sort_values(keys, ascending=[not down for down in descending[:3]])
    expected = pl.from_arrow(numbered).sort(keys, descending=descending[:3], nulls_last=True, maintain_order=True)
    assert rows_of(found) == rows_of(expected)
    first = df.sort_values(keys[0], na_position="first")
    assert rows_of(first) == rows_of(pl.from_arrow(numbered).sort(keys[0], nulls_last=False, maintain_order=True))
    assert rows_of(found.head(4)) == rows_of(expected.head(4))


@CAREFUL
@given(tables(), st.integers(1, 5))
def test_distinct(table, partitions):
    df = frame_of(table, partitions)
    kept = df.drop_duplicates(subset=["i", "b"])
    expected = pl.from_arrow(table).unique(["i", "b"], keep="first", maintain_order=True)
    assert rows_of(kept) == rows_of(expected)
    assert df["s"].nunique() == duck("select count(distinct s) from t", t=table)[0][0].as_py()


@CAREFUL
@given(tables(), st.integers(1, 5))
def test_ways_out_agree(table, partitions):
    df = frame_of(table, partitions)
    expected = [dict(zip(table.column_names, row, strict=True)) for row in rows_of(table)]
    assert df.to_pylist() == expected
    assert rows_of(pa.table(df)) == rows_of(table)
    back = hs.from_pandas(df.to_pandas().astype({"d": "datetime64[s]"}))
    assert back.assign(d=back["d"].astype("date")).to_pylist() == expected or table.num_rows == 0
    # There what is missing is NaN or NaT, as in pandas.
    gone_through = [tuple(None if value != value else value for value in row) for row in df.itertuples(False, None)]
    assert gone_through == rows_of(table)


@pytest.mark.parametrize("seed", range(3))
def test_large_groups_and_merges(seed):
    """More rows than fit one partition, so that parallel merging takes part."""
    import numpy as np

    random = np.random.default_rng(seed)
    keys = random.integers(0, 5000, 300_000)
    pdf = pd.DataFrame(
        {"k": keys, "s": np.char.add("key ", (keys % 700).astype(str)), "x": random.integers(-100, 100, 300_000)}
    )
    df = hs.from_pandas(pdf).repartition(11)
    for by in ("k", "s", ["s", "k"]):
        assert_same(
            df.groupby(by).agg(n=("x", "size"), total=("x", "sum"), mean=("x", "mean")).reset_index(),
            pdf.groupby(by).agg(n=("x", "size"), total=("x", "sum"), mean=("x", "mean")).reset_index(),
        )
    other = pd.DataFrame({"k": random.integers(0, 8000, 20_000), "y": np.arange(20_000)})
    for how in ("inner", "left", "right"):
        assert_same(df.merge(hs.from_pandas(other), on="k", how=how), pdf.merge(other, on="k", how=how))
