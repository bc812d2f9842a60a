"""Parquet files as DuckDB writes them, of both versions of the format: every one reads as the table that was written."""

from __future__ import annotations

import hypostyle as hs
import pytest

duckdb = pytest.importorskip("duckdb")

COLUMNS = """
    i::integer as plain, (i * 7919 - 40)::bigint as long, (4294967295 - i)::uinteger as most,
    (4294967295 * (i % 2))::uinteger as swinging, (18446744073709551615 - i)::ubigint as wide,
    (9223372036854775807 * (i % 3 - 1))::bigint as far, (i % 200)::utinyint as tiny, (i % 7 - 3)::smallint as small,
    i / 7.0::double as real, i / 3.0::float as float, i % 3 = 0 as flag,
    case when i % 5 = 0 then null else i * i end as some, null::integer as nothing,
    date '2020-01-01' + (i % 3000)::integer as day, timestamp '2020-01-01' + to_seconds(i) as moment,
    'text ' || i as text, 'größer als zwölf ' || (i % 1000) as longer, case when i % 3 = 0 then null else 'x' end as same,
    [i, i + 1] as list, {'a': i, 'b': 'text ' || i} as pair
"""


@pytest.mark.parametrize("rows", [0, 1, 20_000])
@pytest.mark.parametrize(
    "options",
    [
        "PARQUET_VERSION V1",
        "PARQUET_VERSION V2",
        "PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1",
        "PARQUET_VERSION V2, COMPRESSION zstd, ROW_GROUP_SIZE 3000",
        "PARQUET_VERSION V2, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1",
    ],
)
def test_both_versions_are_read(tmp_path, options, rows):
    path = tmp_path / "x.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select {COLUMNS} from range({rows}) as r(i)")
        connection.execute(f"copy t to '{path}' (format parquet, {options})")
        expected = connection.execute("from t").to_arrow_table()
    found = hs.read_parquet(path)
    back = found.to_arrow()
    assert back.column_names == expected.column_names
    for name in expected.column_names:
        assert back[name].to_pylist() == expected[name].to_pylist(), name
    if rows > 1:
        few = found[(found["plain"] >= 4999) & (found["plain"] < 5003)]
        assert few["most"].to_list() == [4294967295 - at for at in range(4999, 5003)]
        assert few["longer"].to_list() == [f"größer als zwölf {at % 1000}" for at in range(4999, 5003)]
