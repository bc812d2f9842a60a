"""Groups and merges: the same script for pandas and for Hypostyle."""

from __future__ import annotations

import numpy as np
import pytest
from same_script import check

SCRIPTS = {
    "m_series": lambda lib, df: df.merge(df.groupby("k")["x"].sum().rename("tot"), left_on="k", right_index=True),
    "m_series2": lambda lib, df: df.merge(df.groupby("k")["x"].sum().rename("tot"), on="k"),
    "m_leftidx_righton": lambda lib, df: (
        df.groupby("k")[["x"]].sum().merge(df[["k", "y"]], left_index=True, right_on="k")
    ),
    "m_anti": lambda lib, df: df.merge(lib.DataFrame({"k": ["a"]}), on="k", how="left_anti"),
    "join_val": lambda lib, df: df.join(
        lib.DataFrame({"k": ["a", "b"], "w": [10, 20]}).set_index("k"), on="k", validate="m:1"
    ),
    "ag_named": lambda lib, df: df.groupby("k").agg(t=lib.NamedAgg(column="x", aggfunc="sum")),
    "ag_lambda": lambda lib, df: df.groupby("k")["x"].agg(lambda s: s.max() - s.min()),
    "ag_lambda_frame": lambda lib, df: df.groupby("k")[["x", "j"]].agg(lambda s: s.max() - s.min()),
    "ag_lambda_named": lambda lib, df: df.groupby("k").agg(r=("x", lambda s: s.max() - s.min()), n=("x", "count")),
    "ag_lambda_dict": lambda lib, df: df.groupby("k").agg({"x": lambda s: s.max() - s.min(), "y": "sum"}),
    "ag_lambda_list": lambda lib, df: df.groupby("k")["x"].agg(["sum", lambda s: s.max() - s.min()]),
    "ag_lambda_tuple": lambda lib, df: df.groupby("k")["x"].agg([("total", "sum"), ("n", "count")]),
    "ag_quantile_lambda": lambda lib, df: df.groupby("k").agg(q=("x", lambda s: s.quantile(0.9))),
    "ag_listfn": lambda lib, df: df.groupby("k")["x"].agg(list).to_list(),
    "ag_join": lambda lib, df: df.groupby("j")["k"].agg(",".join).to_list(),
    "ag_func": lambda lib, df: df.groupby(lambda i: i % 2)["x"].sum(),
    "ag_array": lambda lib, df: df.groupby(np.array([0, 1, 0, 1, 0, 1]))["x"].sum(),
    "ag_list_key": lambda lib, df: df.groupby([0, 1, 0, 1, 0, 1])["x"].sum(),
    "ag_dict_key": lambda lib, df: df.set_index("k").groupby({"a": "v", "b": "v", "c": "w"})["x"].sum(),
    "ag_level": lambda lib, df: df.set_index(["k", "j"]).groupby(level=0)["x"].sum(),
    "ag_level_frame": lambda lib, df: df.set_index(["k", "j"]).groupby(level=["k", "j"]).sum(),
    "ag_group_keys": lambda lib, df: df.groupby("k", group_keys=False)[["x"]].apply(lambda g: g.head(1))["x"].to_list(),
    "ag_prod_mc": lambda lib, df: df.groupby("k")["y"].prod(min_count=1),
    "ag_nunique": lambda lib, df: df.groupby("k")["y"].nunique(dropna=False),
    "ag_vc": lambda lib, df: df.groupby("k")["j"].value_counts(),
    "ag_vc_norm": lambda lib, df: df.groupby("k")["j"].value_counts(normalize=True),
    "ag_vc_dropna": lambda lib, df: df.groupby("j")["y"].value_counts(dropna=False).to_list(),
    "ag_nth_list": lambda lib, df: df.groupby("k").nth([0, 1])["x"].to_list(),
    "ag_apply_series": lambda lib, df: df.groupby("k").apply(
        lambda g: lib.Series({"a": g["x"].sum(), "b": g["y"].max()})
    ),
    "ag_idxmax_loc": lambda lib, df: df.loc[df.groupby("k")["x"].idxmax()]["x"].to_list(),
    "ag_corr": lambda lib, df: df.groupby("k")[["x", "y"]].corr(),
    "ag_cov": lambda lib, df: df.groupby("k")[["x", "j"]].cov(),
    "ag_len": lambda lib, df: len(df.groupby("k")),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(SCRIPTS[name])
