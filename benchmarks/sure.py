"""Which answers are sure: python benchmarks/sure.py UNIPEN [--model cnn]

UNIPEN is what `charnet.datasets.unipen` made. Networks are trained as the shipped `letters`, on four fifths of the
writers each, and read the fifth that they never saw; the cnn is the one that `benchmarks/accuracy.py writers-cnn
UNIPEN` left in outputs/benchmarks. Printed are the expected calibration error of their first answers and then, where
forty times the threshold is taken on one half of these writers and checked on the other, for several scores of
confidence: the share called sure, how many of those are right, how often that is 95 % or more. Last what is called sure
of what is no letter: noise, scribbles, digits; 0, 1 and others do look like letters.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import torch  # noqa: E402
from accuracy import KEPT, MANY, PLAIN  # noqa: E402
from common import figures, percent  # noqa: E402

from charnet.letters import folder as letter_folder  # noqa: E402
from charnet.letters import samples, split  # noqa: E402
from charnet.letters.folder import LetterSet  # noqa: E402
from charnet.measure import metrics, sure  # noqa: E402
from charnet.measure.metrics import Floats, Ints, normalise  # noqa: E402
from charnet.networks import classify  # noqa: E402
from charnet.pictures import images, ink  # noqa: E402
from charnet.spec import Spec  # noqa: E402
from charnet.system.progress import Progress  # noqa: E402
from charnet.training.calibration import calibrate  # noqa: E402
from charnet.training.config import DataConfig, TrainConfig  # noqa: E402
from charnet.training.data import LetterTensors, make_folds  # noqa: E402
from charnet.training.fitting import build  # noqa: E402
from charnet.training.loop import fit, predict, threads  # noqa: E402

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


def answers(folder: Path, model_name: str) -> tuple[Floats, Bools, Names]:
    """Likelihoods of letters by writers that the network never saw, whether they are read right, and their writers."""
    letters = letter_folder.read(folder, Spec())
    writers = np.array([samples.writer_of(path) for path in letters.paths])
    if model_name == "mlp":
        likelihoods, held = read_folds(folder, letters)
    else:
        network = classify.load(str(KEPT / "writers-cnn"))
        held = np.flatnonzero(split.hold_out(letters, 0.2, "writer", seed=0))
        likelihoods = network.likelihoods(letters.pictures[held] / np.float32(255)).astype(np.float64)
    return likelihoods, likelihoods.argmax(axis=1) == letters.targets[held], writers[held]


def read_folds(folder: Path, letters: LetterSet) -> tuple[Floats, Ints]:
    """Likelihoods of every letter, by a network that was trained as `letters` is on four fifths of the writers."""
    config = TrainConfig(data=DataConfig(str(folder), split="writer"), optim=MANY, augment=PLAIN, folds=FOLDS)
    data = LetterTensors.of(letters, torch.device("cpu"))
    data.redraw(letters, folder, Spec(), config.augment.redraw, config.augment.by_mouse)
    likelihoods, held = [], []
    with threads(1):
        for fold in make_folds(letters, config)[:FOLDS]:
            network = build(config, Spec(), fold.number)
            with Progress(fold.title, config.optim.epochs, sys.stderr) as progress:
                for epoch in fit(network, data, fold, config):
                    progress.show(epoch.number, f"loss {epoch.loss:.3f}")
            calibrate(network, data, fold.train, config.augment, torch.Generator().manual_seed(fold.number))
            likelihoods.append(predict(network, data, fold.held_out).double().sigmoid().numpy())
            held.append(fold.held_out.numpy())
    return np.concatenate(likelihoods), np.concatenate(held)


def halves(likelihoods: Floats, right: Bools, writers: Names, by_writer: bool) -> tuple[str, ...]:
    """A row a score: threshold from half of the writers, checked on the others. Returned is the last, charnet's."""
    print(f"{'score':>20}{'sure':>9}{'right':>9}{'sd':>8}{'least':>8}{'>= 95 %':>9}   threshold of all, sure")
    for name, score in SCORES.items():
        rows = []
        scores = score(likelihoods)
        for number in range(ROUNDS):
            order = np.random.default_rng(number).permutation(np.unique(writers))
            half = np.isin(writers, order[: len(order) // 2])
            called = scores[~half] >= sure.score_threshold(
                scores[half], right[half], GOAL, writers[half] if by_writer else None
            )
            rows.append((called.mean(), right[~half][called].mean() if called.any() else np.nan))
        whole = sure.score_threshold(scores, right, GOAL, writers if by_writer else None)
        called_sure, good = np.array(rows).T
        enough = np.mean((good >= GOAL) | np.isnan(good))
        some = good[~np.isnan(good)] if not np.isnan(good).all() else np.zeros(1)
        row = f"{called_sure.mean():9.1%}{some.mean():9.1%}{some.std():8.1%}{some.min():8.1%}{enough:9.0%}"
        print(f"{name:>20}{row}   {whole:.4f}, {(scores >= whole).mean():.1%}", flush=True)
    return percent(called_sure.mean()), percent(some.mean()), percent(enough, 0), f"{whole:.3f}"


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
    given = parser.parse_args()
    likelihoods, right, writers = answers(given.folder.resolve(), given.model)
    print(f"{len(right):,} letters by {len(np.unique(writers))} new writers, {right.mean():.1%} right")
    error = metrics.calibration_error(likelihoods.max(axis=1), right)
    print(f"expected calibration error {error:.2%}")
    print("\nmargin for the number of letters")
    halves(likelihoods, right, writers, False)
    print("\nmargin for the number of writers")
    share, good, enough, threshold = halves(likelihoods, right, writers, True)
    figures(
        f"sure-{given.model}",
        f"python benchmarks/sure.py UNIPEN --model {given.model}",
        (
            "network",
            "sure answers",
            "their accuracy",
            "halves with 95 % or more",
            "expected calibration error",
            "threshold",
        ),
        [("160-20-26" if given.model == "mlp" else "`model=cnn`", share, good, enough, percent(error), threshold)],
    )
    shipped = "letters" if given.model == "mlp" else "letters-cnn"
    network = classify.load(shipped)
    others = strangers(network.spec)
    print(f"\nof what is no letter, called sure by the shipped {shipped} at these thresholds")
    print(f"{'':>20}" + "".join(f"{name:>15}" for name in others))
    for name, score in SCORES.items():
        taken = sure.score_threshold(score(likelihoods), right, GOAL, writers)
        found = [(score(network.likelihoods(pictures)) >= taken).mean() for pictures in others.values()]
        print(f"{name:>20}" + "".join(f"{value:15.1%}" for value in found))


if __name__ == "__main__":
    main()
