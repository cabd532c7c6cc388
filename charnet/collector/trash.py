"""What was removed from a folder of letters, until it is brought back.

It lies in a hidden folder beside the letters or, where that can't be reached by renaming (the letters lie on a drive of
their own) or not be written, in hidden folders among them, under names that no reader takes for pictures.
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
CLAIM = 10.0  # seconds; one who brings a sample back is done in a few milliseconds, or was killed
INSIDE = ".trash"


class Trash:
    """Each step is one rename: of several who take or give the same sample one does, and none is ever lost."""

    def __init__(self, root: Path) -> None:
        whole = root.resolve()
        # Hidden, so that a reader of the folder above does not take it for a label.
        self.beside = whole.parent / f".{whole.name}-trash"

    def take(self, path: Path) -> None:
        """Move a file in. Raises `FileNotFoundError` when it is gone."""
        # The rename takes whatever bears the name now; the time keeps earlier ones of that name.
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

    def give(self, path: Path, place: Callable[[Path], str]) -> str:
        """Let `place` move the file that was taken last from this path to where it belongs; its answer."""
        for found in self._of(path):
            part = found.with_name(f".{secrets.token_hex(4)}.{_plain(found.name)}")  # out of sight of all others
            try:
                found.rename(part)
            except FileNotFoundError:
                continue
            try:
                return place(part)
            except OSError:
                with suppress(FileNotFoundError):  # it came back after all
                    part.rename(found.with_name(_plain(found.name)))
                raise
        raise FileNotFoundError(f"{path.parent.name}/{path.stem} is not in the trash")

    def _folders(self, path: Path) -> tuple[Path, Path]:
        return self.beside / path.parent.name, path.parent / INSIDE

    def _of(self, path: Path) -> Iterator[Path]:
        """What was taken from this path, the last first; also what a killed program was about to bring back."""
        pattern = re.compile(re.escape(path.stem) + r"-(\d+)-[0-9a-f]{8}" + re.escape(path.suffix) + r"(\.removed)?")
        found: list[tuple[int, Path]] = []
        for folder in self._folders(path):
            for entry in folder.iterdir() if folder.is_dir() else ():
                if match := pattern.fullmatch(_plain(entry.name)):
                    if entry.name.startswith(".") and not _left_behind(entry):
                        continue
                    found.append((int(match[1]), entry))
        return (entry for _, entry in sorted(found, reverse=True))


def _plain(name: str) -> str:
    """A name in the trash without the claim of one who brings it back."""
    return name.split(".", 2)[2] if name.startswith(".") else name


def _left_behind(claimed: Path) -> bool:
    """Whether a claim is a killed program's. Where that had come as far as both names, it is only tidied up."""
    with suppress(FileNotFoundError):
        stat = claimed.stat()
        if time.time() - max(stat.st_ctime, stat.st_mtime) < CLAIM:
            return False
        if stat.st_nlink > 1:
            claimed.unlink()
            return False
        return True
    return False
