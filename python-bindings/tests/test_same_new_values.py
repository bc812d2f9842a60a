"""New values at places and labels: frames by place, labels and arrays of pandas, rows of arrays, as in pandas."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain

NUMBERS = pd.DataFrame({"A": [1, 2], "B": [3, 4]})
TIMES = pd.date_range("2000-01-01", periods=3)
DATED = pd.DataFrame({"A": [1.0, 2.0, 3.0]}, index=TIMES)


def changed(frame, change):
    """What both libraries make of a frame that is changed."""
    ours, theirs = hs.from_pandas(frame.copy()), frame.copy()
    change(ours)
    change(theirs)
    assert plain(ours) == plain(theirs)


CHANGES = {
    "frame by place": lambda df: df.iloc.__setitem__((slice(None), [1, 0]), df[["A", "B"]] * 10),
    "frame of other names by place": lambda df: df.iloc.__setitem__((slice(None), [0, 1]), df[["B", "A"]] * 10),
    "frame by name": lambda df: df.loc.__setitem__((slice(None), ["B", "A"]), df[["A", "B"]] * 10),
    "labels": lambda df: df.iloc.__setitem__((slice(None), 0), pd.Index([7, 8])),
    "new column of labels": lambda df: df.loc.__setitem__((slice(None), "C"), pd.Index([7, 8])),
    "array of pandas": lambda df: df.loc.__setitem__(([0, 1], "C"), pd.array([5, 6])),
    "categories": lambda df: df.loc.__setitem__(([0], "C"), pd.Categorical(["x"])),
    "series of pandas": lambda df: df.loc.__setitem__(([0, 1], "C"), pd.Series([5, 6], index=[1, 0])),
    "range": lambda df: df.loc.__setitem__(([0, 1], "A"), range(5, 7)),
    "rows": lambda df: df.loc.__setitem__((slice(None), ["A", "B"]), [[1, 2], [3, 4]]),
    "nanoseconds": lambda df: df.loc.__setitem__(([0, 1], "C"), np.array([1, 2], "m8[ns]") * 1000),
}


@pytest.mark.parametrize("name", CHANGES)
def test_new_values(name):
    changed(NUMBERS, CHANGES[name])


MOMENTS = {
    "condition": lambda df: df.loc.__setitem__((df["A"] > 1, "C"), TIMES[:2]),
    "labels": lambda df: df.loc.__setitem__(([TIMES[0], TIMES[1]], "C"), TIMES[:2]),
    "zone": lambda df: df.loc.__setitem__(([TIMES[0], TIMES[1]], "C"), TIMES[:2].tz_localize("US/Pacific")),
    "slice": lambda df: df.loc.__setitem__((slice(TIMES[1], None), "C"), TIMES[1:]),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_moments_of_pandas_as_new_values(name):
    changed(DATED, MOMENTS[name])


def test_new_values_of_a_series():
    ours, theirs = hs.Series([1, 2, 3]), pd.Series([1, 2, 3])
    for series in (ours, theirs):
        series.loc[[0, 2]] = pd.Index([7, 8])
        series.iloc[1] = 5
    assert plain(ours) == plain(theirs)


ROWS = [
    lambda: [np.array([1, 2]), np.array([3, 4])],
    lambda: [pd.date_range("2000", periods=2), pd.date_range("2001", periods=2)],
    lambda: [pd.array([1, 2]), pd.array([3, 4])],
    lambda: [pd.Categorical(["a", "b"]), pd.Categorical(["c", "d"])],
    lambda: [pd.Index([1, 2]), pd.Index([3, 4])],
]


@pytest.mark.parametrize("at", range(len(ROWS)))
def test_arrays_are_rows(at):
    assert plain(hs.DataFrame(ROWS[at]())) == plain(pd.DataFrame(ROWS[at]()))


def test_missing_texts_in_a_list_beside_texts():
    for options in ({"na_rep": "-"}, {}):
        found, expected = (lib.Series(["a", "b"]).str.cat(["x", np.nan], **options) for lib in (hs, pd))
        assert plain(found) == plain(expected)


@pytest.mark.parametrize("verb", ["where", "mask"])
@pytest.mark.parametrize("inplace", [True, False])
def test_a_condition_that_says_nothing_of_some_rows(verb, inplace):
    values = pd.DataFrame(np.arange(15.0).reshape(5, 3), columns=list("ABC"))
    told = values.iloc[:4] > 4

    def script(frame, cond):
        made = getattr(frame, verb)(cond, -1.0, inplace=inplace)
        return [made, frame]

    ours, theirs = (plain(script(lib(values.copy()), lib(told))) for lib in (hs.from_pandas, pd.DataFrame))
    assert ours == theirs
    found, expected = (plain(script(one(values.copy()["A"]), one(told["A"]))) for one in (hs.from_pandas, pd.Series))
    assert found == expected


def test_copies_are_not_asked_for():
    df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]})
    for made in (
        df.merge(df, on="k", copy=False),
        hs.merge(df, df, on="k", copy=False),
        df[["x"]].transpose(copy=False),
        df.reindex([1, 0], copy=False),
        df["x"].reindex([1], copy=False),
        df.rename_axis("q", copy=False),
    ):
        assert len(made)


TABLE = pd.DataFrame({"A": [1, 2, 3], "B": [3, 4, 5], "C": [6, 7, 8]})
SHAPES = {
    "series for each row": lambda df, lib: df.iloc.__setitem__(slice(1, None), lib.Series([10, 11, 12])),
    "series for each row of a slice": lambda df, lib: df.__setitem__(slice(1, None), lib.Series([10, 11, 12])),
    "series for a column": lambda df, lib: df.iloc.__setitem__((slice(1, None), 0), lib.Series([10, 11])),
    "labels as rows": lambda df, lib: df.loc.__setitem__(([0, 1], ["A", "B"]), [pd.Index([1, 2]), pd.Index([3, 4])]),
    "ranges as rows": lambda df, lib: df.loc.__setitem__(([0, 1], ["A", "B"]), [range(1, 3), range(3, 5)]),
    "a tuple of columns": lambda df, lib: df.loc.__setitem__((1, ("A", "B")), 0),
    "columns by a series": lambda df, lib: df.loc.__setitem__(
        (slice(None), lib.Series([True, False, True], index=["A", "C", "B"])), 0
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_of_new_values(name):
    ours, theirs = hs.from_pandas(TABLE.copy()), TABLE.copy()
    SHAPES[name](ours, hs)
    SHAPES[name](theirs, pd)
    assert plain(ours) == plain(theirs)


def test_a_series_says_of_columns_by_their_names():
    mask = {"index": ["A", "C", "B"]}
    found = hs.from_pandas(TABLE).loc[:, hs.Series([True, False, True], **mask)]
    assert plain(found) == plain(TABLE.loc[:, pd.Series([True, False, True], **mask)])
