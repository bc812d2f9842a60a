"""Conditions and formulas written as text, as in ``df.query("x > 1 and k in @wanted")``: parsed, never executed as code."""

from __future__ import annotations

import ast
import io
import operator
import tokenize
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hypostyle.errors import ColumnNotFoundError, InvalidArgumentError
from hypostyle.expr import BoundExpression

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

_LOCAL, _QUOTED = "__local_", "__quoted_"

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}

_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

#: Functions of one value that formulas may call.
_FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "exp",
        "expm1",
        "log",
        "log10",
        "log1p",
        "log2",
        "sqrt",
        "abs",
        "floor",
        "ceil",
    ]
)


def parsed(text: str) -> tuple[ast.AST, dict[str, str]]:
    """The tree of a text, and what its quoted names stand for."""
    quoted: dict[str, str] = {}
    parts = text.strip().split("`")
    if len(parts) % 2 == 0:
        raise InvalidArgumentError(f"{text!r}: a quoted name (`...`) does not end")
    for position in range(1, len(parts), 2):
        name = f"{_QUOTED}{position}"
        quoted[name] = parts[position]
        parts[position] = f" {name} "
    tokens = []
    try:
        for token in tokenize.generate_tokens(io.StringIO("".join(parts)).readline):
            if token.type == tokenize.OP and token.string in ("&", "|"):
                tokens.append((tokenize.NAME, "and" if token.string == "&" else "or"))
            elif token.string == "@":
                tokens.append((tokenize.NAME, _LOCAL))
            elif token.string == "~":
                tokens.append((tokenize.NAME, "not"))
            elif tokens and tokens[-1] == (tokenize.NAME, _LOCAL) and token.type == tokenize.NAME:
                tokens[-1] = (tokenize.NAME, _LOCAL + token.string)
            else:
                tokens.append((token.type, token.string))
        source = tokenize.untokenize(tokens).strip()
        return ast.parse(source, mode="exec"), quoted
    except (SyntaxError, tokenize.TokenError) as error:
        raise InvalidArgumentError(f"{text!r} is no condition: {error}") from error


class Reader:
    """Turns a tree into series of a frame."""

    def __init__(self, frame: DataFrame, text: str, scope: Mapping[str, Any], quoted: Mapping[str, str]) -> None:
        self.frame, self.text, self.scope, self.quoted = frame, text, scope, quoted

    def refuse(self, node: ast.AST, why: str) -> InvalidArgumentError:
        part = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
        return InvalidArgumentError(f"{self.text!r}: {why} ({part})")

    def read(self, node: Any) -> Any:
        """The value of a node: a series, or a constant."""
        method = getattr(self, f"read_{type(node).__name__.lower()}", None)
        if method is None:
            raise self.refuse(node, "this cannot stand in a condition; write it with df[...] and & | ~")
        return method(node)

    def read_expr(self, node: ast.Expr) -> Any:
        return self.read(node.value)

    def read_constant(self, node: ast.Constant) -> Any:
        return node.value

    def read_list(self, node: ast.List) -> Any:
        return [self.read(part) for part in node.elts]

    read_tuple = read_list

    def read_name(self, node: ast.Name) -> Any:
        name = self.quoted.get(node.id, node.id)
        if name.startswith(_LOCAL):
            name = name.removeprefix(_LOCAL)
            if name not in self.scope:
                raise InvalidArgumentError(f"{self.text!r}: there is no variable {name!r} for @{name}")
            return self.scope[name]
        if name in self.frame._plan.columns:
            return self.frame[name]
        for position, label in enumerate(self.frame.index_names):
            if name == label:
                return self.frame.index.get_level_values(position)
        if name == "index":
            return self.frame.index.get_level_values(0)
        level = name.removeprefix("ilevel_")
        if level != name and level.isdecimal() and int(level) < self.frame.index.nlevels:
            # pandas' names of levels without one.
            return self.frame.index.get_level_values(int(level))
        try:
            self.frame._plan.query.check(name)
        except ColumnNotFoundError as error:
            error.add_note(f"in {self.text!r}; a variable is written with an at sign, @{name}")
            raise
        return self.frame._series(name)

    def read_unaryop(self, node: ast.UnaryOp) -> Any:
        value = self.read(node.operand)
        if isinstance(node.op, ast.Not):
            return ~value if isinstance(value, BoundExpression) else not value  # type: ignore[operator]
        return -value if isinstance(node.op, ast.USub) else +value

    def read_binop(self, node: ast.BinOp) -> Any:
        function = _BINARY.get(type(node.op))
        if function is None:
            raise self.refuse(node, "no such operator in a condition")
        return function(self.read(node.left), self.read(node.right))

    def read_boolop(self, node: ast.BoolOp) -> Any:
        values = [self.read(part) for part in node.values]
        whole = values[0]
        for value in values[1:]:
            whole = whole & value if isinstance(node.op, ast.And) else whole | value
        return whole

    def read_compare(self, node: ast.Compare) -> Any:
        parts = [self.read(part) for part in [node.left, *node.comparators]]
        whole: Any = None
        for op, left, right in zip(node.ops, parts, parts[1:], strict=False):
            here = self._compared(node, op, left, right)
            whole = here if whole is None else whole & here
        return whole

    def _compared(self, node: ast.Compare, op: ast.cmpop, left: Any, right: Any) -> Any:
        listed = not isinstance(right, (BoundExpression, str)) and hasattr(right, "__iter__")
        if isinstance(op, (ast.In, ast.NotIn)) or (listed and isinstance(op, (ast.Eq, ast.NotEq))):
            if not isinstance(left, BoundExpression):
                raise self.refuse(node, "only a column can be looked for")
            within = left.isin(right.to_list() if isinstance(right, BoundExpression) else list(right))  # type: ignore[attr-defined]
            return ~within if isinstance(op, (ast.NotIn, ast.NotEq)) else within
        if isinstance(op, ast.Eq):
            return left == right
        if isinstance(op, ast.NotEq):
            return left != right
        function = _COMPARE.get(type(op))
        if function is None:
            raise self.refuse(node, "no such comparison in a condition")
        return function(left, right)

    def read_attribute(self, node: ast.Attribute) -> Any:
        if node.attr.startswith("_"):
            raise self.refuse(node, "private names cannot be used")
        return getattr(self.read(node.value), node.attr)

    def read_subscript(self, node: ast.Subscript) -> Any:
        return self.read(node.value)[self.read(node.slice)]

    def read_call(self, node: ast.Call) -> Any:
        args = [self.read(part) for part in node.args]
        named = {part.arg: self.read(part.value) for part in node.keywords if part.arg}
        if isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and len(args) == 1:
            return getattr(args[0], {"log": "ln"}.get(node.func.id, node.func.id))()
        if not isinstance(node.func, ast.Attribute):
            raise self.refuse(node, "only methods of columns can be called")
        if not isinstance(self._owner(node.func), BoundExpression):
            raise self.refuse(node, "only methods of columns can be called")
        return self.read(node.func)(*args, **named)

    def _owner(self, node: ast.Attribute) -> Any:
        """The column that a method such as ``k.str.upper`` belongs to."""
        inner = node.value
        while isinstance(inner, ast.Attribute) and inner.attr in ("str", "dt", "list", "struct"):
            inner = inner.value
        return self.read(inner)


def condition(frame: DataFrame, text: str, scope: Mapping[str, Any]) -> Any:
    """The series of one expression."""
    tree, quoted = parsed(text)
    body = tree.body  # type: ignore[attr-defined]
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise InvalidArgumentError(f"{text!r} is not one expression")
    return Reader(frame, text, scope, quoted).read(body[0])


def evaluated(frame: DataFrame, text: str, scope: Mapping[str, Any]) -> Any:
    """The series of an expression, or the frame with the columns that assignments make."""
    made = None
    for line in text.strip().splitlines():
        if not line.strip():
            continue
        tree, quoted = parsed(line)
        reader = Reader(frame if made is None else made, line, scope, quoted)
        for node in tree.body:  # type: ignore[attr-defined]
            if isinstance(node, ast.Expr) and made is None:
                return reader.read(node)
            if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
                raise InvalidArgumentError(f"{line!r} is neither an expression nor an assignment to a column")
            name = quoted.get(node.targets[0].id, node.targets[0].id)
            made = reader.frame.assign(**{name: reader.read(node.value)})
    if made is None:
        raise InvalidArgumentError("eval: the text is empty")
    return made
