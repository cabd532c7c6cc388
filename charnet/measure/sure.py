"""When an answer is sure: from which confidence answers are right often enough, measured on letters of new writers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from charnet.measure.metrics import Floats, wilson_bounds
from charnet.networks.classify import confidence

Z_ONE_SIDED = 1.644854  # of the lower bound of a one-sided 95 % interval


def threshold(
    likelihoods: Floats, right: npt.NDArray[np.bool_], goal: float = 0.95, writers: Sequence[str] | None = None
) -> float:
    """The least confidence for which the fraction `goal` of the answers with at least that confidence is right.

    It is computed from a network's answers to letters that it was not trained on: likelihoods (n, labels), and whether
    each first answer is right (n,). The lower bound of a one-sided 95 % interval (Wilson 1927) has to reach the goal,
    so that neither few letters nor luck make a network look surer than it is. The letters of one writer tend to be
    right or wrong together: with `writers` (n,) they count as fewer independent ones, by how much their accuracies
    differ (design effect: Kish 1965). Infinity where no confidence reaches the goal.
    """
    return score_threshold(confidence(likelihoods), right, goal, writers)


def score_threshold(
    score: Floats, right: npt.NDArray[np.bool_], goal: float, writers: Sequence[str] | None = None
) -> float:
    """The same for any score (n,) that is higher where an answer is surer."""
    order = np.argsort(-score, kind="stable")
    score, good = score[order], right[order].astype(np.float64)
    count = np.arange(1.0, len(order) + 1)
    accuracy = good.cumsum() / count
    independent = count if writers is None else count / _design_effect(good, accuracy, np.asarray(writers)[order])
    reached = wilson_bounds(accuracy, independent, Z_ONE_SIDED)[0] >= goal
    reached[:-1] &= score[1:] < score[:-1]  # answers of equal score are all sure or all unsure
    indices = np.flatnonzero(reached)
    return float(score[indices[-1]]) if len(indices) else math.inf


def _design_effect(good: Floats, accuracy: Floats, writers: npt.NDArray[np.str_]) -> Floats:
    """The variance of the accuracy of the first 1, 2, ... answers, relative to that of independent answers, (n,)."""
    count = np.arange(1, len(good) + 1)
    before, right_before = _sum_before(writers, np.ones(len(good))), _sum_before(writers, good)
    # Sums over the writers of right², right * answers and answers², as one answer after the other is added.
    right2 = (good * (2 * right_before + 1)).cumsum()
    both = (right_before + good * (before + 1)).cumsum()
    answers2 = (2 * before + 1).cumsum()
    between = right2 - 2 * accuracy * both + accuracy * accuracy * answers2
    independent = np.maximum(count * accuracy * (1 - accuracy), np.finfo(np.float64).tiny)
    effect: Floats = np.where(accuracy < 1, np.maximum(between / independent, 1), 1)
    return effect


def _sum_before(writers: npt.NDArray[np.str_], values: Floats) -> Floats:
    """For each answer, the sum of the values of the same writer's answers before it, (n,)."""
    order = np.argsort(writers, kind="stable")
    total = values[order].cumsum() - values[order]
    starts = np.r_[True, writers[order][1:] != writers[order][:-1]]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    result = np.empty(len(order))
    result[order] = total - total[first]
    return result
