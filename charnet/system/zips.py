"""Zip archives from anyone: refused before Python's zipfile makes an object of each of a million members."""

from __future__ import annotations

import io
import zipfile
from typing import IO

MOST_BYTES = 64_000_000  # of the table of contents, which is read as a whole
ENTRY = b"PK\x01\x02"  # what each member begins with there


class CrowdedError(ValueError):
    """An archive of more members than allowed."""


def opened(file: IO[bytes], most: int) -> zipfile.ZipFile:
    """A zip archive of up to so many members. `CrowdedError` for one of more; what zipfile raises for what is none."""
    archive = zipfile.ZipFile(_Bounded(file, most))
    if not all(member.filename for member in archive.infolist()):  # zipfile stumbles over it later
        raise zipfile.BadZipFile("a member has no name")
    return archive


class _Bounded(io.RawIOBase):
    """The file, as long as what is read at once names few members."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most = file, most

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(min(size, MOST_BYTES + 1) if size >= 0 else MOST_BYTES + 1)
        if len(content) > MOST_BYTES or content.count(ENTRY) > self._most:
            raise CrowdedError(f"it holds more than {self._most:,} files")
        return content

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and place < 0:
            raise zipfile.BadZipFile("a member lies before its start")
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True
