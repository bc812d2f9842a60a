"""The process that forks workers: what it shares, and what happens when it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import hypostyle as hs
import pytest
from comparing import lives
from hypostyle import _fork_server, _workers

pytest.importorskip("cloudpickle")
pytestmark = [
    pytest.mark.usefixtures("two_threads"),
    pytest.mark.skipif(not _fork_server.possible(), reason="workers are started anew here"),
]


@pytest.fixture
def pool(monkeypatch):
    """A pool of workers of its own."""
    made = _workers.Pool()
    monkeypatch.setattr(_workers, "_pool", made)
    yield made
    made.close()


@pytest.fixture
def df() -> hs.DataFrame:
    return hs.DataFrame({"x": range(1000)}).repartition(4)


def about(part):
    """What a worker is, and of whom."""
    return {"n": [len(part)], "pid": [os.getpid()], "parent": [os.getppid()], "session": [os.getsid(0)]}


def seen(df):
    told = {"n": "int64", "pid": "int64", "parent": "int64", "session": "int64"}
    return df.map_partitions(about, meta=told, processes=True).compute()


def test_workers_are_forked_by_one_process_and_used_again(pool, df):
    made = seen(df)
    assert made["n"].to_list() == [250] * 4
    assert set(made["parent"].to_list()) == {pool.server.process.pid} != {os.getpid()}
    assert made["session"].to_list() == made["pid"].to_list()
    pool.server.resolve()
    assert set(seen(df)["pid"].to_list()) <= {worker.process.pid for worker in pool.idle.queue}


def test_workers_draw_other_random_numbers(pool, df):
    import random

    def draws(part):
        time.sleep(0.2)
        return {"pid": [os.getpid()], "r": [random.random()]}

    made = df.map_partitions(draws, meta={"pid": "int64", "r": "float64"}, processes=True).compute()
    assert made["pid"].nunique() == 2 and made["r"].nunique() == 4


def test_a_server_that_is_gone(pool, df):
    first = seen(df)
    server = pool.server
    server.process.kill()
    server.process.wait(5)
    # Its workers live.
    assert set(seen(df)["pid"].to_list()) <= set(first["pid"].to_list())
    for worker in list(pool.idle.queue):
        worker.kill()
    time.sleep(0.1)
    again = seen(df)
    assert again["n"].to_list() == [250] * 4 and not set(again["pid"].to_list()) & set(first["pid"].to_list())
    for worker in list(pool.idle.queue):
        worker.kill()
    time.sleep(0.1)
    assert seen(df)["n"].to_list() == [250] * 4
    assert pool.server is not None and pool.server is not server


def test_how_a_worker_ended(pool, df):
    endings = {"exit code 3": lambda: os._exit(3), "SIGTERM": lambda: os.kill(os.getpid(), signal.SIGTERM)}
    for how, end in endings.items():
        with pytest.raises(hs.errors.WorkerError, match=how):
            df.map_partitions(lambda part, end=end: end(), meta={"n": "int64"}, processes=True).compute()
    # One whose server is gone has ended somehow.
    with pytest.raises(hs.errors.WorkerError, match="a worker process ended"):

        def lonely(part):
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(0.2)
            os._exit(3)

        df.map_partitions(lonely, meta={"n": "int64"}, processes=True).compute()
    assert seen(df)["n"].to_list() == [250] * 4


def test_nothing_is_left_of_a_process_that_is_killed(tmp_path):
    code = """
    import hypostyle as hs, os, signal
    hs.set_config(threads=2)
    df = hs.DataFrame({"x": range(10)}).repartition(2)
    told = {"pid": "int64", "of": "int64"}
    made = df.map_partitions(lambda p: {"pid": [os.getpid()], "of": [os.getppid()]}, meta=told, processes=True).compute()
    print(*{*made["pid"].to_list(), *made["of"].to_list()}, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True, timeout=60)
    left = [int(one) for one in ended.stdout.split()]
    assert len(left) >= 2
    until = time.monotonic() + 10
    while left and time.monotonic() < until:
        left = [one for one in left if lives(one)]
        time.sleep(0.05)
    assert not left
