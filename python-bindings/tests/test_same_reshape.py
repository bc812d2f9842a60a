"""Tables turned, joined and put below each other: the same results as pandas gives."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal


def test_shares_have_the_labels_of_the_counts():
    rows, heads = pd.Series([1, 2, 2, 2, 2], name="a"), pd.Series(list("xxyyy"), name="b")
    for normalize in (0, 1, True, "all", "index", "columns"):
        expected = pd.crosstab(rows, heads, normalize=normalize)
        found = hs.crosstab(hs.from_pandas(rows), hs.from_pandas(heads), normalize=normalize).to_pandas()
        assert_frame_equal(found, expected, check_names=False, check_column_type=False)
    with pytest.raises(ValueError, match="normalize is"):
        hs.crosstab(hs.from_pandas(rows), hs.from_pandas(heads), normalize=2)


def test_tables_without_rows_of_their_own():
    pdf = pd.DataFrame({"r": list("abc"), "c": list("xyx"), "v": [1, 2, 3], "w": [1.0, 2.0, 4.0]})
    for options in (
        {"columns": "c", "values": "v", "aggfunc": "sum"},
        {"columns": "c", "values": ["v", "w"], "aggfunc": "mean"},
        {"columns": ["c", "r"], "values": "w", "aggfunc": "max"},
    ):
        expected = pdf.pivot_table(**options)
        found = hs.from_pandas(pdf).pivot_table(**options).to_pandas()
        assert_frame_equal(found, expected, check_dtype=False, check_names=False)


def test_long_tables_have_no_column_of_row_numbers():
    pdf = pd.DataFrame({"A1": [1, 2], "A2": [3, 4], "id": [0, 1], "X": [0.1, 0.2]}, index=[5, 6])
    found = hs.wide_to_long(hs.from_pandas(pdf), ["A"], "id", "n").to_pandas()
    assert_frame_equal(found, pd.wide_to_long(pdf, ["A"], "id", "n"), check_dtype=False)


def test_frames_below_each_other_as_in_pandas():
    pdf = pd.DataFrame({"b": [1, 2], "a": [3, 4]}, index=["p", "q"])
    df, keys = hs.from_pandas(pdf), pd.Index(["u", "v"], name="w")
    # An empty frame takes no part: not even its labels, which are numbers.
    for parts in ([hs.DataFrame(), df], [df, hs.DataFrame()]):
        assert_frame_equal(hs.concat(parts).to_pandas(), pdf, check_dtype=False)
    found = hs.concat([df, df], keys=keys).to_pandas()
    assert_frame_equal(found, pd.concat([pdf, pdf], keys=keys), check_dtype=False)
    assert hs.concat([df, df], sort=True).columns == ["a", "b"]


def test_joins_of_levels_in_another_order():
    left = pd.DataFrame({"x": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([(1, 3), (1, 4), (2, 3)], names=["a", "b"]))
    right = pd.DataFrame({"y": [7, 8]}, index=pd.MultiIndex.from_tuples([(3, 1), (9, 9)], names=["b", "a"]))
    for how in ("left", "inner"):
        found = hs.from_pandas(left).join(hs.from_pandas(right), how=how).to_pandas()
        assert_frame_equal(found, left.join(right, how=how), check_dtype=False)
    with pytest.raises(hs.HypostyleError, match="levels"):
        hs.from_pandas(left).join(hs.from_pandas(right.rename_axis(["b", "c"])))


@pytest.mark.parametrize("level", [-1, 0])
@pytest.mark.parametrize("columns", ["x", ["x"], ["x", "n"]])
def test_unstack_fills_what_no_row_has(columns: object, level: int) -> None:
    """A missing value of a row stays one: only places without a row are filled."""
    pdf = pd.DataFrame({"k": list("aab"), "c": list("uvu"), "x": [1.5, None, None], "n": [1, 2, 3]})
    rows, frame = pdf.set_index(["k", "c"]), hs.from_pandas(pdf).set_index(["k", "c"])
    expected = rows[columns].unstack(level, fill_value=0)
    found = frame[columns].unstack(level, fill_value=0).to_pandas()
    assert_frame_equal(found, expected, check_dtype=False)
