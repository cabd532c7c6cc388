"""Which pictures train and which are held out: at random, or by writer. Everything depends on the seed alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from charnet.letters.folder import Letters
from charnet.letters.names import writer_of


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
    targets = letters.targets
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
        order = random.permutation(sorted(sizes))
        for writer in order:
            more = held | (writers == writer)
            if abs(more.sum() - share * len(held)) < abs(held.sum() - share * len(held)) and not more.all():
                held = more
        if not held.any():  # each has far more than the share asked for
            held = writers == min(order, key=lambda name: sizes[str(name)])
        return held
    targets = letters.targets
    for target in np.unique(targets):
        mine = random.permutation(np.flatnonzero(targets == target))
        count = min(len(mine) - 1, max(1, round(share * len(mine))))
        held[mine[:count]] = True
    if not held.any():
        raise ValueError("data.validation: one picture a label leaves nothing to hold out; draw more, or set it to 0")
    return held
