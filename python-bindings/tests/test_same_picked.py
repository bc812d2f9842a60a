"""Missing texts and times that are picked, and what is done with them; the same script for pandas and for Hypostyle."""

from __future__ import annotations

import datetime as dt

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain


def table(lib):
    return lib.DataFrame(
        {
            "s": ["a", None, "c"],
            "t": lib.to_datetime(lib.Series(["2024-01-01", None, "2024-01-03"])),
            "x": [1.5, None, 2.0],
        }
    )


def changed(df, change):
    change(df)
    return df


def shown(value):
    """Values, with the moments of both libraries alike."""
    return str(plain(value)).replace("NaT", "None").replace("Timestamp", "")


PICKS = {
    "iloc": lambda df, name: df[name].iloc[1],
    "iat": lambda df, name: df[name].iat[1],
    "loc": lambda df, name: df.loc[1, name],
    "at": lambda df, name: df.at[1, name],
    "a label": lambda df, name: df[name][1],
    "of a shift": lambda df, name: df[name].shift().iloc[0],
    "the largest of none": lambda df, name: df[df["x"] > 9][name].max(),
}


@pytest.mark.parametrize("pick", PICKS)
@pytest.mark.parametrize("lib", [hs, pd], ids=["hypostyle", "pandas"])
def test_what_is_picked(lib, pick):
    text, moment = (PICKS[pick](table(lib), name) for name in ("s", "t"))
    assert isinstance(text, float) and text != text and bool(text) and f"{text}" == "nan"
    assert moment is lib.NaT and moment is pd.NaT and str(moment) == "NaT"
    assert lib.isna(text) and lib.isna(moment)


def test_categories_and_lengths_of_time():
    for lib in (hs, pd):
        df = table(lib)
        assert df["s"].astype("category").iloc[1] != df["s"].astype("category").iloc[1]
        assert df["t"].diff().iloc[0] is pd.NaT


DONE = {
    "a cell by label": lambda df, c, v: changed(df, lambda df: df.loc.__setitem__((0, c), v)),
    "a cell": lambda df, c, v: changed(df, lambda df: df.at.__setitem__((0, c), v)),
    "cells": lambda df, c, v: changed(df, lambda df: df.loc.__setitem__((df["x"] > 1, c), v)),
    "a column": lambda df, c, v: changed(df, lambda df: df.__setitem__("k", v))["k"].isna(),
    "assign": lambda df, c, v: df.assign(k=v)["k"].isna(),
    "a row": lambda df, c, v: changed(
        df, lambda df: df.loc.__setitem__(3, [v if c == "s" else "z", v if c == "t" else dt.datetime(2024, 1, 1), 1.0])
    ),
    "fillna": lambda df, c, v: df[c].fillna(v),
    "fillna by column": lambda df, c, v: df.fillna({c: v, "x": 0.5}),
    "where": lambda df, c, v: df[c].where(df["x"] > 1.6, v),
    "mask": lambda df, c, v: df[c].mask(df["x"] > 1.6, v),
    "==": lambda df, c, v: df[c] == v,
    "!=": lambda df, c, v: df[c] != v,
    "between": lambda df, c, v: df[c].between(v, df[c].iloc[2]),
    "isin": lambda df, c, v: df[c].isin([v]),
    "isin others": lambda df, c, v: df[c].isin([v, df[c].iloc[0]]),
    "replace": lambda df, c, v: df[c].replace(df[c].iloc[0], v),
    "map": lambda df, c, v: df[c].map({df[c].iloc[0]: v, df[c].iloc[2]: df[c].iloc[2]}),
    "apply": lambda df, c, v: df[c].apply(lambda one: v if one == df[c].iloc[0] else one),
    "shift": lambda df, c, v: df[c].shift(1, fill_value=v),
    "reindex": lambda df, c, v: df[c].reindex([0, 5], fill_value=v),
    "a frame of lists": lambda df, c, v: type(df)({"q": [v, df[c].iloc[0]]}),
    "a series": lambda df, c, v: type(df[c])([v, df[c].iloc[0]]),
    "rows": lambda df, c, v: type(df)([{"q": v}, {"q": df[c].iloc[0]}]),
}


@pytest.mark.parametrize("name", DONE)
@pytest.mark.parametrize(("column", "value"), [("s", np.nan), ("t", pd.NaT)])
def test_what_is_done_with_it(name, column, value):
    found, expected = (DONE[name](table(lib), column, value) for lib in (hs, pd))
    assert shown(found) == shown(expected)
    picked = table(hs)[column].iloc[1]
    assert shown(DONE[name](table(hs), column, picked)) == shown(expected)


def test_times_without_a_time():
    for lib in (hs, pd):
        df = table(lib)
        assert not (df["t"] > df["t"].iloc[1]).any() and (df["t"] - df["t"].iloc[1]).isna().all()
