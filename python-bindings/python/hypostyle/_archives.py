"""Archives of one file, which pandas reads and writes: unpacked for as long as they are read."""

from __future__ import annotations

import errno
import functools
import io
import lzma
import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, TypeVar

from hypostyle import _file_options as given
from hypostyle._open_files import is_open, kept
from hypostyle.errors import InvalidArgumentError, UnsupportedError

F = TypeVar("F", bound=Callable[..., Any])

#: How archives are named.
_ENDINGS = {".zip": "zip", ".tar": "tar", ".tar.gz": "tar", ".tar.bz2": "tar", ".tar.xz": "tar"}
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    ValueError,
    OSError,
)


def kind_of(path: Any, compression: Any) -> str | None:
    """The kind of archive that a file is, by its name or as it is told: ``zip`` or ``tar``; none of other files."""
    if isinstance(compression, Mapping):
        compression = _method(compression)
    if compression != "infer":
        return compression if compression in ("zip", "tar") else None
    if not isinstance(path, (str, os.PathLike)):
        return None
    name = os.fspath(path)
    return next((kind for ending, kind in _ENDINGS.items() if str(name).lower().endswith(ending)), None)


def _method(compression: Mapping[str, Any]) -> Any:
    if "method" not in compression:
        raise InvalidArgumentError(f"compression={dict(compression)!r}: 'method' says how")
    return compression["method"]


def of_archives(read: F) -> F:
    """Lets a reader take archives of one file, and options of compression as pandas has them; archives are read at once."""

    @functools.wraps(read)
    def reader(path: Any, *args: Any, **options: Any) -> Any:
        told = options.get("compression", "infer")
        if isinstance(told, Mapping):
            # The other options say how a file is written.
            told = options["compression"] = _method(told)
        one = is_open(path) or not hasattr(path, "__iter__") or isinstance(path, (str, os.PathLike))
        listed = [path] if one else list(path)
        kinds = [kind_of(part, told) for part in listed]
        if not any(kinds):
            return read(path if one else listed, *args, **options)
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            places = [os.path.join(folder, str(at)) for at in range(len(listed))]
            names = [
                part if kind is None else _unpacked(part, kind, place)
                for part, kind, place in zip(listed, kinds, places, strict=True)
            ]
            if told in ("zip", "tar"):
                options["compression"] = "infer"
            return kept(read(names[0] if one else names, *args, **options))

    return reader  # type: ignore[return-value]


def _unpacked(source: Any, kind: str, folder: str) -> str:
    """The one file of an archive, in a folder of its own."""
    name = "open-file" if is_open(source) else given.paths(source)[0]
    if "://" in name:
        raise UnsupportedError(f"archives are read from disks, not from URLs (file {name!r}); unpack it first")
    if not is_open(source) and not os.path.isfile(name):
        raise given.missing("read", name)
    try:
        with _members(io.BytesIO(source.read()) if is_open(source) else name, kind) as (members, start):
            if len(members) != 1:
                some = ", ".join(map(repr, members[:5])) or "none"
                raise InvalidArgumentError(f"an archive of one file is read, and this one has {some} (file {name!r})")
            os.mkdir(folder)
            made = os.path.join(folder, _inner(os.path.basename(members[0])))
            with start(members[0]) as packed, open(made, "wb") as file:
                shutil.copyfileobj(packed, file)
    except InvalidArgumentError:
        raise
    except _DAMAGED as error:
        # Places of a damaged archive may be none of the file.
        if getattr(error, "errno", None) not in (None, errno.EINVAL):
            raise
        raise given.corrupt("read", name, error) from error
    return made


def _inner(name: str) -> str:
    """The name of an archive's file without endings: pandas names it as the archive, and no file in it is packed again."""
    while (parts := os.path.splitext(name))[1].lower() in (".zip", ".tar", ".gz", ".bz2", ".xz", ".zst", ".lz4"):
        name = parts[0]
    return name


@contextmanager
def _members(file: Any, kind: str) -> Iterator[tuple[list[str], Callable[[str], IO[bytes]]]]:
    """The files of an archive, and how one of them is opened."""
    if kind == "zip":
        with zipfile.ZipFile(file) as archive:
            yield [one.filename for one in archive.infolist() if not one.is_dir()], archive.open
        return
    told: Any = {"name": file} if isinstance(file, str) else {"fileobj": file}
    with tarfile.open(**told) as tar:

        def start(name: str) -> IO[bytes]:
            found = tar.extractfile(name)
            if found is None:
                raise tarfile.ReadError(f"{name!r} is no file")
            return found

        yield [one.name for one in tar.getmembers() if one.isfile()], start
