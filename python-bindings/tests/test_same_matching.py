"""Values matched by label, categories, and the keyword arguments of everyday verbs: the same as in pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check

SCRIPTS: dict[str, Callable[[Any], Any]] = {}
TIMES = ["2024-01-30", "2024-01-31", "2024-02-01"]


def stock(lib):
    return lib.DataFrame(
        {"a": [3.0, None, 1.0, 2.0], "b": [1, 2, 3, 4], "s": ["x", "y", None, "x"]}, index=["p", "q", "r", "t"]
    )


def numbers(lib):
    return stock(lib)[["a", "b"]]


def sizes(lib, *more, values=("a", "b", "a")):
    return lib.Series([*values, *more]).astype(pd.CategoricalDtype(["c", "b", "a"]))


def days(lib, values=(1, 2, 3)):
    return lib.Series(list(values), index=lib.to_datetime(TIMES))


def changed(thing, change):
    change(thing)
    return thing


# Where values stand: a series or a frame says it label by label, a list says which values there are.
SCRIPTS |= {
    "isin a frame": lambda lib: stock(lib).isin(stock(lib)),
    "isin some rows of a frame": lambda lib: stock(lib).isin(lib.DataFrame({"b": [9, 2, 3]}, index=["p", "q", "z"])),
    "isin a series": lambda lib: numbers(lib).isin(lib.Series([1, 4, 3, 9], index=["p", "q", "r", "t"])),
    "isin a series of another type": lambda lib: stock(lib)[["s"]].isin(lib.Series([1, 4], index=["p", "q"])),
    "isin an array": lambda lib: numbers(lib).isin(np.array([1, 2])),
    "isin a mapping of arrays": lambda lib: stock(lib).isin({"b": np.array([1, 2]), "s": ["x"]}),
    "combine_first of other labels": lambda lib: lib.Series([1.0, np.nan], index=["a", "b"]).combine_first(
        lib.Series([5.0, 6.0, 7.0], index=["b", "c", "a"])
    ),
    "combine by label": lambda lib: lib.Series([1, 2, 3], index=["a", "b", "c"]).combine(
        lib.Series([3, 1], index=["a", "b"]), max, fill_value=0
    ),
    "combine value by value": lambda lib: lib.Series([1, 2, 3]).combine(
        lib.Series([3, 1, 5]), lambda a, b: a if a > b else b
    ),
    "combine with a number": lambda lib: lib.Series([1, 2, 3]).combine(2, lambda a, b: a + b),
    "mask of some rows": lambda lib: lib.Series([1, 2, 4, 8]).mask(lib.Series([True, False], index=[0, 1])),
    "mask of some columns": lambda lib: numbers(lib).mask(lib.DataFrame({"b": [True, False]}, index=["p", "q"])),
    "where of some columns": lambda lib: numbers(lib).where(lib.DataFrame({"b": [True, False]}, index=["p", "q"])),
    "argsort keeps labels": lambda lib: lib.Series([3, 1, 2], index=["a", "b", "c"]).argsort(),
    "eq of other labels": lambda lib: lib.Series([1, 2, 3]).eq(lib.Series([1, 2, 4, 5])),
    "lt of labels in another order": lambda lib: stock(lib)["b"].lt(lib.Series([1, 5], index=["q", "p"])),
    "corr by label": lambda lib: lib.Series([1, 2, 3], index=[0, 1, 2]).corr(lib.Series([3, 2, 1], index=[1, 2, 3])),
    "cov by label": lambda lib: lib.Series([1.0, 2, 3, 5]).cov(lib.Series([3.0, 2, 1, 8], index=[1, 2, 3, 4])),
    "clip by a list": lambda lib: stock(lib)["b"].clip([2, np.nan, 3, 5]),
    "clip of a frame by row": lambda lib: numbers(lib).clip(lower=[2, np.nan, 5, 7], axis=0),
    "fillna by label": lambda lib: stock(lib)["a"].fillna({"q": 5, "zz": 6}),
    "fillna along rows": lambda lib: numbers(lib).fillna(0, axis=1),
}

# Categories are in their order, all of them, and stay categories when rows are matched.
SCRIPTS |= {
    "value_counts of categories": lambda lib: sizes(lib).value_counts(),
    "value_counts with missing": lambda lib: sizes(lib, None).value_counts(dropna=False),
    "value_counts unsorted": lambda lib: sizes(lib, None).value_counts(sort=False),
    "value_counts shares": lambda lib: sizes(lib, None).value_counts(normalize=True),
    "value_counts ascending": lambda lib: sizes(lib).value_counts(ascending=True),
    "sort categories": lambda lib: sizes(lib, values=("a", "b", "c")).sort_values(),
    "sort by categories": lambda lib: lib.DataFrame({"k": sizes(lib), "x": [1, 2, 3]}).sort_values(
        "k", ascending=False
    ),
    "sort labels that are categories": lambda lib: (
        lib.DataFrame({"k": sizes(lib, values="abc"), "x": [1, 2, 3]}).set_index("k").sort_index()
    ),
    "sort by a key that is categories": lambda lib: stock(lib).sort_values(
        "s", key=lambda s: pd.Categorical(s, ["y", "x"], ordered=True)
    ),
    "categories matched by label": lambda lib: (
        stock(lib).assign(c=sizes(lib).set_axis(["t", "q", "p"]))["c"].cat.codes.to_list()
    ),
}

SCRIPTS |= {
    "cov without ddof": lambda lib: lib.DataFrame({"x": [1, 2, 4], "y": [1, 5, 2]}).cov(ddof=None),
    "quantiles of rows": lambda lib: numbers(lib).quantile(0.3, axis=1),
    "several quantiles of rows": lambda lib: numbers(lib).quantile([0.2, 0.5], axis=1),
    "lower quantiles of rows": lambda lib: [
        numbers(lib).quantile(0.3, axis=1, interpolation=how) for how in ("lower", "higher", "nearest", "midpoint")
    ],
    "the name of a quantile": lambda lib: numbers(lib).quantile(0.3).name,
    "ranks of rows, missing last": lambda lib: numbers(lib).rank(axis=1, na_option="bottom"),
    "ranks of rows, missing first": lambda lib: numbers(lib).rank(axis=1, na_option="top", ascending=False),
    "several aggregates of rows": lambda lib: numbers(lib).agg(["sum", "mean"], axis=1),
    "several functions of a series": lambda lib: lib.Series([1, 4, 9]).transform(["sqrt", "abs"]),
    "functions by name of a series": lambda lib: lib.Series([1, 4, 9]).transform({"a": "sqrt"}),
    "several functions of a frame": lambda lib: numbers(lib).transform(["sqrt", "abs"]),
    "series for each row": lambda lib: numbers(lib).apply(
        lambda r: pd.Series([r["a"], r["b"]], index=["u", "v"]), axis=1
    ),
    "series for each value": lambda lib: lib.Series([1, 2, 3]).apply(lambda v: lib.Series({"u": v, "w": -v})),
    "truncate what descends": lambda lib: lib.Series([1, 2, 3, 4], index=[4, 3, 2, 1]).truncate(2, 3),
    "dropna of columns by row": lambda lib: stock(lib).dropna(subset=["q"], axis=1),
    "dropna of columns by one row": lambda lib: stock(lib).dropna(subset="r", axis=1),
    "numbered columns": lambda lib: stock(lib).sort_index(axis=1, ascending=False, ignore_index=True),
    "replace by nested patterns": lambda lib: stock(lib).replace(regex={"s": {r"^x$": "new"}}),
    "replace by a series": lambda lib: stock(lib)["s"].replace(lib.Series({"x": "1"})),
    "repeat so often": lambda lib: lib.Series([1, 2, 3]).repeat([1, 0, 2]),
    "bits turned over": lambda lib: ~lib.Series([1, -2, 0]),
    "texts repeated": lambda lib: [lib.Series(["a", None]) * 2, 2 * lib.Series(["a", "b"])],
    "labels of a series by axis": lambda lib: stock(lib)["a"].set_axis([1, 2, 3, 4], axis=0),
}

# Rows of labels near the wanted ones.
KNOWN, WANTED = [1, 5, 9], [1, 2, 3, 5, 6, 7, 8]
for how, limits in (
    ("ffill", {"limit": 1}),
    ("bfill", {"limit": 2}),
    ("nearest", {"tolerance": 1}),
    ("ffill", {"tolerance": 1}),
    ("bfill", {"tolerance": [0, 3, 1, 1, 3, 1, 1]}),
):
    SCRIPTS[f"reindex {how} {limits}"] = lambda lib, how=how, limits=limits: lib.DataFrame(
        {"x": [1, 2, 3]}, index=KNOWN
    ).reindex(WANTED, method=how, **limits)
SCRIPTS["reindex by times"] = lambda lib: days(lib).reindex(
    lib.to_datetime(["2024-01-30 06:00", "2024-02-03 00:00"]), method="ffill", tolerance=pd.Timedelta("1D")
)
SCRIPTS["reindex_like"] = lambda lib: lib.Series([1, 2, 3], index=KNOWN).reindex_like(
    lib.Series(range(7), index=WANTED), method="ffill", limit=1
)

for rule in ("D", "2h", "MS", "ME", "B", "W", "QS", "infer"):
    for n in (1, 2, -1):
        SCRIPTS[f"shift {n} {rule}"] = lambda lib, rule=rule, n=n: days(lib).shift(n, freq=rule)
SCRIPTS["shift by a length"] = lambda lib: days(lib).to_frame("x").shift(3, freq=pd.Timedelta("6h"))
SCRIPTS["shift several"] = lambda lib: numbers(lib).shift([0, 1])
SCRIPTS["shift several of a series"] = lambda lib: stock(lib)["b"].shift([1, -1], fill_value=0)
SCRIPTS["shift with a suffix"] = lambda lib: numbers(lib).shift([1], suffix="_before")

for method in ("index", "values", "slinear", "nearest", "zero"):
    SCRIPTS[f"interpolate {method}"] = lambda lib, method=method: lib.Series(
        [np.nan, 1.0, np.nan, np.nan, 4.0, np.nan], index=[0, 1, 2, 3, 10, 11]
    ).interpolate(method=method)
    SCRIPTS[f"interpolate columns {method}"] = lambda lib, method=method: lib.DataFrame(
        {"x": [1.0, np.nan, 4.0, 2.0], "y": [7.0, 2.0, np.nan, 0.0]}, index=[0, 1, 10, 11]
    ).interpolate(method=method)
SCRIPTS["interpolate time"] = lambda lib: days(lib, [1.0, None, 4.0]).interpolate(method="time")
SCRIPTS["interpolate index, limited"] = lambda lib: lib.Series(
    [1.0, np.nan, np.nan, 4.0], index=[1, 2, 3, 10]
).interpolate(method="index", limit=1)

SCRIPTS |= {
    "update": lambda lib: changed(stock(lib), lambda d: d.update(lib.DataFrame({"a": [9.0]}, index=["q"]))),
    "update of fewer columns and rows": lambda lib: changed(
        stock(lib), lambda d: d.update(lib.DataFrame({"b": [7, 8], "zz": [1, 2]}, index=["q", "nn"]))
    ),
    "update of what is missing": lambda lib: changed(
        stock(lib), lambda d: d.update(numbers(lib) * 0 + 8, overwrite=False)
    ),
    "update of some": lambda lib: changed(
        stock(lib), lambda d: d.update(numbers(lib) * 10, filter_func=lambda column: column > 2)
    ),
    "update with a series": lambda lib: changed(
        stock(lib), lambda d: d.update(lib.Series([7, 8], index=["p", "q"], name="b"))
    ),
    "update of a series": lambda lib: changed(
        lib.Series([1.0, 2.0], index=["a", "b"]), lambda s: s.update(lib.Series([9.0], index=["b"]))
    ),
    "update of a series by a list": lambda lib: changed(lib.Series([1.0, 2.0, 3.0]), lambda s: s.update([9, 8])),
    "update of a series by a mapping": lambda lib: changed(lib.Series([1, 2, 3]), lambda s: s.update({1: 5})),
}


def with_cells(rows, columns, value):
    """The frame after a value was put into cells."""

    def script(lib):
        df = stock(lib)
        df.loc[rows(df), columns] = value(lib, df)
        return df

    return script


# What is put into cells by label goes to the rows of its labels.
SCRIPTS |= {
    "set by labels": with_cells(lambda d: ["p", "q"], "b", lambda lib, d: lib.Series([7, 8], index=["q", "p"])),
    "set some of the labels": with_cells(
        lambda d: ["p", "q"], "a", lambda lib, d: lib.Series([7, 8], index=["q", "z"])
    ),
    "set a slice of labels": with_cells(
        lambda d: slice("p", "q"), "b", lambda lib, d: lib.Series([7, 8], index=["q", "p"])
    ),
    "set by a condition": with_cells(
        lambda d: d["b"] > 2, "b", lambda lib, d: lib.Series([7, 8, 9], index=["t", "r", "p"])
    ),
    "set from the rows of a condition": with_cells(
        lambda d: d["b"] > 2, "a", lambda lib, d: d.loc[d["b"] > 2, "b"] * 10
    ),
    "set from rows in another order": with_cells(
        lambda d: d["b"] > 1, "a", lambda lib, d: d["b"].sort_values(ascending=False) * 10
    ),
    "set a new column by a condition": with_cells(lambda d: d["b"] > 1, "new", lambda lib, d: d["b"] * 2),
    "set columns from a frame": with_cells(
        lambda d: ["p", "q"],
        ["a", "b"],
        lambda lib, d: lib.DataFrame({"b": [5, 6], "a": [7.0, 8.0]}, index=["q", "p"]),
    ),
    "set as many values as rows are chosen": lambda lib: changed(
        stock(lib)["b"], lambda s: s.__setitem__(s > 2, [8, 9])
    ),
    "set values of a series by labels": lambda lib: changed(
        stock(lib)["b"], lambda s: s.loc.__setitem__(["p", "q"], lib.Series([7, 8], index=["q", "p"]))
    ),
    "set values of a series one after the other": lambda lib: changed(
        stock(lib)["b"], lambda s: s.__setitem__(["p", "q"], lib.Series([7, 8], index=["q", "p"]))
    ),
    "set by a mask of some columns": lambda lib: changed(stock(lib), lambda d: d.__setitem__(d[["a", "b"]] > 2, 0)),
    "a label is deleted": lambda lib: changed(stock(lib)["b"], lambda s: s.__delitem__("p")),
}

# One value of a whole frame.
for verb in ("sum", "max", "mean", "min", "prod", "median", "std"):
    SCRIPTS[f"{verb} of all"] = lambda lib, verb=verb: getattr(numbers(lib), verb)(axis=None)
SCRIPTS["sum of all numbers"] = lambda lib: stock(lib).sum(axis=None, numeric_only=True)
SCRIPTS["mean of all, nothing skipped"] = lambda lib: numbers(lib).mean(axis=None, skipna=False)

# Labels as they are written.
HOURS = ["2020-01-01 10:00:05", "2020-01-01 10:30:02", "2020-01-01 10:30:59", "2020-04-30 00:00:00"]
for label in ("2020", "2020Q2", "2020-01", "2020-01-01", "1/1/2020", "20200101", "2020-01-01 10", "2020-01-01 10:30"):
    SCRIPTS[f"rows of {label}"] = lambda lib, label=label: lib.Series(range(4), index=lib.to_datetime(HOURS)).loc[label]
for label in ("Jan 2020", "1 Jan 2020", "January 1, 2020", "2020-1-1"):
    SCRIPTS[f"rows of {label}"] = lambda lib, label=label: lib.Series(range(4), index=lib.to_datetime(HOURS)).loc[label]
for ends in (("1/1/2020", None), (None, "2020-01-01 10:30"), ("2020-01-01 10:30", "20200301"), ("2020-02", "2020-05")):
    SCRIPTS[f"rows from {ends}"] = lambda lib, ends=ends: lib.Series(range(4), index=lib.to_datetime(HOURS)).loc[
        ends[0] : ends[1]
    ]
SCRIPTS |= {
    "rows of texts of days": lambda lib: days(lib).loc[["2024-01-31", "2024-01-30"]],
    "rows of a day in a zone": lambda lib: days(lib).tz_localize("Europe/Oslo").loc["2024-01-31"],
    "rows of a range": lambda lib: [lib.Series([1, 2, 3]).loc[range(2)], lib.DataFrame({"x": [1, 2]}).loc[range(1)]],
    "columns by a function": lambda lib: stock(lib).loc[:, lambda d: d.columns != "a"],
}

# Columns that are named by numbers.
SCRIPTS |= {
    "a value by a number": lambda lib: [
        lib.DataFrame({1: [1, 2], 2: [3, 5]}).mean()[2],
        lib.DataFrame([[1, 2]]).sum()[1],
    ],
    "a row's value by a number": lambda lib: lib.DataFrame({1: [1, 2], 2: [3, 4]}).apply(lambda r: r[1] * r[2], axis=1),
    "dropna by a number": lambda lib: len(lib.DataFrame({1: [1, None], 2: [3, 4]}).dropna(subset=[1])),
    "an aggregate by a number": lambda lib: lib.DataFrame({1: [1, 2], 2: [3, 4]}).agg({1: "sum"}).to_list(),
    "inserted under a number": lambda lib: changed(lib.DataFrame({1: [1, 2]}), lambda d: d.insert(0, 7, 5)),
}

SCRIPTS |= {
    "names of labels kept": lambda lib: stock(lib).rename_axis("foo").rename_axis().index.name,
    "names of labels removed": lambda lib: [
        stock(lib).rename_axis("foo").rename_axis(index=None).index.name,
        stock(lib)["b"].rename_axis("foo").rename_axis(index=None).index.name,
    ],
    "get_indexer": lambda lib: [
        stock(lib).index.get_indexer(["q", "zz"]),
        lib.Index([1, 3, 5]).get_indexer([2, 5, 0], method="ffill"),
    ],
    "labels where": lambda lib: list(stock(lib).index.where(stock(lib).index != "p", "new")),
    "labels put in and left out": lambda lib: [stock(lib).index.insert(1, "new"), stock(lib).index.delete([0, 2])],
    "labels repeated": lambda lib: stock(lib).index.repeat([1, 0, 2, 0]),
    "the greatest label": lambda lib: [stock(lib).index.argmax(), stock(lib).index.argmin()],
    "labels as numbers": lambda lib: stock(lib).index.factorize()[0],
    "labels moved": lambda lib: (
        days(lib).index.shift(1, freq="D").day.to_list() if lib is hs else list(days(lib).index.shift(1, freq="D").day)
    ),
    "labels as a frame": lambda lib: stock(lib).rename_axis("k").index.to_frame(name="n"),
}


def filled_in(make, *changes):
    """A frame after changes by name."""

    def script(lib):
        df = make(lib)
        for name, value in changes:
            df[name] = value(lib)
        return df

    return script


def square(lib):
    return lib.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})


def with_row(where, row, value):
    def script(lib):
        df = square(lib)
        getattr(df, where)[row] = value(lib)
        return df

    return script


SCRIPTS |= {
    "an empty frame gets a list": filled_in(lambda lib: lib.DataFrame(), ("B", lambda lib: [1, 2])),
    "an empty frame gets a series": filled_in(
        lambda lib: lib.DataFrame(), ("B", lambda lib: lib.Series([1, 2], index=["u", "v"])), ("C", lambda lib: [3, 4])
    ),
    "a frame of names gets a list": filled_in(lambda lib: lib.DataFrame(columns=["A", "B"]), ("B", lambda lib: [1, 2])),
    "a row of a mapping": with_row("loc", 1, lambda lib: {"b": 7, "a": 8}),
    "a row of a series": with_row("loc", 1, lambda lib: lib.Series({"b": 7, "a": 8})),
    "a row of a series, by place": with_row("iloc", 1, lambda lib: lib.Series({"b": 7, "a": 8})),
    "a new row of a mapping": with_row("loc", 5, lambda lib: {"b": 7, "a": 8}),
    "a new row by a cell": with_row("loc", (7, "a"), lambda lib: 7),
    "a new row at a label": with_row("at", (7, "a"), lambda lib: 7),
    "a row for those of a condition": lambda lib: changed(square(lib), lambda d: d.__setitem__(d["a"] > 1, [10, 11])),
    "the name of a row": lambda lib: [square(lib).iloc[1].name, square(lib).loc[2].to_frame().columns[0] in (2, "2")],
    "cat by label": lambda lib: stock(lib)["s"].str.cat(lib.Series(["1", "2"], index=["t", "p"])),
    "cat of other labels": lambda lib: [
        stock(lib)["s"].str.cat(lib.Series(["1", "2"], index=["t", "zz"]), join=how, na_rep="-")
        for how in ("left", "outer", "inner", "right")
    ],
    "cat of labels": lambda lib: stock(lib)["s"].str.cat(pd.Index(["1", "2", "3", "4"]), sep=","),
    "cat of a matrix": lambda lib: stock(lib)["s"].str.cat(np.array([["1", "2"]] * 4), sep=","),
}

TYPES = {
    "f8": np.array([1.0]),
    "f4": np.array([1.0], "f4"),
    "i8": np.array([1]),
    "i4": np.array([1], "i4"),
    "i1": np.array([1], "i1"),
    "u1": np.array([1], "u1"),
    "t": np.array(["2024-01-01"], "M8[s]"),
    "z": pd.DatetimeIndex(["2024-01-01"], tz="UTC"),
    "d": np.array([1], "m8[s]"),
    "b": np.array([True]),
    "c": pd.Categorical(["a"]),
    "tn": np.array(["2024-01-01"], "M8[ns]"),
    "dn": np.array([1], "m8[ns]"),
}
for kind in (int, float, "int", "float", "float64", "int8", "number", "integer", "floating", "datetime", "datetimetz"):
    SCRIPTS[f"select_dtypes {kind}"] = lambda lib, kind=kind: list(lib.DataFrame(TYPES).select_dtypes(kind).columns)
for kind in ("datetime64", "timedelta", "timedelta64", np.dtype("M8"), np.dtype("m8"), ["int64", "datetimetz"]):
    SCRIPTS[f"select_dtypes {kind} of any unit"] = lambda lib, kind=kind: list(
        lib.DataFrame(TYPES).select_dtypes(kind).columns
    )
for kind in (np.integer, np.unsignedinteger, np.signedinteger, np.floating, np.datetime64, np.timedelta64, "category"):
    SCRIPTS[f"select_dtypes {kind}"] = lambda lib, kind=kind: list(lib.DataFrame(TYPES).select_dtypes(kind).columns)


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name: str) -> None:
    check(lambda lib, _: SCRIPTS[name](lib))


REFUSED: list[Callable[[Any], Any]] = [
    lambda lib: stock(lib).isin("a"),
    lambda lib: stock(lib).dropna(how="any", thresh=2),
    lambda lib: stock(lib)["b"].replace(1),
    lambda lib: lib.Series([1, 2, 3], index=[3, 1, 2]).truncate(1, 2),
    lambda lib: lib.Series([1, 2], index=[1, 2]).reindex([1], limit=1),
    lambda lib: changed(numbers(lib), lambda d: d.update(numbers(lib), errors="raise")),
    lambda lib: numbers(lib).shift([1], axis=1),
    lambda lib: numbers(lib).shift([]),
    lambda lib: numbers(lib).shift(1, suffix="_a"),
    lambda lib: lib.Series([1, 2, 3]).repeat([1, 2]),
    lambda lib: lib.Series([1.0, None], index=["a", "b"]).interpolate(method="index"),
    lambda lib: numbers(lib).quantile(1.5, axis=1),
]


@pytest.mark.parametrize("script", REFUSED)
def test_refused_as_in_pandas(script: Callable[[Any], Any]) -> None:
    for lib in (pd, hs):
        with pytest.raises((ValueError, TypeError)):
            script(lib)


def test_a_category_stays_one_when_rows_are_matched() -> None:
    kept = hs.Series(["a", "b"], index=["u", "v"]).astype(hs.CategoricalDtype(["b", "a"], ordered=True))
    made = hs.DataFrame({"x": [1, 2]}, index=["v", "u"]).assign(c=kept)
    assert made["c"].dtype == hs.CategoricalDtype(["b", "a"], ordered=True)
    assert made["c"].to_list() == ["b", "a"]


def test_modes_of_rows_are_refused() -> None:
    with pytest.raises(hs.errors.UnsupportedError, match="transpose"):
        hs.DataFrame({"x": [1]}).mode(axis=1)
