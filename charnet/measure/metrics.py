"""How well a network reads: figures from its scores and the right labels.

Scores are logits or likelihoods, a row for each picture. Labels are ranked as a user sees them: of equal scores the
earlier label comes first, and a row that holds NaN is never right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

BINS = 15  # of the calibration error, as in its source
UNRANKED = np.iinfo(np.int64).max  # the rank of every label in a row that holds NaN
Z_TWO_SIDED = 1.959964  # of a 95 % confidence interval

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]


def ranks(scores: Floats, targets: Ints) -> Ints:
    """Scores (n, labels) and targets (n,) -> the rank of each right label (n,), 0 = first."""
    labels = scores.shape[1]
    right = np.take_along_axis(scores, targets[:, None], axis=1)
    before = (scores > right) | ((scores == right) & (np.arange(labels) < targets[:, None]))
    found: Ints = before.sum(axis=1)
    found[np.isnan(scores).any(axis=1)] = UNRANKED
    return found


def predictions(scores: Floats) -> Ints:
    """Scores (n, labels) -> the index of the best label (n,); -1 for a row that holds NaN."""
    return np.where(np.isnan(scores).any(axis=1), -1, scores.argmax(axis=1)).astype(np.int64)


def summary(logits: Floats, targets: Ints) -> dict[str, float]:
    """Logits (n, labels) and targets (n,) -> accuracy, top3 (right label among the first three), cross-entropy loss."""
    rank = ranks(logits, targets)
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return {
        "accuracy": float((rank < 1).mean()),
        "top3": float((rank < 3).mean()),
        "loss": float((log_sum - logits[np.arange(len(targets)), targets]).mean()),
    }


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % confidence interval of a proportion, from low to high, by `wilson_bounds`."""
    low, high = wilson_bounds(np.array(right / total), np.array(total))
    return float(low), float(high)


def wilson_bounds(proportion: Floats, count: Floats | Ints, z: float = Z_TWO_SIDED) -> tuple[Floats, Floats]:
    """Proportions (n,) of counts (n,) -> their lowest and highest plausible values (n,), `z` standard errors away.

    This interval (Wilson 1927) is right for few pictures and for proportions near 1 too.
    """
    middle = proportion + z * z / (2 * count)
    half = z * np.sqrt(proportion * (1 - proportion) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return np.maximum((middle - half) / scale, 0), np.minimum((middle + half) / scale, 1)  # a rounding error beyond


def describe(accuracy: float, total: int) -> str:
    """An accuracy for people: "90.0% (95 % interval 59.6% to 98.2%), 9 of 10"."""
    right = round(accuracy * total)
    low, high = wilson(right, total)
    return f"{accuracy:.1%} (95 % interval {low:.1%} to {high:.1%}), {right:,} of {total:,}"


def most_frequent(targets: Ints) -> float:
    """The share of the most frequent label among targets (n,): what is right where that is always answered."""
    return float(np.bincount(targets).max() / len(targets))


def with_interval(logits: Floats, targets: Ints) -> dict[str, float]:
    """Accuracy and top3, with `low` and `high`, the bounds of the accuracy's 95 % interval."""
    found = summary(logits, targets)
    low, high = wilson(round(found["accuracy"] * len(targets)), len(targets))
    return {"accuracy": found["accuracy"], "top3": found["top3"], "low": low, "high": high}


def confusion(scores: Floats, targets: Ints) -> Ints:
    """Counts (labels, labels): rows are the right labels, columns the labels read. Scores with NaN are left out."""
    labels, found = scores.shape[1], predictions(scores)
    pairs = (targets * labels + found)[found >= 0]
    return np.bincount(pairs, minlength=labels * labels).reshape(labels, labels).astype(np.int64)


def normalise(likelihoods: Floats) -> Floats:
    """Likelihoods (n, labels) -> probabilities that sum to 1 for each picture, at least 2e-16 before scaling."""
    positive: Floats = np.maximum(likelihoods, np.finfo(np.float64).eps)  # so that their logarithms are finite
    probabilities: Floats = positive / positive.sum(axis=1, keepdims=True)
    return probabilities


def calibration_error(likelihood: Floats, right: npt.NDArray[np.bool_]) -> float:
    """The expected calibration error, from the first answers' likelihoods (n,) and whether they are right (n,).

    It is the mean distance between accuracy and likelihood over bins of equal width, weighted by their pictures: Guo et
    al., "On calibration of modern neural networks" (2017).
    """
    bins = np.clip(np.ceil(likelihood * BINS) - 1, 0, BINS - 1).astype(np.int64)  # ((m - 1) / 15, m / 15]
    distance = np.bincount(bins, weights=right.astype(np.float64) - likelihood, minlength=BINS)
    return float(np.abs(distance).sum() / len(right))


def edits(one: Sequence[object], other: Sequence[object]) -> int:
    """How many letters must be put in, taken out or changed to make one text of the other (Levenshtein 1966)."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != wanted)))
        before = now
    return before[-1]
