"""What pandas' own tests ask, written anew: aggregates that give labels of rows, order of missing times, rows of no group."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest
from same_script import alike, plain

GROUPS = {"a": ["p", "q", "p", "q", None], "b": [1, 2, 4, None, 7], "c": [3.0, 1.0, 2.0, 0.0, 9.0]}


ROW_LABELS: list[Callable[[Any], Any]] = [
    lambda df: df.groupby("a").agg({"b": "idxmax"}),
    lambda df: df.groupby("a").agg({"b": ["idxmax", "max"], "c": "idxmin"}),
    lambda df: df.groupby("a")["b"].agg(["idxmax", "max"]),
    lambda df: df.groupby("a").agg(["idxmin", "max"]),
    lambda df: df.groupby("a").agg(z=("b", "idxmax"), w=("c", "idxmin"), s=("c", "sum")),
    lambda df: df.groupby("a", as_index=False).agg(z=("b", "idxmax"), s=("c", "sum")),
    lambda df: df.groupby("a").agg(z=pd.NamedAgg("b", "idxmax"), s=("c", lambda s: s.sum())),
    lambda df: df.groupby("a")["b"].agg(z="idxmax"),
    lambda df: df.groupby("a", dropna=False)["b"].transform("idxmax"),
    lambda df: df.groupby("a", dropna=False).transform("idxmin"),
    lambda df: df[["b", "c"]].agg("idxmax"),
    lambda df: df[["b", "c"]].agg("idxmin", axis=1),
    lambda df: df.agg({"b": "idxmax"}),
    lambda df: df["b"].agg("idxmax"),
]


@pytest.mark.parametrize("index", [list("vwxyz"), [10, 20, 30, 40, 50]])
@pytest.mark.parametrize("call", ROW_LABELS, ids=range(len(ROW_LABELS)))
def test_aggregates_that_give_labels_of_rows(call, index):
    alike(lambda lib: call(lib.DataFrame(GROUPS, index=index)))


@pytest.mark.parametrize("call", ROW_LABELS, ids=range(len(ROW_LABELS)))
def test_aggregates_that_give_numbers_of_rows(call):
    alike(lambda lib: call(lib.DataFrame(GROUPS)))


VERBS: list[Callable[[Any], Any]] = [
    lambda df: df["b"].agg("describe"),
    lambda df: df["b"].agg("mode"),
    lambda df: df["b"].agg("cumsum"),
    lambda df: df["b"].agg(["idxmax", "max"]),
    lambda df: df["b"].agg(x="idxmax", y="min"),
    lambda df: df[["b", "c"]].agg("cumsum"),
    lambda df: df[["b", "c"]].agg(["cumsum", "cummax"]),
    lambda df: df[["b", "c"]].agg(["idxmax", "max"]),
    lambda df: df[["b", "c"]].agg(x=("b", "idxmin"), y=("c", "max")),
    lambda df: df[["b", "c"]].agg({"b": ["idxmin", "max"], "c": ["max"]}),
]


@pytest.mark.parametrize("call", VERBS, ids=range(len(VERBS)))
def test_verbs_by_name(call):
    alike(lambda lib: call(lib.DataFrame(GROUPS)))


MOMENTS = pd.to_datetime(["2024-01-02", None, "2024-01-01", None])
OTHERS = pd.to_datetime(["2024-01-03", None, "2024-01-01", None])


@pytest.mark.parametrize("options", [{"how": "outer"}, {"sort": True}, {"how": "left", "sort": True}], ids=str)
@pytest.mark.parametrize("on", ["k", ["j", "k"]], ids=str)
@pytest.mark.parametrize(
    "convert", [lambda x: x, lambda x: x - pd.Timestamp(2020, 1, 1), lambda x: x.tz_localize("UTC")]
)
def test_missing_times_come_first_in_merges(on, options, convert):
    def merged(lib):
        one = lib.DataFrame({"j": [1, 1, 2, 2], "k": convert(MOMENTS), "x": range(4)})
        other = lib.DataFrame({"j": [2, 1, 1, 3], "k": convert(OTHERS), "y": range(4)})
        return lib.merge(one, other, on=on, **options)

    alike(merged)


def test_missing_times_come_first_in_merges_of_two_names_and_in_order():
    def frames(lib):
        return lib.DataFrame({"k": MOMENTS, "x": range(4)}), lib.DataFrame({"m": OTHERS, "y": range(4)})

    alike(lambda lib: lib.merge(*frames(lib), left_on="k", right_on="m", how="outer"))
    alike(lambda lib: lib.merge_ordered(*frames(lib), left_on="k", right_on="m"))
    # Other keys that are missing come last.
    alike(lambda lib: lib.DataFrame({"k": [2.0, None, 1.0]}).merge(lib.DataFrame({"k": [None, 3.0]}), how="outer"))
    alike(lambda lib: lib.DataFrame({"k": ["b", None, "a"]}).merge(lib.DataFrame({"k": [None, "c"]}), how="outer"))


def test_missing_times_come_first_in_joins_by_columns():
    def frames(lib):
        other = lib.DataFrame({"y": [1, 2]}, index=pd.to_datetime(["2024-01-02", "2024-01-05"]))
        return lib.DataFrame({"k": MOMENTS, "x": range(4)}), other

    def joined(lib):
        one, other = frames(lib)
        return one.join(other, on="k", how="outer").reset_index(drop=True)

    alike(joined)
    alike(lambda lib: lib.merge(*frames(lib), left_on="k", right_index=True, how="outer").reset_index(drop=True))
    # Labels that are missing come last.
    alike(lambda lib: frames(lib)[0].set_index("k")[1:3].join(frames(lib)[1], how="outer"))


def test_rows_of_no_group_are_filled_where_rows_move():
    frame = functools.partial(lambda lib: lib.DataFrame(GROUPS))
    alike(lambda lib: frame(lib).groupby("a")["c"].shift(1, fill_value=0))
    alike(lambda lib: frame(lib).groupby("a").shift(-1, fill_value=-1))
    alike(lambda lib: frame(lib).groupby("a")[["c"]].shift([1, -1], fill_value=0))
    alike(lambda lib: frame(lib).groupby("a", dropna=False)["c"].shift(1, fill_value=0))
    alike(lambda lib: frame(lib).groupby("a")["c"].shift(1))


@pytest.mark.parametrize("options", [{}, {"group_keys": False}, {"as_index": False}], ids=str)
def test_functions_of_no_group(options):
    def none(lib):
        return lib.DataFrame({"a": [1], "b": [1], "c": ["x"]}).iloc[:0].groupby("a", **options)

    alike(lambda lib: none(lib).apply(lambda rows: rows))
    alike(lambda lib: none(lib)[["b"]].apply(lambda rows: rows["b"].sum()))
    alike(lambda lib: none(lib)["b"].apply(lambda x: x))
    assert none(hs)["b"].apply(lambda x: x).dtype == "int64"


def test_columns_without_numbers_are_told():
    with pytest.raises(TypeError, match="the column 'c' has no numbers"):
        hs.DataFrame({"a": [1], "c": ["x"]}).groupby("a")["c"].mean(numeric_only=True)


def test_types_of_columns_by_place():
    frame = functools.partial(lambda lib: lib.DataFrame({"x": [1], "s": ["a"], "y": [0.5]}))
    alike(lambda lib: frame(lib).dtypes.iloc[0].kind)
    alike(lambda lib: [one.kind for one in frame(lib).dtypes.iloc[[0, 2]]])
    alike(lambda lib: [one.kind for one in frame(lib).dtypes.values])
    alike(lambda lib: frame(lib).dtypes.map(lambda one: one.kind).to_dict())
    alike(lambda lib: len(frame(lib).dtypes.iloc[1:]))
    assert list(frame(hs).dtypes.values()) == ["int64", "string", "float64"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("tz", [None, "Europe/Oslo"])
def test_units_of_moments(unit, tz):
    made, expected = (lib.date_range("2024-01-01", periods=2, unit=unit, tz=tz) for lib in (hs, pd))
    assert made.dtype == expected.dtype
    assert plain(list(made.to_pandas())) == plain(list(expected))


def test_units_that_are_none():
    with pytest.raises(ValueError, match="unit"):
        hs.date_range("2024-01-01", periods=2, unit="D")


RANGES: list[dict[str, Any]] = [
    {"start": "2024-01-01", "end": "2024-01-04"},
    {"start": "2024-01-01", "periods": 3},
    {"end": "2024-01-01", "periods": 3},
    {"start": "2024-01-01", "end": "2024-01-04 12:00"},
    {"start": "2024-01-01", "end": "2024-03-31", "freq": "ME"},
    {"start": "2024-01-01", "end": "2024-01-02", "periods": 3},
    {"start": "2024-03-30", "end": "2024-04-01", "tz": "Europe/Oslo", "freq": "6h"},
    {"start": "2024-01-01", "end": "2024-01-01"},
]


@pytest.mark.parametrize("inclusive", ["both", "left", "right", "neither"])
@pytest.mark.parametrize("options", RANGES, ids=range(len(RANGES)))
def test_ranges_with_and_without_their_ends(options, inclusive):
    made, expected = (lib.date_range(**options, inclusive=inclusive) for lib in (hs, pd))
    assert list(made.to_pandas()) == list(expected)


def test_ranges_whose_ends_are_none():
    with pytest.raises(ValueError, match="inclusive"):
        hs.date_range("2024-01-01", periods=2, inclusive="up")


def test_names_of_levels_and_labels_after_others():
    def levels(lib):
        return lib.DataFrame({"x": [1], "a": [1], "b": [2]}).set_index(["a", "b"]).index

    alike(lambda lib: list(levels(lib).set_names(["p", "q"]).names))
    alike(lambda lib: list(levels(lib).rename(["p", "q"]).names))
    alike(lambda lib: list(levels(lib).set_names("z", level="b").names))
    alike(lambda lib: lib.DataFrame({"x": [1]}, index=["a"]).index.set_names("k").name)
    alike(lambda lib: list(lib.Index([1, 2]).append([lib.Index([3]), lib.Index([4])])))
    alike(lambda lib: list(lib.Index([1, 2]).append(lib.Index([3]))))

    def named(lib):
        df = lib.DataFrame({"x": [1, 2]})
        df.index = df.index.set_names("p")
        return df

    alike(named)
    with pytest.raises(ValueError, match="1 names for 2 levels"):
        levels(hs).set_names(["p"])


OF_MOMENTS: list[Callable[[Any], Any]] = [
    lambda t: t.repeat(2),
    lambda t: t.repeat([1, 0, 2]),
    lambda t: t.take([2, 0]),
    lambda t: t.sort_values(ascending=False),
    lambda t: t.append(t[1:]),
    lambda t: t.append([t, t[:1]]),
    lambda t: t.delete([0, -1]),
    lambda t: t.insert(1, pd.Timestamp("2025-01-01")),
    lambda t: t[[1, 0]],
    lambda t: t[::-1],
]


@pytest.mark.parametrize("call", OF_MOMENTS, ids=range(len(OF_MOMENTS)))
def test_lists_of_moments_have_no_labels(call):
    def table(lib):
        for made in (
            lib.date_range("2024-01-01", periods=3),
            lib.to_datetime(["2024-01-03", "2024-01-01", "2024-01-02"]),
        ):
            moments = call(made)
            yield lib.DataFrame({"t": moments, "v": range(len(moments))})

    for found, expected in zip(table(hs), table(pd), strict=True):
        assert plain(found) == plain(expected)


def test_merges_that_say_too_little():
    one, other = hs.DataFrame({"k": [1], "x": [1]}), hs.DataFrame({"k": [1], "y": [1]})
    with pytest.raises(ValueError, match="a pair"):
        hs.merge(one, other, left_index=True, right_index=True, suffixes=("_x",))
    with pytest.raises(ValueError, match="1 keys of the left side and 2 of the right one"):
        hs.merge(one, other, left_on="k", right_on=["k", "y"])


OF_RENAMED: list[Callable[[Any], Any]] = [
    lambda df: df.groupby(df["A"].rename("x")).sum(),
    lambda df: df.groupby(df["A"].rename(None)).sum(),
    lambda df: df.groupby(df["A"].rename("x")).agg("max"),
    lambda df: df.groupby(df["A"].rename("x")).cumsum(),
    lambda df: df.groupby(df["A"].rename("x")).transform("sum"),
    lambda df: df.groupby(df["A"].rename("x"), as_index=False).sum(),
    lambda df: df.groupby(df["A"].rename("x")).apply(lambda rows: rows[["A", "B"]].sum()),
    lambda df: df.groupby(df["A"]).sum(),
    lambda df: df.groupby([df["A"], "B"]).sum(),
    lambda df: df.groupby(df[0]).sum(),
]


@pytest.mark.parametrize("call", OF_RENAMED, ids=range(len(OF_RENAMED)))
def test_keys_under_another_name_leave_their_column(call):
    alike(lambda lib: call(lib.DataFrame({"A": [1, 1, 2], "B": [1, 2, 3], 0: [4, 5, 6]})))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("freq", ["w", "w-sun", "2w", "b"])
def test_frequencies_in_small_letters(freq):
    alike(lambda lib: [str(one) for one in lib.date_range("2024-01-01", periods=3, freq=freq)])
    alike(
        lambda lib: lib.Series(range(14), index=lib.date_range("2024-01-01", periods=14)).resample(freq).sum().to_list()
    )
