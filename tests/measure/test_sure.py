"""Thresholds against answers counted one by one."""

import math

import numpy as np
import pytest

from charnet.measure import sure
from charnet.networks import classify


def answers(count: int, seed: int = 0):
    """Likelihoods of five labels, right more often the higher the first one is, and whether right."""
    random = np.random.default_rng(seed)
    likelihoods = random.random((count, 5)) * 0.1
    likelihoods[np.arange(count), random.integers(0, 5, count)] = random.uniform(0.2, 1, count)
    right = random.random(count) < 0.4 + 0.6 * likelihoods.max(axis=1)
    return likelihoods, right


def test_confidence_is_low_where_nothing_or_two_look_likely():
    rows = [[0.9, 0.0, 0.0], [0.9, 0.9, 0.0], [0.1, 0.0, 0.0], [0.0, 0.0, 0.0]]
    assert classify.confidence(np.array(rows)) == pytest.approx([0.9, 0.45, 0.1, 0], abs=1e-9)


def test_the_threshold_is_the_least_that_reaches_the_goal():
    likelihoods, right = answers(2_000)
    found = sure.threshold(likelihoods, right, 0.9)
    score = classify.confidence(likelihoods)

    def lower(level: float) -> float:
        called = right[score >= level]
        z, share, n = 1.644854, called.mean(), len(called)
        return (share + z * z / (2 * n) - z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (
            1 + z * z / n
        )

    assert found in score
    assert lower(found) >= 0.9
    assert all(lower(level) < 0.9 for level in score if level < found)
    assert 0.1 < (score >= found).mean() < 0.9


def test_few_letters_prove_nothing():
    likelihoods = np.linspace(0.5, 1, 30)[:, None] * np.array([[1, 0]])
    right = np.ones(30, bool)
    assert sure.threshold(likelihoods, right, 0.95) == math.inf
    assert sure.threshold(likelihoods, right, 0.9) == pytest.approx(0.5)
    assert sure.threshold(likelihoods[:0], right[:0]) == math.inf


def test_equal_answers_are_all_sure_or_all_unsure():
    likelihoods, right = np.repeat([[0.9, 0.0], [0.5, 0.0]], 200, axis=0), np.ones(400, bool)
    right[200:300] = False
    assert sure.threshold(likelihoods, right) == pytest.approx(0.9)
    right[150:200] = False
    assert sure.threshold(likelihoods, right) == math.inf


def test_writers_alike_are_no_reason_for_doubt_and_different_ones_are():
    random = np.random.default_rng(1)
    likelihoods = np.c_[random.uniform(0.5, 1, 4_000), np.zeros(4_000)]
    right = random.random(4_000) < 0.97
    alike = random.integers(0, 40, 4_000).astype(str)
    assert sure.threshold(likelihoods, right) < 0.51
    assert sure.threshold(likelihoods, right, writers=alike) < 0.55
    badly = np.where(right, alike, "clumsy")  # all mistakes are one writer's, who may as well have been two
    assert sure.threshold(likelihoods, right, writers=badly) > 0.9


def test_the_spread_between_writers_counted_one_by_one():
    _, right = answers(200)
    writers = np.random.default_rng(2).integers(0, 9, 200).astype(str)
    good = right.astype(float)
    share = good.cumsum() / np.arange(1, 201)
    effect = sure._design_effect(good, share, writers)
    for n in (20, 77, 200):
        rest = [(good[:n][writers[:n] == one] - share[n - 1]).sum() for one in set(writers[:n])]
        alone = ((good[:n] - share[n - 1]) ** 2).sum()
        assert effect[n - 1] == pytest.approx(max(1, np.square(rest).sum() / alone))
