"""The trash: samples that were removed, until they are restored.

It is a hidden folder beside the data. Where a file can't be renamed into it, since the data is on another drive or the
folder above is read-only, it is a hidden folder inside each label's folder, with file names that no reader takes for
pictures.
"""

from __future__ import annotations

import errno
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from charnet.system import files

ELSEWHERE = {errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS}
CLAIM_TIMEOUT = 10.0  # seconds; restoring takes a few milliseconds, so whoever takes longer was killed
INSIDE = ".trash"


class Trash:
    """Each step is one rename, so of several programs that move the same sample one succeeds, and no sample is lost."""

    def __init__(self, root: Path) -> None:
        folder = root.resolve()
        # Hidden, so that a reader of the folder above does not take it for a label.
        self.beside = folder.parent / f".{folder.name}-trash"

    def put(self, path: Path) -> None:
        """Move a file into the trash. Raises `FileNotFoundError` where there is none."""
        # The time and the random part keep it apart from files that had the same name before.
        name = f"{path.stem}-{time.time_ns()}-{secrets.token_hex(4)}{path.suffix}"
        beside, inside = self._folders(path)
        try:
            files.make_folder(beside)
            path.rename(beside / name)
            files.sync_folder(beside)
        except OSError as error:
            if error.errno not in ELSEWHERE:
                raise
            files.make_folder(inside)
            path.rename(inside / f"{name}.removed")
            files.sync_folder(inside)

    def restore(self, path: Path, move: Callable[[Path], str]) -> str:
        """Have `move` move the file that was removed last from this path out of the trash; returns what `move` returns.

        The file is first claimed, by renaming it to a hidden name, so that no other program restores it too. Raises
        `FileNotFoundError` where the trash holds no file of this path.
        """
        for found in self._find(path):
            claimed = found.with_name(f".{secrets.token_hex(4)}.{_unclaimed(found.name)}")
            try:
                found.rename(claimed)
            except FileNotFoundError:  # another program claimed it first
                continue
            try:
                return move(claimed)
            except OSError:
                with suppress(FileNotFoundError):  # it was moved all the same
                    claimed.rename(found.with_name(_unclaimed(found.name)))
                raise
        raise FileNotFoundError(f"{path.parent.name}/{path.stem} is not in the trash")

    def _folders(self, path: Path) -> tuple[Path, Path]:
        return self.beside / path.parent.name, path.parent / INSIDE

    def _find(self, path: Path) -> Iterator[Path]:
        """The files that were removed from this path, the last first, with those that a killed program had claimed."""
        pattern = re.compile(re.escape(path.stem) + r"-(\d+)-[0-9a-f]{8}" + re.escape(path.suffix) + r"(\.removed)?")
        found: list[tuple[int, Path]] = []
        for folder in self._folders(path):
            for entry in folder.iterdir() if folder.is_dir() else ():
                if match := pattern.fullmatch(_unclaimed(entry.name)):
                    if entry.name.startswith(".") and not _is_abandoned(entry):
                        continue
                    found.append((int(match[1]), entry))
        return (entry for _, entry in sorted(found, reverse=True))


def _unclaimed(name: str) -> str:
    """A file name in the trash without the prefix of a claim."""
    return name.split(".", 2)[2] if name.startswith(".") else name


def _is_abandoned(claimed: Path) -> bool:
    """Whether the program that claimed a file was killed. Where the file was restored already, the claim is deleted."""
    with suppress(FileNotFoundError):
        stat = claimed.stat()
        if time.time() - max(stat.st_ctime, stat.st_mtime) < CLAIM_TIMEOUT:
            return False
        if stat.st_nlink > 1:  # the restored sample is the same file
            claimed.unlink()
            return False
        return True
    return False
