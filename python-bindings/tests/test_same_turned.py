"""Tables turned, put together and joined: the same script for pandas and for Hypostyle, with the names of the axes."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from test_same_names import named

CELLS = {
    "a": ["x", "x", "y", None],
    "b": [1, 2, 1, 1],
    "c": [1.0, 2.0, 3.0, 4.0],
    "d": ["s", "q", "r", "p"],
}


def cells(lib):
    return lib.DataFrame(CELLS)


def levels(lib):
    titles = pd.MultiIndex.from_tuples([("A", "a"), ("B", "b")], names=["upper", "lower"])
    return lib.DataFrame([[1, 2]], columns=titles)


def changed(lib, change):
    frame = cells(lib)
    change(frame)
    return frame


def set_labels(frame):
    frame[pd.Index(["a", "c"])] = 0


def set_bare(frame):
    frame["z"] = np.array(3.5)


def add_missing(frame):
    frame.loc[7] = [np.nan, np.nan, np.nan, np.nan]


def times(lib, *days):
    return lib.Series(range(len(days)), index=pd.to_datetime([f"2020-01-0{day}" for day in days]))


def left(lib):
    return lib.DataFrame({"k": [2, 1, 3], "j": ["u", "v", "u"], "v": [1, 2, 3]})


def right(lib):
    return lib.DataFrame({"k": [3, 2, 0], "j": ["u", "u", "v"], "w": [5, 6, 7]}).set_index(["k", "j"])


def one_level(lib):
    return lib.DataFrame({"v": [1, 2]}, index=pd.Index(["p", "zz"], name="d"))


SCRIPTS = {
    "by_labels": lambda lib: cells(lib)[pd.Index(["a", "c"])],
    "set_labels": lambda lib: changed(lib, set_labels),
    "set_bare": lambda lib: changed(lib, set_bare),
    "bare": lambda lib: lib.Series(np.array(100), index=[1, 2]),
    "like_labels": lambda lib: cells(lib)["b"] == pd.Index([1, 1, 1, 1]),
    "more_than_labels": lambda lib: lib.Series([1, 2]) > pd.Index([1, 1]),
    "like_times": lambda lib: (
        lib.Series(pd.date_range("2020-01-01", periods=2)) == pd.date_range("2020-01-01", periods=2)
    ),
    "add_missing": lambda lib: changed(lib, add_missing),
    "names_of_series": lambda lib: lib.DataFrame([[1, 2]], columns=lib.Series(["u", "v"], name="n")),
    "pivot_missing_row": lambda lib: cells(lib).pivot(index="a", columns="d", values="c"),
    "pivot_missing_column": lambda lib: cells(lib).pivot(index="d", columns="a", values="c"),
    "pivot_missing_columns": lambda lib: cells(lib).pivot(index="d", columns="a"),
    "unstack_missing_row": lambda lib: cells(lib).set_index(["a", "d"])["c"].unstack(),
    "unstack_missing_column": lambda lib: cells(lib).set_index(["d", "a"])["c"].unstack(),
    "pivot_series": lambda lib: cells(lib).pivot(index="d", columns="b", values=lib.Series(["c"])),
    "pivot_table_of_texts": lambda lib: cells(lib).pivot_table(index="a", aggfunc="sum"),
    "pivot_table_kept": lambda lib: cells(lib).pivot_table("c", "b", "a", aggfunc="sum", dropna=False),
    "pivot_table_kept_with_totals": lambda lib: cells(lib).pivot_table(
        "c", "d", "a", aggfunc="sum", dropna=False, margins=True
    ),
    "dummies_of_truth_values": lambda lib: lib.get_dummies(lib.DataFrame({"c": [True, False]}), columns=["c"]),
    "long_by_two": lambda lib: lib.wide_to_long(
        lib.DataFrame({"i": [1, 2], "j": [1, 1], "x1": [1, 2], "x2": [3, 4]}), "x", ["i", "j"], "n"
    ),
    "long_by_one": lambda lib: lib.wide_to_long(
        lib.DataFrame({"i": [1, 2], "x1": [1, 2], "x2": [3, 4]}), "x", "i", "n"
    ),
    "melt_level": lambda lib: levels(lib).melt(col_level=0),
    "melt_level_kept": lambda lib: levels(lib).melt(id_vars=["a"], col_level="lower"),
    "melt_levels": lambda lib: levels(lib).melt(),
    "stack_levels": lambda lib: levels(lib).stack([0, 1]),
    "stack_levels_by_name": lambda lib: levels(lib).stack(["lower", "upper"]),
    "stack_levels_of_labels": lambda lib: levels(lib).set_axis(["r"]).stack([0, 1]),
    "stack_one_listed": lambda lib: cells(lib)[["b", "c"]].stack([0]),
    "beside_times": lambda lib: lib.concat([times(lib, 1, 3), times(lib, 2, 3)], axis=1),
    "beside_nothing": lambda lib: lib.concat([lib.DataFrame(), cells(lib).set_index("d")[["b"]]], axis=1),
    "levels_told": lambda lib: lib.concat([cells(lib), cells(lib)], keys=["u", "v"], levels=[["u", "v"]]),
    "dummies_of_missing": lambda lib: lib.get_dummies(lib.Series([1, np.nan]), dummy_na=True),
    "join_on_outer": lambda lib: (
        left(lib).join(right(lib).reset_index("j", drop=True), on="k", how="outer")["v"].tolist()
    ),
    "join_levels": lambda lib: cells(lib).set_index(["d", "b"]).join(one_level(lib), on="d", how="outer"),
    "join_levels_right": lambda lib: cells(lib).set_index(["d", "b"]).join(one_level(lib), on="d", how="right"),
    "merge_levels_with_columns": lambda lib: right(lib).merge(left(lib), left_index=True, right_on=["k", "j"]),
    "merge_levels_left": lambda lib: (
        right(lib).merge(left(lib), left_index=True, right_on=["k", "j"], how="left").to_dict("list")["w"]
    ),
    "columns_of_both": lambda lib: cells(lib)[["c", "b"]] + cells(lib)[["b"]],
    "columns_in_another_order": lambda lib: cells(lib)[["c", "b"]] + cells(lib)[["b", "c"]],
    "pivot_of_combinations_without_rows": lambda lib: cells(lib).pivot_table(
        "c", ["a", "d"], aggfunc="sum", dropna=False
    ),
    "columns_of_two_orders": lambda lib: cells(lib)[["c", "b"]] * cells(lib)[["c", "b"]],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    script = SCRIPTS[name]
    assert named(script(hs)) == named(script(pd))


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (lambda df: df[["a", "d"]].pivot_table(index=["a", "d"], aggfunc=len, margins=True), "size"),
        (lambda df: df.merge(right(hs), right_index=True, left_on=["k"]), "keys"),
        (lambda df: right(hs).merge(df, left_index=True, right_on=["b"]), "1 keys for the 2 levels"),
        (lambda df: levels(hs).melt(var_name=["one"]), "2 levels"),
    ],
)
def test_told(script, told):
    with pytest.raises(hs.HypostyleError, match=told):
        script(cells(hs).rename(columns={"d": "k"}) if told == "keys" else cells(hs))


def moments(lib):
    return lib.DataFrame({"v": [1, 2, 3]}, index=pd.date_range("2020-01-01", periods=3))


def three(lib):
    titles = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "x")], names=["u", "v"])
    return lib.DataFrame([[1, 2, 3]], columns=titles)


def two_levels(lib):
    return lib.DataFrame({"v": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))


VERBS = {
    "missing_of_matrix": lambda lib: lib.isna(np.array([[1.0, np.nan], [2, 3]])).tolist(),
    "missing_of_objects": lambda lib: lib.isna(np.array([["a", None]], dtype=object)).tolist(),
    "missing": lambda lib: [lib.isna(pd.NA), lib.isna(pd.NaT), lib.notna("a")],
    "no_columns": lambda lib: lib.DataFrame(index=["a", "b"]).drop_duplicates().shape,
    "truth_turned": lambda lib: -lib.Series([True, False]),
    "truths_turned": lambda lib: -lib.DataFrame({"a": [True, False], "b": [1, 2]}),
    "dot_frame": lambda lib: lib.Series([1, 2]).dot(lib.DataFrame({"a": [1, 2], "b": [3, 4]})),
    "first_of_floats": lambda lib: lib.DataFrame({"a": [1, 2]}, index=["x", "y"]).combine_first(
        lib.DataFrame({"a": [0.5, 7.5], "b": [1, 2]}, index=["y", "z"])
    ),
    "without_level": lambda lib: three(lib).drop("x", axis=1, level=1),
    "without_named_level": lambda lib: three(lib).drop(columns=["y"], level="v"),
    "without_first_level": lambda lib: three(lib).drop("a", axis=1, level=0),
    "without_day": lambda lib: moments(lib).drop("2020-01-02"),
    "without_days": lambda lib: moments(lib)["v"].drop(index=["2020-01-02", "2020-01-01"]),
    "level_freed": lambda lib: two_levels(lib).reset_index(level=1),
    "first_level_freed": lambda lib: two_levels(lib).reset_index(level=0),
    "levels_freed": lambda lib: two_levels(lib)["v"].reset_index(level=[0, 1]),
    "only_level_freed": lambda lib: moments(lib).reset_index(level=0)["index"].to_list(),
    "cov_of_samples": lambda lib: round(lib.Series([1, 2, 4]).cov(lib.Series([1, 3, 4]), ddof=None), 9),
    "bare_results": lambda lib: [int(one) for one in moments(lib).apply(lambda s: np.array(s.sum()))],
}


@pytest.mark.parametrize("name", VERBS)
def test_verbs(name):
    script = VERBS[name]
    assert named(script(hs)) == named(script(pd))


def test_levels_that_there_are_not():
    with pytest.raises(hs.errors.ColumnNotFoundError, match="level"):
        three(hs).drop("z", axis=1, level=1)
