"""Columns of arrays (lists of one width) against NumPy, pyarrow, Polars and DuckDB, in and out."""

from __future__ import annotations

import datetime

import duckdb
import hypostyle as hs
import narwhals as nw
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

VECTORS = [[1.0, 2.0, 3.0], None, [4.0, 5.0, None], [1.0, 2.0, 3.0]]


def arrow() -> pa.Table:
    return pa.table({"k": [1, 2, 1, 2], "e": pa.array(VECTORS, pa.list_(pa.float32(), 3))})


def test_arrow_keeps_the_width():
    df = hs.from_arrow(arrow())
    assert df["e"].dtype == "array[float32, 3]" == hs.Array("float32", 3)
    assert pa.table(df).schema.field("e").type == pa.list_(pa.float32(), 3)
    assert pa.table(df).column("e").to_pylist() == VECTORS
    assert df["e"].to_list() == VECTORS
    assert df.head(0)["e"].to_list() == [] and df.head(0)["e"].dtype == "array[float32, 3]"
    nested = pa.table({"x": pa.array([[["a", None], None], None], pa.list_(pa.list_(pa.string(), 2), 2))})
    assert hs.from_arrow(nested)["x"].dtype == "array[array[string, 2], 2]"
    assert pa.table(hs.from_arrow(nested)).column("x").to_pylist() == [[["a", None], None], None]
    sliced = hs.from_arrow(arrow().slice(1, 2))
    assert sliced["e"].to_list() == VECTORS[1:3] and sliced["e"].list.sum().to_list() == [None, 9.0]


def test_polars_and_duckdb_go_in_and_out():
    theirs = pl.DataFrame({"e": pl.Series(VECTORS, dtype=pl.Array(pl.Float32, 3))})
    df = hs.from_arrow(theirs)
    assert df["e"].dtype == "array[float32, 3]"
    assert df.to_polars().equals(theirs) and df.to_polars().schema["e"] == pl.Array(pl.Float32, 3)
    assert df["e"].list.get(1).to_list() == theirs["e"].arr.get(1).to_list()
    assert (
        df["e"].list.sort(descending=True).to_list() == theirs["e"].arr.sort(descending=True, nulls_last=True).to_list()
    )
    assert df["e"].list.max().to_list() == theirs["e"].arr.max().to_list()
    assert df["e"].list.contains(2.0).to_list() == theirs["e"].arr.contains(2.0).to_list()
    assert df.explode("e")["e"].to_list() == theirs.explode("e")["e"].to_list()
    ours = hs.from_arrow(duckdb.sql("select [1, 2]::int[2] as x union all select null order by 1").to_arrow_table())
    assert ours["x"].dtype == "array[int32, 2]" and ours["x"].to_list() == [[1, 2], None]
    back = pa.table(ours)  # noqa: F841
    assert duckdb.sql("select typeof(x), x from back").fetchall() == [("INTEGER[2]", (1, 2)), ("INTEGER[2]", None)]


def test_groups_joins_and_sorts_are_polars():
    df, theirs = hs.from_arrow(arrow()), pl.DataFrame(arrow())
    groups = df.groupby("e", dropna=False, sort=False)["k"].sum()
    expected = theirs.group_by("e", maintain_order=True).agg(pl.col("k").sum())
    assert groups.to_list() == expected["k"].to_list()
    assert (
        df.drop_duplicates("e")["k"].to_list() == theirs.unique("e", keep="first", maintain_order=True)["k"].to_list()
    )
    found = df.merge(df.dropna(), on="e")
    assert sorted(zip(found["k_x"].to_list(), found["k_y"].to_list(), strict=True)) == sorted(
        theirs.join(theirs.drop_nulls(), on="e").select("k", "k_right").rows()
    )
    assert df.sort_values("e")["e"].to_list() == [VECTORS[0], VECTORS[3], VECTORS[2], None]
    assert df["e"].shift(1).to_list() == theirs["e"].shift(1).to_list()
    assert df["e"].shift(1).dtype == "array[float32, 3]"
    same = df.assign(same=hs.col("e") == hs.lit([1.0, 2.0, 3.0]))["same"]
    assert same.to_list() == [True, None, False, True]


def test_files_of_pyarrow_and_polars(tmp_path):
    path = tmp_path / "x.parquet"
    pyarrow.parquet.write_table(arrow(), path)
    df = hs.read_parquet(path)
    assert df["e"].dtype == "array[float32, 3]" and df["e"].to_list() == VECTORS
    df.to_parquet(path)
    assert pyarrow.parquet.read_table(path).equals(arrow())
    assert pl.read_parquet(path)["e"].to_list() == VECTORS
    own = tmp_path / "x.arrow"
    pl.DataFrame(arrow()).write_ipc(own)
    assert hs.read_ipc(own)["e"].dtype == "array[float32, 3]"
    hs.read_ipc(own).to_feather(own)
    assert pl.read_ipc(own).equals(pl.DataFrame(arrow()))


def test_matrices_of_numpy_are_columns():
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    df = hs.DataFrame({"k": [1, 2, 3], "x": matrix})
    assert df["x"].dtype == "array[float32, 2]"
    assert df["x"].to_numpy().dtype == np.float32 and (df["x"].to_numpy() == matrix).all()
    assert (df[df["k"] > 1]["x"].to_numpy() == matrix[1:]).all()
    df["y"] = matrix[:, ::-1]
    assert df["y"].to_list() == [[1, 0], [3, 2], [5, 4]]
    cube = np.arange(24).reshape(2, 3, 4)
    assert hs.Series(cube).dtype == "array[array[int64, 4], 3]" and (hs.Series(cube).to_numpy() == cube).all()
    for odd in (
        np.array([[True, False]]),
        np.array([["a", "b"], ["c", "d"]]),
        np.array([["2024-01-01", "2024-01-02"]], "M8[s]"),
        np.empty((0, 3)),
        np.empty((3, 0)),
        np.asfortranarray(matrix),
    ):
        back = hs.Series(odd)
        assert len(back) == len(odd) and back.to_list() == odd.tolist()
        if odd.dtype.kind != "U":
            assert back.to_numpy().shape == odd.shape and (back.to_numpy() == odd).all()


def test_arrays_to_numpy_are_shared_where_they_can_be():
    plain = hs.from_arrow(pa.table({"x": pa.array([[1, 2], [3, 4]], pa.list_(pa.int64(), 2))}))["x"]
    first, second = plain.to_numpy(), plain.to_numpy()
    assert first.base is not None and np.shares_memory(first, second) and not first.flags.writeable
    gaps = hs.from_arrow(pa.table({"x": pa.array([[1, None], None], pa.list_(pa.int64(), 2))}))["x"]
    assert np.array_equal(gaps.to_numpy(), [[1, np.nan], [np.nan, np.nan]], equal_nan=True)
    texts = hs.Series([["a", "b"], None]).astype(hs.Array(str, 2))
    assert texts.to_numpy().tolist() == [["a", "b"], None]
    days = hs.Series([[datetime.date(2024, 1, 2)]]).astype(hs.Array("date", 1))
    assert days.to_numpy().tolist() == [[datetime.date(2024, 1, 2)]]
    many = hs.concat([plain.to_frame(), plain.to_frame()])["x"]
    assert many.to_numpy().tolist() == [[1, 2], [3, 4], [1, 2], [3, 4]]
    assert [list(row) for row in plain.to_pandas()] == [[1, 2], [3, 4]]


def test_pandas_holds_rows_as_arrays_of_numpy():
    days = np.array(["2024-01-01", "NaT"], "M8[ns]")
    cells = [np.array([1.5, 2.5], "float32"), None, np.array([]), np.arange(2)]
    assert hs.Series(cells).to_list() == [[1.5, 2.5], None, [], [0.0, 1.0]]
    assert hs.Series([np.eye(2), np.ones((1, 2))]).to_list() == [[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]]
    assert hs.Series([days]).astype("list[timestamp[us]]").to_list() == [[datetime.datetime(2024, 1, 1), None]]
    for column in (hs.DataFrame({"x": np.eye(2)}), hs.DataFrame({"x": [[1.0, 2.0], [3.0]]})):
        assert hs.from_pandas(column.to_pandas())["x"].to_list() == column["x"].to_list()


def test_casts_check_the_length():
    lists = hs.Series([[1, 2], None, [3]])
    with pytest.raises(hs.HypostyleError, match=r"a list of 1 elements is no array\[int64, 2\].*row 2"):
        lists.astype(hs.Array(int, 2)).to_list()
    assert lists.head(2).astype(hs.Array("float32", 2)).to_list() == [[1.0, 2.0], None]
    assert lists.head(2).astype(hs.Array(int, 2)).astype(hs.List(int)).dtype == "list[int64]"
    with pytest.raises(hs.HypostyleError, match=r"no conversion from array\[int64, 2\] to array\[int64, 3\]"):
        lists.head(2).astype(hs.Array(int, 2)).astype(hs.Array(int, 3))
    with pytest.raises(hs.HypostyleError, match="whole number"):
        hs.Array(int, -1)


def test_types_are_told_in_every_way():
    for theirs in (pa.list_(pa.float32(), 3), pl.Array(pl.Float32, 3)):
        assert hs.Array("float32", 3) == theirs
    for theirs in (pa.list_(pa.int64()), pa.large_list(pa.int64()), pl.List(pl.Int64)):
        assert hs.List(int) == theirs
    assert hs.Array(hs.Array(bool, 2), 3) == pl.Array(pl.Boolean, (3, 2))
    assert hs.Series([1.5]).astype(pa.float32()).dtype == "float32"
    frame = nw.from_native(hs.from_arrow(arrow()))
    assert frame.schema["e"] == nw.Array(nw.Float32, 3)
    cast = frame.with_columns(nw.col("e").cast(nw.Array(nw.Float64, 3)))
    assert nw.to_native(cast)["e"].dtype == "array[float64, 3]"
    assert nw.from_native(hs.DataFrame({"x": np.zeros((1, 2, 3))})).schema.dtypes()[0] == nw.Array(nw.Float64, (2, 3))


def test_printed_arrays():
    column = hs.from_arrow(arrow())["e"]
    assert "array[float32, 3]" in str(column) and "[4.0, 5.0, <NA>]" in str(column)
    wide = hs.DataFrame({"x": np.zeros((1, 2000))})
    assert len(str(wide)) < 300 and len(wide._repr_html_()) < 2000
