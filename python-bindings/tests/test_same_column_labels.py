"""Columns whose labels are no text, and the names of their levels, as pandas has them."""

from __future__ import annotations

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
        assert [type(one) for one in found.columns] == [type(one) for one in expected.columns.tolist()]
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
        missing = part.isna().all() or (part.dtype.kind in "iuf")
        parts.append(part.astype("float64") if missing else part)
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
