"""Values, frames put together and made: the same script for pandas and for Hypostyle."""

from __future__ import annotations

import collections

import numpy as np
import pytest
from same_script import check

SCRIPTS = {
    "where_series_axis": lambda lib, df: df[["x", "j"]].where(df["x"] > 2, df["j"], axis=0),
    "where_array": lambda lib, df: df[["x", "j"]].where(np.array([[True, False]] * 6), 0),
    "s_where_list": lambda lib, df: df["x"].where([True, False] * 3, 0).to_list(),
    "s_where_array": lambda lib, df: df["x"].where(np.array([True, False] * 3), np.arange(6)).to_list(),
    "np_log": lambda lib, df: np.log(df["x"]).round(6).to_list(),
    "np_mean": lambda lib, df: float(np.mean(df["x"])),
    "concat_axis1_series": lambda lib, df: lib.concat([df["x"], df["j"].rename("jj")], axis=1),
    "concat_axis1_keys": lambda lib, df: lib.concat([df["x"], df["j"]], axis=1, keys=["a", "b"]),
    "concat_keys": lambda lib, df: lib.concat([df[["x"]], df[["x"]]], keys=["a", "b"]),
    "concat_keys_names": lambda lib, df: lib.concat(
        [df[["x"]].head(2), df[["x"]].head(1)], keys=["a", "b"], names=["src", "row"]
    ).reset_index(),
    "concat_keys_loc": lambda lib, df: (
        lib.concat([df[["x"]].head(2), df[["x"]].head(1)], keys=["a", "b"]).loc["a"]["x"].to_list()
    ),
    "concat_dict": lambda lib, df: lib.concat({"a": df[["x"]], "b": df[["x"]]}),
    "concat_series": lambda lib, df: lib.concat([df["x"], df["j"]]).to_list(),
    "concat_series_ii": lambda lib, df: lib.concat([df["x"], df["j"]], ignore_index=True).to_list(),
    "concat_none": lambda lib, df: lib.concat([df[["x"]], None, df[["x"]]]),
    "concat_axis1_idx": lambda lib, df: lib.concat([df.groupby("k")["x"].sum(), df.groupby("k")["y"].max()], axis=1),
    "concat_axis1_idx_diff": lambda lib, df: lib.concat(
        [df.groupby("k")["x"].sum(), df[df["k"] != "c"].groupby("k")["y"].max()], axis=1
    ),
    "concat_sort": lambda lib, df: lib.concat([df[["x", "k"]], df[["k", "x", "j"]]], sort=True),
    "concat_verify": lambda lib, df: lib.concat([df[["x"]], df[["x"]]], ignore_index=True, verify_integrity=False),
    "dum_na": lambda lib, df: lib.get_dummies(lib.Series(["a", None, "b"]), dummy_na=True).iloc[:, :2],
    "dum_prefix_list": lambda lib, df: lib.get_dummies(
        df, columns=["k", "j"], prefix=["K", "J"], prefix_sep=["-", "."]
    ),
    "dum_list": lambda lib, df: lib.get_dummies(["a", "b", "a"]),
    "str_dummies": lambda lib, df: lib.Series(["a|b", "b", "c|a"]).str.get_dummies(),
    "str_dummies_sep": lambda lib, df: lib.Series(["a,b", "b", "c,a"]).str.get_dummies(sep=","),
    "stack_future": lambda lib, df: df[["x", "y"]].stack(future_stack=True).to_list(),
    "cut_dups": lambda lib, df: lib.cut(df["x"], [0, 2, 2, 6], duplicates="drop").astype(str).to_list(),
    "cut_ordered": lambda lib, df: lib.cut(df["x"], [0, 3, 6], labels=["a", "a"], ordered=False).astype(str).to_list(),
    "cut_list": lambda lib, df: [str(v) for v in lib.cut([1, 5, 9], [0, 4, 10])],
    "rename_index": lambda lib, df: df.set_index("k").rename(index={"a": "A"}).index.tolist(),
    "rename_index_fn": lambda lib, df: df.set_index("k").rename(index=str.upper).index.tolist(),
    "rename_both": lambda lib, df: df.set_index("k").rename(index={"a": "A"}, columns={"x": "X"}).reset_index(),
    "rename_mapper_axis0": lambda lib, df: df.set_index("k").rename({"a": "X"}).index.tolist(),
    "s_rename_index": lambda lib, df: df.set_index("k")["x"].rename({"a": "A"}).index.tolist(),
    "s_rename_fn": lambda lib, df: df.set_index("k")["x"].rename(index=str.upper).index.tolist(),
    "s_drop_ignore": lambda lib, df: df.set_index("k")["x"].drop("zz", errors="ignore").to_list(),
    "to_numpy_na": lambda lib, df: df["y"].to_numpy(na_value=0).tolist(),
    "cumsum_skipna": lambda lib, df: df["y"].cumsum(skipna=False).to_list(),
    "sum_skipna": lambda lib, df: df["y"].sum(skipna=False),
    "mean_skipna": lambda lib, df: df["y"].mean(skipna=True),
    "max_skipna": lambda lib, df: df["y"].max(skipna=False),
    "s_numeric_only": lambda lib, df: df["y"].mean(numeric_only=True),
    "s_axis": lambda lib, df: [df["y"].sum(axis=0), df["x"].mean(axis=0), df["x"].max(0)],
    "s_prod_mc": lambda lib, df: df["y"].prod(min_count=10),
    "s_any_skipna": lambda lib, df: (df["y"] > 1).any(skipna=True),
    "df_any_boolonly": lambda lib, df: df.assign(b=df["x"] > 2).any(bool_only=True),
    "df_prod_mc": lambda lib, df: df[["x", "y"]].prod(min_count=6),
    "s_idxmax_skipna": lambda lib, df: df["x"].idxmax(skipna=True),
    "apply_axis1_series": lambda lib, df: df.apply(lambda r: lib.Series({"a": r["x"], "b": r["j"] * 2}), axis=1),
    "apply_np": lambda lib, df: df[["x", "j"]].apply(np.sum),
    "getitem_slice_step": lambda lib, df: df[::2]["x"].to_list(),
    "rev": lambda lib, df: df[::-1]["x"].to_list(),
    "columns_tolist": lambda lib, df: df.columns.tolist(),
    "columns_str": lambda lib, df: df.columns.str.upper().tolist(),
    "columns_isin": lambda lib, df: df.columns.isin(["x"]).tolist(),
    "dtype_eq": lambda lib, df: [df["x"].dtype == "int64", df["y"].dtype == float, df["x"].dtype == np.int64],
    "dtypes_eq": lambda lib, df: (df.dtypes == "int64").to_dict(),
    "map_defaultdict": lambda lib, df: df["k"].map(collections.defaultdict(lambda: "?", {"a": "A"})).to_list(),
    "s_dict": lambda lib, df: lib.Series({"a": 1, "b": 2})["b"],
    "s_index": lambda lib, df: lib.Series([1, 2], index=["a", "b"], name="n").to_frame().reset_index(),
    "s_ctor": lambda lib, df: lib.Series([1, 2, 3], name="z").sum(),
    "df_index": lambda lib, df: lib.DataFrame({"a": [1, 2]}, index=["u", "v"]).loc["v", "a"],
    "df_list_of_lists": lambda lib, df: lib.DataFrame([[1, "a"], [2, "b"]], columns=["n", "s"]),
    "df_dtype": lambda lib, df: lib.DataFrame({"a": [1, 2]}, dtype="float64"),
    "df_from_dict": lambda lib, df: lib.DataFrame.from_dict({"a": [1, 2]}),
    "df_from_dict_idx": lambda lib, df: lib.DataFrame.from_dict(
        {"r1": [1, 2], "r2": [3, 4]}, orient="index", columns=["a", "b"]
    ),
    "df_from_records": lambda lib, df: lib.DataFrame.from_records([(1, "a"), (2, "b")], columns=["n", "s"]),
    "set_iloc": lambda lib, df: [df.iloc.__setitem__((0, 2), 99), df][1],
    "set_at": lambda lib, df: [df.at.__setitem__((0, "x"), 99), df][1],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(SCRIPTS[name])
