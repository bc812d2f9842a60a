"""What pandas' own tests of databases found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest


@pytest.fixture
def con() -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(":memory:") as connection:
        yield connection
    connection.close()


def test_the_index_has_a_name_of_its_own(con: sqlite3.Connection) -> None:
    pdf = pd.DataFrame({"x": [1, 2, 3]}, index=pd.Index(["a", "b", "c"], name="k"))
    for frame, label in (
        (pdf, "id"),
        (pdf, None),
        (pdf.reset_index(drop=True), "row"),
        (pdf.reset_index(drop=True), ["row"]),
    ):
        frame.to_sql("theirs", con, if_exists="replace", index_label=label)
        hs.from_pandas(frame).to_sql("ours", con, if_exists="replace", index_label=label)
        theirs, ours = (con.execute(f"select * from {name}") for name in ("theirs", "ours"))
        assert [one[0] for one in theirs.description] == [one[0] for one in ours.description]
        assert theirs.fetchall() == ours.fetchall()
    with pytest.raises(hs.errors.InvalidArgumentError, match="index_label"):
        hs.from_pandas(pdf).to_sql("ours", con, if_exists="replace", index_label=["a", "b"])


def test_types_of_sql(con: sqlite3.Connection) -> None:
    df = hs.DataFrame({"x": [1, 2], "y": ["a", "b"]})
    for dtype, wanted in (({"x": "STRING"}, ["STRING", "TEXT"]), ("STRING", ["STRING", "STRING"])):
        df.to_sql("t", con, if_exists="replace", index=False, dtype=dtype, method="multi", chunksize=1)
        assert [row[2] for row in con.execute("pragma table_info(t)")] == wanted
    wrong: list[Any] = [{"x": bool}, int]
    for dtype in wrong:
        with pytest.raises(ValueError, match="type of SQL"):
            df.to_sql("t", con, if_exists="replace", dtype=dtype)
    with pytest.raises(hs.errors.UnsupportedError, match="schema"):
        df.to_sql("t", con, schema="other")


def test_how_pandas_holds_values_is_no_matter(con: sqlite3.Connection) -> None:
    hs.DataFrame({"x": [1, None]}).to_sql("t", con)
    for read in (hs.read_sql, hs.read_sql_query, hs.read_sql_table):
        text = "t" if read is hs.read_sql_table else "select * from t"
        assert read(text, con, dtype_backend="numpy_nullable")["x"].to_list() == [1, None]


def test_columns_of_the_keys_of_a_mapping() -> None:
    df = hs.DataFrame({"x": [1], "y": [2], 3: [4]})
    renamed = {"y": "b", 3: "c"}
    for keys in (renamed.keys(), iter(renamed), (name for name in renamed)):
        assert df[keys].to_dict("list") == {"y": [2], 3: [4]}
    assert df[{"a": "x"}.values()].to_dict("list") == {"x": [1]}
    with pytest.raises(hs.errors.ColumnNotFoundError):
        df[{"z": 1}.keys()]
