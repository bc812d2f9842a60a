"""Python's regular expressions as those of the engine, with the same meaning.

Python parses a pattern itself; what it says is written again in the engine's form. So ``$`` is also before a last line break,
``\\Z`` is the end, ``\\w`` has no combining marks, ``[[a]`` is a set of two characters, and flags are what they are in Python.
Only ``\\b`` is the engine's, for which combining marks belong to a word.
"""

from __future__ import annotations

import re
import string
import warnings
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

#: Steps back that a pattern may take in one text where nobody says how many.
_STEPS = 1_000_000
#: The end, or a line break before it.
_LAST_LINE = r"(?=\n?\z)"
#: Characters that have a meaning, in sets or outside of them.
_SPECIAL = frozenset("\\.+*?()|[]{}^$#&-~")
#: Sets of characters as Python has them, written in a set; the second ones those of ASCII.
_SETS = {
    codes.CATEGORY_DIGIT: (r"\d", "0-9"),
    codes.CATEGORY_NOT_DIGIT: (r"\D", "^0-9"),
    codes.CATEGORY_SPACE: (r"\s\x1c-\x1f", r" \t-\r"),
    codes.CATEGORY_NOT_SPACE: (r"^\s\x1c-\x1f", r"^ \t-\r"),
    codes.CATEGORY_WORD: (r"\p{L}\p{N}_", "a-zA-Z0-9_"),
    codes.CATEGORY_NOT_WORD: (r"^\p{L}\p{N}_", "^a-zA-Z0-9_"),
}
#: Letters that are the same to Python, beside those that are the same to the engine, where case does not matter.
_ALIKE = {"i": "\u0130\u0131", "I": "\u0130\u0131", "\u0130": "iI\u0131", "\u0131": "iI\u0130"}
#: Letters that others may be the same as.
_CASED = {*_ALIKE, *string.ascii_letters}


class Pattern:
    r"""A pattern in the engine's form, and what Python knows of it.

    >>> from hypostyle._regex import Pattern
    >>> made = Pattern(r"(?P<year>\d+)$")
    >>> print(made.text, made.names, made.steps(0))
    (?P<year>[\d]+)(?=\n?\z) ['year'] 1000000
    """

    __slots__ = ("_stepping", "compiled", "source", "text", "touching")

    def __init__(self, pattern: Any, flags: int = 0, case: bool = True) -> None:
        if isinstance(pattern, re.Pattern):
            pattern, flags = pattern.pattern, flags | pattern.flags
        if not isinstance(pattern, str):
            raise DataTypeError(f"a pattern is a string, not {pattern!r}")
        flags = int(flags) | (0 if case else re.IGNORECASE)
        self.source = pattern
        self._stepping = False
        #: Python's own pattern, if it can read this one.
        self.compiled: re.Pattern[str] | None
        try:
            self.compiled = re.compile(pattern, flags)
            parsed = parser.parse(pattern, flags)
        except re.error as error:
            self.compiled, self.touching = None, False
            self.text = _of_engine(pattern, flags, error)
            return
        flags = self.compiled.flags
        body = self._sequence(parsed, flags)
        self.text = f"(?i){body}" if _folds(flags) else body
        #: Whether a match may be of no characters right behind another match, where the engine does not look.
        self.touching = parsed.getwidth()[0] == 0 and not _begins(parsed, flags)

    @property
    def groups(self) -> int:
        """The number of groups."""
        return 0 if self.compiled is None else self.compiled.groups

    @property
    def most(self) -> int:
        """The number of groups, or as many as can be written where Python does not know."""
        return 99 if self.compiled is None else self.groups

    @property
    def names(self) -> list[str | None]:
        """The names of the groups, as far as they have any."""
        if self.compiled is None:
            return []
        named = {number: name for name, number in self.compiled.groupindex.items()}
        return [named.get(number) for number in range(1, self.compiled.groups + 1)]

    def by_value(self, verb: str) -> re.Pattern[str]:
        """Python's own pattern, which goes value by value where the engine's would find other matches; a warning says so."""
        warnings.warn(
            f"str.{verb}: {self.source!r} may match no character, right behind another match; Python looks for it value by "
            "value, on one core (+ in place of * is looked for on all of them)",
            stacklevel=3,
        )
        return self.known(verb)

    def known(self, verb: str) -> re.Pattern[str]:
        """Python's own pattern."""
        if self.compiled is None:
            raise InvalidArgumentError(f"{verb}: Python has no such pattern: {self.source!r}")
        return self.compiled

    def steps(self, wanted: int) -> int:
        """How many steps back the pattern may take: those that were asked for, or many where it cannot do without."""
        return _STEPS if wanted == 0 and self._stepping else wanted

    def _sequence(self, nodes: Any, flags: int) -> str:
        return "".join(self._node(op, value, flags) for op, value in nodes)

    def _node(self, op: Any, value: Any, flags: int) -> str:
        make = getattr(self, f"_{str(op).lower()}", None)
        if make is None:
            raise UnsupportedError(f"the pattern {self.source!r} has a part that is unknown here: {op}")
        return make(value, flags)

    # One method for each of Python's codes.

    def _literal(self, value: int, flags: int) -> str:
        others = _alike(chr(value), flags)
        return f"[{chr(value)}{others}]" if others else _escaped(chr(value))

    def _not_literal(self, value: int, flags: int) -> str:
        return f"[^{_escaped(chr(value))}{_alike(chr(value), flags)}]"

    def _any(self, value: Any, flags: int) -> str:
        return "(?s:.)" if flags & re.DOTALL else r"[^\n]"

    def _in(self, value: Any, flags: int) -> str:
        parts, begin = [], "["
        for op, one in value:
            if op is codes.NEGATE:
                begin = "[^"
            elif op is codes.LITERAL:
                parts.append(_escaped(chr(one)) + _alike(chr(one), flags))
            elif op is codes.RANGE:
                parts.append(f"{_escaped(chr(one[0]))}-{_escaped(chr(one[1]))}")
                inside = [letter for letter in _CASED if one[0] <= ord(letter) <= one[1]]
                parts += [_alike(letter, flags) for letter in inside]
            else:
                known = _SETS[one][bool(flags & re.ASCII)]
                parts.append(f"[{known}]" if known.startswith("^") else known)
        return f"{begin}{''.join(parts)}]"

    def _branch(self, value: Any, flags: int) -> str:
        return f"(?:{'|'.join(self._sequence(one, flags) for one in value[1])})"

    def _subpattern(self, value: Any, flags: int) -> str:
        number, added, gone, inner = value
        within = (flags | added) & ~gone
        body = self._sequence(inner, within)
        if number is None:
            change = "" if _folds(within) == _folds(flags) else "i" if _folds(within) else "-i"
            return f"(?{change}:{body})"
        name = self.names[number - 1]
        return f"({body})" if name is None else f"(?P<{name}>{body})"

    def _max_repeat(self, value: Any, flags: int, how: str = "") -> str:
        least, most, inner = value
        body = self._sequence(inner, flags)
        times = {(0, codes.MAXREPEAT): "*", (1, codes.MAXREPEAT): "+", (0, 1): "?"}.get((least, most))
        if times is None:
            times = f"{{{least},{'' if most == codes.MAXREPEAT else most}}}" if least != most else f"{{{least}}}"
        alone = len(inner) == 1 and inner[0][0] in (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN)
        return f"{body}{times}{how}" if alone else f"(?:{body}){times}{how}"

    def _min_repeat(self, value: Any, flags: int) -> str:
        return self._max_repeat(value, flags, "?")

    def _possessive_repeat(self, value: Any, flags: int) -> str:
        self._stepping = True
        return f"(?>{self._max_repeat(value, flags)})"

    def _atomic_group(self, value: Any, flags: int) -> str:
        self._stepping = True
        return f"(?>{self._sequence(value, flags)})"

    def _at(self, value: Any, flags: int) -> str:
        if value is codes.AT_BEGINNING:
            return "(?m:^)" if flags & re.MULTILINE else r"\A"
        if value is codes.AT_END:
            if flags & re.MULTILINE:
                return "(?m:$)"
            self._stepping = True
            return _LAST_LINE
        if value in (codes.AT_BOUNDARY, codes.AT_NON_BOUNDARY) and flags & re.ASCII:
            self._stepping = True
            is_word, none = "[a-zA-Z0-9_]", value is codes.AT_NON_BOUNDARY
            before, after = f"(?<{{}}{is_word})", f"(?{{}}{is_word})"
            pairs = [("=", "="), ("!", "!")] if none else [("=", "!"), ("!", "=")]
            return f"(?:{'|'.join(before.format(one) + after.format(two) for one, two in pairs)})"
        return {
            codes.AT_BEGINNING_STRING: r"\A",
            codes.AT_END_STRING: r"\z",
            codes.AT_BOUNDARY: r"\b",
            codes.AT_NON_BOUNDARY: r"\B",
        }[value]

    def _assert(self, value: Any, flags: int, sign: str = "=") -> str:
        self._stepping = True
        ahead, inner = value
        return f"(?{'' if ahead > 0 else '<'}{sign}{self._sequence(inner, flags)})"

    def _assert_not(self, value: Any, flags: int) -> str:
        return self._assert(value, flags, "!")

    def _failure(self, value: Any, flags: int) -> str:
        return r"[^\x00-\x{10FFFF}]"

    def _groupref(self, value: int, flags: int) -> str:
        self._stepping = True
        return f"(?:\\{value})"

    def _groupref_exists(self, value: Any, flags: int) -> str:
        self._stepping = True
        number, yes, no = value
        rest = "" if no is None else f"|{self._sequence(no, flags)}"
        return f"(?({number}){self._sequence(yes, flags)}{rest})"


def _folds(flags: int) -> bool:
    """Whether the engine's rule of letters that are alike is asked for."""
    return bool(flags & re.IGNORECASE) and not flags & re.ASCII


def _alike(letter: str, flags: int) -> str:
    """Letters that are the same to Python here, beside those that are the same to the engine."""
    if not flags & re.IGNORECASE:
        return ""
    if flags & re.ASCII:
        return letter.swapcase() if letter.isascii() and letter.isalpha() else ""
    return _ALIKE.get(letter, "")


def _escaped(letter: str) -> str:
    return f"\\{letter}" if letter in _SPECIAL else letter


def _begins(nodes: Any, flags: int) -> bool:
    """Whether a pattern matches at the beginning of the text only."""
    for op, value in nodes:
        if op is codes.AT:
            return value is codes.AT_BEGINNING_STRING or (value is codes.AT_BEGINNING and not flags & re.MULTILINE)
        if op is codes.SUBPATTERN:
            return _begins(value[3], (flags | value[1]) & ~value[2])
        return op is codes.BRANCH and all(_begins(one, flags) for one in value[1])
    return False


def _of_engine(pattern: str, flags: int, error: re.error) -> str:
    """A pattern that Python cannot read, as it is: the engine knows classes such as ``\\p{L}``."""
    if flags & ~(re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.UNICODE):
        raise InvalidArgumentError(f"no regular expression: {error}")
    letters = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x"}
    inline = "".join(letter for flag, letter in letters.items() if flags & flag)
    return f"(?{inline}){pattern}" if inline else pattern


def replacement(text: str, groups: int = 99) -> str:
    r"""A replacement in Python's form as one of the engine: groups are ``\1`` there and ``${1}`` here. Of a pattern of fewer
    ``groups`` the second digit is one of the text, as pandas' texts have it.

    >>> from hypostyle._regex import replacement
    >>> print(replacement(r"$\2-\g<year>"))
    $$${2}-${year}
    """

    def made(found: re.Match[str]) -> str:
        group, rest = found["group"] or found["number"], ""
        if found["number"] and int(group) > groups:
            group, rest = group[0], group[1:]
        if group is not None:
            if group.isdigit() and int(group) > groups:
                raise InvalidArgumentError(f"a replacement has a group {group}, and the pattern {groups}: {text!r}")
            return f"${{{group}}}{rest}"
        letter = found["letter"]
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter.isascii() and letter.isalpha():
            raise InvalidArgumentError(f"a replacement has no \\{letter}; write \\\\ for a backslash: {text!r}")
        return letter if letter == "\\" else f"\\{letter}"

    return _REPLACED.sub(made, text.replace("$", "$$"))


_CONTROLS = {"0": "\0", "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_REPLACED = re.compile(r"\\(?:g<(?P<group>\w+)>|(?P<number>[1-9]\d?)|(?P<letter>.))", re.DOTALL)
