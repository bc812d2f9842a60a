"""Windows of every kind that pandas has: pairs, indexers, centered times, single windows, and what it refuses."""

from __future__ import annotations

from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

RANDOM = np.random.RandomState(3)
X = pd.Series(RANDOM.randn(24), name="x")
PDF = pd.DataFrame({"x": X, "y": X**2, "z": range(24)}).mask(RANDOM.rand(24, 3) < 0.1)
TIMES = PDF.set_index(pd.date_range("2024-01-01", periods=24, freq="5h").rename("t"))


def same(found: Any, expected: Any) -> None:
    made = found.to_pandas()
    check = assert_frame_equal if isinstance(expected, pd.DataFrame) else assert_series_equal
    check(made, expected, check_dtype=False, check_freq=False, check_index_type=False, rtol=1e-9)


WINDOWS = {
    "rolling": lambda d: d.rolling(4, min_periods=2),
    "expanding": lambda d: d.expanding(2),
    "ewm": lambda d: d.ewm(com=1.5),
    "time": lambda d: d.rolling("1D"),
}


@pytest.mark.parametrize("kind", WINDOWS)
@pytest.mark.parametrize("name", ["cov", "corr"])
def test_pairs(kind, name):
    pdf = TIMES if kind == "time" else PDF
    df, windows = hs.from_pandas(pdf), WINDOWS[kind]
    same(getattr(windows(df["x"]), name)(df["y"]), getattr(windows(pdf["x"]), name)(pdf["y"]).rename(None))
    found, expected = getattr(windows(df), name)(), getattr(windows(pdf), name)()
    assert_frame_equal(
        found.to_pandas().reset_index(drop=True), expected.reset_index(drop=True), check_dtype=False, rtol=1e-9
    )


def test_aggregates_that_the_engine_has_not():
    df = hs.from_pandas(PDF)
    for name in ("nunique", "first", "last"):
        same(getattr(df.rolling(4), name)(), getattr(PDF.rolling(4), name)())
        same(getattr(df["x"].expanding(), name)(), getattr(PDF["x"].expanding(), name)())
    same(df.ewm(span=3).sum(), PDF.ewm(span=3).sum())
    same(df.rolling(3).pipe(lambda w: w.max() - w.min()), PDF.rolling(3).pipe(lambda w: w.max() - w.min()))
    same(df.assign(n=df["x"].rolling(3).nunique())[["n"]], PDF.assign(n=PDF["x"].rolling(3).nunique())[["n"]])


def test_windows_by_an_indexer():
    df, ahead = hs.from_pandas(PDF), pd.api.indexers.FixedForwardWindowIndexer(window_size=3)
    same(df.rolling(ahead, min_periods=1).sum(), PDF.rolling(ahead, min_periods=1).sum())
    same(df["x"].rolling(ahead).max(), PDF["x"].rolling(ahead).max())
    same(df.rolling(ahead)[["x", "y"]].mean(), PDF.rolling(ahead)[["x", "y"]].mean())


def test_centered_and_closed_windows():
    times, df = hs.from_pandas(TIMES), hs.from_pandas(PDF)
    same(times["x"].rolling("1D", center=True).mean(), TIMES["x"].rolling("1D", center=True).mean())
    same(
        times.rolling("11h").apply(lambda w: w.sum(), raw=True), TIMES.rolling("11h").apply(lambda w: w.sum(), raw=True)
    )
    for closed in ("left", "both", "neither"):
        kinds = {"center": True, "closed": closed, "min_periods": 1}
        same(df["x"].rolling(3, **kinds).sum(), PDF["x"].rolling(3, **kinds).sum())
    same(
        df["z"].rolling(1, closed="neither", min_periods=0).sum(),
        PDF["z"].rolling(1, closed="neither", min_periods=0).sum(),
    )


def test_windows_one_by_one():
    df = hs.DataFrame({"x": [1, 2, 3]})
    assert [window["x"].to_list() for window in df.rolling(2)] == [[1], [1, 2], [2, 3]]
    assert [window.to_list() for window in df["x"].expanding()] == [[1], [1, 2], [1, 2, 3]]
    with pytest.raises(NotImplementedError, match="within groups"):
        iter(df.groupby("x").rolling(2))


@pytest.mark.parametrize("level", [1e3, 1e6, 1e8])
def test_shapes_of_values_far_from_zero(level):
    found = (hs.Series(X) + level).rolling(6)
    assert np.allclose(found.skew().to_pandas()[5:], X.rolling(6).skew()[5:], rtol=1e-5)
    assert np.allclose(found.kurt().to_pandas()[5:], X.rolling(6).kurt()[5:], rtol=1e-5)


WRONG = [
    lambda x: x.rolling(-1),
    lambda x: x.rolling(2.5),
    lambda x: x.rolling(2, min_periods=3),
    lambda x: x.rolling(2, min_periods=-1),
    lambda x: x.rolling(2, min_periods="foo"),
    lambda x: x.rolling(2, center="yes"),
    lambda x: x.rolling(2, step=-1),
    lambda x: x.rolling(2, closed="up"),
    lambda x: x.rolling(2, win_type="triang", min_periods="foo"),
    lambda x: x.expanding("foo"),
    lambda x: x.ewm(com=-0.1),
    lambda x: x.ewm(span=0.5),
    lambda x: x.ewm(halflife=0),
    lambda x: x.ewm(alpha=1.5),
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_what_pandas_refuses(wrong):
    for x in (PDF["x"], hs.Series(PDF["x"])):
        with pytest.raises(ValueError):
            wrong(x)


def test_what_pandas_computes_says_so() -> None:
    frame = hs.from_pandas(PDF)
    with pytest.warns(UserWarning, match="rolling: pandas moves these windows, on one core") as told:
        frame.rolling(4).nunique()
    assert told[0].filename == __file__
