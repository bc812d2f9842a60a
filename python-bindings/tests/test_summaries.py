"""Summaries, counts of values, intervals and tables of pairs, with pandas as the judge."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from comparing import assert_same
from pandas.testing import assert_frame_equal, assert_series_equal


@pytest.fixture
def pdf() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    rows = 300
    frame = pd.DataFrame(
        {
            "k": rng.choice(["b", "a", "c", None], rows),
            "j": rng.integers(0, 4, rows),
            "x": rng.integers(-50, 50, rows),
            "y": rng.normal(3, 10, rows),
        }
    )
    frame.loc[rng.choice(rows, 30, replace=False), "y"] = np.nan
    return frame


@pytest.fixture
def df(pdf) -> hs.DataFrame:
    return hs.from_pandas(pdf)


@pytest.mark.parametrize("name", ["sem", "skew", "kurt"])
@pytest.mark.parametrize("by", ["k", ["k", "j"]])
def test_moments_of_groups(df, pdf, name, by):
    expected = getattr(pdf.groupby(by)[["x", "y"]], name)()
    assert_frame_equal(getattr(df.groupby(by)[["x", "y"]], name)().to_pandas(), expected)
    assert_frame_equal(df.groupby(by)[["x", "y"]].agg(name).to_pandas(), expected)
    assert getattr(df["y"], name)() == pytest.approx(getattr(pdf["y"], name)())
    assert_series_equal(getattr(df[["x", "y"]], name)().to_pandas(), getattr(pdf[["x", "y"]], name)())


FEW = [[], [1.0], [1.0, 2.0], [5.0] * 9, [1.0, 1.0, 2.0], [0.1] * 7, [1e9, 1e9 + 1, 1e9 + 5, 1e9 + 9]]


@pytest.mark.parametrize("values", FEW)
@pytest.mark.parametrize("name", ["skew", "kurt", "sem"])
def test_moments_of_few_and_equal_values(values, name):
    found = getattr(hs.DataFrame({"x": np.array(values, dtype=float)})["x"], name)()
    expected = getattr(pd.Series(values, dtype=float), name)()
    assert found == pytest.approx(expected, nan_ok=True, rel=1e-9)


def test_rows_of_extremes(df, pdf):
    for name in ("idxmin", "idxmax"):
        found = getattr(df.groupby("k")[["x", "y"]], name)().to_pandas()
        assert_frame_equal(found, getattr(pdf.groupby("k")[["x", "y"]], name)(), check_dtype=False)
        assert_series_equal(
            df.groupby("k")["x"].agg(name).to_pandas(), pdf.groupby("k")["x"].agg(name), check_dtype=False
        )
        assert getattr(df["y"], name)() == getattr(pdf["y"], name)()
    unique = pdf.assign(key=[f"row {i}" for i in range(len(pdf))]).set_index("key")
    named = hs.from_pandas(unique)
    found = named.groupby("k")["x"].idxmax().to_pandas()
    assert_series_equal(found, unique.groupby("k")["x"].idxmax(), check_dtype=False)
    assert named["x"].idxmin() == unique["x"].idxmin()
    assert df["x"].argmin() == pdf["x"].argmin()


def test_distinct_values_of_groups(df, pdf):
    found = df.groupby("k")["j"].unique().to_list()
    assert found == [list(values) for values in pdf.groupby("k")["j"].unique()]
    assert df.groupby("k")["j"].agg("unique").to_list() == found


@pytest.mark.parametrize("interpolation", ["linear", "lower", "higher", "nearest", "midpoint"])
def test_several_quantiles(df, pdf, interpolation):
    q = [0.9, 0.1, 0.5]
    found = df.groupby("k")[["x", "y"]].quantile(q, interpolation=interpolation).to_pandas()
    expected = pdf.groupby("k")[["x", "y"]].quantile(q, interpolation=interpolation)
    assert_frame_equal(found, expected, check_dtype=False)
    found = df.groupby(["k", "j"])["y"].quantile(q, interpolation=interpolation).to_pandas()
    expected = pdf.groupby(["k", "j"])["y"].quantile(q, interpolation=interpolation)
    assert_series_equal(found, expected, check_dtype=False)
    found = df[["x", "y"]].quantile(q, interpolation=interpolation).to_pandas()
    assert_frame_equal(found, pdf[["x", "y"]].quantile(q, interpolation=interpolation), check_dtype=False)
    found = df["y"].quantile(q, interpolation=interpolation).to_pandas()
    assert_series_equal(found, pdf["y"].quantile(q, interpolation=interpolation), check_dtype=False)


def test_descriptions(df, pdf):
    assert_frame_equal(df.describe().to_pandas(), pdf.describe())
    assert_frame_equal(df.describe(percentiles=[0.05, 0.995]).to_pandas(), pdf.describe(percentiles=[0.05, 0.995]))
    assert_series_equal(df["y"].describe().to_pandas(), pdf["y"].describe())
    assert_frame_equal(df.groupby("k")["y"].describe().to_pandas(), pdf.groupby("k")["y"].describe())
    found = df.groupby("k")[["x", "y"]].describe([0.1]).to_pandas()
    expected = pdf.groupby("k")[["x", "y"]].describe([0.1])
    assert_frame_equal(found, expected)


def test_descriptions_of_text():
    pdf = pd.DataFrame({"s": ["b", "a", None, "a", "b"], "x": [1.5, 2, 3, None, 5]})
    df = hs.from_pandas(pdf)
    found, expected = df["s"].describe().to_list(), pdf["s"].describe()
    assert found == expected.to_list()
    assert df[["s"]].describe().to_dict("list") == {"s": [str(value) for value in pdf[["s"]].describe()["s"]]}
    every, expected = df.describe(include="all"), pdf.describe(include="all")
    assert_series_equal(every["x"].to_pandas(), expected["x"], check_dtype=False)
    assert every["s"].to_list() == [None if pd.isna(value) else str(value) for value in expected["s"]]


@pytest.mark.parametrize("options", [{}, {"normalize": True}, {"ascending": True}, {"dropna": False}, {"sort": False}])
def test_counts_of_values(df, pdf, options):
    for name in ("k", "j"):
        found, expected = df[name].value_counts(**options).to_pandas(), pdf[name].value_counts(**options)
        assert found.name == expected.name
        assert found.index.name == expected.index.name
        key = {str(k): v for k, v in expected.items()}
        assert {str(k): v for k, v in found.items()} == pytest.approx(key)
        if options != {"sort": False}:
            assert list(found) == pytest.approx(list(expected))
    found, expected = df[["k", "j"]].value_counts(**options).to_pandas(), pdf[["k", "j"]].value_counts(**options)
    assert found.index.names == expected.index.names
    assert {str(k): v for k, v in found.items()} == pytest.approx({str(k): v for k, v in expected.items()})


def test_counts_in_intervals(df, pdf):
    for bins in (3, [-100, -10, 0, 100]):
        for options in ({}, {"sort": False}, {"normalize": True}):
            found = df["x"].value_counts(bins=bins, **options).to_pandas()
            expected = pdf["x"].value_counts(bins=bins, **options)
            if options == {"sort": False}:
                expected = expected.sort_index()
            assert dict(found) == pytest.approx({str(k): v for k, v in expected.items()})
            assert list(found) == pytest.approx(list(expected))


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("by", ["k", ["k", "j"]])
def test_counts_of_values_in_groups(df, pdf, by, normalize):
    pdf = pdf.assign(z=pdf["x"] // 25)
    df = hs.from_pandas(pdf)
    found = df.groupby(by)["z"].value_counts(normalize=normalize).to_pandas()
    expected = pdf.groupby(by)["z"].value_counts(normalize=normalize)
    assert found.name == expected.name
    assert found.index.names == expected.index.names
    assert list(found) == pytest.approx(list(expected))
    assert dict(found) == pytest.approx(dict(expected))


def test_modes(df, pdf):
    for name in ("k", "j", "x", "y"):
        assert_series_equal(df[name].mode().to_pandas(), pdf[name].mode(), check_dtype=False)
    assert_series_equal(df["k"].mode(dropna=False).to_pandas(), pdf["k"].mode(dropna=False), check_dtype=False)


def test_modes_of_times_that_python_cannot_hold():
    pdf = pd.DataFrame(
        {
            "length": pd.to_timedelta([1, 2, 2, None, 5]),
            "moment": pd.to_datetime([1, 2, 3, 4, None]),
            "zoned": pd.to_datetime([1, 2, 1, 2, 3], utc=True),
            "n": [1, 1, 1, 2, 3],
        }
    )
    df = hs.from_pandas(pdf)
    assert_frame_equal(df.mode().to_pandas(), pdf.mode(), check_dtype=False)
    assert_series_equal(df["length"].mode().to_pandas(), pdf["length"].mode())
    assert len(df.iloc[:0].mode()) == 0


def test_matrices(df, pdf):
    assert_frame_equal(df[["j", "x", "y"]].corr().to_pandas(), pdf[["j", "x", "y"]].corr())
    assert_frame_equal(df.corr(numeric_only=True).to_pandas(), pdf.corr(numeric_only=True))
    assert_frame_equal(df.cov(numeric_only=True).to_pandas(), pdf.cov(numeric_only=True))
    assert_frame_equal(df[["j", "x"]].cov(ddof=0).to_pandas(), pdf[["j", "x"]].cov(ddof=0))
    with pytest.raises(TypeError, match="numeric_only"):
        df.corr()
    with pytest.raises(ValueError, match="pearson"):
        df.corr(method="kendal", numeric_only=True)


@pytest.mark.parametrize("normalize", [False, "all", "index", "columns"])
@pytest.mark.parametrize("margins", [False, True])
def test_crosstab(df, pdf, normalize, margins):
    found = hs.crosstab(df["k"], df["j"], normalize=normalize, margins=margins).to_pandas()
    expected = pd.crosstab(pdf["k"], pdf["j"], normalize=normalize, margins=margins)
    assert_frame_equal(found, expected, check_dtype=False, check_column_type=False)


def test_crosstab_of_values(df, pdf):
    found = hs.crosstab(df["j"], df["k"], values=df["y"], aggfunc="mean").to_pandas()
    expected = pd.crosstab(pdf["j"], pdf["k"], values=pdf["y"], aggfunc="mean")
    assert_frame_equal(found, expected, check_dtype=False)
    with pytest.raises(ValueError, match="come together"):
        hs.crosstab(df["j"], df["k"], values=df["y"])


CUTS = [
    {"bins": 4},
    {"bins": 4, "right": False},
    {"bins": 1},
    {"bins": 3, "precision": 1},
    {"bins": 3, "include_lowest": True},
    {"bins": [-40, 0, 7, 40]},
    {"bins": [-50, 0, 7, 40], "include_lowest": True},
    {"bins": [-40, 0, 7, 40], "right": False},
    {"bins": [-0.5, 0.123456, 0.123457, 40.25]},
    {"bins": [-40, 0, 40], "labels": ["low", "high"]},
    {"bins": [-40, 0, 40], "labels": False},
]


@pytest.mark.parametrize("options", CUTS)
@pytest.mark.parametrize("name", ["x", "y"])
def test_cut(df, pdf, options, name):
    found, edges = hs.cut(df[name], **options, retbins=True)
    expected, bins = pd.cut(pdf[name], **options, retbins=True)
    assert edges == pytest.approx(list(bins), rel=1e-15)
    same_intervals(found, expected)


@pytest.mark.parametrize("q", [2, 4, 10, [0, 0.1, 0.7, 1], [0.2, 0.4]])
@pytest.mark.parametrize("labels", [None, False])
def test_qcut(df, pdf, q, labels):
    for name in ("x", "y"):
        found, edges = hs.qcut(df[name], q, labels=labels, retbins=True)
        expected, bins = pd.qcut(pdf[name], q, labels=labels, retbins=True)
        assert edges == pytest.approx(list(bins), rel=1e-14)
        same_intervals(found, expected)


def same_intervals(found: hs.Series, expected: pd.Series) -> None:
    if found.dtype == "int64":
        assert found.to_list() == [None if pd.isna(value) else int(value) for value in expected]
    else:
        # Categories by number: values of integer intervals become floats beside missing ones.
        names = [str(category) for category in expected.cat.categories]
        assert found.to_list() == [None if code < 0 else names[code] for code in expected.cat.codes]


def test_cuts_are_keys_and_expressions(df, pdf):
    found = df.groupby(hs.cut(df["x"], [-60, 0, 60]))["y"].count().to_list()
    assert found == pdf.groupby(pd.cut(pdf["x"], [-60, 0, 60]), observed=True)["y"].count().to_list()
    found = df.groupby(hs.cut(hs.col("x"), [-60, 0, 60]).alias("half")).agg(n=("y", "size"))
    assert found.index_names == ["half"]
    with pytest.raises(TypeError, match="series"):
        hs.cut(hs.col("x"), 3)
    with pytest.raises(ValueError, match="ascending"):
        hs.cut(df["x"], [3, 2, 1])
    with pytest.raises(ValueError, match="unique"):
        hs.qcut(hs.DataFrame({"x": [1, 1, 1, 2]})["x"], 4)
    assert hs.qcut(hs.DataFrame({"x": [1, 1, 1, 2]})["x"], 4, duplicates="drop").nunique() == 2


def test_rows_without_an_equal(df, pdf):
    assert_same(df.drop_duplicates(["k", "j", "x"], keep=False), pdf.drop_duplicates(["k", "j", "x"], keep=False))
    assert df["x"].drop_duplicates(keep=False).to_list() == pdf["x"].drop_duplicates(keep=False).to_list()


def test_subtotals(df, pdf):
    clean = pdf.dropna(subset=["k"])
    found = df.groupby(["k", "j"]).rollup(total=("x", "sum"), n=("x", "size")).to_pandas()
    by_two = clean.groupby(["k", "j"])["x"].agg(["sum", "size"]).to_numpy().tolist()
    by_one = clean.groupby("k")["x"].agg(["sum", "size"]).to_numpy().tolist()
    everything = [[clean["x"].sum(), len(clean)]]
    assert found[["total", "n"]].to_numpy().tolist() == by_two + by_one + [[pdf["x"].sum(), len(pdf)]]
    assert found["grouping_id"].tolist() == [0] * len(by_two) + [1] * len(by_one) + [3]
    assert everything[0][1] < len(pdf)
    assert set(df.groupby(["k", "j"]).cube("sum").to_pandas()["grouping_id"]) == {0, 1, 2, 3}
    found = df.groupby(["k", "j"]).grouping_sets([[1]], {"x": "max"}).to_pandas()
    assert found["x"].tolist() == pdf.groupby("j")["x"].max().tolist()


def test_distinct_aggregates(df, pdf):
    clean = pdf.dropna(subset=["k"])
    found = df.groupby("k").agg(s=hs.col("j").sum().distinct(), m=hs.col("j").mean().distinct())
    assert found["s"].to_list() == [sum(set(group)) for _, group in clean.groupby("k")["j"]]
    assert found["m"].to_list() == [np.mean(list(set(group))) for _, group in clean.groupby("k")["j"]]
    with pytest.raises(ValueError, match="takes 1 argument"):
        df.groupby("k").agg(s=hs.col("j").corr("x").distinct())


def test_other_aggregates(df, pdf):
    found = df.groupby("k").agg(
        first=hs.col("x").nth(0),
        ends=hs.col("x").tail(2),
        text=hs.col("j").string_join("-"),
        at=hs.col("y").max_by("x"),
        mean=hs.col("x").weighted_mean("j"),
        slope=hs.col("y").regr_slope("x"),
        bits=hs.col("j").bit_or(),
        about=hs.col("x").approx_n_unique(),
        bins=hs.col("x").histogram([-50, 0, 50]),
    )
    groups = [group for _, group in pdf.groupby("k")]
    assert found["first"].to_list() == [group["x"].iloc[0] for group in groups]
    assert found["ends"].to_list() == [group["x"].tolist()[-2:] for group in groups]
    assert found["text"].to_list() == ["-".join(map(str, group["j"])) for group in groups]
    best = [group.loc[group["x"].idxmax(), "y"] for group in groups]
    assert found["at"].to_list() == [None if np.isnan(value) else value for value in best]
    assert found["mean"].to_list() == pytest.approx([np.average(group["x"], weights=group["j"]) for group in groups])
    clean = [group.dropna(subset=["y"]) for group in groups]
    assert found["slope"].to_list() == pytest.approx([np.polyfit(group["x"], group["y"], 1)[0] for group in clean])
    assert found["bits"].to_list() == [np.bitwise_or.reduce(group["j"]) for group in groups]
    assert found["about"].to_list() == [group["x"].nunique() for group in groups]
    assert found["bins"].to_list() == [np.histogram(group["x"], [-50, 0, 50])[0].tolist() for group in groups]
