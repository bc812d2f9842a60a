"""What the user's functions refer to, on worker processes: they give what they give here, or an error that says why not."""

from __future__ import annotations

import enum
import functools
import importlib
import linecache
import os
import random
import threading
import time
import warnings

import hypostyle as hs
import numpy as np
import pytest
from hypostyle import _apply

pytest.importorskip("cloudpickle")
pytestmark = pytest.mark.usefixtures("two_threads")
ROWS = 400


@pytest.fixture
def soon(monkeypatch):
    """Workers are worth their start after hundredths of a second."""
    monkeypatch.setattr(_apply, "TRIAL", 0.01)
    monkeypatch.setattr(_apply, "WORTH", 0.05)


@pytest.fixture
def df() -> hs.DataFrame:
    return hs.DataFrame({"x": range(ROWS), "k": [n % 40 for n in range(ROWS)]})


@pytest.fixture
def rates(tmp_path, monkeypatch):
    """A user's module, and one that it uses."""
    (tmp_path / "users_rates.py").write_text(
        "import users_table\nRATE = 1\nclass Config:\n    factor = 1\nconfig = Config()\n"
        "def scaled(v): return v * RATE\ndef looked_up(v): return users_table.TABLE[v % 2]\n"
        "def configured(v): return v * config.factor\n"
    )
    (tmp_path / "users_table.py").write_text("TABLE = {0: 'a', 1: 'b'}\nlock = __import__('threading').Lock()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    module = importlib.import_module("users_rates")
    yield module
    import sys

    for name in ("users_rates", "users_table"):
        sys.modules.pop(name, None)


def test_values_of_modules_that_were_set_since(df, rates):
    import users_table

    def by_import(v):
        import users_rates

        return users_rates.RATE + v

    class Scaler:
        def __call__(self, v):
            return rates.scaled(v) + 1

    functions = [
        rates.scaled,
        rates.looked_up,
        rates.configured,
        lambda v: v * rates.RATE,
        functools.partial(lambda more, v: rates.scaled(v) + more, 5),
        by_import,
        Scaler(),
        [rates.scaled][0],
    ]
    for rate, table, factor in ((1, "ab", 1), (7, "cd", 3), (8, "ef", 0.5)):
        rates.RATE, users_table.TABLE, rates.config.factor = rate, dict(enumerate(table)), factor
        for function in functions:
            here, away = (df["x"].map(function, processes=processes).to_list() for processes in (False, True))
            assert here == away
        rows = [df.apply(lambda row: row.x * rates.RATE, axis=1, processes=way).to_list() for way in (False, True)]
        assert rows[0] == rows[1] == [n * rate for n in range(ROWS)]
        groups = df.groupby("k").apply(lambda group: rates.scaled(len(group)), processes=True)
        assert set(groups.to_list()) == {10 * rate}
        # What is large, or contains itself, is the module's own.
        rates.large, rates.circle = [[0] * 5000] * 5000, []
        rates.circle.append(rates.circle)
        parts = df.repartition(2).map_partitions(lambda part: part * rates.RATE, processes=True)
        assert parts["x"].to_list() == [n * rate for n in range(ROWS)]


def test_a_function_that_changes_what_it_refers_to_stays(df, soon):
    seen, memo, numbers, lock = [], {}, iter(range(10**6)), threading.Lock()
    rng = np.random.default_rng(1)

    def slowly(value):
        time.sleep(0.001)
        return value

    class Counter:
        n = 0

        def __call__(self, v):
            self.n += 1
            return slowly(self.n)

    def locked(v):
        with lock:
            return slowly(v)

    random.seed(5)
    drawn = [random.random() for _ in range(ROWS)]
    random.seed(5)
    np.random.seed(5)
    old = [float(np.random.rand()) for _ in range(ROWS)]
    np.random.seed(5)
    up = list(range(ROWS))
    functions = {
        "appends": (lambda v: seen.append(v) or slowly(v), up),
        "remembers": (lambda v: memo.setdefault(v, slowly(v)), up),
        "takes": (lambda v: slowly(next(numbers)), up),
        "counts": (Counter(), [n + 1 for n in up]),
        "draws": (lambda v: slowly(random.random()), drawn),
        "draws of numpy": (lambda v: slowly(float(np.random.rand())), old),
        "draws of its own": (lambda v: slowly(float(rng.random())), np.random.default_rng(1).random(ROWS).tolist()),
        "cannot be copied": (locked, up),
    }
    for name, (function, expected) in functions.items():
        assert df["x"].map(function).to_list() == expected, name
    assert seen == up and len(memo) == ROWS
    sizes: list[int] = []
    groups = df.groupby("k").apply(lambda group: sizes.append(len(group)) or slowly(slowly(slowly(len(group)))))
    assert sizes == groups.to_list()
    # One that changes nothing does not.
    assert len(set(df["x"].map(lambda v: slowly(os.getpid())).to_list())) > 1
    assert len(set(df.groupby("k").apply(lambda group: [slowly(1) for _ in group.x] and os.getpid()).to_list())) > 1


def test_what_cannot_be_copied_is_said(df):
    lock = threading.Lock()

    def locked(v):
        with lock:
            return v

    calls = [
        lambda: df["x"].map(locked, processes=True),
        lambda: df.apply(lambda row: locked(row.x), axis=1, processes=True),
        lambda: df.groupby("k").apply(lambda group: locked(1), processes=True),
        lambda: df.map_partitions(lambda part: locked(part), processes=True).compute(),
    ]
    for call in calls:
        with pytest.raises(TypeError, match="lock") as raised:
            call()
        assert "leave out processes=True" in "\n".join(raised.value.__notes__)


class Unmakeable:
    """What another process cannot make again."""

    def __reduce__(self):
        return _only_in, (os.getpid(),)

    def __call__(self, v):
        time.sleep(0.001)
        return v


def _only_in(process):
    if process != os.getpid():
        raise ValueError("not in this process")
    return Unmakeable()


def test_what_a_worker_cannot_make_stays_or_is_an_error(df, soon):
    assert df["x"].map(Unmakeable()).to_list() == list(range(ROWS))
    with pytest.raises(ValueError, match="not in this process") as raised:
        df["x"].map(Unmakeable(), processes=True)
    assert "leave out processes=True" in "\n".join(raised.value.__notes__)


def test_the_error_of_the_earliest_rows_is_raised(df):
    def broken(v):
        if v in (10, 350):
            time.sleep(0.3 if v == 10 else 0)
            raise ValueError(f"at {v}")
        return v

    for _ in range(2):
        with pytest.raises(ValueError, match="at 10"):
            df["x"].map(broken, processes=True)


def test_caches_and_values_of_local_classes(df):
    class Color(enum.IntEnum):
        RED = 1
        BLUE = 2

    @functools.lru_cache(maxsize=10)
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    class Holder:
        @functools.cached_property
        def tenth(self):
            return fib(10)

    holder = Holder()
    functions = [lambda v: Color(1 + v % 2), lambda v: fib(v % 30), lambda v: holder.tenth + Holder().tenth]
    for function in functions:
        here, away = (df["x"].map(function, processes=processes).to_list() for processes in (False, True))
        assert here == away


def test_notes_say_what_is_wrong_of_the_values(df):
    for processes in (True, False):
        with pytest.raises(hs.errors.DataTypeError, match="no column holds values like this set") as raised:
            df["x"].map(lambda v: {v}, processes=processes)
        assert not getattr(raised.value, "__notes__", [])
        with pytest.raises(hs.errors.DataTypeError, match="string among values of int64") as raised:
            df["x"].map(lambda v: v if v < 300 else "late", processes=processes)
        assert "different types" in raised.value.__notes__[0]


def test_partitions_keep_the_labels_that_a_function_gives(df):
    frames = {"numbered": df, "labelled": df.set_index("k"), "two levels": df.assign(y=1).set_index(["k", "x"])}
    functions = [
        lambda part: part.assign(z=1),
        lambda part: part.to_pandas().assign(z=1),
        lambda part: part.reset_index(drop=True).assign(z=1),
        lambda part: part.to_pandas().assign(z=1).set_index("z"),
        lambda part: part.assign(z=2)["z"],
    ]
    for name, frame in frames.items():
        for function in functions:
            here, away = (
                frame.repartition(3).map_partitions(function, processes=processes).to_pandas()
                for processes in (False, True)
            )
            assert here.equals(away) and here.index.names == away.index.names, name


class Careful(UserWarning):
    """A warning of the user's own."""


def careful(part):
    warnings.warn("careful", Careful, stacklevel=1)
    warnings.warn("old", DeprecationWarning, stacklevel=1)
    return {"s": [os.getpid() != part["x"].iloc[0]]}


def warned(df, times=1):
    parts = df.assign(x=os.getpid()).repartition(4)
    for _ in range(times):
        assert parts.map_partitions(careful, meta={"s": "bool"}, processes=True)["s"].to_list() == [True] * 4


def test_warnings_of_workers_are_seen_here(df):
    for action, count in (("always", 8), ("default", 1), ("once", 1), ("module", 1), ("ignore", 0)):
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter(action)
            warnings.filterwarnings("ignore", "old", DeprecationWarning)
            warned(df, 2)
        assert [type(one.message) for one in seen] == [Careful] * count, action
        for one in seen:
            assert str(one.message) == "careful" and one.filename == __file__
            assert 'warn("careful"' in linecache.getline(one.filename, one.lineno)
    with pytest.warns(Careful, match="careful"), pytest.warns(DeprecationWarning, match="old"):
        warned(df)


def test_filters_of_warnings_reach_workers(df):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Careful, match="careful") as raised:
            warned(df)
        assert "in a worker process" in raised.value.__notes__[0]
        # Filters by class, text and module.
        warnings.filterwarnings("ignore", category=Careful)
        with pytest.raises(DeprecationWarning, match="old"):
            warned(df)
        warnings.filterwarnings("ignore", message="o.d", module=__name__)
        warned(df)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("error")
        warnings.filterwarnings("default", module=__name__)
        warned(df)
    assert {type(one.message) for one in seen} == {Careful, DeprecationWarning} and len(seen) == 2


def test_warnings_of_failing_functions_values_and_groups(df, soon):
    def failing(part):
        warnings.warn("before", Careful, stacklevel=1)
        raise ValueError("it failed")

    with pytest.warns(Careful, match="before"), pytest.raises(ValueError, match="it failed"):
        df.repartition(2).map_partitions(failing, meta={"s": "bool"}, processes=True).compute()

    here = os.getpid()

    def slow(v):
        time.sleep(0.001)
        if os.getpid() != here:
            warnings.warn(f"value {v}", Careful, stacklevel=1)
        return v

    with pytest.warns(Careful, match="value") as seen:
        assert df["x"].map(slow).to_list() == list(range(ROWS))
    assert len({str(one.message) for one in seen}) == len(seen)
