"""A list of moments, as `date_range` and `to_datetime` of a list give it: a series that also has what scripts ask of pandas'
DatetimeIndex."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypostyle import _native
from hypostyle._labels import is_number
from hypostyle._plan import Plan, Unlabelled
from hypostyle.errors import UnsupportedError
from hypostyle.series import VALUE, Series


def _part(name: str) -> Any:
    """A property of each moment."""

    def part(self: Series) -> Any:
        return getattr(self.dt, name)

    return property(part, doc=f"The ``{name}`` of each moment; see ``.dt``.")


def _verb(name: str) -> Any:
    """What is made of each moment."""

    def verb(self: Series, *args: Any, **kwargs: Any) -> Any:
        made = getattr(self.dt, name)(*args, **kwargs)
        return listed(made) if made.dtype.startswith("timestamp") else made

    verb.__name__, verb.__doc__ = name, f"``{name}`` of each moment; see ``.dt``."
    return verb


def _rows(name: str) -> Any:
    """Some of the moments, or all in another order: a list again, which has no labels."""

    def verb(self: Series, *args: Any, **kwargs: Any) -> Any:
        return listed(getattr(Series(self._plan, self._native, self.name), name)(*args, **kwargs))

    verb.__name__, verb.__doc__ = name, f"As ``{name}`` of a series."
    return verb


class MomentList(Series):
    """Moments in order, without labels of their own.

    >>> import hypostyle as hs
    >>> days = hs.date_range("2024-02-28", periods=3)
    >>> days.month.to_list(), days.day_name().to_list()[0], days.union(["2024-03-05"])[-1].day
    ([2, 2, 3], 'Wednesday', 5)
    """

    __slots__ = ()

    year, month, day, quarter = _part("year"), _part("month"), _part("day"), _part("quarter")
    hour, minute, second, microsecond = _part("hour"), _part("minute"), _part("second"), _part("microsecond")
    dayofweek, day_of_week, weekday = _part("dayofweek"), _part("day_of_week"), _part("weekday")
    dayofyear, day_of_year, days_in_month = _part("dayofyear"), _part("day_of_year"), _part("days_in_month")
    date, time, tz = _part("date"), _part("time"), _part("tz")
    is_month_start, is_month_end, is_leap_year = _part("is_month_start"), _part("is_month_end"), _part("is_leap_year")
    is_quarter_start, is_quarter_end = _part("is_quarter_start"), _part("is_quarter_end")
    is_year_start, is_year_end = _part("is_year_start"), _part("is_year_end")
    day_name, month_name, strftime, isocalendar = (
        _verb("day_name"),
        _verb("month_name"),
        _verb("strftime"),
        _verb("isocalendar"),
    )
    floor, ceil, round, normalize = _verb("floor"), _verb("ceil"), _verb("round"), _verb("normalize")
    tz_localize, tz_convert = _verb("tz_localize"), _verb("tz_convert")

    repeat, take, sort_values, drop_duplicates = (
        _rows("repeat"),
        _rows("take"),
        _rows("sort_values"),
        _rows("drop_duplicates"),
    )
    dropna, head, tail, sample = _rows("dropna"), _rows("head"), _rows("tail"), _rows("sample")

    def append(self, other: Any) -> MomentList:
        """The moments, and those of another list, or of several, after them."""
        from hypostyle._concat import concat
        from hypostyle._to_datetime import to_datetime

        several = isinstance(other, (list, tuple)) and all(hasattr(one, "__iter__") for one in other)
        parts = [one if isinstance(one, Series) else to_datetime(list(one)) for one in (other if several else [other])]
        plain = [Series(one._plan, one._native, None) for one in (self, *parts)]
        return listed(concat(plain, ignore_index=True).rename(self.name))

    def delete(self, loc: Any) -> MomentList:
        """The moments without those at a place, or at several."""
        places = range(len(self))
        gone = {places[one] for one in (loc if hasattr(loc, "__iter__") else [loc])}
        return self[[at for at in places if at not in gone]]  # type: ignore[no-any-return]

    def insert(self, loc: int, item: Any) -> MomentList:
        """The moments with one more at a place."""
        return self[:loc].append([self._like_one(item), self[loc:]])  # type: ignore[no-any-return]

    def _like_one(self, item: Any) -> Series:
        """A single moment as a list of the same type."""
        from hypostyle._to_datetime import to_datetime

        return to_datetime([item]).astype(str(self.dtype))  # type: ignore[no-any-return]

    def __getitem__(self, key: Any) -> Any:
        """A moment by its place, or those of a slice, of a mask or of several places."""
        plain = Series(self._plan, self._native, self.name)
        found = plain.iloc[key] if isinstance(key, slice) or is_number(key) else plain[key]
        return listed(found) if isinstance(found, Series) else found

    def to_series(self, index: Any = None, name: Any = None) -> Series:
        """The moments as a series, labelled by themselves unless there is an ``index``."""
        return Series(self.to_list(), index=self if index is None else index, name=self.name if name is None else name)

    def shift(self, periods: int = 1, freq: Any = None) -> MomentList:  # type: ignore[override]
        """The moments so many lengths of time later."""
        if freq is None:
            raise UnsupportedError("shift: moments in a list move by a length of time, shift(1, freq='D')")
        moved = Series([None] * len(self), index=self).shift(periods, freq).index.to_series()
        return listed(moved.reset_index(drop=True).rename(self.name))

    @property
    def has_duplicates(self) -> bool:
        """Whether a moment occurs more than once; runs."""
        return not self.is_unique

    def _with(self, values: Iterable[Any]) -> MomentList:
        """Other moments of the same type, sorted where they can be."""
        column = _native.Column.from_values(sorted(values), str(self.dtype))
        return listed(
            Series(Plan(_native.Query.from_columns([VALUE], [column])), _native.Expr.column(VALUE), self.name)
        )

    def _moments(self, other: Any) -> list[Any]:
        """Moments of a list, of texts too."""
        from hypostyle._to_datetime import to_datetime

        return (other if isinstance(other, Series) else to_datetime(list(other))).to_list()

    def union(self, other: Any, sort: Any = None) -> MomentList:
        """The distinct moments of both, in order."""
        return self._with({*self.to_list(), *self._moments(other)})

    def intersection(self, other: Any, sort: Any = False) -> MomentList:
        """The distinct moments that are among others too, in order."""
        return self._with({*self.to_list()} & {*self._moments(other)})

    def difference(self, other: Any, sort: Any = None) -> MomentList:
        """The distinct moments that are not among others, in order."""
        return self._with({*self.to_list()} - {*self._moments(other)})

    def symmetric_difference(self, other: Any, result_name: Any = None, sort: Any = None) -> MomentList:
        """The distinct moments that only one of both has, in order."""
        return self._with({*self.to_list()} ^ {*self._moments(other)})


def listed(series: Series) -> MomentList:
    """Moments as a list of them."""
    made = MomentList(series._plan, series._native, series.name)
    if not isinstance(series._plan.rows, Unlabelled):
        made._plan.rows = Unlabelled()
    return made
