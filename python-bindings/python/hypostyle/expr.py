"""Expressions of columns that belong to no frame yet: ``hs.col("x") > 1``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypostyle import _native
from hypostyle._dtypes import dtype_name
from hypostyle._functions import Aggregates, Functions, Spec
from hypostyle._operators import Operators
from hypostyle._window_frames import frame
from hypostyle.errors import DataTypeError, InvalidArgumentError


class Expr(Operators, Functions, Aggregates["Expr"]):
    """An expression: made by `col`, `lit` and `when`, used in `assign`, `filter`, `groupby(...).agg(...)`.

    >>> import hypostyle as hs
    >>> hs.col("x") * 2 > hs.col("y")
    ((x * 2) > y)
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Expr) -> None:
        self._native = native

    def __repr__(self) -> str:
        return repr(self._native)

    def _binary(self, operator: str, other: Any, reflected: bool = False) -> Any:
        if isinstance(other, BoundExpression):
            return NotImplemented
        other = native_value(other)
        left, right = (other, self._native) if reflected else (self._native, other)
        return Expr(left.binary(operator, right))

    def _unary(self, operator: str) -> Expr:
        return Expr(self._native.invert() if operator == "~" else self._native.negate())

    def _constant(self, value: Any) -> Expr:
        return lit(value)

    def _apply(self, spec: Spec, args: tuple, params: dict[str, Any]) -> Expr:
        return Expr(call(spec, self._native, args, params, native_value))

    def alias(self, name: str) -> Expr:
        """The same values under another name."""
        return Expr(self._native.alias(name))

    rename = alias

    @property
    def name(self) -> str:
        """The name its column gets."""
        return self._native.output_name()

    def cast(self, dtype: Any, mode: str = "strict") -> Expr:
        """Conversion: what does not fit is an error (``"strict"``), null (``"lenient"``) or loses digits (``"lossy"``).
        To an `hs.CategoricalDtype` text is looked up, and integers are numbers of its categories."""
        from hypostyle._categories import is_category, texts

        if not is_category(dtype):
            return Expr(self._native.cast(dtype_name(dtype), mode))
        if getattr(dtype, "categories", None) is None:
            raise InvalidArgumentError(
                "cast: an expression does not know its values: hs.CategoricalDtype([...]) names them"
            )
        return Expr(self._native.cast_categories(texts(dtype.categories), bool(dtype.ordered), mode))

    def astype(self, dtype: Any) -> Expr:
        """Conversion; a value that does not fit is an error naming row and value."""
        return self.cast(dtype)

    def over(
        self,
        partition_by: Any = (),
        order_by: Any = (),
        descending: bool | Iterable[bool] = False,
        *,
        rows: Any = None,
        range: Any = None,
        groups: Any = None,
    ) -> Expr:
        """The aggregates and window functions in it over the rows with equal keys, in the order of other keys. Every row
        keeps its place and gets the value of its own window.

        Aggregates take a frame, as in SQL: ``rows=(-2, 0)`` are the row and the two before it, ``range=(-7, 7)`` those whose
        key is at most 7 away (for times a timedelta or text such as ``"-1h"``), ``groups=(-1, 0)`` those with the same
        key and the one before it. None is the end of the partition. A frame without rows gives a missing value, counts 0.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"k": ["a", "b", "a"], "x": [1, 5, 3]})
        >>> df.assign(share=hs.col("x") / hs.col("x").sum().over("k"))["share"].to_list()
        [0.25, 1.0, 0.75]
        >>> df.assign(s=hs.col("x").sum().over(order_by="x", range=(-2, 0)))["s"].to_list()
        [1, 8, 4]
        """
        order = [_key(key) for key in _listed(order_by)]
        down = [descending] * len(order) if isinstance(descending, bool) else list(descending)
        if len(down) != len(order):
            raise DataTypeError(f"over: {len(down)} values of descending for {len(order)} keys")
        ends = frame(rows, range, groups)
        return Expr(self._native.over([_key(key) for key in _listed(partition_by)], order, down, ends))

    def filter(self, condition: Expr) -> Expr:
        """Only rows where the condition is true take part; on an aggregate."""
        return Expr(self._native.filter(native_value(condition)))

    def distinct(self) -> Expr:
        """Each value takes part once; on an aggregate of one column: ``hs.col("x").sum().distinct()``."""
        return Expr(self._native.distinct())


class BoundExpression:
    """What belongs to a frame (series); here so that expressions can tell without knowing series."""

    __slots__ = ()

    _plan: Any
    _native: _native.Expr
    name: str | None


class When:
    """A condition waiting for its value."""

    __slots__ = ("_branches", "_condition")

    def __init__(self, branches: list, condition: Any) -> None:
        self._branches = branches
        self._condition = native_value(condition)

    def then(self, value: Any) -> Then:
        """The value where the condition is true."""
        return Then([*self._branches, (self._condition, native_value(value))])


class Then(Expr):
    """Conditions with values; where none is true the value is null, unless `otherwise` says more."""

    __slots__ = ("_branches",)

    def __init__(self, branches: list) -> None:
        super().__init__(_native.Expr.case(branches, _native.Expr.literal(None)))
        self._branches = branches

    def when(self, condition: Any) -> When:
        """The next condition, for rows where no earlier one is true."""
        return When(self._branches, condition)

    def otherwise(self, value: Any) -> Expr:
        """The value where no condition is true."""
        return Expr(_native.Expr.case(self._branches, native_value(value)))


def col(name: Any) -> Expr:
    """A column by its name, or by a label that is no text.

    >>> import hypostyle as hs
    >>> hs.DataFrame({"x": [1, 2, 3]}).filter(hs.col("x") > 1).to_dict("list")
    {'x': [2, 3]}
    """
    if not isinstance(name, str):
        from hypostyle._labels import column_name

        name = column_name(name)
    return Expr(_native.Expr.column(name))


def element() -> Expr:
    """Each element of a list, in the expression of ``list.eval``.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"x": ["a b"]})
    >>> df["x"].str.split().list.eval(hs.element().str.upper()).to_list()
    [['A', 'B']]
    """
    return col("element")


def random(seed: int = 0) -> Expr:
    """A number by chance, from 0 to below 1, made of the seed and the number of the row: the same every time.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"x": [1, 2, 3]})
    >>> df.assign(r=hs.random(7))["r"].between(0, 1).all()
    True
    """
    return Expr(_native.Expr.call("window", "random", [], {"seed": seed}))


def format(template: str, *values: Any) -> Expr:
    """A text with values in its places: ``{}`` for the next one, ``{1}`` by number, ``{{`` and ``}}`` for braces; missing
    if one of them is missing.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"name": ["Oslo"], "flights": [12]})
    >>> df.assign(text=hs.format("{} had {} flights", hs.col("name"), hs.col("flights")))["text"].to_list()
    ['Oslo had 12 flights']
    """
    natives = [native_value(value) for value in values]
    return Expr(_native.Expr.call("scalar", "format_str", natives, {"template": template}))


def struct(**fields: Any) -> Expr:
    """Several values as the fields of a struct.

    >>> import hypostyle as hs
    >>> df = hs.DataFrame({"a": [1], "b": ["x"]})
    >>> df.select(s=hs.struct(n=hs.col("a"), t=hs.col("b")))["s"].to_list()
    [{'n': 1, 't': 'x'}]
    """
    exprs = [native_value(value) for value in fields.values()]
    return Expr(_native.Expr.call("scalar", "as_struct", exprs, {"names": list(fields)}))


def row_number() -> Expr:
    """The number of the row in its window, from 1.

    >>> import hypostyle as hs
    >>> hs.DataFrame({"k": ["a", "b", "a"]}).assign(n=hs.row_number().over("k"))["n"].to_list()
    [1, 1, 2]
    """
    return Expr(_native.Expr.call("window", "row_number", [], {}))


def _listed(keys: Any) -> list:
    return list(keys) if isinstance(keys, (list, tuple)) else [keys]


def _key(key: Any) -> _native.Expr:
    return _native.Expr.column(key) if isinstance(key, str) else native_value(key)


def lit(value: Any) -> Expr:
    """A constant. Next to a column it takes the column's type if it fits."""
    return Expr(_native.Expr.literal(value))


def when(condition: Any) -> When:
    """Starts a conditional expression.

    >>> import hypostyle as hs
    >>> hs.when(hs.col("x") > 0).then("plus").otherwise("minus")
    when (x > 0) then "plus" otherwise "minus"
    """
    return When([], condition)


def native_value(value: Any) -> _native.Expr:
    """The native expression of an expression or a constant."""
    if isinstance(value, Expr):
        return value._native
    if isinstance(value, BoundExpression):
        raise DataTypeError(
            "a series belongs to its frame and cannot stand in an expression of hs.col(...); "
            "write hs.col(name) for it, or start from the series"
        )
    return _native.Expr.literal(value)


def call(spec: Spec, first: _native.Expr, args: Iterable[Any], params: dict[str, Any], convert) -> _native.Expr:
    """A function's call. A string is a column for aggregates (``col("x").corr("y")``) and windows, a text for the others."""

    def argument(value: Any) -> _native.Expr:
        if spec.kind in ("aggregate", "window") and isinstance(value, str):
            return _native.Expr.column(value)
        return convert(value)

    given = [value for value in args if not (spec.optional and value is None)]
    # An expression as a constant is a function of other values, such as the elements of a list.
    constants = {name: _constant_of(value) for name, value in params.items()}
    native = _native.Expr.call(spec.kind, spec.name, [first, *map(argument, given)], constants)
    return as_signed(spec.name, native)


def _constant_of(value: Any) -> Any:
    return value._native.serialize() if isinstance(value, Expr) else value


def as_signed(name: str, native: _native.Expr) -> _native.Expr:
    """Counts as ``int64``, as pandas has them."""
    return native.cast("int64") if name in COUNTS else native


COUNTS = frozenset({"approx_n_unique", "arg_max", "arg_min", "count", "len", "n_unique", "null_count"})
