"""Methods of expressions and series made from the registry of functions; nothing here knows one by name."""

from __future__ import annotations

import functools
import keyword
from typing import Any, NamedTuple

from hypostyle import _absent, _native
from hypostyle._accessors import METHODS, TextAccessor, answered, check
from hypostyle._dtypes import zone_name
from hypostyle._time_accessor import TimeAccessor

#: Families of functions that also live in a namespace, as pandas has it.
NAMESPACES = {"strings": "str", "dates": "dt", "lists": "list", "structs": "struct"}


class Spec(NamedTuple):
    """What the registry knows of a function."""

    kind: str
    name: str
    aliases: list[str]
    family: str
    doc: str
    args: list[str]
    variadic: bool
    params: list[tuple[str, bool, Any, str]]
    optional: int = 0

    def names(self, namespace: str | None) -> list[str]:
        """Its method's names in a namespace (``None``: beside the namespaces). An alias such as ``str.upper`` is a name in
        the namespace ``str``; functions of a family that has one are there under their own name too."""
        names = [self.name, *self.aliases]
        if namespace is None:
            found = [name for name in names if "." not in name]
        else:
            found = [name.partition(".")[2] for name in names if name.startswith(f"{namespace}.")]
            if NAMESPACES.get(self.family) == namespace:
                found.append(self.name.removeprefix(f"{namespace}_"))
        return list(dict.fromkeys(map(python_name, found)))

    @property
    def method_name(self) -> str:
        """The name of its method that is always there."""
        return python_name(self.name)

    @property
    def is_plain(self) -> bool:
        """Whether it needs nothing but the expression it is called on."""
        return len(self.args) == 1 and not self.variadic and not self.params

    def parameters(self) -> str:
        """The parameters after ``self``, as in a ``def`` line."""
        given = len(self.args) - self.optional
        parts = [python_name(arg) for arg in self.args[1:given]]
        if self.variadic:
            parts[-1:] = [f"*{parts[-1]}"] if parts else ["*others"]
        parts += [python_name(name) for name, required, *_ in self.params if required]
        parts += [f"{python_name(arg)}=None" for arg in self.args[given:]]
        parts += [f"{python_name(name)}={default!r}" for name, required, default, _ in self.params if not required]
        return ", ".join(parts)

    def docstring(self) -> str:
        lines = [self.doc]
        if self.params:
            lines += ["", "Parameters", "----------"]
            for name, _, _, doc in self.params:
                lines += [python_name(name), f"    {doc}"]
        return "\n".join(lines)


def python_name(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


@functools.cache
def specs() -> list[Spec]:
    """Every function of the registry."""
    return [Spec(**entry) for entry in _native.functions()]


@functools.cache
def _specs_by_name() -> dict[str, Spec]:
    return {spec.name: spec for spec in specs() if spec.kind == "scalar"}


def spec_of(name: str) -> Spec:
    """The scalar function of a name."""
    return _specs_by_name()[name]


def is_property(name: str, spec: Spec) -> bool:
    """Whether a function of times is a property, as pandas has ``.dt.year``."""
    return spec.is_plain and name not in METHODS


def methods(namespace: str | None, kind: str = "scalar") -> list[tuple[str, Spec]]:
    """Names and functions of one namespace (``None``: those beside the namespaces)."""
    # A function without an argument (the number of rows) is no method.
    chosen = [spec for spec in specs() if spec.kind == kind and spec.args]
    return [(name, spec) for spec in chosen for name in spec.names(namespace)]


def attach(cls: type, found: list[tuple[str, Spec]], properties: bool = False) -> None:
    """Gives a class a method for each function; methods written by hand stay. With ``properties``, functions that need
    no argument are properties, as pandas has ``.dt.year``."""
    known = set(dir(cls))
    for name, spec in found:
        if name not in known:
            setattr(cls, name, Made(cls, name, spec, properties and is_property(name, spec)))
            known.add(name)


class Made:
    """A method that is made when it is first asked for: most of a registry's hundreds never are."""

    __slots__ = ("_cls", "_name", "_property", "_spec")

    def __init__(self, cls: type, name: str, spec: Spec, is_property: bool) -> None:
        self._cls, self._name, self._spec, self._property = cls, name, spec, is_property

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        made: Any = _method(self._name, self._spec, self._cls)
        made = property(made) if self._property else made
        setattr(self._cls, self._name, made)
        return made.__get__(obj, owner)


def _method(name: str, spec: Spec, cls: type):
    args = [python_name(arg) for arg in spec.args[1:]]
    star = ""
    if spec.variadic:
        star = args.pop() if args else "others"
    listed = "".join(f"{arg}, " for arg in args) + (f"*{star}, " if star else "")
    params = "".join(f"{param!r}: {python_name(param)}, " for param, *_ in spec.params)
    parameters = ", ".join(part for part in ["self", spec.parameters()] if part)
    source = f"def {name}({parameters}):\n    return self._apply(_spec, ({listed}), {{{params}}})\n"
    scope: dict[str, Any] = {"_spec": spec}
    exec(source, scope)  # gives the method its real signature
    method = scope[name]
    method.__doc__ = spec.docstring()
    method.__qualname__ = f"{cls.__name__}.{name}"
    method.__module__ = cls.__module__
    return method


class Namespace:
    """Methods of one kind of value: ``.str``, ``.dt``, ..."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def _apply(self, spec: Spec, args: tuple, params: dict[str, Any]) -> Any:
        return self._owner._apply(spec, args, params)

    def __getattr__(self, name: str) -> Any:
        kinds = {"StringFunctions": (".str", _absent.TEXT), "DateFunctions": (".dt", _absent.TIMES)}
        kind, advice = kinds.get(type(self).__name__, (type(self).__name__, {}))
        raise AttributeError(_absent.message(kind, name, advice), name=name, obj=self)


class Asked(Namespace):
    """Methods of which some ask something of a value: whether a text is a number, a day the end of a month."""

    __slots__ = ()

    def _apply(self, spec: Spec, args: tuple, params: dict[str, Any]) -> Any:
        made = super()._apply(spec, args, params)
        return answered(self._owner, made) if spec.name.startswith("is_") else made


class StringFunctions(Asked, TextAccessor):
    """Functions of text."""

    __slots__ = ()


class DateFunctions(Asked, TimeAccessor):
    """Functions of dates and times."""

    __slots__ = ()

    def _apply(self, spec: Spec, args: tuple, params: dict[str, Any]) -> Any:
        given = params.get("tz")
        # Zones are told by name, or by an object of one of Python's libraries.
        return super()._apply(spec, args, params if given is None else {**params, "tz": zone_name(given)})


class ListFunctions(Namespace):
    """Functions of lists."""

    __slots__ = ()


class StructFunctions(Namespace):
    """Functions of structs."""

    __slots__ = ()


class Functions:
    """Functions beside the namespaces, and the namespaces."""

    __slots__ = ()

    @property
    def str(self) -> StringFunctions:
        """Functions of text.

        >>> import hypostyle as hs
        >>> x = hs.Series(["a", "b"])
        >>> x.str.upper().to_list()
        ['A', 'B']
        """
        check(self, "str")
        return StringFunctions(self)

    @property
    def dt(self) -> DateFunctions:
        """Functions of dates and times.

        >>> import hypostyle as hs
        >>> x = hs.date_range("2024-02-28", periods=2)
        >>> x.dt.day.to_list()
        [28, 29]
        """
        check(self, "dt")
        return DateFunctions(self)

    @property
    def list(self) -> ListFunctions:
        """Functions of lists.

        >>> import hypostyle as hs
        >>> x = hs.Series([[1, 2], [3]])
        >>> x.list.sum().to_list()
        [3, 3]
        """
        return ListFunctions(self)

    @property
    def struct(self) -> StructFunctions:
        """Functions of structs.

        >>> import hypostyle as hs
        >>> x = hs.Series([{"a": 1}])
        >>> x.struct.field("a").to_list()
        [1]
        """
        return StructFunctions(self)


class Aggregates:
    """Functions from rows to one value; ``Aggregates[Result]`` says to type checkers what they give."""

    __slots__ = ()

    def __class_getitem__(cls, result: Any) -> type[Aggregates]:
        return cls


attach(Functions, methods(None))
attach(Functions, methods(None, "window"))
attach(StringFunctions, methods("str"))
attach(DateFunctions, methods("dt"), properties=True)
attach(ListFunctions, methods("list"))
attach(StructFunctions, methods("struct"))
attach(Aggregates, methods(None, "aggregate"))
