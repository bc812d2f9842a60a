"""What pandas' own tests of CSV found."""

from __future__ import annotations

import bz2
import collections
import gzip
import io
import lzma
import warnings
from pathlib import Path
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest

TEXT = "a,b\n1,2\n3,4\n"


def read(text: str | bytes, **options: Any) -> hs.DataFrame:
    return hs.read_csv(io.StringIO(text) if isinstance(text, str) else io.BytesIO(text), **options)


def same(text: str | bytes, **options: Any) -> None:
    """Both read the same values."""
    source = io.StringIO(text) if isinstance(text, str) else io.BytesIO(text)
    theirs, ours = pd.read_csv(source, **options), read(text, **options).to_pandas()
    assert list(theirs.columns) == list(ours.columns)
    found, wanted = (frame.astype(object).where(frame.notna(), None).values.tolist() for frame in (ours, theirs))
    assert found == wanted


@pytest.mark.parametrize("given", [[-999.0], -999.0, {"A": -999.0}, [-999], "-999", ["-999.0"]])
def test_numbers_stand_for_missing_values_however_they_are_written(given: Any) -> None:
    same("A,B\n-999,1.5\n2,-999\n3,4.5\n", na_values=given)
    same("A,B\n-999,1.5\n2,-999.00\n3,4.5\n", na_values=given)


def test_types_of_all_other_columns() -> None:
    types = collections.defaultdict(lambda: "str", id="int64")
    same("id,code,zip\n001,0042,00501\n", dtype=types)
    assert set(types) == {"id"}


def test_a_type_is_that_of_repeated_names_too() -> None:
    same("a,a,b\n01,02,03\n", dtype={"a": "str"})
    same("a,a,b\n01,02,03\n", dtype={"a": "str", "a.1": "int64"})
    same("a,a.1,b\n01,02,03\n", dtype={"a": "str"})


def test_comments_and_empty_lines_before_a_header_are_not_counted() -> None:
    same("# c\na,b,c\n# x\n1,2,3\n4,5,6\n7,8,9\n", comment="#", header=1)
    same("# one\nanything\nA,B,C\n1,2,3\n", comment="#", header=1)
    same("\n\nanything\n\nA,B\n1,2\n", header=1)
    same("# one\nanything\nA,B\n1,2\n", comment="#", skiprows=1, header=1)
    same("x\nanything\nA,B\n1,2\n", skiprows=1, header=1)


def test_lines_of_blanks_are_passed_over() -> None:
    same("x,y\n   \n1,2\n\t \n3,4\n  ")
    same("x,y\n1,2\n \n3,4\n", chunksize=None)
    assert len(read("x,y\n1,2\n" + "3,4\n \n" * 5000)) == 5001


def test_lines_that_end_with_a_carriage_return_are_skipped() -> None:
    same("junk\ra,b\r1,2\r", skiprows=1)
    same("junk\r\nmore\r\na,b\r\n1,2\r\n", skiprows=2)
    same("junk\ra,b\n1,2\n", skiprows=1)
    same("a,b\r1,2\r", lineterminator="\r")


def test_texts_keep_their_carriage_returns_where_lines_are_left_out() -> None:
    text = 'id,text\n1,"a"\n2,"one\n\' \r\ttwo"\n'
    same(text, skiprows=[1])
    same('id;text\n2;"one \r two"\n', sep=";", skiprows=[5])


def test_whole_numbers_and_truth_values_as_told() -> None:
    same("a,b\n1.0,1\n2.,0\n-3.000,1\n", dtype={"a": "int64", "b": "bool"})
    assert read("a\n1.0\nNA\n", dtype="Int64")["a"].to_list() == [1, None]
    same("a\n1,234.0\n", sep=";", thousands=",", dtype="int64")
    for text, kind in (("a\n1.5\n", "int64"), ("a\n1e3\n", "int64"), ("a\n.0\n", "int64"), ("a\n2\n", "bool")):
        with pytest.raises(hs.errors.ParseError, match="this is no"):
            read(text, dtype=kind).to_dict("list")
    # Where nobody says so, they are what they look like.
    same("a\nTrue\n1\n")
    assert read("a\n1\n2.0\n").dtypes["a"] == "float64"


@pytest.mark.parametrize(
    "encoding", ["cp1252", "cp1251", "gbk", "shift_jis", "utf-16-le", "utf-16be", "utf-32", "utf-7"]
)
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    text = {"cp1251": "имя", "gbk": "名字", "shift_jis": "名字"}.get(
        encoding, "caf\xe9 \u20ac" if "utf" in encoding or "1252" in encoding else "x"
    )
    data = f'{text},b\n1,"{text}\r\n{text}"\n'.encode(encoding)
    same(data, encoding=encoding)
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    packed = tmp_path / "x.csv.gz"
    packed.write_bytes(gzip.compress(data))
    wanted = pd.read_csv(path, encoding=encoding)
    for one in (path, packed, [path, path]):
        found = hs.read_csv(one, encoding=encoding).to_pandas()
        assert list(found.columns) == list(wanted.columns)
        assert found.values.tolist()[:1] == wanted.values.tolist()
    with path.open("rb") as file:
        assert len(hs.read_csv(file, encoding=encoding)) == 1


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz"])
def test_damaged_files_in_other_encodings(tmp_path: Path, ending: str) -> None:
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[ending]
    path = tmp_path / f"x.csv.{ending}"
    for damaged in (pack(TEXT.encode() * 50)[:-12], b"x" + pack(TEXT.encode())):
        path.write_bytes(damaged)
        with pytest.raises(hs.errors.CorruptFileError) as raised:
            hs.read_csv(path, encoding="cp1252")
        assert raised.value.file == str(path)


def test_what_is_wrong_with_an_encoding() -> None:
    data = "a,b\n1,caf\xe9\n".encode("latin-1")
    for errors in ("ignore", "replace", "backslashreplace"):
        same(data, encoding="utf-8", encoding_errors=errors)
    with pytest.raises(ValueError, match="no-such"):
        read(data, encoding="no-such")
    with pytest.raises(ValueError, match="shift_jis"):
        read(b"a,b\n1,\xff\xff\n", encoding="shift_jis")
    with pytest.raises(ValueError, match="no-such"):
        read(data, encoding_errors="no-such")


def test_dates_that_are_missing_and_blanks_around_them() -> None:
    same("d,n\n2020-01-01,1\nNaT,2\n,3\n", parse_dates=["d"])
    same("d,n\nNaT,2\n2020-01-01,1\n", parse_dates=["d"], index_col="d")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nrows": -1}, "nrows"),
        ({"chunksize": 0}, "chunksize"),
        ({"chunksize": 1.5}, "chunksize"),
        ({"chunksize": "x"}, "chunksize"),
        ({"names": ["x", "x"]}, "names"),
        ({"names": {"x", "y"}}, "names"),
        ({"sep": ";", "delimiter": ","}, "delimiter"),
        ({"converters": ["x"]}, "converters"),
    ],
)
def test_mistakes_in_options_are_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message) as raised:
        read(TEXT, **options)
    assert isinstance(raised.value, hs.errors.HypostyleError)


def test_what_is_no_file() -> None:
    with pytest.raises(hs.errors.DataTypeError, match="object"):
        hs.read_csv(object())
    with pytest.raises(FileNotFoundError) as raised:
        hs.read_csv("/no/such.csv")
    assert raised.value.filename == "/no/such.csv"


def test_frames_of_rows_end() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [len(part) for part in read(TEXT, chunksize=1)] == [1, 1]
