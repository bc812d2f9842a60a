"""Where scripts come to the edge of what a verb takes; the same script for pandas and for Hypostyle."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import check, frames


def test_bounds_that_cross_each_other():
    check(lambda lib, df: lib.Series([-5.0, -1.5, 0.5, 3]).clip(lib.Series([0.0] * 4), lib.Series([-1.0, -2, 1, 1])))
    check(
        lambda lib, df: lib.DataFrame({"a": [-5.0, 3, 9], "b": [1.0, 2, 3]}).clip(
            lower=0, upper=lib.DataFrame({"a": [-1.0, 2, 5], "b": [5.0, 1, 2]})
        )
    )


@pytest.mark.parametrize("start", [-4, -1, 0, 3, 5, 9, 2.5, None])
@pytest.mark.parametrize("stop", [-4, -1, 0, 3, 5, 9, 2.5, None])
def test_labels_of_rows_that_are_numbered_do_not_count_from_the_end(start, stop):
    check(lambda lib, df: df.loc[start:stop, "x"])
    check(lambda lib, df: df["x"].loc[start:stop])
    check(lambda lib, df: assigned(df, start, stop))


def assigned(df, start, stop):
    df.loc[start:stop, "x"] = 0
    return df


def test_cells_of_columns_of_several_levels():
    def changed(lib, df):
        table = df.groupby("k").agg({"x": ["sum", "max"], "y": ["sum"]})
        table.loc["b", ("x", "max")] = 50
        table.loc[["a", "c"], ("y", "sum")] = 0.25
        return table

    check(changed)


def test_new_values_where_an_array_is_true():
    def changed(lib, df):
        numbers = df[["x", "y"]]
        numbers[np.array([[True, False], [False, True]] * 3)] = 9
        return numbers

    check(changed)
    with pytest.raises(ValueError, match="3 rows and 2 columns"):
        hs.DataFrame({"x": [1, 2], "y": [3, 4]})[np.ones((3, 2), dtype=bool)] = 0


def test_labels_made_a_series_keep_their_name():
    check(lambda lib, df: lib.Series(pd.Index([1, 2], name="n")).name)
    check(lambda lib, df: lib.Series(pd.DatetimeIndex(["2020-01-01"], name="t")).name)
    check(lambda lib, df: lib.Series(pd.Index([1, 2], name="n"), name="m").name)
    check(lambda lib, df: lib.Series(df.set_index("k").index).name)


def test_quantiles_of_whole_rows_are_refused_for_rows_too():
    with pytest.raises(hs.errors.UnsupportedError, match="method='table'"):
        hs.DataFrame({"a": [1, 2], "b": [4, 1]}).quantile([0.5], axis=1, interpolation="nearest", method="table")


def test_series_beside_a_frame_with_keys_keep_their_names():
    def beside(lib, df):
        return lib.concat([df[["x", "y"]], df["j"], df["k"]], axis=1, keys=["f", "e", "f"])

    check(beside)
    check(lambda lib, df: lib.concat([df["x"], df["y"]], axis=1, keys=["f", "e"]))


def test_what_a_frame_without_rows_has_in_common():
    check(lambda lib, df: lib.concat([df, lib.DataFrame()], axis=1, join="inner"))
    check(lambda lib, df: lib.concat([df, lib.DataFrame()], axis=1))


def test_categories_of_all_parts():
    def both(lib, df):
        parts = [lib.Series(["a", "b"], dtype="category"), lib.Series(["b", "c"], dtype="category")]
        return lib.concat(parts, ignore_index=True, union_categories=True).cat.categories

    check(both)


WIDE = {"k": ["a", "b"], "x_2": [1.0, 2], "x_1": [3.0, 4], "y_2": [5.0, 6], "y_3": [0.0, 9]}


@pytest.mark.parametrize("left_out", ["x_2", "x_1", "y_2", "y_3", "z"])
@pytest.mark.parametrize("keys", ["k", ["k", "c"]])
def test_long_rows_come_in_the_order_of_the_columns(left_out, keys):
    def long(lib, df):
        wide = lib.DataFrame({name: values for name, values in WIDE.items() if name != left_out}).assign(c=1)
        return lib.wide_to_long(wide, ["x", "y"], i=keys, j="n", sep="_")

    check(long)


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_a_series_as_the_left_side_of_a_merge(how):
    check(lambda lib, df: lib.merge(lib.Series([1, 2, 7], name="j"), df, on="j", how=how))
    check(lambda lib, df: lib.merge(lib.Series([1, 2], name="m"), lib.Series([3, 4], name="n"), how="cross"))
    with pytest.raises(ValueError, match="no name"):
        hs.merge(hs.Series([1, 2]), hs.DataFrame({"x": [1]}), left_index=True, right_index=True, how=how)


def test_values_filtered_by_a_condition_that_stands_first():
    check(lambda lib, df: df.set_index("k")["x"].filter(lambda x: x > 2))
    check(lambda lib, df: df.set_index("k")["x"].filter(cond=lambda x: x > 2))
    check(lambda lib, df: df.filter(lambda rows: rows["x"] > 2))


@pytest.mark.parametrize("left_out", ["a", "b", "z"])
def test_groups_that_a_function_gives_nothing_of(left_out):
    def given(of):
        return lambda lib, df: df.groupby("k")[["j", "x"]].apply(lambda g: None if g.name == left_out else of(g))

    check(given(lambda g: g.iloc[0]))
    check(given(lambda g: g.sum()))
    check(given(lambda g: g["x"].sum()))
    check(given(lambda g: g))
    check(lambda lib, df: given(lambda g: g.iloc[0])(lib, df).columns.name)
    check(lambda lib, df: df.groupby("k").apply(lambda g: None if g.name == left_out else g.iloc[0]))


def stock(lib):
    rows = {"shop": [2, 1, 1], "day": ["tue", "mon", "tue"], "size": ["S", "S", "S"], "n": [3, 1, 4]}
    frame = lib.DataFrame(rows)
    frame["size"] = frame["size"].astype("category").cat.set_categories(["S", "L"])
    return frame


@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize("keys", [["shop", "day", "size"], ["shop", "size", "day"], ["size", "shop", "day"], ["size"]])
def test_categories_without_rows_beside_keys_that_are_none(keys, sort):
    check(lambda lib, df: stock(lib).groupby(keys, observed=False, sort=sort)["n"].sum())
    check(lambda lib, df: stock(lib).groupby(keys, observed=False, sort=sort).size())
    if len(keys) > 1:
        check(lambda lib, df: stock(lib).value_counts(keys).sort_index())


@pytest.mark.parametrize("keys", [["size"], ["shop", "size"]])
def test_counts_of_values_in_groups_without_rows(keys):
    for verb in (
        lambda groups: groups["day"].value_counts(),
        lambda groups: groups[["day"]].value_counts(),
        lambda groups: groups["day"].value_counts(normalize=True),
    ):
        check(lambda lib, df, verb=verb: verb(stock(lib).groupby(keys, observed=False)).sort_index())
        check(lambda lib, df, verb=verb: verb(stock(lib).groupby(keys, observed=True)).sort_index())


def test_missing_keys_beside_categories_without_rows():
    def counted(lib, df):
        frame = stock(lib)
        frame["shop"] = [2, None, 1]
        return frame.groupby(["shop", "size"], observed=False, dropna=False).size()

    check(counted)


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("labels", [None, [5, 6, 7], [7, 6, 5]])
def test_missing_categories_stay_missing_in_another_frame(ordered, labels):
    def of_others(lib, df):
        values = pd.Series(pd.Categorical([None, "a", "b"], ["a", "b"], ordered=ordered), index=labels)
        other = values if lib is pd else hs.from_pandas(values)
        frame = lib.DataFrame({"n": [1, 2, 4]}, index=[5, 6, 7] if labels else None)
        sums = [frame.groupby(other)["n"].sum(), frame.groupby(other, observed=False)["n"].sum()]
        frame["c"] = other
        return [*sums, frame["c"].isna(), frame.groupby("c")["n"].sum(), frame.sort_values("c")["n"], other.isna()]

    check(of_others)


def test_missing_intervals_stay_missing_in_another_frame():
    def counted(lib, df):
        bins = pd.cut(pd.Series([0, 3, 7, 12]), [0, 5, 10])
        return (
            lib.DataFrame({"n": [1, 2, 4, 8]}).groupby(bins if lib is pd else hs.from_pandas(bins))["n"].sum().to_list()
        )

    check(counted)


def test_a_label_of_the_first_level_stands_for_rows_even_if_there_is_one():
    check(lambda lib, df: df.set_index(["k", "j"]).loc["c"])
    check(lambda lib, df: df.set_index(["k", "j"]).loc["c", "x"])
    check(lambda lib, df: df.set_index(["k", "j"])["x"].loc["c"])
    check(lambda lib, df: df.set_index(["k", "j", "x"]).loc[("c", 2)])
    check(lambda lib, df: df.set_index(["k", "j"]).loc[("c", 2)])
    check(lambda lib, df: df.set_index(["k", "j"]).loc[("c", 2), "x"])


def test_a_function_of_labels_gets_moments_with_the_methods_of_pandas():
    days = pd.date_range("2020-01-01 05:00", periods=3, freq="12h")
    check(lambda lib, df: lib.DataFrame({"x": [1, 2, 3]}, index=days).groupby(lambda t: t.normalize())["x"].sum())
    check(lambda lib, df: lib.DataFrame({"x": [1, 2, 3]}, index=days).groupby(lambda t: t.day_name())["x"].sum())
    check(lambda lib, df: df.set_index(["k", "j"]).groupby(lambda label: label[0])["x"].sum())


def test_functions_of_no_group():
    check(lambda lib, df: df[df["x"] > 9].groupby("k")["x"].transform(lambda x: x).to_list())
    nothing = hs.DataFrame({"k": ["a"], "x": [1], "y": [2]}).query("x > 9").groupby("k")[["x", "y"]]
    assert nothing.transform(lambda x: x).to_dict("list") == {"x": [], "y": []}


def test_levels_without_a_name_have_none():
    check(lambda lib, df: lib.Series(["a", "b", "a"]).groupby([0, 0, 1]).value_counts())
    check(lambda lib, df: list(lib.Series(["a", "b", "a"]).groupby([0, 0, 1]).value_counts().index.names))
    check(lambda lib, df: list(lib.Series([1, 2, 3], name="v").groupby([0, 0, 1]).value_counts().index.names))


def test_keys_without_a_name_as_columns_of_rows_of_functions():
    for key in (lambda at: at % 2, [0, 1, 0, 1, 0, 1]):
        check(lambda lib, df, key=key: df.groupby(key, as_index=False)[["x", "y"]].apply(lambda g: g.quantile(0.8)))


def test_rows_of_functions_of_periods_are_behind_their_periods():
    days = pd.to_datetime(["2019-05-29 00:00", "2019-05-28 00:00", "2019-05-28 12:00"])

    def values(lib):
        return lib.Series(["a", "b", "b"], index=days)

    for options in ({}, {"group_keys": False}):
        check(
            lambda lib, df, o=options: (
                values(lib).groupby(lib.Grouper(freq="1D"), **o).apply(lambda s: s.value_counts())
            )
        )
        check(
            lambda lib, df, o=options: (
                values(lib).to_frame("v").groupby(lib.Grouper(freq="1D"), **o).apply(lambda g: g.head(1))
            )
        )


def test_counts_of_intervals_leave_out_groups_without_any():
    def counts(lib, values, **options):
        return lib.DataFrame({"k": [1, 1, 2], "v": values}).groupby("k")["v"].value_counts(bins=[0, 5], **options)

    check(lambda lib, df: counts(lib, [7, 8, 1.0]).to_list())
    check(lambda lib, df: counts(lib, [7, None, 1.0]).to_list())


def test_the_row_of_a_moment_is_called_by_it():
    def row(lib, df):
        days = pd.date_range("2020-01-01", periods=2, freq="min")
        return lib.DataFrame({"x": [1, 2], "s": ["a", "b"]}, index=days).loc["2020-01-01 00:01"].name

    check(row)


def test_texts_that_stand_for_no_moment_are_missing_in_every_conversion():
    check(lambda lib, df: lib.to_timedelta(lib.Series(["1 day", "NaT", "", None])).isna())
    check(lambda lib, df: lib.Series(["2020-01-01", "NaT", ""]).astype("datetime64[ns]").isna())
    check(lambda lib, df: lib.Series(["1 day", "NaT"]).astype("timedelta64[ns]").isna())
    with pytest.raises(ValueError, match="Nat"):
        hs.Series(["1 day", "Nat!"]).astype("timedelta64[ns]").to_list()


def test_functions_and_mappings_of_the_labels_of_a_level():
    check(lambda lib, df: df.set_index(["k", "j"])[["x"]].groupby({"a": 0, "b": 0, "c": 1}, level="k").sum())
    check(lambda lib, df: df.set_index(["k", "j"])[["x"]].groupby({"a": 0, "c": 1}, level=0).sum())
    check(lambda lib, df: df.set_index(["k", "j"])[["x"]].groupby(lambda j: j > 1, level=1).sum())
    with pytest.raises(ValueError, match="level"):
        hs.DataFrame({"k": ["a"], "x": [1]}).set_index("k").groupby("x", level=0)


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("least", [None, 1])
def test_functions_of_windows_within_groups(raw, least):
    def spread(window):
        return window.max() - window.min()

    for make in (
        lambda groups: groups["x"].rolling(2, min_periods=least).apply(spread, raw=raw),
        lambda groups: groups[["x", "y"]].rolling(2, min_periods=least).apply(spread, raw=raw),
        lambda groups: groups.rolling(2, min_periods=least, center=True).apply(spread, raw=raw),
        lambda groups: groups["x"].expanding(least or 1).apply(spread, raw=raw),
    ):
        check(lambda lib, df, make=make: make(df.groupby("k")))
        check(lambda lib, df, make=make: make(df.sort_values("x").groupby("k")))


def test_the_first_level_of_columns_of_groups():
    columns = {("k", ""): ["a", "b", "a"], ("x", "u"): [1, 2, 3], ("x", "v"): [4, 5, 6], ("y", "u"): [7, 8, 9]}
    check(lambda lib, df: lib.DataFrame(columns).groupby("k")["x"].sum())


def test_categories_of_groups_go_through_functions():
    def typed(df):
        return df.assign(c=df["k"].astype("category"))

    check(lambda lib, df: typed(df).groupby("j")["c"].transform(lambda c: c))
    check(lambda lib, df: typed(df).groupby("j")["c"].transform(lambda c: c).cat.categories)


def test_several_earlier_rows_of_groups():
    check(lambda lib, df: df.groupby("k")["x"].shift([0, 1, -1]))
    check(lambda lib, df: df.groupby("k")[["x", "j"]].shift([1, 2], suffix="_lag"))
    check(lambda lib, df: df.groupby("k")[["x", "j"]].shift([1], fill_value=0))


CLOCKS = [("2020-03-07 22:00", "2020-03-08 06:00"), ("2020-10-31 23:00", "2020-11-02 03:00")]


@pytest.mark.parametrize("freq", ["h", "3h", "30min", "D", "24h"])
@pytest.mark.parametrize("ends", CLOCKS)
def test_moments_of_a_zone_whose_clocks_change(ends, freq):
    zone, (start, end) = "US/Eastern", ends
    aware = [pd.Timestamp(moment, tz=zone) for moment in ends]
    check(lambda lib, df: list(lib.date_range(start, end, freq=freq, tz=zone)))
    check(lambda lib, df: list(lib.date_range(*aware, freq=freq)))
    check(lambda lib, df: list(lib.date_range(aware[0], periods=5, freq=freq)))
    check(lambda lib, df: list(lib.date_range(end=aware[1], periods=5, freq=freq)))
    check(lambda lib, df: list(lib.date_range(start, end, periods=4, tz=zone)))
    check(lambda lib, df: lib.Series([1, 2], index=lib.to_datetime(list(ends))).tz_localize(zone).asfreq(freq))


def test_the_zone_of_moments_is_kept_and_is_one():
    start = pd.Timestamp("2020-01-01", tz="US/Eastern")
    assert hs.date_range(start, periods=2).dtype == "timestamp[us, US/Eastern]"
    with pytest.raises(ValueError, match="several zones"):
        hs.date_range(start, periods=2, tz="UTC")
    with pytest.raises(ValueError, match="several zones"):
        hs.date_range(start, pd.Timestamp("2020-01-02", tz="UTC"))


def test_texts_put_together_and_cut():
    check(lambda lib, df: lib.Series(["a b c"]).str.split(" ", n=None, expand=True))
    check(lambda lib, df: lib.Series(["a b c"]).str.rsplit(" ", n=None, expand=True))
    check(lambda lib, df: df["k"].str.cat(np.array(["u", np.nan, "v", None, "w", "x"], dtype=object), na_rep="-"))
    check(lambda lib, df: lib.DataFrame({"a": ["u"], "b": ["v"]}).apply(lambda row: "".join(row.str.upper()), axis=1))


def refused(script, match):
    """Both libraries refuse it."""
    for lib, kinds in ((hs, ValueError), (pd, (ValueError, TypeError, pd.errors.InvalidIndexError))):
        with pytest.raises(kinds, match=match if lib is hs else None):
            script(lib)


def test_merges_that_say_two_things():
    def sides(lib):
        times = pd.date_range("2020", periods=3)
        return (
            lib.DataFrame({"t": times, "k": [1, 1, 2], "v": [1, 2, 3]}),
            lib.DataFrame({"t": times, "k": [1, 2, 2], "w": [1, 2, 3]}),
        )

    refused(lambda lib: lib.merge(*sides(lib), left_on="k", right_on="k", right_index=True), "right_on or right_index")
    refused(lambda lib: lib.merge(*sides(lib), left_on="k", right_on="k", left_index=True), "left_on or left_index")
    refused(lambda lib: lib.merge(*sides(lib), on="k", suffixes=("a", "b", "c")), "a pair")
    refused(lambda lib: lib.merge_asof(*sides(lib), on="t", left_by=["k", "v"], right_by=["k"]), "2 keys in left_by")
    refused(lambda lib: lib.merge_asof(*sides(lib), on="t", tolerance=1), "length of time")


def test_labels_of_several_rows_side_by_side():
    def beside(lib, labels):
        return lib.concat(
            [lib.DataFrame({"a": [1, 2, 3]}, index=[0, 1, 1]), lib.DataFrame({"b": [4, 5, 6]}, index=labels)], axis=1
        )

    refused(lambda lib: beside(lib, [0, 1, 2]), "several rows")
    refused(lambda lib: beside(lib, [2, 1, 1]), "several rows")
    check(lambda lib, df: beside(lib, [0, 1, 1]))


def headed(lib):
    columns = {("foo", "two"): [1], ("foo", "one"): [2], ("bar", "one"): [3], ("baz", "two"): [4]}
    return lib.DataFrame(columns)


@pytest.mark.parametrize("level", [0, 1, -1, [1, 0], [0, 1]])
@pytest.mark.parametrize("ascending", [True, False])
def test_columns_in_the_order_of_a_level(level, ascending):
    for more in ({}, {"sort_remaining": False}):
        check(lambda lib, df, o=more: headed(lib).sort_index(axis=1, level=level, ascending=ascending, **o))


def test_columns_in_the_order_of_a_level_by_name():
    def sums(lib, df, **options):
        table = df.pivot_table(index="k", columns="j", values=["x", "y"], aggfunc="sum")
        return table.sort_index(axis=1, **options)

    check(lambda lib, df: sums(lib, df, level="j"))
    check(lambda lib, df: sums(lib, df, level="j", ascending=False))
    check(lambda lib, df: sums(lib, df, level=["j", 0], ascending=[False, True]))
    with pytest.raises(ValueError, match="no level 'q'"):
        headed(hs).sort_index(axis=1, level="q")
    with pytest.raises(NotImplementedError, match="a key of one level"):
        headed(hs).sort_index(axis=1, level=0, key=lambda labels: labels)


def test_columns_chosen_by_an_array_or_an_index():
    check(lambda lib, df: df.select(pd.Index(["x", "k"])))
    check(lambda lib, df: df.select(np.array(["x", "k"])))
    check(lambda lib, df: df.select(df.columns[:2]))


def test_new_rows_of_several_levels():
    def grown(lib, df, label):
        table = df.groupby(["k", "j"])[["x", "y"]].sum()
        table.loc[label, "x"] = 50
        return table

    check(lambda lib, df: grown(lib, df, ("d", 5)))
    check(lambda lib, df: grown(lib, df, ("b", 1)))

    def whole(lib, df):
        table = df.groupby(["k", "j"])[["x", "y"]].sum()
        table.loc[("d", 5), :] = [1, 2.5]
        return table

    check(whole)
    with pytest.raises(ValueError, match="each of the 2 levels"):
        grown(hs, hs.DataFrame({"k": ["a"], "j": [1], "x": [1], "y": [2]}), "d")


@pytest.mark.parametrize("dtype", ["int64", "int32", "float64", "float32", "bool", "datetime64[us]"])
def test_types_of_numpy_mean_columns_of_their_size(dtype):
    def chosen(lib, df):
        names = ["int64", "int32", "float64", "float32", "bool"]
        frame = lib.DataFrame({name: np.array([1], dtype=name) for name in names})
        frame["datetime64[us]"] = pd.to_datetime(["2020"]).as_unit("us")
        return list(frame.select_dtypes(np.dtype(dtype)).columns)

    check(chosen)


def test_times_of_a_zone_are_chosen_by_it():
    frame = hs.DataFrame(
        {"u": pd.date_range("2020", periods=1, tz="UTC"), "e": pd.date_range("2020", periods=1, tz="CET")}
    )
    assert frame.select_dtypes("datetime64[us, UTC]").columns == ["u"]
    assert frame.select_dtypes(exclude=pd.DatetimeTZDtype("us", "CET")).columns == ["u"]


def test_a_missing_time_is_replaced():
    def replaced(lib, *given):
        frame = lib.DataFrame({"t": pd.to_datetime(["2020-01-01", None]), "x": [1.0, None]})
        return frame.replace(*given)["t"]

    check(lambda lib, df: replaced(lib, pd.NaT, pd.Timestamp("2021-01-01")))
    check(lambda lib, df: replaced(lib, {"t": pd.NaT}, pd.Timestamp("2021-01-01")))


def test_levels_of_reindex_are_refused():
    frame = hs.DataFrame({"k": ["a"], "j": [1], "x": [1]}).set_index(["k", "j"])
    for rows in (frame, frame["x"]):
        with pytest.raises(NotImplementedError, match="reindex: level"):
            rows.reindex(["a"], level="k")


def test_keys_of_labels_that_are_moments():
    days = pd.DatetimeIndex(["2008-10-24", "2008-11-23", "2007-12-22"])
    for key in (lambda labels: labels.month, lambda labels: labels.day, lambda labels: labels.day_name()):
        check(lambda lib, df, key=key: lib.Series([1, 2, 3], index=days).sort_index(key=key))
        check(lambda lib, df, key=key: lib.DataFrame({"x": [1, 2, 3]}, index=days).sort_index(key=key, ascending=False))


def test_the_engine_of_a_function_is_passed_over():
    check(lambda lib, df: df["x"].map(lambda x: x + 1, engine=None))
    check(lambda lib, df: df["x"].map(lambda x: x + 1, None, None))


def changed(script, make=None):
    """What a script leaves of a frame, in both libraries."""

    def of(lib, df):
        frame = df if make is None else make(lib)
        script(frame)
        return frame

    check(of)


def test_rows_of_a_mask_get_new_values():
    mask = [True, False, True, False, False, True]
    for given in (mask, np.array(mask), pd.Series(mask).to_numpy()):
        changed(lambda df, given=given: df[["j", "x"]].__setitem__(given, 0))
        changed(lambda df, given=given: df.__setitem__(given, 0), lambda lib: frames(lib)[["j", "x"]])
        changed(lambda df, given=given: df.__setitem__(given, [[7, 8]] * 3), lambda lib: frames(lib)[["j", "x"]])
    changed(lambda df: df.iloc.__setitem__(lambda rows: [0, 2], 9), lambda lib: frames(lib)[["j", "x"]])
    changed(lambda df: df.iloc.__setitem__((lambda rows: [0, 2], 1), 9), lambda lib: frames(lib)[["j", "x"]])


def test_moments_of_numpy_that_count_nanoseconds():
    days = np.array(["2021-01-01", "2022-01-01"], dtype="datetime64[ns]")

    def dated(lib):
        return lib.DataFrame({"v": [1, 2]}, index=pd.to_datetime(["2020-01-01", "2021-01-01"]))

    check(lambda lib, df: dated(lib).loc[days[:1]])
    check(lambda lib, df: dated(lib)["v"][days[:1]])
    check(lambda lib, df: dated(lib).drop(days[:1]))
    check(lambda lib, df: dated(lib)["v"].drop(days[:1]))
    check(lambda lib, df: dated(lib).reindex(days))
    check(lambda lib, df: dated(lib)["v"].reindex(days))
    changed(lambda df: df.loc.__setitem__((slice(None), "t"), days), dated)
    changed(lambda df: df.loc.__setitem__((df.index[:2], "t"), days - days[0]), dated)
    changed(lambda df: df.iloc.__setitem__(([1, 0], 0), np.array([5, 6])), dated)


HEADED = {("A", "1"): [1, 2], ("A", "2"): [3, 4], ("B", "1"): [5, 6]}


def test_columns_below_a_level_get_new_values():
    def make(lib):
        return lib.DataFrame(HEADED)

    changed(lambda df: df.loc.__setitem__((slice(None), "B"), [7, 8]), make)
    changed(lambda df: df.__setitem__("A", 9), make)
    changed(lambda df: df.__setitem__("A", df["A"] * 2), make)
    changed(lambda df: df.at.__setitem__((0, "A"), 10), make)
    changed(lambda df: df.at.__setitem__((0, ("C", "1")), 10), make)
    changed(lambda df: df.__setitem__(("N", "q"), 10), make)
    with pytest.raises(ValueError, match="not those below it"):
        make(hs)["A"] = hs.DataFrame({"x": [1, 2], "y": [3, 4]})


def test_a_tuple_is_no_list_of_columns_to_be_changed():
    frame = hs.DataFrame({"A": [1], "B": [2]})
    with pytest.raises(ValueError, match=r"several columns are a list, \['A', 'B'\]"):
        frame["A", "B"] = 0
    frame[["A", "B"]] = 0
    assert frame.to_dict("list") == {"A": [0], "B": [0]}


def test_rows_of_the_first_levels_get_new_values():
    def sums(lib):
        return frames(lib).groupby(["k", "j"])[["x", "y"]].sum()

    changed(lambda df: df.loc.__setitem__(("b", 1), 0), sums)
    changed(lambda df: df.loc.__setitem__("b", 0), sums)
    changed(lambda df: df.loc.__setitem__((("z", 1), "x"), 0), sums)
    changed(lambda df: df.loc.__setitem__(("b", 1), 0), lambda lib: frames(lib).set_index(["k", "j", "x"]))


def test_fractions_from_label_to_label():
    check(lambda lib, df: lib.Series([1, 2, 3], index=[1.5, 2.5, 3.5])[2.0:3.5])
    check(lambda lib, df: lib.DataFrame({"x": [1, 2, 3]}, index=[1.5, 2.5, 3.5])[2.0:3.5])


@pytest.mark.parametrize(
    "verb",
    [
        lambda row: row.cumsum(),
        lambda row: row.cumsum(skipna=False),
        lambda row: row.cumprod(),
        lambda row: row.rank(),
        lambda row: row.clip(2, 6),
        lambda row: row.where(row > 2),
        lambda row: row.mask(row > 2, 0),
        lambda row: row.between(2, 7).sum(),
        lambda row: row.idxmin(skipna=True),
        lambda row: row.agg(["min", "max"]),
        lambda row: row.ffill(),
        lambda row: row.value_counts().iloc[0],
        lambda row: row.argmax(),
        lambda row: row.skew(),
    ],
)
def test_rows_that_functions_get_have_the_methods_of_series(verb):
    def rows(lib, df):
        return lib.DataFrame({"a": [1.0, 2, None], "b": [None, 5, 6], "c": [7.0, 8, 9]}).apply(verb, axis=1)

    check(rows)


@pytest.mark.parametrize(
    "make",
    [
        lambda lib: lib.DataFrame({"a": {1, 2, 3}}),
        lambda lib: lib.DataFrame([[1, 2]], columns={"a", "b"}),
        lambda lib: lib.DataFrame([[1, 2], [3, 4]], index={"u", "v"}),
    ],
)
def test_sets_have_no_order(make):
    for lib in (hs, pd):
        with pytest.raises((TypeError, ValueError), match="set"):
            make(lib)


def test_types_that_there_are_not_are_refused():
    for lib in (hs, pd):
        with pytest.raises((TypeError, ValueError), match="flaot"):
            lib.DataFrame({"x": [1.5]}).select_dtypes("flaot")


def test_zones_are_not_cast_away():
    def moments(lib, zone):
        times = lib.Series(pd.to_datetime(["2020-06-01 12:00"]))
        return times if zone is None else times.dt.tz_localize(zone)

    for lib in (hs, pd):
        with pytest.raises(TypeError, match="tz_localize"):
            moments(lib, "US/Eastern").astype("datetime64[us]")
        with pytest.raises(TypeError, match="tz_localize"):
            moments(lib, None).astype("datetime64[us, UTC]")
        with pytest.raises(TypeError, match="tz_localize"):
            moments(lib, None).to_frame("t").astype({"t": "datetime64[us, UTC]"})
    check(lambda lib, df: moments(lib, "US/Eastern").astype("datetime64[us, UTC]"))


@pytest.mark.parametrize("right", [True, False])
def test_bins_of_moments_and_of_lengths_of_time(right):
    days = ["2013-01-01 00:00", "2013-01-02 12:00", "2013-01-03 00:00", None, "2013-01-09 00:00"]
    edges = list(pd.to_datetime(["2012-12-31", "2013-01-02", "2013-01-05"]))

    def times(lib):
        return lib.Series(pd.to_datetime(days))

    def texts(found):
        return [None if value is None or value != value else str(value) for value in found.astype("object").to_list()]

    def lengths(lib):
        return times(lib) - pd.Timestamp("2013-01-01")

    check(lambda lib, df: texts(lib.cut(times(lib), edges, right=right)))
    check(lambda lib, df: texts(lib.cut(times(lib), 3, right=right)))
    check(
        lambda lib, df: texts(
            lib.cut(lengths(lib), [pd.Timedelta(0), pd.Timedelta("1D"), pd.Timedelta("3D")], right=right)
        )
    )
    check(lambda lib, df: lib.cut(times(lib), edges, right=right, labels=False))
    check(lambda lib, df: texts(lib.cut(times(lib), 3, right=right, labels=["a", "b", "c"])))
    check(lambda lib, df: list(pd.DatetimeIndex(lib.cut(times(lib), 3, right=right, retbins=True)[1])))
    check(lambda lib, df: texts(lib.qcut(times(lib), 2)))
    check(lambda lib, df: texts(lib.cut(times(lib), edges[1:], include_lowest=True)))
    with pytest.raises(NotImplementedError, match="times of a zone"):
        hs.cut(times(hs).dt.tz_localize("UTC"), 2)
    with pytest.raises(TypeError, match="is one, not 1"):
        hs.cut(lengths(hs), [1, 3])
