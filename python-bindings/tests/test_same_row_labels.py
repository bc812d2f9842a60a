"""Rows in functions and loops: values are set in them, and their labels changed; the same script for both libraries."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain


def table(lib):
    return lib.DataFrame({"a": [1, 2, 3], "s": ["x", "y", "z"], "b": [0.5, None, 2.0]})


def doubled(row):
    row["n"] = row["a"] * 2
    row["s"] = row["s"].upper()
    return row


def tagged(row):
    row["tag"] = "big" if row.a > 1 else "small"
    return row[["a", "tag"]]


def collected(lib):
    rows = []
    for _, row in table(lib).iterrows():
        row["k"] = row["a"] + 1
        rows.append(row)
    return lib.DataFrame(rows)


def popped(lib):
    row = table(lib).iloc[0]
    return [row.pop("b"), list(row.index), row.to_dict()]


def first(lib):
    return table(lib).iloc[0]


def changed(lib):
    df = table(lib)
    row, other = df.iloc[0], df.iloc[0].copy()
    other["a"] = 99
    return [
        row["a"],
        other["a"],
        df.loc[0, "a"],
        row.equals(df.iloc[0]),
        row.equals(other),
        df.iloc[1].equals(df.iloc[1]),
    ]


SCRIPTS = {
    "set in a function": lambda lib: table(lib).apply(doubled, axis=1),
    "some of what was set": lambda lib: table(lib).apply(tagged, axis=1),
    "set in a loop": collected,
    "popped": popped,
    "copies": changed,
    "rename": lambda lib: [first(lib).rename({"a": "A"}).to_dict(), first(lib).rename(str.upper).to_dict()],
    "name": lambda lib: first(lib).rename("other").name,
    "reindex": lambda lib: [
        first(lib).reindex(["s", "a"]).to_dict(),
        first(lib).reindex(["a", "q"], fill_value=0).to_dict(),
    ],
    "filter": lambda lib: [
        *(first(lib).filter(like="a").to_dict(), first(lib).filter(regex="^[ab]$").to_dict()),
        first(lib).filter(items=["s", "zz"]).to_dict(),
    ],
    "replace": lambda lib: [first(lib).replace("x", "q").to_dict(), first(lib).replace({1: 5, "x": "w"}).to_dict()],
    "operators by name": lambda lib: [
        *(first(lib)[["a", "b"]].add(1).tolist(), first(lib)[["a", "b"]].mul(2).tolist()),
        *(first(lib)[["a", "b"]].gt(0.7).tolist(), first(lib).eq("x").tolist()),
    ],
    "to a frame": lambda lib: first(lib)[["a", "b"]].astype(float).to_frame(),
    "sums so far": lambda lib: first(lib)[["a", "b"]].cumsum().tolist(),
    "shape": lambda lib: [first(lib).ndim, first(lib).pipe(len), first(lib).T.shape, first(lib).to_numpy().tolist()],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_rows(name):
    assert plain(SCRIPTS[name](hs)) == plain(SCRIPTS[name](pd))


def test_what_is_set_in_a_row_stays_there():
    df = table(hs)
    for _, row in df.iterrows():
        row["a"] = 0
    assert df["a"].to_list() == [1, 2, 3]
    df.apply(doubled, axis=1)
    assert df.columns == ["a", "s", "b"] and df["s"].to_list() == ["x", "y", "z"]


def test_columns_of_several_types_say_what_to_write():
    people = {"Ann": {"city": "Oslo", "n": 1}, "Bo": {"city": "Rome", "n": 2}}
    with pytest.raises(TypeError, match=r'from_dict\(data, orient="index"\)'):
        hs.DataFrame(people)
    made = hs.DataFrame.from_dict(people, orient="index")
    assert plain(made) == plain(pd.DataFrame.from_dict(people, orient="index"))
    with pytest.raises(ValueError, match="one of items"):
        first(hs).filter(like="a", regex="b")
