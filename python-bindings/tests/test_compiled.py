"""Compiled functions: numba, ctypes and SciPy, called by the engine on the columns' memory."""

from __future__ import annotations

import ctypes
import ctypes.util
import math
import threading

import hypostyle as hs
import numpy as np
import pytest


@pytest.fixture
def numba():
    return pytest.importorskip("numba")


@pytest.fixture
def df() -> hs.DataFrame:
    return hs.DataFrame(
        {"x": [1.0, None, -2.5, 4.0], "y": [2, 3, None, 5], "b": [True, False, None, True], "s": ["a", "b", "c", None]}
    )


def math_function(name: str, arguments: int = 1):
    """A function of C's library of mathematics."""
    found = ctypes.util.find_library("m")
    if found is None:
        pytest.skip("no library of mathematics")
    function = getattr(ctypes.CDLL(found), name)
    function.argtypes, function.restype = [ctypes.c_double] * arguments, ctypes.c_double
    return function


def test_njit_functions_of_every_type(numba):
    @numba.njit
    def twice(v):
        return v + v

    for dtype in ("int8", "int32", "int64", "uint16", "uint64", "float32", "float64"):
        series = hs.Series([1, None, 3], dtype=dtype)
        assert series.map(twice).to_list() == [2, None, 6], dtype
    assert hs.Series([True, None, False]).map(numba.njit(lambda v: not v)).to_list() == [False, None, True]


def test_they_run_when_they_are_looked_at(numba, df):
    @numba.njit
    def root(v):
        return math.sqrt(v)

    made = df.assign(r=df["x"].map(root))
    assert not made._plan.query.is_collected()
    found = made["r"].to_list()
    assert found[:2] == [1.0, None] and math.isnan(found[2]) and found[3] == 2.0
    assert df["x"].apply(root).dtype == "float64"
    assert df["x"].map(root, dtype="float32").dtype == "float32"


def test_several_columns(numba, df):
    @numba.njit
    def both(v, w, flag):
        return v * w if flag else -1.0

    assert df.map_batches(both, "x", "y", "b").to_list() == [2.0, None, None, 20.0]
    assert df.map_batches(lambda v, w: v.to_numpy() + w.to_numpy(), "x", "x").to_list() == [2.0, None, -5.0, 8.0]
    with pytest.raises(hs.errors.ShapeError, match="returned 2 values for 4 rows"):
        df.map_batches(lambda v: [1, 2], "x", dtype="int64")


def test_vectorized_functions(numba, df):
    @numba.vectorize
    def square(v):
        return v * v

    @numba.vectorize(["float64(float64)"])
    def typed(v):
        return v / 2

    assert df["y"].map(square).to_list() == [4, 9, None, 25]
    assert df["y"].map(typed).to_list() == [1.0, 1.5, None, 2.5]
    assert df[["x", "y"]].map(square).to_dict("list") == {"x": [1.0, None, 6.25, 16.0], "y": [4, 9, None, 25]}
    assert df[["x"]].apply(square)["x"].to_list() == [1.0, None, 6.25, 16.0]
    assert df[["y"]].map_partitions(square)["y"].to_list() == [4, 9, None, 25]


def test_functions_with_an_address(numba, df):
    @numba.cfunc("float64(float64, float64)")
    def product(v, w):
        return v * w

    assert df.map_batches(product, "x", "y").to_list() == [2.0, None, None, 20.0]

    @numba.cfunc("int64(float64)")
    def whole(v):
        return int(v)

    assert df["x"].map(whole).to_list() == [1, None, -2, 4]

    @numba.cfunc("float64(float64, int64)")
    def mixed(v, w):
        return v * w

    with pytest.raises(TypeError, match=r"mixed is a function of \(float64, int64\)"):
        df.map_batches(mixed, "x", "y")


def test_ctypes_and_scipy(df):
    cosine = math_function("cos")
    assert df["x"].map(cosine).to_list() == [math.cos(1.0), None, math.cos(-2.5), math.cos(4.0)]
    assert df["y"].map(cosine).to_list()[0] == math.cos(2)
    assert df.map_batches(math_function("pow", 2), "x", "y").to_list() == [1.0, None, None, 1024.0]
    with pytest.raises(TypeError, match="takes float64, not string"):
        df["s"].map(cosine)
    with pytest.raises(TypeError, match="takes 1 numbers, not 2"):
        df.map_batches(cosine, "x", "y")
    bare = ctypes.CDLL(ctypes.util.find_library("m")).sin
    bare.argtypes = None
    with pytest.raises(TypeError, match="argtypes"):
        df["x"].map(bare)
    scipy = pytest.importorskip("scipy")
    assert df["x"].map(scipy.LowLevelCallable(cosine)).to_list()[0] == math.cos(1.0)


def test_a_function_of_python_behind_a_pointer(df):
    kind = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)
    assert df["y"].map(kind(lambda v: v + 1)).to_list() == [3, 4, None, 6]


def test_what_it_raises_comes_back_with_the_value(numba):
    @numba.njit
    def inverse(v):
        if v == 7:
            raise ValueError("no inverse of seven")
        return 1.0 / v

    series = hs.Series([1, 2, None, 7, 8])
    with pytest.raises(ValueError, match="no inverse of seven") as raised:
        series.map(inverse).compute()
    notes = "\n".join(raised.value.__notes__)
    assert "with 7" in notes and "inverse" in notes
    # What lies behind a missing value is never computed.
    assert hs.Series([None, 2]).map(numba.njit(lambda v: 1 // v)).to_list() == [None, 0]


def test_what_numba_cannot_compile_runs_as_python(numba):
    @numba.njit
    def shout(text):
        return text.upper() + "!"

    assert hs.Series(["a", "b"]).map(shout).to_list() == ["A!", "B!"]


def test_many_rows_on_every_thread_without_the_lock(numba):
    @numba.njit
    def slow(v):
        total = 0.0
        for i in range(200):
            total += math.sin(v + i)
        return total

    numbers = np.random.default_rng(7).random(300_000)
    series = hs.DataFrame({"x": numbers}).repartition(8)["x"]
    expected = series.head(5).map(lambda v: sum(math.sin(v + i) for i in range(200))).to_list()
    assert series.head(5).map(slow).to_list() == pytest.approx(expected)
    steps, stop = [0], threading.Event()

    def count():
        while not stop.wait(0.001):
            steps[0] += 1

    counter = threading.Thread(target=count)
    counter.start()
    before = hs.config()["threads"]
    found = []
    try:
        for threads in (1, 2, 7):
            hs.set_config(threads=threads)
            found.append(series.map(slow).to_numpy().tobytes())
    finally:
        hs.set_config(threads=before)
        stop.set()
        counter.join()
    assert found[0] == found[1] == found[2]
    assert steps[0] > 20


def test_in_expressions_and_groups(numba, df):
    @numba.njit
    def plus(v):
        return v + 1

    found = df.assign(z=df["y"].map(plus)).groupby("b")["z"].sum().to_dict()
    assert found == {False: 4, True: 9}
    assert df[df["y"].map(plus) > 4]["y"].to_list() == [5]
