"""Columns of several levels, as pandas has them."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from same_script import check, plain


def groups(df):
    return df.groupby("k")[["x", "y"]].agg(["sum", "mean"])


SCRIPTS = {
    "agg": lambda lib, df: df.groupby("k").agg({"x": ["sum", "mean"]}),
    "agg_mixed": lambda lib, df: df.groupby("k").agg({"x": ["sum", "mean"], "y": "max"}),
    "agg_all": lambda lib, df: groups(df),
    "first_level": lambda lib, df: groups(df)["x"],
    "two_steps": lambda lib, df: groups(df)["x"]["sum"],
    "tuple": lambda lib, df: groups(df)[("x", "sum")],
    "attribute": lambda lib, df: groups(df).x["mean"],
    "lists": lambda lib, df: groups(df)[[("x", "sum"), ("y", "mean")]],
    "list_of_first": lambda lib, df: groups(df)[["x"]],
    "columns": lambda lib, df: list(groups(df).columns),
    "joined": lambda lib, df: ["_".join(name) for name in groups(df).columns],
    "mapped": lambda lib, df: list(groups(df).columns.map("_".join)),
    "level_values": lambda lib, df: list(groups(df).columns.get_level_values(1)),
    "flat": lambda lib, df: list(groups(df).columns.to_flat_index()),
    "renamed_flat": lambda lib, df: groups(df).set_axis(["a", "b", "c", "d"], axis=1),
    "droplevel": lambda lib, df: df.groupby("k").agg({"x": ["sum", "mean"]}).droplevel(0, axis=1),
    "swapped": lambda lib, df: groups(df).swaplevel(axis=1).sort_index(axis=1),
    "reset": lambda lib, df: groups(df).reset_index(),
    "reset_names": lambda lib, df: list(groups(df).reset_index().columns),
    "reset_key": lambda lib, df: groups(df).reset_index()["k"].to_list(),
    "keys_as_columns": lambda lib, df: df.groupby("k", as_index=False)[["x", "y"]].agg(["sum", "mean"]),
    "sorted": lambda lib, df: groups(df).sort_values(("x", "sum")),
    "cell": lambda lib, df: groups(df).loc["a", ("x", "sum")],
    "loc_first": lambda lib, df: groups(df).loc[:, "x"],
    "xs": lambda lib, df: groups(df).xs("sum", axis=1, level=1),
    "iloc": lambda lib, df: groups(df).iloc[0],
    "renamed": lambda lib, df: groups(df).rename(columns={"sum": "total"}),
    "dropped": lambda lib, df: groups(df).drop(columns="x"),
    "dropped_one": lambda lib, df: groups(df).drop(columns=[("x", "sum")]),
    "new": lambda lib, df: [made := groups(df), made.__setitem__(("z", "new"), 1), made][2],
    "doubled": lambda lib, df: groups(df) * 2,
    "totals": lambda lib, df: groups(df).sum(),
    "turned": lambda lib, df: groups(df).T,
    "stacked": lambda lib, df: groups(df).stack(),
    "dict": lambda lib, df: {"/".join(name): cells for name, cells in groups(df).to_dict().items()},
    "items": lambda lib, df: [name for name, _ in groups(df).items()],
    "contains": lambda lib, df: [("x", "sum") in groups(df), "x" in groups(df), "z" in groups(df)],
    "describe": lambda lib, df: df.groupby("k")[["x", "y"]].describe(),
    "transform": lambda lib, df: df.groupby("k")[["x"]].transform(["cumsum", "cummax"]),
    "windows": lambda lib, df: df[["x", "j"]].rolling(2).agg(["sum", "max"]),
    "merged": lambda lib, df: groups(df).merge(df.groupby("k")[["x"]].agg(["max"]), left_index=True, right_index=True),
    "pivot_values": lambda lib, df: df.pivot_table(index="k", columns="j", values=["x", "y"]),
    "pivot_functions": lambda lib, df: df.pivot_table(index="k", columns="j", values="x", aggfunc=["sum", "mean"]),
    "pivot_one_function": lambda lib, df: df.pivot_table(index="k", columns="j", values="x", aggfunc=["sum"]),
    "pivot_rows": lambda lib, df: df.pivot_table(index="k", values="x", aggfunc=["sum", "mean"]),
    "pivot_both": lambda lib, df: df.pivot_table(index="k", columns="j", values=["x", "y"], aggfunc=["sum", "mean"]),
    "pivot_mapping": lambda lib, df: df.pivot_table(index="k", columns="j", aggfunc={"x": ["sum", "max"], "y": "max"}),
    "pivot_two_heads": lambda lib, df: df.pivot_table(index="x", columns=["k", "j"], values="y", aggfunc="sum"),
    "pivot_keys": lambda lib, df: df.drop_duplicates(["k", "j"]).pivot(index="k", columns="j"),
    "unstack": lambda lib, df: df.groupby(["k", "j"])[["x", "y"]].sum().unstack(),
    "unstack_one": lambda lib, df: df.groupby(["k", "j"])[["x"]].sum().unstack(fill_value=0),
    "unstack_two": lambda lib, df: df.groupby(["k", "j", "x"])["y"].sum().unstack(["k", "j"]).fillna(0),
    "unstack_two_of_frame": lambda lib, df: df.groupby(["k", "j", "x"])[["y"]].sum().unstack([1, 0]),
    "unstack_stack": lambda lib, df: df.groupby(["k", "j"])[["x", "y"]].sum().unstack("k").stack(),
    "concat_keys": lambda lib, df: lib.concat([df[["x"]], df[["y"]]], axis=1, keys=["A", "B"]),
    "concat_mapping": lambda lib, df: lib.concat({"A": df[["x"]], "B": df[["y"]]}, axis=1)["A"],
    "compare": lambda lib, df: df[["x", "j"]].compare(df[["x", "j"]] * 2),
    "made": lambda lib, df: lib.DataFrame({("a", "b"): [1, 2], ("a", "c"): [3, 4]})["a"],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(SCRIPTS[name])


def test_columns_of_pandas():
    df = pd.DataFrame([[1, 2, 3]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "")]))
    pd.testing.assert_frame_equal(hs.from_pandas(df).to_pandas(), df)
    assert plain(hs.from_pandas(df)["a"]) == plain(df["a"])


def test_tables_of_one_level(tmp_path):
    found = groups(hs.DataFrame({"k": ["a", "b"], "x": [1, 2], "y": [3, 4]}))
    flat = ["x_sum", "x_mean", "y_sum", "y_mean"]
    assert found.to_arrow().column_names == ["k", *flat]
    assert found.to_csv().splitlines()[0] == "k," + ",".join(flat)
    assert found["x_sum"].to_list() == [1, 2]
    found.to_parquet(tmp_path / "levels.parquet")
    assert hs.read_parquet(tmp_path / "levels.parquet").columns == found.columns
    assert "mean" in repr(found).splitlines()[1]


def test_what_is_not_there_is_told():
    found = groups(hs.DataFrame({"k": ["a", "b"], "x": [1, 2], "y": [3, 4]}))
    with pytest.raises(KeyError, match="z"):
        found["z"]
    with pytest.raises(KeyError, match="median"):
        found[("x", "median")]
    with pytest.raises(KeyError, match="median"):
        found.xs("median", axis=1, level=1)
    with pytest.raises(ValueError, match="two columns"):
        found.droplevel(0, axis=1)


VERBS = {
    "groupby": lambda g: g.groupby(("x", "sum")).size(),
    "sort_values": lambda g: g.sort_values([("y", "mean"), ("x", "sum")], ascending=False),
    "nlargest": lambda g: g.nlargest(2, ("x", "sum")),
    "dropna": lambda g: g.dropna(subset=[("y", "mean")]),
    "set_index": lambda g: g.set_index(("x", "sum"))[("y", "sum")],
    "corr": lambda g: g.corr(),
    "melt": lambda g: list(g.melt().columns),
    "rows": lambda g: [row[("x", "sum")] for _, row in g[["x"]].iterrows()],
    "apply": lambda g: g.apply(lambda row: row[("x", "sum")] * 2, axis=1),
    "reindex": lambda g: g.reindex(columns=[("y", "mean"), ("x", "sum")]),
    "filter": lambda g: g[g[("x", "sum")] > 4],
    "describe": lambda g: g.describe(),
}


@pytest.mark.parametrize("name", VERBS)
def test_verbs(name):
    check(lambda lib, df: VERBS[name](groups(df)))
