#!/usr/bin/env python3
"""How far Hypostyle is from what memory allows, and what a second thread brings: the questions of db-benchmark, and joins of other shapes.

    python benches/versus/bounds.py --rows 1e7 --threads 2 --rounds 3

For every question: the bytes that any engine has to touch (each column that is asked for read once, each column of the
answer written once; text counts four bytes, as codes), how long the memory of this machine takes for so many, and
Hypostyle's time with one thread and with several. Tables of states and hashes count nothing: where they do not fit
the caches, they are part of what lies between the bound and the time.

The bandwidth is measured in the same run, by threads of NumPy: the greatest of 64-bit integers (reading) and a copy
(half reading, half writing). The serial share is Amdahl's: the part of the one-thread time that a second thread did
not shorten. Answers are the engine's; only times are taken here.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(ROOT / "datasets"))

#: The columns of `x` that each group-by reads; joins read all columns of both sides.
READS = {
    "g1": ["id1", "v1"],
    "g2": ["id1", "id2", "v1"],
    "g3": ["id3", "v1", "v3"],
    "g4": ["id4", "v1", "v2", "v3"],
    "g5": ["id6", "v1", "v2", "v3"],
    "g6": ["id4", "id5", "v3"],
    "g7": ["id3", "v1", "v2"],
    "g8": ["id6", "v3"],
    "g9": ["id2", "id4", "v1", "v2"],
    "g10": ["id1", "id2", "id3", "id4", "id5", "id6", "v3"],
}
#: The columns of each table that a join of another shape reads.
DIMENSIONS = {f"d{i}": [f"d{i}", f"w{i}"] for i in range(1, 7)}
SHAPE_READS = {
    "s1": {"p": ["few", "row", "v"], "few": ["few", "w"]},
    "s2": {"p": ["mid", "row", "v"], "mid": ["mid", "w"]},
    "s3": {"p": ["many", "row", "v"], "many": ["many", "w"]},
    "s4": {"p": ["text", "row", "v"], "mid": ["text", "w"]},
    "s5": {"part": ["mid", "row", "v"], "fan": ["mid", "w"]},
    "s6": {"p": ["skew", "row", "v"], "mid": ["mid", "w"]},
    "s7": {"p": ["many", "row", "v"], "many": ["many"]},
    "s8": {"p": ["many", "row", "v"], "many": ["many"]},
    "s9": {"p": ["a", "b", "c", "row", "v"], "three": ["a", "b", "c", "w"]},
    "s10": {"p": ["t", "g", "row", "v"], "quotes": ["t", "g", "w"]},
    "s11": {"part": ["x", "row", "v"], "spans": ["low", "high", "w"]},
    "s12": {"p": [*DIMENSIONS, "row", "v"], **DIMENSIONS},
    "s13": {"p": [*DIMENSIONS, "row", "v"], **DIMENSIONS},
    "s14": {"p": ["many", "row", "v"], "link": ["many", "mid"], "mid": ["mid", "w"]},
    "s15": {"p": ["mid", "v"], "mid": ["mid", "w"]},
}
WIDTHS = {"bool": 1 / 8, "int8": 1, "int16": 2, "int32": 4, "date": 4, "string": 4, "float32": 4}


def width(dtype: str) -> float:
    """Bytes of a value as it is held; text as a code."""
    return WIDTHS.get(dtype, 8)


def row_bytes(frame, columns=None) -> float:
    types = frame.dtypes
    return sum(width(str(types[name])) for name in columns or frame.columns)


def bandwidth(threads: int) -> tuple[float, float, float]:
    """Bytes per second of reading, of copying, and of writing memory that the system gives out anew, in small pages, on so
    many threads; the best of several passes."""
    import mmap

    import numpy as np

    blocks = [np.ones(32_000_000, dtype=np.int64) for _ in range(threads)]
    targets = [np.empty_like(block) for block in blocks]
    size = sum(block.nbytes for block in blocks)

    def best(work) -> float:
        times = []
        with ThreadPoolExecutor(threads) as pool:
            for _ in range(6):
                start = time.perf_counter()
                list(pool.map(work, range(threads)))
                times.append(time.perf_counter() - start)
        return min(times)

    reading = size / best(lambda i: blocks[i].max())
    copying = 2 * size / best(lambda i: np.copyto(targets[i], blocks[i]))

    def fresh(_: int) -> None:
        with mmap.mmap(-1, blocks[0].nbytes) as memory:
            if hasattr(mmap, "MADV_NOHUGEPAGE"):
                memory.madvise(mmap.MADV_NOHUGEPAGE)
            view = np.frombuffer(memory, dtype=np.int64)
            view.fill(1)
            del view

    return reading, copying, size / best(fresh)


def one_process(args: argparse.Namespace) -> None:
    """Asks every question `--repeats` times with the threads this process was given; prints JSON."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.threads])
    from engines.hypostyle import Engine
    from questions import BY_ID, JOINS

    found = {}
    for suite, files in json.loads(args.files).items():
        engine = Engine(args.threads, "")
        engine.load(suite, files, "plain")
        for question in args.questions:
            if BY_ID[question].suite != suite:
                continue
            times = []
            for _ in range(args.repeats):
                start = time.perf_counter()
                answer = engine.ask(question)
                times.append(time.perf_counter() - start)
            tables = engine.tables
            if suite == "groupby":
                read = len(tables["x"]) * row_bytes(tables["x"], READS[question])
            elif suite == "shapes":
                asked_for = SHAPE_READS[question].items()
                read = sum(len(tables[name]) * row_bytes(tables[name], columns) for name, columns in asked_for)
            else:
                read = sum(len(t) * row_bytes(t) for t in (tables["x"], tables[JOINS[question][0]]))
            found[question] = {"seconds": min(times), "read": read, "written": len(answer) * row_bytes(answer)}
            del answer
        del engine
    print(json.dumps(found))


def asked(args: argparse.Namespace, threads: int, files: dict) -> dict:
    command = [sys.executable, __file__, "--one-process", "--threads", str(threads), "--repeats", str(args.repeats),
               "--files", json.dumps(files), "--questions", *args.questions]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ, HYPOSTYLE_THREADS=str(threads)))
    return json.loads(done.stdout)


def main() -> int:
    import make_datasets as make
    from questions import QUESTIONS

    known = [q.id for q in QUESTIONS if q.suite in ("groupby", "join", "shapes")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=make.whole_number, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3, help="processes of each number of threads, in turns")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each question in one process")
    parser.add_argument("--questions", nargs="+", default=[q for q in known if q[0] != "s"], choices=known)
    parser.add_argument("--data", default=str(ROOT / "datasets" / "generated"))
    parser.add_argument("--one-process", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--files", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one_process:
        one_process(args)
        return 0

    from run import data_files

    args.nulls, args.strings, args.sort, args.k = 0.0, "plain", 0, 100
    suites = {q.suite for q in QUESTIONS if q.id in args.questions}
    files = {suite: data_files(suite, args) for suite in sorted(suites)}
    (reading, copying, fresh), alone = bandwidth(args.threads), bandwidth(1)
    best: dict[int, dict] = {1: {}, args.threads: {}}
    for _ in range(args.rounds):
        for threads in best:
            for question, seen in asked(args, threads, files).items():
                kept = best[threads].setdefault(question, seen)
                kept["seconds"] = min(kept["seconds"], seen["seconds"])

    print(f"{args.rows:,} rows, {args.threads} threads, best of {args.rounds} x {args.repeats} runs; this memory reads "
          f"{reading / 1e9:.1f} GB/s, copies (read and written) {copying / 1e9:.1f} GB/s and writes new pages at {fresh / 1e9:.1f} GB/s: "
          f"{reading / alone[0]:.2f}, {copying / alone[1]:.2f} and {fresh / alone[2]:.2f} times what one thread does.\n")
    print("| question | read, MB | written, MB | bound, ms | one thread, ms | all threads, ms | times faster | serial share | bound / time |")
    print("|---|---|---|---|---|---|---|---|---|")
    for question in args.questions:
        one, all_ = best[1][question], best[args.threads][question]
        bound = all_["read"] / reading + all_["written"] / (copying / 2)
        gain = one["seconds"] / all_["seconds"]
        serial = (args.threads / gain - 1) / (args.threads - 1) if args.threads > 1 else 1.0
        print(f"| {question} | {all_['read'] / 1e6:.0f} | {all_['written'] / 1e6:.1f} | {bound * 1e3:.1f} | {one['seconds'] * 1e3:.1f} "
              f"| {all_['seconds'] * 1e3:.1f} | {gain:.2f} | {max(0.0, serial):.0%} | {bound / all_['seconds']:.0%} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
