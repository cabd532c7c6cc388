"""How quickly networks train, against what a user would otherwise run: python benchmarks/training.py [drawings]

`drawings` is a folder of the original's letters (one folder a letter); without it, data/letters is taken.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import common
import numpy as np
import torch
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from charnet.letters import folder
from charnet.letters.folder import LetterSet
from charnet.spec import Spec
from charnet.system import pool
from charnet.training import experiment
from charnet.training.config import AugmentConfig, DataConfig, ModelConfig, OptimConfig, TrainConfig
from charnet.training.data import Fold, LetterTensors
from charnet.training.loop import fit
from charnet.training.mlp import Mlp

SPEC = Spec()
ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = 4 * SPEC.inputs * 20 + 6 * 20 * SPEC.outputs  # a picture; no gradient of the inputs themselves is needed
STILL = AugmentConfig(0, 0, 0, 0, 0, 0, 0)
EPOCHS = 40  # of ours, in the race to scikit-learn's accuracy
RUN = 1000  # epochs of a whole training


def train(network: Mlp, letters: LetterTensors, epochs: int, batch_size: int, distorted: bool) -> None:
    """charnet's own loop, with nothing held out and nothing kept."""
    config = TrainConfig(
        optim=OptimConfig(epochs=epochs, batch_size=batch_size), augment=AugmentConfig() if distorted else STILL
    )
    indices = torch.arange(len(letters.targets))
    fold = Fold(0, "", indices, indices[:0], selects_best=False)
    for _ in fit(network, letters, fold, config):
        pass


def whole_training(root: Path, distorted: bool) -> int:
    """Pictures a second as a run of `train.py` itself says, validation included."""
    config = TrainConfig(
        data=DataConfig(str(root)), optim=OptimConfig(epochs=RUN), augment=AugmentConfig() if distorted else STILL
    )
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as place, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(place)
        try:
            speed: int = experiment.run(config, Path(place))["images_per_second"]
            return speed
        finally:
            os.chdir(here)


def usual_loop(root: Path, workers: int, distorted: bool) -> Callable[[], None]:
    """One epoch as the documentation of torchvision and torch has it."""
    affine = (
        [transforms.RandomAffine(degrees=2, translate=(0.1, 0.1), scale=(0.85, 1.15), shear=8)] if distorted else []
    )
    transform = transforms.Compose([transforms.Grayscale(), *affine, transforms.ToTensor()])
    dataset = datasets.ImageFolder(str(root), transform)
    loader = DataLoader(dataset, batch_size=256, shuffle=True, num_workers=workers, persistent_workers=workers > 0)
    model = Mlp(SPEC, ModelConfig())
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


def speed(root: Path, letters: LetterSet) -> list[common.Row]:
    memory = LetterTensors.of(letters, torch.device("cpu"))
    count, times = len(letters), 20
    rows = []
    for distorted, goal in ((False, "100 x"), (True, "40 x")):
        ways: dict[str, Callable[[], None]] = {
            "ours": lambda distorted=distorted: train(Mlp(SPEC, ModelConfig()), memory, times, 256, distorted),
            "0": usual_loop(root, 0, distorted),
            "2": usual_loop(root, 2, distorted),
        }
        whole: list[int] = []
        ways["train.py"] = lambda distorted=distorted, whole=whole: whole.append(whole_training(root, distorted))
        took = common.in_turn(ways, 5)
        ours = times * count / took["ours"]
        said, usual = statistics.median(whole[1:]), count / took["0"]
        what = f"train.py itself, {'default' if distorted else 'no'} distortion, over the usual loop, 0 workers"
        rows.append(common.Row(what, said, usual, "pictures/s", said / usual, goal))
        for workers in ("0", "2"):
            what = f"batch 256, {'default' if distorted else 'no'} distortion, over the usual loop, {workers} workers"
            rows.append(common.Row(what, ours, count / took[workers], "pictures/s", ours * took[workers] / count, goal))
    few = 20
    lists = memory.originals(torch.arange(few)).flatten(1).tolist()
    answers = memory.targets[:few].tolist()
    took = common.in_turn(
        {
            "ours": lambda: train(Mlp(SPEC, ModelConfig(activation="logistic")), memory, times, 256, False),
            "python": lambda: plain_python(lists, answers),
        },
        3,
    )
    ours, theirs = took["ours"] / times, took["python"] / few * count
    what = f"an epoch of {count:,}, over plain Python (from {few} samples)"
    return [*rows, common.Row(what, ours, theirs, "s", theirs / ours, "10,000 x")]


def whole_command(root: Path, runs: int = 3) -> list[common.Row]:
    """`python train.py` on a folder of letters, from Enter to the prompt, in the lines that it prints."""
    found: list[list[float]] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            command = [sys.executable, "-u", str(ROOT / "train.py"), f"data.root={root}", "hydra.run.dir=run"]
            program = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
            assert program.stdout
            lines = [(time.perf_counter() - begin, line) for line in program.stdout]
            if program.wait():
                raise SystemExit(f"train.py failed with status {program.returncode}; its own words are above")
            prompt = time.perf_counter() - begin
            training = json.loads((Path(folder) / "run/metrics.json").read_text())["seconds"]
            pictures = next(seconds for seconds, line in lines if "pictures, " in line)
            found.append([lines[0][0], pictures, training, lines[-1][0] - pictures - training, prompt])
    first, pictures, training, after, prompt = map(statistics.median, zip(*found, strict=True))
    return [
        common.Row("python train.py, the first line", first, None, "s", None, "0.5"),
        common.Row("until imports are done and pictures read", pictures, None, "s", None, ""),
        common.Row("of it training, 1,000 epochs", training, None, "s", None, ""),
        common.Row("figures, calibration, pictures of it", after, None, "s", None, ""),
        common.Row("from Enter to the prompt, share of the training", prompt, training, "s", prompt / training, "1.5"),
    ]


def share_of_the_limit() -> list[common.Row]:
    """Floating-point operations of the step's matrix products, against the machine's best ones."""
    count = 65536
    letters = LetterTensors(
        torch.randint(256, (1, count, 16, 10), dtype=torch.uint8), torch.randint(SPEC.outputs, (count,))
    )
    square, product = torch.rand(1024, 1024), torch.empty(1024, 1024)

    def multiply(threads: int) -> None:
        torch.set_num_threads(threads)
        for _ in range(5):
            torch.mm(square, square, out=product)
        torch.set_num_threads(1)

    threads = {1, pool.cores()}
    ways: dict[str, Callable[[], None]] = {str(n): lambda n=n: multiply(n) for n in sorted(threads)}
    sizes = (256, 4096)
    for size in sizes:
        ways[f"batch {size:,}"] = lambda size=size: train(Mlp(SPEC, ModelConfig()), letters, 1, size, False)
    took = common.in_turn(ways, 9)
    rows = []
    for size in sizes:
        ours = OPERATIONS * count / took[f"batch {size:,}"] / 1e9
        for n in sorted(threads):
            rate = 5 * 2 * 1024**3 / took[str(n)] / 1e9
            what = f"batch {size:,}, share of matrix products' rate, {n} thread{'s' * (n > 1)} (ours has one)"
            rows.append(common.Row(what, ours, rate, "Gflop/s", ours / rate, "0.25"))
    return rows


def race(root: Path, letters: LetterSet) -> tuple[list[common.Row], dict[str, str]]:
    """Seconds a fold to about scikit-learn's accuracy on the same five folds, which `notes` compares.

    Ours sees each picture framed and distorted; scikit-learn stops by its own rules, on pictures as they are.
    """
    plain = datasets.ImageFolder(
        str(root), transforms.Compose([transforms.Grayscale(), transforms.Resize((16, 10)), transforms.ToTensor()])
    )
    pixels = 1 - torch.stack([picture for picture, _ in plain]).flatten(1).numpy()
    memory, targets = LetterTensors.of(letters, torch.device("cpu")), letters.targets
    seconds: dict[str, list[float]] = {}
    right: dict[str, list[float]] = {}

    def note(name: str, begin: float, answers: np.ndarray, held: np.ndarray) -> None:
        seconds.setdefault(name, []).append(time.perf_counter() - begin)
        right.setdefault(name, []).append(float((answers == targets[held]).mean()))

    for kept, held in StratifiedKFold(5, shuffle=True, random_state=0).split(pixels, targets):
        for solver in ("lbfgs", "adam"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it could go on; five times its default of iterations are enough
                begin = time.perf_counter()
                peer = MLPClassifier((20,), solver=solver, max_iter=1000, random_state=0)
                peer.fit(pixels[kept], targets[kept])
                note(solver, begin, peer.predict(pixels[held]), held)
        begin = time.perf_counter()
        model = Mlp(SPEC, ModelConfig())
        train(model, LetterTensors(memory.pictures[:, kept], memory.targets[kept]), EPOCHS, 256, True)
        with torch.no_grad():
            note("ours", begin, model(memory.originals(torch.from_numpy(held))).argmax(1).numpy(), held)
    middle = {name: float(np.median(values)) for name, values in seconds.items()}
    rows = [
        common.Row(
            f"time to about scikit-learn's accuracy, {s}",
            middle["ours"],
            middle[s],
            "s",
            middle[s] / middle["ours"],
            "5 x",
        )
        for s in ("lbfgs", "adam")
    ]
    return rows, {f"accuracy of {name}": f"{np.mean(values):.1%}" for name, values in right.items()}


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "data/letters").resolve()
    letters = folder.read(root, SPEC)
    rows, notes = race(root, letters)
    common.report("training", [*speed(root, letters), *whole_command(root), *share_of_the_limit(), *rows], notes)


if __name__ == "__main__":
    main()
