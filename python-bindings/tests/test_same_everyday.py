"""Everyday scripts for pandas, a line or two each: the same with the import changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from same_script import check

SCRIPTS: dict[str, Callable[[Any], Any]] = {}


def sales(lib):
    rng, rows = np.random.default_rng(3), 60
    return lib.DataFrame(
        {
            "date": lib.to_datetime([f"2024-{1 + i % 6:02d}-{1 + (i * 7) % 28:02d}" for i in range(rows)]),
            "store": [["north", "south", "east"][i % 3] for i in range(rows)],
            "item": [f"i{i % 5}" for i in range(rows)],
            "qty": [int(v) for v in rng.integers(1, 9, rows)],
            "price": [round(float(v), 2) for v in rng.random(rows) * 10],
        }
    )


def ts(lib, n=20, freq="7h"):
    return lib.DataFrame(
        {
            "t": lib.date_range("2024-01-30 05:00", periods=n, freq=freq),
            "v": [float(i % 7) for i in range(n)],
            "k": ["ab"[i % 2] for i in range(n)],
        }
    )


def left(lib):
    return lib.DataFrame({"k": ["b", "a", "c", "b"], "x": [1, 2, 3, 4]})


def right(lib):
    return lib.DataFrame({"k": ["d", "b", "a", "e"], "y": [10, 20, 30, 40]})


# resample
for rule in ("D", "2D", "12h", "W", "ME", "MS"):
    for kw in (
        {},
        {"closed": "right"},
        {"label": "right"},
        {"closed": "right", "label": "right"},
        {"closed": "left", "label": "left"},
    ):
        SCRIPTS[f"resample {rule} {kw}"] = lambda lib, rule=rule, kw=kw: (
            ts(lib).set_index("t")["v"].resample(rule, **kw).sum()
        )
for o in ("start", "epoch", "start_day", "end"):
    SCRIPTS[f"origin {o}"] = lambda lib, o=o: ts(lib).set_index("t")["v"].resample("17h", origin=o).sum()
SCRIPTS["origin ts"] = lambda lib: (
    ts(lib).set_index("t")["v"].resample("17h", origin=pd.Timestamp("2024-01-01 03:00")).sum()
)
SCRIPTS["offset"] = lambda lib: ts(lib).set_index("t")["v"].resample("17h", offset="2h").sum()
SCRIPTS["offset D"] = lambda lib: ts(lib).set_index("t")["v"].resample("D", offset="6h").sum()
SCRIPTS["res ffill"] = lambda lib: ts(lib, 5).set_index("t")["v"].resample("3h").ffill()
SCRIPTS["res bfill"] = lambda lib: ts(lib, 5).set_index("t")["v"].resample("3h").bfill()
SCRIPTS["res ffill limit"] = lambda lib: ts(lib, 5).set_index("t")["v"].resample("2h").ffill(limit=1)
SCRIPTS["res asfreq"] = lambda lib: ts(lib, 5).set_index("t")["v"].resample("7h").asfreq()
SCRIPTS["res interp"] = lambda lib: ts(lib, 5).set_index("t")["v"].resample("D").mean().interpolate()
SCRIPTS["res df ffill"] = lambda lib: ts(lib, 5).set_index("t")[["v"]].resample("4h").ffill()
SCRIPTS["res agg dict"] = lambda lib: ts(lib).set_index("t").resample("D").agg({"v": ["min", "max"]})
SCRIPTS["res ohlc"] = lambda lib: ts(lib).set_index("t")["v"].resample("D").ohlc()
SCRIPTS["res count"] = lambda lib: ts(lib).set_index("t").resample("D")["v"].count()
SCRIPTS["res size"] = lambda lib: ts(lib).set_index("t").resample("D").size()
SCRIPTS["res size name"] = lambda lib: str(ts(lib).set_index("t").resample("D")["v"].size().name)
SCRIPTS["res df size name"] = lambda lib: str(ts(lib).set_index("t").resample("D")[["v"]].size().name)
SCRIPTS["grouper"] = lambda lib: sales(lib).groupby(["store", lib.Grouper(key="date", freq="MS")])["qty"].sum()
# merges

for how in ("outer", "left", "right", "inner"):
    SCRIPTS[f"merge {how}"] = lambda lib, how=how: left(lib).merge(right(lib), on="k", how=how)
    SCRIPTS[f"merge sort {how}"] = lambda lib, how=how: left(lib).merge(right(lib), on="k", how=how, sort=True)
SCRIPTS["merge outer ind"] = lambda lib: (
    left(lib).merge(right(lib), on="k", how="outer", indicator=True)["_merge"].astype(str)
)
SCRIPTS["merge outer 2"] = lambda lib: lib.DataFrame({"a": [2, 1, 2], "b": [1, 1, 0], "x": [1, 2, 3]}).merge(
    lib.DataFrame({"a": [3, 2], "b": [0, 1], "y": [5, 6]}), on=["a", "b"], how="outer"
)
SCRIPTS["merge outer lr"] = lambda lib: left(lib).merge(
    right(lib).rename(columns={"k": "q"}), left_on="k", right_on="q", how="outer"
)
SCRIPTS["merge outer int"] = lambda lib: lib.DataFrame({"a": [2, None, 1], "x": [1, 2, 3]}).merge(
    lib.DataFrame({"a": [3, 2, None], "y": [5, 6, 7]}), on="a", how="outer"
)
SCRIPTS["join outer"] = lambda lib: (
    left(lib).drop_duplicates("k").set_index("k").join(right(lib).set_index("k"), how="outer")
)
SCRIPTS["join left"] = lambda lib: left(lib).set_index("k").join(right(lib).set_index("k"))
# group rolling
SCRIPTS["groll"] = lambda lib: sales(lib).groupby("store")["qty"].rolling(3).mean()
SCRIPTS["groll reset"] = lambda lib: (
    sales(lib).groupby("store")["qty"].rolling(3).mean().reset_index(level=0, drop=True)
)
SCRIPTS["groll reset2"] = lambda lib: (
    sales(lib).groupby("store")["qty"].rolling(2, min_periods=1).sum().reset_index(drop=True)
)
SCRIPTS["gexp"] = lambda lib: sales(lib).groupby("store")["qty"].expanding().sum()
SCRIPTS["groll df"] = lambda lib: sales(lib).groupby("store")[["qty", "price"]].rolling(2).sum()
SCRIPTS["gewm"] = lambda lib: sales(lib).groupby("store")["qty"].ewm(span=3).mean()
SCRIPTS["gcum"] = lambda lib: sales(lib).groupby("store").qty.cumsum()
SCRIPTS["gdiff"] = lambda lib: sales(lib).groupby("item").price.diff()
SCRIPTS["gpct"] = lambda lib: sales(lib).groupby("item").price.pct_change().round(6)
SCRIPTS["gtransf lam"] = lambda lib: (
    sales(lib).groupby("item").price.transform(lambda s: (s - s.mean()) / s.std()).round(8)
)
SCRIPTS["gfilter"] = lambda lib: sales(lib).groupby("item").filter(lambda g: g["qty"].sum() > 40)["qty"]
SCRIPTS["gapply"] = lambda lib: sales(lib).groupby("store").apply(lambda g: (g["qty"] * g["price"]).sum()).round(6)
SCRIPTS["gidxmax"] = lambda lib: sales(lib).loc[sales(lib).groupby("store")["price"].idxmax()]
SCRIPTS["gagg named"] = lambda lib: (
    sales(lib).groupby("store").agg(total=("qty", "sum"), avg=("price", "mean"), n=("item", "nunique"))
)
SCRIPTS["gagg lam"] = lambda lib: sales(lib).groupby("store")["qty"].agg(lambda s: s.max() - s.min())
SCRIPTS["gagg list"] = lambda lib: sales(lib).groupby("store")["qty"].agg(["sum", "mean", "std"])
SCRIPTS["gagg multi"] = lambda lib: sales(lib).groupby("store").agg({"qty": ["sum", "max"], "price": "mean"})
SCRIPTS["gsize unstack"] = lambda lib: sales(lib).groupby(["store", "item"]).size().unstack()
SCRIPTS["gvc"] = lambda lib: sales(lib).groupby("store")["item"].value_counts()
SCRIPTS["gnth"] = lambda lib: sales(lib).groupby("store").nth(1)
SCRIPTS["gtail"] = lambda lib: sales(lib).groupby("store").tail(1)
SCRIPTS["gcumcount"] = lambda lib: sales(lib).groupby("store").cumcount()
SCRIPTS["grank"] = lambda lib: sales(lib).groupby("store")["price"].rank(ascending=False, method="dense")
SCRIPTS["gquant"] = lambda lib: sales(lib).groupby("store")["price"].quantile([0.25, 0.75])
SCRIPTS["gdescribe"] = lambda lib: sales(lib).groupby("store")["price"].describe()
SCRIPTS["gmonth"] = lambda lib: sales(lib).groupby(sales(lib)["date"].dt.month)["qty"].sum()
SCRIPTS["gmode"] = lambda lib: sales(lib).groupby("store")["item"].agg(lambda s: s.mode()[0])
SCRIPTS["gjoin"] = lambda lib: sales(lib).groupby("store")["item"].agg(lambda s: ",".join(sorted(set(s))))
SCRIPTS["gjoin2"] = lambda lib: sales(lib).groupby("store")["item"].apply(list).str.len()
SCRIPTS["gcorr"] = lambda lib: sales(lib).groupby("store")[["qty", "price"]].corr().round(6)
# pivots
SCRIPTS["pt"] = lambda lib: sales(lib).pivot_table(
    index="store", columns="item", values="qty", aggfunc="sum", fill_value=0
)
SCRIPTS["pt margins"] = lambda lib: sales(lib).pivot_table(
    index="store", columns="item", values="qty", aggfunc="sum", margins=True
)
SCRIPTS["pt 2"] = lambda lib: sales(lib).pivot_table(
    index=["store", "item"], values=["qty", "price"], aggfunc={"qty": "sum", "price": "mean"}
)
SCRIPTS["ct"] = lambda lib: lib.crosstab(sales(lib)["store"], sales(lib)["item"])
SCRIPTS["ct norm"] = lambda lib: (lambda d: lib.crosstab(d["store"], d["item"], normalize="index"))(sales(lib))
SCRIPTS["melt"] = lambda lib: sales(lib).head(4).melt(id_vars=["store"], value_vars=["qty", "price"])
SCRIPTS["stack"] = lambda lib: sales(lib).head(3)[["qty", "price"]].stack()
SCRIPTS["wide"] = lambda lib: sales(lib).groupby(["item", "store"])["qty"].sum().unstack("store").reset_index()
SCRIPTS["dummies"] = lambda lib: lib.get_dummies(sales(lib)["store"]).sum()
SCRIPTS["dummies df"] = lambda lib: lib.get_dummies(sales(lib).head(4)[["store", "qty"]], columns=["store"])
# columns & cleaning
SCRIPTS["assign chain"] = lambda lib: (
    sales(lib).assign(rev=lambda d: d["qty"] * d["price"]).assign(big=lambda d: d["rev"] > 20)["big"].sum()
)
SCRIPTS["np.where"] = lambda lib: (lambda d: d.assign(c=np.where(d["qty"] > 4, "hi", "lo")))(sales(lib))["c"]
SCRIPTS["np.select"] = lambda lib: (lambda d: d.assign(c=np.select([d["qty"] > 6, d["qty"] > 3], ["a", "b"], "c")))(
    sales(lib)
)["c"]
SCRIPTS["cut"] = lambda lib: lib.cut(sales(lib)["qty"], [0, 3, 6, 9], labels=["s", "m", "l"]).astype(str)
SCRIPTS["cut vc"] = lambda lib: lib.cut(sales(lib)["qty"], 3).astype(str).value_counts().sort_index()
SCRIPTS["qcut"] = lambda lib: lib.qcut(sales(lib)["price"], 4, labels=False)
SCRIPTS["loc set"] = lambda lib: (lambda d: (d.loc.__setitem__((d["qty"] > 5, "price"), 0.0), d)[1])(sales(lib))[
    "price"
]
SCRIPTS["setcol"] = lambda lib: (lambda d: (d.__setitem__("z", d["qty"].rolling(3, min_periods=1).mean()), d)[1])(
    sales(lib)
)["z"]
SCRIPTS["dropna thresh"] = lambda lib: lib.DataFrame(
    {"a": [1, None, 3], "b": [None, None, 1.0], "c": ["x", None, "z"]}
).dropna(thresh=2)
SCRIPTS["fillna dict"] = lambda lib: lib.DataFrame({"a": [1, None, 3], "c": ["x", None, "z"]}).fillna(
    {"a": 0, "c": "?"}
)
SCRIPTS["ffill g"] = lambda lib: lib.DataFrame({"k": list("aabb"), "v": [1, None, None, 4]}).groupby("k")["v"].ffill()
SCRIPTS["dupes"] = lambda lib: sales(lib).duplicated(["store", "item"]).sum()
SCRIPTS["dd last"] = lambda lib: sales(lib).drop_duplicates(["store"], keep="last")["item"].to_list()
SCRIPTS["replace"] = lambda lib: sales(lib)["store"].replace({"north": "N", "south": "S"}).value_counts()
SCRIPTS["map dict"] = lambda lib: sales(lib)["store"].map({"north": 1, "south": 2})
SCRIPTS["str ops"] = lambda lib: sales(lib)["store"].str[:2].str.upper() + "-" + sales(lib)["item"].str.replace("i", "")
SCRIPTS["str extract"] = lambda lib: sales(lib)["item"].str.extract(r"([a-z])(\d)")
SCRIPTS["str split exp"] = lambda lib: lib.Series(["a b", "c d", "e"]).str.split(" ", expand=True)
SCRIPTS["str contains"] = lambda lib: sales(lib)[sales(lib)["store"].str.contains("th")]["qty"].sum()
SCRIPTS["explode"] = lambda lib: lib.DataFrame({"k": [1, 2], "l": [[1, 2], [3]]}).explode("l").reset_index(drop=True)
SCRIPTS["to_numeric"] = lambda lib: lib.to_numeric(lib.Series(["1", "x", "3.5"]), errors="coerce")
SCRIPTS["dates"] = lambda lib: (
    lambda d: d.assign(
        y=d["date"].dt.year, q=d["date"].dt.quarter, w=d["date"].dt.day_of_week, m=d["date"].dt.month_name()
    )[["y", "q", "w", "m"]]
)(sales(lib))
SCRIPTS["date diff"] = lambda lib: (sales(lib)["date"] - sales(lib)["date"].min()).dt.days
SCRIPTS["date filt"] = lambda lib: sales(lib)[sales(lib)["date"] >= "2024-03-01"]["qty"].sum()
SCRIPTS["date betw"] = lambda lib: sales(lib)[sales(lib)["date"].between("2024-02-01", "2024-03-31")]["qty"].sum()
SCRIPTS["date loc"] = lambda lib: sales(lib).set_index("date").sort_index().loc["2024-02":"2024-03"]["qty"].sum()
SCRIPTS["date loc2"] = lambda lib: sales(lib).set_index("date").sort_index().loc["2024-02"]["qty"].sum()
SCRIPTS["strftime"] = lambda lib: sales(lib)["date"].dt.strftime("%d/%m/%y")
SCRIPTS["sort multi"] = lambda lib: (
    sales(lib).sort_values(["store", "price"], ascending=[True, False]).reset_index(drop=True)
)
SCRIPTS["nlargest"] = lambda lib: sales(lib).nlargest(3, ["qty", "price"])
SCRIPTS["sample"] = lambda lib: len(sales(lib).sample(frac=0.5, random_state=1))
SCRIPTS["quantile"] = lambda lib: sales(lib)[["qty", "price"]].quantile([0.1, 0.5, 0.9])
SCRIPTS["corr"] = lambda lib: sales(lib)[["qty", "price"]].corr().round(8)
SCRIPTS["describe"] = lambda lib: sales(lib)[["qty", "price"]].describe()
SCRIPTS["agg"] = lambda lib: sales(lib)[["qty", "price"]].agg(["sum", "mean", "max"])
SCRIPTS["agg d"] = lambda lib: sales(lib).agg({"qty": "sum", "price": ["min", "max"]})
SCRIPTS["cumprod"] = lambda lib: (1 + sales(lib)["price"].head(5) / 100).cumprod()
SCRIPTS["rolling std"] = lambda lib: sales(lib)["price"].rolling(4).std().round(8)
SCRIPTS["rolling center"] = lambda lib: sales(lib)["price"].rolling(3, center=True).median()
SCRIPTS["rolling time"] = lambda lib: ts(lib).set_index("t")["v"].rolling("1D").sum()
SCRIPTS["expanding"] = lambda lib: sales(lib)["qty"].expanding(2).max()
SCRIPTS["ewm"] = lambda lib: sales(lib)["price"].ewm(alpha=0.3).mean().round(8)
SCRIPTS["idx setops"] = lambda lib: sales(lib).set_index("item").loc[["i1", "i2"]]["qty"].sum()
SCRIPTS["multiindex loc"] = lambda lib: sales(lib).groupby(["store", "item"])["qty"].sum().loc["north"]
SCRIPTS["multiindex loc2"] = lambda lib: sales(lib).groupby(["store", "item"])["qty"].sum().loc[("north", "i0")]
SCRIPTS["xs"] = lambda lib: sales(lib).groupby(["store", "item"])["qty"].sum().xs("i0", level="item")
SCRIPTS["concat keys"] = lambda lib: lib.concat(
    [sales(lib).head(2)[["qty"]], sales(lib).tail(2)[["qty"]]], keys=["a", "b"]
)
SCRIPTS["concat ax1"] = lambda lib: lib.concat([sales(lib)["qty"].rename("a"), sales(lib)["price"].rename("b")], axis=1)
SCRIPTS["where"] = lambda lib: sales(lib)["qty"].where(sales(lib)["qty"] > 3, -1)
SCRIPTS["eval"] = lambda lib: sales(lib).eval("rev = qty * price")["rev"].sum()
SCRIPTS["query @"] = lambda lib: (lambda lim: sales(lib).query("qty > @lim and store == 'north'")["price"].sum())(4)
SCRIPTS["isin q"] = lambda lib: sales(lib).query("item in ['i1','i2']")["qty"].sum()
SCRIPTS["itertuples"] = lambda lib: sum(r.qty * r.price for r in sales(lib).itertuples())
SCRIPTS["iterrows"] = lambda lib: [i for i, r in sales(lib).iterrows() if r["qty"] > 7]
SCRIPTS["value norm"] = lambda lib: sales(lib)["store"].value_counts(normalize=True)
SCRIPTS["share"] = lambda lib: (lambda g: (g / g.sum()).round(8))(sales(lib).groupby("store")["qty"].sum())
SCRIPTS["rank pct"] = lambda lib: sales(lib)["price"].rank(pct=True)
SCRIPTS["zscore"] = lambda lib: (lambda d: ((d - d.mean()) / d.std()).round(8))(sales(lib)[["qty", "price"]])
SCRIPTS["colsum ax1"] = lambda lib: sales(lib)[["qty", "price"]].sum(axis=1)
SCRIPTS["idxmax ax1"] = lambda lib: sales(lib)[["qty", "price"]].idxmax(axis=1)
SCRIPTS["T"] = lambda lib: sales(lib).head(3)[["qty", "price"]].T
SCRIPTS["set_index drop"] = lambda lib: sales(lib).set_index(["store", "item"]).sort_index()["qty"].head(4)
SCRIPTS["reindex"] = lambda lib: (
    sales(lib).groupby("store")["qty"].sum().reindex(["south", "west", "north"], fill_value=0)
)
SCRIPTS["shift7"] = lambda lib: sales(lib)["qty"].shift(-2, fill_value=0)
SCRIPTS["interp"] = lambda lib: lib.Series([1, None, None, 4.0]).interpolate()
SCRIPTS["combine"] = lambda lib: lib.Series([1, None, 3]).combine_first(lib.Series([9, 8, 7]))
SCRIPTS["mask df"] = lambda lib: sales(lib)[["qty", "price"]].mask(lambda d: d > 5)
SCRIPTS["apply ax1 ser"] = lambda lib: (
    sales(lib).head(4).apply(lambda r: r["qty"] * 2 if r["store"] == "north" else 0, axis=1)
)
SCRIPTS["pipe"] = lambda lib: sales(lib).pipe(lambda d: d[d["qty"] > 5]).shape
SCRIPTS["nunique"] = lambda lib: sales(lib).nunique()
SCRIPTS["mode"] = lambda lib: sales(lib)["item"].mode()
SCRIPTS["merge_asof"] = lambda lib: lib.merge_asof(
    ts(lib, 5), ts(lib, 9, "5h")[["t", "v"]].rename(columns={"v": "w"}), on="t"
)
SCRIPTS["tz"] = lambda lib: ts(lib, 3)["t"].dt.tz_localize("UTC").dt.tz_convert("Europe/Oslo").dt.hour
SCRIPTS["floor"] = lambda lib: ts(lib, 5)["t"].dt.floor("D").nunique()
SCRIPTS["groupby floor"] = lambda lib: (lambda d: d.groupby(d["t"].dt.floor("D"))["v"].sum())(ts(lib))
SCRIPTS["bizdays"] = lambda lib: list(lib.date_range("2024-01-01", periods=5, freq="B"))


def assigned(lib):
    frame = sales(lib)
    frame["rolled"] = frame.groupby("store")["qty"].rolling(3, min_periods=1).sum().reset_index(level=0, drop=True)
    return frame["rolled"] - frame["qty"]


SCRIPTS["values of windows within groups as a column"] = assigned
SCRIPTS["groups' windows, first seen first"] = lambda lib: (
    sales(lib).groupby("store", sort=False)["qty"].rolling(2).sum()
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_same_script(name: str) -> None:
    check(lambda lib, _: SCRIPTS[name](lib))
