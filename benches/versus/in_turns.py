"""Cases of files put to several engines, in turns, each in its own process: times of reading and writing.

A script gives `main` its cases, a function per engine, `(case, path, target) -> (run, shape of a result)`, and a
function that makes the files.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def work(engine: Callable, cases: list[str], files: dict[str, str], repeats: int) -> None:
    """One process: a line of JSON per case, with wall and processor seconds of its best run."""
    threads = int(os.environ["THREADS"])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            try:
                run, shape = engine(case, files[case], str(Path(folder) / "out"))
                best = [float("inf"), float("inf")]
                for _ in range(repeats):
                    gc.collect()
                    used, started = sum(os.times()[:2]), time.perf_counter()
                    result = run()
                    found = time.perf_counter() - started, sum(os.times()[:2]) - used
                    best = [min(old, new) for old, new in zip(best, found, strict=True)]
                    size = [int(n) for n in shape(result)]
                    del result
                event = {"case": case, "wall": best[0], "cpu": best[1], "shape": size}
            except Exception as error:  # an engine that fails is shown as failed
                event = {"case": case, "error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(event), flush=True)


# --------------------------------------------------------------------------- table

def size_of(path: str) -> int:
    """Bytes of a file, or of the files of a folder."""
    if os.path.isdir(path):
        return sum(file.stat().st_size for file in Path(path).rglob("*") if file.is_file())
    return os.path.getsize(path)


def table(kind: str, title: str, engines: list[str], cases: dict[str, str], files: dict, best: dict) -> None:
    print(f"| {title} | MB | {' | '.join(engines)} | best other | hypostyle / best other |")
    print("|---|---|" + "---|" * (len(engines) + 2))
    for case in cases:
        times = {e: best[e, case][kind] for e in engines if (e, case) in best}
        others = {e: t for e, t in times.items() if e != "hypostyle"}
        cells = [f"{times[e]:.3f}" if e in times else "failed" for e in engines]
        winner = min(others, key=others.get) if others else ""
        # Processor time of a short run may be less than a step of the clock.
        told = winner and others[winner] > 0 and "hypostyle" in times
        ratio = f"{times['hypostyle'] / others[winner]:.2f}" if told else ""
        size = size_of(files[case]) / 1e6
        print(f"| {cases[case]} | {size:,.0f} | {' | '.join(cells)} | {winner} | {ratio} |")
    print()


def main(about: str, script: str, cases: dict[str, str], engines: tuple[Callable, ...], make_files: Callable) -> None:
    """The command line of a script of cases."""
    functions = {engine.__name__: engine for engine in engines}
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rows", type=float, default=1e7, help="rows of G1; the other files follow")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3, help="processes of each engine, in turns")
    parser.add_argument("--repeats", type=int, default=3, help="runs in one process")
    parser.add_argument("--engines", nargs="+", default=list(functions), choices=functions)
    parser.add_argument("--cases", nargs="+", default=list(cases), choices=cases)
    parser.add_argument("--data", default=str(ROOT / "datasets" / "generated"))
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        work(functions[args.worker], args.cases, json.loads(os.environ["FILES"]), args.repeats)
        return
    files = make_files(Path(args.data), int(args.rows))
    threads = str(args.threads)
    env = dict(os.environ, THREADS=threads, FILES=json.dumps(files), HYPOSTYLE_THREADS=threads,
               POLARS_MAX_THREADS=threads, OMP_NUM_THREADS=threads)
    best: dict[tuple[str, str], dict] = {}
    shapes: dict[str, list[int]] = {}
    for number in range(args.rounds):
        for case in args.cases:
            for engine in args.engines:
                command = [sys.executable, script, "--worker", engine, "--cases", case, "--repeats",
                           str(args.repeats)]
                done = subprocess.run(command, env=env, capture_output=True, text=True)
                lines = done.stdout.splitlines()
                event = json.loads(lines[-1]) if lines else {"case": case, "error": done.stderr[-300:]}
                print(f"round {number + 1} {engine} {event}", file=sys.stderr, flush=True)
                if "error" in event:
                    continue
                if shapes.setdefault(case, event["shape"]) != event["shape"]:
                    sys.exit(f"{engine} read {event['shape']} of {case}, others {shapes[case]}")
                held = best.setdefault((engine, case), event)
                for kind in ("wall", "cpu"):
                    held[kind] = min(held[kind], event[kind])
    asked = {case: cases[case] for case in args.cases}
    table("wall", "wall seconds", args.engines, asked, files, best)
    table("cpu", "processor seconds", args.engines, asked, files, best)
