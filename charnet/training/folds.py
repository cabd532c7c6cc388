"""What each fit of a run trains on, and what it leaves for measuring."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from charnet.letters import split
from charnet.letters.folder import LetterSet
from charnet.letters.samples import writer_of
from charnet.training.config import WRITERS, TrainConfig


@dataclass(slots=True)
class Fold:
    """One fit: a plain run's only one, or one of a cross-validation. `train` and `held` are indices (n,)."""

    number: int
    title: str
    train: Tensor
    held: Tensor
    chooses: bool  # whether the held-out pictures choose the best epoch; those of a cross-validation choose nothing
    place: str = ""  # its folder in that of the run


def plan(letters: LetterSet, config: TrainConfig) -> list[Fold]:
    """The folds of a run. A cross-validation ends with one on all pictures, whose network is the one kept.

    Raises `ValueError` where there are too few pictures to divide, or too few a batch.
    """
    rule, writers = config.data.split, [writer_of(path) for path in letters.paths]
    count = len(set(writers)) if config.folds == WRITERS else int(config.folds)
    if count == 1:
        raise ValueError(f"folds={WRITERS}: the pictures name one writer only; names are <writer>-<n>.png")
    if count:
        which = split.assign_folds(letters, count, rule, config.seed)
        folds = [
            Fold(k, f"fold {k + 1}/{count} epoch", *_sides(which == k), chooses=False, place=f"fold-{k + 1}")
            for k in range(count)
        ]
        folds.append(Fold(count, "all epoch", *_sides(which < 0), chooses=False))
    else:
        held = split.hold_out(letters, config.data.validation, rule, config.seed)
        folds = [Fold(0, "epoch", *_sides(held), chooses=bool(held.any()))]
    size = config.optim.batch_size
    smallest = min(len(fold.train) // math.ceil(len(fold.train) / size) for fold in folds)
    if config.model.name == "cnn" and smallest < 2:
        raise ValueError(
            f"optim.batch_size: {size} leaves batches of {smallest} picture, and batch norm needs two; "
            "raise it, or draw more letters"
        )
    return folds


def _sides(held: npt.NDArray[np.bool_]) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(np.flatnonzero(~held)), torch.from_numpy(np.flatnonzero(held))
