"""Labels named, looked up and filled, forms of dates, and errors of what pandas refuses."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check
from test_same_making import both

DAYS = pd.date_range("2024-01-01", periods=3)


def counted(lib):
    return lib.DataFrame({"x": [1.0, 2.0, 3.0]}, index=[1, 3, 5])


LOOKED_UP = {
    "before": lambda lib: counted(lib).reindex([0, 1, 2, 4, 6], method="ffill"),
    "after": lambda lib: counted(lib).reindex([0, 1, 2, 4, 6], method="bfill"),
    "nearest": lambda lib: counted(lib).reindex([0, 1, 2, 4, 9], method="nearest"),
    "between_the_labels": lambda lib: counted(lib).reindex([0, 1.5, 3]),
    "with_a_value": lambda lib: counted(lib).reindex([5, 0], fill_value=7),
    "more_days": lambda lib: lib.DataFrame({"x": [1, 2]}, index=DAYS[1:]).reindex(DAYS),
    "levels": lambda lib: lib.DataFrame(
        {"x": [1.0, 2.0]}, index=pd.MultiIndex.from_tuples([(1, "a"), (1, "b")], names=["p", "q"])
    ).reindex([(1, "b"), (9, "z")]),
    "series": lambda lib: lib.Series([1, 2, 3], index=list("abc")).reindex(["c", "a"]),
}


@pytest.mark.parametrize("name", LOOKED_UP)
def test_rows_are_looked_up(name):
    both(LOOKED_UP[name])


def test_near_labels_are_sorted():
    with pytest.raises(ValueError, match="sort_index"):
        hs.DataFrame({"x": [1, 2]}, index=[2, 1]).reindex([1], method="ffill")


def named(lib):
    df = lib.DataFrame({"x": [1, 2]}, index=["a", "b"])
    df.index.name = "n"
    s = df["x"].copy()
    s.index = ["u", "v"]
    s.index.name = "w"
    return [df.index.name, list(df.reset_index().columns), list(s.reset_index().columns)]


def dated(lib):
    df = lib.DataFrame({"d": ["2024-01-01", "2024-02-02"], "x": [1, 2]})
    df.index = lib.to_datetime(df.pop("d"))
    df.index = lib.to_datetime(df.index)
    return [list(df.columns), list(df.index.month), df.loc["2024-02-02", "x"]]


def unnamed(lib):
    table = lib.DataFrame({"k": ["a", "a"], "c": ["u", "v"], "x": [1, 2]}).pivot(index="k", columns="c", values="x")
    table.columns.name = None
    return [list(table.rename_axis(None, axis=1).reset_index().columns), list(table.columns)]


@pytest.mark.parametrize("script", [named, dated, unnamed])
def test_names_of_labels(script):
    check(lambda lib, df: script(lib))


FORMS = [
    "12/31/2024",
    "1/2/2024",
    "31/12/2024",
    "12/31/2024 10:30",
    "12/31/2024 10:30:05.25",
    "12/31/2024 1:30 PM",
    "20241231",
    "2024/12/31",
    "5 Mar 2024",
    "05-Mar-24",
    "5 March 2024",
    "Mar 5, 2024",
    "March 5, 2024",
    "12/31/24",
    "31.12.2024",
    "2024-12-31 10:00",
]


@pytest.mark.parametrize("form", FORMS)
def test_dates_are_read_in_the_form_of_the_first(form):
    def script(lib):
        found = lib.to_datetime(lib.Series([form, None, "NaT"]))
        return [found.dt.strftime("%Y-%m-%d %H:%M:%S.%f").to_list()[0], found.isna().to_list()]

    check(lambda lib, df: script(lib))


def test_days_first():
    check(lambda lib, df: lib.to_datetime(lib.Series(["01/02/2024"]), dayfirst=True).dt.month.to_list())
    with pytest.raises(ValueError, match=r"row 1, value .*x"):
        hs.to_datetime(hs.Series(["01/02/2024", "x"])).to_list()


def test_what_pandas_refuses():
    df = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]})
    with pytest.raises(KeyError, match="no group has the key 'z'"):
        df.groupby("k").get_group("z")
    with pytest.raises(TypeError, match="True or False of a group"):
        df.groupby("k").filter(lambda g: g["x"].mean()).to_dict("list")
    with pytest.raises(ValueError, match="ascending is True or False"):
        df["x"].sort_values(ascending="False")
    with pytest.raises(ValueError, match="ascending is True or False"):
        df.sort_values("x", ascending="yes")
    with pytest.raises(ValueError, match="occurs twice"):
        df.set_axis(["u", "u"]).to_dict("index")
    with pytest.raises(ValueError, match="2 names for 1 levels"):
        df.columns.names = ["c", "d"]


OTHERS = {
    "no_lists": lambda lib, df: df.explode("x")["x"],
    "array_is_missing": lambda lib, df: list(lib.isna(np.array([1.0, np.nan]))),
    "cut_a_range": lambda lib, df: list(lib.cut(range(5), 3, labels=False)),
    "types_counted": lambda lib, df: sorted(df[["x", "j", "y"]].dtypes.value_counts().to_list()),
    "matrix_filled": lambda lib, df: df[["y"]].to_numpy(na_value=-1.0)[:, 0],
    "group": lambda lib, df: df.groupby("k").get_group("b")["x"],
}


@pytest.mark.parametrize("name", OTHERS)
def test_same(name):
    check(OTHERS[name])


def test_lists_of_texts_go_to_pandas():
    lists = [["a", "b"], [], None]
    assert [None if one is None else list(one) for one in hs.Series(lists).to_pandas()] == lists


def test_a_column_is_set_as_an_attribute():
    def script(lib):
        df = lib.DataFrame({"x": [1, 2]})
        df.x = df.x * 2
        return df

    check(lambda lib, df: script(lib))
    with pytest.raises(AttributeError, match=r"df\['z'\] = "):
        hs.DataFrame({"x": [1]}).z = 5


def test_partitions_are_chosen_by_place():
    df = hs.DataFrame({"x": list(range(7))}, index=list("abcdefg")).repartition(4)
    parts = df.partitions
    assert len(parts) == df.npartitions == len(list(parts))
    assert parts[0]["x"].to_list() + parts[1:]["x"].to_list() == list(range(7))
    assert list(parts[[0, -1]].index) == [*parts[0].index, *parts[-1].index]
    assert parts[:0]["x"].to_list() == []
    with pytest.raises(IndexError, match="outside of"):
        parts[9]
    with pytest.raises(TypeError, match="choose it from the frame"):
        hs.Series(df)


@pytest.mark.parametrize("keep", ["first", "last", False])
def test_each_label_once(keep):
    check(lambda lib, df: list(df.set_index("k").index.drop_duplicates(keep=keep)))
    check(lambda lib, df: list(lib.Index([1, 2, 1]).drop_duplicates(keep=keep)))
    check(lambda lib, df: [df.set_index("y").index.nunique(), df.set_index("y").index.nunique(dropna=False)])


def test_a_series_as_index_of_chosen_rows_that_have_labels():
    def table(lib):
        return lib.DataFrame({"k": ["b", "a", "c", "a"], "x": [3, 1, 2, 4], "y": [1.5, 2.5, 3.5, 4.5]}).set_index("k")

    chosen = {
        "filtered": lambda df: df[df["x"] > 1],
        "sorted": lambda df: df.sort_values("x"),
        "first": lambda df: df.head(2),
        "index filtered": lambda df: df.loc[["a"]],
    }
    keys = {
        "column": lambda df: df["x"],
        "computed": lambda df: df["x"] + 1,
        "renamed": lambda df: df["y"].rename("z"),
        "text": lambda df: df["x"].astype(str),
    }
    for choose in chosen.values():
        for key in keys.values():

            def script(lib, _, choose=choose, key=key):
                rows = choose(table(lib))
                return [rows.set_index(key(rows)), rows.set_axis(key(rows)), rows.set_index(key(rows)).sort_index()]

            check(script)


def test_labels_as_a_frame():
    for index in (None, ["a", "b"], [5, 6]):
        check(lambda lib, _, index=index: lib.DataFrame({"x": [1, 2]}, index=index).index.to_frame())
        check(lambda lib, _, index=index: lib.DataFrame({"x": [1, 2]}, index=index).index.to_frame(index=False))
    for names in ([None, None], ["k", None], ["k", "j"]):
        index = pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=names)

        def script(lib, _, index=index):
            df = pd.DataFrame({"x": [1, 2]}, index=index)
            return (df if lib is pd else hs.from_pandas(df)).index.to_frame()

        check(script)
