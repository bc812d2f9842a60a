"""Values at the ends of their types, and files that few write: what random queries found."""

from __future__ import annotations

import datetime as dt
import operator
from decimal import Decimal

import hypostyle as hs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

LEAST, GREATEST = -(2**63), 2**63 - 1


@pytest.mark.parametrize("closed", ["right", "left", "both", "neither"])
@pytest.mark.parametrize("window", [1, 3, 5, 200, GREATEST])
def test_windows_by_values_reach_below_the_least_number(closed, window):
    by = [LEAST, LEAST, LEAST + 3, 0, GREATEST - 1, GREATEST, GREATEST]
    df = hs.DataFrame({"by": by, "x": [1] * len(by)})
    moving = hs.col("x").rolling_count(by=hs.col("by"), window=window, closed=closed, min_periods=0)

    def holds(low: int, value: int, high: int) -> bool:
        left = low <= value if closed in ("left", "both") else low < value
        return left and (value <= high if closed in ("right", "both") else value < high)

    expected = [sum(holds(value - window, other, value) for other in by) for value in by]
    assert df.assign(n=moving)["n"].to_list() == expected


def test_offsets_with_seconds_are_read_as_they_are_written(tmp_path):
    """Before zones were standardised, towns kept their own time to the second."""
    instants = [dt.datetime(1890, 1, 1, tzinfo=dt.UTC), dt.datetime(1850, 6, 1, 12, tzinfo=dt.UTC), None]
    table = pa.table({"t": pa.array(instants, pa.timestamp("us", "Europe/Berlin"))})
    df = hs.from_arrow(table)
    text = df.select(t=hs.col("t").cast("string"))
    assert text["t"].to_list() == ["1890-01-01T00:53:28+00:53:28", "1850-06-01T12:53:28+00:53:28", None]
    again = text.select(t=hs.col("t").cast("timestamp[us, Europe/Berlin]"))
    assert pa.table(again) == table
    df.to_csv(tmp_path / "x.csv", index=False)
    read = hs.read_csv(tmp_path / "x.csv", dtype={"t": "timestamp[us, UTC]"})
    assert read["t"].to_list() == instants
    west = hs.DataFrame({"t": ["1850-06-01T12:00:00-04:56:02", "1850-06-01T12:00:00-04:56:60"]})
    found = west.select(t=hs.col("t").cast("timestamp[s, UTC]", "lenient"))["t"].to_list()
    assert found == [dt.datetime(1850, 6, 1, 16, 56, 2, tzinfo=dt.UTC), None]


@pytest.mark.parametrize("rows", [1, 2, 100])
@pytest.mark.parametrize("nulls", [False, True])
def test_categories_of_plain_pages_are_those_that_rows_have(tmp_path, rows, nulls):
    values = ["q", None, "p", None, "q"] if nulls else ["q", "p", "q"]
    column = pa.array(values, pa.string()).dictionary_encode()
    pq.write_table(pa.table({"c": column}), tmp_path / "x.parquet", use_dictionary=False, row_group_size=rows)
    series = hs.read_parquet(tmp_path / "x.parquet")["c"]
    assert list(series.cat.categories) == ["q", "p"]
    assert series.to_list() == values
    counted = series.value_counts()
    assert counted.to_pandas().to_dict() == {"q": 2, "p": 1}


def test_an_empty_text_may_be_a_category(tmp_path):
    column = pa.array([None, "", "p", None], pa.string()).dictionary_encode()
    pq.write_table(pa.table({"c": column}), tmp_path / "x.parquet", use_dictionary=False, row_group_size=2)
    series = hs.read_parquet(tmp_path / "x.parquet")["c"]
    assert list(series.cat.categories) == ["", "p"]
    assert series.to_list() == [None, "", "p", None]


@pytest.mark.parametrize("count", [LEAST, LEAST + 1, -1, GREATEST])
def test_the_first_and_the_last_nanosecond_are_times_as_others(tmp_path, count):
    """The first second of nanoseconds begins before what 64 bits count."""
    naive = pa.table({"t": pa.array([count], pa.timestamp("ns"))})
    zoned = pa.table({"t": pa.array([count], pa.timestamp("ns", "UTC"))})
    found = hs.from_arrow(naive).select(t=hs.col("t").cast("timestamp[ns, UTC]"))
    assert pa.table(found) == zoned
    for table, dtype in ((naive, "timestamp[ns]"), (zoned, "timestamp[ns, UTC]")):
        df = hs.from_arrow(table)
        assert pa.table(df.select(t=hs.col("t").cast("string").cast(dtype))) == table
        df.to_csv(tmp_path / "x.csv", index=False)
        assert pa.table(hs.read_csv(tmp_path / "x.csv", dtype={"t": dtype})) == table


def decimals(digits: list[int], precision: int, scale: int) -> pa.Array:
    """Decimals of any scale: pyarrow makes none of more than 38 digits before the point."""
    words = pa.py_buffer(b"".join(number.to_bytes(16, "little", signed=True) for number in digits))
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(digits), [None, words])


def test_decimals_of_a_negative_scale_as_text(tmp_path):
    df = hs.from_arrow(pa.table({"d": decimals([0, 5, -12], 3, -3)}))
    df.to_csv(tmp_path / "x.csv", index=False)
    assert (tmp_path / "x.csv").read_text() == "d\n0\n5000\n-12000\n"
    assert df["d"].astype("string").to_list() == ["0", "5000", "-12000"]


@pytest.mark.parametrize("symbol", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
def test_decimals_beyond_128_bits_compare_with_floats_by_value(symbol):
    digits = [10**37, -(10**37), 0, 1]
    df = hs.from_arrow(pa.table({"d": decimals(digits, 38, -3)}))
    for number in (1e39, -1e39, 1.01e40, 1e300, float("inf"), float("-inf"), 0.5, 1000.0):
        expected = [symbol(Decimal(digit).scaleb(3), Decimal(number)) for digit in digits]
        assert df.select(x=symbol(hs.col("d"), hs.lit(number)))["x"].to_list() == expected, number


@pytest.mark.parametrize(
    "wrap",
    [
        lambda maps: maps,
        lambda maps: pa.ListArray.from_arrays(pa.array([0, 1, 3], pa.int32()), maps.slice(1)),
        lambda maps: pa.LargeListArray.from_arrays(pa.array([0, 1, 3], pa.int64()), maps),
        lambda maps: pa.FixedSizeListArray.from_arrays(maps, 2),
        lambda maps: pa.StructArray.from_arrays([maps, maps], ["a", "b"]),
        lambda maps: pa.MapArray.from_arrays(pa.array([0, 1, 3], pa.int32()), pa.array([1, 2, 3, 4]), maps),
    ],
)
def test_maps_within_other_values(wrap):
    """A map is a list of its entries."""
    inner = pa.array([[("k", 1)], None, [], [("k", None), ("l", 2)]], pa.map_(pa.string(), pa.int64()))
    column = wrap(inner)

    def listed(value):
        if isinstance(value, tuple):
            return {"key": listed(value[0]), "value": listed(value[1])}
        if isinstance(value, dict):
            return {name: listed(item) for name, item in value.items()}
        return [listed(item) for item in value] if isinstance(value, list) else value

    df = hs.from_arrow(pa.table({"x": column}))
    assert df["x"].to_list() == listed(column.to_pylist())
    assert hs.concat([df, df.head(1)])["x"].to_list() == listed([*column.to_pylist(), column[0].as_py()])
