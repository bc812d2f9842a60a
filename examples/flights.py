"""The demo: five questions in Hypostyle and in pandas, side by side.

    python examples/flights.py

Each engine runs in a process of its own, reads the five CSV files and answers the questions of questions.py. The answers are
compared, printed with the time and memory each engine took, and drawn; all flights are written to Parquet.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import questions

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "datasets" / "generated"


def peak_memory() -> float:
    """The most memory this process has held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent held when it started us
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def work(engine: str, data: Path, out: Path, rounds: int) -> None:
    """One engine: reads, answers, and leaves answers and times in `out`."""
    lib = importlib.import_module(engine)
    lazy = engine == "hypostyle"
    before = peak_memory()
    times = {"read": float("inf")}
    tables = None
    for _ in range(rounds):
        tables = None  # the copy before is given back first
        began = time.perf_counter()
        tables = questions.read(lib, data)
        if lazy:
            tables = {name: table.persist() for name, table in tables.items()}
        times["read"] = min(times["read"], time.perf_counter() - began)
    answers = {}
    for question in questions.QUESTIONS:
        best = float("inf")
        for _ in range(rounds):
            began = time.perf_counter()
            answer = question(tables)
            if lazy:
                answer = answer.compute()
            best = min(best, time.perf_counter() - began)
        times[question.__name__] = best
        answers[question.__name__] = answer
    memory = {"peak": peak_memory(), "before": before}
    for name, answer in answers.items():
        (answer.to_pandas() if lazy else answer).to_pickle(out / f"{name}.{engine}")
    if lazy:
        target = out / "flights.parquet"
        began = time.perf_counter()
        tables["flights"].merge(tables["airlines"], on="carrier", how="left").to_parquet(target)
        times["write"] = time.perf_counter() - began
    (out / f"{engine}.json").write_text(json.dumps({"times": times, "memory": memory}))


def run(engine: str, data: Path, out: Path, rounds: int) -> dict:
    command = [sys.executable, __file__, "--engine", engine, "--data", str(data), "--out", str(out), "--rounds", str(rounds)]
    subprocess.run(command, check=True)
    return json.loads((out / f"{engine}.json").read_text())


def differences(ours, theirs) -> list[str]:
    """Where two answers differ by more than the rounding of floats."""
    import numpy as np

    if list(ours.columns) != list(theirs.columns):
        return [f"columns {list(ours.columns)} and {list(theirs.columns)}"]
    if len(ours) != len(theirs):
        return [f"{len(ours)} and {len(theirs)} rows"]
    found = []
    for name in theirs.columns:
        a, b = ours[name], theirs[name]
        if b.dtype.kind in "iuf" and b.dtype != bool:
            a, b = a.to_numpy(float, na_value=np.nan), b.to_numpy(float, na_value=np.nan)
            same = np.isclose(a, b, rtol=1e-12, atol=0, equal_nan=True)
        else:
            a, b = a.astype(object).to_numpy(), b.astype(object).to_numpy()
            same = np.array([x == y or (x != x and y != y) or (x is None and y != y) for x, y in zip(a, b)])
        found += [f"{name}, row {row}: {a[row]!r} and {b[row]!r}" for row in np.flatnonzero(~same)[:3]]
    return found


def table(frame) -> str:
    shown = frame.copy()
    for name in shown.columns:
        if shown[name].dtype.kind == "f":
            whole = (shown[name].dropna() % 1 == 0).all()
            shown[name] = shown[name].map(lambda x: "" if x != x else f"{x:,.0f}" if whole else f"{x:,.2f}")
        elif shown[name].dtype.kind in "iu":
            shown[name] = shown[name].map(lambda x: f"{x:,}")
    return "\n".join("    " + line for line in shown.to_string(index=False, na_rep="").splitlines())


def draw(answers: dict, times: dict, target: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    ours, theirs = "#2f6f8f", "#c9a227"
    figure, axes = plt.subplots(2, 2, figsize=(13, 9), layout="constrained")
    figure.suptitle("336,776 flights from New York City in 2013", fontsize=16)

    axis, answer = axes[0, 0], answers["carriers"][::-1]
    axis.barh(answer["name"], answer["mean_delay"], color=ours)
    axis.set_title("Mean arrival delay by airline (minutes)")
    axis.axvline(0, color="black", linewidth=0.8)

    axis, answer = axes[0, 1], answers["weather"]
    for hazy, label, color in [(False, "visibility of 5 miles or more", ours), (True, "visibility below 5 miles", theirs)]:
        part = answer[(answer["hazy"] == hazy) & (answer["flights"] >= 100)]
        axis.plot(part["wind"], part["mean_delay"], marker="o", label=label, color=color)
    axis.set_title("Mean departure delay by wind and visibility (minutes)")
    axis.set_xlabel("wind in miles per hour, in steps of 10; groups of at least 100 flights")
    axis.set_xticks([0, 10, 20, 30])
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False)

    axis, answer = axes[1, 0], answers["routes"][::-1]
    axis.barh(answer["origin"] + " to " + answer["dest"], answer["flights"], color=ours)
    axis.set_title("Flights on the ten busiest routes")

    axis = axes[1, 1]
    names = [name for name in times["pandas"]["times"]]
    places = range(len(names))
    for shift, engine, color in [(-0.2, "hypostyle", ours), (0.2, "pandas", theirs)]:
        values = [times[engine]["times"][name] * 1e3 for name in names]
        axis.bar([place + shift for place in places], values, width=0.4, label=engine, color=color)
    axis.set_xticks(list(places), [name.replace("_", "\n") for name in names])
    axis.set_yscale("log")
    axis.set_ylim(bottom=1)
    axis.set_title("Time (milliseconds, logarithmic)")
    axis.legend(frameon=False)
    for axis in axes.flat:
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(target, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the five CSV files")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "demo", help="folder for picture and Parquet file")
    parser.add_argument("--rounds", type=int, default=3, help="runs of reading and of each question; the fastest counts")
    parser.add_argument("--engine", choices=["hypostyle", "pandas"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.engine:
        work(args.engine, args.data, args.out, args.rounds)
        return 0

    import pandas as pd

    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        results = {engine: run(engine, args.data, out, args.rounds) for engine in ["pandas", "hypostyle"]}
        answers = {}
        for question in questions.QUESTIONS:
            name = question.__name__
            answer, check = (pd.read_pickle(out / f"{name}.{engine}") for engine in ["hypostyle", "pandas"])
            answers[name] = answer
            print(f"\n{question.__doc__.strip().splitlines()[0]}\n\n{table(answer)}")
            for difference in differences(answer, check):
                wrong += 1
                print(f"    pandas differs: {difference}")
        os.replace(out / "flights.parquet", args.out / "flights.parquet")

    print("\n                    hypostyle       pandas   pandas / hypostyle")
    for name in results["pandas"]["times"]:
        ours, theirs = (results[engine]["times"][name] * 1e3 for engine in ["hypostyle", "pandas"])
        print(f"    {name:12} {ours:9.1f} ms {theirs:9.1f} ms   {theirs / ours:6.1f}")
    ours, theirs = (results[engine]["memory"] for engine in ["hypostyle", "pandas"])
    print(f"    peak memory  {ours['peak']:9.0f} MB {theirs['peak']:9.0f} MB")
    print(f"    of it loaded {ours['before']:9.0f} MB {theirs['before']:9.0f} MB   the libraries themselves, before any data")
    draw(answers, results, args.out / "flights.png")
    print(f"\n{wrong} values differ from pandas'." if wrong else "\nAll five answers equal pandas' to rounding.")
    for name in ["flights.parquet", "flights.png"]:
        path = args.out / name
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        print(f"Wrote {shown} ({path.stat().st_size / 1e6:.1f} MB).")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
