"""pandas' signatures of ``.str`` and ``.dt`` where they are not those of the registry; each only calls functions of it."""

from __future__ import annotations

import re
from typing import Any

from hypostyle import _native
from hypostyle._cells import is_missing
from hypostyle._column_labels import name_of
from hypostyle._dtypes import is_list, is_number
from hypostyle._numpy import plain
from hypostyle._regex import Pattern, replacement
from hypostyle._text_calls import all_matches, decoded, dummies, encoded, joined, mapped, series_of
from hypostyle.errors import AccessorError, InvalidArgumentError, UnsupportedError

Native = _native.Expr

#: Functions without arguments that are methods in pandas, not properties.
METHODS = frozenset({"day_name", "isocalendar", "month_name", "normalize", "total_seconds"})


class Accessor:
    """What the methods written by hand need of their namespace."""

    __slots__ = ()

    _owner: Any

    def _apply(self, spec: Any, args: tuple, params: dict[str, Any]) -> Any:
        raise NotImplementedError

    def _call(self, name: str, *args: Any, **params: Any) -> Any:
        return self._owner._apply(_spec(name), args, params)

    def _fields(self, struct: Any, names: list[str]) -> Any:
        """The fields of a struct: a frame of a series, the struct itself of an expression."""
        if not hasattr(struct, "_plan"):
            return struct
        return frame_of(struct, {name: struct._apply(_spec("struct_field"), (), {"name": name}) for name in names})


def check(owner: Any, name: str) -> None:
    """Raises an `AccessorError` where a series holds what ``.str`` or ``.dt`` has nothing for. What an expression holds is
    not known yet."""
    if not hasattr(type(owner), "iloc"):
        return
    dtype = owner.dtype
    never = is_number(dtype) or dtype == "bool" or dtype.startswith("decimal")
    if name == "str" and (never or dtype.startswith(("timestamp", "date", "time", "duration"))):
        raise AccessorError(f".str is of text, not of {dtype}; astype(str) makes text")
    if name == "dt" and (never or dtype in ("string", "binary") or is_list(dtype) or dtype.startswith("category")):
        raise AccessorError(
            f".dt is of dates, times and lengths of time, not of {dtype}; hs.to_datetime(...) makes times"
        )


def answered(owner: Any, answer: Any) -> Any:
    """What a function says of the values of a series: yes or no, and as in pandas no where there is no value. Expressions
    have the engine's rule: nothing is known of what is missing."""
    if not hasattr(owner, "iloc") or not hasattr(answer, "iloc") or answer.dtype != "bool":
        return answer
    return answer._apply(_spec("fill_null"), (False,), {})


def _spec(name: str) -> Any:
    from hypostyle._functions import spec_of

    return spec_of(name)


def frame_of(series: Any, columns: dict[str, Any]) -> Any:
    """A frame of series of the same rows, with the index of one."""
    from hypostyle import _native
    from hypostyle._cells import by_row
    from hypostyle._columns import column as column_of_values
    from hypostyle.frame import DataFrame

    plan = series._plan

    def beside(one: Any) -> _native.Expr:
        if one._plan.query is plan.query:
            return one._native
        if one._plan.rows is plan.rows:
            return plan.expr(one, same_rows=True)
        # The same rows in the same order, found anew.
        return by_row(column_of_values(one, False))

    exprs = {name: _native.Expr.column(name) for name in plan.index_columns}
    return DataFrame._of(plan.project({**exprs, **{name: beside(one) for name, one in columns.items()}}))


class TextAccessor(Accessor):
    """pandas' ``.str`` where its signatures differ."""

    __slots__ = ()

    # Characters are had by number, of any number: there is no end to go through.
    __iter__ = None

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self.slice(key.start, key.stop, key.step)
        return self.get(key)

    def _filled(self, answer: Any, na: Any) -> Any:
        if is_missing(na):
            return answered(self._owner, answer)
        return answer._apply(_spec("fill_null"), (na,), {})

    def contains(
        self, pat: Any, case: bool = True, flags: int = 0, na: Any = None, regex: bool = True, steps: int = 0
    ) -> Any:
        """Whether the text contains a match of a regular expression (``regex=False``: the text itself).

        A pattern means what it means to Python's ``re``; only ``\\b`` takes combining marks for parts of words. It is
        searched for in linear time; ``steps`` allows look-around and back-references, which step back: so often at most in
        one text, beyond which it is an error.

        >>> import hypostyle as hs
        >>> hs.Series(["abab", "abba"]).str.contains(r"^(..)\\1$").to_list()
        [True, False]
        """
        if not regex and isinstance(pat, str):
            return self._filled(self._call("contains", pat, regex=False, case=case), na)
        made = Pattern(pat, flags, case)
        return self._filled(self._call("contains", made.text, regex=True, steps=made.steps(steps)), na)

    def match(self, pat: Any, case: bool = True, flags: int = 0, na: Any = None, steps: int = 0) -> Any:
        """Whether a regular expression matches at the start of the text; ``steps`` is as in `contains`."""
        made = Pattern(pat, flags, case)
        return self._filled(self._call("str_match", made.text, steps=made.steps(steps)), na)

    def fullmatch(self, pat: Any, case: bool = True, flags: int = 0, na: Any = None, steps: int = 0) -> Any:
        """Whether a regular expression matches the text as a whole; ``steps`` is as in `contains`."""
        made = Pattern(pat, flags, case)
        return self._filled(self._call("str_fullmatch", made.text, steps=made.steps(steps)), na)

    def startswith(self, pat: Any, na: Any = None) -> Any:
        """Whether the text starts with another, or with one of several."""
        return self._filled(self._any_of("starts_with", pat), na)

    def endswith(self, pat: Any, na: Any = None) -> Any:
        """Whether the text ends with another, or with one of several."""
        return self._filled(self._any_of("ends_with", pat), na)

    def _any_of(self, name: str, pat: Any) -> Any:
        if not isinstance(pat, tuple):
            return self._call(name, pat)
        if not pat:
            return self._call("contains_any", patterns=[])
        answers = [self._call(name, text) for text in pat]
        return answers[0] if len(answers) == 1 else answers[0]._apply(_spec("any_horizontal"), tuple(answers[1:]), {})

    def count(self, pat: Any, flags: int = 0, steps: int = 0) -> Any:
        """How often a regular expression matches, without overlap; ``steps`` is as in `contains`."""
        made = Pattern(pat, flags)
        if made.touching:
            known = made.by_value("count")
            return mapped(self._owner, "count", lambda text: len(known.findall(text)))
        return self._call("count_matches", made.text, regex=True, steps=made.steps(steps))

    def findall(self, pat: Any, flags: int = 0, steps: int = 0) -> Any:
        """All matches of a regular expression as a list; of one with a group, what the group found; ``steps`` is as in
        `contains`."""
        made = Pattern(pat, flags)
        if made.groups > 1:
            raise UnsupportedError("findall of a pattern with several groups; use extractall, or one group")
        if made.touching:
            return mapped(self._owner, "findall", made.by_value("findall").findall)
        return self._call("extract_all", made.text, steps=made.steps(steps))

    def extract(self, pat: Any, flags: int = 0, expand: bool = True, steps: int = 0) -> Any:
        """What the groups of a regular expression found first: a frame, with ``expand=False`` and one group a series. Of an
        expression, a struct (or the one group). ``steps`` is as in `contains`."""
        made = Pattern(pat, flags)
        compiled = made.known("extract")
        if not compiled.groups:
            raise InvalidArgumentError("the pattern has no group: put what you want to extract in parentheses")
        steps = made.steps(steps)
        if compiled.groups == 1 and not expand:
            found = self._call("extract", made.text, group=1, steps=steps)
            title = next(iter(compiled.groupindex), None)
            return found if title is None or not hasattr(found, "iloc") else found.rename(title)
        names = {number: name for name, number in compiled.groupindex.items()}
        struct = self._call("extract_groups", pattern=made.text, steps=steps)
        if not hasattr(struct, "_plan"):
            return struct
        fields = {names.get(i, name_of(i - 1)): names.get(i, str(i)) for i in range(1, compiled.groups + 1)}
        field = _spec("struct_field")
        return frame_of(struct, {name: struct._apply(field, (), {"name": own}) for name, own in fields.items()})

    def replace(
        self,
        pat: Any,
        repl: Any = None,
        n: int = -1,
        case: bool | None = None,
        flags: int = 0,
        regex: bool = False,
        steps: int = 0,
    ) -> Any:
        """The text with matches replaced, at most ``n`` of them; ``pat`` may be a dictionary of several texts at once;
        ``steps`` is as in `contains`."""
        if isinstance(pat, dict):
            if repl is not None:
                raise InvalidArgumentError("repl must not be given beside a dictionary")
            if regex or n >= 0:
                raise UnsupportedError("a dictionary of regular expressions; replace one after the other")
            return self._call("replace_many", old=list(pat), new=list(pat.values()), case=case is not False)
        regex = regex or isinstance(pat, re.Pattern)
        if not regex:
            if callable(repl):
                raise InvalidArgumentError("a function makes replacements of a pattern: give regex=True")
            return self._call("str_replace", pat, repl, regex=False, case=case is not False, n=n)
        made = Pattern(pat, flags, case is not False)
        if callable(repl) or (made.touching and (repl != "" or n > 0)):
            known = made.known("replace") if callable(repl) else made.by_value("replace")
            return mapped(self._owner, "replace", lambda text: known.sub(repl, text, count=max(n, 0)))
        return self._call(
            "str_replace", made.text, replacement(repl, made.most), regex=True, n=n, steps=made.steps(steps)
        )

    def split(self, pat: Any = None, n: int | None = -1, expand: bool = False, regex: bool | None = None) -> Any:
        """The parts between separators (none given: white space), as a list; with ``expand`` of a series as a frame."""
        n = -1 if n is None else n
        # As pandas: one character is itself, more of them are a regular expression.
        if pat is None or pat == "" or not (isinstance(pat, re.Pattern) or (len(pat) != 1 if regex is None else regex)):
            return self._expanded(self._call("str_split", by=pat, n=n, regex=False), expand)
        made = Pattern(pat)
        if made.groups or made.touching or made.steps(0):
            # What groups find are parts, too, and so is what is between characters.
            known = made.known("split")
            return self._expanded(
                mapped(self._owner, "split", lambda text: known.split(text, maxsplit=max(n, 0))), expand
            )
        return self._expanded(self._call("str_split", by=made.text, n=n, regex=True), expand)

    def rsplit(self, pat: str | None = None, n: int | None = -1, expand: bool = False) -> Any:
        """The parts between separators, of which the last ``n`` count, as a list; with ``expand`` as a frame."""
        return self._expanded(self._call("str_rsplit", by=pat, n=-1 if n is None else n), expand)

    def _expanded(self, parts: Any, expand: bool) -> Any:
        if not expand:
            return parts
        if not hasattr(parts, "_plan"):
            raise UnsupportedError("expand of an expression, which has no rows to count; use split_exact")
        most = parts._apply(_spec("list_len"), (), {}).agg("max")
        count = 0 if most != most else int(most)
        get = _spec("list_get")
        return frame_of(parts, {name_of(i): parts._apply(get, (), {"index": i}) for i in range(count)})

    def partition(self, sep: str = " ", expand: bool = True) -> Any:
        """What is before the first separator, the separator, and what is after it: a frame of a series."""
        return self._three("str_partition", sep, expand)

    def rpartition(self, sep: str = " ", expand: bool = True) -> Any:
        """What is before the last separator, the separator, and what is after it: a frame of a series."""
        return self._three("str_rpartition", sep, expand)

    def _three(self, name: str, sep: str, expand: bool) -> Any:
        struct = self._call(name, by=sep)
        if expand or not hasattr(struct, "_plan"):
            made = self._fields(struct, ["0", "1", "2"]) if expand else struct
            return made.set_axis(range(3), axis=1) if hasattr(made, "columns") else made
        field = _spec("struct_field")
        parts = [struct._apply(field, (), {"name": name})._native for name in ("0", "1", "2")]
        there = Native.call("scalar", "is_not_null", [parts[0]])
        # As in pandas three texts in one cell.
        return struct._like(Native.case([(there, Native.call("scalar", "as_list", parts))], Native.literal(None)))

    def get(self, i: Any) -> Any:
        """One character by its number, one element of lists, or one field of structs by its name; missing where there are
        not so many."""
        if isinstance(i, str) and hasattr(self._owner, "_plan") and self._owner.dtype.startswith("struct"):
            return self._owner._apply(_spec("struct_field"), (), {"name": i})
        return self._call("list_get", index=i) if self._holds_lists() else self._call("str_get", i=i)

    def len(self) -> Any:
        """The number of characters, or of elements of lists."""
        return self._call("list_len") if self._holds_lists() else self._call("len_chars")

    def _holds_lists(self) -> bool:
        return hasattr(self._owner, "_plan") and is_list(self._owner.dtype)

    def slice(self, start: int | None = None, stop: int | None = None, step: int | None = None) -> Any:
        """The characters from ``start`` to before ``stop``."""
        if step not in (None, 1):
            if step == -1 and start is None and stop is None and not self._holds_lists():
                return self._call("str_reverse")
            return mapped(self._owner, "slice", lambda text: text[start:stop:step])
        name = "list_slice" if self._holds_lists() else "str_slice"
        return self._call(name, start=start or 0, stop=stop)

    def strip(self, to_strip: str | None = None) -> Any:
        """The text without white space (or given characters) at both ends."""
        return self._call("strip", characters=to_strip)

    def lstrip(self, to_strip: str | None = None) -> Any:
        """The text without white space (or given characters) at the start."""
        return self._call("lstrip", characters=to_strip)

    def rstrip(self, to_strip: str | None = None) -> Any:
        """The text without white space (or given characters) at the end."""
        return self._call("rstrip", characters=to_strip)

    def removeprefix(self, prefix: str) -> Any:
        """The text without another text at its start."""
        return self._call("removeprefix", prefix)

    def removesuffix(self, suffix: str) -> Any:
        """The text without another text at its end."""
        return self._call("removesuffix", suffix)

    def cat(self, others: Any = None, sep: str | None = None, na_rep: str | None = None, join: str = "left") -> Any:
        """All texts as one, with ``sep`` between them; with ``others`` (a series of the frame, a list of a text per row, or
        several of them in a list) each text with theirs, those of other frames by label. Missing texts are left out, or make
        the whole missing, unless ``na_rep`` stands for them.

        >>> import hypostyle as hs
        >>> df = hs.DataFrame({"a": ["x", "y"], "b": ["1", None]})
        >>> df["a"].str.cat(sep="-"), df["a"].str.cat(df["b"], sep="-", na_rep="?").to_list()
        ('x-y', ['x-1', 'y-?'])
        """
        if not hasattr(self._owner, "_plan") and others is not None:
            others = others if isinstance(others, (list, tuple)) else [others]
            return self._call("concat_str", *others, separator=sep or "")
        return joined(self._owner, others, sep, na_rep, join)

    def join(self, sep: str, ignore_nulls: bool = True) -> Any:
        """The elements of lists, or the characters of text, with ``sep`` between them.

        >>> import hypostyle as hs
        >>> hs.Series(["abc"]).str.join("-").to_list()
        ['a-b-c']
        """
        if hasattr(self._owner, "_plan") and self._owner.dtype == "string":
            return mapped(self._owner, "join", sep.join)
        return self._call("list_join", sep=sep, ignore_nulls=ignore_nulls)

    def repeat(self, repeats: Any) -> Any:
        """The text so many times: a number, a series of the frame, or a list of a number per row.

        >>> import hypostyle as hs
        >>> hs.Series(["a", "b"]).str.repeat([1, 2]).to_list()
        ['a', 'bb']
        """
        repeats = plain(repeats)
        if isinstance(repeats, (list, tuple)) or type(repeats).__module__ == "numpy":
            from hypostyle import _native

            series = series_of(self._owner, "repeat")
            times = series._by_position(list(repeats))
            return series._like(_native.Expr.call("scalar", "str_repeat", [series._native, times]))
        return self._call("str_repeat", repeats)

    def wrap(self, width: int, **options: Any) -> Any:
        r"""Lines of at most so many characters; ``options`` are those of Python's ``textwrap``.

        >>> import hypostyle as hs
        >>> hs.Series(["a long text"]).str.wrap(6).to_list()
        ['a long\ntext']
        """
        if not options and not hasattr(self._owner, "_plan"):
            return self._call("wrap", width=width)
        import textwrap

        if width < 1:
            raise InvalidArgumentError(f"wrap: width is at least 1, not {width}")
        wrapper = textwrap.TextWrapper(width=width, **options)
        return mapped(self._owner, "wrap", lambda text: "\n".join(wrapper.wrap(text)))

    def get_dummies(self, sep: str = "|", dtype: Any = None) -> Any:
        """A column of 0 and 1 for each part that occurs between separators.

        >>> import hypostyle as hs
        >>> hs.Series(["a|b", "b"]).str.get_dummies().to_dict("list")
        {'a': [1, 0], 'b': [1, 1]}
        """
        made = dummies(self._owner, sep)
        return made if dtype is None else made.astype(dtype)

    def extractall(self, pat: Any, flags: int = 0, steps: int = 1_000_000) -> Any:
        r"""What the groups of a regular expression found: a row for each match, indexed by the row and the match's number.
        ``steps`` is as in `contains`; here look-around and back-references are allowed.

        >>> import hypostyle as hs
        >>> hs.Series(["a1b2", "c"]).str.extractall(r"([a-z])(\d)").to_dict("list")
        {0: ['a', 'b'], 1: ['1', '2']}
        """
        made = Pattern(pat, flags)
        if made.touching:
            raise UnsupportedError(
                "extractall of a pattern that may match no character; use findall, or + in place of *"
            )
        return all_matches(self._owner, made, made.steps(steps))

    def encode(self, encoding: str, errors: str = "strict") -> Any:
        """The bytes of each text.

        >>> import hypostyle as hs
        >>> hs.Series(["a"]).str.encode("utf-8").to_list()
        [b'a']
        """
        return encoded(self._owner, encoding, errors)

    def decode(self, encoding: str, errors: str = "strict", dtype: Any = None) -> Any:
        """The text of bytes.

        >>> import hypostyle as hs
        >>> hs.Series([b"a"]).str.decode("utf-8").to_list()
        ['a']
        """
        return decoded(self._owner, encoding, errors)

    def translate(self, table: dict) -> Any:
        """The text with characters replaced by a table such as ``str.maketrans`` makes."""
        letters = {chr(old) if isinstance(old, int) else old: new for old, new in table.items()}
        news = ["" if new is None else chr(new) if isinstance(new, int) else new for new in letters.values()]
        return self._call("replace_many", old=list(letters), new=news, case=True)
