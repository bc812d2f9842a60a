#!/usr/bin/env python3
"""Ask several engines the questions of db-benchmark, side by side, and print a table.

    python benches/versus/run.py --suite all --rows 1e7 --threads 2 --rounds 3 --json out.json

The method is described in benches/README.md.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import json
import math
import os
import platform
import queue
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(ROOT / "datasets"))

from engines import ENGINES  # noqa: E402
from questions import BY_ID, QUESTIONS, TABLES  # noqa: E402

OURS = "hypostyle"


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --------------------------------------------------------------------------- data

def data_files(suite: str, args: argparse.Namespace) -> dict[str, str]:
    """The Parquet files of a suite, made if they are not there."""
    import make_datasets as make
    import groups
    import shapes

    if suite == "shapes":
        return shapes.files(Path(args.data), args.rows)
    if suite == "groups":
        return groups.files(Path(args.data), args.rows)
    folder, suffix = Path(args.data), "_dict" if args.strings == "dictionary" else ""
    command = {"groupby": "g1", "join": "j1"}[suite]
    make_args = [command, "--rows", str(args.rows), "--nulls", f"{args.nulls:g}", "--strings", args.strings,
                 "--sort", str(args.sort), "--out", str(folder)]
    if suite == "groupby":
        make_args += ["--k", str(args.k)]
        names = {"x": f"G1_{make.short(args.rows)}_{make.short(args.k)}_{args.nulls:g}_{args.sort}"}
    else:
        names = make.j1_names(args.rows, args.nulls, args.sort)
    subprocess.run([sys.executable, str(ROOT / "datasets" / "make_datasets.py"), *make_args], check=True, stdout=sys.stderr)
    return {table: str(folder / f"{names[table]}{suffix}.parquet") for table in TABLES[suite]}


# --------------------------------------------------------------------------- one process

class Worker:
    """A process of one engine, read line by line with a time limit between lines."""

    def __init__(self, engine: str, suite: str, files: dict, questions: list[str], args, check: str | None) -> None:
        command = [sys.executable, str(HERE / "worker.py"), "--engine", engine, "--suite", suite, "--files",
                   json.dumps(files), "--questions", ",".join(questions), "--threads", str(args.threads),
                   "--repeats", str(args.repeats), "--strings", args.strings, "--load", args.load]
        if check:
            command += ["--check", check]
        threads = str(args.threads)
        env = dict(os.environ, HYPOSTYLE_THREADS=threads, POLARS_MAX_THREADS=threads, OMP_NUM_THREADS=threads,
                   RAYON_NUM_THREADS=threads, TOKIO_WORKER_THREADS=threads, ARROW_NUM_THREADS=threads)
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True, env=env,
                                        start_new_session=True)
        self.lines: queue.Queue = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
        self.lines.put(None)

    def next(self, timeout: float) -> dict | None:
        """The next event; None at the end; queue.Empty after the time limit."""
        return self.lines.get(timeout=timeout)

    def stop(self) -> None:
        if self.process.poll() is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()

    def last_words(self) -> str:
        self.process.wait()
        self.errors.seek(0)
        said = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        code = self.process.returncode
        how = f"killed by signal {-code}" if code < 0 else f"ended with status {code}"
        return f"{how}: {said[-1][:500]}" if said else how


def run_worker(engine: str, suite: str, files: dict, questions: list[str], args, on_event, check: str | None = None) -> None:
    """Run the questions in one process; after a crash or a time-out go on with the rest in a new one."""
    left = list(questions)
    while left:
        worker = Worker(engine, suite, files, left, args, check)
        loaded, trouble = False, None
        try:
            while True:
                event = worker.next(args.timeout)
                if event is None or event["event"] == "done":
                    break
                if event["event"] == "loaded":
                    loaded = True
                if event["event"] in ("finished", "trouble"):
                    left.remove(event["question"])
                on_event(event)
        except queue.Empty:
            trouble = {"event": "trouble", "kind": "timeout", "message": f"no answer within {args.timeout:g} s"}
            worker.stop()
        except BaseException:  # Ctrl-C too: the worker has a session of its own and would live on
            worker.stop()
            raise
        if not left:
            worker.process.wait()
            return
        if trouble is None:
            trouble = {"event": "trouble", "kind": "failed", "message": worker.last_words()}
        if not loaded:
            for question in left:
                on_event({**trouble, "question": question, "message": "loading: " + trouble["message"]})
            return
        on_event({**trouble, "question": left.pop(0)})


# --------------------------------------------------------------------------- measuring

def new_record(engine: str) -> dict:
    return {"engine": engine, "version": None, "load": [], "questions": {}}


def keep(record: dict, event: dict, round_number: int) -> None:
    kind = event["event"]
    if kind == "ready":
        record["version"] = event["version"]
    elif kind == "loaded":
        record["load"].append({"round": round_number, **{k: event[k] for k in ("seconds", "resident", "peak")}})
    elif kind == "ran":
        q = record["questions"].setdefault(event["question"], {"runs": []})
        q.setdefault("runs", []).append({"round": round_number, **{k: event[k] for k in ("seconds", "peak", "extra")}})
    elif kind == "trouble":
        q = record["questions"].setdefault(event["question"], {"runs": []})
        q["trouble"] = {"kind": event["kind"], "message": event["message"]}
        note(f"    {record['engine']} {event['question']}: {event['kind']}: {event['message'].splitlines()[0] if event['message'] else ''}")


def check_answers(suite: str, files: dict, questions: list[str], engines: list[str], records: dict, args) -> None:
    """Every engine answers every question once; answers are compared with those of the first engine that has one."""
    import numpy as np

    from answers import differences

    reference_order = [e for e in engines if e != OURS] + [e for e in engines if e == OURS]
    with tempfile.TemporaryDirectory(prefix="versus-") as folder:
        answers: dict[str, dict] = {q: {} for q in questions}

        def collect(engine: str):
            def on_event(event: dict) -> None:
                if event["event"] == "answer":
                    rows = np.load(event["rows_file"]) if event["rows_file"] else None
                    answers[event["question"]][engine] = (event["checks"], rows)
                elif event["event"] in ("ready", "trouble"):
                    keep(records[engine], event, 0)
            return on_event

        for engine in engines:
            note(f"  check: {engine}")
            run_worker(engine, suite, files, questions, args, collect(engine), folder)
        for question in questions:
            given = [e for e in reference_order if e in answers[question]]
            for engine in given:
                entry = records[engine]["questions"].setdefault(question, {"runs": []})
                entry["rows"] = answers[question][engine][0]["rows"]
                if engine == given[0]:
                    entry["agrees"] = "the reference" if len(given) > 1 else "nobody to compare with"
                    continue
                differs = differences(answers[question][engine], answers[question][given[0]])
                entry["agrees"] = differs is None
                if differs is not None:
                    entry["differs"] = f"from {given[0]}: {differs}"
                    note(f"    {engine} {question}: the answer differs from {given[0]}'s: {differs}")


def measure_suite(suite: str, engines: list[str], args) -> dict:
    questions = [q.id for q in QUESTIONS if q.suite == suite and (not args.questions or q.id in args.questions)]
    note(f"{suite}: data")
    files = data_files(suite, args)
    records = {e: new_record(e) for e in engines}
    if not args.no_check:
        check_answers(suite, files, questions, engines, records, args)
    for number in range(1, args.rounds + 1):
        # Each round starts with another engine, so none is always the first or always after the same neighbour.
        shift = (number - 1) % len(engines)
        for engine in engines[shift:] + engines[:shift]:
            record = records[engine]
            ask = [q for q in questions if "trouble" not in record["questions"].get(q, {})]
            note(f"  round {number} of {args.rounds}: {engine}")
            start = time.perf_counter()
            run_worker(engine, suite, files, ask, args, lambda event: keep(record, event, number))
            note(f"    {time.perf_counter() - start:.1f} s")
    return {"suite": suite, "questions": questions, "records": [records[e] for e in engines]}


# --------------------------------------------------------------------------- tables

def seconds_of(record: dict, question: str, stat: str) -> float | None:
    """The time that counts for a question: min or median over all runs of all rounds. None if it has no (right) answer."""
    entry = record["questions"].get(question, {})
    if "trouble" in entry or not entry.get("runs") or entry.get("agrees") is False:
        return None
    values = [r["seconds"] for r in entry["runs"]]
    return min(values) if stat == "min" else statistics.median(values)


def geometric_mean(values: list[float]) -> float:
    return math.exp(sum(math.log(v) for v in values) / len(values))


def show_seconds(value: float) -> str:
    return f"{value:.4f}" if value < 0.1 else f"{value:.3f}" if value < 10 else f"{value:.1f}"


def cell(record: dict, question: str, stat: str) -> str:
    entry = record["questions"].get(question, {})
    if entry.get("agrees") is False:
        return "**wrong**"
    if "trouble" in entry:
        return entry["trouble"]["kind"]
    value = seconds_of(record, question, stat)
    return "-" if value is None else show_seconds(value)


def mib(value: float | None) -> str:
    return "-" if value is None else f"{value / 2**20:,.0f}"


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(r) + " |" for r in rows])


def time_table(result: dict, stat: str) -> str:
    records = result["records"]
    names = [r["engine"] for r in records]
    ours = next((r for r in records if r["engine"] == OURS), None)
    others = [r for r in records if r["engine"] != OURS]
    header = ["question", *[f"{r['engine']} {r['version'] or ''}".strip() for r in records]]
    if ours and others:
        header += ["best other", f"{OURS} / best other"]
    rows, ratios, over_best = [], [], {n: [] for n in names}
    for question in result["questions"]:
        times = {r["engine"]: seconds_of(r, question, stat) for r in records}
        row = [f"{question} {BY_ID[question].text}", *[cell(r, question, stat) for r in records]]
        answered = {n: t for n, t in times.items() if t is not None}
        for n, t in answered.items():
            over_best[n].append(t / min(answered.values()))
        if ours and others:
            rivals = {n: t for n, t in answered.items() if n != OURS}
            best = min(rivals, key=rivals.get) if rivals else None
            row.append(best or "-")
            if best and OURS in answered:
                ratios.append(answered[OURS] / rivals[best])
                row.append(f"{ratios[-1]:.2f}")
            else:
                row.append("-")
        rows.append(row)
    total = len(result["questions"])

    def mean(values: list[float]) -> str:
        if not values:
            return "-"
        return f"{geometric_mean(values):.2f}" + ("" if len(values) == total else f" ({len(values)} of {total})")

    last = ["geometric mean over the best of all", *[mean(over_best[n]) for n in names]]
    if ours and others:
        last += ["", mean(ratios)]
    return table(header, [*rows, last])


def memory_table(result: dict) -> str:
    records = result["records"]
    rows = []
    loads = [[load for load in r["load"]] for r in records]
    rows.append(["loaded", *[mib(statistics.median(x["resident"] for x in ls) if ls and ls[0]["resident"] else None)
                             for ls in loads]])
    rows.append(["peak while loading", *[mib(max((x["peak"] for x in ls), default=None)) for ls in loads]])
    for question in result["questions"]:
        row = [f"{question}: extra"]
        for r in records:
            extras = [x["extra"] for x in r["questions"].get(question, {}).get("runs", []) if x["extra"] is not None]
            row.append(mib(max(extras) if extras else None))
        rows.append(row)
    peaks = [[x["peak"] for q in r["questions"].values() for x in q["runs"]] for r in records]
    rows.append(["peak of all questions", *[mib(max(p) if p else None) for p in peaks]])
    return table(["resident memory, MiB", *[r["engine"] for r in records]], rows)


def load_table(result: dict) -> str:
    records = result["records"]
    return table(["", *[r["engine"] for r in records]], [["load from Parquet, seconds", *[
        show_seconds(min(x["seconds"] for x in r["load"])) if r["load"] else "-" for r in records]]])


def agreement(result: dict) -> str:
    wrong, checked = [], 0
    for r in result["records"]:
        for question, entry in r["questions"].items():
            checked += "agrees" in entry
            if entry.get("agrees") is False:
                wrong.append(f"- **{r['engine']} {question}** differs {entry['differs']}")
    if not checked:
        return "Answers were not compared."
    return "\n".join([f"Answers that differ: {len(wrong)} of {checked}.", *wrong])


def troubles(result: dict) -> str:
    lines = [f"- {r['engine']} {question}: {entry['trouble']['kind']}: {entry['trouble']['message'].splitlines()[0][:300]}"
             if entry["trouble"]["message"] else f"- {r['engine']} {question}: {entry['trouble']['kind']}"
             for r in result["records"] for question, entry in r["questions"].items() if "trouble" in entry]
    return "\n".join(["Without an answer:", *lines]) if lines else ""


def noise(result: dict) -> str:
    """How far runs of one cell lie apart, over all cells: the least difference that a reader should believe."""
    spreads = []
    for r in result["records"]:
        for entry in r["questions"].values():
            rounds: dict[int, float] = {}
            for run in entry["runs"]:
                rounds[run["round"]] = min(run["seconds"], rounds.get(run["round"], math.inf))
            if len(rounds) > 1:
                spreads.append(max(rounds.values()) / min(rounds.values()))
    if not spreads:
        return ""
    spreads.sort()
    return (f"Spread of a cell between rounds (slowest round over fastest): median {statistics.median(spreads):.2f}, "
            f"worst {spreads[-1]:.2f}.")


def environment(args) -> dict:
    model = platform.processor()
    try:
        with open("/proc/cpuinfo") as f:
            model = next(line.split(":", 1)[1].strip() for line in f if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"date": datetime.date.today().isoformat(), "cpu": model, "cores": os.cpu_count(), "memory_gib": round(memory / 2**30, 1),
            "system": f"{platform.system()} {platform.machine()}", "python": platform.python_version(),
            "load_average": os.getloadavg()[0]}


def report(result: dict, args, where: dict) -> str:
    suite = result["suite"]
    title = {"groupby": "Group-by", "join": "Join", "shapes": "Joins of other shapes", "groups": "Group-bys of other shapes"}[suite]
    parts = [
        f"### {title}, {args.rows:,} rows" + (f", k = {args.k:,}" if suite == "groupby" else "")
        + (f", {args.nulls:g}% nulls" if args.nulls else "") + (", dictionary-encoded text" if args.strings == "dictionary" else "")
        + (", sorted by the keys" if args.sort and suite in ("groupby", "join") else "") + (", from plain Arrow tables" if args.load == "arrow" else ""),
        f"{where['date']}, {where['cpu']}, {where['cores']} cores, {where['memory_gib']} GiB, Python {where['python']}; "
        f"{args.threads} threads; rounds: {args.rounds}, runs in each: {args.repeats}; load average before {where['load_average']:.1f}. "
        f"Seconds, {'best' if args.stat == 'min' else 'median'} of all runs; lower is better.",
        time_table(result, args.stat), load_table(result), memory_table(result), agreement(result), troubles(result), noise(result),
    ]
    return "\n\n".join(p for p in parts if p)


# --------------------------------------------------------------------------- command line

def main() -> int:
    import make_datasets as make

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=("groupby", "join", "shapes", "groups", "all"), default="all")
    parser.add_argument("--rows", type=make.whole_number, default=10_000_000)
    parser.add_argument("--k", type=make.whole_number, default=100, help="large groups of the group-by table")
    parser.add_argument("--nulls", type=make.percentage, default=0.0, help="percent of nulls")
    parser.add_argument("--strings", choices=("plain", "dictionary"), default="plain")
    parser.add_argument("--sort", type=int, choices=(0, 1), default=0, help="1: the tables are sorted by their keys")
    parser.add_argument("--load", choices=("reader", "arrow"), default="reader",
                        help="reader: each engine reads Parquet itself; arrow: it takes plain pyarrow tables")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES), metavar="ENGINE",
                        help="of: " + ", ".join(ENGINES))
    parser.add_argument("--questions", nargs="+", choices=list(BY_ID), metavar="QUESTION", help="for example g1 g5 j3; default: all")
    parser.add_argument("--threads", type=make.whole_number, default=os.cpu_count())
    parser.add_argument("--rounds", type=make.whole_number, default=3)
    parser.add_argument("--repeats", type=make.whole_number, default=2, help="runs of each question in one process")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for one run or for loading")
    parser.add_argument("--stat", choices=("min", "median"), default="min", help="which time the table shows")
    parser.add_argument("--data", default=str(ROOT / "datasets" / "generated"), help="folder of the Parquet files")
    parser.add_argument("--no-check", action="store_true", help="do not compare the answers")
    parser.add_argument("--json", help="write every single measurement to this file")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a worker is stopped on the way out

    engines = []
    for engine in dict.fromkeys(args.engines):
        if importlib.util.find_spec(ENGINES[engine][2]) is None:
            note(f"{engine}: not installed, left out")
        else:
            engines.append(engine)
    if not engines:
        note("none of the engines is installed; see benches/versus/requirements.txt")
        return 1
    where = environment(args)
    suites = ["groupby", "join", "shapes", "groups"] if args.suite == "all" else [args.suite]
    if args.questions:
        suites = [s for s in suites if any(BY_ID[q].suite == s for q in args.questions)]
        if not suites:
            note(f"none of the questions {', '.join(args.questions)} belongs to the suite {args.suite}")
            return 1
    results = []
    for suite in suites:
        results.append(measure_suite(suite, engines, args))
        print(report(results[-1], args, where), end="\n\n", flush=True)
    if args.json:
        target = Path(args.json)
        partial = target.with_name(f".{target.name}.partial")
        partial.write_text(json.dumps({"environment": where, "options": vars(args), "results": results}, indent=1) + "\n")
        partial.replace(target)
    wrong = any(e.get("agrees") is False for r in results for rec in r["records"] for e in rec["questions"].values())
    return 2 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
