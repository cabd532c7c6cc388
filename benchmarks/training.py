"""How quickly networks train, against what a user would otherwise run: python benchmarks/training.py [drawings]

`drawings` is a folder of the original's letters (one folder a letter); without it, data/letters is taken.
"""

from __future__ import annotations

import math
import random
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import common
import numpy as np
import torch
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from charnet import augment, data, pool, step, training
from charnet.config import OptimConfig, TrainConfig
from charnet.model import Mlp
from charnet.spec import Spec

SPEC = Spec()
WEIGHTS = SPEC.inputs * 20 + 20 * SPEC.outputs
DISTORTIONS = training.distortions(TrainConfig())
EPOCHS = 40  # of ours, in the race to scikit-learn's accuracy


def train(model: Mlp, pictures: Tensor, targets: Tensor, epochs: int, batch_size: int, distorted: bool) -> None:
    """The loop of charnet.training without its bookkeeping; pictures (n, height, width) in [0, 1]."""
    optim = OptimConfig()
    stepper = step.build(model, optim.weight_decay, optim.label_smoothing)
    steps = epochs * math.ceil(len(pictures) / batch_size)
    number = 0
    for _ in range(epochs):
        for batch in torch.randperm(len(pictures)).split(batch_size):
            for part in batch.split(training.PART):
                taken = pictures.index_select(0, part)  # four times as quick as pictures[part]
                stepper.add(
                    augment.distort(taken, **DISTORTIONS) if distorted else taken, targets.index_select(0, part)
                )
            stepper.update(optim.lr * training.one_cycle(number, steps))
            number += 1


def usual_loop(root: Path, workers: int, distorted: bool) -> Callable[[], None]:
    """One epoch as the documentation of torchvision and torch has it."""
    affine = (
        [transforms.RandomAffine(degrees=2, translate=(0.1, 0.1), scale=(0.85, 1.15), shear=8)] if distorted else []
    )
    transform = transforms.Compose([transforms.Grayscale(), *affine, transforms.ToTensor()])
    dataset = datasets.ImageFolder(str(root), transform)
    loader = DataLoader(dataset, batch_size=256, shuffle=True, num_workers=workers, persistent_workers=workers > 0)
    model = Mlp(SPEC, 20, "tanh")
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)

    def epoch() -> None:
        for pictures, targets in loader:
            optimizer.zero_grad()
            loss = criterion(model(pictures), targets)
            loss.backward()
            optimizer.step()

    return epoch


def plain_python(inputs: list[list[float]], targets: list[int], hidden: int = 20, rate: float = 0.1) -> None:
    """One pass of backpropagation a sample at a time over lists of floats, as the original (2015) does it."""

    def logistic(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    labels, pixels = SPEC.outputs, SPEC.inputs
    first = [[random.uniform(-0.1, 0.1) for _ in range(hidden)] for _ in range(pixels)]
    second = [[random.uniform(-0.1, 0.1) for _ in range(labels)] for _ in range(hidden)]
    first_bias, second_bias = [0.0] * hidden, [0.0] * labels
    for x, target in zip(inputs, targets, strict=True):
        middle = [logistic(first_bias[h] + sum(x[i] * first[i][h] for i in range(pixels))) for h in range(hidden)]
        out = [logistic(second_bias[o] + sum(middle[h] * second[h][o] for h in range(hidden))) for o in range(labels)]
        slope = [((o == target) - out[o]) * out[o] * (1 - out[o]) for o in range(labels)]
        back = [
            middle[h] * (1 - middle[h]) * sum(slope[o] * second[h][o] for o in range(labels)) for h in range(hidden)
        ]
        for o in range(labels):
            second_bias[o] += rate * slope[o]
            for h in range(hidden):
                second[h][o] += rate * slope[o] * middle[h]
        for h in range(hidden):
            first_bias[h] += rate * back[h]
            for i in range(pixels):
                first[i][h] += rate * back[h] * x[i]


def speed(root: Path, letters: data.Letters) -> list[common.Row]:
    pictures, targets = letters.pictures.float() / 255, letters.targets
    count, times = len(letters), 20
    rows = []
    for distorted, goal in ((False, "100 x"), (True, "40 x")):
        ways: dict[str, Callable[[], None]] = {
            "ours": lambda distorted=distorted: train(Mlp(SPEC, 20, "tanh"), pictures, targets, times, 256, distorted),
            "0": usual_loop(root, 0, distorted),
            "2": usual_loop(root, 2, distorted),
        }
        took = common.in_turn(ways, 5)
        ours = times * count / took["ours"]
        for workers in ("0", "2"):
            what = f"batch 256, {'default' if distorted else 'no'} distortion, over the usual loop, {workers} workers"
            rows.append(common.Row(what, ours, count / took[workers], "pictures/s", ours * took[workers] / count, goal))
    few = 20
    lists, answers = pictures[:few].flatten(1).tolist(), targets[:few].tolist()
    took = common.in_turn(
        {
            "ours": lambda: train(Mlp(SPEC, 20, "logistic"), pictures, targets, times, 256, False),
            "python": lambda: plain_python(lists, answers),
        },
        3,
    )
    ours, theirs = took["ours"] / times, took["python"] / few * count
    what = f"an epoch of {count:,}, over plain Python (from {few} samples)"
    return [*rows, common.Row(what, ours, theirs, "s", theirs / ours, "10,000 x")]


def share_of_the_limit() -> list[common.Row]:
    """Six floating-point operations a weight and picture, against the machine's best matrix products."""
    pictures, targets = torch.rand(65536, 16, 10), torch.randint(SPEC.outputs, (65536,))
    square, product = torch.rand(1024, 1024), torch.empty(1024, 1024)

    def multiply(threads: int) -> None:
        torch.set_num_threads(threads)
        for _ in range(5):
            torch.mm(square, square, out=product)
        torch.set_num_threads(1)

    threads = {1, len_cores()}
    ways: dict[str, Callable[[], None]] = {str(n): lambda n=n: multiply(n) for n in sorted(threads)}
    ways["ours"] = lambda: train(Mlp(SPEC, 20, "tanh"), pictures, targets, 1, 4096, False)
    took = common.in_turn(ways, 9)
    ours = 6 * WEIGHTS * len(pictures) / took["ours"] / 1e9
    rows = []
    for n in sorted(threads):
        rate = 5 * 2 * 1024**3 / took[str(n)] / 1e9
        what = f"batch 4,096, share of matrix products' rate, {n} thread{'s' * (n > 1)} (ours has one)"
        rows.append(common.Row(what, ours, rate, "Gflop/s", ours / rate, "0.25"))
    return rows


def len_cores() -> int:

    return pool.cores()


def race(root: Path, letters: data.Letters) -> tuple[list[common.Row], dict[str, str]]:
    """Seconds a fold to at least scikit-learn's accuracy on the same five folds; ours sees each picture distorted."""
    plain = datasets.ImageFolder(
        str(root), transforms.Compose([transforms.Grayscale(), transforms.Resize((16, 10)), transforms.ToTensor()])
    )
    pixels = 1 - torch.stack([picture for picture, _ in plain]).flatten(1).numpy()
    pictures, targets = letters.pictures.float() / 255, letters.targets
    seconds: dict[str, list[float]] = {}
    right: dict[str, list[float]] = {}

    def note(name: str, begin: float, answers: np.ndarray, held: np.ndarray) -> None:
        seconds.setdefault(name, []).append(time.perf_counter() - begin)
        right.setdefault(name, []).append(float((answers == targets.numpy()[held]).mean()))

    for kept, held in StratifiedKFold(5, shuffle=True, random_state=0).split(pixels, targets):
        for solver in ("lbfgs", "adam"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it could go on; five times its default of iterations are enough
                begin = time.perf_counter()
                peer = MLPClassifier((20,), solver=solver, max_iter=1000, random_state=0)
                peer.fit(pixels[kept], targets[kept])
                note(solver, begin, peer.predict(pixels[held]), held)
        begin = time.perf_counter()
        model = Mlp(SPEC, 20, "tanh")
        train(model, pictures[kept], targets[kept], EPOCHS, 256, True)
        with torch.no_grad():
            note("ours", begin, model(pictures[held]).argmax(1).numpy(), held)
    middle = {name: float(np.median(values)) for name, values in seconds.items()}
    rows = [
        common.Row(
            f"time to scikit-learn's accuracy, {s}", middle["ours"], middle[s], "s", middle[s] / middle["ours"], "5 x"
        )
        for s in ("lbfgs", "adam")
    ]
    return rows, {f"accuracy of {name}": f"{np.mean(values):.1%}" for name, values in right.items()}


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "data/letters")
    letters = data.load(root, SPEC)
    rows, notes = race(root, letters)
    common.report("training", [*speed(root, letters), *share_of_the_limit(), *rows], notes)


if __name__ == "__main__":
    main()
