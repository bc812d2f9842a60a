"""What notebooks written for pandas do beside the ordinary: the same for pandas and for Hypostyle, with the names of labels."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain


def named(value):
    """Values, and the names of what labels them."""
    if isinstance(value, list):
        return [named(part) for part in value]
    if isinstance(value, (hs.DataFrame, hs.Series)):
        value = value.to_pandas()
    if not isinstance(value, (pd.DataFrame, pd.Series)):
        return plain(value)
    names = [list(getattr(value, axis).names) for axis in ("index", "columns") if hasattr(value, axis)]
    return plain(value), names, getattr(value, "name", None) if isinstance(value, pd.Series) else None


def same(script) -> None:
    assert named(script(hs)) == named(script(pd))


def left(lib):
    return lib.DataFrame({"k": [3, 1, 2, 3], "t": [1, 4, 2, 2], "va": list("pqrs")})


def right(lib):
    return lib.DataFrame({"k": [2, 3, 4], "t": [5, 2, 1], "vb": [20, 30, 40]})


def levels(lib):
    df = lib.DataFrame({"l": list("aaabbb"), "n": [1, 2, 3, 1, 2, 3], "x": range(6), "y": np.arange(6) * 1.5})
    return df.set_index(["l", "n"])


def wide(lib):
    return lib.DataFrame({("a", "x"): [1, 2], ("a", "y"): [3, 4], ("b", "x"): [5, 6]})


def holes(lib):
    keys = {"k": list("uvuvuu"), "c": list("pqpqrp")}
    return lib.DataFrame({**keys, "x": [1.0, 2, None, 4, None, 6], "z": [1, 2, 3, 4, 5, 6]})


def dated(lib):
    days = lib.to_datetime(lib.Series(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]))
    return lib.DataFrame({"t": days, "k": list("baba"), "v": [1, 2, 3, 4]}).set_index("t")


def missing(lib):
    cells = {"a": [1, 2, 3, 4], "b": [4.0, 5, 6, None], "s": ["x", "yy", "zzz", None]}
    return lib.DataFrame({**cells, "g": list("mnmn")})


def lengths(lib):
    return lib.Series([pd.Timedelta("1D"), pd.Timedelta("-26.5h"), None, pd.Timedelta("90min")])


def days(lib):
    return lib.date_range("2024-01-30", periods=4, freq="12h", name="d")


def split_names(lib):
    df = lib.DataFrame({"a_x": [1], "a_y": [2]})
    return df.set_axis(df.columns.str.split("_", expand=True), axis=1)


def shapes(lib):
    return lib.DataFrame({"a": [0, 3, 4], "d": [360, 180, 360]}, index=["c", "t", "r"])


def hourly(lib):
    return lib.DataFrame({"v": range(60)}, index=lib.date_range("2024-01-01", periods=60, freq="h"))


def zoned(lib):
    return lib.Series(lib.date_range("2024-01-01", periods=2, tz="US/Eastern"))


def both_levels(lib):
    columns = lib.MultiIndex.from_product([["e", "l"], ["I", "II"]])
    rows = lib.MultiIndex.from_product([["a", "b"], ["m", "n"]], names=["x", "y"])
    return lib.DataFrame(np.arange(16).reshape(4, 4), rows, columns)


def timed(lib):
    return dated(lib).reset_index()


def one(lib, level):
    """Labels of one level, not all of which are there."""
    labels = ["b", "z", "a"] if level == "l" else [2, 9, 1]
    return lib.DataFrame({"w": [1, 2, 3]}, index=lib.Index(labels, name=level))


def put(target, key, value):
    target.loc[key] = value
    return target


SCRIPTS = {
    # Rows below each other, and their numbers.
    "concat_reset": lambda lib: lib.concat([left(lib)["k"], right(lib)["k"]]).reset_index(drop=True),
    # Windows of so many rows, beside a column.
    "rolling_rows_on": lambda lib: left(lib).rolling(2, on="k")["t"].sum(),
    "rolling_rows_on_frame": lambda lib: left(lib)[["k", "t"]].rolling(2, on="k").sum(),
    "rolling_rows_on_groups": lambda lib: left(lib).assign(w=1).groupby("k").rolling(2, on="t")["w"].sum(),
    "rolling_times_in_groups": lambda lib: [
        timed(lib).groupby("k")[["t", "v"]].rolling("2D", on="t").max(),
        timed(lib).groupby("k").rolling(2, on="t").sum(),
        timed(lib).groupby("k").rolling("2D", on="t")[["v"]].sum(),
    ],
    # The side of a row.
    "indicator_counts": lambda lib: left(lib).merge(right(lib), "left", "k", indicator=True)["_merge"].value_counts(),
    "indicator_groups": lambda lib: (
        left(lib).merge(right(lib), "left", "k", indicator="s").groupby("s", observed=False).size()
    ),
    # Keys of two names, one of which is a column of the other side.
    "merge_two_names": lambda lib: left(lib).merge(right(lib), "outer", left_on="k", right_on="t"),
    "merge_two_names_sorted": lambda lib: left(lib).merge(right(lib), "right", left_on="k", right_on="t", sort=True),
    # Several levels of labels.
    "level_slice": lambda lib: levels(lib).loc["a":"b"],
    "level_slice_open": lambda lib: levels(lib).loc["b":],
    "level_slice_tuples": lambda lib: levels(lib).loc[("a", 2) : ("b", 1)],
    "level_slice_mixed": lambda lib: levels(lib).loc[("a", 2) : "b", "x"],
    "level_slice_series": lambda lib: levels(lib)["x"].loc[("a", 2) : ("b", 2)],
    "level_slice_set": lambda lib: put(levels(lib), (slice(("a", 2), ("b", 1)), "x"), 0),
    "index_slice": lambda lib: levels(lib).loc[lib.IndexSlice[:, 2], :],
    "index_slice_both": lambda lib: levels(lib).loc[lib.IndexSlice["a", 1:2], "x"],
    "index_slice_list": lambda lib: levels(lib).loc[lib.IndexSlice[:, [1, 3]], :],
    "index_slice_set": lambda lib: put(levels(lib), (lib.IndexSlice["b", 2:], slice(None)), 0),
    "column_slice": lambda lib: wide(lib).loc[:, lib.IndexSlice[:, "x"]],
    "column_slice_first": lambda lib: wide(lib).loc[:, lib.IndexSlice["a", :]],
    "column_slice_list": lambda lib: wide(lib).loc[:, (slice(None), ["x", "y"])],
    "column_slice_row": lambda lib: wide(lib).loc[0, lib.IndexSlice[:, "x"]],
    "column_slice_set": lambda lib: put(wide(lib), (slice(None), lib.IndexSlice[:, "x"]), 0),
    "unstack_whole": lambda lib: left(lib)[["k", "t"]].unstack(),
    "unstack_corr": lambda lib: left(lib)[["k", "t"]].corr().unstack().sort_values().drop_duplicates(),
    "unstack_named": lambda lib: levels(lib)["x"].unstack().unstack(),
    "unstack_labels": lambda lib: left(lib).set_index("va").unstack(),
    # Orders of labels by a function.
    "sort_numbers_by": lambda lib: left(lib).sort_index(key=lambda labels: -labels),
    "sort_numbers_by_anew": lambda lib: left(lib).sort_index(key=lambda labels: labels % 2, ignore_index=True),
    "sort_series_by": lambda lib: left(lib)["t"].sort_index(key=lambda labels: labels % 2),
    "sort_columns_by": lambda lib: (
        left(lib).rename(columns={"k": "Z"}).sort_index(axis=1, key=lambda labels: labels.str.lower())
    ),
    "labels_of_both": lambda lib: left(lib).index.intersection([7, 2, 1]).tolist(),
    # Rows that a function of groups gives.
    "group_rows": lambda lib: left(lib).groupby("k").apply(lambda group: group.iloc[0]),
    "group_rows_mixed": lambda lib: missing(lib).groupby("g").apply(lambda group: group.loc[group["a"].idxmax()]),
    "group_rows_keys": lambda lib: missing(lib).groupby(["g", "a"]).apply(lambda group: group.iloc[-1]),
    "group_rows_flat": lambda lib: missing(lib).groupby("g", as_index=False).apply(lambda group: group.iloc[0]),
    # Rows and columns.
    "rows_by_function": lambda lib: missing(lib)[["g", "a"]].astype(str).agg("-".join, axis=1),
    "columns_moved": lambda lib: [
        left(lib)[["k", "t"]].diff(axis=1).dtypes["k"] == "float64",
        left(lib)[["k", "t"]].shift(axis=1),
    ],
    "crosstab_of_one": lambda lib: lib.crosstab(index=left(lib)["k"], columns="count"),
    "truths_written": lambda lib: lib.DataFrame({"b": [True, None, False], "x": [1, 2, 3]}).to_csv(index=False),
    "level_unique": lambda lib: list(wide(lib).columns.get_level_values(0).unique()),
    "names_parted": lambda lib: split_names(lib).columns.tolist(),
    "names_parted_lists": lambda lib: [list(part) for part in left(lib).columns.str.split("a")],
    "lengths_of_names": lambda lib: list(left(lib).columns.str.len()),
    # Labels beside frames.
    "added_by_row": lambda lib: shapes(lib).add({"c": 0, "t": 2, "r": 3}, axis="index"),
    "multiplied_by_row": lambda lib: shapes(lib).mul({"t": 2, "c": 0, "r": 3}, axis=0),
    "added_by_number": lambda lib: shapes(lib).reset_index(drop=True).sub({0: 1, 2: 5, 1: 3}, axis=0),
    "product_by_label": lambda lib: lib.DataFrame([[0, 1, -2], [1, 1, 1]]).dot(
        lib.Series([1, 5, 2]).reindex([1, 0, 2])
    ),
    "product_with_frame": lambda lib: lib.Series([0, 1]).dot(lib.DataFrame([[0, 1], [-2, 3]])),
    "product_with_matrix": lambda lib: lib.Series([0, 1]).dot(np.array([[0, 1], [-2, 3]])),
    "sum_of_all_numbered": lambda lib: lib.DataFrame([[0, 1], [None, 3]]).sum(skipna=False),
    "truncated_by_text": lambda lib: [
        hourly(lib).truncate("2024-01-02", "2024-01-03").shape,
        hourly(lib)["v"].truncate(before="2024-01-02 05:00").iloc[0],
    ],
    "squeezed_rows": lambda lib: shapes(lib).iloc[[0]][["a"]].squeeze("rows"),
    "places_by_function": lambda lib: [
        shapes(lib).iloc[lambda df: [0, 2]],
        shapes(lib).iloc[:, lambda df: [0]],
        shapes(lib).reset_index(drop=True).iloc[lambda df: df.index % 2 == 0],
    ],
    "rounded_by_column": lambda lib: (shapes(lib) / 7).round(lib.Series([1, 2], index=["a", "d"])),
    "renamed_numbers": lambda lib: shapes(lib).reset_index(drop=True).rename({1: 2, 0: 4}, axis="index"),
    "factorized_array": lambda lib: [list(part) for part in lib.factorize(np.array(["b", "b", "a"], dtype=object))],
    "unique_array": lambda lib: list(lib.unique(np.array([2, 1, 2]))),
    "place_of_text": lambda lib: int(
        lib.Series(lib.to_datetime(["2000-03-11", "2000-03-12"])).searchsorted("3/12/2000")
    ),
    "crosstab_of_arrays": lambda lib: lib.crosstab(
        np.array(["a", "b", "a"]),
        np.array(["x", "x", "y"]),
        values=np.array([1, 2, 3]),
        aggfunc="sum",
        rownames=["r"],
        colnames=["c"],
    ),
    "settings_and_types": lambda lib: [
        lib.set_option("display.max_columns", None),
        lib.api.types.is_numeric_dtype(left(lib)["k"]),
        issubclass(lib.errors.EmptyDataError, Exception),
    ],
    "zone_kept": lambda lib: [
        [moment.isoformat() for moment in made]
        for made in (
            zoned(lib).unique(),
            zoned(lib).array,
            zoned(lib).to_numpy(dtype=object),
            np.asarray(zoned(lib), dtype=object),
        )
    ],
    "group_taken": lambda lib: [
        missing(lib).groupby("g").take([1, 0]),
        missing(lib).groupby("g")["a"].take([-1]),
    ],
    # Labelled values of several types.
    "group_summaries": lambda lib: (
        missing(lib)
        .groupby("g")
        .apply(lambda group: lib.Series({"n": len(group), "first": group["s"].iloc[0], "mean": group["a"].mean()}))
    ),
    "group_summaries_listed": lambda lib: (
        missing(lib)
        .groupby("g")
        .apply(lambda group: lib.Series(["L", group["a"].mean(), True], index=["size", "weight", "adult"]))
    ),
    "rows_of_series": lambda lib: left(lib).apply(
        lambda row: lib.Series({"u": row["va"].upper(), "d": row["k"] * 2}), axis=1
    ),
    "frame_of_series": lambda lib: lib.DataFrame([lib.Series({"a": 1, "b": "x"}), lib.Series({"a": 2, "b": "y"})]),
    "row_appended": lambda lib: put(missing(lib), 4, lib.Series({"a": 9, "b": 1.5, "s": "w", "g": "z"})),
    "series_of_texts": lambda lib: [
        lib.Series({"a": "y", "b": "x"}).str.upper(),
        lib.Series({"a": 1, "b": 2.5}),
        lib.Series({"a": "x", "b": None}),
    ],
    "levels_of_both": lambda lib: both_levels(lib).loc[(slice(None), "m"), "e"],
    # Operators.
    "combine_names": lambda lib: left(lib)["k"].combine(left(lib)["t"], max),
    "matrix_product": lambda lib: left(lib)["k"] @ left(lib)["t"],
    "lengths_whole": lambda lib: lengths(lib) // pd.Timedelta("1h"),
    "lengths_rest": lambda lib: (lengths(lib) % pd.Timedelta("1h")).dt.total_seconds(),
    "lengths_each": lambda lib: lengths(lib) // lengths(lib).shift(1),
    "lengths_turned": lambda lib: pd.Timedelta("5D") // lengths(lib),
    "lengths_parts": lambda lib: [(lengths(lib) / 2).dt.total_seconds(), (lengths(lib) // 7).dt.total_seconds()],
    # Forms without a date, and other origins.
    **{
        f"form_{form}": lambda lib, text=text, form=form: lib.to_datetime(lib.Series([text, None]), format=form)
        for text, form in {
            "10:30": "%H:%M",
            "5:30 PM": "%I:%M %p",
            "03-05": "%m-%d",
            "2024-05": "%Y-%m",
            "May 2024": "%b %Y",
            "2024": "%Y",
        }.items()
    },
    "origin": lambda lib: lib.to_datetime(lib.Series([45000, 45001.5, None]), unit="D", origin="1899-12-30"),
    "origin_moment": lambda lib: lib.to_datetime(lib.Series([1, 2]), unit="h", origin=pd.Timestamp("2024-01-01")),
    "offset_zone": lambda lib: str(lib.to_datetime(lib.Series(["2024-01-05T10:00:00-01:30"])).dt.tz),
    # Moments as a list.
    "range_between": lambda lib: list(lib.date_range("2024-01-01", "2024-01-02", periods=7)),
    "moments_parts": lambda lib: [
        days(lib).month.tolist(),
        days(lib).day_name().tolist(),
        days(lib).is_month_end.tolist(),
        days(lib).year.unique().tolist(),
        days(lib).strftime("%d/%m").tolist(),
        list(days(lib).floor("D")),
        list(days(lib).tz_localize("UTC").tz_convert("Asia/Tokyo")),
        lib.to_datetime(["2024-01-05", "2024-02-06"]).month.tolist(),
    ],
    "moments_places": lambda lib: [
        days(lib)[0],
        days(lib)[-1],
        list(days(lib)[1:3]),
        list(days(lib)[[0, 2]]),
        list(days(lib)[days(lib) > "2024-01-31"]),
    ],
    "moments_sets": lambda lib: [
        list(days(lib).difference(days(lib)[:2])),
        list(days(lib).union([pd.Timestamp("2024-02-05")])),
        list(days(lib).intersection([pd.Timestamp("2024-01-31")])),
    ],
    "moments_moved": lambda lib: list(days(lib).shift(2, freq="D")),
    "labels_asked": lambda lib: [
        lib.Index([3, 1, 2]).is_monotonic_decreasing,
        lib.Index([3, 3, 1]).is_monotonic_decreasing,
        list(lib.Index(["a", "b", "a"]).drop_duplicates(keep="last")),
        list(lib.Index([1, 2, 3]).symmetric_difference([2, 4])),
        lib.Index([1, 5, 9]).asof(6),
        list(lib.Index(["a", None]).notna()),
        list(lib.Index([1.0, None]).dropna()),
        lib.Index(list("abbc")).get_loc("c"),
        list(range(4))[lib.Index(list("abbc")).get_loc("b")],
        lib.Index(list("abab")).get_loc("b").tolist(),
        lib.Index([1, 2]).to_series(index=[5, 6], name="z"),
        hourly(lib).index.get_loc("2024-01-01 05:00"),
    ],
    "moments_series": lambda lib: days(lib).to_series().dt.day,
    # Types by a mask, as those of a series.
    "types_masked": lambda lib: list((df := left(lib)).dtypes[df.dtypes == "int64"].index),
    "types_chosen": lambda lib: list(left(lib).dtypes[["k", "t"]].index),
    "apply_without_groups": lambda lib: (
        left(lib).groupby("k").apply(lambda group: group["t"].sum(), include_groups=False)
    ),
    # Names of what comes out.
    "bins_unnamed": lambda lib: left(lib)["k"].value_counts(bins=2).index.name,
    "two_names": lambda lib: [np.maximum(left(lib)["k"], left(lib)[name]).name for name in ("k", "t")],
    "filter_labels": lambda lib: left(lib).set_index("va").filter(items=["r", "p"], axis=0),
    "filter_labels_series": lambda lib: left(lib).set_index("va")["k"].filter(items=["r", "p"]),
    "argsort_of_numpy": lambda lib: np.argsort(left(lib)["k"], kind="stable"),
    "parts_of_times": lambda lib: lib.to_datetime({"year": [2020, 2021], "month": [1, 2], "day": [3, 4]}),
    # Pivots whose cells are missing.
    "pivot_two_values": lambda lib: holes(lib).pivot_table(["x", "z"], "k", "c"),
    "pivot_rows": lambda lib: holes(lib).pivot_table(["x"], "c"),
    "pivot_rows_listed": lambda lib: holes(lib).pivot_table(["x"], ["k", "c"], aggfunc=["mean", "max"]),
    "pivot_listed": lambda lib: holes(lib).pivot_table(["x"], "k", "c", aggfunc=["mean", "sum"]),
    "pivot_kept": lambda lib: holes(lib).pivot_table(["x", "z"], "k", "c", dropna=False),
    "pivot_filled": lambda lib: holes(lib).pivot_table(["x", "z"], "k", "c", fill_value=0),
    "pivot_by_column": lambda lib: holes(lib).pivot_table(["x", "z"], "c", "k", {"x": "mean", "z": "sum"}),
    # Groups whose labels move.
    "shift_freq": lambda lib: dated(lib).groupby("k").shift(1, freq="D"),
    "shift_freq_series": lambda lib: dated(lib).groupby("k")["v"].shift(2, freq="h"),
    "shift_freq_chosen": lambda lib: dated(lib).groupby("k", sort=False)[["v"]].shift(-1, freq="D"),
    # An index of several levels beside one of them.
    **{
        f"level_join_{how}_{level}": lambda lib, how=how, level=level: [
            levels(lib).join(one(lib, level), how=how),
            one(lib, level).join(levels(lib), how=how),
            lib.merge(levels(lib), one(lib, level), left_index=True, right_index=True, how=how),
        ]
        for how in ("left", "inner", "right", "outer")
        for level in "ln"
    },
    "array": lambda lib: lib.DataFrame({"i": lib.array([1, None], dtype="Int64"), "s": lib.array(["a", None])}),
    "columns_sorted_each": lambda lib: left(lib)[["k", "t"]].apply(lambda column: column.sort_values(ascending=False)),
    "columns_chosen_each": lambda lib: left(lib)[["k", "t"]].apply(lambda column: column[column > 2]),
    "columns_counted_each": lambda lib: left(lib)[["k", "t"]].apply(lambda column: column.value_counts()),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    same(SCRIPTS[name])


SIDES = {
    "all": lambda df: df,
    "chosen": lambda df: df[df["k"] > 1],
    "labelled": lambda df: df.set_index("va"),
}


@pytest.mark.parametrize("how", ["left", "right", "inner", "outer"])
@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize("side", SIDES)
def test_a_column_met_with_the_labels_of_the_other_side_keeps_the_labels(how, sort, side):
    one, other = (lambda lib: SIDES[side](left(lib)).drop(columns="t")), (lambda lib: right(lib).set_index("k"))
    same(lambda lib: one(lib).merge(other(lib), how, left_on="k", right_index=True, sort=sort))
    same(lambda lib: other(lib).merge(one(lib), how, right_on="k", left_index=True, sort=sort))
    same(lambda lib: one(lib).join(other(lib), "k", how, sort=sort))


ORDERED = [{"on": "t"}, {"on": "t", "left_by": "va"}, {"left_on": "t", "right_on": "k"}, {"on": ["k", "t"]}]


@pytest.mark.parametrize("how", ["outer", "left", "inner", "right"])
@pytest.mark.parametrize("fill", [None, "ffill"])
def test_merge_ordered(how, fill):
    options = {"how": how, "fill_method": fill}
    for at in range(len(ORDERED)):
        same(lambda lib, keys=ORDERED[at]: lib.merge_ordered(left(lib), right(lib), **keys, **options))
    # A missing value of a row that is there stays missing.
    holed = {"t": [1, 2], "y": [5.0, None]}
    same(lambda lib: lib.merge_ordered(left(lib), lib.DataFrame(holed), on="t", **options))
    same(lambda lib: lib.merge_ordered(lib.DataFrame(holed), left(lib), on="t", right_by="k", **options))


def test_wrong_ordered_merges():
    with pytest.raises(NotImplementedError, match="column of both sides"):
        hs.merge_ordered(left(hs), right(hs), on="t", left_by="k")
    with pytest.raises(ValueError, match="'ffill'"):
        hs.merge_ordered(left(hs), right(hs), on="t", fill_method="bfill")


def test_frames_are_equal_whatever_labels_are_called():
    df = hs.DataFrame({"x": [1.0, 2.0]})
    assert df.equals(hs.DataFrame({"x": [1.0, 2.0]}, index=df.index))
    assert df.equals(hs.DataFrame({"x": [1.0, 2.0]}, index=hs.Index([0, 1], name="i")))
    assert not df.equals(hs.DataFrame({"x": [1.0, 2.0]}, index=[0, 2]))
    assert not df.equals(hs.DataFrame({"x": [1.0, 2.0]}, index=["a", "b"]))
    assert not df.equals(hs.DataFrame({"y": [1.0, 2.0]}))


def test_labels_that_are_not_sorted_have_no_rows_between():
    with pytest.raises(NotImplementedError, match="sort_index first"):
        levels(hs).iloc[::-1].loc["a":"b"]
    with pytest.raises(KeyError, match="'z'"):
        wide(hs).loc[:, (slice(None), "z")]


@pytest.mark.parametrize("zone", [None, "Europe/Paris"])
@pytest.mark.parametrize(
    "text",
    ["2024-03-01 20:00", "2024-03", "2024", "2024/03/01", "03/01/2024", "20240301", "1 March 2024", "2024-03-01T20"],
)
def test_times_compare_with_any_text_that_is_a_moment(text, zone):
    hours = pd.date_range("2024-02-28 19:00", periods=60, freq="h", tz=zone)

    def script(lib):
        df = lib.DataFrame({"t": hours, "v": range(60)})
        return [
            df[df["t"] > text]["v"].to_list(),
            (df["t"] == text).sum(),
            df.set_index("t").loc[lambda d: d.index >= text]["v"].to_list(),
            df["t"].between(text, "2025-01-01").sum(),
            # (pandas' own query has no texts beside times of a zone.)
            *([] if zone else [df.query(f"t < '{text}'")["v"].to_list()]),
        ]

    same(script)


def test_lengths_of_time_compare_with_texts():
    for text in ("1 days", "36h", "2 days 00:00:00"):
        same(lambda lib, text=text: (lib.to_timedelta(lib.Series([1, 2, 3]), unit="D") > text).to_list())
    # Other texts stay what they are.
    same(lambda lib: (lib.Series(["C85", "2024"]) == "2024").to_list())


BINS = [{"bins": 2}, {"bins": [0, 2, 4, 6], "sort": False}, {"bins": 2, "normalize": True}]


@pytest.mark.parametrize("options", BINS)
@pytest.mark.parametrize("keys", ["k", ["k", "c"]])
def test_intervals_counted_in_groups(options, keys):
    found = holes(hs).groupby(keys)["z"].value_counts(**options)
    expected = holes(pd).groupby(keys)["z"].value_counts(**options)
    # Intervals are their texts.
    assert [tuple(map(str, label)) for label in found.index] == [tuple(map(str, label)) for label in expected.index]
    assert found.to_list() == expected.to_list()
    assert (list(found.index.names), found.name) == (list(expected.index.names), expected.name)


def test_what_has_no_label_of_its_own_says_so():
    with pytest.raises(NotImplementedError, match="leave name out"):
        left(hs)["k"].to_frame(name=None)
    with pytest.raises(TypeError, match="astype"):
        left(hs).loc["total"] = 0
    with pytest.raises(TypeError, match="as text, '3'"):
        left(hs).set_index("va").loc[3] = 0
    with pytest.raises(ValueError, match="bins are of one column"):
        holes(hs).groupby("k").value_counts(bins=2)
    with pytest.raises(NotImplementedError, match="reset_index"):
        levels(hs).join(one(hs, "l").rename_axis("other"))


def test_what_a_series_has_not_says_how_it_is_read():
    with pytest.raises(AttributeError, match=r"series\['b'\]"):
        _ = left(hs).groupby("va")["k"].sum().b
    for make in (lambda: hs.Series([{1: 2}]), lambda: left(hs).groupby("k").apply(lambda group: {1: len(group)})):
        with pytest.raises(TypeError, match="named by texts, not 1"):
            make()


def test_patterns_that_python_looks_for_say_so():
    texts = hs.Series(["aab", "b", None])
    for ask in (lambda s: s.count("a*"), lambda s: s.findall("a*"), lambda s: s.replace("a*", "-", regex=True)):
        with pytest.warns(UserWarning, match="value by value, on one core"):
            found = ask(texts.str)
        # (Where pandas asks Arrow for a pattern it finds other matches of no characters.)
        assert plain(found) == plain(ask(texts.to_pandas().astype(object).str))


OFFSETS = [
    *(
        pd.tseries.frequencies.to_offset(text)
        for text in (
            "ME",
            "-2ME",
            "MS",
            "-1MS",
            "QE",
            "QS-FEB",
            "-1QE-JAN",
            "YE",
            "YS-JUN",
            "B",
            "-3B",
            "7B",
            "3h",
            "W-SUN",
        )
    ),
    *(kind(0) for kind in (pd.offsets.MonthEnd, pd.offsets.MonthBegin, pd.offsets.BDay, pd.offsets.YearEnd)),
    pd.offsets.Week(2),
    pd.offsets.Week(-1, weekday=2),
    pd.offsets.Day(3),
    pd.offsets.MonthEnd(1, normalize=True),
]


@pytest.mark.parametrize("offset", OFFSETS, ids=str)
@pytest.mark.parametrize("zone", [None, "Europe/Paris"])
def test_steps_along_the_calendar(offset, zone):
    days = pd.Series(pd.date_range("2023-12-20 10:30", periods=75, freq="D", tz=zone))
    days.iloc[7] = None
    found, expected = hs.from_pandas(days), days
    assert plain(found + offset) == plain(expected + offset)
    assert plain(found - offset) == plain(expected - offset)
    assert plain(offset + found) == plain(offset + expected)


def test_other_steps_say_so():
    times = hs.Series(pd.to_datetime(["2024-01-31"]))
    with pytest.raises(NotImplementedError, match="map with a function"):
        times + pd.offsets.SemiMonthEnd()
    with pytest.raises(TypeError, match="added to times"):
        hs.Series([1]) + pd.offsets.MonthEnd()


@pytest.mark.parametrize("orient", ["columns", "index", "split", "values", "table"])
def test_json_that_is_no_objects_of_rows(tmp_path, orient):
    path = tmp_path / "f.json"
    left(pd).to_json(path, orient=orient)
    with pytest.warns(UserWarning, match="on one core"):
        found = hs.read_json(path, orient=orient)
    assert named(found) == named(pd.read_json(path, orient=orient))


def test_json_by_column_is_found(tmp_path):
    path = tmp_path / "f.json"
    left(hs).to_json(path)
    with pytest.warns(UserWarning, match="orient='columns'"):
        found = hs.read_json(path)
    assert named(found) == named(pd.read_json(path))
    # Far longer than what is looked at.
    pd.DataFrame({"x": range(80_000)}).to_json(path)
    with pytest.warns(UserWarning, match="orient='columns'"):
        assert hs.read_json(path)["x"].sum() == sum(range(80_000))
    # Rows of objects stay what they are.
    for text in ('{"a":{"x":1}}\n{"a":{"x":2}}\n', '[{"a":{"x":1}}, {"a":{"x":2}}]'):
        path.write_text(text)
        assert hs.read_json(path)["a"].to_list() == [{"x": 1}, {"x": 2}]
    path.write_text('{"a":{"x":1}}')
    assert hs.read_json(path, lines=True)["a"].to_list() == [{"x": 1}]
    with pytest.raises(ValueError, match="'table'"):
        hs.read_json(path, orient="sideways")
