"""Frames of rows, time zones, conditions, limits: the same as in pandas."""

from __future__ import annotations

import collections
import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check

SCRIPTS: dict[str, Callable[[Any], Any]] = {}
HOLES = [None, 1.0, None, None, None, 4.0, None, None]


def stock(lib):
    return lib.DataFrame(
        {"a": [3.0, None, 1.0, 2.0], "b": [1, 2, 3, 4], "s": ["x", "y", None, "x"]}, index=["p", "q", "r", "t"]
    )


def numbers(lib):
    return stock(lib)[["a", "b"]]


SCRIPTS |= {
    "rows with names": lambda lib: lib.DataFrame(
        [lib.Series({"a": 1, "b": 2}, name="r1"), lib.Series({"b": 3, "c": 4}, name="r2")]
    ),
    "rows of another frame": lambda lib: lib.DataFrame([stock(lib).iloc[2], stock(lib).iloc[0]]),
    "rows of numbers of another frame": lambda lib: lib.DataFrame([numbers(lib).loc["r"], numbers(lib).loc["p"]]),
    "rows one by one": lambda lib: lib.DataFrame([row for _, row in stock(lib).iterrows()]),
    "pairs": lambda lib: lib.DataFrame(zip([1, 2], [3, 4], strict=True), columns=["a", "b"]),
    "rows that are made": lambda lib: lib.DataFrame(((i, i * 2) for i in range(3)), columns=["a", "b"]),
    "some of the rows that are made": lambda lib: lib.DataFrame.from_records(
        ((i, i * 2) for i in range(9)), columns=["a", "b"], nrows=2
    ),
    "sorted columns of frames": lambda lib: lib.concat([stock(lib).reset_index()] * 2, sort=True),
    "days written as numbers": lambda lib: lib.to_datetime(lib.Series([20240229, 20240301]), format="%Y%m%d"),
    "the most frequent category": lambda lib: lib.Series(["b", "a", "b"]).astype("category").mode(),
    "a mapping with a default": lambda lib: lib.Series([1, 2, np.nan]).map(
        collections.defaultdict(lambda: "none", {1: "a", np.nan: "c"})
    ),
    "conditions as lists": lambda lib: lib.Series([1, 2, 3]).case_when([([True, False, False], 9)]),
    "values as lists": lambda lib: lib.Series([1, 2, 3]).case_when([(lambda s: s > 1, [7, 8, 9])]),
    "values as functions": lambda lib: lib.Series([1, 2, 3]).case_when(
        [(lib.Series([1, 2, 3]) > 2, lambda s: s * 100), ([True] * 3, 0)]
    ),
    "the class of values": lambda lib: [
        issubclass(stock(lib)["b"].dtype.type, np.integer),
        issubclass(stock(lib)["a"].dtype.type, np.floating),
        stock(lib)["b"].dtype.itemsize,
    ],
}
for direction in ("forward", "backward", "both"):
    for limit in (1, 2, 3):
        SCRIPTS[f"at most {limit} {direction}"] = lambda lib, d=direction, n=limit: lib.Series(HOLES).interpolate(
            limit=n, limit_direction=d
        )
        SCRIPTS[f"at most {limit} {direction} inside"] = lambda lib, d=direction, n=limit: lib.Series(
            HOLES
        ).interpolate(limit=n, limit_direction=d, limit_area="inside")


def square(lib):
    return lib.DataFrame({"a": [5, 7, 2], "b": [0.0, 2.0, None]})


def clock_change(lib):
    times = pd.to_datetime(["2020-03-28 10:00", "2020-10-24 10:00"]).tz_localize("Europe/Oslo")
    return lib.Series([1, 2], index=times)


def new_row(df, where, value):
    df.loc[where] = value
    return df


def by_row(func):
    return lambda lib: square(lib).apply(func, axis=1)


# What functions of rows ask of a row.
SCRIPTS |= {
    "a row times a number": by_row(lambda r: r * 2),
    "a number less a row": by_row(lambda r: 1 - r),
    "a row by its sum": by_row(lambda r: r / r.sum()),
    "a row by a row": by_row(lambda r: r - r.fillna(0)),
    "the name of the greatest": by_row(lambda r: r.idxmax()),
    "the name of the least": by_row(lambda r: r.idxmin()),
    "values by place": by_row(lambda r: r.iloc[0] + r.iloc[-2]),
    "values in order": by_row(lambda r: r.sort_values().iloc[0]),
    "the two greatest": by_row(lambda r: r.nlargest(1).sum()),
    "some of the values": by_row(lambda r: r[r > 1].sum()),
    "how many are missing": by_row(lambda r: r.isna().sum()),
    "how many are there": by_row(lambda r: r.notna().sum()),
    "without some": by_row(lambda r: r.drop("b").sum()),
    "without missing ones": by_row(lambda r: len(r.dropna())),
    "both conditions": by_row(lambda r: ((r > 1) & (r < 7)).any()),
    "deviation": by_row(lambda r: r.std(ddof=0)),
    "median and product": by_row(lambda r: r.median() + r.prod()),
    "distinct values": by_row(lambda r: r.nunique()),
    "is in": by_row(lambda r: r.isin([2, 5]).all()),
}

SCRIPTS |= {
    "rows by truth values": lambda lib: stock(lib).filter(cond=[True, False, True, False]),
    "rows by a condition": lambda lib: stock(lib).filter(cond=stock(lib)["b"] > 2),
    "rows by a function": lambda lib: stock(lib).filter(cond=lambda d: d["b"] > 2),
    "columns by truth values": lambda lib: stock(lib).filter(cond=[True, False, True], axis=1),
    "values by a condition": lambda lib: stock(lib)["b"].filter(cond=[True, False, True, False]),
    "replace what an array holds": lambda lib: [
        stock(lib)["b"].replace(np.array([1, 2]), 9),
        numbers(lib).replace(np.array([1, 2]), np.array([8, 9])),
        stock(lib)["b"].replace(range(1, 3), 9),
    ],
    "records of other types": lambda lib: str(
        lib.DataFrame({"a": [1, 2]}).to_records(column_dtypes={"a": "int16"}, index_dtypes="int32").dtype
    ),
    "aggregates of a series and functions": lambda lib: [
        lib.Series([1, 2, 3]).agg(["sum", lambda s: s.max()]),
        lib.Series([1, 2, 3]).agg({"t": lambda s: s.max()}),
    ],
    "divmod": lambda lib: [*divmod(lib.Series([1, 2, 3]), 2), *divmod(7, lib.Series([1, 2, 3]))],
    "numbers as truth values": lambda lib: [
        lib.Series([0, 1.5, 2]).astype(bool),
        lib.DataFrame({"a": [0, 2]}).astype({"a": "bool"}),
    ],
    "days of the wall clock": lambda lib: [
        clock_change(lib).shift(1, freq="D"),
        clock_change(lib).shift(-2, freq="2D"),
        clock_change(lib).shift(1, freq=pd.Timedelta("1D")),
        clock_change(lib).shift(1, freq="MS"),
    ],
    "a new row of a new column": lambda lib: new_row(lib.DataFrame({"x": [1, 2]}, index=["a", "b"]), ("c", "y"), 9),
    "the first row": lambda lib: [
        new_row(lib.DataFrame(columns=["x", "y"]), "k", [5, "w"]),
        new_row(new_row(lib.DataFrame(columns=["x", "y"]), 0, [5, "w"]), 1, [6, "v"]),
    ],
    "the same labels, some twice": lambda lib: lib.Series([1, 2], index=["a", "a"]).reindex(["a", "a"]),
    "values in the order of their places": lambda lib: [
        lib.Series([3, 1, 2])[lib.Series([3, 1, 2]).argsort()],
        lib.Series([3, 1, 2], index=["a", "b", "c"]).iloc[lib.Series([3, 1, 2]).argsort()],
        lib.Series([3, 1, 2], index=["a", "b", "c"])[lib.Series(["c", "a"])],
    ],
    "arrays of no dimension": lambda lib: [lib.Series([1, 2, 3]).clip(np.array(2)), lib.Series([1, 2]) + np.array(2)],
    "np.sqrt of a frame": lambda lib: np.sqrt(square(lib)),
    "np.maximum of a frame": lambda lib: np.maximum(square(lib)[["a"]], 3),
    "np.add and np.subtract": lambda lib: [np.add(square(lib), 1), np.subtract(10, square(lib))],
    "an array beside a frame": lambda lib: [np.array([1, 2]) + square(lib), np.array([1, 2]) < square(lib)],
    "a number of NumPy": lambda lib: np.float64(2) * square(lib),
    "np.isnan of a frame": lambda lib: np.isnan(square(lib)),
    "NumPy's summaries of a frame": lambda lib: [np.sum(square(lib)), np.max(square(lib)), np.std(square(lib), axis=0)],
    "np.cumsum of a frame": lambda lib: np.cumsum(square(lib)),
    "a column of an array": lambda lib: square(lib)[["a", "a"][:1]] - np.array([[1], [2], [3]]),
    "a column of an array beside several": lambda lib: square(lib) - np.array([[1], [2], [3]]),
    "a row of an array": lambda lib: square(lib) - np.array([[1, 2]]),
    "aggregates and functions": lambda lib: square(lib).agg(["sum", lambda c: c.max()]),
    "functions by column": lambda lib: square(lib).agg({"a": lambda c: c.sum(), "b": "mean"}),
    "lists of functions by column": lambda lib: square(lib).agg({"a": ["sum", lambda c: c.max()]}),
    "functions with names": lambda lib: square(lib).agg(top=("a", lambda c: c.max()), low=("b", "min")),
}


def levels(lib):
    return lib.DataFrame(
        {"k": ["a", "a", "b", "b", "c"], "n": [1, 2, 1, 3, 2], "x": [1.0, 2.0, 3.0, 4.0, 5.0], "y": [5, 4, 3, 2, 1]}
    ).set_index(["k", "n"])


def level_set(key, value):
    def script(lib):
        df = levels(lib)
        df.loc[key] = value
        return df

    return script


every = slice(None)
SCRIPTS |= {
    "labels of levels": lambda lib: levels(lib).loc[[("b", 3), ("a", 1)]],
    "labels of the first level": lambda lib: levels(lib).loc[["c", "a"]],
    "one label of the second level": lambda lib: levels(lib).loc[(every, 1), :],
    "every label of the second level": lambda lib: levels(lib).loc[("b", every), :],
    "several labels of levels": lambda lib: levels(lib).loc[(["a", "c"], [2, 3]), :],
    "from label to label": lambda lib: levels(lib).loc[pd.IndexSlice["a":"b", 2:], :],
    "labels of levels and a column": lambda lib: levels(lib).loc[pd.IndexSlice[:, [1, 2]], "x"],
    "labels of levels and columns": lambda lib: levels(lib).loc[pd.IndexSlice[:, 3], ["y"]],
    "labels of a series": lambda lib: levels(lib)["x"].loc[[("a", 2), ("a", 1)]],
    "one label of a series' second level": lambda lib: levels(lib)["x"].loc[:, 1],
    "in brackets": lambda lib: levels(lib)["x"][:, 2],
    "set by levels": level_set((([*"ab"], [1, 2]), "x"), 0.0),
    "set by a level": level_set((("b", every), every), 0),
    "a frame equal to a number": lambda lib: stock(lib) == 1,
    "a frame unlike a text": lambda lib: stock(lib) != "x",
    "eq and ne": lambda lib: [stock(lib).eq(2), stock(lib).ne("y")],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name: str) -> None:
    check(lambda lib, _: SCRIPTS[name](lib))


REFUSED: list[Callable[[Any], Any]] = [
    lambda lib: stock(lib).drop(["p"], index="q"),
    lambda lib: stock(lib).drop(["a"], axis=1, columns="b"),
    lambda lib: stock(lib).drop(["a"], axis=5),
    lambda lib: stock(lib).rename({"p": "P"}, index={"q": "Q"}),
    lambda lib: stock(lib).rename({"a": "A"}, axis=1, columns={"b": "B"}),
    lambda lib: stock(lib).sort_values("b", axis=5),
    lambda lib: stock(lib).sort_index(axis=5),
    lambda lib: stock(lib).sort_index(ascending=None),
    lambda lib: stock(lib).dropna(axis=5),
    lambda lib: stock(lib).shift("x"),
    lambda lib: stock(lib)["b"].filter(items=[1], like="x"),
    lambda lib: lib.DataFrame({"x": [1, 2]}).sample(3),
    lambda lib: lib.Series(HOLES).interpolate(limit=0),
    lambda lib: lib.Series(HOLES).interpolate(limit=-1),
    lambda lib: lib.Series(HOLES).interpolate(limit=2.5),
    lambda lib: lib.Series([1]).case_when([]),
    lambda lib: lib.Series([1]).case_when(([True], 1)),
]


@pytest.mark.parametrize("script", REFUSED)
def test_refused_as_in_pandas(script: Callable[[Any], Any]) -> None:
    for lib in (pd, hs):
        with pytest.raises((ValueError, TypeError)):
            script(lib)


ZONES = ["utc", dt.UTC, dt.timezone(dt.timedelta(hours=2)), zoneinfo.ZoneInfo("Europe/Oslo"), "dateutil/US/Pacific"]


@pytest.mark.parametrize("zone", ZONES)
def test_zones_are_told_in_every_way(zone: Any) -> None:
    zoned = pd.Series(pd.to_datetime(["2024-01-01 00:00", "2024-07-01 12:00"])).dt.tz_localize(zone)
    moments = zoned.dt.tz_convert("UTC").tolist()
    told = hs.Series(hs.to_datetime(["2024-01-01 00:00", "2024-07-01 12:00"])).dt.tz_localize(zone)
    for found in (hs.Series(zoned), told, told.dt.tz_convert(zone)):
        assert found.dt.tz_convert("UTC").to_pandas().tolist() == moments
        assert found.dt.hour.to_list() == zoned.dt.hour.tolist()


def test_what_is_no_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="Europe/Oslo"):
        hs.Series(hs.to_datetime(["2024-01-01"])).dt.tz_localize(5)


def test_structs_without_fields_are_values() -> None:
    values = [{}, None, {}]
    series = hs.Series(values)
    assert series.to_list() == values and series.isna().to_list() == [False, True, False]
    assert hs.DataFrame({"a": values, "b": [1, 2, 3]}).to_pandas()["a"].tolist() == values
