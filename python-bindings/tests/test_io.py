"""Files: what is read and written, and what bad ones get."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import hypostyle as hs
import pandas as pd
import pytest
from comparing import assert_same

TEXT = "carrier,delay,day,carrier\nUA,4,2024-02-29,a\nAA,NA,,b\n,-1,2024-03-01,n/a\n"


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "f.csv"
    path.write_text(TEXT)
    return path


def test_read_csv_as_pandas_does(csv):
    found = hs.read_csv(csv)
    assert found.columns == ["carrier", "delay", "day", "carrier.1"]
    assert found.dtypes == {"carrier": "string", "delay": "int64", "day": "string", "carrier.1": "string"}
    assert_same(found, pd.read_csv(csv))


@pytest.mark.parametrize(
    "options",
    [
        {"usecols": ["delay", "carrier"]},
        {"nrows": 1},
        {"skiprows": 1},
        {"names": ["a", "b", "c", "d"], "header": 0},
        {"names": ["a", "b", "c", "d"]},
        {"na_values": ["UA"]},
        {"na_values": "UA", "keep_default_na": False},
        {"dtype": {"delay": "float64"}},
        {"dtype": str},
        {"header": 1},
        {"index_col": "carrier"},
    ],
)
def test_options(csv, options):
    assert_same(hs.read_csv(csv, **options), pd.read_csv(csv, **options))


def test_no_header(csv):
    found = hs.read_csv(csv, header=None)
    assert found.columns == [0, 1, 2, 3]
    assert_same(found, pd.read_csv(csv, header=None))


def test_dates(csv):
    found = hs.read_csv(csv, parse_dates=["day"])
    assert found.dtypes["day"].startswith("timestamp") and found.dtypes["delay"] == "int64"
    assert found["day"].to_list() == [dt.datetime(2024, 2, 29), None, dt.datetime(2024, 3, 1)]
    assert hs.read_csv(csv, parse_dates=True).dtypes["day"].startswith("timestamp")
    with pytest.raises(KeyError, match='did you mean "day"'):
        hs.read_csv(csv, parse_dates=["dya"])


def test_separators(tmp_path):
    path = tmp_path / "f.tsv"
    path.write_text("a\tb\n1\t'x\ty'\n")
    assert hs.read_csv(path, sep="\t", quotechar="'").to_dict("records") == [{"a": 1, "b": "x\ty"}]


def test_many_files(tmp_path):
    for i in range(3):
        hs.DataFrame({"i": [i, i]}).to_csv(tmp_path / f"part_{i}.csv")
        hs.DataFrame({"i": [i, i]}).to_parquet(tmp_path / f"part_{i}.parquet")
    expected = [0, 0, 1, 1, 2, 2]
    assert hs.read_csv(str(tmp_path / "part_*.csv"))["i"].to_list() == expected
    assert hs.read_parquet(tmp_path / "part_*.parquet")["i"].to_list() == expected
    assert hs.read_parquet([tmp_path / "part_2.parquet", tmp_path / "part_0.parquet"])["i"].to_list() == [2, 2, 0, 0]


def test_write_csv(tmp_path):
    frame = hs.DataFrame({"a": [1, None], "b": ["x,y", None], "c": [1.5, 2.0]})
    assert frame.to_csv() == 'a,b,c\n1,"x,y",1.5\n,,2.0\n'
    assert frame.to_csv(sep=";", header=False, na_rep="NA") == "1;x,y;1.5\nNA;NA;2.0\n"
    indexed = frame.set_index("a")
    assert indexed.to_csv().startswith("a,b,c\n") and indexed.to_csv(index=False).startswith("b,c\n")
    frame.to_csv(tmp_path / "f.csv")
    assert_same(hs.read_csv(tmp_path / "f.csv"), frame.to_pandas())


def test_parquet_round_trip(tmp_path, every_type):
    frame = hs.from_arrow(every_type)
    plain = frame.drop(columns=["null"])
    path = tmp_path / "f.parquet"
    plain.to_parquet(path, compression="zstd")
    back = hs.read_parquet(path)
    assert back.dtypes == plain.dtypes
    assert back.to_pylist() == plain.to_pylist()
    assert hs.read_parquet(path, columns=["int8", "bool"]).columns == ["int8", "bool"]
    assert pd.read_parquet(path)["int64"].tolist()[0] == 1


def test_reading_is_lazy(tmp_path):
    path = tmp_path / "f.parquet"
    hs.DataFrame({"x": list(range(10)), "y": ["a"] * 10}).to_parquet(path)
    frame = hs.read_parquet(path)
    plan = frame[frame["x"] > 5][["x"]].explain()
    assert "f.parquet" in plan
    assert not frame._plan.query.is_collected()
    assert len(frame) == 10 and not frame._plan.query.is_collected()


def test_nothing_half_written_is_left(tmp_path):
    path = tmp_path / "f.parquet"
    hs.DataFrame({"x": [1]}).to_parquet(path)
    broken = hs.DataFrame({"x": [1, 0]}).assign(x=hs.lit(1) // hs.col("x"))
    with pytest.raises(OverflowError):
        broken.to_parquet(path)
    assert hs.read_parquet(path)["x"].to_list() == [1]
    assert [file.name for file in tmp_path.iterdir()] == ["f.parquet"]


def test_bad_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        hs.read_csv(tmp_path / "nothing.csv")
    with pytest.raises(OSError, match="folder"):
        hs.read_csv(tmp_path)
    (tmp_path / "text.parquet").write_text("not a parquet file at all")
    with pytest.raises(OSError, match=r"text\.parquet"):
        hs.read_parquet(tmp_path / "text.parquet")
    ragged = tmp_path / "ragged.csv"
    ragged.write_text("a,b\n1,2\n1,2,3\n")
    with pytest.raises(ValueError, match=r"ragged\.csv.*row 1"):
        hs.read_csv(ragged).compute()
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a\n" + "1\n" * 600_000 + "x\n" + "1\n" * 600_000)
    with pytest.raises(ValueError) as caught:
        hs.read_csv(wrong)["a"].sum()
    assert caught.value.row == 600_000 and caught.value.column == "a" and caught.value.value == "x"
    assert hs.read_csv(wrong, dtype={"a": "string"})["a"].count() == 1_200_001


def test_misuse(csv):
    with pytest.raises(ValueError, match="one character"):
        hs.read_csv(csv, sep="")
    with pytest.raises(KeyError, match='did you mean "delay"'):
        hs.read_csv(csv, usecols=["dleay"]).compute()
    with pytest.raises(ValueError, match="no file"):
        hs.read_csv([])


def test_other_words(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("n;r;b;z\n1.234;1.234,5;ja;007\n-7;0,25;nein;\n")
    options = {"sep": ";", "decimal": ",", "thousands": ".", "true_values": ["ja"], "false_values": ["nein"]}
    assert_same(hs.read_csv(path, dtype={"z": str}, **options), pd.read_csv(path, dtype={"z": str}, **options))
    path.write_text("# made by hand\na,b\n1,-1\n-1,2\n")
    found = hs.read_csv(path, comment="#", na_values={"b": [-1]})
    assert_same(found, pd.read_csv(path, comment="#", na_values={"b": [-1]}))


@pytest.mark.parametrize("options", [{}, {"escapechar": "\\"}, {"skipinitialspace": True}])
def test_comments_end_lines(tmp_path, options):
    path = tmp_path / "f.csv"
    path.write_text('#"\na,b# the "names"\r\n1,2# two\n3,#"none\n#5,6\n"7#",8 #\n"9\n#",1#\n10,1#1,1')
    assert_same(hs.read_csv(path, comment="#", **options), pd.read_csv(path, comment="#", **options))


def test_blanks_around_numbers(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("i,f,s,m\n 39, 1.5 , State-gov,1\n7 ,-2, NA , x\n" + "8, 1e3 ,, 9\n" * 50)
    assert_same(hs.read_csv(path), pd.read_csv(path))
    assert_same(hs.read_csv(path, dtype=str), pd.read_csv(path, dtype=str))
    typed = {"i": "int16", "f": "float32"}
    assert_same(hs.read_csv(path, dtype=typed), pd.read_csv(path, dtype=typed))
    path.write_text("a;b\n 1.234,5 ; 7\n2; 1.000 \n")
    options = {"sep": ";", "decimal": ",", "thousands": "."}
    assert_same(hs.read_csv(path, **options), pd.read_csv(path, **options))


def test_empty_lines_that_are_kept_and_files_without_rows(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("a,b\n\n1,x\n\n\n2,y\n\n")
    for skip in (True, False):
        assert_same(hs.read_csv(path, skip_blank_lines=skip), pd.read_csv(path, skip_blank_lines=skip))
    for text in ("", "\n", "skipped\n"):
        path.write_text(text)
        found = hs.read_csv(path, names=["a", "b"], header=None, skiprows=text.count("k"))
        assert (found.columns, len(found)) == (["a", "b"], 0)


def test_encodings_and_compression(tmp_path):
    import gzip

    text = "name,n\ncaf\u00e9,1\n"
    for encoding in ["latin-1", "utf-16", "utf-8", "utf-8-sig"]:
        path = tmp_path / f"{encoding}.csv"
        path.write_text(text, encoding=encoding)
        assert hs.read_csv(path, encoding=encoding).to_dict("records") == [{"name": "caf\u00e9", "n": 1}]
    with pytest.raises(ValueError, match="UTF-8"):
        hs.read_csv(tmp_path / "latin-1.csv").compute()
    lossy = hs.read_csv(tmp_path / "latin-1.csv", encoding_errors="replace")
    assert lossy["name"].to_list() == ["caf\ufffd"]
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    assert hs.read_csv(path)["n"].sum() == 1
    assert hs.read_csv(path, encoding="koi8-r")["name"].to_list() == ["caf\u00e9".encode().decode("koi8-r")]
    with pytest.raises(hs.errors.InvalidArgumentError, match="no-such-code"):
        hs.read_csv(path, encoding="no-such-code")
    with pytest.raises(hs.errors.CorruptFileError, match="not a zip file"):
        hs.read_csv(path, compression="zip").compute()


def test_rows_and_files(tmp_path):
    for i in range(3):
        (tmp_path / f"part_{i}.csv").write_text(f"x\n{i}\n{i}\n")
    found = hs.read_csv(str(tmp_path / "part_*.csv"), row_index="row", file_path="file")
    assert found["row"].to_list() == list(range(6))
    assert [name[-10:] for name in found["file"].to_list()[1:3]] == ["part_0.csv", "part_1.csv"]


def test_a_contradicted_guess_is_widened_and_says_so(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("a,b\n" + "1,1\n" * 600_000 + "0.5,x\n" + "1,1\n" * 600_000)
    frame = hs.read_csv(path)
    assert frame.dtypes == {"a": "int64", "b": "int64"}
    with pytest.warns(UserWarning, match="'?\"a\"'? was taken for int64"):
        found = frame.compute()
    assert found.dtypes == {"a": "float64", "b": "string"}
    assert found["a"].sum() == 1_200_000.5
    with pytest.raises(ValueError) as caught:
        hs.read_csv(path, dtype={"b": "int64"}).compute()
    assert (caught.value.row, caught.value.column, caught.value.value) == (600_000, "b", "x")


def test_records_that_cannot_be_read(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("id,n\n0,0\n1,one\n2\n3,3\n")
    with pytest.raises(ValueError, match=r"f\.csv.*row [12]"):
        hs.read_csv(path, dtype={"n": "int64"}).compute()
    skipped = hs.read_csv(path, dtype={"n": "int64"}, on_error="skip")
    assert skipped["id"].to_list() == [0, 3]
    good, rejects = hs.read_csv(path, dtype={"n": "int64"}, on_error="quarantine")
    assert good["id"].to_list() == [0, 3]
    assert rejects["row"].to_list() == [1, 2] and rejects["column"].to_list() == ["n", None]
    assert rejects["text"].to_list() == ["one", "2"]
    path.write_text("n\n0\none\n")
    assert hs.read_csv(path, dtype={"n": "int64"}, on_error="null")["n"].to_list() == [0, None]
    with pytest.raises(ValueError, match="on_error"):
        hs.read_csv(path, on_error="ignore")
