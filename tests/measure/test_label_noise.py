"""Labels drawn from a known model, some then changed."""

import numpy as np
import pytest

from charnet.measure import label_noise

LABELS = 10


def drawn(count: int, noise: float, power: float = 1.0, seed: int = 0):
    """Likelihoods, labels that follow from them, and which labels were changed; the network tells p ** (1 / power)."""
    random = np.random.default_rng(seed)
    true = random.dirichlet(np.full(LABELS, 0.05), count) + 1e-4  # surely read, most of them
    true /= true.sum(axis=1, keepdims=True)
    targets = (random.random((count, 1)) > true.cumsum(axis=1)).sum(axis=1)
    wrong = random.random(count) < noise
    targets[wrong] = (targets[wrong] + random.integers(1, LABELS, wrong.sum())) % LABELS
    told = true ** (1 / power)
    return told / told.sum(axis=1, keepdims=True), targets, wrong, true


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_probability_is_that_of_bayes(power: float):
    """Whatever the network is over- or underconfident by; the answer with the right noise and power is known."""
    noise = 0.05
    told, targets, wrong, true = drawn(20_000, noise, power)
    found = label_noise.probabilities(told, targets)
    given = true[np.arange(len(targets)), targets]
    changed = noise * (1 - given) / (LABELS - 1)
    assert found == pytest.approx(changed / (changed + (1 - noise) * given), abs=0.1)
    assert found.mean() == pytest.approx(noise, abs=0.005)
    assert wrong[found > 0.9].mean() > 0.9


def test_right_labels_that_are_read_otherwise_are_not_called_wrong():
    """A third of them is read as another letter: the labels follow the likelihoods, so there is no noise in them."""
    told, targets, _, _ = drawn(3_000, 0.0, power=3.0)
    assert (told.argmax(axis=1) != targets).mean() > 0.05
    assert (label_noise.probabilities(told, targets) > 0.9).sum() <= 1


def test_likelihoods_of_nothing_and_of_all():
    """As of a network that is entirely sure: no division by 0, no logarithm of it."""
    told, targets = np.eye(3)[[0, 1, 2, 0] * 10], np.array([0, 1, 2, 0] * 10)
    targets[5] = 0
    found = label_noise.probabilities(told, targets)
    assert np.isfinite(found).all()
    assert np.flatnonzero(found > 0.9).tolist() == [5]


def test_a_single_label_can_not_be_wrong():
    assert label_noise.probabilities(np.ones((4, 1)), np.zeros(4, np.int64)).tolist() == [0, 0, 0, 0]
