"""Every setting: its default, its explanation and its check. A line in `conf/` gives another default.

Hydra's composed settings become these plain dataclasses in system/compose.py; nothing further in knows Hydra.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from charnet.letters.config import LettersConfig
from charnet.networks import stored
from charnet.system import files, settings
from charnet.system.names import normalise
from charnet.system.settings import folder_name, one_of, within

TAKEN = ("current", "sweep", "audit", "evaluation")  # folders in outputs/ that are no run

WRITERS = "writers"  # as many folds as there are writers


@dataclass(slots=True)
class ModelConfig:
    name: str = "mlp"
    """mlp: one hidden layer, the original's layout. cnn: a small convolutional network. line: one that reads words and
    lines of handwriting. Chosen by `model=`."""
    hidden: int = 20
    """Hidden units of the mlp, any number; the original has 20."""
    activation: str = "tanh"
    """What the hidden units apply: logistic or tanh. Either is exported exactly, as logistic."""

    def __post_init__(self) -> None:
        one_of("model", self.name, tuple(settings.choices("model")))
        within("model.hidden", self.hidden, 1, 10_000)
        one_of("model.activation", self.activation, ("logistic", "tanh"))


@dataclass(slots=True)
class DataConfig(LettersConfig):
    validation: float = 0.2
    """Share of the pictures that train nothing but choose the best epoch; 0 trains on all and keeps the last epoch."""
    split: str = "sample"
    """What keeps together in validation and folds: sample (nothing; at random) or writer (all of a writer's)."""
    writer: str = ""
    """Writer whose pictures are held out, all of them; left out, the seed chooses what is."""
    per_label: int = 0
    """Pictures of each label that train, at random, at most; 0 = all. What is held out stays the same."""
    test: str = ""
    """Folder of pictures for a final figure, on which nothing is chosen; empty for none."""

    def __post_init__(self) -> None:
        LettersConfig.__post_init__(self)
        within("data.validation", self.validation, 0, 0.9)
        within("data.per_label", self.per_label, 0, 10_000_000)
        self.test = files.expand_home(self.test)
        one_of("data.split", self.split, ("sample", "writer"))
        if self.writer:
            self.writer, self.split = normalise(self.writer), "writer"
            if not self.validation:
                raise ValueError("data.writer: with data.validation=0 nobody is held out; leave one of them out")


@dataclass(slots=True)
class OptimConfig:
    epochs: int = 1000
    """Passes over the training pictures, each time freshly distorted; the learning rate falls to 0 over them."""
    batch_size: int = 256
    """Pictures per step."""
    lr: float = 0.02
    """Highest learning rate of the one-cycle schedule."""
    weight_decay: float = 0.2
    """Share of the learning rate by which AdamW shrinks the weights that read pictures, each step; no others."""
    patience: int = 0
    """Epochs without a better validation loss before training stops; 0 = never."""
    label_smoothing: float = 0.05
    """Share of the target that is spread evenly over all labels (Szegedy et al. 2016)."""

    def __post_init__(self) -> None:
        within("optim.epochs", self.epochs, 1, 10_000_000)
        within("optim.batch_size", self.batch_size, 1, 10_000_000)
        within("optim.lr", self.lr, 1e-9, 100)
        within("optim.weight_decay", self.weight_decay, 0, 100)
        within("optim.patience", self.patience, 0, 10_000_000)
        within("optim.label_smoothing", self.label_smoothing, 0, 0.9)


@dataclass(slots=True)
class AugmentConfig:
    """Distortions drawn anew for every picture of every batch; standard deviations, 0 = off."""

    scale: float = 0.15
    """Of the width and of the height, each on its own, as a share."""
    rotation: float = 0.03
    """Radians."""
    shear: float = 0.15
    """Slant and tilt, as a share of half the picture's side."""
    shift: float = 0.06
    """As a share of half the picture's side."""
    bend: float = 0.075
    """How far parts of the picture move apart, smoothly, as a share of half the picture's side."""
    thickness: float = 0.1
    """Strokes made thicker or thinner, as a share of the step to a pixel's darkest or lightest neighbour."""
    redraw: int = 0
    """Further drawings of every letter that holds its ink, made from distorted strokes before training (cached)."""
    by_mouse: int = 0
    """Still further ones, as a mouse leaves them on 10 x 16 pixels: for reading drawings of that kind."""
    anneal: float = 0.5
    """Share of the distortions that is gone at the end of training, falling evenly."""

    def __post_init__(self) -> None:
        for name in ("scale", "rotation", "shear", "shift", "bend", "thickness"):
            within(f"augment.{name}", getattr(self, name), 0, 10)
        within("augment.redraw", self.redraw, 0, 1000)
        within("augment.by_mouse", self.by_mouse, 0, 1000)
        within("augment.anneal", self.anneal, 0, 1)


@dataclass(slots=True)
class TrainConfig:
    model: ModelConfig = field(default_factory=ModelConfig)
    data: DataConfig = field(default_factory=DataConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    """`augment=default`, `augment=strokes` (letters that hold their ink), `augment=none`, or single settings of it."""
    name: str = ""
    """Name of the run: its folder is outputs/<name>, and `charnet use <name>` goes back to its network."""
    seed: int = 0
    """Random seed; the same seed gives the same weights on the same machine."""
    folds: int | str = 0
    """Cross-validation in this many folds, in which the held-out fold chooses nothing; 0 = none; writers = one fold per
    writer, each read by a network that was trained on all the others."""
    init: str = ""
    """Network to start from: a weights file (the original's too), a run folder or a shipped name."""
    resume: str = ""
    """Name or folder of an interrupted run to go on with, with that run's own settings."""
    device: str = "auto"
    """cpu, cuda (NVIDIA, or AMD with its torch), mps (Apple), or auto: cuda where there is one, else cpu."""

    def __post_init__(self) -> None:
        folder_name("name", self.name, (*stored.shipped(), *TAKEN))
        self.resume = str(stored.run_folder(self.resume)) if self.resume else ""
        within("seed", self.seed, 0, 2**32 - 1)
        if self.folds == WRITERS:
            self.data.split = "writer"
        elif not isinstance(self.folds, int):
            raise ValueError(f"folds: {self.folds!r} is not a number; use 0 for none, a number such as 5, or {WRITERS}")
        elif self.folds == 1:
            raise ValueError("folds: 1 is not a cross-validation; use 0 for none, or 2 and more")
        else:
            within("folds", self.folds, 0, 1000)
        if self.data.writer and self.folds:
            raise ValueError(f"data.writer: with folds={self.folds} each is held out once; leave one of them out")
        if self.data.writer and self.model.name == "line":
            raise ValueError("data.writer is for letters; with model=line use data.split=writer")
        if self.optim.patience and (self.folds or not self.data.validation):
            setting = f"folds={self.folds}" if self.folds else "data.validation=0"
            raise ValueError(f"optim.patience: with {setting} no letters choose the best epoch; leave it out")
        one_of("device", self.device, ("auto", "cpu", "cuda", "mps"))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainConfig:
        """The inverse of `dataclasses.asdict`."""
        groups = {"model": ModelConfig, "data": DataConfig, "optim": OptimConfig, "augment": AugmentConfig}
        return cls(**{key: groups[key](**value) if key in groups else value for key, value in values.items()})


def flatten(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str | float | int | bool]:
    """Nested settings -> one level, keys as they are typed: {"optim": {"lr": 1}} -> {"optim.lr": 1}."""
    flat: dict[str, str | float | int | bool] = {}
    for key, value in settings.items():
        flat |= flatten(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {prefix + key: value}
    return flat
