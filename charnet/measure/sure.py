"""When an answer is sure: from which confidence on answers are right often enough, measured on new writers' letters."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from charnet.measure.metrics import Floats
from charnet.networks.classify import confidence

Z = 1.644854  # the lower end of a one-sided 95 % interval

Bools = npt.NDArray[np.bool_]


def threshold(likelihoods: Floats, right: Bools, goal: float = 0.95, writers: Sequence[str] | None = None) -> float:
    """The least confidence at and above which answers are right with the share `goal`; infinity where there is none.

    From a network's answers to letters that it never saw, likelihoods (n, labels), and whether each is right (n,). What
    has to reach the goal is the lower end of a one-sided 95 % interval (Wilson 1927), so that neither few letters nor
    luck make a network look surer than it is. The letters of one writer go right or wrong together: with `writers` (n,)
    they count for as many independent ones as their spread between writers allows (design effect: Kish 1965).
    """
    return least(confidence(likelihoods), right, goal, writers)


def least(score: Floats, right: Bools, goal: float, writers: Sequence[str] | None = None) -> float:
    """`threshold` on any score (n,), higher where surer."""
    order = np.argsort(-score, kind="stable")
    score, good = score[order], right[order].astype(np.float64)
    count = np.arange(1.0, len(order) + 1)
    share = good.cumsum() / count
    independent = count if writers is None else count / _design_effect(good, share, np.asarray(writers)[order])
    reached = _lower(share, independent) >= goal
    reached[:-1] &= score[1:] < score[:-1]  # those of equal confidence are all sure or all unsure
    places = np.flatnonzero(reached)
    return float(score[places[-1]]) if len(places) else math.inf


def _lower(share: Floats, count: Floats) -> Floats:
    z2 = Z * Z
    half = Z * np.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    lower: Floats = (share + z2 / (2 * count) - half) / (1 + z2 / count)
    return lower


def _design_effect(good: Floats, share: Floats, writers: npt.NDArray[np.str_]) -> Floats:
    """How much more the share of the first 1, 2, ... answers varies than if each were by another writer, (n,)."""
    count = np.arange(1, len(good) + 1)
    before, right_before = _running(writers, np.ones(len(good))), _running(writers, good)
    # Sums over the writers of right², right * answers and answers², each updated by the one answer that is added.
    right2 = (good * (2 * right_before + 1)).cumsum()
    both = (right_before + good * (before + 1)).cumsum()
    answers2 = (2 * before + 1).cumsum()
    between = right2 - 2 * share * both + share * share * answers2
    alone = np.maximum(count * share * (1 - share), np.finfo(np.float64).tiny)
    effect: Floats = np.where(share < 1, np.maximum(between / alone, 1), 1)
    return effect


def _running(writers: npt.NDArray[np.str_], values: Floats) -> Floats:
    """For each answer, the sum of the values of the same writer's answers before it, (n,)."""
    order = np.argsort(writers, kind="stable")
    total = values[order].cumsum() - values[order]
    starts = np.r_[True, writers[order][1:] != writers[order][:-1]]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    running = np.empty(len(order))
    running[order] = total - total[first]
    return running
