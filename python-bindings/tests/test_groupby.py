"""Groups, with pandas as the judge."""

from __future__ import annotations

import duckdb
import hypostyle as hs
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from comparing import assert_same
from pandas.testing import assert_frame_equal, assert_series_equal


@pytest.fixture
def pdf() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "k": ["b", "a", None, "b", "a", "c", "b"],
            "j": [1, 1, 2, 1, 2, 2, 1],
            "x": [5, 3, 1, 4, 2, 6, 7],
            "y": [1.5, None, 2.5, -1.0, 0.0, None, 4.0],
        }
    )


@pytest.fixture
def df(pdf) -> hs.DataFrame:
    return hs.from_pandas(pdf)


AGGREGATES = ["sum", "mean", "min", "max", "count", "std", "var", "median", "nunique", "first", "last", "prod"]


@pytest.mark.parametrize("name", AGGREGATES)
@pytest.mark.parametrize("by", ["k", ["k", "j"]])
def test_verbs_look_exactly_as_in_pandas(df, pdf, name, by):
    found = getattr(df.groupby(by)[["x", "y"]], name)().to_pandas()
    expected = getattr(pdf.groupby(by)[["x", "y"]], name)()
    assert_frame_equal(found, expected, check_dtype=False)
    found = getattr(df.groupby(by)["y"], name)().to_pandas()
    assert_series_equal(found, getattr(pdf.groupby(by)["y"], name)(), check_dtype=False)


@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize("as_index", [True, False])
def test_options(df, pdf, sort, dropna, as_index):
    options = {"sort": sort, "dropna": dropna, "as_index": as_index}
    found = df.groupby("k", **options).sum().to_pandas()
    assert_frame_equal(found, pdf.groupby("k", **options).sum(), check_dtype=False)
    found = df.groupby(["k", "j"], **options).agg(n=("x", "size"), total=("y", "sum")).to_pandas()
    expected = pdf.groupby(["k", "j"], **options).agg(n=("x", "size"), total=("y", "sum"))
    assert_frame_equal(found, expected, check_dtype=False)


def test_counts_are_int64(df):
    found = df.groupby("k").agg(a=("y", "count"), b=("y", "size"), c=("y", "nunique"), d=hs.col("y").count())
    assert set(found.dtypes.values()) == {"int64"}
    assert df.groupby("k").size().dtype == "int64"


def test_agg_forms(df, pdf):
    groups, expected = df.groupby("k"), pdf.groupby("k")
    assert_frame_equal(groups.agg({"x": "sum"}).to_pandas(), expected.agg({"x": "sum"}))
    assert_frame_equal(groups[["x", "y"]].agg("max").to_pandas(), expected[["x", "y"]].agg("max"))
    assert_frame_equal(groups["x"].agg(["sum", "mean"]).to_pandas(), expected["x"].agg(["sum", "mean"]))
    assert_frame_equal(groups["x"].agg(a="min", b="max").to_pandas(), expected["x"].agg(a="min", b="max"))
    for function in (sum, max, np.sum, np.mean):
        assert_series_equal(
            groups["x"].agg(function).to_pandas(), expected["x"].agg(function.__name__), check_dtype=False
        )
    several = groups.agg({"x": ["min", "max"], "y": "count"})
    assert_frame_equal(several.to_pandas(), expected.agg({"x": ["min", "max"], "y": ["count"]}), check_dtype=False)


def test_expressions(df, pdf):
    found = df.groupby("k").agg(
        spread=hs.col("x").max() - hs.col("x").min(),
        late=hs.col("x").filter(hs.col("x") > 3).count(),
        share=(hs.col("x") > 3).mean(),
    )
    expected = pdf.groupby("k").agg(
        spread=("x", lambda x: x.max() - x.min()),
        late=("x", lambda x: (x > 3).sum()),
        share=("x", lambda x: (x > 3).mean()),
    )
    assert_frame_equal(found.to_pandas(), expected, check_dtype=False)


def test_keys_that_are_computed(df, pdf):
    found = df.groupby(df["x"] > 3)["x"].sum().to_pandas()
    assert_series_equal(found, pdf.groupby(pdf["x"] > 3)["x"].sum())
    found = df.groupby((hs.col("x") % 2).alias("odd"))["x"].sum().to_pandas()
    assert_series_equal(found, pdf.groupby((pdf["x"] % 2).rename("odd"))["x"].sum())


def test_a_key_may_be_counted_too(df, pdf):
    found = df.groupby("k")["k"].count()
    assert_series_equal(found.to_pandas(), pdf.groupby("k")["k"].count(), check_dtype=False)
    assert_frame_equal(df.groupby("k").agg(k=("k", "size")).to_pandas(), pdf.groupby("k").agg(k=("k", "size")))


def test_size(df, pdf):
    assert_series_equal(df.groupby("k").size().to_pandas(), pdf.groupby("k").size())
    found = df.groupby("k", as_index=False).size().to_pandas()
    assert_frame_equal(found, pdf.groupby("k", as_index=False).size())
    assert df.groupby("k").ngroups == 3


def test_extremes_of_each_group(df, pdf):
    found = df.groupby("k")["x"].nlargest(2).reset_index()
    assert_same(found, pdf.groupby("k")["x"].nlargest(2).reset_index())
    found = df.groupby("k", as_index=False)["y"].nsmallest(1)
    assert found.to_dict("list") == {"k": ["a", "b"], "y": [0.0, -1.0]}
    with pytest.raises(ValueError, match="choose one column"):
        df.groupby("k").nlargest(2)


def test_nothing_to_aggregate_is_missing(df):
    frame = hs.DataFrame({"k": ["a", "b"], "y": [1.0, None]})
    found = frame.groupby("k").agg(s=("y", "sum"), m=("y", "mean"), lo=("y", "min"), sd=("y", "std"))
    assert found.to_dict("records")[1] == {"s": 0.0, "m": None, "lo": None, "sd": None}


def test_min_count_and_quantile(df, pdf):
    found = df.groupby("k")["y"].sum(min_count=2).to_pandas()
    assert_series_equal(found, pdf.groupby("k")["y"].sum(min_count=2))
    found = df.groupby("k")["y"].quantile(0.25).to_pandas()
    assert_series_equal(found, pdf.groupby("k")["y"].quantile(0.25))
    assert_series_equal(df[["x", "y"]].quantile(0.9).to_pandas(), pdf[["x", "y"]].quantile(0.9), check_names=False)


def test_results_go_on(df, pdf):
    found = df.groupby("k")["x"].sum().reset_index().sort_values("x", ascending=False)
    assert_same(found, pdf.groupby("k")["x"].sum().reset_index().sort_values("x", ascending=False))
    sums = df.groupby("k").agg(a=("x", "sum"), b=("x", "size"))
    assert (sums["a"] / sums["b"]).to_list() == [2.5, 16 / 3, 6.0]


def test_misuse_is_explained(df):
    with pytest.raises(NotImplementedError, match="Python function"):
        df.groupby("k").rollup(total=("x", lambda x: x.sum()))
    with pytest.raises(TypeError, match="gives a Series; an aggregate gives one value"):
        df.groupby("k").agg(total=("x", lambda x: x + 1))
    with pytest.raises(ValueError, match="no aggregate is called 'summ'"):
        df.groupby("k").agg("summ")
    with pytest.raises(KeyError, match='no column "kk"'):
        df.groupby("kk")
    with pytest.raises(TypeError, match="pair of column and aggregate"):
        df.groupby("k").agg(total="sum")
    with pytest.raises(TypeError, match="mean"):
        df.groupby("j").mean().to_pandas()
    assert list(df.groupby("j").sum(numeric_only=True).columns) == ["x", "y"]


def test_groups_in_any_order_are_the_same_groups():
    df = hs.DataFrame({"k": [i * 7919 % 5003 for i in range(20000)], "x": list(range(20000))})
    groups = [df.groupby("k", sort=sort).agg(total=("x", "sum")).reset_index() for sort in (True, None)]
    expected, found = (g.to_dict("list") for g in groups)
    assert sorted(zip(found["k"], found["total"], strict=True)) == list(
        zip(expected["k"], expected["total"], strict=True)
    )
    again = df.groupby("k", sort=None).agg(total=("x", "sum")).reset_index().to_dict("list")
    assert again == found


def test_counts_take_conditions():
    data = pa.table({"k": [1, 1, 2, 2], "x": [1, 5, 2, None]})
    found = (
        hs.from_arrow(data)
        .groupby("k")
        .agg(
            known=hs.col("x").count().filter(hs.col("k") > 1),
            kinds=hs.col("x").n_unique().filter(hs.col("x") > 1),
            missing=hs.col("x").null_count().filter(hs.col("k") == 1),
        )
    )
    expected = duckdb.sql(
        "select count(x) filter (where k > 1), count(distinct x) filter (where x > 1),"
        " count(*) filter (where k = 1 and x is null) from data group by k order by k"
    ).fetchall()
    columns = [found[name].to_list() for name in ("known", "kinds", "missing")]
    assert list(zip(*columns, strict=True)) == expected == [(0, 1, 0), (1, 1, 0)]
