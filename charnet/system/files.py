"""Writing files so that a reader sees the old one or the new one, never half of one, and none replaces another unasked.

A file grows under a hidden name that ends in .part beside its own; what a killed program leaves has that name only.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

STALE = 24 * 3600  # seconds after which an unfinished file belongs to a program that was killed

# What file systems without hard links answer (FAT, some network drives).
NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.EINVAL}


def write_bytes(path: Path, content: bytes, durable: bool = True) -> None:
    """Write `path` in one step; see `replacing`."""
    with replacing(path, durable) as file:
        file.write(content)


def write_new(path: Path, content: bytes) -> bool:
    """The same, never over another file: False when there is one by then."""
    part = hidden(path)
    try:
        write_bytes(part, content)
        return move(part, path)
    except OSError as error:
        if error.filename == str(part):
            error.filename = str(path)
        raise
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path, durable: bool = True) -> Iterator[IO[bytes]]:
    """A file to write into, which becomes `path` in one step when the block ends.

    `durable` waits until the disk has it, which takes longer than most writing: who makes many files that can be made
    again does without, and calls `flush` once. After an error `path` is as it was; an `OSError` names it.
    """
    part = hidden(path)
    try:
        with part.open("xb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None and error.filename in (None, str(part)):
            error.filename = str(path)  # the system names the hidden file, or says nothing of which write failed
        raise
    if durable:
        sync_folder(path.parent)


def hidden(path: Path) -> Path:
    """A new name beside `path` for what is not finished."""
    start = path.name[:50]  # of up to 200 bytes, where a whole name may take 255
    return path.with_name(f".{start}.{secrets.token_hex(4)}.part")


def sweep(folder: Path) -> None:
    """Delete what programs that were killed long ago left unfinished, in a folder and below."""
    for part in folder.rglob(".*.part"):
        with suppress(OSError):  # another program sweeps too, or this folder may not be changed
            if time.time() - part.stat().st_mtime > STALE:
                part.unlink()


def move(source: Path, target: Path) -> bool:
    """Rename a file, also to another drive, never replacing another: False when the name is taken.

    Wherever it is interrupted the file is whole, under either name or both; the next call finishes the move.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        if not same(source, target):
            return False
    except OSError as error:
        if error.errno == errno.EXDEV:
            return _move_across(source, target)
        if error.errno not in NO_LINKS:
            raise
        return _move_without_links(source, target)
    source.unlink()
    return True


def same(one: Path, other: Path) -> bool:
    """Whether both are there and one file, or one is the copy of the other that an interrupted move left behind."""
    try:
        if one.samefile(other):
            return True
        stats = [(path.stat().st_size, path.stat().st_mtime_ns, path.stat().st_dev) for path in (one, other)]
        return stats[0][:2] == stats[1][:2] and stats[0][2] != stats[1][2] and one.read_bytes() == other.read_bytes()
    except FileNotFoundError:
        return False


def _move_across(source: Path, target: Path) -> bool:
    """To another drive: a copy that is safe on its disk first, then its name, then the old one goes."""
    if not same(source, target):
        part = hidden(target)
        try:
            shutil.copy2(source, part)  # with its times, which tell the copy from another file of the same content
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            if not move(part, target):
                return False
        finally:
            part.unlink(missing_ok=True)
        sync_folder(target.parent)
    source.unlink()
    return True


def _move_without_links(source: Path, target: Path) -> bool:
    """A rename would replace, so who may rename is settled by who creates the lock."""
    lock = target.with_name(f".{target.name}.part")
    try:
        lock.open("xb").close()
    except FileExistsError:
        return False
    try:
        if target.exists():
            return False
        source.rename(target)
        return True
    finally:
        lock.unlink()


def make_folder(folder: Path) -> None:
    """A folder with its parents, durably."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries, so that a rename in it survives a power cut. Windows needs and allows no such thing."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def flush() -> None:
    """Wait until the disk has all that was written; many files at once take hardly longer than one."""
    if hasattr(os, "sync"):
        os.sync()
