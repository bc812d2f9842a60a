"""Single moments and lengths of time that verbs give: Python's own, with what scripts for pandas ask of theirs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypostyle import _native
from hypostyle._single import _Single
from hypostyle.errors import CastError

Native = _native.Expr

#: What ``.dt`` has of each moment, and what it makes of one.
_PARTS = frozenset(
    {
        *("quarter", "dayofweek", "day_of_week", "dayofyear", "day_of_year", "days_in_month", "daysinmonth"),
        *("is_month_start", "is_month_end", "is_quarter_start", "is_quarter_end", "is_year_start", "is_year_end"),
        "is_leap_year",
    }
)
_VERBS = frozenset({"day_name", "month_name", "normalize", "floor", "ceil", "round", "tz_localize", "tz_convert"})


class Moment(_Single, dt.datetime):
    """A moment that has what a column's ``.dt`` has.

    >>> t = Moment(2024, 2, 29, 13, 30)
    >>> t.day_name(), t.quarter, t.floor("h"), f"{t - Moment(2024, 1, 1)}"
    ('Thursday', 1, datetime.datetime(2024, 2, 29, 13, 0), '59 days 13:30:00')
    """

    __slots__ = ()

    def item(self) -> dt.datetime:
        """The moment as Python's own class."""
        return dt.datetime.combine(self.date(), self.timetz())

    to_pydatetime = item

    @property
    def week(self) -> int:
        """The week of the year by ISO 8601."""
        return self.isocalendar().week

    weekofyear = week

    @property
    def tz(self) -> Any:
        """The zone, if there is one."""
        return self.tzinfo

    def timestamp(self) -> float:
        """Seconds since 1970; without a zone, of the clock of UTC."""
        return self.item().replace(tzinfo=self.tzinfo or dt.UTC).timestamp()

    def __getattr__(self, name: str) -> Any:
        if name not in _PARTS and name not in _VERBS:
            raise AttributeError(f"a moment has no attribute {name!r}")
        from hypostyle.series import Series

        found = getattr(Series([self.item()]).dt, name)
        if name in _PARTS:
            return found.iloc[0]
        return lambda *args, **kwargs: found(*args, **kwargs).iloc[0]

    def __sub__(self, other: Any) -> Any:
        return timed(super().__sub__(other))

    def __rsub__(self, other: Any) -> Any:
        return timed(other - self.item())

    def __repr__(self) -> str:
        return repr(self.item())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.item().__reduce_ex__(protocol)


class Length(_Single, dt.timedelta):
    """A length of time that is written as pandas writes it.

    >>> str(Length(hours=-1)), str(Length(days=2, microseconds=5)), Length(days=2) * 2
    ('-1 days +23:00:00', '2 days 00:00:00.000005', datetime.timedelta(days=4))
    """

    __slots__ = ()

    def item(self) -> dt.timedelta:
        """The length as Python's own class."""
        return dt.timedelta(self.days, self.seconds, self.microseconds)

    to_pytimedelta = item

    def __str__(self) -> str:
        hours, rest = divmod(self.seconds, 3600)
        clock = f"{hours:02}:{rest // 60:02}:{rest % 60:02}" + (f".{self.microseconds:06}" if self.microseconds else "")
        return f"{self.days} days {'+' if self.days < 0 else ''}{clock}"

    def __repr__(self) -> str:
        return repr(self.item())

    def __add__(self, other: Any) -> Any:
        return timed(self.item() + other)

    def __sub__(self, other: Any) -> Any:
        return timed(self.item() - other)

    def __mul__(self, other: Any) -> Any:
        return timed(self.item() * other)

    def __truediv__(self, other: Any) -> Any:
        return timed(self.item() / other)

    def __neg__(self) -> Length:
        return timed(-self.item())

    def __abs__(self) -> Length:
        return timed(abs(self.item()))

    __radd__, __rmul__ = __add__, __mul__

    def __reduce__(self) -> Any:
        return self.item().__reduce__()


def timed(value: Any) -> Any:
    """A moment or a length of time of Python's as one of these; other values as they are."""
    kind = type(value)
    if kind is dt.datetime:
        made = Moment.combine(value.date(), value.timetz())
        return made if not value.fold else made.replace(fold=value.fold)
    return Length(value.days, value.seconds, value.microseconds) if kind is dt.timedelta else value


def all_timed(values: list[Any]) -> list[Any]:
    """Values of one column, moments and lengths of time as these."""
    first = next((value for value in values if value is not None), None)
    return list(map(timed, values)) if type(first) in (dt.datetime, dt.timedelta) else values


def lists_of(table: Any, names: list[str]) -> list[list[Any]]:
    """The values of columns as Python's, where moments and lengths of time have parts that Python's have not (of a
    microsecond) as pandas'."""
    try:
        return table.lists(names)
    except CastError as error:
        if "nanoseconds" not in str(error):
            raise
        try:
            import pandas as pd
        except ImportError:
            raise error from None
    query, made = table.query(), []
    for name, dtype in zip(names, query.select([Native.column(name) for name in names]).dtypes(), strict=True):
        kind, _, rest = dtype.partition("[ns")
        if kind not in ("timestamp", "duration") or not rest:
            made.append(table.lists([name])[0])
            continue
        [counts] = query.select([Native.column(name).cast("int64").alias(name)]).collect().lists([name])
        zone = rest.strip("], ") or None
        make = (
            pd.Timedelta
            if kind == "duration"
            else lambda count, unit, zone=zone: pd.Timestamp(count, unit=unit, tz=zone)
        )
        made.append([None if count is None else make(count, unit="ns") for count in counts])
    return made
