"""Rows in order, windows, summaries: the same script for pandas and for Hypostyle."""

from __future__ import annotations

import numpy as np
import pytest
from same_script import check

SCRIPTS = {
    "sort_index_key": lambda lib, df: (
        df.set_index("k").sort_index(key=lambda s: s.str.upper(), kind="stable")["x"].to_list()
    ),
    "sort_index_level": lambda lib, df: (
        df.set_index(["k", "j"]).sort_index(level="j", sort_remaining=True)["x"].to_list()
    ),
    "sort_index_level1": lambda lib, df: df.set_index(["k", "j"]).sort_index(level=1)["x"].to_list(),
    "sort_index_asc_list": lambda lib, df: df.set_index(["k", "j"]).sort_index(ascending=[False, True])["x"].to_list(),
    "sort_index_ignore": lambda lib, df: df.set_index("k").sort_index(ignore_index=True),
    "series_sort_index_nat": lambda lib, df: df.set_index("y")["k"].sort_index(na_position="first").to_list(),
    "dd_last": lambda lib, df: df.drop_duplicates("k", keep="last")["x"].to_list(),
    "s_dd_last": lambda lib, df: df["k"].drop_duplicates(keep="last").to_list(),
    "s_dd_ignore": lambda lib, df: df["k"].drop_duplicates(ignore_index=True).to_list(),
    "desc_inc_num": lambda lib, df: df.describe(include=[np.number]),
    "desc_inc_numstr": lambda lib, df: df.describe(include="number"),
    "desc_exclude": lambda lib, df: df.describe(exclude=["object"]),
    "desc_bool": lambda lib, df: (df["x"] > 2).describe().astype(str).to_list(),
    "fillna_limit": lambda lib, df: lib.DataFrame({"a": [None, 1.0, None, None]}).fillna(0, limit=2),
    "s_fillna_limit": lambda lib, df: lib.DataFrame({"a": [None, 1.0, None, None]})["a"].fillna(0, limit=2).to_list(),
    "fillna_frame_mean": lambda lib, df: df[["x", "y"]].fillna(df[["x", "y"]].mean()),
    "fillna_frame": lambda lib, df: df[["x", "y"]].fillna(df[["x", "y"]] * 0),
    "fillna_mean_all": lambda lib, df: df.fillna(df.mean(numeric_only=True)),
    "fillna_axis": lambda lib, df: df[["x", "y"]].ffill(axis=1),
    "bfill_axis": lambda lib, df: df[["y", "x"]].bfill(axis=1),
    "interp_limit_dir": lambda lib, df: (
        lib.DataFrame({"a": [None, 1.0, None, 3.0, None]})["a"].interpolate(limit_direction="both").to_list()
    ),
    "interp_limit_back": lambda lib, df: (
        lib.DataFrame({"a": [None, 1.0, None, 3.0, None]})["a"].interpolate(limit_direction="backward").to_list()
    ),
    "interp_limit_area": lambda lib, df: (
        lib.DataFrame({"a": [None, 1.0, None, 3.0, None]})["a"].interpolate(limit_area="inside").to_list()
    ),
    "rank_na_bottom": lambda lib, df: df["y"].rank(na_option="bottom").to_list(),
    "rank_na_top": lambda lib, df: df["y"].rank(na_option="top").to_list(),
    "rank_na_top_desc": lambda lib, df: df["y"].rank(na_option="top", ascending=False, method="min").to_list(),
    "rank_na_bottom_pct": lambda lib, df: df["y"].rank(na_option="bottom", pct=True).to_list(),
    "rank_numeric": lambda lib, df: df.rank(numeric_only=True),
    "roll_closed_left": lambda lib, df: df["x"].rolling(3, closed="left").sum().to_list(),
    "roll_closed_both": lambda lib, df: df["x"].rolling(2, closed="both").sum().to_list(),
    "roll_closed_neither": lambda lib, df: df["x"].rolling(3, closed="neither", min_periods=1).sum().to_list(),
    "roll_closed_neither0": lambda lib, df: df["x"].rolling(3, closed="neither").sum().to_list(),
    "roll_agg_list": lambda lib, df: df["x"].rolling(2).agg(["sum", "mean"]),
    "roll_agg_dict": lambda lib, df: df.rolling(2).agg({"x": "sum", "j": "mean"}),
    "roll_getitem": lambda lib, df: df.rolling(2)["x"].sum().to_list(),
    "roll_getitem2": lambda lib, df: df.rolling(2)[["x", "j"]].sum(),
    "roll_attr": lambda lib, df: df.rolling(2).x.sum().to_list(),
    "roll_sem": lambda lib, df: df["x"].rolling(3).sem().to_list(),
    "roll_corr": lambda lib, df: df["x"].rolling(3).corr(df["j"]).to_list(),
    "roll_cov": lambda lib, df: df["x"].rolling(3).cov(df["j"]).to_list(),
    "roll_apply": lambda lib, df: df["x"].rolling(3).apply(lambda w: w.max() - w.min(), raw=True).to_list(),
    "roll_step": lambda lib, df: df["x"].rolling(2, step=2).sum().to_list(),
    "roll_group_reset": lambda lib, df: (
        df.groupby("k")["x"].rolling(2, min_periods=1).mean().reset_index(level=0, drop=True).sort_index().to_list()
    ),
    "exp_median_few": lambda lib, df: df["x"].expanding(100).median().to_list(),
    "exp_quantile_few": lambda lib, df: df[["x", "y"]].expanding(7).quantile(0.3),
    "exp_median": lambda lib, df: df["x"].expanding().median().to_list(),
    "exp_agg": lambda lib, df: df["x"].expanding().agg(["sum", "max"]),
    "exp_quantile": lambda lib, df: df["x"].expanding().quantile(0.5).to_list(),
    "exp_apply": lambda lib, df: df["x"].expanding().apply(lambda w: w.sum(), raw=True).to_list(),
    "ewm_agg": lambda lib, df: df["x"].ewm(span=3).agg("mean").to_list(),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(SCRIPTS[name])
