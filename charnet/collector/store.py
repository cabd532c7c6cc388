"""Samples on the disk: saved so that none is torn, lost or overwritten, whoever else is saving or being killed.

A sample is written to a hidden file, flushed to the disk, and only then given its name `<label>/<n>.png`, by a step
that fails when the name is taken. What is removed goes to a trash folder beside the data.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from charnet.system import files

STALE = 24 * 3600  # seconds after which an unfinished file belongs to a program that was killed


class Store:
    """A folder of label folders. Any number of stores, threads and programs may work on one folder."""

    def __init__(self, root: Path, labels: Sequence[str]) -> None:
        self.root = root
        self.labels = tuple(labels)
        whole = root.resolve()
        # Hidden, so that a reader of the folder above does not take it for a label.
        self.trash = whole.parent / f".{whole.name}-trash"

    def path(self, label: str, n: int) -> Path:
        if label not in self.labels:
            raise ValueError(f"{label!r} is not one of the labels {' '.join(self.labels)}")
        return self.root / label / f"{n}.png"

    def read(self, label: str, n: int) -> bytes:
        """The PNG of a sample. `FileNotFoundError` for all but a file: a pipe would keep its reader waiting forever."""
        path = self.path(label, n)
        if not path.is_file():
            raise _missing(label, n)
        return path.read_bytes()

    def save(self, label: str, content: bytes) -> int:
        """Keep a PNG under the lowest free number, which is returned once the file is safe on the disk."""
        folder = self.path(label, 0).parent
        files.make_folder(folder)
        part = files.hidden(folder / "sample.png")
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            return _settle(part, folder, _lowest_free(folder))
        finally:
            part.unlink(missing_ok=True)

    def remove(self, label: str, n: int) -> None:
        """Move a sample to the trash. Raises `FileNotFoundError` when there is no such sample."""
        path = self.path(label, n)
        trash = self.trash / label
        if not path.exists():
            raise _missing(label, n)
        files.make_folder(trash)
        # One rename takes whatever bears the number now; the time in the name keeps earlier ones of that number.
        path.rename(trash / f"{n}-{time.time_ns()}-{secrets.token_hex(4)}.png")
        files.sync_folder(trash)
        files.sync_folder(path.parent)

    def restore(self, label: str, n: int) -> int:
        """Bring the sample that was removed last under this number back; returns its number, n if that is free."""
        folder = self.path(label, n).parent
        trash = self.trash / label
        for path in sorted(trash.glob(f"{n}-*.png"), key=lambda path: path.name, reverse=True):
            part = trash / f".{path.name}"  # out of sight of whoever restores the same one now
            try:
                path.rename(part)
            except FileNotFoundError:
                continue
            try:
                files.make_folder(folder)
                return _settle(part, folder, _lowest_free(folder) if (folder / f"{n}.png").exists() else n)
            except OSError:
                with suppress(FileNotFoundError):  # it came back after all
                    part.rename(path)
                raise
        raise FileNotFoundError(f"{label}/{n} is not in the trash")

    def count(self, label: str) -> int:
        return len(_numbers(self.path(label, 0).parent))

    def counts(self) -> dict[str, int]:
        """How many samples each label has."""
        return {label: self.count(label) for label in self.labels}

    def sweep(self) -> None:
        """Delete the unfinished files of programs that were killed long ago."""
        for label in self.labels:
            for part in (self.root / label).glob(".*.part"):
                with suppress(FileNotFoundError):  # another program sweeps too
                    if time.time() - part.stat().st_mtime > STALE:
                        part.unlink()


def _missing(label: str, n: int) -> FileNotFoundError:
    return FileNotFoundError(f"there is no sample {label}/{n}")


def _numbers(folder: Path) -> set[int]:
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return set()
    return {int(name[:-4]) for name in names if re.fullmatch(r"(0|[1-9][0-9]{0,8})\.png", name)}


def _lowest_free(folder: Path) -> int:
    taken = _numbers(folder)
    return next(n for n in range(len(taken) + 1) if n not in taken)


def _settle(part: Path, folder: Path, n: int) -> int:
    """Give a finished file the first free number from n on, durably."""
    while not files.move(part, folder / f"{n}.png"):
        n += 1
    files.sync_folder(folder)
    return n
