"""The intervals of `cut` and `qcut` know their ends; the same script for pandas and for Hypostyle."""

from __future__ import annotations

import pickle

import hypostyle as hs
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from same_script import plain


def table(lib):
    df = lib.DataFrame({"x": [1, 7, 15, 4, 9, 12], "y": [1.5, 2.5, 0.5, 4.0, 3.0, 2.0]})
    return df.assign(b=lib.cut(df["x"], [0, 5, 10, 20]), q=lib.qcut(df["y"], 3))


SCRIPTS = {
    "a value": lambda lib: [
        *(table(lib)["b"].iloc[0].left, table(lib).loc[1, "b"].right, table(lib).at[2, "q"].mid > 0),
        *(table(lib)["b"].iloc[0].closed, table(lib)["b"].iloc[0].length, str(table(lib)["b"].iloc[0])),
        *(5 in table(lib)["b"].iloc[0], 0 in table(lib)["b"].iloc[0], f"{table(lib)['b'].iloc[1]}"),
    ],
    "values": lambda lib: [
        *([one.left for one in table(lib)["b"]], [one.mid for one in table(lib)["b"].tolist()]),
        [str(one) for one in table(lib)["q"]],
    ],
    "labels": lambda lib: [
        [one.right for one in table(lib).groupby("b", observed=False)["y"].sum().index],
        [one.left for one in table(lib)["b"].value_counts(sort=False).index],
    ],
    "groups": lambda lib: [
        [(key.left, len(group)) for key, group in table(lib).groupby("b", observed=True)],
        [(key[0].right, str(key[1])) for key, _ in table(lib).groupby(["b", "q"], observed=True)],
    ],
    "categories": lambda lib: [
        *(table(lib)["b"].cat.categories.left.tolist(), table(lib)["b"].cat.categories.right.tolist()),
        *(table(lib)["b"].cat.categories.mid.tolist(), table(lib)["b"].cat.categories.closed),
    ],
    "functions": lambda lib: [
        table(lib)["b"].apply(lambda one: one.mid).astype(float),
        table(lib)["b"].map(lambda one: one.left).astype(float),
    ],
    "text": lambda lib: table(lib)["b"].astype(str),
    "closed on the left": lambda lib: lib.cut(table(lib)["x"], [0, 5, 20], right=False).iloc[0].closed,
    "floats": lambda lib: lib.cut(table(lib)["y"], [0, 0.5, 2.25, 10]).iloc[0].right,
    "labels of one's own": lambda lib: lib.cut(table(lib)["x"], [0, 5, 20], labels=["low", "high"]).tolist(),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_bins(name):
    assert plain(SCRIPTS[name](hs)) == plain(SCRIPTS[name](pd))


def test_they_are_intervals_in_pandas():
    found, expected = table(hs), table(pd)
    assert_frame_equal(found.to_pandas(), expected)
    for script in (
        lambda df: df["b"],
        lambda df: df["q"].value_counts(sort=False),
        lambda df: df.groupby("b", observed=False)["y"].sum(),
    ):
        assert_series_equal(script(found).to_pandas(), script(expected))
    assert_frame_equal(hs.from_pandas(expected).to_pandas(), expected)


def test_other_texts_stay_texts():
    names = ["(0, 5]", "other"]
    kept = hs.Series(names).astype(hs.CategoricalDtype(names, ordered=True)).to_pandas()
    assert kept.cat.categories.tolist() == names
    assert hs.Series(["(0, 5]"]).astype("category").to_pandas().cat.categories.tolist() == ["(0, 5]"]
    assert type(hs.Series(["(0, 5]"]).iloc[0]) is str
    with pytest.raises(AttributeError):
        _ = hs.Series(["a"]).astype("category").cat.categories.left


def test_they_are_texts_in_python():
    bins = table(hs)["b"]
    assert bins.iloc[0] == "(0, 5]" and isinstance(bins.iloc[0], str) and {bins.iloc[0]: 1}["(0, 5]"] == 1
    assert type(pickle.loads(pickle.dumps(bins.iloc[0]))) is str
    assert (bins == bins.iloc[0]).sum() == 2 and bins.isin([bins.iloc[0]]).sum() == 2
    assert hs.Series([bins.iloc[0], "x"]).to_list() == ["(0, 5]", "x"]
    assert hs.DataFrame({bins.iloc[0]: [1]}).columns == ["(0, 5]"]
    counts = bins.value_counts().to_dict()
    assert counts == {"(0, 5]": 2, "(5, 10]": 2, "(10, 20]": 2} and hs.Series(counts)["(0, 5]"] == 2
    assert len(table(hs).groupby("b").get_group(bins.iloc[0])) == 2
