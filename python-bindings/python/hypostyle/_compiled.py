"""Compiled functions of one row's values: numba's ``@njit``, ``@vectorize`` and ``@cfunc``, pointers of ctypes, SciPy's
``LowLevelCallable``.

The engine calls them on the columns' memory, on all threads and without the interpreter lock. A function that numba can
compile further becomes part of a loop over rows; one that only has an address is called for each row.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hypostyle import _native
from hypostyle.errors import DataTypeError

#: Types that numbers and truth values have in a compiled function, by numba's names.
NUMBA = {
    "bool": "boolean",
    **{name: name for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")},
    "float32": "float32",
    "float64": "float64",
}
OURS = {theirs: ours for ours, theirs in NUMBA.items()} | {"bool": "bool"}
#: Types of C by the letters that the engine knows them by.
LETTERS = {"float64": "d", "float32": "f", "int64": "q", "int32": "i", "bool": "?"}
#: What functions of one row may take (all of one type) and return.
SHAPES = frozenset({"dd", "dq", "di", "d?", "ff", "qq", "qd", "ii"})


class Loop(NamedTuple):
    """Code over rows: where it is, what it takes and returns; what keeps it alive."""

    address: int
    shape: str | None
    takes: tuple[str, ...]
    returns: str
    owner: Any


_loops: weakref.WeakKeyDictionary[Any, dict[tuple[str, ...], Loop | None]] = weakref.WeakKeyDictionary()
_compiling = threading.Lock()


def is_compiled(func: Any) -> bool:
    """Whether a function is one that the engine can call itself."""
    return _kind(func) is not None


def _kind(func: Any) -> str | None:
    kind = type(func)
    module = kind.__module__ or ""
    if module.startswith("numba."):
        if hasattr(func, "address") and hasattr(func, "_sig"):
            return "address"
        if hasattr(func, "py_func") or kind.__name__ == "DUFunc":
            return "numba"
        return None
    if _is_pointer(func):
        return "address"
    return "address" if kind.__name__ == "LowLevelCallable" and module.startswith("scipy.") else None


def expression(func: Any, args: Sequence[_native.Expr], dtypes: Sequence[str], name: str) -> _native.Expr | None:
    """The values of a compiled function of columns; null where one of them is. ``None`` where it is no compiled function,
    or cannot be compiled for these types."""
    kind = _kind(func)
    if kind is None:
        return None
    if kind == "address":
        loop = _declared(func, name)
        if len(loop.takes) != len(args):
            raise DataTypeError(f"{name} takes {len(loop.takes)} numbers, not {len(args)}")
    else:
        found = _compiled(func, tuple(dtypes))
        if found is None:
            return None
        loop = found
    given = []
    for arg, has, takes in zip(args, dtypes, loop.takes, strict=True):
        if has not in NUMBA and has != "null":
            raise DataTypeError(f"{name} takes {takes}, not {has}")
        given.append(arg if has == takes else arg.cast(takes, "lossy"))
    return _native.call_compiled(name, loop.address, loop.shape, given, loop.returns, _Blame(func, loop.owner))


class _Blame:
    """Finds the row in which a function failed, and raises what it raised; keeps the code alive."""

    def __init__(self, func: Callable[..., Any], owner: Any) -> None:
        self.func, self.owner = func, owner

    def __call__(self, columns: list[_native.Column]) -> None:
        names = [f"a{at}" for at in range(len(columns))]
        lists = _native.Query.from_columns(names, columns).collect().lists(names)
        for values in zip(*lists, strict=True):
            if None not in values:
                try:
                    self.func(*values)
                except Exception as error:
                    error.add_note(f"with {', '.join(map(repr, values))}")
                    raise


# Of numba.


def _compiled(func: Any, dtypes: tuple[str, ...]) -> Loop | None:
    """The loop over rows of a function that numba compiles."""
    if any(dtype not in NUMBA for dtype in dtypes):
        return None
    with _compiling:
        known = _loops.setdefault(func, {})
        if dtypes not in known:
            known[dtypes] = _loop_of(func, dtypes)
        return known[dtypes]


def _loop_of(func: Any, dtypes: tuple[str, ...]) -> Loop | None:
    import numba  # type: ignore[import-not-found,unused-ignore]
    from numba.core.errors import NumbaError  # type: ignore[import-not-found,unused-ignore]

    types = [getattr(numba.types, NUMBA[dtype]) for dtype in dtypes]
    names = [f"a{at}" for at in range(len(dtypes))]
    scope = {"func": func, "carray": numba.carray, "run": None}
    try:
        exec(f"def one({', '.join(names)}):\n    return func({', '.join(names)})\n", scope)
        one = numba.njit(scope["one"])
        one.compile(tuple(types))
        returns = OURS.get(str(one.nopython_signatures[0].return_type))
        if returns is None:
            return None
        held = "\n".join(f"    x{at} = carray(a{at}, n)" for at in range(len(names)))
        values = ", ".join(f"x{at}[i]" for at in range(len(names)))
        # The loop by itself, so that it is as tight as the function allows; what it raises is looked at once.
        exec(
            f"def run({', '.join(f'x{at}' for at in range(len(names)))}, r):\n"
            f"    for i in range(r.size):\n        r[i] = func({values})\n",
            scope,
        )
        scope["run"] = numba.njit(scope["run"])
        exec(
            f"def loop({', '.join(names)}, out, n):\n{held}\n    r = carray(out, n)\n    try:\n"
            f"        run({', '.join(f'x{at}' for at in range(len(names)))}, r)\n"
            "    except Exception:\n        return 1\n    return 0\n",
            scope,
        )
        pointers = [numba.types.CPointer(kind) for kind in (*types, getattr(numba.types, NUMBA[returns]))]
        made = numba.cfunc(numba.types.intp(*pointers, numba.types.intp))(scope["loop"])
    except NumbaError:
        return None
    return Loop(int(made.address or 0), None, dtypes, returns, made)


# Of an address.


def _declared(func: Any, name: str) -> Loop:
    """The types that a function of an address is declared to have."""
    if hasattr(func, "_sig"):
        takes, returns = [str(kind) for kind in func._sig.args], str(func._sig.return_type)
        address: int = int(func.address)
    elif _is_pointer(func):
        import ctypes

        if func.argtypes is None:
            raise DataTypeError(f"{name}: set its argtypes and restype, which tell what it takes and returns")
        takes, returns = [_ctype(kind) for kind in func.argtypes], _ctype(func.restype)
        address = ctypes.cast(func, ctypes.c_void_p).value or 0
    else:
        takes, returns, address = _of_scipy(func)
    takes, returns = [OURS.get(kind, kind) for kind in takes], OURS.get(returns, returns)
    letters = "".join(LETTERS.get(kind, ".") for kind in takes)
    shape = letters + LETTERS.get(returns, ".")
    if not 1 <= len(takes) <= 4 or len(set(takes)) != 1 or letters[0] + shape[-1] not in SHAPES:
        raise DataTypeError(
            f"{name} is a function of ({', '.join(takes)}) that returns {returns}; the engine calls functions of one to "
            "four numbers of one type: float64, float32, int64 or int32. Wrap it with numba's njit for others"
        )
    return Loop(int(address or 0), shape, tuple(takes), returns, func)


def _is_pointer(func: Any) -> bool:
    """Whether it is a function of ctypes, which nobody has who has not imported it."""
    ctypes = sys.modules.get("ctypes")
    return ctypes is not None and isinstance(func, ctypes._CFuncPtr)


def _ctype(kind: Any) -> str:
    import ctypes

    if kind is ctypes.c_bool:
        return "bool"
    code = getattr(kind, "_type_", None)
    if code in ("d", "f"):
        return {"d": "float64", "f": "float32"}[code]
    if isinstance(code, str) and code in "bhilqBHILQ":
        return f"{'int' if code.islower() else 'uint'}{8 * ctypes.sizeof(kind)}"
    return getattr(kind, "__name__", repr(kind))


def _of_scipy(func: Any) -> tuple[list[str], str, int]:
    """A ``LowLevelCallable``: a capsule whose name is the C declaration of its function."""
    import ctypes

    capsule = tuple.__getitem__(func, 0)
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    returns, _, rest = func.signature.partition("(")
    named = {
        "double": "float64",
        "float": "float32",
        "int": "int32",
        "long": f"int{8 * ctypes.sizeof(ctypes.c_long)}",
        "long long": "int64",
        "_Bool": "bool",
    }
    takes = [part.strip() for part in rest.rstrip(") ").split(",")]
    address: int = pointer(capsule, func.signature.encode()) or 0
    return [named.get(kind, kind) for kind in takes], named.get(returns.strip(), returns.strip()), address
