"""Windows, with pandas as the judge."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from comparing import assert_same
from hypostyle.errors import InvalidArgumentError
from pandas.testing import assert_frame_equal, assert_series_equal


@pytest.fixture
def pdf() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    n = 60
    frame = pd.DataFrame(
        {
            "k": rng.choice(["a", "b", "c", None], n, p=[0.4, 0.3, 0.2, 0.1]),
            "j": rng.integers(0, 3, n),
            "x": rng.integers(-5, 9, n),
            "y": rng.normal(size=n).round(3),
        }
    )
    frame.loc[[3, 17, 18, 40], "y"] = np.nan
    return frame


@pytest.fixture
def df(pdf) -> hs.DataFrame:
    return hs.from_pandas(pdf)


def same(found: hs.Series, expected: pd.Series) -> None:
    assert_series_equal(
        found.to_pandas().astype("float64"), expected.astype("float64"), check_names=False, rtol=1e-9, atol=1e-12
    )


RUNNING = [
    ("cumsum", {}),
    ("cumprod", {}),
    ("cummin", {}),
    ("cummax", {}),
    ("shift", {}),
    ("shift", {"periods": -2}),
    ("diff", {}),
    ("diff", {"periods": 3}),
    ("ffill", {}),
    ("bfill", {}),
    ("ffill", {"limit": 1}),
    ("rank", {}),
    ("rank", {"method": "min"}),
    ("rank", {"method": "max", "ascending": False}),
    ("rank", {"method": "dense"}),
    ("rank", {"method": "first"}),
    ("rank", {"pct": True}),
]


@pytest.mark.parametrize(("verb", "options"), RUNNING)
def test_running_values(df, pdf, verb, options):
    same(getattr(df["y"], verb)(**options), getattr(pdf["y"], verb)(**options))
    same(getattr(df.groupby("k")["y"], verb)(**options), getattr(pdf.groupby("k")["y"], verb)(**options))
    keys = ["k", "j"]
    found = getattr(df.groupby(keys)[["x", "y"]], verb)(**options).to_pandas().astype("float64")
    expected = getattr(pdf.groupby(keys)[["x", "y"]], verb)(**options).astype("float64")
    assert_frame_equal(found, expected, rtol=1e-9, atol=1e-12)


def test_shift_with_a_value(df, pdf):
    for periods in (1, -2):
        same(df["x"].shift(periods, fill_value=0), pdf["x"].shift(periods, fill_value=0))
        found = df.groupby("j")["x"].shift(periods, fill_value=0)
        same(found, pdf.groupby("j")["x"].shift(periods, fill_value=0))


def test_changes_in_relation(df, pdf):
    same(df["x"].pct_change(), pdf["x"].pct_change())
    same(df["y"].pct_change(2), pdf["y"].pct_change(2, fill_method=None))


@pytest.mark.parametrize(
    "name", ["sum", "mean", "min", "max", "count", "std", "var", "median", "nunique", "first", "last"]
)
def test_transform_repeats_aggregates(df, pdf, name):
    same(df.groupby("k")["y"].transform(name), pdf.groupby("k")["y"].transform(name))
    found = df.groupby(["k", "j"])[["x", "y"]].transform(name).to_pandas().astype("float64")
    assert_frame_equal(found, pdf.groupby(["k", "j"])[["x", "y"]].transform(name).astype("float64"), rtol=1e-9)
    same(df.groupby("k", dropna=False)["y"].transform(name), pdf.groupby("k", dropna=False)["y"].transform(name))


def test_transform_with_names_functions_and_expressions(df, pdf):
    groups, expected = df.groupby("k")["y"], pdf.groupby("k")["y"]
    same(groups.transform("cumsum"), expected.transform("cumsum"))
    same(groups.transform("rank"), expected.transform("rank"))
    same(groups.transform(np.mean), expected.transform("mean"))
    same(groups.transform(lambda y: y - y.mean()), expected.transform(lambda y: y - y.mean()))
    same(groups.transform(lambda y: y.max(), dtype="float64"), expected.transform(lambda y: y.max()))
    same(df.groupby("k").transform(hs.col("y") - hs.col("y").mean()), expected.transform(lambda y: y - y.mean()))
    assigned = df.assign(share=df["x"] / df.groupby("j")["x"].transform("sum"))
    same(assigned["share"], pdf["x"] / pdf.groupby("j")["x"].transform("sum"))
    assigned = df.assign(far=df.groupby("j")["x"].transform(lambda x: x - x.max()))
    same(assigned["far"], pdf.groupby("j")["x"].transform(lambda x: x - x.max()))


def test_a_function_that_fails_says_why(df):
    def broken(x):
        raise ValueError("no luck")

    with pytest.raises(ValueError, match="no luck"):
        df.groupby("k")["y"].transform(broken, dtype="float64").to_list()


@pytest.mark.parametrize("n", [1, 3, -2])
def test_heads_and_tails_of_groups(df, pdf, n):
    for by in ("k", ["k", "j"]):
        assert_same(df.groupby(by).head(n), pdf.groupby(by).head(n))
        assert_same(df.groupby(by).tail(n), pdf.groupby(by).tail(n))
    same(df.groupby("k")["y"].head(2).reset_index(drop=True), pdf.groupby("k")["y"].head(2).reset_index(drop=True))


@pytest.mark.parametrize("n", [0, 1, -1, 50])
def test_the_nth_row_of_groups(df, pdf, n):
    assert_same(df.groupby("k").nth(n), pdf.groupby("k").nth(n))


def test_numbers_of_rows_and_groups(df, pdf):
    for by in ("k", ["j", "k"]):
        for ascending in (True, False):
            same(df.groupby(by).cumcount(ascending), pdf.groupby(by).cumcount(ascending).where(pdf["k"].notna()))
            found = df.groupby(by).ngroup(ascending)
            same(found, pdf.groupby(by).ngroup(ascending).astype("float64").where(pdf["k"].notna()))
            found = df.groupby(by, sort=False).ngroup(ascending)
            same(found, pdf.groupby(by, sort=False).ngroup(ascending).astype("float64").where(pdf["k"].notna()))
    assert df.groupby("k").ngroups == pdf.groupby("k").ngroups


def test_groups_are_kept_or_dropped(df, pdf):
    expected = pdf.groupby("k").filter(lambda g: g["x"].sum() > 20)
    assert 0 < len(expected) < len(pdf)
    assert_same(df.groupby("k").filter(hs.col("x").sum() > 20), expected)
    assert_same(df.groupby("k").filter(lambda g: g["x"].sum() > 20), expected)


@pytest.mark.parametrize("sort", [True, False])
def test_groups_one_by_one(df, pdf, sort):
    for by in ("k", ["k", "j"]):
        found = list(df.groupby(by, sort=sort))
        expected = list(pdf.groupby(by, sort=sort))
        assert [key for key, _ in found] == [key for key, _ in expected]
        for (_, group), (_, other) in zip(found, expected, strict=True):
            assert_same(group, other)
    assert_same(df.groupby("k").get_group("b"), pdf.groupby("k").get_group("b"))


def test_functions_of_groups(df, pdf):
    found = df.groupby("k").apply(lambda g: g["x"].max() - g["x"].min())
    expected = pdf.groupby("k").apply(lambda g: g["x"].max() - g["x"].min())
    assert_series_equal(found.to_pandas(), expected, check_dtype=False, check_names=False)
    assert found.to_pandas().index.name == "k"
    found = df.groupby("k")["y"].apply(lambda y: y.max())
    same(found.reset_index(drop=True), pdf.groupby("k")["y"].apply(lambda y: y.max()).reset_index(drop=True))
    found = df.groupby("k").apply(lambda g: g.nlargest(2, "y")[["x", "y"]]).to_pandas()
    expected = pdf.groupby("k").apply(lambda g: g.nlargest(2, "y")[["x", "y"]])
    assert_frame_equal(found.reset_index(drop=True), expected.reset_index(drop=True), check_dtype=False)
    assert list(found.index) == list(expected.index)


ROLLING = ["sum", "mean", "min", "max", "median", "var", "std", "count"]


@pytest.mark.parametrize("name", ROLLING)
@pytest.mark.parametrize("options", [{}, {"min_periods": 1}, {"min_periods": 2, "center": True}])
def test_moving_windows(df, pdf, name, options):
    for window in (1, 4, 7):
        if options.get("min_periods", 0) > window:
            continue
        found = getattr(df["y"].rolling(window, **options), name)()
        same(found, getattr(pdf["y"].rolling(window, **options), name)())
    found = getattr(df[["x", "y"]].rolling(4, **options), name)().to_pandas()
    assert_frame_equal(found, getattr(pdf[["x", "y"]].rolling(4, **options), name)(), check_dtype=False)


def test_moving_quantiles(df, pdf):
    for interpolation in ("linear", "lower", "higher", "midpoint"):
        found = df["x"].rolling(5).quantile(0.3, interpolation)
        same(found, pdf["x"].rolling(5).quantile(0.3, interpolation=interpolation))


@pytest.mark.parametrize("closed", [None, "right", "left", "both", "neither"])
def test_windows_of_time(pdf, closed):
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(np.arange(60) % 4), unit="s")
    frame = pdf.assign(t=times)
    df = hs.from_pandas(frame)
    for name in ("sum", "mean", "max", "count"):
        found = getattr(df[["t", "x"]].rolling("3s", on="t", closed=closed), name)()["x"]
        expected = getattr(frame[["t", "x"]].rolling("3s", on="t", closed=closed), name)()["x"]
        same(found, expected)
    indexed = frame.set_index("t")["x"]
    found = df.set_index("t")["x"].rolling("3s").sum().reset_index(drop=True)
    same(found, indexed.rolling("3s").sum().reset_index(drop=True))


def test_moving_windows_of_groups(df, pdf):
    found = df.groupby("j")["y"].rolling(3, min_periods=1).mean()
    expected = pdf.groupby("j")["y"].rolling(3, min_periods=1).mean()
    same(found, expected)


@pytest.mark.parametrize("name", ["sum", "mean", "min", "max", "var", "std", "count"])
@pytest.mark.parametrize("least", [1, 4])
def test_windows_of_all_rows_so_far(df, pdf, name, least):
    same(getattr(df["y"].expanding(least), name)(), getattr(pdf["y"].expanding(least), name)())


@pytest.mark.parametrize("adjust", [True, False])
@pytest.mark.parametrize("ignore_na", [True, False])
def test_fading_windows(df, pdf, adjust, ignore_na):
    options = {"adjust": adjust, "ignore_na": ignore_na}
    for kind in ({"span": 5}, {"com": 2}, {"halflife": 1.5}, {"alpha": 0.3}, {"span": 4, "min_periods": 4}):
        same(df["y"].ewm(**kind, **options).mean(), pdf["y"].ewm(**kind, **options).mean())
    found = df.groupby("j")["y"].ewm(span=4, **options).mean()
    expected = pdf.groupby("j")["y"].ewm(span=4, **options).mean()
    same(found, expected)


@pytest.mark.parametrize("keep", ["first", "last", False])
def test_repeated_rows(df, pdf, keep):
    assert df.duplicated(["k", "j"], keep=keep).to_list() == pdf.duplicated(["k", "j"], keep=keep).to_list()
    assert df["k"].duplicated(keep).to_list() == pdf["k"].duplicated(keep).to_list()
    if keep != "last":
        assert_same(df.drop_duplicates(["k", "j"], keep=keep), pdf.drop_duplicates(["k", "j"], keep=keep))
        assert df["x"].drop_duplicates(keep).to_list() == pdf["x"].drop_duplicates(keep=keep).to_list()


def test_frames_run_column_by_column(df, pdf):
    assert_same(df[["x", "y"]].cumsum(), pdf[["x", "y"]].cumsum())
    assert_same(df[["x", "y"]].shift(2), pdf[["x", "y"]].shift(2))
    assert_same(df[["x", "y"]].rank(), pdf[["x", "y"]].rank())


def test_over_in_expressions(df, pdf):
    found = df.assign(
        share=hs.col("x") / hs.col("x").abs().sum().over(["k", "j"]),
        running=hs.col("x").cumsum().over("j", order_by=["y", "x"]),
        n=hs.row_number().over("j"),
    ).to_pandas()
    sizes = pdf["x"].abs().groupby([pdf["k"], pdf["j"]], dropna=False).transform("sum")
    assert np.allclose(found["share"].astype("float64"), pdf["x"] / sizes, equal_nan=True)
    ordered = pdf.sort_values(["y", "x"], kind="stable")
    running = ordered.groupby("j")["x"].cumsum().sort_index()
    assert found["running"].tolist() == running.tolist()
    assert found["n"].tolist() == (pdf.groupby("j").cumcount() + 1).tolist()


def test_rows_are_chosen_after_windows(df, pdf):
    top = df[df.groupby("k")["y"].rank(ascending=False) <= 2]
    assert_same(top, pdf[pdf.groupby("k")["y"].rank(ascending=False) <= 2])
    same(df["x"].cumsum()[df["x"] > 3].reset_index(drop=True), pdf["x"].cumsum()[pdf["x"] > 3].reset_index(drop=True))
    assert df["x"].cumsum().tail(2).to_list() == pdf["x"].cumsum().tail(2).to_list()
    assert df["x"].shift(-1).head(2).to_list() == pdf["x"].shift(-1).head(2).to_list()
    assert df["x"].cumsum().sort_values().to_list() == sorted(pdf["x"].cumsum())
    # Matched by the labels of the rows.
    assert_same(df[df["x"] > 3].assign(c=df["x"].cumsum()), pdf[pdf["x"] > 3].assign(c=pdf["x"].cumsum()))


def test_samples(df):
    drawn = df.sample(10, random_state=3)
    assert len(drawn) == 10
    assert drawn.to_dict("list") == df.sample(10, random_state=3).to_dict("list")
    assert drawn.to_dict("list") != df.sample(10, random_state=4).to_dict("list")
    assert len(df.sample(frac=0.5, random_state=1)) == 30
    assert sorted(df.sample(frac=1, random_state=1)["x"].to_list()) == sorted(df["x"].to_list())
    parts = df.random_split([0.7, 0.3], random_state=1, by="x")
    assert sum(len(part) for part in parts) == len(df)
    assert not set(parts[0]["x"].to_list()) & set(parts[1]["x"].to_list())


def test_order_is_seen(df):
    assert hs.DataFrame({"x": [1, 1, 2]})["x"].is_monotonic_increasing
    assert not df["x"].is_monotonic_increasing
    assert hs.DataFrame({"x": [3, 2, 2]})["x"].is_monotonic_decreasing


def test_mistakes(df):
    with pytest.raises(InvalidArgumentError, match="na_option"):
        df["x"].rank(na_option="middle")
    with pytest.raises(AttributeError, match="apply"):
        df["x"].rolling(2).mode()
    with pytest.raises(InvalidArgumentError, match="method"):
        df["x"].rank(method="best")
    with pytest.raises(InvalidArgumentError, match="one of com"):
        df["x"].ewm()
    with pytest.raises(InvalidArgumentError, match="window of time"):
        df["x"].rolling("3s")


@pytest.mark.parametrize("window", [3, 5])
@pytest.mark.parametrize("least", [None, 2])
def test_shapes_pairs_and_ranks_of_windows_are_those_of_pandas(window, least):
    x = [1.0, 4.0, 4.0, None, 2.0, 9.0, 9.0, 9.0, 9.0, 9.0, 3.5, -2.0, None, 8.0, 1e6, 1.0]
    y = [2.0, 1.0, 5.0, 3.0, None, 9.0, 8.0, 7.0, 7.0, 2.0, 2.5, 0.0, 1.0, 6.0, 2.0, 3.0]
    df, pdf = hs.DataFrame({"x": x, "y": y}), pd.DataFrame({"x": x, "y": y})

    def same(make):
        found = make(df).to_pandas().reset_index(drop=True)
        pd.testing.assert_series_equal(found, make(pdf), check_names=False, rtol=1e-6, atol=1e-9)

    same(lambda df: df["x"].rolling(window, min_periods=least).skew())
    same(lambda df: df["x"].rolling(window, min_periods=least).kurt())
    same(lambda df: df["y"].rolling(window, min_periods=least).cov(df["x"]))
    same(lambda df: df["y"].rolling(window, min_periods=least).cov(df["x"], ddof=0))
    pdf, df = pdf.iloc[:10], df.iloc[:10]
    same(lambda df: df["y"].rolling(window, min_periods=least).corr(df["x"]))
    for method in ("average", "min", "max"):
        same(lambda df: df["x"].rolling(window, min_periods=least).rank(method=method))  # noqa: B023
    same(lambda df: df["x"].rolling(window, min_periods=least).rank(ascending=False, pct=True))
    same(lambda df: df["x"].rolling(window, min_periods=least, closed="left").skew())


@pytest.mark.parametrize("adjust", [True, False])
@pytest.mark.parametrize("ignore_na", [True, False])
@pytest.mark.parametrize("bias", [True, False])
def test_spreads_of_fading_windows_are_those_of_pandas(adjust, ignore_na, bias):
    x = [None, 1.0, 4.0, None, None, -2.0, 3.0, None, 7.5, 7.5, 7.0]
    for options in ({"alpha": 0.3}, {"span": 4}, {"com": 1.5}, {"halflife": 2}):
        here = hs.Series(x).ewm(adjust=adjust, ignore_na=ignore_na, **options)
        there = pd.Series(x).ewm(adjust=adjust, ignore_na=ignore_na, **options)
        for name in ("var", "std"):
            found, expected = getattr(here, name)(bias=bias), getattr(there, name)(bias=bias)
            pd.testing.assert_series_equal(found.to_pandas(), expected, check_names=False)
