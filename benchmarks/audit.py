"""How well the audit finds wrong labels: python benchmarks/audit.py [--seeds 5]

The original's drawings (CHARNET_DATA names the folder of real data) with 5 % of the labels changed at random; average
precision of the audit's ranking, chance being 0.05. Three ways to count the two a's that were filed under b from the
start: as not wrong, as their labels say (strict); as wrong, which they are; and strictly on the audit's list as it is
without --top, what is not on it never being found. The peer is scikit-learn's logistic regression, in as many folds,
scored by cleanlab in the same way.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from cleanlab.rank import get_label_quality_scores
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from charnet import audit
from charnet.letters.folder import Letters
from charnet.spec import LOWERCASE
from charnet.training import suspects
from charnet.training.config import DataConfig, ModelConfig, TrainConfig

WRONG = ("b/0.png", "b/1.png")  # a's, by eye
SHARE = 0.05


def change_labels(drawings: Path, folder: Path, seed: int) -> set[str]:
    """Copy the drawings, a share of them into another label's folder, as <label><n>.png; the names of those."""
    random = np.random.default_rng(seed)
    for label in LOWERCASE:
        (folder / label).mkdir()
    paths = sorted(drawings.glob("[a-z]/*.png"))
    right = [path for path in paths if f"{path.parent.name}/{path.name}" not in WRONG]
    chosen = {right[i] for i in random.choice(len(right), round(SHARE * len(paths)), replace=False)}
    for path in paths:
        others = [label for label in LOWERCASE if label != path.parent.name]
        label = str(random.choice(others)) if path in chosen else path.parent.name
        shutil.copy(path, folder / label / f"{path.parent.name}{path.name}")
    return {path.parent.name + path.name for path in chosen}


def precision(wrong: set[str], names: list[str], scores: npt.ArrayLike, listed: int | None = None) -> float:
    """Average precision of a ranking; only the first `listed` count as found."""
    is_wrong = np.array([name in wrong for name in names])
    found = is_wrong[:listed]
    rest = 1 if listed is None else found.sum() / is_wrong.sum()
    return float(rest * average_precision_score(found, -np.asarray(scores)[:listed]))


def peer(letters: Letters, folds: int, seed: int) -> npt.NDArray[np.float64]:
    pictures, targets = letters.pictures.reshape(len(letters), -1) / 255, letters.targets
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    shares = cross_val_predict(LogisticRegression(max_iter=1000), pictures, targets, cv=split, method="predict_proba")
    scores: npt.NDArray[np.float64] = get_label_quality_scores(targets, shares)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description="How well the audit finds wrong labels.")
    parser.add_argument("--seeds", type=int, default=5, help="times that labels are changed (default %(default)s)")
    parser.add_argument("--hidden", type=int, default=audit.HIDDEN, help="hidden units (default %(default)s)")
    given = parser.parse_args()
    drawings = Path(os.environ["CHARNET_DATA"]) / "original" / "Letters"
    known = {name.replace("/", "") for name in WRONG}
    columns: dict[str, list[float]] = {"strict": [], "with the two": [], "list only": [], "peer, strict": []}
    print(f"{'seed':>4}" + "".join(f"{name:>14}" for name in columns) + f"{'listed':>8}{'seconds':>9}")
    for seed in range(given.seeds):
        with tempfile.TemporaryDirectory() as name, contextlib.redirect_stderr(io.StringIO()):
            wrong = change_labels(drawings, Path(name), seed)
            begin = time.perf_counter()
            config = TrainConfig(ModelConfig(hidden=given.hidden), DataConfig(name), folds=5, seed=seed)
            config.optim.epochs = audit.EPOCHS
            found, letters = suspects.find(config, top=0)
            seconds = time.perf_counter() - begin
            other = peer(letters, config.folds, seed)
        names, scores = [Path(row["path"]).name for row in found], [row["score"] for row in found]
        listed = [i for i, row in enumerate(found) if row["label"] != row["suggested"]]
        of_list = [names[i] for i in listed] + [name for i, name in enumerate(names) if i not in set(listed)]
        list_scores = [scores[i] for i in listed] + [2.0] * (len(found) - len(listed))
        columns["strict"].append(precision(wrong, names, scores))
        columns["with the two"].append(precision(wrong | known, names, scores))
        columns["list only"].append(precision(wrong, of_list, list_scores, len(listed)))
        columns["peer, strict"].append(precision(wrong, [path.name for path in letters.paths], other))
        row = "".join(f"{values[-1]:14.3f}" for values in columns.values())
        print(f"{seed:4}{row}{len(listed):8}{seconds:9.1f}", flush=True)
    print("mean" + "".join(f"{statistics.mean(values):14.3f}" for values in columns.values()))


if __name__ == "__main__":
    main()
