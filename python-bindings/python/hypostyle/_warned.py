"""Warnings of functions in worker processes: the filters of this process hold there, and what they show is shown here."""

from __future__ import annotations

import contextlib
import pickle
import sys
import warnings
from collections.abc import Sequence
from typing import Any

#: The filters that were last asked for, and their bytes.
_last: tuple[list[Any], bytes | None] | None = None

#: What a worker says of a warning: itself as bytes, if it can travel, its text, and the file, line and module that it is of.
Warned = tuple[bytes | None, str, str, int, str | None]


def filters() -> bytes | None:
    """The filters of this process as bytes; ``None`` if they cannot travel."""
    global _last
    now, last = list(warnings.filters), _last
    if last is not None and last[0] == now:
        return last[1]
    from hypostyle import _pickling

    try:
        told = _pickling.packed(now)
    except Exception:
        told = None
    _last = now, told
    return told


def again(warned: Sequence[Warned]) -> None:
    """Warns here of what a worker's function warned of, as if it had run here: what is to be shown once is."""
    for packed, text, file, line, module in warned:
        warning: Warning = UserWarning(text)
        if packed is not None:
            # One of a class that cannot be found here is a warning all the same.
            with contextlib.suppress(Exception):
                warning = pickle.loads(packed)
        registry = getattr(sys.modules.get(module or ""), "__dict__", {}).setdefault("__warningregistry__", {})
        warnings.warn_explicit(warning, type(warning), file, line, module, registry)
