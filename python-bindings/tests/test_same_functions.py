"""Functions of Python's and NumPy's as aggregates, and summaries of columns of several types: what pandas gives."""

import datetime as dt

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain

DATA = {
    "k": ["a", "b", "a", "b", "a"],
    "x": [1.0, 5.0, 2.0, None, 4.0],
    "n": [1, 2, 3, 4, 5],
    "f": [True, False, True, True, False],
}
MIXED = {
    "a": [3, 1, 2],
    "b": [1.5, None, 2.5],
    "s": ["x", "z", "y"],
    "t": [dt.datetime(2024, 1, 3), dt.datetime(2024, 1, 1), None],
    "d": [dt.timedelta(1), dt.timedelta(2), dt.timedelta(3)],
}
FUNCTIONS = [
    sum, min, max, len, any, all, np.sum, np.mean, np.max, np.min, np.std, np.var, np.median, np.prod, np.size, np.average,
    np.any, np.all, np.nansum, np.nanmean, np.nanmin, np.nanmax, np.nanstd, np.nanvar, np.nanmedian, pd.Series.std,
]  # fmt: skip


def same(script):
    found, expected = plain(script(hs)), plain(script(pd))
    assert found == expected


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("func", FUNCTIONS, ids=lambda func: f"{func.__module__}.{func.__name__}")
def test_functions_as_aggregates(func):
    for name in ("x", "n", "f"):
        same(lambda m, name=name: m.DataFrame(DATA).groupby("k")[name].agg(func))
        same(lambda m, name=name: m.DataFrame(DATA)[name].agg(func))
    same(lambda m: m.DataFrame(DATA).groupby("k")[["x", "n"]].agg(func))
    same(lambda m: m.DataFrame(DATA).groupby("k").agg({"x": func, "n": "sum"}))
    same(lambda m: m.DataFrame(DATA).groupby("k")["n"].agg([func, "first"]))
    same(lambda m: m.DataFrame(DATA).groupby("k").agg(r=("x", func)))
    same(lambda m: m.DataFrame(DATA).groupby("k")["n"].transform(func))
    same(lambda m: m.DataFrame(DATA)[["x", "n"]].agg(func))
    same(lambda m: m.DataFrame(DATA)[["x", "n"]].apply(func))
    same(lambda m: m.DataFrame(DATA).pivot_table(index="k", values="n", aggfunc=func))
    same(lambda m: m.DataFrame(DATA, index=m.date_range("2024-01-01", periods=5))["n"].resample("2D").agg(func))


@pytest.mark.parametrize("func", [np.sum, np.mean, np.max, np.min, np.std, np.var, np.prod, np.any, np.all])
def test_functions_of_rows(func):
    for lib in (hs,):
        df = lib.DataFrame(DATA)[["x", "n"]]
        expected = plain(pd.DataFrame(DATA)[["x", "n"]].apply(func, axis=1))
        assert plain(df.apply(func, axis=1)) == expected
        assert plain(df.apply(lambda row: func(row), axis=1)) == expected


@pytest.mark.parametrize("func", [np.std, np.var])
def test_numpy_divides_by_the_number_of_values_in_windows(func):
    same(lambda m: m.DataFrame(DATA)["n"].rolling(2).agg(func))


@pytest.mark.parametrize("func", ["min", "max", "count", "nunique"])
def test_summaries_of_several_types(func):
    found, expected = getattr(hs.DataFrame(MIXED), func)(), getattr(pd.DataFrame(MIXED), func)()
    assert plain(found) == plain(expected)
    assert plain(hs.DataFrame(MIXED).agg(func)) == plain(expected)
    assert found["a"] == expected["a"] and found["s"] == expected["s"]


def test_sums_of_text_beside_sums_of_numbers():
    same(lambda m: m.DataFrame(MIXED)[["a", "s"]].sum())
    same(lambda m: m.DataFrame(MIXED)[["a", "d"]].sum())
    same(lambda m: m.DataFrame(MIXED)[["a", "b"]].agg("any"))


def test_a_summary_of_several_types_is_a_row():
    found = hs.DataFrame(MIXED).min()
    assert found.to_dict() == {
        "a": 1, "b": 1.5, "s": "x", "t": dt.datetime(2024, 1, 1), "d": dt.timedelta(1),
    }  # fmt: skip
    assert [line.split() for line in str(found).splitlines()[:3]] == [["a", "1"], ["b", "1.5"], ["s", "x"]]
    assert found.to_pandas().index.tolist() == list("abstd")


@pytest.mark.parametrize("values", [["b", "a", "b"], [True, False, True], MIXED["t"], MIXED["d"]])
def test_descriptions_have_values_as_they_are(values):
    same(lambda m: m.Series(values, name="v").describe())


def test_numbers_beside_text_in_one_column_are_told():
    with pytest.warns(UserWarning, match="column 's' holds text and int"):
        found = hs.DataFrame(MIXED)[["s"]].agg(["min", "count"])
    assert found["s"].to_list() == ["x", "3"]


def test_numbers_only_are_truth_values_too():
    data = {"a": [1, 2], "f": [True, False], "s": ["p", "q"]}
    same(lambda m: m.DataFrame(data).idxmax(numeric_only=True))
    same(lambda m: m.DataFrame(data).mode(numeric_only=True))


TABLES = [
    lambda m, df: m.crosstab([df["k"], df["n"]], df["f"].astype(int)),
    lambda m, df: m.crosstab(df["f"].astype(int), [df["k"], df["n"]]),
    lambda m, df: m.crosstab([df["k"], df["f"].astype(str)], df["n"], margins=True),
    lambda m, df: m.crosstab([df["k"], df["f"]], df["n"], values=df["x"], aggfunc="sum"),
    lambda m, df: m.crosstab(np.array(["a", "b", "a"]), np.array(["x", "x", "y"])),
    lambda m, df: m.crosstab(np.array(["a", "b", "a"]), np.array(["x", "x", "y"]), rownames=["r"]),
    *(
        lambda m, df, by=by: m.crosstab([df["k"], df["n"]], df["f"].astype(int), normalize=by)
        for by in (True, "all", "index", "columns", 0, 1)
    ),
]


@pytest.mark.parametrize("table", TABLES)
def test_tables_of_several_keys(table):
    found, expected = table(hs, hs.DataFrame(DATA)), table(pd, pd.DataFrame(DATA))
    assert plain(found) == plain(expected)
    assert list(found.to_pandas().index.names) == list(expected.index.names)


UNNAMED = [
    lambda m: m.Series([1, 2]).to_frame(),
    lambda m: m.Series([1, 2]).reset_index(),
    lambda m: m.DataFrame(m.Series([1, 2])),
    lambda m: m.Series([1, 2, 3]).groupby([1, 1, 2]).sum().reset_index(),
    lambda m: m.DataFrame(DATA).groupby("k").size().reset_index(),
    lambda m: m.DataFrame(DATA)[["x", "n"]].sum(axis=1).to_frame(),
    lambda m: m.concat([m.Series([1, 2]), m.Series([3, 4])], axis=1),
]


@pytest.mark.parametrize("script", UNNAMED)
def test_series_without_a_name_are_columns_called_0(script):
    same(script)
    assert hs.Series([1, 2]).to_frame()[0].to_list() == [1, 2]
    assert hs.DataFrame(pd.Series([1, 2])).columns == [0] and hs.Series(pd.Series([1, 2])).name is None


@pytest.mark.parametrize("how", ["left", "inner", "outer", "right"])
@pytest.mark.parametrize("names", [("p", None), (None, "q"), ("p", "q"), ("p", "p")])
def test_labels_that_are_joined_are_called_as_those_of_the_side_that_stays(how, names):
    def joined(m):
        left = m.DataFrame({"x": [1, 2, 3]}, index=pd.Index(["u", "v", "w"], name=names[0]))
        right = m.DataFrame({"y": [4, 5]}, index=pd.Index(["v", "w"], name=names[1]))
        merged = left.merge(right, left_index=True, right_index=True, how=how)
        return [one.index.name for one in (left.join(right, how=how), merged, m.concat([left, right], axis=1))]

    assert joined(hs) == joined(pd)


def test_types_are_gone_over_as_in_a_series():
    df = hs.DataFrame({"a": [1], "b": [1.5]})
    assert [str(dtype) for dtype in df.dtypes] == [str(dtype) for dtype in df.to_pandas().dtypes]
    assert {name: str(dtype) for name, dtype in zip(df.columns, df.dtypes, strict=True)} == dict(df.dtypes)
    assert "a" in df.dtypes and df.dtypes["a"] == "int64" and list(df.dtypes.index) == ["a", "b"]


@pytest.mark.parametrize("text", ["20240101123456", "20240101T123456", "202401011234", "20240101 1234", "20240101"])
def test_times_without_separators(text):
    same(lambda m: m.to_datetime(m.Series([text, None])))


def test_powers_of_what_is_missing():
    for script in (
        lambda m: m.Series([1.0, 2.0, None, None]) ** m.Series([None, None, 0.0, 2.0]),
        lambda m: m.Series([1.0, None]) ** 0,
        lambda m: 1 ** m.Series([3.0, None]),
        lambda m: m.Series([1.0, None]).rpow(1),
        lambda m: m.Series([-8.0, None, 3.0]) ** 0.5,
        lambda m: m.DataFrame({"a": [1.0, None, 2.0]}) ** m.DataFrame({"a": [None, 0.0, 2.0]}),
    ):
        same(script)


def test_operators_take_no_levels():
    same(lambda m: m.Series([1.0, None]).add(1, level=None, fill_value=0))
    same(lambda m: m.DataFrame({"a": [1.0, None]}).sub(1, "columns", None, 0))
    with pytest.raises(NotImplementedError, match="level=0"):
        hs.Series([1]).add(hs.Series([2]), level=0)


def test_windows_of_offsets():
    same(
        lambda m: (
            m.Series([1, 2, 3], index=m.date_range("2024-01-01", periods=3, freq="s"))
            .rolling(pd.offsets.Second(2))
            .sum()
        )
    )


def test_labels_side_by_side_have_a_common_name():
    def name(m, order):
        one = m.DataFrame({"a": order, "b": [1, 2, 3]}).set_index("a")
        return m.concat([one, m.DataFrame({"c": [0, 1, 2], "d": [1, 2, 3]}).set_index("c")], axis=1).index.name

    assert [name(hs, order) for order in ([2, 0, 1], [0, 1, 2])] == [None, None]
    assert [name(pd, order) for order in ([2, 0, 1], [0, 1, 2])] == [None, None]


def test_groups_that_found_nothing_are_missing():
    same(lambda m: m.Series(["ab", "b"]).str.extractall(r"(a*)(b)"))


def test_combined_columns():
    one, other = {"a": [1.0, None]}, {"a": [None, 2.0], "b": [1, 2]}
    same(lambda m: m.DataFrame(one).combine(m.DataFrame(other), lambda x, y: x + y, fill_value=0))
    same(lambda m: m.DataFrame(other).combine(m.DataFrame(one), lambda x, y: x + y, fill_value=0))
    same(lambda m: m.Series([1, 2]).combine(m.Series([5, 0, 7]), max, fill_value=3))
    with pytest.raises(NotImplementedError, match="fillna first"):
        hs.Series([1.0, None]).combine(hs.Series([2.0, 5.0]), max, fill_value=0)
