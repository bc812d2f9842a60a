"""Series: operators, functions, values out."""

from __future__ import annotations

import datetime as dt
import math

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal


@pytest.fixture
def pdf() -> pd.DataFrame:
    return pd.DataFrame({"x": [5, 3, 1, 4], "y": [1.5, None, 2.5, -1.0], "s": ["b", "a", None, "b"]})


@pytest.fixture
def df(pdf) -> hs.DataFrame:
    return hs.from_pandas(pdf)


def test_arithmetic(df, pdf):
    x, y, px, py = df["x"], df["y"], pdf["x"], pdf["y"]
    pairs = [
        (x + 1, px + 1),
        (1 - x, 1 - px),
        (x * y, px * py),
        (x / 2, px / 2),
        (7 // x, 7 // px),
        (-x // 2, -px // 2),
        (-x % 3, -px % 3),
        (x**2, px**2),
        (2**x, 2**px),
        (abs(-x), abs(-px)),
        (-y, -py),
        (x + y + 1, px + py + 1),
    ]
    for found, expected in pairs:
        assert_series_equal(found.to_pandas(), expected, check_dtype=False)


def test_comparisons(df, pdf):
    x = df["x"]
    assert (x > 3).to_list() == [True, False, False, True]
    assert (x == 3).to_list() == [False, True, False, False]
    assert (df["y"] > 0).to_list() == [True, False, True, False]
    assert (df["s"] != "a").to_list() == [True, False, True, True]
    assert ((x > 3) | (df["y"] > 0)).to_list() == [True, False, True, True]
    assert (df["x"] > hs.col("y") * 2).to_list() == [True, False, False, True]


def test_division_by_zero():
    df = hs.DataFrame({"x": [1, 0], "z": [0, 0]})
    assert (df["x"] / df["z"]).to_list()[0] == math.inf
    with pytest.raises(ArithmeticError, match=r"row 0"):
        (df["x"] // df["z"]).to_list()


def test_overflow_names_the_row():
    df = hs.DataFrame({"x": [1, 2**63 - 1]})
    with pytest.raises(OverflowError, match=r"row 1"):
        (df["x"] + 1).to_list()


def test_truth_is_refused(df):
    with pytest.raises(ValueError, match="neither true nor false"):
        bool(df["x"] > 1)
    with pytest.raises(ValueError, match="neither true nor false"):
        df[df["x"] > 1 and df["y"] > 1]


def test_reductions(df, pdf):
    for name in ("sum", "mean", "min", "max", "count", "std", "var", "median", "nunique"):
        assert getattr(df["y"], name)() == pytest.approx(getattr(pdf["y"], name)())
    assert df["x"].sum() == 13 and isinstance(df["x"].sum(), int)
    assert df["s"].min() == "a" and df["s"].nunique() == 2 and df["s"].nunique(dropna=False) == 3
    assert df["x"].std(ddof=0) == pytest.approx(pdf["x"].std(ddof=0))
    found = df["x"].agg(["min", "max"]).to_pandas()
    assert_series_equal(found, pdf["x"].agg(["min", "max"]))
    assert (df["x"] - df["x"].mean()).to_list() == (pdf["x"] - pdf["x"].mean()).tolist()


def test_membership(df, pdf):
    assert_series_equal(df["s"].isin(["a", "z"]).to_pandas(), pdf["s"].isin(["a", "z"]))
    assert_series_equal(df["x"].isin([3, 4.0]).to_pandas(), pdf["x"].isin([3, 4.0]))
    assert df["x"].isin([]).to_list() == [False] * 4
    with pytest.raises(TypeError, match="list of values"):
        df["s"].isin("a")
    assert_series_equal(df["x"].between(3, 4).to_pandas(), pdf["x"].between(3, 4))
    found = df["x"].between(3, 5, inclusive="left").to_pandas()
    assert_series_equal(found, pdf["x"].between(3, 5, inclusive="left"))


def test_missing(df, pdf):
    assert_series_equal(df["y"].fillna(0).to_pandas(), pdf["y"].fillna(0))
    assert df["y"].fillna(df["x"]).to_list() == [1.5, 3.0, 2.5, -1.0]
    assert_series_equal(df["y"].isna().to_pandas(), pdf["y"].isna())
    assert df["y"].dropna().to_list() == [1.5, 2.5, -1.0]
    assert df["x"].where(df["x"] > 3).to_list() == [5, None, None, 4]
    assert df["x"].mask(df["x"] > 3, 0).to_list() == [0, 3, 1, 0]


def test_values(df, pdf):
    assert df["s"].unique().tolist() == ["b", "a", None]
    assert_series_equal(df["s"].value_counts().to_pandas(), pdf["s"].value_counts())
    found = df["s"].value_counts(normalize=True, dropna=False).to_pandas()
    assert_series_equal(found, pdf["s"].value_counts(normalize=True, dropna=False))
    assert df["x"].sort_values(ascending=False).to_list() == [5, 4, 3, 1]
    assert df["x"].head(2).to_list() == [5, 3] and df["x"].tail(1).to_list() == [4]
    assert df["x"].nlargest(2).to_list() == [5, 4]
    assert df["s"].drop_duplicates().to_list() == ["b", "a", None]
    assert df["x"][df["x"] > 3].to_list() == [5, 4]
    assert list(df["x"]) == [5, 3, 1, 4] and len(df["x"]) == 4


def test_to_numpy_shares_memory_where_it_can():
    series = hs.DataFrame({"x": np.arange(5), "y": [1.0, None, 2.0, 3.0, 4.0]}).compute()
    first, second = series["x"].to_numpy(), series["x"].to_numpy()
    assert np.shares_memory(first, second) and not first.flags.writeable
    assert first.__array_interface__["data"][0] == series._plan.query.collect().addresses("x")[0]
    holes = series["y"].to_numpy()
    assert np.isnan(holes[1]) and holes.flags.writeable
    assert hs.DataFrame({"x": [1, None]})["x"].to_numpy().dtype == "float64"
    assert hs.DataFrame({"x": [True, None]})["x"].to_numpy().tolist() == [True, None]
    assert hs.DataFrame({"x": [dt.date(2024, 1, 1)]})["x"].to_numpy().dtype == "datetime64[D]"
    assert np.asarray(series["x"]).sum() == 10


def test_reductions_of_nothing():
    nothing = hs.DataFrame({"x": [1.0, None], "s": ["a", None]})[hs.col("x") > 5]
    assert nothing["x"].sum() == 0 and math.isnan(nothing["x"].mean()) and math.isnan(nothing["x"].max())
    assert math.isnan(nothing["x"].sum(min_count=1))
    assert math.isnan(nothing["s"].max()) and nothing["x"].count() == 0


def test_conversions():
    df = hs.DataFrame(
        {"s": ["1", "2.5", "?"], "t": ["2024-02-29 01:02:03", "2024-03-01", None], "n": [0, 86_400, None]}
    )
    assert hs.to_numeric(df["s"], errors="coerce").to_list() == [1.0, 2.5, None]
    with pytest.raises(ValueError, match="row 2"):
        hs.to_numeric(df["s"]).to_list()
    assert hs.to_numeric(df["n"]).dtype == "int64"
    assert hs.to_datetime(df["t"]).to_list() == [dt.datetime(2024, 2, 29, 1, 2, 3), dt.datetime(2024, 3, 1), None]
    assert hs.to_datetime(df["n"], unit="s").to_list()[1] == dt.datetime(1970, 1, 2)
    with pytest.raises(TypeError, match="need a unit"):
        hs.to_datetime(df["n"])
    with pytest.raises(TypeError, match="takes a series"):
        hs.to_datetime(object())
    with pytest.raises(TypeError, match="need a unit"):
        hs.to_datetime(5)
    assert hs.to_datetime("2024-01-01") == dt.datetime(2024, 1, 1)


def test_text(df, pdf):
    assert df["s"].str.upper().to_list() == ["B", "A", None, "B"]
    assert df["s"].str.contains("a").to_list() == [False, True, False, False]
    assert df.select(m=hs.col("s").str.contains("a"))["m"].to_list() == [False, True, None, False]
    assert df["s"].str.len().to_list() == [1, 1, None, 1]
    assert df["s"].str.startswith("b").to_list() == [True, False, False, True]


def test_dates():
    moments = pd.Series(pd.to_datetime(["2024-02-29 12:30:15", None]), name="t")
    series = hs.from_pandas(moments.to_frame())["t"]
    for part in ("year", "month", "day", "hour", "minute", "second", "quarter", "day_of_week"):
        assert getattr(series.dt, part).to_list()[0] == getattr(moments.dt, part)[0], part
        assert getattr(series.dt, part).to_list()[1] is None
    assert series.dt.date.to_list()[0] == dt.date(2024, 2, 29)


def test_reset_index_and_frames(df):
    counts = df["s"].value_counts()
    assert counts.reset_index().to_dict("list") == {"s": ["b", "a"], "count": [2, 1]}
    assert df["x"].to_frame().columns == ["x"]
    assert counts.reset_index(drop=True).index_names == []


def test_repr(df):
    assert repr(df["x"]).splitlines()[-1] == "Name: x, dtype: int64"
    assert "NaN" in repr(df["s"])


def test_a_missing_number_that_is_picked_is_nan():
    """As pandas has it, so that what is picked can be computed with; a missing text is NaN, too."""
    df = hs.DataFrame({"x": [1.5, None], "i": [None, 2], "s": ["a", None]})
    picked = [
        df["x"].iloc[1],
        df["x"].loc[1],
        df["i"].iat[0],
        df["i"].at[0],
        df.loc[1, "x"],
        df.at[0, "i"],
        df.iloc[1, 0],
    ]
    assert all(value != value for value in picked)
    assert math.isnan(df["s"].iloc[1]) and df["s"].to_list()[1] is None
    assert df["i"].iloc[1] == 2


def test_nested_numbers_may_be_whole_and_not():
    assert hs.Series([[1, 1.5], [2]]).to_list() == [[1.0, 1.5], [2.0]]
    assert hs.Series([[[1], [2.5]]]).to_list() == [[[1.0], [2.5]]]
    assert hs.Series([[{"a": 1}, {"a": 2.5}]]).to_list() == [[{"a": 1.0}, {"a": 2.5}]]
    assert hs.Series([{"a": [1, 2.5]}, None]).to_list() == [{"a": [1.0, 2.5]}, None]


def test_structs_have_the_fields_of_all_rows_and_items():
    two = [{"a": 1}, {"b": "x", "a": 2.5}, None]
    full = [{"a": 1.0, "b": None}, {"a": 2.5, "b": "x"}, None]
    assert hs.Series(two).to_list() == full
    assert hs.Series([two, []]).to_list() == [full, []]
    assert hs.Series([[one] for one in two]).to_list() == [[one] for one in full]
    assert hs.Series([{"s": one} for one in two]).to_list() == [{"s": one} for one in full]


@pytest.mark.parametrize(
    "items", [[1, "2"], ["2", 1], [[1], "x"], [{"a": 1}, "x"], [{"a": 1}, {"a": "1"}], ["x", b"x"]]
)
def test_lists_of_values_without_a_common_type_are_an_error(items):
    """Texts that look like numbers are not made numbers."""
    with pytest.raises(hs.errors.DataTypeError, match=r"a list holds values of one type|among values of") as caught:
        hs.Series([None, items])
    assert "row 1" in str(caught.value)
