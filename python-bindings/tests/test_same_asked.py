"""What is asked of groups, labels, levels and intervals, and the errors of what is not there, as in pandas."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain

X = pd.Series([1, 7, 5, 4, 6, 3])
FRAME = pd.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 30]})


def test_intervals_of_another_cut_are_bins():
    bins = pd.cut(X, 3).cat.categories
    left = pd.IntervalIndex.from_breaks([0, 3, 8], closed="left")
    for one in (bins, left):
        found = hs.cut(hs.from_pandas(X), bins=one).astype(str)
        assert plain(found) == plain(pd.cut(X, bins=one).astype(str))
    own = hs.cut(hs.from_pandas(X), 3)
    again = hs.cut(hs.Series([2, 6]), bins=own.cat.categories).astype(str)
    assert plain(again) == plain(pd.cut(pd.Series([2, 6]), bins=bins).astype(str))
    days = pd.interval_range(pd.Timestamp("2020-01-01"), periods=3, freq="D")
    times = pd.Series(pd.to_datetime(["2020-01-02 00:00", "2020-01-03 12:00"]))
    assert plain(hs.cut(times, bins=days).cat.codes) == plain(pd.cut(times, bins=days).cat.codes)


def test_intervals_with_something_between_them_are_refused():
    gaps = pd.IntervalIndex.from_tuples([(0, 1), (2, 3)])
    with pytest.raises(ValueError, match="edges"):
        hs.cut(hs.from_pandas(X), bins=gaps)


def test_a_filter_of_groups_of_one_column():
    found = hs.from_pandas(FRAME).groupby("k")[["x"]].filter(lambda group: group.mean() > 3)
    assert plain(found) == plain(FRAME.groupby("k")[["x"]].filter(lambda group: group.mean() > 3))


def test_columns_of_one_level_are_renamed_by_its_name():
    columns = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")], names=["f", "g"])
    frame = pd.DataFrame([[1, 2]], columns=columns)
    for level in ("g", "f", 1):
        found = hs.from_pandas(frame).rename(columns={"x": "z", "a": "q"}, level=level)
        assert plain(found) == plain(frame.rename(columns={"x": "z", "a": "q"}, level=level))
    with pytest.raises(KeyError):
        hs.from_pandas(frame).rename(columns={"x": "z"}, level="h")


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda lib: lib.DataFrame({"x": [1]}, index=["a"]).loc[10], KeyError),
        (lambda lib: lib.Series([1], index=[pd.Timestamp("2020")]).loc[5], KeyError),
        (lambda lib: lib.DataFrame({"x": [1]}, index=["a"]).at[10, "x"], KeyError),
        (lambda lib: lib.DataFrame(FRAME).groupby("k").get_group(3), KeyError),
        (lambda lib: lib.merge(lib.DataFrame(FRAME), lib.DataFrame(FRAME), on="k", left_on="k"), pd.errors.MergeError),
        (lambda lib: lib.merge(lib.DataFrame(FRAME), lib.DataFrame(FRAME), left_on="k"), pd.errors.MergeError),
        (lambda lib: lib.merge(lib.DataFrame(FRAME), lib.DataFrame({"y": [1]})), pd.errors.MergeError),
    ],
)
def test_errors_are_those_that_scripts_catch(ask, error):
    for lib in (hs, pd):
        with pytest.raises(error):
            ask(lib)
