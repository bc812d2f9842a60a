"""Periods within groups, extremes of groups, records as JSON, rows without a partner: as pandas has it."""

from __future__ import annotations

import json

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check
from test_same_making import both

DATA = {
    "k": ["a", "b", "a", "b", "a", None],
    "t": pd.to_datetime(
        ["2024-01-01", "2024-01-02", "2024-01-04", "2024-01-02 12:00", "2024-01-04 05:00", "2024-02-01"],
        format="ISO8601",
    ),
    "x": [1, 2, 3, 4, 5, 6],
    "y": [1.0, 2.0, np.nan, 4.0, 5.0, np.inf],
}

PERIODS = {
    "sum": lambda d: d.groupby("k").resample("D", on="t")["x"].sum(),
    "mean": lambda d: d.set_index("t").groupby("k")["x"].resample("D").mean(),
    "columns": lambda d: d.set_index("t").groupby("k").resample("2D")[["x", "y"]].sum(),
    "months": lambda d: d.set_index("t").groupby("k")["x"].resample("MS").count(),
    "several": lambda d: d.set_index("t").groupby("k")["x"].resample("7D").agg(["sum", "max"]),
    "greatest": lambda d: d.groupby("k")["x"].nlargest(2),
    "least_last": lambda d: d.groupby("k")["x"].nsmallest(1, keep="last"),
    "greatest_by_label": lambda d: d.set_index("t").groupby("k")["y"].nlargest(1),
}


@pytest.mark.parametrize("name", PERIODS)
def test_within_groups(name):
    both(lambda lib: PERIODS[name](lib.DataFrame(DATA)))


def test_what_a_group_cannot_do():
    with pytest.raises(AttributeError, match="no aggregate"):
        _ = hs.DataFrame(DATA).groupby("k").resample("D", on="t").nothing
    with pytest.raises(AttributeError, match="there are no periods"):
        hs.DataFrame(DATA)["t"].dt.to_period("M")


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.filterwarnings("ignore")
def test_records(tmp_path, lines):
    def read(text):
        return [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)

    theirs, ours = pd.DataFrame(DATA).set_index("x"), hs.DataFrame(DATA).set_index("x")
    expected = read(theirs.to_json(orient="records", lines=lines))
    assert read(ours.to_json(orient="records", lines=lines)) == expected
    path = tmp_path / ("rows.jsonl" if lines else "rows.json")
    ours.to_json(path, orient="records", lines=lines)
    assert read(path.read_text(encoding="utf-8")) == expected
    nested = hs.DataFrame({"l": [[1, 2]], "d": pd.to_timedelta([1], "s")})
    assert json.loads(nested.to_json(orient="records")) == [{"l": [1, 2], "d": 1000}]


@pytest.mark.parametrize("how", ["left_anti", "right_anti"])
def test_rows_without_a_partner(how):
    right = {"k": ["a", "q"], "x": [7, 8], "z": [1.5, 2.5]}
    check(lambda lib, df: df.merge(lib.DataFrame(right), on="k", how=how))
    check(lambda lib, df: df.merge(lib.DataFrame(right), on="k", how=how, indicator=True))
    check(lambda lib, df: df.merge(lib.DataFrame(right), on="k", how=how, indicator="side"))


def test_edges_are_an_array():
    check(lambda lib, df: list(lib.cut(df["x"], 3, retbins=True)[1].round(3)))
