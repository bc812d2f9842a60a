"""What nobody writes by intent: expressions of thousands of levels, lists of millions, names that look like expressions."""

from __future__ import annotations

import datetime as dt
import operator
import subprocess
import sys
import time
from decimal import Decimal
from functools import reduce

import hypostyle as hs
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest


@pytest.fixture
def df() -> hs.DataFrame:
    return hs.DataFrame({"x": [1, 2]})


def test_chains_of_hundreds_of_operators_run(df):
    chain = reduce(operator.add, [hs.lit(1)] * 500, hs.col("x"))
    assert df.assign(y=chain)["y"].to_list() == [501, 502]
    many = hs.DataFrame({"x": list(range(20_000))})
    assert many.assign(y=chain)["y"].max() == 19_999 + 500
    either = reduce(operator.or_, [hs.col("x") == i for i in range(500)])
    assert len(many.filter(either)) == 500


@pytest.mark.parametrize(
    "deepen",
    [
        lambda expr: expr + 1,
        lambda expr: 1 - expr,
        lambda expr: -expr,
        lambda expr: expr.cast("int64"),
        lambda expr: expr.alias("y"),
        lambda expr: expr.abs(),
        lambda expr: hs.when(hs.col("x") > 1).then(1).otherwise(expr),
        lambda expr: hs.when(expr > 1).then(1).otherwise(2),
        lambda expr: expr.fill_null(1),
    ],
)
def test_expressions_that_are_too_deep_are_an_error(deepen):
    with pytest.raises(hs.errors.InvalidArgumentError, match="levels"):
        expr = hs.col("x")
        for _ in range(10_000):
            expr = deepen(expr)


def test_long_lists_are_quick(df):
    numbers = list(range(0, 200_000, 2))
    many = hs.DataFrame({"x": list(range(1000)), "s": [str(i) for i in range(1000)]})
    start = time.process_time()
    assert many["x"].isin(numbers).sum() == 500
    assert many["s"].isin([str(i) for i in numbers]).sum() == 500
    assert many["x"].isin([float(i) for i in numbers]).sum() == 500
    assert time.process_time() - start < 10


@pytest.mark.parametrize("name", ["(a + 1)", "1", '"x"', "null", "a as b", "cast(a, int8)"])
def test_names_may_look_like_expressions(name):
    """Windows take what is written alike for two things."""
    df = hs.DataFrame({"a": [1, 2, 3, 4], name: [100, 200, 300, 400], "k": [1, 1, 2, 2]})
    written = {
        "(a + 1)": hs.col("a") + 1,
        "1": hs.lit(1),
        '"x"': hs.lit("x"),
        "null": hs.lit(None),
        "a as b": hs.col("a").alias("b"),
        "cast(a, int8)": hs.col("a").cast("int8"),
    }[name]
    if name not in ('"x"', "null"):
        found = df.select(p=written.cum_sum().over("k"), q=hs.col(name).cum_sum().over("k"))
        assert found["q"].to_list() == [100, 300, 300, 700]
        assert found["p"].to_list() == df.assign(p=written.cum_sum().over("k"))["p"].to_list()
        assert found["p"].to_list() != found["q"].to_list()
        totals = df.select(p=written.sum().over("k"), q=hs.col(name).sum().over("k"))
        assert totals["q"].to_list() == [300, 300, 700, 700]
        assert totals["p"].to_list() != totals["q"].to_list()
    numbered = df.select(p=hs.row_number().over(written), q=hs.row_number().over(hs.col(name)))
    assert numbered["q"].to_list() == [1, 1, 1, 1]
    assert numbered["p"].to_list() == df.assign(p=hs.row_number().over(written))["p"].to_list()
    sizes = df.select(p=hs.col("k").count().over(written), q=hs.col("k").count().over(hs.col(name)))
    assert sizes["q"].to_list() == [1, 1, 1, 1]
    assert sizes["p"].to_list() == df.assign(p=hs.col("k").count().over(written))["p"].to_list()


@pytest.mark.parametrize("kind", [pa.decimal128(9, 2), pa.decimal128(18, 0), pa.decimal128(38, 10)])
def test_decimals_compare_with_integers_that_they_cannot_hold(kind):
    values = [Decimal(-3), Decimal(0), Decimal(7), None]
    df = hs.from_arrow(pa.table({"d": pa.array(values, kind)}))
    for number in (2**31, -(2**40), 10**18, 2**63 - 1, -(2**63), 2**63, 2**64 - 1):
        for symbol in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
            expected = [None if value is None else symbol(value, number) for value in values]
            assert df.assign(r=symbol(hs.col("d"), number))["r"].to_list() == expected
            decided = [symbol is operator.ne if one is None else one for one in expected]
            assert symbol(df["d"], number).to_list() == decided
            assert df.assign(r=symbol(hs.lit(number), hs.col("d")))["r"].to_list() == [
                None if value is None else symbol(number, value) for value in values
            ]


@pytest.mark.parametrize("values", [["a", None, "b", "a"], [True, None, False, True], [b"", None, b"x", b"y"]])
def test_values_that_are_no_numbers_are_counted_in_windows(values):
    df = hs.DataFrame({"k": [2, 1, 1, 2], "v": values})
    for parts in (1, 3):
        found = df.repartition(parts).assign(n=hs.col("v").rolling_count(window=2, min_periods=1).over("k"))
        assert found["n"].to_list() == [1, 0, 1, 2]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("rows", [1, 2, 1000])
def test_categories_are_known_where_the_first_rows_of_a_file_have_none(tmp_path, stream, rows):
    values = [None, None, None, "b", None, "a"]
    table = pa.table({"c": pa.array(values).dictionary_encode()})
    path = tmp_path / "x.arrow"
    open_writer = pa.ipc.new_stream if stream else pa.ipc.new_file
    with open_writer(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    assert hs.read_ipc(path)["c"].to_list() == values
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=rows)
    assert hs.read_parquet(tmp_path / "x.parquet")["c"].to_list() == values


def test_categories_that_no_row_has_are_kept():
    codes = pa.array([None, None], pa.int32())
    column = pa.DictionaryArray.from_arrays(codes, pa.array(["x", "y"]))
    series = hs.from_arrow(pa.table({"c": column}))["c"]
    assert list(series.cat.categories) == ["x", "y"]
    assert pa.table(series.to_frame())["c"].combine_chunks().dictionary.to_pylist() == ["x", "y"]


def test_parquet_files_with_row_groups_without_rows(tmp_path):
    def table(values: list[str]) -> pa.Table:
        codes = pa.DictionaryArray.from_arrays(pa.array([0] * len(values), pa.int32()), pa.array(["x"]))
        return pa.table({"a": pa.array(range(len(values)), pa.int64()), "c": codes, "s": pa.array(values, pa.string())})

    path = tmp_path / "x.parquet"
    pq.write_table(table([]), path)
    assert hs.read_parquet(path).to_dict("list") == {"a": [], "c": [], "s": []}
    with pq.ParquetWriter(path, table([]).schema) as writer:
        for values in ([], ["p", "q"], [], ["r"]):
            writer.write_table(table(values))
    df = hs.read_parquet(path)
    assert df.to_dict("list") == {"a": [0, 1, 0], "c": ["x"] * 3, "s": ["p", "q", "r"]}
    assert df[df["s"] > "p"]["a"].to_list() == [1, 0]


def test_integers_meet_only_floats_that_are_equal():
    """2^53 + 1 has no float of its own: its nearest one is another number."""
    left = hs.DataFrame({"a": [2**53 + 1, 2**53, 5, None, 2**62 + 1], "x": [1, 2, 3, 4, 5]})
    right = hs.DataFrame({"a": [2.0**53, 5.0, 0.1, 2.0**62], "y": [10, 20, 30, 40]})
    assert left.merge(right, on="a").to_dict("list")["x"] == [2, 3]
    assert right.merge(left, on="a").to_dict("list")["x"] == [2, 3]
    found = left.merge(right, on="a", how="left").to_dict("list")
    assert found["y"] == [None, 10, 20, None, None]
    outer = left.merge(right, on="a", how="outer", indicator=True)
    assert outer["_merge"].value_counts().to_dict() == {"left_only": 3, "right_only": 2, "both": 2}
    # Few left rows with many right ones go another way.
    many = hs.DataFrame({"a": [float(2**53 + 2 * i) for i in range(50_000)]})
    assert left.merge(many, on="a")["x"].to_list() == [2]
    unsigned = hs.from_arrow(pa.table({"a": pa.array([2**64 - 1, 2**63, None], pa.uint64())}))
    floats = hs.from_arrow(pa.table({"a": pa.array([2.0**64, 2.0**63, float("nan")])}))
    assert unsigned.merge(floats, on="a")["a"].to_list() == [2**63]


def test_values_beyond_what_a_column_holds_are_an_error():
    with pytest.raises(hs.errors.CastError, match="38 digits"):
        hs.DataFrame({"x": [Decimal("1e37"), Decimal("1e-10")]})
    assert hs.DataFrame({"x": [Decimal("1e20"), Decimal("1e-10"), 3]})["x"].to_list() == [
        Decimal("1e20"),
        Decimal("1e-10"),
        Decimal(3),
    ]
    for longest in (dt.timedelta.max, dt.timedelta.min):
        with pytest.raises(OverflowError):
            hs.DataFrame({"x": [longest]})
    day = dt.timedelta(days=100_000_000, microseconds=1)
    assert hs.DataFrame({"x": [day, -day]})["x"].to_list() == [day, -day]


def test_values_that_hold_themselves_are_an_error():
    values: list = []
    values.append(values)
    with pytest.raises(hs.errors.InvalidArgumentError, match="levels"):
        hs.DataFrame({"x": [values]})
    deep: list = [1]
    for _ in range(40):
        deep = [deep]
    assert hs.DataFrame({"x": [deep]})["x"].to_list() == [deep]


def test_arrow_data_is_handed_over_once():
    class Producer:
        def __init__(self) -> None:
            self.pair = pa.array([1, 2]).__arrow_c_array__()

        def __arrow_c_array__(self, requested_schema=None):
            return self.pair

    producer = Producer()
    assert len(hs.from_arrow(producer)) == 2
    with pytest.raises(hs.errors.InvalidArgumentError, match="handed over"):
        hs.from_arrow(producer)


@pytest.mark.parametrize("name", ["_a", ".a", "__", "a=b", "_a=b", "é"])
def test_folders_of_keys_with_odd_names_are_read_back(tmp_path, name):
    df = hs.DataFrame({name: [1, 2, 1], "x": [1, 2, 3]})
    df.to_parquet(tmp_path / "f", partition_cols=[name])
    assert sorted(hs.read_parquet(tmp_path / "f")[[name, "x"]].itertuples(index=False, name=None)) == [
        (1, 1),
        (1, 3),
        (2, 2),
    ]


def test_folders_of_others_may_begin_with_an_underscore(tmp_path):
    for key in (1, 2):
        (tmp_path / f"_k={key}").mkdir()
        hs.DataFrame({"x": [key]}).to_parquet(tmp_path / f"_k={key}" / "0.parquet")
    (tmp_path / "_temporary").mkdir()
    hs.DataFrame({"x": [7]}).to_parquet(tmp_path / "_temporary" / "0.parquet")
    assert hs.read_parquet(tmp_path).to_dict("list") == {"x": [1, 2], "_k": [1, 2]}


def test_files_whose_names_are_no_text_are_read(tmp_path):
    import os

    hs.DataFrame({"x": [1]}).to_parquet(tmp_path / "a.parquet")
    os.rename(tmp_path / "a.parquet", os.fsencode(tmp_path) + b"/\xff.parquet")
    hs.DataFrame({"x": [2]}).to_parquet(tmp_path / "b.parquet")
    assert sorted(hs.read_parquet(tmp_path)["x"].to_list()) == [1, 2]


@pytest.mark.parametrize("values", [[1, None, 3], ["a", None, "b"], [None, None], [True, None], [None, 0.5]])
def test_missing_values_of_a_single_column_survive_csv(tmp_path, values):
    """An empty line would be passed over; pandas writes two quotes as well."""
    df = hs.DataFrame({"x": values})
    df.to_csv(tmp_path / "x.csv", index=False)
    assert (tmp_path / "x.csv").read_text().splitlines().count('""') == values.count(None)
    assert hs.read_csv(tmp_path / "x.csv")["x"].to_list() == values
    assert pd.read_csv(tmp_path / "x.csv")["x"].isna().tolist() == [value is None for value in values]


def test_whole_numbers_beside_decimals_of_negative_scale():
    values = [Decimal("1E+2"), Decimal("-3E+2"), None]
    df = hs.from_arrow(pa.table({"d": pa.array(values, pa.decimal128(5, -2))}))
    assert (df["d"] + 1).to_list() == [Decimal(101), Decimal(-299), None]
    assert (df["d"] > 150).to_list() == [False, False, False]
    assert (df["d"] == 100).to_list() == [True, False, False]
    assert (df["d"] % 7).to_list() == [Decimal(2), Decimal(1), None]


def test_windows_of_one_query_may_be_written_alike():
    from hypostyle._native import Expr

    df = hs.DataFrame({"a": [1, 2, 3, 4], "(a + 1)": [100, 200, 300, 400], "k": [1, 1, 2, 2]})
    made = [Expr.column("a").binary("+", Expr.literal(1)), Expr.column("(a + 1)")]
    sums = [Expr.call("window", "cum_sum", [expr]).over([Expr.column("k")], [], []) for expr in made]
    found = df._plan.query.select([sums[0].alias("p"), sums[1].alias("q")]).collect()
    assert found.lists(["p", "q"]) == [[2, 5, 4, 9], [100, 300, 300, 700]]


@pytest.mark.parametrize(
    "values",
    [
        [1, 2.5],
        [1, None, 2.5],
        [2.5, 1],
        [1, 2**63],
        [2**63, 1],
        [-1, 2**63],
        [2**64 - 1, -1, None],
        [2**63, 5, 7, -9] * 5,
    ],
)
@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 2, -1], pa.int64()),
        pa.array([1, 2**63, 2**64 - 1], pa.uint64()),
        pa.array([1.0, 2.5, 2.0**63], pa.float64()),
    ],
)
def test_lists_may_hold_numbers_of_several_types(values, column):
    df = hs.from_arrow(pa.table({"x": column}))
    expected = [value in values for value in column.to_pylist()]
    assert df.assign(r=hs.col("x").is_in(values))["r"].to_list() == expected
    assert df["x"].isin(values).to_list() == expected


def test_a_list_of_numbers_that_no_type_holds_is_an_error():
    df = hs.DataFrame({"x": [2**53, 2**53 + 1]})
    with pytest.raises(hs.HypostyleError, match="does not fit"):
        df.assign(r=hs.col("x").is_in([2**53 + 1, 0.5]))


DAMAGED = """
import io, sys, hypostyle as hs, pyarrow as pa, pyarrow.parquet as pq, pyarrow.feather as fe
path = sys.argv[1]
table = pa.table({"x": [i / 7 for i in range(40)], "d": pa.array([None, *range(39)], pa.int64()), "s": list("abcd") * 10})
out = io.BytesIO()
if path.endswith("parquet"):
    coded = {"x": "BYTE_STREAM_SPLIT", "d": "DELTA_BINARY_PACKED", "s": "DELTA_BYTE_ARRAY"}
    pq.write_table(table, out, use_dictionary=False, column_encoding=coded, compression="none")
else:
    fe.write_feather(table, out, compression="uncompressed")
whole, refused = out.getvalue(), 0
for at in range(len(whole)):
    bytes = bytearray(whole)
    bytes[at] ^= 1 << (at * 5 % 8)
    open(path, "wb").write(bytes)
    try:
        (hs.read_parquet if path.endswith("parquet") else hs.read_feather)(path).to_dict("list")
    except hs.HypostyleError as error:
        refused += 1
        assert "nternal" not in type(error).__name__ + str(error), (at, error)
print(refused)
"""


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow"])
def test_damage_is_an_error_and_nothing_is_told_beside_it(tmp_path, name):
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DAMAGED, str(tmp_path / name)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.stderr == "" and told.returncode == 0, told.stderr[:2000]
    assert int(told.stdout) > 100


@pytest.mark.parametrize("end", ["", ".gz", ".zst", ".lz4", ".bz2", ".xz"])
@pytest.mark.parametrize("rows", [0, 3])
def test_json_is_compressed_as_its_name_says(tmp_path, end, rows):
    df = hs.DataFrame({"x": [1, 2, 3], "s": ["a", None, "b"]}).head(rows)
    for lines in (True, False):
        path = tmp_path / f"x.{'ndjson' if lines else 'json'}{end}"
        df.to_json(path, orient="records", lines=lines)
        assert hs.read_json(path, lines=lines).to_dict("list") == (df.to_dict("list") if rows else {})
        if end in (".gz", ".bz2", ".xz"):
            assert len(pd.read_json(path, lines=lines)) == rows
        if end == ".lz4":
            with pytest.raises(hs.errors.UnsupportedError, match="LZ4"):
                df.to_json(path)
            path.write_bytes(b"")
            with pytest.raises(hs.errors.CorruptFileError, match=r"\.lz4"):
                hs.read_json(path, lines=lines).to_dict("list")


LETTERS = {
    "columns of a mapping": lambda lib: lib.DataFrame({"x": [1], "y": [2], "xy": [3]}, columns="xy"),
    "columns of rows": lambda lib: lib.DataFrame([[1, 2]], columns="xy"),
    "index of a frame": lambda lib: lib.DataFrame({"x": [1, 2]}, index="xy"),
    "index of a series": lambda lib: lib.Series([1, 2], index="xy"),
    "reindex columns": lambda lib: lib.DataFrame({"x": [1], "y": [2], "xy": [3]}).reindex(columns="xy"),
    "reindex rows": lambda lib: lib.DataFrame({"x": [1, 2]}, index=["x", "y"]).reindex("xy"),
    "reindex a series": lambda lib: lib.Series([1, 2], index=["x", "y"]).reindex("xy"),
    "filter": lambda lib: lib.DataFrame({"x": [1], "y": [2], "xy": [3]}).filter(items="xy"),
    "filter a series": lambda lib: lib.Series([1, 2], index=["x", "y"]).filter(items="xy"),
    "set_axis": lambda lib: lib.DataFrame({"x": [1], "y": [2]}).set_axis("ab", axis=1),
    "set_axis of rows": lambda lib: lib.Series([1, 2]).set_axis("ab"),
}


@pytest.mark.parametrize("name", LETTERS)
def test_a_text_is_no_list_of_labels(name):
    """Its letters would be taken for names, silently where they are."""
    for lib in (pd, hs):
        with pytest.raises(TypeError):
            LETTERS[name](lib)
