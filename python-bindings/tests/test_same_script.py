"""The same script for pandas and for Hypostyle: only the module differs."""

from __future__ import annotations

import math

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

DATA = {
    "k": ["b", "a", "b", "c", "a", "b"],
    "j": [1, 2, 1, 2, 1, 2],
    "x": [5, 3, 1, 4, 2, 6],
    "y": [1.5, None, 2.5, -1.0, 0.0, 4.0],
}


def frames(lib):
    return lib.DataFrame(DATA)


def plain(value):
    """Values as Python objects, with rows in order; labels of rows count only if columns act as the index."""
    if isinstance(value, (hs.DataFrame, hs.Series)):
        value = value.to_pandas()
    if isinstance(value, pd.Series):
        index = value.index
        labels = [] if isinstance(index, pd.RangeIndex) else [plain(one) for one in index]
        return "series", labels if labels else None, [plain(one) for one in value.tolist()]
    if isinstance(value, pd.DataFrame):
        columns = [str(one) if not isinstance(one, tuple) else "_".join(map(str, one)) for one in value.columns]
        return "frame", columns, [[plain(one) for one in value.iloc[:, i].tolist()] for i in range(value.shape[1])]
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Index)):
        return [plain(one) for one in value]
    if isinstance(value, (hs.Index,)):
        return plain(value.to_list())
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return round(float(value), 9)
    return value


def indexed(df):
    return df.groupby(["k", "j"])["x"].sum()


SCRIPTS = {
    # selection
    "query": lambda lib, df: df.query("x > 2 and k != 'c'"),
    "query_operators": lambda lib, df: df.query("(x > 2) & ~(k == 'a') | j * 2 == 4"),
    "query_in": lambda lib, df: df.query("k in ['a', 'c'] and x not in (3,)"),
    "query_chain": lambda lib, df: df.query("1 < x <= 4"),
    "query_method": lambda lib, df: df.query("k.str.contains('b')"),
    "eval": lambda lib, df: df.eval("z = x + j * 2"),
    "eval_expression": lambda lib, df: df.eval("x / j").to_list(),
    "filter_like": lambda lib, df: df.filter(like="x"),
    "filter_items": lambda lib, df: df.filter(items=["y", "x", "nothing"]),
    "filter_regex": lambda lib, df: df.filter(regex="^[jk]"),
    "select_numbers": lambda lib, df: df.select_dtypes("number"),
    "select_without": lambda lib, df: df.select_dtypes(exclude=["float64"]),
    "loc_mask": lambda lib, df: df.loc[df["x"] > 2, "k":"x"],
    "loc_column": lambda lib, df: df.loc[df["x"] > 2, "y"].to_list(),
    "loc_label": lambda lib, df: df.set_index("k").loc["b"],
    "loc_one": lambda lib, df: df.set_index("k").loc["c", "x"],
    "loc_labels": lambda lib, df: df.set_index("k").loc[["c", "a"]],
    "loc_slice": lambda lib, df: df.set_index("x").sort_index().loc[2:4],
    "loc_row": lambda lib, df: df.loc[2]["x"],
    "iloc_row": lambda lib, df: df.iloc[-1]["k"],
    "iloc_rows": lambda lib, df: df.iloc[[3, 0, -1]],
    "iloc_block": lambda lib, df: df.iloc[1:4, [0, 2]],
    "iloc_step": lambda lib, df: df.iloc[::2],
    "iloc_cell": lambda lib, df: df.iloc[2, 2],
    "at": lambda lib, df: (df.at[1, "x"], df.iat[1, 2]),
    "array_mask": lambda lib, df: df[np.array([True, False, True, False, False, True])],
    "take": lambda lib, df: df.take([4, 0]),
    "pop": lambda lib, df: [df.pop("y").to_list(), list(df.columns)],
    "insert": lambda lib, df: [df.insert(1, "z", df["x"] * 2), list(df.columns)][1],
    "prefix": lambda lib, df: list(df.add_prefix("a_").columns),
    "rename_function": lambda lib, df: list(df.rename(columns=str.upper).columns),
    "reindex_columns": lambda lib, df: df.reindex(columns=["x", "w"], fill_value=0),
    "reindex_rows": lambda lib, df: df.groupby("k")[["x"]].sum().reindex(["c", "z"]),
    "xs": lambda lib, df: indexed(df).xs(1, level="j"),
    "nlargest": lambda lib, df: df.nlargest(2, "y"),
    "nsmallest": lambda lib, df: df.nsmallest(3, ["j", "x"]),
    "truncate": lambda lib, df: df.set_index("x").sort_index().truncate(2, 4),
    "get": lambda lib, df: [df.get("z", "none"), df.get("x").to_list()],
    "squeeze": lambda lib, df: df[["x"]].squeeze().to_list(),
    "index": lambda lib, df: [
        list(df.set_index("k").index),
        df.set_index("k").index.name,
        "a" in df.set_index("k").index,
    ],
    "columns_at": lambda lib, df: df.loc[:, [True, False, True, False]],
    # assignment
    "set_mask": lambda lib, df: [df.__setitem__(df[["x", "y"]] > 3, 0) if False else None, df][1],
    "set_loc": lambda lib, df: [df.loc.__setitem__((df["x"] > 3, "y"), 9.0), df][1],
    "set_two": lambda lib, df: [df.__setitem__(["x", "j"], df[["j", "x"]]), df][1],
    "set_list": lambda lib, df: [df.__setitem__("z", [1, 2, 3, 4, 5, 6]), df][1],
    "set_array": lambda lib, df: df.assign(z=np.arange(6) * 2),
    "where": lambda lib, df: df[["x", "y"]].where(df[["x", "y"]] > 2, 0),
    "mask": lambda lib, df: df[["x", "y"]].mask(df["x"] > 3, -1),
    "where_series": lambda lib, df: df["x"].where(df["x"] > 2, df["j"]).to_list(),
    "clip": lambda lib, df: df[["x", "j"]].clip(2, 4),
    "clip_series": lambda lib, df: df["y"].clip(lower=0).to_list(),
    "replace": lambda lib, df: df.replace({"a": "A", "b": "B"}),
    "replace_list": lambda lib, df: df["x"].replace([1, 2], [10, 20]).to_list(),
    "replace_nested": lambda lib, df: df.replace({"j": {1: 100}}),
    "replace_regex": lambda lib, df: df["k"].replace("^a", "z", regex=True).to_list(),
    "fillna": lambda lib, df: df.fillna({"y": 0}),
    "inplace": lambda lib, df: [df.drop(columns="y", inplace=True), df.rename(columns={"x": "X"}, inplace=True), df][2],
    "dropna_thresh": lambda lib, df: df.dropna(thresh=4),
    "dropna_columns": lambda lib, df: list(df.dropna(axis=1).columns),
    "drop_rows": lambda lib, df: df.drop([0, 2]),
    "case_when": lambda lib, df: df["x"].case_when([(df["x"] > 4, 0), (df["x"] > 2, -1)]).to_list(),
    "interpolate": lambda lib, df: df["y"].interpolate().to_list(),
    "combine_first": lambda lib, df: df["y"].combine_first(df["x"]).to_list(),
    # arithmetic
    "frame_operators": lambda lib, df: (df[["x", "j"]] * 2 - 1) / df[["x", "j"]],
    "frame_mean": lambda lib, df: df[["x", "j"]] - df[["x", "j"]].mean(),
    "frame_scaled": lambda lib, df: (df[["x", "y"]] - df[["x", "y"]].min()) / df[["x", "y"]].std(),
    "add_axis": lambda lib, df: df[["x", "j"]].add(df["x"], axis=0),
    "fill_value": lambda lib, df: df["y"].add(df["x"], fill_value=0).to_list(),
    "rsub": lambda lib, df: df[["x"]].rsub(10),
    "power": lambda lib, df: [(df["x"] ** 2).to_list(), (2 ** df["x"]).to_list()],
    "compare_frame": lambda lib, df: df[["x", "j"]].gt(2),
    "with_array": lambda lib, df: (df["x"] + np.arange(6)).to_list(),
    "abs_round": lambda lib, df: (df[["y"]] / 3).abs().round(2),
    "divmod": lambda lib, df: [part.to_list() for part in df["x"].divmod(2)],
    "dot": lambda lib, df: df["x"].dot(df["j"]),
    # reductions
    "sum_rows": lambda lib, df: df[["x", "y"]].sum(axis=1).to_list(),
    "mean_rows": lambda lib, df: df[["x", "y"]].mean(axis=1).to_list(),
    "std_rows": lambda lib, df: df[["x", "j"]].std(axis=1).to_list(),
    "max_rows": lambda lib, df: df[["x", "y", "j"]].max(axis=1).to_list(),
    "any_rows": lambda lib, df: (df[["x", "j"]] > 4).any(axis=1).to_list(),
    "count_rows": lambda lib, df: df.count(axis=1).to_list(),
    "any": lambda lib, df: (df[["x", "j"]] > 5).any().to_dict(),
    "agg_list": lambda lib, df: df[["x", "y"]].agg(["sum", "mean", "max"]),
    "agg_dict": lambda lib, df: df.agg({"x": "sum", "y": "mean"}).to_dict(),
    "mode": lambda lib, df: df[["k", "j"]].mode(),
    "idxmax": lambda lib, df: df[["x", "y"]].idxmax().to_dict(),
    "nunique": lambda lib, df: df.nunique().to_dict(),
    "spearman": lambda lib, df: df[["x", "y", "j"]].corr(method="spearman"),
    "corr_periods": lambda lib, df: df[["x", "y"]].corr(min_periods=6),
    "corrwith": lambda lib, df: df[["x", "y"]].corrwith(df["j"]).to_dict(),
    "describe": lambda lib, df: df.describe(),
    "quantiles": lambda lib, df: df[["x", "y"]].quantile([0.25, 0.5]),
    "series_agg": lambda lib, df: df["x"].agg(["min", "max"]).to_list(),
    "factorize": lambda lib, df: [list(part) for part in df["k"].factorize()],
    "factorize_sorted": lambda lib, df: [list(part) for part in df["k"].factorize(sort=True)],
    "argsort": lambda lib, df: df["x"].argsort().to_list(),
    "extremes": lambda lib, df: [df["x"].argmax(), df["x"].argmin(), df["x"].idxmax()],
    "is_unique": lambda lib, df: [df["x"].is_unique, df["j"].is_unique, df["y"].hasnans],
    "autocorr": lambda lib, df: df["x"].autocorr(),
    "equals": lambda lib, df: [df.equals(df.copy()), df.equals(df.fillna(0)), df["y"].equals(df["y"])],
    "rank": lambda lib, df: df[["x", "y"]].rank(),
    "repeat": lambda lib, df: df["x"].repeat(2).to_list(),
    # reshape
    "melt": lambda lib, df: df.melt("k", ["x", "y"]),
    "melt_names": lambda lib, df: df.melt(id_vars=["k", "j"], var_name="what", value_name="much"),
    "pivot_table": lambda lib, df: df.pivot_table("x", "k", "j", "sum"),
    "pivot_table_fill": lambda lib, df: df.pivot_table("x", "k", "j", "sum", fill_value=0),
    "pivot_table_mean": lambda lib, df: df.pivot_table(values="y", index="k", columns="j"),
    "pivot_table_margins": lambda lib, df: df.pivot_table("x", "k", "j", "sum", margins=True),
    "pivot_table_several": lambda lib, df: df.pivot_table(["x", "y"], "k", "j", "max"),
    "pivot_table_rows": lambda lib, df: df.pivot_table(["x", "y"], "k", aggfunc="sum"),
    "pivot_table_index": lambda lib, df: df.pivot_table("x", ["k", "j"], "j", "sum"),
    "pivot": lambda lib, df: df.drop_duplicates(["k", "j"]).pivot(index="k", columns="j", values="x"),
    "stack": lambda lib, df: df[["x", "j"]].stack().to_list(),
    "unstack": lambda lib, df: indexed(df).unstack(),
    "unstack_fill": lambda lib, df: indexed(df).unstack(level=0, fill_value=0),
    "transpose": lambda lib, df: df[["x", "j"]].T,
    "dummies": lambda lib, df: lib.get_dummies(df, columns=["k"]),
    "dummies_series": lambda lib, df: lib.get_dummies(df["k"], prefix="p", drop_first=True),
    "dummies_int": lambda lib, df: lib.get_dummies(df[["k"]], dtype=int),
    "wide_to_long": lambda lib, df: lib.wide_to_long(
        lib.DataFrame({"id": [1, 2], "a1": [1, 2], "a2": [3, 4], "b1": [5, 6], "b2": [7, 8]}), ["a", "b"], "id", "n"
    ).reset_index(),
    "explode": lambda lib, df: lib.DataFrame({"k": ["a", "b"], "v": [[1, 2], [3]]}).explode("v"),
    "swaplevel": lambda lib, df: list(indexed(df).swaplevel().index),
    "droplevel": lambda lib, df: indexed(df).droplevel("j"),
    # index
    "reset_level": lambda lib, df: indexed(df).to_frame().reset_index("j"),
    "append_index": lambda lib, df: list(df.set_index("k").set_index("j", append=True).index),
    "rename_axis": lambda lib, df: df.set_index("k").rename_axis("key").reset_index(),
    "set_axis": lambda lib, df: df[["x"]].set_axis(list("uvwxyz")).loc["w", "x"],
    "series_loc": lambda lib, df: [df.set_index("k")["x"].loc["c"], df.set_index("k")["x"].loc[["a"]].to_list()],
    "series_dict": lambda lib, df: df.set_index("x")["k"].to_dict(),
    "series_get": lambda lib, df: [df.set_index("k")["x"].get("c"), df.set_index("k")["x"].get("zz", -1)],
    "series_items": lambda lib, df: list(df.set_index("x")["k"].items()),
    "series_drop": lambda lib, df: df.set_index("k")["x"].drop(["a"]).to_list(),
    "join": lambda lib, df: df.join(lib.DataFrame({"k": ["a", "b"], "w": [10, 20]}).set_index("k"), on="k"),
    "join_index": lambda lib, df: df.groupby("k")[["x"]].sum().join(df.groupby("k")[["y"]].mean()),
    "merge_index": lambda lib, df: df.merge(df.groupby("k")[["y"]].max(), left_on="k", right_index=True),
    # groups
    "group_agg_dict": lambda lib, df: df.groupby("k").agg({"x": ["min", "max"], "y": "mean"}),
    "group_agg_named": lambda lib, df: df.groupby("k").agg(a=("x", "sum"), b=("y", "count")),
    "group_transform": lambda lib, df: df.groupby("k")["x"].transform("mean").to_list(),
    "group_transform_function": lambda lib, df: df.groupby("k")["x"].transform(lambda s: s - s.min()).to_list(),
    "group_filter": lambda lib, df: df.groupby("k").filter(lambda g: len(g) > 1)["x"].to_list(),
    "group_apply": lambda lib, df: df.groupby("k")["x"].apply(lambda s: s.max() - s.min()),
    "group_iter": lambda lib, df: [(key, group["x"].to_list()) for key, group in df.groupby("k")],
    "group_nth": lambda lib, df: df.groupby("k").nth(0)["x"].to_list(),
    "group_get": lambda lib, df: df.groupby("k").get_group("b")["x"].to_list(),
    "group_ngroup": lambda lib, df: df.groupby("k").ngroup().to_list(),
    "group_cumcount": lambda lib, df: df.groupby("k").cumcount().to_list(),
    "group_pct": lambda lib, df: df.groupby("k")["x"].pct_change().to_list(),
    "group_indices": lambda lib, df: {key: list(rows) for key, rows in df.groupby("k").indices.items()},
    "group_groups": lambda lib, df: {key: list(rows) for key, rows in df.groupby("k").groups.items()},
    "group_take": lambda lib, df: sorted(df.groupby("k").take([0])["x"].to_list()),
    "group_ohlc": lambda lib, df: df.groupby("k")["x"].ohlc(),
    "series_group": lambda lib, df: df["x"].groupby(df["k"]).sum(),
    "group_level": lambda lib, df: indexed(df).groupby(level="k").max(),
    # functions
    "map_dict": lambda lib, df: df["k"].map({"a": 1, "b": 2}).to_list(),
    "map_function": lambda lib, df: df["x"].map(lambda v: v * 2 + 0.5).to_list(),
    "map_series": lambda lib, df: df["k"].map(df.groupby("k")["x"].sum()).to_list(),
    "map_missing": lambda lib, df: df["y"].map(lambda v: v + 1).to_list(),
    "map_ignore": lambda lib, df: df["y"].map(lambda v: str(v), na_action="ignore").to_list(),
    "frame_map": lambda lib, df: df[["x", "j"]].map(lambda v: v % 2 == 0),
    "apply_rows": lambda lib, df: df.apply(lambda row: f"{row['k']}{row.x}", axis=1).to_list(),
    "apply_columns": lambda lib, df: df[["x", "j"]].apply(lambda c: c.max() - c.min()).to_dict(),
    "apply_expand": lambda lib, df: df.apply(lambda row: [row["x"], row["j"]], axis=1, result_type="expand"),
    "apply_args": lambda lib, df: df["x"].apply(lambda v, n, m=0: v + n + m, args=(1,), m=2).to_list(),
    "apply_used": lambda lib, df: df.assign(z=df["x"].apply(lambda v: v + 1)).query("z > 4")["z"].to_list(),
    "apply_mask": lambda lib, df: df[df["k"].map(lambda v: v in "ab")]["x"].to_list(),
    "transform": lambda lib, df: df[["x", "j"]].transform("cumsum"),
    "pipe": lambda lib, df: df.pipe(lambda d, n: d.head(n), n=2),
    "iterrows": lambda lib, df: [(label, row["x"]) for label, row in df.iterrows()],
    "itertuples": lambda lib, df: [(row.Index, row.k, row.x) for row in df.itertuples()],
    # out
    "dict": lambda lib, df: df[["x"]].to_dict(),
    "dict_index": lambda lib, df: df[["x", "j"]].to_dict("index"),
    "dict_split": lambda lib, df: df[["x", "j"]].to_dict("split"),
    "json": lambda lib, df: df[["k", "x"]].to_json(orient="records"),
    "values": lambda lib, df: df[["x", "j"]].values.tolist(),
    "records": lambda lib, df: df[["x", "j"]].to_records(index=False).tolist(),
    "isin": lambda lib, df: df[["x", "j"]].isin([1, 2]),
    "isin_dict": lambda lib, df: df.isin({"k": ["a"], "x": [1]}),
    "notna": lambda lib, df: df.notna(),
    "compare": lambda lib, df: df[["x", "j"]].compare(df[["x", "j"]].clip(upper=4)),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    script = SCRIPTS[name]
    expected, found = plain(script(pd, frames(pd))), plain(script(hs, frames(hs)))
    if isinstance(expected, tuple) and expected[0] == "series" and isinstance(found, tuple):
        # Rows that were chosen have no labels of their own.
        labels = None if found[1] is None else expected[1]
        expected = ("series", labels, expected[2])
    assert found == expected
