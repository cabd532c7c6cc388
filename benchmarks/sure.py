"""Which answers are sure: python benchmarks/sure.py UNIPEN [--model cnn --epochs 100]

UNIPEN is what `charnet.datasets.unipen` made. Networks are trained on four fifths of the writers each and read the
fifth that they never saw (the cnn: one fifth only). Then, forty times, the threshold is taken on one half of these
writers and checked on the other, for several scores of confidence: the share called sure, how many of those are right,
how often that is 95 % or more. Last what is called sure of what is no letter: noise, scribbles, digits; 0, 1 and others
do look like letters. The likelihoods stay in outputs/benchmarks, and are read from there the next time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import torch  # noqa: E402
from accuracy import CNN, MANY, PLAIN, STROKES  # noqa: E402

from charnet.letters import folder as letter_folder  # noqa: E402
from charnet.measure import sure  # noqa: E402
from charnet.measure.metrics import Floats, normalise  # noqa: E402
from charnet.networks import classify  # noqa: E402
from charnet.pictures import images, ink  # noqa: E402
from charnet.spec import Spec  # noqa: E402
from charnet.system.progress import Progress  # noqa: E402
from charnet.training import devices, model, optimiser  # noqa: E402
from charnet.training.calibration import calibrate  # noqa: E402
from charnet.training.config import DataConfig, ModelConfig, TrainConfig  # noqa: E402
from charnet.training.dataset import InMemory  # noqa: E402
from charnet.training.folds import plan  # noqa: E402
from charnet.training.loop import fit, predict  # noqa: E402

Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.str_]

FOLDS = 5
ROUNDS = 40
GOAL = 0.95
DIGITS = {  # x right, y down
    "0": [[(0.5, 0.1), (0.25, 0.3), (0.25, 0.7), (0.5, 0.9), (0.75, 0.7), (0.75, 0.3), (0.5, 0.1)]],
    "1": [[(0.35, 0.3), (0.55, 0.1), (0.55, 0.9)]],
    "2": [[(0.25, 0.3), (0.4, 0.1), (0.65, 0.15), (0.7, 0.35), (0.25, 0.9), (0.75, 0.9)]],
    "3": [[(0.25, 0.15), (0.6, 0.1), (0.7, 0.3), (0.45, 0.47), (0.72, 0.65), (0.6, 0.88), (0.25, 0.85)]],
    "4": [[(0.6, 0.1), (0.2, 0.6), (0.8, 0.6)], [(0.6, 0.35), (0.6, 0.95)]],
    "5": [[(0.7, 0.1), (0.32, 0.1), (0.3, 0.45), (0.6, 0.42), (0.72, 0.65), (0.58, 0.88), (0.25, 0.85)]],
    "6": [[(0.65, 0.1), (0.35, 0.4), (0.27, 0.7), (0.48, 0.9), (0.7, 0.72), (0.55, 0.55), (0.3, 0.65)]],
    "7": [[(0.2, 0.1), (0.75, 0.1), (0.4, 0.9)]],
    "8": [[(0.5, 0.48), (0.3, 0.28), (0.5, 0.1), (0.7, 0.28), (0.3, 0.7), (0.5, 0.9), (0.7, 0.7), (0.5, 0.48)]],
    "9": [[(0.7, 0.3), (0.45, 0.45), (0.3, 0.27), (0.5, 0.1), (0.7, 0.3), (0.65, 0.9)]],
}


def first(likelihoods: Floats) -> Floats:
    return likelihoods.max(axis=1)


def margin(likelihoods: Floats) -> Floats:
    two = np.sort(likelihoods, axis=1)[:, -2:]
    return two[:, 1] - two[:, 0]


def share(likelihoods: Floats) -> Floats:
    return normalise(likelihoods).max(axis=1)


def entropy(likelihoods: Floats) -> Floats:
    """From 0, nothing known, to 1."""
    shares = normalise(likelihoods)
    return 1 + (shares * np.log(shares)).sum(axis=1) / np.log(shares.shape[1])


SCORES: dict[str, Callable[[Floats], Floats]] = {
    "first": first,
    "first - second": margin,
    "first / sum": share,
    "entropy": entropy,
    "first * first / sum": classify.confidence,
}


def answers(folder: Path, model_name: str, epochs: int, kept: Path) -> tuple[Floats, Bools, Names]:
    """Likelihoods of letters by writers that the network never saw, whether they are read right, and their writers."""
    if not kept.is_file():
        read_folds(folder, model_name, epochs, kept)
    with np.load(kept) as arrays:
        return arrays["likelihoods"], arrays["right"], arrays["writers"]


def read_folds(folder: Path, model_name: str, epochs: int, kept: Path) -> None:
    """As benchmarks/accuracy.py's `writers` trains, in less time: letters are not drawn again from their ink."""
    config = TrainConfig(data=DataConfig(str(folder), split="writer"), folds=FOLDS)
    if model_name == "mlp":
        config = replace(config, optim=replace(MANY, epochs=epochs), augment=replace(PLAIN, redraw=0, shift=0.05))
    else:
        optim, augment = replace(CNN, epochs=epochs), replace(STROKES, redraw=0)
        config = replace(config, model=ModelConfig("cnn"), optim=optim, augment=augment)
    spec = Spec()
    letters = letter_folder.read(folder, spec)
    writers = np.array([letter_folder.writer_of(path) for path in letters.paths])
    data = InMemory.of(letters, torch.device("cpu"))
    found = []
    with devices.threads(1):
        for fold in plan(letters, config)[: FOLDS if model_name == "mlp" else 1]:
            torch.manual_seed(fold.number)
            network = model.build(config.model, spec)
            with Progress(fold.title, epochs, sys.stderr) as progress:
                for epoch in fit(network, optimiser.build(network, config.optim), data, fold, config):
                    progress.show(epoch.number, f"loss {epoch.loss:.3f}")
            calibrate(network, data, fold.train, config.augment, torch.Generator().manual_seed(fold.number))
            likelihoods = predict(network, data, fold.held).double().sigmoid().numpy()
            found.append((likelihoods, likelihoods.argmax(1) == letters.targets[fold.held], writers[fold.held]))
    kept.parent.mkdir(parents=True, exist_ok=True)
    arrays = zip(*found, strict=True)
    np.savez(kept, **dict(zip(("likelihoods", "right", "writers"), map(np.concatenate, arrays), strict=True)))


def halves(likelihoods: Floats, right: Bools, writers: Names, by_writer: bool) -> None:
    """A row a score: threshold from half of the writers, checked on the others."""
    print(f"{'score':>20}{'sure':>9}{'right':>9}{'sd':>8}{'least':>8}{'>= 95 %':>9}   threshold of all, sure")
    for name, score in SCORES.items():
        rows = []
        scores = score(likelihoods)
        for number in range(ROUNDS):
            order = np.random.default_rng(number).permutation(np.unique(writers))
            half = np.isin(writers, order[: len(order) // 2])
            called = scores[~half] >= sure.least(scores[half], right[half], GOAL, writers[half] if by_writer else None)
            rows.append((called.mean(), right[~half][called].mean() if called.any() else np.nan))
        whole = sure.least(scores, right, GOAL, writers if by_writer else None)
        called_sure, good = np.array(rows).T
        enough = np.mean((good >= GOAL) | np.isnan(good))
        some = good[~np.isnan(good)] if not np.isnan(good).all() else np.zeros(1)
        figures = f"{called_sure.mean():9.1%}{some.mean():9.1%}{some.std():8.1%}{some.min():8.1%}{enough:9.0%}"
        print(f"{name:>20}{figures}   {whole:.4f}, {(scores >= whole).mean():.1%}", flush=True)


def strangers(spec: Spec, count: int = 300) -> dict[str, images.Array]:
    """What is no letter of the alphabet, framed: (count, height, width) each."""
    random = np.random.default_rng(0)

    def drawn(make: Callable[[int], Sequence[npt.ArrayLike]]) -> images.Array:
        return np.stack([ink.framed(make(number), spec) for number in range(count)])

    def digit(number: int) -> list[npt.NDArray[np.float64]]:
        bent = np.eye(2) + random.normal(0, 0.08, (2, 2))
        return [np.array(one) @ bent + random.normal(0, 0.015, (len(one), 2)) for one in DIGITS[str(number % 10)]]

    return {
        "noise": np.stack([images.read_array(random.integers(0, 256, (160, 100)), spec) for _ in range(count)]),
        "scribbles": drawn(lambda _: [random.random((random.integers(8, 30), 2))]),
        "three strokes": drawn(lambda _: [random.random((2, 2)) for _ in range(3)]),
        "digits": drawn(digit),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="UNIPEN")
    parser.add_argument("--model", choices=("mlp", "cnn"), default="mlp")
    parser.add_argument("--epochs", type=int, default=80, help="of each training (default %(default)s)")
    given = parser.parse_args()
    kept = Path(f"outputs/benchmarks/sure-{given.model}-{given.epochs}.npz")
    likelihoods, right, writers = answers(given.folder.resolve(), given.model, given.epochs, kept)
    print(f"{len(right):,} letters by {len(np.unique(writers))} new writers, {right.mean():.1%} right")
    for by_writer in (False, True):
        print(f"\nmargin for the number of {'writers' if by_writer else 'letters'}")
        halves(likelihoods, right, writers, by_writer)
    shipped = "letters" if given.model == "mlp" else "letters-cnn"
    network = classify.load(shipped)
    others = strangers(network.spec)
    print(f"\nof what is no letter, called sure by the shipped {shipped} at these thresholds")
    print(f"{'':>20}" + "".join(f"{name:>15}" for name in others))
    for name, score in SCORES.items():
        taken = sure.least(score(likelihoods), right, GOAL, writers)
        found = [(score(network.likelihoods(pictures)) >= taken).mean() for pictures in others.values()]
        print(f"{name:>20}" + "".join(f"{value:15.1%}" for value in found))


if __name__ == "__main__":
    main()
