"""The training loop, from top to bottom on one page: epochs, batches, forward, loss, backward, step.

It only trains. Whoever takes the epochs measures, keeps the best, logs and stops: charnet/training/fitting.py does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from charnet.training import augment
from charnet.training.config import TrainConfig
from charnet.training.folds import Fold
from charnet.training.memory import InMemory
from charnet.training.optimiser import Optimiser
from charnet.training.ranks import ALONE, Ranks

MICROBATCH = 1024  # pictures whose work stays in a processor's cache; a larger batch is added up from such parts
PREDICTED = 2048  # pictures that are read at once where nothing is learned
WARM_UP = 0.1  # share of the steps over which the learning rate rises


@dataclass(slots=True)
class Epoch:
    """What an epoch was like; its figures are of the pictures as they were trained on, while the weights moved."""

    number: int  # from 1
    loss: float  # mean cross-entropy
    accuracy: float
    rate: float  # learning rate of its last step


def fit(
    model: nn.Module,
    optimiser: Optimiser,
    letters: InMemory,
    fold: Fold,
    config: TrainConfig,
    done: int = 0,
    ranks: Ranks = ALONE,
) -> Iterator[Epoch]:
    """Train `model` in place, an epoch at a time, after the first `done` of them.

    Each epoch's order and distortions depend on the seed, the fold and its number alone. Batches differ in size by one
    at most, so that none is too small for batch norm. Each of several ranks takes its share of every microbatch.
    """
    optim, train = config.optim, fold.train.to(letters.targets.device)
    steps = math.ceil(len(train) / optim.batch_size)  # of an epoch
    for epoch in range(done, optim.epochs):
        random = ranks.seeded(train.device, config.seed, fold.number, epoch)
        model.train()
        strength = 1 - config.augment.anneal * epoch / optim.epochs
        order = train.index_select(0, torch.randperm(len(train), generator=random, device=train.device))
        for number, batch in enumerate(evenly(order, optim.batch_size)):
            for microbatch in evenly(batch, MICROBATCH):
                draws: augment.Random = random
                pictures = letters.versions(microbatch, random)
                if ranks.count > 1:
                    draws = augment.Part(random, len(microbatch), mine := ranks.share(len(microbatch)))
                    pictures, microbatch = pictures[mine], microbatch[mine]
                pictures = augment.distort(pictures, config.augment, strength, draws)
                optimiser.add(pictures, letters.targets.index_select(0, microbatch))  # forward, loss, backward
            rate = optim.lr * one_cycle(epoch * steps + number, optim.epochs * steps)
            optimiser.update(rate)  # the step
        loss, right = ranks.totals(*optimiser.tally())
        yield Epoch(epoch + 1, loss / len(train), right / len(train), rate)


def evenly(indices: Tensor, most: int) -> tuple[Tensor, ...]:
    """Parts of at most so many, whose sizes differ by one at most."""
    count = math.ceil(len(indices) / most)
    small, larger = divmod(len(indices), count)
    return indices.split([small + 1] * larger + [small] * (count - larger)) if count > 1 else (indices,)


def one_cycle(step: int, steps: int) -> float:
    """Share of the highest learning rate: up over the first tenth, then down to 0, along cosines (Smith 2018)."""
    share = (step + 1) / steps
    if share < WARM_UP:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * share / WARM_UP)) / 2
    return (1 + math.cos(math.pi * (share - WARM_UP) / (1 - WARM_UP))) / 2


@torch.no_grad()
def predict(model: nn.Module, letters: InMemory, which: Tensor) -> Tensor:
    """Logits (n, labels) of the letters with these indices (n,), as they are."""
    model.eval()
    chunks = [model(letters.originals(chunk)) for chunk in which.to(letters.targets.device).split(PREDICTED)]
    return torch.cat(chunks) if len(chunks) > 1 else chunks[0]
