"""Arrow in and out: the values, and that they are not copied."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import polars as pl
import pyarrow as pa
import pytest


def address(array: pa.Array, buffer: int = 1) -> int:
    return array.buffers()[buffer].address


def test_every_type_round_trips(every_type):
    frame = hs.from_arrow(every_type)
    back = pa.table(frame)
    assert back.num_rows == 3
    for name in every_type.column_names:
        assert back[name].to_pylist() == every_type[name].to_pylist(), name


@pytest.mark.parametrize("dtype", ["int64", "float64", "int8", "timestamp[us]", "date32"])
def test_numbers_are_shared_both_ways(dtype):
    numbers = np.arange(100)
    array = pa.array(numbers.astype("int32")).cast(pa.date32()) if dtype == "date32" else pa.array(numbers)
    array = array if dtype == "date32" else array.cast(pa.timestamp("us") if dtype == "timestamp[us]" else dtype)
    frame = hs.from_arrow(pa.table({"x": array}))
    assert frame._plan.query.collect().addresses("x") == [address(array)]
    back = pa.table(frame)["x"].chunk(0)
    assert address(back) == address(array)


def test_selecting_renaming_and_slicing_copy_nothing():
    array = pa.array(np.arange(1000))
    frame = hs.from_arrow(pa.table({"x": array, "y": array}))
    kept = frame[["x"]].rename(columns={"x": "z"})[100:200]
    assert address(pa.table(kept)["z"].chunk(0)) == address(array) + 100 * 8
    assert pa.table(kept)["z"].to_pylist() == list(range(100, 200))


def test_text_is_shared():
    texts = pa.array([f"a text that is longer than twelve bytes {i}" for i in range(100)])
    frame = hs.from_arrow(pa.table({"s": texts}))
    assert frame._plan.query.collect().addresses("s") == [texts.buffers()[2].address]
    views = pa.array(texts.to_pylist(), pa.string_view())
    frame = hs.from_arrow(pa.table({"s": views}))
    back = pa.table(frame)["s"].chunk(0)
    assert back.type == pa.string_view()
    assert [buffer and buffer.address for buffer in back.buffers()] == [b and b.address for b in views.buffers()]


def test_chunks_become_partitions():
    table = pa.table({"x": pa.chunked_array([[1, 2], [3], [4, 5, 6]])})
    frame = hs.from_arrow(table)
    assert frame.npartitions == 3
    assert pa.table(frame)["x"].num_chunks == 3


def test_dictionaries_are_categorical():
    table = pa.table({"s": pa.array(["a", "b", None, "a"]).dictionary_encode()})
    frame = hs.from_arrow(table)
    assert frame.dtypes == {"s": "category"}
    assert frame._plan.query.collect().is_coded("s")
    assert pa.table(frame).schema.field("s").type == pa.dictionary(pa.int32(), pa.string())
    assert frame["s"].to_list() == ["a", "b", None, "a"]
    assert pa.table(frame.astype(str)).schema.field("s").type == pa.string_view()


def test_requested_schema_is_granted():
    frame = hs.DataFrame({"s": ["a", None], "x": [1, 2]})
    wanted = pa.schema([("s", pa.large_string()), ("x", pa.float64())])
    capsule = frame.__arrow_c_stream__(wanted.__arrow_c_schema__())
    table = pa.RecordBatchReader._import_from_c_capsule(capsule).read_all()
    assert table.schema.types == [pa.large_string(), pa.float64()]
    assert table["s"].to_pylist() == ["a", None]


def test_schema_without_running():
    lazy = hs.DataFrame({"x": [1]}).assign(y="a")
    schema = pa.schema(lazy)
    assert schema.names == ["x", "y"] and not lazy._plan.query.is_collected()


def test_other_producers_and_consumers():
    polars = pl.DataFrame({"x": [1, 2, None], "s": ["a", "b", None]})
    frame = hs.from_arrow(polars)
    assert frame.to_dict("list") == {"x": [1, 2, None], "s": ["a", "b", None]}
    assert pl.DataFrame(frame).equals(polars)
    batch = pa.record_batch({"x": [1, 2]})
    assert hs.from_arrow(batch)["x"].to_list() == [1, 2]
    assert hs.DataFrame({"a": pa.array([1, None]), "b": pl.Series([1.5, 2.5])}).to_dict("records") == [
        {"a": 1, "b": 1.5},
        {"a": None, "b": 2.5},
    ]


def test_duckdb_reads_frames():
    import duckdb

    frame = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
    connection = duckdb.connect()
    connection.register("t", pa.table(frame))
    query = "select k, sum(x)::int from t group by k order by k"
    assert connection.sql(query).fetchall() == [("a", 4), ("b", 2)]


def test_memory_outlives_its_producer():
    frame = hs.from_arrow(pa.table({"x": np.arange(100_000)}))
    array = frame["x"].to_numpy()
    del frame
    assert array.sum() == sum(range(100_000))


def test_refusals():
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        hs.from_arrow([1, 2])
    with pytest.raises(NotImplementedError, match=r"Union"):
        union = pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])])
        hs.from_arrow(pa.table({"x": union}))
    with pytest.raises(ValueError, match="two columns are named"):
        hs.from_arrow(pa.table([pa.array([1]), pa.array([2])], names=["x", "x"]))


def test_empty_tables():
    frame = hs.from_arrow(pa.table({"x": pa.array([], pa.int32())}))
    assert frame.shape == (0, 1) and pa.table(frame).schema.types == [pa.int32()]
    assert pa.table(hs.DataFrame()).num_columns == 0


def test_series_are_streams_of_their_values():
    pd = pytest.importorskip("pandas")
    df = hs.DataFrame({"x": [1, 2, None], "s": ["a", None, "b"]}, index=[5, 6, 7])
    for name, values in df.to_dict("list").items():
        assert pl.Series(df[name]).to_list() == values
        assert pa.chunked_array(df[name]).to_pylist() == values
        assert [None if pd.isna(v) else v for v in pd.Series.from_arrow(df[name])] == values
        assert hs.Series(pa.chunked_array(df[name])).to_list() == values
    assert pl.DataFrame({"x": pl.Series(df["x"] * 2)})["x"].to_list() == [2, 4, None]
    assert pa.chunked_array(df["x"], type=pa.float64()).type == pa.float64()


def test_tensors_by_dlpack():
    series = hs.Series([1, 2, 3])
    assert np.from_dlpack(series).tolist() == [1, 2, 3]
    assert np.shares_memory(np.from_dlpack(series), series.to_numpy())
    assert np.from_dlpack(hs.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})).tolist() == [[1.0, 3.0], [2.0, 4.0]]
    with pytest.raises(BufferError):
        np.from_dlpack(hs.Series(["a"]))


def test_types_of_polars_that_arrow_does_not_hand_over():
    empty = pl.DataFrame({"x": [None, None], "y": [1, 2], "z": [[], None]})
    for made in (hs.DataFrame(empty), hs.from_arrow(empty)):
        assert made.to_dict("list") == {"x": [None, None], "y": [1, 2], "z": [[], None]}
    assert hs.Series(pl.Series([None, None])).to_list() == [None, None]
    assert hs.DataFrame({"x": pl.Series([None])})["x"].to_list() == [None]
    # These would be the addresses of objects.
    objects = pl.DataFrame({"o": pl.Series([object()], dtype=pl.Object)})
    for make in (hs.DataFrame, hs.from_arrow, lambda data: hs.Series(data["o"])):
        with pytest.raises(TypeError, match="Object"):
            make(objects)


def test_sparse_columns_of_pandas_are_columns():
    pd = pytest.importorskip("pandas")
    dummies = pd.get_dummies(pd.Series(["a", "b", "a"]), sparse=True)
    assert hs.DataFrame(dummies).to_dict("list") == {"a": [True, False, True], "b": [False, True, False]}
    floats = pd.DataFrame({"x": pd.arrays.SparseArray([0.0, 1.5, np.nan])})
    assert hs.from_pandas(floats)["x"].to_list() == [0.0, 1.5, None]
    assert hs.Series(floats["x"].array).to_list() == [0.0, 1.5, None]
