"""What pandas' own tests showed: the same script for pandas and for Hypostyle."""

from __future__ import annotations

import io

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check, plain


def _set(df, *steps):
    """The frame after some assignments."""
    for step in steps:
        step(df)
    return df


SHORT = {"k": ["b", "a", "b"], "z": [10, 20, 30]}

SCRIPTS = {
    # What is no number is missing.
    "divided_by_zero": lambda lib, df: (df["y"] / (df["x"] * df["y"])).isna().to_list(),
    "zero_by_zero": lambda lib, df: ((df["y"] - df["y"]) / (df["y"] - df["y"])).count(),
    "zero_by_zero_filled": lambda lib, df: (df["y"] / df["y"]).fillna(-1).to_list(),
    "zero_by_zero_dropped": lambda lib, df: (df["y"] / df["y"]).dropna().to_list(),
    "frames_zero_by_zero": lambda lib, df: (df[["y"]] / df[["y"]]).isna().sum().to_dict(),
    "frames_zero_by_zero_mean": lambda lib, df: (df[["x", "y"]] / df[["x", "y"]]).mean().to_dict(),
    "assigned": lambda lib, df: df.assign(r=lambda d: d["y"] / d["y"])["r"].isna().sum(),
    "remainder": lambda lib, df: (df["x"] % df["y"]).isna().to_list(),
    "root": lambda lib, df: (df["y"] ** 0.5).isna().to_list(),
    "whole_power": lambda lib, df: (df["x"] ** 2).to_list(),
    "reflected_power": lambda lib, df: (2 ** df["x"]).to_list(),
    "pct_change": lambda lib, df: lib.Series([0.0, 0.0, 1.0, 2.0]).pct_change().isna().to_list(),
    "plus_nan": lambda lib, df: (df["x"] + np.nan).isna().to_list(),
    "text_nan": lambda lib, df: lib.Series(["1", "nan"]).astype(float).isna().to_list(),
    "to_numeric_nan": lambda lib, df: lib.to_numeric(lib.Series(["1", "nan", "?"]), errors="coerce").isna().to_list(),
    "corr_of_what_does_not_vary": lambda lib, df: df.assign(c=1.0)[["x", "c"]].corr().fillna(0)["c"].to_list(),
    # Labels.
    "series_of_other_labels": lambda lib, df: df.groupby("k")["x"].sum() - df[df["k"] != "c"].groupby("k")["y"].sum(),
    "series_filled": lambda lib, df: (
        df.groupby("k")["x"].sum().add(df[df["k"] != "c"].groupby("k")["x"].sum(), fill_value=0)
    ),
    "frames_by_place": lambda lib, df: lib.DataFrame({"a": [1, 2]}) + lib.DataFrame({"a": [10, 20], "b": [1, 1]}),
    "frames_by_label": lambda lib, df: (
        lib.DataFrame({"a": [1, 2]}, index=["u", "v"]) * lib.DataFrame({"a": [10, 20]}, index=["v", "w"])
    ),
    "frames_filled": lambda lib, df: lib.DataFrame({"a": [1, 2]}, index=["u", "v"]).add(
        lib.DataFrame({"a": [10, 20]}, index=["v", "w"]), fill_value=0
    ),
    "frames_compared": lambda lib, df: lib.DataFrame({"a": [1, 2]}) == lib.DataFrame({"a": [1, 3]}),
    "anew_by_label": lambda lib, df: df[df["x"] > 2].reset_index(drop=True).loc[1, "x"],
    "anew_by_labels": lambda lib, df: df.sort_values("x").reset_index(drop=True).loc[[0, 2], "x"].to_list(),
    "side_by_side_in_order": lambda lib, df: lib.concat(
        [lib.Series([1, 2], index=["b", "a"], name="x"), lib.Series([3, 4], index=["c", "b"], name="y")], axis=1
    ),
    "side_by_side_nameless": lambda lib, df: lib.concat(
        [lib.Series([1], name="x"), lib.Series([2]), lib.Series([3])], axis=1
    ).columns.to_list()[0],
    "levels_and_column": lambda lib, df: df.set_index(["k", "j"]).loc[("c", 2), "x"],
    "slice_of_moments": lambda lib, df: df.set_index(lib.date_range("2024-01-01", periods=6))[
        "2024-01-02":"2024-01-03"
    ]["x"].to_list(),
    "mask_of_before": lambda lib, df: _mask_of_before(df),
    "names_alike": lambda lib, df: df.loc[:, df.columns == "x"].columns.to_list(),
    "names_all_alike": lambda lib, df: bool((df.columns == ["k", "j", "x", "y"]).all()),
    "labels_above": lambda lib, df: df.set_index("k")[df.set_index("k").index > "a"]["x"].to_list(),
    "labels_of_places": lambda lib, df: list(df.set_index("k").index[[0, 2]]),
    # Cells.
    "cells_of_matrix": lambda lib, df: _set(
        df, lambda d: _put(d, slice(1, 2), ["x", "y"], np.array([[9, 9.5], [8, 8.5]]))
    ),
    "cells_of_list": lambda lib, df: _set(df, lambda d: _put(d, d["x"] > 4, "x", [7, 8])),
    "cells_of_frame": lambda lib, df: _set(df, lambda d: _put(d, slice(None), ["x", "j"], d[["x", "j"]] * 2)),
    "cells_of_column": lambda lib, df: _set(df, lambda d: d.iloc.__setitem__((slice(None), 2), np.arange(6))),
    # Groups.
    "with_holes": lambda lib, df: df.groupby("k")["y"].sum(skipna=False),
    "mean_with_holes": lambda lib, df: df.groupby("k")[["x", "y"]].mean(skipna=False),
    "max_with_holes": lambda lib, df: df.groupby("j")["y"].max(skipna=False),
    "engine": lambda lib, df: df.groupby("k")["x"].sum(engine=None),
    "chosen_by_another": lambda lib, df: df[["x"]].groupby(df["k"]).sum(),
    "greatest_indexed": lambda lib, df: df.set_index("j").groupby("k")["x"].nlargest(2),
    "least_indexed": lambda lib, df: df.set_index("j").groupby("k")["x"].nsmallest(2, keep="last"),
    "greatest_of_floats": lambda lib, df: df.groupby("k")["y"].nlargest(1),
    "greatest_unsorted": lambda lib, df: df.groupby("k", sort=False)["x"].nlargest(1),
    "greatest_of_days": lambda lib, df: (
        df.assign(t=lib.date_range("2024-01-01", periods=6)).groupby("k")["t"].nlargest(1).dt.day.to_list()
    ),
    # Values.
    "replaced_by_numpy": lambda lib, df: (
        df["j"].replace({np.int64(1): np.int64(2), np.int64(2): np.int64(1)}).to_list()
    ),
    "mapped_by_numpy": lambda lib, df: df["j"].map({np.int64(1): "one"}).to_list(),
    "mapped_but_holes": lambda lib, df: df["y"].map({1.5: 1, np.nan: 2}, na_action="ignore").to_list(),
    "if_possible": lambda lib, df: lib.Series(["1", "x"]).astype(str).str.upper().to_list(),
    "days_since": lambda lib, df: lib.to_datetime(lib.Series([1, 2]), unit="D").dt.day.to_list(),
    "half_seconds": lambda lib, df: lib.to_datetime(lib.Series([0.5]), unit="s").dt.microsecond.to_list(),
    "years": lambda lib, df: lib.to_datetime(lib.Series(["2001", "2002"])).dt.year.to_list(),
    "months": lambda lib, df: lib.to_datetime(lib.Series(["2001-05", "2002-06"])).dt.month.to_list(),
    "joined_in_order": lambda lib, df: df.join(
        lib.DataFrame(SHORT).drop_duplicates("k").set_index("k"), on="k", sort=True
    )["k"].to_list(),
    "moment": lambda lib, df: lib.Timestamp("2024-01-02").day,
    "inplace_none": lambda lib, df: df.drop(columns="x", inplace=True) is None,
}


def _mask_of_before(df):
    chosen = df["x"] > 3
    df["x"] = df["x"] * 0
    df.loc[chosen, "y"] = 100.0
    return df


def _put(df, rows, columns, value):
    df.loc[rows, columns] = value


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(SCRIPTS[name])


TEXT = ",a,b\nu,1,x\nv,2,y\nw,3,NA\n"

READERS = {
    "buffer": {},
    "index_by_number": {"index_col": 0},
    "columns_by_number": {"usecols": [1, 2]},
    "columns_by_function": {"usecols": lambda name: name != "b"},
    "converters": {"converters": {"b": str.upper}},
    "no_filter": {"na_filter": False},
    "how_pandas_reads": {"low_memory": False, "engine": "c"},
}


@pytest.mark.parametrize("name", READERS)
def test_text_in_memory_is_read(name):
    expected = pd.read_csv(io.StringIO(TEXT), **READERS[name])
    found = hs.read_csv(io.StringIO(TEXT), **READERS[name])
    assert plain(found) == plain(expected)
    if name == "index_by_number":
        assert found.index.to_list() == expected.index.to_list() and found.index.name is None


def test_chunks():
    with hs.read_csv(io.StringIO(TEXT), chunksize=2) as chunks:
        assert [part["a"].to_list() for part in chunks] == [[1, 2], [3]]


def test_open_files_are_written():
    text, held = io.StringIO(), io.BytesIO()
    hs.DataFrame({"x": [1, 2]}).to_csv(text, index=False)
    assert text.getvalue() == "x\n1\n2\n"
    hs.DataFrame({"x": [1, 2]}).to_parquet(held)
    held.seek(0)
    assert hs.read_parquet(held)["x"].to_list() == [1, 2]


@pytest.mark.parametrize("levels", [["k"], ["k", "j"], None])
def test_the_index_goes_through_parquet(tmp_path, levels):
    frame = hs.DataFrame({"k": ["a", "b"], "j": [1, 2], "x": [5, 6]})
    frame = hs.DataFrame({"x": [5, 6]}, index=["a", "b"]) if levels is None else frame.set_index(levels)
    frame.to_parquet(tmp_path / "own.parquet")
    frame.to_pandas().to_parquet(tmp_path / "theirs.parquet")
    for name in ("own.parquet", "theirs.parquet"):
        found = hs.read_parquet(tmp_path / name)
        pd.testing.assert_frame_equal(found.to_pandas(), frame.to_pandas(), check_dtype=False)
        assert hs.read_parquet(tmp_path / name, columns=["x"]).index.to_list() == frame.index.to_list()
    frame.to_parquet(tmp_path / "none.parquet", index=False)
    assert hs.read_parquet(tmp_path / "none.parquet").index_names == []


def test_rows_chosen_in_different_ways_are_put_side_by_side_by_label():
    df = hs.DataFrame({"x": [3, 1, 2], "y": [1, 2, 3]})
    assert hs.concat([df["y"], df.sort_values("x")["x"]], axis=1).to_dict("list") == {"y": [1, 2, 3], "x": [3, 1, 2]}
    both = hs.concat([df["y"], df.sort_values("x")["x"].reset_index(drop=True)], axis=1)
    assert both.to_dict("list") == {"y": [1, 2, 3], "x": [1, 2, 3]}


def test_arrays_of_pandas_are_columns():
    df = hs.DataFrame({"c": pd.Categorical(["a", "b"]), "n": pd.array([1, None], dtype="Int64")})
    assert df["c"].to_list() == ["a", "b"] and df["n"].to_list() == [1, None]
