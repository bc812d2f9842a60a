"""Rows with other labels beside the rows that they were: matched by label, as in pandas."""

from __future__ import annotations

import hypostyle as hs
import numpy as np
import pandas as pd
import pytest
from test_same_names import named

LABELS, OTHERS, TURNED = ["a", "b", "c"], ["b", "c", "d"], ["c", "b", "a"]


def series(lib):
    return lib.Series([1, 2, 3], index=LABELS)


def frame(lib):
    return lib.DataFrame({"x": [1, 2, 3]}, index=LABELS)


def days(lib):
    return lib.DataFrame({"v": [1.0, 2.0, 3.0], "w": [4.0, 5.0, 6.0]}, index=pd.date_range("2020-01-01", periods=3))


def with_labels(of, labels):
    changed = of.copy()
    changed.index = labels
    return changed


def with_column(lib):
    changed = frame(lib)
    changed["y"] = changed.set_axis(TURNED)["x"]
    return changed


SCRIPTS = {
    "moved": lambda lib, s, f: days(lib) / days(lib).shift(freq="D"),
    "moved_of_one": lambda lib, s, f: (lambda d: d / d.shift(freq="D"))(days(lib)),
    "moved_series": lambda lib, s, f: (lambda v: v - v.shift(1, freq="D"))(days(lib)["v"]),
    "axis": lambda lib, s, f: s + s.set_axis(OTHERS),
    "axis_turned": lambda lib, s, f: s + s.set_axis(TURNED),
    "renamed": lambda lib, s, f: s + s.rename({"a": "b", "b": "a"}),
    "prefixed": lambda lib, s, f: s.add_prefix("p") + s,
    "filled": lambda lib, s, f: s.add(s.set_axis(OTHERS), fill_value=0),
    "frames": lambda lib, s, f: f + f.set_axis(OTHERS),
    "frames_renamed": lambda lib, s, f: f + f.rename(index={"a": "b", "b": "a"}),
    "frames_indexed": lambda lib, s, f: f + with_labels(f, TURNED),
    "columns_indexed": lambda lib, s, f: f["x"] - with_labels(f, TURNED)["x"],
    "column_set": lambda lib, s, f: with_column(lib),
    "column_assigned": lambda lib, s, f: f.assign(y=f["x"].set_axis(OTHERS)),
    "labels_by_series": lambda lib, s, f: f["x"] + f["x"].set_axis(lib.Series(TURNED)),
    "where": lambda lib, s, f: s.where(s.set_axis(TURNED) > 1),
    "mask": lambda lib, s, f: s[s.set_axis(TURNED) > 1],
    "mask_of_frame": lambda lib, s, f: f[s.set_axis(TURNED) > 1],
    "mask_of_own": lambda lib, s, f: f.loc[f["x"].set_axis(TURNED) > 1],
    "corr": lambda lib, s, f: round(s.corr(s.set_axis(TURNED)), 9),
    "equal": lambda lib, s, f: s.eq(s.set_axis(TURNED)),
    "groups": lambda lib, s, f: s.groupby(s.set_axis(TURNED)).sum(),
    "groups_of_frame": lambda lib, s, f: f.groupby(f["x"].set_axis(TURNED))[["x"]].sum(),
    "clip": lambda lib, s, f: s.clip(lower=s.set_axis(TURNED)),
    "missing": lambda lib, s, f: s.where(s > 1).fillna(s.set_axis(TURNED)),
    "numbered": lambda lib, s, f: s.reset_index(drop=True) + s.reset_index(drop=True).set_axis([2, 1, 0]),
    "numbered_again": lambda lib, s, f: f.set_axis([2, 1, 0])["x"] + f.set_axis(range(3))["x"],
    "zone": lambda lib, s, f: (lambda v: (v + v.tz_convert("Asia/Tokyo")).to_list())(days(lib)["v"].tz_localize("UTC")),
    "names_alone": lambda lib, s, f: f.rename_axis("n")["x"] + f["x"],
    "order": lambda lib, s, f: s.set_axis(TURNED) + s,
    "order_filled": lambda lib, s, f: s.set_axis(TURNED).add(s, fill_value=0),
    "order_compared": lambda lib, s, f: s.set_axis(TURNED).gt(s),
    "order_of_frames": lambda lib, s, f: f.set_axis(TURNED) * f,
    "order_of_numbers": lambda lib, s, f: lib.Series([1, 2], index=[5, 3]) - lib.Series([1, 2], index=[3, 5]),
    "order_of_sorted": lambda lib, s, f: s.set_axis(TURNED) + s.set_axis(TURNED).sort_index(),
    "order_kept": lambda lib, s, f: s.set_axis(TURNED) + s.set_axis(TURNED),
    "greater_ones": lambda lib, s, f: np.maximum(s.set_axis(TURNED), s),
    "sums": lambda lib, s, f: np.add(s.set_axis(TURNED), s),
    "distances": lambda lib, s, f: np.hypot(s.set_axis(OTHERS), s),
    "sorted": lambda lib, s, f: s.sort_values(ascending=False) + s,
}


def keyed(lib):
    return lib.DataFrame({"k": [1, 0, 2], "x": [1, 2, 3]})


def doubled(lib):
    changed = keyed(lib).set_index("k")
    changed["y"] = keyed(lib)["x"] * 2
    return changed


def doubled_of_own(lib):
    before = keyed(lib)
    changed = before.set_index("k")
    changed["y"] = before["x"] * 2
    return changed


def taken_back(lib):
    changed = keyed(lib)
    changed["y"] = changed.set_index("k")["x"]
    return changed


#: Columns that became labels, and labels that became columns.
INDEXED = {
    "set": doubled,
    "set_of_own": doubled_of_own,
    "taken_back": taken_back,
    "sum": lambda lib: (lambda d: (d.set_index("k")["x"] + d["x"]).to_list())(keyed(lib)),
    "masked": lambda lib: (lambda d: d.set_index("k")[d["x"] > 1])(keyed(lib)),
    "where": lambda lib: (lambda d: d["x"].where(d.set_index("k")["x"] > 1))(keyed(lib)),
    "reset": lambda lib: (lambda d: d.reset_index()["x"] + d["x"])(keyed(lib).set_index("k")).to_list(),
    "appended": lambda lib: (lambda d: d + d)(keyed(lib).set_index("k", append=True)),
    "dropped": lambda lib: (lambda s: s - s.sort_values(ascending=False).reset_index(drop=True))(keyed(lib)["x"]),
    "transformed": lambda lib: (lambda d: (d.set_index("k")["x"] - d.groupby("k")["x"].transform("sum")).to_list())(
        keyed(lib)
    ),
    "reset_of_numbers": lambda lib: (lambda d: d.reset_index(drop=True)["x"] + d["x"])(keyed(lib)),
    "values": lambda lib: (lambda d: d.set_index("k").assign(y=d["x"].to_numpy()))(keyed(lib)),
}


@pytest.mark.parametrize("name", INDEXED)
def test_indexed(name):
    script = INDEXED[name]
    assert named(script(hs)) == named(script(pd))


def test_labels_of_other_types_are_told():
    texts = hs.DataFrame({"k": ["a", "b"], "x": [1, 2]})
    with pytest.raises(hs.HypostyleError):
        texts.set_index("k").assign(y=texts["x"])
    with pytest.raises(hs.HypostyleError):
        texts.set_index("k")["x"] + texts["x"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    found, expected = (SCRIPTS[name](lib, series(lib), frame(lib)) for lib in (hs, pd))
    assert named(found) == named(expected)


def test_labels_that_occur_twice():
    moved = days(hs)["v"].shift(1, freq="MS")
    assert len(moved + moved) == 3
    assert len(days(hs)["v"] + moved) == len(days(pd)["v"] + days(pd)["v"].shift(1, freq="MS"))
