"""Where scripts come to the edge of what a verb takes; the same script for pandas and for Hypostyle."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check


def test_bounds_that_cross_each_other():
    check(lambda lib, df: lib.Series([-5.0, -1.5, 0.5, 3]).clip(lib.Series([0.0] * 4), lib.Series([-1.0, -2, 1, 1])))
    check(
        lambda lib, df: lib.DataFrame({"a": [-5.0, 3, 9], "b": [1.0, 2, 3]}).clip(
            lower=0, upper=lib.DataFrame({"a": [-1.0, 2, 5], "b": [5.0, 1, 2]})
        )
    )


@pytest.mark.parametrize("start", [-4, -1, 0, 3, 5, 9, 2.5, None])
@pytest.mark.parametrize("stop", [-4, -1, 0, 3, 5, 9, 2.5, None])
def test_labels_of_rows_that_are_numbered_do_not_count_from_the_end(start, stop):
    check(lambda lib, df: df.loc[start:stop, "x"])
    check(lambda lib, df: df["x"].loc[start:stop])
    check(lambda lib, df: assigned(df, start, stop))


def assigned(df, start, stop):
    df.loc[start:stop, "x"] = 0
    return df


def test_cells_of_columns_of_several_levels():
    def changed(lib, df):
        table = df.groupby("k").agg({"x": ["sum", "max"], "y": ["sum"]})
        table.loc["b", ("x", "max")] = 50
        table.loc[["a", "c"], ("y", "sum")] = 0.25
        return table

    check(changed)


def test_new_values_where_an_array_is_true():
    def changed(lib, df):
        numbers = df[["x", "y"]]
        numbers[np.array([[True, False], [False, True]] * 3)] = 9
        return numbers

    check(changed)
    with pytest.raises(ValueError, match="3 rows and 2 columns"):
        hs.DataFrame({"x": [1, 2], "y": [3, 4]})[np.ones((3, 2), dtype=bool)] = 0


def test_labels_made_a_series_keep_their_name():
    check(lambda lib, df: lib.Series(pd.Index([1, 2], name="n")).name)
    check(lambda lib, df: lib.Series(pd.DatetimeIndex(["2020-01-01"], name="t")).name)
    check(lambda lib, df: lib.Series(pd.Index([1, 2], name="n"), name="m").name)
    check(lambda lib, df: lib.Series(df.set_index("k").index).name)


def test_quantiles_of_whole_rows_are_refused_for_rows_too():
    with pytest.raises(hs.errors.UnsupportedError, match="method='table'"):
        hs.DataFrame({"a": [1, 2], "b": [4, 1]}).quantile([0.5], axis=1, interpolation="nearest", method="table")


def test_series_beside_a_frame_with_keys_keep_their_names():
    def beside(lib, df):
        return lib.concat([df[["x", "y"]], df["j"], df["k"]], axis=1, keys=["f", "e", "f"])

    check(beside)
    check(lambda lib, df: lib.concat([df["x"], df["y"]], axis=1, keys=["f", "e"]))


def test_what_a_frame_without_rows_has_in_common():
    check(lambda lib, df: lib.concat([df, lib.DataFrame()], axis=1, join="inner"))
    check(lambda lib, df: lib.concat([df, lib.DataFrame()], axis=1))


def test_categories_of_all_parts():
    def both(lib, df):
        parts = [lib.Series(["a", "b"], dtype="category"), lib.Series(["b", "c"], dtype="category")]
        return lib.concat(parts, ignore_index=True, union_categories=True).cat.categories

    check(both)


WIDE = {"k": ["a", "b"], "x_2": [1.0, 2], "x_1": [3.0, 4], "y_2": [5.0, 6], "y_3": [0.0, 9]}


@pytest.mark.parametrize("left_out", ["x_2", "x_1", "y_2", "y_3", "z"])
@pytest.mark.parametrize("keys", ["k", ["k", "c"]])
def test_long_rows_come_in_the_order_of_the_columns(left_out, keys):
    def long(lib, df):
        wide = lib.DataFrame({name: values for name, values in WIDE.items() if name != left_out}).assign(c=1)
        return lib.wide_to_long(wide, ["x", "y"], i=keys, j="n", sep="_")

    check(long)


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_a_series_as_the_left_side_of_a_merge(how):
    check(lambda lib, df: lib.merge(lib.Series([1, 2, 7], name="j"), df, on="j", how=how))
    check(lambda lib, df: lib.merge(lib.Series([1, 2], name="m"), lib.Series([3, 4], name="n"), how="cross"))
    with pytest.raises(ValueError, match="no name"):
        hs.merge(hs.Series([1, 2]), hs.DataFrame({"x": [1]}), left_index=True, right_index=True, how=how)


def test_values_filtered_by_a_condition_that_stands_first():
    check(lambda lib, df: df.set_index("k")["x"].filter(lambda x: x > 2))
    check(lambda lib, df: df.set_index("k")["x"].filter(cond=lambda x: x > 2))
    check(lambda lib, df: df.filter(lambda rows: rows["x"] > 2))
