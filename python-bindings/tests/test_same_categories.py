"""Categories as keys of groups, counts, tables and sorts come in their own order, as in pandas; what categories are of."""

import warnings

import hypostyle as hs
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

SIZES = pd.CategoricalDtype(["S", "M", "L", "XL"])
DATA = pd.DataFrame(
    {
        "k": pd.Series(["M", "S", "L", "M", None, "S"], dtype=SIZES),
        "x": [1, 2, 3, 4, 5, 6],
        "g": ["a", "b", "a", "b", "a", "b"],
    }
)


def same(found, expected):
    """The same labels and values, categories included."""
    if isinstance(expected, pd.DataFrame):
        expected.columns = list(expected.columns)
        found = found.to_pandas()
        found.columns = list(found.columns)
        assert_frame_equal(found, expected, check_dtype=False)
    elif isinstance(expected, pd.Series):
        assert_series_equal(found.to_pandas(), expected, check_dtype=False)
    else:
        assert found == expected


@pytest.mark.parametrize(
    "script",
    [
        lambda df, m: df.groupby("k")["x"].sum(),
        lambda df, m: df.groupby("k", observed=False)["x"].sum(),
        lambda df, m: df.groupby("k", dropna=False)["x"].sum(),
        lambda df, m: df.groupby(["k", "g"])["x"].sum(),
        lambda df, m: df.groupby(["g", "k"])["x"].sum(),
        lambda df, m: df.groupby(["g", "k"], observed=False)["x"].sum(),
        lambda df, m: df.groupby("k", sort=False)["x"].sum(),
        lambda df, m: df.groupby("k").agg(n=("x", "size"), top=("x", "max")),
        lambda df, m: df.groupby("k", as_index=False)["x"].sum(),
        lambda df, m: df.groupby("k").size(),
        lambda df, m: df.groupby("k")["x"].describe(),
        lambda df, m: df.groupby("k")["x"].agg(lambda x: x.max() - x.min()),
        lambda df, m: df.groupby("k", observed=False)["x"].agg(lambda x: x.sum()),
        lambda df, m: df.groupby("k").apply(lambda group: group["x"].sum()).sort_index(),
        lambda df, m: df.groupby("k").apply(lambda group: group[["x"]].head(1)).sort_index(),
        lambda df, m: df.groupby("k")["x"].rolling(2).sum(),
        lambda df, m: df.groupby("k")["x"].nlargest(1),
        lambda df, m: df.groupby("k")["x"].nlargest(1, keep="last"),
        lambda df, m: df.groupby("k").ngroup().fillna(-1),
        lambda df, m: df.groupby(["g", "k"]).ngroup().fillna(-1),
        lambda df, m: df.groupby("k")["g"].value_counts(),
        lambda df, m: df.groupby("g")["k"].value_counts(),
        lambda df, m: df.groupby("k", sort=False)["x"].nlargest(1),
        lambda df, m: [key for key, _ in df.groupby("k")],
        lambda df, m: [key for key, _ in df.groupby(["k", "g"])],
        lambda df, m: [(key, len(rows)) for key, rows in df.groupby("k", observed=False)],
        lambda df, m: {key: list(rows) for key, rows in df.groupby("k").groups.items()},
        lambda df, m: df[["k", "g"]].value_counts().sort_index(),
        lambda df, m: df.pivot_table(index="k", columns="g", values="x", aggfunc="sum", fill_value=0),
        lambda df, m: df.pivot_table(index="k", columns="g", values="x", aggfunc="sum", fill_value=0, margins=True),
        lambda df, m: df.pivot_table(index="g", columns="k", values="x", aggfunc="sum", fill_value=0, margins=True),
        lambda df, m: df.pivot_table(index="g", columns=["k"], values=["x"], aggfunc="sum", fill_value=0),
        lambda df, m: df.pivot_table(index="x", columns=["g", "k"], values="x", aggfunc="count", fill_value=0),
        lambda df, m: df.pivot_table(index=["g", "k"], values="x", aggfunc="sum", margins=True),
        lambda df, m: df.groupby(["g", "k"])["x"].sum().unstack(fill_value=0),
        lambda df, m: df.groupby(["k", "g"])["x"].sum().unstack(fill_value=0),
        lambda df, m: m.crosstab(df["k"], df["g"]),
        lambda df, m: m.crosstab(df["g"], df["k"], margins=True),
        lambda df, m: m.crosstab(df["k"], df["g"], normalize="index"),
        lambda df, m: df["k"].mode(),
        lambda df, m: df[["k"]].mode(),
        lambda df, m: df["k"].describe()["top"],
        lambda df, m: df["k"].factorize(sort=True)[0].tolist(),
        lambda df, m: df["k"].cat.codes,
    ],
)
def test_categories_come_in_their_order(script):
    same(script(hs.from_pandas(DATA), hs), script(DATA, pd))


@pytest.mark.parametrize(
    "script",
    [
        lambda m: m.Series(["10", "20", "10"]).astype("category").astype(int),
        lambda m: m.Series(["1.5", "20"]).astype("category").astype(float),
        lambda m: m.cut(m.Series([1, 7, 5, 20, 12]), [0, 2, 10, 30], labels=[3, 2, 1]).astype(int),
        lambda m: m.cut(m.Series([1, 7, 5, 20, 12]), [0, 2, 10, 30], labels=[3, 2, 1]) == 3,
        lambda m: m.cut(m.Series([1, 7, 5, 20, 12]), [0, 2, 10, 30], labels=[3, 2, 1]).isin([3, 1]),
        lambda m: m.qcut(m.Series([1, 7, 5, 20, 12]), 2, labels=[0.5, 1.5]).tolist(),
        lambda m: m.qcut(m.Series([1, 7, 5, 20, 12]), 2, labels=["low", "high"]).astype(str),
    ],
)
def test_numbers_behind_categories(script):
    """They were the numbers of the categories, or their texts."""
    same(script(hs), script(pd))


def test_a_table_of_categories_that_no_row_has():
    df = hs.from_pandas(DATA)
    full = {"index": "k", "columns": "g", "values": "x", "aggfunc": "sum"}
    same(df.pivot_table(**full, observed=False), DATA.pivot_table(**full, observed=False))
    full = {"index": "g", "values": "x", "aggfunc": "sum"}
    same(df.pivot_table(**full, observed=False), DATA.pivot_table(**full, observed=False))


def test_intervals_of_pandas_keep_their_order():
    pdf = pd.DataFrame({"k": pd.cut(pd.Series([7, 1, 20]), [0, 2, 10, 30]), "x": [1, 2, 3]})
    found = hs.from_pandas(pdf).groupby("k")["x"].sum().to_pandas()
    expected = pdf.groupby("k", observed=True)["x"].sum()
    assert list(found.index) == list(expected.index) and list(found) == list(expected)
    assert hs.from_pandas(pdf)["k"].cat.ordered


def test_categories_of_numbers_become_numbers_and_say_so_where_that_tells():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hs.from_pandas(pd.DataFrame({"k": pd.Categorical([10, 20, 10])}))
    for told in (
        pd.Categorical([1, 2], ordered=True),
        pd.Categorical([1, 2], categories=[2, 1]),
        pd.Categorical([1, 2], categories=[1, 2, 3]),
    ):
        with pytest.warns(UserWarning, match="'k': categories of int64 become values"):
            df = hs.from_pandas(pd.DataFrame({"k": told}))
        assert df["k"].to_list() == [1, 2]
