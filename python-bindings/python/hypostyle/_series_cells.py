"""Values of a series: missing ones, conversions, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._cells import comparable, decided, is_missing, plain, value_of
from hypostyle._choosing import is_in, repeated
from hypostyle._dask_values import computable
from hypostyle._dtypes import is_number
from hypostyle._numpy import is_array
from hypostyle._set_cells import in_categories
from hypostyle.errors import InvalidArgumentError, UnsupportedError
from hypostyle.expr import BoundExpression, Expr

if TYPE_CHECKING:
    from hypostyle.series import Series


def _alike(dtype: str, values: list[Any]) -> list[Any]:
    """The values that a column of the type could hold."""
    made = []
    for one in (value if isinstance(value, (BoundExpression, Expr)) else plain(value) for value in values):
        if isinstance(one, (BoundExpression, Expr)) or is_missing(one):
            made.append(one)
            continue
        if isinstance(one, bool) and is_number(dtype):
            one = int(one)
        elif dtype == "bool" and isinstance(one, (int, float)):
            if one not in (0, 1):
                continue
            one = bool(one)
        if comparable(dtype, one):
            made.append(one)
    return made


class SeriesCells:
    """Verbs that look at the values, and give one for each."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What the whole class has.
        def __init__(self, *args: Any) -> None: ...
        def __getitem__(self, key: Any) -> Any: ...
        def __len__(self) -> int: ...
        def __getattr__(self, name: str) -> Any: ...

    def duplicated(self, keep: Any = "first") -> Series:
        """Whether the value occurs in another row: in an earlier one, with ``keep="last"`` in a later one, with
        ``keep=False`` in any.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2, 1])
        >>> x.duplicated().to_list()
        [False, False, True]
        """
        return self._like(repeated([self._native], keep))

    @property
    def is_monotonic_increasing(self) -> bool:
        """Whether no value is less than the one before; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.is_monotonic_increasing
        False
        """
        return self._is_sorted(False)

    @property
    def is_monotonic_decreasing(self) -> bool:
        """Whether no value is greater than the one before; runs.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.is_monotonic_decreasing
        False
        """
        return self._is_sorted(True)

    def _is_sorted(self, descending: bool) -> bool:
        """Whether the values are in order, and none is missing."""
        asked = {
            "sorted": _native.Expr.call("aggregate", "is_sorted", [self._native], {"descending": descending}),
            "missing": _native.Expr.call("aggregate", "any", [self.isna()._native]),  # type: ignore[attr-defined]
        }
        answer = self._plan.query.select([expr.alias(name) for name, expr in asked.items()]).collect()
        [[in_order], [missing]] = answer.lists(list(asked))
        return computable(in_order and not missing, self._plan)

    def rename(
        self, index: Any = None, *, axis: Any = None, copy: Any = None, level: Any = None, errors: str = "ignore"
    ) -> Series:
        """The same values under another name; of a mapping or a function, with other labels.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, 2], index=["a", "b"])
        >>> x.rename("n").name, list(x.rename({"a": "A"}).index)
        ('n', ['A', 'b'])
        """
        if callable(index) or isinstance(index, Mapping) or hasattr(index, "iloc"):
            from hypostyle._relabel import renamed_labels

            return self._of(renamed_labels(self._framed(), index, level, errors))
        return type(self)(self._plan, self._native, index)  # type: ignore[return-value]

    alias = rename

    def astype(self, dtype: Any, copy: Any = None, errors: str = "raise") -> Series:
        """Conversion; a value that does not fit is an error naming row and value. ``"category"`` or a `CategoricalDtype`
        makes text categorical; values that are none of given categories become missing.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.astype(str).to_list()
        ['3', '1', '2']
        """
        from hypostyle._categories import if_possible, retyped

        if errors != "raise":
            return self._like(if_possible(self._plan, self._native, dtype, errors))
        return self._like(retyped(self._plan, self._native, dtype))

    def isna(self) -> Series:
        """Whether the value is missing.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, None])
        >>> x.isna().to_list()
        [False, True]
        """
        return self._like(_native.Expr.call("scalar", "is_null", [self._native]))

    def notna(self) -> Series:
        """Whether the value is present.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, None])
        >>> x.notna().to_list()
        [True, False]
        """
        return self._like(_native.Expr.call("scalar", "is_not_null", [self._native]))

    isnull, notnull = isna, notna

    def fillna(self, value: Any = None, *, axis: Any = 0, limit: int | None = None) -> Series:
        """Another value where it is missing, at most ``limit`` times: a constant, or the one of the same label in a series or
        a mapping. `ffill` and `bfill` take neighbours.

        >>> import hypostyle as hs
        >>> hs.Series([None, 1, None]).fillna(0, limit=1).to_list()
        [0, 1, None]
        """
        from hypostyle._filling import filled as filled_to

        if value is None:
            raise InvalidArgumentError("fillna: give a value; ffill() and bfill() take neighbours")
        if is_missing(value):
            return self.copy()  # type: ignore[attr-defined]
        if isinstance(value, dict):
            if not value:
                return self.copy()  # type: ignore[attr-defined]
            from hypostyle.series import Series as Made

            value = Made(value)
        here = self._with_room(value)
        made = filled_to(here._native, here._plan.beside_each(value), limit)
        return here._like(in_categories(here._plan, here._native, made, value))

    def isin(self, values: Any) -> Series:
        """Whether the value is one of these; false where it is missing (unless None is one of them).

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.isin([1, 2]).to_list()
        [False, True, True]
        """
        if isinstance(values, (list, tuple, set, frozenset)):
            # Values of another kind are never among these; truth values are 0 and 1 beside numbers, as in pandas.
            values = list(values) if is_number(self.dtype) else [None if is_missing(one) else one for one in values]
            values = _alike(self.dtype, values)
        return self._like(is_in(self._native, values))

    def between(self, left: Any, right: Any, inclusive: str = "both") -> Series:
        """Whether the value lies between two others.

        >>> import hypostyle as hs
        >>> x = hs.Series([3, 1, 2])
        >>> x.between(2, 3).to_list()
        [True, False, True]
        """
        if inclusive not in ("both", "neither", "left", "right"):
            raise InvalidArgumentError(f"inclusive is both, neither, left or right, not {inclusive!r}")
        low = ">=" if inclusive in ("both", "left") else ">"
        high = "<=" if inclusive in ("both", "right") else "<"
        above = self._native.binary(low, self._argument(left))
        native = above.binary("&", self._native.binary(high, self._argument(right)))
        made: Any = self._like(decided("<", native))
        made._test = native
        return made

    def where(self, cond: Any, other: Any = None, *, axis: Any = None, level: Any = None) -> Series:
        """The value where the condition is true, else ``other``: constants, series of the frame, lists and arrays of a value
        per row, or functions of the series.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, -2])
        >>> x.where(x > 0, 0).to_list()
        [1, 0]
        """
        if level is not None:
            raise UnsupportedError("where and mask: level; rows are not matched by label")
        other = _called(other, self)
        here, condition, value = self._parts(cond, other)
        made = _native.Expr.case([(condition, here._native)], value)
        return here._like(in_categories(here._plan, here._native, made, other))

    def mask(self, cond: Any, other: Any = None, *, axis: Any = None, level: Any = None) -> Series:
        """``other`` where the condition is true, else the value; see `where`.

        >>> import hypostyle as hs
        >>> x = hs.Series([1, -2])
        >>> x.mask(x < 0, 0).to_list()
        [1, 0]
        """
        if level is not None:
            raise UnsupportedError("where and mask: level; rows are not matched by label")
        other = _called(other, self)
        here, condition, value = self._parts(cond, other)
        made = masked(cond, condition, here._native, value)
        return here._like(in_categories(here._plan, here._native, made, other))

    def _parts(self, cond: Any, other: Any) -> tuple[Series, _native.Expr, _native.Expr]:
        """The series with room for a condition and another value, and the expressions of both."""
        parts = [_called(cond, self), value_of(_called(other, self))]
        if (isinstance(parts[1], list) or is_array(parts[1])) and len(parts[1]) == 1:
            # One value for all rows.
            parts[1] = parts[1][0]
        self = self._with_room(parts[0])._with_room(parts[1])
        found = []
        for part in parts:
            native = self._by_position(part)
            found.append(self._plan.beside_each(part) if native is None else native)
        return self, found[0], found[1]  # type: ignore[return-value]


def masked(cond: Any, condition: _native.Expr, value: _native.Expr, other: _native.Expr) -> _native.Expr:
    """``other`` where a condition is true. Rows that a series or frame of conditions says nothing of lose their value too,
    as in pandas; a missing answer of an expression is none."""
    if isinstance(cond, Expr):
        return _native.Expr.case([(condition, other)], value)
    return _native.Expr.case([(condition.invert(), value)], other)


def _called(value: Any, series: Any) -> Any:
    """What a function of the series gives; other values as they are."""
    return value(series) if callable(value) and not isinstance(value, (BoundExpression, Expr)) else value
