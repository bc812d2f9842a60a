"""pandas' signatures of ``.dt`` where they are not those of the registry; each only calls functions of it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

from hypostyle._accessors import Accessor, frame_of
from hypostyle._dtypes import zone
from hypostyle._text_calls import series_of
from hypostyle.errors import UnsupportedError


class TimeAccessor(Accessor):
    """pandas' ``.dt`` where its signatures differ."""

    __slots__ = ()

    @property
    def unit(self) -> str:
        """The unit that times are counted in.

        >>> import hypostyle as hs
        >>> hs.to_datetime(hs.Series(["2024-01-01"])).dt.unit
        'us'
        """
        return re.split(r"[\[,\]]", series_of(self._owner, "dt.unit").dtype)[1]

    @property
    def tz(self) -> Any:
        """The zone of times, if they have one.

        >>> import hypostyle as hs
        >>> str(hs.date_range("2024-01-01", periods=1, tz="Asia/Tokyo").dt.tz)
        'Asia/Tokyo'
        """
        import zoneinfo

        name = zone(series_of(self._owner, "dt.tz").dtype)
        if name is not None and (offset := re.fullmatch(r"([+-])(\d\d):(\d\d)", name)):
            length = datetime.timedelta(hours=int(offset[2]), minutes=int(offset[3]))
            return datetime.timezone(-length if offset[1] == "-" else length)
        return None if name is None else zoneinfo.ZoneInfo(name) if name != "UTC" else datetime.UTC

    def day_name(self, locale: Any = None) -> Any:
        """The English name of the day of the week."""
        return self._named("day_name", locale)

    def month_name(self, locale: Any = None) -> Any:
        """The English name of the month."""
        return self._named("month_name", locale)

    def _named(self, name: str, locale: Any) -> Any:
        if locale not in (None, "C", "en_US", "en_US.utf8", "en_US.UTF-8", "en_GB.UTF-8"):
            raise UnsupportedError(f"dt.{name}: names are English; map() them to those of {locale!r}")
        return self._call(name)

    @property
    def components(self) -> Any:
        """The parts of lengths of time, from days to nanoseconds, as columns.

        >>> import hypostyle as hs
        >>> hs.to_timedelta(hs.Series(["1 days 02:03:04.5"])).dt.components.loc[0].to_list()
        [1, 2, 3, 4, 500, 0, 0]
        """
        owner = series_of(self._owner, "dt.components")
        seconds, micros = owner.dt.seconds, owner.dt.microseconds
        parts = {
            "days": owner.dt.days,
            "hours": seconds // 3600,
            "minutes": seconds // 60 % 60,
            "seconds": seconds % 60,
            "milliseconds": micros // 1000,
            "microseconds": micros % 1000,
            "nanoseconds": owner.dt.nanoseconds,
        }
        return frame_of(owner, parts)

    def floor(self, freq: Any, **options: Any) -> Any:
        """Times cut to whole periods, and lengths of time to whole steps."""
        return self._to_steps("floor", freq, options, lambda length, step: length // step * step)

    def ceil(self, freq: Any, **options: Any) -> Any:
        """Times up to whole periods, and lengths of time up to whole steps."""
        return self._to_steps("ceil", freq, options, lambda length, step: -(-length // step * step))

    def round(self, freq: Any, **options: Any) -> Any:
        """The nearest whole period of times or step of lengths of time, of two the even one."""

        def nearest(length: Any, step: int) -> Any:
            steps, twice = length // step, length % step * 2
            up = (twice > step) | ((twice == step) & (steps % 2 == 1))
            return (steps + up.astype("int64")) * step

        return self._to_steps("round", freq, options, nearest)

    def _to_steps(self, name: str, freq: Any, options: dict[str, Any], of: Callable[[Any, int], Any]) -> Any:
        if any(value != "raise" for value in options.values()):
            raise UnsupportedError(
                f"dt.{name}: {', '.join(options)}; times that clocks skip or show twice are an error"
            )
        owner = self._owner
        if not (hasattr(owner, "_plan") and owner.dtype.startswith("duration")):
            return self._call(f"date_{name}", freq=freq)
        from hypostyle._periods import length_of

        step = length_of(freq) // datetime.timedelta(microseconds=1)
        if self.unit == "ns":
            step *= 1000
        else:
            size = {"s": 1_000_000, "ms": 1000, "us": 1}[self.unit]
            if step % size:
                return owner  # finer than what there is
            step //= size
        return of(owner.astype("int64"), step).astype(owner.dtype)

    def isocalendar(self) -> Any:
        """Year, week and day of the week by ISO 8601: a frame of a series, a struct of an expression."""
        return self._fields(self._call("iso_calendar"), ["year", "week", "day"])

    def strftime(self, date_format: str) -> Any:
        """The date or timestamp as text, in the codes of strftime; ``%f`` is the microseconds."""
        from hypostyle._dates import python_codes

        return self._call("strftime", format=python_codes(date_format))
