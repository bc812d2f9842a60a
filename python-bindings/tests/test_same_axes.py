"""Verbs along rows, by times of the day, and of two frames with the same labels, as pandas has them."""

from __future__ import annotations

import datetime

import hypostyle as hs
import numpy as np
import pytest
from same_script import check

DATA = {"a": [3.0, 1.0, 4.0, None], "b": [1.0, 1.0, 5.0, 2.0], "c": [2.0, None, 4.0, 7.0]}
TIMES = ["2024-01-01 09:30", "2024-01-01 10:00", "2024-01-02 09:30", "2024-01-04 23:10"]


def timed(lib):
    return lib.DataFrame({"x": [1, 2, 3, 4]}, index=lib.to_datetime(TIMES))


def days(lib):
    return lib.DataFrame({"x": [1, 2]}, index=lib.to_datetime(["2024-01-01", "2024-01-04"]))


SCRIPTS = {
    "rank": lambda lib, d: d.rank(axis=1),
    "rank_min": lambda lib, d: d.rank(axis=1, method="min"),
    "rank_max": lambda lib, d: d.rank(axis=1, method="max", ascending=False),
    "rank_dense": lambda lib, d: d.rank(axis=1, method="dense", ascending=False),
    "rank_share": lambda lib, d: d.rank(axis=1, method="first", pct=True),
    "interpolate": lambda lib, d: d.interpolate(axis=1),
    "median": lambda lib, d: d.median(axis=1),
    "nunique": lambda lib, d: d.nunique(axis=1),
    "columns_by_value": lambda lib, d: d.sort_values(2, axis=1, ascending=False),
    "columns_by_values": lambda lib, d: d.sort_values([1, 0], axis=1, na_position="first"),
    "by_nothing": lambda lib, d: d.sort_values(by=[]),
    "at_time": lambda lib, d: timed(lib).at_time("09:30"),
    "at_time_of_series": lambda lib, d: timed(lib)["x"].at_time(datetime.time(10)),
    "between_time": lambda lib, d: timed(lib).between_time("9:30", "10:00AM"),
    "between_left": lambda lib, d: timed(lib).between_time("09:30", "10:00", inclusive="left"),
    "over_midnight": lambda lib, d: timed(lib).between_time("23:00", "09:30", inclusive="left"),
    "asfreq": lambda lib, d: days(lib).asfreq("D"),
    "asfreq_before": lambda lib, d: days(lib).asfreq("D", method="ffill"),
    "asfreq_value": lambda lib, d: days(lib)["x"].asfreq("12h", fill_value=0),
    "zones": lambda lib, d: [t.hour for t in timed(lib).tz_localize("UTC").tz_convert("Asia/Tokyo").index],
    "asof": lambda lib, d: d[["b"]].asof([1, 3]),
    "asof_subset": lambda lib, d: d.asof([3], subset=["b"]),
    "asof_series": lambda lib, d: [d["a"].asof(3), d["a"].asof([0, 3]).to_list()],
    "align": lambda lib, d: d.align(d[d["b"] > 1])[1],
    "align_inner": lambda lib, d: d.align(d[["a"]].head(2), join="inner")[0],
    "align_series": lambda lib, d: d["a"].align(d["b"][d["b"] > 1], join="inner")[0],
    "align_right": lambda lib, d: d.align(d["a"].head(2), axis=0, join="right")[0],
    "align_columns": lambda lib, d: d.align(d[["c", "a"]], fill_value=0)[1],
    "dot_array": lambda lib, d: d.fillna(0).dot(np.array([1, 2, 3])),
    "dot_frame": lambda lib, d: d.fillna(0).dot(d.fillna(0).T),
    "dot_series": lambda lib, d: d.fillna(0).dot(lib.Series([1, 2, 3], index=["c", "b", "a"])),
    "matmul": lambda lib, d: (d.fillna(0) @ d.fillna(0).T.iloc[:, :2]).to_numpy().tolist(),
    "drop_level": lambda lib, d: d.set_index(["a", "b"]).drop(4.0, level=0),
    "drop_first_level": lambda lib, d: d.set_index(["b", "c"]).drop(5.0),
    "drop_tuple": lambda lib, d: d.fillna(0).set_index(["a", "b"]).drop([(3.0, 1.0)]),
    "drop_ignored": lambda lib, d: d.drop([7, 1], errors="ignore"),
    "index_of_labels": lambda lib, d: d.set_index([lib.Index([9, 8, 7, 6], name="z"), "b"]),
    "index_of_series": lambda lib, d: d.set_index(["a", d["b"] * 2]),
    "index_of_arrays": lambda lib, d: d.set_index([np.array([1, 2, 3, 4])]),
    "compare_shape": lambda lib, d: d.compare(d.fillna(0), keep_shape=True),
    "compare_equal": lambda lib, d: d.compare(d.fillna(0), keep_equal=True),
    "compare_below": lambda lib, d: d.compare(d.fillna(0), align_axis=0),
    "compare_series": lambda lib, d: d["a"].compare(d["b"], keep_shape=True),
    "compare_series_below": lambda lib, d: d["a"].compare(d["b"], align_axis=0),
    "combine": lambda lib, d: d.combine(d[["b", "c"]].fillna(1), lambda a, b: a + b),
    "labels_of_a_list": lambda lib, d: d.set_axis(lib.Index(["p", "q", "r", "s"], name="n")).loc["q", "b"],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    import pandas as pd

    check(lambda lib, _: SCRIPTS[name](lib, (pd if lib is pd else hs).DataFrame(DATA)))


def test_columns_are_drawn():
    df = hs.DataFrame(DATA)
    assert sorted(df.sample(3, axis=1, random_state=1).columns) == ["a", "b", "c"]
    assert df.sample(1, axis=1, weights=[0, 1, 0]).columns == ["b"]
    assert df.sample(2, axis=1, random_state=3).columns == df.sample(2, axis=1, random_state=3).columns


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda d: d.at_time("9:30"), "set_index"),
        (lambda d: timed(hs).at_time("noon"), "09:30"),
        (lambda d: timed(hs).at_time("09:30", axis=1), "transpose"),
        (lambda d: d.align(d["a"]), "axis"),
        (lambda d: d.align(d, join="all"), "outer"),
        (lambda d: d.dot([1, 2]), "3"),
        (lambda d: d.dot(d), "labels"),
        (lambda d: d.sort_values("b").asof(1), "sort_index"),
        (lambda d: d.drop([7]), "label 7"),
        (lambda d: d.compare(d["a"]), "frame"),
        (lambda d: d.compare(d.head(2)), "labels"),
        (lambda d: d.compare(d * 2, result_names="ab"), "pair"),
        (lambda d: d == d.head(2), "labels"),
        (lambda d: d["a"].compare(d), "series"),
        (lambda d: d.rank(axis=1, method="odd"), "average"),
    ],
)
def test_mistakes_are_told(wrong, told):
    with pytest.raises((hs.HypostyleError, ValueError, TypeError), match=told):
        wrong(hs.DataFrame(DATA))
