"""Joins on conditions and on the nearest row, stacking and updating: with pandas, DuckDB and Polars as judges."""

from __future__ import annotations

import datetime

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from comparing import assert_same


def random_frame(seed: int, rows: int, keys: int, value: str) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"k": random.integers(0, keys, rows), "t": random.integers(0, 1000, rows) / 2.0})
    frame[value] = np.arange(rows)
    return frame


@pytest.mark.parametrize("direction", ["backward", "forward", "nearest"])
@pytest.mark.parametrize("tolerance", [None, 5.0])
@pytest.mark.parametrize("exact", [True, False])
def test_merge_asof_is_pandas(direction, tolerance, exact):
    left = random_frame(1, 500, 7, "x").sort_values("t", kind="stable", ignore_index=True)
    right = random_frame(2, 300, 7, "y").sort_values("t", kind="stable", ignore_index=True)
    options = {"tolerance": tolerance, "allow_exact_matches": exact, "direction": direction}
    for by in (None, "k"):
        other = right if by else right.drop(columns="k")
        found = hs.merge_asof(hs.from_pandas(left), hs.from_pandas(other), on="t", by=by, **options)
        assert_same(found, pd.merge_asof(left, other, on="t", by=by, **options))


def test_merge_asof_of_times_and_of_other_names():
    times = pd.to_datetime(["2024-01-01 00:00:05", "2024-01-01 00:00:09", "2024-01-01 00:01:00"])
    left = pd.DataFrame({"at": times, "s": ["a", "b", "a"]})
    right = pd.DataFrame({"when": times - pd.Timedelta(seconds=1), "name": ["a", "b", "b"], "bid": [1, 2, 3]})
    options = {"left_on": "at", "right_on": "when", "left_by": "s", "right_by": "name"}
    for tolerance in (pd.Timedelta(seconds=10), datetime.timedelta(seconds=10)):
        found = hs.merge_asof(hs.from_pandas(left), hs.from_pandas(right), tolerance=tolerance, **options)
        assert_same(found, pd.merge_asof(left, right, tolerance=pd.Timedelta(tolerance), **options))
    with pytest.raises(ValueError, match="direction"):
        hs.merge_asof(hs.from_pandas(left), hs.from_pandas(right), direction="sideways", **options)
    with pytest.raises(ValueError, match="come together"):
        hs.merge_asof(hs.from_pandas(left), hs.from_pandas(right), on="s", left_by="s")


@pytest.mark.parametrize("how", ["inner", "left", "semi", "anti", "outer"])
def test_conditions_are_as_in_pandas(how):
    left, right = random_frame(3, 80, 5, "x"), random_frame(4, 60, 5, "y")
    pairs = left.merge(right, how="cross", suffixes=("", "_y"))
    matches = pairs[(pairs["t"] <= pairs["t_y"]) & (pairs["t_y"] < pairs["t"] + 40) & (pairs["k"] == pairs["k_y"])]
    lefts, rights = hs.from_pandas(left), hs.from_pandas(right)
    time, other = hs.col("t"), hs.col("t_y")
    near = (time <= other) & (other < time + 40.0)
    found = hs.join_where(lefts, rights, near, hs.col("k") == hs.col("k_y"), how=how, suffixes=("", "_y"))
    alone = left[~left["x"].isin(matches["x"])]
    if how == "inner":
        assert_same(found, matches)
    elif how == "semi":
        assert_same(found, left[left["x"].isin(matches["x"])])
    elif how == "anti":
        assert_same(found, alone)
    else:
        assert found.to_pandas()["x"].dropna().nunique() == len(left)
        expected = len(matches) + len(alone)
        expected += len(right[~right["y"].isin(matches["y"])]) if how == "outer" else 0
        assert len(found) == expected


@pytest.mark.parametrize("rows", [(3000, 2000), (50, 4000), (4000, 1)])
def test_joins_are_as_in_duckdb_and_polars(rows):
    duckdb, pl = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    random = np.random.default_rng(rows[0])

    def frame(count: int, name: str) -> pd.DataFrame:
        numbers = random.integers(-40, 40, count)
        texts = np.where(numbers % 7 == 0, None, [f"a common beginning {n % 13}" for n in numbers])
        return pd.DataFrame({"i": numbers, "s": texts, name: np.arange(count)})

    left, right = frame(rows[0], "x"), frame(rows[1], "y")
    lefts, rights = hs.from_pandas(left), hs.from_pandas(right)
    polars = {name: pl.from_pandas(frame) for name, frame in (("left", left), ("right", right))}
    for keys in (["i"], ["s"], ["i", "s"]):
        for how in ("inner", "left"):
            known = duckdb.sql(
                f"select x, y from left_ {how} join right_ on "
                + " and ".join(f"left_.{key} is not distinct from right_.{key}" for key in keys)
                + " order by x, y nulls last",
                connection=_tables(duckdb, left, right),
            ).df()
            found = lefts.merge(rights, on=keys, how=how)[["x", "y"]]
            assert_same(found, known)
            other = polars["left"].join(
                polars["right"], on=keys, how=how, nulls_equal=True, maintain_order="left_right"
            )
            assert_same(found, other.select("x", "y").to_pandas())


def _tables(duckdb, left, right):
    connection = duckdb.connect()
    connection.register("left_", left)
    connection.register("right_", right)
    return connection


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer", "semi", "anti"])
def test_null_equals_nothing_in_a_condition(how):
    duckdb = pytest.importorskip("duckdb")
    left = pd.DataFrame({"x": pd.array([1, None, 2, None], "Int64"), "i": [0, 1, 2, 3]})
    right = pd.DataFrame({"y": pd.array([None, 1, None], "Int64"), "j": [0, 1, 2]})
    connection = _tables(duckdb, left, right)
    for terms in (["x = y"], ["x = y", "i <= j"], ["x = y", "x + 1 = y + 1"]):
        ours = [_condition(term) for term in terms]
        found = hs.join_where(hs.from_pandas(left), hs.from_pandas(right), *ours, how=how).to_pandas()
        kind = "full" if how == "outer" else how
        rows = connection.sql(f"from left_ {kind} join right_ on {' and '.join(terms)}").df()
        wanted = rows.sort_values(list(rows.columns)).reset_index(drop=True)
        assert_same(hs.from_pandas(found.sort_values(list(rows.columns)).reset_index(drop=True)), wanted)


def _condition(term):
    left, relation, right = term.replace(" + 1", "+1").split()
    sides = [hs.col(side[0]) + 1 if "+" in side else hs.col(side) for side in (left, right)]
    return sides[0] == sides[1] if relation == "=" else sides[0] <= sides[1]


def test_keys_are_expressions():
    a, b = hs.DataFrame({"x": [1, 2, 3]}), hs.DataFrame({"y": [2, 4, 9]})
    found = a.merge(b, left_on=[hs.col("x") * 2], right_on=["y"])
    assert found.to_dict("list") == {"x": [1, 2], "y": [2, 4]}
    found = a.merge(b, on=hs.col("x") >= hs.col("y"), how="left")
    assert found.to_dict("list") == {"x": [1, 2, 3], "y": [None, 2, 2]}
    assert a.join_where(b, hs.col("x") == hs.col("y")).to_dict("list") == {"x": [2], "y": [2]}
    with pytest.raises(TypeError, match="expression"):
        a.join_where(b, True)
    with pytest.raises(ValueError, match="no condition"):
        a.join_where(b)


def test_an_exploding_merge_is_stopped():
    a = hs.DataFrame({"k": [1] * 200 + [2], "x": list(range(201))})
    before = hs.config()["join_rows"]
    hs.set_config(join_rows=1000)
    try:
        with pytest.raises(hs.errors.TooManyRowsError, match=r"40001 rows.*k = 1 \(200 rows on the left times 200"):
            a.merge(a, on="k").compute()
    finally:
        hs.set_config(join_rows=before or 0)
    assert len(a.merge(a, on="k")) == 40001


def test_indicator_of_semi_is_refused():
    a = hs.DataFrame({"k": [1]})
    with pytest.raises(ValueError, match="indicator"):
        a.merge(a, on="k", how="semi", indicator=True)


def test_concat_side_by_side():
    a, b = hs.DataFrame({"x": [1, 2, 3]}), hs.DataFrame({"y": ["a", None, "c"]})
    assert hs.concat([a, b], axis=1).to_dict("list") == {"x": [1, 2, 3], "y": ["a", None, "c"]}
    assert hs.concat([a, b.head(2)], axis=1)["y"].to_list() == ["a", None, None]
    with pytest.raises(ValueError, match="two columns are named"):
        hs.concat([a, a], axis="columns")


def test_update_and_combine_first_are_pandas():
    a = pd.DataFrame({"k": ["a", "b", "c"], "x": [1.0, 2.0, None], "y": [1.0, None, 3.0]})
    b = pd.DataFrame({"k": ["d", "c", "b"], "y": [7.0, None, 8.0], "x": [4.0, 5.0, None]})
    expected = a.set_index("k")
    expected.update(b.set_index("k"))
    assert_same(hs.from_pandas(a).update(hs.from_pandas(b), on="k"), expected.reset_index())
    expected = a.set_index("k").combine_first(b.set_index("k")).reset_index()
    found = hs.from_pandas(a).combine_first(hs.from_pandas(b), on="k")
    assert_same(found.sort_values("k"), expected[["k", "x", "y"]])
    with pytest.raises(ValueError, match="more than once"):
        hs.from_pandas(a).update(hs.from_pandas(pd.concat([b, b])), on="k").compute()


def test_merge_sorted():
    a, b = hs.DataFrame({"t": [1, 3, 3], "s": ["a", "a", "b"]}), hs.DataFrame({"t": [0, 3], "s": ["c", "c"]})
    assert hs.merge_sorted(a, b, "t").to_dict("list") == {"t": [0, 1, 3, 3, 3], "s": ["c", "a", "a", "b", "c"]}
