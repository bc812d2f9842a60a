"""Tables turned, drawn and reduced: the same script for pandas and for Hypostyle."""

from __future__ import annotations

from collections import OrderedDict

import pytest
from same_script import check


def emptied(df):
    """One group has no value of ``y``."""
    return df.assign(y=df["y"].where(df["k"] != "a"))


SCRIPTS = {
    "pt_margins_noc": lambda lib, df: df.pivot_table("x", "k", aggfunc="sum", margins=True),
    "pt_margins_noc_idx": lambda lib, df: df.pivot_table("x", "k", aggfunc="sum", margins=True).index.tolist(),
    "pt_agg_list": lambda lib, df: df.pivot_table("x", "k", "j", ["sum", "mean"]),
    "pt_agg_dict_list": lambda lib, df: df.pivot_table(index="k", aggfunc={"x": ["sum", "max"], "y": "mean"}),
    "pt_agg_lambda": lambda lib, df: df.pivot_table("x", "k", aggfunc=lambda s: s.max() - s.min()),
    "pt_nothing_in_a_row": lambda lib, df: emptied(df).pivot_table("y", "k", aggfunc="mean"),
    "pt_nothing_in_a_row_filled": lambda lib, df: emptied(df).pivot_table("y", "k", aggfunc="mean", fill_value=-1),
    "pt_nothing_in_a_row_total": lambda lib, df: emptied(df).pivot_table("y", "k", aggfunc="mean", margins=True),
    "pt_nothing_in_a_row_kept": lambda lib, df: emptied(df).pivot_table("y", "k", aggfunc="mean", dropna=False),
    "pt_sort": lambda lib, df: df.pivot_table("x", "k", aggfunc="sum", sort=False),
    "pivot_noval": lambda lib, df: df[["k", "j", "x"]].drop_duplicates(["k", "j"]).pivot(index="k", columns="j"),
    "crosstab_vals_margins": lambda lib, df: lib.crosstab(
        df["k"], df["j"], values=df["x"], aggfunc="sum", margins=True
    ),
    "td_into": lambda lib, df: type(df[["x"]].to_dict(into=OrderedDict)).__name__,
    "s_td_into": lambda lib, df: type(df["x"].to_dict(into=OrderedDict)).__name__,
    "corr_kendall": lambda lib, df: df[["x", "y", "j"]].corr(method="kendall"),
    "corr_s_minp": lambda lib, df: df["x"].corr(df["y"], min_periods=6),
    "corr_callable": lambda lib, df: df[["x", "j"]].corr(method=lambda a, b: float((a * b).sum())),
    "s_cov_ddof": lambda lib, df: df["x"].cov(df["y"], ddof=0, min_periods=2),
    "nl_keep_all": lambda lib, df: df.nlargest(1, "j", keep="all")["x"].to_list(),
    "nl_keep_last": lambda lib, df: df.nlargest(2, "j", keep="last")["x"].to_list(),
    "ns_keep_all": lambda lib, df: df.nsmallest(1, "j", keep="all")["x"].to_list(),
    "ns_keep_last": lambda lib, df: df.nsmallest(2, "j", keep="last")["x"].to_list(),
    "nl_nan": lambda lib, df: df.nlargest(6, "y")["x"].to_list(),
    "nl_nan_list": lambda lib, df: df.nlargest(6, ["y", "x"])["x"].to_list(),
    "s_nl_all": lambda lib, df: df["j"].nlargest(1, keep="all").to_list(),
    "s_nl_last": lambda lib, df: df.set_index("x")["j"].nlargest(2, keep="last"),
    "s_nl_n": lambda lib, df: df["y"].nlargest(n=10).to_list(),
    "g_nl_last": lambda lib, df: df.groupby("k")["x"].nlargest(1, keep="last").to_list(),
    "sample_replace": lambda lib, df: len(df.sample(20, replace=True, random_state=0)),
    "sample_weights": lambda lib, df: df.sample(1, weights=[0, 0, 1, 0, 0, 0], random_state=0)["x"].to_list(),
    "sample_weights_col": lambda lib, df: (
        df.assign(w=(df["x"] == 4) * 1.0).sample(1, weights="w", random_state=0)["x"].to_list()
    ),
    "sample_ignore": lambda lib, df: len(df.sample(frac=0.5, random_state=1, ignore_index=True)),
    "s_sample_replace": lambda lib, df: len(df["x"].sample(30, replace=True, random_state=0)),
    "idxmax_axis1": lambda lib, df: df[["x", "j"]].idxmax(axis=1).to_list(),
    "cumsum_axis1": lambda lib, df: df[["x", "j"]].cumsum(axis=1),
    "diff_axis1": lambda lib, df: df[["x", "j"]].diff(axis=1),
    "shift_axis1": lambda lib, df: df[["x", "j"]].shift(1, axis=1),
    "pct_axis1": lambda lib, df: df[["x", "j"]].pct_change(axis=1),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(SCRIPTS[name])
