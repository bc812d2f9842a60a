"""Comparisons with missing values, as pandas has them among floats, text and times."""

from __future__ import annotations

import hypostyle as hs
import pytest
from same_script import check


def data(lib):
    return lib.DataFrame(
        {
            "x": [1.0, None, 3.0],
            "y": [1.0, None, None],
            "s": ["a", None, "c"],
            "t": lib.to_datetime(lib.Series(["2024-01-01", None, "2024-01-03"])),
        }
    )


SCRIPTS = {
    "unlike": lambda d: d["x"] != 1,
    "greater": lambda d: d["x"] > 1,
    "not_greater": lambda d: ~(d["x"] > 1),
    "rows_unlike": lambda d: d[d["x"] != 1],
    "rows_not_greater": lambda d: d[~(d["x"] > 1)],
    "either": lambda d: d[(d["x"] > 1) | (d["s"] != "a")],
    "both": lambda d: d[(d["x"] >= 1) & (d["s"] == "a")],
    "both_or": lambda d: d[(d["x"] > 1) & (d["y"] > 1) | (d["s"] != "c")],
    "columns_alike": lambda d: d["x"] == d["y"],
    "columns_unlike": lambda d: d["x"] != d["y"],
    "share": lambda d: (d["x"] > 1).mean(),
    "all": lambda d: (d["x"] > 0).all(),
    "frame_unlike": lambda d: d[["x", "y"]] != 1,
    "frame_greater": lambda d: d[["x", "y"]] > 0,
    "between": lambda d: d["x"].between(1, 2),
    "not_between": lambda d: d[~d["x"].between(1, 2)],
    "by_name": lambda d: [d["s"].ne("a").to_list(), d["x"].gt(1).to_list(), d["x"].eq(1, fill_value=1).to_list()],
    "query": lambda d: d.query("x != 1"),
    "query_not": lambda d: d.query("not (x > 1)"),
    "times": lambda d: [(d["t"] > "2024-01-02").to_list(), (d["t"] != "2024-01-01").to_list()],
    "where": lambda d: d["x"].where(d["x"] != 1, 9),
    "mask": lambda d: d["x"].mask(d["x"] != 1, 9),
    "none": lambda d: (d["x"] == None).to_list(),  # noqa: E711
    "loc": lambda d: d.loc[d["x"] != 1, "s"],
    "column": lambda d: d.assign(f=d["x"] > 1),
    "groups": lambda d: (d["x"] > 1).groupby(d["x"] != 1).sum(),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(lambda lib, _: SCRIPTS[name](data(lib)))


def test_rows_are_chosen_by_plain_comparisons():
    """What files are read by must not be hidden in a function."""
    df = hs.DataFrame({"x": [1, 2, None], "k": ["a", "b", "a"]})
    assert "where ((x > 1) and (k == " in df[(df["x"] > 1) & (df["k"] == "b")].explain()
    assert "fill_null" not in df[df["x"].between(1, 2)].explain()


def test_expressions_are_the_engine_s():
    df = hs.DataFrame({"x": [1, None]})
    assert df.select(r=hs.col("x") > 0)["r"].to_list() == [True, None]
