"""Folders of letters -> framed pictures in memory. One reader for whoever trains, measures or audits; free of torch.

The layout is that of torchvision's ImageFolder: one folder of pictures per label. Unlike there, labels come from the
spec, so that a missing or a stray folder is told instead of shifting every label behind it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.letters import cache
from charnet.letters.config import LettersConfig, join
from charnet.pictures import listing
from charnet.spec import LOWERCASE, Spec
from charnet.system.answer import printable
from charnet.system.usage import typed

MISSING = 5  # letters that an alphabet may lack and still be taken for one
NAMED = 5  # skipped files that are named one by one; the rest are counted
SMALL = 256  # pictures up to which decoding takes no longer than looking after a cache

Found = list[tuple[str, int]]  # path and target of every file


@dataclass(slots=True)
class Letters:
    """Pictures in memory, in the order of their labels and paths."""

    pictures: npt.NDArray[np.uint8]  # (n, height, width), 255 = ink
    targets: npt.NDArray[np.int64]  # (n,) indices into the spec's labels
    paths: list[Path]

    def __len__(self) -> int:
        return len(self.paths)

    def take(self, which: npt.ArrayLike) -> Letters:
        """Those with these indices (n,)."""
        kept = np.asarray(which, np.int64)
        return Letters(self.pictures[kept], self.targets[kept], [self.paths[number] for number in kept])


def read(root: Path, spec: Spec, lacking: bool = False, found: Found | None = None) -> Letters:
    """The pictures of every label of the spec. Damaged and blank ones are named on standard error and skipped.

    What was read once comes from the cache until a file's name, size or time, or the spec, changes. A label without a
    picture that can be read is refused or, where the caller takes `lacking` ones, noted. `found`, by `find`, saves
    looking for the files again. Folders that are no label are noted and left alone. Raises `FileNotFoundError` for a
    missing folder, `ValueError` for lacking labels and for no picture at all.
    """
    with _no_collection():
        return _read(root, spec, find(root, spec, lacking) if found is None else found, lacking)


def spec_of(config: LettersConfig) -> Spec:
    """What a network is to read: the labels that the settings name or, where they name none, the letter folders found.

    Where these are the alphabet less a few letters, those few are noted. Raises `FileNotFoundError` for a missing
    folder, `ValueError` for one without letter folders.
    """
    if config.labels:
        return config.spec()
    root = Path(config.root)
    found = [label for label in _folders(root) if next(listing.scan(root / label, every=True), None)]
    if not found:
        raise ValueError(f"{root}: its letter folders are empty; draw some letters: {typed('collect')} count=3")
    lacking = [letter for letter in LOWERCASE if letter not in found]
    if set(found) <= set(LOWERCASE) and 0 < len(lacking) <= MISSING:
        _note(f"{root} has no pictures of {_shorten(lacking)}")
    return config.spec(found)


def find(root: Path, spec: Spec, lacking: bool = False) -> Found:
    """Path and target of every file of a label, in the order of labels and names. Errors as those of `read`."""
    folders = _folders(root)
    others = [name for name in folders if name not in spec.labels]
    found = [
        (entry.path, target)
        for target, label in enumerate(spec.labels)
        if label in folders
        for entry in listing.scan(root / label, every=True)
    ]
    if others and not found:
        raise ValueError(f"{root}: no pictures of {_shorten(spec.labels)}; its letter folders are: {_shorten(others)}")
    _check(root, spec, {target for _, target in found}, lacking)
    if others:
        _note(f"{root}: left alone, being no label of this network: {_shorten(others)}")
    return found


def _folders(root: Path) -> list[str]:
    """The names of the letter folders below a folder, in order."""
    if not root.is_dir():
        raise FileNotFoundError(
            f"{root}: no such folder; it needs one folder of pictures per label. Letters to start with: "
            f"{typed('datasets.synthesize')} --out {root}; your own: {typed('collect')} data.root={root}"
        )
    names = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not names:
        raise ValueError(f"{root}: no letter folders in it; it needs one folder of pictures per label")
    return names


def _read(root: Path, spec: Spec, found: Found, lacking: bool) -> Letters:
    paths = [path for path, _ in found]
    stored = _stored(root, paths, spec)
    for place, text in list(stored.skipped.items())[:NAMED]:
        print(f"skipped {printable(paths[place])}: {text}", file=sys.stderr)
    if len(stored.skipped) > NAMED:
        print(f"skipped {len(stored.skipped) - NAMED:,} more", file=sys.stderr)
    kept = np.delete(np.arange(len(found)), list(stored.skipped))
    targets = np.array([target for _, target in found], np.int64)[kept]
    if missing := _check(root, spec, set(np.unique(targets).tolist()), lacking):
        _note(f"{root} has no pictures of {_shorten(missing)}")
    return Letters(stored.pictures, targets, [Path(paths[place]) for place in kept])


def _stored(root: Path, paths: list[str], spec: Spec) -> cache.Entry:
    """The pictures of all files found, from the cache or from the files."""
    name = None if len(paths) < SMALL else cache.key(root, paths, spec)
    stored = cache.read(name) if name else None
    if stored is None:
        stored, lasting = cache.decode(paths, spec)
        if name and lasting:
            cache.write(name, stored)
    return stored


def _check(root: Path, spec: Spec, there: set[int], lacking: bool) -> list[str]:
    """The labels that have nothing; refused where all of them have, or where `lacking` ones aren't taken."""
    missing = [label for target, label in enumerate(spec.labels) if target not in there]
    rest = [label for target, label in enumerate(spec.labels) if target in there]
    if not rest:
        raise ValueError(f"{root}: no pictures that can be read; it needs one folder of pictures per label")
    if missing and not lacking:
        named = join(rest) if " " not in join(rest) else f"'{join(rest)}'"
        raise ValueError(
            f"{root}: no pictures that can be read of {_shorten(missing)}; data.labels={named} trains on the rest"
        )
    return missing


@contextmanager
def _no_collection() -> Iterator[None]:
    """50,000 new objects make Python's collector search all of torch's, in vain and for half of a second start."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _note(text: str) -> None:
    print(f"note: {printable(text)}", file=sys.stderr)


def _shorten(labels: Sequence[str]) -> str:
    return " ".join(labels) if len(labels) <= 30 else " ".join(labels[:30]) + " ..."
