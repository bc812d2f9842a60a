"""Running: the lock is released, Ctrl-C stops it, it works after fork and from many threads, functions of users run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def large() -> hs.DataFrame:
    """Enough rows for a query of a second or so."""
    numbers = np.random.default_rng(7).integers(0, 1 << 40, 2_000_000)
    return hs.DataFrame({"x": numbers, "y": numbers % 1000}).repartition(16)


def test_queries_of_few_rows_need_no_large_stack():
    """They run on the thread that asks."""
    df, found = hs.DataFrame({"a": [1.0, 2.0]}), []

    def run():
        deep = hs.col("a")
        for number in range(91):
            deep = deep + number
            if number in (5, 50, 90):
                found.append(df.select(z=deep)["z"].to_list()[0])

    before = threading.stack_size(1 << 20)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert found == [1.0 + sum(range(count + 1)) for count in (5, 50, 90)]


def test_columns_in_memory_are_taken_without_a_copy():
    df = hs.DataFrame({"a": np.arange(1000.0), "b": np.arange(1000.0)})
    address = df["a"].to_numpy().__array_interface__["data"][0]
    for same in (df[["a"]]["a"], df.rename(columns={"a": "c"})["c"], df[["b", "a"]]["a"]):
        assert same.to_numpy().__array_interface__["data"][0] == address
    rows = df.filter(hs.col("a") > 10)
    assert len(rows) == len(rows) == 989 and rows.shape == (989, 2)


def test_the_lock_is_released(large):
    counted, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    started = time.perf_counter()
    large.sort_values("x").compute()
    elapsed = time.perf_counter() - started
    stop.set()
    counter.join()
    assert counted[0] > elapsed * 1000 / 20, f"{counted[0]} steps in {elapsed:.3f} s"


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_stops_a_query():
    code = """
        import os, signal, threading, time
        import hypostyle as hs, numpy as np
        x = np.random.default_rng(7).integers(0, 1 << 40, 3_000_000)
        df = hs.DataFrame({"x": x}).repartition(64)
        big = hs.concat([df] * 40)
        sent = []
        def interrupt():
            time.sleep(0.3)
            sent.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=interrupt).start()
        try:
            big.sort_values("x").compute()
        except KeyboardInterrupt:
            late = time.perf_counter() - sent[0]
            assert late < 0.4, late
            assert hs.DataFrame({"x": [1, 2]})["x"].sum() == 3
            os._exit(42)
    """
    found = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert found.returncode == 42, found.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_it_works_after_fork(large):
    expected = large.groupby("y")["x"].sum().sum()
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if large.groupby("y")["x"].sum().sum() == expected else 1)
        finally:
            os._exit(2)
    deadline = time.time() + 60
    while time.time() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child hangs")


def test_many_threads(large):
    def ask(i: int) -> int:
        return large[large["y"] == i]["x"].sum()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(16)))
    sums = large.groupby("y")["x"].sum().head(16).to_list()
    assert found == sums


def test_results_do_not_depend_on_threads(large):
    before = hs.config()["threads"]
    found = []
    try:
        for threads in (1, 2, 7):
            hs.set_config(threads=threads)
            assert hs.config()["threads"] == threads
            result = large.assign(z=large["x"] / 7).groupby("y").agg(s=("z", "sum"), m=("z", "mean")).to_pandas()
            found.append(result.to_numpy().tobytes())
    finally:
        hs.set_config(threads=before)
    assert found[0] == found[1] == found[2]
    with pytest.raises(ValueError, match="threads must be"):
        hs.set_config(threads=0)


def test_map_partitions():
    frame = hs.DataFrame({"x": list(range(10))}).repartition(3)
    doubled = frame.map_partitions(lambda part: part.assign(y=part["x"] * 2))
    assert doubled["y"].to_list() == [2 * i for i in range(10)]
    through_pandas = frame.map_partitions(lambda part, by: part.to_pandas().assign(y=lambda p: p["x"] * by), by=3)
    assert through_pandas["y"].to_list() == [3 * i for i in range(10)]
    through_arrow = frame.map_partitions(lambda part: part.to_arrow())
    assert through_arrow["x"].to_list() == list(range(10))
    sizes = frame.map_partitions(lambda part: {"n": [len(part)]}, meta={"n": int})
    assert sizes["n"].to_list() == [4, 4, 2]
    assert sizes.dtypes == {"n": "int64"}


def test_queries_inside_of_partitions_do_not_hang(large):
    sums = large.map_partitions(lambda part: {"s": [part.groupby("y")["x"].sum().sum()]}, meta={"s": "int64"})
    assert sums["s"].sum() == large["x"].sum()


def test_exceptions_of_user_functions_come_back():
    class Special(Exception):
        pass

    def fail(part):
        if len(part):
            raise Special("mine")
        return part

    frame = hs.DataFrame({"x": [1, 2, 3]}).repartition(3)
    with pytest.raises(Special, match="mine") as caught:
        frame.map_partitions(fail).compute()
    assert any("fail" in note for note in getattr(caught.value, "__notes__", []))
    with pytest.raises(Special) as caught:
        frame.map_partitions(lambda part: (_ for _ in ()).throw(Special("at once")))
    assert any("without rows" in note for note in caught.value.__notes__)
    with pytest.raises(TypeError, match="returned None"):
        frame.map_partitions(lambda part: None)
    with pytest.raises(TypeError, match="returned the columns"):
        frame.map_partitions(lambda part: part.assign(y=1) if len(part) else part).compute()


def test_dropping_a_frame_gives_the_memory_back():
    code = """
        import gc, time, hypostyle as hs, numpy as np
        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * 4096
        hs.DataFrame({"x": np.arange(1000)}).sort_values("x").compute()
        before = resident()
        for _ in range(5):
            frame = hs.DataFrame({"x": np.arange(5_000_000)}).assign(y=hs.col("x") * 2, z=1).compute()
            del frame
            gc.collect()
        for _ in range(50):
            grown = resident() - before
            if grown < 25_000_000:
                break
            time.sleep(0.1)
        assert grown < 25_000_000, grown
    """
    if sys.platform == "linux":
        subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_importing_is_quick():
    code = "import sys, hypostyle; assert 'pandas' not in sys.modules and 'pyarrow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_version():
    assert hs.__version__ == pd.Series([hs.__version__])[0]
    hs.show_versions()


def test_loops_of_many_steps_are_run_now_and_then(tmp_path):
    """Planning a query takes longer the more steps it has, and goes down a stack that has an end."""
    for rows in (1000, 20_000):
        df = hs.DataFrame({"x": range(rows), "y": 1.0})
        for _ in range(3000):
            df["x"] = df["x"] + 1
        assert df["x"].to_list()[:2] == [3000, 3001] and len(df) == rows
        for at in range(300):
            df = df[df["x"] != 3000 + at]
        assert df["x"].iloc[0] == 3300 and df.index.to_list()[0] == 300
        for _ in range(100):
            df = hs.concat([df, df.head(1)])
        assert len(df) == rows - 300 + 100
    # What files hold is read when somebody looks; so many steps of it are an error, not a crash.
    df.to_parquet(tmp_path / "x.parquet")
    scanned = hs.read_parquet(tmp_path / "x.parquet")
    with pytest.raises(hs.errors.InvalidArgumentError, match="more than 1000 steps"):
        for _ in range(1500):
            scanned["x"] = scanned["x"] + 1
