"""What is given to groups as a function: methods of pandas' classes, names, and functions that give series of pandas; the
same results as pandas gives."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

PDF = pd.DataFrame({"k": [1, 2, 1, 2, 1], "x": [3, 5, 4, 5, 4], "y": [1.0, 2.0, 3.0, None, 2.5]})


def check(call: Callable[[Any], Any], pdf: pd.DataFrame = PDF) -> None:
    found, expected = call(hs.from_pandas(pdf)), call(pdf)
    if isinstance(expected, pd.DataFrame):
        assert_frame_equal(found.to_pandas(), expected, check_dtype=False)
    elif isinstance(expected, pd.Series):
        assert_series_equal(found.to_pandas(), expected, check_dtype=False)
    else:
        assert found == pytest.approx(expected)


METHODS: list[Callable[[Any], Any]] = [
    lambda df: df.groupby("k").agg({"x": pd.Series.sum, "y": pd.Series.median}),
    lambda df: df.groupby("k")["x"].agg([pd.Series.min, pd.Series.max]),
    lambda df: df.groupby("k")["x"].agg(pd.Series.nunique),
    lambda df: df.groupby("k")["y"].agg(pd.Series.quantile, q=0.25),
    lambda df: df.groupby("k")["x"].transform(pd.Series.cumsum),
    lambda df: df.groupby("k")["x"].apply(pd.Series.to_list),
    lambda df: df.groupby("k")["x"].apply(pd.Series.value_counts),
    lambda df: df.groupby("k").apply(pd.DataFrame.head, n=1),
    lambda df: df.groupby("k").pipe(pd.core.groupby.DataFrameGroupBy.sum),
    lambda df: df.pipe(pd.DataFrame.head, 2),
    lambda df: df["x"].pipe(pd.Series.head, 2),
    lambda df: df["x"].agg(pd.Series.max),
    lambda df: df["x"].agg(pd.Series.autocorr),
    lambda df: df.agg(pd.Series.nunique),
    lambda df: df.apply(pd.Series.nunique),
]


@pytest.mark.parametrize("call", METHODS, ids=range(len(METHODS)))
def test_methods_of_pandas_classes(call):
    check(call)


def test_methods_of_pandas_classes_of_partitions():
    df = hs.from_pandas(PDF, npartitions=2)
    assert df.map_partitions(pd.DataFrame.head, 1)["x"].to_list() == [3, 5]


RESULTS: list[Callable[[Any], Any]] = [
    lambda s: s.value_counts(),
    lambda s: s.value_counts(normalize=True).head(1),
    lambda s: pd.Series({"sum": s.sum(), "max": s.max()}),
    lambda s: pd.Series([s.sum()], index=["sum"]),
    lambda s: s.groupby(s).size(),
    lambda s: s.describe(),
    lambda s: s.nlargest(1),
]


@pytest.mark.parametrize("keys", ["k", ["k", "x"]])
@pytest.mark.parametrize("result", RESULTS, ids=range(len(RESULTS)))
def test_results_of_groups_whose_keys_are_no_text(result, keys):
    # The series of a group is named by its key.
    check(lambda df: df.groupby(keys)["x"].apply(result))


def test_names_and_keys_of_levels():
    check(lambda df: df.groupby("k").apply("sum"))
    check(lambda df: df.groupby("k")["x"].apply("mean"))
    check(lambda df: df.groupby("k").describe(percentiles=None, include=None, exclude=None))
    with pytest.raises(hs.HypostyleError, match="choose the columns"):
        hs.from_pandas(PDF).groupby("k").describe(include="all")
    keys = pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (1, "a"), (2, "b"), (2, "b")], names=["m", "n"])
    expected = PDF.groupby([keys.get_level_values(0), keys.get_level_values(1)]).sum()
    assert_frame_equal(hs.from_pandas(PDF).groupby(keys).sum().to_pandas(), expected, check_dtype=False)


def quantile(values: Any, share: float) -> Any:
    return values.quantile(share)


def test_pairs_of_pandas_name_aggregates():
    pair = pd.NamedAgg
    check(
        lambda df: df.groupby("k").agg(
            n=pair(column="x", aggfunc="count"), m=pair(column="y", aggfunc=lambda y: y.max())
        )
    )
    check(lambda df: df.groupby("k").agg(q=pair("y", quantile, share=0.25)))
    times = PDF.set_index(pd.date_range("2024-01-01", periods=5, freq="12h"))
    expected = times.resample("D").agg(n=pair("x", "sum"))
    found = hs.from_pandas(times).resample("D").agg(n=pair("x", "sum")).to_pandas()
    assert_frame_equal(found, expected, check_dtype=False, check_freq=False)


def test_functions_of_one_name_are_numbered():
    low, high = functools.partial(quantile, share=0.1), functools.partial(quantile, share=0.9)
    groups = hs.from_pandas(PDF).groupby("k")
    assert groups["x"].agg([low, high]).columns == ["quantile_0", "quantile_1"]
    assert groups.agg({"x": [low, high]}).columns == [("x", "quantile_0"), ("x", "quantile_1")]
    assert groups["x"].agg([low, "sum"]).columns == ["quantile", "sum"]
    for call in (lambda: groups["x"].agg(["sum", "sum"]), lambda: groups.agg({"x": [low, low]})):
        with pytest.raises(hs.HypostyleError, match="two aggregates"):
            call()


def test_running_verbs_by_name():
    check(lambda df: df.groupby("k").agg("cumsum"))
    check(lambda df: df.groupby("k")["x"].agg("shift"))


def test_sizes_and_shares_of_all_rows():
    check(lambda df: df.groupby("k").transform("size"))
    check(lambda df: df.groupby("k")["x"].transform("size"))
    check(lambda df: df.groupby("k").ohlc())
    check(lambda df: df.groupby("k")["y"].ohlc())
    for bins in (2, [0, 1, 2]):
        expected = PDF["y"].value_counts(bins=bins, normalize=True).to_list()
        assert hs.from_pandas(PDF)["y"].value_counts(bins=bins, normalize=True).to_list() == pytest.approx(expected)


def test_first_greatest_least_and_last_of_all_columns():
    times = PDF.set_index(pd.date_range("2024-01-01", periods=5, freq="12h"))
    found = hs.from_pandas(times).resample("D").ohlc().to_pandas()
    assert_frame_equal(found, times.resample("D").ohlc(), check_dtype=False, check_freq=False)


def test_numbers_of_rows_and_groups_by_name():
    check(lambda df: df.groupby("k").transform("cumcount"))
    check(lambda df: df.groupby("k").transform("ngroup"))
    check(lambda df: df.groupby("k")["x"].transform("cumcount"))
    expected = PDF.groupby("k")[["x"]].transform("min").rename(columns={"x": "least"})
    found = hs.from_pandas(PDF).groupby("k").transform(least=pd.NamedAgg("x", "min")).to_pandas()
    assert_frame_equal(found, expected, check_dtype=False)
