"""The labels at which partitions begin, which Dask calls divisions."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypostyle.errors import InvalidArgumentError


def divisions(frame: Any) -> tuple[Any, ...]:
    """The first label of each partition, and the last one of all; all missing where the labels of partitions are not
    apart, or are of several levels. Runs."""
    from hypostyle._dask_functions import ends_of

    whole = frame.persist()
    ends = ends_of(whole)
    unknown = (None,) * len(ends)
    if ends[-1] == 0 or whole.index.nlevels > 1:
        return unknown
    labels = whole.index.to_series()
    if labels.isna().any() or not labels.is_monotonic_increasing:
        return unknown
    spans = [(start, stop) for start, stop in pairwise(ends) if start < stop]
    firsts, lasts = _at(labels, [start for start, _ in spans]), _at(labels, [stop - 1 for _, stop in spans])
    if any(last >= first for last, first in zip(lasts, firsts[1:], strict=False)):
        return unknown
    # A partition without rows begins where the next one does.
    return (*_at(labels, [min(start, ends[-1] - 1) for start in ends[:-1]]), lasts[-1])


def _at(labels: Any, places: list[int]) -> list[Any]:
    """The labels at some places."""
    return labels.reset_index(drop=True).iloc[places].to_list()


def current_divisions(frame: Any, col: str | None) -> tuple[Any, ...]:
    """The least value of a column (or label) of each partition, and the greatest of the last one; runs."""
    parts = [part[col] if col is not None else part.index.to_series() for part in frame.partitions]
    parts = [part for part in parts if len(part)]
    ends = [(part.min(), part.max()) for part in parts]
    if any(high >= low for (_, high), (low, _) in pairwise(ends)):
        what = "labels" if col is None else f"values of {col!r}"
        raise InvalidArgumentError(
            f"compute_current_divisions: the {what} of partitions are not apart; sort them first"
        )
    return (*(low for low, _ in ends), ends[-1][1]) if ends else ()


def in_partitions(frame: Any, npartitions: Any) -> Any:
    """The rows of a frame or a series in so many partitions, if that is a number (Dask has ``"auto"`` too)."""
    return frame.repartition(npartitions) if isinstance(npartitions, int) else frame


def cut_at_labels(frame: Any, starts: Sequence[Any], force: bool) -> Any:
    """The rows in partitions that begin at these labels, the last of which ends the last partition; the labels of the
    frame are in order. Runs."""
    wanted = [*starts]
    if len(wanted) < 2 or any(not one <= two for one, two in pairwise(wanted)):
        raise InvalidArgumentError(f"repartition: divisions are two labels or more, in order, not {wanted}")
    whole = frame.persist()
    labels = whole.index.to_list()
    if any(not one <= two for one, two in pairwise(labels)):
        raise InvalidArgumentError("repartition: the labels are not in order; sort_index first")
    if labels and not force and (labels[0] < wanted[0] or labels[-1] > wanted[-1]):
        raise InvalidArgumentError(
            f"repartition: divisions from {wanted[0]!r} to {wanted[-1]!r} leave out labels from {labels[0]!r} to "
            f"{labels[-1]!r}; force=True widens them"
        )
    return cut(whole, [0, *(bisect_left(labels, one) for one in wanted[1:-1]), len(labels)])


def cut_by_time(frame: Any, freq: Any) -> Any:
    """The rows in partitions of a period of the labels each; runs."""
    from hypostyle._frequencies import Frequency

    labels = frame.index.to_series()
    if not labels.dtype.startswith("timestamp"):
        raise InvalidArgumentError(f"repartition: freq is of an index of times; this one is of {labels.dtype}")
    first, last = labels.min(), labels.max()
    if len(labels) == 0 or not isinstance(first, dt.datetime):
        return frame
    period = Frequency(freq)
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    if period.micros is None:
        start = period.rolled_back(day)
    else:
        # As Dask has it: multiples of the length since 1970, as clocks show it.
        length, zero = dt.timedelta(microseconds=period.micros), dt.datetime(1970, 1, 1)
        start = (zero + (first.replace(tzinfo=None) - zero) // length * length).replace(tzinfo=first.tzinfo)
    starts: list[dt.datetime] = []
    for moment in period.moments(start):
        starts = [moment] if moment <= first else [*starts, moment]
        if moment > last:
            break
    return cut_at_labels(frame, starts, False)


def cut(whole: Any, ends: list[int]) -> Any:
    """The rows of a frame or a series in partitions that end at these places."""
    from hypostyle._dask import from_map

    spans = [(start, stop) for start, stop in pairwise(ends) if stop > start]
    if not spans:
        return whole
    meta = whole.iloc[:0]
    if not hasattr(whole, "_native"):
        return from_map(lambda span: whole.iloc[span[0] : span[1]], spans, meta=meta)
    name = "value" if whole.name is None else whole.name
    made = from_map(lambda span: whole.iloc[span[0] : span[1]].to_frame(name), spans, meta=meta.to_frame(name))
    return made[name].rename(whole.name)


def reach(whole: Any, ends: list[int], before: Any, after: Any) -> tuple[list[int], list[int]]:
    """The first row that the function of each partition sees, and where the last one ends: so many rows, or rows of so
    long a time, before and behind the partition."""
    starts, stops = ends[:-1], ends[1:]
    times: list[Any] = []
    if not (isinstance(before, int) and isinstance(after, int)):
        times = whole.index.to_list()
        if times and not isinstance(times[0], dt.datetime):
            raise InvalidArgumentError(
                "map_overlap: before and after are numbers of rows, or times where the index is times"
            )
        if any(not one <= two for one, two in pairwise(times)):
            raise InvalidArgumentError("map_overlap: the times of the index are not in order; sort_index first")

    def early(start: int) -> int:
        if isinstance(before, int):
            return max(start - before, 0)
        return min(bisect_right(times, times[start] - _length(before)), start) if start < len(times) else start

    def late(stop: int) -> int:
        if isinstance(after, int):
            return min(stop + after, ends[-1])
        return max(bisect_left(times, times[stop - 1] + _length(after)), stop) if stop else stop

    return [early(start) for start in starts], [late(stop) for stop in stops]


def _length(value: Any) -> dt.timedelta:
    """A length of time."""
    if hasattr(value, "to_pytimedelta"):
        return value.to_pytimedelta()
    if isinstance(value, str):
        from hypostyle._periods import length_of

        return length_of(value)
    if not isinstance(value, dt.timedelta):
        raise InvalidArgumentError(
            f"map_overlap: before and after are numbers of rows or lengths of time, not {value!r}"
        )
    return value


def shuffled(frame: Any, on: Any, npartitions: int | None) -> Any:
    """The rows in partitions none of which shares a key with another one; runs."""
    keys = [on] if isinstance(on, str) else list(on)
    whole = frame.sort_values(keys, kind="stable").persist()
    levels = any(key not in whole.columns for key in keys)
    return _between_keys(whole, whole.reset_index(drop=not levels)[keys], npartitions)


def in_order(frame: Any, npartitions: int | None = None, starts: Sequence[Any] | None = None) -> Any:
    """The rows in the order of their labels, in partitions none of which shares a label with another one, or which begin
    at these labels; runs."""
    whole = frame.sort_index(kind="stable").persist()
    if starts is not None:
        return cut_at_labels(whole, starts, True)
    return _between_keys(whole, whole.index.to_frame(index=False), npartitions)


def _between_keys(whole: Any, keys: Any, npartitions: int | None) -> Any:
    """The rows, which are in the order of keys, in so many partitions, cut where a key ends."""
    count = whole.npartitions if npartitions is None else npartitions
    rows, place = len(whole), "__place__"
    grouped = keys.assign(**{place: range(rows)}).groupby(list(keys.columns), dropna=False)
    firsts = grouped[place].min().sort_values().to_list()
    ends = [0]
    for part in range(1, count):
        at = bisect_left(firsts, -(-part * rows // count))
        end = firsts[at] if at < len(firsts) else rows
        if end > ends[-1]:
            ends.append(end)
    return cut(whole, [*ends, rows] if ends[-1] < rows else ends)
