"""Texts in other encodings than the engine's: decoded by Python, and written in UTF-8 for as long as they are read."""

from __future__ import annotations

import codecs
import functools
import glob
import io
import os
from collections.abc import Callable
from typing import Any, TypeVar

from hypostyle import _file_options as given
from hypostyle._open_files import is_open, kept
from hypostyle.errors import InvalidArgumentError, ParseError, UnsupportedError

F = TypeVar("F", bound=Callable[..., Any])


def only_utf8(encoding: str | None, errors: str) -> None:
    """What a reader of UTF-8 takes: any other encoding is unsupported there."""
    if given.encoding(encoding, errors) != "utf8":
        raise UnsupportedError(f"encoding={encoding!r}, encoding_errors={errors!r}")


def of_encodings(read: F, taken: Callable[[str | None, str], Any] = given.encoding) -> F:
    """Lets a reader take any encoding, and any way to treat errors in it, that Python knows. Those it does not take itself
    (``taken``) are decoded first; such files are read at once."""
    verb = read.__name__

    @functools.wraps(read)
    def reader(path: Any, *args: Any, **options: Any) -> Any:
        encoding, errors = options.get("encoding"), options.get("encoding_errors", "strict")
        try:
            taken(encoding, errors)
        except UnsupportedError:
            pass
        else:
            return read(path, *args, **options)
        decode = functools.partial(_decoded, verb=verb, encoding=_known(verb, encoding), errors=errors)
        options = {name: value for name, value in options.items() if name not in ("encoding", "encoding_errors")}
        if is_open(path):
            held = path.read()
            text = held if isinstance(held, str) else decode(bytes(held), "open-file")
            return read(io.StringIO(text, newline=""), *args, **options)
        if options.get("file_path") is not None:
            raise UnsupportedError(f"{verb}: file_path beside encoding={encoding!r}")
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            names = []
            for at, name in enumerate(_files(verb, path)):
                names.append(os.path.join(folder, str(at), os.path.basename(name)))
                os.mkdir(os.path.dirname(names[-1]))
                text = decode(_bytes(verb, name, options.get("compression", "infer")), name)
                with open(names[-1], "w", encoding="utf-8", newline="") as file:
                    file.write(text)
            return kept(read(names if len(names) > 1 else names[0], *args, **{**options, "compression": None}))

    return reader  # type: ignore[return-value]


def _known(verb: str, encoding: Any) -> str:
    try:
        return codecs.lookup(encoding or "utf-8").name
    except (LookupError, TypeError) as error:
        raise InvalidArgumentError(f"{verb}: encoding={encoding!r} is none that Python knows") from error


def _decoded(data: bytes, name: str, verb: str, encoding: str, errors: Any) -> str:
    try:
        codecs.lookup_error(errors)
    except (LookupError, TypeError) as error:
        raise InvalidArgumentError(f"{verb}: encoding_errors={errors!r} is no way to treat errors") from error
    try:
        text = data.decode(encoding, errors)
        # Halves of characters, which errors may be made to stand for, are in no file.
        text.encode()
    except UnicodeError as error:
        raise ParseError(f"{verb}: this is not {encoding} (file {name!r}): {error}") from error
    return text


def _files(verb: str, path: Any) -> list[str]:
    """The files of a path, a pattern, or several."""
    found: list[str] = []
    for one in given.paths(path):
        if "://" in one or os.path.isdir(one):
            raise UnsupportedError(f"{verb}: folders and URLs in UTF-8, UTF-16 and Latin-1 only ({one!r})")
        found += sorted(glob.glob(one, recursive=True)) if glob.has_magic(one) and not os.path.exists(one) else [one]
    return found


def _bytes(verb: str, name: str, compression: Any) -> bytes:
    """What a file holds, decompressed as Python's own modules can."""
    import bz2
    import gzip
    import lzma
    import zlib

    packed = given.compression(compression)
    openers: dict[str, Any] = {"gz": gzip.open, "gzip": gzip.open, "bz2": bz2.open, "bzip2": bz2.open, "xz": lzma.open}
    ending = name.lower().rsplit(".", 1)[-1] if packed == "infer" else packed
    if ending in ("zst", "zstd", "lz4"):
        raise UnsupportedError(f"{verb}: files packed with {ending} in UTF-8, UTF-16 and Latin-1 only")
    try:
        with openers.get(ending, open)(name, "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise given.missing(verb, name) from None
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        if getattr(error, "errno", None) is not None:
            raise
        raise given.corrupt(verb, name, error) from error
