"""Verbs of frames, with pandas as the judge."""

from __future__ import annotations

import datetime as dt
import inspect

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from comparing import assert_same
from pandas.testing import assert_frame_equal, assert_series_equal


@pytest.fixture
def pdf() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "k": ["b", "a", None, "b", "a", "c"],
            "x": [5, 3, 1, 4, 2, 6],
            "y": [1.5, None, 2.5, -1.0, 0.0, 4.0],
            "n": pd.array([1, None, 3, 4, None, 6], dtype="Int64"),
        }
    )


@pytest.fixture
def df(pdf) -> hs.DataFrame:
    return hs.from_pandas(pdf)


def test_schema_is_known_without_running(df):
    lazy = df[df["x"] > 2].assign(z=df["x"] / 2)
    assert lazy.columns == ["k", "x", "y", "n", "z"]
    assert lazy.dtypes == {"k": "string", "x": "int64", "y": "float64", "n": "int64", "z": "float64"}
    assert not lazy._plan.query.is_collected()


def test_result_is_kept_after_running(df):
    lazy = df[df["x"] > 2]
    assert len(lazy) == 4
    made = lazy.compute()
    # Of its own, over the same result.
    assert made is not lazy and made._plan is lazy._plan
    assert lazy._plan.query.is_collected()
    assert lazy.shape == (4, 4)


def test_filter(df, pdf):
    assert_same(df[df["x"] > 2], pdf[pdf["x"] > 2])
    assert_same(df[(df["x"] > 2) & (df["y"] < 2)], pdf[(pdf["x"] > 2) & (pdf["y"] < 2)])
    assert_same(df[~(df["y"] > 1)], pdf[~(pdf["y"] > 1)])
    assert_same(df.filter(hs.col("k") == "a"), pdf[pdf["k"] == "a"])
    assert_same(df.loc[df["x"] > 2, ["x", "k"]], pdf.loc[pdf["x"] > 2, ["x", "k"]])


def test_missing_is_neither_true_nor_false(df):
    assert df[(df["y"] > 0) | (df["y"] <= 0)]["x"].to_list() == [5, 1, 4, 2, 6]


def test_columns(df, pdf):
    assert_same(df[["x", "k"]], pdf[["x", "k"]])
    assert_same(df.drop(columns=["y", "n"]), pdf.drop(columns=["y", "n"]))
    assert_same(df.drop("y", axis=1), pdf.drop("y", axis=1))
    assert_same(df.rename(columns={"x": "X", "nothing": "?"}), pdf.rename(columns={"x": "X", "nothing": "?"}))
    assert_same(df.rename(columns=str.upper), pdf.rename(columns=str.upper))
    assert_same(df.select("k", hs.col("x") * 2), pd.DataFrame({"k": pdf["k"], "x": pdf["x"] * 2}))
    assert df.x.to_list() == pdf["x"].tolist()
    assert "x" in df and "z" not in df
    assert list(df) == ["k", "x", "y", "n"]


def test_assign(df, pdf):
    found = df.assign(a=df["x"] * 2, b=hs.col("a") + 1, c=lambda f: f["b"] - f["x"], d="text", e=None)
    assert found.dtypes["d"] == "string" and found.dtypes["e"] == "null"
    expected = pdf.assign(a=pdf["x"] * 2).assign(b=lambda f: f["a"] + 1, c=lambda f: f["x"] + 1, d="text", e=None)
    assert_same(found, expected)


def test_setting_a_column_leaves_older_series_alone(df, pdf):
    mask, old = df["x"] > 2, df["x"]
    df["y"] = df["x"] + 1
    assert_same(df[mask][["x", "y"]], pdf.assign(y=pdf["x"] + 1)[pdf["x"] > 2][["x", "y"]])
    assert old.to_list() == pdf["x"].tolist()
    del df["y"]
    assert df.columns == ["k", "x", "n"]


def test_series_of_the_same_rows_can_be_used_after_renaming(df):
    renamed = df.rename(columns={"x": "X"})
    assert renamed[df["x"] > 4]["X"].to_list() == [5, 6]


def test_series_of_another_frame_is_refused(df):
    other = hs.DataFrame({"x": [1, 2]})
    with pytest.raises(ValueError, match="merge the frames on a key"):
        df[other["x"] > 1]
    # In arithmetic rows without labels are matched by their number, as in pandas.
    assert (df["x"] + other["x"]).notna().to_list() == [True, True, *[False] * (len(df) - 2)]
    # A column that is left out is found where it came from, or by the labels of the rows.
    assert len(df.drop(columns=["x"])[df["x"] > 1]) == 5
    assert len(df[df["x"] > 1].drop(columns=["x"])[df["x"] > 2]) == 4


def test_astype(df, pdf):
    found = df.astype({"x": float, "y": "string"})
    assert found.dtypes["x"] == "float64" and found.dtypes["y"] == "string"
    assert df["x"].astype(np.int16).dtype == "int16"
    assert df["x"].astype("Int32").dtype == "int32"
    assert df["x"].astype(np.dtype("uint8")).dtype == "uint8"
    with pytest.raises(ValueError, match=r"row 0.*value \"1.5\""):
        df["y"].astype(int).to_list()


def test_missing_values(df, pdf):
    assert_same(df.fillna({"y": 0.0, "k": "?"}), pdf.fillna({"y": 0.0, "k": "?"}))
    assert_same(df.dropna(), pdf.dropna())
    assert_same(df.dropna(subset=["k"]), pdf.dropna(subset=["k"]))
    assert_same(df.dropna(subset=["k", "y"], how="all"), pdf.dropna(subset=["k", "y"], how="all"))
    assert_same(df.isna(), pdf.isna())


@pytest.mark.parametrize("by", ["x", "k", ["k", "x"], ["y"], ["n", "k"]])
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("na_position", ["first", "last"])
def test_sort(df, pdf, by, ascending, na_position):
    expected = pdf.sort_values(by, ascending=ascending, na_position=na_position, kind="stable")
    assert_same(df.sort_values(by, ascending=ascending, na_position=na_position), expected)


def test_sort_with_directions(df, pdf):
    expected = pdf.sort_values(["k", "x"], ascending=[True, False])
    assert_same(df.sort_values(["k", "x"], ascending=[True, False]), expected)


def test_head_and_tail(df, pdf):
    for n in (0, 2, 100, -2):
        assert_same(df.head(n), pdf.head(n))
        assert_same(df.tail(n), pdf.tail(n))
    assert_same(df[1:3], pdf[1:3])
    assert_same(df.iloc[-2:], pdf.iloc[-2:])
    assert_same(df.nlargest(2, "x"), pdf.nlargest(2, "x"))
    assert_same(df.nsmallest(2, "x"), pdf.nsmallest(2, "x"))


def test_drop_duplicates(df, pdf):
    assert_same(df[["k"]].drop_duplicates(), pdf[["k"]].drop_duplicates())
    assert_same(df.drop_duplicates(subset="k"), pdf.drop_duplicates(subset="k"))
    last = df.drop_duplicates(subset="k", keep="last")
    assert_same(last, pdf.drop_duplicates(subset="k", keep="last"), ordered=False)


def test_concat(df, pdf):
    other = pd.DataFrame({"x": [0.5, 1.5], "z": ["p", "q"]})
    expected = pd.concat([pdf, other], ignore_index=True)
    assert_same(hs.concat([df, hs.from_pandas(other)]), expected)
    expected = pd.concat([pdf, other], join="inner")
    assert_same(hs.concat([df, hs.from_pandas(other)], join="inner"), expected)
    with pytest.raises(TypeError, match="string"):
        hs.concat([df, hs.DataFrame({"x": ["text"]})])


def test_index_is_as_in_pandas(df, pdf):
    assert_frame_equal(df.set_index("k").to_pandas(), pdf.set_index("k"), check_dtype=False)
    assert_frame_equal(df.set_index(["k", "x"]).to_pandas(), pdf.set_index(["k", "x"]), check_dtype=False)
    assert_frame_equal(df.set_index("k").reset_index().to_pandas(), pdf, check_dtype=False)
    assert df.set_index("k").columns == ["x", "y", "n"]
    round_trip = hs.from_pandas(pdf.set_index("x")).to_pandas()
    assert_frame_equal(round_trip, pdf.set_index("x"), check_dtype=False)
    labelled = pdf.set_index(pd.Index([10, 20, 30, 40, 50, 60]))
    assert_frame_equal(hs.from_pandas(labelled).to_pandas(), labelled, check_dtype=False)


def test_reductions(df, pdf):
    numbers = df[["x", "y"]]
    for name in ("sum", "mean", "min", "max", "count", "median", "std", "var", "nunique"):
        found = getattr(numbers, name)().to_pandas()
        assert_series_equal(found, getattr(pdf[["x", "y"]], name)(), check_dtype=False, rtol=1e-12)
    assert_series_equal(df.count().to_pandas(), pdf.count(), check_dtype=False)
    expected = pdf.mean(numeric_only=True)
    assert_series_equal(df.mean(numeric_only=True).to_pandas(), expected, check_dtype=False)


def test_describe(df, pdf):
    expected = pdf[["x", "y"]].describe()
    assert_frame_equal(df[["x", "y"]].describe().to_pandas(), expected, rtol=1e-12)


def test_sizes(df, pdf):
    assert len(df) == 6 and df.shape == (6, 4) and df.size == 24 and not df.empty
    assert df[df["x"] > 100].empty
    assert list(df.memory_usage().index) == ["Index", *df.columns]


def test_frames_without_rows_or_columns():
    empty = hs.DataFrame({"x": []})
    assert empty.shape == (0, 1) and empty.empty
    nothing = hs.DataFrame()
    assert nothing.shape == (0, 0) and nothing.empty and nothing.to_pandas().shape == (0, 0)
    typed = hs.from_pandas(pd.DataFrame({"x": np.array([], "int64"), "k": pd.array([], "str")}))
    assert typed.groupby("k").sum().to_pandas().shape == (0, 1)
    assert typed.sort_values("x").merge(typed, on="k").shape == (0, 3)
    assert typed["x"].sum() == 0 and np.isnan(typed["x"].mean())
    assert repr(typed) == "Empty DataFrame\nColumns: [x, k]\nIndex: []" and "Columns: []" in repr(nothing)


def test_partitions(df, pdf):
    three = df.repartition(3)
    assert three.npartitions == 3
    assert_same(three, pdf)
    assert [len(part) for part in three.partitions] == [2, 2, 2]
    assert_same(three.groupby("k", sort=False).sum(), pdf.groupby("k", sort=False).sum())
    assert three.persist().npartitions == 3
    assert "Filter" not in df[df["x"] > 1].persist().assign(z=1).explain()


def test_explain(df):
    lazy = df[df["x"] > 2].groupby("k").sum()
    assert "Filter" in lazy.explain() and "Aggregate" in lazy.explain()
    assert "rows" in lazy.explain(analyze=True)


def test_iteration_and_python_objects(df, pdf):
    rows = [tuple(None if value is pd.NA or value != value else value for value in row) for row in pdf.values.tolist()]
    # What is missing is NaN where rows are gone through, as in pandas, and None in lists and dictionaries.
    found = [tuple(None if value != value else value for value in row) for row in df.itertuples(index=False, name=None)]
    assert found == rows
    assert all(value is not None for row in df.itertuples() for value in row)
    assert df.to_dict("records")[1] == {"k": "a", "x": 3, "y": None, "n": None}
    assert df[["x"]].to_dict("list") == {"x": pdf["x"].tolist()}
    assert df[["x"]].to_dict() == pdf[["x"]].to_dict()
    assert df.to_pylist() == df.to_dict("records")


def test_repr(df):
    text = repr(df)
    assert "<NA>" in text and "rows x" not in text
    long = hs.DataFrame({"x": list(range(100))})
    assert ".." in repr(long) and "99" in repr(long) and "50" not in repr(long)
    assert "[100 rows x 1 columns]" in repr(long)
    assert "<table" in df._repr_html_() and "&lt;NA&gt;" in df._repr_html_()
    wide = hs.DataFrame({f"column_{i}": [1] for i in range(200)})
    with hs.option_context("display.max_columns", 0):
        assert "..." in repr(wide) and "column_199" in repr(wide)


def test_pickle(df, pdf):
    import pickle

    assert_same(pickle.loads(pickle.dumps(df)), pdf)
    assert pickle.loads(pickle.dumps(df.set_index("k"))).index_names == ["k"]


def test_times_alone_are_a_matrix_of_times():
    days = [dt.datetime(2020, 1, 1), None]
    for data in ({"a": days, "b": days[::-1]}, {"a": [dt.timedelta(1), None]}):
        ours, theirs = hs.DataFrame(data).to_numpy(), pd.DataFrame(data).to_numpy()
        assert ours.dtype.kind == theirs.dtype.kind
        assert np.array_equal(ours.astype(theirs.dtype), theirs, equal_nan=True)
    assert hs.DataFrame({"a": days, "x": [1, 2]}).to_numpy().dtype == object


def test_a_series_without_values_is_shown_as_in_pandas():
    assert repr(hs.Series([], dtype="int64", name="q")) == repr(pd.Series([], dtype="int64", name="q"))


def test_misspelt_names_of_the_module_are_suggested():
    with pytest.raises(AttributeError) as caught:
        _ = hs.read_parqet
    assert (caught.value.name, caught.value.obj) == ("read_parqet", hs)  # Python finds the nearest name with these.


def test_merge_says_what_it_takes():
    assert {"left_on", "right_on", "suffixes", "validate"} < set(inspect.signature(hs.DataFrame.merge).parameters)
