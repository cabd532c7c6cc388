"""Means and spread against NumPy and SciPy-free formulas, on logits that are drawn from a known distribution."""

import numpy as np
import pytest

from charnet.measure import likeness
from charnet.networks.likeness import Likeness

LABELS = 4
CENTRES = np.array([[6.0, -5, -5, -4], [-5, 6, -4, -5], [-4, -5, 6, -5], [-5, -4, -5, 6]])
MIXING = np.array([[1.0, 0.4, 0, 0], [0, 0.7, 0.2, 0], [0, 0, 1.2, 0.1], [0.3, 0, 0, 0.8]])


def drawn(count: int, seed: int = 0):
    random = np.random.default_rng(seed)
    targets = random.integers(0, LABELS, count)
    return CENTRES[targets] + random.normal(size=(count, LABELS)) @ MIXING, targets


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def test_distances_are_mahalanobis():
    logits, targets = drawn(4_000)
    found = likeness.fit(logits, targets, None)
    assert found and found.mirrored.shape == (0, LABELS)
    means = np.stack([logits[targets == label].mean(axis=0) for label in range(LABELS)])
    inverse = np.linalg.inv(np.cov((logits - means[targets]).T))
    near = logits[:50]
    first = near.argmax(axis=1)
    expected = [2 * (x - means[label]) @ inverse @ (x - means[label]) for x, label in zip(near, first, strict=True)]
    assert found.unlikeness(sigmoid(near)) == pytest.approx(np.array(expected), rel=0.02)
    assert found.unlikeness(sigmoid(logits)).mean() == pytest.approx(2 * LABELS, rel=0.05)  # chi-squared


def test_the_limit_keeps_its_share_of_the_wanted_letters():
    logits, targets = drawn(4_000)
    new, answers = drawn(2_000, seed=1)
    found = likeness.fit(logits, targets, None)
    assert found
    wanted = (new.argmax(axis=1) == answers) & (new[:, 0] < 3)
    limited = likeness.limited(found, sigmoid(new), wanted)
    kept = limited.unlikeness(sigmoid(new[wanted])) <= limited.limit
    assert kept.mean() == pytest.approx(likeness.KEPT, abs=0.002)
    turned = sigmoid(np.array([[5.0, 4, 4, 4], [3, -12, -12, -12]]))  # no letter has such logits
    assert (limited.unlikeness(turned) > limited.limit).all()


def test_mirrored_letters_that_are_letters_too_do_not_count():
    logits, targets = drawn(4_000)
    mirrored = logits[:, ::-1].copy()  # each is another label in the mirror, of another spread
    found = likeness.fit(logits, targets, CENTRES[[1, 0, 3, 2]][targets])
    assert found and len(found.mirrored) == 0
    strange = np.tile([2.0, 2, -9, 2], (len(targets), 1))
    found = likeness.fit(logits, targets, np.where(targets[:, None] == 0, strange, mirrored))
    assert found and len(found.mirrored) >= 1
    plain = likeness.fit(logits, targets, None)
    assert plain
    assert (found.unlikeness(sigmoid(logits)) < plain.unlikeness(sigmoid(logits))).all()


@pytest.mark.parametrize("seed", range(5))
def test_logits_without_variance_in_some_direction(seed: int):
    """As 26 logits of 3 hidden units: every number is finite, and survives the file."""
    random = np.random.default_rng(seed)
    targets = np.repeat(np.arange(26), 12)
    logits = random.normal(size=(312, 3)) @ random.normal(size=(3, 26)) + 3 * np.eye(26)[targets]
    found = likeness.fit(logits, targets, random.normal(size=(312, 26)))
    assert found
    found = likeness.limited(found, sigmoid(logits), np.ones(312, bool))
    assert Likeness.from_dict(found.to_dict()) == found
    assert np.isfinite(found.unlikeness(np.eye(26))).all()


def test_letters_that_are_all_alike_have_no_spread():
    targets = np.repeat([0, 1], 20)
    found = likeness.fit(np.where(targets[:, None] == [0, 1], 8.0, -8.0), targets, None)
    assert found and np.isfinite(found.whitening).all()


def test_too_few_letters_or_too_many_labels_tell_nothing():
    logits, targets = drawn(400)
    few = np.flatnonzero(targets == 2)[likeness.LEAST_OF_LABEL - 1 :]
    assert likeness.fit(np.delete(logits, few, axis=0), np.delete(targets, few), None) is None
    assert likeness.fit(np.delete(logits, few[1:], axis=0), np.delete(targets, few[1:]), None) is not None
    many = np.repeat(np.arange(101), 10)
    assert likeness.fit(np.eye(101)[many], many, None) is None
    assert likeness.fit(np.zeros((20, 1)), np.zeros(20, int), None) is None
