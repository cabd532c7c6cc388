"""All figures of a network on some pictures: accuracy with its interval, by label, calibration, confusions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from charnet.letters.folder import LetterSet
from charnet.measure import metrics
from charnet.measure.metrics import Floats, Ints
from charnet.networks.classify import Classifier
from charnet.pictures import images
from charnet.spec import Spec

WORST = 10  # confusions in the report for people; programs get all


def measure(likelihoods: Floats, targets: Ints, labels: Sequence[str]) -> dict[str, Any]:
    """Likelihoods (n, labels), each in [0, 1], and targets (n,) -> the figures by their names in the JSON.

    `loss` is the mean negative logarithm of the likelihoods scaled to sum 1. `low` and `high` are the bounds of the
    accuracy's 95 % interval (Wilson) if the pictures were independent; those of one writer are not, so with few writers
    the true uncertainty is larger. Precision is None for a label that was never read, recall for one without pictures.
    `macro` holds the means over the labels that have pictures; there a label that was never read has precision 0, as in
    scikit-learn.
    """
    rank = metrics.ranks(likelihoods, targets)
    low, high = metrics.wilson(int((rank < 1).sum()), len(targets))
    counts = metrics.confusion(likelihoods, targets)  # (right label, read label)
    right, read_as = counts.diagonal(), counts.sum(axis=0)
    count = np.bincount(targets, minlength=len(labels))
    recall = [int(r) / int(n) if n else None for r, n in zip(right, count, strict=True)]
    precision = [int(r) / int(n) if n else None for r, n in zip(right, read_as, strict=True)]
    wrong = np.argwhere(counts * (1 - np.eye(len(labels), dtype=np.int64)))
    wrong = wrong[np.argsort(-counts[wrong[:, 0], wrong[:, 1]], kind="stable")]
    present = np.flatnonzero(count)
    probabilities = metrics.normalise(likelihoods)[np.arange(len(targets)), targets]
    return {
        "accuracy": float((rank < 1).mean()),
        "top3": float((rank < 3).mean()),
        "loss": float(-np.log(probabilities).mean()),
        "low": low,
        "high": high,
        "pictures": len(targets),
        "ece": metrics.calibration_error(likelihoods.max(axis=1), rank < 1),
        "macro": {
            "precision": float(np.mean([precision[i] or 0.0 for i in present])),
            "recall": float(np.mean([recall[i] or 0.0 for i in present])),
        },
        "per_label": {
            label: {"precision": precision[i], "recall": recall[i], "count": int(count[i])}
            for i, label in enumerate(labels)
        },
        "confusions": [{"label": labels[i], "read": labels[j], "count": int(counts[i, j])} for i, j in wrong],
    }


def accuracy(classifier: Classifier, letters: LetterSet, spec: Spec, indices: npt.NDArray[np.int64]) -> float:
    """The share of the letters with these indices that a network reads right; a label that it does not know is wrong.

    `spec` is that of the letters. A network that reads pictures of another size or framing is given the files.
    """
    theirs = classifier.spec
    if (theirs.width, theirs.height, theirs.framing) == (spec.width, spec.height, spec.framing):
        pictures: images.Array = letters.pictures[indices] / np.float32(255)
        targets = letters.targets[indices]
    else:
        pictures, errors = images.read_many([letters.paths[index] for index in indices], theirs)
        targets = np.delete(letters.targets[indices], list(errors))
    best = classifier.likelihoods(pictures).argmax(axis=1)
    right = sum(theirs.labels[read] == spec.labels[target] for read, target in zip(best, targets, strict=True))
    return int(right) / len(indices)


def describe(found: dict[str, Any]) -> list[str]:
    """The figures as lines for people."""
    by = f" by {found['writers']:,} writer{'s' if found['writers'] > 1 else ''}" if found["writers"] else ""
    lines = [
        f"{found['pictures']:,} pictures{by}",
        f"right: {metrics.describe(found['accuracy'], found['pictures'])}",
        f"among the first three: {found['top3']:.1%}",
        f"mean over labels: precision {found['macro']['precision']:.1%}, recall {found['macro']['recall']:.1%}",
        f"loss {found['loss']:.3f}, expected calibration error {found['ece']:.1%}",
        "",
        "label  pictures  precision  recall",
    ]
    for label, row in found["per_label"].items():
        precision, recall = ("-" if row[name] is None else f"{row[name]:.1%}" for name in ("precision", "recall"))
        lines.append(f"{label:<5}  {row['count']:8,}  {precision:>9}  {recall:>6}")
    if found["confusions"]:
        lines += ["", "most frequent mistakes:"]
    for row in found["confusions"][:WORST]:
        of = found["per_label"][row["label"]]["count"]
        lines.append(f"  {row['label']} as {row['read']}: {row['count']:,} of {of:,}")
    return [*lines, ""]
