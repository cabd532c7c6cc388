"""Zip archives from anyone: refused before Python's zipfile builds an object for each of a million members."""

from __future__ import annotations

import io
import zipfile
from typing import IO

MAX_DIRECTORY_BYTES = 64_000_000  # of the central directory, the table of contents, which zipfile reads as a whole
ENTRY = b"PK\x01\x02"  # begins each member's entry there


class TooManyFilesError(ValueError):
    """An archive with more members than allowed."""


def opened(file: IO[bytes], max_members: int) -> zipfile.ZipFile:
    """Open a zip archive.

    Raises `TooManyFilesError` for more members than allowed, and what zipfile raises for what is no zip archive.
    """
    archive = zipfile.ZipFile(_Bounded(file, max_members))
    if not all(member.filename for member in archive.infolist()):  # zipfile would fail on it later
        raise zipfile.BadZipFile("a member has no name")
    return archive


class _Bounded(io.RawIOBase):
    """The file, which refuses to read a central directory that is too long or names too many members."""

    def __init__(self, file: IO[bytes], max_members: int) -> None:
        self._file, self._max_members = file, max_members

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(min(size, MAX_DIRECTORY_BYTES + 1) if size >= 0 else MAX_DIRECTORY_BYTES + 1)
        if len(content) > MAX_DIRECTORY_BYTES or content.count(ENTRY) > self._max_members:
            raise TooManyFilesError(f"it holds more than {self._max_members:,} files")
        return content

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset < 0:
            raise zipfile.BadZipFile("a member lies before its start")
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True
