"""The samples on disk. None is truncated, lost or overwritten, even when other programs save or are killed meanwhile.

A sample's file is `<n>.png`, or `<writer>-<n>.png` where the writer is known, with the lowest free n
(charnet/letters/samples.py). Here and in URLs its name has no ".png". Pictures of other kinds, which someone put into
the folder, go by their whole file name.
"""

from __future__ import annotations

import errno
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from charnet.collector.trash import Trash
from charnet.letters import naming, samples
from charnet.letters.samples import writer_of
from charnet.pictures import listing
from charnet.system import files, names

CLOCK_TICK = 2_000_000_000  # ns; two changes of a folder within it may leave the same modification time, as on FAT
NAME = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]{0,200}")
NUMBERED = re.compile(r"(.*-)?(0|[1-9][0-9]{0,8})\.png")
WRITER = re.compile(r"[A-Za-z0-9]{1,40}")
SUFFIXES = tuple(listing.SUFFIXES)


class Store:
    """A folder of label folders. Any number of stores, threads and programs may use one folder at the same time."""

    def __init__(self, root: Path, labels: Sequence[str]) -> None:
        """Raises `ValueError` where two labels would share a folder."""
        self.root = root
        self.set_labels(labels)
        self.trash = Trash(root)
        self._listed: dict[str, tuple[int, list[str]]] = {}  # label -> modification time of its folder, names

    def set_labels(self, labels: Sequence[str]) -> None:
        """Change the labels. Raises `ValueError`, and changes nothing, where two would share a folder."""
        self._folders = naming.assign(self.root, labels)
        self.labels = tuple(labels)

    def path(self, label: str, name: str) -> Path:
        """The file of a sample, which need not exist. Raises `ValueError` for an unknown label or an invalid name."""
        if label not in self.labels:
            raise ValueError(f"{label!r} is not one of the labels {' '.join(self.labels)}")
        if not is_name(name):
            raise ValueError(f"{name[:40]!r} is not the name of a sample")
        return self._folders[label] / (name if name.lower().endswith(SUFFIXES) else f"{name}.png")

    def read(self, label: str, name: str) -> bytes:
        """The content of a sample. Raises `FileNotFoundError` unless it is a file: reading a pipe would block."""
        path = self.path(label, name)
        if not path.is_file():
            raise missing(label, name)
        return path.read_bytes()

    def save(self, label: str, content: bytes, writer: str = "", start: int | None = None) -> str:
        """Save a PNG under the lowest free number; returns its name once the file is flushed to the disk.

        With `start` it takes the first free number from there and does not flush: whoever saves many samples calls
        `files.flush` once at the end.
        """
        return samples.save(self.path(label, "0").parent, content, writer, start)

    def remove(self, label: str, name: str) -> None:
        """Move a sample to the trash. Raises `FileNotFoundError` where there is none."""
        path = self.path(label, name)
        if not path.exists():
            raise missing(label, name)
        self.trash.put(path)
        files.sync_folder(path.parent)

    def restore(self, label: str, name: str) -> str:
        """Restore the sample last removed under this name; returns its name, a new one where its own is taken."""
        path = self.path(label, name)
        files.make_folder(path.parent)
        return self.trash.restore(path, lambda part: _move(part, path))

    def move(self, label: str, name: str, to: str) -> str:
        """Move a sample to another label; returns its name there, with the lowest free number of its writer."""
        path, target = self.path(label, name), self.path(to, name)
        if to == label:
            return name
        if not path.is_file():
            raise missing(label, name)
        files.make_folder(target.parent)
        try:
            numbered = NUMBERED.fullmatch(path.name)
            new_name = samples.settle(path, target.parent, writer_of(name)) if numbered else _move(path, target)
        except FileNotFoundError:  # someone else moved or removed it first
            raise missing(label, name) from None
        files.sync_folder(path.parent)
        return new_name

    def names(self, label: str) -> list[str]:
        """The names of a label's samples, sorted. Returns the same list again while the folder has not changed."""
        folder = self.path(label, "0").parent
        try:
            changed = folder.stat().st_mtime_ns
            if self._listed.get(label, (0, []))[0] == changed:
                return self._listed[label][1]
            found = sorted(name_of(path.name) for path in folder.iterdir() if is_sample(path.name))
        except (FileNotFoundError, NotADirectoryError):
            return []
        if time.time_ns() - changed > CLOCK_TICK:
            self._listed[label] = changed, found
        return found

    def count(self, label: str) -> int:
        return len(self.names(label))

    def counts(self) -> dict[str, int]:
        """How many samples each label has."""
        return {label: self.count(label) for label in self.labels}

    def writers(self) -> dict[str, int]:
        """How many samples each writer has, most first. Samples without a writer are not counted."""
        counter = Counter(writer_of(name) for label in self.labels for name in self.names(label))
        return {writer: n for writer, n in counter.most_common() if writer}

    def sweep(self) -> None:
        """Delete unfinished files of programs that were killed long ago."""
        for folder in self._folders.values():
            files.remove_stale_parts(folder)


def missing(label: str, name: str) -> FileNotFoundError:
    return FileNotFoundError(f"there is no sample {label}/{name}")


def name_of(file: str) -> str:
    """A sample's name from its file name."""
    name = file.removesuffix(".png")
    return file if name.lower().endswith(SUFFIXES) else name  # scan.jpg.png is not scan.jpg


def is_name(name: str) -> bool:
    """Whether this may be the name of a sample, on every system."""
    return NAME.fullmatch(name) is not None and names.is_portable(name)


def is_sample(file: str) -> bool:
    return file.lower().endswith(SUFFIXES) and is_name(file)


def _move(path: Path, target: Path) -> str:
    """Move a file to `target` or, where that is taken, to the lowest free number of its writer; returns its name."""
    if files.move(path, target):
        files.sync_folder(target.parent)
        return name_of(target.name)
    if not target.name.endswith(".png"):  # numbered samples are PNGs
        raise FileExistsError(errno.EEXIST, f"{target.name} already exists there; rename one of them", str(target))
    return samples.settle(path, target.parent, writer_of(target.name))
