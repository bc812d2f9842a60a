"""One engine in its own process. Started by run.py; speaks in lines of JSON on its standard output.

Every line is an event: ready, loaded, ran, memory, answer, trouble.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path


def status_bytes(field: str) -> int | None:
    """A field of /proc/self/status (VmRSS, VmHWM) in bytes; None where there is no such file."""
    try:
        with open("/proc/self/status") as f:
            for line in f:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def reset_peak() -> bool:
    """Set the peak of resident memory back to what is resident now."""
    try:
        with open("/proc/self/clear_refs", "w") as f:
            f.write("5")
        return True
    except OSError:
        return False


def peak_bytes() -> int:
    peak = status_bytes("VmHWM")
    if peak is None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return peak


def pin(threads: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed[:threads])


def plain_tables(files: dict[str, str]) -> dict:
    """The files as pyarrow reads them: text as plain strings, whatever the file holds."""
    import pyarrow.parquet as pq

    return {name: pq.read_table(path, use_threads=True) for name, path in files.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", required=True)
    parser.add_argument("--suite", required=True)
    parser.add_argument("--files", required=True, help="JSON: table name to path")
    parser.add_argument("--questions", required=True, help="comma separated")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--repeats", type=int, required=True)
    parser.add_argument("--strings", default="plain")
    parser.add_argument("--load", default="reader")
    parser.add_argument("--check", help="folder for answers: answer each question once, untimed, and summarise it")
    args = parser.parse_args()

    events = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever an engine prints goes to standard error

    def tell(event: str, **fields) -> None:
        events.write(json.dumps({"event": event, **fields}) + "\n")

    pin(args.threads)
    from engines import ENGINES, Unsupported

    module, variant, _package = ENGINES[args.engine]
    engine = importlib.import_module(f"engines.{module}").Engine(args.threads, variant)
    tell("ready", version=engine.version())
    start = time.perf_counter()
    files = json.loads(args.files)
    if args.load == "arrow":
        if not hasattr(engine, "load_arrow"):
            raise SystemExit("the engine does not take Arrow tables here")
        engine.load_arrow(plain_tables(files))
    else:
        engine.load(args.suite, files, args.strings)
    seconds = time.perf_counter() - start
    gc.collect()
    tell("loaded", seconds=seconds, resident=status_bytes("VmRSS"), peak=peak_bytes())

    for question in args.questions.split(","):
        try:
            if args.check:
                check(engine, question, Path(args.check) / f"{args.engine}-{question}.npy", tell)
            else:
                measure(engine, question, args.repeats, tell)
        except (Unsupported, NotImplementedError) as error:
            tell("trouble", question=question, kind="unsupported", message=str(error))
        except Exception as error:
            tell("trouble", question=question, kind="failed", message=f"{type(error).__name__}: {error}"[:2000])
    tell("done")


def release(engine, answer) -> None:
    if hasattr(engine, "release"):
        engine.release(answer)


def measure(engine, question: str, repeats: int, tell) -> None:
    for _ in range(repeats):
        gc.collect()
        before = status_bytes("VmRSS")
        fresh = reset_peak()
        start = time.perf_counter()
        answer = engine.ask(question)
        seconds = time.perf_counter() - start
        peak = peak_bytes()
        extra = max(0, peak - before) if fresh and before is not None else None
        release(engine, answer)
        del answer
        tell("ran", question=question, seconds=seconds, peak=peak, extra=extra)
    tell("finished", question=question)


def check(engine, question: str, file: Path, tell) -> None:
    import numpy as np

    from answers import summarise
    from questions import BY_ID

    answer = engine.ask(question)
    checks, rows = summarise(engine.to_arrow(answer), BY_ID[question])
    release(engine, answer)
    if rows is not None:
        np.save(file, rows)
    tell("answer", question=question, checks=checks, rows_file=str(file) if rows is not None else None)
    tell("finished", question=question)


if __name__ == "__main__":
    main()
