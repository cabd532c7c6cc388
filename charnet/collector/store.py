"""Samples on the disk: saved so that none is torn, lost or overwritten, whoever else is saving or being killed.

A sample is written to a hidden file, flushed to the disk, and only then given its name, by a step that fails when the
name is taken. Its name is `<n>.png`, or `<writer>-<n>.png` where the writer is known, with the lowest free n. Here and
in addresses a sample is named without ".png"; pictures of other kinds, which someone put there, by their whole name.
"""

from __future__ import annotations

import errno
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from charnet.collector.trash import Trash
from charnet.letters import samples
from charnet.letters.samples import writer_of
from charnet.pictures import listing
from charnet.system import files

SETTLED = 1_000_000_000  # ns; a folder changed this long ago would show another time if it changed again
NAME = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]{0,200}")
NUMBERED = re.compile(r"(.*-)?(0|[1-9][0-9]{0,8})\.png")
WRITER = re.compile(r"[A-Za-z0-9]{1,40}")
OTHERS = tuple(listing.SUFFIXES)


class Store:
    """A folder of label folders. Any number of stores, threads and programs may work on one folder."""

    def __init__(self, root: Path, labels: Sequence[str]) -> None:
        self.root = root
        self.labels = tuple(labels)
        self.trash = Trash(root)
        self._listed: dict[str, tuple[int, list[str]]] = {}  # label -> time of its folder, names

    def path(self, label: str, name: str) -> Path:
        """The file of a sample, there or not. `ValueError` for what can be none."""
        if label not in self.labels:
            raise ValueError(f"{label!r} is not one of the labels {' '.join(self.labels)}")
        if not NAME.fullmatch(name):
            raise ValueError(f"{name[:40]!r} is not the name of a sample")
        return self.root / label / (name if name.lower().endswith(OTHERS) else f"{name}.png")

    def read(self, label: str, name: str) -> bytes:
        """The content of a sample. `FileNotFoundError` for all but a file: a pipe would keep its reader waiting."""
        path = self.path(label, name)
        if not path.is_file():
            raise missing(label, name)
        return path.read_bytes()

    def save(self, label: str, content: bytes, writer: str = "", start: int | None = None) -> str:
        """Keep a PNG; its name is returned once the file is safe on the disk.

        Who saves many gives the number to `start` looking from, and calls `files.flush` once: this then does not wait.
        """
        return samples.save(self.path(label, "0").parent, content, writer, start)

    def remove(self, label: str, name: str) -> None:
        """Move a sample to the trash. Raises `FileNotFoundError` when there is no such sample."""
        path = self.path(label, name)
        if not path.exists():
            raise missing(label, name)
        self.trash.take(path)
        files.sync_folder(path.parent)

    def restore(self, label: str, name: str) -> str:
        """Bring the sample that was removed last under this name back; its name, the same if that is free."""
        path = self.path(label, name)
        files.make_folder(path.parent)
        return self.trash.give(path, lambda part: _place(part, path))

    def move(self, label: str, name: str, to: str) -> str:
        """Give a sample another label; its name there: the lowest free number of its writer."""
        path, target = self.path(label, name), self.path(to, name)
        if to == label:
            return name
        if not path.is_file():
            raise missing(label, name)
        files.make_folder(target.parent)
        try:
            numbered = NUMBERED.fullmatch(path.name)
            found = samples.settle(path, target.parent, writer_of(name)) if numbered else _place(path, target)
        except FileNotFoundError:  # someone else was quicker
            raise missing(label, name) from None
        files.sync_folder(path.parent)
        return found

    def names(self, label: str) -> list[str]:
        """The names of a label's samples, sorted; from memory where its folder has not changed since."""
        folder = self.path(label, "0").parent
        try:
            changed = folder.stat().st_mtime_ns
            if self._listed.get(label, (0, []))[0] == changed:
                return self._listed[label][1]
            found = sorted(name_of(path.name) for path in folder.iterdir() if is_sample(path.name))
        except (FileNotFoundError, NotADirectoryError):
            return []
        if time.time_ns() - changed > SETTLED:
            self._listed[label] = changed, found
        return found

    def count(self, label: str) -> int:
        return len(self.names(label))

    def counts(self) -> dict[str, int]:
        """How many samples each label has."""
        return {label: self.count(label) for label in self.labels}

    def writers(self) -> dict[str, int]:
        """How many samples each writer has, the busiest first; those of no writer are left out."""
        tally = Counter(writer_of(name) for label in self.labels for name in self.names(label))
        return {writer: n for writer, n in tally.most_common() if writer}

    def sweep(self) -> None:
        """Delete the unfinished files of programs that were killed long ago."""
        for label in self.labels:
            files.remove_stale_parts(self.root / label)


def missing(label: str, name: str) -> FileNotFoundError:
    return FileNotFoundError(f"there is no sample {label}/{name}")


def name_of(file: str) -> str:
    name = file.removesuffix(".png")
    return file if name.lower().endswith(OTHERS) else name  # scan.jpg.png is not scan.jpg


def is_sample(file: str) -> bool:
    return file.lower().endswith(OTHERS) and NAME.fullmatch(file) is not None


def _place(path: Path, target: Path) -> str:
    """Move a sample to `target` or, where that is taken, to the lowest free number of its writer."""
    if files.move(path, target):
        files.sync_folder(target.parent)
        return name_of(target.name)
    if not target.name.endswith(".png"):  # a picture of someone's own, under a number from now on
        raise FileExistsError(errno.EEXIST, f"{target.name} is taken there; rename one of them", str(target))
    return samples.settle(path, target.parent, writer_of(target.name))
