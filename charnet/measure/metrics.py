"""How well a network reads: figures from its answers and the right ones.

An answer is a row of scores, logits or likelihoods. It counts as the ranking shows it: of equal scores the earlier
label comes first, and a row that holds NaN is never right.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

BINS = 15  # of the calibration error, as in its source
NOWHERE = np.iinfo(np.int64).max  # the place of every label where NaN makes it no ranking

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]


def place(scores: Floats, targets: Ints) -> Ints:
    """Scores (n, labels) and targets (n,) -> the place of each right label in the ranking (n,), 0 = first."""
    labels = scores.shape[1]
    right = np.take_along_axis(scores, targets[:, None], axis=1)
    before = (scores > right) | ((scores == right) & (np.arange(labels) < targets[:, None]))
    places: Ints = before.sum(axis=1)
    places[np.isnan(scores).any(axis=1)] = NOWHERE
    return places


def read(scores: Floats) -> Ints:
    """Scores (n, labels) -> the label read (n,); -1 for a row that holds NaN."""
    return np.where(np.isnan(scores).any(axis=1), -1, scores.argmax(axis=1)).astype(np.int64)


def summary(logits: Floats, targets: Ints) -> dict[str, float]:
    """Logits (n, labels) and targets (n,) -> accuracy, top3 (right among the first three), cross-entropy loss."""
    places = place(logits, targets)
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return {
        "accuracy": float((places < 1).mean()),
        "top3": float((places < 3).mean()),
        "loss": float((log_sum - logits[np.arange(len(targets)), targets]).mean()),
    }


def wilson(right: int, total: int) -> tuple[float, float]:
    """95 % confidence interval of a share (Wilson 1927), honest for few pictures and shares near 1 too."""
    z = 1.959964
    share = right / total
    middle = share + z * z / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - half) / scale, (middle + half) / scale


def with_interval(logits: Floats, targets: Ints) -> dict[str, float]:
    """Accuracy and top3 with the 95 % interval of the accuracy, low to high."""
    found = summary(logits, targets)
    low, high = wilson(round(found["accuracy"] * len(targets)), len(targets))
    return {"accuracy": found["accuracy"], "top3": found["top3"], "low": low, "high": high}


def confusion(scores: Floats, targets: Ints) -> Ints:
    """Counts (labels, labels): rows are the right labels, columns what was read. Rows with NaN are left out."""
    labels, found = scores.shape[1], read(scores)
    pairs = (targets * labels + found)[found >= 0]
    return np.bincount(pairs, minlength=labels * labels).reshape(labels, labels).astype(np.int64)


def normalise(likelihoods: Floats) -> Floats:
    """Likelihoods (n, labels) scaled to sum 1 a picture; below 2e-16 they count as that, so that logarithms exist."""
    above: Floats = np.maximum(likelihoods, np.finfo(np.float64).eps)
    shares: Floats = above / above.sum(axis=1, keepdims=True)
    return shares


def calibration_error(likelihood: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error of the first answers' likelihoods (n,) and whether they are right (n,).

    Mean distance of accuracy and likelihood over equally wide bins, weighted by their pictures: Guo et al., "On
    calibration of modern neural networks" (2017).
    """
    bins = np.clip(np.ceil(likelihood * BINS) - 1, 0, BINS - 1).astype(np.int64)  # ((m - 1) / 15, m / 15]
    distance = np.bincount(bins, weights=right.astype(np.float64) - likelihood, minlength=BINS)
    return float(np.abs(distance).sum() / len(right))
