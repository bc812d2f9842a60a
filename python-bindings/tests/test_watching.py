"""Progress, futures, profiles."""

from __future__ import annotations

import asyncio
import concurrent.futures
import io
import re
import time

import hypostyle as hs
import numpy as np
import pytest


@pytest.fixture(scope="module")
def big() -> hs.DataFrame:
    return hs.DataFrame({"k": np.arange(3_000_000) * 7919 % 2_999_999, "x": np.arange(3_000_000) / 7}).repartition(64)


def test_a_future_gives_the_computed_frame(big):
    future = big.query("x > 10").submit()
    frame = future.result(timeout=60)
    assert frame._plan.query.is_collected() and future.done() and not future.cancelled()


def test_errors_come_through_futures():
    df = hs.DataFrame({"x": [1, 0]})
    future = df.assign(y=1 // df["x"]).submit()
    with pytest.raises(OverflowError):
        future.result(timeout=60)


def test_cancelling_stops_the_query(big):
    def slow(part):
        time.sleep(2)
        return part

    started = time.perf_counter()
    future = big.map_partitions(slow).submit()
    time.sleep(0.1)
    assert future.cancel() and future.cancelled()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(timeout=60)
    assert time.perf_counter() - started < 30


def test_the_event_loop_goes_on(big):
    async def both():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                await asyncio.sleep(0.005)
                ticks += 1

        ticker = asyncio.create_task(tick())
        frame = await big.sort_values("k").compute_async()
        ticker.cancel()
        return len(frame), ticks

    rows, ticks = asyncio.run(both())
    assert rows == 3_000_000 and ticks > 1


def test_a_timeout_cancels_the_query(big):
    def slow(part):
        time.sleep(0.5)
        return part

    async def impatient():
        await asyncio.wait_for(big.map_partitions(slow).compute_async(), 0.2)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())


def test_progress(big):
    out = io.StringIO()

    def slow(part):
        time.sleep(0.01)
        return part

    with hs.ProgressBar(minimum=0, dt=0.01, out=out):
        big.query("x >= 0").map_partitions(slow).compute()
    # Rows are counted each time they are read: to choose them, and to find where partitions end.
    counts = [int(count.replace(",", "")) for count in re.findall(r"([0-9,]+) rows \|", out.getvalue())]
    assert counts == sorted(counts) and counts[-1] >= 3_000_000
    assert "rows/s" in out.getvalue() and out.getvalue().endswith("\n")
    # Partitions that were cut are made by their numbers: these are the rows that are counted.
    out = io.StringIO()
    with hs.ProgressBar(minimum=0, dt=0.01, out=out):
        big.map_partitions(slow).compute()
    assert "100 %" in out.getvalue() and f"{big.npartitions} rows" in out.getvalue()


def test_profile(big):
    profile = big.query("x > 10").profile()
    assert any("Filter" in name for name in profile.frame["operator"])
    assert "<table>" in profile._repr_html_() and " s" in repr(profile)


def test_series_run_as_frames_do(big):
    totals = big.groupby("k")["x"].sum()
    expected = totals.to_dict()
    assert totals.submit().result().to_dict() == expected
    assert asyncio.run(totals.compute_async()).to_dict() == expected
    doubled = (big["x"] * 2).rename("double").submit().result()
    assert doubled.name == "double" and doubled.sum() == big["x"].sum() * 2
    assert doubled.index.to_list()[-1] == len(big) - 1
    assert "sort" in " ".join(big["x"].sort_values().profile().frame["operator"].to_list()).lower()
    later = big.sort_values("x")["x"].submit()
    assert later.cancel() or later.done()
