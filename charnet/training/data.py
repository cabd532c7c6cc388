"""The letters of a training: a folder of them, all of them in one tensor, and which a fit trains on and holds out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torchvision.datasets import ImageFolder

from charnet.letters import folder, redraw, split
from charnet.letters.config import LettersConfig
from charnet.letters.folder import LetterSet
from charnet.letters.samples import writer_of
from charnet.pictures import images
from charnet.spec import Spec
from charnet.system import torchrun
from charnet.training import augment
from charnet.training.config import WRITERS, AugmentConfig, TrainConfig


class LetterFolder(ImageFolder):  # type: ignore[misc]
    """A folder of letters: `dataset[i]` is (tensor (height, width) float32 in [0, 1], target), for any DataLoader.

    Unlike in ImageFolder the classes are the labels of the spec, in its order; without a spec they are the letter
    folders found. Missing, empty and unknown folders are refused as in `letters.folder.read`. The other arguments are
    ImageFolder's; `transform` is given the framed tensor, or what a `loader` of your own returns for a path. A picture
    that can't be read raises `ValueError` when it is asked for.
    """

    def __init__(
        self,
        root: str | Path,
        spec: Spec | None = None,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
        loader: Callable[[str], Any] | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> None:
        self._letters: LetterSet | None = None  # once they are read
        self._allow_empty = allow_empty
        self.spec = spec or folder.spec_of(LettersConfig(str(root)))
        super().__init__(str(root), transform, target_transform, loader or self._load, is_valid_file, allow_empty)

    def find_classes(self, directory: str | Path) -> tuple[list[str], dict[str, int]]:
        return list(self.spec.labels), {label: target for target, label in enumerate(self.spec.labels)}

    def make_dataset(
        self,
        directory: str | Path,
        class_to_idx: dict[str, int],
        extensions: tuple[str, ...] | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> list[tuple[str, int]]:
        found = folder.find(Path(directory), self.spec, allow_missing=allow_empty)
        return [(path, target) for path, target in found if is_valid_file is None or is_valid_file(path)]

    def read(self) -> LetterSet:
        """All letters at once, framed, by the cache; what can't be read is named on standard error and left out."""
        if self._letters is None:
            self._letters = folder.read(Path(self.root), self.spec, self._allow_empty, self.samples)
        return self._letters

    def tensors(self, device: torch.device | str = "cpu") -> LetterTensors:
        """All letters at once as the training loop takes them."""
        return LetterTensors.of(self.read(), torch.device(device))

    def _load(self, path: str) -> Tensor:
        try:
            return torch.from_numpy(images.read(path, self.spec))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None


class TrainingTensors(Protocol):
    """What a training learns from, on its device, as the loop takes it."""

    targets: Tensor  # (n,), or (n, longest text) of words

    def batches(self, order: Tensor, size: int) -> Sequence[Tensor]:
        """The indices of an epoch (n,), whose order is random, in batches of at most `size`."""

    def draw(
        self, batches: Iterable[Tensor], config: AugmentConfig, strength: float, generator: torch.Generator
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Of each batch of indices the pictures, distorted by the settings times `strength`, and the targets."""

    def originals(self, indices: Tensor) -> Tensor:
        """The pictures with these indices (batch,) as they are: (batch, height, width) in [0, 1]."""


@dataclass(slots=True)
class LetterTensors:
    """Letters in memory, on the device that trains: each as it is, and as it was drawn again."""

    pictures: Tensor  # (versions, n, height, width) uint8, 255 = ink; version 0 is the letter as it is
    targets: Tensor  # (n,) int64, indices into the labels
    step: Tensor = field(init=False)  # one of the 255 steps from paper to ink

    def __post_init__(self) -> None:
        self.step = torch.tensor(1 / 255, device=self.pictures.device)

    @classmethod
    def of(cls, letters: LetterSet, device: torch.device) -> LetterTensors:
        return cls(torch.from_numpy(letters.pictures)[None].to(device), torch.from_numpy(letters.targets).to(device))

    def to(self, device: torch.device) -> LetterTensors:
        return LetterTensors(self.pictures.to(device), self.targets.to(device))

    def redraw(self, letters: LetterSet, root: Path, spec: Spec, count: int, by_mouse: int = 0) -> int:
        """Add further versions of each letter, made from its ink: `count` with a pen and `by_mouse` on few pixels.

        Returns how many letters hold no ink and stay as they are.
        """
        redrawn = redraw.versions(root, letters, spec, count, by_mouse)
        self.pictures = torch.cat([self.pictures, torch.from_numpy(redrawn).to(self.pictures.device)])
        return int((redrawn == letters.pictures).all(axis=(0, 2, 3)).sum())

    def batches(self, order: Tensor, size: int) -> Sequence[Tensor]:
        return split_evenly(order, size)

    def draw(
        self, batches: Iterable[Tensor], config: AugmentConfig, strength: float, generator: torch.Generator
    ) -> Iterator[tuple[Tensor, Tensor]]:
        for batch in batches:
            pictures = augment.distort(self.versions(batch, generator), config, strength, generator)
            yield pictures, self.targets.index_select(0, batch)

    def originals(self, indices: Tensor) -> Tensor:
        """The letters with these indices (batch,) as they are: (batch, height, width) in [0, 1]."""
        taken = self.pictures.flatten(0, 1).index_select(0, indices)  # four times as quick as pictures[indices]
        return taken.float().mul_(self.step)

    def versions(self, indices: Tensor, generator: torch.Generator) -> Tensor:
        """The same, of each letter one version at random."""
        count = len(self.pictures)
        if count > 1:
            version = torch.randint(count, indices.shape, generator=generator, device=indices.device)
            indices = indices + len(self.targets) * version
        return self.originals(indices)


@dataclass(slots=True)
class Fold:
    """What one fit trains on and holds out: a plain run's only one, or one of a cross-validation."""

    number: int
    title: str
    train: Tensor  # indices (n,)
    held_out: Tensor  # indices (n,)
    selects_best: bool  # whether what is held out selects the best epoch; in a cross-validation it selects nothing
    subfolder: str = ""  # of the run's folder, for the fold's files


@dataclass(slots=True)
class Data:
    """The letters of a run and what is done with them."""

    spec: Spec
    letters: LetterSet  # empty where words are read
    tensors: TrainingTensors  # the same, where the training computes
    test: LetterSet | None  # of `data.test`
    fingerprint: str
    folds: list[Fold]  # a cross-validation ends with one on all letters, whose network is kept
    test_words: TrainingTensors | None = None  # of `data.test`, where words are read

    @property
    def kept(self) -> Fold:
        return self.folds[-1]


@dataclass(slots=True)
class Evaluation:
    """What a run's figures are made of."""

    result: dict[str, Any]  # metrics.json
    logits: dict[int, Tensor] = field(default_factory=dict)  # of what each fold held out (n, labels)
    test_logits: npt.NDArray[np.float32] | None = None  # (n, labels)
    sure: float | None = None  # of words: the least confidence of a sure one


def make_folds(letters: LetterSet, config: TrainConfig, min_batch_size: int = 1) -> list[Fold]:
    """The folds of a run. A cross-validation ends with one on all letters, whose network is the one kept.

    Raises `ValueError` where there are too few letters to divide, or too few a batch.
    """
    rule, writers = config.data.split, [writer_of(path) for path in letters.paths]
    count = len(set(writers)) if config.folds == WRITERS else int(config.folds)
    if count == 1:
        raise ValueError(f"folds={WRITERS}: the pictures name one writer only; names are <writer>-<n>.png")

    def divide(held_out: npt.NDArray[np.bool_]) -> tuple[Tensor, Tensor]:
        """The indices of what trains and of what is held out."""
        train = split.limit(~held_out, letters.targets, config.data.per_label, config.seed)
        return torch.from_numpy(np.flatnonzero(train)), torch.from_numpy(np.flatnonzero(held_out))

    if count:
        of_letter = split.assign_folds(letters, count, rule, config.seed)
        folds = [
            Fold(k, f"fold {k + 1}/{count} epoch", *divide(of_letter == k), False, f"fold-{k + 1}")
            for k in range(count)
        ]
        folds.append(Fold(count, "all epoch", *divide(of_letter < 0), False))
    else:
        held_out = split.hold_out(letters, config.data.validation, rule, config.seed, config.data.writer)
        folds = [Fold(0, "epoch", *divide(held_out), selects_best=bool(held_out.any()))]
    size = config.optim.batch_size
    smallest = min(len(fold.train) // math.ceil(len(fold.train) / size) for fold in folds)
    if smallest < min_batch_size:
        raise ValueError(
            f"optim.batch_size: {size} leaves batches of {smallest}, and this training needs {min_batch_size} pictures "
            "in each; raise it, or draw more letters"
        )
    return folds


def split_evenly(indices: Tensor, size: int) -> tuple[Tensor, ...]:
    """Batches of at most so many, whose sizes differ by one at most, so that none is too small for batch norm."""
    count = math.ceil(len(indices) / size)
    small, larger = divmod(len(indices), max(1, count))
    return indices.split([small + 1] * larger + [small] * (count - larger)) if count > 1 else (indices,)


def choose_device(name: str) -> torch.device:
    """The device that a setting names. `ValueError` for one that this machine has not."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[name]:
        raise ValueError(f"device: torch finds no {name} on this machine; use device=cpu")
    if name == "mps" and torchrun.world_size() > 1:
        raise ValueError("device=mps: torchrun's processes need cpu or cuda")
    return torch.device(f"cuda:{torchrun.local_rank()}" if name == "cuda" else name)
