"""Labels of an index beside series and frames: values in order, as pandas has it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

FRAME = pd.DataFrame(
    {"t": ["a", "b", "c"], "d": pd.date_range("2020", periods=3), "x": [1, 2, 3], "y": [0.5, 20.0, 3.0]},
    index=[5, 6, 7],
)
MOMENTS = pd.date_range("2020-01-02", periods=3, freq="-1D")
OPERATORS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.eq,
    operator.ne,
    operator.lt,
    operator.ge,
]
COMPARING = OPERATORS[4:]


def both(operate: Callable[[Any, Any], Any], values: Any, labels: pd.Index) -> None:
    """The same of ours as of pandas', in either order, of the series or frame that `values` chooses."""
    ours, theirs = values(hs.from_pandas(FRAME)), values(FRAME)
    for index in (hs.Index(labels), labels):
        for found, wanted in (
            (operate(ours, index), operate(theirs, labels)),
            (operate(index, ours), operate(labels, theirs)),
        ):
            same: Any = assert_frame_equal if isinstance(wanted, pd.DataFrame) else assert_series_equal
            same(found.to_pandas(), wanted, check_dtype=False, check_names=False, check_index_type=False)


@pytest.mark.parametrize("operate", OPERATORS)
def test_series_of_numbers(operate: Callable[[Any, Any], Any]) -> None:
    for labels in (pd.Index([20, 2, 3]), pd.Index([7, 6, 5])):
        for name in ("x", "y"):
            both(operate, lambda df, name=name: df[name], labels)


@pytest.mark.parametrize("operate", COMPARING)
def test_series_of_texts_and_times(operate: Callable[[Any, Any], Any]) -> None:
    both(operate, lambda df: df["t"], pd.Index(["b", "b", "a"]))
    both(operate, lambda df: df["d"], MOMENTS)


@pytest.mark.parametrize("operate", OPERATORS)
def test_frames(operate: Callable[[Any, Any], Any]) -> None:
    ours, theirs = (df[["x", "y"]] for df in (hs.from_pandas(FRAME), FRAME))
    found, wanted = operate(ours, hs.Index([2, 3])), operate(theirs, pd.Index([2, 3]))
    assert_frame_equal(found.to_pandas(), wanted, check_dtype=False, check_index_type=False)


def test_labels_of_the_same_rows() -> None:
    df = hs.from_pandas(FRAME)
    assert (df["x"] * df.index).to_dict() == (df.index * df["x"]).to_dict() == {5: 5, 6: 12, 7: 21}
    assert (df["x"] + df.index).index.to_list() == [5, 6, 7]
    assert df["x"].add(df.index, fill_value=0).to_list() == [6, 8, 10]
    assert df[df["x"] + 4 == df.index].index.to_list() == [5, 6, 7]
    assert df["x"].where(df["x"] > 1, df.index).to_list() == [5, 2, 3]
    assert (df.index + df.index).to_list() == [10, 12, 14]


def test_other_numbers_of_labels() -> None:
    df = hs.from_pandas(FRAME)
    for operate in (operator.mul, operator.eq):
        with pytest.raises(hs.errors.ShapeError):
            operate(df["x"], hs.Index([1, 2]))
    with pytest.raises(hs.errors.InvalidArgumentError):
        df[["x", "y"]] * hs.Index([1, 2, 3])


PLAIN = {"x": [1, 2, 3], "y": [4, 5, 6]}


def test_labels_choose_rows_and_columns() -> None:
    df = hs.DataFrame(PLAIN)
    assert df[hs.Index(["y"])].to_dict("list") == {"y": [4, 5, 6]}
    assert df[hs.Index([True, False, True])].index.to_list() == [0, 2]
    df[hs.Index(["x", "y"])] = 0
    df[hs.Index([False, False, True])] = 9
    assert df.to_dict("list") == {"x": [0, 0, 9], "y": [0, 0, 9]}


@pytest.mark.parametrize(
    "verb",
    [
        lambda df, index: df["x"].where(df["x"] > 1, index([7, 8, 9])),
        lambda df, index: df["x"].mask(index([True, False, False]), 0),
        lambda df, index: df["x"].clip(lower=index([2, 2, 2])),
        lambda df, index: df["x"].fillna(0).isin(index([2, 3])),
        lambda df, index: df.sub(index([1, 2, 3]), axis=0),
        lambda df, index: df.eq(index([1, 5])),
        lambda df, index: df["x"] * range(3),
    ],
)
def test_verbs_that_take_values(verb: Any) -> None:
    found, wanted = verb(hs.DataFrame(PLAIN), hs.Index), verb(pd.DataFrame(PLAIN), pd.Index)
    same: Any = assert_frame_equal if isinstance(wanted, pd.DataFrame) else assert_series_equal
    same(found.to_pandas(), wanted, check_dtype=False)


def test_columns_below_the_first_of_several_levels() -> None:
    theirs = pd.DataFrame(
        [[1.0, 2.0, 3.0], [5.0, 6.0, 7.0]], columns=pd.MultiIndex.from_tuples([("a", 0), ("a", 1), ("b", 0)])
    )
    ours = hs.from_pandas(theirs)
    for frame in (theirs, ours):
        frame["a"] = np.array([[1, 2], [3, 4]])
    assert_frame_equal(ours.to_pandas(), theirs, check_dtype=False)
    assert_frame_equal(ours.assign(a=[3.5, 4.5]).to_pandas(), theirs.assign(a=[3.5, 4.5]), check_dtype=False)
    for frame in (theirs, ours):
        frame[[("a", 0), ("b", 0)]] = [[7, 8], [9, 10]]
    assert_frame_equal(ours.to_pandas(), theirs, check_dtype=False)
    with pytest.raises(hs.errors.ShapeError):
        ours["a"] = np.zeros((2, 3))
