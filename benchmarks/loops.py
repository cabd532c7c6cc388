"""The same training as users of NumPy, JAX and torch write it by hand: python benchmarks/loops.py [drawings]

Every loop has the same letters in memory, the same size of batches, AdamW and one-cycle learning rate, and validates
nothing; what each has learned is printed below the table. Ours also sums loss and right answers and copies its state
after each epoch, as it always does. What JAX takes to compile is in the round that isn't counted. `python
benchmarks/loops.py cnn [drawings]` does the same for the convolutional network. Needs `pip install jax`. `drawings` is
a folder of letter folders, by default data/letters.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the small network, before NumPy starts its threads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import common
import numpy as np
import torch
from torch import nn
from torchvision.transforms import v2

from charnet.letters import folder
from charnet.spec import Spec
from charnet.system import pool
from charnet.training.adamw import BETAS, EPSILON, one_cycle
from charnet.training.cnn import WIDTHS, Cnn
from charnet.training.config import AugmentConfig, ModelConfig, OptimConfig, TrainConfig
from charnet.training.data import Fold, LetterTensors, split_evenly
from charnet.training.loop import fit
from charnet.training.mlp import Mlp
from charnet.training.network import Network

try:
    import jax
    import jax.numpy as jnp
    from jax.scipy.ndimage import map_coordinates
except ImportError:
    raise SystemExit("benchmarks/loops.py compares with JAX, which is not installed; pip install jax") from None

SPEC, OPTIM, DISTORTED = Spec(), OptimConfig(), AugmentConfig()
STILL = AugmentConfig(0, 0, 0, 0, 0, 0, 0)
BETA1, BETA2 = BETAS
EPOCHS, CNN_EPOCHS = 20, 1  # a round
LEARNED = 100  # epochs, to see that all loops learn the same

Loop = Callable[[int], Any]  # trains for so many epochs from scratch; what it returns reads pictures


def ours(letters: LetterTensors, network: Callable[[], Network], augment: AugmentConfig, epochs: int) -> Network:
    """charnet's own loop, with nothing held out and nothing kept."""
    model, everything = network(), torch.arange(len(letters.targets))
    config = TrainConfig(optim=OptimConfig(epochs=epochs), augment=augment)
    for _ in fit(model, letters, Fold(0, "", everything, everything[:0], selects_best=False), config):
        pass
    return model


def numpy_loop(pictures: np.ndarray, targets: np.ndarray, epochs: int) -> Callable[[np.ndarray], np.ndarray]:
    """Backpropagation and AdamW by hand."""
    random = np.random.default_rng(0)
    inputs = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
    soft = np.full((SPEC.outputs, SPEC.outputs), OPTIM.label_smoothing / SPEC.outputs, np.float32)
    soft += (1 - OPTIM.label_smoothing) * np.eye(SPEC.outputs, dtype=np.float32)
    sizes = SPEC.inputs, 20, SPEC.outputs
    weights = []
    for before, after in pairwise(sizes):
        bound = before**-0.5
        weights += [random.uniform(-bound, bound, (before, after)), random.uniform(-bound, bound, after)]
    weights = [each.astype(np.float32) for each in weights]
    means, squares = ([np.zeros_like(each) for each in weights] for _ in range(2))
    w1, b1, w2, b2 = weights
    batches = math.ceil(len(inputs) / OPTIM.batch_size)
    step = 0
    for _ in range(epochs):
        for batch in np.array_split(random.permutation(len(inputs)), batches):
            x = inputs[batch]
            hidden = np.tanh(x @ w1 + b1)
            logits = hidden @ w2 + b2
            probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
            probabilities /= probabilities.sum(axis=1, keepdims=True)
            d_logits = (probabilities - soft[targets[batch]]) / np.float32(len(batch))
            d_sums = (d_logits @ w2.T) * (1 - hidden * hidden)
            gradients = [x.T @ d_sums, d_sums.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)]
            lr = OPTIM.lr * one_cycle(step, epochs * batches)
            step += 1
            w1 *= 1 - lr * OPTIM.weight_decay
            for weight, gradient, mean, square in zip(weights, gradients, means, squares, strict=True):
                mean += (1 - BETA1) * (gradient - mean)
                square += (1 - BETA2) * (gradient * gradient - square)
                root = np.sqrt(square * (1 / (1 - BETA2**step))) + EPSILON
                weight -= lr / (1 - BETA1**step) * mean / root
    return lambda x: np.tanh(x.reshape(len(x), -1) @ w1 + b1) @ w2 + b2


def torch_loop(letters: LetterTensors, augment: bool, epochs: int) -> nn.Module:
    """Autograd and torch's own fused AdamW; torchvision draws one distortion a batch and takes the nearest pixels."""
    pictures, targets = letters.originals(torch.arange(len(letters.targets))), letters.targets
    model = nn.Sequential(nn.Flatten(), nn.Linear(SPEC.inputs, 20), nn.Tanh(), nn.Linear(20, SPEC.outputs))
    groups = [
        {"params": [model[1].weight], "weight_decay": OPTIM.weight_decay},
        {"params": [model[1].bias, *model[3].parameters()], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=OPTIM.lr, betas=BETAS, fused=True)
    batches = math.ceil(len(targets) / OPTIM.batch_size)
    total = epochs * batches
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: one_cycle(min(n, total - 1), total))
    distort = v2.RandomAffine(degrees=2, translate=(0.1, 0.1), scale=(0.85, 1.15), shear=8)
    criterion = nn.CrossEntropyLoss(label_smoothing=OPTIM.label_smoothing)
    for _ in range(epochs):
        for batch in split_evenly(torch.randperm(len(targets)), OPTIM.batch_size):
            x = pictures[batch]
            if augment:
                x = distort(x[:, None])
            optimizer.zero_grad()
            criterion(model(x), targets[batch]).backward()
            optimizer.step()
            schedule.step()
    return model


class Jax:
    """A training whose epochs are one compiled scan each, or where that is slower, a compiled step a batch."""

    scan = True

    def __init__(self, pictures: np.ndarray, targets: np.ndarray, augment: bool) -> None:
        self.pictures = jnp.asarray(pictures, jnp.float32) / 255
        self.targets = jnp.asarray(targets)
        self.augment = augment
        self.batches = math.ceil(len(pictures) / OPTIM.batch_size)
        self.size = len(pictures) // self.batches  # at most `batches - 1` pictures an epoch are left out
        self.step = jax.jit(self._step)
        self.epoch = jax.jit(self._epoch) if self.scan else self._epoch

    def start(self, key: Any) -> Any:
        keys = jax.random.split(key, 4)
        shapes = ((SPEC.inputs, 20), (20,), (20, SPEC.outputs), (SPEC.outputs,))
        bounds = [fan**-0.5 for fan in (SPEC.inputs, SPEC.inputs, 20, 20)]
        return [jax.random.uniform(k, s, minval=-b, maxval=b) for k, s, b in zip(keys, shapes, bounds, strict=True)]

    def decays(self, weights: Any) -> Any:
        """The weight decay of each parameter."""
        return [OPTIM.weight_decay, 0.0, 0.0, 0.0]

    def logits(self, weights: Any, x: Any, key: Any = None) -> Any:
        w1, b1, w2, b2 = weights
        return jnp.tanh(x.reshape(len(x), -1) @ w1 + b1) @ w2 + b2

    def distort(self, x: Any, key: Any) -> Any:
        """The affine part of charnet's distortions, each picture its own, interpolated bilinearly."""
        rows, columns = x.shape[1:]
        y, across = jnp.meshgrid(
            jnp.arange(rows) - (rows - 1) / 2, jnp.arange(columns) - (columns - 1) / 2, indexing="ij"
        )
        matrix = jnp.eye(2) + DISTORTED.scale * jax.random.normal(key, (len(x), 2, 2))
        shift = (
            DISTORTED.shift
            * jnp.array([rows, columns])
            / 2
            * jax.random.normal(jax.random.fold_in(key, 1), (len(x), 2))
        )

        def one(picture: Any, matrix: Any, shift: Any) -> Any:
            source = jnp.einsum("ij,jrc->irc", matrix, jnp.stack([y, across])) + shift[:, None, None]
            return map_coordinates(picture, [source[0] + (rows - 1) / 2, source[1] + (columns - 1) / 2], order=1)

        return jax.vmap(one)(x, matrix, shift)

    def loss(self, weights: Any, x: Any, soft: Any, key: Any) -> Any:
        return -(jax.nn.log_softmax(self.logits(weights, x, key)) * soft).sum(axis=1).mean()

    def _step(self, state: Any, given: Any) -> Any:
        weights, means, squares, count = state
        batch, lr, key = given
        x = self.pictures[batch]
        if self.augment:
            x = self.distort(x, key)
        soft = jax.nn.one_hot(self.targets[batch], SPEC.outputs) * (1 - OPTIM.label_smoothing)
        gradients = jax.grad(self.loss)(weights, x, soft + OPTIM.label_smoothing / SPEC.outputs, key)
        count += 1
        means = jax.tree.map(lambda m, g: m + (1 - BETA1) * (g - m), means, gradients)
        squares = jax.tree.map(lambda v, g: v + (1 - BETA2) * (g * g - v), squares, gradients)

        def moved(weight: Any, mean: Any, square: Any, decay: Any) -> Any:
            root = jnp.sqrt(square / (1 - BETA2**count)) + EPSILON
            return weight * (1 - lr * decay) - lr * mean / (1 - BETA1**count) / root

        weights = jax.tree.map(moved, weights, means, squares, self.decays(weights))
        return weights, means, squares, count

    def _epoch(self, state: Any, key: Any, lrs: Any) -> Any:
        order = jax.random.permutation(key, len(self.pictures))[: self.batches * self.size]
        given = order.reshape(self.batches, self.size), lrs, jax.random.split(key, self.batches)
        if self.scan:
            return jax.lax.scan(lambda state, each: (self.step(state, each), None), state, given)[0]
        for each in zip(*given, strict=True):
            state = self.step(state, each)
        return state

    def __call__(self, epochs: int) -> Any:
        key = jax.random.key(0)
        weights = self.start(key)
        zeros = jax.tree.map(jnp.zeros_like, weights)
        state = weights, zeros, zeros, jnp.zeros(())
        total = epochs * self.batches
        lrs = np.array([OPTIM.lr * one_cycle(step, total) for step in range(total)], np.float32)
        for epoch, of_epoch in enumerate(lrs.reshape(epochs, self.batches)):
            state = self.epoch(state, jax.random.fold_in(key, epoch), of_epoch)
        jax.block_until_ready(state)
        return partial(self.logits, state[0])


class JaxCnn(Jax):
    """charnet's convolutional network: the same layers, batch norm by each batch's statistics, no running ones.

    XLA computes a convolution inside a scan with one thread and without oneDNN, so each batch is a call.
    """

    scan = False

    def start(self, key: Any) -> Any:
        full, half, quarter = WIDTHS
        shapes = [(1, full), (full, full), (full, full), (full, half), (half, half), (half, half), (half, quarter)]
        kernels = [
            jax.random.normal(jax.random.fold_in(key, n), (3, 3, *shape)) * (2 / 9 / shape[0]) ** 0.5
            for n, shape in enumerate(shapes)
        ]
        norms = [(jnp.ones(shape[1]), jnp.zeros(shape[1])) for shape in (*shapes, (quarter, quarter))]
        places = jnp.full((-(-SPEC.height // 4), -(-SPEC.width // 4), quarter), 1 / 12)
        output = jax.random.normal(jax.random.fold_in(key, 99), (quarter, SPEC.outputs)) * quarter**-0.5
        return kernels, norms, places, output, jnp.zeros(SPEC.outputs)

    def decays(self, weights: Any) -> Any:
        kernels, *rest = weights
        norms, _, output, bias = jax.tree.map(lambda _: 0.0, tuple(rest))
        return [OPTIM.weight_decay] * len(kernels), norms, OPTIM.weight_decay, output, bias

    def logits(self, weights: Any, x: Any, key: Any = None) -> Any:
        kernels, norms, places, output, bias = weights

        def norm(x: Any, n: int) -> Any:
            axes = tuple(range(x.ndim - 1))
            scale, offset = norms[n]
            return (x - x.mean(axes)) * jax.lax.rsqrt(x.var(axes) + 1e-5) * scale + offset

        def convolution(x: Any, n: int, stride: int = 1) -> Any:
            found = jax.lax.conv_general_dilated(
                x, kernels[n], (stride, stride), ((1, 1), (1, 1)), dimension_numbers=("NHWC", "HWIO", "NHWC")
            )
            return norm(found, n)

        x = jax.nn.relu(convolution(((x - 0.25) / 0.35)[..., None], 0))
        x = jax.nn.relu(x + convolution(jax.nn.relu(convolution(x, 1)), 2))
        x = jax.nn.relu(convolution(x, 3, 2))
        x = jax.nn.relu(x + convolution(jax.nn.relu(convolution(x, 4)), 5))
        x = jax.nn.relu(convolution(x, 6, 2))
        pooled = norm((x * places).sum((1, 2)), 7)
        if key is not None:
            pooled = jnp.where(jax.random.bernoulli(key, 0.8, pooled.shape), pooled / 0.8, 0)
        return pooled @ output + bias


def race(what: str, ways: dict[str, Loop], count: int, epochs: int, goal: str, rounds: int = 9) -> list[common.Row]:
    """Pictures a second of our loop against each of the others."""
    took = common.in_turn({name: partial(way, epochs) for name, way in ways.items()}, rounds)
    speeds = {name: epochs * count / seconds for name, seconds in took.items()}
    best = max(speed for name, speed in speeds.items() if name != "ours")
    return [
        common.Row(f"{what}, over {name}", speeds["ours"], speed, "pictures/s", speeds["ours"] / speed,
                   goal if speed == best else "")
        for name, speed in speeds.items() if name != "ours"
    ]  # fmt: skip


def main() -> None:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "data/letters").resolve()
    letters = folder.read(root, SPEC)
    memory, count = LetterTensors.of(letters, torch.device("cpu")), len(letters)
    pictures, targets = letters.pictures, letters.targets
    mlp = partial(Mlp, SPEC, ModelConfig())
    torch.set_num_threads(1)

    still: dict[str, Loop] = {
        "ours": partial(ours, memory, mlp, STILL),
        "NumPy by hand": partial(numpy_loop, pictures, targets),
        "JAX, a compiled scan": Jax(pictures, targets, augment=False),
        "torch, autograd and fused AdamW": partial(torch_loop, memory, False),
    }
    distorted: dict[str, Loop] = {
        "ours": partial(ours, memory, mlp, DISTORTED),
        "JAX, map_coordinates": Jax(pictures, targets, augment=True),
        "torch, torchvision's v2.RandomAffine": partial(torch_loop, memory, True),
    }
    rows = race("mlp, no distortion, one thread", still, count, EPOCHS, "1.3 x")
    rows += race("mlp, distorted, one thread", distorted, count, EPOCHS, "1.3 x")
    notes = {
        "timed": f"{EPOCHS} epochs from fresh weights, without validation; ours also sums loss and right answers and "
        "copies its state each epoch",
        "threads": "one; JAX's own aren't limited, and its compiling isn't counted",
        "distortions": "ours also rotates, bends and thickens; torchvision distorts a batch alike, by nearest pixels",
    }
    everything = memory.originals(torch.arange(count))
    for name, way in still.items():
        reads = way(LEARNED)
        with torch.no_grad():
            logits = reads(everything if name in ("ours", "torch, autograd and fused AdamW") else everything.numpy())
        notes[f"of the letters it trained on, read right after {LEARNED} epochs by {name}"] = (
            f"{(np.asarray(logits).argmax(1) == targets).mean():.1%}"
        )
    common.report("loops", rows, notes)


def convolutional() -> None:
    """In a process of its own, with all cores."""
    root = Path(sys.argv[2] if len(sys.argv) > 2 else "data/letters").resolve()
    letters = folder.read(root, SPEC)
    memory = LetterTensors.of(letters, torch.device("cpu"))
    torch.set_num_threads(pool.cores())
    ways: dict[str, Loop] = {
        "ours": partial(ours, memory, partial(Cnn, SPEC, ModelConfig("cnn")), STILL),
        "JAX, a compiled step": JaxCnn(letters.pictures, letters.targets, augment=False),
    }
    rows = race("cnn, no distortion, all cores", ways, len(letters), CNN_EPOCHS, "1 x", rounds=5)
    common.report("loops-cnn", rows)


if __name__ == "__main__":
    convolutional() if sys.argv[1:2] == ["cnn"] else main()
