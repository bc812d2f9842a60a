"""Parquet files as pyarrow writes them in all its ways: every one reads as the table that was written."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path

import hypostyle as hs
import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = 5000


def maybe(make, step):
    """A value per row; none in every `step`-th."""
    return [None if step and row % step == 0 else make(row) for row in range(ROWS)]


def flat(step: int) -> pa.Table:
    """A column per kind of flat value."""
    day, hour = datetime.date(2000, 1, 1), datetime.datetime(2001, 2, 3)
    columns = {
        "bool": pa.array(maybe(lambda row: row % 7 < 3, step), pa.bool_()),
        "int8": pa.array(maybe(lambda row: row % 256 - 128, step), pa.int8()),
        "uint8": pa.array(maybe(lambda row: row % 256, step), pa.uint8()),
        "int16": pa.array(maybe(lambda row: row * 7 % 65536 - 32768, step), pa.int16()),
        "uint16": pa.array(maybe(lambda row: row * 7 % 65536, step), pa.uint16()),
        "int32": pa.array(maybe(lambda row: row * 7919 - 10**7, step), pa.int32()),
        "uint32": pa.array(maybe(lambda row: 2**32 - 1 - row, step), pa.uint32()),
        "int64": pa.array(maybe(lambda row: row * 10**15 - 10**18, step), pa.int64()),
        "uint64": pa.array(maybe(lambda row: 2**64 - 1 - row, step), pa.uint64()),
        "float": pa.array(maybe(lambda row: row / 4, step), pa.float32()),
        "double": pa.array(maybe(lambda row: row / 7, step), pa.float64()),
        "few": pa.array(maybe(lambda row: f"v{row % 13}", step), pa.string()),
        "many": pa.array(maybe(lambda row: f"größer als zwölf {row}", step), pa.string()),
        "short": pa.array(maybe(lambda row: str(row), step), pa.string()),
        "large": pa.array(maybe(lambda row: "x" * (row % 40), step), pa.large_string()),
        "bytes": pa.array(maybe(lambda row: bytes([255, row % 256]), step), pa.binary()),
        "date": pa.array(maybe(lambda row: day + datetime.timedelta(row), step), pa.date32()),
        "second": pa.array(maybe(lambda row: hour + datetime.timedelta(0, row), step), pa.timestamp("s")),
        "milli": pa.array(maybe(lambda row: hour + datetime.timedelta(0, row), step), pa.timestamp("ms")),
        "micro": pa.array(maybe(lambda row: hour + datetime.timedelta(row), step), pa.timestamp("us", "UTC")),
        "nano": pa.array(maybe(lambda row: hour + datetime.timedelta(row), step), pa.timestamp("ns")),
        "price": pa.array(maybe(lambda row: decimal.Decimal(row - 99) / 100, step), pa.decimal128(9, 2)),
        "wide": pa.array(maybe(lambda row: decimal.Decimal(row - 99) / 100, step), pa.decimal128(30, 2)),
    }
    return pa.table(columns)


def nested() -> pa.Table:
    pair = pa.struct([("x", pa.int64()), ("names", pa.list_(pa.string()))])

    def pairs(row):
        if row % 11 == 0:
            return None
        return [
            None if row % 5 == 1 else {"x": None if at == 1 else row, "names": None if at == 2 else [str(row), None]}
            for at in range(row % 4)
        ]

    return pa.table(
        {
            "row": pa.array(range(ROWS)),
            "lists": pa.array(maybe(lambda row: list(range(row % 6)), 9), pa.list_(pa.int32())),
            "deep": pa.array(maybe(lambda row: [[row], [], None], 9), pa.list_(pa.list_(pa.int64()))),
            "pair": pa.array(maybe(lambda row: {"x": row, "names": ["a"] * (row % 3)}, 8), pair),
            "pairs": pa.array([pairs(row) for row in range(ROWS)], pa.list_(pair)),
        }
    )


def same(found: hs.DataFrame, table: pa.Table) -> None:
    assert found.columns == table.column_names
    back = found.to_arrow()
    for name in table.column_names:
        assert back[name].to_pylist() == table[name].to_pylist(), name


WAYS = {
    "usual": {},
    "snappy": {"compression": "snappy"},
    "zstd": {"compression": "zstd"},
    "lz4": {"compression": "lz4"},
    "gzip": {"compression": "gzip"},
    "brotli": {"compression": "brotli"},
    "none": {"compression": "none"},
    "plain": {"use_dictionary": False},
    "pages of the second kind": {"data_page_version": "2.0", "compression": "zstd"},
    "plain pages of the second kind": {"data_page_version": "2.0", "use_dictionary": False, "compression": "none"},
    "many pages": {"data_page_size": 500, "write_page_index": True},
    "many pages without an index": {"data_page_size": 500},
    "full dictionary": {"dictionary_pagesize_limit": 2000, "data_page_size": 700},
    "old format": {"version": "1.0"},
    "no schema of Arrow": {"store_schema": False},
    "many row groups": {"row_group_size": 700, "write_page_index": True, "compression": "zstd"},
    "checksums": {"write_page_checksum": True},
}


@pytest.mark.parametrize("step", [0, 7, 1])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_is_read(tmp_path, way, step):
    table, path = flat(step), tmp_path / "x.parquet"
    if way == "old format":
        table = table.drop_columns(["nano", "uint32"])
    if way == "no schema of Arrow":
        table = table.drop_columns(["second"])
    pq.write_table(table, path, **WAYS[way])
    same(hs.read_parquet(path), table)
    few = hs.read_parquet(path, columns=["many", "int8", "few"])
    same(few[["many", "int8", "few"]], table.select(["many", "int8", "few"]))


@pytest.mark.parametrize(
    "encoding", ["DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY", "RLE"]
)
def test_every_encoding_is_read(tmp_path, encoding):
    fit = {
        "DELTA_BINARY_PACKED": ["int32", "int64"],
        "BYTE_STREAM_SPLIT": ["float", "double", "int32"],
        "DELTA_BYTE_ARRAY": ["many", "few"],
        "DELTA_LENGTH_BYTE_ARRAY": ["many", "few"],
        "RLE": ["bool"],
    }
    for step in (0, 3):
        table, path = flat(step).select(fit[encoding]), tmp_path / "x.parquet"
        pq.write_table(table, path, use_dictionary=False, column_encoding=encoding, data_page_size=800)
        same(hs.read_parquet(path), table)


def test_timestamps_of_96_bits_are_read(tmp_path):
    table = flat(3).select(["nano"])
    pq.write_table(table, tmp_path / "x.parquet", use_deprecated_int96_timestamps=True)
    same(hs.read_parquet(tmp_path / "x.parquet"), table)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"data_page_size": 300, "compression": "zstd"},
        {"row_group_size": 900},
        {"data_page_version": "2.0", "use_dictionary": False},
    ],
)
def test_nested_columns_are_read(tmp_path, options):
    table = nested()
    pq.write_table(table, tmp_path / "x.parquet", **options)
    same(hs.read_parquet(tmp_path / "x.parquet"), table)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"data_page_size": 300},
        {"data_page_size": 300, "write_page_index": True},
        {"row_group_size": 640},
        {"data_page_version": "2.0", "data_page_size": 300, "write_page_index": True, "row_group_size": 1700},
        {"use_dictionary": False, "data_page_size": 300, "write_page_index": True},
    ],
)
def test_some_rows_are_those_rows(tmp_path, options):
    table = flat(7).append_column("row", pa.array(range(ROWS)))
    pq.write_table(table, tmp_path / "x.parquet", **options)
    frame = hs.read_parquet(tmp_path / "x.parquet")
    for low, high in [(0, 1), (1234, 1239), (600, 2600), (ROWS - 1, ROWS), (4000, 9000)]:
        same(frame[(frame["row"] >= low) & (frame["row"] < high)], table.slice(low, min(high, ROWS) - low))
    chosen = [row for row in range(ROWS) if row % 97 == 5]
    same(frame[frame["row"] % 97 == 5], table.take(chosen))
    same(frame.head(10), table.slice(0, 10))


def test_bloom_filters_of_others_are_used(tmp_path):
    if "bloom_filter_options" not in pq.write_table.__doc__:
        pytest.skip("this pyarrow writes no Bloom filters")
    table = pa.table({"key": [f"k{row * 2}" for row in range(ROWS)], "row": range(ROWS)})
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=500, bloom_filter_options={"key": True})
    frame = hs.read_parquet(tmp_path / "x.parquet")
    same(frame[frame["key"] == "k2468"], table.slice(1234, 1))
    assert len(frame[frame["key"] == "k2469"]) == 0


def test_files_of_other_columns_are_one_table(tmp_path):
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), tmp_path / "1.parquet")
    pq.write_table(
        pa.table({"b": ["z", None], "c": [0.5, 1.5], "a": pa.array([3, 4], pa.int32())}), tmp_path / "2.parquet"
    )
    frame = hs.read_parquet(tmp_path, union_by_name=True)
    same(frame, pa.table({"a": [1, 2, 3, 4], "b": ["x", "y", "z", None], "c": [None, None, 0.5, 1.5]}))


def test_threads_change_nothing(tmp_path):
    table = flat(7)
    for part in range(30):
        pq.write_table(table.slice(part * 160, 160), tmp_path / f"{part:02}.parquet", compression="zstd")
    pq.write_table(table, tmp_path / "x.pq", row_group_size=2000)
    for path in (tmp_path / "x.pq", tmp_path):
        found = []
        before = hs.config()["threads"]
        try:
            for threads in (1, 2, 7):
                hs.set_config(threads=threads)
                found.append(hs.read_parquet(path).to_arrow())
        finally:
            hs.set_config(threads=before)
        assert found[0].equals(found[1])
        assert found[0].equals(found[2])


def test_a_schema_says_what_is_written(tmp_path):
    df = hs.DataFrame({"a": [1, 2], "s": ["x", "y"], "z": [1.5, 2.25]}, index=["p", "q"])
    schema = pa.schema([("z", pa.decimal128(5, 2)), ("a", pa.int16()), ("__index_level_0__", pa.string())])
    df.to_parquet(tmp_path / "a.parquet", schema=schema)
    found = pq.read_schema(tmp_path / "a.parquet")
    assert found.names == ["__index_level_0__", "z", "a"]
    assert (found.field("z").type, found.field("a").type) == (pa.decimal128(5, 2), pa.int16())
    df.to_parquet(tmp_path / "b.parquet", schema={"a": pa.int8()}, index=False)
    found = pq.read_schema(tmp_path / "b.parquet")
    assert found.names == ["a", "s", "z"] and found.field("a").type == pa.int8()
    with pytest.raises(KeyError, match="no column"):
        df.to_parquet(tmp_path / "c.parquet", schema=pa.schema([("q", pa.int8())]))
    with pytest.raises(ValueError, match="does not fit"):
        df.to_parquet(tmp_path / "c.parquet", schema={"z": "int8"})
    with pytest.raises(TypeError, match="schema"):
        df.to_parquet(tmp_path / "c.parquet", schema=3)


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (pa.large_string(), "string"),
        (pa.decimal128(5, 2), "decimal[5, 2]"),
        (pa.date32(), "date"),
        (pa.time64("us"), "time"),
        (pa.struct([("a", pa.int8())]), "struct[a: int8]"),
        (pa.timestamp("us", "UTC"), "timestamp[us, UTC]"),
        (pa.float16(), "float32"),
        (pa.list_(pa.int8()), "list[int8]"),
    ],
)
def test_types_of_pyarrow(dtype, name):
    assert hs.Series([None]).astype(dtype).dtype == name


@pytest.mark.parametrize("rows", [3, 5000])
def test_seconds_are_timestamps_to_other_readers(tmp_path, rows):
    """The format counts no seconds: without a unit they would be plain integers."""
    moments = [None if row % 3 == 2 else row * 10**6 - 10**9 for row in range(rows)]
    flat_type, zoned = pa.timestamp("s"), pa.timestamp("s", "Europe/Berlin")
    table = pa.table(
        {
            "flat": pa.array(moments, flat_type),
            "zoned": pa.array(moments, zoned),
            "list": pa.array([[moment, None] for moment in moments], pa.list_(flat_type)),
            "struct": pa.array([{"at": moment} for moment in moments], pa.struct([("at", zoned)])),
        }
    )
    path = tmp_path / "x.parquet"
    hs.from_arrow(table).to_parquet(path)
    found = pq.read_table(path)
    assert found.schema.types[:2] == [pa.timestamp("ms"), pa.timestamp("ms", "Europe/Berlin")]
    assert found.to_pylist() == table.to_pylist()
    assert hs.read_parquet(path).to_arrow().to_pylist() == table.to_pylist()
    beyond = hs.from_arrow(pa.table({"at": pa.array([0, 2**60], flat_type)}))
    with pytest.raises(hs.errors.HypostyleError, match="at"):
        beyond.to_parquet(path)


@pytest.mark.parametrize("unit, options", [("s", {}), ("ns", {"version": "2.4"}), ("us", {"coerce_timestamps": "ms"})])
def test_zones_stay_where_the_file_has_another_unit(unit: str, options: dict, tmp_path: Path) -> None:
    """Parquet has no seconds, and writers may be told a unit: the wall clock is the writer's all the same."""
    stamps = (
        pa.array([0, 3600, None], pa.int64()).cast(pa.timestamp("s", "UTC")).cast(pa.timestamp(unit, "Europe/Berlin"))
    )
    nested = {
        "l": pa.ListArray.from_arrays([0, 2, 2, 3], stamps),
        "f": pa.FixedSizeListArray.from_arrays(stamps, 1),
        "s": pa.StructArray.from_arrays([stamps, pa.ListArray.from_arrays([0, 1, 3, 3], stamps)], ["at", "all"]),
    }
    pq.write_table(pa.table({"x": stamps, "n": [1, 2, 3], **nested}), tmp_path / "z.parquet", **options)
    df = hs.read_parquet(tmp_path / "z.parquet")
    assert pa.table(df)["x"].type == pq.read_table(tmp_path / "z.parquet")["x"].type
    assert df[list(nested)].to_arrow().to_pylist() == pq.read_table(tmp_path / "z.parquet").select(nested).to_pylist()
    assert "UTC" not in str(df.to_arrow().schema)
    assert df["x"].dt.hour.to_list() == [1, 2, None]
    assert df[df["x"].dt.hour == 2]["n"].to_list() == [2]


@pytest.mark.parametrize("labels", [(0, 3, 1), (1, 4, 1), (50, 56, 2), (5, 2, -1)], ids=str)
@pytest.mark.parametrize("name", [None, "row"])
def test_labels_that_are_numbers(labels, name, tmp_path):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": [1, 2, 3], "y": [4, 5, 6]}, index=pd.RangeIndex(*labels, name=name))
    path = tmp_path / "f.parquet"
    frame.to_parquet(path)
    for columns in (None, ["y"]):
        read = hs.read_parquet(path, columns=columns)
        assert read.index.to_list() == list(range(*labels)) and read.index.name == name
        assert list(read.columns) == (columns or ["x", "y"])
    assert read[read["y"] > 4].index.to_list() == list(range(*labels))[1:]
    assert list(hs.read_parquet(path, index=False).columns)[-2:] == ["x", "y"]
    assert hs.read_parquet(path)["x"].sum() == 6 and len(hs.read_parquet([path, path])) == 6
