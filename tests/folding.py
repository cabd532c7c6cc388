"""A file system that ignores case and the form of accents in names, as those of macOS and Windows do, by FUSE.

    python tests/folding.py SOURCE MOUNT

shows the folder SOURCE at MOUNT until that is unmounted. Names keep the form in which they were first written.
"""

import errno
import os
import sys
import unicodedata
from pathlib import Path
from typing import Any

from fuse import FUSE, FuseOSError, Operations


def fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


class Folding(Operations):  # type: ignore[misc]
    def __init__(self, source: str) -> None:
        self.source = Path(source)

    def real(self, path: str) -> Path:
        place = self.source
        for part in filter(None, path.split("/")):
            same = (each for each in place.iterdir() if fold(each.name) == fold(part)) if place.is_dir() else iter(())
            place = next(same, place / part)
        return place

    def __call__(self, operation: str, path: str, *values: Any) -> Any:
        try:
            return super().__call__(operation, path, *values)
        except OSError as error:
            raise FuseOSError(error.errno) from None

    def getattr(self, path: str, handle: int | None = None) -> dict[str, Any]:
        status = self.real(path).lstat()
        return {name: getattr(status, name) for name in dir(status) if name.startswith("st_")}

    def readdir(self, path: str, handle: int) -> list[str]:
        return [".", "..", *(each.name for each in self.real(path).iterdir())]

    def mkdir(self, path: str, mode: int) -> None:
        self.real(path).mkdir(mode)

    def rmdir(self, path: str) -> None:
        self.real(path).rmdir()

    def unlink(self, path: str) -> None:
        self.real(path).unlink()

    def rename(self, old: str, new: str) -> None:
        source, target = self.real(old), self.real(new)
        source.rename(target if source != target else target.with_name(Path(new).name))

    def link(self, target: str, source: str) -> None:
        self.real(target).hardlink_to(self.real(source))

    def chmod(self, path: str, mode: int) -> None:
        self.real(path).chmod(mode)

    def utimens(self, path: str, times: tuple[float, float] | None = None) -> None:
        os.utime(self.real(path), times)

    def open(self, path: str, flags: int) -> int:
        return os.open(self.real(path), flags)

    def create(self, path: str, mode: int, handle: int | None = None) -> int:
        if os.path.lexists(self.real(path)):
            raise FuseOSError(errno.EEXIST)
        return os.open(self.real(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

    def read(self, path: str, size: int, offset: int, handle: int) -> bytes:
        return os.pread(handle, size, offset)

    def write(self, path: str, content: bytes, offset: int, handle: int) -> int:
        return os.pwrite(handle, content, offset)

    def truncate(self, path: str, length: int, handle: int | None = None) -> None:
        os.truncate(self.real(path), length)

    def release(self, path: str, handle: int) -> None:
        os.close(handle)

    def fsync(self, path: str, data_only: int, handle: int) -> None:
        os.fsync(handle)


if __name__ == "__main__":
    FUSE(Folding(sys.argv[1]), sys.argv[2], foreground=True, nothreads=True, attr_timeout=0, entry_timeout=0)
