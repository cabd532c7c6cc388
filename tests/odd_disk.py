"""A file system for a folder with the oddities of others: `python tests/odd_disk.py FOLDER MOUNTED folded`.

folded: names that differ in case, or in how an accent is composed, are one, as on a Mac and on Windows; coarse: times
are whole multiples of two seconds, as on FAT; flaky: one rename in fifty fails. Needs fusepy and libfuse2.
"""

# ruff: noqa: PTH102, PTH104, PTH112, PTH118, PTH119, PTH120, PTH208, PTH211
import errno
import os
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from fuse import FUSE, FuseOSError, Operations

TIMES = ("st_atime", "st_ctime", "st_mtime")
STAT = (*TIMES, "st_gid", "st_mode", "st_nlink", "st_size", "st_uid", "st_ino")
STATFS = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_favail", "f_ffree", "f_files", "f_flag", "f_frsize")


def fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


class Disk(Operations):  # type: ignore[misc]
    def __init__(self, root: str, kinds: list[str]) -> None:
        self.root, self.kinds, self.random = root, kinds, random.Random(0)

    def __call__(self, operation: str, *arguments: Any) -> Any:
        try:
            return super().__call__(operation, *arguments)
        except FuseOSError:
            raise
        except OSError as error:
            raise FuseOSError(error.errno) from None

    def real(self, path: str) -> str:
        there = self.root
        for part in filter(None, path.split("/")):
            known = os.path.join(there, part)
            if "folded" in self.kinds and not os.path.lexists(known) and os.path.isdir(there):
                same = [name for name in os.listdir(there) if fold(name) == fold(part)]
                known = os.path.join(there, (same or [part])[0])
            there = known
        return there

    def getattr(self, path: str, handle: Any = None) -> dict[str, Any]:
        stat = os.lstat(self.real(path))
        found = {name: getattr(stat, name) for name in STAT}
        return found | ({name: found[name] // 2 * 2 for name in TIMES} if "coarse" in self.kinds else {})

    def readdir(self, path: str, handle: Any) -> Iterator[str]:
        yield from [".", "..", *os.listdir(self.real(path))]

    def mkdir(self, path: str, mode: int) -> None:
        os.mkdir(self.real(path), mode)

    def rename(self, old: str, new: str) -> None:
        if "flaky" in self.kinds and self.random.random() < 0.02:
            raise FuseOSError(errno.EIO)
        source, target = self.real(old), self.real(new)
        if source == target:  # only the form of its name changes
            target = os.path.join(os.path.dirname(source), os.path.basename(new))
        os.rename(source, target)

    def link(self, target: str, source: str) -> None:
        if os.path.lexists(self.real(target)):
            raise FuseOSError(errno.EEXIST)
        os.link(self.real(source), self.real(target))

    def symlink(self, name: str, target: str) -> None:
        os.symlink(target, self.real(name))

    def utimens(self, path: str, times: tuple[float, float] | None = None) -> None:
        os.utime(self.real(path), times)

    def open(self, path: str, flags: int) -> int:
        return os.open(self.real(path), flags)

    def create(self, path: str, mode: int, handle: Any = None) -> int:
        return os.open(self.real(path), os.O_RDWR | os.O_CREAT, mode)

    def read(self, path: str, size: int, offset: int, handle: int) -> bytes:
        return os.pread(handle, size, offset)

    def write(self, path: str, content: bytes, offset: int, handle: int) -> int:
        return os.pwrite(handle, content, offset)

    def truncate(self, path: str, length: int, handle: int | None = None) -> None:
        os.truncate(self.real(path), length)

    def fsync(self, path: str, data_only: int, handle: int) -> None:
        os.fsync(handle)

    def release(self, path: str, handle: int) -> None:
        os.close(handle)

    def statfs(self, path: str) -> dict[str, int]:
        found = os.statvfs(self.real(path))
        return {name: getattr(found, name) for name in STATFS}


def _of_path(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, path, *rest: function(self.real(path), *rest)


for name in ("rmdir", "unlink", "readlink", "chmod", "chown"):
    setattr(Disk, name, _of_path(getattr(os, name)))


if __name__ == "__main__":
    folder, mounted, *kinds = sys.argv[1:]
    FUSE(Disk(folder, kinds), mounted, foreground=True, nothreads=True, use_ino=True, attr_timeout=0, entry_timeout=0)
