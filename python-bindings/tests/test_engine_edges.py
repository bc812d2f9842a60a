"""Edges of the engine as Python meets them: extreme values and options that random tests found wrong."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path

import hypostyle as hs
import pandas as pd
import pytest


def test_text_of_38_digits_becomes_a_decimal() -> None:
    texts = ["12345678901234567890123456789012345678", "-" + "9" * 38, "0." + "1" * 37]
    frame = hs.DataFrame({"x": texts})
    assert frame[:2].assign(y=hs.col("x").cast("decimal[38, 0]"))["y"].to_list() == [
        Decimal(text) for text in texts[:2]
    ]
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
    assert hs.read_csv(path, skip_blank_lines=False).to_dict("list") == {"x": [1, None, 3], "y": [2, None, 4]}
    path.write_text("x,y\n1,2\n \n3,4\n")
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


NEAR = [0, 1, 2, 5, 8, -1, 2**53, 2**53 + 1, 2**62, 2**63 - 1, -(2**63)]


@pytest.mark.parametrize("seed", range(20))
def test_nearest_rows_against_a_loop(seed: int) -> None:
    """Distances are exact, whatever the values, directions, keys and cuts."""
    rnd = random.Random(seed)
    sides = []
    for count in (rnd.choice([1, 10, 60]), rnd.choice([0, 3, 60])):
        times = [None if rnd.random() < 0.1 else rnd.choice(NEAR) for _ in range(count)]
        sides.append([(row, time, rnd.choice("ab")) for row, time in enumerate(times)])
    direction, exact = rnd.choice(["backward", "forward", "nearest"]), rnd.random() < 0.7
    tolerance = rnd.choice([None, 0, 1, 2**53, 2**53 + 1, 2**63 - 1])

    def nearest(time: int | None, key: str) -> int | None:
        best = None
        for row, other, own in sides[1]:
            if time is None or other is None or own != key or (other == time and not exact):
                continue
            far, after = abs(other - time), other > time
            if (after and direction == "backward") or (other < time and direction == "forward"):
                continue
            if tolerance is not None and far > tolerance:
                continue
            # Of rows that are as near, one before comes first, and of equals the last before, the first after.
            equal_last = -row if not after and (other < time or direction != "forward") else row
            rank = (far, after, equal_last)
            if best is None or rank < best[0]:
                best = (rank, row)
        return None if best is None else best[1]

    frames = [
        hs.DataFrame({name: [row[0] for row in rows], "k": [row[2] for row in rows]}).assign(
            t=hs.Series([row[1] for row in rows], dtype="int64")
        )
        for name, rows in zip(("left", "right"), sides, strict=True)
    ]
    frames = [frame.repartition(rnd.choice([1, 3])) if len(frame) else frame for frame in frames]
    options = {"direction": direction, "tolerance": tolerance, "allow_exact_matches": exact}
    found = hs.merge_asof(*frames, on="t", by="k", **options)["right"].to_list()
    assert found == [nearest(time, key) for _, time, key in sides[0]]


def rolled(name: str, values: list[float]) -> float | None:
    """An aggregate of a window by definition; None without values."""
    if not values:
        return 0.0 if name == "sum" else None
    if name == "median":
        values = sorted(values)
        low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
        return low if low == high else (low + high) / 2
    return {"sum": sum, "min": min, "max": max, "mean": lambda values: sum(values) / len(values)}[name](values)


@pytest.mark.parametrize("name", ["sum", "mean", "min", "max", "median"])
@pytest.mark.parametrize("seed", range(6))
def test_windows_of_time_against_a_loop(seed: int, name: str) -> None:
    """Unsorted times, times that occur twice, infinities, both ends open and closed, several partitions."""
    rnd = random.Random(seed * 7 + len(name))
    rows = rnd.choice([1, 30, 200])
    times = [rnd.randrange(-20, 60) for _ in range(rows)]
    pool = [0.5, -2.0, 4.0, float("-inf"), None] if name != "sum" else [0.5, -2.0, 4.0, None]
    values = [rnd.choice(pool) for _ in range(rows)]
    groups = [rnd.randrange(3) for _ in range(rows)]
    length, closed = rnd.choice([1, 3, 15]), rnd.choice(["right", "left", "both", "neither"])
    frame = hs.DataFrame({"x": values, "t": times, "g": groups}).repartition(min(rows, rnd.choice([1, 4])))
    window = getattr(hs.col("x"), f"rolling_{name}")(by=hs.col("t"), window=length, closed=closed, min_periods=1)
    found = frame.assign(y=window.over("g", order_by="t"))["y"].to_list()
    for row in range(rows):
        inside = [
            value
            for value, time, group in zip(values, times, groups, strict=True)
            if group == groups[row]
            and value is not None
            and (times[row] - length < time or (closed in ("left", "both") and times[row] - length == time))
            and (time < times[row] or (closed in ("right", "both") and time == times[row]))
        ]
        expected = rolled(name, inside) if inside else None
        assert found[row] == (None if expected is None else pytest.approx(expected)), row
