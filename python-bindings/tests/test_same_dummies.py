"""The way from columns of flags back to values, as in pandas."""

from __future__ import annotations

import hypostyle as hs
import pandas as pd
import pytest
from same_script import plain

ONE = {"a": [1, 0, 0, 1], "b": [0, 1, 0, 0], "c": [0, 0, 1, 0]}
TWO = {"k_a": [1, 0, 1], "k_b": [0, 1, 0], "j_x": [0, 1, 0], "j_y": [1, 0, 0], "j_z": [0, 0, 1]}
SOME = {"k_a": [1, 0, 0], "k_b": [0, 1, 0], "j_x": [0, 1, 0]}


@pytest.mark.parametrize(
    ("values", "options"),
    [
        (ONE, {}),
        (TWO, {"sep": "_"}),
        (SOME, {"sep": "_", "default_category": {"k": "other", "j": "none"}}),
        (SOME, {"sep": "_", "default_category": "?"}),
        ({"a": [True, False], "b": [False, True]}, {}),
        ({"a": [1.0, 0.0], "b": [0.0, 1.0]}, {}),
        ({0: [1, 0], 1: [0, 1]}, {}),
        ({"k_a_b": [1, 0], "k_c": [0, 1]}, {"sep": "_"}),
    ],
)
def test_flags_become_values(values, options):
    found, expected = (lib.from_dummies(lib.DataFrame(values), **options) for lib in (hs, pd))
    assert plain(found) == plain(expected)


def test_the_labels_of_rows_stay_and_dummies_come_back():
    def script(lib):
        labelled = lib.DataFrame(ONE, index=list("wxyz"))
        return [lib.from_dummies(labelled), lib.from_dummies(lib.get_dummies(lib.Series(["q", "r", "q"])))]

    assert plain(script(hs)) == plain(script(pd))


@pytest.mark.parametrize(
    ("values", "options", "error"),
    [
        (SOME, {"sep": "_"}, ValueError),
        (SOME, {"sep": "_", "default_category": {"k": "x"}}, ValueError),
        ({"a": [1, 0], "b": [1, 1]}, {}, ValueError),
        ({"a": [1, 0], "b": [0, None]}, {}, ValueError),
        ({"a": [1, 0]}, {"sep": "_"}, ValueError),
        ({"a": ["x", "y"]}, {}, TypeError),
        ({"a_b": [1]}, {"sep": 1}, TypeError),
    ],
)
def test_what_stands_for_no_value_or_several_is_an_error(values, options, error):
    for lib in (hs, pd):
        with pytest.raises(error):
            lib.from_dummies(lib.DataFrame(values), **options)
