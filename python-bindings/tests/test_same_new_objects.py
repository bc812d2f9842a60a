"""Verbs give new objects: what is set in one does not show in the other, as in pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain

SERIES: list[Callable[[Any], Any]] = [
    lambda x: x.convert_dtypes(),
    lambda x: x.infer_objects(),
    lambda x: x.squeeze(),
    lambda x: x.drop([]),
    lambda x: x.fillna({}),
    lambda x: +x,
    lambda x: x.loc[:],
    lambda x: x[:],
    lambda x: x[...],
    lambda x: x.sort_index(),
    lambda x: x.truncate(),
]
FRAME: list[Callable[[Any], Any]] = [
    lambda df: df.convert_dtypes(),
    lambda df: df.infer_objects(),
    lambda df: df.sort_index(),
    lambda df: df.loc[:],
    lambda df: df.loc[:, :],
    lambda df: df.iloc[:],
    lambda df: df[:],
    lambda df: df.squeeze(),
    lambda df: df.truncate(),
    lambda df: df.fillna({}),
    lambda df: df.drop(columns=[]),
    lambda df: df.rename(columns={}),
    lambda df: df.astype({}),
    lambda df: +df,
]


@pytest.mark.parametrize("verb", SERIES, ids=range(len(SERIES)))
def test_series(verb):
    def script(lib):
        x = lib.Series([3.0, 1.0, 2.0], name="v")
        y = verb(x)
        y[0] = 9.0
        return x.to_list(), y.to_list()

    assert script(hs) == script(pd)


@pytest.mark.parametrize("verb", FRAME, ids=range(len(FRAME)))
def test_frames(verb):
    def script(lib):
        df = lib.DataFrame({"a": [1, 2, 3], "b": [1.0, 2.0, 3.0]})
        other = verb(df)
        other["c"] = 1
        other.loc[0, "a"] = 9
        return plain(df), plain(other)

    found, expected = script(hs), script(pd)
    assert found == expected


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("to_numeric", [1, 2]),
        ("to_datetime", pd.to_datetime(["2024-01-01", "2024-01-02"])),
        ("to_timedelta", pd.to_timedelta(["1s", "2s"])),
    ],
)
def test_conversions_of_what_is_there(name, values):
    def script(lib):
        x = lib.Series(values)
        y = getattr(lib, name)(x)
        y[0] = values[1]
        return plain(x), plain(y)

    assert script(hs) == script(pd)


def test_results():
    df = hs.DataFrame({"a": [1, 2]})
    made = df.compute()
    made["b"] = 1
    assert list(df.columns) == ["a"] and list(made.columns) == ["a", "b"]
