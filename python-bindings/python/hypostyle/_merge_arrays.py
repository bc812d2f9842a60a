"""Merges by arrays: keys that are values, one for each row, instead of names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypostyle import _numpy
from hypostyle._columns import is_pandas


def has_arrays(*keys: Any) -> bool:
    """Whether some keys of a side are arrays."""
    return any(_is_array(one) for key in keys for one in (key if isinstance(key, list) else [key]))


def merged(
    merge: Callable[..., Any], left: Any, right: Any, how: str, on: Any, left_on: Any, right_on: Any, **options: Any
) -> Any:
    """The merge with arrays as columns beside the others. As in pandas, two arrays make a key, called ``key_0``, which comes
    where it is among the keys; one beside a name has no column of its own."""
    sides = [_listed(on if left_on is None else left_on), _listed(on if right_on is None else right_on)]
    frames, first, gone = [left, right], {}, {}
    if len(sides[0]) == len(sides[1]):
        for at, pair in enumerate(zip(*sides, strict=True)):
            arrays = [_is_array(key) for key in pair]
            name = f"key_{at}" if all(arrays) else f"key_{at}\0"
            for side, key in enumerate(pair):
                if arrays[side]:
                    values = _numpy.listed(key) if _numpy.is_array(key) else list(key)
                    frames[side] = frames[side].assign(**{name: values})
                    sides[side][at] = name
            if all(arrays):
                first[name] = at
            elif any(arrays):
                gone[name] = pair[0] if arrays[1] else pair[1]
    made = merge(*frames, how, left_on=sides[0], right_on=sides[1], **options)
    for name, beside in gone.items():
        if beside in made._plan.columns and name in made._plan.columns:
            # A row of the side of the array alone has its key there.
            made[beside] = made[beside].fillna(made[name])
    names = [name for name in made._plan.columns if name not in gone and name not in first]
    for name, at in first.items():
        if name in made._plan.columns:
            names.insert(at, name)
    return made._keep(names)


def _is_array(key: Any) -> bool:
    return bool(_numpy.is_array(key) and key.ndim) or (is_pandas(key) and hasattr(key, "tolist"))


def _listed(key: Any) -> list[Any]:
    return list(key) if isinstance(key, (list, tuple)) else [key]
