"""Lists, structs, rows of several columns, tables of values, bits and chance against Polars, pandas and Python."""

from __future__ import annotations

import math

import hypostyle as hs
import numpy as np
import pandas as pd
import polars as pl
import pytest

LISTS = [[3, None, 1, 3], [], None, [2], [5, 4]]
FLOATS = [[1.5, math.nan], [], None, [math.nan], [None, -1.0]]


def frames(values) -> tuple[hs.DataFrame, pl.DataFrame]:
    return hs.DataFrame({"x": values}), pl.DataFrame({"x": values})


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda x: x.list.len(), lambda x: x.list.len()),
        (lambda x: x.list.get(1), lambda x: x.list.get(1, null_on_oob=True)),
        (lambda x: x.list.get(-1), lambda x: x.list.get(-1, null_on_oob=True)),
        (lambda x: x.list.slice(1, 3), lambda x: x.list.slice(1, 2)),
        (lambda x: x.list.sort(), lambda x: x.list.sort(nulls_last=True)),
        (lambda x: x.list.sort(descending=True, nulls_first=True), lambda x: x.list.sort(descending=True)),
        (lambda x: x.list.unique(), lambda x: x.list.unique(maintain_order=True)),
        (lambda x: x.list.reverse(), lambda x: x.list.reverse()),
        (lambda x: x.list.drop_nulls(), lambda x: x.list.drop_nulls()),
        (lambda x: x.list.contains(3), lambda x: x.list.contains(3)),
        (lambda x: x.list.sum(), lambda x: x.list.sum()),
        (lambda x: x.list.mean(), lambda x: x.list.mean()),
        (lambda x: x.list.min(), lambda x: x.list.min()),
        (lambda x: x.list.max(), lambda x: x.list.max()),
        (lambda x: x.list.eval(hs.element() * 2 + 1), lambda x: x.list.eval(pl.element() * 2 + 1)),
        (lambda x: x.list.concat(x), lambda x: x.list.concat(x)),
    ],
)
def test_lists_are_polars(ours, theirs):
    for values in (LISTS, LISTS[3:], LISTS[1:3] + LISTS[:1]):
        frame, reference = frames(values)
        expected = reference.select(theirs(pl.col("x")))["x"].to_list()
        assert frame.select(ours(hs.col("x")))["x"].to_list() == expected
        assert ours(frame["x"]).to_list() == expected


def test_lists_of_floats_and_text():
    x = hs.DataFrame({"x": FLOATS})["x"]
    assert x.list.max().to_list()[0] == 1.5 and math.isnan(x.list.max().to_list()[3])
    assert x.list.min().to_list()[4] == -1.0
    texts = hs.DataFrame({"x": ["b a b", "", None]})["x"].str.split()
    assert texts.list.sort().to_list() == [["a", "b", "b"], [], None]
    assert texts.list.unique().list.join("+").to_list() == ["b+a", "", None]
    assert texts.list.contains("a").to_list() == [True, False, None]
    assert texts.list.eval(hs.element().str.upper().str.len()).to_list() == [[1, 1, 1], [], None]
    logic = hs.DataFrame({"x": [[True, False], [], [None, True]]})["x"]
    assert (logic.list.any().to_list(), logic.list.all().to_list()) == ([True, False, True], [False, True, True])


def test_elements_that_fail_are_errors():
    lists = hs.DataFrame({"x": [["1", "x"]]})["x"]
    with pytest.raises(ValueError, match="text is no int64"):
        lists.list.eval(hs.element().cast("int64")).to_list()
    with pytest.raises(KeyError, match='no column "other"'):
        lists.list.eval(hs.col("other"))
    big = hs.DataFrame({"x": [[2**62, 2**62]]})["x"]
    with pytest.raises(ArithmeticError, match="does not fit"):
        big.list.sum().to_list()


def test_structs():
    df = hs.DataFrame({"a": [1, None], "b": ["x", "y"]})
    both = df.select(hs.struct(n=hs.col("a"), t=hs.col("b")).alias("s"))
    assert both["s"].to_list() == [{"n": 1, "t": "x"}, {"n": None, "t": "y"}]
    assert both["s"].struct.field("t").to_list() == ["x", "y"]
    assert both["s"].struct.set(7, "n").struct.field("n").to_list() == [7, 7]
    assert both.unnest("s").to_dict("list") == {"n": [1, None], "t": ["x", "y"]}
    with pytest.raises(KeyError, match="m"):
        both["s"].struct.field("m")


def test_several_lists_explode_together():
    df = hs.DataFrame({"k": [1, 2, 3], "a": [[1, 2], [], None], "b": [["x", "y"], ["z"], [None]]})
    rows = df.explode(["a", "b"])
    expected = pd.DataFrame(df.to_dict("list")).explode(["a", "b"])
    assert rows["k"].to_list() == expected["k"].tolist()
    assert rows["a"].to_list() == [1, 2, None, None]
    assert rows["b"].to_list() == ["x", "y", "z", None]
    uneven = hs.DataFrame({"a": [[1, 2]], "b": [[1]]})
    with pytest.raises(ValueError, match="equally long"):
        uneven.explode(["a", "b"]).to_dict("list")


def test_rows_of_several_columns_are_polars():
    data = {"a": [1, None, 3], "b": [10, 20, None], "c": [0.5, math.nan, 2.0]}
    df, frame = hs.DataFrame(data), pl.DataFrame(data)
    a, b = hs.col("a"), hs.col("b")
    cases = [
        (a.sum_horizontal(b), pl.sum_horizontal("a", "b")),
        (a.mean_horizontal(b), pl.mean_horizontal("a", "b")),
        (a.min_horizontal(b), pl.min_horizontal("a", "b")),
        (a.max_horizontal(b), pl.max_horizontal("a", "b")),
        ((a > 1).any_horizontal(b > 15), pl.any_horizontal(pl.col("a") > 1, pl.col("b") > 15)),
        ((a > 1).all_horizontal(b > 15), pl.all_horizontal(pl.col("a") > 1, pl.col("b") > 15)),
    ]
    for ours, theirs in cases:
        assert df.select(x=ours)["x"].to_list() == frame.select(x=theirs)["x"].to_list(), str(theirs)
    assert df.select(x=a.count_horizontal(b))["x"].to_list() == [2, 1, 1]


def test_tables_of_values_are_pandas():
    values = ["NY", "LA", None, "SF"]
    ours, theirs = hs.DataFrame({"x": values})["x"], pd.Series(values, dtype="str")
    table = {"NY": "New York", "SF": "San Francisco"}
    assert ours.replace_values(list(table), list(table.values())).to_list()[:2] == theirs.replace(table).tolist()[:2]
    assert ours.map_values(list(table), [1, 2]).to_list() == [1, None, None, 2]
    assert ours.map_values(["NY"], [1], default=0).to_list() == [1, 0, 0, 0]
    assert ours.replace_values([None], ["none"]).to_list() == ["NY", "LA", "none", "SF"]
    numbers = hs.DataFrame({"x": [1, 2, 3]})["x"]
    assert numbers.replace_values([1, 2.5, 3.0], [10, 20, 30]).to_list() == [10, 2, 30]
    assert numbers.replace_values([1], [0.5]).to_list() == [0.5, 2.0, 3.0]


def test_gaps_are_filled_as_pandas():
    values = [None, 1.0, None, None, 4.0, None, 10.0, None]
    ours, theirs = hs.DataFrame({"x": values})["x"], pd.Series(values)
    expected = [None if v != v else v for v in theirs.interpolate(limit_area="inside")]
    filled = hs.DataFrame({"x": values}).select(
        a=hs.col("x").interpolate(), b=hs.col("x").interpolate(method="nearest")
    )
    assert filled["a"].to_list() == expected
    assert ours.interpolate().to_list()[:7] == expected[:7]
    frame = pl.DataFrame({"x": values})
    nearest = frame.select(pl.col("x").interpolate("nearest"))["x"].to_list()
    assert filled["b"].to_list()[1:3] == nearest[1:3]
    df = hs.DataFrame({"t": [0, 1, 10, 11], "x": [0.0, None, None, 11.0]})
    assert df.select(x=hs.col("x").interpolate(hs.col("t")))["x"].to_list() == [0.0, 1.0, 10.0, 11.0]
    groups = hs.DataFrame({"k": ["a", "b", "a", "b"], "x": [1.0, None, None, 3.0]})
    assert groups.select(x=hs.col("x").interpolate().over("k"))["x"].to_list() == [1.0, None, None, 3.0]


def test_bits_are_pythons():
    pairs = [(6, 3), (-1, 255), (0, -7), (2**40, 2**40 + 1)]
    df = hs.DataFrame({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]})
    a, b = hs.col("a"), hs.col("b")
    assert df.select(x=a.bitwise_and(b))["x"].to_list() == [x & y for x, y in pairs]
    assert df.select(x=a.bitwise_or(b))["x"].to_list() == [x | y for x, y in pairs]
    assert df.select(x=a.bitwise_xor(b))["x"].to_list() == [x ^ y for x, y in pairs]
    assert df.select(x=a.bitwise_not())["x"].to_list() == [~x for x, _ in pairs]
    assert df.select(x=a.shift_right(1))["x"].to_list() == [x >> 1 for x, _ in pairs]
    assert df.select(x=a.shift_left(3))["x"].to_list() == [x << 3 for x, _ in pairs]
    small = hs.DataFrame({"a": np.array([100, 255], dtype="uint8")})["a"]
    assert small.bitwise_not().to_list() == [155, 0] and small.bit_count().to_list() == [3, 8]
    with pytest.raises((ArithmeticError, ValueError)):
        small.shift_left(1).to_list()


def test_mathematics_is_pythons():
    x = hs.DataFrame({"x": [0.25, 1.0, 8.0], "y": [3.0, -1.0, 2.0]})
    y, x = x["y"], x["x"]
    assert x.log_base(2).to_list() == [math.log2(v) for v in (0.25, 1.0, 8.0)]
    assert x.atan2(y).to_list() == [math.atan2(a, b) for a, b in [(0.25, 3.0), (1.0, -1.0), (8.0, 2.0)]]
    assert x.hypot(y).to_list() == pytest.approx([math.hypot(a, b) for a, b in [(0.25, 3.0), (1.0, -1.0), (8.0, 2.0)]])
    assert x.asinh().to_list() == pytest.approx([math.asinh(v) for v in (0.25, 1.0, 8.0)])
    whole = hs.DataFrame({"x": [12, -18, 0]})["x"]
    assert whole.gcd(8).to_list() == [math.gcd(v, 8) for v in (12, -18, 0)]
    assert whole.lcm(8).to_list() == [math.lcm(v, 8) for v in (12, -18, 0)]


def test_chance_comes_again():
    df = hs.DataFrame({"x": range(10_000)})
    once, again = (df.assign(r=hs.random(3))["r"].to_list() for _ in range(2))
    assert once == again != df.assign(r=hs.random(4))["r"].to_list()
    assert all(0 <= r < 1 for r in once) and abs(sum(once) / len(once) - 0.5) < 0.01
    assert len(set(once)) == len(once)
