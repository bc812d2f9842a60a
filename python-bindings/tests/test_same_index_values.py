"""What is made of an index label by label has no labels of its own; the same script for pandas and for Hypostyle."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain


def times(lib):
    return lib.DataFrame({"v": [1, 2, 3, 4]}, index=lib.date_range("2024-01-30 20:00", periods=4, freq="9h"))


def levels(lib):
    df = times(lib).assign(k=["a", "b", "a", "b"])
    return df.groupby(["k", "v"])["v"].count()


def texts(lib):
    return lib.DataFrame({"x": [1, 2]}, index=["ab", "cd"])


def assigned(lib):
    other = lib.DataFrame({"w": [5, 6, 7, 8]})
    other["h"] = times(lib).index.hour
    return other.assign(k=times(lib).index.month + 1)


def own(lib):
    df = times(lib)
    df["h"], df["q"] = df.index.hour, df.index.quarter * 10
    return df


def relabelled(lib):
    df = texts(lib)
    df.index = df.index.str.upper()
    return df


SCRIPTS = {
    "a frame": lambda lib: lib.DataFrame(
        {"h": times(lib).index.hour, "n": times(lib).index.day_name(), "m": times(lib).index.is_month_end}
    ),
    "beside other rows": assigned,
    "beside its rows": own,
    "keys": lambda lib: (
        times(lib).groupby(times(lib).index.hour)["v"].sum(),
        times(lib).groupby([times(lib).index.day, times(lib).index.hour])["v"].sum(),
        times(lib)["v"].groupby(times(lib).index.day_name()).mean(),
    ),
    "masks": lambda lib: (
        times(lib)[times(lib).index.hour > 8],
        times(lib).loc[times(lib).index.day_name() == "Wednesday"],
        levels(lib)[levels(lib).index.get_level_values("v") > 2],
    ),
    "values": lambda lib: (
        *(times(lib).index.hour[0], times(lib).index.hour[-1], list(times(lib).index.hour[1:])),
        *(times(lib).index.year.unique().tolist(), times(lib).index.hour.max(), (times(lib).index.hour > 3).sum()),
    ),
    "a series": lambda lib: lib.Series(times(lib).index.hour),
    "levels": lambda lib: lib.DataFrame(
        {"k": levels(lib).index.get_level_values(0), "v": levels(lib).index.get_level_values("v") * 2}
    ),
    "text": lambda lib: lib.DataFrame({"u": texts(lib).index.str.upper(), "n": texts(lib).index.str.len()}),
    "other labels": relabelled,
    "a pivot": lambda lib: times(lib).pivot_table(
        index=times(lib).index.hour, columns=times(lib).index.day, values="v", aggfunc="sum"
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_values_of_an_index(name):
    assert plain(SCRIPTS[name](hs)) == plain(SCRIPTS[name](pd))


def test_as_many_values_as_rows():
    with pytest.raises(ValueError, match="4 values for 2 rows"):
        hs.DataFrame({"x": [1, 2]})["h"] = times(hs).index.hour


CATEGORIES = {
    "beside labels": lambda lib: texts(lib).assign(c=lib.Categorical(["x", "y"])),
    "beside turned rows": lambda lib: times(lib).reset_index(drop=True)[::-1].assign(c=lib.Categorical(list("pqrs"))),
    "in a frame": lambda lib: lib.DataFrame({"c": lib.Categorical(["p", "q"]), "x": texts(lib)["x"]}),
    "with labels": lambda lib: lib.Series(lib.Categorical(["p", "q"]), index=["m", "n"]),
    "moments with labels": lambda lib: lib.Series(lib.date_range("2024-01-01", periods=2), index=["m", "n"]).astype(
        str
    ),
    "parts": lambda lib: [
        list(lib.Categorical(["b", "a", None], categories=["b", "a"]).categories),
        lib.Categorical(["b", "a", None], categories=["b", "a"]).codes.tolist(),
        lib.Categorical(["b", "a"], ordered=True).ordered,
        lib.Categorical(["b", "a"])[1],
        len(lib.Categorical(["b", "a", "b"])),
    ],
    "keys": lambda lib: texts(lib).groupby(lib.Categorical(["u", "v"]), observed=True)["x"].sum(),
}


@pytest.mark.parametrize("name", CATEGORIES)
def test_lists_of_categories_stand_in_order(name):
    assert plain(CATEGORIES[name](hs)) == plain(CATEGORIES[name](pd))


def turned(lib):
    return lib.DataFrame({"x": [1, 2, 3]})[::-1]


def other(lib):
    return lib.DataFrame({"y": [7, 8, 9]}, index=["p", "q", "p"])


IN_ORDER = {
    "an index": lambda lib: other(lib).index,
    "is in": lambda lib: other(lib).index.isin(["q"]),
    "compared": lambda lib: other(lib).index == "q",
    "mapped": lambda lib: other(lib).index.map(lambda label: label * 2),
    "text": lambda lib: other(lib).index.str.upper(),
    "duplicated": lambda lib: other(lib).index.duplicated(),
    "values": lambda lib: other(lib)["y"].values,
    "cut": lambda lib: lib.cut([1, 5, 9], [0, 3, 10], labels=["a", "b"]),
    "numbers": lambda lib: lib.to_numeric(["1", "2", "3"]),
    "months": lambda lib: lib.to_datetime(["2024-01-01", "2024-02-02", "2024-03-03"]).month,
    "names of days": lambda lib: lib.date_range("2024-01-01", periods=3).day_name(),
    "categories": lambda lib: lib.Categorical(["u", "v", "u"]),
}


@pytest.mark.parametrize("name", IN_ORDER)
def test_what_has_no_labels_stands_in_order(name):
    def script(lib):
        return turned(lib).assign(c=IN_ORDER[name](lib)), other(lib).assign(c=IN_ORDER[name](lib))

    assert plain(script(hs)) == plain(script(pd))


def test_groups_by_the_labels_of_other_rows():
    for frame in (turned, lambda lib: turned(lib).set_axis(["a", "b", "a"])):
        found, expected = (frame(lib).groupby(other(lib).index)["x"].sum() for lib in (hs, pd))
        assert plain(found) == plain(expected)
    found, expected = (other(lib).groupby(other(lib).index)["y"].sum() for lib in (hs, pd))
    assert plain(found) == plain(expected)
    with pytest.raises(ValueError, match="a key of 3 values for 1 rows"):
        hs.DataFrame({"x": [1]}).groupby(other(hs).index)["x"].sum()
