"""Random queries over random columns of every type: the same under every circumstance, from files and from memory, and what
plain loops give. Seeds are fixed; `HYPOSTYLE_SEEDS=1000` tries more of them."""

from __future__ import annotations

import datetime as dt
import functools
import math
import operator
import os
import random
import statistics
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import hypostyle as hs
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

SEEDS = range(int(os.environ.get("HYPOSTYLE_SEEDS", "12")))
NAN, INF = float("nan"), float("inf")
COMMON = "shared start"

#: Values of each type: ordinary ones, and those at its ends.
VALUES: dict[str, tuple[pa.DataType, list[Any]]] = {
    "bool": (pa.bool_(), [True, False]),
    "int8": (pa.int8(), [-128, 127, 0, 1, -1, 5]),
    "int64": (pa.int64(), [-(2**63), 2**63 - 1, 2**53 + 1, 2**53, 0, 1, 2, -1]),
    "uint64": (pa.uint64(), [2**64 - 1, 2**63, 2**53 + 1, 0, 1, 2]),
    "float32": (pa.float32(), [NAN, -0.0, 0.0, 0.5, 1.0, INF, 3.0e38]),
    "float64": (pa.float64(), [NAN, INF, -INF, -0.0, 0.0, 0.5, 1.0, 2.0**53, 2.0**63, 1e300]),
    "decimal": (pa.decimal128(9, 2), [Decimal("-9999999.99"), Decimal("0.00"), Decimal("1.00"), Decimal("0.25")]),
    "fraction": (pa.decimal128(38, 37), [Decimal("-9." + "9" * 37), Decimal("1e-37"), Decimal(0), Decimal("0.25")]),
    "tens": (pa.decimal128(3, -3), [Decimal("-9.99e5"), Decimal(0), Decimal("1e3"), Decimal("2e3")]),
    "string": (pa.string(), ["", "a", "b", COMMON, COMMON + "a", COMMON + "b", "é", "漢\U0001f389", "\x00"]),
    "binary": (pa.binary(), [b"", b"\x00", b"\xff", COMMON.encode()]),
    "date": (pa.date32(), [dt.date(1, 1, 1), dt.date(1969, 12, 31), dt.date(2024, 2, 29), dt.date(9999, 12, 31)]),
    "naive": (pa.timestamp("us"), [dt.datetime(1969, 12, 31, 23, 59, 59, 999_999), dt.datetime(2024, 3, 31, 2, 30)]),
    "zoned": (
        pa.timestamp("ms", "Europe/Berlin"),
        [dt.datetime(2024, 3, 31, hour, tzinfo=dt.UTC) for hour in range(3)],
    ),
    "duration": (pa.duration("ms"), [dt.timedelta(0), dt.timedelta(days=-1), dt.timedelta(hours=25)]),
    "list": (pa.list_(pa.int64()), [[], [1], [1, None], [None], [1, 2]]),
    "struct": (pa.struct([("a", pa.int64()), ("b", pa.string())]), [{"a": 1, "b": None}, {"a": None, "b": "x"}]),
    "category": (pa.dictionary(pa.int32(), pa.string()), ["x", "y", "", "é"]),
}
NUMBERS = ["int8", "int64", "uint64", "float32", "float64", "decimal", "fraction", "tens"]
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    before = hs.config()
    yield
    hs.set_config(**{name: before[name] for name in ("threads", "optimize", "partition_rows")})


def column(rnd: random.Random, kind: str, rows: int) -> pa.Array:
    dtype, values = VALUES[kind]
    share = rnd.choice([0, 0, 0.1, 0.5, 1])
    few = rnd.sample(values, rnd.randint(1, len(values)))
    drawn = [None if rnd.random() < share else rnd.choice(few) for _ in range(rows)]
    if pa.types.is_dictionary(dtype):
        return pa.array(drawn, pa.string()).dictionary_encode()
    return pa.array(drawn, dtype)


def table(rnd: random.Random, kinds: list[str], name: str = "c", rows: int | None = None) -> pa.Table:
    """Columns of these types, a part of longer ones, with a column of the numbers of rows."""
    rows = rnd.choice([0, 1, 2, 10, 40, 80]) if rows is None else rows
    before, after = rnd.choice([0, 3]), rnd.choice([0, 2])
    columns = {f"{name}{i}": column(rnd, kind, rows + before + after) for i, kind in enumerate(kinds)}
    return pa.table(columns).slice(before, rows).append_column(f"{name}row", pa.array(range(rows), pa.int64()))


def frame(rnd: random.Random, data: pa.Table) -> hs.DataFrame:
    """The rows in partitions, at times of very different sizes."""
    if rnd.random() < 0.3:
        cuts = sorted(rnd.choices(range(data.num_rows + 1), k=30))
        parts = zip([0, *cuts], [*cuts, data.num_rows], strict=True)
        return hs.from_arrow(pa.concat_tables([data.slice(start, end - start) for start, end in parts]))
    df = hs.from_arrow(data)
    return df.repartition(rnd.choice([2, 3, 7])) if rnd.random() < 0.6 else df


def exact(value: Any) -> Any:
    """A value that equals only what is the same, sign of zero and NaN included."""
    if isinstance(value, float):
        return ("float", "nan" if math.isnan(value) else value.hex())
    if isinstance(value, list):
        return tuple(map(exact, value))
    if isinstance(value, dict):
        return tuple((name, exact(item)) for name, item in value.items())
    return (type(value).__name__, value)


def rows_of(data: Any) -> list[tuple]:
    data = pa.table(data)
    columns = [[exact(value) for value in column.to_pylist()] for column in data.columns]
    return list(zip(*columns, strict=True)) if columns else []


def key(value: Any) -> Any:
    """What tells keys apart: NaN is one value, zeros are one, numbers count by value."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return exact(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else value
    return Fraction(value)


def order(a: Any, b: Any) -> int:
    """The order of two values of one type: NaN is the greatest number, text goes by bytes, shorter lists come first."""
    if isinstance(a, float) and (math.isnan(a) or math.isnan(b)):
        return math.isnan(a) - math.isnan(b)
    if isinstance(a, str):
        a, b = a.encode(), b.encode()
    if isinstance(a, (list, dict)):
        parts = (a, b) if isinstance(a, list) else (list(a.values()), list(b.values()))
        for x, y in zip(*parts, strict=False):
            found = (x is None) - (y is None) if x is None or y is None else order(x, y)
            if found:
                return found
        return len(parts[0]) - len(parts[1])
    return (a > b) - (a < b)


def condition(rnd: random.Random, data: pa.Table, depth: int = 2) -> hs.Expr:
    """A condition of comparisons, of nulls and of lists, in three-valued logic."""
    if depth > 0 and rnd.random() < 0.7:
        left, right = condition(rnd, data, depth - 1), condition(rnd, data, depth - 1)
        return rnd.choice([left & right, left | right, ~left])
    plain = [field.name for field in data.schema if not pa.types.is_nested(field.type)]
    name = rnd.choice(plain)
    column, kind = hs.col(name), data.schema.field(name).type
    choice = rnd.random()
    if choice < 0.2:
        return rnd.choice([column.is_null(), column.is_not_null()])
    values = data[name].drop_null().unique().to_pylist() or [None]
    if choice < 0.4:
        return column.isin(rnd.choices([*values, None], k=rnd.randint(0, 3)))
    if pa.types.is_dictionary(kind):
        return rnd.choice(COMPARISONS[:2])(column, rnd.choice(values))
    value = rnd.choice(values)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and rnd.random() < 0.3:
        value = rnd.choice([value / 2, 2**63, -(2**63), 0.5, NAN, INF, Decimal("0.5"), 10**12])
    return rnd.choice(COMPARISONS)(column, value)


def step(rnd: random.Random, data: pa.Table) -> Any:
    """One verb over columns that every step leaves."""
    names = [field.name for field in data.schema]
    chosen = rnd.sample(names, rnd.randint(1, min(2, len(names))))
    first = rnd.choice(names)
    found = condition(rnd, data)
    down, position, keep = (
        [rnd.random() < 0.5 for _ in chosen],
        rnd.choice(["first", "last"]),
        rnd.choice(["first", "last"]),
    )
    return rnd.choice(
        [
            lambda df: df.filter(found),
            lambda df: df.sort_values(chosen, ascending=down, na_position=position),
            lambda df: df.drop_duplicates(chosen, keep=keep),
            lambda df: df.head(17),
            lambda df: df.tail(9),
            lambda df: df.assign(n=hs.col(first).count().over(chosen[0])),
            lambda df: df.assign(r=hs.row_number().over(chosen[0])),
            lambda df: df.assign(f=hs.when(found).then(hs.col("crow")).otherwise(-1)),
        ]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_every_circumstance_gives_the_same(seed: int) -> None:
    rnd = random.Random(seed)
    data = table(rnd, rnd.choices(list(VALUES), k=4), rows=rnd.choice([0, 3, 50, 5000]))
    df = hs.from_arrow(data)
    steps = [step(rnd, data) for _ in range(rnd.randint(1, 4))]
    results = []
    for parts, threads, optimize in [(1, 1, True), (1, 1, False), (5, 2, True), (5, 7, True), (5, 2, False)]:
        hs.set_config(threads=threads, optimize=optimize)
        made = df.repartition(parts)
        for run in steps:
            made = run(made)
        results.append((made.dtypes, rows_of(made)))
    assert all(result == results[0] for result in results)


@pytest.mark.parametrize("seed", SEEDS)
def test_files_give_what_memory_gives(seed: int, tmp_path: Any) -> None:
    """Conditions, columns and limits go into the scan; statistics, pages and Bloom filters leave out no row."""
    rnd = random.Random(seed)
    # Parquet has no decimals of negative scale.
    kinds = rnd.choices([kind for kind in VALUES if kind not in ("list", "tens")], k=4)
    data = table(rnd, kinds, rows=rnd.choice([0, 1, 30, 200]))
    path = tmp_path / "x.parquet"
    if rnd.random() < 0.5:
        options = {"row_group_size": rnd.choice([1, 7, 50]), "data_page_size": rnd.choice([1, 1 << 20])}
        pq.write_table(data, path, write_page_index=rnd.random() < 0.7, use_dictionary=rnd.random() < 0.5, **options)
    else:
        filtered = [f"c{i}" for i, kind in enumerate(kinds) if kind in ("int64", "string", "int8")]
        hs.from_arrow(data).to_parquet(path, row_group_size=7, page_rows=3, bloom_filters=filtered)
    with pa.ipc.new_file(tmp_path / "x.arrow", data.schema) as writer:
        writer.write_table(data, max_chunksize=rnd.choice([1, 7, 1000]))
    whole = hs.from_arrow(data)
    for _ in range(4):
        found = condition(rnd, data)
        names = rnd.sample(data.column_names, rnd.randint(1, len(data.column_names)))
        limit = rnd.choice([0, 1, 5, 1000])
        expected = rows_of(whole.filter(found)[names].head(limit))
        for lazy in (hs.read_parquet(path), hs.read_ipc(tmp_path / "x.arrow")):
            assert rows_of(lazy.filter(found)[names].head(limit)) == expected, found
            assert len(lazy.filter(found)) == len(whole.filter(found)), found


@pytest.mark.parametrize("seed", SEEDS)
def test_sorts_against_a_loop(seed: int) -> None:
    rnd = random.Random(seed)
    kinds = rnd.choices([kind for kind in VALUES if kind not in ("list", "struct")], k=2)
    data = table(rnd, kinds)
    keys, down = data.columns[:2], [rnd.random() < 0.5, rnd.random() < 0.5]
    position = rnd.choice(["first", "last"])
    values = [column.to_pylist() for column in keys]

    def compare(a: int, b: int) -> int:
        for of, descending in zip(values, down, strict=True):
            x, y = of[a], of[b]
            if x is None or y is None:
                found = ((x is None) - (y is None)) * (-1 if position == "first" else 1)
            else:
                found = order(x, y) * (-1 if descending else 1)
            if found:
                return found
        return a - b

    expected = sorted(range(data.num_rows), key=functools.cmp_to_key(compare))
    found = frame(rnd, data).sort_values(["c0", "c1"], ascending=[not d for d in down], na_position=position)
    assert found["crow"].to_list() == expected
    assert found.head(3)["crow"].to_list() == expected[:3]


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer", "left_anti"])
@pytest.mark.parametrize("seed", SEEDS)
def test_merges_against_a_loop(seed: int, how: str) -> None:
    """Keys are equal by value, across types of numbers too; missing ones equal each other."""
    rnd = random.Random(seed)
    kinds = rnd.choices([kind for kind in VALUES if kind != "category"], k=rnd.randint(1, 2))
    others = list(kinds)
    if rnd.random() < 0.5:
        # Two decimals and a float have no common type that is exact; nor have the ends of int64 and uint64.
        kinds[0], others[0] = rnd.choice([("int8", "float64"), ("int64", "float64"), ("float32", "int64")])
    left, right = table(rnd, kinds, "l"), table(rnd, others, "r")
    on = range(len(kinds))
    lists = [[[key(v) for v in data.column(i).to_pylist()] for i in on] for data in (left, right)]
    partners: dict[tuple, list[int]] = {}
    for row in range(right.num_rows):
        partners.setdefault(tuple(of[row] for of in lists[1]), []).append(row)
    pairs = [
        (row, partner)
        for row in range(left.num_rows)
        for partner in partners.get(tuple(of[row] for of in lists[0]), [])
    ]
    met = [{pair[side] for pair in pairs} for side in (0, 1)]
    alone = [[row for row in range(data.num_rows) if row not in met[side]] for side, data in enumerate((left, right))]
    if how == "left_anti":
        anti = frame(rnd, left).merge(
            frame(rnd, right), how=how, left_on=[f"l{i}" for i in on], right_on=[f"r{i}" for i in on]
        )
        assert anti["lrow"].to_list() == alone[0]
        return
    expected = list(pairs)
    expected += [(row, None) for row in alone[0]] if how in ("left", "outer") else []
    expected += [(None, row) for row in alone[1]] if how in ("right", "outer") else []
    found = frame(rnd, left).merge(
        frame(rnd, right), how=how, left_on=[f"l{i}" for i in on], right_on=[f"r{i}" for i in on]
    )
    got = [tuple(row.values()) for row in found[["lrow", "rrow"]].to_dict("records")]
    assert sorted(got, key=repr) == sorted(expected, key=repr)
    if how in ("left", "inner"):
        assert [pair[0] for pair in got] == sorted(pair[0] for pair in expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_groups_against_a_loop(seed: int) -> None:
    """Rows that are put aside, because values are kept or groups are many, stay in their order."""
    rnd = random.Random(seed)
    hs.set_config(partition_rows=rnd.choice([4, 1 << 18]))
    kinds = [*rnd.choices(list(VALUES), k=2), rnd.choice(NUMBERS)]
    data = table(rnd, kinds)
    keys, values = [data.column(i).to_pylist() for i in (0, 1)], data.column(2).to_pylist()
    groups: dict[tuple, list[int]] = {}
    for row in range(data.num_rows):
        groups.setdefault((key(keys[0][row]), key(keys[1][row])), []).append(row)
    expected = []
    for rows in groups.values():
        present = [values[row] for row in rows if values[row] is not None]
        real = [value for value in present if not (isinstance(value, float) and math.isnan(value))] or present
        least = min(real, key=functools.cmp_to_key(order)) if real else None
        kinds_of = len(set(map(key, present)))
        middle = statistics.median(rows)
        expected.append((rows[0], len(rows), len(present), kinds_of, key(least), rows[-1], middle))
    c = hs.col
    found = (
        frame(rnd, data)
        .groupby(["c0", "c1"], dropna=False, sort=False, as_index=False)
        .agg(
            first=c("crow").first(),
            size=c("crow").count(),
            count=c("c2").count(),
            kinds=c("c2").n_unique(),
            least=c("c2").min(),
            last=c("crow").last(),
            middle=c("crow").median(),
        )
    )
    names = ["first", "size", "count", "kinds", "least", "last", "middle"]
    rows = [tuple(row.values()) for row in found[names].to_dict("records")]
    got = [(*row[:4], key(row[4]), *row[5:]) for row in rows]
    assert got == expected


def decimals(rnd: random.Random) -> pa.Array:
    """Decimals of any precision and scale, the greatest and the least among them."""
    precision = rnd.choice([1, 5, 9, 18, 37, 38])
    # pyarrow makes none of more than 38 digits before the point.
    tens = [-3, -30] if precision <= 5 else []
    scale = min(precision, rnd.choice([0, 2, precision // 2, precision - 1, precision, *tens]))
    most = 10**precision - 1
    digits = [rnd.choice([0, 1, -1, most, -most, rnd.randint(-most, most)]) for _ in range(6)]
    text = [None if rnd.random() < 0.1 else Decimal(f"{number}e{-scale}") for number in digits]
    return pa.array(text, pa.decimal128(precision, scale))


@pytest.mark.parametrize("seed", SEEDS)
def test_decimals_against_fractions(seed: int) -> None:
    """What has the digits of the result's type is exact; what has not is an error, and null where that was asked for."""
    rnd = random.Random(seed)
    whole = pa.array([rnd.choice([0, 1, -1, 7, 2**63 - 1, -(2**63)]) for _ in range(6)], pa.int64())
    columns = [decimals(rnd), rnd.choice([decimals(rnd), decimals(rnd), whole])]
    rnd.shuffle(columns)
    data = pa.table({"a": columns[0], "b": columns[1]})
    a, b = hs.col("a"), hs.col("b")
    exact_ones = [
        (a + b, a.checked_add(b), operator.add),
        (a - b, a.checked_sub(b), operator.sub),
        (a * b, a.checked_mul(b), operator.mul),
        (a // b, a.checked_floor_div(b), operator.floordiv),
        (a % b, a.checked_mod(b), operator.mod),
    ]
    for row, (x, y) in enumerate(zip(*(column.to_pylist() for column in data.columns), strict=True)):
        df = hs.from_arrow(data.slice(row, 1))
        known = x is not None and y is not None
        for expr, checked, code in exact_ones:
            found = df.select(checked.alias("x"))["x"]
            value = found.to_list()[0]
            if not known or (y == 0 and code in (operator.floordiv, operator.mod)):
                assert value is None, (x, expr, y)
                continue
            want = Fraction(code(Fraction(x), Fraction(y)))
            if value is None:
                kind = pa.table(found.to_frame()).schema.field(0).type
                digits = want * Fraction(10) ** kind.scale
                assert abs(digits) >= 10**kind.precision or digits.denominator > 1 or kind.precision == 38, (x, expr, y)
                with pytest.raises(hs.errors.ArithmeticOverflowError):
                    df.select(expr.alias("x")).compute()
            else:
                assert Fraction(value) == want, (x, expr, y)
        for compare in COMPARISONS:
            found = df.select(compare(a, b).alias("x"))["x"].to_list()[0]
            assert found == (compare(Fraction(x), Fraction(y)) if known else None), (x, compare, y)
