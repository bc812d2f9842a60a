"""docs/pandas-compat.md says what is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import hypostyle as hs
import pytest
from hypostyle import _absent

SCRIPT = Path(__file__).parent.parent / "generate_compat.py"


def test_the_page_is_up_to_date():
    done = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "thing, advice",
    [
        (hs.DataFrame({"x": [1]}), _absent.FRAME),
        (hs.DataFrame({"x": [1]})["x"], _absent.SERIES),
        (hs.DataFrame({"x": [1], "k": ["a"]}).groupby("k"), _absent.GROUPS),
        (hs.DataFrame({"x": ["a"]})["x"].str, _absent.TEXT),
        (hs.date_range("2024-01-01", periods=1).dt, _absent.TIMES),
    ],
)
def test_absent_names_say_what_to_write(thing, advice):
    for name, told in advice.items():
        if not hasattr(type(thing), name):
            with pytest.raises(AttributeError) as raised:
                getattr(thing, name)
            assert told in str(raised.value)
