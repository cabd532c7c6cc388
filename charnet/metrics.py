"""How well a network reads: figures from its logits and the right answers."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]


def summary(logits: Floats, targets: Ints) -> dict[str, float]:
    """Logits (n, labels) and targets (n,) -> accuracy, top3 (right among the first three), cross-entropy loss."""
    right = logits[np.arange(len(targets)), targets]
    place = (logits > right[:, None]).sum(axis=1)
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return {
        "accuracy": float((place < 1).mean()),
        "top3": float((place < 3).mean()),
        "loss": float((log_sum - right).mean()),
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


def confusion(logits: Floats, targets: Ints) -> Ints:
    """Counts (labels, labels): rows are the right labels, columns what was read."""
    labels = logits.shape[1]
    counts = np.bincount(targets * labels + logits.argmax(axis=1), minlength=labels * labels)
    return counts.reshape(labels, labels).astype(np.int64)
