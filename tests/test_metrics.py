"""Against scikit-learn and statsmodels' published Wilson values."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, top_k_accuracy_score

from charnet import metrics

RANDOM = np.random.default_rng(0)
LOGITS = RANDOM.normal(0, 2, (300, 7))
TARGETS = RANDOM.integers(0, 7, 300)


def test_summary_against_scikit_learn():
    found = metrics.summary(LOGITS, TARGETS)
    probabilities = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    assert found["accuracy"] == pytest.approx(accuracy_score(TARGETS, LOGITS.argmax(axis=1)))
    assert found["top3"] == pytest.approx(top_k_accuracy_score(TARGETS, LOGITS, k=3))
    assert found["loss"] == pytest.approx(log_loss(TARGETS, probabilities))


def test_large_logits_do_not_overflow():
    assert metrics.summary(np.array([[1e4, 0.0], [0.0, 1e4]]), np.array([0, 0]))["loss"] == pytest.approx(5e3)


def test_confusion_against_scikit_learn():
    expected = confusion_matrix(TARGETS, LOGITS.argmax(axis=1), labels=range(7))
    assert np.array_equal(metrics.confusion(LOGITS, TARGETS), expected)


def test_wilson_against_published_values():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for right, total, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert metrics.wilson(right, total) == pytest.approx((low, high), abs=5e-5)


def test_interval_holds_the_accuracy():
    found = metrics.with_interval(LOGITS, TARGETS)
    assert found["low"] < found["accuracy"] < found["high"]
