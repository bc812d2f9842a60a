"""Suffixes of columns of several levels that both sides of a join have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypostyle._column_labels import plain
from hypostyle._headings import depth, named, parts

Names = dict[str, str]


def of_levels(
    left: Sequence[str], right: Sequence[str], shared: Iterable[str], suffixes: Sequence[str | None]
) -> tuple[Names, Names] | None:
    """New names of the columns of both sides where these have several levels, as pandas has them: the suffix stands after
    the first levels that both sides share, and those of other columns that are called so. ``shared`` are keys of both."""
    gone, there = set(shared), set(right)
    common = [name for name in left if name in there and name not in gone]
    if not common or max(depth(common), 1) == 1:
        return None
    tops = {parts(name)[0] for name in common}
    one, other = (_renamed(side, gone, tops, suffix) for side, suffix in zip((left, right), suffixes, strict=True))
    return one, other


def _renamed(names: Iterable[str], gone: set[str], tops: set[str], suffix: str | None) -> Names:
    if suffix is None:
        return {}
    made = {
        name: named([f"{plain(part)}{suffix}" if part in tops else part for part in parts(name)])
        for name in names
        if name not in gone
    }
    return {name: to for name, to in made.items() if name != to}
