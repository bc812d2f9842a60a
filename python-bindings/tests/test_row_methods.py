"""Methods of the rows that functions get: as pandas' series have them, without a query for each row."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import hypostyle as hs
import pandas as pd
import pytest
from hypostyle._rows import Row

CALLS: dict[str, Callable[[Any], Any]] = {
    **{f"rank {how}": (lambda r, how=how: r.rank(method=how)) for how in ("average", "min", "max", "dense", "first")},
    "rank down": lambda r: r.rank(ascending=False),
    "rank pct": lambda r: r.rank(pct=True),
    "rank dense pct": lambda r: r.rank(method="dense", pct=True, ascending=False),
    "diff": lambda r: r.diff(),
    "diff back": lambda r: r.diff(-2),
    "shift": lambda r: r.shift(),
    "shift far": lambda r: r.shift(9),
    "shift back": lambda r: r.shift(-1, fill_value=0),
    "clip": lambda r: r.clip(2, 5),
    "clip above": lambda r: r.clip(upper=3.5),
    "between": lambda r: r.between(2, 5),
    "between left": lambda r: r.between(2, 5, inclusive="left"),
    "ffill": lambda r: r.ffill(),
    "ffill once": lambda r: r.ffill(limit=1),
    "bfill": lambda r: r.bfill(),
    "cummax": lambda r: r.cummax(),
    "cummin": lambda r: r.cummin(),
    "cumprod": lambda r: r.cumprod(),
    "where": lambda r: r.where(r > 3),
    "where other": lambda r: r.where(lambda s: s > 3, -1),
    "where list": lambda r: r.where([True, False] * (len(r) // 2), r * 2),
    "mask": lambda r: r.mask(r > 3, 0),
    "mask missing": lambda r: r.mask(r.isna(), 8),
    "dot": lambda r: r.dot(r + 1),
    "dot list": lambda r: r.dot(list(range(len(r)))),
    "product": lambda r: r.product(),
    "sem": lambda r: r.sem(),
    "argmax": lambda r: r.fillna(0).argmax(),
    "argmin": lambda r: r.fillna(0).argmin(),
    "pct_change": lambda r: (r.ffill().bfill() + 1).pct_change(),
}


def numbers(found: Any) -> list[float | None]:
    values = found.tolist() if hasattr(found, "tolist") else [found]
    values = values if isinstance(values, list) else [values]
    return [None if value is None or value != value else round(float(value), 12) for value in values]


@pytest.mark.parametrize("name", CALLS)
def test_as_in_pandas(name, monkeypatch):
    draw, call = random.Random(5), CALLS[name]
    queries = []
    monkeypatch.setattr("hypostyle._rows.of_series", lambda *_: queries.append(name))
    for _ in range(40):
        values = [draw.choice([0, 1, 2.5, 4, 4, 7, -3, math.nan]) for _ in range(draw.choice([2, 4, 6]))]
        values[0] = 2
        names = list("abcdef")[: len(values)]
        assert numbers(call(Row(tuple(names), tuple(values), 0))) == numbers(call(pd.Series(values, index=names))), (
            values
        )
    assert not queries


def test_other_arguments_and_other_values_are_a_series():
    row = Row(("a", "b", "c"), (3.0, None, 1.0), 0)
    assert row.rank(na_option="top").to_list() == [3, 1, 2]
    assert Row(("a", "b"), ("x", "w"), 0).rank().to_list() == [2, 1]
    frame = hs.DataFrame({"x": [1, 5], "y": [4, 2]})
    assert frame.apply(lambda r: r.rank()["x"], axis=1).to_list() == [1, 2]
    with pytest.raises(ValueError, match="2 values beside a row of 3"):
        row.where([True, False])
    with pytest.raises(ValueError, match="names"):
        row.dot({"a": 1})
