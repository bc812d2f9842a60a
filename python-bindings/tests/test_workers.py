"""Python functions on worker processes."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import hypostyle as hs
import pytest
from hypostyle import _shm

pytest.importorskip("cloudpickle")
pytestmark = pytest.mark.usefixtures("two_threads")
FACTOR = 3


@pytest.fixture
def df() -> hs.DataFrame:
    rows = 2000
    return hs.DataFrame(
        {"x": list(range(rows)), "k": [f"t{i % 7}" for i in range(rows)], "y": [None, 0.5] * (rows // 2)}
    )


def test_values_lambdas_closures_and_local_classes(df):
    class Adder:
        def __init__(self, n):
            self.n = n

        def __call__(self, v):
            return v + self.n

    shift = 5
    here = df["x"].map(lambda v: v * FACTOR + shift, processes=False).to_list()
    assert df["x"].map(lambda v: v * FACTOR + shift, processes=True).to_list() == here
    assert df["x"].map(Adder(2), processes=True).to_list() == [v + 2 for v in range(2000)]
    assert df["k"].map(str.upper, processes=True).to_list()[:2] == ["T0", "T1"]
    assert df["y"].map(lambda v: v + 1, processes=True).to_list()[:2] == [None, 1.5]


def test_rows(df):
    def total(row, n=0):
        return row["x"] + (row.y if row.y is not None else n)

    here = df.apply(total, axis=1, n=10, processes=False).to_list()
    assert df.apply(total, axis=1, n=10, processes=True).to_list() == here
    labels = df.set_index("k").apply(lambda row: row.name, axis=1, processes=True).to_list()
    assert labels == df["k"].to_list()


def test_workers_are_used_again_and_are_other_processes(df):
    first = set(df["x"].map(lambda v: os.getpid(), processes=True).to_list())
    second = set(df["x"].map(lambda v: os.getpid(), processes=True).to_list())
    assert os.getpid() not in first and first & second and len(first | second) <= 3


def test_nested_use(df):
    def inner(v):
        return hs.DataFrame({"a": [v, 1]})["a"].map(lambda w: w + 1).sum()

    assert df["x"].head(20).map(inner, processes=True).to_list() == [v + 3 for v in range(20)]


def test_exceptions_come_back_with_the_users_traceback(df):
    def broken(v):
        if v == 1500:
            raise KeyError(f"no {v}")
        return v

    for processes in (True, False):
        with pytest.raises(KeyError, match="no 1500") as raised:
            df["x"].map(broken, processes=processes)
        notes = "\n".join(raised.value.__notes__)
        assert "broken" in notes and "rows" in notes
        if processes:
            assert 'raise KeyError(f"no {v}")' in notes and "in a worker process" in notes
    assert df["x"].map(lambda v: v, processes=True).to_list()[-1] == 1999


def test_exceptions_that_cannot_travel(df):
    class Odd(Exception):
        def __init__(self, lock):
            super().__init__("odd")
            self.lock = lock

    def broken(v):
        import threading

        raise Odd(threading.Lock())

    # It has its class and its text, but not what cannot be copied.
    with pytest.raises(Odd, match="odd") as raised:
        df["x"].map(broken, processes=True)
    assert "raise Odd(threading.Lock())" in "\n".join(raised.value.__notes__)

    class Pair(Exception):
        def __init__(self, a, b):
            super().__init__(f"{a} and {b}")
            self.a, self.b = a, b

    def paired(v):
        raise Pair(v, "b")

    for processes in (True, False):
        with pytest.raises(Pair, match="0 and b") as pair:
            df["x"].map(paired, processes=processes)
        assert (pair.value.a, pair.value.b) == (0, "b")

    class Stubborn(Exception):
        def __reduce__(self):
            raise TypeError("never")

    def stubborn(v):
        error = Stubborn("stays")
        error.held = (n for n in [])
        raise error

    with pytest.raises((Stubborn, hs.errors.WorkerError)) as stays:
        df["x"].map(stubborn, processes=True)
    assert "Stubborn" in "\n".join(stays.value.__notes__)


def test_a_crash_is_told_and_survived(df):
    def crash(v):
        if v == 700:
            os.kill(os.getpid(), signal.SIGKILL)
        return v

    with pytest.raises(hs.errors.WorkerError, match="SIGKILL") as raised:
        df["x"].map(crash, processes=True)
    assert "rows" in "\n".join(raised.value.__notes__)
    assert df["x"].map(lambda v: v + 1, processes=True).sum() == sum(range(1, 2001))


def test_nothing_is_left_in_shared_memory(df):
    def left():
        return [name for name in os.listdir("/dev/shm") if name.startswith(f"hypostyle-{os.getpid()}-")]

    df["x"].map(lambda v: v, processes=True)
    with pytest.raises(ZeroDivisionError):
        df["x"].map(lambda v: 1 // 0, processes=True)
    assert left() == []


def test_what_a_killed_process_left_is_removed(tmp_path):
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    dead, own = int(ended.stdout), os.getpid()
    names = [f"hypostyle-{dead}-a.arrow", f"hypostyle-{dead}-b.arrow", f"hypostyle-{own}-a.arrow", "hypostyle-x.arrow"]
    for name in names:
        (tmp_path / name).touch()
    for name in (names[0], *names[2:]):
        os.utime(tmp_path / name, (0, 0))
    _shm.sweep(str(tmp_path))
    assert sorted(os.listdir(tmp_path)) == sorted(names[1:])


def test_it_chooses_workers_only_where_they_pay(df):
    assert set(df["x"].map(lambda v: os.getpid()).to_list()) == {os.getpid()}

    def slow(v):
        time.sleep(0.002)
        return os.getpid()

    assert len(set(df["x"].map(slow).to_list())) > 1


def test_groups(df):
    def spread(group):
        return group["x"].max() - group["x"].min()

    here = df.groupby("k").apply(spread, processes=False)
    away = df.groupby("k").apply(spread, processes=True)
    assert away.to_dict() == here.to_dict()
    tops = df.groupby("k").apply(lambda group: group.nlargest(2, "x")[["x", "y"]], processes=True)
    expected = df.groupby("k").apply(lambda group: group.nlargest(2, "x")[["x", "y"]], processes=False)
    assert tops.reset_index().to_dict("list") == expected.reset_index().to_dict("list")
    sums = df.groupby("k")["x"].apply(lambda values: values.cumsum(), processes=True)
    assert len(sums) == len(df)
    with pytest.raises(ZeroDivisionError):
        df.groupby("k").apply(lambda group: 1 // 0, processes=True)


def test_partitions(df):
    parts = df.repartition(6)

    def pid(part, offset):
        return part.assign(p=os.getpid(), z=part["x"] + offset)

    found = parts.map_partitions(pid, offset=1, processes=True)
    assert found["z"].to_list() == [v + 1 for v in range(2000)]
    assert os.getpid() not in set(found["p"].to_list())

    def broken(part):
        if len(part):
            raise LookupError("the third")
        return part

    with pytest.raises(LookupError, match="the third"):
        parts.map_partitions(broken, processes=True).compute()


def test_shared_frames(df):
    import pickle

    handle = df.set_index("k").share()
    assert os.path.exists(handle.path) and len(pickle.dumps(handle)) < 500
    other = pickle.loads(pickle.dumps(handle)).open()
    assert other.index.name == "k" and other["x"].to_list() == df["x"].to_list()
    done = run(
        f"""
        import pickle
        frame = pickle.loads({pickle.dumps(handle)!r}).open()
        print(frame["x"].sum(), len(frame))
        """
    )
    assert done.stdout.split() == [str(sum(range(2000))), "2000"], done.stderr
    path = handle.path
    del handle
    assert not os.path.exists(path)
    assert other["x"].sum() == sum(range(2000))


def test_series_are_pickled(df):
    import pickle

    back = pickle.loads(pickle.dumps(df["x"] + 1))
    assert back.name == "x" and back.to_list()[:2] == [1, 2]


def run(code: str, timeout: float = 60) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=timeout
    )


def test_ctrl_c_ends_the_workers_and_the_session_goes_on():
    done = run(
        """
        import os, signal, threading, time
        import hypostyle as hs
        hs.set_config(threads=2)
        df = hs.DataFrame({"x": list(range(800))})
        df["x"].map(lambda v: v, processes=True)
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        started = time.time()
        try:
            df["x"].map(lambda v: __import__("time").sleep(0.2), processes=True)
        except KeyboardInterrupt:
            print("interrupted", time.time() - started < 30)
        print(df["x"].map(lambda v: v + 1, processes=True).sum())
        """
    )
    assert done.stdout.split() == ["interrupted", "True", str(sum(range(1, 801)))], done.stderr


def test_fork_after_use():
    done = run(
        """
        import os, sys
        import hypostyle as hs
        hs.set_config(threads=2)
        df = hs.DataFrame({"x": list(range(600))})
        print(df["x"].map(lambda v: v + 1, processes=True).sum(), flush=True)
        child = os.fork()
        if child == 0:
            ok = df["x"].map(lambda v: v + 2, processes=True).sum() == sum(range(2, 602))
            os._exit(0 if ok else 1)
        print(os.waitpid(child, 0)[1], df["x"].map(lambda v: v + 3, processes=True).sum())
        """
    )
    assert done.stdout.split() == [str(sum(range(1, 601))), "0", str(sum(range(3, 603)))], done.stderr


def test_threads_share_the_workers(df):
    found = [None] * 4

    def work(i):
        found[i] = df["x"].map(lambda v: v + i, processes=True).sum()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [sum(range(2000)) + 2000 * i for i in range(4)]


def _in_pool(n: int) -> int:
    return int(hs.DataFrame({"x": [1, 2, n]})["x"].map(lambda v: v + 1).sum())


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_inside_multiprocessing(method):
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply(_in_pool, (3,)) == 9


def test_workers_follow_their_owner(df, tmp_path, monkeypatch):
    df["x"].map(lambda v: v, processes=True).to_list()  # the workers are there now
    monkeypatch.setenv("HYPOSTYLE_TEST_VALUE", "7")
    seen = df["x"].map(lambda v: int(os.environ.get("HYPOSTYLE_TEST_VALUE", "0")), processes=True)
    assert set(seen.to_list()) == {7}
    monkeypatch.delenv("HYPOSTYLE_TEST_VALUE")
    seen = df["x"].map(lambda v: int(os.environ.get("HYPOSTYLE_TEST_VALUE", "0")), processes=True)
    assert set(seen.to_list()) == {0}
    monkeypatch.chdir(tmp_path)
    assert set(df["x"].map(lambda v: os.getcwd(), processes=True).to_list()) == {os.getcwd()}
    monkeypatch.syspath_prepend(str(tmp_path))
    module = tmp_path / "found_later.py"
    module.write_text("import deeper_later\n\ndef f(v):\n    return v + deeper_later.ADDED\n")
    (tmp_path / "deeper_later.py").write_text("ADDED = 1\n")
    import found_later

    assert df["x"].head(3).map(found_later.f, processes=True).to_list() == [v + 1 for v in df["x"].head(3).to_list()]
    # A module that was edited and loaded again is not the one that workers know.
    (tmp_path / "deeper_later.py").write_text("ADDED = 1000\n")
    importlib.reload(found_later.deeper_later)
    importlib.reload(found_later)
    assert df["x"].head(3).map(found_later.f, processes=True).to_list() == [v + 1000 for v in df["x"].head(3).to_list()]


@pytest.mark.parametrize("processes", [True, False])
def test_a_function_that_ends_the_iteration(df, processes):
    def function(value):
        if value == 5:
            return next(iter([]))
        return value

    with pytest.raises((RuntimeError, StopIteration), match="StopIteration for 5"):
        df["x"].map(function, processes=processes).to_list()


def test_shared_frames_keep_their_labels():
    import pickle

    df = hs.DataFrame({"k": ["a", "b", "a"], "g": [1, 2, 2], "x": [1, 2, 3]})
    frames = [
        hs.DataFrame({"x": [1, 2]}, index=["a", "b"]),
        df[df["x"] > 1],
        df.pivot_table(values="x", index="k", columns="g"),
        df.groupby(["k", "g"]).agg({"x": ["sum", "mean"]}),
    ]
    for frame in frames:
        handle = frame.share()
        opened = pickle.loads(pickle.dumps(handle)).open()
        assert opened.index.to_list() == frame.index.to_list() and opened.index.names == frame.index.names
        assert list(opened.columns) == list(frame.columns) and opened.columns.names == frame.columns.names
        assert opened.equals(frame)
    other = pickle.loads(pickle.dumps(handle))
    handle.close()
    with pytest.raises(FileNotFoundError, match="is gone"):
        other.open()
