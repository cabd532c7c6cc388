"""The accuracies that README, docs/log.md and the networks' cards name, measured anew.

    python benchmarks/accuracy.py original ORIGINAL           # 160-20-26 from scratch, five folds, three seeds
    python benchmarks/accuracy.py helped ORIGINAL             # the same, starting from the shipped networks
    python benchmarks/accuracy.py writers UNIPEN              # trained on four fifths of the writers, reads the rest
    python benchmarks/accuracy.py writers-cnn UNIPEN          # the same, model=cnn
    python benchmarks/accuracy.py third-cnn UNIPEN            # a random third held out, model=cnn
    python benchmarks/accuracy.py starter UNIPEN              # data/letters alone reads the printed letters
    python benchmarks/accuracy.py own-hand ORIGINAL           # fine-tuned on ten drawings a letter, reads the rest

ORIGINAL is the folder of the original project's drawings, UNIPEN what `charnet.datasets.unipen` made.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from charnet.letters import folder as letter_folder  # noqa: E402
from charnet.letters import split  # noqa: E402
from charnet.letters.folder import style_of, writer_of  # noqa: E402
from charnet.spec import Spec  # noqa: E402
from charnet.training import experiment  # noqa: E402
from charnet.training.config import AugmentConfig, DataConfig, ModelConfig, OptimConfig, TrainConfig  # noqa: E402

SEEDS = (0, 1, 2)
# augment=strokes
STROKES = AugmentConfig(scale=0.05, rotation=0, shear=0.05, shift=0.05, bend=0.05, thickness=0.1, redraw=8)
# For the 20 hidden units on tens of thousands of letters: augment=none augment.shift=0.03 augment.redraw=8, and
PLAIN = AugmentConfig(scale=0, rotation=0, shear=0, shift=0.03, bend=0, thickness=0, redraw=8, anneal=0)
MANY = OptimConfig(epochs=400, batch_size=1024, weight_decay=0.02, label_smoothing=0)
CNN = OptimConfig(epochs=80, lr=0.006, weight_decay=0.05)  # model=cnn
BY_MOUSE = replace(STROKES, by_mouse=4)  # augment=strokes augment.by_mouse=4, for reading any source
KEPT = ROOT / "outputs/benchmarks"  # where the networks that read held-out letters stay, for benchmarks/sure.py
FINE_TUNED: dict[str, dict[str, Any]] = {
    "letters": {},
    "letters-cnn": {"model": ModelConfig("cnn"), "optim": CNN},
}

Rows = list[tuple[str, ...]]


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


def original(folder: Path) -> tuple[str, Rows]:
    rows: Rows = []
    for framing in ("moments", "fit"):
        rows.append((framing, *folds(folder, data=DataConfig(str(folder), framing=framing))))
    rows.append(("scikit-learn", *scikit_learn(folder)))
    return "160-20-26 from scratch, mean of 5 folds (split by sample), seeds 0 1 2", rows


def folds(folder: Path, seeds: Sequence[int] = SEEDS, **settings: Any) -> tuple[str, ...]:
    """Mean accuracy of five held-out folds, over the seeds; each seed's; seconds a fit."""
    found = [train(TrainConfig(seed=seed, folds=5, **{"data": DataConfig(str(folder)), **settings})) for seed in seeds]
    means = [result["mean"] for result in found]
    seconds = np.median([result["seconds"] for result in found]) / 6  # five folds and one fit of everything
    return f"{np.mean(means):.2%}", " ".join(f"{mean:.2%}" for mean in means), f"{seconds:.1f} s a fit"


def helped(folder: Path) -> tuple[str, Rows]:
    """The shipped networks, which never saw a drawing of the original project, to start from."""
    rows = [(f"init={name}", *folds(folder, init=name, **settings)) for name, settings in FINE_TUNED.items()]
    return "from the shipped networks, mean of 5 folds (split by sample), seeds 0 1 2", rows


def scikit_learn(folder: Path) -> tuple[str, ...]:
    """MLPClassifier with 20 hidden units on raw pixels, as its documentation shows it."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.neural_network import MLPClassifier

    letters = letter_folder.read(folder, Spec(framing="corner"))
    x, y = letters.pictures.reshape(len(letters), -1) / 255, letters.targets
    found = []
    for solver in ("adam", "lbfgs"):
        model = MLPClassifier((20,), solver=solver, max_iter=1000, random_state=0)
        with contextlib.redirect_stderr(io.StringIO()):
            scores = cross_val_score(model, x, y, cv=StratifiedKFold(5, shuffle=True, random_state=0))
        found.append(f"{solver} {scores.mean():.2%}")
    return max(found, key=lambda text: text.split()[1]).split()[1], " ".join(found), ""


def starter(folder: Path) -> tuple[str, Rows]:
    """All printed letters, and those by the writers who shaped nothing: the other half was looked at."""
    held_back = set((ROOT / "benchmarks/held_back_writers.txt").read_text().splitlines())
    rows: Rows = []
    for writers, wanted in (("all", lambda name: True), ("who shaped nothing", held_back.__contains__)):
        with chosen(folder, lambda path: style_of(path) == "printed" and wanted(writer_of(path))) as printed:  # noqa: B023
            settings = DataConfig(str(ROOT / "data/letters"), test=str(printed), validation=0)
            found = [train(TrainConfig(data=settings, augment=STROKES, seed=seed))["test"] for seed in SEEDS]
        each = [test["accuracy"] for test in found]
        rows.append((f"writers: {writers}", f"{np.mean(each):.2%}", " ".join(f"{one:.2%}" for one in each)))
    return "160-20-26 trained on data/letters alone (augment=strokes), reads printed letters, seeds 0 1 2", rows


def writers(folder: Path) -> tuple[str, Rows]:
    """A fifth of the writers is held out before anything else; nothing is chosen, the last epoch is kept."""
    row = held_out(folder, 0.2, "writer", kept=KEPT / "writers", optim=MANY, augment=replace(PLAIN, by_mouse=4))
    return "held-out fifth of the writers", [("160-20-26", *row)]


def writers_cnn(folder: Path) -> tuple[str, Rows]:
    settings = {"model": ModelConfig("cnn"), "optim": CNN, "augment": BY_MOUSE}
    row = held_out(folder, 0.2, "writer", kept=KEPT / "writers-cnn", **settings)
    return "held-out fifth of the writers", [("cnn", *row)]


def third_cnn(folder: Path) -> tuple[str, Rows]:
    row = held_out(folder, 1 / 3, "sample", model=ModelConfig("cnn"), optim=CNN, augment=BY_MOUSE)
    return "held-out third, at random", [("cnn", *row)]


def held_out(folder: Path, share: float, rule: str, kept: Path | None = None, **settings: Any) -> tuple[str, ...]:
    """Accuracy on held-out pictures, its interval, seconds of training; the run stays in `kept`."""
    letters = letter_folder.read(folder, Spec())
    held = set(np.array(letters.paths, dtype=object)[split.hold_out(letters, share, rule, seed=0)])
    with chosen(folder, lambda path: path in held) as test, chosen(folder, lambda path: path not in held) as rest:
        found = train(TrainConfig(data=DataConfig(str(rest), test=str(test), validation=0), **settings), kept)
    test_figures = found["test"]
    interval = f"{test_figures['low']:.2%} to {test_figures['high']:.2%}"
    return f"{test_figures['accuracy']:.2%}", interval, f"{found['seconds']:.0f} s"


def own_hand(folder: Path) -> tuple[str, Rows]:
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
        rows.append((name, f"{np.mean(each):.2%}", " ".join(f"{one:.2%}" for one in each), f"{seconds:.1f} s at most"))
    return "fine-tuned on ten drawings a letter, mean of five draws", rows


@contextlib.contextmanager
def chosen(folder: Path, wanted: Any) -> Iterator[Path]:
    """A folder of links to the wanted pictures of another."""
    with tempfile.TemporaryDirectory() as copy:
        for path in map(Path, (path for path, _ in letter_folder.find(folder, Spec()))):
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
        for measure in (original, helped, writers, writers_cnn, third_cnn, starter, own_hand)
    }
    parser.add_argument("what", choices=measures)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    title, rows = measures[given.what](given.folder.resolve())
    machine = (
        f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, Python {platform.python_version()}"
    )
    table = Table(title=title, caption=machine, show_header=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
