"""What pandas' tests of series ask, written anew: labels of both sides, dates as ends of slices, types of what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
import same_script


def alike(script: Callable[[Any], Any]) -> None:
    found, expected = same_script.alike(script)
    if isinstance(expected, pd.Series):
        assert list(found.index) == list(expected.index)


LABELS = [
    ("bca", "abc", [True, False, True], [False, True, False]),
    ("abc", "abd", [True, False, True], [False, True, True]),
    ("ab", "cd", [True, False], [True, True]),
    ("cab", "abc", [1, 2, 3], [3, 2, 1]),
    ("abc", "abc", [True, False, True], [False, True, False]),
]


@pytest.mark.parametrize("operator", ["__and__", "__or__", "__xor__"])
@pytest.mark.parametrize(("mine", "theirs", "one", "two"), LABELS)
def test_truths_of_other_labels(mine, theirs, one, two, operator):
    alike(lambda lib: getattr(lib.Series(one, index=list(mine)), operator)(lib.Series(two, index=list(theirs))))


DAYS = pd.date_range("2024-01-01", periods=5)
SLICES: list[Callable[[Any], Any]] = [
    lambda x: x[dt.date(2024, 1, 2) : dt.date(2024, 1, 4)],
    lambda x: x.loc[dt.date(2024, 1, 2) :],
    lambda x: x.loc[: dt.date(2024, 1, 2)],
    lambda x: x[dt.date(2024, 1, 2) : "2024-01-03"],
    lambda x: x.to_frame("v").loc[dt.date(2024, 1, 2) : dt.date(2024, 1, 4), "v"],
    lambda x: x.truncate(dt.date(2024, 1, 2), "2024-01-03"),
    lambda x: x[::-1].loc[dt.date(2024, 1, 4) : dt.date(2024, 1, 2)],
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", SLICES, ids=range(len(SLICES)))
def test_dates_as_ends(call):
    alike(lambda lib: call(lib.Series(range(5), index=DAYS)))


@pytest.mark.parametrize("dtype", ["datetime64[ns]", "timedelta64[ns]", "datetime64[s]", "timedelta64[s]"])
@pytest.mark.parametrize("values", [[np.nan, np.nan], [1.0, np.nan], [None, 2.0]])
def test_numbers_that_may_be_missing_as_times(values, dtype):
    alike(lambda lib: lib.Series(values, dtype=dtype))
    alike(lambda lib: lib.Series(values, dtype="float64").astype(dtype))
    alike(lambda lib: lib.Series(np.nan, index=[1, 2], dtype=dtype))


def test_a_zone_is_not_lost():
    moments = pd.date_range("2024-03-01", periods=2, tz="Europe/Oslo")
    for lib in (hs, pd):
        with pytest.raises(TypeError):
            lib.Series(moments, dtype="datetime64[ns]")


@pytest.mark.parametrize("other", [[9], np.array([9]), 9])
def test_one_value_for_all_rows(other):
    alike(lambda lib: lib.Series([1, 2, 3]).where([True, False, True], other))
    alike(lambda lib: lib.Series([1, 2, 3]).mask([True, False, True], other))


@pytest.mark.parametrize("operator", ["__and__", "__or__", "__xor__"])
@pytest.mark.parametrize(("mine", "theirs", "one", "two"), LABELS[:3])
def test_truths_of_other_labels_in_frames(mine, theirs, one, two, operator):
    def script(lib):
        left, right = (lib.DataFrame({"x": v}, index=list(labels)) for v, labels in ((one, mine), (two, theirs)))
        return getattr(left, operator)(right)

    alike(script)


@pytest.mark.parametrize("values", [["b", None, "a", "b", None], [2.0, None, 1.0, 2.0], [3, 1, 3]])
@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize("sentinel", [False, True])
def test_numbers_of_distinct_values(values, sort, sentinel):
    for call in (
        lambda lib: lib.factorize(lib.Series(values), sort=sort, use_na_sentinel=sentinel),
        lambda lib: lib.Series(values).factorize(sort=sort, use_na_sentinel=sentinel),
    ):
        alike(lambda lib, call=call: [list(part) for part in call(lib)])


@pytest.mark.parametrize(
    "text", ["20/12/21", "10/11/12", "01/02/03", "31/12/13", "20.12.21", "12/31/10", "10 Nov 12", "5/6/2013"]
)
@pytest.mark.parametrize("dayfirst", [False, True])
@pytest.mark.parametrize("yearfirst", [False, True])
@pytest.mark.filterwarnings("ignore")
def test_what_comes_first_in_dates(text, dayfirst, yearfirst):
    alike(lambda lib: lib.to_datetime(lib.Series([text]), dayfirst=dayfirst, yearfirst=yearfirst))
