"""Parquet files with damaged pages: raised, null, left out, put in quarantine."""

import io
import struct

import hypostyle as hs
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROWS, PAGE = 4000, 500


def table():
    rows = range(ROWS)
    return pa.table(
        {
            "n": pa.array(rows, pa.int64()),
            "x": [None if row % 5 == 0 else row / 3 for row in rows],
            "s": [f"text {row}" for row in rows],
            "l": [[row, row + 1] for row in rows],
        }
    )


@pytest.fixture(params=["1.0", "2.0"])
def damaged(tmp_path, request):
    """A file with a bit of the third page of ``x`` turned over, among numbers that contradict nothing."""
    path = tmp_path / "x.parquet"
    pq.write_table(
        table(),
        path,
        compression="none",
        use_dictionary=False,
        data_page_size=8 * PAGE,
        write_batch_size=PAGE,
        max_rows_per_page=PAGE,
        data_page_version=request.param,
        write_page_checksum=True,
    )
    data = bytearray(path.read_bytes())
    at = data.index(struct.pack("<d", 1201 / 3))
    data[at] ^= 4
    path.write_bytes(data)
    return path


def test_pages_are_refused_by_their_checksums(damaged):
    with pytest.raises(hs.errors.CorruptFileError, match="checksum") as caught:
        hs.read_parquet(damaged).compute()
    assert "x.parquet" in str(caught.value) and 'column "x"' in str(caught.value)
    # Other columns are whole.
    assert hs.read_parquet(damaged, columns=["n", "s", "l"]).to_dict("list") == table().drop_columns("x").to_pydict()


def test_values_of_damaged_pages_are_missing(damaged):
    found = hs.read_parquet(damaged, on_error="null").to_pandas()
    expected = table().to_pandas()
    expected.loc[1000:1499, "x"] = None
    pd.testing.assert_frame_equal(found.drop(columns="l"), expected.drop(columns="l"))
    assert hs.read_parquet(damaged, columns="x", on_error="null").count() == int(expected["x"].count())


def test_rows_of_damaged_pages_are_left_out(damaged):
    good = [row for row in range(ROWS) if not 1000 <= row < 1500]
    found = hs.read_parquet(damaged, on_error="skip")
    assert found["n"].to_list() == good and len(found) == len(good)
    # Whatever is asked for.
    assert hs.read_parquet(damaged, columns=["s"], on_error="skip")["s"].to_list() == [f"text {row}" for row in good]
    chosen = hs.read_parquet(damaged, columns=["n"], filters=[("n", "<", 1600)], on_error="skip")
    assert chosen["n"].to_list() == good[:1100]


def test_damaged_pages_are_put_in_quarantine(damaged):
    found, rejects = hs.read_parquet(damaged, on_error="quarantine")
    assert len(found) == ROWS - PAGE
    [told] = rejects.to_dict("records")
    assert told["file"] == str(damaged)
    assert (told["row"], told["column"], told["text"]) == (1000, "x", "rows 1000 to 1499")
    assert "checksum" in told["reason"] and 0 < told["byte"] < damaged.stat().st_size
    # Columns, conditions and labels are those of the good rows.
    found, rejects = hs.read_parquet(damaged, ["s"], on_error="quarantine", filters=[("n", ">=", 1400)], index="n")
    assert found["s"].to_list() == [f"text {row}" for row in range(1500, ROWS)] and len(rejects) == 1
    assert found.index.to_list() == list(range(1500, ROWS))
    found, rejects = hs.read_parquet(damaged, "s", on_error="quarantine")
    assert isinstance(found, hs.Series) and len(found) == ROWS - PAGE and len(rejects) == 1
    found, rejects = hs.read_parquet(io.BytesIO(damaged.read_bytes()), on_error="quarantine")
    assert len(found) == ROWS - PAGE and len(rejects) == 1


def test_files_beside_a_damaged_one_are_whole(damaged, tmp_path):
    other = tmp_path / "y.parquet"
    pq.write_table(table(), other)
    found, rejects = hs.read_parquet([other, damaged, other], on_error="quarantine")
    assert len(found) == 3 * ROWS - PAGE
    assert rejects[["file", "row"]].to_dict("list") == {"file": [str(damaged)], "row": [1000]}


def test_what_is_whole_has_no_rejects(tmp_path):
    hs.DataFrame({"a": [1, 2], "b": ["x", None]}, index=[5, 6]).to_parquet(tmp_path / "x.parquet")
    found, rejects = hs.read_parquet(tmp_path / "x.parquet", on_error="quarantine")
    assert found.index.to_list() == [5, 6] and found["b"].to_list() == ["x", None]
    assert len(rejects) == 0 and rejects.columns.to_list() == ["file", "row", "byte", "column", "text", "reason"]


def test_footers_and_wrong_words_are_errors(damaged):
    data = damaged.read_bytes()
    damaged.write_bytes(data[:-20])
    for policy in ["raise", "null", "skip", "quarantine"]:
        with pytest.raises(hs.errors.CorruptFileError, match=r"x\.parquet"):
            hs.read_parquet(damaged, on_error=policy)
    with pytest.raises(ValueError, match="'quarantine'"):
        hs.read_parquet(damaged, on_error="ignore")


@pytest.mark.parametrize("compression", ["snappy", "gzip", "brotli", None])
def test_own_files_have_checksums(tmp_path, compression):
    """On every page: numbers, texts that repeat and do not, truths, lists, structs and NaN."""
    path = tmp_path / "x.parquet"
    rows = range(3000)
    held = {
        "x": [row / 7 for row in rows],
        "nan": [float("nan") if row % 3 else row / 7 for row in rows],
        "few": [f"text {row % 7}" for row in rows],
        "many": [f"text {row}" for row in rows],
        "b": [None if row % 5 == 0 else row % 2 == 0 for row in rows],
        "l": [[{"a": row, "b": "x" * (row % 4)}] * (row % 3) for row in rows],
    }
    hs.DataFrame(held).to_parquet(path, compression=compression, page_rows=700, row_group_size=2000)
    whole = pq.read_table(path, page_checksum_verification=True)
    assert whole.drop_columns("nan").to_pydict() == {name: held[name] for name in held if name != "nan"}
    data = path.read_bytes()
    file = pq.ParquetFile(path)
    groups = [file.metadata.row_group(group) for group in range(file.num_row_groups)]
    chunks = [group.column(column) for group in groups for column in range(group.num_columns)]
    assert len(chunks) == 14
    for chunk in chunks:
        # The last byte of a chunk is one of its last page.
        start = chunk.dictionary_page_offset or chunk.data_page_offset
        at = start + chunk.total_compressed_size - 1
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(hs.errors.CorruptFileError, match="checksum"):
            hs.read_parquet(path).compute()
        with pytest.raises(OSError, match="CRC"):
            pq.read_table(path, page_checksum_verification=True)
