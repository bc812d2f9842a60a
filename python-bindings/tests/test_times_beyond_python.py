"""Times of years that Python's classes do not have: an error that says so, and ways around it."""

from __future__ import annotations

from typing import Any

import hypostyle as hs
import pyarrow as pa
import pytest

FAR: dict[str, Any] = {
    "date": pa.array([3_000_000], pa.date32()),
    "before": pa.array([-3_000_000], pa.date32()),
    "timestamp": pa.array([1 << 58], pa.timestamp("us")),
    "zoned": pa.array([1 << 58], pa.timestamp("us", "Europe/Berlin")),
    "duration": pa.array([1 << 60], pa.duration("s")),
    "listed": pa.array([[3_000_000]], pa.list_(pa.date32())),
}


@pytest.mark.parametrize("kind", FAR)
def test_values_of_python(kind: str) -> None:
    df = hs.from_arrow(pa.table({"x": FAR[kind]}))
    for values in (
        lambda: df.to_dict("list"),
        lambda: df["x"].to_list(),
        lambda: list(df.itertuples()),
        lambda: df.iloc[0]["x"],
    ):
        with pytest.raises(hs.errors.ArithmeticOverflowError, match="beyond what Python's datetime holds"):
            values()
    assert len(df) == 1 and "x" in repr(df)


def test_the_last_moments_that_python_has() -> None:
    last = pa.array([253_402_300_799_999_999], pa.timestamp("us"))
    assert hs.from_arrow(pa.table({"x": last}))["x"].to_list()[0].year == 9999
    zoned = hs.from_arrow(pa.table({"x": last.cast(pa.timestamp("us", "Asia/Tokyo"))}))
    with pytest.raises(hs.errors.ArithmeticOverflowError, match="beyond"):
        zoned["x"].to_list()
