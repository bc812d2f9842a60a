"""The plugin that lets narwhals, and what is written with it, take frames and series as they are.

narwhals finds it by the entry point ``narwhals.plugins``; nothing here is imported before that. A frame is eager to
narwhals, since looking at rows runs its plan; every verb is a verb of the plan all the same, so that nothing is computed
before it is looked at, unless it reads numbers or times from texts, of which some are none.

>>> import hypostyle as hs, narwhals as nw
>>> df = nw.from_native(hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]}))
>>> df.group_by("k").agg(nw.col("x").sum()).sort("k").to_native().to_dict("list")
{'k': ['a', 'b'], 'x': [4, 2]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypostyle._narwhals.namespace import Namespace

#: Where the objects come from: narwhals asks no further about objects of other packages.
NATIVE_PACKAGE = "hypostyle"


def is_native(native_object: object, /) -> bool:
    """Whether it is a frame or a series of ours."""
    from hypostyle.frame import DataFrame
    from hypostyle.series import Series

    return isinstance(native_object, (DataFrame, Series))


def __narwhals_namespace__(version: Any) -> Namespace:
    """What narwhals calls for one version of its interface."""
    from hypostyle._narwhals.namespace import Namespace

    return Namespace(version=version)
