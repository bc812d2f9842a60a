"""Functions of groups give what they give in pandas, labels of rows included."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check, plain

APPLIED = {
    "first_rows": lambda g: g.head(1),
    "sorted": lambda g: g.sort_values("x"),
    "the_same_rows": lambda g: g.assign(z=g["x"] * 2),
    "a_value": lambda g: g["x"].max(),
    "a_series": lambda g: g["x"],
    "a_series_of_names": lambda g: g.mean(),
    "counts": lambda g: g["x"].value_counts().sort_index(),
    "no_result_for_some": lambda g: g.head(1) if len(g) > 1 else None,
    "numbered_anew": lambda g: g.reset_index(drop=True),
}


def labels(value):
    """Values, and labels of the rows, numbers included."""
    value = value.to_pandas() if hasattr(value, "to_pandas") else value
    return plain(value), plain(list(value.index)), plain(list(value.index.names))


def alike(script):
    data = {"k": ["b", "a", "b", "c", "a", "b"], "x": [5, 3, 1, 4, 2, 6], "y": [1.5, None, 2.5, -1.0, 0.0, 4.0]}
    assert labels(script(hs, hs.DataFrame(data))) == labels(script(pd, pd.DataFrame(data)))


@pytest.mark.parametrize("options", [{}, {"group_keys": False}, {"sort": False}, {"as_index": False}], ids=str)
@pytest.mark.parametrize("name", APPLIED)
def test_functions_of_frames(name, options):
    if name == "a_value" and "as_index" in options:
        pytest.skip("pandas names the column None")
    alike(lambda lib, df: df.groupby("k", **options)[["x", "y"]].apply(APPLIED[name]))


@pytest.mark.parametrize("options", [{}, {"group_keys": False}, {"sort": False}], ids=str)
@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.head(1),
        lambda x: x * 2,
        lambda x: x.describe(),
        lambda x: x.sort_values(ascending=False),
        lambda x: x.sum(),
    ],
)
def test_functions_of_series(function, options):
    alike(lambda lib, df: df.groupby("k", **options)["x"].apply(function))


def test_labels_of_the_rows_of_a_group():
    def weighted(lib, df):
        return df.groupby("k")["x"].agg(lambda x: np.average(x, weights=df.loc[x.index, "j"]))

    def written(lib, df):
        for _, group in df.groupby("k"):
            df.loc[group.index, "x"] = group["x"].max()
        return df

    def labelled(lib, df):
        df = df.set_index("y")
        return df.groupby("k")["x"].transform(lambda x: x.index.max())

    check(weighted)
    check(written)
    check(labelled)
    check(lambda lib, df: df.groupby("k")[["x"]].apply(lambda g: df.loc[g.index, "j"].sum()))
    check(lambda lib, df: list(df.groupby("k").get_group("b").index))


def test_rows_in_another_order_are_put_in_their_places():
    check(lambda lib, df: df.groupby("k")["x"].transform(lambda x: x.sort_values()))
    check(lambda lib, df: df.groupby("k")["x"].transform(lambda x: x.sort_values(ascending=False).cumsum()))
    check(lambda lib, df: df.groupby("k")["y"].transform(lambda y: y.dropna()))


def test_the_name_of_a_group_is_its_key():
    check(lambda lib, df: df.groupby("k")[["x"]].apply(lambda g: g.name * 2))
    check(lambda lib, df: df.groupby(["k", "j"])[["x"]].apply(lambda g: g.name[1] + g["x"].sum()))
    check(lambda lib, df: df.groupby("j")["x"].apply(lambda x: x.sum() * x.name))
    check(lambda lib, df: df.groupby("j")["x"].transform(lambda x: x * x.name))
    check(lambda lib, df: df.groupby("k")["x"].agg(lambda x: x.name))


def test_values_given_row_by_row_keep_their_rows_within_groups():
    df = hs.DataFrame({"k": ["a", "b", "a", "b"], "x": [1, 2, 3, 4]})
    tens = df["x"].map(lambda x: x * 10)
    assert tens.cumsum().over("k").to_list() == [10, 20, 40, 60]
    assert tens.shift(1).over("k").to_list() == [None, None, 10, 20]

    def fading(lib, df):
        times = pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-04", "2024-01-09", "2024-01-19", "2024-01-20"])
        return df.groupby("k")["x"].ewm(halflife="2 days", times=times.to_numpy()).mean()

    check(fading)
