"""Files of other formats against pyarrow, Polars and DuckDB; folders; writers that are killed."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import hypostyle as hs
import pytest

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = 2000


def table() -> Any:
    return pa.table(
        {
            "id": list(range(ROWS)),
            "real": [None if i % 7 == 0 else i / 8 for i in range(ROWS)],
            "word": [None if i % 11 == 0 else f"w{i % 5}" for i in range(ROWS)],
            "text": [f"a text that is rather long, number {i}" for i in range(ROWS)],
            "flag": [i % 3 == 0 for i in range(ROWS)],
            "list": [list(range(i % 4)) for i in range(ROWS)],
            "pair": [{"a": i, "b": str(i)} for i in range(ROWS)],
        }
    )


def same(frame: hs.DataFrame, wanted: Any) -> None:
    assert frame.to_dict("list") == wanted.to_pydict()


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
def test_feather_of_pyarrow_is_read(tmp_path: Path, compression: str) -> None:
    feather.write_feather(table(), tmp_path / "x.feather", compression=compression, chunksize=300)
    frame = hs.read_feather(tmp_path / "x.feather")
    assert len(frame) == ROWS
    same(frame, table())
    same(hs.read_ipc(tmp_path / "x.feather", columns=["word", "id"]), table().select(["word", "id"]))


def test_streams_and_dictionaries_of_pyarrow_are_read(tmp_path: Path) -> None:
    coded = table().select(["id", "word"])
    coded = coded.set_column(1, "word", coded["word"].dictionary_encode())
    with pa.ipc.new_stream(tmp_path / "x.arrows", coded.schema) as writer:
        writer.write_table(coded, max_chunksize=300)
    same(hs.read_ipc(tmp_path / "x.arrows"), table().select(["id", "word"]))


@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_feather_is_read_by_pyarrow(tmp_path: Path, compression: str | None) -> None:
    hs.from_arrow(table()).to_feather(tmp_path / "x.arrow", compression=compression)
    assert feather.read_table(tmp_path / "x.arrow").to_pydict() == table().to_pydict()
    hs.from_arrow(table()).to_feather(tmp_path / "x.arrows")
    with pa.ipc.open_stream(tmp_path / "x.arrows") as reader:
        assert reader.read_all().to_pydict() == table().to_pydict()


def test_json_goes_there_and_back(tmp_path: Path) -> None:
    frame = hs.from_arrow(table())
    for name in ("x.json", "x.ndjson"):
        hs.io.write_json(frame, tmp_path / name)
        same(hs.read_json(tmp_path / name), table())
    assert json.loads((tmp_path / "x.json").read_text()) == table().to_pylist()
    lines = (tmp_path / "x.ndjson").read_text().splitlines()
    assert [json.loads(line) for line in lines] == table().to_pylist()
    assert hs.io.write_json(frame[["id"]].head(2), lines=True) == '{"id":0}\n{"id":1}\n'


def test_json_is_read_as_polars_and_duckdb_read_it(tmp_path: Path) -> None:
    rows = [{"i": i, "f": i * 0.1, "s": f'q"{i}\n\u00e9', "l": [i, None], "o": {"b": i % 2 == 0}} for i in range(500)]
    path = tmp_path / "x.ndjson"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = hs.read_json(path).to_dict("list")
    assert found == {key: [row[key] for row in rows] for key in rows[0]}
    polars = pytest.importorskip("polars")
    assert found == polars.read_ndjson(path).to_dict(as_series=False)
    duckdb = pytest.importorskip("duckdb")
    rows_of = duckdb.sql(f"select i, f, s, l from read_json('{path}') order by i").fetchall()
    assert rows_of == [(row["i"], row["f"], row["s"], row["l"]) for row in rows]


def test_json_types_and_errors(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_text('{"a": 1, "b": "2024-02-29"}\n{"a": 2}\n')
    frame = hs.read_json(path, dtype={"a": "float32", "b": "date"})
    assert [str(dtype) for dtype in frame.dtypes.values()] == ["float32", "date"]
    path.write_text('{"a": 1}\n{"a": "x"}\n')
    with pytest.raises(hs.errors.HypostyleError, match="row 1"):
        hs.read_json(path, dtype={"a": "int64"}).compute()
    with pytest.raises(hs.errors.InvalidArgumentError, match="'split'"):
        hs.read_json(path, orient="rows")


def test_lines_of_text(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("one\n\ntwo \u00e9\r\nlast")
    assert hs.read_text(path).to_dict("list") == {"line": ["one", "", "two \u00e9", "last"]}
    assert hs.read_text(path, column="text", file_path="file").to_dict("list")["file"] == [str(path)] * 4


def test_folders_written_by_pyarrow_are_read(tmp_path: Path) -> None:
    pq.write_to_dataset(table(), tmp_path, partition_cols=["word", "flag"])
    frame = hs.read_parquet(tmp_path)
    assert frame.columns[-2:] == ["word", "flag"]
    found = sorted(frame[["id", "word"]].to_dict("list")["id"])
    assert found == list(range(ROWS))
    chosen = frame[frame["word"] == "w3"][["id", "text"]]
    wanted = [i for i in range(ROWS) if i % 11 != 0 and i % 5 == 3]
    assert sorted(chosen.to_dict("list")["id"]) == wanted
    assert sorted(hs.read_parquet(tmp_path, columns=["id", "word"]).to_dict("list")["id"]) == found


def test_files_of_other_columns(tmp_path: Path) -> None:
    hs.DataFrame({"a": [1], "b": ["x"]}).to_csv(tmp_path / "1.csv", index=False)
    hs.DataFrame({"c": [True], "a": [0.5]}).to_csv(tmp_path / "2.csv", index=False)
    with pytest.raises(hs.errors.HypostyleError, match=r"2\.csv"):
        hs.read_csv(tmp_path / "*.csv")
    frame = hs.read_csv(tmp_path / "*.csv", union_by_name=True)
    assert frame.to_dict("list") == {"a": [1.0, 0.5], "b": ["x", None], "c": [None, True]}


def test_parquet_options_are_seen_by_pyarrow(tmp_path: Path) -> None:
    frame = hs.from_arrow(table())
    frame.to_parquet(
        tmp_path / "x.parquet",
        compression={"text": "zstd", "id": None},
        bloom_filters="id",
        sorted_by=["id"],
        row_group_size=500,
        page_rows=100,
    )
    metadata = pq.ParquetFile(tmp_path / "x.parquet").metadata
    group = metadata.row_group(0)
    kinds = {group.column(i).path_in_schema: group.column(i).compression for i in range(group.num_columns)}
    assert (kinds["id"], kinds["text"], kinds["real"]) == ("UNCOMPRESSED", "ZSTD", "SNAPPY")
    assert group.sorting_columns[0].column_index == 0
    assert group.column(0).has_column_index
    assert pq.read_table(tmp_path / "x.parquet").to_pydict() == table().to_pydict()
    for condition, wanted in [
        (lambda f: f["id"] == 777, [777]),
        (lambda f: f["id"].isin([5, 1995]), [5, 1995]),
        (lambda f: (f["real"] > 249) & (f["word"] == "w1"), None),
    ]:
        chosen = hs.read_parquet(tmp_path / "x.parquet")
        chosen = chosen[condition(chosen)][["text", "id"]].to_dict("list")["id"]
        if wanted is None:
            rows = table().to_pylist()
            wanted = [row["id"] for row in rows if (row["real"] or 0) > 249 and row["word"] == "w1"]
        assert chosen == wanted
    with pytest.raises(hs.errors.HypostyleError, match="sorted_by"):
        frame.to_parquet(tmp_path / "y.parquet", sorted_by="word")
    assert not (tmp_path / "y.parquet").exists()


@pytest.mark.skipif(not Path("/proc/self/ns/pid").exists(), reason="processes are told apart by /proc")
@pytest.mark.parametrize("ending", ["csv", "parquet", "arrow", "ndjson"])
def test_a_killed_writer_leaves_the_old_file(tmp_path: Path, ending: str) -> None:
    """Killed at any moment: the old file is there, whole; after the next write nothing temporary is."""
    path = tmp_path / f"x.{ending}"
    writer = {
        "csv": "f.to_csv(p, index=False)",
        "parquet": "f.to_parquet(p)",
        "arrow": "f.to_feather(p)",
        "ndjson": "hs.io.write_json(f, p)",
    }[ending]
    program = textwrap.dedent(f"""
        import hypostyle as hs
        p = {str(path)!r}
        f = hs.DataFrame({{"x": list(range(300_000)), "y": [str(i) for i in range(300_000)]}})
        print("ready", flush=True)
        while True:
            {writer}
    """)
    small = hs.DataFrame({"x": [1], "y": ["a"]})
    read = {"csv": hs.read_csv, "parquet": hs.read_parquet, "arrow": hs.read_ipc, "ndjson": hs.read_json}[ending]
    write = {
        "csv": lambda f: f.to_csv(path, index=False),
        "parquet": lambda f: f.to_parquet(path),
        "arrow": lambda f: f.to_feather(path),
        "ndjson": lambda f: hs.io.write_json(f, path),
    }[ending]
    # The writer is killed as soon as its temporary file is seen, or a little later; often it has left it by then.
    left = 0
    for attempt in range(40):
        write(small)
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=dict(os.environ))
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        while len(list(tmp_path.iterdir())) == 1:
            assert child.poll() is None
        time.sleep(0.001 * (attempt % 4))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert len(read(path)) in (1, 300_000)
        left += len(list(tmp_path.iterdir())) - 1
        write(small)
        assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
        assert len(read(path)) == 1
        if attempt >= 3 and left > 0:
            break
    assert left > 0, "no writer was killed while it wrote"


def test_numbers_that_json_lacks(tmp_path: Path) -> None:
    frame = hs.DataFrame({"x": [1.5, math.inf]})
    with pytest.raises(hs.errors.HypostyleError, match="infinite"):
        hs.io.write_json(frame, tmp_path / "x.json")
    assert list(tmp_path.iterdir()) == []


def test_folders_are_written_as_pyarrow_and_pandas_read_them(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    frame = hs.DataFrame(
        {
            "year": [2023, 2024, None, 2024, 2023],
            "place": ["a/b", "c d", "c d", None, "a/b"],
            "x": [1.5, 2.5, None, 4.5, 5.5],
            "n": [1, 2, 3, 4, 5],
        }
    )
    path = tmp_path / "x"
    frame.to_parquet(path, partition_cols=["year", "place"])
    assert sorted(path.glob("*/*/*.parquet"))[0].parts[-3:] == ("year=2023", "place=a%2Fb", "part-000000.parquet")
    back = hs.read_parquet(path).sort_values("n")[["year", "place", "x", "n"]]
    assert back.to_dict("list") == frame.to_dict("list")
    # pyarrow cannot join keys of which some are missing.
    whole = tmp_path / "whole"
    frame.dropna().to_parquet(whole, partition_cols=["year", "place"])
    with_pandas = pd.read_parquet(whole).sort_values("n")
    assert with_pandas["x"].tolist()[:2] == [1.5, 2.5] and len(with_pandas) == 3
    assert with_pandas["place"].astype(str).tolist() == ["a/b", "c d", "a/b"]
    other = tmp_path / "y"
    with_pandas.to_parquet(other, partition_cols=["year"])
    assert sorted(hs.read_parquet(other)["n"].to_list()) == [1, 2, 5]


def test_an_existing_folder_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "x"
    frame = hs.DataFrame({"k": [1, 2], "x": [1, 2]})
    for write in (frame.to_parquet, frame.to_csv, frame.to_feather):
        write(path, partition_cols="k")
        with pytest.raises(hs.errors.InvalidArgumentError, match="there already"):
            write(path, partition_cols="k")
        shutil.rmtree(path)
    with pytest.raises(hs.errors.InvalidArgumentError, match="needs a path"):
        frame.to_csv(partition_cols="k")
    frame.to_csv(path, file_rows=1)
    assert [part.name for part in sorted(path.iterdir())] == ["part-000000.csv", "part-000001.csv"]
    assert hs.read_csv(path).to_dict("list") == frame.to_dict("list")


def test_types_of_the_keys_of_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "x"
    hs.DataFrame({"zip": ["007", "10"], "x": [1, 2]}).to_feather(path, partition_cols="zip")
    assert hs.read_feather(path)["zip"].to_list() == [7, 10]
    assert hs.read_feather(path, hive_types={"zip": "string"})["zip"].to_list() == ["007", "10"]
