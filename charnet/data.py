"""Letter folders -> tensors in memory, and their splits.

The layout is torchvision's ImageFolder: one folder of pictures a label. Unlike ImageFolder, the labels come from the
spec and not from the folders found, so a missing or a stray folder is an error instead of a shift of every label.
"""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from charnet import cache, images
from charnet.datasets import writer_of
from charnet.spec import Spec

NAMED = 5  # skipped files that are named one by one; the rest are counted
FEW = 256  # pictures that are decoded as quickly as a cache is looked after

Found = dict[str, list[os.DirEntry[str]]]  # the files of every label, in the order of labels and names


@dataclass(slots=True)
class Letters:
    """Pictures in memory, in the order of their paths."""

    pictures: Tensor  # (n, height, width) uint8, 255 = ink
    targets: Tensor  # (n,) int64, indices into the spec's labels
    paths: list[Path]

    def __len__(self) -> int:
        return len(self.paths)


def load(root: Path, spec: Spec) -> Letters:
    """Read the pictures of every label of the spec. Damaged and blank pictures are named on standard error and skipped.

    What was read once comes from the cache until a file's name, size or time, or the spec, changes. Raises
    `FileNotFoundError` for a missing folder; `ValueError` for unknown labels, lacking labels, no picture left.
    """
    collecting = gc.isenabled()
    gc.disable()  # 50,000 new objects make it search all of torch's, in vain and for half of the time of a second start
    try:
        return _load(root, spec)
    finally:
        if collecting:
            gc.enable()


def _load(root: Path, spec: Spec) -> Letters:
    found = _scan(root, spec)
    entries = [entry for inside in found.values() for entry in inside]
    stored = _read(root, found, spec)
    for place, text in list(stored.skipped.items())[:NAMED]:
        print(f"skipped {entries[place].path}: {text}", file=sys.stderr)
    if len(stored.skipped) > NAMED:
        print(f"skipped {len(stored.skipped) - NAMED} more", file=sys.stderr)
    targets = np.repeat(np.arange(spec.outputs), [len(inside) for inside in found.values()])
    targets = np.delete(targets, list(stored.skipped))
    lost = np.bincount(targets, minlength=spec.outputs) == 0
    if lost.any():
        label = spec.labels[lost.argmax()]
        raise ValueError(f"{root}/{label}: no picture left that can be read; mend them or draw new ones")
    kept = [Path(entry.path) for place, entry in enumerate(entries) if place not in stored.skipped]
    return Letters(torch.from_numpy(stored.pictures), torch.from_numpy(targets), kept)


def _read(root: Path, found: Found, spec: Spec) -> cache.Entry:
    """The pictures of all files found, from the cache or from the files."""
    paths, stats = [], []
    for label, inside in found.items():
        start = len(str(root / label)) + 1
        for entry in inside:
            about = entry.stat()
            paths.append(entry.path)
            stats.append((f"{label}/{entry.path[start:]}", about.st_size, about.st_mtime_ns))
    if len(paths) < FEW:
        return cache.decode(paths, spec)[0]
    name = cache.key(stats, spec)
    stored = cache.read(name)
    if stored is None:
        stored, lasting = cache.decode(paths, spec)
        if lasting:
            cache.write(name, stored)
    return stored


def find(root: Path, spec: Spec) -> list[Path]:
    """The picture files of every label, in the order of labels and names. Errors as those of `load`."""
    return [Path(entry.path) for inside in _scan(root, spec).values() for entry in inside]


def _scan(root: Path, spec: Spec) -> Found:
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such folder; name one with a folder of pictures a label (data.root=...)")
    folders = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not folders:
        raise ValueError(f"{root}: no letter folders in it; it needs one folder of pictures a label")
    found = {label: list(images.scan(root / label, every=True)) if label in folders else [] for label in spec.labels}
    unknown = [name for name in folders if name not in found]
    if unknown:
        raise ValueError(
            f"{root}: folder {unknown[0]!r} is not among the labels {_shorten(spec.labels)}; "
            "move it away or name all labels with data.labels"
        )
    lacking = [label for label, inside in found.items() if not inside]
    if lacking:
        rest = [label for label in spec.labels if label not in lacking]
        named = "".join(rest) if all(len(label) == 1 for label in rest) else f"'{' '.join(rest)}'"
        advice = f"data.labels={named} trains on the rest" if rest else "are these the right folder and labels?"
        raise ValueError(f"{root}: no pictures of {_shorten(lacking)}; {advice}")
    return found


def assign_folds(letters: Letters, folds: int, split: str, seed: int) -> npt.NDArray[np.int64]:
    """Fold of every picture, (n,) from 0 to folds - 1: labels spread evenly, or every writer kept in one fold.

    Raises `ValueError` when there are too few pictures or writers.
    """
    random = np.random.default_rng(seed)
    fold = np.empty(len(letters), np.int64)
    if split == "writer":
        writers = np.array([writer_of(path) for path in letters.paths])
        sizes = Counter(writers.tolist())
        if len(sizes) < folds:
            raise ValueError(f"data.split=writer: {len(sizes)} writers for {folds} parts; use data.split=sample")
        order = [str(name) for name in random.permutation(sorted(sizes))]
        filled = np.zeros(folds)
        for writer in sorted(order, key=lambda name: -sizes[name]):  # largest first into the emptiest fold
            smallest = int(filled.argmin())
            fold[writers == writer] = smallest
            filled[smallest] += sizes[writer]
        return fold
    if len(letters) < folds:
        raise ValueError(f"folds: {folds} for {len(letters)} pictures; use fewer folds or draw more")
    # Dealt out like cards, label after label, so that folds differ by one picture at most.
    targets = letters.targets.numpy()
    shuffled = random.permutation(len(letters))
    shuffled = shuffled[np.argsort(targets[shuffled], kind="stable")]
    fold[shuffled] = np.arange(len(letters)) % folds
    return fold


def hold_out(letters: Letters, share: float, split: str, seed: int) -> npt.NDArray[np.bool_]:
    """Which pictures are for validation, (n,): about `share` of every label, or of the writers.

    A label's only picture goes to training. Raises `ValueError` when nothing can be held out.
    """
    held = np.zeros(len(letters), np.bool_)
    if share == 0:
        return held
    random = np.random.default_rng(seed)
    if split == "writer":
        writers = np.array([writer_of(path) for path in letters.paths])
        sizes = Counter(writers.tolist())
        if len(sizes) < 2:
            raise ValueError("data.split=writer: the pictures name one writer only; use data.split=sample")
        for writer in random.permutation(sorted(sizes))[:-1]:
            mine = writers == writer
            if abs(held.sum() + mine.sum() - share * len(held)) < abs(held.sum() - share * len(held)):
                held |= mine
        if not held.any():
            raise ValueError("data.split=writer: no writer is small enough to hold out; use data.split=sample")
        return held
    targets = letters.targets.numpy()
    for target in np.unique(targets):
        mine = random.permutation(np.flatnonzero(targets == target))
        count = min(len(mine) - 1, max(1, round(share * len(mine))))
        held[mine[:count]] = True
    if not held.any():
        raise ValueError("data.validation: one picture a label leaves nothing to hold out; draw more, or set it to 0")
    return held


def _shorten(labels: tuple[str, ...] | list[str]) -> str:
    return " ".join(labels) if len(labels) <= 30 else " ".join(labels[:30]) + " ..."
