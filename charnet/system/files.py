"""Writing files atomically: a reader sees the old file or the new one, and no file replaces another by accident.

A file is written under a hidden name that ends in .part, beside its own; what a killed program leaves has that name.
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

from charnet.system.names import normalise

STALE = 24 * 3600  # seconds after which an unfinished file must belong to a program that was killed

# Errors of file systems without hard links (FAT, some network drives).
NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.EINVAL}


def write_bytes(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file in one step; see `replacing`."""
    with replacing(path, durable) as file:
        file.write(content)


def read_text(path: Path, limit: int) -> str:
    """The text of a file of at most `limit` bytes in UTF-8, with or without a byte order mark, in normal form C.

    Raises `ValueError` without the file's name for a longer one, and for one that is not such text.
    """
    with path.open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"more than {limit:,} bytes")
    try:
        return normalise(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("not text in UTF-8") from None


def write_new(path: Path, content: bytes) -> bool:
    """Write a file unless there is one of that name: whether it was written."""
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
    """Open a new file, which becomes `path` in one step when the block ends.

    `durable` waits until the content is on the disk, which takes longer than most writing: a caller that makes many
    files, and can make them again, leaves it out and calls `flush` once. After an error `path` is as it was; an
    `OSError` names it.
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
            error.filename = str(path)  # the system names the hidden file, or none at all
        raise
    if durable:
        sync_folder(path.parent)


def hidden(path: Path) -> Path:
    """A new name beside `path` for a file that is not finished."""
    start = path.name[:50]  # at most 200 bytes; a whole name may have 255
    return path.with_name(f".{start}.{secrets.token_hex(4)}.part")


def remove_stale_parts(folder: Path) -> None:
    """Delete the unfinished files of programs that were killed long ago, in a folder and below."""
    for part in folder.rglob(".*.part"):
        with suppress(OSError):  # another program deletes them too, or this folder may not be changed
            if time.time() - part.stat().st_mtime > STALE:
                part.unlink()


def move(source: Path, target: Path) -> bool:
    """Move a file, also to another drive, unless the target's name is taken: whether it is now under that name.

    If the program is killed half-way, the file is whole under either name or both; the next call finishes the move.
    Where both paths lead to one entry of one folder nothing is done.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        if not same_file(source, target):
            return False
        if _one_entry(source, target):
            return True
    except OSError as error:
        if error.errno == errno.EXDEV:
            return _move_across(source, target)
        if error.errno not in NO_LINKS:
            raise
        return _move_without_links(source, target)
    source.unlink()
    return True


def same_file(one: Path, other: Path) -> bool:
    """Whether both paths exist and are one file, or one is the copy that an interrupted move made of the other.

    A symbolic link is not the file that it leads to.
    """
    try:
        stats = one.lstat(), other.lstat()
        if os.path.samestat(*stats):
            return True
        (size, time), (other_size, other_time) = ((stat.st_size, stat.st_mtime_ns) for stat in stats)
        is_copy = (size, time) == (other_size, other_time) and stats[0].st_dev != stats[1].st_dev
        return is_copy and one.read_bytes() == other.read_bytes()
    except FileNotFoundError:
        return False


def _one_entry(source: Path, target: Path) -> bool:
    """Whether two paths to the same file lead to one entry of one folder: deleting either would delete the file.

    Paths do not show it: folders may be linked, a drive mounted twice, names the same but for case. A new file tells
    whether the folders are one; if they are, the folder lists both names or is asked by two names for one entry.
    """
    probe = hidden(source)
    probe.touch(exist_ok=False)
    try:
        if not target.with_name(probe.name).exists():
            return False
    finally:
        probe.unlink()
    return source.name == target.name or not {source.name, target.name} <= set(os.listdir(source.parent))  # noqa: PTH208


def _move_across(source: Path, target: Path) -> bool:
    """Move to another drive: write a copy, give it its name once it is on the disk, then delete the source."""
    if not same_file(source, target):
        part = hidden(target)
        try:
            shutil.copy2(source, part)  # with its times, by which `same_file` knows the copy
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            if not move(part, target):
                return False
        finally:
            part.unlink(missing_ok=True)
        sync_folder(target.parent)
    elif _one_entry(source, target):
        return True
    source.unlink()
    return True


def _move_without_links(source: Path, target: Path) -> bool:
    """Move by a rename, which would replace a target; whoever creates the lock file may check and rename."""
    lock = target.with_name(f".{target.name}.part")
    try:
        lock.open("xb").close()
    except FileExistsError:
        return False
    try:
        if os.path.lexists(target):
            return same_file(source, target) and _one_entry(source, target)
        source.rename(target)
        return True
    finally:
        lock.unlink()


def expand_home(path: str) -> str:
    """A path with `~` at its start, which shells leave alone after "=", as one in the home folder."""
    return os.path.expanduser(path)  # noqa: PTH111 - Path.expanduser raises where no user has that name


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, durably."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries, so that a rename in it survives a power cut. Windows neither needs nor allows that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def flush() -> None:
    """Wait until everything written is on the disk; many files at once take hardly longer than one."""
    if hasattr(os, "sync"):
        os.sync()
