"""Keys that stand beside the frame, columns of several levels on both sides of a join, windows over infinite values, and
other calls of pandas' own tests, written anew."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from same_script import plain


def alike(script: Callable[[Any], Any]) -> None:
    """The same values and labels."""
    found, expected = (script(lib) for lib in (hs, pd))
    if isinstance(expected, pd.DataFrame):
        assert_frame_equal(found.to_pandas(), expected, check_dtype=False, check_freq=False)
    elif isinstance(expected, pd.Series):
        assert_series_equal(found.to_pandas(), expected, check_dtype=False, check_freq=False)
    else:
        assert plain(found) == plain(expected)


KEYS: dict[str, Callable[[Any], Any]] = {
    "series": lambda lib: lib.Series([None, "foo", "bar", "bar", None, "foo"]),
    "array": lambda lib: np.array([np.nan, 2, 1, 1, np.nan, 2]),
    "list": lambda lib: [None, "foo", "bar", "bar", None, "foo"],
}

OF_GROUPS: list[Callable[[Any], Any]] = [
    lambda g: g.apply(lambda rows: rows["v"].sum()),
    lambda g: g.apply(lambda rows: rows.head(1)),
    lambda g: g["v"].apply(lambda x: x.sum()),
    lambda g: g["v"].agg(lambda x: float(len(x))),
    lambda g: g["v"].agg(["sum", lambda x: x.max()]),
    lambda g: g["v"].transform(lambda x: x - x.mean()),
    lambda g: g.filter(lambda rows: rows["v"].sum() > 7),
    lambda g: [(key, rows["v"].tolist()) for key, rows in g],
    lambda g: g["v"].rolling(2).sum(),
    lambda g: g["v"].expanding().sum(),
    lambda g: g["v"].ewm(1).mean(),
    lambda g: g["v"].rank(),
    lambda g: g["v"].nlargest(1),
    lambda g: g[["v", "u"]].corr(),
    lambda g: g.nth(0),
    lambda g: g.ngroup(),
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("call", OF_GROUPS, ids=range(len(OF_GROUPS)))
def test_missing_keys_beside_the_frame(call, key):
    values = {"v": [1.0, 2, 3, 4, 5, 6], "u": [6.0, 5, 3, 4, 2, 1], "w": list("abcdef")}
    alike(lambda lib: call(lib.DataFrame(values).groupby(KEYS[key](lib))))


def test_labels_of_groups_are_an_index():
    groups = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]}, index=["p", "q", "r"]).groupby("k").groups
    assert groups == {"a": ["p", "r"], "b": ["q"]}
    assert groups["a"].tolist() == ["p", "r"] and not groups["a"].empty
    assert list(groups["a"].str.upper()) == ["P", "R"]


def both_sides(lib: Any) -> tuple[Any, Any]:
    frame = lib.DataFrame({"k": [1, 1, 2], "x": [1, 2, 3], "y": [4, 5, 6]})
    one, other = {"x": ["sum", "max"], "y": ["min"]}, {"x": ["sum", "min"], "y": ["min"]}
    return frame.groupby("k").agg(one), frame.groupby("k").agg(other)


JOINS: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a.merge(b, on="k"),
    lambda a, b: a.merge(b, left_index=True, right_index=True),
    lambda a, b: a.reset_index().merge(b.reset_index(), on="k", suffixes=("_l", None)),
    lambda a, b: a.reset_index().merge(b.reset_index(), on=[("k", "")], how="outer"),
    lambda a, b: a.join(b, lsuffix="_l", rsuffix="_r"),
    lambda a, b: a.join(b, suffixes=("_l", "_r"), how="outer"),
    lambda a, b: a.join(b, how="cross", lsuffix="_l", rsuffix="_r"),
    lambda a, b: a.join(b[[("x", "min")]]),
]


@pytest.mark.parametrize("call", JOINS, ids=range(len(JOINS)))
def test_suffixes_of_columns_of_several_levels(call):
    alike(lambda lib: call(*both_sides(lib)))


def test_joins_of_all_pairs():
    alike(lambda lib: lib.DataFrame({"x": [1, 2]}).join(lib.DataFrame({"y": [3, 4]}), how="cross"))
    with pytest.raises(ValueError, match="takes no keys"):
        hs.DataFrame({"x": [1]}).join(hs.DataFrame({"y": [3]}), on="x", how="cross")


INFINITE = [1.0, np.inf, 2.0, -np.inf, None, 2.0, 3.0, 1.0]
WINDOWS: dict[str, Callable[[Any], Any]] = {
    "rolling": lambda s: s.rolling(3, min_periods=1),
    "expanding": lambda s: s.expanding(1),
    "of_times": lambda s: s.rolling("2D"),
    "of_groups": lambda s: s.groupby([0, 0, 0, 0, 1, 1, 1, 1]).rolling(2, min_periods=1),
}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", ["sum", "mean", "min", "max", "median", "std", "var", "count", "skew"])
def test_infinite_values_are_missing_in_windows(name, window):
    index = pd.date_range("2024-01-01", periods=len(INFINITE))
    alike(lambda lib: getattr(WINDOWS[window](lib.Series(INFINITE, index=index)), name)())


def test_infinite_values_are_missing_in_other_windows():
    alike(lambda lib: lib.Series(INFINITE).rolling(3, min_periods=1).quantile(0.3))
    alike(lambda lib: lib.Series(INFINITE).rolling(3, min_periods=1).rank())
    alike(lambda lib: lib.Series(INFINITE).rolling(3, min_periods=1).apply(lambda x: x.sum()))
    alike(lambda lib: lib.Series(INFINITE).expanding(1).apply(lambda x: x.max(), raw=True))
    alike(lambda lib: lib.Series(INFINITE).ewm(2).mean())
    alike(lambda lib: lib.Series(INFINITE).rolling(3, min_periods=2).corr(lib.Series([1.0, 2, 4, 3, 5, 7, 6, 8])))
    assert hs.col("x").finite() is not None


def test_decimals_that_are_no_number_are_missing():
    values = [Decimal("NaN"), Decimal("1.5"), Decimal("sNaN")]
    assert hs.Series(values).to_list() == [None, Decimal("1.5"), None]
    assert hs.from_pandas(pd.DataFrame({"x": values}))["x"].isna().to_list() == [True, False, True]
    with pytest.raises(hs.HypostyleError, match="finite"):
        hs.Series([Decimal("Infinity")])


TIMES = pd.to_datetime(["2024-01-03", "2024-01-01", "2024-01-02"])
SMALL: list[Callable[[Any], Any]] = [
    lambda lib: lib.Series([1, 2]).convert_dtypes(True).to_list(),
    lambda lib: lib.Series([1, 2]).describe(include="all"),
    lambda lib: list(lib.Categorical.from_codes([0, 1, -1], ["low", "high"])),
    lambda lib: list(lib.Categorical.from_codes([1, 0], ["low", "high"], ordered=True).codes),
    lambda lib: lib.DataFrame({"x": [1, None]}, index=["a", "b"]).combine_first(lib.DataFrame()),
    lambda lib: lib.DataFrame().combine_first(lib.DataFrame({"x": [1, None]}, index=["a", "b"])),
    lambda lib: lib.Series([1.5, 2.5]).astype("double").to_list(),
    lambda lib: lib.Series([1, 2]).astype("intp").to_list(),
    lambda lib: lib.concat(
        [lib.DataFrame({"x": [1, 2]}, index=TIMES[:2]), lib.DataFrame({"y": [3]}, index=TIMES[2:])], axis=1, sort=False
    ),
]


@pytest.mark.parametrize("call", SMALL, ids=range(len(SMALL)))
def test_small_calls(call):
    alike(call)


@pytest.mark.parametrize("normalize", [True, "index", "columns"])
def test_shares_of_nothing(normalize):
    def table(lib):
        df = lib.DataFrame({"a": [1, 2, 2, 2], "b": [3, 3, 4, 4], "c": [None, 1.0, None, 2.0]}).astype({"c": float})
        nothing = df[df["a"] == 1]
        for rows in (df, nothing):
            yield lib.crosstab(rows["a"], rows["b"], values=rows["c"], aggfunc="count", normalize=normalize)

    for found, expected in zip(table(hs), table(pd), strict=True):
        assert_frame_equal(found.to_pandas(), expected, check_dtype=False)


def test_labels_that_move_by_several_periods_keep_their_order():
    index = pd.to_datetime(["2024-01-03", "2024-01-01", "2024-01-02"])
    alike(lambda lib: lib.DataFrame({"x": [1, 2, 3]}, index=index).shift([0, 1], freq="D"))


PRICES = {"v": [1.0, 2, 3, 5], "w": [1, 2, 3, 4]}
OHLC: list[Callable[[Any], Any]] = [
    lambda df: df.resample("D").agg({"v": "ohlc", "w": "sum"}),
    lambda df: df.resample("D").agg({"w": "sum", "v": "ohlc"}),
    lambda df: df.resample("D")["v"].agg("ohlc"),
    lambda df: df.groupby("w").agg({"v": "ohlc"}),
    lambda df: df.groupby("w")["v"].agg("ohlc"),
]


@pytest.mark.parametrize("call", OHLC, ids=range(len(OHLC)))
def test_first_greatest_least_and_last_by_name(call):
    index = pd.date_range("2024-01-01", periods=4, freq="12h")
    found, expected = (call(lib.DataFrame(PRICES, index=index)) for lib in (hs, pd))
    assert_frame_equal(found.to_pandas(), expected, check_dtype=False, check_freq=False)


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("by", ["a", ["a", "c"], "c"], ids=str)
def test_numbers_of_groups_of_missing_keys(by, ascending):
    values = {"a": ["x", None, "y", None, "x"], "c": [2, None, 1, None, 1], "b": [1, 2, 3, 4, 5]}
    alike(lambda lib: lib.DataFrame(values).groupby(by, dropna=False).ngroup(ascending=ascending))
    alike(lambda lib: lib.DataFrame({"a": [None, None], "b": [1, 2]}).groupby("a", dropna=False).ngroup())


def test_what_describes_groups_of_one_column():
    values = {"k": [1, 1, 2], "v": [1.0, 2, 3]}
    alike(lambda lib: lib.DataFrame(values).groupby("k")["v"].describe(include="all"))


CENTERED: dict[str, Callable[[Any], Any]] = {
    **{
        name: (lambda g, name=name: getattr(g.rolling("2D", center=True)["x"], name)())
        for name in ("sum", "mean", "min", "max", "std", "var", "median", "count", "skew", "kurt", "sem")
    },
    "quantile": lambda g: g.rolling("2D", center=True)["x"].quantile(0.3),
    "frame": lambda g: g.rolling("36h", center=True, min_periods=2).mean(),
    "closed": lambda g: g.rolling("36h", center=True, closed="neither")[["x", "y"]].sum(),
    "rank": lambda g: g.rolling("36h", center=True)["x"].rank(ascending=False, pct=True),
    "agg": lambda g: g.rolling("36h", center=True)["x"].agg(["sum", "max"]),
    "series": lambda g: g["x"].rolling("36h", center=True).sum(),
    "on": lambda g: g.rolling("36h", center=True, on="t")["x"].sum(),
}


@pytest.mark.filterwarnings("ignore:rolling. pandas moves")
@pytest.mark.parametrize("name", CENTERED)
def test_centered_windows_of_time_within_groups(name):
    times = pd.date_range("2024-01-01", periods=10, freq="12h")
    values = {"k": list("aababbabab"), "x": [1.0, 2, None, 4, 5, 6, 7, 8, 9, 10], "y": [0.5, 1] * 5}
    values = {**values, "t": times} if name == "on" else values
    index = None if name == "on" else times
    alike(lambda lib: CENTERED[name](lib.DataFrame(values, index=index).groupby("k")))


@pytest.mark.parametrize("periods", [[0, 1], [1, 2], 1], ids=str)
@pytest.mark.parametrize("chosen", ["a", ["a"], None], ids=str)
def test_labels_that_move_within_groups(chosen, periods):
    values = {"a": [1, 2, 3, 4, 5], "b": [2, 2, 1, 1, 2]}
    index = pd.date_range("2000-01-01", periods=5, freq="h")[[2, 0, 1, 4, 3]]

    def moved(lib):
        groups = lib.DataFrame(values, index=index).groupby("b")
        return (groups if chosen is None else groups[chosen]).shift(periods, freq="h")

    alike(moved)


def test_what_is_a_list_of_categories():
    made = hs.Categorical(["b", "a"])
    assert isinstance(made, hs.Categorical) and isinstance(made.astype("category").dtype, hs.CategoricalDtype)
    assert not isinstance(["b", "a"], hs.Categorical) and not isinstance(hs.Series(["b"]), hs.Categorical)
    with pytest.raises(ValueError, match="2 is no place among 2 categories"):
        hs.Categorical.from_codes([0, 2], ["low", "high"])
