"""Intervals of months, days and nanoseconds against DuckDB, pandas and pyarrow."""

from __future__ import annotations

import datetime

import duckdb
import hypostyle as hs
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from dateutil.relativedelta import relativedelta

TEXTS = [
    "1 month",
    "-1 month",
    "14 months 3 days",
    "1 day -2 hours",
    "0 seconds",
    "100 hours 1 minute 1.5 seconds",
    "-1.000001 seconds",
    "-13 months 1 day",
]
MOMENTS = ["2024-01-31 12:00", "2023-12-31 23:30", "2024-02-29 00:00", "2021-03-28 01:30", None]


def ours(query: str) -> hs.DataFrame:
    return hs.from_arrow(duckdb.sql(query).to_arrow_table())


def test_duckdb_prints_and_gives_the_same():
    values = ", ".join(f"(interval '{text}')" for text in TEXTS)
    query = f"select i, i::varchar as t from (values {values}) as v(i)"
    df = ours(query)
    assert df["i"].dtype == "interval"
    assert df["i"].astype(str).to_list() == df["t"].to_list()
    assert df["i"].to_list()[2] == hs.interval(years=1, months=2, days=3)
    assert pa.table(df).schema.field("i").type == pa.month_day_nano_interval()
    back = pa.table(df)  # noqa: F841
    assert duckdb.sql("select i::varchar from back").fetchall() == [(text,) for text in df["t"].to_list()]


def test_times_and_intervals_are_duckdbs():
    moments = ", ".join("(null)" if at is None else f"(timestamp '{at}')" for at in MOMENTS)
    steps = ", ".join(f"(interval '{text}')" for text in TEXTS)
    query = f"select t, i, t + i as later, t - i as earlier from (values {moments}) as m(t), (values {steps}) as v(i)"
    df = ours(query)
    found = df.assign(l=hs.col("t") + hs.col("i"), e=hs.col("t") - hs.col("i"), f=hs.col("i") + hs.col("t"))
    assert found["l"].to_list() == df["later"].to_list() == found["f"].to_list()
    assert found["e"].to_list() == df["earlier"].to_list()
    values = ours(f"select i from (values {steps}) as v(i)")
    months, days, nanoseconds = (
        sum(getattr(value, part) for value in values["i"].to_list()) for part in ("months", "days", "nanoseconds")
    )
    assert values["i"].sum() == hs.interval(months=months, days=days, nanoseconds=nanoseconds)
    assert len(values.drop_duplicates()) == len(TEXTS)


def test_pandas_offsets_go_in_and_out():
    offset = pd.DateOffset(years=1, months=2, days=3, hours=4)
    value = hs.interval(years=1, months=2, days=3, hours=4)
    delta = relativedelta(years=1, months=2, days=3, hours=4)
    assert hs.Series([offset, None, value, delta]).to_list() == [value, None, value, value]
    at = pd.Series(pd.to_datetime(["2024-01-31 00:00", "2023-12-31 23:00"]))
    for months in (1, 13, -3):
        expected = (at + pd.DateOffset(months=months)).tolist()
        assert (hs.Series(at) + hs.interval(months=months)).to_list() == expected
        assert (hs.Series(at) + pd.DateOffset(months=months)).to_list() == expected
    assert hs.Series([value]).to_pandas().tolist() == [pd.DateOffset(months=14, days=3, nanoseconds=4 * 3600 * 10**9)]
    assert hs.from_pandas(hs.DataFrame({"i": [value, None]}).to_pandas())["i"].to_list() == [value, None]
    theirs = pa.scalar((1, 2, 3), pa.month_day_nano_interval()).as_py()
    assert hs.Series([theirs]).to_list() == [hs.interval(months=1, days=2, nanoseconds=3)]
    for wrong in (pd.DateOffset(month=1), relativedelta(day=31), pd.DateOffset(days=1.5)):
        with pytest.raises((hs.HypostyleError, ValueError)):
            hs.Series([wrong])
    with pytest.raises(hs.HypostyleError, match="do not fit"):
        hs.Series([hs.interval(months=2**31)])
    assert -value == hs.interval(years=-1, months=-2, days=-3, hours=-4)


def test_intervals_in_frames():
    df = hs.DataFrame({"k": [1, 2, 1], "i": [hs.interval(months=1), None, hs.interval(days=30)]})
    assert df["i"].dtype == "interval" and df["i"].dtype == pa.month_day_nano_interval() and df["i"].dtype.kind == "O"
    assert df.groupby("k")["i"].sum().to_list() == [hs.interval(months=1, days=30), hs.interval()]
    assert (df["i"] == hs.interval(days=30)).to_list() == [False, False, True]
    assert (df["i"] * 2).to_list() == [hs.interval(months=2), None, hs.interval(days=60)]
    assert (-df["i"]).to_list()[0] == hs.interval(months=-1)
    assert (df["i"] + datetime.timedelta(hours=1)).to_list()[0] == hs.interval(months=1, hours=1)
    assert df["i"].dt.interval_days.to_list() == [0, None, 30]
    assert df["i"].fillna(hs.interval(days=1)).to_list()[1] == hs.interval(days=1)
    assert "1 month" in str(df) and "30 days" in df._repr_html_() and "None" in str(df)
    assert df["i"].to_numpy().dtype == object and df["i"].nunique() == 2
    assert df.select_dtypes("number").columns == ["k"]
    with pytest.raises(hs.HypostyleError, match="no order"):
        df.sort_values("i")
    with pytest.raises(hs.HypostyleError, match="no order"):
        (df["i"] < hs.interval(months=2)).to_list()
    with pytest.raises(hs.HypostyleError):
        df["i"].max()


def test_files(tmp_path):
    df = hs.DataFrame({"i": [hs.interval(months=1, nanoseconds=5), None]})
    df.to_feather(tmp_path / "x.arrow")
    assert hs.read_feather(tmp_path / "x.arrow")["i"].to_list() == df["i"].to_list()
    with pytest.raises(hs.HypostyleError, match="Parquet holds no intervals"):
        df.to_parquet(tmp_path / "x.parquet")
    duckdb.sql(f"copy (select interval '1 month' as i, 1 as n) to '{tmp_path}/d.parquet'")
    with pytest.raises(hs.HypostyleError, match="intervals of Parquet are not read"):
        hs.read_parquet(tmp_path / "d.parquet")
    with pytest.raises(hs.HypostyleError, match="cast the column to string"):
        df.to_csv(tmp_path / "x.csv")
    df.astype(str).to_csv(tmp_path / "x.csv")
    df.to_json(tmp_path / "x.json", orient="records", lines=True)
    for name in ("x.csv", "x.json"):
        assert "1 month 00:00:00.000000005" in (tmp_path / name).read_text()
    assert np.asarray(df["i"]).tolist() == df["i"].to_list()
