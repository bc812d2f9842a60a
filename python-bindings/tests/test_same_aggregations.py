"""Aggregates with further arguments, under names of their own, and of functions that give a value for each row."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain

VALUES = {"A": [1, 2, 3], "B": [4.0, 5.0, 7.0]}
TEXTS = {**VALUES, "C": ["x", "y", "z"]}


def both(script):
    """The same of frames of both libraries."""
    found, expected = (plain(script(lib, lib.DataFrame(VALUES))) for lib in (hs, pd))
    assert found == expected


FRAMES = [
    lambda lib, df: df.agg("std", ddof=0),
    lambda lib, df: df.agg(np.std, ddof=0),
    lambda lib, df: df.agg(["std", "var"], ddof=0),
    lambda lib, df: df.agg("quantile", q=0.25),
    lambda lib, df: df.agg("sum", axis=1, min_count=3),
    lambda lib, df: df.agg(lambda x, a, b=0: x.sum() + a + b, 0, 10, b=3),
    lambda lib, df: df.agg(lo=lib.NamedAgg("A", "min"), hi=lib.NamedAgg("B", "max")),
    lambda lib, df: df.agg(lo=pd.NamedAgg("A", lambda s: s.min()), hi=pd.NamedAgg("B", "max")),
    lambda lib, df: df.agg(np.array(["sum", "min"])),
    lambda lib, df: df.agg({0: "sum", 1: "max"}, axis=1),
    lambda lib, df: df.agg([lambda s: s.min(), lambda s: s.max()]),
    lambda lib, df: df.agg(["sum", lambda s: s.max() - s.min(), np.mean]),
    lambda lib, df: df.agg([np.sqrt, np.abs]),
    lambda lib, df: df.apply([np.sqrt, np.abs]),
    lambda lib, df: df.agg({"A": np.sqrt}),
    lambda lib, df: df.agg({"A": [np.sqrt, np.abs]}),
    lambda lib, df: df.apply({"A": lambda s: s + 1, "B": lambda s: s * 2}),
    lambda lib, df: df.apply(lambda c: c.sum(), engine="python"),
    lambda lib, df: df.apply(lambda r: r.sum(), axis=1, engine="python"),
    lambda lib, df: df.apply("size"),
    lambda lib, df: df.apply(lambda r: [1, 2], axis=1, result_type="broadcast"),
    lambda lib, df: df.apply(lambda r: r.mean(), axis=1, result_type="broadcast"),
    lambda lib, df: df.apply(lambda c: c.mean(), result_type="broadcast"),
    lambda lib, df: df.apply(lambda c: list(c)[::-1], result_type="broadcast"),
]


@pytest.mark.parametrize("at", range(len(FRAMES)))
def test_aggregates_of_a_frame(at):
    both(FRAMES[at])


SERIES = [
    lambda s: s.agg(foo="sum", bar="max"),
    lambda s: s.agg(lambda x, a, b=0: x.sum() + a + b, 0, 10, b=2),
    lambda s: s.agg("std", ddof=0),
    lambda s: s.agg(["std", "var"], ddof=0),
    lambda s: s.agg("quantile", q=0.25),
    lambda s: s.agg([lambda x: x.min(), lambda x: x.max()]),
    lambda s: s.agg([np.sqrt, np.abs]),
    lambda s: s.apply([np.sqrt, np.abs]),
    lambda s: s.apply({"a": np.sqrt, "b": np.abs}),
    lambda s: s.agg({"a": np.sqrt}),
    lambda s: s.apply(lambda x: x.max() - x, by_row=False),
    lambda s: s.apply(lambda x: x + 1, by_row="compat"),
    lambda s: s.apply([np.sqrt, np.abs], by_row=False),
]


@pytest.mark.parametrize("at", range(len(SERIES)))
def test_aggregates_of_a_series(at):
    both(lambda lib, df: SERIES[at](df["B"]))


def test_numbers_only():
    found, expected = (
        plain([lib.DataFrame(TEXTS).agg(func, numeric_only=True) for func in (["sum", "mean"], "mean")])
        for lib in (hs, pd)
    )
    assert found == expected


@pytest.mark.parametrize("lib", [hs, pd])
def test_what_is_no_aggregate_is_an_error(lib):
    df = lib.DataFrame(VALUES)
    with pytest.raises(ValueError, match="agg"):
        df.agg(["sum", lambda s: s + 1])
    with pytest.raises(ValueError):
        df["A"].agg(["sum", lambda s: s + 1])
    with pytest.raises(ValueError):
        df.transform([])
    with pytest.raises(ValueError):
        df["A"].transform({})
    with pytest.raises(ValueError):
        df.apply(lambda r: [1, 2, 3], axis=1, result_type="broadcast")


def test_a_series_of_one_value_is_that_value():
    values = {"k": [1, 1, 1, 2], "x": [2, 2, 3, 5]}
    for function in (lambda s: s.mode(), lambda s: s.head(1), lambda s: s.value_counts().head(1)):
        found, expected = (plain(lib.DataFrame(values).groupby("k")["x"].agg(function)) for lib in (hs, pd))
        assert found == expected
    found, expected = (plain(lib.DataFrame(values).groupby("k")["x"].agg(pd.Series.mode)) for lib in (hs, pd))
    assert found == expected
    with pytest.raises(TypeError, match="one value per group"):
        hs.DataFrame(values).groupby("k")["x"].agg(lambda s: s + 1)
