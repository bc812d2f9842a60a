"""Columns whose labels are no text, and the names of their levels, as pandas has them."""

from __future__ import annotations

import datetime as dt
import io
import pickle
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_index_equal, assert_series_equal

VERBS: dict[str, Callable[[Any], Any]] = {
    # One column, several, and what is there.
    "one": lambda df: df[1],
    "one_of_numpy": lambda df: df[np.int64(2)],
    "one_of_float": lambda df: df[2.0],
    "one_name": lambda df: df[1].name,
    "several": lambda df: df[[3, 0]],
    "array": lambda df: df[np.array([1, 2])],
    "axis": lambda df: df[df.columns[1:3]],
    "mask_of_labels": lambda df: (
        df.loc[:, df.columns > 1] if isinstance(df, pd.DataFrame) else df.loc[:, [c > 1 for c in df]]
    ),
    "iteration": lambda df: list(df),
    "columns": lambda df: list(df.columns),
    "columns_equal": lambda df: (df.columns == 1).tolist(),
    "columns_isin": lambda df: df.columns.isin([1, 3]).tolist(),
    "columns_loc": lambda df: df.columns.get_loc(2),
    "columns_map": lambda df: list(df.columns.map(lambda one: one * 2)),
    "columns_text": lambda df: list(df.columns.astype(str)),
    "contains": lambda df: [0 in df, 4 in df, "0" in df, 1.0 in df],
    "keys": lambda df: list(df.keys()),
    "items": lambda df: [(label, column.name, column.tolist()) for label, column in df.items()],
    "get": lambda df: [df.get(1).tolist(), df.get(9), df.get("1")],
    "loc_column": lambda df: df.loc[:, 1],
    "loc_columns": lambda df: df.loc[:, [0, 2]],
    "loc_slice": lambda df: df.loc[:, 1:2],
    "loc_cell": lambda df: df.loc[1, 2],
    "loc_row": lambda df: df.loc[1].tolist(),
    "loc_mask": lambda df: df.loc[df[0] > 1, [1, 2]],
    "at": lambda df: df.at[2, 1],
    "iloc": lambda df: df.iloc[1:, [0, 2]],
    "iloc_row": lambda df: [df.iloc[1][0], df.iloc[1][3]],
    "mask": lambda df: df[df[0] > 1],
    "filter_items": lambda df: df.filter(items=[0, 3, 7]),
    "filter_like": lambda df: df.filter(like="1"),
    "filter_regex": lambda df: df.filter(regex="[01]"),
    "take": lambda df: df.take([2, 0], axis=1),
    "pop": lambda df: [df.pop(1).tolist(), list(df)],
    "select_dtypes": lambda df: df.select_dtypes("number"),
    "dtypes": lambda df: {label: one == "int64" for label, one in dict(df.dtypes).items()},
    "xs": lambda df: df.xs(2, axis=1),
    "row_labels": lambda df: [list(row.index) for _, row in df.iterrows()],
    "rows": lambda df: [row[2] for _, row in df.iterrows()],
    "tuples": lambda df: [tuple(row) for row in df.itertuples()],
    # Set, added, renamed, left out.
    "set": lambda df: changed(df, lambda d: d.__setitem__(1, 5)),
    "set_new": lambda df: changed(df, lambda d: d.__setitem__(7, d[0] + d[1])),
    "set_text": lambda df: changed(df, lambda d: d.__setitem__("1", 5)),
    "set_several": lambda df: changed(df, lambda d: d.__setitem__([0, 8], 1)),
    "set_mask": lambda df: changed(df, lambda d: d.loc.__setitem__((d[0] > 1, 1), 0)),
    "set_cell": lambda df: changed(df, lambda d: d.loc.__setitem__((0, 2), 9)),
    "set_row": lambda df: changed(df, lambda d: d.loc.__setitem__(len(d), [1, 2, 3, "z"])),
    "delete": lambda df: changed(df, lambda d: d.__delitem__(1)),
    "insert": lambda df: changed(df, lambda d: d.insert(1, 9, 1)),
    "assign": lambda df: df.assign(x=df[0], y=lambda d: d[1] * 2),
    "rename": lambda df: df.rename(columns={0: "a", 2: 20, 9: "?"}),
    "rename_text": lambda df: df.rename(columns={"0": "a"}),
    "rename_function": lambda df: df.rename(columns=lambda label: label + 1),
    "rename_str": lambda df: df.rename(columns=str),
    "rename_axis1": lambda df: df.rename({1: "b"}, axis=1),
    "columns_set": lambda df: changed(df, lambda d: setattr(d, "columns", [10, "x", 2.5, True])),
    "set_axis": lambda df: df.set_axis([3, 2, 1, 0], axis=1),
    "drop": lambda df: df.drop(columns=[1]),
    "drop_one": lambda df: df.drop(columns=1),
    "drop_axis": lambda df: df.drop([0, 2], axis=1),
    "reindex": lambda df: df.reindex(columns=[2, 0, 5]),
    "reindex_axis": lambda df: df.reindex([1, 0], axis=1),
    "add_prefix": lambda df: df.add_prefix("c"),
    "add_suffix": lambda df: df.add_suffix("_c"),
    "astype": lambda df: df.astype({0: float, 1: "int32"}),
    "fillna": lambda df: df.fillna({2: 1}),
    "fillna_series": lambda df: df.fillna(df[[0, 1, 2]].mean()),
    "replace": lambda df: df.replace({0: {1: 100}, 3: {"a": "z"}}),
    "replace_values": lambda df: df[[0, 1]].replace({1: 100}),
    "round": lambda df: (df[[0, 2]] / 3).round({2: 1}),
    "isin": lambda df: df.isin({0: [1], 3: ["a"]}),
    "isin_values": lambda df: df.isin([1, 2, 3]),
    "clip_turned": lambda df: df[[0, 1]].clip(4, 1),
    "clip": lambda df: df[[0, 1]].clip(1, 4),
    # Rows chosen and ordered by labels.
    "sort_values": lambda df: df.sort_values(1),
    "sort_by": lambda df: df.sort_values(by=[3, 0], ascending=[True, False]),
    "sort_index_1": lambda df: df.sort_index(axis=1, ascending=False),
    "nlargest": lambda df: df.nlargest(2, 0),
    "dropna": lambda df: df.dropna(subset=[2]),
    "dropna_1": lambda df: df.dropna(axis=1),
    "drop_duplicates": lambda df: df.drop_duplicates(3),
    "duplicated": lambda df: df.duplicated([3]),
    "value_counts": lambda df: df.value_counts(3),
    "series_counts": lambda df: df[3].value_counts(),
    "head": lambda df: df.head(2),
    "where": lambda df: df[[0, 1]].where(df[0] > 1),
    "explode": lambda df: df.assign(l=[[1, 2], [3], [4], [5]]).explode("l"),
    # Groups.
    "groupby": lambda df: df.groupby(3).sum(),
    "groupby_list": lambda df: df.groupby([3, 0]).sum(),
    "groupby_column": lambda df: df.groupby(3)[1].sum(),
    "groupby_columns": lambda df: df.groupby(3)[[0, 1]].mean(),
    "groupby_agg": lambda df: df.groupby(3).agg({0: "sum", 1: "max"}),
    "groupby_agg_lists": lambda df: df.groupby(3).agg({0: ["sum", "max"]}),
    "groupby_named": lambda df: df.groupby(3).agg(total=(0, "sum")),
    "groupby_columns_of_keys": lambda df: df.groupby(3, as_index=False).sum(),
    "groupby_size": lambda df: df.groupby(3).size(),
    "groupby_transform": lambda df: df.groupby(3)[[0, 1]].transform("sum"),
    "groupby_head": lambda df: df.groupby(3).head(1),
    "groupby_cumsum": lambda df: df.groupby(3)[0].cumsum(),
    "groupby_apply": lambda df: df.groupby(3)[[0, 1]].apply(lambda g: g[0].sum()),
    "groupby_describe": lambda df: df.groupby(3)[[0]].describe(),
    # The index.
    "set_index": lambda df: df.set_index(3),
    "set_index_list": lambda df: df.set_index([3, 0]),
    "set_index_name": lambda df: [df.set_index(3).index.name, list(df.set_index([3, 0]).index.names)],
    "reset_index": lambda df: df.set_index(3).reset_index(),
    "reset_numbers": lambda df: df.reset_index(),
    "sort_level": lambda df: df.set_index([3, 0]).sort_index(level=0),
    # Summaries.
    "sum": lambda df: df[[0, 1, 2]].sum(),
    "mean_row": lambda df: df[[0, 1]].mean(axis=1),
    "describe": lambda df: df[[0, 1]].describe(),
    "agg": lambda df: df.agg({0: "sum", 1: "max"}),
    "agg_lists": lambda df: df[[0, 1]].agg(["sum", "max"]),
    "agg_dict_lists": lambda df: df.agg({0: ["sum"], 1: ["max"]}),
    "count": lambda df: df.count(),
    "nunique": lambda df: df.nunique(),
    "isna_sum": lambda df: df.isna().sum(),
    "corr": lambda df: df[[0, 1]].corr(),
    "idxmax": lambda df: df[[0, 1]].idxmax(),
    "idxmax_row": lambda df: df[[0, 1]].idxmax(axis=1),
    "quantile": lambda df: df[[0, 1]].quantile([0.25, 0.5]),
    "mode": lambda df: df[[0, 1]].mode(),
    "apply": lambda df: df[[0, 1]].apply(lambda c: c.max() - c.min()),
    "apply_rows": lambda df: df.apply(lambda row: row[0] + row[1], axis=1),
    "apply_expand": lambda df: df.apply(lambda row: [row[0], row[1]], axis=1, result_type="expand"),
    "transform": lambda df: df[[0, 1]].transform(lambda c: c - c.min()),
    "cumsum": lambda df: df[[0, 1]].cumsum(),
    "diff": lambda df: df[[0, 1]].diff(),
    "rolling": lambda df: df[[0, 1]].rolling(2).sum(),
    # Arithmetic.
    "times": lambda df: df[[0, 1]] * 2,
    "plus_frame": lambda df: df[[0, 1]] + df[[0, 1]],
    "minus_means": lambda df: df[[0, 1]] - df[[0, 1]].mean(),
    "compared": lambda df: df[[0, 1]] == df[[0, 1]],
    "sqrt": lambda df: np.sqrt(df[[0, 1]]),
    "equals": lambda df: [df.equals(df.copy()), df.equals(df.rename(columns=str))],
    # Tables turned.
    "melt": lambda df: df.melt(id_vars=[3]),
    "melt_two": lambda df: df.melt(3, [0, 1], var_name="which"),
    "stack": lambda df: df[[0, 1]].stack(),
    "turned": lambda df: df[[0, 1]].T,
    "turned_twice": lambda df: df[[0, 1]].T.T,
    "turned_labels": lambda df: df.head(2).set_index(3)[[0, 1]].T,
    "pivot": lambda df: df.pivot(index=1, columns=0, values=2),
    "pivot_table": lambda df: df.pivot_table(values=0, index=3, columns=1, aggfunc="sum"),
    "pivot_table_places": lambda df: df.pivot_table(0, 3, 1),
    "pivot_table_rows": lambda df: df.pivot_table(index=3, values=[0, 1], aggfunc="max"),
    "unstack": lambda df: df.groupby([3, 0])[1].sum().unstack(),
    "unstack_two": lambda df: df.groupby([3, 0])[[1, 2]].sum().unstack(),
    # Beside each other and below each other.
    "merge": lambda df: df.merge(df[[3, 1]].drop_duplicates(3), on=3),
    "merge_two": lambda df: df.merge(df.rename(columns={0: "k"}), left_on=0, right_on="k"),
    "merge_right": lambda df: df.rename(columns={0: "k"}).merge(df, left_on="k", right_on=0),
    "join": lambda df: df[[0]].join(df[[1]]),
    "join_suffix": lambda df: df[[0, 1]].join(df[[1]], rsuffix="_r"),
    "update": lambda df: changed(df, lambda d: d.update(d[[0]] * 2)),
    "combine_first": lambda df: df[[0, 2]].combine_first(df[[1, 2]].fillna(7)),
    "to_dict": lambda df: df.to_dict(),
    "to_dict_list": lambda df: df.to_dict("list"),
    "to_dict_records": lambda df: df.to_dict("records"),
    "to_dict_split": lambda df: df.to_dict("split")["columns"],
    "pickled": lambda df: pickle.loads(pickle.dumps(df)),
    "copied": lambda df: df.copy(),
    "squeeze": lambda df: df[[1]].squeeze(axis=1),
    "to_frame": lambda df: df[1].to_frame(),
    "series_reset": lambda df: df[1].reset_index(),
    "series_renamed": lambda df: [df[1].rename(5).name, df[1].rename("x").name, (df[0] + df[1]).name, (df[0] * 2).name],
    "select_several": lambda df: df.loc[df[3].isin(["a"]), 0:1],
    "eq_row": lambda df: df.iloc[0].to_dict(),
    "csv": lambda df: df.to_csv(index=False),
    "csv_read": lambda df: list(pd.read_csv(io.StringIO(df.to_csv(index=False)))),
    "sum_row_label": lambda df: df[[0, 1]].sum().loc[1],
    "sums_as_frame": lambda df: df[[0, 1]].sum().reset_index(),
}

CELLS = {0: [3, 1, 2, 1], 1: [1, 4, 3, 2], 2: [1.0, None, 3.0, 4.0], 3: ["a", "b", "a", "c"]}


def changed(df: Any, change: Callable[[Any], Any]) -> Any:
    made = df.copy()
    change(made)
    return made


def same(found: Any, expected: Any) -> None:
    """The same values, labels of rows and columns, and names of their levels."""
    if isinstance(expected, pd.DataFrame):
        assert isinstance(found, hs.DataFrame), type(found)
        assert_frame_equal(
            floats(found.to_pandas()), floats(expected), check_dtype=False, check_index_type=False, rtol=1e-9
        )
        assert list(found.columns) == list(expected.columns)
        assert all(
            isinstance(one, type(other)) for one, other in zip(expected.columns.tolist(), found.columns, strict=True)
        )
        assert found.columns.names == list(expected.columns.names)
    elif isinstance(expected, pd.Series):
        assert isinstance(found, hs.Series), type(found)
        assert_series_equal(found.to_pandas(), expected, check_dtype=False, check_index_type=False, rtol=1e-9)
    elif isinstance(expected, pd.Index):
        assert_index_equal(pd.Index(list(found)), expected)
    else:
        assert plain(found) == plain(expected)


def plain(value: Any) -> Any:
    """A value as Python's, what is missing as None."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and value != value else value


def floats(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with one kind of numbers, and one of what is missing."""
    parts = []
    for at in range(frame.shape[1]):
        part = frame.iloc[:, at]
        if part.isna().all() or part.dtype.kind in "iuf":
            part = part.astype("float64")
        elif part.dtype.kind in "bO":
            part = part.astype("object").where(part.notna(), None)
        parts.append(part)
    made = pd.concat(parts, axis=1) if parts else frame
    made.columns = frame.columns
    return made


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_numbers(verb: Callable[[Any], Any]) -> None:
    expected = pd.DataFrame(CELLS)
    same(verb(hs.DataFrame(CELLS)), verb(expected))


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_numbers_with_a_name(verb: Callable[[Any], Any]) -> None:
    """The name of the axis is kept where pandas keeps it, or is none; it is never another one."""
    expected = pd.DataFrame(CELLS).rename_axis("axis", axis=1)
    found = hs.from_pandas(expected)
    assert found.columns.name == "axis"
    made, wanted = verb(found), verb(expected)
    if isinstance(wanted, pd.DataFrame):
        assert list(made.columns) == list(wanted.columns)
        lost = (None, "axis") if wanted.columns.name is None and verb is VERBS["filter_items"] else (None,)
        assert all(one in (*lost, other) for one, other in zip(made.columns.names, wanted.columns.names, strict=True))


ROWS = {
    "k": ["a", "b", "a", "b", "a"],
    "n": [2, 10, 10, 2, 1],
    "f": [0.5, 1.5, 0.5, 10.0, 2.0],
    "b": [True, False, True, True, False],
    "t": [dt.datetime(2024, 1, 1), dt.datetime(2024, 3, 1), dt.datetime(2024, 1, 1), dt.datetime(2024, 5, 1)] * 1
    + [dt.datetime(2024, 3, 1)],
    "v": [1, 2, 3, 4, 5],
}

MAKING: dict[str, Callable[[Any, Any], Any]] = {
    "lists": lambda lib, df: lib.DataFrame([[1, 2], [3, 4]]),
    "array": lambda lib, df: lib.DataFrame(np.arange(6.0).reshape(2, 3)),
    "one_list": lambda lib, df: lib.DataFrame([1, 2]),
    "tuples": lambda lib, df: lib.DataFrame([(1, "a"), (2, "b")]),
    "mapping": lambda lib, df: lib.DataFrame({3: [1], 1: [2], "x": [3]}),
    "mapping_chosen": lambda lib, df: lib.DataFrame({3: [1], 1: [2]}, columns=[1, 3]),
    "records": lambda lib, df: lib.DataFrame([{1: "a", 2: "b"}, {2: "c", 1: "d"}]),
    "range": lambda lib, df: lib.DataFrame([[1, 2]], columns=range(5, 7)),
    "no_rows": lambda lib, df: lib.DataFrame(columns=[1, 2]),
    "series": lambda lib, df: lib.DataFrame(lib.Series([1, 2])),
    "from_dict": lambda lib, df: lib.DataFrame.from_dict({"u": [1, 2], "v": [3, 4]}, orient="index"),
    "from_records": lambda lib, df: lib.DataFrame.from_records([(1, 2), (3, 4)]),
    "to_frame": lambda lib, df: lib.Series([1, 2]).to_frame(),
    "to_frame_number": lambda lib, df: lib.Series([1, 2], name=7).to_frame(),
    "reset": lambda lib, df: lib.Series([1, 2], index=["a", "b"]).reset_index(),
    "concat": lambda lib, df: lib.concat([lib.Series([1, 2]), lib.Series([3, 4])], axis=1),
    "concat_keys": lambda lib, df: lib.concat([df["v"], df["n"]], axis=1, keys=[5, 6]),
    "concat_keys_frames": lambda lib, df: lib.concat([df[["v"]], df[["n"]]], axis=1, keys=[5, 6]),
    "concat_anew": lambda lib, df: lib.concat([df[["v"]], df[["n"]]], axis=1, ignore_index=True),
    "concat_unlike": lambda lib, df: lib.concat([lib.DataFrame({1: [1]}), lib.DataFrame({"1": [2]})]),
    "concat_alike": lambda lib, df: lib.concat([lib.DataFrame({1: [1]}), lib.DataFrame({1: [2]})]),
    "split": lambda lib, df: lib.Series(["a-b", "c-d"]).str.split("-", expand=True),
    "partition": lambda lib, df: lib.Series(["a-b", "c-d"]).str.partition("-"),
    "extract": lambda lib, df: lib.Series(["a1", "c2"]).str.extract(r"([a-z])(\d)"),
    "extractall": lambda lib, df: lib.Series(["a1b2", "c2"]).str.extractall(r"([a-z])(\d)"),
    "expand": lambda lib, df: df.apply(lambda row: (row["n"], row["v"]), axis=1, result_type="expand"),
    "dummies": lambda lib, df: lib.get_dummies(df["n"]),
    "dummies_prefix": lambda lib, df: lib.get_dummies(lib.DataFrame({0: ["a", "b"]})),
    "dummies_of_columns": lambda lib, df: lib.get_dummies(df[["n", "v"]], columns=["n"]),
    "pivot": lambda lib, df: df.pivot(index="v", columns="n", values="f"),
    "pivot_values": lambda lib, df: df.pivot(index="v", columns="n", values=["f"]),
    "pivot_rest": lambda lib, df: df[["v", "n", "f", "b"]].pivot(index="v", columns="n"),
    "pivot_floats": lambda lib, df: df.pivot_table("v", "k", "f", "sum"),
    "pivot_bools": lambda lib, df: df.pivot_table("v", "k", "b", "sum"),
    "pivot_times": lambda lib, df: df.pivot_table("v", "k", "t", "sum"),
    "pivot_texts": lambda lib, df: df.pivot_table("v", "n", "k", "sum"),
    "pivot_two": lambda lib, df: df.pivot_table("v", "k", ["n", "b"], "sum"),
    "pivot_functions": lambda lib, df: df.pivot_table("v", "k", "n", ["sum", "max"]),
    "pivot_several": lambda lib, df: df.pivot_table(["v", "f"], "k", "n"),
    "pivot_filled": lambda lib, df: df.pivot_table("v", "k", "n", "sum", fill_value=0),
    "pivot_reset": lambda lib, df: df.pivot_table("v", "k", "n", "sum").reset_index(),
    "pivot_renamed": lambda lib, df: df.pivot_table("v", "k", "n", "sum").rename_axis(columns=None),
    "pivot_added": lambda lib, df: df.pivot_table("v", "k", "n", "sum").add_prefix("n"),
    "pivot_column": lambda lib, df: df.pivot_table("v", "k", "n", "sum")[10],
    "pivot_stacked": lambda lib, df: df.pivot_table("v", "k", "n", "sum").stack().dropna(),
    "pivot_melted": lambda lib, df: df.pivot_table("v", "k", "n", "sum").melt(),
    "pivot_totals": lambda lib, df: df.pivot_table("v", "k", "n", "sum").sum(),
    "pivot_turned": lambda lib, df: df.pivot_table("v", "k", "n", "sum").T,
    "margins": lambda lib, df: df.pivot_table("v", "k", "n", "sum", margins=True),
    "unstack": lambda lib, df: df.groupby(["k", "n"])["v"].sum().unstack(),
    "unstack_size": lambda lib, df: df.groupby(["k", "n"]).size().unstack(fill_value=0),
    "unstack_frame": lambda lib, df: df.groupby(["k", "n"])[["v", "f"]].sum().unstack(),
    "unstack_first": lambda lib, df: df.groupby(["n", "k"])["v"].sum().unstack(0),
    "unstack_stacked": lambda lib, df: df.groupby(["k", "n"])[["v", "f"]].sum().unstack().stack(),
    "unstack_two": lambda lib, df: df.groupby(["k", "n", "b"])["v"].sum().unstack(["n", "b"]),
    "counts": lambda lib, df: df.groupby("k")["n"].value_counts().unstack().sort_index(axis=1),
    "crosstab": lambda lib, df: lib.crosstab(df["k"], df["n"]),
    "crosstab_names": lambda lib, df: lib.crosstab(df["k"], df["b"], rownames=["r"], colnames=["c"]),
    "crosstab_margins": lambda lib, df: lib.crosstab(df["k"], df["n"], margins=True),
    "crosstab_values": lambda lib, df: lib.crosstab(df["k"], df["f"], values=df["v"], aggfunc="sum"),
    "turned": lambda lib, df: df[["n", "v"]].T,
    "turned_numbers": lambda lib, df: df.set_index("v")[["n", "f"]].T,
    "turned_times": lambda lib, df: df.drop_duplicates("t").set_index("t")[["n", "f"]].T,
    "turned_levels": lambda lib, df: df.set_index(["k", "v"])[["n", "f"]].T,
    "turned_name": lambda lib, df: df.set_index("v")[["n", "f"]].T.columns.name,
    "turned_back": lambda lib, df: df.set_index("v")[["n", "f"]].T.T,
    "row": lambda lib, df: df.set_index("v")[["n", "f"]].T.loc["n"],
    "name_set": lambda lib, df: changed(
        df.pivot_table("v", "k", "n", "sum"), lambda d: setattr(d.columns, "name", "m")
    ),
    "name_gone": lambda lib, df: changed(df.pivot_table("v", "k", "n"), lambda d: setattr(d.columns, "name", None)),
    "names": lambda lib, df: list(df.pivot_table(["v", "f"], "k", "n").columns.names),
    "rename_axis_1": lambda lib, df: df[["n", "v"]].rename_axis("c", axis=1),
    "rename_axis_mapping": lambda lib, df: df.pivot_table("v", "k", "n").rename_axis(columns={"n": "m"}),
    "flat": lambda lib, df: changed(df.pivot_table(["v", "f"], "k", "n"), flatten),
    "level_by_name": lambda lib, df: list(df.pivot_table(["v", "f"], "k", "n").columns.get_level_values("n")),
    "dropped_level": lambda lib, df: df.pivot_table(["v"], "k", "n").droplevel(0, axis=1),
    "swapped": lambda lib, df: df.pivot_table(["v", "f"], "k", "n").swaplevel(axis=1).sort_index(axis=1),
    "below": lambda lib, df: df.pivot_table(["v", "f"], "k", "n")["v"],
    "below_cell": lambda lib, df: df.pivot_table(["v", "f"], "k", "n")[("v", 10)],
    "below_steps": lambda lib, df: df.pivot_table(["v", "f"], "k", "n")["v"][10],
    "xs": lambda lib, df: df.pivot_table(["v", "f"], "k", "n").xs(10, axis=1, level=1),
    "xs_name": lambda lib, df: df.pivot_table(["v", "f"], "k", "n").xs(10, axis=1, level="n"),
    "head_of_pivot": lambda lib, df: df.pivot_table("v", "k", "n", "sum").head(1),
    "filled_pivot": lambda lib, df: df.pivot_table("v", "k", "n", "sum").fillna(0) * 2,
    "chosen_pivot": lambda lib, df: df.pivot_table("v", "k", "n", "sum").loc[["b"], [2, 10]],
    "shares": lambda lib, df: (made := lib.crosstab(df["k"], df["n"])).div(made.sum(axis=1), axis=0),
    "sorted_pivot": lambda lib, df: df.pivot_table("v", "k", "n", "sum").sort_values(10, ascending=False),
    "assigned_pivot": lambda lib, df: df.pivot_table("v", "k", "n", "sum").assign(total=lambda d: d.sum(axis=1)),
    "joined_pivot": lambda lib, df: df.pivot_table("v", "k", "n", "sum").merge(df, left_index=True, right_on="k"),
    "wide_row": lambda lib, df: df.pivot_table("v", "k", "n", "sum").iloc[0],
    "biggest": lambda lib, df: df.pivot_table("v", "k", "n", "sum").idxmax(axis=1),
    "flat_names": lambda lib, df: df.pivot_table(["v"], "k", "n").set_axis(["a", "b", "c"], axis=1),
    "axis_below": lambda lib, df: lib.concat([df.pivot_table("v", "k", "n")] * 2),
    "period_of_time": lambda lib, df: list(df.pivot_table("v", "k", "t", "sum").columns),
}


def flatten(made: Any) -> None:
    made.columns = [f"{value}_{number}" for value, number in made.columns]


@pytest.mark.parametrize("script", MAKING.values(), ids=MAKING)
def test_labels_that_verbs_make(script: Callable[[Any, Any], Any]) -> None:
    same(script(hs, hs.DataFrame(ROWS)), script(pd, pd.DataFrame(ROWS)))


LABELS: dict[str, list[Any]] = {
    "whole": [3, 1],
    "negative": [-1, 0],
    "floats": [0.5, 2.0],
    "infinite": [float("inf"), 1.0],
    "bools": [True, False],
    "times": [dt.datetime(2024, 1, 1, 12, 30), dt.datetime(2024, 1, 2)],
    "dates": [dt.date(2024, 1, 1), dt.date(2024, 1, 2)],
    "lengths": [dt.timedelta(hours=1), dt.timedelta(days=2)],
    "number_and_text": [1, "1"],
    "mixed": [1, "x"],
    "zoned": [pd.Timestamp("2024-01-01", tz="Europe/Oslo"), pd.Timestamp("2024-01-02", tz="Europe/Oslo")],
    "periods": [pd.Period("2024-01"), pd.Period("2024-02")],
    "intervals": [pd.Interval(0, 1), pd.Interval(1, 2)],
    "levels": [("a", 1), ("a", 2)],
    "levels_of_numbers": [(1, 0.5), (2, 0.5)],
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_kinds_of_labels(labels: list[Any]) -> None:
    several = isinstance(labels[0], tuple)
    expected = pd.DataFrame([[3, 2], [1, 4]], columns=pd.MultiIndex.from_tuples(labels) if several else labels)
    df = hs.from_pandas(expected)
    one, other = labels
    assert list(df.columns) == labels and [type(label) for label in df] == [type(label) for label in df.columns]
    renamed = df if several else df.rename(columns={one: "z"}).rename(columns={"z": one})
    for found in (df, df.sort_values(one).sort_index(), pickle.loads(pickle.dumps(df)), renamed):
        assert_index_equal(found.to_pandas().columns, expected.columns, exact="equiv")
    assert one in df and "z" not in df
    assert df[one].to_list() == [3, 1] and df[one].name == one
    assert isinstance(one, bool) or df[[other]].columns == [other]
    assert df.drop(columns=[one]).columns == [other]
    assert df.groupby(one)[other].sum().to_list() == [4, 2]
    assert list(df.set_index(one).index.names) == [one]
    assert df.set_index(one).reset_index().columns == labels
    assert df.to_dict("list") == {one: [3, 1], other: [2, 4]}
    texts = df.to_csv(index=False).splitlines()[0]
    assert "\u2063" not in texts and "\u2063" not in repr(df) + df._repr_html_() + "".join(df.to_arrow().column_names)


def test_numbers_and_texts_are_two() -> None:
    df = hs.DataFrame({1: [1, 2], "1": [3, 4]})
    assert df[1].to_list() == [1, 2] and df["1"].to_list() == [3, 4]
    df["1"] = 0
    assert df.to_dict("list") == {1: [1, 2], "1": [0, 0]}
    assert df.merge(hs.DataFrame({1: [2], "y": [9]}), on=1).columns == [1, "1", "y"]
    assert df.to_arrow().column_names == ["1_", "1"]
    with pytest.raises(KeyError, match=r'no column 5; the columns are 1, "1"'):
        df[5]


def test_a_label_occurs_once() -> None:
    made: list[Callable[[], Any]] = [
        lambda: hs.DataFrame([[1, 2]], columns=["a", "a"]),
        lambda: hs.DataFrame(np.ones((1, 2)), columns=[1, 1]),
        lambda: hs.DataFrame([{"a": 1}], columns=["a", "a"]),
        lambda: hs.DataFrame([[1, 2]]).reindex(columns=[0, 0]),
        lambda: hs.DataFrame([[1, 2]]).filter(items=[0, 0]),
        lambda: hs.DataFrame([[1, 2]]).take([0, 0], axis=1),
        lambda: hs.DataFrame([[1, 2]]).rename(columns={0: 1}),
    ]
    for make in made:
        with pytest.raises(ValueError, match=r"two columns are named|twice"):
            make()
    for wrong in ([], {}, hs.col("x"), len):
        with pytest.raises(TypeError, match="can be hashed"):
            hs.DataFrame([[1]]).rename(columns=lambda _, wrong=wrong: wrong)


def test_files(tmp_path: Any) -> None:
    expected = pd.DataFrame([[1, 2.5], [3, None]], index=pd.Index([5, 6], name="k")).rename_axis("axis", axis=1)
    df = hs.from_pandas(expected)
    df.to_parquet(tmp_path / "own.parquet")
    expected.to_parquet(tmp_path / "pandas.parquet")
    for name in ("own", "pandas"):
        path = tmp_path / f"{name}.parquet"
        assert_frame_equal(hs.read_parquet(path).to_pandas(), expected, check_column_type=False)
        assert_frame_equal(pd.read_parquet(path), expected, check_column_type=False)
        assert hs.read_parquet(path, columns=[1]).columns == [1]
    path = tmp_path / "f.csv"
    path.write_text("1,2\n3,4\n")
    same(hs.read_csv(path, header=None), pd.read_csv(path, header=None))
    same(hs.read_csv(path, header=None, usecols=[1]), pd.read_csv(path, header=None, usecols=[1]))
    same(hs.read_csv(path, header=None, index_col=0), pd.read_csv(path, header=None, index_col=0))
    same(hs.read_csv(path, header=None, dtype={0: "float64"}), pd.read_csv(path, header=None, dtype={0: "float64"}))
    same(hs.read_csv(path, header=None, names=["a", "b"]), pd.read_csv(path, header=None, names=["a", "b"]))


def test_expressions() -> None:
    df = hs.DataFrame([[3, 2], [1, 4]])
    assert df.filter(hs.col(0) > 1)[1].to_list() == [2]
    assert df.select(0, twice=hs.col(1) * 2).to_dict("list") == {0: [3, 1], "twice": [4, 8]}
    assert df.sort_values(hs.col(0))[1].to_list() == [4, 2]
    assert repr(df.rename_axis("c", axis=1)).splitlines()[0].split() == ["c", "0", "1"]
