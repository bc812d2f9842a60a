"""Rows and columns found by what is said of each level of their labels, and by texts that stand for times."""

from __future__ import annotations

import datetime as dt

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain


def both(frame, script):
    """The same of a frame of pandas and of ours."""
    assert plain(script(hs.from_pandas(frame))) == plain(script(frame))


def levels(ordered):
    index = pd.MultiIndex.from_product([["a", "b"], [1, 2], ["x", "y"]], names=["p", "q", "r"])
    frame = pd.DataFrame({"n": range(8)}, index=index)
    return frame if ordered else frame.iloc[[3, 1, 7, 0, 2, 5, 4, 6]]


ALL = slice(None)
KEYS = [
    (ALL, [2, 1]),
    (ALL, [2, 1], "x"),
    (["b", "a"], [2, 1]),
    (["b", "a"], ALL, ["y", "x"]),
    (["b", "a"],),
    ("a", [2, 1]),
    (["b", "a"], 1),
    (["a", "b"], [1, 2]),
    (ALL, [1, 2]),
    (ALL, ALL, ["y", "x"]),
    (["b"], [2, 1]),
]


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("key", KEYS, ids=str)
def test_lists_of_levels_say_the_order(key, ordered):
    both(levels(ordered), lambda df: df.loc[key, :])
    both(levels(ordered), lambda df: df.loc[key, "n"])


def test_rows_of_a_slice_stay_in_their_order():
    for key in ((slice("a", "b"), [2, 1]), (["b", "a"], slice(1, 2))):
        both(levels(True), lambda df, key=key: df.loc[key, :])


def test_new_values_go_where_lists_say():
    def script(df):
        df = df.copy()
        df.loc[(["b", "a"], [2, 1], "x"), "n"] = [10, 20, 30, 40]
        return df

    both(levels(True), script)
    both(levels(False), script)


def test_lists_of_levels_of_columns_say_the_order():
    columns = pd.MultiIndex.from_tuples([("A", "1"), ("A", "2"), ("B", "1")])
    frame = pd.DataFrame([[1, 2, 3], [4, 5, 6]], columns=columns)
    for key in ((ALL, ["2", "1"]), (["B", "A"], ["2", "1"]), (["A", "B"], ["1", "2"]), (slice("A", "B"), ["1"])):
        both(frame, lambda df, key=key: df.loc[:, key])


def moments(zone=None):
    times = pd.to_datetime(["2011-01-01 00:00", "2011-01-01 12:00", "2011-01-02 00:00", "2011-02-01 00:00"])
    index = pd.MultiIndex.from_product([times.tz_localize(zone), ["a", "b"]], names=["t", "k"])
    return pd.DataFrame({"n": range(8)}, index=index)


TEXTS = [
    lambda df: df.loc["2011-01"],
    lambda df: df.loc["2011-01-01"],
    lambda df: df.loc["2011-01-01 12:00"],
    lambda df: df.loc[("2011-01", "a"), :],
    lambda df: df.loc[("2011-01-01", "a"), "n"],
    lambda df: df.loc["2011-01", "n"],
    lambda df: df.loc[(slice(None, "2011-01-01"), "a"), :],
    lambda df: df.loc[(slice("2011-01-02", None), "a"), :],
    lambda df: df.loc[(["2011-01-01", "2011-02-01"], "a"), :],
    lambda df: df.loc[(["2011-02-01 00:00", "2011-01-01 12:00"], ["b", "a"]), :],
    lambda df: df.loc["2011-01-01":"2011-01-02"],
    lambda df: df.xs("2011-01"),
    lambda df: df.xs("2011-01-01", level="t"),
    lambda df: df.xs("2011-01-01", level=0, drop_level=False),
    lambda df: df.swaplevel().sort_index().loc[("a", "2011-01"), :],
    lambda df: df.swaplevel().sort_index().loc[("a", slice(None, "2011-01-01")), :],
    lambda df: df["n"].loc["2011-01"],
]


@pytest.mark.parametrize("zone", [None, "Europe/Oslo"])
@pytest.mark.parametrize("at", range(len(TEXTS)))
def test_texts_stand_for_all_times_within_them_on_any_level(at, zone):
    both(moments(zone), TEXTS[at])


def test_a_day_is_one_label_where_all_are_days():
    index = pd.MultiIndex.from_product([pd.to_datetime(["2011-01-01", "2011-02-01"]), ["a", "b"]])
    frame = pd.DataFrame({"n": range(4)}, index=index)
    for script in (
        lambda df: df.loc["2011-01-01"],
        lambda df: df.loc["2011-01"],
        lambda df: df.loc[("2011-01", "a"), :],
    ):
        both(frame, script)
    assert hs.from_pandas(frame).loc[("2011-01-01", "a"), "n"] == 0


def test_new_values_at_texts_that_stand_for_times():
    def month(df):
        df = df.copy()
        df.loc["2011-01"] = 5
        df.loc[("2011-02", "a"), "n"] = 7
        return df

    both(moments(), month)


@pytest.mark.parametrize("key", ["1 day", slice("1 day", "2 days"), slice(None, "1 day"), ["1 day", "2 days"]], ids=str)
def test_lengths_of_time_are_found_by_text(key):
    index = pd.to_timedelta(["1 day", "1 day 12:00:00", "2 days", "3 days"])
    series = pd.Series(range(4), index=index)
    both(series, lambda s: s.loc[key])
    both(series, lambda s: s[pd.Timedelta("1 day") : pd.Timedelta("2 days")])


def test_times_of_the_day_are_labels():
    frame = pd.DataFrame({"x": range(6), "y": 1}, index=pd.date_range("2009-01-01", periods=6, freq="6h"))
    both(frame, lambda df: df.loc[dt.time(6)])
    both(frame, lambda df: df.loc[dt.time(6) : dt.time(12)])
    both(frame["x"], lambda s: s.loc[dt.time(6)])

    def script(df):
        df = df.copy()
        df.loc[dt.time(6), "x"] = 50
        df.loc[dt.time(12)] = 0
        return df

    both(frame, script)


def test_what_no_row_has_is_an_error():
    df = hs.from_pandas(moments())
    for script in (lambda: df.xs("z", level=1), lambda: df.loc["2012"], lambda: df.loc[("2011-01-03", "a"), :]):
        with pytest.raises(KeyError):
            script()


def test_levels_without_names_in_a_condition():
    frame = levels(True).rename_axis([None, None, None])
    both(frame, lambda df: df.query("ilevel_0 == 'a' and ilevel_1 > 1"))


def test_numbers_of_rows_may_be_written_as_fractions():
    series = pd.Series(range(5))
    for key in (slice(None, np.inf), slice(-np.inf, 2), slice(1, np.inf), slice(np.inf, None), slice(None, -np.inf)):
        both(series, lambda s, key=key: s.loc[key])
    assert hs.Series(range(5)).loc[1.0] == 1
    with pytest.raises(KeyError):
        hs.Series(range(5)).loc[1.5]

    def script(s):
        s = s.copy()
        s[0.0] = 9
        return s

    both(series, script)


def test_new_values_from_label_to_label():
    times = pd.Series(range(6), index=pd.date_range("2009-01-01", periods=6))
    texts = pd.Series(range(3), index=list("abc"))

    def of_times(s):
        s = s.copy()
        s["1/2/2009":"2009-01-04"] = -3
        return s

    def of_texts(s):
        s = s.copy()
        s["a":"b"] = [7, 8]
        return s

    both(times, of_times)
    both(texts, of_texts)


def test_arrays_and_functions_where_new_values_go():
    def rows(df):
        df = df.copy()
        df.iloc[-1] = np.array([7, 8])
        df.loc[lambda d: d["a"] == 1, lambda d: ["b"]] = -1
        return df

    both(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), rows)

    columns = pd.MultiIndex.from_tuples([("A", "1"), ("A", "2"), ("B", "1")])

    def top(df):
        df = df.copy()
        df.loc[:, "B"] = np.array([8, 9])
        df.loc[:, "A"] = np.array([[1, 2], [3, 4]])
        return df

    both(pd.DataFrame([[1, 2, 3], [4, 5, 6]], columns=columns), top)


def test_texts_are_bounds_where_times_are_in_no_order():
    times = pd.to_datetime(["2020-01-03", "2020-01-01", "2020-01-02", "2019-12-01", "2020-01-05"])
    frame = pd.DataFrame({"x": range(5)}, index=times)
    both(frame, lambda df: df.loc["2020-01-01":])
    both(frame, lambda df: df["2020-01-01":])
    both(frame, lambda df: df.loc[pd.Timestamp("2020-01-01") :])

    def script(df):
        df = df.copy()
        df.loc["2020-01-01":] = 9
        return df

    both(frame, script)
    for key in (slice("2020-01-04", None), slice(None, "2020-01-02")):
        for df in (frame, hs.from_pandas(frame)):
            with pytest.raises(KeyError):
                df.loc[key]
