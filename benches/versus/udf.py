#!/usr/bin/env python3
"""A function of the user over many values, by every way there is from Python to more than one core.

    python benches/versus/udf.py --values 2e6 --partitions 64 --compiled 2e7 --threads 2 --rounds 3

Each way runs in a process of its own, which has the data and its library before the clock starts; starting threads, processes and
workers, sending data and functions and gathering the results are measured. Memory is that of the process and all its
children, shared pages counted once (Linux only). Answers are compared. See benches/README.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np


def work(value: int) -> int:
    """About a microsecond of plain Python."""
    total = value
    for step in range(12):
        total = (total * 31 + step) % 1_000_003
    return total


def work_all(values: list[int]) -> list[int]:
    return [work(value) for value in values]


def partition_total(values: Any) -> int:
    """Plain Python over a partition's values."""
    total = 0
    for value in values.tolist() if hasattr(values, "tolist") else values:
        total += work(value)
    return total


def chunks(values: np.ndarray, count: int) -> list[np.ndarray]:
    return np.array_split(values, count)


# ----------------------------------------------------------------- a function of each value

def values_loop(values: np.ndarray, threads: int) -> int:
    return sum(work_all(values.tolist()))


def values_pandas(values: np.ndarray, threads: int) -> int:
    import pandas as pd

    return int(pd.Series(values).apply(work).sum())


def values_threads(values: np.ndarray, threads: int) -> int:
    with ThreadPoolExecutor(threads) as pool:
        return sum(sum(part) for part in pool.map(work_all, [c.tolist() for c in chunks(values, threads * 4)]))


def values_pool(values: np.ndarray, threads: int) -> int:
    from multiprocessing import Pool

    with Pool(threads) as pool:
        return sum(pool.map(work, values.tolist(), chunksize=max(1, len(values) // (threads * 4))))


def values_futures(values: np.ndarray, threads: int) -> int:
    with ProcessPoolExecutor(threads) as pool:
        return sum(pool.map(work, values.tolist(), chunksize=max(1, len(values) // (threads * 4))))


def values_dask(values: np.ndarray, threads: int, scheduler: str) -> int:
    import dask.dataframe as dd
    import pandas as pd

    frame = dd.from_pandas(pd.DataFrame({"x": values}), npartitions=threads * 4)
    made = frame["x"].map(work, meta=("x", "int64"))
    return int(made.sum().compute(scheduler=scheduler, num_workers=threads))


def values_polars(values: np.ndarray, threads: int) -> int:
    import polars as pl

    return int(pl.Series(values).map_elements(work, return_dtype=pl.Int64).sum())


def values_hypostyle(values: np.ndarray, threads: int) -> int:
    import hypostyle as hs

    return int(hs.DataFrame({"x": values})["x"].map(work).sum())


# ----------------------------------------------------------------- a function of each partition

def partitions_loop(values: np.ndarray, threads: int, count: int) -> int:
    return sum(partition_total(part) for part in chunks(values, count))


def partitions_threads(values: np.ndarray, threads: int, count: int) -> int:
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(partition_total, chunks(values, count)))


def partitions_pool(values: np.ndarray, threads: int, count: int) -> int:
    from multiprocessing import Pool

    with Pool(threads) as pool:
        return sum(pool.map(partition_total, chunks(values, count), chunksize=1))


def partitions_futures(values: np.ndarray, threads: int, count: int) -> int:
    with ProcessPoolExecutor(threads) as pool:
        return sum(pool.map(partition_total, chunks(values, count)))


def partitions_dask(values: np.ndarray, threads: int, count: int, scheduler: str) -> int:
    import dask.dataframe as dd
    import pandas as pd

    frame = dd.from_pandas(pd.DataFrame({"x": values}), npartitions=count)
    totals = frame.map_partitions(lambda part: pd.DataFrame({"s": [partition_total(part["x"])]}), meta={"s": "int64"})
    return int(totals["s"].sum().compute(scheduler=scheduler, num_workers=threads))


def partitions_hypostyle(values: np.ndarray, threads: int, count: int) -> int:
    import hypostyle as hs

    frame = hs.DataFrame({"x": values}).repartition(count)
    made = frame.map_partitions(lambda part: {"s": [partition_total(part["x"].to_list())]}, meta={"s": "int64"}, processes=True)
    return int(made["s"].sum())


# ----------------------------------------------------------------- a function that numba compiles

def numba_function() -> Any:
    import math

    import numba

    @numba.njit
    def wave(x: float) -> float:
        return math.sin(x) * math.exp(-x * x) + math.sqrt(x)

    return wave


def compiled_numpy(values: np.ndarray, run: Callable[[Callable[[], Any]], float]) -> float:
    return run(lambda: np.sin(values) * np.exp(-values * values) + np.sqrt(values))


def compiled_serial(values: np.ndarray, run: Callable[[Callable[[], Any]], float]) -> float:
    import numba

    wave = numba_function()

    @numba.njit
    def loop(x: np.ndarray) -> np.ndarray:
        out = np.empty_like(x)
        for i in range(x.size):
            out[i] = wave(x[i])
        return out

    loop(values[:10])
    return run(lambda: loop(values))


def compiled_parallel(values: np.ndarray, run: Callable[[Callable[[], Any]], float]) -> float:
    import numba

    wave = numba_function()

    @numba.njit(parallel=True)
    def loop(x: np.ndarray) -> np.ndarray:
        out = np.empty_like(x)
        for i in numba.prange(x.size):
            out[i] = wave(x[i])
        return out

    loop(values[:10])
    return run(lambda: loop(values))


def compiled_hypostyle(values: np.ndarray, run: Callable[[Callable[[], Any]], float]) -> float:
    import hypostyle as hs

    wave, frame = numba_function(), hs.DataFrame({"x": values})
    frame["x"].head(10).map(wave).to_list()
    return run(lambda: frame.select(y=frame["x"].map(wave)).compute())


WAYS: dict[str, dict[str, Callable[..., Any]]] = {
    "values": {
        "one core (list comprehension)": values_loop,
        "pandas apply": values_pandas,
        "threads": values_threads,
        "multiprocessing.Pool": values_pool,
        "ProcessPoolExecutor": values_futures,
        "dask, threads": lambda values, threads: values_dask(values, threads, "threads"),
        "dask, processes": lambda values, threads: values_dask(values, threads, "processes"),
        "polars map_elements": values_polars,
        "hypostyle map": values_hypostyle,
    },
    "partitions": {
        "one core (loop)": partitions_loop,
        "threads": partitions_threads,
        "multiprocessing.Pool": partitions_pool,
        "ProcessPoolExecutor": partitions_futures,
        "dask, threads": lambda values, threads, count: partitions_dask(values, threads, count, "threads"),
        "dask, processes": lambda values, threads, count: partitions_dask(values, threads, count, "processes"),
        "hypostyle map_partitions": partitions_hypostyle,
    },
    "compiled": {
        "numpy, one core": compiled_numpy,
        "numba loop, one core": compiled_serial,
        "numba loop, prange": compiled_parallel,
        "hypostyle map": compiled_hypostyle,
    },
}


# ----------------------------------------------------------------- one process

class Memory:
    """The greatest memory of this process and its children, pages that they share counted once."""

    def __init__(self) -> None:
        self.peak, self.stop = 0, False
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self) -> None:
        while not self.stop:
            self.peak = max(self.peak, sum(proportional(pid) for pid in family(os.getpid())))
            time.sleep(0.05)


def family(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    found += family(int(child))
    except OSError:
        pass
    return found


def proportional(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def spent() -> float:
    """Processor seconds of this process, and of its children: those that have ended, and those that still live."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in times) + sum(ticks(pid) for pid in family(os.getpid())[1:])


def ticks(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/stat") as line:
            times = line.read().rpartition(")")[2].split()[11:15]
        return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


def one_run(task: str, way: str, size: int, partitions: int, threads: int) -> None:
    rng = np.random.default_rng(7)
    for name in {"dask": ["dask.dataframe", "pandas"]}.get(needs(way) or "", [needs(way)]):
        if name is not None:
            importlib.import_module(name)
    memory = Memory()
    if task == "compiled":
        values = rng.random(size) + 0.5
        found: dict[str, Any] = {"answer": size}

        def run(call: Callable[[], Any]) -> float:
            started, cpu = time.perf_counter(), spent()
            call()
            found.update(seconds=time.perf_counter() - started, cpu=spent() - cpu)
            return found["seconds"]

        WAYS[task][way](values, run)
    else:
        numbers = rng.integers(0, 1_000_003, size)
        before = sum(proportional(pid) for pid in family(os.getpid()))
        started, cpu = time.perf_counter(), spent()
        more = (partitions,) if task == "partitions" else ()
        answer = WAYS[task][way](numbers, threads, *more)
        found = {"answer": int(answer), "seconds": time.perf_counter() - started, "cpu": spent() - cpu, "before": before}
    memory.stop = True
    memory.thread.join()
    print(json.dumps({**found, "peak": memory.peak}))


# ----------------------------------------------------------------- all of them

def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def needs(way: str) -> str | None:
    return next((name for name in ("pandas", "dask", "polars", "numba", "hypostyle") if way.startswith(name)), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--values", type=float, default=2e6)
    parser.add_argument("--partitions", type=int, default=64)
    parser.add_argument("--compiled", type=float, default=2e7)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", default="values,partitions,compiled")
    parser.add_argument("--only", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only:
        task, way, size, threads = args.only
        one_run(task, way, int(float(size)), args.partitions, int(threads))
        return
    env = {**os.environ, "HYPOSTYLE_THREADS": str(args.threads), "NUMBA_NUM_THREADS": str(args.threads),
           "POLARS_MAX_THREADS": str(args.threads)}
    names = ("hypostyle", "pandas", "dask", "polars", "numba", "numpy")
    print(f"Python {platform.python_version()}; " + ", ".join(f"{n} {installed(n)}" for n in names if installed(n)))
    if hasattr(os, "getloadavg"):
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {args.threads} threads")
    for task in args.tasks.split(","):
        size = args.compiled if task == "compiled" else args.values
        ways = [way for way in WAYS[task] if needs(way) is None or installed(needs(way))]
        ways = [way for way in ways if task != "compiled" or installed("numba")]
        runs: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
        for _ in range(args.rounds):
            for way in ways:
                command = [sys.executable, __file__, "--partitions", str(args.partitions), "--only", task, way, str(size),
                           str(args.threads)]
                done = subprocess.run(command, env=env, capture_output=True, text=True)
                if done.returncode:
                    print(f"{task}, {way}: failed\n{done.stderr}", file=sys.stderr)
                    break
                runs[way].append(json.loads(done.stdout.splitlines()[-1]))
        report(task, size, args.partitions, {way: found for way, found in runs.items() if found})


def report(task: str, size: float, partitions: int, runs: dict[str, list[dict[str, Any]]]) -> None:
    answers = {run["answer"] for found in runs.values() for run in found}
    if len(answers) > 1:
        raise SystemExit(f"{task}: the answers differ: {answers}")
    of = f"{partitions} partitions of {size:,.0f} values" if task == "partitions" else f"{size:,.0f} values"
    print(f"\n| {task}: {of} | seconds | times one core | CPU seconds | peak MiB, all processes |\n|---|---|---|---|---|")
    seconds = {way: statistics.median(run["seconds"] for run in found) for way, found in runs.items()}
    alone = seconds["numba loop, one core" if task == "compiled" else next(iter(seconds))]
    for way, found in runs.items():
        cpu = statistics.median(run["cpu"] for run in found)
        peak = statistics.median(run["peak"] for run in found) / 2**20
        print(f"| {way} | {seconds[way]:.3f} | {alone / seconds[way]:.2f} | {cpu:.2f} | {peak:,.0f} |")


if __name__ == "__main__":
    main()
