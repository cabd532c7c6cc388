"""How unlike the letters that a network was trained on a picture is, told from the network's answer to it.

A network ranks whatever it is given: a 5 is an "s", a scribble an "m". The logits of real letters, though, lie close to
the mean logits of their label. Unlikeness is the squared Mahalanobis distance from that mean, with one covariance for
all labels (Lee et al. 2018), counted twice, less the squared distance from the nearest mean of letters in a mirror: a 2
looks like an s in a mirror, and a 5 like a z. docs/accuracy.md has figures, docs/log.md what else was tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

MAX_LOGIT = 12.0  # absolute value; likelihoods in single precision can't tell larger ones from 1
MAX_LABELS = 100  # a file holds three numbers for each pair of labels
LARGEST = 1e6  # absolute value of a stored number

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """What the logits of letters are like. All means are whitened: their distances are Mahalanobis distances."""

    whitening: Array = field(repr=False)  # (labels, labels); the dot product with it whitens logits
    means: Array = field(repr=False)  # (labels, labels): of each label's letters
    # (some, labels): of mirrored letters, without the labels that look like letters in a mirror
    mirrored: Array = field(repr=False)
    limit: float  # the largest unlikeness of an answer that can be relied on

    def unlikeness(self, likelihoods: npt.NDArray[np.floating]) -> Array:
        """Likelihoods (n, labels) -> how unlike a letter of its first label each picture is (n,)."""
        white = logits(likelihoods) @ self.whitening
        own = np.square(white - self.means[likelihoods.argmax(axis=1)]).sum(axis=1)
        nearest = np.zeros(len(white))
        if len(self.mirrored):
            nearest = np.square(white[:, None] - self.mirrored).sum(axis=2).min(axis=1)
        result: Array = 2 * own - nearest
        return result

    def to_dict(self) -> dict[str, Any]:
        return {
            "whitening": self.whitening.tolist(),
            "means": self.means.tolist(),
            "mirrored": self.mirrored.tolist(),
            "limit": self.limit,
        }

    @classmethod
    def from_dict(cls, values: object) -> Likeness | None:
        """The inverse of `to_dict`; None for what is none: other shapes, NaN, numbers too large to compute with."""
        if not isinstance(values, Mapping):
            return None
        tables = [_table(values.get(name)) for name in ("whitening", "means", "mirrored")]
        limit: Any = values.get("limit")
        whitening, means, mirrored = tables
        if whitening is None or means is None or mirrored is None or not _is_number(limit):
            return None
        labels = len(whitening)
        if whitening.shape != (labels, labels) or means.shape != (labels, labels) or not 2 <= labels <= MAX_LABELS:
            return None
        if len(mirrored) > labels or (len(mirrored) and mirrored.shape[1] != labels):
            return None
        return cls(whitening, means, mirrored.reshape(-1, labels), float(limit))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Likeness) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]


def logits(likelihoods: npt.NDArray[np.floating]) -> Array:
    """Likelihoods -> logits of the same shape, between -`MAX_LOGIT` and `MAX_LOGIT`."""
    with np.errstate(divide="ignore"):  # 0 and 1 have infinite ones
        exact = likelihoods.astype(np.float64)
        result: Array = np.clip(np.log(exact) - np.log1p(-exact), -MAX_LOGIT, MAX_LOGIT)
    return result


def _table(rows: object) -> Array | None:
    """Rows of numbers, all of one length, as an array (rows, columns); None for anything else."""
    if not isinstance(rows, list) or len(rows) > MAX_LABELS:
        return None
    for row in rows:
        if not isinstance(row, list) or len(row) > MAX_LABELS or len(row) != len(rows[0]):
            return None
        if not all(map(_is_number, row)):
            return None
    return np.array(rows, np.float64)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
