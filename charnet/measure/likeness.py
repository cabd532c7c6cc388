"""What letters are like to a network: the means and the spread of its logits, as networks/likeness.py compares them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from charnet.measure.metrics import Ints
from charnet.networks.likeness import MAX_LABELS, MAX_LOGIT, Likeness

Floats = npt.NDArray[np.float64]

LEAST_OF_LABEL = 10  # letters; a mean of fewer is uncertain
RIDGE = 1e-3  # of the mean variance, added to each: 26 logits of 20 hidden units have no variance in some direction
LETTER_LIKE = 6.0  # squared distance between means, up to which mirrored letters are letters too, as d is a mirrored b
KEPT = 0.88  # fraction of the right and confident answers to new letters that stay sure
DIGITS = 6  # of a number in the file


def fit(logits: Floats, targets: Ints, mirrored: Floats | None) -> Likeness | None:
    """What letters are like, without a limit, from a network's answers to letters that it was trained on.

    Takes their logits (n, labels), the right answers (n,), and the logits (n, labels) of the same letters in a mirror;
    None where a picture in a mirror is not framed as others are. Returns None where there are too few letters of some
    label, or too many labels.
    """
    labels = logits.shape[1]
    if not 2 <= labels <= MAX_LABELS or np.bincount(targets, minlength=labels).min() < LEAST_OF_LABEL:
        return None
    logits = np.clip(logits, -MAX_LOGIT, MAX_LOGIT)
    means = _means(logits, targets)
    covariance: Floats = np.cov((logits - means[targets]).T)
    covariance += RIDGE * max(np.trace(covariance) / labels, RIDGE) * np.eye(labels)
    whitening = np.linalg.cholesky(np.linalg.inv(covariance))
    means = means @ whitening
    others: Floats = np.empty((0, labels))
    if mirrored is not None:
        others = _means(np.clip(mirrored, -MAX_LOGIT, MAX_LOGIT), targets) @ whitening
        nearest = np.square(others[:, None] - means).sum(axis=2).min(axis=1)
        others = others[nearest > LETTER_LIKE]
    return Likeness(_short(whitening), _short(means), _short(others), np.inf)


def limited(likeness: Likeness, likelihoods: Floats, wanted: npt.NDArray[np.bool_]) -> Likeness:
    """The likeness with the limit that keeps the fraction `KEPT` of the `wanted` answers (n,) sure.

    Takes the likelihoods (n, labels) of letters that the network was not trained on; `wanted` are the right answers
    whose confidence suffices, at least one.
    """
    limit = np.quantile(likeness.unlikeness(likelihoods[wanted]), KEPT)
    return replace(likeness, limit=float(f"{limit:.{DIGITS}g}"))


def _means(logits: Floats, targets: Ints) -> Floats:
    """The mean logits of each label (labels, labels)."""
    sums = np.zeros((logits.shape[1], logits.shape[1]))
    np.add.at(sums, targets, logits)
    means: Floats = sums / np.bincount(targets, minlength=len(sums))[:, None]
    return means


def _short(values: Floats) -> Floats:
    return np.array([[float(f"{value:.{DIGITS}g}") for value in row] for row in values]).reshape(values.shape)
