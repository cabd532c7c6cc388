"""The training loop, from top to bottom on one page: epochs, batches, gradients, step, validate, keep the best."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from charnet.system import torchrun
from charnet.training import augment, distributed
from charnet.training.adamw import AdamW, one_cycle
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig
from charnet.training.data import Fold, LetterTensors
from charnet.training.network import Network

MICROBATCH = 1024  # pictures whose work stays in a processor's cache; gradients of a larger batch are accumulated
INFERENCE_BATCH = 2048  # pictures that are read at once where nothing is learned


@dataclass(slots=True)
class Epoch:
    """One epoch. The training figures are of the pictures as they were distorted, while the weights were updated."""

    number: int  # from 1
    loss: float  # mean cross-entropy
    accuracy: float
    lr: float  # learning rate of its last step
    validation: Validation | None  # None where nothing selects the best epoch


def fit(
    network: Network, letters: LetterTensors, fold: Fold, config: TrainConfig, state: State | None = None
) -> Iterator[Epoch]:
    """Train `network` in place, an epoch at a time, until the last one or until patience ends.

    `state` says how far the training is and keeps its best epoch; a training goes on from one that was saved, and ends
    where the uninterrupted one would have. The order of an epoch and its distortions depend on the seed, the fold and
    the number of the epoch alone. Raises `ValueError` when the loss is no longer a number.
    """
    optim, train, device = config.optim, fold.train.to(letters.targets.device), letters.targets.device
    adamw, metrics = AdamW(network, optim.weight_decay), TrainingMetrics()
    state = state if state is not None else State()
    state.begin(network, adamw)
    parameters = network.state_dict()  # the tensors themselves, which each step changes
    steps = math.ceil(len(train) / optim.batch_size)  # of an epoch

    for epoch in range(state.epoch, optim.epochs):
        if fold.selects_best and 0 < optim.patience <= state.epoch - state.best_epoch:
            return
        generator = seeded(device, config.seed, fold.number, epoch)
        order = train.index_select(0, torch.randperm(len(train), generator=generator, device=device))
        if rank := torchrun.rank():  # the order is that of all ranks; distortions and dropout are each rank's own
            generator = seeded(device, config.seed, fold.number, epoch, rank)
        strength = 1 - config.augment.anneal * epoch / optim.epochs
        network.train()

        for step, batch in enumerate(split_evenly(order, optim.batch_size), epoch * steps):
            for number, microbatch in enumerate(split_evenly(distributed.shard(batch), MICROBATCH)):
                pictures = letters.versions(microbatch, generator)
                pictures = augment.distort(pictures, config.augment, strength, generator)
                targets = letters.targets.index_select(0, microbatch)
                probabilities = network.gradients(pictures, targets, optim.label_smoothing, accumulate=number > 0)
                metrics.update(probabilities, targets)
            distributed.sum_gradient(adamw.gradient)
            lr = optim.lr * one_cycle(step, optim.epochs * steps)
            adamw.step(lr, len(batch))

        loss, correct = distributed.all_reduce(metrics.compute()).tolist()
        validation = validate(network, letters, fold.held_out) if fold.selects_best else None
        if not math.isfinite(loss + (validation.loss if validation else 0)):
            raise ValueError(f"training diverged in epoch {epoch + 1}; lower optim.lr, it is {optim.lr}")
        state.update(epoch + 1, parameters, adamw, validation.loss if validation else math.inf)  # keeps the best
        yield Epoch(epoch + 1, loss / len(train), correct / len(train), lr, validation)


@dataclass(slots=True)
class Validation:
    """How a network reads what its fold holds out."""

    loss: float  # mean cross-entropy
    logits: Tensor  # (n, labels)
    targets: Tensor  # (n,)

    @property
    def accuracy(self) -> float:
        """Computed where it is shown: it takes as long as the loss."""
        return float((self.logits.argmax(1) == self.targets).float().mean())


def validate(network: Network, letters: LetterTensors, indices: Tensor) -> Validation:
    """Read the letters with these indices (n,), each rank its share of them."""
    distributed.broadcast_tensors(network.buffers())
    logits = distributed.gather(predict(network, letters, distributed.shard(indices)), len(indices))
    targets = letters.targets.index_select(0, indices.to(logits.device))
    loss = F.cross_entropy(logits, targets)
    distributed.broadcast_tensors([loss])  # so that patience ends all ranks at once
    return Validation(loss.item(), logits, targets)


@torch.no_grad()
def predict(network: nn.Module, letters: LetterTensors, indices: Tensor) -> Tensor:
    """Logits (n, labels) of the letters with these indices (n,), as they are."""
    network.eval()
    batches = indices.to(letters.targets.device).split(INFERENCE_BATCH)
    logits = [network(letters.originals(batch)) for batch in batches]
    return torch.cat(logits) if len(logits) > 1 else logits[0]


class TrainingMetrics:
    """Loss and accuracy of an epoch, summed over many batches at once: at this size each operation a batch is felt."""

    WAITING = 64  # microbatches at most
    WAITING_VALUES = 4_000_000  # their probabilities, with many labels

    def __init__(self) -> None:
        self.probabilities: list[Tensor] = []  # (labels, microbatch) each
        self.targets: list[Tensor] = []
        self.loss, self.correct = 0.0, 0

    def update(self, probabilities: Tensor, targets: Tensor) -> None:
        self.probabilities.append(probabilities)
        self.targets.append(targets)
        if len(self.targets) == self.WAITING or len(self.targets) * probabilities.numel() > self.WAITING_VALUES:
            self._sum()

    def compute(self) -> Tensor:
        """The cross-entropy of all pictures since the last call, summed, and how many were read right (2,)."""
        self._sum()
        found = torch.tensor([self.loss, self.correct], dtype=torch.float64)
        self.loss, self.correct = 0.0, 0
        return found

    def _sum(self) -> None:
        if self.targets:
            probabilities = torch.cat(self.probabilities, dim=1)
            of_target = probabilities.gather(0, torch.cat(self.targets)[None])[0]
            self.loss -= of_target.clamp(min=1e-38).log_().sum().item()
            self.correct += int((of_target == probabilities.amax(0)).sum())
            self.probabilities.clear()
            self.targets.clear()


def split_evenly(indices: Tensor, size: int) -> tuple[Tensor, ...]:
    """Batches of at most so many, whose sizes differ by one at most, so that none is too small for batch norm."""
    count = math.ceil(len(indices) / size)
    small, larger = divmod(len(indices), max(1, count))
    return indices.split([small + 1] * larger + [small] * (count - larger)) if count > 1 else (indices,)


def seeded(device: torch.device, *numbers: int) -> torch.Generator:
    """The device's own generator, from which dropout draws too, reseeded with these numbers.

    `torch.manual_seed` does the same for all devices at once, in a fifth of the time of an epoch.
    """
    generator = torch.default_generator
    if device.type == "mps":
        generator = torch.mps._get_default_mps_generator()
    elif device.type == "cuda":
        generator = torch.cuda.default_generators[device.index or torch.cuda.current_device()]
    return generator.manual_seed(zlib.crc32(repr(numbers).encode()))


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """So many of torch's threads within the block; a program that trains by calling us keeps its own number."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
