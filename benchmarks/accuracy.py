"""The accuracies that README and docs/log.md name, measured anew.

    python benchmarks/accuracy.py original FOLDER      # 160-20-26 from scratch, five folds, per framing, three seeds
    python benchmarks/accuracy.py starter FOLDER       # data/letters alone reads the printed letters
    python benchmarks/accuracy.py writers FOLDER       # trained on four fifths of the writers, reads the rest

FOLDER is a folder of letter folders: the original project's drawings, or what `charnet.datasets.unipen` made.
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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from charnet import data, training  # noqa: E402
from charnet.config import AugmentConfig, DataConfig, OptimConfig, TrainConfig  # noqa: E402
from charnet.datasets import style_of  # noqa: E402
from charnet.spec import Spec  # noqa: E402

SEEDS = (0, 1, 2)
# For tens of thousands of letters by many writers, who vary more than distortions need to.
MANY = OptimConfig(epochs=300, batch_size=1024, weight_decay=0.02)
MILD = AugmentConfig(scale=0.07, rotation=0.03, shear=0.1, shift=0.06, bend=0.04, thickness=0.15)


def train(config: TrainConfig) -> dict[str, Any]:
    """A training in a folder that is gone afterwards; what it says goes to standard error."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                return training.run(config, Path(folder))
        finally:
            os.chdir(here)


def original(folder: Path) -> tuple[str, list[tuple[str, ...]]]:
    rows = []
    for framing in ("squeeze", "fit"):
        found = [
            train(TrainConfig(data=DataConfig(str(folder), framing=framing), seed=seed, folds=5)) for seed in SEEDS
        ]
        means = [result["mean"] for result in found]
        seconds = np.median([result["seconds"] for result in found]) / 6  # five folds and one fit of everything
        each = " ".join(f"{mean:.2%}" for mean in means)
        rows.append((framing, f"{np.mean(means):.2%}", each, f"{seconds:.1f} s a fit"))
    rows.append(("scikit-learn", *scikit_learn(folder)))
    return "160-20-26 from scratch, mean of 5 folds (split by sample), seeds 0 1 2", rows


def scikit_learn(folder: Path) -> tuple[str, ...]:
    """MLPClassifier with 20 hidden units on raw pixels, as its documentation shows it."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.neural_network import MLPClassifier

    letters = data.load(folder, Spec(framing="corner"))
    x, y = letters.pictures.flatten(1).numpy() / 255, letters.targets.numpy()
    found = []
    for solver in ("adam", "lbfgs"):
        model = MLPClassifier((20,), solver=solver, max_iter=1000, random_state=0)
        with contextlib.redirect_stderr(io.StringIO()):
            scores = cross_val_score(model, x, y, cv=StratifiedKFold(5, shuffle=True, random_state=0))
        found.append(f"{solver} {scores.mean():.2%}")
    return max(found, key=lambda text: text.split()[1]).split()[1], " ".join(found), ""


def starter(folder: Path) -> tuple[str, list[tuple[str, ...]]]:
    """Every printed letter of the folder; nothing of it was trained on. Half of its writers shaped the templates."""
    with chosen(folder, lambda path: style_of(path) == "printed") as printed:
        rows = []
        for seed in SEEDS:
            settings = DataConfig(str(ROOT / "data/letters"), test=str(printed), validation=0)
            test = train(TrainConfig(data=settings, seed=seed))["test"]
            rows.append((f"seed {seed}", f"{test['accuracy']:.2%}", f"{test['low']:.2%} to {test['high']:.2%}"))
    return "160-20-26 trained on data/letters alone, printed letters", rows


def writers(folder: Path) -> tuple[str, list[tuple[str, ...]]]:
    """A fifth of the writers is held out before anything else; a fifth of the rest chooses the epoch."""
    letters = data.load(folder, Spec())
    held = set(np.array(letters.paths, dtype=object)[data.hold_out(letters, 0.2, "writer", seed=0)])
    with chosen(folder, lambda path: path in held) as test, chosen(folder, lambda path: path not in held) as rest:
        settings = DataConfig(str(rest), test=str(test), split="writer", validation=0.1)
        found = train(TrainConfig(data=settings, optim=MANY, augment=MILD))
    test_figures = found["test"]
    interval = f"{test_figures['low']:.2%} to {test_figures['high']:.2%}"
    row = ("160-20-26", f"{test_figures['accuracy']:.2%}", interval, f"{found['seconds']:.0f} s")
    return "held-out fifth of the writers", [row]


@contextlib.contextmanager
def chosen(folder: Path, wanted: Any) -> Iterator[Path]:
    """A folder of links to the wanted pictures of another."""
    with tempfile.TemporaryDirectory() as copy:
        for path in data.find(folder, Spec()):
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
    parser.add_argument("what", choices=("original", "starter", "writers"))
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    title, rows = {"original": original, "starter": starter, "writers": writers}[given.what](given.folder.resolve())
    machine = (
        f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, Python {platform.python_version()}"
    )
    table = Table(title=title, caption=machine, show_header=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
