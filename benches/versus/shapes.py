"""Joins of other shapes than db-benchmark's: the tables, and the questions in SQL.

The tables are made of numbers of a fixed seed, once, and kept as Parquet files. `p` is the probe side of `rows` rows.
"""

from __future__ import annotations

from pathlib import Path

SEED = 108

# question -> text, SQL. Every answer has the columns row, v and w (w only where the right side has any).
SHAPES = {
    "s1": ("inner with 100 rows, on int", "SELECT p.row, p.v, b.w FROM p JOIN few b ON p.few = b.few"),
    "s2": ("inner with rows/100, on int", "SELECT p.row, p.v, b.w FROM p JOIN mid b ON p.mid = b.mid"),
    "s3": ("inner with as many rows, on int", "SELECT p.row, p.v, b.w FROM p JOIN many b ON p.many = b.many"),
    "s4": ("inner with rows/100, on text", "SELECT p.row, p.v, b.w FROM p JOIN mid b ON p.text = b.text"),
    "s5": ("inner, ten matches for each of rows/10", "SELECT p.row, p.v, b.w FROM part p JOIN fan b ON p.mid = b.mid"),
    "s6": ("left, one key in 30 % of the rows", "SELECT p.row, p.v, b.w FROM p LEFT JOIN mid b ON p.skew = b.mid"),
    "s7": ("semi with as many rows", "SELECT p.row, p.v FROM p WHERE EXISTS (SELECT 1 FROM many b WHERE b.many = p.many)"),
    "s8": ("anti with as many rows", "SELECT p.row, p.v FROM p WHERE NOT EXISTS (SELECT 1 FROM many b WHERE b.many = p.many)"),
    "s9": ("inner on three keys", "SELECT p.row, p.v, b.w FROM p JOIN three b ON p.a = b.a AND p.b = b.b AND p.c = b.c"),
    "s10": ("as of, by key, with rows/10", "SELECT p.row, p.v, b.w FROM p ASOF LEFT JOIN quotes b ON p.g = b.g AND p.t >= b.t"),
    "s11": ("rows/10 points in rows/100 intervals", "SELECT p.row, p.v, b.w FROM part p JOIN spans b ON p.x >= b.low AND p.x <= b.high"),
    "s12": (
        "star of six dimensions",
        "SELECT p.row, p.v, d1.w1 + d2.w2 + d3.w3 + d4.w4 + d5.w5 + d6.w6 AS w FROM p"
        + "".join(f" JOIN d{i} ON p.d{i} = d{i}.d{i}" for i in range(1, 7)),
    ),
    "s13": (
        "star of six, a tenth of two dimensions",
        "SELECT p.row, p.v, d1.w1 + d2.w2 + d3.w3 + d4.w4 + d5.w5 + d6.w6 AS w FROM p"
        + "".join(f" JOIN d{i} ON p.d{i} = d{i}.d{i}" for i in range(1, 7))
        + " WHERE d5.w5 < 0.1 AND d6.w6 < 0.1",
    ),
    "s14": (
        "chain of rows, rows and a twentieth of rows/100",
        "SELECT p.row, p.v, c.w FROM p JOIN link b ON p.many = b.many JOIN mid c ON b.mid = c.mid WHERE c.w < 0.05",
    ),
    "s15": (
        "a hundredth of rows/100 with sums of rows by key",
        "SELECT b.mid AS row, a.v, b.w FROM mid b JOIN (SELECT mid, sum(v) AS v FROM p GROUP BY mid) a "
        "ON a.mid = b.mid WHERE b.w < 0.01",
    ),
}
TABLES = ("p", "part", "few", "mid", "many", "fan", "three", "quotes", "spans", "link", *(f"d{i}" for i in range(1, 7)))
# question -> probe, right table, keys of both, kind: those that are plain merges
MERGES = {
    "s1": ("p", "few", ["few"], ["few"], "inner"),
    "s2": ("p", "mid", ["mid"], ["mid"], "inner"),
    "s3": ("p", "many", ["many"], ["many"], "inner"),
    "s4": ("p", "mid", ["text"], ["text"], "inner"),
    "s5": ("part", "fan", ["mid"], ["mid"], "inner"),
    "s6": ("p", "mid", ["skew"], ["mid"], "left"),
    "s7": ("p", "many", ["many"], ["many"], "semi"),
    "s8": ("p", "many", ["many"], ["many"], "anti"),
    "s9": ("p", "three", ["a", "b", "c"], ["a", "b", "c"], "inner"),
}


def files(folder: Path, rows: int) -> dict[str, str]:
    """The Parquet files, made if they are not there."""
    found = {name: folder / f"S1_{rows}_{name}.parquet" for name in TABLES}
    if not all(path.exists() for path in found.values()):
        folder.mkdir(parents=True, exist_ok=True)
        make(found, rows)
    return {name: str(path) for name, path in found.items()}


def make(found: dict[str, Path], rows: int) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(SEED)
    few, mid = 100, max(rows // 100, 1)
    dimension = [max(rows // part, 2) for part in (1_000_000, 100_000, 10_000, 1_000, 1_000, 100)]

    def text(numbers):
        return pa.array([f"the customer {n:09d}" for n in range(int(numbers.max()) + 1)]).take(pa.array(numbers))

    def write(name, **columns):
        table = pa.table(columns)
        path = found[name].with_suffix(".partial")
        pq.write_table(table, path, row_group_size=262_144)
        path.rename(found[name])

    # A tenth of the probe keys has no partner.
    keys = {name: random.integers(0, count + count // 9 + 1, rows).astype(np.int64)
            for name, count in (("few", few), ("mid", mid), ("many", rows))}
    skew = np.where(random.random(rows) < 0.3, 7, random.integers(0, mid, rows))
    probe = {
        "row": np.arange(rows), **keys, "text": text(keys["mid"]), "skew": skew,
        **{name: random.integers(0, 100, rows) for name in "abc"},
        "t": np.sort(random.integers(0, 10 * rows, rows)), "g": random.integers(0, 1000, rows),
        "x": random.random(rows), "v": random.random(rows),
        **{f"d{i + 1}": random.integers(0, count, rows) for i, count in enumerate(dimension)},
    }
    write("p", **probe)
    tenth = max(rows // 10, 1)
    write("part", row=np.arange(tenth), mid=keys["mid"][:tenth], x=probe["x"][:tenth], v=probe["v"][:tenth])

    def value(count):
        return random.random(count)

    def unique(count):
        return random.permutation(count).astype(np.int64)

    write("few", few=unique(few), w=value(few))
    order = unique(mid)
    write("mid", mid=order, text=text(order), w=value(mid))
    write("many", many=unique(rows), w=value(rows))
    write("fan", mid=random.permutation(np.repeat(np.arange(mid), 10)), w=value(10 * mid))
    three = random.permutation(1_000_000)[: max(min(rows // 10, 900_000), 1)]
    write("three", a=three // 10_000, b=three // 100 % 100, c=three % 100, w=value(len(three)))
    write("quotes", t=np.sort(random.integers(0, 10 * rows, tenth)), g=random.integers(0, 1000, tenth), w=value(tenth))
    low = random.random(mid)
    write("spans", low=low, high=low + random.random(mid) * 10 / mid, w=value(mid))
    for i, count in enumerate(dimension):
        write(f"d{i + 1}", **{f"d{i + 1}": unique(count), f"w{i + 1}": value(count)})
    write("link", many=unique(rows), mid=random.integers(0, mid, rows))
