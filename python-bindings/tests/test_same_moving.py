"""Moving windows and labels of pandas: the same script for pandas and for Hypostyle, with the names of the axes."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from test_same_names import named

CELLS = {
    "a": [1.0, 2.0, 3.0, 4.0, None, 6.0],
    "b": [2.0, 1.0, 5.0, 3.0, 4.0, 4.0],
    "k": ["u", "v", "u", "v", "u", "v"],
}


def cells(lib):
    frame = lib.DataFrame(CELLS)
    frame.index = pd.date_range("2020-01-01", periods=6)
    return frame


def groups(lib, **options):
    return lib.DataFrame(CELLS).groupby("k", **options)


def numbers(lib):
    return lib.DataFrame([[1.0, 2.0], [3.0, 4.0]])


DAYS = pd.DatetimeIndex(["2020-01-02", "2020-01-03"])


def changed(lib, change):
    series = cells(lib)["a"].copy()
    change(series)
    return series


def set_days(series):
    series[DAYS] = 9


def set_days_by_label(series):
    series.loc[DAYS] = 9


SCRIPTS = {
    "steps": lambda lib: cells(lib)[["a", "b"]].rolling(3, step=2, min_periods=1).agg(["mean", "sum"]),
    "steps_of_one": lambda lib: cells(lib)["b"].rolling(3, step=2).agg(["mean", "sum"]),
    "steps_by_column": lambda lib: cells(lib).rolling(3, step=2, min_periods=1).agg({"a": "mean", "b": "sum"}),
    "steps_weighed": lambda lib: cells(lib)[["a", "b"]].rolling(3, step=2, win_type="triang").agg(["mean", "sum"]),
    "steps_named": lambda lib: cells(lib).rolling(3, step=2).agg(x=pd.NamedAgg("a", "sum"), y=pd.NamedAgg("b", "max")),
    "labels_of_windows": lambda lib: cells(lib)["b"].rolling(2).apply(lambda s: s.index[0].day),
    "numbers_of_windows": lambda lib: lib.DataFrame(CELLS)["b"].rolling(2).apply(lambda s: s.index[0]),
    "labels_so_far": lambda lib: cells(lib)["b"].expanding(2).apply(lambda s: s.index[-1].day),
    "one_by_label": lambda lib: cells(lib)["b"].rolling(2).apply(lambda s: s.iloc[0] - s.iloc[-1]),
    "arguments": lambda lib: cells(lib)["a"].rolling(2).apply(lambda s, n: n, args=None, kwargs={"n": 3}),
    "corr_of_one": lambda lib: cells(lib)["a"].rolling(2).corr(cells(lib)["a"]),
    "cov_of_two": lambda lib: cells(lib)["a"].rolling(3).cov(cells(lib)["b"]),
    "number": lambda lib: numbers(lib).rolling(2)[1].sum(),
    "numbers": lambda lib: numbers(lib).rolling(2)[[1, 0]].sum(),
    "named": lambda lib: cells(lib).rolling(2).agg(x=pd.NamedAgg("a", "sum"), y=pd.NamedAgg("b", "max")),
    "engine": lambda lib: cells(lib)[["a"]].rolling(2).sum(engine="cython"),
    "groups_columns": lambda lib: groups(lib, as_index=False).rolling(2).sum(),
    "groups_one_column": lambda lib: groups(lib, as_index=False)["b"].rolling(2).sum(),
    "groups_so_far": lambda lib: groups(lib, as_index=False).expanding().sum(),
    "groups_list": lambda lib: groups(lib)["b"].rolling(2).agg(["sum", "max"]),
    "groups_lists": lambda lib: groups(lib)[["a", "b"]].rolling(2).agg(["sum", "max"]),
    "groups_by_column": lambda lib: groups(lib).rolling(2).agg({"a": "sum", "b": ["max", "min"]}),
    "groups_by_column_so_far": lambda lib: groups(lib).expanding().agg({"a": "sum", "b": "max"}),
    "groups_named": lambda lib: groups(lib).rolling(2).agg(x=pd.NamedAgg("a", "sum"), y=pd.NamedAgg("b", "max")),
    "groups_fading": lambda lib: groups(lib).ewm(1).agg({"a": "mean", "b": "mean"}),
    "days": lambda lib: cells(lib)["a"][DAYS],
    "days_by_label": lambda lib: cells(lib).loc[DAYS],
    "set_days": lambda lib: changed(lib, set_days),
    "set_days_by_label": lambda lib: changed(lib, set_days_by_label),
    "without_days": lambda lib: cells(lib)["a"].drop(index=DAYS),
    "row_of_two_levels": lambda lib: cells(lib).dropna().set_index(["k", "a"]).assign(c=1.5).loc[("u", 3.0)],
    "missing_number": lambda lib: [lib.isna(np.float64("nan")), lib.isna(np.array(1.0)), lib.notna(np.float64(1))],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    script = SCRIPTS[name]
    assert named(script(hs)) == named(script(pd))


def test_told():
    with pytest.raises(hs.errors.InvalidArgumentError, match="needs an aggregate"):
        cells(hs).rolling(2).agg()
    with pytest.raises(hs.errors.InvalidArgumentError, match="pair of column"):
        cells(hs).rolling(2).agg(x="sum")
