"""Random columns with missing values and many equal ones, in one partition and in several: as pandas has it."""

from __future__ import annotations

import itertools
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

ROWS = 400
RNG = np.random.default_rng(3)
PLAIN = pd.DataFrame(
    {
        "k": RNG.choice(list("abcd"), ROWS),
        "x": RNG.integers(-5, 6, ROWS),
        "y": np.where(RNG.random(ROWS) < 0.3, np.nan, RNG.normal(size=ROWS).round(2)),
        "t": pd.date_range("2024-01-01", periods=ROWS, freq="37min"),
    }
)
WHOLE = hs.DataFrame(PLAIN)
PARTS = hs.concat([hs.DataFrame(PLAIN[start : start + 37]) for start in range(0, ROWS, 37)])


def numbers(value: Any) -> Any:
    value = value.to_pandas() if hasattr(value, "_plan") else value
    return np.asarray(value.reset_index(drop=True), dtype="float64")


def check(script: Any) -> None:
    expected = numbers(script(pd, PLAIN))
    for frame in (WHOLE, PARTS):
        np.testing.assert_allclose(numbers(script(hs, frame)), expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("method", ["average", "min", "max", "dense", "first"])
@pytest.mark.parametrize("na_option", ["keep", "top", "bottom"])
def test_ranks(method, na_option):
    for up, pct in itertools.product((True, False), (True, False)):
        how = {"method": method, "na_option": na_option, "ascending": up, "pct": pct}
        check(lambda lib, df, how=how: df["y"].rank(**how))
        check(lambda lib, df, how=how: df.groupby("k")["y"].rank(**how))


@pytest.mark.parametrize("closed", ["left", "right", "both", "neither"])
@pytest.mark.parametrize("name", ["sum", "mean", "max", "std", "median", "count"])
def test_ends_of_windows(closed, name):
    for size, least in itertools.product((2, 3, 5), (None, 1, 2)):
        if name != "count" or least is not None:
            how = {"window": size, "closed": closed, "min_periods": least}
            check(lambda lib, df, how=how: getattr(df["y"].rolling(**how), name)())
    check(lambda lib, df: df.rolling("3h", on="t", closed=closed)["y"].sum())


@pytest.mark.parametrize("keep", ["first", "last", "all"])
@pytest.mark.parametrize("n", [1, 3, 40, 250, 399, 400])
def test_extremes(keep, n):
    check(lambda lib, df: df.nlargest(n, "x", keep=keep)["y"])
    check(lambda lib, df: df.nsmallest(n, "y", keep=keep)["x"])
    check(lambda lib, df: df.nlargest(n, ["x", "y"], keep=keep)["y"])
    check(lambda lib, df: df["y"].nlargest(n, keep=keep))


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@pytest.mark.parametrize("area", [None, "inside", "outside"])
def test_holes(direction, area):
    check(lambda lib, df: df["y"].interpolate(limit_direction=direction, limit_area=area))
    check(lambda lib, df: df["y"].ffill(limit_area=area))
    check(lambda lib, df: df["y"].bfill(limit_area=area))


SCRIPTS = {
    "cumsum": lambda lib, df: df["y"].cumsum(skipna=False),
    "cummax": lambda lib, df: df["y"].cummax(skipna=False),
    "cumsum_row": lambda lib, df: df[["y", "x"]].cumsum(axis=1),
    "cummin_row": lambda lib, df: df[["x", "y"]].cummin(axis=1),
    "ffill_row": lambda lib, df: df[["x", "y"]].ffill(axis=1),
    "shift_row": lambda lib, df: df[["x", "y"]].shift(-1, axis=1),
    "fill": lambda lib, df: df["y"].fillna(7, limit=2),
    "drop_last": lambda lib, df: df.drop_duplicates(["k", "x"], keep="last")["y"],
    "window_function": lambda lib, df: df["y"].rolling(4, center=True, min_periods=2).apply(np.nanmax, raw=True),
    "window_cov": lambda lib, df: df["x"].rolling(5, min_periods=3).cov(df["y"]),
    "window_corr": lambda lib, df: df["x"].rolling(6, min_periods=3).corr(df["y"]),
    "window_sem": lambda lib, df: df["y"].rolling(4, min_periods=2).sem(),
    "window_step": lambda lib, df: df["y"].rolling(4, min_periods=2, step=3).sum(),
    "expanding_quantile": lambda lib, df: df["y"].expanding(3).quantile(0.3),
    "group_function": lambda lib, df: df.groupby("k").agg(a=("y", lambda s: s.max() - s.min()), b=("x", "sum")),
    "group_corr": lambda lib, df: df.groupby("k")[["x", "y"]].corr(),
    "group_nth": lambda lib, df: df.groupby("k").nth([0, -1, 2])["x"],
    "group_counts": lambda lib, df: df.groupby("k")["x"].value_counts(),
    "group_counts_missing": lambda lib, df: df.groupby("x")["y"].value_counts(dropna=False),
    "group_least": lambda lib, df: df.groupby(["k", "x"])["y"].prod(min_count=4),
    "group_array": lambda lib, df: df.groupby(np.arange(ROWS) % 3)["y"].sum(),
    "group_times": lambda lib, df: df.groupby([lib.Grouper(key="t", freq="D"), "k"])["x"].sum(),
    "resample_right": lambda lib, df: df.resample("D", on="t", label="right")["x"].sum(),
    "pivot_function": lambda lib, df: df.pivot_table("y", "k", "x", aggfunc=lambda s: s.max()),
    "pivot_totals": lambda lib, df: df.pivot_table("y", ["k", "x"], aggfunc="sum", margins=True),
    "kendall": lambda lib, df: df[["x", "y"]].corr(method="kendall"),
    "where_array": lambda lib, df: df["y"].where(np.arange(ROWS) % 2 == 0, np.arange(ROWS)),
    "concat_keys": lambda lib, df: lib.concat({"a": df[["x"]], "b": df[["y"]]})["y"].astype("float64"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(SCRIPTS[name])
