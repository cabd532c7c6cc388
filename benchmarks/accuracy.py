"""The accuracies that README, docs/log.md and the networks' cards name, measured anew.

    python benchmarks/accuracy.py original DRAWINGS           # 160-20-26 from scratch, five folds, three seeds
    python benchmarks/accuracy.py unseen DRAWINGS             # the shipped networks, which never saw a drawing of it
    python benchmarks/accuracy.py helped DRAWINGS             # the same, starting from the shipped networks
    python benchmarks/accuracy.py writers UNIPEN              # trained on four fifths of the writers, reads the rest
    python benchmarks/accuracy.py writers-cnn UNIPEN          # the same, model=cnn
    python benchmarks/accuracy.py third-cnn UNIPEN            # a random third held out, model=cnn
    python benchmarks/accuracy.py starter UNIPEN              # data/letters alone reads the printed letters
    python benchmarks/accuracy.py own-hand DRAWINGS           # fine-tuned on ten drawings a letter, reads the rest

DRAWINGS is the folder of the original project's drawings, UNIPEN what `charnet.datasets.unipen` made.
`benchmarks/pages.py` puts what was found into docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from common import figures, percent  # noqa: E402

from charnet.letters import folder as letter_folder  # noqa: E402
from charnet.letters import split  # noqa: E402
from charnet.letters.samples import style_of, writer_of  # noqa: E402
from charnet.measure import metrics  # noqa: E402
from charnet.networks import classify  # noqa: E402
from charnet.spec import Spec  # noqa: E402
from charnet.training import experiment  # noqa: E402
from charnet.training.config import AugmentConfig, DataConfig, ModelConfig, OptimConfig, TrainConfig  # noqa: E402

SEEDS = (0, 1, 2)
# augment=strokes
STROKES = AugmentConfig(scale=0.05, rotation=0, shear=0.05, shift=0.05, bend=0.05, thickness=0.1, redraw=8)
# For the 20 hidden units on tens of thousands of letters: augment=none augment.shift=0.03 augment.redraw=8
# augment.by_mouse=4 augment.anneal=1, and
PLAIN = AugmentConfig(scale=0, rotation=0, shear=0, shift=0.03, bend=0, thickness=0, redraw=8, by_mouse=4, anneal=1)
MANY = OptimConfig(epochs=1600, batch_size=4096, lr=0.04, weight_decay=0.02, label_smoothing=0)
CNN = OptimConfig(epochs=80, lr=0.006, weight_decay=0.05)  # model=cnn
BY_MOUSE = replace(STROKES, by_mouse=4)  # augment=strokes augment.by_mouse=4, for reading any source
KEPT = ROOT / "outputs/benchmarks"  # where the networks that read held-out letters stay, for benchmarks/sure.py
FINE_TUNED: dict[str, dict[str, Any]] = {
    "letters": {},
    "letters-cnn": {"model": ModelConfig("cnn"), "optim": CNN},
}

HEAD = ("network", "accuracy", "training time")
SCRATCH, CONVOLUTIONAL = "160-20-26", "`model=cnn`"

Rows = list[tuple[str, ...]]
Found = tuple[tuple[str, ...], Rows]


def train(config: TrainConfig, kept: Path | None = None) -> dict[str, Any]:
    """A training in a folder that is gone afterwards, or in `kept`; what it says goes to standard error."""
    here = Path.cwd()
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(KEPT)  # so that letters are drawn again from their ink once, and the network in use stays
        try:
            with contextlib.redirect_stdout(sys.stderr):
                return experiment.run(config, kept or Path(folder))
        finally:
            os.chdir(here)


def original(folder: Path) -> Found:
    """Mean of five folds by sample, seeds 0, 1 and 2."""
    rows: Rows = []
    for name, framing in ((f"{SCRATCH} from scratch", "moments"), ("the same with `data.framing=fit`", "fit")):
        rows.append((name, *folds(folder, data=DataConfig(str(folder), framing=framing))))
    rows.append(("scikit-learn's MLPClassifier, 20 hidden units, raw pixels", scikit_learn(folder), ""))
    return HEAD, rows


def folds(folder: Path, seeds: Sequence[int] = SEEDS, **settings: Any) -> tuple[str, ...]:
    """Mean accuracy of five held-out folds, over the seeds, and each seed's; seconds a fit."""
    found = [train(TrainConfig(seed=seed, folds=5, **{"data": DataConfig(str(folder)), **settings})) for seed in seeds]
    means = [result["mean"] for result in found]
    seconds = np.median([result["seconds"] for result in found]) / 6  # five folds and one fit of everything
    return each_of(means), f"{seconds:.0f} s"


def each_of(accuracies: Sequence[float]) -> str:
    """Their mean, and if there are several, each of them."""
    each = ", ".join(percent(one, 2).removesuffix(" %") for one in accuracies)
    return percent(float(np.mean(accuracies))) + (f" ({each})" if len(accuracies) > 1 else "")


def helped(folder: Path) -> Found:
    """The shipped networks, which never saw a drawing of the original project, to start from."""
    return HEAD, [(starting(name), *folds(folder, init=name, **settings)) for name, settings in FINE_TUNED.items()]


def starting(name: str) -> str:
    return f"`init={name}`" if FINE_TUNED[name] == {} else f"`model=cnn init={name}`"


def unseen(folder: Path) -> Found:
    rows: Rows = []
    for name in FINE_TUNED:
        network = classify.load(name)
        letters = letter_folder.read(folder, network.spec)
        right = metrics.predictions(network.likelihoods(letters.pictures / np.float32(255))) == letters.targets
        low, high = metrics.wilson(int(right.sum()), len(right))
        rows.append((f"`{name}`", f"{percent(right.mean())} ({percent(low)} to {percent(high)})"))
    return HEAD[:2], rows


def scikit_learn(folder: Path) -> str:
    """MLPClassifier with 20 hidden units on raw pixels, as its documentation shows it."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.neural_network import MLPClassifier

    letters = letter_folder.read(folder, Spec(framing="corner"))
    x, y = letters.pictures.reshape(len(letters), -1) / 255, letters.targets
    best = 0.0
    for solver in ("adam", "lbfgs"):
        model = MLPClassifier((20,), solver=solver, max_iter=1000, random_state=0)
        with contextlib.redirect_stderr(io.StringIO()):
            scores = cross_val_score(model, x, y, cv=StratifiedKFold(5, shuffle=True, random_state=0))
        best = max(best, float(scores.mean()))
    return percent(best)


def starter(folder: Path) -> Found:
    """All printed letters, and those by the writers who shaped nothing: the other half was looked at."""
    listed = (ROOT / "benchmarks/held_back_writers.txt").read_text().splitlines()
    held_back = {name for name in listed if not name.startswith("#")}
    rows: Rows = []
    for writers, wanted in (
        ("all writers", lambda name: True),
        (f"the {len(held_back)} writers who shaped none of the templates", held_back.__contains__),
    ):
        with chosen(folder, lambda path: style_of(path) == "printed" and wanted(writer_of(path))) as printed:  # noqa: B023
            settings = DataConfig(str(ROOT / "data/letters"), test=str(printed), validation=0)
            found = [train(TrainConfig(data=settings, augment=STROKES, seed=seed))["test"] for seed in SEEDS]
        rows.append((writers, each_of([test["accuracy"] for test in found])))
    return ("letters by", "accuracy"), rows


def writers(folder: Path) -> Found:
    """A fifth of the writers is held out before anything else; nothing is chosen, the last epoch is kept."""
    row = held_out(folder, 0.2, "writer", kept=KEPT / "writers", optim=MANY, augment=PLAIN)
    return HEAD, [(SCRATCH, *row)]


def writers_cnn(folder: Path) -> Found:
    settings = {"model": ModelConfig("cnn"), "optim": CNN, "augment": BY_MOUSE}
    row = held_out(folder, 0.2, "writer", kept=KEPT / "writers-cnn", **settings)
    return HEAD, [(CONVOLUTIONAL, *row)]


def third_cnn(folder: Path) -> Found:
    row = held_out(folder, 1 / 3, "sample", model=ModelConfig("cnn"), optim=CNN, augment=BY_MOUSE)
    return HEAD, [(CONVOLUTIONAL, *row)]


def held_out(folder: Path, share: float, rule: str, kept: Path | None = None, **settings: Any) -> tuple[str, ...]:
    """Accuracy on held-out pictures with its interval, time of training; the run stays in `kept`."""
    letters = letter_folder.read(folder, Spec())
    held = set(np.array(letters.paths, dtype=object)[split.hold_out(letters, share, rule, seed=0)])
    with chosen(folder, lambda path: path in held) as test, chosen(folder, lambda path: path not in held) as rest:
        found = train(TrainConfig(data=DataConfig(str(rest), test=str(test), validation=0), **settings), kept)
    test_figures = found["test"]
    right, low, high = (percent(test_figures[name]) for name in ("accuracy", "low", "high"))
    seconds = found["seconds"]
    return f"{right} ({low} to {high})", f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def own_hand(folder: Path) -> Found:
    """Five draws of ten drawings a letter to train on; all others test."""
    rows: Rows = []
    for name, settings in FINE_TUNED.items():
        found = []
        for draw in range(5):
            random = np.random.default_rng(draw)
            ten = {
                path
                for label in sorted(folder.iterdir())
                for path in random.permutation(np.array(sorted(label.iterdir()), dtype=object))[:10]
            }
            with chosen(folder, ten.__contains__) as mine, chosen(folder, lambda path: path not in ten) as test:  # noqa: B023
                spec = DataConfig(str(mine), test=str(test), validation=0)
                found.append(train(TrainConfig(data=spec, init=name, seed=draw, **settings)))
        each = [result["test"]["accuracy"] for result in found]
        seconds = max(result["seconds"] for result in found)
        rows.append((starting(name), each_of(each), f"{seconds:.0f} s"))
    return HEAD, rows


@contextlib.contextmanager
def chosen(folder: Path, wanted: Any, spec: Spec | None = None) -> Iterator[Path]:
    """A folder of links to the wanted pictures of another."""
    with tempfile.TemporaryDirectory() as copy:
        for path in map(Path, (path for path, _ in letter_folder.find(folder, spec or Spec()))):
            if wanted(path):
                target = Path(copy) / path.parent.name / path.name
                target.parent.mkdir(exist_ok=True)
                try:
                    target.hardlink_to(path)
                except OSError:  # another disk
                    shutil.copyfile(path, target)
        yield Path(copy)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    measures: dict[str, Any] = {
        measure.__name__.replace("_", "-"): measure
        for measure in (original, helped, unseen, writers, writers_cnn, third_cnn, starter, own_hand)
    }
    parser.add_argument("what", choices=measures)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    data = "DRAWINGS" if given.what in ("original", "helped", "unseen", "own-hand") else "UNIPEN"
    head, rows = measures[given.what](given.folder.resolve())
    figures(given.what, f"python benchmarks/accuracy.py {given.what} {data}", head, rows)


if __name__ == "__main__":
    main()
