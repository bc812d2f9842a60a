"""Pivot tables and cross tables that show what no row has: categories without rows, combinations of keys, missing keys."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain

FRAME = pd.DataFrame(
    {
        "c1": pd.Categorical(["A", "A", "B", "C"], categories=["C", "A", "B", "Z"]),
        "c2": pd.Categorical(["x", "y", "x", "x"], categories=["x", "y", "w"]),
        "k": [1, 1, 2, 2],
        "v": [1, 2, 3, 4],
        "u": [1.0, 2.0, 3.0, 4.0],
    }
)
TEXTS = FRAME.astype({"c1": str, "c2": str})


def both(frame, script):
    assert plain(script(hs, hs.from_pandas(frame))) == plain(script(pd, frame))


PIVOTS = [
    ("v", "c1", None, {}),
    ("v", "c1", "c2", {}),
    ("v", "c1", "c2", {"fill_value": -1}),
    ("v", "c1", "k", {}),
    (["v", "u"], "c1", "c2", {}),
    ("v", ["c1", "k"], "c2", {}),
    (["v"], "k", ["c2", "c1"], {}),
]


@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize("aggfunc", ["sum", "mean", "count", "min"])
@pytest.mark.parametrize("at", range(len(PIVOTS)))
def test_categories_without_rows(at, aggfunc, dropna):
    values, index, columns, options = PIVOTS[at]
    both(
        FRAME,
        lambda lib, df: df.pivot_table(
            values, index, columns, aggfunc=aggfunc, observed=False, dropna=dropna, **options
        ),
    )


@pytest.mark.parametrize("aggfunc", ["sum", "mean", "count"])
def test_combinations_without_rows(aggfunc):
    for index, columns in ((["c1", "k"], "c2"), ("k", ["c1", "c2"]), (["c1", "k"], ["c2"])):
        both(TEXTS, lambda lib, df, i=index, c=columns: df.pivot_table("v", i, c, aggfunc=aggfunc, dropna=False))


MISSING = pd.DataFrame({"a": ["x", None, "y", "x"], "b": [1, 1, 2, None], "n": [1, 2, 3, 4]})


@pytest.mark.parametrize(
    "options", [{}, {"margins": True}, {"normalize": True}, {"normalize": "index"}, {"normalize": "columns"}], ids=str
)
def test_missing_keys_in_cross_tables(options):
    both(MISSING, lambda lib, df: lib.crosstab(df["a"], df["b"], dropna=False, **options))


def test_cross_tables_of_what_no_row_has():
    both(FRAME, lambda lib, df: lib.crosstab(df["c1"], df["c2"], dropna=False))
    both(TEXTS, lambda lib, df: lib.crosstab(df["k"], [df["c1"], df["c2"]], dropna=False))
    both(MISSING, lambda lib, df: lib.crosstab(df["a"], df["b"], values=df["n"], aggfunc="sum", dropna=False))


def test_totals_of_what_no_row_has_are_refused():
    with pytest.raises(hs.errors.UnsupportedError, match="margins"):
        hs.from_pandas(FRAME).pivot_table("v", "c1", "c2", aggfunc="sum", observed=False, margins=True)


@pytest.mark.parametrize("normalize", [True, "all", "index", "columns", 0, 1])
def test_shares_of_values(normalize):
    both(TEXTS, lambda lib, df: lib.crosstab(df["c1"], df["c2"], values=df["v"], aggfunc="sum", normalize=normalize))
    both(TEXTS, lambda lib, df: lib.crosstab([df["c1"], df["k"]], df["c2"], df["v"], aggfunc="sum", normalize=True))
