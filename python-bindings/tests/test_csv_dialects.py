"""CSV of other dialects, against pandas: escapes, guessed separators, footers, forms of dates, records of another length."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from typing import Any

import hypostyle as hs
import pytest

pd = pytest.importorskip("pandas")


def same(path: Path, **options: Any) -> hs.DataFrame:
    """Both read the same."""
    wanted = pd.read_csv(path, **{"engine": "python", **options} if options.get("sep", ",") is None else options)
    options.pop("engine", None)
    found = hs.read_csv(path, **options)
    assert found.columns.to_list() == list(wanted.columns)
    for name in wanted.columns:
        column = wanted[name].astype(object)
        expected = [None if pd.isna(value) else value for value in column]
        assert found[name].to_list() == expected, name
    return found


def test_escapes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('a,b\n"x\\"y",\\"z\n1\\,2,"p\\\\q"\n"l\\\nm",\\N\n', newline="")
    same(path, escapechar="\\")
    # Without quotes in the text, in any cut of it.
    letters = random.Random(3)
    rows = []
    for _ in range(300):
        fields = ["".join(letters.choice('ab,\\"\n') for _ in range(letters.randint(1, 6))) for _ in range(2)]
        rows.append(",".join("".join("\\" + c if c in ',\\"\n' else c for c in field) for field in fields))
    path.write_text("a,b\n" + "\n".join(rows) + "\n", newline="")
    same(path, escapechar="\\", keep_default_na=False)
    path.write_text("a,b\n1,2\\")
    with pytest.raises(hs.errors.ParseError, match="escape"):
        hs.read_csv(path, escapechar="\\").to_dict("list")


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
def test_separators_are_guessed(tmp_path: Path, sep: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        sep.join(["name", "n", "x"]) + "\n" + sep.join(['"a b"', "1", "2.5"]) + "\n" + sep.join(["c", "2", "3.5"])
    )
    found = same(path, sep=None)
    assert found.to_dict("list") == {"name": ["a b", "c"], "n": [1, 2], "x": [2.5, 3.5]}


def test_blanks_and_footers(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('a, b\n1,  "x, y"\n 2, z\nTotal 2 rows\n(end)\n')
    same(path, skipinitialspace=True, skipfooter=2, engine="python")
    for end in ("", "\n", "\n\n", "\r\n\r\n"):
        path.write_text("a,b\n\n1,2\n\n3,4\n\nTotal,6" + end, newline="")
        for lines in range(5):
            same(path, skipfooter=lines, engine="python")
    with pytest.raises(hs.errors.InvalidArgumentError, match="skipfooter"):
        hs.read_csv(path, skipfooter=-1)


def test_forms_of_dates(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,d,t\n1,29.02.2024,2024-02-29 10:00\n2,01.03.2024,\n3,,2024-03-01 11:30\n")
    found = same(path, parse_dates=["d", "t"], date_format={"d": "%d.%m.%Y"})
    assert found.dtypes["d"] == "timestamp[us]" and found["d"].dt.day.to_list() == [29, 1, None]
    found = hs.read_csv(path, parse_dates=["d"], date_format="%d.%m.%Y")
    assert found.dtypes["d"] == "timestamp[us]" and found.dtypes["t"] == "string"
    found = hs.read_csv(path, parse_dates=True, date_format="%d.%m.%Y")
    assert found.dtypes == {"id": "int64", "d": "timestamp[us]", "t": "timestamp[us]"}
    with pytest.raises(hs.errors.InvalidArgumentError, match="form of dates"):
        hs.read_csv(path, parse_dates=["d"], date_format="%Q")
    path.write_text("d\n29.02.2024\n01.03.2024x\n")
    with pytest.raises(hs.errors.ParseError, match=r"row 1.*01\.03\.2024|01\.03\.2024.*row 1"):
        hs.read_csv(path, parse_dates=["d"], date_format="%d.%m.%Y").to_dict("list")


@pytest.mark.filterwarnings("ignore:Parsing dates")
@pytest.mark.parametrize(
    ("text", "dayfirst", "day"),
    [
        ("03/04/2024", False, 4),
        ("03/04/2024", True, 3),
        ("31/12/2024", False, 31),
        ("2024/04/03 10:15", False, 3),
        ("3 Apr 2024", False, 3),
        ("20240403", False, 3),
        ("04/03/2024 01:05 PM", False, 3),
        ("2024-04-03", True, 3),
    ],
)
def test_the_first_value_tells_the_form(tmp_path: Path, text: str, dayfirst: bool, day: int) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"d\n\n{text}\n", newline="")
    found = hs.read_csv(path, parse_dates=["d"], dayfirst=dayfirst)
    assert found["d"].dt.day.dropna().to_list() == [day]
    if text == "2024-04-03":
        # ISO 8601 means one day only; pandas would swap it.
        return
    wanted = pd.read_csv(path, parse_dates=["d"], dayfirst=dayfirst)["d"].dropna()
    assert [moment.isoformat() for moment in wanted] == [m.isoformat() for m in found["d"].dropna().to_list()]


def test_records_of_another_length(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n3,4,5\n6,7\n")
    same(path, on_bad_lines="skip")
    with pytest.warns(UserWarning, match="1 record was left out .*row 1: 2 fields expected, 3 found"):
        found = hs.read_csv(path, on_bad_lines="warn")
    assert found["a"].to_list() == [1, 6]
    with pytest.raises(hs.errors.ParseError, match="2 fields expected, 3 found"):
        hs.read_csv(path, on_bad_lines="error").to_dict("list")
    with pytest.raises(hs.errors.UnsupportedError, match="functions"):
        hs.read_csv(path, on_bad_lines=lambda line: None)
    with pytest.raises(hs.errors.InvalidArgumentError, match="on_bad_lines"):
        hs.read_csv(path, on_bad_lines="ignore")
    path.write_text("a,b\n1,2\n3,4,5\n6,x\n")
    found = hs.read_csv(path, on_bad_lines="skip", on_error="null", dtype={"b": "int64"})
    assert found["b"].to_list() == [2, None]
    # A value that is not of its type is not a bad line.
    with pytest.raises(hs.errors.ParseError):
        hs.read_csv(path, on_bad_lines="skip", dtype={"b": "bool"}).to_dict("list")


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n",
        "a,b,c\n1\nx,y\n\n,\n6,7,8,9\n9",
        'a,b,c\r\n1\r\n"x,\n",y\r\n1,2,3,4\r\n"z"',
        "a,b,c\n1\n2\n3\n",
        "a,b,c\n" + "1,é,3\n4,ü\n5,6,7,8\n9\n" * 3000,
        "a,b,c,d,e\n" + "1,2,3,4,5\n" * 4000 + "6\n" + "7,8,9,10\n" * 4000 + "1,2,3,4,5\n",
    ],
)
def test_short_records_are_filled_where_long_ones_are_left_out(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, newline="")
    same(path, on_bad_lines="skip")
    # (pandas takes records of any number of fields where columns are chosen.)
    some = hs.read_csv(path, on_bad_lines="skip", usecols=["c", "b"]).to_dict("list")
    assert some == hs.read_csv(path, on_bad_lines="skip")[list(some)].to_dict("list")
    same(path, on_bad_lines="skip", keep_default_na=False, dtype="str")
    same(path, on_bad_lines="skip", skip_blank_lines=False)
    wanted = pd.read_csv(path, on_bad_lines="skip")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert len(hs.read_csv(path, on_bad_lines="warn")) == len(wanted)
    assert len(told) == (",9\n" in text or ",4\r\n" in text or ",8\n9" in text)
    with pytest.raises(hs.errors.ParseError, match="fields expected"):
        hs.read_csv(path).to_dict("list")


def test_rows_are_counted_over_folders(tmp_path: Path) -> None:
    frame = hs.DataFrame({"k": [1, 1, 2, 3, 3], "x": [10, 11, 12, 13, 14]})
    frame.to_csv(tmp_path / "x", partition_cols="k")
    found = hs.read_csv(tmp_path / "x", row_index="row")
    assert found["row"].to_list() == [0, 1, 2, 3, 4] and found["x"].to_list() == [10, 11, 12, 13, 14]
    assert hs.read_csv(tmp_path / "x", row_index="row", nrows=3)["row"].to_list() == [0, 1, 2]
    assert hs.read_csv(tmp_path / "x", nrows=4)["x"].to_list() == [10, 11, 12, 13]


def test_times_are_written_in_a_form_of_choice(tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": pd.to_datetime(["2024-02-29 13:04:00.5", None]), "x": [1, 2], "s": ["a,b", None]})
    ours = hs.from_pandas(frame)
    for form in ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y, %H:%M:%S.%f", "%Y"):
        options = {"date_format": form, "na_rep": "NA", "index": False}
        assert ours.to_csv(**options) == frame.to_csv(**options)
    path = tmp_path / "x.csv.gz"
    ours.to_csv(path, date_format="%Y-%m-%d %H:%M:%S.%f", index=False)
    back = hs.read_csv(path, parse_dates=["t"])
    pd.testing.assert_frame_equal(back.to_pandas(), frame, check_dtype=False)
    indexed = frame.set_index("t")
    assert hs.from_pandas(indexed).to_csv(date_format="%H:%M") == indexed.to_csv(date_format="%H:%M")
