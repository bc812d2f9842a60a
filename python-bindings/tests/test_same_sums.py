"""Sums along rows, running values and periods as keys, as pandas has them."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check, plain

ROWS = {
    "narrow": {"a": np.array([100, None], "object"), "b": [100, 100]},
    "int8": {"a": np.array([100], "int8"), "b": np.array([100], "int8")},
    "uint8": {"a": np.array([200], "uint8"), "b": np.array([100], "uint8")},
    "whole and float": {"a": [2**62], "b": [2**62], "c": [1.0]},
    "float32": {"a": np.array([3e38], "float32"), "b": np.array([3e38], "float32"), "c": [1.0]},
    "float32 and whole": {"a": np.array([3e38], "float32"), "b": np.array([3e38], "float32"), "c": [1]},
    "truths": {"a": [True, True], "b": [2, 3]},
}


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("verb", ["sum", "prod", "cumsum", "cumprod"])
def test_rows_are_added_up_in_a_type_that_holds_them(rows, verb):
    found, expected = (getattr(lib.DataFrame(ROWS[rows]), verb)(axis=1) for lib in (hs, pd))
    found, expected = (np.asarray(plain(one)[-1], dtype=float) for one in (found, expected))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_narrow_floats_alone_stay_narrow():
    values = {"a": np.array([3e38], "float32"), "b": np.array([3e38], "float32")}
    assert hs.DataFrame(values).sum(axis=1).to_list() == pd.DataFrame(values).sum(axis=1).to_list() == [float("inf")]


@pytest.mark.parametrize("verb", ["cummin", "cummax"])
def test_running_extremes_of_truths_are_truths(verb):
    check(lambda lib, df: getattr(lib.Series([True, False, True]), verb)())
    check(lambda lib, df: getattr(lib.DataFrame({"a": [False, True, False], "b": [1, 3, 2]}), verb)())
    check(lambda lib, df: getattr(lib.DataFrame({"k": [1, 1, 2], "b": [True, False, True]}).groupby("k")["b"], verb)())
    check(lambda lib, df: getattr(lib.Series([True, None, False]).astype("boolean"), verb)(skipna=False))


@pytest.mark.parametrize("verb", ["head", "tail", "cumsum", "cumcount", "rank", "first", "last", "sum"])
@pytest.mark.parametrize("listed", [True, False])
def test_rows_stay_where_they_are_if_periods_are_in_a_list(verb, listed):
    times = ["2019-05-29 12:00", "2019-05-25 00:00", "2019-05-29 04:00", "2019-05-25 07:00"]

    def script(lib, _):
        df = lib.DataFrame({"t": pd.to_datetime(times), "x": [1, 2, 3, 4]})
        key = lib.Grouper(key="t", freq="D")
        return getattr(df.groupby([key] if listed else key), verb)()

    check(script)


@pytest.mark.parametrize("operator", ["__add__", "__radd__", "__mul__"])
def test_sums_and_products_of_truths_are_truths(operator):
    def script(lib, _):
        one, other = lib.Series([True, False, True, False]), lib.Series([True, True, False, False])
        frame = lib.DataFrame({"a": one, "b": other})
        made = [
            getattr(one, operator)(other),
            getattr(one, operator)(True),
            getattr(frame, operator)(frame[["b", "a"]]),
        ]
        return [*made, getattr(one.astype(int), operator)(other.astype(int)), (one + other + other).sum()]

    found, expected = (script(lib, None) for lib in (hs, pd))
    assert [str(one.dtype) for one in found[:2]] == [str(one.dtype) for one in expected[:2]] == ["bool"] * 2
    check(script)


def test_truths_are_counted_by_sum():
    check(
        lambda lib, df: [
            sum([df["x"] > 2, df["x"] > 4]),
            (df["x"] > 2).sum() + (df["x"] > 4).sum(),
            df["x"] + (df["y"] > 1),
        ]
    )
