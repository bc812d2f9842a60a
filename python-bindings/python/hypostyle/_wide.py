"""Columns of many names as rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hypostyle import _index, _native
from hypostyle._plan import Plan
from hypostyle._reshape import listed
from hypostyle.errors import InvalidArgumentError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame


def wide_to_long(df: DataFrame, stubnames: Any, i: Any, j: str, sep: str = "", suffix: str = r"\d+") -> DataFrame:
    """Columns such as ``x1``, ``x2``, ``y1``, ``y2`` as rows: a column for each stub, and ``j`` with what followed it.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"id": [1], "x1": [10], "x2": [20]})
    >>> hs.wide_to_long(df, "x", "id", "n").reset_index().to_dict("list")
    {'id': [1, 1], 'n': [1, 2], 'x': [10, 20]}
    """
    stubs, keys = listed(stubnames), listed(i)
    plan = _index.reset(df._plan, not any(label in keys for _, label in df._plan.index))
    found: dict[str, dict[str, str]] = {stub: {} for stub in stubs}
    for name in plan.columns:
        for stub in stubs:
            match = re.fullmatch(f"{re.escape(stub)}{re.escape(sep)}({suffix})", name)
            if match:
                found[stub][match.group(1)] = name
    labels = list(dict.fromkeys(label for of in found.values() for label in of))
    if not labels:
        raise InvalidArgumentError(f"wide_to_long: no column is one of {stubs} followed by {suffix!r}")
    used = {name for of in found.values() for name in of.values()}
    rest = [name for name in plan.columns if name not in used and name not in keys]
    # In the order of the columns, those of the first stub first.
    read: Any = next((kind for kind in (int, float) if _are(kind, labels)), str)
    shown: list[Any] = [read(label) for label in labels]
    values = [(stub, [found[stub].get(label) for label in labels]) for stub in stubs]
    # As in pandas: by several keys row by row, by one label after label.
    query = _native.unpivot(plan.query, [*keys, *rest], j, shown, values, len(keys) > 1)
    names = [*keys, j]
    made = Plan(query, [(name, name) for name in names])
    return type(df)._of(made.keep([*rest, *stubs]))


def _are(kind: type, texts: list[str]) -> bool:
    """Whether all texts are numbers of a kind."""
    try:
        return all(kind(text) is not None for text in texts)
    except ValueError:
        return False
