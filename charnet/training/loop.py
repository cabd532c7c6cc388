"""The training loop, from top to bottom on one page: epochs, batches, gradients, step, validate, keep the best."""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from charnet.system import torchrun
from charnet.training import distributed
from charnet.training.adamw import AdamW, one_cycle
from charnet.training.checkpoint import State
from charnet.training.config import TrainConfig
from charnet.training.data import Fold, TrainingTensors, split_evenly
from charnet.training.network import Network

MICROBATCH = 1024  # pictures whose work stays in a processor's cache; gradients of a larger batch are accumulated


@dataclass(slots=True)
class Epoch:
    """One epoch. The training figures are of the pictures as they were distorted, while the weights were updated."""

    number: int  # from 1
    loss: float  # mean cross-entropy
    accuracy: float
    lr: float  # learning rate of its last step
    validation: Validation | None  # None where nothing selects the best epoch


def fit(
    network: Network, letters: TrainingTensors, fold: Fold, config: TrainConfig, state: State | None = None
) -> Iterator[Epoch]:
    """Train `network` in place, an epoch at a time, until the last one or until patience ends.

    `state` says how far the training is and keeps its best epoch; a training goes on from one that was saved, and ends
    where the uninterrupted one would have. The order of an epoch and its distortions depend on the seed, the fold and
    the number of the epoch alone. Raises `ValueError` when the loss is no longer a number.
    """
    optim, train, device = config.optim, fold.train.to(letters.targets.device), letters.targets.device
    adamw, metrics = AdamW(network, optim.weight_decay), network.metrics()
    state = state if state is not None else State()
    state.begin(network, adamw)
    parameters = network.state_dict()  # the tensors themselves, which each step changes
    steps = math.ceil(len(train) / optim.batch_size)  # of an epoch

    for epoch in range(state.epoch, optim.epochs):
        if fold.selects_best and 0 < optim.patience <= state.epoch - state.best_epoch:
            return
        generator = seeded(device, config.seed, fold.number, epoch)
        order = train.index_select(0, torch.randperm(len(train), generator=generator, device=device))
        batches = letters.batches(order, optim.batch_size)
        if rank := torchrun.rank():  # the order is that of all ranks; distortions and dropout are each rank's own
            generator = seeded(device, config.seed, fold.number, epoch, rank)
        strength = 1 - config.augment.anneal * epoch / optim.epochs
        network.train()

        microbatches = [split_evenly(distributed.shard(batch), MICROBATCH) for batch in batches]
        drawn = letters.draw(itertools.chain(*microbatches), config.augment, strength, generator)
        for step, batch in enumerate(batches, epoch * steps):
            for number in range(len(microbatches[step - epoch * steps])):
                pictures, targets = next(drawn)
                found = network.gradients(pictures, targets, optim.label_smoothing, accumulate=number > 0)
                metrics.update(found, targets)
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
    network: Network

    @property
    def accuracy(self) -> float:
        """Computed where it is shown: it takes as long as the loss."""
        return float(self.network.right(self.logits, self.targets).float().mean())


def validate(network: Network, letters: TrainingTensors, indices: Tensor) -> Validation:
    """Read the letters with these indices (n,), each rank its share of them."""
    distributed.broadcast_tensors(network.buffers())
    logits = distributed.gather(predict(network, letters, distributed.shard(indices)), len(indices))
    targets = letters.targets.index_select(0, indices.to(logits.device))
    loss = network.loss(logits, targets)
    distributed.broadcast_tensors([loss])  # so that patience ends all ranks at once
    return Validation(loss.item(), logits, targets, network)


@torch.no_grad()
def predict(network: Network, letters: TrainingTensors, indices: Tensor) -> Tensor:
    """Logits (n, labels) of the letters with these indices (n,), as they are."""
    network.eval()
    batches = indices.to(letters.targets.device).split(network.inference_batch_size)
    logits = [network(letters.originals(batch)) for batch in batches]
    return network.cat(logits) if len(logits) > 1 else logits[0]


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
