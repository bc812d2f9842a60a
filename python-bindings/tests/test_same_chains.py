"""Random frames through random chains of verbs: the same script for pandas and for Hypostyle.

Frames are empty, tiny or small, in one partition or in several, with missing values, infinities, equal rows, texts beyond
ASCII, times with and without a zone and ordered categories. What is known to differ is not among the verbs: comparisons with
missing values, and parts of whole numbers that are missing, which pandas holds as floats.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import warnings
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

TEXTS = ["apple", "Äpfel", "b", "", "straße", "日本", "a b c", "Zz", "x-1", "éclair", None]
NUMBERS = ["x", "y", "z", "j"]


def made(r: random.Random, rows: int) -> pd.DataFrame:
    start = dt.datetime(2024, 1, 1)
    keys = [r.choice("abcd") for _ in range(rows)]
    frame = pd.DataFrame(
        {
            "k": pd.Series(keys, dtype="str"),
            "j": pd.Series([r.randint(0, 3) for _ in range(rows)], dtype="int64"),
            "x": pd.Series([r.randint(-5, 5) for _ in range(rows)], dtype="int64"),
            "y": pd.Series(
                [r.choice([None, 1.5, -2.0, 0.0, 3.25, 1e9, r.random()]) for _ in range(rows)], dtype="float64"
            ),
            "z": pd.Series(
                [r.choice([math.inf, -math.inf, 0.0, r.uniform(-9, 9)]) for _ in range(rows)], dtype="float64"
            ),
            "s": pd.Series([r.choice(TEXTS) for _ in range(rows)], dtype="str"),
            "b": pd.Series([r.random() < 0.5 for _ in range(rows)], dtype="bool"),
            "t": pd.to_datetime(
                pd.Series([None if r.random() < 0.1 else start + dt.timedelta(hours=r.randint(0, 1500)) for _ in keys])
            ).astype("datetime64[us]"),
        }
    )
    frame["u"] = frame["t"].dt.tz_localize("UTC").dt.tz_convert(r.choice(["Europe/Oslo", "America/New_York"]))
    frame["c"] = pd.Categorical(keys, categories=list("abcd"), ordered=True)
    return frame


def values(r: random.Random) -> dict[str, Any]:
    """Verbs that give a column."""
    n, m = r.choice(NUMBERS), r.choice(["x", "j"])
    n_finite = r.choice(["x", "j"])
    how, other, up = r.choice(["average", "min", "dense", "first"]), r.choice([0, np.nan, -1.5]), r.random() < 0.5
    least, size, name = (
        r.choice([1, 2]),
        r.choice([2, 3, 5]),
        r.choice(["sum", "mean", "max", "std", "median", "count"]),
    )
    many, time = r.choice(["sum", "mean", "max", "count", "first"]), r.choice(["t", "u"])
    by = r.choice([1, -1, 2])
    return {
        "sum": lambda lib, d: d[n] * 2 + d[m],
        "filled": lambda lib, d: d[n].fillna(0),
        "clipped": lambda lib, d: d[n].clip(-1, 2),
        "running": lambda lib, d: d[n_finite].cumsum(),
        "shifted": lambda lib, d: d[n].shift(by),
        "ranked": lambda lib, d: d[n].rank(method=how, ascending=up),
        "change": lambda lib, d: d[n].diff(),
        "chosen": lambda lib, d: d[n].where(d[m] > 0, other),
        "window": lambda lib, d: getattr(d["x"].rolling(size, min_periods=least), name)(),
        "expanding": lambda lib, d: d["x"].expanding(2).mean(),
        "decaying": lambda lib, d: d["x"].ewm(span=3).mean(),
        "rounded": lambda lib, d: d[n].round(1),
        "among": lambda lib, d: d[n].isin([1, 2, np.nan]),
        "text_of": lambda lib, d: d[n].astype(str),
        "replaced": lambda lib, d: d[n].replace({1: 100, 0: np.nan}),
        "mapped": lambda lib, d: d["x"].map({1: "one", 2: "two"}),
        "group": lambda lib, d: d.groupby("k")[n_finite].transform(many),
        "group_running": lambda lib, d: d.groupby("j")[n_finite].cumsum(),
        "group_rank": lambda lib, d: d.groupby("k")[n].rank(),
        "group_before": lambda lib, d: d.groupby("k")[n].shift(1),
        "group_row": lambda lib, d: d.groupby("k").cumcount(),
        "group_number": lambda lib, d: d.groupby("k").ngroup(),
        "cut": lambda lib, d: lib.cut(d["x"].astype("int64"), [-10, -2, 0, 3, 10]).astype(str),
        "length": lambda lib, d: d["s"].str.len(),
        "holds": lambda lib, d: d["s"].str.contains("a", na=False),
        "slice": lambda lib, d: d["s"].str[1:3],
        "reverse": lambda lib, d: d["s"].str[::-1],
        "letters": lambda lib, d: d["s"].str.replace("a", "_", regex=False),
        "first_part": lambda lib, d: d["s"].str.split(" ").str[0],
        "found": lambda lib, d: d["s"].str.find("p"),
        "titled": lambda lib, d: d["s"].str.title(),
        "joined": lambda lib, d: d["s"].str.cat(d["s"], sep="|", na_rep="?"),
        "extracted": lambda lib, d: d["s"].str.extract(r"([a-z])", expand=False),
        "padded": lambda lib, d: d["s"].str.pad(6, side="both", fillchar="*"),
        "longer": lambda lib, d: d["s"] + "!",
        "emptied": lambda lib, d: d["s"].replace("b", np.nan),
        "again": lambda lib, d: d["s"].duplicated(keep="last"),
        "month": lambda lib, d: d[time].dt.month,
        "weekday": lambda lib, d: d[time].dt.dayofweek,
        "day": lambda lib, d: d[time].dt.normalize(),
        "form": lambda lib, d: d[time].dt.strftime("%Y/%m/%d %H.%f"),
        "name": lambda lib, d: d[time].dt.day_name(),
        "week": lambda lib, d: d[time].dt.isocalendar().week,
        "apart": lambda lib, d: d[time].diff().dt.total_seconds(),
        "later": lambda lib, d: d[time] + dt.timedelta(hours=30),
        "hour_up": lambda lib, d: d["t"].dt.ceil("6h"),
        "text_of_time": lambda lib, d: d[time].astype(str),
    }


def rows(r: random.Random) -> dict[str, Any]:
    """Verbs that give other rows."""
    n, m, v, count = r.choice(NUMBERS), r.choice(["x", "j"]), r.choice([-1, 0, 1, 2.5]), r.choice([3, 5, 12])
    up, where, keep = r.random() < 0.5, r.choice(["first", "last"]), r.choice(["first", "last", False])
    how = r.choice(["inner", "left"])

    def written(lib: Any, d: Any) -> Any:
        d = d.copy()
        d.loc[d[m] > 0, "x"] = -7
        return d

    return {
        "more": lambda lib, d: d[d[n] > v],
        "either": lambda lib, d: d[(d[n] <= v) | (d[m] == v)],
        "present": lambda lib, d: d[~d[n].isna()],
        "asked": lambda lib, d: d.query("x > 0 and j < 3"),
        "sorted": lambda lib, d: d.sort_values([n, m], ascending=[up, not up], kind="stable", na_position=where),
        "sorted_text": lambda lib, d: d.sort_values("s", kind="stable"),
        "sorted_time": lambda lib, d: d.sort_values("u", kind="stable", na_position=where),
        "greatest": lambda lib, d: d.nlargest(5, n),
        "head": lambda lib, d: d.head(count),
        "tail": lambda lib, d: d.tail(count),
        "places": lambda lib, d: d.iloc[1:count],
        "whole": lambda lib, d: d.dropna(subset=["y", "s"]),
        "distinct": lambda lib, d: d.drop_duplicates(["k", "j"], keep=keep),
        "matched": lambda lib, d: d.merge(lib.DataFrame({"k": ["a", "b", "b"], "q": [1.5, 2.5, 3.5]}), on="k", how=how),
        "beside": lambda lib, d: d.merge(d[["k", "x"]].drop_duplicates("k"), on="k", how="left", suffixes=("", "_r")),
        "below": lambda lib, d: lib.concat([d, d.head(3)], ignore_index=True),
        "carried": lambda lib, d: d.ffill(),
        "written": written,
    }


def ends(r: random.Random) -> dict[str, Any]:
    """Verbs that end a chain."""
    name = r.choice(["sum", "mean", "min", "max", "count", "std", "var", "median", "first", "last", "nunique", "sem"])
    sort, dropna, observed = r.random() < 0.7, r.random() < 0.6, r.random() < 0.5
    return {
        "rows": lambda lib, d: d,
        "group": lambda lib, d: getattr(d.groupby("k", sort=sort)["x"], name)().reset_index(name="v"),
        "group_y": lambda lib, d: d.groupby("s", dropna=dropna)["x"].agg(["sum", "count", "min"]).reset_index(),
        "group_two": lambda lib, d: d.groupby(["k", "j"], as_index=False).agg(a=("x", "sum"), b=("x", "nunique")),
        "group_category": lambda lib, d: d.groupby("c", observed=observed)["x"].sum().reset_index(),
        "group_share": lambda lib, d: d.groupby("k")["x"].quantile(0.3).reset_index(),
        "group_times": lambda lib, d: d.groupby("k")["t"].agg(["min", "max"]).reset_index(),
        "group_head": lambda lib, d: d.groupby("k").head(2),
        "weeks": lambda lib, d: (
            d.dropna(subset=["t"]).set_index("t").sort_index()["x"].resample("7D").sum().reset_index()
        ),
        "months": lambda lib, d: d.dropna(subset=["t"]).resample("MS", on="t")["x"].mean().reset_index(),
        "table": lambda lib, d: d.pivot_table("x", "k", "j", aggfunc="sum"),
        "counted": lambda lib, d: lib.crosstab(d["k"], d["j"]),
        "unstacked": lambda lib, d: d.groupby(["k", "j"])["x"].sum().unstack(fill_value=0),
        "long": lambda lib, d: d.melt(id_vars=["k"], value_vars=["x", "y"]),
        "often": lambda lib, d: d["k"].value_counts().sort_index().reset_index(),
        "told": lambda lib, d: d[["x", "j"]].describe(),
        "missing": lambda lib, d: d[["x", "y", "s", "t"]].isna().sum(),
        "shares": lambda lib, d: d["x"].quantile([0.1, 0.5, 0.9]).to_frame("q"),
    }


def plain(value: Any) -> Any:
    if isinstance(value, pd.Series):
        value = value.to_frame("value")
    if isinstance(value, pd.DataFrame):
        return list(value.columns), [[plain(one) for one in value.iloc[:, at].tolist()] for at in range(value.shape[1])]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (bool, int, float, np.number, np.bool_)):
        return None if math.isnan(float(value)) else float(value)
    return pd.Timestamp(value).timestamp() if isinstance(value, (dt.date, dt.datetime)) else value


def same(found: Any, expected: Any) -> bool:
    if isinstance(found, (tuple, list)) and isinstance(expected, (tuple, list)):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, float) and isinstance(expected, float):
        return found == expected or math.isclose(found, expected, rel_tol=1e-7, abs_tol=1e-9)
    return found == expected


@pytest.mark.parametrize("seed", range(40))
def test_chains(seed):
    r = random.Random(seed)
    count = r.choice([0, 1, 2, 7, 30, 60])
    theirs = made(r, count)
    ours = hs.DataFrame(theirs)
    if count > 7 and r.random() < 0.5:
        ours = hs.concat([hs.DataFrame(theirs[at : at + 7]) for at in range(0, count, 7)], ignore_index=True)
    told = []
    for step in range(r.randint(2, 6)):
        if r.random() < 0.6:
            (name, verb), column = r.choice(list(values(r).items())), f"w{step}"
            theirs, ours = theirs.assign(**{column: verb(pd, theirs)}), ours.assign(**{column: verb(hs, ours)})
        else:
            name, verb = r.choice(list(rows(r).items()))
            theirs, ours = verb(pd, theirs), verb(hs, ours)
        theirs = theirs.reset_index(drop=True)
        told.append(name)
    name, end = r.choice(list(ends(r).items()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = plain(end(pd, theirs))
    assert same(plain(end(hs, ours).to_pandas()), expected), [*told, name]
