"""Rows keep their labels when they are chosen, ordered or put below each other, as in pandas."""

from __future__ import annotations

import pickle

import hypostyle as hs
import pandas as pd
import pytest
from same_script import check

KEPT = {
    "filter": lambda lib, df: df[df["x"] > 2],
    "sort": lambda lib, df: df.sort_values("x"),
    "sort_head": lambda lib, df: df.sort_values("x").head(2),
    "sort_slice": lambda lib, df: df.sort_values("x")[1:3],
    "sort_filter": lambda lib, df: df.sort_values("x")[df["x"] > 2],
    "new_column": lambda lib, df: df[df["x"] > 2].assign(z=lambda d: d["x"] * 2),
    "renamed": lambda lib, df: df[df["x"] > 2].rename(columns={"x": "z"}),
    "back_in_order": lambda lib, df: df.sort_values("x").sort_index(),
    "by_labels": lambda lib, df: df.sort_values("x").loc[[2, 0]],
    "label_to_label": lambda lib, df: df.sort_values("x").loc[4:0],
    "one_cell": lambda lib, df: df.sort_values("x").loc[0, "x"],
    "reset": lambda lib, df: df.sort_values("x").reset_index(),
    "numbers_reset": lambda lib, df: df.reset_index().rename(columns={"index": "id"}),
    "reset_drop": lambda lib, df: df.sort_values("x").reset_index(drop=True),
    "places": lambda lib, df: df.iloc[[2, 1, 2]],
    "tail": lambda lib, df: df.tail(2),
    "distinct": lambda lib, df: df.drop_duplicates("k", keep="last"),
    "distinct_alone": lambda lib, df: df.drop_duplicates(["k", "j"], keep=False),
    "dropna": lambda lib, df: df.dropna(),
    "drop": lambda lib, df: df.sort_values("x").drop([2, 4]),
    "nlargest": lambda lib, df: df.nlargest(3, "x"),
    "nsmallest_last": lambda lib, df: df.nsmallest(2, "j", keep="last"),
    "nlargest_all": lambda lib, df: df.nlargest(2, "j", keep="all"),
    "sample_back": lambda lib, df: df.sample(6, random_state=1).sort_index(),
    "group_head": lambda lib, df: df.groupby("k").head(1),
    "group_filter": lambda lib, df: df.groupby("k").filter(lambda g: len(g) > 1),
    "group_labels": lambda lib, df: {k: list(v) for k, v in df.sort_values("x").groupby("k").groups.items()},
    "group_apply": lambda lib, df: df.sort_values("x").groupby("k").apply(lambda g: g.head(1)),
    "group_idxmax": lambda lib, df: df[df["x"] < 6].groupby("k")["x"].idxmax(),
    "idxmax": lambda lib, df: df[df["x"] < 6]["x"].idxmax(),
    "idxmin_all": lambda lib, df: df[df["x"] > 2][["x", "y"]].idxmin(),
    "series": lambda lib, df: df.sort_values("x")["y"],
    "series_filter": lambda lib, df: df["x"][df["x"] > 2],
    "series_sort": lambda lib, df: df["x"].sort_values(ascending=False),
    "series_nlargest": lambda lib, df: df["x"].nlargest(2),
    "series_dict": lambda lib, df: df["x"][df["x"] > 2].to_dict(),
    "dict": lambda lib, df: df[df["x"] > 4].to_dict(),
    "concat": lambda lib, df: lib.concat([df.head(2), df.tail(2), df]),
    "concat_chosen": lambda lib, df: lib.concat([df[df["x"] > 2], df.sort_values("x")]).loc[0],
    "concat_anew": lambda lib, df: lib.concat([df, df], ignore_index=True),
    "concat_series": lambda lib, df: lib.concat([df["x"].head(1), df["x"].tail(1)]),
    "concat_keys": lambda lib, df: lib.concat([df.sort_values("x"), df], keys=["p", "q"]).loc["p"],
    "side_by_side": lambda lib, df: lib.concat([df["x"][df["x"] > 2], df["k"]], axis=1),
    "explode": lambda lib, df: df.assign(l=[[1, 2], [], [3], [4], [5], [6, 7]]).explode("l")["x"],
    "melt": lambda lib, df: df.sort_values("x")[["x", "y"]].melt(ignore_index=False),
    "stack": lambda lib, df: df.sort_values("x")[["x", "j"]].stack(),
    "pivot_without_index": lambda lib, df: df.sort_values("x").pivot(columns="k", values="x"),
    "append_level": lambda lib, df: df[df["x"] > 2].set_index("k", append=True)["x"],
    "reindex": lambda lib, df: df.sort_values("x")["x"].reindex([0, 9, 2]),
    "rename_rows": lambda lib, df: df[df["x"] > 2].rename(index={0: 100}),
    "index_list": lambda lib, df: df.sort_values("x").index.tolist(),
    "index_isin": lambda lib, df: df.sort_values("x")[df.sort_values("x").index.isin([1, 2])],
    "index_filter": lambda lib, df: df.loc[df[df["x"] > 2].index],
    "rows": lambda lib, df: [label for label, _ in df.sort_values("x").iterrows()],
    "tuples": lambda lib, df: [row.Index for row in df.sort_values("x").itertuples()],
    "row_name": lambda lib, df: df.sort_values("x").iloc[0].name,
    "shifted": lambda lib, df: df.sort_values("x")[["x"]].shift(),
    "rolled": lambda lib, df: df.sort_values("x")["x"].rolling(2).sum(),
    "counted": lambda lib, df: df.sort_values("x").groupby("k").cumcount(),
    "applied": lambda lib, df: df.sort_values("x")[["x", "j"]].apply(lambda row: row["x"] + row["j"], axis=1),
    "pickled": lambda lib, df: pickle.loads(pickle.dumps(df.sort_values("x"))),
    "appended_row": lambda lib, df: [df.loc.__setitem__(6, ["z", 1, 2, 3.0]), df][1],
    "merge_right_labels": lambda lib, df: (
        df.groupby("k")[["x"]].sum().merge(df[["k", "y"]], left_index=True, right_on="k")
    ),
    "join_on": lambda lib, df: df.join(df.groupby("k")["x"].sum().rename("all"), on="k", how="inner"),
    "merge_sorted": lambda lib, df: df.merge(df.groupby("k")["x"].sum().rename("all"), on="k", sort=True),
}

MATCHED = {
    "add_chosen": lambda lib, df: df["x"] + df["x"][df["x"] > 2],
    "add_ordered": lambda lib, df: df["x"][df["x"] > 2] + df.sort_values("x")["j"],
    "add_frames": lambda lib, df: df[["x", "y"]] + df[df["x"] > 2][["x", "y"]],
    "add_fill": lambda lib, df: df["x"].add(df["x"][df["x"] > 2], fill_value=0),
    "assign_chosen": lambda lib, df: df.assign(z=df[df["x"] > 2]["x"]),
    "assign_ordered": lambda lib, df: df.assign(z=df.sort_values("x")["x"].head(3)),
    "assign_after_reset": lambda lib, df: df.sort_values("x").reset_index(drop=True).assign(z=df["x"]),
    "assign_running": lambda lib, df: df[df["x"] > 2].assign(z=df["x"].cumsum()),
    "filter_ordered": lambda lib, df: df[df.sort_values("x")["x"] > 2],
    "where_chosen": lambda lib, df: df["x"].where(df["j"][df["x"] > 2] > 1),
    "where_frame": lambda lib, df: df.sort_values("x")[["x", "j"]].where(df["x"] > 2),
    "fillna_chosen": lambda lib, df: df["y"].fillna(df["x"][df["x"] < 4]),
    "cells": lambda lib, df: [df.loc.__setitem__((df[df["x"] > 4].index, "x"), 0), df["x"].to_list()][1],
    "combine": lambda lib, df: df[df["x"] > 2][["x"]].combine_first(df[["x"]]),
}


@pytest.mark.parametrize("name", KEPT)
def test_kept(name):
    check(KEPT[name])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MATCHED)
def test_matched(name):
    check(MATCHED[name])


@pytest.mark.parametrize("name", KEPT)
def test_kept_of_rows_that_were_computed_before(name):
    """Labels that are found after the rows are those of the rows."""

    def script(lib, df):
        if lib is pd:
            return KEPT[name](lib, df)
        made = KEPT[name](lib, df)
        if isinstance(made, (hs.DataFrame, hs.Series)):
            assert len(made) >= 0
            made.to_list() if isinstance(made, hs.Series) else made.to_dict("list")
        return made

    check(script)


def test_labels_that_nobody_looks_at_are_in_no_query():
    df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
    for made in (df[df["x"] > 1], df.sort_values("x"), df[df["x"] > 1].groupby("k").sum(), hs.concat([df, df])):
        assert "row_number" not in made.explain()
    chosen = df[df["x"] > 1]
    assert chosen.index.to_list() == [1, 2]
    assert chosen.columns == ["k", "x"] and chosen.to_arrow().column_names == ["k", "x"]


def test_rows_are_computed_once_with_their_labels():
    df = hs.DataFrame({"x": [1, 2, 3]})
    chosen = df[df["x"] > 1]
    repr(chosen)
    assert chosen._plan.query.select([]).names() == [] and len(chosen) == 2
    assert "Filter" not in chosen.explain()


def test_thousands_of_steps():
    df = hs.DataFrame({"x": list(range(10))}).sort_values("x", ascending=False)
    for _ in range(1500):
        df = df[df["x"] >= 0].compute()
    assert df.index.to_list() == list(range(9, -1, -1))


def test_files_have_no_numbers_of_rows_unless_asked(tmp_path):
    df = hs.DataFrame({"x": [3, 1, 2]})
    for chosen in (df.sort_values("x"), df.sort_values("x").loc[[1, 2, 0]], df.sort_values("x").sort_index()):
        assert chosen.to_csv().splitlines()[0] == "x" and chosen.to_arrow().column_names == ["x"]
        chosen.to_parquet(tmp_path / "x.parquet")
        assert hs.read_parquet(tmp_path / "x.parquet").index_names == []
    assert df.sort_values("x").to_csv(index=True).splitlines()[1:] == ["1,1", "2,2", "0,3"]
    assert df.sort_values("x").loc[[0]].to_csv(index=True).splitlines()[1:] == ["0,3"]


LISTS = {
    "dates": lambda lib, d: d.assign(t=lib.date_range("2024-01-01", periods=3)),
    "texts": lambda lib, d: d.assign(t=lib.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"])),
    "series_of_dates": lambda lib, d: d.assign(t=lib.Series(lib.date_range("2024-01-01", periods=3))),
    "sort_by_array": lambda lib, d: d.sort_values("s", key=lambda s: s.str.len().to_numpy()),
    "sort_labels_by_array": lambda lib, d: d.set_index("s").sort_index(key=lambda s: s.str.len().to_numpy()),
    "sort_series_by_array": lambda lib, d: d["s"].sort_values(key=lambda s: s.str.len().to_numpy()),
    "drop_level": lambda lib, d: d.set_index("s", append=True)["x"].drop("a", level="s"),
    "append_series": lambda lib, d: d.set_index(d["x"] * 2, append=True),
    "normalized": lambda lib, d: d.set_axis(
        lib.to_datetime(["2024-01-01 05:00", "2024-01-02 05:00", "2024-01-04 05:00"])
    )[["x"]].asfreq("D", normalize=True),
}


@pytest.mark.parametrize("name", LISTS)
def test_values_without_labels_stand_in_order(name):
    """What pandas has as an index or an array has no labels of its own."""

    def script(lib, _):
        return LISTS[name](lib, lib.DataFrame({"s": ["bb", "a", "ccc"], "x": [1, 2, 3]}, index=[2, 3, 3]))

    check(script)


def test_keys_of_sorts_have_a_value_for_each_row():
    with pytest.raises(ValueError, match="2 values for 3 rows"):
        hs.DataFrame({"x": [3, 1, 2]}).sort_values("x", key=lambda s: [1, 2])
    with pytest.raises(ValueError, match="2 values for 3 rows"):
        hs.DataFrame({"x": [3, 1, 2]}).assign(t=hs.date_range("2024-01-01", periods=2))


def test_rows_of_large_files_have_no_labels_before_they_are_read(tmp_path, monkeypatch):
    """Nobody counts the rows of files that may not fit into memory for the sake of labels."""
    from hypostyle import _file_options

    hs.DataFrame({"x": [3, 1, 2], "y": [1, 2, 3]}).to_parquet(tmp_path / "x.parquet")
    small = hs.read_parquet(tmp_path / "x.parquet")
    assert small[small["x"] > 1].index.to_list() == [0, 2]
    monkeypatch.setattr(_file_options, "LARGE", 10)
    large = hs.read_parquet(tmp_path / "x.parquet")
    chosen = large[large["x"] > 1]
    assert large.index.to_list() == [0, 1, 2] and large.loc[1, "x"] == 1
    for made in (chosen, chosen.sort_values("x"), chosen.reset_index(drop=True).sort_values("x")):
        assert "row_number" not in made.explain() and list(made.to_pandas().index) == [0, 1]
    assert "3" in repr(chosen) and chosen.assign(z=large["y"] * 2)["z"].to_list() == [2, 6]
    for refused in (
        lambda: chosen.loc[0],
        lambda: chosen.drop([0]),
        lambda: list(chosen.index),
        lambda: chosen.reindex([0]),
        lambda: large.join(chosen, rsuffix="_r"),
        lambda: hs.DataFrame({"x": [1, 2]}) + chosen,
    ):
        with pytest.raises(NotImplementedError, match="compute"):
            refused()
    read = large.compute()
    assert read[read["x"] > 1].index.to_list() == [0, 2]
