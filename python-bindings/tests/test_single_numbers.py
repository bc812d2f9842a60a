"""Single numbers: Python's own to everybody, with the methods that scripts call on those of pandas and Dask."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest

DATA = {"k": ["a", "b", "a"], "x": [3, 1, 2], "y": [1.25, 2.5, None]}

#: What gives one number.
SINGLE = [
    "df.x.sum()",
    "df.y.mean()",
    "df.y.max()",
    "df.x.std()",
    "df.y.quantile(0.3)",
    "df.x.nunique()",
    "df.x.count()",
    "df.x.median()",
    "df.x.agg('sum')",
    "df.x.corr(df.y)",
    "df.x.cov(df.y)",
    "df.x.size",
    "df.size",
    "df.shape[0]",
    "df.x.iloc[0]",
    "df.y[1]",
    "df.loc[0, 'y']",
    "df.iloc[1, 2]",
    "df.at[0, 'x']",
    "df.isna().sum().sum()",
]


@pytest.mark.parametrize("text", SINGLE)
def test_single_numbers(text: str) -> None:
    found, expected = (eval(text, {"df": lib.DataFrame(DATA)}) for lib in (hs, pd))
    assert isinstance(found, (int, float))
    assert found == pytest.approx(expected) and float(found) == pytest.approx(float(expected))
    plain = found.compute()
    assert type(plain) in (int, float) and plain == found and type(found.item()) is type(plain)
    assert repr(found) == repr(plain) and str(found) == str(plain) and f"{found:.2f}" == f"{plain:.2f}"
    assert hash(found) == hash(plain) and json.dumps([found]) == json.dumps([plain])
    for copied in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
        assert copied == found and type(copied) is type(plain)
    assert found.round(1) == round(float(expected), 1) and found.astype("int64").dtype == "int64"


@pytest.mark.parametrize("value", [2.675, 0.285, 1.005, -2.5, 12345.678, float("nan"), float("inf")])
@pytest.mark.parametrize("decimals", [0, 1, 2, -1, -2])
def test_rounded_as_numpy_rounds(value: float, decimals: int) -> None:
    found = hs.Series([value], dtype="float64").max().round(decimals)
    assert found == np.float64(value).round(decimals) or np.isnan(found)
    assert hs.Series([12345]).sum().round(decimals) == np.int64(12345).round(decimals)


def test_single_numbers_are_values_everywhere() -> None:
    df = hs.DataFrame(DATA)
    top, mean = df.x.max(), df.y.mean()
    made = hs.DataFrame({"a": [top, 1], "b": [mean, 2.0], "c": top}).assign(d=mean)
    assert dict(made.dtypes.items()) == {"a": "int64", "b": "float64", "c": "int64", "d": "float64"}
    assert hs.Series([top, mean]).to_list() == [3.0, 1.875]
    assert hs.Series({"top": top, "mean": mean}).to_dict() == {"top": 3.0, "mean": 1.875}
    assert df[df.x == top].k.to_list() == ["a"] and df.x.fillna(mean).to_list() == [3, 1, 2]
    assert df.loc[df.x.idxmin()].to_dict()["k"] == "b" and df.iloc[df.x.argmin()].to_dict()["k"] == "b"
    assert df.groupby("k").x.agg(lambda part: part.max()).to_dict() == {"a": 3, "b": 1}
    assert df.head(df.x.nunique() - 1).shape == (2, 3) and df.shape == (3, 3)
    numbered = hs.DataFrame({0: [1], 3: [2]})
    assert numbered[top].to_list() == [2] and list(numbered.rename(columns={top: "z"}).columns) == [0, "z"]
    assert df.apply(lambda row: row["x"] * top, axis=1).to_list() == [9, 3, 6]
    assert df[["x", "y"]].apply(lambda column: column.max()).to_dict() == {"x": 3.0, "y": 2.5}
    assert hs.concat([df.x, hs.Series([top])]).to_list() == [3, 1, 2, 3]
    assert df.query("x == @top", local_dict={"top": top}).k.to_list() == ["a"]
    assert np.array([top, 1]).dtype == np.int64 and pd.Series([mean]).dtype == "float64"


def test_single_numbers_in_other_libraries() -> None:
    import sqlite3

    df: Any = hs.DataFrame(DATA)
    top, mean = df.x.max(), df.y.mean()
    assert sqlite3.connect(":memory:").execute("select ?, ?", (top, mean)).fetchone() == (3, 1.875)
    pa = pytest.importorskip("pyarrow")
    assert pa.array([top]).type == "int64" and pa.array([mean]).type == "double"
    pl = pytest.importorskip("polars")
    assert pl.DataFrame({"x": [1, 5]}).filter(pl.col("x") > top).height == 1 and pl.Series([mean]).dtype == pl.Float64
    duckdb = pytest.importorskip("duckdb")
    assert duckdb.connect().execute("select ?, ?", [top, mean]).fetchone() == (3, 1.875)
    numba = pytest.importorskip("numba")
    shifted = numba.njit(lambda value, by: value - by)
    assert shifted(1.0, mean) == -0.875 and shifted(5, top) == 2
