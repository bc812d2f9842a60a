"""Moving windows with weights, and weights that fade with time: what pandas gives."""

from __future__ import annotations

import datetime as dt

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from hypostyle.errors import InvalidArgumentError, UnsupportedError

NAMES = {
    "boxcar": {},
    "hann": {},
    "hamming": {},
    "blackman": {},
    "nuttall": {},
    "blackmanharris": {},
    "flattop": {},
    "triang": {},
    "bartlett": {},
    "parzen": {},
    "bohman": {},
    "barthann": {},
    "cosine": {},
    "gaussian": {"std": 1.5},
    "general_gaussian": {"p": 1.5, "sig": 2.0},
    "exponential": {"tau": 2.0},
    "kaiser": {"beta": 4.0},
}


@pytest.fixture(scope="module")
def values() -> list[float]:
    random = np.random.default_rng(3)
    made = random.normal(10, 3, 60)
    made[random.random(60) < 0.1] = np.nan
    return made.tolist()


def _same(found: hs.Series, expected: pd.Series) -> None:
    assert np.allclose(np.array(found.to_list(), dtype="float64"), expected.to_numpy(), equal_nan=True, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_weights_are_those_of_scipy(name, size):
    windows = pytest.importorskip("scipy.signal").windows
    from hypostyle._win_types import weights

    expected = (
        getattr(windows, name)(size, **NAMES[name]) if name != "exponential" else windows.exponential(size, None, 2.0)
    )
    assert np.allclose(weights(name, size, NAMES[name]), expected, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("least", [None, 1, 3])
def test_sums_and_means_are_those_of_pandas(values, name, center, least):
    pytest.importorskip("scipy.signal")
    ours = hs.Series(values).rolling(5, win_type=name, min_periods=least, center=center)
    theirs = pd.Series(values).rolling(5, win_type=name, min_periods=least, center=center)
    _same(ours.sum(**NAMES[name]), theirs.sum(**NAMES[name]))
    if name != "flattop":
        _same(ours.mean(**NAMES[name]), theirs.mean(**NAMES[name]))


def test_spreads_of_windows():
    values = [4.0, 1.0, 7.0, 2.0, 9.0]
    weights = np.array([1.0, 2.0, 5.0])
    found = hs.Series(values).rolling(3, win_type=[1, 2, 5]).var().to_list()
    assert found[:2] == [None, None]
    for row in range(2, 5):
        window = np.array(values[row - 2 : row + 1])
        mean = (window * weights).sum() / weights.sum()
        variance = (weights * (window - mean) ** 2).sum() / weights.sum() * 3 / 2
        assert found[row] == pytest.approx(variance)
    roots = hs.Series(values).rolling(3, win_type=[1, 2, 5]).std().to_list()
    assert roots[2] == pytest.approx(found[2] ** 0.5)
    # The first full window, whose weights pandas has in their places.
    pytest.importorskip("scipy.signal")
    theirs = pd.Series(values).rolling(3, win_type="triang").var()
    assert hs.Series(values).rolling(3, win_type="triang").var().to_list()[2] == pytest.approx(theirs[2])


def test_frames_and_groups_have_weights():
    df = hs.DataFrame({"k": ["a", "b", "a", "b"], "x": [1.0, 2.0, 3.0, 4.0], "y": [1, 1, 1, 1]})
    assert df[["x", "y"]].rolling(2, win_type=[1, 3]).sum().to_dict("list") == {
        "x": [None, 7.0, 11.0, 15.0],
        "y": [None, 4.0, 4.0, 4.0],
    }
    grouped = df.groupby("k")["x"].rolling(2, win_type=[1, 3]).sum()
    assert grouped.to_list() == [None, 10.0, None, 14.0]


def test_mistakes_of_weights_are_named():
    x = hs.Series([1.0, 2.0])
    with pytest.raises(InvalidArgumentError, match="no win_type"):
        x.rolling(2, win_type="round")
    with pytest.raises(InvalidArgumentError, match="3 weights for a window of 2"):
        x.rolling(2, win_type=[1, 2, 3]).sum()
    with pytest.raises(InvalidArgumentError, match="constants"):
        x.rolling(2, win_type="gaussian").sum()
    with pytest.raises(InvalidArgumentError, match="so many rows"):
        x.rolling("2h", win_type="hann")


@pytest.mark.parametrize("adjust", [True, False])
@pytest.mark.parametrize("halflife", ["4 days", "36h", dt.timedelta(days=2), np.timedelta64(90, "m"), "1D12h"])
def test_fading_with_time(values, adjust, halflife):
    random = np.random.default_rng(5)
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(random.integers(1, 5000, len(values))), unit="min")
    theirs = pd.Series(values).ewm(halflife=pd.Timedelta(halflife), times=times, adjust=adjust).mean()
    df = hs.DataFrame({"x": values, "t": times.to_pydatetime().tolist()})
    _same(df["x"].ewm(halflife=halflife, times=df["t"], adjust=adjust).mean(), theirs)
    _same(hs.Series(values).ewm(halflife=halflife, times=times, adjust=adjust).mean(), theirs)
    whole = df.ewm(halflife=halflife, times="t", adjust=adjust).mean()
    assert whole.columns.tolist() == ["x", "t"]
    _same(whole["x"], theirs)


def test_mistakes_of_fading_with_time():
    df = hs.DataFrame({"x": [1.0, 2.0], "t": [dt.datetime(2024, 1, 2), dt.datetime(2024, 1, 1)]})
    with pytest.raises(InvalidArgumentError, match="must ascend"):
        df["x"].ewm(halflife="1d", times=df["t"]).mean().to_list()
    with pytest.raises(InvalidArgumentError, match="timedelta or text"):
        df["x"].ewm(halflife=2, times=df["t"])
    with pytest.raises(InvalidArgumentError, match="needs times"):
        df["x"].ewm(halflife="2d")
    with pytest.raises(UnsupportedError, match="mean"):
        df["x"].ewm(halflife="1d", times=df["t"]).var()
