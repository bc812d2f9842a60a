"""Categorical columns: their type, conversion to it, and pandas' ``.cat``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hypostyle import _native
from hypostyle._cells import present
from hypostyle._date_forms import without_marks
from hypostyle._dtypes import DType, dtype_name, is_number
from hypostyle._names import Names
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    from hypostyle._plan import Plan
    from hypostyle.series import Series


class CategoricalDtype(DType):
    """The type of text that is one of a list of categories, with or without an order. Without ``categories`` they are the
    values there are, sorted.

    >>> import hypostyle as hs
    >>> sizes = hs.CategoricalDtype(["S", "M", "L"], ordered=True)
    >>> hs.Series(["L", "S", "?"]).astype(sizes).sort_values().to_list()
    ['S', 'L', None]
    >>> sizes == "category"
    True
    """

    __slots__ = ("_categories", "_ordered")

    _categories: Names | None
    _ordered: bool

    def __new__(cls, categories: Iterable[str] | None = None, ordered: bool | None = False) -> CategoricalDtype:
        made = super().__new__(cls, "category")
        made._categories = None if categories is None else Names(texts(categories))
        made._ordered = bool(ordered)
        return made

    @property
    def categories(self) -> Names | None:
        """The categories in order."""
        return self._categories

    @property
    def ordered(self) -> bool:
        """Whether values compare by the order of the categories."""
        return self._ordered

    def __repr__(self) -> str:
        listed = None if self._categories is None else list(self._categories)
        return f"CategoricalDtype(categories={listed}, ordered={self._ordered})"

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, CategoricalDtype):
            return super().__eq__(other)
        return (self._categories, self._ordered) == (other._categories, other._ordered)

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = str.__hash__


class _OfCategories(type):
    """Whether a value is a list of categorical values: the class stands for them, and makes series."""

    def __instancecheck__(cls, instance: Any) -> bool:
        from hypostyle._category_values import CategoryValues

        return isinstance(instance, CategoryValues)


class Categorical(metaclass=_OfCategories):
    """A list of categorical values, a series without labels; those that are none of the ``categories`` are missing.

    >>> import hypostyle as hs
    >>> hs.Categorical(["b", "a", "b"]).cat.codes.to_list()
    [1, 0, 1]
    """

    def __new__(  # type: ignore[misc]
        cls, values: Any, categories: Iterable[str] | None = None, ordered: bool | None = None, dtype: Any = None
    ) -> Series:
        """The list."""
        from hypostyle._category_values import CategoryValues
        from hypostyle.series import Series

        wanted = CategoricalDtype(categories, ordered) if dtype is None else dtype
        made = Series(values).astype(wanted)
        return CategoryValues(made._plan, made._native, made.name)

    @classmethod
    def from_codes(cls, codes: Any, categories: Any = None, ordered: bool | None = None, dtype: Any = None) -> Series:
        """A list of categorical values by their places among the categories, -1 where one is missing.

        >>> import hypostyle as hs
        >>> hs.Categorical.from_codes([0, 1, -1], ["low", "high"]).to_list()
        ['low', 'high', None]
        """
        known = list(getattr(dtype, "categories", None) or categories or ())
        places = [int(one) for one in (codes.to_list() if hasattr(codes, "to_list") else codes)]
        if wrong := [one for one in places if not -1 <= one < len(known)]:
            raise InvalidArgumentError(f"from_codes: {wrong[0]} is no place among {len(known)} categories, and not -1")
        values = [None if one < 0 else known[one] for one in places]
        return cls(values, known if dtype is None else None, ordered, dtype)  # type: ignore[return-value]


def texts(values: Any) -> list[str]:
    """A list of texts, as categories are."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise InvalidArgumentError(f"categories are a list of texts, not {values!r}")
    found = values.to_list() if hasattr(values, "to_list") else list(values)
    for value in found:
        if not isinstance(value, str):
            raise UnsupportedError(
                f"categories are text, not {value!r}: astype(str) first, and give categories as text"
            )
    return found


def is_category(dtype: Any) -> bool:
    """Whether a type is said to be categorical, in any of the ways to say it."""
    name = dtype if isinstance(dtype, str) else getattr(dtype, "name", None)
    return isinstance(name, str) and str.__eq__(name, "category")


def retyped(plan: Plan, native: _native.Expr, dtype: Any) -> _native.Expr:
    """`converted` as ``astype`` does it: between moments with and without a zone something has to say what is meant."""
    held = plan.query.dtype_of(native)
    if held.startswith("timestamp") and not (dtype is None or is_object(dtype) or is_category(dtype)):
        name = str(dtype_name(dtype))
        if name.startswith(("timestamp", "datetime64")) and ("," in name) != ("," in held):
            advice = (
                "dt.tz_localize(zone) says whose wall times they are"
                if "," in name
                else (
                    "dt.tz_localize(None) leaves the wall times, dt.tz_convert('UTC').dt.tz_localize(None) those of UTC"
                )
            )
            raise DataTypeError(f"astype: {held} as {name}; {advice}")
    return converted(plan, native, dtype)


def converted(plan: Plan, native: _native.Expr, dtype: Any) -> _native.Expr:
    """An expression as another type. As categorical: of given categories what is none of them is missing; without any
    they are the values there are, which runs."""
    if dtype is None or is_object(dtype):
        # Any value is an object: the column stays what it is. So it does where no type is given, as scikit-learn does.
        return native
    if not is_category(dtype):
        name = dtype_name(dtype)
        if plan.query.dtype_of(native) == "category" and name not in ("string", "str"):
            # The value that is written in the text; the engine's own cast gives the numbers of the categories.
            native = native.cast("string")
        if name in ("string", "str"):
            from hypostyle._as_text import as_text

            return as_text(plan, native)
        if name in ("bool", "boolean") and is_number(plan.query.dtype_of(native)):
            # A number is true where it is not 0.
            return native.binary("!=", _native.Expr.literal(0))
        if name.startswith(("timestamp", "date", "duration", "timedelta")) and plan.query.dtype_of(native) == "string":
            native = without_marks(native)
        if name.startswith(("timestamp", "datetime", "duration", "timedelta")) and plan.query.dtype_of(
            native
        ).startswith("float"):
            # Whole numbers that may be missing, as NumPy has them.
            native = native.cast("int64")
        made = native.cast(name)
        # The text "nan" stands for a missing number.
        return present(made) if name.startswith("float") and plan.query.dtype_of(native) == "string" else made
    given, ordered = getattr(dtype, "categories", None), getattr(dtype, "ordered", None)
    known = plan.query.categories(native)
    if known is None and plan.query.dtype_of(native) not in ("string", "null"):
        held = plan.query.dtype_of(native)
        raise UnsupportedError(f"astype: categories are text, not {held}: write astype(str).astype('category')")
    if given is not None:
        return native.cast_categories(texts(given), bool(ordered), "lenient")
    if known is not None:
        return native if isinstance(dtype, str) and not hasattr(dtype, "categories") else _again(native, known, ordered)
    return native.cast_categories(plan.query.categories_of(native), bool(ordered), "strict")


def if_possible(plan: Plan, native: _native.Expr, dtype: Any, errors: str) -> _native.Expr:
    """An expression as another type where all values can be; else as it is. Runs."""
    if errors != "ignore":
        raise InvalidArgumentError(f"astype: errors is 'raise' or 'ignore', not {errors!r}")
    try:
        made = converted(plan, native, dtype)
        plan.query.select([made.alias("made")]).collect()
    except (ValueError, TypeError):
        return native
    return made


def made_as(plan: Plan, native: _native.Expr, dtype: Any) -> _native.Expr:
    """Values just given, as a type: ``object`` leaves what they are found to be."""
    if is_object(dtype):
        return native
    # Wall times that are given are those of the zone that is asked for; moments of a zone do not lose it.
    return (retyped if "," in plan.query.dtype_of(native) else converted)(plan, native, dtype)


def is_object(dtype: Any) -> bool:
    """Whether a type is said to be any Python object."""
    return dtype is object or (isinstance(dtype, str) and dtype in ("object", "O")) or getattr(dtype, "char", "") == "O"


def _again(native: _native.Expr, known: tuple[list[str], bool], ordered: bool | None) -> _native.Expr:
    return native.cast_categories(known[0], known[1] if ordered is None else bool(ordered), "strict")


class CategoryAccessor:
    """pandas' ``.cat`` of a categorical series. Everything returns a new series."""

    __slots__ = ("_known", "_series")

    def __init__(self, series: Series) -> None:
        known = series._plan.query.categories(series._native)
        if known is None:
            raise AttributeError(f"cat is of categorical series, not of {series.dtype}: astype('category') makes one")
        self._series, self._known = series, known

    @property
    def categories(self) -> Names:
        """The categories in order.

        >>> import hypostyle as hs
        >>> hs.Series(["b", "a"]).astype("category").cat.categories
        ['a', 'b']
        """
        return Names(self._known[0])

    @property
    def ordered(self) -> bool:
        """Whether values compare by the order of the categories."""
        return self._known[1]

    @property
    def known(self) -> bool:
        """Whether the categories are known, which they always are; Dask has frames that do not know them yet.

        >>> import hypostyle as hs
        >>> hs.Series(["b", "a"]).astype("category").cat.known
        True
        """
        return True

    def as_known(self, **_: Any) -> Series:
        """The series: its categories are known.

        >>> import hypostyle as hs
        >>> hs.Series(["b", "a"]).astype("category").cat.as_known().cat.categories.to_list()
        ['a', 'b']
        """
        return self._series

    def as_unknown(self) -> Series:
        """The series: its categories stay known, which changes nothing.

        >>> import hypostyle as hs
        >>> hs.Series(["b", "a"]).astype("category").cat.as_unknown().to_list()
        ['b', 'a']
        """
        return self._series

    @property
    def codes(self) -> Series:
        """The number of each category, -1 for missing values.

        >>> import hypostyle as hs
        >>> hs.Series(["b", None, "a"]).astype("category").cat.codes.to_list()
        [1, -1, 0]
        """
        count = len(self._known[0])
        width = "int8" if count < 1 << 7 else "int16" if count < 1 << 15 else "int32"
        codes = self._series._native.cast(width)
        filled = _native.Expr.call("scalar", "fill_null", [codes, _native.Expr.literal(-1)])
        return self._series._like(filled.cast(width)).rename(None)

    def as_ordered(self) -> Series:
        """The same values, which compare by the order of the categories.

        >>> import hypostyle as hs
        >>> hs.Series(["low", "high"]).astype(hs.CategoricalDtype(["low", "high"])).cat.as_ordered().max()
        'high'
        """
        return self._with(self._known[0], True)

    def as_unordered(self) -> Series:
        """The same values without an order."""
        return self._with(self._known[0], False)

    def add_categories(self, new_categories: Any) -> Series:
        """More categories, after those there are.

        >>> import hypostyle as hs
        >>> hs.Series(["a"]).astype("category").cat.add_categories(["b"]).cat.categories
        ['a', 'b']
        """
        more = texts([new_categories] if isinstance(new_categories, str) else new_categories)
        twice = [text for text in more if text in self._known[0]]
        if twice:
            raise InvalidArgumentError(f"add_categories: {twice[0]!r} is a category already")
        return self._with([*self._known[0], *more])

    def remove_categories(self, removals: Any) -> Series:
        """Without some categories; values of them become missing."""
        removed = texts([removals] if isinstance(removals, str) else removals)
        unknown = [text for text in removed if text not in self._known[0]]
        if unknown:
            raise InvalidArgumentError(f"remove_categories: {unknown[0]!r} is no category")
        kept = [text for text in self._known[0] if text not in removed]
        # pandas sorts the rest, where there is no order to keep.
        return self._with(kept if self._known[1] else sorted(kept))

    def remove_unused_categories(self) -> Series:
        """Without the categories that no value has; runs, to find them.

        >>> import hypostyle as hs
        >>> x = hs.Series(["a"]).astype(hs.CategoricalDtype(["b", "a"]))
        >>> x.cat.remove_unused_categories().cat.categories
        ['a']
        """
        return self._with(self._series._plan.query.categories_of(self._series._native))

    def rename_categories(self, new_categories: Mapping[str, str] | Callable[[str], str] | Iterable[str]) -> Series:
        """Other texts for the categories: in order, by a mapping, or by a function.

        >>> import hypostyle as hs
        >>> hs.Series(["a", "b"]).astype("category").cat.rename_categories(str.upper).to_list()
        ['A', 'B']
        """
        old = self._known[0]
        if isinstance(new_categories, Mapping):
            new = texts([new_categories.get(text, text) for text in old])
        elif callable(new_categories):
            new = texts([new_categories(text) for text in old])
        else:
            new = texts(new_categories)
        if len(new) != len(old):
            raise InvalidArgumentError(f"rename_categories: {len(new)} texts for {len(old)} categories")
        codes = self._series._native.cast("uint32")
        return self._series._like(codes.cast_categories(new, self._known[1]))

    def reorder_categories(self, new_categories: Any, ordered: bool | None = None) -> Series:
        """The same categories in another order.

        >>> import hypostyle as hs
        >>> hs.Series(["a", "b"]).astype("category").cat.reorder_categories(["b", "a"]).cat.codes.to_list()
        [1, 0]
        """
        new = texts(new_categories)
        if sorted(new) != sorted(self._known[0]):
            raise InvalidArgumentError("reorder_categories: give the same categories; set_categories gives others")
        return self._with(new, ordered)

    def set_categories(self, new_categories: Any, ordered: bool | None = None, rename: bool = False) -> Series:
        """Other categories; values that are none of them become missing. ``rename``: the old ones take their places' texts."""
        new = texts(new_categories)
        if not rename:
            return self._with(new, ordered)
        if len(new) < len(self._known[0]):
            raise UnsupportedError("set_categories(rename=True) of fewer categories: remove_categories first")
        codes = self._series._native.cast("uint32")
        wanted = self._known[1] if ordered is None else ordered
        return self._series._like(codes.cast_categories(new, wanted))

    def _with(self, categories: list[str], ordered: bool | None = None) -> Series:
        wanted = self._known[1] if ordered is None else bool(ordered)
        return self._series._like(self._series._native.cast_categories(categories, wanted, "lenient"))

    def __repr__(self) -> str:
        return f"CategoryAccessor(categories={self._known[0]}, ordered={self._known[1]})"


def dtype_of(plan: Plan, native: _native.Expr) -> DType:
    """The type of an expression, with its categories."""
    name = plan.query.dtype_of(native)
    known = plan.query.categories(native) if name == "category" else None
    return DType(name) if known is None else CategoricalDtype(*known)
