"""Verbs that look at one value at a time: for series, and column by column for frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypostyle import _native
from hypostyle._dtypes import is_integer, is_number
from hypostyle._regex import Pattern, replacement
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

Native = _native.Expr


def literal(value: Any) -> Native:
    return Native.literal(value)


def call(name: str, *args: Native, **params: Any) -> Native:
    """A scalar function of the engine."""
    return Native.call("scalar", name, list(args), params)


def by_row(column: _native.Column) -> Native:
    """The values of a column by the number of the row in the whole frame, also within windows over groups of rows."""
    made = Native.by_row(column).over([], [], [])
    held = _native.Query.from_columns(["\0"], [column])
    known = held.categories(Native.column("\0")) if held.dtypes() == ["category"] else None
    # Values by row are texts; they stay of the same categories.
    return made if known is None else made.cast_categories(known[0], known[1], "strict")


def turned_over(plan: Any, value: Native) -> Native:
    """The opposite of truth values; all bits of whole numbers turned over."""
    dtype = plan.query.dtype_of(value)
    if is_integer(dtype) and not dtype.startswith("u"):
        return value.negate().binary("-", literal(1))
    return value.invert()


def is_missing(value: Any) -> bool:
    """Whether a Python value stands for a missing one: None, NaN, and pandas' NA and NaT."""
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )


def plain(value: Any) -> Any:
    """One of NumPy's single values as Python's; others as they are."""
    return value.item() if type(value).__module__ == "numpy" and getattr(value, "shape", None) == () else value


def value_of(value: Any) -> Any:
    """A value that is put into cells: NaN, NA and NaT put none there, whatever the type of the column."""
    return None if is_missing(value) else value


def is_null(native: Native) -> Native:
    return call("is_null", native)


def operated(operator: str, left: Native, right: Native, fill_value: Any = None) -> Native:
    """An operator, with a value for what is missing on one side."""
    if fill_value is not None:
        both = is_null(left).binary("&", is_null(right))
        fill = literal(fill_value)
        made = operated(operator, call("fill_null", left, fill), call("fill_null", right, fill))
        return Native.case([(both, literal(None))], made)
    if operator == "**":
        made = call("pow", left, right)
        # Whatever a missing value is, 1 to the power of it is 1, and so is it to the power of 0.
        certain = left.binary("==", literal(1)).binary("|", right.binary("==", literal(0)))
        return Native.case([(is_null(made).binary("&", certain), literal(1))], made)
    if operator in _BITS.values():
        return call(operator, left, right)
    return left.binary(operator, right)


def of_truths(plan: Any, operator: str, left: Native, right: Native) -> str:
    """The operator that pandas has for truths on both sides: their sum is whether one is true, their product whether both are;
    and for whole numbers on both: ``&``, ``|`` and ``^`` are of their bits."""
    if operator not in ("+", "*", *_BITS):
        return operator
    kinds = [plan.query.dtype_of(side) for side in (left, right)]
    if operator == "^" and not all(map(is_integer, kinds)):
        raise DataTypeError(f"^ is of whole numbers, or of truth values, not of {kinds[0]} and {kinds[1]}")
    if operator in _BITS:
        return _BITS[operator] if all(map(is_integer, kinds)) else operator
    return operator if any(kind != "bool" for kind in kinds) else "|" if operator == "+" else "&"


#: Functions of the bits of whole numbers.
_BITS = {"&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor"}


def truth(value: Native, dtype: str) -> Native:
    """Whether a value is true, or other than 0 or empty. One that is missing is NaN and so true, as in pandas, unless it is
    none of truth values."""
    if dtype != "bool":
        value = value.binary("!=", literal("" if dtype == "string" else 0))
    return call("fill_null", value, literal(dtype != "bool"))


def decided(operator: str, native: Native) -> Native:
    """A comparison that says no (``!=``: yes) where a value is missing."""
    return call("fill_null", native, literal(operator == "!="))


def equality(plan: Any, operator: str, native: Native) -> Native:
    """`decided`; values of types that do not compare are unlike, as in a frame of numbers and texts."""
    made = decided(operator, native)
    try:
        plan.query.dtype_of(made)
    except DataTypeError:
        return literal(operator == "!=")
    return made


def present(native: Native) -> Native:
    """The number, missing where it is NaN."""
    return call("fill_nan", native, literal(None))


def may_be_nan(operator: str, left: Any, right: Any) -> bool:
    """Whether an operator makes NaN of numbers as they are usual (0 / 0, -8 ** 0.5), which pandas holds to be missing.
    ``left`` and ``right`` are what stands there if it is a constant."""
    if operator == "/":
        return not (_is_plain(left) or _is_plain(right))
    if operator in ("//", "%"):
        return not _is_plain(right)
    return operator == "**" and not (_is_plain(right) and right == int(right))


def _is_plain(value: Any) -> bool:
    """Whether this is a number, other than 0 and without bounds."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0 and value - value == 0


def clipped(native: Native, lower: Native | None, upper: Native | None) -> Native:
    """The value, not less than one bound and not more than the other; a missing bound is none."""
    # Where bounds cross, each holds for the values beyond it alone, as in pandas.
    beyond = [(native.binary(wrong, b), b) for b, wrong in ((upper, ">"), (lower, "<")) if b is not None]
    return Native.case(beyond, native) if beyond else native


def in_order(lower: Any, upper: Any) -> tuple[Any, Any]:
    """The bounds of `clip`, of two constants the lesser one first, as in pandas."""
    numbers = all(isinstance(one, (int, float)) and not is_missing(one) for one in (lower, upper))
    return (upper, lower) if numbers and lower > upper else (lower, upper)


def rounded(native: Native, dtype: str, decimals: int) -> Native:
    """Numbers rounded half to even, others as they are; fewer than 0 decimals round tens, hundreds, ..."""
    if dtype.startswith("float") or (is_number(dtype) and decimals < 0):
        return call("round", native, decimals=decimals)
    return native


#: A parameter that may be None, and is not given.
NOT_GIVEN: Any = object()


def replacing(to_replace: Any, value: Any, regex: Any) -> tuple[Any, Any, bool]:
    """What `replace` is told: patterns may stand in ``regex``, a series of new values by old ones is a mapping."""
    if not isinstance(regex, bool):
        to_replace, regex = regex, True
    if hasattr(to_replace, "items") and not isinstance(to_replace, Mapping):
        to_replace = dict(to_replace.items())
    to_replace, value = _listing(to_replace), _listing(value)
    if value is NOT_GIVEN:
        if not isinstance(to_replace, Mapping):
            raise InvalidArgumentError("replace: give what takes the place of the values, or a mapping of old to new")
        value = None
    return to_replace, value, regex


def _listing(value: Any) -> Any:
    """Arrays, sets and ranges as lists; other things as they are."""
    if getattr(value, "ndim", 0) == 1 and hasattr(value, "tolist"):
        from hypostyle._numpy import listed

        return listed(value)
    return list(value) if isinstance(value, (set, frozenset, range)) else value


def replaced(native: Native, dtype: str, to_replace: Any, value: Any, regex: Any) -> Native:
    """Values replaced by others: one, several, or by a mapping; texts by patterns with ``regex``."""
    changes = pairs(to_replace, value)
    if regex:
        if dtype != "string":
            return native
        original = native
        for pattern, new in ((pattern, value_of(new)) for pattern, new in changes):
            if pattern == "":
                # As in pandas no pattern, but the text without characters.
                native = Native.case([(original.binary("==", literal("")), literal(new))], native)
                continue
            found = Pattern(pattern)
            if found.touching and new:
                raise UnsupportedError(f"replace: the pattern {found.source!r} may match no character; use str.replace")
            options = {"regex": True, "steps": found.steps(0)}
            if isinstance(new, str):
                made = call(
                    "str_replace", native, literal(found.text), literal(replacement(new, found.most)), **options
                )
            else:
                made = literal(new)
            if not isinstance(new, str) or len(changes) > 1:
                # Which texts a pattern is in is asked before any is replaced; what is no text takes the place of the whole.
                made = Native.case([(call("contains", original, literal(found.text), **options), made)], native)
            native = made
        return native
    branches = []
    for old, new in changes:
        if is_missing(old):
            # NaT is missing among times only.
            if type(old).__name__ != "NaTType" or dtype.startswith(("timestamp", "date", "duration")):
                branches.append((is_null(native), literal(value_of(new))))
        elif comparable(dtype, old):
            branches.append((native.binary("==", literal(old)), literal(value_of(new))))
    return Native.case(branches, native) if branches else native


def check_na_action(na_action: Any) -> None:
    if na_action not in (None, "ignore"):
        raise InvalidArgumentError(f"map: na_action is 'ignore' or None, not {na_action!r}")


def comparable(dtype: str, value: Any) -> bool:
    """Whether a column of the type can hold the value at all."""
    if isinstance(value, bool):
        return dtype == "bool"
    if isinstance(value, (int, float)):
        return is_number(dtype) or dtype.startswith("decimal")
    if isinstance(value, str):
        return dtype in ("string", "category")
    return dtype not in ("bool", "string") and not is_number(dtype)


def pairs(to_replace: Any, value: Any) -> list[tuple[Any, Any]]:
    """What `replace` replaces, and by what.

    >>> pairs({"a": "b"}, None), pairs(["a", "b"], "c")
    ([('a', 'b')], [('a', 'c'), ('b', 'c')])
    """
    if isinstance(to_replace, Mapping):
        if value is not None:
            raise InvalidArgumentError("replace: a mapping says itself what becomes of each value")
        return [(plain(old), plain(new)) for old, new in to_replace.items()]
    if isinstance(to_replace, (list, tuple)):
        news = list(value) if isinstance(value, (list, tuple)) else [value] * len(to_replace)
        if len(news) != len(to_replace):
            raise InvalidArgumentError(f"replace: {len(news)} new values for {len(to_replace)}")
        return [(plain(old), plain(new)) for old, new in zip(to_replace, news, strict=True)]
    return [(plain(to_replace), plain(value))]


def mapped_values(native: Native, mapping: Mapping[Any, Any], dtype: str, ignore: bool = False) -> Native:
    """The values that a mapping has for each value; missing where it has none, and with ``ignore`` where the value is."""
    default = getattr(type(mapping), "__missing__", None)
    if default is not None:
        raise UnsupportedError("map: a dictionary with default values is a function; pass lambda v: mapping[v]")
    branches = []
    for old, new in ((plain(old), plain(new)) for old, new in mapping.items()):
        if is_missing(old):
            branches += [] if ignore else [(is_null(native), literal(value_of(new)))]
        elif comparable(dtype, old):
            branches.append((native.binary("==", literal(old)), literal(value_of(new))))
    return Native.case(branches, literal(None)) if branches else literal(None)


def selected_dtypes(dtypes: Mapping[str, str], include: Any, exclude: Any) -> list[str]:
    """The columns of these types; ``"number"``, ``"datetime"`` and the like mean all of their kind."""
    if include is None and exclude is None:
        raise InvalidArgumentError("select_dtypes: give include or exclude")
    wanted, unwanted = _kinds(include), _kinds(exclude)
    if both := wanted & unwanted:
        raise InvalidArgumentError(f"select_dtypes: {sorted(both)} are included and excluded")

    def fits(dtype: str, kinds: set[str]) -> bool:
        return any(_is_of(dtype, kind) for kind in kinds)

    return [
        name for name, dtype in dtypes.items() if (include is None or fits(dtype, wanted)) and not fits(dtype, unwanted)
    ]


def _kinds(given: Any) -> set[str]:
    from hypostyle._dtypes import dtype_name

    if given is None:
        return set()
    parts = given if isinstance(given, (list, tuple, set)) else [given]
    return {part if isinstance(part, str) and part in _KINDS else _kind(part, dtype_name) for part in parts}


def _kind(part: Any, name_of: Any) -> str:
    named = getattr(part, "__name__", "") if isinstance(part, type) else ""
    if named in _NUMPY_KINDS and part.__module__ == "numpy":
        return named
    if part is object:
        return "object"
    if named == "DatetimeTZDtype":
        return "datetimetz"
    if named == "CategoricalDtype":
        return "category"
    if getattr(part, "name", None) in ("datetime64", "timedelta64"):
        return part.name
    # Python's own types; those of NumPy that equal them have a size.
    if part is int or (isinstance(part, str) and part == "int"):
        return "int"
    if part is float or (isinstance(part, str) and part == "float"):
        return "floating"
    name = str(name_of(part))
    if name.startswith("datetime64[") and "," in name:
        return name.replace("datetime64", "timestamp", 1)
    kind = name.lower()
    if kind != "category":
        # A type that there is not has no columns, and is a slip of the pen.
        literal(None).cast(kind)
    return kind


_KINDS = frozenset(
    [
        *("number", "integer", "floating", "object", "str"),
        *("datetime", "datetime64", "datetimetz", "timedelta", "timedelta64"),
    ]
)
#: NumPy's classes of types.
_NUMPY_KINDS = frozenset(
    {"number", "floating", "integer", "signedinteger", "unsignedinteger", "datetime64", "timedelta64"}
)


def _is_of(dtype: str, kind: str) -> bool:
    if kind == "number":
        return is_number(dtype) or dtype.startswith(("decimal", "duration"))
    if kind in ("integer", "signedinteger", "unsignedinteger"):
        if dtype.startswith("duration"):
            # NumPy counts lengths of time among whole numbers.
            return kind != "unsignedinteger"
        return is_integer(dtype) and (kind == "integer" or dtype.startswith("u") == (kind == "unsignedinteger"))
    if kind in ("floating", "int"):
        return dtype.startswith("float") if kind == "floating" else dtype in ("int32", "int64")
    if kind in ("datetime", "datetime64"):
        return dtype.startswith("timestamp") and "," not in dtype
    if kind == "datetimetz":
        return dtype.startswith("timestamp") and "," in dtype
    if kind in ("timedelta", "timedelta64"):
        return dtype.startswith("duration")
    if kind in ("object", "str", "string"):
        return dtype == "string"
    times = kind.startswith("timestamp") and dtype.startswith("timestamp")
    return dtype == kind or (times and kind.partition(",")[2] == dtype.partition(",")[2])


def bounds(value: Any) -> Any:
    """A bound of `clip`; lists are refused."""
    if isinstance(value, (list, tuple)):
        raise DataTypeError("clip: a bound is a value or a series of the frame")
    return value
