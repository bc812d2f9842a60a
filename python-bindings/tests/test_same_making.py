"""Frames and series made of labelled things, text of values, and cells written: as pandas has it."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check, plain


def both(script) -> None:
    """Labels count here."""
    expected, found = script(pd), script(hs)
    found = found.to_pandas()
    assert plain(found) == plain(expected)
    assert [plain(one) for one in found.index] == [plain(one) for one in expected.index]
    if not (found.index.nlevels > 1 and expected.index.nlevels == 1):  # tuples are levels
        assert list(found.index.names) == list(expected.index.names)


LEVELS = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["k", "n"])
DAYS = pd.date_range("2024-01-01", periods=3)
MADE = {
    "nested": lambda lib: lib.DataFrame({"a": {"x": 1, "y": 2}, "b": {"y": 3, "z": 4}}),
    "series_in_other_order": lambda lib: lib.DataFrame(
        {"a": lib.Series([1, 2], index=["x", "y"]), "b": lib.Series([5, 6], index=["y", "x"])}
    ),
    "series_of_other_labels": lambda lib: lib.DataFrame(
        {"a": lib.Series([1, 2], index=["y", "x"]), "b": lib.Series([5, 6], index=["y", "w"]), "c": 7}
    ),
    "series_and_labels": lambda lib: lib.DataFrame({"a": lib.Series([1, 2], index=["x", "y"])}, index=["y", "q"]),
    "one_for_all": lambda lib: lib.DataFrame({"a": 0, "b": "t"}, index=DAYS),
    "one_value": lambda lib: lib.DataFrame(5, index=["u", "v"], columns=["a", "b"]),
    "levels": lambda lib: lib.DataFrame({"x": [1, 2]}, index=LEVELS),
    "levels_of_tuples": lambda lib: lib.DataFrame({"x": [1, 2]}, index=[("a", 1), ("b", 2)]),
    "levels_of_lists": lambda lib: lib.DataFrame({"x": [1, 2]}, index=[["a", "b"], [1, 2]]),
    "named_labels": lambda lib: lib.DataFrame({"x": [1, 2]}, index=pd.Index([7, 8], name="n")),
    "rows_of_series": lambda lib: lib.DataFrame([lib.Series({"a": 1, "b": 2}), lib.Series({"b": 3, "a": 4})]),
    "labels_of_a_series": lambda lib: lib.Series(lib.Series([1, 2, 3], index=list("abc")), index=["c", "a"]),
    "labels_of_a_frame": lambda lib: lib.DataFrame(lib.DataFrame({"x": [1, 2]}, index=["a", "b"]), index=["b", "c"]),
    "structured": lambda lib: lib.DataFrame(np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")])),
    "masked": lambda lib: lib.Series(np.ma.array([1.0, 2.0], mask=[False, True])),
    "column_by_label": lambda lib: lib.DataFrame({"x": [1, 2]}, index=["a", "b"]).assign(
        y=lib.Series([10, 20, 30], index=["b", "c", "a"])
    ),
    "first_of_both": lambda lib: lib.DataFrame({"x": [1.0, None]}, index=["b", "a"]).combine_first(
        lib.DataFrame({"x": [5.0, 6.0, 7.0], "y": [1, 2, 3]}, index=["a", "c", "b"])
    ),
    "prefix_of_labels": lambda lib: lib.DataFrame({"x": [1, 2]}, index=["a", "b"]).add_prefix("r_", axis=0),
    "truncated_names": lambda lib: lib.DataFrame({"a": [1], "b": [2], "c": [3]}).truncate("b", "c", axis=1),
    "truncated_down": lambda lib: lib.DataFrame({"a": [1, 2, 3, 4]}, index=[9, 7, 5, 3]).truncate(5, 8),
}


@pytest.mark.parametrize("name", MADE)
def test_made(name):
    both(MADE[name])


TIMES = ["2024-01-01", "2024-03-01 10:00", "2024-03-01 10:00:00.25", "2024-03-01 10:00:00.000001", None]
VALUES = {
    "truths": [True, False, None],
    "floats": [1.0, 1e15, 1e16, -1.5e17, 1e-4, 1e-5, -1.25e-5, 3e-6, 4.5e-7, 1e100, 0.0, None],
    "whole": [1, -2],
    **{f"times{n}": pd.to_datetime([TIMES[n], TIMES[0], None], format="ISO8601") for n in range(4)},
    "zoned": pd.to_datetime(TIMES, format="ISO8601", utc=True).tz_convert("Europe/Oslo"),
    "nanoseconds": pd.to_datetime([1500, 2], unit="ns"),
    "days": pd.to_timedelta([1, 2], "D"),
    "hours": pd.to_timedelta([1.5, -2, None], "h"),
    "milliseconds": pd.to_timedelta([1500, 2], "ms"),
    "short": pd.to_timedelta([1500, -2], "ns"),
}


@pytest.mark.parametrize("name", VALUES)
def test_text(name):
    check(lambda lib, df: lib.Series(VALUES[name]).astype(str).to_list())


def test_microseconds_have_six_digits():
    check(lambda lib, df: lib.Series(pd.to_datetime(["2024-01-01 10:00:00.25"])).dt.strftime("%H.%f %%f").to_list())


def written(lib):
    df = lib.DataFrame({"x": [1, 2, 3], "y": ["a", "b", "c"]})
    df.loc[len(df)] = [4, "d"]
    df.loc[0] = [9, "z"]
    df.iloc[1:3, 0] = 7
    df.loc[df["y"] == "d", "x"] = -1
    return df


def written_series(lib):
    s = lib.Series([1, 2, 3], index=list("abc"))
    s["b"] = 20
    s[s > 15] = 0
    s.iloc[0] = 5
    s[2:] = 8
    s.loc["z"] = 1
    return s


def test_cells_are_written():
    check(lambda lib, df: written(lib))
    both(written_series)


def test_inplace_gives_back_what_pandas_gives():
    check(lambda lib, df: [df.sort_values("x", inplace=True) is None, df["x"].to_list()])
    check(lambda lib, df: [df[["x"]].fillna(0, inplace=True) is None, df["x"].to_list()])


def test_names_that_are_numbers():
    check(lambda lib, df: lib.DataFrame([[3, 2], [1, 4]]).sort_values(0)[1].to_list())
    check(lambda lib, df: lib.DataFrame([[1, 2], [1, 4]]).groupby(0)[1].sum().to_list())
    check(lambda lib, df: lib.DataFrame([[1, 2], [3, 4]]).rename(columns={0: "a"}).drop(columns=1))
    check(lambda lib, df: lib.DataFrame([[1, 2], [3, 4]]).set_index(0).loc[3, 1])
    check(lambda lib, df: df.pivot_table("x", "k", "j", aggfunc="sum")[2].to_list())
    check(lambda lib, df: df["x"].groupby([0, 1, 0, 1, 0, 1]).sum().to_list())
    assert hs.DataFrame({2.5: [1]}).columns == [2.5]


@pytest.mark.parametrize("code", ["i8", "u2", "f4", "M8[ns]", "m8[s]", "<i4", "?"])
def test_codes_of_types(code):
    made = hs.Series([1, 0], dtype=code)
    assert made.dtype == np.dtype(code) and made.dtype == code
    assert str(made.to_pandas().dtype) == str(np.dtype(code))


def test_any_object_leaves_values_what_they_are():
    assert hs.Series([1, None], dtype=object).to_list() == [1, None]
    assert hs.Series([1, 2]).astype(object).to_list() == [1, 2]
    with pytest.raises(TypeError, match="never sparse"):
        hs.Series([1]).astype("Sparse[int]")


def test_rows_that_were_chosen_keep_their_labels_in_groups():
    df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
    chosen = df[df["x"] > 1]
    assert chosen.groupby("k").agg({"x": lambda x: df.loc[x.index, "x"].sum()})["x"].to_list() == [3, 2]
    for _, group in chosen.groupby("k"):
        df.loc[group.index, "x"] = 0
    assert df["x"].to_list() == [1, 0, 0]


CELLS = {
    "groups_without_answer": lambda lib, df: df.groupby("k").filter(lambda g: np.nan if len(g) > 1 else True)["x"],
    "missing_is_in": lambda lib, df: df["y"].isin([np.nan, 1.5]).to_list(),
    "missing_is_in_none": lambda lib, df: df["k"].replace("a", np.nan).isin([None, "b"]).to_list(),
    "patterns_one_by_one": lambda lib, df: df["k"].replace({"a": "b", "b": "c", "^c": "d"}, regex=True).to_list(),
    "truths_apart": lambda lib, df: (df["x"] > 3).diff().to_list(),
    "counts_as_rows": lambda lib, df: df.groupby("k", as_index=False)["j"].value_counts(),
    "rounded_by_numpy": lambda lib, df: list(np.round(df["y"].fillna(0.126), 2)),
    "clipped_by_numpy": lambda lib, df: list(np.clip(df["x"], 2, 4)),
    "ascending_groups": lambda lib, df: df.groupby("k")["x"].is_monotonic_increasing,
    "common_labels": lambda lib, df: list(df.set_index("x").index.intersection([1, 5, 9], sort=True)),
    "csv_of_columns": lambda lib, df: df.set_index("k").to_csv(columns=["y"], float_format="%.3f"),
}


@pytest.mark.parametrize("name", CELLS)
def test_same(name):
    check(CELLS[name])


def test_a_column_is_chosen_once():
    with pytest.raises(ValueError, match="chosen twice"):
        hs.DataFrame({"x": [1]})[["x", "x"]]


def in_order(lib):
    sizes = lib.CategoricalDtype(["s", "l", "m"], ordered=True)
    df = lib.DataFrame({"k": ["a", "b", "a"], "size": ["m", "s", "l"], "x": [1, 2, 3]}).astype({"size": sizes})
    table = df.pivot_table("x", "k", "size", aggfunc="sum", observed=True)
    return [
        list(table.columns),
        list(df.pivot(index="k", columns="size", values="x").columns),
        list(df.groupby(["k", "size"], observed=True)["x"].sum().unstack().columns),
        list(lib.crosstab(df["k"], df["size"]).columns),
    ]


def test_columns_of_categories_come_in_their_order():
    assert in_order(hs) == in_order(pd)


def test_values_without_a_name():
    days = pd.date_range("2024-01-01", periods=3)
    for lib in (pd, hs):
        values = lib.Series([1, 2, 3], index=days)
        assert values.groupby([0, 0, 1]).sum().name is None
        assert values.groupby([0, 0, 1]).cumsum().name is None
        assert values.resample("2D").sum().name is None
        assert list(values.rename("x").resample("2D").agg(["sum", "max"]).columns) == ["sum", "max"]
