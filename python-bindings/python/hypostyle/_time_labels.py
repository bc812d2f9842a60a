"""Rows by the times that are their labels, and two frames or series with the same labels."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from hypostyle._columns import ours
from hypostyle._plan import Plan
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle.series import Series


class TimeLabels:
    """What frames and series offer whose labels are times, and `align`."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __getitem__(self, key: Any) -> Any: ...
        def __getattr__(self, name: str) -> Any: ...

    def at_time(self, time: Any, asof: bool = False, axis: Any = None) -> Any:
        """The rows whose label is this time of some day: ``"09:30"``, or a ``datetime.time``.

        >>> import hypostyle as hs
        >>> times = hs.to_datetime(["2024-01-01 09:30", "2024-01-01 10:00", "2024-01-02 09:30"])
        >>> hs.Series([1, 2, 3], index=times).at_time("9:30").to_list()
        [1, 3]
        """
        if asof:
            raise UnsupportedError("at_time(asof=True); use between_time")
        _rows_only("at_time", axis)
        return self[_since_midnight("at_time", self) == _microseconds(time)]

    def between_time(self, start_time: Any, end_time: Any, inclusive: str = "both", axis: Any = None) -> Any:
        """The rows whose label lies between two times of a day; over midnight if the first is the later one.

        >>> import hypostyle as hs
        >>> times = hs.to_datetime(["2024-01-01 09:30", "2024-01-01 23:00", "2024-01-02 00:30"])
        >>> hs.Series([1, 2, 3], index=times).between_time("22:00", "01:00").to_list()
        [2, 3]
        """
        if inclusive not in ("both", "neither", "left", "right"):
            raise InvalidArgumentError(f"inclusive is both, neither, left or right, not {inclusive!r}")
        _rows_only("between_time", axis)
        time, start, end = _since_midnight("between_time", self), _microseconds(start_time), _microseconds(end_time)
        after = time >= start if inclusive in ("both", "left") else time > start
        before = time <= end if inclusive in ("both", "right") else time < end
        return self[after & before] if start <= end else self[after | before]

    def asfreq(
        self, freq: Any, method: Any = None, how: Any = None, normalize: bool = False, fill_value: Any = None
    ) -> Any:
        """The rows at equal distances of time, from the first label to the last: missing values where there is no row, or
        ``fill_value``, or with ``method`` (``"ffill"``, ``"bfill"``) the row before or after. Runs.

        >>> import hypostyle as hs
        >>> times = hs.to_datetime(["2024-01-01", "2024-01-03"])
        >>> hs.Series([1, 2], index=times).asfreq("D", method="ffill").to_list()
        [1, 1, 2]
        """
        from hypostyle._dates import date_range

        labels = _times("asfreq", self)
        ends = (labels.min(), labels.max())
        if ends[0] is None or ends[0] != ends[0]:
            return self.copy()
        wanted = date_range(*ends, freq=freq).rename(self.index.name)
        made = self.reindex(index=wanted, method=method, fill_value=fill_value)
        made = made.rename_axis(self.index.name)
        return made._relabelled("asfreq", 0, None, lambda times: times.dt.normalize()) if normalize else made

    def tz_localize(
        self, tz: Any, axis: Any = 0, level: Any = None, ambiguous: Any = "raise", nonexistent: Any = "raise"
    ) -> Any:
        """The rows with the wall times of their labels taken to be those of a zone; ``None`` leaves the wall times alone.

        >>> import hypostyle as hs
        >>> made = hs.Series([1], index=hs.to_datetime(["2024-01-01"])).tz_localize("Europe/Oslo")
        >>> made.index.dtype
        'timestamp[us, Europe/Oslo]'
        """
        options = {"ambiguous": ambiguous, "nonexistent": nonexistent}
        given = {name: value for name, value in options.items() if value != "raise"}
        return self._relabelled("tz_localize", axis, level, lambda times: times.dt.tz_localize(tz, **given))

    def tz_convert(self, tz: Any, axis: Any = 0, level: Any = None) -> Any:
        """The rows with the same moments as labels, in another zone.

        >>> import hypostyle as hs
        >>> made = hs.Series([1], index=hs.to_datetime(["2024-01-01"])).tz_localize("UTC").tz_convert("Asia/Tokyo")
        >>> made.index[0].hour
        9
        """
        return self._relabelled("tz_convert", axis, level, lambda times: times.dt.tz_convert(tz))

    def _relabelled(self, verb: str, axis: Any, level: Any, make: Any) -> Any:
        _rows_only(verb, axis)
        from hypostyle.series import Series

        series = hasattr(self, "_native")
        plan: Plan = self._framed() if series else self._plan
        at = self.index._level(0 if level is None else level)
        times = _times(verb, self, at)
        column = plan.index[at][0]
        plan = plan.with_columns({column: make(Series(plan, plan.column(column), times.name))._native})
        # In another zone labels are the same moments.
        return self._of(plan if verb == "tz_convert" else plan.relabelled())

    def asof(self, where: Any, subset: Any = None) -> Any:
        """The last row at or before a label, or before each of several, that has no missing value (in ``subset``). The
        labels are sorted; see `hypostyle.merge_asof`. Runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([1.0, None, 3.0], index=[10, 20, 30])
        >>> x.asof(25), x.asof([5, 30]).to_list()
        (1.0, [None, 3.0])
        """
        from hypostyle._labels import listed

        if not self.index.is_monotonic_increasing:
            raise InvalidArgumentError("asof: the labels are not in order; sort_index() first")
        series = hasattr(self, "_native")
        known = self.dropna() if series else self.dropna(subset=subset)
        times = str(self.index.dtype).startswith("timestamp")
        many = hasattr(where, "__iter__") and not isinstance(where, str)
        wanted = listed(where) if many else [where]
        if times:
            wanted = [_moment(one) for one in wanted]
        found = known.reindex(wanted, method="ffill")
        return found if many else found.iloc[0]

    def align(
        self,
        other: Any,
        join: str = "outer",
        axis: Any = None,
        level: Any = None,
        copy: Any = None,
        fill_value: Any = None,
    ) -> tuple[Any, Any]:
        """Both with the same labels (and, of frames, the same columns): those of either (``"outer"``, in order where they
        differ), of both (``"inner"``), or of one side (``"left"``, ``"right"``). ``axis=0``: labels alone, ``axis=1``:
        columns alone. Runs.

        >>> import hypostyle as hs
        >>> a, b = hs.Series([1, 2], index=["x", "y"]).align(hs.Series([3, 4], index=["y", "z"]), fill_value=0)
        >>> a.to_list(), b.to_list(), a.index.to_list()
        ([1, 2, 0], [0, 3, 4], ['x', 'y', 'z'])
        """
        if join not in ("outer", "inner", "left", "right"):
            raise InvalidArgumentError(f"join is outer, inner, left or right, not {join!r}")
        if level is not None:
            raise UnsupportedError("align: level; reset_index and merge on it")
        other = ours(other)
        frames = [hasattr(one, "columns") for one in (self, other)]
        if frames[0] != frames[1] and axis is None:
            raise InvalidArgumentError("align: of a frame and a series say by axis=0 or axis=1 what the labels are of")
        sides = [self, other]
        if axis in (None, 0, "index"):
            from hypostyle._labels import same_labels

            plans = [one._framed() if hasattr(one, "_native") else one._plan for one in sides]
            if not same_labels(*plans):
                if max(len(plan.index) for plan in plans) > 1:
                    raise UnsupportedError("align: an index of several levels; reset_index and merge on them")
                labels = _common(join, sides[0].index.to_list(), sides[1].index.to_list())
                titles = {one.index.name for one in sides}
                name = titles.pop() if len(titles) == 1 else None
                sides = [one.reindex(index=labels, fill_value=fill_value).rename_axis(name) for one in sides]
        if any(frames) and axis in (None, 1, "columns"):
            names_of = [list(one.columns if of else one.index.to_list()) for one, of in zip(sides, frames, strict=True)]
            names = names_of[0] if names_of[0] == names_of[1] else _common(join, *names_of)
            sides = [
                one.reindex(**{"columns" if of else "index": names}, fill_value=fill_value)
                for one, of in zip(sides, frames, strict=True)
            ]
        return sides[0], sides[1]


def _common(join: str, one: list[Any], other: list[Any]) -> list[Any]:
    """The labels of two lists as `align` joins them."""
    if join == "left":
        return one
    if join == "right":
        return other
    if join == "inner":
        return [label for label in one if label in set(other)]
    both = list(dict.fromkeys([*one, *other]))
    try:
        return sorted(both)
    except TypeError:
        return both


def _rows_only(verb: str, axis: Any) -> None:
    if axis not in (None, 0, "index", "rows"):
        raise UnsupportedError(f"{verb}(axis={axis!r}): columns are named by text; turn the frame with transpose()")


def _times(verb: str, owner: Any, level: int = 0) -> Series:
    """The labels, which are times."""
    index = owner.index
    labels: Series = index.get_level_values(level)
    if not labels.dtype.startswith(("timestamp", "date")):
        raise DataTypeError(f"{verb}: the labels are {labels.dtype}, not times; set_index(a column of times) first")
    return labels


def _since_midnight(verb: str, owner: Any) -> Any:
    """The microseconds of each label since its midnight."""
    parts = _times(verb, owner).dt
    hours = parts.hour.astype("int64")
    return ((hours * 60 + parts.minute) * 60 + parts.second) * 1_000_000 + parts.microsecond


def _microseconds(time: Any) -> int:
    """A time of a day in microseconds."""
    if isinstance(time, str):
        text = time.strip().upper()
        half = text[-2:] if text.endswith(("AM", "PM")) else ""
        text = text.removesuffix(half).strip()
        if ":" not in text and text.isdigit() and len(text) >= 3:
            text = f"{text[:-2]}:{text[-2:]}"
        try:
            hour, *rest = text.split(":")
            time = datetime.time.fromisoformat(":".join([hour.zfill(2), *(rest or ["00"])]))
        except ValueError:
            raise InvalidArgumentError(f"{time!r} is no time of a day such as '09:30'") from None
        if half:
            time = time.replace(hour=time.hour % 12 + (12 if half == "PM" else 0))
    if isinstance(time, datetime.time) and time.tzinfo is not None:
        raise UnsupportedError(f"a time of a day in a zone, {time}; tz_convert the labels to it first")
    if not isinstance(time, datetime.time):
        raise DataTypeError(f"a time of a day is a text such as '09:30' or a datetime.time, not {time!r}")
    return ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.microsecond


def _moment(label: Any) -> Any:
    """A moment as the labels hold it."""
    if isinstance(label, str):
        return datetime.datetime.fromisoformat(label)
    return label.to_pydatetime() if hasattr(label, "to_pydatetime") else label
