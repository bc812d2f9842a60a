"""Names of axes and levels: the same script for pandas and for Hypostyle, whose results have the same names too."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain

CELLS = {
    "k": ["a", "b", "a"],
    "x": [1, 2, 3],
    "y": [1.0, 2.0, 3.0],
    "t": pd.to_datetime(["2020-01-01", "2020-01-03", "2020-01-03"]),
}


def named(value):
    """A result with the names of its axes."""
    value = value.to_pandas() if isinstance(value, (hs.DataFrame, hs.Series)) else value
    names = list(value.index.names) if isinstance(value, (pd.DataFrame, pd.Series)) else None
    titles = list(value.columns.names) if hasattr(value, "columns") else [getattr(value, "name", None)]
    return plain(value), names, titles


def check(script):
    frame = pd.DataFrame(CELLS).rename_axis(columns="exp")
    assert named(script(hs, hs.from_pandas(frame))) == named(script(pd, frame))


#: The name of the axis of columns is kept.
AXES = {
    "sum": lambda lib, df: df[["k", "x"]].groupby("k").sum(),
    "sum_columns": lambda lib, df: df[["k", "x"]].groupby("k", as_index=False).sum(),
    "size_columns": lambda lib, df: df.groupby("k", as_index=False).size(),
    "agg_mapping": lambda lib, df: df.groupby("k").agg({"x": "sum"}),
    "agg_lists": lambda lib, df: df.groupby("k").agg({"x": ["sum", "mean"]}),
    "agg_list_of_one": lambda lib, df: df.groupby("k")["x"].agg(["sum", "mean"]),
    "resample_list_of_one": lambda lib, df: df.resample("D", on="t")["x"].agg(["sum", "mean"]),
    "agg_named": lambda lib, df: df.groupby("k").agg(t=("x", "sum")),
    "agg_function": lambda lib, df: df.groupby("k")[["x", "y"]].agg(lambda s: s.max() - s.min()),
    "idxmax": lambda lib, df: df.groupby("k")[["x", "y"]].idxmax(skipna=True),
    "quantiles": lambda lib, df: df.groupby("k")[["x", "y"]].quantile([0.5, 1.0]),
    "describe": lambda lib, df: df.groupby("k")[["x", "y"]].describe(),
    "apply_frame": lambda lib, df: df.groupby("k")[["x", "y"]].apply(lambda d: d),
    "apply_row": lambda lib, df: df.groupby("k")[["x", "y"]].apply(lambda d: d.sum()),
    "apply_named_row": lambda lib, df: df.groupby("k")[["x"]].apply(
        lambda d: lib.Series({"a": d["x"].sum()}, name="metric")
    ),
    "apply_number_row": lambda lib, df: df.groupby("k")[["x"]].apply(lambda d: lib.Series([d["x"].sum(), 2])),
    "corr": lambda lib, df: df[["k", "x", "y"]].groupby("k").corr(),
    "resample": lambda lib, df: df.resample("D", on="t")[["x", "y"]].sum(),
    "resample_lists": lambda lib, df: df.resample("D", on="t")[["x"]].agg(["sum", "mean"]),
    "resample_named": lambda lib, df: df.resample("D", on="t").agg(a=("x", "sum")),
    "frame_describe": lambda lib, df: df[["x", "y"]].describe(),
    "mode": lambda lib, df: df[["x"]].mode(),
    "merge_both": lambda lib, df: df.merge(df[["k", "x"]], on="k"),
    "merge_one": lambda lib, df: df.merge(lib.DataFrame({"k": ["a"], "z": [1]}), on="k"),
    "join": lambda lib, df: df[["x"]].join(df[["y"]]),
}


@pytest.mark.parametrize("name", AXES)
def test_axes(name):
    check(AXES[name])


def labelled(lib):
    return lib.DataFrame({"b": [3, 4]}, index=pd.Index([5, 6], name="a"))


def changed(lib, change):
    frame = labelled(lib)
    change(frame)
    return frame


def set_cell(frame):
    frame.loc[5, "a"] = 1


def set_column(frame):
    frame["a"] = [7, 8]


def set_all(frame):
    frame.loc[:, "a"] = [7, 8]


def set_two(frame):
    frame[["a", "c"]] = 1


def set_names(frame):
    frame.columns = ["a"]


#: A column has the name of a level of the index: both are there.
BOTH = {
    "set": lambda lib: changed(lib, set_column),
    "set_again": lambda lib: changed(lib, set_column).assign(a=lambda d: d["a"] + d["b"]),
    "set_labels": lambda lib: labelled(lib).assign(a=labelled(lib).index),
    "insert": lambda lib: changed(lib, lambda frame: frame.insert(0, "a", frame.index)),
    "set_cell": lambda lib: changed(lib, set_cell),
    "set_all": lambda lib: changed(lib, set_all),
    "set_two": lambda lib: changed(lib, set_two),
    "set_names": lambda lib: changed(lib, set_names),
    "rename": lambda lib: labelled(lib).rename(columns={"b": "a"}),
    "set_axis": lambda lib: labelled(lib).set_axis(["a"], axis=1),
    "drop": lambda lib: changed(lib, set_column).drop(columns="a"),
    "column": lambda lib: changed(lib, set_column)["a"],
    "sum": lambda lib: changed(lib, set_column) + labelled(lib),
    "eval": lambda lib: labelled(lib).eval("a = b * 2"),
    "join": lambda lib: labelled(lib).join(lib.DataFrame({"a": [1]}, index=[5])),
    "concat": lambda lib: lib.concat([labelled(lib), labelled(lib)["b"].rename("a")], axis=1),
}


@pytest.mark.parametrize("name", BOTH)
def test_index_and_column_of_one_name(name):
    script = BOTH[name]
    found, expected = named(script(hs)), named(script(pd))
    assert found[:2] == expected[:2]
    assert found[2] == expected[2]


def test_expressions_read_the_index_whose_name_a_column_gets():
    frame = labelled(hs).assign(a=hs.col("a") + 1)
    assert frame["a"].to_list() == [6, 7]
    assert list(frame.index) == [5, 6]
    assert list(labelled(hs).select("b", a=hs.col("a") * 2).index) == [5, 6]


KINDS = {"k": ["a", "b", "a"], "j": ["x", "y", "x"], "x": [1, 2, 3]}


def categories(lib):
    frame = lib.DataFrame(KINDS)
    k = pd.Categorical(KINDS["k"], categories=["a", "b", "c"])
    return frame.assign(k=k, j=pd.Categorical(KINDS["j"]))


def by_two(lib):
    return categories(lib).groupby(["k", "j"], observed=False)


#: Categories that no row has.
UNOBSERVED = {
    "len": lambda lib: categories(lib).groupby("k", observed=False).apply(len),
    "sum": lambda lib: by_two(lib)["x"].apply(lambda s: s.sum()),
    "names": lambda lib: categories(lib).groupby("k", observed=False)["x"].apply(lambda s: s.name),
    "frames": lambda lib: by_two(lib)[["x"]].apply(lambda d: d.head(1)),
    "rows": lambda lib: categories(lib).groupby("k", observed=False)[["x"]].apply(lambda d: lib.Series({"n": len(d)})),
}


@pytest.mark.parametrize("name", UNOBSERVED)
def test_unobserved(name):
    script = UNOBSERVED[name]
    assert named(script(hs)) == named(script(pd))


def test_members_of_unobserved_groups():
    for single in ("k", ["k", "j"]):
        found, expected = (categories(lib).groupby(single, observed=False) for lib in (hs, pd))
        assert found.groups == {key: list(rows) for key, rows in expected.groups.items()}
        rows = {key: list(places) for key, places in found.indices.items() if len(places)}
        assert rows == {key: list(places) for key, places in expected.indices.items() if len(places)}


#: Keys of other kinds.
KEYS = {
    "mapping_of_numbers": lambda lib, df: df[["x"]].groupby({0: 5, 1: 5, 2: 7}).sum(),
    "mapping_in_list": lambda lib, df: df[["k", "x"]].groupby([{0: 5, 1: 5, 2: 7}, "k"]).sum(),
    "nameless_column": lambda lib, df: df[["x"]].groupby(np.array([1, 1, 2]), as_index=False).sum(),
    "quantiles_columns": lambda lib, df: df[["k", "x"]].groupby("k", as_index=False).quantile([0.5, 1.0]),
    "mappings_made": lambda lib, df: df.groupby("k")["x"].apply(lambda s: {"min": s.min(), "max": s.max()}),
    "other_mappings": lambda lib, df: df.groupby("k")["x"].apply(lambda s: {str(one): one for one in s}),
    "further_arguments": lambda lib, df: df.groupby("k")["x"].agg([lambda s, n: s.sum() + n, lambda s, n: n], 3),
    "quantile_repeated": lambda lib, df: df.groupby("k")["x"].transform("quantile", 0.5),
    "numbers_repeated": lambda lib, df: df[["k", "x"]].groupby("k").transform("mean", numeric_only=True),
    "one_period_key": lambda lib, df: df.groupby([lib.Grouper(key="t", freq="D")])[["x"]].sum(),
    "period_key": lambda lib, df: df.groupby([lib.Grouper(key="t", freq="D"), "k"]).count(),
    "period_rows": lambda lib, df: [
        (key, list(rows.columns), rows["x"].to_list()) for key, rows in df.groupby(lib.Grouper(key="t", freq="D"))
    ],
    "period_group": lambda lib, df: df.groupby(lib.Grouper(key="t", freq="D")).get_group("2020-01-03"),
    "period_head": lambda lib, df: df.groupby(lib.Grouper(key="t", freq="D")).head(1),
    "period_sums": lambda lib, df: df.groupby(lib.Grouper(key="t", freq="D"))["x"].cumsum(),
    "period_counts": lambda lib, df: df.groupby(lib.Grouper(key="t", freq="D"))["k"].value_counts(),
    "period_function": lambda lib, df: df.groupby(lib.Grouper(key="t", freq="D")).apply(lambda d: d["x"].sum()),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys(name):
    check(KEYS[name])


def test_keys_are_no_tuples():
    df = hs.DataFrame(KINDS)
    with pytest.raises(hs.errors.UnsupportedError, match="no tuples"):
        df.groupby(lambda row: (row % 2, "z")).sum()
    with pytest.raises(hs.errors.InvalidArgumentError, match="skipna"):
        hs.DataFrame({"k": ["a", "a"], "x": [1, None]}).groupby("k")["x"].idxmin(skipna=False)
    with pytest.raises(hs.errors.DataTypeError, match="name the arguments"):
        df.groupby("k")["x"].transform("mean", 1)


def hours(lib):
    times = pd.to_datetime(["2020-01-01 00:10", "2020-01-01 02:50", "2020-01-01 05:00"])
    return lib.Series([1.0, 2.0, 4.0], index=times)


def ten(lib):
    return lib.Series(range(10), index=pd.date_range("2020-01-01", periods=10))


#: Periods and labels of times.
PERIODS = {
    "nameless": lambda lib: ten(lib).resample("5D").agg(["sum", "mean"]),
    "series_of_rows": lambda lib: ten(lib).resample("5D").apply(lambda s: s.head(2)),
    "frames_of_rows": lambda lib: ten(lib).to_frame("a").resample("5D").apply(lambda d: d.head(2)),
    "frames_of_values": lambda lib: ten(lib).to_frame("a").resample("5D").apply(lambda d: d["a"].sum()),
    "first_of_all": lambda lib: ten(lib).where(ten(lib) > 0).resample("5D").first(skipna=False),
    "between_times": lambda lib: hours(lib).resample("h").interpolate("time"),
    "between_values": lambda lib: hours(lib).resample("h").interpolate("values"),
    "between_rows": lambda lib: hours(lib).resample("h").interpolate(),
    "slashes_and_dashes": lambda lib: ten(lib)["1/3/2020":"1-5-2020"],
    "minutes": lambda lib: ten(lib)["1/3/2020 00:00":"1/5/2020 12:30:01"],
    "further_argument": lambda lib: (
        ten(lib).to_frame("a").assign(k=1).groupby("k").resample("5D")["a"].agg(lambda s, n: s.sum() + n, 3)
    ),
}


@pytest.mark.parametrize("name", PERIODS)
def test_periods(name):
    script = PERIODS[name]
    assert named(script(hs)) == named(script(pd))


def test_labels_over_a_change_of_clocks():
    times = pd.date_range("2013-10-20", "2013-11-02", freq="30min", tz="Europe/Paris")
    frame = pd.DataFrame({"v": range(len(times))}, index=times)
    for key in (slice("10/26/2013", "10/29/2013"), slice("2013-10-27 03:30", None), slice(times[330], times[340])):
        assert hs.from_pandas(frame)[key]["v"].to_list() == frame[key]["v"].to_list()


def test_days_without_zeros():
    for texts in (["2019-2-1", "2019-12-11"], ["2019-10-1 5:03", "2019-1-1 12:00"]):
        assert hs.to_datetime(hs.Series(texts)).to_list() == pd.to_datetime(pd.Series(texts)).tolist()


#: What frames are made of.
MADE = {
    "index": lambda lib: lib.DataFrame(pd.Index([1, 2]), index=["a", "b"]),
    "names": lambda lib: lib.DataFrame({"a": [1]}, columns=pd.Index(["a"], name="n")),
    "names_of_mappings": lambda lib: lib.DataFrame({"a": {0: 1}}, columns=pd.Index(["a"], name="n")),
    "levels": lambda lib: lib.DataFrame(
        {("a", "b"): {0: 1}}, columns=pd.MultiIndex.from_tuples([("a", "b")], names=["n", "m"])
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_made(name):
    script = MADE[name]
    assert named(script(hs)) == named(script(pd))


def test_columns_are_completed():
    """Names that are attributes are listed, as a notebook asks for them."""
    df = hs.DataFrame({"price": [1, 2], "k": [1, 1], "no name": [3, 4]}, index=pd.date_range("2024", periods=2))
    groups = df.groupby("k")
    several = [df, groups, groups[["price"]], df.resample("D"), df.rolling(2), df.expanding(), groups.resample("D")]
    for one in [*several, groups.rolling(2), next(df.iterrows())[1]]:
        assert "price" in dir(one) and "no name" not in dir(one), type(one)
    assert "k" not in dir(groups) and "mean" in dir(groups) and "mean" in dir(groups.resample("D"))
    assert "price" not in dir(df["price"].rolling(2))
