"""Calls of pandas' groups, windows and periods that take more than a name, and summaries of times."""

from __future__ import annotations

import re

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check

DATES = pd.to_datetime(["2024-01-01", "2024-01-31", "2024-02-02", "2024-03-09", "2024-03-10", "2024-12-31"])


def dated(df):
    return df.assign(t=DATES.to_numpy())


CALLS = {
    "function_with_an_argument": lambda lib, df: df.groupby("k")["x"].agg(lambda x, q: x.quantile(q), 0.3),
    "numpy_with_an_argument": lambda lib, df: df.groupby("k")[["x"]].agg(np.percentile, q=30),
    "name_with_an_argument": lambda lib, df: df.groupby("k")["x"].agg("std", ddof=0),
    "named_with_an_argument": lambda lib, df: df.groupby("k").agg(
        low=lib.NamedAgg("x", lambda x, q: x.quantile(q), 0.3), top=lib.NamedAgg("x", "max")
    ),
    "transform_by_column": lambda lib, df: df.groupby("k").transform({"x": "sum", "j": "first"}),
    "transform_named": lambda lib, df: df.groupby("k").transform(
        a=lib.NamedAgg("x", "sum"), b=lib.NamedAgg("x", "cumsum")
    ),
    "transform_of_frames": lambda lib, df: df.groupby("k")[["x", "j"]].transform(["sum", "min"]),
    "other_groups_emptied": lambda lib, df: df.groupby("k").filter(lambda g: len(g) > 2, dropna=False)["x"],
    "nth_from_the_end": lambda lib, df: df.groupby("k")["x"].nth(slice(-2, None)),
    "nth_but_the_last": lambda lib, df: df.groupby("k")["x"].nth(slice(None, -1)),
    "nth_of_an_array": lambda lib, df: df.groupby("k")["x"].nth(np.array([0, 2])),
    "every_second": lambda lib, df: df.groupby("k")["x"].nth(slice(None, None, 2)),
    "texts_of_groups": lambda lib, df: df.groupby("j")["k"].sum(),
    "texts_and_numbers": lambda lib, df: df.groupby("j").agg({"k": "sum", "x": "sum"}),
    "texts_as_one": lambda lib, df: [df["k"].sum()],
    "texts_repeated": lambda lib, df: df.groupby("j")["k"].transform("sum"),
    "any_number": lambda lib, df: df.groupby("k")[["x", "y"]].any(),
    "all_numbers": lambda lib, df: df.groupby("k")[["x", "y"]].all(),
    "any_of_several": lambda lib, df: df.groupby("k")["y"].agg(["any", "all"]),
    "key_of_labels": lambda lib, df: df.groupby(pd.Index([1, 1, 2, 2, 1, 1], name="q"))["x"].sum(),
    "key_of_times": lambda lib, df: df.groupby(pd.DatetimeIndex(DATES))["x"].sum(),
    "windows_of_time_in_groups": lambda lib, df: dated(df).groupby("k").rolling("40D", on="t")["x"].sum(),
    "windows_of_time_with_columns": lambda lib, df: dated(df).rolling("40D", on="t")[["x"]].sum(),
    "least_values_of_a_period": lambda lib, df: dated(df).set_index("t")["x"].resample("ME").sum(min_count=1),
    "numbers_of_a_period": lambda lib, df: dated(df).set_index("t").resample("QE").sum(numeric_only=True),
    "function_of_a_period": lambda lib, df: dated(df).set_index("t")["x"].resample("QE").apply(lambda x: x.max()),
    "side_by_side": lambda lib, df: lib.concat([df[["x"]], lib.DataFrame({"z": [1, 2]})], axis=1),
    "coalesced_in_order": lambda lib, df: df.set_index("x")[["y"]].combine_first(df.set_index("x")[["y", "j"]]),
    "turned_without_rows": lambda lib, df: df.pivot_table(columns="k", values="x", aggfunc="sum"),
    "replaced_categories": lambda lib, df: df["k"].astype("category").replace("a", "b").astype(str),
    "mapped_categories": lambda lib, df: df["k"].astype("category").map({"a": 1, "b": 2}).astype(float),
    "columns_by_number": lambda lib, df: lib.DataFrame({0: [1, 2]}).reindex([0, 1], axis=1, fill_value=5),
    "labels_as_text": lambda lib, df: list(df.set_index("j").index.astype(str)),
    "summary_of_times": lambda lib, df: dated(df).describe(),
    "summary_of_a_time": lambda lib, df: dated(df)["t"].describe(),
    "summary_of_lengths": lambda lib, df: dated(df).assign(d=lambda df: df["t"] - df["t"].min())[["d"]].describe(),
    "missing_text": lambda lib, df: lib.Series(["ab", None, "b"]).str.contains("b").to_list(),
    "no_missing_text": lambda lib, df: (~lib.Series(["ab", None, "b"]).str.startswith("a")).to_list(),
    "letters": lambda lib, df: lib.Series(["ab", None, "1"]).str.isalpha().to_list(),
    "named_match": lambda lib, df: lib.Series(["ab", "b"]).str.extract("(?P<letter>a)", expand=False).name,
    "month_end": lambda lib, df: lib.Series([DATES[1], None, DATES[0]]).dt.is_month_end.to_list(),
}


def texts(value):
    """Summaries of times are texts here, moments in pandas."""
    if isinstance(value, list):
        return [texts(one) for one in value]
    if isinstance(value, tuple):
        return tuple(texts(one) for one in value)
    return str(float(value)) if isinstance(value, (int, float)) else str(value)


@pytest.mark.parametrize("name", CALLS)
def test_the_same_call(name):
    script = CALLS[name]
    if name.startswith("summary"):
        import same_script

        found, expected = (
            texts(same_script.plain(script(lib, same_script.frames(lib)).astype(str).replace("None", "nan")))
            if lib is pd
            else texts(same_script.plain(script(lib, same_script.frames(lib)).astype(str).fillna("nan")))
            for lib in (hs, pd)
        )
        assert numbers_apart(found) == numbers_apart(expected)
        return
    check(script)


def numbers_apart(value):
    """Texts of numbers as numbers, texts of moments without a fraction of zeros."""
    if isinstance(value, (list, tuple)):
        return [numbers_apart(one) for one in value]
    text = re.sub(r"NaT|None", "nan", str(value))
    try:
        return round(float(text), 6) if text != "nan" else text
    except ValueError:
        return text


@pytest.mark.parametrize("freq", ["D", "W", "MS", "ME", "QS", "QE", "YS", "YE", "3D"])
def test_periods_beside_other_keys(freq):
    check(lambda lib, df: dated(df).groupby(["k", lib.Grouper(key="t", freq=freq)])["x"].sum())
    check(lambda lib, df: dated(df).groupby(["k", pd.Grouper(key="t", freq=freq)])["x"].sum())
    check(lambda lib, df: dated(df).groupby(pd.Grouper(key="t", freq=freq))["x"].sum())


@pytest.mark.parametrize("freq, label", [("ME", "left"), ("MS", "right"), ("W", "left"), ("D", "right")])
def test_periods_named_by_the_other_end(freq, label):
    check(lambda lib, df: dated(df).groupby(["k", lib.Grouper(key="t", freq=freq, label=label)])["x"].sum())


def test_missing_labels_are_found():
    for lib in (pd, hs):
        df = lib.DataFrame({"x": [1.0, 2.0, 3.0]}, index=["u", np.nan, "v"])
        assert df.reindex([np.nan, "u"])["x"].to_list() == [2.0, 1.0]
    with pytest.raises(NotImplementedError, match="2 levels"):
        hs.DataFrame({"k": [1], "j": [2], "x": [3]}).set_index(["k", "j"])["x"].reindex([1])


def test_row_numbers_are_written_when_asked_for():
    df = hs.DataFrame({"x": [5, 6]})
    assert df.to_csv() == "x\n5\n6\n"
    assert df.to_csv(index=True) == ",x\n0,5\n1,6\n"
    assert df.to_csv(index=True, quoting=0) == ",x\n0,5\n1,6\n"


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda df: df.groupby("k").sample(-1), "from 0 on"),
        (lambda df: df.groupby("k").sample(1.5), "from 0 on"),
        (lambda df: df.groupby("k").sample(frac=2), "between 0 and 1"),
        (lambda df: df.groupby("k").transform(), "needs a function"),
        (lambda df: df.groupby("k").agg(["sum"], 3), "one function"),
    ],
)
def test_what_cannot_be_honoured_is_told(wrong, told):
    with pytest.raises((ValueError, NotImplementedError, TypeError), match=told):
        wrong(hs.DataFrame({"k": ["a", "b"], "x": [1, 2]}) if "dated" not in wrong.__code__.co_names else _six())


def _six():
    return hs.DataFrame({"k": list("ababab"), "x": range(6)})


ROWS = {
    "an_index_as_a_column": lambda lib, df: df.assign(z=pd.Index(range(6)))["z"].to_list(),
    "categories_as_a_column": lambda lib, df: df.assign(z=pd.Categorical(list("abcabc")))["z"].astype(str).to_list(),
    "times_as_a_column": lambda lib, df: df.assign(z=DATES)["z"].dt.month.to_list(),
    "bounds_of_another_frame": lambda lib, df: df[["x", "y"]].clip(
        lib.DataFrame({"x": [3] * 6, "y": [0.5] * 6}), lib.DataFrame({"x": [5] * 6, "y": [2.0] * 6})
    ),
    "no_label_of_that_type": lambda lib, df: df["k"].value_counts().get(4, 0),
    "labels_before": lambda lib, df: lib.Series([1, 2], index=[1, 5]).reindex([2, 6], method="ffill").to_list(),
    "suffixes_of_joins": lambda lib, df: df[["x"]].join(df[["x"]], lsuffix="_a", rsuffix="_b").columns.to_list(),
}


@pytest.mark.parametrize("name", ROWS)
def test_values_for_rows(name):
    check(ROWS[name])


def written(names, value):
    def script(lib, df):
        df[names] = value
        return df

    return script


CELLS = {
    "a_value_each": written(["x", "z"], [7, 8]),
    "a_matrix": written(["x", "z"], np.arange(12).reshape(6, 2)),
    "rows": written(["x", "z"], [[i, -i] for i in range(6)]),
    "one_name": written(["x"], [7]),
    "keys_among_the_values": lambda lib, df: df.groupby(["k", "j"])[["k", "x"]].agg(lambda x: x.max()),
    "a_condition_by_column": lambda lib, df: df[["x", "y"]].where(
        lib.Series([True, False], index=["x", "y"]), -1, axis=1
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_values_for_columns(name):
    check(CELLS[name])


def test_cells_that_do_not_fit_are_told():
    df = hs.DataFrame({"x": [1, 2], "y": [3, 4]})
    with pytest.raises(ValueError, match="3 values for 2 columns"):
        df[["x", "y"]] = [1, 2, 3]
    with pytest.raises(NotImplementedError, match="drop_level"):
        df.set_index("x").xs(1, drop_level=False)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda lib, a, b: a.compare(b), "labels|labeled"),
        (lambda lib, a, b: a == b, "labels|labeled"),
        (lambda lib, a, b: a["x"].compare(b["x"]), "labels|labeled"),
        (lambda lib, a, b: a.set_axis(["u", "v"], axis="foo"), "axis"),
        (lambda lib, a, b: a.map(str, na_action="abc"), "na_action"),
        (lambda lib, a, b: a["x"].map(str, na_action="abc"), "na_action"),
        (lambda lib, a, b: a.join(lib.Series([1, 2], index=["a", "b"])), "name"),
        (lambda lib, a, b: a.reindex(["a"], axis=0, index=["b"]), "axis"),
    ],
)
def test_mistakes_are_errors_in_both(wrong, told):
    for lib in (pd, hs):
        one, other = lib.DataFrame({"x": [1, 2]}, index=["a", "b"]), lib.DataFrame({"x": [1, 3]}, index=["a", "c"])
        with pytest.raises((ValueError, TypeError), match=told):
            wrong(lib, one, other)
    assert hs.DataFrame({"x": [1, 2]}, index=["a", "b"]).eq(hs.DataFrame({"x": [1]}, index=["b"])).to_dict("list") == {
        "x": [False, False]
    }
