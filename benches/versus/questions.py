"""The questions of db-benchmark, and what an answer to each must hold.

How each engine asks them is written in `engines/`; the names of the columns of an answer are
fixed here, so that answers can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from groups import GROUPS as OTHER_GROUPS
from groups import TABLES as GROUP_TABLES
from shapes import SHAPES
from shapes import TABLES as SHAPE_TABLES


@dataclass(frozen=True)
class Question:
    id: str
    suite: str
    text: str
    keys: tuple[str, ...]  # columns that say what a row is about
    values: tuple[str, ...]  # columns that are checked against the other engines
    sums: tuple[str, ...] = ()  # values that are sums: of nothing some engines say 0, some null


def _group(number: int, text: str, keys: str, values: str, sums: str = "") -> Question:
    return Question(f"g{number}", "groupby", text, tuple(keys.split()), tuple(values.split()), tuple(sums.split()))


def _join(number: int, text: str, right: str) -> Question:
    return Question(f"j{number}", "join", text, ("id1", "id2", "id3"), ("id4", "id5", "id6", "v1", *right.split(), "v2"))


QUESTIONS = (
    _group(1, "sum v1 by id1", "id1", "v1", "v1"),
    _group(2, "sum v1 by id1, id2", "id1 id2", "v1", "v1"),
    _group(3, "sum v1, mean v3 by id3", "id3", "v1 v3", "v1"),
    _group(4, "mean v1, v2, v3 by id4", "id4", "v1 v2 v3"),
    _group(5, "sum v1, v2, v3 by id6", "id6", "v1 v2 v3", "v1 v2 v3"),
    _group(6, "median v3, sd v3 by id4, id5", "id4 id5", "median_v3 sd_v3"),
    _group(7, "max v1 - min v2 by id3", "id3", "range_v1_v2"),
    _group(8, "largest two v3 by id6", "id6", "largest2_v3"),
    _group(9, "squared correlation of v1 and v2 by id2, id4", "id2 id4", "r2"),
    _group(10, "sum v3, count by id1 to id6", "id1 id2 id3 id4 id5 id6", "v3 count", "v3"),
    _join(1, "inner, x with small, on int id1", "id4_y"),
    _join(2, "inner, x with medium, on int id2", "id1_y id4_y id5_y"),
    _join(3, "left, x with medium, on int id2", "id1_y id4_y id5_y"),
    _join(4, "inner, x with medium, on text id5", "id1_y id2_y id4_y"),
    _join(5, "inner, x with big, on int id3", "id1_y id2_y id4_y id5_y id6_y"),
    *(
        Question(name, "shapes", text, ("row",), ("v",) if name in ("s7", "s8") else ("v", "w"))
        for name, (text, _) in SHAPES.items()
    ),
    *(
        Question(name, "groups", text, tuple(keys), tuple(made for made, _, _ in aggregates))
        for name, (text, _table, keys, aggregates) in OTHER_GROUPS.items()
    ),
)
BY_ID = {q.id: q for q in QUESTIONS}

# join question -> (right table, key, how)
JOINS = {
    "j1": ("small", "id1", "inner"),
    "j2": ("medium", "id2", "inner"),
    "j3": ("medium", "id2", "left"),
    "j4": ("medium", "id5", "inner"),
    "j5": ("big", "id3", "inner"),
}
TABLES = {"groupby": ("x",), "join": ("x", "small", "medium", "big"), "shapes": SHAPE_TABLES, "groups": GROUP_TABLES}
# Text columns that a dictionary-encoded file holds as codes.
CODED = {"groupby": ("id1", "id2", "id3"), "join": ("id4", "id5"), "shapes": (), "groups": ()}


def join_columns(question: str) -> list[tuple[str, str, str]]:
    """(table, column, name in the answer) of every column of a join's answer, for engines that speak SQL."""
    _table, _key, _how = JOINS[question]
    columns = [("x", c, c) for c in ("id1", "id2", "id3", "id4", "id5", "id6", "v1")]
    columns += [("y", v.removesuffix("_y"), v) for v in BY_ID[question].values if v.endswith("_y")]
    return [*columns, ("y", "v2", "v2")]
