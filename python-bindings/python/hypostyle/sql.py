"""Reading and writing databases: any DB-API connection, by blocks of rows, and ADBC connections, by Arrow."""

from __future__ import annotations

import decimal
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypostyle import _index, _mixed
from hypostyle._concat import concat
from hypostyle._dtypes import is_integer
from hypostyle._headings import flattened
from hypostyle._to_datetime import to_datetime
from hypostyle.errors import DataTypeError, DuplicateColumnError, InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle._output import Output
    from hypostyle.frame import DataFrame

#: Rows that are fetched at a time.
BLOCK = 50_000


def read_sql(
    sql: str,
    con: Any,
    index_col: str | Sequence[str] | None = None,
    coerce_float: bool = True,
    params: Any = None,
    parse_dates: Sequence[str] | Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    chunksize: int | None = None,
    dtype: Any = None,
    dtype_backend: Any = None,
) -> Any:
    """The rows that a query finds, or those of a table. The connection is any of Python's database interface (DB-API:
    ``sqlite3``, ``psycopg``, ``duckdb``, ...), one of SQLAlchemy, or one of ADBC, whose Arrow data are taken as they are.

    Rows are fetched 50,000 at a time, and types are the smallest that hold the values of all: whole numbers and floats
    together are floats; text together with others is text, with a warning. Decimals become floats unless
    ``coerce_float`` is false. ``params`` are handed to the connection, ``parse_dates`` names columns of text to read as
    timestamps (or maps them to forms), ``dtype`` gives types; ``dtype_backend`` changes nothing. With
    ``chunksize`` it is an iterator of frames.

    >>> import hypostyle as hs, sqlite3
    >>> con = sqlite3.connect(":memory:")
    >>> hs.DataFrame({"carrier": ["UA", "AA"], "delay": [4, None]}).to_sql("flights", con)
    2
    >>> hs.read_sql("select * from flights where carrier = ?", con, params=("UA",)).to_dict("list")
    {'carrier': ['UA'], 'delay': [4]}
    """
    if columns is not None and not _is_table(sql):
        raise InvalidArgumentError("columns is for whole tables; name the columns in the query")
    query = _select(sql, columns) if _is_table(sql) else sql
    finished = _Finish(index_col, parse_dates, dtype)
    if chunksize is not None:
        if isinstance(chunksize, bool) or not isinstance(chunksize, int) or chunksize < 1:
            raise InvalidArgumentError(f"chunksize is a number of rows, not {chunksize!r}")
        return (finished(frame) for frame in _chunks(query, con, params, chunksize, coerce_float))
    return finished(read_database(query, con, params=params, coerce_float=coerce_float))


def read_sql_query(sql: str, con: Any, *args: Any, **options: Any) -> Any:
    """As `read_sql` of a query."""
    return read_sql(sql, con, *args, **options)


def read_sql_table(table_name: str, con: Any, schema: str | None = None, **options: Any) -> Any:
    """As `read_sql` of a table."""
    columns = options.pop("columns", None)
    name = table_name if schema is None else f"{schema}.{table_name}"
    return read_sql(_select(name, columns), con, **options)


def read_database(
    query: str, connection: Any, *, params: Any = None, batch_size: int = BLOCK, coerce_float: bool = False
) -> DataFrame:
    """The rows that a query finds, as `read_sql`, fetched ``batch_size`` at a time; decimals stay decimals."""
    connection = _plain(connection)
    cursor = connection.cursor()
    try:
        _execute(cursor, query, params)
        arrow = _arrow(cursor)
        if arrow is not None:
            return arrow
        names = _names(cursor)
        return _joined(names, [_block(names, rows, coerce_float) for rows in _fetched(cursor, batch_size)])
    finally:
        cursor.close()


def to_sql(
    frame: Output,
    name: str,
    con: Any,
    *,
    if_exists: str = "fail",
    index: bool = True,
    chunksize: int | None = None,
    dtype: Mapping[str, str] | str | None = None,
    index_label: str | Sequence[str] | None = None,
    schema: str | None = None,
    method: Any = None,
) -> int:
    """Writes the rows into a table of SQLite or of an ADBC connection: all of them, or none. Columns that act as the index
    come first, unless ``index`` is false. ``if_exists``: ``"fail"``, ``"replace"`` or ``"append"``; ``dtype`` gives types
    of SQL by column, ``index_label`` names of the index, which may be the numbers of rows then. ``method`` changes nothing.
    The number of rows."""
    if schema not in (None, "main"):
        raise UnsupportedError(
            f"to_sql: schema={schema!r}; SQLite has no schemas, and ADBC writes into the one of the connection"
        )
    if index and index_label is not None:
        labels = [index_label] if isinstance(index_label, str) else list(index_label)
        named: Any = frame if frame._plan.index else type(frame)._of(frame._plan.numbered())  # type: ignore[attr-defined]
        if len(labels) != len(named._plan.index):
            raise InvalidArgumentError(
                f"to_sql: index_label={index_label!r} for {len(named._plan.index)} levels of the index"
            )
        frame = named.rename_axis(labels)
    types = _types_of_sql(dtype, frame)
    if if_exists not in ("fail", "replace", "append"):
        raise InvalidArgumentError(f"if_exists is 'fail', 'replace' or 'append', not {if_exists!r}")
    plan = frame._flat() if index else _index.reset(flattened(frame._plan), True)
    if _is_sqlite(con):
        return _into_sqlite(plan, name, con, if_exists, chunksize or BLOCK, types)
    cursor = con.cursor()
    try:
        from hypostyle.frame import DataFrame

        mode = {"fail": "create", "replace": "replace", "append": "append"}[if_exists]
        rows = cursor.adbc_ingest(name, DataFrame._of(plan), mode=mode)
        con.commit()
        return rows if rows >= 0 else plan.query.rows()
    except BaseException:
        con.rollback()
        raise
    finally:
        cursor.close()


def _types_of_sql(dtype: Any, frame: Any) -> Mapping[str, str]:
    """Types of SQL by column; one for all columns, or some by name."""
    types = dtype if isinstance(dtype, Mapping) else {} if dtype is None else dict.fromkeys(frame._plan.columns, dtype)
    for name, kind in types.items():
        if not isinstance(kind, str):
            raise InvalidArgumentError(f"to_sql: dtype is a type of SQL as text, not {kind!r} (column {name!r})")
    return types


def _is_sqlite(con: Any) -> bool:
    """Whether it is a connection of Python's own module, which nobody has who has not imported it."""
    sqlite3 = sys.modules.get("sqlite3")
    return sqlite3 is not None and isinstance(con, sqlite3.Connection)


def is_own(con: Any) -> bool:
    """Whether `to_sql` writes to such a connection itself."""
    return _is_sqlite(con) or hasattr(con, "adbc_get_info")


class _Finish:
    """What is done with a frame that was read."""

    def __init__(self, index_col: Any, parse_dates: Any, dtype: Any) -> None:
        self.index_col, self.parse_dates, self.dtype = index_col, parse_dates, dtype

    def __call__(self, frame: DataFrame) -> DataFrame:
        if self.dtype is not None:
            types = self.dtype if isinstance(self.dtype, Mapping) else dict.fromkeys(frame.columns, self.dtype)
            frame = frame.astype(types)
        dates = [self.parse_dates] if isinstance(self.parse_dates, str) else self.parse_dates or ()
        for column in dates:
            form = dates[column] if isinstance(dates, Mapping) else None
            form, unit = (None, form) if form in ("s", "ms", "us", "ns") else (form, None)
            frame = frame.assign(**{column: to_datetime(frame[column], format=form, unit=unit)})
        return frame if self.index_col is None else frame.set_index(self.index_col)


def _is_table(sql: str) -> bool:
    """Whether it is a name and no query."""
    if not isinstance(sql, str):
        raise DataTypeError(f"a query is a text, not a {type(sql).__name__}")
    return not any(letter.isspace() or letter == "(" for letter in sql.strip())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _select(table: str, columns: Sequence[str] | None) -> str:
    wanted = "*" if columns is None else ", ".join(map(_quoted, columns))
    return f"select {wanted} from {'.'.join(map(_quoted, table.strip().split('.')))}"


def _plain(connection: Any) -> Any:
    """The connection of Python's database interface."""
    if isinstance(connection, str):
        raise UnsupportedError("read_sql takes a connection, not its address; open it with the database's module")
    if hasattr(connection, "raw_connection"):
        return connection.raw_connection()
    if hasattr(connection, "exec_driver_sql"):
        return connection.connection
    if not hasattr(connection, "cursor"):
        raise DataTypeError(f"a {type(connection).__name__} is no database connection: it has no cursor()")
    return connection


def _execute(cursor: Any, query: str, params: Any) -> None:
    cursor.execute(query) if params is None else cursor.execute(query, params)


def _arrow(cursor: Any) -> DataFrame | None:
    """The result as Arrow data, where the cursor gives them."""
    from hypostyle._columns import from_arrow

    for fetch in ("fetch_arrow", "fetch_record_batch"):
        if hasattr(cursor, fetch):
            return from_arrow(getattr(cursor, fetch)())
    return None


def _names(cursor: Any) -> list[str]:
    if cursor.description is None:
        raise InvalidArgumentError("the statement gives no rows; run it on the connection itself")
    names = [str(column[0]) for column in cursor.description]
    for name in names:
        if names.count(name) > 1:
            raise DuplicateColumnError(f"two columns of the query are named {name!r}; name one of them with AS")
    return names


def _fetched(cursor: Any, rows: int) -> Iterator[list[Any]]:
    while block := cursor.fetchmany(rows):
        yield block


def _chunks(query: str, con: Any, params: Any, rows: int, coerce_float: bool) -> Iterator[DataFrame]:
    cursor = _plain(con).cursor()
    try:
        _execute(cursor, query, params)
        names, empty = _names(cursor), True
        for block in _fetched(cursor, rows):
            empty = False
            yield _joined(names, [_block(names, block, coerce_float)])
        if empty:
            yield _joined(names, [])
    finally:
        cursor.close()


def _block(names: list[str], rows: list[Any], coerce_float: bool) -> dict[str, Any]:
    """Columns of some rows, each a series of the smallest type that holds its values."""
    from hypostyle.frame import DataFrame

    columns: dict[str, Any] = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        if coerce_float and any(isinstance(value, decimal.Decimal) for value in values):
            values = tuple(float(value) if isinstance(value, decimal.Decimal) else value for value in values)
        try:
            made = DataFrame({name: list(values)})
        except DataTypeError:
            made = DataFrame({name: _mixed.alike(name, values)})
        columns[name] = made[name]
    return columns


def _joined(names: list[str], blocks: list[dict[str, Any]]) -> DataFrame:
    """The blocks one after the other, columns of the smallest types that hold those of all."""
    from hypostyle.frame import DataFrame

    if not blocks:
        return DataFrame({name: [] for name in names})
    for name in names:
        kinds = {block[name].dtype for block in blocks} - {"null"}
        if len(kinds) > 1 and "string" in kinds:
            _mixed.warn_of_text(name, sorted(kinds - {"string"}))
            for block in blocks:
                block[name] = block[name].astype("string")
    frames = [DataFrame(block) for block in blocks]
    return frames[0] if len(frames) == 1 else concat(frames)


def _sql_type(dtype: str) -> str:
    if dtype == "bool" or is_integer(dtype):
        return "INTEGER"
    if dtype.startswith("float"):
        return "REAL"
    if dtype.startswith("timestamp"):
        return "TIMESTAMP"
    names = {"date": "DATE", "time": "TIME", "binary": "BLOB"}
    if dtype.startswith(("list", "array", "struct", "duration", "interval")):
        raise UnsupportedError(f"a {dtype} cannot be written into SQLite; convert the column to text")
    return names.get(dtype, "TEXT")


def _sql_values(dtype: str, values: list[Any]) -> list[Any]:
    """What SQLite takes for values of a type."""
    if dtype.startswith("timestamp"):
        return [None if value is None else value.isoformat(" ") for value in values]
    if dtype in ("date", "time"):
        return [None if value is None else value.isoformat() for value in values]
    if dtype.startswith("decimal"):
        return [None if value is None else str(value) for value in values]
    return values


def _into_sqlite(plan: Any, name: str, con: Any, if_exists: str, rows: int, given: Mapping[str, str]) -> int:
    names = plan.names
    kinds = [plan.dtypes[column] for column in names]
    types = [given.get(column) or _sql_type(kind) for column, kind in zip(names, kinds, strict=True)]
    table, total = plan.query.collect(), 0
    into = _quoted(name)
    con.execute("savepoint hypostyle_to_sql")
    try:
        there = con.execute("select 1 from sqlite_master where type = 'table' and name = ?", (name,)).fetchone()
        if there and if_exists == "fail":
            raise InvalidArgumentError(f"the table {name!r} is there already; pass if_exists='replace' or 'append'")
        if there and if_exists == "replace":
            con.execute(f"drop table {into}")
        if not there or if_exists == "replace":
            parts = ", ".join(f"{_quoted(column)} {kind}" for column, kind in zip(names, types, strict=True))
            con.execute(f"create table {into} ({parts})")
        places = ", ".join("?" * len(names))
        insert = f"insert into {into} ({', '.join(map(_quoted, names))}) values ({places})"
        for start in range(0, table.rows(), rows):
            lists = table.slice(start, rows).collect().lists(names)
            columns = [_sql_values(kind, values) for kind, values in zip(kinds, lists, strict=True)]
            try:
                con.executemany(insert, zip(*columns, strict=True))
            except OverflowError as error:
                raise DataTypeError(f"to_sql: a whole number that SQLite cannot hold: {error}") from error
            total += len(lists[0])
    except BaseException:
        con.execute("rollback to hypostyle_to_sql")
        con.execute("release hypostyle_to_sql")
        raise
    con.execute("release hypostyle_to_sql")
    return total
