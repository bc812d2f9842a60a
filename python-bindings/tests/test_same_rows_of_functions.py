"""Functions of rows and columns where values are missing: the same for pandas and for Hypostyle."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from same_script import plain

DATA = {
    "a": [1, 2, 3],
    "y": [1.5, None, 2.5],
    "s": ["x", None, "z"],
    "b": [True, False, True],
}

LINES = [
    "df.apply(lambda r: r.y * 2, axis=1)",
    "df.apply(lambda r: r['y'] + r['a'], axis=1)",
    "df.apply(lambda r: r.y > 1, axis=1)",
    "df.apply(lambda r: bool(np.isnan(r.y)), axis=1)",
    "df.apply(lambda r: max(r.a, r.y), axis=1)",
    "df.apply(lambda r: f'{r.a}-{r.s}', axis=1)",
    "df.apply(lambda r: r.s.upper() if isinstance(r.s, str) else '?', axis=1)",
    "df.apply(lambda r: int(r.isna().sum()), axis=1)",
    "df.apply(lambda r: r[['a', 'y']].sum(), axis=1)",
    "df[['a', 'y']].apply(sum, axis=1)",
    "df[['a', 'y']].apply(lambda r: r.mean(), axis=1)",
    "df[['a', 'y']].apply(lambda r: r.sum() / 2, axis=1, raw=True)",
    "df.apply(lambda r: lib.Series({'u': r.a, 'v': r.y}), axis=1)",
    "df.apply(lambda r: {'u': r.a, 'v': r.y}, axis=1, result_type='expand')",
    "df[['a', 'y']].apply(lambda c: lib.Series([c.min(), c.max()], index=['lo', 'hi']))",
    "df[['a', 'y']].apply(lambda c: pd.Series([c.min(), c.max()], index=['lo', 'hi']))",
]


@pytest.mark.parametrize("processes", [None, True])
@pytest.mark.parametrize("line", LINES)
def test_functions_of_rows(line: str, processes: bool | None) -> None:
    if processes and "axis=1" not in line:
        pytest.skip("columns stay where they are")
    found = []
    for lib in (hs, pd):
        names = {"lib": lib, "np": np, "pd": pd, "df": lib.DataFrame(DATA)}
        text = line.replace("axis=1", "axis=1, processes=True") if processes and lib is hs else line
        found.append(plain(eval(text, names)))
    assert found[0] == found[1]
