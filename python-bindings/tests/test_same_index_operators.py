"""Operators of an index and of what is made of it stand row by row beside a series; of several levels, labels are tuples."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
import same_script

OPERATORS = [
    *(operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow),
    *(operator.eq, operator.ne, operator.lt, operator.ge, operator.and_, operator.or_, operator.xor),
]


def alike(script: Callable[[Any], Any]) -> None:
    found, expected = same_script.alike(script)
    if isinstance(expected, pd.Series):
        assert found.name == expected.name


def frame(lib):
    return lib.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]}, index=[10, 20, 30])


@pytest.mark.parametrize("op", OPERATORS)
def test_a_series_and_an_index(op):
    alike(lambda lib: op(lib.Series([1, 2, 3], name="x"), lib.Index([3, 2, 1], name="x")))
    alike(lambda lib: op(lib.Index([3, 2, 1], name="x"), lib.Series([1, 2, 3], name="x")))
    alike(lambda lib: op(lib.Series([1, 2, 3], name="y"), lib.Index([3, 2, 1], name="x")))
    alike(lambda lib: op(frame(lib)["a"], frame(lib).index))
    alike(lambda lib: op(frame(lib).index, lib.Series([1, 2, 3])))
    alike(lambda lib: list(op(frame(lib).index, lib.Index([1, 2, 3]))))
    alike(lambda lib: list(op(frame(lib).index, 2)))
    alike(lambda lib: list(op(2, frame(lib).index)))


@pytest.mark.parametrize("op", OPERATORS)
def test_arrays_on_either_side(op):
    alike(lambda lib: op(np.array([3, 2, 1]), lib.Series([1, 2, 3])))
    alike(lambda lib: op(lib.Series([1, 2, 3]), np.array([3, 2, 1])))


CALLS: list[Callable[[Any], Any]] = [
    lambda df: df["a"].mul(df.index),
    lambda df: df.add(df.index, axis=0),
    lambda df: df.assign(c=lambda d: d.index * 2),
    lambda df: df.assign(c=lambda d: d.index + d.a),
    lambda df: df.set_index(df.index + 5),
    lambda df: df[(df.index > 10) & (df.index < 30)],
    lambda df: df[(df.index > 10) & (df["a"] < 3)],
    lambda df: df[(df["a"] < 3) & (df.index > 10)],
    lambda df: df[df.index.isin([10]) | (df.b == 6)],
    lambda df: df.loc[df.index % 20 == 0],
    lambda df: df[df["a"] == df.index / 10],
    lambda df: df["a"] + range(3),
    lambda df: df["a"] > range(3),
    lambda df: np.divmod(df["a"], 2)[1],
]


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
def test_in_frames(call):
    alike(lambda lib: call(frame(lib)))


def test_parts_of_times():
    days = pd.date_range("2024-01-30", periods=3, name="t")
    for call in (
        lambda df: df["a"] * (df.index.month == 1),
        lambda df: df["a"] * df.index.month,
        lambda df: df[(df["a"] > 1) & (df.index.month == 1)],
        lambda df: df.assign(d=lambda d: d.index - d.index[0]),
    ):
        alike(lambda lib, call=call: call(lib.DataFrame({"a": [1, 2, 3]}, index=days)))


LEVELS: list[Callable[[Any], Any]] = [
    lambda index: list(index.isin([(1, "x"), (9, "z")])),
    lambda index: list(index.isin(["x"], level=1)),
    lambda index: list(index.isin(["x"], level="k")),
    lambda index: index.nunique(),
    lambda index: list(index.max()),
    lambda index: list(index.min()),
    lambda index: index.value_counts().sort_index(),
    lambda index: index.is_monotonic_increasing,
    lambda index: index.is_monotonic_decreasing,
    lambda index: [list(one) for one in index.repeat(2)],
    lambda index: [list(one) for one in index.drop_duplicates()],
]


@pytest.mark.parametrize("keys", [("x", "y", "x", "x"), ("b", "a", "b", "b")])
@pytest.mark.parametrize("call", LEVELS, ids=range(len(LEVELS)))
def test_several_levels(call, keys):
    def script(lib):
        df = lib.DataFrame({"j": [1, 1, 2, 2], "k": keys, "v": [1.0, 2.0, 3.0, 4.0]})
        return call(df.set_index(["j", "k"]).index)

    alike(script)


def test_operators_of_several_levels_are_refused():
    index = hs.DataFrame({"j": [1], "k": [2], "v": [3]}).set_index(["j", "k"]).index
    with pytest.raises(hs.errors.UnsupportedError, match="get_level_values"):
        index + 1
    with pytest.raises(hs.errors.UnsupportedError, match="get_level_values"):
        index.to_series()
    assert not hasattr(index, "year")
