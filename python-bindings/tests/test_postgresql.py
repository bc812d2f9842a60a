"""A real PostgreSQL server, started for these tests; skipped where Debian's package `postgresql` is not installed."""

from __future__ import annotations

import datetime as dt
import decimal
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypostyle as hs
import pytest


def _programs() -> Path | None:
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _owner() -> str | None:
    """Who runs the server: it refuses to be run by root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


@pytest.fixture(scope="module")
def server() -> Iterator[dict]:
    programs, owner = _programs(), _owner()
    if programs is None or owner is None:
        pytest.skip("no PostgreSQL server: Debian's package postgresql is not installed")
    folder = Path(tempfile.mkdtemp(prefix="hypostyle-postgresql-"))
    shutil.chown(folder, owner)
    user = owner if os.geteuid() == 0 else None

    def run(*command: str) -> None:
        done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            log = folder / "log"
            pytest.fail(f"{command[0]}: {done.stderr}{log.read_text() if log.exists() else ''}")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(folder / "data")
    control = str(programs / "pg_ctl")
    try:
        run(str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "hypostyle", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        run(control, "-D", data, "-w", "-t", "60", "-l", str(folder / "log"), "-o", options, "start")
        yield {"host": "127.0.0.1", "port": port, "user": "hypostyle", "database": "postgres"}
        run(control, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def connection(server) -> Iterator:
    driver = pytest.importorskip("pg8000.dbapi", reason="the package pg8000 is not installed")
    made = driver.connect(**server)
    cursor = made.cursor()
    cursor.execute("drop table if exists flights")
    cursor.execute(
        "create table flights (id bigint, carrier text, price numeric(10, 2), delay double precision, day date, "
        "at timestamp, instant timestamptz, late boolean)"
    )
    for row in ROWS:
        cursor.execute("insert into flights values (%s, %s, %s, %s, %s, %s, %s, %s)", row)
    made.commit()
    yield made
    made.close()


UTC = dt.UTC
ROWS = [
    (
        1,
        "UA",
        decimal.Decimal("10.50"),
        1.5,
        dt.date(2024, 2, 29),
        dt.datetime(2024, 2, 29, 12, 30),
        dt.datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
        True,
    ),
    (2, "Zürich ✈", None, None, None, None, None, None),
    (
        2**40,
        "",
        decimal.Decimal("-0.01"),
        float("inf"),
        dt.date(1969, 12, 31),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999_999),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        False,
    ),
]
COLUMNS = ["id", "carrier", "price", "delay", "day", "at", "instant", "late"]


def test_rows_of_a_query(connection):
    df = hs.read_database("select * from flights order by id", connection)
    assert df.columns.tolist() == COLUMNS
    assert [tuple(row) for row in zip(*df.to_dict("list").values(), strict=True)] == ROWS
    assert df.dtypes["id"] == "int64"
    assert hs.read_sql("select price from flights where id = 1", connection)["price"].to_list() == [10.5]
    part = hs.read_sql("select id, carrier from flights where id > %s", connection, params=(1,))
    assert sorted(part["id"].to_list()) == [2, 2**40]
    empty = hs.read_sql("select id, carrier from flights where id < 0", connection)
    assert empty.shape == (0, 2)


def test_a_table_by_name_and_pieces(connection):
    assert hs.read_sql("flights", connection).shape == (3, 8)
    many = "select generate_series(1, 200000) as n, 'text ' || generate_series(1, 200000) as s"
    df = hs.read_database(many, connection)
    assert (df.shape, int(df["n"].sum())) == ((200_000, 2), 200_000 * 200_001 // 2)


def test_errors_of_the_server_are_shown(connection):
    with pytest.raises(Exception, match="no_such"):
        hs.read_sql("select * from no_such_table", connection)
    connection.rollback()
    assert hs.read_sql("select 1 as one", connection)["one"].to_list() == [1]


def test_arrow_data_of_adbc(server, connection):
    adbc = pytest.importorskip(
        "adbc_driver_postgresql.dbapi", reason="the package adbc-driver-postgresql is not installed"
    )
    uri = f"postgresql://{server['user']}@{server['host']}:{server['port']}/{server['database']}"
    with adbc.connect(uri) as made:
        df = hs.read_database("select id, carrier, delay, day, late from flights order by id", made)
        assert df["id"].to_list() == [1, 2, 2**40]
        assert df["carrier"].to_list() == ["UA", "Zürich ✈", ""]
        assert df["day"].to_list() == [dt.date(2024, 2, 29), None, dt.date(1969, 12, 31)]
        assert df["late"].to_list() == [True, None, False]
        back = hs.DataFrame({"n": [1, 2, None], "s": ["a", None, "c"]})
        back.to_sql("written", made, index=False)
        assert hs.read_sql("select * from written", made).to_dict("list") == {"n": [1, 2, None], "s": ["a", None, "c"]}
