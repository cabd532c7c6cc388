"""Which pictures train and which are held out: at random, or by writer. Everything depends on the seed alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from charnet.letters import copies
from charnet.letters.folder import LetterSet
from charnet.letters.samples import writer_of


def assign_folds(letters: LetterSet, folds: int, split: str, seed: int) -> npt.NDArray[np.int64]:
    """The fold of every picture, (n,) from 0 to folds - 1.

    By "sample" each label is spread evenly over the folds, with identical pictures in one; by "writer" all pictures of
    a writer are in one fold.
    Raises `ValueError` where there are too few pictures or writers.
    """
    random = np.random.default_rng(seed)
    fold = np.empty(len(letters), np.int64)
    if split == "writer":
        writers = np.array([writer_of(path) for path in letters.paths])
        sizes = Counter(writers.tolist())
        if len(sizes) < folds:
            raise ValueError(f"data.split=writer: {len(sizes)} writers for {folds} parts; use data.split=sample")
        order = [str(name) for name in random.permutation(sorted(sizes))]
        fold_sizes = np.zeros(folds)
        for writer in sorted(order, key=lambda name: -sizes[name]):  # the largest first, each into the smallest fold
            smallest = int(fold_sizes.argmin())
            fold[writers == writer] = smallest
            fold_sizes[smallest] += sizes[writer]
        return fold
    if len(letters) < folds:
        raise ValueError(f"folds: {folds} for {len(letters)} pictures; use fewer folds or draw more")
    # Shuffled, sorted by label, then assigned to the folds in turn, so that these differ by one picture at most.
    targets = letters.targets
    shuffled = random.permutation(len(letters))
    shuffled = shuffled[np.argsort(targets[shuffled], kind="stable")]
    fold[shuffled] = np.arange(len(letters)) % folds
    return fold[copies.originals(letters.pictures, letters.paths)]


def limit(
    train: npt.NDArray[np.bool_], targets: npt.NDArray[np.int64], per_label: int, seed: int
) -> npt.NDArray[np.bool_]:
    """Of the pictures that train (n,) at most so many of each label at random; 0 = all.

    A smaller number takes some of those that a larger one takes.
    """
    if not per_label:
        return train
    kept = np.zeros(len(train), np.bool_)
    random = np.random.default_rng(seed)
    for target in np.unique(targets):
        kept[random.permutation(np.flatnonzero(train & (targets == target)))[:per_label]] = True
    return kept


def hold_out(letters: LetterSet, fraction: float, split: str, seed: int, writer: str = "") -> npt.NDArray[np.bool_]:
    """Which pictures are held out for validation, (n,): about this fraction of every label or, by "writer", of all.

    A label's only picture is for training, identical pictures are on one side; a writer's pictures are all held out or
    none, and those of a `writer` who is named are, and no others. Raises `ValueError` where nothing can be held out,
    unless the fraction is 0.
    """
    held_out = np.zeros(len(letters), np.bool_)
    if fraction == 0:
        return held_out
    random = np.random.default_rng(seed)
    if split == "writer":
        writers = np.array([writer_of(path) for path in letters.paths])
        sizes = Counter(writers.tolist())
        if len(sizes) < 2:
            raise ValueError("data.split=writer: the pictures name one writer only; use data.split=sample")
        if writer:
            if writer not in sizes:
                raise ValueError(f"data.writer: no picture is by {writer}; there are some by {_listed(sizes)}")
            held_out[writers == writer] = True
            return held_out
        goal = fraction * len(letters)
        order = random.permutation(sorted(sizes))
        for writer in order:
            more = held_out | (writers == writer)
            if abs(more.sum() - goal) < abs(held_out.sum() - goal) and not more.all():
                held_out = more
        if not held_out.any():  # every writer has far more pictures than the goal
            held_out = writers == min(order, key=lambda name: sizes[str(name)])
        return held_out
    targets = letters.targets
    for target in np.unique(targets):
        indices = random.permutation(np.flatnonzero(targets == target))
        count = min(len(indices) - 1, max(1, round(fraction * len(indices))))
        held_out[indices[:count]] = True
    held_out = held_out[first := copies.originals(letters.pictures, letters.paths)]
    for target in np.unique(targets):
        if held_out[targets == target].all():  # all are copies of one
            held_out[np.isin(first, first[targets == target])] = False
    if not held_out.any():
        raise ValueError("data.validation: one picture a label leaves nothing to hold out; draw more, or set it to 0")
    return held_out


def _listed(sizes: Counter[str], most: int = 5) -> str:
    """The writers with the most pictures, for a message."""
    named = sorted(name for name, _ in sizes.most_common() if name)
    return ", ".join(named[:most]) + ("" if len(named) <= most else f" and {len(named) - most:,} more")
