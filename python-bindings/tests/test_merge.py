"""Merges, with pandas as the judge."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from comparing import assert_same


@pytest.fixture
def left() -> pd.DataFrame:
    return pd.DataFrame({"k": ["a", "b", None, "b", "d"], "j": [1, 2, 3, 4, 5], "x": [10, 20, 30, 40, 50]})


@pytest.fixture
def right() -> pd.DataFrame:
    return pd.DataFrame({"k": ["b", None, "a", "e", "b"], "j": [2, 3, 9, 5, 6], "y": [0.5, 1.5, 2.5, 3.5, 4.5]})


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
@pytest.mark.parametrize("on", ["k", ["k", "j"], "j"])
def test_kinds(left, right, how, on):
    found = hs.from_pandas(left).merge(hs.from_pandas(right), how=how, on=on)
    assert_same(found, left.merge(right, how=how, on=on), ordered=how != "outer")


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_keys_of_other_names_both_stay(left, right, how):
    right = right.rename(columns={"k": "key"})
    found = hs.from_pandas(left).merge(hs.from_pandas(right), how=how, left_on="k", right_on="key")
    assert_same(found, left.merge(right, how=how, left_on="k", right_on="key"), ordered=how != "outer")


def test_shared_columns_are_the_keys(left, right):
    found = hs.from_pandas(left).merge(hs.from_pandas(right))
    assert_same(found, left.merge(right))


def test_suffixes(left, right):
    found = hs.from_pandas(left).merge(hs.from_pandas(right), on="k", suffixes=("", "_right"))
    assert_same(found, left.merge(right, on="k", suffixes=("", "_right")))
    with pytest.raises(ValueError, match="two columns are named"):
        hs.from_pandas(left).merge(hs.from_pandas(right), on="k", suffixes=("", ""))


def test_cross(left, right):
    assert_same(hs.from_pandas(left).merge(hs.from_pandas(right), how="cross"), left.merge(right, how="cross"))


def test_semi_and_anti(left, right):
    lefts, rights = hs.from_pandas(left), hs.from_pandas(right)
    assert_same(lefts.merge(rights, on="k", how="semi"), left[left["k"].isin(right["k"])])
    assert_same(lefts.merge(rights, on="k", how="anti"), left[~left["k"].isin(right["k"])])


def test_indicator(left, right):
    found = hs.from_pandas(left).merge(hs.from_pandas(right), on=["k", "j"], how="outer", indicator=True)
    expected = left.merge(right, on=["k", "j"], how="outer", indicator=True)
    assert_same(found, expected, ordered=False)


def test_validate(left, right):
    lefts, rights = hs.from_pandas(left), hs.from_pandas(right)
    unique = rights.drop_duplicates(subset="k")
    assert len(lefts.merge(unique, on="k", validate="many_to_one")) == 4
    with pytest.raises(ValueError, match=r'on the right: 1 key occurs more than once, in 2 rows: k = "b" \(2 rows\)'):
        lefts.merge(rights, on="k", validate="m:1").compute()
    with pytest.raises(ValueError, match=r'on the left: 1 key occurs more than once, in 2 rows: k = "b"'):
        lefts.merge(unique, on="k", validate="one_to_one").compute()
    with pytest.raises(ValueError, match="validate is 1:1"):
        lefts.merge(unique, on="k", validate="one")


def test_the_index_is_ignored_unless_it_is_a_key(left, right):
    lefts, rights = hs.from_pandas(left.set_index("j")), hs.from_pandas(right)
    assert_same(lefts.merge(rights, on="k"), left.set_index("j").merge(right, on="k"))
    sums = rights.groupby("k").sum()
    assert_same(lefts.merge(sums, on="k"), left[["k", "x"]].merge(right.groupby("k").sum().reset_index(), on="k"))


def test_numbers_of_different_types_match():
    a = hs.DataFrame({"k": [1, 2]}).astype({"k": "int32"})
    b = hs.DataFrame({"k": [2.0, 3.0], "y": [1, 2]})
    assert a.merge(b, on="k").to_dict("list") == {"k": [2], "y": [1]}


def test_misuse_is_explained(left, right):
    lefts, rights = hs.from_pandas(left), hs.from_pandas(right)
    with pytest.raises(KeyError, match='no column "kk"'):
        lefts.merge(rights, on="kk")
    with pytest.raises(ValueError, match="right_index with left_on"):
        lefts.merge(rights, right_index=True)
    with pytest.raises(ValueError, match="no column in common"):
        lefts[["x"]].merge(rights[["y"]])
    with pytest.raises(TypeError, match=r"hs.DataFrame\(\.\.\.\)"):
        lefts.merge({"k": [1]}, on="k")
    with pytest.raises(ValueError, match="no kind of merge"):
        lefts.merge(rights, on="k", how="sideways")
    with pytest.raises(TypeError, match="string"):
        lefts.merge(rights, left_on="k", right_on="j")


def test_levels_of_both_sides_stay_the_index():
    left = pd.DataFrame({"i": [0, 0, 1, 3], "k": [0, 1, 0, 2], "v": [1, 2, 3, 4]}).set_index("i")
    right = pd.DataFrame({"i": [0, 1, 1, 2], "k": [0, 0, 1, 2], "w": [1, 2, 3, 4]}).set_index("i")
    lefts, rights = hs.from_pandas(left), hs.from_pandas(right)
    for keys in (
        {"on": "i"},
        {"on": ["i", "k"]},
        {"left_on": "i", "right_on": "i"},
        {"left_on": ["i", "k"], "right_on": ["i", "k"]},
        {"left_on": "i", "right_index": True},
    ):
        for how in ("inner", "left", "right", "outer"):
            expected = left.merge(right, how=how, **keys)
            pd.testing.assert_frame_equal(lefts.merge(rights, how=how, **keys).to_pandas(), expected, check_dtype=False)


def test_the_side_of_a_row_where_the_index_is_a_key():
    left = pd.DataFrame({"a": [1, 2, 3]})
    right = pd.DataFrame({"b": [1, 2], "k": [2, 5]})
    for how in ("inner", "left", "right", "outer"):
        for keys in (
            {"left_index": True, "right_index": True},
            {"left_on": "a", "right_index": True},
            {"left_index": True, "right_on": "k"},
        ):
            expected = left.merge(right, how=how, indicator=True, **keys)
            found = hs.from_pandas(left).merge(hs.from_pandas(right), how=how, indicator=True, **keys)
            assert found.columns == expected.columns.to_list()
            assert sorted(found["_merge"].to_list()) == sorted(expected["_merge"].to_list())


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
@pytest.mark.parametrize("indicator", [False, True])
@pytest.mark.parametrize("suffixes", [("_x", "_y"), ("_here", "_there")])
def test_a_key_that_names_a_column_of_the_side_whose_index_it_meets(how, indicator, suffixes):
    one = pd.DataFrame({"k": [0, 1, 2, 0, 1], "v": [0.0, 1.0, 2.0, 3.0, 4.0]})
    two = pd.DataFrame({"w": [0, 10, 20, 30], "k": [0, 1, 2, 3], "v": [0.0, 1.0, 2.0, 3.0]})
    options = {"how": how, "indicator": indicator, "suffixes": suffixes}
    for keys in (
        {"left_index": True, "right_on": "k"},
        {"left_index": True, "right_on": "w"},
        {"right_index": True, "left_on": "k"},
        {"right_index": True, "left_on": "v"},
    ):
        found = hs.from_pandas(one).merge(hs.from_pandas(two), **options, **keys)
        assert_same(found, one.merge(two, **options, **keys))
        # Labels other than numbers of rows.
        lettered = [one.set_axis([*"abcde"]), two.set_axis([*"wxyz"])]
        lettered = [lettered[0], two] if "right_index" in keys else [one, lettered[1]]
        found = hs.from_pandas(lettered[0]).merge(hs.from_pandas(lettered[1]), **options, **keys)
        assert_same(found, lettered[0].merge(lettered[1], **options, **keys))
