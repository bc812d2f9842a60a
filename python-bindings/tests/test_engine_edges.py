"""Edges of the engine as Python meets them: extreme values and options that random tests found wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import hypostyle as hs
import pandas as pd
import pytest


def test_text_of_38_digits_becomes_a_decimal() -> None:
    texts = ["12345678901234567890123456789012345678", "-" + "9" * 38, "0." + "1" * 37]
    frame = hs.DataFrame({"x": texts})
    assert frame[:2].assign(y=hs.col("x").cast("decimal[38, 0]"))["y"].to_list() == [Decimal(text) for text in texts[:2]]
    assert frame[2:].assign(y=hs.col("x").cast("decimal[38, 37]"))["y"].to_list() == [Decimal(texts[2])]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("20240102030405500000", "%Y%m%d%H%M%S%f"),
        ("202401020304055", "%Y%m%d%H%M%S%f"),
        ("2024-01-02 03:04:05,500", "%Y-%m-%d %H:%M:%S,%f"),
        ("2024-01-02 03:04:05.500", "%Y-%m-%d %H:%M:%S.%f"),
    ],
)
def test_parts_of_a_second_in_forms(text: str, form: str) -> None:
    found = hs.to_datetime(hs.Series([text]), format=form).to_list()
    assert found == [dt.datetime(2024, 1, 2, 3, 4, 5, 500_000)]
    assert found == pd.to_datetime([text], format=form).to_pydatetime().tolist()


def test_pivots_with_totals_keep_missing_keys() -> None:
    pdf = pd.DataFrame({"k": ["a", None, "a"], "c": ["x", "x", "y"], "v": [1, 2, 4]})
    arguments = {"values": "v", "index": "k", "columns": "c", "aggfunc": "sum", "margins": True, "dropna": False}
    found = hs.from_pandas(pdf).pivot_table(**arguments).to_pandas()
    expected = pdf.pivot_table(**arguments)
    assert found["All"].tolist() == expected["All"].tolist() == [5, 2, 7]


def test_dummies_of_missing_values() -> None:
    for values in (["a", "b"], ["a", None]):
        found = hs.get_dummies(hs.DataFrame({"k": values}), dummy_na=True)
        expected = pd.get_dummies(pd.DataFrame({"k": values}), dummy_na=True)
        assert found.to_dict("list") == expected.to_dict("list")


def test_types_of_the_first_rows_of_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2.5\n2,3\ntext,end\n")
    assert hs.read_csv(path, nrows=2).dtypes.to_dict() == {"x": "int64", "y": "float64"}
    assert pd.read_csv(path, nrows=2).dtypes.astype(str).to_dict() == {"x": "int64", "y": "float64"}


def test_empty_lines_that_are_not_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n\n3,4\n")
    assert len(hs.read_csv(path)) == 2
    with pytest.raises(hs.HypostyleError, match="row 1"):
        len(hs.read_csv(path, skip_blank_lines=False))
    path.write_text("x\n1\n\n3\n")
    assert hs.read_csv(path, skip_blank_lines=False)["x"].to_list() == [1, None, 3]


def test_the_memory_of_long_text_is_asked_for() -> None:
    frame = hs.DataFrame({"s": ["x"] * 1000})
    with hs.memory_limit("1TB"):
        assert frame.assign(y=hs.col("s").str_pad(100)).y.str.len().sum() == 100_000
    with hs.memory_limit("3GB"), pytest.raises(hs.errors.MemoryLimitError, match="needs 1907"):
        frame.assign(y=hs.col("s").str_pad(2_000_000_000)).compute()


@pytest.mark.parametrize("partitions", [1, 4])
def test_errors_are_those_of_the_earliest_row(partitions: int) -> None:
    frame = hs.DataFrame({"x": [1, 2, 3, 4], "y": [1, 1, 1, 0], "s": ["1", "2", "z", "4"]}).repartition(partitions)
    with pytest.raises(hs.errors.ParseError, match="row 2"):
        frame.assign(a=hs.col("x") // hs.col("y"), b=hs.col("s").cast("int64")).compute()
