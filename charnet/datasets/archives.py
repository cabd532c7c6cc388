"""Unpack downloaded archives into a temporary folder; damaged, malicious and oversized ones are refused."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import re
import signal
import sys
import tarfile
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import FrameType
from typing import IO, Any

from charnet.system import zips

DAMAGE = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, NotImplementedError)
MOST_BYTES = 2_000_000_000  # unpacked; UNIPEN's category has 43 MB, its whole distribution some hundred
MOST_FILES = 500_000
MOST_READ = 1 << 20  # bytes at once; tarfile reads more only for a member's name, into memory
# The first bytes of a compressed .tar, and the function that opens it.
COMPRESSED: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def unpacked(archive: Path, wanted: re.Pattern[str]) -> Iterator[Path]:
    """Unpack into a temporary folder, which is removed after the block, also on SIGTERM."""
    with _exit_on_sigterm(), tempfile.TemporaryDirectory(prefix="charnet-") as folder:
        unpack(archive, Path(folder), wanted)
        yield Path(folder)


def unpack(archive: Path, folder: Path, wanted: re.Pattern[str]) -> int:
    """Unpack the files whose names in the archive match `wanted`; return their number.

    Raises `ValueError` for a file that is not a tar or zip archive, is damaged, unpacks to more than MOST_BYTES, or has
    a member that would land outside `folder`.
    """
    try:
        if zipfile.is_zipfile(archive):
            return _unzip(archive, folder, wanted)
        return _untar(archive, folder, wanted)
    except DAMAGE as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]  # tarfile lists every format that it tried
        raise ValueError(f"{archive}: not a whole .tar, .tar.xz, .tar.gz or .zip archive ({reason})") from None
    except OSError as error:
        if error.errno is None:  # a decompressor's error; errors of the system have a number
            raise ValueError(f"{archive}: damaged archive ({error})") from None
        if error.errno in DISK_FULL or not _is_below(error.filename, folder):
            raise
        # A name that is too long, or names a file and a folder: the archive is at fault, not the disk.
        raise ValueError(f"{archive}: one of its members can't be unpacked ({error.strerror})") from None
    except RuntimeError as error:  # zipfile's answer to encryption
        raise ValueError(f"{archive}: {error}") from None
    except zips.TooManyFilesError:
        raise _too_large(archive) from None
    except ValueError as error:
        if str(error).startswith(f"{archive}: "):
            raise
        raise ValueError(f"{archive}: damaged archive ({error})") from None  # names with a zero byte and the like


def _untar(archive: Path, folder: Path, wanted: re.Pattern[str]) -> int:
    count = size = 0
    with archive.open("rb") as file:
        start = file.read(6)
    opened: Callable[..., Any] = next(
        (function for mark, function in COMPRESSED.items() if start.startswith(mark)), open
    )
    with opened(archive, "rb") as file, tarfile.open(fileobj=_Bounded(archive, file), mode="r:") as tar:
        for number, member in enumerate(tar):
            _check_name(archive, member.name)
            size += member.size
            _check_size(archive, number, size)
            if member.isfile() and wanted.search(member.name):
                tar.extract(member, folder, filter="data")
                count += 1
    return count


def _unzip(archive: Path, folder: Path, wanted: re.Pattern[str]) -> int:
    count = size = 0
    with archive.open("rb") as raw, zips.opened(raw, MOST_FILES) as file:
        for number, member in enumerate(file.infolist()):
            _check_name(archive, member.filename)
            size += member.file_size  # zipfile reads no more than a member claims
            _check_size(archive, number, size)
            if not member.is_dir() and wanted.search(member.filename):
                file.extract(member, folder)
                count += 1
    return count


class _Bounded(io.RawIOBase):
    """The output of a decompressor, up to the limit on its size."""

    def __init__(self, archive: Path, file: IO[bytes]) -> None:
        self.archive, self.file = archive, file

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MOST_READ:
            raise ValueError(f"{self.archive}: damaged archive (a name of {size:,} bytes)")
        _check_size(self.archive, 0, self.tell() + size)
        return self.file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET:
            _check_size(self.archive, 0, offset)
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()


def _check_size(archive: Path, files: int, size: int) -> None:
    if files >= MOST_FILES or size > MOST_BYTES:
        raise _too_large(archive)


def _too_large(archive: Path) -> ValueError:
    limits = f"{MOST_BYTES // 1_000_000:,} MB or {MOST_FILES:,} files"
    return ValueError(f"{archive}: it unpacks to more than {limits}; unpack what you trust and name the folder")


def _check_name(archive: Path, name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        raise ValueError(f"{archive}: its member {name!r} would land outside the target folder; archive refused")


def _is_below(name: object, folder: Path) -> bool:
    return isinstance(name, str | Path) and Path(name).is_relative_to(folder)


@contextmanager
def _exit_on_sigterm() -> Iterator[None]:
    """Turn SIGTERM into an exception within the block, so that everything is cleaned up."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread may handle signals
        yield
        return

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    previous = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
