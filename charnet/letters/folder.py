"""Folders of letters -> framed pictures in memory. Training, measuring and auditing all read letters here; no torch.

The layout is that of torchvision's ImageFolder: one folder of pictures per label, named as letters/naming.py says. The
labels come from the spec, however, so a missing or an extra folder is reported instead of shifting the targets of every
label after it.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.letters import cache, naming
from charnet.letters.config import LettersConfig, join
from charnet.pictures import listing
from charnet.spec import LOWERCASE, Spec
from charnet.system import pool
from charnet.system.answer import note, printable
from charnet.system.usage import typed
from charnet.system.words import as_typed

MAX_MISSING = 5  # letters of the alphabet that may be missing for the folders to be taken for an alphabet still
MAX_NAMED = 5  # skipped files that are named one by one; the rest are counted
TRAINING = {"train", "training"}  # folders of letter folders, in the layout of many collections
SMALL = 256  # pictures up to which decoding takes no longer than checking a cache

Found = list[tuple[str, int]]  # path and target of every file


@dataclass(slots=True)
class LetterSet:
    """Pictures in memory with their targets, in the order of labels and paths."""

    pictures: npt.NDArray[np.uint8]  # (n, height, width), 255 = ink
    targets: npt.NDArray[np.int64]  # (n,) indices into the spec's labels
    paths: list[Path]

    def __len__(self) -> int:
        return len(self.paths)

    def take(self, indices: npt.ArrayLike) -> LetterSet:
        """The pictures with these indices (n,)."""
        kept = np.asarray(indices, np.int64)
        return LetterSet(self.pictures[kept], self.targets[kept], [self.paths[index] for index in kept])


def read(root: Path, spec: Spec, allow_missing: bool = False, found: Found | None = None) -> LetterSet:
    """Read the pictures of every label of the spec.

    Damaged and blank files are named on standard error and skipped, folders that are no label noted and left alone.
    Pictures come from the cache until the spec, or any file or its name, changes. `found`, a result of `find`,
    saves listing the files again.
    Raises `FileNotFoundError` for a missing folder, `ValueError` where no picture can be read, or none of some label;
    with `allow_missing` such labels are only noted.
    """
    with pool.without_garbage_collection():
        return _read(root, spec, find(root, spec, allow_missing) if found is None else found, allow_missing)


def spec_of(config: LettersConfig) -> Spec:
    """The spec of a network to be trained: its labels are those in the settings or, if none, the letter folders found.

    Where these are the alphabet except for a few letters, the missing ones are noted. Raises `FileNotFoundError` for a
    missing folder, `ValueError` for one without letter folders.
    """
    if config.labels:
        return config.spec()
    root = Path(config.root)
    found = [label for label, path in _folders(root).items() if next(listing.scan(path, every=True), None)]
    if not found:
        raise ValueError(f"{root}: its letter folders are empty; draw some letters: {typed('collect')} count=3")
    if meant := meant_folders(root, found):
        typed_so = " data.test=".join(meant) if set(found) & TRAINING else " or data.root=".join(meant)
        raise ValueError(
            f"{root} holds folders of letter folders, not of pictures: {_shorten(found)}; "
            f"did you mean data.root={typed_so}? If these are labels, name them: data.labels='{' '.join(found)} '"
        )
    missing = [letter for letter in LOWERCASE if letter not in found]
    if set(found) <= set(LOWERCASE) and 0 < len(missing) <= MAX_MISSING:
        note(f"{root} has no pictures of {_shorten(missing)}")
    return config.spec(found)


def meant_folders(root: Path, names: Sequence[str]) -> list[str]:
    """The folders inside `root` that are meant where it is one level too high; none where it is right.

    It is too high where folders with names longer than a character hold no pictures, but folders of pictures: all of
    them, or one whose folders are single characters. Folders inside those of single characters are anyone's order.
    """
    inner = {name: _letter_folders(root / name) for name in names if len(name) > 1}
    high = {name: folders for name, folders in inner.items() if folders}
    if len(high) == len(names) or any(all(len(each) == 1 for each in folders) for folders in high.values()):
        return [(root / name).as_posix() for name in sorted(high, key=lambda name: name not in TRAINING)]
    return []


def _letter_folders(folder: Path) -> list[str]:
    """The folders of pictures inside a folder; none where it holds a picture itself."""
    if any(path.suffix.lower() in listing.SUFFIXES and path.is_file() for path in folder.iterdir()):
        return []
    return [path.name for path in folder.iterdir() if path.is_dir() and next(listing.scan(path), None)]


def find(root: Path, spec: Spec, allow_missing: bool = False) -> Found:
    """Path and target of every file of every label, in the order of labels and names. Raises what `read` raises."""
    folders = _folders(root)
    others = [label for label in folders if label not in spec.labels]
    found = [
        (entry.path, target)
        for target, label in enumerate(spec.labels)
        if label in folders
        for entry in listing.scan(folders[label], every=True)
    ]
    if others and not found:
        meant = f"; did you mean {' or '.join(high)}?" if (high := meant_folders(root, others)) else ""
        raise ValueError(
            f"{root}: no pictures of {_shorten(spec.labels)}; its letter folders are: {_shorten(others)}{meant}"
        )
    _missing_labels(root, spec, {target for _, target in found}, allow_missing)
    if others:
        note(f"{root}: ignored, not a label of this network: {_shorten(others)}")
    return found


def _folders(root: Path) -> dict[str, Path]:
    """The letter folders below a folder, by their labels; there is at least one."""
    if not root.is_dir():
        raise FileNotFoundError(
            f"{root}: no such folder; it needs one folder of pictures per label. Letters to start with: "
            f"{typed('datasets.synthesize')} --out {shlex.quote(str(root))}; "
            f"your own: {typed('collect')} {as_typed('data.root', root)}"
        )
    folders = naming.folders(root)
    if not folders:
        raise ValueError(f"{root}: no letter folders in it; it needs one folder of pictures per label")
    return folders


def _read(root: Path, spec: Spec, found: Found, allow_missing: bool) -> LetterSet:
    paths = [path for path, _ in found]
    entry = _entry(root, paths, spec)
    for index, text in list(entry.skipped.items())[:MAX_NAMED]:
        print(f"skipped {printable(paths[index])}: {text}", file=sys.stderr)
    if len(entry.skipped) > MAX_NAMED:
        print(f"skipped {len(entry.skipped) - MAX_NAMED:,} more", file=sys.stderr)
    kept = np.delete(np.arange(len(found)), list(entry.skipped))
    targets = np.array([target for _, target in found], np.int64)[kept]
    if missing := _missing_labels(root, spec, set(np.unique(targets).tolist()), allow_missing):
        note(f"{root} has no pictures of {_shorten(missing)}")
    return LetterSet(entry.pictures, targets, [Path(paths[index]) for index in kept])


def _entry(root: Path, paths: list[str], spec: Spec) -> cache.Entry:
    """The pictures of all files, from the cache or from the files."""
    name = None if len(paths) < SMALL else cache.key(root, paths, spec)
    entry = cache.read(name) if name else None
    if entry is None:
        entry, repeatable = cache.decode(paths, spec)
        if name and repeatable:
            cache.write(name, entry)
    return entry


def _missing_labels(root: Path, spec: Spec, targets: set[int], allow_missing: bool) -> list[str]:
    """The labels that are not among the targets; raises `ValueError` for all of them or, unless allowed, for any."""
    missing = [label for target, label in enumerate(spec.labels) if target not in targets]
    rest = [label for target, label in enumerate(spec.labels) if target in targets]
    if not rest:
        raise ValueError(f"{root}: no readable pictures; it needs one folder of pictures per label")
    if missing and not allow_missing:
        named = join(rest) if " " not in join(rest) else f"'{join(rest)}'"
        raise ValueError(f"{root}: no readable pictures of {_shorten(missing)}; data.labels={named} trains on the rest")
    return missing


def _shorten(labels: Sequence[str]) -> str:
    return " ".join(labels) if len(labels) <= 30 else " ".join(labels[:30]) + " ..."
