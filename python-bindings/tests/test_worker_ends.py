"""Workers that end, functions that fail in them, and what is left of both; results as they are in this process."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time

import hypostyle as hs
import numpy as np
import pytest
from comparing import lives
from hypostyle import _native, _shm

pytest.importorskip("cloudpickle")
pytestmark = pytest.mark.usefixtures("two_threads")
WATCHDOG = 20.0
posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="no signals")

START = """
import os, signal, sys, threading, time
import hypostyle as hs, numpy as np
hs.set_config(threads=2)
df = hs.DataFrame({"x": range(1000), "k": [n % 7 for n in range(1000)]})
"""


def script(code: str, tmp_path, *options: str) -> list[str]:
    """What a script prints, line by line; nothing hangs."""
    path = tmp_path / "script.py"
    path.write_text(START + textwrap.dedent(code))
    done = subprocess.run([sys.executable, *options, str(path)], capture_output=True, text=True, timeout=WATCHDOG)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def df() -> hs.DataFrame:
    return hs.DataFrame({"x": range(1000), "k": [n % 7 for n in range(1000)]})


KILLED = {
    "values": "df['x'].map(lambda v: killed(v == 0, v), processes=True)",
    "rows": "df.apply(lambda row: killed(row.x == 0, row.x), axis=1, processes=True)",
    "groups": "df.groupby('k').apply(lambda g: killed(g['x'].iloc[0] == 0, 1), processes=True)",
    "partitions": "df.repartition(4).map_partitions(lambda p: killed(p['x'].iloc[0] == 0, p), meta=df, processes=True).compute()",
}


#: Without the process that forks workers each is started anew.
WAYS = {"forked": "", "anew": "hs._workers._fork_server.possible = lambda: False"}


@posix
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KILLED)
def test_a_worker_that_is_killed(kind, way, tmp_path):
    """The error names the rows, the other workers end with it, and the session goes on."""
    found = script(
        f"""
        import hypostyle._workers
        {WAYS[way]}

        def killed(now, value):
            # Others are at work for much longer than the watchdog waits.
            if now:
                time.sleep(0.3)
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)
            return value

        def children(process="self"):
            tasks = os.listdir(f"/proc/{{process}}/task")
            found = [open(f"/proc/{{process}}/task/{{task}}/children").read().split() for task in tasks]
            return [child for one in found for child in one]

        def workers():
            server = hs._workers.pool().server
            return children() if server is None else children(server.process.pid)

        try:
            {KILLED[kind]}
        except hs.errors.WorkerError as error:
            print(error)
            print(*error.__notes__)
        time.sleep(0.2)
        print(len(workers()) if os.path.exists("/proc/self/task") else 0)
        print(df["x"].map(lambda v: v + 1, processes=True).sum())
        """,
        tmp_path,
    )
    assert found[0] == "a worker process ended (SIGKILL)"
    assert "rows 0 to " in found[1] and "in a worker process" in found[1]
    assert kind != "partitions" or "partition 0, rows 0 to 249" in found[1]
    assert found[-2:] == ["0", "500500"], found


def test_the_partition_of_an_error_is_told(df, tmp_path):
    def broken(part):
        if len(part) and part["x"].iloc[0] == 750:
            raise ValueError("no")
        return part

    with pytest.raises(ValueError, match="no") as raised:
        df.repartition(4).map_partitions(broken, meta=df, processes=True).compute()
    assert "broken, partition 3, rows 750 to 999, in a worker process" in raised.value.__notes__[0]
    df.iloc[750:].to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(ValueError, match="no") as raised:
        hs.read_csv(tmp_path / "rows.csv").map_partitions(broken, processes=True).compute()
    assert "a partition of 250 rows" in raised.value.__notes__[0]


def test_what_led_to_an_error_comes_with_it(df):
    def caused(v):
        try:
            int("no number")
        except ValueError as error:
            error.add_note("noted")
            raise KeyError("k") from error

    def while_handling(v):
        try:
            caused(v)
        except KeyError:
            raise RuntimeError("at last")  # noqa: B904

    def hidden(v):
        try:
            int("no number")
        except ValueError:
            raise KeyError("k") from None

    frames = {
        "values": lambda function, way: df["x"].map(function, processes=way),
        "groups": lambda function, way: df.groupby("k").apply(lambda g: function(1), processes=way),
        "partitions": lambda function, way: df.map_partitions(lambda p: function(1), meta=df, processes=way).compute(),
    }

    def chain(error: BaseException | None) -> list:
        """Classes, texts and how each is connected; the engine's own links are not the function's."""
        if error is None:
            return []
        return [type(error), str(error), error.__suppress_context__, chain(error.__cause__), chain(error.__context__)]

    for name, run in frames.items():
        for function in (caused, while_handling, hidden):
            chains = []
            for way in (False, True):
                with pytest.raises(Exception) as raised:
                    run(function, way)
                chains.append(chain(raised.value))
            assert chains[0] == chains[1], name
    with pytest.raises(KeyError) as raised:
        df["x"].map(caused, processes=True)
    assert raised.value.__cause__.__notes__ == ["noted"]


def test_errors_that_cannot_be_told_do_not_end_the_worker(df):
    class Silent(Exception):
        def __str__(self):
            raise RuntimeError("no text")

        __repr__ = __str__

    def broken(v):
        raise Silent()

    before = set(df["x"].map(lambda v: os.getpid(), processes=True).to_list())
    with pytest.raises(Silent):
        df["x"].head(1).to_frame().apply(lambda row: broken(1), axis=1, processes=False)
    with pytest.raises((Silent, hs.errors.WorkerError)):
        df["x"].map(broken, processes=True)
    assert before


def test_results_are_those_of_this_process(df):
    big = 1 << 62
    functions = {
        "integers": lambda v: v * 3 - 7,
        "floats": lambda v: v / 3,
        "truth": lambda v: v % 3 == 0,
        "missing": lambda v: None if v % 5 == 0 else v,
        "NaN": lambda v: float("nan") if v % 5 == 0 else v / 2,
        "all NaN": lambda v: float("nan"),
        "floats at the end": lambda v: v if v < 900 else v / 2,
        "truth at the end": lambda v: v if v < 900 else True,
        "large": lambda v: big,
        "texts": lambda v: f"t{v}",
        "lists": lambda v: [v],
        "numbers of NumPy": lambda v: np.float32(v) / 3,
        "nothing": lambda v: None,
    }
    for name, function in functions.items():
        found = []
        for way in (False, True):
            try:
                series = df["x"].map(function, processes=way)
                rows = df.apply(lambda row, f=function: f(row["x"]), axis=1, processes=way)
                found.append((series.dtype, str(series.to_list()), rows.dtype, str(rows.to_list())))
            except hs.errors.HypostyleError as error:
                found.append(str(error))
        assert found[0] == found[1], name
    for dtype in ("float32", "int8", "string"):
        found = []
        for way in (False, True):
            try:
                found.append(df["x"].head(600).map(lambda v: v + 1, dtype=dtype, processes=way).to_list())
            except hs.errors.HypostyleError as error:
                found.append(str(error))
        assert found[0] == found[1], dtype


def test_arrays_that_a_function_refers_to_are_copies_for_each_run(df):
    large, small, frozen = np.arange(50_000.0), np.arange(5.0), np.arange(50_000)
    frozen.flags.writeable = False

    def adds(v):
        large[v] += 1
        small[0] += 1
        return large[v] + frozen[v] - 2 * v

    for _ in range(2):
        assert set(df["x"].map(adds, processes=True).to_list()) == {1.0}
        parts = df.repartition(2).map_partitions(lambda p: p.assign(y=large[: len(p)]), processes=True)
        assert parts["y"].sum() == 2 * sum(range(500))
    assert large.tolist() == list(range(50_000)) and small.tolist() == list(range(5))
    # What changes between two runs is seen.
    large[:] = 7
    assert set(df["x"].map(lambda v: large[v], processes=True).to_list()) == {7.0}
    left = [name for name in os.listdir("/dev/shm") if name.startswith(f"hypostyle-{os.getpid()}-")]
    assert left == []


def test_a_function_that_changes_an_array_stays(df, monkeypatch):
    from hypostyle import _apply

    monkeypatch.setattr(_apply, "TRIAL", 0.01)
    monkeypatch.setattr(_apply, "WORTH", 0.05)
    seen = np.zeros(20_000)

    def notes(v):
        import time

        time.sleep(0.0005)
        seen[v] = 1
        return v

    assert df["x"].map(notes).to_list() == list(range(1000))
    assert seen.sum() == 1000


@posix
def test_the_end_comes_while_workers_are_asked(tmp_path):
    """A daemon's functions on workers do not keep the interpreter from its end."""
    for call in (
        "df['x'].map(lambda v: time.sleep(60), processes=True)",
        "df.repartition(4).map_partitions(lambda p: time.sleep(60), meta=df, processes=True).compute()",
        "df.groupby('k').apply(lambda g: time.sleep(60), processes=True)",
    ):
        found = script(
            f"""
            threading.Thread(target=lambda: {call}, daemon=True).start()
            time.sleep(0.7)
            print("end")
            """,
            tmp_path,
        )
        assert found == ["end"]


@posix
@pytest.mark.parametrize("what", ["while True: pass", "time.sleep(60)", "os.closerange(0, 3); time.sleep(60)"])
def test_workers_end_with_their_owner(what, tmp_path):
    """Also one that is killed, and within a function."""
    path = tmp_path / "workers"
    path.mkdir()
    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(START)
            + textwrap.dedent(
                f"""
                def work(v):
                    open(f"{path}/{{os.getpid()}}", "w").close()
                    {what}

                threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
                df["x"].map(work, processes=True)
                """
            ),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=WATCHDOG,
    )
    assert killed.returncode == -9
    workers = [int(name) for name in os.listdir(path)]
    end = time.monotonic() + 5
    while workers and time.monotonic() < end:
        time.sleep(0.05)
        workers = [worker for worker in workers if lives(worker)]
    for worker in workers:
        os.kill(worker, 9)
    assert os.listdir(path) and not workers


def test_what_a_function_prints_is_seen(tmp_path):
    code = """
    def prints(v):
        if v in (3, 999):
            print("printed", v)
        return v

    df["x"].map(prints, processes=True)
    df.repartition(2).map_partitions(lambda p: print(len(p)) or p, meta=df, processes=True).compute()
    """
    path = tmp_path / "script.py"
    path.write_text(START + textwrap.dedent(code))
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=WATCHDOG, env=env)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == ["500", "500", "printed 3", "printed 999"]


def test_not_more_workers_are_kept_than_are_used_at_once(df):
    from concurrent.futures import ThreadPoolExecutor

    from hypostyle import _workers

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda n: df["x"].map(lambda v: v + n, processes=True).sum(), range(6)))
    assert found == [499500 + 1000 * n for n in range(6)]
    assert _workers.pool().idle.qsize() <= 2 and not _workers.pool().busy


@pytest.mark.parametrize("asked", [0, 1 << 62])
def test_shared_memory_may_be_small(df, tmp_path, monkeypatch, asked):
    """Temporary files serve where it is full, or said to be."""
    import errno
    import tempfile

    memory, files = tmp_path / "memory", tmp_path / "files"
    memory.mkdir()
    files.mkdir()
    monkeypatch.setattr(_shm, "MEMORY", str(memory))
    monkeypatch.setattr(_shm, "LEAST", asked)
    monkeypatch.setattr(tempfile, "tempdir", str(files))
    written, write = [], _native.write_files

    def full(rows, kind, path, options):
        written.append(os.path.dirname(path))
        if path.startswith(str(memory)):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(rows, kind, path, options)

    monkeypatch.setattr(_native, "write_files", full)
    assert df["x"].map(lambda v: v + 1, processes=True).sum() == 500500
    large = np.arange(100_000)
    found = df.repartition(2).map_partitions(lambda p: p.assign(y=large[: len(p)]), processes=True)
    assert found["y"].sum() == 2 * sum(range(500))
    assert str(files) in written and (str(memory) in written) == (asked == 0)
    assert not os.listdir(memory) and not [name for name in os.listdir(files) if name.endswith(".arrow")]


def test_errors_of_room_are_told_apart():
    import errno
    import tempfile

    full = OSError(errno.ENOSPC, "No space left on device")
    assert _shm.is_full(full, f"{_shm.MEMORY}/x") and not _shm.is_full(full, f"{tempfile.gettempdir()}/x")
    assert not _shm.is_full(OSError(errno.EACCES, "no"), f"{_shm.MEMORY}/x")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_many_runs_leave_nothing(df):
    def left() -> list[int]:
        return [len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))]

    def once() -> None:
        df["x"].map(lambda v: v + 1, processes=True)
        df.repartition(2).map_partitions(lambda p: p, meta=df, processes=True).compute()
        with pytest.raises(ZeroDivisionError):
            df["x"].map(lambda v: 1 // 0, processes=True)

    for _ in range(3):
        once()
    before = left()
    for _ in range(10):
        once()
    assert all(now <= then + 4 for now, then in zip(left(), before, strict=True)), (before, left())


def test_workers_have_the_interpreters_options(tmp_path):
    code = """
    import warnings

    def asserts(v):
        assert v < 0
        return v

    def warns(v):
        warnings.warn("careful")
        return v

    for function in (asserts, warns):
        try:
            print(df["x"].map(function, processes=True).sum())
        except (AssertionError, UserWarning) as error:
            print(type(error).__name__)
    """
    assert script(code, tmp_path, "-O", "-W", "error::UserWarning") == ["499500", "UserWarning"]
    assert script(code, tmp_path, "-W", "ignore") == ["AssertionError", "499500"]


def test_few_rows_run_on_all_threads():
    """As many as there are partitions: two functions wait for each other."""
    import threading

    both = threading.Barrier(2, timeout=10)

    def waits(part):
        if threading.current_thread() is not threading.main_thread():
            both.wait()
        return part

    frame = hs.DataFrame({"x": range(2)}).repartition(2)
    assert frame.map_partitions(waits, meta={"x": "int64"})["x"].to_list() == [0, 1]
    assert hs.from_map(lambda at: waits(frame.partitions[at]), range(2), meta=frame)["x"].to_list() == [0, 1]


@posix
def test_functions_of_a_query_that_is_stopped_are_interrupted(tmp_path):
    """Ctrl-C and a cancelled task end the Python code that threads of the engine run for the query, not that of others."""
    found = script(
        """
        import asyncio

        hs.set_config(threads=4)
        parts, log = df.repartition(2), []

        def endless(part):
            if threading.current_thread() is threading.main_thread():
                return part
            try:
                while True:
                    sum(range(100))
            except BaseException as error:
                log.append(type(error).__name__)
                raise

        def slow(part):
            for _ in range(120):
                time.sleep(0.01)
            return part

        def told():
            for _ in range(200):
                if len(log) == 2:
                    break
                time.sleep(0.02)
            print(*log)
            log.clear()

        other = threading.Thread(target=lambda: print(parts.map_partitions(slow, meta=df)["x"].sum()))
        other.start()
        time.sleep(0.1)
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            parts.map_partitions(endless, meta=df).compute()
        except KeyboardInterrupt:
            told()
        other.join()

        async def main():
            try:
                await asyncio.wait_for(parts.map_partitions(endless, meta=df).compute_async(), 0.3)
            except (TimeoutError, asyncio.TimeoutError):
                told()

        asyncio.run(main())
        print(parts.map_partitions(lambda part: part, meta=df)["x"].sum())
        """,
        tmp_path,
    )
    assert found == ["KeyboardInterrupt KeyboardInterrupt", "499500", "KeyboardInterrupt KeyboardInterrupt", "499500"]
