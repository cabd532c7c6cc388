"""Other people's classifiers beside ours, on the same letters in the same run.

    python benchmarks/peers.py original DRAWINGS    # five folds of one hand
    python benchmarks/peers.py writers UNIPEN       # trained on four fifths of the writers, reads the rest

DRAWINGS is the folder of the original project's drawings, UNIPEN what `charnet.datasets.unipen` made. Each reads the
pixels as they were drawn (framing `corner`) and our framing of them (`moments`). scikit-learn comes with charnet's dev
extra; its settings are the usual ones, not tuned here.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from accuracy import CNN, MANY, PLAIN, folds, held_out  # noqa: E402
from common import figures, percent  # noqa: E402

from charnet.letters import folder as letter_folder  # noqa: E402
from charnet.letters import split  # noqa: E402
from charnet.letters.folder import LetterSet  # noqa: E402
from charnet.spec import Spec  # noqa: E402
from charnet.training.config import ModelConfig  # noqa: E402

FRAMINGS = ("corner", "moments")

Ints = npt.NDArray[np.int64]
Sides = Iterable[tuple[Ints, Ints]]  # indices to train on, indices to read
Row = tuple[str, ...]


def peers() -> dict[str, Any]:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.svm import SVC

    return {
        "scikit-learn's SVC (rbf, C = 10)": SVC(C=10),
        "3 nearest neighbours": KNeighborsClassifier(3, weights="distance"),
        "random forest of 500 trees": RandomForestClassifier(500, random_state=0),
        "MLPClassifier with 20 hidden units": MLPClassifier((20,), max_iter=1000, random_state=0),
    }


def measure(model: Any, letters: LetterSet, sides: Sides) -> tuple[float, float]:
    """Mean share of held-out letters read right, and seconds of a fit."""
    x, y = letters.pictures.reshape(len(letters), -1) / np.float32(255), letters.targets
    right, seconds = [], []
    for train, held in sides:
        began = time.perf_counter()
        with warnings.catch_warnings(action="ignore"):  # adam's thousand epochs may not be the last word
            model.fit(x[train], y[train])
        seconds.append(time.perf_counter() - began)
        right.append(float((model.predict(x[held]) == y[held]).mean()))
    return float(np.mean(right)), float(np.median(seconds))


def beside(folder: Path, sides: list[tuple[Ints, Ints]], framings: Sequence[str]) -> list[Row]:
    """A row a peer: its share of right answers by framing, and seconds of a fit with the last one."""
    found = [letter_folder.read(folder, Spec(framing=framing)) for framing in framings]
    rows = []
    for name, model in peers().items():
        measured = [measure(model, letters, sides) for letters in found]
        rows.append((name, *(percent(right) for right, _ in measured), f"{measured[-1][1]:.3g} s"))
        print(*rows[-1], file=sys.stderr, flush=True)
    return rows


def original(folder: Path) -> tuple[Row, list[Row]]:
    letters = letter_folder.read(folder, Spec())
    which = split.assign_folds(letters, 5, "sample", seed=0)
    rows = beside(
        folder, [(np.flatnonzero(which != fold), np.flatnonzero(which == fold)) for fold in range(5)], FRAMINGS
    )
    ours: dict[str, dict[str, Any]] = {
        "charnet, 20 hidden units": {},
        "charnet, `model.hidden=100`": {"model": ModelConfig(hidden=100)},
        "charnet, `model=cnn init=letters-cnn`": {"model": ModelConfig("cnn"), "optim": CNN, "init": "letters-cnn"},
    }
    for name, settings in ours.items():
        rows.append((name, "", *folds(folder, seeds=(0,), **settings)))
    return ("method", "raw", "framed", "training time"), rows


def writers(folder: Path) -> tuple[Row, list[Row]]:
    """UNIPEN's letters are drawn from pen strokes, framed from the start."""
    held = split.hold_out(letter_folder.read(folder, Spec()), 0.2, "writer", seed=0)
    rows = beside(folder, [(np.flatnonzero(~held), np.flatnonzero(held))], FRAMINGS[1:])
    ours = held_out(folder, 0.2, "writer", optim=MANY, augment=PLAIN)
    return ("method", "accuracy", "training time"), [*rows, ("charnet, 20 hidden units", *ours)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    measures = {"original": original, "writers": writers}
    parser.add_argument("what", choices=measures)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    head, rows = measures[given.what](given.folder.resolve())
    data = "DRAWINGS" if given.what == "original" else "UNIPEN"
    figures(f"peers-{given.what}", f"python benchmarks/peers.py {given.what} {data}", head, rows)


if __name__ == "__main__":
    main()
