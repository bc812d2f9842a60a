"""Frames and series of pandas beside ours, and rows that are matched by label: the same results as pandas alone gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from same_script import plain

PDF = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
OTHERS = {
    "same": PDF * 2,
    "turned": pd.DataFrame({"a": [30, 20, 10], "b": [6, 50, 4]}, index=[2, 1, 0]),
}


def check(found: Any, expected: Any) -> None:
    assert isinstance(found, (hs.DataFrame, hs.Series))
    compare = assert_frame_equal if isinstance(expected, pd.DataFrame) else assert_series_equal
    compare(found.to_pandas(), expected, check_dtype=False)


OF_FRAMES: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b,
    lambda a, b: b - a,
    lambda a, b: a.add(b, fill_value=1),
    lambda a, b: a.mul(b["a"], axis="index"),
    lambda a, b: a.assign(z=b["a"]),
    lambda a, b: a.where(b > 5),
    lambda a, b: a.mask(b > 5, 0),
    lambda a, b: a.isin(b),
    lambda a, b: a.isin(b["b"]),
    lambda a, b: a.clip(b),
    lambda a, b: a.where(a > 1).fillna(b),
    lambda a, b: a.where(a > 1).combine_first(b),
    lambda a, b: a[(b["a"] > 4).sort_index()],
    lambda a, b: a.loc[b["a"].sort_index() > 4],
    lambda a, b: a.groupby(b["a"]).sum(),
    lambda a, b: a.groupby([b["a"], "b"]).sum(),
    lambda a, b: a.set_index(b["a"]),
    lambda a, b: a.align(b)[1],
    lambda a, b: a.corrwith(b),
    lambda a, b: a.reindex_like(b),
    lambda a, b: a.join(b, suffixes=("l", "r")),
]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("call", OF_FRAMES, ids=range(len(OF_FRAMES)))
def test_frames_of_pandas_beside_ours(call, other):
    there = OTHERS[other]
    expected = call(PDF, there)
    check(call(hs.from_pandas(PDF), there).sort_index(), expected.sort_index())
    both = call(hs.from_pandas(PDF), hs.from_pandas(there))
    check(both.sort_index(), expected.sort_index())


OF_SERIES: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b,
    lambda a, b: b + a,
    lambda a, b: b - a,
    lambda a, b: a.add(b, fill_value=0),
    lambda a, b: a.where(a > 1, b),
    lambda a, b: a.mask(a > 1, b),
    lambda a, b: a.where(a > 1).fillna(b),
    lambda a, b: a.where(a > 1).combine_first(b),
]


@pytest.mark.parametrize("other", [PDF["a"], OTHERS["turned"]["a"], pd.Series([7, 8], index=[0, 5])], ids=range(3))
@pytest.mark.parametrize("call", OF_SERIES, ids=range(len(OF_SERIES)))
def test_series_of_pandas_beside_ours(call, other):
    expected = call(PDF["a"], other)
    check(call(hs.from_pandas(PDF)["a"], other).rename("a").sort_index(), expected.rename("a").sort_index())


def test_equality_with_frames_of_pandas():
    df = hs.from_pandas(PDF)
    assert df.equals(PDF) and not df.equals(OTHERS["turned"])
    check(df.compare(OTHERS["same"]), PDF.compare(OTHERS["same"]))


def test_a_row_without_a_condition_is_not_kept():
    condition = pd.DataFrame({"a": [True, False, True]}, index=[2, 3, 4])
    pdf = pd.DataFrame({"a": [1, 2, 3, 4]})
    for cond in (condition, hs.from_pandas(condition)):
        check(hs.from_pandas(pdf).mask(cond), pdf.mask(condition))
        check(hs.from_pandas(pdf)["a"].mask(cond["a"], 0), pdf["a"].mask(condition["a"], 0))
        check(hs.from_pandas(pdf).where(cond), pdf.where(condition))


def test_texts_beside_texts_by_label():
    text = pd.Series(["x", "y", "z"])
    turned = text[::-1]
    ours = hs.from_pandas(text)
    others = [
        text,
        turned,
        turned[:2],
        [text, turned],
        text.to_frame("q"),
        pd.Index(["u", "v", "w"]),
        np.array(list("uvw")),
    ]
    for other in others:
        check(ours.str.cat(other, sep=":"), text.str.cat(other, sep=":"))
    check(ours.str.cat(hs.from_pandas(turned), sep=":"), text.str.cat(turned, sep=":"))


def test_series_and_index_of_pandas_stay_what_they_are():
    numbers = pd.Series([3, 1, 2], index=[5, 6, 7], name="n")
    made = hs.from_pandas(numbers, npartitions=2)
    assert isinstance(made, hs.Series) and made.npartitions == 2
    check(made, numbers)
    check(hs.from_pandas(numbers.sort_values(), sort=True), numbers)
    assert hs.from_pandas(pd.Series([1.0, np.nan]), keep_nan=True).isna().sum() == 0
    index = hs.from_pandas(pd.Index(["a", "b"], name="k"))
    assert isinstance(index, hs.Index) and (index.to_list(), index.name) == (["a", "b"], "k")
    with pytest.raises(ValueError, match="not both"):
        hs.from_pandas(numbers, npartitions=2, chunksize=1)
    with pytest.raises(ValueError, match="DataFrame, Series or Index"):
        hs.from_pandas(pd.Timestamp("2024-01-01"))


@pytest.mark.parametrize("name", ["sum", "mean", "min", "max", "prod", "median", "std", "var", "sem", "skew", "kurt"])
def test_one_value_of_all_columns(name):
    pdf = pd.DataFrame(
        {"i": [1, 2, 4, 7], "f": [0.5, None, 3.0, 2.5], "b": [True, False, True, True], "s": list("abcd")}
    )
    df = hs.from_pandas(pdf)
    columns = ["i", "f", "b"]
    for options in ({}, {"skipna": False}):
        expected = getattr(pdf[columns], name)(axis=None, **options)
        found = getattr(df[columns], name)(axis=None, **options)
        assert np.isclose(float("nan") if found is None else found, expected, equal_nan=True)
    assert np.isclose(getattr(df, name)(axis=None, numeric_only=True), getattr(pdf, name)(axis=None, numeric_only=True))


def test_functions_of_numpy():
    df = hs.from_pandas(PDF)
    for function in (np.sum, np.mean, np.min, np.max, np.prod, np.std, np.var, np.any, np.all):
        assert np.isclose(function(df), function(PDF)) and np.isclose(function(df["a"]), function(PDF["a"]))
        assert np.allclose(function(df, axis=0).to_list(), function(PDF, axis=0).to_list())
    check(np.cumsum(df), np.cumsum(PDF))
    with pytest.raises(TypeError, match="out"):
        np.sum(df, out=np.zeros(2))
    check(df.add(1, level=None), PDF.add(1, level=None))


def test_rows_with_missing_values_have_one_value_more():
    pdf = pd.DataFrame({"x": [1, 2, 3], "y": [1.0, None, 2.0], "z": [1.0, None, 5.0]})
    for dropna in (True, False):
        check(hs.from_pandas(pdf).nunique(axis=1, dropna=dropna), pdf.nunique(axis=1, dropna=dropna))


def test_products_with_missing_values_are_missing():
    x, y = pd.Series([1, 2, None]), pd.Series([1.0, 2.0, 3.0])
    assert np.isnan(x.dot(y)) and np.isnan(hs.from_pandas(x).dot(hs.from_pandas(y)))
    assert hs.from_pandas(y).dot(hs.from_pandas(y)) == y.dot(y)


@pytest.mark.parametrize("operator", ["and_", "or_", "xor"])
def test_bits_of_whole_numbers(operator):
    import operator as operators

    function = getattr(operators, operator)

    def script(lib, _):
        one, other = lib.Series([1, 2, 6]), lib.Series([3, 2, 5])
        frame = lib.DataFrame({"a": one, "b": other})
        narrow = one.astype("uint8")
        made = [function(one, other), function(one, 3), function(3, one), function(frame, 1), function(narrow, 4)]
        return [*made, one[function(one, 2) > 2], function(one > 1, other > 2)]

    assert plain(script(hs, None)) == plain(script(pd, None))
