"""Letter folders -> tensors in memory, and their splits.

The layout is torchvision's ImageFolder: one folder of pictures a label. Unlike ImageFolder, the labels come from the
spec and not from the folders found, so a missing or a stray folder is an error instead of a shift of every label.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from charnet import images
from charnet.datasets import writer_of
from charnet.spec import Spec

NAMED = 5  # skipped files that are named one by one; the rest are counted


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

    Raises `FileNotFoundError` for a missing folder; `ValueError` for unknown labels, lacking labels, no picture left.
    """
    paths = find(root, spec)
    pictures: list[npt.NDArray[np.uint8]] = []
    kept: list[Path] = []
    skipped: list[str] = []
    for path in paths:
        try:
            pictures.append(np.round(images.read(path, spec) * 255).astype(np.uint8))
            kept.append(path)
        except (ValueError, OSError) as error:
            skipped.append(f"{path}: {error}")
    for line in skipped[:NAMED]:
        print(f"skipped {line}", file=sys.stderr)
    if len(skipped) > NAMED:
        print(f"skipped {len(skipped) - NAMED} more", file=sys.stderr)
    index = {label: number for number, label in enumerate(spec.labels)}
    targets = [index[path.parent.name] for path in kept]
    lost = [label for label in spec.labels if index[label] not in set(targets)]
    if lost:
        raise ValueError(f"{root}/{lost[0]}: no picture left that can be read; mend them or draw new ones")
    return Letters(torch.from_numpy(np.stack(pictures)), torch.tensor(targets), kept)


def find(root: Path, spec: Spec) -> list[Path]:
    """The picture files of every label, in the order of labels and names. Errors as those of `load`."""
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such folder; name one with a folder of pictures a label (data.root=...)")
    folders = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not folders:
        raise ValueError(f"{root}: no letter folders in it; it needs one folder of pictures a label")
    found = {label: images.walk([root / label], every=True) if label in folders else [] for label in spec.labels}
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
    return [path for inside in found.values() for path in inside]


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
