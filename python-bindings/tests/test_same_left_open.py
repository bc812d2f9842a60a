"""What had other answers for long: names of labels, zones in arrays, totals without rows, keys that are arrays, as in pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import alike, plain

DATA = {"a": list("xxyy"), "b": list("pqpq"), "v": [1, 2, 3, 4], "w": [1, 1, 2, 2]}
HOLES = {"k": list("xxyy"), "b": [True, None, False, None], "n": [0.0, np.nan, 1.0, np.nan], "t": ["", None, "u", None]}


LABELS: list[Callable[[Any], Any]] = [
    lambda i: i.map(lambda x: x * 2),
    lambda i: i.map({"x": 1, "y": 2}),
    lambda i: i.astype(str),
    lambda i: i + "z",
    lambda i: i[::-1],
    lambda i: i.take([2, 1, 0]),
    lambda i: i.where(i != "y", "w"),
    lambda i: i.copy(),
    lambda i: i.sort_values(),
]
PARTS: list[Callable[[Any], Any]] = [
    lambda i: i.unique(),
    lambda i: i.drop_duplicates(),
    lambda i: i[:2],
    lambda i: i[[0, 1]],
    lambda i: i[i == "x"],
    lambda i: i.difference(["x"]),
    lambda i: i.intersection(["x"]),
    lambda i: i.union(["k"]),
    lambda i: i.union(["k"]).difference(["x"]).unique(),
    lambda i: i.append(i),
    lambda i: i.append(type(i)(["l"])),
    lambda i: i.drop("y"),
    lambda i: i.insert(0, "b"),
    lambda i: i.delete(0),
    lambda i: i.repeat(2),
]


@pytest.mark.parametrize("call", LABELS, ids=range(len(LABELS)))
def test_labels_keep_their_name(call):
    def script(lib):
        df = lib.DataFrame({"a": [1, 2, 3]}, index=pd.Index(["x", "y", "x"], name="n"))
        df.index = call(df.index)
        return df

    alike(script)


@pytest.mark.parametrize("call", PARTS, ids=range(len(PARTS)))
def test_parts_of_labels_keep_their_name(call):
    def script(lib):
        df = lib.DataFrame({"a": [1, 2, 3]}, index=lib.Index(["x", "y", "x"], name="n"))
        made = call(df.index)
        return made.name, list(made)

    alike(script)


def test_moments_of_a_zone_in_arrays():
    def script(lib):
        x = lib.Series(pd.date_range("2024-01-01", periods=2, tz="Europe/Oslo"))
        return [
            [str(one) for one in made]
            for made in (
                np.asarray(x),
                x.to_numpy(),
                x.values,
                x.to_numpy("M8[ns]"),
                lib.DataFrame({"x": x}).to_numpy()[:, 0],
            )
        ]

    alike(script)


@pytest.mark.parametrize("values", ["v", ["v", "w"]])
@pytest.mark.parametrize("columns", [["a", "b"], ["a", "b", "w"]])
def test_totals_without_keys_of_rows(columns, values):
    options = {"aggfunc": "sum", "margins": True, "margins_name": "T"}
    values = "v" if "w" in columns else values
    alike(lambda lib: lib.DataFrame(DATA).pivot_table(columns=columns, values=values, **options))


@pytest.mark.parametrize("index", [list("ttuu"), list("tutu"), list("tuvw")])
@pytest.mark.parametrize("key", ["a", "b"])
def test_rows_of_groups_whose_labels_are_repeated(key, index):
    alike(lambda lib: lib.DataFrame(DATA, index=index).groupby(key, group_keys=False)[["v"]].apply(lambda x: x))
    alike(lambda lib: lib.DataFrame(DATA, index=index).groupby(key, group_keys=False)["v"].apply(lambda x: x + 1))


@pytest.mark.parametrize("func", ["any", "all"])
def test_truths_with_what_is_missing(func):
    alike(lambda lib: getattr(lib.DataFrame(HOLES).groupby("k"), func)(skipna=False))
    alike(lambda lib: getattr(lib.DataFrame(HOLES).groupby("k")["n"], func)(skipna=False))
    alike(lambda lib: getattr(lib.DataFrame(HOLES)[["n", "t"]], func)(skipna=False))
    alike(lambda lib: getattr(lib.DataFrame(HOLES)[["n"]], func)(skipna=False, axis=1))


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_arrays_as_keys(how):
    def sides(lib):
        return lib.DataFrame(DATA), lib.DataFrame({"z": [7, 8], "k": ["x", "q"]})

    def merged(left_on, right_on):
        def script(lib):
            left, right = sides(lib)
            return left.merge(right, left_on=left_on, right_on=right_on, how=how)

        return script

    alike(merged("a", np.array(["y", "u"])))
    alike(merged(np.array(["x", "q", "t", "y"]), "k"))
    alike(merged(np.array([0, 1, 0, 5]), np.array([0, 1])))
    alike(merged(["a", np.array([0, 1, 0, 5])], ["k", np.array([0, 1])]))


def test_the_header_of_an_index_without_a_name():
    alike(lambda lib: lib.DataFrame(DATA, index=list("tuvw")).to_csv())
    alike(lambda lib: lib.DataFrame(DATA, index=list("tuvw"))["v"].to_csv())
    assert hs.DataFrame({"": [1, 2]}).to_csv(index=False) == '""\n1\n2\n'


@pytest.mark.parametrize(
    "values", [[16777217.0, 1.5], [1e300, 1.5], [0.1, 1.5], [-9876543210.0, 1.5], [1.5, None], [float("inf"), 1.5]]
)
def test_numbers_become_smaller_where_nothing_is_lost(values):
    def script(lib):
        made = lib.to_numeric(lib.Series(values), downcast="float")
        return str(made.dtype), made

    found, expected = script(hs), script(pd)
    assert found[0] == expected[0] and plain(found[1]) == plain(expected[1])


def test_whole_numbers_that_are_missing_are_floats():
    alike(lambda lib: lib.Series([1, None]).equals(lib.Series([1.0, np.nan])))
    alike(lambda lib: lib.Series([None, None], dtype="float64").equals(lib.Series([np.nan, np.nan])))
    alike(lambda lib: lib.Series([1, 2]).equals(lib.Series([1.0, 2.0])))
    alike(lambda lib: lib.DataFrame({"a": [1, None]}).equals(lib.DataFrame({"a": [1.0, None]})))


def test_what_functions_give_of_columns():
    for lib in (hs, pd):
        made = lib.DataFrame({"a": [1, 2], "b": [3, 4]}).apply(lambda x: x.to_dict())
        assert made["a"] == {0: 1, 1: 2} and made["b"] == {0: 3, 1: 4}


def test_small_refusals_that_say_why():
    x = hs.Series([1, 2])
    with pytest.raises(hs.errors.DataTypeError, match="whole numbers"):
        x ^ 1.5
    with pytest.raises(hs.errors.DataTypeError, match="length of time"):
        hs.to_timedelta(pd.Timestamp("2024-01-01").time())
    assert str(hs.to_numeric(hs.Series([], dtype="float64"), downcast="integer").dtype) == "float64"
    assert x.to_csv(path_or_buf=None, index=True) == x.to_csv(None, index=True)
    assert list((hs.Index([1, 2]) > 1) ^ True) == [True, False]
