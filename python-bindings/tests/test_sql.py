"""Databases: SQLite by Python's own module, block by block, and by ADBC."""

from __future__ import annotations

import datetime
import decimal
import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path

import hypostyle as hs
import pytest
from hypostyle import sql


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "x.db")
    yield connection
    connection.close()


def filled(con: sqlite3.Connection, rows: int = 1000) -> list[tuple]:
    con.execute("create table t (id integer, real, word text, data blob)")
    values = [(i, None if i % 7 == 0 else i if i < 600 else i / 2, f"w{i % 5}", bytes([i % 256])) for i in range(rows)]
    con.executemany("insert into t values (?, ?, ?, ?)", values)
    con.commit()
    return values


def test_a_query_of_many_blocks(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    values = filled(con)
    for batch in (1, 64, 600, 50_000):
        frame = hs.read_database("select * from t", con, batch_size=batch)
        # Whole numbers in the first blocks, floats in later ones.
        assert frame.dtypes == {"id": "int64", "real": "float64", "word": "string", "data": "binary"}
        assert [tuple(row.values()) for row in frame.to_dict("records")] == values
    frame = hs.read_sql("select id, word from t where id < ?", con, params=(3,), index_col="id")
    assert frame["word"].to_list() == ["w0", "w1", "w2"] and frame.index.to_list() == [0, 1, 2]
    assert hs.read_sql("t", con, columns=["word", "id"]).columns.to_list() == ["word", "id"]
    assert len(hs.read_sql_table("t", con)) == 1000


def test_parts_of_a_result(con: sqlite3.Connection) -> None:
    filled(con)
    parts = list(hs.read_sql("select id from t", con, chunksize=300, dtype={"id": "int32"}))
    assert [len(part) for part in parts] == [300, 300, 300, 100] and parts[3].dtypes == {"id": "int32"}
    assert [part.shape for part in hs.read_sql("select * from t where id < 0", con, chunksize=5)] == [(0, 4)]
    assert hs.read_sql("select id, word from t where id < 0", con).shape == (0, 2)


def test_columns_of_several_types_are_text_and_say_so(con: sqlite3.Connection) -> None:
    con.execute("create table t (x)")
    con.executemany("insert into t values (?)", [(1,), (2.5,), (None,), ("a",)])
    for batch in (1, 2, 100):
        with pytest.warns(UserWarning, match="'x' holds text and"):
            frame = hs.read_database("select x from t", con, batch_size=batch)
        assert frame["x"].to_list()[2:] == [None, "a"]
    con.execute("insert into t values (x'00')")
    with pytest.raises(hs.errors.DataTypeError, match="'x' holds bytes"):
        hs.read_sql("select x from t", con)


def test_wrong_queries(con: sqlite3.Connection) -> None:
    with pytest.raises(hs.errors.DuplicateColumnError, match="AS"):
        hs.read_sql("select 1 as a, 2 as a", con)
    with pytest.raises(hs.errors.InvalidArgumentError, match="gives no rows"):
        hs.read_sql("create table u (x)", con)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        hs.read_sql("select * from nowhere", con)
    with pytest.raises(hs.errors.UnsupportedError, match="connection"):
        hs.read_sql("select 1", "sqlite:///x.db")
    with pytest.raises(hs.errors.DataTypeError, match="no database connection"):
        hs.read_sql("select 1", 5)


def test_the_way_there_and_back(con: sqlite3.Connection) -> None:
    frame = hs.DataFrame(
        {
            "k": ["a", 'b"c', None],
            "n": [1, None, -3],
            "x": [0.1, None, 1e300],
            "flag": [True, None, False],
            "day": [datetime.date(2024, 2, 29), None, datetime.date(1969, 1, 1)],
            "at": [datetime.datetime(2024, 2, 29, 1, 2, 3, 456), None, datetime.datetime(1969, 1, 1)],
            "data": [b"\x00\xff", None, b""],
            "exact": [decimal.Decimal("1.50"), None, decimal.Decimal("-2.25")],
        }
    )
    assert frame.to_sql("a table", con) == 3
    back = hs.read_sql('select * from "a table"', con, parse_dates=["day", "at"])
    assert back["k"].to_list() == frame["k"].to_list() and back["x"].to_list() == frame["x"].to_list()
    assert back["flag"].to_list() == [1, None, 0] and back["data"].to_list() == frame["data"].to_list()
    assert back["at"].to_list() == frame["at"].to_list() and back["exact"].to_list() == ["1.50", None, "-2.25"]
    assert back["day"].dt.date.to_list() == frame["day"].to_list()
    pd = pytest.importorskip("pandas")
    with_pandas = pd.read_sql('select n, x from "a table"', con)
    assert with_pandas["x"].tolist()[::2] == [0.1, 1e300]
    with pytest.raises(hs.errors.InvalidArgumentError, match="there already"):
        frame.to_sql("a table", con)
    assert frame.to_sql("a table", con, if_exists="append", chunksize=2) == 3
    assert con.execute('select count(*) from "a table"').fetchone() == (6,)
    assert frame.set_index("k").to_sql("a table", con, if_exists="replace", dtype={"n": "NUMERIC"}) == 3
    kinds = {name: kind for _, name, kind, *_ in con.execute('pragma table_info("a table")')}
    assert list(kinds) == frame.columns.to_list() and (kinds["n"], kinds["x"], kinds["at"]) == (
        "NUMERIC",
        "REAL",
        "TIMESTAMP",
    )
    assert not con.in_transaction
    assert frame["n"].to_sql("numbers", con, index=False) == 3


def test_a_failed_write_changes_nothing(con: sqlite3.Connection) -> None:
    filled(con, 10)
    bad = hs.DataFrame({"id": [1, 2**63], "real": [1.0, 2.0]})
    assert bad.dtypes["id"] == "uint64"
    for if_exists in ("replace", "append"):
        with pytest.raises(hs.errors.DataTypeError, match="whole number"):
            bad.to_sql("t", con, if_exists=if_exists)
        assert con.execute("select count(*), count(data) from t").fetchone() == (10, 10)
    with pytest.raises(hs.errors.UnsupportedError, match="list"):
        hs.DataFrame({"x": [[1], [2]]}).to_sql("lists", con)
    assert con.execute("select count(*) from sqlite_master").fetchone() == (1,)
    con.execute("insert into t (id) values (77)")
    hs.DataFrame({"id": [78]}).to_sql("t", con, if_exists="append")
    # What was open before stays open.
    assert con.in_transaction
    con.rollback()
    assert con.execute("select count(*) from t").fetchone() == (10,)


def test_a_connection_of_adbc(tmp_path: Path) -> None:
    adbc = pytest.importorskip("adbc_driver_sqlite.dbapi", reason="the package adbc-driver-sqlite is not installed")
    with adbc.connect(str(tmp_path / "x.db")) as con:
        frame = hs.DataFrame({"n": [1, 2, None], "t": ["a", None, "c"]})
        assert frame.to_sql("t", con) == 3
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            back = hs.read_sql("select * from t where n > ?", con, params=(1,))
        assert back.to_dict("list") == {"n": [2], "t": [None]}
        assert hs.read_database("select n, t from t", con).to_dict("list") == frame.to_dict("list")
        with pytest.raises(Exception, match="t"):
            frame.to_sql("t", con)
        assert frame.to_sql("t", con, if_exists="replace") == 3


def test_a_connection_of_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb")
    con = duckdb.connect()
    frame = hs.read_sql("select range as i, range / 2 as x from range(100000)", con)
    assert frame["i"].sum() == 4999950000 and frame.dtypes["x"] == "float64"


def test_the_block_is_what_is_documented() -> None:
    assert sql.BLOCK == 50_000
