"""How well the audit finds wrong labels: python benchmarks/audit.py [--seeds 5]

First what is listed: the original's drawings (CHARNET_DATA names the folder of real data) with 5 % of the labels
changed at random; average precision of the audit's ranking, chance being 0.05. Three ways to count the two a's that
were filed under b from the start: as not wrong, as their labels say (strict); as wrong, which they are; and strictly on
the audit's list as it is without --top, what is not on it never being found. The peer is scikit-learn's logistic
regression, in as many folds, scored by cleanlab in the same way. The same for the starter letters.

Then what is called probable, on those drawings and on the starter letters, as they are and with 5 % changed: how many,
how many of these were changed or are among the two, and what share of the changed ones they are. The peer is cleanlab's
find_label_issues on the logistic regression.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import math
import os
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from common import figures, percent
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from charnet import audit
from charnet.letters.folder import LetterSet
from charnet.letters.shortlist import Suspect
from charnet.spec import LOWERCASE
from charnet.training import suspects
from charnet.training.config import DataConfig, ModelConfig, TrainConfig

WRONG = ("b/0.png", "b/1.png")  # a's, by eye
SHARE = 0.05
HEAD = (
    "labels changed",
    "average precision",
    "scikit-learn and cleanlab",
    "probably mislabelled",
    "precision",
    "recall",
)
ORIGINAL = Path(os.environ.get("CHARNET_DATA", "")) / "original" / "Letters"
STARTER = Path(__file__).parent.parent / "data" / "letters"


def change_labels(drawings: Path, folder: Path, seed: int, share: float = SHARE) -> set[str]:
    """Copy the drawings, a share of them into another label's folder, as <label><n>.png; the names of those."""
    random = np.random.default_rng(seed)
    for label in LOWERCASE:
        (folder / label).mkdir()
    paths = sorted(drawings.glob("[a-z]/*.png"))
    right = [path for path in paths if path.parent.parent != ORIGINAL or f"{path.parent.name}/{path.name}" not in WRONG]
    chosen = {right[i] for i in random.choice(len(right), round(share * len(paths)), replace=False)}
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


def peer(letters: LetterSet, folds: int, seed: int) -> npt.NDArray[np.float64]:
    """Likelihoods (n, labels) by logistic regressions that were trained without the picture."""
    pictures, targets = letters.pictures.reshape(len(letters), -1) / 255, letters.targets
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    shares: npt.NDArray[np.float64] = cross_val_predict(
        LogisticRegression(max_iter=1000), pictures, targets, cv=split, method="predict_proba"
    )
    return shares


@dataclass(slots=True)
class Audited:
    wrong: set[str]  # names of the pictures whose label was changed
    known: set[str]  # of those that were filed wrongly from the start
    found: list[Suspect]  # all pictures, worst first
    letters: LetterSet
    shares: npt.NDArray[np.float64]  # the peer's
    seconds: float  # of the audit


def audited(drawings: Path, share: float, seed: int, hidden: int) -> Audited:
    with tempfile.TemporaryDirectory() as name, contextlib.redirect_stderr(io.StringIO()):
        wrong = change_labels(drawings, Path(name), seed, share)
        begin = time.perf_counter()
        config = TrainConfig(ModelConfig(hidden=hidden), DataConfig(name), folds=5, seed=seed)
        config.optim.epochs = audit.EPOCHS
        found, letters = suspects.find(config, top=0)
        seconds = time.perf_counter() - begin
    known = {name.replace("/", "") for name in WRONG} if drawings == ORIGINAL else set()
    return Audited(wrong, known, found, letters, peer(letters, config.folds, seed), seconds)


def ranked(one: Audited) -> dict[str, float]:
    """Average precisions of what is listed."""
    names, scores = [Path(row["path"]).name for row in one.found], [row["score"] for row in one.found]
    listed = [i for i, row in enumerate(one.found) if row["label"] != row["suggested"]]
    of_list = [names[i] for i in listed] + [name for i, name in enumerate(names) if i not in set(listed)]
    list_scores = [scores[i] for i in listed] + [2.0] * (len(names) - len(listed))
    other = get_label_quality_scores(one.letters.targets, one.shares)
    return {
        "strict": precision(one.wrong, names, scores),
        "with the two": precision(one.wrong | one.known, names, scores),
        "list only": precision(one.wrong, of_list, list_scores, len(listed)),
        "peer, strict": precision(one.wrong, [path.name for path in one.letters.paths], other),
        "listed": len(listed),
        "seconds": one.seconds,
    }


def called(one: Audited) -> dict[str, float]:
    """What is called probable, how much of it is wrong, and how many of the changed labels are among it."""
    ours = [Path(row["path"]).name for row in one.found if row["probable"]]
    flags = find_label_issues(one.letters.targets, one.shares)
    figures: dict[str, float] = {}
    for who, names in (("", ours), ("peer ", [one.letters.paths[i].name for i in np.flatnonzero(flags)])):
        wrong = sum(name in one.wrong | one.known for name in names)
        figures[f"{who}probable"] = len(names)
        figures[f"{who}wrong"] = wrong
        figures[f"{who}precision"] = wrong / len(names) if names else math.nan
        figures[f"{who}recall"] = sum(name in one.wrong for name in names) / len(one.wrong) if one.wrong else math.nan
    return figures


def show(title: str, rows: list[dict[str, float]]) -> dict[str, float]:
    """A row a seed, and their means, which are returned."""
    means = {name: statistics.mean(row[name] for row in rows) for name in rows[0]}
    print(f"\n{title}\nseed" + "".join(f"{name:>15}" for name in means))
    for name, row in [*enumerate(rows), ("mean", means)]:
        print(f"{name:>4}" + "".join(f"{value:15.3f}" for value in row.values()), flush=True)
    return means


def main() -> None:
    parser = argparse.ArgumentParser(description="How well the audit finds wrong labels.")
    parser.add_argument("--seeds", type=int, default=5, help="times that labels are changed (default %(default)s)")
    parser.add_argument("--hidden", type=int, default=audit.HIDDEN, help="hidden units (default %(default)s)")
    given = parser.parse_args()
    rows = []
    for what, drawings in (("the original's drawings", ORIGINAL), ("starter letters", STARTER)):
        for share in (SHARE, 0.0):
            found = [audited(drawings, share, seed, given.hidden) for seed in range(given.seeds)]
            title = f"{what}, {share:.0%} of the labels changed"
            listed = show(f"listed: {title}", [ranked(one) for one in found]) if share else {}
            probable = show(f"called probable: {title}", [called(one) for one in found])
            precisions = [percent(probable[name]) if share else "" for name in ("precision", "recall")]
            average = (f"{listed['strict']:.3f}", f"{listed['peer, strict']:.3f}") if share else ("", "")
            rows.append((f"{what}, {percent(share, 0)}", *average, f"{probable['probable']:.0f}", *precisions))
    figures("audit", f"python benchmarks/audit.py --seeds {given.seeds}", HEAD, rows)


if __name__ == "__main__":
    main()
