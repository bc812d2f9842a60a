"""Frames of windows: what DuckDB gives for the same frame."""

from __future__ import annotations

import datetime as dt

import duckdb
import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from hypostyle.errors import DataTypeError, InvalidArgumentError

BOUNDS = [(None, 0), (-2, 0), (-3, -1), (0, 0), (0, 2), (1, 3), (-2, 2), (0, None), (2, None), (None, None), (None, -1)]


@pytest.fixture(scope="module")
def pdf() -> pd.DataFrame:
    random = np.random.default_rng(7)
    rows = 400
    key = pd.array(random.integers(0, 60, rows), dtype="Int64")
    key[random.random(rows) < 0.05] = pd.NA
    value = pd.array(random.integers(-50, 50, rows), dtype="Int64")
    value[random.random(rows) < 0.2] = pd.NA
    start = dt.datetime(2024, 1, 1)
    return pd.DataFrame(
        {
            "id": range(rows),
            "p": random.integers(0, 4, rows),
            "k": key,
            "f": random.integers(0, 40, rows) / 4,
            "t": [start + dt.timedelta(minutes=int(m)) for m in random.integers(0, 600, rows)],
            "x": value,
        }
    )


def _edge(bound, is_start: bool, text=str) -> str:
    if bound is None:
        return "unbounded preceding" if is_start else "unbounded following"
    if bound == 0:
        return "current row"
    return f"{text(abs(bound))} {'preceding' if bound < 0 else 'following'}"


def _compared(pdf, unit: str, key: str, bounds, descending: bool = False, text=str, ends=None) -> None:
    # Rows of equal keys have no order of their own in SQL: the number of the row settles it where rows are counted.
    settled = unit == "rows"
    frame = f"{unit} between {_edge(bounds[0], True, text)} and {_edge(bounds[1], False, text)}"
    down = " desc" if descending else ""
    order = f"{key}{down} nulls last" + (", id" if settled else "")
    window = f"over (partition by p order by {order} {frame})"
    expected = duckdb.sql(
        f"""select id, count(*) {window} as n, count(x) {window} as known, min(x) {window} as low,
        case when count(*) {window} = 0 then null else coalesce(sum(x) {window}, 0) end as total,
        avg(x) {window} as mean, count(distinct x) {window} as kinds from pdf order by id"""
    ).fetchall()
    over = {
        "partition_by": "p",
        "order_by": [key, "id"] if settled else key,
        "descending": [descending, False] if settled else descending,
        unit: bounds if ends is None else ends,
    }
    x = hs.col("x")
    made = hs.from_pandas(pdf).assign(
        n=hs.col("id").count().over(**over),
        known=x.count().over(**over),
        low=x.min().over(**over),
        total=x.sum().over(**over),
        mean=x.mean().over(**over),
        kinds=x.n_unique().over(**over),
    )
    found = made[["id", "n", "known", "low", "total", "mean", "kinds"]].to_dict("list")
    for place, name in enumerate(["id", "n", "known", "low", "total", "mean", "kinds"]):
        wanted = [row[place] for row in expected]
        if name == "mean":
            assert [v is None for v in found[name]] == [v is None for v in wanted]
            assert np.allclose([v or 0 for v in found[name]], [v or 0 for v in wanted])
        else:
            assert found[name] == wanted, (name, frame)


@pytest.mark.parametrize("bounds", BOUNDS)
@pytest.mark.parametrize("unit", ["rows", "range", "groups"])
def test_as_in_duckdb(pdf, unit, bounds):
    _compared(pdf, unit, "k", bounds)


@pytest.mark.parametrize("bounds", [(-3, 0), (1, 5), (None, 2)])
def test_descending_keys(pdf, bounds):
    _compared(pdf, "range", "k", bounds, descending=True)
    _compared(pdf, "groups", "k", bounds, descending=True)


@pytest.mark.parametrize("bounds", [(-0.5, 0), (-1.25, 1.25), (0.25, 2)])
def test_ranges_of_floats(pdf, bounds):
    _compared(pdf, "range", "f", bounds)


@pytest.mark.parametrize("bounds", [(-30, 0), (-10, 10), (1, 60)])
def test_ranges_of_times(pdf, bounds):
    def text(minutes) -> str:
        return f"interval {minutes} minute"

    ends = tuple(dt.timedelta(minutes=bound) for bound in bounds)
    _compared(pdf, "range", "t", bounds, text=text, ends=ends)
    _compared(pdf, "range", "t", bounds, text=text, ends=tuple(f"{bound}m" for bound in bounds))


def test_dates_and_sizes_of_days():
    days = [dt.date(2024, 1, day) for day in (1, 2, 4, 8)]
    df = hs.DataFrame({"d": days, "x": [1, 2, 4, 8]})
    week = hs.col("x").sum().over(order_by="d", range=(dt.timedelta(days=-3), 0))
    assert df.assign(s=week)["s"].to_list() == [1, 3, 7, 8]
    assert df.assign(s=hs.col("x").sum().over(order_by="d", range=("1d", "3d")))["s"].to_list() == [6, 4, None, None]


def test_first_and_last_of_a_frame():
    df = hs.DataFrame({"x": [3, 1, 2]})
    first = hs.col("x").first(ignore_nulls=False).over(order_by="x", rows=(1, None))
    assert df.assign(s=first)["s"].to_list() == [None, 2, 3]


def test_mistakes_are_named():
    df = hs.DataFrame({"k": ["a"], "x": [1]})
    x = hs.col("x")
    with pytest.raises(InvalidArgumentError, match="one of rows, range and groups"):
        x.sum().over(order_by="x", rows=(0, 0), range=(0, 0))
    with pytest.raises(InvalidArgumentError, match="a pair of ends"):
        x.sum().over(order_by="x", rows=3)
    with pytest.raises(InvalidArgumentError, match="no frame lies"):
        df.assign(s=x.sum().over(order_by="x", rows=(1, -1))).to_dict()
    with pytest.raises(InvalidArgumentError, match="has no frame"):
        df.assign(s=x.shift(1).over(order_by="x", rows=(-1, 0))).to_dict()
    with pytest.raises(InvalidArgumentError, match="needs one key"):
        df.assign(s=x.sum().over(range=(-1, 0))).to_dict()
    with pytest.raises(DataTypeError, match="no string lies"):
        df.assign(s=x.sum().over(order_by="k", range=(-1, 0))).to_dict()
