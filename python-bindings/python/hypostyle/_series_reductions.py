"""One value of a series, with pandas' names and parameters; each verb runs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypostyle import _native
from hypostyle._aggregates import aggregate, aggregate_of, whole
from hypostyle._dtypes import is_number
from hypostyle._single import Float, missing, single
from hypostyle._times import timed
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

Native = _native.Expr


class SeriesReductions:
    """Aggregates of a series. ``skipna=False``: missing if a value is. NumPy's functions, such as ``np.mean(series)``,
    call them too."""

    __slots__ = ()

    _native: Native

    def sum(
        self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **numpy: Any
    ) -> Any:
        """The sum; missing where there are fewer than ``min_count`` values.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2, None])
        >>> x.sum(), x.sum(skipna=False)
        (3, nan)
        """
        return self._reduced("sum", axis, skipna, numeric_only, numpy, min_count=min_count)

    def mean(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **numpy: Any) -> Any:
        """The mean.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, None]).mean()
        1.5
        """
        return self._reduced("mean", axis, skipna, numeric_only, numpy)

    def min(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **numpy: Any) -> Any:
        """The smallest value.

        >>> import hypostyle as hs
        >>> hs.Series(["b", "a"]).min()
        'a'
        """
        return self._reduced("min", axis, skipna, numeric_only, numpy)

    def max(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **numpy: Any) -> Any:
        """The greatest value.

        >>> import hypostyle as hs
        >>> hs.Series([3, 7]).max()
        7
        """
        return self._reduced("max", axis, skipna, numeric_only, numpy)

    def median(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **numpy: Any) -> Any:
        """The median.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 10]).median()
        2.0
        """
        return self._reduced("median", axis, skipna, numeric_only, numpy)

    def std(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **numpy: Any) -> Any:
        """The standard deviation.

        >>> import hypostyle as hs
        >>> hs.Series([1, 3]).std(ddof=0)
        1.0
        """
        whole: Any = self
        if whole.dtype.startswith(("duration", "timestamp")):
            # As in pandas a length of time.
            kind = "duration[us]" if whole.dtype.startswith("duration") else "timestamp[us]"
            times = whole if "," not in whole.dtype else whole.dt.tz_convert("UTC").dt.tz_localize(None)
            found = times.astype(kind).astype("int64")._reduced("std", axis, skipna, numeric_only, numpy, ddof=ddof)
            return missing(kind) if found != found else timed(dt.timedelta(microseconds=round(found)))
        return self._reduced("std", axis, skipna, numeric_only, numpy, ddof=ddof)

    def var(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **numpy: Any) -> Any:
        """The variance.

        >>> import hypostyle as hs
        >>> hs.Series([1, 3]).var()
        2.0
        """
        return self._reduced("var", axis, skipna, numeric_only, numpy, ddof=ddof)

    def sem(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False) -> Any:
        """The standard error of the mean.

        >>> import hypostyle as hs
        >>> hs.Series([1, 3]).sem()
        1.0
        """
        return self._reduced("sem", axis, skipna, numeric_only, {}, ddof=ddof)

    def skew(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Any:
        """How far the values lean to one side, corrected for samples.

        >>> import hypostyle as hs
        >>> hs.Series([1, 2, 3]).skew()
        0.0
        """
        return self._reduced("skew", axis, skipna, numeric_only, {})

    def kurt(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Any:
        """How heavy the tails are, corrected for samples.

        >>> import hypostyle as hs
        >>> round(hs.Series([1, 2, 3, 4]).kurt(), 6)
        -1.2
        """
        return self._reduced("kurt", axis, skipna, numeric_only, {})

    kurtosis = kurt

    def prod(
        self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **numpy: Any
    ) -> Any:
        """The product; missing where there are fewer than ``min_count`` values.

        >>> import hypostyle as hs
        >>> hs.Series([2, 3, 4]).prod()
        24
        """
        native = least(aggregate(self._native, "prod"), self._native, min_count)
        return self._reduced(native, axis, skipna, numeric_only, numpy)

    product = prod

    def any(self, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **numpy: Any) -> bool:
        """Whether any value is true, or other than 0.

        >>> import hypostyle as hs
        >>> hs.Series([0, 2]).any(), hs.Series([False, False]).any()
        (True, False)
        """
        return self._truth("any", axis, skipna, numpy)

    def all(self, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **numpy: Any) -> bool:
        """Whether all values are true, or other than 0.

        >>> import hypostyle as hs
        >>> hs.Series([1, 0]).all()
        False
        """
        return self._truth("all", axis, skipna, numpy)

    def corr(self, other: Any, method: Any = "pearson", min_periods: int | None = None) -> float:
        """The correlation with another series of the frame, or that of their ranks with ``method="spearman"``, over the rows
        where both have a value; missing where there are fewer than ``min_periods``.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [1, 4, 9]})
        >>> df["x"].corr(df["y"], method="spearman")
        1.0
        """
        return self._paired(other, method, min_periods, None)

    def cov(self, other: Any, min_periods: int | None = None, ddof: int | None = 1) -> float:
        """The covariance with another series of the frame, over the rows where both have a value.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2, 3], "y": [2, 4, 6]})
        >>> df["x"].cov(df["y"])
        2.0
        """
        return self._paired(other, "pearson", min_periods, 1 if ddof is None else ddof)

    def _paired(self, other: Any, method: Any, min_periods: int | None, ddof: int | None) -> float:
        from hypostyle._correlation import correlation

        here, theirs = self._matched(other)  # type: ignore[attr-defined]
        value = correlation(here._plan, here._native, theirs, method, min_periods or 1, ddof)
        return Float("nan") if value is None else single(value)

    def _truth(self, func: str, axis: Any, skipna: bool, numpy: dict[str, Any]) -> bool:
        dtype = self.dtype  # type: ignore[attr-defined]
        native = self._native
        if dtype != "bool":
            if dtype != "string" and not is_number(dtype):
                raise DataTypeError(f"{func}: a series of {dtype}; compare it with something first")
            native = native.binary("!=", Native.literal("" if dtype == "string" else 0))
        if not skipna:
            # A missing value counts as true: it is other than 0.
            native = Native.call("scalar", "fill_null", [native, Native.literal(True)])
        found = self._reduced(aggregate(native, func), axis, True, False, numpy)
        # Of no value at all nothing is true.
        return bool(found) if found is None else found

    def _reduced(
        self, func: Any, axis: Any, skipna: bool, numeric_only: bool, numpy: dict[str, Any], **params: Any
    ) -> Any:
        name = func if isinstance(func, str) else "this aggregate"
        if axis not in (0, None, "index", "rows"):
            raise InvalidArgumentError(f"{name}: a series has one axis, 0, not {axis!r}")
        given = [key for key, value in numpy.items() if value is not None and key not in ("keepdims", "copy")]
        if given:
            raise UnsupportedError(f"{name}: {given[0]!r} is not supported; use to_numpy()")
        if numeric_only and not (is_number(self.dtype) or self.dtype == "bool"):  # type: ignore[attr-defined]
            raise DataTypeError(f"{name}: numeric_only=True and a series of {self.dtype}")  # type: ignore[attr-defined]
        dtype = self.dtype  # type: ignore[attr-defined]
        native = aggregate_of(self._native, dtype, func, **params) if isinstance(func, str) else func
        return self._reduce(native if skipna else whole(native, self._native))  # type: ignore[attr-defined]


def least(native: Native, column: Native, min_count: int) -> Native:
    """An aggregate of a column that is missing where there are fewer values."""
    if min_count <= 0:
        return native
    count = Native.call("aggregate", "count", [column]).cast("int64")
    return Native.case([(count.binary("<", Native.literal(min_count)), Native.literal(None))], native)
