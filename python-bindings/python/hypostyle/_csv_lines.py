"""CSV of which single lines are left out, or whose fields are apart by a pattern: rewritten in memory before it is read."""

from __future__ import annotations

import csv
import functools
import io
import os
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from hypostyle import _file_options as given
from hypostyle._open_files import is_open
from hypostyle.errors import DataTypeError, InvalidArgumentError, UnsupportedError

F = TypeVar("F", bound=Callable[..., Any])

#: Stands between the fields of a text that is rewritten: no text of anybody has it.
_BETWEEN = "\x1f"


def of_lines_and_patterns(read: F) -> F:
    """Lets a reader take a list or a function of ``skiprows``, and a ``sep`` that is a pattern."""

    @functools.wraps(read)
    def reader(path: Any, *args: Any, **options: Any) -> Any:
        name = "sep" if options.get("delimiter") is None else "delimiter"
        sep, skip = options.get(name, ","), options.get("skiprows", 0)
        pattern = isinstance(sep, str) and len(sep) > 1
        chosen = callable(skip) or (hasattr(skip, "__iter__") and not isinstance(skip, str))
        if not (pattern or chosen):
            return read(path, *args, **options)
        quote = options.get("quotechar", '"')
        text = _text_of(path, options)
        if chosen:
            text = "".join(_kept(_records(text, quote), skip))
            options["skiprows"] = 0
        if pattern:
            text = re.sub("\r\n?", "\n", text)
            text, options[name] = _rewritten(_without(options.get("comment"), text, quote), sep, quote)
        told = {"encoding": None, "compression": None}
        return read(io.StringIO(text, newline=""), *args, **{**options, **told})

    return reader  # type: ignore[return-value]


def _text_of(path: Any, options: dict[str, Any]) -> str:
    """What stands in an open file, or in the file of a path."""
    encoding = options.get("encoding") or "utf-8"
    encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    if is_open(path):
        held = path.read()
        return held if isinstance(held, str) else bytes(held).decode(encoding, options.get("encoding_errors", "strict"))
    paths = given.paths(path)
    if len(paths) > 1:
        raise UnsupportedError("read_csv: a pattern as sep, or single lines of skiprows, of one file at a time")
    packed = given.compression(options.get("compression", "infer"))
    name = paths[0]
    if os.path.isfile(name) and (packed is None or (packed == "infer" and not name.lower().endswith(_PACKED))):
        with open(name, encoding=encoding, errors=options.get("encoding_errors", "strict"), newline="") as file:
            return file.read()
    if encoding != "utf-8-sig":
        raise UnsupportedError(
            f"read_csv: a pattern as sep, or single lines of skiprows, of packed files in {encoding}"
        )
    from hypostyle.io import read_text

    told = {one: options[one] for one in ("compression", "storage_options") if one in options}
    return "".join(f"{line or ''}\n" for line in read_text(name, **told)["line"].to_list())


#: How names of compressed files end.
_PACKED = (".gz", ".zst", ".lz4", ".bz2", ".xz", ".zip")


def _records(text: str, quote: str | None) -> Iterable[str]:
    """The lines of a text with their ends; line breaks between quotes end none."""
    lines = io.StringIO(text, newline="")
    if not quote or quote not in text:
        return lines
    return _joined(lines, quote)


def _joined(lines: Iterable[str], quote: str) -> Iterable[str]:
    held = ""
    for line in lines:
        held += line
        if held.count(quote) % 2 == 0:
            yield held
            held = ""
    if held:
        yield held


def _kept(lines: Iterable[str], skip: Any) -> Iterable[str]:
    """The lines whose numbers are none of these, or of which a function says false."""
    if callable(skip):
        return (line for at, line in enumerate(lines) if not skip(at))
    numbers = [one.item() if hasattr(one, "item") else one for one in skip]
    if wrong := [one for one in numbers if isinstance(one, bool) or not isinstance(one, int) or one < 0]:
        raise InvalidArgumentError(f"skiprows: a line has a number from 0 on, not {wrong[0]!r}")
    gone = set(numbers)
    return (line for at, line in enumerate(lines) if at not in gone)


def _without(comment: str | None, text: str, quote: str | None) -> str:
    """The text without what follows a character; where there are quotes that is found when it is read."""
    if not comment or (quote and quote in text):
        return text
    return re.sub(f"(?m)[ \\t]*{re.escape(comment)}.*$", "", text)


def _rewritten(text: str, sep: str, quote: str | None) -> tuple[str, str]:
    """The text with one character between the fields, and that character. Blanks leave quoted fields whole; other patterns
    know of no quotes, as in pandas."""
    try:
        pattern = re.compile(sep)
    except re.error as error:
        raise DataTypeError(f"sep={sep!r} is no pattern: {error}") from None
    blank = sep in (r"\s+", r"[ \t]+", r" +", r"[\t ]+")
    if blank and not (quote and quote in text):
        space = " " if sep == r" +" else r"[ \t]"
        text = re.sub(f"(?m)^{space}+|{space}+$", "", text)
        return re.sub(f"{space}+", "\t", text), "\t"
    if blank:
        field = re.compile(f"{quote}(?:[^{quote}]|{quote}{quote})*{quote}|[^ \\t\\n]+")
        rows = (field.findall(record) for record in _records(text, quote))
        return "".join(f"{_BETWEEN.join(row)}\n" for row in rows), _BETWEEN
    made = io.StringIO()
    writer = csv.writer(made, delimiter=_BETWEEN, quotechar=quote or '"', lineterminator="\n")
    for line in io.StringIO(text, newline=None):
        fields = pattern.split(line.strip())
        writer.writerow(fields) if fields != [""] else made.write("\n")
    return made.getvalue(), _BETWEEN
