"""The engine's types as narwhals names them, and back."""

from __future__ import annotations

from typing import Any

from hypostyle._dtypes import array_shape
from hypostyle.errors import UnsupportedError

#: Types whose name says everything.
SIMPLE = {
    "bool": "Boolean",
    "int8": "Int8",
    "int16": "Int16",
    "int32": "Int32",
    "int64": "Int64",
    "uint8": "UInt8",
    "uint16": "UInt16",
    "uint32": "UInt32",
    "uint64": "UInt64",
    "float32": "Float32",
    "float64": "Float64",
    "string": "String",
    "date": "Date",
    "time": "Time",
    "binary": "Binary",
    "category": "Categorical",
}
NATIVE = {theirs: ours for ours, theirs in SIMPLE.items() if ours != "category"}


def to_narwhals(name: str, version: Any, categories: tuple[list[str], bool] | None = None) -> Any:
    """The type of narwhals for a type of ours, by its name. Categories that have an order are an ``Enum``."""
    dtypes = version.dtypes
    if categories is not None and categories[1]:
        return dtypes.Enum() if version.name == "V1" else dtypes.Enum(categories[0])
    if name in SIMPLE:
        return getattr(dtypes, SIMPLE[name])()
    kind, _, rest = name.partition("[")
    parts = _split(rest[:-1]) if rest else []
    if kind == "timestamp":
        return dtypes.Datetime(parts[0], parts[1] if len(parts) > 1 else None)
    if kind == "duration":
        return dtypes.Duration(parts[0])
    if kind == "decimal":
        return (
            dtypes.Decimal(int(parts[0]), int(parts[1])) if hasattr(dtypes.Decimal, "precision") else dtypes.Decimal()
        )
    if kind == "list":
        return dtypes.List(to_narwhals(rest[:-1], version))
    if kind == "array":
        shape, item = array_shape(name)
        return dtypes.Array(to_narwhals(item, version), shape)
    if kind == "struct":
        fields = [part.partition(": ") for part in parts]
        return dtypes.Struct([dtypes.Field(field, to_narwhals(inner, version)) for field, _, inner in fields])
    return dtypes.Unknown()


def from_narwhals(dtype: Any, version: Any) -> str:
    """Our name of a type of narwhals, which is given as a class or an object."""
    dtypes = version.dtypes
    kind = dtype if isinstance(dtype, type) else type(dtype)
    given = dtype() if isinstance(dtype, type) and issubclass(dtype, (dtypes.Datetime, dtypes.Duration)) else dtype
    if issubclass(kind, dtypes.Datetime):
        zone = f", {given.time_zone}" if given.time_zone else ""
        return f"timestamp[{given.time_unit}{zone}]"
    if issubclass(kind, dtypes.Duration):
        return f"duration[{given.time_unit}]"
    if issubclass(kind, dtypes.Decimal):
        return f"decimal[{getattr(dtype, 'precision', 38)}, {getattr(dtype, 'scale', 9)}]"
    if issubclass(kind, dtypes.List) and not isinstance(dtype, type):
        return f"list[{from_narwhals(dtype.inner, version)}]"
    if issubclass(kind, dtypes.Array) and not isinstance(dtype, type):
        item = from_narwhals(dtype.inner, version)
        # Arrays in arrays are arrays themselves, of which each has its own width.
        return f"array[{item}, {dtype.shape[0]}]"
    if issubclass(kind, dtypes.Struct) and not isinstance(dtype, type):
        fields = ", ".join(f"{field.name}: {from_narwhals(field.dtype, version)}" for field in dtype.fields)
        return f"struct[{fields}]"
    name = NATIVE.get(kind.__name__)
    if name is None:
        instead = {"Float16": ": write Float32", "Int128": ": write Decimal"}
        raise UnsupportedError(f"hypostyle has no type for {dtype} of narwhals{instead.get(kind.__name__, '')}")
    return name


def is_categorical(dtype: Any, version: Any) -> bool:
    """Whether a type of narwhals is one of categories."""
    kind = dtype if isinstance(dtype, type) else type(dtype)
    return issubclass(kind, (version.dtypes.Categorical, version.dtypes.Enum))


def as_categories(expr: Any, dtype: Any, version: Any, query: Any) -> Any:
    """An expression as one of categories: of an ``Enum``'s, or of those that there are, which runs."""
    from hypostyle.expr import Expr

    kind = dtype if isinstance(dtype, type) else type(dtype)
    native = expr._native
    if issubclass(kind, version.dtypes.Enum):
        if version.name == "V1":
            raise NotImplementedError("Converting to Enum is not supported in narwhals.stable.v1")
        if isinstance(dtype, type):
            raise ValueError("Can not cast / initialize Enum without categories present")
        return Expr(native.cast_categories(list(dtype.categories), True, "strict"))
    known = query.categories(native)
    if known is not None:
        return Expr(native.cast_categories(known[0], False, "strict"))
    if query.dtype_of(native) not in ("string", "null"):
        native = native.cast("string")
    return Expr(native.cast_categories(query.categories_of(native), False, "strict"))


def _split(text: str) -> list[str]:
    """Parts between the commas that are in no bracket."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]
